"""When a network began, from everything that says so: one answer, or a disagreement that stands until somebody decides."""

from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Began:
    """What the sources say, the chosen one first among equals. `said` are launches in the order of their days."""

    said: tuple

    @property
    def chosen(self):
        """The source that somebody decided for; None while nobody has."""
        return next((each for each in self.said if each.chosen_at), None)

    @property
    def disagree(self):
        """Whether two of the sources cannot both be true."""
        return any(not one.agrees_with(other) for one, other in combinations(self.said, 2))

    @property
    def is_open(self):
        """Whether they disagree and nobody has decided."""
        return self.disagree and self.chosen is None

    @property
    def answer(self):
        """The chosen source; else the most exact one where all agree; None where they do not, or where there is none."""
        if self.chosen or not self.said or self.disagree:
            return self.chosen
        return min(self.said, key=lambda each: (each.last - each.first, each.first))

    @property
    def days(self):
        """Every day that is said, as exactly as it is: 19 January 2016 stands for January 2016 as well."""
        exact = [each for each in self.said if not any(_is_closer(other, each) for other in self.said)]
        return list(dict.fromkeys(each.in_words for each in exact))

    @property
    def in_words(self):
        """19 January 2016; or "19 January 2016 or February 2016" while it is open; empty where nothing is known."""
        if self.answer:
            return self.answer.in_words
        *several, last = self.days or [""]
        return f"{', '.join(several)} or {last}" if several else last


def _is_closer(one, other):
    """Whether the one says the same as the other, more exactly."""
    return other.first <= one.first and one.last <= other.last and (one.first, one.last) != (other.first, other.last)


def began(launches):
    """What these launches of one network say together."""
    return Began(tuple(launches))
