"""How a pack is published: from what is published already, as one file, with a list of what is in it."""

import datetime

from django.template.loader import render_to_string
from django.urls import reverse

from opcc_portal import pdf
from opcc_portal.audit.operations import key
from scrutiny.publication.models import Pack
from scrutiny.publication.packs import rows
from scrutiny.publication.packs.building import Assembly, page_count, sha256_of
from scrutiny.publication.packs.public import PublicPapers
from scrutiny.workflow import kinds, papers, published
from scrutiny.workflow.editions import stored_name
from scrutiny.workflow.models import Marking, Publication

NO_AGENDA = "The agenda is not published yet. The pack is made from what is published."


@kinds.register
class PackKind(kinds.Kind):
    """The public pack of a meeting: its published agenda and papers in one file."""

    name = "pack"
    label = "Pack"
    model = Pack
    pdf_name = "pack.pdf"
    scheme_class = "how-we-make-decisions"
    pdf_profiles = ("ua1",)  # files of others need not be made for an archive

    def load(self, pk):
        """With its meeting."""
        return Pack.objects.select_related("meeting__series").get(pk=pk)

    def why_not(self, record):
        """The agenda must be public: the pack is made from what is."""
        if kinds.current_edition(record.meeting) is None:
            return NO_AGENDA
        return ""

    def path(self, record):
        """Below the meeting."""
        return f"{kinds.public_path(record.meeting) or kinds.named('meeting').path(record.meeting)}/pack"

    def belongs_to(self, record):
        """Its meeting."""
        return key(record.meeting)

    def date(self, content):
        """The day of the meeting."""
        return published.day(content["date"])

    def summary(self, content):
        """The agenda and 6 papers in one file. 2 more are not in it."""
        inside, outside = len(rows.in_pack(content["rows"])) - 1, sum(bool(row["absent"]) for row in content["rows"])
        said = f"The agenda and {inside} paper{'' if inside == 1 else 's'} in one file."
        if outside:
            said += f" {outside} more {'is' if outside == 1 else 'are'} not in it."
        return said

    def content(self, record):
        """The papers with their pages and hashes; the same as in the newest version as long as no paper has changed."""
        found = PublicPapers(record.meeting)
        content = self._content(found)
        pack = self._pack(content)
        front = pack.measure()
        content["front"] = front
        content["rows"] = rows.numbered(pack.rows, front)
        newest = Publication.objects.filter(subject=key(record)).select_related("current").first()
        before = newest.current if newest else None
        if before is None:
            return content
        if _same(before.content, content):
            return before.content
        content["since"] = before.version
        content["changes"] = rows.changes(before.content["rows"], content["rows"])
        content["front"] = self._pack(content).measure()  # the page of changes is part of the cover
        content["rows"] = rows.numbered(content["rows"], content["front"])
        content["changes"] = rows.changes(before.content["rows"], content["rows"])
        return content

    def is_behind(self, record, edition):
        """Whether this newest Edition of it was built from something else than what is published now."""
        found = PublicPapers(record.meeting)
        return found.agenda is not None and not _same(edition.content, self._content(found))

    def _content(self, found):
        agenda = found.agenda.content
        facts = [fact for fact in agenda["facts"] if fact[0] == "When"]
        meeting = agenda["meeting"]
        content = {
            "schema": 1,
            "title": f"Pack: {agenda['title']}",
            "date": agenda["date"],
            "office": agenda["office"],
            "demonstration_note": agenda["demonstration_note"],
            "marking": Marking.OFFICIAL.label,
            "priority": None,
            "status": "",
            "path": found.agenda.publication.path,
            "meeting": {"name": meeting["name"], "date": meeting["date"]},
            "meeting_subject": found.subject,
            "facts": facts,
            "rows": found.rows,
            "without": rows.labels_in_words(found.without),
            "actions": found.actions,
            "since": "",
            "changes": [],
            "front": 0,
        }
        for row in content["rows"]:
            if _is_made(row):
                stored = self._actions_paper(content)
                row["sha256"], row["size"] = sha256_of(stored)
                row["pages"] = page_count(stored)
        return content

    def _pack(self, content, imprint=None):
        """The pack in the making, from the content alone."""
        logo = published.logo_of(content)
        pack = Assembly(context=_context(content, imprint, logo), logo=logo)
        for row in content["rows"]:
            if row["absent"]:
                pack.add(row)
            else:
                made = _is_made(row) and imprint is not None
                pack.add(row, self._actions_paper(content) if made else stored_name(row["sha256"], "pdf"))
        return pack

    def _actions_paper(self, content):
        logo = published.logo_of(content)
        context = _context(content, None, logo) | {
            "kind": "Matters arising",
            "title": "Open actions of earlier meetings",
            "status": "From the published register of actions",
            "version": "Pack",
        }
        context["description"] = f"Open actions for the meeting of {context['date']}"
        return papers.laid_out(render_to_string("pdf/pack_actions.html", context), logo)

    def parts(self, content):
        """What is in the pack, and what changed since the version before."""
        context = {
            "content": content,
            "rows": rows.for_print(content["rows"]),
            "date": published.in_words(content["date"]),
        }
        parts = [["contents", render_to_string("public/parts/pack.html", context)]]
        if content["changes"]:
            parts.insert(0, ["changes", render_to_string("public/parts/pack_changes.html", context)])
        return parts

    def make_pdf(self, content, imprint, progress=None):
        """All papers merged, from the files that are named in the content by their hash."""
        pack = self._pack(content, imprint)
        pack.number(content["front"])
        for row, stored in zip(pack.rows, pack.stored, strict=True):
            if stored and (found := _hash_of(stored)) != row["sha256"]:
                what = "is missing from the store" if not found else "is not the file that was published"
                raise pdf.RenderFailed(
                    f"The pack was not made, because the file of “{row['title']}” {what}. Tell the administrator: a backup "
                    "has to bring it back.",
                    reason="file",
                )
        when = datetime.datetime.combine(imprint.published_on, datetime.time(), datetime.UTC)
        return pack.build(content["front"], title=content["title"], subject=self.summary(content), when=when)

    def secrets(self, record):
        """What the agenda and the reports keep from the public must not come in through a file either."""
        meeting = record.meeting
        said = list(kinds.named("meeting").secrets(meeting))
        for report in meeting.reports.all():
            said += kinds.named("report").secrets(report)
        return said

    def findings(self, record, content):
        """Papers that are still missing."""
        return [
            kinds.Finding(
                code="pack-gap",
                severity=kinds.WARNING,
                title=f"“{row['title']}” is not in the pack",
                text=f"{row['reason']} If it comes later, the pack gets a new version.",
                url=reverse("pack", args=[record.meeting_id]),
                link="Look at the pack",
            )
            for row in content["rows"]
            if row["absent"] == rows.MISSING
        ]

    def passes(self, record, content):
        """What is in order."""
        passed = ["Every paper in the pack is published already"]
        if any(row["absent"] == rows.WITHHELD for row in content["rows"]):
            passed.append("What is restricted is not in the pack and says why")
        return passed

    def desk_url(self, record):
        """Where packs are built."""
        return record.get_absolute_url()


