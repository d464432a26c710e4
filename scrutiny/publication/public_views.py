"""Views of the public site. Each finds an Edition and hands its page over; none knows who asks.

What stands at no address now may have been withdrawn (410 with the reason) or moved (301); only then is it missing.
"""

import re

from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import reverse

from scrutiny.publication import site
from scrutiny.publication.answering import Answer, StoredFile, public
from scrutiny.publication.record import Record
from scrutiny.workflow.models import PublicationClass

_VERSION = re.compile(r"(?P<path>.+)/v(?P<major>\d{1,4})\.(?P<minor>\d{1,4})")


@public
def front(request):
    """The public home; in an office that is not open yet the way to opening it."""
    record = Record()
    if record.office is None:
        return HttpResponseRedirect(reverse("desk"))
    return Answer(site.home_page(record))


@public
def meetings(request, year=None):
    """The meetings of a year, or those to come and the newest."""
    return _of_year(site.meetings_page, "meeting", year)


@public
def reports(request, year=None):
    """The reports of a year, or the newest."""
    return _of_year(site.reports_page, "report", year)


@public
def news(request, year=None):
    """The news releases of a year, or the newest."""
    return _of_year(site.news_page, "news", year)


def _of_year(page, kind, year):
    record = Record()
    if year is not None and int(year) not in record.years(kind):
        raise Http404
    return Answer(page(record, int(year) if year else None))


@public
def decisions(request):
    """The register of decisions."""
    return Answer(site.decisions_page(Record()))


@public
def actions(request):
    """The register of actions."""
    return Answer(site.actions_page(Record()))


@public
def corrections(request):
    """The log of corrections."""
    return Answer(site.corrections_page(Record()))


@public
def plans(request):
    """The Police and Crime Plan."""
    return Answer(site.plans_page(Record()))


@public
def letters(request, year=None):
    """The letters of a year, or the newest."""
    return _of_year(site.letters_page, "letter", year)


@public
def measures(request):
    """The statements on the national measures."""
    return Answer(site.measures_page(Record()))


@public
def networks(request):
    """The networks and partnerships, by level."""
    return Answer(site.networks_page(Record()))


@public(query=("priority",))
def indicators(request):
    """The register of indicators, of one priority if asked."""
    return Answer(site.indicators_page(Record(), request.GET.get("priority", "")))


@public
def inspections(request):
    """What inspectorates asked for, with the state of each response."""
    return Answer(site.inspections_page(Record()))


@public
def documents(request):
    """The publication scheme."""
    return Answer(site.documents_page(Record()))


@public
def below_documents(request, slug):
    """A class of the publication scheme, or the document that has this address."""
    record = Record()
    if edition := record.at(f"documents/{slug}"):
        return Answer(site.page_of(record, edition))
    if held := PublicationClass.objects.filter(slug=slug).first():
        return Answer(site.class_page(record, held))
    return elsewhere(record, f"documents/{slug}", ending="/")


@public
def document(request, path):
    """Whatever is published at this address."""
    record = Record()
    if path.startswith("meetings/") and path.count("/") == 1:
        record.fetch(path, "actions")  # the page of a meeting says what became of its actions
    edition = record.at(path)
    return Answer(site.page_of(record, edition)) if edition else elsewhere(record, path, ending="/")


@public
def item(request, path, slug):
    """An item of a meeting's agenda."""
    record = Record()
    record.fetch(path, f"{path}/minutes", "actions")
    meeting = record.at(path)
    html = site.item_page(record, meeting, slug) if meeting and meeting.kind == "meeting" else None
    return Answer(html) if html else elsewhere(record, f"{path}/items/{slug}", ending="/")


@public
def version(request, path, major, minor):
    """One version for good."""
    record = Record()
    edition = record.version(path, int(major), int(minor))
    if edition is None:
        return elsewhere(record, f"{path}/v{major}.{minor}", ending="/")
    return Answer(site.version_page(record, edition))


@public
def versions(request, path):
    """All versions of a document and what each changed."""
    record = Record()
    edition = record.at(path)
    return Answer(site.versions_page(record, edition)) if edition else elsewhere(record, f"{path}/versions", ending="/")


@public(stamped=False)
def file(request, path, name):
    """The PDF of a document, newest or of one version, or a file that is published with it."""
    record = Record()
    is_file = path.endswith("/files")
    place = path.removesuffix("/files")
    found = _VERSION.fullmatch(place)
    if found:
        edition = record.version(found["path"], int(found["major"]), int(found["minor"]))
    else:
        edition = record.light(place)
    stored = _stored(edition, name, is_file=is_file, frozen=bool(found)) if edition else None
    if stored:
        return stored
    return _pdf_below(record, path, name) or elsewhere(record, f"{path}/{name}")


def _stored(edition, name, *, is_file, frozen):
    if not is_file and edition.pdf_name == name:
        return StoredFile(edition.pdf_sha256, "pdf", name, "application/pdf", edition.published_at, frozen)
    for held in edition.files if is_file else ():
        if name == f"{held['slug']}.{held['kind']}":
            inline = held["kind"] in ("pdf", "png", "jpeg")
            return StoredFile(
                held["sha256"],
                held["kind"],
                name,
                held["media_type"],
                edition.published_at,
                frozen,
                as_attachment=not inline,
            )
    return None


def _pdf_below(record, path, name):
    """…/minutes.pdf leads to the PDF of …/minutes/, wherever something with a PDF is published there."""
    stem, _, ending = name.rpartition(".")
    edition = record.light(f"{path}/{stem}") if ending == "pdf" else None
    if edition is None or not edition.pdf_name:
        return None
    return HttpResponsePermanentRedirect(f"{edition.get_absolute_url()}{edition.pdf_name}")


def elsewhere(record, path, *, ending=""):
    """What answers at an address where nothing stands: 410 with the reason, 301 to where it is now. Raises Http404."""
    if withdrawn := record.withdrawn(path):
        return Answer(site.withdrawn_page(record, withdrawn), status=410)
    if moved := record.moved(path):
        return HttpResponsePermanentRedirect(f"/{moved}{ending}")
    raise Http404
