"""How Django knows this app."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """The funding app and its rooms."""

    name = "funding"
    verbose_name = "Funding"
