"""Everything that happens to a letter. Other rooms draft with `draft`; nothing but `send` gives a number."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from opcc_portal.richtext.cleaning import clean, from_plain, to_plain
from scrutiny.letters import marks, signing
from scrutiny.letters.letterhead import letterhead_on
from scrutiny.letters.models import Enclosure, Letter, LetterCounter
from scrutiny.workflow import states
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

FIELDS = (
    "date", "sender", "sender_name", "sender_office", "our_reference", "their_reference", "addressee", "public_addressee",
    "salutation", "subject", "body", "footnotes", "sign_off", "signature", "copied_to",
)  # fmt: skip
# A letter that says something of its day which was not so is new when it is sent within this time after its date;
# later it is a letter of long ago that somebody enters as it was.
NEW_FOR = timedelta(days=31)


# --- drafting ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft(
    *, date, subject, addressee, salutation, body, by, sender=None, our_reference="", their_reference="", copied_to="",
    footnotes="", enclosures=(), public_addressee="", sign_off="", demonstration_note="",
):  # fmt: skip
    """Write a letter down, to be read, changed and sent. Returns it; the same words sent again are the same letter.

    `body` is rich text, or plain text with an empty line between paragraphs; `addressee`, `copied_to` and `footnotes` have
    one line for each. `enclosures` are titles, Uploads, or (title, Upload). Raises NotPossible without addressee.
    """
    words = {
        "date": date,
        "sender": sender,
        "our_reference": our_reference,
        "their_reference": their_reference,
        "addressee": addressee,
        "public_addressee": public_addressee,
        "salutation": salutation,
        "subject": subject,
        "body": body if body.lstrip().startswith("<") else from_plain(body),
        "footnotes": footnotes,
        "copied_to": copied_to,
    }
    if sign_off:
        words["sign_off"] = sign_off
    return add(words, [_enclosed(each) for each in enclosures], by=by, demonstration_note=demonstration_note)


@transaction.atomic
def add(words, enclosures=(), *, by, demonstration_note=""):
    """Write a letter down from its fields and its Enclosures, which are not saved yet."""
    if by:
        by.act_alone()
    letter = Letter(**words, created_by=by, demonstration_note=demonstration_note)
    _tidy(letter)
    if not letter.addressee_lines:
        raise NotPossible("Write to whom the letter goes.")
    if same := _same_draft(letter, enclosures):
        return same
    letter.save()
    _keep_enclosures(letter, enclosures)
    audit.write(f"Letter “{letter.title}” drafted", subject=letter, by=by)
    _left_off(letter, by)
    return letter


@transaction.atomic
def change(letter, words, enclosures=None, *, seen, by):
    """Change a draft. `words` maps FIELDS to new values; `enclosures` replace those there are, None leaves them.

    Raises ChangedMeanwhile, NotPossible.
    """
    held = _open(letter, seen)
    before = {name: getattr(held, name) for name in words}
    for name, value in words.items():
        setattr(held, name, value)
    _tidy(held)
    if not held.addressee_lines:
        raise NotPossible("Write to whom the letter goes.")
    changed = [name for name, value in before.items() if getattr(held, name) != value]
    moved = enclosures is not None and _said(held.enclosures.all()) != _said(enclosures)
    if not changed and not moved:
        return held
    held.version += 1
    held.save(update_fields=[*changed, "version"])
    if moved:
        _keep_enclosures(held, enclosures)
    said = [*(str(Letter._meta.get_field(name).verbose_name) for name in changed), *(["enclosures"] if moved else [])]
    audit.write(f"Letter “{held.title}” changed", subject=held, by=by, changed=said)
    _left_off(held, by)
    return held


@transaction.atomic
def delete(letter, *, seen, by):
    """Throw a draft away; a line of the trail stays. Raises ChangedMeanwhile, NotPossible."""
    held = _open(letter, seen)
    if used := _used_by(held):
        raise NotPossible(f"This letter belongs to {used}. Take it off there first.")
    audit.write(f"Draft letter “{held.title}” to {held.received_by} deleted", subject=held, by=by)
    held.delete()


# --- sending -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def send(letter, *, by, seen):
    """Give the letter its number and close it for good, with name, office and letterhead as of its day. Returns it.

    The counter is locked to the end of the transaction, so that two letters sent at once get two numbers that follow each
    other, and a sending that fails gives its number back. Raises ChangedMeanwhile, NotPossible.
    """
    if not by.has_perm("letters.send", letter):
        raise NotPossible("Only a governance officer, the commissioner or the deputy can send a letter.")
    held = _locked(letter)
    if held.is_sent:
        return held
    if held.version != seen:
        raise ChangedMeanwhile(held)
    as_signed(held)
    if lacking := what_is_lacking(held):
        raise NotPossible(lacking[0])
    held.letterhead = letterhead_on(held.date)
    held.serial, held.sent_at, held.sent_by = _next_number(), timezone.now(), by
    held.version += 1
    held.save()
    for step in (State.IN_REVIEW, State.SIGNED):
        states.move(held, step, by=by)
    audit.write(f"Letter {held.number} “{held.title}” sent to {held.received_by}", subject=held, by=by)
    return held


def as_signed(letter):
    """Fill in name and office of the sender where they are empty, as of the letter's day; returns the letter, not saved."""
    known = signing.signatory(letter.sender, letter.date)
    letter.sender_name = letter.sender_name or known.name
    letter.sender_office = letter.sender_office or known.office
    return letter


