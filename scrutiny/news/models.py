"""News releases: written in pieces, held back until the minute of their embargo, then published."""

import zoneinfo

from django.conf import settings
from django.db import models
from django.db.models import CharField, DateField, F, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from opcc_portal.files.models import Upload
from opcc_portal.richtext.fields import RichTextColumn
from scrutiny.meetings.models import Meeting
from scrutiny.partnerships.models import Event, Network
from scrutiny.people.models import Organisation, Person
from scrutiny.plan.models import Priority
from scrutiny.workflow.models import PUBLIC_STATES, Document, State

NO_DAY = Cast(Value(None), DateField())


def in_words(instant, zone):
    """00:01 GMT on Tuesday 19 January 2016, as clocks of that zone show the instant."""
    there = instant.astimezone(zoneinfo.ZoneInfo(zone))
    return f"{there:%H:%M} {there.tzname()} on {there:%A %-d %B %Y}"


class NewsReleaseQuerySet(models.QuerySet):
    """Releases, as the office speaks of them."""

    def waiting(self):
        """Approved, and held back until their minute."""
        return self.filter(state=State.SIGNED, embargo_until__isnull=False, approved_at__isnull=False)

    def due(self, now=None):
        """Waiting, and their minute has come."""
        return self.waiting().filter(embargo_until__lte=now or timezone.now()).order_by("embargo_until", "pk")

    def to_approve(self, user):
        """Written by somebody else, complete, and not approved yet."""
        written = models.Exists(NewsPiece.objects.filter(release=models.OuterRef("pk")))
        return self.filter(written, approved_at=None).exclude(lead="").exclude(created_by=user)

    def in_trouble(self):
        """Those that did not go out at their minute: somebody has to look at them."""
        return self.waiting().exclude(trouble="")


class NewsRelease(Document):
    """A release to the press and the public. Signed (approved) it can no longer change; it goes out at the minute of its
    embargo, or at once where there is none.

    The embargo is an instant; `embargo_zone` says in whose time it was set and is printed.
    """

    LOADED_WITH = ("created_by", "approved_by")

    class Zone(models.TextChoices):
        LONDON = "Europe/London", "UK time"
        UTC = "UTC", "UTC"
        BRUSSELS = "Europe/Brussels", "Brussels time"
        NEW_YORK = "America/New_York", "New York time"

    headline = models.CharField(max_length=200)
    slug = models.SlugField(max_length=120)
    date = models.DateField("date of the release")
    embargo_until = models.DateTimeField("not for publication before", null=True, blank=True)
    embargo_zone = models.CharField("in which time", max_length=40, choices=Zone, default=Zone.LONDON)
    lead = models.TextField("first paragraph", max_length=1500, help_text="Who, what, when, where, why.")
    notes_to_editors = RichTextColumn("notes to editors", blank=True)
    contact = models.TextField(
        "contact for the press", max_length=500, blank=True, help_text="It is published: name, telephone, e-mail."
    )
    copyright = models.CharField(max_length=200, blank=True)
    priorities = models.ManyToManyField(Priority, blank=True, related_name="news")
    meetings = models.ManyToManyField(Meeting, blank=True, related_name="news")
    networks = models.ManyToManyField(Network, blank=True, related_name="news")
    events = models.ManyToManyField(Event, blank=True, related_name="news")
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="news")
    grants = models.JSONField(
        default=list, blank=True, help_text="Keys of awards, rounds and funds that it speaks of: funding.award:5."
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    trouble = models.TextField(
        blank=True, editable=False, help_text="Why it did not go out at its minute, for the desk."
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = NewsReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["date", "slug"],
                name="a_release_is_listed_once",
                violation_error_message="A release of this day has this headline already.",
            )
        ]

    def __str__(self):
        return self.headline

    def get_absolute_url(self):
        """The release's page on the desk."""
        return reverse("release", args=[self.pk])

    @property
    def is_approved(self):
        """Whether it may no longer be changed, only sent out or taken back."""
        return self.approved_at is not None

    @property
    def is_open(self):
        """Whether its text may still be changed: until it is approved; once out, while it is being corrected."""
        return not self.is_approved

    @property
    def why_closed(self):
        """What to tell somebody who wants to change it all the same."""
        if self.has_been_public:
            return "This release is published. Open it for a correction first; the version that is out stays readable."
        return "This release is approved and cannot be changed. Take the approval back first."

    @property
    def has_been_public(self):
        """Whether the public has read a version of it."""
        return self.state in PUBLIC_STATES

    @property
    def is_waiting(self):
        """Approved, and it goes out by itself at its minute."""
        return self.is_approved and self.state == State.SIGNED and self.embargo_until is not None

    @property
    def stands_as(self):
        """(its state in words, the kind of tag)."""
        if self.is_waiting:
            return ("Did not go out", "error") if self.trouble else ("Under embargo", "accent")
        if self.has_been_public and not self.is_approved:
            return "Being corrected", ""
        if self.state == State.SIGNED:
            return "Approved", "accent"
        return self.get_state_display(), {State.PUBLISHED: "done"}.get(self.state, "open")

    @property
    def is_embargoed(self):
        """Whether its minute has not come yet."""
        return self.embargo_until is not None and self.embargo_until > timezone.now()

    @cached_property
    def embargo_there(self):
        """The embargo in the time in which it was set, with its zone; None without one."""
        return self.embargo_until and self.embargo_until.astimezone(zoneinfo.ZoneInfo(self.embargo_zone))

    @cached_property
    def spoken_of(self):
        """[(what, record with its key alone, what it is called)] of everything that it is linked to but grants. One query."""
        linked = (
            (Meeting, "meetings", F("name"), F("date")),
            (Priority, "priorities", F("title"), NO_DAY),
            (Network, "networks", F("organisation__name"), NO_DAY),
            (Event, "events", F("title"), NO_DAY),
            (Organisation, "organisations", F("name"), NO_DAY),
        )
        rows = [
            getattr(self, name).order_by().values_list(Value(model.__name__, CharField()), "pk", called, day)
            for model, name, called, day in linked
        ]
        models_by_name = {model.__name__: model for model, *_ in linked}
        found = sorted(rows[0].union(*rows[1:], all=True), key=lambda row: (row[0], row[2], row[1]))
        return [
            (what, models_by_name[what](pk=pk), f"{called}, {day:%-d %B %Y}" if day else called)
            for what, pk, called, day in found
        ]

    @property
    def embargo_in_words(self):
        """00:01 GMT on Tuesday 19 January 2016."""
        return in_words(self.embargo_until, self.embargo_zone) if self.embargo_until else ""


