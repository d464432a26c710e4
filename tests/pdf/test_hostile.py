"""Documents that would never end, end: with a clear message, in time, and the next one works."""

import io
import time

import pytest
from PIL import Image

from opcc_portal.pdf import Limits, Renderer, RenderFailed, child
from tests.pdf import papers

SMALL = papers.paper("<p>Ordinary</p>", kind="Note", title="Note")


def page(body, head=""):
    return f'<!doctype html><html lang="en"><head><title>x</title>{head}</head><body>{body}</body></html>'


def nested_flex(depth):
    return page(
        '<div class="f"><div>' * depth + "x" + "</div></div>" * depth,
        "<style>div { display: flex; flex-wrap: wrap }</style>",
    )


def bombs():
    variables = "".join(f"--v{n}: var(--v{n - 1}) var(--v{n - 1});" for n in range(1, 40))
    uses = "".join(f'<g id="u{n}">' + f'<use href="#u{n - 1}"/>' * 10 + "</g>" for n in range(1, 9))
    return {
        "5,000 nested lists": ("<ul><li>" * 5000 + "x" + "</li></ul>" * 5000, "too-deep"),
        "5,000 lists never closed": ("<ul><li>" * 5000, "too-deep"),
        "500 nested divs": (page("<div>" * 500 + "x" + "</div>" * 500), "too-deep"),
        "depth hidden from a scanner": (page("<a title=it's>" + "<div>" * 3000 + "'"), "too-deep"),
        "flex in flex": (nested_flex(12), "too-complex"),
        "3,000 pages": (
            page('<div class="p">x</div>' * 3000, "<style>.p { break-after: page }</style>"),
            "too-complex",
        ),
        "a column for every person alive": (
            page('<table><tr><td colspan="1000000000">x</td></tr></table>'),
            "span-too-wide",
        ),
        "too many rows": (page("<table>" + "<tr><td>x</td></tr>" * 2001 + "</table>"), "too-many-rows"),
        "rows without end tags": (page("<table>" + "<tr><td>x" * 2001 + "</table>"), "too-many-rows"),
        "a novel": (page("<p>word</p>" * 200_000), "too-long"),
        "variables in variables": (
            page("<p>x</p>", f"<style>p {{ --v0: x x; {variables} color: var(--v39) }}</style>"),
            None,
        ),
        "drawings in drawings": (
            page(
                f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title><defs>'
                f'<g id="u0"><rect width="1" height="1"/></g>{uses}</defs><use href="#u8"/></svg>'
            ),
            "too-complex",
        ),
    }


@pytest.mark.parametrize("name", bombs())
def test_a_bomb_ends_in_a_message_and_the_next_paper_is_made(impatient, name):
    html, reason = bombs()[name]
    impatient.render(SMALL)
    began = time.monotonic()
    with pytest.raises(RenderFailed) as failure:
        impatient.render(html)
    assert time.monotonic() - began < 30
    assert failure.value.reason == reason or reason is None
    assert failure.value.message.endswith(".")
    assert impatient.render(SMALL).pages == 1


def test_a_paper_at_the_limits_is_made(renderer):
    table = "<table class='data'>" + "<tr><td>x</td></tr>" * 300 + "</table>"
    nested = "<div>" * 50 + "deep" + "</div>" * 50
    assert renderer.render(papers.paper(table + nested, kind="Note", title="Note")).pages > 5


def test_a_picture_too_large_for_the_memory_is_a_message():
    tight = Renderer(Limits(memory_bytes=500 * 1024 * 1024))
    picture = io.BytesIO()
    Image.new("1", (13_000, 13_000)).save(picture, "PNG")
    try:
        with pytest.raises(RenderFailed) as failure:
            tight.render(page('<img src="opcc:large.png" alt="x">'), files={"opcc:large.png": picture.getvalue()})
        assert failure.value.reason == "picture-missing"
        assert tight.render(SMALL).pages == 1
    finally:
        tight.close()


@pytest.mark.parametrize(
    ("error", "reason"), [(MemoryError, "memory"), (RecursionError, "too-deep-to-lay-out"), (ValueError, "crash")]
)
def test_what_goes_wrong_in_the_child_is_an_answer(error, reason):
    class Broken:
        def make(self, html, files):
            raise error

    header, blobs = child.work(Broken(), ({"files": []}, [b"<p>x"]))
    assert (header["failed"], blobs) == (reason, [])


@pytest.mark.parametrize(
    ("reason", "said"), [("memory", "memory"), ("too-deep", "nested too deeply"), ("stopped", "Try once more")]
)
def test_every_failure_says_what_to_do(renderer, monkeypatch, reason, said):
    answers = {"memory": "memory", "too-deep": "too-deep-to-lay-out", "stopped": "crash"}
    monkeypatch.setattr(renderer, "_ask", lambda *job: (True, ({"failed": answers[reason]}, [])))
    with pytest.raises(RenderFailed, match=said) as failure:
        renderer.render(SMALL)
    assert failure.value.reason == reason
    assert "Nothing you wrote is lost." in failure.value.message


def test_the_clock_stops_what_the_processor_limit_does_not():
    hasty = Renderer(Limits(cpu_seconds=60, wall_seconds=2))
    try:
        began = time.monotonic()
        with pytest.raises(RenderFailed) as failure:
            hasty.render(nested_flex(12))
        assert time.monotonic() - began < 15
        assert failure.value.reason == "too-complex"
    finally:
        hasty.close()


def test_the_processor_limit_is_for_each_paper_not_for_all_together():
    limited = Renderer(Limits(cpu_seconds=2))
    try:
        limited.render(SMALL)
        used, child = 0, limited.child_pid
        while used < 2.5:
            used += limited.render(papers.minutes()).cpu_seconds
        assert limited.child_pid == child
    finally:
        limited.close()
