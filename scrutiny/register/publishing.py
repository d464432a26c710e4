"""How a decision is published: once it is signed, in full, or with its number and the reason why no more is said."""

import re

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe

from opcc_portal.audit.operations import key
from scrutiny.meetings.publishing import common, cover, day_of, item_slugs, logo_of, public_items
from scrutiny.register.models import Decision
from scrutiny.workflow import kinds
from scrutiny.workflow.kinds import ERROR, WARNING, Entry, Finding, Line, Secret
from scrutiny.workflow.published import in_words


@kinds.register
class DecisionKind(kinds.Kind):
    """A decision record (Specified Information Order 2011, as amended: decisions of significant public interest)."""

    name = "decision"
    label = "Decision"
    model = Decision
    pdf_name = "decision.pdf"
    scheme_class = "how-we-make-decisions"

    def load(self, pk):
        """With its meeting and item."""
        return Decision.objects.select_related(*Decision.LOADED_WITH).get(pk=pk)

    def why_not(self, record):
        """Only what is signed is a decision for the public."""
        if not record.is_signed:
            return "The decision is not signed yet." if record.is_draft else "This is no longer a decision."
        return ""

    def path(self, record):
        """By its number."""
        return f"decisions/{record.reference.replace('/', '-')}"

    def title(self, content):
        """Decision 2018/001: Grant for a youth bus."""
        return f"Decision {content['reference']}: {content['title']}"[:300]

    def belongs_to(self, record):
        """The meeting where it was made; nothing where the decision is withheld."""
        return key(record.meeting) if record.meeting and not _stub_of(record) else ""

    def date(self, content):
        """The day of the decision; of one that is withheld the day when it was signed."""
        return day_of(content)

    def summary(self, content):
        """Who decided."""
        return "" if content["withheld"] else content["maker"]

    def content(self, record):
        """All of the record, or its number and its stub."""
        if stub := _stub_of(record):
            return {**common(stub["title"], record.signed_on, status="Withheld"), **_withheld(record, stub)}
        meeting, item = record.meeting, record.item
        day = record.decided_on
        return {
            **common(
                record.title,
                day,
                demonstration_note=meeting.demonstration_note if meeting else "",
                status=f"Signed on {in_words(record.signed_on.isoformat())}",
                priority=item.priority if item else None,
            ),
            "reference": record.reference,
            "decided": record.decided,
            "reasons": record.reasons,
            "maker": record.maker,
            "decided_on": day.isoformat(),
            "signed_on": record.signed_on.isoformat(),
            "signed_name": record.signed_name,
            "meeting": meeting and {"name": meeting.name, "date": meeting.date.isoformat(), "subject": key(meeting)},
            "item": item and {"slug": item_slugs(item.meeting)[item.pk], "label": item.label, "title": item.title},
            "withheld": None,
        }

    def parts(self, content):
        """One part: what, why, who, when."""
        return [["decision", render_to_string("public/parts/decision.html", _as_read(content))]]

    def paper(self, content, imprint):
        """The same as a paper."""
        logo = logo_of(content)
        context = cover(content, imprint, kind="Decision", logo=logo) | _as_read(content)
        context |= {
            "title": content["title"],
            "full_title": self.title(content),
            "description": self.title(content),
            "keywords": "decision",
            "facts": [("Number", content["reference"]), *context["rows"]],
        }
        return render_to_string("scrutiny/register/decision_pdf.html", context), logo

    def secrets(self, record):
        """Everything that a withheld decision says."""
        stub = _stub_of(record)
        if not stub:
            return []
        said = [record.decided, record.reasons, record.minutes_said]
        if record.title != stub["title"]:
            said.append(record.title)
        words = dict.fromkeys(part.strip() for text in said for part in _paragraphs(text))
        return [Secret(text, f"Decision {record.reference}", record.get_absolute_url()) for text in words]

    def findings(self, record, content):
        """A record that the minutes no longer agree with; one that is withheld without a reason."""
        found = []
        if content["withheld"] and not content["withheld"]["reason"].strip():
            found.append(
                Finding(
                    code="decision-without-reason",
                    severity=ERROR,
                    title=f"Decision {record.reference} does not say why it is withheld",
                    text="It was made under an item of the private part. Give the grounds and the reason there.",
                    url=record.get_absolute_url(),
                    link="Go to the decision",
                )
            )
        if not content["withheld"]:
            found += [
                Finding(
                    "reads-differently",
                    WARNING,
                    flag,
                    "",
                    record.decided,
                    record.get_absolute_url(),
                    "Go to the decision",
                )
                for flag in record.flags
            ]
        return found

    def passes(self, record, content):
        """Who signed, and when."""
        return [f"Signed by {record.signed_name} on {in_words(record.signed_on.isoformat())}"]

    def lines(self, edition):
        """Its line in the register of decisions."""
        content = edition.content
        data = {name: content[name] for name in ("maker", "decided_on", "signed_on", "meeting", "item")}
        yield Line(
            register="decision",
            date=edition.date,
            reference=content["reference"],
            text=content["title"],
            url=edition.get_absolute_url(),
            data={**data, "withheld": content["withheld"]["reason"] if content["withheld"] else ""},
        )

    def search(self, edition):
        """The whole record; of a withheld one its reason."""
        content = edition.content
        words = [content["reference"]]
        words += [content["withheld"]["reason"]] if content["withheld"] else [content["decided"], content["reasons"]]
        priority = content["priority"]["slug"] if content["priority"] else ""
        people = tuple(filter(None, (content["maker"].partition(",")[0],)))
        yield Entry(edition.get_absolute_url(), edition.title, "\n".join(filter(None, words)), people, priority)

    def people(self, record):
        """Who decided and who signed."""
        return [
            ("Decided by", record.maker, record.decided_on.isoformat()),
            ("Signed by", record.signed_name, record.signed_on.isoformat() if record.signed_on else ""),
        ]


