"""A report as it is published: what the public gets of it, and what it never gets."""

import datetime
import json
from html import unescape

import pytest
from django.utils import timezone

from opcc_portal import pdf
from opcc_portal.audit.operations import key
from opcc_portal.files.models import Upload
from scrutiny.meetings.models import AgendaItem
from scrutiny.minutes.models import Correction, MinutedItem, MinuteEntry, Minutes
from scrutiny.reports import operations
from scrutiny.reports.models import Body, JointReport, ReportSection, RestrictedPassage
from scrutiny.reports.publishing import ReportKind, file_slugs
from scrutiny.workflow.kinds import Imprint
from scrutiny.workflow.models import Comment, LegalBasis, Restriction, State
from scrutiny.workflow.operations import NotPossible
from tests.factories import (
    make_attachment,
    make_item,
    make_meeting,
    make_office,
    make_priority,
    make_report,
    make_section,
    make_user,
)
from tests.pdf.reading import text
from tests.pdf.vera import VeraPDF
from tests.publication.editions import make_edition

pytestmark = pytest.mark.django_db

KIND = ReportKind()
IMPRINT = Imprint("1.1", datetime.date(2018, 2, 12), "/reports/x/", "ab" * 32, "0" * 64, "Corrections.")


def make_upload(**fields):
    """A file that was received, without its bytes."""
    ordinary = {"name": "figures-of-the-force.pdf", "kind": "pdf", "media_type": "application/pdf", "size": 12_345}
    number = Upload.objects.count()
    ordinary |= {"sha256": f"{number:064}", "tagged": True, "file": f"uploads/{number}.pdf"}
    return Upload.objects.create(**{**ordinary, **fields})


def make_restriction(reason="An inquiry is under way.", **fields):
    """A restriction in force with one legal basis."""
    day = datetime.date(2018, 1, 8)
    ordinary = {"public_reason": reason, "decided_by": "The monitoring officer", "decided_on": day, "review_on": day}
    made = Restriction.objects.create(**{**ordinary, **fields})
    basis = {"scheme": "Scheme of the tests", "paragraph": "section 31"}
    made.bases.add(LegalBasis.objects.get_or_create(**basis, defaults={"title": "law enforcement"})[0])
    return made


@pytest.fixture
def report():
    make_office()
    meeting = make_meeting(name="Scrutiny Board", date=datetime.date(2018, 1, 8))
    item = make_item(meeting, label="7A", title="Roads", priority=make_priority(title="Safer roads"))
    report = make_report(
        meeting,
        subject="Safer roads in 2017",
        item=item,
        office_author="Office of the Police and Crime Commissioner for Northmoor",
    )
    make_section(report, heading="Purpose of the report", body="<p>To say how safe the roads are.</p>")
    make_section(report, heading="Recommendation", kind="recommendation", body="<p>That the commissioner reads it.</p>")
    make_section(
        report,
        heading="Key information",
        body="<p>Collisions fell by a tenth.[note: Against 2016.]</p><p>More was done.</p>",
    )
    return fresh(report)


def fresh(report):
    """The report as the next request would load it."""
    return KIND.load(report.pk)


def signed(report):
    """Signed by both bodies."""
    if report.state == State.DRAFT:
        operations.send_for_review(report, by=make_user())
    for body in Body:
        operations.sign(
            fresh(report), body=body, seen=fresh(report).content_hash(), by=make_user(name=f"Signer for {body}")
        )
    return fresh(report)


def said(report):
    """Everything the public would get of it, as one text."""
    content = KIND.content(fresh(report))
    html = "".join(html for _, html in KIND.parts(content)) + KIND.paper(content, IMPRINT)[0]
    return json.dumps(content, ensure_ascii=False) + unescape(html)


def correct(report, *, state=State.PUBLISHED, **fields):
    """A confirmed correction that the published minutes of its meeting hold."""
    minutes, _ = Minutes.objects.get_or_create(meeting=report.meeting, defaults={"state": state})
    if state == State.PUBLISHED:
        make_edition(subject=key(minutes))
    ordinary = {"measure": "Collisions", "old_value": "127", "new_value": "176", "period": "2017", "report": report}
    ordinary |= {"status": "confirmed", "confirmed_at": timezone.now()}
    return Correction.objects.create(minutes=minutes, **{**ordinary, **fields})


