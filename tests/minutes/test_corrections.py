"""Corrections: from the entry, through the panel, to confirmed and applied; and those of closed minutes."""

import csv
import io
import uuid

import pytest
from django.urls import reverse

from opcc_portal.accounts.capabilities import Role
from scrutiny.minutes import correcting, corrections, figures, operations, reading
from scrutiny.minutes.models import Correction, MinuteEntry, Minutes
from scrutiny.reports.models import Body, JointReport
from scrutiny.workflow.operations import NotPossible, name_checker
from scrutiny.workflow.saving import Conflict
from tests.factories import (
    make_attachment,
    make_attendance,
    make_entry,
    make_minuted_item,
    make_office,
    make_report,
    make_request,
    make_user,
)

pytestmark = pytest.mark.django_db

NOTHING = {"report": None, "section": None, "attachment": None, "page": "", "quoted": ""}
KNOWN = {"measure": "Recorded crimes", "old_value": "127", "new_value": "176", "period": "January 2018"}


@pytest.fixture
def officer(client):
    user = make_user(name="Olive Officer")
    client.force_login(user)
    return user


@pytest.fixture
def item():
    return make_minuted_item()


@pytest.fixture
def report(item):
    """The paper of the item, with two figures and an attachment."""
    report = make_report(
        item.minutes.meeting,
        item=item.item,
        sections=["Key information"],
        bodies=["<p>Intelligence submissions rose by 22% in 2017.</p><p>There were 127 crimes in January.</p>"],
    )
    make_attachment(report, title="The force’s update")
    return report


@pytest.fixture
def entry(item):
    speaker = make_attendance(item.minutes.meeting, called="DCI Stone")
    return make_entry(item, kind="correction", speaker=speaker, text="")


def fill(entry, by, *, base=1, save_id=None, write_sentence=True, **changes):
    changes = {**NOTHING, **dict.fromkeys(KNOWN, ""), **changes}
    return correcting.save_details(
        entry, base_version=base, save_id=save_id or uuid.uuid4(), changes=changes, by=by, write_sentence=write_sentence
    )


def change(entry, by, **changes):
    entry.refresh_from_db()
    return operations.change_entry(
        entry, base_version=entry.version, save_id=uuid.uuid4(), changes=changes, by=by
    ).piece


def close(minutes):
    Minutes.objects.filter(pk=minutes.pk).update(state="signed")
    minutes.refresh_from_db()


# --- In step with the entry ------------------------------------------------------------------------------------------


def test_an_entry_of_the_kind_correction_gets_its_record_and_the_speaker(entry):
    held = entry.correction
    assert (held.said_by, held.status, held.minutes) == (entry.speaker, "proposed", entry.minuted_item.minutes)
    assert held.revisions.count() == 1


def test_what_stops_being_a_correction_comes_back_with_all_it_said(entry):
    user = make_user()
    fill(entry, user, **KNOWN)
    other = change(entry, user, kind="statement")
    assert corrections.shown(other) is None
    assert not Correction.objects.standing().exists()
    back = change(entry, user, kind="correction")
    assert corrections.shown(MinuteEntry.objects.select_related("correction").get(pk=back.pk))["new_value"] == "176"
    gone = change(entry, user, deleted=True)
    assert not Correction.objects.standing().filter(entry=gone).exists()


def test_the_person_follows_the_speaker_until_it_is_confirmed(entry, report):
    user = make_user()
    second, third = (make_attendance(entry.minuted_item.minutes.meeting) for _ in range(2))
    change(entry, user, speaker=second.pk)
    held = Correction.objects.get()
    assert held.said_by == second
    fill(entry, user, **KNOWN, report=report.pk)
    held.refresh_from_db()
    correcting.confirm(held, seen=held.version, by=user)
    change(entry, user, speaker=third.pk)
    held.refresh_from_db()
    assert held.said_by == second


@pytest.mark.parametrize(
    ("known", "flags"),
    [
        (
            {},
            ["New value missing", "What is corrected?", "Which period? Ask", "Old value not known", "No paper chosen"],
        ),
        ({"measure": "Crimes", "new_value": "176"}, ["Which period? Ask", "Old value not known", "No paper chosen"]),
        (KNOWN, ["No paper chosen"]),
    ],
)
def test_what_is_not_known_is_flagged_and_never_refused(entry, known, flags):
    assert fill(entry, make_user(), **known).correction.lacks == flags


