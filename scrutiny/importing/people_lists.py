"""Lists of people as minutes print them: one to a line, with commas, or run together in one line.

Rules, not names. Where a rule has to guess where a name begins, the person is marked as not sure.
"""

import re

from scrutiny.importing import drafts
from scrutiny.importing.drafts import PersonDraft
from scrutiny.importing.layout import Block, Line, bullet_of, plain
from scrutiny.importing.words import LeftOut

# What offices print over a list of people, longest first when matched.
HEADINGS = {
    "present": drafts.PRESENT,
    "members present": drafts.PRESENT,
    "those present": drafts.PRESENT,
    "attendees": drafts.PRESENT,
    "attendance": drafts.PRESENT,
    "also present": drafts.ALSO_PRESENT,
    "others present": drafts.ALSO_PRESENT,
    "other attendees": drafts.ALSO_PRESENT,
    "guests": drafts.ALSO_PRESENT,
    "guest presenters": drafts.ALSO_PRESENT,
    "presenters": drafts.ALSO_PRESENT,
    "in attendance": drafts.IN_ATTENDANCE,
    "also in attendance": drafts.IN_ATTENDANCE,
    "officers in attendance": drafts.IN_ATTENDANCE,
    "others in attendance": drafts.IN_ATTENDANCE,
    "minute taker": drafts.IN_ATTENDANCE,
    "minutes taken by": drafts.IN_ATTENDANCE,
    "secretariat": drafts.IN_ATTENDANCE,
    "apologies": drafts.APOLOGIES,
    "apology": drafts.APOLOGIES,
    "apologies for absence": drafts.APOLOGIES,
    "apologies received": drafts.APOLOGIES,
    "apologies received from": drafts.APOLOGIES,
    "absent": drafts.APOLOGIES,
    "substitutes": drafts.SUBSTITUTES,
    "substitute": drafts.SUBSTITUTES,
    "substitute members": drafts.SUBSTITUTES,
    "deputising": drafts.SUBSTITUTES,
    "observers": drafts.OBSERVERS,
    "observer": drafts.OBSERVERS,
    "observing": drafts.OBSERVERS,
}
_BY_LENGTH = sorted(HEADINGS, key=len, reverse=True)
_HEADING_START = re.compile(r"^(?P<words>" + "|".join(map(re.escape, _BY_LENGTH)) + r")\b(?P<rest>.*)$", re.I | re.S)
_NONE = re.compile(
    r"^(?:there were )?(?:none|nil|n/a|no apologies(?: for absence)?|none received|none recorded)"
    r"(?: (?:were|was) (?:received|recorded|given))?\.?$",
    re.I,
)

HONORIFICS = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame lord lady rev revd reverend cllr councillor hon".split()
)
PARTICLES = frozenset("van von der den de del della di da dos du la le bin bint ibn al el ap ab y".split())
# Words a post or an organisation ends with. Surnames that are also posts (Clerk, Head, Mayor) stay out.
POST_NOUNS = frozenset(
    "officer constable sergeant inspector superintendent commissioner advisor adviser manager director "
    "coordinator co-ordinator assistant analyst chair chairman chairwoman chairperson secretary treasurer "
    "executive administrator accountant solicitor auditor supervisor consultant member representative "
    "specialist practitioner commander minister volunteer apprentice intern lead observer researcher "
    "scientist investigator planner".split()
)
ORGANISATION_WORDS = frozenset(
    "police council office trust service services force constabulary opcc commission partnership board "
    "department university authority agency association network ministry charity ltd limited plc unit team".split()
)
_BOUNDARIES = POST_NOUNS | ORGANISATION_WORDS
_SHORT_RANKS = frozenset("pcc dpcc pfcc dmpc ceo cfo cc dcc acc aco supt dsupt dci ci insp di sgt ps ds pc dc".split())
# A dash with a space on both sides; failing that, on one side only.
_SPACED_DASH = re.compile(r"\s+[-–—]\s+")
_ANY_DASH = re.compile(r"\s+[-–—]\s*|\s*[–—]\s+|(?<=\w)[-–—]\s+")
_COMMA = re.compile(r",\s*")
_BETWEEN_NAMES = re.compile(r"\s*;\s*|\s*,\s*(?:(?P<last>and|&)\s+)?|\s+(?P<word>and|&)\s+", re.I)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_BRACKET = re.compile(r"\s*\(([^()]*)\)\s*[.,;]?\s*$")
_ROLE_NOTE = re.compile(
    r"\b(chair|chairman|chairwoman|chairperson|co-chair|vice|minutes|minute|note|observer|substitute|deputising|item|"
    r"items|from|until|part|left|joined|arrived|virtual|online|remote|by|via|for)\b",
    re.I,
)
_RECEIVED = re.compile(
    r"^(?P<before>(?:apologies(?: for absence)?\s+)?(?:(?:were|was|had been|have been)\s+)?"
    r"(?:received|given|sent|noted|submitted)\s+(?:from|by|for|on behalf of)\s*:?)\s*(?P<names>.+?)\.?$",
    re.I | re.S,
)


