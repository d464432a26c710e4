"""Acts on sets of national measures and on the quarterly statements: writing, signing, opening again, deleting."""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from scrutiny.measures.models import Measure, MeasureSet, MeasuresStatement, StatementLine
from scrutiny.workflow import states
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

SET_FIELDS = ("name", "starts", "ends", "source", "url")
SIGNED_MEANWHILE = "This statement is signed. Open it again before anything in it is changed."


# --- sets ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_set(fields, rows, *, by):
    """Write down the national measures of a time. The same set sent again is the same set. Raises NotPossible."""
    by.act_alone()
    if same := MeasureSet.objects.filter(**fields).first():
        return same
    ensure_alone(fields, None)
    made = MeasureSet.objects.create(**fields)
    _apply(made, rows)
    audit.write(f"Set of measures “{made}” written down", subject=made, by=by)
    return made


@transaction.atomic
def change_set(measure_set, fields, rows, *, seen, by):
    """Change a set. Words that a signed statement rests on stay: a change of them is a new set.

    Raises ChangedMeanwhile, NotPossible.
    """
    held = MeasureSet.objects.select_for_update().get(pk=measure_set.pk)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    before = said_by(held)
    if held.is_in_use:
        fields = {"ends": fields["ends"]}
        if fields["ends"] and held.statements.filter(quarter_start__gt=fields["ends"]).exists():
            raise NotPossible("A statement of a later quarter was written under this set. It cannot have ended before.")
    ensure_alone({"starts": held.starts, **fields}, held)
    for name, value in fields.items():
        setattr(held, name, value)
    held.save()
    if "name" in fields:
        _apply(held, rows)
    if said_by(held) == before:
        return held
    held.version += 1
    held.save(update_fields=["version"])
    audit.write(f"Set of measures “{held}” changed", subject=held, by=by)
    return held


def said_by(measure_set):
    """All that a set says, as plain values."""
    rows = measure_set.measures.order_by("position", "pk").values_list("pk", "title", "description")
    return [getattr(measure_set, name) for name in SET_FIELDS], list(rows)


def ensure_alone(fields, held):
    """Raise NotPossible where another set is in force in the same time: a day has one set of measures."""
    for other in MeasureSet.objects.exclude(pk=held.pk if held else None):
        if other.name == fields.get("name"):
            raise NotPossible("Another set has this name. Give each the year that it comes from.")
        ends_before = other.ends is not None and other.ends < fields["starts"]
        begins_after = fields["ends"] is not None and other.starts > fields["ends"]
        if not ends_before and not begins_after:
            raise NotPossible(
                f"“{other}” is in force in that time ({other.days_in_words.lower()}). Enter the last day of the one, "
                "or another first day of the other."
            )


def _apply(measure_set, rows):
    """Make the measures say what the rows say, in their order."""
    held = {each.pk: each for each in measure_set.measures.all()}
    last = measure_set.measures.aggregate(last=Max("position"))["last"] or 0
    kept = []
    for number, row in enumerate(rows, 1):
        measure = held.get(row.pk) if row.pk else Measure(measure_set=measure_set)
        if measure is None:
            raise NotPossible("Somebody else removed one of these measures meanwhile. Open the page anew.")
        if row.remove:
            if measure.pk:
                _remove(measure)
            continue
        for name, value in row.words.items():
            setattr(measure, name, value)
        kept.append((row.place or last + number, number, measure))
    for position, (_, _, measure) in enumerate(sorted(kept, key=lambda each: each[:2]), 1):
        measure.position = position
        measure.save()


def _remove(measure):
    if measure.lines.exclude(text="").exists():
        raise NotPossible(f"A statement speaks of “{measure}”. Take its words out there first, or keep the measure.")
    measure.lines.all().delete()
    measure.delete()


