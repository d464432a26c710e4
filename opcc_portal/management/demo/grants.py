"""Grants of the demonstration: a round that has gone all its way, one that is open, and two totals with their clash.

The totals are what two public documents state; nobody knows who received that money, so nobody is invented for it. Every
applicant, project, amount and date of the rounds is invented and says so.
"""

import datetime
from decimal import Decimal

from django.utils import timezone

from funding.applications import operations as applications
from funding.applications.models import Application, EligibilityAnswer
from funding.assessment import deciding, ranking
from funding.assessment import operations as assessment
from funding.assessment.models import Assessment
from funding.awards import from_round, payments, returns
from funding.awards.models import Award
from funding.rounds import operations as rounds
from funding.rounds.models import Fund, Round
from funding.totals import comparing
from funding.totals import operations as totals
from funding.totals.models import StatedTotal
from opcc_portal.audit.operations import key
from opcc_portal.office.dates import today
from scrutiny.indicators.models import Area
from scrutiny.people.models import Organisation
from scrutiny.plan.models import Priority
from scrutiny.register import decisions
from scrutiny.reports.models import JointReport

NOTE = "Every applicant, project, amount and date of this round is invented for the demonstration."
DECIDED, OPEN = "Demonstration round", "Demonstration round, open now"
Kind = Application.Applicant
CRITERIA = [
    {"title": "Need", "guidance": "Who is at risk, where, and how the applicant knows.", "weight": Decimal("1.5")},
    {"title": "Less crime and disorder", "guidance": "What will be different, and why.", "weight": Decimal(2)},
    {"title": "Able to deliver", "guidance": "People, safeguarding, money.", "weight": Decimal(1)},
    {"title": "Value for money", "guidance": "What each pound buys.", "weight": Decimal(1)},
]
QUESTIONS = [
    {"text": "It works in the force’s area"},
    {"text": "It asks for no more than the largest grant"},
    {"text": "It has accounts and a safeguarding policy"},
]
DECLARATION = (
    "What we say in this application is true.\nWe will spend a grant on this project only.\n"
    "We will report what came of it."
)
CONDITIONS = (
    "Spend the money on the project described, within its dates. Report on what came of it every six months. Give back "
    "what is not spent."
)
# applicant, kind, project, what for, why, district, priority (its place in the plan), amount, points of the two assessors
INVENTED = [
    ("Lantern Drop-in", "group", "Safe first nights", "Beds and a worker for people who leave exploitation.",
     "People with nowhere to go on the first night are found again by those who exploited them.", "bradford", 1, 4800, (5, 5)),
    ("Open Door Interpreters", "company", "Interpreters for a helpline", "Trained interpreters in six languages, two evenings a week.",
     "Victims ring once. Someone must understand that call.", "leeds", 1, 4500, (5, 4)),
    ("Kirkside Employers’ Circle", "group", "Spotting forced labour", "Half-day courses for recruitment agencies.",
     "Agencies see the papers first, and can stop a gang from placing people.", "kirklees", 1, 3600, (4, 5)),
    ("Market Square Youth Theatre", "charity", "A play about grooming", "A play and a workshop in twelve schools.",
     "Young people recognise the pattern before it reaches them.", "wakefield", 1, 2950, (4, 4)),
    ("Upper Valley Taxi Forum", "group", "Cards for drivers", "Cards with signs of trafficking, and whom to tell.",
     "Drivers notice journeys that nobody else sees.", "calderdale", 1, 1250.50, (4, 4)),
    ("Lane End Residents", "group", "Slower past the school", "Two speed displays and a walking bus.",
     "Drivers slow down where they are told their speed.", "bradford", 2, 2400, (4, 3)),
    ("Two Wheels Workshop", "company", "Bikes after dark", "Lights, locks and training for 200 young cyclists.",
     "Fewer are hit, and fewer bicycles are stolen.", "leeds", 2, 1980, (3, 4)),
    ("Silver Screen Club", "group", "Safe on the screen", "Volunteers who visit older people with a tablet.",
     "People who know the trick do not send the money.", "kirklees", 3, 3300, (4, 4)),
    ("Quiet House", "charity", "Somebody to ring", "An evening telephone line for people afraid at home.",
     "Many ring in the evening first, and to the police only later.", "wakefield", 4, 4950, (4, 3)),
    ("Hilltop Boxing Gym", "group", "Friday nights", "Free training from eight to eleven.",
     "The estate is quieter when the gym is open.", "calderdale", 4, 2100, (3, 3)),
    ("Riverbank Allotments", "group", "A gate that locks", "A fence and a gate for the sheds.",
     "The sheds were broken into nine times last year.", "bradford", 2, 1500, (2, 3)),
    ("Station Road Traders", "group", "Radios for shops", "Twelve radios on one channel.",
     "Shops warn each other, and the street notices.", "leeds", 3, 4200, (3, 2)),
    ("Parents of Ings Lane", "group", "Eyes on the park", "Lamps and a rota of parents.",
     "The corner by the pond is where phones are taken.", "wakefield", 2, 3800, (2, 2)),
    ("The Makers’ Shed", "company", "Repair, do not rob", "Sixteen places to learn a trade.",
     "People with a trade come back to court less often.", "kirklees", 3, 5000, (2, 2)),
    ("Canal Walkers", "group", "Signs along the water", "Numbered posts, so that help finds the place.",
     "Callers could not say where they were.", "calderdale", 2, 900, (2, 1)),
    ("Brass Band of the Moor", "group", "A new tuba", "An instrument for the band.", "It keeps us together.", "calderdale", 4, 4100, (1, 1)),
]  # fmt: skip
NOT_ELIGIBLE = 15  # the tuba: its place in the list
CLOSE_TO = 3  # the analyst's daughter plays in the theatre group
COMING = [
    ("Night Bus Volunteers", "group", "Home from the last train", "Two people on the late bus at weekends.",
     "Passengers say that they would not travel alone.", "leeds", 2, 2600, ()),
    ("Threshold Advice", "charity", "Papers in order", "A weekly surgery for people whose papers were taken.",
     "Who has papers can leave.", "bradford", 1, 4700, ()),
    ("Night Bus Volunteers", "group", "Home from the last train, again", "The same with a third person.",
     "Passengers say that they would not travel alone.", "leeds", 2, 3100, ()),
]  # fmt: skip
WHY_36343 = (
    "The report names no recipients, and this register begins later: it holds no award of that time. Whoever made these "
    "awards has to say who received them; until then the total stands as the report states it."
)
WHY_50000 = (
    "The letter counts grants from the proceeds of crime without saying to whom or in which years, and this register "
    "begins later. It speaks of a wider group than the report of January 2018, which is why the two are not the same."
)


