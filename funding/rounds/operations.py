"""Acts on funds and rounds: adding, changing, what is asked of applicants, who assesses.

Each is one transaction, locks the fund or round, compares the version that the person read, and writes an audit line.
Applications, scores and awards belong to rooms above this one; what they forbid is read from their reverse sides.
"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from funding.rounds.keeping import change, held_as, keep
from funding.rounds.models import Criterion, EligibilityQuestion, Fund, PanelMember, Round
from funding.rounds.money import in_pounds
from opcc_portal.audit import operations as audit
from scrutiny.workflow.operations import NotPossible

SLUG_LENGTH = 100
# What a round of a fund of the demonstration says of itself.
INVENTED = "Everything in this round is invented for the demonstration."


# --- funds -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_fund(words, *, by):
    """Write a fund down. The same words sent again are the same fund. Raises ValidationError."""
    by.act_alone()
    if same := Fund.objects.filter(**words).first():
        return same
    fund = keep(Fund(**words, slug=_free_slug(Fund.objects.all(), words["name"])))
    audit.write(f"Fund “{fund}” added", subject=fund, by=by)
    return fund


@transaction.atomic
def change_fund(fund, words, *, seen, by):
    """Change a fund as `seen` by the person. Raises NotPossible, ChangedMeanwhile, ValidationError."""
    held = held_as(Fund, fund, seen)
    if words["code"] != held.code and has_references(held):
        raise NotPossible("References with this code were given already. The code stays as it is.")
    return change(held, words, by=by)


def has_references(fund):
    """Whether some application or award carries the fund's code in its reference."""
    return fund.awards.exists() or has_applications(fund.rounds.values("pk"))


def has_applications(rounds):
    """Whether one of the rounds has given a number to an application."""
    received = Round.objects.filter(pk__in=rounds, applications__number__isnull=False)
    return received.exists()


# --- rounds ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_round(fund, words, *, by):
    """Add a round to a fund. The same words sent again are the same round. Raises ValidationError.

    A round of a fund that was invented for the demonstration is itself invented.
    """
    Fund.objects.select_for_update().get(pk=fund.pk)
    words = dict(words)
    priorities = words.pop("priorities", ())
    if same := Round.objects.filter(fund=fund, **words).first():
        return same
    slug = _free_slug(fund.rounds, words["label"])
    round_ = keep(Round(fund=fund, slug=slug, demonstration_note=INVENTED if fund.is_demonstration else "", **words))
    round_.priorities.set(priorities)
    audit.write(f"Round “{round_.label}” added", subject=round_, context=fund, by=by)
    return round_


@transaction.atomic
def change_round(round_, words, *, seen, by):
    """Change a round as `seen` by the person. Raises NotPossible, ChangedMeanwhile, ValidationError."""
    held = held_as(Round, round_, seen)
    if words["code"] != held.code and has_applications([held.pk]):
        raise NotPossible("References with this code were given already. The code stays as it is.")
    _refuse_less_than_awarded(held, words)
    return change(held, words, by=by, context=held.fund)


def _refuse_less_than_awarded(held, words):
    wanted = Round(budget=words["budget"], allowance=words["allowance"])
    given = sum(held.awards.exclude(status="withdrawn").values_list("amount", flat=True), Decimal(0))
    if given > wanted.most and wanted.most < held.most:
        said = f"{in_pounds(given)} is awarded in this round already. With its allowance it must hold at least that."
        raise ValidationError({"budget": said})


# --- what a round asks -------------------------------------------------------------------------------------------------


def is_scored(round_):
    """Whether somebody has scored an application, so that criteria must stay."""
    return round_.criteria.filter(scores__isnull=False).exists()


def is_checked(round_):
    """Whether somebody has answered a question of eligibility, so that the questions must stay."""
    return round_.eligibility.filter(answers__isnull=False).exists()


@transaction.atomic
def ask(round_, *, criteria=None, questions=None, seen, by):
    """Say what applications are scored for and what must hold; a list of {field: value} in order, None: as it is.

    Raises NotPossible, ChangedMeanwhile.
    """
    held = held_as(Round, round_, seen)
    if criteria is not None and is_scored(held):
        raise NotPossible(
            "Scoring has begun. The criteria stay as they are, so that every application is scored alike."
        )
    if questions is not None and is_checked(held):
        raise NotPossible("Eligibility is being checked. The questions stay as they are.")
    before = _asked(held)
    for model, lines in ((Criterion, criteria), (EligibilityQuestion, questions)):
        if lines is not None:
            model.objects.filter(round=held).delete()  # nothing rests on them yet, and two may have changed places
            model.objects.bulk_create([model(round=held, position=n, **line) for n, line in enumerate(lines, 1)])
    if (now := _asked(held)) != before:
        changes = [[name, before[name], now[name]] for name in before if before[name] != now[name]]
        _next_version(held)
        audit.write("Criteria and eligibility set", subject=held, context=held.fund, by=by, changes=changes)
    return held


def _asked(round_):
    criteria = (
        f"{each.title} (0 to {each.maximum}, weight {each.weight.normalize():f}) {each.guidance}".strip()
        for each in round_.criteria.all()
    )
    questions = (each.text for each in round_.eligibility.all())
    return {"criteria": "; ".join(criteria), "eligibility": "; ".join(questions)}


# --- the panel -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def name_panel(round_, *, users, chair, seen, by):
    """Say who assesses, and who of them chairs. Somebody who has scored stays. Raises NotPossible, ChangedMeanwhile."""
    held = held_as(Round, round_, seen)
    if held.is_decided:
        raise NotPossible("This round is decided. Its panel stays as it was.")
    wanted = {user.pk: user for user in users}
    present = {member.user_id: member for member in held.panel.select_related("user")}
    gone = [member for pk, member in present.items() if pk not in wanted]
    if kept := [str(each.user) for each in gone if each.user.assessments.filter(application__round=held).exists()]:
        raise NotPossible(f"{', '.join(kept)} has assessed applications of this round and stays in its panel.")
    before = _panel_of(held)
    PanelMember.objects.filter(pk__in=[member.pk for member in gone]).delete()
    new = [user for pk, user in wanted.items() if pk not in present]
    PanelMember.objects.bulk_create([PanelMember(round=held, user=user) for user in new])
    held.panel.filter(is_chair=True).exclude(user=chair).update(is_chair=False)
    held.panel.filter(user=chair).update(is_chair=True)
    if (now := _panel_of(held)) != before:
        _next_version(held)
        audit.write("Panel named", subject=held, context=held.fund, by=by, changes=[["panel", before, now]])
    return held


def _panel_of(round_):
    members = PanelMember.objects.filter(round=round_).select_related("user").order_by("-is_chair", "user__name")
    return ", ".join(f"{each.user} (chair)" if each.is_chair else str(each.user) for each in members)


def _next_version(round_):
    round_.version += 1
    round_.save(update_fields=["version"])


def _free_slug(records, words):
    wanted = slug = slugify(words)[:SLUG_LENGTH].strip("-") or "round"
    number = 1
    while records.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug
