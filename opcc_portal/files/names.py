"""The name a file came with, without anything in it that could harm or mislead."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
# Controls, direction overrides, invisible characters, and what Windows or a header would stumble over.
_BAD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
_AWKWARD = re.compile(r'[<>:"|?*;%]+')


def clean_name(name):
    """A plain file name, at most LONGEST characters, with its ending: "..\\..\\Annex A.pdf" becomes "Annex A.pdf"."""
    name = unicodedata.normalize("NFC", _BAD.sub("", name or "").replace("\\", "/")).rsplit("/", 1)[-1]
    name = re.sub(r"\s+", " ", _AWKWARD.sub("-", name)).strip(" .-") or "file"
    path = PurePosixPath(name)
    ending = path.suffix[:12]
    return path.stem[: LONGEST - len(ending)].rstrip(" .") + ending
