"""Every named address of the portal in the demonstration office: which pages there are, and what the others answer."""

from datetime import date

from django.core.files.base import ContentFile
from django.urls import get_resolver, reverse
from django.utils import timezone

from funding.applications.importing import taking as import_of_applications
from funding.applications.models import ApplicationDocument
from funding.assessment.models import Assessment, Interest, Outcome, Score
from funding.awards import payments, returns
from funding.awards.models import MonitoringReturn
from funding.rounds.models import PanelMember
from opcc_portal.accounts.models import User
from opcc_portal.audit.operations import key
from opcc_portal.files.models import Upload
from opcc_portal.jobs.models import Job
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.indicators.importing import taking as import_of_figures
from scrutiny.indicators.models import (
    Annotation,
    Baseline,
    ComparatorGroup,
    ComparatorMembership,
    ImportBatch,
    Indicator,
    Observation,
    Population,
    Rebase,
    Target,
)
from scrutiny.inspections.models import StatusChange
from scrutiny.letters import operations as letters
from scrutiny.measures import operations as measures
from scrutiny.measures.models import MeasureSet
from scrutiny.measures.quarters import Quarter
from scrutiny.meetings import planned
from scrutiny.meetings.models import Meeting
from scrutiny.minutes.models import MinuteEntry, Minutes
from scrutiny.news import operations as news
from scrutiny.news import pictures
from scrutiny.partnerships.models import Agreement
from scrutiny.people.models import Identifier, Person
from scrutiny.plan.models import Priority
from scrutiny.publication.models import PreElectionPeriod, SitePage, WithheldName
from scrutiny.register import actions
from scrutiny.register.models import Action, Attachment, Decision
from scrutiny.reports import operations as reports
from scrutiny.reports.models import Body, JointReport, PaperRequest
from scrutiny.workflow.operations import comment, name_checker
from tests.factories import (
    make_application,
    make_award,
    make_confirmation,
    make_inspection,
    make_letter,
    make_organisation,
    make_piece,
    make_plan,
    make_priority,
    make_recommendation,
    make_release,
    make_response,
)
from tests.files import samples
from tests.publication.editions import (
    INDICATOR_PATH,
    MEETING_PATH,
    REPORT_PATH,
    make_award_edition,
    make_edition,
    make_indicator_edition,
    make_record,
    make_report_edition,
)

