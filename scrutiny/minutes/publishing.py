"""How minutes are published: approved words only, corrections settled, and what is withheld as its reason alone."""

import re

from django.urls import reverse
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.operations import key
from scrutiny.meetings.models import AgendaItem, AttendanceList
from scrutiny.meetings.publishing import day_of, item_slugs, public_items, taken_back, will_be_taken_back
from scrutiny.minutes import operations, proof, public_content, public_reading, versions
from scrutiny.minutes.models import Approval, Correction, MinuteEntry, Minutes
from scrutiny.minutes.texts import plain
from scrutiny.workflow import kinds, states
from scrutiny.workflow.kinds import ERROR, WARNING, Entry, Finding, Line, Secret
from scrutiny.workflow.models import Marking, Publication, State

# States from which minutes are published, again or for the first time.
APPROVED = (State.SIGNED, State.PUBLISHED, State.WITHDRAWN)
_SHORTEST_CONTACT = 6  # letters; what is shorter stands in too many words to be looked for


@kinds.register
class MinutesKind(kinds.Kind):
    """The minutes of a meeting."""

    name = "minutes"
    label = "Minutes"
    model = Minutes
    pdf_name = "minutes.pdf"
    scheme_class = "how-we-make-decisions"

    def load(self, pk):
        """With their meeting and series."""
        return Minutes.objects.select_related(*Minutes.LOADED_WITH, "minute_taker").get(pk=pk)

    def why_not(self, record):
        """They must be approved, and marked for everybody."""
        if record.state not in APPROVED:
            return (
                f"The minutes are {record.get_state_display().lower()}. They can be published once they are approved."
            )
        if record.marking != Marking.OFFICIAL:
            return f"The minutes are marked {record.get_marking_display()}. Such a paper is never public."
        if not record.minuted_items.exists():
            return "The agenda of the meeting has no items."
        return ""

    def path(self, record):
        """Below the meeting."""
        meeting = record.meeting
        return f"{kinds.public_path(meeting) or kinds.named('meeting').path(meeting)}/minutes"

    def belongs_to(self, record):
        """Their meeting."""
        return key(record.meeting)

    def summary(self, content):
        """7 questions and their answers. 2 figures corrected."""
        said = [entry["kind"] for item in content["items"] for entry in item["entries"]]
        asked, corrected, actions = said.count("question"), len(content["corrections"]), len(content["actions"])
        parts = []
        if asked:
            parts.append(f"{_count(asked, 'question')} and {'its answer' if asked == 1 else 'their answers'}.")
        if corrected:
            parts.append(f"{_count(corrected, 'figure')} corrected.")
        if actions:
            parts.append(f"{_count(actions, 'action')} agreed.")
        return " ".join(parts)

    def date(self, content):
        """The day of the meeting."""
        return day_of(content)

    def content(self, record):
        """The approved words."""
        return public_content.content_of(record)

    def parts(self, content):
        """Attendance, each item, the tables at the end."""
        return public_reading.html_parts(content)

    def paper(self, content, imprint):
        """The desk's paper, from the content alone."""
        return public_reading.paper_of(content, imprint)

    def secrets(self, record):
        """Words of withheld items and entries, with all records that hold them; who asked a question from outside."""
        return list(_secrets(record))

    def findings(self, record, content):
        """What approval let pass and the public must not get."""
        return [*_findings(record, content), *will_be_taken_back(record.meeting)]

    def takes_back(self, record):
        """Reports of items that are withheld now."""
        return taken_back(record.meeting)

    def passes(self, record, content):
        """What is in order."""
        return list(_passes(record, content))

    def others(self, record):
        """Their meeting, if it was never public: they link to its items. Then the reports whose own text is corrected
        here: their next version carries the correction.
        """
        return [*self._meeting(record), *self._corrected(record)]

    def _meeting(self, record):
        if self.why_not(record) or Publication.objects.filter(subject=key(record.meeting)).exists():
            return []
        return [("meeting", record.meeting)]

    def _corrected(self, record):
        corrected = record.corrections.settled().filter(
            section__isnull=False, attachment__isnull=True, report__isnull=False
        )
        public = {row["target"] for row in self.content(record)["corrections"]}
        reports = {each.report_id: each.report for each in corrected.select_related("report__meeting__series")}
        return [("report", report) for report in reports.values() if key(report) in public]

    def published(self, record, edition, *, by):
        """They are public now, and their items keep their addresses."""
        held = operations.held_whole(record)
        states.move(held, State.PUBLISHED, by=by)
        for pk, slug in item_slugs(held.meeting).items():
            AgendaItem.objects.filter(pk=pk).exclude(slug=slug).update(slug=slug)

    def withdrawn(self, record, *, by):
        """They are no longer public."""
        held = operations.held_whole(record)
        if held.state == State.PUBLISHED:
            states.move(held, State.WITHDRAWN, by=by)

    def lines(self, edition):
        """Every action as agreed, and every correction with the paper that it puts right."""
        content, base = edition.content, edition.get_absolute_url()
        meeting = {**content["meeting"], "path": _parent(edition)}
        meeting = {name: meeting[name] for name in ("name", "date", "path")}
        for row in content["actions"]:
            yield Line(
                register="action",
                date=edition.date,
                reference=row["reference"],
                text=row["text"],
                url=f"{base}#entry-{row['uid']}",
                data={
                    **{name: row[name] for name in ("owners", "due", "item_slug")},
                    "state": "Open",
                    "is_open": True,
                    "meeting": meeting,
                },
            )
        for row in content["corrections"]:
            yield Line(
                register="correction",
                date=edition.date,
                text=row["notice"],
                url=f"{base}#entry-{row['uid']}",
                data={**{name: row[name] for name in _OF_A_CORRECTION}, "meeting": meeting},
                target=row["target"],
                target_file=row["target_file"],
            )

    def search(self, edition):
        """One entry for each item, at the item's own page; who was there is found by the minutes themselves."""
        content = edition.content
        there = [person["name"] for each in content["attendance"] for person in each["people"]]
        lines = [" ".join((each["heading"], each["words"], *_people(each))) for each in content["attendance"]]
        yield Entry(edition.get_absolute_url(), edition.title, "\n".join(lines), tuple(there))
        for item in content["items"]:
            if not item["entries"]:
                continue
            spoke = [name for entry in item["entries"] for name in entry["speakers"]]
            yield Entry(
                f"/{_parent(edition)}/items/{item['slug']}/",
                f"{item['label']} {item['title']}".strip(),
                "\n".join(_words(entry) for entry in item["entries"]),
                tuple(dict.fromkeys(spoke)),
                item["priority"]["slug"] if item["priority"] else "",
            )

    def people(self, record):
        """Who wrote, sent, checked and approved them."""
        found = []
        if record.minute_taker:
            found.append(("Minute taker", record.minute_taker.name, ""))
        if last := versions.last_sent(record):
            found.append(("Sent for check by", last.by.name if last.by else "", _day(last.at)))
        for checker in record.checkers:
            found.append((checker.get_verdict_display(), checker.user.name, _day(checker.said_at)))
        for approval in record.approvals.select_related("meeting", "by"):
            by = str(approval.meeting) if approval.meeting else approval.by.name if approval.by else ""
            found.append((approval.get_how_display(), by, approval.on.isoformat()))
        return found

    def place_of(self, subject):
        """The entry of public minutes that a correction was made in."""
        label, _, number = subject.partition(":")
        if label != Correction._meta.label_lower or not number.isdecimal():
            return None
        correction = (
            Correction.objects.select_related("entry", "minutes").filter(pk=number, entry__isnull=False).first()
        )
        edition = kinds.current_edition(correction.minutes) if correction else None
        if edition is None or str(correction.entry.uid) not in {row["uid"] for row in edition.content["corrections"]}:
            return None
        return f"{edition.get_absolute_url()}#entry-{correction.entry.uid}", edition.title


