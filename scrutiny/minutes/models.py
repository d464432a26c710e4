"""Minutes: one set a meeting, entries a speech act each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from scrutiny.indicators.models import Area, Indicator, ObservationRevision
from scrutiny.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries
from scrutiny.register.models import Action, Decision
from scrutiny.reports.models import JointReport, ReportAttachment, ReportSection
from scrutiny.workflow.differences import compare
from scrutiny.workflow.models import Document, Restrictable, State, Versioned


class Minutes(Document):
    """The minutes of one meeting."""

    LOADED_WITH = ("meeting", "meeting__series")

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    minute_taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="minutes_taken"
    )

    class Meta:
        verbose_name_plural = "minutes"

    def __str__(self):
        return f"Minutes of {self.meeting}"

    def get_absolute_url(self):
        """The minutes as they read."""
        return reverse("minutes", args=[self.pk])

    @property
    def is_open(self):
        """Whether its text may still be changed. What was approved is closed: later changes are corrections."""
        return self.state in (State.DRAFT, State.IN_REVIEW)

    @property
    def state_in_words(self):
        """As pages show it: what was signed off is called approved."""
        return "Approved" if self.state == State.SIGNED else self.get_state_display()

    @property
    def why_closed(self):
        """What to tell somebody who wants to change approved minutes."""
        return "These minutes are approved and closed. A later change is a correction."

    def is_shared_with(self, user):
        """The force sees minutes that it was asked to check."""
        return not user.works_for_force or any(checker.user_id == user.pk for checker in self.known_checkers)

    @cached_property
    def known_checkers(self):
        """Who was asked to check, loaded once: a page asks about every button."""
        return list(self.checkers)

    def is_chaired_by(self, user):
        """Whether this person was in the chair of the meeting, and sees its minutes."""
        in_the_chair = self.meeting.attendance.filter(is_chair=True, person__account=user)
        return in_the_chair.exists() and self.is_shared_with(user)


class MinutedItem(models.Model):
    """An agenda item as the minutes treat it. The order of its entries has a version of its own."""

    LOADED_WITH = ("minutes", "minutes__meeting", "minutes__meeting__series", "item")

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="minuted_items")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="minuted")
    order_version = models.PositiveIntegerField(default=1)
    started = models.TimeField(null=True, blank=True)
    ended = models.TimeField(null=True, blank=True)

    class Meta:
        ordering = ["minutes", "item__position"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "item"], name="an_item_is_minuted_once"),
            models.CheckConstraint(
                condition=Q(started__isnull=True) | Q(ended__isnull=True) | Q(ended__gte=models.F("started")),
                name="item_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return f"{self.item}, {self.minutes}"

    def is_shared_with(self, user):
        """As its minutes are."""
        return self.minutes.is_shared_with(user)


class MinuteEntry(Versioned, Restrictable):
    """One speech act: what kind, who spoke, what was said. Written only through workflow's save function."""

    VERSIONED = ("kind", "speaker", "second_speaker", "text", "rough", "assurance", "question_status")
    LOADED_WITH = (
        "minuted_item__minutes__meeting__series",
        "minuted_item__item",
        "speaker",
        "second_speaker",
        "restriction",
    )

    class Kind(models.TextChoices):
        STATEMENT = "statement", "Statement"
        PRESENTATION = "presentation", "Presentation"
        QUESTION = "question", "Question"
        ANSWER = "answer", "Answer"
        COMMENT = "comment", "Comment"
        CORRECTION = "correction", "Correction"
        ACTION = "action", "Action"
        DECISION = "decision", "Decision"
        ASSURANCE = "assurance", "Assurance"
        THANKS = "thanks", "Thanks"
        NOTE = "note", "Note"

    class Assurance(models.TextChoices):
        NONE = "", "Not stated"
        ASSURED = "assured", "Assured"
        PARTLY = "partly", "Partly assured"
        NOT_ASSURED = "not_assured", "Not assured"

    class QuestionStatus(models.TextChoices):
        """What became of a question. Empty: answered when an answer stands below it, else not answered."""

        NONE = "", "As the answers show"
        ANSWERED = "answered", "Answered"
        PARTLY = "partly", "Partly answered"
        UNDERTAKING = "undertaking", "Undertaking given"
        NOT_ANSWERED = "not_answered", "Not answered"

    TEXT_LIMIT = 20_000

    minuted_item = models.ForeignKey(MinutedItem, on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.STATEMENT)
    speaker = models.ForeignKey(Attendance, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    second_speaker = models.ForeignKey(
        Attendance, null=True, blank=True, on_delete=models.PROTECT, related_name="second_entries"
    )
    text = models.TextField(blank=True)
    rough = models.BooleanField("rough, to be tidied", default=False)
    assurance = models.CharField(max_length=12, choices=Assurance, blank=True, default=Assurance.NONE)
    question_status = models.CharField(
        "what became of it", max_length=12, choices=QuestionStatus, blank=True, default=QuestionStatus.NONE
    )
    answers = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="given_answers",
        help_text="The question above it that an answer belongs to. Follows from the order; see operations.",
    )
    action = models.OneToOneField(Action, null=True, editable=False, on_delete=models.PROTECT, related_name="entry")
    decision = models.OneToOneField(Decision, null=True, editable=False, on_delete=models.PROTECT, related_name="entry")

    class Meta:
        ordering = ["minuted_item", "position", "pk"]
        verbose_name_plural = "minute entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(second_speaker__isnull=True) | Q(speaker__isnull=False),
                name="a_second_speaker_follows_a_first",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text[:60]}"

    def is_shared_with(self, user):
        """As its minutes are."""
        return self.minuted_item.minutes.is_shared_with(user)


