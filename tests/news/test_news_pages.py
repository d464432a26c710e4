"""The desk's pages of the news: the list, writing, bad input beside its field, approving, pictures, what each role sees."""

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from opcc_portal.files.models import Upload
from scrutiny.news import operations
from scrutiny.news.models import NewsImage, NewsPiece, NewsRelease
from scrutiny.news.operations import FACTS, PIECE, fingerprint
from scrutiny.workflow.models import State
from tests.factories import make_award, make_meeting, make_person, make_piece, make_priority, make_release, make_user
from tests.files import samples

pytestmark = pytest.mark.django_db
Kind = NewsPiece.Kind


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def text(response):
    return response.content.decode()


def typed(**more):
    ordinary = {
        "headline": "Six new vans",
        "date": "2 March 2026",
        "embargo_zone": "Europe/London",
        "lead": "Vans have come.",
    }
    return {**ordinary, "embargo_day": "", "embargo_time": "", "notes_to_editors": "", "contact": "", **more}


def send(client, **more):
    return client.post(reverse("release-add"), typed(**more))


# --- the list ------------------------------------------------------------------------------------------------------------


def test_the_list_says_what_waits_how_long_and_what_did_not_go_out(desk, officer, commissioner, clock):
    clock.set("2026-03-02T10:00")
    later = {"approved_by": commissioner, "embargo_zone": "Europe/London"}
    make_release(headline="Waits", embargo_until=clock.at + datetime.timedelta(hours=3, minutes=20), **later)
    make_release(headline="Stuck", embargo_until=clock.at, trouble="The checks found: A name.", **later)
    make_release(headline="Being written")
    make_release(headline="Out", approved_by=commissioner, state=State.PUBLISHED)
    html = text(desk.get(reverse("news")))
    assert "Goes out in 3 hours 20 minutes: 13:20 GMT on Monday 2 March 2026" in html
    assert "1 did not go out at its minute. 2 under embargo in all." in html
    assert "The checks found: A name." in html
    assert re.findall(r"(Stuck|Waits|Being written|Out)</a>", html) == ["Stuck", "Waits", "Being written", "Out"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=vans+are", {"Draft"}),
        ("state=draft", {"Draft"}),
        ("state=waiting", {"Waits"}),
        ("state=published", {"Out"}),
        ("state=trouble", set()),
        ("since=1+March+2026&until=3+March+2026", {"Out"}),
        ("since=nonsense", {"Draft", "Waits", "Out"}),
    ],
)
def test_filters_narrow_the_list(desk, commissioner, query, found):
    day = datetime.date(2026, 3, 2)
    make_release(headline="Draft", pieces=("The vans are green.",))
    make_release(headline="Waits", approved_by=commissioner, embargo_until=timezone.now() + datetime.timedelta(days=1))
    make_release(headline="Out", approved_by=commissioner, state=State.PUBLISHED, date=day)
    html = text(desk.get(f"{reverse('news')}?{query}"))
    assert set(re.findall(r">(Draft|Waits|Out)</a>", html)) == found


def test_the_list_costs_the_same_with_many_releases(desk, commissioner, django_assert_max_num_queries):
    for _ in range(40):
        make_release(approved_by=commissioner, embargo_until=timezone.now() + datetime.timedelta(days=1))
    with django_assert_max_num_queries(12):
        html = text(desk.get(reverse("news")))
    assert "1 to 30 of 40 releases" in html


# --- writing -------------------------------------------------------------------------------------------------------------


