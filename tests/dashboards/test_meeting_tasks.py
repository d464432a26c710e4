"""One meeting as a list of tasks."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.audit.operations import key
from scrutiny.meetings.models import Attendance
from scrutiny.workflow.models import Edition, Publication
from tests.factories import (
    make_attendance,
    make_entry,
    make_item,
    make_meeting,
    make_minutes,
    make_request,
    make_series,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2018-01-20")


@pytest.fixture
def meeting():
    return make_meeting(date=datetime.date(2018, 1, 8))


def page_of(client, meeting, role="governance"):
    client.force_login(make_user(role=role))
    return client.get(reverse("meeting", args=[meeting.pk]))


def tasks(answer):
    return {task.id: task for _, _, group in answer.context["groups"] for task in group}


def set_agenda(meeting):
    meeting.agenda_set_at = timezone.now()
    meeting.save()


def test_a_new_meeting_begins_with_its_agenda(client, meeting):
    answer = page_of(client, meeting)
    assert "0 of 7 tasks done." in answer.content.decode()
    assert answer.context["next_task"].button == "Set the agenda"
    assert tasks(answer)["agenda"].state == "Not started"


def test_what_is_done_is_counted_and_the_next_open_task_has_the_button(client, meeting):
    make_item(meeting)
    set_agenda(meeting)
    make_request(meeting, delivered_at=timezone.now())
    answer = page_of(client, meeting)
    assert "2 of 7 tasks done." in answer.content.decode()
    assert answer.context["next_task"].button == "Take attendance"


def test_late_papers_stand_out_with_their_names(client, meeting):
    make_request(meeting, what="Figures of the force", due=datetime.date(2018, 1, 2))
    make_request(meeting, delivered_at=timezone.now())
    task = tasks(page_of(client, meeting))["papers"]
    assert task.state == "1 late"
    assert "1 of 2 papers received" in task.hint
    assert "late: Figures of the force (the force)" in task.hint


def test_a_paper_whose_day_has_not_come_is_not_late(client, meeting):
    make_request(meeting, due=datetime.date(2018, 1, 25))
    assert tasks(page_of(client, meeting))["papers"].state == "In progress"


def test_a_withdrawn_request_counts_for_nothing(client, meeting):
    make_request(meeting, due=datetime.date(2018, 1, 2), withdrawn_at=timezone.now())
    assert tasks(page_of(client, meeting))["papers"].hint == "No paper is asked for yet"


def test_attendance_is_told_in_one_line(client, meeting):
    for category, count in [("present", 8), ("also_present", 5)]:
        for _ in range(count):
            make_attendance(meeting, category=category)
    meeting.attendance_lists.create(category="apologies", heading="Apologies", recorded="none")
    meeting.attendance_taken_at = timezone.now()
    meeting.save()
    task = tasks(page_of(client, meeting))["attendance"]
    assert task.is_done
    assert task.hint == "8 present, 5 also present, apologies: none"


def test_minutes_say_which_item_has_nothing_yet(client, meeting):
    for label in ("4", "5"):
        make_item(meeting, label=label)
    places = make_minutes(meeting).minuted_items.order_by("item__position")
    for _ in range(16):
        make_entry(places[1])
    task = tasks(page_of(client, meeting))["minutes"]
    assert (task.state, task.hint) == ("In progress", "Item 5: 16 entries. Item 4 has nothing yet")
    assert task.button == "Continue the minutes"


def test_checking_opens_when_every_item_is_written_deferred_or_withdrawn(client, meeting):
    written, deferred = make_item(meeting), make_item(meeting)
    minutes = make_minutes(meeting)
    make_entry(minutes.minuted_items.get(item=written))
    before = tasks(page_of(client, meeting))["check"]
    assert (before.state, before.url, before.hint) == ("Cannot start yet", "", "Opens when every item is written")
    deferred.outcome = "deferred"
    deferred.save()
    after = tasks(page_of(client, meeting))
    assert after["minutes"].is_done
    assert after["check"].url == reverse("minutes-check", args=[minutes.pk])


def test_an_item_is_written_when_its_sub_item_is(client, meeting):
    top = make_item(meeting)
    below = make_item(meeting, parent=top, label="1.1")
    make_entry(make_minutes(meeting).minuted_items.get(item=below))
    assert tasks(page_of(client, meeting))["minutes"].is_done


def test_a_deleted_entry_writes_nothing(client, meeting):
    make_item(meeting)
    entry = make_entry(make_minutes(meeting).minuted_items.get())
    type(entry).objects.filter(pk=entry.pk).update(deleted=True)
    assert not tasks(page_of(client, meeting))["minutes"].is_done


def test_nobody_is_sent_to_the_attendance_before_the_day(client):
    meeting = make_meeting(date=datetime.date(2018, 2, 5))
    make_item(meeting)
    set_agenda(meeting)
    make_request(meeting, delivered_at=timezone.now())
    assert page_of(client, meeting).context["next_task"].button == "Publish the agenda"


def test_a_cancelled_meeting_says_why_and_offers_no_task(client, meeting):
    meeting.status, meeting.status_note = "cancelled", "Heavy snow"
    meeting.save()
    answer = page_of(client, meeting)
    assert "Heavy snow" in answer.content.decode()
    assert answer.context["next_task"] is None


def test_facts_beside_the_tasks(client):
    meeting = make_meeting(
        make_series("Scrutiny Board"), date=datetime.date(2018, 1, 8), starts=datetime.time(10), venue="Wakefield"
    )
    make_meeting(meeting.series)
    make_attendance(meeting, name="Robin Hale", abbreviation="PCC", is_chair=True)
    make_attendance(meeting, name="Dale Stone", rank="ACC", abbreviation="ACC", called="ACC Stone")
    make_attendance(meeting, name="Kit Moor", rank="DCI", abbreviation="DCI", called="DCI Moor")
    make_item(meeting, lead="DCI Moor and ACC Stone")
    page = page_of(client, meeting)
    glance = dict(page.context["glance"])
    assert glance["Chair"] == "Robin Hale, PCC"
    assert glance["Force lead"] == "Kit Moor, DCI"
    assert glance["Time and place"] == "10:00, Wakefield"
    assert "Scrutiny Board, 2 meetings" in page.content.decode()


def test_the_commissioner_reads_and_is_offered_nothing_to_edit(client, meeting):
    make_item(meeting)
    Attendance.objects.create(meeting=meeting, name="Robin Hale")
    answer = page_of(client, meeting, role="commissioner")
    assert answer.status_code == 200
    assert answer.context["next_task"] is None
    assert tasks(answer)["agenda"].url == reverse("agenda-preview", args=[meeting.pk])
    assert reverse("meeting-edit", args=[meeting.pk]) not in answer.content.decode()


def test_the_force_does_not_see_the_list(client, meeting):
    assert page_of(client, meeting, role="force").status_code == 403


# --- publishing ------------------------------------------------------------------------------------------------------


def approved(meeting, **fields):
    minutes = make_minutes(meeting, state="signed", **fields)
    minutes.approvals.create(how="signed", on=datetime.date(2018, 1, 15), at=timezone.now())
    return minutes


def make_public(kind, record, *, at):
    """A publication of the record, as the task list sees it; how one is really made is tried elsewhere."""
    publication = Publication.objects.create(kind=kind, subject=key(record), path=f"{kind}/{record.pk}")
    edition = Edition.objects.create(
        publication=publication,
        number=publication.pk,
        kind=kind,
        path=publication.path,
        title=str(record),
        date=at.date(),
        content={},
        content_hash="0" * 64,
        chain_before=f"{publication.pk - 1:064}",
        chain=f"{publication.pk:064}",
        published_at=at,
    )
    publication.current = edition
    publication.save()
    return publication


def test_publishing_opens_when_the_minutes_are_approved(client, meeting):
    make_minutes(meeting)
    assert tasks(page_of(client, meeting))["publish"].hint == "Opens when the minutes are approved"
    meeting.minutes.delete()
    minutes = approved(meeting)
    answer = page_of(client, meeting)
    task = tasks(answer)["publish"]
    assert (task.state, task.url) == ("Ready", reverse("publish", args=["minutes", minutes.pk]))


def test_published_minutes_say_since_when_and_whether_they_have_changed(client, meeting):
    minutes = approved(meeting)
    make_public("minutes", minutes, at=timezone.now())
    task = tasks(page_of(client, meeting))["publish"]
    assert (task.state, task.is_done) == ("Published", True)
    assert task.hint.startswith("Version 1.0 on ")
    minutes.approvals.create(how="meeting", meeting=meeting, on=datetime.date(2018, 2, 5), at=timezone.now())
    assert tasks(page_of(client, meeting))["publish"].state == "Changed since"


def test_an_agenda_that_was_changed_after_it_was_published_says_so(client, meeting):
    item = make_item(meeting)
    assert tasks(page_of(client, meeting))["publish-agenda"].hint == "Opens when the agenda is set"
    set_agenda(meeting)
    assert tasks(page_of(client, meeting))["publish-agenda"].state == "Ready"
    make_public("meeting", meeting, at=timezone.now())
    audit.write("Attendance taken", subject=meeting, by=None)
    assert tasks(page_of(client, meeting))["publish-agenda"].state == "Published"
    audit.write(f"Item changed: {item}", subject=item, context=meeting, by=None)
    assert tasks(page_of(client, meeting))["publish-agenda"].state == "Changed since"


def test_what_was_withdrawn_is_not_called_published(client, meeting):
    publication = make_public("minutes", approved(meeting), at=timezone.now())
    publication.withdrawn_at, publication.withdrawn_reason = timezone.now(), "A name stood in it."
    publication.save()
    assert tasks(page_of(client, meeting))["publish"].state == "Withdrawn"


def test_only_who_publishes_is_offered_the_button(client, meeting):
    approved(meeting)
    assert not tasks(page_of(client, meeting, role="commissioner"))["publish"].button
    assert tasks(page_of(client, meeting))["publish"].button == "Publish"


def test_the_list_costs_at_most_twelve_queries(client, meeting, django_assert_max_num_queries):
    make_public("minutes", approved(meeting), at=timezone.now())
    set_agenda(meeting)
    client.force_login(make_user())
    with django_assert_max_num_queries(12):
        client.get(reverse("meeting", args=[meeting.pk]))
