"""What a run needs of the portal before and after: an item of minutes with people signed in; then all that was kept.

A process of its own, because the database is chosen by the environment:

    python -m bench.chaos.ground lay EDITORS ENTRIES
    python -m bench.chaos.ground read ITEM
"""

import json
import subprocess
import sys

import django
from django.core.management import call_command

from bench.chaos.servers import ROOT, Trouble

KINDS = ("question", "answer", "statement", "comment")


def ask(environment, *words):
    """Run one of the commands above and return what it says."""
    command = [sys.executable, "-m", "bench.chaos.ground", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Trouble(f"{' '.join(command)}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout)


def lay(editors, entries):
    """Put in one item with its entries, and people who are signed in with a session each."""
    from django.test import Client

    from scrutiny.minutes.live import shown
    from tests.factories import make_entry, make_minuted_item, make_user

    people = []
    for number in range(editors):
        user = make_user(username=f"editor{number}", name=f"Editor {number}", password=None)
        client = Client()
        client.force_login(user)
        people.append({"pk": user.pk, "session": client.cookies["sessionid"].value})
    item = make_minuted_item()
    rows = [
        make_entry(item, kind=KINDS[number % len(KINDS)], text=f"Entry {number}.", by=user) for number in range(entries)
    ]
    return {"item": item.pk, "people": people, "entries": [shown(row) for row in rows]}


def read(item):
    """Every entry of the item and every revision there is."""
    from scrutiny.minutes.models import MinuteEntry
    from scrutiny.workflow.models import Revision

    entries = [
        {
            "uid": str(entry.uid),
            "version": entry.version,
            "position": entry.position,
            "content": entry.content(),
        }
        for entry in MinuteEntry.objects.filter(minuted_item=item).order_by("position", "pk")
    ]
    revisions = [
        {
            "piece": str(revision.piece),
            "version": revision.version,
            "save_id": str(revision.save_id),
            "content": revision.content,
        }
        for revision in Revision.objects.order_by("pk")
    ]
    return {"entries": entries, "revisions": revisions}


if __name__ == "__main__":
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    command, *numbers = sys.argv[1:]
    print(json.dumps({"lay": lay, "read": read}[command](*map(int, numbers))))
