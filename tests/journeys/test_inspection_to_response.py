"""From an inspection to its published response, a news release at its minute, a network with everything that is linked to it.

As somebody who has never seen the portal: nothing is opened but what a page links to.
"""

import datetime
import re

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.duties.models import Confirmation
from scrutiny.inspections.models import Response
from tests.browser import assert_accessible, assert_no_sideways_scroll, bring_axe, sign_in
from tests.factories import (
    make_appointment,
    make_attendance,
    make_award,
    make_inspection,
    make_item,
    make_meeting,
    make_office,
    make_organisation,
    make_person,
    make_post,
    make_priority,
    make_recommendation,
    make_release,
    make_report,
    make_response,
    make_user,
)
from tests.files import samples
from tests.news.conftest import Clock
from tests.pdf import reading

pytestmark = pytest.mark.one_database("which page leads to which is the same on both; each operation is tried on both")

CLICKS = 25
TITLE = "Nobody Listened: how forces answer the telephone"
RESPONSE = re.compile("^Response to .?Nobody Listened")
PASTED = """Recommendation 1: By spring, chief constables should say how long callers wait.

Recommendation 2: Chief constables should train everybody who
answers the telephone.

Area for improvement 1: The force should call back those who hang up."""
ASKED = ("say how long callers wait", "train everybody who answers the telephone", "call back those who hang up")
ANSWERS = (
    ("Action taken", "The waiting time has stood on the force’s site since March."),
    ("Action proposed", "Two days of training are planned for every call handler."),
    ("No action, and why", "The law does not let the force keep the number of somebody who hangs up."),
)
SAID_BY_FORCE = "The force welcomes the report and has begun to act on it."
SAID_BY_OFFICE = "Residents must be heard when they call."
ADDED = "I would be glad to meet you in the new year."


# --- steps ---------------------------------------------------------------------------------------------------------------


class Mouse:
    """Somebody's mouse; counts."""

    def __init__(self, page):
        self.page, self.done = page, []

    def click(self, thing):
        self.done.append(thing.inner_text().strip() or thing.get_attribute("value"))
        thing.click()

    def press(self, words):
        self.click(self.page.get_by_role("button", name=words, exact=True))

    def follow(self, words, within="main"):
        self.click(self.page.get_by_role(within).get_by_role("link", name=words, exact=True).first)

    def choose(self, words, within=None):
        self.click((within or self.page).get_by_label(words, exact=True))

    def __len__(self):
        return len(self.done)


def be(page, user):
    """Somebody else sits down at the desk and begins with Home."""
    page.context.clear_cookies()
    sign_in(page, user)
    page.goto(reverse("desk"))


def title(page, words):
    """The page with this heading is open."""
    page.get_by_role("heading", level=1, name=words).wait_for()


def see(page, words):
    page.get_by_text(words).first.wait_for()


def editor(page, label):
    """The editor under this label, once it has started."""
    return page.locator(".field", has_text=label).locator("[contenteditable=true]")


def fits(page):
    """Accessible in light and dark, no wider than a phone; on a desk no entry of the bar lies over another."""
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    if page.locator(".bar-nav").is_visible():
        last, end = page.locator(".bar-nav a").last.bounding_box(), page.locator(".bar-end").bounding_box()
        assert last["x"] + last["width"] <= end["x"], page.url


def fetch(page, address):
    answer = page.request.get(address)
    assert answer.status == 200, f"{address}: {answer.status}"
    assert "set-cookie" not in answer.headers, address
    return answer


def paper(page, address):
    """The text of a PDF, as it is read out."""
    answer = fetch(page, address)
    assert answer.headers["content-type"] == "application/pdf", address
    return reading.Tree(answer.body()).reading_order()


@pytest.fixture
def page(page):
    bring_axe(page)
    return page


@pytest.fixture
def office(transactional_db):
    """An office, its force with the chief constable, and an inspectorate."""
    cache.clear()
    made = make_office()
    force = make_organisation("Northmoor Police", kind="force")
    make_appointment(make_person("Kim Lane"), make_post("Chief Constable", organisation=force))
    make_organisation("Inspectorate of Constabulary", short_name="HMI", kind="inspectorate")
    return made


@pytest.fixture
def officer(office):
    return make_user(Role.GOVERNANCE, name="Oona Officer")


@pytest.fixture
def commissioner(office):
    return make_user(Role.COMMISSIONER, name="Robin Hale")


# --- from the list of inspections to the published response ----------------------------------------------------------------


