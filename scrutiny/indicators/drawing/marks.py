"""The strokes that drawings are made of: pens, markers, words and the room that words take."""

import re

from django.utils.html import escape

DASHES, DOTS = "7 4", "2 3"  # limits, and limits on trial
SIZE = 15  # of all words in a drawing; the width of a drawing is chosen so that it comes out at about this size

# Colours of paper (design: look, tokens in light). The class lets the screen put its own in their place.
_PENS = {
    "ground": 'fill="#fff"',
    "band": 'fill="#e9edf2"',
    "grid": 'stroke="#dedad1" fill="none"',
    "axis": 'stroke="#5d6775" fill="none"',
    "limit": 'stroke="#6b747d" fill="none"',
    "line": 'stroke="#1d3557" fill="none"',
    "dots": 'stroke="#1d3557" fill="none" stroke-linecap="round"',
    "hollow": 'stroke="#1d3557" fill="#fff"',
    "note": 'stroke="#00687a" fill="none"',
    "disc": 'fill="#00687a"',
    "letter": 'fill="#fff" font-weight="600" text-anchor="middle"',
    "aim": 'stroke="#17212f" fill="none"',
    "text": 'fill="#465262"',
    "strong": 'fill="#17212f" font-weight="600"',
}
_SIGNALS = {"better": "#0072b2", "worse": "#d55e00", "neutral": "#7a1fa2"}
SIGNAL_OF = {"improvement": "better", "concern": "worse", "high": "neutral", "low": "neutral"}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff￾￿]")
_WIDTHS = {
    **dict.fromkeys(" .,:;'|!ijlI", 0.27),
    **dict.fromkeys("frt()-/[]{}", 0.35),
    **dict.fromkeys("ABCDEFGHKNOPQRTUVXYZ&", 0.61),
    **dict.fromkeys("mMwW%@", 0.83),
}


def pen(name, **more):
    """Class and attributes of a pen: for a group or an element."""
    extra = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
    return f'class="c-{name}" {_PENS[name]}{extra}'


def signal_pen(name, *, is_hollow):
    """Class and attributes of the triangles of one meaning."""
    fill = "#fff" if is_hollow else _SIGNALS[name]
    return f'class="c-{name}{" c-open" if is_hollow else ""}" stroke="{_SIGNALS[name]}" fill="{fill}"'


def num(value):
    """A coordinate: one digit after the point, and none where it is nought."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def words(text):
    """Words as they may stand in a drawing."""
    return escape(_CONTROL.sub("", str(text)))


def name(prefix):
    """A prefix that can be part of an id."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", str(prefix))


def room(text, size=SIZE):
    """How wide a text will be, rather too wide than too narrow."""
    return sum(_WIDTHS.get(letter, 0.545) for letter in str(text)) * size


def text_at(x, y, text, attributes=""):
    """One line of text; the baseline is at y."""
    return f'<text x="{num(x)}" y="{num(y)}"{attributes}>{words(text)}</text>'


def triangle(x, y, size, *, is_up):
    """The outline of a triangle around a point, as part of a path."""
    sign = 1 if is_up else -1
    return f"M{num(x)} {num(y - sign * size * 1.1)}l{num(size)} {num(sign * size * 1.75)}h{num(-2 * size)}z"


def spread(wanted, gap, low, high, weights=None):
    """Places as near to the wanted ones as a gap between neighbours allows, inside low to high.

    Neighbours that are too close form a block around their common middle (the pool of adjacent violators).
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    blocks = []  # [sum of weighted places, weight, members]
    for position, place in enumerate(order):
        weight = weights[place] if weights else 1
        blocks.append([(wanted[place] - position * gap) * weight, weight, [place]])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, weight, members = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += weight
            blocks[-1][2] += members
    found, position = [0.0] * len(wanted), 0
    highest = high - (len(wanted) - 1) * gap
    for total, weight, members in blocks:
        middle = max(low, min(total / weight, highest)) if highest > low else low
        for place in members:
            found[place] = middle + position * gap
            position += 1
    return found
