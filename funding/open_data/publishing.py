"""How funds, rounds and awards are published: an award for itself, or all awards of a round in one act.

Specified Information Order 2011, paragraph 3(f): of each grant the recipient, the purpose, the conditions, and the reasons
why the office considers that it will reduce crime and disorder.
"""

import re

from django.template.loader import render_to_string

from funding.awards.models import Award
from funding.awards.operations import beyond_round
from funding.open_data import content as contents
from funding.open_data import public_awards, validate
from funding.rounds.models import Fund, Round
from funding.rounds.money import in_pounds
from opcc_portal.office.dates import today
from scrutiny.workflow import kinds
from scrutiny.workflow.kinds import ERROR, WARNING, Entry, Finding, Secret
from scrutiny.workflow.published import cover, day_of, in_words, logo_of

SCHEME_CLASS = "what-we-spend"
LOADED = (*Award.LOADED_WITH, "decision__meeting")
AT_HAND = (
    "recipient__identifiers",
    "payments",
    "revisions",
    "restriction__bases",
)
# Of an award without a decision, missing words.
NEEDED = (
    ("purpose", "what the money is for"),
    ("reasons", "how it reduces crime and disorder"),
)
PLACES = ("title", "purpose", "reasons", "conditions")  # where somebody may have written a name, and in the history
A_PERSON = "A person. Names of people who receive a grant are not published."
LONG = 8  # a name of so many letters is no part of another word by chance


class _OfGrants(kinds.Kind):
    """What the kinds of this room have in common."""

    scheme_class = SCHEME_CLASS
    capability = "grants.publish"
    who = "Governance and grants officers"

    def date(self, content):
        """The day that it speaks of."""
        return day_of(content)


@kinds.register
class AwardKind(_OfGrants):
    """One award. It has a PDF only where the office has asked for one; the desk's dossier is another paper."""

    name = "award"
    label = "Grant"
    model = Award
    pdf_name = "grant.pdf"

    def load(self, pk):
        """With everything that its content says."""
        return awards_loaded().get(pk=pk)

    def why_not(self, record):
        """An award is made by an act of its own, so it can be published from then on."""
        return ""

    def path(self, record):
        """By its reference."""
        return f"grants/{record.reference.lower()}"

    def title(self, content):
        """Lights for the park: grant SCF-2026-0001."""
        return (
            f"{content['title']}: grant {content['reference']}" if content["title"] else f"Grant {content['reference']}"
        )

    def summary(self, content):
        """Who received how much."""
        amount = in_pounds(contents.amount_of(content["amount"]))
        return f"{amount} to {recipient_words(content)}, {in_words(content['awarded_on'])}"

    def content(self, record):
        """All of the award; of a recipient that is withheld the reason, of a person nothing."""
        return contents.of_award(record)

    def parts(self, content):
        """What it is for and who received it; then what became of it."""
        return [["grant", render_to_string("public/parts/grant.html", _as_read(content))]]

    def has_pdf(self, content):
        """Where it was asked for before it was published."""
        return content.get("with_pdf", False)

    def paper(self, content, imprint):
        """The same as a paper."""
        logo = logo_of(content)
        context = cover(content, imprint, kind="Grant", logo=logo) | _as_read(content)
        context |= {
            "title": content["title"] or f"Grant {content['reference']}",
            "full_title": self.title(content),
            "description": self.summary(content),
            "keywords": f"grant, {content['fund']['name']}",
            "facts": [("Reference", content["reference"])],
            "recipient_words": recipient_words(content),
            "rows": _rows(content, context),
            "texts": [(label, _paragraphs(text)) for label, text in _texts(content, context)],
        }
        return render_to_string("funding/open_data/award_pdf.html", context), logo

    def secrets(self, record):
        """The name and the numbers of a recipient that is withheld, the name of a person, and whom the office wrote to."""
        found = _names(record) if record.is_restricted or record.is_individual else []
        if record.application:
            held = record.application
            found += [held.contact_name, held.contact_email, held.contact_phone]
        public = record.recipient.name if record.recipient and not record.is_restricted else ""
        where, url = f"Award {record.reference}", record.get_absolute_url()
        return [Secret(text, where, url) for text in dict.fromkeys(found) if text.strip() and text != public]

    def findings(self, record, content):
        """What the law asks for and is not there; a name that must not be there; a missing decision."""
        listed = validate.findings(content, record.get_absolute_url())
        return [*_missing(record), *_named(record, content), *_undecided(record), *listed]

    def passes(self, record, content):
        """What is in order."""
        said = []
        if not _missing(record):
            said.append("Amount, day, purpose, conditions and reasons are there")
        if content["withheld"] or content["is_individual"]:
            said.append("A recipient that is not named stands nowhere in the text")
        return said

    def search(self, edition):
        """Recipient, purpose and place."""
        content = edition.content
        recipient, area = content["recipient"], content["area"]
        words = [recipient["name"] if recipient else "", content["purpose"], content["reasons"], content["conditions"]]
        words += [content["fund"]["name"], content["round"]["label"] if content["round"] else ""]
        words += [area["name"] if area else ""]
        priority = content["priority"]["slug"] if content["priority"] else ""
        text = "\n".join(filter(None, words))
        return [Entry(edition.get_absolute_url(), edition.title, text, priority=priority)]

    def derive(self, edition):
        """Its row in lists and files."""
        public_awards.derive(edition)

    def forget(self, publication):
        """No list and no file has it any more."""
        public_awards.forget(publication)


