"""The plain form behind each entry; it works without script."""

from django import forms
from django.db.models import prefetch_related_objects

from scrutiny.meetings.models import AttendanceList
from scrutiny.minutes.models import MinuteEntry
from scrutiny.minutes.texts import TextRefused, checked_text


class EntryForm(forms.Form):
    """One entry: what was said, by whom, of what kind, and on which version the writer built.

    `speakers` are this meeting's Attendance rows, loaded once for all forms of a page.
    """

    base_version = forms.IntegerField(required=False, min_value=0, max_value=10**9, widget=forms.HiddenInput)
    save_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=MinuteEntry.Kind, label="Kind")
    speaker = forms.ChoiceField(required=False, label="Speaker")
    second_speaker = forms.ChoiceField(required=False, label="Second speaker")
    text = forms.CharField(required=False, strip=False, label="Text", widget=forms.Textarea)
    rough = forms.BooleanField(required=False, label="Rough, to be tidied")
    assurance = forms.ChoiceField(required=False, choices=MinuteEntry.Assurance, label="Assurance")
    question_status = forms.ChoiceField(
        required=False, choices=MinuteEntry.QuestionStatus, label="What became of the question"
    )
    choice = forms.ChoiceField(
        required=False, choices=[("mine", "Keep mine"), ("theirs", "Keep theirs"), ("third", "Write a third")]
    )
    mine = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args, speakers, entry=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.entry = entry
        # Whoever the entry names stays in its list, also when the attendance now says apologies: a form that could not
        # show the name would take it out.
        named = [person for person in (entry and entry.speaker, entry and entry.second_speaker) if person]
        self.people = {str(person.pk): person for person in (*speakers, *named)}
        known = [("", "Nobody"), *((key, key) for key in self.people)]
        self.fields["speaker"].choices = known
        self.fields["second_speaker"].choices = known

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

    def changes(self):
        """The versioned fields as posted, ready for the save function."""
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "speaker": int(data["speaker"]) if data["speaker"] else None,
            "second_speaker": int(data["second_speaker"]) if data["second_speaker"] else None,
            "text": data["text"],
            "rough": data["rough"],
            "assurance": data["assurance"],
            "question_status": data["question_status"],
        }


def speakers_of(meeting):
    """Who can have spoken: everybody in a list but apologies, in the order of the lists. One query for each meeting."""
    order = {category: place for place, category in enumerate(AttendanceList.ORDER)}
    prefetch_related_objects([meeting], "attendance")
    people = [row for row in meeting.attendance.all() if row.category != AttendanceList.Category.APOLOGIES]
    return sorted(people, key=lambda person: (order[person.category], person.position, person.pk))
