"""The two papers of January 2018 that lie beside the project, and three others that are neither report nor minutes."""

import datetime
import re

import pytest

from scrutiny.importing.drafts import ALSO_PRESENT, APOLOGIES, FIRST_OF_SECTION, LIST, NONE, PRESENT
from scrutiny.importing.minutes_text import read_minutes
from scrutiny.importing.reading import CannotRead, read_file
from scrutiny.importing.recognise import MINUTES, REPORT, recognise
from scrutiny.importing.report_text import read_report
from scrutiny.importing.words import coverage
from tests.needs import source_text

DAY = datetime.date(2018, 1, 8)


@pytest.fixture
def report():
    return read_report(read_file(source_text(0)))


@pytest.fixture
def minutes():
    return read_minutes(read_file(source_text(1)))


def test_each_is_recognised():
    assert recognise(read_file(source_text(0)).text) == REPORT
    assert recognise(read_file(source_text(1)).text) == MINUTES


@pytest.mark.parametrize("number", [2, 3, 4])
def test_the_letter_the_plan_page_and_the_news_release_are_refused(number):
    path = source_text(number)
    with pytest.raises(CannotRead, match="neither a joint report nor minutes"):
        recognise(read_file(path).text)


def test_the_reports_heading_block(report):
    assert report.series_heading == "COMMUNITY OUTCOMES"
    assert report.outcome == "SAFEGUARDING VULNERABLE PEOPLE"
    assert report.date == DAY
    assert report.subject == "Human Trafficking and Modern Slavery Update"
    assert report.authors == ["Chief Officer Team", "Office of the Police and Crime Commissioner"]


def test_the_reports_six_sections_with_their_nine_paragraphs(report):
    assert [section.heading for section in report.sections] == [
        "PURPOSE OF THE REPORT",
        "RECOMMENDATION",
        "POLICE AND CRIME PLAN",
        "KEY INFORMATION",
        "PARTNERSHIP CONTRIBUTION",
        "ATTACHMENT",
    ]
    numbers = [[paragraph.number for paragraph in section.paragraphs] for section in report.sections]
    assert numbers == [["1"], ["2"], ["3"], ["4", None, None, None], ["5", None], []]
    assert report.numbering == FIRST_OF_SECTION


def test_the_reports_figures_stand_in_the_right_paragraphs(report):
    information, partnership = report.sections[3].paragraphs, report.sections[4].paragraphs
    assert "2015" in information[0].text
    assert "February 2016" in information[1].text
    assert "£36,343" in information[2].text
    assert "October 2017" in information[3].text
    assert "January 2016" in partnership[0].text
    assert partnership[1].text.endswith("November 2016.")


def test_the_reports_attachments_are_named_with_kind_and_size_and_flagged(report):
    assert [(a.printed_kind, a.printed_size, a.target) for a in report.attachments] == [
        ("PDF", "370KB", None),
        ("PDF", "291KB", None),
    ]
    assert report.attachments[0].title.endswith("Modern Day Slavery")
    assert report.attachments[1].title.startswith("PCC's")
    assert [warning for warning in report.warnings if "has no file" in warning] == report.warnings
    assert len(report.warnings) == 2


def test_the_minutes_meeting(minutes):
    assert minutes.meeting_name == "COMMUNITY OUTCOMES MEETING"
    assert (minutes.date, minutes.weekday) == (DAY, "Monday")
    assert not any("prints Monday" in warning for warning in minutes.warnings)


def test_the_minutes_thirteen_people_in_the_right_lists(minutes):
    assert [(each.category, each.heading, each.state, len(each.people)) for each in minutes.lists] == [
        (PRESENT, "PRESENT", LIST, 8),
        (APOLOGIES, "APOLOGIES", NONE, 0),
        (ALSO_PRESENT, "ALSO PRESENT", LIST, 5),
    ]
    present, also = minutes.lists[0].people, minutes.lists[2].people
    assert [(person.name.split()[-1], person.abbreviation) for person in present] == [
        ("Burns-Williamson", "PCC"),
        ("Sykes", "CEO"),
        ("Collins", "CC"),
        ("Robins", "DCC"),
        ("Foster", "ACC"),
        ("Minton", "D Supt"),
        ("Adams", "D Supt"),
        ("Stevenson", "DCI"),
    ]
    assert all(person.sure for person in present)
    assert [(person.name, person.sure) for person in also] == [
        ("Celeste Armitage", True),
        ("Paul Cumming", False),
        ("Stuart Piper", False),
        ("Rebecca Hurlock", False),
        ("David Smith", False),
    ]
    assert [person.post for person in also][:3] == ["Engagement Officer", "Sergeant", "Safeguarding Advisor"]


def test_the_minutes_item_with_its_eleven_paragraphs(minutes):
    assert [(item.label, item.title) for item in minutes.items] == [("5", "Human Trafficking and Modern Slavery")]
    paragraphs = minutes.items[0].paragraphs
    assert len(paragraphs) == 11
    assert all(re.search(r"[.]$", paragraph) for paragraph in paragraphs)
    assert "176" in paragraphs[3]
    assert "127" in paragraphs[3]
    assert "22% to 23%" in paragraphs[4]


def test_the_minutes_two_broken_paragraphs_and_two_dead_links_are_reported(minutes):
    assert sum("put together again" in warning for warning in minutes.warnings) == 2
    assert sum("accessed here" in warning for warning in minutes.warnings) == 2


def test_not_a_word_of_either_is_lost(report, minutes):
    for number, draft in ((0, report), (1, minutes)):
        assert coverage(read_file(source_text(number)).text, draft).complete
        assert [left for left in draft.leftovers if not left.restated] == []
