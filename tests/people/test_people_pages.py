"""The pages about people, organisations and posts."""

import datetime

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.people.models import Appointment, Organisation, Person, PersonAlias, Post
from tests.factories import make_appointment, make_office, make_organisation, make_person, make_post, make_user

pytestmark = pytest.mark.django_db


def day(text):
    return datetime.date.fromisoformat(text)


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


# --- lists and pages -------------------------------------------------------------------------------------------------


def test_the_list_shows_everybody_with_the_post_of_today(client):
    body = make_organisation("Northmoor Police")
    make_person("Ann Other", post=make_post("Sergeant", abbreviation="Sgt", organisation=body), qualifier="acting")
    make_person("Bob Else")
    page = text_of(client.get(reverse("people")))
    assert "Acting Sergeant (Sgt)" in page
    assert "Northmoor Police" in page
    assert "No post today" in page


def test_the_search_narrows_the_list_and_says_so(client):
    make_person("Ann Other")
    make_person("Bob Else")
    page = text_of(client.get(reverse("people"), {"q": "other"}))
    assert "Ann Other" in page and "Bob Else" not in page
    assert "1 person matching “other”" in page
    assert "Nobody found" in text_of(client.get(reverse("people"), {"q": "zzz"}))


def test_a_list_of_many_comes_in_pages_and_keeps_the_search(client):
    for number in range(60):
        make_person(f"Other {number:02d}")
    page = text_of(client.get(reverse("people"), {"q": "other"}))
    assert "1 to 50 of 60" in page
    assert "q=other&amp;page=2" in page
    assert "Other 59" in text_of(client.get(reverse("people"), {"q": "other", "page": "2"}))


def test_an_empty_list_says_what_to_do(client):
    assert "Nobody is listed yet" in text_of(client.get(reverse("people")))
    assert "No organisation is listed yet" in text_of(client.get(reverse("organisations")))
    assert "No post is listed yet" in text_of(client.get(reverse("posts")))


def test_the_page_of_a_person_shows_posts_over_time_and_other_spellings(client):
    person = make_person("Ann Other", aliases=["Anne Other"])
    make_appointment(person, "Inspector", starts=day("2015-01-01"), ends=day("2016-12-31"))
    make_appointment(person, "Chief Inspector", starts=day("2017-01-01"))
    page = text_of(client.get(person.get_absolute_url()))
    assert page.index("Chief Inspector") < page.index("<strong>Inspector")
    assert "to 31 December 2016" in page
    assert "Anne Other" in page


def test_an_organisation_lists_its_posts_and_who_holds_them(client):
    body = make_organisation("Northmoor Police")
    make_person("Ann Other", post=make_post("Sergeant", organisation=body))
    make_person("Old Hand", post=make_post("Inspector", organisation=body), ends=day("2017-12-31"))
    page = text_of(client.get(body.get_absolute_url()))
    assert "Ann Other" in page and "Old Hand" not in page
    assert "Nobody" in page


def test_the_pages_cost_few_queries(client, django_assert_max_num_queries):
    body = make_organisation()
    for number in range(30):
        person = make_person(f"Person {number}", post=make_post(f"Post {number}", organisation=body))
        make_appointment(person, "Former post", ends=day("2010-01-01"))
    record = {"person": person.pk, "organisation": body.pk}
    for name in ("people", "person", "organisations", "organisation", "posts", "person-add", "appointment-add"):
        owner = record.get(name) or (person.pk if name == "appointment-add" else None)
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name, args=[owner] if owner else [])).status_code == 200


# --- adding and changing ---------------------------------------------------------------------------------------------


def test_a_person_is_added_with_the_first_post(client):
    post = make_post("Adviser")
    answer = send(
        client, "person-add", name=" Ann  Other ", post=post.pk, qualifier="interim", starts="1 September 2017"
    )
    assert "Ann Other is listed." in text_of(answer)
    appointment = Appointment.objects.get(person__name="Ann Other")
    assert (appointment.title, appointment.starts) == ("Interim Adviser", day("2017-09-01"))


