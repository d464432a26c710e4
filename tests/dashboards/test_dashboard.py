"""The commissioner's dashboard: what needs them, the next meeting, every priority with its figures."""

import datetime
import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from opcc_portal import pdf
from opcc_portal.accounts.capabilities import Role
from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from scrutiny.dashboards.paper import dashboard_paper
from scrutiny.dashboards.position import position_of
from scrutiny.indicators.models import Observation, Summary
from scrutiny.indicators.recording import Said, confirm_period, record
from scrutiny.measures.quarters import Quarter
from scrutiny.minutes.models import Correction
from scrutiny.workflow import private_notes
from tests.dashboards.board import DAY, make_board
from tests.factories import (
    make_action,
    make_attachment,
    make_indicator,
    make_office,
    make_release,
    make_restriction,
    make_statement,
    make_user,
)
from tests.files import samples
from tests.pdf.reading import text as text_of_pdf
from tests.pdf.vera import VeraPDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def board():
    return make_board()


def page(client, user, url=None):
    client.force_login(user)
    return client.get(url or reverse("dashboard")).content.decode()


def rows_of(user):
    return {row.verb: row for row in reversed(position_of(user).rows)}


def tiles_of(user, known_on=None):
    return {tile["name"]: tile for block in position_of(user, known_on).blocks for tile in block.tiles}


def signals(number, board):
    """So many more indicators with a summary of their own, each as unlike usual as the board's first."""
    summary = Summary.objects.get(indicator=board.indicators[0])
    made = [make_indicator(priority=board.priority, headline_area=board.area) for _ in range(number)]
    Summary.objects.bulk_create(
        Summary(
            indicator=indicator,
            area=board.area,
            verdict=summary.verdict,
            words=summary.words,
            sentence=summary.sentence,
            is_signal=True,
            tile=summary.tile | {"name": indicator.title},
            rules=summary.rules,
            engine=summary.engine,
        )
        for indicator in made
    )


# --- what needs you -----------------------------------------------------------------------------------------------------


def test_the_commissioner_is_on_the_dashboard_after_signing_in(client, board):
    shown = page(client, board.commissioner, reverse("desk"))
    assert "<h1>7 things need you</h1>" in shown
    assert "things need you" not in page(client, board.officer, reverse("desk"))


def test_every_kind_of_thing_has_its_row_with_one_button(board):
    rows = rows_of(board.commissioner)
    assert list(rows)[::-1] == ["Approve", "Sign", "Signal", "Corrected", "Overdue", "Late"]
    assert rows["Approve"].button == ("Read and approve", reverse("minutes-approve", args=[board.minutes.pk]))
    assert rows["Approve"].helper == "1 question, 1 correction. 1 minute to read."
    assert rows["Signal"].title == "Referrals, Northmoor: higher than usual"
    assert rows["Corrected"].title == "Recorded crimes: 127 became 176"
    assert "Which period it speaks of is still to be confirmed." in rows["Corrected"].helper
    assert rows["Overdue"].helper.endswith("9 days ago.")
    assert rows["Late"].title == "Arrests, Northmoor: next figure"


def test_a_statement_waits_for_its_signature_once_its_quarter_is_over_and_all_is_answered(board):
    of = {row.url: row for row in position_of(board.commissioner).rows}
    ready, half = make_statement(), make_statement(quarter=Quarter.of(today()).before().before(), text="")
    shown = {row.url: row for row in position_of(board.commissioner).rows if row.url not in of}
    assert [row.verb for row in shown.values()] == ["Sign"]
    assert reverse("measures-statement", args=[ready.pk]) in shown
    assert reverse("measures-statement", args=[half.pk]) not in shown


def test_a_finished_release_waits_for_the_approval_of_somebody_else(board):
    release = make_release(created_by=board.officer, headline="More vans")
    make_release(created_by=board.commissioner)
    make_release(created_by=board.officer, pieces=())
    make_release(created_by=board.officer, approved_by=board.commissioner)
    waiting = [row for row in position_of(board.commissioner).rows if "News release" in row.helper]
    assert [(row.verb, row.title, row.url) for row in waiting] == [
        ("Approve", "More vans", reverse("release", args=[release.pk]))
    ]
    assert board.officer.name in waiting[0].helper


def test_only_one_button_of_the_page_is_the_main_one(client, board):
    main = re.findall(r'<a class="button"', page(client, board.commissioner))
    assert len(main) == 1


