"""The gate, on small outputs made by hand: each rule fires where it should, and is quiet where it should be."""

import base64
import datetime
import json
from urllib.parse import quote

import pytest
from django.urls import reverse

from opcc_portal import pdf
from opcc_portal.audit.operations import key
from opcc_portal.files.operations import receive
from opcc_portal.pdf import verapdf
from scrutiny.publication import gate
from scrutiny.publication.models import Acceptance, PreElectionPeriod, WithheldName
from scrutiny.workflow import kinds
from scrutiny.workflow.kinds import ERROR, WARNING, FileToPublish, Finding, Secret
from scrutiny.workflow.models import PublicationClass
from tests import needs
from tests.factories import make_attendance, make_meeting, make_office, make_person, make_public_question, make_user
from tests.files import samples
from tests.pdf import papers as sample_papers
from tests.publication.editions import make_edition
from tests.publication.outputs import FRAME, GOOD, Paper, paper, plain_pdf

pytestmark = pytest.mark.django_db
SENTENCE = "The witness in the farm case lives at the old mill and is afraid."
WHERE = "a restricted passage of the report"


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    monkeypatch.setenv("OPCC_TODAY", "2018-02-05")
    make_office(email="office@northmoor.example", phone="01632 960 001", address="1 Hill Street\nNM1 1AA")


@pytest.fixture
def meeting():
    return make_meeting()


@pytest.fixture
def found(meeting):
    """The findings on one paper, as {code: finding}."""

    def examined(*args, **fields):
        bundle, made = paper(meeting, *args, **fields)
        return {finding.code: finding for finding in gate.examine(bundle, made).findings}

    return examined


def secret(text=SENTENCE):
    return Paper(secrets=[Secret(text, WHERE, "/desk/restrictions/1/")])


def upload(name, data):
    return FileToPublish("update", "Update of the force", receive(samples.uploaded(name, data), by=make_user()))


# --- restricted text ----------------------------------------------------------------------------------------------------


def test_a_paper_in_order_has_no_findings_and_says_what_was_looked_at(meeting):
    bundle, made = paper(meeting, kind=secret())
    report = gate.examine(bundle, made)
    assert report.findings == []
    assert "No restricted text in page, PDF, file names or metadata" in report.passed
    assert "Headings in order, images described" in report.passed
    assert report.is_open(bundle)


PLACES = {
    "the text": lambda text: {"body": f"{GOOD}<p>{text}</p>"},
    "the text, with marks in it": lambda text: {"body": f"{GOOD}<p>{text.replace('old', '<b>o</b>ld')}</p>"},
    "capitals and other spaces": lambda text: {"body": f"{GOOD}<p>{text.upper().replace(' ', ' &nbsp;')}</p>"},
    "soft hyphens": lambda text: {"body": f"{GOOD}<p>{text.replace('afraid', 'af&shy;raid')}</p>"},
    "entities": lambda text: {"body": f"{GOOD}<p>{''.join(f'&#{ord(letter)};' for letter in text)}</p>"},
    "a comment": lambda text: {"page": FRAME.format(title="Rural crime", body=f"<!-- {text} -->")},
    "an attribute": lambda text: {"page": FRAME.format(title="Rural crime", body=f'<p data-note="{text}">So.</p>')},
    "a script": lambda text: {
        "page": FRAME.format(title="Rural crime", body=f"<script>{json.dumps(text.replace('old', 'öld'))}</script>")
    },
    "an address": lambda text: {
        "page": FRAME.format(title="Rural crime", body=f'<a href="/?q={quote(text)}">Find it</a>')
    },
    "base64": lambda text: {
        "page": FRAME.format(title="R", body=f'<p data-x="abc{base64.b64encode(text.encode()).decode()}">So.</p>')
    },
    "hexadecimal": lambda text: {"page": FRAME.format(title="R", body=f'<p data-x="{text.encode().hex()}">So.</p>')},
    "the data": lambda text: {"content": {"note": text}},
    "the title": lambda text: {"title": text},
    "the PDF": lambda text: {"pdf": plain_pdf(text.replace(" old", "\nold"))},
    "the PDF, broken within a word": lambda text: {"pdf": plain_pdf(text.replace("mill", "mi\nll"))},
    "the PDF's title": lambda text: {"pdf": plain_pdf("Rural crime", title=text)},
    "a stream that nothing shows": lambda text: {"pdf": plain_pdf("Rural crime", hidden=text)},
    "a file inside the PDF": lambda text: {"pdf": plain_pdf("Rural crime", attached=("note.txt", text.encode()))},
    "the name of a file inside the PDF": lambda text: {
        "pdf": plain_pdf("Rural crime", attached=(f"{text}.txt", b"So."))
    },
    "a link of the PDF": lambda text: {"pdf": plain_pdf("Rural", link=f"https://example.org/{quote(text)}")},
}


