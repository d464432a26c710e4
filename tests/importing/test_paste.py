"""Several paragraphs pasted at once: proposed entries, every word accounted for, one undo away."""

import json
import re
import uuid
from collections import Counter

import pytest
from django.urls import reverse

from scrutiny.importing.paste import MAX_PARAGRAPHS, CannotPaste, propose
from scrutiny.importing.words import words
from scrutiny.minutes.models import MinuteEntry, Minutes
from scrutiny.minutes.operations import change_entry
from scrutiny.minutes.texts import TextRefused, checked_text
from scrutiny.workflow.models import State
from tests.factories import make_attendance, make_minuted_item, make_user
from tests.needs import source_text
from tests.richtext.word_examples import page as word_page

pytestmark = pytest.mark.django_db
Kind = MinuteEntry.Kind

# Made up. A line is a paragraph; the fourth holds a question with its answers, the last was cut by a page end.
PASTED = """\
The PCC welcomed everybody to the harbour.\r
\r
CC Moor presented the paper on theft from boats. She named three quays.\r
ACC van der Velde corrected the table on page 3: the cost per theft should read £4,650, not £4,560.\r
The PCC asked how the force would protect small boats. CC Moor said that patrols had doubled. ACC van der Velde \
added that cameras would follow. The PCC accepted that this took time. CC Moor was sure that it would work.\r
•\tThe PCC thanked the volunteers.\r
1)\tAction: ACC van der Velde to bring costings to the next meeting.\r
Ms Blackwood, Chief Finance Officer, reported that £96,000 was needed, of which the constabulary would\r
carry two thirds. She agreed to write to the growers by 28 March.\r
"""


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def place():
    minuted_item = make_minuted_item()
    meeting = minuted_item.minutes.meeting
    people = [
        {"name": "Robin Hale", "post": "Police and Crime Commissioner", "abbreviation": "PCC", "called": "The PCC"},
        {"name": "Ann Moor", "post": "Chief Constable", "abbreviation": "CC", "called": "CC Moor"},
        {"name": "Tomasz van der Velde", "post": "Assistant Chief Constable", "abbreviation": "ACC"},
        {"name": "Mairi Blackwood", "post": "Chief Finance Officer", "abbreviation": "CFO"},
        {"name": "Ann Away", "post": "Superintendent", "abbreviation": "Supt", "category": "apologies"},
    ]
    for person in people:
        make_attendance(meeting, **person)
    return minuted_item


def proposed(place, text=PASTED, html="", **how):
    return propose(text, html, attendance=list(place.minutes.meeting.attendance.all()), **how)


def table(result):
    return [(str(entry.kind), entry.speaker.name if entry.speaker else "", entry.text[:24]) for entry in result.entries]


def send(client, place, body=None, **headers):
    data = body if isinstance(body, str) else json.dumps({"text": PASTED} if body is None else body)
    return client.post(reverse("paste", args=[place.pk]), data, content_type="application/json", headers=headers)


# --- what is proposed ------------------------------------------------------------------------------------------------


def test_each_paragraph_becomes_an_entry_with_kind_and_speaker(place):
    result = proposed(place)
    assert table(result) == [
        ("comment", "Robin Hale", "The PCC welcomed everybo"),
        ("presentation", "Ann Moor", "CC Moor presented the pa"),
        ("correction", "Tomasz van der Velde", "ACC van der Velde correc"),
        ("question", "Robin Hale", "The PCC asked how the fo"),
        ("thanks", "Robin Hale", "The PCC thanked the volu"),
        ("action", "Tomasz van der Velde", "1) Action: ACC van der V"),
        ("presentation", "Mairi Blackwood", "Ms Blackwood, Chief Fina"),
    ]
    notes = " ".join(result.notes)
    assert "put together again" in notes
    assert "Paragraph 4 has several speakers" in notes
    assert "Paragraph 7 may hold an action" in notes


def test_a_paragraph_can_be_parted_where_somebody_else_speaks(place):
    parted = [(kind, who) for kind, who, _ in table(proposed(place, by_speaker=True))][3:8]
    assert parted == [
        ("question", "Robin Hale"),
        ("answer", "Ann Moor"),
        ("answer", "Tomasz van der Velde"),
        ("comment", "Robin Hale"),
        ("answer", "Ann Moor"),
    ]


@pytest.mark.parametrize("by_speaker", [False, True])
def test_the_words_of_the_entries_are_the_words_that_were_pasted(place, by_speaker):
    entries = proposed(place, by_speaker=by_speaker).entries
    assert words(" ".join(entry.text for entry in entries)) == words(PASTED)


