"""Indicators with much data: dashboard, page of an indicator, summaries, an import; with 60 x 43 x 240 figures.

Run: .venv/bin/python bench/indicators.py [INDICATORS], on a database of its own in a temporary folder; on PostgreSQL with
`bin/with_postgres .venv/bin/python bench/indicators.py`. Each time is the median of ROUNDS, with the slowest in brackets.
"""

import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opcc_portal.settings")
FOLDER = tempfile.TemporaryDirectory(prefix="opcc-indicators-")
os.environ["OPCC_DATA_DIR"] = FOLDER.name
os.environ["ALLOWED_HOSTS"] = "testserver"
ROUNDS, PASTED = 15, 1000


def measured(act, rounds=ROUNDS):
    """Milliseconds: (median, slowest)."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times), max(times)


def main(indicators):
    """Sow, ask, print."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from opcc_portal.accounts.capabilities import Role
    from scrutiny.indicators import summaries
    from scrutiny.indicators.models import Area, Indicator
    from tests.factories import make_office, make_user

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    make_office(demonstration="To measure with")
    call_command("seed_large", "--indicators", str(indicators))
    area, first = Area.objects.first(), Indicator.objects.first()

    def page(client, address):
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return response

    def told(name, limit, time_taken, more=""):
        print(f"  {name:<34}{time_taken[0]:8.1f} ms ({time_taken[1]:.0f}), at most {limit}{more}")

    print(f"{connection.vendor}, {indicators} indicators")
    for name, role, address, limit in (
        ("dashboard", Role.COMMISSIONER, reverse("dashboard"), 100),
        ("dashboard as known on a day", Role.COMMISSIONER, f"{reverse('dashboard')}?known=2020-06-30", "-"),
        ("page of an indicator", Role.ANALYST, reverse("indicator", args=[first.pk]), 150),
    ):
        client = Client()
        client.force_login(make_user(role))
        size = len(page(client, address).content) / 1024
        with CaptureQueriesContext(connection) as asked:
            page(client, address)
            queries = len(asked)
        taken = measured(lambda client=client, address=address: page(client, address))
        told(name, limit, taken, f"; {queries} queries, {size:.0f} KB")
    told("recompute of one summary", 25, measured(lambda: summaries.recompute([(first, area)])))
    begun = time.perf_counter()
    call_command("rebuild_summaries", "--check", stdout=io.StringIO())
    print(f"  rebuild_summaries --check: all equal, {time.perf_counter() - begun:.1f} s")
    told(f"import of {PASTED:,} figures, looked through", "-", measured(brought_in(first), 1))


def brought_in(indicator):
    """Paste figures of new months, change none, and look them through."""
    from opcc_portal.office.dates import today
    from scrutiny.indicators.importing import taking
    from scrutiny.indicators.models import Area
    from tests.factories import make_user

    areas = Area.objects.all()[:40]
    months = [f"{year}-{month:02}" for year in (2003, 2004, 2005) for month in range(1, 13)][-PASTED // len(areas) :]
    rows = [f"{indicator.slug}\t{area}\t{month}\t{50 + place}" for place, area in enumerate(areas) for month in months]
    text = "Indicator\tArea\tPeriod\tValue\n" + "\n".join(rows)
    by = make_user(roles=["analyst"])

    def look():
        batch = taking.paste(text, source="Bench", known_on=today(), by=by)
        taking.read_cells(batch)
        assert taking.look(batch).counts["new"] == len(rows)

    return look


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
