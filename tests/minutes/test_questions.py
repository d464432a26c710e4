"""The register of questions: asker, answers, what became of each, filters, CSV."""

import csv
import datetime
import io
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from scrutiny.minutes import operations, questions
from scrutiny.minutes.models import MinuteEntry
from scrutiny.workflow.models import State
from tests.factories import (
    make_attendance,
    make_entry,
    make_item,
    make_meeting,
    make_minuted_item,
    make_person,
    make_series,
    make_user,
)

pytestmark = pytest.mark.django_db
Kind = MinuteEntry.Kind


def make_place(date=datetime.date(2026, 1, 5), series=None, title="Road safety"):
    """The place of one item in draft minutes of that day."""
    return make_minuted_item(meeting=make_item(make_meeting(series, date=date), title=title).meeting)


def ask(place=None, text="Why did it rise?", **fields):
    return make_entry(place or make_place(), kind=Kind.QUESTION, text=text, **fields)


def answer(question, text="Because of the snow.", **fields):
    entry = make_entry(question.minuted_item, kind=Kind.ANSWER, text=text, **fields)
    MinuteEntry.objects.filter(pk=entry.pk).update(answers=question)
    return entry


def change(entry, **changes):
    now = MinuteEntry.objects.get(pk=entry.pk)
    operations.change_entry(now, base_version=now.version, save_id=uuid.uuid4(), changes=changes, by=make_user())


def became(question):
    return questions.every_question().get(pk=question.pk).became


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


def page(client, name="questions", *keys, **query):
    return client.get(reverse(name, args=keys), query).content.decode()


# --- what became of it -----------------------------------------------------------------------------------------------


def test_a_question_is_answered_as_soon_as_an_answer_stands_below_it():
    question = ask()
    assert became(question) == "not_answered"
    given = answer(question)
    assert became(question) == "answered"
    change(given, deleted=True)
    assert became(question) == "not_answered"


def test_an_answer_that_became_a_comment_no_longer_answers():
    question = ask()
    change(answer(question), kind=Kind.COMMENT)
    assert became(question) == "not_answered"


def test_what_an_officer_said_counts_before_what_the_answers_show():
    question = ask()
    answer(question)
    change(question, question_status="undertaking")
    assert became(question) == "undertaking"
    change(question, question_status="")
    assert became(question) == "answered"


def test_the_page_prints_asker_answers_and_state(client, officer):
    place = make_place()
    asker = make_attendance(place.minutes.meeting, called="The PCC")
    one, two = (make_attendance(place.minutes.meeting, called=name) for name in ("CC Collins", "DCI Stevenson"))
    question = ask(place, speaker=asker)
    answer(question, speaker=one, second_speaker=two)
    shown = page(client)
    assert "The PCC. " in shown
    assert "CC Collins and DCI Stevenson:" in shown
    assert "Because of the snow." in shown
    one_page = page(client, "question", question.pk)
    assert "Question: The PCC" in one_page and "Because of the snow." in one_page


def test_an_entry_that_is_no_question_has_no_page_here(client, officer):
    assert client.get(reverse("question", args=[make_entry().pk])).status_code == 404


# --- setting it ------------------------------------------------------------------------------------------------------


def post_status(client, question, *, version=1, status="partly", save_id=None):
    data = {"question_status": status, "base_version": version, "save_id": save_id or uuid.uuid4()}
    return client.post(reverse("question-status", args=[question.pk]), data, follow=True)


def test_an_officer_says_what_became_of_a_question(client, officer):
    question = ask()
    save_id = uuid.uuid4()
    for _ in range(3):
        post_status(client, question, save_id=save_id)
    question.refresh_from_db()
    assert (question.question_status, question.version) == ("partly", 2)
    assert "Partly answered" in page(client)


def test_a_stale_choice_is_refused_in_words(client, officer):
    question = ask()
    change(question, text="Other words?")
    sent = post_status(client, question, version=1)
    assert "Somebody changed this question since you opened it" in sent.content.decode()
    question.refresh_from_db()
    assert question.question_status == ""


def test_in_closed_minutes_it_is_refused_in_words_and_no_form_is_offered(client, officer):
    question = ask()
    minutes = question.minuted_item.minutes
    minutes.state = State.SIGNED
    minutes.save()
    sent = post_status(client, question).content.decode()
    question.refresh_from_db()
    assert question.question_status == ""
    assert reverse("question-status", args=[question.pk]) not in sent
    assert "These minutes are closed" in sent


def test_a_forged_status_is_refused(client, officer):
    question = ask()
    assert client.post(reverse("question-status", args=[question.pk]), {"question_status": "x"}).status_code == 422
    assert post_status(client, question, version="").status_code == 200
    question.refresh_from_db()
    assert question.version == 1


def test_somebody_who_only_reads_is_offered_no_form(client):
    client.force_login(make_user(Role.ANALYST))
    question = ask()
    assert reverse("question-status", args=[question.pk]) not in page(client, "question", question.pk)


# --- filters ---------------------------------------------------------------------------------------------------------


