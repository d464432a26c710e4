"""Writing a section: what is saved, what is refused, and what happens when two people write at once."""

import uuid

import pytest
from django.urls import reverse

from opcc_portal.audit.models import LastWork
from opcc_portal.audit.operations import lines_about
from scrutiny.reports.models import Body, JointReport, ReportSection
from scrutiny.reports.operations import USUAL_SECTIONS, save_section
from scrutiny.workflow.models import State
from tests.factories import make_item, make_office, make_report, make_section, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    make_office()
    user = make_user(name="Olive Officer")
    client.force_login(user)
    return user


def written(section, **fields):
    """What the form of one section sends."""
    return {
        "heading": section.heading,
        "body": section.body,
        "kind": section.kind,
        "written_by": section.written_by,
        "base_version": section.version,
        "save_id": uuid.uuid4(),
        **fields,
    }


def body_of(section):
    section.refresh_from_db()
    return section.body


def test_a_new_report_starts_with_the_usual_sections(client, officer):
    page = client.post(
        reverse("report-add"),
        {
            "subject": "Road safety",
            "date": "12 March 2026",
            "series_heading": "Scrutiny board",
            "office_author": "OPCC",
            "numbering": "first",
        },
    )
    report = JointReport.objects.get()
    assert page.url == report.get_absolute_url()
    assert [section.heading for section in report.live_sections()] == [usual.heading for usual in USUAL_SECTIONS]
    assert [section.kind for section in report.live_sections()][1:3] == ["recommendation", "plan"]
    assert report.created_by == officer


def test_a_report_needs_an_author(client, officer):
    page = client.post(
        reverse("report-add"),
        {"subject": "Road safety", "date": "12 March 2026", "series_heading": "Board", "numbering": "first"},
    )
    assert "Enter who writes it" in page.content.decode()
    assert not JointReport.objects.exists()


def test_a_date_that_does_not_exist_is_refused_and_the_rest_of_the_form_kept(client, officer):
    page = client.post(
        reverse("report-add"),
        {
            "subject": "Road safety after the winter",
            "date": "31 February 2026",
            "series_heading": "Board",
            "office_author": "OPCC",
            "numbering": "first",
        },
    )
    text = page.content.decode()
    assert "February 2026 has 28 days" in text
    assert "Road safety after the winter" in text
    assert not JointReport.objects.exists()


def test_a_saved_section_reads_as_it_was_written_and_is_where_to_go_on(client, officer):
    section = make_section(heading="Key information")
    page = client.post(section.get_absolute_url(), written(section, body="<p>The force recorded 176 crimes.</p>"))
    assert page.status_code == 302
    assert "The force recorded 176 crimes." in client.get(page.url.partition("#")[0]).content.decode()
    assert body_of(section) == "<p>The force recorded 176 crimes.</p>"
    last = LastWork.objects.get(user=officer)
    assert "176" in last.excerpt
    assert last.address == section.get_absolute_url()
    assert any("Key information" in line.act for line in lines_about(section.report.meeting))


def test_script_and_event_handlers_never_reach_the_section(client, officer):
    section = make_section()
    nasty = '<p onclick="steal()">Good <script>steal()</script><img src=x onerror=steal()>text.</p><a href="javascript:x">go</a>'
    client.post(section.get_absolute_url(), written(section, body=nasty))
    page = client.get(section.report.get_absolute_url()).content.decode()
    assert "steal" not in body_of(section)
    assert "javascript" not in section.body
    assert "Good text." in section.body
    assert "steal" not in page


def test_a_list_pasted_from_word_without_script_stays_a_list(client, officer):
    section = make_section()
    word = (
        '<p class=MsoNormal style="margin:0cm">Partners:<o:p></o:p></p>'
        "<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span>·<span>&nbsp; "
        "</span></span><![endif]>Councils<o:p></o:p></p>"
        "<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span>·<span>&nbsp; "
        "</span></span><![endif]>Charities<o:p></o:p></p>"
    )
    client.post(section.get_absolute_url(), written(section, body=word))
    assert body_of(section) == "<p>Partners:</p><ul><li>Councils</li><li>Charities</li></ul>"


def test_plain_text_typed_without_script_becomes_paragraphs(client, officer):
    section = make_section()
    client.post(section.get_absolute_url(), written(section, body="One thought.\n\nAnother < thought."))
    assert body_of(section) == "<p>One thought.</p><p>Another &lt; thought.</p>"


def test_a_section_without_a_heading_comes_back_with_its_text(client, officer):
    section = make_section(body="<p>Before.</p>")
    page = client.post(section.get_absolute_url(), written(section, heading="  ", body="<p>Long work.</p>"))
    assert page.status_code == 422
    assert "Enter a heading" in page.content.decode()
    assert "Long work." in page.content.decode()
    assert body_of(section) == "<p>Before.</p>"


