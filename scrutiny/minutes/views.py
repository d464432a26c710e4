"""Pages of the minutes: writing an item, reading all of them, the history of one entry, print and PDF."""

import uuid

from django.contrib import messages
from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.office.models import Office
from scrutiny.meetings.models import Meeting
from scrutiny.minutes import editing, operations, pdf, reading
from scrutiny.minutes.models import MinutedItem, MinuteEntry, Minutes
from scrutiny.minutes.texts import marked_difference, paragraphs
from scrutiny.minutes.work import left_off_at
from scrutiny.workflow import papers
from scrutiny.workflow.forms import CommentForm, whole_number
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict


def _about(minutes, **more):
    """What every page of the minutes shows around its own content."""
    meeting = minutes.meeting
    return {"minutes": minutes, "meeting": meeting, "office": Office.on(meeting.date), **more}


@allow("minutes.edit", of=Meeting)
def begin(request, meeting):
    """Open the minutes where writing goes on: at the item written last, else at the first."""
    minutes = operations.open_minutes(meeting, by=request.user)
    items = reading.sheets(minutes)
    if not items:
        messages.warning(
            request, "The agenda has no items yet. Set the agenda first; each item gets its place in the minutes."
        )
        return redirect("agenda", meeting.pk)
    return redirect("minuted-item", _written_last(items).minuted.pk)


def _written_last(items):
    """The item with the latest saved entry; the first one where nothing is written yet."""
    latest = {sheet.minuted.pk: max((line.entry.changed_at for line in sheet.lines), default=None) for sheet in items}
    written = [sheet for sheet in items if latest[sheet.minuted.pk]]
    return max(written, key=lambda sheet: latest[sheet.minuted.pk], default=items[0])


@allow("minutes.view", of=Minutes)
def minutes_page(request, minutes):
    """The minutes as they will read, with what their checkers said."""
    return render(request, "scrutiny/minutes/minutes.html", reading_page(request, minutes))


def reading_page(request, minutes, comment_form=None):
    """The context of the reading page; `comment_form` is one that came back with errors."""
    items, user = reading.sheets(minutes), request.user
    checkers = list(minutes.checkers)
    may_comment = user.has_perm("minutes.comment", minutes)
    if may_comment and comment_form is None:
        comment_form = CommentForm(whole="All of the minutes", parts=[sheet.item for sheet in items])
    return _about(
        minutes,
        items=items,
        lists=reading.people_lists(minutes.meeting),
        comments=list(minutes.comments),
        checkers=checkers,
        comment_form=comment_form if may_comment else None,
    )


@allow("minutes.view", of=Minutes)
def print_view(request, minutes):
    """Black on white, kinds as words, a wide margin for notes by hand."""
    context = _about(minutes, items=reading.sheets(minutes), lists=reading.people_lists(minutes.meeting))
    return render(request, "scrutiny/minutes/print.html", context)


@allow("minutes.view", of=Minutes)
def minutes_pdf(request, minutes):
    """The minutes as a PDF."""
    paper = pdf.minutes_paper(minutes)
    name = f"{minutes.meeting.date:%Y-%m-%d}-minutes.pdf"
    return papers.respond(request, html=paper.html, logo=paper.logo, file_name=name, title=str(minutes))


@allow("minutes.edit", of=MinutedItem)
def item_page(request, minuted_item):
    """Write one item. A plain form: what was touched is saved entry by entry, everything else is left alone."""
    minutes = minuted_item.minutes
    if not minutes.is_open:
        messages.info(request, "These minutes are closed. You can read them here.")
        return redirect(minutes)
    status = 200
    if request.method == "POST":
        try:
            page = editing.posted(minuted_item, request.POST, by=request.user)
        except NotPossible as refusal:  # closed or deleted since this view looked
            messages.error(request, str(refusal))
            return redirect("meeting", minutes.meeting_id)
        if page.saved:
            left_off_at(request.user, minuted_item, page.last_saved)
        if page.is_settled:
            return _after_saving(request, minuted_item, page)
        status = 409 if page.clashes else 422
    else:
        page = editing.opened(minuted_item)
    items = reading.sheets(minutes)
    here = next(sheet for sheet in items if sheet.minuted.pk == minuted_item.pk)
    context = _about(
        minutes,
        minuted_item=minuted_item,
        page=page,
        items=items,
        next_item=_neighbour(items, here),
        papers=minuted_item.item.reports.prefetch_related("held_attachments__attachment__upload"),
    )
    return render(request, "scrutiny/minutes/item.html", context, status=status)


def _neighbour(items, here):
    following = items[items.index(here) + 1 :]
    return following[0].minuted if following else None


