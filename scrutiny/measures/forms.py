"""Forms of the national measures: a set with its measures, the statement of a quarter."""

from django import forms

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, WebField
from scrutiny.indicators.models import Indicator
from scrutiny.measures.models import MeasureSet, MeasuresStatement
from scrutiny.measures.operations import SET_FIELDS
from scrutiny.measures.quarters import Quarter
from scrutiny.plan.forms import RowForm, Rows
from scrutiny.workflow.forms import WordsField

LONGEST = 4000
MOST_MEASURES = 40
BLANK_ROWS = 2
FURTHEST_BACK = 12  # quarters for which a statement can still be begun


# --- sets ----------------------------------------------------------------------------------------------------------------


class SetForm(forms.Form):
    """What a set of measures is called, when it is in force, and where it stands."""

    name = WordsField(label="Name of the set", what="the name of the set", max_length=200)
    starts = DayField(label="First day", error_messages={"required": "Enter the first day."})
    ends = DayField(label="Last day", required=False, help_text="Empty as long as it is in force.")
    source = WordsField(
        label="Where the measures are laid down",
        required=False,
        max_length=300,
        help_text="Document and date, so that a reader can find it.",
    )
    url = WebField(label="Address of the source", required=False, max_length=200)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, held=None, **kwargs):
        super().__init__(*args, **kwargs)
        if held is not None and held.is_in_use:
            for name in ("name", "starts", "source", "url"):
                del self.fields[name]
        self.held = held

    @classmethod
    def initial_for(cls, held):
        """The set as the form first shows it."""
        return {**{name: getattr(held, name) for name in SET_FIELDS}, "seen": held.version}

    def clean(self):
        """It ends after it starts."""
        done = super().clean()
        starts = done.get("starts") or (self.held and self.held.starts)
        if starts and done.get("ends") and done["ends"] < starts:
            self.add_error("ends", "The last day must not be before the first day.")
        return done

    @property
    def words(self):
        """The fields of the set as typed."""
        return {name: self.cleaned_data[name] for name in SET_FIELDS if name in self.cleaned_data}


class MeasureRow(RowForm):
    """One measure of a set."""

    NEEDED = ("title",)
    title = WordsField(label="Measure", what="the measure", max_length=200)
    description = WordsField(label="What it covers", required=False, rows=2, max_length=1000)


def measure_rows(data=None, *, initial=()):
    """The measures of a set as lines to write."""
    made = forms.formset_factory(
        MeasureRow,
        formset=Rows,
        extra=BLANK_ROWS,
        can_order=True,
        can_delete=True,
        can_delete_extra=False,
        max_num=MOST_MEASURES,
        absolute_max=MOST_MEASURES + 5,
        validate_max=True,
    )
    return made(data, prefix="measures", initial=initial)


def rows_of(measure_set, *, copied=False):
    """Its measures as the lines first show them; `copied` for a new set that begins with the same ones."""
    return [
        {
            "pk": None if copied else each.pk,
            "title": each.title,
            "description": each.description,
            "ORDER": number,
        }
        for number, each in enumerate(measure_set.measures.all(), 1)
    ]


# --- statements ------------------------------------------------------------------------------------------------------------


def open_quarters():
    """The quarters for which a statement can be begun, the newest first: begun, and none there yet."""
    quarter, found = Quarter.of(today()), []
    written = {*MeasuresStatement.objects.values_list("quarter_start", flat=True)}
    for _ in range(FURTHEST_BACK):
        if quarter.first not in written:
            found.append(quarter)
        quarter = quarter.before()
    return found


