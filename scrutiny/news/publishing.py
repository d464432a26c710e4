"""How a news release is published: once it is approved, and never before the minute of its embargo."""

from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from opcc_portal.audit.operations import key
from opcc_portal.files.models import Upload
from opcc_portal.richtext.cleaning import clean, to_plain
from scrutiny.news import operations, quoting
from scrutiny.news.models import NewsPiece, NewsRelease
from scrutiny.workflow import kinds, states
from scrutiny.workflow.kinds import WARNING, Entry, FileToPublish, Finding
from scrutiny.workflow.models import Marking, State
from scrutiny.workflow.published import common, cover, day_of, in_words, logo_of

SUMMARY = 300
TOGETHER = 900  # letters of a speech that a paper keeps on one page
ON_PAPER = 960  # the width of a picture that is sharp enough on A4
FILES = "files/"  # below the page's own address, so that each version shows its own pictures


def loaded(release):
    """A release with everything that its content says, in a few queries."""
    prefetch_related_objects([release], "pieces", "images__sizes__upload", "priorities")
    return release


@kinds.register
class NewsKind(kinds.Kind):
    """A release to press and public: page, PDF, and its pictures in several widths."""

    name = "news"
    label = "News release"
    model = NewsRelease
    pdf_name = "release.pdf"
    scheme_class = "services"

    def load(self, pk):
        """With its pieces, pictures and what it speaks of."""
        return loaded(NewsRelease.objects.select_related(*NewsRelease.LOADED_WITH).get(pk=pk))

    def why_not(self, record):
        """Somebody has to approve it."""
        if record.marking != Marking.OFFICIAL:
            return "Its marking is OFFICIAL-SENSITIVE. Such a release is never public."
        if not record.is_approved:
            return "It is being corrected." if record.has_been_public else "It is not approved yet."
        return ""

    def not_before(self, record):
        """The minute of its embargo."""
        return record.embargo_until

    def path(self, record):
        """By its day and headline."""
        return f"news/{record.date.isoformat()}-{record.slug}"

    def date(self, content):
        """The day of the release."""
        return day_of(content)

    def summary(self, content):
        """As much of the first paragraph as lists have room for."""
        words = " ".join(content["lead"].split())
        return words if len(words) <= SUMMARY else f"{words[:SUMMARY].rsplit(' ', 1)[0]} …"

    def content(self, record):
        """All of it. What it speaks of stands as names of the desk, which pages turn into links where they are public."""
        pictures = {image.pk: _picture(image, number) for number, image in enumerate(_placed(record), 1)}
        priority = next(iter(record.priorities.all()), None)
        zone = record.embargo_zone
        return {
            **common(record.headline, record.date, demonstration_note=record.demonstration_note, priority=priority),
            "lead": record.lead,
            "embargo": record.embargo_until
            and {"until": record.embargo_until.isoformat(), "zone": zone, "words": record.embargo_in_words},
            "pieces": [_piece(each, pictures) for each in record.pieces.all()],
            "notes": clean(record.notes_to_editors),
            "contact": record.contact,
            "copyright": record.copyright,
            "pictures": list(pictures.values()),
            "about": [*(key(each) for _, each, _ in record.spoken_of), *record.grants],
        }

    def parts(self, content):
        """Its words with the pictures; then notes, contact and rights."""
        return [["news", render_to_string("public/parts/news.html", as_read(content))]]

    def paper(self, content, imprint):
        """The same as a paper."""
        logo = logo_of(content)
        context = cover(content, imprint, kind="News release", logo=logo) | on_paper(content)
        context["imprint"] = imprint
        return render_to_string("scrutiny/news/release_pdf.html", context), logo

    def pictures(self, content):
        """The pictures of the paper by the names that it calls them."""
        held = Upload.objects.filter(sha256__in=[_for_paper(each)["sha256"] for each in content["pictures"]])
        by_hash = {upload.sha256: upload for upload in held.order_by("-uploaded_at", "pk")}
        return {_paper_name(each): by_hash[_for_paper(each)["sha256"]] for each in content["pictures"]}

    def files(self, record):
        """Every picture in every width."""
        return [
            FileToPublish(
                f"picture-{number}-{size.width}",
                f"{image.alt}, {size.width} pixels wide",
                size.upload,
                summary=_rights(image),
            )
            for number, image in enumerate(_placed(record), 1)
            for size in image.sizes.all()
        ]

    def as_previewed(self, record, html):
        """The pictures of a page that is not published yet come from the desk."""
        return html.replace(f'"{FILES}picture-', f'"{_desk_files(record)}picture-').replace(
            f", {FILES}picture-", f", {_desk_files(record)}picture-"
        )

    def findings(self, record, content):
        """A quotation whose speaker has no post; a day that is not the day of its embargo."""
        found = []
        for piece in record.pieces.all():
            if piece.kind == NewsPiece.Kind.QUOTATION and not piece.speaker_post.strip():
                text = "Say which post they held that day, so that a reader knows in what capacity they speak."
                found.append(_found(record, "news-speaker", f"{piece.speaker_name} is quoted without a post", text))
        if record.embargo_there and record.embargo_there.date() != record.date:
            text = f"It is dated {record.date:%-d %B %Y} and goes out at {record.embargo_in_words}."
            found.append(_found(record, "news-day", "The day of the release is not the day of its embargo", text))
        return found

    def passes(self, record, content):
        """Who approved it, that its pictures are described, that its quotations open and close."""
        said = [f"Approved by {record.approved_by}"] if record.approved_by else []
        if content["pictures"]:
            said.append("Every picture is described and has lost its place and camera")
        if any(piece["kind"] == NewsPiece.Kind.QUOTATION for piece in content["pieces"]):
            said.append("Every quotation has its speaker; its marks open each paragraph and close the last")
        return said

    def published(self, record, edition, *, by):
        """It is out."""
        operations.went_out(record, by=by)

    def withdrawn(self, record, *, by):
        """It is public no longer."""
        if record.state == State.PUBLISHED:
            states.move(record, State.WITHDRAWN, by=by)

    def search(self, edition):
        """All of its words; found by the names of those who speak in it."""
        content = edition.content
        words = [content["lead"], to_plain(content["notes"])]
        words += [
            part for piece in content["pieces"] for part in (piece.get("text"), *piece.get("paragraphs", ())) if part
        ]
        words += [said for each in content["pictures"] for said in (each["alt"], each["caption"]) if said]
        speakers = tuple(piece["speaker"] for piece in content["pieces"] if piece.get("speaker"))
        priority = content["priority"]["slug"] if content["priority"] else ""
        yield Entry(edition.get_absolute_url(), edition.title, "\n".join(filter(None, words)), speakers, priority)

    def people(self, record):
        """Who wrote and who approved it."""
        approved = [("Approved by", record.approved_by.name, _day(record.approved_at))] if record.approved_by else []
        written = [("Written by", record.created_by.name, _day(record.created_at))] if record.created_by else []
        return [*written, *approved]


