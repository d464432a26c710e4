"""Who publishes, and the published awards as lists and files read them."""

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse

from scrutiny.workflow.models import Edition


class Publisher(models.Model):
    """How the office is known in the 360Giving Data Standard. There is one row; without a prefix files say so."""

    prefix = models.CharField(
        "360Giving prefix",
        max_length=60,
        blank=True,
        validators=[
            RegexValidator(r"^360G-[A-Za-z0-9_.-]+$", "A prefix begins with 360G- and has no spaces or slashes.")
        ],
        help_text="As registered with 360Giving: 360G- and a name. Empty: not registered yet.",
    )
    funder_id = models.CharField(
        "identifier of the office",
        max_length=100,
        blank=True,
        help_text="From the lists of org-id.guide. Empty: the prefix with the office’s name.",
    )
    licence_name = models.CharField(max_length=120, default="Open Government Licence v3.0")
    licence_url = models.URLField(default="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/")
    checked_at = models.DateTimeField(null=True, editable=False)
    last_check = models.JSONField(
        default=dict, editable=False, help_text="What the last check of the whole file found."
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self):
        return self.prefix or "not registered yet"

    def get_absolute_url(self):
        """The page of the open data on the desk."""
        return reverse("open-data")


class PublicAward(models.Model):
    """A published award as lists, filters and files read it, derived from its Edition; it can be made anew.

    `grant` is the award as a record of the 360Giving standard with internal references in place of registered ones;
    empty where the award is counted but not listed there (recipient withheld, or a person).
    """

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="public_award")
    reference = models.CharField(max_length=40, unique=True)
    recipient_id = models.CharField(max_length=100, blank=True, db_index=True)
    recipient = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    awarded_on = models.DateField()
    year = models.PositiveSmallIntegerField(help_text="The financial year, by the year in which it began.")
    area = models.CharField(max_length=120, blank=True, help_text="Slug.")
    area_name = models.CharField(max_length=200, blank=True)
    priority = models.CharField(max_length=120, blank=True, help_text="Slug.")
    priority_title = models.CharField(max_length=200, blank=True)
    fund = models.CharField(max_length=120, help_text="Slug.")
    fund_name = models.CharField(max_length=200)
    round = models.CharField(max_length=120, blank=True, help_text="Slug.")
    round_label = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=10)
    is_demonstration = models.BooleanField(default=False)
    words = models.TextField(blank=True, help_text="Recipient, title and reference in small letters, to search in.")
    grant = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-awarded_on", "-reference"]
        indexes = [
            models.Index(fields=["-awarded_on", "-reference"], name="public_awards_newest"),
            models.Index(fields=["year", "-awarded_on", "-reference"], name="public_awards_by_year"),
            models.Index(fields=["area", "-awarded_on", "-reference"], name="public_awards_by_area"),
            models.Index(fields=["priority", "-awarded_on", "-reference"], name="public_awards_by_priority"),
            models.Index(fields=["fund", "round"], name="public_awards_by_round"),
            # All that a list is counted and searched by: neither reads the rows themselves, which are long.
            models.Index(
                fields=[
                    "fund",
                    "round",
                    "year",
                    "area",
                    "priority",
                    "status",
                    "is_demonstration",
                    "amount",
                    "words",
                ],
                name="public_awards_counted",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"