@pytest.mark.parametrize("place", PLACES)
def test_a_restricted_sentence_is_found_wherever_it_stands(found, place):
    text = SENTENCE.replace("old", "öld") if place == "a script" else SENTENCE
    finding = found(kind=secret(text), **PLACES[place](SENTENCE))["restricted"]
    assert finding.severity == ERROR
    assert WHERE in finding.text.casefold()
    assert finding.url == "/desk/restrictions/1/"


@pytest.mark.parametrize("place", PLACES)
def test_another_sentence_in_the_same_place_is_no_finding(found, place):
    other = "Farmers told the commissioner about fences and the price of diesel in the valley."
    assert "restricted" not in found(kind=secret(), **PLACES[place](other))


def test_restricted_text_is_found_in_an_attached_file_and_in_its_name(found):
    for name, data in [
        ("a.docx", samples.office(body=f"<w:t>{SENTENCE}</w:t>")),
        ("a.csv", f"note\n{SENTENCE}\n".encode()),
        ("a.pdf", plain_pdf(SENTENCE)),
    ]:
        finding = found(kind=secret(), files=[upload(name, data)])["restricted"]
        assert "attachment “Update of the force”" in finding.text, name
    named = upload("the-witness-in-the-farm-case-lives-at-the-old-mill.csv", b"a,b\n1,2\n")
    assert found(kind=secret(), files=[named])["restricted"].severity == ERROR


def test_eight_words_in_a_row_are_an_error_although_the_sentence_is_another(found):
    body = f"{GOOD}<p>We heard that in the farm case lives at the old mill nobody was asked.</p>"
    assert found(body, kind=secret())["restricted"].severity == ERROR
    seven = f"{GOOD}<p>The farm case lives at the old barn.</p>"
    assert "restricted" not in found(seven, kind=secret())


def test_a_restricted_word_in_public_text_is_a_warning_that_says_where(found):
    body = f"{GOOD}<p>Grants went to Operation Barley and to three schools.</p>"
    finding = found(body, kind=secret("Operation Barley"))["restricted"]
    assert finding.severity == WARNING
    assert "“operation barley”" in finding.title
    assert "on the page /reports/2018-01-08-rural-crime/" in finding.text
    assert "Grants went to Operation Barley and to three schools." in finding.quote
    assert "restricted" not in found(f"{GOOD}<p>Operational barley.</p>", kind=secret("Operation Barley"))


def test_a_short_sentence_of_a_long_text_is_no_secret_on_its_own(found):
    body = f"{GOOD}<p>Thank you.</p>"
    assert "restricted" not in found(body, kind=secret(f"Thank you. {SENTENCE}"))


def test_what_is_not_ready_and_what_else_belongs_to_the_meeting_is_looked_for_as_well(meeting, found, monkeypatch):
    body = f"{GOOD}<p>{SENTENCE}</p>"
    waiting = [(secret(), make_meeting(), "It is not signed.")]
    assert found(body, waiting=waiting)["restricted"].severity == ERROR
    assert "restricted" not in found(body)

    class Other(Paper):
        name, model = "other", type(meeting)

    monkeypatch.setitem(kinds._kinds, "other", other := Other())
    other.said = ([Secret(SENTENCE, WHERE)], (), (), ())
    assert found(body)["restricted"].severity == ERROR


# --- people -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Thanks to Jane Ashworth for her work.", ERROR),
        ("Thanks to JANE&nbsp;Ashworth’s family.", ERROR),
        ("Ashworth, Jane: 3 visits.", WARNING),
        ("Thanks to J. Ashworth for her work.", WARNING),
        ("Mrs Ashworth was there.", WARNING),
        ("Jane Ashworthy was there, and Jane and Ashworth Street.", None),
    ],
)
def test_names_to_be_withheld(found, text, severity):
    WithheldName.objects.create(name="Mrs Jane Ashworth", why="A witness.")
    finding = found(f"{GOOD}<p>{text}</p>").get("withheld-name")
    assert (finding and finding.severity) == severity


