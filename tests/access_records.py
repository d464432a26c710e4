"""The records against which the access table is tried: for each kind one that is shared with the force, one that is not."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.core.files.base import ContentFile
from django.urls import get_resolver
from django.utils import timezone

from funding.applications.models import Application, ApplicationDocument, ApplicationImport
from funding.assessment.models import Assessment, Interest
from funding.awards import payments, returns
from funding.awards.models import Award, MonitoringReturn, Payment
from funding.rounds.models import Fund, PanelMember, Round
from funding.totals.models import StatedTotal
from opcc_portal.accounts.capabilities import Role
from opcc_portal.accounts.models import User
from opcc_portal.files.models import Upload
from opcc_portal.jobs.models import Job
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.duties.models import Confirmation, Duty
from scrutiny.indicators import recording
from scrutiny.indicators.models import (
    Annotation,
    Area,
    Baseline,
    ComparatorGroup,
    ComparatorMembership,
    ImportBatch,
    Indicator,
    Observation,
    Population,
    Rebase,
    Target,
)
from scrutiny.inspections.models import Inspection, Recommendation, Response, StatusChange
from scrutiny.letters.models import Enclosure, Letter
from scrutiny.measures.models import MeasureSet, MeasuresStatement
from scrutiny.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries, PlannedQuestion
from scrutiny.minutes import versions
from scrutiny.minutes.models import Amendment, Correction, MinutedItem, MinuteEntry, Minutes, PublicQuestion, Snapshot
from scrutiny.news.models import NewsPiece, NewsRelease
from scrutiny.partnerships.models import Agreement, Event, FundedPost, Launch, Membership, Network, Speaker
from scrutiny.people.models import Appointment, Identifier, Organisation, Person, PersonAlias, Post
from scrutiny.plan.models import Plan, PlanVersion, Priority
from scrutiny.publication.models import PreElectionPeriod, SitePage, WithheldName
from scrutiny.register.models import Action, ActionUpdate, Attachment, Decision
from scrutiny.reports import charts
from scrutiny.reports.models import (
    Body,
    JointReport,
    PaperRequest,
    QuotedFigure,
    ReportAttachment,
    ReportSection,
    SectionChart,
    SignOff,
)
from scrutiny.workflow.models import Comment, LegalBasis, PublicationClass, Restriction
from scrutiny.workflow.operations import comment, name_checker
from tests.factories import (
    make_action,
    make_application,
    make_appointment,
    make_area,
    make_attachment,
    make_attendance,
    make_award,
    make_confirmation,
    make_decision,
    make_entry,
    make_event,
    make_funded_post,
    make_indicator,
    make_legal_basis,
    make_letter,
    make_measure_set,
    make_minutes,
    make_network,
    make_office,
    make_organisation,
    make_person,
    make_plan,
    make_priority,
    make_public_question,
    make_recommendation,
    make_release,
    make_report,
    make_request,
    make_response,
    make_restriction,
    make_section,
    make_statement,
    make_user,
)


@dataclass
class Records:
    """One set of keys by (model, own or foreign), and the people who ask."""

    people: dict
    held: dict = field(default_factory=dict)

    def user(self, role):
        """The person with just this role."""
        return self.people[role]

    def user_without_role(self):
        """Somebody who signs in and holds no role."""
        return make_user(roles=[], username="no-role")

    def keys_for(self, name, whose):
        """The keyword arguments of an address."""
        pattern = next(pattern for pattern in _patterns() if pattern.name == name)
        wanted = pattern.pattern.converters
        keys = {}
        for argument in wanted:
            if argument in PLAIN:
                keys[argument] = PLAIN[argument]
                continue
            model = pattern.callback.record_class if argument == "pk" else EXTRA[argument]
            if argument == "comment":
                model = (Comment, pattern.callback.record_class)
            keys[argument] = self.held[model or SitePage, whose].pk
        return keys


EXTRA = {
    "sign_off": SignOff,
    "comment": Comment,
    "user": User,
    "held": ReportAttachment,
    "enclosure": Enclosure,
    "item": MinutedItem,
    "meeting": Meeting,
    "version": Snapshot,
    "update": ActionUpdate,
    "change": StatusChange,
    "confirmation": Confirmation,
    "action": Action,
    "question": PlannedQuestion,
}


# What is no record: the addresses of publishing name a kind (of which a page of the site is one) and count pages.
PLAIN = {"kind": "page", "page": 0, "document": 0, "edition": 0, "what": "text", "picture": "picture-1-480.png"}


def _patterns(patterns=None):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


def make():
    """Everything that any address of the portal needs."""
    people = {role: make_user(role, username=f"one-{role.value}") for role in Role}
    records = Records(people)
    for whose in ("own", "foreign"):
        _make_documents(records, whose)
        _make_grants(records, whose)
    _make_shared(records)
    return records


def _make_documents(records, whose):
    officer, force = records.user(Role.GOVERNANCE), records.user(Role.FORCE)
    own = whose == "own"
    report = make_report()
    asked_of = Body.FORCE if own else Body.OFFICE
    request = make_request(meeting=report.meeting, report=report, asked_of=asked_of)
    section = make_section(report, written_by=asked_of)
    indicator = make_indicator()
    held = make_attachment(report)
    sign_off = SignOff.objects.create(
        report=report, body=Body.OFFICE, by=officer, content_hash="0" * 64, section_versions={}
    )
    SignOff.objects.filter(pk=sign_off.pk).update(reopened_by=officer, reopened_at=report.created_at)
    minutes = make_minutes()
    entry = make_entry(minutes.minuted_items.get())
    if own:
        name_checker(minutes, user=force, by=officer)
    job = Job.objects.create(
        kind="trial", code="none", title="Trial", key=f"trial-{whose}", state="done", finished_at=timezone.now()
    )
    if own:
        job.asked_by.set(records.people.values())
    action = make_action(entry.minuted_item.item, force=own)
    records.held |= {
        (Action, whose): action,
        (ActionUpdate, whose): action.updates.get(),
        (JointReport, whose): report,
        (PaperRequest, whose): request,
        (ReportSection, whose): section,
        (QuotedFigure, whose): QuotedFigure.objects.create(
            report=report, section=section, words="12", source="A letter", what="Letters"
        ),
        (SectionChart, whose): charts.add(section, indicator=indicator, area=make_area(), by=officer),
        (ReportAttachment, whose): held,
        (SignOff, whose): sign_off,
        (Minutes, whose): minutes,
        (MinutedItem, whose): entry.minuted_item,
        (MinuteEntry, whose): entry,
        (Amendment, whose): Amendment.objects.create(
            minutes=minutes, meeting=minutes.meeting, entry=entry, before=entry.text, after="Otherwise."
        ),
        (Snapshot, whose): Snapshot.objects.create(
            minutes=minutes, occasion="sent", content=versions.content_of(minutes)
        ),
        (Correction, whose): make_entry(entry.minuted_item, kind="correction").correction,
        (Job, whose): job,
        ((Comment, JointReport), whose): comment(report, text="Said.", by=officer),
        ((Comment, Minutes), whose): comment(minutes, text="Said.", by=officer),
        (Meeting, whose): minutes.meeting,
        (AgendaItem, whose): entry.minuted_item.item,
        (Attendance, whose): make_attendance(minutes.meeting),
        (MeetingSeries, whose): minutes.meeting.series,
        (PlannedQuestion, whose): PlannedQuestion.objects.create(
            meeting=minutes.meeting, text="Why?", asked_by=officer
        ),
    }


def _make_grants(records, whose):
    """A round, one application in it and a paper of that. Who is of the office sits on the panel of the own one."""
    application = make_application()
    if whose == "own":
        for role in (Role.ANALYST, Role.ADMINISTRATOR):
            PanelMember.objects.create(round=application.round, user=records.user(role))
    upload = Upload(name="accounts.csv", kind="csv", media_type="text/csv", size=4, sha256="0" * 64)
    upload.file.save("accounts.csv", ContentFile(b"a,b\n"))
    records.held |= {
        (Round, whose): application.round,
        (Application, whose): application,
        (ApplicationDocument, whose): ApplicationDocument.objects.create(
            application=application, kind="accounts", title="Accounts", upload=upload
        ),
        (ApplicationImport, whose): ApplicationImport.objects.create(
            round=application.round,
            name="applications.csv",
            sha256="0" * 64,
            rows=[["Name"], ["A"]],
            columns={"roles": ["applicant_name"]},
            by=records.user(Role.GRANTS),
        ),
    }
    assessor = records.user(Role.ANALYST) if whose == "own" else make_user()
    interest = {"user": make_user(), "nature": "A friend runs it.", "declared_by": assessor}
    records.held |= {
        (Assessment, whose): Assessment.objects.create(application=application, user=assessor),
        (Interest, whose): Interest.objects.create(application=application, **interest),
    }
    stated = {"amount": Decimal(100), "document": f"Report {whose}", "scope": "All", "stated_on": today()}
    records.held[StatedTotal, whose] = StatedTotal.objects.create(fund=application.round.fund, **stated)
    award, by = make_award(), records.user(Role.GRANTS)
    records.held |= {
        (Award, whose): award,
        (Payment, whose): payments.add(award, {"kind": "payment", "amount": Decimal(5), "due_on": today()}, by=by),
        (MonitoringReturn, whose): returns.ask(award, title="Final return", due_on=today(), by=by),
    }


def _make_shared(records):
    """Records that are nobody's in particular."""
    person = make_person(aliases=["Another Spelling"])
    appointment = make_appointment(person)
    plan = make_plan()
    confirmation = make_confirmation()
    shared = {
        User: make_user(),
        Office: make_office(),
        Person: person,
        PersonAlias: person.aliases.first(),
        Organisation: (body := make_organisation()),
        Identifier: Identifier.objects.create(organisation=body, list="GB-CHC", number="1048995"),
        Appointment: appointment,
        Post: appointment.post,
        Plan: plan,
        PlanVersion: PlanVersion.objects.create(plan=plan, number=1),
        Priority: make_priority(plan),
        Decision: make_decision(),
        PublicQuestion: make_public_question(),
        Fund: Fund.objects.create(name="A fund"),
        Attachment: make_attachment().attachment,
        LegalBasis: make_legal_basis(),
        Restriction: make_restriction(make_decision()),
        SitePage: SitePage.objects.create(title="Complaints policy", slug="complaints"),
        WithheldName: WithheldName.objects.create(name="Jane Ashworth", why="A witness."),
        PreElectionPeriod: PreElectionPeriod.objects.create(name="Election", starts="2018-03-27", ends="2018-05-03"),
        ImportBatch: ImportBatch.objects.create(
            name="Pasted",
            source="The force",
            sha256="0" * 64,
            known_on="2018-03-01",
            cells=[["Area", "Period", "Value"], ["Leeds", "October 2017", "5"]],
        ),
        Letter: (letter := make_letter(enclosures=["Answers"])),
        Enclosure: letter.enclosures.get(),
        MeasureSet: make_measure_set(),
        NewsRelease: (release := make_release()),
        NewsPiece: release.pieces.get(),
        Confirmation: confirmation,
        Duty: confirmation.duty,
        MeasuresStatement: make_statement(),
        PublicationClass: PublicationClass.objects.create(name="A class of its own", slug="a-class-of-its-own"),
    }
    shared |= _make_network() | _make_figures() | _make_inspection(records.user(Role.GOVERNANCE))
    for model, record in shared.items():
        for whose in ("own", "foreign"):
            records.held[model, whose] = record