def awards_loaded():
    """Awards with everything that their contents say, in a few queries."""
    return Award.objects.select_related(*LOADED).prefetch_related(*AT_HAND)


def recipient_words(content):
    """Who received it, as lists say it."""
    if content["recipient"]:
        return content["recipient"]["name"]
    return "a person" if content["is_individual"] else "a recipient that is not named"


def _as_read(content):
    """What the page prints, from the content alone."""
    dates = [in_words(content[name]) if content[name] else "" for name in ("starts", "ends")]
    return {
        "content": content,
        "withheld": content["withheld"],
        "recipient": content["recipient"],
        "conditions": content["conditions"] or "There are no conditions.",
        "awarded_on": in_words(content["awarded_on"]),
        "period": " to ".join(filter(None, dates))
        if all(dates)
        else "".join(dates) and (f"From {dates[0]}" if dates[0] else f"Until {dates[1]}"),
        "amount": contents.amount_of(content["amount"]),
        "applied_for": contents.amount_of(content["applied_for"]),
        "paid": contents.amount_of(content["paid"]),
        "history": [{**step, "on": in_words(step["on"])} for step in content["history"]],
        "a_person": A_PERSON,
    }


def _rows(content, read):
    """The facts of a grant as its paper prints them; a recipient that is withheld stands before, with the reason."""
    recipient, asked = content["recipient"] or {}, read["applied_for"]
    amount = in_pounds(read["amount"])
    fund, round_ = content["fund"], content["round"]
    rows = [
        ("Recipient", recipient.get("name") or (A_PERSON if content["is_individual"] and not read["withheld"] else "")),
        ("Charity number", recipient.get("charity_number")),
        ("Company number", recipient.get("company_number")),
        ("Amount", amount if asked in (None, read["amount"]) else f"{amount}, of {in_pounds(asked)} asked for"),
        ("Paid so far", in_pounds(read["paid"])),
        ("Awarded on", read["awarded_on"]),
        ("Project", read["period"]),
        ("State", content["award_status_words"]),
        ("Area", content["area"] and content["area"]["name"]),
        ("Priority", content["priority"] and content["priority"]["title"]),
        ("Fund", f"{fund['name']}, {round_['label']}" if round_ else fund["name"]),
        ("Source", fund["source"]),
        ("Legal power", fund["legal_power"]),
        ("Decision", content["decision"] and f"Decision {content['decision']['reference']}"),
    ]
    return [row for row in rows if row[1]]


def _texts(content, read):
    return (
        ("Purpose", content["purpose"]),
        ("How it reduces crime and disorder", content["reasons"]),
        ("Conditions", read["conditions"]),
    )


def _paragraphs(text):
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _found(record, code, severity, title, text, quote=""):
    return Finding(code, severity, title, text, quote, record.get_absolute_url(), "Go to the award")


def _missing(record):
    """What the law asks to be published of a grant. Invariant 14 of the domain."""
    missing = [words for name, words in NEEDED if not getattr(record, name).strip()]
    if not record.conditions.strip() and not record.without_conditions:
        missing.append("the conditions, or that there are none")
    return [
        _found(
            record, "award-incomplete", ERROR, f"Award {record.reference} does not say {words}", "The law asks for it."
        )
        for words in missing
    ]


