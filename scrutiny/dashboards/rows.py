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


def day_in_words(date):
    """8 January 2018."""
    return f"{date:%-d %B %Y}"


def so_many(number, one, many):
    """1 action is overdue, 3 actions are overdue."""
    return f"{number} {one if number == 1 else many}"
