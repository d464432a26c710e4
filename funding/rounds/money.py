"""Sums of money as people type and read them."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from opcc_portal.office.money import in_pounds

MOST = Decimal("9999999999.99")
_SUM = re.compile(r"(?P<pounds>\d+|\d{1,3}(?:,\d{3})+)(?:\.(?P<pence>\d{1,2}))?")


def read_money(text):
    """The sum that "£4,500", "4500" or "4,500.50" stands for. Raises ValidationError that says what to type."""
    said = "".join(str(text).split()).removeprefix("GBP").removeprefix("£").removesuffix("GBP")
    if said.startswith(("-", "−", "(")):
        raise ValidationError("Enter an amount above £0, without a minus sign.", code="negative")
    found = _SUM.fullmatch(said)
    if not found:
        raise ValidationError(
            f"“{str(text)[:40]}” is not an amount in pounds. Type it as 4500, 4,500 or £4,500.50.", code="invalid"
        )
    amount = Decimal(f"{found['pounds'].replace(',', '')}.{found['pence'] or '0'}")
    if amount == 0:
        raise ValidationError("Enter an amount above £0.", code="zero")
    if amount > MOST:
        raise ValidationError("This is more than any grant can be. Check the figures.", code="huge")
    return amount


class MoneyField(forms.Field):
    """A sum above nothing, with or without a pound sign and commas."""

    default_error_messages = {"required": "Enter an amount in pounds."}

    def __init__(self, **kwargs):
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "money"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def prepare_value(self, value):
        """A sum from the database with commas; what somebody typed as they typed it."""
        return in_pounds(value).removeprefix("£") if isinstance(value, Decimal) else value

    def to_python(self, value):
        """The sum as a Decimal, None where nothing was typed."""
        if isinstance(value, Decimal) or value in self.empty_values:
            return value if isinstance(value, Decimal) else None
        return read_money(value) if str(value).strip() else None

    def has_changed(self, initial, data):
        """Another way of writing the same sum is no change."""
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True
