"""The form of the publisher's settings."""

from django import forms

from funding.open_data.models import Publisher
from funding.rounds.editing import RecordForm
from scrutiny.workflow.forms import WordsField


class PublisherForm(RecordForm):
    """How the office is known to users of open data."""

    prefix = WordsField(
        label="360Giving prefix",
        required=False,
        max_length=60,
        help_text="As 360Giving gave it to the office, for example 360G-NorthmoorPCC. Leave it empty until then.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    funder_id = WordsField(
        label="Identifier of the office",
        required=False,
        max_length=100,
        help_text="From a list of org-id.guide, for example GB-GOR-PC1234. Empty: one made of the prefix.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    licence_name = WordsField(what="the name of the licence", label="Licence", max_length=120)
    licence_url = forms.URLField(
        label="Address of the licence",
        assume_scheme="https",
        error_messages={
            "required": "Enter the address of the licence.",
            "invalid": "Enter a whole address, like https://www.nationalarchives.gov.uk/doc/open-government-licence/.",
        },
    )

    GROUPS = (
        ("The office as a publisher", ("prefix", "funder_id")),
        ("What others may do with the data", ("licence_name", "licence_url")),
    )

    class Meta:
        model = Publisher
        fields = ["prefix", "funder_id", "licence_name", "licence_url"]
