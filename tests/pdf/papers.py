"""Papers of an office that does not exist, made as the rooms make theirs: templates that extend pdf/base.html."""

import io
from datetime import UTC, datetime
from types import SimpleNamespace

from django.template import engines
from PIL import Image

OFFICE = SimpleNamespace(
    legal_name="Police and Crime Commissioner for Northmoor",
    display_name="Office of the Police and Crime Commissioner",
    area_name="Northmoor",
    address="1 Castle Row, Aldbeck NM1 2AB",
    phone="01632 960000",
    email="office@northmoor.example",
    web="https://northmoor.example",
)
WHEN = datetime(2031, 3, 4, 10, 30, tzinfo=UTC)


def paper(template, **context):
    """The HTML of a paper; `template` is what stands between the blocks."""
    defaults = {
        "office": OFFICE,
        "date": "4 March 2031",
        "version": "Version 1.0",
        "status": "Public. Version 1.0, 20 February 2031",
        "created": WHEN,
        "modified": WHEN,
        "demonstration_note": "Every name and number in this paper is invented.",
    }
    source = '{% extends "pdf/base.html" %}{% block body %}' + template + "{% endblock %}"
    return engines["django"].from_string(source).render(defaults | context)


def agenda():
    return paper(
        """
<h2 class="part first">Public part</h2>
{% for item in items %}<div class="item{% if forloop.last %} last{% endif %}">
<h3><span class="n">{{ item.0 }}</span> {{ item.1 }}</h3><p class="time">{{ item.2 }}</p>
<p class="lead">{{ item.3 }}</p>
{% if item.4 %}<ul class="plain papers">{% for title, pages in item.4 %}
<li>{{ title }} <span class="pp">{{ pages }}</span></li>{% endfor %}</ul>{% endif %}</div>
{% endfor %}
<h2 class="part">For the public</h2>
<div class="row"><p class="who"><b>Where</b></p><p>Aldbeck Town Hall; doors open at 13:30.</p></div>
<div class="row"><p class="who"><b>Questions</b> <span>for item 4b</span></p>
<p>Send yours to <a href="mailto:office@northmoor.example">office@northmoor.example</a> by noon on 3 March 2031.</p></div>
""",
        kind="Agenda",
        title="Accountability and Performance Board",
        facts=[("When", "Tuesday 4 March 2031, 14:00 to 16:00"), ("Chair", "Zofia Kamińska, Commissioner")],
        items=[
            ("1", "Welcome and apologies", "14:00", "To note. Led by the chair", []),
            ("2", "Minutes of 3 December 2030", "14:05", "To agree", [("Minutes", "pages 3 to 7")]),
            ("3", "Rural crime", "14:15", "To examine. Led by ACC Ó Briain", [("Joint report", "pages 8 to 12")]),
            (
                "4a",
                "Fleet, body-worn video and the replacement of the control room system in all five districts",
                "15:00",
                "To note. Led by T/DCC Adeyemi-Fraser",
                [("Report (PDF, 370 KB)", "pages 13 to 20"), ("Appendix A (XLSX, 24 KB)", "not in the pack")],
            ),
            ("4b", "Questions from the public", "15:40", "To answer", []),
        ],
    )


