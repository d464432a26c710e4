"""Numbers in the text of papers, with the words that say what they measure.

What is read from a sentence is a proposal; nothing is decided by it.
"""

import re
from decimal import Decimal, InvalidOperation

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_MONTH = rf"(?:{MONTHS}|{_SHORT})\b\.?"
YEAR = r"(?:19|20)\d\d"

# What is written in digits and is no figure: it is blanked out before numbers are looked for.
_NO_FIGURE = re.compile(
    "|".join(
        [
            r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+",
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s*(?:[-–]|to|and)\s*\d{{1,2}}(?:st|nd|rd|th)?)?\s+(?:of\s+)?{_MONTH}"
            rf"(?:,?\s+{YEAR})?",
            rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+{YEAR})?",
            rf"\b{_MONTH}\s+{YEAR}\b",
            r"\b\d{1,4}([./-])\d{1,2}\1\d{1,4}\b",
            rf"\b{YEAR}\s*(?:[/–-]|to)\s*\d{{2,4}}\b",
            r"\b\d{1,2}[:.]\d{2}\s?(?:am|pm)\b|\b\d{1,2}:\d{2}\b|\b\d{1,2}\s?(?:am|pm)\b",
            r"\b(?:sections?|paragraphs?|paras?|pages?|pp?\.|ss?\.|appendix|appendices|annex|items?|schedule|articles?"
            r"|part|clause|regulations?|figure|table|note|footnote|questions?|recommendations?|chapters?|version|v"
            r"|no\.|number|ref\.?|reference|level|volume|order|phase|tier|priority|objective|outcome|agenda)"
            r"\s*\d[\d./()a-z]*(?:\s*(?:,|and|to|[-–])\s*\d[\d./()a-z]*)*",
            rf"\b(?:Act|Order|Regulations|Rules)\s+{YEAR}\b",
            r"\b(?:call|calls to|dial|ring|telephone|tel\.?|phone)\s+(?:on\s+)?[\d ]+\b",
            r"\b0\d[\d ]{6,}\b",
            r"\b24/7\b",
            r"\b\d+(?:st|nd|rd|th)\b",
            r"\b[A-Za-z]+[-–]?\d+[A-Za-z]*\b",
            r"\b\d+[A-Za-z]\b(?<![mk])",
        ]
    ),
    re.IGNORECASE,
)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"(?:\s?(?:million|billion|thousand|bn|m|k)\b)?"
_PERCENT = r"(?:\s?%|\s?per\s?cent\b(?:age points?\b)?|\s?percentage points?\b)"
_FIGURE = re.compile(
    rf"£\s?(?:{_DIGITS}){_SCALE}(?:\s?(?:[-–]|to)\s?£\s?(?:{_DIGITS}){_SCALE})?"
    rf"|(?<=between )(?:{_DIGITS})(?:{_PERCENT})?\s+and\s+(?:{_DIGITS})(?:{_PERCENT}|{_SCALE})"
    rf"|(?<![\w.,/])[+−-]?(?:{_DIGITS})(?:{_PERCENT})?\s?(?:[-–]|to)\s?(?:{_DIGITS})(?:{_PERCENT}|{_SCALE})"
    rf"|(?<![\w.,/])[+−-]?(?:{_DIGITS})(?:{_PERCENT}|{_SCALE})(?![\w/])",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(rf"{YEAR}")
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\bNo\.)(?<!\bMr\.)(?<!e\.g\.)(?<!i\.e\.)\s+(?=[A-Z“\"‘£\d(])|\n+")
PERIOD = re.compile(
    rf"\b(?:for|in|during|since|over|throughout|by|from|to|until|between)\s+(?:the\s+)?"
    rf"(?:(?:year|month|quarter|\d+ months|Q[1-4]|early|late|end of|last|this)\s+(?:of\s+|to\s+|ending\s+|ended\s+)?)*"
    rf"(?:{_MONTH}(?:\s+{YEAR})?|{YEAR}(?:\s*[/–-]\s*\d\d+)?|year|month|quarter)\b",
    re.IGNORECASE,
)
# Where the name of what is counted ends, after the number.
_STOPS = frozenset(
    "a an the and or but nor which that who whom whose where when while as than if because so to for from with without at on "
    "by in into of off over under up down during since until between among across within through against about were was is are be "
    "been being have has had do does did will would can could may might shall should must rose fell grew increased "
    "decreased dropped went came made took were's also only now then compared recorded reported identified more fewer less "
    "higher lower each every all both this these those they it we he she their its our his her".split()
)
_PARTICIPLES = frozenset(("recorded", "reported", "identified"))  # 176 recorded crimes
# What links a thing to its number, and so is no part of its name.
_LINKS = frozenset(
    "by to of from at was were is are be been being has have had totalled total totalling reached rose risen fell fallen grew grown "
    "increased decreased dropped went up down stood stands about around nearly almost over under than some only approximately "
    "roughly with and or a an the further just now in for on increase decrease rise fall reduction".split()
)
_VERBS = frozenset(
    "is are was were be been being have has had do does did will would can could may might shall should must rose fell "
    "received gave made took held saw recorded reported identified".split()
)
_LEADS = re.compile(
    r"^(?:(?:the|a|an|and|but|of|in|there|between|total|overall|figure|number|count|rate|for)\s+)+", re.I
)


# A name of what is measured stands near its number; a paper with more figures than this is a table to look things up in.
_REACH = 240
_MOST = 500
_LONGEST_TEXT = 200_000


def read(text):
    """(value, measure, sentence, place in the text) of every figure of a plain text."""
    found, place = [], 0
    for sentence in _SENTENCE.split(text[:_LONGEST_TEXT]):
        place = text.find(sentence, place)
        first_cell, is_row, _ = sentence[:_REACH].partition("\t")
        printed = " ".join(sentence.split())[:500]
        masked = _NO_FIGURE.sub(lambda match: "\0" * len(match[0]), sentence)
        for match in _FIGURE.finditer(masked):
            value = sentence[match.start() : match.end()].strip()
            if _BARE_YEAR.fullmatch(value):
                continue
            measure = (
                _shaped(first_cell.split())  # in a table the first cell says what the others count
                if is_row
                else _measure(_before(sentence, match.start()), sentence[match.end() :][:_REACH], value)
            )
            found.append((value, measure, printed, place + match.start()))
            if len(found) == _MOST:
                return found
        place += len(sentence)
    return found


def _before(sentence, end):
    """The words before a number, whole ones, as far as a name can reach."""
    start = max(0, end - _REACH)
    return sentence[start:end] if start == 0 else sentence[start:end].partition(" ")[2]


def _measure(before, after, value):
    """What a number seems to measure: the words that follow a count, else the subject before it."""
    is_count = "%" not in value and "cent" not in value and "£" not in value
    following = _following(after)
    if is_count and following:
        return _shaped(following)
    return _shaped(_preceding(before) or following)


def _following(after):
    clause = re.split(r"[.,;:()–\n“”\"]", after, maxsplit=1)[0]
    words = []
    for word in clause.split():
        is_participle = not words and word.lower() in _PARTICIPLES
        if (word.lower() in _STOPS and not is_participle) or any(character.isdigit() for character in word):
            break
        words.append(word)
        if len(words) == 5:
            break
    return words if len(words) > 1 or not words or words[0].lower() not in _PARTICIPLES else []


def _preceding(before):
    stripped = before.rstrip().rstrip(":–-")
    clauses = [clause for clause in re.split(r"[,;:()–“”\"]|\d[\d,.]*%?", PERIOD.sub(" ", stripped)) if clause.strip()]
    words = clauses[-1].split() if clauses else []
    while words and words[-1].lower() in _LINKS:
        words.pop()
    last_verb = max((place for place, word in enumerate(words) if word.lower() in _VERBS), default=-1)
    if 0 <= last_verb < len(words) - 1 and len(words) - last_verb <= 4:
        words = words[last_verb + 1 :]
    return _LEADS.sub("", " ".join(words)).split()[:10]


def _shaped(words):
    text = " ".join(words).strip(" .,'’")
    return text[:1].upper() + text[1:]


# --- What a number says --------------------------------------------------------------------------------------------

_SCALES = {"thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9}
_VALUE = re.compile(rf"[+−-]?\s?£?\s?({_DIGITS})\s?(million|billion|thousand|bn|m|k)?\b", re.IGNORECASE)


def value_of(words):
    """What a figure says as a number: £36,343 is 36343, 62% is 62. None for a range and for what is no number."""
    found = _VALUE.search(words)
    if found is None or re.search(_DIGITS, words[found.end() :]):
        return None
    try:
        value = Decimal(found[1].replace(",", "")) * _SCALES.get((found[2] or "").lower(), 1)
    except InvalidOperation:
        return None
    return -value if words.strip()[:1] in "−-" else value


def is_worth_a_source(words):
    """A percentage, a sum of money, or a count of ten and more: what a reader may ask the source of."""
    value = value_of(words)
    return "£" in words or "%" in words or "cent" in words.lower() or value is None or abs(value) >= 10
