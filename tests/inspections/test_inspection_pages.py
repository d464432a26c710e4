"""Pages of inspections and recommendations: registers, files of what is filtered, acts, bad input, few queries."""

import csv
import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from scrutiny.inspections import operations
from scrutiny.inspections.models import Inspection, Recommendation, Response, StatusChange
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import name_checker
from tests.factories import (
    make_action,
    make_entry,
    make_indicator,
    make_inspection,
    make_minutes,
    make_office,
    make_organisation,
    make_person,
    make_recommendation,
    make_report,
    make_user,
)
from tests.files import samples

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def officer(client):
    make_office()
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def force(client):
    make_office()
    user = make_user(Role.FORCE)
    client.force_login(user)
    return user


def read(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, address
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def rows_of(client, name, **query):
    text = read(client, reverse(name), **query).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def inspection_form(**fields):
    ordinary = {
        "body": make_organisation(kind="inspectorate").pk,
        "title": "Dark roads",
        "kind": "thematic",
        "published_on": "24 October 2017",
        "subject": "named",
    }
    return ordinary | fields


def pdf(name="shown.pdf"):
    return SimpleUploadedFile(name, samples.pdf(), content_type="application/pdf")


# --- the list of reports ---------------------------------------------------------------------------------------------------


def test_the_list_of_inspections_can_be_filtered_and_its_file_holds_exactly_that(client, officer):
    late = make_inspection(title="Dark roads", published_on=today() - 60 * DAY)
    near = make_inspection(title="Lit roads", published_on=today() - 50 * DAY, kind="peel", body=late.body)
    out = make_inspection(title="Open roads")
    Response.objects.create(inspection=out, state=State.PUBLISHED)
    make_inspection(title="Ports", subject="not_subject", why_not_subject="No port.")
    make_recommendation(late, due=today() - DAY)
    make_recommendation(late, status="done")
    page = read(client, reverse("inspections"))
    assert "5 days late" in page and "5 days left" in page and "1 overdue" in page and "Not needed" in page
    asked = {
        "Dark roads": {"response": "late"},
        "Lit roads": {"kind": "peel"},
        "Open roads": {"response": "published"},
        "Ports": {"response": "not_needed"},
    }
    for title, query in asked.items():
        assert [row["Report"] for row in rows_of(client, "inspections-csv", **query)] == [title]
        assert [each["inspection"].title for each in client.get(reverse("inspections"), query).context["rows"]] == [
            title
        ]
    assert len(rows_of(client, "inspections-csv", body=late.body_id)) == 2
    assert len(rows_of(client, "inspections-csv", text="ROADS")) == 3
    row = rows_of(client, "inspections-csv", response="late")[0]
    assert (row["Recommendations"], row["Open"], row["Overdue"], row["Time"]) == ("2", "1", "1", "5 days late")
    assert row["Last day for the response"] == (today() - 5 * DAY).isoformat()
    assert near.clock.warning() == 7


@pytest.mark.parametrize(
    "query", ["body=x", "kind=none", "response=%00", "body=99999999999999999999", "text=" + "x" * 300]
)
def test_a_filter_that_makes_no_sense_narrows_nothing(client, officer, query):
    make_inspection()
    assert "1 report" in read(client, f"{reverse('inspections')}?{query}")
    make_recommendation()
    assert "1 recommendation" in read(client, f"{reverse('recommendations')}?{query.replace('body', 'inspection')}")


def test_a_page_of_the_list_that_does_not_exist_is_the_last_one(client, officer):
    make_inspection()
    assert "1 report" in read(client, reverse("inspections"), page="99999999999")


def test_the_empty_lists_say_what_to_do(client, officer):
    assert "No reports yet" in read(client, reverse("inspections"))
    assert "No recommendations yet" in read(client, reverse("recommendations"))
    assert "No report fits" in read(client, reverse("inspections"), text="nothing")


# --- one report ------------------------------------------------------------------------------------------------------------


def test_a_report_is_listed_with_its_clock_and_the_law(client, officer):
    answer = client.post(reverse("inspection-add"), inspection_form())
    found = Inspection.objects.get()
    assert answer.status_code == 302 and answer["Location"] == found.get_absolute_url()
    page = read(client, found.get_absolute_url())
    assert "18 December 2017" in page and "section 55(5A)" in page and "No recommendations listed" in page


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"published_on": (today() + DAY).isoformat()}, "has not come yet"),
        ({"published_on": ""}, "Enter the day of publication"),
        ({"published_on": "31 February 2017"}, "is not a date"),
        ({"published_on": "1017-10-24"}, "Check the year"),
        ({"title": " \x00 "}, "Enter the title of the report"),
        ({"title": "x" * 301}, "under 300 letters"),
        ({"summary": "x" * 4001}, "under 4,000 letters"),
        ({"subject": "not_subject"}, "Write why the report does not concern the force"),
        ({"body": ""}, "Choose the inspectorate"),
        ({"body": "99999999999999999999"}, "Select a valid choice"),
        ({"url": "javascript:alert(1)"}, "Enter a whole address"),
    ],
)
def test_a_report_that_cannot_be_is_not_listed_and_says_why(client, officer, wrong, why):
    answer = client.post(reverse("inspection-add"), inspection_form(**wrong))
    assert answer.status_code == 422 and why in answer.content.decode()
    assert not Inspection.objects.exists()


