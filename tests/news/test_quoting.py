"""Quotation marks over several paragraphs: each opens, only the last closes."""

import pytest

from scrutiny.news.quoting import paragraphs, quoted


def test_each_paragraph_opens_and_only_the_last_closes():
    assert quoted("One.\n\nTwo.\n \nThree.") == ["“One.", "“Two.", "“Three.”"]


def test_two_paragraphs_of_the_same_words_close_once():
    assert quoted("Never again.\n\nNever again.") == ["“Never again.", "“Never again.”"]


@pytest.mark.parametrize(
    "typed",
    [
        "We act.\n\nNow.",
        '"We act.\n\n"Now."',
        "“We act.\n\n“Now.”",
        '"We act."\n\n"Now."',
        "We act.\r\n\r\nNow.",
    ],
)
def test_marks_that_the_writer_typed_are_not_doubled(typed):
    assert quoted(typed) == ["“We act.", "“Now.”"]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('He said "no" to it.', "“He said ‘no’ to it.”"),
        ("“No” is what he said: “no”", "“‘No’ is what he said: ‘no’”"),
        ("It’s the crew’s van.", "“It’s the crew’s van.”"),
        ("", ""),
    ],
)
def test_what_is_quoted_inside_gets_single_marks(typed, printed):
    assert "".join(quoted(typed)) == printed


def test_a_line_break_is_no_paragraph():
    assert paragraphs("One\nline.\n\n\n\nTwo.") == ["One\nline.", "Two."]
