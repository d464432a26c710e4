"""A form that was sent when nobody could accept it, kept so that its writer loses nothing."""

import html
import json
import re
from dataclasses import dataclass, field

from django.core.exceptions import BadRequest
from django.utils.http import url_has_allowed_host_and_scheme

LONG_TEXT = 60  # characters; a shorter value on one line is a choice or a name, quicker typed again than copied
END_OF_BLOCK = re.compile(r"</(?:p|li|h[1-6]|tr|blockquote|div)>|<br ?/?>", re.IGNORECASE)
MARKUP = re.compile(r"<[^<>]*>")


@dataclass
class KeptForm:
    """What was posted, to which address of this site; passwords and the form's own token excepted.

    Files cannot be kept: a browser never hands a page a file that was not chosen on it. Their names are, so that the
    person is told which ones to choose again.
    """

    address: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, request):
        """What this request posted."""
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken" and "password" not in name.lower()
            for value in values
        ]
        files = [file.name for name in request.FILES for file in request.FILES.getlist(name)]
        return cls(request.get_full_path(), fields, files)

    def packed(self):
        """As one line of text, for a hidden field."""
        return json.dumps([self.address, self.fields, self.files], ensure_ascii=False)

    @classmethod
    def unpack(cls, text):
        """Back from that line. Raises BadRequest for anything else, and for an address that is not on this site."""
        try:
            address, fields, files = json.loads(text)
            kept = cls(str(address), [(str(name), str(value)) for name, value in fields], [str(name) for name in files])
            kept.packed().encode()  # JSON can hold half characters, which no page can
        except (ValueError, TypeError, RecursionError) as problem:
            raise BadRequest("not a kept form") from problem
        if not kept.address.startswith("/") or not url_has_allowed_host_and_scheme(kept.address, allowed_hosts=None):
            raise BadRequest("not an address of this site")
        return kept

    @property
    def texts(self):
        """The long texts, readable: [{label, value, lines}]. Markup of the rich-text editor becomes plain lines."""
        return [
            {"label": _words(name), "value": text, "rows": min(20, max(3, text.count("\n") + len(text) // 80 + 1))}
            for name, text in ((name, _readable(value)) for name, value in self.fields)
            if len(text) >= LONG_TEXT or "\n" in text.strip()
        ]


def _words(name):
    return " ".join(re.split(r"[-_\s]+", name)).strip().capitalize() or "Text"


def _readable(value):
    if not END_OF_BLOCK.search(value):
        return value
    value = re.sub(r"</t[dh]>", "\t", value, flags=re.IGNORECASE)
    return html.unescape(MARKUP.sub("", END_OF_BLOCK.sub("\n", value))).strip()
