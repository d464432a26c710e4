"""How Django knows this app."""

from django.apps import AppConfig


class OpccPortalConfig(AppConfig):
    """The opcc_portal app and its rooms."""

    name = "opcc_portal"
    verbose_name = "OPCC portal"
