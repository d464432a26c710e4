"""A whole round of grants: from a spreadsheet of 177 applications to 49 awards that everybody can download.

Five applications go through every step in the browser, the others through the operations behind the same pages.
"""

import csv
import datetime
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from funding.applications import operations as applications
from funding.applications.models import Application
from funding.assessment import operations as assessment
from funding.awards.models import Award
from funding.open_data import validate
from funding.rounds.models import PanelMember
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.people.models import Identifier, Organisation
from scrutiny.publication.models import PublicSearchEntry
from scrutiny.register.models import Decision
from scrutiny.workflow.models import Edition
from tests.browser import assert_accessible, sign_in
from tests.factories import make_area, make_fund, make_office, make_organisation, make_priority, make_round, make_user
from tests.indicators import sheets

pytestmark = pytest.mark.one_database("which page leads to which is the same on both; each operation is tried on both")

APPLICATIONS, AWARDS, CLICKS = 177, 49, 3
# Where each number of the sheet ends; the first five in the browser.
IN_BROWSER = range(1, 6)
AWARDED = {1, 2, 3, *range(6, 52)}
RESERVED = {4, *range(52, 57)}
INELIGIBLE = set(range(57, 64))
WITHDRAWN = 64
KNOWN_TO_AN_ASSESSOR = 65
A_PERSON = 177
PART = Decimal(800)  # what number 3 gets of what it asked for

# Points of the two assessors for need and result. The first two of number 2 are far apart: the panel agrees on a mark.
POINTS = {
    1: ((5, 5), (5, 4)),
    2: ((5, 5), (2, 1)),
    3: ((4, 5), (5, 4)),
    4: ((4, 3), (3, 4)),
    5: ((1, 2), (2, 1)),
}

FIRST = "Ash Beck Carl Dal Elm Fern Gar Hart Ing Kirk Lin Mar".split()
LAST = "by croft dale field ford gate ham ley low more ridge shaw thorpe wick worth".split()
SORTS = ["Boxing Club", "Youth Theatre", "Allotments", "Night Shelter", "Street Football"]
KINDS = ["Registered charity", "Community interest company", "Community group"]
PRIVATE = ("Quillfeather", "@applicant.example", "0113 496")
HEAD = [
    "Application date", "Organisation", "Type of organisation", "Charity number", "Company number", "Contact name",
    "Contact e-mail", "Contact telephone", "Project title", "What the money is for", "How it reduces crime",
    "Amount requested (£)", "District", "Priority", "Start date", "End date",
]  # fmt: skip


# --- what comes in -------------------------------------------------------------------------------------------------------


def name_of(n):
    return f"{FIRST[n % 12]}{LAST[n // 12]} {SORTS[n % 5]}"


def asked_by(n):
    return Decimal(1000 + 20 * n)


def granted_to(n):
    return PART if n == 3 else asked_by(n)


def row(n, opens):
    """One line of the sheet, as an office might have written it."""
    kind = "A person" if n == A_PERSON else KINDS[n % 3]
    return [
        (opens + datetime.timedelta(days=n % 30)).strftime("%d/%m/%Y"),
        name_of(n),
        kind,
        str(1040000 + n) if kind == KINDS[0] else "",
        f"0{8100000 + n}" if kind == KINDS[1] else "",
        f"Ann{n} Quillfeather",
        f"mail{n}@applicant.example",
        f"0113 496 0{n:03}",
        f"{SORTS[n % 5]} in {FIRST[n % 12]}{LAST[n // 12]}, {n}",
        "Evenings for young people.",
        "They have somewhere to go.",
        f"£{asked_by(n):,}",
        "Leeds" if n % 2 else "Wakefield",
        "Safer streets",
        today() + datetime.timedelta(days=30),
        today() + datetime.timedelta(days=395),
    ]


