"""Merging an organisation into another: choose which one stays, look at what moves, say why."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from scrutiny.partnerships import merging
from scrutiny.partnerships.models import Merger
from scrutiny.partnerships.pages import ROOM
from scrutiny.people.models import Organisation
from scrutiny.register.text_fields import WordsField
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

MEANWHILE = "Something was added or taken away meanwhile. Look at what would move now, then do it again."


class MergeForm(forms.Form):
    """Why two organisations are the same. `into` is the one that stays, `seen` what was shown of what moves."""

    into = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = WordsField(label="Why they are the same", what="why the two are the same", rows=3, max_length=1000)
    sure = forms.BooleanField(
        label="I have looked at what moves. It cannot be undone.",
        error_messages={"required": "Look at what moves, then tick this."},
    )


@allow("organisations.merge", of=Organisation)
def organisation_merge(request, organisation):
    """Make this organisation part of another one."""
    wanted = whole_number((request.POST if request.method == "POST" else request.GET).get("into"))
    into, led = _found(wanted)
    way = [("People", reverse("people")), ("Organisations", reverse("organisations"))]
    context = {"organisation": organisation, "trail": [*way, (str(organisation), organisation.get_absolute_url())]}
    if into is None:
        return _choose(request, organisation, context, wanted)
    plan = merging.plan(organisation, into)
    form = MergeForm(request.POST or None, initial={"into": into.pk, "seen": plan.seen})
    status = 200
    if form.is_valid():
        given = {"reason": form.cleaned_data["reason"], "seen": form.cleaned_data["seen"]}
        try:
            merger = merging.merge(organisation, into, by=request.user, **given)
        except ChangedMeanwhile as meanwhile:
            plan, status = meanwhile.now, 409
            form.data = form.data.copy()
            form.data["seen"] = plan.seen
            form.add_error(None, MEANWHILE)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"{merger.former_name} is part of {merger.into} now.")
            return redirect(merger.into)
    if form.is_bound and form.errors and status == 200:
        status = 422
    context |= {"into": into, "led": led, "plan": plan, "form": form}
    return render(request, f"{ROOM}/merge.html", context, status=status)


def _found(pk):
    """(the organisation of that key or the one that it became part of, whether it was led on)."""
    into = Organisation.objects.filter(pk=pk).first() if pk else None
    if into is None and pk and (merger := Merger.objects.filter(former_pk=pk).select_related("into").first()):
        return merger.into, merger.former_name
    return into, ""


def _choose(request, organisation, context, wanted):
    """Which one stays: those that are alike, or those with the words that were typed."""
    words = request.GET.get("q", "").strip()
    missing = "That organisation is not listed any more." if wanted else ""
    context |= {
        "words": words,
        "found": merging.suggested(organisation, words),
        "missing": missing,
        "against": merging.is_ours(organisation),
    }
    return render(request, f"{ROOM}/merge_choose.html", context, status=404 if missing else 200)
