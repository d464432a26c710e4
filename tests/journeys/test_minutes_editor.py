"""The live editor by keys, by mouse and by paste; nothing that one way can do is out of reach of the others."""

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.minutes.models import MinutedItem
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories import make_attendance, make_entry, make_item, make_minuted_item, make_user
from tests.journeys.typist import Typist

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer(live_server):
    return make_user(name="Robin Example", roles=[Role.GOVERNANCE])


@pytest.fixture
def item(officer):
    item = make_minuted_item()
    meeting = item.minutes.meeting
    make_attendance(meeting, name="Alex Example", called="The PCC", abbreviation="PCC", is_chair=True)
    make_attendance(meeting, name="Dana Moor", called="CC Moor", abbreviation="CC")
    make_attendance(meeting, name="Sasha Mill", called="ACC Mill", abbreviation="ACC")
    return item


@pytest.fixture
def typist(page, officer, item):
    return Typist(page, item, who=officer)


def written(item):
    return [
        (entry.kind, entry.speaker.speaker_name if entry.speaker else "", entry.text)
        for entry in item.entries.filter(deleted=False).select_related("speaker")
    ]


@pytest.mark.smoke
def test_speakers_come_by_letters_and_bring_their_names(typist, item):
    typist.words("@mo said so.").structure("Enter")
    typist.words("@cc @acc agreed.").structure("Enter")
    typist.words("@mill doubted that @moo could know.").structure("Enter")
    typist.wait_until_saved()
    assert written(item) == [
        ("statement", "CC Moor", "CC Moor said so."),
        ("statement", "CC Moor", "CC Moor and ACC Mill agreed."),
        ("statement", "ACC Mill", "ACC Mill doubted that CC Moor could know."),
    ]
    assert item.entries.all()[1].second_speaker.speaker_name == "ACC Mill"


def test_backspace_undoes_the_kind_then_removes_the_entry(page, typist, item):
    typist.words("said something.").structure("Enter").wait_until_saved()
    kind = page.locator("#next [name$=-kind]")
    typist.letters("/n ")
    assert kind.input_value() == "note"
    typist.structure("Backspace")
    assert kind.input_value() == "statement"
    assert page.locator("#next textarea").input_value() == "The PCC "
    page.locator(".entry-form textarea").first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.get_by_role("button", name="Bring it back").wait_for()
    typist.wait_until_saved()
    assert written(item) == []
    page.get_by_role("button", name="Bring it back").click()
    typist.wait_until_saved()
    assert written(item) == [("statement", "The PCC", "The PCC said something.")]


def test_entries_move_by_alt_and_arrows_and_new_ones_go_between(page, typist, item):
    for word in ("One.", "Two."):
        make_entry(item, text=word)
    page.reload()
    typist.wait_until_ready()
    areas = page.locator(".entry-form textarea")
    areas.nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    typist.wait_until_saved()
    assert [text for _, _, text in written(item)] == ["Two.", "One."]
    page.locator(".entry-form textarea").first.focus()
    page.keyboard.press("Control+End")
    typist.structure("Enter").words("Between.").structure("Control+s").wait_until_saved()
    assert [text for _, _, text in written(item)] == ["Two.", "Between.", "One."]
    page.reload()
    typist.wait_until_ready()
    assert typist.texts()[:3] == ["Two.", "Between.", "One."]


