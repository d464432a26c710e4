"""The text of a joint report as a ReportDraft."""

import re

from scrutiny.importing.dates import find_date, is_date_line
from scrutiny.importing.drafts import AttachmentDraft, ParagraphDraft, ReportDraft, SectionDraft
from scrutiny.importing.layout import (
    LABEL,
    Block,
    blocks_of,
    bullet_of,
    heading_of,
    link_warnings,
    links_of,
    plain,
    rejoin_broken_paragraphs,
)
from scrutiny.importing.reading import CannotRead
from scrutiny.importing.recognise import AUTHORSHIP_LINE, SUBJECT_LINE
from scrutiny.importing.words import LeftOut

# Far beyond any report. All of it is written in one transaction, which must not keep others waiting.
MAX_RECORDS = 500
_ATTACHMENTS = re.compile(
    r"^(?:list of\s+)?(?:attachments?|appendix|appendices|annex(?:es)?|enclosures?)(?:\s*\(s\))?$", re.I
)
_SIZE = r"\d[\d.,]*\s*(?:bytes|[kmg]i?b|b)"
_KIND_AND_SIZE = re.compile(
    rf"^(?P<title>.*?)\s*[(\[]\s*(?P<kind>[A-Za-z][\w ./-]*?)?[\s,;:–-]*(?P<size>{_SIZE})?\s*[)\]]\s*\.?$", re.I
)
_KINDS = re.compile(
    r"^(?:pdf|(?:ms |microsoft )?(?:word|excel|powerpoint)|docx?|xlsx?|pptx?|csv|ods|odt|png|jpe?g|spreadsheet)\b", re.I
)
_JOINT = re.compile(r"\s+(and|&)\s+", re.I)
# "Police and Crime" and the like name one thing: their "and" does not part two authors.
_ONE_THING = re.compile(
    r"\b(?:police|policing|fire|crime)(?:,\s*fire)?\s+(?P<and>and)\s+(?:crime|fire|disorder|rescue|victims)\b", re.I
)


def read_report(source):
    """The draft in a report's text. Raises CannotRead where the heading block lacks what a report must have."""
    text = source.text
    blocks, leftovers = blocks_of(text, is_own_line=_is_heading_block_line)
    warnings = list(source.warnings)
    head, body = _cut(blocks)
    draft = _heading_block(head, leftovers, warnings)
    draft.leftovers, draft.warnings = leftovers, warnings
    _body(body, draft)
    _look_over(draft)
    draft.leftovers.sort(key=lambda left: left.line)
    return draft


def _is_heading_block_line(line):
    line = plain(line).lstrip("# ").strip()
    return bool(SUBJECT_LINE.match(line) or AUTHORSHIP_LINE.match(line) or is_date_line(line))


def _cut(blocks):
    """The heading block (up to the last of date, subject and authorship) and the body."""
    last = -1
    for index, block in enumerate(blocks):
        line = plain(block.text).lstrip("# ").strip()
        if _is_heading_block_line(line):
            last = index
        elif not block.heading and ((LABEL.match(line) and line.endswith(".")) or len(line.split()) > 25):
            break
    return blocks[: last + 1], blocks[last + 1 :]


def _heading_block(blocks, leftovers, warnings):
    day = subject = authors = None
    titles = []
    for block in blocks:
        line = plain(block.text).lstrip("# ").strip()
        number = block.number
        if not subject and (match := SUBJECT_LINE.match(line)):
            subject = match["value"]
            leftovers.append(LeftOut(number, match["label"], "name of a field: the subject", restated=True))
        elif not authors and (match := AUTHORSHIP_LINE.match(line)):
            authors = _authors(match["value"], number, match["label"], leftovers, warnings)
        elif not day and is_date_line(line):
            day = find_date(line, number)
            leftovers.append(LeftOut(number, line, f"kept as the date {day.date.isoformat()}", restated=True))
            if warning := day.weekday_warning(number):
                warnings.append(warning)
        else:
            titles.append((number, heading_of(block.text) or line))
    if not day:
        raise CannotRead(
            "The report has no date in its heading block. Put the date of the meeting on a line of its own."
        )
    if not subject and len(titles) > 2:
        subject = titles.pop()[1]
        warnings.append(f"There is no “SUBJECT:” line; “{subject}” was taken as the subject.")
    if not subject:
        raise CannotRead("The report has no “SUBJECT:” line.")
    if not titles:
        raise CannotRead("The report does not say which meeting it is for: there is no line above the date.")
    for number, title in titles[2:]:
        leftovers.append(LeftOut(number, title, "a further line of the heading block; there is no field for it"))
    if not authors:
        warnings.append("No authorship line (“Joint Report of … and …”) was found.")
    return ReportDraft(
        series_heading=titles[0][1],
        outcome=titles[1][1] if len(titles) > 1 else "",
        date=day.date,
        subject=subject,
        authors=authors or [],
    )


def _authors(text, line, label, leftovers, warnings):
    """The two bodies of "the A and the B"; articles and the words around them go to the leftovers."""
    hidden = _ONE_THING.sub(lambda m: m.group().replace(m["and"], "\0"), text.strip().rstrip("."))
    joints = list(_JOINT.finditer(hidden))
    chosen = [m for m in joints if re.match(r"the\b", hidden[m.end() :], re.I)] or joints
    if len(chosen) > 1:
        # As many words on one side as on the other is the better guess, and it is said.
        chosen = sorted(chosen, key=lambda m: abs(m.start() - (len(hidden) - m.end())))[:1]
        warnings.append(f"Line {line}: which “and” parts the two authors was guessed. Check the authors.")
    around, bodies = [label], [hidden]
    if chosen:
        match = chosen[0]
        bodies = [hidden[: match.start()], hidden[match.end() :]]
        around.append(match[1])
    else:
        warnings.append(f"Line {line}: only one author was found; a joint report has two.")
    authors = []
    for body in bodies:
        article = re.match(r"(the)\s+", body, re.I)
        if article:
            around.append(article[1])
            body = body[article.end() :]
        authors.append(body.replace("\0", "and").strip())
    leftovers.append(LeftOut(line, " … ".join(around), "words around the two authors", restated=True))
    return authors


