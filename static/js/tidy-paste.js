// What is pasted, made ready for the editor: Word's lists become lists, styles that mean something become marks, and
// what remains of the other program's looks goes. opcc_portal/richtext has the same rules for text that reaches the
// server unconverted; one set of examples tests both.
//
// Word has no list elements in its HTML: an item is a paragraph styled `mso-list:l0 level2 lfo1` that begins with its
// typed number or bullet in a span styled `mso-list:Ignore`.

const ITEM = /mso-list:\s*(l\d+)\s+level(\d+)\s+(lfo\d+)/i;
const TYPED = /mso-list:\s*Ignore/i;
const LOOSE_MARK = /^[ \n]*((?:[·•●▪§o–-])|\(?(?:\d{1,4}\.)*(?:\d{1,4}|[A-Za-z]{1,5})[.)])[ \n]*\u00a0[ \n\u00a0]*/;
const ORDERED = /^([([]?)((?:\d+\.)*)(\d+|[A-Za-z]+)([.):\]]?)$/;
const ROMAN = [["m", 1000], ["cm", 900], ["d", 500], ["cd", 400], ["c", 100], ["xc", 90], ["l", 50], ["xl", 40],
  ["x", 10], ["ix", 9], ["v", 5], ["iv", 4], ["i", 1]];

const styleOf = (element) => element.dataset.pastedStyle ?? "";

function roman(number) {
  let text = "";
  for (const [letters, value] of ROMAN) {
    text += letters.repeat(Math.floor(number / value));
    number %= value;
  }
  return text;
}

function fromRoman(text) {
  let number = 0;
  let rest = text;
  for (const [letters, value] of ROMAN) {
    while (rest.startsWith(letters)) {
      number += value;
      rest = rest.slice(letters.length);
    }
  }
  return rest === "" && roman(number) === text ? number : null;
}

// { tag, kind, number } for a typed mark; `before` is the list that would go on, to tell the letter i from one.
function readMark(mark, before) {
  const bullet = { tag: "ul", kind: "", number: 0 };
  const found = ORDERED.exec(mark);
  if (!found) return bullet;
  const [, opening, , value, closing] = found;
  if (/^\d+$/.test(value)) return { tag: "ol", kind: "1", number: Number(value) };
  if (!opening && !closing) return bullet; // Word's second-level bullet is a bare "o"
  const low = value.toLowerCase();
  const small = value === low;
  const choices = [];
  const number = fromRoman(low);
  if (number) choices.push({ tag: "ol", kind: small ? "i" : "I", number });
  if (low.length === 1) choices.push({ tag: "ol", kind: small ? "a" : "A", number: low.charCodeAt(0) - 96 });
  if (!choices.length) return bullet;
  const next = before && choices.find((choice) => choice.kind === before.kind && choice.number === before.number + 1);
  if (next) return next;
  return choices.length === 1 || low === "i" ? choices[0] : choices.at(-1);
}

// Remove the typed number or bullet from a paragraph and return it, or null.
function takeTypedMark(paragraph) {
  const span = [...paragraph.querySelectorAll("[data-pasted-style]")].find((element) => TYPED.test(styleOf(element)));
  if (!span) return null;
  span.remove();
  return span.textContent.replaceAll("\u00a0", " ").trim();
}

function takeLooseMark(paragraph) {
  const found = LOOSE_MARK.exec(paragraph.textContent);
  if (!found) return "";
  let length = found[0].length;
  const texts = paragraph.ownerDocument.createTreeWalker(paragraph, 4); // 4 is NodeFilter.SHOW_TEXT
  while (length && texts.nextNode()) {
    const cut = Math.min(length, texts.currentNode.data.length);
    texts.currentNode.data = texts.currentNode.data.slice(cut);
    length -= cut;
  }
  return found[1];
}

