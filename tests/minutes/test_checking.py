"""Having minutes checked by the office and by the force."""

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import name_checker
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def minutes():
    return make_entry(text="Said in the meeting.").minuted_item.minutes


def test_the_force_sees_minutes_only_where_named_as_checker(client, minutes):
    force = make_user(Role.FORCE)
    client.force_login(force)
    assert client.get(reverse("minutes", args=[minutes.pk])).status_code == 403
    name_checker(minutes, user=force, by=make_user())
    assert client.get(reverse("minutes", args=[minutes.pk])).status_code == 200


def test_a_checker_of_the_force_comments_but_does_not_write(client, minutes):
    force = make_user(Role.FORCE, name="Fay Force")
    name_checker(minutes, user=force, by=make_user())
    client.force_login(force)
    client.post(reverse("minutes-comment", args=[minutes.pk]), {"text": "Our figure was different."})
    page = client.get(reverse("minutes", args=[minutes.pk])).content.decode()
    assert "Our figure was different." in page
    assert "Write this item" not in page
    assert client.get(reverse("minuted-item", args=[minutes.minuted_items.get().pk])).status_code == 403


def test_the_office_settles_a_comment_and_it_stays_readable(client, minutes):
    officer = make_user(name="Olive Officer")
    client.force_login(officer)
    client.post(reverse("minutes-comment", args=[minutes.pk]), {"text": "A slip in item 1."})
    comment = minutes.comments.get()
    client.post(reverse("minutes-comment-settle", args=[minutes.pk, comment.pk]))
    page = client.get(reverse("minutes", args=[minutes.pk])).content.decode()
    assert "A slip in item 1." in page
    assert "Settled by Olive Officer" in page


def test_an_empty_comment_is_refused_with_words(client, minutes):
    client.force_login(make_user())
    answer = client.post(reverse("minutes-comment", args=[minutes.pk]), {"text": " "})
    assert answer.status_code == 422
    assert "Write the comment." in answer.content.decode()


def test_minutes_go_to_check_and_come_back(client, minutes):
    client.force_login(make_user())
    client.post(reverse("minutes-send", args=[minutes.pk]))
    minutes.refresh_from_db()
    assert minutes.state == State.IN_REVIEW
    client.post(reverse("minutes-take-back", args=[minutes.pk]))
    minutes.refresh_from_db()
    assert minutes.state == State.DRAFT


def test_minutes_without_an_entry_are_not_sent(client, minutes):
    entry = minutes.minuted_items.get().entries.get()
    entry.deleted = True
    entry.save()
    client.force_login(make_user())
    answer = client.post(reverse("minutes-send", args=[minutes.pk]), follow=True)
    assert "Nothing is written yet" in answer.content.decode()


def test_a_person_who_is_asked_finds_it_on_the_home_page(client, minutes):
    force = make_user(Role.FORCE)
    client.force_login(make_user())
    client.post(reverse("minutes-checker-add", args=[minutes.pk]), {"user": force.pk})
    client.force_login(force)
    assert "You were asked to check this." in client.get(reverse("desk")).content.decode()


# --- comments on entries, and verdicts -------------------------------------------------------------------------------


@pytest.fixture
def entry(minutes):
    return minutes.minuted_items.get().entries.get()


@pytest.fixture
def force(minutes):
    force = make_user(Role.FORCE, name="Fay Force")
    name_checker(minutes, user=force, by=make_user())
    return force


def test_a_comment_on_an_entry_stands_beside_it(client, minutes, entry, force):
    client.force_login(force)
    page = client.get(reverse("minutes-check", args=[minutes.pk])).content.decode()
    address = reverse("entry-comment", args=[entry.pk])
    assert address in page
    answer = client.post(address, {"text": "It was the other way round.", "back": "check"})
    assert answer["Location"] == f"{reverse('minutes-check', args=[minutes.pk])}#entry-{entry.pk}"
    said = minutes.comments.get()
    assert (said.piece, said.about) == (entry.uid, f"Item {entry.minuted_item.item.label}: statement")
    page = client.get(reverse("minutes", args=[minutes.pk])).content.decode()
    assert page.count("It was the other way round.") == 2  # beside the entry, and in the list of comments