# room: {name of an address: the demo account that opens it, "" for nobody signed in}
PAGES = {
    "the public site": {
        "front": "",
        "public-meetings": "",
        "public-meetings-of-year": "",
        "public-reports": "",
        "public-reports-of-year": "",
        "public-decisions": "",
        "public-news": "",
        "public-news-of-year": "",
        "public-actions": "",
        "public-corrections": "",
        "public-documents": "",
        "public-plan": "",
        "public-indicators": "",
        "public-inspections": "",
        "public-networks": "",
        "public-letters": "",
        "public-letters-of-year": "",
        "public-measures": "",
        "public-grants": "",
        "public-grant-recipient": "",
        "public-grant-months": "",
        "public-grant-month": "",
        "public-class": "",
        "public-version": "",
        "public-versions": "",
        "public-item": "",
        "public-document": "",
        "public-search": "",
        "public-verify": "",
        "public-data": "",
    },
    "applying": {
        "apply": "",
        "apply-start": "",
        "apply-mailed": "",
        "apply-saved": "",
        "apply-away": "",
        "apply-kept": "",
    },
    "signing in": {
        "sign-in": "",
        "password_reset": "",
        "password_reset_done": "",
        "password_reset_confirm": "",
        "password_reset_complete": "",
        "password-change": "officer",
        "reminders": "officer",
        "reminders-stop": "",
    },
    "settings": {
        "settings": "admin",
        "users": "admin",
        "user-add": "admin",
        "user-edit": "admin",
        "office-list": "admin",
        "office-add": "admin",
        "office-edit": "admin",
        "series-list": "officer",
        "series-add": "officer",
        "series": "officer",
        "series-edit": "officer",
        "standing-items": "officer",
    },
    "desk": {
        "desk": "officer",
        "dashboard": "commissioner",
        "private-note": "commissioner",
        "planned-question-add": "commissioner",
        "planned-question": "officer",
        "search": "officer",
        "help": "officer",
        "look": "officer",
        "meeting": "officer",
        "job": "officer",
        "plan": "officer",
        "plan-add": "officer",
        "plan-edit": "officer",
        "plan-version-start": "officer",
        "plan-version": "officer",
        "plan-version-changes": "officer",
        "plan-version-send": "officer",
        "plan-version-take-back": "officer",
        "plan-version-report": "officer",
        "plan-version-respond": "officer",
        "plan-version-issue": "officer",
        "plan-version-discard": "officer",
        "priority": "officer",
        "priority-add": "officer",
        "priority-edit": "officer",
        "priority-remove": "officer",
        "funding": "officer",
        "fund": "officer",
        "fund-add": "grants",
        "fund-edit": "grants",
        "round": "grants",
        "round-add": "grants",
        "round-edit": "grants",
        "round-criteria": "grants",
        "round-panel": "grants",
        "stated-total": "grants",
        "stated-total-add": "grants",
        "stated-total-edit": "grants",
        "grant-totals": "grants",
        "open-data": "grants",
        "open-data-edit": "grants",
    },
    "awards": {
        "awards": "grants",
        "award": "grants",
        "award-add": "grants",
        "award-change": "grants",
        "award-end": "grants",
        "award-reopen": "grants",
        "payment": "grants",
        "payment-add": "grants",
        "payment-cancel": "grants",
        "grant-returns": "grants",
        "monitoring-return": "grants",
        "return-add": "grants",
        "return-edit": "grants",
        "return-receive": "grants",
        "return-waive": "grants",
        "round-awards-make": "grants",
    },
    "assessment": {
        "round-interests": "analyst",
        "assess-list": "analyst",
        "application-assess": "analyst",
        "round-moderation": "grants",
        "application-moderate": "grants",
        "interest-add": "grants",
        "interest-remove": "grants",
        "round-ranking": "grants",
        "application-outcome": "grants",
        "round-decide": "grants",
    },
    "applications": {
        "applications": "grants",
        "application-add": "grants",
        "application": "grants",
        "application-edit": "grants",
        "application-status": "grants",
        "application-eligibility": "grants",
        "application-documents": "grants",
        "application-organisation": "grants",
        "application-organisation-new": "grants",
        "organisation-grants": "grants",
        "applications-import-add": "grants",
        "applications-import": "grants",
        "applications-import-columns": "grants",
        "identifier-add": "grants",
        "identifier-edit": "grants",
        "identifier-delete": "grants",
    },
    "people": {
        "people": "officer",
        "person-add": "officer",
        "person": "officer",
        "person-edit": "officer",
        "person-delete": "officer",
        "appointment-add": "officer",
        "appointment-edit": "officer",
        "appointment-end": "officer",
        "appointment-delete": "officer",
        "alias-add": "officer",
        "alias-edit": "officer",
        "alias-delete": "officer",
    },
    "organisations and posts": {
        "organisations": "officer",
        "organisation-add": "officer",
        "organisation": "officer",
        "organisation-edit": "officer",
        "organisation-delete": "officer",
        "posts": "officer",
        "post-add": "officer",
        "post-edit": "officer",
        "post-delete": "officer",
        "organisation-merge": "officer",
    },
    "partnerships": {
        "networks": "officer",
        "network": "officer",
        "network-add": "officer",
        "network-edit": "officer",
        "network-delete": "officer",
        "member-add": "officer",
        "member-edit": "officer",
        "member-delete": "officer",
        "launch-add": "officer",
        "launch-edit": "officer",
        "launch-choose": "officer",
        "launch-delete": "officer",
        "agreement-add": "officer",
        "agreement-edit": "officer",
        "agreement-delete": "officer",
        "events": "officer",
        "event": "officer",
        "event-add": "officer",
        "event-edit": "officer",
        "event-delete": "officer",
        "speaker-add": "officer",
        "speaker-edit": "officer",
        "speaker-delete": "officer",
        "funded-posts": "officer",
        "funded-post": "officer",
        "funded-post-add": "officer",
        "funded-post-edit": "officer",
        "funded-post-delete": "officer",
    },
    "meetings": {
        "meetings": "officer",
        "meeting-add": "officer",
        "meeting-edit": "officer",
        "meeting-copy": "officer",
        "agenda": "officer",
        "agenda-preview": "officer",
        "item-edit": "officer",
        "item-delete": "officer",
        "attendance": "officer",
        "attendance-add": "officer",
        "attendance-edit": "officer",
    },
    "actions": {
        "actions": "officer",
        "action": "force",
        "action-propose": "officer",
        "action-due": "officer",
        "action-owners": "officer",
        "action-close": "officer",
        "action-reopen": "officer",
        "matters-arising": "officer",
    },
    "decisions, questions, assurance": {
        "decisions": "officer",
        "decision-add": "officer",
        "decision": "officer",
        "decision-edit": "officer",
        "decision-sign": "commissioner",
        "assurance": "officer",
        "questions": "officer",
        "question": "officer",
    },
    "questions from the public": {
        "public-questions": "officer",
        "public-question-add": "officer",
        "public-question": "officer",
        "public-question-edit": "officer",
        "public-question-use": "officer",
        "public-question-answer": "officer",
        "public-question-decline": "officer",
    },
    "reports": {
        "reports": "officer",
        "report-add": "officer",
        "report": "officer",
        "report-heading": "officer",
        "report-sign-office": "commissioner",
        "report-sign-force": "force",
        "report-changes": "officer",
        "report-preview": "officer",
        "report-delete": "officer",
        "checker-add": "officer",
    },
    "parts of reports and requests": {
        "section-add": "officer",
        "section-edit": "officer",
        "section-delete": "officer",
        "section-history": "officer",
        "section-figure": "officer",
        "section-grants": "officer",
        "report-figures": "officer",
        "report-figure-add": "officer",
        "quoted-figure": "officer",
        "quarterly-add": "analyst",
        "section-chart": "analyst",
        "section-chart-add": "analyst",
        "section-chart-remove": "analyst",
        "attachment-add": "officer",
        "attachment-edit": "officer",
        "attachment-delete": "officer",
        "paper-requests": "officer",
        "request-add": "officer",
        "paper-request": "force",
        "request-edit": "officer",
        "request-withdraw": "officer",
    },
    "minutes": {
        "minutes": "officer",
        "minutes-check": "officer",
        "minutes-changes": "officer",
        "minutes-approve": "commissioner",
        "minutes-version": "officer",
        "minutes-at-meeting": "officer",
        "entry-comment": "force",
        "entry-amend": "officer",
        "minutes-print": "officer",
        "minutes-delete": "officer",
        "minutes-checker-add": "officer",
        "minuted-item": "officer",
        "paste": "officer",
        "paste-added": "officer",
        "entry-history": "officer",
    },
    "restrictions": {
        "restrictions": "officer",
        "restrict-item": "officer",
        "restrict-entry": "officer",
        "restrict-passage": "officer",
        "restrict-attachment": "officer",
        "restrict-decision": "officer",
        "restrict-award": "officer",
        "restriction-edit": "officer",
        "report-marking": "officer",
        "minutes-marking": "officer",
        "legal-bases": "admin",
        "legal-basis-add": "admin",
        "legal-basis-edit": "admin",
    },
    "what the checks know": {
        "withheld-names": "officer",
        "withheld-name-add": "officer",
        "withheld-name-edit": "officer",
        "withheld-name-delete": "officer",
        "pre-election-periods": "admin",
        "pre-election-period-add": "admin",
        "pre-election-period-edit": "admin",
        "pre-election-period-delete": "admin",
        "publication-classes": "admin",
        "publication-class-add": "admin",
        "publication-class-edit": "admin",
    },
    "publishing": {
        "publishing": "officer",
        "publish": "officer",
        "publish-history": "officer",
        "pack": "officer",
        "publish-withdraw": "officer",
        "publish-withdraw-version": "officer",
        "publish-address": "officer",
        "site-pages": "officer",
        "site-page-add": "officer",
        "site-page": "officer",
        "site-page-edit": "officer",
        "site-page-history": "officer",
        "site-page-delete": "officer",
    },
    "inspections": {
        "inspections": "officer",
        "inspection-add": "officer",
        "inspection": "officer",
        "inspection-edit": "officer",
        "inspection-delete": "officer",
        "recommendations-add": "officer",
        "recommendations": "officer",
        "recommendation": "officer",
        "recommendation-edit": "officer",
        "recommendation-delete": "officer",
        "recommendation-links": "officer",
        "response": "officer",
        "response-invitation": "officer",
        "response-comments": "officer",
        "response-answers": "officer",
        "response-text": "officer",
        "response-sign": "commissioner",
        "response-dispatches": "officer",
        "response-elsewhere": "officer",
    },
    "indicators": {
        "indicators": "analyst",
        "indicator": "analyst",
        "indicator-compare": "analyst",
        "indicator-add": "analyst",
        "indicator-edit": "analyst",
        "indicator-setup": "analyst",
        "definition-add": "analyst",
        "target-add": "analyst",
        "target-edit": "analyst",
        "baseline-add": "analyst",
        "baseline-edit": "analyst",
        "annotation-add": "analyst",
        "annotation-edit": "analyst",
        "restart-add": "analyst",
        "restart-take-back": "analyst",
        "observation": "analyst",
        "figure-revise": "analyst",
        "figure-confirm-period": "analyst",
        "figures-entry": "analyst",
        "areas": "analyst",
        "area-add": "analyst",
        "area-edit": "analyst",
        "population-add": "analyst",
        "population-edit": "analyst",
        "comparator-group-add": "analyst",
        "comparator-group-edit": "analyst",
        "membership-add": "analyst",
        "membership-edit": "analyst",
    },
    "figures that come in together": {
        "figures-import": "analyst",
        "figures-batch": "analyst",
        "figures-columns": "analyst",
        "figures-take-back": "analyst",
    },
    "letters": {
        "letters": "officer",
        "letter-add": "officer",
        "letter": "officer",
        "letter-edit": "officer",
    },
    "duties": {
        "duties": "officer",
        "duty": "officer",
        "duty-edit": "officer",
        "duty-confirm": "admin",
    },
    "news": {
        "news": "officer",
        "release": "officer",
        "release-add": "officer",
        "release-edit": "officer",
        "release-links": "officer",
        "release-approve": "commissioner",
        "release-delete": "officer",
        "piece-add": "officer",
        "piece-edit": "officer",
        "picture-add": "officer",
    },
    "national measures": {
        "measures": "analyst",
        "measures-statement": "officer",
        "measures-statement-add": "analyst",
        "measures-statement-edit": "analyst",
        "measures-statement-sign": "commissioner",
        "measures-statement-delete": "analyst",
        "measure-set": "officer",
        "measure-set-add": "analyst",
        "measure-set-edit": "analyst",
    },
    "corrections": {
        "corrections": "officer",
        "correction": "officer",
        "entry-correction": "officer",
    },
}

