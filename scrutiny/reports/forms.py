"""Forms of reports and paper requests."""

import uuid

from django import forms
from django.utils.functional import cached_property

from opcc_portal.files import markings
from opcc_portal.files.operations import Refused, receive
from opcc_portal.office.forms import DayField
from opcc_portal.richtext.cleaning import to_plain
from opcc_portal.richtext.fields import RichTextField
from scrutiny.meetings.models import AgendaItem, Meeting, MeetingSeries
from scrutiny.people.models import Organisation
from scrutiny.plan import versions
from scrutiny.plan.models import Priority
from scrutiny.register.forms import AttachmentForm
from scrutiny.reports.models import Body, JointReport, PaperRequest, ReportSection
from scrutiny.reports.operations import HEADING_FIELDS
from scrutiny.reports.quotations import is_verbatim, plain_lines
from scrutiny.workflow.forms import whole_number
from scrutiny.workflow.models import State


class ReportFilter(forms.Form):
    """Which reports to list."""

    series = forms.ModelChoiceField(MeetingSeries.objects.all(), required=False, empty_label="Every series")
    state = forms.ChoiceField(choices=[("", "Every state"), *State.choices], required=False)
    late = forms.BooleanField(label="Only papers that are late", required=False)

    def narrow(self, reports):
        """The reports that the filter asks for; a filter that makes no sense asks for all."""
        if not self.is_valid():
            return reports
        wanted = self.cleaned_data
        if wanted["series"]:
            reports = reports.filter(meeting__series=wanted["series"])
        if wanted["state"]:
            reports = reports.filter(state=wanted["state"])
        if wanted["late"]:
            reports = reports.filter(pk__in=PaperRequest.objects.late().values("report"))
        return reports

    def narrow_requests(self, requests):
        """The papers asked for that the filter asks for."""
        return requests.late() if self.is_valid() and self.cleaned_data["late"] else requests

    @property
    def is_set(self):
        """Whether anything is filtered."""
        return self.is_valid() and any(self.cleaned_data.values())


