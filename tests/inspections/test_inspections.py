"""What may be known of an inspection, and how its recommendations come in, change and go."""

import datetime

import pytest

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.inspections import operations, pasting, register
from scrutiny.inspections.models import Answer, Inspection, Recommendation, Response
from scrutiny.inspections.pasting import Piece
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import make_inspection, make_organisation, make_person, make_recommendation, make_user

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def officer():
    return make_user()


def words(**fields):
    ordinary = {
        "body": make_organisation(kind="inspectorate"),
        "title": "Dark roads",
        "kind": "thematic",
        "published_on": today() - DAY,
        "subject": "named",
        "why_not_subject": "",
        "summary": "",
        "url": "",
        "priority": None,
        "owner": None,
        "demonstration_note": "",
    }
    return ordinary | fields


# --- listing a report ----------------------------------------------------------------------------------------------------


def test_a_listed_report_starts_its_clock_on_the_day_of_publication(officer):
    found = operations.add(words(published_on=datetime.date(2017, 10, 24)), by=officer)
    assert found.clock.last_day == datetime.date(2017, 12, 18)
    assert found.slug == "dark-roads"
    assert "Listed the inspection" in lines_about(found)[0].act


def test_an_inspection_published_in_the_future_is_refused(officer):
    with pytest.raises(NotPossible, match="has not come yet"):
        operations.add(words(published_on=today() + DAY), by=officer)
    assert not Inspection.objects.exists()
    assert operations.add(words(published_on=today()), by=officer).clock.number_of(today()) == 1


def test_a_slip_in_the_year_is_refused(officer):
    with pytest.raises(NotPossible, match="Check the year"):
        operations.add(words(published_on=datetime.date(1017, 10, 24)), by=officer)


def test_a_report_that_does_not_concern_the_force_says_why(officer):
    with pytest.raises(NotPossible, match="Write why"):
        operations.add(words(subject="not_subject", why_not_subject=" "), by=officer)
    found = operations.add(words(subject="not_subject", why_not_subject="Only ports were visited."), by=officer)
    assert not found.needs_response


def test_the_same_report_is_listed_once_and_a_button_pressed_twice_lists_it_once(officer):
    said = words()
    first = operations.add(said, by=officer)
    assert operations.add(said, by=officer) == first
    with pytest.raises(NotPossible, match="already listed"):
        operations.add({**said, "summary": "Otherwise"}, by=officer)


def test_reports_of_one_name_get_addresses_of_their_own(officer):
    slugs = [operations.add(words(), by=officer).slug for _ in range(3)]
    assert slugs == ["dark-roads", "dark-roads-2", "dark-roads-3"]
    assert operations.add(words(title="…"), by=officer).slug == "inspection"


def test_somebody_elses_change_is_not_written_over(officer):
    found = make_inspection()
    operations.change(found, {"summary": "First"}, seen=1, by=officer)
    with pytest.raises(ChangedMeanwhile):
        operations.change(found, {"summary": "Second"}, seen=1, by=officer)
    assert Inspection.objects.get().summary == "First"


def test_what_changed_stands_in_the_history_and_nothing_changed_leaves_no_line(officer):
    found = make_inspection()
    operations.change(found, {"title": found.title}, seen=1, by=officer)
    assert not AuditLine.objects.exists()
    operations.change(found, {"title": "Lit roads", "owner": officer}, seen=1, by=officer)
    assert lines_about(found)[0].act == "Changed the inspection: title, owner"


def test_a_report_cannot_become_newer_than_what_became_of_it(officer):
    recommendation = make_recommendation(make_inspection(published_on=today() - 9 * DAY))
    operations.set_status(recommendation, status="under_way", on=today() - 5 * DAY, evidence="A plan.", by=officer)
    with pytest.raises(NotPossible, match="cannot be newer"):
        operations.change(recommendation.inspection, {"published_on": today() - 4 * DAY}, seen=1, by=officer)


