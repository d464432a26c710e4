"""The command: a file becomes a draft, or a message and nothing at all."""

import datetime
import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils.html import strip_tags

from opcc_portal.audit.models import AuditLine
from scrutiny.importing.models import ImportedDocument
from scrutiny.importing.operations import import_file
from scrutiny.importing.reading import CannotRead, read_file
from scrutiny.importing.words import words
from scrutiny.meetings.models import Attendance, Meeting, MeetingSeries
from scrutiny.minutes.models import MinuteEntry, Minutes
from scrutiny.people.models import Person
from scrutiny.plan.models import Outcome, Plan
from scrutiny.register.models import Attachment
from scrutiny.reports.layout import LaidOut
from scrutiny.reports.models import JointReport, ReportSection
from scrutiny.workflow.models import Marking, Revision, State
from tests.factories import make_office, make_person, make_user
from tests.importing import sources
from tests.needs import source_text

pytestmark = pytest.mark.django_db

DAY = datetime.date(2024, 3, 14)


def run(path, *arguments):
    """What the command prints."""
    out = io.StringIO()
    call_command("import_document", str(path), *arguments, stdout=out)
    return out.getvalue()


def written(tmp_path, text, name="paper.txt"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def everything():
    """How many rows each table of the portal has."""
    return {
        model._meta.label: model.objects.count()
        for app in ("opcc_portal", "scrutiny", "funding")
        for model in apps.get_app_config(app).get_models()
    }


def make_series(name="Holding to Account Forum", **fields):
    return MeetingSeries.objects.create(name=name, slug=name.lower().replace(" ", "-"), **fields)


# --- reports ---------------------------------------------------------------------------------------------------------


def numbers_as_laid_out(report):
    return [[block.number for block in section.blocks] for section in LaidOut(report).sections]


def test_a_report_becomes_a_draft_with_its_sections_numbers_and_attachments():
    run(sources.REPORT)
    report = JointReport.objects.get()
    assert report.state == State.DRAFT
    assert (report.date, report.subject) == (DAY, "Rural Theft and Farm Machinery")
    assert report.series_heading == "Holding to Account Forum"
    assert report.force_author == "Saltmarsh Constabulary"
    assert report.office_author == "Office of the Police, Fire and Crime Commissioner for Saltmarsh"
    assert [section.heading for section in report.live_sections()] == [
        "Summary",
        "What the forum is asked to do",
        "How this serves the plan",
        "What has been done",
        "Partners",
        "Money",
        "Risks",
    ]
    assert numbers_as_laid_out(report) == [["1", "2"], ["3"], ["4"], ["5", "", "6"], ["7"], ["8"], ["9"]]
    attachments = [held.attachment for held in report.held_attachments.all()]
    assert [(a.printed_kind, a.printed_size, a.is_missing) for a in attachments] == [
        ("PDF", "1.2 MB", True),
        ("Word", "48 KB", True),
        ("Excel", "96KB", True),
    ]


def test_every_word_of_a_report_is_in_the_records_or_in_the_printed_lists():
    imported = import_file(sources.REPORT)
    report = imported.record
    have = words(" ".join([report.series_heading, report.outcome_heading, report.subject]))
    have += words(f"{report.force_author} {report.office_author}")
    for laid_out in LaidOut(report).sections:
        have += words(laid_out.section.heading)
        for block in laid_out.blocks:
            have += words(f"{block.number} " + strip_tags(block.html.replace('<a href="', " ").replace("<", " <")))
            have += words(" ".join(part.split('"')[0] for part in block.html.split('href="')[1:]))
    for attachment in Attachment.objects.all():
        have += words(f"{attachment.title} {attachment.printed_kind} {attachment.printed_size} ")
        have += words(attachment.summary.removeprefix("Was at"))
    for left in imported.leftovers:
        have += words(left.text)
    assert words(read_file(sources.REPORT).text) - have == {}


def test_sections_are_written_through_the_save_function():
    run(sources.REPORT)
    pieces = set(ReportSection.objects.values_list("uid", flat=True))
    assert set(Revision.objects.values_list("piece", flat=True)) == pieces
    assert len(pieces) == 7


def test_headings_in_capitals_are_kept_in_readable_letters(tmp_path):
    text = sources.REPORT_HEAD + "HARBOUR WATCH AND THE NBC\n\n1. The Harbour Watch met the NBC."
    run(written(tmp_path, text))
    report = JointReport.objects.get()
    assert report.live_sections()[0].heading == "Harbour Watch and the NBC"
    assert (report.series_heading, report.outcome_heading) == ("Board for Harbours", "Calm waters")


def test_a_recommendation_is_kept_as_one(tmp_path):
    run(written(tmp_path, sources.REPORT_HEAD + "RECOMMENDATIONS\n\n1. To note it.\n\nRISKS\n\n2. None."))
    kinds = list(ReportSection.objects.order_by("position").values_list("kind", flat=True))
    assert kinds == [ReportSection.Kind.RECOMMENDATION, ReportSection.Kind.TEXT]


def test_numbers_that_fit_no_mode_stay_as_text(tmp_path):
    out = run(written(tmp_path, sources.REPORT_HEAD + "PURPOSE\n\n3. To inform.\n\nRISKS\n\n7. None."))
    report = JointReport.objects.get()
    assert report.numbering == JointReport.Numbering.NONE
    assert [section.body for section in report.live_sections()] == ["<p>3 To inform.</p>", "<p>7 None.</p>"]
    assert "The printed paragraph numbers (3, 7) fit no numbering mode" in out


def test_a_report_is_linked_to_its_meeting_by_an_alias_and_to_the_item_of_its_subject():
    series = make_series("Public Forum", aliases="Scrutiny Day\nHolding to account forum meeting")
    meeting = Meeting.objects.create(series=series, name="Public Forum", date=DAY)
    item = meeting.items.create(position=1, label="4", title="Rural theft")
    meeting.items.create(position=2, label="5", title="Boats")
    run(sources.REPORT)
    report = JointReport.objects.get()
    assert (report.meeting, report.item) == (meeting, item)


def test_a_report_to_an_unknown_meeting_says_so_and_makes_no_meeting():
    out = run(sources.REPORT)
    assert "No meeting “Holding to Account Forum” on 14 March 2024 is known" in out
    assert not Meeting.objects.exists()


def test_the_plans_spelling_of_an_outcome_is_used(tmp_path):
    plan = Plan.objects.create(title="A plan", starts=datetime.date(2020, 1, 1))
    Outcome.objects.create(plan=plan, title="Calm Waters")
    run(written(tmp_path, sources.REPORT_HEAD + "PURPOSE\n\n1. To inform."))
    assert JointReport.objects.get().outcome_heading == "Calm Waters"


def test_markup_of_a_source_cannot_become_markup_of_a_report(tmp_path):
    text = sources.REPORT_HEAD + "PURPOSE\n\n1. <img src=x onerror=alert(1)> and [x](javascript:alert(2))."
    run(written(tmp_path, text))
    body = ReportSection.objects.get().body
    assert "<img" not in body
    assert "href" not in body
    assert "&lt;img" in body


# --- minutes ---------------------------------------------------------------------------------------------------------


def test_minutes_become_a_meeting_with_people_items_and_entries():
    make_office(holder_abbreviation="PFCC")
    run(sources.MINUTES)
    minutes = Minutes.objects.get()
    meeting = minutes.meeting
    assert minutes.state == State.DRAFT
    assert (meeting.name, meeting.series.name, meeting.date) == (
        "Holding to Account Forum",
        "Holding to Account Forum",
        DAY,
    )
    assert (meeting.starts, meeting.ends) == (datetime.time(10), datetime.time(12, 30))
    assert meeting.venue == "Harbour Room, Customs House, Easthaven"
    assert meeting.status == Meeting.Status.HELD
    assert meeting.attendance_is_taken
    lists = meeting.attendance_lists.all()
    assert {each.category: (each.heading, each.recorded) for each in lists} == {
        "present": ("Members present", "list"),
        "apologies": ("Apologies", "list"),
        "also_present": ("In attendance", "list"),
        "observers": ("Observers", "none"),
    }
    assert [(row.category, row.name, row.abbreviation, row.called) for row in meeting.attendance.all()] == [
        ("present", "Dr Ingrid O'Farrell", "PFCC", "The PFCC"),
        ("present", "Tomasz van der Velde", "CC", "CC van der Velde"),
        ("present", "Anneliese Jane Prior", "T/ACC", "T/ACC Prior"),
        ("apologies", "Bethan Quill", "DPFCC", "Bethan Quill"),
        ("also_present", "Huw Llewellyn-Rees", "", "Huw Llewellyn-Rees"),
        ("also_present", "Mairi Blackwood", "CFO", "Mairi Blackwood"),
    ]
    assert [(item.label, item.label_as_printed, item.title) for item in meeting.items.all()] == [
        ("1", False, "Minutes of the last meeting"),
        ("7", False, "Rural theft"),
        ("7A", False, "Cost of the rural team"),
        ("7A", True, "Cost of the rural team (part two)"),
        ("", False, "Any other business"),
    ]
    entries = [place.entries.count() for place in minutes.minuted_items.order_by("item__position")]
    assert entries == [2, 2, 4, 1, 1]
    assert set(MinuteEntry.objects.values_list("kind", flat=True)) == {MinuteEntry.Kind.STATEMENT}


def test_remarks_behind_names_go_to_their_fields():
    out = run(sources.MINUTES)
    assert Attendance.objects.get(is_chair=True).name == "Dr Ingrid O'Farrell"
    part_time = Attendance.objects.get(name="Mairi Blackwood")
    assert [item.label for item in part_time.items.all()] == ["7A", "7A"]
    assert "“item 7A only”: kept as the items that Mairi Blackwood attended" in out


def test_a_substitute_is_tied_to_whom_they_stand_in_for(tmp_path):
    text = (
        "Harbour Board\n\n5 May 2021\n\nApologies: Bo Li – Inspector (Insp)\n\n"
        "Substitutes: Cy Mott – Sergeant (Sgt) (substitute for Bo Li)\n\n## 1. Start\n\nBegun."
    )
    run(written(tmp_path, text))
    assert Attendance.objects.get(name="Cy Mott").stands_in_for.name == "Bo Li"


def test_every_word_of_minutes_is_in_the_records_or_in_the_printed_lists():
    imported = import_file(sources.MINUTES)
    meeting = imported.record.meeting
    have = words(f"{meeting.name} {meeting.venue}")
    for each in meeting.attendance_lists.exclude(recorded="not_recorded"):
        have += words(each.heading)
    for row in meeting.attendance.all():
        have += words(f"{row.name} {row.post} {row.abbreviation} {row.organisation}")
    for item in meeting.items.all():
        have += words(f"{item.label} {item.title}")
    for entry in MinuteEntry.objects.all():
        have += words(entry.text)
    for left in imported.leftovers:
        have += words(left.text)
    assert words(read_file(sources.MINUTES).text) - have == {}


def test_persons_and_series_are_found_by_name_and_alias():
    series = make_series("Public Forum", heading="Holding to Account Forum")
    known = [make_person("Ingrid O'Farrell"), make_person("B Quill", aliases=["Bethan Quill"])]
    out = run(sources.MINUTES)
    assert Meeting.objects.get().series == series
    assert [Attendance.objects.get(name=n).person for n in ("Dr Ingrid O'Farrell", "Bethan Quill")] == known
    assert Person.objects.count() == 6
    assert "Not known before and added to People, without posts: Tomasz van der Velde, Anneliese" in out
    assert "series" not in out.split("Kept in another form")[0]


def test_of_two_persons_of_one_name_nobody_is_chosen():
    make_person("Bethan Quill"), make_person("Bethan Quill")
    out = run(sources.MINUTES)
    assert Attendance.objects.get(name="Bethan Quill").person is None
    assert "more than one person is known as Bethan Quill" in out


def test_minutes_go_into_the_meeting_that_is_waiting_for_them():
    series = make_series()
    meeting = Meeting.objects.create(series=series, name="The March Forum", date=DAY, venue="Elsewhere")
    item = meeting.items.create(position=1, label="7", title="Rural theft")
    out = run(sources.MINUTES)
    assert Minutes.objects.get().meeting == meeting
    meeting.refresh_from_db()
    assert (meeting.name, meeting.venue, meeting.status) == ("The March Forum", "Elsewhere", Meeting.Status.HELD)
    assert [i.label for i in meeting.items.all()] == ["7", "1", "7A", "7A", ""]
    assert item.minuted.get().entries.count() == 2
    assert "The import went into it." in out
    assert "“Harbour Room, Customs House, Easthaven”: the meeting has another venue already: Elsewhere" in out


@pytest.mark.parametrize("starts", [None, datetime.time(10)])
def test_a_meeting_that_has_people_is_left_alone_and_a_second_one_stands_beside_it(starts):
    meeting = Meeting.objects.create(series=make_series(), name="Forum", date=DAY, starts=starts)
    meeting.attendance.create(name="Ana Ruiz")
    out = run(sources.MINUTES)
    beside = Minutes.objects.get().meeting
    assert beside.imported_beside == meeting
    assert beside.name == "Holding to Account Forum (imported)"
    assert meeting.attendance.count() == 1
    assert "Decide which one stays" in out


def test_a_meeting_still_to_come_is_not_said_to_be_held(tmp_path):
    text = "Harbour Board\n\n5 May 2121\n\nPRESENT\n\nAna Ruiz – Clerk (C)\n\n## 1. Start\n\nBegun."
    out = run(written(tmp_path, text))
    meeting = Meeting.objects.get()
    assert (meeting.status, meeting.attendance_is_taken) == (Meeting.Status.PLANNED, False)
    assert "still to come" in out


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_prints_what_was_made_what_to_look_at_and_what_was_left_out():
    out = run(sources.MINUTES)
    assert "was read as minutes" in out
    assert "6 people:" in out
    assert "7A Cost of the rural team: 4 entries" in out
    assert "“read here” has no target" in out
    assert "line 38: “- 2 -”: page number of the printed document" in out
    assert "All 238 words of the source are in the draft or in the lists above." in out
    out = run(sources.REPORT)
    assert "8 sections:" in out
    assert "What has been done: 3 paragraphs, numbered 5, 6" in out
    assert "Costs by district (Excel, 96KB): no file yet" in out


def test_the_account_of_the_import_is_kept():
    user = make_user(username="officer")
    run(sources.REPORT, "--by", "officer")
    document, report = ImportedDocument.objects.get(), JointReport.objects.get()
    assert (document.by, report.created_by, report.sections.first().changed_by) == (user, user, user)
    assert document.record == report
    assert document.sha256 == read_file(sources.REPORT).sha256
    assert {note["what"] for note in document.notes} == {"look at", "kept in another form", "left out"}
    assert AuditLine.objects.filter(act__startswith="Imported “Rural Theft", by=user).count() == 1


@pytest.mark.parametrize("path", [sources.REPORT, sources.MINUTES])
def test_the_draft_opens_on_the_desk(path, client):
    client.force_login(make_user())
    address = import_file(path).record.get_absolute_url()
    page = client.get(address, secure=True)
    assert page.status_code == 200
    assert "rural team" in page.content.decode()


@pytest.mark.parametrize("path", [sources.REPORT, sources.MINUTES])
def test_the_same_file_a_second_time_makes_nothing_unless_told_to(path):
    run(path)
    before = everything()
    out = run(path)
    assert "Nothing new was made" in out
    assert ImportedDocument.objects.get().record.get_absolute_url() in out
    assert everything() == before
    run(path, "--again")
    assert ImportedDocument.objects.count() == 2
    assert JointReport.objects.count() + Minutes.objects.count() == 2


def test_a_file_whose_draft_was_deleted_says_so():
    run(sources.REPORT)
    JointReport.objects.get().delete()
    assert "has been deleted since" in run(sources.REPORT)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("letter.txt", b"Dear Sir\n\nThank you.", "neither a joint report nor minutes"),
        ("paper.docx", b"PK\x03\x04", "Word"),
        ("empty.txt", b"", "empty"),
        ("binary.txt", b"PRESENT\x00", "NUL"),
        ("long.txt", b"PRESENT\n" * 300_000, "MB"),
        ("day.txt", b"Board\n\n31 June 2021\n\nPRESENT\n\nAna Ruiz - Clerk", "not a date that exists"),
        ("name.txt", b"Minutes\n\nBoard\n\n5 May 2021\n\n## 1. Start\n\n" + b"a" * 20_001, "20,000 is the most"),
        (
            "many.txt",
            b"Minutes\n\nBoard\n\n5 May 2021\n\n## 1. Start\n\n" + b"Text.\n\n" * 2_000,
            "2,000 can be imported",
        ),
        ("parts.txt", (sources.REPORT_HEAD + "PURPOSE\n\n1. A.\n\n" * 501).encode(), "500 can be imported"),
        (
            "title.txt",
            b"Minutes\n\nBoard\n\n5 May 2021\n\n## 1. " + b"long " * 60 + b"\n\nText.",
            "at most 250 characters",
        ),
        (
            "series.txt",
            b"Minutes\n\n" + b"Board " * 40 + b"\n\n5 May 2021\n\n## 1. Start\n\nText.",
            "at most 200 characters",
        ),
        (
            "section.txt",
            (sources.REPORT_HEAD + "PURPOSE\n\n1. " + "word " * 90_000).encode(),
            "The section “Purpose”",
        ),
        (
            "attachment.txt",
            (sources.REPORT_HEAD + "PURPOSE\n\n1. A.\n\nATTACHMENT\n\n- " + "word " * 70).encode(),
            "title of an attachment is too long",
        ),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_message_and_changes_nothing(tmp_path, name, data, reason):
    path = tmp_path / name
    path.write_bytes(data)
    before = everything()
    with pytest.raises(CommandError, match=reason) as refused:
        run(path)
    assert "Nothing was changed" in str(refused.value)
    assert everything() == before


def test_a_missing_file_and_an_unknown_account_get_a_message(tmp_path):
    with pytest.raises(CommandError, match="no such file"):
        run(tmp_path / "nothing.txt")
    with pytest.raises(CommandError, match="no account “nobody”"):
        run(sources.REPORT, "--by", "nobody")


def test_a_failure_halfway_leaves_nothing_behind(monkeypatch):
    def fail(*arguments, **named):
        raise CannotRead("the last attachment")

    monkeypatch.setattr("scrutiny.importing.into_report.add_attachment", fail)
    before = everything()
    with pytest.raises(CommandError, match="the last attachment"):
        run(sources.REPORT)
    assert everything() == before


# --- the papers of January 2018 --------------------------------------------------------------------------------------


def test_the_report_of_january_2018_becomes_a_draft():
    run(source_text(0))
    report = JointReport.objects.get()
    assert (report.series_heading, report.outcome_heading) == ("Community Outcomes", "Safeguarding vulnerable people")
    assert (report.force_author, report.office_author) == (
        "Chief Officer Team",
        "Office of the Police and Crime Commissioner",
    )
    assert [section.heading for section in report.live_sections()] == [
        "Purpose of the report",
        "Recommendation",
        "Police and Crime Plan",
        "Key information",
        "Partnership contribution",
    ]
    assert numbers_as_laid_out(report) == [["1"], ["2"], ["3"], ["4", "", "", ""], ["5", ""]]
    attachments = [held.attachment for held in report.held_attachments.all()]
    assert [(a.kind_and_size, a.is_missing) for a in attachments] == [("PDF, 370KB", True), ("PDF, 291KB", True)]


def test_the_minutes_of_january_2018_become_a_draft_meeting():
    out = run(source_text(1))
    minutes = Minutes.objects.get()
    meeting = minutes.meeting
    assert (meeting.name, meeting.date) == ("Community Outcomes Meeting", datetime.date(2018, 1, 8))
    states = {each.category: each.recorded for each in meeting.attendance_lists.all()}
    assert states == {"present": "list", "apologies": "none", "also_present": "list", "observers": "not_recorded"}
    assert meeting.attendance.filter(category="present").count() == 8
    assert meeting.attendance.filter(category="also_present").count() == 5
    assert [str(item) for item in meeting.items.all()] == ["5 Human Trafficking and Modern Slavery"]
    assert minutes.minuted_items.get().entries.count() == 11
    assert Attendance.objects.get(abbreviation="DCI").called == "DCI Stevenson"
    assert "13 people:" in out
    assert "Left out: nothing." in out


def test_report_and_minutes_find_each_other_when_the_meeting_came_first():
    run(source_text(1))
    run(source_text(0))
    report = JointReport.objects.get()
    assert report.meeting == Meeting.objects.get()
    assert report.item.label == "5"


def test_a_paper_that_is_marked_official_sensitive_comes_in_so_marked(tmp_path):
    plain = import_file(sources.MINUTES).record
    assert plain.marking == Marking.OFFICIAL
    path = tmp_path / "marked.txt"
    path.write_bytes(b"OFFICIAL-SENSITIVE\n" + sources.REPORT.read_bytes())
    marked = import_file(path)
    assert marked.record.marking == Marking.OFFICIAL_SENSITIVE
    assert "It is marked OFFICIAL-SENSITIVE, so it cannot be published." in marked.warnings
