"""Pages on which indicators are set up: their fields, definitions, targets, baselines, notes, restarts; and the places."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from scrutiny.indicators import operations
from scrutiny.indicators.forms import (
    AnnotationForm,
    AreaForm,
    BaselineForm,
    DefinitionForm,
    GroupForm,
    IndicatorForm,
    MembershipForm,
    PopulationForm,
    RestartForm,
    TargetForm,
)
from scrutiny.indicators.models import (
    Annotation,
    Area,
    Baseline,
    ComparatorGroup,
    ComparatorMembership,
    DefinitionVersion,
    Indicator,
    Population,
    Rebase,
    Target,
)
from scrutiny.indicators.periods import Period
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import NotPossible

ROOM = "scrutiny/indicators"


# --- indicators ------------------------------------------------------------------------------------------------------


@allow("indicators.edit")
def indicator_add(request):
    """Follow something new; `?priority=` chooses its priority beforehand."""
    form = IndicatorForm(request.POST or None, initial={"priority": whole_number(request.GET.get("priority"))})
    if form.is_valid() and _carried_out(form, lambda: operations.add_indicator(form.instance, by=request.user)):
        messages.success(request, "Saved. Now say what exactly is counted, and enter figures.")
        return redirect("indicator-setup", form.instance.pk)
    context = {"form": form, "title": "Add an indicator", "trail": _trail(), "back": reverse("indicators")}
    return render(request, f"{ROOM}/indicator_form.html", context, status=422 if form.errors else 200)


@allow("indicators.edit", of=Indicator)
def indicator_edit(request, indicator):
    """Change an indicator's fields."""
    form = IndicatorForm(request.POST or None, instance=indicator)
    if form.is_valid() and _carried_out(
        form,
        lambda: operations.change_indicator(
            form.instance,
            base_version=form.cleaned_data["base_version"],
            changed=[name for name in form.changed_data if name != "base_version"],
            by=request.user,
        ),
    ):
        messages.success(request, "The indicator is saved.")
        return redirect("indicator-setup", indicator.pk)
    context = {
        "form": form,
        "title": "Change the indicator",
        "trail": _trail(indicator),
        "back": reverse("indicator-setup", args=[indicator.pk]),
    }
    return render(request, f"{ROOM}/indicator_form.html", context, status=422 if form.errors else 200)


@allow("indicators.edit", of=Indicator)
def indicator_setup(request, indicator):
    """Everything that an indicator is counted and judged by, on one page."""
    restarts = indicator.rebases.select_related("area", "by", "removed_by")
    context = {
        "indicator": indicator,
        "definitions": [
            (_from(indicator, each.from_period), each) for each in indicator.definitions.order_by("-number")
        ],
        "targets": indicator.targets.select_related("area"),
        "baselines": indicator.baselines.select_related("area"),
        "notes": Annotation.objects.filter(
            Q(indicator=indicator) | Q(indicator=None, priority=indicator.priority)
        ).select_related("area"),
        "restarts": [(_from(indicator, each.period_start), each) for each in restarts],
        "lines": lines_about(indicator),
    }
    return render(request, f"{ROOM}/indicator_setup.html", context)


def _from(indicator, start):
    return Period.containing(indicator.frequency, start).label if start else "Always"


# --- what it is judged by --------------------------------------------------------------------------------------------


@allow("indicators.edit", of=Indicator)
def definition_add(request, indicator):
    """Say what is counted from a period on. Definitions are added, never rewritten."""
    form = DefinitionForm(request.POST or None, instance=DefinitionVersion(indicator=indicator))
    return _setting_page(
        request,
        form,
        indicator,
        title="Add a definition",
        hint="What was counted before stays as it is. Mark a break where figures before and after are not to be joined.",
        act=lambda: operations.add_definition(form.instance, by=request.user),
    )


@allow("indicators.edit", of=Indicator)
def target_add(request, indicator):
    """Set a target."""
    return _own(request, TargetForm, Target(indicator=indicator), title="Add a target")


@allow("indicators.edit", of=Target)
def target_edit(request, target):
    """Change a target or take it out."""
    return _own(request, TargetForm, target, title="Change the target")


@allow("indicators.edit", of=Indicator)
def baseline_add(request, indicator):
    """Set the figure that is measured from."""
    return _own(request, BaselineForm, Baseline(indicator=indicator), title="Add a baseline")


@allow("indicators.edit", of=Baseline)
def baseline_edit(request, baseline):
    """Change a baseline or take it out."""
    return _own(request, BaselineForm, baseline, title="Change the baseline")


@allow("indicators.edit", of=Indicator)
def annotation_add(request, indicator):
    """Note something that happened."""
    return _own(request, AnnotationForm, Annotation(indicator=indicator), title="Add a note")


@allow("indicators.edit", of=Annotation)
def annotation_edit(request, annotation):
    """Change a note or take it out."""
    return _own(request, AnnotationForm, annotation, title="Change the note")


@allow("indicators.edit", of=Indicator)
def restart_add(request, indicator):
    """Work the usual range out anew from a period on."""
    main = indicator.headline_area_id
    form = RestartForm(request.POST or None, indicator=indicator, initial={"area": main})

    def act():
        said = form.cleaned_data
        operations.restart_limits(
            indicator,
            said["area"],
            said["period"],
            reason=said["reason"],
            annotation=said["annotation"],
            by=request.user,
        )

    hint = "Only for a reason from outside the figures, or a change that has plainly stayed. The reason is printed."
    return _setting_page(request, form, indicator, title="Restart the usual range", hint=hint, act=act)


