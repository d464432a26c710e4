"""A plan section quotes a dated plan text, word for word."""

import datetime
import uuid

import pytest

from scrutiny.reports.forms import is_verbatim
from tests.factories import make_office, make_priority, make_section, make_user
from tests.plan.plans import ISSUED, issue, vary

pytestmark = pytest.mark.django_db

TEXT = "Rural crime hurts whole villages. It is often organised. We will act with farmers. We will report each year."


@pytest.fixture
def section(client):
    make_office()
    client.force_login(make_user())
    return make_section(heading="Police and Crime Plan", kind="plan")


@pytest.fixture
def priority():
    return make_priority(our_priority=TEXT, text_of=datetime.date(2023, 4, 1))


def written(section, **fields):
    return {
        "heading": section.heading,
        "body": section.body,
        "kind": section.kind,
        "written_by": section.written_by,
        "priority": section.priority_id or "",
        "quoted_text": section.quoted_text,
        "base_version": section.version,
        "save_id": uuid.uuid4(),
        **fields,
    }


def test_quoting_copies_the_text_into_the_form_and_saves_nothing_yet(client, section, priority):
    page = client.post(
        section.get_absolute_url(), written(section, priority=priority.pk, body="<p>Our own words.</p>", quote="1")
    )
    assert page.context["form"]["quoted_text"].value() == TEXT
    assert "Our own words." in page.content.decode()
    section.refresh_from_db()
    assert section.quoted_text == ""


def test_a_quotation_keeps_the_day_and_the_plan_it_comes_from(client, section, priority):
    client.post(section.get_absolute_url(), written(section, priority=priority.pk, quoted_text=TEXT))
    section.refresh_from_db()
    assert (section.quoted_as_of, section.quoted_source) == (datetime.date(2023, 4, 1), priority.plan.title)
    page = client.get(section.report.get_absolute_url()).content.decode()
    assert f"{priority.plan.title}, text as of 1 April 2023" in page
    assert "<blockquote" in page


def test_chosen_sentences_may_be_quoted_with_a_mark_where_one_is_left_out(client, section, priority):
    some = "Rural crime hurts whole villages. […] We will act with farmers."
    client.post(section.get_absolute_url(), written(section, priority=priority.pk, quoted_text=some))
    section.refresh_from_db()
    assert section.quoted_text == some


def test_words_that_are_not_the_plans_are_refused_and_kept_in_the_form(client, section, priority):
    false = "Rural crime hurts some villages."
    page = client.post(section.get_absolute_url(), written(section, priority=priority.pk, quoted_text=false))
    assert page.status_code == 422
    assert "not the plan’s own words" in page.content.decode()
    assert false in page.content.decode()
    section.refresh_from_db()
    assert section.quoted_text == ""


def test_a_quotation_needs_its_priority(client, section):
    page = client.post(section.get_absolute_url(), written(section, quoted_text=TEXT))
    assert "Choose the priority" in page.content.decode()


def test_a_quotation_stays_as_it_was_when_the_plan_changes(client, section, priority):
    client.post(section.get_absolute_url(), written(section, priority=priority.pk, quoted_text=TEXT))
    priority.our_priority, priority.text_of = "Entirely new words.", datetime.date(2025, 4, 1)
    priority.save()
    section.refresh_from_db()
    page = client.post(section.get_absolute_url(), written(section, body="<p>A new sentence of ours.</p>"))
    assert page.status_code == 302
    section.refresh_from_db()
    assert (section.quoted_text, section.quoted_as_of) == (TEXT, datetime.date(2023, 4, 1))
    assert section.body == "<p>A new sentence of ours.</p>"


def test_taking_the_quotation_out_takes_its_source_out(client, section, priority):
    client.post(section.get_absolute_url(), written(section, priority=priority.pk, quoted_text=TEXT))
    section.refresh_from_db()
    client.post(section.get_absolute_url(), written(section, quoted_text=""))
    section.refresh_from_db()
    assert (section.quoted_text, section.quoted_as_of, section.quoted_source) == ("", None, "")


@pytest.mark.parametrize(
    ("quotation", "verbatim"),
    [
        ("We will act\nwith farmers.", True),
        ("We  will   act with farmers.", True),
        ("We will act with farmers. … We will report each year.", True),
        ("We will report each year. […] We will act with farmers.", False),
        ("We will act with landowners.", False),
    ],
)
def test_a_quotation_is_word_for_word_and_in_order(quotation, verbatim):
    assert is_verbatim(quotation, TEXT) is verbatim


@pytest.mark.parametrize("nonsense", ["abc", "²", "9" * 5000, "99999999999999999999", "-1", ""])
def test_quoting_a_priority_that_is_none_asks_for_one(client, section, nonsense):
    page = client.post(section.get_absolute_url(), written(section, quote="1") | {"priority": nonsense})
    assert "Choose the priority to quote." in page.content.decode()


# --- a plan with versions ------------------------------------------------------------------------------------------------


@pytest.fixture
def in_force(priority):
    """The plan's first version, in force since 1 August 2021; the report's day is after it."""
    return issue(priority.plan, by=make_user())


def test_what_is_quoted_is_what_was_in_force_on_the_day_of_the_report(client, section, priority, in_force):
    priority.our_priority = "The words of a draft."
    priority.save()
    page = client.post(section.get_absolute_url(), written(section, priority=priority.pk, quote="1"))
    assert page.context["form"]["quoted_text"].value() == TEXT
    draft = client.post(
        section.get_absolute_url(), written(section, priority=priority.pk, quoted_text="The words of a draft.")
    )
    assert draft.status_code == 422
    client.post(section.get_absolute_url(), written(section, priority=priority.pk, quoted_text=TEXT))
    section.refresh_from_db()
    assert section.quoted_as_of == ISSUED


def test_a_priority_that_was_not_in_force_on_that_day_is_not_quoted(client, section, priority, in_force):
    section.report.date = datetime.date(2020, 1, 1)
    section.report.save()
    page = client.post(section.get_absolute_url(), written(section, priority=priority.pk, quoted_text=TEXT))
    assert page.status_code == 422
    assert "was not in the plan in force on 1 January 2020" in page.content.decode()


def test_a_report_says_when_the_plan_was_varied_since_and_keeps_its_words(client, section, priority, in_force):
    client.post(section.get_absolute_url(), written(section, priority=priority.pk, quoted_text=TEXT))
    address = section.report.get_absolute_url()
    assert "varied since" not in client.get(address).content.decode()
    vary(priority, "Entirely new words.", by=make_user())
    page = client.get(address).content.decode()
    assert "The plan was varied since: it says something else from 1 August 2022." in page
    assert "Rural crime hurts whole villages." in page
    section.refresh_from_db()
    assert (section.quoted_text, section.quoted_as_of) == (TEXT, ISSUED)


def test_words_that_a_variation_kept_need_no_remark(client, section, priority, in_force):
    client.post(
        section.get_absolute_url(),
        written(section, priority=priority.pk, quoted_text="Rural crime hurts whole villages."),
    )
    vary(priority, "Rural crime hurts whole villages. All else is new.", by=make_user())
    assert "varied since" not in client.get(section.report.get_absolute_url()).content.decode()
