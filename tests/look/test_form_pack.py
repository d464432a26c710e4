"""Our form pack: what a person sees and hears of a form, for every kind of field."""

import re

import pytest
from crispy_forms.bootstrap import (
    Accordion,
    AccordionGroup,
    Alert,
    AppendedText,
    FieldWithButtons,
    FormActions,
    InlineField,
    InlineRadios,
    PrependedText,
    StrictButton,
    UneditableField,
)
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Div, Hidden, Layout, MultiField, Reset, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template
from django.utils.safestring import mark_safe
from lxml import html

from opcc_portal.templatetags.opcc_look import LookForm

WRONG = {"title": "", "held_on": "8 Januar", "amount": "a lot", "version": "1", "arrives_0": "never"}


def drawn(form, **context):
    """The whole form as a tree."""
    return html.fromstring(render_crispy_form(form, context={"csrf_token": "token", **context}))


def by_id(page, name):
    """The one element with this id."""
    [found] = page.xpath("//*[@id=$name]", name=name)
    return found


def words(element):
    """The text a person reads, spaces set right."""
    return " ".join(element.text_content().split())


@pytest.fixture
def fresh():
    """The trial form as it opens."""
    return drawn(LookForm())


@pytest.fixture
def refused():
    """The trial form as it comes back."""
    return drawn(LookForm(WRONG))


def test_no_id_is_used_twice_and_every_reference_leads_somewhere(fresh, refused):
    for page in (fresh, refused):
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        targets = " ".join(page.xpath("//@for | //@aria-describedby | //@aria-labelledby")).split()
        targets += [address.removeprefix("#") for address in page.xpath("//a/@href[starts-with(., '#')]")]
        assert targets
        assert set(targets) <= set(ids)


def test_every_control_has_a_label(fresh):
    controls = fresh.xpath("//input[not(@type='hidden')] | //select | //textarea")
    assert len(controls) >= 17
    unlabelled = [
        control.get("name") for control in controls if not fresh.xpath("//label[@for=$i]", i=control.get("id"))
    ]
    assert not unlabelled


def test_the_hint_is_read_with_its_field(fresh):
    assert by_id(fresh, "id_title").get("aria-describedby") == "id_title_helptext"
    assert words(by_id(fresh, "id_title_helptext")) == "As it stands on the agenda."


def test_a_wrong_field_says_so_in_words_and_to_a_screen_reader(refused):
    field = by_id(refused, "id_title")
    assert field.get("aria-invalid") == "true"
    assert field.get("aria-describedby").split() == ["id_title_helptext", "id_title_error"]
    assert words(by_id(refused, "id_title_error")) == "Error: Fill in “Title”"


def test_a_right_field_is_not_marked(refused):
    assert by_id(refused, "id_held_on").get("aria-invalid") is None
    assert not refused.xpath("//*[@id='id_held_on_error']")


def test_the_label_stands_above_hint_error_and_control(refused):
    inside = by_id(refused, "div_id_title")
    assert [child.tag for child in inside] == ["label", "div", "div", "input"]
    assert [child.get("class") for child in inside][1:3] == ["hint", "error-message"]


def test_radio_buttons_are_a_group_with_its_question_hint_and_error(refused):
    group = by_id(refused, "id_apologies")
    assert group.tag == "fieldset"
    assert group.get("aria-describedby").split() == ["id_apologies_helptext", "id_apologies_error"]
    assert words(group.find("legend")) == "Apologies"
    assert words(by_id(refused, "id_apologies_error")) == "Error: Choose an answer for “Apologies”"
    radios = group.xpath(".//input[@type='radio']")
    assert [radio.get("value") for radio in radios] == ["unrecorded", "none", "list"]
    assert {radio.get("aria-invalid") for radio in radios} == {None}


