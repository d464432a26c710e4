"""A correction of the minutes becomes a revision of the figure that it speaks of, and can be taken back."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.indicators import series
from scrutiny.indicators.models import Observation, Summary
from scrutiny.indicators.recording import Said, record
from scrutiny.minutes import corrected_figures, correcting, operations
from scrutiny.minutes.models import Correction
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_area,
    make_attendance,
    make_entry,
    make_indicator,
    make_item,
    make_meeting,
    make_minutes,
    make_report,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date(2018, 1, 8)


@pytest.fixture
def analyst(client):
    user = make_user(Role.ANALYST)
    client.force_login(user)
    return user


@pytest.fixture
def crimes():
    """An indicator with the figure of the paper: 127 for a January that nobody can name."""
    indicator = make_indicator("Crimes recorded", headline_area=make_area("West Yorkshire"))
    record(
        indicator,
        indicator.headline_area,
        Said(value=Decimal(127)),
        period_as_stated="January",
        known_on=DAY,
        by=make_user(),
    )
    return indicator


def make_correction(**fields):
    meeting = make_meeting(date=DAY)
    make_item(meeting)
    item = make_minutes(meeting).minuted_items.get()
    speaker = make_attendance(meeting, called="DCI Stone")
    entry = make_entry(item, text="The figure is 176.", kind="correction", speaker=speaker)
    ordinary = {
        "measure": "Recorded crimes",
        "old_value": "127",
        "new_value": "176",
        "period": "January",
        "report": make_report(meeting),
    }
    Correction.objects.filter(entry=entry).update(**(ordinary | fields))
    return Correction.objects.select_related(*Correction.LOADED_WITH).get(entry=entry)


def pointed(correction, indicator, *, by, period_start=None):
    area = indicator.headline_area
    return corrected_figures.point(
        correction, indicator=indicator, area=area, period_start=period_start, seen=correction.version, by=by
    )


def confirmed(correction, *, by):
    correction = Correction.objects.get(pk=correction.pk)
    return correcting.confirm(correction, seen=correction.version, by=by)


def test_a_proposed_correction_changes_no_figure_and_says_what_it_would_do(analyst, crimes):
    correction = pointed(make_correction(), crimes, by=analyst)
    asked = corrected_figures.proposal(correction)
    assert (asked.before, asked.after, asked.wrong) == ("127", "176", "")
    assert Observation.objects.get().value == 127


def test_a_confirmed_correction_is_a_revision_that_names_the_minutes(analyst, crimes):
    correction = confirmed(pointed(make_correction(), crimes, by=analyst), by=analyst)
    correction.refresh_from_db()
    revision = correction.revision
    assert (revision.value, revision.code, revision.n) == (176, "C", 2)
    assert revision.reason == "Corrected orally by DCI Stone at the meeting of 8 January 2018"
    assert revision.source_url.endswith(f"#entry-{correction.entry_id}")
    assert revision.source_subject == f"scrutiny.correction:{correction.pk}"
    assert Summary.objects.get().words == "Corrected, period unclear"


def test_an_ambiguous_period_is_never_drawn_as_a_point(analyst, crimes):
    confirmed(pointed(make_correction(), crimes, by=analyst), by=analyst)
    found = series.load(crimes, crimes.headline_area)
    assert (found.points, [int(each.value) for each in found.stated]) == ((), [176])


def test_a_figure_that_nobody_had_recorded_gets_its_old_value_first(analyst):
    indicator = make_indicator(
        unit="percent", is_change=True, frequency="calendar_year", headline_area=make_area("West Yorkshire")
    )
    correction = make_correction(old_value="22%", new_value="23%", period="during 2017")
    start = datetime.date(2017, 1, 1)
    confirmed(pointed(correction, indicator, by=analyst, period_start=start), by=analyst)
    trail = Observation.objects.get(period_start=start).revisions.all()
    assert [(int(each.value), each.code, each.as_reported) for each in trail] == [(22, "first", True), (23, "C", True)]


def test_taking_the_correction_back_restores_the_figure_by_one_more_revision(analyst, crimes):
    correction = confirmed(pointed(make_correction(), crimes, by=analyst), by=analyst)
    correcting.take_back(correction, by=analyst)
    figure = Observation.objects.get()
    assert (figure.value, figure.revisions_held) == (127, 3)
    assert Correction.objects.get().revision is None


def test_a_figure_that_has_changed_since_is_left_alone(analyst, crimes):
    correction = confirmed(pointed(make_correction(), crimes, by=analyst), by=analyst)
    again = {"period_as_stated": "January", "code": "R1", "reason": "Force system", "by": analyst}
    record(crimes, crimes.headline_area, Said(value=Decimal(180)), **again)
    correcting.take_back(correction, by=analyst)
    assert Observation.objects.get().value == 180


def test_words_that_are_no_figure_are_refused_before_anything_is_confirmed(analyst, crimes):
    with pytest.raises(NotPossible, match="cannot be a figure of “Crimes recorded”"):
        pointed(make_correction(new_value="rather more"), crimes, by=analyst)
    assert Correction.objects.get().indicator is None


def test_a_settled_correction_that_is_pointed_later_is_carried_over_at_once(analyst, crimes):
    correction = confirmed(make_correction(), by=analyst)
    pointed(Correction.objects.get(pk=correction.pk), crimes, by=analyst)
    assert Observation.objects.get().value == 176


def test_the_page_of_a_correction_points_it_and_confirming_changes_the_figure(client, analyst, crimes):
    correction = make_correction()
    data = {"seen": correction.version, "indicator": crimes.pk, "area": "", "period_start": ""}
    client.post(reverse("correction-figure", args=[correction.pk]), data)
    page = client.get(correction.get_absolute_url()).content.decode()
    assert "confirming this changes the figure" in page
    correction.refresh_from_db()
    client.post(reverse("correction-confirm", args=[correction.pk]), {"seen": correction.version})
    assert Observation.objects.get().value == 176
    page = client.get(correction.get_absolute_url()).content.decode()
    assert reverse("observation", args=[Observation.objects.get().pk]) in page


def test_a_period_that_could_be_two_is_asked_back_and_nothing_is_kept(client, analyst, crimes):
    correction = make_correction()
    data = {"seen": correction.version, "indicator": crimes.pk, "period_start": "04/05/2017"}
    response = client.post(reverse("correction-figure", args=[correction.pk]), data)
    assert response.status_code == 422
    assert "04/05/2017" in response.content.decode()
    assert Correction.objects.get().indicator is None


def test_an_older_reading_of_the_correction_is_refused(analyst, crimes):
    correction = make_correction()
    pointed(correction, crimes, by=analyst)
    with pytest.raises(NotPossible, match="Somebody changed this correction"):
        pointed(correction, crimes, by=analyst)


def test_the_entry_behind_a_corrected_figure_can_still_be_reworded_while_nothing_is_confirmed(analyst, crimes):
    correction = pointed(make_correction(), crimes, by=analyst)
    entry = correction.entry
    operations.change_entry(
        entry,
        base_version=entry.version,
        save_id="7c1f9e52-1111-4222-8333-444455556666",
        changes={"kind": entry.kind, "text": "It is 176."},
        by=analyst,
    )
    assert Correction.objects.get().indicator == crimes
