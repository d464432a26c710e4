"""Putting a total or a table of awards into a section of a report."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from funding.totals.asking import ScopeForm
from opcc_portal.accounts.permissions import allow
from scrutiny.reports import grants
from scrutiny.reports.figure_forms import PutForm
from scrutiny.reports.models import ReportSection
from scrutiny.reports.views import says_why_not
from scrutiny.workflow import operations as workflow
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict


@allow("reports.edit", of=ReportSection)
@says_why_not
def section_grants(request, section):
    """Choose which awards are meant, see the total, and put it at the end of the section, alone or with its table."""
    workflow.ensure_open(section.report)
    if not request.user.has_perm("funding.view"):  # the force edits its own sections and sees no register of awards
        raise PermissionDenied
    asked = request.GET if "ask" in request.GET else None
    form = ScopeForm(asked)
    said, problem = None, ""
    if asked and form.is_valid():
        try:
            said = grants.quote(form.scope)
            if request.method == "POST":
                return _append(request, section, said)
        except NotPossible as reason:
            problem = str(reason)
    context = {
        "form": form,
        "said": said,
        "problem": problem,
        "section": section,
        "report": section.report,
        "save_id": uuid.uuid4(),
        "most_rows": grants.MOST_ROWS,
    }
    return render(
        request, "scrutiny/reports/grants_insert.html", context, status=422 if form.errors or problem else 200
    )


def _append(request, section, said):
    form = PutForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That page was not sent whole. Look at the total again.")
        return redirect(f"{request.path}?{urlencode(request.GET, doseq=True)}")
    done = form.cleaned_data
    try:
        grants.append(
            section,
            said.scope,
            with_table=done["form"] == PutForm.TABLE,
            base_version=done["base_version"],
            save_id=done["save_id"],
            by=request.user,
        )
    except Conflict:
        messages.error(request, f"“{section}” has been changed since you opened that page. Look at the total again.")
        return redirect(f"{request.path}?{urlencode(request.GET, doseq=True)}")
    messages.success(request, f"The total stands at the end of “{section}”. Move it where it belongs.")
    return redirect(section.get_absolute_url())
