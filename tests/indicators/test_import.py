"""Figures from a sheet: looked through in four piles, taken over whole or not at all, and taken back."""

import datetime
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.files.models import Upload
from opcc_portal.jobs.models import Job
from scrutiny.indicators import recording
from scrutiny.indicators.importing import columns, taking
from scrutiny.indicators.importing.columns import Layout
from scrutiny.indicators.importing.names import Names
from scrutiny.indicators.importing.reading_files import Unreadable
from scrutiny.indicators.models import Area, ColumnMap, ImportBatch, Observation, ObservationRevision
from scrutiny.workflow.operations import NotPossible
from tests.factories import make_area, make_figures, make_indicator, make_user
from tests.indicators import sheets

pytestmark = pytest.mark.django_db

DAY = datetime.date(2018, 3, 1)
OCTOBER, NOVEMBER = datetime.date(2017, 10, 1), datetime.date(2017, 11, 1)
HEAD = "Indicator\tArea\tPeriod\tValue\n"
REASON = {"0": {"code": "R2", "reason": "Recounted by the publisher"}}


@pytest.fixture
def analyst():
    return make_user(Role.ANALYST)


@pytest.fixture
def places():
    force = make_area("Northmoor", slug="northmoor")
    leeds = make_area("Leeds", slug="leeds", kind=Area.Kind.DISTRICT, parent=force, gss_code="E08000035")
    kirklees = make_area("Kirklees", slug="kirklees", kind=Area.Kind.DISTRICT, parent=force)
    return force, leeds, kirklees


@pytest.fixture
def referrals():
    return make_indicator("Referrals", slug="referrals")


def pasted(text, by, *, source="Force return", known_on=DAY):
    batch = taking.paste(text, source=source, known_on=known_on, by=by)
    taking.read_cells(batch)
    return batch


def preview_of(batch, **layout):
    if layout:
        batch.columns = {**batch.columns, **layout}
    return taking.look(batch)


def take(batch, by, **more):
    said = {"reasons": {}, "fingerprint": taking.look(batch).fingerprint, **more}
    return taking.take(batch, by=by, **said)


def rejected(batch):
    return {(each.row, each.column): each.message for each in taking.look(batch).rejected}


# --- The four piles ------------------------------------------------------------------------------------------------


def test_rows_fall_on_four_piles_and_revisions_show_old_and_new(places, referrals, analyst):
    make_figures(referrals, places[1], [120, 130], first=OCTOBER)
    text = HEAD + (
        "Referrals\tLeeds\tOctober 2017\t120\n"
        "referrals\tE08000035\t2017-11\t131\n"
        "REFERRALS\tleeds\tDec 2017\t1,140\n"
        "Referals\tLeedz\tJanuary 2018\t150\n"
    )
    batch = pasted(text, analyst, known_on=datetime.date.today())
    found = taking.look(batch)
    assert found.counts == {"new": 1, "unchanged": 1, "revised": 1, "rejected": 1}
    (revised,) = found.revised
    assert (revised.was, revised.now, revised.read.row) == ("130", "131", 3)
    assert found.rejected[0].message == "“Referals” is no indicator of the portal. Did you mean Referrals?"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("Referrals\tLeedz\t10/2017\t1", "B", "Did you mean Leeds?"),
        ("Referrals\tLeeds\t04/05/2017\t1", "C", "can be read as 4 May 2017 or 5 April 2017"),
        ("Referrals\tLeeds\t2017/18\t1", "C", "is a year. A month is wanted|financial year. A month is wanted"),
        ("Referrals\tLeeds\t15 October 2017\t1", "C", "not the first day of a month"),
        ("Referrals\tLeeds\tOctober 2999\t1", "C|D", "Years from|has not begun"),
        ("Referrals\tLeeds\tOctober 2017\t<5", "D", "hidden small count"),
        ("Referrals\tLeeds\tOctober 2017\t-3", "D", "below 0|less than nought"),
        ("Referrals\tLeeds\tOctober 2017\t62%", "D", "is a percentage"),
        ("Referrals\tLeeds\tOctober 2017\t1.234,5", "D", "comma as decimal point"),
        ("Referrals\tLeeds\tOctober 2017\tabout 5", "D", "not a number"),
        ("Referrals\tLeeds\tOctober 2017\t=A1+1", "D", "is a formula"),
        ("Referrals\tLeeds\tOctober 2017\t#NO RESULT", "D", "never worked out"),
        ("Referrals\t#MERGED\tOctober 2017\t5", "B", "merged with other cells"),
        ("Referrals\tLeeds\t\t5", "C", "No period is given"),
        ("Referrals\tLeeds\tOctober 2017\t", "D", "Enter the figure"),
    ],
)
def test_what_cannot_be_read_is_rejected_by_row_and_column(places, referrals, analyst, row, column, words):
    batch = pasted(f"{HEAD}Referrals\tKirklees\tOctober 2017\t7\n{row}\n", analyst)
    found = taking.look(batch)
    (problem,) = found.rejected
    assert problem.row == 3 and problem.column in column.split("|")
    assert any(each in problem.message for each in words.split("|")), problem.message
    with pytest.raises(NotPossible, match="Some cells are rejected"):
        take(batch, analyst)
    assert not Observation.objects.exists()


