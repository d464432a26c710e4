"""Packs: one definition, two readers. What the public gets comes from what is published, and from nothing else."""

import hashlib
import io
from contextlib import suppress

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from opcc_portal import pdf
from opcc_portal.accounts.capabilities import Role
from opcc_portal.files.keeping import keep
from opcc_portal.jobs import operations as jobs
from opcc_portal.jobs import worker
from opcc_portal.jobs.models import Job
from opcc_portal.pdf import merge as merging
from scrutiny.publication.models import Pack
from scrutiny.publication.packs import building, rows
from scrutiny.publication.packs.private import PrivatePapers
from scrutiny.reports.models import JointReport
from scrutiny.workflow import kinds, papers
from scrutiny.workflow.models import State
from tests.factories import make_attachment, make_item, make_meeting, make_office, make_report, make_user
from tests.pdf import reading
from tests.pdf.papers import all_papers
from tests.publication import desk, editions
from tests.publication.packs import SECRET, Board, make_upload, note, publish, signed, untagged

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gate(monkeypatch):
    return desk.stand_in(monkeypatch)


LAID_OUT = {}


@pytest.fixture(autouse=True)
def laid_out_once(monkeypatch):
    """Equal papers of several tests are laid out once: what is tried here is what becomes of them."""
    made = pdf.render_with_report

    def once(html, files=None, **also):
        key = (html, tuple((files or {}).items()))
        if key not in LAID_OUT:
            LAID_OUT[key] = made(html, files=files, **also)
        return LAID_OUT[key]

    monkeypatch.setattr("opcc_portal.pdf.render_with_report", once)


@pytest.fixture
def board():
    return Board()


def stored(name):
    with default_storage.open(name) as file:
        return file.read()


def pdf_of(edition):
    return stored(f"editions/{edition.pdf_sha256}.pdf")


def by_title(content):
    return {row["title"]: row for row in content["rows"]}


# --- the public pack ------------------------------------------------------------------------------------------------------


def test_a_pack_needs_a_published_agenda(board):
    kind = kinds.named("pack")
    assert "agenda is not published yet" in kind.why_not(board.pack)
    board.publish_all()
    assert kind.why_not(board.pack) == ""


@pytest.mark.verapdf
def test_the_public_pack_holds_what_is_published_in_the_order_of_the_agenda(board, tmp_path):
    from tests.pdf.vera import VeraPDF

    board.publish_all()
    edition = board.publish_pack()
    assert (edition.path, edition.pdf_name, edition.version) == (
        f"meetings/{board.meeting.date}-northmoor-board/pack",
        "pack.pdf",
        "1.0",
    )
    held, data = by_title(edition.content), pdf_of(edition)
    assert [row["title"] for row in rows.in_pack(edition.content["rows"])] == [
        "Agenda and list of papers",
        "Roads by night",
        "Force’s update",
    ]
    assert edition.content["without"] == "Item 1 has no paper."
    # Each page that the contents name is that paper's, and bears that number.
    pages = reading.pages(data)
    assert edition.pdf_pages == len(pages)
    for title, words in (("Roads by night", "Roads by night"), ("Force’s update", "Patrols at dusk.")):
        row = held[title]
        assert words in pages[row["first"] - 1]
        assert f"Pack page {row['first']} of {len(pages)}" in pages[row["first"] - 1]
        assert reading.squeeze(f"{title}") in reading.squeeze(pages[0])
    with pikepdf.open(io.BytesIO(data)) as document:
        assert [page.label for page in document.pages] == [str(number) for number in range(1, len(pages) + 1)]
    marks = reading.bookmarks(data)
    assert (1, "3 Safer roads") in marks
    assert marks.index((1, "3 Safer roads")) < marks.index((2, "Roads by night")) < marks.index((2, "Force’s update"))
    # The last sheet names each file with its hash, and what the whole is.
    last = "".join(pages[-1].split())
    for title in ("Roads by night", "Force’s update", "Letter", "Figures"):
        assert held[title]["sha256"] in last
    assert edition.content_hash in last
    assert VeraPDF(tmp_path).complaints({"pack": data}, profiles=("ua1",)) == []
    assert pdf.problems(data) == []


