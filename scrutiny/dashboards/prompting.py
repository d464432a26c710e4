"""What makes somebody ask: the record, and what it says on the day in one sentence."""

from dataclasses import dataclass

from opcc_portal.audit.operations import key
from scrutiny.indicators.models import Indicator, Summary
from scrutiny.minutes.models import Correction
from scrutiny.register.models import Action
from scrutiny.workflow import subjects


@dataclass(frozen=True)
class Prompt:
    """A record that a question is about; `words` are kept with the question as they were."""

    about: str
    title: str
    words: str
    url: str


def prompt_for(about, area, user):
    """The prompt that an address names; `area` is the slug of an area. Raises Http404 for what the person may not read."""
    record = subjects.record_for(about, user)
    url = subjects.address_of(record)
    if isinstance(record, Indicator):
        return _of_indicator(record, area, url)
    return Prompt(key(record), str(record), _words(record), url)


def _words(record):
    if isinstance(record, Correction):
        return f"{record.measure}: {record.old_value or 'not known'} became {record.new_value}"
    if isinstance(record, Action):
        return f"{record} ({record.state_in_words.lower()})"
    return str(record)


def _of_indicator(indicator, area, url):
    summaries = Summary.objects.filter(indicator=indicator).select_related("area")
    wanted = {"area__slug": area} if area else {"area": indicator.headline_area_id}
    summary = summaries.filter(**wanted).first()
    if summary is None:
        return Prompt(key(indicator), indicator.title, indicator.title, url)
    words = f"{indicator.title}, {summary.area}: {summary.sentence}"
    return Prompt(key(indicator), indicator.title, words[:500], f"{url}?area={summary.area.slug}")
