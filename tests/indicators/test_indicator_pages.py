"""Indicators as people read them: the register, one indicator, a figure's trail, areas compared, and the files."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.office.dates import today
from scrutiny.indicators import operations, recording
from scrutiny.indicators.models import Observation, Population, Summary
from scrutiny.indicators.recording import Said
from tests.factories import (
    make_area,
    make_figures,
    make_indicator,
    make_office,
    make_post,
    make_priority,
    make_user,
)

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


def referrals(values=USUAL, **fields):
    """A monthly indicator of the force with figures from January 2015 on."""
    area = fields.pop("headline_area", None) or make_area("West Yorkshire")
    indicator = make_indicator("Referrals", headline_area=area, **fields)
    make_figures(indicator, area, values, known_on=DAY(2016, 3, 1))
    return indicator


def page(client, name, *args, **query):
    return client.get(reverse(name, args=[getattr(each, "pk", each) for each in args], query=query))


def text(response):
    return response.content.decode()


def rows_of(response):
    return list(csv.DictReader(io.StringIO(text(response).removeprefix("\ufeff"))))


# --- the register ----------------------------------------------------------------------------------------------------


def test_the_register_shows_every_indicator_by_priority_with_its_verdict_and_latest_figure(client, analyst):
    priority = make_priority(title="Safer roads")
    indicator = referrals([*USUAL, 90], priority=priority, owner=make_post("Performance analyst"))
    shown = text(page(client, "indicators"))
    assert "Safer roads" in shown and indicator.title in shown
    assert (
        "Higher than usual" in shown and ">90" in shown and "January 2016" in shown and "Performance analyst" in shown
    )


def test_the_register_is_filtered_and_its_file_holds_exactly_what_is_shown(client, analyst):
    owner = make_post("Performance analyst")
    high = referrals([*USUAL, 90], owner=owner)
    usual = make_indicator("Quiet things", headline_area=high.headline_area)
    make_figures(usual, None, USUAL)
    assert [row["Indicator"] for row in rows_of(page(client, "indicators-csv", verdict="signal"))] == ["Referrals"]
    assert [row["Indicator"] for row in rows_of(page(client, "indicators-csv", owner=owner.pk))] == ["Referrals"]
    assert [row["Indicator"] for row in rows_of(page(client, "indicators-csv", owner="="))] == ["Quiet things"]
    assert [row["Indicator"] for row in rows_of(page(client, "indicators-csv", verdict="usual"))] == ["Quiet things"]
    one = page(client, "indicators-csv", priority=high.priority_id)
    assert [row["Latest figure"] for row in rows_of(one)] == ["90"]
    assert len(rows_of(page(client, "indicators-csv", verdict="nonsense"))) == 2


def test_late_figures_are_said_to_be_late_and_can_be_filtered(client, analyst):
    late = referrals(lag_days=30)
    fresh = make_indicator("Fresh things", headline_area=late.headline_area, lag_days=30000)
    make_figures(fresh, None, USUAL)
    assert "Late: due 1 March 2016" in text(page(client, "indicators"))
    assert [row["Indicator"] for row in rows_of(page(client, "indicators-csv", late="on"))] == ["Referrals"]


def test_made_up_figures_are_marked_in_list_page_and_files(client, analyst):
    indicator = referrals(synthetic_note="Made up to try the portal.")
    for response in (page(client, "indicators"), page(client, "indicator", indicator)):
        assert "Synthetic figures." in text(response) and "Made up to try the portal." in text(response)
    for response in (page(client, "indicators-csv"), page(client, "indicator-csv", indicator)):
        assert {row["Note"] for row in rows_of(response)} == {"Made up to try the portal."}


def test_the_register_takes_as_many_queries_for_twenty_indicators(client, analyst, django_assert_max_num_queries):
    area = make_area()
    for _ in range(20):
        make_figures(make_indicator(headline_area=area), area, USUAL)
    with django_assert_max_num_queries(8):
        page(client, "indicators")


# --- one indicator ---------------------------------------------------------------------------------------------------


def test_the_page_says_the_same_sentence_as_the_summary(client, analyst):
    indicator = referrals([*USUAL, 90])
    sentence = Summary.objects.get().sentence
    shown = page(client, "indicator", indicator)
    before, verdict, after = shown.context["said"]
    assert before + verdict + after == sentence
    assert verdict == "Higher than usual" and f"<strong>{verdict}</strong>" in text(shown)


def test_figures_stand_newest_first_with_marks_and_lead_to_their_trail(client, analyst):
    indicator = referrals()
    recording.record(
        indicator, indicator.headline_area, Said(value=Decimal(55), status="provisional"), by=analyst,
        period_start=DAY(2015, 12, 1), code="C", reason="counted twice",
    )  # fmt: skip
    shown = page(client, "indicator", indicator)
    first = shown.context["rows"][0]
    assert (first["label"], first["shown"], first["revised"]) == ("December 2015", "55", True)
    assert len(shown.context["rows"]) == 10 and len(shown.context["more_rows"]) == 2
    held = Observation.objects.get(period_start=DAY(2015, 12, 1))
    assert held.get_absolute_url() in text(shown)
    assert '<abbr title="provisional">p</abbr> <abbr title="revised">r</abbr>' in text(shown)
    assert "<del>52</del>" in text(shown) and "counted twice" in text(shown) and "Show all 12 months" in text(shown)


def test_the_page_shows_what_was_known_on_a_day(client, analyst):
    indicator = referrals()
    recording.record(
        indicator, indicator.headline_area, Said(value=Decimal(99)), by=analyst,
        period_start=DAY(2015, 12, 1), known_on=DAY(2017, 1, 1), code="R2", reason="routine",
    )  # fmt: skip
    then = page(client, "indicator", indicator, known="2016-12-31")
    assert then.context["rows"][0]["shown"] == "52" and "As known on 31 December 2016" in text(then)
    assert page(client, "indicator", indicator).context["rows"][0]["shown"] == "99"
    file = rows_of(page(client, "indicator-csv", indicator, known="2016-12-31"))
    assert [row["Value"] for row in file][-1] == "52" and {row["As known on"] for row in file} == {"2016-12-31"}
    assert "No figure is held" in text(page(client, "indicator", indicator, known="2001-01-01"))


@pytest.mark.parametrize(
    ("known", "says"), [("2999-01-01", "has not come yet"), ("soon", "is not a date"), ("31/2/2016", "is not a date")]
)
def test_a_day_that_makes_no_sense_is_said_to_be_wrong(client, analyst, known, says):
    shown = page(client, "indicator", referrals(), known=known)
    assert shown.status_code == 200 and says in text(shown)


def test_a_figure_whose_period_is_not_confirmed_is_told_and_not_drawn(client, analyst):
    indicator = referrals()
    for value, code in ((127, ""), (176, "C")):
        recording.record(
            indicator, indicator.headline_area, Said(value=Decimal(value)), by=analyst, period_as_stated="January",
            known_on=DAY(2018, 1, 8), code=code, reason="corrected orally",
        )  # fmt: skip
    shown = page(client, "indicator", indicator)
    assert len(shown.context["data"]["points"]) == 12
    assert "176 “January”, as corrected on 8 January 2018" in text(shown) and "Before: 127" in text(shown)
    assert "<del>127</del>" in text(shown)


def test_the_area_is_chosen_and_districts_stand_beside_each_other(client, analyst):
    force = make_area("West Yorkshire")
    districts = [make_area(name, kind="district", parent=force) for name in ("Leeds", "Bradford", "Kirklees")]
    indicator = referrals(headline_area=force)
    for place, (area, people) in enumerate(zip(districts, (800_000, 540_000, 430_000), strict=True)):
        make_figures(indicator, area, [10 + place] * 3, first=DAY(2015, 10, 1))
        Population.objects.create(area=area, year=2015, people=people, source="Mid-year estimates")
    shown = page(client, "indicator", indicator)
    assert [data["area"] for data in shown.context["multiples"]] == ["Bradford", "Kirklees", "Leeds"]
    assert len(shown.context["funnel"]["points"]) == 3 and "per 1,000 people" in text(shown)
    leeds = page(client, "indicator", indicator, area=districts[0].slug)
    assert leeds.context["area"] == districts[0] and "Referrals, Leeds" in text(leeds)
    assert page(client, "indicator", indicator, area="nowhere").context["area"] == force


def test_a_small_count_comes_with_its_interval(client, analyst):
    shown = text(page(client, "indicator", referrals([1, 0, 2, 1, 3, 1, 0, 2, 1, 1, 2, 4])))
    assert "Numbers this small move by chance: 1 to 10 would be no surprise" in shown


def test_parts_of_an_indicator_are_linked(client, analyst):
    indicator = referrals()
    part = make_indicator("Referrals of children", breakdown_of=indicator)
    make_figures(part, indicator.headline_area, [7])
    shown = text(page(client, "indicator", indicator))
    assert "In parts" in shown and part.get_absolute_url() in shown


def test_an_indicator_without_figures_says_what_to_do(client, analyst):
    assert "Choose the main area" in text(page(client, "indicator", make_indicator()))
    assert "No figure is held for" in text(page(client, "indicator", make_indicator(headline_area=make_area())))


def test_only_those_who_may_ask_and_record_see_the_buttons(client, analyst):
    indicator = referrals()
    for role, buttons in (
        (Role.ANALYST, (True, True)),
        (Role.COMMISSIONER, (True, False)),
        (Role.FORCE, (False, False)),
    ):
        client.force_login(make_user(role))
        shown = text(page(client, "indicator", indicator))
        assert ("Ask about this" in shown, "Record a figure" in shown) == buttons
        assert "Download the series (CSV, " in shown


def test_the_page_takes_twelve_queries_for_twenty_years_of_months(
    client, analyst, django_assert_num_queries, django_assert_max_num_queries
):
    indicator = referrals(USUAL)
    with django_assert_max_num_queries(12) as few:
        page(client, "indicator", indicator)
    long = make_indicator(headline_area=indicator.headline_area)
    make_figures(long, None, USUAL * 20, first=DAY(2000, 1, 1))
    with django_assert_num_queries(len(few)):
        page(client, "indicator", long)


# --- a figure's trail ------------------------------------------------------------------------------------------------


def test_the_trail_tells_every_value_who_when_and_why(client, analyst):
    indicator = referrals()
    recording.record(
        indicator, indicator.headline_area, Said(value=Decimal(176)), by=analyst, period_start=DAY(2015, 12, 1),
        known_on=DAY(2018, 1, 8), code="C", reason="Corrected at the meeting", source="Minutes, item 5", source_url="/desk/minutes/1/",
        source_subject="scrutiny.correction:7",
    )  # fmt: skip
    shown = text(page(client, "observation", Observation.objects.get(period_start=DAY(2015, 12, 1))))
    for words in ("<strong>176</strong>", "<del>52</del>", "Correction of an error: Corrected at the meeting", "Minutes, item 5",
                  "Known since 8 January 2018", str(analyst), reverse("correction", args=[7]), "Record a revision"):  # fmt: skip
        assert words in shown


def revise(client, held, **data):
    ordinary = {
        "figure": "60",
        "status": "as_published",
        "code": "C",
        "reason": "Counted twice",
        "known_on": "1 May 2016",
        "seen": held.revisions_held,
    }
    return client.post(reverse("figure-revise", args=[held.pk]), ordinary | data)


def test_a_revision_is_recorded_with_its_reason(client, analyst):
    referrals()
    held = Observation.objects.get(period_start=DAY(2015, 12, 1))
    assert revise(client, held).status_code == 302
    last = held.revisions.last()
    assert (last.n, last.value, last.code, last.reason, last.known_on, last.by) == (
        2,
        60,
        "C",
        "Counted twice",
        DAY(2016, 5, 1),
        analyst,
    )
    assert AuditLine.objects.filter(subject=f"scrutiny.observation:{held.pk}").exists()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"reason": " "}, "Enter why the figure changes"),
        ({"code": ""}, "Choose what kind of revision"),
        ({"figure": "1.234,5"}, "1,234.5"),
        ({"figure": "-3"}, "below 0"),
        ({"figure": ""}, "Enter the figure, or say why there is none"),
        ({"missing": "late"}, "Keep one of them"),
        ({"figure": "52"}, "That is what it says already"),
        ({"known_on": "1 May 2999"}, "has not come yet"),
        ({"known_on": "1 May 2012"}, "Enter that day or a later one"),
        ({"seen": "0"}, "Somebody revised this figure"),
    ],
)
def test_a_revision_that_cannot_be_says_why_and_keeps_what_was_typed(client, analyst, data, says):
    referrals()
    held = Observation.objects.get(period_start=DAY(2015, 12, 1))
    answer = revise(client, held, **data)
    assert answer.status_code == 422 and says in text(answer)
    assert held.revisions.count() == 1


def test_a_figure_can_be_withdrawn_with_a_reason(client, analyst):
    referrals()
    held = Observation.objects.get(period_start=DAY(2015, 12, 1))
    assert revise(client, held, figure="", missing="not_comparable").status_code == 302
    held.refresh_from_db()
    assert (held.value, held.missing_reason) == (None, "not_comparable")


def stated(analyst):
    indicator = referrals()
    recording.record(
        indicator,
        indicator.headline_area,
        Said(value=Decimal(176)),
        by=analyst,
        period_as_stated="January",
        known_on=DAY(2018, 1, 8),
    )
    return Observation.objects.get(period_start=None)


def test_the_ambiguity_of_a_period_is_explained_and_the_answer_recorded(client, analyst):
    held = stated(analyst)
    shown = text(page(client, "figure-confirm-period", held))
    assert "January 2017: had ended 342 days before it was said" in shown
    assert "January 2018: had begun 7 days before it was said, on 8 January 2018, and was not over" in shown
    sent = client.post(
        reverse("figure-confirm-period", args=[held.pk]), {"which": "2017-01-01", "reason": "Asked the force"}
    )
    assert sent.status_code == 302
    held.refresh_from_db()
    assert (held.period_start, held.period_as_stated) == (DAY(2017, 1, 1), "January")
    assert page(client, "figure-confirm-period", held).status_code == 302
    assert "Confirmed that “January” is January 2017. Asked the force" in text(page(client, "observation", held))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Choose the period"),
        ({"which": "other"}, "Enter the period"),
        ({"which": "other", "period": "Q3 2017"}, "month"),
        ({"which": "other", "period": "December 2015"}, "has a figure already: 52"),
        ({"which": "other", "period": "March 2999"}, "can be recorded"),
        ({"which": "2017-01-01", "reason": ""}, "how you know"),
    ],
)
def test_a_period_that_cannot_be_says_why(client, analyst, data, says):
    held = stated(analyst)
    sent = client.post(reverse("figure-confirm-period", args=[held.pk]), {"reason": "Asked the force"} | data)
    assert sent.status_code == 422 and says in text(sent)
    held.refresh_from_db()
    assert held.period_start is None


# --- areas compared --------------------------------------------------------------------------------------------------


def test_forces_of_a_group_are_compared_as_the_group_was_then(client, analyst):
    from scrutiny.indicators.models import ComparatorGroup, ComparatorMembership

    forces = [make_area(name) for name in ("West Yorkshire", "Merseyside", "West Midlands", "Kent", "Left early")]
    indicator = make_indicator(headline_area=forces[0])
    group = ComparatorGroup.objects.create(name="Most similar")
    for place, force in enumerate(forces):
        make_figures(indicator, force, [300 if place == 3 else 100], first=DAY(2015, 3, 1))
        Population.objects.create(area=force, year=2014, people=1_000_000, source="Mid-year estimates")
        ComparatorMembership.objects.create(group=group, area=force, ends=DAY(2010, 1, 1) if place == 4 else None)
    everybody = page(client, "indicator-compare", indicator)
    assert len(everybody.context["funnel"]["points"]) == 5
    assert "Kent lies further above the average than chance explains" in text(everybody)
    some = page(client, "indicator-compare", indicator, group=group.pk)
    assert {point["name"] for point in some.context["funnel"]["points"]} == {force.name for force in forces[:4]}
    then = page(client, "indicator-compare", indicator, known=(today() - datetime.timedelta(days=1)).isoformat())
    assert then.context["funnel"] is None and "At least three areas need" in text(then)


def test_areas_without_a_population_are_named_and_left_out(client, analyst):
    forces = [make_area() for _ in range(4)]
    indicator = make_indicator(headline_area=forces[0])
    for force in forces:
        make_figures(indicator, force, [100])
    Population.objects.bulk_create(Population(area=force, year=2014, people=10**6, source="x") for force in forces[:3])
    shown = page(client, "indicator-compare", indicator)
    assert len(shown.context["funnel"]["points"]) == 3
    assert f"no population is held: {forces[3]}" in text(shown)


# --- the file --------------------------------------------------------------------------------------------------------


def test_the_file_has_every_revision_and_nothing_that_a_spreadsheet_would_run(client, analyst):
    indicator = referrals([-5], is_change=True, attribution="@SUM(1)", headline_area=make_area("=cmd|' /C calc'!A0"))
    recording.record(
        indicator, indicator.headline_area, Said(value=Decimal(-4)), by=analyst,
        period_start=DAY(2015, 1, 1), code="C", reason="+1+1", source="-2+3",
    )  # fmt: skip
    first, last = rows_of(page(client, "indicator-csv", indicator))
    assert (first["Value"], last["Value"]) == ("-5", "-4")
    assert (first["Current"], last["Current"]) == ("No", "Yes")
    assert last["Why it changed"] == "'+1+1" and last["Source"] == "'-2+3"
    assert last["Area"].startswith("'=") and last["Attribution"] == "'@SUM(1)"


def test_a_figure_with_a_restart_says_why(client, analyst):
    indicator = referrals([*USUAL, *[value + 40 for value in USUAL]])
    operations.restart_limits(
        indicator, indicator.headline_area, DAY(2016, 1, 1), reason="A new unit took over", by=analyst
    )
    assert "Reason: A new unit took over" in text(page(client, "indicator", indicator))


@pytest.mark.parametrize(("role", "sees_it"), [(Role.ANALYST, True), (Role.FORCE, False)])
def test_the_force_reads_no_remark_that_the_office_keeps_to_itself(client, role, sees_it):
    indicator = referrals()
    for label, is_public in (("Unit set up", True), ("Rumour", False)):
        indicator.annotations.create(starts=DAY(2015, 6, 1), label=label, is_public=is_public)
    client.force_login(make_user(role))
    shown = text(page(client, "indicator", indicator))
    assert "Unit set up" in shown and ("Rumour" in shown) is sees_it
