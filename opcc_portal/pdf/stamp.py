"""The number of a page in the whole, and what else stands at its foot, as an artifact that is not read aloud."""

import base64
import io
from functools import cache

from pikepdf import Array, Dictionary, Name

from opcc_portal.pdf.names import FONTS

MM = 72 / 25.4
SIZE = 8.5
# Below the running foot of our own papers, in line with its ends.
ABOVE_EDGE, FROM_LEFT, FROM_RIGHT = 9.5 * MM, 62 * MM, 24 * MM
NAME = "/OpccFoot"
FACE = "SourceSans3-Semibold"
GREY = ".365 .404 .459 rg"  # the running matter of page.css
LETTERS = range(32, 127)
NOT_NEEDED = ("GPOS", "GSUB", "GDEF", "BASE", "STAT", "DSIG", "meta")


@cache
def foot_font():
    """The house font with the letters of English alone, and its measures, as plain data for the child.

    Made once in the life of a process: it takes longer than merging does.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    face = TTFont(FONTS / f"{FACE}.ttf", recalcTimestamp=False)
    for table in NOT_NEEDED:
        if table in face:
            del face[table]
    # Nothing is recalculated, so that the same letters are the same bytes.
    cutter = subset.Subsetter(subset.Options(recalc_timestamp=False, layout_features=[], hinting=False))
    cutter.populate(unicodes=LETTERS)
    cutter.subset(face)
    held = io.BytesIO()
    face.save(held)
    scale, head, lines = 1000 / face["head"].unitsPerEm, face["head"], face["hhea"]
    metrics, letters = face["hmtx"], face.getBestCmap()
    return {
        "file": base64.b64encode(held.getvalue()).decode(),
        "widths": [round(metrics[letters[code]][0] * scale) for code in LETTERS],
        "ascent": round(lines.ascent * scale),
        "descent": round(lines.descent * scale),
        "box": [round(edge * scale) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)],
    }


class Stamp:
    """Puts words at the foot of pages of one PDF, in a font that is embedded once."""

    def __init__(self, out, measures):
        self.widths = measures["widths"]
        file = out.make_stream(base64.b64decode(measures["file"]))
        file.Length1 = len(file.read_bytes())
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name(f"/OPCCFT+{FACE}"),
            Flags=32,
            ItalicAngle=0,
            StemV=110,
            Ascent=measures["ascent"],
            Descent=measures["descent"],
            CapHeight=660,
            FontBBox=Array(measures["box"]),
            FontFile2=file,
        )
        self.font = out.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.TrueType,
                BaseFont=Name(f"/OPCCFT+{FACE}"),
                FirstChar=LETTERS[0],
                LastChar=LETTERS[-1],
                Widths=Array(self.widths),
                Encoding=Name.WinAnsiEncoding,
                FontDescriptor=out.make_indirect(descriptor),
            )
        )

    def put(self, page, right, left=""):
        """Words at the right and at the left end of the foot, upright as the page is shown."""
        width, matrix = shown(page)
        scale = 1 / float(page.obj.get(Name.UserUnit, 1) or 1)
        size, height = SIZE * scale, ABOVE_EDGE * scale
        left_end, right_end = min(FROM_LEFT * scale, width / 8), width - min(FROM_RIGHT * scale, width / 8)
        if width > 180 * MM * scale:
            left_end = FROM_LEFT * scale
        drawn = ""
        for text, x in ((right, right_end - self.width(right) * size), (left, left_end)):
            if text:
                safe = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
                drawn += f"BT {NAME} {size:.2f} Tf {x:.2f} {height:.2f} Td ({safe}) Tj ET "
        self.add_font(page)
        body = f"Q q {matrix} cm {GREY} /Artifact <</Type /Pagination /Subtype /Footer>> BDC {drawn}EMC Q"
        page.contents_add(b"q", prepend=True)
        page.contents_add(body.encode("ascii"))

    def width(self, text):
        """In units of the type size."""
        return sum(self.widths[ord(letter) - LETTERS[0]] for letter in text) / 1000

    def add_font(self, page):
        """A resource of this page alone; what the page has may be shared with others."""
        held = page.obj.get(Name.Resources, Dictionary())
        resources = Dictionary(dict(held.items()))
        fonts = Dictionary(dict(held.get(Name.Font, Dictionary()).items()))
        fonts[NAME] = self.font
        resources.Font = fonts
        page.obj.Resources = resources


def shown(page):
    """(width of the page as it is shown, matrix from what is shown to what is stored)."""
    box = [float(edge) for edge in page.cropbox]
    left, right = sorted((box[0], box[2]))
    low, high = sorted((box[1], box[3]))
    turn = int(page.obj.get(Name.Rotate, 0) or 0) % 360
    if turn == 90:
        return high - low, f"0 1 -1 0 {right:.2f} {low:.2f}"
    if turn == 180:
        return right - left, f"-1 0 0 -1 {right:.2f} {high:.2f}"
    if turn == 270:
        return high - low, f"0 -1 1 0 {left:.2f} {high:.2f}"
    return right - left, f"1 0 0 1 {left:.2f} {low:.2f}"
