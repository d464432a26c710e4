"""Minutes that hold every kind of entry, with the records that go with them."""

import datetime

from scrutiny.minutes.models import Correction, MinuteEntry
from scrutiny.register.models import Action, ActionOwner, Decision
from tests.factories import (
    make_attendance,
    make_entry,
    make_item,
    make_meeting,
    make_minutes,
    make_report,
    make_section,
    make_user,
)

DAY = datetime.date(2023, 6, 21)


def give_action(entry, *, owners=(), due=None, due_as_said="", **fields):
    """The register's action of an entry, as it should read."""
    item = entry.minuted_item.item
    action = entry.action or Action(
        meeting=item.meeting, item=item, number=Action.objects.filter(item=item).count() + 1
    )
    action.reference, action.text, action.raised_on = f"{item.label}/{action.number}", entry.text, item.meeting.date
    action.due, action.due_as_said = due, due_as_said
    for name, value in fields.items():
        setattr(action, name, value)
    action.save()
    action.owners.all().delete()
    for position, name in enumerate(owners, 1):
        ActionOwner.objects.create(action=action, position=position, name=name)
    MinuteEntry.objects.filter(pk=entry.pk).update(action=action)
    return action


def give_decision(entry, **fields):
    """The decision record of an entry."""
    item = entry.minuted_item.item
    decision = entry.decision or Decision(meeting=item.meeting, item=item)
    decision.decided, decision.decided_on = entry.text, item.meeting.date
    for name, value in fields.items():
        setattr(decision, name, value)
    decision.save()
    MinuteEntry.objects.filter(pk=entry.pk).update(decision=decision)
    return decision


def give_correction(entry, **fields):
    """The correction of an entry."""
    correction = Correction.objects.filter(entry=entry).first() or Correction(
        minutes=entry.minuted_item.minutes, entry=entry
    )
    for name, value in fields.items():
        setattr(correction, name, value)
    correction.save()
    return correction


def minutes_with_every_kind():
    """One item in which everything that minutes can hold happens once or twice."""
    meeting = make_meeting(name="Public Scrutiny Board", date=DAY, starts=datetime.time(10), ends=datetime.time(12, 5))
    make_item(meeting, label="5", title="Road safety on rural roads")
    make_item(meeting, label="6", title="Estates")
    pcc = make_attendance(meeting, name="Robin Hale", post="Commissioner", abbreviation="PCC", called="The PCC")
    cc = make_attendance(meeting, name="Ann Moor", post="Chief Constable", abbreviation="CC", called="CC Moor")
    acc = make_attendance(meeting, name="Bo Late", abbreviation="ACC", called="ACC Late", arrived=datetime.time(10, 25))
    report = make_report(meeting, subject="Road safety")
    section = make_section(report, heading="Key information")
    minutes = make_minutes(meeting)
    place, second = minutes.minuted_items.order_by("item__position")
    type(place).objects.filter(pk=place.pk).update(started=datetime.time(10, 31), ended=datetime.time(11, 4))
    type(place).objects.filter(pk=second.pk).update(started=datetime.time(11, 5))

    def say(kind, speaker, text, **fields):
        return make_entry(place, kind=kind, speaker=speaker, text=text, by=writer, **fields)

    writer = make_user()
    say(
        "presentation",
        cc,
        "CC Moor presented the paper and named the three roads with most injuries.",
        second_speaker=acc,
    )
    corrected = say("correction", acc, "ACC Late corrected the paper: the figure for January is 176, not 127.")
    unknown = say("correction", acc, "He also put right the share of camera vans that were in use.")
    say("question", pcc, "Why do speeds rise on roads where cameras stand?")
    say("answer", cc, "Nobody knows yet. A study by the university is under way.")
    say("answer", acc, "The vans were off the road for ten weeks.")
    asked = say("question", pcc, "Will every village that asked for a camera get one?")
    say("answer", cc, "The force will say so in writing.")
    say("statement", pcc, "The PCC said that villages had waited long enough.")
    shared = say("action", acc, "Share the list of villages with their parish councils.")
    open_one = say("action", cc, "Write to the university about the study.")
    decided = say("decision", pcc, "The PCC approved £96,000 for two camera vans.")
    signed = say("decision", pcc, "The PCC approved the road safety plan.")
    assured = say("assurance", pcc, "The force knows where the danger is, not yet what to do about it.")
    say("comment", acc, "Rough words about estates.")
    say("thanks", pcc, "The PCC thanked the road safety team.")
    say("note", None, "The meeting paused for five minutes.")
    make_entry(second, kind="question", speaker=pcc, text="Which stations close?", by=writer)
    make_entry(second, kind="answer", speaker=cc, text="None this year.", by=writer)

    MinuteEntry.objects.filter(text__startswith="Rough").update(rough=True)
    MinuteEntry.objects.filter(pk=asked.pk).update(question_status="undertaking")
    MinuteEntry.objects.filter(pk=assured.pk).update(assurance="partly")
    give_correction(
        corrected,
        measure="Recorded crimes",
        old_value="127",
        new_value="176",
        period="January 2023",
        said_by=acc,
        report=report,
        section=section,
        page="4",
    )
    give_correction(unknown, measure="Camera vans in use", new_value="8 of 11")
    give_action(shared, owners=["ACC Late", "Jo Clerk"], due=datetime.date(2023, 7, 28))
    give_action(open_one)
    give_decision(decided, maker="Robin Hale")
    give_decision(
        signed,
        maker="Robin Hale",
        status=Decision.Status.SIGNED,
        year=2023,
        number=7,
        signed_on=DAY,
        signed_by=writer,
        signed_name="Robin Hale",
    )
    return minutes
