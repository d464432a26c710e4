"""How the plan is published: the version that was issued, with the response to the panel; and each priority on its own page.

Only what was issued is public: the content comes from its frozen words, so a variation under way shows nowhere.
"""

from django.template.loader import render_to_string

from opcc_portal.audit.operations import key
from scrutiny.plan import versions
from scrutiny.plan.models import Plan, PlanVersion, Priority
from scrutiny.workflow import kinds
from scrutiny.workflow.kinds import WARNING, Entry, Finding
from scrutiny.workflow.published import common, cover, day, day_of, in_words, logo_of

NOT_IN_FORCE = "It is no part of the Police and Crime Plan in force any more."
SCHEME_CLASS = "our-priorities"


class _OfThePlan(kinds.Kind):
    """What a plan and its priorities have in common."""

    scheme_class = SCHEME_CLASS

    def date(self, content):
        """The day from which its words are in force."""
        return day_of(content)

    def people(self, record):
        """Nobody by name: the steps of the version are in the trail."""
        return []


@kinds.register
class PlanKind(_OfThePlan):
    """A Police and Crime Plan as issued (Police Reform and Social Responsibility Act 2011, section 5(6) and (10))."""

    name = "plan"
    label = "Police and Crime Plan"
    model = Plan
    pdf_name = "plan.pdf"

    def why_not(self, record):
        """It has to be in force, or to have been."""
        return "" if versions.issued_of(record) else "No version of this plan is issued yet."

    def path(self, record):
        """By its title."""
        return f"plan/{record.slug}"

    def summary(self, content):
        """Its years, and how many priorities it has."""
        count = len(content["priorities"])
        return f"{content['years']}. {count} priorit{'y' if count == 1 else 'ies'}."

    def content(self, record):
        """The issued words, the response to the panel, and the days of earlier versions."""
        version = versions.issued_of(record)
        text = version.issued
        return {
            **common(
                text["title"],
                version.issued_on,
                demonstration_note=" ".join(filter(None, (record.demonstration_note, version.demonstration_note))),
                status=_status(version),
            ),
            "version": version.number,
            "is_in_force": version.state == PlanVersion.State.ISSUED,
            "issued_on": _iso(version.issued_on),
            "ended_on": _iso(version.ended_on),
            "starts": text["starts"],
            "ends": text["ends"],
            "years": versions.years_of(text),
            "what_changed": version.change_note,
            "outcomes": [each["title"] for each in text["outcomes"]],
            "themes": [each["name"] for each in text["themes"]],
            "priorities": [
                {**_public_text(each), "subject": f"{Priority._meta.label_lower}:{each['id']}"}
                for each in text["priorities"]
            ],
            "panel": {
                "sent_on": _iso(version.sent_on),
                "reported_on": _iso(version.panel_reported_on),
                "responded_on": _iso(version.responded_on),
                "response": version.response,
            },
            "earlier": [
                {
                    "version": each.number,
                    "issued_on": _iso(each.issued_on),
                    "ended_on": _iso(each.ended_on),
                    "what_changed": each.change_note,
                }
                for each in record.versions.filter(number__lt=version.number).defer("sent", "issued")
                if each.issued_on
            ],
        }

    def parts(self, content):
        """What stands in front, each priority, the response to the panel."""
        parts = [["plan", _rendered("plan_front", content=content, rows=_facts(content))]]
        parts += [
            [each["anchor"], _rendered("plan_priority", each=each, number=number)]
            for number, each in enumerate(content["priorities"], 1)
        ]
        if content["panel"]["response"]:
            parts.append(["response", _rendered("plan_response", panel=_dated(content["panel"]))])
        return parts

    def paper(self, content, imprint):
        """The whole plan as a paper."""
        logo = logo_of(content)
        context = cover(content, imprint, kind="Plan", logo=logo)
        context |= {
            "title": content["title"],
            "full_title": f"{content['title']}, {content['years']}",
            "description": f"{content['title']}, {content['years']}, as issued on {in_words(content['issued_on'])}",
            "keywords": "Police and Crime Plan",
            "facts": _facts(content),
            "content": content,
            "panel": _dated(content["panel"]),
        }
        return render_to_string("scrutiny/plan/plan_pdf.html", context), logo

    def findings(self, record, content):
        """Records that differ from what is in force without a variation under way say so."""
        if record.versions.filter(state=PlanVersion.State.ISSUED).exists() and versions.why_closed(record):
            now = versions.text_of(record)
            if versions.between(versions.issued_of(record).issued, now):
                return [
                    Finding(
                        "plan-differs",
                        WARNING,
                        "The desk’s records say something else than the version in force",
                        "For instance an indicator was added. What is published is the version in force. Start a "
                        "variation if the plan is to say it.",
                        url=record.get_absolute_url(),
                        link="Go to the plan",
                    )
                ]
        return []

    def passes(self, record, content):
        """That the panel was asked, and answered."""
        panel = content["panel"]
        said = []
        if panel["sent_on"] and panel["reported_on"]:
            said.append(
                f"The draft went to the panel on {in_words(panel['sent_on'])}; it reported on {in_words(panel['reported_on'])}"
            )
        if panel["responded_on"]:
            said.append(f"The response to the panel was published on {in_words(panel['responded_on'])}")
        return said

    def others(self, record):
        """Its priorities, so that one act publishes the whole plan."""
        version = versions.issued_of(record)
        keys = [each["id"] for each in version.issued["priorities"]] if version else []
        held = Priority.objects.select_related("plan").in_bulk(keys)
        return [("priority", held[pk]) for pk in keys if pk in held]

    def takes_back(self, record):
        """Priorities that are public and that this version does not have any more."""
        version = versions.issued_of(record)
        keys = [each["id"] for each in version.issued["priorities"]]
        gone = Priority.objects.filter(plan=record).exclude(pk__in=keys)
        return [(priority, NOT_IN_FORCE) for priority in kinds.are_public(gone)]

    def search(self, edition):
        """What stands in front of the priorities, and the response; they are found by themselves."""
        content = edition.content
        words = [*content["outcomes"], *content["themes"], content["panel"]["response"], content["what_changed"]]
        words += [each["title"] for each in content["priorities"]]
        return [Entry(edition.get_absolute_url(), edition.title, "\n".join(filter(None, words)))]