@pytest.mark.one_database(
    "a pack is put together from Editions and files; what is asked of the database is tried on both beside"
)
def test_what_is_withheld_is_named_with_its_reason_and_nothing_more(board):
    board.publish_all()
    edition = board.publish_pack()
    held = by_title(edition.content)
    assert held["Live cases"]["reason"] == "It is about investigations."
    assert held["A review"]["absent"] == held["A map"]["absent"] == "withheld"
    everything = [
        repr(edition.content),
        edition.html,
        edition.summary,
        reading.text(pdf_of(edition)),
        repr(reading.bookmarks(pdf_of(edition))),
    ]
    with pikepdf.open(io.BytesIO(pdf_of(edition))) as document:
        everything += [repr(thing) for thing in document.objects]
        everything += [repr(bytes(thing.read_bytes())) for thing in _streams(document)]
    for text in everything:
        assert SECRET not in text
        assert "Kestrel" not in text
    assert "A review" in reading.text(pdf_of(edition))


def _streams(document):
    for thing in document.objects:
        if isinstance(thing, pikepdf.Stream):
            with suppress(pikepdf.PdfError):
                thing.read_bytes()
                yield thing


@pytest.mark.one_database(
    "a pack is put together from Editions and files; what is asked of the database is tried on both beside"
)
def test_changing_what_is_withheld_changes_no_byte_of_the_pack(board):
    board.publish_all()
    kind = kinds.named("pack")
    before = kind.content(board.pack)
    JointReport.objects.filter(item=board.held).update(subject="Another subject altogether")
    make_attachment(JointReport.objects.get(item=board.private), upload=make_upload(note("More"), name="more.pdf"))
    make_report(board.meeting, item=board.roads, subject="A draft that nobody signed")
    assert kind.content(board.pack) == before


@pytest.mark.one_database(
    "a pack is put together from Editions and files; what is asked of the database is tried on both beside"
)
def test_files_that_are_not_accessible_stand_beside_the_pack(board):
    board.publish_all()
    content = kinds.named("pack").content(board.pack)
    letter, figures = by_title(content)["Letter"], by_title(content)["Figures"]
    assert letter["absent"] == figures["absent"] == "beside"
    assert letter["reason"] == rows.NO_TAGS
    assert figures["reason"] == rows.NOT_A_PDF
    assert letter["file"].endswith("/v1.0/files/letter.pdf")
    html = dict(kinds.named("pack").parts(content))["contents"]
    assert f'href="{letter["file"]}"' in html
    assert "Letter (PDF, 659 bytes)" in html


@pytest.mark.one_database(
    "a pack is put together from Editions and files; what is asked of the database is tried on both beside"
)
def test_files_that_only_claim_to_be_accessible_stand_beside_the_pack(board):
    for title, data in (("Scan", untagged()), ("Empty", editions.PDF), ("Half", note("Half")[:900])):
        upload = make_upload(data + b"\n", name=f"{title}.pdf", tagged=True)
        make_attachment(board.report, title=title, upload=upload)
    board.publish_all()
    held = by_title(kinds.named("pack").content(board.pack))
    for title in ("Scan", "Empty", "Half"):
        assert (held[title]["absent"], held[title]["reason"]) == ("beside", rows.NOT_FIT)


def test_the_same_papers_are_no_new_version_and_the_same_bytes(board):
    board.publish_all()
    edition = board.publish_pack()
    assert board.publish_pack() is None
    kind = kinds.named("pack")
    imprint = kinds.Imprint("1.0", edition.published_at.date(), "/x/", edition.content_hash, "0" * 64)
    assert kind.make_pdf(edition.content, imprint) == kind.make_pdf(edition.content, imprint)


