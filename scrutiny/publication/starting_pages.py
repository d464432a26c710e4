"""What the pages that every office needs start with: drafts, with the office's own contact in them.

What only the office can know stands as "[Add …]", which the checks before publishing do not let through. The headings of
the accessibility statement are those of the Cabinet Office's model statement (Public Sector Bodies (Websites and Mobile
Applications) (No. 2) Accessibility Regulations 2018, regulation 8, and the model of the Government Digital Service); what
must be said in words of law is said so, the rest in our own words.
"""

from html import escape

from scrutiny.workflow.published import in_words

REGULATIONS = "the Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations 2018"


def texts(office, *, day):
    """{address: (summary, text)} for the office's identity, prepared on that day."""
    return {
        "accessibility": (
            "How accessible this site is, what to do if something does not work for you, and who makes sure of it.",
            _accessibility(office, in_words(day.isoformat())),
        ),
        "contact": ("How to reach the office, and how to ask for papers in another form.", _contact(office)),
        "privacy": ("What this site and the office keep about people, why, and for how long.", _privacy(office)),
    }


def _email(office, what="[Add an e-mail address]"):
    if not office.email:
        return what
    return f'<a href="mailto:{escape(office.email)}">{escape(office.email)}</a>'


def _ways(office):
    """The office's ways of contact as a list."""
    rows = [f"E-mail: {_email(office)}", f"Telephone: {escape(office.phone) or '[Add a telephone number]'}"]
    address = ", ".join(line.strip() for line in office.address.splitlines() if line.strip())
    rows.append(f"Post: {escape(address) or '[Add the postal address]'}")
    return f"<ul>{''.join(f'<li><p>{row}</p></li>' for row in rows)}</ul>"


def _accessibility(office, day):
    name = escape(office.display_name)
    return f"""
<p>This statement is about the public site of the {name}. Everybody should be able to use it. For example, you can</p>
<ul><li><p>change colours and contrast by the settings of your device</p></li>
<li><p>zoom to 400% without text running off the screen</p></li>
<li><p>go through all of it with a keyboard alone</p></li>
<li><p>listen to all of it with a screen reader</p></li>
<li><p>use all of it without scripts</p></li></ul>
<p>Every meeting, report, decision and set of minutes is a page first. The PDF beside it says the same.</p>
<h3>How accessible this website is</h3>
<p>Pages and papers that this portal makes are checked before they go out: headings, tables, links, contrast, and PDFs
against PDF/UA-1. Some parts are not fully accessible:</p>
<ul><li><p>attachments that others sent us as files, such as scanned letters and spreadsheets</p></li>
<li><p>papers published before this site began</p></li></ul>
<h3>Feedback and contact information</h3>
<p>If you need something on this site in another form, such as large print, easy read or read aloud, tell us what it is
and how you would like to have it:</p>
{_ways(office)}
<p>We answer within [Add a number of] working days.</p>
<h3>Reporting accessibility problems with this website</h3>
<p>If you meet a problem that is not named here, or think that we do not meet the requirements, write to
{_email(office)}. Say which page it was and what happened.</p>
<h3>Enforcement procedure</h3>
<p>The Equality and Human Rights Commission (EHRC) is responsible for enforcing {REGULATIONS} (the “accessibility
regulations”). If you are not happy with how we respond to your complaint, contact the
<a href="https://www.equalityadvisoryservice.com/">Equality Advisory and Support Service (EASS)</a>.</p>
<h3>Technical information about this website’s accessibility</h3>
<p>The {name} is committed to making its website accessible, in accordance with {REGULATIONS}.</p>
<h4>Compliance status</h4>
<p>This website is partially compliant with the Web Content Accessibility Guidelines version 2.2 AA standard, due to the
non-compliances listed below.</p>
<h3>Non-accessible content</h3>
<h4>Non-compliance with the accessibility regulations</h4>
<p>Some attachments are files made by others. Those without tags or with pictures of text cannot be read by a screen
reader (success criteria 1.1.1, non-text content, and 1.3.1, info and relationships). Each has a summary beside its link,
and we send its content in another form when asked.</p>
<h4>Disproportionate burden</h4>
<p>We claim none at present.</p>
<h4>Content that’s not within the scope of the accessibility regulations</h4>
<p>Documents published before 23 September 2018 that are not needed for services do not have to be made accessible. We do
so when somebody asks.</p>
<h3>What we’re doing to improve accessibility</h3>
<p>We ask those who send us papers for tagged files, and every file is looked at before it is published. What readers
tell us is mended first.</p>
<h3>Preparation of this accessibility statement</h3>
<p>This statement was prepared on {day}. It was last reviewed on {day}.</p>
<p>Every page of this software is tested by machine against WCAG 2.2 AA when it is built, and its papers against PDF/UA-1
and PDF/A-3a. A test with people who use assistive technology has [Add when and by whom, or that there was none yet].</p>
"""


def _contact(office):
    return f"""
<p>{escape(office.display_name)}{f", {escape(office.area_name)}" if office.area_name else ""}.</p>
{_ways(office)}
<h3>Ask for another form</h3>
<p>Every paper on this site can be had in large print, in another language or read aloud. Say which one, and how you
would like to have it.</p>
<h3>Questions to a meeting</h3>
<p>The page of each coming meeting says until when questions from the public must reach us.</p>
<h3>Ask for information</h3>
<p>Under the Freedom of Information Act 2000 you can ask for information that we hold. Write to {_email(office)} and give
your name, an address for the answer, and what you would like to know. We answer within 20 working days.</p>
<h3>Emergencies and reports of crime</h3>
<p>This office does not take reports of crime. In an emergency call 999; otherwise call 101 or tell
{escape(office.force_name) or "the police"}.</p>
"""


def _privacy(office):
    return f"""
<p>{escape(office.legal_name)} is the controller of the personal data described here.</p>
<h3>When you read this site</h3>
<p>The public pages set no cookies, use no tracking and load nothing from other companies. The server keeps a log of
requests with their addresses to keep the site safe, for at most [Add a number of] days.</p>
<h3>When you ask a question or write to us</h3>
<p>We keep your name, how to reach you, and what you wrote, to answer you and to keep a record of it. Published minutes
name a member of the public only where that person has agreed. The basis is our public task (UK GDPR, article 6(1)(e)).
We keep it for [Add how long].</p>
<h3>People named in our papers</h3>
<p>Minutes, reports and decisions name people who act in an official role. They are a public record and are kept for
good. A name that must be protected is left out before anything is published.</p>
<h3>Verifying a document</h3>
<p>A file that you have verified on this site is compared with the record and not kept.</p>
<h3>Your rights</h3>
<p>You can ask what we hold about you, have mistakes put right, and object. Write to {_email(office)}. You can also
complain to the <a href="https://ico.org.uk/make-a-complaint/">Information Commissioner’s Office</a>.</p>
"""
