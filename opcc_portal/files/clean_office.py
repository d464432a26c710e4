"""A Word, Excel or PowerPoint file checked for macros, embedded programs and parser traps, without calls elsewhere.

Runs in the limited child process only.
"""

import io
import re
import zipfile
from collections import Counter
from xml.sax.saxutils import quoteattr

from opcc_portal.files import markings
from opcc_portal.files.inspect import content_types, elements, open_package, read_part, read_xml, with_macros
from opcc_portal.files.outcome import Outcome, counted
from opcc_portal.files.refusal import Refused

MB = 1024 * 1024
# 60 MB in one run of text kept a converter busy for more than two minutes; 10 MB of XML is a book.
MAX_XML = {"docx": 10 * MB, "xlsx": 40 * MB, "pptx": 10 * MB}
MAX_PART = 60 * MB
MAX_TOTAL = 200 * MB
MAX_NESTED = 2

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
XML_ENDINGS = (".xml", ".rels", ".vml")
PROGRAMS = (".exe", ".dll", ".com", ".scr", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".bat", ".cmd", ".ps1")
PROGRAMS += (".msi", ".lnk", ".jar", ".docm", ".xlsm", ".pptm", ".xlsb", ".xlam", ".dotm", ".xltm")
PACKAGES = (".docx", ".xlsx", ".pptx")
TEXT_FOLDERS = ("word/", "ppt/slides/", "ppt/slidemasters/", "ppt/slidelayouts/", "xl/")
WEB = ("http://", "https://", "mailto:", "#")
CALLS = {
    "hyperlink": ("link to a file on another computer", "links to files on another computer"),
    "attachedTemplate": ("link to a template elsewhere", "links to templates elsewhere"),
    "image": ("picture fetched from elsewhere", "pictures fetched from elsewhere"),
}
OTHER_CALL = ("call to a file elsewhere", "calls to files elsewhere")


def clean(kind, source, target):
    """Write a harmless copy of the Office file at `source` to `target`; raises Refused."""
    found = Counter()
    with open(source, "rb") as file, open_package(file) as package:
        parts = _read(package, kind, budget=[MAX_TOTAL])
        texts = {name: read_xml(data) for name, data in parts.items() if name.lower().endswith(XML_ENDINGS)}
        _check_marking(texts)
        for name, text in texts.items():
            _check_fields(text)
            if name.lower().endswith(".rels"):
                changed = _without_calls(text, found)
                if changed is not None:
                    parts[name] = changed
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
            for part in sorted(package.infolist(), key=lambda part: part.filename != "[Content_Types].xml"):
                if part.filename in parts:
                    new = zipfile.ZipInfo(part.filename, part.date_time)
                    new.compress_type = zipfile.ZIP_DEFLATED
                    copy.writestr(new, parts[part.filename])
    return Outcome(kind, taken_out=counted(found), warnings=_warnings(kind, texts))


def _read(package, kind, budget, depth=0):
    """All parts, unpacked within the budget, none of them a program; raises Refused."""
    parts = {}
    _check_types(package)
    for part in package.infolist():
        name, low = part.filename, part.filename.lower()
        if part.is_dir():
            continue
        _check_name(low)
        is_xml = low.endswith(XML_ENDINGS)
        data = read_part(package, name, min(MAX_XML[kind] if is_xml else MAX_PART, budget[0]))
        budget[0] -= len(data)
        if not is_xml and data.startswith(b"MZ"):
            raise Refused("contains a program. Ask whoever sent it for a copy without it.")
        if low.endswith(PACKAGES):
            _check_inner(data, low, budget, depth)
        parts[name] = data
    return parts


def _check_types(package):
    for kind in content_types(package):
        low = kind.lower()
        if any(word in low for word in ("macroenabled", "vbaproject", "vbadata", "macrosheet")):
            raise with_macros()
        if "activex" in low:
            raise Refused("contains ActiveX controls, which are programs. Save it as PDF and upload that.")


def _check_name(low):
    if low.endswith(("vbaproject.bin", "vbadata.xml")) or re.search(r"(^|/)(intl)?(macro|dialog)sheets/", low):
        raise with_macros()
    if "/activex/" in low:
        raise Refused("contains ActiveX controls, which are programs. Save it as PDF and upload that.")
    if low.endswith(PROGRAMS) or ("/embeddings/" in low and low.endswith(".bin")):
        short = low.rsplit("/", 1)[-1][:60]
        raise Refused(
            f"has another file embedded in it ({short}), which may be a program. "
            "Take it out, or put a picture in its place, and upload it again."
        )