def test_the_choice_in_one_row_is_drawn_from_the_widgets_class(fresh):
    assert by_id(fresh, "id_presence").xpath("./div[starts-with(@class, 'choices')]/@class") == [
        "choices segmented fill"
    ]
    assert by_id(fresh, "id_apologies").xpath("./div[starts-with(@class, 'choices')]/@class") == ["choices inline"]
    assert by_id(fresh, "id_papers").xpath("./div[starts-with(@class, 'choices')]/@class") == ["choices"]


def test_a_chosen_answer_stays_chosen():
    page = drawn(LookForm({**WRONG, "presence": "apologies", "papers": ["1", "3"], "public": "on", "outcome": "2"}))
    assert page.xpath("//input[@name='presence'][@checked]/@value") == ["apologies"]
    assert page.xpath("//input[@name='papers'][@checked]/@value") == ["1", "3"]
    assert page.xpath("//input[@name='public'][@checked]")
    assert page.xpath("//select[@name='outcome']/option[@selected]/@value") == ["2"]


def test_checkboxes_show_the_groups_of_their_choices(fresh):
    assert [words(p) for p in by_id(fresh, "id_papers").xpath(".//p[@class='group-label']")] == [
        "From the force",
        "From the office",
    ]


def test_a_single_checkbox_stands_before_its_label(fresh):
    box = by_id(fresh, "id_public")
    assert box.get("aria-describedby") == "id_public_helptext"
    assert words(box.getnext().find("label")) == "The public may attend"


def test_the_parts_of_a_divided_field_have_names_of_their_own(fresh):
    labels = by_id(fresh, "id_arrives").xpath(".//label")
    assert [words(label) for label in labels] == ["Date", "Time"]
    assert by_id(fresh, labels[0].get("for")).get("name") == "arrives_0"


def test_day_month_and_year_have_names_of_their_own():
    class Born(forms.Form):
        day = forms.DateField(widget=forms.SelectDateWidget(years=[2017, 2018]))

    assert [words(label) for label in drawn(Born()).xpath("//label")] == ["Day", "Month", "Year"]


def test_only_fields_that_may_stay_empty_say_so(fresh):
    assert words(fresh.xpath("//label[@for='id_notes']")[0]) == "Notes (optional)"
    assert words(fresh.xpath("//label[@for='id_title']")[0]) == "Title"
    assert words(fresh.xpath("//label[@for='id_public']")[0]) == "The public may attend"


def test_filters_do_not_say_optional():
    class Filter(forms.Form):
        words = forms.CharField(required=False)

    form = Filter()
    form.helper = FormHelper()
    form.helper.form_method = "get"
    page = drawn(form)
    assert words(page.xpath("//label")[0]) == "Words"
    assert page.get("method") == "get"
    assert not page.xpath("//input[@name='csrfmiddlewaretoken']")


def test_the_browser_leaves_the_checking_to_us_and_files_may_be_sent(fresh):
    assert fresh.tag == "form"
    assert "novalidate" in fresh.attrib
    assert fresh.get("enctype") == "multipart/form-data"
    assert fresh.xpath("//input[@name='csrfmiddlewaretoken']/@value") == ["token"]


def test_the_first_button_is_the_main_one(fresh):
    assert [(words(b), b.get("class"), b.get("name")) for b in fresh.xpath("//button")] == [
        ("Save", "button", "save"),
        ("Save as draft", "button quiet", "draft"),
    ]


def test_the_summary_lists_every_error_once_and_leads_to_its_control(refused):
    [summary] = refused.xpath("//*[@class='error-summary']")
    assert summary.get("role") == "alert"
    assert summary.get("tabindex") == "-1"
    assert "autofocus" in summary.attrib
    assert words(summary.find("h2")) == "There is a problem"
    found = {words(item): item.xpath("string(a/@href)") for item in summary.xpath(".//li")}
    assert found["This meeting cannot be saved yet."] == ""
    assert found["Fill in “Title”"] == "#id_title"
    assert found["Amount in pounds: Enter a number."] == "#id_amount"
    assert found["Choose an answer for “Attendance”"] == "#id_presence_0"
    assert found["Choose an answer for “Papers”"] == "#id_papers_0_0"
    assert found["Arrives: Enter a valid date."] == "#id_arrives_0"
    assert by_id(refused, "id_presence_0").get("type") == "radio"


