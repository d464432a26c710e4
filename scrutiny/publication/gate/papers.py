"""The finished PDFs: accessible, fit for an archive, and saying what the page says."""

import hashlib
from collections import Counter, OrderedDict

from opcc_portal import pdf
from opcc_portal.pdf import reading, verapdf
from scrutiny.publication.gate import words
from scrutiny.publication.gate.output import is_page_only, text_of
from scrutiny.workflow.kinds import ERROR, WARNING, Finding, Kind

PROFILES = ("ua1", "3a")
NOT_YOURS = "This comes from how the paper is laid out, not from your words. Tell the administrator."
MOST_KEPT = 200
STANDS_TWICE = 15  # a line of so many words that stands twice on the page must stand twice on paper

# Between two elements of one line: a number in the margin and the time below it are two words.
BETWEEN = "\ue000"

# What veraPDF said of the very same bytes; publishing checks once more what its check page showed.
_known = OrderedDict()


def structure(look):
    """An error for everything that our own look at the structure finds."""
    for output in _with_pdf(look):
        for problem in pdf.problems(output.made.pdf):
            yield Finding(
                "pdf.structure",
                ERROR,
                f"The PDF of the {output.name} is not right for everybody",
                f"{problem} {NOT_YOURS}",
                output.edition.pdf_name,
                **output.desk,
            )
        for address in reading.links(output.made.pdf):
            if "/desk/" in address:
                text = f"A link in {output.edition.pdf_name} leads to {address}, which only the office can open."
                yield Finding("pdf.desk", ERROR, "A link in a PDF leads to the desk", text, **output.desk)


def conformance(look):
    """An error for every PDF that veraPDF refuses, where veraPDF is installed."""
    for output, result in zip(_with_pdf(look), results(look) or [], strict=False):
        if not result.passed:
            yield Finding(
                "pdf.verapdf",
                ERROR,
                f"The PDF of the {output.name} does not meet its standards",
                f"veraPDF found that {output.edition.pdf_name} is not valid as PDF/UA-1 and PDF/A-3a. {NOT_YOURS}",
                " ".join(result.complaints)[:500],
                **output.desk,
            )


def results(look):
    """What veraPDF says of each PDF of the act, in order; None where it was not run. All in one question to Java."""
    if not hasattr(look, "_verapdf"):
        look._verapdf = _results([(output.made.pdf, _profiles(output)) for output in _with_pdf(look)])
    return look._verapdf


def _profiles(output):
    return getattr(output.kind, "pdf_profiles", PROFILES)


def _results(asked):
    if not asked or verapdf.missing():
        return None
    names = [(hashlib.sha256(data).hexdigest(), profiles) for data, profiles in asked]
    for profiles in dict.fromkeys(profiles for _, profiles in asked):
        new = {
            name: data
            for name, (data, each) in zip(names, asked, strict=True)
            if each == profiles and name not in _known
        }
        found = verapdf.check(list(new.values()), profiles=profiles) if new else []
        if found is None:
            return None
        _known.update(zip(new, found, strict=True))
    answers = [_known[name] for name in names]
    while len(_known) > MOST_KEPT:
        _known.popitem(last=False)
    return answers


def same_words(look):
    """An error where the PDF lacks something that the page says."""
    for output in compared(look):
        if missing := _first_missing(output):
            yield Finding(
                "pdf.words",
                ERROR,
                f"The PDF of the {output.name} lacks something that the page says",
                f"It does not stand in {output.edition.pdf_name}. {NOT_YOURS}",
                missing[:400],
                **output.desk,
            )


def compared(look):
    """The documents whose page and paper say the same. A pack is not one: its page is about the papers in it."""
    return [output for output in _with_pdf(look) if type(output.kind).make_pdf is Kind.make_pdf]


def _first_missing(output):
    """The first line of the page that the paper does not have, "" where it has all. Order does not matter."""
    on_paper = words.words_of(output.pdf_text)
    squeezed, stock = "".join(on_paper), set(on_paper)
    times = Counter()
    for line in text_of(output.body.tree, without=is_page_only, between=BETWEEN).splitlines():
        for sentence in words.sentences(line):
            said = words.words_of(sentence)
            together = "".join(said)
            times[together] += 1
            if together not in squeezed:
                # It may be broken by the foot of one sheet and the head of the next.
                if not set(said) <= stock:
                    return sentence.replace(BETWEEN, "")
            elif len(said) >= STANDS_TWICE and squeezed.count(together) < times[together]:
                return sentence.replace(BETWEEN, "")
    return ""


def attachments(look):
    """A warning for each attached file that could not be read: a person has to look at it."""
    for output in look.outputs:
        for file in output.attached:
            if file.problem:
                yield Finding(
                    "attachment",
                    WARNING,
                    f"The checks could not read the attachment “{file.title}”",
                    f"Because {file.problem}. Open it and see that it holds nothing that must not be published, then say so.",
                    **output.desk,
                )


def _with_pdf(look):
    return [output for output in look.outputs if output.made.pdf is not None]
