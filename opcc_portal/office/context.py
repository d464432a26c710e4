"""What the head of every page needs."""

from django.urls import reverse

from opcc_portal.office.models import Office

# What was agreed and asked: one way in, and a row of tabs there.
REGISTERS = tuple(
    f"/desk/{name}/" for name in ("actions", "decisions", "corrections", "questions", "public-questions", "assurance")
)
# What others ask of the office, and what it owes by law: tabs of one another.
DUTIES = tuple(
    f"/desk/{name}/" for name in ("inspections", "recommendations", "responses", "letters", "measures", "duties")
)
PEOPLE = tuple(f"/desk/{name}/" for name in ("people", "networks", "events", "funded-posts"))
# Label, address name, capability, and the start (or starts) of the addresses under which the entry is the current one.
NAVIGATION = [
    ("Home", "desk", "desk.view", None),
    ("Meetings", "meetings", "meetings.view", "/desk/meetings/"),
    ("Reports", "reports", "reports.view", "/desk/reports/"),
    ("Indicators", "indicators", "indicators.view", ("/desk/indicators/", "/desk/figures/")),
    ("Actions", "actions", "actions.view", REGISTERS),
    ("Inspections", "inspections", "inspections.view", DUTIES),
    ("People", "people", "people.view", PEOPLE),
    ("Plan", "plan", "plan.view", "/desk/plan/"),
    ("Grants", "funding", "funding.view", "/desk/grants/"),
    ("Publishing", "publishing", "publishing.view", ("/desk/publishing/", "/desk/restrictions/", "/desk/news/")),
    ("Settings", "settings", "series.edit", "/desk/settings/"),
]


def desk(request):
    """The office of the day, the navigation that this person may use, and the demonstration strip's text.

    A page about a dated document passes its own `office`, the one valid on the document's date.
    """
    office = Office.now()
    return {
        "office": office,
        "current_office": office,
        "demonstration": office.demonstration if office else "",
        "navigation": _navigation(request),
    }


def _navigation(request):
    user = getattr(request, "user", None)
    if not user or not user.is_authenticated:
        return []
    entries = []
    for label, name, capability, start in NAVIGATION:
        if user.has_perm(capability):
            address = reverse(name)
            current = request.path.startswith(start) if start else request.path == address
            entries.append({"label": label, "url": address, "current": current})
    return entries
