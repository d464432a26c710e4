// The key map: what a key means in an entry. Says what to do, does nothing itself. See templates/scrutiny/minutes/keys.html.
export const SLASH = {
  a: "action", c: "correction", d: "decision", t: "thanks", n: "note", p: "presentation", m: "comment", s: "assurance",
  q: "question",
};
const AT_ONCE = { "?": "question", "!": "answer", ".": "statement" };

// Returns { act, … } or null. `entry` is where the key was pressed.
export function meaning(event, entry, { short = true } = {}) {
  if (event.isComposing) return null;
  const { key } = event;
  const command = event.ctrlKey || event.metaKey;
  const area = entry?.area;
  const alone = area?.selectionStart === area?.selectionEnd;
  if (command && !event.altKey) {
    if (key === "Enter") return { act: "next item" };
    if (key.toLowerCase() === "s" && !event.shiftKey) return { act: "save" };
    if (key === "/") return { act: "list" };
    return null;
  }
  if (!entry || event.target !== area) return null;
  if (event.altKey && !command) {
    if (key === "ArrowUp" || key === "ArrowDown") return { act: "move", up: key === "ArrowUp" };
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (short && digit && !event.shiftKey) return { act: "speaker by key", number: Number(digit[1]) };
    return null;
  }
  if (key === "Enter" && !event.shiftKey) return { act: "next entry" };
  if (key === "ArrowUp" && !event.shiftKey && alone && area.selectionStart === 0) return { act: "go", up: true };
  if (key === "ArrowDown" && !event.shiftKey && alone && area.selectionStart === area.value.length) return { act: "go", up: false };
  if (key === "Backspace" && entry.isEmpty && alone) return { act: "undo kind" };
  if (!short) return null;
  if (AT_ONCE[key] && entry.isEmpty) return { act: "kind", kind: AT_ONCE[key] };
  if (key === " " && alone) return afterSpace(entry, area);
  return null;
}

// "/a" and "@st" are read when the space behind them is typed.
function afterSpace(entry, area) {
  const before = area.value.slice(0, area.selectionStart);
  const rest = area.value.slice(area.selectionStart);
  const typed = before.startsWith(entry.beginning) ? before.slice(entry.beginning.length) : before;
  const slash = /^\s*\/([a-z])$/.exec(typed);
  if (slash?.[1] === "r") return { act: "rough", rest };
  if (slash && SLASH[slash[1]]) return { act: "kind", kind: SLASH[slash[1]], rest };
  const at = /(^|\s)@([\p{L}\p{N}'’.-]+)$/u.exec(before);
  if (at && entry.kind !== "action") {
    const first = !typed.slice(0, typed.length - at[2].length - 1).trim();
    return { act: first ? "speaker by letters" : "name by letters", letters: at[2], start: at.index + at[1].length, rest };
  }
  return null;
}
