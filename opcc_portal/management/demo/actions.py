"""Invented actions of the invented meetings, so that register and matters arising have something of every state."""

import datetime

from opcc_portal.management.demo.people import INVENTED, MEETING_DAY
from opcc_portal.office.dates import today
from scrutiny.meetings.models import Meeting
from scrutiny.people.models import Person, Post
from scrutiny.register import actions
from scrutiny.register.models import Action

# label of the item, text, owners (surnames, or titles of posts), days from the meeting to the due day, what became of it
EARLIER = [
    ("5", "Say which junctions the next speed checks will watch.", ["Foster"], 28, "closed"),
    ("5", "Ask the councils for their figures on school streets.", ["Engagement Officer"], 42, "said"),
    ("6", "Bring a note on how satisfaction of victims is asked for.", ["Stevenson", "Smith"], 35, "proposed"),
]
LATELY = [
    ("5", "Write to the partners about shared training dates.", ["Sample"], 14, "said"),
    ("5", "Show the numbers of the last quarter by district.", ["Illustration"], 70, "open"),
    ("6", "Visit one neighbourhood team each.", None, 120, "open"),
    ("6", "Check the wording of the survey with the charities.", ["Specimen"], 21, "proposed"),
]
SAID = f"A first draft went round; two answers are still missing. {INVENTED}"
DONE = f"Sent to everybody who asked for it. {INVENTED}"


def seed_actions(series, *, officer, force):
    """Actions of December 2017 and of the meeting before last. Not sown again where a meeting has some already."""
    earlier = series.meetings.filter(date__lt=MEETING_DAY).order_by("-date").first()
    _seed(earlier, EARLIER, officer=officer, force=force, closed_in=series.meetings.get(date=MEETING_DAY))
    held = series.meetings.filter(date__lt=today(), status=Meeting.Status.HELD, date__year__gt=2018)
    lately = held.order_by("-date")[1:2]
    for meeting in lately:
        _seed(meeting, LATELY, officer=officer, force=force, closed_in=None)


def _seed(meeting, rows, *, officer, force, closed_in):
    if Action.objects.filter(meeting=meeting).exists():
        return
    for label, text, names, days, became in rows:
        action = actions.raise_action(
            item=meeting.items.get(label=label),
            meeting=meeting,
            text=text,
            by=officer,
            everybody=names is None,
            owners=[_owner(name, meeting.date) for name in names or []],
            due=meeting.date + datetime.timedelta(days=days),
        )
        version = {"base_version": action.version}
        owner = force if action.is_shared_with(force) else officer
        if became == "said":
            actions.say(action, text=SAID, by=owner, **version)
        elif became == "proposed":
            actions.propose_closed(action, text=DONE, by=owner, **version)
        elif became == "closed":
            actions.close(action, text=DONE, meeting=closed_in, by=officer, **version)


def _owner(name, date):
    if post := Post.objects.filter(title=name).first():
        return actions.post_as_owner(post)
    return actions.person_as_owner(Person.objects.with_posts().get(name__endswith=f" {name}"), date=date)
