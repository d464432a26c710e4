"""What no page of ours would send to the addresses of the live editor is answered with 400, never with an error."""

import json
import uuid

import pytest
from django.urls import reverse

from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db
ADDRESSES = ["item-presence", "entry-save", "entry-move", "item-stamp", "paste"]
DEEP = "[" * 100_000


@pytest.fixture
def entry(client):
    officer = make_user()
    client.force_login(officer)
    return make_entry(by=officer)


def send(client, name, entry, body):
    body = body if isinstance(body, str) else json.dumps(body)
    address = reverse(name, args=[entry.minuted_item_id])
    return client.post(address, body, content_type="application/json")


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("body", [DEEP, '{"tab": ' + DEEP, "null", "5", "[]", '{"tab":', '{"order_version": NaN}'])
def test_what_is_no_message_is_refused(client, entry, name, body):
    answer = send(client, name, entry, body)
    assert answer.status_code in (200, 400, 422)


@pytest.mark.parametrize("order", [float("inf"), float("nan"), 10**30, -1, "1", None, [], {}])
def test_a_move_from_an_order_that_never_was_changes_nothing(client, entry, order):
    answer = send(client, "entry-move", entry, {"uid": str(entry.uid), "up": True, "order_version": order})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "since", ["0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:00", "2026-01-01T00:00"]
)
def test_news_since_a_moment_that_no_clock_shows_are_all_of_them(client, entry, since):
    answer = send(client, "item-presence", entry, {"tab": str(uuid.uuid4()), "since": since, "order_version": 1})
    assert [each["uid"] for each in answer.json()["entries"]] == [str(entry.uid)]
