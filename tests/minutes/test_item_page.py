"""Writing one item on the plain form, as somebody without script does."""

import re

import pytest
from django.urls import reverse
from lxml import html

from scrutiny.meetings.models import AttendanceList
from scrutiny.minutes.models import MinuteEntry
from tests.factories import make_attendance, make_entry, make_item, make_minuted_item, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = make_user(name="Olive Officer")
    client.force_login(user)
    return user


@pytest.fixture
def item():
    return make_minuted_item()


def address(item):
    return reverse("minuted-item", args=[item.pk])


def form_of(client, item):
    """The fields of the page's form as a browser would send them back untouched."""
    return fields(client.get(address(item)))


def fields(page):
    """What a browser would send from the page's form."""
    form = html.fromstring(page.content).get_element_by_id("entries")
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


def test_a_new_entry_is_written_with_speaker_and_kind(client, officer, item):
    chief = make_attendance(item.minutes.meeting, called="CC Moor")
    data = form_of(client, item)
    data |= {"next-kind": "answer", "next-speaker": str(chief.pk), "next-text": "CC Moor said yes."}
    answer = client.post(address(item), data)
    assert answer.status_code == 302
    entry = item.entries.get()
    assert (entry.kind, entry.speaker, entry.text) == ("answer", chief, "CC Moor said yes.")


def test_an_entry_is_changed_and_the_others_stay_at_their_version(client, officer, item):
    first, second = make_entry(item, text="One."), make_entry(item, text="Two.")
    data = form_of(client, item)
    data[f"e{first.pk}-text"] = "One, better."
    client.post(address(item), data)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.text, first.version) == ("One, better.", 2)
    assert second.version == 1


def test_what_i_did_not_touch_never_overwrites_what_somebody_else_wrote(client, officer, item):
    mine, theirs = make_entry(item, text="Mine."), make_entry(item, text="Theirs.")
    data = form_of(client, item)
    other = form_of(client, item)
    other[f"e{theirs.pk}-text"] = "Theirs, newer."
    client.post(address(item), other)
    data[f"e{mine.pk}-text"] = "Mine, newer."
    answer = client.post(address(item), data)
    assert answer.status_code == 302
    assert set(item.entries.values_list("text", flat=True)) == {"Mine, newer.", "Theirs, newer."}


def clash(client, item, entry):
    """Two people change one entry; returns the second one's answer."""
    stale = form_of(client, item)
    fresh = dict(stale)
    fresh[f"e{entry.pk}-text"] = "It was 176 crimes."
    client.post(address(item), fresh)
    stale[f"e{entry.pk}-text"] = "It was 181 crimes."
    stale["next-text"] = "And something new."
    # A second person has a page of their own, with save ids of its own.
    stale[f"e{entry.pk}-save_id"] = "11111111-1111-4111-8111-111111111111"
    return client.post(address(item), stale)


def test_two_people_saving_the_same_entry_see_both_texts(client, officer, item):
    entry = make_entry(item, text="It was 127 crimes.")
    answer = clash(client, item, entry)
    assert answer.status_code == 409
    text = re.sub(r"<[^>]+>", "", answer.content.decode())
    assert "It was 176 crimes." in text
    assert "It was 181 crimes." in text
    assert "Both wordings are safe" in text
    entry.refresh_from_db()
    assert entry.text == "It was 176 crimes."
    assert item.entries.filter(text="And something new.").exists(), "the rest of the page is saved"


@pytest.mark.parametrize(
    ("choice", "edited", "stands"),
    [
        ("mine", "It was 181 crimes.", "It was 181 crimes."),
        ("theirs", "It was 181 crimes.", "It was 176 crimes."),
        ("third", "It was about 180 crimes.", "It was about 180 crimes."),
    ],
)
def test_a_person_decides_between_two_wordings(client, officer, item, choice, edited, stands):
    entry = make_entry(item, text="It was 127 crimes.")
    data = fields(clash(client, item, entry))
    data |= {f"e{entry.pk}-choice": choice, f"e{entry.pk}-text": edited}
    answer = client.post(address(item), data)
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert entry.text == stands


