"""What somebody typed into a search box, understood: words, "phrases", OR between two, a minus before what to leave out.

Whatever else is typed counts as words; nothing that a person can type is an error of the database.
"""

import re
from dataclasses import dataclass, field

LONGEST = 200  # characters; more is no question but a pasted text
MOST_TERMS = 12

# Spellings that the stemmers of the databases do not bring together.
SAME = [("judgement", "judgment"), ("organisation", "organization"), ("recognise", "recognize"), ("e-mail", "email")]
_ALSO = {word: other for pair in SAME for word, other in (pair, pair[::-1])}

_PART = re.compile(r'(-?)"([^"]*)"|(\S+)')
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


@dataclass(frozen=True)
class Term:
    """Words that stand next to each other in this order; mostly just one."""

    words: tuple

    @property
    def spellings(self):
        """The term as typed and, for a single word, as others spell it."""
        other = _ALSO.get(self.words[0].lower()) if len(self.words) == 1 else None
        return [self, Term((other,))] if other else [self]


@dataclass
class Question:
    """Every group must be met by one of its terms; none of the terms to leave out may stand there."""

    groups: list = field(default_factory=list)
    without: list = field(default_factory=list)
    too_long: bool = False

    @property
    def is_empty(self):
        """Nothing to look for."""
        return not self.groups


def understand(text):
    """The Question in a text. A text that is too long is understood up to there and says so."""
    text = text.replace("\x00", " ")
    question = Question(too_long=len(text) > LONGEST)
    either = False
    for minus, phrase, bare in _PART.findall(text[:LONGEST]):
        if bare in ("OR", "|"):
            either = bool(question.groups)
            continue
        if bare in ("AND", "&"):
            continue
        leave_out = minus == "-" or (len(bare) > 1 and bare.startswith("-"))
        words = tuple(_WORD.findall(phrase or bare))
        if not words or len(question.groups) + len(question.without) >= MOST_TERMS:
            continue
        # "well-being" and "10.30" are looked for as they stand, so their parts are a phrase.
        if leave_out:
            question.without.append(Term(words))
        elif either:
            question.groups[-1].append(Term(words))
        else:
            question.groups.append([Term(words)])
        either = False
    return question
