"""The queries of the board: each says from records whether a duty is met. A duty names its query; `QUERIES` knows them.

A query is a function of the duty (its interval and warning are settings of the office) and of the facts of a day. It reads
the same rows whether the facts are those of the desk or of the public record.
"""

import datetime
from dataclasses import dataclass

from django.urls import reverse

from opcc_portal.office.forms import in_words
from scrutiny.duties.facts import POLICIES
from scrutiny.duties.models import State
from scrutiny.indicators.words import so_many
from scrutiny.measures.quarters import Quarter

YEAR = datetime.timedelta(days=366)


@dataclass(frozen=True)
class Finding:
    """What a query found: the state, why in words, what comes next, and the record that tells, on the desk and in public.

    Mostly `record_words` stand within `words`, so that pages can make them the link.
    """

    state: str
    words: str
    next_due: datetime.date | None = None
    record_words: str = ""
    record_url: str = ""
    public_url: str = ""


@dataclass(frozen=True)
class Query:
    """A query with its words: what it looks at, and what the interval of its duty counts."""

    name: str
    words: str
    interval: str
    ask: object
    do_not_call_in_templates = True

    def __call__(self, duty, facts):
        return self.ask(duty, facts)


QUERIES = {}


def query(name, words, interval=""):
    """Make a function known as a query. `interval`: what follows "30 days" in words; empty where no setting counts."""

    def keep(function):
        QUERIES[name] = Query(name, words, interval, function)
        return function

    return keep


# --- what most of them do ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One thing that has to be there by a day. `missing`: what to say while it is not there; `met`: once it is."""

    due: datetime.date
    stands: bool
    missing: str
    met: str
    words: str = ""
    url: str = ""
    public_url: str = ""
    done: datetime.date | None = None

    @property
    def is_late(self):
        """There, but later than its day."""
        return self.stands and self.done is not None and self.done > self.due


def judged(duty, facts, items, *, nothing):
    """The state of a duty that consists of several things, each with its day. `nothing`: what to say where there are none."""
    items = sorted(items, key=lambda item: item.due)
    missing = [item for item in items if not item.stands]
    overdue = [item for item in missing if item.due < facts.day]
    if overdue:
        more = f" {_more(len(overdue) - 1)}" if len(overdue) > 1 else ""
        return _found(
            State.OVERDUE, f"{overdue[0].missing} This was due on {in_words(overdue[0].due)}.{more}", overdue[0]
        )
    if missing and missing[0].due - datetime.timedelta(days=duty.warn_days) <= facts.day:
        return _found(State.DUE_SOON, f"{missing[0].missing} This is due on {in_words(missing[0].due)}.", missing[0])
    coming = missing[0].due if missing else None
    standing = [item for item in items if item.stands]
    if not standing:
        words = f"{missing[0].missing} This is due on {in_words(coming)}." if missing else nothing
        return Finding(State.NOT_DUE, words, coming, *(_record(missing[0]) if missing else ()))
    newest = standing[-1]
    return Finding(State.MET, f"{newest.met}{_lateness(standing, facts.day)}", coming, *_record(newest))


def _found(state, words, item):
    return Finding(state, words, item.due, *_record(item))


def _record(item):
    return item.words, item.url, item.public_url


def _more(count):
    return so_many(count, "more is overdue.", "more are overdue.")


def _lateness(standing, day):
    lately = [item for item in standing if day - YEAR <= item.due <= day]
    late = sum(item.is_late for item in lately)
    return f" In the last 12 months {late} of {len(lately)} came late." if late else ""


def _days(duty):
    return datetime.timedelta(days=duty.interval_days or 0)


# --- meetings and decisions --------------------------------------------------------------------------------------------


@query("meetings_announced", "Every public meeting that is not called off has a published page.", "before the meeting")
def meetings_announced(duty, facts):
    """Date, time and place stand in public before the meeting."""
    items = [
        Item(
            due=each.day - _days(duty),
            stands=bool(each.public_url),
            missing=f"{each.name} is not announced.",
            met=f"{each.name} is announced.",
            words=each.name,
            url=each.url,
            public_url=each.public_url,
            done=each.announced,
        )
        for each in facts.meetings
        if each.is_public
    ]
    return judged(duty, facts, items, nothing="No public meeting is planned.")


