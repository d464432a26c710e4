"""Who may open which address: every named address x role x own or foreign record.

The table below is written by hand and is not derived from the table of capabilities: it is what we mean, held against
what runs. A view that is not listed here fails the test.
"""

import pytest
from django.urls import get_resolver, reverse
from django.utils.safestring import mark_safe

from opcc_portal.accounts.capabilities import Role
from tests import access_records

G, F, A, R, C, X = (
    Role.GOVERNANCE,
    Role.FORCE,
    Role.ANALYST,
    Role.GRANTS,
    Role.COMMISSIONER,
    Role.ADMINISTRATOR,
)
# Nothing of the table is asked of the database: rooms try their own pages, and what they find, on both.
pytestmark = pytest.mark.one_database("who may open what is decided in Python, from rows that are loaded by their key")

OFFICE = {G, A, R, C, X}
EVERYBODY = {G, F, A, R, C, X}
NOBODY = set()

# Addresses that need no sign-in.
OPEN = {
    "front",
    "favicon",
    "healthz",
    "sign-in",
    "sign-in-go-on",
    "sign-out",
    "password_reset",
    "password_reset_done",
    "password_reset_confirm",
    "password_reset_complete",
    "first-office",
    "apply",
    "apply-start",
    "apply-mailed",
    "apply-saved",
    "apply-away",
    "apply-page",
    "apply-documents",
    "apply-check",
    "apply-kept",
    "apply-sent",
    "reminders-stop",
    "public-meetings",
    "public-meetings-of-year",
    "public-reports",
    "public-reports-of-year",
    "public-news",
    "public-news-of-year",
    "public-news-feed",
    "public-decisions",
    "public-actions",
    "public-corrections",
    "public-documents",
    "public-plan",
    "public-indicators",
    "public-inspections",
    "public-networks",
    "public-letters",
    "public-letters-of-year",
    "public-measures",
    "public-figures",
    "public-class",
    "public-version",
    "public-versions",
    "public-item",
    "public-document",
    "public-file",
    "public-home-json",
    "public-search",
    "public-verify",
    "public-data",
    "public-feed",
    "public-corrections-feed",
    "public-calendar",
    "public-grants-json",
    "public-grants-csv",
    "public-grants",
    "public-grants-feed",
    "public-grant-recipient",
    "public-grant-months",
    "public-grant-month",
    "public-grant-month-csv",
    "public-sitemap",
    "public-robots",
    "public-table",
    "public-list-json",
    "public-year-json",
    "public-register-json",
    "public-class-json",
    "public-version-json",
    "public-versions-json",
    "public-item-json",
    "public-document-json",
}

