"""Grants as open data: one record an award, held against the published schema, to CSV and back, nobody's data in it."""

import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from funding.open_data import content as contents
from funding.open_data import giving, publishing, quality, rows, streaming, validate
from funding.open_data.filters import filtered
from funding.open_data.models import PublicAward, Publisher
from funding.open_data.publisher import the_publisher
from funding.totals.models import StatedTotal
from scrutiny.people.models import Identifier
from tests.factories import make_area, make_award, make_fund, make_office, make_organisation, make_round, make_user
from tests.funding.open_data_contents import content_of, publish
from tests.publication.editions import STUB

pytestmark = pytest.mark.django_db
BASE = "https://pcc.example"
REGISTERED = Publisher(prefix="360G-NorthmoorPCC", funder_id="GB-GOR-PC1")


def grant(publisher=REGISTERED, **fields):
    """One finished record."""
    return giving.completed(giving.grant_of(content_of(**fields)), publisher, BASE)


def errors(record):
    return [each.title for each in validate.errors(record)]


def codes(record):
    return {rule.code for rule in quality.warnings_of(record)}


def json_file(client, query=""):
    return json.loads(b"".join(client.get(f"/grants/360giving.json{query}").streaming_content))


def csv_file(client, query=""):
    return b"".join(client.get(f"/grants/360giving.csv{query}").streaming_content).decode("utf-8-sig")


# --- one record ----------------------------------------------------------------------------------------------------------


def test_a_complete_award_keeps_the_schema_and_every_quality_rule():
    record = grant()
    assert errors(record) == []
    assert codes(record) == set()
    assert record["id"] == "360G-NorthmoorPCC-SCF-2026-0001"
    assert record["amountAwarded"] == 3000 and record["amountAppliedFor"] == 3500.5


def test_identifiers_keep_leading_zeros_and_name_their_list():
    organisation = make_organisation(kind="company")
    Identifier.objects.create(organisation=organisation, list=Identifier.List.COMPANY, number="02065445")
    award = make_award(recipient=organisation)
    content = contents.of_award(publishing.awards_loaded().get(pk=award.pk))
    recipient = giving.grant_of(content)["recipientOrganization"][0]
    assert recipient["id"] == "GB-COH-02065445" and recipient["companyNumber"] == "02065445"


def test_without_a_prefix_identifiers_say_so():
    fields = content_of()["recipient"] | {"id": "", "key": "org-12", "charity_number": ""}
    record = grant(Publisher(), recipient=fields)
    assert record["id"] == "360G-unregistered-SCF-2026-0001"
    assert record["recipientOrganization"][0]["id"] == "360G-unregistered-ORG-12"
    assert errors(record) == []
    assert {"own-number", "no-number"} <= codes(record)


def test_a_demonstration_record_says_so_in_both_files():
    record = grant(is_demonstration=True)
    assert record["description"].startswith("Demonstration record")
    assert dict(zip(rows.HEADINGS, rows.row_of(record), strict=True))["Demonstration"] == "Yes"


@pytest.mark.parametrize(
    "field", ["title", "description", "currency", "amountAwarded", "awardDate", "fundingOrganization"]
)
def test_a_record_that_lacks_what_is_required_is_refused(field):
    record = grant()
    del record[field]
    assert f"It lacks {field}." in errors(record)


def test_a_plain_day_passes_and_a_false_moment_does_not():
    """Without the checks of formats every plain day would be refused, and any text would pass for a moment."""
    assert errors(grant(awarded_on="2026-02-03")) == []
    assert errors({**grant(), "dateModified": "yesterday"})
    assert errors({**grant(), "url": "not an address"})


# --- what never goes out ---------------------------------------------------------------------------------------------------


def test_people_and_withheld_recipients_have_no_record():
    assert giving.grant_of(content_of(is_individual=True, recipient=None)) == {}
    assert giving.grant_of(content_of(withheld=STUB, recipient=None)) == {}