def what_is_lacking(letter):
    """What stands against sending it, as sentences; empty when it can go. For a letter that is `as_signed`."""
    return list(_lacking(letter))


def is_new(letter):
    """Whether it goes out now, and is not entered long after it was written. Invariant 20 of the domain."""
    day = timezone.localdate(letter.sent_at) if letter.sent_at else today()
    return day - letter.date <= NEW_FOR


def _lacking(letter):
    if not letter.addressee_lines:
        yield "Write to whom the letter goes."
    if not letter.salutation.strip():
        yield "Write how the letter addresses its reader."
    if not letter.title.strip():
        yield "Write what the letter is about."
    if not to_plain(letter.body).strip():
        yield "Write the text of the letter."
    if not letter.sender_name.strip():
        yield "Write who signs the letter: nobody is recorded as office holder."
    if not letter.sender_office.strip():
        yield "Write the office of who signs: no post of that day is recorded."
    if letter.date > today():
        yield f"It is dated {in_words(letter.date)}, and can be sent from that day on."
    if problem := marks.footnote_problem(letter.body, letter.footnote_lines):
        yield problem
    if is_new(letter) and (problem := signing.disagreement(letter)):
        yield f"{problem} Mend the sender, or what is recorded under People or in the settings."


# --- inside ------------------------------------------------------------------------------------------------------------


def _left_off(letter, by):
    audit.left_off(
        by, title=f"Letter: {letter.title}", excerpt=to_plain(letter.body), address=letter.get_absolute_url()
    )


def _tidy(letter):
    for name in ("addressee", "footnotes", "copied_to"):
        setattr(letter, name, "\n".join(marks.lines(getattr(letter, name))))
    letter.body = clean(letter.body)


def _locked(letter):
    return Letter.objects.select_for_update(of=("self",)).select_related(*Letter.LOADED_WITH).get(pk=letter.pk)


def _open(letter, seen):
    held = _locked(letter)
    if held.is_sent:
        raise NotPossible(held.why_closed)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    return held


def _next_number():
    LetterCounter.objects.get_or_create(pk=1)
    counter = LetterCounter.objects.select_for_update().get(pk=1)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _same_draft(letter, enclosures):
    words = {name: getattr(letter, name) for name in (*FIELDS, "demonstration_note", "created_by")}
    found = Letter.objects.drafts().filter(**words).order_by("pk")
    return next((each for each in found if _said(each.enclosures.all()) == _said(enclosures)), None)


def _enclosed(each):
    if isinstance(each, Upload):
        return Enclosure(title=each.name, upload=each)
    title, upload = (each, None) if isinstance(each, str) else each
    return Enclosure(title=title, upload=upload)


def _said(enclosures):
    return [(each.title, each.upload_id, each.is_public) for each in enclosures]


def _keep_enclosures(letter, enclosures):
    kept = {*letter.enclosures.filter(pk__in=[each.pk for each in enclosures if each.pk]).values_list("pk", flat=True)}
    letter.enclosures.exclude(pk__in=kept).delete()
    for position, each in enumerate(enclosures, 1):
        each.letter, each.position = letter, position
        if each.pk not in kept:
            each.pk = None
        each.save(force_insert=each.pk is None, force_update=each.pk is not None)


def _used_by(letter):
    """What holds on to the letter, in words; empty when nothing does."""
    for relation in letter._meta.related_objects:
        if relation.related_model is not Enclosure:
            found = relation.related_model._default_manager.filter(**{relation.field.name: letter}).first()
            if found is not None:
                return f"“{found}”"
    return ""
