"""Nothing that is restricted, private or still a draft stands in any form of the output."""

from dataclasses import dataclass, field

from scrutiny.publication.gate import words
from scrutiny.workflow.kinds import ERROR, WARNING, Finding

SENTENCE = 6  # a sentence of so many words does not stand in two places by chance
RUN = 8  # so many words in a row are quoted, wherever a sentence of theirs begins
FEWEST_LETTERS = 3
PART_OF_LONG = 3  # shorter parts of a long text ("Thank you.") are nobody's secret
MOST_PLACES = 4


@dataclass(eq=False)
class Known:
    """One secret, and where it was found: place -> quote."""

    secret: object
    long: dict = field(default_factory=dict)
    short: dict = field(default_factory=dict)
    phrase: list = field(default_factory=list)
    output: object = None

    def __post_init__(self):
        self.sentences, self.pieces = _phrases(self.secret.text)

    def note(self, phrase, surface, output, *, is_long):
        """Remember that the phrase stands there."""
        self.phrase, self.output = self.phrase or phrase, self.output or output
        places = self.long if is_long else self.short
        if not places.get(surface.where):
            places[surface.where] = surface.quote(phrase)

    def finding(self):
        """What the desk is told."""
        places = self.long or self.short
        named = list(places)
        more = f" and in {len(named) - MOST_PLACES} more places" if named[MOST_PLACES:] else ""
        where = ", ".join(named[:MOST_PLACES]) + more
        quote = next((quote for quote in places.values() if quote), "")
        link = {"url": self.secret.url, "link": "Go to what is withheld"} if self.secret.url else self.output.desk
        if self.long:
            text = f"{_capital(self.secret.what)} must not be published, but words of it stand {where}. Take them out there, or "
            return Finding(
                "restricted",
                ERROR,
                "Restricted text would be published",
                f"{text}put the public text into other words.",
                quote,
                **link,
            )
        text = (
            f"They are part of {self.secret.what}, and stand {where}. If the public text means something else, say so; "
        )
        title = f"Words that are withheld stand in public text: “{' '.join(self.phrase)}”"
        return Finding("restricted", WARNING, title, f"{text}otherwise take them out there.", quote, **link)


def find(look):
    """An error for every sentence and every run of words that must not be there, a warning for shorter ones."""
    known = [Known(secret) for secret in look.background.secrets]
    runs = _runs(known)
    vocabulary = {word for run in runs for word in run}
    for output in look.outputs:
        for surface in output.surfaces:
            for each in known:
                _look_for(each, surface, output)
            for run in _runs_in(surface.words, runs, vocabulary):
                for each in runs[run]:
                    if surface.where not in each.long:
                        each.note(list(run), surface, output, is_long=True)
    for each in known:
        if each.long or each.short:
            yield each.finding()


def _look_for(known, surface, output):
    for phrase in known.sentences:
        if surface.holds(phrase) or surface.holds_broken(phrase):
            known.note(phrase, surface, output, is_long=True)
    for phrase in known.pieces:
        if surface.holds(phrase):
            known.note(phrase, surface, output, is_long=False)


def _phrases(text):
    """(sentences, shorter pieces) of a secret, each as its words."""
    pieces = [found for part in words.sentences(text) if (found := words.words_of(part))]
    total = sum(map(len, pieces))
    long = [piece for piece in pieces if len(piece) >= SENTENCE]
    if total < SENTENCE:
        whole = [word for piece in pieces for word in piece]
        short = [whole] if len("".join(whole)) >= FEWEST_LETTERS else []
    else:
        short = [piece for piece in pieces if PART_OF_LONG <= len(piece) < SENTENCE]
    return long, short


def _runs(known):
    """{run of words: the secrets that hold it}"""
    found = {}
    for each in known:
        every = words.words_of(words.without_tags(each.secret.text))
        for start in range(len(every) - RUN + 1):
            found.setdefault(tuple(every[start : start + RUN]), []).append(each)
    return found


def _runs_in(surface_words, runs, vocabulary):
    """The runs that stand among these words. Only stretches of words that all occur in some run are looked at."""
    length = 0
    for at, word in enumerate(surface_words):
        length = length + 1 if word in vocabulary else 0
        if length >= RUN and (run := tuple(surface_words[at - RUN + 1 : at + 1])) in runs:
            yield run


def _capital(text):
    return text[:1].upper() + text[1:]
