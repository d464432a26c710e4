"""What an entry carries beside its words: an action's owner and day, what a correction puts right, a decision's number.

Pages, print view and paper all show the same, so it is put into words here and nowhere else.
"""

from dataclasses import dataclass

from scrutiny.minutes.models import MinuteEntry
from scrutiny.register.models import Action, Decision

# What one query has to bring along so that the functions below ask nothing more.
LOADED_WITH = (
    "action",
    "decision",
    "correction__said_by",
    "correction__report",
    "correction__section",
    "correction__attachment__attachment",
    "public_question",
)
PREFETCHED = ("action__owners",)

NO_OWNER, NO_DUE_DATE, NOT_STATED, NOT_KNOWN = "No owner yet", "No due date yet", "Not stated", "not known"


@dataclass(frozen=True)
class Fact:
    """One fact in words: Owner, ACC Foster. What is still missing has no label and says so."""

    label: str
    value: str
    missing: bool = False


@dataclass(frozen=True)
class Change:
    """What a correction puts right. `old` is empty where nobody knows what the paper said."""

    old: str
    new: str
    about: str

    @property
    def was(self):
        """The old value in words."""
        return self.old or NOT_KNOWN


def day(date):
    """8 January 2018"""
    return f"{date:%-d %B %Y}"


def action_of(entry):
    """The action an entry stands for, while it is one."""
    action = entry.action if entry.kind == MinuteEntry.Kind.ACTION else None
    return action if action and action.status != Action.Status.WITHDRAWN else None


def decision_of(entry):
    """The decision record of an entry, while it is one."""
    decision = entry.decision if entry.kind == MinuteEntry.Kind.DECISION else None
    return decision if decision and decision.status != Decision.Status.WITHDRAWN else None


def correction_of(entry):
    """The correction record of an entry, while it is one."""
    correction = getattr(entry, "correction", None) if entry.kind == MinuteEntry.Kind.CORRECTION else None
    return correction if correction and not correction.deleted else None


def reference_of(entry):
    """What stands behind the kind: 5/1 for an action, 2018/001 for a signed decision."""
    held = action_of(entry) or decision_of(entry)
    return held.reference if held else ""


def owner_in_words(action):
    """ACC Foster and Jayne Sykes; empty where nobody is named yet."""
    return action.owners_in_words if action else ""


def due_in_words(action):
    """28 February 2018, or what was said where no day follows from it yet; empty where nothing was said."""
    if not action:
        return ""
    return day(action.due) if action.due else action.due_as_said


def change_of(entry):
    """What the entry puts right, or None."""
    correction = correction_of(entry)
    if not correction or not correction.new_value:
        return None
    about = ", ".join(part for part in (correction.measure, correction.period) if part)
    return Change(correction.old_value, correction.new_value, about)


def facts_of(entry):
    """The facts under an entry's words."""
    kind = MinuteEntry.Kind
    facts = {
        kind.ACTION: _of_action,
        kind.DECISION: _of_decision,
        kind.ASSURANCE: _of_assurance,
        kind.QUESTION: _of_question,
    }.get(entry.kind)
    return facts(entry) if facts else []


def _of_action(entry):
    action = action_of(entry)
    owner, due = owner_in_words(action), due_in_words(action)
    return [
        Fact("Owner", owner) if owner else Fact("", NO_OWNER, missing=True),
        Fact("Due", due) if due else Fact("", NO_DUE_DATE, missing=True),
    ]


def _of_decision(entry):
    decision = decision_of(entry)
    if not decision:
        return []
    facts = [Fact("Decided on", day(decision.decided_on))]
    if decision.maker:
        facts.append(Fact("Decided by", decision.maker))
    return facts if decision.is_signed else [*facts, Fact("", "To be signed", missing=True)]


def _of_assurance(entry):
    level = entry.get_assurance_display()
    return [Fact("Level of assurance", level) if entry.assurance else Fact("", level, missing=True)]


def _of_question(entry):
    facts = []
    asked = getattr(entry, "public_question", None)
    if asked and entry.speaker:  # the margin names who read it out
        facts.append(Fact("Asked by", asked.asked_as))
    if entry.question_status and entry.question_status != MinuteEntry.QuestionStatus.ANSWERED:
        facts.append(Fact("Answer", entry.get_question_status_display()))
    return facts


@dataclass(frozen=True)
class ActionRow:
    """One line of the table of actions at the end."""

    reference: str
    text: str
    owner: str
    due: str


@dataclass(frozen=True)
class CorrectionRow:
    """One line of the table of corrections at the end."""

    measure: str
    was: str
    now: str
    period: str
    where: str
    said_by: str
    state: str


def action_row(entry):
    """The entry's action as a line of a table."""
    action = action_of(entry)
    return ActionRow(
        action.reference if action else "Action",
        action.text if action else entry.text,
        owner_in_words(action) or NO_OWNER,
        due_in_words(action) or NO_DUE_DATE,
    )


def correction_row(entry):
    """The entry's correction as a line of a table."""
    correction = correction_of(entry)
    said_by = correction.said_by or entry.speaker
    return CorrectionRow(
        correction.measure or NOT_STATED,
        correction.old_value or NOT_KNOWN.capitalize(),
        correction.new_value or NOT_STATED,
        correction.period or NOT_STATED,
        where_it_stands(correction) or NOT_STATED,
        said_by.speaker_name if said_by else NOT_STATED,
        correction.get_status_display(),
    )


def where_it_stands(correction):
    """Paper and page: Joint report on rural crime, Key information, page 4."""
    report, section, held = correction.report, correction.section, correction.attachment
    parts = [
        held.attachment.title if held else f"Report on {report.subject}" if report else "",
        section.heading if section else "",
        correction.page if not correction.page[:1].isdigit() else f"page\u00a0{correction.page}",
    ]
    words = ", ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]