def test_a_name_is_withheld_until_its_last_day(found):
    name = WithheldName.objects.create(name="Jane Ashworth", why="A witness.", until=datetime.date(2018, 2, 4))
    body = f"{GOOD}<p>Thanks to Jane Ashworth.</p>"
    assert "withheld-name" not in found(body)
    name.until = datetime.date(2018, 2, 5)
    name.save()
    assert found(body)["withheld-name"].severity == ERROR


def test_what_is_private_of_somebody_who_sent_a_question_in(meeting, found):
    make_public_question(
        meeting.series, private_name="Colin Marsh", private_contact="colin@home.example, 01632 960 777"
    )
    assert found(f"{GOOD}<p>Colin Marsh asked about dogs.</p>")["asker"].severity == ERROR
    assert found(f"{GOOD}<p>Ring 01632960777 or 01632 960 777.</p>")["asker"].severity == ERROR
    assert "asker" not in found(f"{GOOD}<p>A member of the public asked about dogs.</p>")


def test_a_questioner_of_another_series_or_named_by_the_record_is_no_finding(meeting, found):
    make_public_question(private_name="Colin Marsh")
    make_public_question(meeting.series, private_name="Councillor Ann Dale", asked_as="Councillor Ann Dale")
    assert "asker" not in found(f"{GOOD}<p>Colin Marsh and Councillor Ann Dale asked about dogs.</p>")


def test_a_questioner_with_the_name_of_somebody_listed_is_a_warning(meeting, found):
    make_public_question(meeting.series, private_name="Pat Pepper")
    make_attendance(meeting, make_person("Pat Pepper"))
    assert found(f"{GOOD}<p>Pat Pepper gave the report.</p>")["asker"].severity == WARNING


@pytest.mark.parametrize(
    "text",
    [
        "Write to sam@home.example.",
        "Ring 07700 900 123.",
        "He lives in NM4 7QX.",
        "Number QQ 12 34 56 C.",
        "+44 7700 900123",
    ],
)
def test_private_addresses_and_numbers_are_warnings(found, text):
    text = text.replace("QQ", "AB")
    assert found(f"{GOOD}<p>{text}</p>")["contact"].severity == WARNING


@pytest.mark.parametrize(
    "text",
    [
        "Write to office@northmoor.example or ring 01632 960001.",
        "We sit at 1 Hill Street, NM1 1AA.",
        "Ring 101, or 999. In 2017 there were 36,343 calls on 08/01/2018 at 10:00, see 2018-001.",
    ],
)
def test_the_offices_own_addresses_and_plain_numbers_are_no_finding(found, text):
    assert "contact" not in found(f"{GOOD}<p>{text}</p>")


def test_where_the_meeting_is_held_may_be_said(found):
    body = f"{GOOD}<p>Town Hall, NM2 2BB</p>"
    assert "contact" not in found(body, content={"meeting": {"venue": "Town Hall, NM2 2BB"}})
    assert "contact" in found(body)


# --- words --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Venue TBC",
            "Owner: T.B.C.",
            "TODO ask them",
            "It cost £XX.",
            "XXX",
            "Lorem ipsum dolor",
            "Dear [name]",
            "on [insert date]",
        ),
        *(
            "{{ meeting.title }}",
            "{% if x %}",
            "Insert date",
            "insert name here",
            "It rose by ??",
            "[restricted:7]",
            "[figure:12]",
        ),
        *("Click or tap to enter a date.", "Error! Reference source not found."),
    ],
)
def test_placeholders_are_errors(found, text):
    finding = found(f"{GOOD}<p>So far: {text}</p>")["placeholder"]
    assert finding.severity == ERROR
    assert finding.quote


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Next meeting: to be confirmed",
            "He said [sic] that",
            "Officers insert the data themselves.",
            "Really?",
            "[1]",
            "He [Mr Pool] left",
        ),
        *("Xxenia", "The TBCG group", "An insertion here", "part of speech: [noun]"),
    ],
)
def test_ordinary_words_are_no_placeholders(found, text):
    assert "placeholder" not in found(f"{GOOD}<p>{text}</p>")


def test_a_placeholder_is_found_in_data_titles_and_the_pdf(found):
    assert "placeholder" in found(content={"note": "TBC"})
    assert "placeholder" in found(title="Report of [date]")
    assert "placeholder" in found(pdf=plain_pdf("Owner: TBC"))


