"""Opening the office: once, as a whole or not at all."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from opcc_portal.accounts.capabilities import Role
from opcc_portal.accounts.models import User
from opcc_portal.audit.operations import write
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from opcc_portal.office.operations import one_writer_at_a_time
from scrutiny.meetings.models import MeetingSeries
from scrutiny.people.models import Organisation
from scrutiny.publication import starting_pages
from scrutiny.publication.operations import add_needed_pages

# Letters and figures that nobody takes for one another.
CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_GROUPS, CODE_GROUP = 4, 5


def is_open():
    """Whether this portal has an office or an account already."""
    return Office.objects.exists() or User.objects.exists()


@transaction.atomic
def open_office(*, office, administrator, series):
    """Record the first identity, administrator and series, and the office and its force as organisations.

    Each argument is a dict: fields of Office; username, email, name and password; name of the series. Raises
    ValidationError, also when the office is open already.
    """
    one_writer_at_a_time()
    if is_open():
        raise ValidationError("This portal has an office already.")
    identity = Office(**office)
    identity.full_clean()
    identity.save()
    user = User.objects.create_user(**administrator, roles=[Role.ADMINISTRATOR, Role.GOVERNANCE])
    first = MeetingSeries(name=series, slug=slugify(series)[:80] or "meetings")
    first.full_clean()
    first.save()
    for name, short, kind in (
        (identity.display_name, identity.short_name, Organisation.Kind.OFFICE),
        (identity.force_name, identity.force_short_name, Organisation.Kind.FORCE),
    ):
        Organisation.objects.get_or_create(name=name, defaults={"short_name": short, "kind": kind})
    add_needed_pages(starting_pages.texts(identity, day=today()), by=user)
    write("Office opened", subject=identity, by=user, administrator=user.username, series=first.name)
    transaction.on_commit(forget_code)
    return identity


# --- the one-time code of the web page -------------------------------------------------------------------------------


def _code_file():
    return settings.DATA_DIR / "first_office_code"


def make_code():
    """Write a new code beside the data and return it. Whoever started the server sees it and may open the office."""
    sign = secrets.choice
    code = "-".join("".join(sign(CODE_SIGNS) for _ in range(CODE_GROUP)) for _ in range(CODE_GROUPS))
    file = _code_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(code)
    return code


def has_code():
    """Whether a code has been made."""
    return _code_file().exists()


def is_code(text):
    """Whether this is the code, however its letters and groups are typed."""
    if not has_code():
        return False
    given = "".join(text.upper().replace("-", "").split())
    return secrets.compare_digest(given.encode(), _code_file().read_text().replace("-", "").encode())


def forget_code():
    """The code has done its work."""
    _code_file().unlink(missing_ok=True)
