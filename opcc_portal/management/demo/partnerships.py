"""Two networks, their members by role, an agreement, a launch and a summit, and the posts and teams that were paid for.

Facts are those of the public papers, in our own words; what the papers do not say stays empty.
"""

from opcc_portal.management.demo.people import OPCC, WYP
from scrutiny.partnerships.models import Agreement, Event, FundedPost, Launch, Membership, Network, Speaker
from scrutiny.people.models import Organisation, Person
from scrutiny.plan.models import Priority

NATIONAL = "National Anti-Trafficking and Modern Slavery Network"
COUNTY = "West Yorkshire Anti-Trafficking and Modern Slavery Network"
REPORT = "Joint report of 8 January 2018"
MINUTES = "Minutes of 8 January 2018"
LETTER = "Letter of 24 November 2017"
RELEASE = "News release of 19 January 2016"
OWN_WORDS = "The facts are those of public papers; the wording is our own."
Part = Membership.Part

NETWORKS = {
    NATIONAL: {
        "slug": "national-anti-trafficking-and-modern-slavery-network",
        "level": Network.Level.NATIONAL,
        "purpose": (
            "Police and Crime Commissioners and others meet here to act together against human trafficking and modern "
            "slavery: to raise awareness, to share what works, to help find victims and convict those who exploit them, and "
            "to make sure that each chief constable is asked what the force does."
        ),
    },
    COUNTY: {
        "slug": "west-yorkshire-anti-trafficking-and-modern-slavery-network",
        "level": Network.Level.FORCE,
        "purpose": (
            "Public bodies and charities of West Yorkshire work together here against human trafficking and modern slavery. "
            "The network trains front-line staff to see the signs and helps partners to act on them."
        ),
    },
}
# Three sources, two of which cannot both be true: nobody has decided.
LAUNCHES = {
    NATIONAL: [
        ((2016, 1, None), f"{REPORT}, paragraph 5"),
        ((2016, 1, 19), RELEASE),
        ((2016, 2, None), f"{REPORT}, paragraph 4"),
    ],
    COUNTY: [((2014, None, None), f"{LETTER}: at work since 2014")],
}
# network: (person, organisation, part, role, first day, source)
MEMBERS = {
    NATIONAL: [
        ("Mark Burns-Williamson", OPCC, Part.CHAIR, "Police and Crime Commissioner", None, f"{REPORT}; {LETTER}"),
        (
            "Rebecca Hurlock",
            OPCC,
            Part.COORDINATOR,
            "National Network Coordinator, since October 2017",
            None,
            f"{MINUTES}; {REPORT}: the day in October is not given",
        ),
        ("Kevin Hyland", "Office of the Independent Anti-Slavery Commissioner", Part.PARTNER,
         "Independent Anti-Slavery Commissioner, launched it with the chair", None, RELEASE),
        ("Shaun Sawyer", "Devon and Cornwall Police", Part.PARTNER, "National policing lead for modern slavery", None, RELEASE),
        (None, "Association of Police and Crime Commissioners", Part.MEMBER, "Commissioners", None, LETTER),
        (None, "National Police Chiefs’ Council", Part.PARTNER, "Police leadership", None, REPORT),
        (None, "Home Office", Part.PARTNER, "Government", None, RELEASE),
    ],
    COUNTY: [
        (None, OPCC, Part.COORDINATOR, "Coordinates the local response", None, LETTER),
        (None, WYP, Part.PARTNER, "Investigation", None, LETTER),
        (None, "Regional Organised Crime Unit", Part.PARTNER, "Investigation", None, LETTER),
        *(
            (None, name, Part.PARTNER, "Care for victims", None, LETTER)
            for name in ("Palm Cove Society", "Hope for Justice", "Basis", "Invisible Traffick")
        ),
    ],
}  # fmt: skip
AGREEMENT = {
    "title": "Agreement of the commissioners who join the network",
    "summary": (
        "They take a strategic approach together: they share good practice, help to find victims and convict offenders, and "
        "regularly hold their chief constables to account for it."
    ),
    "source": f"{RELEASE}; {REPORT}",
}
LAUNCH = {
    "slug": "launch-of-the-national-network-2016",
    "title": "Launch of the national network",
    "year": 2016,
    "month": 1,
    "day": 19,
    "venue": "Home Office, London",
    "audience": "commissioners from across England and Wales, and the Minister for Preventing Abuse and Exploitation",
    "summary": (
        "The Police and Crime Commissioner for West Yorkshire and the Independent Anti-Slavery Commissioner launched the "
        "network together."
    ),
    "source": f"{RELEASE}. Other papers say only January, or February",
}
SUMMIT = {
    "slug": "modern-slavery-summit-2016",
    "title": "Modern Slavery Summit",
    "year": 2016,
    "month": 9,
    "attendance": 140,
    "audience": "delegates from the public sector and from recruitment firms",
    "summary": "To make partner bodies aware of human trafficking and modern slavery and of what they can do about them.",
    "source": LETTER,
}
SPEAKERS = [
    ("Paul Broadbent", "Chief Executive", "Gangmasters and Labour Abuse Authority"),
    ("Kevin Hyland", "Independent Anti-Slavery Commissioner", "Office of the Independent Anti-Slavery Commissioner"),
    ("Shaun Sawyer", "Chief Constable", "Devon and Cornwall Police"),
]
PARTNERSHIP_SUMMIT = {
    "slug": "apcc-and-npcc-partnership-summit-2016",
    "title": "APCC and NPCC Partnership Summit",
    "year": 2016,
    "month": 11,
    "summary": "The commissioner carried on his work on human trafficking here.",
    "source": f"{REPORT}, paragraph 5",
}
# (title, kind, where it works, who pays, programme, network, holder, what for, source)
POSTS = [
    (
        "Human Trafficking Team",
        FundedPost.Kind.TEAM,
        WYP,
        OPCC,
        "Money from the commissioner",
        COUNTY,
        None,
        "Supports policing in the districts against human trafficking. It was set up about a year before January 2016.",
        f"{RELEASE}; {LETTER}",
    ),
    (
        "Specialist Advisor, human trafficking and modern slavery",
        FundedPost.Kind.POST,
        OPCC,
        OPCC,
        "Money from the commissioner",
        COUNTY,
        None,
        "Coordinates what the police and local partner bodies do about trafficking and modern slavery.",
        LETTER,
    ),
    (
        "Training and Partnerships Officer",
        FundedPost.Kind.POST,
        WYP,
        None,
        "",
        COUNTY,
        None,
        "In the Human Trafficking Team: trains officers alike everywhere, so that they recognise victims of modern slavery.",
        f"{LETTER}; {MINUTES}. Who pays is not said",
    ),
    (
        "National Network Coordinator",
        FundedPost.Kind.POST,
        OPCC,
        "Home Office",
        "Police Transformation Programme",
        NATIONAL,
        "Rebecca Hurlock",
        "Helps commissioners across the country to find what their forces can do better.",
        f"{LETTER}; {REPORT}. That the two papers mean the same post is our reading",
    ),
]


