"""A small office full of canaries: one word of its own in every text field of what must not get out.

`Canaries` makes the words and remembers where each was put; `world` builds records in every state and publishes what may
be published; `crawl` reads everything that somebody without an account can reach; `found_in` looks for the words in what
came back, raw or encoded, also inside PDFs.
"""

import base64
import io
import re
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urljoin, urlsplit

import pikepdf
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role
from opcc_portal.files import operations as files
from scrutiny.minutes import approval
from scrutiny.minutes.models import Correction
from scrutiny.publication import making, operations
from scrutiny.publication.models import Acceptance, PreElectionPeriod, SitePage, WithheldName
from scrutiny.register.models import Attachment, Decision
from scrutiny.reports.models import Body, JointReport, RestrictedPassage, SignOff
from scrutiny.workflow import kinds, saving
from scrutiny.workflow.models import FormerAddress, Publication, State
from scrutiny.workflow.operations import comment
from tests.factories import (
    make_attachment,
    make_decision,
    make_entry,
    make_item,
    make_legal_basis,
    make_meeting,
    make_minutes,
    make_office,
    make_public_question,
    make_report,
    make_request,
    make_restriction,
    make_section,
    make_user,
)
from tests.pdf.reading import text as text_of_pdf
from tests.publication import (
    canary_duties,
    canary_figures,
    canary_grants,
    canary_inspections,
    canary_letters,
    canary_measures,
    canary_news,
    canary_partnerships,
)
from tests.publication.records import confirm_corrections, draft_minutes, fresh, seen
from tests.sown import Sown

# Where people sign in, a form needs its cookie.
ACCOUNTS = ("/desk/", "/apply/", "/sign-in", "/sign-out", "/password", "/first-office", "/reset")
TOKEN = re.compile(rb"qz[0-9]{4}kx", re.IGNORECASE)
# Runs of letters in which a word may be hidden: base64, hexadecimal.
HIDING = (re.compile(rb"[A-Za-z0-9+/]{12,}={0,2}"), re.compile(rb"(?:[0-9a-fA-F]{2}){8,}"))


@dataclass
class Canaries:
    """The words that were given out: {word: where it stands}."""

    where: dict = field(default_factory=dict)
    first: int = 1

    def word(self, where):
        """A new word."""
        made = f"qz{self.first + len(self.where):04d}kx"
        self.where[made] = where
        return made

    def fill(self, record, *, keep=()):
        """Put a word of its own into every text field of a record, past every operation; returns the record."""
        changes = {}
        for each in record._meta.concrete_fields:
            is_text = type(each) in (models.CharField, models.TextField) and not each.choices
            if is_text and each.name not in keep and not each.primary_key and not each.unique:
                changes[each.name] = f"Word {self.word(f'{type(record).__name__}.{each.name}')} stands here"[
                    : each.max_length
                ]
        type(record).objects.filter(pk=record.pk).update(**changes)
        record.refresh_from_db()
        return record


@dataclass
class World:
    """What was built: the words that are secret, those that are public, and the records that tests change again."""

    secret: Canaries
    public: Canaries
    meeting: object = None
    indicator: object = None
    statement: object = None
    letter: object = None
    board: object = None
    round: object = None
    release: object = None
    response: object = None
    network: object = None
    hidden: list = field(default_factory=list)
    addresses: list = field(default_factory=list)

    def hide(self, record, **more):
        """Fill a record with secret words and remember it."""
        self.hidden.append((record, more))
        return self.secret.fill(record, **more)

    def change_what_is_hidden(self):
        """Other secret words wherever secret words stood."""
        for record, more in self.hidden:
            self.secret.fill(record, **more)


def upload_of(name, text, by):
    """A small text file as the office keeps it."""
    return files.receive(ContentFile(f"figure,value\n{text},1\n".encode(), name=name), by=by)


