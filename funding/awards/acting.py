"""What every page of an act on an award does with its form."""

from scrutiny.workflow import acting


def carry_out(request, form, context, act):
    """Do what a valid form asks for and go to `context["back"]`, or show the form with what stands against it."""
    return acting.carry_out(request, form, "funding/awards/act.html", context, act, to=context["back"])