def test_a_record_about_a_person_is_an_error():
    record = grant()
    record["recipientIndividual"] = {"id": "1", "name": "A person"}
    assert "It is about a person." in errors(record)


@pytest.mark.parametrize(
    "name", ["8 organisations", "Eight local organisations", "Various", "Several community groups"]
)
def test_the_recipient_of_a_grant_is_one_organisation(name):
    content = content_of(recipient=content_of()["recipient"] | {"name": name}, amount="36343.00")
    with pytest.raises(giving.NotOneGrant):
        giving.grant_of(content)
    assert [found.blocks for found in validate.findings(content, "/")] == [True]


@pytest.mark.parametrize(
    "name", ["Three Sisters Hospice", "8th Northmoor Scouts", "Organisations Together", "Total Lights Ltd"]
)
def test_a_name_with_a_number_is_still_one_organisation(name):
    assert giving.grant_of(content_of(recipient=content_of()["recipient"] | {"name": name}))


def test_a_total_that_a_document_states_of_several_is_no_grant_whatever_its_recipient_is_called():
    """8 organisations, £36,343: the schema lets it pass as one grant; our rule does not."""
    StatedTotal.objects.create(
        fund=make_fund(),
        amount=36343,
        organisations=8,
        scope="Modern slavery",
        document="Report",
        stated_on="2018-01-08",
    )
    record = grant(amount="36343.00", title="Safer Communities Fund")
    assert not [each for each in validate.errors(record) if each.code == "schema"]
    assert [each.code for each in validate.errors(record)] == ["several"]
    assert [found.blocks for found in validate.findings(content_of(amount="36343.00"), "/")] == [True]
    assert errors(grant(amount="36342.99")) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Ask ann.other@example.org for a place.", "e-mail address"),
        ("Ring 01234 567 890 for a place.", "telephone number"),
        ("Ring +44 (0)7700 900123.", "telephone number"),
        ("Ring 07700900123", "telephone number"),
    ],
)
def test_an_address_or_number_in_any_text_is_an_error(text, what):
    for field in ("purpose", "reasons", "conditions", "title"):
        assert any(what in title for title in errors(grant(**{field: text}))), field
        assert validate.findings(content_of(**{field: text}), "/")[0].blocks, field


@pytest.mark.parametrize(
    "text", ["In 2026/27 we light 12,000 paths for £1,000,000.", "Company 02065445, charity 1048995.", "24/7"]
)
def test_other_figures_are_no_telephone_numbers(text):
    assert errors(grant(purpose=text)) == []


# --- quality ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amountAwarded": 0}, "amount-zero"),
        ({"recipientOrganization": [{"id": "XX-1", "name": "A", "charityNumber": "1048995"}]}, "unknown-list"),
        ({"recipientOrganization": [{"id": "GB-CHC-1", "name": "A", "charityNumber": "1"}]}, "charity-number"),
        (
            {"recipientOrganization": [{"id": "GB-COH-2065445", "name": "A", "companyNumber": "2065445"}]},
            "company-number",
        ),
        ({"recipientOrganization": [{"id": "GB-CHC-1048995", "name": "A"}]}, "no-number"),
        ({"beneficiaryLocation": [{"name": "Northmoor"}]}, "no-code-of-place"),
        ({"beneficiaryLocation": []}, "no-location"),
        ({"beneficiaryLocation": [{"geoCode": "LS1 1AA"}]}, "postcode-as-code"),
        (
            {"fundingOrganization": [{"id": "GB-CHC-1", "name": "A"}, {"id": "GB-CHC-2", "name": "B"}]},
            "several-funders",
        ),
        ({"grantProgramme": []}, "no-programme"),
        ({"description": "Lights for the  PARK 1"}, "title-is-description"),
        ({"title": "x" * 141}, "long-title"),
        ({"dateModified": ""}, "not-modified"),
        ({"dataSource": ""}, "no-source"),
        ({"url": ""}, "no-page"),
        ({"plannedDates": []}, "no-dates"),
        ({"awardDate": "2026-02-31"}, "not-a-day"),
        ({"plannedDates": [{"startDate": "2026-03-02", "endDate": "2026-03-01"}]}, "ends-first"),
        ({"awardDate": "2999-01-01"}, "in-the-future"),
    ],
)
def test_each_quality_rule_warns_and_says_what_to_do(change, code):
    assert code in codes({**grant(), **change})
    assert all(rule.todo and rule.title for rule in quality.RULES)