def world(*, published=True):
    """The office, published as far as it may be; or about to be."""
    made = World(Canaries(), Canaries(first=5001))
    secret, public = made.secret, made.public
    make_office()
    officer = make_user(email=f"{secret.word('User.email')}@example.org")
    minutes = draft_minutes()
    meeting = made.meeting = minutes.meeting
    type(meeting).objects.filter(pk=meeting.pk).update(
        agenda_set_at=timezone.now(), venue=f"Hall {public.word('Meeting.venue')}"
    )
    item = minutes.minuted_items.order_by("item__position").first().item
    type(item).objects.filter(pk=item.pk).update(
        title=f"Roads {public.word('AgendaItem.title')}", note=f"Note {public.word('AgendaItem.note')}"
    )
    for record in (meeting, item, minutes):
        record.refresh_from_db()
    _withheld_items(made, meeting, minutes, officer)
    _entries(made, minutes, item, officer)
    _approve(minutes)
    _reports(made, meeting, item, officer)
    _decisions(made, meeting, item, officer)
    _drafts(made, meeting, officer)
    _site_pages(made, officer)
    canary_figures.sow(made, officer)
    canary_grants.sow(made, officer)
    canary_inspections.sow(made, officer)
    canary_letters.sow(made, officer)
    canary_measures.sow(made, officer)
    canary_duties.sow(made, officer)
    canary_news.sow(made, officer)
    canary_partnerships.sow(made, officer)
    if published:
        _publish(made, meeting, officer)
    return made


def _withheld_items(made, meeting, minutes, officer):
    restricted = make_item(meeting, title="To be hidden", label="8")
    make_restriction(
        restricted, by=officer, neutral_title="A matter", decided_by=made.secret.word("Restriction.decided_by")
    )
    made.hide(restricted, keep=("label", "slug", "part", "outcome"))
    below = make_item(meeting, title="Below it", label="8a", parent=restricted)
    made.hide(below, keep=("label", "slug"))
    private = make_item(
        meeting, title=f"In private {made.public.word('private AgendaItem.title')}", label="9", part="private"
    )
    make_restriction(private, by=officer, decided_by=made.secret.word("Restriction.decided_by"))
    made.hide(private, keep=("label", "slug", "title", "note"))
    for item in (restricted, private):
        file = upload_of(f"{made.secret.word('Upload.name')}.csv", made.secret.word("Upload content"), officer)
        paper = Attachment.objects.create(title=f"Figures {made.secret.word('Attachment.title')}", upload=file)
        made.hide(paper, keep=("label",))
        made.hide(make_request(meeting, item=item, attachment=paper, delivered_at=timezone.now(), delivered_by=officer))
        made.addresses += [f"/{file.file.name}", f"/meetings/{meeting.date}-{meeting.series.slug}/files/figures.csv"]
    for item in (restricted, below, private):
        held, _ = minutes.minuted_items.get_or_create(item=item)
        for kind in ("question", "answer", "action", "decision", "correction", "assurance"):
            _hidden_entry(made, held, kind, officer)


def _approve(minutes):
    confirm_corrections(minutes)
    approval.send(minutes, by=minutes.minute_taker)
    approval.approve(minutes, seen=seen(minutes), by=make_user(Role.COMMISSIONER))
    return fresh(minutes)


def _hidden_entry(made, held, kind, officer):
    """An entry with words of its own in all its records, all as complete as approval wants it."""
    entry = make_entry(held, text=f"Said {made.secret.word('MinuteEntry.text')}.", kind=kind, by=officer)
    made.hide(entry)
    if entry.action:
        type(entry.action).objects.filter(pk=entry.action.pk).update(owned_by_all=True, due="2023-08-01")
        made.hide(entry.action, keep=("reference",))
    if entry.decision:
        made.hide(entry.decision)
    correction = Correction.objects.filter(entry=entry).first()
    if correction:
        words = {"old_value": "1", "new_value": "2", "measure": "Figure", "period": "2022"}
        Correction.objects.filter(pk=correction.pk).update(**words, report=held.minutes.meeting.reports.first())
        made.hide(correction)
    return entry


