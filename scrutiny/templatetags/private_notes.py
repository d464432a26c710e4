"""`{% load private_notes %}`: a person's own note beside the record."""

from django import template

from opcc_portal.audit.operations import key
from scrutiny.workflow import private_notes

register = template.Library()


@register.inclusion_tag("scrutiny/workflow/private_note_box.html", takes_context=True)
def private_note(context, record, words=None):
    """`{% private_note report %}`: a section for the side column. One query, unless the page knows the words already."""
    user = context["request"].user
    if record is None or not user.has_perm("notes.own"):
        return {"about": ""}
    if words is None:
        note = private_notes.note_on(record, user)
        words = note.text if note else ""
    return {"about": key(record), "words": words}
