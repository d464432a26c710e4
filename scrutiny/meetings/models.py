"""Series, meetings, agendas and who was there."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from opcc_portal.office.dates import today
from opcc_portal.office.models import Demonstrable, Office
from scrutiny.people.models import Person
from scrutiny.plan.models import Outcome, Priority
from scrutiny.workflow.models import Restrictable

SATURDAY = 5


class Part(models.TextChoices):
    """Whether the public may hear an item."""

    PUBLIC = "public", "Public part"
    PRIVATE = "private", "Private part"


class Purpose(models.TextChoices):
    """What an item is for."""

    NONE = "", "Not stated"
    NOTE = "note", "To note"
    AGREE = "agree", "To agree"
    DECIDE = "decide", "To decide"
    REVIEW = "review", "To review"
    DISCUSS = "discuss", "To discuss"
    ASSURANCE = "assurance", "For assurance"
    SCRUTINY = "scrutiny", "To scrutinise"
    ANSWER = "answer", "To answer"
    VERBAL = "verbal", "Spoken update"


class Task(models.TextChoices):
    """What the portal does by itself for an item, beside its minutes."""

    NONE = "", "Nothing"
    PREVIOUS_MINUTES = "previous_minutes", "Brings the minutes of the last meeting, to be approved"
    OPEN_ACTIONS = "open_actions", "Brings the open actions of earlier meetings"


class MeetingSeries(Demonstrable):
    """A meeting that is held again and again, under one name at a time."""

    class Numbering(models.TextChoices):
        PLAIN = "plain", "1, 2, 3"
        DOTTED = "dotted", "1., 2., 3."
        MEETING = "meeting", "1/2018, 2/2018"
        NONE = "none", "No numbers: labels are typed"

    name = models.CharField(max_length=200, unique=True, error_messages={"unique": "Another series has this name."})
    heading = models.CharField(max_length=200, blank=True, help_text="As papers for it are headed, where that differs.")
    slug = models.SlugField(max_length=80, unique=True)
    aliases = models.TextField("other names in use", blank=True, help_text="One a line.")
    purpose = models.TextField(blank=True)
    cadence = models.CharField("how often", max_length=80, blank=True)
    numbering = models.CharField("how items are numbered", max_length=10, choices=Numbering, default=Numbering.PLAIN)
    is_public = models.BooleanField("held in public", default=True)
    venue = models.CharField("usual venue", max_length=200, blank=True)
    starts = models.TimeField("usual start", null=True, blank=True)
    ends = models.TimeField("usual end", null=True, blank=True)
    uses_assurance = models.BooleanField(
        "records assurance on items",
        default=False,
        help_text="Assured, partly assured or not assured, with a statement.",
    )
    question_notice = models.PositiveSmallIntegerField(
        "days of notice for questions from the public", null=True, blank=True, help_text="Empty: no deadline."
    )
    question_notice_in_working_days = models.BooleanField("count working days only", default=False)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "meeting series"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """Where the series is read and changed."""
        return reverse("series", args=[self.pk])

    @property
    def all_names(self):
        """The name, the heading and the other names, each once."""
        names = [self.name, self.heading, *self.aliases.splitlines()]
        return list(dict.fromkeys(name.strip() for name in names if name.strip()))

    def question_deadline(self, meeting_day):
        """The last day on which a question for a meeting of that day is in time; None where there is no deadline.

        Working days are Monday to Friday: the portal does not know the bank holidays.
        """
        if self.question_notice is None:
            return None
        day, left = meeting_day, self.question_notice
        if not self.question_notice_in_working_days:
            return day - datetime.timedelta(days=left)
        while left:
            day -= datetime.timedelta(days=1)
            left -= day.weekday() < SATURDAY
        return day

    @property
    def question_notice_in_words(self):
        """7 working days before the meeting."""
        if self.question_notice is None:
            return "No deadline"
        kind = "working day" if self.question_notice_in_working_days else "day"
        return f"{self.question_notice} {kind}{'' if self.question_notice == 1 else 's'} before the meeting"

    def label_for(self, number, date):
        """The label that the numbering style gives to the n-th item: text, never a count."""
        return {
            self.Numbering.PLAIN: f"{number}",
            self.Numbering.DOTTED: f"{number}.",
            self.Numbering.MEETING: f"{number}/{date.year}",
            self.Numbering.NONE: "",
        }[self.numbering]


class StandingItem(models.Model):
    """An item that is on every agenda of a series."""

    series = models.ForeignKey(MeetingSeries, on_delete=models.CASCADE, related_name="standing_items")
    position = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=250)
    part = models.CharField(max_length=10, choices=Part, default=Part.PUBLIC)
    purpose = models.CharField(max_length=12, choices=Purpose, blank=True, default=Purpose.NONE)
    lead = models.CharField(max_length=200, blank=True)
    at_end = models.BooleanField("comes after the meeting's own items", default=False)
    task = models.CharField("what the portal brings to it", max_length=20, choices=Task, blank=True, default=Task.NONE)

    class Meta:
        ordering = ["series", "at_end", "position"]

    def __str__(self):
        return self.title


class MeetingQuerySet(models.QuerySet):
    """Meetings, as the office speaks of them."""

    def coming(self):
        """Today and later, not cancelled, soonest first."""
        return self.filter(date__gte=today()).exclude(status=Meeting.Status.CANCELLED).order_by("date", "starts")

    def past(self):
        """Before today, latest first."""
        return self.filter(date__lt=today()).order_by("-date", "-starts")


class Meeting(Demonstrable):
    """One meeting of a series."""

    LOADED_WITH = ("series", "outcome")

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        ONLINE = "online", "Online"
        HYBRID = "hybrid", "In person and online"

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        POSTPONED = "postponed", "Postponed"
        CANCELLED = "cancelled", "Cancelled"

    series = models.ForeignKey(MeetingSeries, on_delete=models.PROTECT, related_name="meetings")
    name = models.CharField(max_length=200, help_text="The name on the day: series are renamed, meetings keep theirs.")
    date = models.DateField()
    starts = models.TimeField("start", null=True, blank=True)
    ends = models.TimeField("end", null=True, blank=True)
    venue = models.CharField(max_length=200, blank=True)
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.IN_PERSON)
    is_public = models.BooleanField("held in public", default=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.PLANNED)
    status_note = models.CharField("why postponed or cancelled", max_length=300, blank=True)
    webcast_url = models.URLField("webcast address", blank=True)
    outcome = models.ForeignKey(
        Outcome, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings", verbose_name="plan outcome"
    )
    public_notes = models.TextField("notes for the public", blank=True, help_text="Access, how to ask a question.")
    copied_from = models.ForeignKey("self", null=True, blank=True, editable=False, on_delete=models.SET_NULL)
    imported_beside = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="imported_copies",
        help_text="The meeting of the same day that was already there; somebody decides which one stays.",
    )
    agenda_set_at = models.DateTimeField(null=True, blank=True, editable=False)
    attendance_taken_at = models.DateTimeField(null=True, blank=True, editable=False)
    same_person_acknowledged = models.CharField(
        max_length=300, blank=True, editable=False, help_text="Why somebody stands in present and in apologies."
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-starts"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "date", "starts"],
                condition=Q(imported_beside__isnull=True),
                name="a_series_meets_once_at_a_time",
                violation_error_message="This series already has a meeting at that date and time.",
            ),
            models.UniqueConstraint(
                fields=["series", "date"],
                condition=Q(starts__isnull=True, imported_beside__isnull=True),
                name="a_series_meets_once_a_day_without_times",
                violation_error_message="This series already has a meeting on that day. Give both a start time.",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gt=F("starts")),
                name="meeting_ends_after_it_starts",
                violation_error_message="The end must be after the start.",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.date:%-d %B %Y}"

    def get_absolute_url(self):
        """The meeting's task list."""
        return reverse("meeting", args=[self.pk])

    @property
    def name_and_day(self):
        """As trails and titles name it: Community Outcomes Meeting, Monday 8 January 2018."""
        return f"{self.name}, {self.date:%A %-d %B %Y}"

    @property
    def has_been_held(self):
        """Held, or its day is over and nobody cancelled it."""
        return self.status == self.Status.HELD or (self.status == self.Status.PLANNED and self.date < today())

    @property
    def question_deadline(self):
        """The last day on which the public can hand in a question for it; None where there is no deadline."""
        return self.series.question_deadline(self.date)

    @property
    def attendance_is_taken(self):
        """Whether somebody has said who was there; before, the lists hold who is expected."""
        return self.attendance_taken_at is not None


