"""A page with the editor on it, as a room would build one; tests put it at /."""

from django import forms
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from opcc_portal.richtext.fields import RichTextField

PAGE = """{% load rich_text static %}<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Section</title>
{% include "components/head.html" with nonce=request.csp_nonce only %}{% editor_media form %}</head>
<body><main><h1>Section</h1><form method="post">{% csrf_token %}{{ form.as_p }}<button class="button">Save</button></form>
<section id="saved" class="prose" aria-label="Saved">{{ saved|rich }}</section></main></body></html>"""


class SectionForm(forms.Form):
    """One section."""

    body = RichTextField(label="Text of the section", help_text="Headings, lists and tables.")


def section(request):
    """Show what was sent, and the form again."""
    form = SectionForm(request.POST or None, initial={"body": "<p>Before.</p>"})
    saved = form.cleaned_data["body"] if form.is_bound and form.is_valid() else ""
    if saved:
        form = SectionForm(initial={"body": saved})
    return HttpResponse(engines["django"].from_string(PAGE).render({"form": form, "saved": saved}, request))


urlpatterns = [path("", section)]
