"""A référentiel as a JSON file: what schools give each other (format of `data/referentiels`)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import safe_input
from livretpro.referentiels.models import Competence, Referentiel
from livretpro.referentiels.typed import LINES_MAX, Line


class BadReferentiel(Exception):
    """The file is not a référentiel; `phrase` says what is wrong and where."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        super().__init__(phrase)


def written(version: Referentiel) -> bytes:
    """The file of a version: what it was loaded from, or what the school made."""
    text = json.dumps(version.source, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def lines_of(competences: Sequence[Competence]) -> list[Line]:
    """A version as lines to edit. The competences come with their parents."""
    return [
        Line(c.code, c.label, c.expected, c.parent.code if c.parent else "") for c in competences
    ]


@dataclass(frozen=True)
class Read:
    """A file: `complete` when it says that no competence lacks."""

    sigle: str
    complete: bool
    lines: list[Line]


def read(data: bytes) -> Read:
    """What a file holds. Raises `BadReferentiel` or `safe_input.Refused`."""
    content = safe_input.read_json(data)
    if not isinstance(content, dict) or not isinstance(content.get("competences"), list):
        raise BadReferentiel(
            "Ce fichier n’est pas un référentiel : la liste « competences » y manque."
        )
    lines = list(_lines(content["competences"]))
    if not any(line.expected for line in lines):
        lines = [Line(line.code, line.label, not line.parent, line.parent) for line in lines]
    complete = content.get("complet", False)
    if not isinstance(complete, bool):
        raise BadReferentiel("« complet » n’est ni true ni false.")
    return Read(_text(content.get("sigle", ""), "sigle")[:40], complete, lines)


def _lines(firsts: list[Any]) -> Iterator[Line]:
    count = 0
    for first_place, first in enumerate(firsts, start=1):
        place = f"compétence {first_place}"
        above = _line(first, place, "")
        yield above
        for second_place, second in enumerate(_under(first, place), start=1):
            yield _line(second, f"{place}, sous-compétence {second_place}", above.code)
            count += 1
        count += 1
        if count > LINES_MAX:
            raise BadReferentiel(f"Le fichier dépasse {LINES_MAX} compétences.")


def _under(first: dict[str, Any], place: str) -> list[Any]:
    under = first.get("sous_competences", [])
    if not isinstance(under, list):
        raise BadReferentiel(f"« sous_competences » n’est pas une liste ({place}).")
    return under


def _line(told: Any, place: str, parent: str) -> Line:
    if not isinstance(told, dict):
        raise BadReferentiel(f"Une compétence n’est pas un objet ({place}).")
    marked = told.get("livret", False)
    if not isinstance(marked, bool):
        raise BadReferentiel(f"« livret » n’est ni true ni false ({place}).")
    code, label = _text(told.get("code"), place), _text(told.get("intitule"), place)
    return Line(code, label, marked, parent)


def _text(told: Any, place: str) -> str:
    if not isinstance(told, str):
        raise BadReferentiel(f"Un code ou un intitulé manque, ou n’est pas un texte ({place}).")
    return " ".join(told.split())
