"""Who the office is, by date."""

import datetime
import threading
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from opcc_portal.files.models import Upload
from opcc_portal.office.models import Office
from opcc_portal.office.operations import begin_identity, change_identity
from tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db


def day(text):
    return datetime.date.fromisoformat(text)


def later_identity(start, **fields):
    """The present identity with another holder from a day on, not yet recorded."""
    office = Office.objects.order_by("-valid_from").first()
    office.pk, office._state.adding = None, True
    for name, value in {"holder_name": "Sam Vale", "valid_from": day(start), **fields}.items():
        setattr(office, name, value)
    return office


# --- which one is valid ----------------------------------------------------------------------------------------------


def test_a_new_database_has_no_identity():
    assert Office.on(day("2020-01-01")) is None
    assert Office.now() is None


def test_the_identity_of_a_day_includes_its_first_and_its_last_day():
    first = make_office(valid_from=day("2012-11-22"), valid_to=day("2016-05-11"))
    second = make_office(valid_from=day("2016-05-12"))
    assert Office.on(day("2012-11-22")) == first
    assert Office.on(day("2016-05-11")) == first
    assert Office.on(day("2016-05-12")) == second
    assert Office.on(day("2030-01-01")) == second


def test_before_the_first_the_first_is_meant_and_after_the_last_the_last():
    first = make_office(valid_from=day("2012-11-22"), valid_to=day("2016-05-11"))
    last = make_office(valid_from=day("2016-05-12"), valid_to=day("2020-05-06"))
    assert Office.on(day("2001-01-01")) == first
    assert Office.on(day("2024-01-01")) == last


def test_in_a_gap_the_one_before_is_meant_and_the_gap_is_named():
    before = make_office(valid_from=day("2012-01-01"), valid_to=day("2015-12-31"))
    make_office(valid_from=day("2016-02-01"))
    assert Office.on(day("2016-01-15")) == before
    assert Office.objects.gaps() == [(day("2016-01-01"), day("2016-01-31"))]


def test_identities_that_meet_leave_no_gap():
    make_office(valid_from=day("2012-01-01"), valid_to=day("2015-12-31"))
    make_office(valid_from=day("2016-01-01"))
    assert Office.objects.gaps() == []


# --- a new identity from a day ---------------------------------------------------------------------------------------


def test_a_new_identity_ends_the_old_one_the_day_before():
    old, user = make_office(valid_from=day("2016-05-12")), make_user(Role.ADMINISTRATOR)
    new = begin_identity(later_identity("2021-05-10"), by=user)
    old.refresh_from_db()
    assert old.valid_to == day("2021-05-09")
    assert new.valid_to is None
    assert Office.on(day("2021-05-09")).holder_name == "Robin Hale"
    assert Office.on(day("2021-05-10")).holder_name == "Sam Vale"
    acts = list(AuditLine.objects.order_by("pk").values_list("act", "by"))
    assert acts == [("Identity of the office ended", user.pk), ("New identity of the office", user.pk)]


def test_an_identity_between_two_known_ones_fits_between_them():
    first = make_office(valid_from=day("2012-01-01"), valid_to=day("2019-12-31"))
    make_office(valid_from=day("2020-01-01"))
    middle = begin_identity(later_identity("2016-01-01"), by=make_user())
    first.refresh_from_db()
    assert (first.valid_to, middle.valid_to) == (day("2015-12-31"), day("2019-12-31"))
    assert Office.objects.gaps() == []


def test_an_identity_before_the_first_ends_where_the_first_begins():
    make_office(valid_from=day("2012-01-01"))
    earliest = begin_identity(later_identity("2008-01-01"), by=make_user())
    assert earliest.valid_to == day("2011-12-31")


def test_two_identities_cannot_begin_on_one_day():
    make_office(valid_from=day("2012-01-01"))
    with pytest.raises(ValidationError, match="already begins on that day"):
        begin_identity(later_identity("2012-01-01"), by=make_user())
    assert Office.objects.count() == 1


