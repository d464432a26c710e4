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
from scrutiny.duties.models import Confirmation, Duty
from scrutiny.indicators import recording
from scrutiny.indicators.models import Area, Indicator
from scrutiny.indicators.periods import Period
from scrutiny.inspections import responses
from scrutiny.inspections.models import Inspection, Recommendation, Response
from scrutiny.letters import operations as letters
from scrutiny.measures import operations as measures
from scrutiny.measures.models import MeasureSet, MeasuresStatement
from scrutiny.measures.quarters import Quarter
from scrutiny.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries
from scrutiny.minutes.models import MinutedItem, Minutes, PublicQuestion
from scrutiny.minutes.operations import add_entry
from scrutiny.news.models import NewsPiece, NewsRelease
from scrutiny.partnerships.models import Event, FundedPost, Launch, Membership, Network
from scrutiny.people.models import Appointment, Organisation, Person, PersonAlias, Post
from scrutiny.plan.models import Plan, Priority
from scrutiny.plan.operations import Row
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


# --- letters ---------------------------------------------------------------------------------------------------------


def make_letter(*, by=None, sent=False, **fields):
    """A draft letter to a minister, by the office holder; with `sent` it has its number. Needs an office to be sent."""
    ordinary = {
        "date": datetime.date(2023, 6, 30),
        "our_reference": "OPCC/RH/AB",
        "addressee": "The Rt Hon Jo Minister MP\nHome Secretary\nHome Office\n7 Long Row\nAldbeck\nNM9 7ZZ",
        "public_addressee": "The Rt Hon Jo Minister MP, Home Secretary",
        "salutation": "Dear Home Secretary",
        "subject": "Response to the inspection *Still Waters*",
        "body": "I thank the inspectors for their report.\n\nThe force has begun to act on it.",
        "copied_to": "Chief Constable Kim Lane, Northmoor Police",
    }
    by = by or make_user()
    letter = letters.draft(by=by, **{**ordinary, **fields})
    return letters.send(letter, by=by, seen=letter.version) if sent else letter


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


# --- national measures -----------------------------------------------------------------------------------------------


def make_measure_set(*titles, **fields):
    """A set of two measures, or of those titles; in force since 2001 without an end."""
    ordinary = {
        "name": f"Measures {next(_number)}",
        "starts": datetime.date(2001, 1, 1),
        "ends": None,
        "source": "A letter to all forces",
        "url": "",
    }
    rows = [
        Row({"title": title, "description": "What it covers."}) for title in titles or ("Fewer thefts", "Safer homes")
    ]
    return measures.add_set(ordinary | fields, rows, by=make_user())


def make_statement(measure_set=None, *, quarter=None, text="The force did its part.", signed=False, **fields):
    """A statement on the last quarter that is over; every measure answered with `text`, none where that is empty."""
    by = make_user()
    measure_set = measure_set or MeasureSet.objects.first() or make_measure_set()
    made = measures.begin(quarter or Quarter.of(today()).before(), measure_set, by=by)
    answers = {each.pk: {"applies": True, "text": text, "indicators": []} for each in measure_set.measures.all()}
    made = measures.change(made, "", answers, seen=made.version, by=by)
    if fields:
        MeasuresStatement.objects.filter(pk=made.pk).update(**fields)
        made.refresh_from_db()
    return measures.sign(made, seen=made.version, by=make_user(Role.COMMISSIONER)) if signed else made


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


# --- inspections -----------------------------------------------------------------------------------------------------


def make_inspection(**fields):
    """A thematic report of an inspectorate that was published ten days ago and concerns the force."""
    number = next(_number)
    ordinary = {
        "title": f"Roads less travelled {number}",
        "slug": f"roads-less-travelled-{number}",
        "published_on": today() - datetime.timedelta(days=10),
    }
    body = fields.pop("body", None) or make_organisation(f"Inspectorate of Roads {number}", kind="inspectorate")
    return Inspection.objects.create(body=body, **(ordinary | fields))


def make_recommendation(inspection=None, **fields):
    """The next recommendation of an inspection, to chief constables, about which nothing has been done yet."""
    inspection = inspection or make_inspection()
    position = inspection.recommendations.count() + 1
    ordinary = {
        "position": position,
        "label": str(position),
        "text": f"Chief constables should count the roads, part {position}.",
        "addressee": "Chief constables",
    }
    return Recommendation.objects.create(inspection=inspection, **(ordinary | fields))