class Presence(models.Model):
    """Who has an item open in which browser tab, and when that tab was last heard of. Nothing is locked by it."""

    minuted_item = models.ForeignKey(MinutedItem, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    tab = models.UUIDField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tab"], name="a_tab_is_in_one_item")]

    def __str__(self):
        return f"{self.user} in {self.minuted_item}"


class CorrectionQuerySet(models.QuerySet):
    """Corrections, as people look for them."""

    def visible_to(self, user):
        """All of them for the office; for the force those of its papers and of minutes that it was asked to check."""
        if not user.works_for_force:
            return self
        papers = JointReport.objects.visible_to(user).order_by()
        return self.filter(Q(minutes__in=user.checks.keys_of(Minutes)) | Q(report__in=papers.values("pk")))

    def standing(self):
        """Without those whose entry turned out to be no correction."""
        return self.filter(deleted=False)

    def settled(self):
        """Confirmed, applied or not: what notices speak of."""
        return self.standing().exclude(status=Correction.Status.PROPOSED)


class Correction(Versioned):
    """A figure or wording of a paper that somebody put right in a meeting, or of minutes that are closed.

    The paper itself is never altered: it carries a dated notice. `old_value` may be unknown; the period is asked, never
    guessed. Where the figure is one of an indicator, `indicator`, `area` and `period_start` say which; once settled, it becomes
    a `revision` of that figure. With an unclear period it is kept "as reported", beside the series.
    """

    VERSIONED = (
        "measure",
        "old_value",
        "new_value",
        "period",
        "indicator",
        "area",
        "period_start",
        "report",
        "section",
        "attachment",
        "page",
        "quoted",
        "note",
        "corrected_entry",
    )
    LOADED_WITH = (
        "minutes__meeting__series",
        "entry__minuted_item__item",
        "corrected_entry__minuted_item__item",
        "indicator",
        "area",
        "revision__observation",
        "said_by",
        "report",
        "section",
        "attachment__attachment__upload",
        "confirmed_by",
        "applied_by",
        "changed_by",
    )

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        CONFIRMED = "confirmed", "Confirmed"
        APPLIED = "applied", "Applied"

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="corrections")
    entry = models.OneToOneField(
        MinuteEntry,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="correction",
        help_text="Where it was said. Empty for a correction of closed minutes.",
    )
    measure = models.CharField("what is corrected", max_length=300, blank=True)
    old_value = models.CharField("was", max_length=2000, blank=True, help_text="Empty: not known.")
    new_value = models.CharField("now", max_length=2000, blank=True)
    period = models.CharField(max_length=100, blank=True, help_text="Of which the figure speaks. Ask; never guess.")
    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateField(
        "first day of the period", null=True, blank=True, help_text="Empty: the period is still to be confirmed."
    )
    revision = models.OneToOneField(
        ObservationRevision, null=True, editable=False, on_delete=models.PROTECT, related_name="correction"
    )
    said_by = models.ForeignKey(Attendance, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    report = models.ForeignKey(JointReport, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    section = models.ForeignKey(
        ReportSection, null=True, blank=True, on_delete=models.SET_NULL, related_name="corrections"
    )
    attachment = models.ForeignKey(
        ReportAttachment, null=True, blank=True, on_delete=models.SET_NULL, related_name="corrections"
    )
    page = models.CharField(max_length=20, blank=True)
    quoted = models.CharField("as the paper says it", max_length=500, blank=True)
    note = models.CharField("why", max_length=300, blank=True)
    corrected_entry = models.ForeignKey(
        MinuteEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="put_right_by"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, editable=False)
    applied_how = models.CharField(max_length=300, blank=True, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-minutes__meeting__date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="proposed") | Q(confirmed_at__isnull=False), name="confirmed_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(status="applied") | Q(applied_at__isnull=False), name="applied_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, area__isnull=False)
                | Q(indicator__isnull=True, area__isnull=True, period_start__isnull=True),
                name="a_corrected_figure_has_indicator_and_area",
            ),
        ]

    def __str__(self):
        return f"{self.measure}: {self.old_value or 'not known'} to {self.new_value}"

    def get_absolute_url(self):
        """Its page in the register."""
        return reverse("correction", args=[self.pk])

    def is_shared_with(self, user):
        """As its minutes are, or the paper that it puts right."""
        return self.minutes.is_shared_with(user) or bool(self.report and self.report.is_shared_with(user))

    @property
    def is_of_minutes(self):
        """Whether it puts closed minutes right, and not a figure of a paper."""
        return self.corrected_entry_id is not None

    @property
    def lacks(self):
        """What is not known yet, in the words of the flags that people see."""
        if self.is_of_minutes:
            return [] if self.new_value else ["New wording missing"]
        has_paper = self.report_id or self.section_id or self.attachment_id
        missing = [
            ("New value missing", self.new_value),
            ("What is corrected?", self.measure),
            ("Which period? Ask", self.period),
            ("Old value not known", self.old_value),
            ("No paper chosen", has_paper),
        ]
        return [words for words, there in missing if not there]

    @property
    def notice(self):
        """The dated notice at the place that was put right: Corrected at the meeting of 8 January 2018: 176, not 127."""
        old = f", not {self.old_value}" if self.old_value else ""
        if self.is_of_minutes:
            day = f"{timezone.localtime(self.confirmed_at):%-d %B %Y}" if self.confirmed_at else "a day to be settled"
            instead = f" instead of “{self.old_value}”" if self.old_value else ""
            return f"Corrected on {day}: read “{self.new_value}”{instead}."
        about = ", ".join(part for part in (self.measure, self.period) if part)
        about = f" ({about})" if about else ""
        return f"Corrected at the meeting of {self.minutes.meeting.date:%-d %B %Y}: {self.new_value}{old}{about}."


