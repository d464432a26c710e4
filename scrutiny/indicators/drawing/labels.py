"""Words inside a chart: limits at the end of their lines, the last figures, gaps, whose limits they are. None on another."""

from dataclasses import dataclass

from scrutiny.indicators.drawing import reading
from scrutiny.indicators.drawing.frame import runs
from scrutiny.indicators.drawing.marks import SIZE, num, pen, room, spread, text_at

LINE = SIZE + 2
BESIDE = 24  # a last point so near to the end of the chart has its figure beside it
ON_WORDS, ON_POINT, ON_LINE, ON_EDGE = 20, 4, 2, 1  # how bad it is for words to stand on something


@dataclass(frozen=True)
class Box:
    """The room that words take."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x, y, space=0):
        """Whether a point lies inside, or that near."""
        return self.left - space <= x <= self.right + space and self.top - space <= y <= self.bottom + space

    def meets(self, other):
        """Whether the two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def margin(ends):
    """How much room the words at the ends of the lines need."""
    return max([room(text) * (1.06 if is_figure else 1) for _, text, is_figure in ends], default=-6) + 14


def ends_of_lines(data, kind):
    """(value, words, is it the last figure) of every line that reaches the right end.

    A narrow chart has only the numbers, a panel only the last figure.
    """
    is_short = kind == "narrow"
    found = [] if kind == "panel" else [*_limits(data, is_short), *_aims(data, is_short)]
    last = data["points"][-1]
    return [*found, (last["value"], last["shown"], True)] if reading.has_value(last) else found


def _limits(data, is_short):
    segment = data["segments"][-1] if data.get("segments") else {}
    if segment.get("to") != len(data["points"]):
        return
    for part, what in (("upper", "upper limit"), ("mean", "mean"), ("lower", "lower limit")):
        if segment.get(part) is not None:
            shown = segment.get(f"{part}_shown") or f"{segment[part]:,g}"
            yield segment[part], shown if is_short else f"{shown} {what}", False


def _aims(data, is_short):
    target, baseline = data.get("target") or {}, data.get("baseline") or {}
    if target.get("value") is not None:
        yield target["value"], _aim(target, is_short), False
    if target.get("upper") is not None:
        yield target["upper"], "target", False
    if baseline.get("value") is not None:
        yield baseline["value"], f"{baseline['shown']}{'' if is_short else ' baseline'}", False


def _aim(target, is_short):
    """The target in its own words, where these are short."""
    said = "" if is_short else (target.get("words") or "").partition(",")[0].lower()
    return said if said and room(said) < 170 else "target" if is_short else f"{target['shown']} target"


def draw(chart):
    """All words of a chart but those of its axes."""
    place = _Place(chart)
    strong = place.figures()
    quiet = place.ends() + place.gaps() + place.segments()
    return f"<g {pen('text')}>{quiet}</g><g {pen('strong')}>{strong}</g>" + place.leaders


def _between(one, other):
    """Places on a line from point to point, near enough to each other that no word slips through."""
    parts = 1 + int(max(other[0] - one[0], abs(other[1] - one[1])) / 14)
    for part in range(1, parts):
        share = part / parts
        yield one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


