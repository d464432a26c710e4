"""Somebody who applies by the public form, as the tests let them: with a client of their own and the mails they get."""

import re
from datetime import timedelta

from django.core import mail
from django.urls import reverse

from funding.applications.models import Application, SavedLink
from opcc_portal.office.dates import today
from opcc_portal.office.forms import in_words

EMAIL = "ann@example.org"
ORGANISATION = {
    "applicant_kind": "group",
    "applicant_name": "Friends of the Park",
    "charity_number": "",
    "company_number": "",
    "address": "1 Park Lane\nLeeds",
    "postcode": "ls1 1aa",
}
CONTACT = {"contact_name": "Ann Other", "contact_email": EMAIL, "contact_phone": ""}
PROJECT = {
    "title": "Lights for the park",
    "summary": "Lamps along the path.",
    "reasons": "People are robbed where it is dark.",
}
MONEY = {"amount": "£3,000", "total_cost": ""}


def place(round_):
    """A page with days after the round."""
    first = round_.closes + timedelta(days=30)
    return {"starts": in_words(first), "ends": in_words(first + timedelta(days=90)), "beneficiaries": "1,200"}


def everything(round_):
    """{page: what is typed} of a whole application."""
    pages = {"organisation": ORGANISATION, "contact": CONTACT, "project": PROJECT, "place": place(round_)}
    return pages | {"money": MONEY}


def ask_for_link(client, round_, email=EMAIL):
    """Give an address at the start of the round."""
    return client.post(reverse("apply-start", args=[round_.fund.slug, round_.slug]), {"email": email})


def last_link():
    """Where the last mail leads to."""
    return re.search(r"http://[^/]+(/apply/saved/\S+)", mail.outbox[-1].body)[1]


def begin(client, round_, email=EMAIL):
    """Ask for a link and open it. Returns the application."""
    ask_for_link(client, round_, email)
    client.post(last_link(), {"email": email})
    return SavedLink.objects.latest("pk").application


def seen(client, page):
    """What the page says it was read as."""
    return re.search(r'name="seen" value="(\w+)"', client.get(address(page)).content.decode())[1]


def address(page):
    """Where a page of the form is."""
    return reverse(f"apply-{page}" if page in ("documents", "check") else "apply-page", args=_slug(page))


def _slug(page):
    return [] if page in ("documents", "check") else [page]


def save(client, page, words, go="on", read_as=None):
    """Type and press a button."""
    return client.post(address(page), {**words, "go": go, "seen": read_as or seen(client, page)})


def fill_in(client, round_, **instead):
    """Every page, one after the other."""
    for page, words in (everything(round_) | instead).items():
        answer = save(client, page, words)
        assert answer.status_code == 302, answer.content.decode()


def send(client, version=None, **words):
    """Declare and send."""
    version = version or seen(client, "check")
    return client.post(
        address("check"), {"agrees": "on", "declared_by": "Ann Other", "seen": version, "go": "send"} | words
    )


def days_ago(days):
    """That day."""
    return today() - timedelta(days=days)


def only():
    """The one application there is."""
    return Application.objects.get()
