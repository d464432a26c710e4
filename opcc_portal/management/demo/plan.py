"""The plan: its priority on trafficking in full, three thin invented ones, and the version that is in force."""

import datetime

from django.utils.text import slugify

from funding.rounds.models import Fund
from funding.totals.models import StatedTotal
from scrutiny.indicators.models import Indicator
from scrutiny.plan import steps
from scrutiny.plan.models import MonitoringRoute, Objective, Outcome, Plan, Priority, Resource, Theme

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

RESOURCES = [
    ("Safer Communities Fund", "Small grants to local projects against trafficking and slavery."),
    ("Partnership Executive Group", "Where the office and its partners agree what they pay for together."),
]

# Three invented priorities, so that the plan has more than one: title, our priority, objective with its theme.
INVENTED_OUTCOME = "Making everyday life safer"
INVENTED_NOTE = "An invented example of the demonstration: not the plan’s own words."
THIN = [
    (
        "Safer roads",
        "Nobody should be killed or badly hurt on the way to school or work. We want slower traffic where people live.",
        "Ask every district which of its roads frighten people, and show what came of it.",
        "Listening to people",
    ),
    (
        "Fraud and online crime",
        "Much of today’s theft happens on a screen. People should know how to protect themselves and whom to tell.",
        "Train volunteers in each district who visit older people and small firms.",
        "Preventing and intervening earlier",
    ),
    (
        "Domestic abuse",
        "A home should be the safest of places. Whoever asks for help should be heard at the first call.",
        "Bring refuges, doctors and police to one table twice a year.",
        "Working together",
    ),
]

# Nobody outside holds the true days and texts of these steps.
DAYS = {"sent": (2016, 9, 1), "reported": (2016, 10, 3), "responded": (2016, 11, 1), "issued": (2017, 1, 1)}
VERSION_NOTE = (
    "The days of these steps, the panel’s report and the response to it are examples, made up for the demonstration."
)
REPORT = (
    "Example text of the demonstration. The panel agreed with the draft and asked that each objective name its theme."
)
RESPONSE = (
    "Example text of the demonstration.\n\nThe commissioner thanks the panel for its report. Each objective now names the "
    "one theme that it serves."
)


def seed_plan():
    """The plan, the priority in full, and the thin ones."""
    plan, _ = Plan.objects.get_or_create(
        title="Police and Crime Plan",
        starts=datetime.date(2016, 4, 1),
        defaults={
            "ends": datetime.date(2021, 3, 31),
            "slug": "police-and-crime-plan-2016-to-2021",
            "demonstration_note": "Facts from the public plan, worded afresh. Its first and last day are examples; three "
            "priorities and the outcome that they serve are invented.",
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
            "demonstration_note": "Facts from the public plan, worded afresh; the day of the wording is an example.",
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
        slug = slugify(title)[:120]
        Indicator.objects.create(priority=priority, title=title, slug=slug, sources=sources, position=number)
    for number, (name, text) in enumerate(RESOURCES, 1):
        Resource.objects.create(priority=priority, name=name, text=text, position=number)
    _thin_priorities(plan)
    return priority


def _thin_priorities(plan):
    outcome, _ = Outcome.objects.get_or_create(plan=plan, title=INVENTED_OUTCOME, defaults={"position": 2})
    for number, (title, text, objective, theme) in enumerate(THIN, 2):
        priority = Priority.objects.create(
            plan=plan,
            outcome=outcome,
            title=title,
            slug=slugify(title),
            position=number,
            our_priority=text,
            text_of=datetime.date(2017, 1, 1),
            demonstration_note=INVENTED_NOTE,
        )
        Objective.objects.create(priority=priority, theme=plan.themes.get(name=theme), text=objective)


def seed_versions(*, by):
    """The version that is in force, on its way by the panel. A plan that has versions keeps them."""
    plan = Plan.objects.earliest("starts")
    if plan.versions.exists():
        return
    days = {name: datetime.date(*day) for name, day in DAYS.items()}
    version = steps.start(plan, by=by)
    version.demonstration_note = VERSION_NOTE
    version.save(update_fields=["demonstration_note"])
    version = steps.send(version, sent_on=days["sent"], seen=version.version, by=by)
    report = {"reported_on": days["reported"], "report": REPORT}
    version = steps.record_report(version, **report, seen=version.version, by=by)
    response = {"responded_on": days["responded"], "response": RESPONSE}
    version = steps.respond(version, **response, seen=version.version, by=by)
    steps.issue(version, issued_on=days["issued"], seen=version.version, by=by)


def seed_stated_totals():
    """The two totals that two documents state for one fund. Nobody invents who received the money."""
    fund, _ = Fund.objects.get_or_create(
        name="Safer Communities Fund",
        defaults={
            "code": "SCF",
            "slug": "safer-communities-fund",
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
