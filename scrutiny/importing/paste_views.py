"""Pasting several paragraphs into an item: proposed entries for the editor as JSON, and pages that work without script."""

import json
import uuid

from django.contrib import messages
from django.http import HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.office.models import Office
from scrutiny.importing import paste_forms, paste_operations
from scrutiny.importing.paste import MAX_SENT, CannotPaste, propose
from scrutiny.minutes.forms import speakers_of
from scrutiny.minutes.models import MinutedItem, MinuteEntry
from scrutiny.minutes.pages import refused_page
from scrutiny.workflow.operations import NotPossible

ROOM = "scrutiny/importing"


@allow("minutes.edit", of=MinutedItem)
def paste(request, minuted_item):
    """JSON in, proposed entries as JSON out, nothing saved. Without script a page that asks for the text first."""
    if request.content_type == "application/json":
        return _proposals(request, minuted_item) if request.method == "POST" else HttpResponseNotAllowed(["POST"])
    if not minuted_item.minutes.is_open:
        if request.method == "POST":
            return _too_late(request, minuted_item, minuted_item.minutes.why_closed)
        messages.info(request, "These minutes are closed. You can read them here.")
        return redirect(minuted_item.minutes)
    if request.method != "POST":
        form = paste_forms.PasteForm(initial={"by_speaker": True})
        return _page(request, minuted_item, "paste.html", form=form)
    if "batch" in request.POST:
        return _add(request, minuted_item)
    return _show(request, minuted_item)


def _refused(status, error, message):
    return JsonResponse({"error": error, "message": message}, status=status)


def _proposals(request, minuted_item):
    if not minuted_item.minutes.is_open:
        return _refused(410, "closed", "These minutes are closed: nothing can be added to them.")
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > MAX_SENT:
        return _refused(413, "too_large", _too_large(size))
    try:
        sent = json.loads(request.body)
        text, html = sent.get("text") or "", sent.get("html") or ""
        if not isinstance(text, str) or not isinstance(html, str):
            raise TypeError
    except (ValueError, TypeError, AttributeError, RecursionError):
        return _refused(400, "not_understood", "What was pasted could not be read.")
    people = speakers_of(minuted_item.minutes.meeting)
    try:
        proposed = propose(text, html, attendance=people, by_speaker=sent.get("by_speaker") is True)
    except CannotPaste as refusal:
        return _refused(413, "too_large", str(refusal)) if refusal.too_large else _refused(422, "refused", str(refusal))
    return JsonResponse({"entries": [entry.as_json() for entry in proposed.entries], "notes": proposed.notes})


def _too_large(size):
    return f"You pasted {size / 1048576:.1f} MB. That is a document, not a few paragraphs: paste it in several parts."


def _page(request, minuted_item, template, *, status=200, **more):
    meeting = minuted_item.minutes.meeting
    context = {"minuted_item": minuted_item, "meeting": meeting, "office": Office.on(meeting.date), **more}
    return render(request, f"{ROOM}/{template}", context, status=status)


def _show(request, minuted_item):
    """The entries that the pasted text could become, each to be looked at."""
    form = paste_forms.PasteForm(request.POST)
    people = speakers_of(minuted_item.minutes.meeting)
    if form.is_valid():
        try:
            proposed = propose(
                form.cleaned_data["text"], "", attendance=people, by_speaker=form.cleaned_data["by_speaker"]
            )
        except CannotPaste as refusal:
            form.add_error("text", str(refusal))
    if not form.is_valid():
        return _page(request, minuted_item, "paste.html", status=422, form=form)
    forms = paste_forms.proposed_forms(proposed.entries, people)
    return _page(request, minuted_item, "proposed.html", forms=forms, notes=proposed.notes, batch=uuid.uuid4())


def _add(request, minuted_item):
    """Add the entries as they were confirmed. Sent twice, they are added once."""
    batch, forms = paste_forms.posted_forms(request.POST, speakers_of(minuted_item.minutes.meeting))
    valid = [form.is_valid() for form in forms]
    if batch is None or not all(valid):
        errors = paste_forms.errors_of(forms)
        return _page(
            request, minuted_item, "proposed.html", status=422, forms=forms, errors=errors, batch=batch or uuid.uuid4()
        )
    kept = [(number, form.spoken()) for number, form in enumerate(forms) if form.cleaned_data["text"]]
    try:
        entries = paste_operations.add_entries(minuted_item, kept, batch=batch, by=request.user)
    except NotPossible as refusal:
        return _too_late(request, minuted_item, str(refusal))
    if not entries:
        messages.info(request, "Nothing was added: every text was empty.")
        return redirect("minuted-item", minuted_item.pk)
    keys = "-".join(str(entry.pk) for entry in entries)
    return redirect(f"{reverse('paste-added', args=[minuted_item.pk])}?entries={keys}")


def _too_late(request, minuted_item, reason):
    """Why nothing was added, with every word that was sent, to be copied."""
    typed = [text for name, text in request.POST.items() if name == "text" or name.endswith("-text")]
    return refused_page(request, minuted_item.minutes, reason=reason, typed=typed)


def _keys(text):
    return [int(key) for key in text.split("-")[:200] if key.isascii() and key.isdigit() and len(key) < 19]


@allow("minutes.edit", of=MinutedItem)
def added(request, minuted_item):
    """What was added, with the one button that takes it back."""
    keys = _keys(request.GET.get("entries", ""))
    entries = MinuteEntry.objects.filter(minuted_item=minuted_item, pk__in=keys, deleted=False)
    entries = list(entries.select_related("speaker").order_by("position", "pk"))
    keys = "-".join(str(entry.pk) for entry in entries)
    return _page(request, minuted_item, "added.html", entries=entries, keys=keys)


@allow("minutes.edit", of=MinutedItem)
@require_POST
def take_back(request, minuted_item):
    """Delete exactly what was added; what somebody has changed since stays."""
    try:
        gone, stay = paste_operations.take_back(minuted_item, _keys(request.POST.get("entries", "")), by=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("minuted-item", minuted_item.pk)
    said = f"{gone} entr{'y' if gone == 1 else 'ies'} taken back. Their words stay in their histories."
    if stay:
        said += f" {stay} changed since they were added and stay{'s' if stay == 1 else ''}."
    messages.success(request, said)
    return redirect("minuted-item", minuted_item.pk)
