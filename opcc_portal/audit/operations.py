"""Writing the audit trail."""

from django.utils import timezone

from opcc_portal.audit.models import AuditLine, LastWork


def key(record):
    """The name under which the trail knows a record: "app.model:pk"."""
    return f"{record._meta.label_lower}:{record.pk}" if record is not None else ""


def write(act, *, subject, by, context=None, **details):
    """Note one act as a sentence ("Attendance taken"). `by` may be None where the portal acted by itself."""
    return AuditLine.objects.create(
        act=act[:300], subject=key(subject), context=key(context), by=by if by and by.pk else None, details=details
    )


def lines_about(record, limit=10, since=None, *, alone=False):
    """The latest lines on a record and on everything that belongs to it, newest first, with who did it.

    `alone`: on the record itself only, where not every reader of it may read what belongs to it.
    """
    name = key(record)
    about = AuditLine.objects.filter(subject=name)
    if not alone:
        about |= AuditLine.objects.filter(context=name)
    if since:
        about = about.filter(at__gt=since)
    return about.select_related("by")[:limit]


def left_off(user, *, title, excerpt, address):
    """Remember where this person last worked, for "Continue"; what a command does, for nobody, is not remembered."""
    if user is None:
        return
    LastWork.objects.update_or_create(
        user=user,
        defaults={
            "title": title[:300],
            "excerpt": excerpt[:297] + "…" if len(excerpt) > 300 else excerpt,
            "address": address,
            "at": timezone.now(),
        },
    )
