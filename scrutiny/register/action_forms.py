"""Forms of the action register."""

from django import forms
from django.db.models import Q

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, in_words
from scrutiny.meetings.models import Meeting
from scrutiny.people.models import Person, Post
from scrutiny.register import actions
from scrutiny.register.forms import TakesFile
from scrutiny.register.models import Action, ActionOwner
from scrutiny.register.text_fields import FilterForm, WordsField

LONGEST = 5000


class ActionFilter(FilterForm):
    """Which actions a list and its file hold. Every list of choices is loaded once."""

    folded = ("meeting", "organisation", "due_from", "due_to")

    STATES = [
        ("", "Every state"),
        ("overdue", "Overdue"),
        ("open", "Open"),
        ("proposed", "Proposed closed"),
        ("closed", "Closed"),
        ("withdrawn", "No longer an action"),
    ]

    status = forms.ChoiceField(label="State", required=False, choices=STATES)
    owner = forms.ChoiceField(required=False, choices=[("", "Everybody"), ("=", "Nobody yet"), ("*", "All")])
    series = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=[("", "Every series")])
    meeting = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=[("", "Every meeting")])
    organisation = forms.TypedChoiceField(
        label="Body", required=False, coerce=int, empty_value=None, choices=[("", "Every body")]
    )
    text = WordsField(label="Words", required=False, max_length=200, what="the words")
    due_from = DayField(label="Due from", required=False)
    due_to = DayField(label="Due until", required=False)

    def __init__(self, data, *, user):
        seen = Action.objects.visible_to(user)
        owners = ActionOwner.objects.filter(action__in=seen.values("pk")).order_by().distinct()
        named = sorted(
            owners.values_list("name", "organisation", "organisation__name"), key=lambda row: row[0].casefold()
        )
        bodies = sorted({(pk, body) for _, pk, body in named if pk}, key=lambda row: row[1].casefold())
        held = Meeting.objects.filter(pk__in=seen.real().values("meeting")).order_by("-date")
        held = list(held.values_list("pk", "name", "date", "series", "series__name"))
        super().__init__(
            data,
            owner=[(name, name) for name in dict.fromkeys(name for name, _, _ in named)],
            organisation=bodies,
            meeting=[(pk, f"{day:%-d %b %Y}, {name}") for pk, name, day, _, _ in held],
            series=list({pk: name for _, _, _, pk, name in held}.items()),
        )

    def narrow(self, found):
        """The actions that the filters ask for, the most urgent first."""
        wanted = self.wanted
        found = self._in_state(found, wanted.get("status"))
        found = self._owned_by(found, wanted.get("owner"))
        if series := wanted.get("series"):
            found = found.filter(meeting__series=series)
        if meeting := wanted.get("meeting"):
            found = found.filter(meeting=meeting)
        if body := wanted.get("organisation"):
            found = found.filter(pk__in=ActionOwner.objects.filter(organisation=body).values("action"))
        if words := wanted.get("text"):
            said = ActionOwner.objects.filter(name__icontains=words).values("action")
            found = found.filter(Q(text__icontains=words) | Q(reference__icontains=words) | Q(pk__in=said))
        if first := wanted.get("due_from"):
            found = found.filter(due__gte=first)
        if last := wanted.get("due_to"):
            found = found.filter(due__lte=last)
        return found.most_urgent_first()

    def _in_state(self, found, status):
        if status == "overdue":
            return found.overdue()
        return found.filter(status=status) if status else found.real()

    def _owned_by(self, found, owner):
        if owner == "=":
            return found.filter(owned_by_all=False, owners=None)
        if owner == "*":
            return found.filter(owned_by_all=True)
        return found.filter(pk__in=ActionOwner.objects.filter(name=owner).values("action")) if owner else found


class ActForm(forms.Form):
    """What every change of an action carries: the version that the writer saw."""

    base_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data=None, files=None, *, action, prefix=None):
        initial = {**self.first_values(action), "base_version": action.version}
        super().__init__(data, files, initial=initial, prefix=prefix)
        self.action = action

    def first_values(self, action):
        """What the form starts with."""
        return {}

    def show_again(self, now):
        """Bring what was typed back on the version that is there now, for the writer to look and send again."""
        self.data = self.data.copy()
        self.data[self.add_prefix("base_version")] = str(now.version)
        self.add_error(
            None,
            "Somebody changed this action after you opened the page. What you typed is still here: look at what changed, "
            "then send it again.",
        )


class NoteForm(TakesFile, ActForm):
    """How an action is going, and perhaps a file that shows it."""

    text = WordsField(label="What was done", rows=4, max_length=LONGEST, what="what was done")
    file = forms.FileField(
        label="Evidence",
        required=False,
        help_text="PDF, Word, Excel, PowerPoint, CSV, PNG or JPEG, at most 50 MB.",
        error_messages={"empty": "This file is empty. Choose another."},
    )


