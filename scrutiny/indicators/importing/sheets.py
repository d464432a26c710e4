"""What every import of a sheet knows, whatever its rows hold: its columns, its headings, what is wrong with a cell."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import ClassVar

from openpyxl.utils import get_column_letter

from scrutiny.workflow.operations import NotPossible

LOOKED_AT = 15  # rows in which the headings are looked for
SHOWN = 200  # rows of each pile on one page
TELL_EVERY = 500  # rows after which background work says how far it is
LARGE_FILE = 400_000  # bytes of a workbook: more are read in the background
LOOK_LEASE, TAKE_LEASE = 300, 1800


@dataclass
class SheetLayout:
    """How a sheet is read. `heading` is the place of the row of headings, counted from 0."""

    heading: int = 0
    roles: list = field(default_factory=list)
    sheet: str = ""

    @classmethod
    def of(cls, batch):
        """The layout that an import keeps, or None while there is none."""
        return cls(**batch.columns) if batch.columns.get("roles") else None

    def as_data(self):
        """As an import keeps it."""
        return asdict(self)

    def said_twice(self, names):
        """A sentence for each of these roles ({role: its name}) that two columns have."""
        return [
            f"Two columns are both said to be “{name}”. Choose one of them."
            for role, name in names.items()
            if self.roles.count(role) > 1
        ]


@dataclass(frozen=True)
class Problem:
    """Why something is not taken, or what is to be confirmed: row and column as the spreadsheet counts them."""

    row: int
    column: str
    message: str
    count: int = 1

    def as_data(self):
        """As a page shows it."""
        return asdict(self)


@dataclass
class Piles:
    """The four piles, and what a person has to confirm. A room says what lies on them, and gives the `fingerprint`."""

    WHAT: ClassVar = ""  # is taken over
    PARTS: ClassVar = ""  # are rejected: cells or rows

    new: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    revised: list = field(default_factory=list)
    rejected: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    remarks: list = field(default_factory=list)

    @property
    def left_out(self):
        """How many cells, or rows, cannot be taken."""
        return sum(problem.count for problem in self.rejected)

    @property
    def counts(self):
        """How much lies on each pile."""
        return {
            "new": len(self.new),
            "unchanged": len(self.unchanged),
            "revised": len(self.revised),
            "rejected": self.left_out,
        }

    def as_data(self):
        """What a page shows of it, as plain data: the piles of a large sheet are kept so. A room adds its own three."""
        return {
            "counts": self.counts,
            "fingerprint": self.fingerprint,
            "warned": len(self.warnings),
            "remarks": self.remarks,
            "rejected": [problem.as_data() for problem in self.rejected[:SHOWN]],
            "warnings": [problem.as_data() for problem in self.warnings[:SHOWN]],
        }

    def ensure_may_be_taken(self, *, leave_out, confirmed):
        """Raise NotPossible where nothing would be written, or something is not left out or confirmed by a person."""
        if not self.new and not self.revised:
            raise NotPossible(f"There is no new or changed {self.WHAT} to take over.")
        if self.rejected and not leave_out:
            raise NotPossible(
                f"Some {self.PARTS} are rejected. Put them right in the file, or say that they are left out."
            )
        if not confirmed:
            raise NotPossible("Say that you have looked at what is to be confirmed.")


def letter(place):
    """The column as a spreadsheet names it."""
    return get_column_letter(place + 1)


def headings_of(rows, heading):
    """The row of headings, as long as the widest row."""
    width = max((len(row) for row in rows), default=0)
    row = [" ".join(text.split()) for text in rows[heading]] if heading < len(rows) else []
    return [*row, *[""] * (width - len(row))]


def digest_of(data):
    """Tells background work from other work of the same kind: another where anything of the data is another."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]


def discard(batch):
    """Forget an import whose file turned out to be no table that can be read."""
    kept = batch.upload
    batch.delete()
    if kept:
        kept.delete()
