"""From approved minutes to the public site: the meeting of 8 January 2018, by two people, in a few clicks."""

import csv
import io

import pytest
from django.urls import reverse

from opcc_portal.accounts.models import User
from opcc_portal.office.dates import today
from scrutiny.meetings.models import Meeting
from scrutiny.minutes import approval, correcting, versions
from scrutiny.minutes.models import Correction, Minutes
from scrutiny.minutes.texts import plain
from scrutiny.reports import operations as reports
from scrutiny.reports import quoting
from scrutiny.reports.figures import FigureCheck
from scrutiny.reports.models import Body, JointReport
from scrutiny.workflow.models import Edition
from tests.browser import assert_accessible, assert_no_sideways_scroll, sign_in

BUDGET = 6
MEETING = "/meetings/2018-01-08-community-outcomes/"
REPORT = "/reports/2018-01-08-human-trafficking-and-modern-slavery-update/"
WHY_LATE = "The agenda was handed out on paper at the time; the portal came later."


class Clicks:
    """Somebody's mouse; counts."""

    def __init__(self):
        self.done = []

    def on(self, thing):
        """Click."""
        self.done.append(thing.inner_text().strip())
        thing.click()

    def __len__(self):
        return len(self.done)


def be(page, who):
    """The other person sits down at the desk."""
    page.context.clear_cookies()
    sign_in(page, who)
    page.goto(reverse("desk"))


def person(name):
    return User.objects.get(username=name)


def sign(report):
    """Both bodies sign the report."""
    if report.state == "draft":
        reports.send_for_review(report, by=person("officer"))
    for body, who in ((Body.OFFICE, "commissioner"), (Body.FORCE, "force")):
        seen = JointReport.objects.get(pk=report.pk)
        seen.load_parts()
        reports.sign(seen, body=body, seen=seen.content_hash(), by=person(who))


def settle(minutes):
    """Every correction has its period and is confirmed."""
    for correction in minutes.corrections.standing().filter(status=Correction.Status.PROPOSED):
        correcting.confirm(correction, seen=correction.version, by=person("commissioner"), period="January")


def account_for(report):
    """Every figure of the paper that another document gives otherwise is explained."""
    for checked in FigureCheck(report).open:
        quoting.explain(checked.figure, "The two documents speak of different times.", by=person("officer"))


def approved(minutes):
    """Sent by the officer, approved by the commissioner."""
    approval.send(minutes, by=person("officer"))
    minutes = Minutes.objects.get(pk=minutes.pk)
    seen = versions.content_hash(versions.content_of(minutes))
    return approval.approve(minutes, seen=seen, by=person("commissioner"))


@pytest.fixture
def meeting(demo):
    """The meeting of 8 January 2018: its paper accounted for and signed, its corrections settled, its minutes sent."""
    meeting = Meeting.objects.get(date="2018-01-08")
    account_for(meeting.reports.get())
    sign(meeting.reports.get())
    settle(meeting.minutes)
    approval.send(meeting.minutes, by=person("officer"))
    return meeting


def answer(page, address, kind):
    """What this address gives a visitor."""
    given = page.request.get(address)
    assert (given.status, given.headers["content-type"].partition(";")[0]) == (200, kind), address
    assert "set-cookie" not in given.headers
    return given


def fits(page):
    """Accessible in light and dark, and no wider than a phone."""
    assert_accessible(page)
    assert_no_sideways_scroll(page)


@pytest.mark.smoke
def test_approved_minutes_are_public_after_six_clicks_by_two_people(page, meeting):
    clicks, reasons = Clicks(), Clicks()

    be(page, "commissioner")
    clicks.on(page.get_by_role("link", name="Minutes of 8 January 2018, Community Outcomes Meeting", exact=True))
    clicks.on(page.get_by_role("button", name="Approve", exact=True))
    page.get_by_text("The minutes are approved as version 1.0.").wait_for()

    be(page, "officer")
    clicks.on(page.get_by_role("link", name="Minutes: Community Outcomes Meeting, 8 January 2018"))
    page.get_by_role("heading", level=1, name="Almost ready: 1 thing to explain").wait_for()
    page.get_by_label("Why is it right to publish?").fill(WHY_LATE)
    reasons.on(page.get_by_role("button", name="Accept with this reason"))
    page.get_by_role("heading", level=1, name="Ready to publish").wait_for()
    clicks.on(page.get_by_role("button", name="Publish", exact=True))
    page.get_by_role("heading", level=1, name="Published", exact=True).wait_for()
    also = page.get_by_role("region", name="Publish this as well")
    also.get_by_role("link", name="Register of actions").wait_for()
    clicks.on(page.locator(f"main a[href='{MEETING}']").first)

    page.wait_for_url(f"**{MEETING}")
    assert (len(clicks), len(reasons)) == (5, 1), (clicks.done, reasons.done)
    assert len(clicks) + len(reasons) <= BUDGET

    page.context.clear_cookies()
    see_home_and_meeting(page)
    see_item(page, meeting)
    see_report(page)
    see_registers(page)
    take_files(page)
    assert not page.context.cookies()