# Pages that look different to somebody else.
AS_SOMEBODY_ELSE = [
    ("inspections", "force"),
    ("inspection", "force"),
    ("response", "commissioner"),
    ("recommendation", "force"),
    ("letter", "commissioner"),
    ("release", "commissioner"),
    ("corrections", "force"),
    ("correction", "force"),
    ("desk", "force"),
    ("desk", "analyst"),
    ("desk", "grants"),
    ("desk", "commissioner"),
    ("desk", "admin"),
    ("meeting", "commissioner"),
    ("minutes", "commissioner"),
    ("minutes-check", "force"),
    ("minutes-check", "commissioner"),
    ("report", "commissioner"),
    ("report", "force"),
    ("reports", "force"),
    ("section-edit", "force"),
    ("decisions", "commissioner"),
    ("decision", "commissioner"),
    ("question", "commissioner"),
    ("public-question", "commissioner"),
    ("actions", "force"),
    ("action", "officer"),
    ("matters-arising", "commissioner"),
]

# Addresses of what is published, which say themselves what they lead to.
PUBLIC = {
    "public-meetings-of-year": "/meetings/2018/",
    "public-reports-of-year": "/reports/2018/",
    "public-news-of-year": "/news/2016/",
    "public-grant-recipient": "/grants/recipients/gb-chc-1099999/",
    "public-grant-month": "/grants/monthly/2026-01/",
    "public-grant-month-csv": "/grants/monthly/2026-01.csv",
    "public-class": "/documents/how-we-make-decisions/",
    "public-letters-of-year": "/letters/2017/",
    "public-version": f"/{REPORT_PATH}/v1.0/",
    "public-versions": f"/{REPORT_PATH}/versions/",
    "public-item": f"/{MEETING_PATH}/items/5/",
    "public-document": f"/{MEETING_PATH}/minutes/",
    "public-file": f"/{REPORT_PATH}/report.pdf",
    "public-table": "/actions.csv",
    "public-figures": f"/{INDICATOR_PATH}.csv",
    "public-list-json": "/meetings.json",
    "public-year-json": "/meetings/2018.json",
    "public-register-json": "/corrections.json",
    "public-class-json": "/documents/how-we-make-decisions.json",
    "public-version-json": f"/{REPORT_PATH}/v1.0.json",
    "public-versions-json": f"/{REPORT_PATH}/versions.json",
    "public-item-json": f"/{MEETING_PATH}/items/5.json",
    "public-document-json": f"/{MEETING_PATH}/minutes.json",
}