function addItem(paragraph, level, open) {
  const mark = takeTypedMark(paragraph) ?? takeLooseMark(paragraph);
  while (open.length && open.at(-1).level > level) open.pop();
  const same = open.length && open.at(-1).level === level ? open.at(-1) : null;
  const { tag, kind, number } = readMark(mark, same);
  const goesOn = same && same.list.localName === tag
    && (tag === "ul" || (same.kind === kind && same.number + 1 === number));
  if (!goesOn) {
    if (same) open.pop();
    const list = paragraph.ownerDocument.createElement(tag);
    if (tag === "ol" && kind !== "1") list.setAttribute("type", kind);
    if (tag === "ol" && number !== 1) list.setAttribute("start", number);
    if (open.length) open.at(-1).list.lastElementChild.append(list);
    else paragraph.before(list);
    open.push({ level, kind, list });
  }
  open.at(-1).number = number;
  const item = paragraph.ownerDocument.createElement("li");
  item.append(...paragraph.childNodes);
  open.at(-1).list.append(item);
  paragraph.remove();
}

function convertLists(parent) {
  let open = [];
  for (const child of [...parent.childNodes]) {
    if (child.nodeType === 3 && child.data.trim()) open = [];
    if (child.nodeType !== 1) continue;
    const item = ITEM.exec(styleOf(child));
    const isHeading = /^h[1-6]$/.test(child.localName);
    if (item && isHeading) takeTypedMark(child); // the number of a numbered heading: ours are computed
    if (item && (child.localName === "p" || child.localName === "div")) {
      addItem(child, Number(item[2]), open);
      continue;
    }
    open = [];
    if (child.localName === "p" && /Mso(Intense)?Quote/.test(child.className)) {
      const quote = child.ownerDocument.createElement("blockquote");
      child.replaceWith(quote);
      quote.append(child);
    } else {
      convertLists(child);
    }
  }
}

const isFromWord = (html) => /mso-|class=["']?Mso|urn:schemas-microsoft-com:office/i.test(html);

// The page's policy refuses style attributes and event handlers even in a document that is only read, and says so on
// the console; under another name they are harmless text.
function read(html) {
  const quiet = html
    .replace(/<(style|script|title|xml)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag
      .replace(/([\s"'/])style(\s*=)/gi, "$1data-pasted-style$2")
      .replace(/([\s"'/])on[a-z]+(\s*=)/gi, "$1data-pasted-handler$2"));
  return new DOMParser().parseFromString(quiet, "text/html").body;
}

// Google Docs and others write bold and italic as styles.
function marksFromStyle(element) {
  const style = styleOf(element);
  if (element.localName === "b" && /font-weight:\s*(normal|400)/.test(style)) {
    element.replaceWith(...element.childNodes);
    return;
  }
  if (element.localName !== "span") return;
  const marks = [
    /font-weight:\s*(bold|[6-9]00)/.test(style) && "strong",
    /font-style:\s*italic/.test(style) && "em",
    /vertical-align:\s*super/.test(style) && "sup",
    /vertical-align:\s*sub\b/.test(style) && "sub",
  ];
  for (const mark of marks.filter(Boolean)) {
    const wrapper = element.ownerDocument.createElement(mark);
    wrapper.append(...element.childNodes);
    element.append(wrapper);
  }
}

export function tidyPaste(html) {
  const body = read(html);
  body.querySelectorAll("style, script, title, xml, del, meta, link").forEach((element) => element.remove());
  convertLists(body);
  body.querySelectorAll("*").forEach(marksFromStyle);
  for (const element of body.querySelectorAll("*")) {
    for (const name of ["data-pasted-style", "data-pasted-handler", "class", "lang"]) element.removeAttribute(name);
    // Word's own elements (o:p, v:shape, st1:place): the text in them is text.
    if (element.localName.includes(":")) element.replaceWith(...element.childNodes);
  }
  if (isFromWord(html)) {
    for (const paragraph of body.querySelectorAll("p")) {
      if (!paragraph.textContent.replaceAll("\u00a0", " ").trim() && !paragraph.closest("td, th")) paragraph.remove();
    }
  }
  const comments = body.ownerDocument.createTreeWalker(body, 128); // 128 is NodeFilter.SHOW_COMMENT
  const found = [];
  while (comments.nextNode()) found.push(comments.currentNode);
  found.forEach((comment) => comment.remove());
  return body.innerHTML;
}
