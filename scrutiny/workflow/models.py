"""What every document shares: state, saved versions, checkers, restrictions, and the Editions that are published."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from opcc_portal.office.models import Demonstrable


class State(models.TextChoices):
    """draft > in review > signed > published, then superseded or withdrawn."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    SIGNED = "signed", "Signed"
    PUBLISHED = "published", "Published"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


# States in which a document has been before the public; nothing in them may be deleted or edited.
PUBLIC_STATES = [State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN]


class Marking(models.TextChoices):
    """Government Security Classifications Policy; anything higher has no place in this portal."""

    OFFICIAL = "official", "OFFICIAL"
    OFFICIAL_SENSITIVE = "official_sensitive", "OFFICIAL-SENSITIVE"


class Document(Demonstrable):
    """A paper with a life of its own: report, minutes, and whatever later rooms add."""

    state = models.CharField(max_length=20, choices=State, default=State.DRAFT, editable=False)
    marking = models.CharField(max_length=20, choices=Marking, default=Marking.OFFICIAL)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @property
    def is_open(self):
        """Whether its text may still be changed."""
        return self.state in (State.DRAFT, State.IN_REVIEW, State.SIGNED)

    @property
    def why_closed(self):
        """What to tell somebody who wants to change a text that is closed."""
        return f"This paper is {self.get_state_display().lower()} and cannot be changed. A change needs a new version."

    @property
    def may_be_deleted(self):
        """Drafts may go (with a trace); what was signed or published stays."""
        return self.state in (State.DRAFT, State.IN_REVIEW)

    @property
    def checkers(self):
        """Who was asked to check this document."""
        return Checker.objects.filter(document=key(self)).select_related("user")

    @property
    def comments(self):
        """What the checkers said, oldest first."""
        return Comment.objects.filter(document=key(self)).select_related("by", "settled_by")

    def has_checker(self, user):
        """Whether this person was named as checker."""
        return Checker.objects.filter(document=key(self), user=user).exists()


class Versioned(models.Model):
    """A piece of text that is only ever written by `saving.save` and `saving.create`.

    VERSIONED lists the fields that a save may change and a revision keeps. A deleted piece stays as a tombstone, so that
    deleting and editing at the same time meet as a conflict.
    """

    VERSIONED = ()

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    deleted = models.BooleanField(default=False, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def revisions(self):
        """Every saved version, newest first."""
        return Revision.objects.filter(piece=self.uid).select_related("by")

    def content(self):
        """The versioned fields as plain data, foreign keys by id."""
        return {name: self._meta.get_field(name).value_from_object(self) for name in (*self.VERSIONED, "deleted")}


class Revision(models.Model):
    """One saved version of a piece of text: what it said, who saved it, when, and under which save id.

    The save id is chosen by the client for one act of saving and is the same on every retry; it is unique, so that a
    retried save counts once.
    """

    piece = models.UUIDField()
    version = models.PositiveIntegerField()
    save_id = models.UUIDField(unique=True)
    content = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["piece", "version"], name="one_revision_a_version")]

    def __str__(self):
        return f"version {self.version} of {self.piece}"


class CheckerQuerySet(models.QuerySet):
    """Who is to check what."""

    def keys_of(self, model):
        """The keys of the checked documents of that model, as a part of another query."""
        prefix = f"{model._meta.label_lower}:"
        number = Cast(Substr("document", len(prefix) + 1), models.BigIntegerField())
        return self.filter(document__startswith=prefix).order_by().annotate(number=number).values("number")


class Checker(models.Model):
    """Somebody asked to check a document, from the office or from the force."""

    class Verdict(models.TextChoices):
        NONE = "", "Not said yet"
        AGREED = "agreed", "Agrees"
        CHANGES = "changes", "Asks for changes"

    document = models.CharField(max_length=100, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="checks")
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True, default=Verdict.NONE)
    said_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    objects = CheckerQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["document", "user"], name="a_checker_is_named_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="", said_at__isnull=True)
                | (~models.Q(verdict="") & models.Q(said_at__isnull=False)),
                name="a_verdict_has_its_time",
            ),
        ]

    def __str__(self):
        return f"{self.user} checks {self.document}"


class Comment(models.Model):
    """What a checker says about a document, or about one piece of it; settled by somebody, never deleted."""

    document = models.CharField(max_length=100, db_index=True)
    piece = models.UUIDField(null=True, blank=True)
    about = models.CharField(max_length=200, blank=True, help_text="The part it speaks of, in words.")
    text = models.TextField(max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    at = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_by__isnull=True, settled_at__isnull=True)
                | models.Q(settled_by__isnull=False, settled_at__isnull=False),
                name="settled_has_who_and_when",
            )
        ]

    def __str__(self):
        return f"{self.by}: {self.text[:60]}"


# --- What is kept from the public --------------------------------------------------------------------------------------


