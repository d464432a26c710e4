// Light, dark or high contrast as the reader chose it on this device. A plain script, loaded before the page is
// painted: as a module it would come too late and the page would flash in the wrong colours.
(() => {
  const root = document.documentElement;
  const key = "opcc-theme";
  const known = ["light", "dark", "contrast"];
  root.classList.add("has-script");

  const read = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const apply = (name) => {
    if (known.includes(name)) root.dataset.theme = name;
    else delete root.dataset.theme;
  };
  const keep = (name) => { try { known.includes(name) ? localStorage.setItem(key, name) : localStorage.removeItem(key); } catch { /* private window: the choice lasts for this page */ } };
  const showChoice = () => {
    for (const button of document.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === (root.dataset.theme || "device")));
    }
  };

  apply(read());
  document.addEventListener("DOMContentLoaded", showChoice);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-set-theme]");
    if (!button) return;
    apply(button.dataset.setTheme);
    keep(button.dataset.setTheme);
    showChoice();
  });
  window.addEventListener("storage", (event) => { if (event.key === key) { apply(event.newValue); showChoice(); } });
})();
