"""What the public gets of funds, rounds and awards, and who may give it to them."""

import datetime
import json
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from funding.awards import operations as awards
from funding.awards.models import Award, Payment
from funding.open_data.models import PublicAward
from funding.totals.models import StatedTotal
from opcc_portal.office.dates import today
from scrutiny.people.models import Identifier
from scrutiny.publication import making, operations
from scrutiny.publication.derived import derive_all
from scrutiny.publication.models import PublicSearchEntry
from scrutiny.publication.record import Record
from scrutiny.publication.site.grants import grants_of_priority
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Publication
from tests.factories import (
    make_area,
    make_award,
    make_fund,
    make_office,
    make_organisation,
    make_priority,
    make_restriction,
    make_round,
    make_user,
)
from tests.publication.desk import publish

pytestmark = pytest.mark.django_db
KIND = kinds.named("award")


@pytest.fixture
def officer():
    make_office()
    return make_user(role="grants")


@pytest.fixture
def charity():
    charity = make_organisation("Lantern Trust", kind="charity", website="https://lantern.example/")
    Identifier.objects.create(organisation=charity, list="GB-CHC", number="1048995")
    Identifier.objects.create(organisation=charity, list="GB-COH", number="02065445")
    return charity


def content_of(award):
    return KIND.content(KIND.load(award.pk))


def text(client, address):
    return client.get(address).content.decode()


# --- the content ---------------------------------------------------------------------------------------------------------


def test_an_award_says_who_received_how_much_for_what_and_why(officer, charity):
    area = make_area("Wakefield", slug="wakefield", kind="district", gss_code="E08000036")
    award = make_award(recipient=charity, area=area, amount=Decimal("2500.5"), applied_for=Decimal(3000), by=officer)
    Payment.objects.create(award=award, amount=Decimal(2000), due_on=today(), paid_on=today())
    Payment.objects.create(award=award, kind="repayment", amount=Decimal(500), due_on=today(), paid_on=today())
    Payment.objects.create(award=award, amount=Decimal(400), due_on=today())
    said = json.loads(json.dumps(content_of(award)))
    assert said["recipient"] == {
        "name": "Lantern Trust",
        "kind": "charity",
        "id": "GB-CHC-1048995",
        "key": "gb-chc-1048995",
        "charity_number": "1048995",
        "company_number": "02065445",
        "website": "https://lantern.example/",
    }
    assert (said["amount"], said["applied_for"], said["paid"]) == ("2500.50", "3000.00", "1500.00")
    assert said["area"] == {"name": "Wakefield", "slug": "wakefield", "gss_code": "E08000036", "kind": "district"}
    assert (said["withheld"], said["is_individual"], said["conditions"]) == (None, False, award.conditions)
    assert KIND.findings(KIND.load(award.pk), said) == []


def test_the_history_tells_sums_and_days_and_of_words_only_that_they_changed(officer):
    award = make_award(by=officer)
    change = awards.Change("varied", "They asked for less.", today())
    awards.change(award, {"amount": Decimal(2000), "purpose": "Other lamps."}, change, seen=1, by=officer)
    step = content_of(award)["history"][1]
    assert ["amount", "£3,000", "£2,000"] in step["changes"]
    assert ["what the money is for", "", ""] in step["changes"]
    assert "Lamps along the path" not in json.dumps(step)


# --- withheld recipients and people ----------------------------------------------------------------------------------------


def surfaces(award):
    """Everything that would come out for the award, as one text."""
    bundle = making.bundle_of(KIND, award)
    made = making.make(bundle, after=(0, ""), by=None)
    edition = made[0].edition
    row = PublicAward(edition=None)
    edition.content = bundle.drafts[0].content
    found = [json.dumps(edition.content), edition.title, edition.summary, edition.path]
    found += [html for _, html in made[0].pages] + [str(each) for each in KIND.search(edition)] + [str(row)]
    return "\n".join(found)


