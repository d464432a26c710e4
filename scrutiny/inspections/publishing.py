"""How inspections are published, and the office's responses to them with the answer to every recommendation.

Police Act 1996, section 55(5) to (6). A response goes out with the report that it answers, and with its letter once sent.
"""

from django.template.loader import render_to_string
from django.utils import timezone

from opcc_portal.office.dates import today
from opcc_portal.richtext.cleaning import to_plain
from scrutiny.indicators.words import so_many
from scrutiny.inspections import content as contents
from scrutiny.inspections import response_paper, responses
from scrutiny.inspections.clock import Clock, day_of
from scrutiny.inspections.models import Dispatch, Inspection, Response
from scrutiny.workflow import kinds, states
from scrutiny.workflow.kinds import ERROR, WARNING, Entry, Finding, Line
from scrutiny.workflow.models import Edition, Marking, State
from scrutiny.workflow.published import day, in_words

SCHEME_CLASS = "our-priorities"


@kinds.register
class InspectionKind(kinds.Kind):
    """A report of an inspectorate: what it asks for, what became of it, and where the response stands."""

    name = "inspection"
    label = "Inspection"
    model = Inspection
    scheme_class = SCHEME_CLASS

    def load(self, pk):
        """With its body and priority."""
        return Inspection.objects.select_related("body", "priority").get(pk=pk)

    def why_not(self, record):
        """Only what the inspectorate has published itself."""
        if record.published_on > today():
            return f"The report is not published until {in_words(record.published_on.isoformat())}."
        return ""

    def path(self, record):
        """By its day and title."""
        return f"inspections/{record.published_on.isoformat()}-{record.slug}"

    def date(self, content):
        """The day on which the inspectorate published it."""
        return day(content["date"])

    def summary(self, content):
        """HMICFRS, thematic inspection. 3 recommendations, 2 of them open."""
        said = f"{content['body']}, {content['kind'][:1].lower()}{content['kind'][1:]}"
        said = said.replace("pEEL", "PEEL")
        return f"{said}. {numbers_of(content)}"

    def content(self, record):
        """The report, its recommendations and the public part of their history."""
        return contents.of_inspection(record)

    def parts(self, content):
        """What it found; what it asks for."""
        parts = [["report", _rendered("inspection_facts", content=content, rows=_facts(content))]]
        if content["recommendations"]:
            rows = [_shown(each) for each in content["recommendations"]]
            parts.append(["recommendations", _rendered("inspection_recommendations", rows=rows)])
        return parts

    def lines(self, edition):
        """Its line in the list of inspections."""
        content = edition.content
        names = ("body", "kind", "needs_response", "why_not_subject", "elsewhere", "demonstration_note")
        data = {name: content[name] for name in names}
        data |= {
            "last_day": content["clock"]["last_day"],
            "numbers": numbers_of(content),
            "subject": edition.publication.subject,
        }
        yield Line("inspection", edition.date, content["title"], edition.get_absolute_url(), data=data)

    def search(self, edition):
        """What it found and asks for."""
        content = edition.content
        words = [content["body"], content["summary"], *(each["text"] for each in content["recommendations"])]
        priority = content["priority"]["slug"] if content["priority"] else ""
        yield Entry(edition.get_absolute_url(), edition.title, "\n".join(filter(None, words)), priority=priority)


