"""The public application form: choose a round, get a link by mail, fill in page by page, check, send."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from funding.applications.public import drafts, links
from funding.applications.public.forms import (
    LARGEST_FILE,
    PAGES,
    AddressForm,
    DeclarationForm,
    DocumentForm,
    StartForm,
)
from funding.applications.public.mail import send_link, send_receipt
from funding.applications.public.opening import (
    MOST_WORDS,
    ask_for_link,
    close_here,
    open_here,
    public_form,
    with_application,
)
from funding.applications.public.steps import Steps
from funding.rounds.models import Round
from opcc_portal.accounts.throttling import too_often
from opcc_portal.files.operations import Refused
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

ROOM = "funding/apply"
MOST_MAILS = 20  # a minute from one place
MOST_FILES = 10  # a minute for one application
DECLARATION = "What this application says is true and complete."


# --- before anything is open ---------------------------------------------------------------------------------------------


@public_form()
def rounds(request):
    """The rounds that take applications."""
    found = Round.objects.open_to_the_public().select_related("fund").order_by("closes", "fund__name")
    return render(request, f"{ROOM}/rounds.html", {"rounds": found})


@public_form()
def start(request, fund, slug):
    """What the round is about, and where to mail the link. The answer is the same whoever asks."""
    published = Round.objects.filter(public_form=True).select_related("fund").prefetch_related("eligibility")
    round_ = get_object_or_404(published, fund__slug=fund, slug=slug)
    form = StartForm(request.POST or None)
    if request.method == "POST" and round_.is_open and form.is_valid():
        if too_often("apply-mail", request.META.get("REMOTE_ADDR", ""), MOST_MAILS):
            return render(request, f"{ROOM}/too_often.html", status=429)
        _mail(request, links.ask(round_, form.cleaned_data["email"]))
        return redirect("apply-mailed")
    return render(request, f"{ROOM}/start.html", {"round": round_, "form": form})


@public_form()
def mailed(request):
    """Look into your mail."""
    return render(request, f"{ROOM}/mailed.html")


@public_form()
def saved(request, token):
    """Behind the link of a mail: it opens for the address that it was sent to."""
    form = AddressForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, f"{ROOM}/saved.html", {"form": form})
    answer, link = links.open_with(token, form.cleaned_data["email"])
    if answer == links.Answer.OPENS:
        open_here(request, link.application)
        return redirect(_first_to_do(link.application))
    if answer == links.Answer.TOO_OLD:
        _mail(request, links.renew(link.application, link.email))
        return render(request, f"{ROOM}/mailed.html", {"too_old": True})
    if answer == links.Answer.SPENT:
        return render(request, f"{ROOM}/spent.html", {"rounds": Round.objects.open_to_the_public()}, status=410)
    left = links.MOST_TRIES - link.tries
    form.add_error("email", f"The link was not sent to this address. You can try {left} more time{'s' * (left > 1)}.")
    return render(request, f"{ROOM}/saved.html", {"form": form})


def _mail(request, link):
    if link:
        send_link.enqueue(link.pk, request.build_absolute_uri("/"))


def _first_to_do(application):
    if not application.is_draft:
        return reverse("apply-sent")
    steps = Steps(application, "")
    return next((step.url for step in steps.all if not step.done), reverse("apply-check"))


@public_form()
def away(request):
    """No application is open in this browser."""
    return render(request, f"{ROOM}/away.html")


# --- the pages of the form -----------------------------------------------------------------------------------------------


def _shown(request, application, slug, template, *, status=200, **context):
    steps = Steps(application, slug)
    context |= {"application": application, "round": application.round, "steps": steps}
    context["heading"] = steps.all[steps.number - 1].heading
    return render(request, f"{ROOM}/{template}.html", context, status=status)


def _later(request, application):
    """Saved: the page is closed here, and a link is mailed."""
    if email := links.address_of(application):
        _mail(request, links.renew(application, email))
    close_here(request)
    return redirect("apply-kept")


@public_form()
@with_application
def page(request, application, slug):
    """One page: every press saves what it says, with its gaps; what is wrong is said, and nothing of it is lost."""
    form_class = next((form for form in PAGES if form.slug == slug), None)
    if form_class is None:
        raise Http404("there is no such page of the form")
    is_posted = request.method == "POST"
    if not application.is_draft or not (is_posted or application.round.is_open):
        return redirect("apply-check")
    form = form_class(request.POST if is_posted else None, application=application)
    conflict = None
    if is_posted:
        try:
            application = drafts.save_page(application, form, seen=request.POST.get("seen", ""))
            if answer := _after_saving(request, application, form):
                return answer
        except NotPossible:
            return redirect("apply-sent")
        except ChangedMeanwhile as changed:
            application = changed.now
            conflict = form_class(application=application).in_words()
    seen = drafts.mark(application, list(form.fields))
    return _shown(request, application, slug, "page", form=form, seen=seen, conflict=conflict)


def _after_saving(request, application, form):
    request.session.modified = True  # the time until the page is closed starts anew
    if request.POST.get("go") == "later":
        return _later(request, application)
    if not application.round.is_open:
        return redirect("apply-check")
    return None if form.errors else redirect(Steps(application, form.slug).after)


@public_form(limit=LARGEST_FILE + MOST_WORDS)
@with_application
def documents(request, application):
    """The files that go with it: one at a time."""
    if not application.is_draft or not application.round.is_open:
        return redirect("apply-check")
    go = request.POST.get("go", "")
    form = DocumentForm(request.POST, request.FILES) if request.FILES or go == "add" else DocumentForm()
    if request.method == "POST":
        try:
            if answer := _with_documents(request, application, form, go):
                return answer
        except (NotPossible, Refused) as refused:
            form.add_error("file" if form.is_bound else None, str(refused))
    held = application.documents.select_related("upload")
    return _shown(request, application, "documents", "documents", form=form, documents=held)


def _with_documents(request, application, form, go):
    if key := whole_number(request.POST.get("remove")):
        drafts.remove_document(application, key)
        return redirect("apply-documents")
    if form.is_bound:
        if not form.is_valid():
            return None
        if too_often("apply-file", application.pk, MOST_FILES):
            raise NotPossible("Many files at once. Wait a minute, then go on.")
        words = form.cleaned_data
        drafts.add_document(application, file=words["file"], kind=words["kind"], title="")
    if go == "later":
        return _later(request, application)
    return redirect("apply-check" if go == "on" else "apply-documents")


@public_form()
@with_application
def check(request, application):
    """Everything once more, what is still missing, the declaration, and the one button that sends."""
    if not application.is_draft:
        return redirect("apply-sent")
    if request.POST.get("go") == "later":
        return _later(request, application)
    is_posted = request.method == "POST"
    form = DeclarationForm(request.POST if is_posted else None, initial={"seen": application.version})
    if is_posted and form.is_valid() and (answer := _send(request, application, form)):
        return answer
    if is_posted:
        application.refresh_from_db()
    declaration = (application.round.declaration.strip() or DECLARATION).splitlines()
    held = application.documents.select_related("upload")
    return _shown(
        request,
        application,
        "check",
        "check",
        form=form,
        documents=held,
        declaration=declaration,
        seen=application.version,
    )


def _send(request, application, form):
    if not Steps(application, "check").is_complete:
        form.add_error(None, "Fill in what is still missing first.")
        return None
    try:
        sent_now = drafts.send(
            application, seen=form.cleaned_data["seen"], declared_by=form.cleaned_data["declared_by"]
        )
    except ChangedMeanwhile:
        form.add_error(None, "The application was changed in another window since you looked. Check it once more.")
        return None
    except NotPossible as refused:
        application.refresh_from_db()
        if not application.is_draft:
            return redirect("apply-sent")
        form.add_error(None, str(refused))
        return None
    send_receipt.enqueue(sent_now.pk)
    return redirect("apply-sent")


# --- afterwards ----------------------------------------------------------------------------------------------------------


@public_form()
def kept(request):
    """Saved, and how to come back."""
    return render(request, f"{ROOM}/kept.html")


@public_form()
@with_application
def sent(request, application):
    """The receipt."""
    if application.is_draft:
        return redirect("apply-check")
    if not application.reference:
        return ask_for_link(request)
    return render(request, f"{ROOM}/sent.html", {"application": application, "round": application.round})
