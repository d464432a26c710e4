"""Nothing of a source is lost: the count of words, and the promise that every reader keeps."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrutiny.importing.minutes_text import read_minutes
from scrutiny.importing.reading import CannotRead, read_file
from scrutiny.importing.report_text import read_report
from scrutiny.importing.words import coverage, words
from tests.importing import sources

PIECES = """PRESENT|**APOLOGIES**|## Also present|Apologies: None|Attendees|In attendance - Jo Bloggs – Clerk (C)|None
Jo Bloggs – Chief Constable (CC) Al Smith - Officer Jim Dee – Sergeant|- Ann Bee – Boss|Ann Bee, Head of Things, A Council
Monday 8th March 2021|8/1/2018|Date: 3 March 2020|SUBJECT: Things|Joint Report of the Force and the Police and Crime Office
PURPOSE|# Heading|**Bold heading**|1. First paragraph here.|2) Second one|1.1 decimals|5. Title of item|ITEM 7: Title
7A Title|39/20 Slash|ended without|and began small.|- bullet one|- [Link](#) (PDF 3KB)|[Doc](http://x.org/a) (Word, 3 MB)
1. Thing (PDF)|ATTACHMENTS|Appendices|[here](#)|see [here](foo) and **bold** _it_ <u>un</u>|Page 2 of 3|- 4 -|----
£5.20 and 4%|Venue: Hall|Time: 10am to 11.30am|Held on Monday 8 March 2021 at 10am in the Town Hall|MINUTES OF THE BOARD
Minutes|a <table> of | words|Apologies were received from Ann Bee (Council), Jo Dee (CC) and Al See|Present: Jo B; Al C; and Dee D
ALSO PRESENT Jo Bloggs - Officer Ann – X|present company excepted we went on|foo**bar|a_b_c _|[x](y z) [|<u>a<b>c</u>
*star* text*|8.  Mr Jo (Chair) (item 3 only) – Boss (B) (until 3pm)|Jo Bloggs – Officer; Ann Bee – Clerk and Dee Dum – Sergeant
Subject:|Item 5||""".replace("\n", "|").split("|")
HEADS = {read_report: sources.REPORT_HEAD + "FIRST\n", read_minutes: sources.MINUTES_HEAD + "PRESENT\n"}


@pytest.mark.parametrize("read", [read_report, read_minutes])
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None, derandomize=True
)
@given(lines=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=30)), max_size=25), with_head=st.booleans())
def test_no_word_of_any_text_is_lost_or_made_up(read, lines, with_head):
    text = (HEADS[read] if with_head else "") + "\n".join(lines)
    try:
        source = sources.source(text.encode("utf-8", "ignore").decode())
        draft = read(source)
    except CannotRead:
        return
    assert coverage(source.text, draft).complete, str(coverage(source.text, draft))


@pytest.mark.parametrize("path", [sources.REPORT, sources.MINUTES])
def test_a_word_that_gets_lost_is_noticed_and_named(path):
    source = read_file(path)
    draft = read_report(source) if path == sources.REPORT else read_minutes(source)
    draft.leftovers = [left for left in draft.leftovers if left.restated]
    counted = coverage(source.text, draft)
    assert not counted.complete
    assert "missing: 2" in str(counted)


def test_a_figure_that_changes_is_noticed():
    source = read_file(sources.REPORT)
    draft = read_report(source)
    first = draft.sections[0].paragraphs[0]
    draft.sections[0].paragraphs[0] = replace(first, text=first.text.replace("259", "295").replace("%", ""))
    counted = coverage(source.text, draft)
    assert set(counted.missing) == {"259", "%"}
    assert set(counted.added) == {"295"}


def test_words_are_counted_with_signs_that_change_a_figure_and_without_formatting():
    assert words("<u>£36,343</u> **and** 4% AND") == {"£": 1, "36": 1, "343": 1, "and": 2, "4": 1, "%": 1}
