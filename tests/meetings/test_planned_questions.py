"""Questions planned for a meeting: on the desk's agenda for the office, never on the public's."""

import datetime
import re

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.meetings import agenda, pdf, planned
from scrutiny.meetings.models import AgendaItem, PlannedQuestion
from scrutiny.minutes.models import MinuteEntry
from scrutiny.minutes.operations import open_minutes
from scrutiny.minutes.planned import take_over
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_action,
    make_attendance,
    make_item,
    make_meeting,
    make_office,
    make_person,
    make_report,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
WORDS = "Why is qz5512kx so much higher?"


@pytest.fixture
def commissioner():
    return make_user(Role.COMMISSIONER, name="Robin Hale")


@pytest.fixture
def officer():
    return make_user(Role.GOVERNANCE)


@pytest.fixture
def item():
    make_office()
    return make_item(make_meeting(date=today() + 9 * DAY), label="5", title="Human trafficking")


@pytest.fixture
def question(item, commissioner):
    return planned.plan(meeting=item.meeting, item=item, text=WORDS, by=commissioner)


def ask(client, user, about="", **fields):
    client.force_login(user)
    query = f"?about={about}" if about else ""
    return client.post(f"{reverse('planned-question-add')}{query}", {"text": WORDS, **fields}, follow=True)


def page(client, user, name, *args):
    client.force_login(user)
    return client.get(reverse(name, args=args)).content.decode()


def test_a_question_is_put_under_an_item_with_what_prompted_it(client, item, commissioner):
    action = make_action(text="Share the chapter.")
    about = f"scrutiny.action:{action.pk}"
    shown = client.get(f"{reverse('planned-question-add')}?about={about}", follow=True)
    assert shown.status_code == 200
    answer = ask(client, commissioner, about, place=f"item:{item.pk}")
    assert "Your question stands under 5 Human trafficking" in answer.content.decode()
    asked = PlannedQuestion.objects.get()
    assert (asked.item, asked.meeting, asked.text, asked.asked_by) == (item, item.meeting, WORDS, commissioner)
    assert asked.about == about
    assert "Share the chapter." in asked.about_words


def test_a_new_item_is_put_on_the_agenda_under_its_title(client, item, commissioner):
    ask(client, commissioner, place=f"new:{item.meeting_id}", new_item="Referrals of potential victims")
    asked = PlannedQuestion.objects.get()
    assert asked.item.title == "Referrals of potential victims"
    assert asked.item.label == "6"
    assert asked.item.meeting == item.meeting


def test_a_new_item_without_a_title_is_asked_for(client, item, commissioner):
    answer = ask(client, commissioner, place=f"new:{item.meeting_id}")
    assert answer.status_code == 422
    assert "Enter a title for the new item." in answer.content.decode()
    assert AgendaItem.objects.count() == 1


def test_only_coming_meetings_are_offered(item):
    make_item(make_meeting(date=today() - DAY))
    make_item(make_meeting(date=today() + DAY, status="postponed", status_note="Snow"))
    assert [each.meeting for each in planned.offered()] == [item.meeting]


def test_without_a_coming_meeting_the_page_says_what_to_do(client, commissioner):
    assert "No meeting is planned" in page(client, commissioner, "planned-question-add")


def test_an_item_of_another_meeting_or_none_is_refused(client, item, commissioner):
    past = make_item(make_meeting(date=today() - DAY))
    for place in (f"item:{past.pk}", "item:0", "new:x", ""):
        assert ask(client, commissioner, place=place).status_code == 422
    assert not PlannedQuestion.objects.exists()


def test_what_prompted_it_must_be_a_record_that_one_may_read(client, item, commissioner):
    assert ask(client, commissioner, "scrutiny.action:999", place=f"item:{item.pk}").status_code == 404


def test_the_office_reads_it_on_builder_and_preview_and_the_meeting_counts_it(client, question, officer):
    for name in ("agenda", "agenda-preview"):
        assert WORDS in page(client, officer, name, question.meeting_id)
    assert "1 planned" in page(client, officer, "meeting", question.meeting_id)


def test_the_agenda_that_is_laid_out_and_published_never_holds_it(question):
    assert "qz5512kx" not in pdf.agenda_paper(question.meeting).html
    assert not any(row.questions for row in agenda.rows(question.meeting))