@pytest.fixture
def people():
    """Who works on the round."""
    return {
        "officer": make_user(Role.GRANTS, name="Grace Grants"),
        "first": make_user(Role.ANALYST, name="Fay First"),
        "second": make_user(Role.ADMINISTRATOR, name="Sol Second"),
        "commissioner": make_user(Role.COMMISSIONER, name="Robin Hale"),
    }


@pytest.fixture
def round_(transactional_db, people):
    """A round that closed three weeks ago, before anything was brought in, and one organisation that is known."""
    cache.clear()
    make_office()
    force = make_area("Northmoor", kind="force")
    for name, code in (("Leeds", "E08000035"), ("Wakefield", "E08000036")):
        make_area(name, kind="district", parent=force, gss_code=code)
    known = make_organisation("The Ashcroft Boxers", kind="charity")
    Identifier.objects.create(organisation=known, list="GB-CHC", number=row(3, today())[3])
    made = make_round(
        make_fund(name="Safer Communities Fund", code="SCF", slug="safer-communities-fund"),
        label="Round 2",
        code="R2",
        slug="round-2",
        opens=today() - datetime.timedelta(days=60),
        closes=today() - datetime.timedelta(days=20),
        budget=sum(map(granted_to, AWARDED)) + 500,
    )
    made.priorities.add(make_priority(title="Safer streets"))
    for name in ("first", "second"):
        PanelMember.objects.create(round=made, user=people[name], is_chair=name == "first")
    return made


# --- the steps -----------------------------------------------------------------------------------------------------------


def be(page, user, address):
    """Somebody else sits down at the desk."""
    page.context.clear_cookies()
    sign_in(page, user)
    page.goto(address)


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def follow(page, words):
    page.get_by_role("link", name=words, exact=True).first.click()


def see(page, words):
    page.get_by_text(words).first.wait_for()


def bring_in(page, round_):
    """The sheet comes in, is looked through and taken over whole."""
    sheet = sheets.workbook([HEAD, *(row(n, round_.opens) for n in range(1, APPLICATIONS + 1))], name="R2.xlsx")
    follow(page, "Take applications")
    follow(page, "From a spreadsheet")
    page.get_by_label("Upload a file").set_input_files(
        {"name": sheet.name, "mimeType": "application/octet-stream", "buffer": sheet.read()}
    )
    press(page, "Look through")
    press(page, f"Take over {APPLICATIONS} applications")
    see(page, f"{APPLICATIONS} applications received, 0 changed.")
    return {each.number: each for each in round_.applications.all()}


def check(page, application):
    """It is eligible; the applicant is an organisation that the office knows by its number, or a new one."""
    if application.number == 1:
        page.goto(application.get_absolute_url())
        follow(page, "Check eligibility")
    else:
        follow(page, f"Check {application.reference} next")
    page.get_by_label("Met", exact=True).check()
    press(page, "Save")
    see(page, f"{application.reference}: eligible.")
    follow(page, "Match the organisation")
    if application.number == 3:
        page.get_by_label("The Ashcroft Boxers").check()
        press(page, "This is the applicant")
    else:
        follow(page, "List the applicant as a new organisation")
        press(page, "List it")
    see(page, f"{application.reference}: the applicant is ")


def check_the_others(found, round_, by):
    """The same for those that the browser does not open."""
    (question,) = round_.eligibility.all()
    for n, application in found.items():
        if n in IN_BROWSER:
            continue
        met = "not_met" if n in INELIGIBLE else "met"
        held = applications.check_eligibility(application, {question: (met, "")}, seen=application.version, by=by)
        if n == WITHDRAWN:
            applications.set_status(held, "withdrawn", text="They wrote to us.", by=by)
        elif n != A_PERSON:
            new = Organisation(name=held.applicant_name, kind="charity")
            applications.list_applicant(held, new, seen=held.version, by=by)


def declare(page, round_, interest=None):
    """Somebody on the panel looks at the names, in one of which they may have an interest."""
    follow(page, "Declare your interests")
    if interest:
        page.get_by_label(interest.applicant_name).fill("My brother is a trustee.")
    page.get_by_label("I have looked at every name.").check()
    press(page, "Declare")
    page.get_by_role("heading", level=1, name="Your assessments").wait_for()


