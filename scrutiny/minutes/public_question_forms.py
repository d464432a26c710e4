"""Forms of questions from the public."""

import datetime
import re

from django import forms
from django.db.models import Q
from django.utils import timezone

from opcc_portal.office.dates import today
from opcc_portal.office.forms import ClockField, DayField
from scrutiny.meetings.models import AgendaItem, Meeting, Purpose
from scrutiny.minutes.models import PublicQuestion
from scrutiny.register.text_fields import FilterForm, WordsField, series_field

LONGEST = 5000
SHORTEST_NAME = 4  # letters; "Al" stands in too many words to be looked for
EARLIEST = datetime.date(2012, 11, 22)  # the first commissioners took office
RECENT = datetime.timedelta(days=400)


def recent_meetings(series=None, *, chosen=None):
    """Meetings that a question may be for: to come, and of the last year; with the one that is chosen already."""
    recent = Meeting.objects.filter(date__gte=today() - RECENT).exclude(
        status__in=[Meeting.Status.CANCELLED, Meeting.Status.POSTPONED]
    )
    if series:
        recent = recent.filter(series=series)
    return recent | Meeting.objects.filter(pk=chosen) if chosen else recent


def _names(words, private):
    """Whether the words hold the private name or contact."""
    private = " ".join(private.split())
    if len(private) < SHORTEST_NAME:
        return False
    return re.search(rf"(?<!\w){re.escape(private)}(?!\w)", " ".join(words.split()), re.IGNORECASE) is not None


class _OnRecordForm(forms.Form):
    """What is typed here may be read by others than the desk: it must not name who wrote in."""

    on_record = ()
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def private(self):
        """The name and contact that must stay at the desk."""
        return [self.question.private_name, self.question.private_contact]

    def clean(self):
        """Refuse words that name the sender."""
        cleaned = super().clean()
        for name in self.on_record:
            if any(_names(cleaned.get(name) or "", words) for words in self.private()):
                self.add_error(
                    name, "This names the sender, and may be read or printed. Take the name and contact out."
                )
        return cleaned


