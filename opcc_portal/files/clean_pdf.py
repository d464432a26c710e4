"""A PDF without anything that runs, calls out or hides: scripts, actions, embedded files, form logic, media.

Runs in the limited child process only; qpdf reads hostile files here.
"""

from collections import Counter

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name

from opcc_portal.files import markings
from opcc_portal.files.outcome import Outcome, counted
from opcc_portal.files.refusal import Refused

MAX_PAGES = 1000
WEB = ("http://", "https://", "mailto:")
ROOT_KEYS = ["/AcroForm", "/Collection", "/URI", "/Threads", "/Perms", "/Legal", "/DSS", "/Requirements"]
NAME_TREES = {
    "/JavaScript": ("script", "scripts"),
    "/AlternatePresentations": ("presentation", "presentations"),
    "/Renditions": ("sound or film", "sounds or films"),
}
SCRIPT = ("script", "scripts")
AUTOMATIC = ("action that runs by itself", "actions that run by themselves")
EMBEDDED = ("embedded file", "embedded files")
ACTIONS = {
    "/JavaScript": SCRIPT,
    "/Launch": ("command that starts a program", "commands that start programs"),
    "/URI": ("link to something other than a web page", "links to something other than a web page"),
    "/SubmitForm": ("form that sends data away", "forms that send data away"),
    "/ImportData": ("form that fetches data", "forms that fetch data"),
    "/GoToR": ("link into another file", "links into other files"),
    "/GoToE": ("link into an embedded file", "links into embedded files"),
}
OTHER_ACTION = ("other action", "other actions")
KNOWN_ACTIONS = {*ACTIONS, "/GoTo", "/Named", "/Rendition", "/Movie", "/Sound", "/Hide", "/ResetForm", "/SetOCGState"}
KNOWN_ACTIONS |= {"/Thread", "/Trans", "/GoTo3DView", "/RichMediaExecute"}
GONE_ANNOTATIONS = {
    "/Text": ("comment", "comments"),
    "/Popup": None,
    "/Caret": ("comment", "comments"),
    "/FileAttachment": EMBEDDED,
    "/Sound": ("sound", "sounds"),
    "/Movie": ("film", "films"),
    "/Screen": ("film or sound", "films or sounds"),
    "/RichMedia": ("film or sound", "films or sounds"),
    "/3D": ("3D model", "3D models"),
}
FIELD = ("form field (what was filled in stays as text)", "form fields (what was filled in stays as text)")
MARKUP = ("note or mark on the page (made part of the page)", "notes or marks on the page (made part of the page)")


def clean(source, target):
    """Write a harmless copy of the PDF at `source` to `target`; raises Refused."""
    try:
        with pikepdf.open(source) as pdf:
            return _clean(pdf, target)
    except pikepdf.PasswordError:
        raise Refused("is protected with a password. Save it without the password and upload it again.") from None
    except pikepdf.PdfError as problem:
        if "encrypt" in str(problem).lower():
            raise Refused("is protected (encrypted). Save it without protection and upload it again.") from None
        raise _damaged() from None
    except (RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError) as problem:
        if isinstance(problem, Refused):
            raise
        raise _damaged() from None


def _damaged():
    return Refused("is a damaged PDF. Open it, print or save it to a new PDF and upload that.")


def _clean(pdf, target):
    if pdf.is_encrypted:
        raise Refused("is protected (encrypted), even if it opens. Save it without protection and upload it again.")
    pages = len(pdf.pages)
    if not pages:
        raise _damaged()
    if pages > MAX_PAGES:
        raise Refused(f"has {pages:,} pages; a file can have at most {MAX_PAGES:,}. Split it and upload the parts.")
    found, files = Counter(), []
    _annotations(pdf, found)
    _root(pdf, found)
    for thing in pdf.objects:
        _everything_in(thing, found, files)
    taken = counted(found)
    if files:
        taken = [line for line in taken if not line.endswith(EMBEDDED)]
        number = len(files)
        taken.append(f"{number} {EMBEDDED[number > 1]} ({', '.join(sorted(set(files))[:10])})")
    tagged = Name.StructTreeRoot in pdf.Root and bool(pdf.Root.get(Name.MarkInfo, Dictionary()).get(Name.Marked, False))
    warnings = [] if tagged else ["It has no tags, so people who use a screen reader may not be able to read it."]
    # Saved anew even when nothing was found: earlier versions of a page, kept inside the file, do not come along.
    pdf.save(target, deterministic_id=True)
    _check_marking(target)
    return Outcome("pdf", pages=pages, tagged=tagged, taken_out=taken, warnings=warnings)


def _check_marking(path):
    """What is marked SECRET or higher has no place here. A marking stands on the first page as on every other.

    A page that cannot be read as text, a picture above all, cannot be asked.
    """
    try:
        with pypdfium2.PdfDocument(path) as document:
            text = document[0].get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError:
        return
    if marking := markings.too_high(text):
        raise Refused(markings.why_refused(marking))