def _entries(made, minutes, item, officer):
    held = minutes.minuted_items.get(item=item)
    basis = make_legal_basis()
    for _ in range(2):  # neighbours with the same reason: the public sees one
        entry = _hidden_entry(made, held, "statement", officer)
        make_restriction(entry, by=officer, bases=[basis], public_reason="It would harm a case.")
    deleted = _hidden_entry(made, held, "statement", officer)
    type(deleted).objects.filter(pk=deleted.pk).update(deleted=True)
    made.hide(comment(minutes, text="Said.", by=officer), keep=("document",))
    question = make_public_question(minutes.meeting.series, meeting=minutes.meeting)
    made.hide(question, keep=("asked_as",))


def _signed(report, officer):
    """Both signatures under the report as it stands."""
    report = JointReport.objects.get(pk=report.pk).load_parts()
    for body in Body.values:
        SignOff.objects.create(report=report, body=body, by=officer, content_hash=report.content_hash())
    JointReport.objects.filter(pk=report.pk).update(state=State.SIGNED)
    return JointReport.objects.get(pk=report.pk)


def _reports(made, meeting, item, officer):
    public, secret = made.public, made.secret
    report = make_report(
        meeting, item=item, subject=f"Safer roads {public.word('JointReport.subject')}", date=meeting.date
    )
    report.sections.all().delete()
    section = make_section(report, heading=f"Facts {public.word('ReportSection.heading')}", body="<p>x</p>")
    passage = RestrictedPassage.objects.create(section=section, text=f"hidden {secret.word('RestrictedPassage.text')}")
    make_restriction(passage, by=officer)
    made.hidden.append((passage, {}))
    body = f"<p>It fell by {public.word('ReportSection.body')}. {passage.token} More was done.</p>"
    type(section).objects.filter(pk=section.pk).update(body=body)
    gone = make_section(report, heading="Gone", body="<p>gone</p>")
    saving.save(type(gone), gone.uid, base_version=1, save_id=gone.uid, changes={"deleted": True}, by=officer)
    made.hide(gone)
    shown = upload_of("open.csv", public.word("Upload content"), officer)
    make_attachment(report, title=f"Open figures {public.word('Attachment.title')}", upload=shown)
    hidden = upload_of(f"{secret.word('Upload.name')}.csv", secret.word("Upload content"), officer)
    held = make_attachment(report, title="Hidden figures", upload=hidden)
    make_restriction(held.attachment, by=officer, neutral_title="A file")
    made.hide(held.attachment, keep=("label",))
    made.addresses += [f"/media/{hidden.file.name}", f"/{hidden.file.name}", f"/editions/{hidden.sha256}.csv"]
    _signed(report, officer)
    for state in (State.DRAFT, State.IN_REVIEW):
        draft = make_report(meeting, item=item)
        JointReport.objects.filter(pk=draft.pk).update(state=state)
        made.hide(make_section(draft, body="<p>draft</p>"))
        made.hide(draft)
    below_restricted = make_report(meeting, item=meeting.items.get(label="8"))
    made.hide(make_section(below_restricted, body="<p>of a restricted item</p>"))
    made.hide(_signed(below_restricted, officer))
    made.hide(make_request(meeting, item=item))


def _decisions(made, meeting, item, officer):
    ordinary = {"meeting": meeting, "item": item, "maker": "The Commissioner", "status": "signed", "year": 2023}
    ordinary |= {"signed_on": meeting.date, "signed_by": officer, "signed_name": "Robin Hale"}
    words = {"title": f"A grant {made.public.word('Decision.title')}", "reasons": made.public.word("Decision.reasons")}
    make_decision(**ordinary, **words, decided=f"It is agreed {made.public.word('Decision.decided')}", number=1)
    restricted = make_decision(**ordinary, number=2)
    make_restriction(restricted, by=officer, neutral_title="A decision")
    made.hide(restricted)
    for status in ("draft", "withdrawn"):
        draft = make_decision(meeting=meeting, item=item)
        Decision.objects.filter(pk=draft.pk).update(status=status)
        made.hide(draft)
    made.addresses += [f"/decisions/2023-{number:03}/" for number in range(1, 9)]


