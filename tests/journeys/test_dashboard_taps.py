"""What the commissioner reaches from the dashboard, and in how many taps."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import expect

from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from scrutiny.meetings.models import Meeting
from scrutiny.register.models import Attachment
from scrutiny.reports.models import JointReport, PaperRequest, ReportAttachment
from tests.browser import sign_in
from tests.files import samples


@pytest.fixture
def tablet(page):
    page.set_viewport_size({"width": 1024, "height": 1366})
    return page


def test_from_signing_in_the_dashboard_is_there_and_every_paper_two_taps_away(tablet, demo):
    meeting = Meeting.objects.coming().exclude(status="postponed").first()
    report = JointReport.objects.create(meeting=meeting, series_heading="x", date=today(), subject="Canal safety")
    picture = ContentFile(samples.image("png"), name="canal.png")
    facts = {"name": "canal.png", "kind": "png", "media_type": "image/png", "size": picture.size, "sha256": "0" * 64}
    for title in ("The map", "The list"):
        upload = Upload.objects.create(file=picture, **facts)
        attachment = Attachment.objects.create(title=title, upload=upload)
        if title == "The map":
            held = ReportAttachment.objects.create(report=report, attachment=attachment)
    asked = PaperRequest.objects.create(
        meeting=meeting, what="The list", due=today() + datetime.timedelta(days=1), attachment=attachment
    )
    sign_in(tablet, "commissioner")
    tablet.goto(reverse("desk"))
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("need you")
    card = tablet.locator(".next-meeting")
    for name, keys in (
        ("agenda-preview", [meeting.pk]),
        ("report", [report.pk]),
        ("attachment-file", [report.pk, held.pk]),
        ("request-file", [asked.pk]),
        ("pack-private-pdf", [meeting.pk]),
    ):
        expect(card.locator(f"a[href^='{reverse(name, args=keys)}']").first).to_be_visible()
    card.get_by_role("link", name="Canal safety").click()
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("Canal safety")


def test_from_the_tile_of_a_corrected_figure_three_taps_lead_to_the_minute(tablet, demo):
    sign_in(tablet, "commissioner")
    tablet.goto(reverse("desk"))
    tile = tablet.locator("article.tile", has_text="Modern slavery crimes recorded")
    expect(tile).to_contain_text("176")
    sentence = tile.locator(".tile-words p").first.inner_text()

    tile.locator("h3 a").click()
    expect(tablet.get_by_role("main")).to_contain_text(sentence)
    tablet.locator("main a[href*='/desk/figures/']").first.click()
    expect(tablet.get_by_role("main")).to_contain_text("127")
    tablet.locator("main a[href*='/desk/minutes/']").first.click()

    expect(tablet.locator(":target")).to_contain_text("176")
