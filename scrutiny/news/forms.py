"""Forms of the news room."""

import datetime
import re

from django import forms
from django.db.models import Q

from funding.awards.models import Award
from funding.rounds.models import Fund, Round
from opcc_portal.audit.operations import key
from opcc_portal.files.operations import Refused
from opcc_portal.office.dates import today
from opcc_portal.office.forms import ClockField, DayField
from opcc_portal.richtext.fields import RichTextField
from scrutiny.meetings.models import Meeting
from scrutiny.news import embargoes, pictures
from scrutiny.news.models import NewsPiece, NewsRelease
from scrutiny.news.operations import FACTS, PICTURE, PIECE, fingerprint
from scrutiny.partnerships.models import Event, Network
from scrutiny.people.models import Organisation, Person
from scrutiny.plan.models import Priority
from scrutiny.register.text_fields import FilterForm
from scrutiny.workflow.forms import RecordsField, WordsField
from scrutiny.workflow.models import State

EARLIEST = datetime.date(1990, 1, 1)
MOST_MEETINGS = 60
Kind = NewsPiece.Kind


class SeenForm(forms.Form):
    """A form that knows which words of its record the person read."""

    SEEN = ()
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def build_on(self, newer):
        """Keep what was typed, now knowing what somebody else saved: [(label, saved, typed)] where they differ."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = fingerprint(newer, self.SEEN)
        saved = self.initial_for(newer)
        return [
            (self.fields[name].label, self._shown(name, saved[name]), self._shown(name, self.cleaned_data.get(name)))
            for name in self.fields
            if name in saved and name != "seen" and (saved[name] or "") != (self.cleaned_data.get(name) or "")
        ]

    def _shown(self, name, value):
        return self.fields[name].prepare_value(value) or "nothing"


class ReleaseForm(SeenForm):
    """Headline, day, embargo, first paragraph, notes, contact. The text itself is written in pieces."""

    SEEN = FACTS
    headline = WordsField(what="a headline", max_length=200)
    date = DayField(label="Date of the release")
    embargo_day = DayField(
        label="Embargo: day",
        required=False,
    )
    embargo_time = ClockField(label="Embargo: time", required=False)
    embargo_zone = forms.ChoiceField(label="Embargo: clock", choices=NewsRelease.Zone, help_text="Whose time that is.")
    lead = WordsField(
        label="First paragraph",
        what="the first paragraph",
        rows=4,
        max_length=1500,
        help_text="Who, what, when, where, why.",
    )
    notes_to_editors = RichTextField(label="Notes to editors", required=False)
    contact = WordsField(
        label="Contact for the press",
        required=False,
        rows=3,
        max_length=500,
        help_text="It is published: name, telephone, e-mail.",
    )
    copyright = WordsField(required=False, max_length=200)

    def __init__(self, *args, release=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.release = release
        if release and release.has_been_public:
            for name in ("date", "embargo_day", "embargo_time", "embargo_zone"):
                del self.fields[name]

    @staticmethod
    def initial_for(release):
        """The release as the form first shows it."""
        there = release.embargo_there
        names = ("headline", "date", "embargo_zone", "lead", "notes_to_editors", "contact", "copyright")
        return {
            **{name: getattr(release, name) for name in names},
            "embargo_day": there.date() if there else None,
            "embargo_time": there.time() if there else None,
            "seen": fingerprint(release, FACTS),
        }

    def clean_date(self):
        """A year far away is a slip."""
        day = self.cleaned_data["date"]
        if day < EARLIEST:
            raise forms.ValidationError(f"{day.year} is too long ago for a release of this office. Check the year.")
        if day > today() + datetime.timedelta(days=366):
            raise forms.ValidationError(f"{day:%-d %B %Y} is more than a year from now. Check the year.")
        return day

    def clean(self):
        """Day and time of the embargo belong together, mean one instant, and that is still to come."""
        done = super().clean()
        if "embargo_day" not in self.fields or {"embargo_day", "embargo_time", "embargo_zone"} & set(self.errors):
            return done
        day, clock, zone = (done.get(name) for name in ("embargo_day", "embargo_time", "embargo_zone"))
        self.until = None
        if day and clock is None:
            self.add_error("embargo_time", "Enter the time at which it may be published, or take the day out.")
        elif clock is not None and not day:
            self.add_error("embargo_day", "Enter the day on which it may be published, or take the time out.")
        elif day:
            self._resolve(day, clock, zone)
        return done

    def _resolve(self, day, clock, zone):
        try:
            self.until = embargoes.instant(day, clock, zone)
        except forms.ValidationError as refusal:
            self.add_error("embargo_time", refusal)
            return
        is_new = self.release is None or self.until != self.release.embargo_until
        if is_new and (wrong := embargoes.problem(self.until)):
            self.add_error("embargo_time" if day == today() else "embargo_day", wrong)

    @property
    def words(self):
        """The fields of the release as typed."""
        done = self.cleaned_data
        words = {name: done[name] for name in FACTS if name in done}
        return words if "date" not in self.fields else {**words, "embargo_until": self.until}


class PieceForm(SeenForm):
    """A text or a heading."""

    SEEN = PIECE
    text = WordsField(
        label="Text", what="the text", rows=8, max_length=10_000, help_text="An empty line begins a new paragraph."
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind == Kind.HEADING:
            self.fields["text"] = WordsField(label="Heading", what="the heading", max_length=150)

    @staticmethod
    def initial_for(piece):
        """The piece as the form first shows it."""
        names = ("text", "speaker", "speaker_name", "speaker_post")
        return {**{name: getattr(piece, name) for name in names}, "seen": fingerprint(piece, PIECE)}

    @property
    def words(self):
        """The fields of the piece as typed."""
        return {"kind": self.kind, "text": self.cleaned_data["text"], **self._spoken}

    @property
    def _spoken(self):
        return {"speaker": None, "speaker_name": "", "speaker_post": ""}


class QuotationForm(PieceForm):
    """What somebody said, with their name and the post that they held that day."""

    text = WordsField(
        label="What they said",
        what="what they said",
        rows=8,
        max_length=10_000,
        help_text="Without quotation marks: they are added. An empty line begins a new paragraph.",
    )
    speaker = forms.ModelChoiceField(
        Person.objects.all(),
        required=False,
        empty_label="Somebody who is not on the list",
        label="Who said it",
        help_text="The post they held on the day of the release is filled in where you leave it empty.",
    )
    speaker_name = WordsField(label="Name as printed", required=False, max_length=200)
    speaker_post = WordsField(label="Post that day", required=False, max_length=200)
    field_order = ("speaker", "speaker_name", "speaker_post", "text")

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on

    def clean(self):
        """Name and post come from the list where they are not typed."""
        done = super().clean()
        speaker = done.get("speaker")
        if speaker:
            held = speaker.appointment_on(self.on)
            done["speaker_name"] = done.get("speaker_name") or speaker.name
            done["speaker_post"] = done.get("speaker_post") or (held.title if held else "")
        elif not done.get("speaker_name") and "speaker_name" not in self.errors:
            self.add_error("speaker_name", "Choose who said it, or enter their name.")
        return done

    @property
    def _spoken(self):
        return {name: self.cleaned_data[name] for name in ("speaker", "speaker_name", "speaker_post")}


class PictureForm(SeenForm):
    """What is said of a picture; with `file` for a new one. The file is taken in last, when everything else is right."""

    SEEN = PICTURE
    file = forms.FileField(
        label="Picture",
        help_text="PNG or JPEG, at most 40 million pixels. Place, camera and names are taken out of the file.",
        error_messages={"required": "Choose a picture.", "empty": "This file is empty. Choose another."},
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )
    alt = WordsField(
        label="What the picture shows",
        what="what the picture shows",
        max_length=300,
        help_text="For people who cannot see it. A file name says nothing.",
    )
    caption = WordsField(required=False, max_length=300, help_text="Stands below the picture for everybody.")
    credit = WordsField(required=False, max_length=120, help_text="Who took or made the picture.")
    copyright = WordsField(required=False, max_length=200)
    taken = None

    def __init__(self, *args, is_new=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["file"]

    @staticmethod
    def initial_for(image):
        """The picture as the form first shows it."""
        return {**{name: getattr(image, name) for name in PICTURE}, "seen": fingerprint(image, PICTURE)}

    def clean_alt(self):
        """It has to describe something."""
        alt = self.cleaned_data["alt"]
        if pictures.is_file_name(alt):
            raise forms.ValidationError(f"“{alt}” is the name of a file. Say in words what the picture shows.")
        return alt

    def take_in(self, by):
        """Take the picture in. False, with the reason beside the field, where it is refused."""
        try:
            self.taken = pictures.take_in(self.cleaned_data["file"], by)
        except Refused as refusal:
            self.add_error("file", str(refusal))
        return self.taken is not None

    @property
    def words(self):
        """What is said of it."""
        return {name: self.cleaned_data[name] for name in PICTURE}


class LinksForm(forms.Form):
    """What a release speaks of. The public sees of these what is published."""

    priorities = RecordsField(Priority.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    networks = RecordsField(Network.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    events = RecordsField(Event.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    meetings = RecordsField(
        Meeting.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="The latest ones. Hold Ctrl to choose several.",
    )
    organisations = RecordsField(
        Organisation.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="Hold Ctrl to choose several.",
    )
    grants = WordsField(
        label="Grants",
        required=False,
        rows=3,
        max_length=2000,
        help_text="References of awards, or names of rounds and funds, one a line: SCF-2026-0001.",
    )

    def __init__(self, *args, release, **kwargs):
        super().__init__(*args, **kwargs)
        latest = Meeting.objects.order_by("-date").values("pk")[:MOST_MEETINGS]
        self.fields["priorities"].queryset = (
            Priority.objects.select_related("plan").filter(Q(left_out=False) | Q(news=release)).distinct()
        )
        self.fields["networks"].queryset = Network.objects.select_related("organisation")
        self.fields["events"].queryset = Event.objects.all()
        self.fields["meetings"].queryset = (
            Meeting.objects.filter(Q(pk__in=list(latest.values_list("pk", flat=True))) | Q(news=release))
            .order_by("-date")
            .distinct()
        )
        self.fields["organisations"].queryset = Organisation.objects.all()

    @staticmethod
    def initial_for(release):
        """The links as the form first shows them."""
        names = ("priorities", "networks", "events", "meetings", "organisations")
        chosen = {name: list(getattr(release, name).values_list("pk", flat=True)) for name in names}
        return {**chosen, "grants": "\n".join(name for _, name in grants_of(release.grants))}

    def clean_grants(self):
        """Each line is a reference of an award, or the name of a round or a fund: their keys."""
        lines = [line.strip() for line in re.split(r"[\n;]", self.cleaned_data["grants"]) if line.strip()]
        found, unknown = {}, []
        for line in lines:
            record = _grant_called(line)
            if record is None:
                unknown.append(line)
            else:
                found[key(record)] = record
        if unknown:
            raise forms.ValidationError(
                f"No award, round or fund is called {', '.join(f'“{each}”' for each in unknown)}."
            )
        return list(found)


def _grant_called(name):
    if award := Award.objects.filter(reference__iexact=name).first():
        return award
    if round_ := next(
        (each for each in Round.objects.select_related("fund") if str(each).casefold() == name.casefold()), None
    ):
        return round_
    return Fund.objects.filter(name__iexact=name).first()


def grants_of(keys):
    """[(record, what it is called)] of keys such as funding.award:5; what is gone falls away."""
    models = {model._meta.label_lower: model for model in (Award, Round, Fund)}
    found = []
    for each in keys:
        label, _, pk = each.partition(":")
        record = models[label].objects.filter(pk=pk).first() if label in models else None
        if record is not None:
            found.append((record, record.reference if isinstance(record, Award) else str(record)))
    return found


class NewsFilter(FilterForm):
    """Which releases to list."""

    STATES = [
        ("", "Every state"),
        ("draft", "Being written"),
        ("waiting", "Under embargo"),
        ("trouble", "Did not go out"),
        ("approved", "Approved, to be published"),
        ("published", "Published"),
        ("withdrawn", "Withdrawn"),
    ]
    text = WordsField(label="Words", required=False, max_length=100)
    state = forms.ChoiceField(required=False, choices=STATES)
    since = DayField(label="Dated from", required=False)
    until = DayField(label="Dated until", required=False)

    def narrow(self, releases):
        """The releases that the filter asks for."""
        wanted = self.wanted
        states = {
            "draft": Q(approved_at=None),
            "waiting": Q(state=State.SIGNED, embargo_until__isnull=False),
            "trouble": Q(state=State.SIGNED, embargo_until__isnull=False) & ~Q(trouble=""),
            "approved": Q(state=State.SIGNED, embargo_until=None),
            "published": Q(state=State.PUBLISHED),
            "withdrawn": Q(state=State.WITHDRAWN),
        }
        if state := wanted.get("state"):
            releases = releases.filter(states[state])
        if text := wanted.get("text"):
            releases = releases.filter(
                Q(headline__icontains=text) | Q(lead__icontains=text) | Q(pieces__text__icontains=text)
            ).distinct()
        if since := wanted.get("since"):
            releases = releases.filter(date__gte=since)
        if until := wanted.get("until"):
            releases = releases.filter(date__lte=until)
        return releases
