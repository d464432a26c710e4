"""The text of minutes as a draft."""

import datetime

import pytest

from scrutiny.importing.drafts import ALSO_PRESENT, APOLOGIES, IN_ATTENDANCE, LIST, NONE, OBSERVERS, PRESENT
from scrutiny.importing.minutes_text import read_minutes
from scrutiny.importing.reading import CannotRead, read_file
from scrutiny.importing.words import coverage
from tests.importing import sources
from tests.importing.sources import minutes


@pytest.fixture(scope="module")
def draft():
    return read_minutes(read_file(sources.MINUTES))


def test_the_meeting_of_the_look_alike(draft):
    assert draft.meeting_name == "HOLDING TO ACCOUNT FORUM"
    assert (draft.date, draft.weekday) == (datetime.date(2024, 3, 14), "Thursday")
    assert (draft.start, draft.end) == (datetime.time(10), datetime.time(12, 30))
    assert draft.venue == "Harbour Room, Customs House, Easthaven"


def test_the_lists_of_the_look_alike(draft):
    assert [(each.category, each.heading, each.state, len(each.people)) for each in draft.lists] == [
        (PRESENT, "Members present", LIST, 3),
        (APOLOGIES, "Apologies", LIST, 1),
        (IN_ATTENDANCE, "In attendance", LIST, 2),
        (OBSERVERS, "Observers", NONE, 0),
    ]


def test_the_people_of_the_look_alike(draft):
    assert [(p.name, p.abbreviation, p.note) for p in draft.people] == [
        ("Dr Ingrid O'Farrell", "PFCC", "Chair"),
        ("Tomasz van der Velde", "CC", ""),
        ("Anneliese Jane Prior", "T/ACC", ""),
        ("Bethan Quill", "DPFCC", ""),
        ("Huw Llewellyn-Rees", "", ""),
        ("Mairi Blackwood", "CFO", "item 7A only"),
    ]
    assert all(person.sure for person in draft.people)
    assert draft.people[4].organisation == "Saltmarsh Constabulary"


def test_the_items_of_the_look_alike(draft):
    assert [(item.label, item.title, len(item.paragraphs)) for item in draft.items] == [
        ("1", "Minutes of the last meeting", 2),
        ("7", "Rural theft", 2),
        ("7A", "Cost of the rural team", 4),
        ("7A", "Cost of the rural team (part two)", 1),
        ("", "Any other business", 1),
    ]


def test_every_word_of_the_look_alike_is_kept_or_listed(draft):
    assert coverage(read_file(sources.MINUTES).text, draft).complete
    assert [left.text for left in draft.leftovers if not left.restated] == ["- 2 -"]


def test_what_a_person_must_look_at_in_the_look_alike(draft):
    told = "\n".join(draft.warnings)
    for expected in ("put together again", "“read here” has no target", "has no label", "7A is used twice"):
        assert expected in told
    assert len(draft.warnings) == 4


def test_printed_numbers_of_paragraphs_stay_with_their_words(draft):
    assert draft.items[0].paragraphs[0].startswith("1.1 ")


@pytest.mark.parametrize(
    ("line", "label", "title"),
    [
        ("## 5. Boats and Ports", "5", "Boats and Ports"),
        ("5. Boats and Ports", "5", "Boats and Ports"),
        ("ITEM 5: Boats and Ports", "5", "Boats and Ports"),
        ("Agenda item 5 – Boats and Ports", "5", "Boats and Ports"),
        ("7A Boats and Ports", "7A", "Boats and Ports"),
        ("39/20 Boats and Ports", "39/20", "Boats and Ports"),
        ("**12) Boats and Ports**", "12", "Boats and Ports"),
        ("5. BOATS AND PORTS", "5", "BOATS AND PORTS"),
        ("## Boats and Ports", "", "Boats and Ports"),
        ("BOATS AND PORTS", "", "BOATS AND PORTS"),
    ],
)
def test_labels_are_kept_as_printed(line, label, title):
    draft = minutes(f"PRESENT\n\nAna Ruiz – Clerk (C)\n\n{line}\n\nThe Clerk spoke.")
    assert [(item.label, item.title) for item in draft.items] == [(label, title)]


@pytest.mark.parametrize(
    "line",
    [
        "5. The Clerk asked whether boats were safe.",
        "8 boats were counted",
        "2021 was a calm year",
        "1.1 The Clerk spoke.",
    ],
)
def test_a_numbered_sentence_is_no_item(line):
    draft = minutes(f"## 1. Start\n\n{line}")
    assert len(draft.items) == 1
    assert draft.items[0].paragraphs == [line]


