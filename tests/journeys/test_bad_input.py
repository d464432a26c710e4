"""Input that no room can take ends in a clear message, and nothing that was written is lost.

What belongs to one room alone is tried there: labels used twice, people in two lists, files that are not what they say,
script in rich text, two people saving one entry, a session that ended.
"""

import re
import threading
from html import unescape

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse

from opcc_portal.files.models import Upload
from opcc_portal.jobs.models import Job
from opcc_portal.pdf import Limits, Renderer, RenderFailed
from scrutiny.indicators.models import ObservationRevision
from scrutiny.meetings.models import Meeting
from scrutiny.minutes import views as minutes_views
from scrutiny.minutes.models import MinuteEntry
from scrutiny.minutes.pdf import Paper
from scrutiny.reports.models import ReportSection
from scrutiny.workflow.models import Edition, State
from tests.files import samples
from tests.journeys.addresses import PAGES
from tests.journeys.test_every_page import client_of

NO_DATE = "31 February 2018"
NESTED = "<ul><li>" * 5_000 + "x" + "</li></ul>" * 5_000
MEGABYTE = 1024 * 1024


@pytest.fixture
def officer(demo):
    return client_of("officer")


@pytest.fixture
def meeting(demo):
    return Meeting.objects.get(date="2018-01-08")


# --- dates -----------------------------------------------------------------------------------------------------------


FORMS_WITH_DATES = {
    "officer": "meeting-add meeting-edit meeting-copy report-add report-heading request-add request-edit person-add "
    "appointment-add appointment-edit appointment-end",
    "admin": "office-add office-edit",
}


def test_a_date_that_does_not_exist_is_refused_by_every_form_and_stays_in_it(lived_in):
    for who, names in FORMS_WITH_DATES.items():
        client = client_of(who)
        for name in names.split():
            address = lived_in.address(name)
            form = client.get(address).context["form"]
            dates = [field.html_name for field in form if "For example, 27 March" in field.help_text]
            assert dates, f"{name}: no date on this form"
            answer = client.post(address, dict.fromkeys(dates, NO_DATE))
            text = unescape(answer.content.decode())
            assert answer.status_code in (200, 422), name
            assert text.count(f"{NO_DATE} is not a date") >= len(dates), name
            assert text.count(f'value="{NO_DATE}"') == len(dates), name


# --- files -----------------------------------------------------------------------------------------------------------


def sparse(megabytes):
    """A file of that size which takes no room on the disk."""
    file = TemporaryUploadedFile("annex.pdf", "application/pdf", megabytes * MEGABYTE, None)
    file.file.write(b"%PDF-1.7\n")
    file.file.truncate(megabytes * MEGABYTE)
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: sparse(60), '"annex.pdf" is 60 MB; a file can be at most 50 MB'),
        (lambda: samples.uploaded("annex.pdf", samples.locked_pdf()), '"annex.pdf" is protected with a password'),
        (lambda: samples.uploaded("annex.pdf", b"MZ" + bytes(200)), '"annex.pdf" is a Windows program, not a PDF'),
    ],
    ids=["60 MB", "encrypted", "program"],
)
@pytest.mark.parametrize("name", ["attachment-add", "paper-request"])
def test_a_file_that_is_refused_is_named_with_the_reason_and_the_words_beside_it_stay(lived_in, name, make, reason):
    before = Upload.objects.count()
    file = make()
    typed = (
        {"title": "Figures of the force", "summary": "What they say, in a sentence."}
        if name == "attachment-add"
        else {}
    )
    answer = client_of("officer").post(lived_in.address(name), {**typed, "file": file})
    file.close()
    page = unescape(answer.content.decode())
    assert answer.status_code in (200, 422)
    assert "There is a problem" in page
    assert reason in page
    assert all(words in page for words in typed.values())
    assert Upload.objects.count() == before


# --- long texts ------------------------------------------------------------------------------------------------------