@pytest.mark.parametrize(
    "text", ["OFFICIAL-SENSITIVE", "OFFICIAL – SENSITIVE", "SECRET", "TOP SECRET", "SECRET – UK EYES ONLY"]
)
def test_higher_markings_are_errors(found, text):
    assert found(f"<p>{text}</p>{GOOD}")["marking"].severity == ERROR
    assert found(pdf=plain_pdf(text.replace("–", "-")))["marking"].severity == ERROR


def test_a_marking_in_the_data_or_in_an_attached_file_is_an_error(found):
    assert found(content={"marking": "OFFICIAL-SENSITIVE"})["marking"].severity == ERROR
    assert "marking" in found(files=[upload("a.docx", samples.office(body="<w:t>OFFICIAL-SENSITIVE</w:t>"))])


@pytest.mark.parametrize("text", ["OFFICIAL", "It is no secret.", "The SECRET of success", "SECRET SANTA"])
def test_ordinary_words_are_no_markings(found, text):
    assert "marking" not in found(f"{GOOD}<p>{text}</p>")


def test_the_weeks_before_an_election_need_a_reason(found):
    period = PreElectionPeriod.objects.create(name="Local elections", starts="2018-02-01", ends="2018-02-05")
    assert found()["pre-election"].severity == WARNING
    period.ends = "2018-02-04"
    period.save()
    assert "pre-election" not in found()


# --- pages ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<p>Read it <a href="/search/">here</a>.</p>', "link.words"),
        ('<p><a href="/search/">Click here!</a></p>'.replace("!", ""), "link.words"),
        ('<p><a href="/search/"></a>So.</p>', "link.empty"),
        ('<p><a href="https://example.org/a">https://example.org/a</a></p>', "link.address"),
        ('<p><a href="">Our plan</a></p>', "link.nowhere"),
        ('<p><a href="#">Our plan</a></p>', "link.nowhere"),
        ('<p><a href="#gone">Our plan</a></p>', "link.anchor"),
        ('<p><a href="/reports/of-nobody/">Our plan</a></p>', "link.broken"),
        ('<p><a href="report-of-nobody.pdf">Our plan</a></p>', "link.broken"),
        ('<p><a href="/desk/reports/1/">Our plan</a></p>', "link.desk"),
        ('<p><a href="file:///c:/plan.doc">Our plan</a></p>', "link.scheme"),
        ('<p><img src="/a.png"></p>', "image.alt"),
        ('<p><img src="/a.png" alt="IMG_0012.jpg"></p>', "image.name"),
        ("<p><svg></svg></p>", "image.alt"),
        ("<h4>Too deep</h4>", "heading.order"),
        ("<h2> </h2>", "heading.empty"),
        ("<h1>Another</h1>", "heading.first"),
        ("<h3>T</h3><table><tr><td>1</td></tr></table>", "table.headers"),
        ("<h3>T</h3><table><tr><th>Year</th></tr><tr><td>1</td></tr></table>", "table.scope"),
        ('<p>So.</p><table><tr><th scope="col">Year</th></tr></table>', "table.caption"),
        ('<p id="purpose">Again</p>', "page.anchor"),
    ],
)
def test_what_is_wrong_with_a_page_is_found(found, body, code):
    finding = found(f"{GOOD}{body}")[code]
    assert finding.severity == (WARNING if code in ("link.address", "image.name", "table.caption") else ERROR)
    assert finding.link == "Go to the joint report"


def test_a_page_without_language_or_title(found):
    page = FRAME.format(title="Rural crime", body=GOOD)
    assert "page.language" in found(page=page.replace(' lang="en-GB"', ""))
    assert "page.title" in found(page=page.replace("<title>Rural crime</title>", ""))


