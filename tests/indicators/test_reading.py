"""What a series says: verdicts only where there is enough, one sentence, never an arrow between two numbers."""

import datetime
from decimal import Decimal

import pytest

from scrutiny.indicators import charting, recording, series
from scrutiny.indicators.models import Annotation, DefinitionVersion, Rebase, Target
from scrutiny.indicators.reading import Verdict, read
from scrutiny.indicators.recording import Said, record
from tests.factories import make_area, make_figures, make_indicator, make_user

pytestmark = pytest.mark.django_db

QUIET = [20, 22, 19, 21, 23, 20, 18, 22, 21, 20, 19, 22]


def read_of(indicator, area, **asked):
    return read(series.load(indicator, area, **asked))


def test_a_point_outside_its_limits_is_a_signal_and_a_neutral_one_is_no_verdict_on_anybody():
    reading = read_of(*make_figures(values=[*QUIET, 40]))
    assert (reading.verdict, reading.words, reading.icon) == (Verdict.HIGHER, "Higher than usual", "high")
    assert reading.sentence.startswith("Higher than usual: 40 in January 2016, above the upper limit of ")
    assert reading.sentence.endswith("A rise is neither good nor bad in itself.")


@pytest.mark.parametrize(
    ("direction", "last", "words"),
    [
        ("up", 40, "Higher than usual, as wanted"),
        ("up", 2, "Lower than usual, not as wanted"),
        ("down", 40, "Higher than usual, not as wanted"),
        ("down", 2, "Lower than usual, as wanted"),
    ],
)
def test_where_a_direction_is_wanted_the_words_say_which_way_and_whether_it_is_wanted(direction, last, words):
    assert read_of(*make_figures(make_indicator(direction=direction), values=[*QUIET, last])).words == words


def test_inside_the_band_nothing_has_changed_however_far_from_the_month_before():
    reading = read_of(*make_figures(values=[*QUIET, 25]))
    assert (reading.verdict, reading.is_signal) == (Verdict.USUAL, False)
    assert "inside the usual range from" in reading.sentence


def test_eleven_figures_are_too_few_whatever_they_say():
    reading = read_of(*make_figures(values=[*QUIET[:10], 400]))
    assert (reading.words, set(reading.states), reading.kinds) == ("Too few points to judge", {"usual"}, ("trial",))
    assert "11 months held: too few to judge, 12 are needed." in reading.sentence


def test_five_figures_have_no_limits_at_all():
    found = series.load(*make_figures(values=[4, 60, 2, 9, 30]))
    assert charting.chart_data(found)["segments"][0]["upper"] is None


def test_small_counts_get_the_interval_that_chance_explains():
    reading = read_of(
        *make_figures(make_indicator(direction="down"), values=[2, 1, 3, 0, 2, 4, 1, 2, 3, 1, 2, 2, 1, 4])
    )
    assert reading.verdict == Verdict.SMALL_COUNT
    assert "4 in February 2016. Numbers this small move by chance: 1 to 10 would be no surprise." in reading.sentence
    assert not reading.is_signal


def test_a_series_that_never_varies_has_a_mean_and_says_so():
    reading = read_of(*make_figures(values=[7] * 13))
    assert (reading.verdict, reading.kinds) == (Verdict.CONSTANT, ("mean",))
    assert "Nothing has varied" in reading.sentence


def test_limits_are_locked_after_24_months_so_that_a_slow_change_cannot_hide_in_them():
    slow = [round(20 + step * 0.8) for step in range(24)]
    indicator, area = make_figures(values=QUIET * 2)
    before = read_of(indicator, area).chart.segments[-1].mean
    make_figures(indicator, area, slow, first=datetime.date(2017, 1, 1))
    after = read_of(indicator, area)
    assert (after.chart.segments[-1].mean, after.kinds) == (before, ("locked",))


def test_a_restart_judges_only_by_what_came_after_it_and_so_does_a_break_in_what_is_counted():
    indicator, area = make_figures(values=[*QUIET, *(value + 20 for value in QUIET)])
    assert read_of(indicator, area).verdict == Verdict.HIGHER
    start = datetime.date(2016, 1, 1)
    rebase = Rebase.objects.create(indicator=indicator, area=area, period_start=start, reason="A unit was set up")
    reading = read_of(indicator, area)
    assert (reading.verdict, len(reading.kinds)) == (Verdict.USUAL, 2)
    rebase.delete()
    DefinitionVersion.objects.create(
        indicator=indicator, number=2, from_period=start, numerator="More offences", breaks_series=True
    )
    assert len(read_of(indicator, area).kinds) == 2


def test_a_gap_is_never_filled_and_is_named():
    found = series.load(*make_figures(values=[20, 21, None, 22]))
    points = charting.chart_data(found)["points"]
    assert [point["shown"] for point in points] == ["20", "21", "none", "22"]
    assert points[2]["missing"] == "Not obtained"