def test_a_change_that_overlaps_another_identity_is_refused():
    make_office(valid_from=day("2012-01-01"), valid_to=day("2015-12-31"))
    second = make_office(valid_from=day("2016-01-01"))
    second.valid_from = day("2015-12-31")
    with pytest.raises(ValidationError, match="overlaps"):
        change_identity(second, by=make_user())


def test_a_last_day_before_the_first_is_refused():
    office = make_office(valid_from=day("2012-01-01"))
    office.valid_to = day("2011-12-31")
    with pytest.raises(ValidationError, match="must not be before the first day"):
        change_identity(office, by=make_user())


@pytest.mark.django_db(transaction=True)
def test_of_two_overlapping_changes_at_the_same_moment_one_is_refused():
    make_office(valid_from=day("2012-01-01"))
    user, together = make_user(), threading.Barrier(2, timeout=20)
    outcomes = []

    def begin(start):
        try:
            new = later_identity(start)
            together.wait()
            begin_identity(new, by=user)
            outcomes.append("recorded")
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=[start]) for start in ("2020-01-01", "2022-01-01")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["recorded", "recorded"]
    times = list(Office.objects.order_by("valid_from").values_list("valid_from", "valid_to"))
    assert times == [
        (day("2012-01-01"), day("2019-12-31")),
        (day("2020-01-01"), day("2021-12-31")),
        (day("2022-01-01"), None),
    ]


# --- pages -----------------------------------------------------------------------------------------------------------

FORM = {
    "legal_name": "The Mayor of Northmoor",
    "display_name": "Mayor's Office for Policing",
    "short_name": "MOP",
    "area_name": "Northmoor",
    "holder_title": "Mayor",
    "holder_name": "Sam Vale",
    "force_name": "Northmoor Police",
    "force_short_name": "",
    "valid_from": "10 May 2021",
}


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def test_the_form_for_a_new_identity_is_a_copy_of_the_present_one_without_a_day(client, admin):
    make_office(phone="01234 567890")
    page = client.get(reverse("office-add")).content.decode()
    assert 'value="01234 567890"' in page
    assert 'value="Robin Hale"' in page
    assert "1 January 2010" not in page


def test_a_change_of_holder_is_one_step(client, admin):
    make_office(valid_from=day("2016-05-12"))
    page = client.post(reverse("office-add"), FORM, follow=True).content.decode()
    assert "is recorded from 10 May 2021 on." in page
    assert "from 12 May 2016 to 9 May 2021" in page
    assert Office.now().holder_title == "Mayor"


def test_pages_carry_the_name_of_today(client, admin):
    make_office(valid_from=day("2016-05-12"))
    client.post(reverse("office-add"), {**FORM, "valid_from": "1 January 2021"})
    assert "Mayor&#x27;s Office for Policing" in client.get(reverse("settings")).content.decode()


def test_a_day_that_is_taken_or_does_not_exist_is_said_beside_the_field(client, admin):
    make_office(valid_from=day("2021-05-10"))
    page = client.post(reverse("office-add"), FORM)
    assert "already begins on that day" in page.context["form"].errors["valid_from"][0]
    page = client.post(reverse("office-add"), {**FORM, "valid_from": "31 February 2018"})
    assert "February 2018 has 28 days" in page.content.decode()
    assert Office.objects.count() == 1


def test_what_is_missing_is_named(client, admin):
    make_office()
    page = client.post(reverse("office-add"), {**FORM, "holder_name": ""}).content.decode()
    assert "Enter the name of the office holder." in page


def test_correcting_an_identity_keeps_its_days_and_leaves_a_line(client, admin):
    office = make_office()
    given = {**FORM, "valid_from": "1 January 2010", "valid_to": ""}
    assert client.post(reverse("office-edit", args=[office.pk]), given).status_code == 302
    office.refresh_from_db()
    assert (office.holder_name, office.valid_from, office.valid_to) == ("Sam Vale", day("2010-01-01"), None)
    assert "holder_name" in AuditLine.objects.get().details["fields"]


