"""Ordinary, valid records for the tests. Each function takes only what matters to the test that calls it."""

import datetime
import uuid
from decimal import Decimal
from itertools import count

from django.utils import timezone

from funding.applications.models import Application
from funding.awards import operations as awards
from funding.awards.models import Award
from funding.rounds.models import Criterion, EligibilityQuestion, Fund, Round
from opcc_portal.accounts.capabilities import Role
from opcc_portal.accounts.models import User
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.indicators import recording
from scrutiny.indicators.models import Area, Indicator
from scrutiny.indicators.periods import Period
from scrutiny.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries
from scrutiny.minutes.models import MinutedItem, Minutes, PublicQuestion
from scrutiny.minutes.operations import add_entry
from scrutiny.people.models import Appointment, Organisation, Person, PersonAlias, Post
from scrutiny.plan.models import Plan, Priority
from scrutiny.register.actions import Owner, raise_action
from scrutiny.register.models import Attachment, Decision
from scrutiny.reports.models import JointReport, PaperRequest, ReportAttachment, ReportSection
from scrutiny.workflow import restrictions, saving
from scrutiny.workflow.models import LegalBasis

PASSWORD = "a long walk by the canal"

_number = count(1)


# --- accounts --------------------------------------------------------------------------------------------------------


def make_user(
    role=Role.GOVERNANCE, *, roles=None, username=None, email=None, name=None, password=PASSWORD, active=True
):
    """An account with one role, or with several by `roles`; signs in with PASSWORD."""
    number = next(_number)
    roles = [role] if roles is None else roles
    username = username or f"{Role(roles[0]).value if roles else 'nobody'}{number}"
    user = User.objects.create_user(
        username, email or f"{username}@example.org", password, name=name or f"Alex Account {number}", roles=roles
    )
    if not active:
        user.is_active = False
        user.save(update_fields=["is_active"])
    return user


# --- office ----------------------------------------------------------------------------------------------------------


def make_office(**fields):
    """An identity of the office, valid from 2010 with no end unless told otherwise."""
    ordinary = {
        "legal_name": "The Police and Crime Commissioner for Northmoor",
        "display_name": "Office of the Police and Crime Commissioner for Northmoor",
        "short_name": "OPCC",
        "area_name": "Northmoor",
        "holder_title": "Police and Crime Commissioner",
        "holder_abbreviation": "PCC",
        "holder_name": "Robin Hale",
        "force_name": "Northmoor Police",
        "force_short_name": "NP",
        "valid_from": datetime.date(2010, 1, 1),
    }
    return Office.objects.create(**{**ordinary, **fields})


# --- people ----------------------------------------------------------------------------------------------------------


def make_organisation(name=None, **fields):
    """A partner body."""
    return Organisation.objects.create(name=name or f"Organisation {next(_number)}", **fields)


def make_post(title=None, **fields):
    """A post that belongs to no organisation unless one is given."""
    return Post.objects.create(title=title or f"Adviser {next(_number)}", **fields)


def make_person(name=None, *, post=None, qualifier="", starts=None, ends=None, aliases=(), **fields):
    """A person; with `post` (a Post or its title) also appointed to it, since always unless `starts` says when."""
    person = Person.objects.create(name=name or f"Pat Person {next(_number)}", **fields)
    if post is not None:
        make_appointment(person, post, qualifier=qualifier, starts=starts, ends=ends)
    for alias in aliases:
        PersonAlias.objects.create(person=person, name=alias)
    return person


def make_appointment(person=None, post=None, **fields):
    """A person in a post; either is made where it is not given, and a post may be given by its title."""
    if post is None or isinstance(post, str):
        found = Post.objects.filter(title=post, organisation=None).first() if post else None
        post = found or make_post(post)
    return Appointment.objects.create(person=person or make_person(), post=post, **fields)


# --- minutes ---------------------------------------------------------------------------------------------------------


