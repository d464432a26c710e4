"""Interests, scores and agreed marks. Each act is one transaction with an audit line.

Interests come before scores. An interest that is declared after scoring takes that assessment out of the marks; it is
kept on record.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from funding.applications.models import Application
from funding.assessment.models import Assessment, Interest, Moderation, Outcome, Score
from funding.rounds.models import PanelMember, Round
from opcc_portal.audit import operations as audit
from scrutiny.register.models import Decision
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

DECIDED = "The round is decided: nothing in it is scored or ranked any more."
DRAFTED = "A decision has been drafted from these marks. Take the draft back before they change."
DECLARE_FIRST = "Declare your interests first, then assess."
# What is still to be looked at when somebody declares interests.
TO_DECLARE = (Application.Status.SUBMITTED, Application.Status.ELIGIBLE)


# --- what may still change -------------------------------------------------------------------------------------------


def decision_of(round_):
    """The decision record that stands for the round's outcomes, drafted or signed; None so far."""
    decisions = Decision.objects.real().filter(grant_outcomes__application__round=round_)
    return decisions.order_by("pk").first()


def why_fixed(round_):
    """Why marks and outcomes of the round may not change any more, "" while they may."""
    return fixed_by(round_, decision_of(round_))


def fixed_by(round_, decision):
    """The same where the decision is at hand."""
    if round_.is_decided:
        return DECIDED
    if decision is None:
        return ""
    return f"Decision {decision.reference} is signed. Nothing it rests on changes." if decision.is_signed else DRAFTED


def locked_round(pk):
    """The round, held until the transaction ends. Raises NotPossible once its marks are fixed."""
    round_ = Round.objects.select_for_update(of=("self",)).select_related("fund").get(pk=pk)
    if reason := why_fixed(round_):
        raise NotPossible(reason)
    return round_


# --- interests -------------------------------------------------------------------------------------------------------


def to_declare(round_, user):
    """The applications whose applicants' names somebody looks at before they assess; without those declared already."""
    found = Application.objects.filter(round=round_, status__in=TO_DECLARE).exclude(interests__user=user)
    return found.select_related("organisation").order_by("applicant_name", "pk")


def has_looked(member, application):
    """Whether the member declared their interests after this application had come in."""
    declared = member.interests_declared_at
    came = max(application.submitted_at, application.created_at)
    return declared is not None and declared >= came


def member_of(round_, user):
    """The user's place in the panel. Raises PermissionDenied for who has none."""
    member = PanelMember.objects.filter(round=round_, user=user).first()
    if member is None:
        raise PermissionDenied
    return member


@transaction.atomic
def declare(round_, *, natures, by):
    """Say in which applications one has an interest ({application: what it is}) and in no other. Returns how many are new.

    Declaring again adds; what was declared stays.
    """
    by.act_alone()
    locked_round(round_.pk)
    member = member_of(round_, by)
    new = sum(_declare(application, by, nature, by) for application, nature in natures.items())
    PanelMember.objects.filter(pk=member.pk).update(interests_declared_at=timezone.now())
    many = f"{new} interest{'' if new == 1 else 's'}" if new else "no interest"
    audit.write(f"Declared {many} in applications", subject=round_, by=by)
    return new


@transaction.atomic
def record_interest(application, *, user, nature, by):
    """Write an interest down that somebody declared in another way, in the meeting for instance."""
    by.act_alone()
    locked_round(application.round_id)
    if not _declare(application, user, nature, by):
        raise NotPossible(f"{user} has declared an interest in this application already.")
    audit.write(f"An interest of {user} written down", subject=application.round, by=by)


def _declare(application, user, nature, by):
    if not nature.strip():
        raise NotPossible("Say what the interest is.")
    words = {"nature": nature.strip(), "declared_by": by}
    _, is_new = Interest.objects.get_or_create(application=application, user=user, defaults=words)
    return is_new


@transaction.atomic
def remove_interest(interest, *, reason, by):
    """Take an interest off that was declared in error. The trail keeps what it was. Nobody removes their own."""
    locked_round(interest.application.round_id)
    if interest.user_id == by.pk:
        raise NotPossible("Somebody else must take off an interest that is your own.")
    if interest.application.is_closed_to(by):
        raise PermissionDenied
    if not reason.strip():
        raise NotPossible("Say why it was declared in error.")
    audit.write(
        f"An interest of {interest.user} taken off: {reason.strip()}",
        subject=interest.application.round,
        by=by,
        nature=interest.nature,
        application=interest.application.reference,
    )
    interest.delete()