class HeadingForm(forms.ModelForm):
    """The heading block of a report."""

    date = DayField(label="Date on the report")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = JointReport
        fields = [
            "subject",
            "date",
            "meeting",
            "item",
            *(f for f in HEADING_FIELDS if f not in ("subject", "date", "meeting", "item")),
        ]
        help_texts = {
            "subject": "What the report is about, as its title prints it.",
            "series_heading": "As the paper is headed.",
            "outcome_heading": "As the paper is headed. Leave empty where it serves none.",
            "force_author": "Leave empty where only the office writes it.",
            "office_author": "Leave empty where only the force writes it.",
            "numbering": "Numbers are computed. They are never typed.",
        }
        error_messages = {"subject": {"required": "Enter the subject."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = Meeting.objects.order_by("-date")
        self.fields["meeting"].empty_label = "No meeting yet"
        self.fields["item"].queryset = AgendaItem.objects.filter(meeting=self._meeting_id())
        self.fields["item"].empty_label = "No item yet"
        self.fields["item"].error_messages["invalid_choice"] = "This item is not on the agenda of that meeting."
        self.fields["priority"].queryset = Priority.objects.select_related("plan")
        self.fields["priority"].empty_label = "None"
        self.fields["series_heading"].error_messages["required"] = "Enter the meeting as the paper is headed."

    def _meeting_id(self):
        if self.is_bound:
            return whole_number(self.data.get(self.add_prefix("meeting")))
        given = self.initial.get("meeting")
        return getattr(given, "pk", given)

    def clean(self):
        """A report has at least one author."""
        done = super().clean()
        if not done.get("force_author") and not done.get("office_author"):
            self.add_error("office_author", "Enter who writes it: the force, the office, or both.")
        return done

    @property
    def heading(self):
        """The heading block as the operations take it."""
        return {name: self.cleaned_data[name] for name in HEADING_FIELDS}


class NewSectionForm(forms.Form):
    """A section to add at the end."""

    heading = forms.CharField(max_length=200, error_messages={"required": "Enter a heading."})
    kind = forms.ChoiceField(
        choices=ReportSection.Kind, initial=ReportSection.Kind.TEXT, widget=forms.RadioSelect, label="What it is"
    )
    written_by = forms.ChoiceField(choices=Body, initial=Body.OFFICE, widget=forms.RadioSelect, label="Written by")
    save_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class SectionForm(forms.ModelForm):
    """One section being written. Carries the version it is based on and the id of this act of saving."""

    heading = forms.CharField(
        max_length=200,
        error_messages={
            "required": "Enter a heading: every section has one.",
            "max_length": "Shorten the heading to 200 letters.",
        },
    )
    body = RichTextField(label="Text", required=False)
    base_version = forms.IntegerField(widget=forms.HiddenInput)
    save_id = forms.UUIDField(widget=forms.HiddenInput)
    # Figures of indicators that a script put into the text, one a line, as `quoting.Choice.token`.
    figures = forms.CharField(widget=forms.HiddenInput, required=False, initial="")

    class Meta:
        model = ReportSection
        fields = ["heading", "priority", "quoted_text", "body", "kind", "written_by"]
        help_texts = {
            "quoted_text": "The plan’s own words. Take sentences out, and put […] where one is left out; change no word.",
        }
        widgets = {"kind": forms.RadioSelect, "written_by": forms.RadioSelect}

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        # A model form writes its answers into the instance; what was there before is needed to tell what changed.
        self.before = self.instance.content()
        self.version_before = self.instance.version
        if not self.is_bound:
            self.initial.update(base_version=self.instance.version, save_id=uuid.uuid4())
        if not by.has_perm("reports.manage", self.instance.report):
            del self.fields["kind"], self.fields["written_by"]
        if self.is_plan:
            self.fields["priority"].queryset = Priority.objects.select_related("plan")
            self.fields["priority"].empty_label = "Choose a priority"
            self.fields["quoted_text"].widget.attrs.update(rows=6)
        else:
            del self.fields["priority"], self.fields["quoted_text"]

    @property
    def labels_shown(self):
        """Text alone needs no visible label under its section's heading; beside a quotation it does."""
        return self.is_plan

    @cached_property
    def is_plan(self):
        """Whether this section quotes the plan."""
        return self.before_kind == ReportSection.Kind.PLAN

    @property
    def before_kind(self):
        """The kind as it is stored: fields do not come and go while somebody fills in the form."""
        return self.before["kind"]

    def quoting_the_plan(self):
        """The same form, not yet saved, with the chosen priority's whole text as the quotation."""
        data = self.data.copy()
        chosen = whole_number(data.get("priority")) if self.is_plan else None
        priority = self.fields["priority"].queryset.filter(pk=chosen).first() if chosen else None
        if priority is None:
            self.add_error("priority", "Choose the priority to quote.")
            return self
        said = versions.in_force(priority, on=self.instance.report.date)
        if said is None:
            self.add_error("priority", self._not_in_force(priority))
            return self
        data["quoted_text"] = said.our_priority
        fresh = SectionForm(data, instance=ReportSection.objects.get(pk=self.instance.pk), by=self.by)
        fresh.fields["quoted_text"].help_text = (
            f"From {priority.plan}, text as of {said.day:%-d %B %Y}. Not saved yet. "
            + fresh.fields["quoted_text"].help_text
        )
        return fresh

    def clean_body(self):
        """What was pasted from a paper that is marked too high stays out."""
        body = self.cleaned_data["body"]
        if marking := markings.too_high(to_plain(body)):
            raise forms.ValidationError(f"This text {markings.why_refused(marking)}")
        return body

    def clean(self):
        """A quotation is word for word what the plan says; one that was quoted earlier keeps its day."""
        done = super().clean()
        if not self.is_plan or not done.get("quoted_text"):
            return done
        priority = done.get("priority")
        if not priority:
            self.add_error("priority", "Choose the priority that this is quoted from.")
        elif self._quotes_anew(done):
            self._check_quotation(done, priority)
        return done

    def _check_quotation(self, done, priority):
        """What is quoted is what the plan says that was in force on the day of the report."""
        self.said = versions.in_force(priority, on=self.instance.report.date)
        if self.said is None:
            self.add_error("priority", self._not_in_force(priority))
        elif not is_verbatim(done["quoted_text"], self.said.our_priority):
            self.add_error(
                "quoted_text",
                f"These are not the plan’s own words. Quote “{priority}” word for word, or write it into the text below.",
            )

    def _not_in_force(self, priority):
        day = f"{self.instance.report.date:%-d %B %Y}"
        return (
            f"“{priority}” was not in the plan in force on {day}. Choose another priority, or check the report’s date."
        )

    def _quotes_anew(self, done):
        same_words = plain_lines(done["quoted_text"]) == plain_lines(self.before["quoted_text"])
        return not same_words or done["priority"].pk != self.before["priority"]

    @property
    def changes(self):
        """What this form wants to change, as the save function takes it."""
        done = self.cleaned_data
        changes = {name: done[name] for name in ("heading", "body", "kind", "written_by") if name in done}
        if self.is_plan:
            changes["priority"] = done["priority"]
            changes["quoted_text"] = done["quoted_text"]
            if not done["quoted_text"]:
                changes |= {"quoted_as_of": None, "quoted_source": ""}
            elif self._quotes_anew(done):
                changes |= {"quoted_as_of": self.said.day, "quoted_source": str(done["priority"].plan)}
        return changes

    @property
    def chosen_figures(self):
        """The figures of indicators that were put into the text while it was written."""
        return self.cleaned_data["figures"].splitlines()

    @property
    def is_unsaved(self):
        """Whether the form holds words that are saved nowhere."""
        return self.is_bound

    def _post_clean(self):
        """The answers go through the save function, never straight into the instance."""


class PaperRequestForm(forms.ModelForm):
    """A paper to ask for."""

    due = DayField(label="Wanted by")

    class Meta:
        model = PaperRequest
        fields = ["what", "item", "asked_of", "partner", "due"]
        widgets = {"asked_of": forms.RadioSelect}
        error_messages = {"what": {"required": "Enter what is asked for."}}

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = AgendaItem.objects.filter(meeting=meeting)
        self.fields["item"].empty_label = "No item yet"
        self.fields["partner"].queryset = Organisation.objects.exclude(
            kind__in=[Organisation.Kind.OFFICE, Organisation.Kind.FORCE]
        )
        self.fields["partner"].empty_label = "No partner"

    def clean(self):
        """What a partner writes, the office brings in."""
        done = super().clean()
        if done.get("partner") and done.get("asked_of") == Body.FORCE:
            self.add_error("partner", "Ask either the force or a partner, not both.")
        return done


class DeliverForm(forms.Form):
    """A finished paper, as Word or PDF."""

    KINDS = ("pdf", "docx")

    file = forms.FileField(
        label="Word or PDF file", error_messages={"required": "Choose the file.", "empty": "This file is empty."}
    )

    def receive(self, by):
        """The upload, or None after adding the reason to the form."""
        try:
            upload = receive(self.cleaned_data["file"], by=by)
        except Refused as refusal:
            self.add_error("file", str(refusal))
            return None
        if upload.kind not in self.KINDS:
            self.add_error("file", f"This is a file of the kind {upload.kind_and_size}. A paper must be Word or PDF.")
            upload.delete()
            return None
        return upload


__all__ = [
    "AttachmentForm",
    "DeliverForm",
    "HeadingForm",
    "NewSectionForm",
    "PaperRequestForm",
    "ReportFilter",
    "SectionForm",
    "is_verbatim",
]
