"""Pages of the packs of a meeting."""

from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import key
from opcc_portal.jobs import operations as jobs
from scrutiny.meetings.models import Meeting
from scrutiny.publication.models import Pack
from scrutiny.publication.packs import building, rows
from scrutiny.publication.packs.private import PrivatePapers
from scrutiny.publication.packs.publishing import NO_AGENDA
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition
from scrutiny.workflow.papers import PATIENCE


@allow("publishing.view", of=Meeting)
def pack(request, meeting):
    """What goes into the packs of this meeting, and where they are built and published."""
    held = PrivatePapers(meeting)
    record = Pack.objects.filter(meeting=meeting).first()
    subjects = [key(each) for each in (meeting, record) if each]
    public = Edition.objects.current().filter(publication__subject__in=subjects).defer("content", "parts", "manifest")
    editions = {edition.kind: edition for edition in public}
    context = {
        "meeting": meeting,
        "rows": rows.for_print(held.rows),
        "without": rows.labels_in_words(held.without),
        "record": record,
        "edition": editions.get("pack"),
        "why_not": "" if "meeting" in editions else NO_AGENDA,
    }
    return render(request, "scrutiny/publication/pack.html", context)


@allow("publishing.publish", of=Meeting)
@require_POST
def pack_publish(request, meeting):
    """Get the public pack ready in the background and lead to its checks."""
    record, _ = Pack.objects.get_or_create(meeting=meeting)
    if kinds.named("pack").why_not(record):
        return redirect("pack", meeting.pk)
    url = reverse("publish", args=["pack", record.pk])
    job = jobs.start(
        "prepare_pack",
        key=f"prepare-pack:{record.pk}",
        by=request.user,
        title=f"Getting the pack of {meeting} ready",
        payload={"pk": record.pk, "url": url},
        again=True,
    )
    jobs.wait(job, seconds=PATIENCE)
    return redirect(url if job.state == job.State.DONE else job)


@allow("publishing.view", of=Meeting)
def pack_private_pdf(request, meeting):
    """The private pack, or the page of the job that builds it."""
    name = building.private_name(meeting)
    if not default_storage.exists(name):
        job = jobs.start(
            "build_pack",
            key=name,
            by=request.user,
            title=f"Building the private pack of {meeting}",
            payload={"pk": meeting.pk, "url": request.get_full_path()},
            again=True,  # asked for only where the file is not there
        )
        jobs.wait(job, seconds=PATIENCE)
        if job.state != job.State.DONE or not default_storage.exists(name):
            return redirect(job)
    response = FileResponse(default_storage.open(name), content_type="application/pdf")
    file_name = f"{meeting.date:%Y-%m-%d}-private-pack.pdf"
    response["Content-Disposition"] = content_disposition_header("preview" not in request.GET, file_name)
    response["Cache-Control"] = "no-store"
    return response
