"""What belongs to a recommendation elsewhere in the record: which of it a person may see, and finding more of it."""

from django.db.models import Q
from django.urls import reverse

from opcc_portal.office.forms import in_words as day_in_words
from scrutiny.indicators.models import Indicator
from scrutiny.minutes.models import MinuteEntry, Minutes
from scrutiny.register.models import Action
from scrutiny.reports.models import JointReport

OFFERED, WITHOUT_WORDS = 25, 8  # of each kind, beside what is linked


def questions():
    """Questions that stand in minutes, the latest meeting first."""
    standing = MinuteEntry.objects.filter(kind=MinuteEntry.Kind.QUESTION, deleted=False)
    return standing.select_related("minuted_item__minutes__meeting__series", "speaker").order_by(
        "-minuted_item__minutes__meeting__date", "pk"
    )


def actions():
    """Actions, the latest meeting first."""
    return Action.objects.real().select_related("meeting").order_by("-meeting__date", "pk")


def indicators():
    """Indicators by name."""
    return Indicator.objects.order_by("title")


def reports():
    """Reports, the latest first."""
    return JointReport.objects.order_by("-date", "subject")


SOURCES = {"questions": questions, "actions": actions, "indicators": indicators, "reports": reports}
KINDS = {"questions": "Question", "actions": "Action", "indicators": "Indicator", "reports": "Report"}
LOOKED_IN = {
    "questions": ("text",),
    "actions": ("text", "reference"),
    "indicators": ("title", "question"),
    "reports": ("subject",),
}


def linked_to(recommendation):
    """{kind: its linked records}, whoever asks. One query for each kind."""
    return {name: list(source().filter(recommendations=recommendation)) for name, source in SOURCES.items()}


def found(name, words):
    """Records of a kind that have the words; the latest without any."""
    records = SOURCES[name]()
    if words:
        said = Q()
        for field in LOOKED_IN[name]:
            said |= Q(**{f"{field}__icontains": words})
        records = records.filter(said)
        return records[:OFFERED]
    return records[:WITHOUT_WORDS]


def in_words(name, record):
    """The record as a list of choices names it."""
    if name == "questions":
        meeting = record.minuted_item.minutes.meeting
        return f"{_start(record.text)} ({day_in_words(meeting.date)})"
    if name == "actions":
        return f"{record.reference} {_start(record.text)} ({record.state_in_words})"
    if name == "reports":
        return f"{record.subject}, {day_in_words(record.date)}"
    return str(record)


def seen_by(user, recommendation):
    """[{kind, words, url}]: what is linked and this person may see. The force sees of papers what is shared with it."""
    seen = {
        "questions": _questions_of(user),
        "actions": actions().visible_to(user),
        "indicators": indicators(),
        "reports": reports().visible_to(user),
    }
    return [
        {"kind": KINDS[name], "words": in_words(name, each), "url": _address(name, each, user)}
        for name, records in seen.items()
        for each in records.filter(recommendations=recommendation)
    ]


def _questions_of(user):
    """The register of questions is the office's; the force sees those of minutes that it was asked to check."""
    if not user.works_for_force:
        return questions()
    return questions().filter(minuted_item__minutes__in=user.checks.keys_of(Minutes))


def _address(name, record, user):
    if name != "questions":
        return record.get_absolute_url()
    if not user.works_for_force:
        return reverse("question", args=[record.pk])
    return f"{record.minuted_item.minutes.get_absolute_url()}#entry-{record.pk}"


def _start(text):
    return f"{text[:160]}…" if len(text) > 160 else text