class PublicQuestion(models.Model):
    """A question that somebody outside sent in. Name and contact are for the desk alone and never printed."""

    LOADED_WITH = ("series", "meeting__series", "item", "entry__minuted_item__minutes")

    class Status(models.TextChoices):
        RECEIVED = "received", "Received"
        USED = "used", "Asked at a meeting"
        ANSWERED = "answered", "Answered in writing"
        DECLINED = "declined", "Declined"

    class Channel(models.TextChoices):
        EMAIL = "email", "By e-mail"
        POST = "post", "By post"
        PHONE = "phone", "By telephone"
        FORM = "form", "By web form"
        FLOOR = "floor", "From the floor"

    series = models.ForeignKey(MeetingSeries, on_delete=models.PROTECT, related_name="public_questions")
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="public_questions"
    )
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="public_questions"
    )
    text = models.TextField(max_length=5000)
    asked_as = models.CharField(
        "how the public record names the asker", max_length=200, default="A member of the public"
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    received_at = models.DateTimeField("received")
    private_name = models.CharField("name", max_length=200, blank=True)
    private_contact = models.CharField("e-mail, telephone or address", max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED, editable=False)
    entry = models.OneToOneField(
        MinuteEntry, null=True, editable=False, on_delete=models.PROTECT, related_name="public_question"
    )
    answer = models.TextField("answer in writing", blank=True, editable=False)
    reason = models.TextField("why it was declined", blank=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    demonstration_note = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="received") | Q(settled_at__isnull=False), name="a_settled_question_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(reason=""), name="a_declined_question_has_its_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status="answered") | ~Q(answer=""), name="an_answered_question_has_its_answer"
            ),
        ]

    def __str__(self):
        return self.text[:80]

    def get_absolute_url(self):
        """The question's page on the desk."""
        return reverse("public-question", args=[self.pk])

    @property
    def is_received(self):
        """Nothing has been done about it yet."""
        return self.status == self.Status.RECEIVED

    @property
    def deadline(self):
        """The last day on which it is in time for its meeting; None without a meeting or a deadline."""
        return self.meeting.question_deadline if self.meeting_id else None

    @property
    def is_in_time(self):
        """Whether it came on or before the deadline's day."""
        return self.deadline is None or timezone.localdate(self.received_at) <= self.deadline


