"""Pages of joint reports: the list, the builder, its sections, attachments, signatures, preview and paper."""

import uuid
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit import operations as audit
from opcc_portal.files.operations import serve
from scrutiny.meetings.models import AgendaItem, Meeting
from scrutiny.reports import operations, pdf, quoting
from scrutiny.reports.figures import FigureCheck
from scrutiny.reports.forms import (
    AttachmentForm,
    HeadingForm,
    NewSectionForm,
    ReportFilter,
    SectionForm,
)
from scrutiny.reports.layout import LaidOut, changes_since, words_of
from scrutiny.reports.models import Body, JointReport, PaperRequest, ReportAttachment, ReportSection, SignOff
from scrutiny.workflow import checking, differences, papers
from scrutiny.workflow import operations as workflow
from scrutiny.workflow.forms import CommentForm, whole_number
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict


def says_why_not(view):
    """An act that the report's present state does not allow ends on the report, with the reason in a banner."""

    @wraps(view)
    def guarded(request, record, *args, **kwargs):
        try:
            return view(request, record, *args, **kwargs)
        except NotPossible as reason:
            messages.error(request, str(reason))
            return redirect(_home_of(record))

    return guarded


def _home_of(record):
    report = record if isinstance(record, JointReport) else getattr(record, "report", None)
    return report if report and JointReport.objects.filter(pk=report.pk).exists() else "reports"


# --- The list and the report as a whole ---------------------------------------------------------------------------


@allow("reports.view")
def reports(request):
    """Every report that this person may see, with what narrows the list."""
    user = request.user
    filter_form = ReportFilter(request.GET)
    visible = JointReport.objects.visible_to(user).select_related("meeting__series").prefetch_related("sign_offs")
    page = Paginator(filter_form.narrow(visible), 30).get_page(request.GET.get("page"))
    waiting = filter_form.narrow_requests(PaperRequest.objects.visible_to(user).open()).select_related(
        "meeting", "partner"
    )
    context = {
        "filter_form": filter_form,
        "page": page,
        "requests": waiting if user.has_perm("papers.deliver") else [],
        "signing_bodies": len(Body),
        "may_create": user.has_perm("reports.create"),
        "may_start_quarterly": user.has_perm("quarterly.start"),
    }
    return render(request, "scrutiny/reports/list.html", context)


@allow("reports.create")
def report_add(request):
    """Start a report; the heading block comes from the meeting where one is named."""
    wanted = whole_number(request.GET.get("meeting"))
    meeting = Meeting.objects.select_related("series", "outcome").filter(pk=wanted).first()
    item = AgendaItem.objects.filter(pk=whole_number(request.GET.get("item")), meeting=meeting).first()
    form = HeadingForm(request.POST or None, initial=operations.heading_for(meeting, item) if meeting else {})
    if form.is_valid():
        report = operations.start_report(heading=form.heading, by=request.user)
        messages.success(request, "The report is started with the usual sections.")
        return redirect(report)
    return render(request, "scrutiny/reports/heading_form.html", {"form": form, "meeting": meeting})


@allow("reports.view", of=JointReport)
def report(request, report):
    """The builder, all sections to read."""
    if section := request.GET.get("section"):
        return redirect(_place_of(report, section, request.user))
    return _builder(request, report)


def _place_of(report, section, user):
    """Where the phone's list of sections leads: into the section, or to its place for who may only read it."""
    section = get_object_or_404(report.sections, pk=whole_number(section))
    if report.is_open and user.has_perm("reports.edit", section):
        return section.get_absolute_url()
    return f"{report.get_absolute_url()}#section-{section.pk}"


def _builder(request, report, *, form=None, comment_form=None, status=200):
    """The page of picture 07; with `form` one section is being written."""
    laid_out = LaidOut(report)
    user, live = request.user, report.live_sections()
    check = FigureCheck(report, user, notices=laid_out.all_notices)
    laid_out.mark(check)
    comments = list(report.comments)
    checkers = list(report.checkers)
    may_comment = not user.works_for_force or any(checker.user_id == user.pk for checker in checkers)
    if user.has_perm("reports.comment", report) and may_comment:
        comment_form = comment_form or CommentForm(whole="The whole report", parts=live)
    may_edit = report.is_open and user.has_perm("reports.edit", report)
    context = {
        "report": report,
        "laid_out": laid_out,
        "check": check,
        "commentaries_missing": sum(not chart.commentary for chart in laid_out.charts),
        "may_chart": report.is_open and user.has_perm("quarterly.edit", report),
        "office": laid_out.office,
        "form": form,
        "editing": form.instance if form else None,
        "comment_form": comment_form,
        "comments": comments,
        "checkers": checkers,
        "editable": {section.pk for section in live if report.is_open and user.has_perm("reports.edit", section)},
        "may_manage": report.is_open and user.has_perm("reports.manage", report),
        "may_restrict": user.has_perm("restrictions.edit"),
        "may_attach": may_edit and (not user.works_for_force or report.is_asked_of_force),
        "main_act": None if form else _main_act(report, laid_out, user),
    }
    return render(request, "scrutiny/reports/builder.html", context, status=status)


