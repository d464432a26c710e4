"""What is typed as an action, and the record of the register that it keeps in step."""

import datetime
import time
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from scrutiny.meetings.models import AttendanceList
from scrutiny.minutes import action_words, actions
from scrutiny.minutes.action_words import Nameable
from scrutiny.minutes.models import MinuteEntry
from scrutiny.minutes.operations import add_entry, change_entry, delete_entry, delete_minutes
from scrutiny.people.models import Organisation
from scrutiny.register import actions as register
from scrutiny.register.models import Action, ActionUpdate
from tests.factories import (
    make_appointment,
    make_attendance,
    make_item,
    make_meeting,
    make_minutes,
    make_organisation,
    make_person,
    make_post,
    make_user,
)

DAY = datetime.date(2018, 1, 8)  # a Monday
NEXT = datetime.date(2018, 2, 5)
Kind = ActionUpdate.Kind


def person(called, name, *short):
    """Somebody who can be named in the texts below."""
    words = name.casefold().split()
    names = [
        called.casefold().split(),
        words,
        *([*one.split(), words[-1]] for one in short),
        *(one.split() for one in short),
    ]
    parts = {words[0], words[-1], *(one for one in short if " " not in one)}
    return Nameable(called, short=tuple(sorted(parts)), whole=[each for each in names if len(each) > 1])


PEOPLE = [
    person("The PCC", "Robin Hale", "pcc"),
    person("CC Collins", "Dee Collins", "cc"),
    person("ACC Foster", "Russ Foster", "acc"),
    person("DCI Stevenson", "Warren Stevenson", "dci"),
    person("Jo Stevenson", "Jo Stevenson"),
    person("D Supt Adams", "Nik Adams", "d supt"),
    person("D Supt Minton", "Darren Minton", "d supt"),
]
POSTS = [Nameable("Engagement Officer", post=1, short=("eo",), whole=["engagement officer".split()])]


def read(text, people=PEOPLE, date=DAY):
    return action_words.read(text, people=people, posts=lambda: POSTS, date=date, next_meeting=lambda: NEXT)


def test_owner_and_day_are_taken_out_of_the_words():
    said = read("share the training chapter @ACC 28 Feb")
    assert said.text == "Share the training chapter"
    assert [owner.called for owner in said.owners] == ["ACC Foster"]
    assert (said.due, said.due_as_said, said.flags) == (datetime.date(2018, 2, 28), "", ())


@pytest.mark.parametrize(
    ("typed", "text", "owners"),
    [
        ("share it @acc", "Share it", ["ACC Foster"]),
        ("share it @ACC Foster", "Share it", ["ACC Foster"]),
        ("share it @ACC Fos", "Share it", ["ACC Foster"]),
        ("share it @ACC for the network", "Share it for the network", ["ACC Foster"]),
        ("share it @Fost", "Share it", ["ACC Foster"]),
        ("share it @russ", "Share it", ["ACC Foster"]),
        ("share it @pcc", "Share it", ["The PCC"]),
        ("share it @CC, @ACC and @DCI", "Share it", ["CC Collins", "ACC Foster", "DCI Stevenson"]),
        ("@CC share it (@ACC)", "Share it", ["CC Collins", "ACC Foster"]),
        ("share it by @ACC.", "Share it.", ["ACC Foster"]),
        ("share it @ACC @Foster", "Share it", ["ACC Foster"]),
        ("share it @D Supt Adams soon", "Share it soon", ["D Supt Adams"]),
        ("share it @Engagement Officer", "Share it", ["Engagement Officer"]),
        ("share it @EO", "Share it", ["Engagement Officer"]),
        ("iLearn chapter to share @ACC", "iLearn chapter to share", ["ACC Foster"]),
        ("mail contact@example.org @ACC", "Mail contact@example.org", ["ACC Foster"]),
        ("share\nwith  everybody @ACC", "Share\nwith everybody", ["ACC Foster"]),
        ("@ACC", "", ["ACC Foster"]),
    ],
)
def test_owners_are_named_by_a_few_letters(typed, text, owners):
    said = read(typed)
    assert (said.text, [owner.called for owner in said.owners], said.flags) == (text, owners, ())


