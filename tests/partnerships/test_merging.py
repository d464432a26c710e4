"""Merging two organisations that are the same: everything moves, doubles become one, old addresses lead on."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from scrutiny.partnerships import merging
from scrutiny.partnerships.models import Membership, Merger
from scrutiny.people.models import Appointment, Identifier, Organisation, Post
from scrutiny.register.models import ActionOwner
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import (
    make_action,
    make_award,
    make_event,
    make_funded_post,
    make_inspection,
    make_network,
    make_office,
    make_organisation,
    make_person,
    make_post,
    make_user,
)
from tests.publication.editions import make_award_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    make_office()
    return make_user()


@pytest.fixture
def two(officer):
    """(one that is there twice, the one that stays)."""
    return make_organisation("Lantern Trust Ltd", kind="charity"), make_organisation("Lantern Trust", kind="charity")


def merge(former, into, by, reason="The same charity, typed twice."):
    return merging.merge(former, into, reason=reason, seen=merging.plan(former, into).seen, by=by)


def text_of(answer):
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


# --- what moves --------------------------------------------------------------------------------------------------------------


def test_everything_that_points_at_it_moves(two, officer):
    former, into = two
    award = make_award(recipient=former)
    network = make_network()
    Membership.objects.create(network=network, organisation=former)
    event, post = make_event(network), make_funded_post(organisation=former, funder=former)
    event.hosts.add(former)
    person = make_person(post=make_post("Warden", organisation=former))
    inspection = make_inspection(body=former)
    Identifier.objects.create(organisation=former, list="GB-CHC", number="1048995")
    merge(former, into, officer)
    assert not Organisation.objects.filter(pk=former.pk).exists()
    for record, name in ((award, "recipient"), (post, "organisation"), (post, "funder"), (inspection, "body")):
        record.refresh_from_db()
        assert getattr(record, name) == into
    assert award.revisions.get().recipient == into
    assert list(event.hosts.all()) == [into]
    assert network.memberships.filter(organisation=into).exists()
    assert person.appointments.get().post.organisation == into
    assert into.identifiers.get().number == "1048995"


def test_whatever_a_later_room_points_at_an_organisation_is_found():
    """Nothing may be listed by hand: every relation of the models is among those that move."""
    listed = set(merging.pointing_at(Organisation))
    for relation in Organisation._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            assert (relation.related_model, relation.field.name) in listed
    assert {"Award", "AwardRevision", "Event_hosts", "Membership"} <= {model.__name__ for model, _ in listed}


def test_the_trail_and_the_record_say_what_moved_and_why(two, officer):
    former, into = two
    pk = former.pk
    make_award(recipient=former)
    merge(former, into, officer)
    merger = Merger.objects.get()
    assert (merger.former_pk, merger.former_name, merger.into, merger.by) == (pk, "Lantern Trust Ltd", into, officer)
    assert merger.moved["funding.award.recipient"] == 1
    assert AuditLine.objects.filter(act="Lantern Trust Ltd became part of Lantern Trust", by=officer).exists()


def test_what_the_other_does_not_say_is_taken_over(two, officer):
    former, into = two
    Organisation.objects.filter(pk=former.pk).update(short_name="LT", website="https://example.org", note="Former note")
    Organisation.objects.filter(pk=into.pk).update(note="Own note")
    merge(former, into, officer)
    into.refresh_from_db()
    assert (into.short_name, into.website, into.note) == ("LT", "https://example.org", "Own note")


# --- doubles -------------------------------------------------------------------------------------------------------------------


def test_posts_of_one_title_become_one_with_both_holders(two, officer):
    former, into = two
    one, other = make_post("Warden", organisation=former), make_post("Warden", organisation=into)
    ann, bob = make_person("Ann", post=one), make_person("Bob", post=other)
    Appointment.objects.create(person=bob, post=one)
    merge(former, into, officer)
    assert Post.objects.filter(title="Warden").get() == other
    assert {each.person for each in other.appointments.all()} == {ann, bob}
    assert bob.appointments.count() == 1


def test_what_both_have_alike_is_there_once(two, officer):
    former, into = two
    network, event = make_network(members=0), make_event()
    for body in two:
        Membership.objects.create(network=network, organisation=body, part="partner", role="Care")
        event.hosts.add(body)
    Membership.objects.create(network=network, organisation=former, part="partner", role="Advice")
    action = make_action()
    for position, body in enumerate(two, 1):
        ActionOwner.objects.create(action=action, position=position, organisation=body, name=body.name)
    merge(former, into, officer)
    assert sorted(network.memberships.values_list("role", flat=True)) == ["Advice", "Care"]
    assert list(event.hosts.all()) == [into]
    assert action.owners.filter(organisation=into).count() == 1


def test_the_same_inspection_at_both_is_named_and_nothing_moves(two, officer):
    former, into = two
    inspections = [make_inspection(body=body, title="Stolen time", published_on="2017-10-24") for body in two]
    make_award(recipient=former)
    with pytest.raises(NotPossible, match="Stolen time"):
        merge(former, into, officer)
    assert former.awards.count() == 1 and former.inspections.get() == inspections[0]
    assert not Merger.objects.exists()


# --- what is refused -------------------------------------------------------------------------------------------------------------


def test_an_organisation_is_not_merged_into_itself(two, officer):
    with pytest.raises(NotPossible, match="the same organisation"):
        merge(two[0], two[0], officer)


@pytest.mark.parametrize("kind", ["office", "force"])
def test_the_office_and_its_force_do_not_become_part_of_another(officer, client, kind):
    ours = make_organisation("Northmoor Police" if kind == "force" else "The office", kind=kind)
    with pytest.raises(NotPossible, match="the office itself or its force"):
        merge(ours, make_organisation(), officer)
    client.force_login(officer)
    assert "cannot become part of another" in text_of(client.get(reverse("organisation-merge", args=[ours.pk])))


def test_a_double_of_the_force_can_be_merged_into_it_after_a_warning(officer):
    force = make_organisation("Northmoor Police", kind="force")
    double = make_organisation("Northmoor Constabulary", kind="force")
    assert any("its force" in words for words in merging.plan(double, force).warnings)
    merge(double, force, officer)
    assert not Organisation.objects.filter(pk=double.pk).exists()


def test_two_networks_and_a_network_with_its_member_are_not_merged(officer):
    one, other = make_network(), make_network()
    with pytest.raises(NotPossible, match="Both have a page as a network"):
        merge(one.organisation, other.organisation, officer)
    member = one.memberships.get().organisation
    for pair in ((member, one.organisation), (one.organisation, member)):
        with pytest.raises(NotPossible, match="its own member"):
            merge(*pair, officer)


def test_different_numbers_of_one_list_are_warned_of(two):
    for body, number in zip(two, ("1048995", "1048996"), strict=True):
        Identifier.objects.create(organisation=body, list="GB-CHC", number=number)
    (words,) = merging.plan(*two).warnings
    assert "1048996 and 1048995" in words


def test_one_that_was_merged_already_is_merged_no_more(two, officer):
    former, into = two
    third = make_organisation("Third")
    merge(former, into, officer)
    former.pk = Merger.objects.get().former_pk
    with pytest.raises(NotPossible, match="has become part of Lantern Trust already"):
        merging.merge(former, third, reason="x", seen="", by=officer)
    with pytest.raises(NotPossible, match="has become part of Lantern Trust already"):
        merging.merge(third, former, reason="x", seen="", by=officer)


def test_more_that_would_move_than_was_shown_is_shown_first(two, officer):
    seen = merging.plan(*two).seen
    make_award(recipient=two[0])
    with pytest.raises(ChangedMeanwhile):
        merging.merge(*two, reason="x", seen=seen, by=officer)
    assert Organisation.objects.filter(pk=two[0].pk).exists()


def test_a_reason_is_needed(two, officer):
    with pytest.raises(NotPossible, match="why the two are the same"):
        merge(*two, officer, reason="  ")


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_at_once_one_is_done_and_the_other_is_told():
    make_office()
    officer, former = make_user(), make_organisation("Twice")
    targets = [make_organisation("One"), make_organisation("Two")]
    make_award(recipient=former)
    seen, given = [merging.plan(former, each).seen for each in targets], [None, None]

    def do(place):
        try:
            given[place] = merging.merge(former, targets[place], reason="x", seen=seen[place], by=officer)
        except NotPossible as told:
            given[place] = told
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[place]) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(each).__name__ for each in given) == ["Merger", "NotPossible"]
    merger = Merger.objects.get()
    assert merger.into.awards.count() == 1


# --- the pages -----------------------------------------------------------------------------------------------------------------


def test_merging_in_the_browser_and_the_old_address_leads_on(client, two, officer):
    former, into = two
    client.force_login(officer)
    make_award(recipient=former)
    old = former.get_absolute_url()
    address = reverse("organisation-merge", args=[former.pk])
    choose = text_of(client.get(address))
    assert f"?into={into.pk}" in choose  # alike by name
    page = client.get(address, {"into": into.pk})
    assert "1 award" in text_of(page)
    given = {"into": into.pk, "seen": page.context["form"].initial["seen"], "reason": "Typed twice."}
    assert client.post(address, given).status_code == 422  # not sure yet
    answer = client.post(address, {**given, "sure": "on"}, follow=True)
    assert answer.redirect_chain[-1][0] == into.get_absolute_url()
    assert "Lantern Trust Ltd is part of Lantern Trust now." in text_of(answer)
    for name in ("organisation", "organisation-edit", "organisation-grants", "organisation-merge"):
        led = client.get(reverse(name, args=[Merger.objects.get().former_pk]))
        assert (led.status_code, led["Location"]) == (301, reverse(name, args=[into.pk]))
    assert client.get(old).status_code == 301
    assert "Lantern Trust" in text_of(client.get(reverse("organisations"), {"q": "Trust Ltd"}))
    assert "Typed twice." in text_of(client.get(into.get_absolute_url()))


def test_an_address_leads_on_over_several_mergers_and_only_for_who_may_read(client, officer):
    one, two, three = (make_organisation(name) for name in ("One", "Two", "Three"))
    old = one.get_absolute_url()
    merge(one, two, officer)
    merge(two, three, officer)
    client.force_login(officer)
    assert client.get(old)["Location"] == three.get_absolute_url()
    client.force_login(make_user(Role.FORCE))
    assert client.get(old).status_code == 403
    client.force_login(officer)
    assert client.get(reverse("organisation", args=[999_999])).status_code == 404


def test_choosing_one_that_was_merged_meanwhile_leads_to_what_it_is_part_of(client, two, officer):
    former, into = two
    merge(former, into, officer)
    third = make_organisation("Third")
    client.force_login(officer)
    page = client.get(reverse("organisation-merge", args=[third.pk]), {"into": Merger.objects.get().former_pk})
    assert page.context["into"] == into and "was merged before" in text_of(page)
    for wrong in ("0", "x", "99999999999999999999", "-1"):
        assert client.get(reverse("organisation-merge", args=[third.pk]), {"into": wrong}).status_code in (200, 404)


# --- the public's addresses ---------------------------------------------------------------------------------------------------------


def test_the_former_public_page_leads_on_once_its_grants_are_published_anew(client, two, officer):
    former, into = two
    award = make_award(recipient=former)
    make_award_edition(award)
    make_award_edition(make_award(recipient=into))
    old, new = (f"/grants/recipients/org-{each.pk}/" for each in (former, into))
    merge(former, into, officer)
    assert client.get(old).status_code == 200  # as published under the former name
    make_award_edition(award)
    led = client.get(old)
    assert (led.status_code, led["Location"]) == (301, new)
    assert client.get(new).status_code == 200


def test_a_number_that_moves_takes_the_public_pages_with_it(client, two, officer):
    former, into = two
    Identifier.objects.create(organisation=former, list="GB-CHC", number="1048995")
    award = make_award(recipient=into)
    make_award_edition(award)
    old = f"/grants/recipients/org-{into.pk}/"
    merge(former, into, officer)
    make_award_edition(award)
    assert client.get(old)["Location"] == "/grants/recipients/gb-chc-1048995/"


def test_the_public_is_told_of_no_merger_of_what_was_never_public(client, two, officer):
    former, into = two
    key = f"org-{former.pk}"
    make_award_edition(make_award(recipient=into))
    merge(former, into, officer)
    assert client.get(f"/grants/recipients/{key}/").status_code == 404
