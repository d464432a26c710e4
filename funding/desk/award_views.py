"""The register of awards: every award, its filters, its sum, and its CSV."""

from django.core.paginator import Paginator
from django.db.models import Max, Min
from django.shortcuts import render

from funding.awards.models import Award
from funding.awards.names import named_for
from funding.desk.award_filter import AwardFilter, financial_year
from funding.totals.counting import total
from opcc_portal.accounts.permissions import allow
from scrutiny.register.csv_file import csv_stream

A_PAGE = 30
HEADINGS = [
    "Reference", "Fund", "Round", "Recipient", "Project", "Purpose", "Reasons", "Conditions", "Amount (£)", "Asked for (£)",
    "Awarded on", "First day", "Last day", "Area", "Priority", "Decision", "State", "Demonstration",
]  # fmt: skip


def _filtered(request):
    days = Award.objects.aggregate(first=Min("awarded_on"), last=Max("awarded_on"))
    years = range(financial_year(days["last"]), financial_year(days["first"]) - 1, -1) if days["first"] else ()
    filters = AwardFilter(
        request.GET, user=request.user, year=[(year, f"{year}/{(year + 1) % 100:02}") for year in years]
    )
    return filters, filters.narrow(Award.objects.select_related("fund", "round", "recipient", "area", "restriction"))


@allow("awards.view")
def awards(request):
    """Every award, the newest first, with what those that are shown come to."""
    filters, found = _filtered(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": [{"award": award, "name": named_for(award, request.user)} for award in page],
        "total": total(filters.scope, among=found if filters.is_beyond_scope else None),
        "may_edit": request.user.has_perm("awards.edit"),
    }
    return render(request, "funding/awards/awards.html", context)


@allow("awards.view")
def awards_csv(request):
    """Exactly what the list shows, sent row by row."""
    _, found = _filtered(request)
    found = found.select_related("fund", "round", "recipient", "area", "priority", "decision")
    rows = (_row(award, request.user) for award in found.iterator(500))
    return csv_stream(name="awards", headings=HEADINGS, rows=rows)


def _row(award, user):
    return (
        award.reference,
        award.fund.name,
        award.round.label if award.round else "",
        named_for(award, user),
        award.title,
        award.purpose,
        award.reasons,
        award.conditions or "None",
        award.amount,
        award.applied_for,
        award.awarded_on,
        award.starts,
        award.ends,
        award.area,
        award.priority,
        award.decision.reference if award.decision else "",
        award.get_status_display(),
        award.demonstration_note,
    )
