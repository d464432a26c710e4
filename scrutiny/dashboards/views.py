"""What people see first when they sign in."""

import datetime

from django.shortcuts import render

from opcc_portal.accounts.capabilities import Role
from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.models import LastWork
from opcc_portal.office.dates import today
from scrutiny.dashboards import paper, waiting
from scrutiny.dashboards.position import position_of
from scrutiny.workflow import papers

NOT_A_DAY = "Enter a day before today, for instance 8 January 2018 as 2018-01-08."


@allow("desk.view")
def home(request):
    """Home by role: the dashboard for the commissioner; for others what waits for them, and for whom they wait."""
    user = request.user
    if Role.COMMISSIONER in user.roles:
        return _dashboard(request)
    coming, open_papers = waiting.coming_meetings(user), waiting.open_papers()
    context = {
        "last_work": LastWork.objects.filter(user=user).first(),
        "waiting": waiting.for_user(user, coming, open_papers),
        "others": waiting.for_others(user, open_papers),
        "coming": coming[:4],
        "starts": waiting.starts(user),
    }
    return render(request, "scrutiny/dashboards/home.html", context)


@allow("indicators.view")
def dashboard(request):
    """The commissioner's dashboard, for everybody who may read indicators; each sees what is theirs to see."""
    return _dashboard(request)


def _dashboard(request):
    wanted = request.GET.get("known", "")
    known_on, problem = day_asked_for(wanted)
    context = {
        "position": position_of(request.user, known_on),
        "wanted": wanted,
        "problem": problem,
        "may_ask": request.user.has_perm("questions.plan"),
    }
    return render(request, "scrutiny/dashboards/dashboard.html", context, status=422 if problem else 200)


def day_asked_for(text):
    """(the day of ?known=, what is wrong with it). Today, and nothing, stand for what is known now."""
    if not text:
        return None, ""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None, NOT_A_DAY
    if day > today() or day.year < 1900:
        return None, NOT_A_DAY
    return (None if day == today() else day), ""


@allow("indicators.view")
def dashboard_pdf(request):
    """The whole dashboard as a paper: what needs this person, the next meeting, every priority. Without private notes."""
    known_on, _ = day_asked_for(request.GET.get("known", ""))
    made = paper.dashboard_paper(position_of(request.user, known_on), request.user)
    name = f"{known_on or today():%Y-%m-%d}-position.pdf"
    return papers.respond(request, html=made.html, logo=made.logo, file_name=name, title=made.title)


@allow("office.view")
def look(request):
    """Every component of the pages with sample data, for whoever builds the next page."""
    return render(request, "components/all.html")


@allow("desk.view")
def help_page(request):
    """How the portal works, in one page."""
    return render(request, "scrutiny/dashboards/help.html")