@query(
    "agendas_published",
    "Every public meeting has a published agenda, and no report for one of its public items waits.",
    "before the meeting",
)
def agendas_published(duty, facts):
    """The agenda and everything that is the subject of an item."""
    items = []
    for each in facts.meetings:
        if not each.is_public:
            continue
        waits = f"{so_many(each.reports_open, 'report')} for {each.name}"
        is_are = "is" if each.reports_open == 1 else "are"
        without = (
            f"{waits} {is_are} not published." if each.public_url else f"The agenda of {each.name} is not published."
        )
        items.append(
            Item(
                due=each.day - _days(duty),
                stands=bool(each.public_url) and not each.reports_open,
                missing=without,
                met=f"The agenda of {each.name} and its reports are published.",
                words=each.name,
                url=each.url,
                public_url=each.public_url,
                done=each.announced,
            )
        )
    return judged(duty, facts, items, nothing="No public meeting is planned.")


@query(
    "minutes_published",
    "Every public meeting that was held has published minutes; so has every other meeting at which a decision was signed.",
    "after the meeting",
)
def minutes_published(duty, facts):
    """The minutes of each meeting that needs them."""
    items = [
        Item(
            due=each.day + _days(duty),
            stands=bool(each.minutes_public_url),
            missing=f"The minutes of {each.name} are not published.",
            met=f"The minutes of {each.name} are published.",
            words=each.name,
            url=each.minutes_url,
            public_url=each.minutes_public_url,
            done=each.minutes_on,
        )
        for each in facts.meetings
        if each.is_held and (each.is_public or not facts.is_public or each.minutes_public_url)
    ]
    return judged(duty, facts, items, nothing="No public meeting has been held yet.")


@query("decisions_published", "Every signed decision record is published.", "after it is signed")
def decisions_published(duty, facts):
    """Every signed decision."""
    items = [
        Item(
            due=each.day + _days(duty),
            stands=bool(each.public_url),
            missing=f"{each.name}, signed on {in_words(each.day)}, is not published.",
            met=f"The newest decision, of {in_words(each.day)}, is published.",
            words=f"The newest decision, of {in_words(each.day)}" if each.public_url else each.name,
            url=each.url,
            public_url=each.public_url,
            done=each.done,
        )
        for each in facts.decisions
    ]
    return judged(duty, facts, items, nothing="No decision has been signed yet.")


# --- plan, annual report, performance ----------------------------------------------------------------------------------


def year_end(day):
    """The last day of the financial year in which the day lies."""
    return datetime.date(day.year + (day.month > 3), 3, 31)


@query(
    "plan_published",
    "A plan that is in force is published. After an election that the desk knows of, it was issued in that financial year.",
)
def plan_published(duty, facts):
    """A plan is in force in public, and no older than the last election."""
    public = [each for each in facts.plans if each.public_url and each.in_force]
    held = max(facts.plans, key=lambda each: each.issued, default=None)
    if facts.election and not any(each.issued > facts.election for each in public):
        due = year_end(facts.election)
        missing = f"No plan that was issued since the election of {in_words(facts.election)} is published."
        words, url = ("Plan in force", held.url) if held else ("", "")
        item = Item(due, False, missing, "", words, url, public[-1].public_url if public else "")
        return judged(duty, facts, [item], nothing="")
    if not public:
        record = (held.title, held.url, held.public_url) if held else ("", "", "")
        words = "No plan that is in force is published."
        if held and held.ends and held.ends < facts.day:
            words = f"“{held.title}” ended on {in_words(held.ends)}. {words}"
        elif held:
            words = f"“{held.title}” is in force and not published."
        return Finding(State.OVERDUE, words, held.ends if held else None, *record)
    plan = max(public, key=lambda each: each.issued)
    record = (plan.title, plan.url, plan.public_url)
    if plan.ends and plan.ends - datetime.timedelta(days=duty.warn_days) <= facts.day:
        words = f"“{plan.title}” ends on {in_words(plan.ends)}. The next plan is to be issued."
        return Finding(State.DUE_SOON, words, plan.ends, *record)
    words = f"“{plan.title}”, issued on {in_words(plan.issued)}, is in force and published."
    return Finding(State.MET, words, plan.ends, *record)