# name: type of the file that comes
FILES = {
    "publish-preview": "text/html; charset=utf-8",
    "publish-preview-pdf": "application/pdf",
    "site-page-file": "application/pdf",
    "public-file": "application/pdf",
    "public-table": "text/csv; charset=utf-8",
    "public-figures": "text/csv; charset=utf-8",
    "public-feed": "application/atom+xml; charset=utf-8",
    "public-corrections-feed": "application/atom+xml; charset=utf-8",
    "public-calendar": "text/calendar; charset=utf-8",
    "public-grants-json": "application/json",
    "public-grants-csv": "text/csv; charset=utf-8",
    "public-grants-feed": "application/atom+xml; charset=utf-8",
    "public-grant-month-csv": "text/csv; charset=utf-8",
    "public-sitemap": "application/xml; charset=utf-8",
    "public-robots": "text/plain; charset=utf-8",
    "public-home-json": "application/json",
    "public-list-json": "application/json",
    "public-year-json": "application/json",
    "public-register-json": "application/json",
    "public-class-json": "application/json",
    "public-version-json": "application/json",
    "public-versions-json": "application/json",
    "public-item-json": "application/json",
    "public-document-json": "application/json",
    "healthz": "text/plain",
    "office-logo": "image/png",
    "agenda-pdf": "application/pdf",
    "dashboard-pdf": "application/pdf",
    "pack-private-pdf": "application/pdf",
    "matters-arising-pdf": "application/pdf",
    "actions-csv": "text/csv; charset=utf-8",
    "public-news-feed": "application/atom+xml; charset=utf-8",
    "release-pdf": "application/pdf",
    "release-file": "image/jpeg",
    "letters-csv": "text/csv; charset=utf-8",
    "letter-pdf": "application/pdf",
    "letter-signature": "image/png",
    "letter-enclosure": "application/pdf",
    "inspections-csv": "text/csv; charset=utf-8",
    "response-pdf": "application/pdf",
    "duties-csv": "text/csv; charset=utf-8",
    "duties-pdf": "application/pdf",
    "recommendations-csv": "text/csv; charset=utf-8",
    "inspection-file": "application/pdf",
    "recommendation-evidence": "application/pdf",
    "decisions-csv": "text/csv; charset=utf-8",
    "questions-csv": "text/csv; charset=utf-8",
    "action-evidence": "application/pdf",
    "applications-csv": "text/csv; charset=utf-8",
    "application-document": "application/pdf",
    "report-pdf": "application/pdf",
    "minutes-pdf": "application/pdf",
    "attachment-file": "application/pdf",
    "request-file": "application/pdf",
    "corrections-csv": "text/csv; charset=utf-8",
    "indicators-csv": "text/csv; charset=utf-8",
    "awards-csv": "text/csv; charset=utf-8",
    "round-ranking-csv": "text/csv; charset=utf-8",
    "round-ranking-pdf": "application/pdf",
    "round-letters": "application/pdf",
    "application-letter": "application/pdf",
    "grant-totals-csv": "text/csv; charset=utf-8",
    "grant-returns-csv": "text/csv; charset=utf-8",
    "award-dossier": "application/pdf",
    "return-file": "application/pdf",
    "agreement-file": "application/pdf",
    "networks-csv": "text/csv; charset=utf-8",
    "events-csv": "text/csv; charset=utf-8",
    "funded-posts-csv": "text/csv; charset=utf-8",
    "indicator-csv": "text/csv; charset=utf-8",
}

