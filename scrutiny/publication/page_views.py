"""The site's own pages on the desk: the list, a page to read and to write, its history."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from opcc_portal.accounts.permissions import allow
from opcc_portal.files.operations import serve
from opcc_portal.richtext.cleaning import RichTextRefused, to_plain
from scrutiny.publication import desk, operations
from scrutiny.publication.desk_forms import NewPageForm, SitePageForm
from scrutiny.publication.models import SitePage
from scrutiny.workflow import differences
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import NotPossible
from scrutiny.workflow.saving import Conflict


def _standing_of(page):
    return next(iter(desk.pages(only_open=False, pk=page.pk)), None)


def _there(page):
    if page.deleted:
        raise Http404
    return page


@allow("publishing.view")
def site_pages(request):
    """Every page of the site, with how it stands to what is published."""
    standings = {standing.record.pk: standing for standing in desk.pages(only_open=False)}
    pages = [
        (page, standings.get(page.pk))
        for page in SitePage.objects.filter(deleted=False).select_related("scheme_class", "upload")
    ]
    missing = set(operations.NEEDED) - {page.slug for page, _ in pages}
    context = {
        "pages": pages,
        "missing": [title for slug, title in operations.NEEDED.items() if slug in missing],
        "may_edit": request.user.has_perm("publishing.publish"),
    }
    return render(request, "scrutiny/publication/pages.html", context)


@allow("publishing.publish")
def site_page_add(request):
    """Add a page; its text is written on the next one."""
    form = NewPageForm(request.POST or None)
    if form.is_valid():
        page = operations.add_page(by=request.user, **form.facts)
        return redirect("site-page-edit", page.pk)
    return render(request, "scrutiny/publication/page_add.html", {"form": form})


@allow("publishing.view", of=SitePage)
def site_page(request, page):
    """A page as it will read."""
    context = {
        "page": _there(page),
        "standing": _standing_of(page),
        "may_edit": request.user.has_perm("publishing.publish"),
    }
    return render(request, "scrutiny/publication/page.html", context)


@allow("publishing.publish", of=SitePage)
def site_page_edit(request, page):
    """Write a page."""
    _there(page)
    if request.method != "POST":
        form = SitePageForm(instance=page, initial=_earlier_text(request, page))
        return _writing(request, page, form)
    form = SitePageForm(request.POST, request.FILES, instance=page)
    if not form.is_valid() or not form.receive(request.user):
        return _writing(request, page, form, status=422)
    done = form.cleaned_data
    try:
        operations.save_page(
            page,
            base_version=done["base_version"],
            save_id=done["save_id"],
            changes=form.changes,
            facts=form.facts,
            upload=form.upload,
            by=request.user,
        )
    except Conflict as conflict:
        if form.upload:
            form.upload.delete()
        return _both_texts(request, conflict)
    messages.success(request, "Saved. The public sees it once it is published.")
    return redirect("site-page", page.pk)


def _writing(request, page, form, status=200):
    context = {"form": form, "page": page}
    return render(request, "scrutiny/publication/page_edit.html", context, status=status)


def _earlier_text(request, page):
    """With ?version=3 the form opens with what version 3 said, to be saved as a new version."""
    version = whole_number(request.GET.get("version"))
    revision = page.revisions.filter(version=version).first() if version else None
    return {name: revision.content[name] for name in SitePageForm.TEXT} if revision else {}


def _words_of(content):
    """A page's versioned content as plain lines."""
    try:
        body = to_plain(content["body"])
    except RichTextRefused:
        body = content["body"]
    return "\n".join(line for line in (content["title"], content["summary"], body) if line)


def _both_texts(request, conflict):
    """409: both texts side by side, with the words that differ marked; a person decides."""
    theirs = conflict.theirs
    mine = theirs.content() | conflict.mine
    left, right = differences.sides(differences.compare(_words_of(theirs.content()), _words_of(mine)))
    data = request.POST.copy()
    data["base_version"], data["save_id"] = str(theirs.version), str(uuid.uuid4())
    context = {"theirs": theirs, "left": left, "right": right, "form": SitePageForm(data, instance=theirs)}
    return render(request, "scrutiny/publication/page_conflict.html", context, status=409)


@allow("publishing.view", of=SitePage)
def site_page_history(request, page):
    """Every saved version of a page, each compared with the one before it."""
    revisions = list(page.revisions)
    texts = [*(_words_of(revision.content) for revision in revisions), ""]
    versions = [
        (revision, differences.compare(before, after))
        for revision, after, before in zip(revisions, texts, texts[1:], strict=False)
    ]
    context = {"page": page, "versions": versions, "may_edit": request.user.has_perm("publishing.publish")}
    return render(request, "scrutiny/publication/page_history.html", context)


@allow("publishing.publish", of=SitePage)
def site_page_delete(request, page):
    """Delete a page that was never published, after asking."""
    _there(page)
    if request.method == "POST":
        try:
            operations.delete_page(page, by=request.user)
        except NotPossible as reason:
            messages.error(request, str(reason))
            return redirect(page)
        messages.success(request, f"“{page}” is deleted. Its text is kept.")
        return redirect("site-pages")
    return render(request, "scrutiny/publication/page_delete.html", {"page": page})


@allow("publishing.view", of=SitePage)
def site_page_file(request, page):
    """The document that the page introduces."""
    if not page.upload:
        raise Http404
    return serve(page.upload)