def test_a_form_without_errors_has_no_summary(fresh):
    assert not fresh.xpath("//*[@class='error-summary']")


def test_a_summary_on_top_of_the_page_is_not_repeated_in_the_form():
    page = Template(
        '{% load crispy_forms_tags %}<div>{% include "components/error_summary.html" with form=form only %}'
        "{% crispy form %}</div>"
    ).render(Context({"form": LookForm(WRONG)}))
    assert page.count("There is a problem") == 1


def test_several_forms_of_a_page_share_one_summary():
    class Name(forms.Form):
        name = forms.CharField()

    page = Template('{% include "components/error_summary.html" with more=forms only %}').render(
        Context({"forms": [Name({}, prefix="a"), Name({}, prefix="b"), Name(prefix="c")]})
    )
    assert re.findall(r'href="#([^"]+)"', page) == ["id_a-name", "id_b-name"]
    assert page.count("There is a problem") == 1


def test_a_message_of_our_own_stands_as_we_wrote_it():
    class Held(forms.Form):
        held_on = forms.CharField(error_messages={"required": "Enter the day of the meeting"})

    page = drawn(Held({}))
    assert words(page.xpath("//*[@class='error-summary']//a")[0]) == "Enter the day of the meeting"
    assert words(by_id(page, "id_held_on_error")) == "Error: Enter the day of the meeting"


def test_an_error_of_a_hidden_field_is_not_lost():
    page = drawn(LookForm({**WRONG, "version": "x"}))
    assert "Version: Enter a whole number." in words(page.xpath("//*[@class='error-summary']")[0])


def test_labels_and_hints_with_markup_are_shown_as_text():
    class Nasty(forms.Form):
        name = forms.CharField(label="<b>Name</b>", help_text="<script>1</script>")
        fine = forms.CharField(label=mark_safe("<b>Fine</b>"))

    source = render_crispy_form(Nasty({}))
    assert "<script>" not in source
    assert "<b>Name</b>" not in source
    assert "<b>Fine</b>" in source


def test_a_file_already_there_is_named_and_can_be_removed():
    class Stored:
        url = "/desk/files/1/"

        def __str__(self):
            return "report.pdf"

    class Paper(forms.Form):
        paper = forms.FileField(required=False)

    page = drawn(Paper(initial={"paper": Stored()}))
    assert page.xpath("//p[@class='current-file']/a/@href") == ["/desk/files/1/"]
    assert page.xpath("//input[@type='checkbox']/@name") == ["paper-clear"]
    assert [words(label) for label in page.xpath("//label[@for='paper-clear_id']")] == ["Remove this file"]
    assert by_id(page, "id_paper").get("type") == "file"


def test_a_file_that_is_missing_is_asked_for():
    class Paper(forms.Form):
        paper = forms.FileField()

    assert words(by_id(drawn(Paper({}, {})), "id_paper_error")) == ("Error: Choose a file for “Paper”")


def test_one_field_can_be_drawn_alone():
    source = Template("{% load crispy_forms_tags %}{{ form.title|as_crispy_field }}").render(
        Context({"form": LookForm(WRONG)})
    )
    page = html.fromstring(source)
    assert page.get("class") == "field has-error"
    assert by_id(page, "id_title").get("aria-describedby") == "id_title_helptext id_title_error"


def test_a_form_inside_our_own_form_element_keeps_its_summary():
    source = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": LookForm(WRONG)}))
    assert "<form" not in source
    assert source.count("There is a problem") == 1
    assert source.count('id="div_id_title"') == 1


class RowForm(forms.Form):
    """A row of a set of forms."""

    name = forms.CharField()
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


