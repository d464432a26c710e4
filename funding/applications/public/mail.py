"""Mails to applicants. They name the round and the reference; nothing that was written into the form is in them."""

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django_tasks import task

from funding.applications.models import Application, SavedLink
from funding.applications.public.links import address_of, give_token
from opcc_portal.office.models import Office

FOLDER = "funding/apply"


@task()
def send_link(link, site):
    """Mail the link with this key. The queue knows neither the address nor the token."""
    held = SavedLink.objects.select_related("application__round__fund").filter(pk=link).first()
    if held is None:
        return
    address = site.rstrip("/") + reverse("apply-saved", args=[give_token(held)])
    round_ = held.application.round
    _send("link_mail", f"Your application to the {round_.fund.name}", held.email, round_, link=address, held=held)


@task()
def send_receipt(application):
    """Mail the reference of what has been sent."""
    sent = Application.objects.select_related("round__fund").get(pk=application)
    _send("receipt_mail", f"Received: {sent.reference}", address_of(sent), sent.round, application=sent)


def _send(template, subject, to, round_, **context):
    office = Office.now()
    words = {"round": round_, "office": office.display_name if office else "", **context}
    send_mail(subject, render_to_string(f"{FOLDER}/{template}.txt", words), None, [to])