def test_signs_for_no_figure_and_marks_of_provisional_figures_are_read(places, referrals, analyst):
    text = (
        HEAD
        + "Referrals\tLeeds\tOctober 2017\t*\nReferrals\tLeeds\tNovember 2017\tc\nReferrals\tLeeds\tDecember 2017\t12p\n"
    )
    found = taking.look(pasted(text, analyst))
    assert [finding.read.said.missing_reason for finding in found.new] == ["suppressed", "suppressed", ""]
    assert found.new[2].read.said.status == "provisional"
    assert "is read as: suppressed" in found.as_data()["new"][0]["read"]


def test_a_share_is_worked_out_from_both_numbers_and_checked_against_what_is_written(places, analyst):
    make_indicator("Convictions", slug="convictions", unit="percent", decimals=1)
    text = (
        "Indicator\tArea\tPeriod\tPercentage\tNumerator\tDenominator\tStatus\tNote\n"
        "Convictions\tLeeds\tOct 2017\t\t45\t120\tProvisional\tFirst count\n"
        "Convictions\tLeeds\tNov 2017\t40%\t45\t120\t\t\n"
        "Convictions\tLeeds\tDec 2017\t\t130\t120\t\t\n"
        "Convictions\tLeeds\tJan 2018\t101\t\t\t\t\n"
        "Convictions\tLeeds\tFeb 2018\t50\t\t\tmaybe\t\n"
    )
    batch = pasted(text, analyst)
    found = taking.look(batch)
    assert [finding.read.said.value for finding in found.new] == [Decimal("37.5"), Decimal("37.5")]
    assert found.new[0].now == "37.5% (45 of 120), provisional"
    assert "make 37.5%, the sheet says 40%" in found.warnings[0].message
    messages = rejected(batch)
    assert "130 is more than the 120" in messages[4, "D"]
    assert "more than 100%" in messages[5, "D"]
    assert "is no status" in messages[6, "G"]


def test_a_figure_that_stands_twice_is_taken_once_or_not_at_all(places, referrals, analyst):
    text = HEAD + (
        "Referrals\tLeeds\tOctober 2017\t5\nReferrals\tLeeds\t2017-10\t5\n"
        "Referrals\tLeeds\tNovember 2017\t6\nReferrals\tLeeds\tNovember 2017\t7\n"
    )
    batch = pasted(text, analyst)
    assert len(taking.look(batch).new) == 1
    messages = rejected(batch)
    assert sorted(messages) == [(3, "D"), (4, "D"), (5, "D")]
    assert "with the same figure" in messages[3, "D"] and "another figure" in messages[5, "D"]


