"""Charts as SVG for page and paper: pure functions of plain data, without any library.

A drawing holds everything in presentation attributes, since the style of a page does not reach into it on paper. Classes
stand beside them: static/css/components/charts.css turns the paper's colours into those of the screen.
"""

from scrutiny.indicators.drawing.chart import chart_svg
from scrutiny.indicators.drawing.funnel import funnel_svg
from scrutiny.indicators.drawing.legend import legend
from scrutiny.indicators.drawing.multiples import small_multiples
from scrutiny.indicators.drawing.spark import sparkline_svg, verdict_icon

__all__ = ["chart_svg", "funnel_svg", "legend", "small_multiples", "sparkline_svg", "verdict_icon"]
