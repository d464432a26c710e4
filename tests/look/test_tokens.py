"""The colours of the portal, as numbers: contrast is computed, and the two dark lists are one."""

import re
from itertools import product

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "static/css"
TOKENS = (CSS / "tokens.css").read_text()


def block(start):
    """The colours declared in the rule that begins so."""
    inside = TOKENS.split(start, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", inside))


LIGHT = block(":root {")
DARK = block(':root[data-theme="dark"] {')
CONTRAST = LIGHT | block(':root[data-theme="contrast"] {')


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one, other):
    """Contrast of two colours, 1 to 21."""
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ["--paper", "--surface", "--sunk"]
TEXT = [
    *product(["--ink", "--ink2", "--ink3", "--navy", "--accent", "--accentink", "--error", "--note"], GROUNDS),
    ("--ink", "--mark"),
    *product(["--ink", "--ink2", "--navy", "--accentink"], ["--navytint"]),
    *product(["--ink", "--ink2", "--accentink"], ["--accenttint"]),
    *product(["--ink", "--ink2", "--note", "--accent", "--accentink"], ["--notetint"]),
    *product(["--ink", "--error"], ["--errortint"]),
    ("--onaccent", "--accent"),
    ("--onaccent", "--accentink"),
    *product(["--barink", "--barink2"], ["--bar"]),
    ("--barink", "--barhover"),
]
SHAPES = [*product(["--edge", "--accent", "--navy"], GROUNDS), ("--barink", "--bar"), ("--note", "--notetint")]


@pytest.mark.parametrize("colours", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])
def test_text_can_be_read_on_every_ground_it_stands_on(colours):
    weak = {
        f"{t} on {g}": round(ratio(colours[t], colours[g]), 2) for t, g in TEXT if ratio(colours[t], colours[g]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("colours", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])
def test_edges_of_controls_and_focus_can_be_seen(colours):
    weak = {
        f"{t} on {g}": round(ratio(colours[t], colours[g]), 2) for t, g in SHAPES if ratio(colours[t], colours[g]) < 3
    }
    assert not weak


def test_high_contrast_is_high():
    assert ratio(CONTRAST["--ink3"], CONTRAST["--paper"]) >= 7
    assert ratio(CONTRAST["--accent"], CONTRAST["--paper"]) >= 7


def test_dark_by_the_device_and_dark_by_choice_are_the_same():
    assert block(':root:not([data-theme="light"], [data-theme="contrast"]) {') == DARK
    assert set(DARK) == set(LIGHT)


def test_colours_are_named_only_in_the_tokens():
    plain = {"#fff", "#ffffff", "#000", "#000000"}  # focus on the bar, and the print view's paper
    named = {}
    for path in CSS.rglob("*.css"):
        if path.name == "tokens.css":
            continue
        source = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        if found := [c for c in re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])", source) if c.lower() not in plain]:
            named[path.name] = found
    assert not named


def test_no_text_is_smaller_than_fifteen_pixels():
    sizes = re.findall(r"--[\w-]+: (?:400|600) ([\d.]+)rem/", TOKENS)
    assert sizes
    small = [size for size in sizes if float(size) * 16 < 15]
    for path in CSS.rglob("*.css"):
        small += [
            s
            for s in re.findall(r"font(?:-size)?: [^;]*?(?<![\d/.])([\d.]+)rem", path.read_text())
            if float(s) * 16 < 15
        ]
    assert not small