def test_from_the_list_of_inspections_to_a_published_response_with_its_letter(page, officer, commissioner):
    mouse = Mouse(page)
    be(page, officer)
    page.get_by_role("link", name="Inspections", exact=True).click()

    list_the_report(page, mouse)
    add_recommendations(page, mouse)
    begin_the_response(page, mouse)
    answer_every_recommendation(page, mouse)
    send_the_letter(page, mouse)
    sign(page, mouse, commissioner)
    publish(page, mouse, officer)
    assert len(mouse) <= CLICKS, (len(mouse), mouse.done)

    see_as_the_public(page)
    record_the_dispatches(page, officer)
    see_the_dispatches_as_the_public(page)


def list_the_report(page, mouse):
    title(page, "Inspections")
    fits(page)
    mouse.follow("List a report")
    page.get_by_label("Inspectorate", exact=True).select_option("Inspectorate of Constabulary")
    page.get_by_label("Title of the report").fill(TITLE)
    page.get_by_label("Published on").fill(in_words(today() - datetime.timedelta(days=30)))
    page.get_by_label("What it found").fill("Callers wait for too long.")
    fits(page)
    mouse.press("List it")
    title(page, TITLE)


def add_recommendations(page, mouse):
    mouse.follow("Add recommendations")
    page.get_by_label("Recommendations", exact=True).fill(PASTED)
    mouse.press("Add them")
    title(page, TITLE)
    for words in ASKED:
        see(page, words)
    fits(page)


def begin_the_response(page, mouse):
    mouse.press("Begin the response")
    see(page, "0 of 3 recommendations answered.")
    see(page, "25 days left")
    fits(page)
    mouse.follow("Record the invitation")
    page.get_by_label("Invited on").fill(in_words(today() - datetime.timedelta(days=20)))
    page.get_by_label("Comments asked for by").fill(in_words(today()))
    mouse.press("Save")
    see(page, "The invitation is recorded.")
    mouse.follow("Record the comments")
    mouse.choose("Received")
    page.get_by_label("Received on").fill(in_words(today() - datetime.timedelta(days=3)))
    editor(page, "What the chief constable says").fill(SAID_BY_FORCE)
    mouse.press("Save")
    see(page, "The comments are recorded.")


def answer_every_recommendation(page, mouse):
    mouse.follow("Answer the recommendations")
    see(page, "3 of 3 have no answer yet.")
    for asked, (kind, words) in zip(ASKED, ANSWERS, strict=True):
        box = page.get_by_role("group").filter(has_text=asked).first
        mouse.choose(kind, box)
        box.get_by_role("textbox", name="The answer").fill(words)
    fits(page)
    mouse.press("Save the answers")
    see(page, "3 of 3 recommendations answered.")
    mouse.follow("Write what the office says")
    editor(page, "What the office says").fill(SAID_BY_OFFICE)
    mouse.press("Save")
    see(page, "The text is saved.")


def send_the_letter(page, mouse):
    mouse.press("Draft the letter from the answers")
    title(page, "Change this letter")
    fits(page)
    text = editor(page, "calls the first footnote")
    text.press("Control+End")
    text.press_sequentially(f" {ADDED}")
    mouse.press("Save the draft")
    see(page, "The letter is saved.")
    fits(page)
    mouse.press("Send this letter")
    see(page, "The letter is sent as L/00001.")


def waits(page, what):
    """The row of Home that says what waits."""
    fits(page)
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=what).filter(has_text=TITLE)


def sign(page, mouse, commissioner):
    be(page, commissioner)
    mouse.click(waits(page, "Sign").get_by_role("link", name="Read and sign"))
    title(page, "Sign this response")
    for _, words in ANSWERS:
        see(page, words)
    fits(page)
    mouse.press("Sign")
    see(page, "The response is signed.")


def publish(page, mouse, officer):
    """Nothing has to be explained: what is sent on once it is out is not missing before."""
    be(page, officer)
    row = waits(page, "Respond")
    row.get_by_text("25 days left").wait_for()
    mouse.click(row.get_by_role("link", name=TITLE))
    mouse.follow("Check and publish")
    fits(page)
    title(page, "Ready to publish")
    mouse.press("Publish")
    title(page, "Published")
    fits(page)