def test_a_report_that_is_answered_cannot_be_said_not_to_concern_the_force(officer):
    found = make_inspection()
    Response.objects.create(inspection=found)
    with pytest.raises(NotPossible, match="so it concerns the force"):
        operations.change(found, {"subject": "not_subject", "why_not_subject": "No."}, seen=1, by=officer)


def test_a_report_neither_repeats_itself_nor_one_that_repeats_it(officer):
    local, national = make_inspection(kind="force"), make_inspection()
    operations.change(local, {}, covers=[national], seen=1, by=officer)
    assert list(national.covered_by.all()) == [local]
    with pytest.raises(NotPossible, match="does not repeat itself"):
        operations.change(local, {}, covers=[local], seen=2, by=officer)
    with pytest.raises(NotPossible, match="Only one can repeat"):
        operations.change(national, {}, covers=[local], seen=1, by=officer)


def test_only_what_holds_nothing_is_deleted(officer):
    found, repeated, answered, empty = make_recommendation().inspection, *(make_inspection() for _ in range(3))
    make_inspection().covers.add(repeated)
    Response.objects.create(inspection=answered)
    for each in (found, repeated, answered):
        with pytest.raises(NotPossible):
            operations.delete(each, seen=1, by=officer)
    operations.delete(empty, seen=1, by=officer)
    assert not Inspection.objects.filter(pk=empty.pk).exists()


# --- where a response stands -----------------------------------------------------------------------------------------------


def standing(inspection, user=None):
    found = register.with_standing(Inspection.objects.filter(pk=inspection.pk)).get()
    return register.standing_of(found, user or make_user())


def test_a_standing_follows_the_response(officer):
    found = make_inspection(published_on=today() - 55 * DAY)
    assert (standing(found).key, standing(found).is_late) == ("none", False)
    response = Response.objects.create(inspection=found)
    assert standing(found).key == "in_work"
    Response.objects.update(signed_at=response.created_at, signed_by=officer)
    assert standing(found).key == "signed"
    Response.objects.update(state=State.PUBLISHED)
    assert standing(found).key == "published" and standing(found).left == ""


def test_a_response_is_late_the_day_after_the_last_day():
    found = make_inspection(published_on=today() - 56 * DAY)
    assert standing(found).is_late and standing(found).left == "1 day late"
    assert list(register.late(register.with_standing(Inspection.objects.all()))) == [found]
    assert not register.running(register.with_standing(Inspection.objects.all())).exists()
    Inspection.objects.update(published_on=today() - 55 * DAY)
    assert not register.late(register.with_standing(Inspection.objects.all())).exists()


def test_a_report_that_another_one_repeats_is_answered_with_it():
    national, local = make_inspection(published_on=today() - 90 * DAY), make_inspection(kind="force")
    assert standing(national).is_late
    local.covers.add(national)
    assert (standing(national).key, standing(national).is_late) == ("with_another", False)
    assert not register.late(register.with_standing(Inspection.objects.all())).exists()
    Response.objects.create(inspection=local, published_on=today())
    assert standing(national).key == standing(local).key == "published"


def test_the_force_is_told_only_whether_a_response_is_out():
    found, force = make_inspection(), make_user(Role.FORCE)
    Response.objects.create(inspection=found)
    assert standing(found, force).words == "Not published yet"
    Response.objects.update(state=State.PUBLISHED)
    assert standing(found, force).words == "Published"


# --- recommendations -----------------------------------------------------------------------------------------------------


def test_a_pasted_list_is_taken_apart_at_its_empty_lines():
    pasted = """Recommendation 1
    By March 2018, chief constables should count
    the roads.

    2. The College should:
    • write guidance
    • and teach it.

    Area for improvement: The force should look at its maps.

    Cause of concern 3a – Nobody counts.

    AFI

    The force should listen."""
    assert pasting.pieces_of(pasted) == [
        Piece("1", "By March 2018, chief constables should count the roads.", "recommendation"),
        Piece("2", "The College should:\n• write guidance\n• and teach it.", None),
        Piece("", "The force should look at its maps.", "improvement"),
        Piece("3a", "Nobody counts.", "concern"),
        Piece("", "The force should listen.", "improvement"),
    ]
    assert pasting.pieces_of(" \n\n\t\n") == []
    assert pasting.pieces_of("2018 was a bad year.") == [Piece("", "2018 was a bad year.", None)]
    assert pasting.pieces_of("Recommendations matter.")[0].text == "Recommendations matter."


