"""Everything that happens to an application. Each act is one transaction with a line of its history and of the audit trail.

A number is given under the lock of the round: no gaps, no doubles.
"""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from funding.applications.matching import likely_organisations, name_key, same_again
from funding.applications.models import Application, ApplicationDocument, ApplicationEvent, EligibilityAnswer
from funding.rounds.models import Round
from funding.rounds.money import in_pounds
from opcc_portal.audit import operations as audit
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words
from scrutiny.people import operations as people
from scrutiny.people.identifiers import clean_number
from scrutiny.people.models import Identifier
from scrutiny.workflow.operations import ChangedMeanwhile, NotPossible

__all__ = [
    "Problem", "add_document", "change", "check_eligibility", "likely_organisations", "link", "list_applicant", "problems",
    "receive", "receive_many", "remove_document", "same_again", "set_status", "twin", "ways_on",
]  # fmt: skip

Status = Application.Status
Met = EligibilityAnswer.Outcome
# What an officer or an applicant says; the numbers of lists are kept as their lists write them.
WORDS = (
    "applicant_name", "applicant_kind", "charity_number", "company_number", "address", "postcode", "contact_name",
    "contact_email", "contact_phone", "title", "summary", "reasons", "amount", "total_cost", "area", "priority", "starts",
    "ends", "beneficiaries", "declared_by",
)  # fmt: skip
# Who applies and how to reach them: read with the capability applications.contact only.
CONTACT = ("address", "postcode", "contact_name", "contact_email", "contact_phone", "declared_by")
NUMBERS = {"charity_number": Identifier.List.CHARITY, "company_number": Identifier.List.COMPANY}
# Without these there is nothing that could be assessed, however it came.
ESSENTIAL = {
    "applicant_name": "who applies",
    "applicant_kind": "what kind of organisation applies",
    "title": "the name of the project",
    "summary": "what the money is for",
    "amount": "the amount asked for",
}
# What the public form asks for as well; on paper it may be missing and is asked for later.
ASKED = {
    "reasons": "how the project reduces crime and disorder",
    "contact_name": "whom the office can ask",
    "contact_email": "an e-mail address",
    "starts": "the first day of the project",
    "ends": "the last day of the project",
}
# From one status to another. The last three of the table come from the decision about the round.
WAYS = {
    Status.DRAFT: (Status.WITHDRAWN,),
    Status.SUBMITTED: (
        Status.ELIGIBLE, Status.INELIGIBLE, Status.WITHDRAWN, Status.SUCCESSFUL, Status.RESERVE, Status.UNSUCCESSFUL,
    ),
    Status.ELIGIBLE: (
        Status.SUBMITTED, Status.INELIGIBLE, Status.WITHDRAWN, Status.SUCCESSFUL, Status.RESERVE, Status.UNSUCCESSFUL,
    ),
    Status.INELIGIBLE: (Status.SUBMITTED, Status.ELIGIBLE, Status.WITHDRAWN, Status.UNSUCCESSFUL),
    Status.WITHDRAWN: (Status.SUBMITTED,),
    Status.RESERVE: (Status.SUCCESSFUL, Status.UNSUCCESSFUL, Status.WITHDRAWN),
    Status.UNSUCCESSFUL: (Status.RESERVE, Status.SUCCESSFUL),
    Status.SUCCESSFUL: (),
}  # fmt: skip
# A project years away is a slip of the pen.
FARTHEST = datetime.timedelta(days=366 * 10)
AT_A_TIME = 500  # records that are written with one statement
WANT_REASON = (Status.INELIGIBLE, Status.WITHDRAWN)