# --- scores ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_assessment(application, *, words, scores, seen, by, hand_in=False):
    """Keep what the assessor thinks so far, or hand it in. Returns the assessment.

    `words` holds comment and advice, `scores` is {criterion: (points or None, comment)}; `seen` is the version that was
    read, 0 for none yet. Raises NotPossible, ChangedMeanwhile, PermissionDenied.
    """
    by.act_alone()
    ensure_assessable(application, by)
    held = Assessment.objects.select_for_update().filter(application=application, user=by).first()
    if held and held.is_submitted:
        raise NotPossible("You have handed this assessment in. Take it back to change it.")
    if (held.version if held else 0) != seen:
        raise ChangedMeanwhile(held)
    if hand_in and (any(points is None for points, _ in scores.values()) or not words["advice"] or not scores):
        raise NotPossible("Score every criterion and say what you advise, then hand it in.")
    held = held or Assessment(application=application, user=by, version=0)
    held.comment, held.advice = words["comment"], words["advice"]
    held.submitted_at = timezone.now() if hand_in else None
    held.version += 1
    held.save()
    _keep_scores(held, scores)
    if hand_in:
        audit.write("Assessment handed in", subject=application, context=application.round, by=by)
    return held


def ensure_assessable(application, user):
    """Raise what stops this person from scoring the application now."""
    round_ = locked_round(application.round_id)
    member = member_of(round_, user)
    if application.is_closed_to(user):
        raise PermissionDenied
    if not has_looked(member, application):
        raise NotPossible(DECLARE_FIRST)
    status = Application.objects.values_list("status", flat=True).get(pk=application.pk)
    if status != Application.Status.ELIGIBLE:
        raise NotPossible(f"Only eligible applications are assessed. This one: {Application.Status(status).label}.")


def _keep_scores(assessment, scores):
    for criterion, (points, comment) in scores.items():
        if points is None and not comment:
            Score.objects.filter(assessment=assessment, criterion=criterion).delete()
            continue
        if points is None:
            raise NotPossible(f"Give points for “{criterion}” as well, or leave out the comment.")
        if points > criterion.maximum:
            raise NotPossible(f"“{criterion}” takes at most {criterion.maximum} points.")
        said = {"points": points, "comment": comment}
        Score.objects.update_or_create(assessment=assessment, criterion=criterion, defaults=said)


@transaction.atomic
def take_back(assessment, *, seen, by):
    """Open one's own assessment again, as long as no mark is agreed on and no decision drafted."""
    application = assessment.application
    ensure_assessable(application, by)
    held = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if held.user_id != by.pk:
        raise PermissionDenied
    if not held.is_submitted:
        return held
    if held.version != seen:
        raise ChangedMeanwhile(held)
    if Moderation.objects.filter(application=application).exists():
        raise NotPossible("The panel has agreed on a mark for this application.")
    held.submitted_at = None
    held.version += 1
    held.save(update_fields=["submitted_at", "version"])
    audit.write("Assessment taken back", subject=application, context=application.round, by=by)
    return held


# --- moderation ------------------------------------------------------------------------------------------------------


@transaction.atomic
def agree(application, *, mark, note, seen, by):
    """Write down the mark that the panel agreed on, with the reason. `seen` is the version read, 0 for none yet."""
    by.act_alone()
    locked_round(application.round_id)
    _ensure_open_to(application, by)
    if not note.strip():
        raise NotPossible("Say why the panel agreed on another mark than the mean.")
    held = _held(Moderation, application, seen)
    if held and (held.mark, held.note) == (mark, note.strip()):
        return held
    before = str(held.mark) if held else ""
    held = held or Moderation(application=application, version=0)
    held.mark, held.note, held.by, held.at = mark, note.strip(), by, timezone.now()
    held.version += 1
    held.save()
    words = f"Mark agreed on: {mark} per cent"
    audit.write(words, subject=application, context=application.round, by=by, before=before)
    return held


@transaction.atomic
def drop_agreed(application, *, seen, by):
    """Go back to the mean of the assessors."""
    locked_round(application.round_id)
    _ensure_open_to(application, by)
    held = _held(Moderation, application, seen)
    if held is None:
        return
    held.delete()
    audit.write(
        "Agreed mark dropped: the mean counts again",
        subject=application,
        context=application.round,
        by=by,
        before=str(held.mark),
        note=held.note,
    )


def _held(model, application, seen):
    held = model.objects.select_for_update().filter(application=application).first()
    if (held.version if held else 0) != seen:
        raise ChangedMeanwhile(held)
    return held


def _ensure_open_to(application, user):
    if application.is_closed_to(user):
        raise PermissionDenied


def held_outcome(application, seen):
    """The outcome as it stands, locked; None for none yet. Raises ChangedMeanwhile."""
    return _held(Outcome, application, seen)
