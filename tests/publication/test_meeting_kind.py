"""A meeting as it is published: its facts and its agenda, and what a private or restricted item tells."""

import datetime
import json
from html import unescape

import pytest
from django.utils import timezone

from opcc_portal import pdf
from opcc_portal.audit.operations import key
from opcc_portal.files.models import Upload
from scrutiny.meetings.models import AgendaItem, Meeting
from scrutiny.meetings.publishing import MeetingKind, item_slugs
from scrutiny.register.models import Decision
from scrutiny.reports.models import JointReport
from scrutiny.workflow.kinds import Imprint
from scrutiny.workflow.models import Edition, Publication, Restriction, State
from tests.factories import (
    make_attachment,
    make_attendance,
    make_decision,
    make_item,
    make_meeting,
    make_minutes,
    make_office,
    make_report,
    make_request,
    make_series,
    make_user,
)
from tests.pdf.reading import text
from tests.pdf.vera import VeraPDF
from tests.publication.test_report_kind import make_restriction, make_upload

pytestmark = pytest.mark.django_db

KIND = MeetingKind()
IMPRINT = Imprint("1.0", datetime.date(2018, 1, 2), "/meetings/x/", "ab" * 32, "0" * 64)


@pytest.fixture
def meeting():
    make_office(phone="01632 960001")
    series = make_series("Scrutiny Board", slug="scrutiny-board", question_notice=10)
    meeting = make_meeting(
        series, date=datetime.date(2018, 1, 8), starts=datetime.time(10), ends=datetime.time(11, 50), venue="Town Hall",
        public_notes="Doors open at 9:45.\n\nThere is a lift.", agenda_set_at=timezone.now(),
    )  # fmt: skip
    make_attendance(meeting, name="Robin Hale", post="Commissioner", is_chair=True)
    make_item(meeting, label="1", title="Welcome", purpose="note", lead="the PCC", planned_time=datetime.time(10))
    make_item(meeting, label="2", title="Modern slavery", purpose="scrutiny", note="With guests.")
    return fresh(meeting)


def fresh(meeting):
    """The meeting as the next request would load it."""
    return KIND.load(meeting.pk)


def said(meeting):
    """Everything the public would get of it, as one text."""
    content = KIND.content(fresh(meeting))
    html = "".join(html for _, html in KIND.parts(content)) + KIND.paper(content, IMPRINT)[0]
    return json.dumps(content, ensure_ascii=False) + unescape(html)


def codes(meeting):
    """What the room has against publishing it."""
    return [(finding.severity, finding.code) for finding in KIND.findings(meeting, KIND.content(meeting))]


# --- addresses of items ------------------------------------------------------------------------------------------------------


def test_items_are_addressed_by_label_else_by_title_and_each_once(meeting):
    for label, title in [
        ("1/2018", "A"),
        ("5.1", "B"),
        ("", "Any other business"),
        ("", "Any other business"),
        ("", "?"),
    ]:
        make_item(meeting, label=label, title=title)
    make_item(meeting, label="1", title="Again", label_as_printed=True)
    slugs = item_slugs(meeting)
    assert list(slugs.values()) == [
        "1",
        "2",
        "1-2018",
        "5-1",
        "any-other-business",
        "any-other-business-2",
        "item",
        "1-2",
    ]


def test_a_published_item_keeps_its_address_when_labels_change(meeting):
    KIND.published(meeting, None, by=make_user())
    first, second = meeting.items.all()
    AgendaItem.objects.filter(pk=first.pk).update(label="9")
    AgendaItem.objects.filter(pk=second.pk).update(label="1")
    make_item(meeting, label="2", title="Late item")
    assert list(item_slugs(meeting).values()) == ["1", "2", "2-2"]


def test_the_address_of_a_restricted_item_tells_its_neutral_title(meeting):
    item = make_item(meeting, label="", title="Canary in the mine")
    assert item_slugs(meeting)[item.pk] == "canary-in-the-mine"
    KIND.published(meeting, None, by=make_user())
    AgendaItem.objects.filter(pk=item.pk).update(restriction=make_restriction(neutral_title="A personnel matter"))
    assert item_slugs(meeting)[item.pk] == "a-personnel-matter"
    KIND.published(meeting, None, by=make_user())
    Restriction.objects.update(released_at=timezone.now(), released_by=make_user())
    assert item_slugs(meeting)[item.pk] == "a-personnel-matter"