# --- statements ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(quarter, measure_set, *, by, demonstration_note=""):
    """Begin the statement of a quarter; begun again it is the same one. Raises NotPossible for one that has not begun."""
    by.act_alone()
    if quarter.first > today():
        raise NotPossible(f"{quarter.in_words} has not begun yet.")
    if same := MeasuresStatement.objects.filter(quarter_start=quarter.first).first():
        return same
    if measure_set.starts > quarter.last or (measure_set.ends and measure_set.ends < quarter.first):
        raise NotPossible(f"“{measure_set}” was not in force in that quarter. Choose the set that was.")
    try:
        with transaction.atomic():
            made = MeasuresStatement.objects.create(
                quarter_start=quarter.first,
                measure_set=measure_set,
                created_by=by,
                demonstration_note=demonstration_note,
            )
    except IntegrityError:  # somebody else began it in this moment
        return MeasuresStatement.objects.get(quarter_start=quarter.first)
    audit.write(f"Statement on {quarter.in_words} begun", subject=made, by=by)
    return made


@transaction.atomic
def change(statement, introduction, answers, *, seen, by):
    """Say something else. `answers`: {measure's pk: {"applies", "text", "indicators": their pks}}.

    Raises ChangedMeanwhile, NotPossible.
    """
    held = _locked(statement)
    if held.is_signed:
        raise NotPossible(SIGNED_MEANWHILE)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    lines = {line.measure_id: line for line in held.lines.all()}
    changed = held.introduction != introduction
    for measure in held.measure_set.measures.all():
        if measure.pk in answers:
            changed |= _say(held, measure, lines.get(measure.pk), **answers[measure.pk])
    if not changed:
        return held
    held.introduction = introduction
    held.version += 1
    held.save(update_fields=["introduction", "version"])
    audit.write(f"Statement on {held.quarter_in_words} changed", subject=held, by=by)
    return held


def _say(statement, measure, line, *, applies, text, indicators):
    """Write one line; whether that changed anything. Nothing said of a measure is no line."""
    wanted = {*indicators}
    if line is None:
        if applies and not text and not wanted:
            return False
        line = StatementLine(statement=statement, measure=measure)
    same = line.pk and (line.applies, line.text) == (applies, text)
    if same and {each.pk for each in line.indicators.all()} == wanted:
        return False
    line.applies, line.text = applies, text
    line.save()
    line.indicators.set(wanted)
    return True


@transaction.atomic
def sign(statement, *, seen, by):
    """Sign a statement as it was read; signing it again changes nothing. Raises ChangedMeanwhile, NotPossible."""
    if not by.has_perm("measures.sign", statement):
        raise NotPossible("Only the commissioner or the deputy can sign the statement.")
    held = _locked(statement)
    if held.is_signed:
        return held
    if held.version != seen:
        raise ChangedMeanwhile(held)
    if reason := held.why_not_to_sign():
        raise NotPossible(reason)
    held.signed_at, held.signed_by = timezone.now(), by
    held.version += 1
    held.save(update_fields=["signed_at", "signed_by", "version"])
    if held.state == State.DRAFT:
        states.move(held, State.IN_REVIEW, by=by)
    if held.state == State.IN_REVIEW:
        states.move(held, State.SIGNED, by=by)
    audit.write(f"Statement on {held.quarter_in_words} signed", subject=held, by=by)
    return held


@transaction.atomic
def reopen(statement, *, by):
    """Take the signature off, so that the words can be changed. What is public stays until the next version is published."""
    held = _locked(statement)
    if not held.is_signed:
        return held
    held.signed_at = held.signed_by = None
    held.version += 1
    held.save(update_fields=["signed_at", "signed_by", "version"])
    if held.state == State.SIGNED:
        states.move(held, State.IN_REVIEW, by=by)
    audit.write(f"Statement on {held.quarter_in_words} opened again: the signature is off", subject=held, by=by)
    return held


@transaction.atomic
def delete(statement, *, by):
    """Delete a statement that nobody has signed. Raises NotPossible."""
    held = MeasuresStatement.objects.select_for_update(of=("self",)).filter(pk=statement.pk).first()
    if held is None:
        return
    if held.is_signed or held.has_been_public:
        raise NotPossible("What was signed or published stays. Open it again to change it.")
    audit.write(f"Statement on {held.quarter_in_words} deleted", subject=held, by=by)
    held.delete()


def _locked(statement):
    held = MeasuresStatement.objects.select_for_update(of=("self",)).select_related("measure_set", "signed_by")
    found = held.filter(pk=statement.pk).first()
    if found is None:
        raise NotPossible("Somebody deleted this statement meanwhile.")
    return found
