// Text areas marked data-grow are as tall as their text. Browsers that know field-sizing need no script for it.
export function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  const before = window.scrollY;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
  if (window.scrollY !== before) window.scrollTo(window.scrollX, before);
}

const growAll = () => document.querySelectorAll("textarea[data-grow]").forEach(grow);

growAll();
document.addEventListener("input", (event) => { if (event.target.matches?.("textarea[data-grow]")) grow(event.target); });
window.addEventListener("resize", growAll);
document.fonts?.ready.then(growAll);
