"""What is made from what is published, and so falls behind it: packs and the register of actions."""

from dataclasses import dataclass

from django.urls import reverse

from opcc_portal.audit.operations import key
from scrutiny.publication import making
from scrutiny.publication.models import ActionsRegister, Pack
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, Publication


@dataclass(frozen=True)
class Behind:
    """A publication that no longer fits what it was made from. `url` leads to where it is published again."""

    name: str
    why: str
    url: str


def behind(meeting, published):
    """What else to publish again once `published` (records of a meeting) are out as they are now."""
    return [*_packs(meeting, published), *_register()]


def _packs(meeting, published):
    """The meeting's own pack, and later ones that brought one of these papers: the minutes of the last meeting."""
    if meeting is None:
        return
    kind, subjects = kinds.named("pack"), [key(record) for record in published]
    addresses = {
        f"/{path}/" for path in Publication.objects.filter(subject__in=subjects).values_list("path", flat=True)
    }
    out = Edition.objects.current().filter(kind="pack", date__gte=meeting.date).defer("parts", "manifest")
    held = {
        edition.publication.subject: edition
        for edition in out
        if edition.belongs_to == key(meeting) or addresses & {row["url"] for row in edition.content["rows"]}
    }
    for record in Pack.objects.filter(pk__in=[name.rpartition(":")[2] for name in held]).select_related("meeting"):
        if kind.is_behind(record, held[key(record)]):
            yield Behind(
                f"Pack of {record.meeting}",
                "A paper in it has changed since it was built.",
                reverse("pack", args=[record.meeting_id]),
            )


def _register():
    """The register of actions, where it would say something else now."""
    kind, record = kinds.named("actions"), ActionsRegister.objects.first()
    if record is None or kind.why_not(record):
        return
    draft = making.draft_of(kind, record)
    if not draft.is_unchanged and not draft.publication.is_withdrawn:
        why = "Other actions are public now." if draft.publication.current else "It is not published yet."
        yield Behind(kind.label, why, reverse("publish", args=[kind.name, record.pk]))
