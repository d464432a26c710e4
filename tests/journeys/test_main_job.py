"""The main job: sign in, open the meeting, change a minute, and take agenda, report and minutes away as PDFs."""

import re

import pytest
from django.urls import reverse

from scrutiny.meetings.models import Meeting
from scrutiny.minutes.models import MinuteEntry
from tests.browser import sign_in
from tests.demo_office import PASSWORD
from tests.pdf import reading

ADDED = "The PCC added that he wants to hear of this again in spring."

# Text that only the screen needs: links to go on writing, and items that nobody has written yet.
ONLY_ON_SCREEN = ".no-print, .visually-hidden, nav, aside, section:has(.faint)"
# What a reader takes for one piece of text.
PIECES = "h1, h2, h3, p, li, dt, dd, th, td, .who, .kind, .number"


def squeezed(words):
    """Letters and figures only in their order: line ends, hyphens and kinds of quotation mark do not matter."""
    return re.sub(r"[\W_]+", "", words).casefold()


def pieces_on_screen(page, place):
    """Every piece of text that the reader of this place sees, one after the other, the innermost only."""
    return page.locator(place).evaluate(
        """(place, [pieces, left_out]) => [...place.querySelectorAll(pieces)]
            .filter(one => !one.closest(left_out) && !one.querySelector(pieces) && one.checkVisibility())
            .map(one => [one.tagName, one.innerText.trim()]).filter(([, words]) => words)""",
        [PIECES, ONLY_ON_SCREEN],
    )


def fetch(page):
    """The PDF that this page offers."""
    answer = page.request.get(page.locator("a[href$='.pdf']").first.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf", f"{page.url}: {answer.status} {answer.url}"
    return answer.body()


def assert_paper_holds(pdf, pieces):
    """Each word of the screen can be copied from the pages; each piece below the heading block is read in one go."""
    assert len(pieces) > 10
    copied = squeezed(reading.text(pdf))
    words = [word for _, piece in pieces for word in piece.split() if squeezed(word) not in copied]
    assert not words, f"on the screen, not on paper: {words}"
    read = squeezed(reading.Tree(pdf).reading_order())
    first = [tag for tag, _ in pieces].index("H2")
    missing = [piece for _, piece in pieces[first:] if squeezed(piece) not in read]
    assert not missing, f"on the screen, not read from the paper in one go: {missing}"


@pytest.mark.smoke
def test_from_signing_in_to_a_changed_minute_and_three_papers(page, demo):
    page.goto("/desk/")
    page.get_by_label("Work e-mail or user name").fill("officer")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Meetings", exact=True).click()
    page.get_by_role("listitem").filter(has_text="8 Jan 2018").get_by_role("link").click()
    page.get_by_role("heading", level=1, name="Community Outcomes Meeting").wait_for()
    page.get_by_role("link", name="Write the minutes").click()
    page.get_by_role("navigation", name="Agenda").get_by_role(
        "link", name="Human Trafficking and Modern Slavery"
    ).click()

    page.locator("#entries[data-ready=yes]").wait_for()
    entry = page.get_by_role("group", name="Comment, The PCC").nth(1).get_by_role("textbox")
    before = entry.input_value()
    entry.fill(f"{before} {ADDED}")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("Saved", exact=False).first.wait_for()
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("heading", level=1, name="Minutes of the").wait_for()
    assert ADDED in page.get_by_role("main").inner_text()
    saved = MinuteEntry.objects.get(text__endswith=ADDED)
    assert saved.text == f"{before} {ADDED}"
    assert (saved.version, saved.changed_by.username) == (2, "officer")

    assert_paper_holds(fetch(page), pieces_on_screen(page, ".sheet"))

    page.get_by_role("link", name="Community Outcomes Meeting").first.click()
    page.get_by_role("link", name="Agenda as a page").click()
    assert_paper_holds(fetch(page), pieces_on_screen(page, "main"))

    page.get_by_role("link", name="Reports", exact=True).click()
    page.get_by_role("link", name="Human Trafficking and Modern Slavery Update").click()
    page.get_by_role("link", name="Read it as a page").click()
    assert_paper_holds(fetch(page), pieces_on_screen(page, "article"))


@pytest.mark.verapdf
def test_the_three_papers_are_pdf_ua_1_and_pdf_a_3a(client, demo, vera):
    meeting = Meeting.objects.get(date="2018-01-08")
    client.post(reverse("sign-in"), {"username": "officer", "password": PASSWORD})
    records = {"agenda": meeting, "report": meeting.reports.get(), "minutes": meeting.minutes}
    papers = {name: client.get(reverse(f"{name}-pdf", args=[record.pk])).getvalue() for name, record in records.items()}
    assert vera.complaints(papers) == []


def test_continue_on_the_home_page_leads_back_to_the_last_entry(page, demo):
    sign_in(page, "officer")
    meeting = Meeting.objects.get(date="2018-01-08")
    minuted = meeting.minutes.minuted_items.get(item__label="5")
    page.goto(reverse("minuted-item", args=[minuted.pk]))
    page.get_by_role("group", name="Next entry").get_by_role("textbox").fill("Something new was said.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("link", name="Home", exact=True).click()
    page.get_by_text("Something new was said").wait_for()
    page.get_by_role("link", name="Continue").click()
    entry = MinuteEntry.objects.get(text__endswith="Something new was said.")
    page.wait_for_url(f"**{reverse('minuted-item', args=[minuted.pk])}#entry-{entry.pk}")