def seed_grants(*, grants, officer, analyst, commissioner):
    """Explain the stated totals and run the two rounds, as far as they are not there yet."""
    fund = Fund.objects.get(code="SCF")
    _explain(fund, by=grants)
    if not fund.rounds.filter(label=DECIDED).exists():
        _run(_round(fund, DECIDED, "D1", opens=-150, closes=-110, by=grants), grants, officer, analyst, commissioner)
    if not fund.rounds.filter(label=OPEN).exists():
        opened = _round(fund, OPEN, "D2", opens=-7, closes=35, by=grants)
        for row in COMING:
            _receive(opened, row, days_ago=3, by=grants)


def _explain(fund, *, by):
    report = JointReport.objects.filter(kind=JointReport.Kind.JOINT).order_by("date", "pk").first()
    priority = report.priority
    for stated in StatedTotal.objects.filter(fund=fund, explanation=""):
        is_report = stated.organisations is not None
        stated.subject = key(report) if is_report else ""
        stated.priority = priority
        stated.save(update_fields=["subject", "priority"])
        computed = comparing.compare(stated).computed.amount
        totals.explain(stated, WHY_36343 if is_report else WHY_50000, seen=stated.version, computed=computed, by=by)


def _round(fund, label, code, *, opens, closes, by):
    day = today()
    words = {
        "label": label,
        "code": code,
        "opens": day + datetime.timedelta(days=opens),
        "closes": day + datetime.timedelta(days=closes),
        "budget": Decimal(28_000),
        "allowance": Decimal(10),
        "guidance": "Small projects of local groups that make people safer. This round is invented; so is its money.",
        "conditions": CONDITIONS,
        "declaration": DECLARATION,
        "public_form": True,
        "returns_every": 6,
        "priorities": list(Priority.objects.filter(plan__priorities__isnull=False, left_out=False).distinct()),
    }
    made = rounds.add_round(fund, words, by=by)
    Round.objects.filter(pk=made.pk).update(demonstration_note=NOTE)
    made = rounds.ask(made, criteria=CRITERIA, questions=QUESTIONS, seen=made.version, by=by)
    made.demonstration_note = NOTE
    return made


