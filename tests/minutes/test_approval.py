"""Minutes sent, approved, closed, and approved again at the next meeting, perhaps with amendments."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from scrutiny.meetings.models import Attendance
from scrutiny.minutes import approval, operations, versions
from scrutiny.minutes.models import Amendment, Approval, MinuteEntry, Minutes, Snapshot
from scrutiny.workflow.models import Checker, State
from scrutiny.workflow.operations import NotPossible, name_checker
from tests.factories import make_attendance, make_entry, make_item, make_meeting, make_minutes, make_person, make_user
from tests.minutes.kinds import give_action

pytestmark = pytest.mark.django_db
FIRST, SECOND = datetime.date(2024, 1, 8), datetime.date(2024, 2, 5)


@pytest.fixture
def officer():
    return make_user(name="Olive Officer")


@pytest.fixture
def commissioner():
    return make_user(Role.COMMISSIONER, name="Cora Commissioner")


@pytest.fixture
def minutes(officer):
    """Draft minutes of a held meeting with one entry, taken by the officer."""
    meeting = make_meeting(date=FIRST, attendance_taken_at=timezone.now(), name="Scrutiny Board")
    make_item(meeting, label="5", title="Road safety")
    minutes = make_minutes(meeting, minute_taker=officer)
    speaker = make_attendance(meeting, called="DCI Stone")
    make_entry(minutes.minuted_items.get(), text="The figure is 127.", speaker=speaker, by=officer)
    return minutes


@pytest.fixture
def sent(minutes, officer):
    return approval.send(minutes, by=officer)


@pytest.fixture
def next_meeting(minutes):
    """A later meeting of the series whose agenda brings the minutes of the last one."""
    meeting = make_meeting(minutes.meeting.series, date=SECOND, attendance_taken_at=timezone.now())
    make_item(meeting, label="2", title="Minutes of the last meeting", task="previous_minutes")
    return meeting


def seen(minutes):
    return versions.content_hash(versions.content_of(Minutes.objects.get(pk=minutes.pk)))


def approved(minutes, by):
    return approval.approve(minutes, seen=seen(minutes), by=by)


def entry_of(minutes):
    return MinuteEntry.objects.filter(minuted_item__minutes=minutes, deleted=False).first()


def reworded(minutes, text, by):
    entry = entry_of(minutes)
    return operations.change_entry(
        entry, base_version=entry.version, save_id=uuid.uuid4(), changes={"text": text}, by=by
    ).piece


def at_meeting(minutes, meeting, by, **more):
    ordinary = {"seen": seen(minutes), "change_note": "", "write_down": False}
    return approval.approve_at_meeting(minutes, meeting=meeting, by=by, **{**ordinary, **more})


def text_of(response):
    return response.content.decode()


# --- sending ---------------------------------------------------------------------------------------------------------


def test_sending_keeps_the_whole_text_as_data(sent, officer):
    kept = sent.snapshots.get()
    assert (kept.occasion, kept.by) == (Snapshot.Occasion.SENT, officer)
    line = kept.content["items"][0]["entries"][0]
    assert (line["who"], line["text"], kept.content["items"][0]["label"]) == ("DCI Stone", "The figure is 127.", "5")
    assert kept.content["attendance"][0]["people"][0]["name"]


def test_the_same_text_sent_twice_is_sent_once(sent, officer):
    approval.send(sent, by=officer)
    assert sent.snapshots.count() == 1


def test_sent_again_every_checker_is_asked_anew(sent, officer):
    force = make_user(Role.FORCE)
    name_checker(sent, user=force, by=officer)
    Checker.objects.update(verdict="agreed", said_at=timezone.now())
    reworded(sent, "The figure is 176.", officer)
    approval.send(sent, by=officer)
    assert sent.checkers.get().verdict == ""
    assert sent.snapshots.count() == 2


def test_what_changed_since_it_was_sent_is_shown_word_by_word(client, sent, officer):
    place = sent.minuted_items.get()
    second = make_entry(place, text="A second thing.", by=officer)
    approval.send(sent, by=officer)
    reworded(sent, "The figure is 176.", officer)
    operations.delete_entry(second, base_version=second.version, save_id=uuid.uuid4(), by=officer)
    make_entry(place, text="Something new.", by=officer)
    client.force_login(officer)
    page = text_of(client.get(reverse("minutes-changes", args=[sent.pk])))
    assert "3 changes since then" in page
    assert "127.</del>" in page and "176.</mark></ins>" in page
    for what in ("Added", "Removed", "Changed"):
        assert f">{what}</span>" in page


def test_an_entry_that_only_moved_is_said_to_have_moved(sent, officer):
    place = sent.minuted_items.get()
    last = make_entry(place, text="A second thing.", by=officer)
    before = versions.content_of(sent)
    place.refresh_from_db()
    operations.move_entry(last, up=True, order_version=place.order_version, by=officer)
    found = versions.between(before, versions.content_of(sent))
    assert [change.what for item in found for change in item.changes] == ["Moved"]


def test_a_change_of_owner_is_a_change_of_the_minutes(sent, officer):
    entry = make_entry(sent.minuted_items.get(), kind="action", text="Do it.", by=officer)
    give_action(entry, owners=["ACC Late"], due=SECOND)
    before = versions.content_of(Minutes.objects.get(pk=sent.pk))
    give_action(MinuteEntry.objects.get(pk=entry.pk), owners=["CC Moor"], due=SECOND)
    found = versions.between(before, versions.content_of(Minutes.objects.get(pk=sent.pk)))
    assert found[0].changes[0].notes == ["Owner: CC Moor, before ACC Late."]


# --- approving -------------------------------------------------------------------------------------------------------


def test_the_commissioner_approves_and_the_minutes_are_closed(client, sent, commissioner, officer):
    client.force_login(commissioner)
    client.post(reverse("minutes-approve", args=[sent.pk]), {"seen": seen(sent)})
    sent.refresh_from_db()
    assert sent.state == State.SIGNED
    assert sent.approvals.get().how == Approval.How.SIGNED
    assert sent.snapshots.get(version="1.0").occasion == Snapshot.Occasion.APPROVED
    assert AuditLine.objects.filter(act="Minutes approved, version 1.0", by=commissioner).exists()
    with pytest.raises(NotPossible, match="A later change is a correction"):
        reworded(sent, "Something else.", officer)


def test_the_button_pressed_twice_approves_once(client, sent, commissioner):
    client.force_login(commissioner)
    form = {"seen": seen(sent)}
    for _ in range(2):
        answer = client.post(reverse("minutes-approve", args=[sent.pk]), form)
        assert answer.status_code == 302
    assert sent.approvals.count() == 1
    assert sent.snapshots.filter(version="1.0").count() == 1


def test_the_minute_taker_cannot_approve_whatever_their_roles(client, sent, officer):
    officer.set_roles([Role.GOVERNANCE, Role.COMMISSIONER])
    client.force_login(officer)
    page = text_of(client.get(reverse("minutes-approve", args=[sent.pk])))
    assert "You wrote these minutes" in page
    answer = client.post(reverse("minutes-approve", args=[sent.pk]), {"seen": seen(sent)})
    assert answer.status_code == 409
    sent.refresh_from_db()
    assert sent.state == State.IN_REVIEW


def test_whoever_sent_them_cannot_approve(minutes):
    sender = make_user(roles=[Role.GOVERNANCE, Role.COMMISSIONER])
    approval.send(minutes, by=sender)
    with pytest.raises(NotPossible, match="You sent these minutes"):
        approved(minutes, sender)


def test_the_chair_of_the_meeting_approves_and_nobody_else_of_that_role(client, sent):
    chair, other = make_user(Role.ANALYST), make_user(Role.ANALYST)
    person = make_person("Chris Chair", account=chair)
    make_attendance(sent.meeting, person, is_chair=True)
    client.force_login(other)
    assert client.get(reverse("minutes-approve", args=[sent.pk])).status_code == 403
    assert client.post(reverse("minutes-approve", args=[sent.pk]), {"seen": seen(sent)}).status_code == 403
    client.force_login(chair)
    assert reverse("minutes-approve", args=[sent.pk]) in text_of(client.get(reverse("desk")))
    assert reverse("minutes-approve", args=[sent.pk]) in text_of(client.get(reverse("minutes", args=[sent.pk])))
    client.post(reverse("minutes-approve", args=[sent.pk]), {"seen": seen(sent)})
    sent.refresh_from_db()
    assert sent.state == State.SIGNED


def test_a_draft_cannot_be_approved(client, minutes, commissioner):
    client.force_login(commissioner)
    answer = client.post(reverse("minutes-approve", args=[minutes.pk]), {"seen": seen(minutes)})
    assert answer.status_code == 409
    assert "once they have been sent for check" in text_of(answer)


def test_what_is_to_be_fixed_stands_against_approval(client, sent, commissioner, officer):
    make_entry(sent.minuted_items.get(), text="", by=officer)
    client.force_login(commissioner)
    page = text_of(client.get(reverse("minutes-approve", args=[sent.pk])))
    assert "Not ready: 1 thing to fix" in page
    assert ">Approve</button>" not in page
    answer = client.post(reverse("minutes-approve", args=[sent.pk]), {"seen": seen(sent)})
    assert answer.status_code == 409
    assert "The entry holds no words" in text_of(answer)


def test_an_approval_of_an_older_text_is_refused_with_what_changed(client, sent, commissioner, officer):
    client.force_login(commissioner)
    form = {"seen": seen(sent), "at": timezone.now().isoformat()}
    reworded(sent, "The figure is 176.", officer)
    answer = client.post(reverse("minutes-approve", args=[sent.pk]), form)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "changed since you opened this page" in page
    assert "127.</del>" in page and "176.</mark></ins>" in page
    sent.refresh_from_db()
    assert sent.state == State.IN_REVIEW
    assert f'value="{seen(sent)}"' in page  # the next click approves what is shown now


@pytest.mark.parametrize("at", ["", "nonsense", "2024-13-99T00:00", "2024-01-01T00:00:00"])
def test_a_mangled_form_is_refused_with_words(client, sent, commissioner, at):
    client.force_login(commissioner)
    answer = client.post(reverse("minutes-approve", args=[sent.pk]), {"seen": "0" * 64, "at": at})
    assert answer.status_code == 409
    assert "changed since you opened this page" in text_of(answer)


def test_giving_back_needs_words_and_makes_a_draft(client, sent, commissioner):
    client.force_login(commissioner)
    address = reverse("minutes-give-back", args=[sent.pk])
    assert client.post(address, {"note": " "}).status_code == 422
    client.post(address, {"note": "Item 5 misses the second answer."})
    sent.refresh_from_db()
    assert sent.state == State.DRAFT
    assert "Item 5 misses the second answer." in text_of(client.get(reverse("minutes", args=[sent.pk])))


def test_words_typed_into_minutes_that_were_approved_meanwhile_are_shown(client, sent, commissioner, officer):
    entry, place = entry_of(sent), sent.minuted_items.get()
    approved(sent, commissioner)
    client.force_login(officer)
    answer = client.post(
        reverse("minuted-item", args=[place.pk]),
        {f"e{entry.pk}-text": "My late words.", f"e{entry.pk}-base_version": "1", "next-text": "And more."},
    )
    page = text_of(answer)
    assert answer.status_code == 409
    assert "My late words." in page and "And more." in page
    assert entry_of(sent).text == "The figure is 127."


def test_closed_minutes_offer_no_writing_and_say_who_approved_them(client, sent, commissioner, officer):
    approved(sent, commissioner)
    client.force_login(officer)
    page = text_of(client.get(reverse("minutes", args=[sent.pk])))
    assert "by Cora Commissioner" in page
    assert "Write this item" not in page and "Go on writing" not in page and "Delete this draft" not in page
    assert reverse("minutes-version", args=[sent.pk, "1.0"]) in page
    assert client.get(reverse("minuted-item", args=[sent.minuted_items.get().pk]))["Location"] == reverse(
        "minutes", args=[sent.pk]
    )


def test_minutes_to_approve_wait_on_the_commissioners_home_page(client, sent, commissioner, officer):
    client.force_login(commissioner)
    waiting = "Minutes of 8 January 2024, Scrutiny Board"
    assert waiting in text_of(client.get(reverse("desk")))
    client.force_login(officer)
    assert waiting not in text_of(client.get(reverse("desk")))
    approved(sent, commissioner)
    client.force_login(commissioner)
    assert waiting not in text_of(client.get(reverse("desk")))


# --- at the next meeting ---------------------------------------------------------------------------------------------


def test_an_agenda_item_brings_the_minutes_of_the_last_meeting(client, sent, next_meeting, officer):
    make_minutes(make_meeting(sent.meeting.series, date=FIRST - datetime.timedelta(days=30)))
    client.force_login(officer)
    answer = client.get(reverse("minutes-brought", args=[next_meeting.items.get().pk]))
    assert answer["Location"] == reverse("minutes-at-meeting", args=[sent.pk, next_meeting.pk])
    assert "Approve the last minutes" in text_of(client.get(next_meeting.get_absolute_url()))


def test_a_first_meeting_has_no_minutes_to_bring(client, minutes, officer):
    client.force_login(officer)
    answer = client.get(reverse("minutes-brought", args=[minutes.meeting.items.get().pk]), follow=True)
    assert "No earlier meeting of this series" in text_of(answer)


def test_approval_at_a_meeting_closes_minutes_that_nobody_had_signed(client, sent, next_meeting, officer):
    client.force_login(officer)
    client.post(reverse("minutes-at-meeting", args=[sent.pk, next_meeting.pk]), {"seen": seen(sent)})
    sent.refresh_from_db()
    given = sent.approvals.get()
    assert (sent.state, given.how, given.on, given.amended) == (State.SIGNED, Approval.How.MEETING, SECOND, False)
    assert sent.snapshots.get(version="1.0").occasion == Snapshot.Occasion.APPROVED


def test_amendments_make_a_version_and_both_stay_readable(client, sent, next_meeting, commissioner, officer):
    approved(sent, commissioner)
    entry = entry_of(sent)
    client.force_login(officer)
    amend = reverse("entry-amend", args=[entry.pk, next_meeting.pk])
    client.post(amend, {"after": "The figure is 176.", "note": "A slip."})
    address = reverse("minutes-at-meeting", args=[sent.pk, next_meeting.pk])
    page = text_of(client.get(address))
    assert "1 amendment<" in page and "176." in page
    assert entry_of(sent).text == "The figure is 127."
    note = "Item 5: 176, not 127."
    read = approval.mark_of(Amendment.objects.get())
    client.post(address, {"seen": seen(sent), "change_note": note, "asked": read})
    assert entry_of(sent).text == "The figure is 176."
    assert Amendment.objects.get().made
    assert entry_of(sent).revisions.count() == 2
    amended = sent.snapshots.get(version="1.1")
    assert (amended.occasion, amended.change_note) == (Snapshot.Occasion.AMENDED, note)
    old = text_of(client.get(reverse("minutes-version", args=[sent.pk, "1.0"])))
    new = text_of(client.get(reverse("minutes-version", args=[sent.pk, "1.1"])))
    assert "The figure is 127." in old and "176" not in old
    assert "The figure is 176." in new and note in new and "127.</del>" in new


def test_the_change_note_is_proposed_from_the_amendments(sent, next_meeting, officer):
    approval.amend(entry_of(sent), meeting=next_meeting, after="The figure is 176.", note="A slip.", by=officer)
    note = approval.change_note_for(approval.amendments_at(sent, next_meeting))
    assert note == "Item 5, DCI Stone: “The figure is 127.” is to read “The figure is 176.” (A slip.)"


def test_an_amended_version_keeps_what_was_agreed_then(sent, next_meeting, commissioner, officer):
    entry = make_entry(sent.minuted_items.get(), kind="action", text="Do it.", by=officer)
    give_action(entry, owners=["ACC Late"], due=SECOND)
    approval.send(sent, by=officer)
    approved(sent, commissioner)
    give_action(MinuteEntry.objects.get(pk=entry.pk), owners=["ACC Late"], due=datetime.date(2030, 1, 1))
    approval.amend(entry_of(sent), meeting=next_meeting, after="The figure is 176.", note="", by=officer)
    at_meeting(sent, next_meeting, officer, change_note="176, not 127.")
    action = sent.snapshots.get(version="1.1").content["items"][0]["entries"][1]["action"]
    assert action["due"] == "5 February 2024"


def test_an_amendment_is_taken_back_until_it_is_made(client, sent, next_meeting, officer):
    amendment = approval.amend(entry_of(sent), meeting=next_meeting, after="Other.", note="", by=officer)
    client.force_login(officer)
    for _ in range(2):
        assert client.post(reverse("amendment-remove", args=[amendment.pk])).status_code in (302, 404)
    assert not Amendment.objects.exists()
    made = approval.amend(entry_of(sent), meeting=next_meeting, after="Other.", note="", by=officer)
    at_meeting(sent, next_meeting, officer, change_note="Other words.")
    answer = client.post(reverse("amendment-remove", args=[made.pk]), follow=True)
    assert "has been made and approved" in text_of(answer)


def test_a_second_amendment_of_an_entry_takes_the_place_of_the_first(sent, next_meeting, officer):
    entry = entry_of(sent)
    first = approval.amend(entry, meeting=next_meeting, after="First try.", note="", by=officer)
    seen_by_them = approval.mark_of(first)
    approval.amend(entry, meeting=next_meeting, after="Second try.", note="", by=officer, seen=seen_by_them)
    assert [row.after for row in approval.amendments_at(sent, next_meeting)] == ["Second try."]


@pytest.mark.parametrize(("after", "words"), [("The figure is 127.", "stand already"), ("   ", "how the entry should")])
def test_an_amendment_that_changes_nothing_is_refused(client, sent, next_meeting, officer, after, words):
    client.force_login(officer)
    answer = client.post(reverse("entry-amend", args=[entry_of(sent).pk, next_meeting.pk]), {"after": after})
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_an_entry_reworded_after_its_amendment_was_recorded_is_not_overwritten(sent, next_meeting, officer):
    approval.amend(entry_of(sent), meeting=next_meeting, after="The figure is 176.", note="", by=officer)
    reworded(sent, "The figure is 172.", officer)
    with pytest.raises(NotPossible, match="changed after its amendment was recorded"):
        at_meeting(sent, next_meeting, officer, change_note="176.")
    assert entry_of(sent).text == "The figure is 172."
    assert not sent.approvals.exists()


def test_the_approving_meetings_own_minutes_say_so(sent, next_meeting, officer):
    own = make_minutes(next_meeting)
    approval.amend(entry_of(sent), meeting=next_meeting, after="The figure is 176.", note="", by=officer)
    at_meeting(sent, next_meeting, officer, change_note="Item 5: 176.", write_down=True)
    written = entry_of(own)
    assert written.kind == MinuteEntry.Kind.NOTE
    assert written.text == (
        "The minutes of 8 January 2024 were approved subject to the following amendments:\n\nItem 5: 176."
    )


def test_recorded_twice_the_approval_counts_once(sent, next_meeting, officer):
    make_minutes(next_meeting)
    for _ in range(2):
        at_meeting(sent, next_meeting, officer, write_down=True)
    assert sent.approvals.count() == 1
    assert MinuteEntry.objects.filter(minuted_item__minutes__meeting=next_meeting).count() == 1


def test_signed_minutes_approved_without_amendments_stay_version_one(sent, next_meeting, commissioner, officer):
    approved(sent, commissioner)
    at_meeting(sent, next_meeting, officer)
    assert list(sent.snapshots.exclude(version="").values_list("version", flat=True)) == ["1.0"]
    assert sent.approvals.count() == 2


def test_only_a_later_meeting_that_was_held_approves(client, sent, officer):
    series = sent.meeting.series
    earlier = make_meeting(series, date=FIRST - datetime.timedelta(days=1))
    client.force_login(officer)
    for meeting in (earlier, sent.meeting):
        assert client.get(reverse("minutes-at-meeting", args=[sent.pk, meeting.pk])).status_code == 404
        with pytest.raises(NotPossible, match="Only a later meeting"):
            at_meeting(sent, meeting, officer)
    coming = make_meeting(series, date=timezone.localdate() + datetime.timedelta(days=3))
    with pytest.raises(NotPossible, match="still to come"):
        at_meeting(sent, coming, officer)


def test_drafts_and_minutes_with_something_to_fix_are_not_approved_at_a_meeting(minutes, next_meeting, officer):
    with pytest.raises(NotPossible, match="Send them for check first"):
        at_meeting(minutes, next_meeting, officer)
    approval.send(minutes, by=officer)
    make_entry(minutes.minuted_items.get(), text="", by=officer)
    with pytest.raises(approval.Blocked):
        at_meeting(minutes, next_meeting, officer)


def test_a_stale_page_of_the_meeting_is_refused_and_keeps_the_change_note(client, sent, next_meeting, officer):
    amendment = approval.amend(entry_of(sent), meeting=next_meeting, after="The figure is 176.", note="", by=officer)
    client.force_login(officer)
    form = {"seen": seen(sent), "at": timezone.now().isoformat(), "asked": approval.mark_of(amendment)}
    form["change_note"] = "My own words."
    make_entry(sent.minuted_items.get(), text="Added meanwhile.", by=officer)
    answer = client.post(reverse("minutes-at-meeting", args=[sent.pk, next_meeting.pk]), form)
    assert answer.status_code == 409
    assert "My own words." in text_of(answer) and "Added meanwhile." in text_of(answer)
    assert not sent.approvals.exists()


def test_nobody_but_the_office_records_what_a_meeting_said(client, sent, next_meeting, commissioner):
    client.force_login(commissioner)
    assert client.get(reverse("minutes-at-meeting", args=[sent.pk, next_meeting.pk])).status_code == 403


def test_a_version_that_never_was_is_not_found(client, sent, officer):
    client.force_login(officer)
    assert client.get(reverse("minutes-version", args=[sent.pk, "9.9"])).status_code == 404


def test_the_person_in_the_chair_has_to_see_the_minutes(sent):
    force = make_user(Role.FORCE)
    make_attendance(sent.meeting, make_person("Fay Force", account=force), is_chair=True)
    assert not force.has_perm("minutes.approve", Minutes.objects.get(pk=sent.pk))
    name_checker(sent, user=force, by=make_user())
    assert force.has_perm("minutes.approve", Minutes.objects.get(pk=sent.pk))
    Attendance.objects.update(is_chair=False)
    assert not force.has_perm("minutes.approve", Minutes.objects.get(pk=sent.pk))
