"""Acts on joint reports and paper requests: each one checks, changes and leaves its line in one transaction."""

import hashlib
import json
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from opcc_portal.audit import operations as audit
from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from opcc_portal.richtext.cleaning import clean, to_plain
from scrutiny.people.models import Person
from scrutiny.register.models import Attachment
from scrutiny.reports import passages, withholding
from scrutiny.reports.models import Body, JointReport, PaperRequest, ReportAttachment, ReportSection, SignOff
from scrutiny.workflow import saving, states
from scrutiny.workflow.models import Checker, Comment, State
from scrutiny.workflow.operations import AT_ONCE, NotPossible, ensure_open


@dataclass(frozen=True)
class UsualSection:
    """A section that a new report starts with. `shared` ones go to the force in a report asked of it."""

    heading: str
    kind: str = ReportSection.Kind.TEXT
    shared: bool = False


# What a new report starts with. The list of attachments closes every report and is no section of text.
USUAL_SECTIONS = [
    UsualSection("Purpose of the report", shared=True),
    UsualSection("Recommendation", ReportSection.Kind.RECOMMENDATION),
    UsualSection("Police and Crime Plan", ReportSection.Kind.PLAN),
    UsualSection("Key information", shared=True),
    UsualSection("Partnership contribution", shared=True),
]
ATTACHMENTS_HEADING = "Attachments"

HEADING_FIELDS = [
    "meeting",
    "item",
    "priority",
    "series_heading",
    "outcome_heading",
    "date",
    "subject",
    "force_author",
    "office_author",
    "numbering",
]


class HeadingChanged(Exception):
    """Somebody else changed the heading block since the writer last read it. `now` is the report as it stands."""

    def __init__(self, now):
        super().__init__("the heading block has changed")
        self.now = now


# --- The report as a whole ---------------------------------------------------------------------------------------


def heading_for(meeting, item=None, subject=""):
    """The heading block of a paper to this meeting, with the office's identity of the meeting's day."""
    office = Office.on(meeting.date)
    return {
        "meeting": meeting,
        "item": item,
        "priority": item.priority if item else None,
        "series_heading": meeting.series.heading or meeting.series.name,
        "outcome_heading": meeting.outcome.title if meeting.outcome else "",
        "date": meeting.date,
        "subject": subject or (item.title if item else ""),
        "force_author": office.force_authors if office else "",
        "office_author": office.display_name if office else "",
    }


@transaction.atomic
def start_report(*, heading, by, asked_of=Body.OFFICE, demonstration_note=""):
    """Start a draft with this heading block and the usual sections, all still empty."""
    report = JointReport.objects.create(**heading, created_by=by, demonstration_note=demonstration_note)
    for position, usual in enumerate(USUAL_SECTIONS, 1):
        section = ReportSection(
            report=report,
            position=position,
            heading=usual.heading,
            kind=usual.kind,
            written_by=Body.FORCE if usual.shared and asked_of == Body.FORCE else Body.OFFICE,
            priority=report.priority if usual.kind == ReportSection.Kind.PLAN else None,
        )
        saving.create(section, save_id=uuid.uuid4(), by=by)
    audit.write(f"Started the report “{report}”", subject=report, by=by, context=report.meeting)
    return report


def heading_seen(report):
    """A short sign of the heading block as it stands, for a form to bring back with its changes."""
    values = [str(report._meta.get_field(name).value_from_object(report)) for name in HEADING_FIELDS]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


@transaction.atomic
def change_heading(report, *, changes, seen, by):
    """Change the heading block. Raises HeadingChanged when the writer saw an older one that said something else."""
    report = locked(report)
    now, found = heading_seen(report), JointReport.objects.get(pk=report.pk)
    for name in HEADING_FIELDS:
        setattr(report, name, changes[name])
    if heading_seen(report) == now:
        return report
    if seen != now:
        raise HeadingChanged(found)
    report.save(update_fields=HEADING_FIELDS)
    audit.write(f"Changed the heading block of “{report}”", subject=report, by=by, context=report.meeting)
    reopen(report, act="changed the heading block", by=by)
    return report


@transaction.atomic
def send_for_review(report, *, by):
    """Tell both bodies that the draft may be checked and signed. Papers asked for and written here are then delivered."""
    report = locked(report)
    if report.state != State.DRAFT:
        raise NotPossible(f"This report is already {report.get_state_display().lower()}.")
    states.move(report, State.IN_REVIEW, by=by)
    audit.write(f"Sent “{report}” for review", subject=report, by=by, context=report.meeting)
    for request in report.requests.open().select_for_update():
        _deliver(request, by=by, how="written here")
    return report


