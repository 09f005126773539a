"""The conflict rule, the plan of an import, the codes of a grid, the averages: on tables."""

from dataclasses import replace
from decimal import Decimal

import pytest

from livretpro.bulletins.codes import Found, GridLine, find_codes
from livretpro.bulletins.figures import service_average, shown
from livretpro.bulletins.plan import (
    Finding,
    Held,
    Here,
    Key,
    Kind,
    LocalPupil,
    Matter,
    Plan,
    RemotePupil,
    Target,
    Write,
    plan,
    sends_averages,
    target,
)
from livretpro.bulletins.words import Source

MELEC, CIEL = "40025520", "40025519"
LEA = LocalPupil(1, "1001", "111111111AA", "MARTIN Léa")
TOM = LocalPupil(2, "1002", "222222222BB", "PETIT Tom")
GRADE, DEGREE, TEXT = (
    Key(1, Kind.GRADE),
    Key(1, Kind.DEGREE, 10),
    Key(1, Kind.APPRAISAL),
)


@pytest.mark.parametrize(
    ("marks", "below", "averages", "expected"),
    [
        (False, False, False, Target.SERVICE),
        (False, False, True, Target.SERVICE),
        (True, False, False, Target.SERVICE),
        (False, True, False, Target.SERVICE),
        (True, False, True, Target.GENERATED),
        (False, True, True, Target.GENERATED),
        (True, True, True, Target.GENERATED),
        (True, True, False, Target.SERVICE),
    ],
)
def test_values_go_to_a_service_of_their_own_when_marks_stand_on_both_sides(
    marks: bool, below: bool, averages: bool, expected: Target
) -> None:
    assert target(marks=marks, marks_below=below, averages=averages) is expected


def _remote(
    siecle_id: str = "1001",
    *,
    ine: str = "",
    average: str | None = "12.50",
    not_graded: bool = False,
    appraisal: str = "",
    cfd: str = MELEC,
    **degrees: int,
) -> RemotePupil:
    return RemotePupil(
        siecle_id,
        ine,
        "MARTIN Léa",
        cfd,
        None if average is None else Decimal(average),
        not_graded,
        appraisal,
        degrees,
    )


def _here(held: dict[Key, Held] | None = None, *, pupils: tuple[LocalPupil, ...] = (LEA,)) -> Here:
    names = {"40025519": "Bac pro CIEL"}
    return Here(pupils, MELEC, {"C1": 10}, held or {}, 20, {10: "Préparer"}, names)


def _typed(value: object) -> Held:
    return Held(value, Source.TYPED)  # type: ignore[arg-type]


def _cpro(value: object) -> Held:
    return Held(value, Source.CPRO)  # type: ignore[arg-type]


def test_a_first_import_creates_what_is_sent() -> None:
    found = plan([_remote(appraisal="Bien", C1=3)], _here())

    assert found == Plan(
        (
            Write(GRADE, None, Decimal("12.50")),
            Write(DEGREE, None, 3),
            Write(TEXT, None, "Bien"),
        ),
        0,
        (),
    )


def test_an_average_of_nobody_is_nothing_and_non_note_is_a_grade_without_value() -> None:
    nothing = plan([_remote(average=None)], _here())
    not_graded = plan([_remote(average=None, not_graded=True)], _here())

    assert (nothing.writes, not_graded.writes) == ((), (Write(GRADE, None, None),))


def test_non_note_takes_the_place_of_no_mark_typed_here() -> None:
    sent = [_remote(average=None, not_graded=True, C1=3)]

    found = plan(sent, replace(_here({GRADE: _cpro(None)}), marked=True))

    assert found.writes == (Write(DEGREE, None, 3), Write(GRADE, _cpro(None), removes=True))
    assert found.findings == (Finding(Matter.NOT_GRADED, "MARTIN Léa"),)


def test_an_average_of_somebody_unknown_here_is_none_of_the_division() -> None:
    assert [sends_averages([_remote(of)], [LEA]) for of in ("1001", "9999")] == [True, False]


def test_a_second_import_of_the_same_changes_nothing() -> None:
    held = {GRADE: _cpro(Decimal("12.50")), DEGREE: _cpro(3), TEXT: _cpro("Bien")}

    found = plan([_remote(appraisal="Bien", C1=3)], _here(held))

    assert found == Plan((), 3, ())


