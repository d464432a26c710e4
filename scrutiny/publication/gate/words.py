"""Words as the gate compares them: without case, accents, punctuation, line ends, and with what encodings hide undone."""

import base64
import binascii
import html
import re
import unicodedata
from urllib.parse import unquote_plus

WORD = re.compile(r"[^\W_]+")
# Soft hyphens, zero-width and direction marks; and what PDF readers give for a hyphen at the end of a line.
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|[\x02\ufffe]\\s*")
SENTENCE_END = re.compile(r"(?<=[.!?;])[\"'”’)\]]*\s+|[\r\n]+")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}")
HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){12,}")
JSON_LETTER = re.compile(r"\\u([0-9a-fA-F]{4})")
CONTEXT = 70


def plain(text):
    """The text with letters in one form: compatible forms unified, accents and unseen marks gone, small letters."""
    text = UNSEEN.sub("", text)
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return text.casefold()


def words_of(text):
    """The words of the text, in order."""
    return WORD.findall(plain(text))


def without_tags(text):
    """The words of a fragment of HTML; other text as it is."""
    return html.unescape(TAG.sub(" ", text)) if "<" in text or "&" in text else text


def sentences(text):
    """The sentences of the text, without HTML."""
    return [part.strip() for part in SENTENCE_END.split(without_tags(text)) if part.strip()]


def shown(text, words):
    """The words where they stand in the text, with a little around them; empty where they do not stand like this."""
    pattern = r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, words)) + r"(?![^\W_])"
    found = re.search(pattern, UNSEEN.sub("", text), re.IGNORECASE)
    return around(UNSEEN.sub("", text), found.start(), found.end()) if found else ""


def around(text, start, end):
    """A stretch of the text on one line, cut at words, with … where it goes on."""
    first, last = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    before = text[first:start] if first == 0 else text[first:start].partition(" ")[2]
    after = text[end:last] if last == len(text) else text[end:last].rpartition(" ")[0]
    words = " ".join(f"{before}{text[start:end][:300]}{after}".split())
    return f"{'…' if first else ''}{words}{'…' if last < len(text) else ''}"


def unfolded(source):
    """What a source text holds beside what it shows: entities, escapes, address and base64 encodings undone."""
    clear = html.unescape(source)
    parts = [clear]
    if "%" in clear or "+" in clear:
        parts.append(unquote_plus(clear))
    if "\\u" in clear:
        parts.append(JSON_LETTER.sub(lambda found: chr(int(found[1], 16)), clear))
    parts += [text for run in BASE64.findall(clear) for text in _from_base64(run)]
    parts += [text for run in HEX.findall(clear) if (text := _readable(bytes.fromhex(run)))]
    return "\n".join(parts)


def _from_base64(run):
    """The texts that a run of letters may stand for; it may begin in the middle of something else."""
    run = run.replace("-", "+").replace("_", "/")
    for begin in range(4):
        part = run[begin:]
        try:
            data = base64.b64decode(part[: len(part) - len(part) % 4] or "")
        except binascii.Error:
            continue
        if text := _readable(data):
            yield text


def _readable(data):
    """The text that the bytes are, or nothing where they are no text."""
    text = data.decode("utf-8", "ignore")
    good = sum(letter.isprintable() or letter in "\n\r\t" for letter in text)
    return text if text and good > 0.95 * len(text) and len(text) > 0.8 * len(data) else ""