# --- The sentence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (KNOWN | {"period": "January"}, "DCI Stone corrected the report: 176 recorded crimes for January, not 127."),
        (
            {
                "measure": "Intelligence submissions",
                "old_value": "22%",
                "new_value": "23%",
                "period": "during 2017",
                "page": "4",
            },
            "DCI Stone corrected page 4 of the report: the figure for intelligence submissions during 2017 is 23%, not 22%.",
        ),
        ({"new_value": "176"}, "DCI Stone corrected the report: the figure is 176."),
        ({"measure": "NRM referrals", "new_value": "12"}, "DCI Stone corrected the report: 12 NRM referrals."),
        ({"measure": "Crimes"}, ""),
    ],
)
def test_the_sentence_says_as_much_as_is_known(entry, known, sentence):
    done = fill(entry, make_user(), **known)
    assert done.entry.text == sentence
    assert done.wrote == bool(sentence)


def test_the_sentence_follows_until_somebody_words_it_otherwise(entry):
    user = make_user()
    fill(entry, user, new_value="176", measure="Crimes")
    fill(entry, user, base=2, new_value="177", measure="Crimes")
    entry.refresh_from_db()
    assert entry.text == "DCI Stone corrected the report: 177 crimes."
    change(entry, user, text="He put it right: 177.")
    done = fill(entry, user, base=3, new_value="178", measure="Crimes")
    assert not done.wrote
    entry.refresh_from_db()
    assert entry.text == "He put it right: 177."


def test_words_being_typed_in_the_browser_are_not_written_over(entry):
    assert not fill(entry, make_user(), new_value="176", write_sentence=False).wrote
    entry.refresh_from_db()
    assert entry.text == ""


# --- The panel -------------------------------------------------------------------------------------------------------


def address(entry):
    return reverse("entry-correction", args=[entry.pk])


def form_of(client, entry, **changes):
    return fields(client.get(address(entry)).context["form"]) | changes


def fields(form):
    """What a browser would send back untouched."""
    values = {field.html_name: field.value() for field in form}
    return {name: str(value) for name, value in values.items() if value is not None}


def test_the_panel_works_without_script_and_fills_in_what_a_figure_says(client, officer, entry, report):
    page = client.get(address(entry)).content.decode()
    assert "127 Crimes" in page
    assert "22% Intelligence submissions" in page
    assert "The force’s update" in page
    figure = figures.figures_in(figures.papers_of(entry.minuted_item.item))[1]
    answer = client.post(address(entry), form_of(client, entry, figure=figure.key, new_value="176"))
    assert answer["Location"].endswith(f"#entry-{entry.pk}")
    held = Correction.objects.get()
    assert (held.old_value, held.new_value, held.measure) == ("127", "176", "Crimes")
    assert (held.section, held.report, held.quoted) == (figure.section, report, "There were 127 crimes in January.")
    assert held.period == "", "the paper suggests January; only people know which"
    entry.refresh_from_db()
    assert entry.text == "DCI Stone corrected the report: 176 crimes, not 127."


def test_an_attachment_and_a_page_can_be_the_place(client, officer, entry, report):
    held = report.held_attachments.get()
    client.post(address(entry), form_of(client, entry, new_value="23%", place=f"attachment:{held.pk}", page="4"))
    record = Correction.objects.get()
    assert (record.attachment, record.report, record.page) == (held, report, "4")


def test_a_fragment_is_the_panel_alone_and_answers_as_data(client, officer, entry, report):
    fragment = client.get(address(entry), headers={"X-Fragment": "1"})
    assert fragment.content.decode().lstrip().startswith("<form")
    data = form_of(client, entry, new_value="176", measure="Crimes", old_value="127")
    answer = client.post(address(entry), data, headers={"X-Fragment": "1"})
    entry.refresh_from_db()
    said = answer.json()
    assert (said["text"], said["version"], said["wrote"]) == (entry.text, entry.version, True)
    assert said["correction"]["flags"] == ["Which period? Ask", "No paper chosen"]
    again = client.post(address(entry), data, headers={"X-Fragment": "1"})
    assert again.status_code == 200
    assert Correction.objects.get().version == 2, "the same save sent again counts once"


