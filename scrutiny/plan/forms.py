"""Forms of the plan: what stands in front of it, a priority with its lists, and the steps of a version."""

from django import forms

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField
from scrutiny.plan.models import Outcome, Theme
from scrutiny.plan.operations import PARTS, Lists, Row
from scrutiny.workflow.forms import WordsField

LONGEST = 20_000
MOST_ROWS = 60
BLANK_ROWS = 2


# --- lists -----------------------------------------------------------------------------------------------------------------


class RowForm(forms.Form):
    """One line of a list. Its place is a number, so that ordering works without a script; `ORDER` and `DELETE` come
    with the formset."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    @property
    def words(self):
        """What the row says."""
        kept = {name: value for name, value in self.cleaned_data.items() if name not in ("pk", "ORDER", "DELETE")}
        return {name: "" if value is None else value for name, value in kept.items()}

    def as_row(self):
        """The row as the operations take it; None for a line that was left empty."""
        if not self.is_kept and not self.cleaned_data.get("DELETE"):
            return None
        done = self.cleaned_data
        return Row(self.words, done.get("pk"), done.get("ORDER"), bool(done.get("DELETE")))

    @property
    def is_kept(self):
        """Whether it says anything."""
        return bool(getattr(self, "cleaned_data", None)) and any(self.cleaned_data.get(name) for name in self.NEEDED)


class ObjectiveRow(RowForm):
    """An objective and the one theme that it serves."""

    NEEDED = ("text",)
    text = WordsField(label="Objective", what="the objective", rows=3, max_length=2000)
    theme = forms.ModelChoiceField(
        Theme.objects.none(),
        label="Theme",
        empty_label="Choose one theme",
        error_messages={
            "required": "Choose the theme that this objective serves.",
            "invalid_choice": "Choose a theme of this plan.",
        },
    )

    def __init__(self, *args, plan, themes, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["theme"]
        field.queryset = Theme.objects.filter(plan=plan)
        field.choices = [("", field.empty_label), *((theme.pk, theme.name) for theme in themes)]  # asked once for all


class NamedRow(RowForm):
    """A route or a resource: its name, and what is said of it."""

    NEEDED = ("name",)
    text = WordsField(label="What is said of it", required=False, rows=2, max_length=2000)


class RouteRow(NamedRow):
    """Where progress is looked at."""

    name = WordsField(label="Where it is looked at", what="where it is looked at", max_length=120)
    field_order = ("name", "text")


class ResourceRow(NamedRow):
    """What pays for or supports it."""

    name = WordsField(label="Fund or group", what="the fund or group", max_length=160)
    field_order = ("name", "text")


class OutcomeRow(RowForm):
    """An outcome of the plan."""

    NEEDED = ("title",)
    title = WordsField(label="Outcome", what="the outcome", max_length=200)


class ThemeRow(RowForm):
    """A theme of the plan."""

    NEEDED = ("name",)
    name = WordsField(label="Theme", what="the theme", max_length=120)


class Rows(forms.BaseFormSet):
    """A list whose lines are ordered by number, and of which no two say the same where that would be two names."""

    ordering_widget = forms.NumberInput(attrs={"class": "width-2", "min": 1})

    def add_fields(self, form, index):
        """Short words for what Django calls order and delete."""
        super().add_fields(form, index)
        form.fields["ORDER"].label = "Place"
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Remove"

    def clean(self):
        """Names within one list differ."""
        name = self.form.NEEDED[0]
        if any(self.errors) or name == "text":
            return
        seen = set()
        for form in self.forms:
            said = (form.cleaned_data.get(name) or "").casefold() if not form.cleaned_data.get("DELETE") else ""
            if said and said in seen:
                form.add_error(name, "This stands in the list already.")
            seen.add(said)

    @property
    def rows(self):
        """The lines as the operations take them."""
        return [row for row in (form.as_row() for form in self.forms) if row is not None]


def _rows_of(form_class, prefix, plan, data, initial):
    made = forms.formset_factory(
        form_class,
        formset=Rows,
        extra=BLANK_ROWS,
        can_order=True,
        can_delete=True,
        can_delete_extra=False,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS + 5,
        validate_max=True,
    )
    given = {"plan": plan, "themes": list(plan.themes.all())} if "theme" in form_class.base_fields else {}
    return made(data, prefix=prefix, initial=initial, form_kwargs=given)


# --- a form with lists --------------------------------------------------------------------------------------------------


class Sheet:
    """A form together with its lists, as one page saves them."""

    form_class = None
    lists = {}

    def __init__(self, data=None, *, plan=None, initial=None, rows=None):
        self.plan = plan
        self.form = self.form_class(data, plan=plan, initial=initial)
        given = rows or {}
        self.sets = {
            name: _rows_of(form_class, name, plan, data, given.get(name, ())) for name, form_class in self.lists.items()
        }

    def is_valid(self):
        """Whether all of it makes sense; every part is looked at, so that every error is shown at once."""
        return all([self.form.is_valid(), *(rows.is_valid() for rows in self.sets.values())])

    @property
    def parts(self):
        """The lists, for the summary of errors."""
        return list(self.sets.values())

    @property
    def rows(self):
        """{name of a list: its lines}"""
        return {name: rows.rows for name, rows in self.sets.items()}

    def typed(self):
        """{name: [what the rows of a valid form say, as initial values]} of the lines that are not to go."""
        return {
            name: [
                {**row.words, "pk": row.pk, "ORDER": row.place}
                | ({"theme": row.words["theme"].pk} if "theme" in row.words else {})
                for row in rows.rows
                if not row.remove
            ]
            for name, rows in self.sets.items()
        }


# --- the plan --------------------------------------------------------------------------------------------------------------


class PlanForm(forms.Form):
    """Title and years of a plan."""

    title = WordsField(what="a title", max_length=200, help_text="As it stands on the plan.")
    starts = DayField(label="First day")
    ends = DayField(label="Last day", required=False, help_text="Leave empty while it is open.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, plan=None, **kwargs):
        super().__init__(*args, **kwargs)

    def clean(self):
        """A plan does not end before it starts."""
        done = super().clean()
        if done.get("starts") and done.get("ends") and done["ends"] < done["starts"]:
            self.add_error("ends", "The plan would end before it starts. Check both days.")
        return done

    @property
    def words(self):
        """The plan's fields as typed."""
        return {name: self.cleaned_data[name] for name in ("title", "starts", "ends")}


