"""Totals that documents state: kept as stated, compared, never corrected."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from funding.rounds.models import Fund
from funding.totals import comparing
from funding.totals.models import StatedTotal
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def make_fund(**fields):
    return Fund.objects.create(**{"name": "Safer Streets Pot", "maximum_grant": Decimal(5000), **fields})


def state(fund, amount, day, **fields):
    ordinary = {"document": "Report", "scope": "Projects against burglary"}
    return StatedTotal.objects.create(fund=fund, amount=amount, stated_on=day, **{**ordinary, **fields})


def test_two_documents_that_disagree_are_shown_with_their_difference(client):
    fund = make_fund()
    state(fund, Decimal(50000), datetime.date(2017, 11, 1), document="Letter")
    state(fund, Decimal(36343), datetime.date(2018, 1, 8), organisations=8)
    (clash,) = comparing.clashes(fund, list(fund.stated_totals.all()))
    assert (clash.earlier.document, clash.later.document, clash.difference) == ("Letter", "Report", Decimal(-13657))
    client.force_login(make_user())
    page = client.get(reverse("fund", args=[fund.pk])).content.decode()
    assert "£50,000" in page
    assert "£36,343" in page
    assert "£13,657" in page


def test_a_total_above_what_its_number_of_grants_allows_is_explained():
    fund = make_fund()
    state(fund, Decimal(50000), datetime.date(2017, 11, 1), organisations=8)
    state(fund, Decimal(36343), datetime.date(2018, 1, 8), organisations=8)
    (clash,) = comparing.clashes(fund, list(fund.stated_totals.all()))
    assert "8 grants of at most £5,000 cannot exceed £40,000." in clash.note


def test_equal_totals_are_no_clash():
    fund = make_fund()
    state(fund, Decimal(100), datetime.date(2018, 1, 8))
    state(fund, Decimal(100), datetime.date(2018, 2, 8))
    assert comparing.clashes(fund, list(fund.stated_totals.all())) == []


def test_a_document_states_a_total_once():
    fund = make_fund()
    state(fund, Decimal(100), datetime.date(2018, 1, 8))
    with pytest.raises(IntegrityError), transaction.atomic():
        state(fund, Decimal(200), datetime.date(2018, 1, 8))


def test_the_list_of_funds_says_what_was_stated_last(client, django_assert_max_num_queries):
    fund = make_fund()
    state(fund, Decimal(36343), datetime.date(2018, 1, 8), organisations=8)
    client.force_login(make_user())
    with django_assert_max_num_queries(12):
        page = client.get(reverse("funding")).content.decode()
    assert "£36,343 to 8 organisations" in page
