"""Who we are, by date."""

import datetime
import itertools
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from opcc_portal.office.dates import today


class Demonstrable(models.Model):
    """A record that may be invented for the demonstration; if so, it says what is invented about it."""

    demonstration_note = models.CharField(
        max_length=300, blank=True, help_text="Empty for real records. Otherwise says what is invented."
    )

    class Meta:
        abstract = True

    @property
    def is_demonstration(self):
        """Whether pages and papers must label this record as demonstration."""
        return bool(self.demonstration_note)


_remembered = ContextVar("identities of the office seen by this request", default=None)


@contextmanager
def identities_remembered():
    """While this lasts, the identities are loaded once."""
    before = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(before)


class OfficeQuerySet(models.QuerySet):
    """Identities of the office."""

    def valid_on(self, date):
        """The identities whose time includes the date (at most one, see Office.clean)."""
        return self.filter(valid_from__lte=date).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=date))

    def gaps(self):
        """[(first day, last day)] between two identities with none recorded; papers of those days carry the earlier."""
        times = list(self.order_by("valid_from").values_list("valid_from", "valid_to"))
        one_day = datetime.timedelta(days=1)
        return [
            (last + one_day, first - one_day)
            for (_, last), (first, _) in itertools.pairwise(times)
            if last and last + one_day < first
        ]


class Office(models.Model):
    """The office's identity during one time: names, titles and contact details change, papers keep those of their day.

    One database serves one office; a change of holder, name or address is a new identity from that day on.
    Source: Police Reform and Social Responsibility Act 2011, section 1(2) (corporation sole, legal name).
    """

    legal_name = models.CharField(
        max_length=200, help_text="As the law has it: the Police and Crime Commissioner for …"
    )
    display_name = models.CharField(max_length=200, help_text="As the letterhead has it: Office of the …")
    short_name = models.CharField(max_length=60, help_text="As people say it, for instance OPCC.")
    area_name = models.CharField(max_length=100, help_text="The police area.")
    holder_title = models.CharField("title of the office holder", max_length=120)
    holder_abbreviation = models.CharField("short form of that title", max_length=20, blank=True)
    holder_name = models.CharField("name of the office holder", max_length=200)
    deputy_title = models.CharField(max_length=120, blank=True)
    deputy_name = models.CharField(max_length=200, blank=True)
    force_name = models.CharField("police force", max_length=120)
    force_short_name = models.CharField("short form of the force's name", max_length=40, blank=True)
    force_authors = models.CharField(
        "who signs reports for the force", max_length=120, default="Chief Officer Team", blank=True
    )
    address = models.TextField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField("e-mail", blank=True)
    web = models.URLField("website", blank=True)
    logo = models.ForeignKey(
        "opcc_portal.Upload", null=True, blank=True, on_delete=models.PROTECT, related_name="logo_of"
    )
    demonstration = models.TextField(
        blank=True, help_text="Shown on every page while this database holds invented records. Empty for a real office."
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="Empty while it goes on.")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = "office identity"
        verbose_name_plural = "office identities"
        constraints = [
            models.UniqueConstraint(fields=["valid_from"], name="one_identity_starts_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="identity_ends_after_it_starts",
                violation_error_message="The last day must not be before the first day.",
            ),
        ]

    def __str__(self):
        return self.display_name

    def save(self, *args, **kwargs):
        """Save, and let the rest of this request see the change."""
        super().save(*args, **kwargs)
        (_remembered.get() or {}).clear()

    def get_absolute_url(self):
        """The page where this identity is read and changed."""
        return reverse("office-edit", args=[self.pk])

    def clean(self):
        """Refuse an identity whose time overlaps another's: a paper must find exactly one."""
        if not self.valid_from:
            return
        others = Office.objects.exclude(pk=self.pk)
        if self.valid_to:
            others = others.filter(valid_from__lte=self.valid_to)
        clash = others.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=self.valid_from)).first()
        if clash:
            raise ValidationError(
                {
                    "valid_from": f"This time overlaps “{clash}”, valid from {clash.valid_from:%-d %B %Y}. End that one first."
                }
            )

    @property
    def holder_in_full(self):
        """The office of its holder, with the area: Police and Crime Commissioner for Northmoor."""
        with_area = self.area_name and self.area_name not in self.holder_title
        return f"{self.holder_title} for {self.area_name}" if with_area else self.holder_title

    @classmethod
    def on(cls, date):
        """The identity of that day; before the first one, the first; after the last, the last; None in a new database.

        One query, however many identities there are.
        """
        known = cls._known()
        begun = [identity for identity in known if identity.valid_from <= date]
        valid = [identity for identity in begun if identity.valid_to is None or identity.valid_to >= date]
        return next(iter(valid or begun or known[-1:]), None)

    @classmethod
    def _known(cls):
        """All identities, newest first; there are only ever a few."""
        remembered = _remembered.get()
        if remembered is None:
            return list(cls.objects.select_related("logo"))
        if "known" not in remembered:
            remembered["known"] = list(cls.objects.select_related("logo"))
        return remembered["known"]

    @classmethod
    def now(cls):
        """Today's identity."""
        return cls.on(today())
