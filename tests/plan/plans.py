"""Plans for tests: a small one with everything a plan has, and the steps that bring it into force."""

import datetime

from scrutiny.plan import steps
from scrutiny.plan.models import MonitoringRoute, Objective, Outcome, Priority, Resource, Theme
from tests.factories import make_indicator, make_plan, make_priority

SENT, REPORTED, RESPONDED, ISSUED = (datetime.date(2021, month, 1) for month in (5, 6, 7, 8))
WORDS = "Speed kills. We want slower traffic."


def make_whole_plan(**fields):
    """A plan with an outcome, two themes and one priority in full; returns the priority."""
    plan = make_plan(**{"title": "Plan of Northmoor", "slug": "plan-of-northmoor", **fields})
    outcome = Outcome.objects.create(plan=plan, title="Safer roads")
    theme = Theme.objects.create(plan=plan, name="Working together")
    Theme.objects.create(plan=plan, name="Listening to people", position=2)
    priority = make_priority(plan, outcome=outcome, title="Speeding", slug="speeding", our_priority=WORDS)
    Objective.objects.create(priority=priority, theme=theme, text="Slow people down.")
    MonitoringRoute.objects.create(priority=priority, name="Delivery Quarterly", text="Every quarter.")
    Resource.objects.create(priority=priority, name="Road Fund", text="For signs.")
    make_indicator(priority=priority, title="Collisions", slug="collisions")
    return priority


def send(plan, *, by, on=SENT, change_note=""):
    """A version that is with the panel."""
    version = steps.start(plan, change_note=change_note, by=by)
    return steps.send(version, sent_on=on, seen=version.version, by=by)


def answered(plan, *, by, days=(SENT, REPORTED, RESPONDED), change_note=""):
    """A version that the panel has reported on and the office has answered."""
    version = send(plan, by=by, on=days[0], change_note=change_note)
    version = steps.record_report(version, reported_on=days[1], report="We agree.", seen=version.version, by=by)
    return steps.respond(version, responded_on=days[2], response="Thank you.", seen=version.version, by=by)


def issue(plan, *, by, days=(SENT, REPORTED, RESPONDED, ISSUED)):
    """The first version of a plan, in force."""
    version = answered(plan, by=by, days=days[:3])
    return steps.issue(version, issued_on=days[3], seen=version.version, by=by)


def vary(priority, words, *, by, year=2022):
    """A variation that words a priority anew, in force."""
    days = [datetime.date(year, month, 1) for month in (5, 6, 7, 8)]
    version = steps.start(priority.plan, change_note="Other words.", by=by)
    Priority.objects.filter(pk=priority.pk).update(our_priority=words)
    version = steps.send(version, sent_on=days[0], seen=version.version, by=by)
    version = steps.record_report(version, reported_on=days[1], report="We agree.", seen=version.version, by=by)
    version = steps.respond(version, responded_on=days[2], response="Thank you again.", seen=version.version, by=by)
    return steps.issue(version, issued_on=days[3], seen=version.version, by=by)
