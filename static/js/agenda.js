// The agenda builder without a new page for each step: add with Enter, move with the buttons or Alt and the arrow keys.
const state = document.querySelector("#agenda-state");
const builder = () => document.querySelector("#builder");

// Steps go one after the other, however quickly they are made.
let queue = Promise.resolve();
const inTurn = (step) => { queue = queue.then(step); };

// Send a form's data and put the new builder in the old one's place. Returns whether that worked.
async function send(action, data) {
  try {
    const answer = await fetch(action, { method: "POST", body: data });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#builder");
    if (!fresh) throw new Error("no agenda in the answer");
    const typed = builder().querySelector("#id_title").value;
    builder().replaceWith(fresh);
    return { typed, refused: Boolean(fresh.querySelector(".has-error")) };
  } catch {
    return null;
  }
}

function move(form, button) {
  const { id } = button.closest("[id^=item-]");
  const up = button.value === "up";
  const data = new FormData(form, button);
  const onTitle = document.activeElement.matches(".title a");
  inTurn(async () => {
    const done = await send(form.action, data);
    if (!done) { state.textContent = "Not moved. The connection is lost."; return; }
    builder().querySelector("#id_title").value = done.typed;
    const item = document.getElementById(id);
    if (!item) return;
    (item.querySelector(onTitle ? ".title a" : `button[value=${up ? "up" : "down"}]`) ?? item).focus();
    state.textContent = `${item.querySelector(".title").textContent.trim()} moved ${up ? "up" : "down"}`;
  });
}

function add(form, submitter) {
  const data = new FormData(form, submitter);
  const title = data.get("title");
  form.elements.title.value = ""; // the next title can be typed while this one is on its way
  inTurn(async () => {
    const done = await send(form.action, data);
    const field = builder().querySelector("#id_title");
    if (!done) {
      field.value = [title, field.value].filter(Boolean).join(" ");
      state.textContent = "Not added. The connection is lost; the title is still in its field.";
      return;
    }
    if (done.refused) {
      builder().querySelector(".has-error input").focus();
      state.textContent = "Not added. See the message.";
      return;
    }
    field.value = done.typed;
    field.focus();
    state.textContent = `${title} added`;
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!builder().contains(form)) return;
  if (form.matches(".move")) { event.preventDefault(); move(form, event.submitter); }
  else if (form.matches(".add-item")) { event.preventDefault(); add(form, event.submitter); }
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const item = event.target.closest?.("#builder [id^=item-]");
  if (!item) return;
  event.preventDefault();
  const button = item.querySelector(`.move button[value=${event.key === "ArrowUp" ? "up" : "down"}]`);
  if (button) move(button.form, button);
});

// Coming back from the server with #id_title in the address: go on typing there.
if (location.hash === "#id_title") document.querySelector("#id_title")?.focus();