def test_a_withheld_recipient_is_named_nowhere_and_the_reason_stands_in_its_place(officer, charity, client):
    award = make_award(recipient=charity, by=officer)
    make_restriction(award, by=officer, public_reason="People there would be in danger.", neutral_title="A safe place")
    everything = surfaces(award)
    for words in ("Lantern", "1048995", "02065445", award.title):
        assert words not in everything, words
    assert "People there would be in danger." in everything and "A safe place" in everything
    publish(award, by=officer)
    row = PublicAward.objects.get()
    assert (row.recipient, row.recipient_id, row.grant, row.amount) == ("", "", {}, Decimal(3000))
    assert "People there would be in danger." in text(client, f"/grants/{award.reference.lower()}/")
    pages = [
        "/grants/",
        "/grants/monthly/",
        f"/grants/monthly/{today():%Y-%m}/",
        f"/grants/monthly/{today():%Y-%m}.csv",
    ]
    for address in [*pages, "/grants/feed.atom", f"/grants/{award.reference.lower()}.json", "/sitemap.xml"]:
        assert "Lantern" not in text(client, address), address
    assert client.get("/grants/recipients/gb-chc-1048995/").status_code == 404
    assert not PublicSearchEntry.objects.filter(text__icontains="lantern").exists()


def test_another_recipient_behind_a_restriction_changes_no_byte(officer, charity):
    award = make_award(recipient=charity, by=officer)
    make_restriction(award, by=officer)
    before = surfaces(award)
    other = make_organisation("Harbour House", kind="company", short_name="HH", website="https://harbour.example/")
    Identifier.objects.create(organisation=other, list="GB-COH", number="00000001")
    Award.objects.filter(pk=award.pk).update(recipient=other)
    assert surfaces(award) == before


def test_a_person_who_receives_a_grant_is_named_nowhere(officer):
    award = make_award(individual="Kim Individual", by=officer)
    assert "Individual" not in surfaces(award) and "a person" in surfaces(award)
    Award.objects.filter(pk=award.pk).update(individual="Another Name")
    assert content_of(award)["recipient"] is None and content_of(award)["is_individual"]


@pytest.mark.parametrize("where", ["title", "purpose", "reasons", "conditions"])
def test_the_gate_stops_a_name_that_is_withheld_wherever_somebody_wrote_it(officer, charity, where):
    award = make_award(recipient=charity, by=officer)
    Award.objects.filter(pk=award.pk).update(**{where: "For the women of LANTERN  Trust."})
    make_restriction(award, by=officer)
    found = making.check(making.bundle_of(KIND, award), by=officer).findings
    assert "award-names" in {each["code"] for each in found if each["severity"] == "error"}
    assert {secret.text for secret in KIND.secrets(KIND.load(award.pk))} >= {
        "Lantern Trust",
        "GB-CHC-1048995",
        "1048995",
    }


def test_the_gate_stops_the_name_of_a_person(officer):
    award = make_award(individual="Kim Individual", purpose="Kim Individual trains dogs.", by=officer)
    found = making.check(making.bundle_of(KIND, award), by=officer).findings
    assert "award-names" in {each["code"] for each in found if each["severity"] == "error"}


# --- what has to be there --------------------------------------------------------------------------------------------------


def test_an_award_without_what_the_law_asks_for_is_not_published(officer):
    award = make_award(by=officer)
    Award.objects.filter(pk=award.pk).update(reasons="", conditions="")
    held = KIND.load(award.pk)
    assert [each.blocks for each in KIND.findings(held, KIND.content(held))] == [True, True]


def test_a_sum_for_several_organisations_is_no_grant(officer):
    award = make_award(recipient=make_organisation("8 organisations"), by=officer)
    held = KIND.load(award.pk)
    assert [each.code for each in KIND.findings(held, KIND.content(held))] == ["one-grant"]


def test_a_large_award_without_a_decision_has_to_be_explained_and_one_above_the_cap_stops(officer):
    award = make_award(make_fund(decision_above=Decimal(2000)), by=officer)
    held = KIND.load(award.pk)
    assert [(each.code, each.blocks) for each in KIND.findings(held, KIND.content(held))] == [
        ("award-undecided", False)
    ]
    Award.objects.filter(pk=award.pk).update(amount=Decimal(6000))
    held = KIND.load(award.pk)
    assert [(each.code, each.blocks) for each in KIND.findings(held, KIND.content(held))] == [("award-above-cap", True)]


# --- publishing and withdrawing --------------------------------------------------------------------------------------------


