"""Taking a planned question over into the minutes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from scrutiny.meetings.models import PlannedQuestion
from scrutiny.minutes import planned
from scrutiny.minutes.models import MinutedItem
from scrutiny.workflow.operations import NotPossible


@allow("minutes.edit", of=MinutedItem)
@require_POST
def planned_take(request, minuted_item, question):
    """One button: the planned question becomes an entry of this item."""
    found = get_object_or_404(PlannedQuestion, pk=question, meeting=minuted_item.minutes.meeting_id)
    try:
        entry = planned.take_over(minuted_item, found, by=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("minuted-item", minuted_item.pk)
    return redirect(f"{reverse('minuted-item', args=[minuted_item.pk])}#entry-{entry.pk}")
