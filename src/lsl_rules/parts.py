"""Checks shared by the parts of a document: texts, teachers, marks."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from lsl_rules.codes import Code
from lsl_rules.findings import Finding, Sieve, Spot
from lsl_xml import NON_NOTE, Enseignant

P = TypeVar("P")


def holding(part: P, **values: object) -> P:
    """A part of the document with these values: itself when it holds them already, as most do."""
    if all(getattr(part, name) == value for name, value in values.items()):
        return part
    return replace(part, **values)  # type: ignore[type-var]


def is_blank(text: str) -> bool:
    """Tell whether nothing of the text is visible: white space, or format characters alone."""
    if text[:1].isalnum():
        return False
    return all(char.isspace() or unicodedata.category(char) == "Cf" for char in text)


def check_text(text: str | None, spot: Spot) -> Iterator[Finding]:
    """PARLSL_V09: a text that is there but blank."""
    if text is not None and is_blank(text):
        yield spot.finding(Code.PARLSL_V09, "le texte est vide, il est traité comme absent")


def sift_teachers(
    enseignants: tuple[Enseignant, ...], spot: Spot, sieve: Sieve
) -> tuple[Enseignant, ...]:
    """Keep the teachers with a name and a first name (PARLSL_V08).

    Empty when none is left: the part that they sign is then ignored.
    """
    kept = tuple(
        enseignant
        for rank, enseignant in enumerate(enseignants, start=1)
        if sieve.passes(_check_named(enseignant, spot.at(f"enseignants[1]/enseignant[{rank}]")))
    )
    if not kept:
        fault = "il ne reste aucun enseignant nommé, cette partie serait ignorée"
        sieve.passes([spot.at("enseignants[1]").finding(Code.PARLSL_V08, fault)])
    return kept


def _check_named(enseignant: Enseignant, spot: Spot) -> Iterator[Finding]:
    if is_blank(enseignant.nom) or is_blank(enseignant.prenom):
        value = f"{enseignant.nom} {enseignant.prenom}".strip()
        fault = f"l’enseignant « {value} » n’a pas de nom ou pas de prénom"
        yield spot.finding(Code.PARLSL_V08, fault, value=value)


def check_average(value: Decimal | None, spot: Spot) -> Iterator[Finding]:
    """PARLSL_V03: an average outside 0 to 20 that is not "non noté" either."""
    if value is not None and value != NON_NOTE and not 0 <= value <= 20:
        fault = f"la moyenne {value} n’est ni de 0 à 20, ni -1 (« non noté »)"
        yield spot.finding(Code.PARLSL_V03, fault, value=value)


def check_mark(value: Decimal | None, spot: Spot) -> Iterator[Finding]:
    """PARLSL_V03: a mark outside 0 to 20."""
    if value is not None and not 0 <= value <= 20:
        fault = f"la note {value} n’est pas de 0 à 20"
        yield spot.finding(Code.PARLSL_V03, fault, value=value)
