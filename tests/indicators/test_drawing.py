"""Drawings of figures: what they hold, where they break, and that nothing in them can harm a page."""

import re
import time

import pytest
from django.template import Context, Template
from lxml import etree, html

from opcc_portal.pdf import problems, render_with_report
from scrutiny.indicators.drawing import chart_svg, funnel_svg, legend, small_multiples, sparkline_svg, verdict_icon
from scrutiny.indicators.drawing.marks import room, spread
from scrutiny.indicators.drawing.scale import scale_for
from tests.indicators import chart_samples as samples
from tests.indicators.chart_samples import chart, point, quarter, segment
from tests.pdf import papers
from tests.pdf import reading as pdf_reading
from tests.pdf.reading import Tree

WIDTHS = ("wide", "middle", "narrow", "paper")
SVG = "{http://www.w3.org/2000/svg}"


def tree(svg):
    """The drawing as XML, which it must be."""
    return etree.fromstring(str(svg))


def texts(svg):
    """Every word that is drawn."""
    return ["".join(each.itertext()) for each in tree(svg).iter(f"{SVG}text")]


def drawn(svg, pen):
    """The paths and shapes of a pen."""
    return [each for each in tree(svg).iter() if pen in (each.get("class") or "").split()]


def moves(path):
    """How many separate lines a path has."""
    return path.get("d").count("M")


