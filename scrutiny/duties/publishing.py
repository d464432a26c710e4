"""How the board of duties is published: as on a day, from what is public and what the office confirms, and nothing else.

The desk's board may name a private meeting without minutes; the public one is computed over public facts alone, so that
nothing private can be read from it. Where the desk finds a line worse than the public can see, a warning asks for a reason.
"""

from django.template.loader import render_to_string

from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.duties.board import board, groups, in_short, interval_in_words, pieces_of, public_board
from scrutiny.duties.facts import SCHEME_CLASS
from scrutiny.duties.models import Board, State
from scrutiny.workflow import kinds
from scrutiny.workflow.kinds import WARNING, Entry, Finding
from scrutiny.workflow.published import common, cover, day, day_of, in_words, logo_of

WORST = (State.OVERDUE, State.DUE_SOON)
DUE_BEGINS = {State.OVERDUE: "Was due", State.MET: "Next due"}


@kinds.register
class DutiesKind(kinds.Kind):
    """The board of statutory duties on a day."""

    name = "duties"
    label = "Board of duties"
    model = Board
    pdf_name = "duties.pdf"
    scheme_class = SCHEME_CLASS

    def why_not(self, record):
        """It has lines as soon as somebody has opened it."""
        return "" if public_board() else "The board has no line yet."

    def path(self, record):
        """One address for good."""
        return "duties"

    def date(self, content):
        """The day on which it was looked at."""
        return day_of(content)

    def summary(self, content):
        """2 overdue, 1 due soon, 12 met."""
        return content["in_short"]

    def content(self, record):
        """Every line in use with its state, from public facts."""
        lines, on = public_board(), today()
        office = Office.on(on)
        return {
            **common(
                "Board of statutory duties",
                on,
                demonstration_note=office.demonstration if office else "",
                status=f"As on {on:%-d %B %Y}",
            ),
            "in_short": in_short(lines),
            "groups": [{"name": name, "lines": [_line(line) for line in several]} for name, several in groups(lines)],
        }

    def parts(self, content):
        """The day, then each group with its lines."""
        as_on = f"As on {in_words(content['date'])}: {content['in_short']}."
        return [["duties", render_to_string("public/parts/duties.html", {"groups": _as_read(content), "as_on": as_on})]]

    def paper(self, content, imprint):
        """The same as a paper."""
        logo = logo_of(content)
        context = cover(content, imprint, kind="Duties", logo=logo)
        context |= {
            "title": content["title"],
            "full_title": f"{content['title']}, {in_words(content['date'])}",
            "description": f"{content['title']} on {in_words(content['date'])}",
            "keywords": "duties, publication, specified information",
            "facts": [("As on", in_words(content["date"])), ("In short", content["in_short"])],
            "groups": _as_read(content),
        }
        return render_to_string("scrutiny/duties/public_pdf.html", context), logo

    def findings(self, record, content):
        """What the desk knows and the public cannot see."""
        public = {each["code"]: each for group in content["groups"] for each in group["lines"]}
        for line in board():
            said = public.get(line.duty.code)
            if line.duty.query == "prominent_place":
                continue  # it is met by this very act
            if said and line.state in WORST and _rank(said["state"]) < _rank(line.state):
                yield Finding(
                    code="duty-differs",
                    severity=WARNING,
                    title=f"“{line.duty.title}” reads {said['state_words'].lower()}; the desk finds it {line.state.label.lower()}",
                    text="The public board knows only what is published. Mend it first, or say why it may stand like this.",
                    quote=line.words,
                    url=line.duty.get_absolute_url(),
                    link="Go to the line",
                )

    def passes(self, record, content):
        """That every line is computed or confirmed."""
        count = sum(len(group["lines"]) for group in content["groups"])
        return [f"All {count} lines are computed from what is published, or say what the office confirms"]

    def search(self, edition):
        """Every line with its citation."""
        said = [
            " ".join((each["title"], each["text"], each["citation"]))
            for group in edition.content["groups"]
            for each in group["lines"]
        ]
        return [Entry(edition.get_absolute_url(), edition.title, "\n".join(said))]


def _rank(state):
    """How pressing a state is."""
    return {State.OVERDUE: 2, State.DUE_SOON: 1}.get(state, 0)


def _line(line):
    """A line as the public gets it: no owner, no desk address."""
    duty = line.duty
    return {
        "code": duty.code,
        "title": duty.title,
        "text": duty.text,
        "citation": duty.citation,
        "law_url": duty.law_url,
        "state": str(line.state.value),
        "state_words": line.state.label,
        "words": line.words,
        "next_due": line.next_due.isoformat() if line.next_due else "",
        "interval": interval_in_words(duty),
        "told_by": line.query.words if line.query and not line.is_confirmed else "The office looks and confirms it.",
        "record": line.record_words if line.public_url else "",
        "url": line.public_url,
    }


def _as_read(content):
    """The groups with what page and paper print of each line."""
    return [
        {
            **group,
            "lines": [
                {
                    **each,
                    "pieces": pieces_of(each["words"], each["record"]) if each["url"] else None,
                    "is_elsewhere": each["url"].startswith("https://"),
                    "due_begins": DUE_BEGINS.get(each["state"], "Due"),
                    "next_due": day(each["next_due"]) if each["next_due"] else None,
                }
                for each in group["lines"]
            ],
        }
        for group in content["groups"]
    ]