class AgendaItem(Restrictable):
    """One item of an agenda. Its label is text as printed ("5", "7A"), its place is `position`; neither is a count."""

    LOADED_WITH = ("meeting", "meeting__series", "restriction")

    class Outcome(models.TextChoices):
        OPEN = "", "Not yet"
        TAKEN = "taken", "Taken"
        DEFERRED = "deferred", "Deferred"
        WITHDRAWN = "withdrawn", "Withdrawn"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="sub_items")
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=40, blank=True)
    label_as_printed = models.BooleanField(
        default=False, help_text="This label is used twice in the printed agenda, and somebody confirmed it."
    )
    title = models.CharField(max_length=250)
    part = models.CharField(max_length=10, choices=Part, default=Part.PUBLIC)
    purpose = models.CharField(max_length=12, choices=Purpose, blank=True, default=Purpose.NONE)
    lead = models.CharField(max_length=200, blank=True)
    planned_time = models.TimeField("planned for", null=True, blank=True)
    is_standing = models.BooleanField("on every agenda of the series", default=False)
    priority = models.ForeignKey(
        Priority,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agenda_items",
        verbose_name="plan priority",
    )
    outcome = models.CharField("what became of it", max_length=10, choices=Outcome, blank=True, default=Outcome.OPEN)
    note = models.TextField("note on the agenda", blank=True)
    task = models.CharField("what the portal brings to it", max_length=20, choices=Task, blank=True, default=Task.NONE)
    slug = models.SlugField(
        max_length=80, blank=True, editable=False, help_text="Its public address, taken when it is first published."
    )

    class Meta:
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "label"],
                condition=Q(label_as_printed=False) & ~Q(label=""),
                name="a_label_stands_once_unless_printed_so",
                violation_error_message="This label is already used. Confirm that it is printed twice, or change it.",
            ),
            models.UniqueConstraint(
                fields=["meeting", "slug"], condition=~Q(slug=""), name="an_item_has_its_own_address"
            ),
        ]

    def __str__(self):
        return f"{self.label} {self.title}".strip()

    @property
    def is_withheld(self):
        """Whether the public is told no more than that it exists: it, or what it stands below, is private or restricted."""
        if self.part == Part.PRIVATE or self.is_restricted:
            return True
        return self.parent_id is not None and self.parent.is_withheld

    def clean(self):
        """A sub-item belongs to an item of the same meeting, and goes no deeper."""
        if self.parent and self.parent.meeting_id != self.meeting_id:
            raise ValidationError({"parent": "Choose an item of the same meeting."})
        if self.parent and (self.parent.parent_id or self.parent_id == self.pk):
            raise ValidationError({"parent": "A sub-item cannot have sub-items of its own."})


