"""Who may do what: one table of capability x role.

A cell says ALL (the role has the capability for every record), OWN (only for records that are shared with the person,
as each model's `is_shared_with(user)` answers) or CHAIR (only for records of a meeting in whose chair the person sat, as
`is_chaired_by(user)` answers). A role that is not named has not got the capability.
"""

from django.db import models


class Role(models.TextChoices):
    """The six kinds of people who work in the portal. One person may hold several."""

    GOVERNANCE = "governance", "Governance officer"
    FORCE = "force", "Force staff officer"
    ANALYST = "analyst", "Performance analyst"
    GRANTS = "grants", "Grants officer"
    COMMISSIONER = "commissioner", "Commissioner or deputy"
    ADMINISTRATOR = "administrator", "Administrator"


ALL = "all"
OWN = "own"
CHAIR = "chair"

_OFFICE_ROLES = [Role.GOVERNANCE, Role.ANALYST, Role.GRANTS, Role.COMMISSIONER, Role.ADMINISTRATOR]
_OFFICE = dict.fromkeys(_OFFICE_ROLES, ALL)
_EVERYBODY = dict.fromkeys(Role, ALL)

CAPABILITIES = {
    "desk.view": _EVERYBODY,
    "account.own": _EVERYBODY,
    "jobs.view": {**dict.fromkeys(Role, OWN), Role.GOVERNANCE: ALL, Role.ADMINISTRATOR: ALL},
    "accounts.manage": {Role.ADMINISTRATOR: ALL},
    "office.view": _OFFICE,
    "office.edit": {Role.ADMINISTRATOR: ALL},
    "people.view": _OFFICE,
    "people.edit": {Role.GOVERNANCE: ALL, Role.ADMINISTRATOR: ALL},
    # Numbers of charities and companies: whoever awards grants needs them right.
    "identifiers.edit": {Role.GOVERNANCE: ALL, Role.GRANTS: ALL, Role.ADMINISTRATOR: ALL},
    "plan.view": _EVERYBODY,
    "plan.edit": {Role.GOVERNANCE: ALL},
    "indicators.view": _EVERYBODY,
    "indicators.edit": {Role.GOVERNANCE: ALL, Role.ANALYST: ALL},
    "figures.record": {Role.GOVERNANCE: ALL, Role.ANALYST: ALL},
    "notes.own": _EVERYBODY,
    "funding.view": _OFFICE,
    # Funds, rounds and what documents state about them.
    "funding.edit": {Role.GRANTS: ALL},
    # A panel reads the applications of its rounds; nobody reads one in which they have an interest.
    "applications.view": {
        **dict.fromkeys(_OFFICE_ROLES, OWN),
        Role.GRANTS: ALL,
        Role.GOVERNANCE: ALL,
        Role.COMMISSIONER: ALL,
    },
    "applications.view_all": {Role.GRANTS: ALL, Role.GOVERNANCE: ALL, Role.COMMISSIONER: ALL},
    "applications.edit": {Role.GRANTS: ALL},
    # Names, addresses and telephone numbers of those who apply.
    "applications.contact": {Role.GRANTS: ALL},
    "applications.assess": dict.fromkeys(_OFFICE_ROLES, OWN),
    "rounds.assess": dict.fromkeys(_OFFICE_ROLES, OWN),
    "rounds.moderate": {Role.GRANTS: ALL},
    "rounds.decide": {Role.GRANTS: ALL},
    "awards.view": _OFFICE,
    "awards.edit": {Role.GRANTS: ALL},
    # Funds, rounds and awards on the public site: who makes an award may publish it.
    "grants.publish": {Role.GOVERNANCE: ALL, Role.GRANTS: ALL},
    "open_data.edit": {Role.GRANTS: ALL, Role.ADMINISTRATOR: ALL},
    "meetings.view": _OFFICE,
    "meetings.edit": {Role.GOVERNANCE: ALL},
    "series.edit": {Role.GOVERNANCE: ALL, Role.ADMINISTRATOR: ALL},
    "papers.request": {Role.GOVERNANCE: ALL},
    "papers.deliver": {Role.GOVERNANCE: ALL, Role.FORCE: OWN},
    "reports.view": {**_OFFICE, Role.FORCE: OWN},
    "reports.create": {Role.GOVERNANCE: ALL},
    "quarterly.start": {Role.GOVERNANCE: ALL, Role.ANALYST: ALL},
    # Charts of any report and what is said about them.
    "quarterly.edit": {Role.GOVERNANCE: ALL, Role.ANALYST: ALL, Role.FORCE: OWN},
    "reports.edit": {Role.GOVERNANCE: ALL, Role.FORCE: OWN},
    "reports.manage": {Role.GOVERNANCE: ALL},
    "reports.comment": {Role.GOVERNANCE: ALL, Role.COMMISSIONER: ALL, Role.ANALYST: ALL, Role.FORCE: OWN},
    "reports.sign_for_office": {Role.GOVERNANCE: ALL, Role.COMMISSIONER: ALL},
    "reports.sign_for_force": {Role.FORCE: OWN},
    "minutes.view": {**_OFFICE, Role.FORCE: OWN},
    "minutes.edit": {Role.GOVERNANCE: ALL},
    "actions.view": {**_OFFICE, Role.FORCE: OWN},
    "actions.update": {Role.GOVERNANCE: ALL, Role.COMMISSIONER: ALL, Role.FORCE: OWN},
    "actions.edit": {Role.GOVERNANCE: ALL},
    "actions.close": {Role.GOVERNANCE: ALL},
    "decisions.view": _OFFICE,
    "decisions.edit": {Role.GOVERNANCE: ALL},
    "decisions.sign": {Role.COMMISSIONER: ALL},
    "assurance.view": _OFFICE,
    "questions.view": _OFFICE,
    "questions.edit": {Role.GOVERNANCE: ALL},
    "questions.plan": {Role.GOVERNANCE: ALL, Role.ANALYST: ALL, Role.COMMISSIONER: ALL},
    "public_questions.view": _OFFICE,
    "public_questions.edit": {Role.GOVERNANCE: ALL},
    # Names and addresses of people who write in: nobody else needs them.
    "public_questions.contact": {Role.GOVERNANCE: ALL},
    "corrections.view": {**_OFFICE, Role.FORCE: OWN},
    "corrections.confirm": {Role.GOVERNANCE: ALL, Role.ANALYST: ALL, Role.FORCE: OWN},
    "corrections.apply": {Role.GOVERNANCE: ALL},
    "minutes.comment": {**_OFFICE, Role.FORCE: OWN},
    "minutes.approve": {**dict.fromkeys(Role, CHAIR), Role.COMMISSIONER: ALL},
    "restrictions.edit": {Role.GOVERNANCE: ALL},
    "publishing.view": _OFFICE,
    "publishing.publish": {Role.GOVERNANCE: ALL},
    "publishing.settings": {Role.GOVERNANCE: ALL, Role.ADMINISTRATOR: ALL},
    # Whose names may not appear says who needs protection: nobody else reads the list.
    "withheld_names.edit": {Role.GOVERNANCE: ALL},
    # Letters may name people who wrote to the office.
    "letters.view": {Role.GOVERNANCE: ALL, Role.COMMISSIONER: ALL},
    "letters.edit": {Role.GOVERNANCE: ALL},
    "letters.send": {Role.GOVERNANCE: ALL, Role.COMMISSIONER: ALL},
    # What inspectorates recommend is public; the force says what became of it.
    "inspections.view": _EVERYBODY,
    "inspections.edit": {Role.GOVERNANCE: ALL},
    "recommendations.update": {Role.GOVERNANCE: ALL, Role.FORCE: ALL},
    "responses.view": _OFFICE,
    "responses.edit": {Role.GOVERNANCE: ALL},
    "responses.sign": {Role.COMMISSIONER: ALL},
    "partnerships.view": _OFFICE,
    "partnerships.edit": {Role.GOVERNANCE: ALL},
    "organisations.merge": {Role.GOVERNANCE: ALL, Role.ADMINISTRATOR: ALL},
    "news.view": _OFFICE,
    "news.edit": {Role.GOVERNANCE: ALL},
    "news.approve": {Role.GOVERNANCE: ALL, Role.COMMISSIONER: ALL},
    "measures.view": _OFFICE,
    "measures.edit": {Role.GOVERNANCE: ALL, Role.ANALYST: ALL},
    "measures.sign": {Role.COMMISSIONER: ALL},
    "duties.view": _OFFICE,
    "duties.edit": {Role.GOVERNANCE: ALL, Role.ADMINISTRATOR: ALL},
    "duties.confirm": {Role.GOVERNANCE: ALL, Role.ADMINISTRATOR: ALL},
}
