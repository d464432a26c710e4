"""Pages of the indicators: the register, one indicator with its chart, a figure's trail, and the grid for entering figures."""

import datetime
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.indicators import comparing, entry, export, recording, register, rollups, trail, uses
from scrutiny.indicators.charting import chart_data
from scrutiny.indicators.forms import AsKnownForm, ConfirmPeriodForm, IndicatorFilter, ReviseForm
from scrutiny.indicators.models import Area, ComparatorGroup, Indicator, Observation, Summary
from scrutiny.indicators.periods import Period
from scrutiny.indicators.reading import read
from scrutiny.indicators.series import load_many
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import NotPossible

ROOM = "scrutiny/indicators"
FIRST_ROWS = 10
FIRST_TRAILS = 8


# --- the register ----------------------------------------------------------------------------------------------------


def _filtered(request):
    filters = IndicatorFilter(request.GET)
    return filters, filters.narrow(register.rows(today()))


@allow("indicators.view")
def indicator_list(request):
    """Every indicator that is followed, by priority, with what it says and who owns it."""
    filters, rows = _filtered(request)
    return render(request, f"{ROOM}/indicators.html", {"filters": filters, "rows": rows})


@allow("indicators.view")
def indicators_csv(request):
    """The register as it is filtered, as a file for spreadsheets."""
    _, rows = _filtered(request)
    return csv_response(name="indicators", headings=register.HEADINGS, rows=map(register.in_file, rows))


# --- one indicator ---------------------------------------------------------------------------------------------------


@allow("indicators.view", of=Indicator)
def indicator_page(request, indicator):
    """What an indicator says: sentence, chart, figures, what changed, and how to read it; also as it was known on a day."""
    summaries = _summaries(indicator)
    areas = _areas(indicator, summaries)
    asked = AsKnownForm(request.GET, areas=areas)
    area = _area(indicator, areas, request.GET.get("area"))
    context = {"indicator": indicator, "asked": asked, "area": area, "areas": areas}
    if area is None:
        return render(request, f"{ROOM}/indicator_empty.html", context)
    known_on = asked.known_on
    parts = [each for each in areas if each.parent_id == area.pk and each.kind == Area.Kind.DISTRICT]
    found = load_many([(indicator, each) for each in (area, *parts)], known_on)
    found = {pair: _for_reader(series, request.user) for pair, series in found.items()}
    series = found[indicator.pk, area.pk]
    reading = read(series)
    revisions = list(trail.revisions_of(indicator, area, known_on))
    data = chart_data(series, reading, was=trail.earlier(revisions))
    rows = [
        {**point, "index": place, "pk": series.points[place].observation_id}
        for place, point in enumerate(data["points"])
    ]
    rows.reverse()
    changed = trail.changed(revisions, indicator, request.user)
    file = export.series_csv(indicator, area, revisions, known_on)
    context |= {
        "data": data,
        "drawn": {**data, "stated": []},
        "said": _with_verdict(data["sentence"], data["verdict"]["words"]),
        "rows": rows[:FIRST_ROWS],
        "more_rows": rows[FIRST_ROWS:],
        "stated": [
            {**said, "pk": point.observation_id} for said, point in zip(data["stated"], series.stated, strict=True)
        ],
        "added_up": rollups.all_of(series),
        "changed": changed[:FIRST_TRAILS],
        "more_changed": changed[FIRST_TRAILS:],
        "definitions": series.definitions,
        "rebases": series.rebases,
        "uses": uses.of(indicator, request.user),
        "breakdowns": [each for each in summaries if each.indicator_id != indicator.pk and each.area_id == area.pk],
        "multiples": [chart_data(found[indicator.pk, each.pk]) for each in parts],
        "funnel": _funnel_of_parts(indicator, parts, summaries, series) if known_on is None else None,
        "can_compare": sum(each.kind == area.kind for each in areas) >= comparing.FEWEST,
        "due": _due(summaries, indicator, area),
        "csv_url": _with(reverse("indicator-csv", args=[indicator.pk]), area, known_on),
        "csv_size": len(file.encode()),
        "ask_url": f"{reverse('planned-question-add')}?{urlencode({'about': f'scrutiny.indicator:{indicator.pk}', 'area': area.slug})}",
        "known_on": known_on,
    }
    return render(request, f"{ROOM}/indicator.html", context)