def test_my_words_win_back_an_entry_that_was_deleted_meanwhile(client, officer, item):
    entry = make_entry(item, text="Old.")
    stale = form_of(client, item)
    client.post(address(item), form_of(client, item) | {"act": f"delete:{entry.pk}"})
    stale[f"e{entry.pk}-text"] = "Still wanted."
    answer = client.post(address(item), stale)
    assert answer.status_code == 409
    assert "deleted this entry" in answer.content.decode()
    client.post(address(item), fields(answer) | {f"e{entry.pk}-choice": "mine"})
    entry.refresh_from_db()
    assert (entry.deleted, entry.text) == (False, "Still wanted.")


def test_a_text_that_is_too_long_comes_back_with_a_message_and_the_rest_is_saved(client, officer, item):
    entry = make_entry(item, text="Short.")
    data = form_of(client, item)
    data[f"e{entry.pk}-text"] = "x" * 30_000
    data["next-text"] = "Saved all the same."
    answer = client.post(address(item), data)
    assert answer.status_code == 422
    assert "30,000 characters" in answer.content.decode()
    assert "x" * 30_000 in answer.content.decode()
    assert item.entries.filter(text="Saved all the same.").exists()


def test_entries_move_and_the_form_saves_what_was_typed_first(client, officer, item):
    first, second = make_entry(item, text="One."), make_entry(item, text="Two.")
    data = form_of(client, item) | {"act": f"up:{second.pk}", f"e{first.pk}-text": "One, typed just now."}
    client.post(address(item), data)
    texts = list(item.entries.order_by("position").values_list("text", flat=True))
    assert texts == ["Two.", "One, typed just now."]


def test_a_second_speaker_needs_a_first_and_another_person(client, officer, item):
    chief = make_attendance(item.minutes.meeting)
    data = form_of(client, item) | {"next-text": "Both said so.", "next-second_speaker": str(chief.pk)}
    assert "Choose the first speaker as well" in client.post(address(item), data).content.decode()
    data["next-speaker"] = str(chief.pk)
    assert "The second speaker is the same person" in client.post(address(item), data).content.decode()


def test_people_who_sent_apologies_are_not_offered_as_speakers(client, officer, item):
    absent = make_attendance(item.minutes.meeting, category=AttendanceList.Category.APOLOGIES, called="Absent Anne")
    assert absent.speaker_name not in client.get(address(item)).content.decode()


def test_script_in_a_text_is_shown_as_text(client, officer, item):
    make_entry(
        item,
        text="<script>alert(1)</script> [click](javascript:alert(2)) **bold** [page](https://example.org/a?b=1&c=2)",
    )
    html = client.get(reverse("minutes", args=[item.minutes_id])).content.decode()
    assert "<script>alert(1)" not in html
    assert 'href="javascript' not in html
    assert "<strong>bold</strong>" in html
    assert '<a href="https://example.org/a?b=1&amp;c=2">page</a>' in html


def test_history_shows_what_changed_and_brings_words_back(client, officer, item):
    entry = make_entry(item, text="The figure is 127.")
    data = form_of(client, item) | {f"e{entry.pk}-text": "The figure is 176."}
    client.post(address(item), data)
    page = client.get(reverse("entry-history", args=[entry.pk])).content.decode()
    assert "</span>127.</del>" in page and "<mark>176.</mark></ins>" in page
    sent = {"version": 1, "base_version": 2, "save_id": "22222222-2222-4222-8222-222222222222"}
    client.post(reverse("entry-restore", args=[entry.pk]), sent)
    entry.refresh_from_db()
    assert entry.text == "The figure is 127."


def test_writing_is_remembered_for_continue_on_the_home_page(client, officer, item):
    client.post(address(item), form_of(client, item) | {"next-text": "The last thing I wrote."})
    home = client.get(reverse("desk")).content.decode()
    assert "The last thing I wrote." in home
    assert f"{address(item)}#entry-{item.entries.get().pk}" in home


