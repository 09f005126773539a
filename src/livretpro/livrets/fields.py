"""The fields of the livret: their keys, their limits, and what a typed text means (spec 02).

A value has one canonical text (`12,50`, `NN`, `3`, `oui`, a text in NFC with LF, or nothing): it is
what the page shows, what a save says it replaces, and what the journal keeps.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from livretpro.livrets.rules import NOT_GRADED, Block, NotGraded
from livretpro.typed import BadValue, limited_text, mark

APPRECIATION_MAX = 300
APPRAISAL_MAX = 300
"""Of a period (spec 05, Bilan de période)."""
PFMP_MAX = 1000
LAST_NAME_MAX = 65
FIRST_NAME_MAX = 50
TEACHER_LINES = 9
WEEKS = range(1, 100)

Value = Decimal | NotGraded | int | bool | str | None


class Part(StrEnum):
    """Which right a field asks for (spec 02, Who may write what)."""

    SPECIALITY = "specialite"
    PFMP = "pfmp"
    PROJECT = "projet"


class UnknownField(Exception):
    """No field has this key."""


@dataclass(frozen=True)
class Field:
    """A field: `parse` turns a typed text into a value, `show` a value into its canonical text."""

    key: str
    label: str
    part: Part
    parse: Callable[[str], Value]
    number: int = 0
    competence: str = ""
    block: Block | None = None

    @property
    def of_period(self) -> bool:
        """Whether it stands in the bilan of a period, its number in `number`."""
        return bool(self.number) and self.block is None

    @property
    def is_average(self) -> bool:
        """Whether it is the average of a period, of the bilan and of the livret."""
        return self.key.startswith("moyenne_")

    @property
    def is_appraisal(self) -> bool:
        """Whether it is the appraisal of a period."""
        return self.of_period and not self.competence and not self.is_average

    def show(self, value: Value) -> str:
        """The canonical text of a value; nothing for no value."""
        return shown(value)


def shown(value: Value) -> str:
    """The canonical text of any value of the livret."""
    if value is None:
        return ""
    if value is NOT_GRADED:
        return "NN"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    return str(value)


def field(key: str) -> Field:
    """The field of this key; raises `UnknownField`."""
    if key in _PLAIN:
        return _PLAIN[key]
    for pattern, make in _NUMBERED:
        if found := pattern.fullmatch(key):
            return make(key, found)
    raise UnknownField(key)


def _line(what: str, limit: int) -> Callable[[str], str]:
    parse_text = limited_text(what, limit)
    return lambda raw: parse_text(" ".join(raw.split()))


def _average(raw: str) -> Decimal | NotGraded | None:
    return NOT_GRADED if raw.strip().casefold() in {"n", "nn", "non noté"} else mark(raw)


def _degree(raw: str) -> int | None:
    text = raw.strip()
    if text in {"", "0"}:
        return None
    if text not in {"1", "2", "3", "4"}:
        raise BadValue(f"« {text} » n’est pas un degré : 1, 2, 3 ou 4.")
    return int(text)


def _weeks(raw: str) -> int | None:
    text = raw.strip()
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) not in WEEKS:
        raise BadValue(f"« {text} » n’est pas un nombre de semaines : de 1 à 99.")
    return int(text)


_BOOLEANS = {"oui": True, "non": False, "on": True}


def _choice(raw: str) -> bool | None:
    text = raw.strip().casefold()
    if text and text not in _BOOLEANS:
        raise BadValue(f"« {raw.strip()} » n’est pas une réponse : oui ou non.")
    return _BOOLEANS.get(text)


def _export_choice(raw: str) -> bool:
    return bool(_choice(raw))


_PLAIN = {
    f.key: f
    for f in (
        Field(
            "appreciation",
            "Appréciation générale",
            Part.SPECIALITY,
            limited_text("L’appréciation générale", APPRECIATION_MAX),
        ),
        Field("pfmp_exporter", "Exporter la partie PFMP", Part.PFMP, _export_choice),
        Field(
            "pfmp_synthese",
            "Synthèse des PFMP",
            Part.PFMP,
            limited_text("La synthèse des PFMP", PFMP_MAX),
        ),
        Field("pfmp_nom", "Nom de l’enseignant (PFMP)", Part.PFMP, _line("Le nom", LAST_NAME_MAX)),
        Field(
            "pfmp_prenom",
            "Prénom de l’enseignant (PFMP)",
            Part.PFMP,
            _line("Le prénom", FIRST_NAME_MAX),
        ),
        Field("pfmp_semaines", "Semaines de PFMP", Part.PFMP, _weeks),
        Field("pfmp_etranger", "PFMP en partie à l’étranger", Part.PFMP, _choice),
        Field("projet_note", "Note du projet", Part.PROJECT, mark),
        Field(
            "projet_appreciation",
            "Appréciation du projet",
            Part.PROJECT,
            limited_text("L’appréciation du projet", APPRECIATION_MAX),
        ),
    )
}


def _average_field(key: str, found: re.Match[str]) -> Field:
    number = int(found.group(1))
    return Field(key, f"Moyenne de la période {number}", Part.SPECIALITY, _average, number=number)


def _period_degree_field(key: str, found: re.Match[str]) -> Field:
    number, code = int(found.group(1)), found.group(2)
    label = f"Degré de {code}, période {number}"
    return Field(key, label, Part.SPECIALITY, _degree, number=number, competence=code)


def _appraisal_field(key: str, found: re.Match[str]) -> Field:
    number = int(found.group(1))
    return Field(
        key,
        f"Appréciation de la période {number}",
        Part.SPECIALITY,
        limited_text("L’appréciation de la période", APPRAISAL_MAX),
        number=number,
    )


def average_key(number: int) -> str:
    """The key of the average of a period."""
    return f"moyenne_{number}"


def appraisal_key(number: int) -> str:
    """The key of the appraisal of a period."""
    return f"bilan_{number}_appreciation"


def period_degree_key(number: int, code: str) -> str:
    """The key of the degree of a competence in a period."""
    return f"bilan_{number}_competence:{code}"


def _degree_field(key: str, found: re.Match[str]) -> Field:
    code = found.group(1)
    return Field(key, f"Degré de {code}", Part.SPECIALITY, _degree, competence=code)


def _teacher_field(key: str, found: re.Match[str]) -> Field:
    project, number, part = found.group(1), int(found.group(2)), found.group(3)
    word, limit = ("Le nom", LAST_NAME_MAX) if part == "nom" else ("Le prénom", FIRST_NAME_MAX)
    return Field(
        key,
        f"{word.removeprefix('Le ').capitalize()} de l’enseignant {number}"
        + (" (projet)" if project else ""),
        Part.PROJECT if project else Part.SPECIALITY,
        _line(word, limit),
        number=number,
        block=Block.PROJECT if project else Block.SPECIALITY,
    )


_CODE = r"[^\x00-\x1f\ud800-\udfff]{1,20}"
_NUMBERED: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], Field]], ...] = (
    (re.compile(r"moyenne_([1-3])"), _average_field),
    (re.compile(rf"competence:({_CODE})"), _degree_field),
    (re.compile(rf"bilan_([1-3])_competence:({_CODE})"), _period_degree_field),
    (re.compile(r"bilan_([1-3])_appreciation"), _appraisal_field),
    (re.compile(rf"(projet_)?enseignant_([1-{TEACHER_LINES}])_(nom|prenom)"), _teacher_field),
)