def test_the_same_comment_posted_twice_counts_once(client, minutes, entry, force):
    client.force_login(force)
    for _ in range(2):
        client.post(reverse("entry-comment", args=[entry.pk]), {"text": "It was the other way round."})
    assert minutes.comments.count() == 1


def test_an_empty_comment_on_an_entry_is_refused_with_words(client, entry, force):
    client.force_login(force)
    answer = client.post(reverse("entry-comment", args=[entry.pk]), {"text": " "})
    assert answer.status_code == 422
    assert "Write the comment." in answer.content.decode()


def test_the_force_comments_only_on_entries_of_minutes_it_was_asked_to_check(client, entry):
    client.force_login(make_user(Role.FORCE))
    assert client.post(reverse("entry-comment", args=[entry.pk]), {"text": "No."}).status_code == 403


def send(client, minutes):
    client.force_login(make_user(name="Olive Officer"))
    client.post(reverse("minutes-send", args=[minutes.pk]))


def say(client, minutes, user, verdict, text="", sent=None):
    client.force_login(user)
    sent = minutes.snapshots.last().pk if sent is None else sent
    words = {"verdict": verdict, "text": text, "sent": sent}
    return client.post(reverse("minutes-verdict", args=[minutes.pk]), words)


def test_a_checker_agrees_and_the_officer_sees_it(client, minutes, force):
    send(client, minutes)
    say(client, minutes, force, "agreed")
    client.force_login(make_user())
    page = client.get(reverse("minutes", args=[minutes.pk])).content.decode()
    assert "Agrees, " in page
    assert "Fay Force" in page


def test_asking_for_changes_needs_words_and_keeps_them(client, minutes, force):
    send(client, minutes)
    assert "Say which changes you ask for." in say(client, minutes, force, "changes").content.decode()
    say(client, minutes, force, "changes", "The rank is wrong.")
    assert minutes.checkers.get().verdict == "changes"
    assert minutes.comments.get().text == "The rank is wrong."


def test_two_checkers_say_different_things_and_both_stand(client, minutes, force):
    other = make_user(Role.ANALYST, name="Ann Analyst")
    name_checker(minutes, user=other, by=make_user())
    send(client, minutes)
    say(client, minutes, force, "changes", "The rank is wrong.")
    say(client, minutes, other, "agreed")
    say(client, minutes, other, "agreed")
    assert set(minutes.checkers.values_list("user__name", "verdict")) == {
        ("Fay Force", "changes"),
        ("Ann Analyst", "agreed"),
    }


def test_a_verdict_on_an_older_text_is_refused_with_words(client, minutes, entry, force):
    send(client, minutes)
    old = minutes.snapshots.last().pk
    make_entry(entry.minuted_item, text="Said later.")
    send(client, minutes)
    answer = say(client, minutes, force, "agreed", sent=old)
    assert answer.status_code == 409
    assert "sent again since you opened this page" in answer.content.decode()
    assert minutes.checkers.get().verdict == ""


def test_nobody_says_a_verdict_who_was_not_asked_or_before_the_text_was_sent(client, minutes, force):
    answer = say(client, minutes, force, "agreed", sent="")
    assert minutes.checkers.get().verdict == ""
    assert answer.status_code == 409
    send(client, minutes)
    say(client, minutes, make_user(Role.ANALYST), "agreed")
    assert list(minutes.checkers.values_list("verdict", flat=True)) == [""]


def test_a_checker_who_has_spoken_no_longer_finds_it_on_the_home_page(client, minutes, force):
    send(client, minutes)
    say(client, minutes, force, "agreed")
    assert "You were asked to check this." not in client.get(reverse("desk")).content.decode()


def test_the_meetings_task_tells_how_far_the_check_is(client, minutes, force):
    send(client, minutes)
    say(client, minutes, force, "changes", "The rank is wrong.")
    client.force_login(make_user())
    assert "1 asks for changes. To be approved" in client.get(minutes.meeting.get_absolute_url()).content.decode()
