"""Forms of the response to an inspection, each for one step of it."""

from django import forms

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, in_words
from opcc_portal.richtext.fields import RichTextField
from scrutiny.inspections.forms import SeenForm
from scrutiny.inspections.models import Answer, Dispatch, Response
from scrutiny.inspections.responses import AFTER_SIGNING, COMMENTS, INVITATION, SENDS_TO, TEXT, Said
from scrutiny.workflow.forms import WordsField

LONGEST_ANSWER = 4000
TO_COME = "This day is still to come. Enter it once it has happened."


class StepForm(SeenForm):
    """Some fields of a response, named by `names`."""

    names = ()

    def __init__(self, *args, response, **kwargs):
        self.response = response
        held = {name: getattr(response, name) for name in self.names}
        super().__init__(*args, initial={**held, "seen": response.version}, **kwargs)

    @property
    def words(self):
        """{field of the response: what it is to say}."""
        return {name: self.cleaned_data[name] for name in self.names}

    def differences(self, now):
        """[(label, saved, typed)] where somebody else's response says something else than this form."""
        fields = self.fields
        return [
            (
                fields[name].label,
                fields[name].prepare_value(getattr(now, name)) or "nothing",
                fields[name].prepare_value(typed) or "nothing",
            )
            for name, typed in self.words.items()
            if getattr(now, name) != typed
        ]

    def refuse_days(self, *names):
        """Say of each of these days that it cannot be: still to come, or before the report."""
        first = self.response.inspection.published_on
        for name in names:
            day = self.cleaned_data.get(name)
            if day and day > today():
                self.add_error(name, TO_COME)
            elif day and day < first:
                self.add_error(name, f"The report was published on {in_words(first)}. Check the day.")


class InvitationForm(StepForm):
    """That the chief constable was invited to comment, and by when the comments are asked for."""

    names = INVITATION
    invited_on = DayField(label="Invited on", required=False)
    comments_by = DayField(
        label="Comments asked for by",
        required=False,
        help_text="The office sets the day. Leave time to answer before the last day of the response.",
    )

    def clean(self):
        """An invitation comes first, and both days within what can be."""
        done = super().clean()
        self.refuse_days("invited_on")
        invited, by = done.get("invited_on"), done.get("comments_by")
        if by and not invited and "invited_on" not in self.errors:
            self.add_error("invited_on", "Enter the day of the invitation as well.")
        if by and invited and by < invited:
            self.add_error("comments_by", "The day for comments must not be before the invitation.")
        return done


class CommentsForm(StepForm):
    """What the chief constable said, or that nothing was said."""

    names = COMMENTS
    comments_state = forms.ChoiceField(
        label="Comments of the chief constable", choices=Response.Comments.choices, widget=forms.RadioSelect
    )
    comments_received_on = DayField(label="Received on", required=False)
    comments = RichTextField(
        label="What the chief constable says",
        required=False,
        help_text="In full and as it was sent: the law asks the office to publish it with the response.",
    )

    def clean(self):
        """Comments that came have their day; words without comments are a slip."""
        done = super().clean()
        self.refuse_days("comments_received_on")
        state = done.get("comments_state")
        if state == Response.Comments.RECEIVED:
            if not done.get("comments_received_on") and "comments_received_on" not in self.errors:
                self.add_error("comments_received_on", "Enter the day on which the comments came.")
        elif done.get("comments"):
            self.add_error("comments_state", "There are words of the chief constable below. Choose “Received”.")
        elif done.get("comments_received_on"):
            self.add_error("comments_received_on", "Leave the day empty, or choose “Received”.")
        return done


class TextForm(StepForm):
    """What the office says."""

    names = TEXT
    text = RichTextField(
        label="What the office says",
        required=False,
        help_text="The office’s comments on the report and on what the chief constable says. The answers to the "
        "recommendations are written on their own page.",
    )


