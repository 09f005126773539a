"""Averages of services, group figures, competences grouped: tables of cases without a database."""

from decimal import Decimal

import pytest

from livretpro.bulletins.competences import Evaluated, Item, grouped
from livretpro.bulletins.figures import shown
from livretpro.bulletins.results import (
    Grade,
    GroupFigures,
    Result,
    Taught,
    general_average,
    group_figures,
    results_of,
)
from livretpro.bulletins.words import Grouping

PUPIL, OTHER = 1, 2
BOTH = frozenset({PUPIL, OTHER})


def d(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def taught(pk: int, coefficient: str = "1", *below: Taught, graded: bool = True) -> Taught:
    return Taught(pk, Decimal(coefficient), BOTH, graded, below)


def marks(**of: list[tuple[str | None, str]]):
    """Marks of the first pupil, by service: `s10=[("12", "1")]`."""
    return {
        (int(name[1:]), PUPIL): [(d(value), Decimal(weight)) for value, weight in held]
        for name, held in of.items()
    }


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], None),
        ([(None, "1")], None),
        ([("12", "1"), ("15", "1")], "13.50"),
        ([("12", "1"), ("15", "2")], "14.00"),
        ([("12", "1"), (None, "3")], "12.00"),
        ([("12", "1"), ("20", "0")], "12.00"),
        ([("20", "0")], None),
        ([("10", "1"), ("10", "1"), ("10.01", "1")], "10.00"),
        ([("12.34", "1"), ("12.35", "1")], "12.35"),
    ],
    ids=str,
)
def test_a_service_averages_its_marks_by_their_coefficients(held, expected) -> None:
    found = results_of([taught(10)], marks(s10=held), {})

    assert shown(found[10, PUPIL].value) == d(expected)


def test_a_parent_averages_what_is_shown_of_its_subservices() -> None:
    parent = taught(10, "1", taught(11, "1"), taught(12, "3"))
    held = marks(s11=[("8", "1")], s12=[("12", "1")], s10=[("0", "1")])

    plain = results_of([parent], held, {})
    decided = results_of([parent], held, {(11, PUPIL): Grade(Decimal(20))})
    refused = results_of([parent], held, {(11, PUPIL): Grade(None)})

    assert plain[10, PUPIL].value == 11
    assert decided[10, PUPIL].value == 14
    assert refused[10, PUPIL].value == 12


def test_the_grade_of_the_teacher_is_shown_and_the_average_kept() -> None:
    found = results_of([taught(10)], marks(s10=[("8", "1")]), {(10, PUPIL): Grade(Decimal(11))})

    assert found[10, PUPIL] == Result(Decimal(8), Grade(Decimal(11)))
    assert found[10, PUPIL].value == 11
    assert not found[10, PUPIL].not_graded
    assert Result(Decimal(8), Grade(None)).value is None
    assert Result(Decimal(8), Grade(None)).not_graded


def test_a_service_without_marks_has_no_result() -> None:
    assert results_of([taught(10, graded=False)], marks(s10=[("8", "1")]), {}) == {}


def test_figures_count_those_who_have_a_value() -> None:
    service = taught(10)
    values = {(10, PUPIL): Result(Decimal(8)), (10, OTHER): Result(Decimal(9), Grade(None))}

    assert group_figures(service, values) == GroupFigures(1, Decimal(8), Decimal(8), Decimal(8))
    assert group_figures(service, values | {(10, OTHER): Result(Decimal("10.5"))}) == GroupFigures(
        2, Decimal("9.25"), Decimal(8), Decimal("10.5")
    )
    assert group_figures(service, {}) is None


def test_a_line_of_coefficient_zero_stays_out_of_the_general_average() -> None:
    lines = [taught(10, "2"), taught(20, "1"), taught(30, "0"), taught(40)]
    values = {
        (10, PUPIL): Result(Decimal(12)),
        (20, PUPIL): Result(Decimal(9)),
        (30, PUPIL): Result(Decimal(1)),
    }

    assert general_average(PUPIL, lines, values) == 11
    assert general_average(OTHER, lines, values) is None


ITEMS = (
    Item(1, "Préparer"),
    Item(2, "Lire un plan", 1),
    Item(3, "Choisir un outil", 1),
    Item(4, "Réaliser"),
    Item(5, "Contrôler"),
)


@pytest.mark.parametrize(
    ("degrees", "grouping", "expected"),
    [
        (
            {2: 3, 3: 2, 4: 4},
            Grouping.ELEMENT,
            [
                Evaluated("Préparer", (), heads=True),
                Evaluated("Lire un plan", (3,), under=True),
                Evaluated("Choisir un outil", (2,), under=True),
                Evaluated("Réaliser", (4,)),
            ],
        ),
        (
            {2: 3, 3: 2, 4: 4},
            Grouping.COMPETENCE,
            [Evaluated("Préparer", (3, 2)), Evaluated("Réaliser", (4,))],
        ),
        (
            {1: 1, 2: 3},
            Grouping.ELEMENT,
            [Evaluated("Préparer", (1,), heads=True), Evaluated("Lire un plan", (3,), under=True)],
        ),
        ({1: 1, 2: 3}, Grouping.COMPETENCE, [Evaluated("Préparer", (1,))]),
        ({}, Grouping.ELEMENT, []),
        ({}, Grouping.COMPETENCE, []),
    ],
    ids=str,
)
def test_competences_are_grouped_as_the_mockup_says(degrees, grouping, expected) -> None:
    assert list(grouped(ITEMS, degrees, grouping)) == expected