class PrivateNote(models.Model):
    """What one person wrote down about a record of the desk, for nobody but themselves: in no search, export or PDF.

    `subject` names the record as the audit line does. One note a person and record.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="private_notes")
    subject = models.CharField(max_length=100)
    text = models.TextField(max_length=10_000)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-changed_at"]
        constraints = [models.UniqueConstraint(fields=["by", "subject"], name="one_private_note_a_record")]

    def __str__(self):
        return f"Private note of {self.by}"


class LegalBasis(models.Model):
    """A ground on which something may be kept from the public: a scheme and its paragraph. The office keeps the list.

    Source of the usual ones: Freedom of Information Act 2000, Part II; Local Government Act 1972, Schedule 12A.
    """

    scheme = models.CharField(max_length=160, help_text="For instance Freedom of Information Act 2000.")
    paragraph = models.CharField(max_length=60, help_text="For instance section 31.")
    title = models.CharField("what it is about", max_length=200)
    needs_public_interest = models.BooleanField(
        "needs a public-interest test",
        default=True,
        help_text="A qualified exemption has to say why secrecy weighs more.",
    )
    in_use = models.BooleanField(default=True)

    class Meta:
        ordering = ["scheme", "pk"]
        verbose_name_plural = "legal bases"
        constraints = [models.UniqueConstraint(fields=["scheme", "paragraph"], name="a_legal_basis_stands_once")]

    def __str__(self):
        return f"{self.scheme}, {self.paragraph} ({self.title})"


class Restriction(models.Model):
    """Why something is kept from the public: on what ground, what the public is told, who decided, when to look again.

    Whatever is restricted holds the key to it. The public reads the grounds, the reason and the public-interest text;
    everything else is for the desk. A release ends it and stays on record.
    """

    bases = models.ManyToManyField(LegalBasis, related_name="restrictions", verbose_name="legal basis")
    public_reason = models.TextField(max_length=1000, help_text="The public reads this in place of what is withheld.")
    public_interest = models.TextField(
        "why it is in the public interest", max_length=2000, blank=True, help_text="The public reads this as well."
    )
    neutral_title = models.CharField(
        max_length=250, blank=True, help_text="Printed instead of the title, where the title itself says too much."
    )
    decided_by = models.CharField(max_length=200, help_text="Name and post of who decided it.")
    decided_on = models.DateField()
    review_on = models.DateField("look at it again on")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["review_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(public_reason=""), name="a_restriction_has_a_public_reason"),
            models.CheckConstraint(
                condition=models.Q(released_by__isnull=True, released_at__isnull=True)
                | models.Q(released_by__isnull=False, released_at__isnull=False),
                name="a_release_has_who_and_when",
            ),
        ]

    def __str__(self):
        return self.public_reason[:80]

    @property
    def is_in_force(self):
        """Not released."""
        return self.released_at is None

    @property
    def is_due_for_review(self):
        """In force, and the day to look at it again has come."""
        return self.is_in_force and self.review_on <= today()

    def stub(self, title=""):
        """All that the public is told of what is withheld, as data: title or neutral title, reason, grounds, interest.

        It depends on nothing else, so that a change of what is withheld cannot be seen from outside.
        """
        return {
            "title": self.neutral_title or title,
            "reason": self.public_reason,
            "bases": [str(basis) for basis in self.bases.all()],
            "public_interest": self.public_interest,
        }


class Restrictable(models.Model):
    """Something that may be kept from the public. A released restriction stays attached, as its history."""

    restriction = models.OneToOneField(
        Restriction, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="%(class)s"
    )

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Save all but the restriction, which `restrictions` alone writes, by naming it.

        So somebody who read the record before it was restricted and saves it afterwards does not set it free.
        """
        if kwargs.get("update_fields") is None and not args and not self._state.adding:
            fields = self._meta.concrete_fields
            kwargs["update_fields"] = [field.name for field in fields if field.name not in ("id", "restriction")]
        super().save(*args, **kwargs)

    @property
    def is_restricted(self):
        """Whether a restriction is in force on it."""
        return self.restriction_id is not None and self.restriction.is_in_force


# --- What is published -------------------------------------------------------------------------------------------------


class PublicationClass(models.Model):
    """A class of the publication scheme, under which the public looks for a document.

    Source: the Information Commissioner's model publication scheme (Freedom of Information Act 2000, section 19).
    """

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    description = models.TextField(blank=True, help_text="What the public finds here.")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "publication classes"

    def __str__(self):
        return self.name


class Publication(models.Model):
    """One address of the public record and all Editions that were published there.

    The address is taken when the first Edition is published and stays; `subject` names the desk's record as
    "app.model:pk". The newest Edition is the one that counts, unless the whole is withdrawn.
    """

    kind = models.CharField(max_length=20, db_index=True)
    subject = models.CharField(max_length=100, unique=True)
    path = models.CharField(max_length=250, unique=True, help_text="Without a slash at either end.")
    scheme_class = models.ForeignKey(
        PublicationClass, null=True, blank=True, on_delete=models.SET_NULL, related_name="publications"
    )
    current = models.OneToOneField("Edition", null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_reason="")),
                name="a_withdrawal_has_its_reason",
            )
        ]

    def __str__(self):
        return f"/{self.path}/"

    def get_absolute_url(self):
        """Its public address."""
        return f"/{self.path}/"

    @property
    def is_withdrawn(self):
        """Taken back: its addresses answer with the reason."""
        return self.withdrawn_at is not None


