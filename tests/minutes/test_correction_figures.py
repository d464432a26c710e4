"""Which numbers of a paper are figures, and what each seems to measure."""

import time

import pytest

from scrutiny.minutes.figures import figures_in, papers_of, read
from tests.factories import make_attachment, make_item, make_report


def pairs(text):
    return [(value, measure) for value, measure, _, _ in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Intelligence submissions rose by 22% during 2017.", [("22%", "Intelligence submissions")]),
        ("127 crimes were recorded in January.", [("127", "Crimes")]),
        (
            "Crimes of fly-tipping recorded for January: 127.",
            [("127", "Crimes of fly-tipping recorded")],
        ),
        (
            "There were 1,204 recorded burglaries, 12.5% more than in 2016/17.",
            [("1,204", "Recorded burglaries"), ("12.5%", "Burglaries")],
        ),
        ("The fund paid £1.2 million to 14 partners.", [("£1.2 million", "Fund paid"), ("14", "Partners")]),
        ("The rate stood at 3 to 5%.", [("3 to 5%", "Rate")]),
        ("Between 10 and 15 cases a month.", [("10 and 15", "Cases")]),
        ("Satisfaction was 78 per cent in the year to March 2017.", [("78 per cent", "Satisfaction")]),
        ("Grants of £36,343 were paid.", [("£36,343", "Grants")]),
        ("Arrests\t12\t15", [("12", "Arrests"), ("15", "Arrests")]),
        ("Detections fell by −4.5 percentage points.", [("−4.5 percentage points", "Detections")]),
    ],
)
def test_a_figure_comes_with_the_words_that_say_what_it_measures(text, expected):
    assert pairs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "On 12 March 2017 at 10:30 we met.",
        "In 2017, and again in 2016/17 and 2016-2018, it rained.",
        "Section 45 of the Modern Slavery Act 2015 and paragraph 12 apply.",
        "See pages 4 and 5, item 7A and Appendix 2.",
        "Call 101 or 01924 294000, or write to a7@example.org.",
        "COVID-19, form MG11, the 21st century, cover 24/7.",
        "January 2018 and 8 January.",
        "Delivered on 01/02/2017 and 2017-02-01.",
        "",
    ],
)
def test_dates_years_references_and_telephone_numbers_are_no_figures(text):
    assert pairs(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 40_000,
        "9" * 40_000,
        "between " * 5000 + "£" * 5000,
        "1,2,3," * 20_000,
        "a." * 40_000,
        "section 1 and " * 9000,
    ],
)
def test_reading_hostile_text_ends_soon(text):
    begun = time.process_time()
    assert len(read(text)) <= 500
    assert time.process_time() - begun < 2


@pytest.mark.django_db
def test_the_figures_of_every_paper_of_the_item_are_offered_with_their_sentence(django_assert_max_num_queries):
    item = make_item()
    report = make_report(
        item.meeting,
        item=item,
        sections=["Key information", "Plan"],
        bodies=[
            "<p>It began in spring. Burglaries rose by 22% in 2017.</p>",
            "<p>There were 127 crimes in January.</p>",
        ],
    )
    make_report(item.meeting, sections=["Elsewhere"], bodies=["<p>Not 99 of this item.</p>"])
    make_attachment(report)
    with django_assert_max_num_queries(4):
        figures = figures_in(papers_of(item))
    assert [(one.value, one.measure, one.section.heading) for one in figures] == [
        ("22%", "Burglaries", "Key information"),
        ("127", "Crimes", "Plan"),
    ]
    assert figures[0].sentence == "Burglaries rose by 22% in 2017."
    assert "in 2017" in figures[0].period_hint
    assert figures[1].period_hint.startswith("Which January?")
    assert len({one.key for one in figures}) == 2
