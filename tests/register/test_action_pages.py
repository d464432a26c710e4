"""The register of actions as people use it: lists, one action, what can be done with it, and the file of what is shown."""

import csv
import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from scrutiny.people.models import Organisation
from scrutiny.register import actions
from scrutiny.register.models import Action, ActionOwner, ActionUpdate
from tests.factories import (
    make_action,
    make_entry,
    make_item,
    make_meeting,
    make_office,
    make_organisation,
    make_person,
    make_post,
    make_series,
    make_user,
)
from tests.files import samples

pytestmark = pytest.mark.django_db
DAYS = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def office():
    make_office()


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def held():
    """A meeting of last week with one item."""
    return make_item(make_meeting(date=today() - 7 * DAYS), label="5").meeting


@pytest.fixture
def action(held):
    return make_action(held.items.get(), force=True, text="Share the chapter", due=today() + 7 * DAYS)


def post(client, name, action, **data):
    data = {"base_version": action.version, **data}
    return client.post(reverse(name, args=[action.pk]), data)


def shown(client, **filters):
    """The words of the actions in the list, in their order."""
    page = client.get(reverse("actions"), filters)
    assert page.status_code == 200
    return [action.text for action in page.context["page"]]


# --- the list ----------------------------------------------------------------------------------------------------------


def test_overdue_actions_come_first_and_say_so(client, officer, held):
    item = held.items.get()
    make_action(item, text="Some day")
    make_action(item, text="Next week", due=today() + 7 * DAYS)
    make_action(item, text="Too late", due=today() - DAYS)
    done = make_action(item, text="Done long ago", due=today() - 6 * DAYS)
    actions.close(done, text="Done.", by=officer, base_version=1)
    assert shown(client) == ["Too late", "Next week", "Some day", "Done long ago"]
    page = client.get(reverse("actions")).content.decode()
    assert page.count("Overdue</span>") == 1


def test_what_is_no_longer_an_action_is_shown_only_when_asked_for(client, officer, held):
    action = make_action(held.items.get(), text="A slip")
    actions.withdraw(actions.locked(action.pk), by=officer)
    assert shown(client) == []
    assert shown(client, status="withdrawn") == ["A slip"]


def test_the_list_is_narrowed_by_each_filter(client, officer, held):
    other = make_item(make_meeting(make_series("Audit Committee"), date=today() - 3 * DAYS), label="2")
    body = make_organisation("Northmoor Council")
    make_action(held.items.get(), text="Share the chapter", owners=[actions.Owner("Jo Sample")], due=today() - DAYS)
    make_action(other, text="Count the cars", owners=[actions.Owner("Al Pattern", organisation=body.pk)])
    make_action(other, text="For all", everybody=True, due=today() + 9 * DAYS)
    proposed = make_action(other, text="Nobody's yet")
    actions.propose_closed(proposed, text="Done.", by=officer, base_version=1)
    assert shown(client, status="overdue") == ["Share the chapter"]
    assert shown(client, status="proposed") == ["Nobody's yet"]
    assert shown(client, owner="Jo Sample") == ["Share the chapter"]
    assert shown(client, owner="*") == ["For all"]
    assert shown(client, owner="=") == ["Nobody's yet"]
    assert shown(client, organisation=body.pk) == ["Count the cars"]
    assert shown(client, series=held.series_id) == ["Share the chapter"]
    assert set(shown(client, meeting=other.meeting_id)) == {"Count the cars", "For all", "Nobody's yet"}
    assert shown(client, text="CHAPTER") == ["Share the chapter"]
    assert shown(client, text="pattern") == ["Count the cars"]
    day = today() + 9 * DAYS
    assert shown(client, due_from=f"{day:%d/%m/%Y}", due_to=f"{day:%Y-%m-%d}") == ["For all"]


@pytest.mark.parametrize(
    "filters",
    [
        {"status": "x", "owner": "\x00", "series": "9" * 40, "meeting": "-1", "organisation": "one"},
        {"due_from": "30 Feb 2018", "due_to": "soon", "page": "zero"},
        {"text": "%_\\'\";--\x00😀\u202e" * 9, "page": "99999999999999999999"},
    ],
)
def test_a_filter_that_makes_no_sense_narrows_nothing_and_breaks_nothing(client, officer, action, filters):
    for name in ("actions", "actions-csv"):
        assert client.get(reverse(name), filters).status_code == 200


