"""The statements on the national measures for the public: the list, and one statement with the way to its figures."""

from django.utils.html import format_html

from scrutiny.publication.site.documents import document_page
from scrutiny.publication.site.framing import render

TITLE = "National measures"
UP = ("/measures/", TITLE)


def measures_page(record):
    """Every statement, the newest quarter first."""
    return render(
        "measures",
        record,
        path="measures",
        title=TITLE,
        description="How the force contributes to the national crime and policing measures, told once a quarter.",
        statements=record.listed("measures"),
    )


def statement_page(record, edition):
    """The statement of one quarter. An indicator leads to its figures as long as they are published."""
    content, body = edition.content, edition.html
    subjects = {each["subject"] for line in content["lines"] for each in line["indicators"]}
    known = record.of_subjects(subjects) if subjects else {}
    for line in content["lines"]:
        for number, each in enumerate(line["indicators"], 1):
            if figures := known.get(each["subject"]):
                start = format_html('id="{}-shown-{}">Shown by: ', line["anchor"], number)
                title = format_html("{}", each["title"])
                link = format_html('<a href="{}">{}</a>', figures.get_absolute_url(), each["title"])
                body = body.replace(f"{start}{title}", f"{start}{link}", 1)
    return document_page(record, edition, body=body, up=UP)
