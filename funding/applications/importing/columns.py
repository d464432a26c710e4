"""Which column of a sheet holds what of an application: guessed from its headings, put right by a person.

What a person said is remembered for the next sheet of the fund with the same headings.
"""

import re
from dataclasses import dataclass

from funding.applications.models import Application, ApplicationImport
from scrutiny.indicators.importing.sheets import LOOKED_AT, SheetLayout, headings_of

ROLES = {
    "": "Not used",
    "reference": "Reference",
    "applicant_name": "Name of the organisation",
    "applicant_kind": "Kind of organisation",
    "charity_number": "Charity number",
    "company_number": "Company number",
    "address": "Address, or a part of it",
    "postcode": "Postcode",
    "contact_name": "Name of the contact",
    "contact_email": "E-mail address of the contact",
    "contact_phone": "Telephone number of the contact",
    "title": "Name of the project",
    "summary": "What the money is for",
    "reasons": "How it reduces crime and disorder",
    "amount": "Amount asked for",
    "total_cost": "Cost of the whole project",
    "area": "Area",
    "priority": "Priority",
    "starts": "First day of the project",
    "ends": "Last day of the project",
    "beneficiaries": "People who take part",
    "received": "Day it was received",
}
ESSENTIAL = ("applicant_name", "title", "summary", "amount")
# An address often stands in several columns.
REPEATED = ("", "address")
# What a heading speaks of; the first that fits counts, so that "Contact e-mail" is an address and no name.
SPEAKS_OF = {
    "": r"\bawarded\b|\bdecision\b|\bscore\b|\bbank\b|sort code|account (no|number|name)",
    "charity_number": r"charit.*\b(no|nos|num|number|reg|registration)\b|\bcharity$",
    "company_number": r"compan.*\b(no|nos|num|number|reg|registration)\b|companies house",
    "contact_email": r"e-?mail",
    "contact_phone": r"phone|mobile|^tel\b",
    "postcode": r"post ?code",
    "reference": r"\bref(erence)?\b|\bid$|^(application )?(no|number)$",
    "total_cost": r"(total|whole|full|project).*\bcosts?\b|^costs?\b",
    "amount": r"\b(amount|requested|sought|asked|applied for|bid)\b|^(grant|£|sum)$",
    "received": r"\b(received|submitted|submission)\b|date of application|application date",
    "starts": r"\b(starts?|begins?|commence\w*|first day)\b",
    "ends": r"\b(ends?|finish\w*|last day|completion)\b",
    "applicant_kind": r"\b(kind|type|legal status|legal form|constitution)\b",
    "contact_name": r"\bcontact\b|lead (person|officer)",
    "address": r"address|\bstreet\b|\btown\b|\bcity\b|\bcounty\b",
    "title": r"(project|scheme).*(name|title)|(name|title).*(project|scheme)|^(project|scheme|title)$",
    "applicant_name": r"organi[sz]ation|applicant|^name\b|\bgroup\b|\bbody\b",
    "reasons": r"\bcrime\b|\bdisorder\b|reduc|\breasons?\b|\bwhy\b",
    "summary": r"summary|descri|\bwhat\b|purpose|details|\babout\b",
    "area": r"\barea\b|district|\bwhere\b|location|borough",
    "priority": r"priorit|\btheme\b",
    "beneficiaries": r"beneficiar|participants|take part|people",
}
_REMEMBERED = 20  # imports of a fund that are asked how they were read


@dataclass
class Layout(SheetLayout):
    """How a sheet of applications is read.

    `kind` is the kind of organisation where a row says none and gives no number of a list.
    """

    kind: str = ""

    def places(self, role):
        """The places of the columns with this role."""
        return [place for place, given in enumerate(self.roles) if given == role]

    def missing(self):
        """What is still to be said before rows can be read, as sentences."""
        found = [f"Choose the column of: {ROLES[role].lower()}." for role in ESSENTIAL if role not in self.roles]
        return found + self.said_twice({role: name for role, name in ROLES.items() if role not in REPEATED})


def find(batch):
    """How the rows of an import are read: as the last sheet with the same headings was, else by a guess."""
    return recall(batch) or guess(batch.rows)


def guess(rows):
    """The most likely layout: the headings where most is recognised, and what each of them speaks of."""
    place = max(range(min(LOOKED_AT, len(rows))), key=lambda at: (_recognised(rows[at]), -at))
    roles = []
    for text in headings_of(rows, place):
        role = _role_of(text)
        roles.append("" if role in roles and role not in REPEATED else role)
    return Layout(heading=place, roles=roles)


def _recognised(row):
    return len({_role_of(text) for text in row if len(text) <= 120} - {""})


def _role_of(heading):
    plain = " ".join(re.sub(r"[(\[].*?[)\]]|[:*?._/]", " ", heading.casefold()).split())
    return next((role for role, spoken in SPEAKS_OF.items() if plain and re.search(spoken, plain)), "")


def recall(batch):
    """The layout by which the fund's last sheet with these headings was taken over, or None."""
    taken = ApplicationImport.objects.filter(round__fund=batch.round.fund_id, state=ApplicationImport.State.TAKEN)
    for before in taken.only("headings", "columns")[:_REMEMBERED]:
        layout = Layout.of(before)
        if layout is None:
            continue
        for place in range(min(LOOKED_AT, len(batch.rows))):
            if headings_of(batch.rows, place) == before.headings:
                kind = layout.kind if layout.kind in Application.Applicant else ""
                return Layout(heading=place, roles=layout.roles, kind=kind)
    return None