def test_the_item_page_costs_at_most_twelve_queries(client, officer, item, django_assert_max_num_queries):
    chief = make_attendance(item.minutes.meeting)
    for number in range(35):
        make_entry(item, text=f"Entry {number}.", speaker=chief)
    client.get(address(item))
    with django_assert_max_num_queries(12):
        client.get(address(item))


def test_the_minutes_cost_at_most_twelve_queries(client, officer, item, django_assert_max_num_queries):
    chief = make_attendance(item.minutes.meeting)
    for number in range(35):
        make_entry(item, text=f"Entry {number}.", speaker=chief)
    with django_assert_max_num_queries(12):
        client.get(reverse("minutes", args=[item.minutes_id]))


def test_deleting_a_draft_asks_first(client, officer, item):
    make_entry(item)
    page = client.get(reverse("minutes-delete", args=[item.minutes_id]))
    assert "A copy of every word stays" in page.content.decode()
    client.post(reverse("minutes-delete", args=[item.minutes_id]))
    assert not MinuteEntry.objects.exists()


def test_the_speakers_name_is_the_one_of_that_day():
    item = make_minuted_item()
    chief = make_attendance(item.minutes.meeting, called="T/ACC Moor")
    assert make_entry(item, speaker=chief).speaker.speaker_name == "T/ACC Moor"


def test_deleting_an_entry_that_somebody_changed_meanwhile_shows_it_first(client, officer, item):
    entry = make_entry(item, text="Old.")
    stale, fresh = form_of(client, item), form_of(client, item)
    fresh[f"e{entry.pk}-text"] = "Somebody's newer words."
    client.post(address(item), fresh)
    answer = client.post(address(item), stale | {"act": f"delete:{entry.pk}"}, follow=True)
    assert "Somebody else changed this entry meanwhile" in answer.content.decode()
    entry.refresh_from_db()
    assert (entry.text, entry.deleted) == ("Somebody's newer words.", False)


def test_an_entry_is_changed_and_deleted_with_one_click(client, officer, item):
    entry = make_entry(item, text="Old.")
    data = form_of(client, item) | {f"e{entry.pk}-text": "Last words.", "act": f"delete:{entry.pk}"}
    client.post(address(item), data)
    entry.refresh_from_db()
    assert (entry.text, entry.deleted) == ("Last words.", True)


def test_a_speaker_who_sent_apologies_after_all_stays_with_the_entry(client, officer, item):
    speaker = make_attendance(item.minutes.meeting)
    entry = make_entry(item, text="Said.", speaker=speaker)
    speaker.category = AttendanceList.Category.APOLOGIES
    speaker.save()
    page = client.get(address(item)).content.decode()
    assert f'<option value="{speaker.pk}" selected' in page
    client.post(address(item), form_of(client, item) | {f"e{entry.pk}-text": "Said, better."})
    entry.refresh_from_db()
    assert (entry.text, entry.speaker_id) == ("Said, better.", speaker.pk)


@pytest.mark.parametrize("nonsense", ["²", "9" * 5000, "99999999999999999999", "-1", "abc", "", "\x00"])
def test_numbers_that_are_none_do_not_break_the_page(client, officer, item, nonsense):
    entry = make_entry(item)
    data = form_of(client, item)
    for act in ("delete", "up", "next"):
        answer = client.post(address(item), data | {"act": f"{act}:{nonsense}", "order_version": nonsense})
        assert answer.status_code in (302, 404)
    answer = client.post(address(item), data | {f"e{entry.pk}-base_version": nonsense, f"e{entry.pk}-text": "New."})
    assert answer.status_code in (409, 422)


def test_continue_the_minutes_opens_the_item_that_was_written_last(client, officer, item):
    meeting = item.minutes.meeting
    make_item(meeting, title="Second subject")
    begin = reverse("minutes-begin", args=[meeting.pk])
    assert client.get(begin)["Location"] == address(item)
    second = item.minutes.minuted_items.get(item__title="Second subject")
    make_entry(second)
    assert client.get(begin)["Location"] == address(second)
    make_entry(item)
    assert client.get(begin)["Location"] == address(item)
