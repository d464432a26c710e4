"""The pages on which things are kept from the public, looked at again and released; legal bases; markings."""

import datetime

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.office.models import Office
from scrutiny.meetings.models import AgendaItem
from scrutiny.minutes.models import Minutes
from scrutiny.publication.restricted import thing_of
from scrutiny.register import decisions
from scrutiny.register.models import Decision
from scrutiny.reports.models import JointReport, ReportSection
from scrutiny.workflow import kinds, restrictions
from scrutiny.workflow.models import Edition, LegalBasis, Marking, Restriction
from tests.factories import (
    make_attachment,
    make_decision,
    make_entry,
    make_item,
    make_legal_basis,
    make_minutes,
    make_office,
    make_report,
    make_restriction,
    make_section,
    make_user,
)
from tests.publication import desk

pytestmark = pytest.mark.django_db
SECRET = "The house in Alder Road is watched"
PAST = datetime.date(2026, 2, 1)


@pytest.fixture
def officer(client):
    make_office()
    officer = make_user(Role.GOVERNANCE)
    client.force_login(officer)
    return officer


@pytest.fixture
def gate(monkeypatch):
    return desk.stand_in(monkeypatch)


def text(response):
    return response.content.decode()


def answers(*bases, **more):
    return {
        "bases": [basis.pk for basis in bases],
        "public_reason": "It would put people at risk.",
        "public_interest": "",
        "decided_by": "Robin Hale, Police and Crime Commissioner",
        "decided_on": "5 January 2026",
        "review_on": "5 July 2096",
    } | more


def signed_decision(**fields):
    decision = make_decision(**fields)
    return decisions.sign(decision, seen_version=decision.version, by=make_user(Role.COMMISSIONER))


# --- the form ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("restrict-item", make_item),
        ("restrict-entry", make_entry),
        ("restrict-attachment", lambda: make_attachment().attachment),
        ("restrict-decision", make_decision),
    ],
)
def test_each_thing_is_kept_from_the_public_by_one_form(client, officer, name, make):
    target = make()
    url = reverse(name, args=[target.pk])
    html = text(client.get(url))
    assert "Keep from the public" in html
    assert ("Neutral title" in html) == (name != "restrict-entry")
    client.post(url, answers(make_legal_basis()))
    assert type(target).objects.get(pk=target.pk).is_restricted
    made = Restriction.objects.get()
    assert made.created_by == officer
    assert client.get(url).url == reverse("restriction-edit", args=[made.pk])


def test_a_qualified_basis_without_the_public_interest_is_asked_for_it(client, officer):
    item, basis = make_item(), make_legal_basis(needs_public_interest=True)
    response = client.post(reverse("restrict-item", args=[item.pk]), answers(basis))
    assert response.status_code == 422
    assert restrictions.NEEDS_INTEREST in text(response)
    assert not Restriction.objects.exists()
    client.post(reverse("restrict-item", args=[item.pk]), answers(basis, public_interest="Safety first."))
    assert Restriction.objects.get().public_interest == "Safety first."


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"bases": []}, restrictions.NEEDS_BASIS),
        ({"public_reason": ""}, "Enter the reason."),
        ({"decided_on": "5 January 2096"}, "still to come"),
        ({"review_on": "5 January 2026"}, "Enter a day after the decision."),
        ({"review_on": ""}, "Enter the day to look at it again."),
    ],
)
def test_what_is_missing_or_wrong_is_said(client, officer, wrong, message):
    url = reverse("restrict-item", args=[make_item().pk])
    assert message in text(client.post(url, answers(make_legal_basis(), **wrong)))
    assert not Restriction.objects.exists()


def test_a_basis_out_of_use_is_offered_only_where_it_was_chosen(client, officer):
    gone = make_legal_basis(title="abolished", in_use=False)
    held, other = make_item(), make_item()
    made = make_restriction(held, bases=[gone])
    assert "abolished" not in text(client.get(reverse("restrict-item", args=[other.pk])))
    assert "abolished" in text(client.get(reverse("restriction-edit", args=[made.pk])))


