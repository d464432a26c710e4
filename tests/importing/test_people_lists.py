"""People in lists, as minutes print them."""

import pytest

from scrutiny.importing.drafts import APOLOGIES, LIST, NONE, NOT_RECORDED, PRESENT
from tests.importing.sources import minutes


def people(text):
    """(name, post, abbreviation, sure) of everybody in one list."""
    return [(p.name, p.post, p.abbreviation, p.sure) for p in minutes(f"PRESENT\n\n{text}").people]


def names(text):
    return [person[0] for person in people(text)]


def test_the_bracket_of_an_abbreviation_ends_a_person_in_a_run_on_line():
    assert people("Ana Ruiz – Chief Constable (CC) Bo Li-Hart – Deputy Chief Constable (DCC) Cy Mott – Clerk (C)") == [
        ("Ana Ruiz", "Chief Constable", "CC", True),
        ("Bo Li-Hart", "Deputy Chief Constable", "DCC", True),
        ("Cy Mott", "Clerk", "C", True),
    ]


def test_without_a_bracket_the_name_is_a_guess_and_is_said_so():
    draft = minutes("PRESENT\n\nAna Ruiz - Harbour Planner Bo Li – Keeper of the Light Cy Mott – Clerk")
    assert [(p.name, p.post, p.sure) for p in draft.people] == [
        ("Ana Ruiz", "Harbour Planner", True),
        ("Bo Li", "Keeper of the Light", False),
        ("Cy Mott", "Clerk", False),
    ]
    assert any("guessed for Bo Li, Cy Mott" in warning for warning in draft.warnings)


def test_a_name_of_three_words_is_whole_behind_a_known_post():
    assert names("Ana Ruiz – Detective Inspector Bo Ann Li – Support Officer Cy Mott – Clerk") == [
        "Ana Ruiz",
        "Bo Ann Li",
        "Cy Mott",
    ]


@pytest.mark.parametrize("dash", [" – ", " - ", " — ", "– ", " –"])
def test_every_dash_parts_name_and_post(dash):
    text = f"Ana Ruiz{dash}Chief Constable (CC) Bo Li{dash}Clerk (C)"
    assert names(text) == ["Ana Ruiz", "Bo Li"]


def test_a_hyphen_inside_a_name_or_a_post_does_not_part_them():
    assert people("Ana Ruiz-Bell – Co-ordinator (C)") == [("Ana Ruiz-Bell", "Co-ordinator", "C", True)]


def test_a_title_begins_a_name():
    assert people("Ana Ruiz – Keeper of Records Dr Bo Li – Head of Boats")[1] == ("Dr Bo Li", "Head of Boats", "", True)


def test_particles_belong_to_the_name():
    assert names("Ana Ruiz – Keeper of Boats Bo van der Li – Clerk")[1] == "Bo van der Li"


def test_one_person_a_line_bulleted_or_not():
    expected = ["Ana Ruiz", "Bo Li", "Cy Ann Mott"]
    assert names("- Ana Ruiz – Clerk\n- Bo Li – Planner\n- Cy Ann Mott – Driver") == expected
    assert names("Ana Ruiz – Clerk\nBo Li – Planner\nCy Ann Mott – Driver") == expected
    assert names("Ana Ruiz, Clerk\nBo Li, Planner\nCy Ann Mott, Driver") == expected


def test_a_run_on_line_that_was_wrapped_is_one_line():
    text = "Ana Ruiz – Chief Executive\nOfficer (CEO) Bo Li – Chief\nConstable (CC)"
    assert people(text) == [
        ("Ana Ruiz", "Chief Executive Officer", "CEO", True),
        ("Bo Li", "Chief Constable", "CC", True),
    ]


def test_an_organisation_stands_behind_the_post():
    person = minutes("PRESENT\n\n- Ana Ruiz – Inspector – Northmoor Police").people[0]
    assert (person.name, person.post, person.organisation) == ("Ana Ruiz", "Inspector", "Northmoor Police")


def test_a_rank_before_the_name_is_the_short_form():
    assert people("- ACC Ana Ruiz\n- T/DCI Bo Li") == [("Ana Ruiz", "", "ACC", False), ("Bo Li", "", "T/DCI", False)]


def test_what_stands_in_brackets_is_short_form_or_remark():
    person = minutes("PRESENT\n\n- Ana Ruiz – Commissioner (PCC) (Chair)").people[0]
    assert (person.post, person.abbreviation, person.note) == ("Commissioner", "PCC", "Chair")


def test_a_sentence_of_apologies_gives_its_names():
    draft = minutes(
        "PRESENT\n\nAna Ruiz – Clerk\n\nAPOLOGIES\n\nApologies were received from Bo Li (DCC), Cy Mott and Di Orr."
    )
    apologies = draft.list_of(APOLOGIES)
    assert [(p.name, p.abbreviation) for p in apologies.people] == [("Bo Li", "DCC"), ("Cy Mott", ""), ("Di Orr", "")]


@pytest.mark.parametrize(
    "words", ["None", "None.", "NONE", "Nil", "N/A", "None received", "No apologies were received."]
)
def test_an_explicit_none_is_a_state_of_its_own(words):
    apologies = minutes(f"APOLOGIES\n\n{words}\n\n## 1. Start\n\nBegun.").list_of(APOLOGIES)
    assert (apologies.state, apologies.people) == (NONE, [])


def test_a_list_without_anything_under_it_is_not_recorded():
    draft = minutes("APOLOGIES\n\nPRESENT\n\nAna Ruiz – Clerk")
    assert draft.list_of(APOLOGIES).state == NOT_RECORDED
    assert draft.list_of(PRESENT).state == LIST
    assert any("not recorded" in warning for warning in draft.warnings)


def test_a_list_that_the_source_does_not_have_is_reported():
    draft = minutes("PRESENT\n\nAna Ruiz – Clerk")
    assert draft.list_of(APOLOGIES) is None
    assert "The source has no list of apologies: apologies are not recorded." in draft.warnings


def test_what_is_no_name_is_left_out_with_a_warning_and_nobody_is_made_up():
    draft = minutes("PRESENT\n\nseveral members of the public")
    assert draft.people == []
    assert draft.leftovers[-1].text == "several members of the public"
    assert any("Nobody was added" in warning for warning in draft.warnings)


def test_somebody_in_present_and_apologies_is_reported():
    draft = minutes("PRESENT\n\nAna Ruiz – Clerk (C)\n\nAPOLOGIES\n\nAna Ruiz – Clerk (C)")
    assert any("Ana Ruiz is in APOLOGIES and among those who were there" in warning for warning in draft.warnings)


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("ALSO PRESENT Ana Ruiz – Clerk (C)", "ALSO PRESENT"),
        ("Also present: Ana Ruiz – Clerk (C)", "Also present"),
        ("**Also present** Ana Ruiz – Clerk (C)", "Also present"),
        ("## Also in attendance\n\nAna Ruiz – Clerk (C)", "Also in attendance"),
        ("Observers\nAna Ruiz – Clerk (C)", "Observers"),
    ],
)
def test_a_list_heading_may_stand_on_its_line_or_before_the_names(line, heading):
    draft = minutes(line)
    assert [(each.heading, [p.name for p in each.people]) for each in draft.lists] == [(heading, ["Ana Ruiz"])]


def test_a_sentence_that_begins_like_a_list_heading_is_none():
    draft = minutes(
        "## 1. Boats\n\nPresent arrangements end in May.\n\nApologies were offered for the delay to residents."
    )
    assert draft.lists == []
    assert len(draft.items[0].paragraphs) == 2
