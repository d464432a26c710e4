"""Only what the editor can make gets through, in one normal form, and hostile text is refused at once."""

import html as entities
import re
import time
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opcc_portal.richtext.cleaning import (
    RichTextRefused,
    TooLarge,
    blocks,
    clean,
    from_plain,
    paragraph_count,
    to_plain,
    word_count,
)
from opcc_portal.richtext.rules import MAX_BYTES

PAYLOADS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script>alert(1)",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    '<p onclick="alert(1)">text</p>',
    '<p OnMouseOver=alert(1) style="x">text</p>',
    '<a href="javascript:alert(1)">link</a>',
    '<a href=" javascript:alert(1)">link</a>',
    '<a href="java\tscript:alert(1)">link</a>',
    '<a href="&#106;avascript:alert(1)">link</a>',
    '<a href="JaVaScRiPt:alert(1)">link</a>',
    '<a href="\x01javascript:alert(1)">link</a>',
    '<a href="vbscript:msgbox(1)">link</a>',
    '<a href="data:text/html,<script>alert(1)</script>">link</a>',
    '<a href="file:///etc/passwd">link</a>',
    '<a href="//evil.example/">link</a>',
    '<a href="/desk/delete/">link</a>',
    '<a href="https://ok.example" onclick="alert(1)" target="_blank" style="color:red" class="c" id="i">link</a>',
    "<svg onload=alert(1)><circle/></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<style>@import url(//evil.example/x.css)</style>",
    '<div style="background:url(javascript:alert(1))">text</div>',
    '<p style="position:fixed;top:0">text</p>',
    "<iframe src='https://evil.example'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='x.swf'><embed src='x.swf'></object>",
    "<form action='https://evil.example'><input name=password><button>Go</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'><link rel=stylesheet href='x.css'>",
    "<body onload=alert(1)>text",
    "<details open ontoggle=alert(1)><summary>s</summary>t</details>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<table background='javascript:alert(1)'><tr><td onclick=alert(1)>x</td></tr></table>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<a href='https://ok.example\" onmouseover=\"alert(1)'>link</a>",
    "<isindex action=javascript:alert(1)><keygen autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>m</marquee><bgsound src=javascript:alert(1)>",
    "<p>{{ settings.SECRET_KEY }}</p>",
    "<ul><li value='1' onclick=alert(1)>x</ul>",
    "<ol start='1\" onclick=\"alert(1)' type='a onclick=alert(1)'><li>x</ol>",
    "<td colspan='2 onclick=alert(1)'>x</td>",
]
TAGS = "p|h3|h4|br|strong|em|sub|sup|ul|ol|li|blockquote|a|table|thead|tbody|tr|th|td"
ALLOWED = re.compile(
    rf'</(?:{TAGS})>|<(?:{TAGS})>|<a href="(?:https?://|mailto:)[^"<>\s]*">'
    r'|<ol(?: start="\d{1,5}")?(?: type="[aAiI]")?>|<ol(?: type="[aAiI]")?(?: start="\d{1,5}")?>'
    r'|<t[hd](?: (?:colspan|rowspan)="\d{1,4}"){0,2}(?: scope="(?:col|row)")?>'
)


def assert_harmless(html):
    """Nothing that looks like markup is left when what we allow has been taken away."""
    rest = ALLOWED.sub("", html)
    assert "<" not in rest and ">" not in rest, html
    assert clean(html) == html


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    "around", ["{}", "<p>before {} after</p>", "<ul><li>{}</li></ul>", "<table><tr><th>{}</table>"]
)
def test_nothing_but_the_allowed_markup_gets_through(payload, around):
    assert_harmless(clean(around.format(payload)))


def test_the_check_itself_sees_what_is_wrong():
    for bad in (
        '<p onclick="x">',
        '<a href="javascript:x">',
        "<script>",
        '<p style="x">',
        '<td colspan="2" onclick="x">',
    ):
        assert "<" in ALLOWED.sub("", bad)


def test_text_round_what_is_removed_stays():
    assert (
        clean("<p>one <script>alert(1)</script>two <b onclick=x>three</b></p>")
        == "<p>one two <strong>three</strong></p>"
    )


def test_the_editors_own_output_is_put_into_the_normal_form():
    editor = (
        '<h3>Title</h3><ol start="4" data-type="lower-alpha" type="a"><li><p>One</p><ul><li><p>Inner</p></li></ul></li></ol>'
        '<table style="min-width: 75px"><colgroup><col></colgroup><tbody><tr><th colspan="1" rowspan="1"><p>Head</p></th>'
        '<th colspan="2" rowspan="1"><p>More</p></th></tr><tr><th><p>Row</p></th><td><p>1</p></td><td><p>2</p></td></tr>'
        "</tbody></table><blockquote><p>Quoted</p></blockquote><p></p>"
    )
    assert clean(editor) == (
        '<h3>Title</h3><ol start="4" type="a"><li>One<ul><li>Inner</li></ul></li></ol>'
        '<table><thead><tr><th scope="col">Head</th><th colspan="2" scope="col">More</th></tr></thead>'
        '<tbody><tr><th scope="row">Row</th><td>1</td><td>2</td></tr></tbody></table>'
        "<blockquote><p>Quoted</p></blockquote>"
    )


