"""What a public page costs, against a plain Django view that sends the same bytes: uncached, cached, and as a 304.

Run: .venv/bin/python bench/public.py [ROUNDS]. A database of its own in a temporary folder with MEETINGS meetings; each
round asks every page in every way in turn, so that a busy machine slows all of them alike. The ratio is the plain view's
time by the page's: 1.0 is as fast as bytes that lie ready. Of the search no answer is kept.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.TemporaryDirectory(prefix="opcc-public-")
os.environ["OPCC_DATA_DIR"] = FOLDER.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opcc_portal.settings")
MEETINGS, EACH = 200, 20


def main(rounds):
    """Publish, ask, print."""
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)

    from django.core.cache import cache
    from django.db import connection, reset_queries
    from django.http import HttpResponse
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import path

    from opcc_portal import urls
    from tests.publication import editions

    publish(editions)
    pages = {
        "home": "/",
        "meeting": f"/{editions.MEETING_PATH}/",
        "item": f"/{editions.MEETING_PATH}/items/5/",
        "minutes": f"/{editions.MEETING_PATH}/minutes/",
        "search": "/search/?q=canal",
        "meeting as JSON": f"/{editions.MEETING_PATH}.json",
    }
    client = Client()
    bodies = {name: client.get(address).content for name, address in pages.items()}

    def plain(request, name):
        return HttpResponse(bodies[name])

    # It stands where the public addresses stand, below those of the desk.
    urls.urlpatterns.insert(-1, path("plain/<str:name>/", plain))

    def taken(*asked, **headers):
        began = time.perf_counter()
        response = client.get(*asked, headers=headers)
        return time.perf_counter() - began, response

    cells = ("plain", "uncached", "cached", "304")
    times = {(name, cell): [] for name in pages for cell in cells}
    queries = {}
    for _ in range(rounds):
        for name, address in pages.items():
            tag = client.get(address).headers.get("ETag", "")
            for _ in range(EACH):
                times[name, "plain"].append(taken(f"/plain/{name}/")[0])
                cache.clear()
                times[name, "uncached"].append(taken(address)[0])
                times[name, "cached"].append(taken(address)[0])
                spent, response = taken(address, **{"If-None-Match": tag})
                times[name, "304"].append(spent)
                assert response.status_code == (304 if tag else 200), (name, response.status_code)
    for name, address in pages.items():
        for cell in cells[1:]:
            if cell == "uncached":
                cache.clear()
            headers = {"If-None-Match": client.get(address)["ETag"]} if cell == "304" else {}
            if cell == "uncached":
                cache.clear()
            with CaptureQueriesContext(connection) as captured:
                client.get(address, headers=headers)
            queries[name, cell] = len(captured)
            reset_queries()

    print(f"{MEETINGS} meetings, {rounds} rounds of {EACH}; median milliseconds, (queries), ratio to the plain view")
    print(f"{'page':<16} {'bytes':>7} {'plain':>8} {'uncached':>20} {'cached':>20} {'304':>20}")
    for name in pages:
        middle = {cell: statistics.median(times[name, cell]) * 1000 for cell in cells}
        row = f"{name:<16} {len(bodies[name]):>7} {middle['plain']:>8.2f}"
        for cell in cells[1:]:
            row += f" {middle[cell]:>7.2f} ({queries[name, cell]}) {middle['plain'] / middle[cell]:>7.2f}"
        print(row)


def publish(editions):
    """The record of one meeting, and the same again under other dates."""
    import datetime

    from tests.factories import make_office

    make_office()
    editions.make_record()
    for number in range(1, MEETINGS):
        day = datetime.date(2018, 1, 8) - datetime.timedelta(weeks=number)
        path, subject = f"meetings/{day}-community-outcomes", f"scrutiny.meeting:{number + 1}"
        editions.make_meeting_edition(path=path, subject=subject, date=day)
        editions.make_minutes_edition(
            path=f"{path}/minutes", subject=f"scrutiny.minutes:{number + 1}", belongs_to=subject, date=day
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
