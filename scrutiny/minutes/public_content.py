"""What the public gets of minutes, as plain data: the approved words, and of everything withheld nothing but its stub.

The wording comes from the version that was approved last. What happened to it since comes from the records: what is
restricted, what a correction put right, under which number a decision was signed.
"""

import datetime
import time

from django.db.models import prefetch_related_objects

from opcc_portal.audit.operations import key
from scrutiny.meetings.publishing import common, public_items, public_title, stub_of
from scrutiny.minutes import corrections, particulars, reading, versions
from scrutiny.minutes.models import Approval, MinuteEntry
from scrutiny.minutes.pdf import facts_of_meeting
from scrutiny.reports.publishing import file_slugs

WITHHELD = "Withheld"
Kind = MinuteEntry.Kind
# What every entry of a content has, and all that a withheld one has.
BLANK = {
    "uid": "",
    "kind": "withheld",
    "what": WITHHELD,
    "who": "",
    "speakers": [],
    "text": "",
    "assurance": "",
    "question_status": "",
    "facts": [],
    "action": None,
    "decision": None,
    "correction": None,
    "notices": [],
    "withheld": None,
}


def content_of(minutes):
    """The whole content of the kind "minutes"."""
    meeting = minutes.meeting
    approved = approved_content(minutes)
    items = _items(minutes, approved)
    return {
        **common(
            f"Minutes of the {meeting.name}, {particulars.day(meeting.date)}",
            meeting.date,
            demonstration_note=minutes.demonstration_note or meeting.demonstration_note,
            status=_status(minutes),
        ),
        "meeting": {
            "name": meeting.name,
            "date": meeting.date.isoformat(),
            "starts": f"{meeting.starts:%H:%M}" if meeting.starts else "",
            "ends": f"{meeting.ends:%H:%M}" if meeting.ends else "",
            "venue": meeting.venue,
        },
        "meeting_subject": key(meeting),
        "series": {"name": meeting.series.name, "slug": meeting.series.slug},
        "facts": [list(fact) for fact in facts_of_meeting(meeting)],
        "attendance": _attendance(meeting),
        "items": items,
        "actions": _rows(items, "action", _action_row),
        "corrections": _rows(items, "correction", _correction_row),
        "approved_version": approved["version"],
    }


def approved_content(minutes):
    """The words that were approved last; those that stand now where no approved version is kept."""
    last = versions.last_approved(minutes)
    return {"version": last.version if last else "", **(last.content if last else versions.content_of(minutes))}


def _status(minutes):
    signed = meeting = None
    for approval in minutes.approvals.select_related("meeting"):
        if approval.how == Approval.How.MEETING:
            meeting = approval
        else:
            signed = approval
    if meeting:
        how = ", as amended" if meeting.amended else ""
        return f"Approved at the meeting of {particulars.day(meeting.meeting.date)}{how}."
    if signed:
        return f"Signed off on {particulars.day(signed.on)}. Draft, to be approved at the next meeting."
    return "Draft, to be approved at the next meeting."


def _attendance(meeting):
    lists = reading.people_lists(meeting)
    people = [person for each in lists for person in each.people if person.came_for_items]
    prefetch_related_objects(people, "items__restriction")
    return [{"heading": each.heading, "words": each.words, "people": each.printed_with(public_title)} for each in lists]


# --- items and entries -----------------------------------------------------------------------------------------------


def entries_of(minutes):
    """{uid as text: entry}, deleted ones left out, with everything that content asks of them."""
    entries = (
        MinuteEntry.objects.filter(minuted_item__minutes=minutes, deleted=False)
        .select_related(
            "speaker",
            "second_speaker",
            "restriction",
            "decision__restriction",
            "correction__report__item__restriction",
            "correction__report__item__parent__restriction",
            "correction__attachment__attachment__restriction",
            *particulars.LOADED_WITH,
        )
        .prefetch_related("restriction__bases", "decision__restriction__bases", *particulars.PREFETCHED)
    )
    return {str(entry.uid): entry for entry in entries}


def restriction_on(entry):
    """What keeps an entry from the public, its own restriction or that of the decision it holds; None where nothing does."""
    if entry.is_restricted:
        return entry.restriction
    decision = entry.decision
    return decision.restriction if decision and decision.is_restricted else None


def _items(minutes, approved):
    shown = {public.item.pk: public for public in public_items(minutes.meeting)}
    entries, notices, files = entries_of(minutes), corrections.notices_for(minutes), _Files()
    times = {place.item_id: reading.ItemSheet(place).times for place in minutes.minuted_items.all()}
    found = []
    for said in approved["items"]:
        public = shown.get(said["item"])
        if public is None:  # it stands below an item that is withheld
            continue
        priority = None if public.withheld else public.item.priority
        found.append(
            {
                "slug": public.slug,
                "label": said["label"],
                "title": public.withheld["title"] if public.withheld else said["title"],
                "times": "" if public.withheld else times[said["item"]],
                "priority": {"title": priority.title, "slug": priority.slug} if priority else None,
                "withheld": public.withheld,
                "entries": [] if public.withheld else _entries(said["entries"], entries, notices, files),
            }
        )
    return found


