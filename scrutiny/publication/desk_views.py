"""The desk side of publishing: what waits, the check page, the act itself, and what becomes of it later."""

import hashlib
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import key
from opcc_portal.jobs import operations as jobs
from scrutiny.publication import checking, desk, following, making, operations, previews
from scrutiny.publication.desk_forms import AddressForm, ExplainForm, PublishForm, WithdrawForm
from scrutiny.publication.models import Candidate
from scrutiny.workflow import kinds
from scrutiny.workflow.models import Edition, Publication
from scrutiny.workflow.operations import NotPossible

# How long a request waits for the worker before it shows the progress page instead.
PATIENCE = 8.0
A_PAGE = 25


@allow("publishing.view")
def publishing(request):
    """What needs attention, what is ready, what is out."""
    pressing, ready = desk.waiting()
    published = Edition.objects.select_related("publication").defer("content", "parts", "manifest", "files")
    page = Paginator(published.order_by("-number"), A_PAGE).get_page(request.GET.get("page"))
    labels = {name: kind.label for name, kind in kinds.all_kinds().items()}
    out = [(each, operations.key_of(each.publication), labels.get(each.kind, each.kind)) for each in page]
    context = {
        "pressing": pressing,
        "ready": ready,
        "page": page,
        "out": out,
    }
    return render(request, "scrutiny/publication/publishing.html", context)


def _loaded(kind, pk):
    """(kind, record) that an address names. Raises Http404."""
    try:
        found = kinds.named(kind)
        return found, found.load(pk)
    except (KeyError, ObjectDoesNotExist):
        raise Http404 from None


def _must_publish(request, kind):
    """Who publishes what depends on its kind. Raises PermissionDenied."""
    if not request.user.has_perm(kind.capability):
        raise PermissionDenied


def _address(kind, record, name="publish"):
    return reverse(name, args=[kind.name, record.pk])


# --- The check page ------------------------------------------------------------------------------------------------------


@allow("publishing.view")
def publish(request, kind, pk):
    """What would be published and what the gate found; the buttons that explain and publish."""
    kind, record = _loaded(kind, pk)
    if request.method == "POST":
        _must_publish(request, kind)
        if "again" in request.POST:
            checking.forget(making.bundle_of(kind, record))
            return redirect(_address(kind, record))
        return _explain(request, kind, record) if "explain" in request.POST else _publish(request, kind, record)
    return _check_page(request, kind, record)


def _check_page(request, kind, record, *, form=None, explaining=None, failure="", status=200):
    """The page for the bundle as it is now. Where it has not been checked yet that is done first, or is watched."""
    bundle = making.bundle_of(kind, record)
    if not bundle.fresh:
        return _settled(request, bundle)
    candidate = checking.candidate_of(bundle)
    if candidate is None:
        url = _address(kind, record)
        job = jobs.wait(checking.ask_for(bundle, url=url, by=request.user), seconds=PATIENCE)
        candidate = checking.candidate_of(bundle)
        if candidate is None:
            # Over and still nothing: the record was changed meanwhile, or the work failed and its page says why.
            return redirect(url if job.state == job.State.DONE else job)
    form = form or PublishForm(drafts=bundle.fresh, initial={"seen": bundle.input_hash})
    if form.is_bound:
        form.data = form.data | {"seen": bundle.input_hash}
    context = {
        "record": record,
        "kind": kind,
        "bundle": bundle,
        "check": checking.Check(bundle, candidate, explaining),
        "form": form,
        "failure": failure,
        "withdrawn": next((d.publication for d in bundle.fresh if d.publication.is_withdrawn), None),
        "meeting": checking.meeting_of(record),
        "too_early": making.too_early(kind, record),
    }
    return render(request, "scrutiny/publication/check.html", context, status=status)


