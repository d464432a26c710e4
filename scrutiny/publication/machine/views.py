"""The machine forms of the public record, each at the address of its page with another ending."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponsePermanentRedirect

from funding.open_data import streaming
from funding.open_data.asking import Asked
from funding.open_data.filters import NAMES, filtered
from funding.open_data.publisher import the_publisher
from scrutiny.publication.answering import Answer, Stream, public
from scrutiny.publication.machine import LICENCE, LICENCE_NAME, calendar, feeds, inspections, maps, tables, twins
from scrutiny.publication.record import Record
from scrutiny.publication.site.framing import render
from scrutiny.workflow.models import PublicationClass

CSV = {
    "actions": tables.actions,
    "corrections": tables.corrections,
    "decisions": tables.decisions,
    "duties": tables.duties,
    "indicators": tables.indicators,
    "inspections": inspections.table,
    "meetings": tables.meetings,
    "recommendations": inspections.recommendations,
}
REGISTERS = {
    "actions": twins.actions,
    "corrections": twins.corrections,
    "decisions": twins.decisions,
    "documents": twins.documents,
    "indicators": twins.indicators,
    "inspections": inspections.listed,
    "plan": twins.plan,
}
KINDS = {"letters": "letter", "meetings": "meeting", "news": "news", "reports": "report"}
# name, words, what it holds
DATA = (
    ("Meetings", "Every meeting with its date, place, agenda and what came of it.", "meetings", ("csv", "json", "ics")),
    ("Reports", "Every report to the commissioner, with its attachments.", "reports", ("json",)),
    ("News", "Every news release with its pictures, and the last 50 as a feed.", "news", ("json", "atom")),
    ("Letters", "Every letter that the office publishes.", "letters", ("json",)),
    ("Decisions", "What the commissioner decided, with reference and reasons.", "decisions", ("csv", "json")),
    ("Actions", "What was promised at meetings: by whom, by when, and how it stands.", "actions", ("csv", "json")),
    ("Corrections", "Figures in published papers that were put right.", "corrections", ("csv", "json", "atom")),
    ("Police and Crime Plan", "The plan in force and its priorities, with every earlier plan.", "plan", ("json",)),
    ("Indicators", "What is counted, the latest figure of each, and what it says.", "indicators", ("csv", "json")),
    ("Inspections", "Reports of inspectorates, and the state of each response.", "inspections", ("csv", "json")),
    ("Recommendations", "What inspectorates ask for, and what became of it.", "recommendations", ("csv",)),
    (
        "Grants",
        "Every published grant in the 360Giving Data Standard, with conditions and reasons.",
        "grants/360giving",
        ("csv", "json"),
    ),
    ("New grants", "The last 50 grants that were published.", "grants/feed", ("atom",)),
    ("Duties", "What the law asks of the office, and whether it is met.", "duties", ("csv",)),
    ("Documents", "The publication scheme and what stands under its classes.", "documents", ("json",)),
    ("New publications", "The last 50 versions of anything that was published, but grants.", "feed", ("atom",)),
    ("All pages", "The address of every page, and the day on which it last changed.", "sitemap", ("xml",)),
)
FORMATS = {"csv": "CSV", "json": "JSON", "ics": "Calendar", "atom": "Atom feed", "xml": "XML"}


def _base(request):
    return request.build_absolute_uri("/")[:-1]


def _json(data, status=200):
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return Answer(f"{text}\n", "application/json", status)


def _elsewhere(record, path, ending="json"):
    """What answers where nothing stands: as the page, 410 with the reason or 301 to where it is now. Raises Http404."""
    if withdrawn := record.withdrawn(path):
        return _json({"withdrawn_at": withdrawn.at, "reason": withdrawn.reason}, 410)
    if moved := record.moved(path):
        return HttpResponsePermanentRedirect(f"/{moved}.{ending}")
    raise Http404


@public
def home(request):
    """What is new."""
    return _json(twins.home(Record(), _base(request)))


@public
def listed(request, name, year=None):
    """Meetings and reports."""
    record, kind = Record(), KINDS[name]
    if year is not None and int(year) not in record.years(kind):
        raise Http404
    return _json(twins.listed(record, kind, _base(request), int(year) if year else None))


@public
def register(request, name):
    """A register, or the publication scheme."""
    return _json(REGISTERS[name](Record(), _base(request)))


@public
def below_documents(request, slug):
    """A document, or a class of the publication scheme."""
    record, base = Record(), _base(request)
    if edition := record.at(f"documents/{slug}"):
        return _json(twins.edition(record, edition, base))
    held = PublicationClass.objects.filter(slug=slug).first()
    return _json(twins.scheme_class(record, held, base)) if held else _elsewhere(record, f"documents/{slug}")


@public
def document(request, path):
    """Whatever is published at this address."""
    record = Record()
    edition = record.at(path)
    return _json(twins.edition(record, edition, _base(request))) if edition else _elsewhere(record, path)


@public
def version(request, path, major, minor):
    """One version of it."""
    record = Record()
    edition = record.version(path, int(major), int(minor))
    if edition is None:
        return _elsewhere(record, f"{path}/v{major}.{minor}")
    return _json(twins.edition(record, edition, _base(request), pinned=True))


@public
def versions(request, path):
    """All versions of it."""
    record = Record()
    edition = record.light(path)
    return _json(twins.versions(record, edition, _base(request))) if edition else _elsewhere(record, f"{path}/versions")


@public
def item(request, path, slug):
    """One item of a meeting."""
    record = Record()
    meeting = record.at(path)
    is_meeting = meeting is not None and meeting.kind == "meeting"
    told = twins.item(record, meeting, slug, _base(request)) if is_meeting else None
    return _json(told) if told else _elsewhere(record, f"{path}/items/{slug}")


@public
def table(request, name):
    """A register as CSV."""
    return _csv(CSV[name](Record(), _base(request)), name)


def _csv(text, name):
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Answer(text, "text/csv; charset=utf-8", headers=headers)


@public
def figures(request, path):
    """Every figure of an indicator with its revisions as CSV. Nothing else of the record is a table of figures."""
    record = Record()
    edition = record.at(path)
    if edition is None:
        return _elsewhere(record, path, "csv")
    if edition.kind != "indicator":
        raise Http404
    return _csv(tables.figures(edition), edition.publication.path.rpartition("/")[2])


@public(query=NAMES)
def grants_json(request):
    """Published grants as the standard has them: exactly those that the list shows, or what of the question is unclear."""
    asked = Asked.from_query(request.GET)
    if asked.errors:
        return _json({"errors": asked.errors}, 400)
    awards, publisher, base = filtered(asked.cleaned), the_publisher(), _base(request)
    office = Record().office
    name = (office.legal_name or office.display_name) if office else ""
    address = asked.address("/grants/360giving.json")
    told = streaming.package(awards, publisher, base, office_name=name, address=address, filters=asked.query())
    pieces = streaming.stream_json(awards, publisher, base, told)
    return Stream(pieces, "application/json", _attached("json"))


@public(query=NAMES)
def grants_csv(request):
    """The same as the standard's flat file, with conditions and reasons in columns of our own."""
    asked = Asked.from_query(request.GET)
    if asked.errors:
        return Answer("".join(f"{said}\n" for said in asked.errors.values()), "text/plain; charset=utf-8", 400)
    pieces = streaming.stream_csv(filtered(asked.cleaned), the_publisher(), _base(request))
    return Stream(pieces, "text/csv; charset=utf-8", _attached("csv"))


