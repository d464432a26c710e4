"""Invented questions from the public, one in each state."""

import datetime

from django.utils import timezone

from opcc_portal.management.demo.people import INVENTED
from opcc_portal.office.dates import today
from scrutiny.meetings.models import AgendaItem, Meeting, Purpose
from scrutiny.minutes import public_questions
from scrutiny.minutes.models import PublicQuestion

LATE = "How many officers work in our neighbourhood at night?"
IN_TIME = "What has the force done since spring about parking in front of schools?"
ASKED = "When will the results of the survey on safety in parks be shown?"
ANSWERED = "Where can I read how the fund for small charities is spent?"
DECLINED = "Why was my neighbour stopped last week?"


def seed_public_questions(series, *, by):
    """Two to be dealt with, one asked, one answered in writing, one declined. Not sown again where some are there."""
    if PublicQuestion.objects.exclude(demonstration_note="").exists():
        return
    coming = series.meetings.coming().first()
    held = series.meetings.past().filter(status=Meeting.Status.HELD).first()
    _receive(series, IN_TIME, 30, by=by, meeting=coming, asked_as="A parent", channel="form")
    _receive(series, LATE, 1, by=by, meeting=coming, channel="phone")
    asked = _receive(series, ASKED, 50, by=by, meeting=held, asked_as="A resident of Wakefield")
    item = AgendaItem.objects.get(meeting=held, purpose=Purpose.ANSWER)
    public_questions.use(asked, item=item, with_entry=False, seen_version=asked.version, by=by)
    answered = _receive(series, ANSWERED, 44, by=by, channel="post")
    public_questions.answer_in_writing(
        answered,
        answer="Every award is listed on the page Grants, with its purpose and the sum paid.",
        at=_moment(40),
        seen_version=answered.version,
        by=by,
    )
    declined = _receive(series, DECLINED, 20, by=by)
    public_questions.decline(
        declined,
        reason="It is about one person’s case. The sender was told how to complain to the force.",
        seen_version=declined.version,
        by=by,
    )


def _receive(series, text, days_ago, *, by, **facts):
    question = PublicQuestion(
        series=series,
        text=text,
        received_at=_moment(days_ago),
        private_name="Alex Invented",
        private_contact="alex@example.org",
        demonstration_note=INVENTED,
        **facts,
    )
    return public_questions.receive(question, by=by)


def _moment(days_ago):
    day = today() - datetime.timedelta(days=days_ago)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9, 20)))
