"""The office, organisations, people and posts that the documents name, and a few invented people for invented meetings."""

import datetime

from opcc_portal.office.models import Office
from scrutiny.people.models import Appointment, Organisation, Person, PersonAlias, Post

MEETING_DAY = datetime.date(2018, 1, 8)
MINUTES = "Minutes of 8 January 2018"
INVENTED = "Invented for the demonstration."

STRIP = "Facts come from public papers; meetings after January 2018, actions, accounts, states and some people are invented."

OFFICE = {
    "legal_name": "Police and Crime Commissioner for West Yorkshire",
    "display_name": "Office of the Police and Crime Commissioner",
    "short_name": "OPCC",
    "area_name": "West Yorkshire",
    "holder_title": "Police and Crime Commissioner",
    "holder_abbreviation": "PCC",
    "holder_name": "Mark Burns-Williamson",
    "force_name": "West Yorkshire Police",
    "force_short_name": "WYP",
    "force_authors": "Chief Officer Team",
    "address": "Ploughland House\n62 George Street\nWakefield WF1 1DL",
    "phone": "01924 294000",
    "email": "contact@example.org",
    "web": "https://www.westyorkshire-pcc.gov.uk",
    "demonstration": STRIP,
}

Kind = Organisation.Kind
ORGANISATIONS = [
    ("Office of the Police and Crime Commissioner for West Yorkshire", "OPCC", Kind.OFFICE),
    ("West Yorkshire Police", "WYP", Kind.FORCE),
    ("Devon and Cornwall Police", "", Kind.FORCE),
    ("Association of Police and Crime Commissioners", "APCC", Kind.NETWORK),
    ("National Police Chiefs’ Council", "NPCC", Kind.NETWORK),
    ("National Anti-Trafficking and Modern Slavery Network", "", Kind.NETWORK),
    ("West Yorkshire Anti-Trafficking and Modern Slavery Network", "", Kind.NETWORK),
    ("Yorkshire and Humber Police Region", "", Kind.PARTNER),
    ("Regional Organised Crime Unit", "ROCU", Kind.PARTNER),
    ("Partnership Executive Group", "", Kind.PARTNER),
    ("Office of the Independent Anti-Slavery Commissioner", "", Kind.GOVERNMENT),
    ("Home Office", "", Kind.GOVERNMENT),
    ("National Crime Agency", "NCA", Kind.GOVERNMENT),
    ("Gangmasters and Labour Abuse Authority", "GLAA", Kind.GOVERNMENT),
    ("Her Majesty’s Inspectorate of Constabulary and Fire & Rescue Services", "HMICFRS", Kind.INSPECTORATE),
    ("College of Policing", "", Kind.PARTNER),
    ("Europol", "", Kind.PARTNER),
    ("Eurojust", "", Kind.PARTNER),
    ("Palm Cove Society", "", Kind.CHARITY),
    ("Hope for Justice", "", Kind.CHARITY),
    ("Basis", "", Kind.CHARITY),
    ("Invisible Traffick", "", Kind.CHARITY),
    ("The Salvation Army", "", Kind.CHARITY),
]

OPCC, WYP = ORGANISATIONS[0][0], ORGANISATIONS[1][0]

