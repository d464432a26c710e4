"""A version that turns out to hold what must not be public is taken from the public; its place in the chain stays."""

import datetime

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from opcc_portal.audit.operations import key
from scrutiny.publication import making, operations, verification, verifying
from scrutiny.publication.models import Pack
from scrutiny.reports import withholding
from scrutiny.workflow import editions, kinds
from scrutiny.workflow.models import Edition, EditionQuerySet, Publication, WithdrawnVersion
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_item,
    make_legal_basis,
    make_meeting,
    make_office,
    make_report,
    make_restriction,
    make_user,
)
from tests.publication import canary, desk
from tests.publication.editions import common, make_edition
from tests.publication.packs import signed

pytestmark = pytest.mark.django_db

WHY = "It held what would harm a case."


def words_of_restriction():
    return {
        "bases": [make_legal_basis()],
        "public_reason": "It would harm a case.",
        "public_interest": "The case weighs more.",
        "decided_by": "The chief executive",
        "decided_on": "2023-09-01",
        "review_on": "2099-09-01",
    }


def test_what_is_restricted_after_it_was_published_is_nowhere_once_its_versions_are_withdrawn(world):
    officer = make_user()
    meeting = world.meeting
    pack = Pack.objects.create(meeting=meeting)
    canary.publish(pack, "pack", officer)
    report = meeting.reports.get(subject__startswith="Safer roads")
    word = {name: word for word, name in world.public.where.items()}
    section = report.sections.get(heading__startswith="Facts")
    withholding.withhold(section, words=f"by {word['ReportSection.body']}", by=officer, **words_of_restriction())
    open_file = report.held_attachments.get(attachment__title__startswith="Open figures").attachment
    make_restriction(open_file, by=officer, neutral_title="Figures")
    decision = meeting.decisions.get(number=1)
    gone = {word[name] for name in ("ReportSection.body", "Attachment.title", "Upload content")}

    canary.publish(meeting, "meeting", officer)  # its agenda names the papers
    canary.publish(pack, "pack", officer)
    first = Edition.objects.of(report).get(minor=0)
    file = first.files[0]
    held = [first.version_url, f"{first.version_url}files/{file['slug']}.csv", f"{first.version_url}{first.pdf_name}"]
    assert canary.found_in(canary.answers(held), gone).keys() == gone  # the versions of before still say it
    assert Edition.objects.of(pack).readable().count() == 2
    for record in (meeting, report):
        operations.withdraw_version(Edition.objects.of(record).get(minor=0), reason=WHY, by=officer)
    # The first pack held the papers, and went with them; the second did not.
    assert [each.version for each in Edition.objects.of(pack).readable()] == ["1.1"]

    after = canary.crawl([*held, *world.addresses])
    # What an address itself says was known before.
    bodies = {"" if at in held else at: answer for at, answer in after.items()}
    found = canary.found_in(bodies, gone)
    assert not found, found
    assert not any(word.encode() in after[at][2] for word in gone for at in held)
    assert WHY in after[first.version_url][2].decode()
    assert {after[address][0] for address in held} == {410}
    for sha256 in (first.pdf_sha256, first.content_hash, first.files[0]["sha256"]):
        assert verifying.look_up(sha256).state == verifying.WITHDRAWN
        assert WHY in canary.answers([f"/verify/?hash={sha256}"])[f"/verify/?hash={sha256}"][2].decode()
    assert decision.number == 1 and not list(verification.Verification())


@pytest.fixture
def gate(monkeypatch):
    return desk.stand_in(monkeypatch)


def test_publishing_again_does_not_bring_back_what_was_withdrawn(client, gate):
    make_office()
    officer = make_user()
    page = desk.make_page(by=officer, body="<p>The word was qzleak.</p>")
    desk.publish(page, by=officer)
    publication = Publication.objects.get()
    operations.withdraw_publication(publication, reason=WHY, by=officer)
    desk.write(page, by=officer, body="<p>Nothing of it.</p>")
    desk.publish(page, by=officer, notes="In other words.")
    at = Publication.objects.get().get_absolute_url()
    assert client.get(at).status_code == 200
    for address in (
        f"{at}v1.0/",
        f"{at[:-1]}/v1.0.json",
        f"{at}versions/",
        f"{at[:-1]}.json",
        f"{at[:-1]}/versions.json",
    ):
        assert b"qzleak" not in client.get(address).content, address
    assert client.get(f"{at}v1.0/").status_code == 410
    assert WHY in client.get(f"{at}versions/").content.decode()


