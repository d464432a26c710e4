"""How a letter is published: once it is sent, without the address it went to and without the picture of the signature."""

import re

from django.template.loader import render_to_string
from django.utils.text import slugify

from opcc_portal.richtext.cleaning import to_plain
from scrutiny.letters import marks, operations, paper, signing
from scrutiny.letters.models import Letter
from scrutiny.workflow import kinds, states
from scrutiny.workflow.kinds import ERROR, WARNING, Entry, FileToPublish, Finding, Secret
from scrutiny.workflow.models import State
from scrutiny.workflow.published import common, cover, day, day_of, in_words, logo_of

# Words of an address that are no part of a name.
NO_NAME = {"the", "rt", "hon", "right", "honourable", "mr", "mrs", "ms", "miss", "dr", "sir", "dame", "lord", "lady",
           "prof", "professor", "rev", "cllr", "councillor", "mp", "obe", "cbe", "mbe", "qpm", "and", "of", "for"}  # fmt: skip


@kinds.register
class LetterKind(kinds.Kind):
    """A letter that the office has sent, as far as the public reads it."""

    name = "letter"
    label = "Letter"
    model = Letter
    pdf_name = "letter.pdf"
    scheme_class = "how-we-make-decisions"

    def load(self, pk):
        """With its sender and what goes with it."""
        found = Letter.objects.select_related(*Letter.LOADED_WITH, "sent_by")
        return found.prefetch_related("enclosures__upload").get(pk=pk)

    def why_not(self, record):
        """Only what was sent is a letter."""
        return "" if record.is_sent else "The letter is a draft. It can be published once it is sent."

    def path(self, record):
        """The day and the subject."""
        return f"letters/{record.date.isoformat()}-{slugify(record.title)[:80].strip('-') or 'letter'}"

    def date(self, content):
        """The day of the letter."""
        return day_of(content)

    def summary(self, content):
        """Who received it, and who signed it."""
        return f"To {content['addressee']}. Signed by {content['sender_name']}."

    def content(self, record):
        """The letter but for the address, the salutation where it names whom the public is not to know, and the signature."""
        head, slugs = record.letterhead, _slugs(record)
        return {
            **common(
                record.title,
                record.date,
                demonstration_note=record.demonstration_note,
                status=f"Letter of {in_words(record.date.isoformat())}",
            ),
            "office": {name: head[name] for name in ("display_name", "area_name", "legal_name", "logo_sha256")},
            "letterhead": head,
            "number": record.number,
            "our_reference": record.our_reference,
            "their_reference": record.their_reference,
            "addressee": record.public_name,
            "salutation": "" if _names_somebody(record, record.salutation) else record.salutation,
            "subject": record.subject,
            "body": record.body,
            "footnotes": record.footnote_lines,
            "sign_off": record.sign_off,
            "sender_name": record.sender_name,
            "sender_office": record.sender_office,
            "enclosures": [{"title": each.title, "slug": slugs.get(each.pk, "")} for each in record.enclosures.all()],
            "copied_to": record.copied_lines,
        }

    def parts(self, content):
        """One part: the letter."""
        context = {
            "content": content,
            "facts": [row for row in _facts(content) if row[0] != "Your reference" or row[1]],
            "heading": marks.marked(content["subject"]),
            "text": paper.body_on_screen(content["body"], content["footnotes"]),
        }
        return [["letter", render_to_string("public/parts/letter.html", context)]]

    def paper(self, content, imprint):
        """The same as a letter on paper, with the place of the signature left empty."""
        logo = logo_of(content)
        sheet = paper.Sheet(
            letterhead=content["letterhead"] | ({} if logo else {"logo_sha256": ""}),
            date=in_words(content["date"]),
            facts=tuple(_facts(content)),
            addressee=(content["addressee"],),
            salutation=content["salutation"],
            title=content["title"],
            subject=marks.marked(content["subject"]),
            body=paper.body_on_paper(content["body"], content["footnotes"]),
            sender_name=content["sender_name"],
            sender_office=content["sender_office"],
            sign_off=content["sign_off"],
            copied_to=tuple(content["copied_to"]),
            enclosures=tuple(each["title"] for each in content["enclosures"]),
            footnotes=tuple(content["footnotes"]),
            demonstration=content["demonstration_note"],
            running=content["number"],
            imprint=imprint,
        )
        stamp = cover(content, imprint, kind=self.label, logo=logo)["created"]
        return paper.html_of(sheet, created=stamp), logo

    def files(self, record):
        """The enclosures that the office publishes with it."""
        slugs = _slugs(record)
        shown = [each for each in record.enclosures.all() if each.pk in slugs]
        return [FileToPublish(slugs[each.pk], each.title, each.upload) for each in shown]

    def secrets(self, record):
        """Where somebody lives or works, and the name of whom the public is not to know."""
        found = [Secret(line, "Address of a letter", record.get_absolute_url()) for line in _places(record)]
        return found + [
            Secret(name, "Addressee of a letter", record.get_absolute_url()) for name in _hidden_name(record)
        ]

    def findings(self, record, content):
        """A sender who was not that on the day (invariant 20), and words that name whom the public is not to know."""
        if problem := signing.disagreement(record):
            severity = ERROR if operations.is_new(record) else WARNING
            title = "The letter prints a sender who is not recorded for its day"
            yield _found(record, "letter-sender", severity, title, problem)
        words = _public_words(content)
        if [name for name in _hidden_name(record) if name.casefold() in words.casefold()]:
            text = (
                "The addressee for the public is another, so the name may not stand in subject, text, notes or copies."
            )
            yield _found(record, "letter-names", ERROR, "The letter names who received it", text)
        elif parts := sorted(part for part in _parts_of_name(record) if re.search(rf"\b{re.escape(part)}\b", words)):
            text = "A part of the name that the public is not to know stands in it. Say why that is another word."
            yield _found(record, "letter-names-part", WARNING, "The letter may name who received it", text, parts[0])
        if [line for line in _places(record) if line.casefold() in words.casefold()]:
            yield _found(record, "letter-address", ERROR, "The text of the letter says the address it went to", "")

    def passes(self, record, content):
        """Number, sender, and what stays with the office."""
        said = [f"Sent as {record.number}", "The address and the picture of the signature stay with the office"]
        if not signing.disagreement(record):
            said.append("Name and office of the sender are those of its day")
        return said

    def people(self, record):
        """Who signed it."""
        return [("Signed by", record.sender_name, record.date.isoformat())]

    def published(self, record, edition, *, by):
        """It is public now."""
        states.move(_held(record), State.PUBLISHED, by=by)

    def withdrawn(self, record, *, by):
        """It is no longer public."""
        held = _held(record)
        if held.state == State.PUBLISHED:
            states.move(held, State.WITHDRAWN, by=by)

    def search(self, edition):
        """What it says."""
        content = edition.content
        text = "\n".join(
            [to_plain(content["body"]), *content["footnotes"], content["sender_name"], content["addressee"]]
        )
        return [Entry(edition.get_absolute_url(), edition.title, text)]


