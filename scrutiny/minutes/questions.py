"""Every question that minutes hold, with the answers to it and what became of it."""

from django import forms
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Value, When

from opcc_portal.office.forms import DayField
from scrutiny.meetings.models import Attendance
from scrutiny.minutes.models import MinuteEntry, PublicQuestion
from scrutiny.register.text_fields import FilterForm, WordsField, series_field

Kind = MinuteEntry.Kind
Status = MinuteEntry.QuestionStatus
STATUSES = [(value, words) for value, words in Status.choices if value]


def living_answers():
    """Answers that stand in minutes."""
    return MinuteEntry.objects.filter(kind=Kind.ANSWER, deleted=False)


def every_question():
    """The questions that stand in minutes, each with `became`: what somebody said became of it, else as answers show."""
    answered = Exists(living_answers().filter(answers=OuterRef("pk")))
    shown = Case(When(answered, then=Value(Status.ANSWERED)), default=Value(Status.NOT_ANSWERED))
    questions = MinuteEntry.objects.filter(kind=Kind.QUESTION, deleted=False)
    return questions.annotate(became=Case(When(question_status="", then=shown), default=F("question_status")))


def with_everything(questions):
    """The questions, the latest meeting first, with what a list prints of them: `answered_by` holds the answers."""
    answers = living_answers().select_related("speaker", "second_speaker").order_by("position", "pk")
    return (
        questions.select_related(
            "speaker", "second_speaker", "minuted_item__item", "minuted_item__minutes__meeting__series"
        )
        .prefetch_related(Prefetch("given_answers", queryset=answers, to_attr="answered_by"))
        .order_by("-minuted_item__minutes__meeting__date", "minuted_item__item__position", "position", "pk")
    )


def forget(minutes):
    """Untie questions from the public from draft minutes that are about to be deleted."""
    PublicQuestion.objects.filter(entry__minuted_item__minutes=minutes).update(entry=None)


def became_in_words(question):
    """Answered, partly answered, undertaking given, not answered."""
    return Status(question.became).label


def speakers_in_words(entry):
    """CC Collins and DCI Stevenson; nothing where nobody is named."""
    return " and ".join(person.speaker_name for person in (entry.speaker, entry.second_speaker) if person)


def people():
    """[(key, name)] of everybody who asked or answered, by name. Somebody without a record of their own is known by name."""
    spoke = MinuteEntry.objects.filter(kind__in=[Kind.QUESTION, Kind.ANSWER], deleted=False)
    found = Attendance.objects.filter(
        Q(Exists(spoke.filter(speaker=OuterRef("pk")))) | Q(Exists(spoke.filter(second_speaker=OuterRef("pk"))))
    )
    rows = found.order_by().values_list("person", "person__name", "name").distinct()
    named = {str(key) if key else f"={name}": known or name for key, known, name in rows}
    return sorted(named.items(), key=lambda pair: pair[1])


def _attendance_of(key):
    if key.startswith("="):
        return Attendance.objects.filter(person=None, name=key[1:])
    return Attendance.objects.filter(person=int(key))


class QuestionFilter(FilterForm):
    """Which questions to list."""

    text = WordsField(label="Words", required=False, max_length=200)
    status = forms.ChoiceField(label="What became of it", required=False, choices=[("", "Anything"), *STATUSES])
    series = series_field()
    person = forms.ChoiceField(label="Asked or answered by", required=False, choices=[("", "Everybody")])
    subject = WordsField(label="Item or subject", required=False, max_length=200)
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    folded = ("person", "subject", "since", "until")

    def __init__(self, data):
        super().__init__(data, person=people())

    def clean(self):
        """A time that ends before it starts is a slip."""
        wanted = super().clean()
        since, until = wanted.get("since"), wanted.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must not be before the first.")
        return wanted

    def narrow(self, questions):
        """The questions that the filter asks for. Words are looked for in a question and in the answers to it."""
        wanted = self.wanted
        asked_of_minutes = {
            "minuted_item__minutes__meeting__series": wanted.get("series"),
            "minuted_item__minutes__meeting__date__gte": wanted.get("since"),
            "minuted_item__minutes__meeting__date__lte": wanted.get("until"),
            "minuted_item__item__title__icontains": wanted.get("subject"),
            "became": wanted.get("status"),
        }
        questions = questions.filter(**{name: value for name, value in asked_of_minutes.items() if value})
        answers = living_answers().filter(answers=OuterRef("pk"))
        if text := wanted.get("text"):
            questions = questions.filter(Q(text__icontains=text) | Exists(answers.filter(text__icontains=text)))
        if person := wanted.get("person"):
            spoke = _spoken_by(_attendance_of(person))
            questions = questions.filter(spoke | Exists(answers.filter(spoke)))
        return questions


def _spoken_by(attendance):
    keys = list(attendance.values_list("pk", flat=True))
    return Q(speaker__in=keys) | Q(second_speaker__in=keys)


class StatusForm(forms.Form):
    """What became of a question, said by an officer; the empty choice leaves it to the answers."""

    question_status = forms.ChoiceField(
        label="What became of it", required=False, choices=Status.choices, widget=forms.RadioSelect
    )
    base_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    save_id = forms.UUIDField(widget=forms.HiddenInput)
