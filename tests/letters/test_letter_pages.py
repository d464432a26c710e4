"""Letters on the desk: the list and its CSV, writing, reading as their reader will, sending, deleting."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from opcc_portal.accounts.capabilities import Role
from scrutiny.letters.models import Letter
from tests.factories import make_letter, make_office, make_person, make_user

pytestmark = pytest.mark.django_db
A_PAGE_AT_MOST = 12


@pytest.fixture(autouse=True)
def _office():
    make_office(address="1 Castle Row\nAldbeck NM1 2AB")


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


def words(*enclosures, **changes):
    """The form as it would be posted; enclosures are dicts of their fields."""
    rows = {"enclosures-TOTAL_FORMS": len(enclosures), "enclosures-INITIAL_FORMS": 0}
    for number, row in enumerate(enclosures):
        rows |= {f"enclosures-{number}-{name}": value for name, value in {"ORDER": number + 1, **row}.items()}
    return {
        "date": "30 June 2023",
        "our_reference": "OPCC/RH/AB",
        "their_reference": "",
        "addressee": "The Rt Hon Jo Minister MP\n\n Home Office ",
        "salutation": "Dear Home Secretary",
        "subject": "The inspection *Still Waters*",
        "body": "<p>As found.[1]</p>",
        "footnotes": "In the report.",
        "sign_off": "Yours sincerely",
        "copied_to": "",
        "seen": "1",
        **rows,
        **changes,
    }


def post(client, name, *keys, **data):
    return client.post(reverse(name, args=keys), data)


def add(client, *enclosures, **changes):
    return client.post(reverse("letter-add"), words(*enclosures, **changes))


def page(client, name="letters", *keys, **query):
    return client.get(reverse(name, args=keys), query).content.decode()


def picture(name="signature.png", kind="PNG"):
    file = io.BytesIO()
    Image.new("RGB", (300, 100), "navy").save(file, kind)
    return SimpleUploadedFile(name, file.getvalue())


def table(name="letters.csv"):
    return SimpleUploadedFile(name, b"a,b\n1,2\n")


# --- writing -----------------------------------------------------------------------------------------------------------


def test_a_letter_is_written_read_sent_and_then_closed(client, officer):
    answer = add(client, {"title": "Answers"})
    letter = Letter.objects.get()
    assert answer.url == letter.get_absolute_url() and letter.addressee == "The Rt Hon Jo Minister MP\nHome Office"
    shown = page(client, "letter", letter.pk)
    for each in (
        "Still Waters</i>",
        "Robin Hale",
        "1 Castle Row",
        "In the report.",
        "Answers",
        "Left empty",
        "Send this letter",
    ):
        assert each in shown, each
    assert post(client, "letter-send", letter.pk, seen=1).status_code == 302
    letter.refresh_from_db()
    shown = page(client, "letter", letter.pk)
    assert (
        letter.number == "L/00001"
        and "L/00001" in shown
        and "Send this letter" not in shown
        and "Check and publish" in shown
    )
    assert client.get(reverse("letter-edit", args=[letter.pk])).status_code == 302
    post(client, "letter-delete", letter.pk, seen=letter.version)
    assert Letter.objects.filter(pk=letter.pk).exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"addressee": " \n "}, "Enter to whom the letter goes."),
        ({"salutation": ""}, "Enter how the letter addresses its reader."),
        ({"subject": ""}, "Enter what the letter is about."),
        ({"footnotes": ""}, "There is no footnote"),
        ({"footnotes": "One.\nTwo."}, "Write [2] where it belongs."),
        ({"body": "As found. [2]"}, "There is only 1"),
        ({"date": "30 June 1823"}, "Check the year."),
        ({"date": "30 February 2023"}, "February"),
        ({"sender": "999999"}, "Select a valid choice"),
        ({"signature_file": SimpleUploadedFile("x.png", b"no picture")}, "x.png"),
        ({"signature_file": table()}, "PNG or JPEG picture"),
        ({"subject": "x" * 301}, "under 300 letters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(client, officer, changes, said):
    answer = add(client, **changes)
    assert answer.status_code == 422 and not Letter.objects.exists()
    shown = answer.content.decode()
    assert said in shown.replace("&#x27;", "’") and "There is a problem" in shown and "OPCC/RH/AB" in shown


def test_a_signature_is_put_in_shown_and_taken_out(client, officer):
    add(client, signature_file=picture("s.jpg", "JPEG"))
    letter = Letter.objects.get()
    assert letter.signature and "Signature of Robin Hale" in page(client, "letter", letter.pk)
    answer = client.get(reverse("letter-signature", args=[letter.pk]))
    assert answer["Content-Type"] == "image/jpeg" and b"".join(answer.streaming_content)
    client.post(reverse("letter-edit", args=[letter.pk]), words())
    letter.refresh_from_db()
    assert letter.signature
    client.post(reverse("letter-edit", args=[letter.pk]), words(remove_signature="on", seen=letter.version))
    letter.refresh_from_db()
    assert letter.signature is None
    assert client.get(reverse("letter-signature", args=[letter.pk])).status_code == 404


def test_enclosures_are_put_in_order_replaced_and_taken_off(client, officer):
    add(client, {"title": "Second", "ORDER": 2}, {"file": table(), "ORDER": 1, "is_public": "on"})
    letter = Letter.objects.get()
    first, second = letter.enclosures.all()
    assert (first.title, first.is_public, second.title, second.upload) == ("letters.csv", True, "Second", None)
    answer = client.get(reverse("letter-enclosure", args=[letter.pk, first.pk]))
    assert b"".join(answer.streaming_content).strip() == b"a,b\n1,2".strip()
    assert client.get(reverse("letter-enclosure", args=[letter.pk, second.pk])).status_code == 404
    rows = [{"title": "Figures", "held": first.pk}, {"title": "Second", "held": second.pk, "DELETE": "on"}]
    client.post(reverse("letter-edit", args=[letter.pk]), words(*rows))
    kept = letter.enclosures.get()
    assert (kept.title, kept.upload, kept.is_public) == ("Figures", first.upload, False)


def test_a_file_that_is_not_there_cannot_be_published(client, officer):
    answer = add(client, {"title": "Figures", "is_public": "on"})
    assert answer.status_code == 422 and "There is no file to publish." in answer.content.decode()


def test_enclosures_of_another_letter_are_not_reached_by_their_number(client, officer):
    add(client, {"file": table()})
    theirs = Letter.objects.get().enclosures.get()
    add(client, {"title": "Mine", "held": theirs.pk}, subject="Other")
    mine = Letter.objects.get(subject="Other").enclosures.get()
    assert mine.upload is None and mine.pk != theirs.pk


def test_two_people_who_change_one_letter_meet(client, officer):
    letter = make_letter()
    client.post(reverse("letter-edit", args=[letter.pk]), words(subject="Theirs"))
    answer = client.post(reverse("letter-edit", args=[letter.pk]), words(subject="Mine"))
    shown = answer.content.decode()
    assert (
        answer.status_code == 409
        and 'saved “<span dir="auto">Theirs</span>”' in shown
        and 'name="seen" value="2"' in shown
    )
    assert client.post(reverse("letter-edit", args=[letter.pk]), words(subject="Mine", seen="2")).status_code == 302
    letter.refresh_from_db()
    assert letter.subject == "Mine"


@pytest.mark.parametrize("seen", ["", "x", "0", "9" * 30, "²"])
def test_what_was_not_read_as_it_is_is_neither_sent_nor_deleted(client, officer, seen):
    letter = make_letter()
    for name in ("letter-send", "letter-delete"):
        post(client, name, letter.pk, seen=seen)
    letter.refresh_from_db()
    assert not letter.is_sent


def test_a_letter_that_lacks_something_says_so_and_offers_no_sending(client, officer):
    letter = make_letter(body="", sender=make_person(name="Ash Reed"))
    shown = page(client, "letter", letter.pk)
    assert (
        "Write the text of the letter." in shown and "no post of that day" in shown and "Send this letter" not in shown
    )
    answer = client.post(reverse("letter-send", args=[letter.pk]), {"seen": 1}, follow=True)
    assert "Write the text of the letter." in answer.content.decode()


def test_a_draft_is_deleted(client, officer):
    letter = make_letter()
    assert post(client, "letter-delete", letter.pk, seen=1).url == reverse("letters")
    assert not Letter.objects.exists()


def test_the_commissioner_sends_and_does_not_write(client):
    client.force_login(make_user(Role.COMMISSIONER))
    letter = make_letter()
    shown = page(client, "letter", letter.pk)
    assert "Send this letter" in shown and "Delete this draft" not in shown
    assert post(client, "letter-send", letter.pk, seen=1).status_code == 302
    assert Letter.objects.get().is_sent


# --- the list ----------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_state_year_words_reference_and_number(client, officer):
    assert "No letters yet" in page(client)
    make_letter(subject="About roads", sent=True)
    make_letter(subject="About canals", their_reference="HO/77", date="2022-05-01", addressee="Jo Clerk")
    assert "About roads" in page(client) and "About canals" in page(client)
    for query, shown, hidden in (
        ({"state": "sent"}, "roads", "canals"),
        ({"state": "draft"}, "canals", "roads"),
        ({"year": "2022"}, "canals", "roads"),
        ({"text": "HO/77"}, "canals", "roads"),
        ({"text": "jo clerk"}, "canals", "roads"),
        ({"text": "L/00001"}, "roads", "canals"),
        ({"text": "1"}, "roads", "canals"),
    ):
        found = page(client, **query)
        assert f"About {shown}" in found and f"About {hidden}" not in found, query
    assert "No letter fits" in page(client, text="nothing of the kind")
    assert "About roads" in page(client, year="x", text="", state="")


def test_the_csv_is_what_the_list_shows(client, officer):
    make_letter(subject="=cmd|' /C calc'!A0", enclosures=["Answers"], sent=True)
    make_letter(subject="Draft")
    answer = client.get(reverse("letters-csv"), {"state": "sent"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1 and rows[0]["Number"] == "L/00001" and rows[0]["Subject"].startswith("'=")
    assert rows[0]["Enclosed"] == "Answers" and rows[0]["Signed by"] == "Robin Hale"


def test_pages_stay_quick_however_many_letters_there_are(client, officer, django_assert_max_num_queries):
    for number in range(40):
        letter = make_letter(subject=f"About {number}", enclosures=["One", "Two"], by=officer, sent=number % 2 == 0)
    for name, keys in (("letters", ()), ("letters-csv", ()), ("letter", (letter.pk,)), ("letter-edit", (letter.pk,))):
        with django_assert_max_num_queries(A_PAGE_AT_MOST):
            assert client.get(reverse(name, args=keys)).status_code == 200
    assert "About 39" in page(client) and "About 0<" not in page(client) and "About 0<" in page(client, page=2)
