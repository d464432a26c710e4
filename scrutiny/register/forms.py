"""Forms for what many documents share."""

from django import forms

from opcc_portal.files.operations import Refused, receive
from scrutiny.register.models import Attachment


class TakesFile:
    """A form whose `file` is taken in last, when everything else is in order."""

    upload = None

    def receive(self, by):
        """Take the file in. False, with the reason beside the field, when it is refused."""
        if not self.cleaned_data.get("file"):
            return True
        try:
            self.upload = receive(self.cleaned_data["file"], by=by)
        except Refused as refusal:
            self.add_error("file", str(refusal))
            return False
        return True


class AttachmentForm(TakesFile, forms.ModelForm):
    """An attachment: its words, and its file once there is one.

    The file is taken in last, when everything else is in order, so that a wrong word costs nobody a second upload.
    """

    file = forms.FileField(
        required=False,
        help_text="PDF, Word, Excel, PowerPoint, CSV, PNG or JPEG, at most 50 MB. Leave empty if it is still to come.",
        error_messages={"empty": "This file is empty. Choose another."},
    )

    class Meta:
        model = Attachment
        fields = ["title", "label", "file", "summary", "printed_kind", "printed_size"]
        error_messages = {"title": {"required": "Enter the title."}}
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "printed_kind": "Only for papers that were published before: what the old paper says, for instance PDF.",
            "printed_size": "For instance 370KB.",
        }

    field_order = ["title", "label", "file", "summary", "printed_kind", "printed_size"]

    @property
    def words(self):
        """Everything but the file."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name != "file"}

    def _post_clean(self):
        """The answers go through the operations, never straight into the instance."""