@pytest.mark.parametrize("name", ["Ann Other", "ann  OTHER", "A. Other"])
def test_a_known_name_is_asked_about_before_a_second_person_is_made(client, name):
    known = make_person("Ann Other", post="Adviser", aliases=["A. Other"])
    answer = send(client, "person-add", name=name)
    page = text_of(answer)
    assert "is already listed. Say whether this is somebody else." in page
    assert f'<a href="{known.get_absolute_url()}">Ann Other</a>, Adviser' in page
    assert Person.objects.count() == 1
    send(client, "person-add", name=name, another_person="on")
    assert Person.objects.count() == 2


def test_confirming_beforehand_or_a_new_name_asks_nothing(client):
    page = text_of(client.get(reverse("person-add")))
    assert 'type="hidden" name="another_person"' in page
    send(client, "person-add", name="Ann Other")
    assert Person.objects.count() == 1


def test_changing_a_person_into_a_known_name_is_asked_about_but_keeping_the_name_is_not(client):
    make_person("Ann Other")
    person = make_person("Bob Else")
    assert "already listed" in text_of(send(client, "person-edit", [person.pk], name="Ann Other"))
    twin = make_person("Ann Other")
    assert "Saved: Ann Other." in text_of(send(client, "person-edit", [twin.pk], name="Ann Other", note="The younger."))


def test_a_name_in_markup_stays_text(client):
    page = client.post(reverse("person-add"), {"name": "<script>alert(1)</script>"}, follow=True).content.decode()
    assert "<script>alert" not in page
    page = client.post(reverse("person-add"), {"name": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


def test_an_account_belongs_to_one_person(client):
    user = make_user(Role.FORCE)
    first, second = make_person("First"), make_person("Second")
    send(client, "person-edit", [first.pk], name="First", account=user.pk)
    assert Person.objects.get(account=user) == first
    answer = send(client, "person-edit", [second.pk], name="Second", account=user.pk)
    assert answer.context["form"].errors["account"]


def test_an_appointment_is_added_and_changed_in_words(client):
    person, post = make_person(), make_post("Adviser")
    send(client, "appointment-add", [person.pk], post=post.pk, starts="8/1/2018")
    appointment = person.appointments.get()
    assert appointment.starts == day("2018-01-08")
    assert 'value="8 January 2018"' in text_of(client.get(reverse("appointment-edit", args=[appointment.pk])))
    send(client, "appointment-edit", [appointment.pk], post=post.pk, starts="2018-01-09", ends="9 Jan 2018")
    appointment.refresh_from_db()
    assert (appointment.starts, appointment.ends) == (day("2018-01-09"), day("2018-01-09"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"starts": "31 February 2018"}, "31 February 2018 is not a date: February 2018 has 28 days."),
        ({"starts": "2 March 2018", "ends": "1 March 2018"}, "The last day must not be before the first day."),
        ({"post": ""}, "Choose a post."),
    ],
)
def test_a_wrong_appointment_says_why_and_keeps_what_was_typed(client, given, message):
    person = make_person()
    answer = send(client, "appointment-add", [person.pk], **{"post": make_post().pk, "source": "Kept words", **given})
    page = text_of(answer)
    assert message in page
    assert "There is a problem" in page
    assert 'value="Kept words"' in page
    assert not Appointment.objects.exists()


def test_a_promotion_takes_one_form(client):
    appointment = make_appointment(post="Inspector", starts=day("2016-01-01"))
    higher = make_post("Chief Inspector")
    answer = send(client, "appointment-end", [appointment.pk], last_day="31 January 2018", post=higher.pk)
    assert "Inspector ended, Chief Inspector" in text_of(answer)
    assert appointment.person.appointments.get(post=higher).starts == day("2018-02-01")