def test_only_a_body_that_inspects_can_be_chosen(client, officer):
    answer = client.post(reverse("inspection-add"), inspection_form(body=make_organisation(kind="company").pk))
    assert answer.status_code == 422


def test_the_report_comes_as_a_file_and_a_refused_one_leaves_nothing_behind(client, officer):
    bad = SimpleUploadedFile("report.pdf", b"no PDF at all")
    answer = client.post(reverse("inspection-add"), inspection_form(file=bad))
    assert answer.status_code == 422 and not Upload.objects.exists()
    client.post(reverse("inspection-add"), inspection_form(file=pdf("report.pdf")))
    found = Inspection.objects.get()
    answer = client.get(reverse("inspection-file", args=[found.pk]))
    assert answer["Content-Type"] == "application/pdf" and b"".join(answer.streaming_content).startswith(b"%PDF")
    assert client.get(reverse("inspection-file", args=[make_inspection().pk])).status_code == 404


def test_somebody_who_was_slower_sees_that_and_loses_no_words(client, officer):
    found = make_inspection()
    said = inspection_form(title="Mine", body=found.body_id, published_on=found.published_on.isoformat(), seen=1)
    operations.change(found, {"title": "Theirs"}, seen=1, by=officer)
    answer = client.post(reverse("inspection-edit", args=[found.pk]), said)
    assert answer.status_code == 409 and "Mine" in answer.content.decode()
    assert Inspection.objects.get().title == "Theirs"
    without = {name: value for name, value in said.items() if name != "seen"}
    assert client.post(reverse("inspection-edit", args=[found.pk]), without).status_code == 409
    assert client.post(reverse("inspection-edit", args=[found.pk]), said | {"seen": 2}).status_code == 302
    assert Inspection.objects.get().title == "Mine"


def test_a_report_says_which_it_repeats(client, officer):
    national = make_inspection(title="All roads")
    said = inspection_form(covers=[national.pk, "99999999999999999999"])
    assert client.post(reverse("inspection-add"), said).status_code == 422
    client.post(reverse("inspection-add"), said | {"covers": [national.pk]})
    local = Inspection.objects.get(title="Dark roads")
    assert "All roads" in read(client, local.get_absolute_url())
    assert "Dark roads" in read(client, national.get_absolute_url())
    edit = read(client, reverse("inspection-edit", args=[local.pk]))
    assert "checked" in edit.split('name="covers"')[1][:200]


def test_a_report_that_was_listed_by_mistake_is_deleted(client, officer):
    found = make_inspection()
    assert "Delete it" in read(client, reverse("inspection-delete", args=[found.pk]))
    client.post(reverse("inspection-delete", args=[found.pk]), {"seen": 1})
    assert not Inspection.objects.exists()
    kept = make_recommendation().inspection
    assert "cannot be deleted" in read(client, reverse("inspection-delete", args=[kept.pk]))
    assert client.post(reverse("inspection-delete", args=[kept.pk]), {"seen": 1}).status_code == 422


# --- recommendations -------------------------------------------------------------------------------------------------------


