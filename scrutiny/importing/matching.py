"""What the office already knows: series and meetings under the names that papers print, and the rules of the models."""

import re

from django.core.exceptions import ValidationError

from scrutiny.importing.capitals import title_case
from scrutiny.importing.reading import CannotRead
from scrutiny.meetings.models import MeetingSeries


def same(text):
    return " ".join(text.casefold().split())


def same_series(text):
    return re.sub(r"\s+meetings?$", "", same(text))


def known_series(printed):
    """The series that has this name, heading or alias; "Forum" and "Forum Meeting" are the same name."""
    found = [
        series
        for series in MeetingSeries.objects.all()
        if same_series(printed) in {same_series(name) for name in series.all_names}
    ]
    return found[0] if len(found) == 1 else None


def spelling_of(series, printed):
    """The printed name in the spelling that the series uses for it."""
    names = {same(name): name for name in series.all_names} if series else {}
    return names.get(same(printed)) or title_case(printed)


def meeting_of(series, date):
    """The meeting of the series on that day: the planned one rather than one that an import put beside it."""
    found = list(series.meetings.filter(date=date).order_by("imported_beside", "pk"))
    own = [meeting for meeting in found if meeting.imported_beside_id is None] or found
    return own[0] if len(own) == 1 else None


def check(record, what, exclude=()):
    """The model's own rules, in the words of an import that is refused as a whole."""
    try:
        record.full_clean(exclude=exclude)
    except ValidationError as refused:
        raise CannotRead(f"{what} cannot be kept: {' '.join(refused.messages)}") from refused


def day(date):
    return f"{date:%-d %B %Y}"