RowSet = forms.formset_factory(RowForm, extra=2)
ROWS = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-name": "A", "form-1-secret": "1", "form-1-name": ""}


@pytest.mark.parametrize("template", ["", "opcc/table_inline_formset.html"])
def test_a_set_of_forms_keeps_its_rows_its_hidden_fields_and_its_errors(template):
    class Complete(forms.BaseFormSet):
        def clean(self):
            raise forms.ValidationError("Two rows must differ.")

    formset = forms.formset_factory(RowForm, formset=Complete, extra=2)(ROWS)
    formset.helper = FormHelper()
    formset.helper.add_input(Submit("save", "Save"))
    if template:
        formset.helper.template = template
    page = html.fromstring(render_crispy_form(formset, formset.helper, {"csrf_token": "token"}))
    assert page.xpath("//input[@name='form-TOTAL_FORMS']/@value") == ["2"]
    assert page.xpath("//input[@type='text']/@name") == ["form-0-name", "form-1-name"]
    assert page.xpath("//input[@name='form-1-secret']/@value") == ["1"]
    assert len(page.xpath("//label[@for='id_form-1-name']")) == 1
    assert [words(item) for item in page.xpath("//*[@class='error-summary']//li")] == [
        "Two rows must differ.",
        "Fill in “Name”",
    ]
    assert by_id(page, "id_form-1-name").get("aria-invalid") == "true"
    assert [words(button) for button in page.xpath("//button")] == ["Save"]


def test_a_set_of_forms_can_be_drawn_inside_our_own_form_element():
    source = Template("{% load crispy_forms_tags %}{{ formset|crispy }}").render(Context({"formset": RowSet(ROWS)}))
    assert "form-TOTAL_FORMS" in source
    assert source.count("There is a problem") == 1


def test_every_layout_object_of_the_pack_draws_its_field():
    form = LookForm()
    form.helper.layout = Layout(
        Accordion(AccordionGroup("More", "title")),
        Alert(mark_safe("<p>Read this first.</p>"), css_class="note"),
        PrependedText("amount", "£"),
        AppendedText("starts_at", "o’clock"),
        FieldWithButtons("held_on", StrictButton("Today", css_class="small")),
        InlineRadios("presence"),
        InlineField("notes"),
        UneditableField("password"),
        MultiField("Both", "outcome", "public"),
        Div(Column("papers"), css_class="measure", css_id="papers-part"),
        HTML("<p>Between {{ word }}</p>"),
        FormActions(
            Submit("save", "Save"),
            Reset("reset", "Start again"),
            Hidden("kept", "1"),
            StrictButton("Help", type="button"),
        ),
    )
    page = drawn(form, word="these")
    assert words(page.xpath("//details/summary")[0]) == "More"
    assert words(page.xpath("//*[contains(@class, 'notice')]")[0]) == "Read this first."
    assert [words(addon) for addon in page.xpath("//*[@class='addon']")] == ["£", "o’clock"]
    assert [(words(b), b.get("class"), b.get("type")) for b in page.xpath("//button")] == [
        ("Today", "button quiet small", "button"),
        ("Save", "button", "submit"),
        ("Start again", "button quiet", "reset"),
        ("Help", "button quiet", "button"),
    ]
    assert page.xpath("//input[@name='kept']/@type") == ["hidden"]
    assert by_id(page, "id_presence").xpath("./div[starts-with(@class, 'choices')]/@class") == [
        "choices inline segmented fill"
    ]
    assert by_id(page, "papers-part").get("class") == "measure"
    assert "Between these" in words(page)
    assert page.xpath("//label[@for='id_notes']/@class") == ["visually-hidden"]


def test_no_template_of_the_pack_carries_a_style_or_a_handler(refused):
    assert not refused.xpath("//@style")
    assert not [name for element in refused.iter() for name in element.attrib if name.startswith("on")]