def test_several_recommendations_are_pasted_at_once(client, officer):
    found = make_inspection()
    pasted = "1. Count the roads.\r\n\r\nArea for improvement 2: Listen."
    answer = client.post(
        reverse("recommendations-add", args=[found.pk]), {"pasted": pasted, "kind": "concern", "seen": 1}
    )
    assert answer.status_code == 302
    assert [str(each) for each in found.recommendations.all()] == ["Cause of concern 1", "Area for improvement 2"]
    page = read(client, found.get_absolute_url())
    assert "Count the roads." in page and "2 in all, 2 open" in page


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"pasted": " \r\n \x00"}, "at least one recommendation"),
        ({"pasted": "x" * 4001}, "4,001 letters"),
        ({"pasted": "a\n\n" * 301}, "at most 300"),
        ({"due": "1 January 1999"}, "Enter a day after that"),
        ({"kind": "wish"}, "Select a valid choice"),
    ],
)
def test_a_list_that_cannot_be_is_not_added(client, officer, wrong, why):
    found = make_inspection()
    said = {"pasted": "Count.", "kind": "recommendation", "seen": 1} | wrong
    answer = client.post(reverse("recommendations-add", args=[found.pk]), said)
    assert answer.status_code == 422 and why in answer.content.decode()
    assert not Recommendation.objects.exists()


def test_the_register_can_be_filtered_and_its_file_holds_exactly_that(client, officer):
    owner = make_person("Alex Moor")
    first = make_recommendation(text="Count the roads.", owner=owner, due=today() - DAY)
    second = make_recommendation(text="=Listen", kind="improvement", due=today() + DAY)
    third = make_recommendation(text="Write.", kind="concern")
    operations.set_status(third, status="done", on=today(), evidence="A letter.", by=officer)
    shown = client.get(reverse("recommendations")).context["page"].object_list
    assert list(shown) == [first, second, third]
    asked = {
        first: [{"status": "overdue"}, {"owner": owner.pk}, {"text": "COUNT"}, {"inspection": first.inspection_id}],
        second: [{"kind": "improvement"}],
        third: [{"status": "done"}],
    }
    for wanted, queries in asked.items():
        for query in queries:
            assert [row["Report"] for row in rows_of(client, "recommendations-csv", **query)] == [
                wanted.inspection.title
            ]
            assert list(client.get(reverse("recommendations"), query).context["page"].object_list) == [wanted]
    assert len(rows_of(client, "recommendations-csv", status="still_open")) == 2
    assert len(rows_of(client, "recommendations-csv", owner="=")) == 2
    rows = rows_of(client, "recommendations-csv")
    assert rows[1]["Text"] == "'=Listen"
    assert (rows[2]["Status"], rows[2]["Since"], rows[2]["What shows it"]) == (
        "Done, says the force",
        today().isoformat(),
        "A letter.",
    )


def test_what_became_of_it_is_added_with_a_file_that_shows_it(client, officer):
    found = make_recommendation()
    said = {"status": "done", "on": "today", "evidence": "A letter.", "seen": 1} | {"on": today().isoformat()}
    answer = client.post(reverse("recommendation-status", args=[found.pk]), said | {"file": pdf()})
    assert answer.status_code == 302
    change = found.changes.get()
    page = read(client, found.get_absolute_url())
    assert "Done, says the force" in page and "A letter." in page and "shown.pdf" in page and officer.name in page
    answer = client.get(reverse("recommendation-evidence", args=[found.pk, change.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    other = make_recommendation()
    assert client.get(reverse("recommendation-evidence", args=[other.pk, change.pk])).status_code == 404


def test_pressing_twice_keeps_one_line_and_one_file(client, officer):
    found = make_recommendation()
    for _ in range(2):
        said = {"status": "done", "on": today().isoformat(), "evidence": "A letter.", "seen": 1, "file": pdf()}
        assert client.post(reverse("recommendation-status", args=[found.pk]), said).status_code == 302
    assert found.changes.count() == Upload.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"evidence": ""}, "Enter what shows it"),
        ({"evidence": "x" * 4001}, "under 4,000 letters"),
        ({"on": (today() + DAY).isoformat()}, "has not come yet"),
        ({"on": (today() - 11 * DAY).isoformat()}, "Nothing became of it before"),
        ({"on": ""}, "Enter the day"),
        ({"status": ""}, "Choose what became of it"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ\x00\x01")}, "a.exe"),
    ],
)
def test_a_status_that_cannot_be_is_not_added_and_leaves_no_file(client, officer, wrong, why):
    found = make_recommendation()
    said = {"status": "done", "on": today().isoformat(), "evidence": "A letter.", "seen": 1, "file": pdf()} | wrong
    answer = client.post(reverse("recommendation-status", args=[found.pk]), said)
    assert answer.status_code == 422 and why in answer.content.decode()
    assert not StatusChange.objects.exists() and not Upload.objects.exists()


