"""Pages of the minutes: writing an item, reading all of them, the history of one entry, print and PDF."""

import uuid

from django.contrib import messages
from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from scrutiny.meetings.models import Meeting
from scrutiny.minutes import approval, operations, pdf, reading
from scrutiny.minutes.models import MinuteEntry, Minutes
from scrutiny.minutes.pages import about, reading_page
from scrutiny.minutes.texts import paragraphs
from scrutiny.workflow import papers
from scrutiny.workflow.differences import compare
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict


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


@allow("minutes.view", of=Minutes)
def print_view(request, minutes):
    """Black on white, kinds as words, a wide margin for notes by hand."""
    context = about(minutes, items=reading.sheets(minutes), lists=reading.people_lists(minutes.meeting))
    return render(request, "scrutiny/minutes/print.html", context)


@allow("minutes.view", of=Minutes)
def minutes_pdf(request, minutes):
    """The minutes as a PDF."""
    paper = pdf.minutes_paper(minutes)
    name = f"{minutes.meeting.date:%Y-%m-%d}-minutes.pdf"
    return papers.respond(request, html=paper.html, logo=paper.logo, file_name=name, title=str(minutes))


@allow("minutes.view", of=MinuteEntry)
def entry_history(request, entry):
    """Every version of one entry, what changed and who changed it."""
    versions = [_version(revision, before) for revision, before in operations.history(entry)]
    context = about(entry.minuted_item.minutes, entry=entry, versions=versions, save_id=uuid.uuid4())
    return render(request, "scrutiny/minutes/history.html", context)


def _version(revision, before):
    """One saved wording: the first as it read, each later one with what is gone, what is new and what it became."""
    now = revision.content
    if before is None:
        return {"revision": revision, "paragraphs": paragraphs(now["text"])}
    old = before.content
    notes = []
    if now.get("kind") != old.get("kind"):
        kinds = dict(MinuteEntry.Kind.choices)
        notes.append(
            f"{kinds.get(now.get('kind'), 'No kind')}, before {kinds.get(old.get('kind'), 'no kind').lower()}."
        )
    if now.get("speaker") != old.get("speaker"):
        notes.append("Another speaker.")
    return {"revision": revision, "difference": compare(old["text"], now["text"]), "notes": notes}


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
        return redirect(_where_to(minutes))
    messages.success(request, done)
    return redirect(minutes)


def _where_to(minutes):
    """The minutes, or where somebody has deleted them meanwhile, their meeting."""
    return minutes if Minutes.objects.filter(pk=minutes.pk).exists() else minutes.meeting


@allow("minutes.edit", of=Minutes)
@require_POST
def send(request, minutes):
    """Send the minutes to be checked."""
    return _move_on(request, minutes, approval.send, "The minutes are with their checkers.")


@allow("minutes.edit", of=Minutes)
@require_POST
def take_back(request, minutes):
    """Take minutes that are being checked back to draft, or the approval of approved ones back."""
    if minutes.is_open:
        return _move_on(request, minutes, operations.take_back, "The minutes are a draft again.")
    done = "The approval is taken back. Mend the minutes, then let them be approved again."
    return _move_on(request, minutes, approval.take_back, done)


@allow("minutes.edit", of=Minutes)
def delete(request, minutes):
    """Delete a draft, after a page that says what goes and what stays."""
    if request.method == "POST":
        try:
            meeting = operations.delete_minutes(minutes, by=request.user)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect(_where_to(minutes))
        messages.success(request, "Draft minutes deleted. The words are kept in the meeting's record of what happened.")
        return redirect(meeting)
    entries = MinuteEntry.objects.filter(minuted_item__minutes=minutes, deleted=False).count()
    return render(request, "scrutiny/minutes/delete.html", about(minutes, entries=entries))
