"""How a network is published: what it is, when it began by which source, who belongs to it, what it agreed and did.

Sources of memberships, agreements, events and posts, who holds a funded post and what it costs stay with the office. What
is linked to it elsewhere (news, grants, reports) the public page finds among what is published.
"""

from django.template.loader import render_to_string

from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from scrutiny.partnerships.launching import began
from scrutiny.partnerships.models import Network
from scrutiny.workflow import kinds
from scrutiny.workflow.kinds import ERROR, WARNING, Entry, FileToPublish, Finding, Secret
from scrutiny.workflow.published import common, day_of, in_words

SCHEME_CLASS = "who-we-are"
WITH = ("memberships__person", "memberships__organisation", "launches", "agreements__upload", "events__speakers__organisation",
        "events__hosts", "funded_posts__organisation", "funded_posts__funder", "funded_posts__holder")  # fmt: skip


@kinds.register
class NetworkKind(kinds.Kind):
    """A network or partnership, as a page."""

    name = "network"
    label = "Network"
    model = Network
    scheme_class = SCHEME_CLASS

    def load(self, pk):
        """With everything that its content says."""
        return Network.objects.select_related("organisation", "priority").prefetch_related(*WITH).get(pk=pk)

    def why_not(self, record):
        """What it is for has to be said."""
        return "" if record.purpose.strip() else "It does not say yet what the network is for."

    def path(self, record):
        """By its name."""
        return f"networks/{record.slug}"

    def summary(self, content):
        """What level, and since when."""
        since = content["launch"]["in_words"]
        began_in = f" Sources disagree when it began: {since}." if content["launch"]["is_open"] else ""
        return f"{content['level']} network.{began_in or (f' Began {since}.' if since else '')}"

    def date(self, content):
        """The newest day that it speaks of."""
        return day_of(content)

    def content(self, record):
        """All that the public gets."""
        body = record.organisation
        note = record.demonstration_note
        return {
            **common(
                body.name,
                _newest_day(record),
                demonstration_note=note,
                status=f"Ended on {in_words(record.ended_on.isoformat())}" if record.ended_on else "",
                priority=record.priority,
            ),
            "slug": record.slug,
            "short_name": body.short_name,
            "website": body.website,
            "level": record.get_level_display(),
            "purpose": record.purpose,
            "ended_on": _iso(record.ended_on),
            "launch": _launch(record),
            "members": [_member(each) for each in record.memberships.all()],
            "agreements": [_agreement(each) for each in record.agreements.all()],
            "events": [_event(each, note) for each in record.events.all()],
            "funded_posts": [_post(each) for each in record.funded_posts.all()],
        }

    def parts(self, content):
        """What it is; then who belongs to it; then what it did."""
        return [["network", render_to_string("public/parts/network.html", _as_read(content))]]

    def files(self, record):
        """Agreements of which the office said so."""
        return [
            FileToPublish(f"agreement-{number}", each.title, each.upload)
            for number, each in enumerate(record.agreements.all(), 1)
            if each.upload_id and each.publish_file
        ]

    def secrets(self, record):
        """Who holds a funded post, where the person is not named as a member anyway."""
        named = {each.person.name for each in record.memberships.all() if each.person_id}
        named |= {speaker.name for event in record.events.all() for speaker in event.speakers.all()}
        return [
            Secret(post.holder.name, f"Funded post {post}", post.get_absolute_url())
            for post in record.funded_posts.all()
            if post.holder_id and post.holder.name not in named
        ]

    def findings(self, record, content):
        """A disagreement that nobody has decided; nobody who belongs to it; an empty list of sources."""
        url, link = record.get_absolute_url(), "Go to the network"
        found = []
        if content["launch"]["is_open"]:
            text = "The page will show all of them. Decide for one, or say why they stand."
            quote = content["launch"]["in_words"]
            found.append(
                Finding("launch-disagrees", WARNING, "Sources disagree about the launch", text, quote, url, link)
            )
        if not content["launch"]["sources"]:
            title = "No source says when the network began"
            found.append(Finding("launch-unknown", WARNING, title, "The page will say so.", url=url, link=link))
        if not content["members"]:
            title = "Nobody belongs to this network"
            found.append(Finding("no-members", ERROR, title, "Add its members first.", url=url, link=link))
        return found

    def passes(self, record, content):
        """That the sources agree."""
        launch = content["launch"]
        if launch["sources"] and not launch["is_open"]:
            return ["The launch is decided" if launch["because"] else "The sources of the launch agree"]
        return []

    def search(self, edition):
        """All of its words, and the people named."""
        content = edition.content
        words = [content["purpose"], *(f"{each['name']} {each['role']}" for each in content["members"])]
        for event in content["events"]:
            words += [
                event["title"],
                event["summary"],
                *(f"{each['name']} {each['post']}" for each in event["speakers"]),
            ]
        words += [f"{each['title']} {each['summary']}" for each in content["agreements"]]
        words += [f"{each['title']} {each['purpose']}" for each in content["funded_posts"]]
        people = tuple(dict.fromkeys(each["name"] for each in content["members"] if each["is_person"]))
        slug = content["priority"]["slug"] if content["priority"] else ""
        text = "\n".join(filter(None, words))
        return [Entry(edition.get_absolute_url(), edition.title, text, people=people, priority=slug)]


