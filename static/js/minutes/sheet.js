// The entries of the open item on the page: which there are, in which order, and what the next one is likely to be.
import { Entry } from "./entry.js";

// What the office writes down rather than somebody's words.
export const UNSPOKEN = new Set(["action", "decision", "note", "assurance"]);

export const entryOf = (element) => element?.closest?.(".entry-form")?.entry ?? null;

export function sheetOf(form, pattern, speakers) {
  const entries = () => [...form.querySelectorAll(".entry-form")].map((node) => node.entry).filter(Boolean);
  const living = () => entries().filter((entry) => !entry.deleted);

  let made = 0;
  let blank; // the place of the next entry, always there at the end

  function drawn() {
    const node = pattern.content.firstElementChild.cloneNode(true);
    made += 1;
    for (const element of node.querySelectorAll("[id], [for], [name]")) {
      for (const name of ["id", "for", "name"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace("new-", `new${made}-`));
      }
    }
    return node;
  }

  function newEntry({ below = null, uid = null, values = null } = {}) {
    const node = drawn();
    if (below && below !== blank) below.node.after(node);
    else blank.node.before(node);
    const entry = new Entry(node, speakers, { uid });
    if (values) { entry.put(values); entry.first = { kind: entry.kind, speaker: entry.speaker }; }
    return entry;
  }

  const last = () => blank;

  // The blank at the end becomes an entry once it has been written, and a new blank follows.
  function renewLast() {
    if (blank.node.id === "next") blank.node.removeAttribute("id");
    const node = drawn();
    blank.node.after(node);
    node.id = "next";
    blank = new Entry(node, speakers);
    return blank;
  }

  const before = (entry) => living()[living().indexOf(entry) - 1] ?? null;

  // Who answered last, above the entry.
  function lastAnswerer(entry) {
    const above = living().slice(0, living().indexOf(entry) + 1).reverse();
    return above.find((one) => one.kind === "answer" && one.speaker)?.speaker ?? null;
  }

  // What an entry below this one is likely to be.
  function follows(entry) {
    const { kind, speaker } = entry;
    if (kind === "question") return { kind: "answer", speaker: lastAnswerer(entry) };
    if (kind === "answer" || kind === "presentation") return { kind, speaker };
    if (kind === "correction") {
      const above = before(entry);
      return { kind: ["presentation", "answer"].includes(above?.kind) ? above.kind : "statement", speaker };
    }
    if (UNSPOKEN.has(kind)) {
      const above = living().slice(0, living().indexOf(entry)).reverse().find((one) => !UNSPOKEN.has(one.kind));
      return { kind: above?.kind === "answer" ? "answer" : "statement", speaker: above?.speaker ?? null };
    }
    return { kind: "statement", speaker };
  }

  function prepare(entry, { kind, speaker }) {
    entry.choose("kind", kind);
    entry.choose("speaker", speaker ?? "");
    entry.choose("second_speaker", "");
    entry.setText(entry.beginning);
    entry.first = { kind, speaker: entry.speaker };
    entry.look();
  }

  // The order that the server has; entries it does not know yet stay below the one they were written under.
  function arrange(order) {
    const focused = document.activeElement;
    let above = null;
    for (const uid of order) {
      const node = form.querySelector(`[data-entry="${CSS.escape(uid)}"]`);
      if (!node || node === blank.node) continue;
      const place = above ? after(above) : form.querySelector(".entry-form");
      if (above && place !== node) above.after(node);
      else if (!above && place !== node) place.before(node);
      above = node;
    }
    if (focused?.isConnected && document.activeElement !== focused) focused.focus();
  }

  // What follows an entry, without those that the server does not know yet.
  function after(node) {
    let next = node.nextElementSibling;
    while (next?.entry?.isNew && next !== blank.node) next = next.nextElementSibling;
    return next;
  }

  // The entries that the page came with. The form's last one has no buttons of its own; live, it becomes one like the others.
  function takeOver() {
    const next = drawn();
    form.querySelector("#next").replaceWith(next);
    next.id = "next";
    for (const node of form.querySelectorAll(".entry-form")) {
      const entry = new Entry(node, speakers);
      blank = entry; // the last of them
      entry.pk = Number(/^entry-(\d+)$/.exec(node.id)?.[1]) || null;
      if (entry.speaker) speakers.spoke(entry.speaker);
      if (node.querySelector(".conflict")) entry.acknowledged = null; // chosen without script: as the page shows it
    }
  }

  return { entries, living, newEntry, last, renewLast, before, lastAnswerer, follows, prepare, arrange, takeOver };
}
