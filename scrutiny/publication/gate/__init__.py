"""The gate: what is looked for in the finished output before anything becomes public.

It reads pages, data, PDFs and attached files as the public would get them, and never alters them. An error blocks; a
warning needs a reason from a person (an Acceptance), which counts for exactly that finding.
"""

import datetime
import hashlib
import platform
import re
from dataclasses import dataclass, field
from importlib.metadata import version

import django
from django.utils import timezone

from opcc_portal.pdf import verapdf
from scrutiny.publication.gate import links, names, pages, papers, restricted, wording
from scrutiny.publication.gate.look import Look, background_of
from scrutiny.publication.models import Acceptance
from scrutiny.workflow import editions
from scrutiny.workflow.kinds import ERROR
from scrutiny.workflow.models import Publication

# Another number lets everything be checked anew: raise it whenever a rule changes.
VERSION = 1
PROFILES = {"ua1": "PDF/UA-1", "3a": "PDF/A-3a"}
SOFTWARE = {"WeasyPrint": "weasyprint", "pikepdf": "pikepdf", "PDFium": "pypdfium2", "lxml": "lxml"}


@dataclass(frozen=True)
class Check:
    """One thing the gate looks at. `passed` is what it says when nothing was found; it may depend on the look."""

    name: str
    find: object
    passed: object

    def in_words(self, look):
        """What is in order, or "" where there was nothing to look at."""
        return self.passed(look) if callable(self.passed) else self.passed


def _structure_in_words(look):
    if not any(each.pdf is not None for each in look.made) or papers.results(look):
        return ""
    return "PDFs tagged, with titles and bookmarks"


def _verapdf_in_words(look):
    if not any(each.pdf is not None for each in look.made):
        return ""
    results = papers.results(look)
    if not results:
        return f"veraPDF was not run: {verapdf.missing() or 'it did not finish'}"
    profiles = set.intersection(*(set(result.profiles) for result in results))
    return f"PDFs accessible ({', '.join(words for name, words in PROFILES.items() if name in profiles)})"


def _attachments_in_words(look):
    number = sum(len(output.attached) for output in look.outputs)
    return f"{number} attached file{'s' if number > 1 else ''} read" if number else ""


CHECKS = [
    Check("restricted", restricted.find, "No restricted text in page, PDF, file names or metadata"),
    Check("withheld-names", names.withheld, "No name that is to be withheld"),
    Check("askers", names.askers, "Nothing private of people who sent questions in"),
    Check("contacts", names.contacts, "No private e-mail addresses, telephone numbers or post codes"),
    Check("marking", wording.markings, "Marking: OFFICIAL"),
    Check("pre-election", wording.period, "Not in a pre-election period"),
    Check("placeholders", wording.placeholders, "No placeholders left"),
    Check("links", links.find, "Every link says what opens, and opens"),
    Check("structure", pages.structure, "Headings in order, images described"),
    Check("tables", pages.tables, lambda look: "Tables with headers" if pages.has_tables(look) else ""),
    Check("pages", pages.frame, "Pages with language and title"),
    Check("pdf-structure", papers.structure, _structure_in_words),
    Check("verapdf", papers.conformance, _verapdf_in_words),
    Check("pdf-words", papers.same_words, lambda look: "PDF text equals page text" if papers.compared(look) else ""),
    Check("attachments", papers.attachments, _attachments_in_words),
]


