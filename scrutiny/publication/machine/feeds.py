"""Atom feeds: what was published, every version of it, and what was put right."""

import datetime

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from scrutiny.publication.record import HEAVY
from scrutiny.workflow.models import Edition

MOST = 50
NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
BEGUN = 2018  # part of every entry's name for good; no meaning


class Feed(Atom1Feed):
    """A feed that says the same each time it is asked, an empty one as well."""

    def latest_post_date(self):
        """When the newest entry was published."""
        return max((item["updateddate"] for item in self.items), default=NEVER)


def publications(record, base):
    """Whatever was published last, each version by itself; grants, of which many come at once, have a feed of their own."""
    feed = _feed(record, base, "/feed.atom", "New publications", "/")
    shown = Edition.objects.readable().exclude(kind="award").select_related("publication").defer(*HEAVY)
    for edition in shown.order_by("-number")[:MOST]:
        version = "" if edition.minor == 0 and edition.major == 1 else f" (version {edition.version})"
        feed.add_item(
            title=f"{edition.title}{version}",
            link=base + edition.version_url,
            description=_html(edition.summary, edition.change_note if version else ""),
            pubdate=edition.published_at,
            updateddate=edition.published_at,
            unique_id=_name(base, f"/{edition.path}/v{edition.version}/"),
            categories=(edition.kind,),
        )
    return feed.writeString("utf-8")


def grants(record, base):
    """Grants that were published last, the newest first; those that changed again are told again."""
    feed = _feed(record, base, "/grants/feed.atom", "Grants", "/grants/")
    shown = Edition.objects.current().filter(kind="award").defer("parts", "manifest").order_by("-number")
    for edition in shown[:MOST]:
        content = edition.content
        note = content["demonstration_note"]
        feed.add_item(
            title=edition.title,
            link=base + edition.get_absolute_url(),
            description=_html(edition.summary + ".", content["purpose"], f"Demonstration: {note}" if note else ""),
            pubdate=edition.published_at,
            updateddate=edition.published_at,
            unique_id=_name(base, f"/{edition.path}/v{edition.version}/"),
        )
    return feed.writeString("utf-8")


def news(record, base):
    """News releases, the newest first; one that was corrected is told again, under the name that it had."""
    feed = _feed(record, base, "/news/feed.atom", "News", "/news/")
    shown = Edition.objects.current().filter(kind="news").defer("parts", "manifest").order_by("-date", "-number")
    for edition in shown[:MOST]:
        content = edition.content
        corrected = f"Corrected: {edition.change_note}" if edition.minor else ""
        note = f"Demonstration: {content['demonstration_note']}" if content["demonstration_note"] else ""
        feed.add_item(
            title=edition.title,
            link=base + edition.get_absolute_url(),
            description=_html(content["lead"], corrected, note),
            pubdate=edition.published_at,
            updateddate=edition.published_at,
            unique_id=_name(base, f"/{edition.path}/"),
        )
    return feed.writeString("utf-8")


def corrections(record, base):
    """Figures that were put right, the newest first."""
    feed = _feed(record, base, "/corrections/feed.atom", "Corrections", "/corrections/")
    for line in record.lines("correction")[:MOST]:
        feed.add_item(
            title=line.text,
            link=base + line.url,
            description=_html(line.data.get("notice") or line.text),
            pubdate=line.edition.published_at,
            updateddate=line.edition.published_at,
            unique_id=_name(base, line.url),
        )
    return feed.writeString("utf-8")


def _feed(record, base, address, title, about):
    name = record.office.display_name if record.office else "The public record"
    return Feed(
        title=f"{title}: {name}",
        link=base + about,
        description=title,
        author_name=name,
        feed_url=base + address,
        language="en-GB",
    )


def _html(*sentences):
    return escape(" ".join(sentence for sentence in sentences if sentence))


def _name(base, address):
    """A name for good (RFC 4151)."""
    host = base.partition("://")[2].partition(":")[0]
    return f"tag:{host},{BEGUN}:{address}"