@kinds.register
class ResponseKind(kinds.Kind):
    """The office's response, signed by the commissioner, with the chief constable's comments (section 55(5))."""

    name = "response"
    label = "Response to an inspection"
    model = Response
    pdf_name = "response.pdf"
    scheme_class = SCHEME_CLASS

    def load(self, pk):
        """With its report and letter."""
        return Response.objects.select_related("inspection__body", "inspection__priority", "letter").get(pk=pk)

    def why_not(self, record):
        """It has to be signed, and to answer a report that asks for it."""
        if record.marking != Marking.OFFICIAL:
            return "Its marking is OFFICIAL-SENSITIVE. Such a paper is never public."
        if not record.inspection.needs_response:
            return responses.NEEDS_NONE
        return "" if record.is_signed else "The commissioner has not signed it yet."

    def path(self, record):
        """Below the report that it answers."""
        inspection = record.inspection
        above = kinds.public_path(inspection) or InspectionKind().path(inspection)
        return f"{above}/response"

    def date(self, content):
        """The day of the signature."""
        return day(content["date"])

    def summary(self, content):
        """How many recommendations it answers."""
        count = sum(len(report["answers"]) for report in content["reports"])
        answers = f"Answers {so_many(count, 'recommendation')}" if count else "Comments on the report"
        return f"{answers}. Report published on {in_words(content['inspection']['published_on'])}."

    def content(self, record):
        """Both bodies' comments and every answer."""
        return contents.of_response(record)

    def parts(self, content):
        """What the office says; what the chief constable says; the answers; to whom it was sent."""
        read = response_paper.as_read(content)
        parts = [["response", _rendered("response_says", **read)], ["comments", _rendered("response_comments", **read)]]
        parts += [
            [
                f"answers-{number}",
                _rendered("response_answers", report=report, number=number, only=len(read["reports"]) == 1),
            ]
            for number, report in enumerate(read["reports"], 1)
        ]
        return [*parts, ["sent", _rendered("response_sent", **read)]]

    def paper(self, content, imprint):
        """The same as a paper."""
        return response_paper.of_content(content, imprint)

    def findings(self, record, content):
        """What the law asks for and is not there. Invariant 16 of the domain."""
        return [
            *_unanswered(record, content),
            *_changed(record),
            *_without_comments(record, content),
            *_not_sent(record, content),
            *_late(record),
        ]

    def passes(self, record, content):
        """What is in order."""
        said, count = [], sum(len(report["answers"]) for report in content["reports"])
        if count and not any(_unanswered(record, content)):
            said.append(f"Every recommendation has its answer ({count})")
        if content["comments_state"] == Response.Comments.RECEIVED:
            said.append("The chief constable’s comments are published with it")
        elif content["comments_state"] == Response.Comments.NONE:
            said.append("The chief constable was asked and made no comments")
        clock, out = record.inspection.clock, responses.published_on(record)
        if not clock.is_late(out):
            last = in_words(clock.last_day.isoformat())
            said.append(
                f"In time: the last day is {last}, {clock.place_in_words(out or today())} now"
                if not out
                else clock.published_in_words(out)
            )
        said.append(f"Signed by {record.signed_name} on {in_words(content['signed_on'])}")
        return said

    def others(self, record):
        """The reports that it answers, and its letter once that is sent."""
        found = [("inspection", record.inspection)]
        found += [("inspection", each) for each in record.inspection.covers.select_related("body", "priority")]
        if record.letter and record.letter.is_sent:
            found.append(("letter", record.letter))
        return found

    def published(self, record, edition, *, by):
        """It is public now."""
        states.move(record, State.PUBLISHED, by=by)

    def withdrawn(self, record, *, by):
        """It is no longer public: its clock runs on."""
        if record.state == State.PUBLISHED:
            states.move(record, State.WITHDRAWN, by=by)

    def lines(self, edition):
        """One line for each report that it answers, so that lists of reports know of it."""
        content, out = edition.content, first_day(edition)
        clock = Clock(day(content["clock"]["starts"]))
        for report in content["reports"]:
            data = {
                "published_on": out.isoformat(),
                "words": clock.published_in_words(out),
                "is_late": clock.is_late(out),
                "report": content["inspection"]["title"] if report["is_covered"] else "",
            }
            yield Line(
                "response", out, content["title"], edition.get_absolute_url(), data=data, target=report["subject"]
            )

    def search(self, edition):
        """Every answer, and what both bodies say."""
        content = edition.content
        words = [to_plain(content["text"]), to_plain(content["comments"])]
        for report in content["reports"]:
            for each in report["answers"]:
                words += [each["text"], each["answer"]["text"] if each["answer"] else ""]
        priority = content["priority"]["slug"] if content["priority"] else ""
        yield Entry(edition.get_absolute_url(), edition.title, "\n".join(filter(None, words)), priority=priority)

    def people(self, record):
        """Who signed it."""
        signed = day_of(record.signed_at).isoformat() if record.signed_at else ""
        return [("Signed by", record.signed_name, signed)]


