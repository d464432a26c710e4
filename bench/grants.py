"""Grants with 100,000 awards: the public list, filtered and not, both files of open data, totals now and as known on a day.

Run: .venv/bin/python bench/grants.py [AWARDS], on a database of its own in a temporary folder; on PostgreSQL with
`bin/with_postgres .venv/bin/python bench/grants.py`. Each time is the median of ROUNDS, with the slowest in brackets.
"""

import datetime
import os
import statistics
import sys
import tempfile
import time
import tracemalloc
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opcc_portal.settings")
FOLDER = tempfile.TemporaryDirectory(prefix="opcc-grants-")
os.environ["OPCC_DATA_DIR"] = FOLDER.name
os.environ["ALLOWED_HOSTS"] = "testserver"
ROUNDS, AT_A_TIME = 9, 1000
FUNDS, ROUNDS_OF_A_FUND, AREAS, PRIORITIES, RECIPIENTS = 3, 20, 12, 6, 20_000
FIRST, DAYS = datetime.date(2015, 4, 1), 4000
THINGS = "Lights Football Advice Mentoring Gates Theatre Bicycles Garden Patrols Training Cameras Kitchen".split()
PLACES = "park estate station school market canal bridge village library harbour precinct hostel".split()
WORDS = (
    "The project brings people of the neighbourhood together, offers support to those who were harmed, and works with "
    "the police, the council and schools so that fewer people are drawn into crime. It runs every week of the year."
)


def load(count):
    """The awards with everything beneath and above them, past the operations: the same rows, many at a time."""
    from django.db import connection, transaction

    from funding.awards.models import Award, AwardRevision
    from opcc_portal.office.models import identities_remembered
    from scrutiny.people.models import Identifier, Organisation

    with transaction.atomic():
        base = _base()
        each(Organisation, (Organisation(name=f"Friends of the Park {n}", kind="charity") for n in range(RECIPIENTS)))
        recipients = list(Organisation.objects.filter(name__startswith="Friends").order_by("pk"))
        numbers = (
            Identifier(organisation=it, list="GB-CHC", number=str(200_000 + n)) for n, it in enumerate(recipients)
        )
        each(Identifier, numbers)
        each(Award, (_award(n, base, recipients) for n in range(count)))
        each(AwardRevision, (row for award in Award.objects.order_by("pk").iterator() for row in _states(award)))
    with identities_remembered():
        _publish(count)
    with connection.cursor() as cursor:
        # As PostgreSQL does by itself after a while: until then no index answers alone.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def each(model, rows):
    """Write the rows block by block."""
    block = []
    for row in rows:
        block.append(row)
        if len(block) == AT_A_TIME:
            model.objects.bulk_create(block)
            block = []
    model.objects.bulk_create(block)


def _base():
    from tests.factories import make_area, make_fund, make_office, make_priority, make_round

    make_office()
    funds = [make_fund(name=f"Fund {n}", slug=f"fund-{n}", code=f"F{n}") for n in range(FUNDS)]
    rounds = [make_round(fund, budget=10**9) for fund in funds for _ in range(ROUNDS_OF_A_FUND)]
    areas = [make_area(name=f"District {n}", slug=f"district-{n}", gss_code=f"E080000{n:02}") for n in range(AREAS)]
    return {"rounds": rounds, "areas": areas, "priorities": [make_priority() for _ in range(PRIORITIES)]}


