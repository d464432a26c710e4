"""What the public gets of a release: page, paper, pictures, data; and what the gate is told."""

import datetime
import json
import re

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from opcc_portal import pdf
from scrutiny.news import operations, pictures
from scrutiny.news.models import NewsPiece
from scrutiny.publication import making
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Marking
from tests.factories import make_meeting, make_piece, make_priority, make_release
from tests.files import samples
from tests.minutes.test_paper import text_of
from tests.pdf.vera import VeraPDF
from tests.publication.canary import publish
from tests.publication.records import imprint

pytestmark = pytest.mark.django_db
KIND = kinds.named("news")
Kind = NewsPiece.Kind
DAY = datetime.date(2026, 3, 2)
NOTES = '<p>The vans are listed in the <a href="https://example.org/list">list of vans</a>.</p>'


@pytest.fixture
def release(officer):
    """A draft with everything in it."""
    made = make_release(
        headline="Six vans for the valley",
        slug="six-vans-for-the-valley",
        date=DAY,
        pieces=("The first van stops in Northmoor.\n\nThe others follow.",),
        notes_to_editors=NOTES,
        copyright="© The office 2026",
        created_by=officer,
    )
    make_piece(made, kind=Kind.HEADING, text="What was said")
    said = {"speaker_name": "Jo Speaker", "speaker_post": "Chief Driver"}
    make_piece(made, kind=Kind.QUOTATION, text="We waited long.\n\nNow they are here.", **said)
    taken = pictures.take_in(ContentFile(samples.image("jpeg", (1700, 900)), name="van.jpg"), officer)
    words = {"alt": "A white van on a green", "caption": "The van.", "credit": "Lee Lens", "copyright": "© Lee Lens"}
    operations.add_picture(made, taken, words, by=officer)
    made.priorities.add(make_priority(title="Safer roads"))
    return made


def approved(release, by):
    release.refresh_from_db()
    operations.approve(release, seen=release.version, by=by)
    return KIND.load(release.pk)


def test_it_waits_for_its_approval(release, commissioner):
    assert "not approved yet" in KIND.why_not(release)
    release = approved(release, commissioner)
    assert KIND.why_not(release) == ""
    assert KIND.path(release) == "news/2026-03-02-six-vans-for-the-valley"
    release.marking = Marking.OFFICIAL_SENSITIVE
    assert "never public" in KIND.why_not(release)


def test_content_is_plain_data_and_page_and_paper_come_from_it_alone(release):
    release = KIND.load(release.pk)
    content = json.loads(json.dumps(KIND.content(release)))
    ((_, page),) = KIND.parts(content)
    paper, _ = KIND.paper(content, imprint())
    for html in (page, paper):
        for words in (
            "The first van stops",
            "The others follow",
            "Jo Speaker",
            "Chief Driver",
            "Lee Lens",
            "© The office",
        ):
            assert words in html
        assert re.search("“We waited long.</p>.*“Now they are here.”</p>", html, re.DOTALL)
        assert 'alt="A white van on a green"' in html
        assert "list of vans</a>" in html
    assert [piece["kind"] for piece in content["pieces"]] == ["text", "heading", "quotation", "image"]
    assert "IMG" not in page
    assert 'width="960" height="508"' in page


def test_every_picture_is_published_in_every_width(release):
    files = KIND.files(KIND.load(release.pk))
    assert [file.slug for file in files] == ["picture-1-480", "picture-1-960", "picture-1-1600"]
    assert files[0].title == "A white van on a green, 480 pixels wide"


def test_search_finds_its_words_and_those_who_speak(release):
    release = KIND.load(release.pk)
    content = KIND.content(release)
    publication = kinds.Publication(kind="news", subject="x:1", path=KIND.path(release))
    edition = kinds.Edition(publication=publication, title=release.headline, content=content, date=DAY)
    (entry,) = KIND.search(edition)
    assert entry.people == ("Jo Speaker",)
    assert entry.priority == content["priority"]["slug"]
    for words in ("The others follow", "Now they are here", "A white van", "list of vans"):
        assert words in entry.text


def test_the_gate_is_told_of_a_speaker_without_post_and_of_another_day(release, officer):
    make_piece(release, kind=Kind.QUOTATION, speaker_name="Nobody Known", text="Vans.")
    until = datetime.datetime(2026, 3, 3, 0, 1, tzinfo=datetime.UTC)
    type(release).objects.filter(pk=release.pk).update(embargo_until=until)
    release = KIND.load(release.pk)
    found = {finding.code: finding.title for finding in KIND.findings(release, KIND.content(release))}
    assert found == {
        "news-speaker": "Nobody Known is quoted without a post",
        "news-day": "The day of the release is not the day of its embargo",
    }


