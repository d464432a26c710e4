"""What the public gets of a letter: its words, without the address, the name that is kept back, and the signature."""

import datetime
import json

import pytest
from django.core.files.base import ContentFile

from opcc_portal.files import operations as files
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.letters import operations
from scrutiny.letters.models import Enclosure, Letter
from scrutiny.workflow import kinds
from scrutiny.workflow.models import State
from tests.factories import make_letter, make_office, make_user
from tests.publication.canary import publish
from tests.publication.records import edition_of, imprint

pytestmark = pytest.mark.django_db
KIND = kinds.named("letter")
PRIVATE = {
    "addressee": "Mrs Ada Pellow\n12 Mill Lane\nAldbeck\nNM3 4XY",
    "public_addressee": "A resident of Aldbeck",
    "salutation": "Dear Mrs Pellow",
}


@pytest.fixture(autouse=True)
def _office():
    make_office(address="1 Castle Row\nAldbeck NM1 2AB")


def loaded(**fields):
    return KIND.load(make_letter(sent=True, **fields).pk)


def surfaces(letter):
    data = KIND.content(letter)
    edition = edition_of(KIND, letter)
    derived = [str(each) for each in (*KIND.lines(edition), *KIND.search(edition))]
    parts = [html for _, html in KIND.parts(data)]
    return "\n".join(
        [json.dumps(data), *parts, KIND.paper(data, imprint())[0], *derived, KIND.summary(data), KIND.path(letter)]
    )


def codes(letter):
    return {(each.code, each.severity) for each in KIND.findings(letter, KIND.content(letter))}


def test_only_what_is_sent_is_published():
    assert "draft" in KIND.why_not(make_letter())
    sent = loaded()
    assert KIND.why_not(sent) == "" and KIND.path(sent) == "letters/2023-06-30-response-to-the-inspection-still-waters"


def test_the_words_of_the_letter_are_public_and_its_address_is_not():
    everything = surfaces(loaded(body="Thanks.[1]", footnotes="A note.", enclosures=["Answers"]))
    for words in (
        "Thanks.",
        "A note.",
        "Answers",
        "OPCC/RH/AB",
        "L/00001",
        "Jo Minister MP, Home Secretary",
        "Robin Hale",
    ):
        assert words in everything, words
    for words in ("7 Long Row", "NM9 7ZZ"):
        assert words not in everything, words


def test_somebody_whose_name_is_kept_back_is_named_nowhere():
    letter = loaded(**PRIVATE)
    everything = surfaces(letter)
    for words in ("Pellow", "Ada", "Mill Lane", "NM3 4XY"):
        assert words not in everything, words
    assert "A resident of Aldbeck" in everything
    assert {secret.text for secret in KIND.secrets(letter)} == {"Mrs Ada Pellow", "12 Mill Lane", "NM3 4XY"}
    assert codes(letter) == set()


def test_a_salutation_that_names_nobody_stays():
    assert "Dear Home Secretary" in surfaces(loaded(public_addressee="The Home Secretary"))
    assert "Dear Neighbour" in surfaces(loaded(**{**PRIVATE, "salutation": "Dear Neighbour"}))


def test_a_text_that_names_whom_the_public_is_not_to_know_blocks():
    assert codes(loaded(**PRIVATE, body="We met Mrs Ada Pellow.")) == {("letter-names", kinds.ERROR)}
    assert codes(loaded(**PRIVATE, subject="Your street, 12 Mill Lane")) == {("letter-address", kinds.ERROR)}
    assert codes(loaded(**PRIVATE, copied_to="The Pellow family")) == {("letter-names-part", kinds.WARNING)}
    assert codes(loaded(**PRIVATE, body="The pellow is a fish.")) == set()


def test_the_offices_own_address_is_no_secret():
    letter = loaded(addressee="Jo Clerk\n1 Castle Row\nAldbeck NM1 2AB", public_addressee="")
    assert KIND.secrets(letter) == []


def test_a_sender_who_was_not_that_on_the_day_blocks_a_new_letter_and_is_warned_of_in_an_old_one():
    old, new = loaded(), loaded(subject="New", date=today())
    assert codes(old) == codes(new) == set()
    Office.objects.update(holder_name="Morgan Vale")
    assert codes(KIND.load(old.pk)) == {("letter-sender", kinds.WARNING)}
    assert codes(KIND.load(new.pk)) == {("letter-sender", kinds.ERROR)}
    Office.objects.update(holder_name="Robin Hale", holder_title="Mayor")
    assert codes(KIND.load(new.pk)) == {("letter-sender", kinds.ERROR)}


def test_only_the_files_that_are_to_be_public_are_published():
    uploads = [files.receive(ContentFile(b"a,b\n1,2\n", name=f"{name}.csv"), by=None) for name in ("open", "closed")]
    letter = make_letter()
    enclosures = [
        Enclosure(title="Figures", upload=uploads[0], is_public=True),
        Enclosure(title="Plan", upload=uploads[1]),
    ]
    operations.change(letter, {}, enclosures, seen=1, by=make_user())
    sent = KIND.load(operations.send(letter, by=make_user(), seen=2).pk)
    assert [(each.slug, each.title, each.upload) for each in KIND.files(sent)] == [("figures", "Figures", uploads[0])]
    assert KIND.content(sent)["enclosures"] == [{"title": "Figures", "slug": "figures"}, {"title": "Plan", "slug": ""}]


def test_it_is_published_through_the_gate_read_listed_and_withdrawn(client):
    officer = make_user()
    letter = loaded(body="Thanks.[1]", footnotes="A note.")
    edition = publish(letter, "letter", officer)[0]
    assert Letter.objects.get().state == State.PUBLISHED
    shown = client.get(edition.get_absolute_url()).content.decode()
    assert "Still Waters" in shown and "A note." in shown and "letter.pdf" in shown and "7 Long Row" not in shown
    listed = client.get("/letters/").content.decode()
    assert edition.get_absolute_url() in listed and "/letters/2023/" in listed
    assert client.get("/letters/2023/").status_code == 200 and client.get("/letters/1999/").status_code == 404
    assert client.get("/letters.json").json()["items"][0]["title"] == edition.title
    assert b"".join(client.get(f"{edition.get_absolute_url()}letter.pdf").streaming_content).startswith(b"%PDF")
    KIND.withdrawn(letter, by=officer)
    assert Letter.objects.get().state == State.WITHDRAWN


def test_an_empty_list_says_so(client):
    assert "No letter is published yet." in client.get("/letters/").content.decode()


def test_the_letterhead_of_a_published_letter_is_that_of_its_day():
    letter = loaded()
    Office.objects.update(display_name="Mayor’s Office", valid_from=datetime.date(2010, 1, 1))
    assert "Mayor’s Office" not in surfaces(KIND.load(letter.pk))
