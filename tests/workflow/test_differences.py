"""Comparisons that people can read."""

from scrutiny.workflow import differences
from scrutiny.workflow.differences import GONE, NEW, SAME, Piece, compare


def test_a_changed_word_is_shown_as_gone_and_new():
    assert compare("launched in February 2016.", "launched in January 2016.") == [
        [Piece(SAME, "launched in "), Piece(GONE, "February"), Piece(NEW, "January"), Piece(SAME, " 2016.")]
    ]


def test_a_new_paragraph_is_new_as_a_whole():
    assert compare("One.\nThree.", "One.\nTwo.\nThree.") == [
        [Piece(SAME, "One.")],
        [Piece(NEW, "Two.")],
        [Piece(SAME, "Three.")],
    ]


def test_each_side_shows_only_its_own_words():
    older, newer = differences.sides(compare("We met in May.", "We met in June."))
    assert "".join(piece.text for piece in older[0]) == "We met in May."
    assert "".join(piece.text for piece in newer[0]) == "We met in June."


def test_changes_are_counted_in_words():
    assert differences.count_changes(compare("127 crimes were recorded", "176 crimes were recorded")) == 2
    assert differences.count_changes(compare("the same", "the same")) == 0


def test_a_text_rewritten_from_end_to_end_is_compared_as_a_whole():
    older = " ".join(f"old{number}" for number in range(40_000))
    newer = " ".join(f"new{number}" for number in range(40_000))
    [pieces] = compare(older, newer)
    assert [piece.kind for piece in pieces] == [GONE, NEW]