def _main_act(report, laid_out, user):
    """The one main button: what this person can do next with the report as it stands."""
    if report.state == State.DRAFT and user.has_perm("reports.manage", report):
        return {"url": reverse("report-review", args=[report.pk]), "text": "Send for review", "post": True}
    if report.state == State.DRAFT and user.works_for_force:
        waiting = report.requests.open().filter(asked_of=Body.FORCE).first()
        return waiting and {"url": reverse("request-hand-in", args=[waiting.pk]), "text": "Hand in", "post": True}
    if report.state != State.IN_REVIEW:
        return None
    for signature in laid_out.signatures:
        if not signature.standing and user.has_perm(f"reports.sign_for_{signature.body}", report):
            url = reverse(f"report-sign-{signature.body}", args=[report.pk])
            return {"url": url, "text": f"Sign for the {signature.body}"}
    return None


@allow("reports.manage", of=JointReport)
@says_why_not
def report_heading(request, report):
    """Change the heading block."""
    form = HeadingForm(request.POST or None, instance=report, initial={"seen": operations.heading_seen(report)})
    newer = None
    if form.is_valid():
        try:
            operations.change_heading(report, changes=form.heading, seen=form.cleaned_data["seen"], by=request.user)
            return redirect("report", report.pk)
        except operations.HeadingChanged as changed:
            newer = changed.now
            form.data = form.data.copy()
            form.data["seen"] = operations.heading_seen(newer)
    context = {"form": form, "report": report, "newer": newer and _differing(form, newer)}
    return render(request, "scrutiny/reports/heading_form.html", context, status=409 if newer else 200)


def _differing(form, newer):
    """The fields in which the stored heading block says something else than the form: label, stored, typed."""
    return [
        (form.fields[name].label, getattr(newer, name), value)
        for name, value in form.heading.items()
        if getattr(newer, name) != value
    ]


@allow("reports.manage", of=JointReport)
@require_POST
@says_why_not
def report_review(request, report):
    """Send a draft for review."""
    operations.send_for_review(report, by=request.user)
    messages.success(request, "The report is in review. Both bodies can sign it now.")
    return redirect(report)


@allow("reports.manage", of=JointReport)
@says_why_not
def report_delete(request, report):
    """Delete a draft, after asking."""
    if request.method == "POST":
        operations.delete_report(report, by=request.user)
        messages.success(request, f"The draft “{report}” is deleted. Its text is kept in the audit trail.")
        return redirect(report.meeting) if report.meeting else redirect("reports")
    return render(request, "scrutiny/reports/delete.html", {"report": report})


# --- Signing -------------------------------------------------------------------------------------------------------


@allow("reports.sign_for_office", of=JointReport)
@says_why_not
def sign_for_office(request, report):
    """Sign for the office, after showing what is signed."""
    return _sign(request, report, Body.OFFICE)


@allow("reports.sign_for_force", of=JointReport)
@says_why_not
def sign_for_force(request, report):
    """Sign for the force, after showing what is signed."""
    return _sign(request, report, Body.FORCE)


def _sign(request, report, body):
    if request.method == "POST":
        operations.sign(report, body=body, seen=request.POST.get("seen", ""), by=request.user)
        messages.success(request, f"You have signed the report for {Body(body).label.lower()}.")
        return redirect("report", report.pk)
    laid_out = LaidOut(report)
    context = {
        "report": report,
        "laid_out": laid_out,
        "office": laid_out.office,
        "signature": next(signature for signature in laid_out.signatures if signature.body == body),
        "seen": report.content_hash(),
    }
    return render(request, "scrutiny/reports/sign.html", context)