def test_added_recommendations_stand_at_the_end_with_what_they_have_in_common(officer):
    inspection, owner = make_inspection(), make_person()
    make_recommendation(inspection)
    pieces = [Piece("2", "Count."), Piece("3", "Listen.", "improvement")]
    made = operations.add_recommendations(
        inspection, pieces, kind="concern", addressee="Chief constables", owner=owner, due=today(), seen=1, by=officer
    )
    assert [(each.position, each.kind) for each in made] == [(2, "concern"), (3, "improvement")]
    assert {each.owner for each in made} == {owner} and {each.status for each in made} == {"open"}


def test_a_list_that_is_sent_twice_is_added_once(officer):
    inspection, pieces = make_inspection(), [Piece("1", "Count."), Piece("2", "Listen.")]
    first = operations.add_recommendations(inspection, pieces, seen=1, by=officer)
    assert operations.add_recommendations(inspection, pieces, seen=1, by=officer) == first
    with pytest.raises(NotPossible, match="listed already"):
        operations.add_recommendations(inspection, [pieces[0], Piece("3", "Write.")], seen=2, by=officer)
    assert inspection.recommendations.count() == 2


def test_two_people_do_not_add_to_a_list_that_they_have_not_seen(officer):
    inspection = make_inspection()
    operations.add_recommendations(inspection, [Piece("1", "Count.")], seen=1, by=officer)
    with pytest.raises(ChangedMeanwhile):
        operations.add_recommendations(inspection, [Piece("1.", "Do count.")], seen=1, by=officer)


@pytest.mark.parametrize(
    ("pieces", "common", "why"),
    [
        ([], {}, "at least one"),
        ([Piece("1", " ")], {}, "no words"),
        ([Piece("1", "x" * 4001)], {}, "4,001 letters"),
        ([Piece(str(n), f"Text {n}") for n in range(301)], {}, "at most 300"),
        ([Piece("1", "Count.")], {"due": today() - 11 * DAY}, "before the report was published"),
        ([Piece("1", "Count.")], {"due": datetime.date(9999, 1, 1)}, "Check the year"),
    ],
)
def test_a_list_that_cannot_be_is_refused_as_a_whole(officer, pieces, common, why):
    with pytest.raises(NotPossible, match=why):
        operations.add_recommendations(make_inspection(), pieces, by=officer, **common)
    assert not Recommendation.objects.exists()


def test_a_recommendation_moves_in_its_list(officer):
    inspection = make_inspection()
    first, second, third = (make_recommendation(inspection) for _ in range(3))
    operations.change_recommendation(third, {"label": "1a"}, position=1, seen=1, by=officer)
    assert list(inspection.recommendations.all()) == [third, first, second]
    operations.change_recommendation(first, {}, position=99, seen=1, by=officer)
    assert [(each, each.position) for each in inspection.recommendations.all()] == [(third, 1), (second, 2), (first, 3)]


def test_what_a_signed_response_answers_does_not_change_under_the_signature(officer):
    recommendation = make_recommendation()
    covered = make_recommendation()
    recommendation.inspection.covers.add(covered.inspection)
    response = Response.objects.create(inspection=recommendation.inspection)
    Response.objects.update(signed_at=response.created_at, signed_by=officer)
    for each in (recommendation, covered):
        with pytest.raises(NotPossible, match="is signed"):
            operations.change_recommendation(each, {"text": "Otherwise."}, seen=1, by=officer)
        with pytest.raises(NotPossible, match="is signed"):
            operations.add_recommendations(each.inspection, [Piece("9", "More.")], by=officer)
        with pytest.raises(NotPossible, match="is signed"):
            operations.delete_recommendation(each, seen=1, by=officer)
    with pytest.raises(NotPossible, match="is signed"):
        operations.change(recommendation.inspection, {}, covers=[], seen=1, by=officer)
    operations.change_recommendation(recommendation, {"due": today()}, seen=1, by=officer)
    operations.set_status(recommendation, status="done", on=today(), evidence="A letter.", by=officer)


