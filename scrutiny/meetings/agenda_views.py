"""Pages of the agenda: the builder, one item, and the agenda as a paper."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit import operations as audit
from opcc_portal.office.models import Office
from scrutiny.meetings import agenda, pdf, planned, record
from scrutiny.meetings.forms import ItemForm, NewItemForm
from scrutiny.meetings.models import AgendaItem, Meeting
from scrutiny.meetings.views import carried_out
from scrutiny.workflow import papers
from scrutiny.workflow.operations import NotPossible


@allow("meetings.edit", of=Meeting)
def agenda_page(request, meeting):
    """The agenda builder: the items in order, and a line to add the next."""
    form = None
    if request.method == "POST":
        form = NewItemForm(request.POST, meeting=meeting)
        if form.is_valid() and _added(form, request.user):
            _note_work(request.user, meeting, form.instance)
            return redirect(f"{reverse('agenda', args=[meeting.pk])}#id_title")
    rows = agenda.rows(meeting)
    without_item = planned.put_beside(rows, meeting)
    items = [row.item for row in rows]
    if form is None:
        form = NewItemForm(meeting=meeting, label=agenda.proposed_label(meeting.series, meeting.date, items))
    context = {
        "meeting": meeting,
        "office": Office.on(meeting.date),
        "rows": rows,
        "questions_without_item": without_item,
        "form": form,
        "closed": record.why_closed(meeting),
        "numbers_are_mixed": agenda.numbers_are_mixed(meeting.series, meeting.date, items),
    }
    return render(request, "scrutiny/meetings/agenda.html", context, status=422 if form.errors else 200)


def _added(form, user):
    return carried_out(
        form, lambda: agenda.add_item(form.instance, label_was_proposed=form.label_was_proposed, by=user)
    )


def _note_work(user, meeting, item):
    audit.left_off(
        user,
        title=f"Agenda of {meeting.name}, {meeting.date:%-d %B %Y}",
        excerpt=str(item),
        address=reverse("agenda", args=[meeting.pk]),
    )


@allow("meetings.edit", of=AgendaItem)
def item_edit(request, item):
    """Everything about one item."""
    known_as = str(item)
    form = ItemForm(request.POST or None, instance=item, meeting=item.meeting)
    if request.method == "POST" and form.is_valid():
        if carried_out(form, lambda: agenda.change_item(form.instance, by=request.user)):
            _note_work(request.user, item.meeting, item)
            messages.success(request, f"Saved: {item}.")
            return redirect(f"{reverse('agenda', args=[item.meeting_id])}#item-{item.pk}")
    context = {"form": form, "item": item, "known_as": known_as, "meeting": item.meeting}
    context["closed"] = record.why_closed(item.meeting)
    context["office"] = Office.on(item.meeting.date)
    return render(request, "scrutiny/meetings/item_form.html", context, status=422 if form.errors else 200)


@allow("meetings.edit", of=AgendaItem)
@require_POST
def item_move(request, item):
    """One place up or down."""
    up = request.POST.get("move") == "up"
    try:
        agenda.move_item(item, up=up, by=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('agenda', args=[item.meeting_id])}#item-{item.pk}")


@allow("meetings.edit", of=AgendaItem)
def item_delete(request, item):
    """Take an item off. What hangs on it is shown first; an item with nothing on it goes at once."""
    hangs_on = agenda.papers_of(item)
    sub_items = list(item.sub_items.all())
    is_minuted = agenda.is_minuted(item)
    is_on_record = agenda.is_on_record(item)
    must_ask = bool(hangs_on or sub_items or is_minuted or is_on_record)
    if request.method == "POST" and (not must_ask or request.POST.get("confirmed") == "yes"):
        try:
            name = agenda.delete_item(item, by=request.user)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Deleted: {name}.")
        return redirect("agenda", item.meeting_id)
    context = {
        "item": item,
        "meeting": item.meeting,
        "papers": hangs_on,
        "sub_items": sub_items,
        "is_minuted": is_minuted,
        "is_on_record": is_on_record,
    }
    context["office"] = Office.on(item.meeting.date)
    return render(request, "scrutiny/meetings/item_delete.html", context)


@allow("meetings.edit", of=Meeting)
@require_POST
def agenda_number(request, meeting):
    """Number the items again in the style of the series."""
    try:
        agenda.number_again(meeting, by=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Items numbered again, in their order.")
    return redirect("agenda", meeting.pk)


@allow("meetings.edit", of=Meeting)
@require_POST
def agenda_set(request, meeting):
    """Mark the agenda as set, or open it again."""
    is_set = request.POST.get("set") != "no"
    try:
        agenda.mark_as_set(meeting, is_set=is_set, by=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("agenda", meeting.pk)
    messages.success(request, "The agenda is set." if is_set else "The agenda is open again.")
    return redirect("meeting" if is_set else "agenda", meeting.pk)


@allow("meetings.view", of=Meeting)
def agenda_preview(request, meeting):
    """The agenda as it will be read: the page that says the same as the PDF, with what the office plans to ask beside it."""
    context = pdf.agenda_context(meeting)
    rows = [row for part in context["parts"] for row in part.rows]
    context["questions_without_item"] = planned.put_beside(rows, meeting)
    return render(request, "scrutiny/meetings/agenda_preview.html", context)


@allow("meetings.view", of=Meeting)
def agenda_pdf(request, meeting):
    """The agenda as a PDF."""
    paper = pdf.agenda_paper(meeting)
    name = f"{meeting.date:%Y-%m-%d}-agenda.pdf"
    return papers.respond(request, html=paper.html, logo=paper.logo, file_name=name, title=f"Agenda: {meeting}")