def first_day(edition):
    """The day on which the response that this Edition is a version of was first public, by the clock of the office."""
    held = (
        Edition.objects.filter(publication=edition.publication_id).order_by("number")
        if edition.publication_id
        else None
    )
    first = held.values_list("published_at", flat=True).first() if held is not None else None
    known = [day_of(first or edition.published_at or timezone.now())]
    if elsewhere := edition.content["published_elsewhere_on"]:
        known.append(day(elsewhere))
    return min(known)


def numbers_of(content):
    """3 recommendations, 2 of them open."""
    count = len(content["recommendations"])
    if not count:
        return "No recommendations"
    still = sum(each["is_open"] for each in content["recommendations"])
    return f"{so_many(count, 'recommendation')}, {still or 'none'} of them open"


# --- findings ------------------------------------------------------------------------------------------------------------


def _unanswered(record, content):
    for report in content["reports"]:
        for each in report["answers"]:
            if each["answer"] is None:
                yield Finding(
                    "recommendation-unanswered",
                    ERROR,
                    f"{each['name']} of “{report['title']}” has no answer",
                    "Say which action is taken or proposed, or why there is none: section 55(5B) of the Police Act 1996.",
                    each["text"][:200],
                    record.get_absolute_url(),
                    "Go to the response",
                )


def _changed(record):
    if record.is_signed and record.signed_hash != responses.hash_of(record):
        yield Finding(
            "response-changed",
            ERROR,
            "The response is not what was signed any more",
            "A report that it answers, or a recommendation, was changed since. Open it again, so that it is signed as it is.",
            url=record.get_absolute_url(),
            link="Go to the response",
        )


def _without_comments(record, content):
    missing = []
    if not content["invited_on"]:
        missing.append(("response-uninvited", "It is not recorded that the chief constable was invited to comment"))
    if content["comments_state"] == Response.Comments.NOT_RECORDED:
        missing.append(("response-without-comments", "The chief constable’s comments are not recorded"))
    for code, title in missing:
        text = "The law asks for the comments to be published with the response, or to say that none were made."
        yield Finding(code, WARNING, title, text, url=record.get_absolute_url(), link="Go to the response")


def _not_sent(record, content):
    """Copies that are not recorded. They go out after the response is public, so before that nothing is missing."""
    if responses.published_on(record) is None:
        return
    sent = {each["to"] for each in content["dispatches"]}
    for to in Dispatch.To:
        if to.label not in sent:
            yield Finding(
                "response-not-sent",
                WARNING,
                f"Not recorded as sent: {to.label}",
                "A copy goes to both once it is published (section 55(6)). Send it the same day and record it then.",
                url=record.get_absolute_url(),
                link="Go to the response",
            )


def _late(record):
    clock = record.inspection.clock
    out = responses.published_on(record)
    if clock.is_late(out):
        last = in_words(clock.last_day.isoformat())
        title = clock.published_in_words(out) if out else f"It is published late: {clock.left_in_words()}"
        text = f"The last day was {last} ({contents.CITATION}). The public page says so too."
        yield Finding("response-late", WARNING, title, text, url=record.get_absolute_url(), link="Go to the response")


# --- pages ---------------------------------------------------------------------------------------------------------------


def _facts(content):
    rows = [
        ("Inspectorate", content["body"]),
        ("Kind", content["kind"]),
        ("Published", in_words(content["published_on"])),
        ("Does it concern the force?", content["concerns"]),
    ]
    if not content["needs_response"]:
        rows.append(("Why not", content["why_not_subject"]))
    rows += [
        ("Repeats", f"{each['title']} ({each['body']}, {in_words(each['published_on'])})") for each in content["covers"]
    ]
    return rows


def _shown(asked):
    return {
        **asked,
        "due": in_words(asked["due"]) if asked["due"] else "",
        "history": [{**step, "on": in_words(step["on"])} for step in asked["history"]],
    }


def _rendered(template, **context):
    return render_to_string(f"public/parts/{template}.html", context)
