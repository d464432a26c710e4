"""Questions planned for the meeting, taken over into its minutes once they were asked."""

import uuid

from django.db import transaction

from scrutiny.meetings import planned
from scrutiny.meetings.models import PlannedQuestion
from scrutiny.minutes import operations
from scrutiny.minutes.models import MinuteEntry


def for_item(minuted_item):
    """What is still to be asked under this item, and what has lost its item. One query."""
    waiting = PlannedQuestion.objects.filter(
        meeting=minuted_item.minutes.meeting_id, status=PlannedQuestion.Status.PLANNED
    )
    waiting = waiting.filter(item=minuted_item.item_id) | waiting.filter(item=None)
    return list(waiting.select_related("asked_by"))


@transaction.atomic
def take_over(minuted_item, question, *, by):
    """Write a planned question at the end of an item, spoken by whoever wanted it asked, and mark it as asked.

    Raises NotPossible where it is settled already or the minutes are closed.
    """
    question = planned.mark_asked(question, by=by)
    there = minuted_item.minutes.meeting.attendance
    return operations.add_entry(
        minuted_item,
        save_id=uuid.uuid4(),
        by=by,
        kind=MinuteEntry.Kind.QUESTION,
        speaker=there.filter(person__account=question.asked_by).first(),
        text=question.text,
    ).piece
