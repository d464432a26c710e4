"""Nothing restricted, private or unfinished can be reached from outside, in no form; and what is public can, in all."""

import json

import pytest

from funding.awards.models import Award
from funding.open_data import content as grants
from scrutiny.indicators import charting, small_counts
from scrutiny.indicators import publishing as indicators
from scrutiny.inspections import content as inspections
from scrutiny.letters.models import Letter
from scrutiny.measures import publishing as measures
from scrutiny.meetings import publishing as meetings
from scrutiny.meetings.models import AgendaItem
from scrutiny.partnerships import publishing as networks
from scrutiny.publication import making
from scrutiny.publication.models import PublicSearchEntry
from scrutiny.publication.search import index
from scrutiny.publication.search.question import understand
from scrutiny.register import publishing as decisions
from scrutiny.reports import passages
from scrutiny.reports.models import JointReport
from scrutiny.reports.publishing import ReportKind
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, EditionQuerySet, Restrictable
from tests.factories import make_entry, make_report, make_restriction, make_section
from tests.publication import canary, canary_letters, canary_news, canary_partnerships

pytestmark = pytest.mark.django_db

# Where each public word has to be found; a surface where no word is seen has not been looked at.
SURFACES = {
    "Meeting.venue": ("/meetings/", ".json", "agenda.pdf", ".ics", "/meetings.csv"),
    "AgendaItem.title": ("/items/5/", ".json", "agenda.pdf", "/minutes/", "minutes.pdf"),
    "JointReport.subject": ("/reports/", ".json", "report.pdf", "feed.atom", "/sitemap.xml"),
    "ReportSection.body": ("/reports/", ".json", "report.pdf"),
    "Attachment.title": ("/reports/", ".json", "report.pdf"),
    "Upload content": (".csv",),
    "Decision.title": ("/decisions/", "decision.pdf", "/decisions.csv", ".json", "feed.atom"),
    "Decision.reasons": ("/decisions/2023-001/", "decision.pdf"),
    "private AgendaItem.title": ("/meetings/", "agenda.pdf"),
    "SitePage.body": ("/contact/", "/contact.json"),
    **canary_news.SURFACES,
    **canary_partnerships.SURFACES,
    "Award.title": ("/grants/", ".json", ".csv", "grant.pdf", "feed.atom"),
    "Award.purpose": ("/grants/", ".json", "grant.pdf", "/grants/monthly/"),
    "Award.conditions": ("/grants/", ".json", "grant.pdf"),
    "Organisation.name of a recipient": ("/grants/recipients/", "/grants/360giving.json", "grant.pdf"),
    "Fund.source": ("/grants/", "grant.pdf"),
    "Round.guidance": ("/grants/rounds/", ".json"),
    **canary_letters.SURFACES,
    "Measure.title": ("/measures/", ".json", "statement.pdf"),
    "Measure.description": ("/measures/", ".json"),
    "MeasureSet.name": ("/measures/", ".json", "statement.pdf"),
    "MeasureSet.source": ("/measures/", ".json", "statement.pdf"),
    "MeasuresStatement.introduction": ("/measures/", ".json", "statement.pdf"),
    "StatementLine.text": ("/measures/", ".json", "statement.pdf"),
    "Inspection.title": ("/inspections/", ".json", "/inspections.csv", "response.pdf", "feed.atom"),
    "Inspection.summary": ("/inspections/", ".json"),
    "Organisation.name of an inspectorate": ("/inspections/", "/inspections.csv", "response.pdf"),
    "Recommendation.text": ("/inspections/", ".json", "/recommendations.csv", "response.pdf"),
    "Recommendation.addressee": ("/inspections/", "/recommendations.csv", "response.pdf"),
    "Response.comments": ("/inspections/", ".json", "response.pdf"),
    "Response.text": ("/inspections/", ".json", "response.pdf"),
    "Answer.text": ("/inspections/", ".json", "response.pdf"),
    "Dispatch.how": ("/inspections/", ".json", "response.pdf"),
    "Indicator.title": ("/indicators/", ".json", ".csv", "/indicators.csv", "indicator.pdf", "feed.atom"),
    "Indicator.question": ("/indicators/burglaries/", "/indicators/burglaries.json", "indicator.pdf"),
    "DefinitionVersion.numerator": ("/indicators/burglaries/", "indicator.pdf"),
    "ObservationRevision.reason": ("/indicators/burglaries/", "/indicators/burglaries.csv", "indicator.pdf"),
}