@pytest.mark.parametrize("word", ["all", "All", "everybody", "everyone"])
def test_everybody_owns_it(word):
    said = read(f"send the numbers @{word} 28 Feb")
    assert (said.text, said.everybody, said.owners) == ("Send the numbers", True, ())


@pytest.mark.parametrize(
    ("typed", "flag"),
    [
        ("ask @Stevenson", "Which Stevenson?"),
        ("ask @D Supt about it", "Which D Supt?"),
        ("ask @S", "Which S?"),
        ("ask @Nobody about it", "Who is Nobody?"),
    ],
)
def test_a_name_that_is_not_clear_stays_in_the_words_and_is_flagged(typed, flag):
    said = read(typed)
    assert (said.text, said.owners, said.flags) == (f"A{typed[1:]}", (), (flag,))


def test_a_sign_that_begins_no_name_is_left_alone():
    assert read("Ask @📞 or @ now") == action_words.Said("Ask @📞 or @ now")


@pytest.mark.parametrize(
    ("typed", "text", "due", "as_said"),
    [
        ("share it 28 Feb", "Share it", "2018-02-28", ""),
        ("share it 28th February 2018", "Share it", "2018-02-28", ""),
        ("share it 28 feb.", "Share it 28 feb.", None, ""),
        ("share it @ACC 28 feb.", "Share it.", "2018-02-28", ""),
        ("share it 28/2", "Share it", "2018-02-28", ""),
        ("share it 28/02/2018", "Share it", "2018-02-28", ""),
        ("share it 2018-02-28", "Share it", "2018-02-28", ""),
        ("share it 8 Jan", "Share it", "2018-01-08", ""),
        ("share it 7 Jan", "Share it", "2019-01-07", ""),
        ("share it 1/3/2017", "Share it", "2017-03-01", ""),
        ("share it by Friday", "Share it", "2018-01-12", "by Friday"),
        ("share it @ACC fri", "Share it", "2018-01-12", "fri"),
        ("share it by Monday", "Share it", "2018-01-15", "by Monday"),
        ("share it tomorrow", "Share it", "2018-01-09", "tomorrow"),
        ("share it next meeting", "Share it", "2018-02-05", "next meeting"),
        ("share it by the next meeting @ACC", "Share it", "2018-02-05", "by the next meeting"),
        ("share it 2 weeks", "Share it", "2018-01-22", "2 weeks"),
        ("share it in 3 weeks", "Share it", "2018-01-29", "in 3 weeks"),
        ("share it within two weeks please", "Share it please", "2018-01-22", "within two weeks"),
        ("share it 10 days", "Share it", "2018-01-18", "10 days"),
        ("share it 1 month", "Share it", "2018-02-08", "1 month"),
        ("share it end Feb", "Share it", "2018-02-28", "end Feb"),
        ("share it by the end of February", "Share it", "2018-02-28", "by the end of February"),
        ("share it end of month", "Share it", "2018-01-31", "end of month"),
        ("@ACC by 28 Feb share the chapter", "Share the chapter", "2018-02-28", ""),
        ("share 28 Feb with partners @ACC", "Share with partners", "2018-02-28", ""),
        ("compare 3 January and 5 February, by 28 Feb", "Compare 3 January and 5 February.", "2018-02-28", ""),
    ],
)
def test_a_due_day_is_understood_as_people_say_it(typed, text, due, as_said):
    said = read(typed)
    wanted = datetime.date.fromisoformat(due) if due else None
    assert (said.text, said.due, said.due_as_said) == (text, wanted, as_said)


def test_a_month_after_the_last_day_of_january_is_the_last_of_february():
    assert read("share it 1 month", date=datetime.date(2018, 1, 31)).due == datetime.date(2018, 2, 28)


