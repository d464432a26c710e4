"""Organisations, persons, posts, and who held which post on a date."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from opcc_portal.office.dates import today
from opcc_portal.office.models import Demonstrable


class OrganisationQuerySet(models.QuerySet):
    """Organisations, as lists show them."""

    def in_list(self, text, kind):
        """Those of a kind whose name, short form or number has the text, now or before they were merged."""
        found = self.filter(kind=kind) if kind else self
        if not text:
            return found
        numbered = Identifier.objects.filter(number__iexact=text.strip()).values("organisation")
        named = Q(name__icontains=text) | Q(short_name__icontains=text) | Q(mergers__former_name__icontains=text)
        return found.filter(named | Q(pk__in=numbered)).distinct()

    def with_numbers(self, date):
        """Each with `in_post`: how many people hold one of its posts on that day."""
        held = Appointment.objects.held_on(date).filter(post__organisation=models.OuterRef("pk")).order_by()
        people = held.values("post__organisation").annotate(n=models.Count("person", distinct=True)).values("n")
        return self.annotate(in_post=Coalesce(models.Subquery(people), 0))


class Organisation(Demonstrable):
    """A body that people belong to or that takes part: the office, the force, partners, inspectorates, charities."""

    class Kind(models.TextChoices):
        OFFICE = "office", "The office"
        FORCE = "force", "Police force"
        PARTNER = "partner", "Partner body"
        INSPECTORATE = "inspectorate", "Inspectorate or regulator"
        GOVERNMENT = "government", "Government department or agency"
        CHARITY = "charity", "Charity or community group"
        COMPANY = "company", "Company"
        COUNCIL = "council", "Council"
        NETWORK = "network", "Network or association"

    name = models.CharField(
        max_length=200, unique=True, error_messages={"unique": "This organisation is already listed."}
    )
    short_name = models.CharField("short form", max_length=60, blank=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.PARTNER)
    website = models.URLField(blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The organisation's page on the desk."""
        return reverse("organisation", args=[self.pk])

    @property
    def identifier(self):
        """Its identifier of the list that comes first in Identifier.List; None without any."""
        held = sorted(self.identifiers.all(), key=lambda each: Identifier.List.values.index(each.list))
        return next(iter(held), None)

    @classmethod
    def instead_of(cls, pk):
        """The organisation that one which is not there any more became part of; None where there is none."""
        # The partnerships room, further up, keeps what was merged; this is its reverse side.
        return cls.objects.filter(mergers__former_pk=pk).first()


class Identifier(models.Model):
    """The number under which a public list knows an organisation. Text: leading zeros are part of it.

    The lists are those of org-id.guide that grants in England need; source: 360Giving Data Standard, organisation ids.
    """

    class List(models.TextChoices):
        CHARITY = "GB-CHC", "Charity Commission for England and Wales"
        COMPANY = "GB-COH", "Companies House"
        SCOTTISH_CHARITY = "GB-SC", "Office of the Scottish Charity Regulator"
        NORTHERN_CHARITY = "GB-NIC", "Charity Commission for Northern Ireland"
        COUNCIL = "GB-LAE", "Local authorities of England"
        SCHOOL = "GB-EDU", "Schools (unique reference number)"
        UNIVERSITY = "GB-UKPRN", "UK Provider Reference Number"
        MUTUAL = "GB-MPR", "Mutuals Public Register"
        REVENUE = "GB-REV", "HM Revenue and Customs charities"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="identifiers")
    list = models.CharField(max_length=10, choices=List)
    number = models.CharField(max_length=20)

    class Meta:
        ordering = ["organisation", "list", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["list", "number"],
                name="an_identifier_belongs_to_one_organisation",
                violation_error_message="Another organisation has this number.",
            )
        ]

    def __str__(self):
        return f"{self.list}-{self.number}"


class PersonQuerySet(models.QuerySet):
    """Persons, as the office looks for them."""

    def known_as(self, name):
        """Persons with this name or alias, letter case and spacing aside."""
        name = " ".join(name.split())
        return self.filter(Q(name__iexact=name) | Q(aliases__name__iexact=name)).distinct()

    def matching(self, text):
        """Persons whose name, alias or post contains the text; for the pick lists."""
        return self.filter(
            Q(name__icontains=text) | Q(aliases__name__icontains=text) | Q(appointments__post__title__icontains=text)
        ).distinct()

    def in_list(self, text, organisation, date):
        """Persons for the list: those matching the text, and in a post of the organisation on that day."""
        found = self.matching(text) if text else self
        if organisation:
            held = Appointment.objects.held_on(date).filter(post__organisation=organisation)
            found = found.filter(pk__in=held.values("person"))
        return found

    def with_posts(self):
        """With appointments, posts and organisations loaded, so that post_on() costs no query."""
        return self.prefetch_related(
            models.Prefetch("appointments", Appointment.objects.select_related("post__organisation"))
        )