def _day(moment):
    return timezone.localdate(moment).isoformat()


def _found(record, code, title, text):
    return Finding(code, WARNING, title, text, "", record.get_absolute_url(), "Go to the release")


def _desk_files(record):
    return f"{reverse('release', args=[record.pk])}{FILES}"


# --- content -------------------------------------------------------------------------------------------------------------


def _placed(record):
    """Its pictures in the order in which they stand."""
    images = {image.pk: image for image in record.images.all()}
    return [images[piece.image_id] for piece in record.pieces.all() if piece.image_id]


def _picture(image, number):
    return {
        "name": f"picture-{number}",
        "alt": image.alt,
        "caption": image.caption,
        "credit": image.credit,
        "copyright": image.copyright,
        "sizes": [
            {
                "file": f"picture-{number}-{size.width}.{size.upload.kind}",
                "width": size.width,
                "height": size.height,
                "sha256": size.upload.sha256,
            }
            for size in image.sizes.all()
        ],
    }


def _rights(image):
    return ". ".join(part for part in (f"Credit: {image.credit}" if image.credit else "", image.copyright) if part)


def _piece(piece, pictures):
    if piece.kind == NewsPiece.Kind.IMAGE:
        return {"kind": piece.kind, "picture": pictures[piece.image_id]["name"]}
    if piece.kind == NewsPiece.Kind.HEADING:
        return {"kind": piece.kind, "text": " ".join(piece.text.split())}
    if piece.kind == NewsPiece.Kind.QUOTATION:
        said = quoting.quoted(piece.text)
        return {"kind": piece.kind, "paragraphs": said, "speaker": piece.speaker_name, "post": piece.speaker_post}
    return {"kind": piece.kind, "paragraphs": quoting.paragraphs(piece.text)}


