"""Pages of checking and approving: the proof, what changed, the verdicts, the approval, and the next meeting."""

import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from scrutiny.meetings.models import AgendaItem, Meeting
from scrutiny.minutes import approval, proof, versions
from scrutiny.minutes.approval_forms import AmendmentForm, AtMeetingForm, EntryCommentForm, GiveBackForm, VerdictForm
from scrutiny.minutes.models import Amendment, MinuteEntry, Minutes
from scrutiny.minutes.pages import about, reading_page, refused_page
from scrutiny.minutes.reading import who_said
from scrutiny.minutes.texts import paragraphs
from scrutiny.workflow import operations as workflow
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import NotPossible

# --- checking --------------------------------------------------------------------------------------------------------


@allow("minutes.view", of=Minutes)
def check(request, minutes):
    """The proof: the minutes as they read, with everything that is to be fixed or looked at."""
    return render(request, "scrutiny/minutes/proof.html", proof_page(request, minutes))


def proof_page(request, minutes, verdict_form=None):
    """The context of the proof; `verdict_form` is one that came back with errors."""
    context = reading_page(request, minutes)
    _add_flags(context)
    last = versions.last_sent(minutes)
    content = versions.content_of(minutes, context["items"], context["lists"])
    is_asked = context["my_check"] and minutes.state == State.IN_REVIEW
    return context | {
        "last": last,
        "changed": bool(last) and versions.content_hash(last.content) != versions.content_hash(content),
        "verdict_form": (verdict_form or _verdict_form(context["my_check"], last)) if is_asked else None,
        "back": "check",
    }


def _add_flags(context):
    apologies = [person for each in context["lists"] for person in each.people if person.category == "apologies"]
    flags = proof.flags_of(context["minutes"], context["items"], apologies)
    proof.lay_beside(context["items"], flags, context["comments"], may_mend=context["may_write"])
    if context["may_comment"]:
        proof.offer(
            context["items"], "Comment", lambda entry: f"{reverse('entry-comment', args=[entry.pk])}?back=check"
        )
    context["flags"] = sorted(flags, key=lambda flag: not flag.blocks)
    context["flags_in_words"] = proof.in_words(flags)
    context["blocked"] = any(flag.blocks for flag in flags)


def _verdict_form(checker, last):
    return VerdictForm(initial={"verdict": checker.verdict, "sent": last.pk if last else ""})


@allow("minutes.view", of=Minutes)
def changes(request, minutes):
    """What differs from the text that was last sent for check."""
    last = versions.last_sent(minutes)
    found = versions.between(last.content, versions.content_of(minutes)) if last else []
    context = about(minutes, last=last, changes=found, count=versions.count(found))
    return render(request, "scrutiny/minutes/changes.html", context)


@allow("minutes.comment", of=Minutes)
@require_POST
def verdict(request, minutes):
    """A named checker agrees, or asks for changes."""
    form = VerdictForm(request.POST)
    typed = [request.POST.get("text", "")]
    if not minutes.has_checker(request.user):
        reason = "Only those who were asked to check these minutes say so here. Comment instead."
        return refused_page(request, minutes, reason=reason, typed=typed)
    if not form.is_valid():
        return render(request, "scrutiny/minutes/proof.html", proof_page(request, minutes, form), status=422)
    try:
        approval.say_verdict(minutes, **form.cleaned_data, by=request.user)
    except NotPossible as refusal:
        return _verdict_refused(request, minutes, form, refusal, typed)
    messages.success(request, "Thank you: the office sees what you say.")
    return redirect("minutes-check", minutes.pk)


def _verdict_refused(request, minutes, form, refusal, typed):
    """The words as typed: in the form on the text that is there now, or where there is none to check, to be copied."""
    minutes = _as_it_is_now(minutes)
    if minutes.state != State.IN_REVIEW:
        return refused_page(request, minutes, reason=str(refusal), typed=typed)
    last = versions.last_sent(minutes)
    form.data = form.data.copy()
    form.data["sent"] = last.pk if last else ""
    form.add_error(None, str(refusal))
    return render(request, "scrutiny/minutes/proof.html", proof_page(request, minutes, form), status=409)


def _as_it_is_now(minutes):
    """The minutes read again; a page that is not there any more where somebody has deleted them."""
    return get_object_or_404(Minutes.objects.select_related(*Minutes.LOADED_WITH), pk=minutes.pk)


def _carry_out(request, act, done, address):
    """Do it and say so, or say why it could not be done."""
    try:
        act()
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(address)


