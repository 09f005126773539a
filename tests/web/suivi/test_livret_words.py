"""How the pages of livrets tell moments, values and what is missing."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from livretpro.livrets.rules import Content, Expected, PeriodKind, Teacher
from livretpro.livrets.status import status_of
from livretpro.livrets.wording import field_label, value_words
from livretpro.referentiels.rules import Level
from livretpro.web.suivi.entry.words import (
    average_words,
    exact_words,
    field_words,
    missing_in_brief,
    moment,
    state_words,
)

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 5, 19, 10, 32, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2026, 5, 19, 9, 5, tzinfo=PARIS), "aujourd’hui à 9\u00a0h\u00a005"),
        (datetime(2026, 5, 18, 22, 30, tzinfo=ZoneInfo("UTC")), "aujourd’hui à 0\u00a0h\u00a030"),
        (datetime(2026, 5, 18, 16, 12, tzinfo=PARIS), "hier à 16\u00a0h\u00a012"),
        (datetime(2026, 5, 12, 8, 0, tzinfo=PARIS), "le 12 mai à 8\u00a0h\u00a000"),
        (datetime(2025, 12, 1, 8, 0, tzinfo=PARIS), "le 1er décembre 2025 à 8\u00a0h\u00a000"),
    ],
)
def test_a_moment_is_told_as_people_say_it(at: datetime, told: str) -> None:
    assert moment(at, now=NOW) == told


@pytest.mark.parametrize(
    ("value", "rounded", "exact"),
    [
        (Fraction(12), "12,00", "12"),
        (Fraction(243, 20), "12,15", "12,15"),
        (Fraction(35, 3), "11,67", "11,666666…"),
        (Fraction(1, 3), "0,33", "0,333333…"),
        (Fraction(0), "0,00", "0"),
        (Fraction(20), "20,00", "20"),
    ],
)
def test_an_average_has_two_decimals_and_an_exact_value(
    value: Fraction, rounded: str, exact: str
) -> None:
    assert (average_words(value), exact_words(value)) == (rounded, exact)


@pytest.mark.parametrize(
    ("key", "kind", "told"),
    [
        ("moyenne_1", PeriodKind.TRIMESTRE, "1er trimestre"),
        ("moyenne_2", PeriodKind.SEMESTRE, "2e semestre"),
        ("moyenne_3", None, "période 3"),
        ("competence:C1.2", PeriodKind.TRIMESTRE, "C1.2"),
        ("appreciation", None, "Appréciation générale"),
        ("jadis", None, "jadis"),
    ],
)
def test_a_field_has_the_name_it_bears_on_the_page(
    key: str, kind: PeriodKind | None, told: str
) -> None:
    assert field_words(key, kind) == told


@pytest.mark.parametrize(
    ("key", "kind", "told"),
    [
        ("moyenne_1", PeriodKind.TRIMESTRE, "Moyenne, trimestre 1"),
        ("moyenne_2", None, "Moyenne, période 2"),
        ("competence:C1.2", None, "Degré C1.2"),
        ("pfmp_synthese", None, "Synthèse des PFMP"),
        ("référentiel", PeriodKind.TRIMESTRE, "référentiel"),
    ],
)
def test_a_field_is_told_in_full_where_it_stands_alone(
    key: str, kind: PeriodKind | None, told: str
) -> None:
    assert field_label(key, kind) == told


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("competence:C1", "2", "2, insuffisamment maîtrisée"),
        ("competence:C1", "", "rien"),
        ("moyenne_1", "NN", "non noté"),
        ("pfmp_semaines", "3", "3"),
    ],
)
def test_a_value_is_told_in_words(key: str, text: str, told: str) -> None:
    assert value_words(key, text) == told


EXPECTED = tuple(Expected(n, f"C{n}", "") for n in range(1, 6))
BUT_C5 = {"C1": 3, "C2": 3, "C3": 3, "C4": 3}
TEACHERS = {1: Teacher("DUVAL", "Karine")}


def content(**changes: object) -> Content:
    return Content(level=Level.TERMINALE, kind=PeriodKind.TRIMESTRE, expected=EXPECTED, **changes)


@pytest.mark.parametrize(
    ("held", "state", "brief"),
    [
        (content(), "rien saisi", "rien saisi"),
        (
            content(appreciation="Bien.", teachers=TEACHERS),
            "6 données obligatoires manquent",
            "6 obligatoires : 5 degrés de maîtrise, moyenne d’une période ; 2 facultatives",
        ),
        (
            content(averages={1: Decimal(12)}, teachers=TEACHERS, degrees=BUT_C5),
            "1 donnée obligatoire manque",
            "1 obligatoire : degré de C5 ; 3 facultatives",
        ),
    ],
)
def test_a_livret_says_in_brief_what_it_lacks(held: Content, state: str, brief: str) -> None:
    status = status_of(held)

    assert (state_words(status), missing_in_brief(status)) == (state, brief)