def test_a_target_is_held_against_the_usual_range_and_only_where_it_can_be_judged():
    indicator = make_indicator(direction="up")
    indicator, area = make_figures(indicator, values=[*QUIET, 20])
    target = Target.objects.create(
        indicator=indicator, value=10, starts=datetime.date(2015, 1, 1), set_by="The commissioner"
    )
    assert read_of(indicator, area).assurance_words == "The target is met in ordinary times"
    Target.objects.filter(pk=target.pk).update(value=20)
    assert read_of(indicator, area).assurance_words == "The target may be met or missed by chance"
    Target.objects.filter(pk=target.pk).update(value=50)
    assert read_of(indicator, area).assurance_words == "The target is missed unless something changes"
    indicator.direction = "neutral"
    assert read_of(indicator, area).assurance_words == ""


def test_a_figure_as_reported_with_an_unclear_period_is_told_and_never_drawn():
    indicator, area, by = make_indicator(), make_area("West Yorkshire"), make_user()
    first, then = datetime.date(2018, 1, 2), datetime.date(2018, 1, 8)
    record(indicator, area, Said(value=Decimal(127)), period_as_stated="January", known_on=first, by=by)
    correction = {"known_on": then, "code": "C", "reason": "Corrected orally", "by": by}
    record(indicator, area, Said(value=Decimal(176)), period_as_stated="January", **correction)
    reading = read_of(indicator, area)
    assert reading.words == "Corrected, period unclear"
    assert "176 for “January”, as corrected on 8 January 2018" in reading.sentence
    data = charting.chart_data(series.load(indicator, area))
    assert (data["points"], [each["shown"] for each in data["stated"]]) == ([], ["176"])
    assert read_of(indicator, area, known_on=first).sentence.startswith("127 for “January”, as reported")


def test_a_percentage_that_stands_alone_is_shown_with_its_sign_and_as_reported():
    indicator = make_indicator(unit="percent", is_change=True, frequency="calendar_year")
    reading = read_of(*make_figures(indicator, values=[23], first=datetime.date(2017, 1, 1)))
    assert (reading.words, reading.sentence[:12]) == ("As reported, no series", "+23% in 2017")


def test_small_counts_of_a_district_do_not_reach_the_public_in_any_form():
    indicator = make_indicator()
    district = make_area("Calderdale", kind="district")
    make_figures(indicator, district, [*QUIET, 3])
    found = series.load(indicator, district)
    assert charting.chart_data(found)["points"][-1]["shown"] == "3"
    public = charting.chart_data(found, public=True)
    assert (public["points"][-1]["shown"], public["points"][-1]["value"]) == ("fewer than 5", None)
    assert "3 in January" not in public["sentence"]


def test_remarks_stand_where_they_happened_and_private_ones_stay_on_the_desk():
    indicator, area = make_figures(values=QUIET)
    day = datetime.date(2015, 7, 1)
    Annotation.objects.create(indicator=indicator, starts=day, label="Unit set up", kind="operation")
    Annotation.objects.create(indicator=indicator, starts=day, label="Inside matter", is_public=False)
    Annotation.objects.create(priority=indicator.priority, starts=datetime.date(2019, 1, 1), label="Later")
    found = series.load(indicator, area)
    assert [note["label"] for note in charting.chart_data(found)["notes"]] == ["Unit set up", "Inside matter"]
    (note,) = charting.chart_data(found, public=True)["notes"]
    assert (note["letter"], note["at"]) == ("A", pytest.approx(5.45, abs=0.05))


def test_a_range_is_told_and_never_judged():
    indicator, area = make_figures(values=QUIET)
    both = Said(low=Decimal(10), high=Decimal(90))
    record(indicator, area, both, period_start=datetime.date(2016, 1, 1), by=make_user())
    assert read_of(indicator, area).sentence == "10 to 90 in January 2016. A range is not judged."


def test_a_sudden_large_count_after_small_ones_is_no_chance_and_is_a_signal():
    reading = read_of(*make_figures(values=[*[0, 1] * 20, 150]))
    assert reading.verdict == Verdict.HIGHER


def test_nothing_held_says_so():
    assert read_of(make_indicator(), make_area("Leeds")).sentence == "No figure is held for Leeds."


def test_many_series_cost_as_few_queries_as_one(django_assert_max_num_queries):
    pairs = [make_figures(values=[1, 2, 3]) for _ in range(4)]
    with django_assert_max_num_queries(6):
        series.load_many(pairs)


def test_figures_known_later_leave_an_earlier_position_alone():
    indicator, area = make_figures(values=QUIET, known_on=datetime.date(2016, 1, 10))
    later = Said(value=Decimal(60))
    at = {"period_start": datetime.date(2016, 1, 1), "known_on": datetime.date(2016, 2, 10), "by": make_user()}
    recording.record(indicator, area, later, **at)
    assert read_of(indicator, area).verdict == Verdict.HIGHER
    assert read_of(indicator, area, known_on=datetime.date(2016, 2, 9)).verdict == Verdict.USUAL


def test_a_share_of_a_sum_of_money_has_no_interval():
    indicator, area = make_indicator(unit="percent"), make_area()
    said = Said(numerator=Decimal("1234.50"), denominator=Decimal("5000.75"))
    record(indicator, area, said, by=None, period_start=datetime.date(2015, 1, 1))
    assert read_of(indicator, area).interval is None
