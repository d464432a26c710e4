"""What the check page shows: the candidate's findings and reasons, what would come out, what waits and why."""

from dataclasses import dataclass
from functools import cached_property

from opcc_portal.audit.operations import key
from opcc_portal.files.words import kind_words, size_words
from opcc_portal.jobs import operations as jobs
from scrutiny.meetings.models import Meeting
from scrutiny.publication.desk_forms import ExplainForm
from scrutiny.publication.models import Acceptance, Candidate
from scrutiny.workflow import kinds


def candidate_of(bundle):
    """What was found for exactly this bundle; None while it has not been checked."""
    return Candidate.objects.filter(subject=bundle.subject, input_hash=bundle.input_hash).first()


def ask_for(bundle, *, url, by):
    """The job that checks the bundle as it is now; it leads to `url`."""
    return jobs.start(
        "check_publication",
        key=f"check:{bundle.subject}:{bundle.input_hash}",
        by=by,
        title=f"Checking “{bundle.kind.title(bundle.fresh[0].content)}”",
        payload={"kind": bundle.kind.name, "pk": bundle.record.pk, "url": url},
        again=True,  # asked for only where its candidate is not there
    )


def forget(bundle):
    """Let the bundle be checked anew though nothing of it has changed: what it links to may have, or the portal itself."""
    Candidate.objects.filter(subject=bundle.subject, input_hash=bundle.input_hash).delete()


def meeting_of(record):
    """The meeting that the record belongs to, or is; None without one."""
    return record if isinstance(record, Meeting) else getattr(record, "meeting", None)


def waiting_of(bundle):
    """What is not published along, and why: (kind of thing, reason, where it is mended)."""
    return [(kind.label, reason, kind.desk_url(record)) for kind, record, reason in bundle.waiting]


def form_id(fingerprint):
    """The ids of the fields of one reason: several of these forms stand on a page."""
    return f"id_{fingerprint[:12]}_%s"


@dataclass(frozen=True)
class Explained:
    """A warning and what was said about it: its reason, or the form that asks for one."""

    finding: dict
    form: ExplainForm
    acceptance: Acceptance | None = None

    @property
    def anchor(self):
        """Where it stands on the page."""
        return f"finding-{self.finding['fingerprint'][:12]}"


@dataclass(frozen=True)
class Coming:
    """One document as it would come out: address and pages with the numbers of their previews, files in words."""

    document: dict
    number: int
    first_page: int

    @property
    def pages(self):
        """[(number of the preview, address)]: its own page first."""
        return list(enumerate(self.document["pages"], self.first_page))

    @property
    def below(self):
        """The pages below its own."""
        return [(number, address) for number, address in self.pages if address != self.document["url"]]

    @property
    def own_page(self):
        """The number of the preview of its own page; None where none was made."""
        return next((number for number, address in self.pages if address == self.document["url"]), None)

    @property
    def pdf_words(self):
        """PDF, 84 KB."""
        return f"PDF, {size_words(self.document['pdf_size'])}" if self.document["pdf_name"] else ""

    @property
    def files(self):
        """[(title, kind and size)] of the files that go with it."""
        return [
            (file["title"], f"{kind_words(file['kind'])}, {size_words(file['size'])}")
            for file in self.document["files"]
        ]