@transaction.atomic
def delete_report(report, *, by):
    """Delete a draft. Its whole content stays in the audit trail; what was signed or published cannot be deleted."""
    report = locked(report)
    if not report.may_be_deleted:
        raise NotPossible(
            f"This report is {report.get_state_display().lower()} and cannot be deleted. Only drafts can."
        )
    if report.corrections.exists():
        raise NotPossible("Minutes hold a correction of this report, so it stays. Choose another paper there first.")
    trace = content_of(report)
    audit.write(f"Deleted the draft report “{report}”", subject=report, by=by, context=report.meeting, content=trace)
    Checker.objects.filter(document=key(report)).delete()
    report.requests.update(report=None, delivered_at=None, delivered_by=None)
    attachments = [held.attachment for held in report.held_attachments.select_related("attachment")]
    report.delete()
    for attachment in attachments:
        attachment.delete()


def content_of(report):
    """All that a report says, as plain data."""
    comments = Comment.objects.filter(document=key(report)).select_related("by")
    return {
        "heading": {name: str(getattr(report, name) or "") for name in HEADING_FIELDS},
        "state": report.state,
        "sections": [
            {
                "heading": section.heading,
                "kind": section.kind,
                "written_by": section.written_by,
                "body": passages.with_all_words(section.body, report.passages_of(section)),
            }
            | ({"quoted": section.quoted_text, "source": section.quotation_source} if section.quoted_text else {})
            | ({"charts": charts} if (charts := _charts_of(report, section)) else {})
            for section in report.live_sections()
        ],
        "attachments": [
            {
                "title": held.attachment.title,
                "label": held.attachment.label,
                "file": held.attachment.upload.name if held.attachment.upload else "",
                "sha256": held.attachment.upload.sha256 if held.attachment.upload else "",
            }
            for held in report.held_attachments.select_related("attachment__upload")
        ],
        "signatures": [
            {"body": sign_off.body, "by": str(sign_off.by), "at": sign_off.at.isoformat(), "stood": sign_off.stands}
            for sign_off in report.sign_offs.select_related("by")
        ],
        "comments": [{"by": str(said.by), "at": said.at.isoformat(), "text": said.text} for said in comments],
    }


def _charts_of(report, section):
    return [
        {"chart": str(chart), "known_on": chart.known_on.isoformat(), "commentary": chart.commentary}
        for chart in report.charts.get(section.pk, [])
    ]


# --- Sections ----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_section(report, *, heading, kind, written_by, save_id, by):
    """Add an empty section at the end. The same save id again gives the same section."""
    report = locked(report)
    last = report.sections.aggregate(last=Max("position"))["last"] or 0
    section = ReportSection(report=report, position=last + 1, heading=heading, kind=kind, written_by=written_by)
    saved = saving.create(section, save_id=save_id, by=by)
    if not saved.replayed:
        _order_changed(report)
        audit.write(f"Added the section “{heading}” to “{report}”", subject=report, by=by, context=report.meeting)
        reopen(report, act=f"added the section {heading}", by=by)
    return saved.piece


@transaction.atomic
def save_section(section, *, base_version, save_id, changes, by):
    """Save a section that the writer read as `base_version`. Raises saving.Conflict, RichTextRefused, NotPossible."""
    report = locked(section.report)
    if "body" in changes:
        changes = {**changes, "body": withholding.keep_out(section, clean(changes["body"]))}
    saved = saving.save(ReportSection, section.uid, base_version=base_version, save_id=save_id, changes=changes, by=by)
    if not saved.replayed:
        name = saved.piece.heading
        audit.write(f"Changed the section “{name}” of “{report}”", subject=report, by=by, context=report.meeting)
        reopen(report, act=f"changed {name}", by=by)
        audit.left_off(
            by, title=f"{report}: {name}", excerpt=to_plain(saved.piece.body), address=saved.piece.get_absolute_url()
        )
    return saved


@transaction.atomic
def delete_section(section, *, base_version, save_id, by):
    """Take a section out; it stays as a tombstone and can be brought back. Raises saving.Conflict."""
    report = locked(section.report)
    saved = saving.save(
        ReportSection, section.uid, base_version=base_version, save_id=save_id, changes={"deleted": True}, by=by
    )
    if not saved.replayed:
        _order_changed(report)
        audit.write(f"Deleted the section “{section}” of “{report}”", subject=report, by=by, context=report.meeting)
        reopen(report, act=f"deleted the section {section}", by=by)
    return saved


