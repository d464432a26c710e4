"""What the public gets of decision records: signed ones in full, withheld ones by number and reason."""

import datetime
import json

import pytest
from django.utils import timezone

from opcc_portal import pdf
from scrutiny.meetings.models import AgendaItem
from scrutiny.register.models import Decision
from scrutiny.workflow import kinds
from tests.factories import make_decision, make_entry, make_item, make_minuted_item, make_office, make_user
from tests.minutes.kinds import give_decision
from tests.minutes.test_paper import text_of
from tests.pdf.vera import VeraPDF
from tests.publication.records import edition_of, imprint, make_restriction

pytestmark = pytest.mark.django_db
KIND = kinds.named("decision")
WORDS = ("old mill", "It is cheap", "Robin Hale", "Subject of the item")


def sign(decision, number=1):
    decision.year, decision.number, decision.status = 2026, number, Decision.Status.SIGNED
    decision.signed_on, decision.signed_by, decision.signed_name = datetime.date(2026, 1, 9), make_user(), "Robin Hale"
    decision.save()
    return KIND.load(decision.pk)


@pytest.fixture
def decision():
    make_office()
    item = make_item(label="7A", title="Subject of the item")
    return sign(
        make_decision(
            title="Purchase of the old mill",
            decided="The old mill is bought.\n\nIt costs £96,000.",
            reasons="It is cheap.",
            maker="Robin Hale, Police and Crime Commissioner",
            meeting=item.meeting,
            item=item,
        )
    )


def surfaces(decision):
    decision = KIND.load(decision.pk)
    data = KIND.content(decision)
    edition = edition_of(KIND, decision)
    derived = [str(each) for each in (*KIND.lines(edition), *KIND.search(edition))]
    parts = [html for _, html in KIND.parts(data)]
    return "\n".join([json.dumps(data), *parts, KIND.paper(data, imprint())[0], *derived, KIND.belongs_to(decision)])


def test_only_signed_decisions_are_published(decision):
    assert KIND.why_not(decision) == ""
    assert "not signed yet" in KIND.why_not(make_decision())
    assert KIND.path(decision) == "decisions/2026-001"


def test_a_signed_decision_is_published_in_full(decision):
    everything = surfaces(decision)
    for words in (*WORDS, "7A Subject of the item", "9 January 2026", "5 January 2026", "£96,000"):
        assert words in everything, words
    assert KIND.belongs_to(decision) == f"scrutiny.meeting:{decision.meeting_id}"
    line = next(iter(KIND.lines(edition_of(KIND, decision))))
    assert (line.register, line.reference, line.url) == ("decision", "2026/001", "/decisions/2026-001/")
    assert KIND.findings(decision, KIND.content(decision)) == []


@pytest.mark.verapdf
def test_both_papers_are_accessible(decision, tmp_path):
    open_, _ = KIND.paper(KIND.content(decision), imprint())
    make_restriction(decision)
    closed, _ = KIND.paper(KIND.content(KIND.load(decision.pk)), imprint())
    made = {name: pdf.render(html, strict=True) for name, html in (("open", open_), ("closed", closed))}
    assert [problem for data in made.values() for problem in pdf.problems(data)] == []
    assert VeraPDF(tmp_path).complaints(made) == []
    said = text_of(made["open"])
    assert "Purchase of the old mill" in said and "Reasons It is cheap." in said and "Version 1.0" in said


def test_of_a_restricted_decision_only_number_neutral_title_and_reason_are_published(decision):
    make_restriction(decision, reason="Prices would rise.", neutral_title="A purchase")
    everything = surfaces(decision)
    for words in (*WORDS, "96,000", "5 January 2026", decision.meeting.name):
        assert words not in everything, words
    for words in ("2026/001", "A purchase", "Prices would rise.", "section 31"):
        assert words in everything, words
    told = {secret.text for secret in KIND.secrets(KIND.load(decision.pk))}
    assert told == {"The old mill is bought.", "It costs £96,000.", "It is cheap.", "Purchase of the old mill"}


def test_changing_a_restricted_decision_changes_nothing_outside(decision):
    make_restriction(decision, neutral_title="A purchase")
    before = surfaces(decision)
    Decision.objects.filter(pk=decision.pk).update(
        title="Other", decided="Other", reasons="", maker="Other", decided_on=datetime.date(2025, 12, 1)
    )
    assert surfaces(decision) == before


def test_a_decision_is_withheld_with_its_item(decision):
    make_restriction(decision.item, neutral_title="A matter")
    everything = surfaces(decision)
    assert not [words for words in WORDS if words in everything]
    assert "It would help criminals." in everything


def test_a_decision_of_a_private_item_without_a_reason_blocks(decision):
    AgendaItem.objects.filter(pk=decision.item_id).update(part="private")
    held = KIND.load(decision.pk)
    finding = KIND.findings(held, KIND.content(held))[0]
    assert (finding.code, finding.blocks) == ("decision-without-reason", True)
    assert "old mill" not in surfaces(decision)


def test_a_decision_is_withheld_with_the_entry_that_holds_its_words():
    entry = make_entry(make_minuted_item(), kind="decision", text="The PCC bought the old mill.")
    held = sign(give_decision(entry, title="The old mill", maker="Robin Hale"), number=2)
    assert "old mill" in surfaces(held)
    restriction = make_restriction(entry)
    assert "old mill" not in surfaces(held)
    restriction.released_at, restriction.released_by = timezone.now(), make_user()
    restriction.save()
    assert "old mill" in surfaces(held)
