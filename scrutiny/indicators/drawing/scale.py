"""Axes: round numbers from bottom to top, and what is written beside them."""

import math
from dataclasses import dataclass

from scrutiny.indicators.words import number, with_unit

SMALL_RANGE = 0.3  # of the level: below it an axis from nought would hide what there is to see
_LARGE = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))


@dataclass(frozen=True)
class Scale:
    """An axis from low to high, with a line at every step."""

    low: float
    high: float
    step: float

    @property
    def hides_nought(self):
        """The axis begins above nought, or ends below it, which readers must be told."""
        return self.low > 0 or self.high < 0

    @property
    def ticks(self):
        """The values at which a line is drawn."""
        first, last = round(self.low / self.step), math.floor(self.high / self.step + 1e-9)
        return [position * self.step for position in range(first, last + 1)]

    def share(self, value):
        """Where between low (0) and high (1) a value lies."""
        return (value - self.low) / (self.high - self.low)

    def labels(self, unit):
        """What is written at each tick: 6,000; 60%; £1.5m."""
        size, letters = next(((size, text) for size, text in _LARGE if max(map(abs, self.ticks)) >= 2 * size), (1, ""))
        decimals = _decimals(self.step / size)
        texts = (number(round(tick / size, decimals), decimals) + (letters if tick else "") for tick in self.ticks)
        return [with_unit(text, unit) for text in texts]


def scale_for(values, *, from_zero=True, most=6, is_whole=False, ceiling=None):
    """The axis for these values: from nought where that is wanted and does not flatten them.

    `ceiling` is a value that cannot be exceeded, such as 100 per cent; `is_whole` allows no steps between whole numbers.
    """
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    level, span = max(abs(low), abs(high)), high - low
    if span == 0 or (from_zero and span >= SMALL_RANGE * level):
        low, high = min(low, 0.0), max(high, 0.0)
    else:
        space = 0.08 * span
        low, high = (low - space if low < 0 or low - space > 0 else 0.0), high + space
    has_ceiling = ceiling is not None and ceiling >= max(values, default=0)
    if has_ceiling:
        high = min(high, ceiling)
    step = _nice((high - low) / most) if high > low else 1.0
    if is_whole:
        step = max(1.0, math.ceil(step))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if high > (last - 0.1) * step and not (has_ceiling and (last + 1) * step > ceiling):
        last += 1  # room above the highest for its figure
    return Scale(first * step, max(last, first + 1) * step, step)


def _nice(least):
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below this."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(part * power for part in (1, 2, 2.5, 5, 10, 20) if part * power >= least * (1 - 1e-9))


def _decimals(step):
    return next((digits for digits in range(7) if abs(step * 10**digits - round(step * 10**digits)) < 1e-6), 7)
