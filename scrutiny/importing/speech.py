"""Who speaks in a paragraph of minutes, and what kind of speech it is: rules, not names.

Names come from the attendance of the meeting. What these rules are not sure of stays a statement of nobody: a person
confirms every proposal.
"""

import re
from dataclasses import dataclass
from itertools import islice

from scrutiny.importing.layout import plain
from scrutiny.importing.people_lists import HONORIFICS, is_police_rank, surname
from scrutiny.meetings.models import AttendanceList
from scrutiny.minutes.models import MinuteEntry

Kind = MinuteEntry.Kind

# A word in front of a colon that says what follows: "Action: …".
_LABELS = {
    "action": Kind.ACTION,
    "actions": Kind.ACTION,
    "action point": Kind.ACTION,
    "decision": Kind.DECISION,
    "resolved": Kind.DECISION,
    "resolution": Kind.DECISION,
    "correction": Kind.CORRECTION,
    "question": Kind.QUESTION,
    "q": Kind.QUESTION,
    "answer": Kind.ANSWER,
    "response": Kind.ANSWER,
    "reply": Kind.ANSWER,
    "a": Kind.ANSWER,
    "comment": Kind.COMMENT,
    "note": Kind.NOTE,
    "assurance": Kind.ASSURANCE,
    "thanks": Kind.THANKS,
}
_LABEL = re.compile(
    r"^(?P<words>"
    + "|".join(sorted(map(re.escape, _LABELS), key=len, reverse=True))
    + r")\s*(?:\d[\d./]*)?\s*[:–—]\s*",
    re.I,
)
_ASKS = re.compile(
    r"^(?:then |also |next |further |again )*(?:asked|queried|questioned|enquired|inquired|wanted to know)\b", re.I
)
# "asked ACC Foster to set out what …" is a request, "asked with regard to Brexit how …" is a question: what comes first.
_WHAT_IS_ASKED = re.compile(
    r"\b(?P<to_do>(?<!regard )(?<!regards )(?<!due )(?<!relation )(?<!respect )(?<!reference )(?<!as )to)\b"
    r"|\b(?:how|why|whether|what|when|where|which|who|if|about|for)\b",
    re.I,
)
_ASKS_LATER = re.compile(
    r"\b(?:but|and)\s+(?:then |also )?asked\s+(?:how|why|whether|what|when|where|which|who|if|about)\b", re.I
)
_CORRECTS = re.compile(
    r"\b(?:amended|amendment|corrected|correction|should (?:read|have read|be|have been)\b.{0,80}\b(?:not|rather than|instead of)"
    r"|misprint|erratum)\b",
    re.I,
)
_HAS_FIGURE = re.compile(r"\d|\bpage\b|\btable\b|\bfigure\b|\breport\b|\bpaper\b", re.I)
_THANKS = re.compile(r"^(?:also |then |again )*(?:thanked|expressed (?:his|her|their) thanks)\b", re.I)
_ANSWERS = re.compile(r"^(?:also |then )*(?:answered|replied|responded|confirmed in reply)\b", re.I)
_IN_ANSWER = re.compile(r"^in (?:response|answer|reply)\b", re.I)
_PRESENTS = re.compile(
    r"^(?:also |then )*(?:presented|outlined|introduced|reported|gave (?:an? )?(?:\w+ )?(?:update|overview|presentation|summary))\b",
    re.I,
)
_DECIDES = re.compile(r"^(?:also |then )*(?:approved|resolved|decided)\b", re.I)
_COMMENTS = re.compile(
    r"^(?:also |then )*(?:commented|acknowledged|welcomed|accepted|observed|remarked|thought|felt|believed)\b", re.I
)
_PASSIVE = re.compile(r"^(?:it was|members (?:were|noted)|there (?:was|were)|the meeting|the minutes)\b", re.I)
_UNDERTAKES = re.compile(r"\b(?:agreed|undertook|committed|promised|offered) to\s+[a-z]+|\brequested that\b", re.I)
_PRONOUN = re.compile(
    r"^(?:(?:[A-Z][a-z]+|For \w+|In \w+)[^,.;]{0,40},\s+)?(?P<pronoun>he|she|they)\b\s*(?P<rest>.*)$", re.I | re.S
)
_VERB = re.compile(
    r"^(?:(?:also|then|further|again|now|next|briefly|\w+ly)\s+)*"
    r"(?:\w{2,}ed|said|thought|told|felt|spoke|gave|took|put|set|led|was|were|is|had|has|made|drew|wrote|saw|found|sought|"
    r"knew|went|brought|kept|began|would|will|could|to|asks|says)\b",
    re.I,
)
_NUMBER = re.compile(r"^\(?(?:\d{1,3}(?:\.\d{1,3})*[.)]?|[a-z][.)]|[ivx]{1,5}[.)])\s+(?=\S)")
_WORD = re.compile(r"[^\W_]+(?:[/'’.-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bNo)(?<!\bMrs)[.!?][\"'”’)\]]*(?=\s+[“\"'‘(\[]?[A-Z])")


@dataclass(frozen=True)
class Act:
    """One speech act: who, perhaps with whom, and what kind. `sure` when the text itself names the speaker."""

    kind: str
    speaker: object = None
    second_speaker: object = None
    sure: bool = False


