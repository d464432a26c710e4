"""Questions from the public: taken in with their deadline, used, answered or declined; who sent them stays at the desk."""

import datetime
import uuid

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from scrutiny.minutes import operations, public_questions
from scrutiny.minutes.models import MinuteEntry, PublicQuestion
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import NotPossible
from tests.factories import make_item, make_meeting, make_minutes, make_public_question, make_series, make_user

pytestmark = pytest.mark.django_db
CANARY_NAME, CANARY_CONTACT = "Canaria Yellowbird", "canary-7f3a@example.org"
DAY = datetime.date(2026, 1, 19)  # a Monday


@pytest.fixture(autouse=True)
def _in_january(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2026-01-14")


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


def make_meeting_with_item(**series):
    meeting = make_meeting(make_series(**series), date=DAY)
    return make_item(meeting, title="Questions from the public", purpose="answer")


def form(of_series, **changes):
    """The form as it would be posted."""
    return {
        "series": of_series.pk,
        "meeting": "",
        "text": "When will the crossing be mended?",
        "asked_as": "A resident of Wakefield",
        "channel": "email",
        "received_on": "2 January 2026",
        "received_time": "9:30",
        "private_name": CANARY_NAME,
        "private_contact": CANARY_CONTACT,
        "seen_version": "1",
        **changes,
    }


def page(client, name="public-questions", *keys, **query):
    return client.get(reverse(name, args=keys), query).content.decode()


def post(client, name, question, **data):
    data = {"seen_version": question.version, **data}
    return client.post(reverse(f"public-question-{name}", args=[question.pk]), data)


# --- deadline --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notice", "working", "deadline"),
    [
        (None, False, None),
        (0, False, datetime.date(2026, 1, 19)),
        (7, False, datetime.date(2026, 1, 12)),
        (7, True, datetime.date(2026, 1, 8)),
        (1, True, datetime.date(2026, 1, 16)),
        (0, True, datetime.date(2026, 1, 19)),
    ],
)
def test_the_deadline_is_counted_back_from_the_meeting(notice, working, deadline):
    series = make_series(question_notice=notice, question_notice_in_working_days=working)
    assert make_meeting(series, date=DAY).question_deadline == deadline


@pytest.mark.parametrize(
    ("received", "words"),
    [
        (datetime.datetime(2026, 1, 12, 23, 59, tzinfo=datetime.UTC), "In time"),
        (datetime.datetime(2026, 1, 13, 0, 1, tzinfo=datetime.UTC), "After the deadline"),
    ],
)
def test_the_whole_day_of_the_deadline_is_in_time(client, officer, received, words):
    meeting = make_meeting(make_series(question_notice=7), date=DAY)
    question = make_public_question(meeting.series, meeting=meeting, received_at=received)
    shown = page(client, "public-question", question.pk)
    assert "Monday 12 January 2026" in shown
    assert words in shown


def test_without_a_meeting_or_a_notice_there_is_no_deadline(client, officer):
    assert make_public_question().deadline is None
    assert "No deadline" in page(client, "public-question", make_public_question().pk)


# --- taking in -------------------------------------------------------------------------------------------------------


def test_a_question_is_taken_in_once_however_often_the_form_is_sent(client, officer):
    series = make_series()
    for _ in range(3):
        sent = client.post(reverse("public-question-add"), form(series))
    question = PublicQuestion.objects.get()
    assert sent["Location"] == question.get_absolute_url()
    assert (question.private_name, question.status) == (CANARY_NAME, "received")
    assert timezone.localtime(question.received_at).strftime("%d %H:%M") == "02 09:30"
    assert AuditLine.objects.filter(act="Question from the public received").count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": ""}, "Enter the question."),
        ({"text": "x" * 5_000_000}, "Keep the question under 5,000 letters"),
        ({"received_on": "15 January 2026"}, "is still to come"),
        ({"received_on": "1 May 1999"}, "before the first commissioners"),
        ({"received_time": "25:00"}, "hours 0 to 23"),
        ({"series": "9999"}, "valid choice"),
        ({"channel": "pigeon"}, "valid choice"),
        ({"asked_as": CANARY_NAME.upper()}, "This names the sender"),
        ({"text": f"Ask {CANARY_NAME}, or write to me"}, "This names the sender"),
        ({"text": f"Write to {CANARY_CONTACT}."}, "This names the sender"),
    ],
)
def test_what_cannot_be_taken_in_is_said_and_the_words_stay(client, officer, changes, message):
    sent = client.post(reverse("public-question-add"), form(make_series(), **changes))
    assert sent.status_code == 422
    assert message in sent.content.decode()
    assert not PublicQuestion.objects.exists()