def _undecided(record):
    """An award that only a decision record allows, or that one is expected for. Invariants 14 and 15 of the domain."""
    fund = record.fund
    if record.decision_id is not None:
        return []
    if fund.maximum_grant and record.amount > fund.maximum_grant:
        text = f"The largest grant of the {fund.name} is {in_pounds(fund.maximum_grant)}. Name the decision record that allows more."
        return [_found(record, "award-above-cap", ERROR, f"Award {record.reference} is above the largest grant", text)]
    if fund.decision_above and record.amount >= fund.decision_above:
        text = f"One is expected from {in_pounds(fund.decision_above)} on. Name it, or say why there is none."
        return [_found(record, "award-undecided", WARNING, f"Award {record.reference} names no decision record", text)]
    return []


def _names(record):
    """Every name and number by which the recipient is known to the office."""
    found = [record.individual]
    if record.recipient:
        numbers = record.recipient.identifiers.all()
        found += [record.recipient.name, record.recipient.short_name, record.recipient.website]
        found += [text for each in numbers for text in (str(each), each.number)]
    if record.application:
        found.append(record.application.applicant_name)
    return [text for text in found if text.strip()]


def _named(record, content):
    """An error where the text itself names a recipient who is not to be named; a warning where it may name a person."""
    if not record.is_restricted and not record.is_individual:
        return
    texts = {name: content[name] for name in PLACES}
    texts["history"] = "\n".join(step["reason"] for step in content["history"])
    if _says_one_of(_names(record), "\n".join(texts.values())):
        text = (
            "It stands in the title, the purpose, the reasons, the conditions or the history. Say it in general words."
        )
        title = f"Award {record.reference} names the recipient, who is not to be named"
        yield _found(record, "award-names", ERROR, title, text)
    elif record.is_individual:
        for place in [
            place for place, words in texts.items() if _parts_of_names(record) & {*re.findall(r"\w+", words)}
        ]:
            text = "A part of the person’s name stands there. Take it out, or say why it is another word."
            title = f"The {place} of award {record.reference} may name the person who receives it"
            yield _found(record, "award-names-part", WARNING, title, text)


def _says_one_of(names, text):
    """Whether one of the names stands in the text: as words in a row, or written as one word, as in an address."""
    said, runs = f" {' '.join(_words(text))} ", [re.sub(r"\W", "", run) for run in text.casefold().split()]
    for name in names:
        words = _words(re.sub(r"^https?://(www\.)?", "", name.strip().casefold()))
        together = "".join(words)
        if len(together) > 2 and f" {' '.join(words)} " in said:
            return True
        if len(together) >= LONG and any(together in run for run in runs):
            return True
    return False


def _parts_of_names(record):
    """First names and surnames as people write them: a word like “will” or “park” is a name only with a capital letter."""
    names = [record.individual, record.application.applicant_name if record.application else ""]
    parts = [part for name in names for part in re.findall(r"\w+", name) if len(part) > 2]
    return {written for part in parts for written in (part[:1].upper() + part[1:], part.upper())}


def _words(text):
    return re.findall(r"\w+", text.casefold().replace("’", "'"))


# --- rounds ----------------------------------------------------------------------------------------------------------------


@kinds.register
class RoundKind(_OfGrants):
    """A round, and with it all of its awards in one act."""

    name = "round"
    label = "Round of grants"
    model = Round

    def load(self, pk):
        """With its fund, and what it asks for."""
        return Round.objects.select_related("fund").prefetch_related("priorities", "criteria", "eligibility").get(pk=pk)

    def why_not(self, record):
        """From its first day on, or as soon as something is awarded in it."""
        if record.opens > today() and not record.awards.exists():
            return f"The round opens on {in_words(record.opens.isoformat())}."
        return ""

    def path(self, record):
        """By its fund and its name."""
        return f"grants/rounds/{record.fund.slug}-{record.slug}"[:200]

    def summary(self, content):
        """How much there was, and when it was open."""
        return f"{in_pounds(contents.amount_of(content['budget']))}. {content['status']}."

    def content(self, record):
        """What it funds, how much, and by what it was decided."""
        return contents.of_round(record)

    def parts(self, content):
        """What it funds and how it was decided; the awards are listed live beneath."""
        return [["round", render_to_string("public/parts/grant_round.html", _round_as_read(content))]]

    def findings(self, record, content):
        """Awards that go beyond what the round may give."""
        last = record.awards.exclude(status="withdrawn").first()
        if last is None or (beyond := beyond_round(last)) <= 0:
            return []
        text = f"At most {in_pounds(record.most)} may be awarded, with the allowance. Say why it was exceeded."
        title = f"The awards of {record.label} are {in_pounds(beyond)} more than the round may give"
        return [Finding("round-exceeded", WARNING, title, text, url=record.get_absolute_url(), link="Go to the round")]

    def others(self, record):
        """Its awards."""
        return [("award", award) for award in awards_loaded().filter(round=record).order_by("awarded_on", "pk")]

    def search(self, edition):
        """What it funds."""
        content = edition.content
        words = [content["guidance"], *(each["title"] for each in content["criteria"])]
        return [Entry(edition.get_absolute_url(), edition.title, "\n".join(filter(None, words)))]


