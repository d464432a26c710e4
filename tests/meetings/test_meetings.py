"""Meetings and series: lists, forms, states."""

import datetime

import pytest
from django.urls import reverse

from opcc_portal.audit.operations import lines_about
from scrutiny.meetings.models import Meeting, MeetingSeries, StandingItem
from tests.factories import make_item, make_meeting, make_series, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2018-01-20")


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


def shown(client, **query):
    return client.get(reverse("meetings"), query).content.decode()


def test_an_empty_office_is_told_to_begin_with_a_series(client, officer):
    page = shown(client)
    assert "No series of meetings yet" in page
    assert reverse("series-add") in page


def test_coming_and_past_meetings_stand_apart_and_the_past_by_year(client, officer):
    series = make_series()
    for day in [(2018, 4, 9), (2018, 1, 8), (2017, 10, 9)]:
        make_meeting(series, date=datetime.date(*day))
    page = shown(client)
    assert page.index("Mon 9 Apr 2018") < page.index("Mon 8 Jan 2018") < page.index("Mon 9 Oct 2017")
    assert 'id="year-2018"' in page
    assert 'id="year-2017"' in page


def test_the_list_is_narrowed_by_series_and_year(client, officer):
    board, forum = make_series("Scrutiny Board"), make_series("Public Forum")
    make_meeting(board, date=datetime.date(2017, 5, 8))
    make_meeting(forum, date=datetime.date(2017, 6, 12))
    make_meeting(forum, date=datetime.date(2016, 6, 13))
    page = shown(client, series=forum.pk, year=2017)
    assert "Mon 12 Jun 2017" in page
    assert "Mon 8 May 2017" not in page
    assert "Mon 13 Jun 2016" not in page


@pytest.mark.parametrize(
    "query", [{"series": "x"}, {"year": "1066"}, {"page": "99"}, {"page": "x"}, {"series": "9999"}]
)
def test_odd_addresses_show_the_list_and_no_error(client, officer, query):
    make_meeting(date=datetime.date(2017, 5, 8))
    answer = client.get(reverse("meetings"), query)
    assert answer.status_code == 200
    assert "Mon 8 May 2017" in answer.content.decode()


def test_a_long_past_comes_in_pages_of_fifty(client, officer, django_assert_max_num_queries):
    series = make_series()
    for number in range(60):
        make_meeting(series, date=datetime.date(2017, 12, 25) - datetime.timedelta(weeks=number))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("meetings"))
    assert len(page.context["past"]) == 50
    assert len(client.get(reverse("meetings"), {"page": 2}).context["past"]) == 10


def test_a_meeting_that_was_called_off_shows_its_state_and_why(client, officer):
    make_meeting(date=datetime.date(2018, 3, 5), status="cancelled", status_note="Heavy snow")
    page = shown(client)
    assert "Cancelled" in page
    assert "Heavy snow" in page


def test_a_new_meeting_is_as_the_series_usually_is(client, officer):
    series = make_series(starts=datetime.time(10), ends=datetime.time(12), venue="Town Hall")
    StandingItem.objects.create(series=series, title="Welcome")
    data = {
        "series": series.pk,
        "date": "5 February 2018",
        "mode": "in_person",
        "is_public": "on",
        "with_standing_items": "on",
    }
    client.post(reverse("meeting-add"), data)
    meeting = Meeting.objects.get()
    assert (meeting.name, meeting.venue, meeting.starts) == (series.name, "Town Hall", datetime.time(10))
    assert [str(item) for item in meeting.items.all()] == ["1 Welcome"]
    assert meeting.attendance_lists.count() == 4


def test_a_date_that_does_not_exist_is_refused_and_nothing_typed_is_lost(client, officer):
    series = make_series()
    data = {"series": series.pk, "date": "31 April 2018", "mode": "in_person", "venue": "A venue typed with care"}
    answer = client.post(reverse("meeting-add"), data)
    assert answer.status_code == 422
    assert "April 2018 has 30 days" in answer.content.decode()
    assert "A venue typed with care" in answer.content.decode()
    assert not Meeting.objects.exists()


def edit(client, meeting, **changes):
    address = reverse("meeting-edit", args=[meeting.pk])
    form = client.get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    return client.post(address, {**data, **changes})


def test_a_meeting_ends_after_it_starts(client, officer):
    answer = edit(client, make_meeting(), starts="12:00", ends="10:00")
    assert answer.status_code == 422
    assert "The end must be after the start." in answer.content.decode()


