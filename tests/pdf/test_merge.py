"""Several papers in one file: still tagged, linked, numbered; the same every time; and nothing hostile gets far."""

import io
import os
import re
import signal
import subprocess
import threading
from datetime import UTC, datetime

import pdfplumber
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from opcc_portal.pdf import RenderFailed, problems
from opcc_portal.pdf.merge import MergeLimits, Part, look, merge
from tests.pdf import papers, reading
from tests.pdf.reading import Tree

WHEN = datetime(2031, 3, 4, tzinfo=UTC)
ITEM = ("3 Rural crime",)


def pack(parts, **also):
    return merge(parts, title="Pack: Board & others", author="Office", when=WHEN, **also)


@pytest.fixture(scope="module")
def three(made):
    """Three papers: minutes, a report with footnotes and links, a long one with contents, tables and a picture."""
    parts = [
        Part("Minutes", made["minutes"]),
        Part("Joint report", made["report"], under=ITEM),
        Part("Long report", made["long_report"], under=ITEM),
    ]
    return pack(parts)


def changed(pdf, change):
    """The PDF after `change` was at it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        held = io.BytesIO()
        document.save(held)
    return held.getvalue()


@pytest.mark.verapdf
def test_three_papers_are_one_accessible_file_for_the_archive(three, vera):
    assert vera.complaints({"three": three.pdf}) == []
    assert three.part_pages == (4, 2, 11)
    assert problems(three.pdf) == []


def test_the_same_papers_give_the_same_bytes(made):
    parts = [Part("Minutes", made["minutes"]), Part("Agenda", made["agenda"])]
    assert pack(parts).pdf == pack(parts).pdf
    assert pack(parts).pdf != pack(parts[::-1]).pdf


def test_every_page_says_its_number_in_the_whole_as_the_viewer_does(three):
    texts = reading.pages(three.pdf)
    assert [re.search(r"Pack page (\d+) of 17", text)[1] for text in texts] == [str(n) for n in range(1, 18)]
    with pikepdf.open(io.BytesIO(three.pdf)) as document:
        assert [page.label for page in document.pages] == [str(n) for n in range(1, 18)]


def test_what_is_stamped_is_not_read_aloud(three):
    assert "Pack page" not in Tree(three.pdf).reading_order()


def test_words_at_the_foot_are_on_every_page(made):
    made = pack([Part("Minutes", made["minutes"])], foot="Private pack: not for publication")
    assert all("Private pack: not for publication" in text for text in reading.pages(made.pdf))


def test_the_tree_holds_each_paper_as_a_part_with_its_title(three, made):
    whole = Tree(three.pdf)
    assert [str(part.T) for part in whole.root.K] == ["Minutes", "Joint report", "Long report"]
    assert [str(part.S) for part in whole.root.K] == ["/Part"] * 3
    for part, name in zip(whole.root.K, ("minutes", "report", "long_report"), strict=True):
        assert whole.words(part) == Tree(made[name]).reading_order()


def test_names_of_cells_and_notes_are_unique_and_still_lead_to_their_heads(three):
    whole = Tree(three.pdf)
    ids = [bytes(one.ID) for one in whole.descendants(whole.root) if Name.ID in one]
    assert len(ids) == len(set(ids)) > 50
    heads = {bytes(one.ID) for one in whole.elements("TH")}
    named = {bytes(head) for cell in whole.elements("TD") for head in cell.get("/A", {}).get("/Headers", [])}
    assert named
    assert named <= heads
    tree = whole.document.Root.StructTreeRoot.IDTree.Names
    assert [bytes(name) for name in list(tree)[::2]] == sorted(ids)


def test_marks_and_links_lead_back_to_their_own_elements(three):
    with pikepdf.open(io.BytesIO(three.pdf)) as document:
        numbers = {}
        for leaf in document.Root.StructTreeRoot.ParentTree.Kids:
            numbers |= {int(leaf.Nums[n]): leaf.Nums[n + 1] for n in range(0, len(leaf.Nums), 2)}
        assert sorted(numbers) == list(range(int(document.Root.StructTreeRoot.ParentTreeNextKey)))
        for page in document.pages:
            for element in numbers[int(page.StructParents)]:
                assert element is None or element.Pg.objgen == page.obj.objgen
            for annotation in page.get(Name.Annots, []):
                owner = numbers[int(annotation.StructParent)]
                assert owner.get(Name.S) == Name.Link
                assert any(isinstance(k, Dictionary) and k.get(Name.Obj) == annotation for k in owner.K)


def test_links_inside_a_paper_lead_to_the_same_place_in_the_whole(three):
    with pikepdf.open(io.BytesIO(three.pdf)) as document:
        assert Name.Names not in document.Root
        places = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        inside = [
            (str(one.Contents), places[one.Dest[0].objgen])
            for page in document.pages
            for one in page.get(Name.Annots, [])
            if Name.Dest in one
        ]
    texts = reading.pages(three.pdf)
    assert len(inside) == 12
    for words, number in inside:
        assert number >= 6
        assert words.split("district")[0].strip() in texts[number]
        assert f"What was found in district {words.split()[-1]}" in reading.squeeze(texts[number])


def test_links_to_the_web_are_kept(three):
    with pikepdf.open(io.BytesIO(three.pdf)) as document:
        links = [str(a.A.URI) for page in document.pages for a in page.get(Name.Annots, []) if Name.A in a]
    assert any(link.startswith("https://northmoor.example/rural/") for link in links)


def test_bookmarks_stand_under_their_item_and_paper(three):
    found = reading.bookmarks(three.pdf)
    assert [entry for entry in found if entry[0] == 1] == [(1, "Minutes"), (1, "3 Rural crime")]
    assert [entry for entry in found if entry[0] == 2][-2:] == [(2, "Joint report"), (2, "Long report")]
    assert (4, "Purpose of the report") in found
    with pikepdf.open(io.BytesIO(three.pdf)) as document, document.open_outline() as outline:
        item = outline.root[1]
        assert item.children[1].destination[0].objgen == document.pages[6].obj.objgen


def test_title_language_and_day_are_in_the_file(three):
    with pikepdf.open(io.BytesIO(three.pdf)) as document:
        assert str(document.docinfo.Title) == "Pack: Board & others"
        assert str(document.docinfo.CreationDate) == "D:20310304000000Z"
        assert str(document.Root.Lang) == "en-GB"
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == "Pack: Board & others"
            assert metadata["pdfuaid:part"] == "1"


def with_maps_and_classes(document):
    """As Word and Acrobat write it: own types, classes, number trees with branches, names of destinations."""
    tree = document.Root.StructTreeRoot
    tree.RoleMap = Dictionary({"/Absatz": Name.Text, "/Text": Name.P, "/Heading": Name.H2})
    tree.ClassMap = Dictionary({"/Right": Dictionary(O=Name.Layout, TextAlign=Name.End)})
    done = 0
    for thing in document.objects:
        if isinstance(thing, Dictionary) and thing.get(Name.Type) == Name.StructElem and thing.get(Name.S) == Name.P:
            thing.S, done = Name.Absatz, done + 1
            thing.C = Name.Right
    assert done
    flat = list(tree.ParentTree.Nums)
    half = len(flat) // 4 * 2
    leaves = [document.make_indirect(Dictionary(Nums=Array(part))) for part in (flat[:half], flat[half:])]
    branch = document.make_indirect(Dictionary(Kids=Array(leaves)))
    tree.ParentTree = document.make_indirect(Dictionary(Kids=Array([branch])))


@pytest.mark.verapdf
def test_a_paper_with_types_and_classes_of_its_own_keeps_its_meaning(made, vera):
    other = changed(made["long_report"], with_maps_and_classes)
    whole = pack([Part("Own", made["long_report"]), Part("Theirs", other)])
    assert vera.complaints({"maps": whole.pdf}) == []
    tree = Tree(whole.pdf)
    assert Name.RoleMap not in tree.document.Root.StructTreeRoot
    ours, theirs = tree.root.K
    assert tree.words(ours) == tree.words(theirs)
    paragraphs = tree.elements("P", theirs)
    assert len(paragraphs) == len(tree.elements("P", ours))
    assert all(any(one.get("/TextAlign") == Name.End for one in p.A) for p in paragraphs)


def untagged(pages=1, rotate=0):
    document = pikepdf.new()
    for _ in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Rotate = rotate
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(F=font))
        page.obj.Contents = document.make_stream(b"BT /F 12 Tf 90 700 Td (Scanned words) Tj ET")
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


@pytest.mark.parametrize(("rotate", "turned"), [(0, False), (90, True), (180, False), (270, True)])
def test_the_number_stands_upright_at_the_foot_of_a_turned_page(rotate, turned):
    made = pack([Part("Scan", untagged(rotate=rotate))])
    with pdfplumber.open(io.BytesIO(made.pdf)) as document:
        (page,) = document.pages
        assert (page.width > page.height) is turned
        letters = [char for char in page.chars if char["size"] < 11 or "SourceSans" in char["fontname"]]
        line = [char for char in letters if "SourceSans" in char["fontname"]]
        assert "".join(char["text"] for char in line) == "Pack page 1 of 1"
        assert all(page.height - 40 < char["top"] < page.height for char in line)
        assert line[0]["x0"] < line[-1]["x0"] < page.width - 60


def test_pages_without_tags_are_not_called_accessible():
    seen = look(untagged(3))
    assert seen.pages == 3
    assert not seen.broken
    assert not seen.is_fit
    assert "It has no tags." in seen.problems


@pytest.mark.parametrize("name", ["agenda", "minutes", "report", "long_report"])
def test_our_own_papers_are_fit_for_a_pack(made, name):
    assert look(made[name]).is_fit


def without_scope(document):
    for thing in document.objects:
        if isinstance(thing, Dictionary) and thing.get(Name.S) == Name.TH:
            del thing.A


def with_loose_text(document):
    document.pages[0].contents_add(b"BT /F 9 Tf (loose) Tj ET")


def with_a_tag_that_leads_nowhere(document):
    document.pages[0].contents_add(b"/P <</MCID 999>> BDC BT (x) Tj ET EMC")


def with_a_script(document):
    document.Root.AcroForm = Dictionary(Fields=Array([]))


def with_a_picture_without_words(document):
    for thing in document.objects:
        if isinstance(thing, Dictionary) and thing.get(Name.S) == Name.Figure:
            del thing.Alt


def without_language(document):
    del document.Root.Lang


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without_scope, "header does not say"),
        (with_loose_text, "neither tagged nor marked"),
        (with_a_tag_that_leads_nowhere, "leads nowhere"),
        (with_a_picture_without_words, "no text in its place"),
        (without_language, "language"),
        (with_a_script, "forms"),
    ],
)
def test_what_would_spoil_a_pack_is_found_before(made, change, said):
    seen = look(changed(made["report"], change))
    assert said in " ".join([seen.broken, *seen.problems])


def encrypted(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        held = io.BytesIO()
        document.save(held, encryption=pikepdf.Encryption(owner="secret", user=""))
    return held.getvalue()


def loop():
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>endobj\n"
        b"trailer<</Root 1 0 R/Size 4>>\n%%EOF"
    )


def empty():
    held = io.BytesIO()
    pikepdf.new().save(held)
    return held.getvalue()


BAD = {
    "a page tree that bites its tail": (lambda made: loop(), "cannot be opened|no pages"),
    "no pages": (lambda made: empty(), "no pages"),
    "encrypted, but it opens": (lambda made: encrypted(made["agenda"]), "protected"),
    "a picture called PDF": (lambda made: papers.logo(), "cannot be opened"),
    "half a file": (lambda made: made["agenda"][:1500], "cannot be opened|no pages"),
    "nothing": (lambda made: b"", "cannot be opened"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_merged_is_named_with_the_reason(made, name):
    bad, said = BAD[name]
    assert re.search(said, look(bad(made)).broken)
    with pytest.raises(RenderFailed, match="“Bad one” cannot be put into the pack") as failure:
        pack([Part("Agenda", made["agenda"]), Part("Bad one", bad(made))])
    assert failure.value.reason == "unusable"


def endless_bookmarks(document):
    entry = document.Root.Outlines.First
    entry.Next = entry
    entry.First = entry


def endless_tree(document):
    top = document.Root.StructTreeRoot.K[0]
    top.K.append(top)
    tree = document.Root.StructTreeRoot.ParentTree
    tree.Kids = Array([tree])


@pytest.mark.parametrize("change", [endless_bookmarks, endless_tree])
def test_loops_inside_a_paper_end(made, change):
    assert pack([Part("Looped", changed(made["agenda"], change))]).pages == 2


def test_a_pack_too_large_is_refused_before_and_after(made):
    parts = [Part("Agenda", made["agenda"])] * 3
    for limits in (MergeLimits(input_bytes=10_000), MergeLimits(pages=5), MergeLimits(parts=2)):
        with pytest.raises(RenderFailed) as failure:
            pack(parts, limits=limits)
        assert failure.value.reason == "pack-too-large"


def test_a_merge_that_takes_too_long_or_too_much_is_stopped(made):
    parts = [Part("Long", made["long_report"])] * 40
    for limits, reason in (
        (MergeLimits(wall_seconds=0.2), "too-complex"),
        (MergeLimits(cpu_seconds=0), "too-complex"),
        (MergeLimits(memory_bytes=120 * 1024 * 1024), "memory|stopped|unusable"),
    ):
        with pytest.raises(RenderFailed) as failure:
            pack(parts, limits=limits)
        assert re.fullmatch(reason, failure.value.reason)
        assert failure.value.message.endswith(".")


def test_a_process_that_is_killed_leaves_nothing_behind(made, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    start = subprocess.Popen

    def killed(*args, **also):
        child = start(*args, **also)
        threading.Timer(0.05, os.kill, [child.pid, signal.SIGKILL]).start()
        return child

    monkeypatch.setattr(subprocess, "Popen", killed)
    with pytest.raises(RenderFailed) as failure:
        pack([Part("Agenda", made["agenda"])])
    assert failure.value.reason == "stopped"
    assert list(tmp_path.iterdir()) == []


def test_ids_that_are_no_text_do_not_stop_the_merge(made):
    def odd(document):
        for thing in document.objects:
            if isinstance(thing, Dictionary) and thing.get(Name.S) == Name.TH:
                thing.ID = String(b"\xff\x00(odd")
                break

    assert pack([Part("Odd", changed(made["report"], odd))]).pages == 2
