"""How indicators are set up: fields, definitions, targets, baselines, notes, restarts; and the places they speak of."""

import datetime

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
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
    Summary,
    Target,
)
from tests.factories import make_area, make_figures, make_indicator, make_office, make_priority, make_user

pytestmark = pytest.mark.django_db
USUAL = [50, 52, 48, 51, 49, 50, 53, 47, 50, 51, 49, 52]
DAY = datetime.date


@pytest.fixture(autouse=True)
def office():
    make_office()


@pytest.fixture
def analyst(client):
    user = make_user(Role.ANALYST)
    client.force_login(user)
    return user


@pytest.fixture
def force():
    return make_area("West Yorkshire")


@pytest.fixture
def indicator(force):
    indicator = make_indicator("Referrals", headline_area=force)
    make_figures(indicator, force, USUAL)
    return indicator


def send(client, address, *args, **data):
    return client.post(reverse(address, args=[each.pk for each in args]), data)


def text(response):
    return response.content.decode()


def fields(indicator, **changed):
    """The form of an indicator as the page fills it."""
    from django.forms.models import model_to_dict

    from scrutiny.indicators.forms import IndicatorForm

    now = model_to_dict(indicator, IndicatorForm.Meta.fields) | {"base_version": indicator.version}
    return {name: value for name, value in (now | changed).items() if value is not None and value is not False}


# --- the indicator ---------------------------------------------------------------------------------------------------


def test_an_indicator_is_added_with_an_address_of_its_own(client, analyst, force):
    priority = make_priority()
    new = {
        "priority": priority.pk, "title": "Things counted", "position": 1, "frequency": "quarter", "unit": "count", "decimals": 0,
        "direction": "neutral", "direction_why": "More may be found.", "small_count_threshold": 5, "lag_days": 0, "headline_area": force.pk,
    }  # fmt: skip
    for slug in ("things-counted", "things-counted-2"):
        assert send(client, "indicator-add", **new).status_code == 302
        assert Indicator.objects.latest("pk").slug == slug
    assert AuditLine.objects.filter(act="Indicator added", by=analyst).count() == 2
    refused = send(client, "indicator-add", **(new | {"direction_why": "", "title": ""}))
    assert refused.status_code == 422
    assert "Say why neither a rise nor a fall" in text(refused) and "Enter the name" in text(refused)


def test_a_change_raises_the_version_and_is_read_anew(client, analyst, indicator):
    make_figures(indicator, indicator.headline_area, [90], first=DAY(2016, 1, 1))
    assert Summary.objects.get().words == "Higher than usual"
    sent = send(client, "indicator-edit", indicator, **fields(indicator, direction="down", direction_why=""))
    assert sent.status_code == 302
    indicator.refresh_from_db()
    assert indicator.version == 2 and Summary.objects.get().words == "Higher than usual, not as wanted"
    assert AuditLine.objects.get(act="Indicator changed").details["fields"] == ["direction", "direction_why"]


def test_two_people_who_change_an_indicator_hear_of_each_other(client, analyst, indicator):
    opened = fields(indicator, title="Mine")
    assert send(client, "indicator-edit", indicator, **fields(indicator, title="Theirs")).status_code == 302
    refused = send(client, "indicator-edit", indicator, **opened)
    assert (
        refused.status_code == 422
        and "Somebody changed this indicator" in text(refused)
        and 'value="Mine"' in text(refused)
    )
    indicator.refresh_from_db()
    assert indicator.title == "Theirs"
    assert send(client, "indicator-edit", indicator, **(opened | {"base_version": 2})).status_code == 302


def test_how_often_it_comes_stays_once_there_are_figures(client, analyst, indicator):
    send(client, "indicator-edit", indicator, **fields(indicator, frequency="quarter", title="New name"))
    indicator.refresh_from_db()
    assert (indicator.frequency, indicator.title) == ("month", "New name")
    empty = make_indicator()
    send(client, "indicator-edit", empty, **fields(empty, frequency="quarter"))
    empty.refresh_from_db()
    assert empty.frequency == "quarter"


def test_days_of_an_indicator_are_in_order(client, analyst, indicator):
    refused = send(
        client, "indicator-edit", indicator, **fields(indicator, active_from="1 May 2016", active_to="1 May 2015")
    )
    assert refused.status_code == 422 and "The last day lies before the first" in text(refused)


@pytest.mark.parametrize("name", ["decimals", "lag_days", "small_count_threshold", "position"])
def test_numbers_that_no_page_could_be_written_with_are_refused(client, analyst, indicator, name):
    refused = send(client, "indicator-edit", indicator, **fields(indicator, **{name: 2**31}))
    assert refused.status_code == 422 and "Enter a number from 0 to" in text(refused)


# --- what it is judged by --------------------------------------------------------------------------------------------


