"""How every public address answers: the same bytes for everybody, cacheable, with ETag, Last-Modified and 304.

What a page may depend on is in the stamp: the head of the chain, withdrawals, former addresses, the classes of the
publication scheme, the office's identity, today's date and the code. Nothing that is restricted or a draft is in it,
so nothing of that kind can be seen from a header. With the same stamp an address gives the same bytes; a finished
answer is therefore kept, and one that the visitor has already is not sent again.
"""

import hashlib
import time
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache as answers
from django.core.files.storage import default_storage
from django.db import connection
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotModified, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.views.decorators.csrf import csrf_exempt

from opcc_portal.accounts.permissions import open_to_all
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.publication.record import Record
from scrutiny.publication.site.framing import site_address
from scrutiny.publication.site.gone import missing_page
from scrutiny.workflow import editions

METHODS = ("GET", "HEAD")
FRESH = "public, max-age=60"
# Versions never change; they may be withdrawn, though, and after ten minutes no copy on the way answers for them any more.
FROZEN = "public, max-age=600, immutable"
LASTING = (200, 301, 410)
KEPT_FOR = 600
LARGEST_KEPT = 256 * 1024
MACHINE_FORMS = ("application/json", "application/atom+xml", "text/csv", "text/calendar")


@dataclass(frozen=True)
class Answer:
    """What a public view gives back: the finished body and how it is to be sent."""

    body: str | bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class StoredFile:
    """A published file, as a public view gives it back; sent from the store, known by its SHA-256.

    `frozen`: it stands at the address of one version, so that copies on the way may be kept for longer.
    """

    sha256: str
    ending: str
    name: str
    media_type: str
    at: object
    frozen: bool = False
    as_attachment: bool = False


@dataclass(frozen=True)
class Stream:
    """A body that is written while it is sent, so that its length costs no memory; `pieces` are texts, made when asked for.

    It is never kept: a visitor who has it already is told so, everybody else reads it fresh.
    """

    pieces: object
    content_type: str
    headers: dict = field(default_factory=dict)


def public(view=None, *, query=(), stamped=True, methods=METHODS):
    """Mark a view of the public site. It gets the request and its arguments and returns an Answer, a StoredFile, a
    Stream or a redirect.

    Of the query only the fields named in `query` reach the view, and nothing of the visitor does: no cookie, session
    or user. `stamped=False` is for views that only hand out files, which are known by their hash. No view is asked for a
    token against forged requests: there is no session that could be misused, and nothing is changed.
    """

    def decorate(view):
        @open_to_all
        @csrf_exempt
        @wraps(view)
        def answered(request, *args, **kwargs):
            if request.method not in methods:
                return _other_method(request.method, methods)
            request.GET = _declared(request.GET, query)
            request.COOKIES, request.user = {}, AnonymousUser()
            stamp = the_stamp() if stamped else None
            name = _name_of(request, stamp) if stamped else ""
            if stamped and _has_it(request, name, _modified(stamp)):
                return _not_modified(name, _modified(stamp), FRESH)
            given = answers.get(f"public:{name}") if stamped else None
            if given is None:
                before = site_address.set(request.build_absolute_uri("/")[:-1])
                try:
                    if "\x00" in request.path:  # no address has one, and PostgreSQL refuses to look for it
                        raise Http404
                    given = view(request, *args, **kwargs)
                except Http404:
                    given = Answer(missing_page(Record()), status=404)
                finally:
                    site_address.reset(before)
                if stamped and not request.GET and _is_worth_keeping(given):
                    answers.set(f"public:{name}", given, KEPT_FOR)
            return _finished(request, given, name, stamp)

        return answered

    return decorate(view) if view else decorate


def _other_method(method, methods):
    response = HttpResponse(status=204 if method == "OPTIONS" else 405)
    response["Allow"] = ", ".join((*methods, "OPTIONS"))
    response["Cache-Control"] = "no-store"
    return response


def _declared(given, names):
    declared = QueryDict(mutable=True)
    for name in names:
        if name in given:
            declared.setlist(name, given.getlist(name))
    declared._mutable = False
    return declared


def _is_worth_keeping(given):
    if not isinstance(given, Answer) or given.status != 200 or "Cache-Control" in given.headers:
        return False
    return len(given.body) <= LARGEST_KEPT


def _finished(request, given, name, stamp):
    if isinstance(given, StoredFile):
        return _file(request, given)
    if isinstance(given, Stream):
        return _stream(request, given, name, stamp)
    if isinstance(given, Answer):
        response = HttpResponse(given.body, content_type=given.content_type, status=given.status, headers=given.headers)
        if given.status == 200 and stamp is not None and "Cache-Control" not in response:
            response["ETag"] = f'"{name}"'
            response["Last-Modified"] = http_date(_modified(stamp))
    else:
        response = given
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = FRESH if response.status_code in LASTING else "no-cache"
    if response.get("Content-Type", "").startswith(MACHINE_FORMS):
        response["Access-Control-Allow-Origin"] = "*"  # open data: pages of others may read it
    if request.method == "HEAD" and not response.streaming:
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _stream(request, given, name, stamp):
    headers = {
        "ETag": f'"{name}"',
        "Last-Modified": http_date(_modified(stamp)),
        "Cache-Control": FRESH,
        **given.headers,
    }
    if given.content_type.startswith(MACHINE_FORMS):
        headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "HEAD":
        return HttpResponse(content_type=given.content_type, headers=headers)
    return StreamingHttpResponse(given.pieces, content_type=given.content_type, headers=headers)


