"""Everything that happens to an inspection and its recommendations. Each act is one transaction and leaves an audit line.

What somebody has signed does not change under the signature: while a response is signed, the wording of the
recommendations that it answers, and which they are, stay as they are.
"""

import datetime

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.text import slugify

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.inspections.models import Inspection, Recommendation, Response, StatusChange
from scrutiny.register.models import Attachment
from scrutiny.workflow.models import Publication
from scrutiny.workflow.operations import AT_ONCE, ChangedMeanwhile, NotPossible

INSPECTION_FIELDS = (
    "body", "title", "kind", "published_on", "subject", "why_not_subject", "summary", "url", "priority", "owner",
    "demonstration_note",
)  # fmt: skip
RECOMMENDATION_FIELDS = ("label", "kind", "text", "addressee", "owner", "due")
WORDING = ("label", "kind", "text", "addressee")
LINKS = ("questions", "actions", "indicators", "reports")
# An older report, or a day so much later, is a slip of the pen in the year.
EARLIEST = datetime.date(1990, 1, 1)
FARTHEST = datetime.timedelta(days=366 * 20)
MOST = 300  # recommendations of one report
MOST_LETTERS = 4000
LONGEST_SLUG = 100
# What the force says of itself; that the inspectorate has closed something is entered by the office.
SAID_BY_FORCE = (
    Recommendation.Status.OPEN,
    Recommendation.Status.UNDER_WAY,
    Recommendation.Status.DONE,
    Recommendation.Status.NOT_ACCEPTED,
)
SIGNED = (
    "The response that answers this is signed. Have it opened again first: what was signed does not change under the "
    "signature."
)


# --- inspections -------------------------------------------------------------------------------------------------------


def problems(inspection, covers=()):
    """What stands against an inspection as it is, as (name of the field, words for people), the first first."""
    if inspection.published_on > today():
        yield (
            "published_on",
            f"{in_words(inspection.published_on)} has not come yet. Enter the report on the day it is published: the "
            "clock of the law begins with it.",
        )
    elif inspection.published_on < EARLIEST:
        yield "published_on", f"The portal knows reports from {EARLIEST.year} on. Check the year."
    if not inspection.needs_response and not inspection.why_not_subject.strip():
        yield "why_not_subject", "Write why the report does not concern the force."
    if not inspection.needs_response and inspection.pk and Response.objects.filter(inspection=inspection).exists():
        yield "subject", "There is a response to this report, so it concerns the force."
    if inspection.pk:
        yield from _at_odds_with_history(inspection)
    yield from _wrong_covers(inspection, covers)


def _at_odds_with_history(inspection):
    first = StatusChange.objects.filter(recommendation__inspection=inspection).order_by("on").first()
    if first and first.on < inspection.published_on:
        yield (
            "published_on",
            f"A recommendation of this report has a status of {in_words(first.on)}. The report cannot be newer than that.",
        )
    due = inspection.recommendations.filter(due__lt=inspection.published_on).first() if inspection.pk else None
    if due:
        yield (
            "published_on",
            f"{due} is due on {in_words(due.due)}. The report cannot be newer than that; change the due day first.",
        )


def _wrong_covers(inspection, covers):
    for covered in covers:
        if covered.pk == inspection.pk:
            yield "covers", "A report does not repeat itself. Choose others."
        elif inspection.pk and covered.covers.filter(pk=inspection.pk).exists():
            yield "covers", f"“{covered}” says already that it repeats this report. Only one can repeat the other."


def refuse(inspection, covers=()):
    """Raise NotPossible with the first reason for which the inspection may not stand as it is."""
    for _, words in problems(inspection, covers):
        raise NotPossible(words)


def same(inspection):
    """The inspection that is the same report of the same body and day, if it is listed already."""
    others = Inspection.objects.exclude(pk=inspection.pk)
    said = {"body": inspection.body, "title": inspection.title, "published_on": inspection.published_on}
    return others.filter(**said).first()


@transaction.atomic
def add(fields, *, by, covers=(), upload=None):
    """List a published report. The same words sent again are the same inspection. Raises NotPossible."""
    if by:
        by.act_alone()
    inspection = Inspection(**_known(fields, INSPECTION_FIELDS))
    if listed := same(inspection):
        if all(getattr(listed, name) == value for name, value in fields.items()):
            return listed
        raise NotPossible("This report is already listed.")
    refuse(inspection, covers)
    inspection.slug = _free_slug(inspection.title)
    inspection.report = _kept(inspection, upload)
    inspection.save()
    inspection.covers.set(covers)
    audit.write(f"Listed the inspection “{inspection}”", subject=inspection, by=by)
    return inspection


