"""Funds, and the totals that documents state about them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse

from opcc_portal.office.models import Demonstrable


class Fund(Demonstrable):
    """A pot of money that the office awards grants from.

    Source of the power: Police Reform and Social Responsibility Act 2011, section 9.
    """

    name = models.CharField(max_length=200, unique=True)
    source = models.CharField("where the money comes from", max_length=200, blank=True)
    maximum_grant = models.DecimalField(
        "largest grant, in pounds", max_digits=12, decimal_places=2, null=True, blank=True
    )
    purpose = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The fund's page on the desk."""
        return reverse("fund", args=[self.pk])


class StatedTotal(models.Model):
    """A sum that some document states for a fund, as it states it: never corrected, only compared."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="stated_totals")
    amount = models.DecimalField(
        "amount, in pounds", max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    organisations = models.PositiveIntegerField("number of organisations", null=True, blank=True)
    scope = models.CharField(max_length=250, help_text="What the sum is said to cover.")
    document = models.CharField(max_length=250, help_text="The document that states it.")
    stated_on = models.DateField("date of the document")

    class Meta:
        ordering = ["fund", "-stated_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "document", "stated_on", "scope"], name="a_document_states_a_total_once"
            )
        ]

    def __str__(self):
        return f"£{self.amount:,.0f}, {self.document}"
