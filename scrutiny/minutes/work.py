"""Where somebody left off in minutes, for "Continue" on the desk."""

from django.urls import reverse

from opcc_portal.audit import operations as audit


def left_off_at(user, minuted_item, entry=None):
    """Remember the entry, else the one that this person wrote last, as the place where they go on."""
    item, meeting = minuted_item.item, minuted_item.minutes.meeting
    entry = entry or minuted_item.entries.filter(deleted=False, changed_by=user).order_by("-changed_at").first()
    audit.left_off(
        user,
        title=f"Minutes of {meeting.date:%-d %B %Y}, item {item.label or item.title}",
        excerpt=entry.text if entry else "",
        address=f"{reverse('minuted-item', args=[minuted_item.pk])}#{f'entry-{entry.pk}' if entry else 'next'}",
    )
