"""The rows of the public pack. Made from Editions alone: what is not published is not known here, so it cannot get in."""

from opcc_portal.audit.operations import key
from scrutiny.meetings.models import Task
from scrutiny.meetings.publishing import item_slugs
from scrutiny.publication.packs import rows
from scrutiny.publication.packs.fit import fitness_of
from scrutiny.publication.packs.rows import row
from scrutiny.publication.record import Record
from scrutiny.workflow import published
from scrutiny.workflow.editions import stored_name
from scrutiny.workflow.models import Edition

NO_ACTIONS = "No open actions of earlier meetings are published yet."
NO_FILE = "The office holds no file of it."
NO_MINUTES = "They are not published yet."


class PublicPapers:
    """What is published for one meeting, in the order of its published agenda.

    `rows` are the papers; `without` the labels of items that have none; `actions` the open actions of earlier meetings,
    where an item brings them: their paper is made for the pack, and its row is marked by `made`.
    """

    def __init__(self, meeting):
        self.record = Record()
        self.subject = key(meeting)
        self.agenda = self.record.of_subject(self.subject)
        self.rows, self.without, self.actions = [], [], []
        if self.agenda is None or self.agenda.kind != "meeting":
            self.agenda = None
            return
        self.folder = self.record.of_meeting(self.subject)
        self.tasks = _tasks(meeting)
        self.rows.append(self._edition(self.agenda, "Agenda and list of papers", label="Agenda"))
        known = {item["slug"] for item in self.agenda.content["items"]}
        for item in self.agenda.content["items"]:
            made = self._of_item(item)
            if made:
                self.rows += [{**each, **_place(item)} for each in made]
            elif item["label"]:
                self.without.append(item["label"])
        for edition in self.folder.by_kind.get("report", ()):
            if edition.item_slug not in known:
                self.rows += self._report(edition)

    def _of_item(self, item):
        if stub := item["withheld"]:
            return [row(stub["title"], absent=rows.WITHHELD, reason=_reason(stub))]
        made = []
        task = self.tasks.get(item["slug"])
        if task == Task.PREVIOUS_MINUTES:
            made += self._last_minutes()
        elif task == Task.OPEN_ACTIONS:
            made += self._open_actions()
        for edition in self.folder.by_kind.get("report", ()):
            if edition.item_slug == item["slug"]:
                made += self._report(edition)
        files = {file["slug"]: file for file in self.agenda.files}
        slugs = [held["slug"] for held in item.get("files", ())]
        return made + [self._file(self.agenda, files[slug]) for slug in slugs if slug in files]

    def _report(self, light):
        edition = self.record.whole(light)
        content, files = edition.content, {file["slug"]: file for file in edition.files}
        note = ", ".join(words for words in (content.get("authors", ""), f"version {edition.version}") if words)
        made = [self._edition(edition, edition.title, note=note)]
        for held in content["attachments"]:
            label = f"{held['label']}: " if held["label"] else ""
            if not held["withheld"] and held["slug"] in files:
                made.append(self._file(edition, files[held["slug"]], label))
                continue
            absent = rows.WITHHELD if held["withheld"] else rows.MISSING
            reason = _reason(held["withheld"]) if held["withheld"] else NO_FILE
            made.append(row(label + held["title"], note="Attachment", absent=absent, reason=reason))
        return made

    def _edition(self, edition, title, **said):
        return row(
            title,
            pages=edition.pdf_pages,
            sha256=edition.pdf_sha256,
            ending="pdf",
            size=edition.pdf_size,
            url=edition.get_absolute_url(),
            file=f"{edition.version_url}{edition.pdf_name}",
            **said,
        )

    def _file(self, edition, file, label=""):
        made = row(
            label + file["title"],
            note="Attachment",
            pages=file["pages"] or 0,
            sha256=file["sha256"],
            ending=file["kind"],
            size=file["size"],
            url=edition.get_absolute_url(),
            file=f"{edition.version_url}files/{file['slug']}.{file['kind']}",
        )
        if file["kind"] != "pdf":
            return made | {"absent": rows.BESIDE, "reason": rows.NOT_A_PDF}
        if not file["tagged"]:
            return made | {"absent": rows.BESIDE, "reason": rows.NO_TAGS}
        if not fitness_of(file["sha256"], stored_name(file["sha256"], "pdf")).is_fit:
            return made | {"absent": rows.BESIDE, "reason": rows.NOT_FIT}
        return made

    def _last_minutes(self):
        series = self.agenda.content["series"]["slug"]
        meetings = Edition.objects.current().filter(kind="meeting", content__series__slug=series)
        before = meetings.filter(date__lt=self.agenda.date).defer("content", "parts", "manifest")
        last = before.order_by("-date", "-number").first()
        if last is None:
            return []
        note = published.in_words(last.date.isoformat())
        minutes = self.record.of_meeting(last.publication.subject).one("minutes")
        if minutes is None:
            return [row("Minutes of the last meeting", note=note, absent=rows.MISSING, reason=NO_MINUTES)]
        return [self._edition(minutes, "Minutes of the last meeting", note=note)]

    def _open_actions(self):
        """From the published register: open ones that earlier meetings of the series agreed."""
        register, day = self.record.at("actions"), self.agenda.date.isoformat()
        found = [each for each in register.content["rows"] if each["is_open"]] if register else []
        found = [each for each in found if each["meeting"]["date"] < day]
        ours = self._of_the_series({each["meeting"]["path"] for each in found})
        self.actions = [
            {
                "reference": each["reference"],
                "text": each["text"],
                "owner": each["owners"],
                "due": each["due_in_words"],
                "meeting": published.in_words(each["meeting"]["date"]),
            }
            for each in found
            if each["meeting"]["path"] in ours
        ]
        title = "Open actions of earlier meetings"
        if not self.actions:
            return [row(title, absent=rows.MISSING, reason=NO_ACTIONS)]
        return [row(title, ending="pdf", url="/actions/")]

    def _of_the_series(self, paths):
        """Which of these addresses are meetings of the same series."""
        series = self.agenda.content["series"]["slug"]
        meetings = Edition.objects.current().filter(kind="meeting", content__series__slug=series)
        return set(meetings.filter(publication__path__in=paths).values_list("publication__path", flat=True))


def _place(item):
    title = item["withheld"]["title"] if item["withheld"] else item["title"]
    return {"label": item["label"], "slug": item["slug"], "item": title}


def _reason(stub):
    """Why it is not public, as one line: reason and grounds."""
    grounds = "; ".join(stub["bases"])
    return f"{stub['reason']} {grounds}." if grounds else stub["reason"]


def _tasks(meeting):
    """{address of an item: what the portal brings to it}, nothing else of the desk's agenda."""
    tasks = dict(meeting.items.exclude(task=Task.NONE).values_list("pk", "task"))
    return {slug: tasks[pk] for pk, slug in item_slugs(meeting).items() if pk in tasks}
