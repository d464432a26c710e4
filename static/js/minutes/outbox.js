// Sends what was written, one entry a request and one after the other, and sends it again until the server has answered.
// A save keeps its id and its words on every retry, so that it counts once however often it arrives.
import { forget, keep, newId } from "./drafts.js";

const IDLE = 2000; // after the last key
const DRAFT = 250; // typing is on the device's disk this soon
const PATIENCE = 15000; // for one answer
const PAUSES = [1000, 2000, 4000, 8000, 15000]; // between retries

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

// Sends data and returns { status, answer }; status 0 where no answer came.
export async function post(address, data, { keepalive = false } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const reply = await fetch(address, {
      method: "POST", credentials: "same-origin", signal: stop.signal, keepalive,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify(data),
    });
    const isData = reply.headers.get("Content-Type")?.startsWith("application/json");
    return { status: reply.status, answer: isData ? await reply.json() : {} };
  } catch {
    return { status: 0, answer: {} };
  } finally {
    clearTimeout(timer);
  }
}

export class Outbox extends EventTarget {
  constructor({ setup, tab }) {
    super();
    this.setup = setup;
    this.tab = tab;
    this.waiting = new Set(); // entries with words to send, in the order of writing
    this.timers = new Map();
    this.drafts = new Map();
    this.conflicts = new Set();
    this.trouble = ""; // offline, signed_out, somebody_else, closed
    this.lastSaved = "";
    this.failures = 0;
    this.working = false;
    this.acts = []; // moves, in turn with the saves
    this.orderVersion = setup.order_version;
    window.addEventListener("online", () => this.now());
  }

  tell() { this.dispatchEvent(new Event("state")); }

  get unsent() { return this.waiting.size; }

  // Whether anything typed here is not on the server: what closing the tab would leave on this device only.
  get isHolding() { return this.waiting.size > 0 || this.acts.length > 0 || this.timers.size > 0 || this.conflicts.size > 0; }

  // Something in the entry changed: it is kept at once and sent after a moment's rest.
  changed(entry) {
    entry.refused = null;
    if (!this.drafts.has(entry)) this.drafts.set(entry, setTimeout(() => { this.drafts.delete(entry); this.keep(entry); }, DRAFT));
    clearTimeout(this.timers.get(entry));
    this.timers.set(entry, setTimeout(() => this.send(entry), IDLE));
    if (this.timers.size === 1 && !this.waiting.size) this.tell();
  }

  key(entry) { return `${this.setup.writer}:${this.setup.item}:${entry.uid}:${this.tab}`; }

  async keep(entry) {
    if (!entry.isDirty && !entry.pending && !entry.conflict) return;
    try {
      await keep({
        key: this.key(entry), writer: this.setup.writer, item: this.setup.item, tab: this.tab, uid: entry.uid,
        after: this.above(entry), values: entry.values(), base: entry.base, pending: entry.pending,
        title: this.setup.title, address: this.setup.addresses.here, at: Date.now(),
      });
    } catch (trouble) {
      this.cannotKeep = true; // a private window or a full disk: then only the server can keep it
    }
  }

  above(entry) {
    let node = entry.node.previousElementSibling;
    while (node && !(node.entry && !node.entry.isNew)) node = node.previousElementSibling;
    return entry.isNew ? node?.entry.uid ?? null : null;
  }

  // Send it now. `settled`: the writer has left the entry.
  send(entry, { settled = false } = {}) {
    clearTimeout(this.timers.get(entry));
    this.timers.delete(entry);
    if (settled) entry.settled = true;
    if (!entry.conflict && (entry.isDirty || entry.pending)) {
      this.waiting.add(entry);
      if (this.working || this.retry) this.keep(entry); // its turn comes later; its words are on the disk now
    }
    this.tell();
    return this.run();
  }

  // Everything that is not sent yet, at once.
  flush(entries) {
    for (const entry of entries) if (entry.isDirty || entry.pending) this.send(entry, { settled: true });
    return this.run();
  }

  act(work) {
    this.acts.push(work);
    const done = this.run();
    this.tell();
    return done;
  }

  now() {
    clearTimeout(this.retry);
    this.retry = null;
    return this.run();
  }

  run() {
    if (this.working) return this.running;
    if (this.retry) return Promise.resolve();
    this.working = true;
    this.running = this.untilDone();
    return this.running;
  }

