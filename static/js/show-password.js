// Adds a Show button beside each password field marked data-show-password. Without script there is no button.
for (const input of document.querySelectorAll("input[type=password][data-show-password]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  const words = document.createElement("span");
  const more = document.createElement("span");
  more.className = "visually-hidden";
  button.append(words, more);

  const show = (visible) => {
    input.type = visible ? "text" : "password";
    words.textContent = visible ? "Hide" : "Show";
    more.textContent = " password";
  };
  show(false);
  button.addEventListener("click", () => show(input.type === "password"));
  // Never leave the page with the password readable in the browser's list of entered texts.
  input.form?.addEventListener("submit", () => show(false));

  const beside = document.createElement("div");
  beside.className = "beside";
  input.replaceWith(beside);
  beside.append(input, button);
  button.setAttribute("aria-controls", input.id);
}
