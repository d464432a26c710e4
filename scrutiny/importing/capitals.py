"""Headings in capitals as words a screen reader can read: only letter case changes, never a word."""

import re

_SMALL = frozenset("a an and as at by for from in into of on or per the to under with".split())
_LONGEST_NAME = 8


class Spelling:
    """How a document's own text spells names ("Police and Crime Plan") and acronyms, for its headings in capitals."""

    def __init__(self, text=""):
        self.names = {}
        words = text.split()
        self.words = {word.strip("()[].,;:'’\"") for word in words}
        run = []
        for word in [*words, ""]:
            bare = word.strip("()[].,;:'’\"")
            if bare[:1].isupper() or (run and bare in _SMALL):
                run.append(bare)
            if run and (bare != word or not bare or run[-1] != bare):
                # A name ends with its sentence, or where a word begins small.
                self._learn(run)
                run = []
        self._learn(run)

    def _learn(self, run):
        for start in range(len(run)):
            for end in range(start + 2, min(len(run), start + _LONGEST_NAME) + 1):
                name = run[start:end]
                if name[0][0].isupper() and name[-1][0].isupper() and not all(word.isupper() for word in name):
                    self.names.setdefault(" ".join(name).casefold(), " ".join(name))

    def name_at_start(self, words):
        """(how many words, their spelling) of the longest known name that these words begin with."""
        for length in range(min(len(words), _LONGEST_NAME), 1, -1):
            if name := self.names.get(" ".join(words[:length]).casefold()):
                return length, name
        return 0, ""

    def is_acronym(self, word):
        """Whether the text has the word in capitals only."""
        return word.upper() in self.words and not {word.lower(), word.capitalize()} & self.words


def title_case(text):
    """A name in capitals as names are written: Board of the Northern Area. Anything else stays as it is."""
    if not text.isupper():
        return text
    words = text.lower().split(" ")
    return " ".join(word if at and word in _SMALL else _capitalised(word) for at, word in enumerate(words))


def sentence_case(text, spelling=None):
    """A heading in capitals as a sentence begins, with names and acronyms as the document spells them."""
    if not text.isupper():
        return text
    spelling = spelling or Spelling()
    words, written, at = text.split(" "), [], 0
    while at < len(words):
        length, name = spelling.name_at_start(words[at:])
        if not length:
            length, bare = 1, re.sub(r"\W", "", words[at])
            name = words[at] if len(bare) > 1 and spelling.is_acronym(bare) else words[at].lower()
        written.append(name)
        at += length
    sentence = " ".join(written)
    return sentence[:1].upper() + sentence[1:]


def _capitalised(word):
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))
