"""Networks, their members, launches, agreements, events and funded posts: the records and the pages that change them."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from scrutiny.partnerships import operations
from scrutiny.partnerships.launching import began
from scrutiny.partnerships.models import Agreement, Event, FundedPost, Launch, Membership, Network, Speaker
from scrutiny.people.models import Organisation
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import (
    make_event,
    make_funded_post,
    make_network,
    make_office,
    make_organisation,
    make_person,
    make_post,
    make_user,
)
from tests.files import samples

pytestmark = pytest.mark.django_db
YEAR, MONTH, DAY = 2016, (2016, 1, None), (2016, 1, 19)


@pytest.fixture(autouse=True)
def officer(client, monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2018-01-08")
    make_office()
    user = make_user()
    client.force_login(user)
    return user


def text_of(answer):
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


def send(client, address, args=(), /, **given):
    return client.post(reverse(address, args=args), given, follow=True)


def refused(make):
    with pytest.raises((ValidationError, IntegrityError)) as met, transaction.atomic():
        make()
    return str(met.value)


# --- days as they are known ------------------------------------------------------------------------------------------------


def test_31_february_is_refused():
    launch = Launch(network=make_network(), year=2016, month=2, day=31, source="A report")
    assert "February 2016 has no day 31" in refused(launch.full_clean)


def test_a_day_without_its_month_is_refused_even_past_the_forms():
    network = make_network()
    assert "A day needs its month" in refused(Launch(network=network, year=2016, day=19, source="x").full_clean)
    refused(lambda: Launch.objects.create(network=network, year=2016, day=19, source="x"))
    refused(lambda: Event.objects.create(title="x", slug="x", year=2016, day=19))


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("2016", (2016, None, None)),
        ("January 2016", (2016, 1, None)),
        ("jan 2016", (2016, 1, None)),
        ("1/2016", (2016, 1, None)),
        ("2016-01", (2016, 1, None)),
        ("19 January 2016", (2016, 1, 19)),
        ("2016-01-19", (2016, 1, 19)),
    ],
)
def test_a_launch_is_known_to_the_day_the_month_or_the_year(client, typed, known):
    network = make_network(launches=())
    send(client, "launch-add", [network.pk], when=typed, source="A report, page 2")
    launch = network.launches.get()
    assert (launch.year, launch.month, launch.day) == known


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31 February 2016", "29 days"),
        ("13/2016", "there is no month 13"),
        ("Smarch 2016", "is not a month"),
        ("1016", "Check the year"),
        ("soon", "is not a date that can be read"),
        ("", "Enter the day, the month or the year."),
    ],
)
def test_what_is_no_day_is_said_beside_the_field(client, typed, said):
    network = make_network(launches=())
    answer = send(client, "launch-add", [network.pk], when=typed, source="A report")
    assert answer.status_code == 422 and said in text_of(answer)
    assert not network.launches.exists()


# --- launches that disagree ------------------------------------------------------------------------------------------------


def test_sources_that_say_the_same_more_or_less_exactly_agree():
    told = began(make_network(launches=[(2016, None, None), MONTH, DAY]).launches.all())
    assert not told.disagree and told.in_words == "19 January 2016"


def test_sources_that_disagree_stand_until_somebody_decides(client, officer):
    network = make_network(launches=[MONTH, DAY, (2016, 2, None)])
    page = text_of(client.get(network.get_absolute_url()))
    assert "Sources disagree about the launch" in page
    assert "19 January 2016 or February 2016" in page
    for launch in network.launches.all():
        assert launch.source in page
    february = network.launches.get(month=2)
    form = client.get(reverse("launch-choose", args=[february.pk])).context["form"]
    answer = send(
        client, "launch-choose", [february.pk], chosen_because="The minutes say so.", seen=form.initial["seen"]
    )
    page = text_of(answer)
    assert "Sources disagree about the launch" not in page
    assert "Began February 2016" in page and "The minutes say so." in page
    assert network.launches.count() == 3
    assert AuditLine.objects.filter(act="Launch decided: February 2016").exists()


def test_a_decision_needs_its_reason_and_can_be_taken_back(client, officer):
    network = make_network(launches=[MONTH, (2016, 2, None)])
    one, other = network.launches.all()
    seen = operations.stamp_of(one)
    with pytest.raises(NotPossible):
        operations.choose_launch(one, because=" ", seen=seen, by=officer)
    operations.choose_launch(one, because="A letter.", seen=seen, by=officer)
    operations.choose_launch(other, because="A better one.", seen=operations.stamp_of(other), by=officer)
    assert began(network.launches.all()).chosen == other
    client.post(reverse("launch-reopen", args=[network.pk]))
    assert began(network.launches.all()).is_open
    assert client.get(reverse("launch-reopen", args=[network.pk])).status_code == 405


def test_two_launches_of_a_network_cannot_both_be_right(officer):
    network = make_network(launches=[MONTH, (2016, 2, None)])
    one, other = network.launches.all()
    operations.choose_launch(one, because="A letter.", seen=operations.stamp_of(one), by=officer)
    chosen = {"chosen_at": datetime.datetime(2018, 1, 1, tzinfo=datetime.UTC), "chosen_because": "x"}
    refused(lambda: Launch.objects.filter(pk=other.pk).update(**chosen))


def test_deciding_for_a_source_that_changed_meanwhile_shows_what_it_says_now(client, officer):
    launch = make_network(launches=[MONTH, (2016, 2, None)]).launches.first()
    seen = operations.stamp_of(launch)
    Launch.objects.filter(pk=launch.pk).update(source="Another report")
    answer = send(client, "launch-choose", [launch.pk], chosen_because="So.", seen=seen)
    assert answer.status_code == 409
    assert not Launch.objects.exclude(chosen_at=None).exists()


# --- networks ----------------------------------------------------------------------------------------------------------------


def test_a_network_is_added_with_its_organisation(client):
    given = {"name": " Safer  Roads ", "level": "regional", "purpose": "To make roads safer."}
    answer = send(client, "network-add", **given)
    network = Network.objects.get()
    assert (network.organisation.name, network.organisation.kind, network.slug) == (
        "Safer Roads",
        "network",
        "safer-roads",
    )
    assert answer.redirect_chain[-1][0] == network.get_absolute_url()


def test_a_network_takes_over_the_organisation_of_its_name_and_no_network_has_two_pages(client):
    body = make_organisation("Safer Roads", kind="partner")
    given = {"name": "safer roads", "level": "regional", "purpose": "Roads."}
    send(client, "network-add", **given)
    assert Network.objects.get().organisation == body
    answer = send(client, "network-add", **given)
    assert "has its page as a network already" in text_of(answer)
    assert Network.objects.count() == 1


def test_a_network_changed_by_two_people_shows_both_texts(client, officer):
    network = make_network(purpose="Old words.")
    form = client.get(reverse("network-edit", args=[network.pk])).context["form"]
    Network.objects.filter(pk=network.pk).update(purpose="Words of somebody else.", version=2)
    given = {"name": str(network), "level": "national", "purpose": "My words.", "seen": form.initial["seen"]}
    answer = send(client, "network-edit", [network.pk], **given)
    assert answer.status_code == 409
    assert "Words of somebody else." in text_of(answer) and "My words." in text_of(answer)
    given["seen"] = answer.context["form"].data["seen"]
    send(client, "network-edit", [network.pk], **given)
    assert Network.objects.get().purpose == "My words."


def test_a_new_name_that_another_organisation_has_is_refused(client):
    network, other = make_network(), make_organisation("Taken")
    form = client.get(reverse("network-edit", args=[network.pk])).context["form"]
    given = {"name": other.name, "level": "national", "purpose": "x", "seen": form.initial["seen"]}
    answer = send(client, "network-edit", [network.pk], **given)
    assert "merge them" in text_of(answer)


def test_a_network_with_events_is_not_deleted_and_one_without_leaves_its_organisation(client):
    network = make_network()
    event = make_event(network)
    assert "cannot be deleted" in text_of(send(client, "network-delete", [network.pk]))
    event.delete()
    send(client, "network-delete", [network.pk])
    assert not Network.objects.exists()
    assert Organisation.objects.filter(pk=network.organisation_id).exists()


def test_the_list_is_filtered_and_its_file_holds_exactly_what_is_filtered(client):
    make_network("Alpha", level="national", launches=[MONTH, (2016, 2, None)])
    make_network("Beta", level="district", ended_on=datetime.date(2017, 1, 1))
    for asked, here, away in (
        ({"level": "national"}, "Alpha", "Beta"),
        ({"state": "ended"}, "Beta", "Alpha"),
        ({"state": "open"}, "Alpha", "Beta"),
        ({"q": "bet"}, "Beta", "Alpha"),
    ):
        for name in ("networks", "networks-csv"):
            page = text_of(client.get(reverse(name), asked))
            assert here in page and away not in page, asked
    assert "No network fits" in text_of(client.get(reverse("networks"), {"q": "zzz"}))


def test_an_office_without_networks_is_told_what_to_do(client):
    for name, said in (("networks", "No network is"), ("events", "No event is"), ("funded-posts", "No funded post is")):
        assert f"{said} listed yet" in text_of(client.get(reverse(name)))


# --- members -------------------------------------------------------------------------------------------------------------------


def test_a_member_is_a_person_or_a_body(client):
    network = make_network(members=0)
    answer = send(client, "member-add", [network.pk], part="member", role="Chair")
    assert answer.status_code == 422 and "Choose a person, an organisation, or both." in text_of(answer)
    refused(lambda: Membership.objects.create(network=network, role="Chair"))
    person = make_person("Ann Other")
    page = text_of(send(client, "member-add", [network.pk], part="chair", person=person.pk, role="Commissioner"))
    assert "Ann Other" in page and "Commissioner" in page


def test_a_membership_that_ends_before_it_begins_is_refused(client):
    network, person = make_network(members=0), make_person()
    given = {"person": person.pk, "part": "member", "starts": "2 May 2017", "ends": "1 May 2017"}
    answer = send(client, "member-add", [network.pk], **given)
    assert "The last day must not be before the first day." in text_of(answer)


def test_a_network_is_not_its_own_member(client):
    network = make_network(members=0)
    answer = send(client, "member-add", [network.pk], part="member", organisation=network.organisation_id)
    assert "This is the network itself." in text_of(answer)


def test_the_same_member_sent_twice_is_one(client):
    network, body = make_network(members=0), make_organisation()
    for _ in range(2):
        send(client, "member-add", [network.pk], part="partner", organisation=body.pk, role="Advice")
    assert network.memberships.count() == 1


def test_organisations_stand_under_their_role_and_those_who_left_apart(client):
    network = make_network(members=0)
    for name, role in (("Zebra", "Care"), ("Apple", "Care"), ("Moon", "Advice")):
        Membership.objects.create(network=network, organisation=make_organisation(name), part="partner", role=role)
    gone = make_organisation("Old Friends")
    Membership.objects.create(network=network, organisation=gone, ends=datetime.date(2017, 1, 1))
    page = text_of(client.get(network.get_absolute_url()))
    assert page.index("Moon") < page.index("Apple") < page.index("Zebra") < page.index("Earlier members")
    assert page.index("Earlier members") < page.index("Old Friends")


def test_a_member_that_was_changed_meanwhile_is_not_overwritten(officer):
    member = make_network().memberships.get()
    seen = operations.stamp_of(member)
    Membership.objects.filter(pk=member.pk).update(role="Said by somebody else")
    member.role = "Mine"
    with pytest.raises(ChangedMeanwhile):
        operations.save(member, seen=seen, by=officer)


# --- agreements ----------------------------------------------------------------------------------------------------------------


def test_an_agreement_keeps_its_file_and_hands_it_out(client):
    network = make_network()
    file = SimpleUploadedFile("charter.pdf", samples.pdf())
    send(client, "agreement-add", [network.pk], title="Charter", signed_on="1 May 2016", file=file)
    agreement = Agreement.objects.get()
    assert agreement.upload and not agreement.publish_file
    answer = client.get(reverse("agreement-file", args=[agreement.pk]))
    assert answer["Content-Type"] == "application/pdf"
    answer.getvalue()
    form = client.get(reverse("agreement-edit", args=[agreement.pk])).context["form"]
    send(client, "agreement-edit", [agreement.pk], title="The charter", seen=form.initial["seen"])
    agreement.refresh_from_db()
    assert agreement.title == "The charter" and agreement.upload


def test_a_file_that_is_none_is_refused_beside_its_field_and_an_agreement_may_have_none(client):
    network = make_network()
    file = SimpleUploadedFile("charter.exe", b"MZ\x00\x01")
    answer = send(client, "agreement-add", [network.pk], title="Charter", file=file)
    assert answer.status_code == 422 and not Agreement.objects.exists()
    send(client, "agreement-add", [network.pk], title="Charter")
    assert client.get(reverse("agreement-file", args=[Agreement.objects.get().pk])).status_code == 404


# --- events --------------------------------------------------------------------------------------------------------------------


def test_an_event_is_written_down_with_its_hosts_and_speakers(client):
    network, host = make_network(), make_organisation("Northmoor Police")
    given = {"title": "Road Summit", "when": "September 2016", "network": network.pk, "attendance": "140"}
    send(client, "event-add", **given, hosts="northmoor police\n\nNorthmoor Police")
    event = Event.objects.get()
    assert (event.in_words, event.attendance, list(event.hosts.all())) == ("September 2016", 140, [host])
    post = make_post("Chief Executive", organisation=host)
    person = make_person("Ann Other", post=post)
    send(client, "speaker-add", [event.pk], person=person.pk)
    send(client, "speaker-add", [event.pk], name="Bob Else", post="Professor")
    one, two = event.speakers.all()
    assert (one.name, one.post, one.organisation, one.position) == ("Ann Other", "Chief Executive", host, 1)
    assert (two.name, two.position) == ("Bob Else", 2)
    page = text_of(client.get(event.get_absolute_url()))
    assert "Ann Other" in page and "Chief Executive" in page and "140" in page
    listed = text_of(client.get(reverse("events"), {"q": "bob"}))
    assert "140 came, 2 speakers" in listed


def test_a_speaker_keeps_the_post_of_that_day():
    event = make_event()
    person = make_person("Ann Other", post="Sergeant", ends=datetime.date(2016, 12, 31))
    speaker = Speaker.objects.create(event=event, person=person, name=person.name, post="Sergeant")
    person.name = "Ann Married"
    person.save()
    speaker.refresh_from_db()
    assert str(speaker) == "Ann Other, Sergeant"


def test_a_host_that_is_not_listed_is_named(client):
    answer = send(client, "event-add", title="Summit", when="2016", hosts="Nobody Ltd\nNo One")
    page = text_of(answer)
    assert "“Nobody Ltd”, “No One” are not listed under Organisations." in page
    assert "Nobody Ltd\nNo One" in page.replace("\r", "")


@pytest.mark.parametrize("came", ["-5", "many", "99999999999999"])
def test_a_number_of_people_that_is_none_is_refused(client, came):
    assert send(client, "event-add", title="Summit", when="2016", attendance=came).status_code == 422


def test_a_speaker_without_name_or_person_is_refused(client):
    answer = send(client, "speaker-add", [make_event().pk], post="Professor")
    assert "Choose a person, or enter the name." in text_of(answer)


def test_an_event_changed_by_two_people_shows_both(client):
    event = make_event()
    form = client.get(reverse("event-edit", args=[event.pk])).context["form"]
    Event.objects.filter(pk=event.pk).update(month=10, version=2)
    given = {"title": event.title, "when": "August 2016", "seen": form.initial["seen"]}
    answer = send(client, "event-edit", [event.pk], **given)
    assert answer.status_code == 409
    assert "October 2016" in text_of(answer) and "August 2016" in text_of(answer)


def test_two_events_of_one_name_have_their_own_addresses(client):
    for when in ("2016", "May 2016"):
        send(client, "event-add", title="Summit", when=when)
    assert set(Event.objects.values_list("slug", flat=True)) == {"summit-2016", "summit-2016-2"}


# --- funded posts ----------------------------------------------------------------------------------------------------------------


def test_a_funded_post_says_where_it_works_and_who_pays(client):
    where, pays, network = make_organisation("Northmoor Police"), make_organisation("Home Office"), make_network()
    given = {"title": "Trainer", "kind": "post", "organisation": where.pk, "funder": pays.pk, "network": network.pk}
    page = text_of(send(client, "funded-post-add", **given, amount="31987.65", purpose="To train."))
    for words in ("Trainer", "Northmoor Police", "Home Office", "£31,987.65", "To train."):
        assert words in page
    assert "Trainer" in text_of(client.get(network.get_absolute_url()))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"organisation": ""}, "Choose where it works."),
        ({"amount": "0"}, "greater than or equal to 0.01"),
        ({"starts": "2 May 2017", "ends": "1 May 2017"}, "must not be before the first day"),
    ],
)
def test_a_funded_post_that_makes_no_sense_is_refused(client, given, said):
    ordinary = {"title": "Trainer", "kind": "post", "organisation": make_organisation().pk}
    answer = send(client, "funded-post-add", **(ordinary | given))
    assert answer.status_code == 422 and said in text_of(answer)


def test_posts_of_today_and_those_that_ended_are_told_apart(client):
    make_funded_post(title="Going on")
    make_funded_post(title="Long over", ends=datetime.date(2017, 1, 1))
    make_funded_post(title="To come", starts=datetime.date(2018, 2, 1))
    page = text_of(client.get(reverse("funded-posts"), {"state": "now"}))
    assert "Going on" in page and "Long over" not in page and "To come" not in page
    rows = text_of(client.get(reverse("funded-posts-csv"), {"state": "ended"}))
    assert "Long over" in rows and "Going on" not in rows


def test_deleting_asks_first_and_leaves_a_line(client):
    post = make_funded_post()
    assert "Delete “" in text_of(client.get(reverse("funded-post-delete", args=[post.pk])))
    assert FundedPost.objects.exists()
    send(client, "funded-post-delete", [post.pk])
    assert not FundedPost.objects.exists()
    assert AuditLine.objects.filter(act=f"Funded post deleted: {post}").exists()


def test_the_force_sees_no_networks(client):
    network = make_network()
    client.force_login(make_user(Role.FORCE))
    for address in (reverse("networks"), network.get_absolute_url(), reverse("events"), reverse("funded-posts")):
        assert client.get(address).status_code == 403
