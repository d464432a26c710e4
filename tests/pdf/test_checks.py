"""The structural checks find what a changed template may break."""

import io

import pikepdf
import pytest
from pikepdf import Dictionary, Name
from weasyprint import HTML

from opcc_portal.pdf import problems


def spoiled(pdf, spoil):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        spoil(document)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def first(document, kind):
    return next(thing for thing in document.objects if isinstance(thing, Dictionary) and thing.get(Name.S) == kind)


def link(document):
    return next(annotation for page in document.pages for annotation in page.get(Name.Annots, []))


def without(name):
    return lambda document: document.Root.__delitem__(name)


SPOILS = {
    "It is not marked as tagged.": without(Name.MarkInfo),
    "It does not say its language.": without(Name.Lang),
    "It has no title.": lambda document: document.docinfo.__delitem__(Name.Title),
    "Viewers would show the file name": without(Name.ViewerPreferences),
    "does not claim PDF/UA-1": without(Name.Metadata),
    "no output intent": without(Name.OutputIntents),
    "no bookmarks": without(Name.Outlines),
    "no structure tree": without(Name.StructTreeRoot),
    "does not say which cells it heads": lambda document: first(document, Name.TH).A.__delitem__(Name.Scope),
    "has no text in its place": lambda document: first(document, Name.Figure).__delitem__(Name.Alt),
    "footnote has no ID": lambda document: first(document, Name.Note).__delitem__(Name.ID),
    "2 headings of the first level": lambda document: first(document, Name.H2).__setitem__(Name.S, Name.H1),
    "heading of level 3 follows one of level 1": lambda document: first(document, Name.H2).__setitem__(Name.S, Name.H3),
    "is not printed": lambda document: link(document).__setitem__(Name.F, 0),
    "has no description": lambda document: link(document).__delitem__(Name.Contents),
    "is not in the structure": lambda document: link(document).__delitem__(Name.StructParent),
    "goes to file:///etc/passwd": lambda document: link(document).A.__setitem__(
        Name.URI, pikepdf.String("file:///etc/passwd")
    ),
    "tab key": lambda document: document.pages[0].obj.__delitem__(Name.Tabs),
    "when it is opened": lambda document: document.Root.__setitem__(
        Name.OpenAction, Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    ),
    "holds a script": lambda document: link(document).A.__setitem__(Name.S, Name.JavaScript),
    "Another file is embedded": lambda document: document.attachments.__setitem__("x.txt", b"x"),
}


@pytest.mark.parametrize("words", SPOILS)
def test_each_fault_is_named(made, words):
    assert any(words in problem for problem in problems(spoiled(made["report"], SPOILS[words])))


def test_saving_anew_is_no_fault(made):
    assert problems(spoiled(made["report"], lambda document: None)) == []


def test_an_ordinary_pdf_has_many_problems():
    assert len(problems(HTML(string="<p>x</p>").write_pdf())) > 5


def test_what_is_no_pdf_is_a_problem_not_a_crash():
    (problem,) = problems(b"<html>")
    assert "cannot be opened" in problem