# name, letters, post, abbreviation, rank, organisation, qualifier, source
PRESENT = [
    ("Mark Burns-Williamson", "OBE", "Police and Crime Commissioner", "PCC", "", OPCC, ""),
    ("Jayne Sykes", "", "Chief Executive Officer", "CEO", "", OPCC, "interim"),
    ("Dee Collins", "", "Chief Constable", "CC", "Chief Constable", WYP, ""),
    ("John Robins", "", "Deputy Chief Constable", "DCC", "Deputy Chief Constable", WYP, ""),
    ("Russ Foster", "", "Assistant Chief Constable", "ACC", "Assistant Chief Constable", WYP, ""),
    ("Darren Minton", "", "Detective Superintendent", "D Supt", "Detective Superintendent", WYP, ""),
    ("Nik Adams", "", "Detective Superintendent", "D Supt", "Detective Superintendent", WYP, ""),
    ("Warren Stevenson", "", "Detective Chief Inspector", "DCI", "Detective Chief Inspector", WYP, ""),
]
ALSO_PRESENT = [
    ("Celeste Armitage", "", "Engagement Officer", "", "", OPCC, ""),
    ("Paul Cumming", "", "Sergeant", "", "Sergeant", None, ""),
    ("Stuart Piper", "", "Safeguarding Advisor", "", "", OPCC, ""),
    (
        "Rebecca Hurlock",
        "",
        "National Network Coordinator, Anti-Trafficking and Modern Slavery",
        "",
        "",
        OPCC,
        "",
    ),
    ("David Smith", "", "Victims and Witnesses Advisor", "", "", OPCC, ""),
]
OTHERS = [
    ("Kevin Hyland", "", "Independent Anti-Slavery Commissioner", "", "", ORGANISATIONS[10][0], ""),
    ("Karen Bradley", "MP", "Minister for Preventing Abuse and Exploitation", "", "", "Home Office", ""),
    ("Amber Rudd", "MP", "Home Secretary", "", "", "Home Office", ""),
    ("Paul Broadbent", "", "Chief Executive", "", "", "Gangmasters and Labour Abuse Authority", ""),
    ("Shaun Sawyer", "", "Chief Constable", "CC", "Chief Constable", "Devon and Cornwall Police", ""),
]
INVENTED_PEOPLE = [
    ("Sam Example", "", "Governance Officer", "", "", OPCC, ""),
    ("Robin Sample", "", "Staff Officer", "Insp", "Inspector", WYP, ""),
    ("Ashley Specimen", "", "Performance Analyst", "", "", OPCC, ""),
    ("Jo Placeholder", "", "Grants Officer", "", "", OPCC, ""),
    ("Chris Illustration", "", "Assistant Chief Constable", "ACC", "Assistant Chief Constable", WYP, "temporary"),
    ("Pat Pattern", "", "Deputy Chief Constable", "DCC", "Deputy Chief Constable", WYP, "acting"),
]
SENIORITY = ["PCC", "CEO", "CC", "DCC", "ACC", "D Supt", "DCI", "Insp"]


def seed_office():
    """The office of the documents, from the first day of its first commissioner."""
    return Office.objects.get_or_create(valid_from=datetime.date(2012, 11, 22), defaults=OFFICE)[0]


def seed_people():
    """Organisations, people and the posts they held. Dates that no document gives stay empty."""
    for name, short, kind in ORGANISATIONS:
        Organisation.objects.get_or_create(name=name, defaults={"short_name": short, "kind": kind})
    for row in PRESENT + ALSO_PRESENT:
        _appoint(row, MINUTES)
    for row in OTHERS:
        _appoint(row, "Letter of 24 November 2017 and news release of 19 January 2016")
    for row in INVENTED_PEOPLE:
        _appoint(row, "", INVENTED)
    robins = Person.objects.get(name="John Robins")
    PersonAlias.objects.get_or_create(
        person=robins,
        name="John Robins",
        printed_post="Chief Constable (CC)",
        defaults={"year": 2020, "source": "Public papers of 2020"},
    )
    hurlock = Person.objects.get(name="Rebecca Hurlock")
    held = hurlock.appointments.get()
    if held.starts is None:
        held.starts = datetime.date(2017, 10, 1)
        held.source = "Joint report of 8 January 2018: in post since October 2017; the day is not given"
        held.save()


def _appoint(row, source, note=""):
    name, letters, title, abbreviation, rank, organisation, qualifier = row
    person, _ = Person.objects.get_or_create(name=name, defaults={"post_nominals": letters, "demonstration_note": note})
    where = Organisation.objects.get(name=organisation) if organisation else None
    seniority = SENIORITY.index(abbreviation) + 1 if abbreviation in SENIORITY else 50
    post, _ = Post.objects.get_or_create(
        title=title,
        organisation=where,
        defaults={"abbreviation": abbreviation, "rank": rank, "seniority": seniority},
    )
    if not person.appointments.exists():
        Appointment.objects.create(person=person, post=post, qualifier=qualifier, source=source)
