"""The versions of a plan: its whole text as data, what differs between two texts, and what was in force on a day."""

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from opcc_portal.office.dates import today
from scrutiny.plan.models import Objective, Plan, PlanVersion, Priority
from scrutiny.workflow import differences
from scrutiny.workflow.published import in_words

SCHEMA = 1
LAW = "Police Reform and Social Responsibility Act 2011, section 5"
LAW_URL = "https://www.legislation.gov.uk/ukpga/2011/13/section/5"
FRONT = "Title, years, outcomes and themes"


# --- the text as data --------------------------------------------------------------------------------------------------


def text_of(plan):
    """The whole plan as its records say it now, as plain data. A priority that is left out is no part of it. 7 queries."""
    plan = _loaded(plan)
    return {
        "schema": SCHEMA,
        "title": plan.title,
        "starts": plan.starts.isoformat(),
        "ends": plan.ends.isoformat() if plan.ends else None,
        "outcomes": [{"id": outcome.pk, "title": outcome.title} for outcome in plan.outcomes.all()],
        "themes": [{"id": theme.pk, "name": theme.name} for theme in plan.themes.all()],
        "priorities": [priority_text(priority) for priority in plan.priorities.all() if not priority.left_out],
    }


def priority_text(priority):
    """One priority as its records say it now."""
    return {
        "id": priority.pk,
        "slug": priority.slug,
        "title": priority.title,
        "outcome": priority.outcome.title if priority.outcome else "",
        "text_of": priority.text_of.isoformat(),
        "our_priority": priority.our_priority,
        "how_we_deliver": priority.how_we_deliver,
        "objectives": [{"text": each.text, "theme": each.theme.name} for each in priority.objectives.all()],
        "resources": [{"name": each.name, "text": each.text} for each in priority.resources.all()],
        "how_we_know": priority.how_we_know,
        "routes": [{"name": each.name, "text": each.text} for each in priority.monitoring_routes.all()],
        "indicators": [
            {"id": each.pk, "slug": each.slug, "title": each.title, "sources": each.sources}
            for each in priority.indicators.all()
            if is_named(each)
        ],
    }


def is_named(indicator):
    """Whether the plan names an indicator: others are followed beside it, or are followed no more."""
    is_over = indicator.active_to is not None and indicator.active_to < today()
    return indicator.in_plan and indicator.breakdown_of_id is None and not is_over


def _lookups():
    return (
        Prefetch("objectives", Objective.objects.select_related("theme")),
        "monitoring_routes",
        "resources",
        "indicators",
    )


def with_parts(priorities):
    """Priorities with everything that their text is made of. 4 queries more."""
    return priorities.select_related("outcome", "plan").prefetch_related(*_lookups())


def load_parts(priority):
    """Let a priority that is loaded already have everything that its text is made of. 4 queries."""
    prefetch_related_objects([priority], *_lookups())


def _loaded(plan):
    parts = ("outcomes", "themes", Prefetch("priorities", with_parts(Priority.objects.all())))
    return Plan.objects.prefetch_related(*parts).get(pk=plan.pk)


def words_of(priority_data):
    """What a reader reads of a priority: its data without keys and days."""
    return {name: value for name, value in priority_data.items() if name not in ("id", "slug", "text_of")} | {
        "indicators": [each["title"] for each in priority_data["indicators"]]
    }


def find(data, priority):
    """A priority in a plan's text; None where the text has none of it."""
    return next((each for each in (data or {}).get("priorities", ()) if each["id"] == priority.pk), None)


# --- what differs ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One part of the plan that is not what it was: "Added", "Removed" or "Changed", with both wordings woven together."""

    heading: str
    what: str
    paragraphs: list


def between(older, newer):
    """What differs between two texts of a plan, part by part in the order of the newer one, as a list of Change."""
    before, after = _parts(older), _parts(newer)
    changes = []
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = (parts.get(key, ("", ""))[1] for parts in (before, after))
        if old != new:
            heading = (after.get(key) or before[key])[0]
            what = "Added" if key not in before else "Removed" if key not in after else "Changed"
            changes.append(Change(heading, what, differences.compare(old, new)))
    if [key for key in before if key in after] != [key for key in after if key in before]:
        names = [" · ".join(part[0] for key, part in parts.items() if key) for parts in (before, after)]
        changes.append(Change("Order of the priorities", "Changed", differences.compare(*names)))
    return changes