@transaction.atomic
def move_section(section, *, up, order_version, by):
    """Move a section one place. Refused when somebody else changed the order meanwhile."""
    report = locked(section.report)
    if report.order_version != order_version:
        raise NotPossible(
            "Somebody else has changed the order of the sections. Look at it as it is now, then move again."
        )
    order = list(report.sections.filter(deleted=False))
    place = next((at for at, each in enumerate(order) if each.pk == section.pk), None)
    target = None if place is None else place - 1 if up else place + 1
    if target is None or not 0 <= target < len(order):
        return report
    order.insert(target, order.pop(place))
    for position, each in enumerate(order, 1):
        ReportSection.objects.filter(pk=each.pk).update(position=position)
    _order_changed(report)
    audit.write(f"Moved the section “{section}” of “{report}”", subject=report, by=by, context=report.meeting)
    reopen(report, act=f"moved the section {section}", by=by)
    return report


# --- Attachments -------------------------------------------------------------------------------------------------


@transaction.atomic
def add_attachment(report, *, title, by, label="", summary="", upload=None, printed_kind="", printed_size=""):
    """Add an attachment at the end; without an upload it is named only, and flagged until a file is there."""
    report = locked(report)
    last = report.held_attachments.aggregate(last=Max("position"))["last"] or 0
    attachment = Attachment.objects.create(
        title=title, label=label, summary=summary, upload=upload, printed_kind=printed_kind, printed_size=printed_size
    )
    held = ReportAttachment.objects.create(report=report, attachment=attachment, position=last + 1)
    audit.write(f"Added the attachment “{title}” to “{report}”", subject=report, by=by, context=report.meeting)
    reopen(report, act=f"added the attachment {title}", by=by)
    return held


@transaction.atomic
def change_attachment(held, *, by, upload=None, **words):
    """Change an attachment's words, and its file where a new one is given."""
    report = locked(held.report)
    attachment = Attachment.objects.select_for_update().get(pk=held.attachment_id)
    changed = [name for name, value in words.items() if getattr(attachment, name) != value]
    for name in changed:
        setattr(attachment, name, words[name])
    if upload:
        attachment.upload = upload
    if changed or upload:
        attachment.save()
        what = "the file of the attachment" if upload else "the attachment"
        audit.write(f"Changed {what} “{attachment}” of “{report}”", subject=report, by=by, context=report.meeting)
        reopen(report, act=f"changed {what} {attachment}", by=by)
    return held


@transaction.atomic
def remove_attachment(held, *, by):
    """Take an attachment out of the report. The audit trail keeps its name and the hash of its file."""
    report = locked(held.report)
    attachment = held.attachment
    if held.corrections.exists():
        raise NotPossible(
            "Minutes hold a correction of this attachment, so it stays. Choose another paper there first."
        )
    audit.write(
        f"Removed the attachment “{attachment}” from “{report}”",
        subject=report,
        by=by,
        context=report.meeting,
        sha256=attachment.upload.sha256 if attachment.upload else "",
    )
    ReportAttachment.objects.filter(pk=held.pk).delete()
    attachment.delete()
    reopen(report, act=f"removed the attachment {attachment}", by=by)


# --- Signatures --------------------------------------------------------------------------------------------------


@transaction.atomic
def sign(report, *, body, seen, by):
    """Sign the report for one body under exactly the text that `seen`, its content hash, stands for.

    With both signatures standing the report is signed. Raises NotPossible where the text is not the one that was read.
    """
    report = locked(report)
    if report.state == State.DRAFT:
        raise NotPossible("This report is still a draft. Send it for review, then sign it.")
    if report.sign_offs.filter(body=body, reopened_at__isnull=True).exists():
        raise NotPossible("This body has already signed the report as it stands.")
    report.load_parts()
    if report.content_hash() != seen:
        raise NotPossible("The report has changed since you opened that page. Read it as it is now, then sign.")
    sign_off = SignOff.objects.create(
        report=report,
        body=body,
        by=by,
        by_post=_post_of(by),
        content_hash=seen,
        section_versions={str(section.uid): section.version for section in report.live_sections()},
    )
    name = Body(body).label.lower()
    audit.write(f"Signed “{report}” for {name}", subject=report, by=by, context=report.meeting, content_hash=seen)
    if report.sign_offs.filter(reopened_at__isnull=True).count() == len(Body):
        states.move(report, State.SIGNED, by=by)
    return sign_off


def _post_of(user):
    """The post that the person behind this account holds today, with its short form; empty where nobody is known."""
    person = Person.objects.with_posts().filter(account=user).first()
    held = person.appointment_on(today()) if person else None
    if not held:
        return ""
    return f"{held.title} ({held.abbreviation})" if held.abbreviation else held.title


