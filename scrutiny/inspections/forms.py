"""Forms of inspections: the filters of the list, and what is known of a report."""

from django import forms
from django.db.models import Q

from opcc_portal.accounts.capabilities import Role
from opcc_portal.accounts.models import User
from opcc_portal.office.forms import DayField, WebField
from scrutiny.inspections import operations, register
from scrutiny.inspections.models import Inspection, Recommendation
from scrutiny.people.models import Organisation
from scrutiny.plan.models import Priority
from scrutiny.register.forms import TakesFile
from scrutiny.register.text_fields import FilterForm, WordsField
from scrutiny.workflow.forms import RecordsField

ANY_FILE = "PDF, Word, Excel, PowerPoint, CSV, PNG or JPEG, at most 50 MB."
MOST_VERSIONS = 2**31 - 1
REPORTS_OFFERED = 60


def inspectorates():
    """The bodies that inspect, as the office lists them under People."""
    return Organisation.objects.filter(kind=Organisation.Kind.INSPECTORATE)


class SeenForm(forms.Form):
    """A form that knows which version of its record the person read."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=MOST_VERSIONS, widget=forms.HiddenInput)

    def asked_again(self, newer):
        """Keep what was typed, now knowing what somebody else saved."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = newer.version


class InspectionFilter(FilterForm):
    """Which inspections a list and its file hold."""

    text = WordsField(label="Words", required=False, max_length=200, what="the words")
    body = forms.TypedChoiceField(
        label="Inspectorate", required=False, coerce=int, empty_value=None, choices=[("", "Every inspectorate")]
    )
    kind = forms.ChoiceField(required=False, choices=[("", "Every kind"), *Inspection.Kind.choices])
    response = forms.ChoiceField(
        required=False, choices=[("", "Any"), ("late", "Late"), ("running", "Still to come, in time")]
    )

    def __init__(self, data, *, user):
        bodies = inspectorates() | Organisation.objects.filter(pk__in=Inspection.objects.values("body"))
        super().__init__(
            data,
            body=list(bodies.distinct().values_list("pk", "name")),
            response=list(register.standings_for(user).items()),
        )
        self.folds = not user.has_perm("responses.view")

    def narrow(self, found):
        """The inspections, with their standing, that the filters ask for."""
        wanted = self.wanted
        if words := wanted.get("text"):
            found = found.filter(Q(title__icontains=words) | Q(summary__icontains=words))
        if body := wanted.get("body"):
            found = found.filter(body=body)
        if kind := wanted.get("kind"):
            found = found.filter(kind=kind)
        return self._in_standing(found, wanted.get("response"))

    def _in_standing(self, found, wanted):
        if wanted == "late":
            return register.late(found)
        if wanted == "running":
            return register.running(found)
        if wanted == register.NONE and self.folds:
            return found.filter(standing__in=register.TO_COME)
        return found.filter(standing=wanted) if wanted else found


