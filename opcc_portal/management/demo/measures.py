"""The national measures of 2021 as a set, in our own words, and an invented statement on the quarter that is over."""

import datetime

from opcc_portal.office.dates import today
from scrutiny.indicators.models import Indicator
from scrutiny.measures import operations
from scrutiny.measures.models import MeasureSet, MeasuresStatement
from scrutiny.measures.quarters import Quarter
from scrutiny.plan.operations import Row

NAME = "National Crime and Policing Measures (2021)"
# The day on which SI 2021/547 came into force; the measures themselves are compared with the quarter to June 2019.
SINCE = datetime.date(2021, 5, 31)
SOURCE = "Home Office, national priorities for policing, 2021"
# title, what it covers
MEASURES = [
    ("Fewer murders and other homicides", "Killings recorded by the police."),
    ("Less serious violence", "Among others injuries with a knife or a firearm."),
    ("Drug supply and county lines disrupted", "Groups that move drugs between towns and use young people for it."),
    ("Less crime in neighbourhoods", "Burglary, robbery, theft of and from vehicles, theft from people."),
    ("Crime on the internet tackled", "Fraud and attacks on computers, and how well people are prepared for them."),
    ("More satisfied victims", "Above all those who have lived through domestic abuse."),
]
INTRODUCTION = (
    "Each quarter we say what the force has contributed to the national measures. Figures come with the quarterly crime "
    "statistics; what is said here is about the work."
)
TRIAL_SERIES = "Trial series: calls answered in ten seconds"
NOTE = "An invented statement, to show what one looks like; nothing in it was said or done by a real office or force."
# whether it applies, what is said
ANSWERS = [
    (
        True,
        "Every killing was reviewed with the partners within four weeks, and what was learnt went to all districts.",
    ),
    (
        True,
        "Patrols went where and when violence had been recorded most. Two districts tried a longer presence at weekends.",
    ),
    (
        True,
        "The force took part in the regional weeks against county lines and asked schools to name pupils who stay away.",
    ),
    (
        True,
        "Streets with repeated burglaries were visited within two days. The trial series on calls shows how quickly the "
        "first call was answered.",
    ),
    (
        False,
        "In this invented statement the measure is answered by the regional unit on behalf of its forces, so that this "
        "force has nothing of its own to tell.",
    ),
    (
        True,
        "Victims of domestic abuse were asked by telephone, six weeks after their report, whether they were kept informed.",
    ),
]


def seed_measures(*, officer, commissioner):
    """The set, and a signed statement under it. What is there already is left alone."""
    held = MeasureSet.objects.filter(name=NAME).first()
    if held is None:
        rows = [Row({"title": title, "description": covers}) for title, covers in MEASURES]
        fields = {"name": NAME, "starts": SINCE, "ends": None, "source": SOURCE, "url": ""}
        held = operations.add_set(fields, rows, by=officer)
    quarter = Quarter.of(today()).before()
    if MeasuresStatement.objects.exists() or held.starts > quarter.last:
        return
    statement = operations.begin(quarter, held, by=officer, demonstration_note=NOTE)
    answers = {
        measure.pk: {"applies": applies, "text": text, "indicators": _shown_by(text)}
        for measure, (applies, text) in zip(held.measures.all(), ANSWERS, strict=True)
    }
    statement = operations.change(statement, INTRODUCTION, answers, seen=statement.version, by=officer)
    operations.sign(statement, seen=statement.version, by=commissioner)


def _shown_by(text):
    """The trial series, where the text speaks of it."""
    named = Indicator.objects.filter(title=TRIAL_SERIES) if "trial series" in text else Indicator.objects.none()
    return list(named.values_list("pk", flat=True))
