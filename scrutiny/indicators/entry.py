"""The grid in which the figures of one period are entered by hand: indicators and areas down, one save for all of it.

Nothing is written unless all of it can be. A cell that nobody touched is left alone; one that somebody else changed in the
meantime comes back with both values; what only looks wrong is asked about and can be confirmed.
"""

import hashlib
from dataclasses import dataclass

from django import forms
from django.db import transaction

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, WebField, in_words
from scrutiny.indicators import recording
from scrutiny.indicators.doubts import doubts
from scrutiny.indicators.forms import NOT_FIRST, SaidForm, as_typed
from scrutiny.indicators.models import Area, Figure, Indicator, Observation, Summary
from scrutiny.indicators.periods import EXAMPLES, Frequency, NotAPeriod, Period, parse_period
from scrutiny.indicators.recording import Row, Said, words_of
from scrutiny.people.models import Post
from scrutiny.plan.models import Priority
from scrutiny.workflow.forms import WordsField, whole_number
from scrutiny.workflow.operations import NotPossible

MOST_ROWS = 200
# How many periods the list offers, the newest first.
OFFERED = {Frequency.MONTH: 24, Frequency.QUARTER: 16, Frequency.CALENDAR_QUARTER: 16}
OFFERED_YEARS = 12


# --- which grid ------------------------------------------------------------------------------------------------------


class ChoiceForm(forms.Form):
    """Which figures to enter: how often they come, of which period, whose, of which indicator or area."""

    frequency = forms.ChoiceField(label="Figures that come", required=False)
    period = forms.ChoiceField(required=False)
    other = forms.CharField(label="Or another period", required=False, max_length=60)
    owner = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    priority = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    area = forms.TypedChoiceField(
        label="Add rows for", required=False, coerce=int, empty_value=None, help_text="A place without figures so far."
    )
    indicator = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31)

    def __init__(self, data, *, indicators, areas):
        self.indicators, self.areas = indicators, areas
        one = whole_number(data.get("indicator"))
        self.only = next((each for each in indicators if each.pk == one), None)
        self.chosen = self._frequency(data)
        super().__init__(data.copy())
        used = {each.frequency for each in indicators}
        self.fields["frequency"].choices = [choice for choice in Frequency.choices if choice[0] in used]
        self.periods = self._offered()
        self.fields["period"].choices = [(each.start.isoformat(), each.label) for each in self.periods]
        self.fields["other"].help_text = f"For example, {EXAMPLES[self.chosen]}."
        owners = Post.objects.filter(indicators__isnull=False).distinct()
        self.fields["owner"].choices = [("", "Everybody"), *((post.pk, str(post)) for post in owners)]
        priorities = Priority.objects.filter(indicators__isnull=False).order_by("plan", "position").distinct()
        self.fields["priority"].choices = [("", "Every priority"), *priorities.values_list("pk", "title")]
        self.fields["area"].choices = [("", "No other place"), *((area.pk, area.name) for area in areas.values())]
        self.is_valid()
        # The lists show what the grid is of, whatever the address left open.
        if self.shown not in self.periods:
            self.fields["period"].choices = [
                *self.fields["period"].choices,
                (self.shown.start.isoformat(), self.shown.label),
            ]
        self.data["frequency"], self.data["period"] = self.chosen, self.shown.start.isoformat()
        if self.cleaned_data.get("other"):
            self.data["other"] = ""  # it is chosen in the list now, and would win over the next choice there

    def _frequency(self, data):
        if self.only:
            return Frequency(self.only.frequency)
        wanted = data.get("frequency")
        used = [each.frequency for each in self.indicators]
        if wanted in used:
            return Frequency(wanted)
        return Frequency(max(set(used), key=used.count)) if used else Frequency.MONTH

    def _offered(self):
        period = Period.containing(self.chosen, today())
        found = []
        for _ in range(OFFERED.get(self.chosen, OFFERED_YEARS)):
            found.append(period)
            period = period.previous()
        return found

    def clean_other(self):
        """Any period, as people write it."""
        text = self.cleaned_data["other"].strip()
        if not text:
            return None
        try:
            period = parse_period(text, self.chosen)
        except NotAPeriod as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        if period.start > today():
            raise forms.ValidationError(f"{period.label} has not begun yet.")
        return period

    @property
    def shown(self):
        """The period that the grid is of: the one asked for, else the last that is over."""
        if other := self.cleaned_data.get("other"):
            return other
        wanted = self.data.get("period")
        return next((each for each in self.periods if each.start.isoformat() == wanted), self.periods[1])

    def narrow(self):
        """The indicators that the grid has rows for."""
        said = self.cleaned_data
        found = [each for each in self.indicators if each.frequency == self.chosen]
        if self.only:
            return [self.only]
        if owner := said.get("owner"):
            found = [each for each in found if each.owner_id == owner]
        if priority := said.get("priority"):
            found = [each for each in found if each.priority_id == priority]
        return found