def test_publishing_a_round_publishes_its_awards_in_one_act_and_only_what_changed_the_next_time(officer, client):
    round_ = make_round(budget=Decimal(50000))
    made = [make_award(round=round_, by=officer) for _ in range(3)]
    assert len(publish(round_, by=officer)) == 4
    assert PublicAward.objects.count() == 3
    assert "3 awards, £9,000" in text(client, f"/grants/rounds/{round_.fund.slug}-{round_.slug}/")
    awards.change(made[0], {"amount": Decimal(2000)}, awards.Change("varied", "Less.", today()), seen=1, by=officer)
    assert [each.version for each in publish(round_, by=officer, notes="One grant is smaller.")] == ["1.1"]
    assert sum(PublicAward.objects.values_list("amount", flat=True)) == 8000


def test_a_withdrawn_award_leaves_lists_and_files_and_comes_back_when_it_is_published_again(officer, client):
    award = make_award(by=officer)
    publish(award, by=officer)
    held = Publication.objects.get(kind="award")
    operations.withdraw_publication(held, reason="Published too early.", by=officer)
    assert not PublicAward.objects.exists()
    assert client.get(f"/grants/{award.reference.lower()}/").status_code == 410
    publish(award, by=officer, notes="Again.")
    assert PublicAward.objects.count() == 1
    before = PublicAward.objects.values().get()
    derive_all()
    assert {**PublicAward.objects.values().get(), "id": 0} == {**before, "id": 0}


@pytest.mark.parametrize(
    ("role", "may"), [("grants", True), ("governance", True), ("commissioner", False), ("analyst", False)]
)
def test_the_grants_officer_publishes_awards(client, role, may):
    make_office()
    award = make_award()
    client.force_login(make_user(role=role))
    url = reverse("publish", args=["award", award.pk])
    page = client.get(url).content.decode()
    assert ('<button class="button">Publish</button>' in page) is may
    seen = making.bundle_of(KIND, award).input_hash
    assert client.post(url, {"seen": seen}).status_code == (302 if may else 403)
    assert PublicAward.objects.exists() is may
    if may:
        assert client.get(reverse("publish-withdraw", args=["award", award.pk])).status_code == 200


def test_the_grants_officer_publishes_nothing_else(client):
    make_office()
    plan = make_priority().plan
    client.force_login(make_user(role="grants"))
    assert client.post(reverse("publish", args=["plan", plan.pk]), {"seen": ""}).status_code == 403


# --- what documents state --------------------------------------------------------------------------------------------------


@pytest.fixture
def fund(officer):
    fund = make_fund(name="Safer Communities Fund", slug="safer-communities-fund", source="Proceeds of crime")
    stated = {"fund": fund, "scope": "Grants on trafficking", "starts": datetime.date(2017, 4, 1)}
    StatedTotal.objects.create(
        amount=50000, document="Letter of the office", stated_on=datetime.date(2017, 11, 24), explanation="No list of it.",
        explained_at=timezone.now(), explained_by=officer, explained_amount=0, **stated,
    )  # fmt: skip
    StatedTotal.objects.create(
        amount=36343, organisations=8, document="Joint report", stated_on=datetime.date(2018, 1, 8), **stated
    )
    return fund


def explain(fund):
    fund.stated_totals.update(explanation="The report gives no list of recipients.", explained_amount=0)


def test_a_fund_is_not_published_while_a_stated_total_is_not_explained(fund):
    kind = kinds.named("fund")
    found = kind.findings(fund, kind.content(fund))
    assert [(each.code, each.blocks) for each in found] == [("stated-total", True)]
    explain(fund)
    assert kind.findings(fund, kind.content(kind.load(fund.pk))) == []


def test_the_list_shows_stated_listed_and_difference_and_no_invented_award_counts(fund, officer, client):
    explain(fund)
    make_award(fund, awarded_on=datetime.date(2017, 7, 3), known_on=datetime.date(2017, 7, 3), by=officer,
               demonstration_note="Recipient and amount are invented.")  # fmt: skip
    publish(Award.objects.get(), by=officer)
    publish(fund, by=officer)
    page = text(client, "/grants/")
    assert "<h1>Safer Communities Fund</h1>" in page
    for words in ("£36,343", "£50,000", "8 organisations", "Why the totals differ", "The report gives no list", "£0"):
        assert words in page, words
    assert "Every award here is invented" in page.replace("every", "Every") and "Demonstration" in page
    told = text(client, "/grants/funds/safer-communities-fund/")
    assert "£13,657" in told and "Where documents disagree" in told