def test_a_late_paper_makes_a_supplement_with_a_page_of_changes(board):
    board.publish_all()
    first = board.publish_pack()
    late = make_report(board.meeting, item=board.welcome, subject="A late paper", sections=["Purpose"])
    publish("report", signed(late), by=board.officer)
    second = board.publish_pack()
    assert second.version == "1.1"
    assert second.content["since"] == "1.0"
    row = by_title(second.content)["A late paper"]
    changes = {change["title"]: change for change in second.content["changes"]}
    assert changes["A late paper"] == {
        "what": "Added",
        "label": "1",
        "title": "A late paper",
        "pages": str(row["first"]),
    }
    assert "Roads by night" not in changes
    words = reading.text(pdf_of(second))
    assert "What changed since pack 1.0" in words
    assert "A late paper" in reading.pages(pdf_of(second))[row["first"] - 1]
    assert "What changed since version 1.0" in second.html
    assert default_storage.exists(f"editions/{first.pdf_sha256}.pdf")
    assert board.publish_pack() is None


def test_the_changes_of_a_supplement_are_told_apart():
    paper = rows.row("Paper", slug="1", url="/a/", sha256="1", pages=1, first=2, last=2)
    file = rows.row("File", slug="1", url="/a/", file="/a/f.pdf", sha256="2", pages=2, first=3, last=4)
    other = {**paper, "sha256": "3"}
    new = rows.row("New", slug="2", url="/b/", absent="withheld")
    assert rows.changes([paper, file], [paper, file]) == []
    found = [(change["what"], change["title"], change["pages"]) for change in rows.changes([paper, file], [other, new])]
    assert found == [
        ("Changed", "Paper", "2"),
        ("Added", "New", "not in this pack"),
        ("Removed", rows.GONE, "not in this pack"),
    ]


def test_minutes_and_open_actions_of_earlier_meetings_come_from_their_editions():
    meeting = make_meeting()
    make_office()
    series = {"name": meeting.series.name, "slug": meeting.series.slug}
    base = editions.meeting_content() | {"series": series, "office": editions.OFFICE | {"logo_sha256": ""}}
    minutes_of, actions_of = make_item(meeting, task="previous_minutes"), make_item(meeting, task="open_actions")
    items = [editions.item("1", minutes_of.title), editions.item("2", actions_of.title)]
    earlier = editions.make_meeting_edition(
        content=base | {"date": "2020-01-08"}, path="meetings/2020", date="2020-01-08", pdf=note("Agenda then")
    )
    editions.make_minutes_edition(
        date="2020-01-08", path="meetings/2020/minutes", belongs_to=earlier.publication.subject
    )
    other = base | {"series": {"name": "Other", "slug": "other"}}
    editions.make_meeting_edition(
        content=other, path="meetings/other", date="2019-01-08", subject="scrutiny.meeting:999"
    )
    action = {
        "reference": "5/1",
        "text": "Bring the numbers.",
        "owners": "ACC Lane",
        "due_in_words": "28 February 2020",
        "is_open": True,
        "meeting": {"name": "Board", "date": "2020-01-08", "path": "meetings/2020"},
    }
    foreign = action | {
        "reference": "9/9",
        "meeting": {"name": "Other", "date": "2019-01-08", "path": "meetings/other"},
    }
    closed = action | {"reference": "5/2", "is_open": False}
    editions.make_edition(
        kind="actions", path="actions", content=editions.common("Actions", rows=[action, foreign, closed])
    )
    day = meeting.date.isoformat()
    editions.make_meeting_edition(
        content=base | {"items": items, "date": day, "title": f"Board, {day}"},
        path="meetings/now",
        date=day,
        subject=f"scrutiny.meeting:{meeting.pk}",
    )
    content = kinds.named("pack").content(Pack.objects.create(meeting=meeting))
    held = by_title(content)
    assert held["Minutes of the last meeting"]["note"] == "8 January 2020"
    assert held["Minutes of the last meeting"]["file"] == "/meetings/2020/minutes/v1.0/minutes.pdf"
    assert [each["reference"] for each in content["actions"]] == ["5/1"]
    actions = held["Open actions of earlier meetings"]
    assert (actions["pages"], actions["file"], actions["absent"]) == (1, "", "")