def _after_saving(request, minuted_item, page):
    """Carry out the button that sent the form, now that its words are safe, and show the page anew."""
    act, _, which = request.POST.get("act", "").partition(":")
    try:
        anchor = _act(request, minuted_item, act, which, page)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("minuted-item", minuted_item.pk)
    following = MinutedItem.objects.filter(minutes=minuted_item.minutes, pk=whole_number(which)).first()
    if act == "next" and following:
        return redirect("minuted-item", following.pk)
    anchor = anchor or (f"entry-{page.last_saved.pk}" if page.last_saved and not page.last_saved.deleted else "next")
    return redirect(f"{reverse('minuted-item', args=[minuted_item.pk])}#{anchor}")


def _act(request, minuted_item, act, which, page):
    """Move or delete one entry. Returns the anchor to come back to, or None."""
    if act not in ("up", "down", "delete"):
        return None
    entry = get_object_or_404(MinuteEntry, pk=whole_number(which), minuted_item=minuted_item)
    entry.minuted_item = minuted_item
    if act == "delete":
        seen = whole_number(request.POST.get(f"e{entry.pk}-base_version"))
        if page.last_saved and page.last_saved.pk == entry.pk:  # changed and deleted with one click
            seen = page.last_saved.version
        try:
            operations.delete_entry(entry, base_version=seen, save_id=uuid.uuid4(), by=request.user)
        except Conflict:
            raise NotPossible(
                "Somebody else changed this entry meanwhile. Read it as it is now, then delete it if it should still go."
            ) from None
        address = reverse("entry-history", args=[entry.pk])
        messages.success(request, f"Entry deleted. Its words are kept: bring them back from {address}.")
        return "next"
    order = whole_number(request.POST.get("order_version"))
    current = MinutedItem.objects.values_list("order_version", flat=True).get(pk=minuted_item.pk)
    try:
        version = current if order is None else order
        operations.move_entry(entry, up=act == "up", order_version=version, by=request.user)
    except Conflict:
        messages.warning(
            request, "Somebody else changed the order meanwhile. This is the order now; move the entry again."
        )
    return f"entry-{entry.pk}"


@allow("minutes.view", of=MinuteEntry)
def entry_history(request, entry):
    """Every version of one entry, what changed and who changed it."""
    versions = []
    for revision, before in operations.history(entry):
        text = revision.content["text"]
        _, marked = marked_difference(before.content["text"] if before else "", text)
        versions.append({"revision": revision, "marked": marked if before else None, "paragraphs": paragraphs(text)})
    context = _about(entry.minuted_item.minutes, entry=entry, versions=versions, save_id=uuid.uuid4())
    return render(request, "scrutiny/minutes/history.html", context)


@allow("minutes.edit", of=MinuteEntry)
@require_POST
def entry_restore(request, entry):
    """Make an earlier version the current one."""
    try:
        version, base = int(request.POST["version"]), int(request.POST["base_version"])
        save_id = uuid.UUID(request.POST["save_id"])
    except (KeyError, ValueError):
        return HttpResponseBadRequest("The form was not complete.", content_type="text/plain")
    revision = get_object_or_404(entry.revisions, version=version)
    try:
        operations.restore_revision(entry, revision, base_version=base, save_id=save_id, by=request.user)
    except (Conflict, NotPossible) as refusal:
        text = (
            "Somebody saved this entry meanwhile. Look at the newest version first."
            if isinstance(refusal, Conflict)
            else refusal
        )
        messages.error(request, str(text))
        return redirect("entry-history", entry.pk)
    messages.success(request, f"Version {version} is the current wording again.")
    return redirect(f"{reverse('minuted-item', args=[entry.minuted_item_id])}#entry-{entry.pk}")


def _move_on(request, minutes, operation, done):
    try:
        operation(minutes, by=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(minutes)


@allow("minutes.edit", of=Minutes)
@require_POST
def send(request, minutes):
    """Send the minutes to be checked."""
    return _move_on(request, minutes, operations.send_for_check, "The minutes are with their checkers.")


@allow("minutes.edit", of=Minutes)
@require_POST
def take_back(request, minutes):
    """Take the minutes back to draft."""
    return _move_on(request, minutes, operations.take_back, "The minutes are a draft again.")


@allow("minutes.edit", of=Minutes)
def delete(request, minutes):
    """Delete a draft, after a page that says what goes and what stays."""
    if request.method == "POST":
        try:
            meeting = operations.delete_minutes(minutes, by=request.user)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect(minutes)
        messages.success(request, "Draft minutes deleted. The words are kept in the meeting's record of what happened.")
        return redirect(meeting)
    entries = MinuteEntry.objects.filter(minuted_item__minutes=minutes, deleted=False).count()
    return render(request, "scrutiny/minutes/delete.html", _about(minutes, entries=entries))
