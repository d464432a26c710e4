"""The pages of assessment: what each person sees, and what somebody with an interest does not see anywhere."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from funding.assessment import deciding, papers, standing
from funding.assessment.models import Assessment, Interest, Moderation, Outcome
from funding.rounds.models import PanelMember
from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.register import decisions
from tests.factories import make_office, make_user
from tests.funding.panels import make_eligible, make_interest, make_marked_round, make_panel, score

pytestmark = pytest.mark.django_db
A_PAGE_AT_MOST = 12


def get(client, name, pk, **query):
    return client.get(reverse(name, args=[pk]), query)


def page(client, name, pk, **query):
    response = get(client, name, pk, **query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def post(client, name, pk, **words):
    return client.post(reverse(name, args=[pk]), words)


@pytest.fixture
def officer(client):
    user = make_user(Role.GRANTS)
    client.force_login(user)
    return user


def points(round_, *given, **more):
    """The form of an assessment as it would be posted."""
    scores = {f"points_{each.pk}": str(value) for each, value in zip(round_.criteria.all(), given, strict=True)}
    return {"seen": "0", "comment": "", "advice": "fund", "act": "hand_in", **scores, **more}


# --- declaring and scoring -----------------------------------------------------------------------------------------------


def test_somebody_on_the_panel_declares_scores_and_hands_in(client):
    round_, (one, _) = make_panel()
    near, far = make_eligible(round_, applicant_name="Near Trust"), make_eligible(round_, applicant_name="Far Trust")
    PanelMember.objects.update(interests_declared_at=None)
    client.force_login(one)
    assert get(client, "assess-list", round_.pk).url == reverse("round-interests", args=[round_.pk])
    shown = page(client, "round-interests", round_.pk)
    assert "Near Trust" in shown and near.title not in shown and "ann@example.org" not in shown
    refused = post(client, "round-interests", round_.pk, none_other="")
    assert refused.status_code == 422 and "Confirm that you have looked at every name." in refused.content.decode()
    post(client, "round-interests", round_.pk, none_other="on", **{f"interest_{near.pk}": "My sister runs it."})
    assert Interest.objects.get().nature == "My sister runs it."
    listed = page(client, "assess-list", round_.pk)
    assert "0 of 1 handed in" in listed and far.reference in listed and near.reference not in listed
    gap = post(client, "application-assess", far.pk, **points(round_, 5, ""))
    assert gap.status_code == 422 and "Give points for “Result”." in gap.content.decode()
    post(client, "application-assess", far.pk, **points(round_, 5, 3, act="keep", advice=""))
    assert not Assessment.objects.get().is_submitted
    post(client, "application-assess", far.pk, **points(round_, 5, 4, seen="1"))
    assert Assessment.objects.get().is_submitted
    assert "1 of 1 handed in" in page(client, "assess-list", round_.pk)
    assert "90.00 per cent" in page(client, "application-assess", far.pk)
    post(client, "assessment-take-back", Assessment.objects.get().pk, seen="2")
    assert not Assessment.objects.get().is_submitted


def test_the_list_leads_to_the_next_one_to_assess(client):
    round_, (one, _) = make_panel()
    first, second = make_eligible(round_), make_eligible(round_)
    make_eligible(round_, status="submitted")
    client.force_login(one)
    for following in (first, second):
        address = reverse("application-assess", args=[following.pk])
        assert f'<a class="button " href="{address}">Assess the next one</a>' in page(client, "assess-list", round_.pk)
        post(client, "application-assess", following.pk, **points(round_, 3, 3))
    assert "Assess the next one" not in page(client, "assess-list", round_.pk)


def test_a_second_window_keeps_what_was_typed(client):
    round_, (one, _) = make_panel()
    application = make_eligible(round_)
    client.force_login(one)
    post(client, "application-assess", application.pk, **points(round_, 5, 5, act="keep"))
    late = post(client, "application-assess", application.pk, **points(round_, 1, 1, act="keep", comment="Typed here."))
    shown = late.content.decode()
    assert late.status_code == 409 and "Typed here." in shown and 'name="seen" value="1"' in shown


def test_marks_of_others_are_shown_when_ones_own_are_in(client):
    round_, (one, two) = make_panel()
    application = make_eligible(round_)
    score(application, two, 5, 5)
    client.force_login(one)
    for name in ("round-moderation", "round-ranking", "round-ranking-csv", "round-ranking-pdf"):
        assert "Your own assessments first" in page(client, name, round_.pk)
    score(application, one, 1, 1)
    assert "100.00" in page(client, "round-moderation", round_.pk)


# --- interests are kept everywhere ---------------------------------------------------------------------------------------


@pytest.fixture
def conflict():
    """A round of two applications: the officer, who is on the panel, has an interest in the first one."""
    make_office()
    officer = make_user(Role.GRANTS, roles=[Role.GRANTS])
    round_, _assessor, found = make_marked_round(10, 9, budget=Decimal(4000))
    PanelMember.objects.create(round=round_, user=officer, interests_declared_at=today_at_midnight())
    first, second = found
    type(first).objects.filter(pk=first.pk).update(applicant_name="Hidden Trust", title="Secret project")
    for application in found:
        deciding.propose(application, deciding.Said("refuse"), seen=0, by=make_user(Role.GRANTS))
    make_interest(first, officer)
    return officer, round_, first, second


def today_at_midnight():
    import datetime

    from django.utils import timezone

    return timezone.make_aware(datetime.datetime.combine(today(), datetime.time()))


LISTS = ("assess-list", "round-moderation", "round-ranking", "round-ranking-csv", "round-decide", "interest-add")


@pytest.mark.parametrize("name", LISTS)
def test_no_list_names_or_counts_what_one_has_an_interest_in(client, conflict, name):
    officer, round_, first, second = conflict
    client.force_login(officer)
    response = get(client, name, round_.pk)
    shown = response.content.decode()
    assert response.status_code == 200
    for secret in ("Hidden Trust", "Secret project", first.reference, "100.00", "£6,000"):
        assert secret not in shown, (name, secret)
    assert second.reference in shown


PAGES = ("application-assess", "application-moderate", "application-outcome", "application-letter")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_or_act_about_it_opens(client, conflict, name):
    officer, _, first, _ = conflict
    client.force_login(officer)
    assert get(client, name, first.pk).status_code == 403
    assert post(client, name, first.pk, seen="0", mark="10", note="Mine.", result="award").status_code == 403


def test_papers_leave_it_out_or_show_a_stub(conflict):
    officer, round_, first, second = conflict
    html = papers.ranked_list(standing.of(round_, officer)).html
    assert "You declared an interest" in html and second.reference in html
    assert "Hidden Trust" not in html and first.reference not in html and "£6,000" not in html


def test_letters_of_a_round_leave_it_out(client, conflict, monkeypatch):
    officer, round_, _first, second = conflict
    asked = []
    monkeypatch.setattr(papers, "letters", lambda found: asked.extend(found) or pytest.fail("laid out"))
    client.force_login(officer)
    with pytest.raises(pytest.fail.Exception, match="laid out"):
        get(client, "round-letters", round_.pk)
    assert asked == [second]


def test_an_interest_of_ones_own_is_not_taken_off(client, conflict):
    officer, _, _, _ = conflict
    client.force_login(officer)
    assert get(client, "interest-remove", Interest.objects.get().pk).status_code == 403


def test_the_stub_stands_in_the_list_and_the_csv(client, conflict):
    officer, round_, _, _ = conflict
    client.force_login(officer)
    assert page(client, "round-ranking", round_.pk).count('class="stub"') == 1
    rows = list(csv.reader(io.StringIO(page(client, "round-ranking-csv", round_.pk))))
    assert [len(rows), rows[-1][1]] == [3, "You declared an interest"]


def test_an_assessment_of_ones_own_cannot_be_opened_any_more(client):
    round_, (one, _) = make_panel()
    application = make_eligible(round_)
    given = score(application, one, 5, 5)
    make_interest(application, one)
    client.force_login(one)
    assert post(client, "assessment-take-back", given.pk, seen="1").status_code == 403


# --- moderation ----------------------------------------------------------------------------------------------------------


def test_moderation_says_who_took_no_part_and_what_is_not_counted(client, officer):
    round_, (one, two) = make_panel()
    application = make_eligible(round_)
    score(application, one, 5, 5)
    score(application, two, 1, 2)
    assert "1 application is marked far apart" in page(client, "round-moderation", round_.pk)
    post(client, "interest-add", round_.pk, user=one.pk, application=application.pk, nature="A friend runs it.")
    shown = page(client, "round-moderation", round_.pk)
    for words in ("interest: not counted", "<del>100.00</del>", "A friend runs it.", one.name, "30.00"):
        assert words in shown, words
    again = post(client, "interest-add", round_.pk, user=one.pk, application=application.pk, nature="Again.")
    assert again.status_code == 422
    post(client, "interest-remove", Interest.objects.get().pk, reason="Another trust of that name.")
    assert not Interest.objects.exists()


def test_a_mark_is_agreed_on_changed_and_dropped(client, officer):
    round_, (one, _) = make_panel()
    application = make_eligible(round_)
    score(application, one, 5, 5, comment="A sound plan.")
    assert "A sound plan." in page(client, "application-moderate", application.pk)
    wrong = post(client, "application-moderate", application.pk, seen="0", mark="101", note="")
    assert wrong.status_code == 422 and "Enter 100 or less." in wrong.content.decode()
    post(client, "application-moderate", application.pk, seen="0", mark="70", note="Weak budget.")
    assert Moderation.objects.get().mark == 70
    assert 'value="70"' in page(client, "application-moderate", application.pk)
    late = post(client, "application-moderate", application.pk, seen="0", mark="60", note="Mine.")
    assert late.status_code == 409 and "Weak budget." in late.content.decode()
    post(client, "application-moderate", application.pk, seen="1", act="drop")
    assert not Moderation.objects.exists()


# --- ranking, outcomes, decision ---------------------------------------------------------------------------------------


def test_the_ranked_list_has_its_cut_lines_and_outcomes_follow_it(client, officer):
    round_, _, found = make_marked_round(10, 9, 8, budget=Decimal(3000), allowance=Decimal(100))
    shown = page(client, "round-ranking", round_.pk)
    first, second = shown.index("the budget of £3,000 ends here"), shown.index("£6,000 end here")
    assert shown.index(found[0].reference) < first < shown.index(found[1].reference) < second
    assert second < shown.index(found[2].reference)
    post(client, "round-propose", round_.pk, line="BUDGET", lowest="0", reserve="1")
    assert sorted(Outcome.objects.values_list("result", flat=True)) == ["award", "refuse", "reserve"]
    assert post(client, "round-propose", round_.pk, line="BUDGET", lowest="x", reserve="1").status_code == 422


def test_an_outcome_is_proposed_by_hand(client, officer):
    _, _, (application,) = make_marked_round(10)
    for words, problem in (
        ({"result": "award", "amount": "0"}, "above £0"),
        ({"result": "award", "amount": "-5"}, "without a minus sign"),
        ({"result": "award", "amount": ""}, "Enter the amount of the award"),
        ({"result": "award", "amount": "£3,000.01"}, "not more than that"),
        ({"amount": "5"}, "Choose what is proposed."),
    ):
        refused = post(client, "application-outcome", application.pk, seen="0", **words)
        assert refused.status_code == 422 and problem in refused.content.decode(), words
    post(client, "application-outcome", application.pk, seen="0", result="award", amount="£2,500", reason="Liked.")
    assert Outcome.objects.get().amount == 2500
    late = post(client, "application-outcome", application.pk, seen="0", result="refuse", reason="Typed here.")
    assert late.status_code == 409 and "Typed here." in late.content.decode()


def test_the_csv_says_what_the_page_says_and_runs_no_formula(client, officer):
    round_, _, (application,) = make_marked_round(10)
    type(application).objects.filter(pk=application.pk).update(applicant_name='=HYPERLINK("x")')
    rows = list(csv.reader(io.StringIO(page(client, "round-ranking-csv", round_.pk))))
    assert rows[1][:3] == ["1", application.reference, '\'=HYPERLINK("x")']
    assert rows[1][9:11] == ["100", "3000"]


def test_the_decision_is_drafted_signed_and_letters_are_noted(client, officer):
    make_office()
    round_, _, (application,) = make_marked_round(10)
    assert "Not ready to be drafted" in page(client, "round-decide", round_.pk)
    deciding.propose(application, deciding.Said("award", Decimal(3000)), seen=0, by=officer)
    shown = page(client, "round-decide", round_.pk)
    assert f"{application.reference}: £3,000" in shown and "Not ready" not in shown
    post(client, "round-decide", round_.pk, reasons="By rank.", decided_on="1 January 2026")
    decision = Outcome.objects.get().decision
    assert decision.reasons == "By rank." and "To be signed" in page(client, "round-decide", round_.pk)
    post(client, "round-decision-back", round_.pk)
    assert Outcome.objects.get().decision is None
    post(client, "round-decide", round_.pk, reasons="By rank.", decided_on="1 January 2026")
    decision = Outcome.objects.get().decision
    decisions.sign(decision, seen_version=1, by=make_user(Role.COMMISSIONER))
    assert "1 letter not noted as sent" in page(client, "round-decide", round_.pk)
    assert post(client, "round-letters-sent", round_.pk, **{"sent-sent_on": "1 January 2999"}).status_code == 302
    assert Outcome.objects.get().letter_sent_on is None
    post(client, "round-letters-sent", round_.pk, **{"sent-sent_on": "1 January 2026"})
    assert Outcome.objects.get().letter_sent_on.isoformat() == "2026-01-01"


def test_the_record_that_was_reworded_is_pointed_out(client, officer):
    make_office()
    round_, _, (application,) = make_marked_round(10)
    deciding.propose(application, deciding.Said("refuse"), seen=0, by=officer)
    decision = deciding.draft_decision(round_, reasons="", decided_on=today(), by=officer)
    assert "reads differently" not in page(client, "round-decide", round_.pk)
    decisions.change(decision, seen_version=1, words={"decided": "Something else."}, by=officer)
    assert "reads differently" in page(client, "round-decide", round_.pk)


# --- letters -----------------------------------------------------------------------------------------------------------


def letter_of(application):
    return papers.letters([type(application).objects.select_related("round__fund").get(pk=application.pk)]).html


def test_each_letter_says_its_outcome_and_that_it_is_a_draft_before_the_decision(officer):
    make_office(email="grants@northmoor.example")
    round_, _, found = make_marked_round(10, 9, 8, conditions="Spend it well.\nTell us how it went.")
    said = [
        deciding.Said("award", Decimal(2500), "The panel liked it."),
        deciding.Said("reserve"),
        deciding.Said("refuse", None, "There were no accounts."),
    ]
    for application, each in zip(found, said, strict=True):
        deciding.propose(application, each, seen=0, by=officer)
    award, reserve, refuse = (letter_of(application) for application in found)
    for words in (
        "Dear Ann Other",
        "a grant of <b>£2,500</b>",
        "you asked for £3,000",
        "The panel liked it.",
        "Tell us how",
    ):
        assert words in award, words
    assert "reserve list" in reserve and "was not successful" in refuse and "There were no accounts." in refuse
    assert all(papers.DRAFT in each and "Robin Hale" in each for each in (award, reserve, refuse))
    decision = deciding.draft_decision(round_, reasons="", decided_on=today(), by=officer)
    signed = decisions.sign(decision, seen_version=1, by=make_user(Role.COMMISSIONER))
    award = letter_of(found[0])
    assert papers.DRAFT not in award and signed.reference in award


def test_who_is_not_eligible_is_told_which_condition_is_not_met(client, officer):
    make_office()
    round_, _, _ = make_marked_round()
    application = make_eligible(round_, status="ineligible", demonstration_note="Invented.")
    answer = {"outcome": "not_met", "note": "It works in Leeds.", "by": officer}
    application.eligibility_answers.create(question=round_.eligibility.get(), **answer)
    html = letter_of(application)
    assert "It works in the force’s area. It works in Leeds." in html and "Invented." in html
    assert papers.DRAFT not in html


def test_without_an_outcome_there_is_no_letter(client, officer):
    round_, _, (application,) = make_marked_round(10)
    assert get(client, "application-letter", application.pk).url == reverse(
        "application-outcome", args=[application.pk]
    )
    assert get(client, "round-letters", round_.pk).url == reverse("round-decide", args=[round_.pk])


def test_the_papers_can_be_laid_out(client, officer):
    make_office()
    round_, _, (application, other) = make_marked_round(10, 9)
    for each in (application, other):
        deciding.propose(each, deciding.Said("refuse"), seen=0, by=officer)
    for name in ("round-ranking-pdf", "round-letters"):
        response = get(client, name, round_.pk)
        assert response["Content-Type"] == "application/pdf", name
        assert response.getvalue().startswith(b"%PDF-1.7")


# --- how many queries ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["round-interests", "assess-list", "round-moderation", "round-ranking", "round-decide", "application-moderate"],
)
def test_a_page_asks_the_database_a_dozen_times_however_many_applications(
    client, officer, django_assert_max_num_queries, name
):
    round_, _, found = make_marked_round(10, 9, 8, 7)
    PanelMember.objects.create(round=round_, user=officer, interests_declared_at=today_at_midnight())
    make_interest(found[3], make_user(Role.ANALYST))
    deciding.propose(found[0], deciding.Said("refuse"), seen=0, by=officer)
    url = reverse(name, args=[found[0].pk if name.startswith("application") else round_.pk])
    client.get(url)
    with django_assert_max_num_queries(A_PAGE_AT_MOST):
        assert client.get(url).status_code == 200