# --- when --------------------------------------------------------------------------------------------------------------------


def test_it_waits_for_its_agenda_unless_it_is_off(meeting):
    assert KIND.why_not(meeting) == ""
    meeting.agenda_set_at = None
    assert KIND.why_not(meeting) == "The agenda is not set yet."
    meeting.status, meeting.status_note = Meeting.Status.CANCELLED, "Snow."
    assert KIND.why_not(meeting) == ""
    meeting.save()
    content = KIND.content(meeting)
    assert content["items"] == []  # nothing of an agenda that is still a draft
    assert KIND.summary(content) == content["meeting"]["status_words"] == "Cancelled: Snow"
    assert said(meeting).count("Cancelled: Snow") >= 4
    meeting.imported_beside = make_meeting()
    assert "two" in KIND.why_not(meeting)


# --- what --------------------------------------------------------------------------------------------------------------------


def test_the_content_says_when_where_who_and_what(meeting):
    content = KIND.content(meeting)
    assert KIND.path(meeting) == content["path"] == "meetings/2018-01-08-scrutiny-board"
    assert KIND.belongs_to(meeting) == key(meeting)
    assert content["title"] == "Scrutiny Board, 8 January 2018"
    assert content["meeting"]["notes"] == ["Doors open at 9:45.", "There is a lift."]
    assert content["meeting"]["question_deadline"] == "2017-12-29"
    assert ["When", "Monday 8 January 2018, 10:00 to 11:50"] in content["facts"]
    assert content == json.loads(json.dumps(content))
    words = said(meeting)
    for expected in (
        "Town Hall", "Robin Hale, Commissioner", "To note. Led by the PCC", "To scrutinise", "With guests.", "01632 960001",
        "Friday 29 December 2017", 'href="/meetings/2018-01-08-scrutiny-board/items/2/"', "Version 1.0, published on 2 January 2018",
    ):  # fmt: skip
        assert expected in words, expected
    assert [anchor for anchor, _ in KIND.parts(content)] == ["facts", "agenda"]


def test_drafts_and_requests_are_not_named_but_what_is_signed_is(meeting):
    item = meeting.items.get(label="2")
    before = said(meeting)
    report = make_report(meeting, item=item, subject="Canary report")
    make_attachment(report, title="Canary figures", upload=make_upload())
    make_request(meeting, item=item, what="Canary request")
    assert said(meeting) == before
    JointReport.objects.update(state=State.SIGNED)
    signed = said(meeting)
    assert (
        "Report: Canary report" in signed and "Canary figures (PDF, 12 KB)" in signed and "Canary request" not in signed
    )
    JointReport.objects.update(state=State.PUBLISHED)
    assert said(meeting) == signed
    JointReport.objects.update(marking="official_sensitive")
    assert said(meeting) == before


def test_a_delivered_file_is_published_with_the_agenda(meeting):
    request = make_request(meeting, item=meeting.items.get(label="2"))
    upload = make_upload()
    request.attachment = make_attachment(title="Partner’s paper", upload=upload).attachment
    request.save()
    assert [(file.slug, file.upload) for file in KIND.files(fresh(meeting))] == [("2-partners-paper", upload)]
    assert 'href="/meetings/2018-01-08-scrutiny-board/files/2-partners-paper.pdf"' in said(meeting)
    request.attachment.restriction = make_restriction()
    request.attachment.save(update_fields=["restriction"])
    assert KIND.files(fresh(meeting)) == []
    assert "partners-paper" not in said(meeting)


@pytest.mark.parametrize("kept", ["private", "restricted"])
def test_a_withheld_item_tells_label_title_and_reason_and_nothing_else(meeting, kept):
    item = make_item(
        meeting, label="3", title="Contract", lead="Canary", purpose="decide", planned_time=datetime.time(11)
    )
    item.note = "Canary."
    if kept == "private":
        item.part, item.note = "private", "Figures of a bidder."
    item.save()
    if kept == "restricted":
        AgendaItem.objects.filter(pk=item.pk).update(
            restriction=make_restriction("Figures of a bidder.", neutral_title="A purchase"), title="Canary contract"
        )
        make_item(meeting, label="3.1", title="Canary below", parent=item)
    report = make_report(meeting, item=item, subject="Canary report", state=State.SIGNED)
    make_attachment(report, title="Canary bids", upload=make_upload())
    request = make_request(meeting, item=item, what="Canary wanted")
    request.attachment = make_attachment(title="Canary file", upload=make_upload()).attachment
    request.save()
    words = said(meeting)
    assert "canary" not in words.lower()
    assert "Figures of a bidder." in words and ("A purchase" if kept == "restricted" else "Contract") in words
    assert KIND.files(fresh(meeting)) == []
    assert ("report", report) not in KIND.others(fresh(meeting))
    secrets = {secret.text for secret in KIND.secrets(fresh(meeting))}
    assert {"Canary report", "Canary bids", "Canary wanted"} <= secrets
    assert not {"Figures of a bidder.", "A purchase", "Contract"} & secrets
    # Nothing else about it can be seen from outside.
    AgendaItem.objects.filter(pk=item.pk).update(lead="", purpose="", planned_time=None, outcome="deferred")
    Upload.objects.update(size=1)
    assert said(meeting) == words


