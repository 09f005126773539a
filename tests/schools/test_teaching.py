"""Teachers of the speciality named by hand."""

import pytest

import factories
from at_once import at_once
from livretpro.journal.models import Entry
from livretpro.schools.models import HandTeacher
from livretpro.schools.rules import Role
from livretpro.schools.teaching import (
    NotAllowed,
    add_by_hand,
    let_speciality_write_pfmp,
    remove_by_hand,
)

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, str]]:
    """What the journal says: action, before, after."""
    return [(e.action, e.values_kept.before, e.values_kept.after) for e in Entry.objects.all()]


def test_adding_then_removing_is_told_to_the_journal() -> None:
    place, person = factories.division(), factories.staff()

    changed = add_by_hand(place, factories.CFD, person, by=factories.actor())
    remove_by_hand(HandTeacher.objects.get(), by=factories.actor())

    assert changed is True
    assert told() == [("cree", "", "PETIT Zoé"), ("retire", "PETIT Zoé", "")]
    assert HandTeacher.objects.count() == 0


def test_adding_again_changes_nothing_and_tells_nothing() -> None:
    place, person = factories.division(), factories.staff()
    add_by_hand(place, factories.CFD, person, by=factories.actor(Role.DDFPT))

    changed = add_by_hand(place, factories.CFD, person, by=factories.actor())

    assert (changed, HandTeacher.objects.count(), Entry.objects.count()) == (False, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_removing_twice_at_the_same_instant_is_told_once() -> None:
    by, place, person = factories.actor(), factories.division(), factories.staff()
    line = HandTeacher.objects.create(division=place, cfd=factories.CFD, staff=person)

    at_once(
        *[lambda: remove_by_hand(HandTeacher(pk=line.pk, division=place, staff=person), by=by)] * 2
    )

    assert told() == [("retire", "PETIT Zoé", "")]
    assert HandTeacher.objects.count() == 0


def test_the_pfmp_setting_is_told_once() -> None:
    school = factories.school()

    changes = [
        let_speciality_write_pfmp(school, allowed=False, by=factories.actor()) for _ in range(2)
    ]
    school.refresh_from_db()

    assert (changes, school.pfmp_by_speciality_teachers) == ([True, False], False)
    assert told() == [("modifie", "oui", "non")]


@pytest.mark.parametrize("role", [Role.ENSEIGNANT, Role.ADMINISTRATEUR])
def test_nobody_but_the_head_and_the_ddfpt_names_teachers(role: Role) -> None:
    by, place, person = factories.actor(role), factories.division(), factories.staff()
    line = HandTeacher.objects.create(division=place, cfd=factories.CFD, staff=person)

    for write in (
        lambda: add_by_hand(place, "40025519", person, by=by),
        lambda: remove_by_hand(line, by=by),
        lambda: let_speciality_write_pfmp(factories.school(), allowed=False, by=by),
    ):
        with pytest.raises(NotAllowed):
            write()

    assert (HandTeacher.objects.get(), Entry.objects.count()) == (line, 0)
