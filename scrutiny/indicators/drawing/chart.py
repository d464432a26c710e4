"""The chart of one indicator in one area: figures, usual range, gaps, restarts, notes and target."""

from collections import defaultdict

from django.utils.safestring import SafeString

from scrutiny.indicators.drawing import frame as frames
from scrutiny.indicators.drawing import labels, legend, reading
from scrutiny.indicators.drawing.frame import Frame
from scrutiny.indicators.drawing.marks import (
    DASHES,
    DOTS,
    SIGNAL_OF,
    SIZE,
    name,
    num,
    pen,
    room,
    signal_pen,
    spread,
    text_at,
    triangle,
)
from scrutiny.indicators.drawing.scale import scale_for

# (width, height): shown at about this size, so that words keep theirs. Paper's 560 come out as 124 mm.
SIZES = {"wide": (1040, 420), "middle": (600, 340), "narrow": (340, 280), "paper": (560, 310), "panel": (240, 150)}
NOTE = 11  # half the width of a lettered note
KEY_ROW = 23
LONE = 190  # the height of a drawing with one figure: there is no course to follow


def chart_svg(data, *, prefix, width="wide", height=None):
    """A chart as SVG: `data` as charting.chart_data makes it; ids begin with `prefix`. Nothing where there are no points.

    wide, middle and narrow are for screens, paper is for PDF.
    """
    if not data["points"]:
        return SafeString("")
    return SafeString(_Chart(data, name(prefix), width, height).svg())


def panel_svg(data, *, prefix, scale):
    """One of several small charts that share an axis."""
    return _Chart(data, prefix, "panel", None, scale).svg()


