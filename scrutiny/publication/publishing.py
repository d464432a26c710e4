"""How the site's own pages and the register of actions are published."""

import re

from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify

from opcc_portal.richtext.cleaning import clean, to_plain
from scrutiny.minutes.models import MinuteEntry
from scrutiny.publication.models import ActionsRegister, SitePage
from scrutiny.publication.operations import NEEDED
from scrutiny.publication.packs.publishing import PackKind
from scrutiny.register.models import Action, ActionUpdate
from scrutiny.workflow import kinds, states
from scrutiny.workflow.models import Edition, Marking, State
from scrutiny.workflow.published import day, in_words, office_on

__all__ = ["ActionsKind", "PackKind", "PageKind"]


def _common(title, date, *, demonstration_note=""):
    """What the content of every kind holds."""
    return {
        "schema": 1,
        "title": title,
        "date": date.isoformat(),
        "office": office_on(date),
        "demonstration_note": demonstration_note,
        "marking": Marking.OFFICIAL.label,
        "priority": None,
        "status": "",
    }


# Publishing a page is the office's approval of it as well: nobody else has to sign it.
_ON_THE_WAY = {State.DRAFT: State.IN_REVIEW, State.IN_REVIEW: State.SIGNED}
_HEADING = re.compile(r"(</?)h([34])>")


@kinds.register
class PageKind(kinds.Kind):
    """A page of the site that the office writes itself, or a document under a class of the publication scheme."""

    name = "page"
    label = "Page"
    model = SitePage

    def load(self, pk):
        """With its class and file. A deleted page is not there."""
        return SitePage.objects.select_related("scheme_class", "upload").get(pk=pk, deleted=False)

    def why_not(self, record):
        """It must say something."""
        if not record.body.strip() and not record.upload_id:
            return "The page says nothing yet."
        if record.marking != Marking.OFFICIAL:
            return "Its marking is OFFICIAL-SENSITIVE. Such a page is never public."
        return ""

    def path(self, record):
        """accessibility, contact and privacy stand at the root, every other page among the documents."""
        return record.slug if record.slug in NEEDED else f"documents/{record.slug}"

    def date(self, content):
        """The day its text was last changed."""
        return day(content["date"])

    def summary(self, content):
        """The line that the office wrote for lists."""
        return content["summary"]

    def content(self, record):
        """Its words, cleaned once more, and its class."""
        return {
            **_common(
                record.title,
                timezone.localdate(record.changed_at),
                demonstration_note=record.demonstration_note,
            ),
            "summary": record.summary,
            "body": clean(record.body),
            "slug": record.slug,
            "scheme_class": record.scheme_class.name if record.scheme_class else "",
        }

    def parts(self, content):
        """The text; its headings are the first below the page's title."""
        body = _HEADING.sub(lambda found: f"{found[1]}h{int(found[2]) - 1}>", content["body"])
        return [["text", render_to_string("public/parts/page.html", {"content": content, "body": body})]]

    def files(self, record):
        """The document that the page introduces."""
        if not record.upload:
            return []
        return [kinds.FileToPublish(slugify(record.title)[:80] or record.slug, record.title, record.upload)]

    def search(self, edition):
        """The whole text."""
        content = edition.content
        words = "\n".join(part for part in (content["summary"], to_plain(content["body"])) if part)
        return [kinds.Entry(edition.get_absolute_url(), edition.title, words)]

    def published(self, record, edition, *, by):
        """It is public now, under its class."""
        while record.state in _ON_THE_WAY:
            states.move(record, _ON_THE_WAY[record.state], by=by)
        states.move(record, State.PUBLISHED, by=by)
        if edition.publication.scheme_class != record.scheme_class:
            edition.publication.scheme_class = record.scheme_class
            edition.publication.save(update_fields=["scheme_class"])

    def withdrawn(self, record, *, by):
        """It is no longer public."""
        if record.state == State.PUBLISHED:
            states.move(record, State.WITHDRAWN, by=by)

    def people(self, record):
        """Who wrote it last."""
        if not record.changed_by:
            return []
        return [("Written by", record.changed_by.name, timezone.localdate(record.changed_at).isoformat())]


