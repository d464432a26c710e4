"""The dossier of an award: from the application to the last return, on one paper, as this reader may see it."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from funding.assessment.models import Assessment, Interest, Moderation
from funding.assessment.ranking import mean, rounded, weighted
from funding.awards import payments
from funding.awards.names import CONTACT, named_for
from funding.rounds.money import in_pounds
from opcc_portal.files.models import Upload
from opcc_portal.files.words import size_words
from opcc_portal.office.forms import in_words
from opcc_portal.office.models import Office
from scrutiny.workflow import papers


@dataclass(frozen=True)
class Dossier:
    """A paper ready to be laid out."""

    html: str
    logo: Upload | None
    title: str
    file_name: str


def of(award, user):
    """The dossier. The same records and the same rights always give the same HTML."""
    office = Office.on(award.awarded_on)
    logo = office.logo if office else None
    application = award.application
    reads = application is not None and user.has_perm("applications.view", application)
    money = payments.standing(award)
    title = f"Dossier of award {award.reference}"
    context = {
        "office": office,
        "kind": "Dossier",
        "title": award.title,
        "full_title": title,
        "date": award.reference,
        "version": f"As of {award.changed_at:%-d %B %Y}",
        "status": "For the office. Not for publication",
        "facts": _facts(award, named_for(award, user), money),
        "demonstration_note": award.demonstration_note,
        "logo": papers.LOGO if logo else "",
        "description": title,
        "keywords": f"grant, {award.fund.name}",
        "created": award.changed_at,
        "modified": award.changed_at,
        "award": award,
        "money": money,
        "application": application if reads else None,
        "application_facts": _of_application(application, user) if reads else (),
        "assessment": _assessment(application) if reads else None,
        "revisions": award.revisions.select_related("decision"),
        "payments": award.payments.all(),
        "returns": award.returns.all(),
        "documents": list(_documents(award, application if reads else None)),
    }
    html = render_to_string("funding/awards/dossier_pdf.html", context)
    return Dossier(html, logo, title, f"{award.reference.lower()}-dossier.pdf")


def _facts(award, name, money):
    rows = [
        ("Reference", award.reference),
        ("Fund", award.fund.name),
        ("Round", award.round.label if award.round else "Outside a round"),
        ("Recipient", name),
        ("Amount", in_pounds(award.amount)),
        ("Awarded", in_words(award.awarded_on)),
        ("Period", _period(award)),
        ("Area", award.area),
        ("Priority", award.priority),
        ("State", award.get_status_display()),
        ("Paid", in_pounds(money.with_recipient)),
        ("Legal power", award.fund.get_legal_power_display()),
    ]
    return [(label, value) for label, value in rows if value]


def _period(record):
    if record.starts and record.ends:
        return f"{in_words(record.starts)} to {in_words(record.ends)}"
    if record.starts or record.ends:
        return f"from {in_words(record.starts)}" if record.starts else f"until {in_words(record.ends)}"
    return ""


def _of_application(application, user):
    rows = [
        ("Reference", application.reference),
        ("Received", in_words(application.submitted_at) if application.submitted_at else ""),
        ("Asked for", in_pounds(application.amount) if application.amount else ""),
        ("Whole cost", in_pounds(application.total_cost) if application.total_cost else ""),
        ("Period", _period(application)),
        ("Take part", application.beneficiaries),
    ]
    if user.has_perm(CONTACT):
        contact = (application.contact_name, application.contact_email, application.contact_phone)
        rows.append(("Contact", ", ".join(filter(None, contact))))
    return [(label, value) for label, value in rows if value]


def _assessment(application):
    """What the assessors who count said, by criterion: no names, since the dossier leaves the panel's room."""
    criteria = list(application.round.criteria.all())
    apart = Interest.objects.filter(application=application).values("user")
    found = Assessment.objects.filter(application=application, submitted_at__isnull=False).exclude(user__in=apart)
    points = [
        {score.criterion_id: score.points for score in each.scores.all()} for each in found.prefetch_related("scores")
    ]
    marks = [mark for mark in (weighted(each, criteria) for each in points) if mark is not None]
    moderation = Moderation.objects.filter(application=application).first()
    if not marks and moderation is None:
        return None
    rows = []
    for criterion in criteria:
        given = [each[criterion.pk] for each in points if criterion.pk in each]
        rows.append((criterion, mean(given)))
    return {"assessors": len(marks), "rows": rows, "mean": rounded(sum(marks) / len(marks)) if marks else None,
            "moderation": moderation}  # fmt: skip


def _documents(award, application):
    """(title, what and how large) of every file that belongs to it."""
    if application:
        for document in application.documents.select_related("upload"):
            yield document.title, _file(document.get_kind_display(), document.upload)
    for asked in award.returns.select_related("upload").exclude(upload=None):
        yield asked.title, _file("Monitoring return", asked.upload)


def _file(what, upload):
    return f"{what}, {upload.get_kind_display()}, {size_words(upload.size)}"
