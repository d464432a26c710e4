"""Pages of the pieces that a release is written in: texts, headings, quotations, pictures."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from scrutiny.news import operations, pictures
from scrutiny.news.forms import PictureForm, PieceForm, QuotationForm
from scrutiny.news.models import NewsPiece, NewsRelease
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

PAGE = "scrutiny/news/piece_form.html"
Kind = NewsPiece.Kind


@allow("news.edit", of=NewsRelease)
def piece_add(request, release, what):
    """Add a text, a heading or a quotation at the end."""
    if what not in (Kind.TEXT, Kind.HEADING, Kind.QUOTATION):
        raise Http404
    if not release.is_open:
        return _closed(request, release)
    form = _form_of(what, request.POST or None, release)
    if form.is_valid():
        try:
            made = operations.add_piece(release, form.words, by=request.user)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            return _back(release, made)
    return _page(request, form, release, what)


@allow("news.edit", of=NewsPiece)
def piece_edit(request, piece):
    """Change a piece."""
    release = piece.release
    if not release.is_open:
        return _closed(request, release)
    if piece.kind == Kind.IMAGE:
        return _edit_picture(request, piece)
    form = _form_of(piece.kind, request.POST or None, release, initial=PieceForm.initial_for(piece))
    act = operations.change_piece
    return _carried_out(request, form, piece, lambda seen: act(piece, form.words, seen=seen, by=request.user))


def _edit_picture(request, piece):
    image = piece.image
    form = PictureForm(request.POST or None, initial=PictureForm.initial_for(image))
    act = operations.change_picture
    return _carried_out(request, form, piece, lambda seen: act(image, form.words, seen=seen, by=request.user))


def _carried_out(request, form, piece, act):
    """Save what a valid form says, or show it with what stands against it."""
    newer, closed = None, False
    if form.is_valid():
        try:
            act(form.cleaned_data["seen"])
        except ChangedMeanwhile as meanwhile:
            newer = form.build_on(meanwhile.now)
        except NotPossible as reason:
            form.add_error(None, str(reason))
            closed = True
        else:
            messages.success(request, "Saved.")
            return _back(piece.release, piece)
    return _page(request, form, piece.release, piece.kind, piece=piece, newer=newer, closed=closed)


def _form_of(kind, data, release, **initial):
    if kind == Kind.QUOTATION:
        return QuotationForm(data, kind=kind, on=release.date, **initial)
    return PieceForm(data, kind=kind, **initial)


@allow("news.edit", of=NewsRelease)
def picture_add(request, release):
    """Add a picture with its description at the end."""
    if not release.is_open:
        return _closed(request, release)
    form = PictureForm(request.POST or None, request.FILES or None, is_new=True)
    if form.is_valid() and form.take_in(request.user):
        try:
            made = operations.add_picture(release, form.taken, form.words, by=request.user)
        except NotPossible as reason:
            pictures.throw_away(form.taken)
            form.add_error(None, str(reason))
        else:
            return _back(release, made)
    return _page(request, form, release, Kind.IMAGE)


@allow("news.edit", of=NewsPiece)
@require_POST
def piece_move(request, piece):
    """Put a piece one place up or down."""
    try:
        operations.move_piece(piece, request.POST.get("move"), by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
    return _back(piece.release, piece)


@allow("news.edit", of=NewsPiece)
@require_POST
def piece_delete(request, piece):
    """Take a piece out."""
    try:
        operations.delete_piece(piece, by=request.user)
        messages.success(request, f"The {piece.get_kind_display().lower()} is taken out.")
    except NotPossible as reason:
        messages.error(request, str(reason))
    return redirect(piece.release)


def _closed(request, release):
    messages.info(request, release.why_closed)
    return redirect(release)


def _back(release, piece):
    return redirect(f"{release.get_absolute_url()}#piece-{piece.pk}")


def _page(request, form, release, kind, *, piece=None, newer=None, closed=False):
    status = 409 if newer is not None or closed else 422 if form.is_bound and form.errors else 200
    context = {
        "form": form,
        "release": release,
        "what": Kind(kind).label.lower(),
        "piece": piece,
        "newer": newer,
        "closed": closed,
    }
    return render(request, PAGE, context, status=status)
