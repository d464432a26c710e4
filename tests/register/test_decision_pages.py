"""The register of decisions on the desk: list, filters, CSV, one record, changing, signing."""

import csv
import datetime
import io

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.minutes.models import MinuteEntry
from scrutiny.register import decisions
from scrutiny.register.models import Decision
from tests.factories import make_decision, make_entry, make_meeting, make_office, make_series, make_user

pytestmark = pytest.mark.django_db
A_PAGE_AT_MOST = 12


@pytest.fixture(autouse=True)
def _in_2026(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2026-11-21")


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


def words(**changes):
    """The form as it would be posted."""
    return {
        "title": "Grant for patrols",
        "decided": "The grant is awarded.",
        "reasons": "",
        "maker": "Robin Hale",
        "decided_on": "5 January 2026",
        "seen_version": "1",
        **changes,
    }


def signed(**fields):
    return decisions.sign(make_decision(**fields), seen_version=1, by=make_user(Role.COMMISSIONER))


def page(client, name="decisions", *keys, **query):
    return client.get(reverse(name, args=keys), query).content.decode()


# --- list and CSV ----------------------------------------------------------------------------------------------------


def test_the_list_shows_what_is_to_be_signed_first_and_then_by_number(client, officer):
    signed(title="Signed first")
    signed(title="Signed second")
    make_decision(title="Waiting")
    shown = page(client)
    assert shown.index("Waiting") < shown.index("Signed second") < shown.index("Signed first")
    assert "2026/002" in shown
    assert "1 to be signed" in shown


def test_the_list_is_narrowed_by_series_year_state_words_and_number(client, officer):
    board = make_series("Board")
    signed(title="Of the board", meeting=make_meeting(board))
    make_decision(title="Long ago", decided_on=datetime.date(2019, 3, 1), reasons="Because of patrols.")
    assert "Long ago" not in page(client, series=board.pk)
    assert "Of the board" in page(client, series=board.pk)
    assert "Of the board" not in page(client, year=2019)
    assert "Long ago" not in page(client, status="signed")
    assert "Of the board" not in page(client, text="patrols")
    assert "Of the board" in page(client, text="2026/1")
    assert "Long ago" not in page(client, text="2026/001")
    assert "No decision fits" in page(client, text="nothing says this")


def test_withdrawn_decisions_are_listed_only_when_asked_for(client, officer):
    make_decision(title="Was none", status=Decision.Status.WITHDRAWN)
    assert "Was none" not in page(client)
    assert "Was none" in page(client, status="withdrawn")


@pytest.mark.parametrize(
    "query", [{"year": "x"}, {"series": "9999"}, {"status": "'"}, {"text": "\x00"}, {"page": "-3"}]
)
def test_a_filter_that_makes_no_sense_narrows_nothing(client, officer, query):
    make_decision(title="Still here")
    assert "Still here" in page(client, **query)


def test_the_csv_holds_exactly_what_is_filtered_and_no_formula(client, officer):
    signed(title='=HYPERLINK("https://example.org")', decided="+1\n@x", maker="-2", reasons="\tTab")
    make_decision(title="Not asked for")
    sheet = client.get(reverse("decisions-csv"), {"status": "signed"})
    assert sheet["Content-Type"].startswith("text/csv")
    assert 'filename="decisions-2026-11-21.csv"' in sheet["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert [row["Number"] for row in rows] == ["2026/001"]
    assert rows[0]["Title"] == '\'=HYPERLINK("https://example.org")'
    assert rows[0]["What is decided"] == "'+1\n@x"
    assert rows[0]["Who decides"] == "'-2"
    assert rows[0]["Reasons"].startswith("'")
    assert rows[0]["Signed on"] == "2026-11-21"


def test_the_link_to_the_csv_carries_the_filters(client, officer):
    make_decision(title="Grant")
    assert f"{reverse('decisions-csv')}?text=gra+nt" not in page(client, text="Grant")
    assert f"{reverse('decisions-csv')}?text=Grant&amp;status=draft" in page(client, text="Grant", status="draft")


def test_the_list_of_three_hundred_costs_few_queries(client, officer, django_assert_max_num_queries):
    make_office()
    meeting = make_meeting()
    Decision.objects.bulk_create(
        Decision(title=f"D{n}", decided="x", maker="m", decided_on=meeting.date, meeting=meeting) for n in range(300)
    )
    make_entry(kind=MinuteEntry.Kind.DECISION, text="One of minutes.")
    for address in (reverse("decisions"), f"{reverse('decisions')}?text=D1&page=2"):
        with django_assert_max_num_queries(A_PAGE_AT_MOST):
            assert client.get(address).status_code == 200


def test_one_decision_costs_few_queries(client, officer, django_assert_max_num_queries):
    make_office()
    make_entry(kind=MinuteEntry.Kind.DECISION, text="One of minutes.")
    with django_assert_max_num_queries(A_PAGE_AT_MOST):
        assert "One of minutes" in page(client, "decision", Decision.objects.get().pk)


# --- writing and changing --------------------------------------------------------------------------------------------


def test_a_decision_outside_a_meeting_is_written_down_once_however_often_it_is_sent(client, officer):
    for _ in range(3):
        sent = client.post(reverse("decision-add"), words())
    made = Decision.objects.get()
    assert sent["Location"] == made.get_absolute_url()
    assert (made.title, made.meeting, made.decided_on) == ("Grant for patrols", None, datetime.date(2026, 1, 5))


def test_a_stale_form_says_so_and_keeps_its_words(client, officer):
    decision = make_decision(title="First")
    decisions.change(decision, seen_version=1, words={"title": "Theirs"}, by=make_user())
    sent = client.post(reverse("decision-edit", args=[decision.pk]), words(title="Mine", seen_version="1"))
    shown = sent.content.decode()
    assert sent.status_code == 409
    assert "Somebody else saved this decision since you opened it" in shown
    assert "Theirs" in shown and 'value="Mine"' in shown
    decision.refresh_from_db()
    assert decision.title == "Theirs"
    again = client.post(reverse("decision-edit", args=[decision.pk]), words(title="Mine", seen_version="2"))
    assert again.status_code == 302
    decision.refresh_from_db()
    assert decision.title == "Mine"


def test_a_form_kept_open_until_the_decision_was_signed_keeps_its_words_and_changes_nothing(client, officer):
    decision = signed(title="Signed")
    sent = client.post(reverse("decision-edit", args=[decision.pk]), words(title="Too late"))
    assert sent.status_code == 302
    decision.refresh_from_db()
    assert decision.title == "Signed"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "Enter a title."),
        ({"decided": " "}, "Enter what is decided."),
        ({"decided": "x" * 5_000_000}, "Keep what is decided under 20,000 letters"),
        ({"title": "t" * 201}, "Keep a title under 200 letters"),
        ({"decided_on": "5 January 1066"}, "1066 is too long ago"),
        ({"decided_on": "5 January 2066"}, "more than a year from now"),
        ({"decided_on": "31 February 2026"}, "February 2026 has 28 days"),
    ],
)
def test_what_cannot_be_kept_is_said_and_the_words_stay(client, officer, changes, message):
    sent = client.post(reverse("decision-add"), words(**changes))
    assert sent.status_code == 422
    assert message in sent.content.decode()
    assert not Decision.objects.exists()