@pytest.mark.verapdf
def test_a_pack_of_twelve_items_is_accessible_and_the_same_every_time(made_papers, tmp_path):
    from tests.pdf.vera import VeraPDF

    parts = [
        merging.Part(f"Paper {number}", made_papers[number % len(made_papers)], under=(f"{number} Item",))
        for number in range(1, 13)
    ]
    first, second = (merging.merge(parts, title="Pack of twelve") for _ in range(2))
    assert first.pdf == second.pdf
    assert VeraPDF(tmp_path).complaints({"twelve": first.pdf}, profiles=("ua1",)) == []


@pytest.fixture
def made_papers():
    return [pdf.render(html, files=files) for html, files in all_papers().values()]


@pytest.mark.one_database(
    "a pack is put together from Editions and files; what is asked of the database is tried on both beside"
)
def test_a_file_that_is_gone_from_the_store_stops_the_pack_with_its_name(board):
    board.publish_all()
    content = kinds.named("pack").content(board.pack)
    name = f"editions/{by_title(content)['Force’s update']['sha256']}.pdf"
    imprint = kinds.Imprint("1.0", board.meeting.date, "/x/", "0" * 64, "0" * 64)
    data = stored(name)
    default_storage.delete(name)
    with pytest.raises(pdf.RenderFailed, match="Force’s update” is missing from the store"):
        kinds.named("pack").make_pdf(content, imprint)
    keep(name, data + b"\n")
    with pytest.raises(pdf.RenderFailed, match="is not the file that was published"):
        kinds.named("pack").make_pdf(content, imprint)
    default_storage.delete(name)
    keep(name, data)


def test_missing_papers_ask_for_a_reason_and_secrets_are_looked_for(board):
    board.publish_all()
    kind = kinds.named("pack")
    (gap,) = kind.findings(board.pack, kind.content(board.pack))
    assert "Open actions of earlier meetings" in gap.title
    assert not gap.blocks
    assert any(SECRET in secret.text for secret in kind.secrets(board.pack))


# --- the private pack ------------------------------------------------------------------------------------------------------


@pytest.mark.one_database(
    "a pack is put together from Editions and files; what is asked of the database is tried on both beside"
)
def test_the_private_pack_holds_everything_and_says_on_every_page_that_it_is_private(board):
    draft = make_report(board.meeting, item=board.welcome, subject="Only a draft")
    assert draft.state == State.DRAFT
    make_attachment(board.report, title="Broken", upload=make_upload(editions.PDF, name="broken.pdf"))
    data = stored(building.build_private(board.meeting))
    pages = reading.pages(data)
    assert all("Private pack: not for publication" in page for page in pages)
    words = reading.text(data)
    for said in ("Only a draft", f"{SECRET} paper 4", f"{SECRET} by street.", "Scanned words", "Live cases (private)"):
        assert said in words
    assert "Only PDF files can be part of a pack." in words
    assert "It cannot be merged." in words


@pytest.mark.one_database(
    "a pack is put together from Editions and files; what is asked of the database is tried on both beside"
)
def test_it_is_built_once_for_each_content(board, monkeypatch):
    laid_out = []
    monkeypatch.setattr(building.Assembly, "build", lambda *args, **also: b"%PDF-")
    name = building.build_private(board.meeting)
    monkeypatch.setattr(papers, "_made", lambda html, logo: laid_out.append(html) or pdf.render(html))
    assert building.build_private(board.meeting) == name
    assert laid_out == []
    JointReport.objects.filter(pk=board.report.pk).update(subject="Roads at dawn")
    assert building.build_private(board.meeting) != name
    # The paper itself, the agenda that names it, and the cover that is measured: all others are kept.
    assert len(laid_out) == 3


