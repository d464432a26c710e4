"""Approved minutes ready to be published, and restrictions of parts of them."""

import datetime

from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from scrutiny.meetings.models import AttendanceList
from scrutiny.minutes import approval, correcting, versions
from scrutiny.minutes.models import MinuteEntry, Minutes
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, LegalBasis, Publication, Restriction
from tests.factories import make_attendance, make_entry, make_item, make_meeting, make_minutes, make_report, make_user
from tests.minutes.kinds import give_action, give_correction

DAY = datetime.date(2023, 6, 21)


def make_restriction(target=None, *, reason="It would help criminals.", **fields):
    """A restriction in force; on `target` where one is given."""
    basis, _ = LegalBasis.objects.get_or_create(
        scheme="Freedom of Information Act 2000", paragraph="section 31", defaults={"title": "law enforcement"}
    )
    ordinary = {"decided_by": "Jo Clerk, Monitoring Officer", "decided_on": DAY, "review_on": DAY}
    made = Restriction.objects.create(public_reason=reason, **{**ordinary, **fields})
    made.bases.add(basis)
    if target is not None:
        type(target).objects.filter(pk=target.pk).update(restriction=made)
        target.restriction = made
    return made


def draft_minutes(**fields):
    """Draft minutes of two items: questions, an action, a correction of a report's section; apologies recorded."""
    meeting = make_meeting(
        name="Public Scrutiny Board", date=DAY, starts=datetime.time(10), attendance_taken_at=timezone.now(), **fields
    )
    make_item(meeting, label="5", title="Road safety")
    make_item(meeting, label="6", title="Estates")
    AttendanceList.objects.create(meeting=meeting, category="apologies", heading="Apologies", recorded="none")
    pcc = make_attendance(meeting, name="Robin Hale", post="Commissioner", abbreviation="PCC", called="The PCC")
    acc = make_attendance(meeting, name="Bo Late", post="Assistant Chief Constable", called="ACC Late")
    officer = make_user(name="Olive Officer")
    minutes = make_minutes(meeting, minute_taker=officer)
    place, second = minutes.minuted_items.order_by("item__position")
    report = make_report(meeting, subject="Rural roads", sections=["Key information"])

    def say(kind, speaker, text, at=place):
        return make_entry(at, kind=kind, speaker=speaker, text=text, by=officer)

    say("question", pcc, "The PCC asked why speeds rise.")
    say("answer", acc, "ACC Late said that **nobody** knew.")
    say("question", pcc, "The PCC asked which informant had said so.")
    say("answer", acc, "ACC Late named the informant.")
    say("question", pcc, "The PCC asked about the vans.")
    corrected = say("correction", acc, "ACC Late corrected the report: 176, not 127.")
    shared = say("action", acc, "Share the list of villages.")
    say("statement", pcc, "The estate is sold.", second)
    give_action(shared, owners=["ACC Late"], due=datetime.date(2023, 7, 28))
    give_correction(
        corrected,
        measure="Recorded crimes",
        old_value="127",
        new_value="176",
        period="January 2023",
        said_by=acc,
        report=report,
        section=report.sections.get(),
        page="4",
    )
    return minutes


def seen(minutes):
    """What an approver has read."""
    return versions.content_hash(versions.content_of(Minutes.objects.get(pk=minutes.pk)))


def approved_minutes(*, confirmed=True, **fields):
    """The same, approved by the commissioner, with the correction confirmed."""
    minutes = draft_minutes(**fields)
    if confirmed:
        confirm_corrections(minutes)
    approval.send(minutes, by=minutes.minute_taker)
    commissioner = make_user(Role.COMMISSIONER, name="Cora Commissioner")
    approval.approve(minutes, seen=seen(minutes), by=commissioner)
    return fresh(minutes)


def confirm_corrections(minutes):
    """Every correction of the minutes is confirmed."""
    by = make_user(Role.COMMISSIONER)
    for correction in minutes.corrections.standing():
        correcting.confirm(correction, seen=correction.version, by=by)


def fresh(minutes):
    """The minutes as the kind loads them now."""
    return kinds.named("minutes").load(minutes.pk)


def entry_with(minutes, words):
    """The entry that holds these words."""
    return MinuteEntry.objects.get(minuted_item__minutes=minutes, text__contains=words)


def imprint(version="1.0"):
    """An imprint that any paper may carry."""
    return kinds.Imprint(version, DAY, "/somewhere/", "d2f1a0b3" * 8, "0" * 64, "First published.")


def edition_of(kind, record):
    """An Edition as publishing would make it, not saved."""
    content = kind.content(record)
    publication = Publication(kind=kind.name, subject="x:1", path=kind.path(record))
    return Edition(publication=publication, title=kind.title(content), date=kind.date(content), content=content)