def told(found, canaries):
    """What was found, in words."""
    return "\n".join(f"{canaries.where[word]} ({word}): {sorted(at)[:4]}" for word, at in sorted(found.items()))


def test_no_secret_word_is_found_and_every_public_word_is_on_every_surface(world):
    answers = canary.crawl(world.addresses)
    leaked = canary.found_in(answers, world.secret.where)
    assert not leaked, told(leaked, world.secret)
    assert not canary.small_counts_in(answers)
    found = canary.found_in(answers, world.public.where)
    missing = {
        (where, surface)
        for word, where in world.public.where.items()
        for surface in SURFACES.get(where, ("/",))
        if not any(surface in address for address in found.get(word, ()))
    }
    assert not missing
    _search_finds_what_is_public_alone(world)


def _search_finds_what_is_public_alone(world):
    rows = PublicSearchEntry.objects.all()
    hits = {word for word in (*world.secret.where, *world.public.where) if index.find(rows, understand(word)).count}
    assert not hits & set(world.secret.where)
    texts = ("AgendaItem.title", "JointReport.subject", "ReportSection.body", "Decision.decided", "SitePage.body")
    assert {world.public.where[word] for word in hits} >= set(texts)


@pytest.mark.one_database("search and the whole crawl are tried on both above; what differs here is words, not queries")
def test_changing_what_is_hidden_and_adding_drafts_changes_no_public_byte(world):
    before = canary.crawl(world.addresses)
    world.change_what_is_hidden()
    meeting = world.meeting
    item = meeting.items.get(label="5")
    make_section(make_report(meeting, item=item), body="<p>Another draft.</p>")
    make_report(meeting, item=meeting.items.get(label="9"))
    after = canary.crawl(world.addresses)
    # Where people sign in every form has a token of its own, and whoever watches the service wants no old answer.
    changed = {address for address in before if before[address] != after.get(address)}
    assert {address for address in changed if not address.startswith((*canary.ACCOUNTS, "/healthz"))} == set()
    assert after.keys() == before.keys()
    # Nor would anything else come out if the same were published again.
    for name, record in (("meeting", meeting), ("round", world.round)):
        bundle = making.bundle_of(kinds.named(name), record)
        assert [draft.subject for draft in bundle.fresh] == []


@pytest.mark.one_database("search and the whole crawl are tried on both above; what differs here is words, not queries")
def test_another_restricted_entry_beside_one_leaves_no_trace(world):
    before = contents(world)
    minutes = world.meeting.minutes
    held = minutes.minuted_items.get(item__label="5")
    standing = held.entries.filter(restriction__isnull=False).order_by("position").last()
    type(minutes).objects.filter(pk=minutes.pk).update(state="draft")
    held.refresh_from_db()
    for kind in ("question", "statement"):
        more = make_entry(type(held).objects.get(pk=held.pk), kind=kind, text="More that nobody may read.")
        type(more).objects.filter(pk=more.pk).update(position=standing.position)
        reason = standing.restriction
        make_restriction(more, bases=list(reason.bases.all()), public_reason=reason.public_reason)
    type(minutes).objects.filter(pk=minutes.pk).update(state="published")
    assert contents(world) == before


