"""The response to an inspection: beginning, answering, signing, sending on, its letter, and what is due."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import key, lines_about
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.inspections import response_letters, responses, waiting
from scrutiny.inspections.models import Answer, Inspection, Recommendation, Response
from scrutiny.inspections.responses import Said
from scrutiny.letters import operations as letters
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import (
    make_appointment,
    make_inspection,
    make_office,
    make_organisation,
    make_person,
    make_post,
    make_recommendation,
    make_response,
    make_user,
)
from tests.publication.editions import make_edition

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def officer():
    make_office()
    return make_user()


@pytest.fixture
def commissioner():
    return make_user(Role.COMMISSIONER, name="Cora Commissioner")


def fresh(response):
    return Response.objects.select_related("inspection__body", "letter").get(pk=response.pk)


def signed(response, by):
    return responses.sign(response, seen=responses.hash_of(response), by=by)


# --- beginning -----------------------------------------------------------------------------------------------------------


def test_two_who_begin_a_response_get_the_same(officer):
    inspection = make_inspection()
    first = responses.start(inspection, by=officer)
    second = responses.start(Inspection.objects.get(pk=inspection.pk), by=make_user())
    assert first.pk == second.pk and Response.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.create(inspection=inspection)


def test_a_report_that_does_not_concern_the_force_gets_no_response(officer):
    inspection = make_inspection(subject="not_subject", why_not_subject="It is about another force.")
    with pytest.raises(NotPossible, match="asks for no response"):
        responses.start(inspection, by=officer)
    assert not Response.objects.exists()


def test_an_inspection_is_not_published_in_the_future(officer):
    with pytest.raises(ValidationError, match="has not been published yet"):
        make_inspection(published_on=today() + DAY).clean()


# --- answers -------------------------------------------------------------------------------------------------------------


def test_a_response_answers_the_report_and_those_that_it_repeats(officer):
    national, ours, other = make_recommendation(), make_recommendation(), make_recommendation()
    ours.inspection.covers.add(national.inspection)
    response = responses.start(ours.inspection, by=officer)
    reports = responses.asked_by(response)
    assert [[each for each, _ in report.rows] for report in reports] == [[ours], [national]]
    assert len(set(responses.anchors_of(reports).values())) == 2
    with pytest.raises(NotPossible, match="another report"):
        responses.answer_all(response, [Said(other, "taken", "Done.")], by=officer)


def test_an_answer_saved_twice_counts_once(officer):
    response = make_response(answered=False)
    asked = Recommendation.objects.get()
    said = [Said(asked, "proposed", "The force will count.")]
    assert responses.answer_all(response, said, by=officer) == []
    lines = len(lines_about(response))
    assert responses.answer_all(response, said, by=officer) == []
    answer = Answer.objects.get()
    assert (answer.kind, answer.version, len(lines_about(response))) == ("proposed", 1, lines)


def test_what_somebody_else_answered_meanwhile_is_not_overwritten_and_the_rest_is_saved(officer):
    inspection = make_inspection()
    first, second = make_recommendation(inspection), make_recommendation(inspection)
    response = responses.start(inspection, by=officer)
    responses.answer_all(response, [Said(first, "taken", "Mine.")], by=officer)
    conflicts = responses.answer_all(
        response, [Said(first, "none", "Yours."), Said(second, "taken", "Also.")], by=make_user()
    )
    assert [(each.said.text, each.now.text) for each in conflicts] == [("Yours.", "Mine.")]
    assert sorted(Answer.objects.values_list("text", flat=True)) == ["Also.", "Mine."]
    assert responses.answer_all(response, [Said(first, "none", "Yours.", seen=1)], by=officer) == []
    assert responses.answer_all(response, [Said(second, "", "", seen=1)], by=officer) == []
    assert list(Answer.objects.values_list("text", "version")) == [("Yours.", 2)]


# --- signing -------------------------------------------------------------------------------------------------------------


def test_a_response_with_a_recommendation_unanswered_is_not_signed(officer, commissioner):
    response = make_response(answered=False)
    with pytest.raises(NotPossible, match="One recommendation has no answer"):
        signed(response, commissioner)
    assert fresh(response).state == State.DRAFT


def test_comments_that_came_must_be_there_before_it_is_signed(officer, commissioner):
    response = make_response(comments="")
    with pytest.raises(NotPossible, match="are not entered"):
        signed(response, commissioner)


def test_only_the_commissioner_signs_and_only_what_was_read(officer, commissioner):
    response = make_response()
    seen = responses.hash_of(response)
    with pytest.raises(NotPossible, match="Only the commissioner"):
        responses.sign(response, seen=seen, by=officer)
    Recommendation.objects.update(text="Chief constables should count twice.")
    with pytest.raises(ChangedMeanwhile):
        responses.sign(response, seen=seen, by=commissioner)
    held = signed(fresh(response), commissioner)
    assert (held.state, held.signed_name, held.is_open) == (State.SIGNED, "Cora Commissioner", False)
    assert responses.sign(held, seen="", by=commissioner).signed_at == held.signed_at  # twice changes nothing


def test_what_is_signed_does_not_change_until_it_is_opened_again(officer, commissioner):
    response = make_response(signed_by=commissioner)
    with pytest.raises(NotPossible, match="is signed"):
        responses.change(response, {"text": "<p>Other.</p>"}, seen=response.version, act="Text", by=officer)
    with pytest.raises(NotPossible, match="is signed"):
        responses.answer_all(response, [Said(Recommendation.objects.get(), "none", "No.", seen=1)], by=officer)
    held = responses.reopen(response, by=officer)
    assert (held.state, held.is_open, held.signed_hash) == (State.IN_REVIEW, True, "")
    changed = responses.change(held, {"text": "<p>Other.</p>"}, seen=held.version, act="Text", by=officer)
    assert changed.text == "<p>Other.</p>"


def test_a_field_that_somebody_else_changed_meanwhile_is_not_overwritten(officer):
    response = make_response()
    responses.change(response, {"text": "<p>Mine.</p>"}, seen=response.version, act="Text", by=officer)
    with pytest.raises(ChangedMeanwhile):
        responses.change(response, {"text": "<p>Yours.</p>"}, seen=response.version, act="Text", by=officer)
    same = responses.change(response, {"text": "<p>Mine.</p>"}, seen=response.version, act="Text", by=officer)
    assert same.version == response.version + 1


# --- dispatches ----------------------------------------------------------------------------------------------------------


def test_two_dispatches_are_recorded_and_can_be_taken_back(officer):
    response = make_response()
    sent = {"secretary_of_state": (today(), "by e-mail"), "inspectorate": (None, "")}
    held = responses.record_dispatches(response, sent, seen=response.version, by=officer)
    assert list(held.dispatches.values_list("to", "sent_on")) == [("secretary_of_state", today())]
    with pytest.raises(ChangedMeanwhile):
        responses.record_dispatches(held, {**sent, "inspectorate": (today(), "")}, seen=response.version, by=officer)
    with pytest.raises(NotPossible, match="still to come"):
        responses.record_dispatches(held, {"inspectorate": (today() + DAY, "")}, seen=held.version, by=officer)
    responses.record_dispatches(held, {"secretary_of_state": (None, "")}, seen=held.version, by=officer)
    assert not response.dispatches.exists()


# --- the letter ----------------------------------------------------------------------------------------------------------


def test_the_letter_is_drafted_once_from_the_answers(officer):
    force = make_organisation("Northmoor Police", kind="force")
    Office.objects.update(force_name=force.name)
    make_appointment(make_person("Dee Head"), make_post("Chief Constable", organisation=force))
    response = make_response()
    letter = response_letters.draft_letter(response, by=officer)
    assert response_letters.draft_letter(fresh(response), by=officer) == letter
    assert "Counted, part 1." in letter.body and "The office welcomes the report." in letter.body
    assert letter.copied_to == "Chief Constable Dee Head, Northmoor Police"
    assert letter.their_reference == "" and letter.salutation == "Dear Home Secretary"
    assert str(response.inspection.title) in letter.subject
    held = response_letters.take_letter_off(fresh(response), by=officer)
    assert held.letter is None


def test_a_letter_that_is_sent_stays_the_letter_of_the_response(officer):
    response = make_response()
    letter = response_letters.draft_letter(response, by=officer)
    letters.send(letter, by=officer, seen=letter.version)
    with pytest.raises(NotPossible, match="is sent"):
        response_letters.take_letter_off(fresh(response), by=officer)


def test_the_letter_leaves_out_what_is_not_answered_and_escapes_what_is(officer):
    inspection = make_inspection()
    first, _ = make_recommendation(inspection), make_recommendation(inspection)
    response = make_response(inspection, answered=False)
    responses.answer_all(response, [Said(first, "taken", "One < two.\n\nAnd more.")], by=officer)
    body = response_letters.draft_letter(response, by=officer).body
    assert "One &lt; two.</p><p>And more." in body and "Recommendation 2" not in body


# --- when it was public, and what is due ---------------------------------------------------------------------------------


def published(response, at):
    Response.objects.filter(pk=response.pk).update(state=State.PUBLISHED)
    return make_edition(kind="page", subject=key(response), published_at=at)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime.datetime(2026, 6, 30, 22, 59, tzinfo=datetime.UTC), "Published in time, on day 56 of 56"),
        (datetime.datetime(2026, 6, 30, 23, 0, tzinfo=datetime.UTC), "Published late, 1 day after the last day"),
    ],
)
def test_one_minute_before_midnight_of_the_last_day_in_summer_is_in_time(officer, at, words):
    response = make_response(make_inspection(published_on=datetime.date(2026, 5, 6)))
    published(response, at)
    published(response, at + datetime.timedelta(days=90))  # a later version makes nothing late
    assert responses.standing(fresh(response)).words == words


def test_a_response_that_stood_elsewhere_before_counts_from_that_day(officer):
    inspection = make_inspection(published_on=datetime.date(2017, 10, 24))
    response = make_response(inspection, published_on=datetime.date(2017, 11, 24))
    assert responses.standing(response).words == "Published in time, on day 32 of 56"
    assert waiting.what_is_due(datetime.date(2017, 12, 19)) == []


def due(day):
    return [(each.inspection.title, each.left, each.level) for each in waiting.what_is_due(day)]


def test_what_is_due_is_told_from_28_days_before_until_it_is_public(officer):
    inspection = make_inspection(title="Roads", published_on=datetime.date(2017, 10, 24))
    day = datetime.date(2017, 11, 19)
    assert due(day) == []
    assert due(day + DAY) == [("Roads", 28, 28)]
    assert due(datetime.date(2017, 12, 4)) == [("Roads", 14, 14)]
    assert due(datetime.date(2017, 12, 18)) == [("Roads", 0, 7)]
    assert due(datetime.date(2017, 12, 20)) == [("Roads", -2, "late")]
    assert waiting.what_is_due(datetime.date(2017, 12, 20))[0].words == "2 days late"
    response = make_response(inspection)
    assert waiting.what_is_due(datetime.date(2017, 12, 4))[0].url == response.get_absolute_url()
    Response.objects.update(state=State.PUBLISHED)
    assert due(datetime.date(2017, 12, 20)) == []
    assert list(waiting.to_send()) == [response]
    Response.objects.update(state=State.WITHDRAWN)  # then the clock runs on
    assert due(datetime.date(2017, 12, 20)) == [("Roads", -2, "late")]


def test_a_report_that_needs_no_response_is_never_due_and_a_repeated_one_until_its_answer_is_out(officer):
    old = datetime.date(2020, 1, 1)
    make_inspection(published_on=old, subject="not_subject", why_not_subject="Another force.")
    national, ours = (
        make_inspection(title="National", published_on=old),
        make_inspection(title="Ours", published_on=old),
    )
    ours.covers.add(national)
    assert {title for title, _, _ in due(today())} == {"National", "Ours"}
    response = make_response(ours)
    Response.objects.filter(pk=response.pk).update(state=State.PUBLISHED)
    assert due(today()) == []


def test_what_is_due_costs_one_query(officer, django_assert_num_queries):
    for _ in range(5):
        make_inspection(published_on=today() - 40 * DAY)
    with django_assert_num_queries(1):
        assert len([each.url for each in waiting.what_is_due()]) == 5
