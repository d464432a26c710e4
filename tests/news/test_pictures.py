"""Pictures of a release: cleaned, described, and in three widths; bombs, drawings with script and moving pictures refused."""

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from PIL import Image

from opcc_portal.files.models import Upload
from opcc_portal.files.operations import Refused
from scrutiny.news import operations, pictures
from scrutiny.news.models import ImageSize, NewsImage
from tests.factories import make_release, make_user
from tests.files import samples

pytestmark = pytest.mark.django_db

SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def file(content, name="van.jpg"):
    return ContentFile(content, name=name)


def bomb(width, height):
    """A PNG of a few bytes that says it is this large, and one line of it."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 99)) + chunk(b"IEND", b"")
    )


def test_a_large_picture_is_kept_in_three_widths(settings):
    taken = pictures.take_in(file(samples.image("jpeg", (2000, 1000))), make_user())
    _whole, size, sizes = taken
    assert size == (2000, 1000)
    assert [(width, height) for width, height, _ in sizes] == [(480, 240), (960, 480), (1600, 800)]
    for width, height, upload in sizes:
        with upload.file.open() as kept, Image.open(kept) as picture:
            assert (picture.size, picture.format) == ((width, height), "JPEG")
        assert upload.name == f"van-{width}.jpg"
    pictures.throw_away(taken)
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (100, [100]),
        (480, [480]),
        (700, [480, 700]),
        (960, [480, 960]),
        (1599, [480, 960, 1599]),
        (1600, [480, 960, 1600]),
    ],
)
def test_no_picture_is_made_wider_than_it_came(width, widths):
    assert pictures.widths_of(width) == widths


def test_a_drawing_with_clear_parts_keeps_them():
    _, _, sizes = pictures.take_in(file(samples.image("png", (600, 40), "RGBA"), "sign.png"), make_user())
    with sizes[0][2].file.open() as kept, Image.open(kept) as picture:
        assert (picture.format, picture.mode) == ("PNG", "RGBA")


def test_the_place_where_it_was_taken_is_in_no_size():
    photo = samples.photo_with_a_place()
    assert Image.open(io.BytesIO(photo)).getexif().get_ifd(0x8825)
    whole, _, sizes = pictures.take_in(file(photo), make_user())
    assert "the place where the picture was taken" in whole.taken_out
    for upload in (whole, *(each for *_, each in sizes)):
        with upload.file.open() as kept:
            data = kept.read()
        assert not Image.open(io.BytesIO(data)).getexif()
        assert b"Exif" not in data
        assert b"GPS" not in data


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (bomb(20_000, 20_000), "huge.png", "20,000 by 20,000 pixels"),
        (SCRIPT, "drawing.svg", "SVG"),
        (SCRIPT, "drawing.png", "SVG"),
        (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;", "moving.gif", "GIF"),
        (b"figure,value\na,1\n", "figures.csv", "is no picture"),
        (samples.pdf(), "paper.pdf", "is no picture"),
        (b"not a picture at all", "van.jpg", "van.jpg"),
    ],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(
    content, name, words, tmp_path, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Refused, match=words):
        pictures.take_in(file(content, name), make_user())
    assert not Upload.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_real_picture_of_twenty_thousand_by_twenty_thousand_pixels_is_refused():
    drawn = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(drawn, "PNG")
    with pytest.raises(Refused, match="20,000 by 20,000 pixels"):
        pictures.take_in(file(drawn.getvalue(), "plan.png"), make_user())


def test_a_picture_that_fails_half_way_leaves_no_file(monkeypatch, tmp_path):
    monkeypatch.setattr(pictures, "_bytes", lambda drawn, kind: b"GIF89a")
    with pytest.raises(Refused):
        pictures.take_in(file(samples.image("jpeg", (1000, 500))), make_user())
    assert not Upload.objects.exists()


def test_without_a_description_no_picture_is_kept():
    release, by = make_release(), make_user()
    taken = pictures.take_in(file(samples.image("jpeg")), by)
    with pytest.raises(IntegrityError), transaction.atomic():
        operations.add_picture(release, taken, {"alt": ""}, by=by)
    assert not NewsImage.objects.exists()


@pytest.mark.parametrize("alt", ["IMG_2424", "img2439.jpg", "DSC_0001", "network launch.png", "Photo 12"])
def test_the_name_of_a_file_describes_nothing(alt):
    assert pictures.is_file_name(alt)


@pytest.mark.parametrize("alt", ["A white van on a village green", "Image of the commissioner with two drivers"])
def test_words_do(alt):
    assert not pictures.is_file_name(alt)


def test_a_picture_that_is_taken_out_takes_its_files_along(django_capture_on_commit_callbacks, tmp_path):
    release, by = make_release(), make_user()
    taken = pictures.take_in(file(samples.image("jpeg", (500, 300))), by)
    piece = operations.add_picture(release, taken, {"alt": "A van"}, by=by)
    assert ImageSize.objects.filter(image=piece.image).count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        operations.delete_piece(piece, by=by)
    assert not NewsImage.objects.exists()
    assert not Upload.objects.exists()
    assert not list((tmp_path / "uploads").iterdir())