def assess(page, application, points):
    """Points for each criterion, one's advice; handed in."""
    follow(page, "Assess the next one")
    page.get_by_text(f"{application.reference}, ").wait_for()
    for criterion, given in zip(("Need", "Result"), points, strict=True):
        page.get_by_role("group", name=criterion).get_by_label(str(given), exact=True).check()
    page.get_by_label("Fund it", exact=True).check()
    press(page, "Hand in")
    see(page, "Handed in.")


def points_of(n):
    """What each of the others gets: awards first, then the reserve list, then the rest."""
    if n in AWARDED:
        return (5, 4), (4, 4 + n % 2)
    return ((4, 3), (3, 3)) if n in RESERVED else ((2, n % 3), (1, 1))


def assess_the_others(found, panel, criteria):
    for n, application in found.items():
        if n in IN_BROWSER or n in INELIGIBLE or n == WITHDRAWN:
            continue
        for person, points in zip(panel, points_of(n), strict=True):
            if application.is_closed_to(person):
                continue
            given = {each: (score, "") for each, score in zip(criteria, points, strict=True)}
            words = {"comment": "", "advice": "fund"}
            assessment.save_assessment(application, words=words, scores=given, seen=0, by=person, hand_in=True)


def agree(page, application):
    """The panel agrees on a mark where its assessors are far apart."""
    follow(page, "Go through the marks")
    see(page, "1 application is marked far apart")
    follow(page, f"Agree a mark for {application.reference}")
    page.get_by_label("Mark agreed on, in per cent").fill("90")
    page.get_by_label("Why", exact=True).fill("The second assessor had not seen the budget.")
    press(page, "Keep this mark")
    see(page, "The mark agreed on is kept.")


def propose(page, application, result, *, amount=None, reason=""):
    follow(page, f"Propose the outcome of {application.reference}")
    page.get_by_label(result, exact=True).check()
    if amount:
        page.get_by_label("Amount of the award, in pounds").fill(str(amount))
    page.get_by_label("What the applicant is told").fill(reason)
    press(page, "Keep")
    see(page, f"The outcome proposed for {application.reference} is kept.")


def propose_the_others(page):
    page.get_by_text("Propose outcomes down the list").click()
    page.get_by_label("Lowest mark that gets an award").fill("60")
    page.get_by_label("How many on the reserve list").fill(str(len(RESERVED) - 1))
    press(page, "Propose")
    see(page, "outcomes proposed. Change any of them before the decision.")


def decide(page, people, round_):
    """The officer drafts, the commissioner signs, the officer makes the awards."""
    follow(page, "Go to the decision")
    press(page, "Write the draft into the register")
    see(page, "is in the register, to be signed.")
    be(page, people["commissioner"], reverse("desk"))
    page.get_by_role("link", name="Grants of the Safer Communities Fund, Round 2").first.click()
    page.get_by_role("heading", level=1, name="Sign this decision").wait_for()
    see(page, f"{AWARDS} grants of the Safer Communities Fund, Round 2")
    press(page, "Sign")
    see(page, "Signed as decision")
    assert Decision.objects.get().is_signed
    be(page, people["officer"], round_.get_absolute_url())
    page.get_by_role("main").get_by_role("link", name="Make the awards", exact=True).first.click()
    press(page, "Make the awards")
    see(page, f"{AWARDS} awards made.")


def publish(page):
    """How many clicks lead from the round with its awards to the open data."""
    clicks = 0
    for thing in (
        page.get_by_role("link", name="Check and publish"),
        page.get_by_role("button", name="Publish", exact=True),
    ):
        thing.click()
        clicks += 1
    page.get_by_role("heading", level=1, name="Published", exact=True).wait_for()
    return clicks


# --- what everybody gets -------------------------------------------------------------------------------------------------


def fetch(page, address):
    answer = page.request.get(address)
    assert answer.status == 200 and "set-cookie" not in answer.headers, address
    return answer


