// What hangs on an entry, as chips; the same as templates/scrutiny/minutes/entry_details.html.
function chip(text, { className = "", strong = "", href = "" } = {}) {
  const made = document.createElement(href ? "a" : "span");
  made.className = `chip ${className}`.trim();
  if (href) made.href = href;
  made.append(text);
  if (strong) {
    const words = document.createElement("strong");
    words.textContent = strong;
    made.append(" ", words);
  }
  return made;
}

const drawn = {
  action: (about) => [
    chip(`Action ${about.reference}`, { href: about.address }),
    about.owners && chip("Owner", { strong: about.owners }),
    about.due_words && chip("Due", { strong: about.due_words }),
    chip(about.status, { className: "plain" }),
  ],
  decision: (about) => [
    chip(`Decision ${about.reference}`.trim(), { href: about.address }),
    chip(about.status, { className: "plain" }),
  ],
  assurance: (about) => [about.words && chip(about.words)],
  correction: (about) => [
    about.new_value && change(about),
    chip(about.status_words, { className: "plain" }),
    openCorrection(about),
  ],
};

function change(about) {
  const made = chip("", { className: "correction" });
  if (about.old_value) {
    const gone = document.createElement("del");
    gone.textContent = about.old_value;
    made.append(gone);
  } else made.append("not known");
  const now = document.createElement("strong");
  now.textContent = about.new_value;
  made.append(" → ", now, ` ${about.about}`);
  return made;
}

function openCorrection(about) {
  const made = chip("Correction details", { href: about.address });
  made.dataset.correction = "";
  return made;
}

export function draw(place, kind, about) {
  if (!about || !drawn[kind]) { place.replaceChildren(); return; }
  const line = document.createElement("p");
  line.className = "chips";
  line.append(...drawn[kind](about).filter(Boolean));
  for (const flag of about.flags ?? []) line.append(chip(flag, { className: "missing" }));
  place.replaceChildren(line);
}