@pytest.mark.parametrize(
    ("given_html", "expected"),
    [
        ("<h1>A</h1><h2>B</h2><h6>C</h6>", "<h3>A</h3><h3>B</h3><h4>C</h4>"),
        ("loose text<p>and more</p>tail", "<p>loose text</p><p>and more</p><p>tail</p>"),
        ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
        ("<b><i>x</i></b><em><strong>y</strong></em>", "<p><strong><em>xy</em></strong></p>"),
        ("<p>a<br><br>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a<br>b<br></p>", "<p>a<br>b</p>"),
        ("<p>  a \r\n b  </p><p> </p><p>&nbsp;</p><p><br></p>", "<p>a b</p>"),
        ("<p>10&nbsp;km</p>", "<p>10&nbsp;km</p>"),
        ("<ul>\n<li>a</li>\n<li></li>\n</ul>", "<ul><li>a</li></ul>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<li>stray</li>", "<p>stray</p>"),
        ("<ul></ul><table></table><blockquote> </blockquote>", ""),
        ("<p>CO<sub>2</sub>, m<sup>2</sup></p>", "<p>CO<sub>2</sub>, m<sup>2</sup></p>"),
        ('<a href="www.example.org/a">w</a>', '<p><a href="https://www.example.org/a">w</a></p>'),
        ('<a href="mailto:a@example.org">m</a>', '<p><a href="mailto:a@example.org">m</a></p>'),
        ('<a href="https://example.org"> </a>x', "<p>x</p>"),
        ('<ol start="99999999999"><li>x</li></ol>', "<ol><li>x</li></ol>"),
        (
            "<table><caption>Calls</caption><tr><td>1</td></tr></table>",
            "<p>Calls</p><table><tbody><tr><td>1</td></tr></tbody></table>",
        ),
        ("a &amp; b &lt; c", "<p>a &amp; b &lt; c</p>"),
        ("<p>[restricted:12] and [figure:7]</p>", "<p>[restricted:12] and [figure:7]</p>"),
        ("", ""),
    ],
)
def test_other_html_is_put_into_the_normal_form(given_html, expected):
    assert clean(given_html) == expected


def test_invisible_and_direction_changing_characters_are_removed():
    hidden = "a\x00b\x07c\u202ed\u2066e\u200bf\ufeffg\x85h"
    assert clean(f"<p>{hidden}</p>") == "<p>abcdefgh</p>"
    assert clean("<p>a&#x202E;b&#8203;c&#1;d&#xfdd0;</p>").startswith("<p>abcd")
    assert clean("<p>\ud800x</p>") == "<p>x</p>"


def test_writing_from_right_to_left_and_emoji_are_kept():
    text = "<p>שלום 👩\u200d💻 e\u0301 \u200f</p>"
    assert "שלום 👩\u200d💻 e\u0301" in clean(text)


def test_line_ends_are_one_character_before_anything_is_compared():
    assert clean("<p>a\r\nb</p>") == clean("<p>a\nb</p>") == clean("<p>a\rb</p>")


def test_five_thousand_nested_lists_are_refused_at_once():
    started = time.process_time()
    with pytest.raises(RichTextRefused, match="more than 40 deep"):
        clean("<ul><li>" * 5000)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "hostile",
    [
        "<ul><li>" * 30000,
        "<blockquote>" * 30000,
        "<ul><li><!--</ul></ul>-->" * 9000,
        '<ul title="</ul>"><li>' * 9000,
        "<b>" * 50000,
        "<table><tr><td>" * 20000,
        "<style></ul></style><ul><li>" * 5000,
    ],
)
def test_deep_nesting_is_found_however_it_is_hidden(hostile):
    with pytest.raises(RichTextRefused, match="deep"):
        clean(hostile[:MAX_BYTES])


@pytest.mark.parametrize(
    "hostile", ["<a " * 130000, '<a "' * 100000, "<" * 400000, "<!--" * 100000, "<p>" * 100000, "<p a='" * 60000]
)
def test_broken_markup_in_quantity_takes_no_time(hostile):
    started = time.process_time()
    with suppress(TooLarge):
        assert_harmless(clean(hostile[:MAX_BYTES]))
    assert time.process_time() - started < 10


def test_ordinary_nesting_is_fine():
    html = "<ul><li>x" * 9 + "</li></ul>" * 9
    assert clean(html) == html