class Person(Demonstrable):
    """Somebody who holds posts, attends meetings and speaks in them."""

    name = models.CharField(max_length=200)
    post_nominals = models.CharField("letters after the name", max_length=60, blank=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )
    note = models.CharField(max_length=300, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The person's page on the desk."""
        return reverse("person", args=[self.pk])

    @property
    def surname(self):
        """The last word of the name: what minutes use behind a rank."""
        return self.name.split()[-1] if self.name.split() else ""

    def appointment_on(self, date):
        """The appointment held that day, the latest begun where there are several; None where none is known."""
        held = [appointment for appointment in self.appointments.all() if appointment.covers(date)]
        return max(held, key=lambda appointment: appointment.starts or datetime.date.min, default=None)

    @property
    def current_appointment(self):
        """The appointment held today, as lists of people show it."""
        return self.appointment_on(today())


class PersonAlias(models.Model):
    """The same person under another spelling or, in another year, another rank, as some paper printed it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    printed_post = models.CharField("rank or post as printed there", max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "person aliases"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name", "printed_post"],
                name="an_alias_is_listed_once",
                violation_error_message="This spelling is already listed for this person.",
            )
        ]

    def __str__(self):
        return self.name


class PostQuerySet(models.QuerySet):
    """Posts, as lists and choices show them."""

    def by_body(self):
        """Body by body, the most senior first; posts of no body come last."""
        body = F("organisation__name").asc(nulls_last=True)
        return self.select_related("organisation").order_by(body, "seniority", "title")


class Post(models.Model):
    """A post or rank that people hold: Chief Constable (CC), Engagement Officer."""

    title = models.CharField(max_length=200)
    abbreviation = models.CharField(max_length=30, blank=True)
    rank = models.CharField("police rank", max_length=100, blank=True, help_text="Empty for civilian posts.")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    seniority = models.PositiveSmallIntegerField(default=100, help_text="Smaller comes first in lists.")

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["seniority", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "organisation"],
                name="a_post_is_listed_once",
                violation_error_message="This post is already listed for this organisation.",
            ),
            models.UniqueConstraint(
                fields=["title"],
                condition=Q(organisation__isnull=True),
                name="a_post_without_organisation_is_listed_once",
                violation_error_message="This post is already listed without an organisation.",
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.abbreviation})" if self.abbreviation else self.title


class AppointmentQuerySet(models.QuerySet):
    """Appointments by day."""

    def held_on(self, date):
        """Those that cover the day; an unknown first or last day leaves that side open."""
        return self.filter(Q(starts__isnull=True) | Q(starts__lte=date)).filter(
            Q(ends__isnull=True) | Q(ends__gte=date)
        )

    def as_holders(self, date):
        """For prefetch_related on posts: `post.holders` becomes the appointments of that day, with their persons."""
        held = self.held_on(date).select_related("person", "post")
        return models.Prefetch("appointments", held, to_attr="holders")


class Appointment(models.Model):
    """A person in a post from one day to another. Unknown days are empty, never guessed."""

    class Qualifier(models.TextChoices):
        NONE = "", "Substantive"
        INTERIM = "interim", "Interim"
        TEMPORARY = "temporary", "Temporary"
        ACTING = "acting", "Acting"

    # How a police rank carries the qualifier: T/ACC, A/DCI; civilian posts are written out.
    PREFIXES = {Qualifier.TEMPORARY: "T/", Qualifier.ACTING: "A/"}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    qualifier = models.CharField(max_length=12, choices=Qualifier, blank=True, default=Qualifier.NONE)
    starts = models.DateField("first day", null=True, blank=True)
    ends = models.DateField("last day", null=True, blank=True)
    source = models.CharField(max_length=200, blank=True, help_text="Where these dates come from.")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = [F("starts").desc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="appointment_ends_after_it_starts",
                violation_error_message="The last day must not be before the first day.",
            )
        ]

    def __str__(self):
        return f"{self.person}, {self.title}"

    def clean(self):
        """Refuse the same post twice at the same time for one person."""
        if not (self.person_id and self.post_id):
            return
        for other in Appointment.objects.filter(person=self.person, post=self.post).exclude(pk=self.pk):
            if (not self.ends or not other.starts or other.starts <= self.ends) and (
                not other.ends or not self.starts or self.starts <= other.ends
            ):
                raise ValidationError("This person already holds this post during that time. Change the dates.")

    def covers(self, date):
        """Whether the appointment was held on that day."""
        return (self.starts is None or self.starts <= date) and (self.ends is None or self.ends >= date)

    @property
    def title(self):
        """The post in words with its qualifier: Interim Chief Executive Officer."""
        return f"{self.get_qualifier_display()} {self.post.title}" if self.qualifier else self.post.title

    @property
    def abbreviation(self):
        """The short form used in front of the surname: ACC, T/ACC."""
        prefix = self.PREFIXES.get(self.qualifier, "") if self.post.rank else ""
        return prefix + self.post.abbreviation if self.post.abbreviation else ""

    @property
    def is_current(self):
        """Held today."""
        return self.covers(today())