def minutes(questions=14):
    exchanges = [
        {
            "question": f"What has changed in district {number} since the last meeting, and who has checked it?",
            "answer": f"District {number} has met its standard in {number} of 12 months. " * (1 + number % 3),
        }
        for number in range(1, questions + 1)
    ]
    person = SimpleNamespace
    return paper(
        """
<h2 class="first">Attendance</h2>
{% include "pdf/attendance_group.html" with heading="Present" people=present only %}
{% include "pdf/attendance_group.html" with heading="Apologies" people=apologies only %}
{% include "pdf/attendance_group.html" with heading="Observers" only %}
<section>
<h2 class="big" data-item="3"><span class="n">3</span> Rural crime</h2>
<p class="small">Paper: joint report of the force and the office.</p>
{% include "pdf/entry.html" with who="The Commissioner" kind="Statement" text="She thanked the rural team." only %}
{% include "pdf/entry.html" with who="ACC Ó Briain" kind="Correction" look="mark" text=corrected change=change only %}
{% for exchange in exchanges %}
{% with number=forloop.counter|stringformat:"d" %}{% with kind="Question "|add:number %}
{% include "pdf/entry.html" with who="The Commissioner" kind=kind look="q" text=exchange.question only %}
{% endwith %}{% endwith %}
{% include "pdf/entry.html" with who="ACC Ó Briain" kind="Answer" text=exchange.answer only %}
{% endfor %}
{% include "pdf/entry.html" with who="ACC Ó Briain" kind="Action 3/1" look="mark" apart=True paragraphs=promised facts=owed only %}
{% include "pdf/entry.html" with who="The Commissioner" kind="Assurance" text="It knows where the harm is." facts=level rough=True only %}
</section>
<h2 class="ends-head">Actions</h2>
{% include "pdf/action_table.html" with actions=actions only %}
<h2 class="ends-head">Corrections</h2>
{% include "pdf/correction_table.html" with corrections=corrections only %}
<table class="facts signed">
<tr><th scope="row">Signed, chair</th><td></td></tr>
<tr><th scope="row">Date</th><td></td></tr>
</table>
""",
        kind="Minutes",
        title="Accountability and Performance Board",
        facts=[("Held on", "Tuesday 4 March 2031")],
        present=[
            person(name="Zofia Kamińska", post="Police and Crime Commissioner (PCC)"),
            person(name="Tomás Ó Briain", post="Assistant Chief Constable (ACC)"),
            person(name="Abimbola Adeyemi-Fraser", post="Temporary Deputy Chief Constable (T/DCC)"),
            person(name="Şeyma Öztürk", post=""),
        ],
        apologies=[person(name="Łukasz Żak", post="Chief Finance Officer; Anna Dvořák instead")],
        corrected="He corrected the report: 64 reports, not 46.",
        change=person(old="46", was="46", new="64", about="Reports of rural crime"),
        exchanges=exchanges,
        promised=["Share the list of villages.", "Name the date of the next one."],
        owed=[person(label="Owner", value="ACC Ó Briain"), person(label="", value="No due date yet")],
        level=[person(label="Level of assurance", value="Partly assured")],
        actions=[
            person(
                reference=f"3/{n}", text=f"Share list {n} of the villages.", owner="ACC Ó Briain", due="No due date yet"
            )
            for n in range(1, 14)
        ],
        corrections=[
            person(
                measure="Reports of rural crime",
                was="46",
                now="64",
                period="January 2031",
                where="Report on rural crime, Key information, page\u00a04",
                said_by="ACC Ó Briain",
                state="Proposed",
            )
        ],
    )