# name: (who may open it whatever the record, who may open it only for records shared with them)
TABLE = {
    "desk": (EVERYBODY, NOBODY),
    "dashboard": (EVERYBODY, NOBODY),
    "dashboard-pdf": (EVERYBODY, NOBODY),
    "private-note": (EVERYBODY, NOBODY),
    "planned-question-add": ({G, A, C}, NOBODY),
    "planned-question": (OFFICE, NOBODY),
    "planned-take": ({G}, NOBODY),
    "search": (EVERYBODY, NOBODY),
    "help": (EVERYBODY, NOBODY),
    "look": (OFFICE, NOBODY),
    "password-change": (EVERYBODY, NOBODY),
    "reminders": (EVERYBODY, NOBODY),
    "job": ({G, X}, {F, A, R, C}),
    "job-again": ({G, X}, {F, A, R, C}),
    "users": ({X}, NOBODY),
    "user-add": ({X}, NOBODY),
    "user-edit": ({X}, NOBODY),
    "user-deactivate": ({X}, NOBODY),
    "user-reactivate": ({X}, NOBODY),
    "user-send-link": ({X}, NOBODY),
    "settings": (OFFICE, NOBODY),
    "office-list": (OFFICE, NOBODY),
    "office-logo": (OFFICE, NOBODY),
    "office-add": ({X}, NOBODY),
    "office-edit": ({X}, NOBODY),
    "people": (OFFICE, NOBODY),
    "person": (OFFICE, NOBODY),
    "organisations": (OFFICE, NOBODY),
    "organisation": (OFFICE, NOBODY),
    "posts": (OFFICE, NOBODY),
    **{
        name: ({G, X}, NOBODY)
        for name in (
            "person-add",
            "person-edit",
            "person-delete",
            "appointment-add",
            "appointment-edit",
            "appointment-end",
            "appointment-delete",
            "alias-add",
            "alias-edit",
            "alias-delete",
            "organisation-add",
            "organisation-edit",
            "organisation-delete",
            "post-add",
            "post-edit",
            "post-delete",
            "series-add",
            "series-edit",
            "standing-items",
        )
    },
    "plan": (EVERYBODY, NOBODY),
    "priority": (EVERYBODY, NOBODY),
    "plan-version": (EVERYBODY, NOBODY),
    "plan-version-changes": (EVERYBODY, NOBODY),
    **dict.fromkeys(
        (
            "plan-add",
            "plan-edit",
            "plan-version-start",
            "plan-version-send",
            "plan-version-take-back",
            "plan-version-report",
            "plan-version-respond",
            "plan-version-issue",
            "plan-version-discard",
            "priority-add",
            "priority-edit",
            "priority-move",
            "priority-leave-out",
            "priority-remove",
        ),
        ({G}, NOBODY),
    ),
    **dict.fromkeys(("identifier-add", "identifier-edit", "identifier-delete"), ({G, R, X}, NOBODY)),
    **dict.fromkeys(("applications", "applications-csv", "application", "application-document"), ({G, R, C}, {A, X})),
    **dict.fromkeys(
        (
            "application-add",
            "application-edit",
            "application-status",
            "application-eligibility",
            "application-documents",
            "application-document-remove",
            "application-organisation",
            "application-organisation-new",
            "applications-import-add",
            "applications-import",
            "applications-import-sheet",
            "applications-import-columns",
            "applications-import-look",
            "applications-import-leave",
        ),
        ({R}, NOBODY),
    ),
    "organisation-grants": (OFFICE, NOBODY),
    "organisation-merge": ({G, X}, NOBODY),
    **dict.fromkeys(
        (
            "networks",
            "networks-csv",
            "network",
            "agreement-file",
            "events",
            "events-csv",
            "event",
            "funded-posts",
            "funded-posts-csv",
            "funded-post",
        ),
        (OFFICE, NOBODY),
    ),
    **dict.fromkeys(
        (
            "network-add",
            "network-edit",
            "network-delete",
            "member-add",
            "member-edit",
            "member-delete",
            "launch-add",
            "launch-edit",
            "launch-choose",
            "launch-reopen",
            "launch-delete",
            "agreement-add",
            "agreement-edit",
            "agreement-delete",
            "event-add",
            "event-edit",
            "event-delete",
            "speaker-add",
            "speaker-edit",
            "speaker-delete",
            "funded-post-add",
            "funded-post-edit",
            "funded-post-delete",
        ),
        ({G}, NOBODY),
    ),
    **dict.fromkeys(("round-interests", "assess-list", "application-assess"), (NOBODY, {A, X})),
    "assessment-take-back": (NOBODY, {A}),
    **dict.fromkeys(
        ("round-moderation", "round-ranking", "round-ranking-csv", "round-ranking-pdf"), ({G, R, C}, {A, X})
    ),
    **dict.fromkeys(
        (
            "application-moderate",
            "application-outcome",
            "application-letter",
            "interest-add",
            "interest-remove",
            "round-propose",
            "round-decide",
            "round-decision-back",
            "round-letters",
            "round-letters-sent",
        ),
        ({R}, NOBODY),
    ),
    **dict.fromkeys(("funding", "fund", "round", "stated-total", "grant-totals", "grant-totals-csv"), (OFFICE, NOBODY)),
    **dict.fromkeys(
        (
            "fund-add",
            "fund-edit",
            "round-add",
            "round-edit",
            "round-criteria",
            "round-panel",
            "stated-total-add",
            "stated-total-edit",
            "stated-total-explain",
        ),
        ({R}, NOBODY),
    ),
    **dict.fromkeys(
        (
            "awards",
            "awards-csv",
            "award",
            "award-dossier",
            "grant-returns",
            "grant-returns-csv",
            "monitoring-return",
            "return-file",
        ),
        (OFFICE, NOBODY),
    ),
    **dict.fromkeys(
        (
            "round-awards-make",
            "award-add",
            "award-change",
            "award-end",
            "award-reopen",
            "payment-add",
            "payment",
            "payment-cancel",
            "return-add",
            "return-edit",
            "return-receive",
            "return-accept",
            "return-waive",
            "return-remind",
        ),
        ({R}, NOBODY),
    ),
    "award-pdf": ({G, R}, NOBODY),
    **dict.fromkeys(("news", "release", "release-pdf", "release-file"), (OFFICE, NOBODY)),
    **dict.fromkeys(
        (
            "release-add",
            "release-edit",
            "release-links",
            "release-reopen",
            "release-correct",
            "release-delete",
            "piece-add",
            "piece-edit",
            "piece-move",
            "piece-delete",
            "picture-add",
        ),
        ({G}, NOBODY),
    ),
    "release-approve": ({G, C}, NOBODY),
    **dict.fromkeys(
        ("letters", "letters-csv", "letter", "letter-pdf", "letter-signature", "letter-enclosure", "letter-send"),
        ({G, C}, NOBODY),
    ),
    **dict.fromkeys(("letter-add", "letter-edit", "letter-delete"), ({G}, NOBODY)),
    **dict.fromkeys(("measures", "measures-statement", "measure-set"), (OFFICE, NOBODY)),
    **dict.fromkeys(
        (
            "measures-statement-add",
            "measures-statement-edit",
            "measures-statement-reopen",
            "measures-statement-delete",
            "measure-set-add",
            "measure-set-edit",
        ),
        ({G, A}, NOBODY),
    ),
    "measures-statement-sign": ({C}, NOBODY),
    **dict.fromkeys(("duties", "duties-csv", "duties-pdf", "duty"), (OFFICE, NOBODY)),
    **dict.fromkeys(("duty-edit", "duty-confirm", "duty-take-back"), ({G, X}, NOBODY)),
    **dict.fromkeys(
        (
            "inspections",
            "inspections-csv",
            "inspection",
            "inspection-file",
            "recommendations",
            "recommendations-csv",
            "recommendation",
            "recommendation-evidence",
        ),
        (EVERYBODY, NOBODY),
    ),
    "recommendation-status": ({G, F}, NOBODY),
    **dict.fromkeys(("response", "response-pdf"), (OFFICE, NOBODY)),
    "response-sign": ({C}, NOBODY),
    **dict.fromkeys(
        (
            "response-start",
            "response-invitation",
            "response-comments",
            "response-answers",
            "response-text",
            "response-reopen",
            "response-letter",
            "response-letter-off",
            "response-dispatches",
            "response-elsewhere",
        ),
        ({G}, NOBODY),
    ),
    **dict.fromkeys(
        (
            "inspection-add",
            "inspection-edit",
            "inspection-delete",
            "recommendations-add",
            "recommendation-links",
            "recommendation-edit",
            "recommendation-delete",
        ),
        ({G}, NOBODY),
    ),
    "open-data": (OFFICE, NOBODY),
    "open-data-edit": ({R, X}, NOBODY),
    "open-data-check": ({R, X}, NOBODY),
    "meetings": (OFFICE, NOBODY),
    "meeting": (OFFICE, NOBODY),
    "agenda-preview": (OFFICE, NOBODY),
    "agenda-pdf": (OFFICE, NOBODY),
    "pack": (OFFICE, NOBODY),
    "pack-private-pdf": (OFFICE, NOBODY),
    "pack-publish": ({G}, NOBODY),
    "series-list": (OFFICE, NOBODY),
    "series": (OFFICE, NOBODY),
    **{
        name: ({G}, NOBODY)
        for name in (
            "meeting-add",
            "meeting-edit",
            "meeting-copy",
            "agenda",
            "agenda-number",
            "agenda-set",
            "item-edit",
            "item-move",
            "item-delete",
            "attendance",
            "attendance-add",
            "attendance-edit",
            "report-add",
            "report-heading",
            "report-review",
            "report-delete",
            "comment-settle",
            "checker-add",
            "checker-drop",
            "section-add",
            "section-move",
            "section-delete",
            "attachment-delete",
            "request-add",
            "request-edit",
            "request-withdraw",
            "minutes-begin",
            "minutes-send",
            "minutes-take-back",
            "minutes-delete",
            "minutes-comment-settle",
            "minutes-checker-add",
            "minutes-checker-drop",
            "minutes-brought",
            "minutes-at-meeting",
            "entry-amend",
            "amendment-remove",
            "minuted-item",
            "paste",
            "paste-added",
            "paste-take-back",
            "entry-restore",
            "entry-save",
            "entry-move",
            "item-presence",
            "item-stamp",
            "speaker-clock",
            "restrictions",
            "restrict-item",
            "restrict-entry",
            "restrict-passage",
            "restrict-attachment",
            "restrict-decision",
            "restrict-award",
            "restriction-edit",
            "restriction-release",
            "report-marking",
            "minutes-marking",
        )
    },
    "reports": (OFFICE, {F}),
    **{
        name: (OFFICE, {F})
        for name in (
            "report",
            "report-changes",
            "report-preview",
            "report-pdf",
            "section-history",
            "report-figures",
            "attachment-file",
            "minutes",
            "minutes-check",
            "minutes-changes",
            "minutes-version",
            "minutes-comment",
            "minutes-verdict",
            "entry-comment",
            "minutes-print",
            "minutes-pdf",
            "entry-history",
        )
    },
    "report-sign-office": ({G, C}, NOBODY),
    "report-sign-force": (NOBODY, {F}),
    "report-comment": ({G, C, A}, {F}),
    "section-edit": ({G}, {F}),
    **dict.fromkeys(
        ("report-figure-add", "quoted-figure", "quoted-figure-mend", "quoted-figure-remove", "section-figure"),
        ({G}, {F}),
    ),
    "section-grants": ({G}, NOBODY),
    "quarterly-add": ({G, A}, NOBODY),
    **dict.fromkeys(
        (
            "figures-import",
            "figures-batch",
            "figures-sheet",
            "figures-columns",
            "figures-look",
            "figures-drop",
            "figures-take-back",
        ),
        ({G, A}, NOBODY),
    ),
    **dict.fromkeys(
        ("section-chart", "section-chart-add", "section-chart-refresh", "section-chart-remove"), ({G, A}, {F})
    ),
    "attachment-add": ({G}, {F}),
    "attachment-edit": ({G}, {F}),
    "paper-request": ({G}, {F}),
    "request-write": ({G}, {F}),
    "request-hand-in": ({G}, {F}),
    "request-file": (OFFICE, {F}),
    "paper-requests": (OFFICE, NOBODY),
    **dict.fromkeys(
        (
            "decisions",
            "decisions-csv",
            "decision",
            "assurance",
            "questions",
            "questions-csv",
            "question",
            "public-questions",
            "public-question",
        ),
        (OFFICE, NOBODY),
    ),
    **{
        name: ({G}, NOBODY)
        for name in (
            "decision-add",
            "decision-edit",
            "decision-withdraw",
            "question-status",
            "public-question-add",
            "public-question-edit",
            "public-question-use",
            "public-question-answer",
            "public-question-decline",
            "public-question-reopen",
        )
    },
    "decision-sign": ({C}, NOBODY),
    **{
        name: ({G}, NOBODY)
        for name in ("withheld-names", "withheld-name-add", "withheld-name-edit", "withheld-name-delete")
    },
    **{
        name: ({G, X}, NOBODY)
        for name in (
            "pre-election-periods",
            "pre-election-period-add",
            "pre-election-period-edit",
            "pre-election-period-delete",
            "publication-classes",
            "publication-class-add",
            "publication-class-edit",
        )
    },
    **dict.fromkeys(
        (
            "publishing",
            "publish",
            "publish-preview",
            "publish-preview-pdf",
            "publish-history",
            "site-pages",
            "site-page",
            "site-page-history",
            "site-page-file",
        ),
        (OFFICE, NOBODY),
    ),
    **dict.fromkeys(
        (
            "publish-withdraw",
            "publish-withdraw-version",
            "publish-address",
            "site-page-add",
            "site-page-edit",
            "site-page-delete",
        ),
        ({G}, NOBODY),
    ),
    "legal-bases": ({G, X}, NOBODY),
    "legal-basis-add": ({G, X}, NOBODY),
    "legal-basis-edit": ({G, X}, NOBODY),
    "actions": (EVERYBODY, NOBODY),
    "actions-csv": (EVERYBODY, NOBODY),
    "action": (OFFICE, {F}),
    "action-evidence": (OFFICE, {F}),
    "action-note": ({G, C}, {F}),
    "action-propose": ({G, C}, {F}),
    "action-due": ({G}, NOBODY),
    "action-owners": ({G}, NOBODY),
    "action-close": ({G}, NOBODY),
    "action-reopen": ({G}, NOBODY),
    "matters-arising": (OFFICE, NOBODY),
    "matters-arising-pdf": (OFFICE, NOBODY),
    "matters-arising-act": ({G}, NOBODY),
    # The chair of the meeting as well, whatever the role; see the tests of approval.
    "minutes-approve": ({C}, NOBODY),
    "minutes-give-back": ({C}, NOBODY),
    "entry-correction": ({G}, NOBODY),
    "entry-correct": ({G}, NOBODY),
    "corrections": (EVERYBODY, NOBODY),
    "corrections-csv": (EVERYBODY, NOBODY),
    "correction": (OFFICE, {F}),
    "correction-edit": ({G}, NOBODY),
    "correction-confirm": ({G, A}, {F}),
    "correction-figure": ({G, A}, {F}),
    "correction-apply": ({G}, NOBODY),
    "correction-take-back": ({G}, NOBODY),
    **dict.fromkeys(
        (
            "indicators",
            "indicators-csv",
            "indicator",
            "indicator-csv",
            "indicator-compare",
            "observation",
            "areas",
        ),
        (EVERYBODY, NOBODY),
    ),
    **dict.fromkeys(
        (
            "indicator-add",
            "indicator-edit",
            "indicator-setup",
            "definition-add",
            "target-add",
            "target-edit",
            "baseline-add",
            "baseline-edit",
            "annotation-add",
            "annotation-edit",
            "restart-add",
            "restart-take-back",
            "area-add",
            "area-edit",
            "population-add",
            "population-edit",
            "comparator-group-add",
            "comparator-group-edit",
            "membership-add",
            "membership-edit",
            "figures-entry",
            "figure-revise",
            "figure-confirm-period",
        ),
        ({G, A}, NOBODY),
    ),
}


