"""The public board and the desk's in the demonstration office, in a browser: readable by everybody, computed to the last line."""

import pytest

from scrutiny.duties.board import board, public_board
from scrutiny.duties.models import Confirmation, State
from tests.browser import assert_accessible, assert_no_sideways_scroll


@pytest.mark.django_db
def test_the_demonstration_publishes_its_board(demo, page):
    page.goto("/duties/")
    assert page.locator("h1").inner_text() == "Board of statutory duties"
    assert page.locator(".pr-row.duty").count() == len(public_board())
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.goto("/")
    page.get_by_role("link", name="Our duties by law, and whether they are met").click()
    assert page.url.endswith("/duties/")


@pytest.mark.django_db
def test_no_line_that_a_record_can_tell_is_typed_in_the_demonstration(demo):
    lines = board()
    assert len(lines) >= 30
    for line in lines:
        if line.is_confirmed:
            assert line.query is None, line.duty
    computed = [line for line in lines if line.query]
    assert len(computed) == 17
    assert sum(line.state in (State.MET, State.OVERDUE, State.DUE_SOON) for line in computed) > 10
    assert all(each.demonstration_note for each in Confirmation.objects.all())
