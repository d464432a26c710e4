"""How Django knows this app."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class ScrutinyConfig(AppConfig):
    """The scrutiny app and its rooms."""

    name = "scrutiny"
    verbose_name = "Scrutiny"

    def ready(self):
        """Let every room that publishes something say so: its module `publishing` registers the kinds."""
        for room in sorted(Path(self.path).iterdir()):
            if (room / "publishing.py").exists():
                import_module(f"scrutiny.{room.name}.publishing")