def report():
    return paper(
        """
<section class="panel notice"><p class="who"><b>Correction</b> <span>12 March 2031</span></p>
<h2>One figure was corrected at the meeting</h2>
<p>Reports of rural crime: version 1.0 said <del>46</del>; it is <b>64</b>.</p></section>
<section><h2 id="purpose">Purpose of the report</h2>
<ol class="paras"><li>To say how the force meets rural crime in Northmoor.</li></ol></section>
<section class="panel rec"><h2 id="recommendation">Recommendation</h2>
<ol class="paras" start="2"><li>That the Commissioner examines the force’s performance on rural crime.</li></ol></section>
<section><h2 id="key">Key information</h2>
<ol class="paras" start="3">
<li>The force took 64 reports.<span class="fn">Corrected at the meeting of 4 March 2031.</span> They came from five
districts, and <a href="https://northmoor.example/rural/what-the-force-does-about-it-and-where-to-turn">the page on
rural crime of the office, with advice for farmers and for the people next door</a>, names them.</li>
<li>Farm watch has 212 members.<span class="fn">Members of the scheme on 31 January 2031.</span></li></ol>
<div class="rich"><p>Without a number, as in an unnumbered section:</p>
<ul><li><p>tractors and quad bikes</p><ul><li>with trackers</li><li>without</li></ul></li><li><p>sheep</p></li></ul>
<ol><li>first this</li><li>then that</li></ol>
<blockquote><p lang="cy">Diolch yn fawr.</p></blockquote>
<table><tbody><tr><th><p>District</p></th><th><p>Reports</p></th></tr><tr><td><p>Aldbeck</p></td><td><p>41</p></td></tr>
<tr><td><p>Fellside</p></td><td><p>23</p></td></tr></tbody></table></div>
<figure><figcaption><b>Figure 1. Reports by quarter</b> <span>2030</span></figcaption>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 351 90" font-family="House" font-size="9">
<title>Four bars: 12, 15, 18 and 19 reports.</title>
<g fill="#1d3557"><rect x="20" y="30" width="40" height="40"/><rect x="80" y="22" width="40" height="48"/>
<rect x="140" y="14" width="40" height="56"/><rect x="200" y="10" width="40" height="60"/></g>
<g fill="#5d6775"><text x="20" y="84">Q1, 12</text><text x="80" y="84">Q2, 15</text><text x="140" y="84">Q3, 18</text>
<text x="200" y="84">Q4, 19</text></g></svg></figure></section>
<section><h2 id="attachments">Attachments</h2>
{% include "pdf/attachments.html" with attachments=attachments only %}</section>
""",
        kind="Joint report",
        title="Rural Crime and the Safety of Farms and Villages",
        description="Joint report of the force and the office",
        keywords="rural crime, farms",
        facts=[
            ("From", "Chief Officer Team and Office of the PCC"),
            ("For", "Accountability and Performance Board"),
            ("Theme", "Rural & remote <communities>"),
        ],
        attachments=[
            {
                "title": "Force’s update on rural crime",
                "type_and_size": safe("PDF,&nbsp;1.2&nbsp;MB"),
                "url": "https://northmoor.example/papers/2031-03-04/3-a",
            },
            {
                "title": "Farm watch members by district",
                "type_and_size": safe("CSV,&nbsp;3&nbsp;KB"),
                "url": "",
                "note": "Not yet received",
            },
        ],
    )


def long_report(sections=12, rows=80):
    """Contents, decimal numbers, a table over several pages, footnotes on each."""
    return paper(
        """
{% include "pdf/contents.html" with sections=sections only %}
{% for section in sections %}<section><h2 id="{{ section.anchor }}"><span class="n">{{ section.number }}</span>
{{ section.title }}</h2>
<ol class="paras" data-prefix="{{ section.number }}.">
{% for text in section.texts %}<li>{{ text }}{% if forloop.first %}<span class="fn">Note to section
{{ section.number }}.</span>{% endif %}</li>{% endfor %}</ol></section>{% endfor %}
<section><h2>Reports by day</h2>
<table class="data"><caption><b>Table 1. Reports by day</b> <span>Invented.</span></caption>
<thead><tr><th scope="col">Day</th><th scope="col">District</th><th scope="col" class="num">Reports</th></tr></thead>
<tbody>{% for row in rows %}<tr><th scope="row">Day {{ row }}</th><td>Aldbeck</td><td class="num">{{ row }}</td></tr>
{% endfor %}</tbody></table></section>
""",
        kind="Report",
        title="Rural Crime in Every District of Northmoor",
        logo="opcc:logo.png",
        facts=[("From", "Chief Officer Team")],
        sections=[
            SimpleNamespace(
                anchor=f"s{number}",
                number=number,
                title=f"What was found in district {number}",
                texts=[
                    f"Paragraph {part} of section {number}. "
                    + "The district has its own plan. " * (3 + 5 * part)
                    + "End."
                    for part in range(1, 4)
                ],
            )
            for number in range(1, sections + 1)
        ],
        rows=range(1, rows + 1),
    )


def logo():
    picture = io.BytesIO()
    Image.new("RGB", (300, 120), "#1d3557").save(picture, "PNG")
    return picture.getvalue()


def all_papers():
    """Name -> (HTML, files)."""
    return {
        "agenda": (agenda(), {}),
        "minutes": (minutes(), {}),
        "report": (report(), {}),
        "long_report": (long_report(), {"opcc:logo.png": logo()}),
    }


def safe(html):
    from django.utils.safestring import mark_safe

    return mark_safe(html)
