"""Applications from a sheet: looked through in four piles, taken over whole or not at all."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from funding.applications import operations
from funding.applications.importing import columns, taking
from funding.applications.importing.columns import Layout
from funding.applications.models import Application, ApplicationEvent, ApplicationImport
from funding.assessment.models import Assessment, Interest
from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from scrutiny.indicators.importing.reading_files import Unreadable
from scrutiny.register.csv_file import csv_text
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import make_application, make_area, make_fund, make_priority, make_round, make_user
from tests.indicators import sheets

pytestmark = pytest.mark.django_db

HEAD = [
    "Organisation name",
    "Type of organisation",
    "Charity number",
    "Project title",
    "Summary",
    "Amount requested (£)",
]
ROW = ["Friends of the Park", "Community group", "", "Lights", "Lamps along the path.", "£3,000"]


@pytest.fixture
def officer():
    return make_user(Role.GRANTS)


@pytest.fixture
def round_():
    return make_round(make_fund(code="SCF"), code="R2")


def row(**fields):
    """A row of the sheet; `fields` by the first words of their headings."""
    names = ("name", "kind", "charity", "title", "summary", "amount")
    return [fields.get(name, text) for name, text in zip(names, ROW, strict=True)]


def as_csv(rows, head=HEAD):
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue()


def pasted(round_, by, *rows, head=HEAD):
    batch = taking.paste(as_csv(rows, head), round_=round_, by=by)
    taking.read_rows(batch)
    return batch


def uploaded(file, round_, by):
    batch = taking.upload(ContentFile(file.read(), name=file.name), round_=round_, by=by)
    if not taking.sheets_to_choose(batch):
        taking.read_rows(batch)
    return batch


def take(batch, by, **more):
    return taking.take(batch, by=by, **{"fingerprint": taking.look(batch, by=by).fingerprint, **more})


def rejected(batch, by):
    return {(each.row, each.column): each.message for each in taking.look(batch, by=by).rejected}


def warned(batch, by):
    return [(each.row, each.message) for each in taking.look(batch, by=by).warnings]


# --- A round's spreadsheet -----------------------------------------------------------------------------------------

FULL_HEAD = [
    "Ref", "Date received", "Organisation name", "Type of organisation", "Registered charity no.", "Company number",
    "Address line 1", "Address line 2", "Postcode", "Contact name", "Contact e-mail", "Telephone", "Project title",
    "What is the money for?", "How will it reduce crime?", "Total cost", "Amount requested (£)", "Amount awarded", "District",
    "Priority", "Start date", "End date", "Number of beneficiaries",
]  # fmt: skip


def full_row(number, area, priority):
    day = today()
    return [
        number, day, f"Group number {number}", "Community group", None, None, f"{number} High Street", "Leeds", "ls14ap",
        "Ann Other", f"ann{number}@example.org", "0113 496 0000", f"Project {number}", "Lamps.\nAnd a bench.",
        "People are robbed where it is dark.", "£9,000", 3000 + number, None, area.name.upper(), priority.title,
        day + datetime.timedelta(days=60), f"31 December {day.year + 1}", "1,200",
    ]  # fmt: skip


def test_177_applications_are_read_from_a_workbook_and_taken_over_whole(round_, officer):
    area, priority = make_area("Leeds"), make_priority()
    rows = [full_row(number, area, priority) for number in range(1, 178)]
    rows[0][4], rows[0][3] = 1048995, None
    rows[1][5], rows[1][3] = 2065445, None
    file = sheets.workbook(
        [["Applications to round 2"], FULL_HEAD, *rows], merged=["A1:E1"], formats={"F4": "00000000"}, name="R2.xlsx"
    )
    batch = uploaded(file, round_, officer)
    found = taking.look(batch, by=officer)
    assert found.rejected == [] and found.warnings == []
    assert found.counts == {"new": 177, "unchanged": 0, "revised": 0, "rejected": 0}
    take(batch, officer)
    first, second, last = (
        round_.applications.get(number=1),
        round_.applications.get(number=2),
        round_.applications.last(),
    )
    assert (first.reference, last.reference) == ("SCF-R2-0001", "SCF-R2-0177")
    assert (first.charity_number, first.applicant_kind) == ("1048995", "charity")
    assert (second.company_number, second.applicant_kind) == ("02065445", "company")
    assert (last.address, last.postcode, last.contact_email) == (
        "177 High Street\nLeeds",
        "LS1 4AP",
        "ann177@example.org",
    )
    assert (last.amount, last.total_cost, last.beneficiaries) == (Decimal(3177), Decimal(9000), 1200)
    assert (last.area, last.priority, last.ends) == (area, priority, datetime.date(today().year + 1, 12, 31))
    assert last.summary == "Lamps.\nAnd a bench."
    assert (last.status, last.origin, last.created_by) == ("submitted", "import", officer)
    assert last.events.get().text == "From “R2.xlsx”, row 179, there as 177."
    assert AuditLine.objects.filter(
        act__startswith="Took over applications", context=f"funding.round:{round_.pk}"
    ).exists()


def test_neither_the_file_nor_its_rows_are_kept_once_they_stand_in_the_applications(round_, officer):
    batch = uploaded(sheets.workbook([HEAD, ROW]), round_, officer)
    assert batch.rows and not Upload.objects.exists()
    taken = take(batch, officer)
    assert taken.rows == [] and taken.piles["references"] == ["SCF-R2-0001", "SCF-R2-0001"]
    assert "Friends of the Park" not in str(taken.piles)
    left = uploaded(sheets.workbook([HEAD, row(title="Other")]), round_, officer)
    taking.leave(left, by=officer)
    left.refresh_from_db()
    assert (left.state, left.rows, left.piles) == ("left", [], {})
    with pytest.raises(NotPossible, match="not open any more"):
        take(taken, officer)


# --- The four piles ------------------------------------------------------------------------------------------------


def test_rows_fall_on_four_piles_and_changes_show_old_and_new(round_, officer):
    take(pasted(round_, officer, ROW, row(name="Youth Club", title="Boxing")), officer)
    batch = pasted(
        round_,
        officer,
        row(name="FRIENDS of the park Ltd.", title=" lights"),
        row(name="Youth Club", title="Boxing", amount="£3,500", kind="Registered charity", charity="1048995"),
        row(name="Third", title="New"),
        row(name="Fourth", title="Wrong", amount="lots"),
    )
    found = taking.look(batch, by=officer)
    assert found.counts == {"new": 1, "unchanged": 0, "revised": 2, "rejected": 1}
    shown = found.as_data()["revised"]
    assert [(each["label"], each["was"], each["now"]) for each in shown[1]["changes"]] == [
        ("Kind of organisation", "Unregistered community group", "Registered charity"),
        ("Charity number", "", "1048995"),
        ("Amount asked for", "£3,000", "£3,500"),
    ]
    take(batch, officer, leave_out=True, confirmed=True)
    club = round_.applications.get(number=2)
    assert (club.amount, club.charity_number, club.version) == (Decimal(3500), "1048995", 2)
    assert "amount asked for from £3,000 to £3,500" in club.events.last().text
    assert round_.applications.count() == 3


def test_the_same_sheet_again_is_unchanged_and_an_empty_cell_takes_nothing_away(round_, officer):
    take(pasted(round_, officer, ROW), officer)
    again = pasted(round_, officer, ROW)
    assert taking.look(again, by=officer).counts == {"new": 0, "unchanged": 1, "revised": 0, "rejected": 0}
    assert taking.seen_before(again).state == "taken"
    with pytest.raises(NotPossible, match="no new or changed"):
        take(again, officer, confirmed=True)
    emptied = pasted(round_, officer, row(kind="", summary="", amount=""))
    assert taking.look(emptied, by=officer).counts["unchanged"] == 1


def test_a_sheet_seen_before_is_taken_only_after_somebody_confirmed_it(round_, officer):
    take(pasted(round_, officer, ROW), officer)
    Application.objects.update(title="Put right by hand")
    with pytest.raises(NotPossible, match="looked at"):
        take(pasted(round_, officer, ROW), officer)


def test_a_reference_finds_the_application_whatever_its_title(round_, officer):
    one = make_application(round_, title="Old", applicant_name="A", number=1, reference="SCF-R2-0001")
    other = make_application(round_, title="Other", applicant_name="B", number=2, reference="SCF-R2-0002")
    head = [*HEAD, "Reference"]
    batch = pasted(round_, officer, [*row(name="A", title="New title"), "scf-r2-0001"], head=head)
    (finding,) = taking.look(batch, by=officer).revised
    assert finding.old == one and finding.changes["title"] == ("Old", "New title")
    unclear = pasted(round_, officer, [*row(name="B", title="Other"), one.reference], head=head)
    assert f"{one.reference} is another application than {other.reference}" in rejected(unclear, officer)[2, "G"]
    unknown = pasted(round_, officer, [*ROW, "SCF-R2-0099"], [*row(title="x"), "17"], head=head)
    assert list(rejected(unknown, officer)) == [(2, "G")]
    twice = pasted(
        round_, officer, [*row(name="A"), "SCF-R2-0001"], [*row(name="A", title="C"), "SCF-R2-0001"], head=head
    )
    assert list(rejected(twice, officer)) == [(2, ""), (3, "")]


def test_the_number_of_a_public_list_finds_the_application_under_another_name(round_, officer):
    old = make_application(round_, applicant_name="Old Name", charity_number="1048995", title="Lights")
    make_application(round_, applicant_name="New Name", charity_number="1048996", title="Lights")
    batch = pasted(round_, officer, row(name="New Name", charity="1048995", kind="Charity"))
    (finding,) = taking.look(batch, by=officer).revised
    assert finding.old == old and finding.changes["applicant_name"] == ("Old Name", "New Name")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "ineligible"}, "is not eligible, and stays as it is"),
        ({"status": "withdrawn"}, "is withdrawn, and stays as it is"),
        ({"status": "successful"}, "is successful, and stays as it is"),
    ],
)
def test_what_is_decided_is_not_changed_by_a_sheet(round_, officer, fields, words):
    make_application(round_, applicant_name="Friends of the Park", title="Lights", amount=Decimal(1), **fields)
    assert words in rejected(pasted(round_, officer, ROW), officer)[2, "D"]


def test_what_is_being_assessed_is_not_changed_by_a_sheet(round_, officer):
    held = make_application(round_, applicant_name="Friends of the Park", title="Lights", amount=Decimal(1))
    batch = pasted(round_, officer, ROW)
    assert taking.look(batch, by=officer).counts["revised"] == 1
    Assessment.objects.create(application=held, user=officer)
    assert "is being assessed already" in rejected(batch, officer)[2, "D"]


def test_what_is_closed_to_the_officer_shows_nothing_of_what_it_says(round_, officer):
    held = make_application(round_, applicant_name="Friends of the Park", title="Lights", amount=Decimal(3141))
    Interest.objects.create(application=held, user=officer, nature="A cousin", declared_by=officer)
    found = taking.look(pasted(round_, officer, ROW), by=officer)
    assert found.counts == {"new": 0, "unchanged": 0, "revised": 0, "rejected": 1}
    assert "closed to you" in found.rejected[0].message
    assert "3,141" not in str(found.as_data()) and held.reference not in str(found.as_data())


def test_a_draft_of_the_public_form_is_no_application_yet(round_, officer):
    make_application(
        round_, applicant_name="Friends of the Park", title="Lights", status="draft", number=None, reference=None
    )
    assert taking.look(pasted(round_, officer, ROW), by=officer).counts["new"] == 1


# --- Bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "column", "words"),
    [
        ({"amount": "0"}, "F", "above £0"),
        ({"amount": "-£500"}, "F", "without a minus sign"),
        ({"amount": "about 3000"}, "F", "is not an amount in pounds"),
        ({"amount": ""}, "F", "Say the amount asked for"),
        ({"charity": "01048995"}, "C", "six or seven digits"),
        ({"charity": "12"}, "C", "six or seven digits"),
        ({"charity": "1048995-3"}, "C", "charity within a charity"),
        ({"kind": "Dragons"}, "B", "no kind of organisation"),
        ({"kind": ""}, "B", "what kind of organisation"),
        ({"name": ""}, "A", "Say who applies"),
        ({"title": ""}, "D", "Say the name of the project"),
        ({"title": "x" * 141}, "D", "at most 140"),
        ({"summary": "x" * 5001}, "E", "at most 5,000"),
        ({"summary": "#NO RESULT"}, "E", "never worked out"),
    ],
)
def test_a_row_with_a_wrong_cell_is_rejected_by_cell(round_, officer, fields, column, words):
    batch = pasted(round_, officer, row(name="First", title="Good"), row(**fields))
    found = rejected(batch, officer)
    assert list(found) == [(3, column)] and words in found[3, column]
    with pytest.raises(NotPossible, match="Some rows are rejected"):
        take(batch, officer)
    assert not Application.objects.exists()
    take(batch, officer, leave_out=True)
    assert [each.title for each in Application.objects.all()] == ["Good"]


def test_a_company_number_without_its_leading_zero_is_not_guessed(round_, officer):
    head = [*HEAD, "Company no", "E-mail", "Postcode", "Start", "End", "District", "Date received"]
    bad = [*ROW, "2065445", "ann at example", "Leeds", "1/13/2026", "3000", "Leedz", "1 January 2999"]
    make_area("Leeds")
    found = rejected(pasted(round_, officer, bad, head=head), officer)
    assert "type 02065445" in found[2, "G"] and "Did you mean Leeds?" in found[2, "L"]
    assert "not come yet" in found[2, "M"]
    assert set("".join(column for _, column in found)) == set("GHIJKLM")


def test_a_project_that_ends_before_it_starts_is_rejected(round_, officer):
    head = [*HEAD, "Start", "End"]
    found = rejected(pasted(round_, officer, [*ROW, "1/6/2027", "1/5/2027"], head=head), officer)
    assert "must not be before its first day" in found[2, "H"]


def test_merged_cells_and_formulas_without_a_result_reject_their_rows_only(round_, officer):
    rows = [HEAD, row(title="One"), row(title="Two"), row(title="Three"), row(title="Four", amount="=1000+2000")]
    batch = uploaded(sheets.workbook(rows, merged=["A2:A3"]), round_, officer)
    found = rejected(batch, officer)
    assert "merged with other cells" in found[2, "A"] and "merged with other cells" in found[3, "A"]
    assert "never worked out" in found[5, "F"]
    assert [finding.read.words["title"] for finding in taking.look(batch, by=officer).new] == ["Three"]


def test_a_formula_with_its_result_says_the_result(round_, officer):
    file = sheets.workbook([HEAD, row(amount="=1000+2000")])
    part = "xl/worksheets/sheet1.xml"
    worked_out = sheets.edited(file, part, rb"<f>1000\+2000</f><v\s*/?>(</v>)?", b"<f>1000+2000</f><v>3000</v>")
    (finding,) = taking.look(uploaded(worked_out, round_, officer), by=officer).new
    assert finding.read.words["amount"] == Decimal(3000)


def test_sums_and_dates_are_read_however_they_are_written(round_, officer):
    head = [*HEAD, "Start date"]
    book = [
        [*row(title="A", amount=4500), datetime.date(2027, 3, 1)],
        [*row(title="B", amount=4500.5), datetime.datetime(2027, 3, 1, 9, 30)],
        [*row(title="C", amount="GBP 4,500.50"), "1/3/2027"],
        [*row(title="D", amount="£ 4500"), "1 March 2027"],
    ]
    found = taking.look(uploaded(sheets.workbook([head, *book]), round_, officer), by=officer)
    words = [finding.read.words for finding in found.new]
    assert [str(each["amount"]) for each in words] == ["4500.0", "4500.5", "4500.50", "4500.0"]
    assert {each["starts"] for each in words} == {datetime.date(2027, 3, 1)}


@pytest.mark.parametrize("name", ['=HYPERLINK("http://evil.example","Click")', "@SUM(A1)", "+44 Boxing", "-1+2"])
def test_a_name_that_looks_like_a_formula_is_kept_as_words_and_guarded_when_written_out(round_, officer, name):
    batch = pasted(round_, officer, row(name=name))
    assert "begins like a formula" in warned(batch, officer)[0][1]
    take(batch, officer, confirmed=True)
    held = Application.objects.get()
    assert held.applicant_name == name
    written = csv_text(["Name"], [[held.applicant_name]]).lstrip("\ufeff")
    assert list(csv.reader(io.StringIO(written)))[1] == [f"'{name}"]


def test_a_formula_in_a_workbook_never_becomes_a_name(round_, officer):
    file = sheets.workbook([HEAD, row(name='=HYPERLINK("http://evil.example","Click")')])
    assert "never worked out" in rejected(uploaded(file, round_, officer), officer)[2, "A"]


def test_the_same_application_twice_in_a_file_is_taken_once_or_not_at_all(round_, officer):
    batch = pasted(round_, officer, ROW, ROW, row(title="Bench"), row(title="bench ", amount="£1"))
    found = rejected(batch, officer)
    assert list(found) == [(3, ""), (4, ""), (5, "")]
    assert "Row 2 speaks of this application already, saying the same" in found[3, ""]
    assert "saying something else" in found[4, ""] and "saying something else" in found[5, ""]
    assert [each.read.row for each in taking.look(batch, by=officer).new] == [2]


def test_who_asks_for_two_projects_and_who_asks_too_much_is_to_be_confirmed(round_, officer):
    held = make_application(round_, applicant_name="The Youth Club", title="Boxing")
    batch = pasted(
        round_, officer, row(name="Youth Club", amount="£5,001"), row(name="A"), row(name="A", title="Other")
    )
    found = warned(batch, officer)
    assert [number for number, _ in found] == [2, 2, 3, 4]
    assert held.reference in found[0][1] and "more than the largest grant" in found[1][1]
    assert "row 4" in found[2][1] and "row 3" in found[3][1]
    with pytest.raises(NotPossible, match="looked at"):
        take(batch, officer)
    take(batch, officer, confirmed=True)


def test_what_many_rows_do_not_say_is_told_once(round_, officer):
    found = taking.look(pasted(round_, officer, ROW, row(name="Two")), by=officer)
    assert "2 rows do not say an e-mail address" in found.remarks and found.warnings == []


# --- The round -----------------------------------------------------------------------------------------------------


def test_after_the_last_day_a_reason_is_kept_with_each_late_application(officer):
    day = today()
    closed = make_round(opens=day - datetime.timedelta(days=30), closes=day - datetime.timedelta(days=5))
    head = [*HEAD, "Date received"]
    in_time, late = [*ROW, day - datetime.timedelta(days=6)], [*row(name="Late", title="Late"), day]
    batch = pasted(closed, officer, in_time, late, head=head)
    assert taking.look(batch, by=officer).late == 1
    with pytest.raises(NotPossible, match="after the last day"):
        take(batch, officer)
    take(batch, officer, late="The post was late")
    texts = dict(ApplicationEvent.objects.values_list("application__title", "text"))
    assert "Taken after the last day: The post was late" in texts["Late"] and "Taken" not in texts["Lights"]
    early = pasted(closed, officer, [*row(title="Early"), day - datetime.timedelta(days=40)], head=head)
    assert "Check the day" in rejected(early, officer)[2, "G"]


def test_a_decided_round_takes_no_sheet(round_, officer):
    batch = pasted(round_, officer, ROW)
    round_.decided_on = today()
    round_.save()
    with pytest.raises(NotPossible, match="is decided"):
        take(batch, officer)
    assert not Application.objects.exists()


def test_what_was_looked_through_is_not_taken_once_the_round_changed(round_, officer):
    batch = pasted(round_, officer, ROW)
    seen = taking.look(batch, by=officer).fingerprint
    make_application(round_, applicant_name="Friends of the Park", title="Lights", amount=Decimal(1))
    with pytest.raises(NotPossible, match="came in or changed since"):
        taking.take(batch, by=officer, fingerprint=seen)
    assert round_.applications.count() == 1


def test_a_sheet_is_taken_whole_or_not_at_all(round_, officer, monkeypatch):
    make_application(round_, applicant_name="Friends of the Park", title="Lights", amount=Decimal(1))
    batch = pasted(round_, officer, ROW, row(title="New"))

    def refuse(*args, **more):
        raise ChangedMeanwhile

    monkeypatch.setattr(operations, "change", refuse)
    with pytest.raises(ChangedMeanwhile):
        take(batch, officer, confirmed=True)
    assert round_.applications.count() == 1 and ApplicationImport.objects.get().state == "checked"


# --- Columns -------------------------------------------------------------------------------------------------------


def test_what_the_columns_hold_is_guessed_from_their_headings():
    assert columns.guess([FULL_HEAD]).roles == [
        "reference", "received", "applicant_name", "applicant_kind", "charity_number", "company_number", "address",
        "address", "postcode", "contact_name", "contact_email", "contact_phone", "title", "summary", "reasons",
        "total_cost", "amount", "", "area", "priority", "starts", "ends", "beneficiaries",
    ]  # fmt: skip


def test_columns_are_remembered_from_the_last_sheet_of_the_fund_with_the_same_headings(round_, officer):
    head = ["Who", "Kind", "Number", "Thing", "Story", "Sum"]
    batch = pasted(round_, officer, ROW, head=head)
    assert "Choose the column of: name of the organisation." in Layout.of(batch).missing()
    roles = ["applicant_name", "applicant_kind", "charity_number", "title", "summary", "amount"]
    batch = taking.set_layout(batch, Layout(roles=roles, kind="group"), seen=batch.version)
    with pytest.raises(ChangedMeanwhile):
        taking.set_layout(batch, Layout(roles=roles), seen=1)
    take(batch, officer)
    next_round = make_round(round_.fund)
    again = Layout.of(pasted(next_round, officer, row(title="Next"), head=head))
    assert (again.roles, again.kind) == (roles, "group")
    elsewhere = Layout.of(pasted(make_round(), officer, ROW, head=head))
    assert elsewhere.roles != roles


def test_the_kind_said_for_the_sheet_holds_where_a_row_says_none(round_, officer):
    batch = pasted(round_, officer, row(kind=""), row(kind="", charity="1048995", title="B"))
    layout = Layout.of(batch)
    layout.kind = "group"
    batch = taking.set_layout(batch, layout, seen=1)
    kinds = [finding.read.words["applicant_kind"] for finding in taking.look(batch, by=officer).new]
    assert kinds == ["group", "charity"]


# --- Files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.csv", "empty"),
        (b"Name\xff\xfe", "damaged.xlsx", "called a workbook and is none"),
        (b"PK\x03\x04broken", "damaged.xlsx", "damaged|cannot be opened|not a"),
        (b"%PDF-1.7", "applications.pdf", "neither a workbook nor a CSV file"),
    ],
)
def test_what_is_no_table_is_refused_and_leaves_nothing(round_, officer, content, name, words):
    with pytest.raises(Unreadable, match=f"(?i){words}"):
        taking.upload(ContentFile(content, name=name), round_=round_, by=officer)
    assert not ApplicationImport.objects.exists() and not Upload.objects.exists()


def test_a_workbook_may_have_other_sheets_hidden_ones_too(round_, officer):
    file = sheets.workbook([["Read me"]], more=[("Bids", [HEAD, ROW]), ("Old", [["x"]])], hidden=["Old"])
    file = ContentFile(file.read(), name="bids.xlsx")
    batch = taking.upload(file, round_=round_, by=officer)
    offered = taking.sheets_to_choose(batch)
    assert [(each.name, each.is_hidden) for each in offered] == [("Data", False), ("Bids", False), ("Old", True)]
    taking.choose_sheet(batch, "Bids")
    taking.read_rows(batch)
    assert taking.look(batch, by=officer).counts["new"] == 1 and batch.columns["sheet"] == "Bids"
