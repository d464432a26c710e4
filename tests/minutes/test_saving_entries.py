"""One save function: nothing acknowledged is lost, nothing silently overwritten."""

import threading
import uuid

import pytest
from django.db import connection

from scrutiny.minutes import operations
from scrutiny.minutes.models import MinutedItem, MinuteEntry
from scrutiny.minutes.texts import TextRefused
from scrutiny.workflow.models import Revision, State
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict
from tests.factories import make_attendance, make_entry, make_minuted_item, make_user

pytestmark = pytest.mark.django_db


def save(entry, base_version, **changes):
    return operations.change_entry(
        entry, base_version=base_version, save_id=uuid.uuid4(), changes=changes, by=make_user()
    )


def test_a_save_writes_the_words_and_keeps_a_revision_with_who_and_when():
    entry = make_entry(text="First wording.")
    saved = save(entry, 1, text="Second wording.")
    assert saved.piece.version == 2
    kept = Revision.objects.get(piece=entry.uid, version=2)
    assert kept.content["text"] == "Second wording."
    assert kept.by == saved.piece.changed_by
    assert Revision.objects.get(piece=entry.uid, version=1).content["text"] == "First wording."


def test_a_save_on_an_older_version_is_a_conflict_and_changes_nothing():
    entry = make_entry(text="127 crimes")
    save(entry, 1, text="176 crimes")
    with pytest.raises(Conflict) as conflict:
        save(entry, 1, text="181 crimes")
    assert conflict.value.theirs.text == "176 crimes"
    assert conflict.value.mine == {"text": "181 crimes"}
    entry.refresh_from_db()
    assert entry.text == "176 crimes"
    assert Revision.objects.filter(piece=entry.uid).count() == 2


def test_the_same_save_sent_five_times_counts_once():
    entry, save_id = make_entry(), uuid.uuid4()
    for _ in range(5):
        operations.change_entry(entry, base_version=1, save_id=save_id, changes={"text": "Once."}, by=make_user())
    entry.refresh_from_db()
    assert entry.version == 2
    assert Revision.objects.filter(piece=entry.uid).count() == 2


def test_the_same_new_entry_sent_five_times_is_one_entry():
    item, save_id, by = make_minuted_item(), uuid.uuid4(), make_user()
    for _ in range(5):
        operations.add_entry(item, save_id=save_id, by=by, text="Only once.")
    assert item.entries.count() == 1


def test_saving_what_is_there_already_makes_no_revision():
    entry = make_entry(text="As it is.")
    assert save(entry, 1, text="As it is.").replayed
    assert Revision.objects.filter(piece=entry.uid).count() == 1


def test_two_people_who_write_the_same_words_do_not_clash():
    entry = make_entry(text="Old.")
    save(entry, 1, text="New.")
    assert save(entry, 1, text="New.").replayed


def test_two_people_in_different_entries_never_clash():
    item = make_minuted_item()
    first, second = make_entry(item, text="One."), make_entry(item, text="Two.")
    save(first, 1, text="One, changed.")
    save(second, 1, text="Two, changed.")
    assert sorted(item.entries.values_list("text", flat=True)) == ["One, changed.", "Two, changed."]


def test_editing_an_entry_that_somebody_deleted_is_a_conflict():
    entry = make_entry(text="Still needed.")
    operations.delete_entry(entry, base_version=1, save_id=uuid.uuid4(), by=make_user())
    with pytest.raises(Conflict) as conflict:
        save(entry, 1, text="I was writing here.")
    assert conflict.value.theirs.deleted


def test_deleting_an_entry_that_somebody_changed_is_a_conflict():
    entry = make_entry(text="Old.")
    save(entry, 1, text="New.")
    with pytest.raises(Conflict):
        operations.delete_entry(entry, base_version=1, save_id=uuid.uuid4(), by=make_user())


def test_a_deleted_entry_can_be_brought_back_with_its_words():
    entry = make_entry(text="Bring me back.")
    operations.delete_entry(entry, base_version=1, save_id=uuid.uuid4(), by=make_user())
    revision = entry.revisions.get(version=1)
    operations.restore_revision(entry, revision, base_version=2, save_id=uuid.uuid4(), by=make_user())
    entry.refresh_from_db()
    assert (entry.deleted, entry.text, entry.version) == (False, "Bring me back.", 3)


def test_a_move_on_an_old_order_is_a_conflict():
    item = make_minuted_item()
    first, second = make_entry(item, text="One."), make_entry(item, text="Two.")
    item.refresh_from_db()
    operations.move_entry(second, up=True, order_version=item.order_version, by=make_user())
    assert list(item.entries.values_list("text", flat=True)) == ["Two.", "One."]
    with pytest.raises(Conflict):
        operations.move_entry(first, up=True, order_version=item.order_version, by=make_user())