def _parts(data):
    """{key: (heading, its words as lines)} of a plan's text: what stands in front of it, then each priority."""
    if not data:
        return {}
    return {
        0: (FRONT, front_lines(data)),
        **{each["id"]: (each["title"], lines_of(each)) for each in data["priorities"]},
    }


def front_lines(data):
    """What stands in front of the priorities, a line each."""
    return "\n".join(
        [
            data["title"],
            years_of(data),
            *(f"Outcome: {each['title']}" for each in data["outcomes"]),
            *(f"Theme: {each['name']}" for each in data["themes"]),
        ]
    )


def lines_of(priority_data):
    """A priority's words, a line each."""
    said = [priority_data["title"]]
    said += [f"Outcome: {priority_data['outcome']}"] if priority_data["outcome"] else []
    said += [priority_data["our_priority"], priority_data["how_we_deliver"]]
    said += [f"Objective ({each['theme']}): {each['text']}" for each in priority_data["objectives"]]
    said += [f"Resource: {named(each)}" for each in priority_data["resources"]]
    said += [priority_data["how_we_know"]]
    said += [f"Route: {named(each)}" for each in priority_data["routes"]]
    said += [f"Indicator: {each['title']}" for each in priority_data["indicators"]]
    return "\n".join(line for line in said if line.strip())


def named(each):
    """A route or resource in one line: its name, and what is said of it."""
    return ": ".join(part for part in (each["name"], each["text"]) if part)


def years_of(data):
    """1 April 2016 to 31 March 2021."""
    starts = in_words(data["starts"])
    return f"{starts} to {in_words(data['ends'])}" if data["ends"] else f"From {starts}"


# --- in force ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InForce:
    """A priority's own words on some day, and the day from which they were the plan's. `version` is None for a plan
    that keeps no versions: then they are the words of the record."""

    our_priority: str
    day: datetime.date
    version: PlanVersion | None = None


def in_force(priority, on=None):
    """What the plan in force on that day (today) says as this priority; None where it does not have it. One query."""
    on = on or today()
    held = [
        each
        for each in PlanVersion.objects.filter(plan=priority.plan_id).defer("sent").order_by("issued_on", "number")
        if each.issued is not None
    ]
    if not held:
        return InForce(priority.our_priority, priority.text_of)
    standing = [each for each in held if each.was_in_force(on)]
    text = find(standing[-1].issued, priority) if standing else None
    if text is None:
        return None
    return InForce(text["our_priority"], datetime.date.fromisoformat(text["text_of"]), standing[-1])


def issued_of(plan):
    """The version that the public reads: the one in force, or of a superseded plan the last one; None without. One query."""
    counting = (PlanVersion.State.ISSUED, PlanVersion.State.SUPERSEDED)
    return PlanVersion.objects.filter(plan=plan, state__in=counting).order_by("-number").first()


# --- whether the records may be edited -----------------------------------------------------------------------------------


def why_closed(plan, held=None):
    """Why nothing in the plan's records may be changed now, in words; empty when it may. One query unless `held` is given.

    What is in force is never changed by editing: a variation is opened first. A plan without any version is a plan that
    was entered before the portal kept versions, or one that is being written: it may be edited freely.
    """
    state = PlanVersion.State
    held = list(plan.versions.all()) if held is None else held
    under_way = next((each for each in held if each.is_under_way), None)
    if not held or (under_way and under_way.state != state.TO_PANEL):
        return ""
    if under_way:
        return (
            f"The panel has version {under_way.number} since {in_words(under_way.sent_on.isoformat())}. "
            "Record what it reported first, or take the draft back."
        )
    newest = max(held, key=lambda each: each.number)
    if newest.state == state.SUPERSEDED:
        return f"A new plan has superseded this one on {in_words(newest.ended_on.isoformat())}. It stays as it was."
    return f"Version {newest.number} is in force. Start a variation first: what is in force is not changed by editing."
