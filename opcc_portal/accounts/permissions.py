"""The one mechanism that opens or closes a view: `@allow("capability", of=Model)`.

Rules are kept in `rules`' permission set under the capability's name, so `user.has_perm("reports.edit", report)`,
templates and views all ask the same question.
"""

from functools import wraps

import rules
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import reverse

from opcc_portal.accounts.capabilities import ALL, CAPABILITIES, CHAIR, OWN

SAFE = ("GET", "HEAD")


def _rule(capability):
    cells = CAPABILITIES[capability]

    @rules.predicate(name=capability)
    def holds(user, record=None):
        if not user or not user.is_authenticated or not user.is_active:
            return False
        if record is not None and getattr(record, "is_closed_to", _to_nobody)(user):
            return False
        scopes = {cells[role] for role in user.roles if role in cells}
        if ALL in scopes:
            return True
        # Without a record the question is about a list, which its view narrows with `visible_to(user)`.
        if OWN in scopes and (record is None or record.is_shared_with(user)):
            return True
        return CHAIR in scopes and record is not None and record.is_chaired_by(user)

    return holds


for _capability in CAPABILITIES:
    rules.set_perm(_capability, _rule(_capability))


def _to_nobody(user):
    """What has no `is_closed_to(user)` is closed to nobody."""
    return False


def open_to_all(view):
    """Mark a view that needs no sign-in. The access test lists every one of these by name."""
    view.capability = None
    return view


def allow(capability, of=None):
    """Let only people with the capability into the view.

    With `of=Model` the record is loaded by the address' `pk`, the rule is asked about that record, and the view gets
    the record as its second argument. The address of one that became part of another (`instead_of`) leads on there.
    Somebody who is not signed in is asked to sign in; a form they sent is kept for them. Raises PermissionDenied (403)
    or Http404.
    """
    if capability not in CAPABILITIES:
        raise ValueError(f"{capability} is not in the table of capabilities")

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                from opcc_portal.accounts.views import ask_to_sign_in  # views import this module

                return ask_to_sign_in(request)
            if of is None:
                record = None
            else:
                pk = kwargs.pop("pk")
                record = _everything(of).filter(pk=pk).first() or _instead(of, pk)
                args = (record, *args)
            if not request.user.has_perm(capability, record):
                raise PermissionDenied
            if record is not None and record.pk != pk:
                moved = reverse(request.resolver_match.view_name, kwargs={**kwargs, "pk": record.pk})
                return HttpResponsePermanentRedirect(moved) if request.method in SAFE else HttpResponseRedirect(moved)
            return view(request, *args, **kwargs)

        guarded.capability = capability
        guarded.record_class = of
        return guarded

    return decorate


def _instead(model, pk):
    """The record that took the place of one that is not there any more. Raises Http404 where there is none."""
    record = getattr(model, "instead_of", _nothing)(pk)
    if record is None:
        raise Http404(f"No {model._meta.verbose_name} has this number.")
    return record


def _nothing(pk):
    """What has no `instead_of(pk)` is replaced by nothing."""
    return None


def _everything(model):
    """All records of the model with what its pages nearly always need, so that loading costs one query."""
    return model.objects.select_related(*getattr(model, "LOADED_WITH", ()))