def _attached(ending):
    return {"Content-Disposition": f'attachment; filename="360giving.{ending}"'}


@public
def feed(request):
    """What was published last."""
    return Answer(feeds.publications(Record(), _base(request)), "application/atom+xml; charset=utf-8")


@public
def corrections_feed(request):
    """What was put right last."""
    return Answer(feeds.corrections(Record(), _base(request)), "application/atom+xml; charset=utf-8")


@public
def news_feed(request):
    """The news releases that went out last."""
    return Answer(feeds.news(Record(), _base(request)), "application/atom+xml; charset=utf-8")


@public
def meetings_calendar(request):
    """Meetings for calendars."""
    return Answer(calendar.meetings(Record(), _base(request)), "text/calendar; charset=utf-8")


@public
def sitemap(request):
    """Every public page."""
    return Answer(maps.sitemap(_base(request)), "application/xml; charset=utf-8")


@public
def robots(request):
    """Where search engines may go."""
    return Answer(maps.robots(_base(request)), "text/plain; charset=utf-8")


@public
def data(request):
    """All of these in one list, for people."""
    rows = [
        {
            "title": title,
            "about": about,
            "links": [{"url": _address(name, ending), "words": f"{title} ({FORMATS[ending]})"} for ending in endings],
        }
        for title, about, name, endings in DATA
    ]
    html = render(
        "data",
        Record(),
        path="data",
        title="Open data",
        description="The public record as data: tables, feeds, a calendar, and every page as JSON.",
        rows=rows,
        licence=LICENCE,
        licence_name=LICENCE_NAME,
    )
    return Answer(html)


def _address(name, ending):
    return f"/{name}/feed.atom" if name in ("corrections", "news") and ending == "atom" else f"/{name}.{ending}"
