"""The staff's index: every record of the desk that somebody may look for, and who may find it.

It follows the audit trail and the revisions, which every act leaves behind: before each search, whatever was touched
since the last one is read anew. So no act has to know of search, and nothing is forgotten.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from opcc_portal.accounts.capabilities import ALL, CAPABILITIES, OWN
from opcc_portal.audit.models import AuditLine
from opcc_portal.audit.operations import key
from opcc_portal.richtext.cleaning import RichTextRefused, to_plain
from scrutiny.meetings.models import Meeting
from scrutiny.minutes.models import Correction, MinutedItem, MinuteEntry, PublicQuestion
from scrutiny.people.models import Person
from scrutiny.plan.models import Plan, Priority
from scrutiny.publication.models import SitePage, StaffIndexState, StaffSearchEntry
from scrutiny.register.models import Action, Decision
from scrutiny.reports.models import JointReport, ReportSection
from scrutiny.workflow.models import Revision

# Acts that were under way when the index last looked may carry an earlier time than that look.
OVERLAP, OVERLAP_OF_REVISIONS = timedelta(minutes=2), 200


@dataclass(frozen=True)
class Row:
    """What the index keeps of a record."""

    title: str
    url: str
    capability: str
    kind: str
    text: str = ""
    people: str = ""
    date: object = None
    priority: str = ""


# --- what is indexed of each kind of record --------------------------------------------------------------------------


def _meeting(meeting):
    items = [f"{item.label} {item.title}".strip() for item in meeting.items.all()]
    words = "\n".join([meeting.venue, meeting.status_note, *items])
    return Row(meeting.name_and_day, meeting.get_absolute_url(), "meetings.view", "Meeting", words, date=meeting.date)


def _minuted_item(held):
    entries = [entry for entry in held.entries.all() if not entry.deleted]
    if not entries:
        return None
    meeting = held.minutes.meeting
    people = dict.fromkeys(
        person.name for entry in entries for person in (entry.speaker, entry.second_speaker) if person
    )
    return Row(
        f"{held.item}, {meeting.name} of {meeting.date:%-d %B %Y}",
        f"{held.minutes.get_absolute_url()}#item-{held.item_id}",
        "minutes.view",
        "Minutes",
        "\n".join(entry.text for entry in entries),
        "\n".join(people),
        meeting.date,
        held.item.priority.title if held.item.priority else "",
    )


def _report(report):
    sections = [section for section in report.sections.all() if not section.deleted]
    words = [f"{section.heading}\n{section.quoted_text}\n{_plain(section.body)}" for section in sections]
    words += [passage.text for section in sections for passage in section.passages.all()]
    words += [f"{held.attachment.label} {held.attachment.title}" for held in report.held_attachments.all()]
    return Row(
        report.subject,
        report.get_absolute_url(),
        "reports.view",
        "Report",
        "\n".join(words),
        "\n".join(author for author in (report.force_author, report.office_author) if author),
        report.date,
        report.priority.title if report.priority else "",
    )


def _plain(html):
    try:
        return to_plain(html)
    except RichTextRefused:
        return ""


def _action(action):
    said = "\n".join(update.text for update in action.updates.all() if update.text)
    owners = action.owners_in_words
    return Row(str(action), action.get_absolute_url(), "actions.view", "Action", said, owners, action.raised_on)


def _decision(decision):
    words = f"{decision.decided}\n{decision.reasons}"
    url, day = decision.get_absolute_url(), decision.decided_on
    return Row(str(decision), url, "decisions.view", "Decision", words, decision.maker, day)


def _correction(correction):
    if correction.deleted:
        return None
    words = f"{correction.quoted}\n{correction.note}\n{correction.period}"
    day = correction.minutes.meeting.date
    return Row(str(correction), correction.get_absolute_url(), "corrections.view", "Correction", words, date=day)


def _public_question(question):
    """Never the name or the address of the person who asked."""
    words = f"{question.text}\n{question.answer}\n{question.reason}"
    day = timezone.localdate(question.received_at)
    url = question.get_absolute_url()
    return Row(str(question), url, "public_questions.view", "Question", words, date=day)


def _person(person):
    posts = "\n".join(str(appointment) for appointment in person.appointments.all())
    return Row(person.name, person.get_absolute_url(), "people.view", "Person", posts, person.name)


def _plan(plan):
    words = [each.title for each in plan.outcomes.all()] + [each.name for each in plan.themes.all()]
    words += [f"{each.change_note}\n{each.panel_report}\n{each.response}" for each in plan.versions.all()]
    return Row(str(plan), plan.get_absolute_url(), "plan.view", "Plan", "\n".join(words), date=plan.starts)


def _priority(priority):
    words = [priority.our_priority, priority.how_we_deliver, priority.how_we_know]
    words += [each.text for each in priority.objectives.all()]
    words += [f"{each.name} {each.text}" for each in (*priority.resources.all(), *priority.monitoring_routes.all())]
    url, day = priority.get_absolute_url(), priority.text_of
    return Row(priority.title, url, "plan.view", "Priority", "\n".join(words), date=day, priority=priority.title)


def _site_page(page):
    words = f"{page.summary}\n{_plain(page.body)}"
    return Row(page.title, page.get_absolute_url(), "publishing.view", "Page of the site", words)


# label: (records with what their row needs, row of a record)
INDEXED = {
    "scrutiny.meeting": (Meeting.objects.prefetch_related("items"), _meeting),
    "scrutiny.minuteditem": (
        MinutedItem.objects.select_related("minutes__meeting", "item__priority").prefetch_related(
            "entries__speaker", "entries__second_speaker"
        ),
        _minuted_item,
    ),
    "scrutiny.jointreport": (
        JointReport.objects.select_related("priority").prefetch_related(
            "sections__passages", "held_attachments__attachment"
        ),
        _report,
    ),
    "scrutiny.action": (Action.objects.prefetch_related("owners", "updates"), _action),
    "scrutiny.decision": (Decision.objects.all(), _decision),
    "scrutiny.correction": (Correction.objects.select_related("minutes__meeting"), _correction),
    "scrutiny.publicquestion": (PublicQuestion.objects.all(), _public_question),
    "scrutiny.person": (Person.objects.prefetch_related("appointments__post"), _person),
    "scrutiny.plan": (Plan.objects.prefetch_related("outcomes", "themes", "versions"), _plan),
    "scrutiny.priority": (
        Priority.objects.prefetch_related("objectives", "resources", "monitoring_routes"),
        _priority,
    ),
    "scrutiny.sitepage": (SitePage.objects.all(), _site_page),
}


# --- following what happens ------------------------------------------------------------------------------------------


def catch_up():
    """Read anew whatever was touched since the index last looked; everything the first time. Returns how many records."""
    state = StaffIndexState.objects.first()
    now = timezone.now()
    newest = Revision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if state is None:
        touched = dict.fromkeys(INDEXED)
    else:
        touched = _touched(state, newest)
    count = sum(_read(label, pks) for label, pks in touched.items())
    StaffIndexState.objects.update_or_create(pk=1, defaults={"followed_to": now, "revision": newest})
    return count


def _touched(state, newest):
    """{label: keys} of the records that acts and saves since then have touched."""
    lines = AuditLine.objects.filter(at__gt=state.followed_to - OVERLAP)
    touched = {label: set() for label in INDEXED}
    for name in {name for pair in lines.values_list("subject", "context") for name in pair}:
        label, _, pk = name.partition(":")
        if pk.isdigit():
            _note(touched, label, int(pk))
    if newest > state.revision:
        since = Revision.objects.filter(pk__gt=max(0, state.revision - OVERLAP_OF_REVISIONS))
        pieces = set(since.values_list("piece", flat=True))
        touched["scrutiny.minuteditem"] |= set(_keys(MinuteEntry, "minuted_item", pieces))
        touched["scrutiny.jointreport"] |= set(_keys(ReportSection, "report", pieces))
        touched["scrutiny.correction"] |= set(_keys(Correction, "pk", pieces))
        touched["scrutiny.sitepage"] |= set(_keys(SitePage, "pk", pieces))
    return touched


def _keys(model, name, pieces):
    return model.objects.filter(uid__in=pieces).values_list(name, flat=True)


def _note(touched, label, pk):
    if label in touched:
        touched[label].add(pk)
    elif label == "scrutiny.minutes":
        touched["scrutiny.minuteditem"] |= set(MinutedItem.objects.filter(minutes=pk).values_list("pk", flat=True))


def _read(label, pks):
    """Read records into the index, all of a kind for None. Records that are gone leave it."""
    records, row_of = INDEXED[label]
    records = records.all()  # a queryset keeps what it has read
    held = StaffSearchEntry.objects.filter(subject__startswith=f"{label}:")
    if pks is not None:
        if not pks:
            return 0
        records = records.filter(pk__in=pks)
        held = held.filter(subject__in=[f"{label}:{pk}" for pk in pks])
    fresh = [_entry(record, row) for record in records if (row := row_of(record))]
    with transaction.atomic():
        held.delete()
        StaffSearchEntry.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    return len(fresh)


def _entry(record, row):
    return StaffSearchEntry(subject=key(record), **{**vars(row), "title": row.title[:300]})


# --- who may find what -----------------------------------------------------------------------------------------------


def visible_to(user):
    """The entries that a person may find: by capability, and for what is shared record by record only what is shared."""
    scopes = {
        capability: {cells[role] for role in user.roles if role in cells} for capability, cells in CAPABILITIES.items()
    }
    everything = [capability for capability, found in scopes.items() if ALL in found]
    rows = StaffSearchEntry.objects.filter(capability__in=everything)
    shared = [
        subject
        for capability, subjects in SHARED.items()
        if OWN in scopes[capability] and ALL not in scopes[capability]
        for subject in subjects(user)
    ]
    return rows | StaffSearchEntry.objects.filter(subject__in=shared) if shared else rows


def _names(records):
    label = records.model._meta.label_lower
    return [f"{label}:{pk}" for pk in records.values_list("pk", flat=True)]


def _minutes_of(user):
    names = user.checks.filter(document__startswith="scrutiny.minutes:").values_list("document", flat=True)
    checked = [int(name.rpartition(":")[2]) for name in names]
    return _names(MinutedItem.objects.filter(minutes__in=checked))


SHARED = {
    "reports.view": lambda user: _names(JointReport.objects.visible_to(user)),
    "minutes.view": _minutes_of,
    "actions.view": lambda user: _names(Action.objects.visible_to(user)),
    "corrections.view": lambda user: _names(Correction.objects.visible_to(user)),
}