def _make_inspection(by):
    """A report that everybody may read of, with a recommendation that has a history."""
    recommendation = make_recommendation()
    change = StatusChange.objects.create(
        recommendation=recommendation, status="under_way", on=today(), evidence="A plan.", by=by
    )
    response = make_response(recommendation.inspection)
    return {
        Response: response,
        Inspection: recommendation.inspection,
        Recommendation: recommendation,
        StatusChange: change,
    }


def _make_network():
    """A network with one of everything that it can have."""
    network = make_network()
    event = make_event(network)
    return {
        Network: network,
        Launch: network.launches.get(),
        Membership: network.memberships.get(),
        Agreement: Agreement.objects.create(network=network, title="Charter", upload=Upload.objects.first()),
        Event: event,
        Speaker: Speaker.objects.create(event=event, name="Ann Other"),
        FundedPost: make_funded_post(network),
    }


def _make_figures():
    """An indicator with one of everything that it is judged by."""
    area = make_area()
    indicator = make_indicator(headline_area=area)
    said = recording.Said(value=Decimal(5))
    figure = recording.record(indicator, area, said, period_as_stated="January", by=None).observation
    group = ComparatorGroup.objects.create(name="Forces like ours")
    return {
        Area: area,
        Indicator: indicator,
        Observation: figure,
        ComparatorGroup: group,
        ComparatorMembership: ComparatorMembership.objects.create(group=group, area=area),
        Population: Population.objects.create(area=area, year=2016, people=1000, source="Estimates"),
        Target: Target.objects.create(indicator=indicator, value=5, starts="2018-01-01", set_by="The plan"),
        Baseline: Baseline.objects.create(indicator=indicator, value=5, label="2016"),
        Annotation: Annotation.objects.create(indicator=indicator, starts="2018-01-01", label="Inspection"),
        Rebase: Rebase.objects.create(indicator=indicator, area=area, period_start="2018-01-01", reason="A new unit"),
    }