@pytest.mark.parametrize(
    "head",
    [
        "MINUTES OF THE HARBOUR BOARD\n\n5 May 2021\n\n",
        "Minutes\n\nHarbour Board\n\nWednesday 5th May 2021\n\n",
        "# Harbour Board\n\nHeld on Wednesday 5 May 2021\n\n",
        "Notes of the meeting of the Harbour Board held on 5 May 2021\n\n",
        "Harbour Board\n\nDate: 5 May 2021\nTime: 2pm to 3pm\nVenue: Mole House\n\n",
    ],
)
def test_name_and_day_are_found_above_the_lists(head):
    draft = minutes("PRESENT\n\nAna Ruiz – Clerk (C)", head=head)
    assert draft.meeting_name.lower() == "harbour board"
    assert draft.date == datetime.date(2021, 5, 5)


def test_times_and_venue_may_stand_behind_the_date():
    head = "Harbour Board\n\nWednesday 5 May 2021 at 2pm to 3.30pm in Mole House\n\n"
    draft = minutes("PRESENT\n\nAna Ruiz – Clerk (C)", head=head)
    assert (draft.start, draft.end, draft.venue) == (datetime.time(14), datetime.time(15, 30), "Mole House")


def test_an_end_before_the_start_is_left_empty_and_told():
    draft = minutes("PRESENT\n\nAna Ruiz – Clerk (C)", head="Harbour Board\n\n5 May 2021\n\nTime: 3pm to 2pm\n\n")
    assert (draft.start, draft.end) == (datetime.time(15), None)
    assert any("not after its start" in warning for warning in draft.warnings)


def test_a_weekday_that_does_not_fit_is_told():
    draft = minutes("PRESENT\n\nAna Ruiz – Clerk (C)", head="Harbour Board\n\nMonday 5 May 2021\n\n")
    assert any("prints Monday, but 5 May 2021 is a Wednesday" in warning for warning in draft.warnings)


def test_a_paragraph_cut_by_a_page_end_is_put_together_and_told():
    draft = minutes("## 1. Boats\n\nThe Clerk said that boats\n\nPage 3\n\nare safe. They float.\n\nNext one.")
    assert draft.items[0].paragraphs == ["The Clerk said that boats are safe. They float.", "Next one."]
    assert any("put together again" in warning for warning in draft.warnings)


def test_two_whole_paragraphs_stay_two():
    draft = minutes("## 1. Boats\n\nThe Clerk spoke.\n\nthe rest was silence.\n\nNobody asked\n\nThe end.")
    assert len(draft.items[0].paragraphs) == 4
    assert not any("put together" in warning for warning in draft.warnings)


def test_marks_that_entries_know_stay_and_others_go():
    text = "## 1. Boats\n\nA **bold** and _slanted_ <u>word</u>, [a paper](https://a.example.org) and [none](#)."
    assert minutes(text).items[0].paragraphs == [
        "A **bold** and _slanted_ word, [a paper](https://a.example.org) and none."
    ]


@pytest.mark.parametrize("words", ["accessed <u>here</u>", "accessed here", "[here](#)"])
def test_a_here_that_leads_nowhere_is_told(words):
    draft = minutes(f"## 1. Boats\n\nThe paper can be {words}.")
    assert sum("here" in warning for warning in draft.warnings) == 1


def test_text_before_the_first_item_is_listed_and_not_lost():
    draft = read_minutes(
        sources.source("Harbour Board\n\n5 May 2021\n\nA wet day by the sea.\n\nPRESENT\n\nAna Ruiz – Clerk")
    )
    assert [left.text for left in draft.leftovers if not left.restated] == ["A wet day by the sea."]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Harbour Board\n\nPRESENT\n\nAna Ruiz – Clerk", "no date"),
        ("5 May 2021\n\nPRESENT\n\nAna Ruiz – Clerk", "which meeting"),
        ("Harbour Board\n\n31 June 2021\n\nPRESENT\n\nAna Ruiz – Clerk", "not a date that exists"),
        ("Minutes of the Harbour Board\n\n5 May 2021\n\nIt rained.", "neither a list of people nor an item"),
    ],
)
def test_a_text_that_makes_no_meeting_is_refused(text, reason):
    with pytest.raises(CannotRead, match=reason):
        read_minutes(sources.source(text))


def test_also_present_is_a_list_of_its_own():
    assert minutes("ALSO PRESENT Ana Ruiz – Clerk (C)").lists[0].category == ALSO_PRESENT
