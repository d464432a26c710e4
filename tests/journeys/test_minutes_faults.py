"""What was typed survives: a lost line, a closed tab, an ended session, a second tab, a killed browser, a lost answer."""

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Error as PlaywrightError

from opcc_portal.accounts.capabilities import Role
from scrutiny.minutes.models import MinuteEntry, Presence
from scrutiny.workflow.models import Revision, State
from tests.browser import sign_in
from tests.factories import make_attendance, make_entry, make_minuted_item, make_user
from tests.journeys.typist import Typist

pytestmark = pytest.mark.django_db(transaction=True)
SAVE = "**/save/"


@pytest.fixture
def officer(live_server):
    return make_user(name="Robin Example", roles=[Role.GOVERNANCE])


@pytest.fixture
def item(officer):
    item = make_minuted_item()
    make_attendance(item.minutes.meeting, name="Alex Example", called="The PCC", is_chair=True)
    make_attendance(item.minutes.meeting, name="Dana Moor", called="CC Moor")
    return item


@pytest.fixture
def typist(page, officer, item):
    return Typist(page, item, who=officer)


def texts(item):
    return list(item.entries.filter(deleted=False).values_list("text", flat=True))


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


@pytest.mark.smoke
def test_what_is_typed_while_the_line_is_down_is_sent_when_it_is_back(page, typist, item):
    typist.words("said the first thing.").structure("Enter").wait_until_saved()
    page.context.set_offline(True)
    typist.structure("?").words("asked a question.").structure("Enter").words("answered it.").structure("Enter")
    page.locator("#saved").get_by_text(
        "Not saved: the server does not answer. 2 changes kept on this device"
    ).wait_for()
    assert page.locator("#trouble").inner_text().startswith("Not saved")
    page.context.set_offline(False)
    typist.wait_until_saved()
    assert texts(item) == ["The PCC said the first thing.", "The PCC asked a question.", "answered it."]
    assert page.locator("#trouble").inner_text() == "Everything is saved again."


def test_a_tab_closed_while_the_line_is_down_loses_nothing(page, typist, item, officer):
    entry = make_entry(item, text="As it was.")
    page.reload()
    typist.wait_until_ready()
    page.context.set_offline(True)
    area = page.locator(f"#entry-{entry.pk} textarea")
    area.focus()
    page.keyboard.press("Control+End")
    typist.words(" And what was added.")
    page.locator("#next textarea").focus()
    typist.words("Something new.").structure("Enter")
    page.locator("#saved").get_by_text("2 changes kept on this device").wait_for()
    page.wait_for_timeout(300)
    context = page.context
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    again.goto(reverse("desk"))
    again.get_by_text("2 entries of yours are kept on this device and not saved yet").wait_for()
    again.get_by_role("link", name="go on with").click()
    again.locator("#kept-here").get_by_text("2 entries that were kept on this device are back").wait_for()
    until(lambda: item.entries.count() == 2)
    again.locator("#saved").get_by_text("Saved").wait_for()
    assert texts(item) == ["As it was. And what was added.", "Something new."]
    again.reload()
    again.locator("#entries[data-ready=yes]").wait_for()
    assert again.locator("#kept-here").inner_text() == ""


def test_after_the_session_has_ended_a_sign_in_in_another_tab_sends_the_words(page, typist, item, officer):
    Session.objects.all().delete()
    typist.words("typed after the session had ended.").structure("Enter")
    page.locator("#saved").get_by_text("Not saved: you are signed out").wait_for()
    assert page.get_by_role("link", name="Sign in (opens a new tab)").is_visible()
    assert texts(item) == []
    sign_in(page, officer)
    typist.wait_until_saved()
    assert texts(item) == ["The PCC typed after the session had ended."]


def test_words_wait_for_their_own_writer_when_somebody_else_signs_in(page, typist, item, officer):
    sign_in(page, make_user(name="Kit Example", roles=[Role.GOVERNANCE]))
    typist.words("Robin's words.").structure("Enter")
    page.locator("#saved").get_by_text("Kit Example is signed in here now").wait_for()
    assert texts(item) == []
    sign_in(page, officer)
    typist.wait_until_saved()
    assert item.entries.get().changed_by == officer


@pytest.mark.smoke
def test_two_tabs_of_one_person_show_both_wordings_and_lose_neither(page, typist, item, officer):
    entry = make_entry(item, text="127 crimes.")
    page.reload()
    typist.wait_until_ready()
    other = page.context.new_page()
    second = Typist(other, item, who=None)
    for tab, words in ((page, " In one tab."), (other, " In the other.")):
        tab.bring_to_front()
        tab.locator(f"#entry-{entry.pk} textarea").focus()
        tab.keyboard.press("Control+End")
        tab.keyboard.type(words)
        tab.keyboard.press("Control+s")
        tab.locator("#saved").get_by_text("Saved" if tab is page else "your choice").wait_for()
    panel = other.locator(".conflict")
    assert "You changed this entry somewhere else" in panel.inner_text()
    assert "In one tab." in panel.inner_text() and "In the other." in panel.inner_text()
    panel.get_by_role("button", name="Write a third").click()
    other.locator(f"#entry-{entry.pk} textarea").fill("127 crimes. In both tabs.")
    panel.get_by_role("button", name="Save this wording").click()
    second.wait_until_saved()
    assert texts(item) == ["127 crimes. In both tabs."]
    kept = Revision.objects.filter(piece=entry.uid).order_by("version")
    assert [revision.content["text"] for revision in kept] == [
        "127 crimes.",
        "127 crimes. In one tab.",
        "127 crimes. In both tabs.",
    ]


