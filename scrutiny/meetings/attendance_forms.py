"""Forms for attendance: the whole sheet at once, and one person."""

from django import forms

from opcc_portal.office.forms import ClockField
from scrutiny.meetings import attendance as acts
from scrutiny.meetings import record
from scrutiny.meetings.attendance import APOLOGIES, PRESENT, SUBSTITUTE, Category, Recorded
from scrutiny.meetings.forms import WholeRecordForm
from scrutiny.meetings.models import Attendance
from scrutiny.workflow.forms import RecordsField

STATUSES = [(PRESENT, "Present"), (APOLOGIES, "Apologies"), (SUBSTITUTE, "Substitute")]
SEVERAL = "several"


class SheetForm(forms.Form):
    """The sheet: one choice a row, who was in the chair, the state and the heading of each list.

    Each row carries what it showed (`was`), so that only what this person changed is written: somebody else's change of
    another row stands, and of the same row is shown instead of overwritten.
    """

    def __init__(self, data=None, *, sheet):
        self.sheet = sheet
        super().__init__(data.copy() if data is not None else None, auto_id="id_%s")
        for row in sheet.rows:
            self._add_row(row)
        self._add_with_before(
            "chair",
            forms.ChoiceField(
                label="In the chair", required=False, choices=self._chair_choices(), initial=self._chair()
            ),
        )
        for category, held in sheet.lists.items():
            self._add_list(category, held)

    def _add_row(self, row):
        key, attendance = row.attendance.pk, row.attendance
        self._add_with_before(
            f"status-{key}",
            forms.ChoiceField(
                label=attendance.name, choices=STATUSES, initial=row.status, required=False, widget=forms.RadioSelect
            ),
        )
        self.fields[f"substitute-{key}"] = forms.CharField(
            label=f"Who stands in for {attendance.name}?",
            required=False,
            max_length=300,
            widget=forms.TextInput(attrs={"list": "known-people", "autocomplete": "off", "data-people": ""}),
        )
        self.fields[f"post-{key}"] = forms.CharField(
            label="Post, if this is somebody new", required=False, max_length=200
        )

    def _add_with_before(self, name, field):
        """A field, and what it showed when the page was drawn."""
        self.fields[name] = field
        self.fields[f"was-{name}"] = forms.CharField(initial=field.initial, required=False, widget=forms.HiddenInput)

    def _changed(self, cleaned, name):
        """What this person chose, where they changed it. None for what they left alone, or somebody else chose too."""
        field = self.fields.get(name)
        if field is None or name not in self.data or name in self.errors:
            return None
        wanted, was = cleaned.get(name, ""), cleaned.get(f"was-{name}", "")
        if wanted in (was, field.initial):
            return None
        if f"was-{name}" in self.data and was != field.initial:
            self._show_theirs(name, wanted)
            return None
        return wanted

    def _show_theirs(self, name, wanted):
        field = self.fields[name]
        words = dict(getattr(field, "choices", ()))
        theirs, mine = words.get(field.initial, field.initial), words.get(wanted, wanted)
        self.add_error(
            name,
            f"{field.label}: somebody else chose “{theirs}” meanwhile, you “{mine}”. Choose again if theirs is not right.",
        )
        self.data[name] = self.data[f"was-{name}"] = field.initial

    def _add_list(self, category, held):
        if category == Category.APOLOGIES:
            choices = [*Recorded.choices[:2], (Recorded.LIST, "As marked above")]
        else:
            choices = Recorded.choices[:2]
        if category == Category.APOLOGIES or not self.has_people(category):
            self._add_with_before(
                f"recorded-{category}",
                forms.ChoiceField(
                    label=held.heading, choices=choices, initial=held.recorded, required=False, widget=forms.RadioSelect
                ),
            )
        self._add_with_before(
            f"heading-{category}",
            forms.CharField(
                label=f"Heading of the list “{category.label}”", initial=held.heading, max_length=80, required=False
            ),
        )

    def has_people(self, category):
        """Whether anybody stands in this list."""
        return any(person.category == category for person in self.sheet.people)

    def _chair(self):
        chairs = [person.pk for person in self.sheet.people if person.is_chair]
        return SEVERAL if len(chairs) > 1 else str(chairs[0]) if chairs else ""

    def _chair_choices(self):
        choices = [("", "Not recorded")]
        if self._chair() == SEVERAL:
            choices.append((SEVERAL, "Several, as marked at each person"))
        return [*choices, *((str(person.pk), person.name) for person in self.sheet.there)]

    # --- what the page draws ---

    def drawn_rows(self):
        """Each row of the sheet with its fields."""
        for row in self.sheet.rows:
            key = row.attendance.pk
            yield {
                "row": row,
                "status": self[f"status-{key}"],
                "was": self[f"was-status-{key}"],
                "substitute": self[f"substitute-{key}"],
                "post": self[f"post-{key}"],
            }

    def recorded_fields(self):
        """The state of each list that has one to choose, by category."""
        return {c: self[f"recorded-{c}"] for c in self.sheet.lists if f"recorded-{c}" in self.fields}

    def heading_fields(self):
        """The headings as printed."""
        return [self[f"heading-{category}"] for category in self.sheet.lists]

    def hidden_rest(self):
        """What chair, states and headings showed."""
        return [field for field in self.hidden_fields() if not field.name.startswith("was-status-")]

    # --- checking ---

    def clean(self):
        """Work out what was changed, row by row."""
        cleaned = super().clean()
        self.changed_rows = []
        for row in self.sheet.rows:
            self._clean_row(row, cleaned)
        self.changed_lists = {
            (kind, category): self._changed(cleaned, f"{kind}-{category}")
            for kind in ("recorded", "heading")
            for category in self.sheet.lists
        }
        self.changed_chair = self._changed(cleaned, "chair")
        self._clean_apologies()
        return cleaned

    def _clean_row(self, row, cleaned):
        key, attendance = row.attendance.pk, row.attendance
        wanted = self._changed(cleaned, f"status-{key}")
        if not wanted:
            return
        substitute = self._clean_substitute(row, cleaned) if wanted == SUBSTITUTE else None
        if wanted == PRESENT and self._present_twice(attendance):
            self.add_error(f"status-{key}", f"{attendance.name} is already listed as present.")
        if not any(f"{name}-{key}" in self.errors for name in ("status", "substitute", "post")):
            self.changed_rows.append((row, wanted, substitute))

    def _present_twice(self, attendance):
        return attendance.person_id and any(
            other.person_id == attendance.person_id and other.category == Category.PRESENT
            for other in self.sheet.people
            if other.pk != attendance.pk
        )

    def _clean_substitute(self, row, cleaned):
        """The attendance of whoever stands in, filled but not saved; None with an error noted."""
        key, meeting = row.attendance.pk, self.sheet.meeting
        name, post = cleaned.get(f"substitute-{key}", ""), cleaned.get(f"post-{key}", "")
        if not name:
            return self.add_error(f"substitute-{key}", f"Enter who stands in for {row.attendance.name}.")
        try:
            person = acts.find_person(name, meeting.date)
        except forms.ValidationError as error:
            return self.add_error(f"substitute-{key}", error)
        if person is None and not post:
            return self.add_error(
                f"post-{key}",
                f"Nobody called “{name}” is known yet. Choose somebody from the list, or enter the post of this new person.",
            )
        if person and any(person.pk == other.person_id for other in self.sheet.people):
            return self.add_error(f"substitute-{key}", f"{person.name} is already on this sheet.")
        return Attendance(meeting=meeting, category=Category.PRESENT, regular=False), person, name, post

    def _clean_apologies(self):
        """Whoever says "none" while somebody is marked is asked which of the two it is."""
        wanted = self.changed_lists["recorded", Category.APOLOGIES]
        if not wanted or self.errors:
            return
        after = {row.attendance.pk: row.status for row in self.sheet.rows}
        after |= {row.attendance.pk: status for row, status, _ in self.changed_rows}
        away = [row.attendance.name for row in self.sheet.rows if after[row.attendance.pk] != PRESENT]
        name = f"recorded-{Category.APOLOGIES}"
        if away and wanted != Recorded.LIST:
            self.add_error(
                name, f"{', '.join(away)} is marked as away. Choose “As marked above”, or mark the person as present."
            )
        elif not away and wanted == Recorded.LIST:
            self.add_error(name, "Nobody is marked as away. Choose “None” if that was said, or “Not recorded”.")

    # --- saving ---

    def save(self, *, by):
        """Write what was changed, in the caller's transaction. Returns the changes in words."""
        record.hold(self.sheet.meeting)
        changes = [self._save_row(*change, by=by) for change in self.changed_rows]
        changes += self._save_chair()
        changes += self._save_lists()
        acts.settle_lists(self.sheet.meeting)
        acts.note_taken(self.sheet.meeting, changes, by=by)
        return changes

    def _save_row(self, row, status, substitute, *, by):
        filled = None
        if substitute:
            blank, person, name, post = substitute
            filled = acts.write_down(blank, person=person, name=name, post=post, by=by)
        acts.mark(row, status, substitute=filled)
        if filled:
            return f"{filled.name} stands in for {row.attendance.name}"
        return f"{row.attendance.name} {'present' if status == PRESENT else 'sends apologies'}"

    def _save_chair(self):
        wanted = self.changed_chair
        if wanted is None or wanted == SEVERAL:
            return []
        self.sheet.meeting.attendance.update(is_chair=False)
        if not wanted:
            return ["nobody recorded in the chair"]
        # Somebody who was marked as away in the same breath cannot be in the chair.
        chair = self.sheet.meeting.attendance.exclude(category=Category.APOLOGIES).filter(pk=int(wanted)).first()
        if not chair:
            return []
        chair.is_chair = True
        chair.save(update_fields=["is_chair"])
        return [f"{chair.name} in the chair"]

    def _save_lists(self):
        changes = []
        for category, held in acts.ensure_lists(self.sheet.meeting).items():
            state, heading = self.changed_lists["recorded", category], self.changed_lists["heading", category]
            if heading is not None:
                held.heading = heading.strip() or category.label
            if state:
                held.recorded = state
                changes.append(f"{held.heading}: {Recorded(state).label.lower()}")
            if state or heading is not None:
                held.save()
        return changes