class Snapshot(models.Model):
    """The whole of the minutes as they read at one moment: when sent for check, approved, or amended. Never changed."""

    class Occasion(models.TextChoices):
        SENT = "sent", "Sent for check"
        APPROVED = "approved", "Approved"
        AMENDED = "amended", "Approved as amended"

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="snapshots")
    occasion = models.CharField(max_length=10, choices=Occasion)
    version = models.CharField(max_length=10, blank=True, help_text="1.0 when first approved, 1.1 when amended.")
    change_note = models.TextField(blank=True)
    content = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "version"], condition=~Q(version=""), name="a_version_of_minutes_stands_once"
            )
        ]

    def __str__(self):
        return f"{self.minutes}, {self.get_occasion_display().lower()} {self.at:%-d %B %Y}"


class Approval(models.Model):
    """That minutes were approved: by the commissioner or the chair, or by a later meeting, perhaps with amendments."""

    class How(models.TextChoices):
        SIGNED = "signed", "Approved by the commissioner or the chair"
        MEETING = "meeting", "Approved at a meeting"

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="approvals")
    how = models.CharField(max_length=10, choices=How)
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="approvals_of_minutes"
    )
    on = models.DateField("approved on")
    amended = models.BooleanField("subject to amendments", default=False)
    change_note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "how"], name="minutes_are_approved_once_each_way"),
            models.CheckConstraint(
                condition=Q(how="signed", meeting__isnull=True) | Q(how="meeting", meeting__isnull=False),
                name="a_meeting_approves_at_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(amended=False) | ~Q(change_note=""), name="amendments_have_a_change_note"
            ),
        ]

    def __str__(self):
        return f"{self.minutes}, {self.get_how_display().lower()}"


class Amendment(models.Model):
    """One change to an entry that a later meeting asked for when it approved the minutes: recorded there, then made."""

    LOADED_WITH = ("minutes__meeting__series", "meeting", "entry")

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="amendments")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="amendments_of_minutes")
    entry = models.ForeignKey(MinuteEntry, on_delete=models.PROTECT, related_name="amendments")
    before = models.TextField(editable=False)
    after = models.TextField("as it should read")
    note = models.CharField("why", max_length=300, blank=True)
    made = models.BooleanField(default=False, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Amendment of {self.entry}"

    @property
    def difference(self):
        """The two wordings with what differs marked, ready for a page."""
        return compare(self.before, self.after)
