"""Networks and partnerships: who is in them and in which post, what they agreed, their events, and posts they pay for.

Days are often known only to the month or the year; they are kept as they are known (`PartialDay`), with their source.
"""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from opcc_portal.files.models import Upload
from opcc_portal.office.dates import today
from opcc_portal.office.models import Demonstrable
from scrutiny.partnerships.partial_days import PartialDay
from scrutiny.people.models import Organisation, Person
from scrutiny.plan.models import Priority


class Network(Demonstrable):
    """A network or partnership. It is an organisation too: what meetings, grants and reports say of it hangs on that."""

    LOADED_WITH = ("organisation", "priority")

    class Level(models.TextChoices):
        NATIONAL = "national", "National"
        REGIONAL = "regional", "Regional"
        FORCE = "force", "Force area"
        DISTRICT = "district", "District"

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="network")
    slug = models.SlugField(max_length=120, unique=True)
    level = models.CharField(max_length=10, choices=Level, default=Level.FORCE)
    purpose = models.TextField(max_length=4000, blank=True, help_text="What it is for, in your own words.")
    priority = models.ForeignKey(Priority, null=True, blank=True, on_delete=models.SET_NULL, related_name="networks")
    ended_on = models.DateField("ended on", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["organisation__name"]

    def __str__(self):
        return self.organisation.name

    def get_absolute_url(self):
        """The network's page on the desk."""
        return reverse("network", args=[self.pk])


class Launch(PartialDay):
    """When a network began, as one source says it. Sources may disagree; until somebody decides, all of them stand."""

    LOADED_WITH = ("network__organisation", "chosen_by")

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="launches")
    source = models.CharField(
        max_length=200, help_text="The document that says so, and where in it. The public reads this."
    )
    chosen_at = models.DateTimeField(null=True, editable=False)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    chosen_because = models.TextField("why this one is right", max_length=1000, blank=True)

    class Meta(PartialDay.Meta):
        ordering = ["year", F("month").asc(nulls_first=True), F("day").asc(nulls_first=True), "pk"]
        constraints = [
            *PartialDay.Meta.constraints,
            models.UniqueConstraint(
                fields=["network"], condition=Q(chosen_at__isnull=False), name="one_launch_of_a_network_is_chosen"
            ),
            models.CheckConstraint(
                condition=Q(chosen_at=None) | ~Q(chosen_because=""), name="a_chosen_launch_has_its_reason"
            ),
        ]

    def __str__(self):
        return f"{self.in_words} ({self.source})"


class Membership(models.Model):
    """Somebody or some body in a network: the part they have there, the post they hold, from when to when."""

    LOADED_WITH = ("network__organisation", "person", "organisation")

    class Part(models.TextChoices):
        CHAIR = "chair", "Chair"
        DEPUTY = "deputy", "Deputy chair"
        COORDINATOR = "coordinator", "Coordinator"
        MEMBER = "member", "Member"
        PARTNER = "partner", "Partner"

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    part = models.CharField(max_length=12, choices=Part, default=Part.MEMBER)
    role = models.CharField(
        "post or role", max_length=200, blank=True, help_text="The post held, or what the body does: victim care."
    )
    starts = models.DateField("from", null=True, blank=True)
    ends = models.DateField("until", null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = [
            models.Case(
                *(models.When(part=part, then=n) for n, part in enumerate(("chair", "deputy", "coordinator"))),
                default=9,
            ),
            "role",
            "pk",
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(organisation__isnull=False),
                name="a_member_is_a_person_or_a_body",
                violation_error_message="Choose a person, an organisation, or both.",
            ),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")),
                name="a_network_membership_ends_after_it_starts",
                violation_error_message="The last day must not be before the first day.",
            ),
        ]

    def __str__(self):
        return f"{self.person or self.organisation}, {self.role or self.get_part_display()}"

    def clean(self):
        """A network is no member of itself."""
        if self.organisation_id and self.network_id and self.organisation_id == self.network.organisation_id:
            raise ValidationError({"organisation": "This is the network itself. Choose one of its members."})

    def covers(self, day=None):
        """Whether it holds on that day (today); an unknown day leaves that side open."""
        day = day or today()
        return (self.starts is None or self.starts <= day) and (self.ends is None or self.ends >= day)


class Agreement(models.Model):
    """What members of a network signed."""

    LOADED_WITH = ("network__organisation", "upload")

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="agreements")
    title = models.CharField(max_length=200)
    signed_on = models.DateField("signed on", null=True, blank=True)
    signatories = models.TextField("signed by", max_length=2000, blank=True, help_text="One a line.")
    summary = models.TextField(max_length=2000, blank=True)
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    publish_file = models.BooleanField(
        "publish the file with the network",
        default=False,
        help_text="It may show signatures. Look before you tick this.",
    )
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = [F("signed_on").desc(nulls_last=True), "pk"]

    def __str__(self):
        return self.title


class Event(Demonstrable, PartialDay):
    """A summit, conference or launch: when, where, who spoke, how many came."""

    LOADED_WITH = ("network__organisation", "priority")

    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    venue = models.CharField(max_length=200, blank=True)
    attendance = models.PositiveIntegerField("how many came", null=True, blank=True)
    audience = models.CharField("who came", max_length=300, blank=True)
    source = models.CharField(max_length=200, blank=True, help_text="Where these facts come from.")
    summary = models.TextField(max_length=4000, blank=True)
    priority = models.ForeignKey(Priority, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    hosts = models.ManyToManyField(Organisation, blank=True, related_name="events_hosted")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta(PartialDay.Meta):
        ordering = ["-year", F("month").desc(nulls_last=True), F("day").desc(nulls_last=True), "title"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The event's page on the desk."""
        return reverse("event", args=[self.pk])


class Speaker(models.Model):
    """Who spoke at an event; name and post as they were that day."""

    LOADED_WITH = ("event", "person", "organisation")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speakers")
    position = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="speeches")
    name = models.CharField(max_length=200)
    post = models.CharField("post that day", max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="speakers"
    )

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return ", ".join(filter(None, (self.name, self.post)))


class FundedPost(Demonstrable):
    """A post or a team that the office or a programme pays for in another body or in its own office."""

    LOADED_WITH = ("organisation", "funder", "network__organisation", "holder")

    class Kind(models.TextChoices):
        POST = "post", "Post"
        TEAM = "team", "Team"

    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=4, choices=Kind, default=Kind.POST)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="funded_posts", verbose_name="where it works"
    )
    funder = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="posts_paid_for",
        verbose_name="who pays",
    )
    programme = models.CharField("from which money", max_length=200, blank=True)
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="funded_posts")
    holder = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="funded_posts")
    purpose = models.TextField(max_length=2000, blank=True)
    amount = models.DecimalField(
        "a year, in pounds",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    starts = models.DateField("from", null=True, blank=True)
    ends = models.DateField("until", null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")),
                name="a_funded_post_ends_after_it_starts",
                violation_error_message="The last day must not be before the first day.",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Its page on the desk."""
        return reverse("funded-post", args=[self.pk])


class Merger(models.Model):
    """That one organisation became part of another in the records: its links moved, its old addresses lead on."""

    former_pk = models.PositiveBigIntegerField(unique=True)
    former_name = models.CharField(max_length=200)
    former_key = models.CharField(max_length=60, blank=True, help_text="Its key among public recipients of grants.")
    into = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="mergers")
    reason = models.TextField(max_length=1000)
    moved = models.JSONField(default=dict, help_text="How many links of each kind moved.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]

    def __str__(self):
        return f"{self.former_name} became part of {self.into}"
