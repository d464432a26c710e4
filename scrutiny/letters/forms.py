"""Forms of letters: writing one, what goes with it, and looking for one."""

import datetime
import re

from django import forms
from django.db.models import Q
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from opcc_portal.files.models import Kind
from opcc_portal.files.operations import Refused, receive
from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField
from opcc_portal.richtext.fields import RichTextField
from scrutiny.letters import marks
from scrutiny.letters.models import Enclosure
from scrutiny.letters.operations import FIELDS
from scrutiny.people.models import Person
from scrutiny.register.text_fields import FilterForm
from scrutiny.workflow.forms import WordsField

# A date before this is a slip of the pen: there was no such office.
EARLIEST = datetime.date(1990, 1, 1)
NUMBER = re.compile(r"^(?:l/?)?0*(\d{1,6})$", re.IGNORECASE)
STATES = [("", "Drafts and sent letters"), ("draft", "Drafts"), ("sent", "Sent")]


class LetterForm(forms.Form):
    """A letter until it is sent."""

    date = DayField(label="Date of the letter")
    sender = forms.ModelChoiceField(
        Person.objects.all(), required=False, label="Who signs it", empty_label="The office holder of that day"
    )
    our_reference = WordsField(
        label="My reference", required=False, max_length=60, help_text="As it is printed. It may stand on many letters."
    )
    their_reference = WordsField(
        label="Your reference", required=False, max_length=60, help_text="Theirs. It is printed even if it is empty."
    )
    addressee = WordsField(
        label="Name and address",
        what="to whom the letter goes",
        rows=6,
        max_length=1000,
        help_text="One line for each line of the address, as on the envelope.",
    )
    public_addressee = WordsField(
        label="Addressee for the public",
        required=False,
        max_length=200,
        help_text="How the published letter names who received it, for instance: A resident of Leeds. Empty: the first line "
        "of the address. The address itself is never published.",
    )
    salutation = WordsField(
        what="how the letter addresses its reader", max_length=120, help_text="For instance: Dear Home Secretary"
    )
    subject = WordsField(
        what="what the letter is about",
        max_length=300,
        help_text="*Stars* round the title of a report print it in italics.",
    )
    body = RichTextField(label="Text", required=False, help_text="[1] calls the first footnote.")
    footnotes = WordsField(required=False, rows=3, max_length=4000, help_text="One footnote a line, in their order.")
    sign_off = WordsField(label="Ends with", what="how the letter ends", max_length=60)
    sender_name = WordsField(
        label="Name as printed",
        required=False,
        max_length=200,
        help_text="Empty: as recorded for the day of the letter.",
    )
    sender_office = WordsField(
        label="Office as printed",
        required=False,
        max_length=200,
        help_text="Empty: as recorded for the day of the letter.",
    )
    signature_file = forms.FileField(
        label="Picture of the signature",
        required=False,
        help_text="PNG or JPEG. Without one, space is left to sign by hand. It is never published.",
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )
    remove_signature = forms.BooleanField(label="Go without the picture", required=False)
    copied_to = WordsField(
        label="Copied to", required=False, rows=3, max_length=1000, help_text="One recipient a line."
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    GROUPS = (
        ("Heading", ("date", "our_reference", "their_reference")),
        ("To whom", ("addressee", "public_addressee")),
        ("The letter", ("salutation", "subject", "body", "footnotes")),
        ("Its end", ("sign_off", "sender", "sender_name", "sender_office", "signature_file", "remove_signature")),
        ("Copies", ("copied_to",)),
    )

    def __init__(self, *args, letter=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.letter = letter
        self.signature = letter.signature if letter else None
        if not self.signature:
            del self.fields["remove_signature"]

    @classmethod
    def initial_for(cls, letter):
        """The letter as the form first shows it."""
        said = {name: getattr(letter, name) for name in FIELDS if name != "signature"}
        return {**said, "seen": letter.version}

    def groups(self):
        """[(legend, fields)] in the order of the page."""
        return [(legend, [self[name] for name in names if name in self.fields]) for legend, names in self.GROUPS]

    def clean_date(self):
        """A year far off is a slip."""
        day = self.cleaned_data["date"]
        if not EARLIEST <= day <= today() + datetime.timedelta(days=366):
            raise forms.ValidationError(f"{day:%-d %B %Y} is far from today. Check the year.")
        return day

    def clean_addressee(self):
        """Something must be on the envelope."""
        if not marks.lines(self.cleaned_data["addressee"]):
            raise forms.ValidationError("Enter to whom the letter goes.")
        return self.cleaned_data["addressee"]

    def clean(self):
        """Footnotes and their calls are held together while both are at hand."""
        done = super().clean()
        notes = marks.lines(done.get("footnotes", ""))
        if "body" in done and (problem := marks.footnote_problem(done["body"], notes)):
            self.add_error("footnotes" if "calls footnote [" in problem else "body", problem)
        return done

    def take_in(self, by):
        """Keep the picture of the signature, once everything else is right. False, with the reason, when it is refused."""
        if self.cleaned_data.get("remove_signature"):
            self.signature = None
        if not (given := self.cleaned_data.get("signature_file")):
            return True
        if upload := _received(self, "signature_file", given, by):
            if upload.kind in (Kind.PNG, Kind.JPEG):
                self.signature = upload
                return True
            upload.delete()
            self.add_error("signature_file", "A signature must be a PNG or JPEG picture.")
        return False

    @property
    def words(self):
        """{field of the letter: what it is to say}. After `take_in`."""
        said = {name: self.cleaned_data[name] for name in FIELDS if name != "signature"}
        return {**said, "signature": self.signature}

    def build_on(self, newer):
        """Keep what was typed, now knowing what somebody else saved: [(label, saved, typed)] where they differ."""
        self.data = self.data.copy()
        self.data["seen"] = newer.version
        found = []
        for name in FIELDS:
            if name == "signature" or getattr(newer, name) == self.cleaned_data.get(name):
                continue
            if name == "body":
                found.append(("Text", "another text", "the text below"))
            else:
                field = self.fields[name]
                said = [getattr(newer, name), self.cleaned_data.get(name)]
                shown = [str(each) if name == "sender" else field.prepare_value(each) for each in said]
                found.append((field.label or name.capitalize(), shown[0] or "nothing", shown[1] or "nothing"))
        return found


def _received(form, name, given, by):
    try:
        return receive(given, by=by)
    except Refused as refused:
        form.add_error(name, str(refused))
        return None


class EnclosureForm(forms.Form):
    """Something that goes with the letter: its name, and its file where we have it."""

    held = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = WordsField(required=False, max_length=200, help_text="As the letter names it.")
    file = forms.FileField(required=False)
    is_public = forms.BooleanField(
        label="Publish the file with the letter", required=False, help_text="Its name is printed in any case."
    )

    def __init__(self, *args, known=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = known or {}
        before = self.known.get(self.initial.get("held"))
        self.upload = before.upload if before else None
        if self.upload:
            self.fields["file"].help_text = f"Now: {self.upload.name}. Choose another to put it in its place."

    def clean(self):
        """A row of which something is left must say what it is."""
        done = super().clean()
        before = self.known.get(done.get("held"))
        self.upload = before.upload if before else None
        if done.get(DELETION_FIELD_NAME):
            return done
        if not done.get("title") and (done.get("file") or self.upload) and "file" not in self.errors:
            done["title"] = done["file"].name[:200] if done.get("file") else self.upload.name[:200]
        if done.get("is_public") and not done.get("file") and not self.upload and "file" not in self.errors:
            self.add_error("is_public", "There is no file to publish. Choose one, or take the tick away.")
        return done


class BaseEnclosures(forms.BaseFormSet):
    """The enclosures of a letter, in their order."""

    def add_fields(self, form, index):
        """Order and deletion in the office's words."""
        super().add_fields(form, index)
        if ORDERING_FIELD_NAME in form.fields:
            form.fields[ORDERING_FIELD_NAME].label = "Place in the list"
        if DELETION_FIELD_NAME in form.fields:
            form.fields[DELETION_FIELD_NAME].label = "Take this off the letter"

    def take_in(self, by):
        """Keep the files that came. False, with the reason beside the field, when one is refused."""
        for form in self._kept():
            if given := form.cleaned_data.get("file"):
                form.upload = _received(form, "file", given, by)
                if form.upload is None:
                    return False
        return True

    def made(self):
        """The enclosures that the letter is to have. After `take_in`."""
        made = []
        for form in self._kept():
            said = form.cleaned_data
            held = said["held"] if said["held"] in form.known else None
            made.append(Enclosure(pk=held, title=said["title"], upload=form.upload, is_public=said["is_public"]))
        return made

    def _kept(self):
        forms = self.ordered_forms if self.is_bound else []
        return [form for form in forms if form.cleaned_data.get("title")]


Enclosures = forms.formset_factory(
    EnclosureForm, formset=BaseEnclosures, extra=1, can_delete=True, can_order=True, max_num=20, absolute_max=40
)


def enclosures_of(letter, data=None, files=None):
    """The formset of a letter's enclosures; of no letter yet an empty one."""
    held = list(letter.enclosures.select_related("upload")) if letter else []
    initial = [{"held": each.pk, "title": each.title, "is_public": each.is_public} for each in held]
    known = {each.pk: each for each in held}
    return Enclosures(data, files, prefix="enclosures", initial=initial, form_kwargs={"known": known})


class LetterFilter(FilterForm):
    """Which letters to list."""

    text = WordsField(label="Words, reference or number", required=False, max_length=200)
    state = forms.ChoiceField(required=False, choices=STATES)
    year = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=[("", "Every year")])

    def narrow(self, letters):
        """The letters that the filter asks for."""
        wanted = self.wanted
        if "state" in wanted:
            letters = letters.sent() if wanted["state"] == "sent" else letters.drafts()
        if "year" in wanted:
            letters = letters.filter(date__year=wanted["year"])
        return letters.filter(_says(wanted["text"])) if "text" in wanted else letters


def _says(text):
    said = Q(subject__icontains=text) | Q(addressee__icontains=text) | Q(body__icontains=text)
    said |= Q(our_reference__icontains=text) | Q(their_reference__icontains=text) | Q(copied_to__icontains=text)
    found = NUMBER.match(text)
    return said | Q(serial=int(found[1])) if found else said
