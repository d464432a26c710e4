"""Inspections of the demonstration: “Stolen Freedom” with the letter of 24 November 2017 and its gaps, and two invented reports.

One of the invented reports has its response published in full, the other's clock is running.
"""

import datetime

from opcc_portal.office.dates import today
from scrutiny.inspections import operations, response_letters, responses
from scrutiny.inspections.models import Inspection, Response
from scrutiny.inspections.pasting import Piece
from scrutiny.letters import operations as letters
from scrutiny.people.models import Organisation, Person
from scrutiny.plan.models import Priority

STOLEN_FREEDOM = "Stolen Freedom: the policing response to modern slavery and human trafficking"
HMICFRS = "Her Majesty’s Inspectorate of Constabulary and Fire & Rescue Services"
INSPECTORATE = "Example Inspectorate (invented)"
INVENTED = "Invented report of an invented inspectorate."
LETTER_DAY = datetime.date(2017, 11, 24)
FROM_THE_LETTER = (
    "Facts of the office’s letter of 24 November 2017, worded afresh. Its three themes stand in place of the report’s own "
    "recommendations, which the letter does not list."
)
RESPONSE_NOTE = "Facts of the letter of 24 November 2017; its gaps are shown as they are. That it was public on its own day is assumed."
THEMES = (
    "Victims of trafficking are not recognised in the same way everywhere.",
    "Investigations into modern slavery and trafficking differ in quality.",
    "Partners do not share enough of what they know.",
)
KEPT = "Found and kept: how a force looks after property (invented)"
APPOINTMENTS = "Yearly assessment: keeping appointments with the public (invented)"
# label, kind, what is asked, kind of answer, answer
ASKED_OF_KEPT = (
    (
        "1",
        "concern",
        "Property that nobody has claimed stays in the stores for years, and nobody can say what is there.",
        "taken",
        "Every store was counted in spring. What is older than two years has been returned, sold or destroyed, and the "
        "office was shown the lists.",
    ),
    (
        "2",
        "recommendation",
        "By the end of the year the force should record found property on the day on which it comes in.",
        "proposed",
        "A scanner is tried out in one district until autumn. The office asks for its results at the meeting after that.",
    ),
    (
        "3",
        "improvement",
        "People who hand something in should learn what became of it.",
        "taken",
        "Since June everybody who leaves an address gets a letter within four weeks.",
    ),
    (
        "4",
        "recommendation",
        "The force should build one store for the whole area.",
        "none",
        "One store would be far from most people who come to fetch something. The office agrees with the force that "
        "four good ones serve them better.",
    ),
)
ASKED_OF_APPOINTMENTS = (
    ("1", "recommendation", "The force should keep nine of ten appointments within the hour that was promised."),
    ("2", "recommendation", "Where an appointment cannot be kept, the caller should hear so on the same day."),
    ("3", "improvement", "Supervisors should look at missed appointments once a week."),
)
LETTER = """
<p>In October the inspectorate published ‘Stolen Freedom’, its report on how policing answers modern slavery and human
trafficking. This letter is my response to it.</p>
<p>I work on this subject nationally too: I lead the commissioners’ Anti-Trafficking and Modern Slavery Network. Our own
network has existed since 2014. I have paid for a human trafficking team in West Yorkshire Police and for an advisor in my office
who brings the police and their partners together. The report names the work of the national network and what was done
here to make banks aware of these crimes. Three of its findings stand out.</p>
<p><strong>Recognising victims.</strong> A training and partnerships officer has joined the force’s team, so that every
officer is taught the same. The force expects a licence from the College of Policing to train to an accredited standard.</p>
<p><strong>Investigations.</strong> The regional unit against organised crime leads here, and the force has brought
offenders to justice in the past year.[1] Partnerships in every district are to gather more intelligence.</p>
<p><strong>Sharing what is known.</strong> In September 2016 our network and the force held a summit: 140 delegates heard the
Independent Anti-Slavery Commissioner, the head of the Gangmasters and Labour Abuse Authority and the Chief Constable of
Devon and Cornwall. Basis, Hope for Justice, Invisible Traffick and the Palm Cove Society support victims beside the force;
some of them shared in £50,000 that my Safer Communities Fund awarded from the proceeds of crime.</p>
<p>The force is second in England and Wales by what it records in the National Referral Mechanism. Everywhere there is more
to do: a post in my office helps other commissioners to see where.</p>
"""


def seed_inspections(*, officer, commissioner):
    """The three inspections with what belongs to each. What is there already is left alone."""
    made_up, _ = Organisation.objects.get_or_create(
        name=INSPECTORATE,
        defaults={"kind": Organisation.Kind.INSPECTORATE, "demonstration_note": "Invented for the demonstration."},
    )
    if not Inspection.objects.filter(title=STOLEN_FREEDOM).exists():
        _stolen_freedom(officer)
    if not Inspection.objects.filter(title=KEPT).exists():
        _kept(made_up, officer, commissioner)
    if not Inspection.objects.filter(title=APPOINTMENTS).exists():
        _appointments(made_up, officer)


def public_records():
    """[(kind, record)] of what the demonstration publishes: with a response go its report and its letter."""
    records = [
        ("letter", each.letter)
        for each in Response.objects.filter(letter__serial__isnull=False).select_related("letter")
    ]
    records += [("response", each) for each in Response.objects.exclude(signed_at=None)]
    return records + [
        ("inspection", each) for each in Inspection.objects.filter(title__in=(STOLEN_FREEDOM, KEPT, APPOINTMENTS))
    ]


