"""The plan's priority on trafficking with its six objectives, two routes and three indicators."""

import datetime

from funding.models import Fund, StatedTotal
from scrutiny.plan.models import Indicator, MonitoringRoute, Objective, Outcome, Plan, Priority, Theme

OUTCOME = "Safeguarding vulnerable people"
PRIORITY = "Human trafficking and modern slavery"

OUR_PRIORITY = (
    "Trafficking and modern slavery threaten people in West Yorkshire as they do in the rest of the country. They scar "
    "those who suffer them, and the people behind them are often tied to other serious and organised crime. The Home "
    "Office put the number of possible victims in the United Kingdom in 2014 at between 10,000 and 13,000. Men, women and "
    "children of every community are among them, moved across borders, between regions, and from one of our own towns to "
    "the next. Forced labour, child slavery, servitude in homes and sexual exploitation are some of its forms; each leaves "
    "lasting harm behind."
)

# text, theme
OBJECTIVES = [
    (
        "Hear from communities where help falls short, who is exposed and what is new, and use what we learn together to "
        "respond faster and leave nobody out.",
        "Listening to people",
    ),
    (
        "Make sure that partners and communities can recognise the signs, and that everybody who is worried knows a way to "
        "report it.",
        "Understanding our communities",
    ),
    (
        "Build firm relations with the networks of districts, region and country that collect and pass on intelligence, so "
        "that threats are seen early.",
        "Working together",
    ),
    (
        "Widen the membership of the district forums and the West Yorkshire network and agree common policies for the "
        "county, so that people at risk are found and protected sooner.",
        "Preventing and intervening earlier",
    ),
    (
        "Keep shaping national policy with the Independent Anti-Slavery Commissioner, the police chiefs’ council, the "
        "National Crime Agency, the licensing authority for gangmasters and the Home Office.",
        "Improving our services",
    ),
    (
        "Back projects that raise awareness, prevent harm or support victims, with money from the Safer Communities Fund "
        "and through the Partnership Executive Group where that is possible.",
        "Providing resources",
    ),
]

ROUTES = [
    (
        "Community Outcomes Meeting",
        "An in-depth report shows how the office, the force and partners are doing against the six objectives.",
    ),
    ("Delivery Quarterly", "Progress is also followed in the quarterly review of delivery."),
]

INDICATORS = [
    ("Instances of intelligence", "West Yorkshire Police, partners, the public"),
    ("Convictions of offenders, above all under the Modern Slavery Act", ""),
    ("Referrals to the National Referral Mechanism", ""),
]


def seed_plan():
    """The plan and the priority in full."""
    plan, _ = Plan.objects.get_or_create(
        title="Police and Crime Plan",
        starts=datetime.date(2016, 4, 1),
        defaults={
            "ends": datetime.date(2021, 3, 31),
            "demonstration_note": "Facts from the public plan, worded afresh. The first and last day are placeholders.",
        },
    )
    outcome, _ = Outcome.objects.get_or_create(plan=plan, title=OUTCOME)
    priority, made = Priority.objects.get_or_create(
        slug="human-trafficking-and-modern-slavery",
        defaults={
            "plan": plan,
            "outcome": outcome,
            "title": PRIORITY,
            "our_priority": OUR_PRIORITY,
            "how_we_deliver": "Nobody can prevent this abuse, find its victims or protect them alone. What we do must "
            "fit together, rest on a shared view of the threat and give people the help they need.",
            "how_we_know": "We follow this priority in two places and by three indicators.",
            "text_of": datetime.date(2017, 1, 1),
            "demonstration_note": "Facts from the public plan, worded afresh; the day of the wording is a placeholder.",
        },
    )
    if not made:
        return priority
    for number, (text, theme) in enumerate(OBJECTIVES, 1):
        held, _ = Theme.objects.get_or_create(plan=plan, name=theme, defaults={"position": number})
        Objective.objects.create(priority=priority, theme=held, text=text, position=number)
    for number, (name, text) in enumerate(ROUTES, 1):
        MonitoringRoute.objects.create(priority=priority, name=name, text=text, position=number)
    for number, (title, sources) in enumerate(INDICATORS, 1):
        Indicator.objects.create(priority=priority, title=title, sources=sources, position=number)
    return priority


def seed_stated_totals():
    """The two totals that two documents state for one fund. Nobody invents who received the money."""
    fund, _ = Fund.objects.get_or_create(
        name="Safer Communities Fund",
        defaults={
            "source": "Proceeds of crime",
            "maximum_grant": 5000,
            "purpose": "Small grants to local organisations that make communities safer.",
            "demonstration_note": "Totals as two public documents state them. No recipient is named in either.",
        },
    )
    StatedTotal.objects.get_or_create(
        fund=fund,
        document="Letter to the Home Secretary",
        stated_on=datetime.date(2017, 11, 24),
        scope="Local organisations working against trafficking and modern slavery; organisations not counted",
        defaults={"amount": 50000},
    )
    StatedTotal.objects.get_or_create(
        fund=fund,
        document="Joint report on human trafficking and modern slavery",
        stated_on=datetime.date(2018, 1, 8),
        scope="Projects against human trafficking and modern slavery",
        defaults={"amount": 36343, "organisations": 8},
    )