def test_what_has_a_history_or_an_answer_is_not_deleted(officer):
    told, answered, slip = (make_recommendation() for _ in range(3))
    operations.set_status(told, status="done", on=today(), evidence="A letter.", by=officer)
    response = Response.objects.create(inspection=answered.inspection)
    Answer.objects.create(response=response, recommendation=answered, kind="taken", text="Done.")
    with pytest.raises(NotPossible, match="history"):
        operations.delete_recommendation(told, seen=2, by=officer)
    with pytest.raises(NotPossible, match="answers it"):
        operations.delete_recommendation(answered, seen=1, by=officer)
    operations.delete_recommendation(slip, seen=1, by=officer)
    assert AuditLine.objects.latest("pk").details["text"] == slip.text


# --- what became of it -----------------------------------------------------------------------------------------------------


def test_a_status_is_added_with_who_and_what_shows_it(officer):
    recommendation = make_recommendation()
    change = operations.set_status(
        recommendation, status="under_way", on=today() - DAY, evidence=" A plan. ", by=officer, seen=1
    )
    recommendation.refresh_from_db()
    assert (recommendation.status, recommendation.version) == ("under_way", 2)
    assert (change.evidence, change.by) == ("A plan.", officer)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"evidence": " \n "}, "what shows it"),
        ({"evidence": "x" * 4001}, "under 4,000"),
        ({"on": today() + DAY}, "has not come yet"),
        ({"on": today() - 11 * DAY}, "became of it before"),
    ],
)
def test_a_status_without_evidence_or_on_a_day_that_cannot_be_is_refused(officer, said, why):
    recommendation = make_recommendation()
    with pytest.raises(NotPossible, match=why):
        operations.set_status(
            recommendation, **{"status": "done", "on": today(), "evidence": "A letter.", "by": officer} | said
        )
    assert not recommendation.changes.exists() and Recommendation.objects.get().status == "open"


def test_an_older_day_is_filled_in_and_the_newest_one_still_counts(officer):
    recommendation = make_recommendation()
    operations.set_status(recommendation, status="done", on=today(), evidence="A letter.", by=officer)
    operations.set_status(recommendation, status="under_way", on=today() - 3 * DAY, evidence="A plan.", by=officer)
    recommendation.refresh_from_db()
    assert recommendation.status == "done"
    assert [each.status for each in recommendation.changes.all()] == ["done", "under_way"]


def test_of_two_changes_on_one_day_the_later_counts(officer):
    recommendation = make_recommendation()
    operations.set_status(recommendation, status="done", on=today(), evidence="A letter.", by=officer)
    operations.set_status(recommendation, status="under_way", on=today(), evidence="Not all of it.", by=officer)
    recommendation.refresh_from_db()
    assert recommendation.status == "under_way"


def test_a_button_pressed_twice_adds_one_line_and_somebody_else_is_not_overtaken(officer):
    recommendation = make_recommendation()
    said = {"status": "done", "on": today(), "evidence": "A letter.", "seen": 1}
    first = operations.set_status(recommendation, by=officer, **said)
    assert operations.set_status(recommendation, by=officer, **said) == first
    with pytest.raises(ChangedMeanwhile):
        operations.set_status(recommendation, by=make_user(), **said)


def test_the_force_says_what_it_did_but_not_that_the_inspectorate_closed_it(officer):
    recommendation, force = make_recommendation(), make_user(Role.FORCE)
    operations.set_status(recommendation, status="done", on=today(), evidence="A letter.", by=force)
    with pytest.raises(NotPossible, match="entered by the office"):
        operations.set_status(recommendation, status="closed", on=today(), evidence="A letter.", by=force)
    operations.set_status(recommendation, status="closed", on=today(), evidence="A letter.", by=officer)
