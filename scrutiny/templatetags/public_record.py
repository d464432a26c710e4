"""What of a record is public, on the record's own page: `{% load public_record %}`."""

from django import template

from scrutiny.workflow import kinds

register = template.Library()


@register.inclusion_tag("scrutiny/workflow/public_box.html", takes_context=True)
def public_box(context, kind, record):
    """`{% public_box "minutes" minutes %}`: the public version of a record that is ready or out. One query."""
    user = context["request"].user
    if not user.has_perm("publishing.view"):
        return {"hidden": True}
    return {
        "kind": kind,
        "record": record,
        "edition": kinds.current_edition(record),
        "may_publish": user.has_perm(kinds.named(kind).capability),
    }
