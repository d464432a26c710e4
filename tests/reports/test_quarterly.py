"""The Delivery Quarterly: made from what the portal holds, commented, signed and published; and charts in any report."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funding.rounds.models import Fund
from funding.totals.models import StatedTotal
from opcc_portal.accounts.capabilities import Role
from opcc_portal.pdf import render
from scrutiny.indicators import recording
from scrutiny.plan.models import Resource
from scrutiny.reports import charts, operations, pdf, quarterly
from scrutiny.reports.models import Body, JointReport, SectionChart
from scrutiny.reports.publishing import ReportKind
from scrutiny.workflow.kinds import ERROR, Imprint
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_action,
    make_area,
    make_figures,
    make_indicator,
    make_item,
    make_meeting,
    make_office,
    make_plan,
    make_priority,
    make_report,
    make_request,
    make_section,
    make_user,
)
from tests.pdf.reading import Tree, text
from tests.pdf.vera import VeraPDF

pytestmark = pytest.mark.django_db

KIND = ReportKind()
QUARTER = datetime.date(2017, 7, 1)
KNOWN = datetime.date(2017, 11, 1)
IMPRINT = Imprint("1.0", datetime.date(2018, 2, 12), "/reports/x/", "ab" * 32, "0" * 64, "")


@pytest.fixture
def officer(client):
    make_office()
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def priority():
    """A priority with three indicators: one with a signal, one without, one without figures."""
    plan = make_plan(title="Our plan", starts=datetime.date(2016, 4, 1), ends=datetime.date(2021, 3, 31))
    priority = make_priority(plan, title="Safer roads")
    area = make_area("Northmoor")
    level = [20, 22, 21, 19, 20, 21, 22, 20, 19, 21, 20, 22, 20, 21]
    first = datetime.date(2016, 6, 1)
    crashes = make_indicator("Crashes", priority=priority, headline_area=area)
    make_figures(crashes, area, [*level, 60], first=first, known_on=KNOWN)
    make_figures(make_indicator("Patrols", priority=priority, position=2), area, level, first=first, known_on=KNOWN)
    make_indicator("Convictions", priority=priority, position=3)
    return priority


def start(by, **more):
    return fresh(quarterly.start(quarter_start=QUARTER, known_on=KNOWN, by=by, **more))


def fresh(report):
    return JointReport.objects.get(pk=report.pk).load_parts()


def bodies(report):
    return {section.heading: section.body for section in report.live_sections()}


def comment_all(report, by):
    for chart in SectionChart.objects.filter(section__report=report):
        charts.save_commentary(chart, base_version=chart.version, commentary="More was found.", by=by)


def sign_both(report, by):
    operations.send_for_review(report, by=by)
    for body in Body:
        operations.sign(fresh(report), body=body, seen=fresh(report).content_hash(), by=make_user())
    return fresh(report)


# --- Making it -------------------------------------------------------------------------------------------------------------


def test_a_quarterly_has_a_section_for_every_priority_with_charts_as_known_that_day(officer, priority):
    make_priority(priority.plan, title="Burglary", position=2)
    report = start(officer)
    assert report.subject == "Delivery Quarterly: July to September 2017"
    assert list(bodies(report)) == ["About this quarter", "Safer roads", "Burglary", "Actions", "Grants"]
    drawn = [str(chart) for held in report.charts.values() for chart in held]
    assert drawn == ["Crashes, Northmoor", "Patrols, Northmoor"]
    (crashes, _) = report.charts[report.live_sections()[1].pk]
    assert (crashes.known_on, crashes.commentary, len(crashes.data["points"])) == (KNOWN, "", 15)


def test_what_signals_comes_first_in_words_and_what_has_no_figures_is_named(officer, priority):
    about = bodies(start(officer))["About this quarter"]
    assert (
        "July to September 2017 and at every priority of the Our plan. Figures are as known on 1 November 2017."
        in about
    )
    assert "1 of 2 indicators now differs" in about
    assert "Crashes, Northmoor. " in about
    assert "The portal held no figures of these on that day: Convictions." in about


def test_open_actions_stand_under_their_priority_and_withheld_ones_nowhere(officer, priority):
    meeting = make_meeting()
    item = make_item(meeting, priority=priority)
    make_action(item, text="Mend the crossing", by=officer, due=datetime.date(2017, 1, 1))
    make_action(make_item(meeting, part="private", priority=priority), text="Watch the informer", by=officer)
    texts = bodies(start(officer))
    assert "1 action is open under this priority and overdue." in texts["Safer roads"]
    assert "Mend the crossing" in texts["Actions"]
    assert not any("informer" in body for body in texts.values())


def test_stated_totals_stand_with_their_clash_in_words(officer, priority):
    fund = Fund.objects.create(name="Safer Streets Fund")
    Resource.objects.create(priority=priority, name="Safer Streets Fund")
    for amount, document, day in ((50000, "Letter", 24), (36343, "Report", 28)):
        StatedTotal.objects.create(
            fund=fund, amount=amount, document=document, stated_on=datetime.date(2017, 11, day), scope="Everything"
        )
    texts = bodies(start(officer))
    for heading in ("Safer roads", "Grants"):
        assert "“Letter” of 24 November 2017 states £50,000 (everything)." in texts[heading]
        assert "The two differ by £13,657. They were written on different days." in texts[heading]


def test_a_quarter_has_one_quarterly_and_a_plan(client, officer, priority):
    form = reverse("quarterly-add")
    page = client.get(form).content.decode()
    assert "July to September 2017 (Q2 2017/18)" in page
    assert client.post(form, {"quarter": "2017-07-01", "known_on": "1 November 2017"}).status_code == 302
    again = client.post(form, {"quarter": "2017-07-01"})
    assert "There is a Delivery Quarterly for July to September 2017 already" in again.content.decode()
    assert JointReport.objects.count() == 1
    priority.plan.versions.all().delete()
    with pytest.raises(NotPossible, match="There is no plan for this quarter"):
        quarterly.start(quarter_start=datetime.date(2012, 4, 1), by=make_user())


def test_a_day_to_come_is_refused(client, officer, priority):
    page = client.post(reverse("quarterly-add"), {"quarter": "2017-07-01", "known_on": "1 November 2090"})
    assert "nobody knows on" in page.content.decode()


def test_making_it_costs_the_same_whatever_the_number_of_indicators(officer, priority):
    def cost(quarter):
        with CaptureQueriesContext(connection) as captured:
            quarterly.start(quarter_start=quarter, known_on=KNOWN, by=make_user())
        return len(captured)

    before = cost(datetime.date(2017, 4, 1))
    for number in range(4):
        make_figures(make_indicator(priority=priority, position=9 + number), make_area(), [1, 2], known_on=KNOWN)
    assert cost(QUARTER) == before


def test_the_analyst_starts_it_and_writes_commentary_and_no_other_text(client, officer, priority):
    analyst = make_user(Role.ANALYST)
    client.force_login(analyst)
    assert "New Delivery Quarterly" in client.get(reverse("reports")).content.decode()
    report = start(analyst)
    chart = SectionChart.objects.first()
    assert client.get(chart.get_absolute_url()).status_code == 200
    assert client.get(report.live_sections()[0].get_absolute_url()).status_code == 403


# --- Charts and commentary ---------------------------------------------------------------------------------------------------


def test_a_commentary_is_saved_and_the_next_empty_chart_opens(client, officer, priority):
    report = start(officer)
    first, second = SectionChart.objects.order_by("pk")
    sent = {"commentary": "A hard winter.", "base_version": first.version, "next": "1"}
    assert client.post(first.get_absolute_url(), sent)["Location"] == second.get_absolute_url()
    first.refresh_from_db()
    assert first.commentary == "A hard winter."
    page = client.get(report.get_absolute_url()).content.decode()
    assert "A hard winter." in page
    assert "1 chart without a commentary" in page


def test_two_commentaries_meet_as_a_conflict_with_both_texts(client, officer, priority):
    start(officer)
    chart = SectionChart.objects.first()
    charts.save_commentary(chart, base_version=1, commentary="Theirs stands.", by=make_user())
    answer = client.post(chart.get_absolute_url(), {"commentary": "Mine is better.", "base_version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert "Mine is better." in page
    assert 'name="base_version" value="2"' in page
    chart.refresh_from_db()
    assert chart.commentary == "Theirs stands."


def test_the_same_commentary_sent_again_changes_nothing(officer, priority):
    start(officer)
    chart = SectionChart.objects.first()
    for _ in range(2):
        charts.save_commentary(chart, base_version=1, commentary="Once.", by=officer)
    chart.refresh_from_db()
    assert chart.version == 2


def test_a_chart_is_drawn_anew_on_another_day_and_tells_what_changed(client, officer, priority):
    report = start(officer)
    chart = SectionChart.objects.get(indicator__title="Crashes")
    recording.record(
        chart.indicator,
        chart.area,
        recording.Said(value=Decimal(25)),
        by=None,
        period_start=datetime.date(2017, 8, 1),
        known_on=datetime.date(2018, 1, 8),
        code="C",
        reason="Counted twice",
    )
    page = client.get(reverse("report-figures", args=[report.pk])).content.decode()
    assert "August 2017: 60 → <strong>25</strong>" in page
    address = reverse("section-chart-refresh", args=[chart.pk])
    answer = client.post(address, {"known_on": "8 January 2018"}, follow=True).content.decode()
    assert "Drawn as known on 8 January 2018." in answer
    assert "August 2017: 60 → 25" in answer
    again = client.post(address, {"known_on": "8 January 2018"}, follow=True).content.decode()
    assert "No figure differs." in again


@pytest.mark.parametrize("act", ["comment", "refresh", "remove", "add"])
def test_whatever_is_done_to_a_chart_reopens_the_signatures(officer, priority, act):
    report = start(officer)
    comment_all(report, officer)
    report = sign_both(report, officer)
    chart = SectionChart.objects.order_by("pk").first()
    acts = {
        "comment": lambda: charts.save_commentary(chart, base_version=chart.version, commentary="Other.", by=officer),
        "refresh": lambda: charts.refresh(chart, known_on=datetime.date(2017, 1, 1), by=officer),
        "remove": lambda: charts.remove(chart, by=officer),
        "add": lambda: charts.add(
            report.live_sections()[0], indicator=chart.indicator, area=chart.area, by=officer, known_on=KNOWN
        ),
    }
    before = report.content_hash()
    acts[act]()
    assert fresh(report).content_hash() != before
    assert all(not sign_off.stands for sign_off in report.sign_offs.all())


def test_a_chart_of_an_ordinary_report_is_put_in_through_its_page(client, officer, priority):
    section = make_section(make_report(), body="<p>Text.</p>")
    indicator = priority.indicators.get(title="Crashes")
    before = fresh(section.report).content_hash()
    address = reverse("section-chart-add", args=[section.pk])
    sent = {"indicator": indicator.pk, "area": indicator.headline_area.pk, "known_on": "1 November 2017"}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302  # the same again is the chart that stands there
    chart = SectionChart.objects.get()
    assert fresh(section.report).content_hash() != before
    charts.remove(chart, by=officer)
    assert fresh(section.report).content_hash() == before  # a report without charts is signed as ever


def test_a_small_count_of_a_district_is_never_in_a_chart(officer, priority):
    district = make_area("Little Moor", kind="district")
    indicator = make_indicator("Convictions here", priority=priority)
    make_figures(indicator, district, [12, 3], first=datetime.date(2017, 5, 1), known_on=KNOWN)
    section = make_section(make_report())
    chart = charts.add(section, indicator=indicator, area=district, by=officer, known_on=KNOWN)
    assert [point["value"] for point in chart.data["points"]] == [12.0, None]
    assert "fewer than 5" in chart.data["points"][1]["shown"]


def test_what_would_give_a_small_count_away_is_in_no_chart_either(officer, priority):
    force, indicator = make_area("Moorland"), make_indicator("Convictions", priority=priority, is_additive=True)
    parts = [make_area(f"{name} Moor", kind="district", parent=force) for name in ("Little", "Great", "Far")]
    for area, value in zip([force, *parts], [104, 3, 60, 41], strict=True):
        make_figures(indicator, area, [value], first=datetime.date(2017, 5, 1), known_on=KNOWN)
    section = make_section(make_report())
    shown = [charts.add(section, indicator=indicator, area=area, by=officer, known_on=KNOWN) for area in parts]
    assert [chart.data["points"][0]["shown"] for chart in shown] == ["fewer than 5", "60", "none"]


def test_the_force_comments_on_the_charts_of_its_own_sections(client, officer, priority):
    report = start(officer)
    make_request(make_meeting(), report=report)
    mine, other = SectionChart.objects.order_by("pk")
    force = make_user(Role.FORCE)
    client.force_login(force)
    assert client.get(mine.get_absolute_url()).status_code == 403
    type(mine.section).objects.filter(pk=mine.section_id).update(written_by=Body.FORCE)
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert other.section_id == mine.section_id


def test_the_builder_of_a_quarterly_stays_in_its_budget(client, officer, priority):
    report = start(officer)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(report.get_absolute_url()).status_code == 200
    assert len(captured) <= 12, "\n".join(query["sql"][:200] for query in captured)


# --- Publication and paper -----------------------------------------------------------------------------------------------------


def test_each_chart_without_a_commentary_keeps_it_from_being_published(officer, priority):
    report = start(officer)
    first = SectionChart.objects.order_by("pk").first()
    charts.save_commentary(first, base_version=1, commentary="A hard winter.", by=officer)
    found = [each for each in KIND.findings(fresh(report), {}) if each.code == "chart-commentary"]
    assert [(each.severity, each.title) for each in found] == [
        (ERROR, "The chart of Patrols, Northmoor has no commentary")
    ]
    comment_all(report, officer)
    assert not [each for each in KIND.findings(fresh(report), {}) if each.code == "chart-commentary"]


def test_page_and_content_hold_chart_sentence_and_commentary(officer, priority):
    report = start(officer)
    comment_all(report, officer)
    content = KIND.content(sign_both(report, officer))
    assert content["kind"] == "Delivery Quarterly"
    assert content["path"].endswith("delivery-quarterly-july-to-september-2017")
    (crashes, _) = content["sections"][1]["charts"]
    assert (crashes["commentary"], crashes["data"]["title"]) == ("More was found.", "Crashes")
    html = dict(KIND.parts(content))[content["sections"][1]["anchor"]]
    assert html.count("<svg") > 2
    assert crashes["data"]["sentence"].split(".")[0] in html
    assert html.count("More was found.") == 2
    assert "2 charts" in KIND.summary(content)


def test_a_report_without_charts_is_published_with_the_content_it_always_had(officer):
    report = make_report()
    make_section(report)
    content = KIND.content(fresh(report))
    assert "charts" not in content["sections"][0]
    assert content["kind"] == "Joint report"


@pytest.mark.verapdf
def test_the_paper_has_charts_commentary_and_figures_and_is_valid(officer, priority, tmp_path):
    report = start(officer)
    comment_all(report, officer)
    desk = render(pdf.paper(fresh(report)).html, strict=True)
    public = render(KIND.paper(KIND.content(sign_both(report, officer)), IMPRINT)[0], strict=True)
    for paper in (desk, public):
        words = text(paper)
        for part in ("Delivery Quarterly", "Figure 1. Crashes, Northmoor", "More was found.", "Figures of the charts"):
            assert part in words, part
        assert len(Tree(paper).elements("Figure")) >= 2
    assert VeraPDF(tmp_path).complaints({"desk": desk, "public": public}) == []


def test_a_total_that_was_stated_with_pence_keeps_them(officer, priority):
    fund = Fund.objects.create(name="Safer Streets Fund")
    for amount, document in (("1250.50", "Letter"), ("1000", "Report")):
        words = {"document": document, "stated_on": datetime.date(2017, 11, 24), "scope": "Everything"}
        StatedTotal.objects.create(fund=fund, amount=Decimal(amount), **words)
    text = bodies(start(officer))["Grants"]
    assert "states £1,250.50 (everything)" in text
    assert "The two differ by £250.50." in text
