"""Networks for the public: the list by level, and each on its page with what else is published about it."""

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.template.loader import render_to_string

from funding.open_data.models import PublicAward
from funding.rounds.money import in_pounds
from scrutiny.publication.record import HEAVY
from scrutiny.publication.site.documents import document_page
from scrutiny.publication.site.framing import day_words, render
from scrutiny.publication.site.grants import Sums, cube_of
from scrutiny.workflow.models import Edition

UP = ("/networks/", "Networks")
TITLE = "Networks and partnerships"
LEDE = "Whom we work with: networks that we lead or belong to, who is in them, what they agreed and what they do."
NEWEST = 6
MOST = 50  # looked at; of each kind the newest few are shown


def networks_page(record):
    """Every published network, by level."""
    groups = {}
    for edition in sorted(record.networks(), key=lambda each: each.title.casefold()):
        groups.setdefault(edition.content["level"], []).append(edition)
    return render("networks", record, path="networks", title=TITLE, description=LEDE, groups=list(groups.items()))


def network_page(record, edition):
    """One network; beneath its own words the news, grants and papers that are published."""
    content = edition.content
    linked = _linked(edition)
    body = edition.html + (render_to_string("public/parts/network_linked.html", linked) if any(linked.values()) else "")
    return document_page(
        record, edition, up=UP, caption=f"{content['level']} network", body=body, lede=content["status"], status=""
    )


def _linked(edition):
    """What else is published: {news, papers, grants}. News names it; papers and grants are of its subject. Two queries."""
    content = edition.content
    slug = content["priority"]["slug"] if content["priority"] else ""
    named = Q(kind="news", words__contains=f'"{edition.publication.subject}"')
    about = named | Q(kind__in=("report", "inspection", "minutes"), content__priority__slug=slug) if slug else named
    found = Edition.objects.current().alias(words=Cast("content", TextField())).filter(about)
    found = found.defer(*HEAVY).order_by("-date", "-number")[:MOST]
    return {
        "news": [each for each in found if each.kind == "news"][:NEWEST],
        "papers": [each for each in found if each.kind != "news"][:NEWEST],
        "grants": _grants(content, slug),
    }


def _grants(content, slug):
    """Published awards to its organisations, for its priority where it serves one; None without any."""
    names = [each["name"] for each in content["members"] if not each["is_person"]]
    to_others = Q(recipient__in=names, priority=slug) if slug else Q(recipient__in=names)
    found = PublicAward.objects.filter(Q(recipient=content["title"]) | to_others)
    rows = list(found.only("reference", "recipient", "title", "amount", "awarded_on", "is_demonstration")[:NEWEST])
    if not rows:
        return None
    sums = Sums.of(cube_of(found))
    listed = [
        {
            "url": f"/grants/{row.reference.lower()}/",
            "title": row.title or row.reference,
            "recipient": row.recipient,
            "amount": in_pounds(row.amount),
            "on": day_words(row.awarded_on.isoformat()),
            "is_demonstration": row.is_demonstration,
        }
        for row in rows
    ]
    return {"rows": listed, "sums": sums, "left_out": sums.awards + sums.withdrawn - len(rows)}