class InspectionForm(TakesFile, SeenForm):
    """What is known of a report."""

    body = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Inspectorate",
        empty_label="Choose the inspectorate",
        help_text="As the office lists it under People. Add it there first if it is missing.",
        error_messages={"required": "Choose the inspectorate."},
    )
    title = WordsField(label="Title of the report", what="the title of the report", max_length=300)
    kind = forms.ChoiceField(choices=Inspection.Kind.choices, widget=forms.RadioSelect, initial="thematic")
    published_on = DayField(
        label="Published on",
        help_text="The clock of the law begins with this day.",
        error_messages={"required": "Enter the day of publication."},
    )
    subject = forms.ChoiceField(
        label="Does it concern the force?",
        choices=Inspection.Subject.choices,
        widget=forms.RadioSelect,
        initial="named",
        help_text="A national report counts unless the force is clearly left out.",
    )
    why_not_subject = WordsField(label="Why it does not concern the force", required=False, rows=2, max_length=1000)
    summary = WordsField(
        label="What it found", required=False, rows=5, max_length=4000, help_text="In your own words, for the public."
    )
    url = WebField(label="Address of the report", required=False, max_length=200)
    file = forms.FileField(
        label="The report as a file",
        required=False,
        help_text=ANY_FILE,
        error_messages={"empty": "This file is empty. Choose another."},
    )
    covers = RecordsField(
        Inspection.objects.none(),
        label="Reports that this one repeats",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The response to this report answers them too.",
    )
    priority = forms.ModelChoiceField(
        Priority.objects.select_related("plan"), label="Priority of the plan", required=False, empty_label="None"
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Who of the office sees to the response", required=False, empty_label="Nobody yet"
    )
    demonstration_note = WordsField(
        required=False,
        max_length=300,
        help_text="Empty for a real report. Otherwise says what is invented or worded afresh.",
    )

    SAID = operations.INSPECTION_FIELDS

    def __init__(self, *args, inspection=None, **kwargs):
        self.inspection = inspection or Inspection()
        if inspection:
            said = {name: getattr(inspection, name) for name in self.SAID}
            said |= {"covers": inspection.covers.all(), "seen": inspection.version}
            kwargs["initial"] = said | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self._offer()

    def _offer(self):
        now, fields = self.inspection, self.fields
        fields["body"].queryset = inspectorates() | Organisation.objects.filter(pk=now.body_id)
        of_office = Q(is_active=True, role_holdings__role__in=[role for role in Role if role != Role.FORCE])
        fields["owner"].queryset = User.objects.filter(of_office | Q(pk=now.owner_id)).distinct().order_by("name")
        others = Inspection.objects.exclude(pk=now.pk).select_related("body")
        repeated = set(now.covers.values_list("pk", flat=True)) if now.pk else set()
        offered = set(others.values_list("pk", flat=True)[:REPORTS_OFFERED]) | repeated
        fields["covers"].queryset = others.filter(pk__in=offered)
        fields["covers"].label_from_instance = lambda each: f"{each}, {each.body}, {each.published_on:%-d %B %Y}"
        if not offered:
            del fields["covers"]
        if now.pk and now.report_id:
            fields["file"].label = "Another file in place of the report that is there"

    def clean(self):
        """What the law and the calendar do not allow is said beside the field."""
        said = super().clean()
        if not self.errors:
            candidate = Inspection(pk=self.inspection.pk, **self.words)
            if operations.same(candidate) and self.inspection.pk:
                self.add_error("title", "This report is already listed.")
            for name, words in operations.problems(candidate, self.repeated):
                self.add_error(name if name in self.fields else None, words)
        return said

    @property
    def words(self):
        """The fields of the inspection as typed."""
        return {name: self.cleaned_data[name] for name in self.SAID}

    @property
    def repeated(self):
        """The reports that it repeats."""
        return list(self.cleaned_data.get("covers") or [])


class RecommendationFilter(FilterForm):
    """Which recommendations a list and its file hold. Every list of choices is loaded once."""

    STATES = [
        ("", "Every status"),
        ("overdue", "Overdue"),
        ("still_open", "Not started or under way"),
        *Recommendation.Status.choices,
    ]

    status = forms.ChoiceField(required=False, choices=STATES)
    text = WordsField(label="Words", required=False, max_length=200, what="the words")
    inspection = forms.TypedChoiceField(
        label="Report", required=False, coerce=int, empty_value=None, choices=[("", "Every report")]
    )
    kind = forms.ChoiceField(required=False, choices=[("", "Every kind"), *Recommendation.Kind.choices])
    owner = forms.ChoiceField(required=False, choices=[("", "Everybody"), ("=", "Nobody yet")])

    folded = ("inspection", "kind", "owner")

    def __init__(self, data):
        reports = Inspection.objects.filter(pk__in=Recommendation.objects.order_by().values("inspection"))
        owned = Recommendation.objects.filter(owner__isnull=False).order_by().values_list("owner", "owner__name")
        people = sorted(owned.distinct(), key=lambda row: row[1].casefold())
        super().__init__(
            data,
            inspection=[
                (pk, f"{day:%-d %b %Y}, {title}")
                for pk, title, day in reports.values_list("pk", "title", "published_on")
            ],
            owner=[(str(pk), name) for pk, name in people],
        )

    def narrow(self, found):
        """The recommendations that the filters ask for, the most urgent first."""
        wanted = self.wanted
        found = self._in_status(found, wanted.get("status"))
        if report := wanted.get("inspection"):
            found = found.filter(inspection=report)
        if kind := wanted.get("kind"):
            found = found.filter(kind=kind)
        if owner := wanted.get("owner"):
            found = found.filter(owner=None) if owner == "=" else found.filter(owner=int(owner))
        if words := wanted.get("text"):
            said = Q(text__icontains=words) | Q(addressee__icontains=words) | Q(label__iexact=words)
            found = found.filter(said | Q(inspection__title__icontains=words))
        return register.most_urgent_first(found)

    def _in_status(self, found, status):
        if status == "overdue":
            return found.overdue()
        if status == "still_open":
            return found.open()
        return found.filter(status=status) if status else found