def test_the_report_of_an_item_that_is_restricted_leaves_the_public_site_with_the_new_agenda(client, gate):
    make_office()
    officer = make_user()
    meeting = make_meeting(agenda_set_at="2023-01-01T00:00Z")
    item = make_item(meeting, title="Roads", label="1")
    report = signed(make_report(meeting, item=item, subject="What qzleak did", date=meeting.date))
    desk.publish(meeting, by=officer)
    address = Publication.objects.get(kind="report").get_absolute_url()
    assert b"qzleak" in client.get(address).content
    kind = kinds.named("meeting")
    assert "taken-back" not in {finding.code for finding in kind.findings(meeting, kind.content(meeting))}
    make_restriction(item, by=officer, public_reason="It would harm a case.", neutral_title="A matter")
    assert "taken-back" in {finding.code for finding in kind.findings(meeting, kind.content(meeting))}
    desk.publish(meeting, by=officer, notes="An item is withheld.")
    gone = client.get(address)
    assert gone.status_code == 410 and "It would harm a case." in gone.content.decode()
    for place in ("/", "/reports/", "/feed.atom", "/sitemap.xml", "/search/?q=qzleak", meeting_page()):
        assert b"What qzleak did" not in client.get(place).content, place
    assert type(report).objects.get(pk=report.pk).state == "withdrawn"


def meeting_page():
    """The address of the only meeting."""
    return Publication.objects.get(kind="meeting").get_absolute_url()


def test_what_is_withdrawn_while_somebody_publishes_stays_withdrawn(gate, monkeypatch):
    make_office()
    officer = make_user()
    page = desk.make_page(by=officer)
    desk.publish(page, by=officer)
    desk.write(page, by=officer, body="<p>In other words.</p>")
    kind = kinds.named("page")
    seen = making.bundle_of(kind, page).input_hash
    examine = gate.examine

    def withdraw_meanwhile(*args, **how):
        operations.withdraw_publication(Publication.objects.get(), reason=WHY, by=officer)
        return examine(*args, **how)

    monkeypatch.setattr(gate, "examine", withdraw_meanwhile)
    with pytest.raises(making.ChangedMeanwhile):
        making.publish(kind, page, seen=seen, by=officer)
    assert Publication.objects.get().is_withdrawn
    assert Edition.objects.count() == 1


def test_the_answer_of_before_is_not_given_any_more(client, gate):
    officer = make_user()
    make_office()
    first = make_edition(kind="page", path="documents/x", title="First", parts=[["a", "<p>qzleak</p>"]])
    make_edition(kind="page", path="documents/x", title="Second", parts=[["a", "<p>new</p>"]])
    had = client.get("/documents/x/v1.0/")
    assert b"qzleak" in had.content
    client.get("/documents/x/versions/")
    operations.withdraw_version(first, reason=WHY, by=officer)
    again = client.get("/documents/x/v1.0/", headers={"If-None-Match": had["ETag"]})
    assert again.status_code == 410
    assert b"qzleak" not in client.get("/documents/x/versions/").content
    feed = client.get("/feed.atom").content
    assert b"Second" in feed and b"First" not in feed


def minutes_with(text, uid="u1"):
    """Minutes that hold one action in these words, with its line in the register."""
    line = kinds.Line("action", datetime.date(2018, 1, 8), text, f"/meetings/m/minutes/#entry-{uid}")
    content = {**common("Minutes", "2018-01-08"), "actions": [{"uid": uid, "text": text}], "items": [], "status": ""}
    return make_edition(kind="minutes", path="meetings/m/minutes", content=content, lines=[line])


def register_with(text):
    """The register of actions with this one."""
    row = {"reference": "A1", "text": text, "owners": "Jo", "due": "", "state": "Open", "is_open": True}
    row |= {
        "meeting": {"name": "M", "date": "2018-01-08", "path": "meetings/m"},
        "url": "/meetings/m/minutes/#entry-u1",
    }
    content = {**common("Actions", "2018-01-08"), "rows": [row]}
    subject = key(operations.actions_register())
    return make_edition(kind="actions", path="actions", subject=subject, content=content, parts=[["a", text]])


