"""The public record as its pages read it: current Editions and the lines derived from them, nothing of the desk.

The gate looks at pages before anything is kept: `Record(candidates=[...])` lays Editions that are not saved over those
that stand, as if they had been published. What was asked once is remembered, so that a whole act costs few queries.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, F, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import ExtractYear

from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.publication.models import RegisterLine
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, FormerAddress, Publication, PublicationClass, WithdrawnVersion

# What lists of Editions never show.
HEAVY = ("content", "parts", "manifest")
# Pages of the site that stand in the foot of every page, once they are published.
FOOT = ("duties", "accessibility", "privacy", "contact")
# What is news: the rest is found beside what it belongs to.
NEWS = ("meeting", "minutes", "report", "decision", "page", "news", "letter", "response")


_VERSION = re.compile(r"/v(?P<major>\d{1,4})\.(?P<minor>\d{1,4})(?=[/.]|$)")


@dataclass
class Folder:
    """Everything that is published about one meeting: current Editions by kind, and all versions of each."""

    by_kind: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)

    def one(self, kind):
        """The current Edition of a kind of which there is at most one; None without."""
        return next(iter(self.by_kind.get(kind, ())), None)


@dataclass(frozen=True)
class Withdrawal:
    """What was taken back at this address, when and why; `newer`: where a version stands that took its place."""

    path: str
    at: object
    reason: str
    newer: str = ""


class Record:
    """What is published. `candidates` are Editions that are to be looked at as if they were."""

    def __init__(self, candidates=()):
        self.candidates = list(candidates)
        self._laid_over = {edition.publication.subject for edition in self.candidates}
        self._kept = {}

    def _once(self, *key, ask):
        if key not in self._kept:
            self._kept[key] = ask()
        return self._kept[key]

    # --- the frame ---------------------------------------------------------------------------------------------------

    @cached_property
    def office(self):
        """Whose site this is."""
        return Office.now()

    @cached_property
    def foot(self):
        """The pages of the site that the foot leads to, as {path: title}."""
        found = {each.path: each.title for each in self.candidates if each.path in FOOT}
        kept = Edition.objects.current().filter(publication__path__in=FOOT)
        titles = dict(kept.values_list("publication__path", "title")) | found
        return {path: titles[path] for path in FOOT if path in titles}

    # --- single Editions ---------------------------------------------------------------------------------------------

    def at(self, path):
        """The Edition that stands at this address now, with content and parts; None without one. One query."""
        return self._once("at", path, ask=lambda: self._at(path))

    def _at(self, path):
        for edition in self.candidates:
            if edition.publication.path == path:
                return edition
        return Edition.objects.current().defer("manifest").filter(publication__path=path).first()

    def light(self, path):
        """The Edition that stands at this address now without the heavy parts; None without one. One query."""
        fresh = next((each for each in self.candidates if each.publication.path == path), None)
        return fresh or Edition.objects.current().defer(*HEAVY).filter(publication__path=path).first()

    def fetch(self, *paths):
        """Have the Editions at several addresses at hand. One query."""
        wanted = [path for path in paths if ("at", path) not in self._kept]
        fresh = {each.publication.path: each for each in self.candidates}
        missing = [path for path in wanted if path not in fresh]
        kept = Edition.objects.current().defer("manifest").filter(publication__path__in=missing) if missing else ()
        found = {each.publication.path: each for each in kept} | fresh
        for path in wanted:
            self._kept["at", path] = found.get(path)

    def whole(self, edition):
        """The same Edition with content and parts, where it came out of a list without them. One query."""
        if edition is None or not edition.get_deferred_fields() & {"content", "parts"}:
            return edition
        at = self.at(edition.publication.path) if self._is_current(edition) else None
        if at is not None:
            return at
        return self._once(
            "whole", edition.pk, ask=lambda: Edition.objects.select_related("publication").get(pk=edition.pk)
        )

    def of_subject(self, subject):
        """The Edition of one record of the desk, by its subject, with content and parts; None without one. One query."""
        return self._once("subject", subject, ask=lambda: self._of_subject(subject))

    def _of_subject(self, subject):
        for edition in self.candidates:
            if edition.publication.subject == subject:
                return edition
        return Edition.objects.current().defer("manifest").filter(publication__subject=subject).first()

    def of_subjects(self, subjects):
        """{subject: its Edition without the heavy parts} for those that are published. One query."""
        kept = Edition.objects.current().filter(publication__subject__in=subjects).defer(*HEAVY)
        found = {each.publication.subject: each for each in kept}
        return found | {
            each.publication.subject: each for each in self.candidates if each.publication.subject in subjects
        }

    def version(self, path, major, minor):
        """One version of what stands at this address; None where there is no such version. One query."""
        for edition in self.candidates:
            if (edition.publication.path, edition.major, edition.minor) == (path, major, minor):
                return edition
        standing = Edition.objects.readable().filter(publication__path=path)
        return standing.select_related("publication").filter(major=major, minor=minor).first()

    def versions(self, edition, *, whole=False):
        """Every version of what this Edition is one of that may be read, newest first. One query."""
        pk = edition.publication_id
        return self._once("versions", edition.publication.path, whole, ask=lambda: self._versions(edition, pk, whole))

    def _versions(self, edition, pk, whole):
        kept = ()
        fresh = [each for each in self.candidates if each.publication.path == edition.publication.path]
        # What was withdrawn as a whole does not come back with the version that is to be published now.
        if pk and not (fresh and edition.publication.is_withdrawn):
            kept = Edition.objects.filter(publication=pk, withdrawal=None).select_related("publication")
            kept = kept.order_by("-number")
            kept = kept.defer("manifest") if whole else kept.defer(*HEAVY)
        return [*fresh, *kept]

    def withdrawn_versions(self, edition):
        """The earlier versions of this publication that were withdrawn, newest first. One query."""
        found = WithdrawnVersion.objects.filter(edition__publication=edition.publication_id)
        return list(found.select_related("edition").only("reason", "at", "edition__major", "edition__minor"))

    # --- meetings ----------------------------------------------------------------------------------------------------

    def of_meeting(self, subject):
        """Everything published about a meeting, without the heavy parts. One query.

        `item_slug` of each says which item of the agenda it belongs to, where it belongs to one.
        """
        return self._once("meeting", subject, ask=lambda: self._of_meeting(subject))

    def _of_meeting(self, subject):
        folder = Folder()
        about = Q(belongs_to=subject) | Q(publication__subject=subject)
        kept = (
            Edition.objects.readable()
            .filter(about)
            .select_related("publication")
            .annotate(item_slug=KT("content__item_slug"))
            .defer(*HEAVY)
            .order_by("-number")
        )
        fresh = [each for each in self.candidates if subject in (each.belongs_to, each.publication.subject)]
        for edition in fresh:
            edition.item_slug = edition.content.get("item_slug")
        for edition in sorted([*fresh, *kept], key=lambda each: -each.number):
            folder.versions.setdefault(edition.publication.path, []).append(edition)
            if self._is_current(edition):
                folder.by_kind.setdefault(edition.kind, []).append(edition)
        for several in folder.by_kind.values():
            several.reverse()  # in the order in which they were published
        return folder

    def _is_current(self, edition):
        if edition.pk is None:
            return True
        return edition.publication.current_id == edition.pk and edition.publication.subject not in self._laid_over

    def versions_in(self, folder, edition):
        """Every version of something that belongs to a meeting, newest first."""
        return folder.versions.get(edition.publication.path, [edition]) if edition else []

    def years(self, kind):
        """{year: how many} of a kind, newest year first. One query."""
        return self._once("years", kind, ask=lambda: self._years(kind))

    def _years(self, kind):
        kept = (
            self._kept_of(kind).annotate(year=ExtractYear("date")).values_list("year").annotate(Count("pk")).order_by()
        )
        counts = dict(kept)
        for edition in self._fresh_of(kind):
            counts[edition.date.year] = counts.get(edition.date.year, 0) + 1
        return dict(sorted(counts.items(), reverse=True))

    def listed(self, *kind_names, year=None, ahead=False):
        """The current Editions of some kinds, newest date first, without the heavy parts. One query.

        Of one year if given; with `ahead` those from today on as well.
        """
        return self._once("listed", kind_names, year, ahead, ask=lambda: self._listed(kind_names, year, ahead))

    def _listed(self, kind_names, year, ahead):
        kept = self._kept_of(*kind_names).defer(*HEAVY)
        if year is not None:
            kept = kept.filter(Q(date__year=year) | Q(date__gte=today()) if ahead else Q(date__year=year))
        fresh = [
            each
            for each in self._fresh_of(*kind_names)
            if year in (None, each.date.year) or (ahead and each.date >= today())
        ]
        return sorted([*fresh, *kept], key=lambda each: (each.date, each.number), reverse=True)

    def plans(self):
        """Every plan that is published with its content, the one that was issued last first. One query."""
        return self._once("plans", ask=lambda: self._with_content("plan"))

    def funds(self):
        """Every fund that is published with its content, by name. One query."""
        return self._once("funds", ask=lambda: sorted(self._with_content("fund"), key=lambda each: each.title))

    def inspections(self):
        """Every inspection that is published with its content, the newest first. One query."""
        return self._once("inspections", ask=lambda: self._with_content("inspection"))

    def networks(self):
        """Every network that is published with its content. One query."""
        return self._once("networks", ask=lambda: self._with_content("network"))

    def _with_content(self, kind):
        kept = self._kept_of(kind).select_related("publication").defer("parts", "manifest")
        return sorted([*self._fresh_of(kind), *kept], key=lambda each: (each.date, each.number), reverse=True)

    def _kept_of(self, *kind_names):
        kept = Edition.objects.current().filter(kind__in=kind_names)
        return kept.exclude(publication__subject__in=self._laid_over) if self._laid_over else kept

    def _fresh_of(self, *kind_names):
        return [each for each in self.candidates if each.kind in kind_names]

    def next_meeting(self):
        """The meeting that comes next, with its content; None where none is announced."""
        coming = [each for each in self._front if each.kind == "meeting" and not _is_off(each)]
        return min(coming, key=lambda each: (each.date, each.number), default=None)

    def newest_minutes(self):
        """The minutes that were published last, with their content; None without any."""
        told = [each for each in self._front if each.kind == "minutes"]
        return max(told, key=lambda each: each.number, default=None)

    def figure_to_watch(self):
        """The newest indicator that says more than usual, real ones before made-up ones; None where none does."""
        told = [each for each in self._front if each.kind == "indicator"]
        return min(told, key=lambda each: (bool(each.content["synthetic"]), -each.number), default=None)

    @cached_property
    def _front(self):
        """What the first page tells: the newest minutes, the next few meetings and a figure, with content. One query."""
        minutes = self._kept_of("minutes").order_by("-number").values("pk")[:1]
        coming = self._kept_of("meeting").filter(date__gte=today()).order_by("date", "number").values("pk")[:5]
        signals = RegisterLine.objects.filter(
            register=RegisterLine.Register.INDICATOR, data__is_signal=True, edition__in=self._kept_of("indicator")
        )
        # "" comes before any words: figures that are real before those that say how they were made up.
        signal = signals.order_by(KT("data__synthetic"), "-date", "-edition__number").values("edition")[:1]
        told = Q(pk__in=Subquery(minutes)) | Q(pk__in=Subquery(coming)) | Q(pk__in=Subquery(signal))
        kept = Edition.objects.filter(told)
        fresh = self._fresh_of("minutes") + [each for each in self._fresh_of("meeting") if each.date >= today()]
        fresh += [each for each in self._fresh_of("indicator") if each.content["is_signal"]]
        return [*fresh, *kept.select_related("publication").defer("parts", "manifest")]

    # --- lists -------------------------------------------------------------------------------------------------------

    def latest(self, limit=6, kind_names=NEWS):
        """What was published last, one Edition of each publication, without the heavy parts. One query."""
        return self._once("latest", limit, kind_names, ask=lambda: self._latest(limit, kind_names))

    def _latest(self, limit, kind_names):
        kept = self._kept_of(*kind_names).exclude(publication__path__in=FOOT).defer(*HEAVY).order_by("-number")[:limit]
        fresh = [each for each in self._fresh_of(*kind_names) if each.publication.path not in FOOT]
        return sorted([*fresh, *kept], key=lambda each: -each.number)[:limit]

    def lines(self, register, **filters):
        """Lines of a public register, newest first, each with its Edition without the heavy parts. One query.

        `target` (or `target__in`) asks for what is put right; `of_meeting` for the lines of one meeting.
        """
        key = tuple(sorted((name, str(value)) for name, value in filters.items()))
        return self._once("lines", register, key, ask=lambda: self._lines(register, **filters))

    def _lines(self, register, *, of_meeting=None, **filters):
        several = [register] if isinstance(register, str) else list(register)
        kept = RegisterLine.objects.filter(
            register__in=several,
            edition__publication__withdrawn_at=None,
            edition__publication__current=F("edition"),
            **filters,
        )
        if of_meeting:
            kept = kept.filter(Q(edition__belongs_to=of_meeting) | Q(edition__publication__subject=of_meeting))
        if self._laid_over:
            kept = kept.exclude(edition__publication__subject__in=self._laid_over)
        kept = kept.select_related("edition__publication").defer(*(f"edition__{name}" for name in HEAVY))
        fresh = [
            line
            for line in self._fresh_lines
            if line.register in several and _fits(line, filters) and _is_of(line.edition, of_meeting)
        ]
        return sorted([*fresh, *kept], key=lambda line: (line.date, line.edition.number), reverse=True)

    @cached_property
    def _fresh_lines(self):
        known = kinds.all_kinds()
        return [
            RegisterLine(edition=edition, **vars(line))
            for edition in self.candidates
            if edition.kind in known
            for line in known[edition.kind].lines(edition)
        ]

    def action_states(self):
        """{anchor of the entry that holds it: state} of every action, as the newest register of actions says."""
        edition = self.at("actions")
        rows = edition.content["rows"] if edition else ()
        return {row.get("url", "").partition("#")[2]: row["state"] for row in rows}

    # --- the publication scheme --------------------------------------------------------------------------------------

    @cached_property
    def classes(self):
        """The classes of the publication scheme in their order, each with the number of what stands under it."""
        counted = Count("publications", filter=Q(publications__withdrawn_at=None, publications__current__isnull=False))
        return list(PublicationClass.objects.annotate(held=counted).order_by("position", "pk"))

    def in_class(self, scheme_class):
        """What stands under a class, newest date first, without the heavy parts. One query."""
        kept = Edition.objects.current().filter(publication__scheme_class=scheme_class).exclude(kind="pack")
        return kept.defer(*HEAVY).order_by("-date", "-number")

    def pages(self):
        """The documents that the office put here itself, by title."""
        found = [each for each in self.listed("page") if each.publication.path not in FOOT]
        return sorted(found, key=lambda each: each.title)

    # --- what is not there any more ----------------------------------------------------------------------------------

    def withdrawn(self, path):
        """The Withdrawal that this address answers with: of a version, or of the nearest publication at or above it."""
        nearest = Publication.objects.filter(path__in=_above(path)).exclude(current=None)
        nearest = max(nearest, key=lambda each: len(each.path), default=None)
        if nearest is None:
            return None
        if nearest.is_withdrawn:
            return Withdrawal(nearest.path, nearest.withdrawn_at, nearest.withdrawn_reason)
        found = _VERSION.match(path[len(nearest.path) :])
        held = found and WithdrawnVersion.objects.filter(
            edition__publication=nearest, edition__major=int(found["major"]), edition__minor=int(found["minor"])
        )
        gone = held.first() if held else None
        return Withdrawal(f"{nearest.path}{found[0]}", gone.at, gone.reason, nearest.path) if gone else None

    def moved(self, path):
        """Where something that stood at this address stands now; "" for an address that nothing ever had. One query."""
        former = FormerAddress.objects.filter(path__in=_above(path)).select_related("publication")
        nearest = max(former, key=lambda each: len(each.path), default=None)
        return nearest.publication.path + path[len(nearest.path) :] if nearest else ""


def _above(path):
    """An address without slashes at its ends, and everything it lies below: a/b/c, a/b, a."""
    steps = path.split("/")
    return ["/".join(steps[:number]) for number in range(len(steps), 0, -1)]


def _is_off(edition):
    return any(word in str(edition.content["meeting"].get("status", "")).lower() for word in ("cancel", "postpone"))


def _is_of(edition, meeting):
    return meeting is None or meeting in (edition.belongs_to, edition.publication.subject)


def _fits(line, filters):
    return all(
        getattr(line, name.removesuffix("__in")) in value if name.endswith("__in") else getattr(line, name) == value
        for name, value in filters.items()
    )