def test_of_two_people_who_say_what_became_of_it_the_second_is_told(client, officer):
    found = make_recommendation()
    operations.set_status(found, status="under_way", on=today(), evidence="A plan.", by=make_user())
    said = {"status": "done", "on": today().isoformat(), "evidence": "A letter.", "seen": 1, "file": pdf()}
    answer = client.post(reverse("recommendation-status", args=[found.pk]), said)
    page = answer.content.decode()
    assert answer.status_code == 409 and "A plan." in page and "A letter." in page
    assert not Upload.objects.exists() and found.changes.count() == 1
    assert (
        client.post(reverse("recommendation-status", args=[found.pk]), said | {"seen": 2, "file": pdf()}).status_code
        == 302
    )


def test_a_day_before_the_newest_is_filled_in_and_the_page_says_so(client, officer):
    found = make_recommendation(make_inspection(published_on=today() - 10 * DAY))
    operations.set_status(found, status="done", on=today(), evidence="A letter.", by=officer)
    said = {"status": "under_way", "on": (today() - DAY).isoformat(), "evidence": "A plan.", "seen": 2}
    answer = client.post(reverse("recommendation-status", args=[found.pk]), said, follow=True)
    assert "which was said of a later day" in answer.content.decode()


def test_a_recommendation_is_changed_moved_and_deleted(client, officer):
    inspection = make_inspection()
    first, second = make_recommendation(inspection), make_recommendation(inspection)
    said = {"label": "2a", "kind": "concern", "text": "Count them all.", "position": 1, "seen": 1}
    assert client.post(reverse("recommendation-edit", args=[second.pk]), said).status_code == 302
    assert [str(each) for each in inspection.recommendations.all()] == ["Cause of concern 2a", "Recommendation 1"]
    assert client.post(reverse("recommendation-edit", args=[second.pk]), said | {"text": "No."}).status_code == 409
    assert client.post(reverse("recommendation-edit", args=[first.pk]), said | {"text": " "}).status_code == 422
    assert client.post(reverse("recommendation-edit", args=[first.pk]), said | {"position": "one"}).status_code == 422
    assert client.post(reverse("recommendation-delete", args=[first.pk]), {"seen": 9}).status_code == 409
    assert client.post(reverse("recommendation-delete", args=[first.pk]), {"seen": first.version}).status_code == 302
    assert inspection.recommendations.get() == second


def test_what_belongs_to_a_recommendation_is_found_by_words_and_linked(client, officer):
    found, action, indicator = make_recommendation(), make_action(text="Count the roads"), make_indicator("Roads")
    question = make_entry(kind="question", text="How many roads are there?")
    report = make_report(subject="Roads")
    other = make_action(text="Buy paper")
    address = reverse("recommendation-links", args=[found.pk])
    page = read(client, address, text="roads")
    for words in ("Count the roads", "How many roads", "Roads"):
        assert words in page
    assert "Buy paper" not in page
    said = {
        "questions": [question.pk], "actions": [action.pk, other.pk], "indicators": [indicator.pk],
        "reports": [report.pk], "seen": 1,
    }  # fmt: skip
    assert client.post(address, said).status_code == 302
    page = read(client, found.get_absolute_url())
    for each in (action, indicator, report):
        assert each.get_absolute_url() in page
    assert reverse("question", args=[question.pk]) in page and "Buy paper" in page
    assert client.post(address, {"actions": [action.pk], "seen": 1}).status_code == 409
    assert client.post(address, {"actions": [action.pk], "seen": 2}).status_code == 302
    assert list(found.actions.all()) == [action] and not found.reports.exists()


@pytest.mark.parametrize("wrong", [{"actions": "x"}, {"actions": "99999999999999999999"}, {"indicators": "0"}])
def test_what_is_not_there_cannot_be_linked(client, officer, wrong):
    found = make_recommendation()
    assert client.post(reverse("recommendation-links", args=[found.pk]), wrong | {"seen": 1}).status_code == 422


# --- the force -------------------------------------------------------------------------------------------------------------


