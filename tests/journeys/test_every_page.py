"""Every page of the demonstration office: accessible in light and dark, no wider than a phone, in order, without errors."""

import re
import uuid

import pytest
from django.conf import settings
from django.templatetags.static import static
from django.test import Client
from django.urls import reverse

from opcc_portal.accounts.models import User
from scrutiny.meetings.models import Meeting
from scrutiny.minutes import operations as minutes
from scrutiny.minutes.models import MinuteEntry
from scrutiny.reports import operations as reports
from tests.browser import assert_accessible, assert_no_sideways_scroll, bring_axe, sign_in
from tests.demo_office import PASSWORD
from tests.journeys.addresses import (
    ACTS,
    AS_SOMEBODY_ELSE,
    FILES,
    FILES_OF_GRANTS,
    LEADS_TO,
    NOT_IN_THE_DEMO,
    PAGES,
    named_patterns,
)

LISTED = [name for room in PAGES.values() for name in room]


def opened_by(lived_in, room):
    """(address, who opens it) of every page of a room."""
    return [(lived_in.address(name), who) for name, who in PAGES[room].items()]


class Reader:
    """Somebody who opens one page after the other and finds nothing wrong with any of them."""

    def __init__(self, page):
        bring_axe(page)
        self.page = page
        self.titles = {}
        self.said = []
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on(
            "response",
            lambda answer: self.said.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
        )

    def be(self, who):
        """Sign in as a demo account, or out."""
        self.page.context.clear_cookies()
        if who:
            sign_in(self.page, who)

    def read(self, address, who, status=200):
        """Open the page and check it."""
        self.be(who)
        self.said.clear()
        answer = self.page.goto(address)
        assert answer.status == status, f"{address} answers {answer.status} to {who or 'nobody'}"
        if status == 200:
            assert not self.said, f"{address}: {self.said}"
        self.check()
        title = self.page.title()
        if status != 200:
            return
        assert title not in self.titles, f"{address} and {self.titles[title]} are both called “{title}”"
        self.titles[title] = address

    def check(self):
        """What holds for every page."""
        assert_in_order(self.page)
        assert_no_sideways_scroll(self.page)
        assert_accessible(self.page)


def assert_in_order(page):
    """One main heading; no heading skips a level; the tab is named and says which office it is."""
    levels = page.eval_on_selector_all(
        "h1, h2, h3, h4, h5, h6",
        "all => all.filter(one => one.checkVisibility()).map(one => [Number(one.tagName[1]), one.textContent.trim()])",
    )
    assert [level for level, _ in levels].count(1) == 1, f"{page.url}: {levels}"
    before = 1
    for level, words in levels:
        assert words, f"{page.url}: a heading without words"
        assert level <= before + 1, f"{page.url}: “{words}” jumps from level {before} to {level}"
        before = level
    called, _, whose = page.title().rpartition(" – ")
    assert called.strip() or page.url.endswith("/print/"), f"{page.url} has no title"
    is_ours = whose == "OPCC portal" or whose.startswith("Office of the Police and Crime Commissioner")
    assert is_ours or page.url.endswith("/print/"), f"{page.url} is called “{page.title()}”"


@pytest.mark.parametrize("room", PAGES)
def test_pages_are_accessible_and_in_order(page, lived_in, room):
    reader = Reader(page)
    for address, who in opened_by(lived_in, room):
        reader.read(address, who)


def test_pages_as_others_see_them_are_accessible_and_in_order(page, lived_in):
    reader = Reader(page)
    for name, who in AS_SOMEBODY_ELSE:
        reader.titles.clear()  # a page may have been opened by others before
        reader.read(lived_in.address(name), who)


@pytest.mark.smoke
def test_pages_of_what_is_not_there_or_not_theirs_are_accessible(page, lived_in):
    reader = Reader(page)
    reader.read("/desk/nothing-lives-here/", "officer", status=404)
    reader.read("/nothing-lives-here/", "", status=404)
    reader.read(reverse("people"), "force", status=403)


def test_the_page_of_somebody_signed_out_is_accessible_and_keeps_the_text(page, lived_in):
    reader = Reader(page)
    reader.be("officer")
    page.goto(lived_in.address("person-add"))
    page.get_by_label("Name", exact=True).fill("Ann Other")
    page.get_by_label("Note").fill("A line that took a while to write. " * 5)
    page.context.clear_cookies(name="sessionid")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.get_by_label("Name", exact=True).press("Enter")
    assert answer.value.status == 401
    reader.check()
    assert "that took a while to write" in page.locator("textarea").first.input_value()


