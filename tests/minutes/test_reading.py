"""Every kind of entry on the page, in print and on paper: the same words in all three."""

import datetime
import re
from collections import Counter
from html import unescape

import pytest
from django.urls import reverse

from opcc_portal import pdf
from scrutiny.minutes import reading
from scrutiny.minutes.models import Correction, MinuteEntry
from scrutiny.minutes.pdf import minutes_paper
from scrutiny.register.models import Action
from scrutiny.workflow.models import State
from tests.factories import make_entry, make_office, make_user
from tests.minutes.kinds import give_action, minutes_with_every_kind
from tests.minutes.test_paper import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def minutes():
    make_office()
    return minutes_with_every_kind()


def shown(client, name, minutes):
    """The words of a page, tables and hidden words included."""
    page = client.get(reverse(name, args=[minutes.pk])).content.decode()
    page = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def line(minutes, start):
    return next(line for sheet in reading.sheets(minutes) for line in sheet.lines if line.entry.text.startswith(start))


def words(text):
    return Counter(re.findall(r"\w+|[%£]", text))


def test_page_print_view_and_paper_say_the_same_of_every_kind(client, minutes):
    client.force_login(make_user())
    paper = text_of(pdf.render(minutes_paper(minutes).html, strict=True))
    places = {
        "paper": paper,
        "page": shown(client, "minutes", minutes),
        "print": shown(client, "minutes-print", minutes),
    }
    expected = [
        "CC Moor and ACC Late",
        "10:31 to 11:04",
        "From 11:05",
        "from 10:25",
        "Question 1",
        "Question 2",
        "Recorded crimes, January 2023",
        "Was not known → now 8 of 11",
        "Answer Undertaking given",
        "Action 5/1",
        "Owner ACC Late and Jo Clerk",
        "Due 28 July 2023",
        "No owner yet",
        "No due date yet",
        "Decision 2023/007",
        "Decided on 21 June 2023",
        "Decided by Robin Hale",
        "To be signed",
        "Level of assurance Partly assured",
        "Comment, rough",
        "Corrections",
        "Paper and page",
        "Not stated",
        "Proposed",
    ]
    wrong = [f"{place}: {text}" for text in expected for place, all_ in places.items() if text not in all_]
    assert not wrong, "\n".join(wrong)
    assert "Was 127 → now 176" in places["paper"]
    assert "Was 127 → now 176" in places["print"]


def test_no_word_of_an_entry_is_missing_on_paper(minutes):
    said = " ".join(
        f"{each.who} {each.what} {each.entry.text}" for sheet in reading.sheets(minutes) for each in sheet.lines
    )
    assert words(said) - words(text_of(pdf.render(minutes_paper(minutes).html))) == Counter()


def test_the_paper_is_tagged_and_says_its_table_heads(minutes):
    html = minutes_paper(minutes).html
    assert pdf.problems(pdf.render(html, strict=True)) == []
    assert html.count('<th scope="row" class="in-margin">5/') == 2
    assert html.count('<th scope="col"') == 4 + 7


def test_a_table_without_rows_is_not_printed(minutes):
    MinuteEntry.objects.filter(kind__in=["action", "correction"]).update(kind="note")
    html = minutes_paper(minutes).html
    assert '<h2 class="ends-head"' not in html
    assert "action_table" not in html


def test_what_is_no_action_any_more_shows_no_owner(minutes):
    entry = MinuteEntry.objects.get(text__startswith="Share")
    Action.objects.filter(pk=entry.action_id).update(status=Action.Status.WITHDRAWN)
    MinuteEntry.objects.filter(pk=entry.pk).update(kind="statement")
    said = line(minutes, "Share")
    assert (said.what, said.facts) == ("Statement", [])
    assert [row.reference for row in reading.sheets(minutes).actions] == ["5/2"]


def test_a_day_that_was_only_said_is_printed_as_it_was_said(minutes):
    give_action(MinuteEntry.objects.get(text__startswith="Write"), owners=["CC Moor"], due_as_said="next meeting")
    assert [(fact.label, fact.value) for fact in line(minutes, "Write").facts] == [
        ("Owner", "CC Moor"),
        ("Due", "next meeting"),
    ]


def test_what_follows_an_answer_stands_apart_and_answers_do_not(minutes):
    apart = [said.entry.text for said in reading.sheets(minutes)[0].lines if said.apart]
    assert apart == ["The PCC said that villages had waited long enough."]


def test_a_correction_says_paper_section_and_page(minutes):
    row = reading.sheets(minutes).corrections[0]
    assert row.where == "Report on Road safety, Key information, page\u00a04"
    assert (row.was, row.now, row.period, row.said_by, row.state) == (
        "127",
        "176",
        "January 2023",
        "ACC Late",
        "Proposed",
    )


def test_closed_minutes_carry_what_was_put_right_later(client, minutes):
    entry = MinuteEntry.objects.get(text__startswith="Nobody knows")
    now = datetime.datetime(2023, 9, 1, 12, tzinfo=datetime.UTC)
    Correction.objects.create(
        minutes=minutes,
        corrected_entry=entry,
        old_value="Nobody knows yet.",
        new_value="The university will say in autumn.",
        status=Correction.Status.CONFIRMED,
        confirmed_at=now,
        confirmed_by=make_user(),
    )
    assert line(minutes, "Nobody knows").notices == []
    type(minutes).objects.filter(pk=minutes.pk).update(state=State.SIGNED)
    minutes.refresh_from_db()
    client.force_login(make_user())
    for words_of in (
        text_of(pdf.render(minutes_paper(minutes).html)),
        shown(client, "minutes", minutes),
        shown(client, "minutes-print", minutes),
    ):
        assert "The university will say in autumn." in words_of


def test_reading_costs_the_same_however_much_was_said(minutes, django_assert_max_num_queries):
    place, by = minutes.minuted_items.first(), make_user()
    for number in range(6):
        give_action(make_entry(place, kind="action", text=f"Do {number}.", by=by), owners=["CC Moor"])
    with django_assert_max_num_queries(3):
        items = reading.sheets(minutes)
        assert [said.facts for sheet in items for said in sheet.lines]
        assert len(items.actions) == 8


def test_a_draft_says_so_on_every_printed_page(client, minutes):
    client.force_login(make_user())
    address = reverse("minutes-print", args=[minutes.pk])
    assert (
        '<p class="each-page" aria-hidden="true"><strong>Draft, not approved</strong>'
        in client.get(address).content.decode()
    )
    type(minutes).objects.filter(pk=minutes.pk).update(state=State.SIGNED)
    assert "not approved" not in client.get(address).content.decode().lower()
