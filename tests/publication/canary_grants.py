"""The grants in the office full of canaries: a grant to an organisation, one whose recipient is withheld, one to a person.

Each has a PDF of its own, and behind each stand an application, money and returns that are nobody's business.
"""

from django.utils import timezone

from funding.awards import operations, payments, returns
from funding.awards.models import Award
from opcc_portal.office.dates import today
from scrutiny.people.models import Identifier
from scrutiny.workflow.models import PrivateNote
from tests.factories import make_application, make_award, make_fund, make_organisation, make_restriction, make_round

# What is public of a grant whose recipient is not.
SAID = ("purpose", "reasons", "conditions", "individual", "demonstration_note")


def sow(made, officer):
    """A round with three awards, and an application that got nothing."""
    secret, public = made.secret, made.public
    fund = make_fund(source=f"Money from {public.word('Fund.source')}", name="Safer Places", slug="safer-places")
    made.round = make_round(fund, label="Spring", slug="spring", guidance=f"For {public.word('Round.guidance')}")
    named = make_organisation(f"Lantern {public.word('Organisation.name of a recipient')}", kind="charity")
    _award(
        made,
        officer,
        title=f"Lights {public.word('Award.title')}",
        conditions=f"Spend it {public.word('Award.conditions')}",
        recipient=named,
    )
    withheld = make_organisation("x", kind="charity", website=f"https://{secret.word('Organisation.website')}.example/")
    number = Identifier.objects.create(organisation=withheld, list="GB-CHC", number="1048995")
    made.hide(number)
    made.hide(withheld)
    restricted = _award(made, officer, recipient=withheld)
    make_restriction(
        restricted, by=officer, neutral_title="A grant", decided_by=secret.word("Restriction.decided_by of an award")
    )
    made.hide(Award.objects.get(pk=restricted.pk), keep=SAID)
    person = _award(made, officer, individual="x")
    made.hide(Award.objects.get(pk=person.pk), keep=("title", *(name for name in SAID if name != "individual")))
    made.hide(make_application(made.round), keep=("reference",))
    made.addresses += ["/grants/360giving.json", "/grants/360giving.csv", "/grants/recipients/gb-chc-1048995/"]


def _award(made, officer, **fields):
    """An award with a PDF, and secret words in all that the desk holds about it. Its purpose said something else before."""
    application = make_application(made.round)
    before = f"Not for {made.secret.word('Award.purpose before it was corrected')}"
    award = make_award(round=made.round, application=application, purpose=before, by=officer, **fields)
    purpose = f"Lamps {made.public.word('Award.purpose')}"
    corrected = operations.Change("corrected", "It was written down wrongly.", today())
    award = operations.change(award, {"purpose": purpose}, corrected, seen=award.version, by=officer)
    made.hide(application, keep=("reference",))
    made.hide(payments.add(award, {"kind": "payment", "amount": award.amount, "due_on": today()}, by=officer))
    made.hide(returns.ask(award, title="x", due_on=timezone.localdate(), by=officer))
    subject = f"funding.award:{award.pk}"
    made.hide(PrivateNote.objects.create(by=officer, subject=subject, text="x"), keep=("subject",))
    operations.publish_with_pdf(award, True, by=officer)
    return award