  get hasWork() { return this.acts.length > 0 || [...this.waiting].some((entry) => !entry.conflict); }

  // What came in while the last round was ending gets a round of its own.
  async untilDone() {
    try {
      do await this.work(); while (!this.retry && this.hasWork);
    } finally {
      this.working = false;
      this.tell();
    }
  }

  async work() {
    for (;;) {
      const entry = [...this.waiting].find((one) => !one.conflict);
      if (entry) {
        if (!(await this.sendOne(entry))) { this.again(); return; }
      } else if (this.acts.length) {
        if ((await this.acts[0]()) === false) { this.again(); return; }
        this.acts.shift();
      } else return;
    }
  }

  again() {
    this.failures += 1;
    const pause = PAUSES[Math.min(this.failures, PAUSES.length) - 1];
    this.retry = setTimeout(() => this.now(), pause);
  }

  // True when the server has said what becomes of the save; false when it has to be sent again.
  async sendOne(entry) {
    if (!entry.pending) {
      if (!entry.isDirty || entry.refused) { this.waiting.delete(entry); await this.settleDraft(entry); return true; }
      const values = entry.values();
      entry.pending = {
        save_id: newId(),
        values,
        body: { writer: this.setup.writer, uid: entry.uid, base_version: entry.base, after: this.above(entry), settled: Boolean(entry.settled), ...values },
      };
      entry.pending.body.save_id = entry.pending.save_id;
    }
    await this.keep(entry);
    if (!this.trouble) this.tell();
    const { status, answer } = await post(this.setup.addresses.save, entry.pending.body, { keepalive: document.hidden });
    if (status === 200) return this.saved(entry, answer);
    if (status === 409) return this.clashed(entry, answer);
    if (status === 401) return this.troubled("signed_out");
    if (status === 403) return this.troubled({ somebody_else: "somebody_else", not_allowed: "not_allowed" }[answer.error] ?? "signed_out", answer.message);
    if (status === 404 || status === 410) {
      this.waiting.delete(entry);
      entry.say(`${answer.message ?? "These minutes are gone."} Your words are kept on this device: copy them.`, true);
      entry.refused = entry.pending.values;
      entry.pending = null;
      this.troubled("closed", answer.message);
      return true;
    }
    if ([400, 413, 422].includes(status)) {
      this.waiting.delete(entry);
      entry.refused = entry.pending.values;
      entry.pending = null;
      entry.say(`Not saved. ${answer.message ?? "The server could not read this entry."}`, true);
      this.lastRefused = entry;
      this.trouble = "";
      return true;
    }
    return this.troubled("offline");
  }

  troubled(kind, message = "") {
    this.trouble = kind;
    this.message = message;
    this.tell();
    return false;
  }

  async saved(entry, answer) {
    const { pending } = entry;
    entry.pending = null;
    entry.say("");
    if (pending.body.settled && entry.area.value.trim() === pending.values.text) entry.settled = entry.unread = false;
    entry.acknowledge(answer.entry, pending.values);
    this.orderVersion = answer.order_version;
    this.lastSaved = answer.at;
    this.trouble = "";
    this.failures = 0;
    if (!entry.isDirty) this.waiting.delete(entry);
    else if (this.timers.has(entry)) this.waiting.delete(entry); // still being typed: its own timer sends the rest
    await this.settleDraft(entry);
    this.dispatchEvent(new CustomEvent("saved", { detail: { entry, answer } }));
    return true;
  }

  async settleDraft(entry) {
    if (entry.isDirty) return this.keep(entry);
    clearTimeout(this.drafts.get(entry));
    this.drafts.delete(entry);
    try { await forget(this.key(entry)); } catch { /* what cannot be kept cannot be forgotten */ }
  }

  async clashed(entry, answer) {
    this.waiting.delete(entry);
    entry.conflict = answer;
    entry.pending = null;
    this.conflicts.add(entry);
    this.trouble = "";
    this.failures = 0;
    await this.keep(entry);
    this.dispatchEvent(new CustomEvent("conflict", { detail: { entry, answer } }));
    return true;
  }

  // A person has chosen between two wordings.
  decided(entry) {
    entry.base = entry.conflict.theirs.version;
    entry.acknowledged = { ...entry.conflict.theirs };
    entry.conflict = null;
    this.conflicts.delete(entry);
    return this.send(entry, { settled: true });
  }
}