class PersonOnSheet(WholeRecordForm):
    """What adding and changing somebody have in common: the warning about two lists that exclude each other."""

    reason = forms.CharField(
        label="Why this person stands in both lists",
        required=False,
        max_length=300,
        widget=forms.TextInput,
        help_text="Somebody can be there for an item and have sent apologies for the rest. The reason is kept with the meeting.",
    )
    asks_why = False

    def ask_why(self):
        """Refuse to put somebody into apologies and a list of those there without a reason."""
        self.asks_why = acts.stands_in_both(self.instance)
        if self.asks_why and not self.cleaned_data.get("reason"):
            other = "among those there" if self.instance.category == Category.APOLOGIES else "under apologies"
            self.add_error(
                "reason", f"{self.instance.name} is already listed {other}. If the record says both, enter why."
            )


class AddPersonForm(PersonOnSheet):
    """Somebody who was there, or sent apologies, and is not on the sheet yet."""

    person = forms.CharField(
        label="Name",
        max_length=300,
        widget=forms.TextInput(attrs={"list": "known-people", "autocomplete": "off", "data-people": ""}),
        help_text="Start typing and choose, or enter the full name of somebody new.",
        error_messages={"required": "Enter a name."},
    )
    typed_post = forms.CharField(
        label="Post, if this is somebody new",
        required=False,
        max_length=200,
        help_text="With the short form in brackets if there is one, for instance Chief Inspector (CI).",
    )

    class Meta:
        model = Attendance
        fields = ["category", "stands_in_for", "regular"]
        labels = {"category": "List"}
        widgets = {"category": forms.RadioSelect}

    field_order = ["person", "typed_post", "category", "stands_in_for", "regular", "reason"]

    def __init__(self, *args, meeting, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.meeting = self.instance.meeting = meeting
        self.by = by
        self.fields["stands_in_for"].queryset = meeting.attendance.filter(category=Category.APOLOGIES)
        self.fields["stands_in_for"].empty_label = "Nobody"
        if not self.fields["stands_in_for"].queryset.exists():
            del self.fields["stands_in_for"]

    def clean(self):
        """Find who is meant. Somebody unknown needs a post, so that a slip of the pen adds nobody."""
        cleaned = super().clean()
        name, post = cleaned.get("person", ""), cleaned.get("typed_post", "")
        if not name:
            return cleaned
        try:
            self.found = acts.find_person(name, self.meeting.date)
        except forms.ValidationError as error:
            self.add_error("person", error)
            return cleaned
        if self.found:
            self.instance.take_snapshot(self.found, self.meeting.date)
        elif not post:
            self.add_error(
                "typed_post",
                f"Nobody called “{name}” is known yet. Choose somebody from the list, or enter the post of this new person.",
            )
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            self.ask_why()

    def save(self):
        """Put the person on the sheet, in the caller's transaction."""
        acts.write_down(
            self.instance,
            person=self.found,
            name=self.cleaned_data["person"],
            post=self.cleaned_data["typed_post"],
            by=self.by,
        )
        return acts.add_person(self.instance, reason=self.cleaned_data.get("reason", ""), by=self.by)


class ItemsField(RecordsField):
    """Items of the meeting."""

    default_error_messages = {"invalid_choice": "Choose items of this meeting."}


class AttendanceForm(PersonOnSheet):
    """One person of the sheet: list, times, items, and the name and post as they are kept for that day."""

    arrived = ClockField(label="Arrived at", required=False)
    left = ClockField(label="Left at", required=False)

    class Meta:
        model = Attendance
        fields = [
            "category", "is_chair", "stands_in_for", "arrived", "left", "items", "name", "post", "rank", "abbreviation",
            "organisation", "called", "regular",
        ]  # fmt: skip
        labels = {"category": "List", "items": "There for these items only"}
        field_classes = {"items": ItemsField}
        widgets = {"category": forms.RadioSelect, "items": forms.CheckboxSelectMultiple}
        help_texts = {"items": "Tick nothing for the whole meeting."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        meeting = self.instance.meeting
        self.fields["items"].queryset = meeting.items.all()
        away = meeting.attendance.filter(category=Category.APOLOGIES).exclude(pk=self.instance.pk)
        self.fields["stands_in_for"].queryset = away
        self.fields["stands_in_for"].empty_label = "Nobody"
        self.fields["reason"].initial = meeting.same_person_acknowledged

    def clean(self):
        """Somebody who sent apologies was neither in the chair nor standing in for anybody."""
        cleaned = super().clean()
        if cleaned.get("category") == Category.APOLOGIES:
            if cleaned.get("is_chair"):
                self.add_error("is_chair", "Somebody who sent apologies cannot have been in the chair.")
            cleaned["stands_in_for"] = None
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            self.ask_why()