# --- when ----------------------------------------------------------------------------------------------------------------


def test_a_report_waits_until_both_bodies_have_signed(report):
    assert "draft" in KIND.why_not(report)
    assert KIND.why_not(signed(report)) == ""


@pytest.mark.parametrize("kept", ["private", "restricted", "below a restricted one"])
def test_nothing_of_a_report_on_a_withheld_item_is_published(report, kept):
    report = signed(report)
    if kept == "private":
        AgendaItem.objects.update(part="private")
    elif kept == "restricted":
        AgendaItem.objects.update(restriction=make_restriction())
    else:
        parent = make_item(report.meeting, restriction=make_restriction())
        AgendaItem.objects.filter(pk=report.item_id).update(parent=parent)
    assert "private or restricted" in KIND.why_not(fresh(report))


def test_published_is_closed_and_stays_the_same_document(report):
    report = signed(report)
    before = KIND.content(report)
    KIND.published(report, None, by=make_user())
    report = fresh(report)
    assert report.state == State.PUBLISHED
    assert KIND.content(report) == before
    section = report.sections.first()
    with pytest.raises(NotPossible):
        operations.save_section(
            section, base_version=1, save_id=section.uid, changes={"heading": "Other"}, by=make_user()
        )
    KIND.published(report, None, by=make_user())  # the next Edition
    KIND.withdrawn(report, by=make_user())
    assert fresh(report).state == State.WITHDRAWN


# --- what ----------------------------------------------------------------------------------------------------------------


def test_the_content_holds_what_was_signed(report):
    make_attachment(report, title="Figures of the force", label="Appendix A", upload=make_upload())
    report = signed(report)
    content = KIND.content(report)
    assert KIND.path(report) == "reports/2018-01-08-safer-roads-in-2017"
    assert KIND.belongs_to(report) == content["meeting_subject"] == key(report.meeting)
    assert (content["item_slug"], content["heading"]["item_label"]) == ("7a", "7A")
    assert content["priority"]["title"] == "Safer roads"
    assert [section["number"] for section in content["sections"]] == ["1", "2", "3"]
    assert content["sections"][2]["notes"] == [{"number": 1, "html": "Against 2016."}]
    assert [attachment["file"] for attachment in content["attachments"]] == ["figures-of-the-force.pdf"]
    assert {signature["by"] for signature in content["signatures"]} == {"Signer for office", "Signer for force"}
    assert [part for part, *_ in KIND.people(report)] == ["Signed for the office", "Signed for the force"]
    assert KIND.summary(content).endswith("1 attachment")
    assert content == json.loads(json.dumps(content))
    words = said(report)
    assert f'href="/{content["path"]}/files/figures-of-the-force.pdf"' in words
    assert "Appendix A: Figures of the force" in words


def test_a_restricted_passage_is_its_reason_alone_until_it_is_released(report):
    section = report.sections.get(heading="Key information")
    passage = RestrictedPassage.objects.create(section=section, text="the canary sang", restriction=make_restriction())
    ReportSection.objects.filter(pk=section.pk).update(body=f"<p>It is said that {passage.token} at night.</p>")
    words = said(report)
    assert "canary" not in words and passage.token not in words
    assert "It is said that [Withheld: An inquiry is under way] at night." in words
    assert "Scheme of the tests, section 31 (law enforcement)" in words
    assert [secret.text for secret in KIND.secrets(fresh(report))] == ["the canary sang"]
    RestrictedPassage.objects.update(text="something of quite another length <em>and form</em>")
    assert said(report) == words
    Restriction.objects.update(released_at=timezone.now(), released_by=make_user())
    assert "It is said that something of quite another length" in said(report)
    assert KIND.secrets(fresh(report)) == []