def see_home_and_meeting(page):
    page.goto("/")
    newest = page.get_by_role("region", name="Latest").get_by_role("listitem").first
    newest.get_by_role("link", name="Minutes of the Community Outcomes Meeting, 8 January 2018").wait_for()
    assert newest.locator("time").get_attribute("datetime") == today().isoformat()
    page.goto(MEETING)
    page.get_by_role("heading", level=1, name="Community Outcomes Meeting, 8 January 2018").wait_for()
    page.get_by_role("heading", name="Two figures were corrected at this meeting").wait_for()
    page.get_by_role("link", name="Human Trafficking and Modern Slavery", exact=True).first.click()
    page.wait_for_url(f"**{MEETING}items/5/")


def see_item(page, meeting):
    """Every word as it was approved, in its order."""
    rows = page.locator(".said .pr-text")
    shown = [" ".join(row.locator("> p:not([class])").all_inner_texts()) for row in rows.all()]
    last = versions.last_approved(meeting.minutes).content
    (item,) = [each for each in last["items"] if each["label"] == "5"]
    wanted = [plain(entry["text"]) for entry in item["entries"]]
    assert [" ".join(words.split()) for words in shown] == [" ".join(words.split()) for words in wanted]
    assert page.locator(".said").get_by_text("Question 7", exact=True).count() == 1
    assert page.locator(".said").get_by_text("Answer", exact=True).count() >= 7
    fits(page)


def see_report(page):
    """The notices stand beside the attachment that held the figures; the report itself is as it was signed."""
    page.goto(REPORT)
    notice = page.locator("#file-chief-constables-update-human-trafficking-and-modern-day-slavery .corrected")
    words = notice.inner_text()
    for figure in ("127", "176", "22%", "23%", "January", "during 2017"):
        assert figure in words
    assert notice.locator("del").all_inner_texts() == ["127", "22%"]
    report = Edition.objects.get(kind="report", path=REPORT.strip("/"))
    assert (report.version, report.content["corrections"]) == ("1.0", [])
    assert "176" not in report.html and "23%" not in report.html
    fits(page)


def see_registers(page):
    page.goto("/corrections/")
    for figure in ("127", "176", "22%", "23%"):
        page.get_by_role("main").get_by_text(figure).first.wait_for()
    rows = list(csv.DictReader(io.StringIO(answer(page, "/corrections.csv", "text/csv").text().lstrip("\ufeff"))))
    assert {(row["Was"], row["Is"]) for row in rows} >= {("127", "176"), ("22%", "23%")}
    feed = answer(page, "/corrections/feed.atom", "application/atom+xml").text()
    assert "176" in feed and "23%" in feed


def take_files(page):
    """PDFs, the version's own page, and the data."""
    for address, kept in ((f"{MEETING}minutes/", "minutes.pdf"), (MEETING, "agenda.pdf"), (REPORT, "report.pdf")):
        page.goto(address)
        for link in {each.get_attribute("href") for each in page.locator("main a[href$='.pdf']").all()}:
            assert answer(page, link, "application/pdf").body().startswith(b"%PDF-")
        answer(page, f"{address}{kept}", "application/pdf")
        answer(page, f"{address}v1.0/{kept}", "application/pdf")
    page.goto(f"{MEETING}minutes/v1.0/")
    page.get_by_text("Version 1.0").first.wait_for()
    said = answer(page, f"{MEETING}minutes.json", "application/json").json()
    assert [row["new"] for row in said["content"]["corrections"]] == ["176", "23%"]