class NewsImage(models.Model):
    """A picture of a release. The upload has lost place, camera and names already; `sizes` are made from it at once."""

    release = models.ForeignKey(NewsRelease, on_delete=models.CASCADE, related_name="images")
    position = models.PositiveSmallIntegerField(default=1)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="news_images")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        "what the picture shows", max_length=300, help_text="For those who cannot see it; a file name says nothing."
    )
    caption = models.CharField(max_length=300, blank=True)
    credit = models.CharField("photograph by", max_length=120, blank=True)
    copyright = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(alt=""), name="a_news_image_has_its_alt_text")]

    def __str__(self):
        return self.alt


class ImageSize(models.Model):
    """A news image in one width, for narrow screens and quick pages."""

    image = models.ForeignKey(NewsImage, on_delete=models.CASCADE, related_name="sizes")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["width"]
        constraints = [models.UniqueConstraint(fields=["image", "width"], name="an_image_has_one_of_each_width")]

    def __str__(self):
        return f"{self.image}, {self.width} wide"


class NewsPiece(models.Model):
    """One piece of a release, in its order: text, a heading, a quotation, or the place of a picture.

    A quotation may run over several paragraphs: each opens with a mark, only the last closes. Speaker and post are those
    of the day and stay as printed.
    """

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        HEADING = "heading", "Heading"
        QUOTATION = "quotation", "Quotation"
        IMAGE = "image", "Picture"

    LOADED_WITH = ("release", "image")

    release = models.ForeignKey(NewsRelease, on_delete=models.CASCADE, related_name="pieces")
    position = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TEXT)
    text = models.TextField(max_length=10_000, blank=True, help_text="An empty line begins a new paragraph.")
    speaker = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="quotations")
    speaker_name = models.CharField("speaker as printed", max_length=200, blank=True)
    speaker_post = models.CharField("post that day", max_length=200, blank=True)
    image = models.ForeignKey(NewsImage, null=True, blank=True, on_delete=models.CASCADE, related_name="places")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="quotation") | ~Q(speaker_name=""),
                name="a_quotation_has_its_speaker",
                violation_error_message="Say whose words these are.",
            ),
            models.CheckConstraint(
                condition=Q(kind="image", image__isnull=False) | (~Q(kind="image") & ~Q(text="")),
                name="a_piece_of_news_says_or_shows_something",
                violation_error_message="Write the text, or choose the picture.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {(self.text or str(self.image))[:60]}"
