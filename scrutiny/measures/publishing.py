"""How the statement on the national measures is published: signed, for a quarter that is over, as page and PDF.

Specified Information Order 2011, paragraph 7A, inserted by SI 2021/547.
"""

from django.template.loader import render_to_string
from django.utils import timezone

from opcc_portal.audit.operations import key
from scrutiny.indicators.words import so_many
from scrutiny.measures.models import MeasuresStatement
from scrutiny.measures.quarters import Quarter
from scrutiny.workflow import kinds, states
from scrutiny.workflow.kinds import ERROR, WARNING, Entry, Finding
from scrutiny.workflow.models import Marking, State
from scrutiny.workflow.published import common, cover, day, day_of, in_words, logo_of

CITATION = "Specified Information Order 2011, paragraph 7A"


@kinds.register
class MeasuresKind(kinds.Kind):
    """The statement of one quarter. It names an indicator only where that is public itself."""

    name = "measures"
    label = "Statement on national measures"
    model = MeasuresStatement
    pdf_name = "statement.pdf"
    scheme_class = "our-priorities"

    def load(self, pk):
        """With its set, and who signed it."""
        return MeasuresStatement.objects.select_related("measure_set", "signed_by").get(pk=pk)

    def why_not(self, record):
        """It has to be signed, which it can be once the quarter is over and every measure is answered."""
        if record.marking != Marking.OFFICIAL:
            return "Its marking is OFFICIAL-SENSITIVE. Such a statement is never public."
        if not record.is_signed:
            return "The statement is not signed yet."
        return "" if record.quarter.is_over() else record.why_not_to_sign()

    def path(self, record):
        """By its quarter."""
        return f"measures/{record.quarter.key}"

    def date(self, content):
        """The last day of the quarter."""
        return day_of(content)

    def summary(self, content):
        """6 measures, 1 of which does not apply."""
        count, without = len(content["lines"]), sum(not line["applies"] for line in content["lines"])
        words = so_many(count, "measure")
        return f"{words}, {without} of which {'does' if without == 1 else 'do'} not apply." if without else f"{words}."

    def content(self, record):
        """Its words; the indicators that show it as far as they are public."""
        lines = record.lines.select_related("measure").prefetch_related("indicators")
        said = {line.measure_id: line for line in lines}
        linked = {each for line in said.values() for each in line.indicators.all()}
        public = {each.pk for each in _told(linked)}
        return {
            **common(
                f"National measures, {record.quarter_in_words}",
                record.quarter.last,
                demonstration_note=record.demonstration_note,
                status=f"Signed on {_day(record.signed_at)}" if record.is_signed else "",
            ),
            "quarter": record.quarter.key,
            "set": {
                "name": record.measure_set.name,
                "source": record.measure_set.source,
                "url": record.measure_set.url,
            },
            "introduction": record.introduction,
            "signed_on": timezone.localdate(record.signed_at).isoformat() if record.is_signed else "",
            "lines": [
                _line(number, measure, said.get(measure.pk), public)
                for number, measure in enumerate(record.measure_set.measures.all(), 1)
            ],
        }

    def parts(self, content):
        """What stands in front, then each measure."""
        front = render_to_string("public/parts/measures_front.html", {"content": content, "rows": _facts(content)})
        lines = [
            [line["anchor"], render_to_string("public/parts/measures_line.html", {"line": line})]
            for line in content["lines"]
        ]
        return [["statement", front], *lines]

    def paper(self, content, imprint):
        """The same as a paper."""
        logo = logo_of(content)
        context = cover(content, imprint, kind="Statement", logo=logo)
        context |= {
            "title": f"Contribution to the national measures, {_quarter(content).in_words}",
            "full_title": f"Statement on the national measures, {_quarter(content).in_words}",
            "description": f"How the force contributed to the national measures from {_quarter(content).in_words}",
            "keywords": "National Crime and Policing Measures",
            "facts": _facts(content),
            "content": content,
        }
        return render_to_string("scrutiny/measures/statement_pdf.html", context), logo

    def findings(self, record, content):
        """A measure without an answer; indicators that the public cannot look up."""
        found = [
            Finding(
                "measure-unanswered",
                ERROR,
                f"Nothing is said of “{line['title']}”",
                "The law asks how the force contributes to it, or why it does not apply.",
                url=record.get_absolute_url(),
                link="Go to the statement",
            )
            for line in content["lines"]
            if not line["text"].strip()
        ]
        if not content["lines"]:
            found.append(Finding("measures-none", ERROR, "The set of this statement has no measures"))
        return [*found, *_not_public(record, content)]

    def passes(self, record, content):
        """That all is answered, and signed."""
        said = []
        if content["lines"] and all(line["text"].strip() for line in content["lines"]):
            said.append("Every measure of the set is answered")
        if record.is_signed:
            said.append(f"Signed by {record.signed_by} on {_day(record.signed_at)}")
        return said

    def published(self, record, edition, *, by):
        """It is public now."""
        if record.state in (State.SIGNED, State.WITHDRAWN):
            states.move(record, State.PUBLISHED, by=by)

    def withdrawn(self, record, *, by):
        """It is no longer public."""
        if record.state == State.PUBLISHED:
            states.move(record, State.WITHDRAWN, by=by)

    def search(self, edition):
        """All of its words."""
        content = edition.content
        words = [content["introduction"], content["set"]["name"]]
        words += [text for line in content["lines"] for text in (line["title"], line["text"])]
        return [Entry(edition.get_absolute_url(), edition.title, "\n".join(filter(None, words)))]

    def people(self, record):
        """Who signed it."""
        return [("Signed by", record.signed_by.name, _day(record.signed_at))] if record.is_signed else []


def _told(indicators):
    """Those that the public can look up; of the others it learns not even the name."""
    return kinds.are_public(indicators) if indicators else []


def _line(number, measure, line, public):
    shown = [each for each in line.indicators.all() if each.pk in public] if line else []
    return {
        "number": number,
        "anchor": f"measure-{number}",
        "title": measure.title,
        "description": measure.description,
        "applies": line.applies if line else True,
        "text": line.text if line else "",
        "indicators": [{"title": each.title, "subject": key(each)} for each in shown],
    }


def _not_public(record, content):
    linked = {each.pk: each for line in record.lines.prefetch_related("indicators") for each in line.indicators.all()}
    named = {each["subject"] for line in content["lines"] for each in line["indicators"]}
    hidden = [each for each in linked.values() if key(each) not in named]
    if not hidden:
        return []
    many = f"{len(hidden)} linked indicator{' is' if len(hidden) == 1 else 's are'}"
    return [
        Finding(
            "measures-indicators",
            WARNING,
            f"{many} not public, and left out",
            "Publish them first, and the statement names them; or say why it goes out without them.",
            "; ".join(sorted(each.title for each in hidden)),
            record.get_absolute_url(),
            "Go to the statement",
        )
    ]


def _quarter(content):
    return Quarter.from_key(content["quarter"])


def _day(moment):
    return f"{timezone.localdate(moment):%-d %B %Y}"


def _facts(content):
    quarter, source = _quarter(content), content["set"]["source"]
    return [
        ("Quarter", f"{in_words(quarter.first.isoformat())} to {in_words(quarter.last.isoformat())}"),
        ("Measures", f"{content['set']['name']}{f' ({source})' if source else ''}"),
        ("Asked for by", CITATION),
        *([("Signed", f"{day(content['signed_on']):%-d %B %Y}")] if content["signed_on"] else []),
    ]
