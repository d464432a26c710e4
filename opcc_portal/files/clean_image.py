"""A picture drawn anew, without the place, camera and names that cameras write into it.

Runs in the limited child process only.
"""

import warnings

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from opcc_portal.files.outcome import Outcome
from opcc_portal.files.refusal import Refused

MAX_PIXELS = 40_000_000
DRAWN = {"png": ("PNG", {"optimize": False}), "jpeg": ("JPEG", {"quality": 90, "optimize": True})}


def clean(kind, source, target):
    """Write the picture at `source` to `target` without anything but its pixels; raises Refused."""
    name, options = DRAWN[kind]
    damaged = Refused("is a damaged picture. Open it, save it again and upload that.")
    Image.MAX_IMAGE_PIXELS = None  # our own limit is lower and says why
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # libraries that draw papers turn this on for the whole process
    try:
        with warnings.catch_warnings(), Image.open(source, formats=[name]) as picture:
            warnings.simplefilter("ignore")
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise Refused(
                    f"is {width:,} by {height:,} pixels; a picture can have {MAX_PIXELS // 1_000_000} million. "
                    "Make it smaller and upload it again."
                )
            picture.seek(0)
            taken = _taken_out(picture)
            drawn = ImageOps.exif_transpose(picture)
            allowed = ("L", "RGB") if kind == "jpeg" else ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
            drawn = drawn if drawn.mode in allowed else drawn.convert("RGB")
            transparent = {"transparency": drawn.info["transparency"]} if "transparency" in drawn.info else {}
            drawn.info = {}
            drawn.save(target, name, **options, **(transparent if kind == "png" else {}))
    except Refused:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise damaged from None
    return Outcome(kind, taken_out=taken)


def _taken_out(picture):
    taken = []
    exif = picture.getexif()
    if 0x8825 in exif:
        taken.append("the place where the picture was taken")
    if len(exif):
        taken.append("data of the camera or program")
    if getattr(picture, "n_frames", 1) > 1:
        taken.append("all frames but the first")
    if any(key in picture.info for key in ("xmp", "comment", "Comment", "XML:com.adobe.xmp", "photoshop")):
        taken.append("written notes inside the file")
    return taken
