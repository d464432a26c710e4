"""Papers of a round: the ranked list for the meeting, and letters to those who applied."""

from django.template.loader import render_to_string
from django.utils.html import format_html

from funding.applications.models import Application, EligibilityAnswer
from funding.assessment.deciding import is_final
from funding.assessment.models import Outcome
from funding.assessment.standing import plain
from funding.rounds.money import in_pounds
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from opcc_portal.office.models import Office
from scrutiny.letters import letterhead, paper
from scrutiny.letters.paper import Paper
from scrutiny.workflow import papers

# What stands in place of an application in which the reader has an interest.
STUB = "You declared an interest"
DRAFT = "Draft. Not to be sent before the decision is signed."
NOT_ELIGIBLE = "not_eligible"


def ranked_list(stand):
    """The ranked list as the person sees it for whom `stand` was made."""
    round_, day = stand.round, today()
    office = Office.on(day)
    logo = office.logo if office else None
    title = f"{round_.fund.name}, {round_.label}"
    facts = [
        ("Budget", in_pounds(round_.budget)),
        ("With allowance", f"{in_pounds(round_.most)} ({plain(round_.allowance)} per cent over)"),
        ("Asked for", f"{in_pounds(stand.asked)} by {len(stand.rows)} applications"),
    ]
    if stand.awarded:
        facts.append(("Proposed", f"{in_pounds(stand.proposed)} for {len(stand.awarded)} applications"))
    context = {
        **_common(office, logo, day),
        "kind": "Ranked list",
        "title": title,
        "full_title": f"Ranked list: {title}, {in_words(day)}",
        "version": "Working copy",
        "status": f"Working copy of {in_words(day)}, for the panel and the office only",
        "facts": facts,
        "demonstration_note": round_.demonstration_note,
        "description": f"Applications to the {title} in the order of their marks",
        "keywords": f"grants, ranked list, {round_.fund.name}",
        "stand": stand,
        "words_of_stub": STUB,
    }
    html = render_to_string("funding/assessment/ranking_pdf.html", context)
    name = f"{day.isoformat()}-ranked-list-{round_.fund.code}-{round_.code}.pdf".lower()
    return Paper(html, logo, f"Ranked list: {title}", name)


def has_letter(application):
    """Whether there is anything to tell the applicant: an outcome, or that it is not eligible."""
    return application.status == Application.Status.INELIGIBLE or hasattr(application, "outcome")


def letters(applications):
    """The letters to these applicants, of one round, each beginning on a page of its own."""
    first, day = applications[0], today()
    office, head = Office.on(day), letterhead.letterhead_on(day)
    round_ = first.round
    one = len(applications) == 1
    title = f"Letter {first.reference}" if one else f"Letters of the {round_.fund.name}, {round_.label}"
    html = paper.html_of(
        *(_sheet(application, day, office, head) for application in applications),
        title=title,
        description=f"About applications to the {round_.fund.name}, {round_.label}",
        keywords=f"grants, letter, {round_.fund.name}",
    )
    name = f"letter-{first.reference}.pdf" if one else f"letters-{round_.fund.code}-{round_.code}.pdf"
    return Paper(html, letterhead.logo_of(head), title, name.lower())


def _common(office, logo, day):
    return {
        "office": office,
        "date": in_words(day),
        "logo": papers.LOGO if logo else "",
        "created": None,
        "modified": None,
    }


def _sheet(application, day, office, head):
    """One letter, in the look that all letters of the office have."""
    said, round_ = _letter(application, day), application.round
    decision, heading = said["decision"], f"{round_.fund.name}, {round_.label}"
    facts = [("Date", said["date"]), ("My reference", application.reference)]
    if decision:
        facts.append(("Decision", f"{decision.reference}, signed {in_words(decision.signed_on)}"))
    context = {
        "letter": said,
        "application": application,
        "outcome": said["outcome"],
        "office": office,
        "round": round_,
        "fund": round_.fund,
        "conditions": _paragraphs(round_.conditions),
    }
    return paper.Sheet(
        letterhead=head,
        date=said["date"],
        facts=tuple(facts),
        addressee=tuple(_address(application)),
        salutation=f"Dear {application.contact_name or application.applicant_name}",
        title=application.reference,
        subject=format_html("{}<br> {}", heading, application.title or application.reference),
        body=render_to_string("funding/assessment/letter_body.html", context),
        sender_name=office.holder_name if office else "",
        sender_office=office.holder_in_full if office else "",
        demonstration=application.demonstration_note or round_.demonstration_note,
        draft=said["draft"],
        running=application.reference,
    )


def _letter(application, day):
    outcome = getattr(application, "outcome", None)
    not_eligible = application.status == Application.Status.INELIGIBLE
    decision = outcome.decision if outcome and not not_eligible else None
    return {
        "kind": NOT_ELIGIBLE if not_eligible else outcome.result,
        "is_award": bool(outcome) and not not_eligible and outcome.result == Outcome.Result.AWARD,
        "outcome": None if not_eligible else outcome,
        "reason": [] if not_eligible else _paragraphs(outcome.reason),
        "not_met": _not_met(application) if not_eligible else [],
        "decision": decision if decision and decision.is_signed else None,
        "date": in_words(outcome.letter_sent_on if outcome and outcome.letter_sent_on else day),
        "draft": "" if is_final(application) else DRAFT,
    }


def _not_met(application):
    missed = EligibilityAnswer.Outcome.NOT_MET
    return [answer for answer in application.eligibility_answers.all() if answer.outcome == missed]


def _address(application):
    name = application.applicant_name
    names = [application.contact_name, name if name != application.contact_name else ""]
    lines = [line.strip(" ,") for line in application.address.splitlines()]
    return [line for line in (*names, *lines, application.postcode) if line]


def _paragraphs(text):
    return [line.strip() for line in text.splitlines() if line.strip()]
