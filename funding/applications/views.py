"""Applications of a round: the list, its CSV, one application, and every act of an officer on it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from funding.applications import operations
from funding.applications.forms import (
    ApplicationFilter,
    ApplicationForm,
    DocumentForm,
    EligibilityForm,
    LinkForm,
    NewOrganisationForm,
    PaperForm,
    SearchForm,
    StatusForm,
)
from funding.applications.models import Application, ApplicationDocument
from funding.rounds.models import Round
from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.files.operations import serve
from scrutiny.people.models import Organisation
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

ROOM = "funding/applications"
A_PAGE = 50
A_SEARCH = 10
HEADINGS = [
    "Reference", "Status", "Applicant", "Kind of applicant", "Organisation", "Charity number", "Company number", "Project",
    "What the money is for", "How it reduces crime and disorder", "Amount asked for", "Cost of the whole project", "Area",
    "Priority", "First day", "Last day", "People who take part", "Received on", "How it came", "Demonstration",
]  # fmt: skip
CONTACT_HEADINGS = ["Address", "Postcode", "Name of the contact", "E-mail address", "Telephone number", "Declared by"]


# --- the list --------------------------------------------------------------------------------------------------------------


def _filtered(request, round_):
    seen = Application.objects.sent().filter(round=round_).visible_to(request.user)
    areas = (
        seen.exclude(area=None).order_by("area__position", "area__name").values_list("area", "area__name").distinct()
    )
    named = seen.exclude(priority=None).order_by("priority__position")
    priorities = named.values_list("priority", "priority__title").distinct()
    filters = ApplicationFilter(request.GET, area=areas, priority=priorities)
    found = filters.narrow(seen.select_related("organisation", "area", "priority"), round_.fund)
    return filters, found.order_by("number", "pk")


@allow("applications.view", of=Round)
def applications(request, round_):
    """The applications of a round, as far as the person may see them, with their sum."""
    filters, found = _filtered(request, round_)
    context = {
        "round": round_,
        "filters": filters,
        "sums": found.order_by().aggregate(count=Count("pk"), asked=Sum("amount")),
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "begun": round_.applications.filter(status=Application.Status.DRAFT).count(),
        "closed_to": round_.applications.filter(interests__user=request.user).count(),
        "may_edit": request.user.has_perm("applications.edit"),
        "trail": _trail(round_),
    }
    return render(request, f"{ROOM}/applications.html", context)


@allow("applications.view", of=Round)
def applications_csv(request, round_):
    """Exactly what the list shows; how to reach people only for those who may know it."""
    _, found = _filtered(request, round_)
    may_contact = request.user.has_perm("applications.contact")
    headings = [*HEADINGS, *(CONTACT_HEADINGS if may_contact else ())]
    rows = ([*_row(each), *(_contact(each) if may_contact else ())] for each in found.iterator(500))
    return csv_response(name=f"applications {round_}", headings=headings, rows=rows)


def _row(each):
    return (
        each.reference, each.get_status_display(), each.applicant_name, each.get_applicant_kind_display(),
        each.organisation, each.charity_number, each.company_number, each.title, each.summary, each.reasons, each.amount,
        each.total_cost, each.area, each.priority, each.starts, each.ends, each.beneficiaries,
        each.submitted_at and each.submitted_at.date(), each.get_origin_display(), each.demonstration_note,
    )  # fmt: skip


def _contact(each):
    return [getattr(each, name) for name in operations.CONTACT]


def _trail(round_, application=None):
    trail = [
        ("Grants", reverse("funding")),
        (round_.fund.name, round_.fund.get_absolute_url()),
        (round_.label, round_.get_absolute_url()),
    ]
    if application:
        trail.append(("Applications", reverse("applications", args=[round_.pk])))
    return trail


# --- one application -------------------------------------------------------------------------------------------------------


@allow("applications.view", of=Application)
def application(request, application):
    """One application: what it says, what is to be looked at, its papers and its history."""
    user = request.user
    may_edit = user.has_perm("applications.edit", application)
    context = {
        "application": application,
        "round": application.round,
        "problems": operations.problems(application, reader=user) if may_edit else [],
        "answers": application.eligibility_answers.select_related("question"),
        "documents": application.documents.select_related("upload"),
        "events": application.events.select_related("by").order_by("-at", "-pk"),
        "lines": lines_about(application, limit=5),
        "may_contact": user.has_perm("applications.contact", application),
        "may_edit": may_edit,
        "is_open": not application.round.is_decided,
        "ways": operations.ways_on(application),
        "trail": _trail(application.round, application),
    }
    if may_edit and context["is_open"] and application.status != Application.Status.SUBMITTED:
        context["next_to_check"] = operations.next_to_check(application, user)
    return render(request, f"{ROOM}/application.html", context)


@allow("applications.edit", of=Round)
def application_add(request, round_):
    """Write down an application that came on paper."""
    if round_.is_decided or round_.phase == Round.Phase.PLANNED:
        messages.info(request, f"{round_.label} takes no applications: {round_.phase.label.lower()}.")
        return redirect("applications", round_.pk)
    may_contact = request.user.has_perm("applications.contact")
    form = PaperForm(request.POST or None, round_=round_, may_contact=may_contact)
    if form.is_valid():
        done = form.cleaned_data
        try:
            given = {"at": form.arrival, "late": done["late"], "another": done["another"], "by": request.user}
            made = operations.receive(form.application, **given)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"Received as {made.reference}.")
            return redirect(made)
    return _edit_page(request, form, round_)


@allow("applications.edit", of=Application)
def application_edit(request, application):
    """Correct what was written down."""
    if application.round.is_decided:
        messages.info(request, "The round is decided. The application stays as it was decided about.")
        return redirect(application)
    may_contact = request.user.has_perm("applications.contact", application)
    initial = ApplicationForm.initial_for(application)
    form = ApplicationForm(request.POST or None, round_=application.round, may_contact=may_contact, initial=initial)
    if not form.is_valid():
        return _edit_page(request, form, application.round, application)
    try:
        operations.change(application, form.words, seen=form.cleaned_data["seen"], by=request.user)
    except ChangedMeanwhile as changed:
        return _edit_page(request, form, application.round, application, newer=form.build_on(changed.now))
    except NotPossible as reason:
        form.add_error(None, str(reason))
        return _edit_page(request, form, application.round, application)
    messages.success(request, "The application is saved.")
    return redirect(application)


def _edit_page(request, form, round_, application=None, newer=None):
    status = 409 if newer is not None else 422 if form.is_bound else 200
    trail = _trail(round_, application or True)
    if application:
        trail.append((application.reference, application.get_absolute_url()))
    context = {"form": form, "round": round_, "application": application, "newer": newer, "trail": trail}
    return render(request, f"{ROOM}/application_form.html", context, status=status)


# --- status and eligibility ------------------------------------------------------------------------------------------------


@allow("applications.edit", of=Application)
def application_status(request, application):
    """Withdrawn, not eligible, or taken up again, with the reason."""
    if not operations.ways_on(application):
        messages.info(request, f"It is {application.get_status_display().lower()}. That is not changed here.")
        return redirect(application)
    form = StatusForm(request.POST or None, application=application)

    def act():
        done = form.cleaned_data
        seen = done["seen"] or 0  # nothing seen is no present version
        return operations.set_status(application, done["status"], text=done["text"], seen=seen, by=request.user)

    return _act_page(request, form, application, act, template="status", title="What becomes of it")


@allow("applications.edit", of=Application)
def application_eligibility(request, application):
    """Tick off the conditions of the round."""
    form = EligibilityForm(request.POST or None, application=application)

    def act():
        return operations.check_eligibility(application, form.answers, seen=form.cleaned_data["seen"], by=request.user)

    return _act_page(request, form, application, act, template="eligibility", title="Check eligibility")


def _act_page(request, form, application, act, *, template, title, said=None, **context):
    """Show the form; do the act once it is right; say what stands in its way, and what somebody else did meanwhile.

    `said` puts what was done into words; without it, its status is told.
    """
    newer, status = None, 422 if form.is_bound else 200
    if form.is_valid():
        try:
            done = act()
        except ChangedMeanwhile as changed:
            form.saw(changed.now)
            newer, status = changed.now, 409
        except NotPossible as reason:
            form.add_error(None, str(reason))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
        else:
            messages.success(request, said(done) if said else f"{done.reference}: {done.get_status_display().lower()}.")
            return redirect(done)
    context |= {"form": form, "application": application, "newer": newer, "title": title}
    context["trail"] = [
        *_trail(application.round, application),
        (application.reference, application.get_absolute_url()),
    ]
    return render(request, f"{ROOM}/{template}.html", context, status=status)


# --- papers ------------------------------------------------------------------------------------------------------------------


@allow("applications.edit", of=Application)
def application_documents(request, application):
    """The papers of an application; add one."""
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid() and form.receive(request.user):
        done = form.cleaned_data
        added = operations.add_document(
            application, upload=form.upload, kind=done["kind"], title=done["title"], by=request.user
        )
        messages.success(request, f"“{added}” is kept with the application.")
        return redirect("application-documents", application.pk)
    trail = [*_trail(application.round, application), (application.reference, application.get_absolute_url())]
    context = {"form": form, "application": application, "trail": trail}
    context["documents"] = application.documents.select_related("upload")
    return render(request, f"{ROOM}/documents.html", context, status=422 if form.is_bound else 200)


@allow("applications.view", of=ApplicationDocument)
def application_document(request, document):
    """One paper, as a download."""
    return serve(document.upload)


@allow("applications.edit", of=ApplicationDocument)
@require_POST
def application_document_remove(request, document):
    """Take a paper out that does not belong there."""
    try:
        operations.remove_document(document, by=request.user)
        messages.success(request, f"“{document}” is removed.")
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect("application-documents", document.application_id)


# --- who applied -------------------------------------------------------------------------------------------------------------


@allow("applications.edit", of=Application)
def application_organisation(request, application):
    """Which organisation the applicant is: those with the same number or a like name, or one that is looked for."""
    search = SearchForm(request.GET or None)
    wanted = search.cleaned_data["q"] if search.is_valid() else ""
    candidates = _candidates(application, wanted)
    form = LinkForm(request.POST or None, application=application, candidates=candidates)

    def act():
        done = form.cleaned_data
        return operations.link(application, done["organisation"], seen=done["seen"], by=request.user)

    context = {"search": search, "wanted": wanted, "candidates": candidates, "said": _who_it_is}
    return _act_page(request, form, application, act, template="organisation", title="Who applied", **context)


def _candidates(application, wanted):
    found = operations.likely_organisations(application)
    known = {each.pk for each in found}
    if application.organisation and application.organisation_id not in known:
        application.organisation.why = "as it is now"
        found.append(application.organisation)
        known.add(application.organisation_id)
    if wanted:
        for each in Organisation.objects.filter(name__icontains=wanted).exclude(pk__in=known)[:A_SEARCH]:
            each.why = "found by name"
            found.append(each)
    return found


@allow("applications.edit", of=Application)
def application_organisation_new(request, application):
    """Write the applicant down as an organisation, with the numbers that the application gives."""
    form = NewOrganisationForm(request.POST or None, application=application)

    def act():
        seen = form.cleaned_data["seen"]
        return operations.list_applicant(application, form.organisation, seen=seen, by=request.user)

    title = "List the applicant"
    return _act_page(request, form, application, act, template="organisation_new", title=title, said=_who_it_is)


def _who_it_is(application):
    who = application.organisation
    return f"{application.reference}: the applicant is {who}." if who else f"{application.reference}: not matched."