class FormerAddress(models.Model):
    """An address that something published had before; it leads to the present one for good."""

    path = models.CharField(max_length=250, unique=True)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="former_addresses")

    class Meta:
        verbose_name_plural = "former addresses"

    def __str__(self):
        return f"/{self.path}/"


class EditionQuerySet(models.QuerySet):
    """Editions, as the public record speaks of them."""

    def current(self):
        """The newest of each publication that is not withdrawn: what public pages are made of."""
        newest = self.filter(publication__current=models.F("pk"), publication__withdrawn_at__isnull=True)
        return newest.select_related("publication")

    def readable(self):
        """Every version that the public may still read, earlier ones too."""
        return self.filter(publication__withdrawn_at__isnull=True, withdrawal__isnull=True)

    def of(self, record):
        """The Editions of one record of the desk, newest first."""
        return self.filter(publication__subject=key(record)).order_by("-number")


class Edition(models.Model):
    """One published version, frozen: content as data, finished HTML, PDF by its hash. Neither changed nor deleted.

    The database itself refuses to (see the migration `frozen_editions`); `chain` is a hash over everything in the row
    and over the chain of the Edition before it, so that whatever gets past the database shows. It holds no key upwards:
    lists, feeds and search are derived from `content`. Written by `editions.append` only.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveBigIntegerField(unique=True, help_text="Its place in the chain, from 1, without gaps.")
    kind = models.CharField(max_length=20)
    path = models.CharField(max_length=250, help_text="The address it was published at.")
    belongs_to = models.CharField(
        max_length=100, blank=True, db_index=True, help_text="The subject of the meeting it belongs to, if any."
    )
    major = models.PositiveSmallIntegerField(default=1)
    minor = models.PositiveSmallIntegerField(default=0)
    schema = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=500, blank=True)
    date = models.DateField(help_text="The day that the document itself speaks of.")
    change_note = models.TextField(blank=True, help_text="What changed against the version before.")
    content = models.JSONField()
    parts = models.JSONField(default=list, help_text="The finished HTML of its body: [[anchor, html], ...].")
    files = models.JSONField(
        default=list, blank=True, help_text="Files published with it: slug, title, label, kind, size, pages, sha256."
    )
    pdf_name = models.CharField(max_length=80, blank=True, help_text="As its address ends: minutes.pdf. Empty: no PDF.")
    pdf_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    pdf_size = models.PositiveBigIntegerField(default=0)
    pdf_pages = models.PositiveIntegerField(default=0)
    content_hash = models.CharField(max_length=64, db_index=True)
    chain_before = models.CharField(max_length=64, unique=True)
    chain = models.CharField(max_length=64, unique=True)
    manifest = models.JSONField(default=dict, help_text="Checks with their results, hashes, who explained what.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="editions_published"
    )
    published_name = models.CharField(
        max_length=200, blank=True, help_text="Who published it, by the name of that day."
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "major", "minor"], name="a_version_is_published_once"),
            models.CheckConstraint(
                condition=models.Q(pdf_name="", pdf_sha256="") | (~models.Q(pdf_name="") & ~models.Q(pdf_sha256="")),
                name="a_pdf_has_its_hash",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "date"], name="editions_by_kind_and_date"),
            # In the usual order: else SQLite reads every grant to find the few funds.
            models.Index(fields=["kind", "-number"], name="editions_by_kind_and_number"),
        ]

    def __str__(self):
        return f"{self.title}, version {self.version}"

    def get_absolute_url(self):
        """The address of its publication; it shows this Edition while it is the newest."""
        return self.publication.get_absolute_url()

    @property
    def version(self):
        """1.0 first, then 1.1."""
        return f"{self.major}.{self.minor}"

    @property
    def version_url(self):
        """The address that shows this very version for good."""
        return f"{self.get_absolute_url()}v{self.version}/"

    @property
    def html(self):
        """The whole of its finished body."""
        return "".join(html for _, html in self.parts)

    def part(self, anchor):
        """The finished HTML of one part; empty where there is none."""
        return dict(self.parts).get(anchor, "")


class WithdrawnVersion(models.Model):
    """A version that the public may not read any more, and why; its Edition keeps its place in the chain.

    Only what a newer version has taken the place of, or what was withdrawn as a whole before it was published again:
    the version that counts is withdrawn with its publication.
    """

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-edition__number"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_withdrawn_version_has_its_reason"),
        ]

    def __str__(self):
        return f"{self.edition}, withdrawn"


class ChainHead(models.Model):
    """One row: the number and chain of the newest Edition. Whoever publishes locks it, so that the chain has no forks."""

    number = models.PositiveBigIntegerField(default=0)
    chain = models.CharField(max_length=64)

    def __str__(self):
        return f"{self.number}: {self.chain}"