def choice(data):
    """The ChoiceForm of an address, with the indicators in use and all areas: two queries and those of its lists."""
    indicators = list(Indicator.objects.in_use(today()).select_related("priority", "owner", "headline_area"))
    areas = {area.pk: area for area in Area.objects.select_related("parent")}
    return ChoiceForm(data, indicators=indicators, areas=areas)


# --- cells -----------------------------------------------------------------------------------------------------------


class Cell(SaidForm):
    """One figure of the grid: as it is held, and as it is typed."""

    provisional = forms.BooleanField(required=False)
    reason = WordsField(label="Its own reason", required=False, max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**15)

    def __init__(self, data, *, indicator, area, held, period):
        self.indicator, self.area, self.held, self.period = indicator, area, held, period
        self.new = self.conflict = None
        self.doubts = []
        held_status = held.status if held else ""
        self.first = {
            "figure": as_typed(held) if held else "",
            "missing": held.missing_reason if held else "",
            "provisional": held_status == Figure.Status.PROVISIONAL,
            "reason": "",
            "seen": held.revisions_held if held else 0,
        }
        super().__init__(data, initial=self.first, prefix=f"i{indicator.pk}a{area.pk}")
        self.name = f"{indicator.title}, {area.name}"
        self.fields["figure"].label = self.name
        self.fields["figure"].max_length = 60

    @property
    def shown(self):
        """{name: what stands in the field}, typed or held."""
        if not self.is_bound:
            return self.first
        return {name: self.data.get(self.add_prefix(name), "") for name in self.first}

    @property
    def is_touched(self):
        """Whether anything about the figure itself was typed that was not there."""
        typed = self.cleaned_data
        was = self.first
        return (
            typed.get("figure", "").strip() != was["figure"]
            or typed.get("missing", "") != was["missing"]
            or typed.get("provisional", False) != was["provisional"]
        )

    def clean(self):
        """What was typed, as a Said, if it differs from what is held."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if cleaned["seen"] != self.first["seen"]:
            self._meet_other_value(cleaned)
            return cleaned
        if not self.is_touched:
            return cleaned
        if not cleaned["figure"].strip() and not cleaned["missing"]:
            if self.held:
                self.add_error(
                    "figure", f"There is a figure: {words_of(self.held)}. To take it out, choose why there is none."
                )
            elif cleaned["provisional"]:
                self.add_error("figure", "Enter the figure that is provisional.")
            return cleaned
        said = self.said(self.indicator, "")
        if said is None:
            return cleaned
        said = self._with_status(said, cleaned["provisional"])
        if wrong := recording.check(self.indicator, self.area, said, self.period.start):
            self.add_error("figure", " ".join(wrong))
        elif self.held is None or Said.of(self.held) != said:
            self.new = said
        return cleaned

    def _with_status(self, said, provisional):
        """A tick says provisional; without one, a mark that was typed counts, else what was said before."""
        status = said.status
        if provisional:
            status = Figure.Status.PROVISIONAL
        elif status == Figure.Status.AS_PUBLISHED and self.held and self.held.status != Figure.Status.PROVISIONAL:
            status = self.held.status
        return Said(**{**vars(said), "status": status})

    def _meet_other_value(self, cleaned):
        """Somebody recorded this figure since the grid was opened: both values are shown, and the next save counts."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(self.first["seen"])
        now = words_of(self.held) if self.held else "no figure"
        if cleaned["figure"].strip() == self.first["figure"] and cleaned["missing"] == self.first["missing"]:
            return  # both say the same
        self.conflict = now
        typed = cleaned["figure"].strip() or Figure.Missing(cleaned["missing"]).label.lower()
        self.add_error(
            "figure",
            f"Somebody changed this while you had it open: it is now {now}, and you have {typed}. Keep yours and save again, "
            f"or type {self.first['figure'] or now}.",
        )


