"""Writing one item: the plain form, which the live editor takes over in the browser."""

import uuid

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from scrutiny.minutes import desk, editing, figures, operations, planned, reading
from scrutiny.minutes.models import MinutedItem, MinuteEntry, Minutes
from scrutiny.minutes.pages import about, closed_page
from scrutiny.minutes.work import left_off_at
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict


@allow("minutes.edit", of=MinutedItem)
def item_page(request, minuted_item):
    """Write one item. A plain form: what was touched is saved entry by entry, everything else is left alone."""
    minutes = minuted_item.minutes
    if not minutes.is_open:
        return closed_page(request, minuted_item)
    status = 200
    if request.method == "POST":
        try:
            page = editing.posted(minuted_item, request.POST, by=request.user)
        except NotPossible as refusal:  # closed or deleted since this view looked
            if Minutes.objects.filter(pk=minutes.pk).exists():
                return closed_page(request, minuted_item)
            messages.error(request, str(refusal))
            return redirect("meeting", minutes.meeting_id)
        if page.saved:
            left_off_at(request.user, minuted_item, page.last_saved)
        if page.is_settled:
            return _after_saving(request, minuted_item, page)
        status = 409 if page.clashes else 422
    else:
        page = editing.opened(minuted_item, rough_only="rough" in request.GET)
    return render(request, "scrutiny/minutes/item.html", _item_context(request, minuted_item, page), status=status)


def _item_context(request, minuted_item, page):
    minutes = minuted_item.minutes
    items = reading.outline(minutes)
    here = next(sheet for sheet in items if sheet.minuted.pk == minuted_item.pk)
    following = _neighbour(items, here)
    listed = desk.speakers(minutes.meeting, page.rows)
    papers = figures.papers_of(minuted_item.item)
    chair = desk.asks(minutes.meeting, listed)
    return about(
        minutes,
        minuted_item=minuted_item,
        page=page,
        items=items,
        here=here,
        next_item=following,
        speakers=listed,
        figures=figures.figures_in(papers),
        open_actions=desk.open_actions(minuted_item),
        pattern=editing.Row("new", page.options),
        rough_only="rough" in request.GET,
        setup=desk.setup(minuted_item, user=request.user, listed=listed, next_item=following, chair=chair),
        papers=papers,
        planned=planned.for_item(minuted_item),
    )


def _neighbour(items, here):
    following = items[items.index(here) + 1 :]
    return following[0].minuted if following else None


def _after_saving(request, minuted_item, page):
    """Carry out the button that sent the form, now that its words are safe, and show the page anew."""
    act, _, which = request.POST.get("act", "").partition(":")
    try:
        anchor = _act(request, minuted_item, act, which, page)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("minuted-item", minuted_item.pk)
    following = MinutedItem.objects.filter(minutes=minuted_item.minutes, pk=whole_number(which)).first()
    if act == "next" and following:
        return redirect("minuted-item", following.pk)
    anchor = anchor or (f"entry-{page.last_saved.pk}" if page.last_saved and not page.last_saved.deleted else "next")
    return redirect(f"{reverse('minuted-item', args=[minuted_item.pk])}#{anchor}")


def _act(request, minuted_item, act, which, page):
    """Move or delete one entry. Returns the anchor to come back to, or None."""
    if act not in ("up", "down", "delete"):
        return None
    entry = get_object_or_404(MinuteEntry, pk=whole_number(which), minuted_item=minuted_item)
    entry.minuted_item = minuted_item
    if act == "delete":
        seen = whole_number(request.POST.get(f"e{entry.pk}-base_version"))
        if page.last_saved and page.last_saved.pk == entry.pk:  # changed and deleted with one click
            seen = page.last_saved.version
        try:
            operations.delete_entry(entry, base_version=seen, save_id=uuid.uuid4(), by=request.user)
        except Conflict:
            raise NotPossible(
                "Somebody else changed this entry meanwhile. Read it as it is now, then delete it if it should still go."
            ) from None
        address = reverse("entry-history", args=[entry.pk])
        messages.success(request, f"Entry deleted. Its words are kept: bring them back from {address}.")
        return "next"
    order = whole_number(request.POST.get("order_version"))
    current = MinutedItem.objects.values_list("order_version", flat=True).get(pk=minuted_item.pk)
    try:
        version = current if order is None else order
        operations.move_entry(entry, up=act == "up", order_version=version, by=request.user)
    except Conflict:
        messages.warning(
            request, "Somebody else changed the order meanwhile. This is the order now; move the entry again."
        )
    return f"entry-{entry.pk}"
