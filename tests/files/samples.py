"""Files of every kind, good and bad, made on the spot: no binary lies in the repository."""

import io
import zipfile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

MAIN = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
}
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def uploaded(name, content):
    """The file as a form hands it to a view."""
    return SimpleUploadedFile(name, content)


def pdf(pages=1, change=None, **save):
    """A PDF of blank pages, after `change(pdf)`."""
    document = Pdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **save)
    return out.getvalue()


def pdf_with_text(text, name="Helv"):
    """A page that says something."""

    def write(document):
        page = document.pages[0]
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(Font=Dictionary({f"/{name}": font}))
        page.Contents = Stream(document, f"BT /{name} 12 Tf 72 700 Td ({text}) Tj ET".encode())

    return pdf(change=write)


def annotate(document, *annotations):
    """Put annotations on the first page."""
    document.pages[0].Annots = Array([document.make_indirect(annotation) for annotation in annotations])


def note(kind, **keys):
    """One annotation."""
    return Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([10, 10, 90, 30]), **keys)


def hostile_pdf():
    """Everything we take out, in one file."""

    def arm(document):
        root = document.Root
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert('HOSTILE')"))
        root.OpenAction = document.make_indirect(script)
        root.AA = Dictionary(WC=Dictionary(S=Name.JavaScript, JS=String("HOSTILE")))
        payload = document.make_stream(b"MZ HOSTILE PROGRAM")
        spec = Dictionary(
            Type=Name.Filespec, F=String("payload.exe"), UF=String("payload.exe"), EF=Dictionary(F=payload)
        )
        spec = document.make_indirect(spec)
        root.Names = Dictionary(
            JavaScript=Dictionary(Names=Array([String("run"), document.make_indirect(Dictionary(script))])),
            EmbeddedFiles=Dictionary(Names=Array([String("payload.exe"), spec])),
        )
        annotate(
            document,
            note("Link", A=Dictionary(S=Name.Launch, F=String("cmd.exe"))),
            note("Link", A=Dictionary(S=Name.URI, URI=String("javascript:alert(1)"))),
            note("Link", A=Dictionary(S=Name.URI, URI=String("https://example.org/kept"), Next=Dictionary(script))),
            note("FileAttachment", FS=spec),
            note("Text", Contents=String("HOSTILE internal remark")),
        )
        document.pages[0].AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("HOSTILE")))

    return pdf(change=arm)


def form_pdf():
    """A form with one field that has been filled in."""

    def build(document):
        font = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        field = note(
            "Widget",
            FT=Name.Tx,
            T=String("total"),
            V=String("FILLED 42"),
            DA=String("/Helv 12 Tf 0 g"),
            AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("HOSTILE"))),
        )
        annotate(document, field)
        fields = Array([document.pages[0].Annots[0]])
        resources = Dictionary(Font=Dictionary(Helv=font))
        document.Root.AcroForm = Dictionary(
            Fields=fields, DR=resources, NeedAppearances=True, DA=String("/Helv 12 Tf 0 g")
        )

    return pdf(change=build)


def locked_pdf(user="secret", owner="owner"):
    """A PDF with a password; with an empty user password it opens, but is encrypted all the same."""
    return pdf(encryption=pikepdf.Encryption(user=user, owner=owner))


def tagged(document):
    """Mark a PDF as tagged."""
    document.Root.MarkInfo = Dictionary(Marked=True)
    document.Root.StructTreeRoot = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))


def zipped(parts, **options):
    """A ZIP archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(*entries):
    """A list of relations: (type, target) lead outside, (type, target, "") inside."""
    lines = ""
    for at, (kind, target, *inside) in enumerate(entries, 1):
        mode = "" if inside else ' TargetMode="External"'
        lines += f'<Relationship Id="rId{at}" Type="{OFFICE_RELATION}{kind}" Target="{target}"{mode}/>'
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}">{lines}</Relationships>'


def office(kind="docx", body="<w:t>Hello</w:t>", main_type=None, types="", **parts):
    """A Word, Excel or PowerPoint file of the fewest parts; further parts by name."""
    main, main_kind = MAIN[kind]
    content_types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="{main_type or main_kind}"/>{types}</Types>'
    )
    return zipped(
        {
            "[Content_Types].xml": content_types,
            "_rels/.rels": relations(("officeDocument", main, "")),
            main: f'<?xml version="1.0"?><w:document xmlns:w="w">{body}</w:document>',
            **parts,
        }
    )


def ole(*streams):
    """The beginning of an old Office file that has these streams."""
    names = b"".join(stream.encode("utf-16-le") + b"\x00" * 8 for stream in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + names + b"\x00" * 512


def image(kind="png", size=(40, 30), mode="RGB", **save):
    """A picture."""
    out = io.BytesIO()
    Image.new(mode, size, 1).save(out, "PNG" if kind == "png" else "JPEG", **save)
    return out.getvalue()


def photo_with_a_place():
    """A JPEG as a telephone takes it: with camera, owner and position."""
    exif = Image.Exif()
    exif[0x010F] = "HOSTILE Camera"
    exif[0x8825] = {1: "N", 2: (53.0, 47.0, 59.0)}
    exif[0x0112] = 6  # to be turned by a quarter
    return image("jpeg", exif=exif, comment=b"HOSTILE comment")
