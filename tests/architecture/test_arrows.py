"""What import-linter cannot see: foreign keys by name, HTTP outside the web, `objects` in views and
commands."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

SRC = Path(__file__).resolve().parents[2] / "src"
LAYERS = (
    ("web_base", "web_suivi", "web_bulletins", "web_registre"),
    ("lsl_export", "partners", "bulletins", "lsl_registry"),
    ("livrets",),
    ("phrases",),
    ("schools",),
    ("referentiels", "accounts"),
    ("journal",),
)
HEIGHT = {label: -rank for rank, layer in enumerate(LAYERS) for label in layer}


def test_every_application_of_ours_has_a_layer() -> None:
    ours = {
        config.label for config in apps.get_app_configs() if config.name.startswith("livretpro")
    }

    assert ours == set(HEIGHT)


def test_foreign_keys_go_down_the_layers() -> None:
    climbing = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in HEIGHT
        for field in model._meta.get_fields()
        if getattr(field, "many_to_one", False) or getattr(field, "one_to_one", False)
        if field.concrete and not _goes_down(model, field.related_model)
    ]

    assert climbing == []


def test_bulletins_hold_no_key_of_suivi() -> None:
    leading = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("bulletins").get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.related_model
        if field.related_model._meta.app_label in {"livrets", "lsl_export"}
    ]

    assert leading == []


def _goes_down(model: type, target: type) -> bool:
    here, there = model._meta.app_label, target._meta.app_label
    return here == there or HEIGHT[here] > HEIGHT.get(there, -99)


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((SRC / folder).rglob("*.py"))]


def test_only_the_web_speaks_http() -> None:
    outside = [
        path
        for path in _modules("livretpro")
        if "web" not in path.relative_to(SRC / "livretpro").parts
        if {"django.http", "django.shortcuts"} & set(_imports(path))
    ]

    assert outside == []


def test_rules_know_no_django() -> None:
    names = {"rules.py", "status.py", "figures.py", "fields.py", "sheet.py", "source.py"}
    knowing = [
        path
        for path in _modules("livretpro")
        if path.name in names
        if any(name.split(".")[0] == "django" for name in _imports(path))
    ]

    assert knowing == []


SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
DOORS = SHORTCUTS | {"objects", "_default_manager", "_base_manager", "raw"}


def _past_the_queries(tree: ast.AST) -> Iterator[int]:
    """The lines that fetch without a module of queries, so without the right to see."""
    for node in ast.walk(tree):
        if (isinstance(node, ast.Attribute) and _is_a_door(node.attr)) or (
            isinstance(node, ast.ImportFrom) and SHORTCUTS & {alias.name for alias in node.names}
        ):
            yield node.lineno


def _is_a_door(attribute: str) -> bool:
    return attribute in DOORS or attribute.endswith("_set")


@pytest.mark.parametrize("folder", ["livretpro/web", "livretpro/cli"])
def test_views_and_commands_fetch_through_queries_never_through_managers(folder: str) -> None:
    fetching = [
        f"{path.relative_to(SRC)}:{line}"
        for path in _modules(folder)
        if "migrations" not in path.parts and path.name != "queries.py"
        for line in _past_the_queries(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert fetching == []


@pytest.mark.parametrize(
    "line",
    [
        "Division.objects.get(pk=pk)",
        "Division._default_manager.get(pk=pk)",
        "Division._base_manager.get(pk=pk)",
        "periods.raw(sql)",
        "school.division_set.get(pk=pk)",
        "from django.shortcuts import get_object_or_404",
        "from django.shortcuts import get_list_or_404 as several",
        "shortcuts.get_object_or_404(Division, pk=pk)",
    ],
)
def test_a_fetch_past_the_queries_is_seen(line: str) -> None:
    assert list(_past_the_queries(ast.parse(line))) == [1]


def test_a_fetch_by_the_right_to_see_passes() -> None:
    line = "queries.divisions(school).visible_to(person).get(pk=pk)"

    assert list(_past_the_queries(ast.parse(line))) == []


def test_no_lock_file_holds_an_address() -> None:
    locks = (SRC.parent / "requirements").glob("*.txt")

    addresses = {path.name: path.read_text(encoding="utf-8").count("://") for path in locks}

    assert addresses == {"base.txt": 0, "dev.txt": 0}
