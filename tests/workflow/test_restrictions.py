"""Keeping something from the public, changing why, releasing it; and what happens to the words of a report."""

import datetime
import uuid
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from opcc_portal.accounts.capabilities import Role
from opcc_portal.audit.models import AuditLine
from scrutiny.meetings import agenda
from scrutiny.meetings.models import AgendaItem
from scrutiny.reports import operations as reports
from scrutiny.reports import passages, withholding
from scrutiny.reports.layout import LaidOut, changes_since
from scrutiny.reports.models import Body, JointReport, ReportSection, RestrictedPassage
from scrutiny.workflow import restrictions
from scrutiny.workflow.models import LegalBasis, Marking, PublicationClass, Restriction, State
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict
from tests.factories import (
    make_attachment,
    make_decision,
    make_entry,
    make_item,
    make_legal_basis,
    make_report,
    make_restriction,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
SECRET = "The house in Alder Road is watched"


def words(**more):
    return {
        "public_reason": "It would put people at risk.",
        "decided_by": "Robin Hale, Police and Crime Commissioner",
        "decided_on": datetime.date(2026, 1, 5),
        "review_on": datetime.date(2026, 7, 5),
    } | more


# --- restricting and releasing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [make_item, make_entry, make_decision, lambda: make_attachment().attachment],
    ids=["item", "entry", "decision", "attachment"],
)
def test_each_kind_of_thing_can_be_kept_from_the_public_and_released(make):
    target, officer = make(), make_user()
    made = restrictions.restrict(target, bases=[make_legal_basis()], by=officer, **words())
    fresh = type(target).objects.get(pk=target.pk)
    assert fresh.is_restricted
    assert target.is_restricted
    assert restrictions.target_of(Restriction.objects.get(pk=made.pk)) == target
    restrictions.release(target, by=officer)
    fresh = type(target).objects.get(pk=target.pk)
    assert not fresh.is_restricted
    assert fresh.restriction.released_by == officer


def test_no_line_of_audit_says_what_is_withheld():
    item, officer = make_item(title=SECRET), make_user()
    restrictions.restrict(item, bases=[make_legal_basis()], by=officer, context=item.meeting, **words())
    more = words(neutral_title="A building")
    restrictions.change(item, bases=[make_legal_basis()], by=officer, context=item.meeting, **more)
    restrictions.release(item, by=officer, context=item.meeting)
    lines = AuditLine.objects.filter(subject=f"scrutiny.agendaitem:{item.pk}")
    acts = [line.act for line in lines.order_by("pk")]
    assert acts == ["Restricted: agenda item", "Restriction changed: agenda item", "Restriction released: agenda item"]
    assert not any(SECRET in str(line.details) for line in lines)


def test_the_button_pressed_twice_restricts_once():
    item, officer, basis = make_item(), make_user(), make_legal_basis()
    first = restrictions.restrict(item, bases=[basis], by=officer, **words())
    again = restrictions.restrict(AgendaItem.objects.get(pk=item.pk), bases=[basis], by=officer, **words())
    assert first == again
    assert Restriction.objects.count() == 1


def test_other_grounds_for_what_is_withheld_already_are_refused():
    item = make_item()
    make_restriction(item)
    with pytest.raises(NotPossible, match="already"):
        restrictions.restrict(item, bases=[make_legal_basis()], by=make_user(), **words())


def test_a_released_restriction_stays_as_history_and_a_new_one_is_another():
    item, officer = make_item(), make_user()
    first = make_restriction(item, by=officer)
    restrictions.release(item, by=officer)
    restrictions.release(item, by=officer)
    second = make_restriction(item, by=officer, public_reason="For another reason.")
    assert first.pk != second.pk
    assert list(restrictions.earlier(item)) == [first]
    assert list(restrictions.in_force()) == [second]
    assert AuditLine.objects.filter(act__startswith="Restriction released").count() == 1


def test_a_qualified_exemption_needs_the_public_interest():
    basis = make_legal_basis(needs_public_interest=True)
    with pytest.raises(NotPossible, match="public interest"):
        restrictions.restrict(make_item(), bases=[basis], by=make_user(), **words(public_interest="  "))
    made = restrictions.restrict(make_item(), bases=[basis], by=make_user(), **words(public_interest="Safety first."))
    assert made.stub()["public_interest"] == "Safety first."


@pytest.mark.parametrize("missing", [{"bases": []}, {"public_reason": " "}])
def test_grounds_and_reason_are_needed(missing):
    given = {"bases": [make_legal_basis()], **words()} | missing
    with pytest.raises(NotPossible):
        restrictions.restrict(make_item(), by=make_user(), **given)
    assert not Restriction.objects.exists()