@pytest.mark.parametrize(
    "typed",
    [
        "Reviewed 12 cases",
        "Count what was spent in 2017",
        "Review the incident of 3 January",
        "Close action 5/1",
        "Provide 24/7 cover",
        "Read page 3/4 of the paper",
        "Say where he sat",
        "Report every 2 weeks",
        "Prepare the next meeting of the network",
        "Put the end of March figures on the desk",
        "Ask whether 2 may attend together",
        "Measure 1.5/2 and 3-4-5 again",
    ],
)
def test_ordinary_words_stay_as_they_are(typed):
    said = read(typed)
    assert (said.text, said.due, said.flags) == (typed, None, ())


@pytest.mark.parametrize(
    ("typed", "flag"),
    [
        ("Share it 30 Feb", "There is no 30 February"),
        ("Share it 31/4", "There is no 31 April"),
        ("Share it 29 Feb", "There is no 29 February 2018"),
        ("Share it 1/13", "There is no month 13"),
        ("Share it 1 May 9999", "Is 9999 the right year?"),
        ("X by 3 March and y by 28 Feb", "Two days are named: which is the due date?"),
    ],
)
def test_a_day_that_is_not_clear_stays_in_the_words_and_is_flagged(typed, flag):
    said = read(typed)
    assert (said.text, said.due, said.flags) == (typed, None, (flag,))


ODD = st.sampled_from(
    [
        "@ACC",
        "@all",
        "@Stevenson",
        "@",
        "28 Feb",
        "30 Feb",
        "by Friday",
        "and",
        "28/2",
        "2018-02-28",
        ".",
        ",",
        "(",
        ")",
    ]
    + [
        "by",
        "next meeting",
        "2 weeks",
        "end of month",
        "999 months",
        "the",
        "of",
        "in",
        "\u202e",
        "\n",
        "@ACC.",
        "1 Jan.",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.one_of(ODD, st.text(max_size=6)), max_size=12).map(" ".join)))
def test_reading_never_fails_and_reading_again_changes_nothing(text):
    said = read(text)
    again = read(said.text)
    assert (again.text, again.owners, again.everybody, again.due) == (said.text, (), False, None)


@pytest.mark.parametrize("date", [datetime.date(1, 1, 1), datetime.date(9999, 12, 31)])
def test_days_that_no_calendar_reaches_are_not_reckoned(date):
    for words in ("tomorrow", "999 months", "by Friday", "end of next month", "28 Feb", "end Feb"):
        assert read(f"share it @ACC {words}", date=date).owners


@pytest.mark.parametrize(
    "text", ["@ACC 28 Feb " * 450_000, "@ACC " * 4_000, "x 1/2 " * 3_300, "by 28 Feb and " * 1_400]
)
def test_long_texts_are_read_in_good_time(text):
    begun = time.monotonic()
    assert read(text).owners == ()
    assert time.monotonic() - begun < 20  # a second or two; minutes where every name is read again for every other


# --- kept in step -----------------------------------------------------------------------------------------------------


@pytest.fixture
def place(db):
    """Item 5 of a meeting with ACC Foster of the force, who is there, and Jo Away of the office, who is not."""
    meeting = make_meeting(date=DAY)
    item = make_item(meeting, label="5.")
    force = make_organisation("Northmoor Police", kind=Organisation.Kind.FORCE)
    post = make_post(
        "Assistant Chief Constable", abbreviation="ACC", rank="Assistant Chief Constable", organisation=force
    )
    foster = make_person("Russ Foster")
    make_appointment(foster, post)
    make_attendance(meeting, foster)
    make_attendance(meeting, name="Jo Away", category=AttendanceList.Category.APOLOGIES)
    return make_minutes(meeting).minuted_items.get(item=item)


@pytest.fixture
def taker(db):
    return make_user()


def write(place, text, by, kind="action", **more):
    entry = add_entry(place, save_id=uuid.uuid4(), by=by, kind=kind, text=text, **more).piece
    return MinuteEntry.objects.select_related("minuted_item__minutes__meeting", "action").get(pk=entry.pk)