def seed_partnerships():
    """Networks, events and posts where they are not there yet."""
    priority = Priority.objects.get(slug="human-trafficking-and-modern-slavery")
    networks = {name: _network(name, priority) for name in NETWORKS}
    _event(LAUNCH, networks[NATIONAL], priority, ())
    summit = _event(SUMMIT, networks[COUNTY], priority, (COUNTY, WYP))
    _speakers(summit, SPEAKERS)
    _event(
        PARTNERSHIP_SUMMIT,
        networks[NATIONAL],
        priority,
        ("Association of Police and Crime Commissioners", "National Police Chiefs’ Council"),
    )
    for row in POSTS:
        _post(row, networks)
    return networks.values()


def _body(name):
    return Organisation.objects.get(name=name) if name else None


def _network(name, priority):
    defaults = {**NETWORKS[name], "priority": priority, "demonstration_note": OWN_WORDS}
    network, is_new = Network.objects.get_or_create(organisation=_body(name), defaults=defaults)
    if not is_new:
        return network
    for (year, month, day), source in LAUNCHES[name]:
        Launch.objects.create(network=network, year=year, month=month, day=day, source=source)
    for person, body, part, role, starts, source in MEMBERS[name]:
        who = Person.objects.get(name=person) if person else None
        said = {"part": part, "role": role, "starts": starts, "source": source}
        Membership.objects.create(network=network, person=who, organisation=_body(body), **said)
    if name == NATIONAL:
        Agreement.objects.create(network=network, **AGREEMENT)
    return network


def _event(facts, network, priority, hosts):
    defaults = {**facts, "network": network, "priority": priority, "demonstration_note": OWN_WORDS}
    event, is_new = Event.objects.get_or_create(slug=facts["slug"], defaults=defaults)
    if is_new:
        event.hosts.set([_body(name) for name in hosts])
    return event


def _speakers(event, rows):
    if event.speakers.exists():
        return
    for position, (name, post, body) in enumerate(rows, 1):
        person = Person.objects.get(name=name)
        Speaker.objects.create(
            event=event, position=position, person=person, name=name, post=post, organisation=_body(body)
        )


def _post(row, networks):
    title, kind, where, funder, programme, network, holder, purpose, source = row
    FundedPost.objects.get_or_create(
        title=title,
        organisation=_body(where),
        defaults={
            "kind": kind,
            "funder": _body(funder),
            "programme": programme,
            "network": networks[network],
            "holder": Person.objects.get(name=holder) if holder else None,
            "purpose": purpose,
            "source": source,
            "demonstration_note": OWN_WORDS,
        },
    )
