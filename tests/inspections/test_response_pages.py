"""Pages of the response to an inspection, as people use them."""

import datetime

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.inspections import response_letters, response_paper, responses
from scrutiny.inspections.models import Answer, Inspection, Recommendation, Response
from scrutiny.letters.models import Letter
from tests.factories import make_inspection, make_office, make_recommendation, make_response, make_user

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def officer(client):
    make_office()
    user = make_user()
    client.force_login(user)
    return user


def at(name, record):
    return reverse(name, args=[record.pk])


def read(client, name, record, status=200):
    answer = client.get(at(name, record))
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def send(client, name, record, status=302, **data):
    answer = client.post(at(name, record), data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return " ".join(answer.content.decode().split())


def answers_of(response, **typed):
    """What the page of all answers sends: what stands, with what is typed for recommendations by their number."""
    data = {}
    for report in responses.asked_by(response):
        for asked, answer in report.rows:
            name = f"answer-{asked.pk}"
            held = (answer.kind, answer.text, answer.version) if answer else ("", "", "")
            kind, text, seen = typed.get(f"n{asked.label}", held)
            data |= {f"{name}-kind": kind, f"{name}-text": text, f"{name}-seen": seen}
    return data


def test_the_response_is_begun_once_and_its_page_shows_the_clock_and_what_is_missing(client, officer):
    inspection = make_recommendation(make_inspection(published_on=today() - 40 * DAY)).inspection
    for _ in range(2):
        send(client, "response-start", inspection)
    response = Response.objects.get()
    told = read(client, "response", response)
    for words in (
        "15 days left",
        "28 days or fewer",
        "One recommendation has no answer.",
        "It is not recorded when the chief constable was invited",
        "Police Act 1996, section 55(5A)",
        "0 of 1",
        "Cannot start yet",
    ):
        assert words in told, words
    assert told.count('class="button "') == 1


def test_a_report_that_needs_no_response_sends_back_with_the_reason(client, officer):
    inspection = make_inspection(subject="not_subject", why_not_subject="It is about the railway.")
    send(client, "response-start", inspection)
    assert "asks for no response" in read(client, "inspection", inspection)
    assert not Response.objects.exists()


def test_a_late_response_says_by_how_much(client, officer):
    response = make_response(make_inspection(published_on=today() - 58 * DAY))
    told = read(client, "response", response)
    assert "3 days late" in told and "Not public yet" in told


def test_invitation_and_comments_are_recorded(client, officer):
    response = responses.start(make_inspection(), by=officer)
    day = today() - DAY
    send(client, "response-invitation", response, invited_on=day.isoformat(), comments_by=today().isoformat(), seen=1)
    words = {"comments_state": "received", "comments_received_on": today().isoformat(), "seen": 2}
    send(client, "response-comments", response, comments="<p>The force agrees.</p><script>x</script>", **words)
    held = Response.objects.get()
    assert (held.invited_on, held.comments) == (day, "<p>The force agrees.</p>")


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("response-invitation", {"invited_on": "1 January 2100"}, "still to come"),
        ("response-invitation", {"invited_on": "1 January 2001"}, "The report was published on"),
        ("response-invitation", {"comments_by": "1 March 2026"}, "Enter the day of the invitation as well"),
        ("response-comments", {"comments_state": "received"}, "Enter the day on which the comments came"),
        ("response-comments", {"comments_state": "none", "comments": "<p>x</p>"}, "Choose “Received”"),
        ("response-comments", {"comments_state": "other"}, "Select a valid choice"),
        ("response-dispatches", {"inspectorate_how": "by post"}, "Enter the day on which it was sent"),
        ("response-dispatches", {"inspectorate_on": "31 February 2026"}, "is not a date"),
        ("response-elsewhere", {"published_on": "1 January 2100"}, "still to come"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(client, officer, name, typed, said):
    response = responses.start(make_inspection(), by=officer)
    told = send(client, name, response, status=422, seen=1, **typed)
    assert said in told and "<title>Error: " in told
    assert Response.objects.get().version == 1


def test_every_recommendation_stands_on_one_page_and_those_without_answer_are_marked(client, officer):
    inspection = make_inspection()
    for _ in range(3):
        make_recommendation(inspection)
    national = make_recommendation(make_inspection(title="The national report")).inspection
    inspection.covers.add(national)
    response = responses.start(inspection, by=officer)
    told = read(client, "response-answers", response)
    assert told.count("No answer yet") == 4 and "The national report" in told and "(optional)" not in told
    typed = answers_of(response, n2=("taken", "It is counted.", ""))
    send(client, "response-answers", response, **typed)
    assert Answer.objects.get().text == "It is counted."
    told = read(client, "response-answers", response)
    assert told.count("No answer yet") == 3 and "3 of 4 have no answer yet" in told


def test_an_answer_without_its_kind_or_without_words_is_asked_for(client, officer):
    inspection = make_inspection()
    asked = [make_recommendation(inspection) for _ in range(2)]
    response = responses.start(inspection, by=officer)
    typed = answers_of(response, n1=("", "It is counted.", ""), n2=("none", "", ""))
    told = send(client, "response-answers", response, status=422, **typed)
    assert f"{asked[0]}: choose what the answer says." in told and f"{asked[1]}: write the answer." in told
    assert "It is counted." in told and not Answer.objects.exists()


def test_two_people_at_the_answers_lose_nothing(client, officer):
    inspection = make_inspection()
    first, second = make_recommendation(inspection), make_recommendation(inspection)
    response = responses.start(inspection, by=officer)
    mine = answers_of(response, n1=("taken", "My words.", ""), n2=("taken", "Also mine.", ""))
    responses.answer_all(response, [responses.Said(first, "none", "Their words.")], by=make_user())
    told = send(client, "response-answers", response, status=409, **mine)
    assert "Their words." in told and "My words." in told and "Somebody else changed this answer" in told
    assert sorted(Answer.objects.values_list("text", flat=True)) == ["Also mine.", "Their words."]
    again = answers_of(response, n1=("taken", "My words.", 1))
    send(client, "response-answers", response, **again)
    assert Answer.objects.get(recommendation=first).text == "My words."
    send(client, "response-answers", response, **again)  # saved twice
    assert Answer.objects.get(recommendation=first).version == 2
    assert second.answers.get().version == 1


def test_a_text_that_somebody_else_saved_meanwhile_is_shown_beside_ones_own(client, officer):
    response = make_response()
    responses.change(response, {"text": "<p>Theirs.</p>"}, seen=response.version, act="Text", by=make_user())
    told = send(client, "response-text", response, status=409, text="<p>Mine.</p>", seen=response.version)
    assert 'saved “<span dir="auto">Theirs.</span>”, yours “<span dir="auto">Mine.</span>”' in told
    send(client, "response-text", response, text="<p>Mine.</p>", seen=response.version + 1)
    assert Response.objects.get().text == "<p>Mine.</p>"


def test_the_commissioner_reads_everything_and_signs_what_was_read(client):
    make_office()
    response = make_response()
    client.force_login(make_user(Role.COMMISSIONER))
    told = read(client, "response-sign", response)
    for words in ("Counted, part 1.", "The force has begun to count.", "The office welcomes the report."):
        assert words in told, words
    seen = responses.hash_of(response)
    Recommendation.objects.update(text="Count twice.")
    told = send(client, "response-sign", response, status=409, seen=seen)
    assert "Count twice." in told and not Response.objects.get().is_signed
    send(client, "response-sign", response, seen=responses.hash_of(Response.objects.get()))
    assert Response.objects.get().is_signed
    assert "Signed" in read(client, "response", response)


def test_a_signed_response_leads_back_from_every_step_and_opens_again(client, officer):
    response = make_response(signed_by=make_user(Role.COMMISSIONER))
    for name in ("response-invitation", "response-comments", "response-text", "response-answers"):
        assert client.get(at(name, response)).status_code == 302, name
    send(client, "response-reopen", response)
    assert client.get(at("response-answers", response)).status_code == 200


def test_a_response_with_an_answer_missing_offers_no_signature(client):
    make_office()
    response = make_response(answered=False)
    client.force_login(make_user(Role.COMMISSIONER))
    told = read(client, "response-sign", response)
    assert "One recommendation has no answer." in told and ">Sign</button>" not in told
    send(client, "response-sign", response, seen=responses.hash_of(response))
    assert not Response.objects.get().is_signed


def test_one_click_drafts_the_letter_and_opens_it_for_editing(client, officer):
    response = make_response()
    for _ in range(2):
        answer = client.post(at("response-letter", response))
        assert answer["Location"] == at("letter-edit", Letter.objects.get())
    assert "Counted, part 1." in read(client, "letter-edit", Letter.objects.get())
    send(client, "response-letter-off", response)
    assert Response.objects.get().letter is None and Letter.objects.count() == 1


def test_dispatches_are_recorded(client, officer):
    response = make_response()
    day = today().isoformat()
    typed = {
        "secretary_of_state_on": day,
        "secretary_of_state_how": "by e-mail",
        "inspectorate_on": day,
        "seen": response.version,
    }
    send(client, "response-dispatches", response, **typed)
    assert response.dispatches.count() == 2
    send(client, "response-dispatches", response, status=409, secretary_of_state_on=day, seen=response.version)
    assert response.dispatches.count() == 2
    assert "Completed" in read(client, "response", response)


def test_what_people_paste_is_never_run(client, officer):
    inspection = make_inspection(title="<b>Roads</b> & <script>alert(1)</script>")
    make_recommendation(inspection, text="<script>alert(2)</script>")
    response = make_response(inspection)
    for name in ("response", "response-answers", "response-dispatches"):
        assert "<script>alert" not in read(client, name, response), name


def test_the_draft_is_a_paper_that_says_so(client, officer, monkeypatch):
    asked = []
    monkeypatch.setattr("opcc_portal.pdf.render", lambda html, **options: asked.append(html) or b"%PDF-1.7")
    response = make_response()
    answer = client.get(at("response-pdf", response))
    assert answer.status_code in (200, 302)
    answer.getvalue()
    paper = response_paper.draft_of(Response.objects.select_related("inspection__body", "letter").get())
    assert "not signed" in paper.html and "Counted, part 1." in paper.html and "Draft" in paper.html


@pytest.mark.parametrize("role", [Role.GOVERNANCE, Role.COMMISSIONER])
def test_the_page_costs_at_most_twelve_queries_however_much_there_is(client, role, django_assert_max_num_queries):
    make_office()
    inspection = make_inspection()
    for _ in range(15):
        make_recommendation(inspection)
    response = make_response(inspection, signed_by=make_user(Role.COMMISSIONER))
    response_letters.draft_letter(response, by=make_user())
    client.force_login(make_user(role))
    with django_assert_max_num_queries(12):
        read(client, "response", response)


def test_home_and_dashboard_tell_what_is_due(client):
    make_office()
    make_inspection(title="Nearly late", published_on=today() - 50 * DAY)
    make_inspection(title="Time enough", published_on=today() - 10 * DAY)
    waiting = make_response(make_recommendation(make_inspection(title="To be signed")).inspection)
    client.force_login(make_user())
    told = client.get(reverse("desk")).content.decode()
    assert "Nearly late" in told and "5 days left" in told and "Time enough" not in told
    client.force_login(make_user(Role.COMMISSIONER))
    told = client.get(reverse("dashboard")).content.decode()
    assert "Nearly late" in told and "5 days left" in told and "Time enough" not in told
    assert at("response-sign", waiting) in told
    client.force_login(make_user(Role.FORCE))
    assert "Nearly late" not in client.get(reverse("desk")).content.decode()


def test_a_published_response_that_was_not_sent_on_stands_on_home(client):
    make_office()
    response = make_response(make_recommendation(make_inspection(title="Out and not sent")).inspection)
    Response.objects.update(state="published")
    client.force_login(make_user())
    told = client.get(reverse("desk")).content.decode()
    assert "Out and not sent" in told and response.get_absolute_url() in told
    assert Inspection.objects.count() == 1
