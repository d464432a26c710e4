"""Totals as documents state them."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from funding.rounds.models import Fund, Round
from opcc_portal.office.money import in_pounds
from scrutiny.plan.models import Priority


class StatedTotal(models.Model):
    """A sum that some document states for a fund, as it states it: never corrected, only compared and explained.

    What is compared are the awards that the register held on the day of the document, within the narrower scope that is
    given here; demonstration awards never count.
    """

    LOADED_WITH = ("fund", "round", "priority", "explained_by")

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="stated_totals")
    amount = models.DecimalField(
        "amount, in pounds", max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    organisations = models.PositiveIntegerField("number of organisations", null=True, blank=True)
    scope = models.CharField("what it covers", max_length=250, help_text="In the document’s sense, in your own words.")
    document = models.CharField(max_length=250, help_text="The document that states it.")
    subject = models.CharField(
        max_length=100, blank=True, editable=False, help_text="The same document in this portal: app.model:pk."
    )
    stated_on = models.DateField("date of the document")
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="stated_totals")
    priority = models.ForeignKey(
        Priority, null=True, blank=True, on_delete=models.PROTECT, related_name="stated_totals"
    )
    starts = models.DateField("awards from", null=True, blank=True)
    ends = models.DateField("awards until", null=True, blank=True)
    explanation = models.TextField("why it differs", max_length=2000, blank=True, help_text="The public reads this.")
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    explained_at = models.DateTimeField(null=True, editable=False)
    explained_amount = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        editable=False,
        help_text="The computed amount that the explanation speaks of; another one needs it anew.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["fund", "-stated_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "document", "stated_on", "scope"],
                name="a_document_states_a_total_once",
                violation_error_message="This document’s total for this scope is recorded already.",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="a_stated_period_ends_after_it_starts",
                violation_error_message="The last day must not be before the first day.",
            ),
        ]

    def __str__(self):
        return f"{in_pounds(self.amount)}, {self.document}"

    def get_absolute_url(self):
        """Its page on the desk."""
        return reverse("stated-total", args=[self.pk])