def test_nul_is_dropped_and_other_letters_are_kept(client, officer):
    client.post(reverse("public-question-add"), form(make_series(), text="Why\x00 👮 \u202ewhy\u202c?\x07"))
    assert PublicQuestion.objects.get().text == "Why 👮 \u202ewhy\u202c?"


def test_the_meeting_must_be_of_the_series(client, officer):
    sent = client.post(reverse("public-question-add"), form(make_series(), meeting=make_meeting(date=DAY).pk))
    assert "is not one of" in sent.content.decode()


def test_a_stale_correction_keeps_its_words_and_overwrites_nothing(client, officer):
    question = make_public_question()
    words = {"text": "Theirs?"}
    public_questions.change(question, seen_version=1, words=words, by=officer)
    sent = client.post(
        reverse("public-question-edit", args=[question.pk]), form(question.series, text="Mine?", seen_version="1")
    )
    assert sent.status_code == 409
    assert "Mine?" in sent.content.decode()
    question.refresh_from_db()
    assert question.text == "Theirs?"


# --- settling --------------------------------------------------------------------------------------------------------


def test_a_question_is_asked_at_a_meeting_and_stands_in_the_minutes_once(client, officer):
    item = make_meeting_with_item()
    question = make_public_question(item.meeting.series, text="When?", asked_as="A resident", private_name=CANARY_NAME)
    for _ in range(3):
        sent = post(client, "use", question, item=item.pk, with_entry="on")
        assert sent.status_code == 302
    question.refresh_from_db()
    entry = MinuteEntry.objects.get()
    assert (entry.kind, entry.text) == ("question", "A resident asked: When?")
    assert (question.status, question.entry, question.meeting, question.item) == ("used", entry, item.meeting, item)
    assert "A resident asked: When?" in page(client, "questions")
    assert entry.get_kind_display() == "Question"


def test_a_question_can_be_asked_without_writing_it_into_the_minutes(client, officer):
    item = make_meeting_with_item()
    question = make_public_question(item.meeting.series)
    post(client, "use", question, item=item.pk)
    question.refresh_from_db()
    assert (question.status, question.entry) == ("used", None)
    assert not MinuteEntry.objects.exists()


def test_closed_minutes_refuse_it_in_words_and_nothing_is_half_done(client, officer):
    item = make_meeting_with_item()
    minutes = make_minutes(item.meeting)
    minutes.state = State.SIGNED
    minutes.save()
    question = make_public_question(item.meeting.series)
    sent = post(client, "use", question, item=item.pk, with_entry="on")
    assert sent.status_code == 409
    assert "This was not saved" in sent.content.decode()
    question.refresh_from_db()
    assert question.is_received and question.item is None


def test_an_item_of_another_series_cannot_be_chosen(client, officer):
    foreign = make_meeting_with_item()
    question = make_public_question()
    assert post(client, "use", question, item=foreign.pk).status_code == 422
    assert post(client, "use", question, item="x").status_code == 422


def test_a_question_opened_again_is_not_written_twice(client, officer):
    item = make_meeting_with_item()
    question = make_public_question(item.meeting.series)
    post(client, "use", question, item=item.pk, with_entry="on")
    question.refresh_from_db()
    post(client, "reopen", question)
    question.refresh_from_db()
    assert question.is_received
    assert "It still stands there" in page(client, "public-question", question.pk)
    post(client, "use", question, item=item.pk, with_entry="on")
    assert MinuteEntry.objects.count() == 1
    other = make_item(make_meeting(item.meeting.series, date=DAY + datetime.timedelta(days=7)))
    question.refresh_from_db()
    post(client, "reopen", question)
    question.refresh_from_db()
    assert "Take it out there first" in post(client, "use", question, item=other.pk).content.decode()
    entry = MinuteEntry.objects.get()
    operations.delete_entry(entry, base_version=1, save_id=uuid.uuid4(), by=officer)
    assert post(client, "use", question, item=other.pk, with_entry="on").status_code == 302
    assert MinuteEntry.objects.filter(deleted=False).get().minuted_item.item == other