def see_as_the_public(page):
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Inspections", exact=True).first.click()
    fits(page)
    page.get_by_role("main").get_by_role("link", name=TITLE, exact=True).click()
    title(page, TITLE)
    see(page, "day 31 of 56")
    for words in ASKED:
        see(page, words)
    fits(page)
    page.get_by_role("main").get_by_role("link", name=RESPONSE).click()
    title(page, RESPONSE)
    fits(page)
    said = [SAID_BY_OFFICE, *(words for _, words in ANSWERS)]
    for words in (SAID_BY_FORCE, *ASKED, *said):
        see(page, words)
    response, letter = (each.get_attribute("href") for each in page.locator("main a[href$='.pdf']").all())
    on_paper = paper(page, response)
    assert not [words for words in (TITLE, "day 31 of 56", SAID_BY_FORCE, *ASKED, *said) if words not in on_paper]
    sent = paper(page, letter)
    wanted = ["Dear Home Secretary", "Robin Hale", "Your reference", "Chief Constable Kim Lane", ADDED, *said]
    assert not [words for words in wanted if words not in sent]
    assert "Marsham" not in sent
    page.get_by_role("main").get_by_role("link", name="The letter", exact=True).click()
    for words in (ADDED, *said):
        see(page, words)
    fits(page)
    assert not page.context.cookies()


def record_the_dispatches(page, officer):
    """Home asks for them; with them the response goes out as a new version."""
    mouse = Mouse(page)
    be(page, officer)
    mouse.click(waits(page, "Send").get_by_role("link", name=TITLE))
    mouse.follow("Record that it was sent")
    for day in page.get_by_label("Sent on").all():
        day.fill(in_words(today()))
    page.get_by_label("How").first.fill("by e-mail")
    fits(page)
    mouse.press("Save")
    see(page, "The dispatches are recorded. Publish the response again, so that the public reads it.")
    page.get_by_role("link", name="Publishing", exact=True).click()
    page.get_by_role("region", name="Needs attention").get_by_role("link", name=TITLE).click()
    title(page, "Ready to publish")
    page.get_by_label("What has changed?").fill("It says to whom it was sent.")
    mouse.press("Publish")
    title(page, "Published")


def see_the_dispatches_as_the_public(page):
    page.context.clear_cookies()
    page.goto("/inspections/")
    page.get_by_role("main").get_by_role("link", name=RESPONSE).click()
    page.wait_for_url("**/response/")
    page.reload()  # the browser keeps a page for a minute
    see(page, "It says to whom it was sent.")
    for who in ("Secretary of State", "Inspectorate"):
        page.locator(".pr-row, dl > div, li, tr").filter(has_text=who).filter(
            has_text=in_words(today())
        ).first.wait_for()
    response = page.locator("main a[href$='response.pdf']").first.get_attribute("href")
    assert "by e-mail" in paper(page, response)


# --- news ------------------------------------------------------------------------------------------------------------------

HEADLINE = "Vans for the villages of the valley"
SLUG = "vans-for-the-villages-of-the-valley"
SAID = ("The vans are the people’s vans.", "They stop wherever somebody waits.")
SHOWS = "A white van in front of a village hall"


def test_a_release_is_public_at_its_minute_and_not_a_second_before(page, officer, commissioner, clock):
    mouse = Mouse(page)
    files = write_the_release(page, mouse, officer)
    approve_the_release(page, mouse, commissioner)
    page.context.clear_cookies()
    nothing_is_public(page, files)
    clock.set("2026-06-30T23:00:59")  # one second before 00:01 in summer time
    call_command("publish_due")
    nothing_is_public(page, files)

    clock.set("2026-06-30T23:01:00")
    call_command("publish_due")
    see_the_news(page, files)


@pytest.fixture
def clock(monkeypatch):
    """The evening before the embargo ends."""
    made = Clock(monkeypatch)
    made.set("2026-06-30T16:00")
    return made


def write_the_release(page, mouse, officer):
    be(page, officer)
    page.get_by_role("link", name="Publishing", exact=True).click()
    mouse.follow("News releases")
    fits(page)
    mouse.follow("Write a release")
    page.get_by_label("Headline").fill(HEADLINE)
    page.get_by_label("Date of the release").fill("1 July 2026")
    page.get_by_label("Embargo: day").fill("1 July 2026")
    page.get_by_label("Embargo: time").fill("00:01")
    page.get_by_label("First paragraph").fill("The commissioner has bought three vans.")
    page.get_by_label("Contact for the press").fill("Press office")
    fits(page)
    mouse.press("Begin it")
    title(page, HEADLINE)
    mouse.follow("Text")
    page.get_by_label("Text", exact=True).fill("The first van starts on Wednesday.")
    mouse.press("Add it")
    mouse.follow("Quotation")
    page.get_by_label("Name as printed").fill("Ada Driver")
    page.get_by_label("Post that day").fill("Head of transport")
    page.get_by_label("What they said").fill("\n\n".join(SAID))
    fits(page)
    mouse.press("Add it")
    mouse.follow("Picture")
    picture = {"name": "IMG_0815.jpg", "mimeType": "image/jpeg", "buffer": samples.image("jpeg", size=(1700, 900))}
    page.get_by_label("Picture", exact=True).set_input_files(picture)
    page.get_by_label("What the picture shows").fill(SHOWS)
    page.get_by_label("Credit").fill("Pat Photographer")
    fits(page)
    mouse.press("Add it")
    page.get_by_alt_text(SHOWS).wait_for()
    see(page, "00:01 BST on Wednesday 1 July 2026")
    see(page, "somebody else has to approve it")
    fits(page)
    return [
        each.split()[0].rpartition("/")[2] for each in page.get_by_alt_text(SHOWS).get_attribute("srcset").split(",")
    ]


