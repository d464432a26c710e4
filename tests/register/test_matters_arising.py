"""The open actions of earlier meetings, as the next one sees them."""

import datetime
import io

import pdfplumber
import pytest
from django.urls import reverse

from opcc_portal import pdf
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from opcc_portal.pdf import problems
from scrutiny.meetings.copying import coming_items
from scrutiny.meetings.models import Task
from scrutiny.meetings.pdf import agenda_paper
from scrutiny.register import actions, arising
from scrutiny.register.models import Action
from tests.factories import make_action, make_item, make_meeting, make_office, make_series, make_user

pytestmark = pytest.mark.django_db
DAYS = datetime.timedelta(days=1)


@pytest.fixture
def officer(client):
    make_office()
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def series():
    return make_series("Scrutiny Board")


@pytest.fixture
def earlier(series):
    """An item of a meeting four weeks ago."""
    return make_item(make_meeting(series, date=today() - 28 * DAYS), label="5")


@pytest.fixture
def meeting(series):
    """Today's meeting, with an item that brings the open actions."""
    return make_item(make_meeting(series, date=today()), title="Actions carried over", task=Task.OPEN_ACTIONS).meeting


def texts(meeting):
    return [action.text for action in arising.of(meeting)]


def test_open_actions_of_earlier_meetings_arise_the_overdue_ones_first(earlier, meeting):
    make_action(earlier, text="In time", due=today() + DAYS)
    make_action(earlier, text="Too late", due=today() - DAYS)
    make_action(meeting.items.get(), text="Of today")
    make_action(make_item(make_meeting(date=today() - 9 * DAYS)), text="Of another series")
    assert texts(meeting) == ["Too late", "In time"]


def test_what_was_closed_before_does_not_arise_and_what_is_closed_here_does(officer, earlier, meeting, series):
    between = make_meeting(series, date=today() - 14 * DAYS)
    before, here = make_action(earlier, text="Before"), make_action(earlier, text="Here")
    actions.close(before, text="Done.", meeting=between, by=officer, base_version=1)
    actions.close(here, text="Done.", meeting=meeting, by=officer, base_version=1)
    slip = make_action(earlier, text="A slip")
    actions.withdraw(actions.locked(slip.pk), by=officer)
    assert texts(meeting) == ["Here"]
    assert texts(between) == ["Before", "Here"]


def test_the_earlier_of_two_meetings_of_a_day_counts_as_earlier(series):
    morning = make_item(make_meeting(series, date=today(), starts=datetime.time(9)))
    make_action(morning, text="Of the morning")
    assert texts(make_meeting(series, date=today(), starts=datetime.time(14))) == ["Of the morning"]
    assert texts(morning.meeting) == []


def test_the_page_shows_what_was_last_said(client, officer, earlier, meeting):
    action = make_action(earlier, text="Share the chapter")
    actions.say(action, text="Half of it is out.", by=officer, base_version=1)
    page = client.get(reverse("matters-arising", args=[meeting.pk])).content.decode()
    for words in ("Share the chapter", "Half of it is out.", "No due date", "Close in this meeting"):
        assert words in page


def act(client, meeting, action, **data):
    data = {f"a{action.pk}-{name}": value for name, value in {"base_version": action.version, **data}.items()}
    data["act"] = data.pop(f"a{action.pk}-act")
    return client.post(reverse("matters-arising-act", args=[meeting.pk, action.pk]), data)


def test_an_action_is_closed_in_this_meeting_from_here(client, officer, earlier, meeting):
    action = make_action(earlier)
    assert act(client, meeting, action, act="close", text="Done, as Jo said.").status_code == 302
    action.refresh_from_db()
    assert (action.status, action.closed_in, action.closed_on) == (Action.Status.CLOSED, meeting, today())
    said = action.updates.last()
    assert (said.text, said.meeting) == ("Done, as Jo said.", meeting)


def test_an_action_goes_on_with_a_note_or_another_day(client, officer, earlier, meeting):
    action = make_action(earlier)
    assert act(client, meeting, action, act="carry", text="Still waiting.").status_code == 302
    action.refresh_from_db()
    day = today() + 28 * DAYS
    assert act(client, meeting, action, act="carry", text="More time.", due=day.isoformat()).status_code == 302
    action.refresh_from_db()
    assert (action.due, action.status) == (day, Action.Status.OPEN)
    assert [(said.kind, said.meeting) for said in action.updates.all()][1:] == [("note", meeting), ("due", meeting)]


def test_what_is_missing_or_stale_comes_back_with_the_words(client, officer, earlier, meeting):
    action = make_action(earlier)
    page = act(client, meeting, action, act="close", text="")
    assert page.status_code == 422 and "Enter what was said." in page.content.decode()
    stale = Action.objects.get(pk=action.pk)
    actions.say(action, text="Meanwhile.", by=officer, base_version=1)
    page = act(client, meeting, stale, act="close", text="What I wrote.")
    assert page.status_code == 422
    assert "What I wrote." in page.content.decode() and "Somebody changed this action" in page.content.decode()
    page = act(client, meeting, stale, act="carry", text="What I wrote.", due="30 Feb 2090")
    assert page.status_code == 422 and "30 Feb 2090" in page.content.decode()
    assert action.updates.count() == 2


