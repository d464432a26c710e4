"""An invented meeting of which the public does not get everything: an item, an entry and a passage are withheld."""

import datetime
import uuid

from django.db import transaction
from django.utils import timezone

from opcc_portal.management.demo.meetings import INVENTED_MEETING, SERIES, first_monday, seed_lists
from opcc_portal.management.demo.people import INVENTED, INVENTED_PEOPLE
from opcc_portal.office.dates import today
from scrutiny.meetings.models import AgendaItem, AttendanceList, Meeting, MeetingSeries
from scrutiny.minutes import approval, correcting, operations, versions
from scrutiny.minutes.models import Correction, MinuteEntry
from scrutiny.people.models import Person
from scrutiny.register import actions
from scrutiny.reports import operations as reports
from scrutiny.reports import withholding
from scrutiny.reports.models import Body, JointReport
from scrutiny.workflow import restrictions
from scrutiny.workflow.models import LegalBasis

WEEKS_AGO = 10
MAKER = "Sam Example, Governance Officer, for the commissioner"
FREEDOM_OF_INFORMATION = "Freedom of Information Act 2000"

# label, title, purpose
ITEMS = [
    ("1", "Welcome and apologies", "note"),
    ("2", "Safe places for victims of domestic abuse", "scrutiny"),
    ("3", "Lease of a house for a new refuge", "decide"),
    ("4", "Any other business", "note"),
]
# label of the item, kind, speaker, text
SAID = [
    ("1", "statement", "Sam Example", "Sam Example welcomed everybody to this invented meeting."),
    ("2", "presentation", "Pat Pattern", "DCC Pattern said that two more safe places had opened since the spring."),
    ("2", "question", "Sam Example", "Sam Example asked whether every district has a safe place now."),
    ("2", "answer", "Pat Pattern", "DCC Pattern said that four of the five districts have one."),
    ("2", "correction", "Pat Pattern", "DCC Pattern corrected the report: seven people are being trained, not five."),
    ("2", "action", "Pat Pattern", "Send every district the list of safe places."),
    ("2", "answer", "Pat Pattern", "DCC Pattern added what one family in the north of the county had told the team."),
    ("3", "statement", "Sam Example", "Sam Example reported on the talks with the owner of the house."),
    ("4", "note", None, "There was no other business."),
]
WITHHELD_ENTRY = "what one family"

SUBJECT = "Safe places for victims of domestic abuse"
BODIES = {
    "Purpose of the report": "<p>This invented report says how many safe places there are and what is planned.</p>",
    "Recommendation": "<p>That the commissioner notes the progress made.</p>",
    "Key information": (
        "<p>Two safe places opened since the spring, so that four of the five districts have one.</p>"
        "<p>The fifth will open in the autumn, in the former school in Invented Lane. Five people are being trained for it.</p>"
    ),
}
WITHHELD_PASSAGE = "in the former school in Invented Lane"


def seed_restrictions(*, officer, commissioner, force):
    """The meeting with its report and minutes, approved and signed. Not sown again once the meeting is there."""
    series = MeetingSeries.objects.get(name=SERIES)
    if JointReport.objects.filter(subject=SUBJECT).exists():
        return
    meeting = _meeting(series, first_monday(today()) - datetime.timedelta(weeks=WEEKS_AGO))
    report = _report(meeting, officer=officer)
    minutes = _minutes(meeting, by=officer)
    _give_action(meeting, minutes, by=officer)
    _put_right(report, minutes, officer=officer, commissioner=commissioner)
    _withhold(meeting, report, minutes, by=officer)
    _sign(report, officer=officer, commissioner=commissioner, force=force)
    approval.send(minutes, by=officer)
    seen = versions.content_hash(versions.content_of(minutes))
    approval.approve(minutes, seen=seen, by=commissioner)


def _meeting(series, date):
    meeting = Meeting.objects.create(
        series=series,
        name=series.name,
        date=date,
        starts=series.starts,
        ends=series.ends,
        venue=series.venue,
        status=Meeting.Status.HELD,
        agenda_set_at=timezone.now(),
        attendance_taken_at=timezone.now(),
        demonstration_note=INVENTED_MEETING,
    )
    for position, (label, title, purpose) in enumerate(ITEMS, 1):
        AgendaItem.objects.create(meeting=meeting, position=position, label=label, title=title, purpose=purpose)
    seed_lists(meeting, present=INVENTED_PEOPLE, also=[], apologies=AttendanceList.Recorded.NONE)
    return meeting