def test_a_change_that_overlooks_another_is_refused(client, officer):
    item, basis = make_item(), make_legal_basis()
    made = make_restriction(item, bases=[basis])
    url = reverse("restriction-edit", args=[made.pk])
    seen = client.get(url).context["form"]["seen"].value()
    assert client.post(url, answers(basis, seen=seen, public_reason="First.")).status_code == 302
    response = client.post(url, answers(basis, seen=seen, public_reason="Second."))
    assert "Somebody else changed this restriction" in text(response)
    assert Restriction.objects.get().public_reason == "First."


# --- passages ------------------------------------------------------------------------------------------------------------


def test_words_of_a_section_are_withheld_and_released(client, officer):
    section = make_section(make_report(), body=f"<p>Before. {SECRET}. After.</p>")
    url = reverse("restrict-passage", args=[section.pk])
    client.post(url, answers(make_legal_basis(), passage=SECRET))
    now = ReportSection.objects.get(pk=section.pk)
    assert SECRET not in now.body
    builder = text(client.get(section.report.get_absolute_url()))
    assert f"Before. {SECRET}. After." in builder
    assert "Not public" in builder
    assert "Not public in this section" in text(client.get(url))
    assert "stands for words that are kept from the public" in text(client.get(section.get_absolute_url()))
    client.post(reverse("restriction-release", args=[Restriction.objects.get().pk]))
    assert ReportSection.objects.get(pk=section.pk).body == section.body


def test_words_that_are_not_there_are_asked_for_again_beside_the_field(client, officer):
    section = make_section(make_report(), body="<p>It is no and no.</p>")
    url = reverse("restrict-passage", args=[section.pk])
    response = client.post(url, answers(make_legal_basis(), passage=SECRET))
    assert response.status_code == 422
    assert "do not stand in the section like this" in text(response)
    assert "stand in the section 2 times" in text(client.post(url, answers(make_legal_basis(), passage="no")))


# --- publishing what was released ----------------------------------------------------------------------------------------


@pytest.fixture
def published(officer, gate):
    """A decision that is public, and withheld in its newest version."""
    decision = signed_decision(title="Leave of an officer", decided=SECRET)
    basis = make_legal_basis()
    make_restriction(decision, bases=[basis], neutral_title="A decision about staff")
    desk.publish(decision, by=officer)
    return Decision.objects.get(pk=decision.pk)


def release(client, decision):
    return client.post(reverse("restriction-release", args=[decision.restriction_id]), follow=True)


def test_a_release_publishes_a_new_version_at_once(client, published):
    assert SECRET not in str(Edition.objects.get().content)
    html = text(release(client, published))
    newest = Edition.objects.order_by("-number").first()
    assert newest.version == "1.1"
    assert SECRET in str(newest.content)
    assert newest.change_note == f"Released: decision {published.reference} Leave of an officer."
    assert f"Released: {published.reference} Leave of an officer" in html


def test_a_release_pressed_twice_publishes_once(client, published):
    release(client, published)
    release(client, published)
    assert Edition.objects.count() == 2


def test_where_the_gate_finds_something_a_release_leads_to_the_check_page(client, published, gate):
    gate.findings = [desk.here()]
    response = release(client, published)
    assert response.redirect_chain[-1][0] == desk.check_url(published)
    assert Edition.objects.count() == 1
    assert not Decision.objects.get(pk=published.pk).is_restricted


def test_what_else_has_changed_is_not_published_along_unseen(client, published):
    Office.objects.update(display_name="Another name of the office")
    response = release(client, published)
    assert response.redirect_chain[-1][0] == desk.check_url(published)
    assert Edition.objects.count() == 1


def test_what_was_restricted_and_released_between_two_versions_asks_for_nothing(client, officer, gate):
    decision = signed_decision(title="A grant")
    desk.publish(decision, by=officer)
    make_restriction(decision)
    response = release(client, Decision.objects.get(pk=decision.pk))
    assert response.redirect_chain[-1][0] == decision.get_absolute_url()
    assert Edition.objects.count() == 1


def test_a_release_of_what_is_not_public_publishes_nothing(client, officer):
    item = make_item()
    made = make_restriction(item)
    html = text(client.post(reverse("restriction-release", args=[made.pk]), follow=True))
    assert "Released. The public gets it with the next version" in html
    assert not AgendaItem.objects.get(pk=item.pk).is_restricted
    assert not Edition.objects.exists()


