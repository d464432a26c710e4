"""A whole item taken down by key events: structure costs next to nothing, and what is on the page is in the database."""

import pytest

from scrutiny.meetings.models import Meeting
from scrutiny.minutes.models import Correction, MinutedItem, MinuteEntry
from tests.factories import make_item
from tests.journeys.typist import Typist

PCC, SYKES, COLLINS, FOSTER, STEVENSON = "Alt+1", "Alt+2", "Alt+3", "Alt+5", "Alt+8"

# Item 5 of 8 January 2018 in short words: what is pressed, what is typed, what shall stand there.
ITEM_FIVE = [
    ([], "said that the report matters to him as national lead.", ("statement", "The PCC")),
    ("/n ", "Appendix A is with the papers.", ("note", "")),
    ("/t ", "thanked Stuart Piper and Rebecca Hurlock.", ("thanks", "The PCC")),
    ([], "asked for the report to be introduced.", ("statement", "The PCC")),
    ([FOSTER], "told of work with universities.", ("statement", "ACC Foster")),
    ([], "handed over for the paper and current operations.", ("statement", "ACC Foster")),
    ([STEVENSON], "welcomed the rise in recorded crime.", ("statement", "DCI Stevenson")),
    ("correction", ("127", "176"), ("correction", "DCI Stevenson")),
    ([], "spoke of organised groups.", ("statement", "DCI Stevenson")),
    ([], "named a sentence of 9 years.", ("statement", "DCI Stevenson")),
    ("/t ", "thanked those who helped in the inspection.", ("thanks", "DCI Stevenson")),
    ("correction", ("22%", "23%"), ("correction", "DCI Stevenson")),
    ([PCC], "was glad of a report that shows the work.", ("statement", "The PCC")),
    (["?"], "asked how districts answer for their work.", ("question", "The PCC")),
    ([STEVENSON], "said that the Chief Officer Team asks them.", ("answer", "DCI Stevenson")),
    ([], "added that each has a point of contact.", ("answer", "DCI Stevenson")),
    (["?"], "asked how more intelligence would come in.", ("question", "The PCC")),
    ([], "said that there had been too little.", ("answer", "DCI Stevenson")),
    ([FOSTER], "described the iLearn package.", ("answer", "ACC Foster")),
    (["?"], "asked what Brexit would change.", ("question", "The PCC")),
    ([STEVENSON], "praised joint investigations.", ("answer", "DCI Stevenson")),
    ([COLLINS], "had raised the flow of intelligence.", ("answer", "CC Collins")),
    ([".", PCC], "accepted his own part.", ("statement", "The PCC")),
    (["!", COLLINS], "was sure of good relations.", ("answer", "CC Collins")),
    ([STEVENSON], "said that colleagues can reach the team.", ("answer", "DCI Stevenson")),
    (["?"], "asked about three points of the inspection.", ("question", "The PCC")),
    ([], "said that training spreads knowledge.", ("answer", "DCI Stevenson")),
    ([COLLINS], "added that partners could be given the package.", ("answer", "CC Collins")),
    ("/a ", "share the training chapter @ACC 28 Feb", ("action", "")),
    (["?"], "asked whether the orders work.", ("question", "The PCC")),
    ([STEVENSON], "said that they should be aimed well.", ("answer", "DCI Stevenson")),
    (["?"], "asked whether residents had increased.", ("question", "The PCC")),
    ([], "said that there are links to CSE/A.", ("answer", "DCI Stevenson")),
    (["?", SYKES], "asked whether there are new opportunities.", ("question", "Jayne Sykes")),
    ([], "saw more to be gained from universities.", ("answer", "DCI Stevenson")),
]


@pytest.fixture
def item(demo):
    """An item of 8 January 2018 in which nobody has written yet, under the paper of item 5."""
    meeting = Meeting.objects.get(date="2018-01-08")
    item = make_item(meeting, title="The same again")
    meeting.reports.update(item=item)
    return MinutedItem.objects.create(minutes=meeting.minutes, item=item)


@pytest.mark.smoke
def test_the_whole_of_item_five_takes_at_most_eighty_keys_besides_its_words(page, item):
    typist = Typist(page, item)
    spent = {}
    for keys, words, (kind, _) in ITEM_FIVE:
        before = typist.keys
        if keys == "correction":
            typist.correction(*words)
        else:
            typist.letters(keys) if isinstance(keys, str) else typist.structure(*keys)
            typist.words(words).structure("Enter")
        spent.setdefault(kind, []).append(typist.keys - before)
    typist.wait_until_saved()

    assert len(ITEM_FIVE) == 35
    assert typist.keys <= 80, f"{typist.keys} keys: {spent}"
    assert min(spent["question"]) == 2 and sorted(spent["question"])[-2] == 2, "? and Enter; another asker is one more"
    assert min(spent["answer"]) == 1 and max(spent["answer"]) <= 3, "Enter; another speaker is one more"
    assert spent["action"] == [4]
    assert set(spent["correction"]) == {4}

    entries = list(item.entries.filter(deleted=False).select_related("speaker"))
    written = [(entry.kind, entry.speaker.speaker_name if entry.speaker else "") for entry in entries]
    assert written == [expected for _, _, expected in ITEM_FIVE]
    for entry, (keys, words, (_, who)) in zip(entries, ITEM_FIVE, strict=True):
        if keys != "correction" and entry.kind != "action":
            assert entry.text == f"{who} {words}".strip()
    action = item.entries.get(kind=MinuteEntry.Kind.ACTION).action
    assert action.text == "Share the training chapter"
    assert (action.owners_in_words, str(action.due)) == ("ACC Foster", "2018-02-28")
    corrected = Correction.objects.filter(entry__minuted_item=item).order_by("pk")
    assert [(one.old_value, one.new_value) for one in corrected] == [("127", "176"), ("22%", "23%")]
    assert all("176" in entry.text or "23%" in entry.text for entry in entries if entry.kind == "correction")
    assert next(entry.answers.text[:17] for entry in entries if entry.kind == "answer") == "The PCC asked how"
