"""What the words of an action say: "share the training chapter @ACC 28 Feb" names an owner and a day.

Nothing here asks the database: who may be named, the day of the meeting and that of the next one are handed in. What is
understood is taken out of the text, what is not stays in it and is flagged, so no word is ever lost. Reading a text that
was read before finds nothing more and changes nothing.
"""

import calendar
import datetime
import re
from collections import deque
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice

TEXT_LIMIT = 20_000

EVERYBODY = {"all", "everybody", "everyone"}
# How many words behind an @ may belong to one name or post.
LONGEST_NAME = 7
# Nobody names more in one action; the names of a text that does are left alone, and of its days the last are looked at.
MOST_NAMES = 25
MOST_DAYS = 40

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
DAYS |= {name[:3]: number for name, number in list(DAYS.items())} | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}


def _any(words):
    return "|".join(sorted(words, key=len, reverse=True))


_STOP = r"(?:\.(?=\s*\S))?"  # of an abbreviation; the last one of the text closes the sentence
_MONTH = rf"(?P<month>{_any(MONTHS)})\b{_STOP}"
_YEAR = r"(?P<year>\d{4})"
_NUMBERS = {
    name: n for n, name in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
# What says that a day is meant as a due day, wherever it stands; it is taken out together with the day.
_BY = r"(?:(?P<by>\b(?:due(?:\s+(?:by|on))?|no\s+later\s+than|not\s+later\s+than|by|before|until|till))\s+)"
_WEEKDAY = rf"(?:(?:{_any(DAYS)})\b{_STOP},?\s+)?"

# Each kind of day, most particular first.
_PATTERNS = {
    "meeting": rf"(?:{_BY}|\b(?:for|at|to|in)\s+)?(?:\b(?:the|our)\s+)?\bnext\s+meeting\b",
    "month_end": (
        rf"{_BY}?(?:\b(?:the|at|at\s+the)\s+)?\bend\s+(?:of\s+)?(?:(?:the\s+|this\s+)?(?P<this>month)"
        rf"|(?P<coming>next\s+month)|(?:the\s+|this\s+)?(?P<whole>year)|{_MONTH}(?:\s+{_YEAR})?)(?!\w)"
    ),
    "day": (
        rf"{_BY}?(?:\bon\s+)?{_WEEKDAY}(?<![\w/.,-])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}"
        rf"(?:,?\s+{_YEAR})?(?![\w/])"
    ),
    "iso": rf"{_BY}?(?:\bon\s+)?(?<![\w/.-]){_YEAR}-(?P<number>\d{{1,2}})-(?P<day>\d{{1,2}})(?![\w/-])",
    "figures": (
        rf"{_BY}?(?:\bon\s+)?{_WEEKDAY}(?<![\w/.-])(?P<day>\d{{1,2}})/(?P<number>\d{{1,2}})"
        r"(?:/(?P<year>\d{4}|\d{2}))?(?![\w/-]|\.\d)"
    ),
    "span": (
        rf"(?:{_BY}|\b(?P<within>in|within)\s+)?(?<![\w/.,-])(?P<count>\d{{1,3}}|\b(?:a|an|{_any(_NUMBERS)}))\s+"
        r"(?P<unit>day|week|fortnight|month)s?\b(?:[’']?\s+time\b)?"
    ),
    "weekday": (rf"(?:{_BY}(?:(?:next|this)\s+)?|(?:\b(?:on|next|this)\s+))?\b(?P<weekday>{_any(DAYS)})\b{_STOP}"),
    "tomorrow": rf"{_BY}?\b(?P<near>tomorrow|today)\b",
}
_DATES = [(kind, re.compile(words.replace(r"\s+", r"[ \t]+"), re.IGNORECASE)) for kind, words in _PATTERNS.items()]
# Before these words a day belongs to the sentence: "the incident of 3 January", "close action 5/1".
_ABOUT = re.compile(
    r"\b(?:of|from|since|dated|between|after|during|every|each|action|item|items|section|page|paragraph|ref|reference|no)"
    r"\.?\s$",
    re.IGNORECASE,
)
_AT = re.compile(r"(?:\b(?:by|owner:?|owners:?)[ \t])?(?<![^\s(\[“\"'‘,;])@(?=\w)", re.IGNORECASE)
_NAME_WORD = re.compile(r"[ \t]?([^\s@,;:()\[\]“”\"]+)")
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class Nameable:
    """Somebody, or a post, that an action can be given to. `called` is how the minutes call them."""

    called: str
    person: int | None = None
    post: int | None = None
    organisation: int | None = None
    organisation_name: str = ""
    short: tuple = ()  # abbreviation, surname, first name: one word of them is enough, or its first letters
    whole: tuple = ()  # names and titles: every word of them is needed

    @property
    def key(self):
        """The same person in two lists is one."""
        return self.person or self.post or self.called.casefold()


@dataclass(frozen=True)
class Said:
    """What a text says: clean words, who is to do it, by when, and what could not be understood."""

    text: str
    owners: tuple = ()
    everybody: bool = False
    due: datetime.date | None = None
    due_as_said: str = ""
    flags: tuple = ()

    @property
    def says_who(self):
        """Whether somebody was named."""
        return bool(self.owners or self.everybody)


@dataclass(frozen=True)
class _Piece:
    """A part of the text that may be taken out."""

    start: int
    end: int
    owner: Nameable | None = None
    everybody: bool = False
    due: datetime.date | None = None
    as_said: str = ""


@dataclass
class _Found:
    """Everything in a text that was looked at."""

    owners: list = field(default_factory=list)
    due: _Piece | None = None
    flags: list = field(default_factory=list)
    unclear: list = field(default_factory=list)  # names that nobody or several people answer to: (start, end)


def tidy(text):
    """One space between words, no empty ends, and a capital at the start unless the first word has its own way: iLearn."""
    lines = [_SPACES.sub(" ", line).strip() for line in text.strip().split("\n")]
    text = "\n".join(lines).strip()
    first = re.match(r"\w+", text)
    if first and first[0] == first[0].lower():
        text = text[0].upper() + text[1:]
    return text


def read(text, *, people, posts, date, next_meeting):
    """What the text says. `posts` and `next_meeting` are called only where they are needed, and return a list and a day."""
    if len(text) > TEXT_LIMIT:
        return Said(text)  # refused elsewhere, with words
    return _read(tidy(text), _Reader(people, posts, date, next_meeting))


def flags_of(text, *, people, posts, date):
    """What in a text that was read before is still not understood."""
    if len(text) > TEXT_LIMIT or not re.search(r"[@\d]", text):
        return []
    return list(_Reader(people, posts, date, lambda: date).look(tidy(text)).flags)


def _read(text, reader):
    found = reader.look(text)
    owners = found.owners
    if not owners and not found.due:
        return Said(text, flags=tuple(found.flags))
    pieces = [*owners, found.due] if found.due else list(owners)
    without = _without(text, pieces)
    for clean in (without, f"{without}." if without else ""):
        # A day that now ends the sentence would be taken for the due day the next time: the full stop keeps it.
        again = reader.look(clean)
        if not again.owners and not again.due and tidy(clean) == clean:
            return _said(clean, owners, found.due, again.flags)
    if owners:
        rest = _read(_without(text, owners), reader)
        return replace(_said(rest.text, owners, None, rest.flags), due=rest.due, due_as_said=rest.due_as_said)
    return Said(text, flags=("Two days are named: which is the due date?",))


def _said(text, owners, due, flags):
    everybody = any(piece.everybody for piece in owners)
    named = {} if everybody else {piece.owner.key: piece.owner for piece in owners}
    return Said(
        text,
        owners=tuple(named.values()),
        everybody=everybody,
        due=due.due if due else None,
        due_as_said=due.as_said if due else "",
        flags=tuple(flags),
    )


def _without(text, pieces):
    """The text without the pieces, and without what only held them together: "@CC and @ACC", "(@ACC)"."""
    kept, at = [], 0
    for number, piece in enumerate(sorted(pieces, key=lambda piece: piece.start)):
        between = text[at : piece.start]
        if number and re.fullmatch(r"\s*(?:and|&|\+|or|,|/|;|by|for)?\s*", between, re.IGNORECASE):
            between = " "
        kept.append(between)
        at = piece.end
    text = " ".join([*kept, text[at:]])
    text = re.sub(r"[(\[]\s*[)\]]", " ", text)
    text = re.sub(r"[^\S\n]+([,.;:!?)\]])", r"\1", text)
    text = re.sub(r"([,;:]\s*)+([.!?]|$)", r"\2", text.strip())
    text = re.sub(r"^[\s,;:.–-]+", "", text)
    return tidy(re.sub(r"[\s–-]+$", "", text))


class _Reader:
    """Looks for owners and days in a text; see `read`."""

    def __init__(self, people, posts, date, next_meeting):
        self.people, self.date = people, date
        self._posts, self._next_meeting = cache(posts), next_meeting

    def look(self, text):
        """Owners, the due day, and what is unclear."""
        found = _Found()
        names = list(islice(_AT.finditer(text), MOST_NAMES + 1))
        if len(names) > MOST_NAMES:
            found.flags.append("More names than can be read: name each owner once")
            names = []
        for at in names:
            self._name(text, at, found)
        self._day(text, found)
        return found

    # --- who ---------------------------------------------------------------------------------------------------------

    def _name(self, text, at, found):
        words, end = [], at.end()
        while len(words) < LONGEST_NAME and (word := _NAME_WORD.match(text, end)):
            words.append((word[1], word.end()))
            end = word.end()
        first, first_end = words[0]
        bare, first_end = _bare(first, first_end)
        if bare.casefold() in EVERYBODY:
            found.owners.append(_Piece(at.start(), first_end, everybody=True))
            return
        for candidates in (lambda: self.people, self._posts):
            for count in range(len(words), 0, -1):
                last, end = _bare(*words[count - 1])
                name = [word for word, _ in words[: count - 1]] + [last]
                matches = {each.key: each for each in candidates() if _answers(each, name)}
                exact = {key: each for key, each in matches.items() if _answers(each, name, exactly=True)}
                matches = exact or matches
                if len(matches) == 1:
                    found.owners.append(_Piece(at.start(), end, owner=next(iter(matches.values()))))
                    return
                if matches:
                    found.flags.append(f"Which {' '.join(name)}?")
                    found.unclear.append((at.start(), end))
                    return
        found.flags.append(f"Who is {bare}?" if bare else "Who is meant?")
        found.unclear.append((at.start(), first_end))

    # --- when --------------------------------------------------------------------------------------------------------

    def _day(self, text, found):
        """The last day that is meant as one. An impossible one stays where it is and is flagged."""
        candidates, taken = [], [(piece.start, piece.end) for piece in found.owners] + found.unclear
        for kind, pattern in _DATES:
            for match in deque(pattern.finditer(text), MOST_DAYS):
                span = (match.start(), match.end())
                if any(span[0] < end and start < span[1] for start, end in taken):
                    continue
                taken.append(span)
                candidates.append((match, kind))
        for match, kind in sorted(candidates, key=lambda one: one[0].start(), reverse=True)[:MOST_DAYS]:
            if not self._is_meant(text, match, kind, found):
                continue
            try:
                due = self._date(kind, match)
            except (ValueError, OverflowError) as why:
                found.flags.append(str(why) if isinstance(why, _NoSuchDay) else "This day cannot be reckoned")
                return
            as_said = " ".join(match[0].split()).rstrip(".") if kind not in ("day", "iso", "figures") else ""
            found.due = _Piece(match.start(), match.end(), due=due, as_said=as_said[:80])
            return

    def _is_meant(self, text, match, kind, found):
        """Whether a day is the due day, and not a part of what is to be done.

        With "by", beside an owner or at the end it is. In the middle a whole date is, while the sentence has no full stop.
        """
        said, ending = match.groupdict(), text[match.end() :]
        before = text[max(0, match.start() - 60) : match.start()]
        if kind == "meeting" and re.match(r"\s+of\b", ending):
            return False
        beside_owner = any(
            not text[piece.end : match.start()].strip(" ,;:–-") for piece in found.owners if piece.end <= match.start()
        )
        if _ABOUT.search(before) and not beside_owner:
            return False
        if said.get("by") or said.get("within"):
            return True
        if kind == "span" and said["count"].lower() in ("a", "an"):
            return False
        rest, at = "", match.end()
        for piece in found.owners:
            if piece.start >= at:
                rest, at = rest + text[at : piece.start], piece.end
        rest += text[at:]
        owner_follows = len(rest) < len(ending)
        is_last = not re.sub(r"(?i)\band\b|[\s,;&+()\[\]]", "", rest)
        if beside_owner or is_last or (owner_follows and rest.strip() in (".", "!")):
            word = said.get("weekday") or ""
            is_a_verb = kind == "weekday" and word.islower() and len(word) < 6 and not beside_owner  # he sat
            is_always = kind == "figures" and match[0] == "24/7"
            return not is_a_verb and not is_always
        if text.endswith((".", "!", "?")) or re.search(r"\bthe\s$", before, re.IGNORECASE):
            return False
        if kind == "meeting":
            return match[0].lower().startswith(("for", "at", "to", "in"))
        if kind == "day":
            return not (said["month"].islower() and said["month"] in ("may", "march", "mar"))
        return kind == "iso" or (kind == "figures" and bool(said["year"]))

    def _date(self, kind, match):
        said, date = match.groupdict(), self.date
        if kind == "meeting":
            return self._next_meeting()
        if kind == "month_end":
            return self._end_of(said)
        if kind in ("day", "figures", "iso"):
            month = MONTHS[said["month"].lower()] if kind == "day" else int(said["number"])
            return self._on(int(said["day"]), month, _year(said["year"]))
        if kind == "span":
            return _later(date, _count(said["count"]), said["unit"].lower())
        if kind == "weekday":
            ahead = (DAYS[said["weekday"].lower()] - date.weekday()) % 7
            return date + datetime.timedelta(days=ahead or 7)
        return date + datetime.timedelta(days=said["near"].lower() == "tomorrow")

    def _on(self, day, month, year):
        """That day; without a year the first on or after the meeting's."""
        if not 1 <= month <= 12:
            raise _NoSuchDay(f"There is no month {month}")
        wanted = year
        if year is None:
            year = self.date.year + ((month, day) < (self.date.month, self.date.day))
        if not 1900 <= year <= 2200:
            raise _NoSuchDay(f"Is {year} the right year?")
        length = calendar.monthrange(year, month)[1]
        if not 1 <= day <= length:
            name = calendar.month_name[month]
            raise _NoSuchDay(f"There is no {day} {name}" + (f" {year}" if wanted or (day, month) == (29, 2) else ""))
        return datetime.date(year, month, day)

    def _end_of(self, said):
        if said["whole"]:
            return datetime.date(self.date.year, 12, 31)
        month, year = self.date.month, self.date.year
        if said["coming"]:
            year, month = year + month // 12, month % 12 + 1
        elif said["month"]:
            month = MONTHS[said["month"].lower().rstrip(".")]
            year = _year(said["year"]) or year + (month < self.date.month)
        if not 1900 <= year <= 2200:
            raise _NoSuchDay(f"Is {year} the right year?")
        return datetime.date(year, month, calendar.monthrange(year, month)[1])


class _NoSuchDay(ValueError):
    """The words look like a day that no calendar has."""


def _bare(word, end):
    """A word without the full stop, dash or apostrophe that closes it, and where it then ends."""
    bare = word.rstrip(".!?–-’'")
    return bare, end - (len(word) - len(bare))


def _answers(each, words, exactly=False):
    """Whether somebody goes by these words. One word may be the beginning of a name; of several only the last, capitalised."""
    said = [word.casefold() for word in words]
    if not said[-1]:
        return False
    if len(said) == 1:
        if exactly:
            return said[0] in each.short
        return any(name.startswith(said[0]) for name in each.short)
    if exactly:
        return said in each.whole
    begun = words[-1][:1].isupper() and len(said[-1]) > 1
    return any(
        name[: len(said) - 1] == said[:-1]
        and len(name) >= len(said)
        and (name[len(said) - 1] == said[-1] or (begun and name[len(said) - 1].startswith(said[-1])))
        for name in each.whole
    )


def _year(text):
    if not text:
        return None
    return int(text) + (2000 if len(text) == 2 else 0)


def _count(text):
    return int(text) if text.isdecimal() else _NUMBERS.get(text.lower(), 1)


def _later(date, count, unit):
    if unit != "month":
        return date + datetime.timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    month = date.month - 1 + count
    year, month = date.year + month // 12, month % 12 + 1
    return datetime.date(year, month, min(date.day, calendar.monthrange(year, month)[1]))
