"""Keeping something from the public, changing why, releasing it; all that is in force; the legal bases; markings."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from funding.awards.models import Award
from opcc_portal.accounts.permissions import allow
from opcc_portal.audit import operations as audit
from opcc_portal.jobs import operations as jobs
from scrutiny.meetings.models import AgendaItem
from scrutiny.minutes.models import MinuteEntry, Minutes
from scrutiny.publication import following, releasing, restricted
from scrutiny.publication.restricted import thing_of
from scrutiny.publication.restriction_forms import (
    LegalBasisForm,
    MarkingForm,
    PassageForm,
    RestrictionFilter,
    RestrictionForm,
)
from scrutiny.register.models import Attachment, Decision
from scrutiny.reports import passages, withholding
from scrutiny.reports.models import JointReport, ReportSection
from scrutiny.workflow import marking, restrictions
from scrutiny.workflow.models import LegalBasis, Marking, Restriction
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.papers import PATIENCE

ROOM = "scrutiny/publication"
A_PAGE = 30


# --- Restricting -------------------------------------------------------------------------------------------------------


@allow("restrictions.edit", of=AgendaItem)
def restrict_item(request, item):
    """Keep an agenda item from the public."""
    return _restrict(request, item)


@allow("restrictions.edit", of=MinuteEntry)
def restrict_entry(request, entry):
    """Keep one entry of minutes from the public."""
    return _restrict(request, entry)


@allow("restrictions.edit", of=Attachment)
def restrict_attachment(request, attachment):
    """Keep a file from the public."""
    return _restrict(request, attachment)


@allow("restrictions.edit", of=Decision)
def restrict_decision(request, decision):
    """Keep a decision from the public."""
    return _restrict(request, decision)


@allow("restrictions.edit", of=Award)
def restrict_award(request, award):
    """Keep the recipient of a grant from the public."""
    return _restrict(request, award)


def _restrict(request, target):
    if target.is_restricted:
        return redirect("restriction-edit", target.restriction_id)
    thing = thing_of(target)
    form = RestrictionForm(request.POST or None, thing=thing)
    if form.is_valid():
        try:
            restrictions.restrict(target, by=request.user, context=thing.meeting, **form.words)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            return _restricted(request, thing)
    return _form_page(request, form, thing, earlier=restrictions.earlier(target))


@allow("restrictions.edit", of=ReportSection)
def restrict_passage(request, section):
    """Take words out of a section and keep them from the public."""
    form = PassageForm(request.POST or None)
    del form.fields["neutral_title"]
    if form.is_valid():
        try:
            words = form.cleaned_data["passage"]
            passage = withholding.withhold(section, words=words, by=request.user, **form.words)
        except NotPossible as reason:
            form.add_error("passage", str(reason))
        else:
            return _restricted(request, thing_of(passage))
    report = section.report
    held = {passage.pk: passage for passage in section.passages.select_related("restriction")}
    context = {
        "form": form,
        "section": section,
        "report": report,
        "text": passages.for_the_desk(section.body, held),
        "held": [passage for passage in held.values() if passage.is_restricted],
        "back": f"{report.get_absolute_url()}#section-{section.pk}",
    }
    return render(request, f"{ROOM}/restrict_passage.html", context, status=422 if form.errors else 200)


def _form_page(request, form, thing, *, restriction=None, earlier=()):
    context = {"form": form, "thing": thing, "restriction": restriction, "earlier": earlier}
    context["published"] = _as_links(thing.published)
    return render(request, f"{ROOM}/restrict.html", context, status=422 if form.errors else 200)


def _as_links(published):
    return [
        {
            "label": kind.label,
            "publish": reverse("publish", args=[kind.name, record.pk]),
            "history": reverse("publish-history", args=[kind.name, record.pk]),
        }
        for kind, record in published
    ]


def _restricted(request, thing):
    """Back to the thing; where it is public already, on to where a version without it is published."""
    published = thing.published
    if not published:
        messages.success(request, "Kept from the public.")
        return redirect(thing.url)
    messages.warning(
        request,
        "Kept from the public from the next version on. What is published still holds it: publish a new version now. "
        "Earlier versions stay readable until they are withdrawn: do that afterwards, in the history of each document.",
    )
    kind, record = published[0]
    return redirect("publish", kind.name, record.pk)


# --- Changing and releasing --------------------------------------------------------------------------------------------


@allow("restrictions.edit", of=Restriction)
def restriction_edit(request, restriction):
    """Change why something is kept from the public; the button that releases it."""
    thing = restricted.of_restriction(restricted.loaded().get(pk=restriction.pk))
    if thing is None or not restriction.is_in_force:
        messages.info(request, "This is no longer kept from the public.")
        return redirect(thing.url if thing else "restrictions")
    form = RestrictionForm(request.POST or None, thing=thing, restriction=restriction)
    if form.is_valid():
        try:
            restrictions.change(
                thing.target,
                seen_as=form.cleaned_data["seen"],
                by=request.user,
                context=thing.meeting,
                **form.words,
            )
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            return _changed(request, thing)
    return _form_page(request, form, thing, restriction=restriction)


def _changed(request, thing):
    published = thing.published
    if not published:
        messages.success(request, "The restriction is saved.")
        return redirect(thing.url)
    messages.success(request, "The restriction is saved. What the public reads changes with the next version.")
    kind, record = published[0]
    return redirect("publish", kind.name, record.pk)


@allow("restrictions.edit", of=Restriction)
@require_POST
def restriction_release(request, restriction):
    """Let the public have it again; what is published already is published anew at once."""
    thing = restricted.of_restriction(restricted.loaded().get(pk=restriction.pk))
    if thing is None or not restriction.is_in_force:
        messages.info(request, "This is no longer kept from the public.")
        return redirect(thing.url if thing else "restrictions")
    try:
        documents = releasing.release(thing, by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect(thing.url)
    if not documents:
        messages.success(request, "Released. The public gets it with the next version that is published.")
        return redirect(thing.url)
    if not request.user.has_perm("publishing.publish"):
        messages.success(request, "Released. Somebody who may publish has to publish a new version.")
        return redirect(thing.url)
    job = jobs.wait(releasing.publish(restriction, thing, documents, by=request.user), seconds=PATIENCE)
    return redirect(job.result_address if job.state == job.State.DONE else job)


# --- All of them -------------------------------------------------------------------------------------------------------


@allow("restrictions.edit")
def overview(request):
    """Everything that is kept from the public, the first to be looked at again first."""
    filters = RestrictionFilter(request.GET)
    state = filters.wanted.get("state", "")
    found = filters.narrow(_in_state(state))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": [{"restriction": each, "thing": restricted.of_restriction(each)} for each in page],
        "due": restrictions.due_for_review().count(),
        "is_history": state == "released",
        "released": _just_released(request),
    }
    return render(request, f"{ROOM}/restrictions.html", context)


def _in_state(state):
    """The restrictions in force, those due, or those released, each with what its row needs."""
    if state == "released":
        return restricted.loaded().filter(released_at__isnull=False).order_by("-released_at")
    chosen = restrictions.due_for_review() if state == "due" else restrictions.in_force()
    return restricted.loaded().filter(pk__in=chosen.values("pk")).order_by("review_on", "pk")


def _just_released(request):
    """What was released a moment ago, and where the public reads it now."""
    number = request.GET.get("released", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    restriction = restricted.loaded().filter(pk=number, released_at__isnull=False).first()
    thing = restricted.of_restriction(restriction) if restriction else None
    if thing is None:
        return None
    published = thing.published
    behind = following.behind(thing.meeting, [record for _, record in published]) if published else []
    return {"thing": thing, "published": _as_links(published), "behind": behind}


# --- Legal bases -------------------------------------------------------------------------------------------------------


@allow("publishing.settings")
def legal_bases(request):
    """The grounds that are offered, and those out of use."""
    bases = list(LegalBasis.objects.all())
    schemes = {}
    for basis in bases:
        if basis.in_use:
            schemes.setdefault(basis.scheme, []).append(basis)
    context = {"schemes": schemes, "out_of_use": [basis for basis in bases if not basis.in_use]}
    return render(request, f"{ROOM}/legal_bases.html", context)


@allow("publishing.settings")
def legal_basis_add(request):
    """Add a ground."""
    return _legal_basis(request, LegalBasis(), act="Added")


@allow("publishing.settings", of=LegalBasis)
def legal_basis_edit(request, basis):
    """Change a ground, or take it out of use."""
    return _legal_basis(request, basis, act="Changed")


def _legal_basis(request, basis, *, act):
    form = LegalBasisForm(request.POST or None, instance=basis)
    if form.is_valid():
        saved = form.save()
        audit.write(f"{act} the legal basis {saved.scheme}, {saved.paragraph}", subject=saved, by=request.user)
        messages.success(request, "The legal basis is saved.")
        return redirect("legal-bases")
    known = get_object_or_404(LegalBasis, pk=basis.pk) if basis.pk else None
    context = {"form": form, "basis": known}
    return render(request, f"{ROOM}/legal_basis_form.html", context, status=422 if form.errors else 200)


# --- Markings ----------------------------------------------------------------------------------------------------------


@allow("restrictions.edit", of=JointReport)
def report_marking(request, report):
    """Mark a report."""
    return _marking(request, report)


@allow("restrictions.edit", of=Minutes)
def minutes_marking(request, minutes):
    """Mark minutes."""
    return _marking(request, minutes)


def _marking(request, document):
    form = MarkingForm(request.POST or None, choices=Marking.choices, initial={"marking": document.marking})
    if form.is_valid():
        marking.mark(document, form.cleaned_data["marking"], by=request.user, context=document.meeting)
        messages.success(request, f"Marked {document.get_marking_display()}.")
        return redirect(document)
    context = {"form": form, "document": document}
    return render(request, f"{ROOM}/marking.html", context, status=422 if form.errors else 200)