def test_a_section_of_five_megabytes_comes_back_with_a_message_and_its_text(client, officer):
    section = make_section(body="<p>Before.</p>")
    huge = "<p>" + "evidence " * 600_000 + "the very end</p>"
    page = client.post(section.get_absolute_url(), written(section, body=huge))
    assert page.status_code == 422
    assert "one section can hold 400 KB" in page.content.decode()
    assert "the very end" in page.content.decode()
    assert body_of(section) == "<p>Before.</p>"


def test_five_thousand_nested_lists_come_back_with_a_message(client, officer):
    section = make_section(body="<p>Before.</p>")
    page = client.post(section.get_absolute_url(), written(section, body="<ul><li>" * 5000 + "deep"))
    assert page.status_code == 422
    assert "inside one another" in page.content.decode()
    assert body_of(section) == "<p>Before.</p>"


def test_a_save_after_the_session_has_ended_is_kept_until_sign_in(client):
    make_office()
    section = make_section(body="<p>Before.</p>")
    page = client.post(section.get_absolute_url(), written(section, body="<p>Typed for an hour.</p>"))
    assert page.status_code == 401
    assert "Typed for an hour." in page.content.decode()
    assert body_of(section) == "<p>Before.</p>"


# --- two people -----------------------------------------------------------------------------------------------------


@pytest.fixture
def overtaken(officer):
    """A section that a colleague saved after the officer opened it; and what the officer's form then sends."""
    section = make_section(heading="Key information", body="<p>It began in spring.</p>")
    mine = written(section, body="<p>It began in February.</p>")
    colleague = make_user(name="Carl Colleague")
    save_section(
        section, base_version=1, save_id=uuid.uuid4(), changes={"body": "<p>It began in January.</p>"}, by=colleague
    )
    return section, mine


def test_two_people_saving_one_section_see_both_texts_and_nothing_is_overwritten(client, overtaken):
    section, mine = overtaken
    page = client.post(section.get_absolute_url(), mine)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Carl Colleague" in text
    assert "<mark>January.</mark>" in text
    assert "<mark>February.</mark>" in text
    assert body_of(section) == "<p>It began in January.</p>"


def test_after_a_conflict_ones_own_text_can_be_kept(client, overtaken):
    section, mine = overtaken
    page = client.post(section.get_absolute_url(), mine)
    kept = {field.name: field.value() for field in page.context["form"]}
    assert client.post(section.get_absolute_url(), kept).status_code == 302
    assert body_of(section) == "<p>It began in February.</p>"
    assert [revision.content["body"] for revision in section.revisions] == [
        "<p>It began in February.</p>",
        "<p>It began in January.</p>",
        "<p>It began in spring.</p>",
    ]


def test_after_a_conflict_a_third_text_can_be_written(client, overtaken):
    section, mine = overtaken
    page = client.post(section.get_absolute_url(), mine)
    third = {field.name: field.value() for field in page.context["form"]} | {"body": "<p>It began in winter.</p>"}
    client.post(section.get_absolute_url(), third)
    assert body_of(section) == "<p>It began in winter.</p>"


def test_a_conflict_after_a_conflict_is_a_conflict_again(client, overtaken):
    section, mine = overtaken
    page = client.post(section.get_absolute_url(), mine)
    kept = {field.name: field.value() for field in page.context["form"]}
    save_section(
        section, base_version=2, save_id=uuid.uuid4(), changes={"body": "<p>It began in May.</p>"}, by=make_user()
    )
    assert client.post(section.get_absolute_url(), kept).status_code == 409


def test_writing_a_section_that_a_colleague_deleted_brings_both_together(client, officer):
    section = make_section(body="<p>Before.</p>")
    mine = written(section, body="<p>Still needed.</p>")
    client.post(reverse("section-delete", args=[section.pk]), {"base_version": 1})
    page = client.post(section.get_absolute_url(), mine)
    assert page.status_code == 409
    kept = {field.name: field.value() for field in page.context["form"]}
    client.post(section.get_absolute_url(), kept)
    assert body_of(section) == "<p>Still needed.</p>"
    assert not section.deleted


# --- order, deleting, history ---------------------------------------------------------------------------------------


def headings(report):
    return list(report.sections.filter(deleted=False).values_list("heading", flat=True))


def test_a_section_is_added_at_the_end_and_moved_up(client, officer):
    report = make_report(sections=["One", "Two"])
    added = {"heading": "Three", "kind": "text", "written_by": "force", "save_id": uuid.uuid4()}
    client.post(reverse("section-add", args=[report.pk]), added)
    client.post(reverse("section-add", args=[report.pk]), added)
    assert headings(report) == ["One", "Two", "Three"]
    three = report.sections.get(heading="Three")
    assert three.written_by == Body.FORCE
    report.refresh_from_db()
    client.post(reverse("section-move", args=[three.pk]), {"move": "up", "version": report.order_version})
    assert headings(report) == ["One", "Three", "Two"]