def test_words_that_were_refused_come_back_on_the_page_that_holds_their_action(client, officer, meeting, earlier):
    last = [make_action(earlier) for _ in range(51)][-1]
    page = act(client, meeting, last, act="carry", text="What I wrote.", due="30 Feb 2090")
    assert page.status_code == 422 and "What I wrote." in page.content.decode()


def test_carrying_on_to_another_day_counts_once_however_often_it_is_sent(client, officer, meeting, earlier):
    action = make_action(earlier)
    day = (today() + 30 * DAYS).isoformat()
    form = {f"a{action.pk}-text": "Later.", f"a{action.pk}-due": day, f"a{action.pk}-base_version": action.version}
    address = reverse("matters-arising-act", args=[meeting.pk, action.pk])
    assert {client.post(address, {**form, "act": "carry"}).status_code for _ in range(5)} == {302}
    assert action.updates.count() == 2


def test_nothing_is_closed_in_a_meeting_that_is_still_to_come(client, officer, earlier, series):
    coming = make_meeting(series, date=today() + 7 * DAYS)
    action = make_action(earlier)
    page = client.get(reverse("matters-arising", args=[coming.pk])).content.decode()
    assert "Close in this meeting" not in page and "Carry on" in page
    page = act(client, coming, action, act="close", text="It is done.").content.decode()
    assert "has not taken place yet" in page and "It is done." in page
    action.refresh_from_db()
    assert action.status == Action.Status.OPEN


def test_an_action_that_does_not_arise_here_is_not_found(client, officer, meeting):
    other = make_action()
    assert act(client, meeting, other, act="close", text="Done.").status_code == 404


def test_those_who_do_not_close_actions_only_read(client, officer, earlier, meeting):
    make_action(earlier, text="Share the chapter")
    client.force_login(make_user(Role.COMMISSIONER))
    page = client.get(reverse("matters-arising", args=[meeting.pk])).content.decode()
    assert "Share the chapter" in page and "Carry on" not in page


def test_an_empty_page_says_so(client, officer, meeting):
    assert "No open actions" in client.get(reverse("matters-arising", args=[meeting.pk])).content.decode()


# --- on the agenda and on paper ----------------------------------------------------------------------------------------


def test_the_agenda_item_that_brings_them_leads_there(client, officer, earlier, meeting):
    make_action(earlier)
    page = client.get(reverse("agenda", args=[meeting.pk])).content.decode()
    assert f'<a href="{reverse("matters-arising", args=[meeting.pk])}">Open actions (1)</a>' in page
    assert "Paper: open actions of earlier meetings" in agenda_paper(meeting).html
    preview = client.get(reverse("agenda-preview", args=[meeting.pk])).content.decode()
    assert reverse("matters-arising", args=[meeting.pk]) in preview


def test_the_task_of_an_item_is_chosen_on_its_form_and_comes_with_the_series(client, officer, series, meeting):
    item = meeting.items.get()
    page = client.get(reverse("item-edit", args=[item.pk]))
    assert page.context["form"]["task"].value() == Task.OPEN_ACTIONS
    data = {
        "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0, "items-0-title": "Actions carried over", "items-0-ORDER": 1,
        "items-0-part": "public", "items-0-task": Task.OPEN_ACTIONS,
    }  # fmt: skip
    assert client.post(reverse("standing-items", args=[series.pk]), data).status_code == 302
    assert series.standing_items.get().task == Task.OPEN_ACTIONS
    empty = make_meeting(series, date=today() - 60 * DAYS)
    assert [coming.item.task for coming in coming_items(empty, today())] == [Task.OPEN_ACTIONS]


def test_the_paper_tells_them_and_keeps_private_ones_to_itself(officer, earlier, meeting):
    late = make_action(earlier, text="Share the chapter", owners=[actions.Owner("ACC Stone")], due=today() - DAYS)
    actions.say(late, text="Half of it is out.", by=officer, base_version=1)
    private = make_item(earlier.meeting, label="9", part="private")
    make_action(private, text="Name the suspects")
    done = make_action(earlier, text="Count the cars")
    actions.close(done, text="Counted.", meeting=meeting, by=officer, base_version=1)
    made = pdf.render(arising.paper(meeting).html, files={})
    with pdfplumber.open(io.BytesIO(made)) as paper:
        text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    for words in ("earlier meetings", "5/1", "Share the chapter", "ACC Stone", "Half of it is out.", "Overdue"):
        assert words in text
    assert "Count the cars" in text and f"Closed on {today():%-d %B %Y}" in text
    assert "suspects" not in text and "1 action from private parts" in text
    assert not problems(made)


def test_the_page_tells_the_office_of_private_ones_too(client, officer, earlier, meeting):
    private = make_item(earlier.meeting, label="9", part="private")
    make_action(private, text="Name the suspects")
    page = client.get(reverse("matters-arising", args=[meeting.pk])).content.decode()
    assert "Name the suspects" in page and "Private part: not in the PDF" in page