def test_five_hundred_actions_cost_no_more_than_twelve_queries(client, officer, held, django_assert_max_num_queries):
    item = held.items.get()
    many = Action.objects.bulk_create(
        Action(
            meeting=held, item=item, number=n, reference=f"5/{n}", text=f"Do {n}", raised_on=held.date,
            due=today() + (n - 250) * DAYS,
        )
        for n in range(1, 501)
    )  # fmt: skip
    ActionOwner.objects.bulk_create(ActionOwner(action=action, name=f"Owner {action.number % 40}") for action in many)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("actions"), {"series": held.series_id, "owner": "Owner 3", "status": "overdue"})
    assert page.context["page"].paginator.count == 7
    with django_assert_max_num_queries(12):
        page = client.get(reverse("actions"), {"page": 7})
    assert len(page.context["page"]) == 50
    with django_assert_max_num_queries(12):
        assert client.get(reverse("action", args=[many[0].pk])).status_code == 200
    later = make_item(make_meeting(held.series, date=today()), task="open_actions").meeting
    for name in ("matters-arising", "agenda"):
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name, args=[later.pk])).status_code == 200
    with django_assert_max_num_queries(12):
        file = client.get(reverse("actions-csv"))
    assert file.content.count(b"\r\n") == 501


# --- the file ----------------------------------------------------------------------------------------------------------


def rows_of(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_file_holds_exactly_what_is_filtered(client, officer, held):
    make_action(held.items.get(), text="Too late", due=today() - DAYS, owners=[actions.Owner("Jo Sample")])
    make_action(held.items.get(), text="Next week", due=today() + 7 * DAYS)
    response = client.get(reverse("actions-csv"), {"status": "overdue"})
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in response["Content-Disposition"]
    (row,) = rows_of(response)
    assert (row["Reference"], row["Action"], row["Owners"], row["Overdue"]) == ("5/1", "Too late", "Jo Sample", "Yes")
    assert (row["Due"], row["Date of the meeting"]) == ((today() - DAYS).isoformat(), held.date.isoformat())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_file_is_run_as_a_formula(client, officer, held, start):
    make_action(
        held.items.get(), text=f"{start}HYPERLINK(1)", owners=[actions.Owner(f"{start}cmd")], due_as_said=f"{start}1"
    )
    for row in rows_of(client.get(reverse("actions-csv"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row.values())
        assert "HYPERLINK(1)" in row["Action"]


# --- the force ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def force(client):
    user = make_user(Role.FORCE)
    client.force_login(user)
    return user


def test_the_force_sees_its_own_actions_and_those_of_everybody(client, force, held, action):
    item = held.items.get()
    make_action(
        item, text="The council's own", owners=[actions.Owner("Jo Sample", organisation=make_organisation().pk)]
    )
    make_action(item, text="Nobody's yet")
    make_action(item, text="For all", everybody=True)
    assert set(shown(client)) == {"Share the chapter", "For all"}
    assert {row["Action"] for row in rows_of(client.get(reverse("actions-csv")))} == {"Share the chapter", "For all"}
    page = client.get(reverse("actions")).content.decode()
    assert "Jo Sample" not in page  # not among the owners to choose from either


def test_the_force_reports_on_its_action_and_proposes_to_close_it(client, force, action):
    assert post(client, "action-note", action, text="Half is done.").status_code == 302
    action.refresh_from_db()
    assert post(client, "action-propose", action, text="All is done.").status_code == 302
    action.refresh_from_db()
    assert action.status == Action.Status.PROPOSED
    page = client.get(action.get_absolute_url()).content.decode()
    for words in ("Half is done.", "All is done.", "Proposed closed"):
        assert words in page
    assert reverse("action-close", args=[action.pk]) not in page
    assert reverse("action-due", args=[action.pk]) not in page
    assert reverse("meeting", args=[action.meeting_id]) not in page


@pytest.mark.parametrize(
    "name", ["action", "action-note", "action-propose", "action-due", "action-owners", "action-close"]
)
def test_the_force_does_nothing_with_an_action_of_others(client, force, held, name):
    foreign = make_action(held.items.get(), owners=[actions.Owner("Jo Sample")])
    assert client.get(reverse(name, args=[foreign.pk])).status_code == 403
    assert post(client, name, foreign, text="Mine!").status_code == 403
    assert foreign.updates.count() == 1


# --- one action ----------------------------------------------------------------------------------------------------------


def test_an_update_brings_its_evidence(client, officer, action):
    file = SimpleUploadedFile("numbers.pdf", samples.pdf())
    assert post(client, "action-note", action, text="Numbers attached.", file=file).status_code == 302
    said = action.updates.last()
    assert (said.text, said.evidence.title, said.by) == ("Numbers attached.", "numbers.pdf", officer)
    got = client.get(reverse("action-evidence", args=[action.pk, said.pk]))
    assert got["Content-Type"] == "application/pdf" and got.getvalue().startswith(b"%PDF")
    other = make_action(action.item)
    assert client.get(reverse("action-evidence", args=[other.pk, said.pk])).status_code == 404


def test_a_file_that_is_no_paper_comes_back_with_the_words(client, officer, action):
    file = SimpleUploadedFile("virus.exe", b"MZ\x90\x00 something")
    page = post(client, "action-note", action, text="My long report.", file=file)
    assert page.status_code == 422
    assert "My long report." in page.content.decode()
    assert action.updates.count() == 1


def test_a_button_pressed_twice_counts_once_and_leaves_one_file(client, officer, action):
    for _ in range(2):
        file = SimpleUploadedFile("numbers.pdf", samples.pdf())
        assert post(client, "action-note", action, text="Half is done.", file=file).status_code == 302
    assert action.updates.filter(kind="note").count() == 1
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("action-propose", {"text": "Done."}),
        ("action-close", {"text": "Done.", "meeting": ""}),
        ("action-due", {"due": "1 March 2090", "reason": "More time."}),
        ("action-owners", {"everybody": "on", "reason": "All of us."}),
    ],
)
def test_every_act_counts_once_when_it_is_sent_twice(client, officer, action, name, data):
    for _ in range(2):
        assert post(client, name, action, **data).status_code == 302
    assert action.updates.count() == 2


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("action-note", {"text": "What I wrote for an hour."}, "What I wrote for an hour."),
        ("action-propose", {"text": "What I wrote for an hour."}, "What I wrote for an hour."),
        ("action-due", {"due": "1 March 2090", "reason": "My long reason."}, "My long reason."),
        ("action-owners", {"everybody": "on", "reason": "My long reason."}, "My long reason."),
        ("action-close", {"text": "How it was done.", "meeting": ""}, "How it was done."),
    ],
)
def test_a_form_that_was_left_open_comes_back_with_its_words(client, officer, action, name, data, words):
    stale = Action.objects.get(pk=action.pk)
    actions.say(action, text="Meanwhile.", by=make_user(), base_version=action.version)
    page = post(client, name, stale, **data)
    said = page.content.decode()
    assert page.status_code == 422
    assert words in said and "Somebody changed this action after you opened the page" in said
    assert action.updates.count() == 2
    version = page.context["form"]["base_version"].value()
    assert client.post(reverse(name, args=[action.pk]), {**data, "base_version": version}).status_code == 302
    assert action.updates.count() == 3