def _for_reader(series, user):
    """The force reads the office's remarks only where everybody may."""
    if user.has_perm("meetings.view"):
        return series
    return replace(series, notes=tuple(note for note in series.notes if note.is_public))


def _summaries(indicator):
    """The summaries of the indicator and of its breakdowns, with their areas and the areas' populations: one query."""
    found = Summary.objects.filter(indicator=indicator) | Summary.objects.filter(indicator__breakdown_of=indicator)
    found = found.select_related("area", "indicator").defer("sentence").order_by("area__position", "area__name")
    return list(found.annotate(people=comparing.people_of("area")))


def _areas(indicator, summaries):
    """The places that the indicator has figures of, the main one first."""
    areas = {each.area_id: each.area for each in summaries if each.indicator_id == indicator.pk}
    if main := indicator.headline_area:
        areas.setdefault(main.pk, main)
    return sorted(areas.values(), key=lambda area: area.pk != indicator.headline_area_id)


def _area(indicator, areas, slug):
    return next((area for area in areas if area.slug == slug), areas[0] if areas else None)


def _with_verdict(sentence, words):
    """(before, verdict, after): the sentence parted where it says the verdict, so that it can stand out."""
    place = sentence.lower().find(words.lower()) if words else -1
    if place < 0:
        return sentence, "", ""
    end = place + len(words)
    return sentence[:place], sentence[place:end], sentence[end:]


def _due(summaries, indicator, area):
    held = next((each for each in summaries if each.indicator_id == indicator.pk and each.area_id == area.pk), None)
    due = datetime.date.fromisoformat(held.tile["due"]) if held and held.tile.get("due") else None
    return {"day": due, "is_late": due < today()} if due else None


def _funnel_of_parts(indicator, parts, summaries, series):
    """The districts' latest figures of one and the same period, per 1,000 people."""
    pks = {each.pk for each in parts}
    latest = [
        each for each in summaries if each.area_id in pks and each.indicator_id == indicator.pk and each.latest_start
    ]
    if not latest or series.latest is None:
        return None
    start = max(each.latest_start for each in latest)
    found = [
        comparing.Peer(each.area, each.latest_value, None, None, each.people)
        for each in latest
        if each.latest_start == start and each.latest_value is not None
    ]
    return comparing.funnel_data(indicator, found, Period(indicator.frequency, start), title="Districts compared")


def _with(url, area, known_on):
    asked = {"area": area.slug} | ({"known": known_on.isoformat()} if known_on else {})
    return f"{url}?{urlencode(asked)}"


@allow("indicators.view", of=Indicator)
def indicator_csv(request, indicator):
    """One series with every revision, as a file for spreadsheets."""
    areas = _areas(indicator, _summaries(indicator))
    area = _area(indicator, areas, request.GET.get("area"))
    known_on = AsKnownForm(request.GET, areas=areas).known_on
    revisions = list(trail.revisions_of(indicator, area, known_on)) if area else []
    body = export.series_csv(indicator, area, revisions, known_on)
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    name = slugify(f"{indicator.slug}-{area.slug if area else 'none'}-known-{(known_on or today()).isoformat()}")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@allow("indicators.view", of=Indicator)
def indicator_compare(request, indicator):
    """Areas of one kind, or the forces of a group, beside each other: charts on one scale and the funnel."""
    areas = _areas(indicator, _summaries(indicator))
    asked = AsKnownForm(request.GET, areas=areas)
    area, known_on = _area(indicator, areas, request.GET.get("area")), asked.known_on
    groups = list(ComparatorGroup.objects.filter(memberships__area__in=[each.pk for each in areas]).distinct())
    group = next((each for each in groups if each.pk == whole_number(request.GET.get("group"))), None)
    compared = [each for each in areas if area and each.kind == area.kind]
    series = load_many([(indicator, area)], known_on)[indicator.pk, area.pk] if area else None
    latest = series.latest if series else None
    if group:
        day = latest.period.end if latest else known_on or today()
        members = set(group.areas_on(day).values_list("pk", flat=True))
        compared = [each for each in compared if each.pk in members or each == area]
    found = comparing.peers(indicator, compared, latest.period.start, known_on) if latest and latest.period else []
    title = f"{group.name}" if group else "Areas compared"
    funnel = comparing.funnel_data(indicator, found, latest.period, title=title) if found else None
    without = [each for each in compared if each.pk not in {peer.area.pk for peer in found}]
    context = {
        "indicator": indicator, "area": area, "asked": asked, "groups": groups, "group": group, "funnel": funnel,
        "without": without, "no_people": [peer.area for peer in found if not peer.people], "latest": latest,
        "known_on": known_on, "fewest": comparing.FEWEST,
    }  # fmt: skip
    return render(request, f"{ROOM}/compare.html", context)