def approve_the_release(page, mouse, commissioner):
    be(page, commissioner)
    page.get_by_role("link", name="Publishing", exact=True).click()
    mouse.follow("News releases")
    mouse.follow(HEADLINE)
    mouse.follow("Read and approve")
    see(page, SAID[1])
    fits(page)
    mouse.press("Approve this release")
    see(page, "Approved. It goes out at 00:01 BST on Wednesday 1 July 2026.")
    see(page, "Nothing stands against it: it goes out by itself then.")
    fits(page)


def of_the_release():
    """Where it stands once it is out."""
    return f"/news/2026-07-01-{SLUG}/"


def nothing_is_public(page, files):
    for address in ("/", "/news/", "/news/feed.atom", "/feed.atom", "/search/?q=vans", "/sitemap.xml", "/news/2026/"):
        answer = page.request.get(address)
        assert answer.status in (200, 404), address
        text = answer.text().casefold()
        assert SLUG not in text and HEADLINE.casefold() not in text and "driver" not in text, address
    for name in ("", "release.pdf", "v1.0/", "versions/", *(f"files/{name}" for name in files)):
        assert page.request.get(f"{of_the_release()}{name}").status == 404, name
    assert page.request.get(f"{of_the_release()[:-1]}.json").status == 404


def see_the_news(page, files):
    for address in ("/news/", "/news/2026/", "/news/feed.atom", "/search/?q=vans", "/sitemap.xml"):
        assert SLUG in fetch(page, address).text(), address
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="News", exact=True).first.click()
    fits(page)
    page.get_by_role("main").get_by_role("link", name=HEADLINE).first.click()
    page.wait_for_url(f"**{of_the_release()}")
    paragraphs = page.locator("blockquote p").all_inner_texts()
    assert [text.strip() for text in paragraphs] == [f"“{SAID[0]}", f"“{SAID[1]}”"]
    see(page, "Ada Driver")
    picture = page.get_by_alt_text(SHOWS)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 480
    assert len(files) == 3
    for name in files:
        assert fetch(page, f"{of_the_release()}files/{name}").headers["content-type"] == "image/jpeg"
    meta = page.locator("meta[property='og:image']").get_attribute("content")
    assert meta.startswith("http") and fetch(page, meta).status == 200
    on_paper = paper(page, page.locator("main a[href$='.pdf']").first.get_attribute("href"))
    assert not [words for words in (HEADLINE, f"“{SAID[0]}", f"“{SAID[1]}”", "Ada Driver") if words not in on_paper]
    fits(page)


# --- a network ---------------------------------------------------------------------------------------------------------------

NETWORK = "Northmoor Road Safety Partnership"
LINKED = {
    "meeting": "Safer Roads Board",
    "report": "Speed on village roads",
    "grant": "Crossings near schools",
    "inspection": "Roads less travelled",
    "event": "Road safety summit",
    "news": "The partnership meets for the first time",
}


@pytest.fixture
def linked(officer):
    """What other rooms hold that belongs to a network that nobody has listed yet."""
    priority = make_priority(title="Safer roads")
    member, warden = make_organisation("Walk to School", kind="charity"), make_person("Sam Warden")
    meeting = make_meeting(name=LINKED["meeting"], date=today())
    make_item(meeting, priority=priority)
    make_attendance(meeting, warden)
    body = f"<p>The {NETWORK} has measured how fast people drive.</p>"
    make_report(meeting, sections=("Introduction",), bodies=(body,), subject=LINKED["report"])
    make_award(recipient=member, title=LINKED["grant"], priority=priority)
    make_inspection(title=LINKED["inspection"], priority=priority)
    make_release(headline=LINKED["news"])
    return priority


