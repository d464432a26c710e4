"""How Django knows this app."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """The funding app and its rooms."""

    name = "funding"
    verbose_name = "Funding"

    def ready(self):
        """Let every room that publishes something say so: its module `publishing` registers the kinds."""
        for room in sorted(Path(self.path).iterdir()):
            if (room / "publishing.py").exists():
                import_module(f"funding.{room.name}.publishing")
