"""Acts on stated totals: writing down what a document states, and explaining why the register differs."""

from django.db import transaction
from django.utils import timezone

from funding.rounds.keeping import change, held_as, keep
from funding.rounds.money import in_pounds
from funding.totals import comparing
from funding.totals.models import StatedTotal
from opcc_portal.audit import operations as audit
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

# What an explanation speaks of: with another of these it has to be looked at anew.
EXPLAINED = ("amount", "organisations", "stated_on", "round", "priority", "starts", "ends")


@transaction.atomic
def state(fund, words, *, by):
    """Write down what a document states. The same words sent again are the same total. Raises ValidationError."""
    by.act_alone()
    if same := StatedTotal.objects.filter(fund=fund, **words).first():
        return same
    stated = keep(StatedTotal(fund=fund, **words))
    act = f"{in_pounds(stated.amount)} stated: {stated.document}"
    audit.write(act, subject=stated, context=fund, by=by)
    return stated


@transaction.atomic
def change_stated(stated, words, *, seen, by):
    """Put right how a stated total was written down, as `seen` by the person. Its explanation then needs another look.

    Raises ChangedMeanwhile, ValidationError, NotPossible.
    """
    held = held_as(StatedTotal, stated, seen)
    if any(getattr(held, name) != words[name] for name in EXPLAINED):
        held.explained_amount = None
    return change(held, words, by=by, context=held.fund)


@transaction.atomic
def explain(stated, text, *, seen, computed, by):
    """Say why the document and the register differ. It counts for `computed`, the amount that the person saw.

    Raises ChangedMeanwhile, NotPossible.
    """
    held = held_as(StatedTotal, stated, seen)
    found = comparing.compare(held)
    if found.computed.amount != computed:
        raise ChangedMeanwhile(held)
    if not text.strip():
        raise NotPossible("Write why the two differ. The public reads it.")
    if (held.explanation, held.explained_amount) == (text, computed):
        return held
    before = held.explanation or "none"
    held.explanation, held.explained_by, held.explained_at = text, by, timezone.now()
    held.explained_amount, held.version = computed, held.version + 1
    held.save()
    act = f"Explained why {in_pounds(held.amount)} stated and {in_pounds(computed)} listed differ"
    audit.write(act, subject=held, context=held.fund, by=by, changes=[["why it differs", before, text]])
    return held
