"""News in the office full of canaries: one release that is published, one under embargo, one being written."""

import datetime

from django.core.files.base import ContentFile
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from scrutiny.news import operations, pictures
from scrutiny.news.models import NewsPiece, NewsRelease
from scrutiny.workflow import kinds
from tests.factories import make_piece, make_release, make_user
from tests.files import samples

# Where each public word of a release has to be found.
SURFACES = {
    "NewsRelease.headline": (
        "/news/",
        ".json",
        "release.pdf",
        "/news/feed.atom",
        "/feed.atom",
        "/sitemap.xml",
        "/news.json",
    ),
    "NewsRelease.lead": ("/news/", ".json", "release.pdf", "/news/feed.atom"),
    "NewsRelease.notes_to_editors": ("/news/", ".json", "release.pdf"),
    "NewsRelease.contact": ("/news/", ".json", "release.pdf"),
    "NewsRelease.copyright": ("/news/", ".json", "release.pdf"),
    "NewsPiece.text": ("/news/", ".json", "release.pdf"),
    "NewsPiece.speaker_name": ("/news/", ".json", "release.pdf"),
    "NewsPiece.speaker_post": ("/news/", ".json", "release.pdf"),
    "NewsImage.alt": ("/news/", ".json", "release.pdf"),
    "NewsImage.caption": ("/news/", ".json", "release.pdf"),
    "NewsImage.credit": ("/news/", ".json", "release.pdf"),
}


def written(words, *, by, picture="van", **fields):
    """A draft release that has a word of `words` (Canaries) in everything it says; in its address too, unless `slug` is given."""
    word = words.word("NewsRelease.headline")
    release = make_release(
        headline=f"Vans {word}",
        lead=f"They came {words.word('NewsRelease.lead')}.",
        notes_to_editors=f"<p>Note {words.word('NewsRelease.notes_to_editors')}.</p>",
        contact=f"Desk {words.word('NewsRelease.contact')}",
        copyright=f"Of {words.word('NewsRelease.copyright')}",
        pieces=(f"All of them {words.word('NewsPiece.text')}.",),
        created_by=by,
        **{"slug": f"vans-{word}", **fields},
    )
    make_piece(
        release,
        kind=NewsPiece.Kind.QUOTATION,
        text=f"Said {words.word('NewsPiece.text')}.",
        speaker_name=f"Jo {words.word('NewsPiece.speaker_name')}",
        speaker_post=f"Driver {words.word('NewsPiece.speaker_post')}",
    )
    taken = pictures.take_in(ContentFile(samples.image("jpeg", (500, 300)), name=f"{picture}.jpg"), by)
    said = {"alt": "NewsImage.alt", "caption": "NewsImage.caption", "credit": "NewsImage.credit"}
    about = {name: f"A van {words.word(where)}" for name, where in said.items()}
    operations.add_picture(release, taken, {**about, "copyright": ""}, by=by)
    return NewsRelease.objects.get(pk=release.pk)


def addresses_of(release):
    """Where it stands once it is out: page, versions, data, paper, pictures, also as the store knows them."""
    path = kinds.named("news").path(release)
    stored = [size.upload for image in release.images.all() for size in image.sizes.all()]
    files = [f"/{path}/{version}files/picture-1-{width}.jpeg" for version in ("", "v1.0/") for width in (480, 500)]
    return [
        *(f"/{path}/", f"/{path}.json", f"/{path}/v1.0/", f"/{path}/v1.0.json", f"/{path}/versions/"),
        *(f"/{path}/release.pdf", f"/{path}/v1.0/release.pdf", f"/{path}.pdf", *files),
        *(f"/media/{each.file.name}" for each in stored),
        *(f"/editions/{each.sha256}.jpeg" for each in stored),
        *(f"/{place}" for place in ("news/", "news.json", "news/feed.atom", f"news/{release.date.year}/", "feed.atom")),
        *("/sitemap.xml", "/", "/index.json", "/search/?q=vans", "/documents/services/", "/documents/services.json"),
    ]


def approved(release, by):
    """Approved as it stands."""
    return operations.approve(release, seen=release.version, by=by)


def sow(made, officer):
    """A release that may be published, with a picture whose file had a telling name; others that may not."""
    secret, public = made.secret, made.public
    writer = make_user(name=f"Wes {secret.word('User.name of who wrote a release')}")
    approver = make_user(Role.COMMISSIONER, name=f"Cora {secret.word('User.name of who approved a release')}")
    first = written(public, by=writer, picture=secret.word("Upload.name of a picture"))
    made.release = approved(first, approver)
    later = timezone.now() + datetime.timedelta(days=30)
    waits = approved(written(secret, by=writer, slug="vans-to-come", embargo_until=later, date=later.date()), approver)
    draft = written(secret, by=writer, slug="vans-to-write")
    for release in (waits, draft):
        made.addresses += [at for at in addresses_of(release) if at not in made.addresses]
        for piece in release.pieces.all():
            made.hide(piece)
        made.hide(release.images.get())
        made.hide(release, keep=("slug", "embargo_zone"))


def change_what_is_out(made):
    """Once it is published, the desk says something else about it; the public must not see that before a new version."""
    made.hide(made.release, keep=("slug", "embargo_zone"))