def test_due_for_review_are_those_in_force_whose_day_has_come():
    due, later, released = make_item(), make_item(), make_item()
    past = datetime.date(2026, 2, 1)
    expected = make_restriction(due, review_on=past)
    make_restriction(later)
    make_restriction(released, review_on=past)
    restrictions.release(released, by=make_user())
    assert list(restrictions.due_for_review()) == [expected]


def test_what_was_deleted_is_on_no_list():
    item = make_item()
    make_restriction(item)
    item.delete()
    assert not restrictions.in_force().exists()


def test_two_people_who_change_it_at_once_are_told():
    item, officer, basis = make_item(), make_user(), make_legal_basis()
    held = make_restriction(item, bases=[basis])
    read = restrictions.seen(held)
    restrictions.change(item, bases=[basis], by=officer, seen_as=read, **words())
    with pytest.raises(restrictions.ChangedMeanwhile):
        restrictions.change(item, bases=[basis], by=officer, seen_as=read, **words(public_reason="Another."))
    assert Restriction.objects.get(pk=held.pk).public_reason == words()["public_reason"]


def test_somebody_who_read_the_item_before_it_was_restricted_does_not_set_it_free():
    item = make_item()
    read_before = AgendaItem.objects.select_related("meeting__series").get(pk=item.pk)
    make_restriction(item)
    read_before.lead = "Robin Hale"
    agenda.change_item(read_before, by=make_user())
    assert AgendaItem.objects.get(pk=item.pk).is_restricted


# --- the words of a report -----------------------------------------------------------------------------------------------


def section_of(body):
    return make_section(make_report(), heading="Key information", body=body)


def withhold(section, text, **more):
    given = {"bases": [make_legal_basis()], "by": make_user(), **words(), **more}
    return withholding.withhold(section, words=text, **given)


@pytest.mark.parametrize(
    ("body", "text", "left"),
    [
        (f"<p>Before. {SECRET}. After.</p>", SECRET, "<p>Before. {}. After.</p>"),
        ("<p>Fish &amp; chips at R&amp;D</p>", "chips at R&D", "<p>Fish &amp; {}</p>"),
        ("<p>A <strong>bold</strong> word</p>", "bold", "<p>A {} word</p>"),
        ("<p>A <strong>bold</strong> word</p>", "A bold", "<p>{} word</p>"),
        ("<p>One. Two.</p><p>Three. Four.</p>", "Two. Three.", "<p>One. {} Four.</p>"),
        ("<ul><li>one</li><li>two</li></ul>", "one two", "<ul><li>{}</li></ul>"),
        ('<p>See <a href="https://secret.example.org">this page</a> now</p>', "this page", "<p>See {} now</p>"),
        ("<p>It’s “quoted”&nbsp;here</p>", 'It\'s "quoted" here', "<p>{}</p>"),
        ("<p>two\nlines</p>", "two  lines", "<p>{}</p>"),
    ],
    ids=["plain", "entities", "bold", "half-bold", "two-paragraphs", "two-items", "link", "quotes", "spaces"],
)
def test_words_are_found_as_a_reader_reads_them_and_put_back_letter_for_letter(body, text, left):
    section = section_of(body)
    passage = withhold(section, text)
    now = ReportSection.objects.get(pk=section.pk)
    assert now.body == left.format(passage.token)
    assert passages.with_all_words(now.body, {passage.pk: passage}) == body
    withholding.give_back(RestrictedPassage.objects.get(pk=passage.pk), by=make_user())
    assert ReportSection.objects.get(pk=section.pk).body == body


@pytest.mark.parametrize(
    ("body", "text", "message"),
    [
        ("<p>Something else.</p>", SECRET, "do not stand"),
        ("<p>No and no and no.</p>", "no", "2 times"),
        ("<h3>Head</h3><p>and text</p>", "Head and", "in one place"),
        ("<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>", "a b", "in one place"),
        ("<p>One <strong>two three</strong></p>", "One two", "in one place"),
        ("<p>Something.</p>", "  ", "Enter the words"),
        ("<p>Something.</p>", "[restricted:1]", "withheld already"),
    ],
)
def test_words_that_cannot_be_taken_out_are_refused_with_the_reason(body, text, message):
    section = section_of(body)
    with pytest.raises(NotPossible, match=message):
        withhold(section, text)
    assert ReportSection.objects.get(pk=section.pk).body == body
    assert not Restriction.objects.exists()


