"""Applications as the office keeps them: received with a number, changed by one person at a time, matched to who applied."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from funding.applications import operations
from funding.applications.models import Application, EligibilityAnswer
from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.office.dates import today
from scrutiny.people.models import Identifier, Organisation
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import make_application, make_organisation, make_round, make_user

pytestmark = pytest.mark.django_db
Status = Application.Status
DAY = datetime.timedelta(days=1)


def draft(round_=None, **fields):
    ordinary = {
        "applicant_name": "Friends of Hyde Park",
        "applicant_kind": "group",
        "title": "Lights for the park",
        "summary": "Lamps along the path.",
        "reasons": "People are robbed where it is dark.",
        "amount": Decimal(3000),
        "contact_name": "Ann Other",
        "contact_email": "ann@example.org",
        "starts": today() + 30 * DAY,
        "ends": today() + 60 * DAY,
    }
    return Application(round=round_ or make_round(), **(ordinary | fields))


def officer():
    return make_user(Role.GRANTS)


# --- receiving -------------------------------------------------------------------------------------------------------------


def test_what_is_received_gets_the_next_number_of_its_round_and_a_line_in_its_history():
    round_, by = make_round(code="R2"), officer()
    first = operations.receive(draft(round_), by=by)
    second = operations.receive(draft(round_, applicant_name="Moor Road Church"), by=by)
    assert [first.number, second.number] == [1, 2]
    assert second.reference == f"{round_.fund.code}-R2-0002"
    assert first.status == Status.SUBMITTED
    event = first.events.get()
    assert (event.status, event.by) == (Status.SUBMITTED, by)
    assert AuditLine.objects.filter(act=f"Application {first.reference} received").exists()


def test_a_draft_is_sent_once():
    saved = draft(origin="public")
    saved.save()
    operations.receive(saved)
    with pytest.raises(NotPossible, match="was sent already"):
        operations.receive(Application.objects.get(pk=saved.pk))
    assert saved.events.count() == 1


def test_a_closed_round_takes_nothing_from_the_public_and_from_officers_only_with_a_reason():
    round_ = make_round(opens=today() - 20 * DAY, closes=today() - DAY)
    with pytest.raises(NotPossible, match="closed on"):
        operations.receive(draft(round_), late="please")
    by = officer()
    with pytest.raises(NotPossible, match="Say why it is taken"):
        operations.receive(draft(round_), by=by)
    taken = operations.receive(draft(round_), by=by, late="It lay in the post room")
    assert "It lay in the post room" in taken.events.get().text


def test_a_round_that_is_not_open_yet_or_decided_takes_nothing_at_all():
    by = officer()
    with pytest.raises(NotPossible, match="opens on"):
        operations.receive(draft(make_round(opens=today() + DAY, closes=today() + 9 * DAY)), by=by, late="early")
    with pytest.raises(NotPossible, match="decided"):
        operations.receive(draft(make_round(decided_on=today())), by=by, late="late")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": None}, "the amount asked for"),
        ({"amount": Decimal(0)}, "above £0"),
        ({"amount": Decimal(-5)}, "above £0"),
        ({"title": " "}, "the name of the project"),
        ({"applicant_name": ""}, "who applies"),
        ({"ends": today() - 400 * DAY}, "must not be before its first day"),
        ({"charity_number": "12"}, "wrong shape"),
        ({"charity_number": "1048995-3"}, "charity within a charity"),
        ({"company_number": "IP12345R"}, "number of a society"),
        ({"company_number": "2065445"}, "02065445"),
        ({"total_cost": Decimal(10)}, "cost less than is asked for"),
    ],
)
def test_what_makes_no_sense_is_not_received_and_the_message_says_what_to_do(fields, words):
    with pytest.raises(NotPossible, match=words):
        operations.receive(draft(**fields), by=officer())
    assert not Application.objects.exists()


def test_the_public_form_must_say_more_than_paper():
    with pytest.raises(NotPossible, match="an e-mail address"):
        operations.receive(draft(contact_email=""))
    assert operations.receive(draft(contact_email="", starts=None, ends=None, reasons=""), by=officer()).number == 1


def test_the_same_application_twice_is_refused_unless_somebody_says_that_it_is_another():
    round_, by = make_round(), officer()
    first = operations.receive(draft(round_), by=by)
    again = {"applicant_name": "FRIENDS  of Hyde Park Ltd.", "title": "lights for the  Park"}
    with pytest.raises(NotPossible, match=first.reference):
        operations.receive(draft(round_, **again), by=by)
    with pytest.raises(NotPossible, match=first.reference):
        operations.receive(draft(round_, contact_email="ANN@example.org"))
    assert operations.receive(draft(round_, **again), by=by, another=True).number == 2
    # Somebody else's words to the public form say nothing about what others have sent.
    assert operations.receive(draft(round_, contact_email="bob@example.org")).number == 3
    assert operations.receive(draft(), by=by).number == 1  # another round


def test_numbers_keep_their_leading_zeros():
    got = operations.receive(
        draft(company_number=" 02065445 ", charity_number="1048995", postcode="ls1  4ap"), by=officer()
    )
    got.refresh_from_db()
    assert (got.company_number, got.charity_number, got.postcode) == ("02065445", "1048995", "LS1 4AP")


# --- what is to be looked at -------------------------------------------------------------------------------------------------


def words_of(application):
    return " ".join(map(str, operations.problems(application)))


def test_more_than_the_largest_grant_is_a_warning_in_words_and_stops_nothing():
    big = operations.receive(draft(amount=Decimal("5000.01")), by=officer())
    assert "£5,000.01 is more than the largest grant" in words_of(big)
    assert "more than the largest grant" not in words_of(draft(amount=Decimal(5000)))


def test_a_project_that_is_over_before_the_round_closes_is_pointed_out():
    assert "before the round closes" in words_of(draft(starts=today(), ends=today() + DAY))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"applicant_name": "The Friends of Hyde Park"}, "the same name"),
        ({"applicant_name": "Friend of Hyde Park"}, "a similar name"),
        ({"applicant_name": "Other", "charity_number": "1048995"}, "the same charity number"),
    ],
)
def test_the_same_applicant_in_a_round_is_found_by_number_and_by_name(fields, why):
    round_ = make_round()
    first = make_application(round_, applicant_name="Friends of Hyde Park", charity_number="1048995")
    (found,) = operations.same_again(draft(round_, **fields))
    assert (found, found.why) == (first, why)


def test_other_applicants_withdrawn_ones_and_other_rounds_are_not_the_same_again():
    round_ = make_round()
    make_application(round_, applicant_name="Friends of Roundhay Wood")
    make_application(round_, applicant_name="Friends of Hyde Park", status=Status.WITHDRAWN)
    make_application(applicant_name="Friends of Hyde Park")
    assert operations.same_again(draft(round_)) == []


# --- changing ----------------------------------------------------------------------------------------------------------------


def test_two_people_at_once_lose_nothing_and_the_second_is_told():
    held, by = make_application(), officer()
    operations.change(held, {"title": "Mine"}, seen=1, by=by)
    with pytest.raises(ChangedMeanwhile) as told:
        operations.change(held, {"title": "Yours"}, seen=1, by=by)
    assert (told.value.now.title, told.value.now.version) == ("Mine", 2)


def test_words_that_are_the_same_change_nothing():
    held = make_application()
    assert operations.change(held, {"title": held.title}, seen=1, by=officer()).version == 1
    assert not AuditLine.objects.exists()


def test_what_was_decided_about_stays_as_it_was():
    held = make_application(make_round(decided_on=today()))
    with pytest.raises(NotPossible, match="decided"):
        operations.change(held, {"title": "Other"}, seen=1, by=officer())


# --- status and eligibility ----------------------------------------------------------------------------------------------------


def test_withdrawn_with_a_reason_and_back_again_with_a_reason():
    held, by = make_application(), officer()
    with pytest.raises(NotPossible, match="Write why"):
        operations.set_status(held, Status.WITHDRAWN, by=by)
    operations.set_status(held, Status.WITHDRAWN, by=by, text="Found money elsewhere", seen=1)
    with pytest.raises(ChangedMeanwhile):
        operations.set_status(held, Status.SUBMITTED, by=by, text="Asked again", seen=1)
    operations.set_status(held, Status.SUBMITTED, by=by, text="Asked again", seen=2)
    assert [event.text for event in held.events.all()] == ["Found money elsewhere", "Asked again"]


def test_the_same_status_again_changes_nothing():
    held = make_application()
    operations.set_status(held, Status.SUBMITTED, by=officer())
    assert not held.events.exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [("successful", "withdrawn"), ("withdrawn", "successful"), ("submitted", "draft"), ("ineligible", "successful")],
)
def test_not_every_status_follows_every_other(before, after):
    with pytest.raises(NotPossible):
        operations.set_status(make_application(status=before), after, by=officer(), text="Because")


def test_the_conditions_of_the_round_decide_about_eligibility():
    round_, by = make_round(), officer()
    round_.eligibility.create(text="It has a bank account", position=2)
    first, second = round_.eligibility.all()
    held = make_application(round_)
    done = operations.check_eligibility(held, {first: ("met", ""), second: ("", "")}, seen=1, by=by)
    assert done.status == Status.SUBMITTED
    done = operations.check_eligibility(held, {second: ("not_met", "None yet")}, seen=done.version, by=by)
    assert done.status == Status.INELIGIBLE
    assert "It has a bank account" in held.events.last().text
    done = operations.check_eligibility(held, {second: ("met", "")}, seen=done.version, by=by)
    assert done.status == Status.ELIGIBLE
    assert EligibilityAnswer.objects.filter(application=held).count() == 2


# --- who applied ---------------------------------------------------------------------------------------------------------------


def test_likely_organisations_come_by_number_first_then_by_name():
    numbered = make_organisation(name="Zebra Youth Work", kind="charity")
    Identifier.objects.create(organisation=numbered, list="GB-CHC", number="1048995")
    named = make_organisation(name="Friends of Hyde Park", kind="charity")
    make_organisation(name="Friends of the Wood", kind="charity")
    found = operations.likely_organisations(draft(charity_number="1048995"))
    assert {each: each.why for each in found} == {
        named: "the same name",
        numbered: "the same number, 1048995 (Charity Commission for England and Wales)",
    }


def test_linking_keeps_the_numbers_with_the_organisation():
    body = make_organisation(name="Friends of Hyde Park", kind="charity")
    held = make_application(charity_number="1048995", company_number="02065445")
    operations.link(held, body, seen=1, by=officer())
    assert sorted(map(str, body.identifiers.all())) == ["GB-CHC-1048995", "GB-COH-02065445"]


def test_a_number_of_another_organisation_is_not_taken_from_it():
    theirs = make_organisation(name="Theirs", kind="charity")
    Identifier.objects.create(organisation=theirs, list="GB-CHC", number="1048995")
    held = make_application(charity_number="1048995")
    with pytest.raises(NotPossible, match="number of Theirs"):
        operations.link(held, make_organisation(kind="charity"), seen=1, by=officer())
    held.refresh_from_db()
    assert held.organisation is None


def test_a_person_is_never_listed_as_an_organisation():
    held = make_application(applicant_kind="individual")
    assert operations.likely_organisations(held) == []
    with pytest.raises(NotPossible, match="from a person"):
        operations.list_applicant(held, Organisation(name="Jane Ashworth"), seen=1, by=officer())
    assert not Organisation.objects.filter(name="Jane Ashworth").exists()


def test_an_organisation_is_listed_once():
    make_organisation(name="Moor Road Church")
    with pytest.raises(ValidationError):
        operations.list_applicant(make_application(), Organisation(name="Moor Road Church"), seen=1, by=officer())