@transaction.atomic
def change(inspection, fields, *, seen, by, covers=None, upload=None):
    """Change what is known of an inspection, as `seen` (its version). Raises NotPossible, ChangedMeanwhile.

    `covers` and `upload` are left as they are where they are None.
    """
    held = _held(Inspection, inspection.pk, seen)
    changed = _set(held, _known(fields, INSPECTION_FIELDS))
    if covers is not None and {each.pk for each in covers} != set(held.covers.values_list("pk", flat=True)):
        ensure_unsigned(held)
        changed.append("reports that it repeats")
    if not changed and not upload:
        return held
    if same(held):
        raise NotPossible("This report is already listed.")
    refuse(held, held.covers.all() if covers is None else covers)
    if upload:
        held.report = _kept(held, upload)
        changed.append("file of the report")
    if covers is not None:
        held.covers.set(covers)
    held.version += 1
    held.save()
    audit.write(f"Changed the inspection: {', '.join(changed)}", subject=held, by=by)
    return held


@transaction.atomic
def delete(inspection, *, seen, by):
    """Take an inspection off the list that was put there by mistake. Raises NotPossible, ChangedMeanwhile."""
    held = _held(Inspection, inspection.pk, seen)
    if why := why_kept(held):
        raise NotPossible(why)
    audit.write(f"Deleted the inspection “{held}”", subject=held, by=by, body=str(held.body))
    held.delete()


def why_kept(inspection):
    """Why an inspection cannot be deleted; empty where it can."""
    if Response.objects.filter(inspection=inspection).exists():
        return "There is a response to it."
    if inspection.recommendations.exists():
        return "It has recommendations. Delete those first."
    if inspection.covered_by.exists():
        return "Another report says that it repeats this one."
    if Publication.objects.filter(subject=audit.key(inspection)).exists():
        return "It was published, and its address stays."
    return ""


def ensure_unsigned(inspection):
    """Raise NotPossible while a response that answers this report's recommendations is signed."""
    answering = Q(inspection=inspection) | Q(inspection__covers=inspection)
    if Response.objects.filter(answering, signed_at__isnull=False).exists():
        raise NotPossible(SIGNED)


def _kept(inspection, upload):
    return Attachment.objects.create(title=inspection.title, upload=upload) if upload else inspection.report


def _free_slug(title):
    wanted = slug = slugify(title)[:LONGEST_SLUG].strip("-") or "inspection"
    number = 1
    while Inspection.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


# --- recommendations -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_recommendations(inspection, pieces, *, by, seen=None, kind=Recommendation.Kind.RECOMMENDATION, **common):
    """Add what a report asks for at the end of its list. Returns the recommendations.

    `pieces` have `label`, `text` and `kind` (None: as `kind` says); `common` may say `addressee`, `owner` and `due` of
    all of them. The same list sent again is the same list. Raises NotPossible, ChangedMeanwhile.
    """
    held = _held(Inspection, inspection.pk)
    listed = {(each.label, each.text): each for each in held.recommendations.all()}
    again = [listed.get((piece.label, piece.text)) for piece in pieces]
    if pieces and all(again):
        return again
    if seen is not None and seen != held.version:
        raise ChangedMeanwhile(held)
    ensure_unsigned(held)
    _refuse_pieces(held, pieces, again)
    last = held.recommendations.aggregate(last=Max("position"))["last"] or 0
    made = [
        Recommendation(
            inspection=held, position=position, label=piece.label, text=piece.text, kind=piece.kind or kind, **common
        )
        for position, piece in enumerate(pieces, last + 1)
    ]
    for each in made:
        _refuse_due(each)
    for each in made:
        each.save()
    held.version += 1
    held.save(update_fields=["version"])
    many = f"{len(made)} recommendations" if len(made) > 1 else f"{made[0]}"
    audit.write(f"Added {many}", subject=held, by=by)
    return made


def _refuse_pieces(inspection, pieces, again):
    if not pieces:
        raise NotPossible("Write at least one recommendation.")
    if inspection.recommendations.count() + len(pieces) > MOST:
        raise NotPossible(f"One report holds at most {MOST} recommendations. Check what was pasted.")
    for piece, there in zip(pieces, again, strict=True):
        if there:
            raise NotPossible(f"“{_start(piece.text)}” is listed already. Take it out of what you add.")
        if not piece.text.strip():
            raise NotPossible(f"Recommendation {piece.label} has no words.")
        if len(piece.text) > MOST_LETTERS:
            raise NotPossible(
                f"“{_start(piece.text)}” is {len(piece.text):,} letters long; one recommendation has at most "
                f"{MOST_LETTERS:,}. An empty line begins the next one."
            )


def _refuse_due(recommendation):
    due, published = recommendation.due, recommendation.inspection.published_on
    if due and due < published:
        raise NotPossible(f"The due day is before the report was published, on {in_words(published)}.")
    if due and due - published > FARTHEST:
        raise NotPossible(f"{in_words(due)} is more than twenty years after the report. Check the year.")


@transaction.atomic
def change_recommendation(recommendation, fields, *, seen, by, position=None):
    """Change a recommendation, and its place in the list. Raises NotPossible, ChangedMeanwhile."""
    held = _held(Recommendation, recommendation.pk, seen)
    changed = _set(held, _known(fields, RECOMMENDATION_FIELDS))
    if {held._meta.get_field(name).verbose_name for name in WORDING} & set(changed):
        ensure_unsigned(held.inspection)
    if not held.text.strip():
        raise NotPossible("Write what is recommended.")
    _refuse_due(held)
    if position and position != held.position:
        _move(held, position)
        changed.append("place in the list")
    if changed:
        held.version += 1
        held.save()
        audit.write(f"Changed {held}: {', '.join(changed)}", subject=held, context=held.inspection, by=by)
    return held