def _drafts(made, meeting, officer):
    coming = make_meeting(meeting.series, date=timezone.localdate() + timezone.timedelta(days=9), agenda_set_at=None)
    made.hide(make_item(coming))
    made.hide(coming)
    earlier = make_minutes()
    made.hide(make_entry(earlier.minuted_items.get(), by=officer))
    made.hide(earlier.meeting)
    made.hide(WithheldName.objects.create(name=made.secret.word("WithheldName.name"), why="x"))
    made.hide(PreElectionPeriod.objects.create(name="x", starts="2001-01-01", ends="2001-02-01"))
    made.hide(
        Acceptance.objects.create(subject="x", check_code="x", fingerprint="f", reason="x", by=officer),
        keep=("subject", "check_code", "fingerprint"),
    )
    made.addresses += [f"/meetings/{coming.date}-{coming.series.slug}/", f"/meetings/{earlier.meeting.date}-x/"]


def _site_pages(made, officer):
    page = SitePage.objects.create(
        slug="contact",
        title="Contact",
        body=f"<p>Write to {made.public.word('SitePage.body')}.</p>",
        created_by=officer,
    )
    SitePage.objects.filter(pk=page.pk).update(state=State.SIGNED)
    gone = SitePage.objects.create(slug="old-policy", title="Old policy", created_by=officer)
    SitePage.objects.filter(pk=gone.pk).update(state=State.SIGNED)
    made.hide(gone, keep=("slug",))
    made.hide(SitePage.objects.create(slug="a-draft", title="Draft", created_by=officer), keep=("slug",))
    made.addresses += ["/a-draft/", "/documents/a-draft/"]


def publish(record, kind, by):
    """Publish as the desk does, with a reason for everything that the gate warns of; returns the Editions."""
    bundle = making.bundle_of(kinds.named(kind), record)
    candidate = making.check(bundle, by=by)
    errors = [finding for finding in candidate.findings if finding["severity"] == "error"]
    assert not errors, errors
    for finding in candidate.findings:
        operations.explain(record, finding, reason="It is right so.", by=by)
    return making.publish(kinds.named(kind), record, seen=candidate.input_hash, by=by)


def _publish(made, meeting, officer):
    publish(meeting, "meeting", officer)
    publish(made.indicator, "indicator", officer)
    publish(made.response, "response", officer)
    publish(made.letter, "letter", officer)
    publish(made.statement, "measures", officer)
    publish(made.board, "duties", officer)
    publish(made.round, "round", officer)
    publish(made.network, "network", officer)
    publish(made.release, "news", officer)
    canary_news.change_what_is_out(made)
    for slug in ("contact", "old-policy"):
        page = SitePage.objects.get(slug=slug)
        publish(page, "page", officer)
    withdrawn = Publication.objects.get(path__endswith="old-policy")
    operations.withdraw_publication(withdrawn, reason="It was out of date.", by=officer)
    page = SitePage.objects.get(slug="contact")
    made.hide(page, keep=("slug",))  # changed on the desk after it was published
    FormerAddress.objects.create(path="once/here", publication=Publication.objects.get(path="contact"))


# As the tests get it, made once in a run.
PUBLISHED = Sown("canary", world)
NOT_YET_PUBLISHED = Sown("canary-not-yet-published", partial(world, published=False))


# --- reading as the public does ----------------------------------------------------------------------------------------


def answers(addresses):
    """{address: (status, headers, body)} of just these."""
    client = Client()
    given = {address: client.get(address) for address in addresses}
    return {at: (each.status_code, dict(each.items()), each.getvalue()) for at, each in given.items()}