def make_response(inspection=None, *, answered=True, signed_by=None, **fields):
    """A response to a report with one recommendation, all answered, comments received; with `signed_by` it is signed."""
    if inspection is None:
        inspection = make_recommendation().inspection
    response = responses.start(inspection, by=None)
    ordinary = {
        "invited_on": inspection.published_on,
        "comments_state": "received",
        "comments_received_on": inspection.published_on,
        "comments": "<p>The force has begun to count.</p>",
        "text": "<p>The office welcomes the report.</p>",
    }
    Response.objects.filter(pk=response.pk).update(**(ordinary | fields))
    rows = [row for report in responses.asked_by(response) for row in report.rows] if answered else []
    said = [responses.Said(each, "taken", f"Counted, part {each.position}.") for each, answer in rows if not answer]
    responses.answer_all(response, said, by=None)
    response = Response.objects.select_related("inspection__body", "letter").get(pk=response.pk)
    return responses.sign(response, seen=responses.hash_of(response), by=signed_by) if signed_by else response


# --- duties ----------------------------------------------------------------------------------------------------------


def make_duty(**fields):
    """A line of the board of which no record can tell, to be confirmed every 90 days."""
    number = next(_number)
    ordinary = {
        "code": f"bridges-{number}",
        "position": 1000,
        "group": "Bridges",
        "title": f"The bridges are counted {number}",
        "text": "Publish how many bridges there are.",
        "citation": "Bridges Act 1999, section 1",
        "interval_days": 90,
    }
    return Duty.objects.create(**(ordinary | fields))


def make_confirmation(duty=None, **fields):
    """That somebody looked ten days ago; it counts for 90 days from then."""
    on = fields.pop("on", None) or today() - datetime.timedelta(days=10)
    ordinary = {"expires_on": on + datetime.timedelta(days=90), "url": "https://www.example.org/bridges/"}
    return Confirmation.objects.create(duty=duty or make_duty(), on=on, **(ordinary | fields))


# --- news ------------------------------------------------------------------------------------------------------------


def make_release(*, pieces=("The vans will stop in every village.",), approved_by=None, **fields):
    """A draft news release with its texts; with `approved_by` approved, to go out at its embargo where it has one."""
    number = next(_number)
    ordinary = {
        "headline": f"New vans for the valley {number}",
        "slug": f"new-vans-for-the-valley-{number}",
        "date": today(),
        "lead": f"The commissioner has bought {number} vans for the valley.",
        "contact": "Press office",
    }
    if approved_by is not None:
        ordinary |= {"state": "signed", "approved_by": approved_by, "approved_at": timezone.now()}
    release = NewsRelease.objects.create(**(ordinary | fields))
    for position, text in enumerate(pieces, 1):
        make_piece(release, position=position, text=text)
    return release


def make_piece(release=None, **fields):
    """A text of a release; a quotation with `speaker_name` and that kind."""
    release = release or make_release()
    ordinary = {"position": release.pieces.count() + 1, "text": "The vans are white."}
    return NewsPiece.objects.create(release=release, **(ordinary | fields))


# --- partnerships ----------------------------------------------------------------------------------------------------


def make_network(name=None, *, launches=((2016, None, None),), members=1, **fields):
    """A network with its organisation, one member body, and one source that says when it began."""
    number = next(_number)
    body = fields.pop("organisation", None) or make_organisation(
        name or f"Safer Roads Network {number}", kind="network"
    )
    ordinary = {"slug": f"network-{number}", "purpose": "To make roads safer together."}
    network = Network.objects.create(organisation=body, **(ordinary | fields))
    for year, month, day in launches:
        Launch.objects.create(network=network, year=year, month=month, day=day, source=f"Report of {year} on {number}")
    for _ in range(members):
        Membership.objects.create(network=network, organisation=make_organisation(), part="partner", role="Advice")
    return network


def make_event(network=None, **fields):
    """A summit of 2016 of which the day is not known."""
    number = next(_number)
    ordinary = {"title": f"Summit {number}", "slug": f"summit-{number}", "year": 2016, "month": 9}
    return Event.objects.create(network=network, **(ordinary | fields))


def make_funded_post(network=None, **fields):
    """A post in a body of its own."""
    ordinary = {"title": f"Road Safety Adviser {next(_number)}", "organisation": fields.pop("organisation", None)}
    ordinary["organisation"] = ordinary["organisation"] or make_organisation()
    return FundedPost.objects.create(network=network, **(ordinary | fields))
