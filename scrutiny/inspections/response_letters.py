"""The letter that goes with a response, drafted in one click from what the response says; then it is edited as any letter."""

from django.db import transaction
from django.utils.html import escape

from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from opcc_portal.office.models import Office
from scrutiny.inspections.models import Response
from scrutiny.inspections.responses import asked_by
from scrutiny.letters import operations as letters
from scrutiny.people.models import Appointment
from scrutiny.workflow.operations import NotPossible

# Section 55(6): a copy goes to the Secretary of State, for policing the Home Secretary. Whoever edits the draft adds the name.
ADDRESSEE = "The Home Secretary\nHome Office\n2 Marsham Street\nLondon\nSW1P 4DF"
SALUTATION = "Dear Home Secretary"
HEAD_OF_A_FORCE = "Chief Constable"


@transaction.atomic
def draft_letter(response, *, by, our_reference=""):
    """The letter of this response: a draft with everything that is answered so far, or the one that there is.

    Pressing twice makes one letter.
    """
    held = Response.objects.select_for_update(of=("self",)).select_related("inspection__body").get(pk=response.pk)
    if held.letter_id:
        return held.letter
    held.letter = letters.draft(
        date=today(),
        subject=f"Response to the report ‘{held.inspection.title}’"[:300],
        addressee=ADDRESSEE,
        salutation=SALUTATION,
        body=_body(held),
        our_reference=our_reference,
        copied_to=_copied_to(today()),
        demonstration_note=held.demonstration_note,
        by=by,
    )
    held.save(update_fields=["letter"])
    act = f"Letter drafted from the response to “{held.inspection}”"
    audit.write(act, subject=held, context=held.inspection, by=by)
    return held.letter


def _body(response):
    inspection = response.inspection
    body = inspection.body.short_name or inspection.body.name
    said = [
        f"<p>I am writing in response to the report ‘{escape(inspection.title)}’, which {escape(body)} published on "
        f"{in_words(inspection.published_on)}. The response of this office is published under section 55 of the Police Act 1996.</p>",
        response.text,
    ]
    for report in asked_by(response):
        if report.is_covered and report.rows:
            said.append(f"<p>This letter also answers the report ‘{escape(report.inspection.title)}’.</p>")
        said += [_answer(recommendation, answer) for recommendation, answer in report.rows if answer]
    if response.comments_state == Response.Comments.RECEIVED:
        said.append("<p>The comments of the chief constable are published with the response.</p>")
    elif response.comments_state == Response.Comments.NONE:
        said.append("<p>The chief constable was invited to comment and made no comments.</p>")
    return "".join(said)


def _answer(recommendation, answer):
    words = escape(answer.text.strip()).replace("\n\n", "</p><p>").replace("\n", "<br>")
    return f"<p><strong>{escape(recommendation)}.</strong> {escape(answer.get_kind_display())}: {words}</p>"


def _copied_to(day):
    """The chief constable by name, where the office knows who that is on the day."""
    office = Office.on(day)
    force = office.force_name if office else ""
    held = Appointment.objects.held_on(day).select_related("person", "post__organisation")
    head = held.filter(post__title=HEAD_OF_A_FORCE, post__organisation__name=force).order_by("-starts", "pk").first()
    return ", ".join(filter(None, (f"{HEAD_OF_A_FORCE} {head.person}" if head else HEAD_OF_A_FORCE, force)))


@transaction.atomic
def take_letter_off(response, *, by):
    """Say that this draft is not the letter of the response after all; it stays among the letters. Raises NotPossible."""
    held = Response.objects.select_for_update(of=("self",)).select_related("inspection").get(pk=response.pk)
    if held.letter_id is None:
        return held
    if held.letter.is_sent:
        raise NotPossible(f"{held.letter.number} is sent; it stays the letter of this response.")
    held.letter = None
    held.save(update_fields=["letter"])
    act = f"Letter taken off the response to “{held.inspection}”"
    audit.write(act, subject=held, context=held.inspection, by=by)
    return held
