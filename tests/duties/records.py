"""What the tests of the duties share: a day, records that are public by then, and ways to take them away again."""

import datetime
import json

from django.utils import timezone

from opcc_portal.audit.operations import key
from scrutiny.duties import starting
from scrutiny.duties.board import board, public_board
from scrutiny.register.models import Decision
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, Publication
from tests.factories import make_decision, make_user
from tests.publication.editions import common, make_edition

DAY = datetime.date(2026, 6, 15)


def days(count):
    """So many days after DAY, before it where that is negative."""
    return DAY + datetime.timedelta(days=count)


def at_noon(day):
    """A moment of that day."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


def out(record, *, on=None, date=None, whole=False, scheme_class="", title=None):
    """Publish a record on that day (ten days ago); with `whole` as its kind says it, else in a few words."""
    kind = kinds.of(record)
    content = json.loads(json.dumps(kind.content(record))) if whole else None
    date = kind.date(content) if whole else date or days(-60)
    title = title or (kind.title(content) if whole else str(record))
    return make_edition(
        kind=kind.name,
        subject=key(record),
        path=f"{kind.name}/record-{record.pk}",
        belongs_to=kind.belongs_to(record) if whole or kind.name == "minutes" else "",
        title=title,
        date=date,
        content=content or common(title, date.isoformat()),
        published_at=at_noon(on or days(-10)),
        scheme_class=scheme_class,
    )


def withdraw(record):
    """Take it from the public."""
    subject = record if isinstance(record, str) else key(record)
    assert Publication.objects.filter(subject=subject).update(withdrawn_at=timezone.now(), withdrawn_reason="Wrong.")


def page_out(path, title, *, on=None, scheme_class="our-priorities"):
    """A page of the site that is public; returns its subject."""
    made = make_edition(
        kind="page", path=path, title=title, published_at=at_noon(on or days(-10)), scheme_class=scheme_class
    )
    return made.publication.subject


def signed(*, on=None, number=1, **fields):
    """A decision that was signed on that day (five days ago)."""
    decision, on = make_decision(**fields), on or days(-5)
    signing = {"status": "signed", "year": on.year, "number": number, "signed_on": on, "signed_by": make_user()}
    Decision.objects.filter(pk=decision.pk).update(**signing)
    decision.refresh_from_db()
    return decision


def line(code, *, day=DAY, public=False):
    """The line of that code or query, as the board of that day has it."""
    starting.load()
    lines = public_board(day) if public else board(day)
    return next(each for each in lines if code in (each.duty.code, each.duty.query))


def edition(record):
    """The Edition that the public reads of it."""
    return Edition.objects.current().of(record).get()