def _round_as_read(content):
    return {
        "content": content,
        "budget": contents.amount_of(content["budget"]),
        "maximum": contents.amount_of(content["maximum_grant"]),
        "opens": in_words(content["round"]["opens"]),
        "closes": in_words(content["round"]["closes"]),
    }


# --- funds -----------------------------------------------------------------------------------------------------------------


@kinds.register
class FundKind(_OfGrants):
    """A fund: where the money comes from, what documents state about it, and why that differs from what is listed."""

    name = "fund"
    label = "Fund"
    model = Fund

    def why_not(self, record):
        """A fund can be published as soon as it is there."""
        return ""

    def path(self, record):
        """By its name."""
        return f"grants/funds/{record.slug}"

    def summary(self, content):
        """Where the money comes from."""
        source = content["fund"]["source"]
        return f"Money from {source[:1].lower()}{source[1:]}." if source else "Grants to local organisations."

    def content(self, record):
        """Facts, stated totals with their comparison and explanation, clashes between documents."""
        return contents.of_fund(record, on=_day_of_fund(record))

    def parts(self, content):
        """What it is; then each stated total."""
        context = _fund_as_read(content)
        parts = [["fund", render_to_string("public/parts/grant_fund.html", context)]]
        if content["stated"]:
            parts.append(["totals", render_to_string("public/parts/grant_totals.html", context)])
        return parts

    def findings(self, record, content):
        """A stated total that differs from what is listed may not go out without the reason. Invariant 13 of the domain."""
        return [
            Finding(
                "stated-total",
                ERROR,
                f"{_pounds(each['amount'])}, stated by {each['document']}, is not explained",
                f"{each['comparison']} Write why, for the public to read.",
                url=record.get_absolute_url(),
                link="Go to the fund",
            )
            for each in content["stated"]
            if not each["agrees"] and not each["explanation"]
        ]

    def passes(self, record, content):
        """That every difference is explained."""
        return ["Every stated total agrees with the awards or says why not"] if content["stated"] else []

    def search(self, edition):
        """What documents state."""
        content = edition.content
        words = [content["purpose"], content["fund"]["source"]]
        words += [f"{each['document']} {each['scope']} {each['explanation']}" for each in content["stated"]]
        return [Entry(edition.get_absolute_url(), edition.title, "\n".join(filter(None, words)))]


def _day_of_fund(fund):
    """The newest day that it speaks of: of a document, else of a round; else the day it was published first."""
    days = [*fund.stated_totals.values_list("stated_on", flat=True)] or [*fund.rounds.values_list("opens", flat=True)]
    if days:
        return max(days)
    before = kinds.current_edition(fund)
    return before.date if before else today()


def _pounds(text):
    return in_pounds(contents.amount_of(text))


def _fund_as_read(content):
    rows = [
        ("Where the money comes from", content["fund"]["source"]),
        ("Legal power", content["fund"]["legal_power"]),
        ("Largest grant", _pounds(content["maximum_grant"]) if content["maximum_grant"] else ""),
    ]
    return {
        "content": content,
        "rows": [row for row in rows if row[1]],
        "stated": [
            {
                **each,
                "on": in_words(each["on"]),
                "amount": _pounds(each["amount"]),
                "computed": _pounds(each["computed"]),
                "gap": in_pounds(abs(contents.amount_of(each["difference"]))),
            }
            for each in content["stated"]
        ],
        "clashes": [
            {
                **each,
                "gap": _pounds(each["gap"]),
                "earlier": _dated(each["earlier"]),
                "later": _dated(each["later"]),
            }
            for each in content["clashes"]
        ],
    }


def _dated(said):
    return {**said, "on": in_words(said["on"]), "amount": _pounds(said["amount"])}