# name: where it leads, a name or a file
LEADS_TO = {
    **dict.fromkeys(("apply-page", "apply-documents", "apply-check", "apply-sent"), "apply-away"),
    "sign-in-go-on": "sign-in",
    "minutes-begin": "minuted-item",
    "minutes-brought": "minutes-at-meeting",
    "entry-correct": "minuted-item",
    "correction-edit": "entry-correction",
    "favicon": "img/favicon.svg",
}

# Only in an office that has not been opened yet.
NOT_IN_THE_DEMO = {"first-office"}

# Files that only the grants officer fetches: letters have the names and addresses of applicants.
FILES_OF_GRANTS = {"application-letter", "round-letters"}

# Never done by following a link, so GET is refused.
ACTS = {
    "stated-total-explain",
    "open-data-check",
    "assessment-take-back",
    "round-propose",
    "round-decision-back",
    "round-letters-sent",
    "return-accept",
    "return-remind",
    "award-pdf",
    "launch-reopen",
    "letter-delete",
    "release-reopen",
    "release-correct",
    "piece-move",
    "piece-delete",
    "letter-send",
    "measures-statement-reopen",
    "duty-take-back",
    "sign-out",
    "user-deactivate",
    "user-reactivate",
    "user-send-link",
    "job-again",
    "agenda-number",
    "agenda-set",
    "pack-publish",
    "item-move",
    "priority-move",
    "priority-leave-out",
    "action-note",
    "recommendation-status",
    "response-start",
    "response-reopen",
    "response-letter",
    "response-letter-off",
    "matters-arising-act",
    "decision-withdraw",
    "question-status",
    "public-question-reopen",
    "report-review",
    "report-comment",
    "comment-settle",
    "checker-drop",
    "section-move",
    "request-write",
    "request-hand-in",
    "minutes-send",
    "minutes-take-back",
    "minutes-verdict",
    "minutes-give-back",
    "amendment-remove",
    "minutes-comment",
    "minutes-comment-settle",
    "minutes-checker-drop",
    "entry-restore",
    "entry-save",
    "entry-move",
    "item-presence",
    "item-stamp",
    "planned-take",
    "speaker-clock",
    "paste-take-back",
    "figures-sheet",
    "figures-look",
    "figures-drop",
    "correction-confirm",
    "correction-figure",
    "correction-apply",
    "correction-take-back",
    "quoted-figure-mend",
    "quoted-figure-remove",
    "section-chart-refresh",
    "restriction-release",
    "application-document-remove",
    "applications-import-sheet",
    "applications-import-look",
    "applications-import-leave",
}


