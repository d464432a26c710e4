"""Questions planned for a meeting: who wants what asked, under which item. The office reads them, the public does not."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from opcc_portal.audit import operations as audit
from scrutiny.meetings import agenda
from scrutiny.meetings.models import AgendaItem, Meeting, PlannedQuestion
from scrutiny.workflow.operations import NotPossible

Status = PlannedQuestion.Status
MEETINGS = 6  # so many coming meetings are offered
SETTLED = "This question has been asked or withdrawn meanwhile."
STALE = "Somebody changed this question since you opened it. It now says: “{}” To keep your words, send them again."


@dataclass
class Offered:
    """A coming meeting with the items under which something can be asked."""

    meeting: Meeting
    items: list = field(default_factory=list)


def offered():
    """The next planned meetings with their agendas. Two queries."""
    coming = Meeting.objects.coming().filter(status=Meeting.Status.PLANNED).select_related("series")
    meetings = {meeting.pk: Offered(meeting) for meeting in coming[:MEETINGS]}
    off = (AgendaItem.Outcome.DEFERRED, AgendaItem.Outcome.WITHDRAWN)
    for item in AgendaItem.objects.filter(meeting__in=meetings).exclude(outcome__in=off):
        meetings[item.meeting_id].items.append(item)
    for each in meetings.values():
        each.items = agenda.in_order(each.items)
    return list(meetings.values())


@transaction.atomic
def plan(*, meeting, text, by, item=None, new_item="", about="", about_words=""):
    """Put a question on the desk's agenda, under an item or a new one. Raises NotPossible and ValidationError."""
    question = PlannedQuestion.objects.create(
        meeting=meeting,
        item=item or _added(meeting, new_item, by),
        text=text,
        about=about,
        about_words=about_words[:500],
        asked_by=by,
    )
    audit.write("Question planned", subject=question, context=meeting, by=by)
    return question


def _added(meeting, title, by):
    """A new item with that title, at the end of the public part."""
    label = agenda.proposed_label(meeting.series, meeting.date, list(meeting.items.all()))
    return agenda.add_item(AgendaItem(meeting=meeting, title=title, label=label), label_was_proposed=True, by=by)


@transaction.atomic
def change(question, *, base_version, meeting, text, by, item=None, new_item=""):
    """Change the words of a question or where it is to be asked. Raises NotPossible and ValidationError."""
    question = _held(question, base_version)
    question.meeting, question.item, question.text = meeting, item or _added(meeting, new_item, by), text
    question.version += 1
    question.save(update_fields=["meeting", "item", "text", "version"])
    audit.write("Planned question changed", subject=question, context=meeting, by=by)
    return question


@transaction.atomic
def withdraw(question, *, base_version, by):
    """Take a question back. Raises NotPossible."""
    return _settle(_held(question, base_version), Status.WITHDRAWN, "Planned question withdrawn", by)


@transaction.atomic
def mark_asked(question, *, by):
    """Say that a question now stands in the minutes. Raises NotPossible where it is settled already."""
    return _settle(_held(question), Status.ASKED, "Planned question asked", by)


def _held(question, base_version=None):
    held = PlannedQuestion.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=question.pk)
    if held.status != Status.PLANNED:
        raise NotPossible(SETTLED)
    if base_version is not None and held.version != base_version:
        raise NotPossible(STALE.format(held.text))
    return held


def _settle(question, status, act, by):
    question.status, question.settled_at = status, timezone.now()
    question.version += 1
    question.save(update_fields=["status", "settled_at", "version"])
    audit.write(act, subject=question, context=question.meeting, by=by)
    return question


def may_change(question, user):
    """Whoever wants it asked, and who looks after the agenda."""
    return question.status == Status.PLANNED and (question.asked_by_id == user.pk or user.has_perm("meetings.edit"))


def for_meeting(meeting):
    """What is to be asked at this meeting and what was, without what was withdrawn. One query."""
    wanted = PlannedQuestion.objects.filter(meeting=meeting).exclude(status=Status.WITHDRAWN)
    return list(wanted.select_related("asked_by", "item").order_by("asked_at", "pk"))


def number_for(meeting):
    """How many questions are still to be asked at a meeting, as a part of another query."""
    waiting = PlannedQuestion.objects.filter(meeting=meeting, status=Status.PLANNED).order_by()
    counted = waiting.values("meeting").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def put_beside(rows, meeting):
    """Give every row of an agenda its planned questions; returns those without an item. One query.

    Called by pages of the desk alone: the agenda that is published and laid out never asks for them.
    """
    by_item = {}
    for question in for_meeting(meeting):
        by_item.setdefault(question.item_id, []).append(question)
    for row in rows:
        row.questions = by_item.pop(row.item.pk, [])
    return [question for questions in by_item.values() for question in questions]