def test_two_people_meet_field_by_field(client, officer, entry, report):
    mine = form_of(client, entry, new_value="176", measure="Crimes", period="January 2018")
    fill(entry, make_user(), new_value="181", measure="Crimes")
    answer = client.post(address(entry), mine, headers={"X-Fragment": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert [field["label"] for field in answer.context["clash"]["fields"]] == ["Now", "Period"]
    assert "181" in page
    assert "176" in page
    assert Correction.objects.get().new_value == "181", "nothing was written over"
    form = answer.context["form"]
    chosen = fields(form)
    done = client.post(address(entry), chosen | {"pick_new_value": "theirs", "pick_period": "mine"})
    assert done.status_code == 302
    held = Correction.objects.get()
    assert (held.new_value, held.period, held.version) == ("181", "January 2018", 3)


def test_a_confirmed_correction_is_not_changed_under_anybodys_hands(client, officer, entry, report):
    data = form_of(client, entry, new_value="999")
    held = fill(entry, officer, **KNOWN, report=report.pk).correction
    correcting.confirm(held, seen=held.version, by=officer)
    answer = client.post(address(entry), data)
    assert answer.status_code == 422
    assert "Take it back to a proposal" in answer.content.decode()
    assert 'value="999"' in answer.content.decode(), "what was typed stays in the form"


def test_an_entry_that_is_no_correction_says_so(client, officer, item):
    plain = make_entry(item)
    assert client.get(address(plain)).status_code == 409
    assert client.post(address(plain), {"base_version": "0", "save_id": str(uuid.uuid4())}).status_code == 422
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"save_id": "no id"},
        {"base_version": "many"},
        {"base_version": "9" * 40},
        {"place": "section:999999"},
        {"place": "attachment:'; drop"},
        {"new_value": "1" * 301},
        {"page": "p" * 21},
        {"old_value": "127", "new_value": "127"},
    ],
)
def test_bad_input_is_refused_with_words_and_kept_in_the_form(client, officer, entry, report, wrong):
    answer = client.post(address(entry), form_of(client, entry, measure="Kept words", **wrong))
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    assert Correction.objects.get().version == 1


def test_unseen_characters_and_reading_direction_do_not_get_in(client, officer, entry):
    client.post(
        address(entry),
        form_of(client, entry, new_value="17\x006\u202e", measure="Cri\x07mes 👮\r\n  x", figure="nonsense"),
    )
    held = Correction.objects.get()
    assert (held.new_value, held.measure) == ("176", "Crimes 👮 x")


def test_a_five_megabyte_paste_is_no_server_error(client, officer, entry):
    answer = client.post(address(entry), form_of(client, entry, measure="x" * 5_000_000))
    assert answer.status_code in (400, 413, 422)


# --- States and who may ----------------------------------------------------------------------------------------------


def test_confirmed_then_applied_each_with_who_and_when(client, officer, entry, report):
    held = fill(entry, officer, **{**KNOWN, "period": ""}, report=report.pk).correction
    page = reverse("correction", args=[held.pk])
    confirm, apply = (reverse(name, args=[held.pk]) for name in ("correction-confirm", "correction-apply"))
    client.post(confirm, {"seen": held.version})
    held.refresh_from_db()
    assert held.status == "proposed", "nobody has asked for the period"
    client.post(apply, {"how": "Notice on the report"})
    held.refresh_from_db()
    assert held.status == "proposed", "only a confirmed one is applied"
    client.post(confirm, {"seen": held.version, "period": "January 2018"})
    held.refresh_from_db()
    assert (held.status, held.confirmed_by, held.period) == ("confirmed", officer, "January 2018")
    client.post(apply, {"how": "Notice on the report"})
    held.refresh_from_db()
    assert (held.status, held.applied_how, held.applied_by) == ("applied", "Notice on the report", officer)
    text = client.get(page).content.decode()
    assert "Notice on the report" in text
    assert "Confirmed: " in text
    client.post(reverse("correction-take-back", args=[held.pk]))
    held.refresh_from_db()
    assert (held.status, held.confirmed_at, held.applied_at) == ("proposed", None, None)


def test_what_changed_since_it_was_read_is_not_confirmed(entry, report):
    user = make_user()
    held = fill(entry, user, **KNOWN, report=report.pk).correction
    fill(entry, user, base=2, **{**KNOWN, "new_value": "181"}, report=report.pk)
    with pytest.raises(NotPossible, match="changed this correction"):
        correcting.confirm(held, seen=held.version, by=user)


def test_a_stale_save_meets_the_newer_version(entry):
    user = make_user()
    fill(entry, user, new_value="176")
    with pytest.raises(Conflict):
        fill(entry, user, base=1, new_value="181")


