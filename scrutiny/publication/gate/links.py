"""The links of the finished pages: each says where it leads, and leads somewhere."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from scrutiny.publication.gate.output import BLOCKS, text_of
from scrutiny.workflow.kinds import ERROR, WARNING, Finding
from scrutiny.workflow.models import FormerAddress, Publication

EMPTY_WORDS = {
    *(
        "here",
        "click here",
        "this link",
        "more",
        "read more",
        "see more",
        "find out more",
        "learn more",
        "link",
        "this",
    ),
    *("this page", "click", "see here", "available here", "go", "details", "download", "download here", "open", "view"),
}
BARE_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
SCHEMES = {"http", "https", "mailto", "tel"}
VERSION = re.compile(r"^v(\d+)\.(\d+)(?:\.json|/?(?P<file>(?:files/)?[^/]*))$")
DATA = re.compile(r"\.(?:json|csv)$")
HERE = "https://here.invalid"


@dataclass
class Link:
    """One link as it stands on a page."""

    output: object
    page: object
    element: object

    @property
    def href(self):
        """Where it leads, as written."""
        return (self.element.get("href") or "").strip()

    @cached_property
    def words(self):
        """What it is called, also to those who hear it."""
        named = self.element.get("aria-label") or text_of(self.element).replace("\n", " ")
        pictures = [image.get("alt") for image in self.element.iter("img")]
        drawn = [text_of(title) for title in self.element.iter("title")]
        return " ".join(part for part in [named, *pictures, *drawn] if part).strip()

    @cached_property
    def quote(self):
        """The block it stands in."""
        block = self.element
        while block.getparent() is not None and block.tag not in BLOCKS:
            block = block.getparent()
        return text_of(block).replace("\n", " ")[:300] or self.href

    @cached_property
    def address(self):
        """Where it leads, taken from the page it stands on."""
        return urljoin(f"{HERE}{self.page.address}", self.href)

    @property
    def is_internal(self):
        """Whether it stays on this site."""
        return self.address.startswith(f"{HERE}/")

    @property
    def path(self):
        """The path on this site."""
        return unquote(urlsplit(self.address).path)

    @property
    def anchor(self):
        """The place on the page it leads to."""
        return unquote(urlsplit(self.address).fragment)


def find(look):
    """Every link that says nothing, or leads nowhere."""
    places = Places(look)
    seen = set()
    for link in places.links:
        for finding in (_called(link), places.wrong(link)):
            if finding and (finding.code, link.href, link.words) not in seen:
                seen.add((finding.code, link.href, link.words))
                yield finding


def _called(link):
    words = link.words.casefold().strip(" .:>»→")
    if not link.words:
        return _finding(
            link, "link.empty", ERROR, "A link has no words", "Nobody can see or hear where it leads. Give it words."
        )
    if words in EMPTY_WORDS:
        said = f"People who listen to a list of links hear only “{link.words}”. Say what opens."
        return _finding(link, "link.words", ERROR, f"A link is called “{link.words}”", said)
    if BARE_ADDRESS.match(link.words):
        said = "Read aloud, an address is hard to follow. Name what opens."
        return _finding(link, "link.address", WARNING, "A link is called by its address", said)
    return None


def _finding(link, code, severity, title, text):
    return Finding(code, severity, title, text, link.quote, **link.output.desk)


@dataclass
class Places:
    """Every address that there is, as far as these links ask."""

    look: object
    links: list = field(default_factory=list)

    def __post_init__(self):
        self.links = [
            Link(output, page, element)
            for output in self.look.outputs
            for page in output.pages
            for element in page.tree.iter("a")
            if element.get("href") is not None
        ]
        self.pages = {page.address: page for output in self.look.outputs for page in output.pages}

    def wrong(self, link):
        """What is wrong with where it leads; None where it leads somewhere."""
        if link.href in ("", "#"):
            return _finding(
                link,
                "link.nowhere",
                ERROR,
                "A link leads nowhere",
                "It has no address. Enter one, or take the link out.",
            )
        if not link.is_internal:
            if urlsplit(link.address).scheme.lower() not in SCHEMES:
                return _finding(
                    link,
                    "link.scheme",
                    ERROR,
                    "A link leads to a place that the public cannot open",
                    f"It leads to {link.href[:120]}.",
                )
            return None
        if link.path.startswith("/desk/"):
            text = f"It leads to {link.path}, which only the office can open. Link to what is published."
            return _finding(link, "link.desk", ERROR, "A link leads to the desk", text)
        if not self._stands(link.path):
            text = f"Nothing is published at {link.path}. Correct the address, or take the link out."
            return _finding(link, "link.broken", ERROR, "A link leads to a page that is not there", text)
        if link.anchor and not self._has_anchor(link.path, link.anchor):
            text = f"There is no place called “{link.anchor}” on {link.path}."
            return _finding(link, "link.anchor", ERROR, "A link leads to a place that is not on the page", text)
        return None

    def _stands(self, path):
        if path in self.pages or path.startswith(settings.STATIC_URL):
            return True
        steps = path.strip("/")
        publication, rest = self._publication_at(steps)
        if publication is not None:
            return self._below(publication, rest, path)
        return self._has_moved(steps) or _is_fixed(path, self.look.record)

    def _has_anchor(self, path, anchor):
        if path in self.pages:
            return bool(self.pages[path].tree.xpath("//*[@id=$anchor or @name=$anchor]", anchor=anchor))
        edition = self.look.record.at(path.strip("/"))
        # Of other pages only the document's own part is known.
        return edition is None or f'id="{anchor}"' in edition.html or anchor in dict(edition.parts)

    @cached_property
    def _asked(self):
        """Every address these links ask for and everything above each, without slashes at the ends."""
        paths = {link.path.strip("/") for link in self.links if link.is_internal}
        paths |= {DATA.sub("", path) for path in paths}
        return {"/".join(path.split("/")[:number]) for path in paths for number in range(1, path.count("/") + 2)}

    @cached_property
    def _publications(self):
        standing = Publication.objects.filter(path__in=self._asked, withdrawn_at=None).exclude(current=None)
        found = {each.path: each for each in standing}
        found.update({each.edition.publication.path: each.edition.publication for each in self.look.made})
        return found

    @cached_property
    def _former(self):
        return set(FormerAddress.objects.filter(path__in=self._asked).values_list("path", flat=True))

    def _publication_at(self, path):
        """(the publication at or nearest above the path, the rest of the path)"""
        whole = DATA.sub("", path)
        steps = whole.split("/")
        for number in range(len(steps), 0, -1):
            above = "/".join(steps[:number])
            if above in self._publications:
                return self._publications[above], (whole if number == len(steps) else path)[len(above) + 1 :]
        return None, ""

    def _below(self, publication, rest, path):
        """Whether something stands at this address below a publication."""
        if rest in ("", "versions", "versions.json"):
            return True
        record = self.look.record
        if found := VERSION.match(rest):
            edition = record.version(publication.path, int(found[1]), int(found[2]))
            return edition is not None and _is_of_version(edition, found["file"] or "")
        edition = record.at(publication.path)
        if rest == edition.pdf_name or rest in {f"{file['slug']}.{file['kind']}" for file in edition.files}:
            return True
        folder, _, name = rest.partition("/")
        if folder == "files":
            return name in _files(edition)
        if folder == "items":
            return name.removesuffix(".json") in {item.get("slug") for item in edition.content.get("items", [])}
        below = record.at(f"{publication.path}/{rest.removesuffix('.pdf')}")
        return (below is not None and rest == below.pdf_name) or _is_fixed(path, record)

    def _has_moved(self, path):
        steps = path.split("/")
        return any("/".join(steps[:number]) in self._former for number in range(len(steps), 0, -1))


def _files(edition):
    return {f"{file['slug']}.{file['kind']}" for file in edition.files}


def _is_of_version(edition, rest):
    folder, _, name = rest.rpartition("/")
    return name in _files(edition) if folder == "files" else rest in ("", edition.pdf_name)


def _is_fixed(path, record):
    """Whether the site has a page of its own at this address: a list, the search, a feed."""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    if getattr(found.func, "capability", "") is not None:
        return False
    asked = set(found.kwargs)
    if asked == {"slug"} and path.startswith("/documents/"):
        return found.kwargs["slug"] in {each.slug for each in record.classes}
    # The page of a recipient is there with the first of its grants: mostly with the one that links to it.
    return asked <= {"year", "name", "month", "key"}
