"""Reading the published files of `data/`: plain values in, plain values out, no database."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class SourceCompetence:
    """One line of a référentiel: `parent` is a code, `expected` says it is of the livret."""

    code: str
    label: str
    parent: str
    expected: bool


@dataclass(frozen=True)
class SourceReferentiel:
    """A référentiel file, read; `content` is the file itself, `digest` its canonical SHA-256."""

    content: dict[str, Any]
    digest: str
    competences: tuple[SourceCompetence, ...]


def referentiels(folder: Path) -> list[SourceReferentiel]:
    """Every `*.json` of `folder`, in the order of names."""
    return [read_referentiel(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


def read_referentiel(data: bytes) -> SourceReferentiel:
    """One référentiel file (UTF-8 JSON)."""
    content = json.loads(data)
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return SourceReferentiel(content, digest, tuple(_competences(content["competences"])))


def _competences(firsts: list[dict[str, Any]]) -> Iterator[SourceCompetence]:
    """First level, each followed by its second level.

    Expected at the livret: what is marked `"livret": true`, else the whole first level
    (spec 02, Expected competences).
    """
    marked = any(line.get("livret") for first in firsts for line in _with_children(first))
    for first in firsts:
        for line in _with_children(first):
            parent = "" if line is first else first["code"]
            expected = bool(line.get("livret")) if marked else line is first
            yield SourceCompetence(line["code"], line["intitule"], parent, expected)


def _with_children(first: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield first
    yield from first.get("sous_competences", [])


def mefs(folder: Path) -> Iterator[dict[str, str]]:
    """Rows of every MEF table of `folder` (one file a school year)."""
    for path in sorted(folder.glob("mef_*.csv")):
        yield from _rows(path)


def subjects(folder: Path) -> Iterator[dict[str, str]]:
    """Rows of the table of subjects."""
    yield from _rows(folder / "n_matiere_selection.csv")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")