@query(
    "panel_answered",
    "The response to the panel’s report is written down with the version of the plan that is in force, and is published "
    "with it.",
    "after the panel’s report",
)
def panel_answered(duty, facts):
    """The response stands with the plan."""
    items = [
        Item(
            due=each.reported + _days(duty),
            stands=each.responded and bool(each.public_url),
            missing=f"The response to the panel’s report of {in_words(each.reported)} is not published.",
            met=f"The response to the panel’s report of {in_words(each.reported)} is published with the plan.",
            words=each.title,
            url=each.url,
            public_url=each.public_url,
        )
        for each in facts.plans
        if each.reported and each.in_force
    ]
    return judged(duty, facts, items, nothing="No report of the panel on the plan in force is recorded.")


@query(
    "annual_report_published",
    "A report or document whose title says “annual report” was published since the financial year ended, or names that year.",
    "after the end of the financial year",
)
def annual_report_published(duty, facts):
    """The report on the newest financial year that is due, and the one on the year after it."""
    found = [each for each in facts.documents if "annual report" in each.title.lower()]
    last = year_end(facts.day) - datetime.timedelta(days=365)
    last = last if last.month == 3 and last.day == 31 else datetime.date(last.year, 3, 31)
    ends = [datetime.date(last.year - 1, 3, 31), last]
    if ends[1] + _days(duty) < facts.day:
        ends = ends[1:]
    items = []
    for end in ends:
        told = next((each for each in found if _is_of_year(each, end, last=end == last)), None)
        year = f"{end.year - 1}/{end.year % 100:02}"
        items.append(
            Item(
                due=end + _days(duty),
                stands=told is not None,
                missing=f"No annual report on {year} is published.",
                met=f"“{told.title}” is published." if told else "",
                words=told.title if told else "",
                url=told.url if told else "",
                public_url=told.url if told else "",
                done=told.first if told else None,
            )
        )
    return judged(duty, facts, items, nothing="")


def _is_of_year(document, end, *, last):
    names = [f"{end.year - 1}{mark}{year}" for mark in "/-–" for year in (f"{end.year % 100:02}", end.year)]
    names.append(f"{end.year - 1} to {end.year}")
    named = any(each in document.title for each in names)
    says_a_year = any(letters.isdigit() and len(letters) == 4 for letters in _numbers(document.title))
    in_time = document.first > end and (last or document.first <= end.replace(year=end.year + 1))
    return named or (in_time and not says_a_year)


def _numbers(title):
    return "".join(letter if letter.isdigit() else " " for letter in title).split()


@query(
    "figures_published",
    "Indicators are published, and no published one has a newer figure on the desk.",
    "after the figure is recorded",
)
def figures_published(duty, facts):
    """Published indicators say the newest figure."""
    if not facts.figures:
        return Finding(State.OVERDUE, "No indicator is published.")
    newest = facts.figures[-1]
    items = [
        Item(
            due=each.day + _days(duty),
            stands=False,
            missing=f"A newer figure of “{each.name}” is not published.",
            met="",
            words=each.name,
            url=each.url,
            public_url=each.public_url,
        )
        for each in facts.figures
        if each.day
    ]
    found = judged(duty, facts, items, nothing="")
    if found.state != State.NOT_DUE:
        return found
    words = "The published indicators say the newest figures." if not items else "Newer figures are to be published."
    record = (
        ("The published indicators", newest.url, reverse("public-indicators"))
        if not items
        else (found.record_words, found.record_url, found.public_url)
    )
    return Finding(State.MET, words, found.next_due, *record)


