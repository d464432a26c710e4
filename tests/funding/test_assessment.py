"""Interests, scores, agreed marks: what may be done, by whom, until when."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from funding.assessment import deciding, operations, standing
from funding.assessment.models import Assessment, Interest, Moderation
from funding.rounds.models import PanelMember
from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import make_application, make_user
from tests.funding.panels import hand_in, make_eligible, make_interest, make_panel, score, scores_for

pytestmark = pytest.mark.django_db


def undeclared(round_, user):
    PanelMember.objects.filter(round=round_, user=user).update(interests_declared_at=None)


def marks_of(round_, application, user=None):
    return [
        (mark.assessment.user, mark.mark, mark.counts) for mark in standing.of(round_, user).row_of(application).marks
    ]


# --- interests ---------------------------------------------------------------------------------------------------------


def test_nobody_scores_before_they_have_declared():
    round_, (one, _) = make_panel()
    application = make_eligible(round_)
    undeclared(round_, one)
    with pytest.raises(NotPossible, match="Declare your interests first"):
        hand_in(application, one, 5, 5)
    assert operations.declare(round_, natures={}, by=one) == 0
    assert hand_in(application, one, 5, 5).is_submitted


def test_an_application_that_came_in_later_asks_for_another_declaration():
    round_, (one, _) = make_panel()
    late = make_application(round_, status="eligible", submitted_at=timezone.now() + datetime.timedelta(seconds=1))
    with pytest.raises(NotPossible, match="Declare your interests first"):
        hand_in(late, one, 5, 5)


def test_who_declares_an_interest_cannot_score():
    round_, (one, _) = make_panel()
    application, other = make_eligible(round_), make_eligible(round_)
    assert operations.declare(round_, natures={application: "My sister runs it."}, by=one) == 1
    with pytest.raises(PermissionDenied):
        hand_in(application, one, 5, 5)
    assert hand_in(other, one, 5, 5).is_submitted
    assert not one.has_perm("applications.assess", application)


def test_declaring_twice_keeps_one_interest():
    round_, (one, _) = make_panel()
    application = make_eligible(round_)
    for nature in ("My sister runs it.", "Said again."):
        operations.declare(round_, natures={application: nature}, by=one)
    assert [interest.nature for interest in Interest.objects.all()] == ["My sister runs it."]


def test_only_the_panel_declares():
    round_, _ = make_panel()
    with pytest.raises(PermissionDenied):
        operations.declare(round_, natures={}, by=make_user(Role.ANALYST))


def test_an_interest_declared_after_scoring_takes_the_marks_out_and_keeps_them_on_record():
    round_, (one, two) = make_panel()
    application = make_eligible(round_)
    score(application, one, 5, 5)
    score(application, two, 2, 3)
    assert standing.of(round_).row_of(application).entry.mean == Decimal("75.00")
    operations.record_interest(application, user=one, nature="A friend is its treasurer.", by=make_user(Role.GRANTS))
    row = standing.of(round_).row_of(application)
    assert row.entry.mean == Decimal("50.00")
    assert marks_of(round_, application) == [(one, Decimal("100.00"), False), (two, Decimal("50.00"), True)]
    assert Assessment.objects.filter(user=one).get().is_submitted


def test_an_interest_in_error_is_taken_off_by_somebody_else_with_a_reason():
    round_, (one, _) = make_panel()
    officer = make_user(Role.GRANTS)
    application = make_eligible(round_)
    interest = make_interest(application, one)
    with pytest.raises(NotPossible, match="your own"):
        operations.remove_interest(interest, reason="I was wrong.", by=one)
    with pytest.raises(NotPossible, match="Say why"):
        operations.remove_interest(interest, reason=" ", by=officer)
    make_interest(application, officer)
    with pytest.raises(PermissionDenied):
        operations.remove_interest(interest, reason="Another organisation of that name.", by=officer)
    operations.remove_interest(interest, reason="Another organisation of that name.", by=make_user(Role.GRANTS))
    assert not Interest.objects.filter(user=one).exists()
    assert "Another organisation" in AuditLine.objects.latest("pk").act


def test_an_interest_is_written_down_once_and_says_what_it_is():
    round_, (one, _) = make_panel()
    officer, application = make_user(Role.GRANTS), make_eligible(round_)
    with pytest.raises(NotPossible, match="Say what"):
        operations.record_interest(application, user=one, nature=" ", by=officer)
    operations.record_interest(application, user=one, nature="A friend.", by=officer)
    with pytest.raises(NotPossible, match="already"):
        operations.record_interest(application, user=one, nature="A friend.", by=officer)


# --- scores ------------------------------------------------------------------------------------------------------------


def test_a_draft_may_have_gaps_and_does_not_count():
    round_, (one, _) = make_panel()
    application = make_eligible(round_)
    words = {"comment": "Still reading.", "advice": ""}
    draft = operations.save_assessment(application, words=words, scores=scores_for(round_, 5, None), seen=0, by=one)
    assert (draft.version, draft.scores.count()) == (1, 1)
    assert marks_of(round_, application) == []
    with pytest.raises(NotPossible, match="Score every criterion"):
        hand_in(application, one, 5, None, seen=1)


def test_two_windows_do_not_overwrite_each_other():
    round_, (one, _) = make_panel()
    application = make_eligible(round_)
    words = {"comment": "", "advice": ""}
    operations.save_assessment(application, words=words, scores=scores_for(round_, 5, 1), seen=0, by=one)
    with pytest.raises(ChangedMeanwhile):
        operations.save_assessment(application, words=words, scores=scores_for(round_, 1, 1), seen=0, by=one)


@pytest.mark.parametrize(("status", "words"), [("submitted", "Received"), ("withdrawn", "Withdrawn")])
def test_only_what_is_eligible_is_scored(status, words):
    round_, (one, _) = make_panel()
    application = make_eligible(round_, status=status)
    with pytest.raises(NotPossible, match=f"Only eligible applications.*{words}"):
        hand_in(application, one, 5, 5)


def test_more_points_than_there_are_is_refused():
    round_, (one, _) = make_panel()
    with pytest.raises(NotPossible, match="at most 5"):
        hand_in(make_eligible(round_), one, 6, 0)


def test_what_is_handed_in_is_taken_back_to_be_changed_until_a_mark_is_agreed_on():
    round_, (one, two) = make_panel()
    application = make_eligible(round_)
    given = hand_in(application, one, 5, 5)
    with pytest.raises(NotPossible, match="Take it back"):
        hand_in(application, one, 1, 1, seen=1)
    with pytest.raises(PermissionDenied):
        operations.take_back(given, seen=1, by=two)
    assert not operations.take_back(given, seen=1, by=one).is_submitted
    hand_in(application, one, 1, 1, seen=2)
    operations.agree(application, mark=Decimal(50), note="Talked about.", seen=0, by=make_user(Role.GRANTS))
    with pytest.raises(NotPossible, match="agreed on a mark"):
        operations.take_back(given, seen=3, by=one)


def test_somebody_outside_the_panel_does_not_score():
    round_, _ = make_panel()
    with pytest.raises(PermissionDenied):
        hand_in(make_eligible(round_), make_user(Role.GRANTS), 5, 5)


# --- moderation --------------------------------------------------------------------------------------------------------


def test_the_agreed_mark_takes_the_place_of_the_mean_and_can_be_dropped_again():
    round_, (one, _) = make_panel()
    officer, application = make_user(Role.GRANTS), make_eligible(round_)
    score(application, one, 5, 5)
    with pytest.raises(NotPossible, match="Say why"):
        operations.agree(application, mark=Decimal(60), note=" ", seen=0, by=officer)
    operations.agree(application, mark=Decimal(60), note="The budget is weak.", seen=0, by=officer)
    assert standing.of(round_).row_of(application).entry.mark == Decimal(60)
    with pytest.raises(ChangedMeanwhile):
        operations.agree(application, mark=Decimal(70), note="Otherwise.", seen=0, by=officer)
    operations.drop_agreed(application, seen=1, by=officer)
    assert standing.of(round_).row_of(application).entry.mark == Decimal(100)
    assert not Moderation.objects.exists()


def test_who_has_an_interest_agrees_on_nothing():
    round_, _ = make_panel()
    officer, application = make_user(Role.GRANTS), make_eligible(round_)
    make_interest(application, officer)
    with pytest.raises(PermissionDenied):
        operations.agree(application, mark=Decimal(60), note="Well.", seen=0, by=officer)
    with pytest.raises(NotPossible, match="Somebody else"):
        deciding.propose(application, deciding.Said("refuse"), seen=0, by=officer)


def test_nothing_is_scored_or_agreed_once_the_round_is_decided():
    round_, (one, _) = make_panel(decided_on=datetime.date(2026, 1, 5))
    officer, application = make_user(Role.GRANTS), make_eligible(round_)
    for act in (
        lambda: hand_in(application, one, 5, 5),
        lambda: operations.declare(round_, natures={}, by=one),
        lambda: operations.agree(application, mark=Decimal(60), note="Well.", seen=0, by=officer),
        lambda: operations.record_interest(application, user=one, nature="A friend.", by=officer),
        lambda: deciding.propose(application, deciding.Said("refuse"), seen=0, by=officer),
    ):
        with pytest.raises(NotPossible, match="round is decided"):
            act()


# --- the list of one person ----------------------------------------------------------------------------------------------


def test_places_and_sums_leave_out_what_one_has_an_interest_in():
    round_, (one, two) = make_panel()
    first, second = make_eligible(round_, amount=Decimal(5000)), make_eligible(round_, amount=Decimal(2000))
    score(first, two, 5, 5)
    score(second, two, 1, 1)
    make_interest(first, one)
    seen = standing.of(round_, one)
    assert [row.application for row in seen.rows] == [second]
    assert (seen.hidden, seen.asked, seen.rows[0].placed.place) == (1, Decimal(2000), "1")
    whole = standing.of(round_, two)
    assert (whole.hidden, whole.asked, whole.row_of(second).placed.place) == (0, Decimal(7000), "2")
    assert whole.row_of(first).awaited == []
