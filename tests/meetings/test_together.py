"""Two people in one meeting at the same moment, in connections of their own: never an error, nothing lost."""

import datetime
import threading

import pytest
from django.db import connection

from scrutiny.meetings import agenda
from scrutiny.meetings.models import AgendaItem
from tests.factories import make_item, make_meeting, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run the acts in threads that start together; what they raised."""
    start, problems = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait()
            act()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_two_people_adding_items_get_two_labels_and_two_places():
    meeting, user = make_meeting(date=datetime.date(2018, 1, 8)), make_user()
    make_item(meeting)

    def add(title):
        item = AgendaItem(meeting=meeting, title=title, label="2")
        agenda.add_item(item, label_was_proposed=True, by=user)

    assert at_once(*(lambda title=title: add(title) for title in "ABCD")) == []
    items = list(meeting.items.all())
    assert [item.position for item in items] == [1, 2, 3, 4, 5]
    assert sorted(item.label for item in items) == ["1", "2", "3", "4", "5"]


def test_two_people_moving_and_deleting_leave_an_order_without_gaps():
    meeting, user = make_meeting(), make_user()
    items = [make_item(meeting) for _ in range(6)]
    problems = at_once(
        lambda: agenda.move_item(items[5], up=True, by=user),
        lambda: agenda.move_item(items[0], up=False, by=user),
        lambda: agenda.delete_item(items[2], by=user),
        lambda: agenda.number_again(meeting, by=user),
    )
    assert problems == []
    assert list(meeting.items.values_list("position", flat=True)) == [1, 2, 3, 4, 5]
