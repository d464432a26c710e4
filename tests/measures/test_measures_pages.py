"""Pages of the national measures: the list by quarter, writing and signing a statement, sets of measures."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.measures import operations
from scrutiny.measures.models import MeasureSet, MeasuresStatement
from scrutiny.measures.quarters import Quarter
from tests.factories import make_indicator, make_measure_set, make_office, make_statement, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2026-11-20")
    return make_office()


@pytest.fixture
def analyst(client):
    user = make_user(Role.ANALYST)
    client.force_login(user)
    return user


def read(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def address_of(name, record):
    return reverse(f"measures-statement-{name}", args=[record.pk])


def typed(statement, **changes):
    words = {"seen": statement.version, "introduction": ""}
    for measure in statement.measure_set.measures.all():
        words |= {f"applies-{measure.pk}": "yes", f"text-{measure.pk}": "Patrols."}
    return words | changes


# --- the list ------------------------------------------------------------------------------------------------------------


def test_an_office_without_a_set_is_told_where_to_begin(client, analyst):
    assert reverse("measure-set-add") in read(client, reverse("measures"))
    assert reverse("measure-set-add") in read(client, reverse("measures-statement-add"))
    client.force_login(make_user(Role.GRANTS))
    assert reverse("measure-set-add") not in read(client, reverse("measures"))


def test_the_list_shows_every_quarter_and_what_is_missing(client, analyst):
    make_statement(quarter=Quarter(2025, 1), signed=True)
    make_statement(quarter=Quarter(2026, 3), text="")
    page = read(client, reverse("measures"))
    assert page.count("record-row") == 8  # from the current quarter back to the first statement
    assert "0 of 2 measures answered" in page
    assert "Over since 30 June 2026; nobody has begun its statement." in page
    assert "Under way until 31 December 2026." in page
    assert f"{reverse('measures-statement-add')}?quarter=2026-q2" in page


def test_the_list_costs_the_same_for_twenty_years(client, analyst):
    held = make_measure_set()
    quarter = Quarter(2026, 3)
    make_statement(held, quarter=quarter)
    with CaptureQueriesContext(connection) as few:
        read(client, reverse("measures"))
    for _ in range(40):
        quarter = quarter.before()
        make_statement(held, quarter=quarter)
    with CaptureQueriesContext(connection) as many:
        read(client, reverse("measures"))
    assert len(many) == len(few) <= 10


# --- writing ---------------------------------------------------------------------------------------------------------------


def test_a_statement_is_begun_written_and_signed(client, analyst):
    make_measure_set("Fewer thefts", "Safer homes")
    indicator = make_indicator("Thefts by night")
    begun = client.post(reverse("measures-statement-add"), {"quarter": "2026-q3", "measure_set": ""}, follow=True)
    statement = MeasuresStatement.objects.get()
    assert begun.redirect_chain[-1][0] == address_of("edit", statement)
    first, second = statement.measure_set.measures.all()
    words = typed(statement, introduction="In short.")
    words |= {f"text-{second.pk}": "", f"indicators-{first.pk}": [indicator.pk]}
    page = client.post(address_of("edit", statement), words, follow=True).content.decode()
    assert "Nothing is said yet of: Safer homes." in page
    assert "Thefts by night" in page
    assert address_of("sign", statement) not in page
    statement.refresh_from_db()
    words |= {"seen": statement.version, f"applies-{second.pk}": "no", f"text-{second.pk}": "There are no homes."}
    assert (
        "Every measure is answered" in client.post(address_of("edit", statement), words, follow=True).content.decode()
    )
    client.force_login(make_user(Role.COMMISSIONER, name="Cora Commissioner"))
    page = read(client, statement.get_absolute_url())
    assert address_of("sign", statement) in page
    assert address_of("edit", statement) not in page
    statement.refresh_from_db()
    asked = read(client, address_of("sign", statement))
    assert "There are no homes." in asked
    page = client.post(address_of("sign", statement), {"seen": statement.version}, follow=True).content.decode()
    assert "Signed, not published" in page
    assert "by Cora Commissioner" in page
    assert reverse("publish", args=["measures", statement.pk]) in page


def test_a_quarter_that_cannot_be_chosen_is_refused(client, analyst):
    make_measure_set()
    for quarter in ("2027-q1", "1999-q1", "", "x"):
        answer = client.post(reverse("measures-statement-add"), {"quarter": quarter})
        assert answer.status_code == 422
        assert "There is a problem" in answer.content.decode()
    assert not MeasuresStatement.objects.exists()


def test_a_quarter_before_every_set_is_refused_in_words(client, analyst):
    make_measure_set(starts=Quarter(2026, 4).first)
    answer = client.post(reverse("measures-statement-add"), {"quarter": "2026-q2"})
    assert "No set was in force in that quarter" in answer.content.decode()


def test_two_who_write_at_once_see_each_other(client, analyst):
    statement = make_statement(make_measure_set("Fewer thefts"), text="")
    measure = statement.measure_set.measures.get()
    words = typed(statement) | {f"text-{measure.pk}": "<b>Mine</b>"}
    theirs = {measure.pk: {"applies": False, "text": "Theirs", "indicators": []}}
    operations.change(statement, "", theirs, seen=statement.version, by=make_user())
    answer = client.post(address_of("edit", statement), words)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Does not apply: Theirs" in page
    assert "&lt;b&gt;Mine" in page
    assert statement.lines.get().text == "Theirs"
    again = typed(statement) | {f"text-{measure.pk}": "Both", "seen": statement.version + 1}
    assert client.post(address_of("edit", statement), again).status_code == 302


def test_bad_input_is_said_beside_its_field_and_keeps_the_words(client, analyst):
    statement = make_statement(make_measure_set("Fewer thefts"), text="")
    measure = statement.measure_set.measures.get()
    for name, value, said in (
        (f"applies-{measure.pk}", "perhaps", "Say whether"),
        (f"applies-{measure.pk}", "", "Say whether “Fewer thefts” applies."),
        (f"indicators-{measure.pk}", "999999999999999999999", "Choose from this list only"),
        (f"text-{measure.pk}", "x" * 4001, "under 4,000 letters"),
    ):
        answer = client.post(address_of("edit", statement), typed(statement, introduction="Kept words") | {name: value})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page, said
        assert "Kept words" in page


def test_a_signed_statement_is_not_written_or_deleted(client, analyst):
    statement = make_statement(signed=True)
    for name in ("edit", "delete"):
        answer = client.post(address_of(name, statement), typed(statement, introduction="Too late"))
        assert answer.status_code == 302
    statement.refresh_from_db()
    assert (statement.introduction, statement.is_signed) == ("", True)
    client.post(address_of("reopen", statement))
    statement.refresh_from_db()
    assert not statement.is_signed
    assert "Keep it" in read(client, address_of("delete", statement))
    client.post(address_of("delete", statement))
    assert not MeasuresStatement.objects.exists()


def test_signing_without_having_read_is_refused(client):
    client.force_login(make_user(Role.COMMISSIONER))
    statement = make_statement()
    for seen in ("", "x", "999", "٣"):
        assert client.post(address_of("sign", statement), {"seen": seen}).status_code == 409
    statement.refresh_from_db()
    assert not statement.is_signed
    under_way = make_statement(quarter=Quarter(2026, 4))
    assert "It cannot be signed yet" in read(client, address_of("sign", under_way))
    page = client.post(address_of("sign", under_way), {"seen": under_way.version}, follow=True).content.decode()
    assert "not over yet" in page


def test_a_page_costs_few_queries(client, analyst):
    statement = make_statement(make_measure_set(*(f"Measure {number}" for number in range(9))))
    indicators = [make_indicator().pk for _ in range(5)]
    answers = {
        each.pk: {"applies": True, "text": "x", "indicators": indicators}
        for each in statement.measure_set.measures.all()
    }
    operations.change(statement, "", answers, seen=statement.version, by=analyst)
    for address in (statement.get_absolute_url(), address_of("edit", statement), reverse("measures")):
        with CaptureQueriesContext(connection) as asked:
            read(client, address)
        assert len(asked) <= 12, address


# --- sets ----------------------------------------------------------------------------------------------------------------


def rows(*titles, initial=0):
    words = {"measures-TOTAL_FORMS": len(titles) + 1, "measures-INITIAL_FORMS": initial}
    for number, title in enumerate([*titles, ""]):
        words |= {f"measures-{number}-title": title, f"measures-{number}-ORDER": number + 1 if title else ""}
    return words


def test_a_set_is_written_down_and_followed_by_another(client, analyst):
    words = {"name": "Measures of 2021", "starts": "31 May 2021", **rows("Fewer thefts", "Safer homes")}
    page = client.post(reverse("measure-set-add"), words, follow=True).content.decode()
    assert "2 measures" in page
    first = MeasureSet.objects.get()
    copied = read(client, f"{reverse('measure-set-add')}?like={first.pk}")
    assert 'value="Safer homes"' in copied
    refused = client.post(reverse("measure-set-add"), words | {"name": "Measures of 2026", "starts": "1 April 2026"})
    assert refused.status_code == 422
    assert "is in force in that time" in refused.content.decode()
    ended = {"name": first.name, "starts": "31 May 2021", "ends": "31 March 2026", "seen": first.version}
    kept = {f"measures-{number}-pk": each.pk for number, each in enumerate(first.measures.all())}
    client.post(reverse("measure-set-edit", args=[first.pk]), ended | rows("Fewer thefts", "Safer homes") | kept)
    assert client.post(reverse("measure-set-add"), words | {"name": "Measures of 2026", "starts": "1 April 2026"}).url
    assert MeasureSet.objects.count() == 2
    assert first.measures.count() == 2


def test_a_set_says_what_is_wrong_with_it(client, analyst):
    for words, said in (
        ({"name": "", "starts": "31 May 2021"}, "Enter the name of the set."),
        ({"name": "M", "starts": "31 May 2021", "ends": "30 May 2021"}, "must not be before the first day"),
        ({"name": "M", "starts": "31 February 2021"}, "February"),
        ({"name": "M", "starts": "31 May 2021", **rows("Same", "same")}, "This stands in the list already."),
        ({"name": "M", "starts": "31 May 2021", "url": "javascript:alert(1)"}, "Enter a whole address"),
    ):
        answer = client.post(reverse("measure-set-add"), {**rows("Fewer thefts"), **words})
        assert answer.status_code == 422, words
        assert said in answer.content.decode(), words
    assert not MeasureSet.objects.exists()


def test_two_sets_do_not_bear_one_name(client, analyst):
    make_measure_set(name="M", ends=Quarter(2020, 4).last)
    answer = client.post(reverse("measure-set-add"), {"name": "M", "starts": "1 January 2021", **rows("Other")})
    assert answer.status_code == 422
    assert "has this name" in answer.content.decode()


def test_of_a_set_that_was_signed_under_the_form_has_the_last_day_only(client, analyst):
    held = make_measure_set("Fewer thefts")
    make_statement(held, signed=True)
    address = reverse("measure-set-edit", args=[held.pk])
    page = read(client, address)
    assert 'name="ends"' in page
    assert 'name="name"' not in page
    assert "Fewer thefts" not in page
    answer = client.post(address, {"ends": "31 December 2026", "seen": held.version, "name": "Other"})
    assert answer.status_code == 302
    held.refresh_from_db()
    assert (held.ends.isoformat(), held.name == "Other") == ("2026-12-31", False)
    assert client.post(address, {"ends": "31 December 2027", "seen": 1}).status_code == 409
