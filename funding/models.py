"""Front door: every model of the funding rooms, so that Django finds it. Imports only."""

from funding.applications.models import (
    Application,
    ApplicationDocument,
    ApplicationEvent,
    ApplicationImport,
    EligibilityAnswer,
    SavedLink,
)
from funding.assessment.models import Assessment, Interest, Moderation, Outcome, Score
from funding.awards.models import Award, AwardCounter, AwardRevision, MonitoringReturn, Payment
from funding.open_data.models import PublicAward, Publisher
from funding.rounds.models import Criterion, EligibilityQuestion, Fund, PanelMember, Round
from funding.totals.models import StatedTotal

__all__ = [
    "Application",
    "ApplicationDocument",
    "ApplicationEvent",
    "ApplicationImport",
    "Assessment",
    "Award",
    "AwardCounter",
    "AwardRevision",
    "Criterion",
    "EligibilityAnswer",
    "EligibilityQuestion",
    "Fund",
    "Interest",
    "Moderation",
    "MonitoringReturn",
    "Outcome",
    "PanelMember",
    "Payment",
    "PublicAward",
    "Publisher",
    "Round",
    "SavedLink",
    "Score",
    "StatedTotal",
]