def test_somebody_who_sent_apologies_is_nobodys_speaker(place):
    assert table(proposed(place, "Supt Away said that she agreed.")) == [("statement", "", "Supt Away said that she ")]


def test_a_name_that_two_people_share_is_nobodys(place):
    make_attendance(place.minutes.meeting, name="Bea Moor", post="Chief Constable", abbreviation="CC", called="CC Moor")
    assert proposed(place, "CC Moor said yes.").entries[0].speaker is None
    assert proposed(place, "Bea Moor said yes.").entries[0].speaker.name == "Bea Moor"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The PCC asked CC Moor to set out what had been done.", "statement"),
        ("The PCC asked with regard to boats how many were stolen.", "question"),
        ("Is this enough?", "question"),
        ("In response, CC Moor said no.", "answer"),
        ("It was noted that the bridge is open.", "note"),
        ("Decision: the boat is sold.", "decision"),
        ("The PCC approved the plan.", "decision"),
        ("The PCC thanked everybody.", "thanks"),
        ("Members walked to the quay.", "statement"),
    ],
)
def test_kinds_follow_what_the_sentence_does(place, text, kind):
    assert proposed(place, text).entries[0].kind == kind


def test_a_second_speaker_in_one_sentence_is_seen(place):
    entry = proposed(
        place, "The PCC asked why?\nCC Moor said yes and ACC van der Velde agreed that it was so."
    ).entries[1]
    assert (entry.kind, entry.speaker.name, entry.second_speaker.name) == ("answer", "Ann Moor", "Tomasz van der Velde")


def test_lines_broken_by_a_mail_are_one_paragraph(place):
    text = (
        "The PCC said that the harbour should be open to every boat that comes\nfrom the\nsea.\n\n"
        "CC Moor said that it had been open to every one of them since April,\nand is open.\n\n- one\n- two\n"
    )
    assert [entry.text for entry in proposed(place, text).entries] == [
        "The PCC said that the harbour should be open to every boat that comes from the sea.",
        "CC Moor said that it had been open to every one of them since April, and is open.",
        "one",
        "two",
    ]


def test_bullets_go_numbers_stay_with_one_space_and_empty_lines_drop(place):
    text = "\u2022\u00a0First\n\n \t \no\tSecond\n\u00a7   Third\n1.1\u00a0\u00a0not a mark\n(a)\tFourth\n- - -\n*"
    assert [entry.text for entry in proposed(place, text).entries] == [
        "First",
        "Second",
        "Third",
        "1.1 not a mark",
        "(a) Fourth",
    ]


# --- Word ------------------------------------------------------------------------------------------------------------


def test_word_formatting_is_kept_where_an_entry_can_keep_it(place):
    html = word_page(
        "<p class=MsoNormal><b>The PCC</b> said that <i>all</i> is in the "
        "<a href='https://example.org/plan'>plan</a>.<o:p></o:p></p>"
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;"
        "</span></span>A first point</p><script>alert(1)</script><p onclick='x()'>CC Moor&nbsp;agreed.</p>"
    )
    text = "The PCC said that all is in the plan.\n·\tA first point\nCC Moor\u00a0agreed.\n"
    result = proposed(place, text, html)
    assert [entry.text for entry in result.entries] == [
        "**The PCC** said that _all_ is in the [plan](https://example.org/plan).",
        "A first point",
        "CC Moor agreed.",
    ]
    assert [entry.speaker and entry.speaker.name for entry in result.entries] == ["Robin Hale", None, "Ann Moor"]
    assert result.notes == []


def test_formatting_that_says_other_words_than_the_text_is_not_believed(place):
    result = proposed(place, "The PCC said yes.", "<p>The PCC said no.</p>")
    assert [entry.text for entry in result.entries] == ["The PCC said yes."]
    assert "only the words were taken" in result.notes[0]


def test_formatting_that_cannot_be_read_leaves_the_words(place):
    assert len(proposed(place, "One.", "<ul><li>" * 3000).entries) == 1
    with pytest.raises(CannotPaste, match="plain text"):
        proposed(place, "", "<p>" + "x" * 500_000)


# --- bad input -------------------------------------------------------------------------------------------------------


def test_characters_that_nobody_sees_are_cleaned_as_every_entry_is(place):
    text = "a\x00b \u202ec\u202d \x07\ud800 \U0001f6a4 é"
    assert proposed(place, text).entries[0].text == checked_text(text)
    assert "\x00" not in proposed(place, text).entries[0].text
    assert "\U0001f6a4" in proposed(place, text).entries[0].text


