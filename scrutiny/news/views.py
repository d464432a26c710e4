"""Pages of the news room: the list, one release, writing it, approving it, taking the approval back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, When
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.files.operations import serve
from opcc_portal.office.dates import today
from scrutiny.news import embargoes, operations, publishing
from scrutiny.news.forms import LinksForm, NewsFilter, ReleaseForm, grants_of
from scrutiny.news.models import NewsRelease
from scrutiny.workflow import kinds, papers
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.models import State
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible
from scrutiny.workflow.published import cover, logo_of

ROOM = "scrutiny/news"
A_PAGE = 30


@allow("news.view")
def news(request):
    """Every release: those in trouble first, those that wait by their minute, drafts, then what is out."""
    filters = NewsFilter(request.GET)
    waits = Q(state=State.SIGNED, embargo_until__isnull=False)
    order = Case(
        When(waits & ~Q(trouble=""), then=0), When(waits, then=1), When(state=State.SIGNED, then=2),
        When(approved_at=None, then=3), default=4, output_field=IntegerField(),
    )  # fmt: skip
    minute = Case(When(waits, then="embargo_until"))
    found = filters.narrow(NewsRelease.objects.all()).annotate(order=order, minute=minute)
    page = Paginator(found.order_by("order", "minute", "-date", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    rows = [(each, embargoes.away(each.embargo_until) if each.is_waiting else "") for each in page]
    context = {
        "filters": filters,
        "page": page,
        "rows": rows,
        "trouble": NewsRelease.objects.in_trouble().count(),
        "waiting": NewsRelease.objects.waiting().count(),
        "may_edit": request.user.has_perm("news.edit"),
    }
    return render(request, f"{ROOM}/news.html", context)


@allow("news.view", of=NewsRelease)
def release(request, release):
    """One release as the public will read it, piece by piece, with what can be done next."""
    user, kind = request.user, kinds.named("news")
    release = publishing.loaded(release)
    content = kind.content(release)
    read = publishing.as_read(content)
    pieces = list(zip(release.pieces.all(), read["pieces"], strict=True))
    context = {
        "release": release,
        "read": read,
        "pieces": pieces,
        "lacks": operations.lacks(release),
        "away": embargoes.away(release.embargo_until) if release.is_waiting else "",
        "too_late": _has_passed(release),
        "links": _links(release),
        "lines": lines_about(release),
        "may_edit": release.is_open and user.has_perm("news.edit"),
        "edits": user.has_perm("news.edit"),
        "refusal": operations.why_not_approved_by(release, user),
        "approves": user.has_perm("news.approve"),
        "stands_as": release.stands_as,
    }
    return render(request, f"{ROOM}/release.html", context)


def _has_passed(release):
    """Whether a draft has an embargo that would hold nothing back any more."""
    if release.embargo_until is None or release.is_approved or release.has_been_public:
        return ""
    return embargoes.problem(release.embargo_until)


def _links(release):
    """[(what, record, what it is called)] of everything it speaks of."""
    return [*release.spoken_of, *(("Grants", each, name) for each, name in grants_of(release.grants))]


@allow("news.view", of=NewsRelease)
def release_file(request, release, picture):
    """A picture in one width, for the page of the desk."""
    upload = publishing.file_named(kinds.named("news").load(release.pk), picture)
    if upload is None:
        raise Http404
    return serve(upload)


@allow("news.view", of=NewsRelease)
def release_pdf(request, release):
    """The release as a paper for the press; before its minute it says in large letters until when it is held back."""
    kind = kinds.named("news")
    content = kind.content(kind.load(release.pk))
    imprint = kinds.Imprint("draft", today(), "", "", "")
    logo = logo_of(content)
    context = cover(content, imprint, kind="News release", logo=logo) | publishing.on_paper(content)
    context |= {"imprint": None, "version": "", "status": _status(release), "held_back": _held_back(release)}
    html = render(request, f"{ROOM}/release_pdf.html", context).content.decode()
    name = f"{release.date}-{release.slug}.pdf"
    return papers.respond(
        request, html=html, logo=logo, pictures=kind.pictures(content), file_name=name, title=release.headline
    )


def _status(release):
    if not release.is_approved:
        return "Draft, not approved"
    return f"Approved by {release.approved_by}"


def _held_back(release):
    if release.is_embargoed and not release.has_been_public:
        return f"Embargoed: not for publication before {release.embargo_in_words}"
    return "" if release.is_approved else "Draft: not for publication"


# --- writing -------------------------------------------------------------------------------------------------------------


@allow("news.edit")
def release_add(request):
    """Begin a release."""
    initial = {"date": today(), "embargo_zone": NewsRelease.Zone.LONDON}
    form = ReleaseForm(request.POST or None, initial=initial)
    if form.is_valid():
        made = operations.add(form.words, by=request.user)
        messages.success(request, "The release is begun. Write its text in pieces below.")
        return redirect(made)
    return _form_page(request, form, None)


@allow("news.edit", of=NewsRelease)
def release_edit(request, release):
    """Change headline, day, embargo, first paragraph, notes and contact."""
    if not release.is_open:
        messages.info(request, release.why_closed)
        return redirect(release)
    form = ReleaseForm(request.POST or None, release=release, initial=ReleaseForm.initial_for(release))
    if not form.is_valid():
        return _form_page(request, form, release)
    try:
        operations.change(release, form.words, seen=form.cleaned_data["seen"], by=request.user)
    except ChangedMeanwhile as meanwhile:
        return _form_page(request, form, release, newer=form.build_on(meanwhile.now))
    except NotPossible as reason:
        form.add_error(None, str(reason))
        return _form_page(request, form, release, closed=True)
    messages.success(request, "Saved.")
    return redirect(release)


def _form_page(request, form, release, *, newer=None, closed=False):
    status = 409 if newer is not None or closed else 422 if form.is_bound and form.errors else 200
    context = {"form": form, "release": release, "newer": newer, "closed": closed}
    return render(request, f"{ROOM}/release_form.html", context, status=status)


@allow("news.edit", of=NewsRelease)
def release_links(request, release):
    """Say what the release speaks of."""
    if not release.is_open:
        messages.info(request, release.why_closed)
        return redirect(release)
    form = LinksForm(request.POST or None, release=release, initial=LinksForm.initial_for(release))
    if form.is_valid():
        try:
            operations.link(release, form.cleaned_data, by=request.user)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Saved.")
            return redirect(release)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"{ROOM}/links_form.html", {"form": form, "release": release}, status=status)


@allow("news.edit", of=NewsRelease)
def release_delete(request, release):
    """Delete a draft, after asking."""
    if request.method == "POST":
        try:
            operations.delete(release, by=request.user)
        except NotPossible as reason:
            messages.error(request, str(reason))
            return redirect(release)
        messages.success(request, "The draft is deleted.")
        return redirect("news")
    return render(request, f"{ROOM}/release_delete.html", {"release": release})


# --- approval ------------------------------------------------------------------------------------------------------------


@allow("news.approve", of=NewsRelease)
def release_approve(request, release):
    """Approve a release, after showing when it goes out; then on to the checks of what would be published."""
    refusal = operations.why_not_approved_by(release, request.user)
    if request.method != "POST" or release.is_approved or refusal:
        if release.is_approved or refusal:
            messages.info(request, refusal or "It is approved already.")
            return redirect(release)
        return _approve_page(request, release)
    try:
        seen = whole_number(request.POST.get("seen"))
        approved = operations.approve(release, seen=seen, by=request.user)
    except ChangedMeanwhile as meanwhile:
        messages.error(request, "Somebody changed this release since you read it. Read it as it is now, then approve.")
        return _approve_page(request, meanwhile.now, status=409)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return _approve_page(request, release, status=409)
    words = f"It goes out at {approved.embargo_in_words}." if approved.is_waiting else "It can be published now."
    messages.success(request, f"Approved. {words}")
    return redirect("publish", "news", approved.pk) if request.user.has_perm("publishing.view") else redirect(approved)


def _approve_page(request, release, status=200):
    kind = kinds.named("news")
    release = kind.load(release.pk)
    context = {
        "release": release,
        "read": publishing.as_read(kind.content(release), files="../files/"),
        "lacks": operations.lacks(release),
        "away": embargoes.away(release.embargo_until) if release.embargo_until else "",
        "wrong": _has_passed(release),
    }
    return render(request, f"{ROOM}/approve.html", context, status=status)


@allow("news.edit", of=NewsRelease)
@require_POST
def release_reopen(request, release):
    """Take the approval back; it does not go out then."""
    return _act(request, release, operations.reopen, "The approval is taken back. The release can be changed.")


@allow("news.edit", of=NewsRelease)
@require_POST
def release_correct(request, release):
    """Open a release that is out for a correction."""
    words = "The release can be corrected. What is out stays as it is until the corrected version is published."
    return _act(request, release, operations.correct, words)


def _act(request, release, act, words):
    try:
        act(release, by=request.user)
        messages.success(request, words)
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect(release)