def rewrite(entry, by, **changes):
    fresh = MinuteEntry.objects.get(pk=entry.pk)
    changes = {"kind": fresh.kind, **changes}
    change_entry(fresh, base_version=fresh.version, save_id=uuid.uuid4(), changes=changes, by=by)
    return MinuteEntry.objects.select_related("minuted_item__minutes__meeting", "action").get(pk=entry.pk)


def kinds(action):
    return list(action.updates.values_list("kind", flat=True))


def test_an_action_that_is_written_stands_in_the_register(place, taker):
    entry = write(place, "share the chapter @ACC 28 Feb", taker)
    action = entry.action
    assert (entry.text, action.text, action.reference) == ("Share the chapter", "Share the chapter", "5/1")
    assert (action.owners_in_words, action.due, action.raised_on) == ("ACC Foster", datetime.date(2018, 2, 28), DAY)
    owner = action.owners.get()
    assert (owner.person.name, owner.organisation.name) == ("Russ Foster", "Northmoor Police")
    assert kinds(action) == [Kind.RAISED]
    assert write(place, "and another", taker).action.reference == "5/2"


def test_an_item_without_a_label_gives_a_letter(taker):
    place = make_minutes(make_item(make_meeting(date=DAY), label="").meeting).minuted_items.get()
    assert write(place, "share it", taker).action.reference == "A/1"


def test_words_typed_in_one_go_are_one_line_of_history(place, taker):
    entry = write(place, "share", taker)
    for text in ("share the", "share the chapter"):
        entry = rewrite(entry, taker, text=text)
    assert kinds(entry.action) == [Kind.RAISED]
    assert entry.action.updates.get().after == "Share the chapter"
    ActionUpdate.objects.update(at=timezone.now() - datetime.timedelta(minutes=11))
    for text in ("share two", "share two chapters"):
        entry = rewrite(entry, taker, text=text)
    assert kinds(entry.action) == [Kind.RAISED, Kind.TEXT]
    changed = entry.action.updates.last()
    assert (changed.before, changed.after) == ("Share the chapter", "Share two chapters")


def test_owners_and_day_stay_unless_new_ones_are_named(place, taker):
    entry = write(place, "share the chapter @ACC 28 Feb", taker)
    entry = rewrite(entry, taker, text="share both chapters")
    assert (entry.action.owners_in_words, entry.action.due) == ("ACC Foster", datetime.date(2018, 2, 28))
    entry = rewrite(entry, taker, text="Share both chapters @Jo 1 March")
    assert (entry.action.owners_in_words, entry.action.due) == ("Jo Away", datetime.date(2018, 3, 1))
    handed, moved = entry.action.updates.exclude(kind__in=[Kind.RAISED, Kind.TEXT])
    assert (handed.kind, handed.before, handed.after) == (Kind.OWNERS, "ACC Foster", "Jo Away")
    assert (moved.kind, moved.before, moved.after) == (Kind.DUE, "28 February 2018", "1 March 2018")


def test_a_former_action_comes_back_under_its_reference(place, taker):
    entry = write(place, "share the chapter @ACC", taker)
    entry = rewrite(entry, taker, kind="statement")
    assert entry.action.status == Action.Status.WITHDRAWN
    assert write(place, "another", taker).action.reference == "5/2"
    entry = rewrite(entry, taker, kind="action")
    assert (entry.action.status, entry.action.reference) == (Action.Status.OPEN, "5/1")
    assert kinds(entry.action) == [Kind.RAISED, Kind.WITHDRAWN, Kind.REOPENED]


def test_a_deleted_entry_withdraws_its_action_and_brings_it_back(place, taker):
    entry = write(place, "share the chapter", taker)
    delete_entry(entry, base_version=entry.version, save_id=uuid.uuid4(), by=taker)
    assert Action.objects.get().status == Action.Status.WITHDRAWN
    assert rewrite(entry, taker, deleted=False).action.status == Action.Status.OPEN


