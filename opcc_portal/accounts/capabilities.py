"""Who may do what: one table of capability x role.

A cell says ALL (the role has the capability for every record) or OWN (only for records that are shared with the person,
as each model's `is_shared_with(user)` answers). A role that is not named has not got the capability.
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
    "plan.view": _EVERYBODY,
    "funding.view": _OFFICE,
    "meetings.view": _OFFICE,
    "meetings.edit": {Role.GOVERNANCE: ALL},
    "series.edit": {Role.GOVERNANCE: ALL, Role.ADMINISTRATOR: ALL},
    "papers.request": {Role.GOVERNANCE: ALL},
    "papers.deliver": {Role.GOVERNANCE: ALL, Role.FORCE: OWN},
    "reports.view": {**_OFFICE, Role.FORCE: OWN},
    "reports.create": {Role.GOVERNANCE: ALL},
    "reports.edit": {Role.GOVERNANCE: ALL, Role.FORCE: OWN},
    "reports.manage": {Role.GOVERNANCE: ALL},
    "reports.comment": {Role.GOVERNANCE: ALL, Role.COMMISSIONER: ALL, Role.ANALYST: ALL, Role.FORCE: OWN},
    "reports.sign_for_office": {Role.GOVERNANCE: ALL, Role.COMMISSIONER: ALL},
    "reports.sign_for_force": {Role.FORCE: OWN},
    "minutes.view": {**_OFFICE, Role.FORCE: OWN},
    "minutes.edit": {Role.GOVERNANCE: ALL},
    "minutes.comment": {Role.GOVERNANCE: ALL, Role.COMMISSIONER: ALL, Role.FORCE: OWN},
}
