"""The figures in the office full of canaries: a small count by its number, and words in whatever stands beside figures."""

import datetime
import re
from decimal import Decimal

from scrutiny.indicators.models import Annotation, ImportBatch
from scrutiny.indicators.recording import Row, Said, record, record_many
from scrutiny.meetings.models import PlannedQuestion
from scrutiny.workflow.models import PrivateNote
from tests.factories import make_area, make_figures, make_indicator, make_user

START, LATER = datetime.date(2023, 1, 1), datetime.date(2023, 2, 1)
KNOWN = datetime.date(2023, 6, 1)
THRESHOLD = 30_000
# Numbers that stand nowhere else: what small districts counted, and what they counted before.
SMALL, SMALL_BEFORE = 27_391, 26_713
TELLING = re.compile(r"(?<![0-9A-Za-z])(?:27,?391|26,?713)(?![0-9A-Za-z])")


def sow(made, officer):
    """An indicator that may be published, with a small count in one of its districts; another that may not."""
    secret, public = made.secret, made.public
    recorder = make_user(name=f"Rec {secret.word('User.name of who recorded')}")
    force = make_area("Northmoor")
    small, large = (make_area(name, kind="district", parent=force) for name in ("Smallham", "Largeby"))
    indicator = made.indicator = make_indicator(
        f"Burglaries {public.word('Indicator.title')}",
        slug="burglaries",
        headline_area=force,
        is_additive=True,
        small_count_threshold=THRESHOLD,
        question=f"Is it {public.word('Indicator.question')}?",
        source_name="Force records",
    )
    indicator.definitions.create(number=1, numerator=f"Counted {public.word('DefinitionVersion.numerator')}")
    batch = ImportBatch.objects.create(name="x", source="x", sha256="x", known_on=KNOWN)
    made.hide(batch, keep=("sha256",))
    rows = [
        Row(indicator, force, START, _whole(SMALL + 80_000), known_on=KNOWN),
        Row(indicator, force, LATER, _whole(90_000), known_on=KNOWN, source=f"{batch.source}: {batch.name}"),
        Row(indicator, large, START, _whole(80_000), known_on=KNOWN),
        Row(indicator, small, START, _whole(SMALL_BEFORE), known_on=KNOWN),
    ]
    record_many(rows, by=recorder, batch=batch)
    why = {"code": "C", "reason": f"Counted again {public.word('ObservationRevision.reason')}", "by": recorder}
    record(indicator, force, _whole(90_001), period_start=LATER, known_on=KNOWN, **why)
    why["reason"] = f"Counted again in the district {secret.word('ObservationRevision.reason of a small count')}"
    record(indicator, small, _whole(SMALL), period_start=START, known_on=KNOWN, **why)
    corrected = {
        "code": "C",
        "reason": f"Said {secret.word('ObservationRevision.reason of a correction')}",
        "by": recorder,
    }
    corrected["source"] = f"A paper {secret.word('ObservationRevision.source of a correction')}"
    about = {"known_on": KNOWN, "source_subject": "scrutiny.correction:999999", **corrected}
    record(indicator, force, _whole(90_002), period_start=LATER, **about)
    words = {"period_as_stated": f"In {secret.word('Observation.period_as_stated of a correction')}"}
    record(indicator, force, _whole(12), **words, **{**about, "code": "", "reason": ""})
    made.hide(Annotation.objects.create(indicator=indicator, starts=START, label="x", is_public=False))
    _unpublished(made, officer, force)
    made.hide(PlannedQuestion.objects.create(meeting=made.meeting, text="x", asked_by=officer))
    made.hide(
        PrivateNote.objects.create(by=officer, subject=f"scrutiny.indicator:{indicator.pk}", text="x"),
        keep=("subject",),
    )
    made.addresses += ["/indicators/burglaries/", "/indicators/not-yet/", "/indicators/not-yet.csv", "/indicators.csv"]


def _unpublished(made, officer, force):
    draft, _ = make_figures(make_indicator("Not yet", slug="not-yet", headline_area=force), values=[3, 4], by=officer)
    made.hide(draft)
    made.hide(draft.definitions.create(number=1, numerator="x"))


def _whole(value):
    return Said(value=Decimal(value))


def is_told(text):
    """Whether a small count stands in the text."""
    return TELLING.search(text) is not None