def test_too_much_is_refused_with_words(place):
    with pytest.raises(CannotPaste, match="201 paragraphs"):
        proposed(place, "Word.\n" * (MAX_PARAGRAPHS + 1))
    with pytest.raises(CannotPaste, match="KB at once is the most"):
        proposed(place, "word " * 50_000)
    with pytest.raises(CannotPaste, match="Paragraph 2: This entry has 20,001 characters") as refusal:
        proposed(place, f"One.\n{'x' * 20_001}")
    assert refusal.value.too_large
    with pytest.raises(CannotPaste, match="no words"):
        proposed(place, " \n \u202e\x00 \n--\n")


# --- the address of the editor ---------------------------------------------------------------------------------------


def test_the_address_answers_with_entries_and_saves_nothing(client, officer, place, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        answer = send(client, place)
    assert answer.status_code == 200
    found = answer.json()
    people = {person.pk: person.name for person in place.minutes.meeting.attendance.all()}
    assert set(found) == {"entries", "notes"}
    assert found["entries"][2]["kind"] == "correction"
    assert people[found["entries"][2]["speaker"]] == "Tomasz van der Velde"
    assert found["entries"][2]["second_speaker"] is None
    assert not MinuteEntry.objects.exists()
    assert len(send(client, place, {"text": PASTED, "by_speaker": True}).json()["entries"]) > len(found["entries"])


@pytest.mark.parametrize("body", ["[]", "nonsense", '{"text": 5}', '{"text": "x", "html": 5}', "[" * 100_000])
def test_what_is_no_paste_is_refused_as_json(client, officer, place, body):
    answer = send(client, place, body)
    assert (answer.status_code, answer.json()["error"]) == (400, "not_understood")


@pytest.mark.parametrize(("size", "words_of_it"), [(1, "1,024 KB of text"), (5, "5,120 KB of text"), (11, "11.0 MB")])
def test_a_document_is_refused_with_words(client, officer, place, size, words_of_it):
    answer = send(client, place, {"text": "word " * (size * 1024 * 1024 // 5)})
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert words_of_it in answer.json()["message"]


def test_formatting_of_five_megabytes_leaves_the_words(client, officer, place):
    found = send(client, place, {"text": "One.\nTwo.", "html": "<p>One.</p><p>Two.</p>" + " " * 5_242_880}).json()
    assert [entry["text"] for entry in found["entries"]] == ["One.", "Two."]


def test_somebody_signed_out_gets_json_not_a_page(client, place):
    answer = send(client, place, accept="application/json")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/json"


def test_closed_minutes_take_nothing(client, officer, place):
    Minutes.objects.update(state=State.SIGNED)
    assert send(client, place).status_code == 410
    assert client.get(reverse("paste", args=[place.pk])).status_code == 302


# --- without script --------------------------------------------------------------------------------------------------


def fields_of(response):
    """What the browser would send from the page of proposed entries."""
    forms = response.context["forms"]
    sent = {"batch": str(response.context["batch"]), "count": str(len(forms))}
    for form in forms:
        sent |= {f"{form.prefix}-{name}": form[name].value() or "" for name in form.fields}
    return sent


def show(client, place, text=PASTED):
    return client.post(reverse("paste", args=[place.pk]), {"text": text, "by_speaker": "on"})


def living(place):
    return list(MinuteEntry.objects.filter(minuted_item=place, deleted=False).order_by("position"))


def test_pasted_shown_added_and_taken_back(client, officer, place):
    address = reverse("paste", args=[place.pk])
    assert 'name="text"' in client.get(address).content.decode()
    sent = fields_of(show(client, place))
    sent["p0-text"] = ""
    sent["p1-kind"] = "statement"
    done = client.post(address, sent)
    entries = living(place)
    assert [entry.kind for entry in entries][:2] == ["statement", "correction"]
    assert entries[1].speaker.name == "Tomasz van der Velde"
    assert len(entries) == int(sent["count"]) - 1
    assert client.post(address, sent)["Location"] == done["Location"]
    assert living(place) == entries
    page = client.get(done["Location"])
    assert f"{len(entries)} entries added" in page.content.decode()
    change_entry(entries[0], base_version=1, save_id=uuid.uuid4(), changes={"text": "Changed."}, by=officer)
    keys = page.context["keys"]
    for _ in range(2):
        taken = client.post(reverse("paste-take-back", args=[place.pk]), {"entries": keys}, follow=True)
        assert [entry.text for entry in living(place)] == ["Changed."]
    assert taken.status_code == 200
    assert MinuteEntry.objects.filter(minuted_item=place, deleted=True).count() == len(entries) - 1


def test_take_back_leaves_entries_of_other_items_alone(client, officer, place):
    other = make_minuted_item()
    client.post(reverse("paste", args=[other.pk]), fields_of(show(client, other, "One.\nTwo.")))
    keys = "-".join(str(entry.pk) for entry in living(other))
    client.post(reverse("paste-take-back", args=[place.pk]), {"entries": keys + "-x-9999999999999999999999"})
    assert len(living(other)) == 2


@pytest.mark.parametrize(
    "change", [{"p0-kind": "nonsense"}, {"p0-speaker": "999999"}, {"p0-text": "x" * 20_001}, {"batch": "x"}]
)
def test_a_proposal_that_cannot_be_added_comes_back_and_nothing_is_saved(client, officer, place, change):
    sent = fields_of(show(client, place, "The PCC said yes.\nCC Moor agreed.")) | change
    assert client.post(reverse("paste", args=[place.pk]), sent).status_code == 422
    assert not living(place)


def test_a_paste_that_is_refused_comes_back_with_its_words(client, officer, place):
    answer = show(client, place, "Word.\n" * 201)
    assert answer.status_code == 422
    assert "201 paragraphs" in answer.content.decode()
    assert answer.content.decode().count("Word.") == 201
    assert show(client, place, " ").status_code == 422


def test_every_page_of_a_paste_keeps_to_twelve_queries(client, officer, place, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(reverse("paste", args=[place.pk]))
    with django_assert_max_num_queries(12):
        shown = show(client, place)
    done = client.post(reverse("paste", args=[place.pk]), fields_of(shown))
    with django_assert_max_num_queries(12):
        client.get(done["Location"])


# --- the minutes beside the project ----------------------------------------------------------------------------------

PRESENT = [
    ("PCC", "The PCC", "Mark Burns-Williamson", "Police and Crime Commissioner"),
    ("CEO", "", "Jayne Sykes", "Interim Chief Executive Officer"),
    ("CC", "CC Collins", "Dee Collins", "Chief Constable"),
    ("DCC", "DCC Robins", "John Robins", "Deputy Chief Constable"),
    ("ACC", "ACC Foster", "Russ Foster", "Assistant Chief Constable"),
    ("D Supt", "D Supt Minton", "Darren Minton", "Detective Superintendent"),
    ("DCI", "DCI Stevenson", "Warren Stevenson", "Detective Chief Inspector"),
    ("", "", "Rebecca Hurlock", "Coordinator"),
]


@pytest.fixture
def item_5():
    text = source_text(1).read_text(encoding="utf-8")
    return re.split(r"^## 5\..*\n", text, flags=re.M)[1]


@pytest.fixture
def room():
    minuted_item = make_minuted_item()
    for abbreviation, called, name, post in PRESENT:
        make_attendance(minuted_item.minutes.meeting, name=name, post=post, abbreviation=abbreviation, called=called)
    return minuted_item


@pytest.mark.parametrize("by_speaker", [False, True])
def test_item_5_of_january_2018_keeps_every_word(room, item_5, by_speaker):
    entries = proposed(room, item_5, by_speaker=by_speaker).entries
    assert words(" ".join(entry.text for entry in entries)) == words(item_5)


def test_item_5_of_january_2018_has_its_seven_questions_and_two_corrections(room, item_5):
    entries = proposed(room, item_5, by_speaker=True).entries
    kinds = Counter(entry.kind for entry in entries)
    assert (kinds[Kind.QUESTION], kinds[Kind.CORRECTION]) == (7, 2)
    asked = [entry.speaker.speaker_name for entry in entries if entry.kind == Kind.QUESTION]
    assert asked == ["The PCC"] * 6 + ["Jayne Sykes"]
    assert {entry.speaker.speaker_name for entry in entries if entry.kind == Kind.CORRECTION} == {"DCI Stevenson"}
    both = [entry for entry in entries if entry.second_speaker]
    assert [(entry.speaker.called, entry.second_speaker.called) for entry in both] == [("CC Collins", "DCI Stevenson")]
    assert sum(entry.speaker is None for entry in entries) == 1


def test_every_proposed_text_is_one_that_an_entry_can_hold(place):
    for entry in proposed(place, PASTED, by_speaker=True).entries:
        try:
            assert checked_text(entry.text) == entry.text
        except TextRefused as refusal:
            pytest.fail(str(refusal))


def test_what_is_marked_too_high_is_not_proposed():
    with pytest.raises(CannotPaste, match="is marked SECRET"):
        propose("SECRET\nThe PCC welcomed everybody.\n", "", attendance=[])
    with pytest.raises(CannotPaste, match="is marked TOP SECRET"):
        propose("", "<p>TOP SECRET</p><p>The PCC welcomed everybody.</p>", attendance=[])
