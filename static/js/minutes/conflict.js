// Two wordings of one entry, side by side in its place; a person chooses one or writes a third.
import { forget } from "./drafts.js";
import { announce, tell } from "./saying.js";

export function showConflict(entry, answer, outbox) {
  entry.node.querySelector(".conflict")?.remove();
  const held = document.createElement("template");
  held.innerHTML = answer.panel; // escaped by the server's template
  const panel = held.content.firstElementChild;
  entry.area.before(panel);
  entry.node.hidden = false;
  panel.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choice]")?.dataset.choice;
    if (choice) decide(entry, panel, choice, outbox);
  });
  announce(answer.message);
  tell(outbox);
}

function decide(entry, panel, choice, outbox) {
  const { theirs } = entry.conflict;
  if (choice === "third") {
    panel.querySelector(".actions").replaceChildren(Object.assign(document.createElement("button"), {
      type: "button", className: "button small", textContent: "Save this wording", onclick: () => decide(entry, panel, "mine", outbox),
    }));
    if (entry.deleted) { entry.deleted = false; entry.look(); }
    entry.focus();
    return;
  }
  panel.remove();
  if (choice === "theirs") entry.put(theirs);
  outbox.decided(entry).then(() => {
    entry.draw(theirs.details);
    if (!entry.isDirty) forget(outbox.key(entry)).catch(() => {});
  });
  if (!entry.deleted) entry.focus();
  tell(outbox);
}
