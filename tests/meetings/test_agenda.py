"""The agenda: labels as text, order, parts, sub-items, and the builder's pages without script."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from opcc_portal.audit.models import LastWork
from opcc_portal.audit.operations import lines_about
from scrutiny.meetings import agenda
from scrutiny.meetings.models import AgendaItem, Part, StandingItem
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_attachment,
    make_entry,
    make_item,
    make_meeting,
    make_minuted_item,
    make_report,
    make_request,
    make_series,
    make_user,
)
from tests.meetings.full import full_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


def order(meeting):
    return [str(item) for item in agenda.in_order(meeting.items.all())]


def add(meeting, **fields):
    item = AgendaItem(meeting=meeting, **fields)
    return agenda.add_item(item, by=make_user())


def post_item(client, meeting, **fields):
    page = client.get(reverse("agenda", args=[meeting.pk]))
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    return client.post(reverse("agenda", args=[meeting.pk]), {**data, **fields})


# --- labels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbering", "labels", "expected"),
    [
        ("plain", [], "1"),
        ("plain", ["1", "2"], "3"),
        ("plain", ["5"], "6"),
        ("plain", ["1", "7A"], "8"),
        ("dotted", ["1.", "2."], "3."),
        ("meeting", ["4/2026"], "5/2026"),
        ("none", ["Ref 03/21"], ""),
    ],
)
def test_the_next_label_follows_the_style_and_the_labels_before(numbering, labels, expected):
    meeting = make_meeting(make_series(numbering=numbering), date=datetime.date(2026, 3, 2))
    for label in labels:
        make_item(meeting, label=label)
    assert agenda.proposed_label(meeting.series, meeting.date, list(meeting.items.all())) == expected


def test_the_next_label_below_an_item_carries_its_label():
    meeting = make_meeting()
    top = make_item(meeting, label="5")
    make_item(meeting, label="5.1", parent=top)
    assert agenda.proposed_label(meeting.series, meeting.date, list(meeting.items.all()), top) == "5.2"


def test_a_label_used_twice_is_refused_until_confirmed_as_printed(client, officer):
    meeting = make_meeting()
    make_item(meeting, label="5", title="First five")
    refused = post_item(client, meeting, title="Second five", label="5")
    assert refused.status_code == 422
    assert "“5” is already the label of “First five”" in refused.content.decode()
    assert "Printed twice on the paper: keep it as printed" in refused.content.decode()
    assert meeting.items.count() == 1
    kept = post_item(client, meeting, title="Second five", label="5", label_as_printed="on")
    assert kept.status_code == 302
    assert [(item.label, item.label_as_printed) for item in meeting.items.all()] == [("5", False), ("5", True)]


def test_the_record_itself_refuses_a_label_twice():
    meeting = make_meeting()
    make_item(meeting, label="5")
    with pytest.raises(ValidationError, match="already used"):
        add(meeting, title="Another", label="5")


def test_two_items_without_a_label_are_no_clash(client, officer):
    meeting = make_meeting()
    make_item(meeting, label="")
    assert post_item(client, meeting, title="Also without", label="").status_code == 302


def test_a_proposed_label_that_was_taken_meanwhile_gives_way(client, officer):
    meeting = make_meeting()
    make_item(meeting, label="1", title="Somebody else was quicker")
    answer = client.post(
        reverse("agenda", args=[meeting.pk]), {"title": "Mine", "label": "1", "proposed": "1", "part": "public"}
    )
    assert answer.status_code == 302
    assert order(meeting) == ["1 Somebody else was quicker", "2 Mine"]


def test_items_can_be_numbered_again(client, officer):
    meeting = make_meeting()
    top = make_item(meeting, label="2", title="A")
    make_item(meeting, label="2.1", title="A below", parent=top)
    make_item(meeting, label="1", title="B")
    assert "The numbers are not in their order" in client.get(reverse("agenda", args=[meeting.pk])).content.decode()
    client.post(reverse("agenda-number", args=[meeting.pk]))
    assert order(meeting) == ["1 A", "1.1 A below", "2 B"]


def test_odd_labels_are_no_reason_to_offer_new_numbers(client, officer):
    meeting = make_meeting()
    make_item(meeting, label="5", title="Only item of an extract")
    assert "not in their order" not in client.get(reverse("agenda", args=[meeting.pk])).content.decode()


# --- order and parts -------------------------------------------------------------------------------------------------


def test_a_title_and_enter_add_an_item_at_the_end(client, officer):
    meeting = make_meeting()
    make_item(meeting, title="Welcome")
    answer = post_item(client, meeting, title="Stop and search")
    assert answer.headers["Location"].endswith("#id_title")
    assert order(meeting) == ["1 Welcome", "2 Stop and search"]
    assert lines_about(meeting)[0].act == "Item added: 2 Stop and search"
    assert LastWork.objects.get(user=officer).address == reverse("agenda", args=[meeting.pk])


def test_an_item_without_a_title_is_refused(client, officer):
    meeting = make_meeting()
    answer = post_item(client, meeting, title="  ")
    assert answer.status_code == 422
    assert "Enter the title of the item." in answer.content.decode()


def test_a_time_that_is_none_is_refused_and_what_was_typed_stays(client, officer):
    meeting = make_meeting()
    answer = post_item(client, meeting, title="Kept title", planned_time="10:75")
    assert answer.status_code == 422
    assert "an hour has minutes 00 to 59" in answer.content.decode()
    assert 'value="Kept title"' in answer.content.decode()


def test_a_public_item_goes_before_the_private_part():
    meeting = make_meeting()
    make_item(meeting, title="Public one")
    make_item(meeting, title="Private one", part=Part.PRIVATE)
    add(meeting, title="Public two", label="3")
    assert order(meeting) == ["1 Public one", "3 Public two", "2 Private one"]


def test_a_new_item_goes_before_what_the_series_always_has_at_the_end():
    meeting = make_meeting()
    StandingItem.objects.create(series=meeting.series, title="Questions from the public", at_end=True)
    make_item(meeting, title="Welcome")
    make_item(meeting, title="Questions from the public", is_standing=True)
    add(meeting, title="Stop and search", label="3")
    assert order(meeting) == ["1 Welcome", "3 Stop and search", "2 Questions from the public"]


def test_a_sub_item_stands_below_its_item_and_in_its_part():
    meeting = make_meeting()
    top = make_item(meeting, title="Top", part=Part.PRIVATE)
    make_item(meeting, title="Next", part=Part.PRIVATE)
    below = add(meeting, title="Below", label="1.1", parent=top)
    assert order(meeting) == ["1 Top", "1.1 Below", "2 Next"]
    assert below.part == Part.PRIVATE


def test_a_sub_item_cannot_have_sub_items():
    meeting = make_meeting()
    top = make_item(meeting)
    below = make_item(meeting, parent=top)
    with pytest.raises(ValidationError, match="sub-items of its own"):
        add(meeting, title="Too deep", parent=below)


def test_an_item_with_sub_items_cannot_become_one(client, officer):
    meeting = make_meeting()
    top, other = make_item(meeting), make_item(meeting)
    make_item(meeting, parent=top, label="1.1")
    data = {"label": "1", "title": "Top", "part": "public", "parent": other.pk}
    answer = client.post(reverse("item-edit", args=[top.pk]), data)
    assert answer.status_code == 422
    assert "cannot become a sub-item" in answer.content.decode()


def test_an_item_moves_with_its_sub_items_by_plain_buttons(client, officer):
    meeting = make_meeting()
    first = make_item(meeting, title="First")
    second = make_item(meeting, title="Second")
    make_item(meeting, title="Below second", label="2.1", parent=second)
    client.post(reverse("item-move", args=[second.pk]), {"move": "up"})
    assert order(meeting) == ["2 Second", "2.1 Below second", "1 First"]
    client.post(reverse("item-move", args=[second.pk]), {"move": "down"})
    assert order(meeting) == ["1 First", "2 Second", "2.1 Below second"]
    first.refresh_from_db()
    assert list(meeting.items.values_list("position", flat=True)) == [1, 2, 3]


def test_an_item_does_not_move_out_of_its_part():
    meeting = make_meeting()
    make_item(meeting, title="Public")
    private = make_item(meeting, title="Private", part=Part.PRIVATE)
    assert agenda.move_item(private, up=True, by=make_user()) is False
    assert order(meeting) == ["1 Public", "2 Private"]


def test_an_item_that_changes_its_part_goes_to_that_part(client, officer):
    meeting = make_meeting()
    item = make_item(meeting, title="Becomes private")
    make_item(meeting, title="Public")
    make_item(meeting, title="Private", part=Part.PRIVATE)
    data = {"label": "1", "title": "Becomes private", "part": "private", "note": "Live investigation"}
    assert client.post(reverse("item-edit", args=[item.pk]), data).status_code == 302
    assert order(meeting) == ["2 Public", "3 Private", "1 Becomes private"]


def test_moving_an_item_that_somebody_deleted_is_a_message_and_no_crash():
    item = make_item()
    AgendaItem.objects.filter(pk=item.pk).delete()
    with pytest.raises(NotPossible, match="deleted this item"):
        agenda.move_item(item, up=True, by=make_user())


def test_several_moves_in_a_row_are_told_once_on_the_meeting(client, officer):
    meeting = make_meeting()
    for _ in range(4):
        make_item(meeting)
    last = meeting.items.last()
    for _ in range(3):
        client.post(reverse("item-move", args=[last.pk]), {"move": "up"})
    page = client.get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert page.count("Order of the agenda changed") == 1


# --- deleting --------------------------------------------------------------------------------------------------------


def test_an_item_with_nothing_on_it_goes_at_once(client, officer):
    item = make_item(title="A slip")
    client.post(reverse("item-delete", args=[item.pk]))
    assert not AgendaItem.objects.exists()
    assert lines_about(item.meeting)[0].act == "Item deleted: 1 A slip"


def test_an_item_with_papers_is_deleted_only_after_a_page_that_names_them(client, officer):
    item = make_item()
    report = make_report(item.meeting, item=item, subject="Modern slavery in Northmoor")
    address = reverse("item-delete", args=[item.pk])
    asked = client.post(address)
    assert asked.status_code == 200
    assert "Modern slavery in Northmoor" in asked.content.decode()
    assert AgendaItem.objects.exists()
    client.post(address, {"confirmed": "yes"})
    assert not AgendaItem.objects.exists()
    report.refresh_from_db()
    assert report.meeting == item.meeting


def test_a_minuted_item_is_never_deleted(client, officer):
    place = make_minuted_item()
    make_entry(place)
    address = reverse("item-delete", args=[place.item.pk])
    assert "cannot be deleted" in client.get(address).content.decode()
    client.post(address, {"confirmed": "yes"})
    assert AgendaItem.objects.filter(pk=place.item.pk).exists()
    with pytest.raises(NotPossible):
        agenda.delete_item(place.item, by=officer)


def test_an_empty_place_in_the_minutes_does_not_hold_an_item():
    place = make_minuted_item()
    agenda.delete_item(place.item, by=make_user())
    assert not AgendaItem.objects.filter(pk=place.item.pk).exists()


# --- set, page, budget -----------------------------------------------------------------------------------------------


def test_the_agenda_is_marked_as_set_and_opened_again(client, officer):
    meeting = make_meeting()
    address = reverse("agenda-set", args=[meeting.pk])
    client.post(address)
    meeting.refresh_from_db()
    assert meeting.agenda_set_at is None, "an empty agenda cannot be set"
    make_item(meeting)
    client.post(address)
    meeting.refresh_from_db()
    assert meeting.agenda_set_at
    client.post(address, {"set": "no"})
    meeting.refresh_from_db()
    assert meeting.agenda_set_at is None


def test_papers_stand_below_their_item_with_type_and_size(client, officer):
    item = make_item()
    report = make_report(item.meeting, item=item, subject="Modern slavery")
    make_attachment(report, title="Chief constable's update", printed_kind="PDF", printed_size="370 KB")
    make_request(item.meeting, item=item, what="Figures of the force")
    page = client.get(reverse("agenda", args=[item.meeting.pk])).content.decode()
    assert "Report: Modern slavery" in page
    assert "Chief constable&#x27;s update (PDF, 370 KB)" in page
    assert "Paper to follow: Figures of the force" in page


@pytest.mark.parametrize("name", ["agenda", "agenda-preview", "meeting", "attendance"])
def test_pages_of_a_full_meeting_stay_within_the_budget(client, officer, name, django_assert_max_num_queries):
    meeting = full_meeting()
    address = reverse(name, args=[meeting.pk])
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200


def test_the_commissioner_reads_the_agenda_but_does_not_build_it(client):
    meeting = make_item().meeting
    client.force_login(make_user(role="commissioner"))
    assert client.get(reverse("agenda-preview", args=[meeting.pk])).status_code == 200
    assert client.get(reverse("agenda", args=[meeting.pk])).status_code == 403
