"""The demonstration office holds the facts of the five public documents, and says of everything else that it is invented."""

import datetime
import io
from decimal import Decimal

import pdfplumber
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum

from funding.rounds.models import Fund
from opcc_portal.accounts.models import User
from opcc_portal.office.models import Demonstrable, Office
from scrutiny.indicators import series
from scrutiny.indicators.models import Indicator, Observation
from scrutiny.meetings.models import AttendanceList, Meeting, MeetingSeries
from scrutiny.minutes.models import MinuteEntry
from scrutiny.people.models import Organisation, Person, PersonAlias
from scrutiny.plan.models import Plan, Priority
from scrutiny.reports.layout import LaidOut
from scrutiny.reports.models import JointReport
from scrutiny.workflow import restrictions
from scrutiny.workflow.models import State
from tests.demo_office import OFFICE

pytestmark = pytest.mark.django_db

MEETING_DAY = datetime.date(2018, 1, 8)


@pytest.fixture(scope="module")
def one_demo(sown, django_db_blocker):
    """The office, brought in once for all tests of this module; what a test changes is taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        OFFICE.bring_in()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def meeting(one_demo, db):
    return Meeting.objects.get(date=MEETING_DAY)


@pytest.fixture
def report(meeting):
    return meeting.reports.get()


@pytest.fixture
def entries(meeting):
    return list(MinuteEntry.objects.filter(minuted_item__minutes=meeting.minutes).order_by("position"))


# --- the meeting -----------------------------------------------------------------------------------------------------


def test_eight_people_are_present_in_the_order_of_the_minutes_with_post_and_short_form(meeting):
    rows = meeting.attendance.filter(category="present").values_list("name", "abbreviation", "post")
    assert list(rows) == [
        ("Mark Burns-Williamson", "PCC", "Police and Crime Commissioner"),
        ("Jayne Sykes", "CEO", "Interim Chief Executive Officer"),
        ("Dee Collins", "CC", "Chief Constable"),
        ("John Robins", "DCC", "Deputy Chief Constable"),
        ("Russ Foster", "ACC", "Assistant Chief Constable"),
        ("Darren Minton", "D Supt", "Detective Superintendent"),
        ("Nik Adams", "D Supt", "Detective Superintendent"),
        ("Warren Stevenson", "DCI", "Detective Chief Inspector"),
    ]


def test_apologies_are_none_because_somebody_said_so(meeting):
    states = dict(meeting.attendance_lists.values_list("category", "recorded"))
    assert states == {
        "present": AttendanceList.Recorded.LIST,
        "apologies": AttendanceList.Recorded.NONE,
        "also_present": AttendanceList.Recorded.LIST,
        "observers": AttendanceList.Recorded.NOT_RECORDED,
    }
    assert not meeting.attendance.filter(category="apologies").exists()


def test_five_people_are_also_present(meeting):
    rows = meeting.attendance.filter(category="also_present").values_list("post", "name")
    assert list(rows) == [
        ("Engagement Officer", "Celeste Armitage"),
        ("Sergeant", "Paul Cumming"),
        ("Safeguarding Advisor", "Stuart Piper"),
        ("National Network Coordinator, Anti-Trafficking and Modern Slavery", "Rebecca Hurlock"),
        ("Victims and Witnesses Advisor", "David Smith"),
    ]


def test_item_5_is_the_subject_of_the_papers(meeting):
    item = meeting.items.get(label="5")
    assert item.title == "Human Trafficking and Modern Slavery"
    assert meeting.name == "Community Outcomes Meeting"
    assert meeting.date.strftime("%A") == "Monday"
    assert meeting.reports.get().item == item


# --- the report ------------------------------------------------------------------------------------------------------


def test_the_report_has_the_heading_block_of_its_paper(report):
    assert report.series_heading == "Community Outcomes"
    assert report.outcome_heading == "Safeguarding vulnerable people"
    assert report.date == MEETING_DAY
    assert report.subject == "Human Trafficking and Modern Slavery Update"
    assert report.force_author == "Chief Officer Team"
    assert report.office_author == "Office of the Police and Crime Commissioner"


def test_its_six_sections_are_those_of_the_paper_with_the_attachments_as_the_last(report):
    laid_out = LaidOut(report)
    assert [each.section.heading for each in laid_out.sections] == [
        "Purpose of the report",
        "Recommendation",
        "Police and Crime Plan",
        "Key information",
        "Partnership contribution",
    ]
    assert laid_out.attachments_heading.startswith("Attachment")
    assert len(laid_out.attachments) == 2


def test_numbers_1_to_5_stand_at_the_first_paragraph_of_a_section_and_four_paragraphs_have_none(report):
    sections = LaidOut(report).sections
    numbers = [[block.number for block in each.blocks if block.tag == "p"] for each in sections]
    assert numbers == [["1"], ["2"], ["3"], ["4", "", "", ""], ["5", ""]]
    unnumbered = [block.inside for each in sections for block in each.blocks if block.tag == "p" and not block.number]
    for words, text in zip(
        ["February 2016", "8 organisations", "October 2017", "November 2016"], unnumbered, strict=True
    ):
        assert words in text
    assert "£36,343" in unnumbered[1]


def test_the_plan_section_quotes_the_plan_as_it_read(report):
    section = report.sections.get(kind="plan")
    priority = Priority.objects.get(slug="human-trafficking-and-modern-slavery")
    assert section.quoted_text in priority.our_priority
    assert (section.priority, section.quoted_as_of, section.quoted_source) == (
        priority,
        priority.text_of,
        "Police and Crime Plan",
    )


def test_two_attachments_keep_the_sizes_printed_in_2018_beside_their_own(report):
    attachments = [held.attachment for held in report.held_attachments.all()]
    assert [each.printed for each in attachments] == ["PDF, 370 KB", "PDF, 291 KB"]
    for each in attachments:
        with each.upload.file.open() as file:
            assert each.upload.size == len(file.read())
        assert each.kind_and_size == f"PDF, {each.upload.size_in_words}"
        assert each.kind_and_size != each.printed


def test_the_chief_constables_paper_holds_the_two_figures_corrected_later(report):
    upload = report.held_attachments.first().attachment.upload
    with upload.file.open() as file, pdfplumber.open(io.BytesIO(file.read())) as pdf:
        pages = [page.extract_text() for page in pdf.pages]
    assert any("127" in page for page in pages)
    assert "22%" in pages[3]
    assert not any(wrong in page for page in pages for wrong in ("176", "23%"))


# --- the minutes -----------------------------------------------------------------------------------------------------


def test_item_5_has_seven_questions_six_of_them_by_the_pcc(entries):
    askers = [entry.speaker.name for entry in entries if entry.kind == "question"]
    assert askers == ["Mark Burns-Williamson"] * 6 + ["Jayne Sykes"]
    assert {entry.minuted_item.item.label for entry in entries} == {"5"}


def test_item_5_has_the_two_corrections(entries):
    first, second = [entry for entry in entries if entry.kind == "correction"]
    assert first.speaker.name == second.speaker.name == "Warren Stevenson"
    assert "176" in first.text and "127" in first.text
    assert "23%" in second.text and "22%" in second.text and "page 4" in second.text


def test_every_question_has_an_answer(entries):
    answers = [
        any(later.kind == "answer" for later in entries[at + 1 : at + 4])
        for at, entry in enumerate(entries)
        if entry.kind == "question"
    ]
    assert answers == [True] * 7


@pytest.mark.parametrize(
    "fact",
    [
        "9 years",
        "HMICFRS",
        "iLearn",
        "Brexit",
        "Europol",
        "Eurojust",
        "Detective Inspector",
        "Training and Partnership Officer",
    ]
    + ["Rebecca Hurlock", "Appendix A", "universities", "CSE/A", "Slavery and Trafficking Prevention Orders", "2018"],
)
def test_facts_of_the_public_minutes_are_in_the_entries(entries, fact):
    assert any(fact in entry.text for entry in entries)


# --- plan, money, names ----------------------------------------------------------------------------------------------


def test_the_priority_has_six_objectives_each_under_its_theme_in_order(one_demo):
    objectives = Priority.objects.get(title="Human trafficking and modern slavery").objectives.all()
    assert [each.theme.name for each in objectives] == [
        "Listening to people",
        "Understanding our communities",
        "Working together",
        "Preventing and intervening earlier",
        "Improving our services",
        "Providing resources",
    ]


def test_the_priority_is_followed_on_two_routes_and_by_three_indicators(one_demo):
    priority = Priority.objects.get(slug="human-trafficking-and-modern-slavery")
    assert [each.name for each in priority.monitoring_routes.all()] == [
        "Community Outcomes Meeting",
        "Delivery Quarterly",
    ]
    titles = [each.title for each in priority.indicators.filter(in_plan=True)]
    for word, title in zip(["intelligence", "Modern Slavery Act", "National Referral Mechanism"], titles, strict=True):
        assert word in title
    assert "between 10,000 and 13,000" in priority.our_priority


def test_two_documents_state_two_totals_for_the_fund(one_demo):
    stated = Fund.objects.get().stated_totals.order_by("stated_on")
    assert list(stated.values_list("stated_on", "amount", "organisations")) == [
        (datetime.date(2017, 11, 24), Decimal(50000), None),
        (MEETING_DAY, Decimal(36343), 8),
    ]


def test_organisations_and_people_that_the_documents_name_are_listed(one_demo):
    named = set(Organisation.objects.values_list("name", flat=True))
    assert named >= {
        "West Yorkshire Police",
        "Palm Cove Society",
        "Hope for Justice",
        "Basis",
        "Invisible Traffick",
        "Home Office",
        "Europol",
        "Eurojust",
        "College of Policing",
        "The Salvation Army",
        "National Anti-Trafficking and Modern Slavery Network",
    }
    people = set(Person.objects.values_list("name", flat=True))
    assert people >= {"Kevin Hyland", "Karen Bradley", "Amber Rudd", "Paul Broadbent", "Shaun Sawyer"}
    alias = PersonAlias.objects.get(person__name="John Robins")
    assert (alias.year, alias.printed_post) == (2020, "Chief Constable (CC)")


def test_there_are_meetings_before_and_after_for_lists_and_for_copying(one_demo):
    series = MeetingSeries.objects.get(name="Community Outcomes Meeting")
    assert series.meetings.past().count() >= 5
    assert series.meetings.coming().count() >= 2
    assert series.standing_items.exists()


def test_everything_invented_says_so(one_demo):
    others = Meeting.objects.exclude(date=MEETING_DAY)
    assert set(others.values_list("demonstration_note", flat=True)) == {"Invented meeting."}
    named = Person.objects.filter(demonstration_note="").values_list("name", flat=True)
    assert len(named) == 8 + 5 + 5
    assert not User.objects.exclude(email__endswith="@example.org").exists()
    for document in (
        Meeting.objects.get(date=MEETING_DAY),
        *JointReport.objects.all(),
        Plan.objects.get(),
        Fund.objects.get(),
    ):
        assert document.is_demonstration
    assert Office.objects.get().demonstration


# --- what the public does not get --------------------------------------------------------------------------------------


def test_one_meeting_has_an_item_an_entry_and_a_passage_that_are_not_public(one_demo):
    things = [restrictions.target_of(each) for each in restrictions.in_force()]
    assert {type(thing).__name__ for thing in things} == {"AgendaItem", "MinuteEntry", "RestrictedPassage"}
    assert restrictions.due_for_review().count() == 1
    report = JointReport.objects.get(subject="Safe places for victims of domestic abuse")
    assert report.sign_offs.filter(reopened_at=None).count() == 2
    assert "Invented Lane" not in "".join(section.body for section in report.live_sections())
    assert report.meeting.minutes.state == State.PUBLISHED


# --- running it again ------------------------------------------------------------------------------------------------


def everything():
    """How many rows each of our tables holds, and every password."""
    models = [
        model for label in ("opcc_portal", "scrutiny", "funding") for model in apps.get_app_config(label).get_models()
    ]
    assert sum(issubclass(model, Demonstrable) for model in models) >= 5
    return {model.__name__: model.objects.count() for model in models}, dict(
        User.objects.values_list("username", "password")
    )


def test_a_second_run_changes_nothing_and_keeps_passwords(one_demo, monkeypatch):
    before = everything()
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    said = io.StringIO()
    call_command("seed_demo", stdout=said)
    assert everything() == before
    assert said.getvalue().count("(password as before)") == 6


def test_demo_password_sets_all_passwords(one_demo, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "heather in late August")
    call_command("seed_demo", stdout=io.StringIO())
    assert [user.check_password("heather in late August") for user in User.objects.all()] == [True] * 6


def test_what_a_person_changed_stays_changed(one_demo):
    person = Person.objects.get(name="Jayne Sykes")
    person.note = "Corrected by hand."
    person.save()
    call_command("seed_demo", stdout=io.StringIO())
    person.refresh_from_db()
    assert person.note == "Corrected by hand."


def test_the_two_corrections_speak_of_the_attachment_and_no_period_is_guessed(meeting, report):
    first, second = meeting.minutes.corrections.order_by("pk")
    attachment = "Chief Constable’s update: human trafficking and modern day slavery"
    assert {str(one.attachment.attachment) for one in (first, second)} == {attachment}
    assert (first.old_value, first.new_value, first.period, first.period_start) == ("127", "176", "January", None)
    assert (second.old_value, second.new_value, second.period, second.page) == ("22%", "23%", "during 2017", "4")
    assert {one.said_by.speaker_name for one in (first, second)} == {"DCI Stevenson"}


def test_the_corrected_figures_keep_both_values_and_an_unclear_january_is_no_point(meeting):
    first, second = meeting.minutes.corrections.order_by("pk")
    unclear, clear = first.revision.observation, second.revision.observation
    assert [int(each.value) for each in unclear.revisions.all()] == [127, 176]
    assert (unclear.period_start, unclear.period_as_stated) == (None, "January")
    assert [int(each.value) for each in clear.revisions.all()] == [22, 23]
    assert clear.period_label == "2017"


def test_the_real_series_has_every_published_value_and_no_point_where_none_was_published(one_demo):
    indicator = Indicator.objects.get(title="Referrals to the National Referral Mechanism")
    found = series.load(indicator, indicator.headline_area)
    assert (len(found.points), len(found.held)) == (27, 22)
    trail = found.points[13]
    assert (trail.period.label, int(trail.value), trail.n) == ("July to September 2022", 4579, 3)
    assert [
        int(series.load(indicator, indicator.headline_area, day).points[-1].value)
        for day in (datetime.date(2022, 12, 1), datetime.date(2023, 3, 2))
    ] == [4586, 4418]
    assert not indicator.is_synthetic


def test_the_districts_add_up_to_the_force_and_made_up_series_say_so(one_demo):
    figures = dict(
        Observation.objects.filter(indicator__title="All recorded crime")
        .values_list("area__kind")
        .annotate(Sum("value"))
    )
    assert figures == {"district": 153_284, "force": 153_284}
    for indicator in Indicator.objects.filter(title__startswith="Trial series"):
        assert indicator.is_synthetic
    assert not Indicator.objects.exclude(title__startswith="Trial series").exclude(synthetic_note="").exists()