def test_a_meeting_is_postponed_only_with_a_reason_and_leaves_a_trace(client, officer):
    meeting = make_meeting()
    answer = edit(client, meeting, status="postponed")
    assert answer.status_code == 422
    assert "Say why the meeting is postponed or cancelled." in answer.content.decode()
    assert edit(client, meeting, status="postponed", status_note="Pre-election period").status_code == 302
    assert lines_about(meeting)[0].act == "Meeting postponed: Pre-election period"
    assert "Pre-election period" in client.get(reverse("meeting", args=[meeting.pk])).content.decode()


def shown_form(client, name, pk):
    form = client.get(reverse(name, args=[pk])).context["form"]
    return {field: form[field].value() or "" for field in form.fields}


def test_what_two_people_change_in_one_meeting_is_brought_together(client, officer):
    meeting = make_meeting(venue="Town Hall", starts=datetime.time(10))
    mine, theirs = shown_form(client, "meeting-edit", meeting.pk), shown_form(client, "meeting-edit", meeting.pk)
    address = reverse("meeting-edit", args=[meeting.pk])
    client.post(address, {**theirs, "venue": "County Hall"})
    client.post(address, {**mine, "starts": "11:30"})
    meeting.refresh_from_db()
    assert (meeting.venue, meeting.starts) == ("County Hall", datetime.time(11, 30))


def test_what_two_people_change_in_one_field_is_shown_and_not_overwritten(client, officer):
    item = make_item(title="Stop and search")
    mine, theirs = shown_form(client, "item-edit", item.pk), shown_form(client, "item-edit", item.pk)
    address = reverse("item-edit", args=[item.pk])
    client.post(address, {**theirs, "title": "Theirs"})
    answer = client.post(address, {**mine, "title": "Mine"})
    assert answer.status_code == 422
    assert "Somebody else wrote “Theirs” here meanwhile" in answer.content.decode()
    assert 'value="Mine"' in answer.content.decode()
    item.refresh_from_db()
    assert item.title == "Theirs"
    again = {**mine, "title": "Mine", "seen": answer.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302
    item.refresh_from_db()
    assert item.title == "Mine"


def test_a_series_is_added_with_its_standing_items(client, officer):
    client.post(reverse("series-add"), {"name": "Scrutiny Board", "numbering": "plain"})
    series = MeetingSeries.objects.get()
    assert series.slug == "scrutiny-board"
    data = {"items-TOTAL_FORMS": 2, "items-INITIAL_FORMS": 0}
    for number, (title, order) in enumerate([("Questions", 2), ("Welcome", 1)]):
        data |= {f"items-{number}-title": title, f"items-{number}-ORDER": order, f"items-{number}-part": "public"}
    client.post(reverse("standing-items", args=[series.pk]), data)
    assert [item.title for item in series.standing_items.all()] == ["Welcome", "Questions"]


def test_a_standing_item_is_taken_off_the_series_but_not_off_past_agendas(client, officer):
    meeting = make_meeting()
    entry = StandingItem.objects.create(series=meeting.series, title="Welcome")
    make_item(meeting, title="Welcome", is_standing=True)
    data = {
        "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 1, "items-0-id": entry.pk, "items-0-title": "Welcome",
        "items-0-part": "public", "items-0-DELETE": "on",
    }  # fmt: skip
    client.post(reverse("standing-items", args=[meeting.series.pk]), data)
    assert not meeting.series.standing_items.exists()
    assert meeting.items.count() == 1


def test_a_renamed_series_leaves_the_names_of_its_meetings(client, officer):
    meeting = make_meeting(make_series("Old Board"))
    client.post(
        reverse("series-edit", args=[meeting.series.pk]),
        {"name": "New Board", "numbering": "plain", "aliases": "Old Board"},
    )
    meeting.refresh_from_db()
    assert meeting.series.name == "New Board"
    assert meeting.name == "Old Board"


def test_two_series_of_one_name_are_refused(client, officer):
    make_series("Scrutiny Board")
    answer = client.post(reverse("series-add"), {"name": "Scrutiny Board", "numbering": "plain"})
    assert answer.status_code == 422
    assert "Another series has this name." in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["series-list", "series", "series-edit", "standing-items", "meeting-edit", "meeting-add"]
)
def test_settings_pages_open_within_the_budget(client, officer, name, django_assert_max_num_queries):
    meeting = make_meeting()
    StandingItem.objects.create(series=meeting.series, title="Welcome")
    args = {"series-list": [], "meeting-add": [], "meeting-edit": [meeting.pk]}.get(name, [meeting.series.pk])
    with django_assert_max_num_queries(12):
        assert client.get(reverse(name, args=args)).status_code == 200