# --- what is wrong with it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """Something about an application that is missing, wrong or to be looked at, in words.

    `stops`: it cannot be received so. `field` is the field to change, where there is one.
    """

    text: str
    field: str = ""
    stops: bool = False

    def __str__(self):
        return self.text


def problems(application, *, asked_by_form=False, others=True, reader=None):
    """Everything to be said about the application, what stops it first.

    With `asked_by_form` what the public form asks for stops it too, and what only the office may know (other
    applications) is left out; it is left out as well without `others`. Applications that are closed to the `reader` are
    not spoken of.
    """
    found = [*_missing(application, asked_by_form), *_wrong(application), *_worth_a_look(application)]
    if others and not asked_by_form and application.applicant_name:
        found += _others(application, reader)
    return sorted(found, key=lambda problem: not problem.stops)


def _missing(application, asked_by_form):
    for names, stops in ((ESSENTIAL, True), (ASKED, asked_by_form)):
        for name, words in names.items():
            value = getattr(application, name)
            if value is None or not str(value).strip():
                yield Problem(f"Say {words}." if stops else f"It does not say {words}.", name, stops)


def _wrong(application):
    for name, which in NUMBERS.items():
        if number := getattr(application, name):
            try:
                clean_number(which, number)
            except ValidationError as wrong:
                yield Problem(wrong.messages[0], name, True)
    if application.amount is not None and application.amount <= 0:
        yield Problem("Enter an amount above £0.", "amount", True)
    if application.starts and application.ends and application.ends < application.starts:
        yield Problem("The last day of the project must not be before its first day.", "ends", True)
    earliest = application.round.opens - FARTHEST
    for name in ("starts", "ends"):
        if (day := getattr(application, name)) and not earliest < day < today() + FARTHEST:
            yield Problem(f"{in_words(day)} is more than ten years away. Check the year.", name, True)
    if application.amount and application.total_cost and application.total_cost < application.amount:
        yield Problem("The whole project would cost less than is asked for. Check both amounts.", "total_cost", True)


def _worth_a_look(application):
    fund = application.round.fund
    if application.amount and fund.maximum_grant and application.amount > fund.maximum_grant:
        yield Problem(
            f"{in_pounds(application.amount)} is more than the largest grant of the {fund.name}, "
            f"{in_pounds(fund.maximum_grant)}. It can be awarded only with a decision record that allows more.",
            "amount",
        )
    closes = application.round.closes
    if application.ends and application.ends < closes:
        yield Problem(f"The project would be over on {in_words(application.ends)}, before the round closes.", "ends")
    elif application.starts and application.starts < closes:
        yield Problem(
            f"The project would start on {in_words(application.starts)}, before the round closes on {in_words(closes)}.",
            "starts",
        )
    kind = application.applicant_kind
    if kind == Application.Applicant.CHARITY and not application.charity_number:
        yield Problem("A registered charity has a charity number; none is given.", "charity_number")
    if kind == Application.Applicant.COMPANY and not application.company_number:
        yield Problem("A company has a company number; none is given.", "company_number")


def _others(application, reader):
    for other in same_again(application):
        if reader and other.is_closed_to(reader):
            continue
        yield Problem(f"{other.reference or 'Another'} of this round looks like the same applicant: {other.why}.")


def twin(application):
    """The application of the round that says the same: applicant, project and amount. None where there is none."""
    found = Application.objects.sent().filter(round=application.round_id, amount=application.amount)
    found = found.exclude(pk=application.pk).exclude(status=Status.WITHDRAWN)
    mine = _says(application)
    return next((other for other in found.only(*_SAID) if _says(other) == mine), None)


_SAID = ("applicant_name", "title", "contact_email", "reference", "round", "amount")


def _says(application):
    return name_key(application.applicant_name), " ".join(application.title.split()).casefold()


# --- receiving and changing ------------------------------------------------------------------------------------------------


@transaction.atomic
def receive(application, *, by=None, at=None, late="", another=False):
    """Take an application in: number, reference, status and the first line of its history. Returns it.

    `by` is nobody for the public form. `at` is when it reached the office (now, unless an officer enters what came
    earlier); after the round's last day an officer says in `late` why it is taken all the same. `another`: somebody
    looked and says that it only seems to have come already. Raises NotPossible.
    """
    if by:
        by.act_alone()
    round_ = Round.objects.select_for_update(of=("self",)).select_related("fund").get(pk=application.round_id)
    application.round = round_
    if application.pk:
        held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if not held.is_draft:
            raise NotPossible(f"This application was sent already. Its reference is {held.reference}.")
        application.version = held.version + 1
    at = at or timezone.now()
    _ensure_in_time(round_, at, by, late.strip())
    _tidy(application)
    if stopping := [problem for problem in problems(application, asked_by_form=by is None) if problem.stops]:
        raise NotPossible(str(stopping[0]))
    if not another and (same := twin(application)) and (by or _same_sender(same, application)):
        raise NotPossible(f"This application came already. Its reference is {same.reference}.")
    return _take_in(application, at, by, late.strip())


def _ensure_in_time(round_, at, by, late):
    day = timezone.localdate(at)
    if at > timezone.now():
        raise NotPossible(f"It cannot have come in the future. It is {in_words(today())} today.")
    if round_.is_decided:
        raise NotPossible("This round is decided. It takes no applications any more.")
    if day < round_.opens:
        raise NotPossible(f"This round opens on {in_words(round_.opens)}. It takes no applications before that day.")
    if day > round_.closes and not (by and late):
        closed = f"This round closed on {in_words(round_.closes)}."
        raise NotPossible(f"{closed} Say why it is taken all the same." if by else f"{closed} Nothing can be sent now.")


def _same_sender(one, other):
    return bool(one.contact_email) and one.contact_email.casefold() == other.contact_email.casefold()


def _take_in(application, at, by, late):
    round_ = application.round
    _give_number(application, _last_number(round_) + 1, at, by)
    application.save()
    _note(application, _why_late(application, late), by)
    audit.write(f"Application {application.reference} received", subject=application, context=round_, by=by)
    return application


def _last_number(round_):
    return Application.objects.filter(round=round_).aggregate(last=models.Max("number"))["last"] or 0


def _give_number(application, number, at, by):
    round_ = application.round
    application.number = number
    application.reference = f"{round_.fund.code}-{round_.code}-{number:04}"
    application.status, application.submitted_at, application.typed = Status.SUBMITTED, at, {}
    if application.pk is None:
        application.created_by = by
    application.demonstration_note = application.demonstration_note or round_.demonstration_note


def _why_late(application, late):
    is_late = late and timezone.localdate(application.submitted_at) > application.round.closes
    return f"Taken after the last day: {late}" if is_late else ""


@transaction.atomic
def receive_many(round_, arrivals, *, by, late=""):
    """Take in many applications at once, as `receive` does one, and return them: [(application, when it came, a note)].

    What stops an application or makes it a double has been looked for already, under the lock of the round. The line of
    the audit trail is written by whoever brings them. Raises NotPossible.
    """
    round_ = Round.objects.select_for_update(of=("self",)).select_related("fund").get(pk=round_.pk)
    number, came = _last_number(round_), []
    for application, at, note in arrivals:
        _ensure_in_time(round_, at, by, late.strip())
        number += 1
        application.round = round_
        _tidy(application)
        _give_number(application, number, at, by)
        came.append((application, note))
    Application.objects.bulk_create([application for application, _ in came], batch_size=AT_A_TIME)
    events = [
        ApplicationEvent(
            application=application,
            status=application.status,
            text=" ".join(filter(None, (note, _why_late(application, late.strip())))),
            by=by,
        )
        for application, note in came
    ]
    ApplicationEvent.objects.bulk_create(events, batch_size=AT_A_TIME)
    return [application for application, _ in came]


def _tidy(application):
    """The numbers as their lists write them; a wrong one is left for `problems` to speak of."""
    for name, which in NUMBERS.items():
        if number := getattr(application, name):
            try:
                setattr(application, name, clean_number(which, number))
            except ValidationError:
                continue
    application.postcode = " ".join(application.postcode.upper().split())


@transaction.atomic
def change(application, words, *, seen, by):
    """Correct what the office has written down: {field: value}. Returns it; unchanged words change nothing.

    Raises NotPossible, ChangedMeanwhile.
    """
    if unknown := set(words) - set(WORDS):
        raise ValueError(f"not to be changed: {', '.join(sorted(unknown))}")
    held = _open(application, seen)
    changed = [name for name, value in words.items() if getattr(held, name) != value]
    if not changed:
        return held
    for name in changed:
        setattr(held, name, words[name])
    _tidy(held)
    if stopping := [problem for problem in problems(held, others=False) if problem.stops]:
        raise NotPossible(str(stopping[0]))
    held.version += 1
    held.save()
    labels = [str(held._meta.get_field(name).verbose_name) for name in changed]
    audit.write(f"Application {held.reference} changed", subject=held, context=held.round, by=by, fields=labels)
    return held


def _locked(application, seen=None):
    found = Application.objects.select_for_update(of=("self",)).select_related(*Application.LOADED_WITH)
    held = found.get(pk=application.pk)
    if seen is not None and held.version != seen:
        raise ChangedMeanwhile(held)
    return held


def _open(application, seen):
    held = _locked(application)
    if held.version != seen:
        raise ChangedMeanwhile(held)
    if held.is_draft:
        raise NotPossible("The applicant has not sent this yet.")
    if held.round.is_decided:
        raise NotPossible("The round is decided. What was decided about stays as it is.")
    return held


# --- status ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_status(application, status, *, by, text="", seen=None):
    """Another status, with a line in the history. The same status again changes nothing. Returns the application.

    Raises NotPossible, and ChangedMeanwhile where `seen` is given and outdated.
    """
    held, status, text = _locked(application, seen), Status(status), text.strip()
    if held.status == status:
        return held
    if status not in WAYS[held.status]:
        raise NotPossible(f"It is {held.get_status_display().lower()}. It cannot become {status.label.lower()} now.")
    if held.round.is_decided and status in (Status.SUBMITTED, Status.ELIGIBLE, Status.INELIGIBLE):
        raise NotPossible("The round is decided. What was decided about stays as it is.")
    if by and not text and (status in WANT_REASON or held.status == Status.WITHDRAWN):
        raise NotPossible("Write why. The history of the application shows it.")
    if status == Status.SUBMITTED and held.number is None:
        raise NotPossible("It was never sent, so that it cannot come back.")
    held.status = status
    held.version += 1
    held.save(update_fields=["status", "version"])
    _note(held, text, by)
    words = f"Application {held.reference or held.pk}: {status.label.lower()}"
    audit.write(words, subject=held, context=held.round, by=by)
    return held


def ways_on(application):
    """The statuses that an officer may give it by hand."""
    by_hand = (Status.SUBMITTED, Status.INELIGIBLE, Status.WITHDRAWN)
    return [status for status in WAYS[application.status] if status in by_hand and not application.round.is_decided]


def _note(application, text, by):
    ApplicationEvent.objects.create(
        application=application, status=application.status, text=text, by=by if by and by.pk else None
    )


# --- eligibility -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def check_eligibility(application, answers, *, seen, by):
    """Keep what an officer found, {question: (outcome, note)}, and draw the conclusion for the status. Returns it.

    Everything met: eligible. Something not met: not eligible, with the conditions as the reason. Else it waits.
    Raises NotPossible, ChangedMeanwhile.
    """
    held = _open(application, seen)
    if held.status not in (Status.SUBMITTED, Status.ELIGIBLE, Status.INELIGIBLE):
        raise NotPossible(f"It is {held.get_status_display().lower()}. Its eligibility is not checked now.")
    for question, (outcome, note) in answers.items():
        if outcome:
            said = {"outcome": outcome, "note": note, "by": by, "at": timezone.now()}
            EligibilityAnswer.objects.update_or_create(application=held, question=question, defaults=said)
        else:
            EligibilityAnswer.objects.filter(application=held, question=question).delete()
    held.version += 1
    held.save(update_fields=["version"])
    audit.write(f"Eligibility of {held.reference} checked", subject=held, context=held.round, by=by)
    status, text = conclusion(held)
    return set_status(held, status, by=by, text=text)


def conclusion(application):
    """(status, reason) that the answers of today lead to."""
    answers = {answer.question_id: answer for answer in application.eligibility_answers.select_related("question")}
    missed = [str(answer.question) for answer in answers.values() if answer.outcome == Met.NOT_MET]
    if missed:
        return Status.INELIGIBLE, f"Not met: {'; '.join(missed)}"
    asked = [question.pk for question in application.round.eligibility.all()]
    all_met = all(key in answers and answers[key].outcome == Met.MET for key in asked)
    return (Status.ELIGIBLE if all_met else Status.SUBMITTED), "Eligibility checked"


def next_to_check(application, user):
    """The next application of the round whose eligibility is still open, by number and after the last from the first.

    None where none is left that this person sees.
    """
    waiting = Application.objects.visible_to(user).filter(round=application.round_id, status=Status.SUBMITTED)
    waiting = waiting.exclude(pk=application.pk).annotate(
        is_before=models.Case(models.When(number__lt=application.number or 0, then=1), default=0)
    )
    return waiting.order_by("is_before", "number").only("pk", "reference").first()


# --- documents -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_document(application, *, upload, kind, title, by=None):
    """Keep a checked file with the application. The same file twice is kept once. Returns the document."""
    held = _locked(application)
    same = held.documents.filter(upload__sha256=upload.sha256).first()
    if same:
        upload.delete()
        return same
    document = ApplicationDocument.objects.create(
        application=held, kind=kind, title=title.strip() or upload.name, upload=upload
    )
    audit.write(f"Document “{document}” added", subject=held, context=held.round, by=by)
    return document


@transaction.atomic
def remove_document(document, *, by=None):
    """Take a document out again, with its file. Raises NotPossible once the round is decided."""
    held = _locked(document.application)
    if held.round.is_decided:
        raise NotPossible("The round is decided. Its papers stay as they are.")
    upload, title = document.upload, str(document)
    document.delete()
    upload.delete()
    audit.write(f"Document “{title}” removed", subject=held, context=held.round, by=by)


# --- who applied -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def link(application, organisation, *, seen, by):
    """Say which organisation of the office the applicant is, or with None that it is not known. Returns the application.

    Numbers that the application gives and the organisation lacks are kept with the organisation, unless they belong
    to another one. Raises NotPossible, ChangedMeanwhile.
    """
    held = _open(application, seen)
    if organisation and held.is_individual:
        raise NotPossible("This application comes from a person. A person is not listed as an organisation.")
    if held.organisation_id == (organisation and organisation.pk):
        return held
    if organisation:
        _keep_numbers(held, organisation, by)
    held.organisation = organisation
    held.version += 1
    held.save(update_fields=["organisation", "version"])
    words = (
        f"Applicant of {held.reference}: {organisation}" if organisation else f"Applicant of {held.reference} not known"
    )
    audit.write(words, subject=held, context=held.round, by=by)
    return held


@transaction.atomic
def list_applicant(application, organisation, *, seen, by):
    """Write the applicant down as a new organisation and link it. Returns the application.

    Raises NotPossible, ChangedMeanwhile, and ValidationError for a name that is listed already.
    """
    by.act_alone()
    _open(application, seen)
    organisation.demonstration_note = application.demonstration_note
    people.save(organisation, by=by)
    return link(application, organisation, seen=seen, by=by)


def _keep_numbers(application, organisation, by):
    held = set(organisation.identifiers.values_list("list", flat=True))
    for name, which in NUMBERS.items():
        number = getattr(application, name)
        if not number or which in held:
            continue
        taken = Identifier.objects.filter(list=which, number=number).select_related("organisation").first()
        if taken:
            raise NotPossible(
                f"{number} is the number of {taken.organisation}. Link that organisation, or correct the number."
            )
        people.save(Identifier(organisation=organisation, list=which, number=number), by=by, context=organisation)
