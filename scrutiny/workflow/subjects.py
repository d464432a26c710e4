"""Records of the desk by the name under which the audit trail knows them ("scrutiny.meeting:7"), for those who may read them."""

from dataclasses import dataclass

from django.apps import apps
from django.http import Http404
from django.urls import reverse

from scrutiny.workflow.forms import whole_number


@dataclass(frozen=True)
class Page:
    """Where a kind of record is read, and what that takes."""

    capability: str
    address: str


# By model, as the trail writes it; rooms above this one are named, not imported.
PAGES = {
    "scrutiny.priority": Page("plan.view", "priority"),
    "scrutiny.meeting": Page("meetings.view", "meeting"),
    "scrutiny.action": Page("actions.view", "action"),
    "scrutiny.decision": Page("decisions.view", "decision"),
    "scrutiny.indicator": Page("indicators.view", "indicator"),
    "scrutiny.jointreport": Page("reports.view", "report"),
    "scrutiny.minutes": Page("minutes.view", "minutes"),
    "scrutiny.correction": Page("corrections.view", "correction"),
    "funding.fund": Page("funding.view", "fund"),
}


def record_for(subject, user):
    """The record with that name. Raises Http404 for what is none and for what this person may not read."""
    kind, _, number = (subject or "").partition(":")
    pk = whole_number(number)
    if kind not in PAGES or pk is None:
        raise Http404("no such record")
    model = apps.get_model(kind)
    record = model.objects.select_related(*getattr(model, "LOADED_WITH", ())).filter(pk=pk).first()
    if record is None or not user.has_perm(PAGES[kind].capability, record):
        raise Http404("no such record")
    return record


def address_of(record):
    """The page of the desk on which the record is read."""
    return reverse(PAGES[record._meta.label_lower].address, args=[record.pk])