def _move(held, position):
    others = list(held.inspection.recommendations.exclude(pk=held.pk))
    others.insert(min(position, len(others) + 1) - 1, held)
    for place, each in enumerate(others, 1):
        each.position = place
    Recommendation.objects.bulk_update(others, ["position"])


@transaction.atomic
def delete_recommendation(recommendation, *, seen, by):
    """Take out what was entered by mistake. What has a history or an answer stays. Raises NotPossible, ChangedMeanwhile."""
    held = _held(Recommendation, recommendation.pk, seen)
    if why := why_recommendation_kept(held):
        raise NotPossible(why)
    audit.write(f"Deleted {held}: {_start(held.text)}", subject=held, context=held.inspection, by=by, text=held.text)
    Inspection.objects.filter(pk=held.inspection_id).update(version=F("version") + 1)
    held.delete()


def why_recommendation_kept(recommendation):
    """Why a recommendation cannot be deleted; empty where it can."""
    if recommendation.changes.exists():
        return "Its status has a history, which is kept."
    if recommendation.answers.exists():
        return "A response answers it."
    try:
        ensure_unsigned(recommendation.inspection)
    except NotPossible as reason:
        return str(reason)
    return ""


@transaction.atomic
def set_status(recommendation, *, status, on, evidence, by, upload=None, seen=None):
    """Add to the history what became of a recommendation on a day, and what shows it. Returns the StatusChange.

    Days before the newest one may be filled in; the status is that of the newest day. `seen` is the version that the
    person read; None does not ask. Raises NotPossible, ChangedMeanwhile.
    """
    status, evidence = Recommendation.Status(status), evidence.strip()
    held = _held(Recommendation, recommendation.pk)
    said = {"status": status, "on": on, "evidence": evidence, "by": by, "at__gt": timezone.now() - AT_ONCE}
    if again := held.changes.filter(**said).first():
        return again
    if seen is not None and seen != held.version:
        raise ChangedMeanwhile(held)
    for _, words in status_problems(held, status=status, on=on, evidence=evidence, by=by):
        raise NotPossible(words)
    change = held.changes.create(status=status, on=on, evidence=evidence, upload=upload, by=by)
    before, held.status = held.status, held.changes.first().status
    held.version += 1
    held.save(update_fields=["status", "version"])
    words = f"{held}: {change.get_status_display()} on {in_words(on)}"
    audit.write(words, subject=held, context=held.inspection, by=by, before=before, after=held.status)
    return change


def status_problems(recommendation, *, status, on, evidence, by):
    """What stands against a change of status, as (name of the field, words for people)."""
    if not evidence:
        yield "evidence", "Write what shows it."
    if len(evidence) > MOST_LETTERS:
        yield "evidence", f"Keep what shows it under {MOST_LETTERS:,} letters, or add it as a file."
    published = recommendation.inspection.published_on
    if on > today():
        yield "on", f"{in_words(on)} has not come yet. It is {in_words(today())} today."
    elif on < published:
        yield "on", f"The report was published on {in_words(published)}. Nothing became of it before."
    if by and by.works_for_force and status not in SAID_BY_FORCE:
        yield "status", "That the inspectorate has closed it is entered by the office."


@transaction.atomic
def link(recommendation, *, seen, by, **links):
    """Say which questions, actions, indicators and reports belong to a recommendation. Raises ChangedMeanwhile."""
    held = _held(Recommendation, recommendation.pk, seen)
    changed = []
    for name, records in _known(links, LINKS).items():
        if {each.pk for each in records} != set(getattr(held, name).values_list("pk", flat=True)):
            getattr(held, name).set(records)
            changed.append(name)
    if changed:
        held.version += 1
        held.save(update_fields=["version"])
        audit.write(f"Linked {held}: {', '.join(changed)}", subject=held, context=held.inspection, by=by)
    return held


# --- shared ------------------------------------------------------------------------------------------------------------


def _held(model, pk, seen=None):
    """The record, locked, with what its rules look at; it must be as `seen` unless that is None."""
    records = model.objects.select_for_update(of=("self",))
    if model is Recommendation:
        records = records.select_related("inspection")
    held = records.filter(pk=pk).first()
    if held is None:
        raise NotPossible("Somebody has deleted this meanwhile.")
    if seen is not None and held.version != seen:
        raise ChangedMeanwhile(held)
    return held


def _known(fields, names):
    if unknown := set(fields) - set(names):
        raise ValueError(f"not to be said here: {', '.join(sorted(unknown))}")
    return fields


def _set(record, fields):
    """Give the record these values; returns the names, in words, of those that were different."""
    changed = []
    for name, value in fields.items():
        if getattr(record, name) != value:
            setattr(record, name, value)
            changed.append(str(record._meta.get_field(name).verbose_name).rstrip("?"))
    return changed


def _start(text):
    return f"{text[:60]}…" if len(text) > 60 else text