def _is_made(row):
    """The paper of open actions, which has no address of its own: it is made for the pack."""
    return not row["absent"] and not row["file"]


def _same(before, now):
    names = ("title", "date", "office", "demonstration_note", "path", "facts", "without", "actions")
    if any(before.get(name) != now[name] for name in names):
        return False
    places = ("first", "last")
    return [_without(row, places) for row in before["rows"]] == [_without(row, places) for row in now["rows"]]


def _without(row, names):
    return {name: value for name, value in row.items() if name not in names}


def _hash_of(stored):
    try:
        return sha256_of(stored)[0]
    except FileNotFoundError:
        return ""


def _context(content, imprint, logo):
    day = published.in_words(content["date"])
    version = imprint.version if imprint else "0.0"
    on = imprint.published_on if imprint else datetime.date(2000, 12, 28)
    stamp = datetime.datetime.combine(on, datetime.time(), datetime.UTC)
    return {
        "office": content["office"],
        "kind": "Public pack",
        "title": content["meeting"]["name"],
        "full_title": f"{content['title']}",
        "date": day,
        "version": f"Pack {version}",
        "status": f"Public. Pack {version}, {on:%-d %B %Y}",
        "facts": content["facts"],
        "demonstration_note": content["demonstration_note"],
        "logo": papers.LOGO if logo else "",
        "description": f"Agenda and papers of the {content['meeting']['name']} of {day}",
        "without": content["without"],
        "actions": content["actions"],
        "since": content["since"],
        "changes": content["changes"],
        "private": "",
        "imprint": imprint,
        "created": stamp,
        "modified": stamp,
    }
