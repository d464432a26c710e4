// The live editor: takes the plain form of an item over where it stands. Everything it does can also be done without it.
import { forget, tabName } from "./drafts.js";
import { guard, restore } from "./kept.js";
import { meaning } from "./keys.js";
import { Outbox, post } from "./outbox.js";
import { isLong, proposed } from "./paste.js";
import { Presence } from "./presence.js";
import * as saying from "./saying.js";
import { UNSPOKEN, entryOf, sheetOf } from "./sheet.js";
import { Speakers } from "./speakers.js";
import "./clock.js";
import { showConflict } from "./conflict.js";
import { openCorrection } from "./correction.js";

// Live, nothing is posted as a form, and the panels inside entries bring forms of their own, which may not stand in another.
const form = document.createElement("div");
const plain = document.querySelector("#entries");
form.id = plain.id;
form.className = "live";
form.append(...plain.childNodes);
plain.replaceWith(form);
const setup = JSON.parse(document.querySelector("#setup").textContent);
const keysList = document.querySelector("#keys");
const keysOn = document.querySelector("#keys-on");

const speakers = new Speakers(setup.people, setup.chair);
const sheet = sheetOf(form, document.querySelector("#pattern"), speakers);
const { entries, living, newEntry, last, renewLast, before, lastAnswerer, follows, prepare, arrange } = sheet;

let outbox;
const { announce, notice } = saying;
const tell = () => saying.tell(outbox);

// --- writing ----------------------------------------------------------------------------------------------------------

function goOn(entry) {
  if (entry.isEmpty && entry.isNew) return;
  outbox.send(entry, { settled: true });
  speakers.spoke(entry.speaker);
  let next = entry.node.nextElementSibling?.entry;
  if (entry === last()) next = renewLast();
  else if (!(next && next.isNew && next.isEmpty)) next = newEntry({ below: entry });
  prepare(next, follows(entry));
  next.focus();
}

function setKind(entry, kind) {
  entry.area.value = entry.beginning; // "/a" goes
  if (kind === "question" && setup.chair) entry.setSpeaker(setup.chair);
  if (kind === "answer" && (entry.first.kind !== "answer" || !entry.speaker)) {
    const answerer = lastAnswerer(entry);
    if (answerer) entry.setSpeaker(answerer);
  }
  entry.setKind(kind);
  if (UNSPOKEN.has(kind)) entry.setSpeaker("");
  entry.unread = kind === "action";
  if (kind === "correction") startCorrection(entry);
}

function undoKind(entry) {
  const { kind, speaker } = entry.first;
  if (entry.kind !== kind || entry.speaker !== speaker) {
    prepare(entry, entry.first);
    entry.focus();
    return;
  }
  const above = before(entry);
  const below = living()[living().indexOf(entry) + 1];
  if (entry !== last()) remove(entry);
  else if (entry.area.value) { prepare(entry, { kind: "statement", speaker: null }); if (above) above.focus(); return; }
  (above ?? below ?? last()).focus();
}

function remove(entry) {
  if (entry.isNew && !entry.pending) {
    clearTimeout(outbox.timers.get(entry));
    outbox.timers.delete(entry);
    outbox.waiting.delete(entry);
    forget(outbox.key(entry)).catch(() => {});
    if (entry !== last()) entry.node.remove();
    return;
  }
  const words = entry.acknowledged?.text ?? "";
  entry.deleted = true;
  if (entry.isEmpty) entry.setText(words); // its last words stay in the history
  entry.look();
  outbox.send(entry, { settled: true });
  notice("Entry deleted.", "Bring it back", () => {
    entry.deleted = false;
    if (words) entry.setText(words);
    entry.look();
    outbox.send(entry, { settled: true });
    entry.focus();
  });
}

function move(entry, up) {
  const list = living().filter((one) => one !== last());
  const place = list.indexOf(entry);
  const other = list[up ? place - 1 : place + 1];
  if (!other || place < 0) return;
  if (up) other.node.before(entry.node);
  else other.node.after(entry.node);
  entry.focus();
  outbox.flush([entry, other]);
  outbox.act(async () => {
    if (entry.isNew || other.isNew) return true; // it was saved where it stands now
    const { status, answer } = await post(setup.addresses.move, { uid: entry.uid, up, order_version: outbox.orderVersion });
    if (status === 0 || status >= 500) return outbox.troubled("offline");
    if (status === 401 || status === 403) return outbox.troubled("signed_out");
    if (answer.order) { outbox.orderVersion = answer.order_version; arrange(answer.order); }
    announce(status === 200 ? `Moved ${up ? "up" : "down"}` : "Somebody else changed the order meanwhile. This is the order now.");
    return true;
  });
}