def named_patterns(patterns=None):
    """{name: pattern} of every address of the portal."""
    found = {}
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            found |= named_patterns(pattern.url_patterns)
        else:
            found[pattern.name] = pattern
    return found


def _logo():
    picture = ContentFile(samples.image("png", size=(240, 80)), name="logo.png")
    return Upload.objects.create(
        file=picture, name="logo.png", kind="png", media_type="image/png", size=picture.size, sha256="0" * 64
    )


def _imports(analyst):
    """Figures that are looked through, on every pile but the unchanged ones, and some that were taken over."""
    known = Observation.objects.filter(value__isnull=False, period_start__isnull=False)
    figure = known.select_related("indicator", "area").first()
    name, area, period = figure.indicator.title, figure.area.name, figure.period
    cells = [(area, period, figure.value + 1), (area, period.previous(), 5), ("Nowhere", period, 5)]
    rows = "".join(f"{name}\t{where}\t{when.label}\t{value}\n" for where, when, value in cells)
    batch = import_of_figures.paste(
        f"Indicator\tArea\tPeriod\tValue\n{rows}", source="Monthly return", known_on=today(), by=analyst
    )
    import_of_figures.read_cells(batch)
    said = {"name": "return.csv", "source": "Monthly return", "sha256": "0" * 64, "known_on": today(), "by": analyst}
    taken = ImportBatch.objects.create(
        **said, state="taken", taken_at=timezone.now(), counts={"new": 0, "unchanged": 3, "revised": 0, "rejected": 0}
    )
    return batch, taken


def _judged_by():
    """One of everything that an indicator and its areas can have and the demonstration need not have."""
    indicator = Indicator.objects.exclude(headline_area=None).first()
    area, group = indicator.headline_area, ComparatorGroup.objects.create(name="Forces like ours")
    Target.objects.create(indicator=indicator, value=5, starts="2018-01-01", set_by="The plan")
    Baseline.objects.create(indicator=indicator, value=5, label="2016")
    Annotation.objects.create(indicator=indicator, starts="2018-01-01", label="Inspection")
    Population.objects.create(area=area, year=2016, people=1000, source="Estimates of a trial")
    ComparatorMembership.objects.create(group=group, area=area)
    Rebase.objects.create(indicator=indicator, area=area, period_start="2001-01-01", reason="A new unit took over")
    return indicator


def _assessed(round_, assessor, apart):
    """(an application with marks and a proposed outcome, one still to assess) in a round with a panel at work."""
    assessed, open_one = (make_application(round_, status="eligible") for _ in range(2))
    PanelMember.objects.create(round=round_, user=assessor, interests_declared_at=timezone.now())
    said = {"advice": "fund", "comment": "A sound plan.", "submitted_at": timezone.now()}
    given = Assessment.objects.create(application=assessed, user=assessor, **said)
    for criterion in round_.criteria.all():
        Score.objects.create(assessment=given, criterion=criterion, points=4, comment="Good.")
    Interest.objects.create(application=open_one, user=apart, nature="A friend runs it.", declared_by=apart)
    Outcome.objects.create(application=assessed, result="refuse", reason="No accounts.", by=assessor)
    return assessed, open_one


def _import_of_applications(applied):
    """A sheet of applications on its way in, with something on each pile but one."""
    head = "Organisation,Type,Project title,Summary,Amount"
    rows = f"{applied.applicant_name},,{applied.title},,4000\nYouth Club,Group,Boxing,Gloves,=\nA,Group,B,C,900\n"
    user = User.objects.get(username="grants")
    import_of_applications.read_rows(import_of_applications.paste(f"{head}\n{rows}", round_=applied.round, by=user))


def _letter(upload, officer):
    """A draft letter with everything that a letter can have."""
    letter = make_letter(by=officer, body="As found.[1]", footnotes="In the report.", enclosures=[("Figures", upload)])
    return letters.change(letter, {"signature": _logo()}, seen=letter.version, by=officer)


def _inspected(paper, officer):
    """A recommendation of a report that is there as a file; something became of it, and a file shows it."""
    recommendation = make_recommendation(make_inspection(report=paper))
    said = {"status": "under_way", "on": today(), "evidence": "Half of the roads are counted.", "by": officer}
    StatusChange.objects.create(recommendation=recommendation, upload=paper.upload, **said)
    return recommendation


