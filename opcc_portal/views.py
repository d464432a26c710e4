"""Pages that belong to no room: is the portal well, and what went wrong."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.cache import never_cache

from opcc_portal.accounts.permissions import open_to_all
from opcc_portal.accounts.views import from_script
from scrutiny.publication.record import Record
from scrutiny.publication.site import missing_page


@open_to_all
@never_cache
def healthz(request):
    """200 only when the database answers, for whoever watches the service."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@open_to_all
def favicon(request):
    """Our sign, for browsers that ask for it where no page names it: beside a PDF."""
    return redirect(static("img/favicon.svg"))


def bad_request(request, exception):
    """A request that Django refused before any view saw it; a form that was too large says so."""
    if isinstance(exception, RequestDataTooBig):
        limit = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        if from_script(request):
            message = f"This is more than {limit}, the most that can be sent at once. Send it in parts."
            return JsonResponse({"error": "too_large", "message": message}, status=413)
        return render(request, "413.html", {"limit": limit}, status=413)
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    """Signed in, but this is not theirs."""
    if from_script(request):
        return JsonResponse({"error": "not_allowed", "message": "Your account may not do this."}, status=403)
    return render(request, "403.html", status=403)


def not_found(request, exception=None):
    """Nothing lives at this address."""
    if from_script(request):
        return JsonResponse({"error": "gone", "message": "This is no longer there."}, status=404)
    if request.path.startswith("/desk/"):
        return render(request, "404.html", status=404)
    request.user = AnonymousUser()  # outside the desk the answer is the same for everybody
    return HttpResponse(missing_page(Record()), status=404)


def broken(request):
    """Our fault. Rendered without context processors, because the database may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=500)