def test_a_question_whose_item_is_gone_stands_at_the_end(client, question, officer):
    agenda.delete_item(question.item, by=officer)
    shown = page(client, officer, "agenda-preview", question.meeting_id)
    assert "Questions without an item" in shown
    assert WORDS in shown


def test_its_asker_and_the_officer_change_it_and_nobody_else(client, question, commissioner, officer):
    address = reverse("planned-question", args=[question.pk])
    posted = {"place": f"item:{question.item_id}", "text": "Why?", "base_version": 1}
    client.force_login(make_user(Role.ANALYST))
    assert client.post(address, posted).status_code == 403
    assert "Save the question" not in client.get(address).content.decode()
    client.force_login(commissioner)
    assert client.post(address, posted).status_code == 302
    client.force_login(officer)
    assert client.post(address, posted | {"text": "Why not?", "base_version": 2}).status_code == 302
    assert PlannedQuestion.objects.get().text == "Why not?"


def test_two_people_do_not_overwrite_each_other(client, question, commissioner):
    planned.change(
        question, base_version=1, meeting=question.meeting, item=question.item, text="Theirs", by=commissioner
    )
    client.force_login(commissioner)
    address = reverse("planned-question", args=[question.pk])
    posted = {"place": f"item:{question.item_id}", "text": "Mine", "base_version": 1}
    answer = client.post(address, posted)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Theirs" in shown
    assert "Mine" in shown
    assert PlannedQuestion.objects.get().text == "Theirs"
    version = re.search(r'name="base_version" value="(\d+)"', shown)[1]
    client.post(address, posted | {"base_version": version})
    assert PlannedQuestion.objects.get().text == "Mine"


def test_a_withdrawn_question_stands_nowhere_any_more(client, question, commissioner, officer):
    client.force_login(commissioner)
    address = reverse("planned-question", args=[question.pk])
    client.post(address, {"act": "withdraw", "base_version": 1})
    assert PlannedQuestion.objects.get().status == "withdrawn"
    assert WORDS not in page(client, officer, "agenda-preview", question.meeting_id)
    client.force_login(commissioner)
    answer = client.post(address, {"act": "withdraw", "base_version": 2}, follow=True)
    assert "asked or withdrawn meanwhile" in answer.content.decode()


def test_one_button_writes_it_into_the_minutes_as_asked(client, question, commissioner, officer):
    person = make_person("Robin Hale", account=commissioner)
    speaker = make_attendance(question.meeting, person)
    minutes = open_minutes(question.meeting, by=officer)
    place = minutes.minuted_items.get(item=question.item)
    shown = page(client, officer, "minuted-item", place.pk)
    assert "Write it as asked" in shown
    take = reverse("planned-take", args=[place.pk, question.pk])
    assert client.post(take, follow=True).status_code == 200
    entry = MinuteEntry.objects.get()
    assert (entry.kind, entry.text, entry.speaker) == ("question", WORDS, speaker)
    assert PlannedQuestion.objects.get().status == "asked"
    assert "Write it as asked" not in page(client, officer, "minuted-item", place.pk)
    client.post(take)
    assert MinuteEntry.objects.count() == 1


def test_a_question_of_another_meeting_is_not_taken_over(client, question, officer):
    other = make_item()
    place = open_minutes(other.meeting, by=officer).minuted_items.get()
    client.force_login(officer)
    assert client.post(reverse("planned-take", args=[place.pk, question.pk])).status_code == 404


def test_closed_minutes_take_no_question_and_it_stays_planned(question, officer):
    minutes = open_minutes(question.meeting, by=officer)
    type(minutes).objects.filter(pk=minutes.pk).update(state=State.SIGNED)
    with pytest.raises(NotPossible):
        take_over(minutes.minuted_items.get(), question, by=officer)
    assert PlannedQuestion.objects.get().status == "planned"


def test_the_force_neither_asks_nor_reads(client, question):
    client.force_login(make_user(Role.FORCE))
    assert client.get(reverse("planned-question", args=[question.pk])).status_code == 403
    assert client.get(reverse("planned-question-add")).status_code == 403


def test_a_report_prompts_with_its_name(client, item, commissioner):
    report = make_report(subject="Report on the canal")
    ask(client, commissioner, f"scrutiny.jointreport:{report.pk}", place=f"item:{item.pk}")
    assert PlannedQuestion.objects.get().about_words == "Report on the canal"
