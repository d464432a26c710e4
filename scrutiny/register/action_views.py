"""Pages of the action register: the list, one action with its history, and what can be done with it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.files.operations import serve
from scrutiny.register import actions
from scrutiny.register.action_forms import ActionFilter, CloseForm, DueForm, NoteForm, OwnersForm, ReopenForm
from scrutiny.register.csv_file import csv_response
from scrutiny.register.forms import TakesFile
from scrutiny.register.models import Action
from scrutiny.workflow.operations import NotPossible

A_PAGE = 50
HEADINGS = [
    "Reference", "Meeting", "Date of the meeting", "Agenda item", "Action", "Owners", "Due", "Due as said", "State",
    "Overdue", "Raised on", "Closed on", "Closed in",
]  # fmt: skip


def _filtered(request):
    """The filter, and the actions that it leaves of those this person may see."""
    filters = ActionFilter(request.GET, user=request.user)
    found = filters.narrow(Action.objects.visible_to(request.user))
    return filters, found.select_related("meeting", "item").prefetch_related("owners")


@allow("actions.view")
def action_list(request):
    """Every action that this person may see, across meetings, the overdue ones first."""
    filters, found = _filtered(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "page": page, "sees_meetings": request.user.has_perm("meetings.view")}
    return render(request, "scrutiny/register/action_list.html", context)


@allow("actions.view")
def action_csv(request):
    """The list as it is filtered, whole, as a file for spreadsheets."""
    _, found = _filtered(request)
    return csv_response(name="actions", headings=HEADINGS, rows=map(_row, found.select_related("closed_in")))


def _row(action):
    meeting = action.meeting
    return [
        action.reference,
        meeting.name if meeting else "",
        meeting.date if meeting else None,
        action.item,
        action.text,
        action.owners_in_words,
        action.due,
        action.due_as_said,
        action.get_status_display(),
        "Yes" if action.is_overdue else "No",
        action.raised_on,
        action.closed_on,
        action.closed_in,
    ]


# --- one action --------------------------------------------------------------------------------------------------------


@allow("actions.view", of=Action)
def action_page(request, action):
    """One action with its whole history, and the form for how it is going."""
    return _page(request, action, NoteForm(action=action) if request.user.has_perm("actions.update", action) else None)


def _page(request, action, form):
    updates = action.updates.select_related("by", "meeting", "evidence__upload")
    user = request.user
    context = {
        "action": action,
        "updates": updates,
        "form": form if action.status != Action.Status.WITHDRAWN or (form and form.is_bound) else None,
        "entry": getattr(action, "entry", None),
        "may_update": user.has_perm("actions.update", action),
        "may_edit": user.has_perm("actions.edit", action),
        "may_close": user.has_perm("actions.close", action),
        "sees_meetings": user.has_perm("meetings.view"),
    }
    entry = context["entry"]
    context["reads_minutes"] = bool(entry) and user.has_perm("minutes.view", entry.minuted_item.minutes)
    return render(request, "scrutiny/register/action.html", context, status=422 if form and form.errors else 200)


@allow("actions.view", of=Action)
def action_evidence(request, action, update):
    """The file that shows what was done."""
    said = action.updates.filter(pk=update, evidence__upload__isnull=False).select_related("evidence__upload").first()
    if said is None:
        raise Http404("No such file.")
    return serve(said.evidence.upload)


def carried_out(form, act):
    """Run an act with what a valid form says. What cannot be done now brings the form back with its words."""
    try:
        act()
    except actions.Stale as stale:
        form.show_again(stale.now)
        form.action = stale.now
    except NotPossible as reason:
        form.add_error(None, str(reason))
    else:
        return True
    if upload := getattr(form, "upload", None):
        upload.delete()  # it has to be chosen again: a browser never hands back a file
    return False


@allow("actions.update", of=Action)
@require_POST
def action_note(request, action):
    """Say how it is going."""
    form = NoteForm(request.POST, request.FILES, action=action)
    if form.is_valid() and form.receive(request.user):
        said = form.cleaned_data
        if carried_out(
            form,
            lambda: actions.say(
                action, text=said["text"], upload=form.upload, base_version=said["base_version"], by=request.user
            ),
        ):
            messages.success(request, "Your update is saved.")
            return redirect(f"{action.get_absolute_url()}#history")
    return _page(request, form.action, form)


@allow("actions.update", of=Action)
def action_propose(request, action):
    """Say that it is done, so that the office may close it."""
    return _form_page(
        request,
        NoteForm(request.POST or None, request.FILES or None, action=action),
        lambda form, said: {"text": said["text"], "upload": form.upload},
        actions.propose_closed,
        done=f"Action {action.reference} is proposed closed. The office decides in a meeting.",
        heading="Propose to close",
        button="Propose to close",
        hint="The office closes it in a meeting.",
    )


@allow("actions.edit", of=Action)
def action_due(request, action):
    """Give it another due day."""
    return _form_page(
        request,
        DueForm(request.POST or None, action=action),
        lambda form, said: {"due": said["due"], "reason": said["reason"]},
        actions.change_due,
        done="The due date is saved.",
        heading="Change the due date",
        button="Save",
        hint="The date as it was stays in the history.",
    )


@allow("actions.edit", of=Action)
def action_owners(request, action):
    """Give it to others."""
    return _form_page(
        request,
        OwnersForm(request.POST or None, action=action),
        lambda form, said: {"owners": form.owners, "everybody": said["everybody"], "reason": said["reason"]},
        actions.change_owners,
        done="The owners are saved.",
        heading="Change who is to do it",
        button="Save",
        hint="Those who had it stay in the history.",
    )


@allow("actions.close", of=Action)
def action_close(request, action):
    """Close it, in a meeting."""
    return _form_page(
        request,
        CloseForm(request.POST or None, action=action),
        lambda form, said: {"text": said["text"], "meeting": form.chosen},
        actions.close,
        done=f"Action {action.reference} is closed.",
        heading="Close this action",
        button="Close it",
        hint="It stays in the register, with its history.",
    )


@allow("actions.close", of=Action)
def action_reopen(request, action):
    """Let it go on after all."""
    return _form_page(
        request,
        ReopenForm(request.POST or None, action=action),
        lambda form, said: {"text": said["text"]},
        actions.reopen,
        done=f"Action {action.reference} is open again.",
        heading="Open this action again",
        button="Open it again",
        hint="Its reference stays the same.",
    )


def _form_page(request, form, says, act, *, done, **words):
    """Show a form, and carry out what it says once it is right. `says` picks the act's arguments out of the form."""
    if request.method == "POST" and form.is_valid() and _has_taken_its_file(form, request.user):
        said = form.cleaned_data
        if carried_out(
            form,
            lambda: act(form.action, base_version=said["base_version"], by=request.user, **says(form, said)),
        ):
            messages.success(request, done)
            return redirect(form.action)
    status = 422 if form.errors else 200
    return render(
        request, "scrutiny/register/action_form.html", {"form": form, "action": form.action, **words}, status=status
    )


def _has_taken_its_file(form, by):
    return form.receive(by) if isinstance(form, TakesFile) else True
