"""Attachments: their files, what was printed of them before, and what is missing."""

import io
import zipfile

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opcc_portal.files.models import Upload
from scrutiny.register.models import Attachment
from tests.factories import make_attachment, make_office, make_report, make_user

pytestmark = pytest.mark.django_db


def small_pdf():
    kept, pdf = io.BytesIO(), pikepdf.new()
    pdf.add_blank_page()
    pdf.save(kept)
    return SimpleUploadedFile("update.pdf", kept.getvalue(), "application/pdf")


@pytest.fixture
def officer(client):
    make_office()
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def report():
    return make_report()


def test_an_attachment_shows_the_kind_and_size_of_its_file(client, officer, report):
    client.post(reverse("attachment-add", args=[report.pk]), {"title": "Update of the force", "file": small_pdf()})
    held = report.held_attachments.get()
    page = client.get(report.get_absolute_url()).content.decode()
    assert f"Update of the force ({held.attachment.upload.kind_and_size})" in page
    assert held.attachment.kind_and_size.startswith("PDF, ")


def test_the_file_can_be_downloaded_from_the_report_it_belongs_to_only(client, officer, report):
    client.post(reverse("attachment-add", args=[report.pk]), {"title": "Update", "file": small_pdf()})
    held = report.held_attachments.get()
    answer = client.get(reverse("attachment-file", args=[report.pk, held.pk]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert client.get(reverse("attachment-file", args=[make_report().pk, held.pk])).status_code == 404


def test_size_and_kind_as_an_old_paper_printed_them_stand_beside_the_real_ones(client, officer, report):
    client.post(
        reverse("attachment-add", args=[report.pk]),
        {"title": "Update", "file": small_pdf(), "printed_kind": "PDF", "printed_size": "412KB"},
    )
    page = client.get(report.get_absolute_url()).content.decode()
    assert "PDF, 412KB" in page
    assert report.held_attachments.get().attachment.upload.kind_and_size in page


def test_an_attachment_without_a_file_is_flagged_until_the_file_comes(client, officer, report):
    held = make_attachment(report, title="Figures", printed_kind="PDF", printed_size="291KB")
    page = client.get(report.get_absolute_url()).content.decode()
    assert "No file yet" in page
    assert "PDF, 291KB, as printed" in page
    client.post(
        reverse("attachment-edit", args=[held.pk]),
        {"title": "Figures", "printed_kind": "PDF", "printed_size": "291KB", "file": small_pdf()},
    )
    assert "No file yet" not in client.get(report.get_absolute_url()).content.decode()


def test_a_refused_file_is_named_with_its_reason_and_the_other_fields_are_kept(client, officer, report):
    disguised = SimpleUploadedFile("report.pdf", b"MZ\x90\x00" + b"\x00" * 200, "application/pdf")
    page = client.post(
        reverse("attachment-add", args=[report.pk]),
        {"title": "A long title that took a while", "label": "Appendix B", "file": disguised},
    )
    text = page.content.decode()
    assert "report.pdf" in text
    assert "error-message" in text
    assert "A long title that took a while" in text
    assert "Appendix B" in text
    assert not Attachment.objects.exists()
    assert not Upload.objects.exists()


def test_a_form_with_a_mistake_takes_no_file_in(client, officer, report):
    page = client.post(reverse("attachment-add", args=[report.pk]), {"title": "", "file": small_pdf()})
    assert "Enter the title" in page.content.decode()
    assert not Upload.objects.exists()


def test_an_archive_in_the_place_of_a_document_is_refused(client, officer, report):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("readme.txt", "hello")
    page = client.post(
        reverse("attachment-add", args=[report.pk]),
        {"title": "Archive", "file": SimpleUploadedFile("archive.docx", kept.getvalue())},
    )
    assert "error-message" in page.content.decode()
    assert not report.held_attachments.exists()


def test_a_removed_attachment_is_gone_from_the_report(client, officer, report):
    held = make_attachment(report, title="Old figures")
    client.post(reverse("attachment-delete", args=[held.pk]))
    client.get(report.get_absolute_url())  # shows the banner that names it
    assert "Old figures" not in client.get(reverse("report-preview", args=[report.pk])).content.decode()
    assert not report.held_attachments.exists()
