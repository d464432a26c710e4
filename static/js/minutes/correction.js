// The details of a correction, under its entry: pick the figure of the paper by one to three letters or digits, type the
// right value, Enter. Nothing typed is ever lost: Escape puts the panel away with its words, and a save that finds the line
// down is sent again with the same save id until somebody has acknowledged it.
//
// openCorrection(entryElement, { address, onSaved, onClose, focus }) opens it. `onSaved` gets the server's answer: text and
// version of the entry, whether the sentence was written for the clerk, and the correction's values and flags.
import { newId } from "./drafts.js";

const FRAGMENT = { "X-Fragment": "1" };
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;
const LIMIT = 8;
const panels = new WeakMap();
let count = 0;

export async function openCorrection(entryElement, { address, onSaved, onClose, focus = true } = {}) {
  let panel = panels.get(entryElement);
  if (!panel) {
    panel = new Panel(entryElement, address);
    panels.set(entryElement, panel);
  }
  if (onSaved) panel.onSaved = onSaved;
  if (onClose) panel.onClose = onClose;
  await panel.open(focus);
  return panel;
}

class Panel {
  constructor(entryElement, address) {
    this.entry = entryElement;
    this.address = address;
    this.box = document.createElement("div");
    this.box.className = "correction-box";
    // The editor around it listens for keys and changes of its own; those of the panel are none of its business.
    for (const kind of ["keydown", "keyup", "keypress", "beforeinput", "input", "change", "focusout", "paste", "submit"]) {
      this.box.addEventListener(kind, (event) => event.stopPropagation());
    }
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.box.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) this.close(); });
    this.pending = null;
    this.wait = FIRST_WAIT;
    window.addEventListener("online", () => { if (this.pending) this.#send(); });
    window.addEventListener("beforeunload", (event) => { if (this.pending || this.#isTyped()) event.preventDefault(); });
  }

  get form() { return this.box.querySelector("form"); }

  // Words in the panel that no server has.
  #isTyped() { return Boolean(this.form) && fingerprint(this.form) !== this.before; }

  async open(focus) {
    if (!this.box.isConnected) this.#place();
    if (!this.form || !(this.pending || this.#isTyped())) {
      const html = await this.#fetched();
      if (html) this.#show(html);
    }
    this.box.scrollIntoView({ block: "nearest" });
    if (focus) this.#focusFirst();
  }

  #place() {
    const text = this.entry.querySelector("textarea");
    if (text) text.insertAdjacentElement("afterend", this.box);
    else (this.entry.querySelector(".text") || this.entry).append(this.box);
  }

  async #fetched() {
    try {
      const answer = await fetch(this.address, { headers: FRAGMENT, credentials: "same-origin" });
      const html = await answer.text();
      if (html.includes("data-correction")) return html;
    } catch { /* said below */ }
    if (!this.form) {
      const words = document.createElement("p");
      words.className = "panel-state not-saved";
      words.setAttribute("role", "status");
      words.textContent = "The details of this correction could not be loaded. Nothing is lost; open them again when the line is back.";
      this.box.replaceChildren(words);
    }
    return "";
  }

  // The form is taken over as an element: written as text it would vanish inside the form of the editor.
  #show(html) {
    const form = new DOMParser().parseFromString(html, "text/html").querySelector("form[data-correction]");
    this.box.replaceChildren(form);
    enhanceForm(form);
    this.before = fingerprint(form);
  }

  #focusFirst() {
    const form = this.form;
    if (!form) return;
    const wrong = form.querySelector("[data-clash], [aria-invalid='true']");
    const now = form.elements.new_value;
    const letters = form.querySelector("[role=combobox]");
    const first = wrong || (form.elements.old_value.value || now.value || !letters ? now : letters);
    first.focus();
  }

  #key(event) {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      this.close();
    }
  }

  // The panel goes, its words stay in it until it is opened again. While a save is not acknowledged it stays to say so.
  close() {
    if (!this.pending) this.box.remove();
    if (this.onClose) this.onClose();
    else this.entry.querySelector("a[data-correction], textarea")?.focus();
  }

  save() {
    if (this.pending) return; // what is under way is answered first; then whatever was typed since is sent
    this.form.elements.has_words.value = this.entry.querySelector("textarea")?.value.trim() ? "on" : "";
    this.pending = new FormData(this.form);
    this.sent = fingerprint(this.form);
    this.#say("Saving");
    this.#send();
  }

  async #send() {
    if (this.sending || !this.pending) return;
    this.sending = true;
    clearTimeout(this.timer);
    let answer = null;
    try {
      answer = await fetch(this.address, { method: "POST", body: this.pending, headers: FRAGMENT, credentials: "same-origin" });
      await this.#answered(answer);
    } catch {
      this.#notSaved("The line is down.");
    } finally {
      this.sending = false;
    }
  }

  async #answered(answer) {
    const kind = answer.headers.get("Content-Type") || "";
    if (answer.ok && kind.includes("application/json")) return this.#saved(await answer.json());
    if ([409, 422].includes(answer.status)) {
      const html = await answer.text();
      this.pending = null;
      this.#show(html);
      if (!this.box.isConnected) this.#place(); // closed meanwhile; there is something to decide
      this.#focusFirst();
      return undefined;
    }
    if (answer.status === 401 || answer.status === 403 || answer.redirected) {
      this.#notSaved("You are signed out, or the page is too old. Sign in in another tab.");
      await this.#renewToken();
      return undefined;
    }
    this.#notSaved("The server did not answer.");
    return undefined;
  }

  #saved(answer) {
    this.pending = null;
    this.wait = FIRST_WAIT;
    const form = this.form;
    const more = fingerprint(form) !== this.sent;
    form.elements.base_version.value = answer.correction.version;
    form.elements.save_id.value = newId();
    form.elements.has_words.value = "";
    if (more) return this.save();
    this.before = fingerprint(form);
    this.box.replaceChildren();
    this.box.remove();
    this.entry.dispatchEvent(new CustomEvent("correction:saved", { bubbles: true, detail: answer }));
    if (this.onSaved) this.onSaved(answer);
    else this.close();
    return undefined;
  }

  #notSaved(why) {
    const seconds = Math.round(this.wait / 1000);
    this.#say(`Not saved. ${why} What you typed stays here and is sent again by itself, every ${seconds} seconds at first.`, true);
    this.timer = setTimeout(() => this.#send(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  // A new sign-in has a new token: the words stay, only the token is changed, and the save id remains.
  async #renewToken() {
    const html = await fetch(this.address, { headers: FRAGMENT, credentials: "same-origin" }).then((answer) => answer.text()).catch(() => "");
    const token = new DOMParser().parseFromString(html, "text/html").querySelector("form[data-correction] [name=csrfmiddlewaretoken]");
    if (!token || !this.pending) return;
    this.form.elements.csrfmiddlewaretoken.value = token.value;
    this.pending.set("csrfmiddlewaretoken", token.value);
  }

  #say(words, bad = false) {
    const state = this.form.querySelector("[data-state]");
    state.classList.toggle("not-saved", bad);
    if (state.textContent !== words) state.textContent = words;
  }
}