class PlannedQuestion(models.Model):
    """A question that somebody of the office wants asked at a meeting; it stands on the desk's agenda under its item.

    `about` is the subject of what prompted it (an indicator, a report), `about_words` what that said on the day: a later
    figure does not change what the asker saw. The public reads a question once it is asked and minuted, not before.
    """

    LOADED_WITH = ("meeting__series", "item", "asked_by")

    class Status(models.TextChoices):
        PLANNED = "planned", "To be asked"
        ASKED = "asked", "Asked"
        WITHDRAWN = "withdrawn", "Withdrawn"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="planned_questions")
    item = models.ForeignKey(
        AgendaItem,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="planned_questions",
        verbose_name="agenda item",
    )
    text = models.TextField("question", max_length=2000)
    about = models.CharField(max_length=100, blank=True, db_index=True, editable=False)
    about_words = models.CharField("what prompted it", max_length=500, blank=True, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="planned_questions")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["meeting", "asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="planned") | Q(settled_at__isnull=False), name="a_settled_plan_to_ask_has_its_time"
            )
        ]

    def __str__(self):
        return self.text[:80]

    def get_absolute_url(self):
        """Where it is changed or taken back."""
        return reverse("planned-question", args=[self.pk])


class AttendanceList(models.Model):
    """One list of people as the record prints it, with its heading, in one of three states.

    "Apologies: None" is something that was said; a list nobody spoke of is not recorded.
    """

    class Category(models.TextChoices):
        PRESENT = "present", "Present"
        APOLOGIES = "apologies", "Apologies"
        ALSO_PRESENT = "also_present", "Also present"
        OBSERVERS = "observers", "Observers"

    class Recorded(models.TextChoices):
        NOT_RECORDED = "not_recorded", "Not recorded"
        NONE = "none", "None"
        LIST = "list", "As listed"

    ORDER = [Category.PRESENT, Category.APOLOGIES, Category.ALSO_PRESENT, Category.OBSERVERS]

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance_lists")
    category = models.CharField(max_length=14, choices=Category)
    heading = models.CharField("heading as printed", max_length=80)
    recorded = models.CharField(max_length=14, choices=Recorded, default=Recorded.NOT_RECORDED)

    class Meta:
        ordering = ["meeting", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "category"], name="one_list_a_category")]

    def __str__(self):
        return f"{self.heading}, {self.meeting}"


