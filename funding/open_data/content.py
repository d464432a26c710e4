"""What the public gets of an award, of a round and of a fund, as plain data: nothing withheld is in it, and nobody's name
to whom a grant goes as a person.
"""

from decimal import Decimal

from funding.awards.models import AwardRevision
from funding.rounds.money import in_pounds
from funding.totals import comparing
from scrutiny.workflow import kinds
from scrutiny.workflow.published import common, in_words

# What a grant that was changed says of its earlier state. Words that were changed may have been wrong to publish, and a
# recipient or a decision may be withheld: of these the public reads only that they changed.
TOLD_IN_FULL = ("amount", "date of the award", "first day", "last day", "area", "priority", "status")
NUMBERS = {"charity_number": "GB-CHC", "company_number": "GB-COH"}


def of_award(award):
    """The content of an award. It expects identifiers, payments and revisions at hand (see AwardKind.load)."""
    stub = award.restriction.stub(award.title) if award.is_restricted else None
    return {
        **common(
            stub["title"] if stub else award.title,
            award.awarded_on,
            demonstration_note=award.demonstration_note,
            priority=award.priority,
            status=f"{award.get_status_display()}. {in_pounds(award.amount)} awarded",
        ),
        "reference": award.reference,
        "fund": _fund(award.fund),
        "round": _round(award.round) if award.round else None,
        "recipient": None if stub or award.is_individual else _recipient(award.recipient),
        "withheld": stub,
        "is_individual": award.is_individual,
        "purpose": award.purpose,
        "reasons": award.reasons,
        "conditions": award.conditions,
        "amount": _text(award.amount),
        "applied_for": _text(award.applied_for),
        "paid": _text(_paid(award)),
        "awarded_on": award.awarded_on.isoformat(),
        "starts": _iso(award.starts),
        "ends": _iso(award.ends),
        "area": _area(award.area) if award.area else None,
        "decision": _decision(award),
        "award_status": award.status,
        "award_status_words": award.get_status_display(),
        "history": [_step(each) for each in award.revisions.all()],
        "modified": award.changed_at.isoformat(timespec="seconds"),
        "is_demonstration": award.is_demonstration,
        **({"with_pdf": True} if award.with_pdf else {}),  # not said of the others, which then stay as they were
    }


def _fund(fund):
    return {
        "name": fund.name,
        "slug": fund.slug,
        "source": fund.source,
        "legal_power": fund.get_legal_power_display(),
    }


def _round(round_):
    return {
        "label": round_.label,
        "slug": round_.slug,
        "opens": round_.opens.isoformat(),
        "closes": round_.closes.isoformat(),
    }


def _recipient(organisation):
    numbers = {each.list: each.number for each in organisation.identifiers.all()}
    return {
        "name": organisation.name,
        "kind": organisation.kind,
        "id": str(organisation.identifier or ""),
        "key": public_key(organisation),
        **{name: numbers.get(register, "") for name, register in NUMBERS.items()},
        "website": organisation.website,
    }


def public_key(organisation):
    """Under which name the public addresses of recipients know an organisation: by its number, else by the desk's."""
    return str(organisation.identifier or "").lower() or f"org-{organisation.pk}"


def _area(area):
    return {"name": area.name, "slug": area.slug, "gss_code": area.gss_code, "kind": area.kind}


def _decision(award):
    """The decision record where the public can read it; else nothing, since its title may be withheld."""
    path = kinds.public_path(award.decision) if award.decision_id else ""
    return {"reference": award.decision.reference, "url": f"/{path}/"} if path else None


def _paid(award):
    """What has been paid so far, less what came back; repayments are no award of less than nothing."""
    moved = [payment for payment in award.payments.all() if payment.is_paid]
    return sum((each.amount if each.kind == each.Kind.PAYMENT else -each.amount for each in moved), Decimal(0))


def _step(revision):
    made = revision.kind == AwardRevision.Kind.MADE
    return {
        "on": revision.effective_on.isoformat(),
        "kind": revision.get_kind_display(),
        "reason": revision.reason,
        "changes": [] if made else [_change(*change) for change in revision.changes],
    }


def _change(what, before, after):
    what = what.removesuffix(", in pounds")
    return [what, before, after] if what in TOLD_IN_FULL else [what, "", ""]


def of_round(round_):
    """The content of a round: when, how much there was, and by what it was decided."""
    return {
        **common(
            f"{round_.fund.name}: {round_.label}",
            round_.opens,
            demonstration_note=round_.demonstration_note,
            status=_standing(round_),
        ),
        "fund": _fund(round_.fund),
        "round": _round(round_),
        "budget": _text(round_.budget),
        "allowance": _text(round_.allowance),
        "maximum_grant": _text(round_.fund.maximum_grant),
        "guidance": round_.guidance,
        "priorities": [{"title": each.title, "slug": each.slug} for each in round_.priorities.all()],
        "criteria": [
            {"title": each.title, "guidance": each.guidance, "maximum": each.maximum, "weight": _text(each.weight)}
            for each in round_.criteria.all()
        ],
        "eligibility": [each.text for each in round_.eligibility.all()],
        "is_demonstration": round_.is_demonstration,
    }


def _standing(round_):
    """Days alone: what is published does not change because a day has passed."""
    if round_.decided_on:
        return f"Decided on {in_words(round_.decided_on.isoformat())}"
    opens, closes = (in_words(each.isoformat()) for each in (round_.opens, round_.closes))
    return f"Applications from {opens} to {closes}"


def of_fund(fund, *, on):
    """The content of a fund: what documents state, beside what the register held on their days, and why it differs."""
    compared = comparing.compare_all(fund)
    stated = [each.stated for each in compared]
    return {
        **common(fund.name, on, demonstration_note=fund.demonstration_note, status=fund.get_legal_power_display()),
        "fund": _fund(fund),
        "purpose": fund.purpose,
        "maximum_grant": _text(fund.maximum_grant),
        "stated": [_stated(each) for each in compared],
        "clashes": [
            {
                "earlier": _said_by(each.earlier),
                "later": _said_by(each.later),
                "gap": _text(each.gap),
                "note": each.note,
            }
            for each in comparing.clashes(fund, stated)
        ],
    }


def _said_by(stated):
    return {
        "document": stated.document,
        "on": stated.stated_on.isoformat(),
        "amount": _text(stated.amount),
        "organisations": stated.organisations,
    }


def _stated(compared):
    stated = compared.stated
    return {
        **_said_by(stated),
        "scope": stated.scope,
        "round": stated.round.label if stated.round else "",
        "priority": {"title": stated.priority.title, "slug": stated.priority.slug} if stated.priority else None,
        "starts": _iso(stated.starts),
        "ends": _iso(stated.ends),
        "computed": _text(compared.computed.amount),
        "computed_awards": compared.computed.count,
        "computed_organisations": compared.computed.organisations,
        "difference": _text(compared.difference),
        "agrees": compared.agrees,
        "comparison": compared.words,
        "explanation": stated.explanation if compared.is_explained else "",
    }


def _text(amount):
    """3000.00: a sum as every database and every reader of JSON gives it back."""
    return None if amount is None else f"{amount:.2f}"


def _iso(date):
    return date.isoformat() if date else None


def amount_of(text):
    """The sum that a content holds as text; None where it holds none."""
    return None if text is None else Decimal(text)