def test_pressing_twice_withholds_the_words_once():
    section, officer, basis = section_of(f"<p>{SECRET}.</p>"), make_user(), make_legal_basis()
    first = withhold(section, SECRET, by=officer, bases=[basis])
    again = withhold(section, SECRET, by=officer, bases=[basis])
    assert first == again
    assert Restriction.objects.count() == 1


def signed_report():
    report = make_report(sections=["Key information"], bodies=[f"<p>Before. {SECRET}. After.</p>"])
    reports.send_for_review(report, by=make_user())
    for body, role in ((Body.OFFICE, Role.COMMISSIONER), (Body.FORCE, Role.FORCE)):
        seen = JointReport.objects.get(pk=report.pk).load_parts().content_hash()
        reports.sign(report, body=body, seen=seen, by=make_user(role))
    return JointReport.objects.get(pk=report.pk)


def test_signatures_stay_valid_when_words_are_withheld_and_released():
    report = signed_report()
    signed = report.load_parts().content_hash()
    section = report.live_sections()[0]
    passage = withhold(section, SECRET)
    now = JointReport.objects.get(pk=report.pk).load_parts()
    assert now.state == State.SIGNED
    assert now.sign_offs.filter(reopened_at=None).count() == 2
    assert now.content_hash() == signed
    assert not changes_since(now.sign_offs.first(), now)
    withholding.give_back(passage, by=make_user())
    now = JointReport.objects.get(pk=report.pk).load_parts()
    assert now.content_hash() == signed
    assert not changes_since(now.sign_offs.first(), now)


def test_the_signature_covers_what_is_withheld():
    report = signed_report()
    signed = report.load_parts().content_hash()
    passage = withhold(report.live_sections()[0], SECRET)
    RestrictedPassage.objects.filter(pk=passage.pk).update(text="Something that nobody signed")
    assert JointReport.objects.get(pk=report.pk).load_parts().content_hash() != signed


def test_the_public_layout_never_holds_the_words_and_the_desk_does():
    report = signed_report()
    withhold(report.live_sections()[0], SECRET)
    html = str(LaidOut(JointReport.objects.get(pk=report.pk), public=True).sections[0].rows)
    assert SECRET not in html
    assert "[restricted:" not in html
    desk = LaidOut(JointReport.objects.get(pk=report.pk)).sections[0]
    assert SECRET in str(desk.rows)
    assert [passage.plain_text for passage in desk.withheld] == [SECRET]


def test_somebody_who_has_the_old_text_open_cannot_save_the_words_back():
    section = section_of(f"<p>{SECRET}.</p>")
    old = section.body
    withhold(section, SECRET)
    save = {"save_id": uuid.uuid4(), "by": make_user(), "changes": {"body": old + "<p>More.</p>"}}
    with pytest.raises(Conflict):
        reports.save_section(section, base_version=section.version, **save)
    now = ReportSection.objects.get(pk=section.pk)
    reports.save_section(now, base_version=now.version, **(save | {"save_id": uuid.uuid4()}))
    now = ReportSection.objects.get(pk=section.pk)
    assert SECRET not in now.body
    assert now.body.endswith("<p>More.</p>")


def test_the_words_of_a_deleted_draft_stay_in_its_trace():
    section = section_of(f"<p>{SECRET}.</p>")
    withhold(section, SECRET)
    reports.delete_report(section.report, by=make_user())
    line = AuditLine.objects.get(act__startswith="Deleted the draft report")
    assert SECRET in str(line.details)


# --- the lists that every office starts with -----------------------------------------------------------------------------


def test_the_usual_bases_and_classes_are_added_and_what_is_there_stays():
    usual = import_module("scrutiny.migrations.0006_usual_lists")  # its name begins with a number
    LegalBasis.objects.all().delete()
    PublicationClass.objects.all().delete()
    act = "Freedom of Information Act 2000"
    LegalBasis.objects.create(scheme=act, paragraph="section 31", title="our own words", needs_public_interest=False)
    PublicationClass.objects.create(name="Our services", slug="services")
    for _ in range(2):
        usual.add(apps, SimpleNamespace(connection=connection))
    assert LegalBasis.objects.count() == 19
    assert LegalBasis.objects.get(scheme=act, paragraph="section 31").title == "our own words"
    absolute = LegalBasis.objects.filter(scheme=act, needs_public_interest=False).exclude(title="our own words")
    assert sorted(basis.paragraph for basis in absolute) == [f"section {n}" for n in (21, 23, 40, 41)]
    assert PublicationClass.objects.count() == 7
    assert PublicationClass.objects.get(slug="services").name == "Our services"


def test_no_marking_above_official_sensitive_is_known():
    assert set(Marking.values) == {"official", "official_sensitive"}
