// Words that only this device holds: what an earlier tab left comes back, and no page is left with words unsent unseen.
import { all, forget, livingTabs } from "./drafts.js";
import { notice } from "./saying.js";

// The server has just these words already.
const isThere = (entry, { pending, values }) => !pending && !entry.isDirty
  && ["text", "kind", "speaker"].every((name) => entry.acknowledged?.[name] === values[name]);

export async function restore({ tab, setup, outbox, entries, newEntry }) {
  let kept = [];
  try { kept = await all(); } catch { return; }
  const open = await livingTabs();
  open.delete(tab);
  const mine = kept.filter((record) => record.writer === setup.writer && !open.has(record.tab)).sort((a, b) => a.at - b.at);
  let count = 0;
  for (const record of mine.filter((one) => one.item === setup.item)) {
    let entry = entries().find((one) => one.uid === record.uid);
    if (entry && isThere(entry, record)) { await forget(record.key); continue; }
    if (!entry) {
      const above = entries().find((one) => one.uid === record.after);
      entry = newEntry({ below: above ?? null, uid: record.uid });
    }
    entry.put(record.values);
    entry.base = record.base;
    entry.pending = record.pending;
    entry.unread = record.values.kind === "action";
    if (record.tab !== tab) { await outbox.keep(entry); await forget(record.key); }
    outbox.send(entry);
    count += 1;
  }
  if (count) notice(`${count} entr${count === 1 ? "y that was" : "ies that were"} kept on this device ${count === 1 ? "is" : "are"} back and being saved.`);
  const elsewhere = mine.find((one) => one.item !== setup.item);
  if (elsewhere) notice(`Words of yours are kept on this device and not saved yet: ${elsewhere.title}.`, "Open them", () => { location.href = elsewhere.address; });
}

// A link waits for the words that are on their way; what cannot be sent now stays on the device if somebody goes all the same.
export function guard({ outbox, presence, entries }) {
  let going = false;
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.target || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.origin !== location.origin || (link.pathname === location.pathname && link.hash)) return;
    if (!outbox.isHolding && !presence.wrote) return;
    event.preventDefault();
    const sent = outbox.flush(entries()).then(() => presence.ask()); // so that "Continue" leads to the last words
    await Promise.race([sent, new Promise((resolve) => { setTimeout(resolve, 3000); })]);
    const go = () => { going = true; location.href = link.href; };
    if (outbox.isHolding) notice("Not everything is saved yet. Your words are kept on this device and sent when you come back.", "Leave all the same", go);
    else go();
  });

  window.addEventListener("beforeunload", (event) => {
    if (outbox.isHolding && !going) { outbox.flush(entries()); event.preventDefault(); }
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) for (const entry of entries()) { outbox.keep(entry); outbox.send(entry); } });
  window.addEventListener("pagehide", () => { for (const entry of entries()) if (entry.isDirty) outbox.keep(entry); });
}
