"""The board of duties of the demonstration: its lines are computed; what no record can tell is confirmed by invented looks."""

import datetime

from opcc_portal.management.demo.publishing import publish
from opcc_portal.office.dates import today
from scrutiny.duties import operations, starting
from scrutiny.duties.models import Board, Confirmation, Duty
from scrutiny.workflow import kinds

NOTE = "An invented confirmation of the demonstration: nobody has looked at anything."
# code of the line: days since somebody looked, days for which that counts
LOOKED = {
    "office-holders": (40, 183),
    "allowances": (85, 92),
    "budget": (200, 366),
    "premises": (120, 366),
    "spending-over-500": (45, 31),
}
OWNERS = {"grants-monthly": "grants", "national-measures": "analyst", "performance": "analyst"}


REASON = "The demonstration leaves some meetings unpublished, for whoever tries the portal."


def seed_duties(*, officer, people, say):
    """Load the lines, give each an owner, confirm some of those that no record can tell of, and publish the board.

    Comes last: the board is computed from everything else. `people` by user name; `say` is told why it is not published.
    """
    starting.load()
    for duty in Duty.objects.filter(owner=None):
        duty.owner = people.get(OWNERS.get(duty.code), officer)
        duty.save(update_fields=["owner"])
    for code, (ago, lasts) in LOOKED.items():
        duty = Duty.objects.get(code=code)
        if duty.confirmations.exists():
            continue
        on = today() - datetime.timedelta(days=ago)
        Confirmation.objects.create(
            duty=duty,
            on=on,
            expires_on=on + datetime.timedelta(days=lasts),
            note="Looked at on the pages of the office.",
            by=officer,
            demonstration_note=NOTE,
        )
    operations.check()
    board = Board.the()
    if not kinds.public_path(board) and (refusal := publish(kinds.named("duties"), board, by=officer, reason=REASON)):
        say(f"  not published: {board}: {refusal}")
