"""The grid: all figures of a period at once, saved together or not at all."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.indicators import recording
from scrutiny.indicators.models import Observation, ObservationRevision
from scrutiny.indicators.recording import Said
from tests.factories import make_area, make_figures, make_indicator, make_office, make_post, make_user

pytestmark = pytest.mark.django_db
MARCH = datetime.date(2016, 3, 1)
USUAL = [50, 52, 48, 51, 49, 50, 53, 47, 50, 51, 49, 52]


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
def referrals(force):
    return make_indicator("Referrals", headline_area=force)


def grid(client, **query):
    return client.get(reverse("figures-entry", query={"frequency": "month", "other": "March 2016"} | query))


def send(client, cells=None, *, query=None, **common):
    """Send the grid as it is shown, with these cells typed: {(indicator, area): {field: text}}."""
    query = {"frequency": "month", "other": "March 2016"} | (query or {})
    shown = client.get(reverse("figures-entry", query=query)).context["grid"]
    return client.post(
        reverse("figures-entry", query=query), filled(shown, cells) | {"known_on": "1 May 2016"} | common
    )


def filled(shown, cells=None):
    data = {}
    for cell in shown.cells:
        typed = (cells or {}).get((cell.indicator, cell.area), {})
        for name, value in (cell.first | typed).items():
            if value is not False and value != "":
                data[f"{cell.prefix}-{name}"] = "on" if value is True else value
    return data


def text(response):
    return response.content.decode()


def value(indicator, area):
    held = Observation.objects.filter(indicator=indicator, area=area, period_start=MARCH).first()
    return held and (held.value if held.value is not None else held.missing_reason)


def put(indicator, area, number, by, **more):
    recording.record(indicator, area, Said(value=Decimal(number)), by=by, period_start=MARCH, known_on=MARCH, **more)


# --- which rows ------------------------------------------------------------------------------------------------------


def test_the_grid_has_a_row_for_every_indicator_and_place_of_the_frequency(client, analyst, force, referrals):
    leeds = make_area("Leeds", kind="district", parent=force)
    crimes = make_indicator("Crimes", headline_area=force, is_additive=True)
    make_indicator("Yearly things", headline_area=force, frequency="financial_year")
    rows = {(cell.indicator, cell.area) for cell in grid(client).context["grid"].cells}
    assert rows == {(referrals, force), (crimes, force), (crimes, leeds)}
    more = {(cell.indicator, cell.area) for cell in grid(client, area=leeds.pk).context["grid"].cells}
    assert more == rows | {(referrals, leeds)}


def test_the_grid_can_be_narrowed_to_an_owner_or_one_indicator(client, analyst, force, referrals):
    mine = make_indicator("Mine", headline_area=force, owner=make_post("Analyst"))
    assert [cell.indicator for cell in grid(client, owner=mine.owner_id).context["grid"].cells] == [mine]
    assert [cell.indicator for cell in grid(client, indicator=referrals.pk).context["grid"].cells] == [referrals]


def test_the_lists_above_the_grid_show_what_it_is_of(client, analyst, referrals):
    older = grid(client).context["chosen"]
    assert (older["period"].value(), older["frequency"].value()) == ("2016-03-01", "month")
    assert ("2016-03-01", "March 2016") in older.fields["period"].choices and older["other"].value() == ""
    latest = client.get(reverse("figures-entry")).context
    assert latest["chosen"]["period"].value() == latest["grid"].period.start.isoformat()


def test_a_period_that_cannot_be_read_is_said_to_be_wrong(client, analyst, referrals):
    shown = grid(client, other="04/05/2017")
    assert "can be read as" in text(shown) or "not the first day" in text(shown)
    assert "has not begun yet" in text(grid(client, other="March 2050"))


def test_the_grid_takes_as_many_queries_for_a_hundred_rows(client, analyst, force, django_assert_max_num_queries):
    for _ in range(100):
        make_indicator(headline_area=force)
    with django_assert_max_num_queries(12):
        assert len(grid(client).context["grid"].cells) == 100


# --- saving ----------------------------------------------------------------------------------------------------------


def test_new_figures_are_saved_together_with_their_source(client, analyst, force, referrals):
    share = make_indicator("Share", headline_area=force, unit="percent")
    answer = send(
        client,
        {(referrals, force): {"figure": "4,586", "provisional": True}, (share, force): {"figure": "45/120"}},
        source="Bulletin",
    )
    assert answer.status_code == 302
    assert (value(referrals, force), value(share, force)) == (4586, Decimal("37.5"))
    first = ObservationRevision.objects.get(observation__indicator=referrals)
    assert (first.source, first.known_on, first.by, first.status) == (
        "Bulletin",
        datetime.date(2016, 5, 1),
        analyst,
        "provisional",
    )


def test_a_reason_for_a_missing_figure_is_recorded(client, analyst, force, referrals):
    assert send(client, {(referrals, force): {"missing": "late"}}).status_code == 302
    assert value(referrals, force) == "late"


def test_cells_that_nobody_touched_stay_as_they_are(client, analyst, force, referrals):
    other = make_indicator("Other", headline_area=force)
    put(referrals, force, 5, analyst)
    assert send(client, {(other, force): {"figure": "7"}}).status_code == 302
    assert ObservationRevision.objects.filter(observation__indicator=referrals).count() == 1
    assert "Nothing had changed" in text(client.get(send(client)["Location"]))


def test_a_changed_figure_needs_its_kind_and_a_reason_once_for_all_or_its_own(client, analyst, force, referrals):
    put(referrals, force, 5, analyst)
    change = {(referrals, force): {"figure": "6"}}
    refused = send(client, change)
    assert refused.status_code == 422
    assert "Choose what kind of revision it is" in text(refused) and "Say why it changes" in text(refused)
    assert 'value="6"' in text(refused) and value(referrals, force) == 5
    assert send(client, change, code="R2", reason="Next bulletin").status_code == 302
    own = {(referrals, force): {"figure": "7", "reason": "Counted twice"}}
    assert send(client, own, code="C").status_code == 302
    assert [each.reason for each in ObservationRevision.objects.order_by("n")] == ["", "Next bulletin", "Counted twice"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"figure": "<5"}, "hidden small count"),
        ({"figure": "1.234,5"}, "1,234.5"),
        ({"figure": "-5"}, "below 0"),
        ({"figure": "62%"}, "is a percentage"),
        ({"figure": "5", "missing": "late"}, "Keep one of them"),
        ({"provisional": True}, "Enter the figure that is provisional"),
    ],
)
def test_one_wrong_cell_saves_nothing_and_keeps_everything_typed(client, analyst, force, referrals, typed, says):
    other = make_indicator("Other", headline_area=force)
    answer = send(client, {(referrals, force): typed, (other, force): {"figure": "77"}}, source="Bulletin")
    assert answer.status_code == 422 and says in text(answer)
    assert 'value="77"' in text(answer) and 'value="Bulletin"' in text(answer)
    assert f'href="#id_i{referrals.pk}a{force.pk}-figure"' in text(answer)
    assert not Observation.objects.exists()


def test_a_held_figure_is_not_emptied_without_a_word(client, analyst, force, referrals):
    put(referrals, force, 5, analyst)
    answer = send(client, {(referrals, force): {"figure": ""}}, code="C", reason="wrong")
    assert answer.status_code == 422 and "choose why there is none" in text(answer)
    answer = send(client, {(referrals, force): {"figure": "", "missing": "not_comparable"}}, code="C", reason="wrong")
    assert answer.status_code == 302 and value(referrals, force) == "not_comparable"


def test_a_tick_taken_off_makes_a_provisional_figure_stand(client, analyst, force, referrals):
    recording.record(
        referrals, force, Said(value=Decimal(5), status="provisional"), by=analyst, period_start=MARCH, known_on=MARCH
    )
    assert send(client, {(referrals, force): {"provisional": False}}, code="R2", reason="Now final").status_code == 302
    assert Observation.objects.get().status == "as_published"


def test_days_that_cannot_be_are_refused(client, analyst, force, referrals):
    cells = {(referrals, force): {"figure": "5"}}
    assert "has not come yet" in text(send(client, cells, known_on="1 May 2999"))
    assert "Fill in “Known since”" in text(send(client, cells, known_on=""))
    put(referrals, force, 5, analyst)
    answer = send(client, {(referrals, force): {"figure": "6"}}, code="C", reason="x", known_on="1 May 2010")
    assert answer.status_code == 422 and "Enter that day or a later one" in text(answer)


# --- what looks wrong ------------------------------------------------------------------------------------------------


def test_a_figure_outside_the_usual_range_is_asked_about_and_never_blocked(client, analyst, force, referrals):
    make_figures(referrals, force, USUAL, first=datetime.date(2015, 3, 1))
    cells = {(referrals, force): {"figure": "500"}}
    asked = send(client, cells)
    assert asked.status_code == 422 and "500 is outside the usual range from" in text(asked)
    assert value(referrals, force) is None
    digest = asked.context["grid"].common.data["asked"]
    assert send(client, cells, asked=digest).status_code == 422
    assert send(client, {(referrals, force): {"figure": "600"}}, asked=digest, confirmed="on").status_code == 422
    assert send(client, cells, asked=digest, confirmed="on").status_code == 302
    assert value(referrals, force) == 500


def test_districts_that_do_not_add_up_are_asked_about(client, analyst, force):
    crimes = make_indicator("Crimes", headline_area=force, is_additive=True)
    leeds, kirklees = (make_area(name, kind="district", parent=force) for name in ("Leeds", "Kirklees"))
    cells = {
        (crimes, force): {"figure": "100"},
        (crimes, leeds): {"figure": "60"},
        (crimes, kirklees): {"figure": "39"},
    }
    assert "The districts add up to 99 in March 2016, and the force’s figure is 100" in text(send(client, cells))
    cells[crimes, kirklees] = {"figure": "40"}
    assert send(client, cells).status_code == 302


# --- two people at once ----------------------------------------------------------------------------------------------


def test_a_cell_that_somebody_else_changed_is_shown_with_both_values(client, analyst, force, referrals):
    put(referrals, force, 5, analyst)
    opened = filled(grid(client).context["grid"], {(referrals, force): {"figure": "6"}})
    put(referrals, force, 8, make_user(Role.ANALYST), code="C", reason="Corrected")
    opened |= {"known_on": "1 May 2016", "code": "C", "reason": "Mine"}
    where = reverse("figures-entry", query={"frequency": "month", "other": "March 2016"})
    answer = client.post(where, opened)
    assert answer.status_code == 422 and "it is now 8, and you have 6" in text(answer)
    assert value(referrals, force) == 8 and 'value="6"' in text(answer)
    again = {**opened, f"i{referrals.pk}a{force.pk}-seen": "2"}
    assert client.post(where, again).status_code == 302
    assert value(referrals, force) == 6


def test_a_cell_that_somebody_else_filled_alike_is_no_conflict(client, analyst, force, referrals):
    opened = filled(grid(client).context["grid"], {(referrals, force): {"figure": "5"}})
    put(referrals, force, 5, make_user(Role.ANALYST))
    where = reverse("figures-entry", query={"frequency": "month", "other": "March 2016"})
    assert client.post(where, opened | {"known_on": "1 May 2016"}).status_code == 302
    assert ObservationRevision.objects.count() == 1


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 30])
def test_a_tampered_form_saves_nothing(client, analyst, force, referrals, seen):
    prefix = f"i{referrals.pk}a{force.pk}"
    where = reverse("figures-entry", query={"frequency": "month", "other": "March 2016"})
    sent = {f"{prefix}-figure": "5", f"{prefix}-seen": seen, f"{prefix}-missing": "", "known_on": "1 May 2016"}
    assert client.post(where, sent).status_code == 422
    assert not Observation.objects.exists()
