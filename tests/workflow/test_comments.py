"""Checkers and their comments."""

import pytest
from django.core.exceptions import PermissionDenied

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import lines_about
from scrutiny.workflow import operations
from tests.factories import make_report, make_request, make_user

pytestmark = pytest.mark.django_db


def test_asking_somebody_twice_names_one_checker():
    report, checker, officer = make_report(), make_user(), make_user()
    operations.name_checker(report, user=checker, by=officer)
    operations.name_checker(report, user=checker, by=officer)
    assert [named.user for named in report.checkers] == [checker]
    assert report.has_checker(checker)


def test_a_checker_who_is_no_longer_asked_keeps_what_they_said():
    report, checker = make_report(), make_user(Role.FORCE)
    operations.name_checker(report, user=checker, by=make_user())
    operations.comment(report, text="Paragraph 4 needs a date.", by=checker)
    operations.drop_checker(report, user=checker, by=make_user())
    assert not report.has_checker(checker)
    assert [said.text for said in report.comments] == ["Paragraph 4 needs a date."]


def test_the_force_comments_only_where_named_as_checker():
    report, force = make_report(), make_user(Role.FORCE)
    make_request(report=report)
    with pytest.raises(PermissionDenied):
        operations.comment(report, text="Not asked.", by=force)
    assert not report.comments.exists()


def test_a_settled_comment_says_who_settled_it_first():
    report, first, second = make_report(), make_user(), make_user()
    said = operations.comment(report, text="Check the figure.", by=make_user())
    operations.settle(said, document=report, by=first)
    operations.settle(said, document=report, by=second)
    said.refresh_from_db()
    assert said.settled_by == first
    assert said.settled_at


def test_comments_leave_a_line_in_the_trail_of_the_meeting():
    report = make_report()
    operations.comment(report, text="Check it.", by=make_user(), about="Key information", context=report.meeting)
    assert "Key information" in lines_about(report.meeting)[0].act


def test_a_comment_sent_twice_at_once_is_said_once():
    report, officer = make_report(), make_user()
    first = operations.comment(report, text="Please check the date.", by=officer)
    assert operations.comment(report, text="Please check the date.", by=officer) == first
    operations.comment(report, text="And the place.", by=officer)
    assert report.comments.count() == 2