_OF_A_CORRECTION = (
    *("measure", "old", "new", "period", "said_by", "page", "section", "where"),
    *("attachment", "target_title", "item_slug"),
)


def _parent(edition):
    """The address of the meeting, without slashes at its ends."""
    return edition.publication.path.rpartition("/")[0]


def _day(moment):
    return timezone.localdate(moment).isoformat() if moment else ""


def _count(number, thing):
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _people(listed):
    return [", ".join(filter(None, (person["name"], person["post"]))) for person in listed["people"]]


def _words(entry):
    """What search finds of an entry: who, what, words, facts; of a withheld one its public reason."""
    if entry["withheld"]:
        return entry["withheld"]["reason"]
    facts = [" ".join(fact) for fact in entry["facts"]]
    correction = entry["correction"] or {}
    figures = [correction.get(name, "") for name in ("measure", "old", "new", "period")]
    return " ".join(
        filter(None, (entry["who"], entry["what"], plain(entry["text"]), *facts, *figures, *entry["notices"]))
    )


# --- what must not be found in the output ------------------------------------------------------------------------------


def _secrets(minutes):
    meeting = minutes.meeting
    public = public_items(meeting)
    shown = {each.item.pk for each in public if not each.withheld}
    entries = MinuteEntry.objects.filter(minuted_item__minutes=minutes).select_related(
        "minuted_item__item", "restriction", "action", "decision__restriction", "correction"
    )
    for entry in entries:
        item = entry.minuted_item.item
        if item.pk not in shown or public_content.restriction_on(entry):
            url = f"{reverse('minutes', args=[minutes.pk])}#entry-{entry.pk}"
            what = f"{'Restricted entry' if item.pk in shown else 'Entry'} of item {item}"
            for words in _said_by(entry):
                yield Secret(words, what, url)
    for decision in meeting.decisions.select_related("item", "restriction"):
        if decision.is_restricted or (decision.item_id and decision.item_id not in shown):
            for words in _paragraphs(decision.decided, decision.reasons):
                yield Secret(words, "A restricted decision", decision.get_absolute_url())
    titles = {each.item.pk: each.withheld["title"] if each.withheld else each.item.title for each in public}
    for item in meeting.items.all():
        if item.title != titles.get(item.pk):
            yield Secret(item.title, f"Title of item {item.label}".strip(), reverse("agenda", args=[meeting.pk]))
    for question in meeting.public_questions.all():
        for words in _private(question):
            yield Secret(words, "Who asked a question from outside", question.get_absolute_url())