class Attendance(models.Model):
    """One person in one list of one meeting, with name, post, rank and abbreviation as they were that day."""

    LOADED_WITH = ("meeting", "meeting__series", "person")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    category = models.CharField(max_length=14, choices=AttendanceList.Category, default=AttendanceList.Category.PRESENT)
    position = models.PositiveIntegerField(default=1)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="attendance")
    name = models.CharField("name that day", max_length=200)
    post = models.CharField("post that day", max_length=200, blank=True)
    rank = models.CharField("rank that day", max_length=100, blank=True)
    abbreviation = models.CharField("short form that day", max_length=40, blank=True)
    organisation = models.CharField("organisation that day", max_length=200, blank=True)
    called = models.CharField("called in the minutes", max_length=200, blank=True, help_text="For instance ACC Foster.")
    is_chair = models.BooleanField("in the chair", default=False)
    stands_in_for = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="substitutes"
    )
    arrived = models.TimeField("arrived at", null=True, blank=True)
    left = models.TimeField("left at", null=True, blank=True)
    items = models.ManyToManyField(AgendaItem, blank=True, related_name="attended_by")
    regular = models.BooleanField("comes to every meeting of the series", default=True)

    class Meta:
        ordering = ["meeting", "position", "pk"]
        verbose_name_plural = "attendance"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "category", "person"],
                condition=Q(person__isnull=False),
                name="a_person_stands_once_in_a_list",
                violation_error_message="This person is already in that list.",
            ),
            models.CheckConstraint(
                condition=Q(arrived__isnull=True) | Q(left__isnull=True) | Q(left__gt=F("arrived")),
                name="people_leave_after_they_arrive",
                violation_error_message="The time of leaving must be after the time of arrival.",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.post_in_words}" if self.post else self.name

    @property
    def post_in_words(self):
        """As lists print it: Chief Constable (CC)."""
        return f"{self.post} ({self.abbreviation})" if self.abbreviation else self.post

    @property
    def speaker_name(self):
        """As minutes call the person: ACC Foster, The PCC, Jayne Sykes."""
        return self.called or self.name

    def take_snapshot(self, person, date):
        """Write down name, post, rank and organisation as they were on that day."""
        self.person = person
        self.name = person.name
        held = person.appointment_on(date)
        self.post = held.title if held else ""
        self.abbreviation = held.abbreviation if held else ""
        self.rank = held.post.rank if held else ""
        self.organisation = held.post.organisation.name if held and held.post.organisation else ""
        self.called = self.name_in_minutes(date)

    def name_in_minutes(self, date):
        """A police officer by rank and surname, the office holder by title, everybody else by name."""
        if self.rank and self.abbreviation:
            return f"{self.abbreviation} {self.name.split()[-1]}"
        office = Office.on(date)
        if office and self.abbreviation and self.abbreviation == office.holder_abbreviation:
            return f"The {self.abbreviation}"
        return self.name