# --- one figure ------------------------------------------------------------------------------------------------------


@allow("indicators.view", of=Observation)
def observation_page(request, observation):
    """Every revision of a figure: who, when known, when recorded, why, from where."""
    return render(request, f"{ROOM}/observation.html", _of_observation(request, observation))


def _of_observation(request, observation):
    revisions = observation.revisions.select_related("by", "batch").order_by("n")
    steps = trail.steps_of(revisions, observation.indicator, request.user)
    page = f"{observation.indicator.get_absolute_url()}?{urlencode({'area': observation.area.slug})}"
    return {
        "observation": observation,
        "indicator": observation.indicator,
        "steps": steps[::-1],
        "now": recording.words_of(observation),
        "lines": [line for line in lines_about(observation) if line.act.startswith("Confirmed")],
        "up": [(str(observation.indicator.priority), observation.indicator.priority.get_absolute_url()),
               (observation.indicator.title, page)],
    }  # fmt: skip


@allow("figures.record", of=Observation)
def figure_revise(request, observation):
    """Record what the figure says now, since when and why."""
    form = ReviseForm(request.POST or None, observation=observation)
    if form.is_valid():
        said = form.cleaned_data
        try:
            recording.record(
                observation.indicator,
                observation.area,
                said["said"],
                by=request.user,
                period_start=observation.period_start,
                period_as_stated=observation.period_as_stated,
                **{name: said[name] for name in ("known_on", "code", "reason", "source", "source_url")},
            )
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "The revision is recorded. The figure as it was stays in its trail.")
            return redirect(observation)
    context = {**_of_observation(request, observation), "form": form}
    return render(request, f"{ROOM}/figure_revise.html", context, status=422 if form.errors else 200)


@allow("figures.record", of=Observation)
def figure_confirm_period(request, observation):
    """Say which period a figure is of that was reported without one."""
    if observation.period_start:
        messages.warning(request, f"Its period is {observation.period_label}.")
        return redirect(observation)
    form = ConfirmPeriodForm(request.POST or None, observation=observation)
    if form.is_valid():
        try:
            observation = recording.confirm_period(
                observation, form.cleaned_data["start"], reason=form.cleaned_data["reason"], by=request.user
            )
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"The period is confirmed: {observation.period_label}.")
            return redirect(observation)
    context = {**_of_observation(request, observation), "form": form}
    return render(request, f"{ROOM}/confirm_period.html", context, status=422 if form.errors else 200)


# --- entering figures ------------------------------------------------------------------------------------------------


@allow("figures.record")
def figures_entry(request):
    """The grid of one period; everything in it is saved at once or not at all."""
    chosen = entry.choice(request.GET)
    grid = entry.Grid(chosen, request.POST if request.method == "POST" else None)
    if request.method == "POST" and grid.is_valid():
        if saved := grid.save(by=request.user):
            messages.success(request, _saved_in_words(saved, grid.period))
            return redirect(f"{request.path}{_same(request)}")
    context = {"chosen": chosen, "grid": grid, "errors_of": grid.forms if request.method == "POST" else []}
    return render(request, f"{ROOM}/entry.html", context, status=422 if request.method == "POST" else 200)


def _saved_in_words(saved, period):
    if not saved.new and not saved.revised:
        return "Nothing had changed, so nothing was saved."
    parts = [(saved.new, "recorded"), (saved.revised, "revised")]
    said = " and ".join(f"{count} {'figure' if count == 1 else 'figures'} {what}" for count, what in parts if count)
    return f"{period.label}: {said}."


def _same(request):
    query = request.GET.urlencode()
    return f"?{query}" if query else ""
