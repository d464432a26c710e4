"""An application, its documents, its history, and the links by which applicants come back to it."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from funding.rounds.models import PENNY, EligibilityQuestion, Round, money_field
from opcc_portal.files.models import Upload
from opcc_portal.office.models import Demonstrable
from scrutiny.indicators.models import Area
from scrutiny.people.models import Organisation
from scrutiny.plan.models import Priority


class ApplicationQuerySet(models.QuerySet):
    """Applications, as the office speaks of them."""

    def visible_to(self, user):
        """Without those in which the person has an interest; to panels only those of their rounds.

        What an applicant has not sent yet is nobody's but theirs.
        """
        theirs = Q(status=Application.Status.DRAFT, origin=Application.Origin.PUBLIC)
        found = self.exclude(interests__user=user).exclude(theirs)
        return found if user.has_perm("applications.view_all") else found.filter(round__panel__user=user)

    def sent(self):
        """Everything that has reached the office."""
        return self.exclude(status=Application.Status.DRAFT)

    def in_the_running(self):
        """Eligible, or not looked at yet: what can still be awarded."""
        return self.filter(status__in=(Application.Status.SUBMITTED, Application.Status.ELIGIBLE))


class Application(Demonstrable):
    """What somebody asks a round for. The applicant is kept as written; `organisation` is who the office says it is.

    Contact details are personal data: they are read with the capability applications.contact and published nowhere.
    """

    LOADED_WITH = ("round__fund", "organisation", "area", "priority")

    class Status(models.TextChoices):
        DRAFT = "draft", "Not sent yet"
        SUBMITTED = "submitted", "Received"
        ELIGIBLE = "eligible", "Eligible"
        INELIGIBLE = "ineligible", "Not eligible"
        SUCCESSFUL = "successful", "Successful"
        RESERVE = "reserve", "On the reserve list"
        UNSUCCESSFUL = "unsuccessful", "Unsuccessful"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Origin(models.TextChoices):
        OFFICE = "office", "Entered by the office"
        IMPORT = "import", "From a spreadsheet"
        PUBLIC = "public", "By the public form"

    class Applicant(models.TextChoices):
        CHARITY = "charity", "Registered charity"
        COMPANY = "company", "Company or community interest company"
        COUNCIL = "council", "Council"
        EDUCATION = "education", "School, college or university"
        GROUP = "group", "Unregistered community group"
        INDIVIDUAL = "individual", "A person"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    number = models.PositiveIntegerField(null=True, editable=False)
    reference = models.CharField(
        max_length=40, unique=True, null=True, editable=False, help_text="Given when it is received: SCF-R2-0001."
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    applicant_name = models.CharField("name of the organisation", max_length=200, blank=True)
    applicant_kind = models.CharField("kind of organisation", max_length=10, choices=Applicant, blank=True)
    charity_number = models.CharField(max_length=12, blank=True)
    company_number = models.CharField(max_length=8, blank=True)
    address = models.TextField(blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    contact_name = models.CharField("name of the contact", max_length=200, blank=True)
    contact_email = models.EmailField("e-mail address of the contact", blank=True)
    contact_phone = models.CharField("telephone number of the contact", max_length=40, blank=True)
    title = models.CharField("name of the project", max_length=140, blank=True)
    summary = models.TextField("what the money is for", max_length=5000, blank=True)
    reasons = models.TextField("how it reduces crime and disorder", max_length=5000, blank=True)
    amount = money_field("amount asked for, in pounds", null=True, blank=True, validators=[MinValueValidator(PENNY)])
    total_cost = money_field(
        "cost of the whole project, in pounds", null=True, blank=True, validators=[MinValueValidator(PENNY)]
    )
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="applications")
    priority = models.ForeignKey(Priority, null=True, blank=True, on_delete=models.PROTECT, related_name="applications")
    starts = models.DateField("first day of the project", null=True, blank=True)
    ends = models.DateField("last day of the project", null=True, blank=True)
    beneficiaries = models.PositiveIntegerField("people who take part", null=True, blank=True)
    typed = models.JSONField(
        default=dict,
        editable=False,
        help_text="What was typed into the public form and cannot be read yet, by field. Empty once it is sent.",
    )
    declared_by = models.CharField("declared by", max_length=200, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True, editable=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT, editable=False, db_index=True)
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.OFFICE, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["round", F("number").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="an_application_number_is_given_once"),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "withdrawn")) | Q(number__isnull=False, submitted_at__isnull=False),
                name="what_is_received_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="nobody_asks_for_nothing",
                violation_error_message="Enter an amount above £0.",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="a_project_ends_after_it_starts",
                violation_error_message="The last day of the project must not be before its first day.",
            ),
        ]

    def __str__(self):
        return f"{self.reference or 'Draft'} {self.applicant_name}".strip()

    def get_absolute_url(self):
        """The application's page on the desk."""
        return reverse("application", args=[self.pk])

    def is_shared_with(self, user):
        """The panel of its round reads and scores it."""
        return self.round.is_shared_with(user)

    def is_closed_to(self, user):
        """Whoever has an interest in it neither sees nor scores it, whatever their role; unsent, nobody sees it."""
        return self.is_being_filled_in or self.interests.filter(user=user).exists()

    @property
    def is_draft(self):
        """Not sent yet."""
        return self.status == self.Status.DRAFT

    @property
    def is_being_filled_in(self):
        """An applicant is still at the public form: it is theirs alone until they send it."""
        return self.is_draft and self.origin == self.Origin.PUBLIC

    @property
    def is_individual(self):
        """Asked for by a person: no name of theirs is ever public."""
        return self.applicant_kind == self.Applicant.INDIVIDUAL