def _facts(content):
    return paper.facts_of(day(content["date"]), content["our_reference"], content["their_reference"])


def _held(record):
    return Letter.objects.select_for_update().get(pk=record.pk)


def _found(record, code, severity, title, text, quote=""):
    return Finding(code, severity, title, text, quote, record.get_absolute_url(), "Go to the letter")


def _slugs(record):
    """{pk of an enclosure: the end of its file's address}, of those whose file is published."""
    slugs, taken = {}, set()
    for each in record.enclosures.all():
        if each.is_public and each.upload:
            plain = slugify(each.title)[:60].strip("-") or "enclosure"
            free = next(slug for slug in (plain, *(f"{plain}-{n}" for n in range(2, 60))) if slug not in taken)
            taken.add(free)
            slugs[each.pk] = free
    return slugs


# --- what the public does not read ----------------------------------------------------------------------------------------


def _public_words(content):
    texts = [content["subject"], to_plain(content["body"]), *content["footnotes"], *content["copied_to"]]
    texts += [content["salutation"], *(each["title"] for each in content["enclosures"])]
    return "\n".join(texts)


def _places(record):
    """Lines of the address that say where: with a figure in them, and not the office's own address."""
    own = {" ".join(line.casefold().split()) for line in record.letterhead["lines"]}
    said = record.public_name.casefold()
    lines = [line for line in record.addressee_lines[1:] if re.search(r"\d", line) and len(line) > 4]
    return [line for line in lines if " ".join(line.casefold().split()) not in own and line.casefold() not in said]


def _hidden_name(record):
    """[the first line of the address], where the public is told of somebody else."""
    name = record.received_by
    hidden = name.casefold() not in record.public_name.casefold() and (" " in name or len(name) > 7)
    return [name] if hidden else []


def _parts_of_name(record):
    """The words of that line by which somebody could be known, as they are written."""
    said = {word.casefold() for word in re.findall(r"\w+", record.public_name)} | NO_NAME
    words = [word for name in _hidden_name(record) for word in re.findall(r"[\w’'-]+", name)]
    return {word for word in words if len(word) > 2 and word[0].isupper() and word.casefold() not in said}


def _names_somebody(record, text):
    return bool(_parts_of_name(record) & {*re.findall(r"[\w’'-]+", text)})
