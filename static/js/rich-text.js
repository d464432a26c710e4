// What we add to the rich-text editor: lists pasted from Word stay lists, and the editor is named and described to
// assistive technology as the text area it stands for. The editor loads this module before it starts.
import { Extension } from "django-prose-editor/editor";
import { tidyPaste } from "opcc/tidy-paste";

export const TidyPaste = Extension.create({
  name: "tidyPaste",
  transformPastedHTML: tidyPaste,
});

let labels = 0;

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  const box = editor.view.dom;
  const label = textarea.labels?.[0];
  box.setAttribute("aria-multiline", "true");
  if (label) {
    label.id ||= `rich-text-label-${(labels += 1)}`;
    box.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => editor.commands.focus());
  } else {
    box.setAttribute("aria-label", textarea.getAttribute("aria-label") ?? textarea.name);
  }
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (textarea.hasAttribute(name)) box.setAttribute(name, textarea.getAttribute(name));
  }
  // A link in the error summary leads to the text area's id, which is hidden behind the editor.
  const fromAddress = () => { if (textarea.id && location.hash === `#${textarea.id}`) editor.commands.focus(); };
  window.addEventListener("hashchange", fromAddress);
  document.addEventListener("click", (event) => {
    if (textarea.id && event.target.closest?.(`a[href="#${CSS.escape(textarea.id)}"]`)) {
      event.preventDefault();
      box.scrollIntoView({ block: "center" });
      editor.commands.focus();
    }
  });
  const bar = box.previousElementSibling;
  if (bar?.classList.contains("prose-menubar")) {
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Formatting");
  }
});
