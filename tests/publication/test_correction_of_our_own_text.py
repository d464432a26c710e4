"""A figure that our own paper had wrong: publishing the minutes issues the paper's next version with a box that says so."""

import re

import pytest
from django.core.cache import cache
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from scrutiny.minutes import approval
from scrutiny.publication.models import RegisterLine
from scrutiny.reports import operations as reports
from scrutiny.reports.models import Body, JointReport, ReportSection
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, State
from tests.factories import make_office, make_user
from tests.pdf import reading
from tests.publication import desk
from tests.publication.records import confirm_corrections, draft_minutes, fresh, seen

pytestmark = pytest.mark.django_db
SIGNED = "Last January 127 crimes were recorded."
REPORT = "/reports/2023-06-21-rural-roads/"


@pytest.fixture
def officer(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_office()
    cache.clear()
    desk.stand_in(monkeypatch)
    return make_user()


def signed_report(report, by):
    """The report, with the wrong figure in its text, signed by both bodies."""
    ReportSection.objects.filter(report=report).update(body=f"<p>{SIGNED}</p>")
    reports.send_for_review(report, by=by)
    for body in Body:
        now = JointReport.objects.get(pk=report.pk)
        now.load_parts()
        reports.sign(now, body=body, seen=now.content_hash(), by=make_user(name=f"{body.label} signs"))
    return JointReport.objects.get(pk=report.pk)


def paper(client, address):
    """The words of the first page of a published PDF."""
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), address
    return reading.squeeze(reading.pages(b"".join(answer.streaming_content))[0])


def test_minutes_issue_version_1_1_of_the_report_and_1_0_stays_as_it_was_signed(client, officer):
    minutes = draft_minutes(agenda_set_at=timezone.now())
    report = signed_report(minutes.corrections.get().report, officer)
    desk.publish(report, by=officer)
    as_signed = paper(client, f"{REPORT}report.pdf")
    assert SIGNED in as_signed and not re.search(r"\b176\b", as_signed)

    confirm_corrections(minutes)
    approval.send(minutes, by=minutes.minute_taker)
    approval.approve(minutes, seen=seen(minutes), by=make_user(Role.COMMISSIONER))
    note = "A figure was put right at the meeting of 21 June 2023."
    kind = kinds.named("minutes")
    made = desk.publish(fresh(minutes), by=officer, notes=note)
    assert [(each.kind, each.version) for each in made] == [("minutes", "1.0"), ("meeting", "1.0"), ("report", "1.1")]
    assert kind.load(minutes.pk).state == State.PUBLISHED

    newest = paper(client, f"{REPORT}report.pdf")
    first, second = newest.index("176"), newest.index(SIGNED)
    assert first < second, "the box stands above the text, on the first page"
    assert SIGNED in newest
    assert paper(client, f"{REPORT}v1.0/report.pdf") == as_signed

    html = client.get(REPORT).content.decode()
    assert html.index("176") < html.index(SIGNED)
    assert note in html
    earlier = client.get(f"{REPORT}v1.0/").content.decode()
    assert "This is an earlier version" in earlier
    assert SIGNED in earlier and note in earlier
    assert "176" not in Edition.objects.get(kind="report", minor=0).html
    assert ReportSection.objects.get(report=report).body == f"<p>{SIGNED}</p>"
    assert "176" in client.get(f"{REPORT}versions/").content.decode()

    (line,) = RegisterLine.objects.filter(register="correction")
    assert (line.data["old"], line.data["new"]) == ("127", "176")
    assert "176" in client.get("/corrections/").content.decode()