def crawl(more=(), limit=1500):
    """{address: (status, headers, body)} of all that can be reached from the seeds, the site's own links included."""
    client, waiting, seen = Client(), [*_seeds(), *more], {}
    while waiting:
        address = waiting.pop(0)
        if address in seen or len(seen) >= limit:
            continue
        response = client.get(address)
        body = response.getvalue()
        headers = {name: value for name, value in response.items() if name != "Date"}
        assert address.startswith(ACCOUNTS) or not response.cookies, address
        seen[address] = (response.status_code, headers, body)
        if "Location" in headers:
            waiting.append(_local(address, headers["Location"]))
        if response.status_code == 200 and "html" in headers.get("Content-Type", ""):
            links = re.findall(r'(?:href|src|action)="([^"]+)"', body.decode())
            waiting += [found for link in links if (found := _local(address, link.replace("&amp;", "&")))]
            twin = f"{address.rstrip('/')}.json"
            if address.endswith("/") and "?" not in address:
                waiting.append(twin if twin != ".json" else "/index.json")
    assert len(seen) < limit, "the crawl did not come to its end"
    return seen


def _local(base, link):
    parts = urlsplit(urljoin(f"http://testserver{base}", link))
    if parts.netloc != "testserver" or parts.path.startswith("/static/"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _seeds():
    """Addresses without arguments from the resolver, what is published with its versions and files, ranges of numbers."""
    plain = [f"/{pattern.pattern}" for pattern in _patterns() if "<" not in str(pattern.pattern)]
    seeds = ["/", *(address.replace("^", "").replace("$", "").replace("\\", "") for address in plain)]
    for publication in Publication.objects.all():
        at = publication.get_absolute_url()
        seeds += [at, f"{at.rstrip('/')}.json", f"{at}versions/", *(f"{at}v1.{number}/" for number in range(3))]
        for name in (
            "agenda.pdf",
            "minutes.pdf",
            "report.pdf",
            "decision.pdf",
            "letter.pdf",
            "pack.pdf",
            "statement.pdf",
            "grant.pdf",
            "release.pdf",
            "response.pdf",
        ):
            seeds += [f"{at}{name}", f"{at}v1.0/{name}"]
        seeds += [f"{at}items/{slug}/" for slug in (*range(1, 12), "8a", "1-2", "to-be-hidden", "a-matter")]
    seeds += ["/robots.txt", "/sitemap.xml", "/feed.atom", "/corrections/feed.atom", "/meetings.ics", "/once/here/"]
    seeds += [
        f"/desk/{room}/{number}/" for room in ("reports", "minutes", "decisions", "actions") for number in range(1, 9)
    ]
    return seeds


def _patterns(patterns=None):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


def found_in(answers, words):
    """{word: addresses} of the words that stand in any answer, raw or encoded, in headers and inside PDFs too."""
    found = {}
    for address, (_, headers, body) in answers.items():
        for word in _words_in(body, headers, address):
            if word in words:
                found.setdefault(word, set()).add(address)
    return found


def small_counts_in(answers):
    """The addresses that tell a small count, in pages, data and PDFs."""
    texts = {
        at: text_of_pdf(body) if body.startswith(b"%PDF") else body.decode(errors="replace")
        for at, (*_, body) in answers.items()
    }
    return sorted(address for address, text in texts.items() if canary_figures.is_told(text))


def _words_in(body, headers, address):
    seen = [repr(sorted(headers.items())).encode(), body, address.encode()]
    if body.startswith(b"%PDF"):
        seen += _inside(body)
    everything = b"\n".join(seen)
    for hidden in HIDING:
        for each in hidden.findall(everything)[:2000]:
            seen += [_decoded(each[shift:]) for shift in range(4)]
    return {word.decode().lower() for word in TOKEN.findall(b"\n".join(seen).replace(b"\x00", b""))}


def _decoded(text):
    try:
        return bytes.fromhex(text.decode()) if re.fullmatch(rb"[0-9a-fA-F]+", text) else base64.b64decode(text + b"==")
    except ValueError:
        return b""


def _inside(data):
    """Text, metadata, bookmarks, strings and every decompressed stream of a PDF."""
    parts = [text_of_pdf(data).encode()]
    with pikepdf.open(io.BytesIO(data)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Stream):
                try:
                    parts.append(thing.read_bytes())
                except pikepdf.PdfError:
                    parts.append(thing.read_raw_bytes())
            parts.append(repr(thing).encode())
    return parts
