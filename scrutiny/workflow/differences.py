"""What differs between two texts, in words a reader can follow."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# Comparing word by word takes time that grows with the square of the length; a longer passage counts as rewritten.
_WORDS_COMPARED = 1500
_PARAGRAPHS_COMPARED = 4000

SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True)
class Piece:
    """A run of words: the same in both texts, gone from the newer one, or new in it."""

    kind: str
    text: str


def compare(older, newer):
    """The two plain texts as a list of paragraphs, each a list of Pieces in reading order."""
    before, after = older.splitlines(), newer.splitlines()
    if max(len(before), len(after)) > _PARAGRAPHS_COMPARED:
        return [*_whole(GONE, before), *_whole(NEW, after)]
    paragraphs = []
    for act, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if act == "equal":
            paragraphs += _whole(SAME, before[i:j])
        elif act == "replace" and j - i == m - k:
            paragraphs += [_compare_words(old, new) for old, new in zip(before[i:j], after[k:m], strict=True)]
        elif act == "replace":
            paragraphs.append(_compare_words("\n".join(before[i:j]), "\n".join(after[k:m])))
        else:
            paragraphs += _whole(GONE, before[i:j]) + _whole(NEW, after[k:m])
    return paragraphs


def count_changes(paragraphs):
    """How many words are new or gone."""
    changed = [piece.text for paragraph in paragraphs for piece in paragraph if piece.kind != SAME]
    return sum(len(text.split()) for text in changed)


def sides(paragraphs):
    """A comparison as two columns: the older text without what is new, the newer without what is gone."""
    older = [[piece for piece in paragraph if piece.kind != NEW] for paragraph in paragraphs]
    newer = [[piece for piece in paragraph if piece.kind != GONE] for paragraph in paragraphs]
    return [paragraph for paragraph in older if paragraph], [paragraph for paragraph in newer if paragraph]


def _whole(kind, lines):
    return [[Piece(kind, line)] for line in lines]


def _compare_words(old, new):
    before, after = re.findall(r"\S+|\s+", old), re.findall(r"\S+|\s+", new)
    if max(len(before), len(after)) > _WORDS_COMPARED:
        return [Piece(GONE, old), Piece(NEW, new)]
    pieces = []
    for act, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if act == "equal":
            pieces.append(Piece(SAME, "".join(before[i:j])))
            continue
        if i < j:
            pieces.append(Piece(GONE, "".join(before[i:j])))
        if k < m:
            pieces.append(Piece(NEW, "".join(after[k:m])))
    return pieces
