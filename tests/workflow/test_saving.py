"""The one save function: nothing lost, nothing overwritten."""

import uuid

import pytest
from django.db import transaction

from scrutiny.reports.models import ReportSection
from scrutiny.workflow import saving
from scrutiny.workflow.models import Revision
from tests.factories import make_section, make_user

pytestmark = pytest.mark.django_db


def save(section, *, base_version, save_id=None, by=None, **changes):
    return saving.save(
        ReportSection,
        section.uid,
        base_version=base_version,
        save_id=save_id or uuid.uuid4(),
        changes=changes,
        by=by or make_user(),
    )


def test_a_save_makes_a_new_version_and_keeps_the_one_before():
    section, writer = make_section(body="<p>One.</p>"), make_user()
    saved = save(section, base_version=1, body="<p>Two.</p>", by=writer)
    assert (saved.piece.version, saved.piece.body, saved.piece.changed_by) == (2, "<p>Two.</p>", writer)
    assert [revision.content["body"] for revision in section.revisions] == ["<p>Two.</p>", "<p>One.</p>"]


def test_the_same_save_sent_twice_counts_once():
    section, save_id = make_section(), uuid.uuid4()
    save(section, base_version=1, save_id=save_id, body="<p>Once.</p>")
    again = save(section, base_version=1, save_id=save_id, body="<p>Once.</p>")
    assert again.replayed
    assert section.revisions.count() == 2


def test_a_retry_after_somebody_else_saved_does_not_take_their_text_away():
    section, save_id = make_section(), uuid.uuid4()
    save(section, base_version=1, save_id=save_id, body="<p>Mine.</p>")
    save(section, base_version=2, body="<p>Theirs.</p>")
    save(section, base_version=1, save_id=save_id, body="<p>Mine.</p>")
    section.refresh_from_db()
    assert section.body == "<p>Theirs.</p>"


def test_a_save_on_an_older_version_is_a_conflict_and_writes_nothing():
    section = make_section()
    save(section, base_version=1, body="<p>Theirs.</p>")
    with pytest.raises(saving.Conflict) as conflict, transaction.atomic():
        save(section, base_version=1, body="<p>Mine.</p>")
    assert conflict.value.theirs.body == "<p>Theirs.</p>"
    assert conflict.value.mine == {"body": "<p>Mine.</p>"}
    section.refresh_from_db()
    assert (section.body, section.version) == ("<p>Theirs.</p>", 2)


def test_two_people_who_write_the_same_do_not_conflict():
    section = make_section()
    save(section, base_version=1, body="<p>Same.</p>")
    assert save(section, base_version=1, body="<p>Same.</p>").piece.version == 2


def test_editing_what_somebody_deleted_is_a_conflict():
    section = make_section()
    save(section, base_version=1, deleted=True)
    with pytest.raises(saving.Conflict), transaction.atomic():
        save(section, base_version=1, body="<p>Still writing.</p>")


def test_saving_what_is_there_already_makes_no_version():
    section = make_section(body="<p>As it is.</p>")
    save(section, base_version=1, body="<p>As it is.</p>")
    assert Revision.objects.filter(piece=section.uid).count() == 1


def test_only_versioned_fields_can_be_saved():
    section = make_section()
    with pytest.raises(ValueError, match="position"):
        save(section, base_version=1, position=9)


def test_other_words_under_a_save_id_that_was_used_are_a_conflict_not_a_retry():
    """Back in the browser brings the old form to life, with its save id."""
    section, save_id = make_section(), uuid.uuid4()
    save(section, base_version=1, save_id=save_id, body="<p>First.</p>")
    with pytest.raises(saving.Conflict) as conflict, transaction.atomic():
        save(section, base_version=1, save_id=save_id, body="<p>After going back.</p>")
    assert conflict.value.mine == {"body": "<p>After going back.</p>"}


def test_a_save_id_of_another_piece_is_a_conflict():
    save_id = uuid.uuid4()
    save(make_section(), base_version=1, save_id=save_id, body="<p>Elsewhere.</p>")
    with pytest.raises(saving.Conflict), transaction.atomic():
        save(make_section(), base_version=1, save_id=save_id, body="<p>Here.</p>")
