"""Pages of the attendance: the sheet, and one person on it."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.meetings import attendance as acts
from scrutiny.meetings import record
from scrutiny.meetings.agenda import lock
from scrutiny.meetings.attendance_forms import AddPersonForm, AttendanceForm, SheetForm
from scrutiny.meetings.models import Attendance, AttendanceList, Meeting
from scrutiny.meetings.views import carried_out
from scrutiny.people.models import Person
from scrutiny.workflow.operations import NotPossible


def _known_people(meeting):
    """For the pick lists: everybody under People, with their posts. Two queries."""
    return list(Person.objects.with_posts())


def _offers(people, meeting, without=()):
    taken = {person.person_id for person in without}
    return [acts.name_and_post(person, meeting.date) for person in people if person.pk not in taken]


@allow("meetings.edit", of=Meeting)
def attendance(request, meeting):
    """Who was there: everyone is present until somebody says otherwise. One form, saved as a whole."""
    form = None
    if request.method == "POST":
        with transaction.atomic():
            form = SheetForm(request.POST, sheet=acts.sheet_of(_locked(meeting)))
            saved = form.is_valid() and carried_out(form, lambda: form.save(by=request.user))
        if saved:
            return _after_saving(request, meeting)
    people = _known_people(meeting)
    sheet = acts.sheet_of(meeting, people)
    if form is None:
        form = SheetForm(sheet=sheet)
    context = {
        "meeting": meeting,
        "office": Office.on(meeting.date),
        "form": form,
        "closed": record.why_closed(meeting),
        "sheet": form.sheet,
        "is_ahead": meeting.date > today(),
        "offers": _offers(people, meeting, without=sheet.people),
    }
    return render(request, "scrutiny/meetings/attendance.html", context, status=422 if form.errors else 200)


def _locked(meeting):
    """The meeting as it is now, with what was loaded with it; nobody else writes its attendance meanwhile."""
    held = lock(meeting)
    held.series = meeting.series
    return held


def _after_saving(request, meeting):
    meeting = Meeting.objects.select_related("series").get(pk=meeting.pk)
    audit.left_off(
        request.user,
        title=f"Attendance of {meeting.name}, {meeting.date:%-d %B %Y}",
        excerpt=acts.sheet_of(meeting).in_words,
        address=reverse("attendance", args=[meeting.pk]),
    )
    if request.POST.get("then") == "minutes":
        return redirect("minutes-begin", meeting.pk)
    if request.headers.get("X-Saved-By") != "script":
        messages.success(request, "Attendance saved.")
    return redirect("attendance", meeting.pk)


@allow("meetings.edit", of=Meeting)
def attendance_add(request, meeting):
    """Put somebody on the sheet."""
    category = request.GET.get("list", "")
    category = category if category in AttendanceList.Category.values else AttendanceList.Category.PRESENT
    initial = {"category": category, "regular": False, "reason": meeting.same_person_acknowledged}
    form = AddPersonForm(request.POST or None, meeting=meeting, by=request.user, initial=initial)
    if request.method == "POST":
        with transaction.atomic():
            lock(meeting)
            added = form.is_valid() and carried_out(form, form.save)
        if added:
            messages.success(request, f"{form.instance.name} added.")
            return redirect("attendance", meeting.pk)
    people = _known_people(meeting)
    context = {"meeting": meeting, "office": Office.on(meeting.date), "form": form, "offers": _offers(people, meeting)}
    context["closed"] = record.why_closed(meeting)
    return render(request, "scrutiny/meetings/attendance_add.html", context, status=422 if form.errors else 200)


@allow("meetings.edit", of=Attendance)
def attendance_edit(request, person):
    """What the record of this meeting says about one person."""
    meeting = person.meeting
    act = request.POST.get("act", "")
    if act == "remove":
        return _removed(request, person)
    if act == "renew":
        return _renewed(request, person)
    known_as = person.name
    form = AttendanceForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: _changed(form, request.user)):
        messages.success(request, f"Saved: {form.instance.name}.")
        return redirect("attendance", meeting.pk)
    context = {
        "meeting": meeting,
        "office": Office.on(meeting.date),
        "person": person,
        "known_as": known_as,
        "closed": record.why_closed(meeting),
        "form": form,
        "today_says": acts.differs_from_people(person) if not form.is_bound else None,
    }
    return render(request, "scrutiny/meetings/attendance_form.html", context, status=422 if form.errors else 200)


def _changed(form, user):
    acts.change_person(form.instance, reason=form.cleaned_data.get("reason", ""), by=user)
    form.instance.items.set(form.cleaned_data["items"])


def _removed(request, person):
    try:
        acts.remove_person(person, by=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("attendance-edit", person.pk)
    messages.success(request, f"{person.name} is no longer on the sheet.")
    return redirect("attendance", person.meeting_id)


def _renewed(request, person):
    try:
        acts.renew_snapshot(person, by=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("attendance-edit", person.pk)
    messages.success(request, f"Name and post of {person.name} taken from People, as of the day of the meeting.")
    return redirect("attendance-edit", person.pk)