def test_neighbours_withheld_for_the_same_reason_are_one(report):
    section = report.sections.get(heading="Key information")
    tokens = [
        RestrictedPassage.objects.create(section=section, text=text, restriction=make_restriction()).token
        for text in ("one", "two", "three")
    ]
    bodies = [f"<p>Before.</p><p>{tokens[0]}</p>", f"<p>Before.</p><p>{tokens[0]} {tokens[1]}</p><p>{tokens[2]}</p>"]
    outputs = []
    for body in bodies:
        ReportSection.objects.filter(pk=section.pk).update(body=body)
        outputs.append(KIND.content(fresh(report)))
    assert outputs[0] == outputs[1]


def test_a_restricted_attachment_is_named_by_its_stub_and_never_published_as_a_file(report):
    upload = make_upload(name="canary-list.pdf")
    held = make_attachment(report, title="Names of informants", label="Appendix B", summary="canary", upload=upload)
    make_attachment(report, title="Figures", upload=make_upload())
    held.attachment.restriction = make_restriction(neutral_title="A list")
    held.attachment.save(update_fields=["restriction"])
    words = said(report)
    for secret in ("Names of informants", "names-of-informants", "canary"):
        assert secret not in words
    assert "Appendix B: A list" in words and "An inquiry is under way." in words
    assert [file.slug for file in KIND.files(report)] == ["figures"]
    assert list(file_slugs(fresh(report)).values()) == ["figures"]
    assert {secret.text for secret in KIND.secrets(fresh(report))} == {
        "Names of informants",
        "canary",
        "canary-list.pdf",
    }
    upload.size, upload.name = 999_999_999, "other.pdf"
    upload.save()
    assert said(report) == words


def test_two_attachments_of_one_title_have_two_addresses_and_a_missing_one_none(report):
    for upload in (make_upload(), make_upload(kind="csv"), None):
        make_attachment(report, title="Figures", upload=upload)
    files = [attachment["file"] for attachment in KIND.content(fresh(report))["attachments"]]
    assert files == ["figures.pdf", "figures-2.csv", ""]
    assert "The office holds no file of it." in said(report)


def test_comments_and_deleted_sections_never_reach_the_content(report):
    Comment.objects.create(document=key(report), text="The canary should be taken out.", by=make_user())
    section = make_section(report, heading="Canary", body="<p>Canary again.</p>")
    operations.delete_section(section, base_version=1, save_id=report.sections.first().uid, by=make_user())
    assert "canary" not in said(report).lower()


# --- corrections -----------------------------------------------------------------------------------------------------------


def test_a_correction_of_our_own_text_stands_in_a_box_and_beside_its_section(report):
    report = signed(report)
    before = KIND.content(report)
    correct(report, section=report.sections.get(heading="Key information"))
    correct(report, measure="Casualties", old_value="", new_value="12", period="")
    content = KIND.content(fresh(report))
    assert [row["section"] for row in content["corrections"]] == ["section-key-information", ""]
    assert [bool(section["corrected"]) for section in content["sections"]] == [False, False, True]
    for section, old in zip(content["sections"], before["sections"], strict=True):
        assert section["rows"] == old["rows"]  # what was signed is never altered
    html = KIND.parts(content)[0][1]
    assert "Two figures were corrected at the meeting" in html
    assert "<del>127</del>; it is <strong>176</strong>" in html
    paper = KIND.paper(content, IMPRINT)[0]
    assert paper.index("Two figures were corrected") < paper.index("To say how safe the roads are")
    assert KIND.summary(content).endswith("2 corrections")


@pytest.mark.parametrize(
    "other",
    ["proposed", "unpublished minutes", "attachment", "deleted", "restricted entry", "private item", "other report"],
)
def test_other_corrections_leave_the_report_as_it_is(report, other):
    make_attachment(report, title="Figures", upload=make_upload())
    report = signed(report)
    before = said(report)
    state = State.SIGNED if other == "unpublished minutes" else State.PUBLISHED
    made = correct(report, state=state)
    if other == "proposed":
        made.status = Correction.Status.PROPOSED
    elif other == "attachment":
        made.attachment = report.held_attachments.get()
    elif other == "deleted":
        made.deleted = True
    elif other == "other report":
        made.report = make_report()
    elif other in ("restricted entry", "private item"):
        part = "private" if other == "private item" else "public"
        place = MinutedItem.objects.create(minutes=made.minutes, item=make_item(report.meeting, part=part))
        entry = MinuteEntry.objects.create(minuted_item=place, position=1, kind="correction", text="Read 176.")
        if part == "public":
            entry.restriction = make_restriction()
            entry.save(update_fields=["restriction"])
        made.entry = entry
    made.save()
    assert said(report) == before


