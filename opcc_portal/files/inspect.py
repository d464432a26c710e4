"""What a file is, seen from its content. Its name is only asked whether it agrees."""

import codecs
import re
import struct
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

from opcc_portal.files.refusal import Refused

HEAD = 4096
# A document of the office has a few hundred parts; more is a trap for whoever lists them.
MAX_PARTS = 5000
MAX_LIST_BYTES = 2 * 1024 * 1024

ENDINGS = {
    "pdf": [".pdf"],
    "docx": [".docx"],
    "xlsx": [".xlsx"],
    "pptx": [".pptx"],
    "csv": [".csv"],
    "png": [".png"],
    "jpeg": [".jpg", ".jpeg"],
}
NAMES = {
    "pdf": "a PDF",
    "docx": "a Word document",
    "xlsx": "an Excel workbook",
    "pptx": "a PowerPoint presentation",
    "csv": "a CSV file",
    "png": "a PNG image",
    "jpeg": "a JPEG image",
}
ACCEPTED = "PDF, Word, Excel, PowerPoint, CSV, PNG and JPEG files"

# Beginnings of files that are not ours, in words for the person who sent one.
OTHERS = [
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xfe\xed\xfa", "a macOS program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"#!", "a script"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"BZh", "a compressed archive"),
    (b"MSCF", "a Windows cabinet archive"),
    (b"{\\rtf", "a rich text (RTF) document"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"%!PS", "a PostScript file"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"SQLite format 3", "a database"),
]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_STREAMS = [
    ("EncryptedPackage", "protected with a password"),
    ("WordDocument", "an old Word document (.doc)"),
    ("Workbook", "an old Excel workbook (.xls)"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
    ("__substg1.0_", "an Outlook message"),
]
MAIN_PARTS = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
}
RELATED_PARTS = {
    "wordprocessingml.template.main+xml": ("a Word template", "docx"),
    "spreadsheetml.template.main+xml": ("an Excel template", "xlsx"),
    "presentationml.template.main+xml": ("a PowerPoint template", "pptx"),
    "presentationml.slideshow.main+xml": ("a PowerPoint slide show", "pptx"),
}
OPEN_DOCUMENT = {"text": ("an OpenDocument text", "Word"), "spreadsheet": ("an OpenDocument sheet", "Excel")}
OPEN_DOCUMENT["presentation"] = ("an OpenDocument presentation", "PowerPoint")


def with_macros():
    """The refusal of anything that carries macros."""
    return Refused(
        "contains macros, that is, programs that run when it is opened. "
        "Save it as .docx, .xlsx or .pptx without macros, or as PDF, and upload that."
    )


def what_it_is(path, name):
    """The kind of the file at this path, when its name agrees; raises Refused with what it is instead."""
    path = Path(path)
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind = _kind(path, head, name)
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS[kind]:
        right = f"{Path(name).stem or 'file'}{ENDINGS[kind][0]}"
        called = f"not {_called(ending)}" if ending else "but its name has no ending"
        raise Refused(
            f"is {NAMES[kind]}, {called}. If that is what you meant to send, name it {right} and upload it again."
        )
    return kind


def _called(ending):
    for kind, endings in ENDINGS.items():
        if ending in endings:
            return NAMES[kind]
    return f"a {ending} file"


def _kind(path, head, name):
    if head.startswith(b"PK\x03\x04"):
        return _package_kind(path, name)
    if head.startswith(OLE):
        raise _ole_refusal(path, name)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    for beginning, words in OTHERS:
        if head.startswith(beginning):
            raise _not_ours(words, name)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head[4:8] == b"ftyp":
        raise _not_ours("a HEIC image" if head[8:12] in (b"heic", b"heix", b"mif1") else "a video", name)
    if head.startswith(b"RIFF"):
        raise _not_ours("a WebP image" if head[8:12] == b"WEBP" else "a sound or video file", name)
    return _text_kind(head, name)


def _not_ours(words, name):
    ending = Path(name).suffix.lower()
    meant = next((f", not {NAMES[kind]}" for kind, endings in ENDINGS.items() if ending in endings), "")
    advice = {
        "image": " Save it as PNG or JPEG and upload that.",
        "document": " Save it as PDF or as a Word document (.docx) and upload that.",
        "archive": " Take the files out of it and upload them one by one.",
    }
    help_with = next((text for word, text in advice.items() if word in words), "")
    if meant and not help_with:
        help_with = " Do not open it; ask whoever sent it for the real file."
    return Refused(f"is {words}{meant}.{help_with or f' The portal takes {ACCEPTED}.'}")


def _ole_refusal(path, name):
    data = path.read_bytes()
    for stream, words in OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            if stream == "EncryptedPackage":
                return Refused(f"is {words}. Save it without the password and upload it again.")
            if words.startswith("an old"):
                newer = {"Word": ".docx", "Excel": ".xlsx", "PowerPoint": ".pptx"}[words.split()[2]]
                return Refused(
                    f"is {words}, a format that can carry macros. Save it as {newer} or PDF and upload that."
                )
            return _not_ours(words, name)
    return Refused("is an old Office file or an installer. Save it as .docx, .xlsx, .pptx or PDF and upload that.")