def test_a_release_is_begun_and_leads_to_its_pieces(desk):
    response = send(desk, embargo_day="", contact="Press office\n01924 000000")
    release = NewsRelease.objects.get()
    assert response.url == release.get_absolute_url()
    html = text(desk.get(response.url))
    assert "Missing: a text." in html or "A text missing." in html
    for kind in ("text", "heading", "quotation"):
        assert reverse("piece-add", args=[release.pk, kind]) in html


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"headline": ""}, "Enter a headline"),
        ({"lead": ""}, "Enter the first paragraph"),
        ({"embargo_day": "3 March 2026"}, "Enter the time at which it may be published"),
        ({"embargo_time": "10:00"}, "Enter the day on which it may be published"),
        ({"embargo_day": "1 March 2026", "embargo_time": "10:00"}, "This moment has passed"),
        ({"embargo_day": "2 March 2026", "embargo_time": "09:59"}, "This moment has passed"),
        ({"embargo_day": "31 March 2027", "embargo_time": "10:00"}, "Check the year"),
        ({"embargo_day": "29 March 2026", "embargo_time": "01:30"}, "does not exist there"),
        ({"embargo_day": "25 October 2026", "embargo_time": "01:30"}, "comes twice there"),
        ({"embargo_day": "3 March 2026", "embargo_time": "10:00", "embargo_zone": "Mars"}, "Mars"),
        ({"date": "2 March 2086"}, "more than a year from now"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(desk, clock, more, words, monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2026-03-02")
    clock.set("2026-03-02T10:00")
    response = send(desk, **more)
    assert response.status_code == 422
    assert words in text(response)
    assert "There is a problem" in text(response)
    assert not NewsRelease.objects.exists()


def test_the_hour_that_comes_twice_can_be_said_in_utc(desk, clock):
    clock.set("2026-10-20T10:00")
    send(desk, embargo_day="25 October 2026", embargo_time="01:30", embargo_zone="UTC")
    assert NewsRelease.objects.get().embargo_in_words == "01:30 UTC on Sunday 25 October 2026"


def test_the_form_shows_the_embargo_as_it_was_set(desk, clock):
    clock.set("2026-03-02T10:00")
    send(desk, embargo_day="3 March 2026", embargo_time="19:01", embargo_zone="America/New_York")
    release = NewsRelease.objects.get()
    assert release.embargo_until == datetime.datetime(2026, 3, 4, 0, 1, tzinfo=datetime.UTC)
    html = text(desk.get(reverse("release-edit", args=[release.pk])))
    assert 'value="3 March 2026"' in html
    assert 'value="19:01"' in html


def test_a_form_that_is_late_shows_both_texts(desk, officer):
    release = make_release(headline="Vans")
    seen = fingerprint(release, FACTS)
    operations.change(release, {"headline": "Theirs"}, seen=seen, by=make_user())
    response = desk.post(reverse("release-edit", args=[release.pk]), typed(headline="Mine", seen=seen))
    assert response.status_code == 409
    assert 'saved “<span dir="auto">Theirs</span>”, yours “<span dir="auto">Mine</span>”' in text(response)
    form = response.context["form"]
    again = desk.post(reverse("release-edit", args=[release.pk]), typed(headline="Mine", seen=form["seen"].value()))
    assert again.status_code == 302
    assert NewsRelease.objects.get().headline == "Mine"


def test_the_speaker_s_post_of_that_day_is_filled_in(desk):
    person = make_person("Jo Speaker", post="Chief Driver", starts=datetime.date(2020, 1, 1))
    release = make_release(pieces=())
    url = reverse("piece-add", args=[release.pk, "quotation"])
    desk.post(url, {"speaker": person.pk, "text": "One.\n\nTwo."})
    piece = release.pieces.get()
    assert (piece.speaker_name, piece.speaker_post) == ("Jo Speaker", "Chief Driver")
    html = text(desk.get(release.get_absolute_url()))
    assert "<p>“One.</p><p>“Two.”</p>" in html
    nobody = desk.post(url, {"text": "Words."})
    assert nobody.status_code == 422
    assert "Choose who said it, or enter their name" in text(nobody)


def test_pieces_are_added_changed_moved_and_taken_out_without_script(desk):
    release = make_release(pieces=())
    for kind, words in (("text", "First."), ("heading", "Costs")):
        assert desk.post(reverse("piece-add", args=[release.pk, kind]), {"text": words}).status_code == 302
    first, second = release.pieces.all()
    changed = {"text": "First!", "seen": fingerprint(first, PIECE)}
    assert desk.post(reverse("piece-edit", args=[first.pk]), changed).status_code == 302
    desk.post(reverse("piece-move", args=[second.pk]), {"move": "up"})
    assert list(release.pieces.values_list("text", flat=True)) == ["Costs", "First!"]
    desk.post(reverse("piece-delete", args=[second.pk]))
    assert list(release.pieces.values_list("text", flat=True)) == ["First!"]
    assert desk.get(reverse("piece-add", args=[release.pk, "image"])).status_code == 404
    empty = desk.post(reverse("piece-add", args=[release.pk, "text"]), {"text": "  "})
    assert (empty.status_code, "Enter the text" in text(empty)) == (422, True)


def picture(content=None, name="van.jpg"):
    return SimpleUploadedFile(name, content or samples.image("jpeg", (1000, 500)))


def test_a_picture_needs_its_description_and_is_shown_in_its_sizes(desk):
    release = make_release(pieces=())
    url = reverse("picture-add", args=[release.pk])
    for alt, words in (("", "Enter what the picture shows"), ("IMG_2424", "is the name of a file")):
        response = desk.post(url, {"file": picture(), "alt": alt})
        assert (response.status_code, words in text(response)) == (422, True)
        assert not Upload.objects.exists()
    desk.post(url, {"file": picture(), "alt": "A white van", "credit": "Lee Lens", "caption": "The van."})
    assert [size.width for size in NewsImage.objects.get().sizes.all()] == [480, 960, 1000]
    html = text(desk.get(release.get_absolute_url()))
    assert 'alt="A white van"' in html
    assert "files/picture-1-480.jpeg 480w, files/picture-1-960.jpeg 960w, files/picture-1-1000.jpeg 1000w" in html
    shown = desk.get(reverse("release-file", args=[release.pk, "picture-1-480.jpeg"]))
    assert (shown.status_code, shown["Content-Type"], shown.getvalue()[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert desk.get(reverse("release-file", args=[release.pk, "picture-2-480.jpeg"])).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "a.svg", "SVG"),
        (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;", "a.gif", "GIF"),
        (b"figure,value\n", "a.csv", "is no picture"),
    ],
)
def test_what_is_no_picture_is_refused_beside_the_field(desk, content, name, words):
    response = desk.post(
        reverse("picture-add", args=[make_release().pk]), {"file": picture(content, name), "alt": "A van"}
    )
    assert (response.status_code, words in text(response)) == (422, True)
    assert not NewsImage.objects.exists()


def test_what_it_speaks_of_is_chosen_and_grants_by_their_reference(desk):
    release, priority, meeting, award = make_release(), make_priority(), make_meeting(), make_award()
    url = reverse("release-links", args=[release.pk])
    unknown = desk.post(url, {"grants": "NO-SUCH"})
    assert (unknown.status_code, "“NO-SUCH”" in text(unknown)) == (422, True)
    desk.post(url, {"priorities": priority.pk, "meetings": meeting.pk, "grants": award.reference.lower()})
    assert NewsRelease.objects.get().grants == [f"funding.award:{award.pk}"]
    html = text(desk.get(release.get_absolute_url()))
    for record in (priority, meeting, award):
        assert record.get_absolute_url() in html
    assert award.reference in text(desk.get(url))


def test_a_release_page_costs_the_same_with_many_pieces(desk, django_assert_max_num_queries):
    release = make_release(pieces=[f"Part {number}." for number in range(30)])
    make_piece(release, kind=Kind.QUOTATION, speaker_name="Jo", text="Vans.")
    release.priorities.add(make_priority())
    with django_assert_max_num_queries(12):
        desk.get(release.get_absolute_url())


# --- approval ------------------------------------------------------------------------------------------------------------


def test_somebody_else_reads_approves_and_is_led_to_the_checks(client, officer, commissioner):
    release = make_release(created_by=officer, embargo_until=timezone.now() + datetime.timedelta(hours=2))
    client.force_login(officer)
    assert "You wrote this release, so somebody else has to approve it." in text(client.get(release.get_absolute_url()))
    client.force_login(commissioner)
    assert "Read and approve" in text(client.get(release.get_absolute_url()))
    page = text(client.get(reverse("release-approve", args=[release.pk])))
    assert "goes out by itself in 1 hour 59 minutes" in page
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    response = client.post(reverse("release-approve", args=[release.pk]), {"seen": seen})
    assert response.url == reverse("publish", args=["news", release.pk])
    held = NewsRelease.objects.get()
    assert (held.state, held.approved_by) == (State.SIGNED, commissioner)
    closed = client.get(reverse("release-approve", args=[release.pk]))
    assert closed.url == release.get_absolute_url()


def test_approving_an_older_text_shows_the_newer_one(client, officer, commissioner):
    release = make_release(created_by=officer)
    operations.add_piece(
        release,
        {"kind": Kind.TEXT, "text": "Added since.", "speaker": None, "speaker_name": "", "speaker_post": ""},
        by=officer,
    )
    client.force_login(commissioner)
    response = client.post(reverse("release-approve", args=[release.pk]), {"seen": release.version})
    assert response.status_code == 409
    assert "Added since." in text(response)


def test_an_approved_release_offers_no_change_and_can_be_taken_back(client, officer, commissioner):
    release = make_release(created_by=officer, approved_by=commissioner)
    client.force_login(officer)
    html = text(client.get(release.get_absolute_url()))
    assert reverse("release-edit", args=[release.pk]) not in html
    piece = release.pieces.get()
    for name, pk in (("release-edit", release.pk), ("release-links", release.pk), ("piece-edit", piece.pk)):
        assert client.get(reverse(name, args=[pk])).url == release.get_absolute_url()
    client.post(reverse("release-reopen", args=[release.pk]))
    assert NewsRelease.objects.get().state == State.DRAFT


def test_those_who_only_read_are_offered_nothing_else(client, officer):
    release = make_release(created_by=officer)
    client.force_login(make_user("analyst"))
    html = text(client.get(release.get_absolute_url()))
    assert release.headline in html
    for name in ("release-edit", "release-approve", "release-delete", "picture-add"):
        assert reverse(name, args=[release.pk]) not in html