class PlanSheet(Sheet):
    """What stands in front of a plan, with its outcomes and themes."""

    form_class = PlanForm
    lists = {"outcomes": OutcomeRow, "themes": ThemeRow}

    @classmethod
    def of(cls, plan, seen):
        """The plan as the form first shows it."""
        initial = {"title": plan.title, "starts": plan.starts, "ends": plan.ends, "seen": seen}
        return cls(plan=plan, initial=initial, rows=cls.standing(plan))

    @staticmethod
    def standing(plan):
        """The lists as they stand."""
        return {
            "outcomes": [
                {"pk": each.pk, "title": each.title, "ORDER": number}
                for number, each in enumerate(plan.outcomes.order_by("position", "pk"), 1)
            ],
            "themes": [
                {"pk": each.pk, "name": each.name, "ORDER": number}
                for number, each in enumerate(plan.themes.order_by("position", "pk"), 1)
            ],
        }


# --- a priority ------------------------------------------------------------------------------------------------------------


class PriorityForm(forms.Form):
    """A priority in the plan's own structure, without its lists."""

    title = WordsField(what="a title", max_length=200)
    outcome = forms.ModelChoiceField(
        Outcome.objects.none(),
        required=False,
        label="Outcome that it serves",
        empty_label="None",
        error_messages={"invalid_choice": "Choose an outcome of this plan."},
    )
    our_priority = WordsField(
        label="Our priority",
        what="what the priority is",
        rows=8,
        max_length=LONGEST,
        help_text="Reports quote these words. Leave an empty line between paragraphs.",
    )
    how_we_deliver = WordsField(label="What we do", required=False, rows=5, max_length=LONGEST)
    how_we_know = WordsField(label="How we follow it", required=False, rows=4, max_length=LONGEST)
    text_of = DayField(label="Words of the plan since")
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].queryset = Outcome.objects.filter(plan=plan)
        if plan.versions.exists():
            del self.fields["text_of"]  # the day of issue says it

    @property
    def words(self):
        """The priority's fields as typed."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen_version"}


class PrioritySheet(Sheet):
    """A priority with its objectives, resources and routes."""

    form_class = PriorityForm
    lists = {"objectives": ObjectiveRow, "resources": ResourceRow, "routes": RouteRow}

    @classmethod
    def of(cls, priority):
        """The priority as the form first shows it."""
        names = ("title", "outcome", "our_priority", "how_we_deliver", "how_we_know", "text_of")
        initial = {name: getattr(priority, name) for name in names} | {"seen_version": priority.version}
        return cls(plan=priority.plan, initial=initial, rows=cls.standing(priority))

    @staticmethod
    def standing(priority):
        """The lists as they stand."""
        named = {"resources": priority.resources, "routes": priority.monitoring_routes}
        return {
            "objectives": [
                {"pk": each.pk, "text": each.text, "theme": each.theme_id, "ORDER": number}
                for number, each in enumerate(priority.objectives.order_by("position", "pk"), 1)
            ],
            **{
                name: [
                    {"pk": each.pk, "name": each.name, "text": each.text, "ORDER": number}
                    for number, each in enumerate(records.order_by("position", "pk"), 1)
                ]
                for name, records in named.items()
            },
        }

    @property
    def as_lists(self):
        """The lists as the operations take them."""
        return Lists(**{name: self.sets[name].rows for name in PARTS})


# --- the steps of a version ------------------------------------------------------------------------------------------------


class StepForm(forms.Form):
    """A step of a version. `act` is what the operation is called with."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.version = version
        self.initial.setdefault("seen", version.version)

    @property
    def act(self):
        """The arguments of the operation."""
        return dict(self.cleaned_data)

    def asked_again(self, newer):
        """Keep what was typed, now knowing of the step that somebody else took."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = newer.version


class StartForm(forms.Form):
    """A variation says what it is to change."""

    change_note = WordsField(
        label="What is to change",
        what="what the variation is to change",
        rows=3,
        max_length=2000,
        help_text="The panel and the public read this.",
    )


class SendForm(StepForm):
    """The draft goes to the panel."""

    sent_on = DayField(label="Sent to the panel on")
    change_note = WordsField(label="What changes", what="what the variation changes", rows=3, max_length=2000)
    field_order = ("sent_on", "change_note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"sent_on": today(), "change_note": self.version.change_note}
        if not self.version.varies_id:
            del self.fields["change_note"]


class ReportForm(StepForm):
    """What the panel said."""

    reported_on = DayField(label="The panel reported on")
    report = WordsField(
        label="What it reported or recommended",
        what="what the panel reported; also when it agreed without a change",
        rows=8,
        max_length=LONGEST,
    )
    field_order = ("reported_on", "report")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {
            "reported_on": self.version.panel_reported_on or today(),
            "report": self.version.panel_report,
        }


class ResponseForm(StepForm):
    """The response to the panel."""

    responded_on = DayField(label="Given to the panel and published on")
    response = WordsField(
        label="Response to the panel",
        what="the response to the panel",
        rows=8,
        max_length=LONGEST,
        help_text="It is published with the plan.",
    )
    field_order = ("responded_on", "response")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"responded_on": self.version.responded_on or today(), "response": self.version.response}


class IssueForm(StepForm):
    """The plan is issued."""

    issued_on = DayField(label="Issued on", help_text="From this day its words are in force.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"issued_on": today()}


class TakeBackForm(StepForm):
    """The draft comes back from the panel."""

    reason = WordsField(label="Why it is taken back", what="why it is taken back", rows=3, max_length=2000)


class DiscardForm(StepForm):
    """The draft is thrown away."""