class ApplicationEvent(models.Model):
    """One line of an application's history: what became of it, why, by whom (nobody: the applicant). Never changed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="events")
    status = models.CharField(max_length=12, choices=Application.Status)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.application}: {self.get_status_display()}"


class ApplicationDocument(models.Model):
    """A file that goes with an application."""

    class Kind(models.TextChoices):
        ACCOUNTS = "accounts", "Accounts"
        RULES = "rules", "Constitution or rules"
        SAFEGUARDING = "safeguarding", "Safeguarding policy"
        BUDGET = "budget", "Budget of the project"
        OTHER = "other", "Something else"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=200)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="application_documents")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["application", "pk"]

    def __str__(self):
        return self.title

    def is_shared_with(self, user):
        """With whom its application is."""
        return self.application.is_shared_with(user)

    def is_closed_to(self, user):
        """To whom its application is."""
        return self.application.is_closed_to(user)


class EligibilityAnswer(models.Model):
    """Whether an application meets one of the round's conditions, as an officer found."""

    class Outcome(models.TextChoices):
        MET = "met", "Met"
        NOT_MET = "not_met", "Not met"
        UNCLEAR = "unclear", "To be asked"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="eligibility_answers")
    question = models.ForeignKey(EligibilityQuestion, on_delete=models.PROTECT, related_name="answers")
    outcome = models.CharField(max_length=8, choices=Outcome)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["question__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="an_eligibility_question_has_one_answer")
        ]

    def __str__(self):
        return f"{self.question}: {self.get_outcome_display()}"


class SavedLink(models.Model):
    """A link by which an applicant comes back to a draft. Only its hash is kept; it opens for one e-mail address.

    Whoever opens it has to give the address that it was sent to; after `tries` wrong answers it is spent.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="links")
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self):
        return f"Link to {self.application}, until {self.expires_at:%-d %B %Y}"


class ApplicationImport(models.Model):
    """A spreadsheet of applications on its way in: looked through, taken over as a whole, or left.

    It holds personal data: the file goes once its rows are read, and the rows go once they are taken over or left.
    """

    class State(models.TextChoices):
        READ = "read", "Read, not looked through yet"
        CHECKED = "checked", "Looked through"
        TAKEN = "taken", "Taken over"
        LEFT = "left", "Not taken over"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="imports")
    name = models.CharField(max_length=150)
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, db_index=True)
    headings = models.JSONField(default=list)
    rows = models.JSONField(default=list, help_text="The cells as text, row by row.")
    columns = models.JSONField(default=dict, help_text="Which column holds which field.")
    piles = models.JSONField(default=dict, help_text="How many rows of each of the four piles.")
    state = models.CharField(max_length=8, choices=State, default=State.READ)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    LOADED_WITH = ("round__fund", "by", "upload")

    class Meta:
        ordering = ["-at"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """Its preview on the desk."""
        return reverse("applications-import", args=[self.pk])
