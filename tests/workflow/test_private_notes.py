"""Private notes: read by their writer alone, and found nowhere else."""

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.audit.operations import key
from scrutiny.meetings import pdf
from scrutiny.workflow.models import PrivateNote, State
from tests.factories import (
    make_decision,
    make_item,
    make_meeting,
    make_minutes,
    make_office,
    make_report,
    make_request,
    make_user,
)

pytestmark = pytest.mark.django_db
WORDS = "Ask whether qz7731kx was counted twice."


def address(record):
    return f"{reverse('private-note')}?about={key(record)}"


def write(client, user, record, text=WORDS, version=0):
    client.force_login(user)
    return client.post(address(record), {"text": text, "base_version": version}, follow=True)


def page(client, user, url):
    client.force_login(user)
    return client.get(url).content.decode()


@pytest.fixture
def records():
    """Every kind of paper that carries a note, all of one meeting."""
    make_office()
    meeting = make_meeting()
    make_item(meeting)
    return {
        "meeting": meeting,
        "report": make_report(meeting),
        "minutes": make_minutes(meeting, state=State.IN_REVIEW),
        "decision": make_decision(),
    }


@pytest.mark.parametrize("name", ["meeting", "minutes", "decision", "report"])
def test_a_note_stands_beside_the_paper_for_its_writer_alone(client, records, name):
    writer, record = make_user(Role.COMMISSIONER), records[name]
    assert "Write a note" in page(client, writer, record.get_absolute_url())
    answer = write(client, writer, record)
    assert "Your note is saved" in answer.content.decode()
    assert WORDS in page(client, writer, record.get_absolute_url())
    for role in (Role.COMMISSIONER, Role.GOVERNANCE, Role.ADMINISTRATOR):
        other = make_user(role)
        assert WORDS not in page(client, other, record.get_absolute_url())
        assert WORDS not in page(client, other, address(record))


def test_the_note_of_a_meeting_stands_on_its_agenda_and_its_pack_too(client, records):
    writer = make_user(Role.COMMISSIONER)
    write(client, writer, records["meeting"])
    for name in ("agenda-preview", "pack"):
        assert WORDS in page(client, writer, reverse(name, args=[records["meeting"].pk]))


def test_no_search_paper_or_trail_holds_a_note(client, records):
    writer = make_user(Role.COMMISSIONER)
    write(client, writer, records["meeting"])
    assert WORDS not in page(client, writer, f"{reverse('search')}?q=qz7731kx")
    assert WORDS not in pdf.agenda_paper(records["meeting"]).html
    trail = AuditLine.objects.all()
    assert not any(WORDS in line.act or "note" in line.act.lower() or WORDS in str(line.details) for line in trail)


def test_an_empty_text_deletes_the_note(client, records):
    writer = make_user(Role.COMMISSIONER)
    write(client, writer, records["report"])
    write(client, writer, records["report"], text="   ", version=1)
    assert not PrivateNote.objects.exists()


def test_what_was_changed_in_another_window_is_shown_and_not_overwritten(client, records):
    writer, report = make_user(Role.COMMISSIONER), records["report"]
    write(client, writer, report, "First")
    write(client, writer, report, "Second", version=1)
    answer = write(client, writer, report, "Third", version=1)
    assert answer.status_code == 409
    assert "Second" in answer.content.decode()
    assert "Third" in answer.content.decode()
    assert PrivateNote.objects.get().text == "Second"
    write(client, writer, report, "Third", version=2)
    assert PrivateNote.objects.get().text == "Third"


def test_a_note_that_appeared_in_another_window_is_not_overwritten(client, records):
    writer, report = make_user(Role.COMMISSIONER), records["report"]
    write(client, writer, report, "First")
    assert write(client, writer, report, "Second").status_code == 409
    assert PrivateNote.objects.get().text == "First"


def test_the_same_words_again_are_no_conflict(client, records):
    writer, report = make_user(Role.COMMISSIONER), records["report"]
    write(client, writer, report, "First")
    assert write(client, writer, report, "First").status_code == 200


@pytest.mark.parametrize(
    "about",
    ["", "nonsense", "scrutiny.meeting:", "scrutiny.meeting:x", "scrutiny.meeting:999999", "opcc_portal.user:1"],
)
def test_what_is_no_record_gets_no_note(client, records, about):
    client.force_login(make_user(Role.ADMINISTRATOR))
    assert client.get(f"{reverse('private-note')}?about={about}").status_code == 404
    assert client.post(f"{reverse('private-note')}?about={about}", {"text": "x"}).status_code == 404


def test_a_record_that_one_may_not_read_is_not_there(client, records):
    client.force_login(make_user(Role.FORCE))
    assert client.get(address(records["report"])).status_code == 404
    assert client.post(address(records["report"]), {"text": "x"}).status_code == 404
    assert not PrivateNote.objects.exists()


def test_the_force_notes_beside_a_report_that_was_asked_of_it(client, records):
    make_request(meeting=records["meeting"], report=records["report"])
    assert write(client, make_user(Role.FORCE), records["report"]).status_code == 200
    assert PrivateNote.objects.get().text == WORDS


def test_a_note_that_is_too_long_comes_back_to_its_writer(client, records):
    answer = write(client, make_user(Role.COMMISSIONER), records["report"], "x" * 10_001)
    assert answer.status_code == 422
    assert "x" * 10_001 in answer.content.decode()
