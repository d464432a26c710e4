"""Pages of meetings and series. The task list of one meeting stands in dashboards, because it looks at the floors above."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.shortcuts import redirect, render

from opcc_portal.accounts.permissions import allow
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.meetings import copying, operations
from scrutiny.meetings.forms import (
    CopyForm,
    MeetingFilterForm,
    MeetingForm,
    NewMeetingForm,
    SeriesForm,
    StandingItemsFormSet,
)
from scrutiny.meetings.models import Meeting, MeetingSeries
from scrutiny.workflow.operations import NotPossible

MET_MEANWHILE = "Somebody else saved the same thing at this moment. Look at what is there now, then try again."


def carried_out(form, act):
    """Run an act on a valid form. What only the database could refuse becomes an error of the form; returns success."""
    try:
        with transaction.atomic():
            act()
    except ValidationError as error:
        form.add_error(None, error.messages)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
    except IntegrityError:
        form.add_error(None, MET_MEANWHILE)
    return not form.errors


# --- meetings --------------------------------------------------------------------------------------------------------


@allow("meetings.view")
def meetings(request):
    """Coming and past meetings, by series and year."""
    years = [day.year for day in Meeting.objects.dates("date", "year", order="DESC")]
    filters = MeetingFilterForm(request.GET or None, years=years)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    shown = Meeting.objects.select_related("series")
    series, year = chosen.get("series"), chosen.get("year")
    if series:
        shown = shown.filter(series=series)
    if year:
        shown = shown.filter(date__year=year)
    past = Paginator(shown.past(), 50).get_page(request.GET.get("page"))
    known = copying.with_last_meetings(MeetingSeries.objects.annotate(latest=Max("meetings__date")))
    every_series = list(known.order_by("name"))
    context = {
        "filters": filters,
        "is_filtered": bool(series or year),
        "chosen_series": series,
        "chosen_year": year,
        # With those that were called off, so that nobody who looks for one finds nothing.
        "coming": shown.filter(date__gte=today()).order_by("date", "starts")[:50],
        "past": past,
        "every_series": every_series,
        "to_copy": copying.last_meeting(_series_to_copy(series, every_series)) if every_series else None,
    }
    return render(request, "scrutiny/meetings/meetings.html", {**context, **_may(request.user)})


def _may(user):
    """What the buttons of a page depend on."""
    return {"may_edit": user.has_perm("meetings.edit"), "may_edit_series": user.has_perm("series.edit")}


def _series_to_copy(chosen, every_series):
    """The series that was asked for; else the one that met last."""
    met = [series for series in every_series if series.latest]
    return chosen or max(met, key=lambda series: series.latest, default=every_series[0])


@allow("meetings.edit")
def meeting_add(request):
    """Plan a meeting that is copied from nothing."""
    form = NewMeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["with_standing_items"]
        if carried_out(
            form, lambda: operations.add_meeting(form.instance, with_standing_items=wanted, by=request.user)
        ):
            messages.success(request, "Meeting planned. Next: set the agenda.")
            return redirect(form.instance)
    return _form_page(request, "scrutiny/meetings/meeting_form.html", form, series_exist=MeetingSeries.objects.exists())


@allow("meetings.edit", of=Meeting)
def meeting_edit(request, meeting):
    """Change day, times, venue and state of a meeting."""
    known_as = str(meeting)
    form = MeetingForm(request.POST or None, instance=meeting)
    if request.method == "POST" and form.is_valid():
        if carried_out(form, lambda: operations.change_meeting(form.instance, by=request.user)):
            messages.success(request, "Meeting saved.")
            return redirect("meeting", meeting.pk)
    return _form_page(request, "scrutiny/meetings/meeting_form.html", form, meeting=meeting, known_as=known_as)


@allow("meetings.edit", of=Meeting)
def meeting_copy(request, meeting):
    """Make the next meeting of the series from this one: Create is enough, everything can be changed first."""
    date = copying.next_date(meeting)
    form = CopyForm(request.POST or None, instance=copying.like(meeting), initial={"date": date})
    if request.method == "POST" and form.is_valid():
        if carried_out(form, lambda: copying.copy_meeting(meeting, form.instance, by=request.user)):
            messages.success(request, f"Meeting of {form.instance.date:%-d %B %Y} created. Next: set its agenda.")
            return redirect(form.instance)
    date = form.cleaned_data.get("date", date) if form.is_bound and hasattr(form, "cleaned_data") else date
    return _form_page(
        request,
        "scrutiny/meetings/meeting_copy.html",
        form,
        meeting=meeting,
        items=copying.coming_items(meeting, date),
        people=copying.coming_people(meeting, date),
        new_date=date,
    )


def _form_page(request, template, form, **context):
    """A page round a form; 422 when the form came back with errors."""
    if meeting := context.get("meeting"):
        context["office"] = Office.on(meeting.date)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


# --- series ----------------------------------------------------------------------------------------------------------


@allow("meetings.view")
def series_list(request):
    """Every series, with how often and when last it met."""
    every_series = MeetingSeries.objects.annotate(count=Count("meetings"), latest=Max("meetings__date"))
    page = Paginator(every_series.order_by("name"), 50).get_page(request.GET.get("page"))
    return render(request, "scrutiny/meetings/series_list.html", {"page": page, **_may(request.user)})


@allow("meetings.view", of=MeetingSeries)
def series_page(request, series):
    """One series: what it is for, what is always on its agenda, its latest meetings."""
    context = {
        "series": series,
        "standing_items": series.standing_items.all(),
        "meetings": series.meetings.order_by("-date", "-starts")[:10],
        "count": series.meetings.count(),
        "to_copy": copying.last_meeting(series),
        **_may(request.user),
    }
    return render(request, "scrutiny/meetings/series.html", context)


@allow("series.edit")
def series_add(request):
    """Add a series."""
    form = SeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if carried_out(form, lambda: operations.save_series(form.instance, by=request.user)):
            messages.success(request, "Series added. Next: say what is on every agenda.")
            return redirect("standing-items", form.instance.pk)
    return _form_page(request, "scrutiny/meetings/series_form.html", form)


@allow("series.edit", of=MeetingSeries)
def series_edit(request, series):
    """Change a series. Meetings keep the name they had."""
    name = series.name
    form = SeriesForm(request.POST or None, instance=series)
    if request.method == "POST" and form.is_valid():
        if carried_out(form, lambda: operations.save_series(form.instance, by=request.user)):
            messages.success(request, "Series saved.")
            return redirect(series)
    return _form_page(request, "scrutiny/meetings/series_form.html", form, series=series, name=name)


@allow("series.edit", of=MeetingSeries)
def standing_items(request, series):
    """What is on every agenda of the series, in order."""
    formset = StandingItemsFormSet(request.POST or None, instance=series, prefix="items")
    if request.method == "POST" and formset.is_valid():
        operations.save_standing_items(series, formset, by=request.user)
        messages.success(request, "Standing items saved. They come with the next meeting that is made.")
        return redirect(series)
    status = 422 if formset.is_bound else 200
    return render(
        request, "scrutiny/meetings/standing_items.html", {"series": series, "formset": formset}, status=status
    )
