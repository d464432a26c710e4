"""The plan on the desk: reading it, editing it, taking its steps."""

import pytest
from django.urls import reverse

from scrutiny.plan import steps, versions
from scrutiny.plan.models import Plan, PlanVersion, Priority
from tests.factories import make_plan, make_priority, make_user
from tests.plan.plans import WORDS, answered, issue, make_whole_plan, send, vary

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def priority(officer):
    return make_whole_plan()


@pytest.fixture
def plan(priority):
    return priority.plan


def words_of(client, address, status=200):
    page = client.get(address)
    assert page.status_code == status
    return page.content.decode()


def test_a_priority_is_read_in_the_plans_own_structure(client, priority, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page = words_of(client, priority.get_absolute_url())
    for words in (
        "Our priority", "How we are going to deliver", "How we’ll know whether we’ve delivered", WORDS, "Slow people down.",
        "Working together", "Road Fund", "Delivery Quarterly", "Collisions", "1 April 2021",
    ):  # fmt: skip
        assert words in page, words


def test_the_plan_shows_its_versions_and_where_they_stand(
    client, plan, priority, officer, django_assert_max_num_queries
):
    issue(plan, by=officer)
    vary(priority, "Other.", by=officer)
    steps.start(plan, change_note="More roads.", by=officer)
    with django_assert_max_num_queries(12):
        page = words_of(client, reverse("plan"))
    for words in (
        "In force since 1 August 2022", "until it was varied on 1 August 2022", "More roads.", "Go on with version 3",
        "Police Reform and Social Responsibility Act 2011, section 5", priority.get_absolute_url(),
    ):  # fmt: skip
        assert words in page, words


def test_without_a_plan_the_page_says_what_that_means(client, officer):
    assert "No plan is entered yet" in words_of(client, reverse("plan"))


def test_only_governance_edits(client, plan, priority):
    client.force_login(make_user(roles=["analyst"], username="an-analyst"))
    assert reverse("priority-edit", args=[priority.pk]) not in words_of(client, priority.get_absolute_url())
    assert client.get(reverse("priority-edit", args=[priority.pk])).status_code == 403


def test_every_page_asks_few_questions(client, plan, priority, officer, django_assert_max_num_queries):
    version = answered(plan, by=officer)
    for address in (
        version.get_absolute_url(), reverse("plan-version-changes", args=[version.pk]),
        reverse("plan-version-issue", args=[version.pk]), reverse("plan-version-respond", args=[version.pk]),
        reverse("plan-edit", args=[plan.pk]), reverse("priority-edit", args=[priority.pk]),
        reverse("priority-add", args=[plan.pk]), reverse("plan-add"),
    ):  # fmt: skip
        with django_assert_max_num_queries(12, info=address):
            words_of(client, address)


# --- steps -------------------------------------------------------------------------------------------------------------------


def test_the_steps_are_taken_one_by_one_on_the_pages(client, plan, officer):
    client.post(reverse("plan-version-start", args=[plan.pk]))
    version = PlanVersion.objects.get()
    given = {
        "send": ("Send to the panel", {"sent_on": "1 May 2021"}),
        "report": ("Record the panel’s report", {"reported_on": "1 June 2021", "report": "We agree."}),
        "respond": ("Record the response", {"responded_on": "1 July 2021", "response": "Thank you."}),
        "issue": ("Issue the plan", {"issued_on": "1 August 2021"}),
    }
    for name, (button, data) in given.items():
        version.refresh_from_db()
        assert button in words_of(client, version.get_absolute_url())
        answer = client.post(reverse(f"plan-version-{name}", args=[version.pk]), data | {"seen": version.version})
        assert answer.status_code == 302, name
    version.refresh_from_db()
    assert version.state == "issued"
    page = words_of(client, version.get_absolute_url())
    for words in ("We agree.", "Thank you.", "1 August 2021", WORDS, "subsection (6)"):
        assert words in page, words


def test_a_refusal_keeps_what_was_typed_and_says_why(client, plan, officer):
    version = send(plan, by=officer)
    address = reverse("plan-version-report", args=[version.pk])
    typed = {"reported_on": "1 April 2021", "report": "A long report.", "seen": version.version}
    answer = client.post(address, typed)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "is before the draft was sent" in page and "A long report." in page


def test_a_step_that_somebody_else_took_is_shown(client, plan, officer):
    version = send(plan, by=officer)
    typed = {"reported_on": "1 June 2021", "report": "We agree.", "seen": "1"}
    answer = client.post(reverse("plan-version-report", args=[version.pk]), typed)
    assert answer.status_code == 409
    assert "Somebody took a step" in answer.content.decode() and "We agree." in answer.content.decode()


def test_an_empty_step_says_what_is_missing(client, plan, officer):
    version = send(plan, by=officer)
    answer = client.post(reverse("plan-version-report", args=[version.pk]), {"seen": version.version})
    assert answer.status_code == 422
    assert "Enter what the panel reported" in answer.content.decode()


def test_what_a_variation_changes_is_shown(client, plan, priority, officer):
    issue(plan, by=officer)
    version = vary(priority, "Speed kills. We want quiet traffic.", by=officer)
    page = words_of(client, reverse("plan-version-changes", args=[version.pk]))
    assert "<mark>quiet</mark>" in page and "slower" in page


def test_discarding_shows_what_is_lost(client, plan, priority, officer):
    issue(plan, by=officer)
    version = steps.start(plan, change_note="Roads.", by=officer)
    Priority.objects.filter(pk=priority.pk).update(our_priority="Soon gone.")
    address = reverse("plan-version-discard", args=[version.pk])
    assert "Soon" in words_of(client, address)
    client.post(address, {"seen": version.version})
    priority.refresh_from_db()
    assert priority.our_priority == WORDS


# --- editing -----------------------------------------------------------------------------------------------------------------


def filled(client, address):
    """What the form at this address would send if nobody changed it."""
    sheet = client.get(address).context["sheet"]
    data = {}
    for form in (sheet.form, *(each for rows in sheet.parts for each in (rows.management_form, *rows))):
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = str(getattr(value, "pk", value))
    return data


def test_a_priority_is_edited_with_its_lists(client, plan, priority):
    address = reverse("priority-edit", args=[priority.pk])
    data = filled(client, address)
    theme = plan.themes.get(name="Listening to people")
    data |= {
        "our_priority": "New words.",
        "objectives-0-ORDER": "2",
        "objectives-1-text": "Ask people.",
        "objectives-1-theme": theme.pk,
        "objectives-1-ORDER": "1",
        "resources-0-DELETE": "on",
    }
    assert client.post(address, data).status_code == 302
    priority.refresh_from_db()
    assert (priority.our_priority, priority.version) == ("New words.", 2)
    assert [each.text for each in priority.objectives.all()] == ["Ask people.", "Slow people down."]
    assert not priority.resources.exists()
    assert priority.monitoring_routes.get().text == "Every quarter."
    assert client.post(address, filled(client, address)).status_code == 302
    priority.refresh_from_db()
    assert priority.version == 2  # nothing was changed


def test_an_objective_without_a_theme_is_refused(client, priority):
    address = reverse("priority-edit", args=[priority.pk])
    answer = client.post(address, filled(client, address) | {"objectives-1-text": "Ask people."})
    assert answer.status_code == 422
    assert "Choose the theme that this objective serves." in answer.content.decode()
    theme = make_plan().themes.create(name="Of another plan")
    data = filled(client, address) | {"objectives-1-text": "Ask people.", "objectives-1-theme": theme.pk}
    assert "Choose a theme of this plan." in client.post(address, data).content.decode()


def test_two_people_who_edit_one_priority_lose_nothing(client, plan, priority):
    address = reverse("priority-edit", args=[priority.pk])
    mine = filled(client, address) | {"our_priority": "My words."}
    theirs = filled(client, address) | {
        "our_priority": "Calm streets.",
        "objectives-1-text": "Their objective.",
        "objectives-1-theme": plan.themes.first().pk,
    }
    client.post(address, theirs)
    answer = client.post(address, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Somebody else saved this", "My words.", "Calm", "Their objective."):
        assert words in page, words
    priority.refresh_from_db()
    assert priority.our_priority == "Calm streets."
    sheet = answer.context["sheet"]
    assert [form["text"].value() for form in sheet.sets["objectives"]][:2] == ["Slow people down.", "Their objective."]
    again = {
        "seen_version": priority.version,
        "our_priority": "Both.",
        "title": priority.title,
        "text_of": "1 April 2021",
    }
    again |= {
        field.html_name: str(field.value())
        for rows in sheet.parts
        for form in (rows.management_form, *rows)
        for field in form
        if field.value() is not None and field.value() is not False
    }
    assert client.post(address, again).status_code == 302
    priority.refresh_from_db()
    assert priority.our_priority == "Both." and priority.objectives.count() == 2


def test_two_people_who_edit_the_front_of_a_plan_lose_nothing(client, plan):
    address = reverse("plan-edit", args=[plan.pk])
    mine, theirs = filled(client, address), filled(client, address)
    client.post(address, theirs | {"outcomes-1-title": "Calm streets", "title": "Their title"})
    answer = client.post(address, mine | {"title": "My title"})
    assert answer.status_code == 409
    for words in ("Their title", "My title", "Calm streets"):
        assert words in answer.content.decode(), words
    assert client.post(address, filled_from(answer)).status_code == 302
    plan.refresh_from_db()
    assert (plan.title, plan.outcomes.count()) == ("My title", 2)


def filled_from(answer):
    sheet = answer.context["sheet"]
    forms = (sheet.form, *(each for rows in sheet.parts for each in (rows.management_form, *rows)))
    return {
        field.html_name: str(getattr(field.value(), "pk", field.value()))
        for form in forms
        for field in form
        if field.value() is not None and field.value() is not False
    }


def test_a_plan_is_written_down_with_outcomes_and_themes(client, officer):
    page = client.get(reverse("plan-add"))
    data = filled_from(page) | {
        "title": "Plan of Southmoor", "starts": "1 April 2021", "ends": "31 March 2020",
        "outcomes-0-title": "Safer roads", "themes-0-name": "Together", "themes-1-name": "together",
    }  # fmt: skip
    answer = client.post(reverse("plan-add"), data)
    assert answer.status_code == 422
    assert "end before it starts" in answer.content.decode()
    assert "stands in the list already" in answer.content.decode()
    data |= {"ends": "", "themes-1-name": "Listening"}
    assert client.post(reverse("plan-add"), data).status_code == 302
    plan = Plan.objects.get()
    assert plan.slug == "plan-of-southmoor"
    assert [each.name for each in plan.themes.all()] == ["Together", "Listening"]


def test_priorities_are_added_ordered_and_taken_out(client, plan, priority):
    address = reverse("priority-add", args=[plan.pk])
    data = filled(client, address) | {"title": "Noise", "our_priority": "Quiet."}
    assert client.post(address, data).status_code == 302
    noise = plan.priorities.get(slug="noise")
    client.post(reverse("priority-move", args=[noise.pk]), {"move": "up"})
    assert [each.title for each in plan.priorities.all()] == ["Noise", "Speeding"]
    remove = reverse("priority-remove", args=[priority.pk])
    assert "1 indicator speak" in words_of(client, remove)
    assert "cannot be deleted" in client.post(remove, follow=True).content.decode()
    client.post(reverse("priority-leave-out", args=[priority.pk]))
    assert "left out of the plan" in words_of(client, priority.get_absolute_url())
    client.post(reverse("priority-leave-out", args=[priority.pk]), {"out": "no"})
    assert len(versions.text_of(plan)["priorities"]) == 2
    client.post(reverse("priority-remove", args=[noise.pk]))
    assert not Priority.objects.filter(pk=noise.pk).exists()


def test_a_plan_in_force_is_not_edited_on_any_page(client, plan, priority, officer):
    address = reverse("priority-edit", args=[priority.pk])
    data = filled(client, address) | {"our_priority": "Sneaked in."}
    issue(plan, by=officer)
    assert client.get(address).status_code == 302
    answer = client.post(address, data)
    assert answer.status_code == 409
    assert "Start a variation first" in answer.content.decode() and "Sneaked in." in answer.content.decode()
    for name, record in (("plan-edit", plan), ("priority-add", plan)):
        assert client.get(reverse(name, args=[record.pk])).status_code == 302
    client.post(reverse("priority-move", args=[make_priority(plan).pk]), {"move": "up"})
    priority.refresh_from_db()
    assert (priority.our_priority, priority.position) == (WORDS, 1)


def test_while_a_variation_is_open_the_page_says_what_is_in_force(client, plan, priority, officer):
    issue(plan, by=officer)
    steps.start(plan, change_note="Roads.", by=officer)
    Priority.objects.filter(pk=priority.pk).update(our_priority="Draft words.")
    page = words_of(client, priority.get_absolute_url())
    assert "You read the draft of version 2" in page
    assert "Read the words in force" in page
