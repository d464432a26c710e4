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