def _said_by(entry):
    """The words of an entry and of the records that it holds."""
    said = [entry.text]
    if entry.action:
        said.append(entry.action.text)
    if entry.decision:
        said += [entry.decision.decided, entry.decision.reasons]
    if correction := getattr(entry, "correction", None):
        said += [correction.quoted, correction.note]
    return _paragraphs(*said)


def _paragraphs(*texts):
    """Each paragraph once, as a reader sees it."""
    found = [plain(paragraph) for text in texts for paragraph in re.split(r"\n\s*\n", text)]
    return list(dict.fromkeys(words for words in found if words))


def _private(question):
    """Name and contact of the asker, as long as the record does not name them so."""
    parts = [question.private_name, question.private_contact, *re.split(r"[\n,;]", question.private_contact)]
    for words in dict.fromkeys(part.strip() for part in parts):
        known = question.asked_as.casefold()
        if len(words) >= _SHORTEST_CONTACT and words.casefold() not in known:
            yield words


# --- what the room has to say ------------------------------------------------------------------------------------------


def _findings(minutes, content):
    yield from _of_attendance(minutes)
    yield from _of_corrections(minutes)
    public = {entry["uid"]: (item, entry) for item in content["items"] for entry in item["entries"] if entry["uid"]}
    entries = public_content.entries_of(minutes)
    for uid, (item, said) in public.items():
        yield from _of_entry(minutes, item, said, entries[uid])
    yield from _of_wording(minutes, entries)
    yield from _of_marks(minutes, public)
    yield from _without_reason(minutes)


def _of_attendance(minutes):
    if _apologies_are_recorded(minutes.meeting):
        return
    yield Finding(
        code="apologies",
        severity=ERROR,
        title="Nobody has said whether there were apologies",
        text="The record has to say who sent apologies, or that nobody did. Take the approval back, then say it in the "
        "attendance.",
        url=minutes.get_absolute_url(),
        link="Go to the minutes",
    )


def _apologies_are_recorded(meeting):
    """Somebody is listed, or somebody said that there were none."""
    category = AttendanceList.Category.APOLOGIES
    said_none = meeting.attendance_lists.filter(category=category, recorded=AttendanceList.Recorded.NONE)
    return meeting.attendance.filter(category=category).exists() or said_none.exists()


def _of_corrections(minutes):
    standing = minutes.corrections.standing().select_related(*Correction.LOADED_WITH)
    for correction in standing:
        if correction.status != Correction.Status.PROPOSED:
            continue
        of_paper = correction.entry_id is not None
        missing = [words for words in correction.lacks if words != "Old value not known"]
        yield Finding(
            code="correction",
            severity=ERROR if of_paper else WARNING,
            title="A correction is not confirmed"
            if of_paper
            else "A correction of these minutes waits to be confirmed",
            text=f"Still to settle: {'; '.join(missing)}."
            if missing
            else ""
            if of_paper
            else "It is not published yet.",
            quote=corrections_words(correction),
            url=correction.get_absolute_url(),
            link="Go to the correction",
        )


def corrections_words(correction):
    """176, not 127 (recorded crimes, January)."""
    about = ", ".join(part for part in (correction.measure, correction.period) if part)
    old = f", not {correction.old_value}" if correction.old_value else ""
    return f"{correction.new_value or 'new value missing'}{old}{f' ({about})' if about else ''}"


