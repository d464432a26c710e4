"""Acts of the desk on what is published and on the site's own pages: each checks, changes and leaves its line."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from opcc_portal.audit import operations as audit
from opcc_portal.audit.operations import key
from opcc_portal.richtext.cleaning import clean, to_plain
from scrutiny.publication import dependents
from scrutiny.publication.derived import derive, forget
from scrutiny.publication.models import Acceptance, ActionsRegister, SitePage
from scrutiny.workflow import editions, kinds, saving
from scrutiny.workflow.models import Edition, Publication
from scrutiny.workflow.operations import NotPossible

# --- What is published -------------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw_publication(publication, *, reason, by):
    """Take a publication back: 410 with the reason at its addresses, nothing of it in lists and search, its desk record told.

    Withdrawing twice keeps the first reason. Raises NotPossible without a reason.
    """
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    if publication.is_withdrawn:
        return publication
    withdrawn = editions.withdraw(publication, reason=reason, by=by)
    forget(withdrawn)
    kind = kinds.named(publication.kind)
    kind.withdrawn(kind.load(key_of(publication)), by=by)
    _withdraw_what_holds(Edition.objects.filter(publication=publication), reason=reason, by=by)
    return withdrawn


@transaction.atomic
def withdraw_version(edition, *, reason, by):
    """Take one earlier version from the public, and with it the packs and registers that hold it. See editions."""
    made = editions.withdraw_version(edition, reason=reason, by=by)
    _withdraw_what_holds([edition], reason=reason, by=by)
    return made


def _withdraw_what_holds(gone, *, reason, by):
    """Packs and registers that were made from it go with it, for the same reason; see dependents.

    Where it is the newest version, the whole is withdrawn: published again it is made from what is public then.
    """
    for edition in dependents.holding(gone):
        publication = Publication.objects.get(pk=edition.publication_id)
        if publication.is_withdrawn:
            continue
        if publication.current_id == edition.pk:
            withdraw_publication(publication, reason=reason, by=by)
        else:
            editions.withdraw_version(edition, reason=reason, by=by)


def key_of(publication):
    """The primary key of the desk's record behind a publication."""
    return int(publication.subject.rpartition(":")[2])


def may_move(publication):
    """Whether its address has a part that people choose: reports/<this>, not meetings/<…>/minutes and not contact."""
    return publication.path.count("/") == 1


@transaction.atomic
def move_publication(publication, *, slug, by):
    """Give a publication another address; what is published below it moves along. All former ones lead there for good.

    Raises NotPossible where the address is taken, or is none that people choose.
    """
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    if not may_move(publication):
        raise NotPossible("This address follows from what it belongs to and cannot be chosen.")
    if not slug or slugify(slug) != slug:
        raise NotPossible("Use small letters, numbers and hyphens only.")
    former = publication.path
    path = f"{former.rpartition('/')[0]}/{slug}"
    if path == former:
        return publication
    below = list(Publication.objects.select_for_update().filter(path__startswith=f"{former}/"))
    for each in [publication, *below]:
        moved = editions.rename(each, path=path + each.path.removeprefix(former), by=by)
        if moved.current and not moved.is_withdrawn:
            derive(moved.current)
    return moved if not below else Publication.objects.get(pk=publication.pk)


@transaction.atomic
def explain(record, finding, *, reason, by):
    """Say why it is right to publish although the gate warns of this; `finding` is the candidate's data of it.

    Another reason for the same finding takes the place of the first. Raises NotPossible for what must be mended.
    """
    if finding["severity"] != kinds.WARNING:
        raise NotPossible("This must be mended. A reason is not enough.")
    said, is_new = Acceptance.objects.update_or_create(
        subject=key(record),
        fingerprint=finding["fingerprint"],
        defaults={"check_code": finding["code"], "reason": reason.strip(), "by": by, "at": timezone.now()},
    )
    words = "Explained" if is_new else "Explained anew"
    # More people read the trail than the check page: it does not repeat the words that the gate found.
    title = finding["title"].partition("“")[0].rstrip(" :")
    audit.write(f"{words} before publishing: {title}", subject=record, by=by, reason=said.reason)
    return said


# --- Pages of the site ---------------------------------------------------------------------------------------------------


def actions_register():
    """The one row behind the public register of actions."""
    return ActionsRegister.objects.get_or_create(slug="actions")[0]


@transaction.atomic
def add_page(*, title, slug, save_id, by, **facts):
    """A new page of the site, empty so far. The same save id again gives the same page."""
    page = SitePage(title=title, slug=slug, created_by=by, **facts)
    saved = saving.create(page, save_id=save_id, by=by)
    if not saved.replayed:
        audit.write(f"Added the page “{title}”", subject=saved.piece, by=by)
    return saved.piece


@transaction.atomic
def save_page(page, *, base_version, save_id, changes, facts, by, upload=None):
    """Save a page that the writer read as `base_version`: its text, and the facts beside it (class, review, file).

    Raises saving.Conflict, RichTextRefused.
    """
    if "body" in changes:
        changes = {**changes, "body": clean(changes["body"])}
    saved = saving.save(SitePage, page.uid, base_version=base_version, save_id=save_id, changes=changes, by=by)
    page = saved.piece
    facts = {**facts, **({"upload": upload} if upload else {})}
    different = [name for name, value in facts.items() if getattr(page, name) != value]
    for name in different:
        setattr(page, name, facts[name])
    if different:
        page.save(update_fields=different)
    if different or not saved.replayed:
        audit.write(f"Changed the page “{page.title}”", subject=page, by=by)
        audit.left_off(by, title=page.title, excerpt=to_plain(page.body), address=page.get_absolute_url())
    return saved


@transaction.atomic
def delete_page(page, *, by):
    """Delete a page that was never published. Its text stays in its history."""
    page = SitePage.objects.select_for_update().get(pk=page.pk)
    if Publication.objects.filter(subject=key(page)).exists():
        raise NotPossible("This page was published and stays on record. Withdraw it instead.")
    saved = saving.save(
        SitePage, page.uid, base_version=page.version, save_id=uuid.uuid4(), changes={"deleted": True}, by=by
    )
    # Its address is free for another page.
    saved.piece.slug = f"{page.slug[:60]}-deleted-{page.pk}"
    saved.piece.save(update_fields=["slug"])
    audit.write(f"Deleted the page “{page.title}”", subject=page, by=by)


# Pages that every office must have: their addresses, titles, and what they start with.
NEEDED = {
    "accessibility": "Accessibility statement",
    "contact": "Contact",
    "privacy": "Privacy notice",
}


@transaction.atomic
def add_needed_pages(texts, *, by, **facts):
    """Drafts of the pages that every office needs; those that are there already are left alone.

    `texts` maps the address to (summary, text).
    """
    made = []
    for slug, title in NEEDED.items():
        if SitePage.objects.filter(slug=slug).exists():
            continue
        summary, body = texts[slug]
        page = SitePage(title=title, slug=slug, summary=summary, body=clean(body), created_by=by, **facts)
        made.append(saving.create(page, save_id=uuid.uuid4(), by=by).piece)
    return made