def _release(officer):
    """A draft news release with a text, a quotation and a picture."""
    release = make_release(created_by=officer)
    make_piece(release, kind="quotation", text="We waited.\n\nThey came.", speaker_name="Jo", speaker_post="Driver")
    taken = pictures.take_in(ContentFile(samples.image("jpeg", (900, 500)), name="van.jpg"), officer)
    words = {"alt": "A white van", "caption": "One of them.", "credit": "Lee Lens", "copyright": ""}
    news.add_picture(release, taken, words, by=officer)
    return release


class LivedIn:
    """The demonstration office after some days of work: commented, signed, reopened, with a logo and a job."""

    def __init__(self):
        officer, force = (User.objects.get(username=name) for name in ("officer", "force"))
        self.meeting = Meeting.objects.get(date="2018-01-08")
        self.report = JointReport.objects.get(meeting=self.meeting)
        self.request = PaperRequest.objects.get(meeting=self.meeting)
        minutes = self.meeting.minutes
        said = comment(self.report, text="Please say where the figure comes from.", by=officer)
        comment(minutes, text="“Supt” should be “D Supt”.", by=officer, about="Item 5")
        for document in (self.report, minutes):
            name_checker(document, user=force, by=officer)
        seen = JointReport.objects.get(pk=self.report.pk).load_parts().content_hash()
        signed = reports.sign(self.report, body=Body.OFFICE, seen=seen, by=officer)
        self.section = self.report.sections.get(heading="Key information")
        change = {"body": self.section.body.replace("8 organisations", "eight organisations")}
        reports.save_section(
            self.section, base_version=self.section.version, save_id=self.section.uid, changes=change, by=officer
        )
        held = self.report.held_attachments.first()
        paper = Attachment.objects.create(title="The paper as a file", upload=held.attachment.upload)
        PaperRequest.objects.filter(pk=self.request.pk).update(attachment=paper)
        Office.objects.update(logo=_logo())
        make_record()
        make_report_edition(parts=[["purpose", "<h2>Purpose</h2><p>To look at the canal and its locks.</p>"]])
        make_indicator_edition(Indicator.objects.get(title="All recorded crime"), path=INDICATOR_PATH)
        trust = make_organisation("Lantern Trust", kind="charity")
        Identifier.objects.create(organisation=trust, list="GB-CHC", number="1099999")
        make_award_edition(make_award(recipient=trust, awarded_on=date(2026, 1, 8)))
        Agreement.objects.update(upload=held.attachment.upload)
        WithheldName.objects.create(
            name="Jane Ashworth", why="A witness in a case before the court.", created_by=officer
        )
        PreElectionPeriod.objects.create(name="Local elections", starts="2017-03-27", ends="2017-05-04")
        contact = SitePage.objects.get(slug="contact")
        policy = SitePage.objects.get(slug="publishing-our-record")
        SitePage.objects.filter(pk=policy.pk).update(upload=held.attachment.upload)
        path = f"documents/{policy.slug}"
        self._earlier = make_edition(kind="page", subject=key(policy), path=path, title=policy.title)
        make_edition(kind="page", subject=key(policy), path=path, title=f"{policy.title}, in new words")
        decision = Decision.objects.filter(status="signed").earliest("number")
        action = Action.objects.get(meeting=self.meeting)
        actions.say(action, text="Half of it is done.", upload=held.attachment.upload, base_version=1, by=force)
        owed = Action.objects.arising_at(self.meeting).open().first()
        job = Job.objects.create(
            kind="trial", code="none", title="Laying out a pack", key="one", state="failed", finished_at=timezone.now()
        )
        job.asked_by.add(officer)
        coming = Meeting.objects.coming().first() or self.meeting
        asked = planned.plan(meeting=coming, item=coming.items.first(), new_item="Canal", text="Why?", by=officer)
        indicator = _judged_by()
        looked_through, taken = _imports(User.objects.get(username="analyst"))
        applied = make_application(organisation=make_organisation(), charity_number="1048995")
        ApplicationDocument.objects.create(
            application=applied, kind="accounts", title="Accounts", upload=held.attachment.upload
        )
        Identifier.objects.create(organisation=applied.organisation, list="GB-CHC", number="1048995")
        _import_of_applications(applied)
        award = make_award(round=applied.round, application=applied, recipient=applied.organisation)
        grants = User.objects.get(username="grants")
        payment = payments.add(award, {"kind": "payment", "amount": award.amount, "due_on": today()}, by=grants)
        asked_for = returns.ask(award, title="Final return", due_on=today(), by=grants)
        MonitoringReturn.objects.filter(pk=asked_for.pk).update(upload=held.attachment.upload)
        assessed, open_one = _assessed(applied.round, User.objects.get(username="analyst"), officer)
        letter = _letter(paper.upload, officer)
        release = _release(officer)
        recommendation = _inspected(paper, officer)
        in_force = Priority.objects.get(slug="human-trafficking-and-modern-slavery")
        confirmation = make_confirmation()
        unsigned = measures.begin(Quarter.of(today()), MeasureSet.objects.first(), by=officer)
        to_come = make_plan(title="The plan after this one", starts="2028-04-01")
        priority_to_come = make_priority(to_come)
        self._records = {
            "Meeting": self.meeting,
            "ImportBatch": looked_through,
            "Indicator": indicator,
            "Letter": letter,
            "NewsRelease": release,
            "NewsPiece": release.pieces.first(),
            "Inspection": recommendation.inspection,
            "Recommendation": recommendation,
            "Response": make_response(recommendation.inspection),
            "Duty": confirmation.duty,
            "PlannedQuestion": asked,
            "AgendaItem": self.meeting.items.get(label="5"),
            "Attendance": self.meeting.attendance.get(name="Russ Foster"),
            "MinutedItem": minutes.minuted_items.get(item__label="5"),
            "MinuteEntry": MinuteEntry.objects.filter(minuted_item__minutes=minutes, kind="correction").first(),
            "Correction": minutes.corrections.first(),
            "Person": Person.objects.get(name="John Robins"),
            "ReportSection": self.section,
            "Action": action,
            "Application": applied,
            "Award": award,
            "Payment": payment,
            "MonitoringReturn": asked_for,
            "Round": applied.round,
            "User": force,
            "PaperRequest": self.request,
            "JointReport": self.report,
        }
        # Addresses that speak of one kind of entry only.
        approved, waiting = (
            Minutes.objects.filter(snapshots__version="1.1").get(),
            Minutes.objects.get(state="in_review"),
        )
        self._by_address = {
            "priority": in_force,
            "organisation-merge": trust,
            **dict.fromkeys(
                ("measures-statement-edit", "measures-statement-sign", "measures-statement-delete"), unsigned
            ),
            "application-assess": open_one,
            **dict.fromkeys(("application-moderate", "application-outcome", "application-letter"), assessed),
            **dict.fromkeys(("plan-edit", "plan-version-start", "priority-add"), to_come),
            **dict.fromkeys(("priority-edit", "priority-remove"), priority_to_come),
            "question": MinuteEntry.objects.filter(kind="question").first(),
            "minutes-version": approved,
            "minutes-changes": waiting,
            "minutes-approve": waiting,
            "figures-take-back": taken,
            "figure-confirm-period": Observation.objects.filter(period_start=None).first(),
            "minutes-brought": waiting.meeting.items.get(task="previous_minutes"),
        }
        self._others = {
            "sign_off": signed.pk,
            "comment": said.pk,
            "user": force.pk,
            "held": held.pk,
            "enclosure": letter.enclosures.get().pk,
            "item": self._records["MinutedItem"].pk,
            "meeting": Meeting.objects.filter(series=self.meeting.series, date__gt=self.meeting.date)
            .earliest("date")
            .pk,
            "version": "1.1",
            "update": action.updates.last().pk,
            "change": recommendation.changes.get().pk,
            "confirmation": confirmation.pk,
            "action": owed.pk,
            "question": asked.pk,
            "uidb64": "MQ",
            "token": "no-token",
            "what": "quotation",
            "picture": "picture-1-480.jpeg",
            "fund": applied.round.fund.slug,
            "slug": applied.round.slug,
            "page": 0,
            "document": 0,
            "edition": self._earlier.pk,
        }
        # Addresses of publishing: a kind, and the record of that kind.
        self._of_kind = {
            "publish": ("page", contact),
            "publish-preview": ("page", contact),
            "publish-preview-pdf": ("decision", decision),
            "publish-history": ("page", policy),
            "publish-withdraw": ("page", policy),
            "publish-withdraw-version": ("page", policy),
            "publish-address": ("page", policy),
            "site-page-file": ("", policy),
        }

    def address(self, name):
        """The address of that name, with the keys of records of the demonstration office."""
        if name in PUBLIC:
            return PUBLIC[name]
        if name == "private-note":
            return f"{reverse(name)}?about={key(self.meeting)}"
        pattern = named_patterns()[name]
        keys = {key: self._others.get(key) for key in pattern.pattern.converters if key != "pk"}
        if name in self._of_kind:
            kind, record = self._of_kind[name]
            return reverse(name, kwargs=keys | ({"kind": kind} if kind else {}) | {"pk": record.pk})
        if "pk" in pattern.pattern.converters:
            model = pattern.callback.record_class
            record = self._by_address.get(name) or self._records.get(model.__name__) or model.objects.first()
            keys["pk"] = record.pk
        return reverse(name, kwargs=keys)
