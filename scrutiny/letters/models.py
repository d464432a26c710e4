"""Letters of the office: drafted, signed, sent under a number of their own, and published where the public is to read them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from opcc_portal.files.models import Upload
from opcc_portal.richtext.fields import RichTextColumn
from scrutiny.letters import marks
from scrutiny.people.models import Person
from scrutiny.workflow.models import Document


class LetterCounter(models.Model):
    """The last number given to a letter. Its one row is locked while the next is taken: no gaps, no doubles."""

    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"L/{self.last:05}"


class LetterQuerySet(models.QuerySet):
    """Letters, as the office looks for them."""

    def sent(self):
        """Those that have their number."""
        return self.exclude(serial=None)

    def drafts(self):
        """Those that can still be changed."""
        return self.filter(serial=None)


class Letter(Document):
    """A letter, as it stands on paper. It takes its number (`serial`) when it is sent, so that deleted drafts leave no gap.

    The reference is printed as somebody chose it and may repeat (OPCC/MBW/NF stands on many letters); the number does not.
    `sender_name` and `sender_office` are as they were on the day of the letter. What is sent never changes.
    """

    LOADED_WITH = ("sender", "signature")

    our_reference = models.CharField("our reference", max_length=60, blank=True)
    their_reference = models.CharField("their reference", max_length=60, blank=True, help_text="Printed even if empty.")
    date = models.DateField("date of the letter")
    sender = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="letters", help_text="Who signs it."
    )
    sender_name = models.CharField("name as printed", max_length=200, blank=True, help_text="With letters after it.")
    sender_office = models.CharField("office as printed", max_length=200, blank=True)
    addressee = models.TextField(
        "name and address", max_length=1000, help_text="One line for each line of the address, as on the envelope."
    )
    public_addressee = models.CharField(
        "addressee for the public",
        max_length=200,
        blank=True,
        help_text="How the published letter names who received it. Empty: the first line of the address.",
    )
    salutation = models.CharField(max_length=120, help_text="For instance: Dear Home Secretary")
    subject = models.CharField(max_length=300, help_text="*Stars* round the title of a report print it in italics.")
    body = RichTextColumn(blank=True, help_text="[1] in the text calls the first footnote.")
    footnotes = models.TextField(blank=True, max_length=4000, help_text="One footnote a line, in their order.")
    sign_off = models.CharField(max_length=60, default="Yours sincerely")
    signature = models.ForeignKey(
        Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: space is left."
    )
    copied_to = models.TextField("copied to", blank=True, max_length=1000, help_text="One recipient a line.")
    letterhead = models.JSONField(
        null=True, editable=False, help_text="The office as the sent letter prints it; a draft follows the office."
    )
    serial = models.PositiveIntegerField("number", null=True, unique=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(serial=None, sent_at=None) | Q(serial__isnull=False, sent_at__isnull=False),
                name="a_sent_letter_has_its_number_and_time",
            ),
            models.CheckConstraint(
                condition=~Q(addressee=""),
                name="a_letter_has_an_addressee",
                violation_error_message="Write to whom the letter goes.",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self):
        """The letter's page on the desk."""
        return reverse("letter", args=[self.pk])

    @property
    def title(self):
        """The subject in plain words."""
        return marks.plain(self.subject)

    @property
    def is_sent(self):
        """Whether it has its number; from then on nothing changes."""
        return self.serial is not None

    @property
    def is_open(self):
        """Whether its text may still be changed."""
        return not self.is_sent

    @property
    def why_closed(self):
        """What to tell somebody who wants to change a letter that has gone out."""
        return f"Letter {self.number} is sent. Nothing in it can be changed; write another letter instead."

    @property
    def may_be_deleted(self):
        """Drafts leave no gap in the numbers."""
        return not self.is_sent

    @property
    def number(self):
        """The number as registers print it: L/00012; empty for a draft."""
        return f"L/{self.serial:05}" if self.serial else ""

    @property
    def addressee_lines(self):
        """The address, line by line."""
        return marks.lines(self.addressee)

    @property
    def received_by(self):
        """Who receives it, in one line: for lists."""
        return next(iter(self.addressee_lines), "")

    @property
    def public_name(self):
        """How the public reads who received it."""
        return self.public_addressee.strip() or self.received_by

    @property
    def footnote_lines(self):
        """The footnotes in their order."""
        return marks.lines(self.footnotes)

    @property
    def copied_lines(self):
        """Who gets a copy, one after the other."""
        return marks.lines(self.copied_to)


class Enclosure(models.Model):
    """Something that goes with a letter, in its order; a file of ours, or only its name."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="enclosures")
    position = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_public = models.BooleanField(
        "publish the file with the letter", default=False, help_text="Its name is printed in any case."
    )

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title