def make_minutes(meeting=None, **fields):
    """Draft minutes of a meeting with one item on its agenda."""
    meeting = meeting or make_item().meeting
    minutes = Minutes.objects.create(meeting=meeting, **fields)
    for item in meeting.items.all():
        MinutedItem.objects.create(minutes=minutes, item=item)
    return minutes


def make_minuted_item(**fields):
    """The place of one agenda item in draft minutes."""
    return make_minutes(**fields).minuted_items.get()


def make_entry(minuted_item=None, *, text="Something was said.", by=None, **fields):
    """One entry, written through the save function."""
    minuted_item = minuted_item or make_minuted_item()
    saved = add_entry(minuted_item, save_id=uuid.uuid4(), by=by or make_user(), text=text, **fields)
    return saved.piece


def make_public_question(series=None, **fields):
    """A question that somebody outside sent in, received in good time."""
    ordinary = {
        "text": f"When will the crossing at school {next(_number)} be mended?",
        "received_at": datetime.datetime(2026, 1, 2, 9, 30, tzinfo=datetime.UTC),
    }
    return PublicQuestion.objects.create(series=series or make_series(), **{**ordinary, **fields})


# --- actions ---------------------------------------------------------------------------------------------------------


def make_action(item=None, *, text=None, by=None, force=False, owners=(), **fields):
    """An open action of a meeting, raised through the operations; with `force` owned by somebody of the police force."""
    item = item or make_item()
    if force:
        body = Organisation.objects.filter(kind=Organisation.Kind.FORCE).first()
        body = body or make_organisation(kind=Organisation.Kind.FORCE)
        owners = [*owners, Owner("ACC Stone", organisation=body.pk)]
    text = text or f"Bring the numbers of district {next(_number)}"
    return raise_action(item=item, meeting=item.meeting, text=text, by=by or make_user(), owners=owners, **fields)


# --- decisions -------------------------------------------------------------------------------------------------------


def make_decision(**fields):
    """A decision that is ready to be signed, made outside a meeting."""
    ordinary = {
        "title": f"Award of grant {next(_number)}",
        "decided": "The grant is awarded.",
        "maker": "Robin Hale, Police and Crime Commissioner",
        "decided_on": datetime.date(2026, 1, 5),
    }
    return Decision.objects.create(**{**ordinary, **fields})


# --- meetings --------------------------------------------------------------------------------------------------------


def make_series(name=None, **fields):
    """A series of meetings held in public."""
    number = next(_number)
    return MeetingSeries.objects.create(
        **{"name": name or f"Scrutiny Board {number}", "slug": f"board-{number}", **fields}
    )


def make_meeting(series=None, **fields):
    """A planned meeting of a series of its own, on a day of its own, with an empty agenda."""
    series = series or make_series()
    ordinary = {"name": series.name, "date": datetime.date(2026, 1, 5) + datetime.timedelta(days=7 * next(_number))}
    return Meeting.objects.create(series=series, **{**ordinary, **fields})


def make_item(meeting=None, **fields):
    """The next item on a meeting's agenda."""
    meeting = meeting or make_meeting()
    position = meeting.items.count() + 1
    ordinary = {"position": position, "label": str(position), "title": f"Subject {next(_number)}"}
    return AgendaItem.objects.create(meeting=meeting, **{**ordinary, **fields})


def make_attendance(meeting=None, person=None, **fields):
    """Somebody present at a meeting, with name and post as of that day where a Person is given."""
    meeting = meeting or make_meeting()
    row = Attendance(meeting=meeting, position=meeting.attendance.count() + 1, name=f"Robin Attender {next(_number)}")
    if person:
        row.take_snapshot(person, meeting.date)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


# --- restrictions ----------------------------------------------------------------------------------------------------


def make_legal_basis(**fields):
    """A ground on which something may be kept from the public; absolute unless told otherwise."""
    ordinary = {
        "scheme": "Freedom of Information Act 2000",
        "paragraph": f"section 900{next(_number)}",
        "title": "personal data",
        "needs_public_interest": False,
    }
    return LegalBasis.objects.create(**{**ordinary, **fields})


