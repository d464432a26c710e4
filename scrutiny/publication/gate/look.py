"""What one look of the gate has before it: the act, its outputs, and what it must know of the desk."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.meetings.models import Meeting
from scrutiny.minutes.models import PublicQuestion
from scrutiny.people.models import Person
from scrutiny.publication.gate.output import Output
from scrutiny.publication.models import PreElectionPeriod, WithheldName
from scrutiny.publication.record import Record
from scrutiny.workflow import kinds


@dataclass
class Background:
    """What the result depends on besides the documents themselves. Asked once for each bundle."""

    bundle: object

    @cached_property
    def meetings(self):
        """The meetings that the bundle belongs to."""
        subjects = {kind.belongs_to(record) for kind, record in self._records}
        subjects |= {key(record) for _, record in self._records if isinstance(record, Meeting)}
        label = Meeting._meta.label_lower
        numbers = [subject.rpartition(":")[2] for subject in subjects if subject.startswith(f"{label}:")]
        return list(Meeting.objects.filter(pk__in=numbers).select_related("series").order_by("pk"))

    @cached_property
    def _records(self):
        records = [(draft.kind, draft.record) for draft in self.bundle.drafts]
        return records + [(kind, record) for kind, record, _ in self.bundle.waiting]

    @cached_property
    def secrets(self):
        """Everything that must not be found: of the bundle, ready or not, and of what else belongs to its meetings."""
        records = {(kind.name, key(record)): (kind, record) for kind, record in self._records}
        for meeting in self.meetings:
            for kind in kinds.all_kinds().values():
                for record in _of_meeting(kind, meeting):
                    records.setdefault((kind.name, key(record)), (kind, record))
        found = [secret for kind, record in records.values() for secret in kind.secrets(record) if secret.text.strip()]
        return list(dict.fromkeys(found))

    @cached_property
    def withheld(self):
        """The names that must not appear today."""
        return sorted({name.name for name in WithheldName.objects.all() if name.is_in_force})

    @cached_property
    def period(self):
        """The pre-election period of today, or None."""
        return PreElectionPeriod.on(today())

    @cached_property
    def askers(self):
        """(name, contact, how the record names them) of the people outside who sent questions in."""
        asked = PublicQuestion.objects.exclude(private_name="", private_contact="")
        if self.meetings:
            series = {meeting.series_id for meeting in self.meetings}
            asked = asked.filter(Q(series__in=series) | Q(meeting__in=self.meetings))
        return sorted(set(asked.values_list("private_name", "private_contact", "asked_as")))

    @cached_property
    def known_names(self):
        """Names of askers that somebody in the office's lists of people has as well."""
        names = {name for name, _, _ in self.askers if name}
        return {name.casefold() for name in Person.objects.filter(name__in=names).values_list("name", flat=True)}

    @cached_property
    def offices(self):
        """Every identity of the office."""
        return list(Office.objects.all())

    @property
    def in_words(self):
        """All of it as one text, to see whether anything has changed."""
        office = [(each.email, each.phone, each.address, each.web) for each in self.offices]
        return repr([sorted(map(repr, self.secrets)), self.withheld, str(self.period), self.askers, office])


def _of_meeting(kind, meeting):
    """The records of a kind that belong to a meeting, loaded as the kind wants them."""
    if kind.model is Meeting:
        return [kind.load(meeting.pk)]
    names = {field.name for field in kind.model._meta.get_fields()} if kind.model else set()
    if "meeting" not in names:
        return []
    return [
        kind.load(pk) for pk in kind.model.objects.filter(meeting=meeting).order_by("pk").values_list("pk", flat=True)
    ]


def background_of(bundle):
    """The background of a bundle, remembered with it: a bundle is put together anew whenever that matters."""
    held = getattr(bundle, "_background", None)
    if held is None:
        held = bundle._background = Background(bundle)
    return held


@dataclass
class Look:
    """One look at everything that an act would publish."""

    bundle: object
    made: list

    @cached_property
    def background(self):
        """What the desk knows."""
        return background_of(self.bundle)

    @cached_property
    def outputs(self):
        """The finished output of every document."""
        return [Output(each) for each in self.made]

    @cached_property
    def record(self):
        """The public record as it would be."""
        return Record(candidates=[each.edition for each in self.made])

    @property
    def several(self):
        """Whether more than one document would be published."""
        return len(self.made) > 1
