"""What people see first when they sign in."""

from django.shortcuts import render

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.models import LastWork
from scrutiny.dashboards import waiting


@allow("desk.view")
def home(request):
    """Home by role: where you left off, what waits for you, what others owe, what is coming."""
    user = request.user
    coming, papers = waiting.coming_meetings(user), waiting.open_papers()
    context = {
        "last_work": LastWork.objects.filter(user=user).first(),
        "waiting": waiting.for_user(user, coming, papers),
        "others": waiting.for_others(user, papers),
        "coming": coming[:4],
        "starts": waiting.starts(user),
    }
    return render(request, "scrutiny/dashboards/home.html", context)


@allow("office.view")
def look(request):
    """Every component of the pages with sample data, for whoever builds the next page."""
    return render(request, "components/all.html")


@allow("desk.view")
def help_page(request):
    """How the portal works, in one page."""
    return render(request, "scrutiny/dashboards/help.html")
