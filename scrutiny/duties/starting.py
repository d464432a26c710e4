"""The lines that every board starts with. The office may change how long each allows, who sees to it and whether it stands.

What the law asks for is given with its citation. Where the law says "as soon as practicable" or no time is known, the days
are a setting of the office, and the page says so.
"""

from django.db import transaction

from scrutiny.duties.models import Duty

# In full: the Elected Local Policing Bodies (Specified Information) Order 2011, as amended.
ORDER = "Specified Information Order 2011 (SI 2011/3050)"
ORDER_URL = "https://www.legislation.gov.uk/uksi/2011/3050"
ORDER_2021_URL = "https://www.legislation.gov.uk/uksi/2021/547"
ACT_2011 = "Police Reform and Social Responsibility Act 2011"
ACT_2011_URL = "https://www.legislation.gov.uk/ukpga/2011/13"
SECTION_55 = "Police Act 1996, section 55"
SECTION_55_URL = "https://www.legislation.gov.uk/ukpga/1996/16/section/55"

MEETINGS = "Meetings and decisions"
PLAN = "Plan, annual report and performance"
INSPECTIONS = "Inspections and complaints"
MONEY = "Money"
PEOPLE = "People, premises and policies"
SITE = "The site and the publication scheme"


def _line(code, group, title, text, paragraph, *, query="", days=None, warn=14, law="", url=""):
    return {
        "code": code,
        "group": group,
        "title": title,
        "text": text,
        "citation": law or f"{ORDER}, Schedule, paragraph {paragraph}",
        "law_url": url or (ORDER_URL if not law else ""),
        "query": query,
        "interval_days": days,
        "warn_days": warn,
    }


