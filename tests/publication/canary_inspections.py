"""Inspections in the office full of canaries: a response that is published with its report; evidence, owners and drafts that are not."""

import datetime

from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.inspections import operations, responses
from scrutiny.inspections.models import Answer, Inspection, Recommendation, Response
from tests.factories import (
    make_inspection,
    make_organisation,
    make_person,
    make_recommendation,
    make_response,
    make_user,
)

BEFORE = datetime.timedelta(days=12)


def sow(made, officer):
    """A signed response in public words whose report has secret owners and evidence, and a draft beside it."""
    secret, public = made.secret, made.public
    inspection = make_inspection(
        body=make_organisation(
            f"Inspectorate {public.word('Organisation.name of an inspectorate')}", kind="inspectorate"
        ),
        title=f"Roads {public.word('Inspection.title')}",
        summary=f"It found {public.word('Inspection.summary')}.",
        published_on=today() - BEFORE,
        owner=officer,
    )
    owner = make_person(f"Owner {secret.word('Person.name of an owner')}")
    asked = make_recommendation(
        inspection,
        text=f"Count {public.word('Recommendation.text')}.",
        addressee=f"Chiefs of {public.word('Recommendation.addressee')}",
        owner=owner,
    )
    for days, status in ((8, "under_way"), (2, "done")):
        day = today() - datetime.timedelta(days=days)
        operations.set_status(asked, status=status, on=day, evidence="x", by=officer)
    for change in asked.changes.all():
        made.hide(change)
    response = make_response(inspection, answered=False)
    Response.objects.filter(pk=response.pk).update(
        comments=f"<p>The force says {public.word('Response.comments')}.</p>",
        text=f"<p>The office says {public.word('Response.text')}.</p>",
    )
    said = responses.Said(asked, "taken", f"Counted {public.word('Answer.text')}.")
    responses.answer_all(response, [said], by=officer)
    response = Response.objects.get(pk=response.pk)
    response = responses.sign(response, seen=responses.hash_of(response), by=make_user(Role.COMMISSIONER))
    sent = {"inspectorate": (today(), f"with {public.word('Dispatch.how')}")}
    made.response = responses.record_dispatches(response, sent, seen=response.version, by=officer)
    _not_published(made)


def _not_published(made):
    """A report that is not public, with a draft of its response."""
    draft = make_response()
    made.hide(Answer.objects.get(response=draft))
    made.hide(draft)
    words = {
        name: f"<p>Not out: {made.secret.word(f'Response.{name} of a draft')}.</p>" for name in ("comments", "text")
    }
    Response.objects.filter(pk=draft.pk).update(**words)
    made.hide(Recommendation.objects.get(inspection=draft.inspection), keep=("label",))
    made.hide(Inspection.objects.get(pk=draft.inspection_id), keep=("slug",))
    made.addresses += [
        f"/inspections/{draft.inspection.published_on}-{draft.inspection.slug}/",
        f"/inspections/{draft.inspection.published_on}-{draft.inspection.slug}/response/",
        f"/inspections/{draft.inspection.published_on}-{draft.inspection.slug}/response.pdf",
        "/inspections/",
        "/inspections.csv",
        "/inspections.json",
        "/recommendations.csv",
    ]
