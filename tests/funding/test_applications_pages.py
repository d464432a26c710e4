"""The pages of applications: who sees what, what two people at once are told, and the list with its CSV."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from funding.applications.models import Application
from funding.assessment.models import Interest
from funding.rounds.models import PanelMember
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.people.models import Identifier
from tests.factories import make_application, make_award, make_organisation, make_round, make_user

pytestmark = pytest.mark.django_db

PAPER = {
    "applicant_name": "=HYPERLINK(1)",
    "applicant_kind": "charity",
    "charity_number": "1048995",
    "title": "Lights for the park",
    "summary": "Lamps along the path.",
    "reasons": "It is dark.",
    "amount": "£4,500.50",
    "contact_email": "ann@example.org",
    "came_on": "",
}


@pytest.fixture
def grants(client):
    client.force_login(make_user(Role.GRANTS))
    return client


def paper(**fields):
    return {**PAPER, "came_on": today().isoformat(), **fields}


def page_of(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


def test_an_officer_writes_down_what_came_on_paper(grants):
    round_ = make_round()
    answer = grants.post(reverse("application-add", args=[round_.pk]), paper(), follow=True)
    held = Application.objects.get()
    assert (held.amount, held.status, held.origin) == (Decimal("4500.50"), "submitted", "office")
    assert held.reference in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "0"}, "Enter an amount above £0."),
        ({"amount": "-5"}, "without a minus sign"),
        ({"amount": "4,50"}, "is not an amount in pounds"),
        ({"charity_number": "12"}, "has the wrong shape"),
        ({"company_number": "IP12345R"}, "number of a society"),
        ({"starts": "2 May 2026", "ends": "1 May 2026"}, "must not be before its first day"),
        ({"came_on": "1 January 2999"}, "in the future"),
        ({"came_on": "1 January 2001"}, "opened on"),
        ({"contact_email": "nobody"}, "name@example.org"),
    ],
)
def test_what_cannot_be_right_is_said_beside_its_field_and_nothing_typed_is_lost(grants, fields, words):
    answer = grants.post(reverse("application-add", args=[make_round().pk]), paper(**fields))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Lamps along the path." in page
    assert not Application.objects.exists()


def test_the_same_paper_twice_is_asked_about_once(grants):
    address = reverse("application-add", args=[make_round().pk])
    grants.post(address, paper())
    asked = grants.post(address, paper())
    assert "Is this another one?" in asked.content.decode()
    grants.post(address, paper(another="on"))
    assert Application.objects.count() == 2


def test_a_decided_round_has_no_form(grants):
    round_ = make_round(decided_on=today())
    assert grants.get(reverse("application-add", args=[round_.pk])).status_code == 302


def test_both_wordings_are_kept_when_two_people_edit_at_once(grants):
    held = make_application(title="As it was")
    address = reverse("application-edit", args=[held.pk])
    fields = {**PAPER, "applicant_name": held.applicant_name, "seen": 1}
    assert grants.post(address, {**fields, "title": "What the first wrote"}).status_code == 302
    answer = grants.post(address, {**fields, "title": "What the second wrote"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'saved “<span dir="auto">What the first wrote</span>”' in page
    assert 'value="What the second wrote"' in page
    assert grants.post(address, {**fields, "title": "What the second wrote", "seen": 2}).status_code == 302
    held.refresh_from_db()
    assert held.title == "What the second wrote"


def test_how_to_reach_people_is_for_grants_officers_only(client):
    held = make_application(contact_email="private@example.org", contact_name="Ann Other", declared_by="Signer Name")
    member = make_user(Role.ANALYST)
    PanelMember.objects.create(round=held.round, user=member)
    for role, sees in ((Role.GRANTS, True), (Role.GOVERNANCE, False), (Role.COMMISSIONER, False), (None, False)):
        client.force_login(make_user(role) if role else member)
        shown = page_of(client, "application", held.pk) + page_of(client, "applications-csv", held.round_id)
        assert held.title in shown
        for private in ("private@example.org", "Ann Other", "Signer Name"):
            assert (private in shown) is sees


def test_a_conflicted_person_neither_sees_nor_counts_the_application(client):
    held = make_application(amount=Decimal(1234))
    other = make_application(held.round, amount=Decimal(2000))
    user = make_user(Role.GRANTS)
    Interest.objects.create(application=held, user=user, nature="A relative", declared_by=user)
    client.force_login(user)
    for name in (
        "application", "application-edit", "application-status", "application-eligibility", "application-documents",
        "application-organisation", "application-organisation-new",
    ):  # fmt: skip
        assert client.get(reverse(name, args=[held.pk])).status_code == 403
    listed = page_of(client, "applications", held.round_id) + page_of(client, "applications-csv", held.round_id)
    assert held.title not in listed
    assert other.title in listed
    assert "1 application, £2,000 asked for" in listed


def test_the_csv_holds_exactly_what_is_filtered_and_runs_no_formula(grants):
    round_ = make_round()
    make_application(round_, applicant_name="=1+1", amount=Decimal(4000))
    make_application(round_, applicant_name="Small one", amount=Decimal(100))
    query = {"at_least": "£1,000"}
    assert "1 application, £4,000 asked for" in page_of(grants, "applications", round_.pk, **query)
    rows = page_of(grants, "applications-csv", round_.pk, **query).splitlines()
    assert len(rows) == 2
    assert ",'=1+1," in rows[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"look": "above"}, "Big"),
        ({"look": "unlisted"}, "Unlisted"),
        ({"text": "unlis"}, "Unlisted"),
        ({"status": "withdrawn"}, "Gone"),
    ],
)
def test_the_list_is_narrowed(grants, query, found):
    round_, body = make_round(), make_organisation()
    make_application(round_, title="Big", amount=Decimal(6000), organisation=body)
    make_application(round_, title="Unlisted")
    make_application(round_, title="Gone", status="withdrawn", organisation=body)
    page = page_of(grants, "applications", round_.pk, **query)
    assert [title for title in ("Big", "Unlisted", "Gone") if f">{title}<" in page] == [found]


def test_pages_stay_within_twelve_queries(grants, django_assert_max_num_queries):
    round_ = make_round()
    held = [make_application(round_) for _ in range(5)]
    for address in (reverse("applications", args=[round_.pk]), held[0].get_absolute_url()):
        with django_assert_max_num_queries(16):  # four of them are who asks: session, account, roles, office
            grants.get(address)


def test_what_is_not_sent_yet_is_the_applicants_own(grants):
    round_ = make_round()
    held = Application.objects.create(round=round_, origin="public", title="Half written")
    assert "Half written" not in page_of(grants, "applications", round_.pk)
    assert "1 begun on the public form" in page_of(grants, "applications", round_.pk)
    assert grants.get(held.get_absolute_url()).status_code == 403


def test_status_and_eligibility_by_their_forms(grants):
    held = make_application()
    question = held.round.eligibility.get()
    grants.post(
        reverse("application-eligibility", args=[held.pk]),
        {"seen": 1, f"outcome_{question.pk}": "met", f"note_{question.pk}": ""},
    )
    held.refresh_from_db()
    assert held.status == "eligible"
    address = reverse("application-status", args=[held.pk])
    assert grants.post(address, {"seen": held.version, "status": "withdrawn", "text": ""}).status_code == 422
    stale = grants.post(address, {"seen": 1, "status": "withdrawn", "text": "Gave up"})
    assert stale.status_code == 409
    assert "Gave up" in stale.content.decode()
    grants.post(address, {"seen": held.version, "status": "withdrawn", "text": "Gave up"})
    held.refresh_from_db()
    assert held.status == "withdrawn"


def test_one_check_leads_to_the_next_until_none_is_left(grants):
    round_ = make_round()
    first, second, third = (make_application(round_) for _ in range(3))
    assert "next</a>" not in page_of(grants, "application", first.pk)
    for checked, following in ((second, third), (third, first)):
        Application.objects.filter(pk=checked.pk).update(status="eligible")
        assert f"Check {following.reference} next</a>" in page_of(grants, "application", checked.pk)
    Application.objects.filter(pk=first.pk).update(status="eligible")
    assert "next</a>" not in page_of(grants, "application", first.pk)


def test_a_document_is_kept_once_read_and_removed(grants):
    held = make_application()
    address = reverse("application-documents", args=[held.pk])
    for _ in range(2):
        file = SimpleUploadedFile("budget.csv", b"a,b\n1,2\n")
        grants.post(address, {"kind": "budget", "title": "", "file": file})
    document = held.documents.get()
    assert document.title == "budget.csv"
    assert grants.get(reverse("application-document", args=[document.pk])).getvalue() == b"a,b\n1,2\n"
    grants.post(reverse("application-document-remove", args=[document.pk]))
    assert not held.documents.exists()


def test_the_applicant_is_matched_or_listed(grants):
    body = make_organisation(name="Hyde Park Youth Work", kind="charity")
    held = make_application(applicant_name="Hyde Park Youth Works", charity_number="1048995")
    address = reverse("application-organisation", args=[held.pk])
    assert "Hyde Park Youth Work (a similar name)" in grants.get(address).content.decode()
    page = grants.post(address, {"seen": 1, "organisation": body.pk}, follow=True).content.decode()
    assert f"{held.reference}: the applicant is Hyde Park Youth Work." in page
    held.refresh_from_db()
    assert held.organisation == body
    other = make_application(held.round, applicant_name="New Body", charity_number="1048996")
    form = {"seen": 1, "name": "New Body", "kind": "charity", "website": ""}
    grants.post(reverse("application-organisation-new", args=[other.pk]), form)
    other.refresh_from_db()
    assert str(other.organisation.identifiers.get()) == "GB-CHC-1048996"


# --- organisations ---------------------------------------------------------------------------------------------------------


def test_numbers_of_an_organisation_are_shown_and_edited(grants):
    body = make_organisation(kind="charity")
    add = reverse("identifier-add", args=[body.pk])
    assert "wrong shape" in grants.post(add, {"list": "GB-COH", "number": "12"}).content.decode()
    grants.post(add, {"list": "GB-COH", "number": " 02065445"})
    held = body.identifiers.get()
    assert "02065445" in page_of(grants, "organisation", body.pk)
    edit = reverse("identifier-edit", args=[held.pk])
    grants.post(edit, {"list": "GB-COH", "number": "02065446", "seen": "GB-COH-02065445"})
    stale = grants.post(edit, {"list": "GB-COH", "number": "02065447", "seen": "GB-COH-02065445"}).content.decode()
    assert "changed this number to GB-COH-02065446" in stale
    assert 'value="02065447"' in stale
    grants.post(reverse("identifier-delete", args=[held.pk]))
    assert not body.identifiers.exists()


def test_a_number_belongs_to_one_organisation(grants):
    Identifier.objects.create(organisation=make_organisation(), list="GB-CHC", number="1048995")
    answer = grants.post(
        reverse("identifier-add", args=[make_organisation().pk]), {"list": "GB-CHC", "number": "1048995"}
    )
    assert "Another organisation has this number." in answer.content.decode()


def test_everything_an_organisation_applied_for_and_was_awarded_stands_on_one_page(client):
    body = make_organisation(kind="charity")
    make_award(recipient=body, amount=Decimal(2500), title="An award of theirs")
    seen = make_application(organisation=body, title="An application of theirs")
    user = make_user(Role.GRANTS)
    client.force_login(user)
    page = page_of(client, "organisation-grants", body.pk)
    assert "1 award, £2,500." in page
    assert "An award of theirs" in page
    assert "An application of theirs" in page
    Interest.objects.create(application=seen, user=user, nature="A relative", declared_by=user)
    assert "An application of theirs" not in page_of(client, "organisation-grants", body.pk)