def test_an_overlap_is_said_beside_the_day(client, admin):
    make_office(valid_from=day("2010-01-01"), valid_to=day("2015-12-31"))
    office = make_office(valid_from=day("2016-01-01"))
    page = client.post(reverse("office-edit", args=[office.pk]), {**FORM, "valid_from": "31/12/2015"})
    assert "overlaps" in page.context["form"].errors["valid_from"][0]


def picture():
    """A small PNG."""
    file = BytesIO()
    Image.new("RGB", (40, 20), "navy").save(file, "PNG")
    return SimpleUploadedFile("logo.png", file.getvalue(), "image/png")


@pytest.mark.django_db(transaction=True)
def test_a_logo_is_taken_in_shown_and_can_be_left_out_again(client, admin):
    office = make_office()
    address = reverse("office-edit", args=[office.pk])
    given = {**FORM, "valid_from": "1 January 2010"}
    assert client.post(address, {**given, "logo_file": picture()}).status_code == 302
    shown = client.get(reverse("office-logo", args=[office.pk]))
    assert shown["Content-Type"] == "image/png"
    assert b"".join(shown.streaming_content).startswith(b"\x89PNG")
    assert reverse("office-logo", args=[office.pk]) in client.get(reverse("office-list")).content.decode()
    client.post(address, {**given, "remove_logo": "on"})
    assert client.get(reverse("office-logo", args=[office.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_logo_that_is_no_picture_is_refused_and_not_kept(client, admin):
    office = make_office()
    given = {**FORM, "valid_from": "1 January 2010"}
    for name, content in (("logo.png", b"MZ" + 200 * b"\0"), ("figures.csv", b"a,b\n1,2\n")):
        page = client.post(
            reverse("office-edit", args=[office.pk]), {**given, "logo_file": SimpleUploadedFile(name, content)}
        )
        assert page.context["form"].errors["logo_file"]
    assert not Upload.objects.exists()
    assert Office.objects.get().logo is None


def test_the_pages_cost_few_queries(client, admin, django_assert_max_num_queries):
    for year in range(2000, 2010):
        make_office(valid_from=datetime.date(year, 1, 1), valid_to=datetime.date(year, 12, 31))
    make_office()
    for name in ("settings", "office-list", "office-add"):
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name)).status_code == 200


def test_an_empty_portal_says_what_to_do(client, admin):
    page = client.get(reverse("office-list")).content.decode()
    assert "The office has no name yet" in page
    assert "Enter the office" in page


def test_settings_show_what_this_person_may_set_up(client):
    make_office()
    shown = {}
    for role in (Role.ADMINISTRATOR, Role.GOVERNANCE, Role.ANALYST):
        client.force_login(make_user(role))
        page = client.get(reverse("settings"))
        shown[role] = [entry["title"] for entry in page.context["entries"]]
    both = ["The office", "Meeting series", "Legal bases"]
    lists = ["Pre-election periods", "Publication classes", "Your password"]
    assert shown[Role.ADMINISTRATOR] == ["Accounts", *both, *lists]
    assert shown[Role.GOVERNANCE] == [*both, "Names to withhold", *lists]
    assert shown[Role.ANALYST] == ["The office", "Your password"]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", ["settings", "office-list", "office-add", "office-edit"])
def test_who_may_see_and_who_may_change_the_office(client, role, name):
    office = make_office()
    client.force_login(make_user(role))
    answer = client.get(reverse(name, args=[office.pk] if name == "office-edit" else []))
    changing = name in ("office-add", "office-edit")
    allowed = role == Role.ADMINISTRATOR if changing else role != Role.FORCE
    assert answer.status_code == (200 if allowed else 403)
