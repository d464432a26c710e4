// What the page says about saving: always visible as words, spoken only when trouble begins, changes or ends.
const saved = document.querySelector("#saved");
const spoken = document.querySelector("#trouble");
let inTrouble = "";

function words(outbox) {
  const { trouble, unsent, conflicts, lastSaved } = outbox;
  const kept = `${unsent} change${unsent === 1 ? "" : "s"} kept on this device`;
  if (trouble === "signed_out") return [`Not saved: you are signed out. ${kept}; sign in in another tab and they are sent by themselves. `, "sign_in"];
  if (trouble === "somebody_else") return [`Not saved: ${outbox.message} `, "sign_in"];
  if (trouble === "not_allowed") return [`Not saved: ${outbox.message || "your account may not write here."} ${kept}.`];
  if (trouble === "closed") return [`Not saved: ${outbox.message || "these minutes are closed."}`];
  if (trouble === "offline") return [`Not saved: the server does not answer. ${kept}, sent again by ${unsent === 1 ? "itself" : "themselves"}.`];
  if (outbox.lastRefused?.refused) return ["Not saved: see the message in the entry."];
  if (conflicts.size) return [`${lastSaved ? `Saved ${lastSaved}. ` : ""}${conflicts.size} entr${conflicts.size === 1 ? "y needs" : "ies need"} your choice.`];
  if (outbox.working && (unsent || outbox.acts.length)) return ["Saving…"];
  if (outbox.timers.size || unsent) return [outbox.cannotKeep ? "Not saved yet" : "Kept on this device, not saved yet"];
  return [lastSaved ? `Saved ${lastSaved}` : "Everything is saved"];
}

export function tell(outbox) {
  const [text, more] = words(outbox);
  const trouble = text.startsWith("Not saved:") || /your choice/.test(text);
  if (saved.dataset.text !== text) {
    saved.dataset.text = text;
    saved.textContent = text;
    if (more === "sign_in") {
      const link = document.createElement("a");
      link.href = outbox.setup.addresses.sign_in;
      link.target = "_blank";
      link.textContent = "Sign in (opens a new tab)";
      saved.append(link);
    }
    saved.classList.toggle("trouble", trouble);
  }
  // Spoken only when trouble begins, changes or ends, never at each save.
  const state = trouble ? outbox.trouble || "choice" : "";
  if (state !== inTrouble) {
    spoken.textContent = state ? text : "Everything is saved again.";
    inTrouble = state;
  }
}

export function announce(text) { spoken.textContent = text; }

// A line at the top of the sheet, with one button that does something about it.
export function notice(text, button = "", act = null) {
  const place = document.querySelector("#kept-here");
  const line = document.createElement("p");
  line.className = "notice";
  line.append(text);
  if (button) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button quiet small";
    made.textContent = button;
    made.addEventListener("click", () => { line.remove(); act(); });
    line.append(" ", made);
  }
  place.replaceChildren(line);
  announce(text);
}
