"""What every document shares: its state, its saved versions, its checkers and their comments."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from opcc_portal.audit.operations import key
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
