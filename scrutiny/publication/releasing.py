"""Publishing what has been released, at once where a release is all that has changed and nothing speaks against it."""

from django.db import transaction
from django.urls import reverse

from opcc_portal import pdf
from opcc_portal.jobs import operations as jobs
from scrutiny.publication import making, restricted
from scrutiny.workflow import kinds
from scrutiny.workflow.operations import NotPossible


@transaction.atomic
def release(thing, *, by):
    """End the restriction and say which public documents change by it, as the job's payload lists them.

    `direct` are those in which nothing else would change: nobody has to look at them again. Raises NotPossible.
    """
    published = thing.published
    as_published = [not making.bundle_of(kind, record).fresh for kind, record in published]
    restricted.release(thing, by=by)
    documents = []
    for (kind, record), was_current in zip(published, as_published, strict=True):
        bundle = making.bundle_of(kind, kind.load(record.pk))
        if bundle.fresh:
            documents.append({"kind": kind.name, "pk": record.pk, "seen": bundle.input_hash, "direct": was_current})
    return documents


def publish(restriction, thing, documents, *, by):
    """The job that publishes what `release` found."""
    return jobs.start(
        "publish_release",
        key=f"release:{restriction.pk}",
        by=by,
        title="Publishing what was released",
        payload={
            "documents": documents,
            "note": thing.release_note,
            "url": f"{reverse('restrictions')}?released={restriction.pk}",
        },
    )


@jobs.job("publish_release", title="Publishing what was released")
def publish_in_background(job, payload, progress):
    """Publish each document; where a person has to look first, lead to its check page."""
    to_look_at = []
    for document in payload["documents"]:
        kind = kinds.named(document["kind"])
        try:
            if not document["direct"] or not _published(kind, document, payload["note"], job, progress):
                to_look_at.append(reverse("publish", args=[kind.name, document["pk"]]))
        except pdf.RenderFailed as failure:
            raise jobs.JobFailed(str(failure)) from failure
        except OSError as problem:
            raise jobs.JobFailed(making.NO_ROOM) from problem
    return {"url": to_look_at[0] if to_look_at else payload["url"]}


def _published(kind, document, note, job, progress):
    """Publish one document with the note for everything in it that changes. False where the gate asks for a person."""
    record = kind.load(document["pk"])
    bundle = making.bundle_of(kind, record)
    if not bundle.fresh:
        return True
    notes = {draft.subject: note for draft in bundle.fresh}
    try:
        making.publish(kind, record, seen=document["seen"], by=job.by, change_notes=notes, progress=progress)
    except NotPossible:
        return False
    return True