// --- somebody else's words -------------------------------------------------------------------------------------------

function onNews(answer, first) {
  const mine = "You, in another tab";
  const names = answer.others.filter((name) => name !== mine);
  document.querySelector("#others").textContent = [
    names.length && `${names.join(", ")} ${names.length === 1 ? "is" : "are"} here too.`,
    answer.others.includes(mine) && "You have this item open in another tab.",
  ].filter(Boolean).join(" ");
  for (const shown of answer.entries) {
    const entry = entries().find((one) => one.uid === shown.uid);
    if (!entry) {
      if (!shown.deleted && !first) newEntry({ uid: shown.uid }).adopt(shown);
      continue;
    }
    if (entry.base >= shown.version || entry.pending || entry.conflict || entry.deleted) continue;
    if (entry.isDirty) continue; // saving it will show both
    if (shown.deleted && document.activeElement === entry.area) {
      entry.say("Somebody deleted this entry just now.", true);
      continue;
    }
    entry.adopt(shown);
  }
  if (answer.order && !outbox.waiting.size && !outbox.acts.length) {
    arrange(answer.order);
    outbox.orderVersion = answer.order_version;
  }
  if (!answer.open) outbox.troubled("closed", "These minutes are approved and closed.");
}

// --- corrections -----------------------------------------------------------------------------------------------------

// The entry needs its place on the server first; then its panel opens below it.
async function startCorrection(entry) {
  entry.area.focus();
  entry.wanted = true;
  if (entry === last()) renewLast();
  await outbox.send(entry, { settled: true });
  if (entry.isNew) return; // the line is down: written as words now, its details later
  correctionPanel(entry);
}

function correctionPanel(entry) {
  openCorrection(entry.node, {
    address: setup.addresses.correction.replace("/0/", `/${entry.pk}/`),
    focus: true,
    // Where nothing was typed, the server has written the sentence; a wording of our own stays.
    onSaved: ({ text, version, wrote, correction }) => {
      if (wrote) {
        entry.setText(text);
        entry.base = version;
        entry.acknowledged = { ...entry.acknowledged, text };
      }
      entry.draw(correction);
      goOn(entry);
    },
    onClose: () => entry.focus(),
  });
}

// --- keys ------------------------------------------------------------------------------------------------------------

const useKeys = () => localStorage.getItem("opcc-keys") !== "off";

const acts = {
  "next item": () => nextItem(),
  save: (entry) => { if (entry) outbox.send(entry, { settled: true }); outbox.flush(entries()).then(tell); },
  list: (entry) => showKeys(entry),
  move: (entry, { up }) => move(entry, up),
  "speaker by key": (entry, { number }) => {
    const person = speakers.byKey(number);
    if (person) { entry.setSpeaker(person.id); touched(entry); }
  },
  "next entry": (entry) => goOn(entry),
  go: (entry, { up }) => {
    const list = living();
    const to = list[list.indexOf(entry) + (up ? -1 : 1)];
    if (!to) return false;
    to.focus(up);
  },
  "undo kind": (entry) => undoKind(entry),
  kind: (entry, { kind, rest = "" }) => {
    setKind(entry, kind);
    if (rest.trim()) { entry.setText(`${entry.area.value}${rest.trimStart()}`); }
    touched(entry);
  },
  rough: (entry, { rest }) => {
    entry.field("rough").checked = !entry.field("rough").checked;
    entry.setText(`${entry.beginning}${rest.trimStart()}`);
    entry.look();
    touched(entry);
  },
  "speaker by letters": (entry, { letters, start, rest }) => {
    const [person] = speakers.matching(letters);
    if (!person) return false;
    entry.setText(entry.area.value.slice(0, start) + rest);
    const second = entry.named && entry.speaker && entry.speaker !== person.id;
    entry.setSpeaker(person.id, second ? "second_speaker" : "speaker");
    entry.named = true;
    if (!entry.area.value.trim()) entry.setText(entry.beginning);
    const place = Math.max(entry.beginning.length, 0);
    entry.area.setSelectionRange(place, place);
    touched(entry);
  },
  "name by letters": (entry, { letters, start, rest }) => {
    const [person] = speakers.matching(letters);
    if (!person) return false;
    entry.setText(`${entry.area.value.slice(0, start)}${person.called} ${rest.trimStart()}`);
    const place = start + person.called.length + 1;
    entry.area.setSelectionRange(place, place);
    touched(entry);
  },
};

