"""Forms of networks, members, launches, agreements, events, speakers and funded posts."""

from django import forms
from django.db.models import Q

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField, WebField
from scrutiny.partnerships.fields import BodiesField, WhenField
from scrutiny.partnerships.launching import began
from scrutiny.partnerships.models import Agreement, Event, FundedPost, Launch, Membership, Network, Speaker
from scrutiny.partnerships.operations import stamp_of
from scrutiny.people.models import Organisation, Person
from scrutiny.register.forms import TakesFile
from scrutiny.register.text_fields import FilterForm, WordsField

ONE_LINE = forms.TextInput(attrs={"autocomplete": "off"})
DAY = forms.TextInput(attrs={"class": "date", "autocomplete": "off"})


class SeenForm(forms.ModelForm):
    """A form that sends along how its record read when it was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    apart = ("seen", "file", "when", "hosts")  # no fields of the record that can be compared as they are

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = stamp_of(self.instance)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = "None"

    def asked_again(self, newer):
        """Keep what was typed, now knowing what somebody else saved."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = stamp_of(newer)

    def differences(self, newer):
        """[(label, saved, typed)] where the form says something else than the record as it is now."""
        found = []
        for name, typed in self.cleaned_data.items():
            saved = getattr(newer, name, None) if name in self._meta.fields else None
            if name in self.apart or (saved or "") == (typed or ""):
                continue
            prepare = self.fields[name].prepare_value
            found.append((self.fields[name].label, _said(prepare(saved), saved), _said(prepare(typed), typed)))
        return found


def _said(prepared, value):
    return str(value if hasattr(value, "pk") else prepared or "nothing")