def test_two_people_see_each_other_and_each_others_entries(page, new_context, typist, item, base_url):
    context = new_context()
    colleague = Typist(context.new_page(), item, who=make_user(name="Sam Example", roles=[Role.GOVERNANCE]))
    colleague.page.get_by_text("Robin Example is here too").wait_for()
    typist.words("said one thing.").structure("Enter").wait_until_saved()
    typist.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    typist.page.get_by_text("Sam Example is here too").wait_for()
    colleague.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    entry = item.entries.get()
    colleague.page.locator(f"#entry-{entry.pk}").wait_for()
    assert colleague.page.locator(f"#entry-{entry.pk} textarea").input_value() == "The PCC said one thing."
    assert Presence.objects.count() == 2


def test_a_reply_that_is_lost_after_the_save_counts_once(page, typist, item):
    lost = []

    def lose(route):
        if len(lost) < 3:
            route.fetch()
            lost.append(route.request.post_data)
            route.abort()
        else:
            route.continue_()

    page.route(SAVE, lose)
    typist.words("said it once.").structure("Enter")
    page.locator("#saved").get_by_text("Not saved: the server does not answer").wait_for()
    typist.wait_until_saved()
    assert len(set(lost)) == 1, "every retry carries the same save id and the same words"
    assert texts(item) == ["The PCC said it once."]
    assert Revision.objects.filter(piece=item.entries.get().uid).count() == 1


def test_a_server_that_is_being_restarted_delays_and_loses_nothing(page, typist, item):
    answers = iter([502, 503, 500])
    page.route(SAVE, lambda route: route.fulfill(status=status) if (status := next(answers, 0)) else route.continue_())
    typist.words("said before.").structure("Enter").words("said after.").structure("Enter")
    page.locator("#saved").get_by_text("Not saved: the server does not answer").wait_for()
    typist.wait_until_saved()
    assert texts(item) == ["The PCC said before.", "The PCC said after."]


def test_a_link_waits_for_the_words_and_lets_go_of_the_page_when_the_line_is_down(page, typist, item):
    typist.words("typed a moment ago")
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("heading", name="Minutes of the").wait_for()
    assert texts(item) == ["The PCC typed a moment ago"]
    page.go_back()
    typist.wait_until_ready()
    page.route(SAVE, lambda route: route.abort())
    page.locator("#next textarea").focus()
    typist.words("Not sent.")
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("button", name="Leave all the same").click()
    page.get_by_role("heading", name="Minutes of the").wait_for()
    page.get_by_text("1 entry of yours is kept on this device and not saved yet").wait_for()


def test_a_tab_that_is_hidden_saves_at_once(page, typist, item):
    typist.words("typed a moment ago")
    page.evaluate("""() => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    }""")
    until(lambda: texts(item) == ["The PCC typed a moment ago"], seconds=1.5)


def test_minutes_that_are_closed_meanwhile_keep_the_words_on_the_device(page, typist, item):
    item.minutes.state = State.SIGNED
    item.minutes.save()
    typist.words("typed too late.").structure("Enter")
    page.locator(".entry-state").get_by_text("approved and closed").first.wait_for()
    assert page.get_by_text("Your words are kept on this device: copy them").first.is_visible()
    assert "The PCC typed too late." in typist.texts()


def test_a_text_that_is_too_long_stays_and_says_what_to_do(page, typist, item):
    page.locator("#next textarea").fill("x" * (MinuteEntry.TEXT_LIMIT + 1))
    page.keyboard.press("Control+s")
    page.get_by_text("Split it into several entries").wait_for()
    page.locator("#saved").get_by_text("Not saved: see the message in the entry").wait_for()
    page.locator("textarea:focus").fill("Short enough.")
    page.keyboard.press("Control+s")
    typist.wait_until_saved()
    assert texts(item) == ["Short enough."]


def test_signing_out_leaves_nothing_on_the_device_but_unsent_words(page, typist, item):
    kept = """async () => {
        const request = indexedDB.open("opcc-minutes");
        const db = await new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
        const all = db.transaction("drafts").objectStore("drafts").getAll();
        const records = await new Promise((resolve) => { all.onsuccess = () => resolve(all.result); });
        db.close();
        return records.length;
    }"""
    typist.words("said this.").structure("Enter").wait_until_saved()
    until(lambda: page.evaluate(kept) == 0)
    page.route(SAVE, lambda route: route.abort())
    typist.words("said that.").structure("Enter")
    page.locator("#saved").get_by_text("Not saved: the server does not answer").wait_for()
    assert page.evaluate(kept) == 1
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.get_by_text("1 entry of yours is kept on this device and not saved yet").wait_for()
    page.unroute(SAVE)
    typist.wait_until_saved()
    assert page.evaluate(kept) == 0
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.get_by_text("You are signed out.").wait_for()


@pytest.mark.smoke
def test_a_killed_browser_loses_at_most_two_seconds_of_typing(
    browser_type, browser_type_launch_args, browser_context_args, tmp_path, base_url, item, officer
):
    def start():
        return browser_type.launch_persistent_context(
            str(tmp_path), **browser_type_launch_args, **{**browser_context_args, "base_url": base_url}
        )

    context = start()
    context.route(SAVE, lambda route: route.abort())
    typist = Typist(context.pages[0], item, who=officer)
    typist.words("said what must not be lost.")
    time.sleep(2)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(tmp_path).encode() in (process / "cmdline").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            continue
    assert texts(item) == []
    with contextlib.suppress(PlaywrightError):  # it is dead already, as it should be
        context.close()
    context = start()
    again = Typist(context.pages[0], item, who=officer)
    again.page.locator("#kept-here").get_by_text("1 entry that was kept on this device is back").wait_for()
    until(lambda: texts(item) == ["The PCC said what must not be lost."])
    context.close()
