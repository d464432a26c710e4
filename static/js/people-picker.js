// Text fields marked data-people offer the people of their <datalist> while somebody types: two letters, Enter.
// Without script the browser's own list does the same, and the server finds the person by name.
const LIMIT = 8;
let count = 0;

const words = (text) => text.toLowerCase().split(/[^\p{L}\p{N}'’-]+/u).filter(Boolean);

// How well a person fits what was typed: 0 not at all; names count more than posts, the beginning more than the rest.
function score(offer, typed) {
  const [name, post] = [words(offer.split(", ")[0]), words(offer)];
  const asked = words(typed);
  if (!asked.length || !asked.every((part) => post.some((word) => word.startsWith(part)))) return 0;
  if (asked.every((part) => name.some((word) => word.startsWith(part)))) return name[0].startsWith(asked[0]) ? 3 : 2;
  return 1;
}

function offers(input, typed) {
  const options = [...document.querySelectorAll(`#${input.dataset.peopleList} option`)].map((option) => option.value);
  return options
    .map((offer) => ({ offer, score: score(offer, typed) }))
    .filter((found) => found.score)
    .sort((a, b) => b.score - a.score || a.offer.localeCompare(b.offer))
    .slice(0, LIMIT)
    .map((found) => ({ value: found.offer, text: found.offer, isNew: false }));
}

function enhanceOne(input) {
  input.dataset.peopleList = input.getAttribute("list");
  input.removeAttribute("list");
  const box = document.createElement("div");
  box.className = "picker";
  input.replaceWith(box);
  const list = document.createElement("ul");
  list.className = "picker-list";
  list.id = `picker-${++count}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  list.hidden = true;
  box.append(input, list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  let shown = [];
  let active = 0;

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function highlight(number) {
    active = (number + shown.length) % shown.length;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  }
  function open() {
    const typed = input.value.trim();
    shown = typed.length < 2 ? [] : offers(input, typed);
    if (typed.length >= 2 && !shown.some((one) => one.value.split(", ")[0].toLowerCase() === typed.toLowerCase())) {
      shown.push({ value: typed, text: `Somebody new: ${typed}`, isNew: true });
    }
    if (!shown.length) return close();
    list.replaceChildren(...shown.map((one, place) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${place}`;
      item.setAttribute("role", "option");
      item.textContent = one.text;
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); pick(place); });
      return item;
    }));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    highlight(0);
  }
  function pick(place) {
    const one = shown[place];
    input.value = one.value;
    close();
    input.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: { isNew: one.isNew } }));
  }

  input.addEventListener("input", open);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); highlight(active + (event.key === "ArrowDown" ? 1 : -1)); }
    else if (event.key === "Enter") { event.preventDefault(); pick(active); }
    else if (event.key === "Escape") { event.stopPropagation(); close(); }
  });
}

export function enhance(root = document) {
  root.querySelectorAll("input[data-people][list]").forEach(enhanceOne);
}

enhance();
// On a page with one such field, somebody new is asked for the post next.
document.addEventListener("picked", (event) => {
  if (event.detail.isNew) document.querySelector("#id_typed_post")?.focus();
});
