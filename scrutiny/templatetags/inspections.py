"""What inspectorates recommend, beside the record that it belongs to: `{% load inspections %}`."""

from django import template

register = template.Library()


@register.inclusion_tag("scrutiny/inspections/of_record.html", takes_context=True)
def recommendations_of(context, record):
    """`{% recommendations_of action %}`: a section for the side column, nothing where there is none. One query."""
    if record is None or not context["request"].user.has_perm("inspections.view"):
        return {"recommendations": ()}
    return {"recommendations": record.recommendations.select_related("inspection")}