@pytest.mark.smoke
def test_everything_is_done_with_the_mouse_as_well(page, typist, item):
    area = page.locator("#next textarea")
    area.click()
    page.locator("#next").get_by_label("Speaker", exact=True).select_option("CC Moor")
    page.locator("#next").get_by_label("Kind").select_option("Answer")
    assert area.input_value() == "CC Moor "
    area.press_sequentially("said yes.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    typist.wait_until_saved()
    entry = page.locator(".entry-form").first
    entry.get_by_label("Speaker", exact=True).select_option("ACC Mill")
    assert entry.locator("textarea").input_value() == "ACC Mill said yes."
    entry.locator(".entry-more summary").click()
    entry.get_by_label("Rough, to be tidied").check()
    entry.get_by_label("Second speaker").select_option("CC Moor")
    typist.wait_until_saved()
    saved = item.entries.get()
    assert (saved.kind, saved.rough, saved.second_speaker.speaker_name) == ("answer", True, "CC Moor")
    entry.get_by_role("button", name="Delete entry").click()
    typist.wait_until_saved()
    assert written(item) == []


def test_the_next_item_is_one_key_away_and_the_times_are_noted(page, typist, item):
    following = MinutedItem.objects.create(minutes=item.minutes, item=make_item(item.minutes.meeting, title="Next one"))
    page.reload()
    typist.wait_until_ready()
    typist.words("closed the item.").structure("Control+Enter")
    page.get_by_role("heading", name="Next one").wait_for()
    typist.wait_until_ready()
    assert page.locator("#next textarea").evaluate("area => area === document.activeElement")
    for row in (item, following):
        row.refresh_from_db()
    assert written(item) == [("statement", "The PCC", "The PCC closed the item.")]
    assert item.ended and following.started


def test_the_list_of_keys_opens_by_keys_and_can_switch_them_off(page, typist, item):
    page.keyboard.press("Control+/")
    page.get_by_role("heading", name="Keys of the minutes editor").wait_for()
    assert_accessible(page)
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.locator("#next textarea").focus()
    typist.words("? is what he asked.").structure("Control+s").wait_until_saved()
    assert written(item)[0][0] == "statement"


@pytest.mark.smoke
def test_pasted_paragraphs_become_entries_one_undo_away(page, typist, item):
    paste = """(text) => {
        const data = new DataTransfer();
        data.setData("text/plain", text);
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(
        paste, "The PCC asked how many there were.\n\nCC Moor said that there were twelve.\n\nACC Mill agreed."
    )
    page.get_by_text("3 entries pasted.").first.wait_for()
    typist.wait_until_saved()
    assert written(item) == [
        ("question", "The PCC", "The PCC asked how many there were."),
        ("answer", "CC Moor", "CC Moor said that there were twelve."),
        ("answer", "ACC Mill", "ACC Mill agreed."),
    ]
    page.get_by_role("button", name="Take them out again").click()
    page.get_by_text("3 entries taken out again.").first.wait_for()
    typist.wait_until_saved()
    assert written(item) == []
    page.locator("#next textarea").focus()
    page.evaluate(paste, "A line of a very long text.\n" * 200_000)
    page.get_by_text("This is more than 5 MB. Paste it in parts.").first.wait_for()


def test_late_and_early_are_one_click(page, typist, item):
    row = page.locator(".speakers li").filter(has_text="ACC Mill")
    row.get_by_role("button", name="Came now").click()
    row.get_by_text("came at").wait_for()
    late = item.minutes.meeting.attendance.get(called="ACC Mill")
    assert late.arrived
    row.get_by_role("button", name="From the start").click()
    row.get_by_role("button", name="Came now").wait_for()
    late.refresh_from_db()
    assert late.arrived is None


def test_rough_entries_are_marked_by_keys_and_shown_alone(page, typist, item):
    typist.words("/r said something like this.").structure("Enter").words("said this.").structure("Enter")
    typist.wait_until_saved()
    page.reload()
    page.get_by_role("link", name="Rough entries only (1)").click()
    page.get_by_text("Only the entries marked as rough are shown").wait_for()
    assert [text for text in typist.texts() if text] == ["The PCC said something like this."]


@pytest.mark.smoke
def test_from_signing_in_to_typing_is_one_click(page, typist, item):
    typist.words("said the last thing.").structure("Enter").wait_until_saved()
    with page.expect_response("**/presence/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.goto(reverse("desk"))
    page.get_by_role("link", name="Continue").first.click()
    typist.wait_until_ready()
    assert page.evaluate("document.activeElement.matches('textarea')")
    typist.words(" And more.").structure("Control+s").wait_until_saved()
    assert written(item) == [("statement", "The PCC", "The PCC said the last thing. And more.")]


@pytest.mark.smoke
def test_the_editor_is_accessible_while_somebody_writes(page, typist, item):
    typist.structure("?").words("asked why.").structure("Enter").words("said because.").structure("Enter")
    typist.letters("/a ").words("do it @ACC 28 Feb").structure("Enter").letters("/d ").words("It is agreed.")
    typist.structure("Enter").wait_until_saved()
    page.locator(".entry-form textarea").first.focus()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("group", name="Add an entry").get_by_role("button", name="Answer").click()
    typist.words("said more.").structure("Control+s").wait_until_saved()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # nothing half under the bar at the foot
    assert_accessible(page, dark=False)
    assert written(item)[-1][0] == "answer"
    assert written(item)[-1][2].endswith("said more.")