def test_a_page_in_order_has_no_finding(found):
    make_edition(
        kind="report", path="reports/2017-10-09-farms", title="Farms", files=[("map", "Map", "pdf", plain_pdf("Map"))]
    )
    body = (
        '<h3 id="more">More</h3><p><a href="#more">Where it goes on</a>, <a href="/search/">search our record</a>, '
        '<a href="/reports/2017-10-09-farms/">the report on farms</a>, <a href="/reports/2017-10-09-farms/v1.0/">its first '
        'version</a>, <a href="/reports/2017-10-09-farms.json">its data</a>, <a href="/reports/2017-10-09-farms/files/map.pdf">'
        'a map</a>, <a href="../2017-10-09-farms/">again</a>, <a href="https://www.example.org/">a charity</a>, '
        '<a href="mailto:office@northmoor.example">office@northmoor.example</a>, <a href="v1.0/">this version</a></p>'
        '<p><img src="/a.png" alt="A gate"><img src="/b.png" alt=""></p>'
        '<table><caption>Reports</caption><tr><th scope="col">Year</th></tr><tr><td>1</td></tr></table>'
    )
    assert found(f"{GOOD}{body}") == {}


def test_links_below_a_published_record_must_be_there(found):
    made = make_edition(kind="report", path="reports/2017-10-09-farms", title="Farms")
    for rest in ("v2.0/", "files/none.pdf", "other.pdf", "items/5/"):
        assert "link.broken" in found(f'{GOOD}<p><a href="/{made.path}/{rest}">Farms</a></p>'), rest
    made.publication.withdrawn_at, made.publication.withdrawn_reason = made.published_at, "An error."
    made.publication.save()
    assert "link.broken" in found(f'{GOOD}<p><a href="/{made.path}/">Farms</a></p>')


# --- PDF ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def good_pdf():
    return pdf.render(sample_papers.agenda())


def test_a_pdf_that_is_not_tagged_is_refused(found, good_pdf):
    assert found(pdf=plain_pdf("Rural crime"))["pdf.structure"].severity == ERROR
    assert "pdf.structure" not in found(pdf=good_pdf)


def test_the_pdf_must_say_what_the_page_says(found):
    body = "<h2>Purpose</h2><p>To say how it is done. Twelve farms took part.</p><nav><p>Earlier versions</p></nav>"
    whole = plain_pdf("Purpose\nTo say how it is\ndone. Twelve\nfarms took part.")
    assert "pdf.words" not in found(body, pdf=whole)
    finding = found(body, pdf=plain_pdf("Purpose\nTo say how it is\ndone."))["pdf.words"]
    assert finding.quote == "Twelve farms took part."
    long = "The commissioner asked each of the\nfive districts to say by spring\nwhat it has done since."
    twice = f"{body}<p>{long}</p><p>{long}</p>"
    assert "pdf.words" in found(
        twice, pdf=plain_pdf(f"Purpose\nTo say how it is done. Twelve farms took part.\n{long}")
    )


def test_a_pdf_that_leads_to_the_desk_is_refused(found):
    assert "pdf.desk" in found(pdf=plain_pdf("Rural", link="https://example.org/desk/reports/1/"))
    assert "pdf.desk" not in found(pdf=plain_pdf("Rural", link="https://example.org/reports/1/"))


def test_without_verapdf_the_report_says_so_plainly(meeting, good_pdf):
    bundle, made = paper(meeting, "<h2>So</h2>", pdf=good_pdf)
    report = gate.examine(bundle, made)
    assert "veraPDF was not run: it is switched off in the settings" in report.passed
    assert report.manifest(bundle, made[0])["verapdf"]["result"] == "not run"


@pytest.mark.verapdf
def test_verapdf_is_asked_once_for_all_and_its_refusal_blocks(meeting, settings, good_pdf, monkeypatch):
    settings.VERAPDF = True
    if lacking := verapdf.missing():
        needs.skip_or_fail(f"veraPDF: {lacking}")
    asked = []
    monkeypatch.setattr(
        verapdf, "check", lambda pdfs, ask=verapdf.check, **said: asked.append(len(pdfs)) or ask(pdfs, **said)
    )
    bundle, made = paper(meeting, "", pdf=good_pdf)
    other = paper(make_meeting(), "", pdf=plain_pdf("Rural crime"))[1]
    report = gate.examine(bundle, [*made, *other])
    assert [finding.code for finding in report.findings if finding.code == "pdf.verapdf"] == ["pdf.verapdf"]
    assert report.verapdf["result"] == "failed"
    assert asked == [2]
    again = gate.examine(bundle, made)
    assert "PDFs accessible (PDF/UA-1, PDF/A-3a)" in again.passed
    assert again.manifest(bundle, made[0])["verapdf"]["result"] == "passed"
    assert asked == [2]