def named_patterns(patterns=None):
    """Every pattern of the portal, those of included rooms too."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from named_patterns(pattern.url_patterns)
        else:
            yield pattern


def test_every_address_has_a_name_and_stands_in_the_table():
    names = {pattern.name for pattern in named_patterns()}
    assert None not in names
    assert names == OPEN | set(TABLE)


def test_no_address_is_open_that_is_not_meant_to_be():
    open_ones = {
        pattern.name for pattern in named_patterns() if getattr(pattern.callback, "capability", "none") is None
    }
    assert open_ones == OPEN
    unguarded = [pattern.name for pattern in named_patterns() if not hasattr(pattern.callback, "capability")]
    assert not unguarded


@pytest.fixture(autouse=True)
def pages_and_papers_without_their_layout(monkeypatch):
    """Who gets a page or a paper is asked here, not how it looks: what is inside is asked page by page elsewhere."""
    monkeypatch.setattr("opcc_portal.pdf.render", lambda html, **options: b"%PDF-1.7 of the access test")
    monkeypatch.setattr("django.template.base.Template.render", lambda template, context: mark_safe(template.name))


@pytest.fixture
def records(db):
    """Two sets of records: one shared with the person who asks, one not."""
    return access_records.make()


def address(name, records, whose):
    """The address with the keys of the records that are the person's own, or foreign to them."""
    return reverse(name, kwargs=records.keys_for(name, whose))


