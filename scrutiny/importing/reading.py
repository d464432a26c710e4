"""A file from disk as text, or one clear sentence why it is not."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from opcc_portal.files import markings

# About 300,000 words on 400 pages: more than any report or minutes, little enough to read in seconds.
MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 20_000

# A file is known by its first bytes, not by its name.
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Word, Excel or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "a rich text (RTF) file"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
)
_HTML = re.compile(rb"\s*<(!doctype|html|\?xml)\b", re.I)
# Tab, line feed, vertical tab (Word's line break), form feed (page break) and carriage return belong
# in text. Other control characters do not.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"), None)
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u2009\u2002\u2003"), " ")


class CannotRead(Exception):
    """The file cannot become a draft. The message says why, in words for the person who sent it."""


@dataclass(frozen=True)
class SourceText:
    name: str
    text: str
    sha256: str
    size: int
    encoding: str
    warnings: tuple[str, ...] = ()


def read_file(path):
    """The text of the file at `path`. Raises CannotRead."""
    path = Path(path)
    try:
        if not path.is_file():
            reason = "it is a folder, not a file." if path.is_dir() else "there is no such file."
            raise CannotRead(f"{path.name}: {reason}")
        if path.stat().st_size > MAX_BYTES:
            raise CannotRead(f"{path.name}: {_too_big(path.stat().st_size)}")
        # One byte more than allowed: a file may grow between the look and the read.
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CannotRead(f"{path.name}: it could not be opened ({error.strerror or error}).") from error
    return read_bytes(data, name=path.name)


def read_bytes(data, *, name="file"):
    """The text in `data`. Raises CannotRead."""
    if len(data) > MAX_BYTES:
        raise CannotRead(f"{name}: {_too_big(len(data))}")
    if not data.strip():
        raise CannotRead(f"{name}: the file is empty.")
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise CannotRead(f"{name}: this is {what}, not plain text. Save it as plain text and try again.")
    if _HTML.match(data):
        raise CannotRead(f"{name}: this is a web page, not plain text. Save it as plain text and try again.")
    text, encoding, warnings = _decode(data, name)
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise CannotRead(
            f"{name}: this is not plain text (control character {ord(control.group()):#04x} on line {line})."
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE).translate(_SPACES))
    if marking := markings.too_high(text):
        raise CannotRead(f"{name}: this {markings.why_refused(marking)}")
    lines = text.count("\n") + 1
    if lines > MAX_LINES:
        raise CannotRead(f"{name}: the file has {lines:,} lines; at most {MAX_LINES:,} can be imported.")
    if not re.search(r"[^\W_]", text):
        raise CannotRead(f"{name}: there are no words in the file.")
    return SourceText(name, text, hashlib.sha256(data).hexdigest(), len(data), encoding, tuple(warnings))


def _too_big(size):
    return f"the file has {size / 1048576:.1f} MB; text of at most {MAX_BYTES // 1048576} MB can be imported."


def _decode(data, name):
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding, []
            except UnicodeDecodeError as error:
                raise CannotRead(f"{name}: the file says it is {encoding} text but is damaged.") from error
    if b"\x00" in data:
        raise CannotRead(f"{name}: this is not plain text (it holds NUL bytes).")
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise CannotRead(f"{name}: the characters are neither UTF-8 nor Windows-1252.") from error
    return text, "cp1252", ["The file is not UTF-8; it was read as Windows-1252. Check £ signs, dashes and quotes."]
