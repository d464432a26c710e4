"""Figures are written as revisions that stay; the figure is what its last revision says."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from opcc_portal.audit.models import AuditLine
from scrutiny.indicators import append_only, recording, series, summaries
from scrutiny.indicators.models import FIGURE_FIELDS, Observation, ObservationRevision, Summary
from scrutiny.indicators.recording import Row, Said, record, record_many
from scrutiny.workflow.operations import NotPossible
from tests.factories import make_area, make_figures, make_indicator, make_user

pytestmark = pytest.mark.django_db

JANUARY = datetime.date(2017, 1, 1)
FEBRUARY = datetime.date(2017, 2, 1)


def said(value, **more):
    return Said(value=Decimal(str(value)), **more)


def test_a_first_figure_needs_no_reason_and_a_change_needs_one():
    indicator, area, by = make_indicator(), make_area(), make_user()
    record(indicator, area, said(127), period_start=JANUARY, by=by)
    with pytest.raises(NotPossible, match="Say what kind of revision this is"):
        record(indicator, area, said(176), period_start=JANUARY, by=by)
    record(indicator, area, said(176), period_start=JANUARY, code="C", reason="Corrected orally", by=by)
    figure = Observation.objects.get()
    assert (figure.value, figure.revisions_held, figure.is_revised) == (176, 2, True)
    trail = [(each.n, int(each.value), each.code) for each in figure.revisions.all()]
    assert trail == [(1, 127, "first"), (2, 176, "C")]
    assert "from 127 to 176" in AuditLine.objects.order_by("-pk")[0].act


def test_the_same_figure_again_changes_nothing():
    indicator, area, by = make_indicator(), make_area(), make_user()
    record(indicator, area, said(5), period_start=JANUARY, by=by)
    assert record(indicator, area, said("5.0"), period_start=JANUARY, by=by) is None
    assert ObservationRevision.objects.count() == 1


def test_a_revision_cannot_be_known_before_the_one_it_follows_nor_in_the_future():
    indicator, area, by = make_indicator(), make_area(), make_user()
    record(indicator, area, said(5), period_start=JANUARY, known_on=datetime.date(2017, 3, 1), by=by)
    again = {"period_start": JANUARY, "code": "R2", "reason": "Recounted", "by": by}
    with pytest.raises(NotPossible, match="known since 1 March 2017"):
        record(indicator, area, said(6), known_on=datetime.date(2017, 2, 1), **again)
    with pytest.raises(NotPossible, match="before its day has come"):
        record(indicator, area, said(6), known_on=datetime.date(2999, 2, 1), **again)


@pytest.mark.parametrize(
    ("fields", "figure", "words"),
    [
        ({}, Said(), "say why there is none"),
        ({}, said(-3), "below 0"),
        ({}, said("3.5"), "no part after the point"),
        ({}, said(10**15), "too large"),
        ({}, said(3, missing_reason="late"), "not both"),
        ({}, Said(low=Decimal(3)), "both ends"),
        ({}, Said(low=Decimal(9), high=Decimal(3)), "lower to the higher"),
        ({"unit": "percent"}, said(101), "more than 100%"),
        ({"unit": "percent"}, Said(numerator=Decimal(5), denominator=Decimal(4)), "more than the 4"),
        ({"unit": "percent"}, Said(numerator=Decimal(5), denominator=Decimal(0)), "above 0"),
        ({"unit": "percent"}, Said(numerator=Decimal(5)), "Enter both"),
    ],
)
def test_what_cannot_be_a_figure_is_refused_in_words(fields, figure, words):
    indicator, area = make_indicator(**fields), make_area()
    with pytest.raises(NotPossible, match=words):
        record(indicator, area, figure, period_start=JANUARY, by=make_user())
    assert not Observation.objects.exists()


def test_a_change_may_be_below_zero_and_above_a_hundred_per_cent():
    indicator, area = make_indicator(unit="percent", is_change=True), make_area()
    for month, value in ((JANUARY, -40), (FEBRUARY, 230)):
        record(indicator, area, said(value), period_start=month, by=make_user())
    assert Observation.objects.count() == 2


def test_a_share_is_worked_out_from_its_two_numbers_and_a_typed_one_says_so():
    indicator, area, by = make_indicator(unit="percent", decimals=1), make_area(), make_user()
    both = Said(numerator=Decimal(45), denominator=Decimal(120))
    assert record(indicator, area, both, period_start=JANUARY, by=by).value == Decimal("37.5")
    assert record(indicator, area, said(38), period_start=FEBRUARY, by=by).as_reported


def test_a_period_has_to_be_one_of_the_indicators_and_begun():
    indicator, area, by = make_indicator(frequency="quarter"), make_area(), make_user()
    with pytest.raises(NotPossible, match="No quarter of this indicator starts on 1 February 2017"):
        record(indicator, area, said(3), period_start=FEBRUARY, by=by)
    with pytest.raises(NotPossible, match="has not begun yet"):
        record(indicator, area, said(3), period_start=datetime.date(2998, 4, 1), by=by)


def test_a_figure_whose_period_is_unclear_is_kept_beside_the_series_until_somebody_confirms_it():
    indicator, area, by = make_indicator(), make_area(), make_user()
    record(indicator, area, said(127), period_as_stated="January", by=by)
    record(indicator, area, said(176), period_as_stated="January", code="C", reason="Corrected orally", by=by)
    found = series.load(indicator, area)
    assert (found.points, [int(each.value) for each in found.stated]) == ((), [176])
    recording.confirm_period(Observation.objects.get(), JANUARY, by=by)
    found = series.load(indicator, area)
    assert ([int(each.value) for each in found.points], found.stated) == ([176], ())
    with pytest.raises(NotPossible, match="January 2017 already"):
        recording.confirm_period(Observation.objects.get(), FEBRUARY, by=by)


def test_a_confirmed_period_never_pushes_another_figure_out():
    indicator, area, by = make_indicator(), make_area(), make_user()
    record(indicator, area, said(110), period_start=JANUARY, by=by)
    record(indicator, area, said(176), period_as_stated="January", by=by)
    stated = Observation.objects.get(period_start=None)
    with pytest.raises(NotPossible, match="has a figure already: 110"):
        recording.confirm_period(stated, JANUARY, by=by)


def test_what_was_known_on_a_day_can_be_asked_for_any_day():
    indicator, area, by = make_indicator(), make_area(), make_user()
    record(indicator, area, said(4586), period_start=JANUARY, known_on=datetime.date(2017, 2, 1), by=by)
    again = {"period_start": JANUARY, "code": "R2", "reason": "Next bulletin", "by": by}
    record(indicator, area, said(4581), known_on=datetime.date(2017, 3, 1), **again)
    record(indicator, area, said(4579), known_on=datetime.date(2017, 11, 1), **again)

    def on(*day):
        return [int(each.value) for each in series.load(indicator, area, datetime.date(*day)).points]

    assert (on(2017, 1, 31), on(2017, 2, 1), on(2017, 10, 31), on(2017, 11, 1)) == ([], [4586], [4581], [4579])


def test_many_figures_are_written_all_or_none():
    indicator, area = make_indicator(), make_area()
    rows = [Row(indicator, area, JANUARY, said(3)), Row(indicator, area, FEBRUARY, said(-1))]
    with pytest.raises(NotPossible, match="below 0"):
        record_many(rows, by=make_user())
    assert not Observation.objects.exists()


def test_many_figures_tell_new_unchanged_and_revised_apart():
    indicator, area = make_figures(values=[3, 4], first=JANUARY)
    rows = [
        Row(indicator, area, JANUARY, said(3)),
        Row(indicator, area, FEBRUARY, said(5), code="R2", reason="Recounted"),
        Row(indicator, area, datetime.date(2017, 3, 1), said(6)),
    ]
    done = record_many(rows, by=make_user())
    assert (done.unchanged, done.revised, done.new) == (1, 1, 1)
    assert [int(each.value) for each in Observation.objects.order_by("period_start")] == [3, 5, 6]


def test_every_figure_is_what_its_last_revision_says():
    indicator, area = make_figures(values=[3, 4, 9], first=JANUARY)
    record(indicator, area, said(5), period_start=FEBRUARY, code="R1", reason="Better source", by=make_user())
    for figure in Observation.objects.all():
        last = figure.revisions.last()
        assert [getattr(figure, name) for name in FIGURE_FIELDS] == [getattr(last, name) for name in FIGURE_FIELDS]
        assert (figure.revisions_held, figure.known_on) == (last.n, last.known_on)


@pytest.mark.parametrize(
    "act", ["UPDATE scrutiny_observationrevision SET n = 7", "DELETE FROM scrutiny_observationrevision"]
)
def test_the_database_itself_refuses_to_change_or_delete_a_revision(act):
    make_figures(values=[3])
    with (
        pytest.raises(DatabaseError, match="A revision of a figure"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act)
    assert append_only.missing(connection) == []


def test_a_summary_follows_every_figure_and_the_check_finds_one_that_does_not():
    indicator, area = make_figures(values=[20, 21, 19] * 5)
    assert Summary.objects.get().words == "As usual"
    record(indicator, area, said(60), period_start=datetime.date(2016, 4, 1), by=make_user())
    assert Summary.objects.get().words == "Higher than usual"
    assert summaries.differences() == []
    Summary.objects.update(words="As usual")
    assert ["is kept as 'As usual'" in each for each in summaries.differences()] == [True]
    summaries.rebuild()
    assert summaries.differences() == []
