"""What the public gets of inspections and of the responses to them, as plain data: no owner, no evidence, no desk's key.

What became of a recommendation is public with its day; the words of the evidence and its files, and who said so, are not.
"""

from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from opcc_portal.richtext.cleaning import clean
from scrutiny.inspections import responses
from scrutiny.inspections.clock import CITATION, PERIOD, day_of
from scrutiny.inspections.models import Dispatch, Response
from scrutiny.inspections.responses import anchors_of
from scrutiny.workflow import kinds
from scrutiny.workflow.published import common


def of_inspection(inspection):
    """A report with its recommendations and what became of each."""
    reports = [responses.Asked(inspection, rows=[(each, None) for each in _recommendations(inspection)])]
    anchors = anchors_of(reports)
    return {
        **common(
            inspection.title,
            inspection.published_on,
            demonstration_note=inspection.demonstration_note,
            priority=inspection.priority,
        ),
        "body": inspection.body.name,
        "kind": inspection.get_kind_display(),
        "published_on": inspection.published_on.isoformat(),
        "url": inspection.url,
        "summary": inspection.summary,
        "concerns": inspection.get_subject_display(),
        "why_not_subject": "" if inspection.needs_response else inspection.why_not_subject,
        "needs_response": inspection.needs_response,
        "clock": clock_of(inspection),
        "covers": [_named(each) for each in inspection.covers.select_related("body").order_by("published_on", "pk")],
        "recommendations": [{**_asked(each, anchors[each]), "history": _history(each)} for each, _ in reports[0].rows],
        "elsewhere": _elsewhere(inspection),
    }


def _recommendations(inspection):
    return inspection.recommendations.prefetch_related("changes").order_by("position", "pk")


def _elsewhere(inspection):
    """Where the response stood in public before this portal, with what it leaves open; None for every other inspection.

    Nothing is told of a response that is not out. One that this portal has published is found by its own Edition.
    """
    known = Response.objects.select_related("inspection", "letter").filter(published_on__isnull=False)
    response = known.filter(inspection=inspection).first() or known.filter(inspection__covers=inspection).first()
    if response is None:
        return None
    letter = response.letter
    return {
        "published_on": response.published_on.isoformat(),
        "report": "" if response.inspection_id == inspection.pk else response.inspection.title,
        "gaps": [] if response.is_signed else _gaps(response),
        "letter": {"subject": key(letter), "date": letter.date.isoformat()} if letter and _may_name(letter) else None,
    }


def _may_name(letter):
    """A letter is spoken of once it is public, or is published in the same act."""
    return letter.is_sent and bool(kinds.are_public([letter]))


def _gaps(response):
    """What a response of earlier years leaves open, said to the public as well: nothing of it is hidden."""
    reports = responses.asked_by(response)
    unanswered = sum(len(report.unanswered) for report in reports)
    asked = sum(len(report.rows) for report in reports)
    found = []
    if unanswered:
        found.append(
            "It does not answer the recommendations one by one."
            if unanswered == asked
            else f"{unanswered} of {asked} recommendations have no answer in it."
        )
    if response.comments_state == Response.Comments.NOT_RECORDED:
        found.append("No comments of the chief constable are attached, and none are recorded.")
    sent = {each.to for each in response.dispatches.all()}
    if Dispatch.To.SECRETARY_OF_STATE not in sent:
        found.append("No copy to the Secretary of State is recorded.")
    if Dispatch.To.INSPECTORATE not in sent:
        found.append("No copy to the inspectorate is recorded.")
    return found


def of_response(response):
    """The response: both bodies' comments, and the answer to every recommendation of every report that it answers."""
    inspection, reports = response.inspection, responses.asked_by(response)
    anchors, day = anchors_of(reports), signed_day(response)
    letter = response.letter
    return {
        **common(
            f"Response to “{inspection.title[:280]}”",
            day,
            demonstration_note=response.demonstration_note or inspection.demonstration_note,
            priority=inspection.priority,
        ),
        "inspection": _named(inspection),
        "clock": clock_of(inspection),
        "published_elsewhere_on": _iso(response.published_on),
        "invited_on": _iso(response.invited_on),
        "comments_by": _iso(response.comments_by),
        "comments_state": response.comments_state,
        "comments_received_on": _iso(response.comments_received_on),
        "comments": clean(response.comments),
        "text": clean(response.text),
        "reports": [
            {
                **_named(report.inspection),
                "is_covered": report.is_covered,
                "answers": [_answered(each, answer, anchors[each]) for each, answer in report.rows],
            }
            for report in reports
        ],
        "letter": {"subject": key(letter), "date": letter.date.isoformat(), "number": letter.number}
        if letter and _may_name(letter)
        else None,
        "dispatches": [
            {"to": each.get_to_display(), "sent_on": each.sent_on.isoformat(), "how": each.how}
            for each in sorted(response.dispatches.all(), key=lambda each: list(Dispatch.To).index(each.to))
        ],
        "signed_on": day.isoformat() if response.signed_at else "",
        "signed_name": response.signed_name,
    }


def signed_day(response):
    """The day of the signature; of what is not signed yet today."""
    return day_of(response.signed_at) if response.signed_at else today()


def clock_of(inspection):
    """The clock of section 55 as the public reads it."""
    return {
        "starts": inspection.published_on.isoformat(),
        "last_day": inspection.clock.last_day.isoformat(),
        "days": PERIOD,
        "citation": CITATION,
    }


def _named(inspection):
    return {
        "title": inspection.title,
        "body": inspection.body.name,
        "kind": inspection.get_kind_display(),
        "published_on": inspection.published_on.isoformat(),
        "subject": key(inspection),
    }


def _asked(recommendation, anchor):
    return {
        "anchor": anchor,
        "name": str(recommendation),
        "label": recommendation.label,
        "kind": recommendation.get_kind_display(),
        "text": recommendation.text,
        "addressee": recommendation.addressee,
        "due": _iso(recommendation.due),
        "status": recommendation.get_status_display(),
        "is_open": recommendation.is_open,
    }


def _history(recommendation):
    """Each status with its day, the newest first; the same status again on another day is evidence, and no news."""
    steps = []
    for change in list(recommendation.changes.all())[::-1]:
        if not steps or steps[-1]["status"] != change.get_status_display():
            steps.append({"status": change.get_status_display(), "on": change.on.isoformat()})
    return steps[::-1]


def _answered(recommendation, answer, anchor):
    asked = {
        name: value
        for name, value in _asked(recommendation, anchor).items()
        if name not in ("due", "status", "is_open")
    }
    return {**asked, "answer": {"kind": answer.get_kind_display(), "text": answer.text} if answer else None}


def _iso(day):
    return day.isoformat() if day else ""