def file_named(record, name):
    """The Upload behind the name of a picture's file, as the desk's preview asks for it; None where there is none."""
    return next((file.upload for file in NewsKind().files(record) if f"{file.slug}.{file.upload.kind}" == name), None)


# --- reading -------------------------------------------------------------------------------------------------------------


def as_read(content, files=FILES):
    """What page and paper print, from the content alone; `files` is where the pictures lie, seen from the page."""
    pictures = {each["name"]: _shown(each, files) for each in content["pictures"]}
    pieces = [{**piece, "picture": pictures.get(piece.get("picture"))} for piece in content["pieces"]]
    return {
        "content": content,
        "lead": quoting.paragraphs(content["lead"]),
        "pieces": pieces,
        "embargo": content["embargo"]["words"] if content["embargo"] else "",
        "contact": [line for line in content["contact"].splitlines() if line.strip()],
        "rights": content["copyright"],
    }


def on_paper(content):
    """What the paper prints beside its cover; pictures by the names that `pictures` gives them."""
    read = as_read(content)
    names = {each["name"]: _paper_name(each) for each in content["pictures"]}
    for piece in read["pieces"]:
        if piece["kind"] == NewsPiece.Kind.QUOTATION:
            piece["rows"] = _rows(piece["paragraphs"])
        if piece["picture"]:
            piece["picture"] = {**piece["picture"], "src": names[piece["picture"]["name"]]}
    facts = [("Date", in_words(content["date"]))]
    facts += [("Embargo", f"Not before {read['embargo']}")] if read["embargo"] else []
    return {
        **read,
        "title": content["title"],
        "full_title": f"News release: {content['title']}, {in_words(content['date'])}",
        "description": NewsKind().summary(content),
        "keywords": "news release",
        "facts": facts,
    }


def _rows(paragraphs):
    """The paragraphs of a speech in rows, each kept on one page: all of them, unless it is long."""
    rows = [[]]
    for part in paragraphs:
        if rows[-1] and sum(map(len, rows[-1])) + len(part) > TOGETHER:
            rows.append([])
        rows[-1].append(part)
    return rows


def _shown(picture, files):
    largest, sizes = picture["sizes"][-1], picture["sizes"]
    middle = next((size for size in sizes if size["width"] >= ON_PAPER), largest)
    rights = [f"Credit: {picture['credit']}" if picture["credit"] else "", picture["copyright"]]
    return {
        **picture,
        "src": f"{files}{middle['file']}",
        "srcset": ", ".join(f"{files}{size['file']} {size['width']}w" for size in sizes),
        "width": middle["width"],
        "height": middle["height"],
        "rights": ". ".join(part for part in rights if part),
    }


def _for_paper(picture):
    return next((size for size in picture["sizes"] if size["width"] >= ON_PAPER), picture["sizes"][-1])


def _paper_name(picture):
    size = _for_paper(picture)
    return f"opcc:{size['sha256'][:24]}.{size['file'].rpartition('.')[2]}"
