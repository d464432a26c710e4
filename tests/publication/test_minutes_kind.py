"""What the public gets of minutes: the approved words, and of everything withheld nothing but its stub."""

import datetime
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from opcc_portal import pdf
from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import key
from scrutiny.meetings.models import AgendaItem, Attendance, AttendanceList
from scrutiny.minutes import approval, correcting, operations, reading
from scrutiny.minutes.models import Correction, MinuteEntry
from scrutiny.minutes.pdf import minutes_paper
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Publication, State
from scrutiny.workflow.operations import NotPossible
from tests.factories import make_entry, make_item, make_meeting, make_office, make_public_question, make_user
from tests.minutes.kinds import give_decision
from tests.minutes.test_paper import text_of
from tests.pdf.vera import VeraPDF
from tests.publication.records import (
    approved_minutes,
    confirm_corrections,
    draft_minutes,
    edition_of,
    entry_with,
    fresh,
    imprint,
    make_restriction,
    seen,
)

pytestmark = pytest.mark.django_db
KIND = kinds.named("minutes")
SECRET = ("which informant", "named the informant")


@pytest.fixture
def minutes():
    make_office()
    return approved_minutes()


def content(minutes):
    return KIND.content(fresh(minutes))


def entries(minutes, item=0):
    return content(minutes)["items"][item]["entries"]


def surfaces(minutes):
    """Everything the public could read: content, pages, paper, lists and search."""
    data = content(minutes)
    edition = edition_of(KIND, fresh(minutes))
    derived = [str(each) for each in (*KIND.lines(edition), *KIND.search(edition))]
    return "\n".join(
        [json.dumps(data), *(html for _, html in KIND.parts(data)), KIND.paper(data, imprint())[0], *derived]
    )


def codes(minutes):
    minutes = fresh(minutes)
    return [(each.code, each.severity) for each in KIND.findings(minutes, KIND.content(minutes))]


def settle(minutes, meeting=None, **fields):
    """Say at a later meeting that the minutes are approved; returns them fresh."""
    meeting = meeting or make_meeting(minutes.meeting.series, date=datetime.date(2023, 9, 4))
    given = {"seen": seen(minutes), "change_note": "", "write_down": False, "by": make_user(), **fields}
    approval.approve_at_meeting(minutes, meeting=meeting, **given)
    return fresh(minutes)


def publish(minutes):
    KIND.published(fresh(minutes), None, by=make_user())
    return fresh(minutes)


# --- what can be published ---------------------------------------------------------------------------------------------


def test_only_approved_minutes_can_be_published(minutes):
    assert KIND.why_not(minutes) == ""
    assert "once they are approved" in KIND.why_not(draft_minutes())


def test_minutes_marked_sensitive_are_never_public(minutes):
    minutes.marking = "official_sensitive"
    assert "never public" in KIND.why_not(minutes)


def test_they_stand_below_their_meeting(minutes):
    meeting = minutes.meeting
    assert KIND.path(minutes) == f"meetings/2023-06-21-{meeting.series.slug}/minutes"
    assert KIND.belongs_to(minutes) == f"scrutiny.meeting:{meeting.pk}"


def test_ready_minutes_have_no_finding_and_say_what_is_in_order(minutes):
    assert codes(minutes) == []
    assert KIND.passes(minutes, content(minutes)) == [
        "Every action has an owner and a date",
        "Apologies recorded: none",
        "2 present, each with a post",
        "The correction is confirmed",
        "No rough or empty entries",
        "Worded exactly as approved",
        "Approved by the commissioner",
    ]


# --- the words ---------------------------------------------------------------------------------------------------------


def test_the_approved_wording_is_published_exactly(minutes):
    said = entries(minutes)[1]
    assert (said["who"], said["what"], said["text"]) == ("ACC Late", "Answer", "ACC Late said that **nobody** knew.")
    assert said["speakers"] == ["Bo Late"]
    # Past every rule, straight in the database: what was approved stays what is published, and somebody hears of it.
    MinuteEntry.objects.filter(uid=said["uid"]).update(text="Everybody knew.")
    assert entries(minutes)[1]["text"] == "ACC Late said that **nobody** knew."
    assert ("wording", "error") in codes(minutes)


