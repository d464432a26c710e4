"""The day, as every clock, list and test of the portal asks for it."""

import datetime
import os

from django.utils import timezone


def today():
    """Today's date in the office's time zone. OPCC_TODAY (YYYY-MM-DD) overrides it, for rehearsals and tests."""
    if fixed := os.environ.get("OPCC_TODAY"):
        return datetime.date.fromisoformat(fixed)
    return timezone.localdate()