@kinds.register
class ActionsKind(kinds.Kind):
    """The register of actions: every action that published minutes hold, as it stands on the day of publishing.

    Its words come from the Editions of those minutes, so it can say nothing that is not public already. What became of
    an action comes from the desk; an action that has been restricted since is left out.
    """

    name = "actions"
    label = "Register of actions"
    model = ActionsRegister

    def why_not(self, record):
        """There must be an action."""
        if not _published_actions():
            return "No published minutes hold an action yet."
        return ""

    def path(self, record):
        """One address for good."""
        return "actions"

    def date(self, content):
        """The day something last happened to one of them."""
        return day(content["date"])

    def summary(self, content):
        """How many there are, and how many are open."""
        count = len(content["rows"])
        still = sum(row["is_open"] for row in content["rows"])
        return f"{count} action{'s' if count != 1 else ''}, {still or 'none'} of them open"

    def content(self, record):
        """The rows, latest meeting first."""
        found = _published_actions()
        rows = [_row(action, public) for action, public in found]
        rows.sort(key=lambda row: row["meeting"]["date"], reverse=True)
        return {**_common("Actions", _last_change(found)), "rows": rows}

    def parts(self, content):
        """One table."""
        rows = [{**row, "when": in_words(row["meeting"]["date"])} for row in content["rows"]]
        return [["register", render_to_string("public/parts/actions.html", {"rows": rows})]]

    def lines(self, edition):
        """The present state of each action, by the address and reference that its line in the register has."""
        return [
            kinds.Line(
                register="action",
                reference=row["reference"],
                date=day(row["meeting"]["date"]),
                text=row["text"],
                url=row["url"],
                data={name: row[name] for name in ("state", "is_open", "owners", "due", "meeting", "item_slug")},
            )
            for row in edition.content["rows"]
        ]

    def search(self, edition):
        """The register itself; its actions are found in their minutes."""
        return [kinds.Entry(edition.get_absolute_url(), edition.title, edition.summary)]

    def desk_url(self, record):
        """The desk's own register."""
        return "/desk/actions/"


def _published_actions():
    """[(Action, what its minutes say of it in public)] in the order of the minutes. Three queries."""
    public = {}
    editions = Edition.objects.current().filter(kind="minutes").order_by("-date", "-number")
    for content, path in editions.values_list("content", "publication__path"):
        for row in content["actions"]:
            public[row["uid"]] = {**row, "meeting": content["meeting"], "path": path}
    entries = (
        MinuteEntry.objects.filter(uid__in=list(public), action__isnull=False)
        .select_related("action", "restriction", "minuted_item__item__restriction")
        .prefetch_related("action__owners")
    )
    kept = {
        str(entry.uid): entry.action
        for entry in entries
        if not entry.is_restricted and not entry.minuted_item.item.is_withheld
    }
    return [(kept[uid], said) for uid, said in public.items() if uid in kept]


def _row(action, said):
    """The words of the minutes, and what the desk knows of it today."""
    return {
        "reference": said["reference"],
        "text": said["text"],
        "owners": action.owners_in_words,
        "due": action.due.isoformat() if action.due else action.due_as_said,
        "due_in_words": action.due_in_words,
        "state": _state(action),
        "is_open": action.is_open,
        "meeting": {
            "name": said["meeting"]["name"],
            "date": said["meeting"]["date"],
            "path": said["path"].rpartition("/")[0],
        },
        "item_slug": said["item_slug"],
        "url": f"/{said['path']}/#entry-{said['uid']}",
    }


def _state(action):
    """What the public is told. Overdue would change from day to day; proposed closed is not closed."""
    if action.status == Action.Status.WITHDRAWN:
        return action.get_status_display()
    return action.state_in_words if action.closed_on else "Open"


def _last_change(found):
    last = ActionUpdate.objects.filter(action__in=[action for action, _ in found]).aggregate(at=Max("at"))["at"]
    return timezone.localdate(last) if last else max(action.raised_on for action, _ in found)
