"""Rich text in forms and models: a browser editor where there is script, a plain text area where there is none."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.templatetags.static import static
from django_prose_editor.widgets import ProseEditorWidget
from js_asset import ImportMap, Media

from opcc_portal.richtext.cleaning import RichTextRefused, clean, from_plain
from opcc_portal.richtext.rules import EXTENSIONS

_our_files = Media(
    importmap=ImportMap({"opcc/tidy-paste": "js/tidy-paste.js"}),
    css={"all": ["django_prose_editor/editor.css", "css/components/rich-text.css"]},
)


class RichTextWidget(ProseEditorWidget):
    """A text area that the editor takes over. Without script it stays a text area and holds the text as HTML.

    Pages print its scripts with `{% editor_media form %}` (template library `rich_text`).
    """

    def __init__(self, attrs=None):
        super().__init__({"rows": 12, "cols": 80, "spellcheck": "true"} | (attrs or {}))
        self.preset = "configurable"
        self.config = {"extensions": EXTENSIONS | {"NoSpellCheck": False, "TidyPaste": True}}

    @property
    def media(self):
        """The editor's files, with the address of our own module in the import map."""
        return super().media + _our_files

    def get_config(self):
        """What the editor offers, and our module that it loads before it starts."""
        return super().get_config() | {"js_modules": [static("js/rich-text.js")]}


class RichTextField(forms.CharField):
    """A form field whose cleaned value is rich text in its normal form; refusals come as errors, with the text kept."""

    widget = RichTextWidget

    def to_python(self, value):
        """Clean what the editor sent, or what was typed into the plain text area."""
        value = super().to_python(value)
        try:
            return clean(value) if re.search(r"<[a-zA-Z]", value) else from_plain(value)
        except RichTextRefused as refusal:
            raise ValidationError(str(refusal), code="refused") from None


class RichTextColumn(models.TextField):
    """A column of rich text. Whatever writes it (form, import, admin), what is stored has been cleaned."""

    def pre_save(self, instance, add):
        """Clean on the way in; raises RichTextRefused."""
        value = clean(super().pre_save(instance, add) or "")
        setattr(instance, self.attname, value)
        return value

    def formfield(self, **kwargs):
        """The editor."""
        return super().formfield(**{"form_class": RichTextField, "widget": RichTextWidget} | kwargs)

    def deconstruct(self):
        """To migrations it is a text column, so that they never need this module."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