def heading_in(line):
    """(category, heading as printed, what follows in the line) of a list heading, or None.

    A word like "present" also begins ordinary sentences: text after it in the same line counts only
    after a colon or a dash, or when the heading itself is in capitals or bold and the text is not.
    """
    marked = line.strip()
    opened = re.match(r"^#{1,6}\s+", marked)
    bold = re.match(r"^(?:\*\*|__)(?P<inside>[^*]+?)(?:\*\*|__)(?P<rest>.*)$", marked, re.S)
    if opened:
        head, rest = plain(marked[opened.end() :]).rstrip("# ").strip(), ""
    elif bold:
        head, rest = plain(bold["inside"]), bold["rest"].strip()
    else:
        head, rest = marked, ""
    match = _HEADING_START.match(head)
    if not match:
        return None
    words, after = match["words"], match["rest"].strip()
    category = HEADINGS[words.lower()]
    if not after or not re.search(r"\w", after):
        return category, words, rest.lstrip(":").strip()
    if rest:
        return None
    if after[0] in ":–—" or after.startswith("- "):
        return category, words, after.lstrip(":–—- ").strip()
    if words.isupper() and not after.isupper():
        return category, words, after
    return None


def is_heading_line(line):
    """Whether the line is a list heading and nothing else."""
    found = heading_in(line)
    return bool(found and not found[2])


def says_none(text):
    return bool(_NONE.match(plain(text).strip().lstrip("-–—• ").strip()))


def read_people(block, warnings, leftovers):
    """The people named in a block of a list. What is no name goes to `leftovers`."""
    lines = block.lines
    if all(bullet_of(line.text) for line in lines):
        pieces = [(bullet_of(line.text), line.number) for line in lines]
    elif len(lines) > 1 and all(_starts_with_a_name(line.text) for line in lines):
        pieces = [(line.text, line.number) for line in lines]
    else:
        pieces = [(block.text, block.number)]
    people = [person for text, number in pieces for person in _one_line(text, number, leftovers)]
    unsure = [person.name for person in people if not person.sure]
    if unsure:
        warnings.append(
            f"Line {block.number}: where the name begins or ends was guessed for {', '.join(unsure)}. Check them."
        )
    return people


def _one_line(text, line, leftovers):
    text = plain(text)
    parts = _SPACED_DASH.split(text)
    if len(parts) == 1:
        parts = _ANY_DASH.split(text)
    if len(parts) > 1:
        return _run_on(parts, line, leftovers)
    received = _RECEIVED.match(text)
    if received:
        leftovers.append(LeftOut(line, received["before"], "words around the names of a list", restated=True))
        return _names(received["names"], line, leftovers)
    return _names(text, line, leftovers)


def _run_on(parts, line, leftovers):
    """People in one line, each "Name – Post": what stands between two dashes is a post and the next name."""
    parts = [part.strip() for part in parts]
    people, name, sure = [], parts[0], True
    posts = []
    for part in parts[1:-1]:
        cut = _post_and_next_name(part, line, leftovers)
        if cut is None:
            posts.append(part)
            continue
        post, following, following_sure = cut
        people.append(_person(name, [*posts, post], line, sure))
        name, sure, posts = following, following_sure, []
    people.append(_person(name, [*posts, parts[-1]], line, sure))
    return people


def _post_and_next_name(part, line, leftovers):
    """Cut "post next-name" in two: (post, name, sure), or None where no name can be seen."""
    before, mark, after = part.rpartition(";")
    if mark and _is_name(after.split()):
        return before.strip(), after.strip(), True
    tokens = part.split()
    closing = max((i for i, token in enumerate(tokens) if token.rstrip(".,;").endswith(")")), default=None)
    if closing is not None:
        following = tokens[closing + 1 :]
        if following and following[0].lower() in ("and", "&") and _is_name(following[1:]):
            leftovers.append(LeftOut(line, following[0], "word between two names of a list", restated=True))
            following = following[1:]
        if _is_name(following):
            return " ".join(tokens[: closing + 1]).rstrip(",;"), " ".join(following), True
        if not following:
            return None
    for index in range(len(tokens) - 2, 0, -1):
        if tokens[index].rstrip(".").lower() in HONORIFICS and _is_name(tokens[index + 1 :]):
            return " ".join(tokens[:index]).rstrip(",;"), " ".join(tokens[index:]), True
    if _bare(tokens[-1]) in _BOUNDARIES:
        return None
    for index in range(len(tokens) - 3, -1, -1):
        if _bare(tokens[index]) in _BOUNDARIES and _is_name(tokens[index + 1 :], least=2, most=4):
            return " ".join(tokens[: index + 1]).rstrip(",;"), " ".join(tokens[index + 1 :]), False
    # No bracket, no title, no known end of a post: the last two capitalised words are the best guess.
    if not _capital(tokens[-1]):
        return None
    index = len(tokens) - 2
    while index > 0 and tokens[index].lower() in PARTICLES:
        index -= 1
    if index < 1 or not _capital(tokens[index]):
        return None
    return " ".join(tokens[:index]).rstrip(",;"), " ".join(tokens[index:]), False