def test_definitions_are_added_and_a_break_starts_the_range_anew(client, analyst, indicator):
    assert send(client, "definition-add", indicator, numerator="Everybody referred").status_code == 302
    broken = {"numerator": "Everybody referred, children as well", "breaks_series": "on"}
    assert "Say from which period" in text(send(client, "definition-add", indicator, **broken))
    assert send(client, "definition-add", indicator, from_period="July 2015", **broken).status_code == 302
    assert [each.number for each in DefinitionVersion.objects.all()] == [1, 2]
    assert "too few to judge" in Summary.objects.get().sentence
    earlier = send(client, "definition-add", indicator, from_period="May 2015", numerator="Else")
    assert earlier.status_code == 422 and "none is rewritten" in text(earlier)
    assert "Say from which period this is counted" in text(send(client, "definition-add", indicator, numerator="Else"))
    assert "quarter" in text(send(client, "definition-add", indicator, from_period="Q1 2016/17", numerator="Else"))


def test_a_target_is_set_changed_and_taken_out(client, analyst, force):
    indicator = make_indicator(headline_area=force, direction="up")
    make_figures(indicator, force, USUAL)
    target = {"comparator": ">=", "value": "40", "starts": "1 April 2015", "set_by": "The plan"}
    assert send(client, "target-add", indicator, **target).status_code == 302
    held = Target.objects.get()
    assert Summary.objects.get().tile["target"] == "Target: at least 40, set by The plan"
    assert send(client, "target-edit", held, **(target | {"value": "1,000"})).status_code == 302
    assert Target.objects.get().value == 1000
    for data, says in (
        ({"comparator": "between"}, "Enter the upper value as well"),
        ({"comparator": "between", "upper_value": "3"}, "is less than the lower"),
        ({"upper_value": "50"}, "Leave it empty"),
        ({"value": "1.234,5"}, "1,234.5"),
        ({"ends": "1 April 2014"}, "The last day lies before the first"),
        ({"set_by": ""}, "Say who set it"),
    ):
        refused = send(client, "target-edit", held, **(target | data))
        assert refused.status_code == 422 and says in text(refused)
    assert send(client, "target-edit", held, act="remove").status_code == 302
    assert not Target.objects.exists() and Summary.objects.get().tile["target"] == ""
    assert AuditLine.objects.filter(act="Target taken out", context=f"scrutiny.indicator:{indicator.pk}").exists()


def test_a_baseline_is_set(client, analyst, indicator):
    assert send(client, "baseline-add", indicator, value="2,320", label="June 2019 quarter").status_code == 302
    assert Baseline.objects.get().value == 2320
    shown = client.get(reverse("indicator", args=[indicator.pk]))
    assert "Baseline 2,320" in text(shown) and "June 2019 quarter" in text(shown)


def test_a_note_stays_short_and_its_link_is_an_address(client, analyst, indicator):
    note = {"label": "Inspection", "starts": "1 May 2015", "kind": "inspection", "is_public": "on"}
    assert "Keep it under 40 letters" in text(send(client, "annotation-add", indicator, **(note | {"label": "x" * 41})))
    assert "Enter a whole address" in text(
        send(client, "annotation-add", indicator, **(note | {"link": "javascript:alert(1)"}))
    )
    assert send(client, "annotation-add", indicator, **note).status_code == 302
    held = Annotation.objects.get()
    assert "Inspection, 1 May 2015" in text(client.get(reverse("indicator", args=[indicator.pk])))
    assert (
        send(client, "annotation-edit", held, **(note | {"label": "Second inspection", "is_public": ""})).status_code
        == 302
    )
    held.refresh_from_db()
    assert (held.label, held.is_public) == ("Second inspection", False)


def test_a_note_of_the_priority_stands_on_all_its_charts(client, analyst, indicator):
    other = make_indicator("Other", priority=indicator.priority, headline_area=indicator.headline_area)
    make_figures(other, None, USUAL)
    note = {"label": "Lockdown", "starts": "1 May 2015", "kind": "event", "of_priority": "on"}
    assert send(client, "annotation-add", indicator, **note).status_code == 302
    held = Annotation.objects.get()
    assert (held.indicator, held.priority) == (None, indicator.priority)
    for each in (indicator, other):
        assert "Lockdown, 1 May 2015" in text(client.get(reverse("indicator", args=[each.pk])))
    assert "On every chart of the priority" in text(client.get(reverse("indicator-setup", args=[other.pk])))
    assert send(client, "annotation-edit", held, act="remove").status_code == 302
    assert not Annotation.objects.exists()


