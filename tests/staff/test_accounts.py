"""Administrators make, change, close and open accounts."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.accounts.models import User
from opcc_portal.audit.operations import lines_about
from opcc_portal.staff import operations
from tests.factories import PASSWORD, make_office, make_user

pytestmark = pytest.mark.django_db
NEW = "seven herons on a weir"
PAGES = ["users", "user-add", "user-edit"]
ACTS = ["user-deactivate", "user-reactivate", "user-send-link"]


@pytest.fixture(autouse=True)
def office():
    return make_office()


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMINISTRATOR, username="admin")
    client.force_login(user)
    return user


def acts_on(user):
    return [line.act for line in lines_about(user)]


def add(client, **changes):
    given = {
        "name": "Nia New",
        "username": "nia",
        "email": "nia@example.org",
        "roles": ["analyst"],
        "first_password": "link",
    }
    return client.post(reverse("user-add"), {**given, **changes}, follow=True)


def edit(client, user, **changes):
    given = {"name": user.name, "username": user.username, "email": user.email, "roles": sorted(user.roles)}
    return client.post(reverse("user-edit", args=[user.pk]), {**given, **changes}, follow=True)


def test_the_list_shows_names_roles_and_closed_accounts(client, admin, django_assert_max_num_queries):
    make_user(roles=[Role.GRANTS, Role.ANALYST], name="Gita Grants")
    for number in range(5):
        make_user(name=f"Former {number}", active=False)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("users")).content.decode()
    assert "Gita Grants" in page
    assert "Performance analyst, Grants officer" in page
    assert page.count(">Closed<") == 5


def test_a_new_account_gets_a_link_to_choose_its_password(client, admin):
    page = add(client, roles=["analyst", "grants"]).content.decode()
    assert "A link to choose a password goes to nia@example.org." in page
    user = User.objects.get(username="nia")
    assert user.roles == {Role.ANALYST, Role.GRANTS}
    assert not user.has_usable_password()
    assert mail.outbox[0].to == ["nia@example.org"]
    assert acts_on(user) == ["Link to choose a password mailed", "Account created"]
    link = re.search(r"http://testserver(/password\S+)", mail.outbox[0].body)[1]
    client.logout()
    chosen = client.get(link, follow=True)
    client.post(chosen.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    assert client.post("/sign-in/", {"username": "nia", "password": NEW}).status_code == 302


def test_a_first_password_can_be_typed(client, admin):
    add(client, first_password="typed", password=NEW)
    assert User.objects.get(username="nia").check_password(NEW)
    assert not mail.outbox


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"first_password": "typed", "password": ""}, "Type a password, or choose the link."),
        ({"first_password": "typed", "password": "short"}, "at least 12 characters"),
        ({"first_password": "typed", "password": "nia@example.org"}, "too similar to the"),
        ({"roles": []}, "Choose at least one role."),
        ({"name": ""}, "Enter the person’s full name."),
        ({"email": "nobody"}, "Enter an e-mail address like name@example.org."),
        ({"username": "ADMIN"}, "Another account has this user name."),
        ({"email": "Admin@Example.org"}, "Another account has this e-mail address."),
        ({"username": "admin@example.org"}, "Choose a user name without @."),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said(client, admin, changes, message):
    page = add(client, **changes).content.decode().replace("&#x27;", "’")
    assert message in page
    assert "There is a problem" in page
    assert not User.objects.filter(name="Nia New").exists()


def test_changing_roles_takes_effect_and_leaves_a_line(client, admin):
    user = make_user(Role.ANALYST)
    page = edit(client, user, roles=["grants"], name="Another Name").content.decode()
    assert "Account of Another Name changed." in page
    user = User.objects.get(pk=user.pk)
    assert user.roles == {Role.GRANTS}
    [line] = lines_about(user)
    assert line.by == admin
    assert line.details["roles"] == [["analyst"], ["grants"]]


def test_saving_without_a_change_leaves_no_line(client, admin):
    user = make_user()
    edit(client, user)
    assert acts_on(user) == []


def test_a_closed_account_cannot_sign_in_and_can_be_opened_again(client, admin):
    user = make_user(username="leaver")
    page = client.post(reverse("user-deactivate", args=[user.pk]), follow=True).content.decode()
    assert "is closed" in page
    client.logout()
    assert client.post("/sign-in/", {"username": "leaver", "password": PASSWORD}).status_code == 200
    client.force_login(admin)
    client.post(reverse("user-reactivate", args=[user.pk]))
    assert acts_on(user) == ["Account reactivated", "Account deactivated"]
    client.logout()
    assert client.post("/sign-in/", {"username": "leaver", "password": PASSWORD}).status_code == 302


def test_nobody_closes_their_own_account(client, admin):
    make_user(Role.ADMINISTRATOR)
    page = client.post(reverse("user-deactivate", args=[admin.pk]), follow=True).content.decode()
    assert "You cannot close your own account." in page
    assert User.objects.get(pk=admin.pk).is_active


def test_the_last_administrator_can_neither_be_closed_nor_lose_the_role(client, admin):
    officer = make_user()
    with pytest.raises(ValidationError, match="last active administrator"):
        operations.deactivate(admin, by=officer)
    make_user(Role.ADMINISTRATOR, active=False)
    page = edit(client, admin, roles=["governance"]).content.decode()
    assert "This is the last active administrator." in page
    assert User.objects.get(pk=admin.pk).roles == {Role.ADMINISTRATOR}


def test_with_a_second_administrator_the_first_may_go(client, admin):
    second = make_user(Role.ADMINISTRATOR)
    operations.deactivate(admin, by=second)
    assert not User.objects.get(pk=admin.pk).is_active
    with pytest.raises(ValidationError, match="last active administrator"):
        operations.deactivate(second, by=admin)


def test_closing_twice_says_so(client, admin):
    user = make_user(active=False)
    page = client.post(reverse("user-deactivate", args=[user.pk]), follow=True).content.decode()
    assert "closed already" in page


def test_a_closed_account_gets_no_link(client, admin):
    user = make_user(active=False)
    page = client.post(reverse("user-send-link", args=[user.pk]), follow=True).content.decode()
    assert "This account is closed. Open it first." in page
    assert not mail.outbox


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
@pytest.mark.parametrize("name", PAGES + ACTS)
def test_only_administrators_manage_accounts(client, role, name):
    client.force_login(make_user(role))
    other = make_user()
    address = reverse(name, args=[] if name in ("users", "user-add") else [other.pk])
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403
    assert User.objects.get(pk=other.pk).is_active


@pytest.mark.parametrize("name", ACTS)
def test_a_link_never_acts(client, admin, name):
    assert client.get(reverse(name, args=[make_user().pk])).status_code == 405


def test_the_account_page_costs_few_queries(client, admin, django_assert_max_num_queries):
    user = make_user()
    with django_assert_max_num_queries(12):
        assert client.get(reverse("user-edit", args=[user.pk])).status_code == 200


def test_an_account_that_somebody_makes_at_the_same_moment_is_said_not_broken(client, admin, monkeypatch):
    def quicker(*args, **kwargs):
        make_user(username="nia.new")
        raise ValidationError({"username": ["Another account has this user name. Choose another."]})

    monkeypatch.setattr(operations, "add_account", quicker)
    page = add(client)
    assert page.status_code == 200
    assert "Another account has this user name." in page.content.decode()