def test_moving_the_first_entry_up_changes_nothing():
    entry = make_entry()
    held = MinutedItem.objects.get(pk=entry.minuted_item_id)
    operations.move_entry(entry, up=True, order_version=held.order_version, by=make_user())
    assert MinutedItem.objects.get(pk=held.pk).order_version == held.order_version


def test_published_minutes_take_no_entry_and_lose_none():
    entry = make_entry(text="On the record.")
    minutes = entry.minuted_item.minutes
    minutes.state = State.PUBLISHED
    minutes.save()
    for act in (
        lambda: operations.add_entry(entry.minuted_item, save_id=uuid.uuid4(), by=make_user(), text="Late."),
        lambda: save(MinuteEntry.objects.get(pk=entry.pk), 1, text="Other words."),
        lambda: operations.delete_minutes(minutes, by=make_user()),
    ):
        with pytest.raises(operations.NotPossible):
            act()
    assert MinuteEntry.objects.get(pk=entry.pk).text == "On the record."


def test_a_text_that_is_too_long_is_refused_with_its_length():
    with pytest.raises(TextRefused, match="20,001 characters"):
        save(make_entry(), 1, text="a" * 20_001)


def test_control_characters_and_nul_are_dropped_and_emoji_kept():
    entry = make_entry()
    save(entry, 1, text="Nul\x00 bell\x07 kept 👮 and\r\nbreak")
    entry.refresh_from_db()
    assert entry.text == "Nul bell kept 👮 and\nbreak"


def test_deleting_draft_minutes_leaves_every_word_in_the_trail():
    entry = make_entry(text="Words to keep.")
    meeting = operations.delete_minutes(entry.minuted_item.minutes, by=make_user())
    assert not MinuteEntry.objects.exists()
    from opcc_portal.audit.operations import lines_about

    line = lines_about(meeting).first()
    assert line.act == "Draft minutes deleted"
    assert line.details["entries"][0]["text"] == "Words to keep."


@pytest.mark.django_db(transaction=True)
def test_eight_people_saving_one_entry_at_once_lose_and_overwrite_nothing():
    """Everybody starts from the same version: one save lands, the others are told. Real threads, real locks."""
    entry, people = make_entry(text="Start."), [make_user() for _ in range(8)]
    outcomes, start = [], threading.Barrier(8)

    def write(number, person):
        start.wait()
        try:
            operations.change_entry(
                entry, base_version=1, save_id=uuid.uuid4(), changes={"text": f"Wording {number}."}, by=person
            )
            outcomes.append(("saved", number))
        except Conflict:
            outcomes.append(("conflict", number))
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=pair) for pair in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    landed = [number for outcome, number in outcomes if outcome == "saved"]
    assert len(landed) == 1
    assert len(outcomes) == 8
    entry.refresh_from_db()
    assert entry.text == f"Wording {landed[0]}."
    assert entry.version == 2


def test_other_words_under_the_save_id_of_a_new_entry_are_an_entry_of_their_own():
    """Back in the browser brings the old form to life, with its save id; its new words must not vanish."""
    item, save_id, by = make_minuted_item(), uuid.uuid4(), make_user()
    operations.add_entry(item, save_id=save_id, by=by, text="Before.")
    for _ in range(3):
        operations.add_entry(item, save_id=save_id, by=by, text="After going back.")
    assert list(item.entries.values_list("text", flat=True)) == ["Before.", "After going back."]


def test_a_version_whose_speaker_left_the_attendance_comes_back_without_the_name():
    entry = make_entry(text="Said by somebody.")
    speaker = make_attendance(entry.minuted_item.minutes.meeting)
    save(entry, 1, speaker=speaker.pk)
    save(entry, 2, speaker=None, text="Said by nobody.")
    speaker.delete()
    operations.restore_revision(
        entry, entry.revisions.get(version=2), base_version=3, save_id=uuid.uuid4(), by=make_user()
    )
    entry.refresh_from_db()
    assert (entry.text, entry.speaker_id) == ("Said by somebody.", None)


def test_writing_into_minutes_that_somebody_deleted_is_refused_with_the_reason():
    entry = make_entry()
    operations.delete_minutes(entry.minuted_item.minutes, by=make_user())
    with pytest.raises(NotPossible, match="deleted"):
        save(entry, 1, text="Too late.")
    with pytest.raises(NotPossible, match="deleted"):
        operations.add_entry(entry.minuted_item, save_id=uuid.uuid4(), by=make_user(), text="Too late.")