def reopen(report, *, act, by):
    """Whoever edits after a signature reopens it: the signature stays on record with who, when and by which act."""
    standing = list(report.sign_offs.filter(reopened_at__isnull=True).select_related("by"))
    if not standing:
        return
    now = timezone.now()
    report.sign_offs.filter(pk__in=[sign_off.pk for sign_off in standing]).update(
        reopened_by=by, reopened_at=now, reopened_by_act=act[:300]
    )
    if report.state == State.SIGNED:
        states.move(report, State.IN_REVIEW, by=by)
    for sign_off in standing:
        audit.write(
            f"Reopened the signature of {sign_off.get_body_display().lower()} under “{report}”: {act}",
            subject=report,
            by=by,
            context=report.meeting,
        )


# --- Papers asked for --------------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_paper(meeting, *, by, **wanted):
    """Ask somebody for a paper to this meeting: what, from whom, by when. The same again within a minute is one request."""
    by.act_alone()
    just_now = PaperRequest.objects.open().filter(asked_at__gt=timezone.now() - AT_ONCE)
    if same := just_now.filter(meeting=meeting, asked_by=by, **wanted).first():
        return same  # a button pressed twice
    request = PaperRequest.objects.create(meeting=meeting, asked_by=by, **wanted)
    whom = request.asked_of_in_words.lower() if not request.partner else request.partner
    audit.write(f"Asked {whom} for “{request}”", subject=request, by=by, context=meeting)
    return request


@transaction.atomic
def change_request(request, *, by, **wanted):
    """Change what is asked for, of whom, or by when."""
    now = _open_request(request)
    for name, value in wanted.items():
        setattr(now, name, value)
    now.save(update_fields=list(wanted))
    audit.write(f"Changed the request for “{now}”", subject=now, by=by, context=now.meeting)
    return now


@transaction.atomic
def withdraw_request(request, *, by):
    """No longer ask for the paper. The request stays on record."""
    now = _open_request(request)
    now.withdrawn_at = timezone.now()
    now.save(update_fields=["withdrawn_at"])
    audit.write(f"Withdrew the request for “{now}”", subject=now, by=by, context=now.meeting)
    return now


@transaction.atomic
def write_here(request, *, by):
    """Start the paper as a joint report with the request's heading block; the report already started where there is one."""
    now = _open_request(request)
    if now.report:
        return now.report
    subject = now.item.title if now.item else now.what
    now.report = start_report(
        heading=heading_for(now.meeting, now.item, subject=subject[:250]),
        by=by,
        asked_of=now.asked_of,
        demonstration_note=now.meeting.demonstration_note,
    )
    now.save(update_fields=["report"])
    return now.report


@transaction.atomic
def deliver_file(request, *, upload, by):
    """Deliver the paper as an uploaded file."""
    now = _open_request(request)
    now.attachment = Attachment.objects.create(title=now.what, upload=upload)
    now.save(update_fields=["attachment"])
    _deliver(now, by=by, how=upload.kind_and_size)
    return now


@transaction.atomic
def hand_in(request, *, by):
    """Deliver the paper that was written here; as a draft it goes to review."""
    now = _open_request(request)
    if now.report is None:
        raise NotPossible("There is no paper yet. Write it here or upload it.")
    if now.report.state == State.DRAFT:
        send_for_review(now.report, by=by)
    else:
        _deliver(now, by=by, how="written here")
    return now


def _deliver(request, *, by, how):
    request.delivered_at = timezone.now()
    request.delivered_by = by
    request.save(update_fields=["delivered_at", "delivered_by"])
    audit.write(f"Delivered “{request}” ({how})", subject=request, by=by, context=request.meeting)


def _open_request(request):
    now = PaperRequest.objects.select_for_update().get(pk=request.pk)
    if now.delivered_at:
        raise NotPossible("This paper has been delivered.")
    if now.withdrawn_at:
        raise NotPossible("This request has been withdrawn.")
    return now


# --- What all acts on a report share -----------------------------------------------------------------------------


def locked(report):
    """The report as it is now, locked to the end of the transaction. Raises NotPossible where its text is frozen."""
    now = JointReport.objects.select_for_update().filter(pk=report.pk).first()
    if now is None:
        raise NotPossible("This report has been deleted. Its text is kept in the audit trail.")
    ensure_open(now)
    return now


def _order_changed(report):
    report.order_version += 1
    report.save(update_fields=["order_version"])
