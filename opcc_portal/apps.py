"""How Django knows this app."""

from importlib import import_module

from django.apps import AppConfig


class OpccPortalConfig(AppConfig):
    """The opcc_portal app and its rooms."""

    name = "opcc_portal"
    verbose_name = "OPCC portal"

    def ready(self):
        """Fill the table of permissions, so that `user.has_perm` answers the same in a command, a job and a page."""
        import_module("opcc_portal.accounts.permissions")