class ReceiveForm(_OnRecordForm):
    """A question as it came in."""

    series = series_field()
    meeting = forms.ModelChoiceField(Meeting.objects.none(), required=False, empty_label="Not chosen yet")
    text = WordsField(
        label="The question", what="the question", rows=6, max_length=LONGEST, help_text="Without the sender’s name."
    )
    asked_as = WordsField(
        label="How the public record names the asker",
        what="how the record names the asker",
        max_length=200,
        initial="A member of the public",
        help_text="For instance: A resident of Wakefield. Never the name.",
    )
    channel = forms.ChoiceField(label="How it came", choices=PublicQuestion.Channel.choices, widget=forms.RadioSelect)
    received_on = DayField(label="Received on")
    received_time = ClockField(label="At")
    private_name = WordsField(label="Name", required=False, max_length=200)
    private_contact = WordsField(label="E-mail, telephone or address", required=False, max_length=300)

    on_record = ("text", "asked_as")

    def __init__(self, *args, question=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question
        series = self.fields["series"]
        series.required, series.empty_label = True, "Choose a series"
        series.error_messages["required"] = "Choose the series it is meant for."
        chosen = question.meeting_id if question else None
        self.fields["meeting"].queryset = recent_meetings(chosen=chosen).order_by("-date", "name")

    @classmethod
    def initial_for(cls, question):
        """The question as the form first shows it; a new one is taken in now."""
        if question is None:
            now = timezone.localtime()
            return {"channel": PublicQuestion.Channel.EMAIL, "received_on": now.date(), "received_time": now.time()}
        here = timezone.localtime(question.received_at)
        names = ("series", "meeting", "text", "asked_as", "channel", "private_name", "private_contact")
        shown = {name: getattr(question, name) for name in names}
        return {**shown, "received_on": here.date(), "received_time": here.time(), "seen_version": question.version}

    def private(self):
        """Name and contact as they are typed in this very form."""
        return [self.cleaned_data.get(name) or "" for name in ("private_name", "private_contact")]

    def clean_received_on(self):
        """The question has arrived: not in the future, and not before there was an office."""
        day = self.cleaned_data["received_on"]
        if day < EARLIEST:
            raise forms.ValidationError(
                f"{day:%-d %B %Y} is before the first commissioners took office. Check the year."
            )
        if day > today():
            raise forms.ValidationError(f"{day:%-d %B %Y} is still to come. Enter the day on which it arrived.")
        return day

    def clean(self):
        """A meeting of the series that was chosen."""
        cleaned = super().clean()
        meeting, series = cleaned.get("meeting"), cleaned.get("series")
        if meeting and series and meeting.series_id != series.pk:
            self.add_error("meeting", f"This meeting is not one of “{series}”. Choose another, or another series.")
        return cleaned

    @property
    def words(self):
        """The question's fields as typed."""
        kept = {name: value for name, value in self.cleaned_data.items() if not name.startswith(("received", "seen"))}
        moment = datetime.datetime.combine(self.cleaned_data["received_on"], self.cleaned_data["received_time"])
        return {**kept, "received_at": timezone.make_aware(moment)}


class UseForm(_OnRecordForm):
    """At which meeting it is asked, and under which item."""

    item = forms.TypedChoiceField(
        label="Meeting and item",
        coerce=int,
        error_messages={"required": "Choose the item under which it is asked."},
    )
    with_entry = forms.BooleanField(
        label="Write it into the minutes as a question",
        required=False,
        initial=True,
        help_text="With how the public record names the asker. Never with the name or contact.",
    )

    def __init__(self, *args, question, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question
        meetings = recent_meetings(question.series, chosen=question.meeting_id)
        self.items = {
            item.pk: item
            for item in AgendaItem.objects.filter(meeting__in=meetings)
            .select_related("meeting__series")
            .order_by("-meeting__date", "-meeting__pk", "position")
        }
        groups = {}
        for item in self.items.values():
            words = f"{item}, {item.meeting.date:%-d %B %Y}"
            groups.setdefault(str(item.meeting), []).append((item.pk, words))
        self.fields["item"].choices = [("", "Choose an item"), *groups.items()]
        self.fields["item"].initial = question.item_id or self._likely()

    def _likely(self):
        """The item for questions on the agenda of the meeting that the question is for."""
        for item in self.items.values():
            if item.meeting_id == self.question.meeting_id and item.purpose == Purpose.ANSWER:
                return item.pk
        return None

    @property
    def act(self):
        """What the operation is told."""
        return {"item": self.items[self.cleaned_data["item"]], "with_entry": self.cleaned_data["with_entry"]}


class AnswerForm(_OnRecordForm):
    """What was answered in writing, and when."""

    answer = WordsField(
        label="The answer", what="the answer", rows=8, max_length=20_000, help_text="Without the sender’s name."
    )
    answered_on = DayField(label="Answered on")
    on_record = ("answer",)

    def __init__(self, *args, question, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question
        self.fields["answer"].initial = question.answer
        self.fields["answered_on"].initial = today()

    def clean_answered_on(self):
        """Between the day it came and today."""
        day = self.cleaned_data["answered_on"]
        if day > today():
            raise forms.ValidationError(f"{day:%-d %B %Y} is still to come.")
        if day < (received := timezone.localdate(self.question.received_at)):
            raise forms.ValidationError(f"That is before the question was received, on {received:%-d %B %Y}.")
        return day

    @property
    def act(self):
        """What the operation is told. Of an earlier day the hour is not known: noon."""
        day = self.cleaned_data["answered_on"]
        noon = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
        at = timezone.now() if day == timezone.localdate() else max(noon, self.question.received_at)
        return {"answer": self.cleaned_data["answer"], "at": at}


class DeclineForm(_OnRecordForm):
    """Why it is declined."""

    reason = WordsField(
        label="Why it is declined",
        what="the reason",
        rows=4,
        max_length=LONGEST,
        help_text="Without the sender’s name.",
    )
    on_record = ("reason",)

    def __init__(self, *args, question, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question
        self.fields["reason"].initial = question.reason

    @property
    def act(self):
        """What the operation is told."""
        return {"reason": self.cleaned_data["reason"]}


class PublicQuestionFilter(FilterForm):
    """Which questions to list. Names and contacts are never looked through: the address of a page is kept in logs."""

    text = WordsField(label="Words", required=False, max_length=200)
    series = series_field()
    status = forms.ChoiceField(
        label="State", required=False, choices=[("", "Every state"), *PublicQuestion.Status.choices]
    )

    def narrow(self, questions):
        """The questions that the filter asks for."""
        wanted = self.wanted
        if series := wanted.get("series"):
            questions = questions.filter(series=series)
        if status := wanted.get("status"):
            questions = questions.filter(status=status)
        if text := wanted.get("text"):
            said = Q(text__icontains=text) | Q(asked_as__icontains=text)
            questions = questions.filter(said | Q(answer__icontains=text) | Q(reason__icontains=text))
        return questions
