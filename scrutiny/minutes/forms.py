"""The plain forms behind entries; they work without script."""

from django import forms
from django.db.models import prefetch_related_objects

from scrutiny.meetings.models import AttendanceList
from scrutiny.minutes.models import MinuteEntry
from scrutiny.minutes.texts import TextRefused, checked_text
from scrutiny.register.text_fields import WordsField


class SpokenForm(forms.Form):
    """What was said, of what kind, by whom. `people` are the Attendance rows who can be named."""

    kind = forms.ChoiceField(choices=MinuteEntry.Kind, label="Kind")
    speaker = forms.ChoiceField(required=False, label="Speaker")
    second_speaker = forms.ChoiceField(required=False, label="Second speaker")
    text = WordsField(required=False, strip=False, label="Text", rows=1)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", "Nobody"), *((str(person.pk), person.speaker_name) for person in people)]
        self.fields["speaker"].choices = self.fields["second_speaker"].choices = choices

    def clean_text(self):
        """Refuse a text that is too long, keeping it in the form."""
        try:
            return checked_text(self.cleaned_data["text"])
        except TextRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self):
        """A second speaker needs a first, and somebody else."""
        data = super().clean()
        first, second = data.get("speaker"), data.get("second_speaker")
        if second and not first:
            self.add_error("second_speaker", "Choose the first speaker as well.")
        elif second and first == second:
            self.add_error("second_speaker", "The second speaker is the same person. Choose somebody else or nobody.")
        return data

    def spoken(self):
        """As add_entry takes them, people by key."""
        data = self.cleaned_data
        people = {name: int(data[name]) if data[name] else None for name in ("speaker", "second_speaker")}
        return {"kind": data["kind"], "text": data["text"], **people}


class EntryForm(SpokenForm):
    """One entry of the item's page, and on which version its writer built.

    `speakers` are this meeting's Attendance rows, loaded once for all forms of a page.
    """

    base_version = forms.IntegerField(required=False, min_value=0, max_value=10**9, widget=forms.HiddenInput)
    save_id = forms.UUIDField(widget=forms.HiddenInput)
    rough = forms.BooleanField(required=False, label="Rough, to be tidied")
    assurance = forms.ChoiceField(required=False, choices=MinuteEntry.Assurance, label="Assurance")
    question_status = forms.ChoiceField(
        required=False, choices=MinuteEntry.QuestionStatus, label="What became of the question"
    )
    choice = forms.ChoiceField(
        required=False, choices=[("mine", "Keep mine"), ("theirs", "Keep theirs"), ("third", "Write a third")]
    )
    mine = WordsField(required=False, strip=False, rows=1)

    def __init__(self, *args, speakers, entry=None, **kwargs):
        # Whoever the entry names stays in its list, also when the attendance now says apologies: a form that could not
        # show the name would take it out.
        named = [person for person in (entry and entry.speaker, entry and entry.second_speaker) if person]
        super().__init__(*args, people=(*speakers, *named), **kwargs)

    def changes(self):
        """The versioned fields as posted, ready for the save function."""
        return self.spoken() | {name: self.cleaned_data[name] for name in ("rough", "assurance", "question_status")}


def speakers_of(meeting):
    """Who can have spoken: everybody in a list but apologies, in the order of the lists. One query for each meeting."""
    order = {category: place for place, category in enumerate(AttendanceList.ORDER)}
    prefetch_related_objects([meeting], "attendance")
    people = [row for row in meeting.attendance.all() if row.category != AttendanceList.Category.APOLOGIES]
    return sorted(people, key=lambda person: (order[person.category], person.position, person.pk))