def test_an_attached_file_that_cannot_be_read_needs_a_look(found):
    scanned = upload("scan.pdf", plain_pdf(""))
    assert found(files=[scanned])["attachment"].severity == WARNING
    assert "attachment" not in found(files=[upload("a.pdf", plain_pdf("Rural crime"))])


# --- reasons, report and what it depends on -------------------------------------------------------------------------------


def test_errors_block_and_each_warning_needs_a_reason_of_its_own(meeting):
    body = f"{GOOD}<p>Write to sam@home.example or kim@home.example.</p>"
    bundle, made = paper(meeting, body)
    report = gate.examine(bundle, made)
    assert len(report.findings) == 2 and not report.is_open(bundle)
    for finding in report.findings:
        assert not report.is_open(bundle)
        explain(meeting, finding)
    assert report.is_open(bundle)
    blocked = gate.examine(*paper(meeting, f"{body}<p>TBC</p>"))
    assert not blocked.is_open(bundle)


def test_a_reason_counts_for_its_record_only_and_not_once_the_text_has_changed(meeting):
    body = f"{GOOD}<p>Write to sam@home.example.</p>"
    bundle, made = paper(meeting, body)
    explain(make_meeting(), gate.examine(bundle, made).findings[0])
    assert not gate.examine(bundle, made).is_open(bundle)
    explain(meeting, gate.examine(bundle, made).findings[0])
    assert gate.examine(bundle, made).is_open(bundle)
    bundle, made = paper(meeting, body.replace("Write", "Do not write"))
    assert not gate.examine(bundle, made).is_open(bundle)


def explain(record, finding):
    Acceptance.objects.create(
        subject=key(record),
        check_code=finding.code,
        fingerprint=finding.fingerprint,
        reason="They agreed.",
        by=make_user(),
    )


def test_what_the_room_itself_finds_counts_too(meeting):
    late = Finding("action", ERROR, "An action has no owner")
    bundle, made = paper(meeting, kind=Paper(findings=[late], passes=["Apologies recorded: none"]))
    report = gate.examine(bundle, made)
    assert report.findings == [late]
    assert "Apologies recorded: none" in report.passed
    assert not report.is_open(bundle)


def test_the_manifest_is_plain_data_that_quotes_nothing(meeting):
    kind = Paper(
        secrets=[Secret("Operation Barley", WHERE)], people=[("Approved by", "Robin Hale", datetime.date(2018, 2, 5))]
    )
    body = f"{GOOD}<p>Operation Barley</p>"
    bundle, made = paper(meeting, body, kind=kind, pdf=plain_pdf("Purpose"))
    report = gate.examine(bundle, made)
    explain(meeting, next(finding for finding in report.findings if finding.code == "restricted"))
    manifest = report.manifest(bundle, made[0])
    text = json.dumps(manifest)
    assert "barley" not in text.casefold()
    assert manifest["people"] == [["Approved by", "Robin Hale", "2018-02-05"]]
    assert manifest["explained"][0]["reason"] == "They agreed."
    assert {"check": "restricted", "result": "to be explained"} in manifest["checks"]
    assert {"check": "links", "result": "passed"} in manifest["checks"]
    assert manifest["hashes"]["pages"].keys() == {"/reports/2018-01-08-rural-crime/"}
    assert "WeasyPrint" in manifest["tools"]


def test_the_rules_hash_changes_with_everything_the_result_depends_on(meeting):
    def now(**fields):
        return gate.rules_hash(paper(meeting, **fields)[0])

    seen = [now()]
    assert now() == seen[0]
    WithheldName.objects.create(name="Jane Ashworth", why="A witness.")
    seen.append(now())
    PreElectionPeriod.objects.create(name="Local elections", starts="2018-02-01", ends="2018-02-05")
    seen.append(now())
    make_public_question(meeting.series, private_name="Colin Marsh")
    seen.append(now())
    seen.append(now(kind=secret()))
    seen.append(now(kind=Paper(findings=[Finding("action", ERROR, "An action has no owner")])))
    body = {"sections": '<a href="/reports/2017-10-09-farms/">Farms</a>'}
    assert now(content=body) == seen[3]  # the link leads nowhere yet
    make_edition(kind="report", path="reports/2017-10-09-farms", title="Farms")
    seen.append(now(content=body))
    assert len(set(seen)) == len(seen)


def test_the_report_tells_how_far_it_is(meeting):
    said = []
    gate.examine(*paper(meeting), progress=lambda *step: said.append(step))
    assert said[0][2].startswith("Checking: restricted")
    assert all(done < total for done, total, _ in said)


