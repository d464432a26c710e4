"""Writing a release in pieces: two people at once, frozen once approved, open again when the approval is taken back."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from opcc_portal.audit.models import AuditLine
from scrutiny.news import operations
from scrutiny.news.models import NewsPiece, NewsRelease
from scrutiny.news.operations import FACTS, PIECE, fingerprint
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import make_piece, make_release, make_user

pytestmark = pytest.mark.django_db
Kind = NewsPiece.Kind
NOBODY = {"speaker": None, "speaker_name": "", "speaker_post": ""}
DAY = datetime.date(2026, 3, 2)


def words(**more):
    return {"headline": "Vans", "date": DAY, "lead": "Vans have come.", **more}


def texts(release):
    return list(release.pieces.values_list("text", flat=True))


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def approved(release, by):
    return operations.approve(release, seen=fresh(release).version, by=by)


def test_a_button_pressed_twice_makes_one_release(officer):
    assert operations.add(words(), by=officer) == operations.add(words(), by=officer)
    assert operations.add(words(lead="More vans."), by=officer).slug == "vans-2"


def test_a_headline_without_letters_still_has_an_address(officer):
    assert operations.add(words(headline="2026!"), by=officer).slug == "2026"
    assert operations.add(words(headline="…"), by=officer).slug == "news"


def test_pieces_stand_in_their_order_and_can_be_moved(officer):
    release = make_release(pieces=("One", "Two", "Three"))
    first, _, last = release.pieces.all()
    operations.move_piece(last, "up", by=officer)
    assert texts(release) == ["One", "Three", "Two"]
    operations.move_piece(first, "up", by=officer)
    operations.move_piece(first, "down", by=officer)
    assert texts(release) == ["Three", "One", "Two"]


def test_a_piece_sent_twice_is_added_once(officer):
    release = make_release(pieces=())
    said = {"kind": Kind.HEADING, "text": "What it costs", **NOBODY}
    assert operations.add_piece(release, said, by=officer) == operations.add_piece(release, said, by=officer)
    assert texts(release) == ["What it costs"]


def test_two_people_in_different_pieces_do_not_hinder_each_other(officer):
    release = make_release(pieces=("One", "Two"))
    one, two = release.pieces.all()
    operations.change_piece(one, {"text": "One!"}, seen=fingerprint(one, PIECE), by=officer)
    operations.change_piece(two, {"text": "Two!"}, seen=fingerprint(two, PIECE), by=make_user())
    assert texts(release) == ["One!", "Two!"]


def test_two_people_in_the_same_piece_are_told_and_nothing_is_lost(officer):
    piece = make_piece()
    seen = fingerprint(piece, PIECE)
    operations.change_piece(piece, {"text": "First."}, seen=seen, by=officer)
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        operations.change_piece(piece, {"text": "Second."}, seen=seen, by=make_user())
    assert meanwhile.value.now.text == "First."
    operations.change_piece(piece, {"text": "First."}, seen=seen, by=make_user())  # the same words are no conflict


def test_facts_changed_by_two_are_a_conflict_and_pieces_beside_them_are_not(officer):
    release = make_release()
    seen = fingerprint(release, FACTS)
    operations.add_piece(release, {"kind": Kind.TEXT, "text": "More.", **NOBODY}, by=make_user())
    operations.change(release, {"headline": "First"}, seen=seen, by=officer)
    with pytest.raises(ChangedMeanwhile):
        operations.change(release, {"headline": "Second"}, seen=seen, by=make_user())


def test_changing_a_piece_that_somebody_took_out_is_refused(officer):
    piece = make_piece()
    operations.delete_piece(piece, by=officer)
    with pytest.raises(NotPossible, match="taken this piece out"):
        operations.change_piece(piece, {"text": "x"}, seen="", by=officer)


def test_a_quotation_has_its_speaker_and_a_text_its_words():
    for wrong in ({"kind": Kind.QUOTATION, "text": "Vans."}, {"kind": Kind.TEXT, "text": ""}, {"kind": Kind.IMAGE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_piece(make_release(), **{"text": "", **wrong})


# --- approval ------------------------------------------------------------------------------------------------------------


def test_who_wrote_it_cannot_approve_it(officer, commissioner):
    release = make_release(created_by=officer)
    with pytest.raises(NotPossible, match="somebody else"):
        approved(release, officer)
    assert approved(release, commissioner).state == State.SIGNED


def test_without_the_right_nobody_approves(officer):
    with pytest.raises(NotPossible, match="approve news releases"):
        approved(make_release(), make_user("analyst"))


def test_what_was_changed_since_it_was_read_is_not_approved(officer, commissioner):
    release = make_release(created_by=officer)
    seen = release.version
    operations.add_piece(release, {"kind": Kind.TEXT, "text": "More.", **NOBODY}, by=officer)
    with pytest.raises(ChangedMeanwhile):
        operations.approve(release, seen=seen, by=commissioner)
    assert not fresh(release).is_approved


@pytest.mark.parametrize("lacking", [{"lead": " "}, {"pieces": ()}])
def test_an_empty_release_is_not_approved(officer, commissioner, lacking):
    with pytest.raises(NotPossible, match="Missing"):
        approved(make_release(created_by=officer, **lacking), commissioner)


def test_an_embargo_that_has_passed_is_not_approved(officer, commissioner):
    release = make_release(created_by=officer, embargo_until=timezone.now() - datetime.timedelta(minutes=1))
    with pytest.raises(NotPossible, match="has passed"):
        approved(release, commissioner)
    assert fresh(release).state == State.DRAFT


def test_approved_it_is_frozen_in_every_part(officer, commissioner):
    release = make_release(created_by=officer)
    piece = release.pieces.get()
    approved(release, commissioner)
    acts = (
        lambda: operations.change(release, {"headline": "Other"}, seen=fingerprint(release, FACTS), by=officer),
        lambda: operations.change_piece(piece, {"text": "x"}, seen=fingerprint(piece, PIECE), by=officer),
        lambda: operations.add_piece(release, {"kind": Kind.TEXT, "text": "x", **NOBODY}, by=officer),
        lambda: operations.move_piece(piece, "up", by=officer),
        lambda: operations.delete_piece(piece, by=officer),
        lambda: operations.link(release, {name: [] for name in operations.LINKS} | {"grants": []}, by=officer),
        lambda: operations.delete(release, by=officer),
    )
    for act in acts:
        with pytest.raises(NotPossible, match="approved and cannot be changed"):
            act()
    assert texts(release) == ["The vans will stop in every village."]


def test_the_approval_can_be_taken_back_until_it_is_out(officer, commissioner):
    later = timezone.now() + datetime.timedelta(days=1)
    release = approved(make_release(created_by=officer, embargo_until=later), commissioner)
    assert NewsRelease.objects.waiting().get() == release
    reopened = operations.reopen(release, by=officer)
    assert (reopened.state, reopened.is_approved) == (State.DRAFT, False)
    assert not NewsRelease.objects.waiting().exists()
    again = approved(reopened, commissioner)
    NewsRelease.objects.filter(pk=again.pk).update(state=State.PUBLISHED)
    with pytest.raises(NotPossible, match="out already"):
        operations.reopen(fresh(again), by=officer)


def test_what_is_out_can_be_corrected_but_keeps_its_day_and_embargo(officer, commissioner):
    before = {"date": DAY, "embargo_until": timezone.now() - datetime.timedelta(days=9), "slug": "vans"}
    release = make_release(created_by=officer, approved_by=commissioner, **before)
    with pytest.raises(NotPossible, match="not out yet"):
        operations.correct(release, by=officer)
    NewsRelease.objects.filter(pk=release.pk).update(state=State.PUBLISHED)
    release = operations.correct(release, by=officer)
    assert release.stands_as == ("Being corrected", "")
    other = {"headline": "Six vans", "date": datetime.date(2026, 5, 5), "embargo_until": None}
    changed = operations.change(release, other, seen=fingerprint(release, FACTS), by=officer)
    assert changed.headline == "Six vans"
    assert {name: getattr(fresh(changed), name) for name in before} == before
    with pytest.raises(NotPossible, match="Withdraw"):
        operations.delete(changed, by=officer)
    assert approved(changed, commissioner).state == State.PUBLISHED  # a passed embargo is no reason against it


def test_every_act_leaves_its_line(officer, commissioner):
    release = operations.add(words(), by=officer)
    operations.add_piece(release, {"kind": Kind.TEXT, "text": "Vans.", **NOBODY}, by=officer)
    operations.reopen(approved(release, commissioner), by=officer)
    said = list(AuditLine.objects.order_by("pk").values_list("act", "by"))
    assert said == [
        ("News release begun", officer.pk),
        ("News release: text added", officer.pk),
        ("News release approved", commissioner.pk),
        ("News release: no longer approved", officer.pk),
    ]


def test_a_draft_can_be_deleted(officer):
    operations.delete(make_release(), by=officer)
    assert not NewsRelease.objects.exists()
