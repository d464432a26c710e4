"""The desk's page of the open data: who publishes, what the last check found, and the check itself."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from funding.open_data import giving, streaming
from funding.open_data import publisher as publishing
from funding.open_data.forms import PublisherForm
from funding.rounds.editing import form_page
from opcc_portal.accounts.permissions import allow
from opcc_portal.jobs import operations as jobs

PATIENCE = 6.0  # seconds that a person waits for the check before its own page is shown
TRAIL = "Grants"


@allow("funding.view")
def open_data(request):
    """What is in the files, how the office is known in them, and what the last check found."""
    publisher, awards = publishing.the_publisher(), streaming.everything()
    context = {
        "publisher": publisher,
        "listed": awards.exclude(recipient_id="").count(),
        "unlisted": awards.filter(recipient_id="").count(),
        "demonstration_records": awards.filter(is_demonstration=True).count(),
        "found": publisher.last_check,
        "prefix": f"{publisher.prefix or giving.UNREGISTERED}-",
        "not_registered": "" if publisher.prefix else streaming.NOT_REGISTERED,
        "may_edit": request.user.has_perm("open_data.edit"),
    }
    return render(request, "funding/open_data/open_data.html", context)


@allow("open_data.edit")
def open_data_edit(request):
    """Change how the office is known, and the licence."""
    return form_page(
        request,
        PublisherForm(request.POST or None, instance=publishing.the_publisher()),
        lambda words, seen: publishing.change(words, seen=seen, by=request.user),
        title="Settings of the open data",
        back=reverse("open-data"),
        trail=[(TRAIL, reverse("funding")), ("Open data", reverse("open-data"))],
        done="The settings are saved. The files say so from now on.",
    )


@allow("open_data.edit")
@require_POST
def open_data_check(request):
    """Look through everything that is published, in the background if it takes long."""
    base, url = request.build_absolute_uri("/")[:-1], reverse("open-data")
    job = jobs.wait(publishing.start_check(base, url=url, by=request.user), seconds=PATIENCE)
    if job.state != job.State.DONE:
        return redirect(job)
    messages.success(request, "Every published grant was looked through. What was found is below.")
    return redirect(url)
