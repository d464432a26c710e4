"""Rows that lists and search read, derived from Editions in the transaction that publishes them; they can be made anew."""

from django.db import transaction

from scrutiny.publication.models import ActionsRegister, PublicSearchEntry, RegisterLine
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition


@transaction.atomic
def derive(edition):
    """Let lists and search say what this Edition says, in place of what an earlier one of its publication said."""
    forget(edition.publication)
    kind = kinds.named(edition.kind)
    lines = list(kind.lines(edition))
    RegisterLine.objects.bulk_create(RegisterLine(edition=edition, **vars(line)) for line in lines)
    PublicSearchEntry.objects.bulk_create(entry_of(edition, entry) for entry in kind.search(edition))
    kind.derive(edition)
    if any(line.register == "action" for line in lines):
        ActionsRegister.objects.get_or_create(slug="actions")  # from now on the desk can publish it


def forget(publication):
    """Take everything that was derived from a publication out of lists and search."""
    RegisterLine.objects.filter(edition__publication=publication).delete()
    PublicSearchEntry.objects.filter(edition__publication=publication).delete()
    kinds.named(publication.kind).forget(publication)


@transaction.atomic
def derive_all():
    """Make every row anew from the current Editions; returns how many Editions that were."""
    RegisterLine.objects.all().delete()
    PublicSearchEntry.objects.all().delete()
    for kind in kinds.all_kinds().values():
        kind.forget(None)
    count = 0
    for edition in Edition.objects.current().order_by("number").iterator():
        derive(edition)
        count += 1
    return count


def entry_of(edition, entry):
    """The row that search reads, not saved."""
    return PublicSearchEntry(
        edition=edition,
        kind=edition.kind,
        url=entry.url,
        title=entry.title[:300],
        text=entry.text,
        date=edition.date,
        people="\n".join(dict.fromkeys(entry.people)),
        priority=entry.priority,
    )
