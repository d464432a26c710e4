"""Depth and rows are counted before anything is parsed, in time that grows with the length only."""

import time
from contextlib import suppress

import pytest
import tinyhtml5
from hypothesis import given
from hypothesis import strategies as st

from opcc_portal.pdf import Limits, RenderFailed, measure, refuse_what_cannot_be_rendered
from tests.pdf import papers


def parsed_depth(html):
    level, depth = [tinyhtml5.parse(html, namespace_html_elements=False)], 0
    while level:
        depth += 1
        level = [child for element in level for child in element if isinstance(child.tag, str)]
    return depth


@pytest.mark.parametrize(
    ("html", "depth"),
    [
        ("", 0),
        ("text", 0),
        ("<p>x</p><p>y</p>", 1),
        ("<p>x<p>y", 1),
        ("<ul><li>a<li>b</ul>", 2),
        ("<div><br><img><hr></div>", 2),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", 4),
        ("<div><!-- <p><p> --></div>", 1),
        ('<a title="<b><i>">x</a>', 1),
        ("<div></span><div></span><div>", 3),
        ("<svg><path/><path/></svg>", 2),
        ("<div/><div/>", 2),
        ("<table><tr><td>a<td>b<tr><td>c</table>", 3),
    ],
)
def test_depth(html, depth):
    assert measure(html).depth == depth


def test_rows():
    assert measure("<table><tr><td>x</td></tr><TR><td>x</table>").rows == 2


@pytest.mark.parametrize("name", ["agenda", "minutes", "report", "long_report"])
def test_the_count_is_right_for_our_own_papers(name):
    html, _ = papers.all_papers()[name]
    implied_tbody = 1
    assert 0 <= parsed_depth(html) - measure(html).depth <= implied_tbody


def in_element(children):
    # A list item stands in a list of its own: inside another item's div, the parser would close that item first.
    shells = st.sampled_from(
        [f"<{tag} title='a > b'>%s</{tag}>" for tag in ("div", "section", "blockquote", "article")]
        + ["<ul><li title='a > b'>%s</li></ul>"]
    )
    return st.builds(lambda shell, parts: shell % "".join(parts), shells, st.lists(children, max_size=3))


WELL_FORMED = st.recursive(
    st.sampled_from(["words", "<br>", "<!-- <div> -->", "<p>words</p>"]), in_element, max_leaves=30
)


@given(WELL_FORMED)
def test_well_formed_markup_is_counted_as_the_parser_does(html):
    html = f"<html><head></head><body>{html}</body></html>"
    assert measure(html).depth == parsed_depth(html)


@pytest.mark.parametrize(
    "html",
    [
        "<" * 2_000_000,
        "<a" * 1_000_000,
        "<a '" * 500_000,
        "<!--" * 500_000,
        "<!-->" * 400_000,
        "</p>" * 500_000,
        "<li>" * 500_000,
        "<p><div></p></div>" * 110_000,
        '<a title="' * 200_000,
        "<div>" * 400_000,
        "<svg><g/>" * 200_000,
        "x" * 2_000_000,
    ],
)
def test_two_million_characters_take_a_moment(html):
    began = time.process_time()
    with suppress(RenderFailed):
        refuse_what_cannot_be_rendered(html, Limits(input_bytes=3_000_000))
    assert time.process_time() - began < 5
