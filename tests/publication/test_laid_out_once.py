"""Publishing does not lay out again what the check has laid out, and never takes a paper for another."""

import pytest

from opcc_portal import pdf
from opcc_portal.accounts.capabilities import Role
from scrutiny.publication import making
from scrutiny.register import decisions
from scrutiny.workflow import kinds
from tests.factories import make_decision, make_office, make_user
from tests.publication import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def laid_out(monkeypatch):
    """Everything that is laid out, as the HTML of it."""
    made, render = [], pdf.render

    def note(html, *, files=None):
        made.append(html)
        return render(html, files=files)

    monkeypatch.setattr(making, "_laid_out", type(making._laid_out)())
    monkeypatch.setattr("opcc_portal.pdf.render", note)
    return made


def checked_and_published(**fields):
    made = make_decision(**fields)
    made = decisions.sign(made, seen_version=made.version, by=make_user(Role.COMMISSIONER))
    kind, officer = kinds.named("decision"), make_user()
    candidate = making.check(making.bundle_of(kind, kind.load(made.pk)), by=officer)
    return making.publish(kind, made, seen=candidate.input_hash, by=officer)[0]


def test_what_the_check_has_laid_out_is_published_as_it_is(laid_out, monkeypatch):
    desk.stand_in(monkeypatch)
    make_office()
    first = checked_and_published()
    assert len(laid_out) == 1
    second = checked_and_published()
    assert len(laid_out) == 2  # other words, and another head of the chain
    assert first.pdf_sha256 != second.pdf_sha256


def test_only_the_newest_papers_are_remembered(laid_out, monkeypatch):
    monkeypatch.setattr(making, "MOST_KEPT", 2)
    monkeypatch.setattr("opcc_portal.pdf.render", lambda html, *, files=None: laid_out.append(html) or html.encode())
    for words in ("a", "b", "a", "c", "b"):  # when c comes, b has not been asked for longest and goes
        assert making._render_once(words, files={}) == words.encode()
    assert laid_out == ["a", "b", "c", "b"]
    assert making._render_once("b", files={"opcc:logo": b"x"}) == b"b"
    assert laid_out[-2:] == ["b", "b"]