def test_a_text_of_five_megabytes_is_refused_with_both_sizes():
    with pytest.raises(TooLarge, match=r"This text is 4\.8 MB; one section can hold 400 KB"):
        clean("<p>" + "x" * 5_000_000 + "</p>")


def test_size_is_counted_in_bytes_as_stored():
    assert clean("é" * (MAX_BYTES // 2 - 10))
    with pytest.raises(TooLarge):
        clean("é" * (MAX_BYTES // 2 + 10))


def test_tables_no_page_can_hold_are_refused():
    with pytest.raises(RichTextRefused, match="2,001 rows"):
        clean("<table>" + "<tr><td>1" * 2001 + "</table>")
    with pytest.raises(RichTextRefused, match="60 columns"):
        clean("<table><tr>" + "<td>1" * 61 + "</table>")
    with pytest.raises(RichTextRefused, match="60 columns"):
        clean("<table><tr><td colspan=9000>1</table>")


def test_words_are_counted_as_a_reader_counts_them():
    html = "<h3>Two words</h3><p>A line – with <b>four</b> words</p><ul><li>one</li></ul><table><tr><td>in cell</td></tr></table>"
    assert word_count(html) == 2 + 5 + 1 + 2
    assert paragraph_count(html) == 1
    assert word_count("") == paragraph_count("") == 0


def test_plain_text_has_a_line_for_each_paragraph_item_and_row():
    html = (
        '<h3>T</h3><p>a<br>b &amp; c</p><ol start="3" type="i"><li>x<ul><li>y</li></ul></li><li>z</li></ol>'
        "<table><tr><td>1</td><td>2</td></tr></table>"
    )
    assert to_plain(html) == "T\na\nb & c\niii. x\n  • y\niv. z\n1\t2"


def test_blocks_give_a_layout_its_paragraphs_one_by_one():
    found = blocks("<h3>T</h3><p>One <b>two</b></p><ul><li>x</li></ul>")
    assert [(block.tag, block.inner, block.text) for block in found] == [
        ("h3", "T", "T"),
        ("p", "One <strong>two</strong>", "One two"),
        ("ul", "<li>x</li>", "• x"),
    ]
    assert "".join(block.html for block in found) == clean("<h3>T</h3><p>One <b>two</b></p><ul><li>x</li></ul>")


def test_plain_text_becomes_paragraphs_and_nothing_in_it_becomes_markup():
    assert from_plain("One\r\nline\n\n\nTwo <b> & more") == "<p>One<br>line</p><p>Two &lt;b&gt; &amp; more</p>"


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<ul>",
        "</ul>",
        "<ol start=3>",
        "</ol>",
        "<li>",
        "</li>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<br>",
        "<sub>",
    ]
    + [
        "</sub>",
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "<th colspan=2>",
        "</td>",
        "</tr>",
        "<h2>",
        "</h2>",
        "<div>",
        "</div>",
    ]
    + [
        "<blockquote>",
        "</blockquote>",
        "<a href='https://e.example'>",
        "</a>",
        "<span style='mso-list:Ignore'>",
        "</span>",
    ]
    + [
        "<p style='mso-list:l0 level1 lfo1'>",
        "<p style='mso-list:l0 level2 lfo1'>",
        "1.",
        "a)",
        "·",
        "&nbsp;",
        " ",
        "\n",
    ]
    + [
        "<!--",
        "-->",
        "<![if x]>",
        "&lt;",
        "&amp;",
        "<",
        ">",
        '"',
        "'",
        "text",
        "\r",
        "\u202e",
        "\x00",
        "<sup>",
        "<thead>",
    ]
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p>a<b>&nbsp;</b><br>c</p>", "<p>a<br>c</p>"),
        ("<p>a<br><b>&nbsp;</b><br>c</p>", "<p>a<br>c</p>"),
        ("<p><b>&nbsp;</b><br>c</p>", "<p>c</p>"),
        ("<p>a <i> </i><br></p>", "<p>a</p>"),
    ],
)
def test_a_line_of_spaces_leaves_nothing_behind(typed, kept):
    assert clean(typed) == kept


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=60).map("".join))
@example("<p><b> a</b> <i>b </i></p>")
@example("<a href='https://e.example'>x<br>y</a>")
@example("<ol><li><p>a</p>b<ul><li>c</ul>d")
def test_cleaning_twice_changes_nothing(html):
    try:
        once = clean(html)
    except RichTextRefused:
        return
    assert_harmless(once)
    assert "".join(block.html for block in blocks(once)) == once


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zs", "Zl", "Zp"]), max_size=80)
)
def test_typed_text_survives_whole(text):
    assert to_plain(clean(f"<p>{entities.escape(text)}</p>")) == text