def test_filters_by_person_find_who_asked_and_who_answered(client, officer):
    place, person = make_place(), make_person("Dee Asker")
    asker = make_attendance(place.minutes.meeting, person)
    nameless = make_attendance(place.minutes.meeting, name="Sam Guest")
    first, second = ask(place, text="Asked by Dee?", speaker=asker), ask(place, text="Asked by nobody?")
    answer(second, speaker=nameless)
    assert ("=Sam Guest", "Sam Guest") in questions.people()
    assert (str(person.pk), "Dee Asker") in questions.people()
    shown = page(client, person=person.pk)
    assert first.text in shown and second.text not in shown
    shown = page(client, person="=Sam Guest")
    assert second.text in shown and first.text not in shown


def test_a_person_is_found_under_the_name_of_every_day(client, officer):
    person = make_person("Dee Asker")
    for number, name in enumerate(("Dee Asker", "Dee Married")):
        place = make_place(datetime.date(2026, 1, 5 + number))
        ask(place, text=f"Question {number}?", speaker=make_attendance(place.minutes.meeting, person, name=name))
    assert [name for _, name in questions.people()] == ["Dee Asker"]
    shown = page(client, person=person.pk)
    assert "Question 0?" in shown and "Question 1?" in shown


def test_filters_by_series_item_day_state_and_words(client, officer):
    board, other = make_series("Board"), make_series("Other")
    first = ask(make_place(datetime.date(2026, 1, 5), board, "Road safety"), text="How many crashes?")
    second = ask(make_place(datetime.date(2026, 3, 2), other, "Hate crime"), text="How many reports?")
    answer(second, text="Twelve, because of snow.")

    def found(**query):
        shown = page(client, **query)
        return [name for name, entry in (("first", first), ("second", second)) if entry.text in shown]

    assert found() == ["first", "second"]
    assert found(series=board.pk) == ["first"]
    assert found(subject="hate") == ["second"]
    assert found(since="1 February 2026") == ["second"]
    assert found(until="5/1/2026") == ["first"]
    assert found(since="5 January 2026", until="2 March 2026") == ["first", "second"]
    assert found(status="not_answered") == ["first"]
    assert found(text="snow") == ["second"]
    assert found(text="crashes", status="answered") == []


def test_a_wrong_day_is_said_and_narrows_nothing(client, officer):
    question = ask()
    shown = page(client, since="31 February 2026")
    assert "February 2026 has 28 days" in shown
    assert question.text in shown
    assert "must not be before" in page(client, since="2 March 2026", until="1 March 2026")


@pytest.mark.parametrize("query", [{"person": "9" * 30}, {"person": "=\x00"}, {"status": "x"}, {"page": "z"}])
def test_a_forged_filter_narrows_nothing(client, officer, query):
    question = ask()
    assert question.text in page(client, **query)


def test_a_removed_filter_leaves_the_others(client, officer):
    ask(text="Why snow?")
    assert 'href="?status=not_answered"' in page(client, text="snow", status="not_answered")


# --- paging, CSV, budget ---------------------------------------------------------------------------------------------


def test_the_csv_holds_exactly_what_is_filtered(client, officer):
    place = make_place()
    first = ask(place, text="=1+1", speaker=make_attendance(place.minutes.meeting, called="The PCC"))
    answer(first, text="Two.", speaker=make_attendance(place.minutes.meeting, called="CC Collins"))
    answer(first, text="More or less.")
    ask(place, text="Not asked for")
    sheet = client.get(reverse("questions-csv"), {"text": "=1"})
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert len(rows) == 1
    assert rows[0]["Question"] == "'=1+1"
    assert rows[0]["Asked by"] == "The PCC"
    assert rows[0]["What became of it"] == "Answered"
    assert rows[0]["Answers"] == "CC Collins: Two.\n\nMore or less."


def test_a_thousand_questions_cost_at_most_twelve_queries(client, officer, django_assert_max_num_queries):
    places = [make_place(datetime.date(2026, 1, 1) + datetime.timedelta(days=day)) for day in range(10)]
    people = [make_attendance(place.minutes.meeting, make_person()) for place in places]
    for place, person in zip(places, people, strict=True):
        _bulk(place, person, 100)
    key = people[0].person_id
    addresses = [
        reverse("questions"),
        f"{reverse('questions')}?page=7",
        f"{reverse('questions')}?person={key}&text=Question&status=answered&since=1/1/2026&subject=road",
        reverse("questions-csv"),
    ]
    for address in addresses:
        with django_assert_max_num_queries(12):
            answer_ = client.get(address)
            assert answer_.status_code == 200
    assert "1000 questions" in page(client)
    assert len(answer_.content.decode().splitlines()) > 1000


def _bulk(place, person, count):
    common = {"minuted_item": place, "speaker": person, "changed_at": timezone.now()}
    asked = MinuteEntry.objects.bulk_create(
        MinuteEntry(kind=Kind.QUESTION, text=f"Question {n}?", position=2 * n + 1, **common) for n in range(count)
    )
    MinuteEntry.objects.bulk_create(
        MinuteEntry(kind=Kind.ANSWER, text="So.", position=2 * n + 2, answers=question, **common)
        for n, question in enumerate(asked)
    )
