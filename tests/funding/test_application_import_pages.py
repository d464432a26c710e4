"""The pages of the import of applications, as the grants officer walks through them."""

import pytest
from django.urls import reverse

from funding.applications.importing import taking
from funding.applications.models import Application, ApplicationImport
from opcc_portal.accounts.capabilities import Role
from opcc_portal.jobs.models import Job
from tests.factories import make_application, make_round, make_user
from tests.funding.test_application_import import HEAD, ROW, as_csv, pasted, row
from tests.indicators import sheets

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = make_user(Role.GRANTS)
    client.force_login(user)
    return user


@pytest.fixture
def round_():
    return make_round()


def bring(client, round_, text="", file=None):
    said = {"text": text} if file is None else {"file": file}
    return client.post(reverse("applications-import-add", args=[round_.pk]), said, follow=True)


def words_of(page):
    return page.content.decode()


def test_a_paste_is_looked_through_and_taken_over(client, round_, officer):
    make_application(round_, applicant_name="Youth Club", title="Boxing", charity_number="")
    rows = [ROW, row(name="Youth Club", title="Boxing", amount="£2,500"), row(name="C", amount="none")]
    page = bring(client, round_, as_csv(rows))
    assert "2 applications to take over" in words_of(page) and "<del>£3,000</del>" in words_of(page)
    batch = ApplicationImport.objects.get()
    said = {"fingerprint": page.context["form"].initial["fingerprint"]}
    refused = client.post(batch.get_absolute_url(), said)
    assert refused.status_code == 422 and "tick that they are left out" in words_of(refused)
    done = client.post(batch.get_absolute_url(), {**said, "leave_out": "on"}, follow=True)
    assert "1 application received, 1 changed" in words_of(done)
    assert (batch.round.applications.count(), Application.objects.get(title="Boxing").amount) == (2, 2500)
    seen = bring(client, round_, as_csv(rows))
    assert "This was taken over before" in words_of(seen)
    listed = client.get(reverse("applications-import-add", args=[round_.pk]))
    assert "1 new, 1 changed, 1 left out" in words_of(listed)


def test_columns_that_were_not_understood_are_asked_for(client, round_, officer):
    page = bring(client, round_, as_csv([ROW], head=["Who", "Kind", "x", "Thing", "Story", "Sum"]))
    assert "What do the columns hold?" in words_of(page)
    batch = ApplicationImport.objects.get()
    address = reverse("applications-import-columns", args=[batch.pk])
    said = {"seen": batch.version, "heading": 1, "kind": "group", "column_0": "applicant_name", "column_3": "title"}
    refused = client.post(address, said)
    assert refused.status_code == 422 and "Choose the column of: amount asked for." in words_of(refused)
    said |= {"column_4": "summary", "column_5": "amount"}
    assert "Two columns are both said" in words_of(client.post(address, {**said, "column_2": "amount"}))
    assert "1 application to take over" in words_of(client.post(address, said, follow=True))
    assert "Somebody else changed this import" in words_of(client.post(address, said, follow=True))
    left = client.post(reverse("applications-import-leave", args=[batch.pk]), follow=True)
    assert "was taken over" in words_of(left) and not Application.objects.exists()
    assert "Its rows are not kept" in words_of(client.get(batch.get_absolute_url()))


def test_the_sheet_of_a_workbook_is_chosen(client, round_, officer):
    page = bring(client, round_, file=sheets.workbook([["Read me"]], more=[("Old", [HEAD, ROW])], hidden=["Old"]))
    assert "Which sheet holds the applications?" in words_of(page) and "hidden in Excel" in words_of(page)
    batch = ApplicationImport.objects.get()
    address = reverse("applications-import-sheet", args=[batch.pk])
    assert "Choose the sheet" in words_of(client.post(address, {"sheet": "None"}, follow=True))
    assert "1 application to take over" in words_of(client.post(address, {"sheet": "Old"}, follow=True))


def test_what_cannot_be_read_is_said_at_the_field(client, round_, officer):
    assert "Choose a file, or paste" in words_of(bring(client, round_))
    assert "is empty" in words_of(bring(client, round_, file=sheets.workbook([])))
    assert not ApplicationImport.objects.exists()
    headings_only = words_of(bring(client, round_, as_csv([])))
    assert "no application below the headings" in headings_only and "Nothing to take over" in headings_only


def test_a_closed_round_says_so_before_anything_is_sent(client, round_, officer):
    round_.decided_on = round_.opens
    round_.save()
    page = words_of(bring(client, round_, as_csv([ROW])))
    assert "This round is decided" in page and "<textarea" not in page
    assert not ApplicationImport.objects.exists()


def test_many_rows_are_looked_through_and_taken_in_the_background(client, round_, officer, monkeypatch):
    monkeypatch.setattr(taking, "LARGE", 3)
    rows = [row(name=f"Group {number}", title=f"Project {number}") for number in range(5)]
    page = bring(client, round_, as_csv(rows))
    assert "5 applications to take over" in words_of(page)
    assert Job.objects.get(kind="applications_look").state == "done"
    batch = ApplicationImport.objects.get()
    make_application(round_, applicant_name="Group 1", title="Project 1")
    said = {"fingerprint": batch.piles["fingerprint"]}
    assert "came in or changed since" in words_of(client.post(batch.get_absolute_url(), said, follow=True))
    assert "looked through in the background" in words_of(client.get(batch.get_absolute_url()))
    page = client.post(reverse("applications-import-look", args=[batch.pk]), follow=True)
    batch.refresh_from_db()
    said = {"fingerprint": batch.piles["fingerprint"]}
    assert "Taken over" in words_of(client.post(batch.get_absolute_url(), said, follow=True))
    assert Job.objects.filter(kind="applications_take", state="done").count() == 1
    assert round_.applications.count() == 5


def test_what_was_looked_through_for_one_officer_is_not_shown_to_another(client, round_, officer, monkeypatch):
    monkeypatch.setattr(taking, "LARGE", 1)
    bring(client, round_, as_csv([ROW, row(title="Two", name="Two")]))
    client.force_login(make_user(Role.GRANTS))
    page = words_of(client.get(ApplicationImport.objects.get().get_absolute_url()))
    assert "Still to be looked through" in page and "Friends of the Park" not in page


def test_the_pages_cost_at_most_twelve_queries(client, round_, officer, django_assert_max_num_queries):
    make_application(round_, applicant_name="Friends of the Park", title="Lights", amount=1)
    rows = [row(name=f"Group {number}", title=f"Project {number}") for number in range(20)]
    batch = pasted(round_, officer, ROW, *rows)
    for address in (reverse("applications-import-add", args=[round_.pk]), batch.get_absolute_url()):
        client.get(address)
        with django_assert_max_num_queries(12):
            client.get(address)


def test_nobody_else_imports_applications(client, round_):
    batch = pasted(round_, make_user(Role.GRANTS), ROW)
    for role in (Role.FORCE, Role.COMMISSIONER, Role.GOVERNANCE, Role.ANALYST):
        client.force_login(make_user(role))
        assert client.get(reverse("applications-import-add", args=[round_.pk])).status_code == 403
        assert client.get(batch.get_absolute_url()).status_code == 403