def test_nul_is_dropped_and_other_letters_are_kept(client, officer):
    client.post(reverse("decision-add"), words(title="Nul\x00 👮 \u202eright\u202c", decided="bell\x07\r\nنص"))
    made = Decision.objects.get()
    assert (made.title, made.decided) == ("Nul 👮 \u202eright\u202c", "bell\nنص")
    assert "👮" in page(client, "decision", made.pk)


def test_a_version_that_is_no_number_is_a_stale_form(client, officer):
    decision = make_decision()
    for version in ("", "abc", "-1", "9" * 40):
        sent = client.post(reverse("decision-edit", args=[decision.pk]), words(seen_version=version))
        assert sent.status_code in (409, 422)
    decision.refresh_from_db()
    assert decision.version == 1


def test_a_record_made_by_hand_can_be_withdrawn_and_one_of_minutes_cannot(client, officer):
    by_hand = make_decision()
    client.post(reverse("decision-withdraw", args=[by_hand.pk]))
    by_hand.refresh_from_db()
    assert by_hand.status == "withdrawn"
    make_entry(kind=MinuteEntry.Kind.DECISION, text="One of minutes.")
    of_minutes = Decision.objects.get(decided="One of minutes.")
    sent = client.post(reverse("decision-withdraw", args=[of_minutes.pk]), follow=True)
    assert "Change the kind of the entry there" in sent.content.decode()
    of_minutes.refresh_from_db()
    assert of_minutes.is_draft


# --- signing ---------------------------------------------------------------------------------------------------------


def test_the_commissioner_reads_and_signs_and_signing_again_changes_nothing(client):
    decision = make_decision(decided_on=datetime.date(2026, 1, 5))
    client.force_login(make_user(Role.COMMISSIONER, name="Robin Hale"))
    where = reverse("decision-sign", args=[decision.pk])
    assert "The grant is awarded." in client.get(where).content.decode()
    for _ in range(3):
        assert client.post(where, {"seen_version": "1"})["Location"] == decision.get_absolute_url()
    shown = page(client, "decision", decision.pk)
    assert "Decision 2026/001" in shown
    assert "21 November 2026 by Robin Hale" in shown
    assert "5 January 2026" in shown
    assert reverse("decision-edit", args=[decision.pk]) not in shown


def test_what_was_changed_since_it_was_read_is_shown_again_before_it_is_signed(client):
    decision = make_decision()
    decisions.change(decision, seen_version=1, words={"decided": "Twice as much."}, by=make_user())
    client.force_login(make_user(Role.COMMISSIONER))
    sent = client.post(reverse("decision-sign", args=[decision.pk]), {"seen_version": "1"})
    assert sent.status_code == 409
    assert "Twice as much." in sent.content.decode()
    decision.refresh_from_db()
    assert decision.is_draft


def test_only_the_commissioner_is_offered_to_sign(client, officer):
    decision = make_decision()
    where = reverse("decision-sign", args=[decision.pk])
    assert where not in page(client, "decision", decision.pk)
    assert client.post(where, {"seen_version": "1"}).status_code == 403