def test_the_trail_of_a_corrected_figure_is_one_tap_away(board):
    with_trail = record(
        board.indicators[0],
        board.area,
        Said(value=176),
        by=board.officer,
        period_as_stated="January",
    )
    Correction.objects.filter(pk=board.correction.pk).update(revision=with_trail)
    assert rows_of(board.commissioner)["Corrected"].button[1] == reverse(
        "observation", args=[with_trail.observation_id]
    )


def test_a_correction_that_is_settled_long_ago_needs_nobody(board):
    Correction.objects.filter(pk=board.correction.pk).update(
        status="applied",
        applied_at=datetime.datetime.combine(today() - 90 * DAY, datetime.time(), datetime.UTC),
        period_start=datetime.date(2018, 1, 1),
    )
    assert "Corrected" not in rows_of(board.commissioner)


def test_many_of_one_kind_are_told_in_one_row(board):
    signals(10, board)
    rows = [row for row in position_of(board.commissioner).rows if row.verb == "Signal"]
    assert len(rows) == 6
    assert rows[-1].title == "6 more figures are unlike usual"


def test_several_overdue_actions_are_one_row_that_names_the_oldest(board):
    item = board.held.items.get()
    for _ in range(4):
        make_action(item, due=today() - DAY)
    (row,) = [row for row in position_of(board.commissioner).rows if row.verb == "Overdue"]
    assert row.title == "5 actions are overdue"
    assert row.helper.startswith("The oldest is action ") and row.helper.endswith(", 9 days ago.")
    assert row.button == ("See them", f"{reverse('actions')}?status=overdue")


def test_minutes_that_somebody_took_do_not_wait_for_them(board):
    taker = make_user(roles=[Role.COMMISSIONER])
    type(board.minutes).objects.filter(pk=board.minutes.pk).update(minute_taker=taker)
    assert "Approve" not in rows_of(taker)
    assert "Approve" in rows_of(board.commissioner)


def test_the_force_sees_nothing_that_is_the_offices(client, board):
    force = make_user(Role.FORCE)
    make_restriction(board.coming.items.get(), by=board.officer)
    shown = page(client, force)
    assert {row.verb for row in position_of(force).rows} == {"Signal", "Late"}
    for words in ("Award to a refuge", "Next meeting", "£36,343", "Last examined", "Recorded crimes", "Ask about this"):
        assert words not in shown, words
    assert "Referrals" in shown


def test_an_analyst_reads_it_without_what_only_the_commissioner_does(board):
    rows = rows_of(make_user(Role.ANALYST))
    assert "Approve" not in rows
    assert "Sign" not in rows
    assert "Signal" in rows


# --- the next meeting ---------------------------------------------------------------------------------------------------


def test_the_next_meeting_leads_to_each_of_its_papers_and_to_the_pack(client, board):
    picture = ContentFile(samples.image("png"), name="canal.png")
    facts = {"name": "canal.png", "kind": "png", "media_type": "image/png", "size": picture.size, "sha256": "0" * 64}
    held = make_attachment(board.report, upload=Upload.objects.create(file=picture, **facts))
    shown = page(client, board.commissioner)
    assert "0 of 2 in" in shown
    assert "1 drafted" in shown
    for name, *keys in (
        ("agenda-preview", board.coming.pk),
        ("report", board.report.pk),
        ("pack-private-pdf", board.coming.pk),
        ("matters-arising", board.coming.pk),
    ):
        assert reverse(name, args=keys) in shown
    assert reverse("attachment-file", args=[board.report.pk, held.pk]) in shown
    assert "Figures of the districts" in shown


def test_a_postponed_meeting_is_not_the_next(board):
    type(board.coming).objects.filter(pk=board.coming.pk).update(status="postponed", status_note="Snow")
    assert position_of(board.commissioner).card is None


# --- priorities and tiles -----------------------------------------------------------------------------------------------


def test_every_indicator_has_its_tile_with_the_sentence_of_its_summary(client, board):
    shown = page(client, board.commissioner)
    for summary in Summary.objects.filter(area=board.area):
        assert summary.sentence in shown
    assert "No figure is held for Northmoor yet." in shown
    assert "1 open action" in shown
    assert "Stated: £36,343 to 8 organisations" in shown


def test_documents_that_disagree_have_a_tile(board):
    tile = tiles_of(board.commissioner)["Safer Communities Fund, as stated"]
    assert tile["words"] == "Documents disagree"
    assert "£50,000" in tile["sentence"]