def _annotations(pdf, found):
    flatten = False
    for page in pdf.pages:
        kept = []
        for annotation in page.obj.get(Name.Annots, []):
            if not isinstance(annotation, Dictionary):
                continue
            kind = str(annotation.get(Name.Subtype, ""))
            if kind == "/Redact":
                raise Refused(
                    "has redaction marks that have not been applied: the text beneath them is still in the file. "
                    "Apply the redactions, save it and upload it again."
                )
            if kind in GONE_ANNOTATIONS:
                if GONE_ANNOTATIONS[kind]:
                    found[GONE_ANNOTATIONS[kind]] += 1
                continue
            if kind != "/Link":
                flatten = True
                found[FIELD if kind == "/Widget" else MARKUP] += 1
            kept.append(annotation)
        if Name.Annots in page.obj:
            page.obj[Name.Annots] = Array(kept)
    if flatten:
        # What stands on the page in fields and marks becomes part of the page; then they can go.
        if Name.AcroForm in pdf.Root:
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
        for page in pdf.pages:
            links = [note for note in page.obj.get(Name.Annots, []) if note.get(Name.Subtype) == Name.Link]
            page.obj[Name.Annots] = Array(links)


def _root(pdf, found):
    root = pdf.Root
    if Name.OpenAction in root:
        action = root[Name.OpenAction]
        is_action = isinstance(action, Dictionary)
        kind = str(action.get(Name.S, "")) if is_action else ""
        if is_action and kind != "/GoTo":  # an array, or GoTo, only says on which page to open
            found[ACTIONS.get(kind, AUTOMATIC)] += 1
            del root[Name.OpenAction]
    if Name.AcroForm in root and root.AcroForm.get("/SigFlags"):
        found["digital signature", "digital signatures"] += 1
    if Name.AcroForm in root and "/XFA" in root.AcroForm:
        found["interactive form (XFA)", "interactive forms (XFA)"] += 1
    for key in ROOT_KEYS:
        if key in root:
            del root[key]
    names = root.get(Name.Names)
    if names is not None:
        for tree, words in NAME_TREES.items():
            if tree in names:
                found[words] += max(1, len(_flat(names[tree])) // 2)
                del names[tree]
        if Name.EmbeddedFiles in names:
            del names[Name.EmbeddedFiles]  # the files themselves are counted where they are


def _flat(tree, depth=0):
    """The entries of a name tree: name, value, name, value."""
    flat = list(tree.get(Name.Names, []))
    if depth < 20:
        for kid in tree.get(Name.Kids, []):
            flat += _flat(kid, depth + 1)
    return flat


def _everything_in(thing, found, files):
    """Disarm one indirect object and all that stands directly in it."""
    to_do = [thing]
    while to_do:
        obj = to_do.pop()
        if isinstance(obj, Array):
            to_do += [child for child in obj if isinstance(child, (Array, Dictionary)) and not child.is_indirect]
        elif isinstance(obj, (Dictionary, pikepdf.Stream)):
            _disarm(obj, found, files)
            for key in list(obj.keys()):
                child = obj[key]
                if isinstance(child, (Array, Dictionary)) and not child.is_indirect:
                    to_do.append(child)


def _disarm(obj, found, files):
    if Name.AA in obj:
        found[AUTOMATIC] += 1
        del obj[Name.AA]
    if Name.EF in obj:
        files.append(str(obj.get(Name.UF) or obj.get(Name.F) or "without a name")[:80])
        del obj[Name.EF]
    action = obj.get(Name.A)
    if isinstance(action, Dictionary) and _is_action(action):
        kind = str(action.get(Name.S))
        if not _is_harmless(action, kind):
            found[ACTIONS.get(kind, OTHER_ACTION)] += 1
            del obj[Name.A]
        elif Name.Next in action:
            found[AUTOMATIC] += 1
            del action[Name.Next]
    for key in (Name.AF, Name.PieceInfo, Name.PA):
        if key in obj:
            del obj[key]
    if isinstance(obj, pikepdf.Stream):
        for key in ("/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI"):  # content that lies in another file
            if key in obj:
                del obj[key]
    elif str(obj.get(Name.S, "")) == "/JavaScript" and "/JS" in obj:
        del obj["/JS"]


def _is_action(obj):
    """Structure elements keep attributes under the same key; those have no S, or one that is no action."""
    return obj.get(Name.Type) == Name.Action or str(obj.get(Name.S, "")) in KNOWN_ACTIONS


def _is_harmless(action, kind):
    if kind == "/URI":
        return str(action.get(Name.URI, "")).strip().lower().startswith(WEB)
    return kind in ("/GoTo", "/Named")
