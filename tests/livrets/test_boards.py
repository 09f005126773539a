"""Boards: livrets counted without their values, and what each person still owes."""

from collections import Counter

import pytest

import factories
from livret_factories import FULL, MANDATORY, classroom, diploma, pupil, teacher, typed
from livretpro.livrets.boards import Board, boards
from livretpro.livrets.models import Livret, TeacherLine
from livretpro.livrets.owing import Charge, charge, owed, owing
from livretpro.livrets.queries import sheets
from livretpro.livrets.status import Colour, Status
from livretpro.schools.models import Enrolment
from query_counts import queries

pytestmark = pytest.mark.django_db
ALONE = {
    "competence:C2": "2",
    "moyenne_1": "12",
    "moyenne_2": "NN",
    "enseignant_1_nom": "DURAND",
    "enseignant_1_prenom": "Anne",
    "appreciation": "Bien.",
    "pfmp_exporter": "oui",
    "pfmp_synthese": "Six semaines.",
    "pfmp_nom": "PETIT",
    "pfmp_prenom": "Zoé",
    "pfmp_semaines": "22",
    "pfmp_etranger": "non",
    "projet_note": "12",
    "projet_appreciation": "Bien.",
    "projet_enseignant_1_nom": "DURAND",
}
LIVRETS = (
    {},
    MANDATORY,
    FULL,
    MANDATORY | {"appreciation": "Bien."},
    MANDATORY | {"pfmp_exporter": "oui"},
    MANDATORY | {"moyenne_1": "NN"},
    *({key: value} for key, value in ALONE.items()),
)


def found(*pupils: Enrolment) -> list[Board]:
    of = diploma()
    return boards(pupils, factories.school_year(), {of.cfd: of})


def told(status: Status) -> tuple[object, ...]:
    """All of it but where it leads: the first empty period is known once the values are read."""
    lacks = [(one.key, one.mandatory, one.phrase) for one in status.missing]
    return status.colour, lacks, status.started


def test_a_livret_has_the_same_status_counted_as_read() -> None:
    room = classroom(len(LIVRETS))
    for enrolment, values in zip(room.pupils, LIVRETS, strict=True):
        typed(enrolment, values)

    (board,) = found(*room.pupils)

    counted = {s: told(alike.status) for alike in board.alike for s in alike.students}
    read = {s.enrolment.student_id: told(s.status) for s in sheets(room.pupils, room.year)}
    assert counted == read
    assert {board.counts[colour] > 0 for colour in Colour} == {True}
    assert board.only_pfmp == 1


def test_a_column_of_the_livret_that_is_not_counted_would_be_seen() -> None:
    columns = {f.name for f in Livret._meta.get_fields() if f.name.startswith(("pfmp", "project"))}
    lines = {f.name for f in TeacherLine._meta.get_fields()}

    assert columns == {
        "pfmp_export",
        "pfmp_synthesis",
        "pfmp_last_name",
        "pfmp_first_name",
        "pfmp_weeks",
        "pfmp_abroad",
        "project_mark",
        "project_appreciation",
    }
    assert lines == {"id", "livret", "block", "position", "last_name", "first_name"}


def test_pupils_are_gathered_by_level_then_division_and_livrets_alike_together() -> None:
    room = classroom(3)
    first = pupil(8, into=factories.division("1MELEC"), mef=factories.MEF_PREMIERE)
    typed(room.pupils[0], MANDATORY)
    typed(room.pupils[1], MANDATORY)

    told = found(*room.pupils, first)

    assert [(board.division.code, board.level.value, board.total) for board in told] == [
        ("1MELEC", "premiere", 1),
        ("TMELEC", "terminale", 3),
    ]
    assert [(board.kind, board.nothing_entered) for board in told] == [(None, True), ("T", False)]
    assert [len(alike.students) for alike in told[1].alike] == [2, 1]
    assert told[1].codes == ("C1", "C2", "C3")
    assert told[1].lacks["competence:C1", True] == 1
    assert told[1].lacks["appreciation", False] == 3


@pytest.mark.parametrize("count", [1, 3])
def test_boards_cost_three_queries(count: int) -> None:
    room = classroom(count)
    others = [pupil(9 + n, into=factories.division(f"T{n}")) for n in range(count)]
    for enrolment in (*room.pupils, *others):
        typed(enrolment, MANDATORY)

    with queries(3):
        boards([*room.pupils, *others], room.year, {room.diploma.cfd: room.diploma})


def test_each_person_owes_what_they_may_write() -> None:
    room = classroom(2)
    typed(room.first, MANDATORY | {"pfmp_exporter": "oui"})
    (board,) = found(*room.pupils)
    lacking = {"competence:C1", "competence:C2", "competence:C3", "moyenne", "enseignant"}
    speciality = {(key, True): 1 for key in lacking} | {("appreciation", False): 2}
    exported = {("pfmp_synthese", True): 1, ("pfmp_enseignant", True): 1}
    pfmp = exported | {("pfmp_synthese", False): 1, ("pfmp_enseignant", False): 1}
    of_first = frozenset({room.first.student_id})

    assert owed(board, Charge()) == Counter()
    assert owed(board, Charge(speciality=True)) == Counter(speciality)
    assert owed(board, Charge(pfmp=True)) == Counter(pfmp)
    assert owed(board, Charge(speciality=True, pfmp=True)) == Counter(speciality | pfmp)
    assert owed(board, Charge(referent=of_first)) == Counter(exported)
    assert [
        owing(board, own)
        for own in (
            Charge(),
            Charge(speciality=True),
            Charge(pfmp=True),
            Charge(speciality=True, referent=of_first),
            Charge(referent=of_first),
        )
    ] == [0, 1, 1, 2, 1]


def test_the_charge_of_a_teacher_follows_their_services_and_the_setting_of_the_school() -> None:
    room = classroom(1)
    (board,) = found(room.first)
    own = teacher(speciality=[room.division])

    assert charge(own, board, room.year) == Charge(speciality=True, pfmp=True)
    own.school.pfmp_by_speciality_teachers = False
    assert charge(own, board, room.year) == Charge(speciality=True, pfmp=False)
    assert charge(teacher(principal=[room.division]), board, room.year) == Charge(pfmp=True)
    assert charge(factories.actor(), board, room.year) == Charge()
