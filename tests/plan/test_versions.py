"""A plan's versions: the steps and their refusals, frozen words, what was in force on a day."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from opcc_portal.audit.models import AuditLine
from scrutiny.plan import operations, steps, versions
from scrutiny.plan.models import Objective, PlanVersion, Priority, Theme
from scrutiny.plan.steps import ChangedMeanwhile
from scrutiny.workflow.operations import NotPossible
from tests.factories import make_plan, make_priority, make_user
from tests.plan.plans import ISSUED, REPORTED, RESPONDED, SENT, WORDS, answered, issue, make_whole_plan, send, vary

pytestmark = pytest.mark.django_db
State = PlanVersion.State


@pytest.fixture
def officer():
    return make_user()


@pytest.fixture
def priority():
    return make_whole_plan()


@pytest.fixture
def plan(priority):
    return priority.plan


def test_a_version_goes_from_draft_by_the_panel_into_force(plan, officer):
    version = steps.start(plan, by=officer)
    assert (version.number, version.state, version.sent) == (1, State.DRAFT, None)
    version = steps.send(version, sent_on=SENT, seen=1, by=officer)
    assert (version.state, version.sent["priorities"][0]["our_priority"]) == (State.TO_PANEL, WORDS)
    version = steps.record_report(version, reported_on=REPORTED, report="We agree.", seen=version.version, by=officer)
    assert version.state == State.RESPONSE
    version = steps.respond(version, responded_on=RESPONDED, response="Thanks.", seen=version.version, by=officer)
    assert version.state == State.RESPONSE
    version = steps.issue(version, issued_on=ISSUED, seen=version.version, by=officer)
    assert (version.state, version.issued_on) == (State.ISSUED, ISSUED)
    acts = AuditLine.objects.filter(context=f"scrutiny.plan:{plan.pk}").values_list("act", flat=True)
    assert "Plan version 1 issued" in acts and "Priority issued with version 1" in acts


def test_the_text_of_a_plan_holds_everything_as_plain_data(plan):
    text = versions.text_of(plan)
    (priority,) = text["priorities"]
    assert text["title"] == "Plan of Northmoor"
    assert [each["title"] for each in text["outcomes"]] == ["Safer roads"]
    assert [each["name"] for each in text["themes"]] == ["Working together", "Listening to people"]
    assert (priority["title"], priority["outcome"], priority["our_priority"]) == ("Speeding", "Safer roads", WORDS)
    assert priority["objectives"] == [{"text": "Slow people down.", "theme": "Working together"}]
    assert priority["routes"] == [{"name": "Delivery Quarterly", "text": "Every quarter."}]
    assert priority["resources"] == [{"name": "Road Fund", "text": "For signs."}]
    assert [each["title"] for each in priority["indicators"]] == ["Collisions"]


def test_the_text_names_the_indicators_of_the_plan_alone(plan, priority):
    priority.indicators.update(in_plan=False)
    assert versions.text_of(plan)["priorities"][0]["indicators"] == []


# --- refusals ----------------------------------------------------------------------------------------------------------------


def test_two_versions_are_never_under_way(plan, officer):
    steps.start(plan, by=officer)
    with pytest.raises(NotPossible, match="under way already: draft"):
        steps.start(plan, by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.create(plan=plan, number=2)


def test_a_draft_without_priorities_is_not_sent(officer):
    version = steps.start(make_plan(), by=officer)
    with pytest.raises(NotPossible, match="no priorities yet"):
        steps.send(version, sent_on=SENT, seen=1, by=officer)


def test_a_draft_whose_objective_has_a_theme_of_another_plan_is_not_sent(plan, priority, officer):
    theme = Theme.objects.create(plan=make_plan(), name="Of another plan")
    Objective.objects.create(priority=priority, theme=theme, text="Stray.")
    version = steps.start(plan, by=officer)
    with pytest.raises(NotPossible, match="theme of another plan"):
        steps.send(version, sent_on=SENT, seen=1, by=officer)


def test_a_plan_is_not_issued_before_the_panel_was_answered(plan, officer):
    version = send(plan, by=officer)
    with pytest.raises(NotPossible, match="another step: sent to the panel"):
        steps.issue(version, issued_on=ISSUED, seen=version.version, by=officer)
    version = steps.record_report(version, reported_on=REPORTED, report="No.", seen=version.version, by=officer)
    with pytest.raises(NotPossible, match="response to the panel first"):
        steps.issue(version, issued_on=ISSUED, seen=version.version, by=officer)


@pytest.mark.parametrize(
    ("step", "day", "words"),
    [
        ("report", SENT - datetime.timedelta(1), "is before the draft was sent, on 1 May 2021"),
        ("report", datetime.date(2099, 1, 1), "still to come"),
        ("respond", REPORTED - datetime.timedelta(1), "is before the panel reported, on 1 June 2021"),
        ("issue", RESPONDED - datetime.timedelta(1), "is before the response was published, on 1 July 2021"),
        ("issue", datetime.date(2001, 7, 2), "before there were police and crime plans"),
    ],
)
def test_dates_follow_each_other(plan, officer, step, day, words):
    version = send(plan, by=officer)
    acts = {
        "report": (steps.record_report, {"reported_on": REPORTED, "report": "Yes."}),
        "respond": (steps.respond, {"responded_on": RESPONDED, "response": "Thanks."}),
        "issue": (steps.issue, {"issued_on": ISSUED}),
    }
    for name, (act, given) in acts.items():
        if name == step:
            given[next(iter(given))] = day
            with pytest.raises(NotPossible, match=words):
                act(version, **given, seen=version.version, by=officer)
            return
        version = act(version, **given, seen=version.version, by=officer)


def test_a_step_that_somebody_else_took_is_not_taken_again_unseen(plan, officer):
    version = send(plan, by=officer)
    with pytest.raises(ChangedMeanwhile):
        steps.record_report(version, reported_on=REPORTED, report="We agree.", seen=1, by=officer)
    again = steps.send(version, sent_on=SENT, seen=1, by=officer)  # the same button pressed twice
    assert again.version == version.version


def test_a_draft_that_the_panel_has_can_be_taken_back_with_a_reason(plan, officer):
    version = send(plan, by=officer)
    with pytest.raises(NotPossible, match="Say why"):
        steps.take_back(version, reason=" ", seen=version.version, by=officer)
    version = steps.take_back(version, reason="Sent too early.", seen=version.version, by=officer)
    assert (version.state, version.sent) == (State.DRAFT, None)
    assert versions.why_closed(plan) == ""


def test_a_variation_says_what_changes_and_changes_something(plan, officer):
    issue(plan, by=officer)
    with pytest.raises(NotPossible, match="Say what the variation is to change"):
        steps.start(plan, by=officer)
    version = steps.start(plan, change_note="Roads.", by=officer)
    with pytest.raises(NotPossible, match="the same as what is in force"):
        steps.send(version, sent_on=ISSUED, seen=1, by=officer)


# --- what is in force --------------------------------------------------------------------------------------------------------


def test_what_is_in_force_is_not_changed_by_editing(plan, priority, officer):
    issue(plan, by=officer)
    with pytest.raises(NotPossible, match=r"Version 1 is in force\. Start a variation first"):
        operations.change_priority(priority, {"our_priority": "New."}, seen_version=priority.version, by=officer)
    steps.start(plan, change_note="Roads.", by=officer)
    operations.change_priority(priority, {"our_priority": "New."}, seen_version=priority.version, by=officer)
    assert versions.in_force(priority).our_priority == WORDS


def test_nothing_is_edited_while_the_panel_has_the_draft(plan, priority, officer):
    version = send(plan, by=officer)
    with pytest.raises(NotPossible, match="The panel has version 1 since 1 May 2021"):
        operations.change_priority(priority, {"our_priority": "New."}, seen_version=priority.version, by=officer)
    steps.record_report(version, reported_on=REPORTED, report="Say more.", seen=version.version, by=officer)
    operations.change_priority(priority, {"our_priority": "New."}, seen_version=priority.version, by=officer)
    version.refresh_from_db()
    assert version.sent["priorities"][0]["our_priority"] == WORDS


def test_a_plan_without_versions_is_edited_freely(priority, officer):
    assert versions.why_closed(priority.plan) == ""
    operations.change_priority(priority, {"our_priority": "New."}, seen_version=1, by=officer)
    priority.refresh_from_db()
    assert versions.in_force(priority).our_priority == "New."


def test_a_variation_keeps_the_words_that_were_in_force_before(plan, priority, officer):
    first = issue(plan, by=officer)
    second = vary(priority, "Nobody hurries any more.", by=officer)
    first.refresh_from_db()
    assert (first.state, first.ended_on) == (State.VARIED, second.issued_on)
    assert first.issued["priorities"][0]["our_priority"] == WORDS
    said = {
        day: versions.in_force(priority, on=day)
        for day in (ISSUED, second.issued_on - datetime.timedelta(1), second.issued_on)
    }
    assert [each.our_priority for each in said.values()] == [WORDS, WORDS, "Nobody hurries any more."]
    assert [each.day for each in said.values()] == [ISSUED, ISSUED, second.issued_on]
    assert versions.in_force(priority, on=ISSUED - datetime.timedelta(1)) is None


def test_a_priority_that_a_variation_leaves_alone_keeps_its_day(plan, priority, officer):
    other = make_priority(plan, position=2)
    issue(plan, by=officer)
    vary(priority, "Nobody hurries any more.", by=officer)
    assert versions.in_force(other).day == ISSUED
    other.refresh_from_db()
    assert other.text_of == ISSUED


def test_a_new_plan_supersedes_the_one_before(plan, priority, officer):
    first = issue(plan, by=officer)
    new = make_plan(starts=datetime.date(2025, 4, 1))
    make_priority(new)
    days = [datetime.date(2025, month, 1) for month in (5, 6, 7, 8)]
    issue(new, by=officer, days=days)
    first.refresh_from_db()
    assert (first.state, first.ended_on) == (State.SUPERSEDED, days[3])
    assert "A new plan has superseded this one" in versions.why_closed(plan)
    with pytest.raises(NotPossible, match="A new plan has superseded"):
        steps.start(plan, change_note="Late.", by=officer)
    assert versions.in_force(priority) is None


def test_a_plan_is_not_superseded_while_a_variation_of_it_is_under_way(plan, officer):
    issue(plan, by=officer)
    steps.start(plan, change_note="Roads.", by=officer)
    new = make_plan(starts=datetime.date(2025, 4, 1))
    make_priority(new)
    with pytest.raises(NotPossible, match="A variation of “Plan of Northmoor” is under way"):
        issue(new, by=officer, days=[datetime.date(2025, month, 1) for month in (5, 6, 7, 8)])


def test_discarding_a_variation_puts_the_records_back(plan, priority, officer):
    issue(plan, by=officer)
    version = steps.start(plan, change_note="Roads.", by=officer)
    before = versions.text_of(plan)
    outcome = plan.outcomes.get()
    lists = operations.Lists(objectives=[operations.Row({"text": "", "theme": None}, plan.pk, remove=True)])
    words = {"our_priority": "New.", "title": "Slow"}
    operations.change_priority(priority, words, lists, seen_version=1, by=officer)
    operations.add_priority(plan, {"title": "Another", "our_priority": "More."}, by=officer)
    operations.change_plan(
        plan,
        {"title": "Other", "starts": plan.starts, "ends": None},
        outcomes=[operations.Row({"title": "Calm roads"}, outcome.pk, 1), operations.Row({"title": "A second"})],
        seen=operations.front_of(plan),
        by=officer,
    )
    assert versions.between(before, versions.text_of(plan))
    steps.discard(version, seen=version.version, by=officer)
    assert versions.between(before, versions.text_of(plan)) == []
    assert AuditLine.objects.get(act="Plan version 2 discarded").details["draft"]["title"] == "Other"
    assert not PlanVersion.objects.filter(number=2).exists()


def test_what_the_panel_got_is_never_discarded(plan, officer):
    version = send(plan, by=officer)
    with pytest.raises(NotPossible, match="another step"):
        steps.discard(version, seen=version.version, by=officer)


# --- differences -------------------------------------------------------------------------------------------------------------


def test_differences_are_told_part_by_part(plan, priority, officer):
    before = versions.text_of(plan)
    other = make_priority(plan, title="Noise", our_priority="Quiet.", position=2)
    Priority.objects.filter(pk=priority.pk).update(our_priority="Speed kills. We want quiet traffic.")
    changed, added = versions.between(before, versions.text_of(plan))
    assert (changed.heading, changed.what, added.heading, added.what) == ("Speeding", "Changed", "Noise", "Added")
    new = [piece.text for paragraph in changed.paragraphs for piece in paragraph if piece.kind == "new"]
    assert new == ["quiet"]
    operations.leave_out(other, out=True, by=officer)
    assert [each.heading for each in versions.between(before, versions.text_of(plan))] == ["Speeding"]


def test_another_order_is_a_difference(plan, officer):
    other = make_priority(plan, position=2)
    before = versions.text_of(plan)
    operations.move_priority(other, up=True, by=officer)
    assert [each.heading for each in versions.between(before, versions.text_of(plan))] == ["Order of the priorities"]


# --- removing ----------------------------------------------------------------------------------------------------------------


def test_a_priority_that_papers_speak_of_is_left_out_and_not_deleted(plan, priority, officer):
    with pytest.raises(NotPossible, match=r"1 indicator\. Leave it out of the plan instead"):
        operations.remove_priority(priority, by=officer)
    operations.leave_out(priority, out=True, by=officer)
    assert versions.text_of(plan)["priorities"] == []


def test_a_priority_that_a_version_holds_is_not_deleted(plan, officer):
    other = make_priority(plan, position=2)
    answered(plan, by=officer)
    with pytest.raises(NotPossible, match="1 version of the plan"):
        operations.remove_priority(other, by=officer)


def test_a_theme_that_an_objective_serves_is_not_removed(plan, officer):
    theme = plan.themes.get(name="Working together")
    words = {"title": plan.title, "starts": plan.starts, "ends": plan.ends}
    rows = [operations.Row({"name": theme.name}, theme.pk, remove=True)]
    with pytest.raises(NotPossible, match="“Working together” cannot be removed: 1 objective"):
        operations.change_plan(plan, words, themes=rows, seen=operations.front_of(plan), by=officer)


def test_an_objective_serves_a_theme_of_its_own_plan(plan, priority, officer):
    stranger = Theme.objects.create(plan=make_plan(), name="Of another plan")
    lists = operations.Lists(objectives=[operations.Row({"text": "Stray.", "theme": stranger})])
    with pytest.raises(NotPossible, match="one theme of this plan"):
        operations.change_priority(priority, {}, lists, seen_version=1, by=officer)