// What was typed waits on the device and is then sent; nothing slow happens while somebody types.
function touched(entry) {
  if (entry.kind === "action") entry.unread = true;
  outbox.changed(entry);
}

document.addEventListener("keydown", (event) => {
  if (keysList.open || event.defaultPrevented || event.target.closest?.(".correction-panel")) return;
  const entry = entryOf(event.target);
  const found = meaning(event, entry, { short: useKeys() });
  if (found && acts[found.act](entry, found) !== false) event.preventDefault();
});

form.addEventListener("input", (event) => {
  const entry = entryOf(event.target);
  if (entry && event.target === entry.area) { suggest(entry); touched(entry); offerKinds(entry); }
});

// --- letters behind an @ ---------------------------------------------------------------------------------------------

// The likeliest people are shown below the entry while letters are typed; the space takes the first.
function suggest(entry) {
  const typed = /(?:^|\s)@([\p{L}\p{N}'’.-]*)$/u.exec(entry.area.value.slice(0, entry.area.selectionStart));
  if (!typed) { if (entry.suggesting) { entry.suggesting = false; entry.say(""); } return; }
  const found = speakers.matching(typed[1]).slice(0, 4).map((person) => person.called);
  entry.suggesting = true;
  entry.say(found.length ? `Space takes ${found[0]}${found.length > 1 ? `; also ${found.slice(1).join(", ")}` : ""}` : "Type letters of a name, a rank or a post");
}

// --- mouse, selects and the buttons of the plain form ------------------------------------------------------------------

form.addEventListener("change", (event) => {
  const entry = entryOf(event.target);
  if (!entry || event.target === entry.area) return;
  const name = event.target.name.split("-").at(-1);
  if (name === "speaker" || name === "second_speaker") {
    const id = Number(event.target.value) || "";
    entry.choose(name, entry.shown[name]);
    entry.setSpeaker(id, name);
  } else if (name === "kind") {
    const kind = event.target.value;
    entry.choose(name, entry.shown.kind);
    if (kind === "correction" && entry.isEmpty) setKind(entry, kind);
    else entry.setKind(kind);
    if (kind === "action") entry.unread = true;
  } else entry.look();
  touched(entry);
  if (!entry.isEmpty) outbox.send(entry, { settled: true });
});

form.addEventListener("focusin", (event) => {
  const entry = entryOf(event.target);
  if (entry && event.target === entry.area) {
    showHint(entry);
    if (entry === last() && !entry.area.value && before(entry) && !entry.started) { entry.started = true; prepare(entry, follows(before(entry))); entry.focus(); }
  }
});
form.addEventListener("focusout", (event) => {
  const entry = entryOf(event.target);
  if (!entry || entry.node.contains(event.relatedTarget)) return;
  if (!entry.isNew || !entry.isEmpty) outbox.send(entry, { settled: true });
});

const hint = document.createElement("p");
hint.className = "keys";
hint.setAttribute("aria-hidden", "true");

const KINDS = [["a", "action"], ["c", "correction"], ["d", "decision"], ["t", "thanks"], ["n", "note"], ["p", "presentation"], ["m", "comment"], ["s", "assurance"], ["r", "rough"]];

// Behind a slash: the letters that may follow, each with a space.
function offerKinds(entry) {
  const slash = entry.area.value.length < 80 && /(?:^|\s)\/[a-z]?$/.test(entry.area.value);
  if (slash === Boolean(entry.slash)) return;
  entry.slash = slash;
  showHint(entry);
}

function showHint(entry) {
  if (!useKeys() || !entry) return;
  const next = { question: "answer", answer: "next answer" }[entry.kind] ?? "next entry";
  const parts = entry.slash ? KINDS : entry.isEmpty
    ? [["?", "question"], ["!", "answer"], ["/a", "action"], ["/c", "correction"], ["@", "speaker"]]
    : [["Enter", next], ["@", "name"], ["Ctrl /", "all keys"]];
  hint.replaceChildren(...parts.map(([key, text]) => {
    const span = document.createElement("span");
    const cap = document.createElement("kbd");
    cap.textContent = key;
    span.append(cap, ` ${text}`);
    return span;
  }));
  entry.area.after(hint);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const entry = entryOf(button);
  if (button?.matches("[data-next]")) nextItem();
  else if (button?.matches("[data-save-now]")) outbox.flush(entries()).then(tell);
  else if (entry && button.dataset.act === "delete") { const to = before(entry) ?? last(); remove(entry); to.focus(); }
  else if (entry && button.dataset.act) move(entry, button.dataset.act === "up");
});

form.addEventListener("click", (event) => {
  if (!event.target.closest("a[data-correction]")) return;
  const entry = entryOf(event.target);
  if (!entry?.pk || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  correctionPanel(entry);
});

for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    const entry = last();
    entry.first = { kind: "statement", speaker: null };
    setKind(entry, button.dataset.add);
    entry.focus();
  });
}

