"""Earlier versions, and what differs between them, in words."""

from html.parser import HTMLParser

from scrutiny.publication.site.documents import as_one_file, up_from
from scrutiny.publication.site.framing import file_links, pdf_link, render, version_rows
from scrutiny.workflow import differences

_BLOCKS = frozenset(
    "address article blockquote caption dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li ol p pre "
    "section table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def version_page(record, edition):
    """One version for good, as it was published; an earlier one says so first."""
    versions = record.versions(edition)
    newer = [each for each in versions if each.number > edition.number]
    base = f"{edition.get_absolute_url()}v{edition.version}/"
    return render(
        "version",
        record,
        path=f"{edition.publication.path}/v{edition.version}",
        title=f"{edition.title}: version {edition.version}",
        description=f"Version {edition.version} of “{edition.title}”.",
        about=edition,
        up=up_from(edition),
        newer=newer,
        superseded_on=newer[-1].published_at if newer else None,
        body=edition.html,
        take=[link for link in (pdf_link(edition, as_one_file(edition), base),) if link],
        files=file_links(edition, base),
        versions=version_rows(versions),
    )


def versions_page(record, edition):
    """All versions of one publication and what each changed."""
    versions = record.versions(edition, whole=True)
    rows = version_rows(versions)
    for place, row in enumerate(rows):
        if place + 1 < len(versions):
            row["before"] = versions[place + 1].version
            row["changes"] = between(versions[place + 1], versions[place])
            row["files"] = _files_between(versions[place + 1], versions[place])
    return render(
        "versions",
        record,
        path=f"{edition.publication.path}/versions",
        title=f"{edition.title}: versions",
        description=f"Every published version of “{edition.title}” and what each changed.",
        about=edition,
        up=up_from(edition),
        rows=rows,
        withdrawn=record.withdrawn_versions(edition),
    )


def between(older, newer):
    """What differs between the words of two Editions: [{what, under, pieces}], in reading order."""
    was, now = _Words(older.html), _Words(newer.html)
    headings, under, found = now.headings | was.headings, "", []
    for pieces in differences.compare("\n".join(was.lines), "\n".join(now.lines)):
        kinds = {piece.kind for piece in pieces if piece.text.strip()}
        text = "".join(piece.text for piece in pieces if piece.kind != differences.GONE)
        if text in headings:
            under = text
        if kinds - {differences.SAME}:
            what = {frozenset({differences.NEW}): "Added", frozenset({differences.GONE}): "Removed"}
            found.append({"what": what.get(frozenset(kinds), "Changed"), "under": under, "pieces": pieces})
    return found


def _files_between(older, newer):
    was = {file["slug"]: file for file in older.files}
    now = {file["slug"]: file for file in newer.files}
    said = [f"Added the file “{file['title']}”." for slug, file in now.items() if slug not in was]
    said += [
        f"Replaced the file “{file['title']}”."
        for slug, file in now.items()
        if slug in was and was[slug]["sha256"] != file["sha256"]
    ]
    return said + [f"Took out the file “{file['title']}”." for slug, file in was.items() if slug not in now]


class _Words(HTMLParser):
    """The words of finished HTML, one block a line, with white space as a browser shows it; and which are headings."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.lines, self.headings, self._now, self._heading = [], set(), [], False
        self.feed(html)
        self.close()
        self._end()

    def handle_starttag(self, tag, attrs):
        if tag in _BLOCKS:
            self._end()
        self._heading = self._heading or tag in _HEADINGS

    def handle_endtag(self, tag):
        if tag in _BLOCKS:
            self._end()
        if tag in _HEADINGS:
            self._heading = False

    def handle_data(self, data):
        self._now.append(data)

    def _end(self):
        text = " ".join("".join(self._now).split())
        self._now = []
        if text:
            self.lines.append(text)
            if self._heading:
                self.headings.add(text)
