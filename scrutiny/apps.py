"""How Django knows this app."""

from django.apps import AppConfig


class ScrutinyConfig(AppConfig):
    """The scrutiny app and its rooms."""

    name = "scrutiny"
    verbose_name = "Scrutiny"