// The caret goes back to where it was; the browser alone gives the field its focus back without one.
function showKeys(entry) {
  const place = entry?.area.selectionStart;
  keysList.showModal();
  keysList.addEventListener("close", () => {
    if (!entry) return;
    entry.area.blur();
    entry.area.focus();
    entry.area.setSelectionRange(place, place);
  }, { once: true });
}

document.querySelector("[data-keys]").addEventListener("click", () => showKeys(null));
const offerKeys = () => document.documentElement.classList.toggle("without-keys", !useKeys());
keysOn.checked = useKeys();
offerKeys();
keysOn.addEventListener("change", () => { localStorage.setItem("opcc-keys", keysOn.checked ? "on" : "off"); offerKeys(); });

// --- other items ---------------------------------------------------------------------------------------

async function nextItem() {
  await outbox.flush(entries());
  if (outbox.trouble && outbox.unsent) { notice("You stay here until your words are saved; they are kept on this device meanwhile."); return; }
  await post(setup.addresses.stamp, { ended: true });
  if (!setup.addresses.next) { notice("This is the last item. Its end is noted."); return; }
  await post(setup.addresses.stamp.replace(`/${setup.item}/`, `/${setup.addresses.next.match(/(\d+)\/$/)[1]}/`), { began: true });
  location.href = `${setup.addresses.next}#next`;
}

// --- paste -------------------------------------------------------------------------------------------------------------

form.addEventListener("paste", async (event) => {
  const entry = entryOf(event.target);
  if (!entry || event.target !== entry.area || !isLong(event.clipboardData)) return;
  event.preventDefault();
  const answer = await proposed(event.clipboardData, setup);
  if (!answer) return;
  if (answer.message) { notice(answer.message); return; }
  const start = entry.isEmpty && entry.isNew ? before(entry) : entry;
  let above = start;
  const added = answer.entries.map((values) => {
    above = newEntry({ below: above, values: { rough: false, assurance: "", question_status: "", second_speaker: null, ...values } });
    if (!above.node.previousElementSibling?.entry && !start) form.prepend(above.node);
    outbox.send(above, { settled: true });
    return above;
  });
  notice(`${added.length} entries pasted.`, "Take them out again", () => {
    for (const one of added) { one.pending ? (one.deleted = true) : remove(one); one.look(); if (one.deleted) outbox.send(one); }
    notice(`${added.length} entries taken out again.`);
  });
  above.focus();
});

// --- start -------------------------------------------------------------------------------------------------------------

const tab = await tabName();
outbox = new Outbox({ setup, tab });
sheet.takeOver();
outbox.addEventListener("state", tell);
outbox.addEventListener("conflict", ({ detail }) => showConflict(detail.entry, detail.answer, outbox));
outbox.addEventListener("saved", ({ detail: { entry } }) => {
  if (entry === last()) renewLast();
  const history = entry.node.querySelector("[data-history]");
  if (history?.hidden) { history.hidden = false; history.href = setup.addresses.history.replace("/0/", `/${entry.pk}/`); }
});
document.documentElement.classList.add("is-live");
document.querySelector("#keys-button").hidden = false;
document.querySelector(".add-bar").hidden = false;
await restore({ tab, setup, outbox, entries, newEntry });
tell();
guard({ outbox, entries, presence: new Presence({ setup, tab, outbox, onNews }) });
// "Continue" and links to an entry lead straight into its words.
const [, wanted] = /^#entry-(\d+)$/.exec(location.hash) ?? [];
const linked = wanted && living().find((entry) => entry.pk === Number(wanted));
if (linked) linked.focus();
else if (location.hash === "#next" || !living().some((entry) => !entry.isNew)) {
  if (!before(last()) && setup.chair) prepare(last(), { kind: "statement", speaker: setup.chair });
  last().focus();
}
form.dataset.ready = "yes";
