"""Pages of the figures of a report: what is on record, what differs, and what a person does about it."""

import uuid

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from scrutiny.reports import figures, quoting
from scrutiny.reports.figure_forms import ChosenFigureForm, ExplainForm, MarkForm, SeriesForm
from scrutiny.reports.models import JointReport, QuotedFigure, ReportSection
from scrutiny.reports.views import says_why_not
from scrutiny.workflow import operations as workflow
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict

_MOST_LOOSE = 100
_MOST_CHOICES = 60


@allow("reports.view", of=JointReport)
def report_figures(request, report):
    """Every figure of the report with its source, what says otherwise, and the numbers that nobody has marked."""
    check = figures.FigureCheck(report.load_parts(), request.user)
    user = request.user
    editable = {
        section.pk for section in check.sections.values() if report.is_open and user.has_perm("reports.edit", section)
    }
    charts = [chart for held in report.charts.values() for chart in held]
    changed = figures.changed_since(charts)
    context = {
        "report": report,
        "check": check,
        "loose": check.loose[:_MOST_LOOSE],
        "left_off": max(0, len(check.loose) - _MOST_LOOSE),
        "charts_changed": [(chart, changed[chart.pk]) for chart in charts if chart.pk in changed],
        "notices": report.notices(),
        "editable": editable,
        "may_follow": not user.works_for_force,
        "may_explain": {
            checked.figure.pk for checked in check.figures if user.has_perm("reports.edit", checked.figure.section)
        },
        "may_chart": report.is_open and user.has_perm("quarterly.edit", report),
    }
    return render(request, "scrutiny/reports/figures.html", context)


@allow("reports.edit", of=JointReport)
@says_why_not
def report_figure_add(request, report):
    """Mark a figure of the text with where it comes from."""
    workflow.ensure_open(report)
    own = [section.pk for section in report.live_sections() if request.user.has_perm("reports.edit", section)]
    sections = ReportSection.objects.filter(pk__in=own)
    asked = {name: request.GET.get(name, "") for name in ("section", "words", "what")}
    form = MarkForm(request.POST or None, initial=asked, sections=sections)
    if form.is_valid():
        done = form.cleaned_data
        try:
            if done.get("token"):
                choice = quoting.chosen(done["token"])
                quoting.record_found(done["section"], words=done["words"], choice=choice, by=request.user)
            else:
                named = {name: done[name] for name in ("words", "what", "source", "period")}
                quoting.record_typed(done["section"], **named, by=request.user)
        except NotPossible as reason:
            form.add_error("words", str(reason))
        else:
            return redirect("report-figures", report.pk)
    return render(request, "scrutiny/reports/figure_mark.html", {"form": form, "report": report})


@allow("reports.edit", of=QuotedFigure)
@says_why_not
def quoted_figure(request, figure):
    """Explain why a figure stays as it is though something says otherwise."""
    form = ExplainForm(request.POST or None, initial={"explanation": figure.explanation})
    if form.is_valid():
        quoting.explain(figure, form.cleaned_data["explanation"], by=request.user)
        return redirect(f"{reverse('report-figures', args=[figure.report_id])}#figure-{figure.pk}")
    check = figures.FigureCheck(figure.report.load_parts(), request.user)
    context = {"form": form, "report": figure.report, "figure": figure, "checked": check.of(figure.pk)}
    return render(request, "scrutiny/reports/figure_explain.html", context)


@allow("reports.edit", of=QuotedFigure)
@require_POST
@says_why_not
def quoted_figure_mend(request, figure):
    """Put what a difference says into the text."""
    try:
        mended = quoting.mend(figure, request.POST.get("difference", ""), by=request.user)
        messages.success(request, f"“{mended.section}” now says {mended.words}.")
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect("report-figures", figure.report_id)


@allow("reports.edit", of=QuotedFigure)
@require_POST
@says_why_not
def quoted_figure_remove(request, figure):
    """Take a figure off the record; the text stays."""
    quoting.take_off(figure, by=request.user)
    messages.success(request, f"{figure.words} is off the record. The text stays as it is.")
    return redirect("report-figures", figure.report_id)


@allow("reports.edit", of=ReportSection)
@says_why_not
def section_figure(request, section):
    """Find a figure of an indicator and put it at the end of the section; with script, at the caret of the editor."""
    workflow.ensure_open(section.report)
    if request.method == "POST":
        return _append(request, section)
    form = SeriesForm(request.GET if "indicator" in request.GET else None)
    found = form.choices()[:_MOST_CHOICES] if form.is_valid() else []
    return _choose(request, section, form, found)


def _choose(request, section, form, found, status=200):
    context = {
        "form": form,
        "found": found,
        "section": section,
        "report": section.report,
        "save_id": uuid.uuid4(),
    }
    return render(request, "scrutiny/reports/figure_insert.html", context, status=status)


def _append(request, section):
    form = ChosenFigureForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a figure.")
        return redirect(request.get_full_path())
    done = form.cleaned_data
    try:
        quoting.append(
            section,
            quoting.chosen(done["token"]),
            in_full=done["words"] == ChosenFigureForm.FULL,
            base_version=done["base_version"],
            save_id=done["save_id"],
            by=request.user,
        )
    except Conflict:
        messages.error(request, f"“{section}” has been changed since you opened that page. Choose the figure again.")
        return redirect(request.get_full_path())
    messages.success(request, f"The figure stands at the end of “{section}”. Move it where it belongs.")
    return redirect(section.get_absolute_url())
