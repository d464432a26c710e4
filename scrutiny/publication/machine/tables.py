"""The registers as CSV: one line each, addresses complete, no cell that a spreadsheet would run."""

from scrutiny.publication.machine import twins
from scrutiny.register.csv_file import csv_text
from scrutiny.workflow.models import Edition


def actions(record, base):
    """The register of actions."""
    columns = ("reference", "text", "owners", "due", "state", "meeting", "on", "url")
    headings = ("Reference", "Action", "Owners", "Due", "State", "Meeting", "Agreed on", "Address")
    return _text(headings, columns, twins.actions(record, base)["items"])


def corrections(record, base):
    """The log of corrections."""
    columns = (
        "date",
        "measure",
        "period",
        "old",
        "new",
        "said_by",
        "paper",
        "attachment",
        "page",
        "recorded_in",
        "url",
    )
    headings = ("Date", "Figure", "Period", "Was", "Is", "Said by", "Paper", "File", "Page", "Recorded in", "Address")
    return _text(headings, columns, twins.corrections(record, base)["items"])


def decisions(record, base):
    """The register of decisions."""
    columns = ("date", "reference", "title", "maker", "url")
    return _text(
        ("Date", "Reference", "Decision", "Made by", "Address"), columns, twins.decisions(record, base)["items"]
    )


def indicators(record, base):
    """What every indicator says."""
    columns = ("title", "priority", "area", "says", "figure", "period", "status", "known_since", "sentence", "owner")
    headings = ("Indicator", "Priority", "Area", "Verdict", "Latest figure", "Period", "Status", "Known since")
    headings += ("What it says", "Owner", "Synthetic", "Address", "Figures")
    return _text(headings, (*columns, "synthetic", "url", "csv"), twins.indicators(record, base)["items"])


def duties(record, base):
    """The board of statutory duties as it was published last."""
    headings = ("Code", "Group", "Duty", "What has to be done", "Citation", "State", "Why", "Next due", "Time allowed")
    headings += ("Told by", "Record", "Address", "As on")
    columns = ("title", "text", "citation", "state_words", "words", "next_due", "interval", "told_by", "record")
    edition = record.at("duties")
    rows = [
        (line["code"], group["name"], *(line[name] for name in columns), _whole(line["url"], base), edition.date)
        for group in (edition.content["groups"] if edition else ())
        for line in group["lines"]
    ]
    return csv_text(headings, rows)


def _whole(url, base):
    return base + url if url.startswith("/") else url


def figures(edition):
    """Every figure of one indicator, each with its revisions: one line a revision."""
    content = edition.content
    end = (content["unit"], content["attribution"], content["synthetic"])
    headings = ("Indicator", *content["table"]["columns"], "Unit", "Attribution", "Synthetic")
    return csv_text(headings, [(content["title"], *row, *end) for row in content["table"]["rows"]])


def grants_of_month(contents, base):
    """The grants of a month: what the Specified Information Order asks for, one line a grant."""
    headings = ("Reference", "Recipient", "Project", "Purpose", "Conditions", "Reasons", "Amount", "Awarded on", "Fund")
    headings += ("Status", "Demonstration", "Address")
    rows = (
        (
            each["reference"],
            _recipient(each),
            *(each[name] for name in ("title", "purpose")),
            each["conditions"] or "None",
            each["reasons"],
            each["amount"],
            each["awarded_on"],
            each["fund"]["name"],
            each["award_status_words"],
            "Yes" if each["is_demonstration"] else "No",
            f"{base}/grants/{each['reference'].lower()}/",
        )
        for each in contents
    )
    return csv_text(headings, rows)


def _recipient(content):
    """Who received it; of somebody who is not named, why."""
    if content["recipient"]:
        return content["recipient"]["name"]
    if content["withheld"]:
        return f"Withheld: {content['withheld']['reason']}"
    return "A person, not named"


def meetings(record, base):
    """Every meeting that is published."""
    headings = ("Date", "Starts", "Ends", "Meeting", "Place", "Status", "Version", "Published", "Address")
    rows = []
    for edition in (
        Edition.objects.current().filter(kind="meeting").defer("parts", "manifest").order_by("-date", "-number")
    ):
        said = edition.content["meeting"]
        rows.append(
            (
                edition.date,
                said.get("starts", ""),
                said.get("ends", ""),
                edition.title,
                said.get("venue", ""),
                said.get("status", ""),
                edition.version,
                edition.published_at,
                base + edition.get_absolute_url(),
            )
        )
    return csv_text(headings, rows)


def _text(headings, columns, rows):
    return csv_text(headings, [[_cell(row[name]) for name in columns] for row in rows])


def _cell(value):
    """The title of what a cell names."""
    return value["title"] if isinstance(value, dict) else value