def _check_inner(data, name, budget, depth):
    """A workbook behind a chart is a package of its own."""
    if depth >= MAX_NESTED:
        raise Refused("has files embedded in files embedded in files. Save it as PDF and upload that.")
    inner = name[-4:]
    with open_package(io.BytesIO(data)) as package:
        if "[Content_Types].xml" not in package.namelist():
            raise Refused("has an embedded file that is damaged. Save it as PDF and upload that.")
        for part, content in _read(package, inner, budget, depth + 1).items():
            if part.lower().endswith(XML_ENDINGS):
                _check_fields(read_xml(content))


def _check_marking(texts):
    """What is marked SECRET or higher has no place here, be it in the text, on a slide or in a header."""
    for name, text in texts.items():
        low = name.lower()
        if not low.startswith(TEXT_FOLDERS) or (low.startswith("xl/") and "SECRET" not in text.upper()):
            continue
        lines = re.sub(r"</(?:w:p|a:p|si|oddHeader|oddFooter|firstHeader|firstFooter)>|<w:br[ />]", "\n<", text)
        plain = re.sub(r"&amp;[LCR]", "\n", re.sub(r"<[^<>]*>", "", lines.replace("\n<", "\n")))
        if marking := markings.too_high(plain):
            raise Refused(markings.why_refused(marking))


def _check_fields(text):
    """DDE fields start programs. Word lets their text be cut into pieces, so the pieces are put together first."""
    if "<ddeLink" in text or "ddeLink " in text:
        raise Refused("takes data from another program (DDE). Save it with plain values and upload that.")
    if "instr" not in text:
        return
    typed = "".join(re.findall(r"<w:instrText[^>]*>([^<]*)", text)) + " "
    typed += " ".join(re.findall(r'w:instr="([^"]*)"', text))
    if re.search(r"\bDDE(AUTO)?\b", typed, re.IGNORECASE):
        raise Refused("contains a field that starts a program (DDE). Take it out and upload it again.")


def _without_calls(text, found):
    """A list of relations in which nothing but web links leads outside; None when nothing had to change."""
    relations = [entry for entry in elements(text) if "Target" in entry]
    changed = False
    for relation in relations:
        target, kind = relation["Target"], relation.get("Type", "").rsplit("/", 1)[-1]
        has_scheme = re.match(r"[a-z][a-z0-9+.-]*:|\\\\|//", target, re.IGNORECASE)
        leads_out = relation.get("TargetMode", "").lower() == "external" or has_scheme
        if not leads_out or (kind == "hyperlink" and target.strip().lower().startswith(WEB)):
            continue
        found[CALLS.get(kind, OTHER_CALL)] += 1
        # The relation stays, since its part refers to it by number; it leads to nothing.
        relation["Target"] = {"hyperlink": "about:blank", "attachedTemplate": "Normal.dotm"}.get(kind, "removed")
        relation["TargetMode"] = "External"
        changed = True
    if not changed:
        return None
    lines = (f"<Relationship {' '.join(f'{key}={quoteattr(entry[key])}' for key in entry)}/>" for entry in relations)
    head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{RELATIONS}">'
    return f"{head}{''.join(lines)}</Relationships>".encode()


def _warnings(kind, texts):
    """What a person should look at before this is published, because readers could see it or find it."""
    found = Counter()
    for name, text in texts.items():
        low = name.lower()
        if kind == "docx":
            found["tracked change", "tracked changes"] += len(re.findall(r"<w:(?:ins|del|moveFrom|moveTo) ", text))
            found["hidden passage", "hidden passages"] += text.count("<w:vanish/>") if low == "word/document.xml" else 0
        if kind == "xlsx" and low == "xl/workbook.xml":
            found["hidden sheet", "hidden sheets"] += len(re.findall(r'state="(?:hidden|veryHidden)"', text))
        if kind == "pptx" and re.match(r"ppt/slides/slide\d+\.xml", low):
            found["hidden slide", "hidden slides"] += bool(re.search(r'<p:sld[^>]* show="0"', text))
        if kind == "pptx" and re.match(r"ppt/notesslides/[^/]+\.xml", low):
            found["page of speaker notes", "pages of speaker notes"] += 1
        if "comment" in low:
            found["comment", "comments"] += len(re.findall(r"<(?:w:|p:|x:)?(?:comment|cm) ", text))
    return [f"It has {line}." for line in counted(found)]