def _of_entry(minutes, item, said, entry):
    where = _where(item, said)
    problems = []
    if not said["text"].strip():
        problems.append(("empty", "An entry holds no words", ""))
    if entry.rough:
        problems.append(("rough", "An entry is marked rough", "It was approved before it was tidied."))
    if said["kind"] == MinuteEntry.Kind.ACTION:
        action = said["action"] or {"owners": "", "due": ""}
        missing = [words for words, name in (("owner", "owners"), ("due date", "due")) if not action[name]]
        if missing:
            problems.append(("action", f"An action has no {' and no '.join(missing)}", ""))
    if said["kind"] == MinuteEntry.Kind.CORRECTION and not said["correction"]:
        problems.append(("correction", "A correction does not say what it puts right", ""))
    for code, title, text in problems:
        yield Finding(
            code=code,
            severity=ERROR,
            title=title,
            text=f"{text} Take the approval back to mend it.".strip(),
            quote=said["text"],
            url=f"{reverse('minutes', args=[minutes.pk])}#entry-{entry.pk}",
            link=f"Go to {where}",
        )


def _where(item, said):
    place = f"item {item['label']}" if item["label"] else f"“{item['title']}”"
    return f"{place}, {said['who']}" if said["who"] else place


def _of_wording(minutes, entries):
    """Approved minutes are closed; if the words are others than those that were approved, somebody has to know."""
    approved = public_content.approved_content(minutes)
    said = {entry["uid"]: entry for item in approved["items"] for entry in item["entries"]}
    changed = [entry for uid, entry in entries.items() if uid not in said or _differs(said[uid], entry)]
    gone = [entry for uid, entry in said.items() if uid not in entries]
    if changed or gone:
        first = changed[0].text if changed else gone[0]["text"]
        yield Finding(
            code="wording",
            severity=ERROR,
            title="The minutes are not worded as they were approved",
            text=f"{_count(len(changed) + len(gone), 'entry').replace('entrys', 'entries')} differ from the approved version.",
            quote=first,
            url=minutes.get_absolute_url(),
            link="Go to the minutes",
        )


def _differs(said, entry):
    return (said["text"], said["kind"]) != (entry.text, entry.kind)


def _of_marks(minutes, public):
    """What an editor's key left in the words, and a speaker who cannot have been there: to be looked at once more."""
    for flag in proof.flags_of(minutes):
        if flag.entry and str(flag.entry.uid) in public and flag.message.endswith("was left in the text."):
            yield Finding("left-over", WARNING, flag.message, "", flag.entry.text, flag.link, f"Go to {flag.where}")


def _without_reason(minutes):
    for public in public_items(minutes.meeting):
        if public.withheld and not public.withheld["reason"].strip():
            yield Finding(
                code="item-without-reason",
                severity=ERROR,
                title=f"Item {public.item} does not say why it is private",
                text="The public reads the reason in place of what was said. Give the grounds and the reason.",
                url=reverse("restrict-item", args=[public.item.pk]),
                link="Say why",
            )


# --- what is in order --------------------------------------------------------------------------------------------------


def _passes(minutes, content):
    found = {finding.code for finding in _findings(minutes, content)}
    if content["actions"] and "action" not in found:
        yield "Every action has an owner and a date"
    if "apologies" not in found:
        yield _apologies_in_words(minutes.meeting)
    if there := _there_in_words(minutes.meeting):
        yield there
    if content["corrections"] and "correction" not in found:
        count = len(content["corrections"])
        yield "The correction is confirmed" if count == 1 else f"{_all(count)} corrections confirmed"
    if not {"rough", "empty"} & found:
        yield "No rough or empty entries"
    if "wording" not in found:
        yield "Worded exactly as approved"
    for approval in minutes.approvals.select_related("meeting", "by"):
        yield _approved(approval)
    if any(item["withheld"] for item in content["items"]) and "item-without-reason" not in found:
        yield "Every private or restricted item says why"


def _all(count):
    return {2: "Both"}.get(count, f"All {count}")


def _apologies_in_words(meeting):
    count = meeting.attendance.filter(category=AttendanceList.Category.APOLOGIES).count()
    return f"Apologies recorded: {count or 'none'}"


def _there_in_words(meeting):
    """8 present and 5 also present, each with a post; nothing where somebody has none."""
    people = list(meeting.attendance.exclude(category=AttendanceList.Category.APOLOGIES))
    if not people or not all(person.post for person in people):
        return ""
    counts = []
    for category in AttendanceList.ORDER:
        if number := sum(person.category == category for person in people):
            counts.append(f"{number} {category.label.lower()}")
    return f"{' and '.join(counts)}, each with a post"


def _approved(approval):
    if approval.how == Approval.How.MEETING:
        return f"Approved at the meeting of {approval.meeting.date:%-d %B %Y}"
    by = approval.by
    return "Approved by the commissioner" if by and Role.COMMISSIONER in by.roles else f"Approved by {by}"
