"""The office as a publisher of open data, and the check of everything it publishes."""

from django.db import transaction
from django.utils import timezone

from funding.open_data import streaming, validate
from funding.open_data.models import Publisher
from opcc_portal.audit import operations as audit
from opcc_portal.jobs import operations as jobs
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.workflow.operations import ChangedMeanwhile

FIELDS = ("prefix", "funder_id", "licence_name", "licence_url")


def the_publisher():
    """The one row; as it would be where nobody has written anything yet. One query."""
    return Publisher.objects.order_by("pk").first() or Publisher()


@transaction.atomic
def change(words, *, seen, by):
    """Write the settings down, as `seen` (their version) by the person. Raises ChangedMeanwhile."""
    Publisher.objects.get_or_create(pk=1)
    held = Publisher.objects.select_for_update().order_by("pk").first()
    if held.version != seen:
        raise ChangedMeanwhile(held)
    changes = []
    for name in FIELDS:
        if (before := getattr(held, name)) != words[name]:
            changes.append([str(held._meta.get_field(name).verbose_name), before, words[name]])
            setattr(held, name, words[name])
    if changes:
        held.version += 1
        held.save()
        audit.write("Settings of the open data of grants changed", subject=held, by=by, changes=changes)
    return held


def start_check(base, *, url, by):
    """The job that looks through everything; it leads to `url`."""
    return jobs.start("check_open_data", key="open-data", by=by, payload={"base": base, "url": url}, again=True)


@jobs.job("check_open_data", title="Checking the open data of grants", lease=1800)
def check_job(job, payload, progress):
    """Check everything in the background: a record takes about a millisecond."""
    check_everything(payload["base"], by=job.by)
    return {"url": payload["url"]}


def check_everything(base, *, by=None):
    """Look through every published award as the file has it, keep what was found, and return the Report."""
    publisher, awards, office = the_publisher(), streaming.everything(), Office.on(today())
    told = streaming.package(
        awards, publisher, base, office_name=office.legal_name if office else "", address="/grants/360giving.json"
    )
    report = validate.check(streaming.grants(awards, publisher, base), package=told)
    held, _ = Publisher.objects.get_or_create(pk=publisher.pk or 1)
    Publisher.objects.filter(pk=held.pk).update(checked_at=timezone.now(), last_check=report.as_data())
    audit.write("Open data of grants checked", subject=held, by=by, grants=report.grants, errors=len(report.errors))
    return report
