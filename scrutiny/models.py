"""Front door: every model of the scrutiny rooms, so that Django finds it. Imports only."""

from scrutiny.importing.models import ImportedDocument
from scrutiny.meetings.models import AgendaItem, Attendance, AttendanceList, Meeting, MeetingSeries, StandingItem
from scrutiny.minutes.models import MinutedItem, MinuteEntry, Minutes
from scrutiny.people.models import Appointment, Organisation, Person, PersonAlias, Post
from scrutiny.plan.models import Indicator, MonitoringRoute, Objective, Outcome, Plan, Priority, Theme
from scrutiny.register.models import Attachment
from scrutiny.reports.models import JointReport, PaperRequest, ReportAttachment, ReportSection, SignOff
from scrutiny.workflow.models import Checker, Comment, Revision

__all__ = [
    "AgendaItem",
    "Appointment",
    "Attachment",
    "Attendance",
    "AttendanceList",
    "Checker",
    "Comment",
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
    "Priority",
    "ReportAttachment",
    "ReportSection",
    "Revision",
    "SignOff",
    "StandingItem",
    "Theme",
]