def test_the_force_sees_of_what_is_linked_only_what_it_may_see(client, force):
    found = make_recommendation()
    for own in (True, False):
        word = "shared" if own else "secret"
        minutes = make_minutes()
        found.questions.add(make_entry(minutes.minuted_items.get(), kind="question", text=f"A {word} question"))
        found.actions.add(make_action(text=f"A {word} action", force=own))
        report = make_report(subject=f"A {word} report")
        found.reports.add(report)
        if own:
            for document in (minutes, report):
                name_checker(document, user=force, by=None)
    page = read(client, found.get_absolute_url())
    assert "secret" not in page
    for what in ("question", "action", "report"):
        assert f"A shared {what}" in page
    assert "Choose what belongs to it" not in page


def test_the_force_says_what_it_did_and_reads_nothing_of_the_offices_work(client, force):
    found, officer = make_recommendation(), make_user(name="Olive Office")
    operations.change(found.inspection, {"owner": officer, "summary": "Roads are dark."}, seen=1, by=officer)
    Response.objects.create(inspection=found.inspection)
    page = read(client, found.inspection.get_absolute_url())
    assert "Roads are dark." in page and "Not published yet" in page
    assert "Olive Office" not in page and "What happened" not in page and "Open the response" not in page
    said = {"status": "done", "on": today().isoformat(), "evidence": "A letter.", "seen": 1}
    assert (
        client.post(reverse("recommendation-status", args=[found.pk]), said | {"status": "closed"}).status_code == 422
    )
    assert client.post(reverse("recommendation-status", args=[found.pk]), said).status_code == 302
    assert client.post(reverse("recommendation-edit", args=[found.pk]), {}).status_code == 403
    assert {row["Response"] for row in rows_of(client, "inspections-csv", response="none")} == {"Not published yet"}


# --- few queries -----------------------------------------------------------------------------------------------------------


def counted(client, address):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        read(client, address)
    return len(asked)


def test_registers_ask_ten_questions_at_most_and_no_more_with_five_thousand(
    client, officer, django_assert_max_num_queries
):
    few = make_recommendation(owner=make_person(), due=today() - DAY)
    operations.set_status(few, status="under_way", on=today(), evidence="A plan.", by=officer)
    addresses = [
        reverse("inspections"),
        reverse("inspections-csv"),
        reverse("recommendations"),
        reverse("recommendations") + "?text=roads&status=still_open&page=3",
        reverse("recommendations-csv"),
    ]
    before = {address: counted(client, address) for address in addresses}
    assert max(before.values()) <= 10, before
    inspections = [make_inspection(body=few.inspection.body) for _ in range(50)]
    people = [make_person() for _ in range(20)]
    made = Recommendation.objects.bulk_create(
        Recommendation(
            inspection=inspections[number % 50], position=number, label=str(number), text=f"Count the roads {number}",
            owner=people[number % 20], due=today() + (number % 400 - 200) * DAY,
        )
        for number in range(5000)
    )  # fmt: skip
    StatusChange.objects.bulk_create(
        StatusChange(recommendation=each, status="open", on=today(), evidence="Seen.", by=officer) for each in made
    )
    for address in addresses:
        with django_assert_max_num_queries(before[address], info=address):
            read(client, address)
    assert len(rows_of(client, "recommendations-csv")) == 5001


def test_pages_of_one_record_ask_few_questions_however_much_they_hold(client, officer, django_assert_max_num_queries):
    inspection = make_inspection()
    found, *_ = (make_recommendation(inspection, owner=make_person()) for _ in range(40))
    for number in range(10):
        operations.set_status(found, status="open", on=today(), evidence=f"Seen {number}.", by=make_user())
        found.actions.add(make_action())
        found.questions.add(make_entry(kind="question"))
        found.reports.add(make_report())
    for address in (
        inspection.get_absolute_url(),
        found.get_absolute_url(),
        *(reverse(f"recommendation-{name}", args=[found.pk]) for name in ("edit", "links")),
        reverse("inspection-edit", args=[inspection.pk]),
    ):
        with django_assert_max_num_queries(12, info=address):
            read(client, address)


def test_an_action_and_a_question_lead_to_their_recommendations(client, officer):
    found, action = make_recommendation(), make_action()
    question = make_entry(kind="question", text="How many roads are there?")
    found.actions.add(action)
    found.questions.add(question)
    for address in (action.get_absolute_url(), reverse("question", args=[question.pk])):
        assert found.get_absolute_url() in read(client, address), address
    found.actions.clear()
    assert found.get_absolute_url() not in read(client, action.get_absolute_url())
