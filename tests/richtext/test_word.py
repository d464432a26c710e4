"""Lists pasted from Word stay lists, whoever converts them."""

import pytest

from opcc_portal.richtext.cleaning import clean, from_word
from opcc_portal.richtext.word import label
from tests.richtext.word_examples import EXAMPLES, item, page


@pytest.mark.parametrize("name", EXAMPLES)
def test_word_html_becomes_rich_text(name):
    body, expected = EXAMPLES[name]
    assert from_word(page(body)) == expected


@pytest.mark.parametrize("name", EXAMPLES)
def test_conversion_is_done_once_and_for_all(name):
    once = from_word(page(EXAMPLES[name][0]))
    assert from_word(once) == once


def test_every_word_of_the_source_is_kept_and_nothing_of_its_markup():
    html = page(item("1.", "Alpha beta") + item("a.", "Gamma", 2) + "<p class=MsoNormal>Delta</p>")
    cleaned = clean(html)
    assert [word for word in ("Alpha beta", "Gamma", "Delta") if word not in cleaned] == []
    assert not any(junk in cleaned for junk in ("mso", "style", "class", "o:p", "Draft paper", "Normal", "&nbsp;"))


def test_a_list_that_was_a_list_already_is_left_alone():
    html = '<ol start="3"><li>Three</li><li>Four</li></ol>'
    assert from_word(html) == html


@pytest.mark.parametrize(("number", "kind", "words"), [(3, "1", "3"), (3, "a", "c"), (4, "i", "iv"), (9, "I", "IX")])
def test_labels_read_as_printed(number, kind, words):
    assert label(number, kind) == words
