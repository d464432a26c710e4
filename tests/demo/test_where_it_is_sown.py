"""Sowing into a database that is empty, and into one that belongs to somebody."""

import io

import pytest
from django.core.management import CommandError, call_command

from opcc_portal.accounts.models import User
from opcc_portal.management.demo.accounts import seed_accounts
from scrutiny.people.models import Person
from tests.factories import make_office

pytestmark = pytest.mark.django_db


def test_without_demo_password_each_account_gets_one_of_its_own_shown_once(monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    made = {name: password for name, _, password in seed_accounts()}
    assert len(set(made.values())) == 6
    for name, password in made.items():
        assert User.objects.get(username=name).check_password(password)
    assert {password for _, _, password in seed_accounts()} == {None}


def test_a_real_office_is_left_alone():
    make_office()
    with pytest.raises(CommandError, match="belongs to a real office"):
        call_command("seed_demo", stdout=io.StringIO())
    assert not Person.objects.exists()
    assert not User.objects.exists()
