"""What a row of the home page is, and how it speaks of days and numbers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One thing to do. `margin` is the verb, `end` says by when, `late` makes it stand out."""

    margin: str
    title: str
    url: str
    helper: str = ""
    end: str = ""
    late: bool = False