# --- findings --------------------------------------------------------------------------------------------------------------


def test_findings_name_what_is_wrong_and_where_it_is_mended(report):
    make_section(report, heading="Outlook", body="<p>See [restricted:99].</p>")
    make_section(report, heading="Nothing", body="")
    make_attachment(report, title="Missing")
    make_attachment(report, title="Untagged", upload=make_upload(tagged=False))
    make_attachment(
        report, title="Doubtful", upload=make_upload(kind="docx", tagged=None, warnings=["It holds 2 comments."])
    )
    JointReport.objects.update(marking="official_sensitive", force_author="Old Constabulary")
    report = signed(report)
    JointReport.objects.update(outcome_heading="Changed behind everybody’s back")
    report = fresh(report)
    found = [(finding.severity, finding.code) for finding in KIND.findings(report, KIND.content(report))]
    assert found == [
        ("error", "marking"),
        ("warning", "signature"),
        ("warning", "signature"),
        ("error", "passage-unknown"),
        ("error", "section-empty"),
        ("warning", "attachment-missing"),
        ("warning", "attachment-untagged"),
        ("warning", "attachment-doubtful"),
        ("warning", "name-of-the-day"),
    ]
    assert all(finding.url and finding.link for finding in KIND.findings(report, KIND.content(report)))
    assert KIND.passes(report, KIND.content(report)) == []


def test_a_good_report_passes_in_words(report):
    make_attachment(report, title="Figures", upload=make_upload())
    report = signed(report)
    content = KIND.content(report)
    assert KIND.findings(report, content) == []
    assert KIND.passes(report, content) == [
        "Both bodies signed exactly this text",
        "Every section has its text",
        "Every attachment has its file",
        "The authors are named as on that day",
    ]


def test_search_finds_the_whole_text_by_author_and_priority(report):
    report = signed(report)
    content = KIND.content(report)

    class Edition:
        title = report.subject

        def get_absolute_url(self):
            return "/reports/x/"

    Edition.content = content
    (entry,) = KIND.search(Edition())
    assert "Collisions fell by a tenth" in entry.text and "Against 2016." in entry.text
    assert {"Chief Officer Team", "Signer for office"} <= set(entry.people)
    assert entry.priority == report.item.priority.slug


# --- paper -----------------------------------------------------------------------------------------------------------------


def test_the_paper_conforms_and_says_its_version_and_corrections(report, tmp_path):
    upload = make_upload()
    held = make_attachment(report, title="Names", upload=upload)
    held.attachment.restriction = make_restriction()
    held.attachment.save(update_fields=["restriction"])
    section = report.sections.get(heading="Key information")
    passage = RestrictedPassage.objects.create(section=section, text="canary", restriction=make_restriction())
    ReportSection.objects.filter(pk=section.pk).update(body=f"<p>It fell. {passage.token}</p><p>More was done.</p>")
    report = signed(report)
    correct(report, section=report.sections.get(heading="Key information"))
    content = json.loads(json.dumps(KIND.content(report)))
    made = pdf.render(KIND.paper(content, IMPRINT)[0], strict=True)
    assert made == pdf.render(KIND.paper(content, IMPRINT)[0], strict=True)
    assert pdf.problems(made) == []
    words = " ".join(text(made).split())
    for expected in ("Version 1.1", "12 February 2018", "One figure was corrected", "Correction.", "abababab"):
        assert expected in words, expected
    assert "canary" not in words
    assert VeraPDF(tmp_path).complaints({"report": made}) == []
