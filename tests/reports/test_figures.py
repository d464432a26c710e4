"""Figures of a report: on record with their source, compared with everything else, mended or explained."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from funding.rounds.models import Fund
from funding.totals.models import StatedTotal
from opcc_portal.accounts.capabilities import Role
from scrutiny.indicators import recording
from scrutiny.minutes.models import Correction
from scrutiny.reports import figures, numbers, operations, quoting
from scrutiny.reports.models import Body, JointReport, QuotedFigure
from scrutiny.reports.publishing import ReportKind
from scrutiny.workflow.kinds import WARNING
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_area,
    make_entry,
    make_figures,
    make_indicator,
    make_item,
    make_minutes,
    make_office,
    make_report,
    make_request,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db

KNOWN = datetime.date(2026, 2, 19)
LATER = datetime.date(2026, 5, 14)


@pytest.fixture
def officer(client):
    make_office()
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def series():
    """Referrals by calendar quarter, first known on 19 February 2026: 5,900 and 6,021 in the last one."""
    indicator = make_indicator("Referrals", frequency="calendar_quarter")
    area = make_area("United Kingdom", kind="national")
    first = datetime.date(2025, 7, 1)
    make_figures(indicator, area, [5900, 6021], first=first, known_on=KNOWN)
    return indicator, area


def revise(series, value, *, known_on=LATER, reason="Late returns came in"):
    recording.record(
        *series,
        recording.Said(value=Decimal(value)),
        by=None,
        period_start=datetime.date(2025, 10, 1),
        known_on=known_on,
        code="R2",
        reason=reason,
    )


def put_right(report, old, new, *, by):
    """The meeting of the report settles that a figure of it is another one."""
    make_item(report.meeting)
    item = make_minutes(report.meeting).minuted_items.get()
    entry = make_entry(item, text=f"It is {new}.", kind="correction", by=by)
    settled = {"status": "confirmed", "confirmed_by": by, "confirmed_at": timezone.now()}
    Correction.objects.filter(entry=entry).update(
        measure="Crimes", old_value=old, new_value=new, report=report, **settled
    )


def latest(series, known_on=KNOWN):
    return quoting.choices(*series, known_on)[0]


def fresh(report):
    return JointReport.objects.get(pk=report.pk).load_parts()


def check(report, user=None):
    return figures.FigureCheck(fresh(report), user)


@pytest.fixture
def quoting_report(series, officer):
    """A report whose first section ends with the figure of the last quarter."""
    report = make_report()
    section = make_section(report, heading="Key information", body="<p>More people are referred.</p>")
    quoting.append(
        section,
        latest(series),
        in_full=True,
        base_version=section.version,
        save_id="9a4e8b1c-6f5e-4b0e-9d7a-000000000001",
        by=officer,
    )
    return fresh(report)


# --- Inserting and marking -----------------------------------------------------------------------------------------------


def test_a_figure_of_an_indicator_goes_into_the_text_with_period_and_day(quoting_report, officer):
    section = quoting_report.live_sections()[0]
    assert "Referrals, United Kingdom: 6,021 (October to December 2025, as known on 19 February 2026)." in section.body
    figure = QuotedFigure.objects.get()
    assert (figure.words, figure.value, figure.known_on) == ("6,021", Decimal(6021), KNOWN)
    assert (figure.section, figure.created_by) == (section, officer)


def test_the_page_offers_the_figures_as_they_were_known_and_puts_one_at_the_end(client, officer, series):
    revise(series, 6100)
    section = make_section(make_report(), body="<p>Text.</p>")
    address = reverse("section-figure", args=[section.pk])
    asked = {"indicator": series[0].pk, "area": series[1].pk, "known_on": "19 February 2026"}
    page = client.get(address, asked).content.decode()
    assert "<strong>6,021</strong> October to December 2025" in page
    assert "6,100" not in page
    sent = {"token": latest(series).token, "words": "value", "base_version": section.version}
    sent["save_id"] = "9a4e8b1c-6f5e-4b0e-9d7a-000000000002"
    assert client.post(address, sent).status_code == 302
    section.refresh_from_db()
    assert section.body == "<p>Text.</p><p>Referrals, United Kingdom: 6,021.</p>"
    client.post(address, sent)  # a button pressed twice
    section.refresh_from_db()
    assert (section.body.count("6,021"), QuotedFigure.objects.count()) == (1, 1)


def test_a_series_without_figures_is_said_to_have_none(client, officer, series):
    section = make_section()
    asked = {"indicator": series[0].pk, "area": make_area("Elsewhere").pk}
    page = client.get(reverse("section-figure", args=[section.pk]), asked).content.decode()
    assert "No figure of “Referrals” for Elsewhere was known on" in page


def test_a_figure_put_in_while_writing_goes_on_record_when_the_text_is_saved(client, officer, series):
    section = make_section(body="<p>Text.</p>")
    token = latest(series).token
    written = {
        "heading": section.heading,
        "body": "<p>There were 6,021 referrals.</p>",
        "base_version": section.version,
        "save_id": "9a4e8b1c-6f5e-4b0e-9d7a-000000000003",
        "kind": "text",
        "written_by": "office",
        "figures": f"{token}\n{quoting.choices(*series, KNOWN)[1].token}\nnonsense",
    }
    assert client.post(section.get_absolute_url(), written).status_code == 302
    assert [figure.words for figure in QuotedFigure.objects.all()] == ["6,021"]  # 5,900 does not stand in the text


def test_a_number_of_the_text_is_marked_with_its_source(client, officer):
    report = make_report()
    section = make_section(report, body="<p>In all 140 people came.</p>")
    address = reverse("report-figure-add", args=[report.pk])
    sent = {"section": section.pk, "words": "140", "what": "People at the summit", "source": "List of guests, May 2016"}
    assert client.post(address, sent).status_code == 302
    figure = QuotedFigure.objects.get()
    assert (figure.words, figure.value, figure.source) == ("140", Decimal(140), "List of guests, May 2016")
    assert client.post(address, sent | {"words": "14"}).status_code == 200
    assert QuotedFigure.objects.count() == 1


def test_a_source_is_asked_for(client, officer):
    report = make_report()
    section = make_section(report, body="<p>In all 140 people came.</p>")
    page = client.post(
        reverse("report-figure-add", args=[report.pk]), {"section": section.pk, "words": "140", "what": "People"}
    )
    assert "Enter the source: the document and its day." in page.content.decode()


def test_a_number_of_the_text_is_recognised_as_a_figure_of_an_indicator(client, officer, series):
    report = make_report()
    section = make_section(report, body="<p>There were 6,021 referrals.</p>")
    address = reverse("report-figure-add", args=[report.pk])
    page = client.get(address, {"section": section.pk, "words": "6,021"}).content.decode()
    assert "Referrals, United Kingdom: 6,021 (October to December 2025, as known on 19 February 2026)" in page
    client.post(address, {"section": section.pk, "words": "6,021", "token": latest(series).token})
    assert QuotedFigure.objects.get().indicator == series[0]


# --- Comparing ---------------------------------------------------------------------------------------------------------------


def test_a_figure_that_nothing_contradicts_has_no_difference(quoting_report):
    assert [checked.differences for checked in check(quoting_report).figures] == [[]]


def test_a_figure_that_was_revised_is_shown_with_reason_and_trail(quoting_report, series):
    revise(series, 6100)
    (difference,) = check(quoting_report).figures[0].open
    assert difference.says == "The indicator says 6,100 since 14 May 2026."
    assert difference.reason == "Routine recalculation. Late returns came in."
    assert difference.links[0][1] == series[0].observations.get(period_start="2025-10-01").get_absolute_url()


def test_another_report_that_gives_the_same_otherwise_is_found(quoting_report, series, officer):
    revise(series, 6100)
    other = make_report(subject="Half-year report")
    section = make_section(other, body="<p>Now 6,100.</p>")
    quoting.record_found(section, words="6,100", choice=latest(series, LATER), by=officer)
    codes = {each.code: each.says for each in check(quoting_report).figures[0].open}
    assert "“Half-year report”" in codes["quoted"]
    assert [each.code for each in check(other).figures[0].open] == ["quoted"]


def test_the_force_learns_nothing_of_reports_it_may_not_see(quoting_report, series, officer):
    revise(series, 6100)
    section = make_section(make_report(subject="Half-year report"), body="<p>Now 6,100.</p>")
    quoting.record_found(section, words="6,100", choice=latest(series, LATER), by=officer)
    make_request(report=quoting_report)
    seen = check(quoting_report, make_user(Role.FORCE)).figures[0].open
    assert [each.code for each in seen] == ["changed"]


def test_a_sum_is_compared_with_the_totals_that_documents_state_of_the_fund(officer):
    fund = Fund.objects.create(name="Safer Streets Fund", maximum_grant=5000)
    stated = {"fund": fund, "scope": "Everything"}
    StatedTotal.objects.create(**stated, amount=50000, document="Letter", stated_on=datetime.date(2017, 11, 24))
    StatedTotal.objects.create(**stated, amount=36343, document="Report", stated_on=datetime.date(2018, 1, 8))
    report = make_report()
    body = "<p>From the Safer Streets Fund came £36,343 in all, at most £5,000 each.</p><p>Elsewhere £700 came.</p>"
    section = make_section(report, body=body)
    for words in ("£36,343", "£5,000", "£700"):
        quoting.record_typed(section, words=words, what="Grants", source="Ledger", by=officer)
    found = {checked.figure.words: [each.says for each in checked.open] for checked in check(report).figures}
    assert found["£36,343"] == ["“Letter” of 24 November 2017 states £50,000 for the Safer Streets Fund: everything."]
    assert found["£5,000"] == found["£700"] == []


def test_what_a_meeting_put_right_is_a_difference(officer):
    report = make_report()
    section = make_section(report, body="<p>Crimes recorded: 127, a rise of 22%.</p>")
    quoting.record_typed(section, words="127", what="Crimes recorded", source="The force", by=officer)
    put_right(report, "127", "176", by=officer)
    (difference,) = check(report).figures[0].open
    assert (difference.code, difference.new) == ("corrected", "176")


def test_a_figure_that_the_text_no_longer_gives_is_told(quoting_report, officer):
    section = quoting_report.live_sections()[0]
    operations.save_section(
        section,
        base_version=section.version,
        save_id="9a4e8b1c-6f5e-4b0e-9d7a-000000000004",
        changes={"body": "<p>16,021 or 6,021.5 or x6,021.</p>"},
        by=officer,
    )
    (difference,) = check(quoting_report).figures[0].open
    assert (difference.code, difference.can_be_explained) == ("gone", False)


def test_numbers_without_a_source_are_listed_and_years_and_small_counts_are_not(officer, series):
    report = make_report()
    body = "<p>On 8 January 2018 there were 6,021 referrals, 62%, 9 arrests, 12 raids and £500 from section 45.</p>"
    section = make_section(report, body=body)
    quoting.record_found(section, words="6,021", choice=latest(series), by=officer)
    assert [number.words for number in check(report).loose] == ["62%", "12", "£500"]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("£36,343", 36343),
        ("62%", 62),
        ("1.5 million", 1500000),
        ("−4", -4),
        ("+23%", 23),
        ("10 to 12", None),
        ("x", None),
    ],
)
def test_words_are_read_as_a_number_or_not_at_all(words, value):
    assert numbers.value_of(words) == value


def test_the_check_asks_as_many_questions_for_ten_figures_as_for_one(quoting_report, series, officer):
    revise(series, 6100)

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert check(quoting_report).open
        return len(captured)

    before = asked()
    section = quoting_report.live_sections()[0]
    for choice in quoting.choices(*series, LATER):
        quoting.record_chosen(section, choice, by=officer)
    for number in range(5):
        QuotedFigure.objects.create(report=quoting_report, section=section, words=f"{number}0%", source="Elsewhere")
    assert asked() == before


# --- Mending and explaining ----------------------------------------------------------------------------------------------------


def test_mending_puts_the_new_figure_into_the_text_and_reopens_signatures(client, quoting_report, series, officer):
    operations.send_for_review(quoting_report, by=officer)
    operations.sign(fresh(quoting_report), body=Body.OFFICE, seen=fresh(quoting_report).content_hash(), by=officer)
    revise(series, 6100)
    figure = QuotedFigure.objects.get()
    key = check(quoting_report).figures[0].open[0].key
    answer = client.post(reverse("quoted-figure-mend", args=[figure.pk]), {"difference": key}, follow=True)
    assert "now says 6,100" in answer.content.decode()
    assert "6,100 (October to December 2025, as known on 14 May 2026)" in fresh(quoting_report).live_sections()[0].body
    assert check(quoting_report).open == []
    assert quoting_report.sign_offs.get().reopened_by == officer


def test_a_figure_that_stands_twice_is_mended_by_a_person(quoting_report, series, officer):
    revise(series, 6100)
    section = quoting_report.live_sections()[0]
    body = '<p>6,021 and <a href="https://example.org/6,021">6,021</a></p>'
    save = {"base_version": section.version, "save_id": "9a4e8b1c-6f5e-4b0e-9d7a-000000000005"}
    operations.save_section(section, **save, changes={"body": body}, by=officer)
    figure = QuotedFigure.objects.get()
    with pytest.raises(NotPossible, match="6,021 stands in this section 2 times"):
        quoting.mend(figure, check(quoting_report).figures[0].open[0].key, by=officer)


def test_an_explanation_counts_for_exactly_the_difference_that_was_explained(client, quoting_report, series, officer):
    revise(series, 6100)
    figure = QuotedFigure.objects.get()
    page = client.post(figure.get_absolute_url(), {"explanation": "The figure of the day of the meeting."})
    assert page.status_code == 302
    figure.refresh_from_db()
    assert (figure.explained_by, bool(figure.explained_at)) == (officer, True)
    assert check(quoting_report).open == []
    assert [each.new for each in check(quoting_report).figures[0].explained] == ["6,100"]
    revise(series, 6200, known_on=datetime.date(2026, 8, 13))
    assert [each.new for each in check(quoting_report).figures[0].open] == ["6,200"]


def test_the_check_page_shows_both_and_the_gate_warns_of_what_nobody_explained(client, quoting_report, series):
    revise(series, 6100)
    page = client.get(reverse("report-figures", args=[quoting_report.pk])).content.decode()
    for words in (
        "The one figure of record differs",
        "The indicator says 6,100",
        "Use 6,100 instead",
        "Keep and explain",
    ):
        assert words in page, words
    report = fresh(quoting_report)
    (finding,) = [each for each in ReportKind().findings(report, {}) if each.code == "figure-differs"]
    assert finding.severity == WARNING
    assert reverse("report-figures", args=[report.pk]) in finding.url


def test_the_builder_shows_the_disagreement_beside_the_text(client, quoting_report, series):
    revise(series, 6100)
    page = client.get(quoting_report.get_absolute_url()).content.decode()
    assert "6,021 differs" in page
    assert '<span class="quoted differs">6,021</span>' in page
    assert "Use 6,100 instead" in page


def test_the_builder_and_the_check_page_stay_in_their_budget(client, quoting_report, series):
    revise(series, 6100)
    for name, budget in (("report", 16), ("report-figures", 16)):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name, args=[quoting_report.pk])).status_code == 200
        assert len(captured) <= budget, "\n".join(query["sql"][:200] for query in captured)


def test_figures_are_no_part_of_what_is_signed(quoting_report, officer):
    before = fresh(quoting_report).content_hash()
    quoting.take_off(QuotedFigure.objects.get(), by=officer)
    assert fresh(quoting_report).content_hash() == before


def test_the_force_answers_for_its_own_sections_alone(client, quoting_report, series):
    force = make_user(Role.FORCE)
    make_request(report=quoting_report)
    revise(series, 6100)
    client.force_login(force)
    page = client.get(reverse("report-figures", args=[quoting_report.pk])).content.decode()
    assert "The indicator says 6,100" in page
    assert "Use 6,100 instead" not in page
    assert client.get(QuotedFigure.objects.get().get_absolute_url()).status_code == 403