def test_an_answer_in_writing_keeps_its_words_and_its_day(client, officer):
    question = make_public_question()
    for _ in range(2):
        post(client, "answer", question, answer="Next week.", answered_on="9 January 2026")
    question.refresh_from_db()
    assert (question.status, question.answer, question.version) == ("answered", "Next week.", 2)
    shown = page(client, "public-question", question.pk)
    assert "9 January 2026" in shown and "Next week." in shown


@pytest.mark.parametrize(
    ("day", "message"), [("1 January 2026", "before the question was received"), ("20 January 2026", "still to come")]
)
def test_an_answer_is_given_after_the_question_and_not_in_the_future(client, officer, day, message):
    sent = post(client, "answer", make_public_question(), answer="So.", answered_on=day)
    assert sent.status_code == 422
    assert message in sent.content.decode()


def test_a_declined_question_has_its_reason(client, officer):
    question = make_public_question(private_name=CANARY_NAME)
    assert "Enter the reason." in post(client, "decline", question, reason=" ").content.decode()
    assert "names the sender" in post(client, "decline", question, reason=f"{CANARY_NAME} is rude").content.decode()
    post(client, "decline", question, reason="It names an officer.")
    question.refresh_from_db()
    assert (question.status, question.reason, question.settled_by) == ("declined", "It names an officer.", officer)
    assert "It names an officer." in page(client, "public-question", question.pk)


def test_a_settled_question_takes_no_other_act_and_the_stale_form_keeps_its_words(client, officer):
    question = make_public_question()
    post(client, "decline", question, reason="No.")
    sent = post(client, "answer", question, answer="Yes, of course.", answered_on="9 January 2026")
    assert sent.status_code == 409
    assert "Yes, of course." in sent.content.decode()
    assert "Somebody did something about this question" in sent.content.decode()
    question.refresh_from_db()
    with pytest.raises(NotPossible, match="settled: declined"):
        public_questions.decline(question, reason="Other.", seen_version=question.version, by=officer)


def test_a_stale_reopening_is_refused(client, officer):
    question = make_public_question()
    post(client, "decline", question, reason="No.")
    client.post(reverse("public-question-reopen", args=[question.pk]), {"seen_version": "1"})
    question.refresh_from_db()
    assert question.status == "declined"


def test_deleted_draft_minutes_let_go_of_the_question(client, officer):
    item = make_meeting_with_item()
    question = make_public_question(item.meeting.series)
    post(client, "use", question, item=item.pk, with_entry="on")
    operations.delete_minutes(item.meeting.minutes, by=officer)
    question.refresh_from_db()
    assert question.entry is None


# --- list ------------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_state_series_and_words_but_never_by_name(client, officer):
    first = make_public_question(text="Snow?", private_name=CANARY_NAME)
    second = make_public_question(text="Rain?", status="declined", reason="No.", settled_at=timezone.now())

    def found(**query):
        shown = page(client, **query)
        return [entry.text for entry in (first, second) if entry.text in shown]

    assert found() == ["Snow?", "Rain?"]
    assert found(status="received") == ["Snow?"]
    assert found(series=second.series_id) == ["Rain?"]
    assert found(text="snow") == ["Snow?"]
    assert found(text="Yellowbird") == []


def test_the_list_of_two_hundred_costs_few_queries(client, officer, django_assert_max_num_queries):
    item = make_meeting_with_item(question_notice=7)
    now = timezone.now()
    PublicQuestion.objects.bulk_create(
        PublicQuestion(series=item.meeting.series, meeting=item.meeting, item=item, text=f"Q{n}", received_at=now)
        for n in range(200)
    )
    for address in (reverse("public-questions"), f"{reverse('public-questions')}?text=Q&page=3"):
        with django_assert_max_num_queries(12):
            assert "Deadline" in client.get(address).content.decode()
    question = PublicQuestion.objects.first()
    for name in ("public-question", "public-question-use", "public-question-edit"):
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name, args=[question.pk])).status_code == 200


# --- who sent it stays at the desk -----------------------------------------------------------------------------------


def _patterns(patterns=None):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