@allow("indicators.edit", of=Rebase)
def restart_take_back(request, rebase):
    """Let the usual range run on after all."""
    if request.method == "POST":
        try:
            operations.take_back_restart(rebase, by=request.user)
        except NotPossible as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, "The restart is taken back. The usual range runs on.")
        return redirect("indicator-setup", rebase.indicator_id)
    period = Period.containing(rebase.indicator.frequency, rebase.period_start).label
    context = {"rebase": rebase, "indicator": rebase.indicator, "period": period, "trail": _trail(rebase.indicator)}
    return render(request, f"{ROOM}/restart_take_back.html", context)


def _own(request, form_class, record, *, title):
    """The page of a target, baseline or note: save it, or take out one that is there."""
    indicator = record.indicator or record.priority.indicators.first()
    if record.pk and request.method == "POST" and request.POST.get("act") == "remove":
        operations.remove_setting(record, indicator=indicator, by=request.user)
        messages.success(request, "It is taken out.")
        return redirect("indicator-setup", indicator.pk)
    form = form_class(request.POST or None, instance=record, indicator=indicator)
    return _setting_page(
        request,
        form,
        indicator,
        title=title,
        act=lambda: operations.save_setting(
            form.instance, indicator=indicator, changed=form.changed_data, by=request.user
        ),
        can_remove=bool(record.pk),
    )


def _setting_page(request, form, indicator, *, title, act, hint="", can_remove=False):
    if form.is_valid() and _carried_out(form, act):
        messages.success(request, "Saved.")
        return redirect("indicator-setup", indicator.pk)
    context = {
        "form": form,
        "title": title,
        "hint": hint,
        "trail": _trail(indicator),
        "back": reverse("indicator-setup", args=[indicator.pk]),
        "can_remove": can_remove,
    }
    return render(request, f"{ROOM}/form.html", context, status=422 if form.errors else 200)


# --- places ----------------------------------------------------------------------------------------------------------


@allow("indicators.view")
def areas(request):
    """The places that figures speak of, with their populations, and the groups of comparators."""
    context = {
        "areas": Area.objects.select_related("parent").prefetch_related("populations"),
        "groups": ComparatorGroup.objects.prefetch_related("memberships__area"),
    }
    return render(request, f"{ROOM}/areas.html", context)


@allow("indicators.edit")
def area_add(request):
    """A new place."""
    return _place_page(request, AreaForm, Area(), title="Add an area")


@allow("indicators.edit", of=Area)
def area_edit(request, area):
    """Another name, code, or time of existence."""
    return _place_page(request, AreaForm, area, title=f"Change {area}")


@allow("indicators.edit", of=Area)
def population_add(request, area):
    """How many people live there, by one release."""
    return _place_page(
        request, PopulationForm, Population(area=area), title=f"Add a population of {area}", context=area
    )


@allow("indicators.edit", of=Population)
def population_edit(request, population):
    """Correct a population, or take it out."""
    title = f"Change the population of {population.area}"
    return _place_page(request, PopulationForm, population, title=title, context=population.area)


@allow("indicators.edit")
def comparator_group_add(request):
    """A new group of forces."""
    return _place_page(request, GroupForm, ComparatorGroup(), title="Add a group")


@allow("indicators.edit", of=ComparatorGroup)
def comparator_group_edit(request, group):
    """Another name or note."""
    return _place_page(request, GroupForm, group, title=f"Change {group}")


@allow("indicators.edit", of=ComparatorGroup)
def membership_add(request, group):
    """A force that belongs to a group, from and to a day."""
    record = ComparatorMembership(group=group)
    return _place_page(request, MembershipForm, record, title=f"Add a force to {group}", context=group)


@allow("indicators.edit", of=ComparatorMembership)
def membership_edit(request, membership):
    """Other days, or out of the group."""
    title = f"Change a force of {membership.group}"
    return _place_page(request, MembershipForm, membership, title=title, context=membership.group)


def _place_page(request, form_class, record, *, title, context=None):
    form = form_class(request.POST or None, instance=record)
    removing = bool(record.pk) and request.method == "POST" and request.POST.get("act") == "remove"
    if removing:
        form = form_class(instance=record)
        try:
            operations.remove_place(record, context=context, by=request.user)
        except NotPossible as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, "It is taken out.")
        return redirect("areas")
    if form.is_valid() and _carried_out(
        form,
        lambda: operations.save_place(form.instance, context=context, changed=form.changed_data, by=request.user),
    ):
        messages.success(request, "Saved.")
        return redirect("areas")
    values = {
        "form": form,
        "title": title,
        "trail": [*_trail(), ("Areas and comparators", reverse("areas"))],
        "back": reverse("areas"),
        "can_remove": bool(record.pk),
    }
    return render(request, f"{ROOM}/form.html", values, status=422 if form.errors else 200)


# --- what the pages above share --------------------------------------------------------------------------------------


def _trail(indicator=None):
    up = [("Indicators", reverse("indicators"))]
    return [*up, (indicator.title, resolve_url(indicator))] if indicator else up


def _carried_out(form, act):
    """Run an act with what a valid form says. What cannot be done now brings the form back with its words."""
    try:
        act()
    except operations.Stale as stale:
        form.show_again(stale.now)
    except NotPossible as reason:
        form.add_error(None, str(reason))
    except ValidationError as refused:
        form.add_error(None, refused.messages)
    else:
        return True
    return False