def _add(body, title, published_on, summary, pieces, *, by, note, addressee="Chief constables", **fields):
    inspection = operations.add(
        {
            "body": body,
            "title": title,
            "published_on": published_on,
            "summary": summary,
            "owner": by,
            "demonstration_note": note,
            **fields,
        },
        by=by,
    )
    operations.add_recommendations(
        inspection,
        [Piece(label=label, text=text, kind=kind) for label, kind, text, *_ in pieces],
        addressee=addressee,
        by=by,
    )
    inspection.refresh_from_db()
    return inspection


def _stolen_freedom(officer):
    inspection = _add(
        Organisation.objects.get(name=HMICFRS),
        STOLEN_FREEDOM,
        datetime.date(2017, 10, 24),
        "A national report. It found that victims are not recognised everywhere in the same way, that investigations "
        "differ in quality, and that partners share too little. It names the work of the national network.",
        [("", "improvement", text) for text in THEMES],
        by=officer,
        note=FROM_THE_LETTER,
        addressee="",
        subject=Inspection.Subject.NOT_EXCLUDED,
        priority=Priority.objects.filter(slug__contains="slavery").first(),
    )
    response = responses.start(inspection, by=officer)
    letter = letters.draft(
        date=LETTER_DAY,
        our_reference="OPCC/MBW/NF",
        subject="My response to the HMICFRS inspection ‘Stolen Freedom’",
        addressee="The Rt Hon Amber Rudd MP\nHome Secretary\nHome Office\n2 Marsham Street\nLondon\nSW1P 4DP",
        public_addressee="The Home Secretary",
        salutation="Dear Home Secretary",
        body=LETTER,
        footnotes="One case was reported by the Yorkshire Post in 2017.",
        copied_to="Chief Constable Dee Collins, West Yorkshire Police",
        demonstration_note="Facts of the letter of 24 November 2017, worded afresh.",
        by=officer,
    )
    letter = letters.send(letter, seen=letter.version, by=officer)
    # No answers, no comments, no copy to the inspectorate: the letter shows none, and nothing is made up for it.
    Response.objects.filter(pk=response.pk).update(
        letter=letter, published_on=LETTER_DAY, demonstration_note=RESPONSE_NOTE
    )
    response.refresh_from_db()
    sent = {"secretary_of_state": (LETTER_DAY, f"with letter {letter.number}")}
    responses.record_dispatches(response, sent, seen=response.version, by=officer)


def _kept(body, officer, commissioner):
    published_on = today() - datetime.timedelta(days=40)
    inspection = _add(
        body,
        KEPT,
        published_on,
        "The inspectors visited four stores. Much is well kept; what is old is not, and the lists do not agree with the shelves.",
        ASKED_OF_KEPT,
        by=officer,
        note=INVENTED,
        addressee="Chief Constable",
        kind=Inspection.Kind.FORCE,
    )
    asked = list(inspection.recommendations.all())
    for place, status, days, evidence in (
        (0, "under_way", 20, "The count has begun in two of four stores."),
        (0, "done", 6, "The lists of all four stores were shown to the office."),
        (1, "under_way", 12, "The scanner is bought."),
        (2, "done", 9, "A sample of ten letters was read."),
    ):
        day = today() - datetime.timedelta(days=days)
        operations.set_status(asked[place], status=status, on=day, evidence=f"{evidence} Invented.", by=officer)
    response = responses.start(inspection, by=officer)
    facts = {
        "invited_on": published_on + datetime.timedelta(days=2),
        "comments_by": published_on + datetime.timedelta(days=23),
        "comments_state": Response.Comments.RECEIVED,
        "comments_received_on": published_on + datetime.timedelta(days=21),
        "comments": "<p>The force accepts what the inspectors found about old property, and has cleared it. It does not "
        "think that one store for the whole area would help anybody who has lost something.</p>",
        "text": "<p>The office is glad that what people lose is mostly well looked after. What worried the inspectors most, "
        "property that nobody can account for, was put in order before this response was written.</p>",
    }
    response = responses.change(response, facts, seen=response.version, act="Entered", by=officer)
    said = [responses.Said(each, row[3], row[4]) for each, row in zip(asked, ASKED_OF_KEPT, strict=True)]
    responses.answer_all(response, said, by=officer)
    response = responses.sign(response, seen=responses.hash_of(response), by=commissioner)
    letter = response_letters.draft_letter(response, by=officer)
    # Nobody real is said to have written what is invented.
    words = {"sender": Person.objects.get(name="Sam Example"), "copied_to": "Chief Constable"}
    letter = letters.change(letter, words, seen=letter.version, by=officer)
    letters.send(letter, seen=letter.version, by=officer)
    sent = dict.fromkeys(("secretary_of_state", "inspectorate"), (today(), "with the letter"))
    response.refresh_from_db()
    responses.record_dispatches(response, sent, seen=response.version, by=officer)


def _appointments(body, officer):
    published_on = today() - datetime.timedelta(days=44)
    inspection = _add(
        body,
        APPOINTMENTS,
        published_on,
        "The force answers calls well and keeps too few of the appointments that it makes.",
        ASKED_OF_APPOINTMENTS,
        by=officer,
        note=INVENTED,
        addressee="Chief Constable",
        kind=Inspection.Kind.PEEL,
    )
    response = responses.start(inspection, by=officer)
    facts = {
        "invited_on": published_on + datetime.timedelta(days=3),
        "comments_by": published_on + datetime.timedelta(days=38),
    }
    response = responses.change(response, facts, seen=response.version, act="Invitation recorded", by=officer)
    first = inspection.recommendations.first()
    words = "Appointments are counted by district from this month on. The office reads the figures every quarter."
    responses.answer_all(response, [responses.Said(first, "taken", words)], by=officer)
