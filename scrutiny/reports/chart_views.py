"""Pages of the charts of a report and their commentary, and of starting a Delivery Quarterly."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.office.forms import in_words
from scrutiny.reports import charts, quarterly
from scrutiny.reports.figure_forms import CommentaryForm, QuarterlyForm, RefreshForm, SeriesForm
from scrutiny.reports.models import ReportSection, SectionChart
from scrutiny.reports.views import says_why_not
from scrutiny.workflow import differences
from scrutiny.workflow import operations as workflow
from scrutiny.workflow.operations import NotPossible

_MOST_CHANGES = 12


@allow("quarterly.start")
def quarterly_add(request):
    """Choose the quarter; the draft comes with its charts, its actions and its funds."""
    form = QuarterlyForm(request.POST or None)
    if form.is_valid():
        done = form.cleaned_data
        try:
            report = quarterly.start(
                quarter_start=done["quarter"],
                meeting=done["meeting"],
                known_on=done["known_on"],
                by=request.user,
            )
        except NotPossible as reason:
            form.add_error("quarter", str(reason))
        else:
            messages.success(request, "The draft is made. Write a commentary on every chart before it is published.")
            return redirect(report)
    return render(request, "scrutiny/reports/quarterly_form.html", {"form": form})


@allow("quarterly.edit", of=ReportSection)
@says_why_not
def section_chart_add(request, section):
    """Put a chart of an indicator into a section."""
    workflow.ensure_open(section.report)
    form = SeriesForm(request.POST or None)
    if form.is_valid() and form.choices():
        chart = charts.add(section, **form.cleaned_data, by=request.user)
        return redirect(chart)
    return render(
        request, "scrutiny/reports/chart_add.html", {"form": form, "section": section, "report": section.report}
    )


@allow("quarterly.edit", of=SectionChart)
@says_why_not
def section_chart(request, chart):
    """Write what is to be said about one chart."""
    report = chart.section.report
    workflow.ensure_open(report)
    form = CommentaryForm(request.POST or None, initial={"commentary": chart.commentary, "base_version": chart.version})
    newer = None
    if form.is_valid():
        try:
            charts.save_commentary(chart, **form.cleaned_data, by=request.user)
        except charts.CommentaryChanged as changed:
            newer = changed.now
            form.data = form.data | {"base_version": str(newer.version)}
        else:
            return _onward(request, chart)
    context = {"form": form, "chart": newer or chart, "report": report, "section": chart.section}
    if newer:
        left, right = differences.sides(differences.compare(newer.commentary, form.cleaned_data["commentary"]))
        context |= {"newer": newer, "left": left, "right": right}
    context["refresh_form"] = RefreshForm(initial={"known_on": chart.known_on})
    return render(request, "scrutiny/reports/chart_edit.html", context, status=409 if newer else 200)


def _onward(request, chart):
    """To the next chart without a commentary where that was asked for, else to the chart in its report."""
    report = chart.section.report
    if "next" in request.POST:
        empty = SectionChart.objects.filter(section__report=report, section__deleted=False, commentary="")
        empty = empty.exclude(pk=chart.pk).order_by("section__position", "position", "pk")
        held = empty.select_related(*SectionChart.LOADED_WITH)
        own = next((each for each in held if request.user.has_perm("quarterly.edit", each)), None)
        if own:
            return redirect(own)
        messages.success(request, "Every chart has its commentary.")
    return redirect(f"{report.get_absolute_url()}#chart-{chart.pk}")


@allow("quarterly.edit", of=SectionChart)
@require_POST
@says_why_not
def section_chart_refresh(request, chart):
    """Draw the chart anew as the series was known on another day, and tell what changed."""
    form = RefreshForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["known_on"]))
        return redirect(chart)
    day = form.cleaned_data["known_on"]
    _, changes = charts.refresh(chart, known_on=day, by=request.user)
    if changes:
        more = f" And {len(changes) - _MOST_CHANGES} more." if len(changes) > _MOST_CHANGES else ""
        messages.success(request, f"Drawn as known on {in_words(day)}. {'; '.join(changes[:_MOST_CHANGES])}.{more}")
    else:
        messages.success(request, f"Drawn as known on {in_words(day)}. No figure differs.")
    return redirect(chart)


@allow("quarterly.edit", of=SectionChart)
@says_why_not
def section_chart_remove(request, chart):
    """Take a chart out of the report, after asking."""
    report = chart.section.report
    if request.method == "POST":
        charts.remove(chart, by=request.user)
        messages.success(request, f"The chart of {chart} is removed.")
        return redirect(f"{report.get_absolute_url()}#section-{chart.section_id}")
    return render(request, "scrutiny/reports/chart_remove.html", {"chart": chart, "report": report})