def _award(n, base, recipients):
    from funding.awards.models import Award

    round_ = base["rounds"][n * 7 % len(base["rounds"])]
    awarded_on = FIRST + datetime.timedelta(days=n * DAYS // 100_000 % DAYS)
    return Award(
        fund=round_.fund,
        round=round_,
        reference=f"{round_.fund.code}-{awarded_on.year}-{n:06}",
        recipient=recipients[n * 31 % len(recipients)],
        title=f"{THINGS[n % 12]} for the {PLACES[n // 12 % 12]} {n}",
        purpose=WORDS,
        reasons=WORDS,
        conditions="Spend it on what you asked for, and say what came of it.",
        amount=Decimal(500 + n % 4500),
        awarded_on=awarded_on,
        area=base["areas"][n * 5 % AREAS],
        priority=base["priorities"][n * 11 % PRIORITIES],
        version=2 if n % 10 == 0 else 1,
    )


def _states(award):
    """The states in which it was known: every tenth award was varied once."""
    from funding.awards.models import AwardRevision
    from funding.awards.operations import COUNTED

    now = {"award": award, **{f"{name}_id": getattr(award, f"{name}_id") for name in COUNTED[:5]}}
    now |= {"awarded_on": award.awarded_on, "amount": award.amount, "status": award.status}
    later = award.awarded_on + datetime.timedelta(days=90)
    was_varied = award.version == 2
    yield AwardRevision(
        **{**now, "amount": award.amount + 100 if was_varied else award.amount},
        n=1,
        kind="made",
        known_on=award.awarded_on,
        known_to=later if was_varied else None,
        effective_on=award.awarded_on,
    )
    if was_varied:
        yield AwardRevision(**now, n=2, kind="varied", known_on=later, effective_on=later, reason="Less was needed.")


def _publish(count):
    """An Edition of each, in the chain as publishing puts it there, and its row for lists and files."""
    from django.db import transaction

    from funding.awards.models import Award
    from funding.open_data.content import of_award
    from funding.open_data.models import PublicAward
    from funding.open_data.public_awards import row_of_edition
    from funding.open_data.publishing import awards_loaded
    from opcc_portal.audit.operations import key
    from scrutiny.workflow import editions
    from scrutiny.workflow.models import ChainHead, Edition, Publication

    number, head = editions.head()
    first = Award.objects.order_by("pk").values_list("pk", flat=True).first()
    for start in range(first, first + count, AT_A_TIME):
        with transaction.atomic():
            awards = list(awards_loaded().filter(pk__gte=start, pk__lt=start + AT_A_TIME).order_by("pk"))
            places = [
                Publication(kind="award", subject=key(it), path=f"grants/{it.reference.lower()}") for it in awards
            ]
            Publication.objects.bulk_create(places)
            made = []
            for award, place in zip(awards, places, strict=True):
                number += 1
                made.append(_edition(place, number, head, of_award(award)))
                head = made[-1].chain
            Edition.objects.bulk_create(made)
            for place, edition in zip(places, made, strict=True):
                place.current = edition
            Publication.objects.bulk_update(places, ["current"], batch_size=200)
            PublicAward.objects.bulk_create([row_of_edition(edition) for edition in made])
            ChainHead.objects.update_or_create(pk=1, defaults={"number": number, "chain": head})


def _edition(place, number, head, content):
    from scrutiny.workflow import editions
    from scrutiny.workflow.models import Edition

    edition = Edition(
        publication=place,
        number=number,
        kind="award",
        path=place.path,
        title=content["title"],
        date=datetime.date.fromisoformat(content["date"]),
        content=content,
        parts=[["grant", f"<p>{content['title']}</p>"]],
        chain_before=head,
        published_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    )
    edition.content_hash = editions.content_hash_of(
        kind="award", path=place.path, title=edition.title, date=edition.date, content=content, files=[]
    )
    edition.chain = editions.chain_of(edition)
    return edition


def measured(act, rounds=ROUNDS):
    """Milliseconds: (median, slowest)."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times), max(times)


def told(name, taken, limit, more=""):
    """One line."""
    print(f"  {name:<44}{taken[0]:8.1f} ms ({taken[1]:.0f}), at most {limit}{more}", flush=True)


def main(count):
    """Load, ask, print."""
    import django

    django.setup()
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from funding.rounds.models import Fund
    from funding.totals.counting import Scope, total, totals_by
    from scrutiny.people.models import Organisation

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    begun = time.perf_counter()
    load(count)
    print(f"{connection.vendor}, {count:,} awards, loaded in {time.perf_counter() - begun:.0f} s")
    client = Client()

    def page(address):
        # With a query no finished answer is kept; what there is to choose from is worked out once after a publication.
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return response.content

    def first_page():
        cache.clear()
        return page("/grants/?page=1")

    def first_byte(address):
        cache.clear()
        response = client.get(address)
        pieces = iter(response.streaming_content)
        assert next(pieces)
        next(pieces, "")
        response.close()

    number = Organisation.objects.filter(name="Friends of the Park 7").get().identifier.number
    told("public list, the first after a publication", measured(first_page), 500)
    for name, query in (
        ("public list", "?page=1"),
        ("list of an area", "?area=district-3"),
        ("list of a round", "?fund=fund-1&round=round-30"),
        ("list of a year, an area, an amount", "?year=2018&area=district-3&at_least=2000"),
        ("list by a frequent word", "?q=garden"),
        ("list by a rare word", "?q=wxyzq"),
        ("list by two words", "?q=cameras+canal"),
        ("last pages of the list", "?page=1500"),
        ("list of a recipient", f"?recipient=gb-chc-{number}"),
    ):
        with CaptureQueriesContext(connection) as asked:
            page(f"/grants/{query}")
            queries = len(asked)
        told(name, measured(lambda query=query: page(f"/grants/{query}")), 150, f"; {queries} queries")
    for ending in ("json", "csv"):
        for query in ("", "?area=district-3", "?year=2018", "?q=garden"):
            address = f"/grants/360giving.{ending}{query}"
            told(f"first byte of {ending} {query}", measured(lambda address=address: first_byte(address)), 150)
    for ending in ("json", "csv"):
        begun = time.perf_counter()
        size = sum(map(len, client.get(f"/grants/360giving.{ending}").streaming_content))
        whole = time.perf_counter() - begun
        print(
            f"  whole {ending}: {size / 1e6:.0f} MB in {whole:.1f} s; at its most {_peak(client, ending):.1f} MB of memory"
        )
    fund = Fund.objects.get(name="Fund 1")
    day = datetime.date(2020, 6, 30)
    for name, act in (
        ("total of everything", lambda: total(Scope())),
        ("total of everything as known on a day", lambda: total(Scope(known_on=day))),
        ("total of a fund", lambda: total(Scope(fund=fund.pk))),
        ("total of a fund as known on a day", lambda: total(Scope(fund=fund.pk, known_on=day))),
        ("total of a round", lambda: total(Scope(round=fund.rounds.first().pk))),
        ("total of a priority in a year", lambda: total(_year_of_a_priority())),
        ("totals by area", lambda: totals_by("area", Scope(fund=fund.pk))),
    ):
        told(name, measured(act), 50)


def _year_of_a_priority():
    from funding.totals.counting import Scope
    from scrutiny.plan.models import Priority

    first = Priority.objects.order_by("pk").values_list("pk", flat=True).first()
    return Scope(priority=first, starts=datetime.date(2018, 4, 1), ends=datetime.date(2019, 3, 31))


def _peak(client, ending):
    """Megabytes that writing the file took at its most, beyond what was there before."""
    tracemalloc.start()
    for _ in client.get(f"/grants/360giving.{ending}").streaming_content:
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