def test_an_action_is_published_as_it_was_agreed(minutes):
    action = entry_with(minutes, "Share the list").action
    type(action).objects.filter(pk=action.pk).update(due=datetime.date(2030, 1, 1), text="Something else")
    row = content(minutes)["actions"][0]
    assert (row["reference"], row["owners"], row["due"], row["text"]) == (
        "5/1",
        "ACC Late",
        "2023-07-28",
        "Share the list of villages.",
    )


@pytest.mark.one_database("a paper is laid out from data that other tests load on both databases")
def test_content_pages_and_paper_say_the_same(minutes):
    data = content(minutes)
    html = "".join(part for _, part in KIND.parts(data))
    paper = text_of(pdf.render(KIND.paper(data, imprint())[0], strict=True))
    for words in (
        "Question 3",
        "ACC Late corrected the report",
        "Was 127",
        "28 July 2023",
        "Rural roads, Key information",
    ):
        assert words in html.replace("<del>", ""), words
    for words in (
        "Question 3",
        "Was 127 → now 176",
        "28 July 2023",
        "Version 1.0",
        "d2f1a0b3 d2f1a0b3",
        "/somewhere/v1.0/",
    ):
        assert words in paper, words
    assert "Draft, to be approved at the next meeting" in paper
    assert [anchor for anchor, _ in KIND.parts(data)] == ["attendance", "items/5", "items/6", "actions", "corrections"]


@pytest.mark.verapdf
def test_the_paper_is_accessible_and_the_same_every_time(minutes, tmp_path):
    make_restriction(entry_with(minutes, "named the informant"), public_interest="Sources stop talking.")
    html, _ = KIND.paper(content(minutes), imprint())
    made = pdf.render(html, strict=True)
    assert pdf.problems(made) == []
    assert pdf.render(KIND.paper(content(minutes), imprint())[0]) == made
    assert VeraPDF(tmp_path).complaints({"minutes": made}) == []


def test_the_status_says_who_approved_and_what_is_to_come(minutes):
    day = timezone.localdate()
    expected = f"Signed off on {day:%-d %B %Y}. Draft, to be approved at the next meeting."
    assert content(minutes)["status"] == expected
    settle(minutes)
    assert content(minutes)["status"] == "Approved at the meeting of 4 September 2023."


# --- what is withheld --------------------------------------------------------------------------------------------------


def test_of_restricted_entries_only_one_stub_is_published(minutes):
    for words in SECRET:
        make_restriction(entry_with(minutes, words))
    said = entries(minutes)
    stubs = [entry for entry in said if entry["withheld"]]
    assert len(stubs) == 1  # two beside each other that say the same
    assert stubs[0]["withheld"]["reason"] == "It would help criminals."
    assert {name: value for name, value in stubs[0].items() if value} == {
        "kind": "withheld",
        "what": "Withheld",
        "withheld": stubs[0]["withheld"],
    }
    everything = surfaces(minutes)
    assert "informant" not in everything
    assert "It would help criminals." in everything


def test_questions_are_counted_without_restricted_ones_on_the_desk_too(minutes):
    make_restriction(entry_with(minutes, SECRET[0]))
    public = [entry["what"] for entry in entries(minutes) if entry["kind"] == "question"]
    assert public == ["Question 1", "Question 2"]
    desk = [line.what for line in reading.sheets(minutes)[0].lines if line.entry.kind == "question"]
    assert desk == ["Question 1", "Question", "Question 2"]


