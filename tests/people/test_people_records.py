"""Persons, posts and appointments: what is true of the records, whatever page wrote them."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from opcc_portal.audit.operations import lines_about
from scrutiny.people import operations
from scrutiny.people.models import Appointment, Organisation, Person
from tests.factories import make_appointment, make_organisation, make_person, make_post, make_user

pytestmark = pytest.mark.django_db


def day(text):
    return datetime.date.fromisoformat(text)


# --- who held what on a day ------------------------------------------------------------------------------------------


def test_the_post_of_a_day_includes_its_first_and_last_day():
    person = make_person()
    first = make_appointment(person, "Superintendent", starts=day("2015-01-01"), ends=day("2017-12-31"))
    second = make_appointment(person, "Chief Superintendent", starts=day("2018-01-01"))
    assert person.appointment_on(day("2014-12-31")) is None
    assert person.appointment_on(day("2015-01-01")) == first
    assert person.appointment_on(day("2017-12-31")) == first
    assert person.appointment_on(day("2018-01-01")) == second


def test_of_several_posts_at_once_the_latest_begun_counts():
    person = make_person(post="Member of the panel")
    make_appointment(person, "Adviser", starts=day("2016-01-01"))
    newest = make_appointment(person, "Chair", starts=day("2017-01-01"))
    assert person.appointment_on(day("2018-01-01")) == newest


def test_posts_without_known_days_are_held_always():
    person = make_person(post="Adviser")
    make_appointment(person, "Coordinator")
    assert person.appointment_on(day("1990-01-01")) is not None


@pytest.mark.parametrize(
    ("qualifier", "rank", "title", "short"),
    [
        ("", "Assistant Chief Constable", "Assistant Chief Constable", "ACC"),
        ("temporary", "Assistant Chief Constable", "Temporary Assistant Chief Constable", "T/ACC"),
        ("acting", "Assistant Chief Constable", "Acting Assistant Chief Constable", "A/ACC"),
        ("interim", "", "Interim Assistant Chief Constable", "ACC"),
        ("temporary", "", "Temporary Assistant Chief Constable", "ACC"),
    ],
)
def test_a_qualifier_stands_before_the_title_and_before_the_short_form_of_a_rank(qualifier, rank, title, short):
    post = make_post("Assistant Chief Constable", abbreviation="ACC", rank=rank)
    appointment = make_appointment(post=post, qualifier=qualifier)
    assert (appointment.title, appointment.abbreviation) == (title, short)


def test_an_appointment_that_ends_before_it_starts_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_appointment(starts=day("2018-01-02"), ends=day("2018-01-01"))


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        (("2015-01-01", "2016-12-31"), ("2017-01-01", None), False),
        (("2015-01-01", "2016-12-31"), ("2016-12-31", None), True),
        (("2015-01-01", None), ("2018-01-01", None), True),
        ((None, "2016-12-31"), (None, None), True),
        ((None, "2016-12-31"), ("2017-01-01", "2017-12-31"), False),
    ],
)
def test_nobody_holds_the_same_post_twice_at_once(first, second, clash):
    known = make_appointment(**dict(zip(("starts", "ends"), (text and day(text) for text in first), strict=True)))
    starts, ends = (text and day(text) for text in second)
    new = Appointment(person=known.person, post=known.post, starts=starts, ends=ends)
    if clash:
        with pytest.raises(ValidationError, match="already holds this post"):
            operations.save(new, by=make_user())
    else:
        assert operations.save(new, by=make_user()).pk


def test_a_post_is_listed_once_for_a_body_and_once_without_one():
    body = make_organisation()
    make_post("Chair", organisation=body)
    make_post("Chair", organisation=make_organisation())
    make_post("Chair")
    for organisation in (body, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_post("Chair", organisation=organisation)


# --- looking for people ----------------------------------------------------------------------------------------------


def test_a_person_is_known_by_name_and_alias_letter_case_and_spaces_aside():
    person = make_person("Ann Marie Other", aliases=["A. M. Other"])
    for name in ("ann marie  other", "Ann Marie Other", "a. m. other"):
        assert list(Person.objects.known_as(name)) == [person]
    assert not Person.objects.known_as("Ann Other").exists()


def test_the_list_finds_by_part_of_name_alias_or_post_and_names_each_once():
    person = make_person("Ann Other", post="Engagement Officer", aliases=["Annie Other", "Anne Other"])
    make_person("Bob Else")
    for text in ("oth", "annie", "ENGAGE"):
        assert list(Person.objects.in_list(text, None, day("2018-01-01"))) == [person]


def test_the_list_by_organisation_holds_who_is_in_post_there_that_day():
    body = make_organisation()
    post = make_post(organisation=body)
    make_person("Past", post=post, ends=day("2017-12-31"))
    make_person("Present", post=post, starts=day("2018-01-01"))
    make_person("Elsewhere", post="Adviser")
    names = Person.objects.in_list("", body, day("2018-01-01")).values_list("name", flat=True)
    assert list(names) == ["Present"]


def test_organisations_are_counted_by_people_not_by_appointments():
    body, empty = make_organisation("A body"), make_organisation("Empty")
    person = make_person(post=make_post(organisation=body))
    make_appointment(person, make_post(organisation=body))
    make_person(post=make_post(organisation=body), ends=day("2000-01-01"))
    counted = dict(Organisation.objects.with_numbers(day("2018-01-01")).values_list("name", "in_post"))
    assert counted == {body.name: 1, empty.name: 0}


# --- acts ------------------------------------------------------------------------------------------------------------


def test_a_promotion_ends_one_post_and_starts_the_next_the_day_after():
    user, person = make_user(), make_person()
    old = make_appointment(person, "Assistant Chief Constable", starts=day("2016-01-01"))
    following = Appointment(post=make_post("Deputy Chief Constable"), qualifier="temporary")
    operations.move_on(old, last_day=day("2018-03-31"), next_appointment=following, by=user)
    assert person.appointment_on(day("2018-03-31")).title == "Assistant Chief Constable"
    assert person.appointment_on(day("2018-04-01")).title == "Temporary Deputy Chief Constable"
    assert [line.act for line in lines_about(person)] == ["Appointment added", "Appointment changed"]
    assert {line.by for line in lines_about(person)} == {user}


def test_an_ended_appointment_cannot_be_ended_again_and_none_ends_before_its_start():
    ended = make_appointment(starts=day("2016-01-01"), ends=day("2017-01-01"))
    with pytest.raises(ValidationError, match="has a last day already"):
        operations.move_on(ended, last_day=day("2018-01-01"), by=make_user())
    running = make_appointment(starts=day("2016-01-01"))
    with pytest.raises(ValidationError, match="must not be before the first day"):
        operations.move_on(running, last_day=day("2015-12-31"), by=make_user())
    running.refresh_from_db()
    assert running.ends is None


def test_a_promotion_whose_second_half_fails_changes_nothing():
    person = make_person()
    old = make_appointment(person, "Sergeant", starts=day("2016-01-01"))
    other = make_appointment(person, "Inspector", starts=day("2017-01-01"))
    following = Appointment(post=other.post)
    with pytest.raises(ValidationError, match="already holds this post"):
        operations.move_on(old, last_day=day("2018-01-01"), next_appointment=following, by=make_user())
    old.refresh_from_db()
    assert old.ends is None
    assert not lines_about(person)


def test_only_what_nothing_refers_to_can_be_deleted():
    user, body = make_user(), make_organisation("A body")
    post = make_post("Chair", organisation=body)
    person = make_person("Ann Other", post=post)
    for record, words in ((body, "post"), (post, "appointment")):
        with pytest.raises(ValidationError, match=words):
            operations.delete(record, by=user)
    for record in (person, post, body):
        operations.delete(record, by=user)
    assert not Person.objects.exists() and not Organisation.objects.exists()


def test_a_deleted_person_leaves_a_line_with_the_name():
    person = make_person("Ann Other")
    kept = Person(pk=person.pk)
    operations.delete(person, by=make_user())
    [line] = lines_about(kept)
    assert (line.act, line.details["words"]) == ("Person deleted", "Ann Other")


def test_a_name_that_is_listed_is_not_added_again_unless_it_is_somebody_elses():
    known, by = make_person("Ann Double"), make_user()
    with pytest.raises(ValidationError, match="already listed"):
        operations.add_person(Person(name="Ann Double"), by=by)
    operations.add_person(Person(name="Ann Double"), another=True, by=by)
    assert Person.objects.filter(name=known.name).count() == 2


def test_two_who_add_the_same_organisation_at_one_moment_are_told_so(monkeypatch):
    make_organisation("Northmoor Police")
    monkeypatch.setattr(Organisation, "full_clean", lambda self: None)  # the other was saved right after this check
    with pytest.raises(ValidationError, match="at this moment"):
        operations.save(Organisation(name="Northmoor Police"), by=make_user())