def test_a_stale_form_to_open_again_comes_back_as_well(client, officer, action):
    actions.close(action, text="Done.", by=officer, base_version=1)
    page = post(client, "action-reopen", action, text="Not really.")
    assert page.status_code == 422 and "Not really." in page.content.decode()


def test_a_due_date_is_changed_with_its_reason_and_both_days_stay(client, officer, action):
    before = action.due
    day = today() + 30 * DAYS
    assert post(client, "action-due", action, due=f"{day:%d/%m/%Y}", reason="The data come later.").status_code == 302
    page = client.get(action.get_absolute_url()).content.decode()
    for words in (f"{before:%-d %B %Y}", f"{day:%-d %B %Y}", "The data come later.", "Due date changed"):
        assert words in page


@pytest.mark.parametrize("due", ["1 March 2017", "30 Feb 2090", "soon", "\x00", "9" * 500])
def test_a_due_date_that_cannot_be_is_refused_with_words(client, officer, action, due):
    page = post(client, "action-due", action, due=due, reason="Why not.")
    assert page.status_code == 422
    assert "Why not." in page.content.decode()
    assert action.updates.count() == 1


def test_owners_are_people_posts_or_all(client, officer, action):
    person = make_person("Jo Sample", post=make_post("Adviser", organisation=make_organisation()))
    post_ = make_post("Engagement Officer")
    data = {"kept": ["ACC Stone"], "person": person.pk, "post": post_.pk, "reason": "Shared."}
    assert post(client, "action-owners", action, **data).status_code == 302
    action = Action.objects.get(pk=action.pk)
    assert action.owners_in_words == "ACC Stone, Jo Sample and Engagement Officer"
    assert [owner.organisation_id is not None for owner in action.owners.all()] == [True, True, False]
    changed = action.updates.last()
    assert (changed.before, changed.after) == ("ACC Stone", "ACC Stone, Jo Sample and Engagement Officer")
    assert post(client, "action-owners", action).status_code == 422
    assert post(client, "action-owners", action, everybody="on").status_code == 302
    assert Action.objects.get(pk=action.pk).owners_in_words == "All"