@kinds.register
class PriorityKind(_OfThePlan):
    """A priority of the plan in force, in the plan's own structure."""

    name = "priority"
    label = "Priority of the plan"
    model = Priority

    def load(self, pk):
        """With its plan."""
        return Priority.objects.select_related("plan").get(pk=pk)

    def why_not(self, record):
        """It has to be part of what was issued."""
        version = versions.issued_of(record.plan)
        if version is None:
            return "No version of its plan is issued yet."
        return (
            "" if versions.find(version.issued, record) else f"Version {version.number} of the plan does not have it."
        )

    def path(self, record):
        """By its title."""
        return f"plan/{record.slug}"

    def summary(self, content):
        """How it is delivered and followed, in numbers."""
        counted = [
            _counted(len(content["objectives"]), "objective"),
            _counted(len(content["indicators"]), "indicator"),
        ]
        return ", ".join(filter(None, counted))

    def content(self, record):
        """Its issued words; indicators by name, and as the desk knows them, so that pages lead to those that are public."""
        version = versions.issued_of(record.plan)
        text = versions.find(version.issued, record)
        held = {each.pk: each for each in record.indicators.filter(pk__in=[each["id"] for each in text["indicators"]])}
        said = _public_text(text)
        return {
            **common(
                text["title"],
                day(text["text_of"]),
                demonstration_note=record.demonstration_note,
                status=_status(version),
                priority=record,
            ),
            **said,
            "plan": {
                "title": version.issued["title"],
                "years": versions.years_of(version.issued),
                "subject": key(record.plan),
            },
            "version": version.number,
            "indicators": [
                {**public, "subject": key(held[each["id"]]) if each["id"] in held else ""}
                for public, each in zip(said["indicators"], text["indicators"], strict=True)
            ],
        }

    def parts(self, content):
        """Its three parts: what it is, how we deliver, how we know."""
        return [["priority", _rendered("priority", each=content)]]

    def search(self, edition):
        """All of its words."""
        content = edition.content
        words = [content["outcome"], content["our_priority"], content["how_we_deliver"], content["how_we_know"]]
        words += [f"{each['text']} {each['theme']}" for each in content["objectives"]]
        words += [versions.named(each) for each in (*content["resources"], *content["routes"])]
        words += [each["title"] for each in content["indicators"]]
        slug = content["priority"]["slug"]
        return [Entry(edition.get_absolute_url(), edition.title, "\n".join(filter(None, words)), priority=slug)]


# --- content ---------------------------------------------------------------------------------------------------------------


def _public_text(text):
    """A priority as a frozen text holds it, without the desk's keys."""
    kept = ("slug", "title", "outcome", "text_of", "our_priority", "how_we_deliver", "objectives", "resources")
    return {
        **{name: text[name] for name in kept},
        "how_we_know": text["how_we_know"],
        "routes": text["routes"],
        "indicators": [
            {"slug": each["slug"], "title": each["title"], "sources": each["sources"]} for each in text["indicators"]
        ],
        "anchor": f"priority-{text['slug']}",
    }


def _status(version):
    since = f"{version.issued_on:%-d %B %Y}"
    if version.state == PlanVersion.State.ISSUED:
        return f"In force since {since}"
    return f"In force from {since} until {version.ended_on:%-d %B %Y}, superseded by a new plan"


def _iso(date):
    return date.isoformat() if date else None


def _facts(content):
    rows = [
        ("Years", content["years"]),
        ("Version", f"{content['version']}, issued on {in_words(content['issued_on'])}"),
    ]
    rows += [("Until", in_words(content["ended_on"]))] if content["ended_on"] else []
    rows += [("What changed", content["what_changed"])] if content["what_changed"] else []
    return rows


def _dated(panel):
    """The panel's part with its days in words."""
    days = ("sent_on", "reported_on", "responded_on")
    return {**panel, **{name: in_words(panel[name]) if panel[name] else "" for name in days}}


def _counted(number, one):
    return f"{number} {one}{'' if number == 1 else 's'}" if number else ""


def _rendered(template, **context):
    return render_to_string(f"public/parts/{template}.html", context)
