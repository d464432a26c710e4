"""How long one search takes with 20,000 documents of 200 words: first page of results with snippets and count.

Run by `make bench` on a database of its own; on PostgreSQL with `bin/with_postgres .venv/bin/python bench/search.py`.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opcc_portal.settings")
FOLDER = tempfile.TemporaryDirectory()
os.environ["OPCC_DATA_DIR"] = FOLDER.name
os.environ["ALLOWED_HOSTS"] = "testserver"

DOCUMENTS, WORDS = 20_000, 200
ASKED = [
    "trafficking",
    "victims services",
    '"night bus"',
    "burglary OR robbery",
    "neighbourhood -burglary",
    "commissioner",
    "wxyzq",
]
COMMON = (
    "commissioner force district question answer victims services officers neighbourhood burglary robbery night bus "
    "report figures increase training partners safety community funding referral trafficking review evidence"
).split()
WEIGHTS = [1 / rank for rank in range(1, len(COMMON) + 1)]  # as in language: some nearly everywhere, most seldom


def text(chance):
    """Words of which some are common and most are rare, as in real papers."""
    rare = (f"{chance.choice('bcdfglmnprst')}{chance.choice('aeiou')}{chance.randrange(4000):x}" for _ in range(WORDS))
    return " ".join(chance.choices(COMMON, WEIGHTS)[0] if chance.random() < 0.15 else word for word in rare)


def fill():
    """One Edition and 20,000 entries of it."""
    from django.db import connection
    from django.utils import timezone

    from scrutiny.publication.models import PublicSearchEntry
    from scrutiny.workflow.models import Edition, Publication

    publication = Publication.objects.create(kind="report", subject="bench:1", path="reports/bench")
    edition = Edition.objects.create(
        publication=publication,
        number=1,
        kind="report",
        path="reports/bench",
        title="Bench",
        date="2018-01-08",
        content={},
        content_hash="0" * 64,
        chain_before="0" * 64,
        chain="1" * 64,
        published_at=timezone.now(),
    )
    chance = random.Random(1)
    PublicSearchEntry.objects.bulk_create(
        (
            PublicSearchEntry(
                edition=edition,
                kind="report",
                url=f"/reports/{number}/",
                title=f"{chance.choice(COMMON)} {chance.choice(COMMON)} {number}".capitalize(),
                text=text(chance),
                date=f"{2010 + number % 15}-01-08",
                people="Alex Account",
            )
            for number in range(DOCUMENTS)
        ),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(act):
    """Milliseconds."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def main():
    """Print a line for each question and the median of all."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from scrutiny.publication.models import PublicSearchEntry
    from scrutiny.publication.search import index
    from scrutiny.publication.search.question import understand

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    fill()
    rows, everything = PublicSearchEntry.objects.all(), []
    print(f"{connection.vendor}, {DOCUMENTS:,} documents of {WORDS} words")
    for asked in ASKED:
        question = understand(asked)
        count = index.find(rows, question).count
        times = [timed(lambda question=question: index.find(rows, question)) for _ in range(9)]
        everything.append(statistics.median(times))
        print(f"  {asked:<26}{count:>7,} hits  {everything[-1]:6.1f} ms")
    narrowed = rows.filter(date__year=2018)
    times = [timed(lambda: index.find(narrowed, understand("referral"))) for _ in range(9)]
    print(f"  {'referral, one year':<26}{'':>12}  {statistics.median(times):6.1f} ms")
    client = Client()
    times = [timed(lambda number=number: client.get("/search/", {"q": f"referral {number}"})) for number in range(9)]
    print(f"  {'the whole page':<26}{'':>12}  {statistics.median(times):6.1f} ms")
    print(f"  median of the questions: {statistics.median(everything):.1f} ms (at most 50)")


if __name__ == "__main__":
    main()