class BeginForm(forms.Form):
    """Which quarter, and under which set."""

    quarter = forms.TypedChoiceField(
        coerce=Quarter.from_key,
        error_messages={"required": "Choose the quarter.", "invalid_choice": "Choose one of these."},
    )
    measure_set = forms.ModelChoiceField(
        MeasureSet.objects.all(),
        label="Set of measures",
        empty_label="The one in force at the end of the quarter",
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        quarters = open_quarters()
        self.fields["quarter"].choices = [
            (each.key, each.in_words if each.is_over() else f"{each.in_words} (not over yet)") for each in quarters
        ]

    def clean(self):
        """A quarter without a set in force has none to be told of."""
        done = super().clean()
        if quarter := done.get("quarter"):
            done["measure_set"] = done.get("measure_set") or MeasureSet.of_quarter(quarter)
            if done["measure_set"] is None and "measure_set" not in self.errors:
                self.add_error("measure_set", "No set was in force in that quarter. Write the set down first.")
        return done


class StatementForm(forms.Form):
    """What a statement says: in front, and of each measure whether it applies and what there is to say."""

    introduction = WordsField(
        required=False, rows=4, max_length=LONGEST, help_text="In front of the measures. It may stay empty."
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, statement, **kwargs):
        super().__init__(*args, **kwargs)
        self.statement = statement
        self.measures = list(statement.measure_set.measures.all())
        choices = list(Indicator.objects.order_by("title").values_list("pk", "title"))
        for measure in self.measures:
            self.fields[f"applies-{measure.pk}"] = forms.ChoiceField(
                label=f"Does “{measure}” apply to this force?",
                choices=[("yes", "It applies"), ("no", "It does not apply")],
                widget=forms.RadioSelect,
                error_messages=dict.fromkeys(("required", "invalid_choice"), f"Say whether “{measure}” applies."),
            )
            self.fields[f"text-{measure.pk}"] = WordsField(
                label="The force’s contribution, or why it does not apply",
                what=f"the text on “{measure}”",
                required=False,
                rows=5,
                max_length=LONGEST,
            )
            self.fields[f"indicators-{measure.pk}"] = forms.TypedMultipleChoiceField(
                label="Indicators that show it",
                required=False,
                coerce=int,
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "Choose from this list only. Load the page anew if one is missing."},
            )

    @staticmethod
    def initial_for(statement):
        """The statement as the form first shows it."""
        initial = {"introduction": statement.introduction, "seen": statement.version}
        lines = {line.measure_id: line for line in statement.lines.prefetch_related("indicators")}
        for measure in statement.measure_set.measures.all():
            line = lines.get(measure.pk)
            initial[f"applies-{measure.pk}"] = "yes" if line is None or line.applies else "no"
            initial[f"text-{measure.pk}"] = line.text if line else ""
            initial[f"indicators-{measure.pk}"] = [each.pk for each in line.indicators.all()] if line else []
        return initial

    @property
    def lines(self):
        """[{measure, number, applies, text, indicators, chosen, open}] for the page: the fields of each measure."""
        rows = []
        for number, measure in enumerate(self.measures, 1):
            indicators = self[f"indicators-{measure.pk}"]
            rows.append(
                {
                    "measure": measure,
                    "number": number,
                    "applies": self[f"applies-{measure.pk}"],
                    "text": self[f"text-{measure.pk}"],
                    "indicators": indicators,
                    "chosen": len(indicators.value() or ()),
                    "open": bool(indicators.errors),
                }
            )
        return rows

    @property
    def answers(self):
        """What was typed, as the operation takes it."""
        done = self.cleaned_data
        return {
            measure.pk: {
                "applies": done[f"applies-{measure.pk}"] == "yes",
                "text": done[f"text-{measure.pk}"].strip(),
                "indicators": done[f"indicators-{measure.pk}"],
            }
            for measure in self.measures
        }

    def build_on(self, newer):
        """Keep what was typed, now knowing what somebody else saved: [(what, saved, typed)] where the texts differ."""
        self.data = self.data.copy()
        self.data["seen"] = newer.version
        saved = {line.measure_id: line for line in newer.lines.all()}
        differs = []
        if newer.introduction != self.cleaned_data["introduction"]:
            differs.append(("Introduction", newer.introduction, self.cleaned_data["introduction"]))
        for measure in self.measures:
            line, typed = saved.get(measure.pk), self.answers[measure.pk]
            before = (line.applies, line.text) if line else (True, "")
            if before != (typed["applies"], typed["text"]):
                differs.append((str(measure), _said(*before), _said(typed["applies"], typed["text"])))
        return differs


def _said(applies, text):
    words = text or "nothing"
    return words if applies else f"Does not apply: {words}"