def test_the_force_confirms_what_was_shared_with_it_and_nothing_else(client, entry, report):
    force = make_user(Role.FORCE)
    client.force_login(force)
    held = fill(entry, make_user(), **KNOWN, report=report.pk).correction
    confirm = reverse("correction-confirm", args=[held.pk])
    assert client.post(confirm, {"seen": held.version}).status_code == 403
    assert "Recorded crimes" not in client.get(reverse("corrections")).content.decode()
    make_request(report=report, asked_of=Body.FORCE)
    assert "Recorded crimes" in client.get(reverse("corrections")).content.decode()
    assert client.post(confirm, {"seen": held.version}).status_code == 302
    held.refresh_from_db()
    assert held.confirmed_by == force
    assert client.post(reverse("correction-apply", args=[held.pk]), {"how": "x"}).status_code == 403


def test_the_force_reads_what_its_paper_had_wrong_but_not_the_minutes_that_say_so(client, entry, report):
    force, officer = make_user(Role.FORCE), make_user()
    client.force_login(force)
    held = fill(entry, officer, **KNOWN, report=report.pk).correction
    entry = MinuteEntry.objects.get(pk=entry.pk)
    words = {"kind": "correction", "text": "Somebody muttered about it."}
    operations.change_entry(entry, base_version=entry.version, save_id=uuid.uuid4(), changes=words, by=officer)
    make_request(report=report, asked_of=Body.FORCE)
    address = reverse("correction", args=[held.pk])
    page = client.get(address).content.decode()
    assert "Recorded crimes" in page and "Somebody muttered" not in page
    name_checker(held.minutes, user=force, by=officer)
    assert "Somebody muttered" in client.get(address).content.decode()


def test_the_force_sees_corrections_of_minutes_that_it_checks(client, entry):
    force = make_user(Role.FORCE)
    client.force_login(force)
    held = fill(entry, make_user(), **KNOWN).correction
    name_checker(held.minutes, user=force, by=make_user())
    assert "Recorded crimes" in client.get(reverse("corrections")).content.decode()
    assert client.get(reverse("correction", args=[held.pk])).status_code == 200


def test_draft_minutes_go_with_their_corrections_but_not_once_a_paper_carries_a_notice(entry, report):
    user = make_user()
    held = fill(entry, user, **KNOWN, report=report.pk).correction
    correcting.confirm(held, seen=held.version, by=user)
    with pytest.raises(NotPossible, match="confirmed"):
        operations.delete_minutes(entry.minuted_item.minutes, by=user)
    correcting.take_back(held, by=user)
    operations.delete_minutes(entry.minuted_item.minutes, by=user)
    assert not Correction.objects.exists()


# --- The register ----------------------------------------------------------------------------------------------------


@pytest.fixture
def several(officer, entry, report):
    """Two corrections in two series."""
    fill(entry, officer, **KNOWN, report=report.pk)
    other = make_minuted_item()
    speaker = make_attendance(other.minutes.meeting, name="Sam Singh", called="Supt Singh")
    second = make_entry(other, kind="correction", speaker=speaker, text="")
    fill(second, officer, measure="=cmd()", old_value="+22%", new_value="23%")
    return entry.correction, second.correction


def listed(client, **filters):
    return [one.pk for one in client.get(reverse("corrections"), filters).context["page"]]


def test_filters_narrow_the_register_and_the_file_says_the_same(client, several):
    first, second = several
    every = [
        ("status", "proposed", {first.pk, second.pk}),
        ("text", "crimes 127", {first.pk}),
        ("person", "Sam Singh", {second.pk}),
    ]
    every += [
        ("series", first.minutes.meeting.series_id, {first.pk}),
        ("meeting", second.minutes.meeting_id, {second.pk}),
        ("status", "applied", set()),
        ("text", "nothing like it", set()),
        ("meeting", "nonsense", {first.pk, second.pk}),
    ]
    for name, value, expected in every:
        assert set(listed(client, **{name: value})) == expected, (name, value)
        file = client.get(reverse("corrections-csv"), {name: value}).content.decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(file)))) == len(expected) + 1


def test_no_cell_of_the_file_runs_as_a_formula(client, several):
    file = client.get(reverse("corrections-csv")).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(file)) for cell in row]
    assert "'=cmd()" in cells
    assert "'+22%" in cells
    assert not [cell for cell in cells if cell[:1] in "=+-@\t" and cell]


