"""The pages of the news: one release, and the releases of a year."""

from opcc_portal.office.dates import today
from scrutiny.publication.site.documents import document_page
from scrutiny.publication.site.framing import day_words, render

LARGE = 1200  # the width from which a shared link shows its picture large


def news_page(record, year=None):
    """The releases of a year, newest first; without a year those of the newest."""
    years = record.years("news")
    shown = year or next(iter(years), None)
    rows = record.listed("news", year=shown) if shown else []
    return render(
        "news_list",
        record,
        path=f"news/{year}" if year else "news",
        title=f"News in {year}" if year else "News",
        lede="" if year else "Releases to the press and the public. Each goes out to everybody at the same minute.",
        description="News releases of the office.",
        up=("/news/", "News") if year else None,
        groups=[{"heading": "" if year or shown == today().year else f"In {shown}", "rows": rows}] if rows else [],
        years=[(each, f"/news/{each}/", count, each == year) for each, count in years.items()],
        nothing="No release is published yet.",
    )


def release_page(record, edition):
    """One release, with what it speaks of as far as that is public."""
    content = edition.content
    known = record.of_subjects(set(content["about"]))
    return document_page(
        record,
        edition,
        template="news",
        caption=f"News release, {day_words(content['date'])}",
        lede="",  # stands in the body
        files=[],  # the pictures stand in the body
        social=social_of(edition),
        about_links=[known[subject] for subject in content["about"] if subject in known],
    )


def social_of(edition):
    """The picture that goes with a shared link: {url, width, height, alt, large}; None where there is none."""
    pictures = edition.content["pictures"]
    if not pictures:
        return None
    size = pictures[0]["sizes"][-1]
    return {
        "url": f"{edition.get_absolute_url()}files/{size['file']}",
        "width": size["width"],
        "height": size["height"],
        "alt": pictures[0]["alt"],
        "large": size["width"] >= LARGE,
    }
