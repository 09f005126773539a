"""The table of the status, line by line (first seed, spec 02)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from livretpro.livrets.rules import (
    NOT_GRADED,
    Content,
    Expected,
    NotGraded,
    PeriodKind,
    Pfmp,
    Project,
    Teacher,
)
from livretpro.livrets.status import Colour, status_of
from livretpro.referentiels.rules import Level

ANNA = Teacher("EXEMPLE", "Anna")
EXPECTED = (Expected(1, "C1", "Analyser"), Expected(2, "C2", "Réaliser"))
EMPTY = Content(level=Level.PREMIERE, kind=PeriodKind.TRIMESTRE, expected=EXPECTED)
GREEN = replace(
    EMPTY,
    averages={2: Decimal("12.50")},
    degrees={"C1": 3, "C2": 4},
    appreciation="Des progrès.",
    teachers={1: ANNA},
    pfmp=Pfmp(synthesis="Six semaines.", teacher=ANNA),
)


def keys(content: Content) -> list[tuple[str, bool]]:
    return [(m.key, m.mandatory) for m in status_of(content).missing]


def test_nothing_entered_is_red_and_says_all_that_is_missing_mandatory_first() -> None:
    status = status_of(EMPTY)

    assert status.colour is Colour.ROUGE
    assert not status.started
    assert keys(EMPTY) == [
        ("competence:C1", True),
        ("competence:C2", True),
        ("moyenne", True),
        ("enseignant", True),
        ("appreciation", False),
        ("pfmp_synthese", False),
        ("pfmp_enseignant", False),
    ]


def test_everything_is_green() -> None:
    status = status_of(GREEN)

    assert (status.colour, status.missing) == (Colour.VERT, ())


@pytest.mark.parametrize(
    ("change", "missing", "colour"),
    [
        ({"degrees": {"C1": 3}}, [("competence:C2", True)], Colour.ROUGE),
        ({"averages": {}}, [("moyenne", True)], Colour.ROUGE),
        ({"averages": {1: NOT_GRADED}}, [("moyenne", True)], Colour.ROUGE),
        ({"averages": {1: Decimal(0), 2: NOT_GRADED}}, [], Colour.VERT),
        ({"teachers": {}}, [("enseignant", True)], Colour.ROUGE),
        ({"teachers": {1: Teacher("EXEMPLE", "")}}, [("enseignant", True)], Colour.ROUGE),
        ({"teachers": {1: Teacher("", "Anna"), 2: ANNA}}, [], Colour.VERT),
        ({"appreciation": ""}, [("appreciation", False)], Colour.ORANGE),
        ({"pfmp": Pfmp(teacher=ANNA)}, [("pfmp_synthese", False)], Colour.ORANGE),
        ({"pfmp": Pfmp(synthesis="Six.")}, [("pfmp_enseignant", False)], Colour.ORANGE),
        ({"pfmp": Pfmp(exported=True, teacher=ANNA)}, [("pfmp_synthese", True)], Colour.ROUGE),
        (
            {"pfmp": Pfmp(exported=True, synthesis="Six.", teacher=Teacher("EXEMPLE", ""))},
            [("pfmp_enseignant", True)],
            Colour.ROUGE,
        ),
        (
            {"pfmp": Pfmp(exported=True, synthesis="Six.", teacher=ANNA)},
            [],
            Colour.VERT,
        ),
        ({"expected": ()}, [], Colour.ROUGE),
    ],
)
def test_each_item_and_what_it_decides(change, missing, colour) -> None:
    content = replace(GREEN, **change)

    assert keys(content) == missing
    assert status_of(content).colour is colour


def test_weeks_abroad_and_project_never_count() -> None:
    content = replace(
        GREEN,
        pfmp=replace(GREEN.pfmp, weeks=None, abroad=None),
        project=Project(mark=Decimal(12)),
    )

    assert status_of(content).colour is Colour.VERT


@pytest.mark.parametrize(
    ("content", "started"),
    [
        (EMPTY, False),
        (replace(EMPTY, pfmp=Pfmp(exported=True)), False),
        (replace(EMPTY, averages={1: NOT_GRADED}), True),
        (replace(EMPTY, pfmp=Pfmp(weeks=4)), True),
        (replace(EMPTY, pfmp=Pfmp(abroad=False)), True),
        (replace(EMPTY, project=Project(appreciation="Bien.")), True),
    ],
)
def test_what_counts_as_a_typed_value(content: Content, started: bool) -> None:
    assert content.started is started


def test_an_orange_livret_that_lacks_only_the_pfmp_is_told_apart() -> None:
    only_pfmp = status_of(replace(GREEN, pfmp=Pfmp()))
    more = status_of(replace(GREEN, pfmp=Pfmp(), appreciation=""))

    assert (only_pfmp.only_pfmp, more.only_pfmp) == (True, False)


def test_each_missing_item_has_a_sentence_and_the_anchor_of_its_field() -> None:
    assert [(m.phrase, m.anchor) for m in status_of(EMPTY).missing][:3] == [
        ("Le degré de maîtrise de C1 manque.", "competence-C1"),
        ("Le degré de maîtrise de C2 manque.", "competence-C2"),
        ("La moyenne d’au moins une période manque.", "moyenne_1"),
    ]


@pytest.mark.parametrize(
    ("averages", "kind", "anchor"),
    [
        ({}, PeriodKind.SEMESTRE, "moyenne_1"),
        ({1: NOT_GRADED}, PeriodKind.SEMESTRE, "moyenne_2"),
        ({1: NOT_GRADED, 2: NOT_GRADED}, PeriodKind.TRIMESTRE, "moyenne_3"),
        ({1: NOT_GRADED, 2: NOT_GRADED}, PeriodKind.SEMESTRE, "moyenne_1"),
        ({}, None, "moyenne_1"),
    ],
)
def test_a_missing_average_is_typed_in_the_first_empty_period(
    averages: dict[int, NotGraded], kind: PeriodKind | None, anchor: str
) -> None:
    missing = status_of(replace(EMPTY, averages=averages, kind=kind)).missing

    assert [m.anchor for m in missing if m.key == "moyenne"] == [anchor]