def test_changing_what_is_withheld_changes_nothing_outside(minutes):
    entry = entry_with(minutes, SECRET[1])
    make_restriction(entry)
    before = surfaces(minutes)
    other = Attendance.objects.get(meeting=minutes.meeting, name="Robin Hale")
    MinuteEntry.objects.filter(pk=entry.pk).update(kind="thanks", speaker=other, text="A", rough=True)
    correction = Correction.objects.create(minutes=minutes, corrected_entry=entry, new_value="B")
    correction.status, correction.confirmed_at = "confirmed", timezone.now()
    correction.save()
    assert surfaces(minutes) == before


def test_of_a_private_item_only_label_title_and_reason_are_published(minutes):
    item = minutes.meeting.items.get(label="5")
    AgendaItem.objects.filter(pk=item.pk).update(part="private")
    make_restriction(item, neutral_title="A matter of staff")
    said = content(minutes)["items"][0]
    assert (said["label"], said["title"], said["times"], said["entries"]) == ("5", "A matter of staff", "", [])
    everything = surfaces(minutes)
    for words in ("Road safety", "informant", "Share the list", "176", "Rural roads"):
        assert words not in everything, words
    assert content(minutes)["actions"] == content(minutes)["corrections"] == []
    assert [name for name, _ in KIND.others(minutes)] == ["meeting"]
    told = {secret.text for secret in KIND.secrets(fresh(minutes))}
    assert {"Road safety", "ACC Late named the informant.", "ACC Late said that nobody knew."} <= told


def test_a_private_item_without_a_reason_blocks(minutes):
    item = minutes.meeting.items.get(label="6")
    AgendaItem.objects.filter(pk=item.pk).update(part="private")
    finding = KIND.findings(fresh(minutes), content(minutes))[0]
    assert (finding.code, finding.blocks) == ("item-without-reason", True)
    assert str(item.pk) in finding.url
    assert "The estate is sold" not in surfaces(minutes)


def test_an_unlabelled_private_item_is_not_named_by_its_title_in_the_attendance(minutes):
    item = make_item(minutes.meeting, label="", title="Dismissal of an officer", part="private")
    make_restriction(item, neutral_title="A matter of staff")
    Attendance.objects.get(meeting=minutes.meeting, name="Bo Late").items.add(item)
    everything = surfaces(minutes)
    assert "for item A matter of staff" in everything
    assert "Dismissal" not in everything


def test_a_restricted_decision_is_withheld_where_the_minutes_hold_it():
    minutes = draft_minutes()
    place = minutes.minuted_items.get(item__label="6")
    entry = make_entry(place, kind="decision", text="The PCC bought the old mill.")
    make_restriction(give_decision(entry, maker="Robin Hale", reasons="It is cheap."), reason="Prices would rise.")
    confirm_corrections(minutes)
    approval.send(minutes, by=minutes.minute_taker)
    approval.approve(minutes, seen=seen(minutes), by=make_user(Role.COMMISSIONER))
    everything = surfaces(minutes)
    assert "old mill" not in everything
    assert "Prices would rise." in everything
    assert {"The PCC bought the old mill.", "It is cheap."} <= {each.text for each in KIND.secrets(fresh(minutes))}


def test_who_asked_from_outside_is_a_secret_unless_the_record_names_them_so(minutes):
    make_public_question(
        minutes.meeting.series,
        meeting=minutes.meeting,
        private_name="Ann Quiet",
        private_contact="ann@quiet.example, 01924 1",
    )
    make_public_question(
        minutes.meeting.series, meeting=minutes.meeting, private_name="Bea Loud", asked_as="Bea Loud of Ossett"
    )
    told = {secret.text for secret in KIND.secrets(minutes)}
    assert {"Ann Quiet", "ann@quiet.example", "01924 1"} <= told
    assert "Bea Loud" not in told


def test_what_stands_below_a_restricted_item_is_no_part_of_the_public_record(minutes):
    top, below = minutes.meeting.items.order_by("position")
    AgendaItem.objects.filter(pk=below.pk).update(parent=top)
    make_restriction(top)
    assert [item["label"] for item in content(minutes)["items"]] == ["5"]
    assert "Estates" not in surfaces(minutes)
    assert {"Estates", "The estate is sold."} <= {secret.text for secret in KIND.secrets(fresh(minutes))}


