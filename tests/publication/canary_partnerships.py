"""Networks in the office full of canaries: one that is published, with secret words in what stays with the office; a draft."""

from django.core.files.base import ContentFile

from opcc_portal.files import operations as files
from scrutiny.partnerships.models import Agreement, Membership, Speaker
from tests.factories import make_event, make_funded_post, make_network, make_organisation, make_person

NOTE = "demonstration_note"
SURFACES = {
    "Organisation.name of a network": ("/networks/", "/networks/safer-canals/", "/networks/safer-canals.json"),
    **dict.fromkeys(
        (
            "Network.purpose",
            "Launch.source",
            "Person.name of a member",
            "Membership.role",
            "Agreement.title",
            "Event.title",
            "Event.audience",
            "Speaker.name",
            "FundedPost.title",
        ),
        ("/networks/safer-canals/", "/networks/safer-canals.json"),
    ),
}


def sow(made, officer):
    """A network that may be published, with one of everything; another that may not."""
    public, secret = made.public, made.secret
    name = public.word("Organisation.name of a network")
    purpose = f"To keep {public.word('Network.purpose')} safe."
    network = made.network = make_network(f"Safer canals {name}", slug="safer-canals", purpose=purpose, members=0)
    made.hide(network.organisation, keep=("short_name", NOTE))
    network.launches.update(source=f"Report {public.word('Launch.source')}")
    who = make_person(f"Ann {public.word('Person.name of a member')}")
    role = f"Chair {public.word('Membership.role')}"
    made.hide(Membership.objects.create(network=network, person=who, role=role), keep=("role",))
    Membership.objects.create(network=network, organisation=make_organisation())
    file = files.receive(
        ContentFile(
            f"signed,by\n{secret.word('Upload content of an agreement')},1\n".encode(),
            name=f"{secret.word('Upload.name of an agreement')}.csv",
        ),
        by=officer,
    )
    title = f"Charter {public.word('Agreement.title')}"
    signed = Agreement.objects.create(network=network, title=title, upload=file)
    made.hide(signed, keep=("title", "signatories", "summary"))
    words = {"title": f"Summit {public.word('Event.title')}", "audience": f"For {public.word('Event.audience')}"}
    event = make_event(network, **words)
    made.hide(event, keep=("title", "venue", "audience", "summary", NOTE))
    Speaker.objects.create(event=event, name=f"Jo {public.word('Speaker.name')}")
    holder = made.hide(make_person("Lee Holder"))
    title = f"Adviser {public.word('FundedPost.title')}"
    post = make_funded_post(network, title=title, holder=holder, amount="31987.65")
    made.hide(post, keep=("title", "programme", "purpose", NOTE))
    draft = make_network("Not yet", slug="not-yet")
    for each in (draft.organisation, draft.launches.get(), draft.memberships.get(), make_event(), make_funded_post()):
        made.hide(each)
    made.hide(draft)
    made.addresses += ["/networks/safer-canals/", "/networks/safer-canals.json", "/networks/not-yet/", "/networks.json"]
    made.addresses += [
        f"/{file.file.name}",
        f"/editions/{file.sha256}.csv",
        "/networks/safer-canals/files/agreement-1.csv",
    ]