def test_pages_of_forms_with_mistakes_are_accessible(page, lived_in):
    reader = Reader(page)
    for name, who in [
        ("meeting-add", "officer"),
        ("request-add", "officer"),
        ("user-add", "admin"),
        ("report-add", "officer"),
    ]:
        reader.be(who)
        page.goto(lived_in.address(name))
        page.evaluate("document.querySelectorAll('main form [required]').forEach(field => field.value = '')")
        page.locator("main form .actions button.button").first.click()
        page.get_by_text("There is a problem").wait_for()
        reader.check()
        assert page.title().startswith("Error: "), f"{name}: {page.title()}"


def test_pages_of_two_people_who_wrote_at_once_are_accessible(page, lived_in):
    reader = Reader(page)
    reader.be("officer")
    other = User.objects.get(username="admin")

    page.goto(lived_in.address("minuted-item"))
    page.locator("#entries[data-ready=yes]").wait_for()
    entry = MinuteEntry.objects.get(text__contains="sentence of 9 years")
    theirs = {"text": entry.text.replace("9 years", "nine years")}
    minutes.change_entry(entry, base_version=entry.version, save_id=uuid.uuid4(), changes=theirs, by=other)
    page.locator(f"#entry-{entry.pk} textarea").fill(entry.text.replace("very complex", "complicated"))
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.locator(".conflict").wait_for()
    reader.check()

    page.goto(lived_in.address("section-edit"))
    section = lived_in.report.sections.get(heading="Key information")
    theirs = {"body": section.body.replace("Early in 2015", "At the beginning of 2015")}
    reports.save_section(section, base_version=section.version, save_id=uuid.uuid4(), changes=theirs, by=other)
    page.locator(".ProseMirror").click()
    page.keyboard.insert_text("Mine. ")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", level=1, name="has changed since you opened it").wait_for()
    reader.check()


def test_the_page_after_too_many_wrong_passwords_is_accessible(page, demo, settings):
    settings.AXES_FAILURE_LIMIT = 2
    page.goto(reverse("sign-in"))
    for _ in range(2):
        page.get_by_label("Password", exact=True).fill("wrong")
        page.get_by_label("User name").fill("officer")
        page.get_by_label("Password", exact=True).press("Enter")
        page.wait_for_load_state()
    page.get_by_role("heading", level=1).wait_for()
    Reader(page).check()


# --- addresses that are no pages -------------------------------------------------------------------------------------


def client_of(who):
    client = Client()
    client.force_login(User.objects.get(username=who), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def test_every_named_address_stands_in_one_of_the_lists():
    lists = [*LISTED, *FILES, *LEADS_TO, *NOT_IN_THE_DEMO, *ACTS]
    assert len(lists) == len(set(lists))
    assert set(lists) == set(named_patterns())


@pytest.mark.one_database("which address answers with what is decided in Python; each room tries its pages on both")
def test_files_come_as_what_they_are(lived_in):
    clients = {who: client_of(who) for who in ("officer", "grants")}
    for name, kind in FILES.items():
        answer = clients["grants" if name in FILES_OF_GRANTS else "officer"].get(lived_in.address(name))
        assert (answer.status_code, answer["Content-Type"]) == (200, kind), name
        answer.getvalue()  # a file is closed once it has been read


@pytest.mark.one_database("which address answers with what is decided in Python; each room tries its pages on both")
def test_addresses_that_lead_elsewhere_lead_there(lived_in):
    client = client_of("officer")
    for name, aim in LEADS_TO.items():
        answer = client.get(lived_in.address(name))
        assert answer.status_code == 302, name
        there = static(aim) if "/" in aim else lived_in.address(aim)
        assert re.sub(r"/\d+/", "/1/", answer.url.partition("#")[0]) == re.sub(r"/\d+/", "/1/", there), name


@pytest.mark.one_database("which address answers with what is decided in Python; each room tries its pages on both")
def test_a_link_does_nothing(lived_in):
    clients = {who: client_of(who) for who in ("officer", "admin", "force", "grants", "analyst", "commissioner")}
    for name in sorted(ACTS):
        answers = {who: client.get(lived_in.address(name)).status_code for who, client in clients.items()}
        assert 405 in answers.values(), f"{name}: {answers}"
        assert set(answers.values()) <= {403, 405}, f"{name}: {answers}"


@pytest.mark.one_database("which address answers with what is decided in Python; each room tries its pages on both")
def test_an_office_that_is_open_is_not_opened_again(demo):
    for name in NOT_IN_THE_DEMO:
        assert Client().get(reverse(name)).status_code == 404


def test_the_demo_accounts_sign_in_with_the_password_of_the_run(demo):
    client = Client()
    answer = client.post(reverse("sign-in"), {"username": "officer", "password": PASSWORD})
    assert answer.url == reverse("desk")
    assert Meeting.objects.get(date="2018-01-08").name in client.get(reverse("desk")).content.decode()
