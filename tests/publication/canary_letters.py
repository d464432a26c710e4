"""Letters in the office full of canaries: one that is published without its address, one that is not, and drafts."""

from django.core.files.base import ContentFile
from django.utils import timezone

from opcc_portal.files import operations as files
from scrutiny.letters import operations
from scrutiny.letters.models import Enclosure
from tests.factories import make_letter
from tests.files import samples

# What of a published letter the public does not read.
KEPT_BACK = ("addressee",)
SURFACES = {
    "Letter.subject": ("/letters/", ".json", "letter.pdf", "feed.atom"),
    "Letter.body": ("/letters/", ".json", "letter.pdf"),
    "Letter.footnotes": ("/letters/", ".json", "letter.pdf"),
    "Letter.public_addressee": ("/letters/", ".json", "letter.pdf"),
    "Letter.salutation": ("/letters/", ".json", "letter.pdf"),
    "Letter.our_reference": ("/letters/", ".json", "letter.pdf"),
    "Letter.their_reference": ("/letters/", ".json", "letter.pdf"),
    "Letter.copied_to": ("/letters/", ".json", "letter.pdf"),
    "Enclosure.title": ("/letters/", ".json", "letter.pdf"),
}


def sow(made, officer):
    """A sent letter to somebody whose name and address are secret, with an open and a closed file and a signature."""
    secret, public = made.secret, made.public
    letter = make_letter(
        by=officer,
        public_addressee=f"A resident of {public.word('Letter.public_addressee')}",
        salutation=f"Dear {public.word('Letter.salutation')}",
        subject=f"Roads {public.word('Letter.subject')}",
        body=f"<p>Thanks {public.word('Letter.body')}.[1]</p>",
        footnotes=f"See {public.word('Letter.footnotes')}.",
        our_reference=public.word("Letter.our_reference"),
        their_reference=public.word("Letter.their_reference"),
        copied_to=f"The board {public.word('Letter.copied_to')}",
        addressee=f"Mrs {secret.word('Letter.addressee')}\n12 {secret.word('Letter.addressee, street')} Lane",
    )
    enclosures = [
        Enclosure(
            title=f"Open {public.word('Enclosure.title')}", upload=_table(public.word("Enclosure content"), officer)
        ),
        Enclosure(
            title=f"Closed {public.word('Enclosure.title')}", upload=_table(secret.word("Enclosure content"), officer)
        ),
    ]
    enclosures[0].is_public = True
    picture = ContentFile(samples.image("png", size=(240, 80)), name=f"{secret.word('Upload.name')}.png")
    signature = files.receive(picture, by=officer)
    letter = operations.change(letter, {"signature": signature}, enclosures, seen=letter.version, by=officer)
    made.letter = operations.send(letter, by=officer, seen=letter.version)
    names = [each.name for each in made.letter._meta.concrete_fields]
    made.hide(made.letter, keep=[name for name in names if name not in KEPT_BACK])
    for sent in (False, True):
        other = make_letter(by=officer, subject=f"Not published, {timezone.now():%f}", sent=sent, enclosures=["x"])
        made.hide(other.enclosures.get())
        made.hide(other)
    closed = enclosures[1].upload
    made.addresses += [f"/{closed.file.name}", f"/media/{closed.file.name}", f"/editions/{closed.sha256}.csv"]
    made.addresses += [f"/media/{signature.file.name}", f"/editions/{signature.sha256}.png", "/letters/2023.json"]


def _table(word, officer):
    file = ContentFile(f"figure,value\n{word},1\n".encode(), name=f"{word}.csv")
    return files.receive(file, by=officer)