# --- content ---------------------------------------------------------------------------------------------------------------


def _newest_day(network):
    """The newest day that it speaks of, at most today; else that of its last Edition, else today."""
    days = [network.ended_on, *(each.signed_on for each in network.agreements.all())]
    days += [each.starts for each in (*network.memberships.all(), *network.funded_posts.all())]
    days += [each.ends for each in network.memberships.all()]
    days += [each.first for each in (*network.launches.all(), *network.events.all())]
    past = [each for each in days if each and each <= today()]
    if past:
        return max(past)
    before = kinds.current_edition(network)
    return before.date if before else today()


def _launch(network):
    told = began(network.launches.all())
    return {
        "in_words": told.in_words,
        "is_open": told.is_open,
        "because": told.chosen.chosen_because if told.chosen else "",
        "disagree": told.disagree,
        "sources": [
            {"day": each.as_text, "in_words": each.in_words, "source": each.source, "is_chosen": bool(each.chosen_at)}
            for each in told.said
        ],
    }


def _member(membership):
    person, body = membership.person, membership.organisation
    return {
        "name": person.name if person else body.name,
        "letters": person.post_nominals if person else "",
        "is_person": person is not None,
        "organisation": body.name if person and body else "",
        "part": membership.get_part_display(),
        "role": membership.role,
        "starts": _iso(membership.starts),
        "ends": _iso(membership.ends),
    }


def _agreement(agreement):
    return {
        "title": agreement.title,
        "signed_on": _iso(agreement.signed_on),
        "signatories": [line.strip() for line in agreement.signatories.splitlines() if line.strip()],
        "summary": agreement.summary,
    }


def _event(event, note):
    return {
        "title": event.title,
        "day": event.as_text,
        "in_words": event.in_words,
        "venue": event.venue,
        "attendance": event.attendance,
        "audience": event.audience,
        "summary": event.summary,
        "demonstration_note": event.demonstration_note if event.demonstration_note != note else "",
        "hosts": sorted(each.name for each in event.hosts.all()),
        "speakers": [_speaker(each) for each in event.speakers.all()],
        "subject": key(event),
    }


def _speaker(speaker):
    body = speaker.organisation.name if speaker.organisation else ""
    # "Independent Anti-Slavery Commissioner, Office of the Independent Anti-Slavery Commissioner" says it twice.
    return {
        "name": speaker.name,
        "post": speaker.post,
        "organisation": "" if speaker.post and speaker.post in body else body,
    }


def _post(post):
    return {
        "title": post.title,
        "kind": post.get_kind_display(),
        "organisation": post.organisation.name,
        "funder": post.funder.name if post.funder else "",
        "programme": post.programme,
        "purpose": post.purpose,
        "starts": _iso(post.starts),
        "ends": _iso(post.ends),
    }


def _iso(date):
    return date.isoformat() if date else None


# --- what the page prints ---------------------------------------------------------------------------------------------------


def _as_read(content):
    """The content as the page prints it: people by part, bodies by role, days in words."""
    members = [each | {"time": _time(each)} for each in content["members"]]
    now = [each for each in members if not each["ends"]]
    rows = [("Level", content["level"]), ("Short form", content["short_name"])]
    rows += [("Ended", in_words(content["ended_on"]))] if content["ended_on"] else []
    return {
        "content": content,
        "rows": [row for row in rows if row[1]],
        "people": [each for each in now if each["is_person"]],
        "bodies": _by_role([each for each in now if not each["is_person"]]),
        "earlier": [each for each in members if each["ends"]],
        "agreements": [each | {"on": _words(each["signed_on"])} for each in content["agreements"]],
        "funded_posts": [each | {"time": _time(each)} for each in content["funded_posts"]],
    }


def _words(text):
    return in_words(text) if text else ""


def _time(row):
    """From 1 October 2017 until 3 May 2018; empty where neither is known."""
    words = [
        f"from {_words(row['starts'])}" if row["starts"] else "",
        f"until {_words(row['ends'])}" if row["ends"] else "",
    ]
    return " ".join(filter(None, words))


def _by_role(bodies):
    found = {}
    for each in bodies:
        found.setdefault(each["role"] or each["part"], []).append(each["name"])
    return [(role, sorted(names)) for role, names in sorted(found.items(), key=lambda pair: pair[0].casefold())]
