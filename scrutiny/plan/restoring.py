"""Putting a plan's records back to what one of its frozen texts says: what becomes of a draft that is discarded."""

import datetime

from django.db.models import ProtectedError

from opcc_portal.audit import operations as audit
from scrutiny.plan.models import MonitoringRoute, Objective, Outcome, Plan, Priority, Resource, Theme


def put_back(plan, data, *, by):
    """Make the records of a plan, locked by the caller, say what `data` says (see `versions.text_of`)."""
    days = {name: data[name] and datetime.date.fromisoformat(data[name]) for name in ("starts", "ends")}
    Plan.objects.filter(pk=plan.pk).update(title=data["title"], **days)
    outcomes = _named(Outcome, "title", plan, data["outcomes"])
    themes = _named(Theme, "name", plan, data["themes"])
    Priority.objects.filter(plan=plan).update(left_out=True)
    for position, text in enumerate(data["priorities"], 1):
        record = _priority(text, position, outcomes, themes)
        audit.write("Priority put back to what is in force", subject=record, context=plan, by=by)
    for model, kept in ((Outcome, outcomes), (Theme, themes)):
        for stranger in model.objects.filter(plan=plan).exclude(pk__in=[each.pk for each in kept.values()]):
            _without(stranger)


def _named(model, field, plan, rows):
    """{words: record} of the plan's outcomes or themes as they were, by their keys; one that is gone is made again."""
    held = {each.pk: each for each in model.objects.filter(plan=plan)}
    for each in held.values():  # no two may be called the same, not even for a moment
        model.objects.filter(pk=each.pk).update(**{field: f"{each.pk} put back"})
    kept = {}
    for position, row in enumerate(rows, 1):
        record = held.get(row["id"]) or model(plan=plan)
        setattr(record, field, row[field])
        record.position = position
        record.save()
        kept[row[field]] = record
    for each in held.values():
        if each not in kept.values():
            each.save()
    return kept


def _priority(text, position, outcomes, themes):
    record = Priority.objects.get(pk=text["id"])
    for name in ("title", "our_priority", "how_we_deliver", "how_we_know"):
        setattr(record, name, text[name])
    record.outcome = outcomes.get(text["outcome"])
    record.text_of = datetime.date.fromisoformat(text["text_of"])
    record.position, record.left_out = position, False
    record.version += 1
    record.save()
    _rows(Objective, record, [{"text": each["text"], "theme": themes[each["theme"]]} for each in text["objectives"]])
    _rows(Resource, record, text["resources"])
    _rows(MonitoringRoute, record, text["routes"])
    return record


def _rows(model, priority, rows):
    model.objects.filter(priority=priority).delete()
    model.objects.bulk_create(
        model(priority=priority, position=position, **words) for position, words in enumerate(rows, 1)
    )


def _without(record):
    """Take out what the text does not have; what papers name by now stays."""
    try:
        record.delete()
    except ProtectedError:
        return