def test_a_second_import_changes_the_values_of_cpro_and_takes_back_what_is_no_longer_sent() -> None:
    held = {GRADE: _cpro(Decimal("11.00")), DEGREE: _cpro(2)}

    found = plan([_remote()], _here(held))

    assert set(found.writes) == {
        Write(GRADE, held[GRADE], Decimal("12.50")),
        Write(DEGREE, held[DEGREE], removes=True),
    }
    assert (found.created, found.changed, found.removed) == (0, 1, 1)


def test_a_value_edited_here_is_kept_and_told() -> None:
    held = {GRADE: _typed(Decimal("15.00")), DEGREE: _typed(4)}

    found = plan([_remote(C1=2)], _here(held))

    assert found == Plan(
        (),
        0,
        (
            Finding(Matter.KEPT, "MARTIN Léa", "note du professeur : 15.00"),
            Finding(Matter.KEPT, "MARTIN Léa", "Préparer : 4"),
        ),
    )


def test_a_value_edited_here_is_replaced_when_asked() -> None:
    held = {GRADE: _typed(Decimal("15.00"))}

    found = plan([_remote()], _here(held), replaces=True)

    assert found.writes == (Write(GRADE, held[GRADE], Decimal("12.50")),)


def test_a_value_typed_here_that_cpro_does_not_send_stays_even_when_replacing() -> None:
    found = plan([_remote()], _here({TEXT: _typed("Bien")}), replaces=True)

    assert [write.key for write in found.writes] == [GRADE]


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        (
            _remote(average="20.01"),
            Finding(Matter.OUT_OF_SCALE, "MARTIN Léa", "note du professeur : 20.01"),
        ),
        (
            _remote(average="-1"),
            Finding(Matter.OUT_OF_SCALE, "MARTIN Léa", "note du professeur : -1"),
        ),
        (
            _remote(average="12.345"),
            Finding(Matter.OUT_OF_SCALE, "MARTIN Léa", "note du professeur : 12.345"),
        ),
        (_remote(average=None, C1=5), Finding(Matter.OUT_OF_SCALE, "MARTIN Léa", "Préparer : 5")),
        (
            _remote(average=None, appraisal="x" * 21),
            Finding(Matter.TOO_LONG, "MARTIN Léa", "21 caractères pour 20"),
        ),
        (_remote(average=None, C9=2), Finding(Matter.UNKNOWN_CODE, "MARTIN Léa", "C9")),
    ],
)
def test_what_cannot_be_taken_is_told_and_leaves_what_stands(
    remote: RemotePupil, expected: Finding
) -> None:
    held = {GRADE: _cpro(Decimal(9)), DEGREE: _cpro(2), TEXT: _cpro("Bien")}
    told_of = {Matter.TOO_LONG: TEXT, Matter.UNKNOWN_CODE: None}.get(
        expected.matter, GRADE if "note" in expected.what else DEGREE
    )

    found = plan([remote], _here({told_of: held[told_of]} if told_of else {}))

    assert (found.writes, found.findings) == ((), (expected,))


@pytest.mark.parametrize(
    ("remote", "matched"),
    [
        (_remote("1001"), True),
        (_remote("9", ine="111111111AA"), True),
        (_remote("9", ine="999999999ZZ"), False),
        (_remote("", ine=""), False),
    ],
)
def test_pupils_are_matched_by_siecle_identifier_then_ine(
    remote: RemotePupil, matched: bool
) -> None:
    found = plan([remote], _here())

    assert [finding.matter for finding in found.findings] == (
        [] if matched else [Matter.UNMATCHED, Matter.ABSENT]
    )


def test_whoever_is_known_by_identifier_is_matched_before_anybody_known_by_ine() -> None:
    stranger = _remote("9", ine=LEA.ine, average="3.00")

    found = plan([stranger, _remote()], _here())

    assert found.writes == (Write(GRADE, None, Decimal("12.50")),)
    assert [(f.matter, f.what) for f in found.findings] == [(Matter.TWICE, f"n° 9 {LEA.ine}")]


