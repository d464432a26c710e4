// One entry on the page: its fields, what of it the server has, and how it looks.
import { grow } from "../grow-textarea.js";
import { draw } from "./details.js";
import { newId } from "./drafts.js";

const MARKS = { question: "question", correction: "correction", action: "action", decision: "action" };
const FIELDS = ["kind", "speaker", "second_speaker", "text", "rough", "assurance", "question_status"];

export const same = (a, b) => a && b && a.deleted === b.deleted && FIELDS.every((name) => a[name] === b[name]);

export class Entry {
  constructor(node, speakers, { uid = null, base = 0, after = null } = {}) {
    this.node = node;
    this.speakers = speakers;
    this.uid = uid || node.dataset.entry || newId();
    node.dataset.entry = this.uid;
    node.entry = this;
    this.base = base || Number(this.field("base_version").value);
    this.after = after; // the uid below which a new entry goes
    this.deleted = false;
    this.pending = null; // the save on its way: { save_id, body, values }, the same on every retry
    this.conflict = null;
    this.refused = null; // values that the server would not keep
    this.wanted = false; // it gets its place on the server before it has words
    this.unread = false; // an action's words have changed since its owner and day were read
    this.acknowledged = this.base ? this.values() : null;
    this.first = { kind: this.kind, speaker: this.speaker };
    this.look();
  }

  field(name) { return this.node.querySelector(`[name$="-${name}"]`); }
  get area() { return (this.textArea ??= this.field("text")); }
  get kind() { return this.field("kind").value; }
  get speaker() { return Number(this.field("speaker").value) || null; }
  get isNew() { return this.base === 0; }
  get beginning() { return this.speakers.beginning(this.values()); }

  values() {
    const number = (name) => Number(this.field(name).value) || null;
    const kind = this.kind;
    return {
      kind,
      speaker: number("speaker"),
      second_speaker: number("speaker") ? number("second_speaker") : null,
      text: this.area.value.replace(/\r\n?/g, "\n").trim(),
      rough: this.field("rough").checked,
      assurance: this.field("assurance").value,
      question_status: this.field("question_status").value,
      deleted: this.deleted,
    };
  }

  // Nothing but the name that the speaker brought along.
  get isEmpty() {
    const text = this.area.value.trim();
    return !text || text === this.beginning.trim();
  }

  get isDirty() {
    if (this.isNew) return (this.wanted || !this.isEmpty) && !this.deleted;
    const now = this.values();
    return !same(now, this.acknowledged) || (this.unread && now.kind === "action");
  }

  put(values) {
    for (const name of ["kind", "speaker", "second_speaker", "assurance", "question_status"]) {
      this.choose(name, values[name] ?? "");
    }
    this.field("rough").checked = Boolean(values.rough);
    this.setText(values.text);
    this.deleted = Boolean(values.deleted);
    this.look();
  }

  choose(name, value) {
    const select = this.field(name);
    select.value = String(value ?? "");
    if (select.value !== String(value ?? "")) { // somebody who is no longer offered, or a kind no longer used
      select.append(new Option(this.speakers.called(value) || String(value), String(value)));
      select.value = String(value);
    }
  }

  setText(text) {
    if (this.area.value === text) return;
    this.area.value = text;
    grow(this.area);
  }

  // A new speaker takes the old one's place at the beginning of the words, where those were left as they came.
  setSpeaker(id, name = "speaker") {
    const before = this.beginning;
    if (name === "second_speaker" && !this.speaker) name = "speaker";
    this.choose(name, id);
    if (name === "speaker" && this.field("second_speaker").value === String(id)) this.choose("second_speaker", "");
    this.renew(before);
  }

  setKind(kind) {
    const before = this.beginning;
    this.choose("kind", kind);
    this.renew(before);
  }

  renew(before) {
    const now = this.beginning;
    const text = this.area.value;
    if (now !== before) {
      if (before && text.startsWith(before)) this.setText(now + text.slice(before.length));
      else if (!text.trim() || text.trim() === before.trim()) this.setText(now);
    }
    if (document.activeElement === this.area && this.isEmpty) this.area.setSelectionRange(this.area.value.length, this.area.value.length);
    this.look();
  }

  look() {
    this.shown = { kind: this.kind, speaker: this.field("speaker").value, second_speaker: this.field("second_speaker").value };
    const { kind, classList } = { kind: this.kind, classList: this.node.classList };
    for (const mark of ["question", "correction", "action"]) classList.toggle(mark, MARKS[kind] === mark);
    const rough = this.field("rough").checked;
    classList.toggle("rough", rough);
    this.node.querySelector(".is-rough").textContent = rough ? " (rough)" : "";
    const second = this.speakers.called(this.field("second_speaker").value);
    this.node.querySelector(".with").textContent = second ? `with ${second}` : "";
    this.node.querySelector(".only-question").hidden = kind !== "question";
    this.node.querySelector(".only-assurance").hidden = kind !== "assurance";
    this.field("speaker").classList.toggle("nobody", !this.speaker);
    const words = this.field("kind").selectedOptions[0]?.text ?? "";
    const who = this.speakers.called(this.speaker);
    this.node.setAttribute("aria-label", this.isNew && this.isEmpty ? "Next entry" : [words, who].filter(Boolean).join(", "));
    this.node.hidden = this.deleted;
  }

  // The server has these values, as this version.
  acknowledge(shown, sent) {
    this.base = shown.version;
    this.pk = shown.pk;
    this.acknowledged = {
      kind: shown.kind, speaker: shown.speaker, second_speaker: shown.second_speaker, text: shown.text, rough: shown.rough,
      assurance: shown.assurance, question_status: shown.question_status, deleted: shown.deleted,
    };
    // The server may have tidied the words: they are shown unless somebody has typed on.
    if (shown.text !== sent.text && this.area.value.trim() === sent.text) this.setText(shown.text);
    this.field("base_version").value = shown.version;
    this.node.id = `entry-${shown.pk}`;
    this.draw(shown.details);
    this.look();
  }

  // Somebody else's version, where nothing of ours is under way.
  adopt(shown) {
    this.put(shown);
    this.acknowledge(shown, shown);
  }

  draw(details) {
    const place = this.node.querySelector(".entry-details");
    if (!place.contains(document.activeElement)) draw(place, this.kind, details);
  }

  say(words, isTrouble = false) {
    const line = this.node.querySelector(".entry-state");
    line.textContent = words;
    line.hidden = !words;
    line.classList.toggle("not-saved", isTrouble);
  }

  focus(atEnd = true) {
    this.area.focus();
    const place = atEnd ? this.area.value.length : 0;
    this.area.setSelectionRange(place, place);
  }
}