# --- the pages that say what is looked for ------------------------------------------------------------------------------------


@pytest.fixture
def officer(client):
    user = make_user()
    client.force_login(user)
    return user


def test_a_name_is_added_changed_and_taken_out(client, officer):
    answer = client.post(
        reverse("withheld-name-add"), {"name": "Jane Ashworth", "why": "A witness.", "until": "4 March 2018"}
    )
    assert answer.url == reverse("withheld-names")
    name = WithheldName.objects.get()
    assert (name.until, name.created_by) == (datetime.date(2018, 3, 4), officer)
    assert "Jane Ashworth" in client.get(reverse("withheld-names")).content.decode()
    client.post(
        reverse("withheld-name-edit", args=[name.pk]), {"name": "Jane Ashworth", "why": "A victim.", "until": ""}
    )
    name.refresh_from_db()
    assert (name.why, name.until) == ("A victim.", None)
    client.post(reverse("withheld-name-delete", args=[name.pk]))
    assert not WithheldName.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"name": "", "why": ""},
        {"name": "x", "why": "y"},
        {"name": "Jane  ASHWORTH", "why": "Again."},
        {"name": "J" * 201, "why": "y"},
    ],
)
def test_a_name_that_cannot_be_looked_for_is_refused(client, officer, given):
    WithheldName.objects.create(name="Jane Ashworth", why="A witness.")
    answer = client.post(reverse("withheld-name-add"), given)
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert WithheldName.objects.count() == 1


def test_the_trail_does_not_say_which_name_is_withheld(client, officer):
    from opcc_portal.audit.models import AuditLine

    client.post(
        reverse("withheld-name-add"), {"name": "Jane Ashworth", "why": "A witness in the farm case.", "until": ""}
    )
    client.post(reverse("withheld-name-delete", args=[WithheldName.objects.get().pk]))
    lines = AuditLine.objects.filter(subject__startswith="scrutiny.withheldname:")
    assert lines.count() == 2
    assert not any("Ashworth" in f"{line.act} {line.details}" for line in lines)


def test_a_period_is_added_changed_and_taken_out(client, officer):
    given = {"name": "Local elections", "starts": "27 March 2018", "ends": "3 May 2018"}
    assert client.post(reverse("pre-election-period-add"), given).url == reverse("pre-election-periods")
    period = PreElectionPeriod.objects.get()
    page = client.get(reverse("pre-election-periods")).content.decode()
    assert "27 March 2018" in page
    edit = reverse("pre-election-period-edit", args=[period.pk])
    refused = client.post(edit, {**given, "ends": "1 March 2018"}).content.decode()
    assert "The last day must not be before the first day." in refused
    client.post(edit, {**given, "ends": "4 May 2018"})
    period.refresh_from_db()
    assert period.ends == datetime.date(2018, 5, 4)
    client.post(reverse("pre-election-period-delete", args=[period.pk]))
    assert not PreElectionPeriod.objects.exists()


def test_a_class_is_added_and_renamed_and_keeps_its_address(client, officer):
    given = {"name": "Our services", "description": "What we do.", "position": "9"}
    assert client.post(reverse("publication-class-add"), given).url == reverse("publication-classes")
    made = PublicationClass.objects.get(name="Our services")
    assert made.slug == "our-services"
    client.post(reverse("publication-class-edit", args=[made.pk]), {**given, "name": "Services we offer"})
    made.refresh_from_db()
    assert (made.name, made.slug) == ("Services we offer", "our-services")
    assert "Services we offer" in client.get(reverse("publication-classes")).content.decode()
    again = client.post(reverse("publication-class-add"), {**given, "name": "Our Services!"}).content.decode()
    assert "There is a problem" in again


@pytest.mark.parametrize("name", ["withheld-names", "pre-election-periods", "publication-classes"])
def test_a_list_costs_few_queries_however_long_it_is(client, officer, name, django_assert_max_num_queries):
    for number in range(30):
        WithheldName.objects.create(name=f"Jane Ashworth {number}", why="A witness.")
        PreElectionPeriod.objects.create(name=f"Election {number}", starts="2018-02-01", ends="2018-02-05")
        PublicationClass.objects.create(name=f"Class {number}", slug=f"class-{number}")
    with django_assert_max_num_queries(12):
        assert client.get(reverse(name)).status_code == 200
