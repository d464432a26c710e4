"""The proof that nothing of a source was lost: words counted on both sides."""

import re
from collections import Counter
from dataclasses import dataclass, field

# Every run of letters and digits counts as a word, and so do the signs that change a figure.
_WORD = re.compile(r"[^\W_]+|[£$€%]")
_FORMAT_TAG = re.compile(r"</?(?:u|b|i|em|strong|sup|sub|span|s|del|ins|mark|small)>", re.I)
_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.I)


def without_tags(text):
    """The text without the few tags that only say how words look."""
    return _FORMAT_TAG.sub("", _LINE_BREAK_TAG.sub(" ", text))


def words(text):
    """The words of `text` and how often each stands in it, without regard to case."""
    return Counter(word.casefold() for word in _WORD.findall(without_tags(text)))


@dataclass(frozen=True)
class LeftOut:
    """A piece of the source that is not in the draft as it was printed.

    `restated` means its meaning is kept in another form (a printed date as a date); otherwise it is
    only in this list.
    """

    line: int
    text: str
    why: str
    restated: bool = False


@dataclass
class Coverage:
    """Words of the source that are nowhere (`missing`), and words nobody wrote (`added`)."""

    total: int
    missing: Counter = field(default_factory=Counter)
    added: Counter = field(default_factory=Counter)

    @property
    def complete(self):
        return not self.missing and not self.added

    def __str__(self):
        if self.complete:
            return f"All {self.total} words of the source are in the draft or in the lists above."
        parts = []
        if self.missing:
            parts.append(f"missing: {_some(self.missing)}")
        if self.added:
            parts.append(f"not in the source: {_some(self.added)}")
        return f"The words do not add up ({'; '.join(parts)})."


def coverage(source, draft):
    """Compare the words of `source` (text) with those of the draft and its list of leftovers."""
    wanted = words(source)
    have = Counter()
    for piece in draft.pieces():
        have += words(piece)
    for left in draft.leftovers:
        have += words(left.text)
    return Coverage(sum(wanted.values()), wanted - have, have - wanted)


def _some(counter, limit=12):
    listed = [f"{word} ({count})" if count > 1 else word for word, count in sorted(counter.items())]
    more = f" and {len(listed) - limit} more" if len(listed) > limit else ""
    return ", ".join(listed[:limit]) + more
