"""Paragraph numbers are computed from the text, in four ways."""

from scrutiny.reports.numbering import Numbering, number_paragraphs

SIX_SECTIONS = [
    "<p>Why this paper is here.</p>",
    "<p>That the commissioner reads it.</p>",
    "<p>The plan says so.</p>",
    "<p>First.</p><p>Second.</p><p>Third.</p><p>Fourth.</p>",
    "<p>Partners help.</p><p>They meet twice a year.</p>",
    "",
]


def numbers(bodies, mode):
    """For each section the numbers of its paragraphs, empty for those without."""
    return [[block.number for block in blocks if block.tag == "p"] for blocks in number_paragraphs(bodies, mode)]


def test_the_first_paragraph_of_each_section_is_numbered_in_one_run():
    assert numbers(SIX_SECTIONS, Numbering.FIRST) == [["1"], ["2"], ["3"], ["4", "", "", ""], ["5", ""], []]


def test_every_paragraph_is_numbered_in_one_run():
    assert numbers(SIX_SECTIONS, Numbering.EVERY) == [["1"], ["2"], ["3"], ["4", "5", "6", "7"], ["8", "9"], []]


def test_decimal_numbers_begin_again_in_each_section():
    assert numbers(SIX_SECTIONS, Numbering.DECIMAL)[3:] == [["4.1", "4.2", "4.3", "4.4"], ["5.1", "5.2"], []]


def test_no_numbers_when_none_are_wanted():
    assert not any(number for section in numbers(SIX_SECTIONS, Numbering.NONE) for number in section)


def test_lists_tables_and_quotations_are_not_numbered():
    body = (
        "<ul><li><p>One</p></li></ul><p>Text.</p><blockquote><p>Their words.</p></blockquote>"
        "<table><tbody><tr><td><p>Cell</p></td></tr></tbody></table><p>More.</p>"
    )
    [blocks] = number_paragraphs([body], Numbering.EVERY)
    assert [(block.tag, block.number) for block in blocks] == [
        ("ul", ""),
        ("p", "1"),
        ("blockquote", ""),
        ("table", ""),
        ("p", "2"),
    ]


def test_an_empty_paragraph_and_an_empty_section_use_up_no_number():
    assert numbers(["<p></p><p>One.</p>", "<ul><li>only a list</li></ul>", "<p>Two.</p>"], Numbering.FIRST) == [
        ["1"],
        [],
        ["2"],
    ]
    assert numbers(["<p>One.</p>", "", "<p>Two.</p>"], Numbering.DECIMAL) == [["1.1"], [], ["2.1"]]


def test_a_small_heading_that_comes_first_becomes_a_larger_one():
    [blocks] = number_paragraphs(["<h4>Too small</h4><p>x</p><h3>Right</h3><h4>Below it</h4>"], Numbering.NONE)
    assert [block.tag for block in blocks] == ["h3", "p", "h3", "h4"]
    assert blocks[0].html == "<h3>Too small</h3>"


def test_the_words_come_out_as_they_went_in():
    [blocks] = number_paragraphs(["<p>A <strong>bold</strong> word &amp; a sign.</p>"], Numbering.FIRST)
    assert blocks[0].inside == "A <strong>bold</strong> word &amp; a sign."