def test_a_worker_killed_in_the_middle_leaves_no_half_file_and_the_pack_is_built_once(board, client, monkeypatch):
    client.force_login(board.officer)
    url = reverse("pack-private-pdf", args=[board.meeting.pk])
    name = building.private_name(board.meeting)

    class Killed(BaseException):
        pass

    def dies(*args, **also):
        raise Killed

    monkeypatch.setattr(building.Assembly, "build", dies)
    monkeypatch.setattr("scrutiny.publication.packs.views.PATIENCE", 0)
    client.get(url)
    assert not default_storage.exists(name)
    job = Job.objects.get(key=name)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=1, lease_until=job.created_at)
    monkeypatch.setattr(building.Assembly, "build", lambda *args, **also: b"%PDF-")
    jobs.sweep()
    job.refresh_from_db()
    if job.state == Job.State.QUEUED:
        worker.run(job.pk)
        job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 2)
    answer = client.get(url)
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert Job.objects.filter(kind="build_pack").count() == 1


@pytest.mark.one_database(
    "a pack is put together from Editions and files; what is asked of the database is tried on both beside"
)
def test_a_disk_that_is_full_is_said_and_leaves_nothing(board, monkeypatch):
    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        keep("papers/full.pdf", b"x")
    assert not default_storage.exists("papers/full.pdf")
    assert not [name for name in default_storage.listdir("papers")[1] if name.startswith(".half")]
    job = jobs.start("build_pack", key="full", by=board.officer, payload={"pk": board.meeting.pk, "url": "/"})
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "no room left on the disk" in job.message


# --- pages of the desk -------------------------------------------------------------------------------------------------------


def test_the_page_lists_the_papers_and_leads_to_both_packs(board, client, django_assert_max_num_queries):
    client.force_login(board.officer)
    url = reverse("pack", args=[board.meeting.pk])
    html = client.get(url).content.decode()
    assert "Roads by night" in html
    assert "The agenda is not published yet." in html
    board.publish_all()
    assert "Check the public pack" in client.get(url).content.decode()
    with django_assert_max_num_queries(12):
        client.get(url)


def test_checking_the_public_pack_leads_to_the_page_of_checks(board, client):
    client.force_login(board.officer)
    board.publish_all()
    board.pack.delete()
    answer = client.post(reverse("pack-publish", args=[board.meeting.pk]))
    record = Pack.objects.get(meeting=board.meeting)
    assert answer.url == reverse("publish", args=["pack", record.pk])
    assert client.post(reverse("pack-publish", args=[board.meeting.pk])).url == answer.url
    page = client.get(answer.url).content.decode()
    assert "Ready to publish" in page
    publish("pack", record, by=board.officer)
    assert "Version 1.0" in client.get(reverse("pack", args=[board.meeting.pk])).content.decode()


def test_the_public_page_of_a_pack_is_there_and_serves_its_file(board, client):
    board.publish_all()
    edition = board.publish_pack()
    page = client.get(f"/{edition.path}/")
    assert page.status_code == 200
    assert "Roads by night" in page.content.decode()
    answer = client.get(f"/{edition.path}/pack.pdf")
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == edition.pdf_sha256


def test_only_the_office_gets_the_private_pack(board, client):
    client.force_login(make_user(Role.FORCE))
    assert client.get(reverse("pack-private-pdf", args=[board.meeting.pk])).status_code in (403, 404)
    client.force_login(make_user(Role.ANALYST))
    assert client.post(reverse("pack-publish", args=[board.meeting.pk])).status_code in (403, 404)


@pytest.mark.one_database(
    "a pack is put together from Editions and files; what is asked of the database is tried on both beside"
)
def test_a_meeting_without_items_has_a_pack_of_its_agenda(client):
    make_office()
    meeting = make_meeting()
    held = PrivatePapers(meeting)
    assert [row["title"] for row in held.rows] == ["Agenda and list of papers"]
    assert stored(building.build_private(meeting)).startswith(b"%PDF-")
