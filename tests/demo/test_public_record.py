"""What the demonstration publishes: whole, valid, and made again the same to the byte."""

import hashlib
import io

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from opcc_portal import pdf
from scrutiny.publication import making
from scrutiny.workflow import editions, kinds
from scrutiny.workflow.models import Edition
from tests.pdf.vera import VeraPDF

pytestmark = pytest.mark.django_db


def papers():
    """{kind and address: the published PDF}"""
    found = {}
    for edition in Edition.objects.exclude(pdf_name="").order_by("number"):
        with default_storage.open(editions.stored_name(edition.pdf_sha256, "pdf")) as file:
            found[f"{edition.kind} {edition.number}"] = file.read()
    return found


def test_every_kind_of_the_office_is_published(demo):
    assert set(Edition.objects.values_list("kind", flat=True)) == {
        "actions",
        "award",
        "decision",
        "duties",
        "fund",
        "indicator",
        "inspection",
        "letter",
        "measures",
        "meeting",
        "minutes",
        "network",
        "news",
        "pack",
        "page",
        "plan",
        "priority",
        "report",
        "response",
        "round",
    }


@pytest.mark.verapdf
def test_every_published_paper_is_pdf_ua_1_and_pdf_a_3a_and_the_pack_pdf_ua_1(demo, tmp_path):
    made = papers()
    assert len(made) >= 5
    complaints = VeraPDF(tmp_path).complaints(made)
    assert [line for line in complaints if "pack" not in line or " ua1 " in line] == []
    assert [pdf.problems(data) for data in made.values()] == [[]] * len(made)


@pytest.mark.one_database("a paper is laid out from data that other tests load on both databases")
def test_every_published_paper_is_made_again_the_same_to_the_byte(demo):
    for edition in Edition.objects.exclude(pdf_name=""):
        kind = kinds.named(edition.kind)
        again = making.pdf_of(kind, edition, edition.manifest["printed_head"])
        assert hashlib.sha256(again).hexdigest() == edition.pdf_sha256, edition


def test_the_whole_record_is_verified(demo):
    said = io.StringIO()
    call_command("verify_record", stdout=said)
    assert "OK" in said.getvalue()