def make_restriction(target, *, by=None, bases=None, **words):
    """Keep this item, entry, attachment, passage or decision from the public; returns the Restriction."""
    ordinary = {
        "public_reason": "It is about a person.",
        "decided_by": "Robin Hale, Police and Crime Commissioner",
        "decided_on": datetime.date(2026, 1, 5),
        "review_on": datetime.date(2099, 1, 5),
    }
    bases = bases or [make_legal_basis()]
    return restrictions.restrict(target, bases=bases, by=by or make_user(), **{**ordinary, **words})


# --- plan ------------------------------------------------------------------------------------------------------------


def make_plan(**fields):
    """A Police and Crime Plan."""
    number = next(_number)
    ordinary = {
        "title": f"Police and Crime Plan {number}",
        "slug": f"police-and-crime-plan-{number}",
        "starts": datetime.date(2021, 4, 1),
    }
    return Plan.objects.create(**{**ordinary, **fields})


def make_priority(plan=None, **fields):
    """A priority of a plan, with words that a report can quote."""
    number = next(_number)
    ordinary = {
        "title": f"Safer roads {number}",
        "slug": f"safer-roads-{number}",
        "our_priority": "Nobody should die on our roads. We will work with every council.",
        "text_of": datetime.date(2021, 4, 1),
    }
    return Priority.objects.create(plan=plan or make_plan(), **{**ordinary, **fields})


# --- indicators ------------------------------------------------------------------------------------------------------


def make_area(name=None, **fields):
    """A place that figures speak of; the force's area unless told otherwise."""
    number = next(_number)
    ordinary = {"name": name or f"Area {number}", "slug": f"area-{number}", "kind": Area.Kind.FORCE}
    return Area.objects.create(**(ordinary | fields))


def make_indicator(title=None, **fields):
    """A monthly count of things, neither good nor bad, of a priority of its own."""
    number = next(_number)
    ordinary = {
        "title": title or f"Things counted {number}",
        "slug": f"things-counted-{number}",
        "frequency": "month",
        "direction_why": "More of them may be found or done.",
    }
    priority = fields.pop("priority", None) or make_priority()
    return Indicator.objects.create(priority=priority, **(ordinary | fields))


def make_figures(indicator=None, area=None, values=(), *, first=None, by=None, known_on=None, **said):
    """Figures one period after the other from `first` on (default January 2015 or the year's first); None is a gap."""
    indicator = indicator or make_indicator()
    area = area or indicator.headline_area or make_area()
    period = Period.containing(indicator.frequency, first or datetime.date(2015, 1, 1))
    rows = []
    for value in values:
        if value is not None:
            figure = recording.Said(value=Decimal(str(value)), **said)
            rows.append(recording.Row(indicator, area, period.start, figure, known_on=known_on))
        period = period.next()
    recording.record_many(rows, by=by)
    return indicator, area


# --- reports ---------------------------------------------------------------------------------------------------------


def make_report(meeting=None, *, sections=(), bodies=(), **fields):
    """A draft joint report of both bodies to a meeting, with the named sections and their texts."""
    meeting = meeting or make_meeting()
    ordinary = {
        "subject": f"Safer roads, update {next(_number)}",
        "date": meeting.date,
        "series_heading": meeting.series.name,
        "outcome_heading": "Safer places",
        "force_author": "Chief Officer Team",
        "office_author": "Office of the Police and Crime Commissioner",
    }
    report = JointReport.objects.create(meeting=meeting, **{**ordinary, **fields})
    texts = [*bodies, *[""] * (len(sections) - len(bodies))]
    for heading, body in zip(sections, texts, strict=True):
        make_section(report, heading=heading, body=body)
    return report


def make_section(report=None, *, by=None, **fields):
    """The next section of a report, written by the office, with its first revision."""
    report = report or make_report()
    position = report.sections.count() + 1
    ordinary = {"position": position, "heading": f"Section {position}", "body": "<p>Something worth reading.</p>"}
    section = ReportSection(report=report, **{**ordinary, **fields})
    return saving.create(section, save_id=uuid.uuid4(), by=by).piece


