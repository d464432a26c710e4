"""Signing in and out, one's own password, and keeping what was written when somebody is no longer signed in."""

from axes.utils import reset as reset_attempts
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from opcc_portal.accounts.forms import CannotSignInForm, NewPasswordForm, PasswordChangeForm, SignInForm
from opcc_portal.accounts.kept import KeptForm
from opcc_portal.accounts.models import User
from opcc_portal.accounts.permissions import allow, open_to_all
from opcc_portal.accounts.throttling import counted_name, opens_again

ROOM = "opcc_portal/accounts"


# --- signing in and out ----------------------------------------------------------------------------------------------


class SignIn(auth_views.LoginView):
    """The page with name and password. A portal without any account leads to its first office instead."""

    form_class = SignInForm
    template_name = f"{ROOM}/sign_in.html"
    redirect_authenticated_user = True

    def get(self, request, *args, **kwargs):
        """The empty form."""
        if not User.objects.exists():
            return redirect("first-office")
        return super().get(request, *args, **kwargs)


class SignOut(auth_views.LogoutView):
    """Ends the session. A link cannot do it, only a button."""

    def post(self, request, *args, **kwargs):
        """Sign out and say so."""
        response = super().post(request, *args, **kwargs)
        messages.success(request, "You are signed out.")
        return response


def ask_to_sign_in(request):
    """The answer to somebody who is not signed in, whatever they sent.

    A page is asked for: sign in first, then that page. A script gets 401 as JSON and keeps its text itself. A form comes
    back with all its text on a page where signing in goes on with it.
    """
    if from_script(request):
        answer = {
            "error": "signed_out",
            "message": "You are signed out. Sign in to save.",
            "sign_in": reverse("sign-in"),
        }
        return JsonResponse(answer, status=401)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return _signed_out(request, SignInForm(request), KeptForm.of(request))


def from_script(request):
    """Whether a script asks, which wants its answer as data and keeps its text itself."""
    types = request.headers.get("Accept", "") + request.content_type
    return "application/json" in types or request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _signed_out(request, form, kept, status=401):
    response = render(request, f"{ROOM}/signed_out.html", {"form": form, "kept": kept}, status=status)
    add_never_cache_headers(response)
    return response


@open_to_all
@sensitive_post_parameters("password", "kept")
@csrf_protect
@never_cache
def sign_in_and_go_on(request):
    """Sign in below a kept form; then one button sends that form where it was meant to go."""
    if request.method != "POST":
        return redirect("sign-in")
    kept = KeptForm.unpack(request.POST.get("kept", ""))
    form = SignInForm(request, data=request.POST)
    if not form.is_valid():
        return _signed_out(request, form, kept)
    login(request, form.get_user())
    return render(request, f"{ROOM}/go_on.html", {"kept": kept})


def locked_out(request, _response=None, credentials=None):
    """429 after too many wrong passwords: when to try again, and the kept text where there is one."""
    kept = KeptForm.unpack(request.POST["kept"]) if request.POST.get("kept") else None
    opens = opens_again(request, credentials)
    context = {"opens": opens, "kept": kept, "form": SignInForm(request) if kept else None}
    response = render(request, f"{ROOM}/locked_out.html", context, status=429)
    response["Retry-After"] = str(max(1, int((opens - timezone.now()).total_seconds())))
    add_never_cache_headers(response)
    return response


def form_refused(request, reason=""):
    """403 for a form without its proof of origin. Its text is shown for copying; sending it again by a button is what
    the check exists to prevent."""
    if from_script(request):
        message = "The page was open too long. Load it again."
        return JsonResponse({"error": "form_refused", "message": message}, status=403)
    kept = KeptForm.of(request)
    response = render(request, f"{ROOM}/form_refused.html", {"kept": kept}, status=403)
    add_never_cache_headers(response)
    return response


# --- passwords -------------------------------------------------------------------------------------------------------


class ChangePassword(auth_views.PasswordChangeView):
    """A new password for whoever is signed in; their other sessions end."""

    form_class = PasswordChangeForm
    template_name = f"{ROOM}/change_password.html"
    success_url = reverse_lazy("desk")

    def form_valid(self, form):
        """Keep it and say what follows."""
        response = super().form_valid(form)
        messages.success(self.request, "Your password is changed. Other devices are signed out.")
        return response


class CannotSignIn(auth_views.PasswordResetView):
    """Asks where to send a link."""

    form_class = CannotSignInForm
    template_name = f"{ROOM}/cannot_sign_in.html"


class LinkSent(auth_views.PasswordResetDoneView):
    """Says the same whether or not there is such an account."""

    template_name = f"{ROOM}/link_sent.html"


class ChoosePassword(auth_views.PasswordResetConfirmView):
    """Behind the link of a mail."""

    form_class = NewPasswordForm
    template_name = f"{ROOM}/choose_password.html"

    def form_valid(self, form):
        """Keep it, and open a door that wrong passwords had closed."""
        response = super().form_valid(form)
        reset_attempts(username=counted_name(self.request, {"username": self.user.username}))
        return response


class PasswordChosen(auth_views.PasswordResetCompleteView):
    """Now sign in."""

    template_name = f"{ROOM}/password_chosen.html"


sign_in = open_to_all(SignIn.as_view())
sign_out = open_to_all(SignOut.as_view())
change_password = allow("account.own")(ChangePassword.as_view())
cannot_sign_in = open_to_all(CannotSignIn.as_view())
link_sent = open_to_all(LinkSent.as_view())
choose_password = open_to_all(ChoosePassword.as_view())
password_chosen = open_to_all(PasswordChosen.as_view())
