"""Saving one value at the same instant as somebody else: real threads, real connections."""

from functools import partial

import pytest
from django.db import transaction

import livret_factories as make
from at_once import at_once, kinds, meanwhile
from livret_reading import told
from livretpro.livrets.actions import Conflict, record
from livretpro.livrets.models import Livret, PeriodBilan
from livretpro.livrets.queries import sheets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("key", "stands"),
    [
        ("moyenne_1", "2,00"),
        ("competence:C1", "2"),
        ("appreciation", "2"),
        ("enseignant_1_nom", "2"),
    ],
)
def test_a_save_waits_for_the_one_under_way_then_sees_its_value(key, stands) -> None:
    room = make.classroom()
    record(room.first, "pfmp_nom", "PETIT", by=room.head)

    with transaction.atomic():
        record(room.first, key, "2", by=room.head, replaced="")
        other = meanwhile(partial(record, room.first, key, "3", by=room.head, replaced=""))

    assert kinds([other.result()]) == ["Conflict"]
    assert other.result().stands == stands
    assert len(told()) == 2


def test_two_writers_on_one_field_lose_nothing() -> None:
    room = make.classroom()
    values = [[f"{n},00" for n in range(1, 11)], [f"{n},50" for n in range(1, 11)]]

    def write_all(mine):
        """Each value replaces the one that stands when it is typed, until it is taken."""
        saved, seen = 0, ""
        for value in mine:
            try:
                record(room.first, "moyenne_1", value, by=room.head, replaced=seen)
            except Conflict as conflict:
                seen = conflict.stands
            else:
                saved, seen = saved + 1, value
        return saved

    acknowledged = at_once(*(partial(write_all, mine) for mine in values))

    chain = told()
    assert len(chain) == sum(acknowledged)
    assert [before for _, before, _ in chain] == ["", *(after for _, _, after in chain[:-1])]
    assert f"{PeriodBilan.objects.get().average}".replace(".", ",") == chain[-1][2]


@pytest.mark.parametrize("key", ["moyenne_1", "competence:C1", "appreciation", "enseignant_1_nom"])
def test_of_two_first_saves_of_a_field_one_wins_and_the_other_sees_it(key) -> None:
    room = make.classroom()

    outcomes = at_once(
        *(
            partial(record, room.first, key, value, by=room.head, replaced="")
            for value in ("2", "3")
        )
    )

    assert kinds(outcomes) == ["Conflict", "Saved"]
    assert Livret.objects.count() == 1
    assert len(told()) == 1


def test_first_saves_of_different_fields_at_the_same_instant_all_stand() -> None:
    room = make.classroom()

    outcomes = at_once(
        *(
            partial(record, room.first, key, raw, by=room.head, replaced="")
            for key, raw in make.FULL.items()
        )
    )

    assert kinds(outcomes) == ["Saved"] * len(make.FULL)
    assert len(told()) == len(make.FULL)
    assert sheets([room.first], room.year)[0].status.missing == ()
