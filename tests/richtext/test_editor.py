"""The browser editor under our policy: it starts, is named, pastes Word lists as lists, and sends what we keep."""

import base64
import hashlib
import re
from pathlib import Path

import django_prose_editor
import pytest
from django.conf import settings as django_settings
from django.template import Context, Template
from django.test import RequestFactory

from opcc_portal.richtext.cleaning import clean
from opcc_portal.richtext.fields import RichTextColumn, RichTextField
from opcc_portal.richtext.rules import EDITOR_STYLE_HASH
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.richtext.pages import SectionForm
from tests.richtext.word_examples import EXAMPLES
from tests.richtext.word_examples import page as word_page

EDITOR = ".prose-editor [contenteditable=true]"


@pytest.fixture
def section(settings, page):
    """The page with the editor, started."""
    settings.ROOT_URLCONF = "tests.richtext.pages"
    page.goto("/")
    page.wait_for_selector(EDITOR)
    return page


def paste(page, html):
    """What pressing Ctrl+V does with this on the clipboard, replacing everything."""
    page.click(EDITOR)
    page.keyboard.press("Control+A")
    page.evaluate(
        """([selector, html]) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "plain");
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.querySelector(selector).dispatchEvent(event);
        }""",
        [EDITOR, html],
    )


def test_the_policy_holds_the_hash_of_the_installed_editors_style():
    script = Path(django_prose_editor.__file__).parent / "static/django_prose_editor/editor.js"
    css = re.search(r"`(\.ProseMirror \{.*?)`", script.read_text(encoding="utf-8"), re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert f"'sha256-{digest}'" == EDITOR_STYLE_HASH
    assert EDITOR_STYLE_HASH in django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["style-src"]


def test_every_script_and_style_of_the_editor_carries_the_nonce():
    request = RequestFactory().get("/")
    request.csp_nonce = "n0nce"
    template = Template("{% load rich_text %}{% editor_media form %}")
    printed = template.render(Context({"request": request, "form": SectionForm()}))
    tags = re.findall(r"<(?:script|link)[^>]*>", printed)
    assert len(tags) > 3
    assert all('nonce="n0nce"' in tag for tag in tags)
    assert printed.count("importmap") == 1
    assert "opcc/tidy-paste" in printed


def test_without_script_the_field_is_a_text_area_that_holds_the_html():
    html = str(SectionForm(initial={"body": "<p>A &amp; b</p>"})["body"])
    assert html.startswith("<textarea")
    assert "&lt;p&gt;A &amp;amp; b&lt;/p&gt;</textarea>" in html


def test_words_typed_into_the_plain_text_area_become_paragraphs():
    form = SectionForm({"body": "One\n\nTwo < three"})
    assert form.is_valid()
    assert form.cleaned_data["body"] == "<p>One</p><p>Two &lt; three</p>"


def test_an_empty_editor_does_not_pass_for_a_text():
    form = SectionForm({"body": "<p></p><p>&nbsp;</p>"})
    assert form.errors["body"] == ["This field is required."]


@pytest.mark.parametrize(
    ("sent", "message"),
    [("<p>" + "x" * 5_000_000, "This text is 4.8 MB"), ("<ul><li>" * 5000, "more than 40 deep")],
)
def test_a_text_we_will_not_take_comes_back_with_the_reason(sent, message):
    form = SectionForm({"body": sent})
    assert message in form.errors["body"][0]
    assert form["body"].value() == sent


def test_nothing_invisible_reaches_the_database():
    assert RichTextField().clean("<p>a\x00b\u202ec</p>") == "<p>abc</p>"


def test_a_column_cleans_whatever_writes_it():
    column = RichTextColumn()
    column.set_attributes_from_name("body")
    section = type("Section", (), {"body": '<p onclick="x">a<script>b</script></p>'})()
    assert column.pre_save(section, add=True) == "<p>a</p>"
    assert section.body == "<p>a</p>"


@pytest.mark.parametrize(
    ("stored", "printed"),
    [
        ('<p onclick="x">a</p>', "<p>a</p>"),
        ("", ""),
        ("<ul><li>" * 5000, "<p>" + "&lt;ul&gt;&lt;li&gt;" * 5000 + "</p>"),
    ],
)
def test_no_path_to_a_page_goes_round_the_cleaning(stored, printed):
    assert Template("{% load rich_text %}{{ text|rich }}").render(Context({"text": stored})) == printed


def test_the_editor_starts_under_the_policy_and_is_named(section):
    box = section.locator(EDITOR)
    assert box.inner_text().strip() == "Before."
    named = section.get_by_role("textbox", name="Text of the section")
    assert named.count() == 1
    assert "Headings, lists and tables" in section.locator(f"#{box.get_attribute('aria-describedby')}").inner_text()
    section.get_by_text("Text of the section").click()
    section.wait_for_function("document.activeElement.isContentEditable")


def test_what_is_written_in_the_editor_is_saved(section):
    section.click(EDITOR)
    section.keyboard.press("Control+A")
    section.keyboard.type("Twelve patrols")
    section.keyboard.press("Control+A")
    section.get_by_role("button", name="bold").click()
    section.get_by_role("button", name="Save").click()
    section.wait_for_selector("#saved p")
    assert section.inner_html("#saved") == "<p><strong>Twelve patrols</strong></p>"


def test_word_lists_pasted_into_the_editor_are_lists(section):
    body, expected = EXAMPLES["three levels of three kinds"]
    paste(section, word_page(body + "<p class=MsoNormal style='color:red'>After<o:p></o:p></p>"))
    section.get_by_role("button", name="Save").click()
    section.wait_for_selector("#saved ol")
    assert clean(section.inner_html("#saved")) == expected + "<p>After</p>"


def test_script_pasted_into_the_editor_does_not_run(section):
    paste(section, "<p>a<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>b</p>")
    section.get_by_role("button", name="Save").click()
    section.wait_for_selector("#saved p")
    assert section.inner_html("#saved") == "<p>ab</p>"
    assert section.title() == "Section"


def test_browser_and_server_convert_word_alike(section):
    converted = section.evaluate(
        "async (pages) => { const { tidyPaste } = await import('opcc/tidy-paste'); return pages.map(tidyPaste); }",
        [word_page(body) for body, _ in EXAMPLES.values()],
    )
    for name, html in zip(EXAMPLES, converted, strict=True):
        assert clean(html) == EXAMPLES[name][1], name
        assert "mso" not in html.lower(), name


def test_bold_and_italic_that_are_styles_become_marks(section):
    html = (
        '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p><span style="font-weight:700">A'
        '</span><span style="font-style:italic">b</span><span style="color:red">c</span></p></b>'
    )
    paste(section, html)
    section.get_by_role("button", name="Save").click()
    section.wait_for_selector("#saved p")
    assert section.inner_html("#saved") == clean(html) == "<p><strong>A</strong><em>b</em>c</p>"


def test_a_table_made_in_the_editor_keeps_its_head(section):
    paste(section, "<table><tr><th>Area</th><th>Calls</th></tr><tr><td>North</td><td>12</td></tr></table>")
    section.get_by_role("button", name="Save").click()
    section.wait_for_selector("#saved table")
    assert section.locator("#saved th[scope=col]").all_inner_texts() == ["Area", "Calls"]


def test_the_page_with_the_editor_is_accessible_and_fits_a_phone(section):
    assert_accessible(section)
    assert_no_sideways_scroll(section)