class DueForm(ActForm):
    """Another due day, and why."""

    due = DayField(label="Due", required=False, help_text="Leave empty for no due date.")
    reason = WordsField(label="Why", rows=3, max_length=LONGEST, what="the reason")

    def first_values(self, action):
        """The day as it is now."""
        return {"due": action.due}

    def clean_due(self):
        """A new day that is over already is a slip."""
        due = self.cleaned_data["due"]
        if due and due != self.action.due and due < today():
            raise forms.ValidationError(f"{in_words(due)} is over already. Choose a day that is still to come.")
        return due


class OwnersForm(ActForm):
    """Who is to do it: those who have it now and are kept, a person or post that is added, or everybody."""

    kept = forms.MultipleChoiceField(
        label="Owners now",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Take the tick off to remove.",
    )
    person = forms.TypedChoiceField(label="Add a person", required=False, coerce=int, empty_value=None)
    post = forms.TypedChoiceField(
        label="Add a post", required=False, coerce=int, empty_value=None, help_text="Whoever holds it is to do it."
    )
    everybody = forms.BooleanField(label="All: everybody who takes part", required=False)
    reason = WordsField(label="Why", rows=2, required=False, max_length=LONGEST, what="the reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = {owner.name: owner for owner in self.action.owners.all()}
        self.persons = {person.pk: person for person in Person.objects.with_posts()}
        self.posts = {post.pk: post for post in Post.objects.by_body()}
        self.fields["kept"].choices = [(name, name) for name in self.now]
        people = [(pk, _with_post(person)) for pk, person in self.persons.items()]
        posts = [(pk, _with_body(post)) for pk, post in self.posts.items()]
        self.fields["person"].choices = [("", "Nobody more"), *people]
        self.fields["post"].choices = [("", "No post"), *posts]
        if not self.now:
            del self.fields["kept"]

    def first_values(self, action):
        """Those who own it now."""
        return {"everybody": action.owned_by_all, "kept": [owner.name for owner in action.owners.all()]}

    def clean(self):
        """Everybody, or at least one."""
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(name) for name in ("everybody", "kept", "person", "post")):
            self.add_error("person", "Choose at least one person or post, or All.")
        return cleaned

    @property
    def owners(self):
        """Those kept, by the names used so far, then who is added, by the name that minutes of today would use."""
        said = self.cleaned_data
        found = [
            actions.Owner(name, person=now.person_id, post=now.post_id, organisation=now.organisation_id)
            for name, now in self.now.items()
            if name in said.get("kept", ())
        ]
        if said["person"] and said["person"] not in [owner.person for owner in found]:
            found.append(actions.person_as_owner(self.persons[said["person"]], date=today()))
        if said["post"] and said["post"] not in [owner.post for owner in found]:
            found.append(actions.post_as_owner(self.posts[said["post"]]))
        return found


def _with_post(person):
    held = person.current_appointment
    return f"{person.name}, {held.title}" if held else person.name


def _with_body(post):
    body = post.organisation
    return f"{post}, {body.short_name or body.name}" if body else str(post)


class CloseForm(ActForm):
    """Closed in which meeting, and what was said."""

    meeting = forms.TypedChoiceField(label="Closed in", required=False, coerce=int, empty_value=None)
    text = WordsField(label="How it was done", rows=4, max_length=LONGEST, what="how it was done")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.meetings = {meeting.pk: meeting for meeting in actions.meetings_to_close_in(self.action)[:100]}
        days = [(pk, str(meeting)) for pk, meeting in self.meetings.items()]
        self.fields["meeting"].choices = [*days, ("", "Not in a meeting: closed today")]
        self.initial["meeting"] = next(iter(self.meetings), "")

    @property
    def chosen(self):
        """The meeting, or None."""
        return self.meetings.get(self.cleaned_data["meeting"])


class ReopenForm(ActForm):
    """Why an action goes on after all."""

    text = WordsField(label="Why", rows=4, max_length=LONGEST, what="why it goes on")


class ArisingForm(ActForm):
    """What a meeting says about an action of an earlier one: closed, or it goes on, perhaps by another day."""

    text = WordsField(label="What was said", rows=2, max_length=LONGEST, what="what was said")
    due = DayField(label="New due date", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due"].help_text = ""
        self.closes = self.is_bound and self.data.get("act") == "close"

    def clean_due(self):
        """A new day that is over already is a slip."""
        due = self.cleaned_data["due"]
        if due and not self.closes and due != self.action.due and due < today():
            raise forms.ValidationError(f"{in_words(due)} is over already. Choose a day that is still to come.")
        return due