class CommonForm(forms.Form):
    """What is said once for the whole grid."""

    known_on = DayField(label="Known since", help_text="The day on which these figures were published or told.")
    source = WordsField(required=False, max_length=300, help_text="The document or message, in words.")
    source_url = WebField(label="Address of the source", required=False, max_length=500)
    code = forms.ChoiceField(
        label="What kind of revision", required=False, choices=[("", "No figure changes"), *NOT_FIRST]
    )
    reason = WordsField(
        label="Why figures change",
        required=False,
        max_length=500,
        help_text="For all that change and have no reason of their own.",
    )
    confirmed = forms.BooleanField(label="I have checked these figures: they are right", required=False)
    asked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def clean_known_on(self):
        """Nothing is known before its day."""
        day = self.cleaned_data["known_on"]
        if day and day > today():
            raise forms.ValidationError(f"{in_words(day)} has not come yet. Enter today or a day before.")
        return day


@dataclass
class Saved:
    """What one save of the grid did."""

    new: int = 0
    revised: int = 0


class Grid:
    """The cells of one period and what is common to them."""

    def __init__(self, chosen, data=None):
        self.period = chosen.shown
        self.rows = self._places(chosen)
        self.too_many = len(self.rows) > MOST_ROWS
        self.rows = self.rows[:MOST_ROWS]
        self.data = data
        self.common = CommonForm(data, initial={"known_on": today()})
        self._fill()

    def _fill(self):
        held = {}
        indicators = {indicator.pk: indicator for indicator, _ in self.rows}
        found = Observation.objects.filter(indicator__in=indicators, period_start=self.period.start)
        for observation in found:
            observation.indicator = indicators[observation.indicator_id]
            held[observation.indicator_id, observation.area_id] = observation
        self.cells = [
            Cell(self.data, indicator=each, area=area, held=held.get((each.pk, area.pk)), period=self.period)
            for each, area in self.rows
        ]

    def _places(self, chosen):
        """[(indicator, area)]: where figures are held, the main area, its districts where they add up to it."""
        indicators = chosen.narrow()
        held = Summary.objects.filter(indicator__in=[each.pk for each in indicators])
        places = {}
        for indicator, area in held.values_list("indicator", "area"):
            places.setdefault(indicator, set()).add(area)
        found = []
        for indicator in indicators:
            areas = places.get(indicator.pk, set())
            if main := indicator.headline_area_id:
                areas.add(main)
                if indicator.is_additive:
                    areas |= {pk for pk, area in chosen.areas.items() if area.parent_id == main}
            if more := chosen.cleaned_data.get("area"):
                areas.add(more)
            wanted = [area for pk, area in chosen.areas.items() if pk in areas and self._existed(area)]
            wanted.sort(key=lambda area: (area.pk != indicator.headline_area_id, area.position, area.name))
            found += [(indicator, area) for area in wanted]
        return found

    def _existed(self, area):
        return not (
            (area.valid_from and self.period.end < area.valid_from)
            or (area.valid_to and self.period.start > area.valid_to)
        )

    # --- saving

    @property
    def forms(self):
        """Everything that may hold an error, in the order of the page."""
        return [*self.cells, self.common]

    @property
    def doubted(self):
        """The cells that look wrong."""
        return [cell for cell in self.cells if cell.doubts]

    def is_valid(self):
        """Whether all of it can be saved; else every cell says what is wrong with it."""
        wrong = [form for form in self.forms if not form.is_valid()]
        changed = [cell for cell in self.cells if cell.new]
        fine = self._has_reasons(changed) and not wrong
        if fine:
            self._doubt(changed)
            fine = self._is_confirmed()
        return fine

    def _has_reasons(self, changed):
        common, fine = self.common.cleaned_data, True
        revised = [cell for cell in changed if cell.held]
        if revised and not common.get("code"):
            self.common.add_error("code", "Figures change that were there before. Choose what kind of revision it is.")
            fine = False
        unexplained = [cell for cell in revised if not cell.cleaned_data.get("reason") and not common.get("reason")]
        if unexplained:
            names = "; ".join(cell.name for cell in unexplained[:3]) + (" and others" if len(unexplained) > 3 else "")
            self.common.add_error("reason", f"Say why it changes, here for all or beside the figure: {names}.")
            fine = False
        return fine

    def _doubt(self, changed):
        rows = [Row(cell.indicator, cell.area, self.period.start, cell.new) for cell in changed]
        found = doubts(rows)
        for cell in changed:
            cell.doubts = found.get((cell.indicator.pk, cell.area.pk, self.period.start), [])

    def _is_confirmed(self):
        """Doubts are confirmed with a tick that stands for exactly these doubts."""
        if not self.doubted:
            return True
        said = "\n".join(f"{cell.prefix} {doubt}" for cell in self.doubted for doubt in cell.doubts)
        now = hashlib.sha256(said.encode()).hexdigest()
        common = self.common
        if common.cleaned_data.get("confirmed") and common.cleaned_data.get("asked") == now:
            return True
        common.data = common.data.copy()
        common.data["asked"] = now
        common.data.pop("confirmed", None)
        common.add_error(
            "confirmed", "Some figures look unusual. Check them; if they are right, tick the box and save again."
        )
        return False

    def save(self, *, by):
        """Record everything that changed, in one transaction. None when something stands against it after all."""
        try:
            with transaction.atomic():
                return self._save(by)
        except _NotAllOfIt:
            return None

    def _save(self, by):
        changed = [cell for cell in self.cells if cell.new]
        pks = sorted({cell.indicator.pk for cell in changed})
        list(Indicator.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
        now = Observation.objects.filter(indicator__in=pks, period_start=self.period.start)
        now = {(each.indicator_id, each.area_id): each for each in now.select_related("indicator")}
        done, fine = Saved(), True
        for cell in changed:
            held = now.get((cell.indicator.pk, cell.area.pk))
            if (held.revisions_held if held else 0) != cell.first["seen"]:
                cell.held = held
                cell.first = {**cell.first, "figure": as_typed(held), "missing": held.missing_reason}
                cell.first["seen"] = held.revisions_held
                cell._meet_other_value(cell.cleaned_data)
                fine = fine and not cell.errors
                continue
            fine = self._record(cell, done, by) and fine
        if not fine:
            raise _NotAllOfIt
        return done

    def _record(self, cell, done, by):
        common = self.common.cleaned_data
        try:
            revision = recording.record(
                cell.indicator,
                cell.area,
                cell.new,
                by=by,
                period_start=self.period.start,
                known_on=common["known_on"],
                code=common["code"] if cell.held else "",
                reason=cell.cleaned_data["reason"] or common["reason"] if cell.held else "",
                source=common["source"],
                source_url=common["source_url"],
            )
        except NotPossible as reason:
            cell.add_error("figure", str(reason))
            return False
        if revision:
            done.new, done.revised = done.new + (revision.n == 1), done.revised + (revision.n > 1)
        return True


class _NotAllOfIt(Exception):
    """Something in the grid cannot be saved, so nothing of it is."""