def quarters(values, **more):
    """Points of consecutive quarters."""
    return [point(quarter(2016 + n // 4, n % 4 + 1), value, **more) for n, value in enumerate(values)]


def render(source, **context):
    """A template with the tags."""
    return Template("{% load charts %}" + source).render(Context(context))


# --- What a drawing says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
def test_a_chart_is_a_picture_with_title_and_description(width):
    svg = tree(chart_svg(samples.nrm(), prefix="nrm", width=width))
    assert svg.get("role") == "img"
    title, desc = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert svg.get("aria-labelledby") == title.get("id") == f"nrm-{width}-t"
    assert svg.get("aria-describedby") == desc.get("id")
    assert "Referrals to the National Referral Mechanism, United Kingdom" in title.text
    assert "above the upper limit of 5,604" in desc.text
    assert "22 of 27 periods with a figure" in desc.text


def test_on_paper_the_title_says_the_sentence_too_since_a_pdf_keeps_nothing_else():
    title = tree(chart_svg(samples.nrm(), prefix="nrm", width="paper")).find(f"{SVG}title").text
    assert "above the upper limit of 5,604" in title


def test_two_charts_of_a_page_share_no_id():
    ids = [
        each
        for prefix in "ab"
        for width in WIDTHS
        for each in re.findall(r' id="([^"]+)"', chart_svg(samples.nrm(), prefix=prefix, width=width))
    ]
    assert len(ids) == len(set(ids)) >= 24


def test_a_drawing_needs_no_style_and_no_script():
    for svg in (
        chart_svg(samples.nrm(), prefix="n"),
        funnel_svg(samples.funnel(), prefix="f"),
        sparkline_svg(samples.tile()["spark"], prefix="s"),
    ):
        assert not re.search(r"<style|style=|<script|\son\w+=|href", svg)
        for shape in tree(svg.replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1) if "xmlns" not in svg else svg).iter(
            f"{SVG}path", f"{SVG}text"
        ):
            chain = [shape, *shape.iterancestors()]
            assert any(each.get("fill") or each.get("stroke") for each in chain), "black without its class"


def test_limits_and_the_last_figures_are_written_at_their_places():
    words = texts(chart_svg(samples.nrm(), prefix="n"))
    assert {"5,604 upper limit", "4,641 mean", "3,679 lower limit", "6,021", "6,407"} <= set(words)
    assert {"2019", "2025", "7,000", "0", "A", "B", "no figure", "provisional limits, 9 of 12 points"} <= set(words)


def test_a_narrow_chart_has_only_the_numbers_of_the_limits():
    words = texts(chart_svg(samples.nrm(), prefix="n", width="narrow"))
    assert {"5,604", "4,641", "3,679", "6,021"} <= set(words)
    assert "5,604 upper limit" not in words


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("sample", [samples.nrm, samples.share, lambda: samples.monthly(240)])
def test_no_words_stand_on_words_and_none_stick_out(width, sample):
    svg = tree(chart_svg(sample(), prefix="n", width=width))
    wide, high = map(float, svg.get("viewBox").split()[2:])
    boxes = []
    for text in svg.iter(f"{SVG}text"):
        if text.getparent().get("transform"):
            continue
        anchor = next(
            (each.get("text-anchor") for each in (text, *text.iterancestors()) if each.get("text-anchor")), "start"
        )
        own = room(text.text) * 0.86  # room() is generous
        x, y = float(text.get("x")), float(text.get("y"))
        left = x - {"start": 0, "middle": own / 2, "end": own}[anchor]
        boxes.append((left, y - 10, left + own, y + 1, text.text))
    assert all(
        left >= -1 and right <= wide + 1 and top >= 0 and bottom <= high for left, top, right, bottom, _ in boxes
    )
    met = [
        (one[4], other[4]) for n, one in enumerate(boxes) for other in boxes[n + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]  # fmt: skip
    assert met == []


# --- Where lines break -----------------------------------------------------------------------------------------------


def test_the_line_breaks_at_every_gap_and_where_limits_start_anew():
    [line] = drawn(chart_svg(samples.nrm(), prefix="n"), "c-line")
    assert moves(line) == 5  # April 2019, January 2020, July 2021, April 2022, July 2025
    joined = chart(quarters([5, 6, 7, 8]), restarts=[2])
    assert moves(drawn(chart_svg(joined, prefix="n"), "c-line")[0]) == 2


def test_the_band_breaks_only_where_limits_start_anew():
    bands = drawn(chart_svg(samples.nrm(), prefix="n"), "c-band")
    assert len(bands) == 2
    first, second = ((float(band.get("x")), float(band.get("width"))) for band in bands)
    assert first[0] + first[1] == pytest.approx(second[0], abs=0.2)


def test_gaps_are_hatched_and_neighbours_are_one_gap():
    svg = chart_svg(samples.nrm(), prefix="n")
    assert svg.count('fill="url(#n-wide-h)"') == 4
    assert "<pattern" not in chart_svg(chart(quarters([1, 2, 3])), prefix="n")


def test_limits_on_trial_are_dotted_and_others_dashed():
    dashes = [each.get("stroke-dasharray") for each in drawn(chart_svg(samples.nrm(), prefix="n"), "c-limit")]
    assert dashes.count("2 3") == 1 and dashes.count("7 4") == 1 and None in dashes


# --- Marks -----------------------------------------------------------------------------------------------------------


def test_signals_are_triangles_and_hollow_while_provisional():
    svg = chart_svg(samples.nrm(), prefix="n")
    [triangles] = drawn(svg, "c-neutral")
    assert triangles.get("fill") == "#fff" and triangles.get("stroke") == "#7a1fa2"
    assert moves(triangles) == 2
    [dots] = drawn(svg, "c-dots")
    assert moves(dots) == 20


def test_high_points_up_and_low_points_down():
    points = quarters([50, 51, 80, 20])
    points[2]["state"], points[3]["state"] = "improvement", "concern"
    svg = chart_svg(chart(points, segments=[segment(0, 4, 50, 30, 70)]), prefix="n")
    [good], [bad] = drawn(svg, "c-better"), drawn(svg, "c-worse")
    assert re.search(r"l[\d.]+ [\d.]+h-", good.get("d")) and re.search(r"l[\d.]+ -[\d.]+h-", bad.get("d"))
    assert good.get("fill") == "#0072b2" and bad.get("fill") == "#d55e00"


def test_a_falling_trend_points_down_even_above_the_mean():
    points = quarters([90, 88, 86, 84, 82, 80, 78], state="concern")
    for each in points:
        each["cause"] = "trend"
    svg = chart_svg(chart(points, segments=[segment(0, 7, 70)]), prefix="n")
    assert len(re.findall(r"l[\d.]+ -[\d.]+h-", drawn(svg, "c-worse")[0].get("d"))) == 7


def test_a_usual_provisional_figure_is_a_ring():
    points = [*quarters([5, 6, 7]), point(quarter(2016, 4), 8, provisional=True)]
    [rings] = drawn(chart_svg(chart(points), prefix="n"), "c-hollow")
    assert len(rings) == 1 and rings.get("fill") == "#fff"


def test_a_range_is_a_bar_and_breaks_the_line():
    points = [point(quarter(2016, 1), 5), point(quarter(2016, 2), None, low=10, high=14), point(quarter(2016, 3), 6)]
    svg = chart_svg(chart(points), prefix="n")
    assert len(drawn(svg, "c-bar")[0]) == 1
    assert moves(drawn(svg, "c-line")[0]) == 2
    assert "<pattern" not in svg


def test_a_target_is_dotted_and_has_its_words():
    svg = chart_svg(samples.share(), prefix="n")
    [target] = drawn(svg, "c-aim")
    assert target.get("stroke-dasharray") == "0 5"
    assert "target: at least 80%" in texts(svg)
    between = chart(
        quarters([5, 6]), target={"value": 4, "upper": 8, "shown": "4", "words": "Target: between 4 and 8, set by plan"}
    )
    assert moves(drawn(chart_svg(between, prefix="n"), "c-aim")[0]) == 2


def test_figures_without_a_confirmed_period_are_listed_and_never_drawn():
    data = samples.stated()
    assert chart_svg(data, prefix="n") == ""
    page = render("{% chart data 'n' %}", data=data)
    assert "<svg" not in page
    words = " ".join(html.fromstring(page).text_content().split())
    assert "Stated, not drawn: the period is to be confirmed" in words
    assert "176 “January”, as corrected on 8 January 2018. Before: 127" in words
    with_points = {**data, "points": quarters([1, 2])}
    assert "176" not in texts(chart_svg(with_points, prefix="n"))


def test_the_key_names_only_what_the_chart_holds():
    assert [each["words"] for each in legend(chart(quarters([1, 2, 3], state="none")))] == ["figure of a period"]
    words = [each["words"] for each in legend(samples.nrm())]
    assert words[:4] == ["usual", "higher than usual", "hollow: provisional", "hatched: no figure"]


def test_figures_too_small_to_publish_are_not_said_to_be_missing():
    points = [*quarters([7, 8]), {**point(quarter(2016, 3), None), "shown": "fewer than 5", "missing": "Suppressed"}]
    assert legend(chart(points))[-1]["words"] == "hatched: fewer than 5"
    assert "fewer than 5" in texts(chart_svg(chart(points), prefix="n"))


# --- Axes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3, 47], ["0", "10", "20", "30", "40", "50"]),
        ([0, 0], ["0", "1"]),
        ([7], ["0", "2", "4", "6", "8"]),
        ([-12, 9], ["−15", "−10", "−5", "0", "5", "10"]),
        ([0, 5_500_000], ["0", "1m", "2m", "3m", "4m", "5m", "6m"]),
    ],
)
def test_axes_have_round_numbers(values, expected):
    assert scale_for(values, is_whole=True).labels("count") == expected


def test_an_axis_from_nought_would_flatten_a_small_range():
    assert scale_for([100, 150]).low == 0
    scale = scale_for([100, 125])
    assert scale.low == pytest.approx(95) and scale.hides_nought
    flat = chart(quarters([952, 948, 955]))
    assert "The axis does not start at 0." in texts(chart_svg(flat, prefix="n"))
    assert "The axis does not start at 0." not in texts(chart_svg(samples.nrm(), prefix="n"))


def test_percentages_end_at_a_hundred():
    assert scale_for([2, 99], ceiling=100).labels("percent")[-1] == "100%"
    assert scale_for([2, 130], ceiling=100).high > 130


@pytest.mark.parametrize(
    "values", [[7], [None] * 5, [-12, 5, -3], [0, 0, 0], [1e12, 2e12], [0.0001, 0.0002], [5] * 12, [None, 3, None]]
)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_kind_of_series_can_be_drawn(values, width):
    svg = chart_svg(chart(quarters(values), decimals=4), prefix="n", width=width)
    numbers = [
        float(text)
        for text in re.findall(r"-?\d+\.?\d*", " ".join(re.findall(r' (?:d|x|y|cx|cy|width|height)="([^"]*)"', svg)))
    ]
    assert numbers and all(-5 < number < 1100 for number in numbers if number >= 0)
    assert "nan" not in svg and "inf" not in svg


def test_words_move_apart_no_further_than_they_must():
    assert spread([50, 52, 100], 17, 0, 200) == pytest.approx([42.5, 59.5, 100])
    assert spread([100, 10], 17, 0, 200) == [100, 10]
    assert spread([198, 199], 17, 0, 200) == pytest.approx([183, 200])
    heavy, light = spread([50, 50], 17, 0, 200, [8, 1])
    assert abs(heavy - 50) < abs(light - 50)


# --- Size ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
def test_a_chart_of_36_points_is_at_most_six_kilobytes_and_six_milliseconds(width):
    data = samples.nrm()
    data["points"] = [*data["points"], *[{**each, "start": f"x{n}"} for n, each in enumerate(data["points"][12:21])]]
    data["segments"][1]["to"] = 36
    assert len(data["points"]) == 36
    assert len(chart_svg(data, prefix="indicator-17", width=width).encode()) <= 6000
    times = []
    for _ in range(5):
        start = time.process_time()
        chart_svg(data, prefix="n", width=width)
        times.append(time.process_time() - start)
    assert min(times) < 0.006


def test_sixty_tiles_with_sparklines_are_under_200_kilobytes():
    page = "".join(
        render(
            "{% tile tile prefix ask='/desk/planned-questions/add/?about=indicator:1' %}",
            tile=samples.tile(),
            prefix=f"t{n}",
        )
        for n in range(60)
    )
    assert len(page.encode()) < 170_000


# --- Sparkline, tile, funnel, small multiples ------------------------------------------------------------------------


def test_a_sparkline_is_hidden_from_assistive_technology_and_marks_its_gaps():
    svg = sparkline_svg(samples.tile()["spark"], prefix="s")
    spark = html.fromstring(svg)
    assert spark.get("aria-hidden") == "true"
    assert moves(spark.xpath("//*[@class='c-axis']")[0]) == 4
    assert moves(spark.xpath("//*[@class='c-neutral c-open']")[0]) == 2
    assert sparkline_svg({"values": [None, None]}, prefix="s") == ""
    assert "c-dots" in sparkline_svg(
        {"values": [5, 5], "segments": [], "states": [], "provisional": [False, False]}, prefix="s"
    )


def test_a_tile_is_one_link_that_says_verdict_and_name():
    tile = html.fromstring(render("{% tile tile 't' %}", tile=samples.tile()))
    [link] = tile.xpath("//a")
    assert (
        " ".join(link.text_content().split())
        == "Higher than usual: Referrals to the National Referral Mechanism, United Kingdom"
    )
    assert "6,021 October to December 2025, provisional" in " ".join(tile.text_content().split())
    assert "c-open" in verdict_icon(samples.tile())
    assert verdict_icon(samples.tile(icon="")) == ""


def test_synthetic_figures_say_so_on_tile_chart_table_funnel_and_paper():
    note = "Made up for a test."
    data, tile = {**samples.nrm(), "synthetic": note}, samples.tile(synthetic=note)
    funnel = {**samples.funnel(), "synthetic": note}
    assert note in render("{% tile tile 't' %}", tile=tile)
    assert note in render("{% chart data 'c' figures='elsewhere' %}", data=data)
    assert note in render("{% chart_table data 't' %}", data=data)
    assert note in render("{% paper_chart data 'p' %}", data=data)
    assert note in render("{% paper_table data %}", data=data)
    assert note in render("{% multiples charts 'm' 'Districts' %}", charts=[data])
    assert note in render("{% funnel data 'f' %}", data=funnel)
    assert "Synthetic figures" in chart_svg(data, prefix="n")


def test_the_table_has_every_period_newest_first_with_its_marks():
    page = html.fromstring(render("{% chart_table data 't' first=10 %}", data=samples.nrm()))
    rows = page.xpath("//tbody/tr")
    assert len(rows) == 27
    assert [" ".join(cell.text_content().split()) for cell in rows[1]] == [
        "July to September 2025",
        "6,407 p r",
        "Higher than usual",
        "Provisional",
    ]
    assert [" ".join(cell.text_content().split()) for cell in rows[2]] == [
        "April to June 2025",
        "none",
        "No figure held",
        "Not obtained",
    ]
    assert " ".join(page.xpath("string(//summary)").split()) == "Show 17 more quarters"
    assert [row.get("data-point") for row in rows] == [str(n) for n in range(26, -1, -1)]


def test_a_funnel_names_few_areas_and_ranks_them_with_care():
    assert {"Bradford", "Calderdale", "Kirklees", "Leeds", "Wakefield"} <= set(
        texts(funnel_svg(samples.funnel(), prefix="f"))
    )
    many = samples.funnel()
    many["points"] += [{**many["points"][0], "name": f"Area {n}", "size": 300_000 + n * 5000} for n in range(9)]
    assert {"Calderdale"} == set(texts(funnel_svg(many, prefix="f"))) & {each["name"] for each in many["points"]}
    rows = html.fromstring(render("{% funnel data 'f' %}", data=samples.funnel())).xpath("//tbody/tr")
    assert [" ".join(cell.text_content().split()) for cell in rows[0]] == [
        "Bradford",
        "107.2",
        "Not distinguishable from average",
        "1 of 5",
    ]
    assert "Lower than chance explains" in rows[-1].text_content()


def test_small_multiples_share_scale_and_periods():
    large = chart(quarters([100, 400, 390]), area="Leeds")
    late = chart(quarters([10, 20, 30, 40])[2:], area="Wakefield", segments=[segment(0, 2, 35, 20, 50)])
    nothing = chart([], area="Kirklees")
    panels = small_multiples([large, late, nothing], prefix="m")
    assert [panel["area"] for panel in panels] == ["Leeds", "Wakefield", "Kirklees"]
    assert panels[2]["svg"] == ""
    axes = [[text for text in texts(panel["svg"]) if text in ("0", "200", "400", "2016")] for panel in panels[:2]]
    assert axes[0] == axes[1] == ["0", "200", "400", "2016"]
    assert "url(#m-0-panel-h)" in panels[0]["svg"] and "url(#m-1-panel-h)" in panels[1]["svg"]
    assert panels[1]["shown"] == "40"


# --- Hostile texts ---------------------------------------------------------------------------------------------------


def test_markup_in_any_text_stays_text():
    data, funnel, tile = (samples.hostile(each) for each in (samples.nrm(), samples.funnel(), samples.tile()))
    source = "{% chart data 'a' words=True csv=bad %}{% paper_chart data 'p' %}{% paper_table data %}"
    source += "{% funnel f 'f' %}{% tile t 't' %}{% multiples d 'm' bad %}"
    page = render(source, data=data, f=funnel, t=tile, d=[data], bad='"><script>alert(1)</script>')
    assert "<script" not in page
    data["notes"][0]["link"] = "javascript:alert(1)"
    assert "javascript:" not in render("{% chart data 'a' %}", data=data)
    for width in WIDTHS:
        tree(chart_svg(data, prefix='"><script>', width=width))
        tree(funnel_svg(funnel, prefix="f", width=width))


# --- Paper -----------------------------------------------------------------------------------------------------------


def test_on_paper_every_drawing_is_a_figure_with_its_sentence():
    body = render(
        "{% paper_chart nrm 'a' number=1 %}{% paper_table nrm %}{% paper_chart none 'b' %}",
        nrm=samples.nrm(),
        none=samples.stated(),
    )
    made = render_with_report(papers.paper(body, kind="Note", title="Charts", facts=[]), strict=True)
    assert made.warnings == ()
    assert problems(made.pdf) == []
    told = Tree(made.pdf)
    [figure] = told.elements("Figure")
    assert str(figure.Alt).startswith(
        "Referrals to the National Referral Mechanism, United Kingdom. Referrals are higher than usual"
    )
    words = pdf_reading.text(made.pdf)
    assert "6,407 p r" in words
    assert "176 “January”" in words