def _names(text, line, leftovers):
    """People in a line without dashes: "Name, Post (ABC)", or several names with commas and "and"."""
    pieces, between = _split(_BETWEEN_NAMES, text.strip().rstrip("."))
    pieces = [piece.strip() for piece in pieces if piece.strip()]
    if len(pieces) > 1 and all(
        _is_name(_BRACKET.sub("", piece).split()) and _looks_personal(piece) for piece in pieces
    ):
        for match in between:
            if word := match["last"] or match["word"]:
                leftovers.append(LeftOut(line, word, "word between two names of a list", restated=True))
        return [_person(piece, [], line, False) for piece in pieces]
    name, *posts = _split(_COMMA, text.strip())[0]
    tokens = name.split()
    if len(tokens) > 1 and _bare(tokens[0]).split("/")[-1] in _SHORT_RANKS and _is_name(tokens[1:]):
        person = _person(" ".join(tokens[1:]), posts, line, False)
        person.abbreviation = person.abbreviation or tokens[0]
        return [person]
    if not _is_name(_BRACKET.sub("", name).split()):
        leftovers.append(LeftOut(line, text, "stands in a list of people, but no name could be seen in it"))
        return []
    return [_person(name, posts, line, bool(posts) or "(" in name or len(tokens) <= 3)]


def _person(name, posts, line, sure):
    person = PersonDraft(name=name.strip().rstrip(",;:"), sure=sure, line=line)
    _take_brackets(person, "name")
    person.post = ", ".join(post.strip().rstrip(",;") for post in posts if post.strip())
    _take_brackets(person, "post")
    post, *rest = _split(_COMMA, person.post)[0]
    if rest and any(_bare(word) in ORGANISATION_WORDS for word in rest[-1].split()):
        person.post, person.organisation = ", ".join([post, *rest[:-1]]), rest[-1]
        _take_brackets(person, "post")
        _take_brackets(person, "organisation")
    person.post = person.post.rstrip(".")
    person.organisation = person.organisation.rstrip(".")
    return person


def _take_brackets(person, where):
    """Move a closing bracket of `where` to its place: an abbreviation, an organisation or a note."""
    text = getattr(person, where)
    match = _BRACKET.search(text)
    while match:
        inside = match[1].strip()
        if _ROLE_NOTE.search(inside):
            person.note = f"{inside}; {person.note}" if person.note else inside
        elif len(inside) <= (6 if where == "name" else 12) and inside[:1].isupper() and not person.abbreviation:
            person.abbreviation = inside
        elif not person.organisation:
            person.organisation = inside
        else:
            person.note = f"{inside}; {person.note}" if person.note else inside
        text = text[: match.start()]
        match = _BRACKET.search(text)
    setattr(person, where, text.strip())


def _split(separator, text):
    """(pieces, separators) of the text, not parted inside brackets."""
    closed = [match.span() for match in _IN_BRACKETS.finditer(text)]
    pieces, between, start, bracket = [], [], 0, 0
    for match in separator.finditer(text):
        while bracket < len(closed) and closed[bracket][1] <= match.start():
            bracket += 1
        if bracket < len(closed) and closed[bracket][0] <= match.start():
            continue
        pieces.append(text[start : match.start()])
        between.append(match)
        start = match.end()
    return [*pieces, text[start:]], between


def _starts_with_a_name(line):
    text = plain(line)
    for pattern in (_SPACED_DASH, _ANY_DASH, _COMMA):
        parts = pattern.split(text, maxsplit=1)
        if len(parts) > 1:
            return _is_name(_BRACKET.sub("", parts[0]).split(), least=2)
    return _is_name(_BRACKET.sub("", text).split(), least=2, most=4)


def _is_name(tokens, *, least=1, most=5):
    tokens = [token for token in tokens if token]
    while tokens and tokens[0].rstrip(".").lower() in HONORIFICS:
        tokens = tokens[1:]
    if not least <= len(tokens) <= most:
        return False
    if not (_capital(tokens[0]) or tokens[0].lower() in PARTICLES) or not _capital(tokens[-1]):
        return False
    return all(
        (_capital(token) or token.lower() in PARTICLES) and _bare(token) not in _BOUNDARIES and not token.endswith(")")
        for token in tokens
    )


def _looks_personal(piece):
    return len(_BRACKET.sub("", piece).split()) >= 2


def _capital(token):
    token = token.lstrip("(“\"'‘")
    return bool(token) and token[0].isupper()


def _bare(token):
    return token.strip("()[].,;:'’\"").lower()


def block_of(text, line):
    """A block of one line, for text that stands on the heading's own line."""
    return Block([Line(line, text)])


def is_police_rank(post):
    """Whether a post ends with a rank of the police: its holder is called by rank and surname."""
    return bool(re.search(r"\b(?:constable|sergeant|inspector|superintendent)$", post.strip(), re.I))


def surname(name):
    """The last word of a name with the particles before it: van der Berg."""
    words = name.split()
    at = len(words) - 1
    while at > 1 and words[at - 1].lower() in PARTICLES:
        at -= 1
    return " ".join(words[at:])
