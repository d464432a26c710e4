"""Draft minutes go with everything that hangs on them, and the trace tells what it said."""

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from scrutiny.minutes import approval, operations
from scrutiny.minutes.models import Minutes
from scrutiny.workflow.operations import NotPossible
from tests.factories import make_entry, make_item, make_meeting, make_minutes, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    officer = make_user()
    client.force_login(officer)
    return officer


@pytest.fixture
def sent(officer):
    minutes = make_minutes(make_item().meeting, minute_taker=officer)
    make_entry(minutes.minuted_items.get(), text="The figure is 127.", by=officer)
    return approval.send(minutes, by=officer)


def test_minutes_that_were_sent_and_given_back_can_be_deleted(client, officer, sent):
    approval.give_back(sent, note="Not like this.", by=make_user(Role.COMMISSIONER))
    answer = client.post(reverse("minutes-delete", args=[sent.pk]))
    assert answer["Location"] == sent.meeting.get_absolute_url()
    assert not Minutes.objects.filter(pk=sent.pk).exists()


def test_what_a_later_meeting_wanted_amended_goes_into_the_trace(client, officer, sent):
    later = make_meeting(sent.meeting.series)
    entry = sent.minuted_items.get().entries.get()
    approval.amend(entry, meeting=later, after="The figure is 176.", note="A slip.", by=officer)
    assert client.post(reverse("minutes-delete", args=[sent.pk])).status_code == 302
    line = AuditLine.objects.get(act="Draft minutes deleted")
    said = {"before": "The figure is 127.", "after": "The figure is 176.", "note": "A slip."}
    assert line.details["amendments"] == [said]


def test_minutes_deleted_twice_are_gone_once_and_in_words(officer, sent):
    operations.delete_minutes(sent, by=officer)
    for act in (operations.delete_minutes, operations.take_back, approval.send):
        with pytest.raises(NotPossible, match="deleted these minutes"):
            act(Minutes(pk=sent.pk), by=officer)