def test_an_identifier_that_stands_twice_is_an_error_of_the_file():
    report = validate.check([grant(), grant()])
    assert [each["code"] for each in report.errors] == ["twice"]


# --- there and back ----------------------------------------------------------------------------------------------------------


NASTY = '=HYPERLINK("x"), "quoted"\r\nsecond line; ’ü€ '


@pytest.mark.parametrize("text", [NASTY, "'=1", "''@x", " -5", "'plain", "+44", "\tx", "x" * 5000])
def test_any_text_comes_back_from_the_flat_file_and_no_spreadsheet_runs_it(text):
    record = grant(purpose=text, title="t")
    lines = "".join(streaming.csv_lines([record]))
    assert list(rows.read(io.StringIO(lines, newline=""))) == [record]
    cell = dict(zip(rows.HEADINGS, rows.row_of(record), strict=True))["Description"]
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t"))


def test_what_is_no_flat_file_of_ours_is_refused_with_the_reason():
    for text, said in (("", "empty"), ("Name\nx\n", "Name"), ("Identifier,Title\nx\n", "Line 2")):
        with pytest.raises(rows.NotTheStandard, match=said):
            list(rows.read(io.StringIO(text)))
    with pytest.raises(rows.NotTheStandard, match="no number"):
        list(rows.read(io.StringIO("Amount Awarded\nlots\n")))


@pytest.mark.parametrize("count", [1, 57])
def test_awards_made_on_the_desk_become_a_file_without_errors_that_comes_back_from_csv(client, count):
    make_office()
    round_, by = make_round(budget=Decimal(400000)), make_user(roles=["grants"])
    area = make_area(gss_code="E08000035")
    for number in range(count):
        award = make_award(round=round_, by=by, area=area, amount=Decimal(3000) + number, title=f"Lights {number}")
        publish(contents.of_award(publishing.awards_loaded().get(pk=award.pk)))
    package = json_file(client)
    report = validate.check(package["grants"], package=package)
    assert report.grants == count and report.errors == []
    assert list(rows.read(io.StringIO(csv_file(client), newline=""))) == package["grants"]
    assert "unregistered" in package["description"]


# --- the files -------------------------------------------------------------------------------------------------------------


def test_the_files_hold_exactly_what_is_filtered_and_count_what_they_do_not_list(client):
    Publisher.objects.create(prefix="360G-NorthmoorPCC")
    for number in range(1, 6):
        publish(content_of(number, amount=f"{number}000.00"))
    publish(content_of(6, recipient=None, withheld=STUB, title="Legal matter"))
    publish(content_of(7, recipient=None, is_individual=True, title="A small grant"))
    whole = json_file(client)
    assert [each["id"][-4:] for each in whole["grants"]] == ["0005", "0004", "0003", "0002", "0001"]
    assert "2 awards are not listed" in whole["description"]
    assert whole["version"] == "1.4" and whole["license"].startswith("https://")
    some = json_file(client, "?at_least=£2,000&at_most=4000&q=LIGHTS+park")
    assert [each["amountAwarded"] for each in some["grants"]] == [4000, 3000, 2000]
    assert len(csv_file(client, "?at_least=2000&at_most=4000").splitlines()) == 4
    assert validate.check(whole["grants"], package=whole).errors == []