LINES = [
    _line(
        "meetings-announced",
        MEETINGS,
        "Public meetings are announced",
        "Publish the date, time and place of each meeting that is to be held in public, before it is held.",
        "5(a)",
        query="meetings_announced",
        days=7,
        warn=7,
    ),
    _line(
        "agendas-and-reports",
        MEETINGS,
        "Agendas and reports are published",
        "Publish the agenda of each public meeting, and every report or document that is the subject of an item on it.",
        "5(b)",
        query="agendas_published",
        days=5,
        warn=7,
    ),
    _line(
        "minutes",
        MEETINGS,
        "Minutes are published",
        "Publish the minutes of each public meeting, and of each other meeting that discusses matters of significant "
        "public interest.",
        "5(c)",
        query="minutes_published",
        days=30,
    ),
    _line(
        "decisions",
        MEETINGS,
        "Decisions are published",
        "Publish a record of each decision of significant public interest, made at a meeting or otherwise.",
        "5(d)",
        query="decisions_published",
        days=10,
        warn=5,
    ),
    _line(
        "plan",
        PLAN,
        "A Police and Crime Plan is in force and published",
        "Issue and publish a plan in the financial year of each ordinary election, as soon as practicable; keep it under "
        "review.",
        "",
        query="plan_published",
        warn=90,
        law=f"{ACT_2011}, section 5",
        url=f"{ACT_2011_URL}/section/5",
    ),
    _line(
        "panel-response",
        PLAN,
        "The panel’s report on the plan is answered",
        "Send the draft plan to the police and crime panel, respond to its report, and publish the response.",
        "",
        query="panel_answered",
        days=30,
        law=f"{ACT_2011}, section 5",
        url=f"{ACT_2011_URL}/section/5",
    ),
    _line(
        "annual-report",
        PLAN,
        "The annual report is published",
        "Report each year on how the functions were carried out and on progress with the plan’s objectives; send it to the "
        "panel as soon as practicable, respond to what it says, and publish the report.",
        "",
        query="annual_report_published",
        days=275,
        warn=60,
        law=f"{ACT_2011}, section 12",
        url=f"{ACT_2011_URL}/section/12",
    ),
    _line(
        "performance",
        PLAN,
        "Performance figures are published",
        "Publish what people need to assess how the office and the chief constable perform, as soon as practicable after the "
        "time that it is about.",
        "",
        query="figures_published",
        days=30,
        law=f"{ACT_2011}, section 11",
        url=f"{ACT_2011_URL}/section/11",
    ),
    _line(
        "national-measures",
        PLAN,
        "The statement on the national measures is published",
        "Publish each quarter, after the quarterly crime statistics, how the force contributes to the national priorities for "
        "policing: which of them apply, and why others do not.",
        "",
        query="measures_published",
        days=120,
        warn=30,
        law=f"{ORDER}, Schedule, paragraph 7A, inserted by SI 2021/547",
        url=ORDER_2021_URL,
    ),
    _line(
        "inspection-responses",
        INSPECTIONS,
        "Inspection reports are answered in time",
        "Publish the comments of the office and of the chief constable on each inspection report, and the response to "
        "them, before the end of 56 days that begin with the day on which the report is published.",
        "",
        query="inspections_answered",
        warn=28,
        law=f"{SECTION_55}(5) and (5A), as amended by the Policing and Crime Act 2017, section 37",
        url=SECTION_55_URL,
    ),
    _line(
        "inspection-dispatches",
        INSPECTIONS,
        "Responses are sent to the inspectors and the Secretary of State",
        "Send what was published in response to an inspection report to the inspectors of constabulary and to the "
        "Secretary of State.",
        "",
        query="responses_sent",
        days=7,
        warn=3,
        law=f"{SECTION_55}(6)",
        url=SECTION_55_URL,
    ),
    _line(
        "peel",
        INSPECTIONS,
        "The most recent PEEL report is published",
        "Publish the most recent annual report of the inspectorate on the force (PEEL), with its summary assessment.",
        "",
        query="peel_published",
        days=30,
        law=f"{ORDER}, Schedule, paragraph 7B, inserted by SI 2021/547",
        url=ORDER_2021_URL,
    ),
    _line(
        "complaints-quarterly",
        INSPECTIONS,
        "Quarterly complaints data is published",
        "Publish the quarterly data on police complaints about the force within one month of their publication by the "
        "Independent Office for Police Conduct.",
        "",
        days=92,
        law=f"{ORDER}, Schedule, paragraph 7C, inserted by SI 2021/547",
        url=ORDER_2021_URL,
    ),
    _line(
        "complaints-yearly",
        INSPECTIONS,
        "The yearly report on complaints is published",
        "Publish how the chief constable is held to account for complaints, and how the office itself performs in reviewing "
        "them, within one month of the annual complaints statistics.",
        "",
        days=366,
        warn=30,
        law=f"{ORDER}, Schedule, paragraph 7C, inserted by SI 2021/547",
        url=ORDER_2021_URL,
    ),
    _line(
        "custody-visitors",
        INSPECTIONS,
        "Independent custody visiting is described",
        "Publish how the arrangements for independent custody visitors are carried out.",
        "8",
        days=366,
        warn=30,
    ),
    _line(
        "grants-monthly",
        MONEY,
        "Each month’s grants are published",
        "Publish each crime and disorder reduction grant with its recipient, purpose, conditions and the reasons why it "
        "secures a reduction, as soon as practicable after the month in which it was made.",
        "3(f)",
        query="grants_published",
        days=30,
        warn=10,
    ),
    _line(
        "budget",
        MONEY,
        "Budget, precept and spending plans are published",
        "Publish the budget, the precept, the revenue, the planned spending and the investment strategy each year before it "
        "starts.",
        "3(a) to (e)",
        days=366,
        warn=30,
    ),
    _line(
        "spending-over-500",
        MONEY,
        "Spending over £500 is published",
        "Publish each month every item of spending over £500 by the office and the force: to whom, what for, and why it was "
        "value for money.",
        "3(g)",
        days=31,
        warn=7,
    ),
    _line(
        "travel",
        MONEY,
        "Travel and subsistence are published",
        "Publish what the office holders were paid for travel and subsistence.",
        "",
        days=92,
        law=f"{ORDER}, Schedule, paragraph 3(h), inserted by SI 2013/1816",
        url="https://www.legislation.gov.uk/uksi/2013/1816",
    ),
    _line(
        "contracts",
        MONEY,
        "Contracts and tenders are published",
        "Publish a copy of each contract worth more than £10,000 and the details of invitations to tender.",
        "4, as amended by SI 2012/2479",
        days=92,
    ),
    _line(
        "office-holders",
        PEOPLE,
        "Office holders and their interests are published",
        "Publish who holds the offices, how to reach them, and the register of their interests.",
        "1",
        days=183,
        warn=30,
    ),
    _line(
        "allowances",
        PEOPLE,
        "Allowances are published",
        "Publish the allowances of the office holders each quarter.",
        "1(d)",
        days=92,
    ),
    _line(
        "staff",
        PEOPLE,
        "Staff numbers and structure are published",
        "Publish how many people work for the office, how it is organised, and the register of gifts and hospitality.",
        "2",
        days=183,
        warn=30,
    ),
    _line(
        "shared-staff",
        PEOPLE,
        "Use of force or council staff is published",
        "Publish what arrangements there are to use the staff of the chief constable or of a council.",
        "",
        days=366,
        warn=30,
        law=f"{ORDER}, Schedule, paragraph 2A, inserted by SI 2012/2479",
        url="https://www.legislation.gov.uk/uksi/2012/2479",
    ),
    _line(
        "premises",
        PEOPLE,
        "Premises are published",
        "Publish which land and buildings the office owns or occupies.",
        "4",
        days=366,
        warn=30,
    ),
    _line(
        "policies",
        PEOPLE,
        "Policies are published and looked at again in time",
        "Publish the policies of the office: conduct, decisions, complaints, records and the handling of information.",
        "6",
        query="policies_published",
        warn=30,
    ),
    _line(
        "crime-and-disorder-reports",
        PEOPLE,
        "Reports on crime and disorder strategies are published",
        "Publish each report that was asked of a community safety partnership under the Crime and Disorder Act 1998, "
        "section 7.",
        "7",
        days=366,
        warn=30,
    ),
    _line(
        "prominent-place",
        SITE,
        "What the law asks for stands in a prominent place",
        "Publish the information that the Order asks for in a prominent place on the website.",
        "",
        query="prominent_place",
        law=f"{ORDER}, Part 3 of the Schedule, inserted by SI 2021/547",
        url=ORDER_2021_URL,
    ),
    _line(
        "publication-scheme",
        SITE,
        "Every class of the publication scheme holds something",
        "Adopt and keep a publication scheme: the model scheme of the Information Commissioner has seven classes.",
        "",
        query="classes_filled",
        law="Freedom of Information Act 2000, section 19",
        url="https://www.legislation.gov.uk/ukpga/2000/36/section/19",
    ),
    _line(
        "accessibility-statement",
        SITE,
        "The accessibility statement is up to date",
        "Publish an accessibility statement in the form of the model statement and keep it under review.",
        "",
        query="accessibility_reviewed",
        days=366,
        warn=30,
        law="Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations 2018 (SI 2018/952), "
        "regulation 8",
        url="https://www.legislation.gov.uk/uksi/2018/952/regulation/8",
    ),
]


@transaction.atomic
def load():
    """Add the lines that are missing; those that are there stay as the office has them. Returns how many were added."""
    there = set(Duty.objects.values_list("code", flat=True))
    missing = [Duty(position=place, **line) for place, line in enumerate(LINES, 1) if line["code"] not in there]
    Duty.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
