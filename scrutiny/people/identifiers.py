"""Numbers of public lists: their shapes, and what to do about one that has the wrong one.

Shapes: Charity Commission (1 to 7 digits, first not 0), Companies House (8 characters, two letters or digits first),
org-id.guide for the others. Numbers are text: leading zeros are kept.
"""

import re

from django.core.exceptions import ValidationError

from scrutiny.people.models import Identifier

SHAPES = {
    Identifier.List.CHARITY: (r"[1-9]\d{5,6}", "six or seven digits, for example 1048995"),
    Identifier.List.COMPANY: (r"(?:\d{8}|[A-Z]{2}\d{6}|R\d{7})", "eight characters, for example 02065445 or OC300001"),
    Identifier.List.SCOTTISH_CHARITY: (r"SC\d{6}", "SC and six digits, for example SC012345"),
    Identifier.List.NORTHERN_CHARITY: (r"(?:NIC)?\d{6}", "six digits, for example 100002"),
    Identifier.List.COUNCIL: (r"[A-Z]{3}", "three letters, for example LDS"),
    Identifier.List.SCHOOL: (r"\d{6}", "six digits, for example 107829"),
    Identifier.List.UNIVERSITY: (r"1\d{7}", "eight digits that begin with 1, for example 10007795"),
    Identifier.List.MUTUAL: (r"(?:IP)?\d{4,5}R?", "the number of the Mutuals Public Register, for example 30456R"),
    Identifier.List.REVENUE: (r"[A-Z]{2}\d{4,5}", "two letters and four or five digits, for example XR12345"),
}
# Companies House gave these letters to societies, which the Mutuals Public Register has kept since 2014.
MOVED_TO_MUTUALS = ("IP", "SP", "RS", "NP")


def clean_number(list_name, text):
    """The number as the list writes it, spaces and small letters put right. Raises ValidationError that says what to do.

    A company number of seven digits has lost its leading zero in a spreadsheet; which zero that was is not guessed.
    """
    number = "".join(str(text).split()).upper()
    if list_name == Identifier.List.CHARITY and re.fullmatch(r"[1-9]\d{5,6}-\d+", number):
        raise ValidationError(
            f"“{text}” is the number of a charity within a charity, which the lists of organisations do not have any "
            f"more. Give the number before the hyphen: {number.partition('-')[0]}.",
            code="removed_kind",
        )
    if list_name == Identifier.List.COMPANY and number.startswith(MOVED_TO_MUTUALS):
        raise ValidationError(
            f"“{text}” is the number of a society: Companies House does not keep these any more. Leave it out here and "
            "record the number of the Mutuals Public Register with the organisation.",
            code="removed_kind",
        )
    shape, words = SHAPES[list_name]
    if not re.fullmatch(shape, number):
        hint = ""
        if list_name == Identifier.List.COMPANY and number.isdecimal() and len(number) < 8:
            hint = f" If a spreadsheet took its leading zeros away, type {number:0>8}."
        raise ValidationError(f"“{text}” has the wrong shape. Enter {words}.{hint}", code="shape")
    return number
