// The attendance sheet saves itself on every change, through the same form that works without script.
import { enhance } from "./people-picker.js";

const form = document.querySelector("form[data-sheet]");
const saved = document.querySelector("#saved");
const trouble = document.querySelector("#trouble");

let running = false; // a save is under way
let again = false; // something changed meanwhile
let inTrouble = false;

const row = (element) => element.closest("[data-row]");
const radio = (key, value) => form.querySelector(`[name="status-${key}"][value="${value}"]`);
const nameOf = (key) => form.elements[`substitute-${key}`];

// Rows where "Substitute" is chosen and nobody is named yet: they are not sent before they are complete.
function unfinished() {
  return [...form.querySelectorAll("[data-row]")]
    .map((one) => one.dataset.row)
    .filter((key) => radio(key, "substitute")?.checked && nameOf(key) && !nameOf(key).dataset.ready);
}

function say(words, isTrouble = false) {
  saved.textContent = words;
  saved.classList.toggle("trouble", isTrouble);
  // Spoken only when trouble begins or ends, not at each save.
  if (isTrouble || inTrouble) trouble.textContent = words;
  inTrouble = isTrouble;
}

function posted() {
  const data = new FormData(form);
  for (const key of unfinished()) {
    data.set(`status-${key}`, data.get(`was-status-${key}`));
    data.set(`substitute-${key}`, "");
  }
  return data;
}

async function save() {
  if (running) { again = true; return; }
  running = true;
  say("Saving…");
  let page = null;
  const sent = posted();
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, headers: { "X-Saved-By": "script" } });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch { /* the line is down: said below */ }
  running = false;
  const fresh = page?.querySelector("form[data-sheet]");
  if (!fresh) {
    again = false;
    say("Not saved. Press Save to try again.", true);
    return;
  }
  const refused = Boolean(page.querySelector(".error-summary"));
  if (again && !refused) {
    again = false;
    catchUp(fresh, sent);
    return save();
  }
  again = false;
  draw(page, fresh, refused);
}

// Before the next save of what changed meanwhile: take over what the first one settled, keep what somebody chose since.
function catchUp(fresh, sent) {
  for (const { name, value } of fresh.querySelectorAll('[name^="was-"]')) {
    const before = form.elements[name];
    const subject = name.slice("was-".length);
    const field = form.elements[subject];
    if (!before || !field) continue;
    if (field.value === sent.get(subject)) field.value = value;
    before.value = value;
  }
}

// Puts the answer in the page's place and leaves focus and unfinished rows as they were.
function draw(page, fresh, refused) {
  const focused = document.activeElement;
  const waiting = refused ? [] : unfinished().map((key) => [key, nameOf(key).value, form.elements[`post-${key}`].value]);
  const key = row(focused)?.dataset.row;
  const heading = focused?.matches?.('[name^="heading-"]') ? focused.value : null;
  const opened = [...form.querySelectorAll("details[open]")].map((one) => one.className);
  form.replaceChildren(...fresh.childNodes);
  document.querySelector("#problems").replaceChildren(...page.querySelector("#problems").childNodes);
  for (const one of form.querySelectorAll("details")) if (opened.includes(one.className)) one.open = true;
  for (const [who, name, post] of waiting) {
    if (!nameOf(who)) continue;
    radio(who, "substitute").checked = true;
    nameOf(who).value = name;
    form.elements[`post-${who}`].value = post;
  }
  enhance(form);
  if (refused) {
    say("Not saved", true);
    document.querySelector(".error-summary").focus();
    return;
  }
  const now = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  say(page.querySelector("#saved").textContent.trim() || `Saved ${now}`);
  const place = (focused?.id && document.getElementById(focused.id)) || (key && form.querySelector(`[data-row="${key}"] .standing-in a`)) || (key && document.getElementById(`name-${key}`));
  place?.focus();
  if (heading !== null && place?.matches("input")) place.value = heading;
}

form.addEventListener("change", (event) => {
  const field = event.target;
  if (field.name?.startsWith("status-")) {
    const key = field.name.slice("status-".length);
    if (field.value === "substitute" && nameOf(key)) {
      if (nameOf(key).value && nameOf(key).dataset.ready) return void save();
      say("Enter who stands in");
      nameOf(key).focus();
      return;
    }
    return void save();
  }
  if (/^(recorded|heading)-|^chair$/.test(field.name)) save();
});

form.addEventListener("picked", (event) => {
  const key = row(event.target)?.dataset.row;
  if (!key) return;
  if (event.detail.isNew) {
    const post = form.elements[`post-${key}`];
    post.closest(".new-person").classList.add("shown");
    post.focus();
    say("Enter the post of this new person");
    return;
  }
  event.target.dataset.ready = "yes";
  save();
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || !event.target.matches?.('[name^="post-"], [name^="substitute-"]')) return;
  event.preventDefault();
  nameOf(row(event.target).dataset.row).dataset.ready = "yes";
  save();
});

// The buttons inside the sheet save in place too; "Go to the minutes" goes its own way.
form.addEventListener("submit", (event) => {
  if (event.submitter?.name === "then") return;
  event.preventDefault();
  const key = event.submitter && row(event.submitter)?.dataset.row;
  for (const waiting of key ? [key] : unfinished()) if (nameOf(waiting)) nameOf(waiting).dataset.ready = "yes";
  save();
});

window.addEventListener("online", () => { if (inTrouble) save(); });
