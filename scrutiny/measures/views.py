"""Pages of the national measures: the statements by quarter, one statement with its signature, the sets of measures."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.measures import operations
from scrutiny.measures.forms import BeginForm, SetForm, StatementForm, measure_rows, rows_of
from scrutiny.measures.models import MeasureSet, MeasuresStatement
from scrutiny.measures.quarters import Quarter
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

ROOM = "scrutiny/measures"
AT_LEAST = 4  # quarters that the list goes back, whether there are statements or not


@dataclass(frozen=True)
class Row:
    """A quarter of the list, with its statement where there is one."""

    quarter: Quarter
    statement: MeasuresStatement | None

    @property
    def is_missing(self):
        """The quarter is over and nobody has begun its statement."""
        return self.statement is None and self.quarter.is_over()

    @property
    def answered(self):
        """Of how many measures it says something."""
        return len(self.statement.measure_set.measures.all()) - len(self.statement.unanswered)


# --- statements ------------------------------------------------------------------------------------------------------------


@allow("measures.view")
def measures(request):
    """The statements by quarter, quarters without one among them; and the sets that they are written under."""
    sets = list(MeasureSet.objects.prefetch_related("measures"))
    context = {
        "rows": _rows(sets),
        "sets": sets,
        "may_edit": request.user.has_perm("measures.edit"),
    }
    return render(request, f"{ROOM}/measures.html", context)


def _rows(sets):
    held = {Quarter.of(each.quarter_start): each for each in MeasuresStatement.objects.for_pages()}
    quarter, rows = Quarter.of(today()), []
    back = quarter
    for _ in range(AT_LEAST):
        back = back.before()
    began = min((Quarter.of(each.starts) for each in sets), default=None)
    first = min([*held, max(back, began)]) if began else min(held, default=quarter)
    while quarter >= first:
        if quarter in held or began:
            rows.append(Row(quarter, held.get(quarter)))
        quarter = quarter.before()
    return rows


@allow("measures.edit")
def statement_add(request):
    """Begin the statement of a quarter."""
    form = BeginForm(request.POST or None, initial={"quarter": request.GET.get("quarter", "")})
    if form.is_valid():
        done = form.cleaned_data
        try:
            made = operations.begin(done["quarter"], done["measure_set"], by=request.user)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            return redirect("measures-statement-edit", made.pk)
    context = {"form": form, "has_sets": MeasureSet.objects.exists()}
    return render(request, f"{ROOM}/begin.html", context, status=422 if form.errors else 200)


@allow("measures.view", of=MeasuresStatement)
def statement(request, statement):
    """One statement: what it says of each measure, who signed it, what became of it."""
    user = request.user
    why_not = statement.why_not_to_sign() if not statement.is_signed else ""
    context = {
        "statement": statement,
        "lines": _lines(statement),
        "why_not": why_not,
        "history": lines_about(statement),
        "may_edit": user.has_perm("measures.edit", statement),
        "may_sign": not statement.is_signed and not why_not and user.has_perm("measures.sign", statement),
    }
    return render(request, f"{ROOM}/statement.html", context)


def _lines(statement):
    """[{number, measure, line}] of every measure of its set, in their order. Three queries."""
    said = {line.measure_id: line for line in statement.lines.prefetch_related("indicators")}
    return [
        {"number": number, "measure": measure, "line": said.get(measure.pk)}
        for number, measure in enumerate(statement.measure_set.measures.all(), 1)
    ]


@allow("measures.edit", of=MeasuresStatement)
def statement_edit(request, statement):
    """Write what the statement says, until it is signed."""
    if statement.is_signed:
        messages.info(request, operations.SIGNED_MEANWHILE)
        return redirect(statement)
    form = StatementForm(request.POST or None, statement=statement, initial=StatementForm.initial_for(statement))
    if not form.is_valid():
        return _edit_page(request, form, status=422 if form.errors else 200)
    done = form.cleaned_data
    try:
        operations.change(statement, done["introduction"], form.answers, seen=done["seen"], by=request.user)
    except ChangedMeanwhile as meanwhile:
        return _edit_page(request, form, newer=form.build_on(meanwhile.now), status=409)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return _edit_page(request, form, closed=True, status=409)
    messages.success(request, "The statement is saved.")
    return redirect(statement)


def _edit_page(request, form, *, newer=None, closed=False, status):
    context = {"form": form, "statement": form.statement, "newer": newer, "closed": closed}
    return render(request, f"{ROOM}/statement_form.html", context, status=status)


@allow("measures.sign", of=MeasuresStatement)
def statement_sign(request, statement):
    """Sign a statement, after showing what is signed."""
    if statement.is_signed:
        messages.info(request, f"This statement is signed already, by {statement.signed_by}.")
        return redirect(statement)
    if request.method != "POST":
        return _sign_page(request, statement)
    try:
        operations.sign(statement, seen=whole_number(request.POST.get("seen")), by=request.user)
    except ChangedMeanwhile as meanwhile:
        messages.error(request, "Somebody changed this statement since you opened it. Read it as it is now, then sign.")
        return _sign_page(request, meanwhile.now, status=409)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect(statement)
    messages.success(request, "The statement is signed. A governance officer can publish it.")
    return redirect(statement)


def _sign_page(request, statement, status=200):
    context = {
        "statement": statement,
        "lines": _lines(statement),
        "why_not": statement.why_not_to_sign(),
        "today": today(),
    }
    return render(request, f"{ROOM}/sign.html", context, status=status)


@allow("measures.edit", of=MeasuresStatement)
@require_POST
def statement_reopen(request, statement):
    """Take the signature off."""
    held = operations.reopen(statement, by=request.user)
    messages.success(request, "The signature is off. Change the statement; then it is signed anew.")
    return redirect(held)


@allow("measures.edit", of=MeasuresStatement)
def statement_delete(request, statement):
    """Delete a statement that nobody has signed, after asking."""
    if statement.is_signed or statement.has_been_public:
        messages.info(request, "What was signed or published stays. Open it again to change it.")
        return redirect(statement)
    if request.method != "POST":
        return render(request, f"{ROOM}/delete.html", {"statement": statement, "lines": _lines(statement)})
    try:
        operations.delete(statement, by=request.user)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect(statement)
    messages.success(request, f"The statement on {statement.quarter_in_words} is deleted.")
    return redirect("measures")


# --- sets ----------------------------------------------------------------------------------------------------------------


@allow("measures.view", of=MeasureSet)
def measure_set(request, measure_set):
    """One set: its measures, when it was in force, the statements under it."""
    context = {
        "measure_set": measure_set,
        "measures": measure_set.measures.all(),
        "statements": measure_set.statements.all(),
        "history": lines_about(measure_set),
        "may_edit": request.user.has_perm("measures.edit", measure_set),
    }
    return render(request, f"{ROOM}/set.html", context)


@allow("measures.edit")
def measure_set_add(request):
    """Write down a set; a new version of an earlier one begins with its measures."""
    earlier = MeasureSet.objects.filter(pk=whole_number(request.GET.get("like"))).first()
    form = SetForm(request.POST or None)
    rows = measure_rows(request.POST or None, initial=rows_of(earlier, copied=True) if earlier else ())
    if _are_valid(form, rows):
        try:
            made = operations.add_set(form.words, rows.rows, by=request.user)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "The set is written down.")
            return redirect(made)
    return _set_page(request, form, rows, None)


@allow("measures.edit", of=MeasureSet)
def measure_set_edit(request, measure_set):
    """Change a set; once a signed statement rests on it only its last day."""
    form = SetForm(request.POST or None, held=measure_set, initial=SetForm.initial_for(measure_set))
    rows = None if measure_set.is_in_use else measure_rows(request.POST or None, initial=rows_of(measure_set))
    if _are_valid(form, rows):
        try:
            seen, typed = form.cleaned_data["seen"], rows.rows if rows is not None else ()
            operations.change_set(measure_set, form.words, typed, seen=seen, by=request.user)
        except ChangedMeanwhile as meanwhile:
            form.data = form.data.copy()
            form.data["seen"] = meanwhile.now.version
            form.add_error(
                None,
                "Somebody else changed this set since you opened it. Look at it in another window, then save "
                "what is right.",
            )
            return _set_page(request, form, rows, measure_set, status=409)
        except NotPossible as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "The set is saved.")
            return redirect(measure_set)
    return _set_page(request, form, rows, measure_set)


def _are_valid(form, rows):
    """Every part is looked at, so that every error is shown at once."""
    return all([form.is_valid(), rows is None or rows.is_valid()])


def _set_page(request, form, rows, held, status=None):
    status = status or (
        422 if form.is_bound and (form.errors or (rows is not None and rows.total_error_count())) else 200
    )
    context = {"form": form, "rows": rows, "measure_set": held}
    return render(request, f"{ROOM}/set_form.html", context, status=status)