def test_a_correction_of_a_withheld_paper_does_not_name_it(minutes):
    elsewhere = make_item(title="Informants", part="private")
    type(minutes.corrections.get().report).objects.update(item=elsewhere)
    row = content(minutes)["corrections"][0]
    assert (row["new"], row["target"], row["where"]) == ("176", "", "")
    assert "Rural roads" not in surfaces(minutes)


def test_a_released_entry_is_published_again(minutes):
    held = make_restriction(entry_with(minutes, SECRET[1]))
    assert SECRET[1] not in surfaces(minutes)
    held.released_at, held.released_by = timezone.now(), make_user()
    held.save()
    assert SECRET[1] in surfaces(minutes)


# --- what the gate hears of ----------------------------------------------------------------------------------------------


def test_a_correction_that_nobody_has_confirmed_blocks():
    minutes = approved_minutes(confirmed=False)
    finding = KIND.findings(minutes, KIND.content(minutes))[0]
    assert (finding.code, finding.blocks) == ("correction", True)
    assert finding.url == minutes.corrections.get().get_absolute_url()
    assert not any("confirmed" in words for words in KIND.passes(minutes, KIND.content(minutes)))


def test_rough_entries_and_unrecorded_apologies_block(minutes):
    MinuteEntry.objects.filter(pk=entry_with(minutes, "estate is sold").pk).update(rough=True)
    AttendanceList.objects.update(recorded="not_recorded")
    assert codes(minutes) == [("apologies", "error"), ("rough", "error")]


def test_what_blocks_approved_minutes_can_be_mended_and_approved_anew(client, minutes):
    client.force_login(make_user())
    assert "Take the approval back" in client.get(minutes.get_absolute_url()).content.decode()
    client.post(reverse("minutes-take-back", args=[minutes.pk]))
    held = fresh(minutes)
    assert (held.state, held.approvals.count()) == (State.IN_REVIEW, 0)
    entry = entry_with(minutes, "estate is sold")
    operations.change_entry(
        entry, base_version=entry.version, save_id=uuid.uuid4(), changes={"text": "The estate is let."}, by=make_user()
    )
    approval.send(held, by=minutes.minute_taker)
    approval.approve(held, seen=seen(held), by=make_user(Role.COMMISSIONER))
    assert content(minutes)["approved_version"] == "1.1"
    assert entries(minutes, 1)[0]["text"] == "The estate is let."


def test_a_correction_of_our_own_text_takes_its_report_along(minutes):
    correction = minutes.corrections.get()
    assert ("report", correction.report) in KIND.others(minutes)
    make_restriction(entry_with(minutes, "corrected the report"))
    assert "report" not in dict(KIND.others(fresh(minutes)))


def test_a_meeting_that_was_never_public_goes_out_with_its_minutes(minutes):
    assert ("meeting", minutes.meeting) in KIND.others(minutes)
    minutes.state = State.IN_REVIEW
    assert "meeting" not in dict(KIND.others(minutes))
    Publication.objects.create(kind="meeting", subject=key(minutes.meeting), path="meetings/one")
    assert "meeting" not in dict(KIND.others(fresh(minutes)))


# --- lists and search ----------------------------------------------------------------------------------------------------


def test_actions_and_corrections_go_into_the_public_registers(minutes):
    action, correction = KIND.lines(edition_of(KIND, minutes))
    assert (action.register, action.reference, action.data["state"]) == ("action", "5/1", "Open")
    assert action.url.startswith(f"/{KIND.path(minutes)}/#entry-")
    report = minutes.corrections.get().report
    assert (correction.register, correction.target, correction.target_file) == (
        "correction",
        f"scrutiny.jointreport:{report.pk}",
        "",
    )
    assert correction.text == "Corrected at the meeting of 21 June 2023: 176, not 127 (Recorded crimes, January 2023)."


