"""The public site: every page from Editions alone, with few queries, the same for everybody."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from scrutiny.publication.record import Record
from scrutiny.publication.site import pages_for
from scrutiny.workflow import editions
from scrutiny.workflow.models import FormerAddress
from tests import factories
from tests.publication.editions import (
    MEETING,
    MEETING_PATH,
    PDF,
    REPORT,
    REPORT_PATH,
    STUB,
    UIDS,
    common,
    make_actions_edition,
    make_edition,
    make_meeting_edition,
    make_minutes_edition,
    make_page_edition,
    make_record,
    make_report_edition,
    meeting_content,
    minutes_content,
    minutes_parts,
)

ITEM = f"/{MEETING_PATH}/items/5/"
PAGES = [
    "/",
    "/meetings/",
    "/meetings/2018/",
    f"/{MEETING_PATH}/",
    ITEM,
    f"/{MEETING_PATH}/items/6/",
    f"/{MEETING_PATH}/minutes/",
    f"/{MEETING_PATH}/pack/",
    "/reports/",
    "/reports/2018/",
    f"/{REPORT_PATH}/",
    "/decisions/",
    "/decisions/2018-001/",
    "/actions/",
    "/corrections/",
    "/documents/",
    "/accessibility/",
    f"/{REPORT_PATH}/versions/",
    f"/{REPORT_PATH}/v1.0/",
    "/actions/v1.0/",
]


@pytest.fixture
def office(db):
    return factories.make_office()


@pytest.fixture
def record(office):
    return make_record()


def words_of(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


# --- every page ------------------------------------------------------------------------------------------------------


def test_every_page_asks_few_questions_of_the_database_and_knows_no_visitor(client, record):
    client.force_login(factories.make_user())
    for address in PAGES:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200, address
        told = "\n".join(query["sql"][:150] for query in asked.captured_queries)
        assert len(asked) <= 6, f"{address} asks {len(asked)}:\n{told}"
        assert "Cookie" not in answer.get("Vary", ""), address
        assert not answer.cookies, address
        html = answer.content.decode()
        assert html.count("<h1") == 1, address
        assert f'<link rel="canonical" href="{address}">' in html
        assert "<script" not in html.replace('<script type="application/ld+json">', "")
        assert ' style="' not in html


def test_every_page_answers_head_like_get_without_a_body(client, record):
    for address in (*PAGES, f"/{REPORT_PATH}/report.pdf"):
        answer = client.head(address)
        assert answer.status_code == 200, address
        assert not answer.getvalue(), address


def test_pages_of_an_empty_record_say_so(client, office):
    for address in ("/", "/meetings/", "/reports/", "/decisions/", "/actions/", "/corrections/", "/documents/"):
        words_of(client, address)


def test_an_office_that_is_not_open_yet_leads_to_its_opening(client, db):
    assert client.get("/").url == "/desk/"


# --- home ------------------------------------------------------------------------------------------------------------


def test_the_home_shows_a_question_of_the_newest_minutes_and_leads_to_its_answer(client, record):
    html = words_of(client, "/")
    assert "How is the towpath kept safe  after dark?" in html
    assert f'<a href="{ITEM}">Read the answer by DCI Marsh</a>' in html


def test_the_home_passes_over_what_is_withheld(client, office):
    content = minutes_content()
    question = content["items"][1]["entries"][0]
    question["withheld"], question["text"] = STUB, ""
    make_minutes_edition(content)
    assert "Asked on" not in words_of(client, "/")


def test_the_home_announces_the_next_meeting_that_takes_place(client, office):
    for days, status in ((3, "cancelled"), (9, ""), (20, "")):
        day = datetime.date.today() + datetime.timedelta(days=days)
        content = meeting_content()
        content["meeting"] |= {"date": day.isoformat(), "name": f"Meeting in {days} days", "status": status}
        content["date"] = day.isoformat()
        make_meeting_edition(content, date=day, path=f"meetings/{day}-x", subject=f"scrutiny.meeting:{days}")
    html = words_of(client, "/")
    assert "Meeting in 9 days" in html
    assert "Meeting in 3 days" not in html


# --- a meeting and its items -----------------------------------------------------------------------------------------


def test_the_page_of_a_meeting_leads_to_everything_about_it(client, record):
    html = words_of(client, f"/{MEETING_PATH}/")
    for address in (
        f"/{MEETING_PATH}/agenda.pdf",
        f"/{MEETING_PATH}/minutes/",
        f"/{MEETING_PATH}/minutes/minutes.pdf",
        f"/{MEETING_PATH}/pack/",
        f"/{MEETING_PATH}/pack/pack.pdf",
        f"/{REPORT_PATH}/",
        f"/{REPORT_PATH}/report.pdf",
        f"/{REPORT_PATH}/files/the-forces-update.pdf",
        f"{ITEM}#entry-{UIDS[4]}",
    ):
        assert f'href="{address}"' in html, address
    assert "Completed on 20 February 2018" in html


def test_the_page_of_an_item_shows_paper_words_and_what_came_of_it(client, record):
    html = words_of(client, ITEM)
    assert "One question was asked. One figure was corrected. One action was agreed." in html
    assert "How is the towpath kept safe  after dark?" in html
    assert f'href="/{REPORT_PATH}/files/the-forces-update.pdf"' in html
    assert "The force’s update (PDF, " in html
    assert "One figure was corrected at this meeting" in html
    assert f'<a href="#entry-{UIDS[3]}">' in html
    assert "Detective Chief Inspector" in html
    assert "Completed on 20 February 2018" in html


def test_the_page_of_a_withheld_item_shows_its_reason_and_nothing_else(client, record):
    html = words_of(client, f"/{MEETING_PATH}/items/6/")
    assert STUB["reason"] in html
    assert "minutes.pdf" not in html
    assert "Who spoke" not in html


def test_what_was_said_last_about_an_item_counts(client, record):
    content = meeting_content()
    content["items"][1]["withheld"] = STUB
    content["items"][1]["title"] = STUB["title"]
    make_meeting_edition(content)
    html = words_of(client, ITEM)
    assert "towpath" not in html
    assert STUB["reason"] in html


def test_the_page_of_a_meeting_names_no_paper_of_a_withheld_item(client, record):
    content = meeting_content()
    content["items"][1]["withheld"] = STUB
    make_meeting_edition(content)
    assert REPORT_PATH not in words_of(client, f"/{MEETING_PATH}/")


def test_an_item_that_no_agenda_has_is_not_there(client, record):
    words_of(client, f"/{MEETING_PATH}/items/99/", status=404)
    words_of(client, f"/{REPORT_PATH}/items/5/", status=404)


# --- corrections -----------------------------------------------------------------------------------------------------


def test_a_correction_stands_beside_the_file_that_holds_the_figure(client, record):
    html = words_of(client, f"/{REPORT_PATH}/")
    beside = html[html.index("files/the-forces-update.pdf") :]
    assert "<del>127</del>" in beside
    assert f"{ITEM}#entry-{UIDS[3]}" in beside


def test_the_log_of_corrections_names_the_paper_and_both_figures(client, record):
    html = words_of(client, "/corrections/")
    for words in ("<del>127</del>", "<strong>176</strong>", f'href="/{REPORT_PATH}/"', "8 January 2018"):
        assert words in html


def test_a_correction_leaves_the_site_with_its_minutes(client, record):
    editions.withdraw(record["minutes"].publication, reason="Published too early.", by=factories.make_user())
    assert "127" not in words_of(client, f"/{REPORT_PATH}/")
    assert "127" not in words_of(client, "/corrections/")


# --- the register of actions -----------------------------------------------------------------------------------------


def test_the_newest_register_of_actions_gives_the_state(client, office):
    make_minutes_edition()
    html = words_of(client, "/actions/")
    assert "Still to be done" in html
    assert ">Done<" not in html
    make_actions_edition()
    html = words_of(client, "/actions/")
    assert "Still to be done" not in html
    assert "Completed on 20 February 2018" in html
    assert html.count("Share the lock-keepers’ notes") == 1


# --- documents by class ------------------------------------------------------------------------------------------------


def test_a_class_of_the_publication_scheme_lists_what_stands_under_it(client, office, make_class):
    make_class("Policies", "policies")
    make_page_edition("complaints", "How to complain", scheme_class="policies")
    assert "How to complain" in words_of(client, "/documents/policies/")
    assert "How to complain" in words_of(client, "/documents/")
    assert "Words." in words_of(client, "/documents/complaints/")
    assert '<a href="/documents/policies/">Policies</a>' in words_of(client, "/")


@pytest.fixture
def make_class():
    from scrutiny.workflow.models import PublicationClass

    def make(name, slug):
        return PublicationClass.objects.update_or_create(slug=slug, defaults={"name": name})[0]

    return make


# --- versions ----------------------------------------------------------------------------------------------------------


def two_versions():
    first = make_report_edition(
        parts=[["purpose", "<h2>Purpose</h2><p>To look at the canal.</p><h2>What</h2><p>All of it.</p>"]],
        published_at=timezone.now() - datetime.timedelta(days=7),
    )
    second = make_report_edition(
        parts=[
            [
                "purpose",
                "<h2>Purpose</h2><p>To look at the canal and its locks.</p><h2>What</h2><p>All of it.</p><p>Again.</p>",
            ]
        ],
        change_note="The locks are named.",
    )
    return first, second


def test_an_earlier_version_stays_and_says_that_it_is_one(client, office):
    two_versions()
    earlier = words_of(client, f"/{REPORT_PATH}/v1.0/")
    assert "This is an earlier version" in earlier
    assert "The locks are named." in earlier
    assert "To look at the canal.</p>" in earlier
    assert f'href="/{REPORT_PATH}/v1.0/report.pdf"' in earlier
    assert "This is an earlier version" not in words_of(client, f"/{REPORT_PATH}/v1.1/")
    assert "and its locks" in words_of(client, f"/{REPORT_PATH}/")
    words_of(client, f"/{REPORT_PATH}/v1.2/", status=404)


def test_differences_between_versions_are_told_in_words(client, office):
    two_versions()
    html = words_of(client, f"/{REPORT_PATH}/versions/")
    assert "What changed since version 1.0" in html
    assert "<del>canal.</del>" in html
    assert "<ins>canal and its locks.</ins>" in html
    assert '<span class="when">Added</span>' in html


def test_a_version_that_changed_a_file_says_which(client, office):
    make_report_edition()
    make_report_edition(files=[("the-forces-update", "The force’s update", "pdf", PDF + b"2")])
    assert "Replaced the file “The force’s update”." in words_of(client, f"/{REPORT_PATH}/versions/")


# --- files ---------------------------------------------------------------------------------------------------------------


def test_files_come_from_the_store_at_their_addresses(client, record):
    for address in (
        f"/{REPORT_PATH}/report.pdf",
        f"/{REPORT_PATH}/v1.0/report.pdf",
        f"/{REPORT_PATH}/files/the-forces-update.pdf",
        f"/{REPORT_PATH}/v1.0/files/the-forces-update.pdf",
        f"/{MEETING_PATH}/minutes/minutes.pdf",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.getvalue() == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert ("immutable" in answer["Cache-Control"]) == ("/v1.0/" in address), address
        again = client.get(address, HTTP_IF_NONE_MATCH=answer["ETag"])
        assert again.status_code == 304


def test_the_pdf_of_the_minutes_is_found_beside_the_agenda_as_well(client, record):
    answer = client.get(f"/{MEETING_PATH}/minutes.pdf")
    assert (answer.status_code, answer.url) == (301, f"/{MEETING_PATH}/minutes/minutes.pdf")


def test_files_that_nobody_published_are_not_there(client, record):
    for address in (
        f"/{REPORT_PATH}/minutes.pdf",
        f"/{REPORT_PATH}/files/other.pdf",
        f"/{REPORT_PATH}/files/the-forces-update.docx",
        f"/{REPORT_PATH}/the-forces-update.pdf",
        f"/{REPORT_PATH}/v2.0/report.pdf",
        f"/{REPORT_PATH}/files/../report.pdf",
    ):
        assert client.get(address).status_code == 404, address


# --- what is gone ----------------------------------------------------------------------------------------------------------


def test_everything_of_a_withdrawn_document_answers_gone_with_the_reason(client, record):
    editions.withdraw(record["report"].publication, reason="It named a witness.", by=factories.make_user())
    for below in ("", "v1.0/", "versions/", "report.pdf", "v1.0/report.pdf", "files/the-forces-update.pdf"):
        html = words_of(client, f"/{REPORT_PATH}/{below}", status=410)
        assert "It named a witness." in html
        assert "Canal Safety Update" not in html
    assert REPORT_PATH not in words_of(client, "/reports/")
    assert REPORT_PATH not in words_of(client, ITEM)


def test_what_stands_below_something_withdrawn_stays(client, record):
    editions.withdraw(record["meeting"].publication, reason="Another day.", by=factories.make_user())
    words_of(client, f"/{MEETING_PATH}/", status=410)
    words_of(client, ITEM, status=410)
    words_of(client, f"/{MEETING_PATH}/minutes/")


def test_former_addresses_lead_to_the_present_one_with_everything_below(client, record):
    FormerAddress.objects.create(path="reports/2018-01-08-canals", publication=record["report"].publication)
    for below in ("", "v1.0/", "report.pdf", "files/the-forces-update.pdf"):
        answer = client.get(f"/reports/2018-01-08-canals/{below}")
        assert (answer.status_code, answer.url) == (301, f"/{REPORT_PATH}/{below}")


def test_what_was_never_there_answers_in_the_public_look_to_everybody_alike(client, record):
    client.force_login(factories.make_user())
    for address in ("/nothing/", "/meetings/1999-01-01-x/", "/meetings/1999/", "/reports/x/report.pdf"):
        answer = client.get(address)
        html = answer.content.decode()
        assert answer.status_code == 404, address
        assert "Search the public record" in html
        assert "Cookie" not in answer.get("Vary", "")


def test_the_desk_keeps_its_own_page_for_what_is_not_there(client, record):
    assert "portal" in words_of(client, "/desk/nothing/", status=404)


def test_a_draft_that_has_an_address_but_no_edition_is_not_there(client, office):
    from tests.publication.editions import make_publication

    make_publication(path="reports/2018-01-09-draft")
    words_of(client, "/reports/2018-01-09-draft/", status=404)


# --- what the gate looks at --------------------------------------------------------------------------------------------------


def test_the_gate_sees_every_page_that_minutes_would_change(office):
    make_meeting_edition()
    make_report_edition()
    content = minutes_content()
    minutes = make_edition(
        kind="minutes",
        path=f"{MEETING_PATH}/minutes",
        belongs_to=MEETING,
        content=content,
        parts=minutes_parts(content),
        pdf=PDF,
        save=False,
    )
    pages = dict(pages_for(minutes, Record(candidates=[minutes])))
    assert {f"/{MEETING_PATH}/minutes/", f"/{MEETING_PATH}/", ITEM, f"/{MEETING_PATH}/items/6/"} <= set(pages)
    assert "towpath" in pages[ITEM]
    assert f"/{MEETING_PATH}/minutes/minutes.pdf" in pages[f"/{MEETING_PATH}/"]


def test_the_gate_sees_a_second_version_as_it_would_stand(office):
    make_report_edition()
    report = make_edition(
        kind="report",
        path=REPORT_PATH,
        subject=REPORT,
        belongs_to=MEETING,
        content=common("Canal Safety Update", item_slug=None, corrections=[]),
        parts=[["text", "<p>Quite different.</p>"]],
        save=False,
    )
    pages = dict(pages_for(report, Record(candidates=[report])))
    assert "Quite different." in pages[f"/{REPORT_PATH}/"]
    assert "<strong>1.1</strong>, current" in pages[f"/{REPORT_PATH}/"]


def test_candidates_lie_over_what_stands_in_lists_too(office):
    make_report_edition()
    report = make_edition(kind="report", path=REPORT_PATH, subject=REPORT, title="Newer", save=False)
    record = Record(candidates=[report])
    assert [each.title for each in record.listed("report")] == ["Newer"]
    assert [each.title for each in record.latest()] == ["Newer"]
    assert record.years("report") == {2018: 1}
