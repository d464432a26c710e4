"""What the desk's pages of the plan show beside the records: where a plan stands, and what a conflict is about."""

from dataclasses import dataclass

from opcc_portal.office.forms import in_words
from scrutiny.plan import versions
from scrutiny.plan.models import Plan, PlanVersion
from scrutiny.workflow import differences

State = PlanVersion.State


@dataclass
class PlanOnDesk:
    """A plan as its page lists it. Versions and priorities have been fetched with it."""

    plan: Plan

    def __post_init__(self):
        self.held = list(self.plan.versions.all())
        self.in_force = next((each for each in self.held if each.state == State.ISSUED), None)
        self.under_way = next((each for each in self.held if each.is_under_way), None)
        self.superseded = next((each for each in self.held if each.state == State.SUPERSEDED), None)
        self.priorities = [each for each in self.plan.priorities.all() if not each.left_out]
        self.left_out = [each for each in self.plan.priorities.all() if each.left_out]
        self.closed = versions.why_closed(self.plan, self.held)
        self.outcomes, self.themes = self.plan.outcomes.all(), self.plan.themes.all()

    @property
    def number_under_way(self):
        """Of the version that is being worked on, as text."""
        return str(self.under_way.number) if self.under_way else ""

    @property
    def may_start(self):
        """Whether a draft can be opened now."""
        return not self.under_way and not self.superseded

    @property
    def in_words(self):
        """Where the plan stands, in one line."""
        if self.superseded and not self.in_force:
            return f"Superseded on {in_words(self.superseded.ended_on)}"
        if self.in_force:
            said = f"Version {self.in_force.number} in force since {in_words(self.in_force.issued_on)}"
            return f"{said}, a variation is under way" if self.under_way else said
        return "Not in force yet" if self.under_way else "Kept without versions"


@dataclass(frozen=True)
class Step:
    """One step of a version: what it is, when it was done, whether it comes next or is being worked on."""

    name: str
    on: object = None
    is_done: bool = False
    is_next: bool = False
    is_open: bool = False
    hint: str = ""


def steps_of(version):
    """The way of a version in five steps, in order."""
    state = version.state
    responded = bool(version.response and version.responded_on)
    is_out = not version.is_under_way
    asked_of_law = "The law asks for it before a plan is issued."
    return [
        Step("Draft", is_done=state != State.DRAFT, is_open=state == State.DRAFT, hint=version.change_note),
        Step(
            "Sent to the panel",
            version.sent_on,
            is_done=version.sent_on is not None,
            is_next=state == State.DRAFT,
            hint="The words that the panel gets are kept.",
        ),
        Step(
            "Panel’s report recorded",
            version.panel_reported_on,
            is_done=version.panel_reported_on is not None,
            is_next=state == State.TO_PANEL,
        ),
        Step(
            "Response to the panel published",
            version.responded_on,
            is_done=responded,
            is_next=state == State.RESPONSE and not responded,
            hint=asked_of_law,
        ),
        Step(
            "Issued",
            version.issued_on,
            is_done=is_out,
            is_next=state == State.RESPONSE and responded,
            hint="From that day its words are in force.",
        ),
    ]


def next_step(version):
    """(the name of the address, the words of the button) of the one step that comes next; None where none does."""
    if version.state == State.DRAFT:
        return "plan-version-send", "Send to the panel"
    if version.state == State.TO_PANEL:
        return "plan-version-report", "Record the panel’s report"
    if version.state == State.RESPONSE:
        if version.response and version.responded_on:
            return "plan-version-issue", "Issue the plan"
        return "plan-version-respond", "Record the response"
    return None


# --- two people at once ------------------------------------------------------------------------------------------------


def after_conflict(typed, standing):
    """(a sheet with everything that was typed, [(what, paragraphs)] of what differs from what is saved now).

    Lines that somebody else added are in the sheet too, so that saving it loses none; `standing` is the sheet as it is
    saved now.
    """
    mine, theirs = typed.typed(), {name: list(rows.initial) for name, rows in standing.sets.items()}
    differs = []
    for name, field in typed.form.fields.items():
        if field.widget.is_hidden:
            continue
        values = (standing.form.initial.get(name), typed.form.cleaned_data.get(name))
        saved, own = (_shown(field, value) for value in values)
        if saved != own:
            differs.append((str(typed.form[name].label), differences.compare(saved, own)))
    for name, rows in typed.sets.items():
        saved, own = (_lines(rows, given[name]) for given in (theirs, mine))
        if saved != own:
            differs.append((name.capitalize(), differences.compare(saved, own)))
        known = {row["pk"] for row in mine[name]} | {row.pk for row in rows.rows if row.remove}
        mine[name] += [row for row in theirs[name] if row["pk"] not in known]
    initial = dict(typed.form.cleaned_data) | {
        name: standing.form.initial[name] for name in ("seen", "seen_version") if name in standing.form.initial
    }
    sheet = type(typed)(plan=typed.plan, initial=initial, rows=mine)
    return sheet, differs


def _shown(field, value):
    value = field.prepare_value(value) if value is not None else ""
    if hasattr(field, "queryset") and value:
        value = str(next((each for each in field.queryset if each.pk == value), ""))
    return str(value)


def _lines(rows, given):
    themes = {each.pk: each.name for each in rows.form_kwargs.get("themes", ())}
    said = [[row.get(name) for name in ("title", "name", "text") if row.get(name)] for row in given]
    return "\n".join(
        ": ".join([*words, *filter(None, [themes.get(row.get("theme"))])])
        for words, row in zip(said, given, strict=True)
    )
