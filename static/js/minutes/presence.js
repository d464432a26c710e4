// Every ten seconds: who else has this item open, and what they have written. Nothing is locked by it.
import { post } from "./outbox.js";

const EVERY = 10000;

export class Presence {
  constructor({ setup, tab, outbox, onNews }) {
    Object.assign(this, { setup, tab, outbox, onNews });
    this.since = null;
    this.wrote = false;
    outbox.addEventListener("saved", () => { this.wrote = true; });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.ask(); });
    window.addEventListener("pagehide", () => {
      post(setup.addresses.presence, { tab, leaves: true, wrote: this.wrote }, { keepalive: true });
    });
    this.ask();
  }

  // One question at a time; whoever has written since the last one was put has another put behind it.
  async ask() {
    clearTimeout(this.timer);
    if (this.asking) { await this.asking; if (!this.wrote) return; }
    this.asking = this.once();
    await this.asking;
    this.asking = null;
    this.timer = setTimeout(() => this.ask(), EVERY);
  }

  async once() {
    const { wrote } = this;
    this.wrote = false;
    const sent = { tab: this.tab, since: this.since, order_version: this.outbox.orderVersion, wrote };
    const { status, answer } = await post(this.setup.addresses.presence, sent);
    if (status !== 200) { this.wrote ||= wrote; return; }
    const first = this.since === null;
    this.since = answer.now;
    this.onNews(answer, first);
    if (this.outbox.trouble && this.outbox.trouble !== "closed") this.outbox.now(); // the line is back, or somebody signed in again
  }
}