def test_the_office_closes_it_in_a_meeting_and_opens_it_again(client, officer, action, held):
    make_meeting(held.series, date=today() + DAYS)
    make_meeting(held.series, date=today() - DAYS, status="cancelled")
    form = client.get(reverse("action-close", args=[action.pk])).context["form"]
    assert list(form.meetings) == [held.pk]
    assert form.initial["meeting"] == held.pk
    assert post(client, "action-close", action, text="The chapter is shared.", meeting=held.pk).status_code == 302
    action.refresh_from_db()
    assert (action.status, action.closed_on, action.closed_in) == (Action.Status.CLOSED, held.date, held)
    assert post(client, "action-reopen", action, text="It was the wrong one.").status_code == 302
    action.refresh_from_db()
    assert (action.status, action.closed_on, action.closed_in) == (Action.Status.OPEN, None, None)
    assert [said.kind for said in action.updates.all()] == ["raised", "closed", "reopened"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("action-reopen", "Again.", "This action is not closed"), ("action-note", "", "Enter what was done.")],
)
def test_what_does_not_fit_is_refused_with_words(client, officer, action, name, text, words):
    page = post(client, name, action, text=text)
    assert page.status_code == 422
    assert words in page.content.decode() and text in page.content.decode()
    assert action.updates.count() == 1


@pytest.mark.parametrize("name", ["action-note", "action-propose", "action-close", "action-due", "action-owners"])
def test_words_for_an_action_that_is_none_any_more_stay_in_the_form(client, officer, action, name):
    actions.withdraw(actions.locked(action.pk), by=officer)
    action.refresh_from_db()
    due = (today() + 9 * DAYS).isoformat()
    page = post(client, name, action, text="Forty words.", reason="Forty words.", due=due, everybody="on")
    assert page.status_code == 422
    assert "Forty words." in page.content.decode() and "There is a problem" in page.content.decode()


def test_an_action_closed_opened_and_closed_again_in_the_same_words_is_closed(officer, action):
    for act, text in [(actions.close, "Done."), (actions.reopen, "Not yet."), (actions.close, "Done.")]:
        act(action, text=text, by=officer, base_version=action.version)
        action.refresh_from_db()
    assert action.status == Action.Status.CLOSED


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_form_without_its_version_changes_nothing(client, officer, action, version):
    page = client.post(reverse("action-note", args=[action.pk]), {"text": "Said.", "base_version": version})
    assert page.status_code == 422
    assert "Said." in page.content.decode()
    assert action.updates.count() == 1


def test_five_megabytes_are_refused_and_odd_letters_are_kept(client, officer, action):
    page = post(client, "action-note", action, text="x" * 5_000_000)
    assert page.status_code in (413, 422)
    assert action.updates.count() == 1
    odd = "NUL\x00 gone, \u202eright to left\u202c, 😀, <script>alert(1)</script>"
    assert post(client, "action-note", action, text=odd).status_code == 302
    page = client.get(action.get_absolute_url()).content.decode()
    assert "NUL gone" in page and "😀" in page and "<script>alert(1)" not in page


def test_an_action_leads_to_its_meeting_and_its_place_in_the_minutes(client, officer):
    entry = make_entry(kind="action", text="Share the chapter")
    page = client.get(entry.action.get_absolute_url()).content.decode()
    minutes = entry.minuted_item.minutes
    assert f"{minutes.get_absolute_url()}#entry-{entry.pk}" in page
    assert reverse("meeting", args=[minutes.meeting_id]) in page


def test_an_item_with_an_action_on_record_is_not_deleted(client, officer, action):
    page = client.post(reverse("item-delete", args=[action.item_id]), {"confirmed": "yes"}, follow=True)
    assert "on record" in page.content.decode()
    assert Action.objects.filter(pk=action.pk, item=action.item_id).exists()


def test_overdue_and_proposed_actions_wait_on_the_home_page(client, officer, action):
    Action.objects.update(due=today() - DAYS)
    actions.propose_closed(action, text="Done.", by=officer, base_version=1)
    page = client.get(reverse("desk")).content.decode()
    assert "1 action is overdue" in page and "1 action is proposed closed" in page
    client.force_login(make_user(Role.FORCE))
    page = client.get(reverse("desk")).content.decode()
    assert "1 action is overdue" in page and "proposed closed" not in page


def test_the_navigation_leads_to_the_actions(client, officer, action):
    assert f'href="{reverse("actions")}"' in client.get(reverse("desk")).content.decode()


def test_history_is_told_in_its_order(officer, action):
    for number in range(3):
        actions.say(action, text=f"Step {number}", by=officer, base_version=action.version)
        action.refresh_from_db()
    ActionUpdate.objects.update(at=timezone.now())
    assert [said.text for said in action.updates.all()] == ["", "Step 0", "Step 1", "Step 2"]


def test_the_body_of_an_owner_is_that_of_the_day():
    force = make_organisation(kind=Organisation.Kind.FORCE)
    person = make_person(
        "Jo Sample", post=make_post("Inspector", rank="Inspector", abbreviation="Insp", organisation=force)
    )
    owner = actions.person_as_owner(person, date=today())
    assert (owner.name, owner.organisation) == ("Insp Sample", force.pk)
    assert actions.person_as_owner(make_person("Al Pattern"), date=today()).organisation is None