@pytest.mark.one_database("the limits of a process and of a request know no database")
def test_an_entry_of_five_megabytes_comes_back_with_a_message_and_all_its_text(officer, meeting):
    minuted = meeting.minutes.minuted_items.get(item__label="1")
    text = "word " * MEGABYTE
    answer = officer.post(reverse("minuted-item", args=[minuted.pk]), {"next-kind": "statement", "next-text": text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in page
    assert text.strip() in page
    assert not MinuteEntry.objects.filter(minuted_item=minuted).exists()


@pytest.mark.one_database("the limits of a process and of a request know no database")
@pytest.mark.parametrize("who", ["officer", ""])
def test_a_form_larger_than_django_reads_is_answered_in_words(demo, who):
    client = client_of(who) if who else Client()
    section = ReportSection.objects.filter(report__state=State.IN_REVIEW).first()
    large = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = client.post(section.get_absolute_url(), {"heading": "A heading", "body": large})
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "That is too large to send" in page
    assert "12.0" in page and "nothing was saved" in page
    assert ReportSection.objects.get(pk=section.pk).version == section.version


@pytest.mark.one_database("the limits of a process and of a request know no database")
def test_a_form_of_more_fields_than_django_reads_is_answered_in_words(officer, meeting):
    many = {f"field-{number}": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    answer = officer.post(reverse("meeting-edit", args=[meeting.pk]), many)
    assert answer.status_code in (400, 413)
    assert "<h1>" in answer.content.decode()


# --- rendering -------------------------------------------------------------------------------------------------------


@pytest.mark.one_database("the limits of a process and of a request know no database")
def test_a_paper_of_five_thousand_nested_lists_fails_in_words_and_the_next_one_is_made(officer, meeting, monkeypatch):
    address = reverse("minutes-pdf", args=[meeting.minutes.pk])
    with monkeypatch.context() as patch:
        patch.setattr(minutes_views.pdf, "minutes_paper", lambda minutes: Paper(NESTED, None))
        answer = officer.get(address)
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    page = unescape(officer.get(answer.url).content.decode())
    assert "stand inside each other more than" in page
    assert "Paste that part again as plain text" in page
    made = officer.get(address)
    assert made["Content-Type"] == "application/pdf"
    made.getvalue()


@pytest.mark.one_database("the limits of a process and of a request know no database")
def test_other_pages_answer_while_a_paper_is_laid_out_that_never_ends(officer):
    boxes = '<div class="f"><div>' * 12 + "x" + "</div></div>" * 12
    head = "<title>x</title><style>div { display: flex; flex-wrap: wrap }</style>"
    endless = f'<!doctype html><html lang="en"><head>{head}</head><body>{boxes}</body></html>'
    renderer = Renderer(Limits(cpu_seconds=3, wall_seconds=60))
    failures = []

    def lay_out():
        try:
            renderer.render(endless)
        except RenderFailed as failure:
            failures.append(failure)

    work = threading.Thread(target=lay_out)
    try:
        work.start()
        statuses = [officer.get(address).status_code for address in ("/healthz", "/desk/", "/desk/meetings/")]
        assert work.is_alive(), "the paper was over before the pages"
        work.join(timeout=60)
    finally:
        renderer.close()
    assert statuses == [200, 200, 200]
    assert [failure.reason for failure in failures] == ["too-complex"]


# --- script in every field -------------------------------------------------------------------------------------------


PLANTED = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


def plant_everywhere():
    """Put script into every text of every record of the office, as if every form had let it in."""
    count = 0
    for label in ("opcc_portal", "scrutiny", "funding"):
        for model in apps.get_app_config(label).get_models():
            shared = {name for each in model._meta.constraints for name in getattr(each, "fields", ())}
            for field in model._meta.fields:
                # What is published, and revisions of figures, the database keeps as they are; they were taken in through the
                # records that are filled here.
                if model not in (Edition, ObservationRevision) and plantable(field) and field.name not in shared:
                    count += model.objects.filter(**{f"{field.name}__gt": ""}).update(**{field.name: PLANTED})
    return count


def plantable(field):
    """A text that people type, with room for the script, which no other record must share."""
    of_people = isinstance(field, (models.CharField, models.TextField)) and not isinstance(
        field, (models.SlugField, models.EmailField, models.URLField)
    )
    roomy = field.max_length is None or field.max_length >= len(PLANTED)
    keys = "address password document subject kind key code media_type sha256 content_hash file recipient_id".split()
    return of_people and roomy and not field.unique and not field.choices and field.name not in keys


@pytest.mark.one_database("how a page writes what it was given is decided by its template")
def test_script_that_got_into_the_records_runs_on_no_page(lived_in):
    clients = {who: client_of(who) if who else Client() for room in PAGES.values() for who in room.values()}
    addresses = [(lived_in.address(name), who) for room in PAGES.values() for name, who in room.items()]
    assert plant_everywhere() > 100
    shown = 0
    for address, who in addresses:
        answer = clients[who].get(address)
        page = answer.content.decode()
        assert answer.status_code == 200, address
        assert not re.search(r"<script>alert|<img src=x", page), address
        shown += "&lt;script&gt;alert(1)" in page
    assert shown > 30


@pytest.mark.parametrize(
    ("name", "who", "field"),
    [
        ("office-edit", "admin", "web"),
        ("organisation-edit", "officer", "website"),
        ("meeting-edit", "officer", "webcast_url"),
    ],
)
def test_a_web_address_that_is_a_script_is_refused(lived_in, name, who, field):
    client = client_of(who)
    answer = client.post(lived_in.address(name), {field: "javascript:alert(3)"})
    assert answer.status_code in (200, 422)
    assert field in answer.context["form"].errors
    assert 'href="javascript:' not in answer.content.decode()