def test_districts_that_do_not_add_up_and_unusual_figures_are_to_be_confirmed(places, analyst):
    leeds = places[1]
    crimes = make_indicator("Crimes", slug="crimes", is_additive=True)
    usual = [100 + number % 7 for number in range(24)]
    make_figures(crimes, leeds, usual, first=datetime.date(2015, 10, 1), known_on=DAY)
    text = "Period\tNorthmoor\tLeeds\tKirklees\nOctober 2017\t310\t900\t10\nNovember 2017\t115\t103\t12\n"
    batch = pasted(text, analyst)
    batch.columns["given"] = {"indicator": crimes.pk}
    batch.save()
    found = taking.look(batch)
    assert not found.rejected and len(found.new) == 6
    said = " ".join(each.message for each in found.warnings)
    assert "add up to 910" in said and "900 is outside the usual range" in said and "November" not in said
    with pytest.raises(NotPossible, match="Say that you have looked"):
        take(batch, analyst)
    take(batch, analyst, confirmed=True)
    assert Observation.objects.filter(indicator=crimes).count() == 30


# --- Shapes of sheets ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "across"),
    [
        ("Period\tLeeds\tKirklees\nOctober 2017\t1\t3\nNovember 2017\t2\t\n", "area"),
        ("District\tOct 2017\tNov 2017\nLeeds\t1\t2\nKirklees\t3\t\n", "period"),
        ("Referrals by district\n\nMonth\tLeeds\tKirklees\nOctober 2017\t1\t3\nNovember 2017\t2\t\n", "area"),
        ("\tLeeds\tKirklees\nOctober 2017\t1\t3\nNovember 2017\t2\t\n", "area"),
    ],
)
def test_a_table_of_one_indicator_is_read_whichever_way_it_runs(places, referrals, analyst, text, across):
    batch = pasted(text, analyst)
    layout = Layout.of(batch)
    assert layout.across == across
    assert layout.missing() == ["Choose the column of the indicators, or an indicator for the whole sheet."]
    layout.given = {"indicator": referrals.pk}
    taking.set_layout(batch, layout)
    found = taking.look(batch)
    said = {(each.read.area.name, each.read.period.start.month): int(each.read.said.value) for each in found.new}
    assert said == {("Leeds", 10): 1, ("Leeds", 11): 2, ("Kirklees", 10): 3}
    assert found.remarks == ["1 empty cell left out: no figure stands there."] and not found.rejected


def test_a_heading_that_is_no_area_is_told_once_with_the_nearest_one(places, referrals, analyst):
    batch = pasted("Period\tLeeds\tNorthmoor\tKirkless\nOct 2017\t1\t5\t3\nNov 2017\t2\t6\t4\n", analyst)
    batch.columns["given"] = {"indicator": referrals.pk}
    found = taking.look(batch)
    (problem,) = found.rejected
    assert (problem.row, problem.column, problem.count) == (1, "D", 2)
    assert "Did you mean Kirklees?" in problem.message
    assert found.counts == {"new": 4, "unchanged": 0, "revised": 0, "rejected": 2}


def test_headings_alone_are_no_figures(places, referrals, analyst):
    batch = pasted(HEAD, analyst)
    assert "no figure below the headings" in taking.look(batch).rejected[0].message


def test_columns_of_a_source_are_remembered_by_their_headings(places, referrals, analyst):
    batch = pasted("Wo\tWann\tWieviel\nLeeds\t2017-10\t5\n", analyst, source="Odd source")
    layout = Layout(roles=["area", "period", "value"], given={"indicator": referrals.pk})
    taking.set_layout(batch, layout)
    assert ColumnMap.objects.get().source == "Odd source"
    again = columns.recall("odd SOURCE", [["Wann", "Neu", "Wo", "Wieviel"], ["2017-10", "", "Leeds", "5"]], Names())
    assert again.roles == ["period", "", "area", "value"] and again.given == {"indicator": referrals.pk}
    assert columns.recall("Odd source", [["Area", "Period"], ["Leeds", "2017-10"]], Names()) is None


# --- Taking over and back ------------------------------------------------------------------------------------------