def test_restricting_what_is_public_leads_to_publishing_without_it(client, officer, gate):
    decision = signed_decision(decided=SECRET)
    desk.publish(decision, by=officer)
    url = reverse("restrict-decision", args=[decision.pk])
    assert "It is public now" in text(client.get(url))
    response = client.post(url, answers(make_legal_basis(), neutral_title="A decision"), follow=True)
    assert response.redirect_chain[-1][0] == desk.check_url(decision)
    assert "until they are withdrawn" in text(response)


# --- the overview --------------------------------------------------------------------------------------------------------


def test_everything_in_force_is_listed_with_its_place_the_due_ones_first(
    client, officer, django_assert_max_num_queries
):
    section = make_section(make_report(), body=f"<p>{SECRET}.</p>")
    client.post(reverse("restrict-passage", args=[section.pk]), answers(make_legal_basis(), passage=SECRET))
    entry, decision = make_entry(text=SECRET), make_decision(title="About staff")
    for target in (make_item(title="The building"), entry, make_attachment(title="The map").attachment):
        make_restriction(target)
    make_restriction(decision, review_on=PAST)
    with django_assert_max_num_queries(12):
        response = client.get(reverse("restrictions"))
    html = text(response)
    assert response.context["rows"][0]["thing"].target == decision
    assert "5 restrictions" in html
    assert "1 to be looked at again." in html
    assert "Look at it again" in html
    for name in ("About staff", "The building", "The map", "Passage of", "Statement"):
        assert name in html
    assert SECRET not in html


def test_the_list_can_be_narrowed(client, officer):
    basis = make_legal_basis()
    held = make_restriction(make_item(), bases=[basis])
    due = make_restriction(make_decision(), review_on=PAST)
    released = make_item()
    gone = make_restriction(released)
    restrictions.release(released, by=officer)

    def shown(**query):
        return [row["restriction"] for row in client.get(reverse("restrictions"), query).context["rows"]]

    assert shown() == [due, held]
    assert shown(state="due") == [due]
    assert shown(state="released") == [gone]
    assert shown(what="agendaitem") == [held]
    assert shown(basis=basis.pk) == [held]
    assert shown(released="x" * 30) == [due, held]


def test_the_desk_reminds_of_what_is_due(client, officer):
    make_restriction(make_item())
    assert "due for review" not in text(client.get(reverse("desk")))
    make_restriction(make_item(), review_on=PAST)
    html = text(client.get(reverse("desk")))
    assert "1 restriction is due for review" in html
    assert f"{reverse('restrictions')}?state=due" in html


# --- where it is seen on the desk ----------------------------------------------------------------------------------------


def test_pages_of_the_desk_say_what_is_not_public_and_offer_to_keep_things_so(
    client, officer, django_assert_max_num_queries
):
    minutes = make_minutes()
    minuted = minutes.minuted_items.get()
    entry, other = make_entry(minuted), make_entry(minuted)
    decision = make_decision()
    held = make_attachment()
    pages = [
        (reverse("agenda", args=[minutes.meeting_id]), minuted.item, None),
        (reverse("agenda-preview", args=[minutes.meeting_id]), minuted.item, None),
        (reverse("item-edit", args=[minuted.item_id]), minuted.item, "restrict-item"),
        (minutes.get_absolute_url(), entry, "restrict-entry"),
        (decision.get_absolute_url(), decision, "restrict-decision"),
        (held.report.get_absolute_url(), held.attachment, "restrict-attachment"),
        (reverse("attachment-edit", args=[held.pk]), held.attachment, "restrict-attachment"),
    ]
    for page, target, name in pages:
        html = text(client.get(page))
        assert "Not public" not in html, page
        assert name is None or reverse(name, args=[target.pk]) in html, page
    for target in (minuted.item, entry, decision, held.attachment):
        make_restriction(target, public_reason="It is about a person.")
    for page, target, name in pages:
        with django_assert_max_num_queries(14 if page == minutes.get_absolute_url() else 12):
            html = text(client.get(page))
        assert "Not public" in html, page
        assert "It is about a person." in html, page
        assert reverse("restriction-edit", args=[target.restriction_id]) in html, page
        assert name is None or reverse(name, args=[target.pk]) not in html, page
    assert reverse("restrict-entry", args=[other.pk]) in text(client.get(minutes.get_absolute_url()))
    assert "Not public" in text(client.get(reverse("minuted-item", args=[minuted.pk])))