WHERE_ACTIONS_STAND = ("/actions/", "/actions.json", "/actions.csv")


def test_an_action_that_newer_minutes_do_not_hold_is_not_told_by_the_register_of_before(client):
    make_office()
    minutes_with("Find qzleak.")
    register_with("Find qzleak.")
    for address in WHERE_ACTIONS_STAND:
        assert b"qzleak" in client.get(address).content, address
    minutes_with("Find somebody.")
    assert all(b"qzleak" not in client.get(address).content for address in WHERE_ACTIONS_STAND)
    assert b"Find somebody." in client.get("/actions.csv").content and b"Jo" in client.get("/actions.csv").content
    minutes_with("Something else.", uid="u2")
    assert all(b"Find" not in client.get(address).content for address in WHERE_ACTIONS_STAND)


def test_the_register_goes_with_the_minutes_that_an_action_was_withdrawn_with(gate):
    officer = make_user()
    first, _ = minutes_with("Find qzleak."), register_with("Find qzleak.")
    kept = minutes_with("Find qzleak.")
    operations.withdraw_version(first, reason=WHY, by=officer)
    assert Edition.objects.readable().filter(kind="actions").exists()  # the newer minutes still say it
    minutes_with("Find somebody.")
    operations.withdraw_version(kept, reason=WHY, by=officer)
    assert not Edition.objects.readable().filter(kind="actions").exists()


def test_without_its_filter_a_withdrawn_version_would_be_read(client, monkeypatch):
    make_office()
    first = make_edition(kind="page", path="documents/x", title="qzleak")
    make_edition(kind="page", path="documents/x", title="Second")
    editions.withdraw_version(first, reason=WHY, by=make_user())
    places = ("/documents/x/v1.0/", "/documents/x/v1.0.json", "/feed.atom")
    assert all(b"qzleak" not in client.get(place).content for place in places)
    monkeypatch.setattr(EditionQuerySet, "readable", lambda self: self)
    cache.clear()
    assert all(b"qzleak" in client.get(place).content for place in places)


def test_only_an_earlier_version_is_withdrawn_by_itself_and_it_stays_so():
    officer = make_user()
    first = make_edition(kind="page", path="documents/x", title="First")
    with pytest.raises(NotPossible, match="the version that counts"):
        editions.withdraw_version(first, reason=WHY, by=officer)
    make_edition(kind="page", path="documents/x", title="Second")
    with pytest.raises(NotPossible, match="Say why"):
        editions.withdraw_version(first, reason="  ", by=officer)
    editions.withdraw_version(first, reason=WHY, by=officer)
    assert editions.withdraw_version(first, reason="Another", by=officer).reason == WHY
    for statement in ("DELETE FROM scrutiny_withdrawnversion", "UPDATE scrutiny_withdrawnversion SET reason = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert WithdrawnVersion.objects.get().edition == first


def test_an_officer_is_led_to_the_versions_that_may_hold_what_is_restricted_now(client, gate):
    make_office()
    officer = make_user()
    client.force_login(officer)
    meeting = make_meeting(agenda_set_at="2023-01-01T00:00Z")
    item = meeting.items.create(title="A name qzleak", position=1, label="1")
    desk.publish(meeting, by=officer)
    make_restriction(item, by=officer, neutral_title="A matter")
    desk.publish(meeting, by=officer, notes="An item is withheld.")
    kind = kinds.named("meeting")
    history = reverse("publish-history", args=[kind.name, meeting.pk])
    assert history in client.get(reverse("publish", args=[kind.name, meeting.pk])).content.decode()
    first = Edition.objects.of(meeting).last()
    withdraw = reverse("publish-withdraw-version", args=[kind.name, meeting.pk, first.pk])
    html = client.get(history).content.decode()
    assert "it may still hold it" in html and withdraw in html
    assert client.get(withdraw).status_code == 200
    client.post(withdraw, {"reason": WHY})
    html = client.get(history).content.decode()
    assert WHY in html and withdraw not in html and "it may still hold it" not in html
    assert client.get(first.version_url).status_code == 410
    assert client.get(withdraw).status_code == 302