def test_a_batch_is_taken_in_one_transaction_with_reasons(places, referrals, analyst):
    make_figures(referrals, places[1], [120, 130], first=OCTOBER, known_on=DAY)
    text = (
        HEAD
        + "Referrals\tLeeds\tOctober 2017\t121\nReferrals\tLeeds\tNovember 2017\t131\nReferrals\tLeeds\tDecember 2017\t9\n"
    )
    batch = pasted(text, analyst)
    with pytest.raises(NotPossible, match="what kind of revision"):
        take(batch, analyst)
    assert ObservationRevision.objects.count() == 2
    reasons = {**REASON, "3": {"code": "C", "reason": "Misprint"}}
    batch = take(batch, analyst, reasons=reasons)
    assert (batch.state, batch.counts) == ("taken", {"new": 1, "unchanged": 0, "revised": 2, "rejected": 0})
    trail = list(batch.revisions.order_by("observation__period_start").values_list("code", "reason", "by", "known_on"))
    assert trail == [
        ("R2", "Recounted by the publisher", analyst.pk, DAY),
        ("C", "Misprint", analyst.pk, DAY),
        ("first", "", analyst.pk, DAY),
    ]
    assert AuditLine.objects.filter(act__startswith="Took over figures").exists()
    with pytest.raises(NotPossible, match="not open any more"):
        take(batch, analyst)


def test_nothing_is_recorded_when_figures_changed_since_the_preview(places, referrals, analyst):
    batch = pasted(HEAD + "Referrals\tLeeds\tOctober 2017\t5\n", analyst)
    seen = taking.look(batch).fingerprint
    make_figures(referrals, places[1], [4], first=OCTOBER, known_on=DAY)
    with pytest.raises(NotPossible, match="recorded since you looked"):
        taking.take(batch, fingerprint=seen, reasons=REASON, by=analyst)
    assert Observation.objects.get().value == 4


def test_a_revision_older_than_what_is_known_is_rejected(places, referrals, analyst):
    make_figures(referrals, places[1], [4], first=OCTOBER, known_on=DAY)
    batch = pasted(HEAD + "Referrals\tLeeds\tOctober 2017\t5\n", analyst, known_on=datetime.date(2018, 1, 1))
    assert "known since 1 March 2018" in rejected(batch)[2, "D"]


def test_a_batch_taken_back_restores_each_figure_unless_it_changed_since(places, referrals, analyst):
    leeds = places[1]
    make_figures(referrals, leeds, [120, 130], first=OCTOBER, known_on=DAY)
    text = (
        HEAD
        + "Referrals\tLeeds\tOctober 2017\t121\nReferrals\tLeeds\tNovember 2017\t131\nReferrals\tLeeds\tDecember 2017\t9\n"
    )
    batch = take(pasted(text, analyst), analyst, reasons=REASON)
    later = recording.Said(value=Decimal(133))
    recording.record(referrals, leeds, later, period_start=NOVEMBER, by=analyst, code="C", reason="Checked")
    stay = taking.take_back(batch, why="Wrong file", by=analyst)
    assert [figure.period_start for figure in stay] == [NOVEMBER]
    figures = {figure.period_start.month: figure for figure in Observation.objects.all()}
    assert (figures[10].value, figures[11].value) == (120, 133)
    assert (figures[12].value, figures[12].missing_reason) == (None, "not_obtained")
    last = figures[10].revisions.last()
    assert (last.n, last.code, last.reason) == (3, "C", "Import taken back: Wrong file")
    with pytest.raises(NotPossible, match="cannot be taken back"):
        taking.take_back(batch, why="Again", by=analyst)


def test_the_same_file_again_is_noticed_and_has_to_be_confirmed(places, referrals, analyst):
    text = HEAD + "Referrals\tLeeds\tOctober 2017\t5\n"
    first = take(pasted(text, analyst), analyst)
    recording.record(
        referrals, places[1], recording.Said(value=Decimal(6)), period_start=OCTOBER, by=analyst, code="C", reason="x"
    )
    again = pasted(text, analyst, known_on=datetime.date.today())
    assert taking.seen_before(again) == first
    with pytest.raises(NotPossible, match="have looked"):
        take(again, analyst, reasons=REASON)
    assert take(again, analyst, reasons=REASON, confirmed=True).state == "taken"


