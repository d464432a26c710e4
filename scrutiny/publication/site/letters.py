"""The pages of letters: one letter, and the letters of a year."""

from scrutiny.publication.site.documents import document_page
from scrutiny.publication.site.framing import day_words, render


def letters_page(record, year=None):
    """The letters of a year, newest first; without a year those of the newest."""
    years = record.years("letter")
    shown = year or next(iter(years), None)
    rows = record.listed("letter", year=shown) if shown else []
    return render(
        "list",
        record,
        path=f"letters/{year}" if year else "letters",
        title=f"Letters in {year}" if year else "Letters",
        lede="" if year else "Letters that the office sent and publishes. Addresses and signatures are left out.",
        description="Letters of the office that are published.",
        up=("/letters/", "Letters") if year else ("/documents/", "Documents"),
        groups=[{"heading": "" if year else f"In {shown}", "rows": rows}] if rows else [],
        years=[(each, f"/letters/{each}/", count, each == year) for each, count in years.items()],
        nothing="No letter is published yet.",
    )


def letter_page(record, edition):
    """One letter."""
    content = edition.content
    return document_page(
        record,
        edition,
        caption=f"Letter {content['number']}, {day_words(content['date'])}",
        lede="",  # stands in the body
        status="",  # stands in the caption
    )
