"""Which field of the livret a finding of LSL is about, from the words of its place."""

import re
from collections.abc import Mapping

from lsl_rules import Code
from lsl_rules.bilan_layout import folded

_YEAR = re.compile(r"\bannee (\d{4})\b")
_PERIOD = re.compile(r"\b(?:periode|trimestre|semestre) ([1-3])\b")
_COMPETENCE = re.compile(r"\bcompetence (\w+)")


def field_of(code: str, place: str, *, year: int, competences: Mapping[str, str]) -> str:
    """The key of the field, empty when the place names none, or one of another `year`.

    `enseignant` and `projet_enseignant` are the lines of teachers. `competences`: those of the
    référentiel by code of the nomenclature of LSL.
    """
    words = folded(place)
    if (told := _YEAR.search(words)) and int(told[1]) != year:
        return ""
    if code == Code.PARLSL_A01:
        return "pfmp_semaines"
    if named := _COMPETENCE.search(words):
        competence = competences.get(named[1].upper())
        return f"competence:{competence}" if competence else ""
    if period := _PERIOD.search(words):
        return f"moyenne_{period[1]}"
    return _of_a_block(code, words)


def _of_a_block(code: str, words: str) -> str:
    of_teachers, of_text = code == Code.PARLSL_V08, "appreciation" in words
    if "projet" in words or "uvre" in words:
        if of_teachers:
            return "projet_enseignant"
        return "projet_appreciation" if of_text else "projet_note"
    if "pfmp" in words:
        return "pfmp_nom" if of_teachers else "pfmp_synthese"
    if of_teachers:
        return "enseignant"
    return "appreciation" if of_text else ""