# --- Files ---------------------------------------------------------------------------------------------------------


def upload(file, analyst):
    return taking.upload(ContentFile(file.read(), name=file.name), source="Force return", known_on=DAY, by=analyst)


def test_a_workbook_goes_through_the_checks_of_every_upload_and_is_read(places, referrals, analyst):
    rows = [["Indicator", "Area", "Period", "Value"], ["Referrals", "Leeds", datetime.date(2017, 10, 1), 5]]
    batch = upload(sheets.workbook(rows), analyst)
    taking.read_cells(batch)
    assert batch.upload.kind == "xlsx" and batch.columns["sheet"] == "Data"
    assert [int(finding.read.said.value) for finding in taking.look(batch).new] == [5]


@pytest.mark.parametrize(("named", "words"), [("figures.csv", "is an Excel workbook, not a CSV file")])
def test_a_workbook_named_csv_is_told_what_it_is(analyst, named, words):
    file = sheets.workbook([["Value"], [1]], name=named)
    with pytest.raises(Unreadable, match=words):
        upload(file, analyst)
    assert not Upload.objects.exists() and not ImportBatch.objects.exists()


def test_a_csv_named_xlsx_is_told_what_it_is(analyst):
    with pytest.raises(Unreadable, match=r"name it figures\.csv"):
        taking.upload(ContentFile(b"Area,Value\nLeeds,5\n", name="figures.xlsx"), source="x", known_on=DAY, by=analyst)
    assert not Upload.objects.exists()


def test_of_several_sheets_one_has_to_be_chosen(places, referrals, analyst, client):
    rows = [["Indicator", "Area", "Period", "Value"], ["Referrals", "Leeds", "Oct 2017", 5]]
    file = sheets.workbook([["Notes on the data"]], more=[("Old", rows)], hidden=["Old"])
    client.force_login(analyst)
    answer = client.post(
        reverse("figures-import"),
        {"source": "Force return", "known_on": "1 March 2018", "text": "", "file": file},
        follow=True,
    )
    batch = ImportBatch.objects.get()
    assert "This sheet is hidden in Excel" in answer.content.decode()
    answer = client.post(reverse("figures-sheet", args=[batch.pk]), {"sheet": "Old"}, follow=True)
    assert "1 figure to take over" in answer.content.decode()


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_an_analyst_pastes_looks_through_takes_over_and_takes_back(places, referrals, analyst, client):
    make_figures(referrals, places[1], [120], first=OCTOBER, known_on=DAY)
    client.force_login(analyst)
    text = (
        HEAD
        + "Referrals\tLeeds\tOctober 2017\t121\nReferrals\tLeedz\tNovember 2017\t7\nReferrals\tLeeds\tDecember 2017\t9\n"
    )
    said = {"source": "Force return", "known_on": "1 March 2018", "text": text}
    page = client.post(reverse("figures-import"), said, follow=True)
    batch = ImportBatch.objects.get()
    words = page.content.decode()
    assert "2 figures to take over" in words and "Did you mean Leeds?" in words and "<del>120</del>" in words
    address, fingerprint = batch.get_absolute_url(), taking.look(batch).fingerprint
    refused = client.post(address, {"fingerprint": fingerprint})
    assert refused.status_code == 422 and not batch.revisions.exists()
    for error in ("tick that they are left out", "Choose what kind of revision", "Say why these figures change"):
        assert error in refused.content.decode()
    done = client.post(
        address,
        {"fingerprint": fingerprint, "leave_out": "on", "reason": "Recounted", "code": "R2", "reason-2": "Misprint"},
        follow=True,
    )
    assert "1 new figure and 1 revision recorded" in done.content.decode()
    assert batch.revisions.get(n=2).reason == "Misprint"
    back = reverse("figures-take-back", args=[batch.pk])
    assert "Take back 2 figures" in client.get(back).content.decode()
    assert "were taken back" in client.post(back, {"why": "Wrong file"}, follow=True).content.decode()
    assert Observation.objects.get(period_start=OCTOBER).value == 120


