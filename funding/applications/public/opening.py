"""Who may open a page of the public form: everybody within bounds; an application, only whoever opened its link here."""

from functools import wraps

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from funding.applications.models import Application
from opcc_portal.accounts.kept import KeptForm
from opcc_portal.accounts.permissions import open_to_all
from opcc_portal.accounts.throttling import too_often
from opcc_portal.files.words import size_words

KEY = "application"  # in the session: the key of the application, and nothing else of it
MOST_WORDS = 1024 * 1024
MOST_POSTS = 60  # a minute from one place


def public_form(limit=MOST_WORDS):
    """A page that anybody may open: never kept by a browser, not for search engines, and with bounds on what is sent.

    What is too large is refused by what the browser says of it, before anything of it is read.
    """

    def decorate(view):
        protected = csrf_protect(view)

        @wraps(view)
        def bounded(request, *args, **kwargs):
            if request.method == "POST":
                length = request.META.get("CONTENT_LENGTH") or "0"
                if not length.isdecimal() or int(length) > limit:
                    return _refused(request, "too_large", 413, limit=size_words(limit))
                if too_often("apply", request.META.get("REMOTE_ADDR", ""), MOST_POSTS):
                    return _refused(request, "too_often", 429)
            response = protected(request, *args, **kwargs)
            response["X-Robots-Tag"] = "noindex"
            return response

        # The token is looked for once the size is known: looking for it reads all that was sent.
        return open_to_all(csrf_exempt(never_cache(bounded)))

    return decorate


def _refused(request, why, status, **context):
    return render(request, f"funding/apply/{why}.html", context, status=status)


def with_application(view):
    """Hand the application that was opened here to the view; whoever has none is told to open their link."""

    @wraps(view)
    def opened(request, *args, **kwargs):
        application = opened_here(request)
        if application is None:
            return ask_for_link(request)
        return view(request, application, *args, **kwargs)

    return opened


def opened_here(request):
    """The application whose link was opened in this browser, None without one."""
    key = request.session.get(KEY)
    if key is None:
        return None
    mine = Application.objects.filter(origin=Application.Origin.PUBLIC)
    return mine.select_related("round__fund", "area", "priority").filter(pk=key).first()


def open_here(request, application):
    """From now on this browser may fill in the application."""
    request.session.cycle_key()
    request.session[KEY] = application.pk


def close_here(request):
    """This browser may not any more, so that nobody goes on at a shared computer."""
    request.session.pop(KEY, None)


def ask_for_link(request):
    """The application is not open here any more: open the link again. What was typed is shown, to copy."""
    if request.method != "POST":
        return redirect("apply-away")
    return render(request, "funding/apply/away.html", {"kept": KeptForm.of(request)}, status=403)
