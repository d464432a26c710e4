"""The place of a chart on its sheet: periods from left to right, values from bottom to top."""

from dataclasses import dataclass
from itertools import groupby

from scrutiny.indicators.drawing.marks import SIZE, num, pen, room, text_at, words
from scrutiny.indicators.drawing.scale import Scale

FAMILY = "House,'Source Sans 3',sans-serif"  # the first on paper, the second on screen


@dataclass(frozen=True)
class Frame:
    """The area inside the axes. Each period has a slot of its own; its point stands in the middle of it."""

    left: float
    right: float
    top: float
    bottom: float
    scale: Scale
    count: int

    @property
    def step(self):
        """The width of a slot."""
        return (self.right - self.left) / self.count

    def x(self, index):
        """The middle of a slot."""
        return self.left + (index + 0.5) * self.step

    def edge(self, index):
        """Where a slot begins."""
        return self.left + index * self.step

    def y(self, value):
        """The height of a value."""
        return self.bottom - self.scale.share(value) * (self.bottom - self.top)


def grid(frame, labels):
    """A quiet line for every step of the axis, nought a plain one, and the numbers to the left."""
    heights = [frame.y(tick) for tick in frame.scale.ticks]
    lines = "".join(f"M{num(frame.left)} {num(y)}H{num(frame.right)}" for y in heights)
    numbers = "".join(text_at(frame.left - 8, y + 5, label) for y, label in zip(heights, labels, strict=True))
    return f'<path {pen("grid")} d="{lines}"/><g {pen("text", text_anchor="end")}>{numbers}</g>'


def years(frame, labels):
    """The axis with a tick where a year begins, and the year below. `labels` has one text for each slot, or nothing."""
    starts = [place for place, label in enumerate(labels) if label and (not place or label != _before(labels, place))]
    ends = [*starts[1:], frame.count]
    widest = max((room(labels[place]) for place in starts), default=0) + 10
    usual = sorted(end - start for start, end in zip(starts, ends, strict=True))[len(starts) // 2] if starts else 1
    every = max(1, -(-int(widest) // max(1, int(usual * frame.step))))
    base = frame.y(0) if frame.scale.low < 0 < frame.scale.high else frame.bottom
    path, written, free = [f"M{num(frame.left)} {num(base)}H{num(frame.right)}"], [], frame.left - 20
    for order, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if order % every:
            continue
        path.append(f"M{num(frame.edge(start))} {num(frame.bottom)}v7")
        own, place = room(labels[start]), frame.edge(start) + 4
        if every == 1 and own <= (end - start) * frame.step:
            place = (frame.edge(start) + frame.edge(end) - own) / 2
        if place >= free and place + own <= frame.right + 24:
            written.append(text_at(place, frame.bottom + SIZE + 6, labels[start]))
            free = place + own + 6
    return f'<path {pen("axis")} d="{"".join(path)}"/><g {pen("text")}>{"".join(written)}</g>'


def _before(labels, place):
    return next((label for label in reversed(labels[:place]) if label), "")


def runs(flags):
    """(from, to exclusive) of each run of true flags."""
    place = 0
    for flag, group in groupby(flags, bool):
        length = sum(1 for _ in group)
        if flag:
            yield place, place + length
        place += length


def opening(width, height, kind, ids, title, desc, more=""):
    """The start of a drawing, with what it is and what it says for those who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing {kind}" viewBox="0 0 {num(width)} {num(height)}" '
        f'role="img" aria-labelledby="{ids}-t" aria-describedby="{ids}-d" font-family="{FAMILY}" '
        f'font-size="{SIZE}"{more}><title id="{ids}-t">{words(title)}</title><desc id="{ids}-d">{words(desc)}</desc>'
    )
