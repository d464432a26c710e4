"""A letter on paper: on one page at ordinary length, valid, and in the same look for every room."""

import datetime
import io

import pikepdf
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from opcc_portal import pdf
from opcc_portal.files import operations as files
from scrutiny.letters import operations, paper
from scrutiny.letters.models import Letter
from scrutiny.workflow import kinds
from tests.factories import make_letter, make_office, make_user
from tests.pdf.reading import Tree, pages, text
from tests.pdf.vera import VeraPDF
from tests.publication.records import imprint

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database("a paper is laid out from data that other tests load on both databases"),
]
KIND = kinds.named("letter")
SENTENCE = (
    "The force has looked at what the inspectors found and has begun to mend it in every district of the county. "
)


@pytest.fixture(autouse=True)
def _office():
    make_office(
        address="1 Castle Row\nOld Town\nAldbeck NM1 2AB", phone="01632 960000", web="https://www.northmoor.example"
    )


def words(number):
    """A text of about so many words, in paragraphs of forty."""
    return "\n\n".join([SENTENCE * 2] * round(number / 40))


def laid_out(letter):
    made = paper.of_letter(Letter.objects.get(pk=letter.pk))
    pictures = {}
    for name, upload in made.pictures.items():
        with upload.file.open() as file:
            pictures[name] = file.read()
    return pdf.render(made.html, files=pictures, strict=True)


def signature(size=(600, 200)):
    file = io.BytesIO()
    Image.new("RGB", size, "#123456").save(file, "PNG")
    return files.receive(ContentFile(file.getvalue(), name="signature.png"), by=make_user())


def signed(letter):
    return operations.change(letter, {"signature": signature()}, seen=letter.version, by=make_user())


@pytest.mark.parametrize("number", [80, 160, 240, 320])
def test_a_letter_of_ordinary_length_stays_on_one_page(number):
    made = pages(laid_out(make_letter(body=words(number))))
    assert len(made) == 1
    assert "Page 1 of 1" in made[0] and "Kim Lane" in made[0]


def test_its_published_copy_stays_on_one_page_too_with_what_it_says_of_itself():
    sent = make_letter(body=words(320), sent=True)
    html, _ = KIND.paper(KIND.content(KIND.load(sent.pk)), imprint())
    made = pdf.render(html, strict=True)
    said = text(made)
    assert len(pages(made)) == 1 and "Version 1.0" in said and "d2f1a0b3" in said and "/verify/" in said


def test_a_longer_one_goes_on_under_its_name_in_the_ordinary_size():
    letter = make_letter(body=words(600))
    made = pages(laid_out(letter))
    assert len(made) == 2 and paper.sheet_of(letter).setting is None
    assert "Response to the inspection Still Waters" in made[1] and "30 June 2023" in made[1]


def test_everything_is_printed_also_the_reference_that_is_missing():
    letter = make_letter(
        body="As found.[1] More.", footnotes="In the report.", enclosures=["Answers"], demonstration_note="Invented."
    )
    said = text(laid_out(letter))
    for each in (
        "The Rt Hon Jo Minister MP", "NM9 7ZZ", "Date 30 June 2023", "My reference OPCC/RH/AB", "Your reference",
        "Dear Home Secretary", "Response to the inspection Still Waters", "1. In the report.", "Yours sincerely",
        "Robin Hale", "Police and Crime Commissioner for Northmoor", "Enclosed Answers",
        "Copied to Chief Constable Kim Lane", "Demonstration Invented.", "Draft. Not sent yet", "1 Castle Row",
        "northmoor.example",
    ):  # fmt: skip
        assert each in said, each
    assert "L/00001" in text(laid_out(make_letter(subject="Sent", sent=True)))


def test_who_reads_it_aloud_hears_it_in_its_order():
    letter = make_letter(body="<p>First.[1]</p><h3>Part</h3><p>Last.</p>", footnotes="A note.", enclosures=["Answers"])
    tree = Tree(laid_out(letter))
    said = " ".join(tree.words(tree.root).split())
    order = [
        "Robin Hale",
        "Jo Minister",
        "My reference",
        "Dear",
        "Response",
        "First.",
        "Last.",
        "Yours sincerely",
        "Enclosed",
    ]
    places = [said.index(each) for each in order]
    assert places == sorted(places)
    assert [tree.words(each) for each in tree.elements("H1")] == ["Response to the inspection Still Waters"]
    assert [tree.words(each) for each in tree.elements("H2")] == ["Part"]


@pytest.mark.verapdf
def test_letters_are_pdf_ua_1_and_pdf_a_3a(tmp_path):
    rich = (
        "<p>As found[1] in <a href='https://x.example/a'>the report [2]</a>, again[1].</p><h3>Part [3]</h3>"
        "<ul><li>one</li><li>two</li></ul><table><tr><th>Year</th><th>Sum</th></tr><tr><td>2022</td><td>7</td></tr></table>"
    )
    notes = "One: https://www.example.org/news/crime/a-very-long-address-that-has-to-be-broken-somewhere-1-8418770\nTwo.\nThree."
    letter = signed(make_letter(body=rich, footnotes=notes, enclosures=["Answers"], demonstration_note="Invented."))
    sent = make_letter(subject="A sent letter", body=words(320), sent=True)
    long = make_letter(subject="A long letter", body=words(900), sent=True)
    made = {"draft": laid_out(letter), "sent": laid_out(sent), "long": laid_out(long)}
    for name, each in (("public", sent), ("public-long", long)):
        made[name] = pdf.render(KIND.paper(KIND.content(KIND.load(each.pk)), imprint())[0], strict=True)
    assert [problem for data in made.values() for problem in pdf.problems(data)] == []
    assert VeraPDF(tmp_path).complaints(made) == []


def test_the_signature_is_a_picture_with_its_words_and_is_not_in_the_public_copy():
    letter = signed(make_letter())
    sent = operations.send(letter, by=make_user(), seen=letter.version)
    assert "Signature of Robin Hale" in paper.of_letter(sent).html
    with pikepdf.open(io.BytesIO(laid_out(sent))) as document:
        assert any(page.get_images() for page in document.pages)
    html, _ = KIND.paper(KIND.content(KIND.load(sent.pk)), imprint())
    assert "signature" not in html.lower()
    with pikepdf.open(io.BytesIO(pdf.render(html))) as document:
        assert not any(page.get_images() for page in document.pages)


def test_several_letters_in_one_file_begin_on_pages_of_their_own():
    sheets = [paper.sheet_of(make_letter(subject=subject)) for subject in ("One", "Two")]
    made = pages(pdf.render(paper.html_of(*sheets, title="Both"), strict=True))
    assert len(made) == 2 and "One" in made[0] and "Two" in made[1] and "Page 1" not in made[0]


def test_what_people_type_cannot_break_the_paper():
    hostile = "<script>alert(1)</script> & “quoted” *"
    letter = make_letter(
        subject=hostile, addressee=f"{hostile}\n{hostile}", salutation=hostile, copied_to=hostile, body="Text.[1]",
        footnotes=hostile, enclosures=[hostile], our_reference="<b>", date=datetime.date(2023, 1, 1),
    )  # fmt: skip
    assert "<script>" not in paper.of_letter(letter).html
    assert text(laid_out(letter)).count("alert(1)") >= 5