def test_pages_ask_as_many_questions_whatever_they_list(client, officer, several, django_assert_max_num_queries):
    for _ in range(6):
        item = make_minuted_item()
        fill(make_entry(item, kind="correction", text=""), officer, **KNOWN)
    with django_assert_max_num_queries(12):
        client.get(reverse("corrections"))
    for page in (reverse("correction", args=[several[0].pk]), address(several[0].entry)):
        with django_assert_max_num_queries(12):
            client.get(page)


# --- Notices ---------------------------------------------------------------------------------------------------------


def test_a_confirmed_correction_stands_as_a_notice_on_the_report_which_is_not_altered(client, officer, entry, report):
    make_office()
    before = JointReport.objects.get(pk=report.pk).content_hash()
    attached = report.held_attachments.get()
    held = fill(entry, officer, **KNOWN, report=report.pk, attachment=attached.pk, page="4").correction
    preview = reverse("report-preview", args=[report.pk])
    notice = f"Corrected at the meeting of {held.minutes.meeting.date:%-d %B %Y}: 176, not 127"
    assert notice not in client.get(preview).content.decode()
    correcting.confirm(held, seen=held.version, by=officer)
    for page in (preview, report.get_absolute_url()):
        assert notice in client.get(page).content.decode()
    assert JointReport.objects.get(pk=report.pk).content_hash() == before
    assert client.post(reverse("report-delete", args=[report.pk])).status_code == 302
    assert JointReport.objects.filter(pk=report.pk).exists(), "a report that minutes correct stays"
    client.post(reverse("attachment-delete", args=[attached.pk]))
    assert report.held_attachments.exists()


def test_the_notice_stands_in_the_section_it_corrects(client, officer, entry, report):
    make_office()
    section = report.live_sections()[0]
    held = fill(entry, officer, **KNOWN, report=report.pk, section=section.pk).correction
    correcting.confirm(held, seen=held.version, by=officer)
    page = client.get(reverse("report-preview", args=[report.pk])).content.decode()
    inside = page[page.index(f'id="section-{section.pk}"') : page.index('id="attachments"')]
    assert "176, not 127" in inside


# --- Closed minutes --------------------------------------------------------------------------------------------------


def test_closed_minutes_are_corrected_by_a_notice_and_not_by_a_change(client, officer, item):
    entry = make_entry(item, text="Supt Smith said that all was well.", by=officer)
    where = reverse("entry-correct", args=[entry.pk])
    assert client.get(where).status_code == 302, "open minutes are changed in the entry itself"
    close(item.minutes)
    form = client.get(where).context["form"]
    data = fields(form)
    wrong = client.post(where, data | {"old_value": "Words never said", "new_value": "Smyth"})
    assert wrong.status_code == 422
    client.post(where, data | {"old_value": "Supt Smith", "new_value": "D Supt Smyth", "note": "He wrote in."})
    held = Correction.objects.get()
    assert corrections.notices_for(item.minutes) == {}
    edit = reverse("correction-edit", args=[held.pk])
    form = client.get(edit).context["form"]
    data = fields(form)
    assert client.post(edit, data | {"new_value": "D Supt Smythe"}).status_code == 302
    stale = client.post(edit, data | {"new_value": "D Supt Smith", "save_id": str(uuid.uuid4())})
    assert stale.status_code == 409
    assert "D Supt Smythe" in stale.content.decode()
    held.refresh_from_db()
    client.post(reverse("correction-confirm", args=[held.pk]), {"seen": held.version})
    [notice] = corrections.notices_for(item.minutes)[entry.pk]
    assert "read “D Supt Smythe” instead of “Supt Smith”" in notice
    entry.refresh_from_db()
    assert entry.text == "Supt Smith said that all was well."


def test_the_notice_is_read_with_the_closed_minutes(client, officer, item):
    make_office()
    entry = make_entry(item, text="Supt Smith said so.", by=officer)
    close(item.minutes)
    changes = {"measure": "A name", "old_value": "Supt Smith", "new_value": "Supt Smyth", "note": ""}
    held = correcting.correct_minutes(entry, save_id=uuid.uuid4(), changes=changes, by=officer).piece
    assert correcting.correct_minutes(entry, save_id=held.revisions.get().save_id, changes=changes, by=officer).replayed
    correcting.confirm(held, seen=held.version, by=officer)
    page = client.get(item.minutes.get_absolute_url()).content.decode()
    assert "read “Supt Smyth” instead of “Supt Smith”" in page
    assert reverse("entry-correct", args=[entry.pk]) in page
    assert [line.notices for sheet in reading.sheets(item.minutes) for line in sheet.lines] != [[]]