@allow("reports.view", of=JointReport)
def report_changes(request, report, sign_off):
    """What differs between the text that somebody signed and the text as it is."""
    sign_off = get_object_or_404(SignOff.objects.select_related("by", "reopened_by"), pk=sign_off, report=report)
    laid_out = LaidOut(report)
    context = {
        "report": report,
        "office": laid_out.office,
        "sign_off": sign_off,
        "signature": next(each for each in laid_out.signatures if each.body == sign_off.body),
        "changes": changes_since(sign_off, report),
        "acts": audit.lines_about(report, limit=100, since=sign_off.at),
    }
    return render(request, "scrutiny/reports/changes.html", context)


# --- Preview and paper ---------------------------------------------------------------------------------------------


@allow("reports.view", of=JointReport)
def report_preview(request, report):
    """The report as a page to read: the same words, numbers and order as the paper."""
    laid_out = LaidOut(report)
    context = {"report": report, "laid_out": laid_out, "office": laid_out.office}
    context["may_restrict"] = request.user.has_perm("restrictions.edit")
    return render(request, "scrutiny/reports/preview.html", context)


@allow("reports.view", of=JointReport)
def report_pdf(request, report):
    """The report as an accessible PDF."""
    paper = pdf.paper(report)
    return papers.respond(request, html=paper.html, file_name=paper.file_name, title=paper.title, logo=paper.logo)


# --- Comments and checkers -----------------------------------------------------------------------------------------


@allow("reports.comment", of=JointReport)
@require_POST
def report_comment(request, report):
    """Say something about the report or one of its sections."""
    if not workflow.may_comment(report, request.user):
        raise PermissionDenied
    form = CommentForm(request.POST, whole="The whole report", parts=report.load_parts().live_sections())
    if not form.is_valid():
        return _builder(request, report, comment_form=form)
    return checking.add_comment(request, report, form)


@allow("reports.manage", of=JointReport)
@require_POST
def comment_settle(request, report, comment):
    """Mark a comment as dealt with."""
    return checking.settle_comment(request, report, comment)


@allow("reports.manage", of=JointReport)
def checker_add(request, report):
    """Ask somebody to check the report."""
    return checking.ask_checker(request, report)


@allow("reports.manage", of=JointReport)
@require_POST
def checker_drop(request, report, user):
    """No longer ask this person."""
    return checking.drop_checker(request, report, user)


# --- Sections ------------------------------------------------------------------------------------------------------


@allow("reports.manage", of=JointReport)
@says_why_not
def section_add(request, report):
    """Add a section and open it."""
    form = NewSectionForm(request.POST or None)
    if form.is_valid():
        return redirect(operations.add_section(report, by=request.user, **form.cleaned_data))
    return render(request, "scrutiny/reports/section_form.html", {"form": form, "report": report})


@allow("reports.edit", of=ReportSection)
@says_why_not
def section_edit(request, section):
    """Write one section; the others stand round it to read."""
    workflow.ensure_open(section.report)
    if request.method != "POST":
        form = SectionForm(instance=section, by=request.user, initial=_earlier_text(request, section))
        return _builder(request, section.report, form=form)
    form = SectionForm(request.POST, instance=section, by=request.user)
    valid = form.is_valid()
    if "quote" in request.POST:
        return _builder(request, section.report, form=form.quoting_the_plan())
    if not valid:
        return _builder(request, section.report, form=form, status=422)
    done = form.cleaned_data
    changes = form.changes | ({"deleted": False} if section.deleted else {})
    try:
        saved = operations.save_section(
            section, base_version=done["base_version"], save_id=done["save_id"], changes=changes, by=request.user
        )
        quoting.record_all(saved.piece, form.chosen_figures, by=request.user)
    except Conflict as conflict:
        return _both_texts(request, section, conflict)
    return redirect(f"{section.report.get_absolute_url()}#section-{section.pk}")


def _earlier_text(request, section):
    """With ?version=3 the form opens with what version 3 said, to be saved as a new version."""
    version = whole_number(request.GET.get("version"))
    revision = section.revisions.filter(version=version).first() if version else None
    if revision is None:
        return {}
    kept = ("heading", "body", "quoted_text", "priority")
    return {name: value for name, value in revision.content.items() if name in kept}