class WhenMixin:
    """The day of the record in one field, `when`, as far as it is known."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.year:
            self.initial["when"] = self.instance

    def differences(self, newer):
        """With the day in words."""
        found = super().differences(newer)
        if (newer.year, newer.month, newer.day) != self.cleaned_data["when"]:
            found.insert(0, (self.fields["when"].label, newer.in_words, self.data.get(self.add_prefix("when"), "")))
        return found

    def _post_clean(self):
        if when := self.cleaned_data.get("when"):
            self.instance.year, self.instance.month, self.instance.day = when
        super()._post_clean()


# --- networks -----------------------------------------------------------------------------------------------------------


class NetworkForm(SeenForm):
    """A network and the organisation that it is."""

    name = WordsField(what="the name of the network", max_length=200, widget=ONE_LINE)
    short_name = WordsField(label="Short form", required=False, max_length=60)
    website = WebField(required=False)
    field_order = ("name", "short_name", "level", "purpose", "priority", "website", "ended_on")

    class Meta:
        model = Network
        fields = ["level", "purpose", "priority", "ended_on"]
        field_classes = {"ended_on": DayField}
        widgets = {"purpose": forms.Textarea(attrs={"rows": 5}), "ended_on": DAY}
        labels = {"priority": "Priority of the plan that it serves", "ended_on": "Ended on"}
        help_texts = {"ended_on": "Empty while it goes on."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.organisation_id:
            body = self.instance.organisation
            self.initial |= {"name": body.name, "short_name": body.short_name, "website": body.website}

    @property
    def body(self):
        """What the form says of the organisation."""
        return {name: self.cleaned_data[name] for name in ("name", "short_name", "website")}


class MemberForm(SeenForm):
    """A person or a body in a network."""

    person = forms.ModelChoiceField(Person.objects.all(), required=False)
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        required=False,
        help_text="The body itself, or the one for which the person is there.",
    )

    class Meta:
        model = Membership
        fields = ["person", "organisation", "part", "role", "starts", "ends", "source"]
        field_classes = {"starts": DayField, "ends": DayField}
        widgets = {"role": ONE_LINE, "starts": DAY, "ends": DAY}
        labels = {"part": "Part in the network"}
        help_texts = {
            "starts": "Leave empty if not known.",
            "ends": "Leave empty while it goes on.",
            "source": "Where this comes from. The public does not see it.",
        }


class LaunchForm(WhenMixin, SeenForm):
    """When the network began, as one source says it."""

    when = WhenField(label="When it says that the network began")
    field_order = ("when", "source")

    class Meta:
        model = Launch
        fields = ["source"]
        widgets = {"source": ONE_LINE}
        error_messages = {"source": {"required": "Enter the document that says so."}}


class ChooseForm(SeenForm):
    """Why one source is right."""

    chosen_because = WordsField(
        label="Why this one is right",
        what="why this source is right",
        rows=3,
        max_length=1000,
        help_text="The public reads it beside what the other sources say.",
    )

    class Meta:
        model = Launch
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["chosen_because"] = self.instance.chosen_because


class AgreementForm(TakesFile, SeenForm):
    """What the members signed, with its file once there is one."""

    file = forms.FileField(
        required=False,
        help_text="PDF, Word, PNG or JPEG, at most 50 MB. Leave empty to keep what is there.",
        error_messages={"empty": "This file is empty. Choose another."},
    )
    field_order = ("title", "signed_on", "signatories", "summary", "file", "publish_file", "source")

    class Meta:
        model = Agreement
        fields = ["title", "signed_on", "signatories", "summary", "publish_file", "source"]
        field_classes = {"signed_on": DayField}
        widgets = {
            "title": ONE_LINE,
            "signed_on": DAY,
            "signatories": forms.Textarea(attrs={"rows": 4}),
            "summary": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {"publish_file": "Publish the file with the network"}
        help_texts = {
            "signed_on": "Leave empty if not known.",
            "source": "Where this comes from. The public does not see it.",
        }
        error_messages = {"title": {"required": "Enter the title of the agreement."}}


# --- events -------------------------------------------------------------------------------------------------------------


class EventForm(WhenMixin, SeenForm):
    """A summit, conference or launch."""

    when = WhenField(label="When")
    hosts = BodiesField(label="Hosts", help_text="The bodies that held it, one a line, as listed under Organisations.")
    network = forms.ModelChoiceField(Network.objects.select_related("organisation"), required=False)
    attendance = forms.IntegerField(
        label="How many came",
        required=False,
        min_value=0,
        max_value=10_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-5"}),
    )
    field_order = (
        "title",
        "when",
        "venue",
        "network",
        "hosts",
        "attendance",
        "audience",
        "summary",
        "priority",
        "source",
    )

    class Meta:
        model = Event
        fields = ["title", "venue", "network", "hosts", "attendance", "audience", "summary", "priority", "source"]
        widgets = {
            "title": ONE_LINE,
            "summary": forms.Textarea(attrs={"rows": 5}),
        }
        labels = {"priority": "Priority of the plan"}
        help_texts = {"source": "Where these facts come from. The public does not see it."}
        error_messages = {"title": {"required": "Enter what the event was called."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["hosts"] = list(self.instance.hosts.all())

    def _save_m2m(self):
        """The hosts go through the operation."""


class SpeakerForm(SeenForm):
    """Who spoke: somebody who is listed, or a name and a post."""

    person = forms.ModelChoiceField(
        Person.objects.all(), required=False, help_text="If listed: name and post of that day are then filled in."
    )
    organisation = forms.ModelChoiceField(Organisation.objects.all(), required=False)
    name = WordsField(required=False, max_length=200, widget=ONE_LINE)

    class Meta:
        model = Speaker
        fields = ["person", "name", "post", "organisation"]
        widgets = {"post": ONE_LINE}

    def clean(self):
        """A name, or a person whose name and post that day are taken over where nothing is typed."""
        given = super().clean()
        person = given.get("person")
        if person and not given.get("name"):
            held = person.appointment_on(self.instance.event.first)
            given["name"] = person.name
            given["post"] = given.get("post") or (held.title if held else "")
            given["organisation"] = given.get("organisation") or (held.post.organisation if held else None)
        if not given.get("name") and "name" not in self.errors:
            self.add_error("name", "Choose a person, or enter the name.")
        return given


# --- funded posts ---------------------------------------------------------------------------------------------------------


class FundedPostForm(SeenForm):
    """A post or a team that somebody pays for."""

    network = forms.ModelChoiceField(Network.objects.select_related("organisation"), required=False)

    class Meta:
        model = FundedPost
        fields = [
            "title", "kind", "organisation", "funder", "programme", "network", "holder", "purpose", "amount", "starts",
            "ends", "source",
        ]  # fmt: skip
        field_classes = {"starts": DayField, "ends": DayField}
        widgets = {
            "title": ONE_LINE,
            "purpose": forms.Textarea(attrs={"rows": 4}),
            "amount": forms.TextInput(attrs={"inputmode": "decimal", "class": "width-10"}),
            "starts": DAY,
            "ends": DAY,
        }
        help_texts = {
            "holder": "The public does not see who it is.",
            "amount": "The public does not see it: it may be one person’s pay.",
            "starts": "Leave empty if not known.",
            "ends": "Leave empty while it goes on.",
            "source": "Where this comes from. The public does not see it.",
        }
        error_messages = {
            "title": {"required": "Enter the title of the post or the team."},
            "organisation": {"required": "Choose where it works."},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].empty_label = "Choose where it works"


# --- what narrows the lists -----------------------------------------------------------------------------------------------


class NetworkFilter(FilterForm):
    """Which networks to list."""

    q = forms.CharField(label="Words", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    level = forms.ChoiceField(required=False, choices=[("", "Every level"), *Network.Level.choices])
    state = forms.ChoiceField(
        required=False, choices=[("", "All"), ("at_work", "At work"), ("ended", "Ended"), ("open", "Launch disagreed")]
    )

    def narrow(self, networks):
        """The networks that the filter asks for."""
        wanted = self.wanted
        if q := wanted.get("q"):
            body = Q(organisation__name__icontains=q) | Q(organisation__short_name__icontains=q)
            networks = networks.filter(body | Q(purpose__icontains=q))
        if level := wanted.get("level"):
            networks = networks.filter(level=level)
        over = Q(ended_on__isnull=False, ended_on__lte=today())
        if wanted.get("state") == "at_work":
            networks = networks.exclude(over)
        if wanted.get("state") == "ended":
            networks = networks.filter(over)
        if wanted.get("state") == "open":
            networks = networks.filter(pk__in=disagreed())
        return networks


def disagreed():
    """The keys of the networks whose sources disagree about the launch and nobody has decided. One query."""
    held = {}
    for launch in Launch.objects.order_by("network", "pk"):
        held.setdefault(launch.network_id, []).append(launch)
    return [key for key, launches in held.items() if began(launches).is_open]


class EventFilter(FilterForm):
    """Which events to list."""

    q = forms.CharField(label="Words", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    network = forms.ModelChoiceField(
        Network.objects.select_related("organisation"), required=False, empty_label="Every network"
    )
    year = forms.IntegerField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-4"})
    )

    def narrow(self, events):
        """The events that the filter asks for."""
        wanted = self.wanted
        if q := wanted.get("q"):
            spoke = Q(pk__in=Speaker.objects.filter(Q(name__icontains=q) | Q(post__icontains=q)).values("event"))
            events = events.filter(Q(title__icontains=q) | Q(venue__icontains=q) | Q(summary__icontains=q) | spoke)
        if network := wanted.get("network"):
            events = events.filter(network=network)
        if year := wanted.get("year"):
            events = events.filter(year=year)
        return events


class FundedPostFilter(FilterForm):
    """Which funded posts and teams to list."""

    q = forms.CharField(label="Words", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(required=False, choices=[("", "Posts and teams"), *FundedPost.Kind.choices])
    network = forms.ModelChoiceField(
        Network.objects.select_related("organisation"), required=False, empty_label="Every network"
    )
    state = forms.ChoiceField(required=False, choices=[("", "All"), ("now", "Paid for now"), ("ended", "Ended")])

    def narrow(self, posts):
        """The posts that the filter asks for."""
        wanted = self.wanted
        if q := wanted.get("q"):
            where = Q(organisation__name__icontains=q) | Q(funder__name__icontains=q) | Q(programme__icontains=q)
            posts = posts.filter(Q(title__icontains=q) | Q(purpose__icontains=q) | where)
        for name in ("kind", "network"):
            if value := wanted.get(name):
                posts = posts.filter(**{name: value})
        over = Q(ends__isnull=False, ends__lt=today())
        if wanted.get("state") == "now":
            posts = posts.exclude(over).exclude(starts__gt=today())
        if wanted.get("state") == "ended":
            posts = posts.filter(over)
        return posts
