"""The floor plan of STYLE.md, held against the code: imports and foreign keys point down only."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent

# Lowest floor first. A room may look at floors below its own; rooms on one floor do not look at each other.
FLOORS = [
    {"opcc_portal.accounts"},
    {"opcc_portal.audit", "opcc_portal.files", "opcc_portal.pdf", "opcc_portal.richtext"},
    {"opcc_portal.jobs"},
    {"opcc_portal.office", "opcc_portal.staff"},
    {"scrutiny.people", "scrutiny.workflow"},
    {"scrutiny.plan"},
    {"scrutiny.meetings"},
    {"scrutiny.register"},
    {"scrutiny.indicators", "scrutiny.letters"},
    {"scrutiny.measures"},
    {"funding.rounds"},
    {"funding.applications"},
    {"funding.assessment"},
    {"funding.awards"},
    {"funding.totals"},
    {"funding.open_data"},
    {"funding.desk"},
    {"scrutiny.reports"},
    {"scrutiny.minutes"},
    {"scrutiny.inspections", "scrutiny.partnerships"},
    {"scrutiny.news"},
    {"scrutiny.publication"},
    {"scrutiny.duties"},
    {"scrutiny.reminders"},
    {"scrutiny.importing", "scrutiny.dashboards", "scrutiny.first_office"},
]
# Front doors gather the rooms; commands and template tags live at app level because Django looks for them there.
FRONT_DOORS = {
    *(f"{app}/{name}.py" for app in ("opcc_portal", "scrutiny", "funding") for name in ("urls", "apps", "__init__")),
    "opcc_portal/models.py",
    "opcc_portal/settings.py",
    "opcc_portal/static_files.py",
    "opcc_portal/wsgi.py",
    "opcc_portal/views.py",
    "scrutiny/models.py",
    "funding/models.py",
}
APPS = ("opcc_portal", "scrutiny", "funding")
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}


def room_of(dotted):
    """The room a dotted name belongs to, None for a front door or for somebody else's code."""
    parts = dotted.split(".")
    name = ".".join(parts[:2])
    return name if name in FLOOR_OF else None


def source_files():
    """Every Python file of the three apps that belongs to a room, with its room."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            inside = path.relative_to(ROOT / app).parts
            if name in FRONT_DOORS or inside[0] in ("migrations", "management", "templatetags"):
                continue
            yield path, room_of(".".join((app, *inside)))


def imported_names(path):
    """(line, dotted name) of every import in the file, inside functions and relative ones included."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def wrong_ways(path, room):
    """Every import of the file that does not point down, as "file:line: text"."""
    for line, name in imported_names(path):
        if name.split(".")[0] not in APPS:
            continue
        where = f"{path.relative_to(ROOT)}:{line}"
        target = room_of(name)
        if target is None:
            yield f"{where}: {room} imports the front door {name}; import the room itself"
        elif target != room and FLOOR_OF[target] >= FLOOR_OF[room]:
            yield f"{where}: {room} looks up or sideways at {target}"


def test_every_room_stands_on_the_floor_plan():
    strangers = [str(path.relative_to(ROOT)) for path, room in source_files() if room is None]
    assert not strangers, f"no floor is named for: {strangers}"


def test_imports_point_down_only():
    wrong = [problem for path, room in source_files() if room for problem in wrong_ways(path, room)]
    assert not wrong, "\n".join(wrong)


def test_the_import_check_sees_imports_inside_functions_and_relative_ones(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    room = tmp_path / "scrutiny" / "people"
    room.mkdir(parents=True)
    file = room / "views.py"
    file.write_text("def late():\n    from scrutiny.minutes.models import Minutes\nfrom ..meetings import models\n")
    assert len(list(wrong_ways(file, "scrutiny.people"))) == 2


def test_foreign_keys_point_down_only():
    wrong = []
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            room = room_of(model.__module__)
            for field in model._meta.get_fields(include_hidden=False):
                if not (field.many_to_one or field.one_to_one or field.many_to_many) or field.auto_created:
                    continue
                target = field.related_model
                if target._meta.app_label not in APPS or target is model:
                    continue
                other = room_of(target.__module__)
                if other != room and FLOOR_OF[other] >= FLOOR_OF[room]:
                    wrong.append(f"{model.__name__}.{field.name} points from {room} to {other}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("app", APPS)
def test_every_model_is_registered_at_its_front_door(app):
    registered = {model.__name__ for model in apps.get_app_config(app).get_models()}
    missing = []
    for path in sorted((ROOT / app).rglob("models.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef) or not _is_a_model(node) or _is_abstract(node):
                continue
            if node.name not in registered:
                missing.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}")
    assert not missing, f"not imported by {app}/models.py: {missing}"


def _is_a_model(node):
    bases = {ast.unparse(base) for base in node.bases}
    return bool(bases & {"models.Model", "AbstractBaseUser", "Document", "Versioned", "Restrictable", "Demonstrable"})


def _is_abstract(node):
    for inner in node.body:
        if isinstance(inner, ast.ClassDef) and inner.name == "Meta":
            return "abstract = True" in ast.unparse(inner)
    return False