@query("measures_published", "The statement on each quarter is published.", "after the end of the quarter")
def measures_published(duty, facts):
    """The newest quarter whose statement is due, and those since."""
    told = {Quarter.of(each.date): each for each in facts.documents if each.kind == "measures"}
    items, quarter = [], Quarter.of(facts.day).before()
    while True:
        items.append(_statement(duty, facts, quarter, told.get(quarter)))
        if items[-1].due < facts.day:
            break
        quarter = quarter.before()
    return judged(duty, facts, items, nothing="")


def _statement(duty, facts, quarter, told):
    statement = f"statement on {quarter.in_words}"
    return Item(
        due=quarter.last + _days(duty),
        stands=told is not None,
        missing=f"The {statement} is not published.",
        met=f"The {statement} is published.",
        words=f"The {statement}" if told else "",
        url=facts.measures_urls.get(told.path, "") if told else "",
        public_url=told.url if told else "",
        done=told.first if told else None,
    )


# --- inspections -------------------------------------------------------------------------------------------------------


@query(
    "inspections_answered",
    "Every inspection report that concerns the force has a published response, or is covered by one. Its last day is 55 days "
    "after the report was published.",
)
def inspections_answered(duty, facts):
    """A response by the last day of each clock."""
    items = [
        Item(
            due=each.clock.last_day,
            stands=each.answered is not None or each.is_covered,
            missing=f"The response to “{each.title}” is not published.",
            met=f"The response to “{each.title}” is published.",
            words=each.title,
            url=each.response_url,
            public_url=each.response_public_url,
            done=each.answered,
        )
        for each in facts.inspections
        if each.needs
    ]
    return judged(duty, facts, items, nothing="No inspection report waits for a response.")


@query("responses_sent", "Every published response was sent to both.", "after the response is published")
def responses_sent(duty, facts):
    """Two dispatches of each response."""
    items = [
        Item(
            due=each.answered + _days(duty),
            stands=each.sent >= 2,
            missing=f"The response to “{each.title}” was not sent to both.",
            met=f"The response to “{each.title}” was sent to both.",
            words=each.title,
            url=each.response_url,
            public_url=each.response_public_url,
        )
        for each in facts.inspections
        if each.needs and each.answered and each.sent is not None
    ]
    return judged(duty, facts, items, nothing="No response has been published yet.")


@query(
    "peel_published",
    "The most recent PEEL report that is recorded is published with a summary.",
    "after the report is published",
)
def peel_published(duty, facts):
    """The newest PEEL report."""
    newest = max((each for each in facts.inspections if each.is_peel), key=lambda each: each.day, default=None)
    if newest is None:
        return Finding(State.UNKNOWN, "The records hold no PEEL report.")
    missing = f"“{newest.title}” is not published."
    if newest.public_url and not newest.has_summary:
        missing = f"“{newest.title}” is published without a summary."
    item = Item(
        due=newest.day + _days(duty),
        stands=bool(newest.public_url) and newest.has_summary,
        missing=missing,
        met=f"“{newest.title}” is published with a summary.",
        words=newest.title,
        url=newest.url,
        public_url=newest.public_url,
    )
    return judged(duty, facts, [item], nothing="")


# --- money -------------------------------------------------------------------------------------------------------------


@query(
    "grants_published",
    "No award of a month that is over waits to be published; those that are withdrawn do not count.",
    "after the end of the month",
)
def grants_published(duty, facts):
    """The grants of every month."""
    items = [
        Item(
            due=each.last + _days(duty),
            stands=not each.waiting,
            missing=f"{_waiting(each)} {'is' if each.waiting == 1 else 'are'} not published.",
            met=f"{_all(each)} {'is' if each.count == 1 else 'are'} published.",
            words=_waiting(each) if each.waiting else _all(each),
            url=reverse("award", args=[each.one]) if each.one else _month_url(each),
            public_url=_month_url(each) if each.count > each.waiting else "",
        )
        for each in facts.months
    ]
    return judged(duty, facts, items, nothing="No grant has been awarded yet.")