def test_somebody_who_may_not_restrict_is_told_and_offered_nothing(client, officer):
    minutes = make_minutes()
    make_restriction(make_entry(minutes.minuted_items.get()))
    make_entry(minutes.minuted_items.get())
    client.force_login(make_user(Role.ANALYST))
    html = text(client.get(minutes.get_absolute_url()))
    assert "Not public" in html
    assert "/desk/restrictions/" not in html


# --- legal bases and markings --------------------------------------------------------------------------------------------


def test_a_legal_basis_is_added_changed_and_taken_out_of_use(client, officer):
    LegalBasis.objects.all().delete()
    given = {"scheme": "Data Protection Act 2018", "paragraph": "section 45", "title": "rights of others"}
    client.post(reverse("legal-basis-add"), given)
    basis = LegalBasis.objects.get()
    assert basis.in_use
    assert not basis.needs_public_interest
    again = client.post(reverse("legal-basis-add"), given)
    assert again.status_code == 422
    client.post(reverse("legal-basis-edit", args=[basis.pk]), given | {"needs_public_interest": "on"})
    basis.refresh_from_db()
    assert basis.needs_public_interest
    assert not basis.in_use
    assert "Out of use" in text(client.get(reverse("legal-bases")))
    assert AuditLine.objects.filter(act__contains="Data Protection Act 2018, section 45").count() == 2
    assert reverse("legal-bases") in text(client.get(reverse("settings")))


def test_a_basis_whose_form_has_errors_keeps_its_heading(client, officer):
    basis = make_legal_basis(paragraph="section 3100")
    html = text(client.post(reverse("legal-basis-edit", args=[basis.pk]), {"paragraph": ""}))
    assert f"<h1>{basis.scheme}, section 3100</h1>" in html


@pytest.mark.parametrize(("name", "model", "make"), [
    ("report-marking", JointReport, make_report),
    ("minutes-marking", Minutes, make_minutes),
])  # fmt: skip
def test_papers_are_marked_by_an_officer_and_nothing_higher_is_taken(client, officer, name, model, make):
    document = make()
    url = reverse(name, args=[document.pk])
    assert url in text(client.get(document.get_absolute_url()))
    client.post(url, {"marking": "official_sensitive"})
    assert model.objects.get(pk=document.pk).marking == Marking.OFFICIAL_SENSITIVE
    assert client.post(url, {"marking": "secret"}).status_code == 422
    assert model.objects.get(pk=document.pk).marking == Marking.OFFICIAL_SENSITIVE
    assert AuditLine.objects.filter(act="Marked OFFICIAL-SENSITIVE").count() == 1


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (make_item, {"meeting"}),
        (make_entry, {"minutes"}),
        (lambda: make_attachment().attachment, {"meeting", "report"}),
        (make_decision, {"decision"}),
    ],
)
def test_each_thing_knows_in_which_documents_the_public_reads_it(make, names):
    documents = thing_of(make()).documents
    assert {name for name, _ in documents} == names
    assert all(kinds.named(name).model is type(record) for name, record in documents)


def test_a_section_pasted_from_a_paper_that_is_marked_too_high_is_not_saved(client, officer):
    section = make_section(make_report(), body="<p>Before.</p>")
    form = client.get(section.get_absolute_url()).context["form"]
    given = {name: form[name].value() for name in ("heading", "base_version", "save_id", "kind", "written_by")}
    response = client.post(section.get_absolute_url(), given | {"body": "<p>TOP SECRET</p><p>Words.</p>"})
    assert response.status_code == 422
    assert "This text is marked TOP SECRET" in text(response)
    assert ReportSection.objects.get(pk=section.pk).body == "<p>Before.</p>"