def test_moving_from_a_page_that_shows_an_older_order_is_refused(client, officer):
    report = make_report(sections=["One", "Two", "Three"])
    first, second, _ = report.live_sections()
    client.post(reverse("section-move", args=[first.pk]), {"move": "down", "version": 1})
    page = client.post(reverse("section-move", args=[second.pk]), {"move": "down", "version": 1}, follow=True)
    assert "Somebody else has changed the order" in page.content.decode()
    assert headings(report) == ["Two", "One", "Three"]


def test_a_deleted_section_keeps_its_text_and_can_be_brought_back(client, officer):
    report = make_report(sections=["One", "Two"])
    two = report.live_sections()[1]
    client.post(two.get_absolute_url(), written(two, body="<p>Worth keeping.</p>"))
    client.post(reverse("section-delete", args=[two.pk]), {"base_version": 2})
    assert headings(report) == ["One"]
    history = client.get(reverse("section-history", args=[two.pk])).content.decode()
    assert "Worth keeping." in history
    two.refresh_from_db()
    page = client.get(f"{two.get_absolute_url()}?version=2")
    assert "Worth keeping." in page.content.decode()
    client.post(two.get_absolute_url(), {field.name: field.value() for field in page.context["form"]})
    assert headings(report) == ["One", "Two"]


def test_a_section_changed_meanwhile_is_not_deleted_unread(client, officer):
    section = make_section()
    client.post(section.get_absolute_url(), written(section, body="<p>New.</p>"))
    page = client.post(reverse("section-delete", args=[section.pk]), {"base_version": 1}, follow=True)
    assert "has been changed since" in page.content.decode()
    assert not ReportSection.objects.get(pk=section.pk).deleted


@pytest.mark.parametrize("state", [State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN])
def test_a_report_that_was_published_cannot_be_edited(client, officer, state):
    section = make_section(body="<p>As published.</p>")
    JointReport.objects.filter(pk=section.report_id).update(state=state)
    page = client.post(section.get_absolute_url(), written(section, body="<p>Changed.</p>"), follow=True)
    assert "cannot be changed" in page.content.decode()
    assert body_of(section) == "<p>As published.</p>"


# --- the heading block ----------------------------------------------------------------------------------------------


def heading(report, **fields):
    return {
        "subject": report.subject,
        "date": report.date.isoformat(),
        "meeting": report.meeting_id or "",
        "series_heading": report.series_heading,
        "outcome_heading": report.outcome_heading,
        "force_author": report.force_author,
        "office_author": report.office_author,
        "numbering": report.numbering,
        **fields,
    }


def test_the_heading_block_is_changed_on_its_own_page(client, officer):
    report = make_report(subject="Old name")
    address = reverse("report-heading", args=[report.pk])
    seen = client.get(address).context["form"]["seen"].value()
    client.post(address, heading(report, subject="New name", seen=seen))
    report.refresh_from_db()
    assert report.subject == "New name"


def test_a_heading_block_that_a_colleague_changed_is_not_overwritten_unseen(client, officer):
    report = make_report(subject="Old name")
    address = reverse("report-heading", args=[report.pk])
    seen = client.get(address).context["form"]["seen"].value()
    client.post(address, heading(report, outcome_heading="Their outcome", seen=seen))
    page = client.post(address, heading(report, subject="My name", seen=seen))
    assert page.status_code == 409
    assert "Their outcome" in page.content.decode()
    assert 'value="My name"' in page.content.decode()
    report.refresh_from_db()
    assert report.subject == "Old name"
    again = page.context["form"]["seen"].value()
    client.post(address, heading(report, subject="My name", seen=again))
    report.refresh_from_db()
    assert report.subject == "My name"


def test_an_item_of_another_meeting_is_refused(client, officer):
    report, elsewhere = make_report(), make_item()
    page = client.post(reverse("report-heading", args=[report.pk]), heading(report, item=elsewhere.pk, seen=""))
    assert "not on the agenda of that meeting" in page.content.decode()


@pytest.mark.parametrize("nonsense", ["²", "9" * 5000, "99999999999999999999", "-1", "abc", ""])
def test_numbers_that_are_none_do_not_break_a_page(client, officer, nonsense):
    section = make_section()
    move = client.post(reverse("section-move", args=[section.pk]), {"move": "up", "version": nonsense})
    delete = client.post(reverse("section-delete", args=[section.pk]), {"base_version": nonsense})
    heading = client.post(reverse("report-heading", args=[section.report.pk]), {"meeting": nonsense})
    assert (move.status_code, delete.status_code, heading.status_code) == (302, 302, 200)
    section.refresh_from_db()
    assert not section.deleted


def test_new_words_under_an_old_save_id_are_shown_beside_the_saved_ones(client, officer):
    """Back in the browser brings the old form to life, with its save id and its version."""
    section = make_section(body="<p>Old.</p>")
    form = written(section)
    client.post(section.get_absolute_url(), form | {"body": "<p>First.</p>"})
    answer = client.post(section.get_absolute_url(), form | {"body": "<p>After going back.</p>"})
    assert answer.status_code == 409
    assert "After going back." in answer.content.decode()
