"""Front door: every model of the scrutiny rooms, so that Django finds it. Imports only."""

from scrutiny.importing.models import ImportedDocument
from scrutiny.meetings.models import AgendaItem, Attendance, AttendanceList, Meeting, MeetingSeries, StandingItem
from scrutiny.minutes.models import (
    Amendment,
    Approval,
    Correction,
    MinutedItem,
    MinuteEntry,
    Minutes,
    Presence,
    PublicQuestion,
    Snapshot,
)
from scrutiny.people.models import Appointment, Organisation, Person, PersonAlias, Post
from scrutiny.plan.models import Indicator, MonitoringRoute, Objective, Outcome, Plan, Priority, Theme
from scrutiny.register.models import Action, ActionOwner, ActionUpdate, Attachment, Decision, DecisionCounter
from scrutiny.reports.models import JointReport, PaperRequest, ReportAttachment, ReportSection, SignOff
from scrutiny.workflow.models import Checker, Comment, Revision

__all__ = [
    "Action",
    "ActionOwner",
    "ActionUpdate",
    "AgendaItem",
    "Amendment",
    "Appointment",
    "Approval",
    "Attachment",
    "Attendance",
    "AttendanceList",
    "Checker",
    "Comment",
    "Correction",
    "Decision",
    "DecisionCounter",
    "ImportedDocument",
    "Indicator",
    "JointReport",
    "Meeting",
    "MeetingSeries",
    "MinuteEntry",
    "MinutedItem",
    "Minutes",
    "MonitoringRoute",
    "Objective",
    "Organisation",
    "Outcome",
    "PaperRequest",
    "Person",
    "PersonAlias",
    "Plan",
    "Post",
    "Presence",
    "Priority",
    "PublicQuestion",
    "ReportAttachment",
    "ReportSection",
    "Revision",
    "SignOff",
    "Snapshot",
    "StandingItem",
    "Theme",
]
