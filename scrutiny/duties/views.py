"""Pages of the duties: the board, one line with its history, its settings, a confirmation; the board as CSV and PDF."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.duties import operations, starting
from scrutiny.duties.board import board, groups, in_short, interval_in_words, line_of
from scrutiny.duties.facts import DeskFacts
from scrutiny.duties.forms import BoardFilter, ConfirmForm, DutyForm
from scrutiny.duties.models import Board, Duty
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow import papers
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from scrutiny.workflow.papers import LOGO

ROOM = "scrutiny/duties"
HEADINGS = [
    "Group", "Duty", "What has to be done", "Citation", "State", "Why", "Next due", "Owner", "Days allowed", "Told by",
    "Record", "Address of the record", "Public address",
]  # fmt: skip


def _filtered(request):
    """(the filter, the lines that it leaves, all lines, the facts that they were read from)"""
    facts = DeskFacts(today())
    lines = board(facts=facts)
    if not lines and starting.load():
        lines = board(facts=facts)
    filters = BoardFilter(request.GET, lines=lines)
    return filters, filters.narrow(lines), lines, facts


def _public_board(facts):
    """(what is published of the board or None, the address at which it is checked)"""
    out = facts.document("duties")
    pk = out.subject.rpartition(":")[2] if out else Board.the().pk
    return out, reverse("publish", args=["duties", pk])


def _may_open(user, url):
    """Whether this person may open what a line links to."""
    if not url.startswith("/desk/"):
        return True
    try:
        capability = resolve(url).func.capability
    except Resolver404:
        return False
    return user.has_perm(capability)


@allow("duties.view")
def duties(request):
    """The board: every line with its state in words, by group."""
    filters, found, lines, facts = _filtered(request)
    sees_publishing = request.user.has_perm("publishing.view")
    out, check_url = _public_board(facts) if sees_publishing else (None, "")
    pressing = [line for line in lines if line.is_pressing]
    context = {
        "filters": filters,
        "found": found,
        "groups": [
            (name, [(line, _may_open(request.user, line.record_url)) for line in several])
            for name, several in groups(found)
        ],
        "in_short": in_short(lines),
        "pressing": len(pressing),
        "may_publish": request.user.has_perm("publishing.publish"),
        "sees_publishing": sees_publishing,
        "out": out,
        "check_url": check_url,
    }
    return render(request, f"{ROOM}/duties.html", context)


@allow("duties.view")
def duties_csv(request):
    """The board as it is filtered, as a file for spreadsheets."""
    _, found, _, _ = _filtered(request)
    return csv_response(name="duties", headings=HEADINGS, rows=[_row(request, line) for line in found])


def _row(request, line):
    duty = line.duty
    return [
        duty.group,
        duty.title,
        duty.text,
        duty.citation,
        line.state.label,
        line.words,
        line.next_due,
        duty.owner or "",
        duty.interval_days,
        line.query.words if line.query else "A person confirms it",
        line.record_words,
        _whole(request, line.record_url),
        _whole(request, line.public_url),
    ]


def _whole(request, url):
    return request.build_absolute_uri(url) if url.startswith("/") else url


@allow("duties.view")
def duties_pdf(request):
    """The board as it is filtered, as a paper for a meeting of the office."""
    filters, found, _, _ = _filtered(request)
    office, day = Office.now(), today()
    date = f"{day:%-d %B %Y}"
    context = {
        "office": office,
        "logo": LOGO if office and office.logo else "",
        "kind": "Duties",
        "title": "Board of statutory duties",
        "full_title": f"Board of statutory duties, {date}",
        "description": f"Board of statutory duties on {date}",
        "keywords": "duties, publication, specified information",
        "date": date,
        "version": "For the office",
        "status": "For the office. It may name records that are not public",
        "facts": [("As on", date), ("In short", in_short(found) or "Nothing is listed")],
        "demonstration_note": office.demonstration if office else "",
        "groups": [
            (name, [(line, interval_in_words(line.duty)) for line in several]) for name, several in groups(found)
        ],
        "filters": [chip["words"] for chip in filters.chips],
    }
    html = render_to_string(f"{ROOM}/board_pdf.html", context)
    name = f"duties-{day.isoformat()}.pdf"
    logo = office.logo if office else None
    return papers.respond(request, html=html, logo=logo, file_name=name, title="Board of statutory duties")


# --- one line ----------------------------------------------------------------------------------------------------------


@allow("duties.view", of=Duty)
def duty(request, duty):
    """One line: what the law asks for, what tells whether it is met, and how it went."""
    line = line_of(duty)
    may_confirm = request.user.has_perm("duties.confirm", duty) and line.can_be_confirmed
    context = {
        "duty": duty,
        "line": line,
        "interval": interval_in_words(duty),
        "opens_record": _may_open(request.user, line.record_url),
        "confirmations": duty.confirmations.select_related("by"),
        "changes": duty.changes.all()[:50],
        "acts": lines_about(duty),
        "may_edit": request.user.has_perm("duties.edit", duty),
        "may_confirm": may_confirm,
    }
    return render(request, f"{ROOM}/duty.html", context)


@allow("duties.edit", of=Duty)
def duty_edit(request, duty):
    """Set how long a line allows, who sees to it, and whether it stands on the board."""
    form = DutyForm(request.POST or None, duty=duty)
    if form.is_valid():
        try:
            operations.change(duty, form.settings, seen=form.cleaned_data["seen"], by=request.user)
        except ChangedMeanwhile as meanwhile:
            form.show_again(meanwhile.now)
        else:
            messages.success(request, "The line is saved.")
            return redirect(duty)
    context = {"form": form, "duty": duty}
    return render(request, f"{ROOM}/duty_form.html", context, status=422 if form.errors else 200)


@allow("duties.confirm", of=Duty)
def duty_confirm(request, duty):
    """Confirm a line that no record can tell of."""
    if not line_of(duty).can_be_confirmed:
        messages.info(request, operations.TOLD)
        return redirect(duty)
    form = ConfirmForm(request.POST or None, duty=duty)
    if form.is_valid():
        try:
            operations.confirm(duty, **form.cleaned_data, by=request.user)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Your confirmation is saved.")
            return redirect(duty)
    context = {"form": form, "duty": duty}
    return render(request, f"{ROOM}/confirm.html", context, status=422 if form.errors else 200)


@allow("duties.confirm", of=Duty)
@require_POST
def duty_take_back(request, duty, confirmation):
    """Take a confirmation back that was a mistake."""
    held = duty.confirmations.filter(pk=confirmation).first()
    if held is None:
        raise Http404
    operations.take_back(held, by=request.user)
    messages.success(request, f"The confirmation of {held.on:%-d %B %Y} is taken back.")
    return redirect(duty)
