"""The funnel: areas of different size beside each other, and how far apart chance alone would set them."""

from dataclasses import replace

from django.utils.safestring import SafeString

from scrutiny.indicators.drawing import frame as frames
from scrutiny.indicators.drawing.frame import Frame
from scrutiny.indicators.drawing.labels import Box
from scrutiny.indicators.drawing.marks import (
    DASHES,
    DOTS,
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

SIZES = {"wide": (1040, 440), "middle": (600, 360), "narrow": (340, 320), "paper": (560, 330)}
FEW = 8  # so many areas are all named
ENDS = ("95 in 100", "998 in 1,000")


def funnel_svg(data, *, prefix, width="wide"):
    """Areas by size and rate inside the limits of chance. Named are those outside, and all where there are few."""
    if not data["points"]:
        return SafeString("")
    return SafeString(_Funnel(data, name(prefix), width).svg())


class _Funnel:
    """One drawing in the making."""

    def __init__(self, data, prefix, kind):
        self.data, self.kind, self.ids = data, kind, f"{prefix}-{kind}"
        self.width, self.height = SIZES[kind]
        self.limits = sorted(data.get("limits") or [])
        heights = [point["value"] for point in data["points"]] + [data["mean"]]
        heights += [value for _, *four in self._shown_limits() for value in four if value is not None]
        scale = scale_for(heights, most=6, ceiling=100 if data.get("unit") == "percent" else None)
        self.numbers = scale.labels(data.get("unit", "rate"))
        left = max(map(room, self.numbers)) + 12
        right = self.width - (12 if kind == "narrow" else max(map(room, (*ENDS, self._mean_words()))) + 16)
        sizes = [point["size"] for point in data["points"]]
        largest = max(sizes) * 1.06
        self.sizes = replace(scale_for([0, largest], most=3 if kind == "narrow" else 6), high=largest)
        foot = 2 * SIZE + 22 + (SIZE + 4 if scale.hides_nought else 0)
        self.frame = Frame(left, right, 22, self.height - foot, scale, 1)

    def _shown_limits(self):
        """Limits of the sizes that areas have: a funnel is endlessly wide for the smallest."""
        least = min(point["size"] for point in self.data["points"]) * 0.75
        return [each for each in self.limits if each[0] >= least]

    def _x(self, size):
        return self.frame.left + self.sizes.share(size) * (self.frame.right - self.frame.left)

    def _mean_words(self):
        return f"{self.data.get('mean_shown') or format(self.data['mean'], ',.4g')} average"

    def svg(self):
        """The whole drawing."""
        data = self.data
        title = f"{data['title']}. {data.get('subtitle', '')}".strip()
        if data.get("synthetic"):
            title += ". Synthetic figures"
        if self.kind == "paper":
            title = f"{title}. {data.get('sentence', '')}"
        desc = f"{data.get('sentence', '')} {len(data['points'])} areas. Every figure stands in the table.".strip()
        return "".join(
            [
                frames.opening(self.width, self.height, self.kind, self.ids, title, desc),
                frames.grid(self.frame, self.numbers),
                self._size_axis(),
                self._curves(),
                self._points(),
                "</svg>",
            ]
        )

    def _size_axis(self):
        frame = self.frame
        path, words = f"M{num(frame.left)} {num(frame.bottom)}H{num(frame.right)}", ""
        texts = self.sizes.labels("count")
        for tick, text in zip(self.sizes.ticks, texts, strict=True):
            x = self._x(tick)
            path += f"M{num(x)} {num(frame.bottom)}v7"
            place = min(max(x - room(text) / 2, 2), self.width - room(text) - 2)
            words += text_at(place, frame.bottom + SIZE + 7, text)
        words += text_at(frame.left, frame.bottom + 2 * SIZE + 14, self.data.get("size_label") or "people")
        if frame.scale.hides_nought:
            words += text_at(frame.left, self.height - 5, "The axis does not start at 0.")
        return f'<path {pen("axis")} d="{path}"/><g {pen("text")}>{words}</g>'

    def _curves(self):
        frame, data = self.frame, self.data
        mean = frame.y(data["mean"])
        found = f'<path {pen("limit")} d="M{num(frame.left)} {num(mean)}H{num(frame.right)}"/>'
        ends = [(mean, self._mean_words())]
        shown = [each for each in self._shown_limits() if each[0] <= self.sizes.high]
        for columns, dashes, words in (((1, 2), DASHES, ENDS[0]), ((3, 4), DOTS, ENDS[1])):
            path = ""
            for column in columns:
                curve = [(self._x(each[0]), frame.y(each[column])) for each in shown if each[column] is not None]
                path += "M" + "L".join(f"{num(x)} {num(y)}" for x, y in curve) if len(curve) > 1 else ""
            if path:
                found += f'<path {pen("limit", stroke_dasharray=dashes)} d="{path}"/>'
                ends.append((frame.y(shown[-1][columns[1]]), words))
        if self.kind != "narrow":
            places = spread([y for y, _ in ends], SIZE + 2, 14, frame.bottom)
            words = "".join(text_at(frame.right + 9, y + 5, text) for y, (_, text) in zip(places, ends, strict=True))
            found += f"<g {pen('text')}>{words}</g>"
        return found

    def _points(self):
        frame, dots, high, low = self.frame, "", "", ""
        places = []
        for point in self.data["points"]:
            x, y = self._x(point["size"]), frame.y(point["value"])
            places.append((x, y))
            if point.get("outside") == "high":
                high += triangle(x, y, 6, is_up=True)
            elif point.get("outside") == "low":
                low += triangle(x, y, 6, is_up=False)
            else:
                dots += f"M{num(x)} {num(y)}h0"
        found = f'<path {pen("dots", stroke_width=9)} d="{dots}"/>' if dots else ""
        if high or low:
            found += f'<path {signal_pen("neutral", is_hollow=False)} d="{high}{low}"/>'
        return f"{found}<g {pen('strong')}>{self._names(places)}</g>"

    def _names(self, places):
        """Right of, left of, above or below its point; a name without room is left to the table."""
        points, found = self.data["points"], ""
        taken = [Box(x - 6, y - 6, x + 6, y + 6) for x, y in places]
        lines = [
            (self._x(size), self.frame.y(value))
            for size, *four in self._shown_limits()
            for value in (*four, self.data["mean"])
            if value is not None
        ]
        for own, (point, (x, y)) in enumerate(zip(points, places, strict=True)):
            if len(points) > FEW and not point.get("outside"):
                continue
            width = room(point["name"]) * 1.06
            wanted = ((x + 10, y + 5), (x - 10 - width, y + 5), (x - width / 2, y - 11), (x - width / 2, y + 23))
            boxes = [(Box(left, base - SIZE + 3, left + width, base + 3), left, base) for left, base in wanted]
            free = [each for each in boxes if self._is_free(each[0], taken[:own] + taken[own + 1 :])]
            if free:
                box, left, base = min(free, key=lambda each: sum(each[0].holds(x, y) for x, y in lines))
                taken.append(box)
                found += text_at(left, base, point["name"])
        return found

    def _is_free(self, box, taken):
        is_inside = box.left > self.frame.left and box.right < self.width - 2 and box.top > 0
        return is_inside and not any(box.meets(other) for other in taken)
