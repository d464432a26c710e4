"""The demonstration's public record: an invented meeting with something restricted, the next agenda, a decision, and pages.

Published as the desk does it, through the gate; the meeting of 8 January 2018 is left for whoever tries the portal.
"""

from funding.rounds.models import Fund, Round
from opcc_portal.management.demo import inspections, news
from opcc_portal.management.demo.restriction import SUBJECT
from scrutiny.indicators.models import Indicator
from scrutiny.measures.models import MeasuresStatement
from scrutiny.meetings.models import Meeting
from scrutiny.partnerships.models import Network
from scrutiny.plan.models import Plan, PlanVersion
from scrutiny.publication import making, operations
from scrutiny.publication.models import Pack, SitePage
from scrutiny.register.models import Decision
from scrutiny.reports.models import JointReport
from scrutiny.workflow import kinds

REASON = "An invented paper of the demonstration; nothing in it is about real people."
FIGURES = "The demonstration holds what was published until it was made, and asks nobody for the next figure."
# One real series, areas beside each other, one made-up series that says so: the other indicators wait on the desk.
PUBLISHED = (
    "Referrals to the National Referral Mechanism",
    "All recorded crime",
    "Trial series: calls answered in ten seconds",
)


def seed_public_record(*, officer, say):
    """Publish what is not published yet. `say` is told in words what the gate would not let through."""
    meeting = JointReport.objects.get(subject=SUBJECT).meeting
    records = [("page", page) for page in SitePage.objects.order_by("pk")]
    records += [("meeting", meeting), ("pack", Pack.objects.get_or_create(meeting=meeting)[0])]
    coming = Meeting.objects.coming().filter(series=meeting.series, agenda_set_at__isnull=False)
    records += [("meeting", each) for each in coming]
    records += [("actions", operations.actions_register())]
    records += [("plan", plan) for plan in Plan.objects.filter(versions__state=PlanVersion.State.ISSUED)]
    records += [("decision", each) for each in Decision.objects.filter(status=Decision.Status.SIGNED)]
    records += [("fund", each) for each in Fund.objects.order_by("pk")]
    records += [("round", each) for each in Round.objects.filter(decided_on__isnull=False).order_by("pk")]
    records += [("indicator", each) for each in Indicator.objects.filter(title__in=PUBLISHED).order_by("pk")]
    records += [("measures", each) for each in MeasuresStatement.objects.exclude(signed_at=None)]
    records += [("news", each) for each in news.releases()]
    records += [("network", each) for each in Network.objects.order_by("pk")]
    records += inspections.public_records()
    for name, record in records:
        if kinds.public_path(record):
            continue
        if refusal := publish(kinds.named(name), record, by=officer, reason=FIGURES if name == "indicator" else REASON):
            say(f"  not published: {record}: {refusal}")


def publish(kind, record, *, by, reason=REASON):
    """Check, explain what the gate warns of, and publish. Returns why not, in words; empty when it is done."""
    bundle = making.bundle_of(kind, record)
    if not bundle.fresh:
        return "; ".join(reason for _, _, reason in bundle.waiting)
    candidate = making.check(bundle, by=by)
    blocking = [finding["title"] for finding in candidate.findings if finding["severity"] == kinds.ERROR]
    if blocking:
        return "; ".join(blocking)
    for finding in candidate.findings:
        operations.explain(bundle.record, finding, reason=reason, by=by)
    making.publish(kind, record, seen=candidate.input_hash, by=by)
    return ""
