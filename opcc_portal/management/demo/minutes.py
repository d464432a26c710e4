"""Item 5 of 8 January 2018 as entries: seven questions, two corrections, every fact of the public minutes."""

import uuid

from django.urls import reverse

from opcc_portal.audit.operations import left_off
from scrutiny.minutes import operations
from scrutiny.minutes.models import MinuteEntry

# The one invented entry: nobody's action stands in the public minutes.
ILEARN = "Share the iLearn chapter with partner organisations @ACC Foster 28 February 2018"

# kind, speakers (surnames), text
ENTRIES = [
    (
        "statement",
        ["Burns-Williamson"],
        "The PCC, who leads nationally on this subject, said that the report was of special interest to him. He asked Stuart "
        "Piper, Safeguarding Advisor in his office, to set out what the OPCC had done lately (Appendix A, the PCC’s update).",
    ),
    (
        "thanks",
        ["Burns-Williamson"],
        "The PCC thanked Mr Piper and Rebecca Hurlock, who coordinates the national network for the office, for the work "
        "they do on this priority for him. So much good work still amazed him, he said, but nobody should rest on it.",
    ),
    ("statement", ["Burns-Williamson"], "The PCC asked ACC Foster and DCI Stevenson to introduce the report."),
    (
        "presentation",
        ["Foster"],
        "ACC Foster reported joint work with universities on what trafficked people have in common, so that frontline staff "
        "can be trained well. He handed over to DCI Stevenson for the paper and for current operations.",
    ),
    (
        "presentation",
        ["Stevenson"],
        "DCI Stevenson welcomed the rise in recorded crime as good news.",
    ),
    (
        "correction",
        ["Stevenson"],
        "DCI Stevenson corrected the report: the figure for January is 176 recorded crimes, where the report has 127.",
    ),
    (
        "presentation",
        ["Stevenson"],
        "The force concentrates on the organised groups that run trafficking in very complex ways. Among local results he "
        "named a sentence of 9 years and Slavery and Trafficking Prevention Orders, which have no end date and so go on "
        "protecting victims.",
    ),
    (
        "thanks",
        ["Stevenson"],
        "DCI Stevenson thanked those who had helped during a recent inspection. The force wants to learn how and where "
        "victims come forward, to encourage more of them, and to assure them of support before, during and after.",
    ),
    (
        "correction",
        ["Stevenson"],
        "DCI Stevenson also corrected page 4 of the report: intelligence submissions rose by 23% in 2017, not by 22%.",
    ),
    (
        "comment",
        ["Burns-Williamson"],
        "The PCC thanked DCI Stevenson for a report that showed how wide and how heavy this work is. It was sad that such "
        "crime had come to be “mainstream business”. He thought the force well prepared and put the positive numbers down "
        "to its going out to look.",
    ),
    (
        "question",
        ["Burns-Williamson"],
        "The PCC asked how the force makes each district answer for better investigations of modern slavery.",
    ),
    (
        "answer",
        ["Stevenson"],
        "DCI Stevenson said that the Chief Officer Team (COT) does so in local accountability meetings, where the subject "
        "stands on the agenda at his request. In every district one Detective Inspector is the point of contact, knows the "
        "subject and keeps the victim at the centre.",
    ),
    (
        "question",
        ["Burns-Williamson"],
        "The PCC asked how the force would get more intelligence submitted, and more done with it.",
    ),
    (
        "answer",
        ["Stevenson"],
        "DCI Stevenson said that intelligence had been lacking over 2017, and that the force was going into 2018 in a "
        "positive spirit.",
    ),
    (
        "answer",
        ["Foster"],
        "ACC Foster described an iLearn package for officers and staff, meant to improve training and recognition.",
    ),
    (
        "question",
        ["Burns-Williamson"],
        "The PCC asked how the force would limit any effect of Brexit on investigations across borders, given its good "
        "relations with Europol and Eurojust.",
    ),
    ("answer", ["Stevenson"], "DCI Stevenson praised the joint investigations that the teams carry out."),
    (
        "answer",
        ["Collins"],
        "CC Collins said that she had raised concerns about the flow of intelligence and about arrest warrants, since both "
        "will need new legislation.",
    ),
    (
        "comment",
        ["Burns-Williamson"],
        "The PCC accepted that he had a part to play: cooperation on every kind of crime is in everybody’s interest.",
    ),
    (
        "answer",
        ["Collins"],
        "CC Collins was sure that the relations West Yorkshire Police has built would stay strong.",
    ),
    (
        "answer",
        ["Stevenson"],
        "DCI Stevenson said that colleagues can always reach the team and that this will not change.",
    ),
    (
        "question",
        ["Burns-Williamson"],
        "The PCC asked how the force would act on three points of the HMICFRS report: awareness among frontline officers and "
        "police staff, work with partners against these offences, and senior leaders who see how serious they are.",
    ),
    (
        "answer",
        ["Stevenson"],
        "DCI Stevenson said that a Training and Partnership Officer spreads knowledge within the force and among partner "
        "agencies, business included, because communication is the key. The force’s communications strategy is strong, and "
        "crime prevention officers are part of it.",
    ),
    (
        "answer",
        ["Collins", "Stevenson"],
        "CC Collins added that partners could be given the iLearn package so that the training reaches further. DCI "
        "Stevenson agreed: one chapter of it could be opened to the public.",
    ),
    ("action", ["Foster"], ILEARN),
    (
        "question",
        ["Burns-Williamson"],
        "The PCC asked DCI Stevenson whether, after the recent successes, he thought that the orders work.",
    ),
    (
        "answer",
        ["Stevenson"],
        "DCI Stevenson said that he is in favour of the orders, but that the force should aim them well and not seek too "
        "many.",
    ),
    (
        "question",
        ["Burns-Williamson"],
        "The PCC turned to the report’s data on people resident in the United Kingdom and asked whether their number had "
        "gone up.",
    ),
    (
        "answer",
        ["Stevenson"],
        "DCI Stevenson said that residents who commit these crimes are often linked to child sexual exploitation and abuse "
        "(CSE/A) as well.",
    ),
    (
        "question",
        ["Sykes"],
        "Jayne Sykes, Interim Chief Executive of the OPCC, was glad of the support for a higher rate of recorded crime, which "
        "she too thought good. She asked whether the force saw new opportunities to reduce these risks.",
    ),
    (
        "answer",
        ["Stevenson"],
        "DCI Stevenson told her that he saw more to be gained from universities, beyond the relations there are now.",
    ),
    (
        "answer",
        ["Collins"],
        "CC Collins said that the true picture of this type of crime is not understood well enough.",
    ),
]


def seed_minutes(meeting, item, *, by):
    """Begin the minutes of the meeting and write item 5, through the same operations as the editor."""
    minutes = operations.open_minutes(meeting, by=by)
    minuted = minutes.minuted_items.get(item=item)
    if minuted.entries.exists():
        return minutes
    minutes.demonstration_note = (
        "Facts from the public minutes, worded afresh; the action is invented. The other items hold nothing."
    )
    minutes.save(update_fields=["demonstration_note"])
    people = {person.name.split()[-1]: person for person in meeting.attendance.all()}
    for kind, speakers, text in ENTRIES:
        first, second = [people[name] for name in speakers] + [None] * (2 - len(speakers))
        operations.add_entry(
            minuted,
            save_id=uuid.uuid4(),
            by=by,
            kind=MinuteEntry.Kind(kind),
            speaker=first,
            second_speaker=second,
            text=text,
        )
    left_off(
        by,
        title=f"Minutes of {meeting.date:%-d %B %Y}, item {item.label}",
        excerpt=text,
        address=reverse("minuted-item", args=[minuted.pk]) + "#next",
    )
    return minutes