def listed(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def see_open_data(page):
    """49 grants without a fault, with the numbers of public lists as they are written, each once."""
    file = fetch(page, "/grants/360giving.json")
    package = file.json()
    grants = package["grants"]
    report = validate.check(grants, package=package)
    assert (report.grants, report.errors) == (AWARDS, [])
    assert sum(Decimal(str(grant["amountAwarded"])) for grant in grants) == sum(map(granted_to, AWARDED))
    recipients = {grant["recipientOrganization"][0]["id"] for grant in grants}
    assert {"GB-COH-08100001", "GB-CHC-1040003"} <= recipients and len(recipients) == AWARDS
    flat = fetch(page, "/grants/360giving.csv")
    assert len(listed(flat.text())) == AWARDS
    return [file.text(), flat.text()]


def see_pages(page):
    """The list, a month as a page and as a file that is downloaded, one award, one recipient."""
    page.goto("/grants/")
    see(page, f"{AWARDS} awards")
    assert_accessible(page)
    found = [page.content()]
    month = f"/grants/monthly/{today():%Y-%m}"
    follow(page, "Grants by month, as the law asks for them")
    page.locator(f"main a[href='{month}/']").first.click()
    with page.expect_download() as download:
        page.locator(f"main a[href='{month}.csv']").first.click()
    assert download.value.suggested_filename == f"grants-{today():%Y-%m}.csv"
    table = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert len(listed(table)) == AWARDS
    others = (f"/grants/{Award.objects.first().reference.lower()}/", "/grants/recipients/gb-chc-1040003/")
    return found + [table, page.content(), *(fetch(page, address).text() for address in others)]


def kept_for_the_public():
    """Every version that was published, and what the search of the public site looks in."""
    editions = [f"{each.title}\n{each.summary}\n{each.html}\n{each.content}" for each in Edition.objects.all()]
    assert len(editions) == AWARDS + 1
    return editions + [f"{each.title}\n{each.text}" for each in PublicSearchEntry.objects.all()]


def test_177_applications_become_49_awards_that_everybody_can_download(page, round_, people):
    officer, panel = people["officer"], [people["first"], people["second"]]

    be(page, officer, round_.get_absolute_url())
    found = bring_in(page, round_)
    assert len(found) == APPLICATIONS
    five = [found[n] for n in IN_BROWSER]
    for application in five:
        check(page, application)
    with transaction.atomic():
        check_the_others(found, round_, officer)

    for place, person in enumerate(panel):
        be(page, person, round_.get_absolute_url())
        declare(page, round_, interest=found[KNOWN_TO_AN_ASSESSOR] if place else None)
        assert page.get_by_role("link", name=found[KNOWN_TO_AN_ASSESSOR].applicant_name).count() == 1 - place
        for application in five:
            assess(page, application, POINTS[application.number][place])
    with transaction.atomic():
        assess_the_others(found, panel, list(round_.criteria.all()))

    be(page, officer, round_.get_absolute_url())
    agree(page, found[2])
    follow(page, "Ranked list")
    for n in (1, 2, 3):
        propose(page, found[n], "Award", amount=granted_to(n), reason="The panel liked it.")
    propose(page, found[4], "Reserve list", reason="It was close.")
    propose(page, found[5], "No award", reason="The panel did not see how it reduces crime.")
    propose_the_others(page)
    decide(page, people, round_)
    assert {each.application.number for each in Award.objects.select_related("application")} == AWARDED
    reserved = Application.objects.filter(status="reserve").values_list("number", flat=True)
    assert set(reserved) == RESERVED

    clicks = publish(page)
    assert clicks <= CLICKS
    page.context.clear_cookies()
    public = [*see_open_data(page), *see_pages(page), *kept_for_the_public()]
    assert not page.context.cookies()
    for text in public:
        assert not [words for words in (*PRIVATE, name_of(A_PERSON)) if words in text]
        assert not (validate.EMAIL.search(text) or validate.PHONE.search(text))