def make_attachment(report=None, *, upload=None, **fields):
    """An attachment of a report; without an upload it is only named. Returns the place it holds in the report."""
    report = report or make_report()
    attachment = Attachment.objects.create(**{"title": f"Figures {next(_number)}", "upload": upload, **fields})
    return ReportAttachment.objects.create(
        report=report, attachment=attachment, position=report.held_attachments.count() + 1
    )


def make_request(meeting=None, *, report=None, **fields):
    """A paper asked of the force; for the meeting of `report` where one is given, and then being written there."""
    meeting = meeting or (report.meeting if report else make_meeting())
    ordinary = {"what": f"Update on safer roads {next(_number)}", "due": meeting.date - datetime.timedelta(days=7)}
    return PaperRequest.objects.create(meeting=meeting, report=report, **{**ordinary, **fields})


# --- grants ----------------------------------------------------------------------------------------------------------


def make_fund(**fields):
    """A fund with a cap of £5,000 a grant."""
    number = next(_number)
    ordinary = {
        "name": f"Safer Places Fund {number}",
        "code": f"F{number}",
        "slug": f"safer-places-fund-{number}",
        "source": "Proceeds of crime",
        "maximum_grant": Decimal(5000),
        "purpose": "Small grants to local organisations.",
    }
    return Fund.objects.create(**(ordinary | fields))


def make_round(fund=None, **fields):
    """A round that is open today, with £20,000 to give, two criteria and one question of eligibility."""
    number, day = next(_number), today()
    ordinary = {
        "label": f"Round {number}",
        "code": f"R{number}",
        "slug": f"round-{number}",
        "opens": day - datetime.timedelta(days=10),
        "closes": day + datetime.timedelta(days=10),
        "budget": Decimal(20000),
        "declaration": "What we say here is true.",
        "conditions": "Spend it on what you asked for.",
    }
    round_ = Round.objects.create(fund=fund or make_fund(), **(ordinary | fields))
    for position, title in enumerate(("Need", "Result"), 1):
        Criterion.objects.create(round=round_, position=position, title=title, maximum=5)
    EligibilityQuestion.objects.create(round=round_, text="It works in the force’s area")
    return round_


def make_application(round_=None, **fields):
    """An application that the office has received, complete; fields such as `status` may say otherwise."""
    round_, number = round_ or make_round(), next(_number)
    ordinary = {
        "number": number,
        "reference": f"{round_.fund.code}-{round_.code}-{number:04}",
        "applicant_name": f"Friends of the Park {number}",
        "applicant_kind": Application.Applicant.GROUP,
        "title": f"Lights for the park {number}",
        "summary": "Lamps along the path.",
        "reasons": "People are robbed where it is dark.",
        "amount": Decimal(3000),
        "contact_name": "Ann Other",
        "contact_email": "ann@example.org",
        "status": Application.Status.SUBMITTED,
        "submitted_at": timezone.now(),
    }
    return Application.objects.create(round=round_, **(ordinary | fields))


def make_award(fund=None, *, by=None, known_on=None, **fields):
    """An award of £3,000 to an organisation of its own, made today by the operation that makes all of them."""
    number = next(_number)
    recipient = None if "individual" in fields else fields.pop("recipient", None) or make_organisation(kind="charity")
    ordinary = {
        "title": f"Lights for the park {number}",
        "purpose": "Lamps along the path.",
        "reasons": "People are robbed where it is dark.",
        "conditions": "Spend it on what you asked for.",
        "amount": Decimal(3000),
        "awarded_on": today(),
        "recipient": recipient,
    }
    round_ = fields.get("round")
    fund = fund or (round_.fund if round_ else make_fund())
    return awards.make(Award(fund=fund, **(ordinary | fields)), by=by, known_on=known_on)