def test_the_usual_range_restarts_only_with_a_reason_and_can_be_taken_back(client, analyst, force):
    indicator = make_indicator(headline_area=force)
    make_figures(indicator, force, [*USUAL, *[value + 40 for value in USUAL]])
    restart = {"area": force.pk, "period": "January 2016", "reason": "A new unit took over"}
    assert "why the usual range starts anew" in text(
        send(client, "restart-add", indicator, **(restart | {"reason": " "}))
    )
    assert "no range to leave behind" in text(
        send(client, "restart-add", indicator, **(restart | {"period": "January 2015"}))
    )
    assert send(client, "restart-add", indicator, **restart).status_code == 302
    assert Summary.objects.get().words == "As usual"
    assert "starts anew at January 2016 already" in text(send(client, "restart-add", indicator, **restart))
    held = Rebase.objects.get()
    assert client.get(reverse("restart-take-back", args=[held.pk])).status_code == 200
    assert send(client, "restart-take-back", held).status_code == 302
    held.refresh_from_db()
    assert held.removed_by == analyst and Summary.objects.get().is_signal
    shown = client.post(reverse("restart-take-back", args=[held.pk]), follow=True)
    assert "has been taken back already" in text(shown)
    assert send(client, "restart-add", indicator, **restart).status_code == 302


def test_the_page_of_settings_lists_them_all(client, analyst, indicator):
    send(client, "definition-add", indicator, numerator="Everybody referred")
    shown = text(client.get(reverse("indicator-setup", args=[indicator.pk])))
    assert "Everybody referred" in shown and "No target is set" in shown and "Definition 1 added" in shown


# --- places ----------------------------------------------------------------------------------------------------------


def test_an_area_has_a_code_and_a_time_and_lies_in_no_place_inside_itself(client, analyst, force):
    leeds = {"name": "Leeds", "kind": "district", "parent": force.pk, "gss_code": "e08000035", "position": 2}
    assert send(client, "area-add", **leeds).status_code == 302
    held = Area.objects.get(name="Leeds")
    assert (held.slug, held.gss_code) == ("leeds", "E08000035")
    for data, says in (
        ({"gss_code": "35"}, "one letter and eight digits"),
        ({"gss_code": "E08000035", "name": "Other"}, "Another area has this code"),
        ({"gss_code": "", "valid_from": "1 May 2016", "valid_to": "1 May 2015"}, "The last day lies before"),
    ):
        assert says in text(send(client, "area-add", **(leeds | data)))
    inside = {"name": force.name, "kind": "force", "parent": held.pk, "position": 1}
    assert "lies in West Yorkshire itself" in text(send(client, "area-edit", force, **inside))


def test_another_name_of_an_area_reaches_its_tiles(client, analyst, indicator, force):
    assert send(client, "area-edit", force, name="West Riding", kind="force", position=1).status_code == 302
    assert Summary.objects.get().tile["area"] == "West Riding"


def test_an_area_with_figures_stays(client, analyst, indicator, force):
    answer = client.post(reverse("area-edit", args=[force.pk]), {"act": "remove"}, follow=True)
    assert "stays: it is used by" in text(answer) and Area.objects.filter(pk=force.pk).exists()
    assert not AuditLine.objects.filter(act="Area taken out").exists()


def test_populations_are_counted_by_release(client, analyst, force):
    counted = {"year": 2016, "people": "2,282,000", "source": "Mid-year estimates"}
    assert send(client, "population-add", force, **counted).status_code == 302
    assert Population.objects.get().people == 2_282_000
    assert send(client, "population-add", force, **counted).status_code == 422
    assert "1,234.5" in text(send(client, "population-add", force, **(counted | {"people": "1.234,5"})))
    assert "Enter a year from" in text(send(client, "population-add", force, **(counted | {"year": 2999})))
    assert send(client, "population-edit", Population.objects.get(), act="remove").status_code == 302
    assert not Population.objects.exists()


def test_forces_belong_to_a_group_from_and_to_a_day(client, analyst, force):
    assert send(client, "comparator-group-add", name="Most similar").status_code == 302
    group = ComparatorGroup.objects.get()
    assert send(client, "membership-add", group, area=force.pk, ends="31 March 2009").status_code == 302
    assert "already at that time" in text(send(client, "membership-add", group, area=force.pk, starts="1 January 2009"))
    assert send(client, "membership-add", group, area=force.pk, starts="1 April 2010").status_code == 302
    assert [len(group.areas_on(day)) for day in (DAY(2008, 1, 1), DAY(2009, 6, 1), DAY(2011, 1, 1))] == [1, 0, 1]
    held = ComparatorMembership.objects.first()
    assert send(client, "membership-edit", held, act="remove").status_code == 302
    assert ComparatorMembership.objects.count() == 1
    assert "Most similar" in text(client.get(reverse("areas")))


def test_those_who_only_read_change_nothing(client, indicator):
    client.force_login(make_user(Role.COMMISSIONER))
    assert send(client, "indicator-edit", indicator, **fields(indicator, title="Mine")).status_code == 403
    assert "Add an area" not in text(client.get(reverse("areas")))
