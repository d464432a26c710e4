"""What the public gets of a network: all sources of its launch, its members, and what is published about it elsewhere."""

import json

import pytest
from django.core.files.base import ContentFile

from opcc_portal.audit.operations import key
from opcc_portal.files.operations import receive
from scrutiny.partnerships import operations
from scrutiny.partnerships.models import Agreement, Membership, Network, Speaker
from scrutiny.workflow import kinds
from tests.factories import (
    make_award,
    make_event,
    make_funded_post,
    make_network,
    make_office,
    make_organisation,
    make_person,
    make_priority,
    make_user,
)
from tests.files import samples
from tests.publication.canary import publish
from tests.publication.editions import make_award_edition, make_edition

pytestmark = pytest.mark.django_db
KIND = kinds.named("network")
MONTH, OTHER = (2016, 1, None), (2016, 2, None)


@pytest.fixture
def officer():
    make_office()
    return make_user()


def content_of(network):
    return KIND.content(KIND.load(network.pk))


def codes(network):
    record = KIND.load(network.pk)
    return {finding.code: finding.severity for finding in KIND.findings(record, KIND.content(record))}


def text_of(answer):
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")


def full_network(**fields):
    """A network with one of everything."""
    network = make_network("Road Network", slug="road-network", purpose="To make roads safer.", members=0, **fields)
    body = make_organisation("Lantern Trust")
    Membership.objects.create(network=network, organisation=body, part="partner", role="Care", source="A private word")
    person = make_person("Ann Other", post_nominals="OBE")
    Membership.objects.create(network=network, person=person, part="chair", role="Commissioner")
    Agreement.objects.create(
        network=network, title="Charter", signatories="Ann Other\nBob Else", source="A private word"
    )
    event = make_event(network, title="Road Summit", attendance=140, source="A private word")
    Speaker.objects.create(event=event, name="Bob Else", post="Professor", organisation=body)
    holder = make_person("Lee Holder")
    make_funded_post(
        network, title="Trainer", holder=holder, amount="31987.65", source="A private word", programme="Road money"
    )
    return network


def test_the_page_says_who_belongs_to_it_what_it_agreed_and_what_it_did(client, officer):
    publish(full_network(), "network", officer)
    page = text_of(client.get("/networks/road-network/"))
    for words in (
        "Road Network", "To make roads safer.", "Lantern Trust", "Care", "Ann Other", "OBE", "Commissioner", "Charter",
        "Ann Other; Bob Else", "Road Summit", "140 people came", "Bob Else, Professor, Lantern Trust", "Trainer",
        "Road money", "September 2016",
    ):  # fmt: skip
        assert words in page, words
    listed = text_of(client.get("/networks/"))
    assert "Road Network" in listed and "Since 2016" in listed
    assert client.get("/networks/road-network.json").json()["content"]["level"] == "Force area"
    assert "/networks/road-network/" in text_of(client.get("/sitemap.xml"))


def test_sources_holders_and_pay_stay_with_the_office(officer):
    told = json.dumps(content_of(full_network()))
    for words in ("A private word", "Lee Holder", "31987"):
        assert words not in told
    secrets = [secret.text for secret in KIND.secrets(KIND.load(Network.objects.get().pk))]
    assert secrets == ["Lee Holder"]


def test_a_holder_who_is_a_member_as_well_is_no_secret(officer):
    network = full_network()
    Membership.objects.create(network=network, person=network.funded_posts.get().holder, part="coordinator")
    assert KIND.secrets(KIND.load(network.pk)) == []


def test_sources_that_disagree_are_all_published_until_somebody_decides(client, officer):
    network = full_network(launches=[MONTH, OTHER])
    assert codes(network)["launch-disagrees"] == "warning"
    publish(network, "network", officer)
    page = text_of(client.get("/networks/road-network/"))
    assert "Our sources disagree: January 2016 or February 2016." in page
    assert all(launch.source in page for launch in network.launches.all())
    assert "Sources disagree" in text_of(client.get("/networks/"))
    february = network.launches.get(month=2)
    operations.choose_launch(february, because="The minutes say so.", seen=operations.stamp_of(february), by=officer)
    assert "launch-disagrees" not in codes(network)
    publish(KIND.load(network.pk), "network", officer)
    page = text_of(client.get("/networks/road-network/"))
    assert "Our sources disagree" not in page and "The minutes say so." in page
    assert all(launch.source in page for launch in network.launches.all())


def test_a_network_without_purpose_or_members_is_not_published(officer):
    assert KIND.why_not(make_network(purpose=" "))
    assert codes(make_network(members=0))["no-members"] == "error"
    assert codes(make_network(launches=()))["launch-unknown"] == "warning"


@pytest.mark.django_db(transaction=True)
def test_an_agreement_is_published_as_a_file_only_where_the_office_says_so(officer):
    network = full_network()
    agreement = network.agreements.get()
    agreement.upload = receive(ContentFile(samples.pdf(), name="charter.pdf"), by=officer)
    agreement.save()
    assert KIND.files(KIND.load(network.pk)) == []
    agreement.publish_file = True
    agreement.save()
    (file,) = KIND.files(KIND.load(network.pk))
    assert (file.slug, file.title, file.upload) == ("agreement-1", "Charter", agreement.upload)


def test_the_content_does_not_change_because_a_day_has_passed(officer, monkeypatch):
    network = full_network()
    monkeypatch.setenv("OPCC_TODAY", "2018-01-08")
    before = content_of(network)
    monkeypatch.setenv("OPCC_TODAY", "2018-06-08")
    assert content_of(network) == before


def test_news_grants_and_papers_that_are_published_stand_on_the_page(client, officer):
    priority = make_priority(title="Safer roads")
    network = full_network(priority=priority)
    publish(network, "network", officer)
    body = network.memberships.get(organisation__name="Lantern Trust").organisation
    make_award_edition(make_award(recipient=body, title="Lamps for roads", priority=priority))
    make_award_edition(make_award(recipient=body, title="Another subject"))
    named = {"title": "Road news", "links": [key(network)], "priority": None}
    make_edition(kind="news", path="news/road-news", title="Road news", content=named)
    elsewhere = {"title": "Other news", "links": ["scrutiny.network:99999"], "priority": None}
    make_edition(kind="news", path="news/other-news", title="Other news", content=elsewhere)
    of_priority = {"title": "A road report", "priority": {"title": priority.title, "slug": priority.slug}}
    make_edition(kind="report", path="reports/road", title="A road report", content=of_priority)
    page = text_of(client.get("/networks/road-network/"))
    assert "Road news" in page and "Lamps for roads" in page and "A road report" in page
    assert "Other news" not in page and "Another subject" not in page


def test_a_network_that_is_public_is_withdrawn_before_it_is_deleted(client, officer):
    network = full_network()
    network.events.all().delete()
    publish(network, "network", officer)
    client.force_login(officer)
    client.post(f"/desk/networks/{network.pk}/delete/")
    assert Network.objects.filter(pk=network.pk).exists()


def test_search_finds_the_people_and_the_events(client, officer):
    publish(full_network(), "network", officer)
    for words in ("Commissioner", "Road Summit", "Lantern"):
        assert "/networks/road-network/" in text_of(client.get("/search/", {"q": words})), words


def test_an_office_without_published_networks_says_so(client, officer):
    make_network("Draft network")
    page = text_of(client.get("/networks/"))
    assert "No network is published yet." in page and "Draft network" not in page
    assert client.get("/networks/network-1/").status_code == 404
