"""Many values typed at once: each saved, refused or in conflict on its own, one transaction."""

import pytest

import livret_factories as make
from livret_factories import Classroom
from livretpro.journal.models import Entry
from livretpro.livrets.actions import Conflict, Forbidden, Outcome, Saved, Typed, record_all
from livretpro.livrets.fields import UnknownField
from livretpro.livrets.models import Livret, Periodicity
from livretpro.livrets.queries import sheets
from livretpro.livrets.rules import NOT_GRADED
from livretpro.typed import BadValue
from query_counts import queries

pytestmark = pytest.mark.django_db


def kinds(outcomes: list[Outcome]) -> list[type]:
    return [type(outcome.answer) for outcome in outcomes]


def degrees(room: Classroom) -> list[dict[str, int]]:
    return [dict(sheet.content.degrees) for sheet in sheets(room.pupils, room.year)]


def test_what_is_refused_is_not_written_and_the_rest_is() -> None:
    room = make.classroom(2)
    make.typed(room.pupils[1], {"competence:C1": "4"})
    before = Entry.objects.count()

    outcomes = record_all(
        [
            Typed(room.first, "competence:C1", "3", ""),
            Typed(room.first, "competence:C2", "7", ""),
            Typed(room.first, "moyenne_1", "n", ""),
            Typed(room.pupils[1], "competence:C1", "2", "1"),
            Typed(room.pupils[1], "competence:C2", "2", ""),
        ],
        by=room.head,
    )

    assert kinds(outcomes) == [Saved, BadValue, Saved, Conflict, Saved]
    assert isinstance(outcomes[3].answer, Conflict)
    assert (outcomes[3].answer.stands, outcomes[3].answer.wanted) == ("4", "2")
    assert degrees(room) == [{"C1": 3}, {"C1": 4, "C2": 2}]
    assert sheets([room.first], room.year)[0].content.averages == {1: NOT_GRADED}
    assert Entry.objects.count() == before + 3


def test_the_same_value_twice_is_one_change() -> None:
    room = make.classroom(1)
    again = [Typed(room.first, "competence:C1", "3", "")]
    record_all(again, by=room.head)
    before = Entry.objects.count()

    (outcome,) = record_all(again, by=room.head)

    assert isinstance(outcome.answer, Saved)
    assert Entry.objects.count() == before


def test_a_cell_typed_twice_in_a_block_ends_on_the_last() -> None:
    room = make.classroom(1)

    outcomes = record_all(
        [
            Typed(room.first, "competence:C1", "3", ""),
            Typed(room.first, "competence:C1", "4", "3"),
        ],
        by=room.head,
    )

    assert kinds(outcomes) == [Saved, Saved]
    assert degrees(room) == [{"C1": 4}]


def test_cells_without_right_are_refused_one_by_one() -> None:
    room = make.classroom(1)
    principal = make.teacher(principal=[room.division])

    outcomes = record_all(
        [
            Typed(room.first, "competence:C1", "3", ""),
            Typed(room.first, "pfmp_synthese", "Six semaines.", ""),
        ],
        by=principal,
    )

    assert kinds(outcomes) == [Forbidden, Saved]
    assert degrees(room) == [{}]


def test_a_closed_entry_refuses_all_and_makes_no_livret() -> None:
    room = make.classroom(2)
    Periodicity.objects.all().delete()

    outcomes = record_all(
        [Typed(pupil, "competence:C1", "3", "") for pupil in room.pupils], by=room.head
    )

    assert all("La saisie est fermée" in str(outcome.answer) for outcome in outcomes)
    assert Livret.objects.count() == 0


def test_clearing_what_is_empty_makes_no_livret() -> None:
    room = make.classroom(1)

    record_all([Typed(room.first, "competence:C1", "0", "")], by=room.head)

    assert Livret.objects.count() == 0


def test_an_unknown_field_is_a_mistake_of_the_page() -> None:
    room = make.classroom(1)

    with pytest.raises(UnknownField):
        record_all([Typed(room.first, "taille", "3", "")], by=room.head)


@pytest.mark.parametrize("pupils", [1, 3])
def test_a_block_costs_the_same_whatever_its_size(pupils: int) -> None:
    room = make.classroom(pupils)
    for pupil in room.pupils:
        make.typed(pupil, {"appreciation": "Bien."})
    block = [
        Typed(pupil, f"competence:{code}", "3", "")
        for pupil in room.pupils
        for code in ("C1", "C2")
    ]

    with queries(6):
        record_all(block, by=room.head)