def _text_kind(head, name):
    ending = Path(name).suffix.lower()
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused('is text in an encoding we cannot read safely. In Excel choose "CSV UTF-8" when you save it.')
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in head.lower()):
        raise _not_ours("an SVG image", name)
    if re.match(rb"<(!doctype html|html|script|head|body|iframe)\b", start):
        raise _not_ours("a web page", name)
    if start.startswith(b"<?xml"):
        raise _not_ours("an XML file", name)
    if b"\x00" in head:
        raise Refused(f"is of a kind we do not know. The portal takes {ACCEPTED}.")
    if ending == ".csv":
        return "csv"
    if re.search(rb"[\x01-\x08\x0e-\x1f]", head):
        raise Refused(f"is of a kind we do not know. The portal takes {ACCEPTED}.")
    raise _not_ours("plain text", name)


def open_package(source):
    """A zip archive whose list of parts is safe to read; raises Refused."""
    damaged = Refused("is damaged: its parts cannot be listed. Open it, save it under a new name and upload that.")
    source.seek(0, 2)
    size = source.tell()
    source.seek(max(0, size - 65557))
    tail = source.read()
    at = tail.rfind(b"PK\x05\x06")
    if at == -1 or len(tail) < at + 22:
        raise damaged
    entries, list_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > MAX_PARTS or list_bytes > MAX_LIST_BYTES:
        raise Refused(
            f"has more than {MAX_PARTS:,} parts inside, which no document needs. Save it as PDF and upload that."
        )
    try:
        package = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
        raise damaged from None
    names = [part.filename for part in package.infolist()]
    if len({part.lower() for part in names}) != len(names) or any(_leaves(part) for part in names):
        raise damaged
    if any(part.flag_bits & 1 for part in package.infolist()):
        raise Refused("is protected with a password. Save it without the password and upload it again.")
    return package


def _leaves(name):
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or "\x00" in name


def read_part(package, name, limit):
    """The content of a part, never more than `limit` bytes, whatever the archive claims; raises Refused."""
    try:
        with package.open(name) as part:
            data = part.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, KeyError):
        raise Refused(
            "is damaged: a part cannot be unpacked. Open it, save it under a new name and upload that."
        ) from None
    if len(data) > limit:
        raise Refused(
            f"unpacks to more than it may: the part {name[:80]} alone is larger than {limit // 1024**2} MB. "
            "If it is a real document, save it as PDF and upload that."
        )
    return data


def read_xml(data):
    """XML text of a part after the traps for parsers have been ruled out; raises Refused."""
    encoding = "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\x00" in data[:4]:
        encoding = "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    elif declared := re.match(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""", data[:200]):
        encoding = declared[1].decode("ascii").lower()
    if encoding not in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "us-ascii", "ascii", "iso-8859-1", "windows-1252"):
        raise Refused("has parts in an unusual encoding. Save it as PDF and upload that.")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Refused("is damaged: a part is not readable text. Save it under a new name and upload that.") from None
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise Refused(
            "contains a definition (DOCTYPE) that real Office files never have. Ask whoever sent it for a clean copy."
        )
    return text


def elements(text):
    """The attributes of every element of a flat XML part, in order; `text` has been through `read_xml`."""
    found = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append(attributes)
    try:
        parser.Parse(text.lstrip("\ufeff"), True)
    except expat.ExpatError:
        raise Refused("is damaged: a part cannot be read. Save it again and upload that.") from None
    return found


def content_types(package):
    """The content types named in an Office package."""
    text = read_xml(read_part(package, "[Content_Types].xml", MAX_LIST_BYTES))
    return [entry["ContentType"] for entry in elements(text) if "ContentType" in entry]


def _package_kind(path, name):
    with path.open("rb") as file, open_package(file) as package:
        names = package.namelist()
        if "[Content_Types].xml" not in names:
            declared = read_part(package, "mimetype", 1000) if "mimetype" in names else b""
            if found := re.search(rb"opendocument\.(\w+)", declared):
                words, program = OPEN_DOCUMENT.get(found[1].decode(), ("an OpenDocument file", "Office"))
                raise Refused(f"is {words}. Save it in {program} format or as PDF and upload that.")
            raise _not_ours("a ZIP archive", name)
        types = content_types(package)
    if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in types):
        raise with_macros()
    for kind in types:
        for suffix, ours in MAIN_PARTS.items():
            if kind.endswith(suffix):
                return ours
        for suffix, (words, wanted) in RELATED_PARTS.items():
            if kind.endswith(suffix):
                raise Refused(f"is {words}. Save it as .{wanted} or PDF and upload that.")
    raise _not_ours("a ZIP archive", name)