def _file(request, given):
    policy, modified = FROZEN if given.frozen else FRESH, int(given.at.timestamp())
    if _has_it(request, given.sha256, modified):
        return _not_modified(given.sha256, modified, policy)
    try:
        file = default_storage.open(editions.stored_name(given.sha256, given.ending))
    except FileNotFoundError:
        return _finished(request, Answer(missing_page(Record()), status=404), "", None)
    response = FileResponse(file, content_type=given.media_type, filename=given.name, as_attachment=given.as_attachment)
    response["ETag"] = f'"{given.sha256}"'
    response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = policy
    if request.method == "HEAD":
        file.close()  # not the response, which would say that the request has ended
        return HttpResponse(headers=dict(response.items()))
    return response


# --- does the visitor have it already? ---------------------------------------------------------------------------------


def _has_it(request, name, modified):
    """Whether the visitor's copy is this very answer. A tag that is given decides; the date counts only without one."""
    if tags := request.META.get("HTTP_IF_NONE_MATCH"):
        return tags.strip() == "*" or f'"{name}"' in {tag.removeprefix("W/") for tag in parse_etags(tags)}
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    return since is not None and modified <= since


def _not_modified(name, modified, policy):
    response = HttpResponseNotModified()
    response["ETag"] = f'"{name}"'
    response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = policy
    return response


def _name_of(request, stamp):
    """The name of the answer that this address gives under this stamp. Addresses inside a page carry the host."""
    parts = (stamp, request.scheme, request.get_host(), request.path, request.GET.urlencode())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


# --- the stamp ---------------------------------------------------------------------------------------------------------

# All numbers and texts that public pages read and that are not in the chain; a sum changes when a class is given.
_PUBLIC_STATE = """
SELECT 'head', CAST(number AS text), chain, '', '' FROM scrutiny_chainhead
UNION ALL
SELECT 'publications', CAST(COUNT(withdrawn_at) AS text), COALESCE(CAST(MAX(withdrawn_at) AS text), ''),
    COALESCE(CAST(SUM(scheme_class_id) AS text), ''), COALESCE(CAST(SUM(scheme_class_id * id) AS text), '')
    FROM scrutiny_publication
UNION ALL
SELECT 'versions', CAST(COUNT(*) AS text), COALESCE(CAST(MAX(id) AS text), ''), '', '' FROM scrutiny_withdrawnversion
UNION ALL
SELECT 'addresses', CAST(COUNT(*) AS text), COALESCE(CAST(MAX(id) AS text), ''), '', '' FROM scrutiny_formeraddress
UNION ALL
SELECT 'publisher', prefix, funder_id, licence_name, licence_url FROM funding_publisher
UNION ALL
SELECT 'class', name, slug, description, CAST(position AS text) FROM scrutiny_publicationclass
"""


_stamped = (0.0, "")


def the_stamp():
    """A hash of everything that public pages depend on. One query, and none where this process asked a moment ago.

    So under a rush of visitors the database is asked once a moment; what is published or withdrawn shows that much later.
    """
    global _stamped
    until, stamp = _stamped
    if time.monotonic() >= until:
        stamp = _stamp_now()
        _stamped = (time.monotonic() + settings.PUBLIC_STAMP_SECONDS, stamp)
    return stamp


def _stamp_now():
    with connection.cursor() as cursor:
        cursor.execute(_question())
        rows = cursor.fetchall()
    state = sorted(row for row in rows if row[0] != "office")
    day = today().isoformat()
    identity = _identity_on(day, sorted((row for row in rows if row[0] == "office"), reverse=True))
    return hashlib.sha256(repr((state, identity, day, _code())).encode()).hexdigest()


@cache
def _question():
    names = [connection.ops.quote_name(field.column) for field in Office._meta.concrete_fields]
    identity = " || '\x1f' || ".join(f"COALESCE(CAST({name} AS text), '')" for name in names)
    office = "SELECT 'office', CAST(valid_from AS text), COALESCE(CAST(valid_to AS text), ''), {}, '' FROM opcc_portal_office"
    return f"{_PUBLIC_STATE} UNION ALL {office.format(identity)}"


def _identity_on(day, rows):
    """The row of the identity of that day, as Office.on chooses it of (…, first day, last day, …), newest first."""
    begun = [row for row in rows if row[1] <= day]
    valid = [row for row in begun if not row[2] or row[2] >= day]
    return next(iter(valid or begun or rows[-1:]), None)


_since = ("", 0)


def _modified(stamp):
    """Since when, as far as this process knows, the public site has been as it is: the stamp itself holds no time."""
    global _since
    if _since[0] != stamp:
        _since = (stamp, int(timezone.now().timestamp()))
    return _since[1]


def _code():
    """A hash of what turns Editions into pages. Templates and code of a running service do not change."""
    return "" if settings.DEBUG else _code_of_this_release()


@cache
def _code_of_this_release():
    digest = hashlib.sha256()
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    for path in sorted([*_sources(), manifest]):
        if path.exists():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources():
    for folder, pattern in (
        ("templates", "*.html"),
        ("scrutiny", "*.py"),
        ("funding", "*.py"),
        ("opcc_portal", "*.py"),
    ):
        yield from (settings.BASE_DIR / folder).rglob(pattern)
