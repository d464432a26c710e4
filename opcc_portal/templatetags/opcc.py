"""Small words for every template: dates and sums as the office writes them, and what a form did wrong.

`{% load opcc %}`
"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django import forms, template
from django.forms.formsets import BaseFormSet
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.safestring import SafeString

from opcc_portal.files.words import size_words
from opcc_portal.office.dates import today
from opcc_portal.office.money import in_pounds

register = template.Library()


# --- dates, times, sums, sizes -------------------------------------------------------------------------------------


def _local(value):
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def long_date(value):
    """8 January 2018"""
    value = _local(value)
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else ""


@register.filter
def day_and_date(value):
    """Monday 8 January 2018"""
    return f"{_local(value):%A} {long_date(value)}" if isinstance(value, date) else ""


@register.filter
def short_date(value):
    """8 January: for lists where the year is plain from the place."""
    value = _local(value)
    return f"{value.day} {value:%B}" if isinstance(value, date) else ""


@register.filter
def clock(value):
    """10:42, for a time or a moment."""
    value = _local(value)
    return f"{value:%H:%M}" if hasattr(value, "hour") else ""


@register.filter
def moment(value):
    """10:42 for today, otherwise 8 January 2018, 10:42."""
    if not isinstance(value, datetime):
        return ""
    here = _local(value)
    return clock(here) if here.date() == today() else f"{long_date(here)}, {clock(here)}"


@register.filter
def pounds(value):
    """£36,343 or £36,343.50: pence only where there are any. Empty for nothing and for what is no sum."""
    try:
        return in_pounds(Decimal(value))
    except (InvalidOperation, TypeError, ValueError):
        return ""


@register.filter
def file_size(value):
    """84 KB, for a number of bytes."""
    return size_words(value)


@register.filter
def in_groups(value):
    """A long row of letters in readable groups of eight: d2f1a0b3 99c41e7a …"""
    text = str(value)
    return " ".join(text[start : start + 8] for start in range(0, len(text), 8))


# --- forms ---------------------------------------------------------------------------------------------------------


def _first_control(field):
    """The id that a link to this field must point at: of radio buttons the first, of a divided date its first part."""
    if field.id_for_label:
        return field.id_for_label
    data = field.subwidgets[0].data if field.subwidgets else {}
    first = data.get("subwidgets", [data])[0]
    return first.get("attrs", {}).get("id") or field.auto_id


def _is_stock(field, problem):
    """Whether the message is Django's own, which does not say what it is about."""
    kinds = type(field.field).__mro__
    return any(problem.message in getattr(kind, "default_error_messages", {}).values() for kind in kinds)


def _missing(field):
    widget = field.field.widget
    if isinstance(widget, forms.FileInput):
        return f"Choose a file for “{field.label}”"
    if isinstance(widget, forms.widgets.ChoiceWidget):
        return f"Choose an answer for “{field.label}”"
    if isinstance(widget, forms.CheckboxInput):
        return f"Tick “{field.label}”"
    return f"Fill in “{field.label}”"


@register.filter
def problems(field):
    """What is wrong with the field, as {here, above}: beside it, and in the summary, where its label is not near."""
    found = []
    for problem in field.errors.as_data():
        stock = _is_stock(field, problem)
        for message in problem.messages:
            if stock and problem.code == "required":
                found.append({"here": _missing(field), "above": _missing(field)})
            else:
                found.append({"here": message, "above": f"{field.label}: {message}" if stock else message})
    return found


def _form_errors(form):
    for message in form.non_field_errors():
        yield {"message": message, "target": ""}
    for field in form:
        for problem in problems(field):
            target = "" if field.is_hidden else _first_control(field)
            yield {"message": problem["above"], "target": target}


@register.simple_tag
def form_errors(*forms):
    """Every error of the given forms, formsets and lists of them, in page order: a list of {message, target}.

    Marks what it listed, so that a form that already has its summary on top of the page does not print a second one.
    """
    found = []
    for form in forms:
        if isinstance(form, list | tuple):
            found += form_errors(*form)
        elif isinstance(form, BaseFormSet):
            if not form.is_bound:
                continue
            found += [{"message": message, "target": ""} for message in form.non_form_errors()]
            found += form_errors(*form.forms)
            form.summary_shown = True
        elif getattr(form, "is_bound", False) and hasattr(form, "non_field_errors"):
            found += _form_errors(form)
            form.summary_shown = True
    return found


@register.filter
def described_by(field):
    """The ids of hint and error, for the fieldset of radio buttons, checkboxes and divided fields."""
    ids = []
    if field.help_text:
        ids.append(f"{field.auto_id}_helptext")
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


@register.filter
def says_optional(field):
    """Whether the label must say "(optional)": not where it says so already, and not beside a single checkbox."""
    return not field.field.required and "optional" not in str(field.label).lower()


@register.filter
def has_class(field, name):
    """Whether the field's control was given that class, for instance `segmented`."""
    return name in field.field.widget.attrs.get("class", "").split()


@register.filter
def option_attrs(option):
    """The attributes of one radio button or checkbox. What is wrong, and that one must be chosen, is said of the group."""
    return flatatt({name: value for name, value in option["attrs"].items() if name not in ("aria-invalid", "required")})


@register.simple_tag
def divided_parts(field):
    """The parts of a control made of several (a date and a time; day, month, year): {id, label, control} each."""
    data = field.subwidgets[0].data
    widgets = getattr(field.field.widget, "widgets", [])
    parts = []
    for number, part in enumerate(data.get("subwidgets", [data])):
        own = part["attrs"].pop("aria-label", "")
        words = own or _word_for(part, widgets[number] if number < len(widgets) else None)
        control = SafeString(field.form.renderer.render(part["template_name"], {"widget": part}))
        parts.append({"id": part["attrs"].get("id", ""), "label": words or f"Part {number + 1}", "control": control})
    return parts


def _word_for(part, widget):
    if isinstance(widget, forms.DateInput):
        return "Date"
    if isinstance(widget, forms.TimeInput):
        return "Time"
    ending = part["name"].rpartition("_")[2]
    return ending.capitalize() if ending in ("day", "month", "year") else ""


@register.filter
def own_button(classes):
    """crispy-forms' class names, or attributes holding them, with ours in their place."""
    names = str(classes)
    for theirs, ours in (("btn btn-primary", "button"), ("btn btn-inverse", "button quiet"), ("btn", "button quiet")):
        if theirs in names:
            changed = names.replace(theirs, ours, 1)
            return SafeString(changed) if isinstance(classes, SafeString) else changed
    return names


# --- pages ---------------------------------------------------------------------------------------------------------


@register.simple_tag
def page_numbers(page):
    """The numbers a pagination prints: first, last, and the neighbours of this one; None stands for a gap."""
    return [
        None if number == page.paginator.ELLIPSIS else number
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]


@register.filter
def banner_kind(message):
    """The notice a message of Django's message framework is shown as."""
    return {"error": "error", "warning": "note", "success": "accent"}.get(message.level_tag, "")


@register.filter
def or_dash(value):
    """An en dash where there is nothing to print, so that an empty cell is seen to be empty."""
    return (
        value
        if value not in (None, "")
        else SafeString('<span aria-hidden="true">–</span><span class="visually-hidden">nothing recorded</span>')
    )
