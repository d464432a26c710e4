"""Letters: the list and its CSV, one letter as it will be read, writing, sending, its PDF."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import ExtractYear
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.files.operations import serve
from opcc_portal.office.dates import today
from scrutiny.letters import operations, paper, signing
from scrutiny.letters.forms import LetterFilter, LetterForm, enclosures_of
from scrutiny.letters.models import Letter
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow import papers
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

ROOM = "scrutiny/letters"
A_PAGE = 30
HEADINGS = [
    "Number", "State", "Date", "My reference", "Your reference", "To", "Subject", "Signed by", "Office", "Copied to",
    "Enclosed", "Sent on", "Sent by", "Demonstration",
]  # fmt: skip


def _filtered(request):
    years = Letter.objects.order_by().annotate(its_year=ExtractYear("date")).values_list("its_year", flat=True)
    filters = LetterFilter(request.GET, year=[(year, str(year)) for year in sorted({*years}, reverse=True)])
    return filters, filters.narrow(Letter.objects.all())


@allow("letters.view")
def letters(request):
    """Every letter, the newest first."""
    filters, found = _filtered(request)
    context = {
        "filters": filters,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "drafts": Letter.objects.drafts().count(),
        "may_edit": request.user.has_perm("letters.edit"),
    }
    return render(request, f"{ROOM}/letters.html", context)


@allow("letters.view")
def letters_csv(request):
    """Exactly what the list shows, on one sheet."""
    _, found = _filtered(request)
    found = found.select_related("sent_by").prefetch_related("enclosures")
    rows = (
        (
            letter.number, "Sent" if letter.is_sent else "Draft", letter.date, letter.our_reference, letter.their_reference,
            ", ".join(letter.addressee_lines), letter.title, letter.sender_name, letter.sender_office,
            "; ".join(letter.copied_lines), "; ".join(each.title for each in letter.enclosures.all()), letter.sent_at,
            letter.sent_by, letter.demonstration_note,
        )
        for letter in found.iterator(500)
    )  # fmt: skip
    return csv_response(name="letters", headings=HEADINGS, rows=rows)


@allow("letters.view", of=Letter)
def letter(request, letter):
    """One letter as its reader will see it, with what still stands against sending it."""
    user, is_draft = request.user, not letter.is_sent
    sheet = paper.sheet_of(letter)
    lacking = operations.what_is_lacking(letter) if is_draft else []
    context = {
        "letter": letter,
        "sheet": sheet,
        "text": paper.body_on_screen(letter.body, letter.footnote_lines),
        "notes": letter.footnote_lines,
        "enclosures": letter.enclosures.select_related("upload"),
        # The inspections room, further up, keeps which response a letter goes with; this is its reverse side.
        "responses": letter.responses.select_related("inspection"),
        "lacking": lacking,
        "not_of_its_day": signing.disagreement(letter) if not is_draft or not operations.is_new(letter) else "",
        "may_edit": is_draft and user.has_perm("letters.edit", letter),
        "may_send": is_draft and user.has_perm("letters.send", letter),
        "lines": lines_about(letter),
    }
    return render(request, f"{ROOM}/letter.html", context)


@allow("letters.edit")
def letter_add(request):
    """Write a letter."""
    form = LetterForm(
        request.POST or None, request.FILES or None, initial={"date": today(), "sign_off": "Yours sincerely"}
    )
    rows = enclosures_of(None, request.POST or None, request.FILES or None)
    if form.is_valid() and rows.is_valid() and form.take_in(request.user) and rows.take_in(request.user):
        made = operations.add(form.words, rows.made(), by=request.user)
        messages.success(request, "The letter is kept as a draft. Read it, then send it.")
        return redirect(made)
    return _form_page(request, form, rows)


@allow("letters.edit", of=Letter)
def letter_edit(request, letter):
    """Change a letter until it is sent."""
    if letter.is_sent:
        messages.info(request, letter.why_closed)
        return redirect(letter)
    form = LetterForm(
        request.POST or None, request.FILES or None, letter=letter, initial=LetterForm.initial_for(letter)
    )
    rows = enclosures_of(letter, request.POST or None, request.FILES or None)
    if not (form.is_valid() and rows.is_valid() and form.take_in(request.user) and rows.take_in(request.user)):
        return _form_page(request, form, rows, letter)
    try:
        seen = form.cleaned_data["seen"]
        operations.change(letter, form.words, rows.made(), seen=seen, by=request.user)
    except ChangedMeanwhile as changed:
        return _form_page(request, form, rows, letter, newer=form.build_on(changed.now))
    except NotPossible as reason:
        messages.error(request, str(reason))
        return _form_page(request, form, rows, letter, closed=True)
    messages.success(request, "The letter is saved.")
    return redirect(letter)


def _form_page(request, form, rows, letter=None, newer=None, closed=False):
    wrong = form.is_bound and (form.errors or rows.total_error_count())
    status = 409 if newer is not None or closed else 422 if wrong else 200
    context = {"form": form, "rows": rows, "letter": letter, "newer": newer, "closed": closed}
    return render(request, f"{ROOM}/letter_form.html", context, status=status)


@allow("letters.send", of=Letter)
@require_POST
def letter_send(request, letter):
    """Give the letter its number and close it."""
    try:
        sent = operations.send(letter, seen=whole_number(request.POST.get("seen")), by=request.user)
    except ChangedMeanwhile:
        messages.error(request, "Somebody changed this letter since you opened it. Read it as it is now, then send it.")
    except NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(
            request, f"The letter is sent as {sent.number}. Print or e-mail its PDF: the portal posts nothing."
        )
    return redirect("letter", letter.pk)


@allow("letters.edit", of=Letter)
@require_POST
def letter_delete(request, letter):
    """Throw a draft away."""
    try:
        operations.delete(letter, seen=whole_number(request.POST.get("seen")), by=request.user)
    except ChangedMeanwhile:
        messages.error(request, "Somebody changed this letter since you opened it. Read it before you delete it.")
        return redirect("letter", letter.pk)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("letter", letter.pk)
    messages.success(request, "The draft is deleted. It had no number, so none is missing.")
    return redirect("letters")


@allow("letters.view", of=Letter)
def letter_pdf(request, letter):
    """The letter on paper."""
    made = paper.of_letter(letter)
    return papers.respond(
        request, html=made.html, logo=made.logo, pictures=made.pictures, file_name=made.file_name, title=made.title
    )


@allow("letters.view", of=Letter)
def letter_signature(request, letter):
    """The picture of the signature."""
    if letter.signature is None:
        raise Http404
    return serve(letter.signature)


@allow("letters.view", of=Letter)
def letter_enclosure(request, letter, enclosure):
    """A file that goes with the letter."""
    held = get_object_or_404(letter.enclosures.select_related("upload").exclude(upload=None), pk=enclosure)
    return serve(held.upload)