# --- findings ------------------------------------------------------------------------------------------------------------------


def test_a_private_item_without_a_reason_blocks_and_labels_are_warned_of(meeting):
    make_item(meeting, label="2", title="Printed twice", label_as_printed=True)
    make_item(meeting, label="", title="No label")
    silent = make_item(meeting, label="7", title="Contract", part="private")
    assert codes(meeting) == [
        ("error", "item-without-reason"),
        ("warning", "label-twice"),
        ("warning", "label-missing"),
        ("warning", "agenda-late"),
    ]
    assert str(silent.pk) in KIND.findings(meeting, KIND.content(meeting))[0].url
    AgendaItem.objects.filter(pk=silent.pk).update(note="Figures of a bidder.")
    assert ("error", "item-without-reason") not in codes(meeting)
    assert "Every private or restricted item says why" in KIND.passes(meeting, KIND.content(meeting))


def test_an_agenda_published_before_the_day_is_in_time(meeting):
    assert codes(meeting) == [("warning", "agenda-late")]
    publication = Publication.objects.create(kind="meeting", subject=key(meeting), path="meetings/x")
    Edition.objects.create(
        publication=publication, number=1, kind="meeting", path="meetings/x", title="x", date=meeting.date, content={},
        content_hash="a", chain_before="b", chain="c", published_at=datetime.datetime(2018, 1, 2, 9, tzinfo=datetime.UTC),
    )  # fmt: skip
    assert codes(meeting) == []
    assert KIND.passes(meeting, KIND.content(meeting)) == ["Every item stands under a label of its own"]


def test_a_meeting_not_held_in_public_may_be_late(meeting):
    meeting.is_public = False
    meeting.save()
    assert codes(meeting) == []


# --- everything of the meeting ---------------------------------------------------------------------------------------------------


def test_publishing_a_meeting_publishes_everything_of_it(meeting):
    report = make_report(meeting, item=meeting.items.first())
    loose = make_report(meeting)
    make_report(meeting, state=State.WITHDRAWN)
    make_report()
    minutes = make_minutes(meeting)
    signed = make_decision(meeting=meeting)
    make_decision(meeting=meeting)
    Decision.objects.filter(pk=signed.pk).update(
        status="signed", year=2018, number=1, signed_on=meeting.date, signed_by=make_user()
    )
    found = KIND.others(fresh(meeting))
    assert found == [("report", report), ("report", loose), ("minutes", minutes), ("decision", signed)]


def test_search_finds_items_and_place(meeting):
    class Held:
        title = "Scrutiny Board, 8 January 2018"
        content = KIND.content(meeting)

        def get_absolute_url(self):
            return "/meetings/x/"

    (entry,) = KIND.search(Held())
    assert "2 Modern slavery" in entry.text and "Town Hall" in entry.text and "There is a lift." in entry.text


def test_the_paper_conforms(meeting, tmp_path):
    make_item(meeting, label="3", title="Contract", part="private", note="Figures of a bidder.")
    AgendaItem.objects.filter(label="1").update(restriction=make_restriction(public_interest="It would help them."))
    content = json.loads(json.dumps(KIND.content(meeting)))
    made = pdf.render(KIND.paper(content, IMPRINT)[0], strict=True)
    assert pdf.problems(made) == []
    words = " ".join(text(made).split())
    for expected in ("Private part", "Why private: Figures of a bidder.", "Withheld: An inquiry", "abababab"):
        assert expected in words, expected
    assert VeraPDF(tmp_path).complaints({"agenda": made}) == []