def test_the_files_are_written_while_they_are_sent_and_not_sent_twice(client, monkeypatch):
    monkeypatch.setattr(streaming, "AT_A_TIME", 2)
    for number in range(1, 6):
        publish(content_of(number))
    answer = client.get("/grants/360giving.json")
    assert answer.streaming and "Content-Length" not in answer
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert len(json.loads(b"".join(answer.streaming_content))["grants"]) == 5
    again = client.get("/grants/360giving.json", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    head = client.head("/grants/360giving.csv")
    assert head.status_code == 200 and not head.content and head["Content-Type"].startswith("text/csv")
    assert client.get("/grants/360giving.json?year=soon").status_code == 400


def test_a_new_prefix_reaches_the_files_at_once(client, settings):
    settings.PUBLIC_STAMP_SECONDS = 0
    publish(content_of())
    before = client.get("/grants/360giving.json")["ETag"]
    Publisher.objects.create(prefix="360G-NorthmoorPCC")
    answer = client.get("/grants/360giving.json", headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert "unregistered" not in b"".join(answer.streaming_content).decode()


def test_a_filter_that_is_left_empty_leaves_its_side_open():
    publish(content_of())
    assert filtered({}).count() == filtered({"q": "", "area": "", "year": None}).count() == 1
    for name, value in (
        ("area", "northmoor"), ("priority", "safer-places"), ("year", 2025), ("round", "round-2"),
        ("fund", "safer-communities-fund"), ("status", "active"), ("recipient", "gb-chc-1048001"),
    ):  # fmt: skip
        assert filtered({name: value}).count() == 1, name
        assert filtered({name: 1 if name == "year" else "other"}).count() == 0, name


# --- the desk and the command ----------------------------------------------------------------------------------------------


def test_the_settings_are_changed_once_for_the_version_that_was_seen(client):
    client.force_login(make_user(roles=["grants"]))
    words = {
        "prefix": "360G-A",
        "funder_id": "",
        "licence_name": "OGL",
        "licence_url": "https://example.org/",
        "seen": 1,
    }
    assert client.post("/desk/grants/open-data/edit/", words).status_code == 302
    assert the_publisher().prefix == "360G-A"
    assert client.post("/desk/grants/open-data/edit/", words | {"prefix": "360G-B"}).status_code == 409
    wrong = client.post("/desk/grants/open-data/edit/", words | {"prefix": "A/B", "seen": 2})
    assert wrong.status_code == 422 and b"begins with 360G-" in wrong.content
    assert the_publisher().prefix == "360G-A"


def test_the_check_keeps_what_it_found_for_the_page(client):
    publish(content_of(area=None))
    client.force_login(make_user(roles=["grants"]))
    assert b"Nothing has been checked yet" in client.get("/desk/grants/open-data/").content
    page = client.post("/desk/grants/open-data/check/", follow=True).content.decode()
    assert "1 grant looked through" in page and "No place is named" in page and "No errors" in page


def test_the_command_checks_both_files_and_ends_with_an_error_where_something_must_be_mended(client, tmp_path):
    publish(content_of())
    out = io.StringIO()
    for name, text in (("a.json", json.dumps(json_file(client))), ("a.csv", csv_file(client))):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        call_command("check_360giving", str(tmp_path / name), stdout=out)
    call_command("check_360giving", stdout=out)
    assert out.getvalue().count("OK: 1 grant") == 3
    (tmp_path / "b.json").write_text(json.dumps({"grants": [grant(purpose="ann@example.org")]}))
    with pytest.raises(CommandError, match="1 kind"):
        call_command("check_360giving", str(tmp_path / "b.json"), stdout=out)
    (tmp_path / "c.json").write_text("[]")
    with pytest.raises(CommandError, match="list of grants"):
        call_command("check_360giving", str(tmp_path / "c.json"))


def test_a_person_stands_in_no_row(client):
    award = make_award(individual="Zebedee Quill")
    publish(contents.of_award(publishing.awards_loaded().get(pk=award.pk)))
    assert PublicAward.objects.get().grant == {}
    assert "Zebedee" not in csv_file(client) + json.dumps(json_file(client))
