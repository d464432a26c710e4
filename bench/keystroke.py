"""What a keystroke costs in the live editor with 330 entries in the meeting, and with 330 in the one open item.

Run: .venv/bin/python bench/keystroke.py [KEYS]. A portal of its own with a database in a temporary folder and the system's
Chromium; milliseconds from the key event to the next frame's work being done, as the browser's own clock says.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.TemporaryDirectory(prefix="opcc-typing-")
os.environ["OPCC_DATA_DIR"] = FOLDER.name
os.environ["DEBUG"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opcc_portal.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
PORT = 8765
WORDS = "The force said that more victims had come forward than in the year before, and that this was good news. "

# Each key is timed from its event to the end of the layout that it causes.
WATCH = """() => {
    window.costs = [];
    document.addEventListener("keydown", () => { window.begun = performance.now(); }, true);
    document.addEventListener("input", () => {
        void document.body.offsetHeight;
        window.costs.push(performance.now() - window.begun);
    });
}"""


def main(keys):
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tests.browser import sign_in
    from tests.factories import make_attendance, make_entry, make_item, make_meeting, make_minutes, make_user

    officer = make_user("governance")
    shapes = {"330 in the meeting, 28 open": [28] * 11 + [22], "330 in the open item": [330]}
    pages = {}
    for name, counts in shapes.items():
        meeting = make_meeting()
        people = [make_attendance(meeting) for _ in range(13)]
        for _ in counts:
            make_item(meeting)
        minutes = make_minutes(meeting)
        for row, count in zip(minutes.minuted_items.order_by("item__position"), counts, strict=True):
            for number in range(count):
                kind = "question" if number % 4 == 0 else "answer"
                make_entry(row, text=WORDS * 2, kind=kind, speaker=people[number % 13], by=officer)
        pages[name] = minutes.minuted_items.order_by("item__position").first().pk

    command = [sys.executable, "manage.py", "runserver", "--noreload", f"localhost:{PORT}"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(3)
        measure(pages, officer, keys, sign_in)
    finally:
        server.terminate()
        server.wait()
        FOLDER.cleanup()


def measure(pages, officer, keys, sign_in):
    """Type into the end of each item and print what a key costs."""
    from playwright.sync_api import sync_playwright

    from tests import needs

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=f"http://localhost:{PORT}", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        sign_in(page, officer)
        print(f"{'keys':<30} {'median ms':>10} {'p95 ms':>8} {'worst ms':>9}")
        for name, pk in pages.items():
            page.goto(f"/desk/minutes/items/{pk}/#next")
            page.locator("#entries[data-ready=yes]").wait_for(timeout=60_000)
            page.evaluate(WATCH)
            page.keyboard.type((WORDS * 10)[:keys], delay=15)
            costs = sorted(page.evaluate("window.costs"))
            p95 = costs[int(len(costs) * 0.95)]
            print(f"{name:<30} {statistics.median(costs):>10.1f} {p95:>8.1f} {costs[-1]:>9.1f}")
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