def test_other_spellings_are_added_changed_and_deleted(client):
    person = make_person("Ann Other")
    send(client, "alias-add", [person.pk], name="Anne Other", printed_post="D Supt", year="2017")
    alias = person.aliases.get()
    assert alias.year == 2017
    assert "already listed" in text_of(send(client, "alias-add", [person.pk], name="Anne Other", printed_post="D Supt"))
    send(client, "alias-edit", [alias.pk], name="Annie Other", year="")
    assert person.aliases.get().name == "Annie Other"
    send(client, "alias-delete", [alias.pk])
    assert not PersonAlias.objects.exists()


def test_organisations_and_posts_are_added_and_changed(client):
    page = text_of(
        send(client, "organisation-add", name="Northmoor Police", kind="force", website="police.example.org")
    )
    assert "Saved: Northmoor Police." in page
    body = Organisation.objects.get()
    assert body.website == "https://police.example.org"
    assert "already listed" in text_of(send(client, "organisation-add", name="Northmoor  Police", kind="force"))
    page = text_of(client.get(reverse("post-add") + f"?organisation={body.pk}"))
    assert f'<option value="{body.pk}" selected>' in page
    send(client, "post-add", title="Chief Constable", abbreviation="CC", organisation=body.pk, seniority="1")
    page = text_of(send(client, "post-add", title="Chief Constable", organisation=body.pk, seniority="1"))
    assert "already listed for this organisation" in page
    post = Post.objects.get()
    send(client, "post-edit", [post.pk], title="Chief Constable", abbreviation="Ch Con", seniority="1")
    post.refresh_from_db()
    assert (post.abbreviation, post.organisation) == ("Ch Con", None)


def test_deleting_asks_first_and_refuses_where_something_refers_to_it(client):
    post = make_post("Chair")
    person = make_person("Ann Other", post=post)
    assert "Delete “Chair”?" in text_of(client.get(reverse("post-delete", args=[post.pk])))
    assert Post.objects.exists()
    assert "cannot be deleted, because something refers to it: appointment" in text_of(
        send(client, "post-delete", [post.pk])
    )
    assert "Deleted: Ann Other." in text_of(send(client, "person-delete", [person.pk]))
    assert "Deleted: Chair." in text_of(send(client, "post-delete", [post.pk]))


# --- who may ---------------------------------------------------------------------------------------------------------

VIEWS = ["people", "person", "organisations", "organisation", "posts"]
CHANGES = ["person-add", "person-edit", "person-delete", "appointment-add", "appointment-edit", "appointment-end"]
CHANGES += ["appointment-delete", "alias-add", "alias-edit", "alias-delete", "organisation-add", "organisation-edit"]
CHANGES += ["organisation-delete", "post-add", "post-edit", "post-delete"]


@pytest.mark.one_database("who may do what is decided in Python from the roles of the account")
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", VIEWS + CHANGES)
def test_who_may_see_and_who_may_change_people(client, role, name):
    person = make_person(aliases=["Other"])
    records = {
        "person": person,
        "appointment": make_appointment(person),
        "alias": person.aliases.get(),
        "organisation": make_organisation(),
        "post": make_post(),
    }
    if name in ("appointment-add", "alias-add"):
        args = [person.pk]
    elif name.endswith("-add") or name in ("people", "organisations", "posts"):
        args = []
    else:
        args = [records[name.split("-")[0]].pk]
    client.force_login(make_user(role))
    answer = client.get(reverse(name, args=args))
    allowed = {Role.GOVERNANCE, Role.ADMINISTRATOR} if name in CHANGES else set(Role) - {Role.FORCE}
    assert answer.status_code == (200 if role in allowed else 403)


def test_who_may_only_read_sees_no_way_to_change(client):
    person = make_person(post="Adviser")
    client.force_login(make_user(Role.ANALYST))
    page = text_of(client.get(person.get_absolute_url()))
    for words in ("Add a post", "End it", "Delete", "Add another spelling"):
        assert words not in page
