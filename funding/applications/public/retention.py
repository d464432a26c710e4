"""What nobody sent is not kept: unsent applications are deleted some time after their round, with all their files."""

import datetime
from collections import Counter

from django.db import transaction
from django.utils import timezone

from funding.applications.models import Application, SavedLink
from funding.rounds.models import Round
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today

KEPT_FOR = datetime.timedelta(days=90)


def sweep(day=None):
    """Delete unsent applications of rounds that closed 90 days before `day`, and those that were never opened while their
    link worked. Returns how many; links to what has been sent go once they have run out."""
    day = day or today()
    unsent = Application.objects.filter(status=Application.Status.DRAFT, origin=Application.Origin.PUBLIC)
    over = unsent.filter(round__closes__lt=day - KEPT_FOR)
    begun_only = unsent.filter(version=1).exclude(links__expires_at__gte=timezone.now())
    gone = Counter(round_ for pk, round_ in (over | begun_only).values_list("pk", "round") if _delete(pk))
    for round_ in Round.objects.filter(pk__in=gone):
        audit.write("Unsent applications deleted", subject=round_, by=None, applications=gone[round_.pk])
    SavedLink.objects.filter(expires_at__lt=timezone.now()).exclude(application__in=unsent).delete()
    return gone.total()


@transaction.atomic
def _delete(pk):
    held = Application.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if held is None or not held.is_being_filled_in:
        return False
    uploads = [document.upload for document in held.documents.select_related("upload")]
    held.delete()
    for upload in uploads:
        upload.delete()
    return True