def _entries(said, entries, notices, files):
    """The entries of one item. Stubs that stand beside each other and say the same are one."""
    found, questions = [], 0
    for words in said:
        entry = entries.get(words["uid"])
        if entry is None:
            continue
        if restriction := restriction_on(entry):
            stub = {**BLANK, "withheld": restriction.stub()}
            if not found or found[-1] != stub:
                found.append(stub)
            continue
        questions += words["kind"] == Kind.QUESTION
        found.append(_entry(words, entry, questions, notices.get(entry.pk, []), files))
    return found


def _entry(words, entry, questions, notices, files):
    speakers = [person.name for person in (entry.speaker, entry.second_speaker) if person]
    content = {
        **BLANK,
        "uid": words["uid"],
        "kind": words["kind"],
        "what": _what(words, entry, questions),
        "who": words["who"],
        "speakers": speakers,
        "text": words["text"],
        "assurance": words["assurance"],
        "question_status": entry.question_status,
        "action": words["action"] and {**words["action"], "due": _iso(words["action"]["due"]), "text": words["text"]},
        "decision": words["decision"] and {**words["decision"], "reference": particulars.reference_of(entry)},
        "correction": _correction(entry, files),
        "notices": list(notices),
    }
    content["facts"] = _facts(words, entry)
    return content


def _what(words, entry, questions):
    """Question 4, Action 5/1, Decision 2018/001, else the kind."""
    label = str(Kind(words["kind"]).label)
    if words["kind"] == Kind.QUESTION:
        return f"{label} {questions}"
    reference = words["action"]["reference"] if words["action"] else particulars.reference_of(entry)
    return f"{label} {reference}" if reference and words["kind"] in (Kind.ACTION, Kind.DECISION) else label


def _iso(due):
    """A day in words as ISO text; what was said where it is none ("next meeting") as it is."""
    try:
        return datetime.date(*time.strptime(due, "%d %B %Y")[:3]).isoformat()
    except ValueError:
        return due


def _facts(words, entry):
    """What stands below the words, as [label, value]."""
    facts = []
    if action := words["action"]:
        facts += [["Owner", action["owners"]], ["Due", action["due"]]]
    if decision := words["decision"]:
        facts += [["Decided on", decision["decided_on"]], ["Decided by", decision["maker"]]]
    if words["kind"] == Kind.ASSURANCE:
        facts.append(["Level of assurance", words["assurance"]])
    if words["kind"] == Kind.QUESTION:
        facts += [[fact.label, fact.value] for fact in particulars.facts_of(entry)]
    return [fact for fact in facts if fact[1]]


# --- corrections -----------------------------------------------------------------------------------------------------


class _Files:
    """The public addresses of attachments, asked once a report."""

    def __init__(self):
        self.known = {}

    def slug_of(self, held):
        """The last part of an attachment's address; empty for one that is withheld or has no file."""
        if held.attachment.is_restricted:
            return ""
        if held.report_id not in self.known:
            self.known[held.report_id] = file_slugs(held.report)
        return self.known[held.report_id].get(held.pk, "")


def _correction(entry, files):
    correction = particulars.correction_of(entry)
    if correction is None:
        return None
    said_by = correction.said_by or entry.speaker
    report, held, section = correction.report, correction.attachment, correction.section
    if report and report.item and stub_of(report.item):  # then the paper is not public at all
        report = held = section = None
    page = correction.page if not correction.page[:1].isdigit() else f"page\u00a0{correction.page}"
    attachment = public_attachment_title(held.attachment) if held else ""
    place = [attachment or (f"Report on {report.subject}" if report else ""), section.heading if section else "", page]
    return {
        "measure": correction.measure,
        "old": correction.old_value,
        "new": correction.new_value,
        "period": correction.period,
        "said_by": said_by.speaker_name if said_by else "",
        "page": correction.page if report else "",
        "section": section.heading if section else "",
        "target": key(report) if report else "",
        "target_title": report.subject if report else "",
        "target_file": files.slug_of(held) if held else "",
        "attachment": attachment,
        "where": ", ".join(part for part in place if part) if report else "",
        "notice": correction.notice,
    }


def public_attachment_title(attachment):
    """The title that the public reads."""
    return (attachment.restriction.neutral_title if attachment.is_restricted else "") or attachment.title


# --- the tables at the end -------------------------------------------------------------------------------------------


def _rows(items, name, row):
    return [
        {**row(entry), "uid": entry["uid"], "item_slug": item["slug"], "item_label": item["label"]}
        for item in items
        for entry in item["entries"]
        if entry[name]
    ]


def _action_row(entry):
    return dict(entry["action"])


def _correction_row(entry):
    return dict(entry["correction"])
