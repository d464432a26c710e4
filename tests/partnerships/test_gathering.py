"""The pages of an organisation and of a network: everything that is linked, in few queries, however much there is."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.partnerships.models import Membership, Speaker
from scrutiny.people.models import Organisation
from tests.factories import (
    make_action,
    make_attendance,
    make_award,
    make_event,
    make_funded_post,
    make_inspection,
    make_item,
    make_meeting,
    make_network,
    make_office,
    make_organisation,
    make_person,
    make_post,
    make_priority,
    make_recommendation,
    make_release,
    make_report,
    make_request,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
MOST = 10
PAST = datetime.date(2017, 5, 1)


@pytest.fixture(autouse=True)
def officer(client, monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2018-01-08")
    make_office()
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def body():
    return make_organisation("Lantern & Rope Trust", kind="charity")


def text_of(answer):
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")


def cost_of(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def link_everything(body, number=1, network=None):
    """One of everything that can be linked to an organisation."""
    person = make_person(f"Member {number}", post=make_post(f"Warden {number}", organisation=body))
    meeting = make_meeting(date=PAST + datetime.timedelta(days=number), name=f"Meeting {number}")
    make_attendance(meeting, person, organisation=body.name)
    report = make_report(subject=f"Report {number}")
    make_section(report, body=f"<p>The {body.name.replace('&', '&amp;')} was there.</p>")
    make_request(meeting, what=f"Paper {number}", partner=body)
    action = make_action(text=f"Action {number}")
    action.owners.create(organisation=body, name=body.name)
    make_award(recipient=body, title=f"Award {number}", awarded_on=PAST, amount=Decimal(1000))
    network = network or make_network(f"Network {number}")
    Membership.objects.create(network=network, organisation=body, role=f"Care {number}")
    event = make_event(network, title=f"Event {number}")
    event.hosts.add(body)
    Speaker.objects.create(event=event, name="Ann", organisation=body)
    make_funded_post(network, title=f"Post {number}", organisation=body, funder=body)
    make_inspection(body=body, title=f"Inspection {number}", published_on=PAST)
    make_recommendation(text=f"Recommendation {number}", owner=person)
    release = make_release(headline=f"Headline {number}", date=PAST)
    release.organisations.add(body)
    return network


WORDS = (
    "Warden", "Meeting", "Report", "Paper", "Action", "Award", "Network", "Event", "Post", "Inspection", "Recommendation",
    "Headline",
)  # fmt: skip


def test_an_organisation_gathers_everything_that_is_linked_to_it(client, body):
    link_everything(body)
    link_everything(make_organisation("Somebody else"), 2)
    page = text_of(client.get(body.get_absolute_url()))
    for words in WORDS:
        assert f"{words} 1" in page, words
        assert f"{words} 2" not in page, words
    assert "£1,000" in page


def test_of_each_kind_the_newest_few_are_shown_and_how_many_there_are(client, body):
    for number in range(9):
        make_award(recipient=body, title=f"Award {number}", awarded_on=PAST + datetime.timedelta(days=number))
    page = text_of(client.get(body.get_absolute_url()))
    assert "Award 8" in page and "Award 3" in page and "Award 2" not in page
    assert 'Grants <span class="count">9</span>' in page and "£27,000 in all" in page
    assert f'<a href="{reverse("organisation-grants", args=[body.pk])}">3 more</a>' in page


def test_an_organisation_without_links_says_so(client, body):
    assert "is linked to it yet" in text_of(client.get(body.get_absolute_url()))


def test_apologies_and_meetings_to_come_are_no_attendance(client, body):
    person = make_person(post=make_post(organisation=body))
    sorry = make_meeting(date=PAST, name="With apologies")
    make_attendance(sorry, person, organisation=body.name, category="apologies")
    coming = make_meeting(date=datetime.date(2018, 3, 1), name="To come")
    make_attendance(coming, person, organisation=body.name)
    page = text_of(client.get(body.get_absolute_url()))
    assert "With apologies" not in page and "To come" not in page


def test_what_a_person_may_not_open_is_not_gathered(client, body, monkeypatch):
    link_everything(body)
    admin = make_user(Role.ADMINISTRATOR)
    client.force_login(admin)
    allowed = type(admin).has_perm
    shut = ("awards.view", "news.view")
    monkeypatch.setattr(
        type(admin), "has_perm", lambda user, perm, obj=None: perm not in shut and allowed(user, perm, obj)
    )
    page = text_of(client.get(body.get_absolute_url()))
    assert "Event 1" in page and "Award 1" not in page and "Headline 1" not in page


def test_a_network_gathers_what_is_linked_to_it_and_to_what_it_is(client):
    priority = make_priority()
    network = make_network("Road Network", priority=priority, members=0)
    body = make_organisation("Lantern Trust")
    Membership.objects.create(network=network, organisation=body, role="Care")
    person = make_person("Ann Other")
    Membership.objects.create(network=network, person=person, part="chair", role="Commissioner")
    on_it = make_item(make_meeting(date=PAST, name="On the subject"), priority=priority).meeting
    off_it = make_item(make_meeting(date=PAST, name="Off the subject")).meeting
    for meeting in (on_it, off_it):
        make_attendance(meeting, person)
    make_section(make_report(subject="Tells of it"), body="<p>The Road Network began.</p>")
    make_award(recipient=body, title="Of its subject", priority=priority, awarded_on=PAST)
    make_award(recipient=body, title="Of another subject", awarded_on=PAST)
    make_event(network, title="Its summit")
    make_funded_post(network, title="Its coordinator")
    make_inspection(title="Its inspection", priority=priority, published_on=PAST)
    make_release(headline="Its news", date=PAST).networks.add(network)
    page = text_of(client.get(network.get_absolute_url()))
    for words in (
        "On the subject", "Tells of it", "Of its subject", "Its summit", "Its coordinator", "Its inspection", "Its news",
        "Lantern Trust", "Ann Other", "Commissioner",
    ):  # fmt: skip
        assert words in page, words
    assert "Off the subject" not in page and "Of another subject" not in page


def test_organisation_network_and_list_cost_at_most_ten_queries_flat_with_2000_organisations(client, body):
    network = link_everything(body)
    addresses = (body.get_absolute_url(), network.get_absolute_url(), reverse("organisations"))
    client.get(addresses[0])
    before = [cost_of(client, address) for address in addresses]
    assert max(before) <= MOST, before
    Organisation.objects.bulk_create(Organisation(name=f"Body {number:04}") for number in range(2000))
    bodies = list(Organisation.objects.filter(name__startswith="Body ")[:300])
    Membership.objects.bulk_create(
        Membership(network=network, organisation=each, part="partner", role="Care") for each in bodies
    )
    for number in range(2, 12):
        link_everything(body, number, network)
    after = [cost_of(client, address) for address in addresses]
    assert max(after) <= MOST and after == before, (before, after)


def test_the_lists_of_this_room_stay_flat(client):
    def cost():
        return [cost_of(client, reverse(name)) for name in ("networks", "events", "funded-posts")]

    network = make_network()
    make_event(network), make_funded_post(network)
    client.get(reverse("networks"))
    before = cost()
    for _ in range(30):
        network = make_network()
        make_event(network), make_funded_post(network)
    assert cost() == before and max(before) <= MOST


def test_the_list_of_organisations_is_paged_and_searched(client):
    Organisation.objects.bulk_create(Organisation(name=f"Body {number:03}") for number in range(120))
    make_organisation("Lantern Trust", short_name="LT", kind="charity")
    page = text_of(client.get(reverse("organisations")))
    assert "1 to 50 of 121" in page
    for asked in ({"q": "lantern"}, {"q": "LT"}, {"kind": "charity"}):
        page = text_of(client.get(reverse("organisations"), asked))
        assert "Lantern Trust" in page and "Body 001" not in page, asked
    assert "No organisation found" in text_of(client.get(reverse("organisations"), {"q": "zzz"}))
