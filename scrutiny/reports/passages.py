"""Passages of a section that are kept from the public: the text holds `[restricted:7]` in their place.

`held` are the passages by number. Their `text` is the very HTML that was taken out, so that putting it back gives the
same text letter for letter. How words are taken out stands in `withholding`.
"""

import re
from html import escape, unescape

from opcc_portal.richtext.cleaning import RichTextRefused, clean

TOKEN = re.compile(r"\[restricted:(\d{1,18})\]")
WITHHELD = "[Withheld: {reason}]"
# Elements that part no words.
INLINE = {"strong", "em", "sub", "sup", "a"}
_NAME = re.compile(r"</?([a-z0-9]*)")


def named_in(body):
    """The numbers of the passages that a text names."""
    return [int(number) for number in TOKEN.findall(body)]


def _put(body, held, words_for):
    """The text with what `words_for(passage)` gives in place of each of its own tokens; None leaves the token."""

    def words(token):
        passage = held.get(int(token[1]))
        found = words_for(passage) if passage else None
        return token[0] if found is None else found

    return TOKEN.sub(words, body)


def with_all_words(body, held):
    """The text as it was before anything was taken out: what a signature covers. Never for the public."""
    return _put(body, held, lambda passage: passage.text)


def with_released_words(body, held):
    """The text with those passages in place that the public may read again."""
    return _put(body, held, lambda passage: None if passage.is_restricted else passage.text)


def _in_its_place(passage):
    """What the public reads inside the sentence that a passage was taken out of."""
    return escape(WITHHELD.format(reason=passage.restriction.public_reason.rstrip(" .")), quote=False)


def for_the_public(body, held):
    """The text that is published: in place of a withheld passage stands the reason, the same whatever was withheld.

    Neighbours with the same reason are one. A token that names nothing of this section is left out.
    """
    body = with_released_words(body, held)
    body = _put(body, held, _in_its_place)
    body = TOKEN.sub("", body)
    for passage in held.values():
        if passage.is_restricted:
            reason = _in_its_place(passage)
            for alone, between in ((reason, r"(?:\s|&nbsp;)*"), (f"<p>{reason}</p>", "")):
                again = rf"{re.escape(alone)}(?:{between}{re.escape(alone)})+"
                body = re.sub(again, lambda _, alone=alone: alone, body)
    return body


def for_the_desk(body, held):
    """The text with the withheld words in their place, as the desk reads it."""
    try:
        return clean(with_all_words(body, held))
    except RichTextRefused:
        return with_all_words(body, held)


def plain(text):
    """The words of a passage as a reader reads them: it may begin in one paragraph and end in another."""
    return " ".join(unescape(re.sub(r"<[^>]*>", _gap, text)).split())


def _gap(tag):
    return "" if _NAME.match(tag[0])[1] in INLINE else " "