class _Chart:
    """One drawing in the making."""

    def __init__(self, data, prefix, kind, height, scale=None):
        self.data, self.points, self.kind = data, data["points"], kind
        self.segments = data.get("segments") or []
        self.notes = data.get("notes") or []
        self.ids = f"{prefix}-{kind}"
        self.width, usual = SIZES[kind]
        if sum(map(reading.has_value, self.points)) == 1:
            usual = min(usual, LONE)
        self.key = _rows(legend.keys(data), self.width) if kind == "paper" else []
        self.height = (height or usual) + KEY_ROW * len(self.key)
        self.ends = labels.ends_of_lines(data, kind)
        self.frame = self._frame(scale or self._scale())
        self.radius = max(1.0, min(4.5, self.frame.step * 0.32))  # half the width of a point: thin where there are many

    def _scale(self):
        unit = self.data.get("unit", "count")
        return scale_for(
            reading.heights(self.data),
            from_zero=self.data.get("from_zero", True),
            most=4 if self.height < 300 else 6 if self.kind == "paper" else 7,
            is_whole=unit == "count" and not self.data.get("decimals"),
            ceiling=100 if unit == "percent" else None,
        )

    def _frame(self, scale):
        self.numbers = scale.labels(self.data.get("unit", "count"))
        left = max(map(room, self.numbers)) + 12
        right = self.width - labels.margin(self.ends)
        self.rows = 1 if len(self.notes) * 2.3 * NOTE <= right - left else 2
        top = (2 * NOTE + 6) * self.rows if self.notes else 0
        self.base = self.height - KEY_ROW * len(self.key)
        foot = SIZE + 4 if scale.hides_nought else 0
        return Frame(left, right, max(22, top + 10), self.base - SIZE - 14 - foot, scale, len(self.points))

    def svg(self):
        """The whole drawing."""
        frame = self.frame
        parts = [
            self._opening(),
            self._bands(),
            self._gaps(),
            frames.grid(frame, self.numbers),
            self._limits(),
            self._restarts(),
            self._notes(),
            self._aims(),
            frames.years(frame, self._year_labels()),
            self._line(),
            self._ranges(),
            self._points(),
            labels.draw(self),
        ]
        if frame.scale.hides_nought:
            words = text_at(frame.left, self.base - 5, "The axis does not start at 0.")
            parts.append(f"<g {pen('text')}>{words}</g>")
        return "".join(parts) + self._key() + "</svg>"

    def _key(self):
        """The key to the marks: on paper it is part of the drawing."""
        found = ""
        for row, keys in enumerate(self.key):
            for x, shape, words in keys:
                y = self.base + row * KEY_ROW
                found += f'<g transform="translate({num(x)} {num(y)})">{shape}{text_at(26, 15, words, " " + pen("text"))}</g>'
        return found

    def _opening(self):
        data, frame = self.data, self.frame
        title = ", ".join(part for part in (data["title"], data.get("area")) if part)
        if data.get("synthetic"):
            title += ". Synthetic figures"
        if self.kind == "paper":  # what a PDF keeps of a drawing's words is its title
            title = f"{title}. {data.get('sentence', '')}"
        walk = ",".join("" if reading.is_gap(point) else num(frame.y(_level(point))) for point in self.points)
        more = f' data-walk="{num(frame.x(0))} {frame.step:.3f} {walk}"' if self.kind not in ("paper", "panel") else ""
        opening = frames.opening(self.width, self.height, self.kind, self.ids, title, self._description(), more)
        if not any(map(reading.is_gap, self.points)):
            return opening
        return (
            f'{opening}<defs><pattern id="{self.ids}-h" width="8" height="8" patternUnits="userSpaceOnUse">'
            '<path class="c-grid" d="M-2 2l4-4M0 8l8-8M6 10l4-4" stroke="#c9c3b6" fill="none"/></pattern></defs>'
        )

    def _description(self):
        held = sum(not reading.is_gap(point) for point in self.points)
        first, last = self.points[0]["label"], self.points[-1]["label"]
        span = first if len(self.points) == 1 else f"{first} to {last}"
        gaps = f", {held} of {len(self.points)} periods with a figure" if held < len(self.points) else ""
        return f"{self.data.get('sentence', '')} {span}{gaps}. Every figure stands in the table.".strip()

    def _bands(self):
        frame, found = self.frame, []
        for segment in self.segments:
            if segment.get("lower") is not None and segment.get("upper") is not None:
                top, bottom = frame.y(segment["upper"]), frame.y(segment["lower"])
                left, right = frame.edge(segment["from"]), frame.edge(segment["to"])
                size = f'width="{num(right - left)}" height="{num(bottom - top)}"'
                found.append(f'<rect {pen("band")} x="{num(left)}" y="{num(top)}" {size}/>')
        return "".join(found)

    def _gaps(self):
        frame, found = self.frame, []
        for start, end in frames.runs(map(reading.is_gap, self.points)):
            size = f'width="{num((end - start) * frame.step)}" height="{num(frame.bottom - frame.top)}"'
            fill = f'fill="url(#{self.ids}-h)"'
            found.append(f'<rect x="{num(frame.edge(start))}" y="{num(frame.top)}" {size} {fill}/>')
        return "".join(found)

    def _limits(self):
        frame, found = self.frame, defaultdict(str)
        for segment in self.segments:
            across = f"M{num(frame.edge(segment['from']))} {{}}H{num(frame.edge(segment['to']))}"
            dashes = DOTS if segment.get("kind") == "trial" else DASHES
            for part, pattern in (("mean", ""), ("lower", dashes), ("upper", dashes)):
                if segment.get(part) is not None:
                    found[pattern] += across.format(num(frame.y(segment[part])))
        return "".join(
            f'<path {pen("limit", **({"stroke_dasharray": pattern} if pattern else {}))} d="{path}"/>'
            for pattern, path in found.items()
        )

    def _restarts(self):
        frame = self.frame
        path = "".join(
            f"M{num(frame.edge(index))} {num(frame.top)}V{num(frame.bottom)}"
            for index in self.data.get("restarts") or []
        )
        return f'<path {pen("axis", stroke_dasharray=DOTS)} d="{path}"/>' if path else ""

    def _notes(self):
        frame, notes = self.frame, self.notes
        if not notes:
            return ""
        self.note_places = [
            frame.left + (min(max(each["at"], -0.5), frame.count - 0.5) + 0.5) * frame.step for each in notes
        ]
        places = spread(self.note_places, 2.2 * NOTE / self.rows, frame.left + 4, frame.right)
        lines, discs, letters = "", "", ""
        for order, (note, wanted, place) in enumerate(zip(notes, self.note_places, places, strict=True)):
            y = NOTE + 1 + (order % self.rows) * (2 * NOTE + 4)
            lines += f"M{num(place)} {num(y + NOTE)}L{num(wanted)} {num(frame.top)}V{num(frame.bottom)}"
            discs += f'<circle cx="{num(place)}" cy="{y}" r="{NOTE}"/>'
            letters += text_at(place, y + 5, note["letter"])
        return f'<path {pen("note")} d="{lines}"/><g {pen("disc")}>{discs}</g><g {pen("letter")}>{letters}</g>'

    def _aims(self):
        """The target as a dotted line, both ends of it where it is a range, and where it all began."""
        frame, found = self.frame, ""
        target, baseline = self.data.get("target") or {}, self.data.get("baseline") or {}
        across = f"M{num(frame.left)} {{}}H{num(frame.right)}"
        path = "".join(
            across.format(num(frame.y(target[part]))) for part in ("value", "upper") if target.get(part) is not None
        )
        if path:
            found += f'<path {pen("aim", stroke_width=2, stroke_linecap="round", stroke_dasharray="0 5")} d="{path}"/>'
        if baseline.get("value") is not None:
            path = across.format(num(frame.y(baseline["value"])))
            found += f'<path {pen("axis", stroke_dasharray="14 4 2 4")} d="{path}"/>'
        return found

    def _year_labels(self):
        found = [point.get("axis", "") for point in self.points]
        if not any(found):
            found[0] = self.points[0]["short"]
        return found

    def _line(self):
        """From figure to figure: broken at gaps, at ranges and where limits start anew."""
        frame, path, is_joined = self.frame, [], False
        restarts = set(self.data.get("restarts") or [])
        for index, point in enumerate(self.points):
            if not reading.has_value(point):
                is_joined = False
                continue
            letter = "L" if is_joined and index not in restarts else "M"
            path.append(f"{letter}{num(frame.x(index))} {num(frame.y(point['value']))}")
            is_joined = True
        width = 1.75 if frame.step > 6 else 1.25 if frame.step > 3 else 1
        return f'<path {pen("line", stroke_width=width, stroke_linejoin="round")} d="{"".join(path)}"/>'

    def _ranges(self):
        """Bars from low to high, and how sure a figure is as a thin line with ends."""
        frame, bars, spans = self.frame, "", ""
        half = min(4, frame.step / 3)
        for index, point in enumerate(self.points):
            x = frame.x(index)
            if reading.is_range(point):
                top, bottom = frame.y(point["high"]), frame.y(point["low"])
                fill = ' fill="#fff" class="c-hollow"' if point.get("provisional") else ""
                size = f'width="{num(2 * half)}" height="{num(max(2, bottom - top))}"'
                bars += f'<rect x="{num(x - half)}" y="{num(top)}" {size}{fill}/>'
            if point.get("interval"):
                low, high = (num(frame.y(value)) for value in point["interval"])
                ends = f"M{num(x - half)} {{}}h{num(2 * half)}"
                spans += f"M{num(x)} {low}V{high}{ends.format(low)}{ends.format(high)}"
        found = f'<path {pen("limit", stroke_width=1.5)} d="{spans}"/>' if spans else ""
        return found + (f'<g class="c-bar" fill="#1d3557" stroke="#1d3557">{bars}</g>' if bars else "")

    def _points(self):
        frame, radius = self.frame, self.radius
        dots, hollow, signals = "", "", defaultdict(str)
        for index, point in enumerate(self.points):
            if not reading.has_value(point):
                continue
            x, y = frame.x(index), frame.y(point["value"])
            if reading.is_signal(point):
                key = SIGNAL_OF[point["state"]], bool(point.get("provisional"))
                signals[key] += triangle(x, y, max(radius * 1.3, 3), is_up=reading.is_high(self.data, index))
            elif point.get("provisional"):
                hollow += f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(max(radius, 2))}"/>'
            else:
                dots += f"M{num(x)} {num(y)}h0"
        found = f'<path {pen("dots", stroke_width=num(radius * 2))} d="{dots}"/>' if dots else ""
        if hollow:
            found += f"<g {pen('hollow', stroke_width=1.75)}>{hollow}</g>"
        for (meaning, is_hollow), path in signals.items():
            found += f'<path {signal_pen(meaning, is_hollow=is_hollow)} stroke-width="1.75" d="{path}"/>'
        return found


def _rows(keys, width):
    """The keys in rows that are not too wide: [[(place, shape, words)]]."""
    rows, place = [], width
    for shape, words in keys:
        own = 26 + room(words) + 16
        if place + own > width:
            rows.append([])
            place = 0
        rows[-1].append((place, shape, words))
        place += own
    return rows


def _level(point):
    """The height at which a point is met: its value, or the middle of its range."""
    return point["value"] if reading.has_value(point) else (point["low"] + point["high"]) / 2
