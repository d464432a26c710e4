"""What the figures say: the register of indicators by priority, and the page of one."""

from itertools import groupby

from scrutiny.publication.site.documents import document_page
from scrutiny.publication.site.framing import pdf_link, render

NOBODYS = {"slug": "", "title": "Without a priority"}


def indicators_page(record, priority=""):
    """Every indicator with its tile, by priority; of one priority if given."""
    every = indicator_groups(record)
    shown = [group for group in every if group["priority"]["slug"] == priority] or every
    only = shown[0]["priority"] if shown is not every else None
    return render(
        "indicators",
        record,
        path="indicators",
        title=f"Indicators: {only['title']}" if only else "Indicators",
        description="What is counted to know whether the Police and Crime Plan is delivered, and what the figures say.",
        groups=shown,
        only=only,
        choices=[(group["priority"], len(group["lines"])) for group in every],
    )


def indicator_groups(record):
    """[{priority, lines}] of the register of indicators, in the order of the plan; the newest plan first."""
    lines = sorted(record.lines("indicator"), key=lambda line: (line.data["place"][1:], line.text))
    lines.sort(key=lambda line: line.data["place"][0], reverse=True)
    order = {}
    for line in lines:
        order.setdefault((line.data["priority"] or NOBODYS)["slug"], len(order))
    lines.sort(key=lambda line: order[(line.data["priority"] or NOBODYS)["slug"]])
    return [
        {"priority": held[0].data["priority"] or NOBODYS, "lines": held}
        for _, found in groupby(lines, key=lambda line: (line.data["priority"] or NOBODYS)["slug"])
        if (held := list(found))
    ]


def indicator_page(record, edition):
    """One indicator: the figures as a file stand beside what it says."""
    file = {
        "url": f"{edition.get_absolute_url()[:-1]}.csv",
        "text": "Every figure, every revision",
        "kind_and_size": "CSV",
    }
    links = [pdf_link(edition, "Indicator"), file]
    return document_page(
        record,
        edition,
        lede=edition.content["question"],
        caption=edition.content["priority"]["title"] if edition.content["priority"] else "",
        take=[link for link in links if link],
    )
