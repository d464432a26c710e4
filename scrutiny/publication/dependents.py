"""What was made from something that is withdrawn now, and so holds it too: packs hold papers, the register holds actions."""

from functools import reduce
from operator import or_

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from scrutiny.workflow.models import Edition

MADE = ("pack", "actions")


def holding(gone):
    """Every Edition that the public can read and that holds what only these withdrawn ones gave it, oldest first.

    A file or an action that another version still gives to the public may stay where it is.
    """
    gone = [edition for edition in gone if edition.kind != "pack"]
    files, actions = _lost_files(gone), _lost_actions(gone)
    if not files and not actions:
        return []
    made = Edition.objects.readable().filter(kind__in=MADE).defer("parts", "manifest").order_by("number")
    return [edition for edition in made if _holds(edition, files, actions)]


def _holds(edition, files, actions):
    content = edition.content
    if edition.kind == "actions":
        return not actions.isdisjoint(_marks(content["rows"], uid=lambda row: row["url"].rpartition("#entry-")[2]))
    texts = {text for _, text in actions}
    papers = {row["sha256"] for row in content["rows"] if not row["absent"]}
    return not files.isdisjoint(papers) or not texts.isdisjoint(row["text"] for row in content["actions"])


def _lost_files(gone):
    lost = {sha256 for edition in gone for sha256 in _files(edition)}
    if not lost:
        return lost
    names = reduce(or_, (Q(files_as_text__contains=each) | Q(pdf_sha256=each) for each in lost))
    standing = Edition.objects.readable().exclude(kind="pack").annotate(files_as_text=Cast("files", TextField()))
    kept = standing.filter(names).only("pdf_sha256", "files", "kind")
    return lost - {sha256 for edition in kept for sha256 in _files(edition)}


def _files(edition):
    """Of everything that an Edition gives to the public as a file."""
    return {edition.pdf_sha256, *(file["sha256"] for file in edition.files)} - {""}


def _lost_actions(gone):
    minutes = [edition for edition in gone if edition.kind == "minutes"]
    lost = {mark for edition in minutes for mark in _actions_of(edition)}
    if not lost:
        return lost
    kept = Edition.objects.readable().filter(publication__in=[edition.publication_id for edition in minutes])
    return lost - {mark for edition in kept.only("content") for mark in _actions_of(edition)}


def _actions_of(minutes):
    return _marks(minutes.content.get("actions", ()), uid=lambda row: row["uid"])


def _marks(rows, *, uid):
    """Which entry of the minutes each action is, and in which words."""
    return {(uid(row), row["text"]) for row in rows}
