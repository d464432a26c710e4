"""Pages of the matters arising of a meeting."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from scrutiny.meetings.models import Meeting
from scrutiny.register import actions, arising
from scrutiny.register.action_forms import ArisingForm
from scrutiny.register.action_views import carried_out
from scrutiny.register.models import Action
from scrutiny.workflow import papers

A_PAGE = 50


@allow("meetings.view", of=Meeting)
def matters_arising(request, meeting):
    """The open actions of earlier meetings, to be closed or carried on from here."""
    return _page(request, meeting)


def _page(request, meeting, sent=None):
    """The page; `sent` is a form that could not be carried out."""
    found = arising.of(meeting)
    wanted = request.GET.get("page")
    if sent:  # its words are on the page that holds its action
        wanted = 1 + list(found.values_list("pk", flat=True)).index(sent.action.pk) // A_PAGE
    page = Paginator(found, A_PAGE).get_page(wanted)
    has_come = meeting.date <= today()
    may_close = request.user.has_perm("actions.close")
    rows = []
    for action in page:
        form = sent if sent and sent.action.pk == action.pk else None
        if form is None and may_close and action.is_open:
            form = ArisingForm(action=action, prefix=f"a{action.pk}")
        rows.append({"action": action, "form": form, "private": arising.is_private(action)})
    context = {"meeting": meeting, "page": page, "rows": rows, "has_come": has_come, "form": sent}
    context["office"] = Office.on(meeting.date)
    return render(request, "scrutiny/register/matters_arising.html", context, status=422 if sent else 200)


@allow("actions.close", of=Meeting)
@require_POST
def matters_arising_act(request, meeting, action):
    """Close one action in this meeting, or let it go on."""
    action = Action.objects.arising_at(meeting).filter(pk=action).first()
    if action is None:
        raise Http404("This action does not arise here.")
    form = ArisingForm(request.POST, action=action, prefix=f"a{action.pk}")
    if not form.is_valid():
        return _page(request, meeting, form)
    said = {"text": form.cleaned_data["text"], "base_version": form.cleaned_data["base_version"], "meeting": meeting}
    if not carried_out(form, lambda: _act(form, action, request.user, said)):
        return _page(request, meeting, form)
    messages.success(request, f"Action {action.reference} {'is closed' if form.closes else 'goes on'}.")
    return redirect(f"{reverse('matters-arising', args=[meeting.pk])}#action-{action.pk}")


def _act(form, action, user, said):
    if form.closes:
        actions.close(action, by=user, **said)
    else:
        actions.carry_on(action, due=form.cleaned_data["due"], by=user, **said)


@allow("meetings.view", of=Meeting)
def matters_arising_pdf(request, meeting):
    """The same as a paper of the agenda."""
    made = arising.paper(meeting)
    name = f"{meeting.date:%Y-%m-%d}-open-actions.pdf"
    return papers.respond(request, html=made.html, logo=made.logo, file_name=name, title=f"Open actions: {meeting}")