def test_a_closed_action_stays_closed_whatever_the_minutes_do(place, taker):
    entry = write(place, "share the chapter @ACC", taker)
    register.close(entry.action, text="Done.", by=taker, base_version=1)
    entry = rewrite(entry, taker, kind="statement")
    assert entry.action.status == Action.Status.CLOSED
    entry = rewrite(entry, taker, kind="action", text="share it @Jo")
    assert (entry.action.status, entry.action.owners_in_words) == (Action.Status.CLOSED, "ACC Foster")


def test_an_entry_becomes_an_action_later(place, taker):
    entry = write(place, "the chapter is to be shared @ACC", taker, kind="statement")
    assert entry.action is None
    assert "@ACC" in entry.text
    entry = rewrite(entry, taker, kind="action", text=entry.text)
    assert (entry.action.owners_in_words, entry.action.text) == ("ACC Foster", "The chapter is to be shared")


def test_an_action_without_words_is_none_yet(place, taker):
    entry = write(place, "", taker)
    assert actions.shown(entry) is None
    assert not Action.objects.exists()


def test_what_is_missing_or_doubtful_is_shown_and_blocks_nothing(place, taker):
    shown = actions.shown(write(place, "share the chapter", taker))
    assert (shown["reference"], shown["status"], shown["owners"], shown["due"]) == ("5/1", "Open", "", "")
    assert shown["flags"] == ["No owner", "No due date"]
    assert shown["address"].startswith("/desk/actions/")
    shown = actions.shown(write(place, "share it @Jo 1 Jan 2017", taker))
    assert shown["flags"] == ["Due in the past", "Jo Away sent apologies"]
    assert actions.shown(write(place, "share it @Who 30 Feb", taker))["flags"] == [
        "No owner",
        "No due date",
        "Who is Who?",
        "There is no 30 February",
    ]


def test_the_next_meeting_is_the_planned_one(place, taker):
    meeting = place.minutes.meeting
    likely = actions.next_meeting_day(meeting)
    make_meeting(meeting.series, date=datetime.date(2018, 1, 29), status="cancelled")
    assert actions.next_meeting_day(meeting) == likely
    make_meeting(meeting.series, date=NEXT)
    shown = actions.shown(write(place, "share it @ACC next meeting", taker))
    assert (shown["due"], shown["due_words"]) == ("2018-02-05", "5 February 2018 (next meeting)")


@pytest.mark.parametrize("text", ["do it \x00 now", "\u202ego and see\u202c", "😀 smile", "=1+1", "<b>do</b>"])
def test_odd_letters_are_words_like_others(place, taker, text):
    entry = write(place, f"{text} @ACC", taker)
    assert entry.action.owners_in_words == "ACC Foster"
    assert entry.action.text == entry.text


def test_an_action_costs_few_queries_more_than_a_statement(place, taker):
    def cost(kind, text):
        with CaptureQueriesContext(connection) as captured:
            add_entry(place, save_id=uuid.uuid4(), by=taker, kind=kind, text=text)
        return len(captured)

    assert cost("action", "share it @ACC 28 Feb") - cost("statement", "It was shared.") <= 8
    assert cost("action", "share it") - cost("statement", "It was shared.") <= 4


def test_showing_many_actions_costs_the_same_as_showing_one(place, taker):
    for number in range(12):
        write(place, f"share chapter {number} @Jo 28 Feb", taker)
    entries = MinuteEntry.objects.select_related(*actions.LOADED).prefetch_related(*actions.PREFETCHED)
    with CaptureQueriesContext(connection) as captured:
        flags = [actions.shown(entry)["flags"] for entry in entries.filter(kind="action")]
    assert flags == [["Jo Away sent apologies"]] * 12
    assert len(captured) <= 4


def test_actions_of_deleted_minutes_are_withdrawn_and_kept(place, taker):
    write(place, "share the chapter @ACC", taker)
    delete_minutes(place.minutes, by=taker)
    action = Action.objects.get()
    assert action.status == Action.Status.WITHDRAWN
    assert action.updates.last().text == "The draft minutes were deleted."
    assert not MinuteEntry.objects.exists()