def _settled(request, bundle):
    """Nothing would change: everything is published as it is, or nothing is ready."""
    context = {
        "record": bundle.record,
        "kind": bundle.kind,
        "published": [draft.publication.current for draft in bundle.drafts],
        "waiting": checking.waiting_of(bundle),
        "publication": next((d.publication for d in bundle.drafts if d.subject == bundle.subject), None),
        "holding": _holding(bundle.drafts),
        "behind": following.behind(checking.meeting_of(bundle.record), [draft.record for draft in bundle.drafts]),
        "meeting": checking.meeting_of(bundle.record),
        "desk_url": bundle.kind.desk_url(bundle.record),
    }
    return render(request, "scrutiny/publication/published.html", context)


def _holding(drafts):
    """Histories of what has earlier versions that the public can read, and that may hold what is restricted since."""
    found = []
    for draft in drafts:
        since = desk.restricted_since(draft.kind, draft.record)
        if since is None:
            continue
        earlier = Edition.objects.readable().filter(publication=draft.publication, published_at__lt=since)
        if earlier.exists():
            found.append((draft.kind.title(draft.content), _address(draft.kind, draft.record, "publish-history")))
    return found


def _explain(request, kind, record):
    candidate = Candidate.objects.filter(subject=key(record), input_hash=request.POST.get("seen", "")).first()
    wanted = request.POST["explain"]
    finding = next((each for each in candidate.findings if each["fingerprint"] == wanted), None) if candidate else None
    if finding is None:
        messages.error(request, "This has changed since you opened the page. Look at it as it is now.")
        return redirect(_address(kind, record))
    form = ExplainForm(request.POST, auto_id=checking.form_id(wanted))
    if not form.is_valid():
        return _check_page(request, kind, record, explaining=(wanted, form), status=422)
    try:
        operations.explain(record, finding, reason=form.cleaned_data["reason"], by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect(f"{_address(kind, record)}#finding-{wanted[:12]}")


def _publish(request, kind, record):
    bundle = making.bundle_of(kind, record)
    form = PublishForm(request.POST, drafts=bundle.fresh)
    if not bundle.fresh:
        return redirect(_address(kind, record))
    if not form.is_valid():
        return _check_page(request, kind, record, form=form, status=422)
    url = _address(kind, record)
    job = jobs.start(
        "publish",
        key=f"publish:{bundle.subject}:{_this_act(request.user, form)}",
        by=request.user,
        title=f"Publishing “{bundle.kind.title(bundle.fresh[0].content)}”",
        payload={
            "kind": kind.name,
            "pk": record.pk,
            "seen": form.cleaned_data["seen"],
            "change_notes": form.change_notes,
            "url": url,
            "back": url,
        },
        again=True,
    )
    job = jobs.wait(job, seconds=PATIENCE)
    if job.state == job.State.FAILED:
        return _check_page(request, kind, record, form=form, failure=job.message, status=409)
    return redirect(url if job.state == job.State.DONE else job)


def _this_act(user, form):
    """A job remembers who asked and with which words: other words, or another person, are another job.

    Both may run; what they publish is published once (see making.publish).
    """
    said = "\x1f".join((str(user.pk), form.cleaned_data["seen"], *form.change_notes.values()))
    return hashlib.sha256(said.encode()).hexdigest()


@allow("publishing.view")
def publish_preview(request, kind, pk, page):
    """A finished page as it would come out."""
    return _preview(request, kind, pk, previews.page_name(page))


@allow("publishing.view")
def publish_preview_pdf(request, kind, pk, document):
    """A finished PDF as it would come out."""
    return _preview(request, kind, pk, previews.paper_name(document))


def _preview(request, kind, pk, name):
    kind, record = _loaded(kind, pk)
    bundle = making.bundle_of(kind, record)
    file = previews.kept(bundle, name)
    if file is None:
        job = jobs.wait(previews.ask_for(bundle, url=request.path, by=request.user), seconds=PATIENCE)
        file = previews.kept(bundle, name)
        if file is None and job.state == job.State.DONE:
            raise Http404
        if file is None:
            return redirect(job)
    if name.endswith(".pdf"):
        response = FileResponse(file, content_type="application/pdf")
    else:
        with file:
            response = HttpResponse(kind.as_previewed(record, file.read().decode()))
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


# --- What was published --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Version:
    """One version as its history shows it."""

    edition: Edition
    is_current: bool
    withdrawal: object = None
    may_hold: bool = False

    @property
    def manifest(self):
        """What was checked, in words for people."""
        return checking.manifest_in_words(self.edition.manifest)


def _version(edition, publication, since):
    is_current = edition.pk == publication.current_id
    withdrawal = getattr(edition, "withdrawal", None)
    may_hold = since is not None and edition.published_at < since and withdrawal is None
    return _Version(edition, is_current, withdrawal, may_hold and not publication.is_withdrawn)


def _publication(record):
    found = Publication.objects.select_related("current", "withdrawn_by").filter(subject=key(record)).first()
    return found if found and found.current_id else None


@allow("publishing.view")
def publish_history(request, kind, pk):
    """Every version with its date, change note and what was checked."""
    kind, record = _loaded(kind, pk)
    publication = _publication(record)
    found = Edition.objects.filter(publication=publication).select_related("publication", "withdrawal__by")
    found = found.defer("content", "parts")
    since = desk.restricted_since(kind, record) if publication else None
    context = {
        "record": record,
        "kind": kind,
        "publication": publication,
        "versions": [_version(each, publication, since) for each in found] if publication else [],
        "meeting": checking.meeting_of(record),
        "may_move": publication and operations.may_move(publication),
    }
    return render(request, "scrutiny/publication/history.html", context)


@allow("publishing.view")
def publish_withdraw(request, kind, pk):
    """Take something back, with the reason that the public reads."""
    kind, record = _loaded(kind, pk)
    _must_publish(request, kind)
    publication = _publication(record)
    if publication is None or publication.is_withdrawn:
        return redirect(_address(kind, record, "publish-history"))
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        operations.withdraw_publication(publication, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"Withdrawn. {publication} now answers with your reason.")
        return redirect(_address(kind, record, "publish-history"))
    below = Publication.objects.filter(path__startswith=f"{publication.path}/", withdrawn_at=None).select_related(
        "current"
    )
    context = {"record": record, "kind": kind, "publication": publication, "form": form, "below": below}
    return render(request, "scrutiny/publication/withdraw.html", context)


@allow("publishing.view")
def publish_withdraw_version(request, kind, pk, edition):
    """Take an earlier version from the public, with the reason that it reads instead."""
    kind, record = _loaded(kind, pk)
    _must_publish(request, kind)
    back = redirect(_address(kind, record, "publish-history"))
    found = Edition.objects.filter(publication__subject=key(record), withdrawal=None).select_related("publication")
    version = found.defer("content", "parts", "manifest").filter(pk=edition).first()
    if version is None or version.publication.current_id == version.pk:
        return back
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            operations.withdraw_version(version, reason=form.cleaned_data["reason"], by=request.user)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Version {version.version} is withdrawn. Its addresses answer with your reason.")
        return back
    context = {"record": record, "kind": kind, "version": version, "form": form}
    return render(request, "scrutiny/publication/withdraw_version.html", context)


@allow("publishing.view")
def publish_address(request, kind, pk):
    """Give something published another address."""
    kind, record = _loaded(kind, pk)
    _must_publish(request, kind)
    publication = _publication(record)
    if publication is None or not operations.may_move(publication):
        return redirect(_address(kind, record, "publish-history"))
    form = AddressForm(request.POST or None, initial={"slug": publication.path.rpartition("/")[2]})
    if form.is_valid():
        try:
            moved = operations.move_publication(publication, slug=form.cleaned_data["slug"], by=request.user)
        except NotPossible as reason:
            form.add_error("slug", str(reason))
        else:
            messages.success(request, f"It is at {moved} now. The former address leads there.")
            return redirect(_address(kind, record, "publish-history"))
    context = {
        "record": record,
        "kind": kind,
        "publication": publication,
        "form": form,
        "above": f"/{publication.path.rpartition('/')[0]}/",
    }
    return render(request, "scrutiny/publication/address.html", context)
