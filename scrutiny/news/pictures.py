"""Pictures of a release: taken in through the files room, which removes place and camera, and made in three widths at once."""

import io
import re
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from opcc_portal.files.models import Kind
from opcc_portal.files.operations import Refused, receive
from scrutiny.news.models import ImageSize, NewsImage

WIDTHS = (480, 960, 1600)
DRAWN = {
    Kind.PNG: ("PNG", {"optimize": True}),
    Kind.JPEG: ("JPEG", {"quality": 85, "optimize": True, "progressive": True}),
}
# A description that is a file's name, or the number that a camera gave.
A_FILE_NAME = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp)$|^(?:img|image|dsc[fn]?|scan|photo|pict?)[\s_-]?\d+$", re.IGNORECASE
)


def is_file_name(alt):
    """Whether a description says nothing but what a file is called."""
    return A_FILE_NAME.search(alt.strip()) is not None


def take_in(django_file, by):
    """(Upload of the picture, (width, height) of it, [(width, height, Upload), ...] of its sizes). Raises Refused; then nothing is kept.

    To be called outside a transaction, as `receive` is.
    """
    whole = receive(django_file, by=by)
    if whole.kind not in DRAWN:
        whole.delete()
        raise Refused(f"“{whole.name}” is no picture. Upload a PNG or a JPEG.")
    sizes = []
    try:
        with whole.file.open() as file, Image.open(file) as picture:
            size = picture.size
            for width in widths_of(picture.width):
                drawn = _drawn(picture, width, whole.kind)
                name = f"{PurePosixPath(whole.name).stem}-{width}{PurePosixPath(whole.name).suffix}"
                sizes.append((*drawn.size, receive(ContentFile(_bytes(drawn, whole.kind), name=name), by=by)))
    except BaseException:
        throw_away((whole, None, sizes))
        raise
    return whole, size, sizes


def throw_away(taken):
    """Delete what was taken in and found no place."""
    whole, _, sizes = taken
    for upload in (whole, *(upload for *_, upload in sizes)):
        upload.delete()


def widths_of(width):
    """In which widths a picture is kept; never wider than it came."""
    return sorted({*(each for each in WIDTHS if each <= width), *([width] if width < WIDTHS[-1] else [])})


def _drawn(picture, width, kind):
    height = max(1, round(picture.height * width / picture.width))
    with_colours = picture.convert("RGBA" if kind == Kind.PNG and _is_transparent(picture) else "RGB")
    return with_colours.resize((width, height), Image.Resampling.LANCZOS)


def _is_transparent(picture):
    return picture.mode in ("RGBA", "LA") or "transparency" in picture.info


def _bytes(picture, kind):
    name, options = DRAWN[kind]
    target = io.BytesIO()
    picture.save(target, name, **options)
    return target.getvalue()


@transaction.atomic
def keep(release, taken, words):
    """The NewsImage of a picture that was taken in, at the end of its release."""
    upload, (width, height), sizes = taken
    position = (release.images.order_by("-position").values_list("position", flat=True).first() or 0) + 1
    image = NewsImage.objects.create(
        release=release, position=position, upload=upload, width=width, height=height, **words
    )
    ImageSize.objects.bulk_create(
        ImageSize(image=image, width=wide, height=high, upload=each) for wide, high, each in sizes
    )
    return image


def let_go(image):
    """Delete a picture with its sizes and their files; what is published of it is kept by the publication itself."""
    uploads = [image.upload, *(size.upload for size in image.sizes.select_related("upload"))]
    image.delete()
    for upload in uploads:
        upload.delete()