class _Place:
    """Finds free room for words, one after the other."""

    def __init__(self, chart):
        self.chart, self.frame, self.data = chart, chart.frame, chart.data
        self.taken = []
        self.leaders = ""
        self.dots = [
            (self.frame.x(index), self.frame.y(point["value"]))
            for index, point in enumerate(chart.points)
            if reading.has_value(point)
        ]
        self.bars = [
            (self.frame.x(index), self.frame.y(low + (high - low) * part / 8))
            for index, point in enumerate(chart.points)
            for low, high in [
                point.get("interval") or (reading.is_range(point) and (point["low"], point["high"])) or (0, 0)
            ]
            for part in range(9 if low or high else 0)
        ]
        pairs = zip(self.dots, self.dots[1:], strict=False)
        near = 1.5 * self.frame.step
        self.between = [place for one, other in pairs if other[0] - one[0] < near for place in _between(one, other)]

    # --- last figures ------------------------------------------------------------------------------------------------

    def figures(self):
        """The last figure, and the one before it where that is a signal as well."""
        held = [index for index, point in enumerate(self.chart.points) if not reading.is_gap(point)]
        if not held:
            return ""
        self.last = held[-1]
        found = ""
        if not self._is_beside():
            found = self._above(self.last)
        else:
            x, y = self.frame.x(self.last), self.frame.y(self.chart.points[self.last]["value"])
            self.taken.append(Box(x, y - 9, self.chart.width, y + 9))
        if len(held) > 1 and held[-2] == self.last - 1 and reading.is_signal(self.chart.points[held[-2]]):
            found += self._above(held[-2], must=False)
        return found + self.strong_end()

    def _is_beside(self):
        is_end = self.last == self.frame.count - 1 and self.frame.step / 2 <= BESIDE
        return is_end and reading.has_value(self.chart.points[self.last])

    def _above(self, index, *, must=True):
        """The figure of a point over it, a little to the side, or under it."""
        point = self.chart.points[index]
        x, y = self.frame.x(index), self.frame.y(point["value"] if reading.has_value(point) else point["high"])
        shown = point["shown"]
        width = room(shown) * 1.06
        wanted = [(x - width / 2, y - 12), (x - width + 4, y - 10), (x - width / 2, y + 24), (x - 4, y - 10)]
        wanted += [(x - width - 9, y + 5), (x + 9, y + 5)]
        wanted = [(min(left, self.chart.width - width - 2), base) for left, base in wanted]
        best = self._best([(left, base, width) for left, base in wanted])
        if best is None or (not must and best[0] > ON_LINE):
            return ""
        _, left, base, box = best
        self.taken.append(box)
        return text_at(left, base, shown)

    # --- ends of lines -----------------------------------------------------------------------------------------------

    def strong_end(self):
        """Work out where the words at the right end go; the last figure is one of them. Returns that figure."""
        beside = self._is_beside()
        ends = [end for end in self.chart.ends if not end[2] or beside]
        wanted = [self.frame.y(value) for value, _, _ in ends]
        weights = [8 if is_figure else 1 for _, _, is_figure in ends]
        places = spread(wanted, LINE, 9, self.frame.bottom + 4, weights)
        self.end_words = ""
        found = ""
        for (_, text, is_figure), line, y in zip(ends, wanted, places, strict=True):
            if is_figure:
                found = text_at(self.frame.x(self.last) + self.chart.radius + 5, y + 5, text)
                continue
            self.end_words += text_at(self.frame.right + 9, y + 5, text)
            if abs(y - line) > 5:
                self.leaders += f"M{num(self.frame.right)} {num(line)}L{num(self.frame.right + 7)} {num(y)}"
        if self.leaders:
            self.leaders = f'<path {pen("limit")} d="{self.leaders}"/>'
        return found

    def ends(self):
        """The words at the ends of the lines."""
        if all(map(reading.is_gap, self.chart.points)):
            self.last = -1
            self.strong_end()
        return self.end_words

    # --- gaps and segments -------------------------------------------------------------------------------------------

    def gaps(self):
        """“no figure” in the widest gap, if there is room for it."""
        text = reading.gap_words(self.chart.points)
        width = room(text)
        gaps = sorted(runs(map(reading.is_gap, self.chart.points)), key=lambda run: run[0] - run[1])
        if not gaps or (gaps[0][1] - gaps[0][0]) * self.frame.step < width + 4:
            return ""
        start, end = gaps[0]
        left = (self.frame.edge(start) + self.frame.edge(end) - width) / 2
        bottom, top = self.frame.bottom, self.frame.top
        best = self._best([(left, bottom - (bottom - top) * part, width) for part in (0.15, 0.25, 0.4, 0.6, 0.8)])
        _, left, base, box = best
        self.taken.append(box)
        ground = f'x="{num(box.left)}" y="{num(box.top)}" width="{num(width + 4)}" height="{num(box.bottom - box.top)}"'
        return f"<rect {pen('ground')} {ground}/>" + text_at(left, base, text)

    def segments(self):
        """What kind of limits a stretch has: over or under its band, where it hides least."""
        found = ""
        for segment in self.chart.segments:
            text = segment.get("label") or ""
            width = room(text)
            space = self.frame.step * (
                segment["to"] - segment["from"] if self.chart.kind == "narrow" else self.frame.count
            )
            if not text or width > space - 8:  # the key below the chart says it as well
                continue
            lefts = self._lefts(segment, width)
            best = self._best([(left, base, width) for base in self._near(segment) for left in lefts])
            if best is None or best[0] > ON_POINT:
                best = self._best([(left, base, width) for base in self._far() for left in lefts])
                if best[0] >= ON_POINT:
                    continue
            self.taken.append(best[3])
            found += text_at(best[1], best[2], text)
        return found

    def _near(self, segment):
        """Lines of writing right above and right below the band."""
        held = [segment[part] for part in ("upper", "mean", "lower") if segment.get(part) is not None]
        wanted = [self.frame.y(max(held)) - 6, self.frame.y(min(held)) + SIZE + 2] if held else []
        return [base for base in wanted if self.frame.top + 8 <= base <= self.frame.bottom - 3]

    def _far(self):
        """Lines of writing at the bottom and at the top of the chart."""
        return [self.frame.bottom - 6, self.frame.top + SIZE]

    def _lefts(self, segment, width):
        """From the start of the stretch, its middle or its end, but never beyond the chart."""
        start, end = self.frame.edge(segment["from"]), self.frame.edge(segment["to"])
        wanted = (start + 6, (start + end - width) / 2, end - width - 6)
        low, high = self.frame.left + 4, self.frame.right - width - 4
        return list(dict.fromkeys(min(max(left, low), high) for left in wanted))

    # --- what is in the way ------------------------------------------------------------------------------------------

    def _best(self, places):
        """(badness, left, base, box) of the place where the words are least in the way."""
        found = None
        for order, (left, base, width) in enumerate(places):
            box = Box(left - 2, base - SIZE + 2, left + width + 2, base + 4)
            badness = self._badness(box) + order * 0.1
            if found is None or badness < found[0]:
                found = badness, left, base, box
        return found

    def _badness(self, box):
        frame = self.frame
        bad = ON_WORDS * sum(box.meets(other) for other in self.taken)
        bad += ON_POINT * sum(box.holds(x, y, self.chart.radius) for x, y in self.dots)
        bad += ON_LINE * sum(box.holds(x, y) for x, y in self.between) + ON_LINE * sum(
            box.holds(x, y, 2) for x, y in self.bars
        )
        for segment in self.chart.segments:
            if frame.edge(segment["from"]) < box.right and box.left < frame.edge(segment["to"]):
                held = [segment[part] for part in ("upper", "mean", "lower") if segment.get(part) is not None]
                bad += ON_LINE * sum(box.top < frame.y(value) < box.bottom for value in held)
        bad += ON_LINE * sum(box.left < x < box.right for x in getattr(self.chart, "note_places", ()))
        bad += ON_LINE * sum(box.left < frame.edge(index) < box.right for index in self.data.get("restarts") or [])
        outside = box.top < 0 or box.left < 0 or box.right > self.chart.width
        bad += ON_POINT * (box.bottom > frame.bottom + 1)
        return bad + ON_WORDS * outside + ON_EDGE * (box.right > frame.right or box.top < frame.top - LINE)