def test_a_question_can_be_asked_from_every_tile(client, board):
    shown = page(client, board.commissioner)
    for tile in tiles_of(board.commissioner).values():
        assert tile["ask"].replace("&", "&amp;") in shown
    assert board.indicators[0].title in page(
        client, board.commissioner, tiles_of(board.commissioner)["Referrals"]["ask"]
    )


def test_an_indicator_that_is_no_longer_followed_has_no_tile(board):
    type(board.indicators[0]).objects.filter(pk=board.indicators[0].pk).update(active_to=today() - DAY)
    assert "Referrals" not in tiles_of(board.commissioner)


def test_an_office_that_begins_is_told_what_will_stand_here(client):
    make_office()
    shown = page(client, make_user(Role.COMMISSIONER), reverse("desk"))
    assert "Nothing needs you today" in shown
    assert "No meeting is planned." in shown
    assert "No priority is followed yet" in shown


# --- as known on --------------------------------------------------------------------------------------------------------


def test_the_position_of_an_earlier_day_shows_what_was_known_then(board):
    figure = Observation.objects.get(indicator=board.indicators[0], value=160)
    record(
        board.indicators[0],
        board.area,
        Said(value=161),
        by=board.officer,
        period_start=figure.period_start,
        code="C",
        reason="A slip",
        known_on=today() - 5 * DAY,
    )
    assert tiles_of(board.commissioner)["Referrals"]["shown"] == "161"
    assert tiles_of(board.commissioner, today() - 6 * DAY)["Referrals"]["shown"] == "160"
    before = tiles_of(board.commissioner, today() - 200 * DAY)["Referrals"]
    assert (before["shown"], before["words"]) == ("", "No figure held")


def test_every_way_down_carries_the_day(client, board):
    day = (today() - 6 * DAY).isoformat()
    shown = page(client, board.commissioner, f"{reverse('dashboard')}?known={day}")
    assert f"Position as known on {today() - 6 * DAY:%-d %B %Y}" in shown
    assert f"{reverse('priority', args=[board.priority.pk])}?known={day}" in shown
    assert f"known={day}" in tiles_of(board.commissioner, today() - 6 * DAY)["Referrals"]["url"]
    assert f"{reverse('dashboard-pdf')}?known={day}" in shown


@pytest.mark.parametrize("known", ["tomorrow", "2018-13-40", "2999-01-01", "0001-01-01"])
def test_what_is_no_past_day_is_said_to_be_none(client, board, known):
    client.force_login(board.commissioner)
    answer = client.get(f"{reverse('dashboard')}?known={known}")
    assert answer.status_code == 422
    assert "Enter a day before today" in answer.content.decode()


# --- what it costs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["desk", "dashboard"])
def test_sixty_indicators_cost_eight_queries_and_few_bytes(client, board, address, django_assert_max_num_queries):
    signals(60, board)
    for _ in range(5):
        make_action(board.held.items.get(), due=today() - DAY)
    client.force_login(board.commissioner)
    with django_assert_max_num_queries(8):
        answer = client.get(reverse(address))
    assert answer.content.count(b'<article class="tile"') == 65
    assert len(answer.content) < 200_000


# --- on paper -----------------------------------------------------------------------------------------------------------


@pytest.mark.verapdf
def test_the_dashboard_is_a_paper_that_says_the_same(board, tmp_path):
    private_notes.keep(board.coming, text="Only mine qz4410kx", base_version=0, by=board.commissioner)
    position = position_of(board.commissioner)
    made = pdf.render(dashboard_paper(position, board.commissioner).html)
    said = " ".join(text_of_pdf(made).split())
    for tile in tiles_of(board.commissioner).values():
        assert tile["sentence"] in said
        assert tile["words"] in said
    for row in position.rows:
        assert row.title in said
    assert "qz4410kx" not in said
    assert VeraPDF(tmp_path).complaints({"dashboard": made}) == []


def test_the_paper_is_laid_out_once_for_the_same_position(client, board):
    made = [dashboard_paper(position_of(board.commissioner), board.commissioner).html for _ in range(2)]
    assert made[0] == made[1]


def test_a_confirmed_period_takes_the_correction_off_the_dashboard(board):
    revision = record(board.indicators[2], board.area, Said(value=9), by=board.officer, period_as_stated="January")
    start = datetime.date(today().year - 2, 3, 1)
    observation = confirm_period(revision.observation, start, by=board.officer)
    assert observation.period_start == start
    assert tiles_of(board.commissioner)["Convictions"]["shown"] == "9"
