"""Headings in capitals, made readable without changing a word."""

import pytest

from scrutiny.importing.capitals import Spelling, sentence_case, title_case

TEXT = (
    "The work of the Harbour and Coast Board goes on. Since May the NBC, or National Boat Club, counts boats. It Works."
)


@pytest.mark.parametrize(
    ("printed", "readable"),
    [
        ("KEY INFORMATION", "Key information"),
        ("NEWS FROM THE HARBOUR AND COAST BOARD", "News from the Harbour and Coast Board"),
        ("WORK OF THE NBC", "Work of the NBC"),
        ("(NBC) BOATS", "(NBC) boats"),
        ("BOATS", "Boats"),
        ("GOES ON SINCE", "Goes on since"),
        ("Already Written", "Already Written"),
        ("", ""),
    ],
)
def test_names_and_acronyms_are_spelt_as_the_text_has_them(printed, readable):
    assert sentence_case(printed, Spelling(TEXT)) == readable


def test_a_sentence_end_parts_names():
    assert sentence_case("BOARD GOES", Spelling("Thus the Board. Goes it on?")) == "Board goes"


@pytest.mark.parametrize(
    ("printed", "readable"),
    [
        ("BOARD OF THE NORTHERN AREA", "Board of the Northern Area"),
        ("STOW-ON-SEA FORUM", "Stow-On-Sea Forum"),
        ("Already written", "Already written"),
    ],
)
def test_names_of_meetings_are_written_as_names(printed, readable):
    assert title_case(printed) == readable
