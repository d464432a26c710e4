"""One account for each role, as README lists them."""

import os
import secrets

from opcc_portal.accounts.capabilities import Role
from opcc_portal.accounts.models import User
from scrutiny.people.models import Person

# user name, name shown, role, the invented person behind it
ACCOUNTS = [
    ("officer", "Governance officer", Role.GOVERNANCE, "Sam Example"),
    ("force", "Force staff officer", Role.FORCE, "Robin Sample"),
    ("analyst", "Performance analyst", Role.ANALYST, "Ashley Specimen"),
    ("grants", "Grants officer", Role.GRANTS, "Jo Placeholder"),
    ("commissioner", "Commissioner", Role.COMMISSIONER, ""),
    ("admin", "Administrator", Role.ADMINISTRATOR, ""),
]


def seed_accounts():
    """Make the accounts that are missing. Returns [(user name, role, password or None where it was kept)].

    DEMO_PASSWORD sets the password of all of them; without it each new account gets a random one, shown this once.
    """
    fixed = os.environ.get("DEMO_PASSWORD", "")
    made = []
    for username, name, role, person in ACCOUNTS:
        user = User.objects.filter(username=username).first()
        password = fixed or (None if user else secrets.token_urlsafe(9))
        if user is None:
            user = User.objects.create_user(username, f"{username}@example.org", password, name=name, roles=[role])
        elif fixed and not user.check_password(fixed):
            user.set_password(fixed)
            user.save(update_fields=["password"])
        if person:
            Person.objects.filter(name=person, account__isnull=True).update(account=user)
        made.append((username, role.label, password))
    return made