class Listener:
    """Reads paragraphs in their order and remembers who spoke last and which question is open."""

    def __init__(self, attendance):
        self.forms = _forms(attendance)
        self.longest = max((len(form) for form in self.forms), default=0)
        self.last = self.asker = None

    def hear(self, sentence, *, begins=False):
        """The act of one sentence; `begins` for the first of a paragraph.

        A question stays open until another is asked or its asker goes on to something else in a new paragraph: who asks
        also remarks on answers.
        """
        words = _NUMBER.sub("", plain(sentence, with_targets=False))
        label = _LABEL.match(words)
        spoken = words[label.end() :] if label else words
        speaker, rest = self._speaker(spoken)
        named = speaker is not None
        if not named and (pronoun := _PRONOUN.match(spoken)) and _VERB.match(pronoun["rest"]):
            speaker, rest = self.last, pronoun["rest"]
        kind = _LABELS[label["words"].lower()] if label else self._kind(spoken, rest, speaker)
        second = self._second(rest, speaker) if speaker else None
        if speaker:
            self.last = speaker
        if kind == Kind.QUESTION:
            self.asker = speaker or self.last or self
        elif begins and speaker is not None and speaker == self.asker:
            self.asker = None
        return Act(kind, speaker, second, named)

    def _kind(self, words, rest, speaker):
        if _is_question(words, rest):
            return Kind.QUESTION
        if _CORRECTS.search(words) and _HAS_FIGURE.search(words):
            return Kind.CORRECTION
        if _THANKS.match(rest):
            return Kind.THANKS
        if _DECIDES.match(rest) and speaker:
            return Kind.DECISION
        if _ANSWERS.match(rest) or _IN_ANSWER.match(words):
            return Kind.ANSWER
        if self.asker is not None and speaker is not None and speaker != self.asker:
            return Kind.ANSWER
        if _PRESENTS.match(rest) and speaker:
            return Kind.PRESENTATION
        if _COMMENTS.match(rest) and speaker:
            return Kind.COMMENT
        if speaker is None and _PASSIVE.match(words):
            return Kind.NOTE
        return Kind.STATEMENT

    def _speaker(self, words):
        """(who, what follows) where the sentence begins with somebody of the attendance, else (None, the words)."""
        starts = [words]
        _, comma, after = words.partition(", ")
        while comma and len(words) - len(after) <= 120:
            starts.append(after)
            _, comma, after = after.partition(", ")
        for number, start in enumerate(starts):
            found, rest = self._form_at(start)
            if found is None:
                continue
            if re.match(r"^\s*[:–—]\s|^\s+-\s", rest) and number == 0:
                return found, rest.lstrip(" :–—-")
            behind = re.sub(
                r"^(?:\s*,[^,.;]{0,80},|\s*\([^()]{0,60}\)|\s+and\s+(?:the\s+)?(?:[A-Z][\w'’-]*\s+){1,3})", "", rest
            ).strip()
            if _VERB.match(behind):
                return found, behind
        return None, words

    def _form_at(self, text):
        tokens = list(islice(_WORD.finditer(text), self.longest))
        if not tokens or tokens[0].start() > 1:
            return None, text
        for count in range(len(tokens), 0, -1):
            form = tuple(token.group().casefold() for token in tokens[:count])
            if self.forms.get(form) is not None:
                return self.forms[form], text[tokens[count - 1].end() :]
        return None, text

    def _second(self, rest, speaker):
        """Somebody else who speaks in the same sentence: "… and DCI Stevenson agreed that …"."""
        for match in re.finditer(r"\band\s+(?=\S)", rest):
            found, behind = self._form_at(rest[match.end() :])
            if (
                found is not None
                and found != speaker
                and re.match(r"\s+(?:also\s+)?(?:agreed|added|said|confirmed)\b", behind)
            ):
                return found
        return None


def sentences(text):
    """The sentences of a paragraph; joined with spaces they are the paragraph again."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    parts = [text[start:end].strip() for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]
    return [part for part in parts if part]


def may_be_an_action(text):
    """Whether somebody says that something will be done: worth a look, not enough for a record."""
    return bool(_UNDERTAKES.search(text))


def _is_question(words, rest):
    if words.rstrip("\"'”’) ").endswith("?"):
        return True
    if _ASKS_LATER.search(words):
        return True
    asked = _ASKS.match(rest) and _WHAT_IS_ASKED.search(rest)
    return bool(asked and not asked["to_do"])


def _forms(attendance):
    """What each person may be called, as words in small letters; None where two people share a form."""
    forms = {}
    for person in attendance:
        if person.category == AttendanceList.Category.APOLOGIES:
            continue
        for form in {form for form in map(_tokens, _names_of(person)) if form}:
            forms[form] = None if form in forms and forms[form] != person else person
    return forms


def _names_of(person):
    last = surname(person.name)
    words = person.name.split()
    plain_name = " ".join(words[1:]) if words and words[0].rstrip(".").lower() in HONORIFICS else person.name
    yield from (person.name, plain_name, person.called)
    yield from (f"{honorific} {last}" for honorific in ("Mr", "Mrs", "Ms", "Miss", "Dr", "Cllr", "Councillor"))
    if person.abbreviation:
        yield from (f"The {person.abbreviation}", person.abbreviation, f"{person.abbreviation} {last}")
    if person.post:
        yield from (f"The {person.post}", person.post)
        if is_police_rank(person.post):
            yield f"{person.post} {last}"
    if person.rank:
        yield f"{person.rank} {last}"
    if person.post.split()[-1:] == ["Commissioner"] and "Deputy" not in person.post:
        yield from ("The Commissioner", "Commissioner")
    if person.is_chair:
        yield from ("The Chair", "Chair", "The Chairman", "The Chairwoman")


def _tokens(name):
    return tuple(_WORD.findall(name.casefold()))