def _everything_readable(question):
    """Every address of the desk that speaks of the question's meeting, minutes, entry or the question itself."""
    entry = question.entry
    keys = {
        "PublicQuestion": question.pk,
        "MinuteEntry": entry.pk,
        "MinutedItem": entry.minuted_item_id,
        "Minutes": entry.minuted_item.minutes_id,
        "Meeting": question.meeting_id,
        "AgendaItem": question.item_id,
        "MeetingSeries": question.series_id,
    }
    for pattern in _patterns():
        wanted = set(pattern.pattern.converters)
        if pattern.pattern.regex.groupindex and not wanted:
            continue  # an address of the public site, which shows what is published and nothing of this
        if not wanted:
            yield reverse(pattern.name)
        elif wanted == {"pk"}:
            record = getattr(pattern.callback, "record_class", None)
            if record and record.__name__ in keys:
                yield reverse(pattern.name, args=[keys[record.__name__]])


@pytest.fixture
def _papers_as_their_html(monkeypatch):
    """A paper is looked at as what is laid out."""
    monkeypatch.setattr("opcc_portal.pdf.render", lambda html, **options: html.encode())


def _lived_with(officer):
    """A question with canaries for name and contact, through everything that can happen to it."""
    item = make_meeting_with_item(question_notice=7)
    question = PublicQuestion(
        series=item.meeting.series,
        meeting=item.meeting,
        text="When will it be mended?",
        received_at=timezone.now() - datetime.timedelta(days=400),
        private_name=CANARY_NAME,
        private_contact=CANARY_CONTACT,
    )
    question = public_questions.receive(question, by=officer)
    words = {"private_contact": f"{CANARY_CONTACT}, 01924 000000"}
    question = public_questions.change(question, seen_version=1, words=words, by=officer)
    for act, facts in (
        (public_questions.decline, {"reason": "Not ours."}),
        (public_questions.answer_in_writing, {"answer": "Soon.", "at": timezone.now()}),
        (public_questions.use, {"item": item, "with_entry": True}),
    ):
        question = act(question, seen_version=question.version, by=officer, **facts)
        if act is not public_questions.use:
            question = public_questions.reopen(question, seen_version=question.version, by=officer)
    return question


def _tells(content):
    return any(canary in content for canary in ("Canaria", "Yellowbird", "canary-7f3a", "01924 000000"))


@pytest.mark.one_database("what a role is shown is decided in Python and in templates")
@pytest.mark.usefixtures("_papers_as_their_html")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.GOVERNANCE])
def test_no_other_role_ever_meets_name_or_contact(client, role):
    question = _lived_with(make_user())
    client.force_login(make_user(role))
    telling, looked = [], 0
    for address in _everything_readable(question):
        response = client.get(address)
        if response.status_code == 200:
            looked += 1
            if _tells(response.getvalue().decode(errors="replace")):
                telling.append(address)
    assert not telling
    assert looked >= (25 if role != Role.FORCE else 5)


@pytest.mark.one_database("what a role is shown is decided in Python and in templates")
@pytest.mark.usefixtures("_papers_as_their_html")
def test_governance_meets_them_on_the_questions_own_pages_only(client, officer):
    question = _lived_with(officer)
    telling = {
        address
        for address in _everything_readable(question)
        if _tells(client.get(address).getvalue().decode(errors="replace"))
    }
    assert telling == {reverse("public-question", args=[question.pk])}
    public_questions.reopen(question, seen_version=question.version, by=officer)
    assert _tells(page(client, "public-question-edit", question.pk))


def test_no_trace_file_or_title_holds_them(client, officer):
    question = _lived_with(officer)
    for line in AuditLine.objects.all():
        assert not _tells(f"{line.act} {line.details} {line.subject}")
    assert not _tells(f"{question} {question!r} {MinuteEntry.objects.get().text}")
    for name in ("questions-csv", "decisions-csv"):
        assert not _tells(client.get(reverse(name)).content.decode())
    shown = page(client, "public-question", question.pk)
    assert not _tells(shown[shown.index("<title>") : shown.index("</title>")])


def test_nothing_is_written_to_a_log(client, officer, caplog):
    client.post(reverse("public-question-add"), form(make_series()))
    client.post(reverse("public-question-add"), form(make_series(), text=""))
    assert not _tells(caplog.text)