def test_search_finds_each_item_at_its_own_page(minutes):
    whole, first, second = KIND.search(edition_of(KIND, minutes))
    assert "Bo Late" in whole.people
    assert first.url == f"/{KIND.path(minutes).removesuffix('/minutes')}/items/5/"
    assert "nobody knew" in first.text and first.people == ("Robin Hale", "Bo Late")
    assert "estate is sold" in second.text


# --- once they are published ---------------------------------------------------------------------------------------------


def test_published_minutes_stay_closed_everywhere(client, minutes):
    held = publish(minutes)
    assert (held.state, held.is_open, held.state_in_words) == (State.PUBLISHED, False, "Published")
    entry = entry_with(minutes, "estate is sold")
    with pytest.raises(NotPossible):
        operations.change_entry(
            entry, base_version=entry.version, save_id=uuid.uuid4(), changes={"text": "No."}, by=make_user()
        )
    with pytest.raises(NotPossible, match="Only an approval"):
        approval.take_back(held, by=make_user())
    with pytest.raises(NotPossible, match="approved already"):
        approval.approve(held, seen=seen(held), by=make_user(Role.COMMISSIONER))
    client.force_login(make_user())
    page = client.get(held.get_absolute_url()).content.decode()
    assert "Published" in page and "Correct these minutes" in page and "Take the approval back" not in page
    assert "Published" in minutes_paper(held).html


def test_items_keep_the_addresses_under_which_they_were_published(minutes):
    publish(minutes)
    assert list(minutes.meeting.items.values_list("slug", flat=True)) == ["5", "6"]


def test_a_correction_cannot_be_filled_in_or_taken_back_after_publication(minutes):
    publish(minutes)
    entry, correction = entry_with(minutes, "corrected the report"), minutes.corrections.get()
    with pytest.raises(NotPossible, match="These minutes are published"):
        correcting.take_back(correction, by=make_user())
    with pytest.raises(NotPossible, match="These minutes are published"):
        correcting.save_details(
            entry, base_version=correction.version, save_id=uuid.uuid4(), changes={"period": "May"}, by=make_user()
        )


def test_a_later_meeting_amends_published_minutes_and_they_stay_published(minutes):
    publish(minutes)
    meeting = make_meeting(minutes.meeting.series, date=datetime.date(2023, 9, 4))
    approval.amend(
        entry_with(minutes, "estate is sold"), meeting=meeting, after="The estate is let.", note="", by=make_user()
    )
    before = content(minutes)
    held = settle(minutes, meeting, change_note="Item 6: let, not sold.")
    now = content(minutes)
    assert held.state == State.PUBLISHED
    assert (before["approved_version"], now["approved_version"]) == ("1.0", "1.1")
    assert now["items"][1]["entries"][0]["text"] == "The estate is let."
    assert now["status"] == "Approved at the meeting of 4 September 2023, as amended."
    assert codes(minutes) == []


def test_a_correction_of_published_minutes_is_a_notice_beside_the_entry(minutes):
    publish(minutes)
    entry = entry_with(minutes, "estate is sold")
    saved = correcting.correct_minutes(
        entry,
        save_id=uuid.uuid4(),
        changes={"measure": "", "old_value": "sold", "new_value": "let", "note": ""},
        by=make_user(),
    )
    assert codes(minutes) == [("correction", "warning")]
    assert entries(minutes, 1)[0]["notices"] == []
    correcting.confirm(saved.piece, seen=saved.piece.version, by=make_user(Role.COMMISSIONER))
    assert "read “let” instead of “sold”" in entries(minutes, 1)[0]["notices"][0]
    assert "read “let” instead" in surfaces(minutes)


def test_withdrawn_minutes_can_be_published_again(minutes):
    publish(minutes)
    KIND.withdrawn(fresh(minutes), by=make_user())
    held = fresh(minutes)
    assert (held.state, KIND.why_not(held)) == (State.WITHDRAWN, "")
    assert publish(minutes).state == State.PUBLISHED