@allow("minutes.comment", of=MinuteEntry)
def entry_comment(request, entry):
    """Say something about one entry."""
    minutes, form = entry.minuted_item.minutes, EntryCommentForm(request.POST or None)
    back = "minutes-check" if (request.POST or request.GET).get("back") == "check" else "minutes"
    if form.is_valid():
        workflow.comment(
            minutes,
            text=form.cleaned_data["text"],
            by=request.user,
            piece=entry.uid,
            about=_name_of(entry),
            context=minutes.meeting,
        )
        return redirect(f"{reverse(back, args=[minutes.pk])}#entry-{entry.pk}")
    context = about(
        minutes,
        entry=entry,
        name=_name_of(entry),
        paragraphs=paragraphs(entry.text),
        comments=minutes.comments.filter(piece=entry.uid),
        form=form,
        back=(request.POST or request.GET).get("back", ""),
        back_to=f"{reverse(back, args=[minutes.pk])}#entry-{entry.pk}",
    )
    return render(request, "scrutiny/minutes/comment_form.html", context, status=422 if form.errors else 200)


def _name_of(entry):
    """Item 5, DCI Stevenson: answer."""
    item, who = entry.minuted_item.item, who_said(entry)
    place = f"Item {item.label}" if item.label else item.title
    return (
        f"{place}, {who}: {entry.get_kind_display().lower()}" if who else f"{place}: {entry.get_kind_display().lower()}"
    )


# --- approving -------------------------------------------------------------------------------------------------------


@allow("minutes.approve", of=Minutes)
def approve(request, minutes):
    """The minutes as they read, with flags and what changed since they were sent; one button approves them."""
    if request.method == "POST":
        try:
            approved = approval.approve(minutes, seen=request.POST.get("seen", ""), by=request.user)
        except NotPossible as refusal:
            context = _approve_page(request, _as_it_is_now(minutes))
            context |= _refused(context, refusal, request.POST.get("at", ""))
            return render(request, "scrutiny/minutes/approve.html", context, status=409)
        messages.success(
            request,
            f"The minutes are approved as version {versions.last_approved(approved).version}. They are closed: later changes "
            "are corrections.",
        )
        return redirect(minutes)
    return render(request, "scrutiny/minutes/approve.html", _approve_page(request, minutes))


def _approve_page(request, minutes):
    context = reading_page(request, minutes)
    _add_flags(context)
    content = versions.content_of(minutes, context["items"], context["lists"])
    last = versions.last_sent(minutes)
    return context | {
        "content": content,
        "seen": versions.content_hash(content),
        "at": timezone.now().isoformat(),
        "last": last,
        "changes": versions.between(last.content, content) if last else [],
        "why_not": _why_not(minutes, request.user, last),
        "give_back_form": GiveBackForm(),
    }


def _why_not(minutes, user, last):
    if not minutes.is_open:
        return "These minutes are approved already."
    if minutes.state == State.DRAFT:
        return "These minutes are a draft. They can be approved once they have been sent for check."
    return approval.why_not(minutes, user, last)


def _refused(context, refusal, opened):
    """What a page shows whose button could not be carried out: why, and where the text moved on, how."""
    more = {"refusal": str(refusal)}
    if isinstance(refusal, approval.Changed):
        try:
            moment = parse_datetime(opened) or timezone.now()
        except ValueError:
            moment = timezone.now()
        if timezone.is_naive(moment):
            moment = moment.replace(tzinfo=datetime.UTC)
        more["since"] = versions.since(context["minutes"], context["content"], moment)
        more["is_stale"] = True
    return more


@allow("minutes.approve", of=Minutes)
@require_POST
def give_back(request, minutes):
    """The approver wants changes: a draft again, with a note."""
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        context = _approve_page(request, minutes) | {"give_back_form": form}
        return render(request, "scrutiny/minutes/approve.html", context, status=422)
    note = form.cleaned_data["note"]
    try:
        approval.give_back(minutes, note=note, by=request.user)
    except NotPossible as refusal:
        return refused_page(request, _as_it_is_now(minutes), reason=str(refusal), typed=[note])
    messages.success(request, "The minutes are a draft again, with your note.")
    return redirect(minutes)


@allow("minutes.view", of=Minutes)
def version(request, minutes, version):
    """One approved version as it was read then, and what differs from the one before."""
    kept = list(minutes.snapshots.exclude(version="").select_related("by").order_by("pk"))
    here = next((each for each in kept if each.version == version), None)
    if here is None:
        raise Http404
    before = kept[kept.index(here) - 1] if kept.index(here) else None
    context = about(
        minutes,
        version=here,
        before=before,
        others=[each for each in kept if each is not here],
        attendance=here.content["attendance"],
        items=versions.as_read(here.content),
        changes=versions.between(before.content, here.content) if before else [],
    )
    return render(request, "scrutiny/minutes/version.html", context)


# --- at the next meeting ---------------------------------------------------------------------------------------------


@allow("minutes.edit", of=AgendaItem)
def brought(request, item):
    """From an agenda item to the minutes that it brings."""
    minutes = approval.brought_to(item)
    if minutes is None:
        messages.info(request, "No earlier meeting of this series has minutes in the portal yet.")
        return redirect(item.meeting)
    return redirect("minutes-at-meeting", minutes.pk, item.meeting_id)


