"""The page on which somebody writes a private note."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from opcc_portal.accounts.permissions import allow
from scrutiny.workflow import private_notes, subjects


class NoteForm(forms.Form):
    """The words, and on which version of the note they build."""

    text = forms.CharField(
        label="Your note",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Only you can read it. It is in no search, export, pack or PDF. Leave it empty to delete it.",
        error_messages={"max_length": "Keep the note under 10,000 letters."},
    )
    base_version = forms.IntegerField(required=False, min_value=0, max_value=10**9, widget=forms.HiddenInput)


@allow("notes.own")
def private_note(request):
    """Write, change or delete one's own note on the record that the address names."""
    record = subjects.record_for(request.GET.get("about"), request.user)
    note, overtaken, status = private_notes.note_on(record, request.user), None, 200
    if request.method == "POST":
        form = NoteForm(request.POST)
        status = 422
        if form.is_valid():
            seen = form.cleaned_data["base_version"] or 0
            try:
                kept = private_notes.keep(record, text=form.cleaned_data["text"], base_version=seen, by=request.user)
            except private_notes.Overtaken as found:
                overtaken, status = found.note, 409
                form = NoteForm(initial={"text": form.cleaned_data["text"], "base_version": found.note.version})
            else:
                messages.success(request, "Your note is saved." if kept else "There is no note of yours here now.")
                return redirect(subjects.address_of(record))
    else:
        form = NoteForm(initial={"text": note.text if note else "", "base_version": note.version if note else 0})
    context = {"form": form, "record": record, "back": subjects.address_of(record), "overtaken": overtaken}
    return render(request, "scrutiny/workflow/private_note.html", context, status=status)
