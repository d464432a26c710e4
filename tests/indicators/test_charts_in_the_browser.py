"""Charts in a real browser: under the portal's own policy, by keyboard, on a phone, in colours of the reader's choice."""

import pytest

from tests.browser import assert_accessible, assert_no_sideways_scroll

pytestmark = [pytest.mark.urls("tests.indicators.chart_urls"), pytest.mark.django_db(transaction=True)]

CHARTS = "/desk/charts/"


def shown(page):
    """Which drawing of the first chart is displayed."""
    return page.evaluate(
        """[...document.querySelectorAll("#nrm .drawing")].filter((e) => e.getClientRects().length)
            .map((e) => e.classList[1])"""
    )


def test_charts_keep_the_policy_are_accessible_and_show_one_drawing(page):
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(CHARTS)
    assert shown(page) == ["wide"]
    assert page.locator("#nrm .drawing.wide .c-line").evaluate("e => getComputedStyle(e).stroke") == "rgb(29, 53, 87)"
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert shown(page) == ["narrow"]
    assert refused == []


def test_arrow_keys_walk_the_points_and_read_the_table(page):
    page.goto(CHARTS)
    points = page.locator("#nrm .drawings")
    said = page.locator("#nrm .chart-said")
    points.focus()
    page.keyboard.press("ArrowLeft")
    assert said.text_content() == "October to December 2025: 6,021 p, Higher than usual, Provisional"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert said.text_content() == "April to June 2025: none, No figure held, Not obtained"
    assert page.locator("#nrm-figures tr.here").get_attribute("data-point") == "24"
    page.keyboard.press("Home")
    assert said.text_content().startswith("April to June 2019: 2,320")
    ring = page.locator("#nrm .drawing.wide .c-walk").bounding_box()
    page.keyboard.press("ArrowRight")
    assert page.locator("#nrm .drawing.wide .c-walk").bounding_box()["x"] > ring["x"] + 5
    page.keyboard.press("Escape")
    assert said.text_content() == "Arrow keys read the points one by one."


def test_in_forced_colours_lines_and_marks_are_those_of_the_reader(page):
    page.emulate_media(forced_colors="active")
    page.goto(CHARTS)
    line, text, hollow = (
        page.locator(f"#nrm .drawing.wide .{name}").first.evaluate(
            "e => [getComputedStyle(e).stroke, getComputedStyle(e).fill]"
        )
        for name in ("c-line", "c-strong", "c-open")
    )
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert line[0] == text[1] == hollow[0] == ink
    assert hollow[1] != ink