@pytest.mark.parametrize(
    ("cfd", "named"), [(CIEL, "Bac pro CIEL"), ("40099999", "40099999"), ("", "inconnu")]
)
def test_the_degrees_of_another_diploma_are_told_never_taken(cfd: str, named: str) -> None:
    found = plan([_remote(appraisal="Bien", cfd=cfd, C1=3, C9=2)], _here())

    assert found == Plan(
        (Write(GRADE, None, Decimal("12.50")), Write(TEXT, None, "Bien")),
        0,
        (Finding(Matter.ANOTHER_DIPLOMA, "MARTIN Léa", f"diplôme {named}, non concerné"),),
    )


def test_degrees_of_another_diploma_leave_the_frame_of_the_sector_and_stay_in_their_own() -> None:
    own = Key(1, Kind.DEGREE, 99)
    held = {DEGREE: _cpro(2), own: _cpro(3)}

    found = plan([_remote(average=None, cfd=CIEL, C1=3)], _here(held))

    assert found.writes == (Write(DEGREE, held[DEGREE], removes=True),)


def test_an_ine_that_two_pupils_bear_matches_nobody() -> None:
    twin = LocalPupil(3, "1003", LEA.ine, "MARTIN Lou")

    found = plan([_remote("9", ine=LEA.ine)], _here(pupils=(LEA, twin)))

    assert [f.matter for f in found.findings] == [Matter.UNMATCHED, Matter.ABSENT, Matter.ABSENT]


def test_a_pupil_sent_twice_counts_once_and_one_not_sent_keeps_the_values_of_cpro() -> None:
    held = {Key(2, Kind.GRADE): _cpro(Decimal(8))}

    found = plan([_remote(), _remote(average="3.00")], _here(held, pupils=(LEA, TOM)))

    assert found.writes == (Write(GRADE, None, Decimal("12.50")),)
    assert [(f.matter, f.who) for f in found.findings] == [
        (Matter.TWICE, "MARTIN Léa"),
        (Matter.ABSENT, "PETIT Tom"),
    ]


@pytest.mark.parametrize(
    ("remote", "key", "value", "told"),
    [
        (_remote(), GRADE, Decimal("12.50"), "note du professeur : vide ici"),
        (_remote(average=None, C1=3), DEGREE, 3, "Préparer : vide ici"),
        (_remote(average=None, appraisal="Bien"), TEXT, "Bien", "appréciation : vide ici"),
    ],
)
def test_a_value_emptied_here_stays_empty_and_is_told_unless_it_is_replaced(
    remote: RemotePupil, key: Key, value: Decimal | int | str, told: str
) -> None:
    here = replace(_here(), emptied=frozenset({key}))

    assert plan([remote], here) == Plan((), 0, (Finding(Matter.KEPT, "MARTIN Léa", told),))
    assert plan([remote], here, replaces=True) == Plan((Write(key, None, value),), 0, ())


BESIDE = [
    ("a value that goes to the other service", _remote(), GRADE, _cpro(Decimal(8)), True),
    ("a value no longer sent", _remote(), TEXT, _cpro("Bien"), True),
    ("a value typed there", _remote(), GRADE, _typed(Decimal(8)), False),
    ("a pupil no longer sent", _remote(), Key(2, Kind.GRADE), _cpro(Decimal(8)), False),
    ("a pupil of elsewhere", _remote(), Key(9, Kind.GRADE), _cpro(Decimal(8)), False),
    ("a text too long", _remote(appraisal="x" * 21), TEXT, _cpro("Bien"), False),
    ("a grade out of scale", _remote(average="20.01"), GRADE, _cpro(Decimal(8)), False),
    ("a degree out of scale", _remote(C1=5), DEGREE, _cpro(2), False),
]


@pytest.mark.parametrize("case", BESIDE, ids=[case[0] for case in BESIDE])
def test_values_of_cpro_leave_the_service_that_no_longer_receives_them(
    case: tuple[str, RemotePupil, Key, Held, bool],
) -> None:
    _, remote, key, value, leaves = case
    here = replace(_here(pupils=(LEA, TOM)), beside={key: value})

    found = plan([remote], here)

    assert found.withdrawn == ((Write(key, value, removes=True),) if leaves else ())