def test_columns_that_say_too_little_are_asked_for(places, referrals, analyst, client):
    client.force_login(analyst)
    said = {"source": "Table", "known_on": "1 March 2018", "text": "Period\tLeeds\tKirklees\nOct 2017\t1\t3\n"}
    page = client.post(reverse("figures-import"), said, follow=True)
    assert "Choose the column of the indicators" in page.content.decode()
    batch = ImportBatch.objects.get()
    chosen = {"heading": 1, "across": "area", "column_0": "period", "column_1": "across", "column_2": "across"}
    address = reverse("figures-columns", args=[batch.pk])
    assert client.post(address, chosen).status_code == 422
    page = client.post(address, {**chosen, "indicator": referrals.pk}, follow=True)
    assert "2 figures to take over" in page.content.decode()
    page = client.post(reverse("figures-drop", args=[batch.pk]), follow=True)
    assert "Nothing of" in page.content.decode()
    assert "Not taken" in client.get(batch.get_absolute_url()).content.decode()


def test_pages_of_the_import_need_few_queries(places, referrals, analyst, client, django_assert_max_num_queries):
    client.force_login(analyst)
    lines = "".join(f"Referrals\tLeeds\t2016-{month:02}\t{month}\n" for month in range(1, 13))
    batch = pasted(HEAD + lines, analyst)
    for address in (reverse("figures-import"), batch.get_absolute_url(), reverse("figures-columns", args=[batch.pk])):
        client.get(address)
    for address in (reverse("figures-import"), batch.get_absolute_url()):
        with django_assert_max_num_queries(12):
            client.get(address)


def test_many_rows_are_looked_through_and_taken_in_the_background(places, referrals, analyst, client, monkeypatch):
    monkeypatch.setattr(taking, "LARGE", 3)
    client.force_login(analyst)
    lines = "".join(f"Referrals\tLeeds\t2016-{month:02}\t{month}\n" for month in range(1, 13))
    said = {"source": "History", "known_on": "1 March 2018", "text": HEAD + lines}
    page = client.post(reverse("figures-import"), said, follow=True)
    assert "12 figures to take over" in page.content.decode()
    batch = ImportBatch.objects.get()
    assert batch.counts["counts"]["new"] == 12 and Job.objects.get(kind="figures_look").state == "done"
    page = client.post(batch.get_absolute_url(), {"fingerprint": batch.counts["fingerprint"]}, follow=True)
    assert "12 new, 0 revised" in page.content.decode()
    assert Job.objects.get(kind="figures_take").state == "done" and Observation.objects.count() == 12
    page = client.post(reverse("figures-take-back", args=[batch.pk]), {"why": "Wrong file"}, follow=True)
    assert "These figures were taken back" in page.content.decode()


def test_many_rows_are_looked_through_again_when_figures_changed(places, referrals, analyst, client, monkeypatch):
    monkeypatch.setattr(taking, "LARGE", 1)
    client.force_login(analyst)
    batch = pasted(HEAD + "Referrals\tLeeds\tOctober 2017\t5\nReferrals\tLeeds\tNovember 2017\t6\n", analyst)
    client.post(reverse("figures-look", args=[batch.pk]))
    batch.refresh_from_db()
    make_figures(referrals, places[1], [4], first=OCTOBER, known_on=DAY)
    page = client.post(batch.get_absolute_url(), {"fingerprint": batch.counts["fingerprint"]}, follow=True)
    assert "recorded since you looked" in page.content.decode()
    assert "looked through in the background" in client.get(batch.get_absolute_url()).content.decode()
    assert Observation.objects.count() == 1


def test_nobody_else_imports_figures(client):
    for role in (Role.FORCE, Role.COMMISSIONER, Role.GRANTS):
        client.force_login(make_user(role))
        assert client.get(reverse("figures-import")).status_code == 403