def test_the_page_of_a_network_lists_everything_that_is_linked_to_it(page, officer, linked):
    mouse = Mouse(page)
    be(page, officer)
    list_the_network(page, mouse)
    add_to_the_network(page, mouse)
    speak_of_the_network(page, mouse)
    page.get_by_role("link", name="People", exact=True).click()
    mouse.follow("Networks")
    mouse.follow(NETWORK)
    for what, words in LINKED.items():
        row = page.locator("main .gathered").get_by_role("link", name=words)
        assert row.count() == 1, what
    fits(page)
    for what, words in LINKED.items():
        page.locator("main .gathered").get_by_role("link", name=words).click()
        assert words in page.get_by_role("main").inner_text(), what
        page.go_back()
        title(page, NETWORK)
    mouse.follow("Check and publish")
    mouse.press("Publish")
    title(page, "Published")
    page.context.clear_cookies()
    page.goto("/networks/")
    fits(page)
    mouse.follow(NETWORK)
    for words in ("January 2016", "Sam Warden", "Walk to School", LINKED["event"]):
        see(page, words)
    shown = page.get_by_role("main").inner_text()
    assert not [words for what, words in LINKED.items() if what != "event" and words in shown]  # nothing else is public
    fits(page)


def list_the_network(page, mouse):
    page.get_by_role("link", name="People", exact=True).click()
    mouse.follow("Networks")
    fits(page)
    mouse.follow("Add a network")
    page.get_by_label("Name", exact=True).fill(NETWORK)
    page.get_by_label("Priority of the plan that it serves").select_option(label="Safer roads")
    page.get_by_label("Purpose").fill("Fewer people are hurt on the roads.")
    fits(page)
    mouse.press("Save")
    title(page, NETWORK)


def add_to_the_network(page, mouse):
    """A source for its beginning, two members and an event."""
    mouse.follow("Add a source")
    page.get_by_label("When it says that the network began").fill("January 2016")
    page.get_by_label("Source", exact=True).fill("Release of the office, 19 January 2016")
    fits(page)
    mouse.press("Save")
    title(page, NETWORK)
    for label, name in (("Person", "Sam Warden"), ("Organisation", "Walk to School")):
        mouse.follow("Add a member")
        page.get_by_label(label).select_option(label=name)
        mouse.press("Save")
        title(page, NETWORK)
    mouse.follow("Add an event")
    page.get_by_label("Title").fill(LINKED["event"])
    page.get_by_label("When").fill("September 2016")
    fits(page)
    mouse.press("Save")
    title(page, LINKED["event"])


def speak_of_the_network(page, mouse):
    """A release says that it is about the network."""
    page.get_by_role("link", name="Publishing", exact=True).click()
    mouse.follow("News releases")
    mouse.follow(LINKED["news"])
    mouse.follow("Change the links")
    mouse.choose(NETWORK)
    mouse.press("Save")
    title(page, LINKED["news"])


# --- the board of duties --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "before", "after"),
    [(45, "Due soon", "is published."), (60, "Overdue", "In the last 12 months 1 of 1 came late.")],
    ids=["in-time", "late"],
)
def test_the_board_of_duties_tells_of_a_response_from_the_record_alone(
    page, officer, commissioner, days, before, after
):
    published = today() - datetime.timedelta(days=days)
    inspection = make_recommendation(make_inspection(title=TITLE, published_on=published)).inspection
    response = make_response(inspection, signed_by=commissioner)
    mouse = Mouse(page)
    be(page, officer)
    line = the_line(page, mouse)
    see_state(line, before)
    line.get_by_text(f"The response to “{TITLE}” is not published.").wait_for()
    fits(page)
    line.get_by_role("link", name=TITLE).click()
    title(page, TITLE)
    mouse.follow("Check and publish")
    for _ in range(page.get_by_label("Why is it right to publish?").count()):
        page.get_by_label("Why is it right to publish?").first.fill("It goes to both on the day of publication.")
        page.get_by_role("button", name="Accept with this reason").first.click()
        page.wait_for_load_state()
    mouse.press("Publish")
    title(page, "Published")

    be(page, officer)
    line = the_line(page, mouse)
    see_state(line, "Met")
    line.get_by_text(after).wait_for()
    assert not Confirmation.objects.exists() and Response.objects.get().pk == response.pk


def the_line(page, mouse):
    """The line of section 55 on the board."""
    page.get_by_role("link", name="Inspections", exact=True).click()
    mouse.follow("Duties")
    return page.get_by_role("listitem").filter(
        has=page.get_by_role("link", name="Inspection reports are answered in time")
    )


def see_state(line, words):
    line.locator(".tag", has_text=words).or_(line.locator(".when", has_text=words)).first.wait_for()
