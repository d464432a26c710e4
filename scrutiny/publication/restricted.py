"""What can be kept from the public, as pages of the desk speak of it: its name, its place, and what is published of it.

Names say which thing it is and quote nothing of what it says, but for titles that the desk's own lists show as well.
"""

from dataclasses import dataclass

from django.urls import reverse

from funding.awards.models import Award
from opcc_portal.audit.operations import key
from scrutiny.meetings.models import AgendaItem, Meeting
from scrutiny.minutes import reading
from scrutiny.minutes.models import MinuteEntry, Minutes
from scrutiny.register.models import Attachment, Decision
from scrutiny.reports import withholding
from scrutiny.reports.models import RestrictedPassage
from scrutiny.workflow import kinds, restrictions
from scrutiny.workflow.models import Publication, Restriction

# What a list of restrictions needs of each kind of thing, so that it costs one query.
LOADED_WITH = (
    "agendaitem__meeting__series",
    "minuteentry__minuted_item__minutes__meeting__series",
    "minuteentry__minuted_item__item__restriction",
    "minuteentry__speaker",
    "minuteentry__second_speaker",
    "attachment__held_by_report__report__meeting__series",
    "decision__meeting__series",
    "restrictedpassage__section__report__meeting__series",
    "award__fund",
    "award__recipient",
)
# Relation of a Restriction to its target: what lists call it.
WHAT = {
    "agendaitem": "Agenda item",
    "minuteentry": "Entry in minutes",
    "restrictedpassage": "Passage of a report",
    "attachment": "Attachment",
    "decision": "Decision",
    "award": "Recipient of a grant",
}


@dataclass(frozen=True)
class Thing:
    """One thing that can be restricted. `documents` are the (kind name, record) that the public reads it in."""

    target: object
    what: str
    name: str
    where: str
    url: str
    meeting: Meeting | None
    documents: tuple = ()
    has_title: bool = True
    release_note: str = ""

    @property
    def published(self):
        """Those of its documents that are public now, as (kind, record). One query."""
        subjects = {key(record): (kinds.named(name), record) for name, record in self.documents}
        live = Publication.objects.filter(subject__in=subjects, withdrawn_at=None, current__isnull=False)
        return [subjects[found.subject] for found in live]


def thing_of(target):
    """The Thing that this record of the desk is."""
    return _KNOWN[type(target)](target)


def of_restriction(restriction):
    """The Thing that a restriction is on; None where it has been deleted or restricted anew."""
    target = restrictions.target_of(restriction)
    return thing_of(target) if target is not None else None


def loaded():
    """Restrictions with everything that their Things need."""
    return Restriction.objects.select_related(*LOADED_WITH).prefetch_related("bases")


def _of_meeting(meeting):
    """What is published of a whole meeting: its agenda with the papers, and its minutes."""
    minutes = Minutes.objects.filter(meeting=meeting).first()
    papers = [("report", report) for report in meeting.reports.all()]
    return (("meeting", meeting), *([("minutes", minutes)] if minutes else []), *papers)


def _item(item):
    label = f"item {item.label}, " if item.label else ""
    return Thing(
        item,
        "Agenda item",
        str(item),
        str(item.meeting),
        reverse("item-edit", args=[item.pk]),
        item.meeting,
        _Later(lambda: _of_meeting(item.meeting)),
        release_note=f"Released: {label}{item.title}.",
    )


def _entry(entry):
    minuted = entry.minuted_item
    minutes, item = minuted.minutes, minuted.item
    said_by = reading.who_said(entry)
    what = entry.get_kind_display()
    title = "" if item.is_withheld else f", {item.title}"
    place = f" under item {item.label}{title}" if item.label else title.replace(",", " under", 1)
    return Thing(
        entry,
        "Entry in minutes",
        f"{what}, {said_by}" if said_by else what,
        f"{minutes}, {item}",
        f"{minutes.get_absolute_url()}#entry-{entry.pk}",
        minutes.meeting,
        (("minutes", minutes),),
        has_title=False,
        release_note=f"Released: a part of the minutes{place}.",
    )


def _passage(passage):
    section = passage.section
    report = section.report
    return Thing(
        passage,
        "Passage of a report",
        f"Passage of “{section}”",
        str(report),
        f"{report.get_absolute_url()}#section-{section.pk}",
        report.meeting,
        (("report", report),),
        has_title=False,
        release_note=f"Released: a passage of “{section}”.",
    )


def _attachment(attachment):
    note = f"Released: {attachment.title}."
    held = getattr(attachment, "held_by_report", None)
    if held:
        report = held.report
        url = reverse("attachment-edit", args=[held.pk])
        # The agenda names the papers of its items.
        agenda = (("meeting", report.meeting),) if report.meeting else ()
        return Thing(
            attachment, "Attachment", str(attachment), str(report), url, report.meeting,
            (*agenda, ("report", report)), release_note=note,
        )  # fmt: skip
    if said := attachment.action_updates.select_related("action__meeting__series").first():
        action = said.action
        where, url = f"Evidence of action {action.reference}", action.get_absolute_url()
        return Thing(attachment, "Attachment", str(attachment), where, url, action.meeting, release_note=note)
    if asked := getattr(attachment, "delivers", None):
        meeting = asked.meeting
        return Thing(
            attachment, "Attachment", str(attachment), str(meeting), asked.get_absolute_url(), meeting,
            (("meeting", meeting),), release_note=note,
        )  # fmt: skip
    return Thing(attachment, "Attachment", str(attachment), "", reverse("restrictions"), None, release_note=note)


def _decision(decision):
    entry = decision.source
    minutes = (("minutes", entry.minuted_item.minutes),) if entry else ()
    name = f"{decision.reference} {decision.title}".strip()
    return Thing(
        decision,
        "Decision",
        name or "Decision without a title",
        str(decision.meeting) if decision.meeting else "Outside a meeting",
        decision.get_absolute_url(),
        decision.meeting,
        (("decision", decision), *minutes),
        release_note=f"Released: decision {name}.",
    )


def _award(award):
    """What is kept from the public of a grant is who receives it: sum, purpose and reasons have to be published."""
    return Thing(
        award,
        "Recipient of a grant",
        f"Recipient of {award.reference}, {award.title}",
        award.fund.name,
        award.get_absolute_url(),
        None,
        (("award", award),),
        has_title=False,
        release_note=f"Released: the recipient of {award.reference}.",
    )


class _Later:
    """Documents that are asked for only where somebody needs them."""

    def __init__(self, ask):
        self.ask = ask

    def __iter__(self):
        return iter(self.ask())


_KNOWN = {
    AgendaItem: _item,
    MinuteEntry: _entry,
    RestrictedPassage: _passage,
    Attachment: _attachment,
    Decision: _decision,
    Award: _award,
}


# --- acts --------------------------------------------------------------------------------------------------------------


def release(thing, *, by):
    """End the restriction; a passage goes back into its section."""
    if isinstance(thing.target, RestrictedPassage):
        return withholding.give_back(thing.target, by=by)
    return restrictions.release(thing.target, by=by, context=thing.meeting)
