"""What needs a person, as rows of the dashboard: what to do in one word, what it is about, one button."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from scrutiny.indicators.words import so_many
from scrutiny.inspections.clock import Clock
from scrutiny.inspections.waiting import address_of
from scrutiny.reports.models import Body

SIGNALS = 5  # of one kind so many stand on their own; the rest are told in one row
LATE = 3
MINUTE_OF_READING = 1_100  # letters
COUNTED_IN_DAYS = 60


@dataclass(frozen=True)
class Row:
    """One thing: the verb in the margin, a title that leads to the record, a sentence, one button as (words, address)."""

    verb: str
    title: str
    url: str
    helper: str = ""
    button: tuple = ()


def rows(records, tiles, user, day):
    """Every row of this person, in the order of the day: what waits for them alone first."""
    of = {}
    for record in records:
        of.setdefault(record.what, []).append(record)
    made = [_approve(each) for each in of.get("approve", [])]
    made += [_sign(each) for each in of.get("sign", [])]
    made += [_sign_report(each) for each in of.get("sign-report", [])]
    made += [_sign_response(each) for each in of.get("sign-response", [])]
    made += [_sign_statement(each) for each in of.get("sign-statement", [])]
    made += [_approve_news(each) for each in of.get("approve-news", [])]
    made += _respond(of.get("respond", []), day)
    made += [_check(each, "minutes-check") for each in of.get("check-minutes", [])]
    made += [_check(each, "report") for each in of.get("check-report", [])]
    figures = of_figures(tiles, user, day)
    made += [row for row in figures if row.verb == "Signal"]
    made += [_corrected(each, user) for each in of.get("corrected", [])]
    made += _overdue(of.get("overdue", []), user, day)
    made += [row for row in figures if row.verb != "Signal"]
    made += _wanted(of.get("wanted", []), user, day)
    return made + _reviews(of.get("review", []))


def of_figures(tiles, user, day, *, with_late=True):
    """Rows about figures: those unlike usual, and those that are late."""
    signals = [tile for tile in tiles if tile["is_signal"]]
    made = [_signal(tile, user) for tile in signals[:SIGNALS]]
    if rest := max(len(signals) - SIGNALS, 0):
        words = so_many(rest, "more figure is unlike usual", "more figures are unlike usual")
        made.append(Row("Signal", words, f"{reverse('indicators')}?verdict=signal", "Listed with all indicators."))
    late = [tile for tile in tiles if tile["due"] and tile["due"] < day.isoformat()] if with_late else []
    made += [_late(tile, user, day) for tile in late[:LATE]]
    if rest := max(len(late) - LATE, 0):
        words = so_many(rest, "more figure is late", "more figures are late")
        made.append(Row("Late", words, f"{reverse('indicators')}?late=on", "Listed with all indicators."))
    return made


def asked_of(record):
    """Who owes a paper: the partner, else the office or the force."""
    return record.text or Body(record.more).label


def _counted(*counts):
    """7 questions, 2 corrected figures, 1 action: what there is none of is left out."""
    return ", ".join(so_many(number, one, many) for number, one, many in counts if number)


def _approve(found):
    url = reverse("minutes-approve", args=[found.pk])
    held = _counted(
        (found.number, "question", "questions"),
        (found.second, "correction", "corrections"),
        (found.third, "action", "actions"),
    )
    minutes = max(round((found.fourth or 0) / MINUTE_OF_READING), 1)
    helper = ". ".join(part for part in (held, f"{so_many(minutes, 'minute', 'minutes')} to read.") if part)
    return Row("Approve", f"Minutes of {found.day:%-d %B %Y}, {found.title}", url, helper, ("Read and approve", url))


def _sign(found):
    url = reverse("decision-sign", args=[found.pk])
    return Row(
        "Sign", found.title or found.text[:80], url, f"Decision of {found.day:%-d %B %Y}.", ("Read and sign", url)
    )


def _sign_report(found):
    helper = "The other body has signed." if found.number else "Nobody has signed yet."
    url = reverse("report", args=[found.pk])
    return Row("Sign", found.title, url, f"Joint report. {helper}", ("Read the report", url))


def _sign_response(found):
    url = reverse("response-sign", args=[found.pk])
    return Row(
        "Sign",
        found.title,
        url,
        "Response to an inspection. Every recommendation has its answer.",
        ("Read and sign", url),
    )


def _sign_statement(found):
    url = reverse("measures-statement", args=[found.pk])
    helper = "Statement on national measures. Every measure is answered."
    return Row("Sign", f"The quarter from {found.day:%-d %B %Y}", url, helper, ("Read and sign", url))


def _approve_news(found):
    url = reverse("release", args=[found.pk])
    helper = f"News release of {found.day:%-d %B %Y}" + (f", written by {found.more}." if found.more else ".")
    return Row("Approve", found.title, url, helper, ("Read and approve", url))


def _respond(found, day):
    """Responses to inspections that the law wants soon, the most pressing first; the rest in one row."""
    found = sorted(found, key=lambda record: (record.day, record.pk))
    made = []
    for each in found[:LATE]:
        clock, url = Clock(each.day), address_of(each.pk, each.number)
        verb, tense = ("Late", "was") if clock.is_late(day) else ("Respond", "is")
        helper = f"{clock.left_in_words(day)}. The last day for the response {tense} {clock.last_day:%-d %B %Y}."
        made.append(Row(verb, each.title, url, helper, ("Go on with it", url)))
    if rest := len(found) - LATE if len(found) > LATE else 0:
        words = so_many(rest, "more response is due", "more responses are due")
        made.append(Row("Respond", words, reverse("inspections"), "Listed with all inspections."))
    return made


def _check(found, name):
    url = reverse(name, args=[found.pk])
    words = f"{found.title}, {found.day:%-d %B %Y}" if name == "minutes-check" else found.title
    return Row("Check", words, url, "You were asked to check this.", ("Read it", url))


def _ask(url, user):
    return ("Ask about this", url) if user.has_perm("questions.plan") else ()


def _signal(tile, user):
    title = f"{tile['name']}, {tile['area']}: {tile['words'][:1].lower()}{tile['words'][1:]}"
    note = " Synthetic figures." if tile["synthetic"] else ""
    said = tile["sentence"].removeprefix(f"{tile['words']}: ")  # the title has said it
    return Row("Signal", title, tile["url"], f"{said[:1].upper()}{said[1:]}{note}", _ask(tile["ask"], user))


def _late(tile, user, day):
    due = datetime.date.fromisoformat(tile["due"])
    owner = f" Owner: {tile['owner']}." if tile["owner"] else " Nobody owns it yet."
    helper = f"Due on {due:%-d %B %Y}{_ago(due, day)}.{owner}"
    return Row("Late", f"{tile['name']}, {tile['area']}: next figure", tile["url"], helper, _ask(tile["ask"], user))


def _corrected(found, user):
    page = reverse("correction", args=[found.pk])
    trail = reverse("observation", args=[found.second]) if found.second else page
    before = found.more or "a figure not known"
    helper = f"Corrected at the meeting of {found.day:%-d %B %Y}."
    if found.third:
        helper += " Which period it speaks of is still to be confirmed."
    elif found.fourth:
        helper += " Still to be confirmed."
    return Row("Corrected", f"{found.title}: {before} became {found.text}", page, helper, ("See the trail", trail))


def _overdue(found, user, day):
    """One action on its own, several as one row that names the oldest."""
    if not found:
        return []
    oldest = min(found, key=lambda record: (record.day, record.pk))
    title = f"Action {oldest.more}: {_short(oldest.title)}"
    due = f"Due on {oldest.day:%-d %B %Y}{_ago(oldest.day, day)}."
    if oldest.number == 1:
        ask = f"{reverse('planned-question-add')}?{urlencode({'about': f'scrutiny.action:{oldest.pk}'})}"
        return [Row("Overdue", title, reverse("action", args=[oldest.pk]), due, _ask(ask, user))]
    register = f"{reverse('actions')}?status=overdue"
    words = f"{oldest.number} actions are overdue"
    return [Row("Overdue", words, register, f"The oldest is action {oldest.more}. {due}", ("See them", register))]


def _ago(due, day):
    """How long ago that was, as long as days are a measure that people count in."""
    days = (day - due).days
    return f", {so_many(days, 'day', 'days')} ago" if days <= COUNTED_IN_DAYS else ""


def _short(text):
    return text if len(text) <= 90 else f"{text[:89].rstrip()}…"


def _wanted(found, user, day):
    made = []
    for each in sorted(found, key=lambda record: (record.day, record.pk)):
        name, pk = ("paper-request", each.pk) if user.has_perm("papers.deliver") else ("paper-requests", each.number)
        verb, words = ("Late", "Late since") if each.day < day else ("Due", "Wanted by")
        made.append(
            Row(
                verb,
                each.title,
                reverse(name, args=[pk]),
                f"{words} {each.day:%-d %B %Y}. {asked_of(each)} to send it.",
            )
        )
    return made


def _reviews(found):
    if not found:
        return []
    words = so_many(len(found), "restriction is due for review", "restrictions are due for review")
    since = min(each.day for each in found)
    address = f"{reverse('restrictions')}?state=due"
    return [Row("Review", words, address, f"Since {since:%-d %B %Y}: is it still right to keep this from the public?")]