def _both_texts(request, section, conflict):
    """409: both texts side by side, with the words that differ marked; a person decides."""
    theirs, mine = conflict.theirs, _as_wanted(conflict)
    named = theirs.heading != mine["heading"]
    paragraphs = differences.compare(words_of(theirs.content(), with_heading=named), words_of(mine, with_heading=named))
    left, right = differences.sides(paragraphs)
    data = request.POST.copy()
    data["base_version"], data["save_id"] = str(theirs.version), str(uuid.uuid4())
    data.setdefault("figures", "")
    third = SectionForm(data, instance=theirs, by=request.user)
    context = {
        "section": section,
        "report": section.report,
        "theirs": theirs,
        "left": left,
        "right": right,
        "form": third,
    }
    return render(request, "scrutiny/reports/conflict.html", context, status=409)


def _as_wanted(conflict):
    """The content that the writer wanted: the newest version with the writer's changes on top."""
    return conflict.theirs.content() | {name: value for name, value in conflict.mine.items() if name != "priority"}


@allow("reports.manage", of=ReportSection)
@require_POST
@says_why_not
def section_move(request, section):
    """Move a section up or down."""
    order_version = whole_number(request.POST.get("version")) or 0
    operations.move_section(section, up=request.POST.get("move") == "up", order_version=order_version, by=request.user)
    return redirect(f"{section.report.get_absolute_url()}#section-{section.pk}")


@allow("reports.manage", of=ReportSection)
@says_why_not
def section_delete(request, section):
    """Take a section out, after asking."""
    if request.method == "POST":
        seen = whole_number(request.POST.get("base_version"))
        try:
            operations.delete_section(section, base_version=seen, save_id=uuid.uuid4(), by=request.user)
        except Conflict:
            raise NotPossible(
                f"“{section}” has been changed since you opened that page. Read it, then delete it."
            ) from None
        messages.success(request, f"“{section}” is deleted. It can be brought back from its history.")
        return redirect(section.report)
    return render(request, "scrutiny/reports/section_delete.html", {"section": section, "report": section.report})


@allow("reports.view", of=ReportSection)
def section_history(request, section):
    """Every saved version of a section, each compared with the one before it."""
    revisions = list(section.revisions)
    texts = [words_of(revision.content) for revision in revisions]
    texts += texts[-1:]  # the first version has nothing to be compared with
    versions = [
        {
            "revision": revision,
            "paragraphs": differences.compare(before, after),
            "is_now": revision.version == section.version,
        }
        for revision, after, before in zip(revisions, texts, texts[1:], strict=False)
    ]
    context = {"section": section, "report": section.report, "versions": versions}
    return render(request, "scrutiny/reports/history.html", context)


# --- Attachments ---------------------------------------------------------------------------------------------------


@allow("reports.edit", of=JointReport)
@says_why_not
def attachment_add(request, report):
    """Add an attachment, with its file or without one for now."""
    if request.user.works_for_force and not report.is_asked_of_force:
        raise PermissionDenied
    workflow.ensure_open(report)
    form = AttachmentForm(request.POST or None, request.FILES or None)
    if form.is_valid() and form.receive(request.user):
        operations.add_attachment(report, by=request.user, upload=form.upload, **form.words)
        return redirect(f"{report.get_absolute_url()}#attachments")
    return render(request, "scrutiny/reports/attachment_form.html", {"form": form, "report": report})


@allow("reports.edit", of=ReportAttachment)
@says_why_not
def attachment_edit(request, held):
    """Change an attachment, or bring the file that is still missing."""
    workflow.ensure_open(held.report)
    form = AttachmentForm(request.POST or None, request.FILES or None, instance=held.attachment)
    if form.is_valid() and form.receive(request.user):
        operations.change_attachment(held, by=request.user, upload=form.upload, **form.words)
        return redirect(f"{held.report.get_absolute_url()}#attachments")
    context = {"form": form, "report": held.report, "held": held}
    context["may_restrict"] = request.user.has_perm("restrictions.edit")
    return render(request, "scrutiny/reports/attachment_form.html", context)


@allow("reports.manage", of=ReportAttachment)
@says_why_not
def attachment_delete(request, held):
    """Take an attachment out, after asking."""
    if request.method == "POST":
        operations.remove_attachment(held, by=request.user)
        messages.success(request, f"“{held.attachment}” is removed.")
        return redirect(f"{held.report.get_absolute_url()}#attachments")
    return render(request, "scrutiny/reports/attachment_delete.html", {"held": held, "report": held.report})


@allow("reports.view", of=JointReport)
def attachment_file(request, report, held):
    """The attachment's file."""
    held = get_object_or_404(
        ReportAttachment.objects.select_related("attachment__upload"),
        pk=held,
        report=report,
        attachment__upload__isnull=False,
    )
    return serve(held.attachment.upload)
