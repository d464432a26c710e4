"""The grants of the demonstration: a round that has gone all its way, papers that are valid, totals that nobody mixes."""

from decimal import Decimal

import pytest

from funding.applications.models import Application
from funding.assessment import papers, standing
from funding.awards import dossier
from funding.awards.models import Award
from funding.open_data.models import PublicAward
from funding.rounds.models import Round
from funding.totals import comparing
from funding.totals.counting import Scope, total
from funding.totals.models import StatedTotal
from opcc_portal import pdf
from opcc_portal.accounts.models import User
from scrutiny.people.models import Organisation
from tests.pdf.vera import VeraPDF

pytestmark = pytest.mark.django_db


@pytest.mark.verapdf
def test_letters_ranked_list_and_dossier_are_pdf_ua_1_and_pdf_a_3a(demo, tmp_path):
    round_ = Round.objects.get(decided_on__isnull=False)
    applications = Application.objects.filter(round=round_, number__in=(1, 9, 12, 16)).select_related("round__fund")
    made = {
        "letters": papers.letters(list(applications)),
        "ranked list": papers.ranked_list(standing.of(round_)),
        "dossier": dossier.of(Award.objects.earliest("pk"), User.objects.get(username="grants")),
    }
    laid_out = {name: pdf.render(paper.html, files=_files(paper)) for name, paper in made.items()}
    assert VeraPDF(tmp_path).complaints(laid_out) == []


def _files(paper):
    if not paper.logo:
        return {}
    with paper.logo.file.open() as file:
        return {"opcc:logo": file.read()}


def test_the_stated_totals_stand_as_stated_and_invented_awards_never_count_in_them(demo):
    stated = {each.amount: comparing.compare(each) for each in StatedTotal.objects.all()}
    assert set(stated) == {Decimal(36343), Decimal(50000)}
    for comparison in stated.values():
        assert comparison.computed.count == 0
        assert comparison.is_explained
    assert total(Scope(demonstration=False)).count == 0


def test_everything_invented_says_so_and_keeps_to_the_funds_cap(demo):
    assert Award.objects.count() == PublicAward.objects.count() == 8
    assert not Award.objects.filter(demonstration_note="").exists()
    assert not Award.objects.filter(amount__gt=5000).exists()
    assert not PublicAward.objects.filter(is_demonstration=False).exists()
    applicants = Organisation.objects.filter(awards__isnull=False)
    assert all(each.is_demonstration and "invented" in each.name for each in applicants)