KEPT_THERE = Finding(Matter.KEPT, "MARTIN Léa", "appréciation, dans Atelier")
OURS, THEIRS = _typed("D’ici"), _cpro("Ancienne")
REPLACED = ((Write(TEXT, None, "Bien"),), (Write(TEXT, OURS, removes=True),))
AGAIN = ((Write(TEXT, THEIRS, "Bien"),), REPLACED[1])
EDITED_THERE = [
    ("kept, and told once", None, OURS, False, Plan((), 0, (KEPT_THERE,))),
    ("replaced when asked", None, OURS, True, Plan(REPLACED[0], 0, (), REPLACED[1])),
    ("the same as CPRO's", None, _typed("Bien"), False, Plan((), 1, ())),
    ("the same, replaced", None, _typed("Bien"), True, Plan((), 1, ())),
    (
        "CPRO's own leaves",
        THEIRS,
        OURS,
        False,
        Plan((Write(TEXT, THEIRS, removes=True),), 0, (KEPT_THERE,)),
    ),
    ("CPRO's own takes its place when asked", THEIRS, OURS, True, Plan(AGAIN[0], 0, (), AGAIN[1])),
    (
        "typed in both",
        _typed("Ici aussi"),
        OURS,
        False,
        Plan((), 0, (Finding(Matter.KEPT, "MARTIN Léa", "appréciation"),)),
    ),
]


@pytest.mark.parametrize("case", EDITED_THERE, ids=[case[0] for case in EDITED_THERE])
def test_a_value_edited_in_the_other_service_is_not_doubled(
    case: tuple[str, Held | None, Held, bool, Plan],
) -> None:
    _, held, beside, replaces, expected = case
    here = replace(
        _here({TEXT: held} if held else {}),
        beside={TEXT: beside},
        beside_name="Atelier",
        edited=frozenset({TEXT}),
    )

    assert plan([_remote(average=None, appraisal="Bien")], here, replaces=replaces) == expected


def test_a_value_edited_in_the_other_service_that_cpro_no_longer_sends_stays_there() -> None:
    here = replace(_here(), beside={TEXT: OURS}, edited=frozenset({TEXT}))

    assert plan([_remote(average=None)], here, replaces=True) == Plan((), 0, ())


COMPETENCES = [
    ("C1", "Préparer l’opération"),
    ("C2", "Réaliser"),
    ("C3", "Contrôler"),
    ("C4", "Contrôler"),
]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([GridLine(1, "Préparer l'opération", "")], Found({1: "C1"}, (), ())),
        ([GridLine(1, "PREPARER  L’OPERATION", "")], Found({1: "C1"}, (), ())),
        ([GridLine(1, "Réaliser", "X9")], Found({1: "C2"}, (), ())),
        ([GridLine(1, "Autre intitulé", "C2")], Found({}, (), ())),
        ([GridLine(1, "Contrôler", "")], Found({}, ("Contrôler",), ())),
        (
            [GridLine(1, "Contrôler", "C3"), GridLine(2, "Contrôler", "")],
            Found({}, ("Contrôler",), ()),
        ),
        (
            [GridLine(1, "Réaliser", ""), GridLine(2, "réaliser", "")],
            Found({}, ("Réaliser", "réaliser"), ()),
        ),
        ([GridLine(1, "Souder", "")], Found({}, (), ("Souder",))),
    ],
)
def test_codes_are_found_by_label_and_never_guessed(lines: list[GridLine], expected: Found) -> None:
    assert find_codes(lines, COMPETENCES) == expected


def _pairs(*pairs: tuple[str | None, str]) -> list[tuple[Decimal | None, Decimal]]:
    return [(None if v is None else Decimal(v), Decimal(c)) for v, c in pairs]


@pytest.mark.parametrize(
    ("marks", "below", "expected"),
    [
        (_pairs(), _pairs(), None),
        (_pairs(("10", "1"), ("13", "2")), _pairs(), "12.00"),
        (_pairs(("10", "1"), (None, "5")), _pairs(), "10.00"),
        (_pairs(("10", "0")), _pairs(), None),
        (_pairs(("2", "1")), _pairs(("10", "1"), ("15", "3")), "13.75"),
        (_pairs(("2", "1")), _pairs((None, "1")), None),
        (_pairs(("10", "1"), ("10.01", "1")), _pairs(), "10.01"),
        (_pairs(("12.345", "1")), _pairs(), "12.35"),
    ],
)
def test_the_average_of_a_service_is_that_of_its_sub_services_weighted(
    marks: list[tuple[Decimal | None, Decimal]],
    below: list[tuple[Decimal | None, Decimal]],
    expected: str | None,
) -> None:
    assert shown(service_average(marks, below)) == (Decimal(expected) if expected else None)
