"""Letters: drafted and changed, numbered without a gap when they are sent, and closed from then on."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import lines_about
from opcc_portal.files import operations as files
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.letters import letterhead, marks, operations, paper, signing
from scrutiny.letters.models import Enclosure, Letter, LetterCounter
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from tests.factories import make_appointment, make_letter, make_office, make_person, make_post, make_user
from tests.meetings.test_together import at_once

pytestmark = pytest.mark.django_db
DAY = datetime.date(2023, 6, 30)


@pytest.fixture(autouse=True)
def _office(request):
    if "transactional_db" not in request.fixturenames:
        make_office(address="1 Castle Row\nAldbeck NM1 2AB", phone="01632 960000", web="https://www.northmoor.example/")


def send(letter, by=None):
    letter.refresh_from_db()
    return operations.send(letter, by=by or make_user(), seen=letter.version)


def change(letter, by=None, enclosures=None, **words):
    return operations.change(letter, words, enclosures, seen=letter.version, by=by or make_user())


# --- drafting ----------------------------------------------------------------------------------------------------------


def test_a_letter_is_drafted_from_plain_text_with_what_goes_with_it():
    letter = make_letter(enclosures=["Answers", ("Figures", None)], footnotes="  See the report. \n\n")
    assert letter.number == "" and letter.state == State.DRAFT and letter.is_open
    assert letter.body == "<p>I thank the inspectors for their report.</p><p>The force has begun to act on it.</p>"
    assert letter.footnotes == "See the report."
    assert [(each.position, each.title) for each in letter.enclosures.all()] == [(1, "Answers"), (2, "Figures")]
    assert [line.act for line in lines_about(letter)] == ["Letter “Response to the inspection Still Waters” drafted"]


def test_the_same_words_sent_again_are_the_same_letter():
    by = make_user()
    first, again = make_letter(by=by), make_letter(by=by)
    assert first.pk == again.pk and make_letter(by=by, subject="Another").pk != first.pk
    assert make_letter(by=by, enclosures=["More"]).pk != first.pk
    send(first, by)
    assert make_letter(by=by).pk != first.pk


@pytest.mark.parametrize("nobody", ["", "  \n \n"])
def test_a_letter_without_addressee_is_refused(nobody):
    with pytest.raises(NotPossible, match="to whom"):
        make_letter(addressee=nobody)
    letter = make_letter()
    with pytest.raises(NotPossible, match="to whom"):
        change(letter, addressee=nobody)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(addressee="")


def test_a_change_knows_what_it_was_made_from_and_says_what_changed():
    letter = make_letter()
    changed = change(letter, subject="Other", salutation=letter.salutation)
    assert changed.version == 2 and changed.title == "Other"
    assert lines_about(changed)[0].details == {"changed": ["subject"]}
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        operations.change(letter, {"subject": "Third"}, seen=1, by=make_user())
    assert meanwhile.value.now.title == "Other"
    assert change(changed, subject="Other").version == 2


def test_enclosures_are_taken_over_moved_and_dropped():
    letter = make_letter(enclosures=["First", "Second"])
    first, second = letter.enclosures.all()
    kept = [Enclosure(pk=second.pk, title="Second, revised"), Enclosure(title="Third")]
    letter = change(letter, enclosures=kept)
    assert [(each.title, each.position) for each in letter.enclosures.all()] == [("Second, revised", 1), ("Third", 2)]
    assert second.pk in letter.enclosures.values_list("pk", flat=True) and not Enclosure.objects.filter(pk=first.pk)
    other = make_letter(subject="Another", enclosures=["Theirs"])
    stolen = Enclosure(pk=other.enclosures.get().pk, title="Mine")
    change(letter, enclosures=[stolen])
    assert other.enclosures.get().title == "Theirs" and letter.enclosures.get().title == "Mine"


# --- numbers -----------------------------------------------------------------------------------------------------------


def test_numbers_follow_each_other_whatever_drafts_were_thrown_away():
    letters = [make_letter(subject=f"About {n}") for n in range(5)]
    assert send(letters[0]).number == "L/00001"
    for gone in letters[1:3]:
        operations.delete(gone, seen=gone.version, by=make_user())
    assert send(letters[4]).number == "L/00002" and send(letters[3]).number == "L/00003"
    assert sorted(Letter.objects.sent().values_list("serial", flat=True)) == [1, 2, 3]


def test_a_sending_that_fails_gives_its_number_back():
    with pytest.raises(NotPossible):
        send(make_letter(subject="Unsigned", body=""))
    assert not LetterCounter.objects.filter(last__gt=0).exists()
    assert send(make_letter()).serial == 1


def test_the_reference_as_printed_may_repeat_and_the_number_may_not():
    first, second = (make_letter(subject=subject, sent=True) for subject in ("One", "Two"))
    assert first.our_reference == second.our_reference and {first.serial, second.serial} == {1, 2}
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=second.pk).update(serial=first.serial)


def test_sending_twice_is_sending_once():
    letter = make_letter()
    first = send(letter)
    assert operations.send(letter, by=make_user(), seen=1).number == first.number
    assert LetterCounter.objects.get().last == 1


@pytest.mark.django_db(transaction=True)
def test_letters_sent_at_the_same_moment_get_numbers_that_follow_each_other(transactional_db):
    make_office()
    by = make_user()
    letters = [make_letter(subject=f"About {n}", by=by) for n in range(6)]
    letters.append(letters[0])  # the button pressed twice
    assert at_once(*(lambda each=each: operations.send(each, by=by, seen=1) for each in letters)) == []
    assert sorted(Letter.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_sending_and_changing_at_the_same_moment_never_changes_what_was_sent(transactional_db):
    make_office()
    by = make_user()
    letter = make_letter(by=by)
    problems = at_once(
        lambda: operations.send(letter, by=by, seen=1),
        lambda: operations.change(letter, {"subject": "Slipped in"}, seen=1, by=by),
    )
    now = Letter.objects.get()
    assert len(problems) == 1 and isinstance(problems[0], NotPossible | ChangedMeanwhile)
    assert now.is_sent == (now.subject != "Slipped in")


# --- sending -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"body": ""}, "the text of the letter"),
        ({"body": "<p>&nbsp;</p>"}, "the text of the letter"),
        ({"salutation": ""}, "addresses its reader"),
        ({"subject": " "}, "what the letter is about"),
        ({"body": "As reported.[1]"}, "There is no footnote"),
        ({"footnotes": "Unused."}, r"Write \[1\] where it belongs"),
        ({"body": "One.[2] Two.[1]", "footnotes": "A.\nB."}, "not called in their order"),
        ({"date": datetime.date(2999, 1, 1)}, "can be sent from that day on"),
    ],
)
def test_what_is_not_complete_is_not_sent(words, said):
    letter = make_letter(**words)
    with pytest.raises(NotPossible, match=said):
        send(letter)
    letter.refresh_from_db()
    assert not letter.is_sent and letter.version == 1


@pytest.mark.parametrize("role", [Role.ANALYST, Role.GRANTS, Role.FORCE, Role.ADMINISTRATOR])
def test_only_who_may_send_sends(role):
    with pytest.raises(NotPossible, match="Only a governance officer"):
        send(make_letter(), make_user(role))


def test_name_and_office_are_those_of_the_day_and_stay_so():
    Office.objects.update(valid_to=datetime.date(2023, 6, 30))
    make_office(
        holder_name="Morgan Vale",
        holder_title="Mayor of the North",
        valid_from=datetime.date(2023, 7, 1),
        address="New",
    )
    old, new = make_letter(sent=True), make_letter(date=datetime.date(2023, 7, 1), sent=True)
    assert (old.sender_name, old.sender_office) == ("Robin Hale", "Police and Crime Commissioner for Northmoor")
    assert (new.sender_name, new.sender_office) == ("Morgan Vale", "Mayor of the North for Northmoor")
    before = paper.of_letter(Letter.objects.get(pk=old.pk)).html
    assert "1 Castle Row" in before and "northmoor.example" in before and "New" not in before
    Office.objects.filter(holder_name="Robin Hale").update(holder_name="Somebody Else", address="9 Elsewhere")
    assert paper.of_letter(Letter.objects.get(pk=old.pk)).html == before


def test_somebody_else_signs_with_the_post_of_that_day():
    person = make_person(name="Ash Reed", post_nominals="QPM")
    make_appointment(person, make_post(title="Chief Executive"), ends=datetime.date(2023, 6, 29))
    make_appointment(person, make_post(title="Chief Finance Officer"), starts=DAY)
    sent = make_letter(sender=person, sent=True)
    assert (sent.sender_name, sent.sender_office) == ("Ash Reed QPM", "Chief Finance Officer")


def test_a_new_letter_in_the_name_of_a_former_holder_is_refused_and_one_of_long_ago_is_not():
    now = make_letter(date=today())
    change(now, sender_name="Former Holder")
    with pytest.raises(NotPossible, match=r"signed by Former Holder.*the office holder was Robin Hale"):
        send(now)
    old = make_letter()
    change(old, sender_name="Former Holder")
    sent = send(old)
    assert sent.is_sent and "Former Holder" in signing.disagreement(sent)


def test_a_sender_without_a_post_on_that_day_has_to_have_an_office_typed():
    letter = make_letter(sender=make_person(name="Ash Reed"))
    with pytest.raises(NotPossible, match="no post of that day"):
        send(letter)
    change(letter, sender_office="Adviser")
    assert send(letter).sender_office == "Adviser"


def test_nothing_of_a_sent_letter_changes():
    sent = make_letter(sent=True)
    assert (sent.state, sent.is_open, sent.may_be_deleted) == (State.SIGNED, False, False)
    with pytest.raises(NotPossible, match="L/00001 is sent"):
        change(sent, subject="Other")
    with pytest.raises(NotPossible, match="L/00001 is sent"):
        operations.delete(sent, seen=sent.version, by=make_user())


def test_what_was_changed_since_it_was_read_is_not_sent():
    letter = make_letter()
    change(letter, subject="Other")
    with pytest.raises(ChangedMeanwhile):
        operations.send(letter, by=make_user(), seen=1)


def test_a_deleted_draft_leaves_a_line_in_the_trail():
    letter = make_letter(enclosures=["Figures"])
    subject = Letter.objects.get(pk=letter.pk)
    operations.delete(letter, seen=1, by=make_user())
    assert not Letter.objects.exists() and not Enclosure.objects.exists()
    assert "deleted" in lines_about(subject)[0].act


def test_the_letterhead_has_the_address_of_the_day_line_by_line():
    assert letterhead.letterhead_on(DAY)["lines"] == [
        "1 Castle Row",
        "Aldbeck NM1 2AB",
        "01632 960000",
        "northmoor.example",
    ]
    Office.objects.all().delete()
    assert letterhead.letterhead_on(DAY)["display_name"] == ""


# --- marks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "plain", "html"),
    [
        ("On *Still Waters* again", "On Still Waters again", "On <i>Still Waters</i> again"),
        ("5 * 3 * 2", "5 * 3 * 2", "5 * 3 * 2"),
        ("<b> & *a*", "<b> & a", "&lt;b&gt; &amp; <i>a</i>"),
    ],
)
def test_stars_make_italics_in_a_subject(typed, plain, html):
    assert marks.plain(typed) == plain and marks.marked(typed) == html


def test_calls_of_footnotes_are_found_in_the_text_only():
    html = '<p>One [1] two<a href="https://x.example/?a[3]">link [2]</a>, again[1], see [2017] 1 AC.</p>'
    assert marks.called(html) == [1, 2]
    on_paper = paper.body_on_paper(html, ["First & last", "Second"])
    assert 'One<span class="fn">First &amp; last</span> two' in on_paper
    assert 'link</a><span class="fn">Second</span>, again<sup class="again">1</sup>' in on_paper
    assert "a[3]" in on_paper and "[2017]" in on_paper
    assert 'href="#note-2" id="note-call-2"' in paper.body_on_screen(html, ["A", "B"])
    assert "[2]" in paper.body_on_paper(html, ["Only one"])


def test_a_file_goes_with_the_letter(tmp_path):
    upload = files.receive(ContentFile(b"a,b\n1,2\n", name="figures.csv"), by=None)
    letter = make_letter(enclosures=[upload, ("Answers", upload)])
    assert [(each.title, each.upload) for each in letter.enclosures.all()] == [
        ("figures.csv", upload),
        ("Answers", upload),
    ]