def contents(world):
    """What the public would get of the meeting, the indicator and the round now, as text: contents, pages and lists.

    Of the papers only those of grants, which say what to print themselves.
    """
    about = (
        ("response", world.response),
        ("letter", world.letter),
        ("measures", world.statement),
        ("meeting", world.meeting),
        ("indicator", world.indicator),
        ("round", world.round),
        ("network", world.network),
    )
    parts = []
    for draft in [draft for name, record in about for draft in making.bundle_of(kinds.named(name), record).drafts]:
        edition = Edition(
            publication=draft.publication,
            kind=draft.kind.name,
            path=draft.publication.path,
            title=draft.kind.title(draft.content),
            summary=draft.kind.summary(draft.content),
            date=draft.kind.date(draft.content),
            content=draft.content,
            files=draft.file_data,
        )
        parts += [json.dumps([draft.content, draft.file_data]), edition.title, edition.summary]
        parts += [html for _, html in draft.kind.parts(draft.content)]
        if draft.kind.name == "award" and draft.kind.has_pdf(draft.content):
            imprint = kinds.Imprint("1.0", edition.date, "/x/", "0" * 64, "0" * 64)
            parts.append(draft.kind.paper(draft.content, imprint)[0])
        parts += [str(each) for each in (*draft.kind.lines(edition), *draft.kind.search(edition))]
    return "\n".join(parts)


# Every filter between the desk and the public, and what would stand there without it.
FILTERS = (
    (Restrictable, "is_restricted", property(lambda self: False)),
    (AgendaItem, "is_withheld", property(lambda self: False)),
    (passages, "for_the_public", passages.with_all_words),
    (ReportKind, "why_not", lambda self, record: ""),
    (JointReport, "live_sections", lambda self: list(self.sections.all())),
    (meetings, "stub_of", lambda item: None),
    (decisions, "_stub_of", lambda decision: None),
    (small_counts, "is_small", lambda figure, indicator, area: False),
    (Award, "is_restricted", property(lambda self: False)),
    (grants, "TOLD_IN_FULL", ("what the money is for",)),
    (indicators._Public, "_source", lambda self, revision: (revision.source, "")),
    (indicators._Public, "_reason", lambda self, revision: revision.reason),
    (indicators._Public, "_is_told", lambda self, point: True),
    (inspections, "_history", lambda asked: [{"status": each.evidence, "on": ""} for each in asked.changes.all()]),
    (Letter, "public_name", property(lambda self: self.addressee)),
    (measures, "_told", lambda indicators: indicators),
    (networks, "_member", lambda member, told=networks._member: told(member) | {"role": member.source}),
    (networks, "_event", lambda event, note, told=networks._event: told(event, note) | {"summary": event.source}),
    (networks, "_post", lambda post, told=networks._post: told(post) | {"programme": str(post.holder)}),
    (networks, "_agreement", lambda signed, told=networks._agreement: told(signed) | {"summary": signed.source}),
    (charting, "_notes", lambda series, first, public, told=charting._notes: told(series, first, False)),
)


@pytest.mark.one_database("search and the whole crawl are tried on both above; what differs here is words, not queries")
def test_without_any_one_of_its_filters_a_content_leaks(world_not_yet_published, monkeypatch):
    """The canary sees each of them: none stands there for nothing."""
    world = world_not_yet_published
    assert not _leaks(world)
    for on, name, value in FILTERS:
        with monkeypatch.context() as patch:
            patch.setattr(on, name, value)
            assert _leaks(world), f"{on.__name__}.{name}"
    assert not _leaks(world)


def _leaks(world):
    answers = {"/": (200, {}, contents(world).encode())}
    return canary.found_in(answers, world.secret.where) or canary.small_counts_in(answers)


@pytest.mark.one_database("search and the whole crawl are tried on both above; what differs here is words, not queries")
def test_without_its_filter_the_site_shows_what_was_withdrawn(world, monkeypatch):
    asked = ["/documents/old-policy/", "/documents/old-policy.json", "/feed.atom"]
    assert not canary.found_in(canary.answers(asked), world.secret.where)
    everything = EditionQuerySet.select_related
    monkeypatch.setattr(EditionQuerySet, "current", lambda self: everything(self, "publication"))
    assert canary.found_in(canary.answers(asked), world.secret.where)