def _month_url(month):
    return reverse("public-grant-month", args=[f"{month.first:%Y-%m}"])


def _waiting(month):
    return f"{so_many(month.waiting, 'grant')} of {month.first:%B %Y}"


def _all(month):
    count = "The one grant" if month.count == 1 else f"All {month.count} grants"
    return f"{count} of {month.first:%B %Y}"


# --- the site ----------------------------------------------------------------------------------------------------------


@query(
    "policies_published",
    "The publication scheme has a policy under “Our policies and procedures”, and none is past the day to look at it again.",
)
def policies_published(duty, facts):
    """Policies stand in public and none waits for its review."""
    public = [each for each in facts.pages if each.slug != "accessibility" and each.public_url]
    if not public:
        draft = next((each for each in facts.pages if each.slug != "accessibility"), None)
        record = (draft.title, draft.url) if draft else ()
        return Finding(State.OVERDUE, "No policy is published.", None, *record)
    return _reviewed(
        duty,
        facts,
        public,
        f"{len(public)} policies are published." if len(public) > 1 else f"“{public[0].title}” is published.",
    )


def _reviewed(duty, facts, pages, met):
    items = [
        Item(
            due=each.review_on,
            stands=False,
            missing=f"“{each.title}” is to be looked at again.",
            met="",
            words=each.title,
            url=each.url,
            public_url=each.public_url,
        )
        for each in pages
        if each.review_on
    ]
    found = judged(duty, facts, items, nothing="")
    if found.state != State.NOT_DUE:
        return found
    first = pages[0]
    record = (
        first.title if len(pages) == 1 else met.split(" are ")[0],
        first.url,
        reverse("public-class", args=[POLICIES]) if len(pages) > 1 else first.public_url,
    )
    return Finding(State.MET, met, found.next_due, *record)


@query(
    "prominent_place",
    "This board is published: the first page of the site then leads to it, beside the classes of the publication scheme.",
)
def prominent_place(duty, facts):
    """The first page leads to what the law asks for."""
    board = facts.document("duties")
    if board is None and not facts.is_public:
        words = "The board of duties is not published, so the first page does not lead to it."
        return Finding(State.OVERDUE, words, None, "The board of duties", reverse("duties"))
    words = "The first page of the site leads to the board and to every class of the publication scheme."
    return Finding(State.MET, words, None, "The first page of the site", reverse("duties"), "/")


@query("classes_filled", "Something is published under each class of the publication scheme.")
def classes_filled(duty, facts):
    """No class is empty."""
    empty = [name for _, name, count in facts.classes if not count]
    record = ("Publication scheme", *[reverse("public-documents")] * 2)
    if not facts.classes:
        return Finding(State.OVERDUE, "The publication scheme has no classes.", None, *record)
    if empty:
        names = "; ".join(f"“{name}”" for name in empty)
        return Finding(State.OVERDUE, f"Nothing is published under {names}.", None, *record)
    return Finding(State.MET, f"Each of the {len(facts.classes)} classes holds something.", None, *record)


@query(
    "accessibility_reviewed",
    "The accessibility statement is published, and the day to look at it again has not come.",
    "after it was last changed, where the page names no day to look at it again",
)
def accessibility_reviewed(duty, facts):
    """The statement stands and its review is not due."""
    page = next((each for each in facts.pages if each.slug == "accessibility"), None)
    if page is None or not page.public_url:
        record = (page.title, page.url) if page else ()
        return Finding(State.OVERDUE, "The accessibility statement is not published.", None, *record)
    due = page.review_on or page.changed + _days(duty)
    met = f"The accessibility statement is published, last changed on {in_words(page.changed)}."
    item = Item(
        due,
        False,
        "The accessibility statement is to be looked at again.",
        "",
        "The accessibility statement",
        page.url,
        page.public_url,
    )
    found = judged(duty, facts, [item], nothing="")
    if found.state != State.NOT_DUE:
        return found
    return Finding(State.MET, met, due, "The accessibility statement", page.url, page.public_url)