class ElsewhereForm(StepForm):
    """That the response stood in public before this portal was there."""

    names = AFTER_SIGNING
    published_on = DayField(
        label="Published before this portal on",
        required=False,
        help_text="Only for a response of earlier years. Otherwise leave it empty: the portal knows the day.",
    )

    def clean(self):
        """A day that has been, after the report."""
        done = super().clean()
        self.refuse_days("published_on")
        return done


class DispatchForm(SeenForm):
    """To whom the response was sent, when and how."""

    def __init__(self, *args, response, **kwargs):
        self.response = response
        sent = {each.to: each for each in response.dispatches.all()}
        initial = {"seen": response.version}
        for to, each in sent.items():
            initial |= {f"{to}_on": each.sent_on, f"{to}_how": each.how}
        super().__init__(*args, initial=initial, **kwargs)
        for to in SENDS_TO:
            self.fields[f"{to}_on"] = DayField(label="Sent on", required=False, help_text="Empty: not sent yet.")
            self.fields[f"{to}_how"] = WordsField(
                label="How", required=False, max_length=200, help_text="For instance: by e-mail, or with which letter."
            )

    @property
    def groups(self):
        """[(who it goes to, day, how)] for the page."""
        return [(Dispatch.To(to).label, self[f"{to}_on"], self[f"{to}_how"]) for to in SENDS_TO]

    @property
    def sent(self):
        """{recipient: (day or None, how)} as typed."""
        done = self.cleaned_data
        return {to: (done[f"{to}_on"], done[f"{to}_how"] if done[f"{to}_on"] else "") for to in SENDS_TO}

    def clean(self):
        """Days that have been, after the report."""
        done = super().clean()
        first = self.response.inspection.published_on
        for to in SENDS_TO:
            day = done.get(f"{to}_on")
            if day and day > today():
                self.add_error(f"{to}_on", TO_COME)
            elif day and day < first:
                self.add_error(f"{to}_on", f"The report was published on {in_words(first)}. Check the day.")
            elif done.get(f"{to}_how") and not day and f"{to}_on" not in self.errors:
                self.add_error(f"{to}_on", "Enter the day on which it was sent.")
        return done


class AnswerForm(forms.Form):
    """The answer to one recommendation."""

    kind = forms.ChoiceField(
        label="What the answer says",
        required=False,
        choices=Answer.Kind.choices,
        widget=forms.RadioSelect(attrs={"class": "segmented"}),
    )
    text = WordsField(label="The answer", what="an answer", required=False, rows=4, max_length=LONGEST_ANSWER)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, data=None, *, recommendation, answer):
        held = {"kind": answer.kind, "text": answer.text, "seen": answer.version} if answer else {}
        super().__init__(data, prefix=f"answer-{recommendation.pk}", initial=held, use_required_attribute=False)
        self.recommendation, self.answer = recommendation, answer
        self.conflict = None
        self._ask(True)

    def _ask(self, whether):
        for name in ("kind", "text"):
            self.fields[name].required = whether

    def full_clean(self):
        """What is to be answered before the response is signed may stay empty today; the page does not call it optional."""
        self._ask(False)
        super().full_clean()
        self._ask(True)

    def clean(self):
        """An answer has both its kind and its words."""
        done = super().clean()
        kind, text = done.get("kind"), done.get("text")
        if text and not kind:
            self.add_error("kind", f"{self.recommendation}: choose what the answer says.")
        if kind and not text and "text" not in self.errors and not self.answer:
            self.add_error("text", f"{self.recommendation}: write the answer.")
        return done

    @property
    def said(self):
        """The answer as typed."""
        done = self.cleaned_data
        return Said(self.recommendation, done["kind"], done["text"], done["seen"])

    def in_conflict(self, conflict):
        """Show what somebody else saved beside what was typed; saved once more, what is typed stands."""
        self.conflict = conflict
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = conflict.now.version if conflict.now else ""