@allow("minutes.edit", of=Minutes)
def at_meeting(request, minutes, meeting):
    """What a later meeting says of the minutes: approved as they stand, or subject to amendments."""
    meeting = _later_meeting(minutes, meeting)
    amendments = list(approval.amendments_at(minutes, meeting))
    place = approval.place_to_write_down(meeting)
    if request.method != "POST":
        context = _at_meeting_page(request, minutes, meeting, amendments, place)
        return render(request, "scrutiny/minutes/at_meeting.html", context)
    form = AtMeetingForm(request.POST, is_amended=bool(amendments), place=place)
    if not form.is_valid():
        context = _at_meeting_page(request, minutes, meeting, amendments, place, form)
        return render(request, "scrutiny/minutes/at_meeting.html", context, status=422)
    return _approve_at_meeting(request, minutes, meeting, amendments, place, form)


def _approve_at_meeting(request, minutes, meeting, amendments, place, form):
    said = form.cleaned_data
    try:
        approval.approve_at_meeting(
            minutes,
            meeting=meeting,
            seen=said["seen"],
            asked=said["asked"],
            change_note=said.get("change_note", ""),
            write_down=said.get("write_down", False),
            by=request.user,
        )
    except NotPossible as refusal:
        now = list(approval.amendments_at(minutes, meeting))
        context = _at_meeting_page(request, _as_it_is_now(minutes), meeting, now, place, form)
        context |= _refused(context, refusal, said["at"])
        return render(request, "scrutiny/minutes/at_meeting.html", context, status=409)
    how = (
        f"subject to {len(amendments)} amendment{'' if len(amendments) == 1 else 's'}"
        if amendments
        else "as a true record"
    )
    messages.success(request, f"Recorded: the meeting of {meeting.date:%-d %B %Y} approved these minutes {how}.")
    return redirect(minutes)


def _later_meeting(minutes, pk):
    meeting = get_object_or_404(Meeting.objects.select_related("series"), pk=pk)
    if not approval.speaks_later(minutes, meeting):
        raise Http404
    return meeting


def _at_meeting_page(request, minutes, meeting, amendments, place, form=None):
    context = reading_page(request, minutes)
    why_not = approval.why_not_at(minutes, meeting)
    if not why_not:
        _add_flags(context)
    content = versions.content_of(minutes, context["items"], context["lists"])
    hidden = {
        "seen": versions.content_hash(content),
        "at": timezone.now().isoformat(),
        "asked": approval.mark_of(*(each for each in amendments if not each.made)),
    }
    if form is None:
        start = {**hidden, "change_note": approval.change_note_for(amendments), "write_down": True}
        form = AtMeetingForm(initial=start, is_amended=bool(amendments), place=place)
    else:  # the words as typed, on the text as it stands now
        form.data = form.data.copy()
        form.data.update(hidden)
    _lay_amendments_beside(context["items"], amendments)
    if not why_not:
        proof.offer(context["items"], "Amend", lambda entry: reverse("entry-amend", args=[entry.pk, meeting.pk]))
    return context | {
        "at_meeting": meeting,
        "amendments": amendments,
        "why_not": why_not,
        "form": form,
        "content": content,
    }


def _lay_amendments_beside(sheets, amendments):
    about_entry = {amendment.entry_id: amendment for amendment in amendments if not amendment.made}
    for sheet in sheets:
        for line in sheet.lines:
            line.entry.beside.flags, line.entry.beside.comments = [], []
            if amendment := about_entry.get(line.entry.pk):
                line.entry.beside.changed = amendment.after


@allow("minutes.edit", of=MinuteEntry)
def amend(request, entry, meeting):
    """How a later meeting wants one entry to read."""
    minutes = entry.minuted_item.minutes
    meeting = _later_meeting(minutes, meeting)
    held = approval.recorded(entry, meeting)
    start = {"after": held.after if held else entry.text, "note": held.note if held else ""}
    form = AmendmentForm(request.POST or None, initial={**start, "seen": approval.mark_of(held)})
    if form.is_valid():
        try:
            approval.amend(entry, meeting=meeting, **form.cleaned_data, by=request.user)
        except NotPossible as refusal:
            if isinstance(refusal, approval.AmendedMeanwhile):
                form.data = {**form.data.dict(), "seen": approval.mark_of(refusal.held)}
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{reverse('minutes-at-meeting', args=[minutes.pk, meeting.pk])}#amendments")
    context = about(
        minutes, at_meeting=meeting, entry=entry, name=_name_of(entry), paragraphs=paragraphs(entry.text), form=form
    )
    return render(request, "scrutiny/minutes/amend.html", context, status=422 if form.errors else 200)


@allow("minutes.edit", of=Amendment)
@require_POST
def amendment_remove(request, amendment):
    """Take back an amendment that has not been made yet."""
    return _carry_out(
        request,
        lambda: approval.remove_amendment(amendment, by=request.user),
        "The amendment is taken back.",
        f"{reverse('minutes-at-meeting', args=[amendment.minutes_id, amendment.meeting_id])}#amendments",
    )