def _stub_of(decision):
    """What the public is told in place of the decision; None where it is public.

    It is withheld with the item that it was made under and with the entry of the minutes that holds its words.
    """
    if decision.is_restricted:
        return decision.restriction.stub(decision.title)
    source = decision.source
    if source and source.is_restricted:
        return _named(source.restriction.stub())
    if decision.item:
        shown = {public.item.pk: public.withheld for public in public_items(decision.item.meeting)}
        if decision.item_id not in shown:  # below an item that is withheld
            return _named(decision.item.parent.restriction.stub())
        if stub := shown[decision.item_id]:
            return _named({**stub, "title": ""})
    return None


def _named(stub):
    """The title of the decision itself may say too much; then the kind stands for it."""
    return {**stub, "title": stub["title"] or "Withheld"}


def _withheld(record, stub):
    return {
        "reference": record.reference,
        "decided": "",
        "reasons": "",
        "maker": "",
        "decided_on": "",
        "signed_on": "",
        "signed_name": "",
        "meeting": None,
        "item": None,
        "withheld": stub,
    }


def _as_read(content):
    """What page and paper print, from the content alone."""
    return {
        "content": content,
        "withheld": content["withheld"],
        "decided": _shown(content["decided"]),
        "reasons": _shown(content["reasons"]),
        "rows": _rows(content),
    }


def _rows(content):
    signed = in_words(content["signed_on"])
    rows = [
        ("Decided by", content["maker"]),
        ("Date of the decision", in_words(content["decided_on"])),
        ("Signed", f"{signed}, {content['signed_name']}" if signed else ""),
    ]
    if meeting := content["meeting"]:
        rows.append(("Meeting", f"{meeting['name']}, {in_words(meeting['date'])}"))
    if item := content["item"]:
        rows.append(("Item", f"{item['label']} {item['title']}".strip()))
    return [(label, value) for label, value in rows if value]


def _paragraphs(text):
    return [part for part in re.split(r"\n\s*\n", text) if part.strip()]


def _shown(text):
    """Its paragraphs as safe HTML."""
    return [mark_safe(escape(part.strip()).replace("\n", "<br>")) for part in _paragraphs(text)]  # escaped before