def test_what_it_speaks_of_is_no_public_word_until_it_is_published_itself(release):
    meeting = make_meeting(name="Secret gathering")
    release.meetings.add(meeting)
    content = KIND.content(KIND.load(release.pk))
    assert f"scrutiny.meeting:{meeting.pk}" in content["about"]
    assert "Secret gathering" not in json.dumps(content) + KIND.parts(content)[0][1] + KIND.paper(content, imprint())[0]


@pytest.mark.verapdf
def test_the_paper_is_accessible_and_fit_for_an_archive(release, tmp_path, client):
    release = KIND.load(release.pk)
    content = KIND.content(release)
    html, _ = KIND.paper(content, imprint())
    files = {}
    for name, upload in KIND.pictures(content).items():
        with upload.file.open() as file:
            files[name] = file.read()
    made = pdf.render(html, files=files, strict=True)
    assert pdf.problems(made) == []
    assert VeraPDF(tmp_path).complaints({"release": made}) == []
    said = text_of(made)
    for words in ("Six vans for the valley", "“Now they are here.”", "Notes to editors", "Credit: Lee Lens"):
        assert words in said


@pytest.fixture
def out(release, officer, commissioner, client):
    """Published, as the public reads it."""
    release = approved(release, commissioner)
    publish(release, "news", officer)
    return release


def test_the_published_page_shows_pictures_and_is_told_to_social_networks(out, client):
    url = "/news/2026-03-02-six-vans-for-the-valley/"
    html = client.get(url).content.decode()
    assert '<meta property="og:image" content="http://testserver' + url + 'files/picture-1-1600.jpeg">' in html
    assert '<meta property="og:url" content="http://testserver' + url + '">' in html
    assert '<meta name="twitter:card" content="summary_large_image">' in html
    assert '<meta property="og:image:alt" content="A white van on a green">' in html
    told = json.loads(re.search(r'ld\+json">(.*?)</script>', html)[1])
    assert (told["@type"], told["headline"]) == ("NewsArticle", "Six vans for the valley")
    assert told["image"][0]["url"] == f"http://testserver{url}files/picture-1-1600.jpeg"
    assert told["image"][0]["creditText"] == "Lee Lens"
    for file in ("picture-1-480.jpeg", "picture-1-960.jpeg", "picture-1-1600.jpeg"):
        for below in (url, f"{url}v1.0/"):
            response = client.get(f"{below}files/{file}")
            assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
            assert "attachment" not in response.get("Content-Disposition", "")
            assert b"Exif" not in response.getvalue()
    paper = client.get(f"{url}release.pdf")
    assert paper.getvalue().startswith(b"%PDF")


def test_lists_feed_data_and_map_have_it(out, client):
    url = "/news/2026-03-02-six-vans-for-the-valley/"
    places = (
        "/news/",
        "/news/2026/",
        "/news/feed.atom",
        "/feed.atom",
        "/news.json",
        "/news/2026.json",
        "/sitemap.xml",
        "/",
    )
    for place in places:
        assert url in client.get(place).content.decode(), place
    assert client.get("/news/2025/").status_code == 404
    assert "Six vans" in client.get("/search/?q=waited+long").content.decode()


def test_what_it_speaks_of_is_linked_once_it_is_public(out, client):
    meeting = make_meeting(name="Open gathering", agenda_set_at=timezone.now(), date=DAY)
    url = "/news/2026-03-02-six-vans-for-the-valley/"
    assert "What this release is about" not in client.get(url).content.decode()
    release = operations.correct(out, by=out.created_by)
    release.meetings.add(meeting)
    approved(release, out.approved_by)
    publish(KIND.load(release.pk), "news", out.created_by)
    assert "Open gathering" not in client.get(url).content.decode()
    publish(meeting, "meeting", out.created_by)
    html = client.get(url).content.decode()
    assert "What this release is about" in html
    assert "Open gathering" in html


def test_a_correction_is_a_new_version_and_the_old_one_keeps_its_pictures(out, client, officer, commissioner):
    url = "/news/2026-03-02-six-vans-for-the-valley/"
    release = operations.correct(out, by=officer)
    assert making.bundle_of(KIND, release).fresh == []
    operations.delete_piece(release.pieces.get(kind=Kind.IMAGE), by=officer)
    operations.change(
        release, {"headline": "Seven vans"}, seen=operations.fingerprint(release, operations.FACTS), by=officer
    )
    assert "Six vans" in client.get(url).content.decode()
    approved(release, commissioner)
    publish(KIND.load(release.pk), "news", officer)
    html = client.get(url).content.decode()
    assert "Seven vans" in html
    assert "picture-1" not in html
    assert client.get(f"{url}files/picture-1-480.jpeg").status_code == 404
    assert client.get(f"{url}v1.0/files/picture-1-480.jpeg").getvalue()
    assert "picture-1-960" in client.get(f"{url}v1.0/").content.decode()