def _receive(round_, row, *, days_ago, by):
    name, kind, title, summary, reasons, area, place, amount, _ = row
    starts = round_.closes + datetime.timedelta(days=75)
    application = Application(
        round=round_,
        applicant_name=f"{name} (invented)",
        applicant_kind=kind,
        title=title,
        summary=f"{summary} Invented for the demonstration.",
        reasons=reasons,
        amount=Decimal(str(amount)),
        total_cost=Decimal(str(amount)) + 500,
        area=Area.objects.get(slug=area),
        priority=Priority.objects.filter(position=place).order_by("pk").first(),
        starts=starts,
        ends=starts + datetime.timedelta(days=300),
        contact_name="Alex Invented",
        contact_email="alex@example.org",
        declared_by="Alex Invented",
        declared_at=timezone.now(),
        demonstration_note=NOTE,
    )
    at = timezone.now() - datetime.timedelta(days=days_ago)
    return applications.receive(application, at=at, another=True, by=by)


def _run(round_, grants, officer, analyst, commissioner):
    """From the applications to the awards, each act by whoever does it in an office."""
    rounds.name_panel(round_, users=[officer, analyst], chair=officer, seen=round_.version, by=grants)
    held = [
        _eligible(_receive(round_, row, days_ago=120, by=grants), number, by=grants)
        for number, row in enumerate(INVENTED)
    ]
    for who, at in ((officer, 0), (analyst, 1)):
        close = {held[CLOSE_TO]: "My daughter plays in this group."} if who == analyst else {}
        assessment.declare(round_, natures=close, by=who)
        for number, application in enumerate(held):
            if number != NOT_ELIGIBLE and application not in close:
                _assess(application, INVENTED[number][-1][at], by=who)
    deciding.propose_by_rank(round_, line=ranking.Line.BUDGET, reserve=2, lowest=Decimal(50), afresh=False, by=grants)
    day = today() - datetime.timedelta(days=60)
    decision = deciding.draft_decision(
        round_, reasons=f"{NOTE} The panel agreed on the ranked list.", decided_on=day, by=grants
    )
    decisions.sign(decision, seen_version=decision.version, by=commissioner)
    awards = from_round.make_awards(Round.objects.get(pk=round_.pk), by=grants)
    deciding.letters_sent(round_, sent_on=today() - datetime.timedelta(days=50), by=grants)
    _follow(awards, by=grants)


def _eligible(application, number, *, by):
    """Listed as an organisation of its own, and its conditions checked; one of them does not meet them."""
    organisation, _ = Organisation.objects.get_or_create(
        name=application.applicant_name,
        defaults={"kind": Organisation.Kind.CHARITY, "demonstration_note": NOTE},
    )
    application = applications.link(application, organisation, seen=application.version, by=by)
    met, not_met = EligibilityAnswer.Outcome.MET, EligibilityAnswer.Outcome.NOT_MET
    answers = dict.fromkeys(application.round.eligibility.all(), (met, ""))
    if number == NOT_ELIGIBLE:
        answers[application.round.eligibility.last()] = (not_met, "It has no safeguarding policy.")
    return applications.check_eligibility(application, answers, seen=application.version, by=by)


def _assess(application, points, *, by):
    advice = Assessment.Advice.FUND if points > 3 else Assessment.Advice.PART if points == 3 else Assessment.Advice.NOT
    words = {"comment": "Invented for the demonstration.", "advice": advice}
    scores = dict.fromkeys(application.round.criteria.all(), (points, ""))
    assessment.save_assessment(application, words=words, scores=scores, seen=0, by=by, hand_in=True)


def _follow(awards, *, by):
    """Some are paid, and one has reported already."""
    for award in Award.objects.filter(pk__in=[award.pk for award in awards[:6]]):
        payment = award.payments.get()
        paid = {"paid_on": today() - datetime.timedelta(days=20), "reference": f"DEMO-{award.pk:04}"}
        payments.change(payment, paid, seen=payment.version, by=by)
    first = awards[0].returns.order_by("due_on").first()
    words = {
        "received_on": today(),
        "spent": Decimal(1200),
        "people_reached": 14,
        "outcome": "Fourteen people had a bed.",
    }
    returns.receive(first, words, seen=first.version, by=by)