class Check:
    """A candidate as the page reads it. `explaining` is a reason that was not accepted: (fingerprint, form)."""

    def __init__(self, bundle, candidate, explaining=None):
        self.bundle = bundle
        self.candidate = candidate
        self._explaining = explaining or ("", None)

    @cached_property
    def _reasons(self):
        said = Acceptance.objects.filter(subject=key(self.bundle.record)).select_related("by")
        return {each.fingerprint: each for each in said}

    @property
    def to_fix(self):
        """What blocks."""
        return [finding for finding in self.candidate.findings if finding["severity"] == kinds.ERROR]

    @cached_property
    def _warnings(self):
        warnings = [finding for finding in self.candidate.findings if finding["severity"] != kinds.ERROR]
        return [
            Explained(finding, self._form_for(finding), self._reasons.get(finding["fingerprint"]))
            for finding in warnings
        ]

    def _form_for(self, finding):
        fingerprint, form = self._explaining
        if fingerprint == finding["fingerprint"]:
            return form
        said = self._reasons.get(fingerprint := finding["fingerprint"])
        return ExplainForm(initial={"reason": said.reason if said else ""}, auto_id=form_id(fingerprint))

    @property
    def to_explain(self):
        """Warnings that nobody has explained."""
        return [each for each in self._warnings if not each.acceptance]

    @property
    def explained(self):
        """Warnings with their reasons."""
        return [each for each in self._warnings if each.acceptance]

    @property
    def passed(self):
        """What is in order, in words."""
        return self.candidate.passed

    @property
    def is_open(self):
        """Whether it may be published now."""
        return not self.to_fix and not self.to_explain

    @property
    def headline(self):
        """Almost ready: 1 thing to fix, 1 to explain."""
        fix, explain = len(self.to_fix), len(self.to_explain)
        if not fix and not explain:
            return "Ready to publish"
        things = f"thing{'s' if (fix or explain) != 1 else ''}"
        if fix and explain:
            return f"Almost ready: {fix} {things} to fix, {explain} to explain"
        return f"Almost ready: {fix or explain} {things} to {'fix' if fix else 'explain'}"

    @property
    def opens_when(self):
        """Publishing opens when 1 thing is fixed and 2 are explained."""
        parts = [
            f"{_so_many(len(found))} {'is' if len(found) == 1 else 'are'} {done}"
            for found, done in ((self.to_fix, "fixed"), (self.to_explain, "explained"))
            if found
        ]
        return f"Publishing opens when {' and '.join(parts)}."

    @property
    def what(self):
        """Minutes and joint report, version 1.0."""
        documents = self.candidate.documents
        counted = {}
        for document in documents:
            counted[document["kind"]] = counted.get(document["kind"], 0) + 1
        names = [name if count == 1 else f"{name} ({count})" for name, count in counted.items()]
        names = [names[0], *(name[:1].lower() + name[1:] for name in names[1:])]
        words = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        versions = {document["version"] for document in documents}
        return f"{words}, version {versions.pop()}" if len(versions) == 1 else words

    @property
    def versions(self):
        """1.0, first; with several documents of different versions each by its name."""
        documents = self.candidate.documents
        versions = {document["version"] for document in documents}
        if len(versions) == 1:
            return [_version_words(versions.pop())]
        return [f"{document['title']}: {_version_words(document['version'])}" for document in documents]

    @cached_property
    def coming(self):
        """What would come out, document by document."""
        found, page = [], 0
        for number, document in enumerate(self.candidate.documents):
            found.append(Coming(document, number, page))
            page += len(document["pages"])
        return found

    @property
    def files(self):
        """Whether any document has a file."""
        return any(each.pdf_words or each.files for each in self.coming)

    @property
    def waiting(self):
        """What is not published along."""
        return waiting_of(self.bundle)


def _so_many(count):
    return f"{count} thing{'s' if count != 1 else ''}"


def _version_words(version):
    return f"{version}, first" if version == "1.0" else version


# --- What a version keeps of its checks ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Manifest:
    """The manifest of an Edition in words for people: what passed, what was explained by whom, who made it, with what."""

    passed: list
    explained: list
    people: list
    facts: list


def manifest_in_words(manifest):
    """The manifest as its history prints it; what it does not hold is left out."""
    return Manifest(
        passed=list(manifest.get("passed", [])),
        explained=list(manifest.get("explained", [])),
        people=[", ".join(str(part) for part in person if part) for person in manifest.get("people", [])],
        facts=[(label, value) for label, value in manifest.get("tools", {}).items()],
    )
