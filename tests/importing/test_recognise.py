"""Which kind of document a text is."""

import pytest

from scrutiny.importing.reading import CannotRead, read_file
from scrutiny.importing.recognise import MINUTES, REPORT, recognise
from tests.importing import sources


def test_the_look_alikes_are_told_apart():
    assert recognise(read_file(sources.REPORT).text) == REPORT
    assert recognise(read_file(sources.MINUTES).text) == MINUTES


@pytest.mark.parametrize(
    "text",
    [
        "Dear Home Secretary\n\nThank you for your letter. All parties present agreed.\n\nYours sincerely",
        "NEWS RELEASE\n\n5 May 2021\n\nA harbour was opened.",
        "Just a few words",
    ],
)
def test_other_texts_are_refused_with_the_marks_that_were_looked_for(text):
    with pytest.raises(CannotRead, match=r"note\.txt: this is neither a joint report nor minutes.*SUBJECT.*Present"):
        recognise(text, name="note.txt")


def test_a_text_that_is_both_is_refused():
    text = sources.REPORT_HEAD + "PURPOSE\n\n1. To inform.\n\nPRESENT\n\nAnn Bell – Clerk (C)"
    with pytest.raises(CannotRead, match="at once"):
        recognise(text)