# --- the list --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(officer, charity):
    leeds = make_area("Leeds", slug="leeds", kind="district")
    priority = make_priority(title="Safer streets", slug="safer-streets")
    round_ = make_round(budget=Decimal(50000), label="Round 2", slug="round-2")
    days = (datetime.date(2018, 3, 31), datetime.date(2018, 4, 1), datetime.date(2018, 4, 1))
    made = [
        make_award(recipient=charity, title="Night bus", area=leeds, priority=priority, awarded_on=days[0], by=officer),
        make_award(title="Boxing club", amount=Decimal(900), awarded_on=days[1], round=round_, by=officer),
        make_award(title="Crime café", amount=Decimal(4000), area=leeds, awarded_on=days[2], by=officer),
    ]
    for award in made:
        publish(award, by=officer)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Night bus", "Boxing club", "Crime café"}),
        ("?q=LANTERN", {"Night bus"}),
        ("?q=café", {"Crime café"}),
        ("?area=leeds", {"Night bus", "Crime café"}),
        ("?year=2017", {"Night bus"}),
        ("?year=2018&at_most=£1,000", {"Boxing club"}),
        ("?at_least=3000", {"Night bus", "Crime café"}),
        ("?priority=safer-streets", {"Night bus"}),
        ("?round=round-2", {"Boxing club"}),
        ("?status=withdrawn", set()),
        ("?at_least=-5", {"Night bus", "Boxing club", "Crime café"}),
        ("?page=99", {"Night bus", "Boxing club", "Crime café"}),
        ("?q=%00&year=x&colour=red", {"Night bus", "Boxing club", "Crime café"}),
    ],
)
def test_the_list_is_narrowed_by_recipient_project_place_year_amount_round_and_status(listed, client, query, found):
    page = text(client, f"/grants/{query}")
    assert {title for title in ("Night bus", "Boxing club", "Crime café") if title in page} == found


def test_chips_take_one_filter_away_and_files_hold_what_is_shown(listed, client):
    page = text(client, "/grants/?area=leeds&year=2017")
    assert 'href="/grants/?year=2017"' in page and 'href="/grants/?area=leeds"' in page
    assert "/grants/360giving.csv?area=leeds&amp;year=2017" in page
    assert "<strong>1 award</strong>, £3,000" in page
    assert "without a minus sign" in text(client, "/grants/?at_least=-5")


def test_a_withdrawn_award_is_listed_and_not_counted(listed, officer, client):
    award = listed[2]
    awards.end(award, awards.Change("withdrawn", "The club closed.", today()), seen=1, by=officer)
    publish(award, by=officer, notes="Withdrawn.")
    page = text(client, "/grants/")
    assert "<strong>2 awards</strong>, £3,900" in page and "1 award withdrawn: listed, not counted." in page


def test_the_page_of_a_recipient_has_all_its_grants(listed, client, officer, charity):
    publish(make_award(recipient=charity, title="Second bus", by=officer), by=officer)
    page = text(client, "/grants/recipients/gb-chc-1048995/")
    assert "2 awards, £6,000" in page and "Night bus" in page and "Second bus" in page and "Boxing" not in page


def test_the_months_are_listed_with_all_that_the_order_asks_for(listed, client):
    assert "March 2018" in text(client, "/grants/monthly/")
    page = text(client, "/grants/monthly/2018-04/")
    for words in ("Boxing club", "£4,000", "Lamps along the path.", "Spend it on what you asked for.", "robbed where"):
        assert words in page or words == "Boxing club", words
    table = text(client, "/grants/monthly/2018-04.csv")
    assert table.count("\n") == 3 and "Boxing club" in table and "Reasons" in table
    assert "No grant was awarded" in text(client, "/grants/monthly/2018-05/")
    for month in ("2018-02", "2018-13", "2999-01"):
        assert client.get(f"/grants/monthly/{month}/").status_code == 404


def test_a_priority_shows_its_grants(listed, client, officer):
    told = grants_of_priority(Record(), "safer-streets")
    assert told["sums"].in_words == "1 award, £3,000" and [row.title for row in told["rows"]] == ["Night bus"]
    assert grants_of_priority(Record(), "nothing") is None


def test_grants_are_in_the_navigation_the_sitemap_the_feed_and_the_search(listed, client):
    assert '<a href="/grants/" aria-current="page">Grants</a>' in text(client, "/grants/")
    address = f"/grants/{listed[0].reference.lower()}/"
    assert address in text(client, "/sitemap.xml") and address in text(client, "/grants/feed.atom")
    assert address not in text(client, "/feed.atom")
    assert address in text(client, "/search/?q=night+bus&kind=award")
