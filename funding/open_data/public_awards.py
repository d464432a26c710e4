"""Published awards as rows that lists, filters and files read: made from the Edition, and from nothing else."""

from decimal import Decimal

from funding.open_data.giving import grant_of
from funding.open_data.models import PublicAward
from scrutiny.workflow.published import day

APRIL = 4
MOST_WORDS = 400  # an index of PostgreSQL holds no more than some two thousand bytes in a row


def year_of(date):
    """The financial year of a day, by the year in which it began."""
    return date.year if date.month >= APRIL else date.year - 1


def row_of_edition(edition):
    """The row of an award's Edition, not saved."""
    content = edition.content
    recipient, area, priority = content["recipient"], content["area"], content["priority"]
    round_, on = content["round"], day(content["awarded_on"])
    name = recipient["name"] if recipient else ""
    return PublicAward(
        edition=edition,
        reference=content["reference"],
        recipient_id=recipient["key"] if recipient else "",
        recipient=name,
        title=content["title"],
        amount=Decimal(content["amount"]),
        awarded_on=on,
        year=year_of(on),
        area=area["slug"] if area else "",
        area_name=area["name"] if area else "",
        priority=priority["slug"] if priority else "",
        priority_title=priority["title"] if priority else "",
        fund=content["fund"]["slug"],
        fund_name=content["fund"]["name"],
        round=round_["slug"] if round_ else "",
        round_label=round_["label"] if round_ else "",
        status=content["award_status"],
        is_demonstration=content["is_demonstration"],
        words="\n".join((name, content["title"], content["reference"])).lower()[:MOST_WORDS],
        grant=grant_of(content),
    )


def derive(edition):
    """Let lists and files have what the Edition says."""
    row_of_edition(edition).save(force_insert=True)


def forget(publication):
    """Take an award out of lists and files; all of them for None."""
    rows = PublicAward.objects.all()
    (rows.filter(edition__publication=publication) if publication else rows).delete()
