"""Full histories from the terminal, and the large synthetic set."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from opcc_portal.accounts.capabilities import Role
from scrutiny.indicators.models import Area, ImportBatch, Indicator, Observation, ObservationRevision, Summary
from tests.factories import make_area, make_indicator, make_office, make_user
from tests.indicators import sheets

pytestmark = pytest.mark.django_db
HISTORY = "Month,Leeds,Kirklees\n" + "".join(f"2016-{month:02},{month},{2 * month}\n" for month in range(1, 13))


@pytest.fixture
def referrals():
    for name in ("Leeds", "Kirklees"):
        make_area(name, slug=name.lower(), kind=Area.Kind.DISTRICT)
    return make_indicator("Referrals", slug="referrals")


@pytest.fixture
def by():
    return make_user(Role.ANALYST).username


def load(path, by, *options):
    said = StringIO()
    call_command("load_figures", str(path), "--source", "History", "--by", by, *options, stdout=said)
    return said.getvalue()


def test_a_history_is_loaded_once_and_changes_need_a_reason(tmp_path, referrals, by):
    path = tmp_path / "history.csv"
    path.write_text(HISTORY)
    assert "24 new" in load(path, by, "--indicator", "referrals", "--dry-run")
    assert not Observation.objects.exists()
    assert "Recorded." in load(path, by, "--indicator", "referrals")
    assert (Observation.objects.count(), ImportBatch.objects.get().counts["new"]) == (24, 24)
    path.write_text(HISTORY.replace("2016-12,12", "2016-12,13"))
    with pytest.raises(CommandError, match="say --code and --reason"):
        load(path, by)  # its columns are remembered
    load(path, by, "--code", "R2", "--reason", "Recounted", "--confirmed")
    assert Observation.objects.filter(revisions_held=2).get().value == 13


def test_nothing_of_a_history_is_loaded_while_a_cell_is_rejected(tmp_path, referrals, by):
    path = tmp_path / "history.csv"
    path.write_text(HISTORY.replace("2016-12,12", "2016-12,<5"))
    with pytest.raises(CommandError, match="Nothing was recorded"):
        load(path, by, "--indicator", "referrals")
    assert not Observation.objects.exists()
    load(path, by, "--indicator", "referrals", "--leave-out-rejected")
    assert Observation.objects.count() == 23


def test_a_workbook_can_be_loaded_and_wrong_options_are_told(tmp_path, referrals, by):
    path = tmp_path / "history.xlsx"
    path.write_bytes(sheets.workbook([["Area", "Period", "Value"], ["Leeds", "2016-01", 5]]).read())
    assert "1 new" in load(path, by, "--indicator", "Referrals")
    for options, words in (
        (["--known-on", "1/3/18"], "Write it like 2018-03-01"),
        (["--sheet", "Other"], "has no sheet “Other”"),
        (["--area", "Leedz"], "Did you mean Leeds"),
    ):
        with pytest.raises(CommandError, match=words):
            load(path, by, *options)
    with pytest.raises(CommandError, match="no account that may record"):
        load(path, make_user(Role.COMMISSIONER).username)


def sow(*options):
    said = StringIO()
    call_command("seed_large", "--indicators", "5", "--areas", "2", "--months", "30", *options, stdout=said)
    return said.getvalue()


def test_the_large_set_is_labelled_adds_up_and_can_be_sown_again(capsys):
    assert "300 figures with 450 revisions" in sow()
    assert all(indicator.is_synthetic and indicator.is_demonstration for indicator in Indicator.objects.all())
    assert all(summary.tile["synthetic"] for summary in Summary.objects.all()) and Summary.objects.count() == 10
    figure = Observation.objects.filter(indicator__unit="percent", revisions_held=2).first()
    assert figure.value == figure.revisions.get(n=2).value
    assert figure.value == round(100 * figure.numerator / figure.denominator, 4)
    assert "300 figures with 450 revisions" in sow()
    call_command("rebuild_summaries", "--check", stdout=StringIO())
    # The database goes on numbering behind what was written past the models.
    area = make_area("Somewhere else")
    made = Observation.objects.create(
        indicator=Indicator.objects.first(), area=area, period_start="2016-01-01", value=1, revisions_held=1
    )
    ObservationRevision.objects.create(observation=made, n=1, value=1, known_on="2016-03-01")


def test_the_large_set_is_never_sown_beside_a_real_office():
    make_office()
    with pytest.raises(CommandError, match="belongs to a real office"):
        sow()
    assert not Indicator.objects.exists()
