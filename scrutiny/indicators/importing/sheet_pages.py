"""Steps that the pages of every import of a sheet take. `taking` is the room's own module that works on its imports."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect

from opcc_portal.jobs import operations as jobs
from scrutiny.indicators.importing.reading_files import Unreadable
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

PATIENCE = 6.0  # seconds that a person waits for background work before its own page is shown
LISTED = 20
CHANGED = "Somebody else changed this import since you opened it. Look at it again."


def says_why_not(view):
    """An act that the import's present state does not allow ends on its page, with the reason in a banner."""

    @wraps(view)
    def guarded(request, batch):
        try:
            return view(request, batch)
        except (NotPossible, Unreadable, ChangedMeanwhile) as reason:
            messages.error(request, CHANGED if isinstance(reason, ChangedMeanwhile) else str(reason))
            return redirect(batch)

    return guarded


def when_done(job, batch):
    """To the import once the background work on it is done; to the page of that work where it takes longer."""
    job = jobs.wait(job, seconds=PATIENCE)
    return redirect(batch if job.state == job.State.DONE else job)


def go_on(request, batch, taking):
    """Read and look through a large sheet in the background; then to the import, or to the page of that work."""
    if not taking.is_large(batch) or taking.sheets_to_choose(batch):
        return redirect(batch)
    return when_done(taking.start_looking(batch, by=request.user), batch)


def sheet_named(request, batch, taking, *, what):
    """The sheet of the workbook that the request names. Raises NotPossible where it is none of them."""
    name = request.POST.get("sheet", "")
    if name not in {sheet.name for sheet in taking.sheets_to_choose(batch)}:
        raise NotPossible(f"Choose the sheet that holds the {what}.")
    return name
