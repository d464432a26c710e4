"""Forms of the desk side of publishing."""

import uuid

from django import forms

from opcc_portal.office.forms import DayField
from opcc_portal.richtext.fields import RichTextField
from scrutiny.publication.models import SitePage
from scrutiny.publication.operations import NEEDED
from scrutiny.register.forms import TakesFile
from scrutiny.workflow.models import PublicationClass


class ExplainForm(forms.Form):
    """Why it is right to publish although the gate warns."""

    reason = forms.CharField(
        label="Why is it right to publish?",
        help_text="Your name and reason are kept with this version.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": True}),
        error_messages={
            "required": "Say why it is right to publish.",
            "max_length": "Keep the reason under 1,000 letters.",
        },
    )


class PublishForm(forms.Form):
    """The one button; from the second version of a document on it asks what has changed."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, drafts, **kwargs):
        super().__init__(*args, **kwargs)
        again = [draft for draft in drafts if draft.publication.current]
        self.subjects = {f"note_{number}": draft.subject for number, draft in enumerate(again, 1)}
        for name, draft in zip(self.subjects, again, strict=True):
            title = draft.kind.title(draft.content)
            self.fields[name] = forms.CharField(
                label="What has changed?" if len(again) == 1 else f"What has changed in “{title}”?",
                help_text="The public reads this beside the new version.",
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3, "data-grow": True}),
                error_messages={
                    "required": "Say what has changed since the last version.",
                    "max_length": "Keep this under 1,000 letters.",
                },
            )

    @property
    def change_notes(self):
        """What changed, by the subject of each document."""
        return {subject: self.cleaned_data[name] for name, subject in self.subjects.items()}


class WithdrawForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label="Why is it withdrawn?",
        help_text="The public reads this in its place.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why it is withdrawn.", "max_length": "Keep the reason under 1,000 letters."},
    )


class AddressForm(forms.Form):
    """The part of an address that people choose."""

    slug = forms.SlugField(
        label="The last part of the address",
        help_text="Small letters, numbers and hyphens. The former address leads to the new one for good.",
        max_length=150,
        error_messages={
            "required": "Enter the last part of the address.",
            "invalid": "Use small letters, numbers and hyphens only.",
        },
    )


class NewPageForm(forms.ModelForm):
    """A page to add: its title, address and class. Its text is written on the next page."""

    save_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    class Meta:
        model = SitePage
        fields = ["title", "slug", "scheme_class"]
        labels = {"slug": "Address", "scheme_class": "Class of the publication scheme"}
        help_texts = {
            "slug": "The end of its address: small letters, numbers and hyphens, for instance complaints-policy.",
            "scheme_class": "Where the public finds it among the documents.",
        }
        error_messages = {
            "title": {"required": "Enter the title."},
            "slug": {
                "required": "Enter the end of its address.",
                "invalid": "Use small letters, numbers and hyphens only.",
                "unique": "Another page has this address.",
            },
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scheme_class"].queryset = PublicationClass.objects.all()
        self.fields["scheme_class"].empty_label = "None"

    def clean_slug(self):
        """An address is written small, and is not that of a class: both stand below /documents/."""
        slug = self.cleaned_data["slug"].lower()
        if PublicationClass.objects.filter(slug=slug).exists():
            raise forms.ValidationError("A class of the publication scheme has this address. Choose another.")
        return slug

    def validate_unique(self):
        """The same save id sent again finds its own page; any other page at this address is in the way."""
        taken = SitePage.objects.filter(slug=self.cleaned_data.get("slug", "")).first()
        save_id = self.cleaned_data.get("save_id")
        if taken and not (save_id and taken.revisions.filter(save_id=save_id).exists()):
            self.add_error("slug", "Another page has this address.")

    @property
    def facts(self):
        """What the operation takes."""
        return {name: self.cleaned_data[name] for name in ("title", "slug", "scheme_class", "save_id")}


class SitePageForm(TakesFile, forms.ModelForm):
    """A page being written. Carries the version it is based on and the id of this act of saving."""

    body = RichTextField(label="Text", required=False)
    file = forms.FileField(
        label="Document",
        required=False,
        help_text="PDF, Word, Excel, PowerPoint or CSV, at most 50 MB. The page introduces it.",
        error_messages={"empty": "This file is empty. Choose another."},
    )
    remove_file = forms.BooleanField(label="Go without the document", required=False)
    review_on = DayField(label="Look at it again on", required=False, help_text="You are reminded on that day.")
    base_version = forms.IntegerField(widget=forms.HiddenInput)
    save_id = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = SitePage
        fields = ["title", "summary", "body", "scheme_class", "review_on"]
        labels = {"scheme_class": "Class of the publication scheme", "summary": "Summary"}
        help_texts = {
            "summary": "One line for lists and for search.",
            "scheme_class": "Where the public finds it among the documents.",
        }
        widgets = {"summary": forms.Textarea(attrs={"rows": 2})}
        error_messages = {
            "title": {"required": "Enter the title."},
            "summary": {"max_length": "Keep the summary under 300 letters."},
        }

    TEXT = ("title", "summary", "body")
    FACTS = ("scheme_class", "review_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.update(base_version=self.instance.version, save_id=uuid.uuid4())
        self.fields["scheme_class"].queryset = PublicationClass.objects.all()
        self.fields["scheme_class"].empty_label = "None"
        if self.instance.slug in NEEDED:
            del self.fields["file"]
        if not self.instance.upload_id or self.instance.slug in NEEDED:
            del self.fields["remove_file"]

    @property
    def changes(self):
        """The text, as the save function takes it."""
        return {name: self.cleaned_data[name] for name in self.TEXT}

    @property
    def facts(self):
        """What stands beside the text."""
        facts = {name: self.cleaned_data[name] for name in self.FACTS}
        return facts | ({"upload": None} if self.cleaned_data.get("remove_file") else {})

    def _post_clean(self):
        """The answers go through the save function, never straight into the instance."""