def refused(response):
    return response.status_code == 403


@pytest.mark.parametrize("role", list(Role))
def test_addresses_open_to_exactly_the_roles_of_the_table(client, records, role):
    wrong = []
    user = records.user(role)
    client.force_login(user)
    for name, (everything, own_only) in TABLE.items():
        for whose in ("own", "foreign"):
            allowed = role in everything or (role in own_only and (whose == "own" or name == "reports"))
            response = client.get(address(name, records, whose))
            response.getvalue()  # a file is closed once it has been read
            if refused(response) == allowed or response.status_code >= 500:
                wrong.append(f"{role.label}: {name} ({whose}) answered {response.status_code}")
            # What an address refuses to show it must also refuse to change.
            if not allowed and not refused(client.post(address(name, records, whose), {})):
                wrong.append(f"{role.label}: {name} ({whose}) takes a post")
    assert not wrong, "\n".join(wrong)


def test_nobody_gets_in_without_signing_in(client, records):
    wrong = []
    for name in TABLE:
        where = address(name, records, "own")
        shown = client.get(where)
        if shown.status_code != 302 or not shown["Location"].startswith(reverse("sign-in")):
            wrong.append(f"get {name}: {shown.status_code}")
        sent = client.post(where, {"text": "kept"})
        if sent.status_code != 401:
            wrong.append(f"post {name}: {sent.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_deactivated_person_is_out_at_the_next_click(client, records):
    user = records.user(Role.GOVERNANCE)
    client.force_login(user)
    assert client.get(reverse("desk")).status_code == 200
    user.is_active = False
    user.save()
    assert client.get(reverse("desk")).status_code == 302


def test_somebody_without_any_role_sees_nothing(client, records):
    client.force_login(records.user_without_role())
    assert client.get(reverse("desk")).status_code == 403