def _report(meeting, *, officer):
    heading = reports.heading_for(meeting, meeting.items.get(label="2"), subject=SUBJECT)
    report = reports.start_report(heading=heading, by=officer, demonstration_note=INVENTED)
    for section in report.sections.all():
        changes = {"body": BODIES[section.heading]} if section.heading in BODIES else {"deleted": True}
        reports.save_section(section, base_version=section.version, save_id=uuid.uuid4(), changes=changes, by=officer)
    return report


def _sign(report, *, officer, commissioner, force):
    reports.send_for_review(report, by=officer)
    for body, person in ((Body.FORCE, force), (Body.OFFICE, commissioner)):
        seen = JointReport.objects.get(pk=report.pk).load_parts().content_hash()
        reports.sign(report, body=body, seen=seen, by=person)


def _minutes(meeting, *, by):
    minutes = operations.open_minutes(meeting, by=by)
    minutes.demonstration_note = INVENTED
    minutes.save(update_fields=["demonstration_note"])
    places = {place.item.label: place for place in minutes.minuted_items.select_related("item")}
    people = {person.name: person for person in meeting.attendance.all()}
    for label, kind, name, text in SAID:
        operations.add_entry(
            places[label],
            save_id=uuid.uuid4(),
            by=by,
            kind=MinuteEntry.Kind(kind),
            speaker=people.get(name),
            text=text,
        )
    return minutes


@transaction.atomic
def _give_action(meeting, minutes, *, by):
    entry = MinuteEntry.objects.get(minuted_item__minutes=minutes, kind=MinuteEntry.Kind.ACTION)
    action = actions.locked(entry.action_id)
    owner = actions.person_as_owner(Person.objects.with_posts().get(name="Pat Pattern"), date=meeting.date)
    actions.hand_over(action, owners=[owner], everybody=False, by=by)
    actions.set_due(action, due=meeting.date + datetime.timedelta(days=30), by=by)


def _put_right(report, minutes, *, officer, commissioner):
    """A figure of the report's own text, confirmed: the published report carries it in a box on its first page."""
    entry = MinuteEntry.objects.get(minuted_item__minutes=minutes, kind=MinuteEntry.Kind.CORRECTION)
    details = {
        "measure": "People in training",
        "old_value": "five",
        "new_value": "seven",
        "period": "this autumn",
        "report": report.pk,
        "section": report.sections.get(heading="Key information").pk,
        "attachment": None,
        "page": "1",
        "quoted": "",
    }
    correcting.save_details(
        entry,
        base_version=entry.correction.version,
        save_id=uuid.uuid4(),
        changes=details,
        by=officer,
        write_sentence=False,
    )
    correction = Correction.objects.get(entry=entry)
    correcting.confirm(correction, seen=correction.version, by=commissioner)


def _withhold(meeting, report, minutes, *, by):
    """The day to look at the item again is past, so that the desk reminds of it."""
    decided = {"decided_by": MAKER, "decided_on": meeting.date, "by": by}
    in_a_year = meeting.date + datetime.timedelta(days=365)
    restrictions.restrict(
        meeting.items.get(label="3"),
        bases=[_basis("section 43")],
        public_reason="The office is still negotiating the price.",
        public_interest="Whoever knows what the office would pay could ask for more public money.",
        neutral_title="A lease",
        review_on=meeting.date + datetime.timedelta(days=28),
        context=meeting,
        **decided,
    )
    restrictions.restrict(
        MinuteEntry.objects.get(minuted_item__minutes=minutes, text__contains=WITHHELD_ENTRY),
        bases=[_basis("section 40")],
        public_reason="It speaks of a family that could be recognised.",
        review_on=in_a_year,
        context=meeting,
        **decided,
    )
    withholding.withhold(
        report.sections.get(heading="Key information"),
        words=WITHHELD_PASSAGE,
        bases=[_basis("section 38"), _basis("section 31")],
        public_reason="The people who live there would be in danger.",
        public_interest="Their safety weighs more than knowing the address.",
        review_on=in_a_year,
        **decided,
    )


def _basis(paragraph):
    """One of the usual grounds, as the migration puts them in; it is put in again where an office took it away."""
    ordinary = {"title": "an exemption", "needs_public_interest": paragraph != "section 40"}
    return LegalBasis.objects.get_or_create(scheme=FREEDOM_OF_INFORMATION, paragraph=paragraph, defaults=ordinary)[0]