@dataclass
class Report:
    """What one look of the gate found."""

    findings: list
    passed: list
    checks: list = field(default_factory=list)
    verapdf: dict = field(default_factory=dict)

    def is_open(self, bundle):
        """Whether this may be published: no errors, and every warning explained."""
        if any(finding.blocks for finding in self.findings):
            return False
        return {finding.fingerprint for finding in self.findings} <= {said.fingerprint for said in _said(bundle, self)}

    def manifest(self, bundle, made):
        """What is kept with an Edition: who checked what and how it came out. It quotes nothing; it is for the desk."""
        edition, kind, record = made.edition, made.draft.kind, made.draft.record
        found = {finding.fingerprint: finding for finding in self.findings}
        return {
            "gate": VERSION,
            "checked_at": _now(),
            "checks": self.checks,
            "passed": self.passed,
            "explained": [
                {
                    "check": said.check_code,
                    "title": _without_quotation(found[said.fingerprint].title),
                    "fingerprint": said.fingerprint,
                    "reason": said.reason,
                    "by": said.by.name,
                    "at": said.at.isoformat(timespec="seconds"),
                }
                for said in _said(bundle, self)
            ],
            "people": [[part, name, _day(day)] for part, name, day in kind.people(record)],
            "verapdf": self.verapdf if made.pdf is not None else {},
            "hashes": {
                "content": edition.content_hash,
                "json": _hash(editions.canonical(edition.content)),
                "html": _hash(editions.canonical(edition.parts)),
                "pdf": edition.pdf_sha256,
                "pages": {address: _hash(html) for address, html in made.pages},
                "files": {file["slug"]: file["sha256"] for file in edition.files},
            },
            "tools": {
                **({"veraPDF": _verapdf_line(self.verapdf)} if made.pdf is not None else {}),
                "Python": platform.python_version(),
                "Django": django.get_version(),
                **{name: version(package) for name, package in SOFTWARE.items()},
            },
        }


def _now():
    return timezone.now().isoformat(timespec="seconds")


def _without_quotation(title):
    """A finding's title without the words it quotes: what is withheld must not get into an Edition this way either."""
    return title.partition("“")[0].rstrip(" :")


def _verapdf_line(verapdf):
    if verapdf.get("result") == "not run":
        return f"not run: {verapdf['why']}"
    return f"{verapdf.get('result')} ({verapdf.get('engine')})"


def _said(bundle, report):
    """The reasons people gave for the warnings of a report."""
    prints = [finding.fingerprint for finding in report.findings]
    return Acceptance.objects.filter(subject=bundle.subject, fingerprint__in=prints).select_related("by")


def _hash(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _day(day):
    return day.isoformat() if isinstance(day, (datetime.date, datetime.datetime)) else str(day or "")


# --- the two questions that are asked -------------------------------------------------------------------------------------


def examine(bundle, made, progress=None):
    """Look at everything that would be published. Takes a second or two; with veraPDF some more."""
    look = Look(bundle, made)
    findings, passed, checks = [], [], []
    for place, check in enumerate(CHECKS):
        if progress:
            progress(
                len(made), len(made) + 1, f"Checking: {check.name.replace('-', ' ')} ({place + 1} of {len(CHECKS)})"
            )
        found = list(dict.fromkeys(check.find(look)))
        words = "" if found else check.in_words(look)
        findings += found
        passed += [words] if words else []
        checks.append({"check": check.name, "result": _result(check, found, words)})
    for each in made:
        kind, record, content = each.draft.kind, each.draft.record, each.draft.content
        own = kind.findings(record, content)
        findings += own
        passed += kind.passes(record, content)
        checks.append({"check": f"{kind.name} of its own", "result": _result(None, own, "")})
    results = papers.results(look)
    ran = {"result": "not run", "why": verapdf.missing() or "it did not finish"}
    if results is not None:
        ran = {
            "result": "passed" if all(result.passed for result in results) else "failed",
            "profiles": sorted({profile for result in results for profile in result.profiles}),
            "engine": verapdf.engine(),
        }
    findings = sorted(dict.fromkeys(findings), key=lambda finding: not finding.blocks)
    return Report(findings, list(dict.fromkeys(passed)), checks, ran)


def _result(check, found, words):
    if any(finding.severity == ERROR for finding in found):
        return "failed"
    if found:
        return "to be explained"
    if check and check.name == "verapdf" and words.startswith("veraPDF was not run"):
        return "not run"
    return "passed"


HREF = re.compile(r'href=\\?["\'](/[^"\'\\#?]*)')


def rules_hash(bundle):
    """A short hash over everything but the documents that the result depends on; changes when it would."""
    said = [str(VERSION), background_of(bundle).in_words, verapdf.missing()]
    texts = []
    for draft in bundle.fresh:
        said += [finding.fingerprint for finding in draft.kind.findings(draft.record, draft.content)]
        said += draft.kind.passes(draft.record, draft.content)
        texts.append(editions.canonical(draft.content))
    asked = {path.strip("/") for text in texts for path in HREF.findall(text)}
    if asked:
        standing = Publication.objects.filter(path__in=asked, withdrawn_at=None).exclude(current=None)
        said += sorted(standing.values_list("path", flat=True))
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]
