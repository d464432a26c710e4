"""An award has no PDF of its own unless somebody asked for one; what that paper says, and where it is found."""

import pytest
from django.urls import reverse

from funding.awards import operations
from opcc_portal import pdf
from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.people.models import Identifier
from scrutiny.publication import making
from scrutiny.publication.record import Record
from scrutiny.publication.site import page_of
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition
from tests.factories import make_area, make_award, make_office, make_organisation, make_restriction, make_user
from tests.pdf.reading import text as words_of
from tests.pdf.vera import VeraPDF
from tests.publication.desk import publish

pytestmark = pytest.mark.django_db
KIND = kinds.named("award")


@pytest.fixture
def officer():
    make_office(email="office@northmoor.example")
    return make_user(role=Role.GRANTS)


@pytest.fixture
def award(officer):
    charity = make_organisation("Lantern Trust", kind="charity")
    Identifier.objects.create(organisation=charity, list="GB-CHC", number="1048995")
    return make_award(recipient=charity, area=make_area("Wakefield"), by=officer)


def with_pdf(award, officer):
    return operations.publish_with_pdf(award, True, by=officer)


def made(award):
    """What publishing it now would make."""
    return making.make(making.bundle_of(KIND, award), after=(0, ""), by=None)[0]


def page_at(client, award):
    return client.get(f"/grants/{award.reference.lower()}/").content.decode()


def test_an_award_has_no_pdf_and_its_page_says_whom_to_ask_for_one(client, award, officer):
    publish(award, by=officer)
    edition = Edition.objects.get()
    assert (edition.pdf_name, edition.pdf_sha256, edition.pdf_size) == ("", "", 0)
    assert "with_pdf" not in edition.content
    page = page_at(client, award)
    assert '<a href="mailto:office@northmoor.example">' in page and f"name grant {award.reference}" in page
    assert client.get(f"/grants/{award.reference.lower()}/grant.pdf").status_code == 404


def test_an_award_for_which_a_pdf_was_asked_is_published_with_one_that_its_page_links(client, award, officer):
    publish(with_pdf(award, officer), by=officer)
    edition = Edition.objects.get()
    address = f"/grants/{award.reference.lower()}/grant.pdf"
    page = page_at(client, award)
    assert f'<a href="{address}">Grant {award.reference} (PDF, ' in page and "mailto:" not in page
    data = client.get(address).getvalue()
    assert data.startswith(b"%PDF") and len(data) == edition.pdf_size
    said = " ".join(words_of(data).split())
    for words in (
        "Lantern Trust",
        "1048995",
        "£3,000",
        award.title,
        award.purpose,
        award.reasons,
        award.conditions,
        "Wakefield",
        "Version 1.0",
        edition.content_hash[:4],
    ):
        assert words in said, words


def test_asking_for_a_pdf_makes_a_new_version_and_asking_for_none_takes_it_away_again(award, officer):
    publish(award, by=officer)
    publish(with_pdf(award, officer), by=officer)
    publish(operations.publish_with_pdf(award, False, by=officer), by=officer)
    assert [(each.version, each.pdf_name) for each in Edition.objects.order_by("number")] == [
        ("1.0", ""),
        ("1.1", "grant.pdf"),
        ("1.2", ""),
    ]
    first, _, last = Edition.objects.order_by("number")
    assert first.content_hash == last.content_hash


def test_what_was_published_before_anybody_could_ask_still_reads(award, officer):
    publish(award, by=officer)
    edition = Edition.objects.get()
    assert KIND.has_pdf(edition.content) is False
    assert edition.html == KIND.parts(edition.content)[0][1]
    assert "As a PDF" in page_of(Record(), edition)


def test_a_page_of_an_office_without_an_address_leads_to_its_contact_page_or_to_nothing(award, officer):
    edition = made(award).edition
    record = Record()
    record.office.email = ""
    page = page_of(record, edition)
    assert "mailto:" not in page and "/contact/" not in page and "You can ask the office for a PDF" in page
    record.foot["contact"] = "Contact"
    assert '<a href="/contact/">contact the office</a>' in page_of(record, edition)


# --- on the desk ---------------------------------------------------------------------------------------------------------


def test_the_award_s_page_has_a_button_that_asks_and_one_that_takes_it_back(client, award, officer):
    client.force_login(officer)
    address = reverse("award-pdf", args=[award.pk])
    assert client.get(address).status_code == 405
    page = client.get(award.get_absolute_url()).content.decode()
    assert "Publish a PDF with this award" in page
    page = client.post(address, {"wanted": "yes"}, follow=True).content.decode()
    award.refresh_from_db()
    assert award.with_pdf and "Publish no PDF with this award" in page
    client.post(address, {"wanted": "yes"})  # sent twice it is one act
    client.post(address, {"wanted": "no"})
    award.refresh_from_db()
    assert not award.with_pdf
    told = [line.act for line in lines_about(award) if "PDF" in line.act]
    assert told == [
        f"Award {award.reference}: to be published without a PDF",
        f"Award {award.reference}: to be published with a PDF",
    ]


def test_asking_changes_nothing_that_is_known_of_the_award(award, officer):
    before = (award.version, award.changed_at, award.revisions.count())
    held = with_pdf(award, officer)
    held.refresh_from_db()
    assert (held.version, held.changed_at, held.revisions.count()) == before


def test_who_may_not_publish_grants_is_offered_no_button_and_refused(client, award):
    client.force_login(make_user(role=Role.ANALYST))
    assert "Publish a PDF" not in client.get(award.get_absolute_url()).content.decode()
    assert client.post(reverse("award-pdf", args=[award.pk]), {"wanted": "yes"}).status_code in (403, 404)
    award.refresh_from_db()
    assert not award.with_pdf


# --- what the paper keeps to itself ----------------------------------------------------------------------------------------


def test_the_paper_of_a_withheld_recipient_gives_the_reason_and_no_name(award, officer):
    make_restriction(award, by=officer, public_reason="They would be in danger.", neutral_title="A safe place")
    said = " ".join(words_of(made(with_pdf(award, officer)).pdf).split())
    assert "They would be in danger." in said and "A safe place" in said
    for words in ("Lantern", "1048995", award.title):
        assert words not in said, words


def test_the_paper_of_a_grant_to_a_person_does_not_name_the_person(officer):
    award = with_pdf(make_award(individual="Kim Individual", by=officer), officer)
    said = " ".join(words_of(made(award).pdf).split())
    assert "Names of people who receive a grant are not published" in said
    assert "Individual" not in said and "Kim" not in said


@pytest.mark.verapdf
def test_the_paper_is_pdf_ua_1_and_pdf_a_3a(award, officer, tmp_path):
    change = operations.Change("varied", "They need more lamps & time.", today())
    fields = {"purpose": "Lamps.\n\nAnd <poles>.", "ends": today()}
    operations.change(award, fields, change, seen=award.version, by=officer)
    plain = made(with_pdf(award, officer)).pdf
    make_restriction(award, by=officer, public_reason="They would be in danger.")
    papers = {"plain": plain, "withheld": made(award).pdf}
    assert VeraPDF(tmp_path).complaints(papers) == []
    assert [pdf.problems(data) for data in papers.values()] == [[], []]
