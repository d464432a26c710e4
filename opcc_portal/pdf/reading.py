"""What stands in a finished PDF: the words as a reader sees them, and everything else that a curious person could find.

Used on what is about to be published, our own papers and files that others made.
"""

import io
import json
import re
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Stream, String

# PDFium is not made for threads.
_turn = threading.Lock()
BASE_DIR = Path(__file__).resolve().parents[2]
SECONDS = 60
MEMORY = 1536 * 1024 * 1024

PICTURES_AND_FONTS = {"/Image", "/Type1C", "/CIDFontType0C", "/OpenType"}
STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"
DRAWN = re.compile(rb"\b(?:Tj|TJ|BT)\b")
# A word is often drawn in pieces with small moves between them.
MOVED_A_LITTLE = re.compile(rb"\)\s*-?(?:\d{1,2}|1\d\d)?(?:\.\d+)?\s*\(")
LITERAL = re.compile(STRING)
UTF16 = re.compile(rb"<\s*FEFF((?:[0-9A-Fa-f\s])*)>", re.IGNORECASE)
ESCAPE = re.compile(rb"\\([nrtbf()\\]|[0-7]{1,3})")
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class CannotBeRead(Exception):
    """The file is damaged, or reading it takes more than it may."""


def pages(pdf):
    """The text of each page, as a reader sees it. Raises CannotBeRead."""
    with _turn:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as problem:
            raise CannotBeRead(str(problem)) from problem
        try:
            return [_page(document[number]) for number in range(len(document))]
        except pypdfium2.PdfiumError as problem:
            raise CannotBeRead(str(problem)) from problem
        finally:
            document.close()


def _page(page):
    text = page.get_textpage()
    try:
        return text.get_text_range()
    finally:
        text.close()
        page.close()


def insides(pdf):
    """Everything written inside the file besides what its pages show: titles, metadata, bookmarks, names of files, link
    targets, alternative texts, and every decompressed stream that holds words. Raises CannotBeRead.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            found = []
            _strings(document.trailer.get(Name.Info), found)
            for thing in document.objects:
                _strings(thing, found)
            return "\n".join(dict.fromkeys(text for text in found if text.strip()))
    except (pikepdf.PdfError, RuntimeError, ValueError) as problem:
        raise CannotBeRead(str(problem)) from problem


def links(pdf):
    """The addresses that the links of the PDF lead to."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        notes = [note for page in document.pages for note in page.get(Name.Annots, [])]
        return [str(note.A.URI) for note in notes if Name.A in note and Name.URI in note.A]


def _strings(thing, found):
    """Every string in one indirect object and in what stands directly in it."""
    waiting = [thing]
    while waiting:
        here = waiting.pop()
        if isinstance(here, String):
            found.append(str(here))
        elif isinstance(here, Array):
            waiting += [kid for kid in here if not _elsewhere(kid)]
        elif isinstance(here, (Dictionary, Stream)):
            if isinstance(here, Stream):
                found.append(_words_of_stream(here))
            waiting += [kid for _, kid in here.items() if not _elsewhere(kid)]


def _elsewhere(thing):
    return getattr(thing, "is_indirect", False)


def _words_of_stream(stream):
    if str(stream.get(Name.Subtype, "")) in PICTURES_AND_FONTS or any(
        name in stream for name in (Name.Length1, Name.Length2)
    ):
        return ""
    try:
        data = stream.read_bytes()
    except pikepdf.PdfError:
        return ""
    if data.startswith(b"/CIDInit") or b"begincmap" in data[:500]:
        return ""
    if str(stream.get(Name.Type, "/XObject")) == "/XObject" and DRAWN.search(data):
        return _drawn_words(data)
    return _any_text(data)


def _drawn_words(data):
    """What a page's content writes as text that can be read without its fonts."""
    literal = b"\n".join(found[1:-1] for found in LITERAL.findall(MOVED_A_LITTLE.sub(b"", data)))
    literal = ESCAPE.sub(_unescaped, literal).decode("latin-1")
    return "\n".join([literal, *map(_from_utf16, UTF16.findall(data))])


def _from_utf16(run):
    digits = re.sub(rb"\s", b"", run).decode()
    return bytes.fromhex(digits[: len(digits) // 4 * 4]).decode("utf-16-be", "ignore")


def _unescaped(found):
    given = found[1]
    return bytes([int(given, 8) % 256]) if given[:1].isdigit() else ESCAPED.get(given, given)


def _any_text(data):
    """Bytes that may be text in one of the usual encodings."""
    texts = [data.decode("utf-8", "ignore")]
    if b"\x00" in data:
        texts.append(data.decode("utf-16-be", "ignore"))
        texts.append(data.decode("utf-16-le", "ignore"))
    return "\n".join(texts)


# --- files of others -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def read_apart(pdf):
    """(texts of the pages, insides) of somebody else's PDF, read in a process with limits. Raises CannotBeRead."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "opcc_portal.pdf.reading"],
            input=pdf,
            capture_output=True,
            cwd=BASE_DIR,
            timeout=SECONDS,
            check=True,
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as problem:
        raise CannotBeRead(str(problem)) from problem
    return answer["pages"], answer["insides"]


def main():
    """The process apart: a PDF in, what stands in it out."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    pdf = sys.stdin.buffer.read()
    json.dump({"pages": pages(pdf), "insides": insides(pdf)}, sys.stdout)


if __name__ == "__main__":
    main()