function fingerprint(form) {
  const values = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "base_version", "save_id", "has_words"]) values.delete(name);
  return JSON.stringify([...values]);
}

// --- Picking a figure by letters -------------------------------------------------------------------------------------

const words = (text) => text.toLowerCase().split(/[^\p{L}\p{N}.,%£]+/u).filter(Boolean);

// How well a figure fits what was typed: its digits count most, then the words of what it measures, then its section.
function fits(figure, typed) {
  const digits = figure.value.replace(/[£+\s]/g, "").toLowerCase();
  if (digits.startsWith(typed.replace(/[£+\s]/g, "").toLowerCase())) return 4;
  const [measure, heading] = [words(figure.measure), words(figure.heading)];
  const asked = words(typed);
  const inside = (place) => asked.every((part) => place.some((word) => word.startsWith(part)));
  if (!asked.length) return 0;
  if (inside(measure)) return measure[0].startsWith(asked[0]) ? 3 : 2;
  return inside([...measure, ...heading, digits]) ? 1 : 0;
}

function enhanceForm(form) {
  const field = form.querySelector("[data-figures]");
  const select = field.querySelector("select");
  const figures = [...select.options].filter((option) => option.value).map((option) => ({ key: option.value, ...option.dataset }));
  const proposed = {};
  const id = `figure-picker-${++count}`;

  const box = document.createElement("div");
  box.className = "figure-picker";
  const input = document.createElement("input");
  input.type = "text";
  input.id = id;
  input.autocomplete = "off";
  input.spellcheck = false;
  const list = document.createElement("ul");
  list.className = "figure-list";
  list.id = `${id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Figures");
  list.hidden = true;
  const hint = field.querySelector(".hint");
  hint.id = `${id}-hint`;
  hint.textContent = figures.length
    ? "One to three letters or digits, then Enter. Or type a figure that the paper does not print."
    : "The papers here print no figures in their own text. Type the figure as it was said, then Enter.";
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, "aria-describedby": hint.id,
  })) input.setAttribute(name, value);
  field.querySelector("label").htmlFor = id;
  const chosen = select.selectedOptions[0];
  if (chosen?.value) input.value = chosen.textContent.trim();
  select.hidden = true;
  box.append(input, list);
  select.before(box);

  let shown = [];
  let active = 0;

  function shut() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function mark(place) {
    active = (place + shown.length) % shown.length;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === active)));
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  }
  function offer() {
    const typed = input.value.trim();
    shown = typed
      ? figures.map((figure) => ({ figure, fit: fits(figure, typed) })).filter((one) => one.fit)
          .sort((a, b) => b.fit - a.fit).map((one) => one.figure).slice(0, LIMIT)
      : figures.slice(0, LIMIT);
    if (typed) shown = [...shown, null];
    if (!shown.length) return shut();
    list.replaceChildren(...shown.map((figure, place) => item(figure, place, typed)));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(0);
  }
  function item(figure, place, typed) {
    const row = document.createElement("li");
    row.id = `${list.id}-${place}`;
    row.setAttribute("role", "option");
    const value = document.createElement("strong");
    const about = document.createElement("span");
    value.textContent = figure ? figure.value : typed;
    about.textContent = figure ? figure.measure : "as typed; in no paper here";
    row.append(value, about);
    if (figure) {
      const where = document.createElement("span");
      where.className = "where";
      where.textContent = figure.heading;
      row.append(where);
    }
    row.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      pick(figure);
    });
    return row;
  }
  // What was filled in by an earlier pick gives way; what somebody typed stays.
  function fill(name, value) {
    const control = form.elements[name];
    if (control.value && control.value !== proposed[name]) return;
    proposed[name] = control.value = value || "";
  }
  function pick(figure) {
    const typed = input.value.trim();
    shut();
    select.value = figure ? figure.key : "";
    if (figure) input.value = `${figure.value} ${figure.measure}`.trim();
    if (figure || typed) form.elements.old_value.value = figure ? figure.value : typed;
    fill("measure", figure?.measure);
    fill("place", figure?.place);
    const asked = form.querySelector("[id$=_period_helptext]");
    if (asked) asked.textContent = figure?.hint || "Which period does the figure speak of? Ask, do not guess.";
    form.elements.new_value.focus();
  }

  input.addEventListener("input", offer);
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", shut);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden) pick(shown[active]);
      else if (input.value.trim() && !select.value) pick(null);
      else form.elements.new_value.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) offer();
      else mark(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // the list goes, the panel stays
      shut();
    }
  });
}

// On its own page the form is there already; in the editor a link beside the entry opens it in place.
document.querySelectorAll("form[data-correction]").forEach(enhanceForm);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-correction]");
  const entry = link?.closest(".entry");
  if (!entry || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openCorrection(entry, { address: link.href });
});