def _body(blocks, draft):
    blocks = rejoin_broken_paragraphs(blocks, draft.warnings)
    section = None
    for block in blocks:
        heading = block.heading
        if heading:
            section = SectionDraft(heading, block.number, is_attachments=bool(_ATTACHMENTS.match(heading)))
            draft.sections.append(section)
        elif section is None:
            section = SectionDraft("", block.number)
            draft.sections.append(section)
            draft.warnings.append(f"Line {block.number}: text stands before the first heading.")
            _paragraphs(block, section, draft)
        elif section.is_attachments:
            _attachments(block, section, draft)
        else:
            _paragraphs(block, section, draft)


def _paragraphs(block, section, draft):
    """A block as paragraphs: each numbered line begins one, bullets in a row are one list."""
    run = []

    def flush():
        if run:
            _paragraph(Block(list(run)), section, draft)
            run.clear()

    items = []

    def flush_items():
        if items:
            _list(list(items), section, draft)
            items.clear()

    for line in block.lines:
        bullet = bullet_of(line.text)
        if bullet:
            flush()
            items.append((line.number, bullet))
        elif items and not LABEL.match(line.text):
            # The second printed line of a bullet.
            items[-1] = (items[-1][0], f"{items[-1][1]} {line.text.strip()}")
        else:
            flush_items()
            if run and _number(line.text)[0]:
                flush()
            run.append(line)
    flush()
    flush_items()


def _number(text):
    """(number, text after it) of a paragraph that begins with a printed number, else (None, text)."""
    match = LABEL.match(text)
    if not match or text[:1].isalpha():
        return None, text
    label = match["label"]
    if match["mark"] in (".", ")") or "." in label:
        return label, match["rest"]
    return None, text


def _paragraph(block, section, draft):
    number, text = _number(block.text)
    _take(ParagraphDraft(number, plain(text), text, block.number), text, section, draft)


def _list(items, section, draft):
    source = "\n".join(text for _, text in items)
    paragraph = ParagraphDraft(None, " ".join(plain(text) for _, text in items), source, items[0][0], is_list=True)
    _take(paragraph, source, section, draft)


def _take(paragraph, source, section, draft):
    draft.warnings += link_warnings(source, paragraph.line)
    if paragraph.source.lstrip().startswith("|"):
        draft.warnings.append(f"Line {paragraph.line}: this may be a table. Its words were kept as a paragraph.")
    section.paragraphs.append(paragraph)


def _attachments(block, section, draft):
    """Each line of an attachments section that names a document; other lines stay paragraphs."""
    single = len(block.lines) > 1 and not any(
        bullet_of(line.text) or links_of(line.text) or _named(line.text) for line in block.lines
    )
    if single:
        _paragraphs(block, section, draft)
        return
    for line in block.lines:
        text = bullet_of(line.text) or _number(line.text)[1] if not line.text.startswith("[") else line.text
        number = _number(line.text)[0]
        links, named = links_of(text), _named(text)
        if not (bullet_of(line.text) or links or named):
            _paragraphs(Block([line]), section, draft)
            continue
        if number:
            draft.leftovers.append(LeftOut(line.number, number, "position in the list of attachments", restated=True))
        title, kind, size = named or (plain(text, with_targets=False), "", "")
        target = next((target for _, target in links if target), None)
        draft.attachments.append(AttachmentDraft(title, kind, size, target, line.number))
        if target:
            draft.warnings.append(
                f"Line {line.number}: the file of “{title}” was not fetched from {target}. Upload it."
            )
        else:
            draft.warnings.append(f"Line {line.number}: the attachment “{title}” has no file. Upload it.")
        for extra in [target for _, target in links if target][1:]:
            draft.leftovers.append(LeftOut(line.number, extra, "second address of one attachment"))


def _named(text):
    """(title, kind, size) where the line ends with a kind, a size or both in brackets, else None."""
    match = _KIND_AND_SIZE.match(plain(text, with_targets=False))
    if not match or not match["title"] or not (match["kind"] or match["size"]):
        return None
    kind = (match["kind"] or "").strip()
    if kind and not _KINDS.match(kind):
        return None
    return match["title"].rstrip(" –-,"), kind, (match["size"] or "").strip()


def _look_over(draft):
    if not draft.sections:
        raise CannotRead("The report has no section: no line in capitals, bold or with # after its heading block.")
    records = len(draft.sections) + len(draft.attachments)
    if records > MAX_RECORDS:
        raise CannotRead(
            f"The report has {records:,} sections and attachments; at most {MAX_RECORDS:,} can be imported."
        )
    for section in draft.sections:
        if not section.paragraphs and not section.is_attachments:
            draft.warnings.append(f"Line {section.line}: the section “{section.heading}” has no text.")
    if draft.numbering is None:
        numbers = ", ".join(paragraph.number for paragraph in draft.paragraphs if paragraph.number)
        draft.warnings.append(
            f"The printed paragraph numbers ({numbers}) fit no numbering mode; they stay as text in front of "
            "their paragraphs."
        )
