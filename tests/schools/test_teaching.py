"""Teachers of the speciality named by hand."""

from datetime import date

import pytest

import factories
from at_once import at_once
from livretpro.journal.models import Entry
from livretpro.schools.lines import BadChoice, NotAllowed
from livretpro.schools.models import HandTeacher
from livretpro.schools.rules import Role
from livretpro.schools.teaching import (
    add_by_hand,
    let_speciality_write_pfmp,
    remove_by_hand,
)

pytestmark = pytest.mark.django_db
DAY, EVE, LATER = date(2025, 10, 1), date(2025, 11, 2), date(2025, 11, 3)


def told() -> list[tuple[str, str, str]]:
    """What the journal says: action, before, after."""
    return [(e.action, e.values_kept.before, e.values_kept.after) for e in Entry.objects.all()]


def test_adding_then_removing_keeps_the_line_with_its_dates_and_is_told() -> None:
    place, person = factories.division(), factories.staff()

    line = add_by_hand(place, factories.CFD, person, start=DAY, by=factories.actor())
    remove_by_hand(line, on=LATER, by=factories.actor())
    line.refresh_from_db()

    assert (line.start, line.end, line.named_by) == (DAY, EVE, "chef d’établissement")
    assert told() == [
        ("cree", "", "PETIT Zoé du 01/10/2025"),
        ("retire", "PETIT Zoé du 01/10/2025", ""),
    ]


def test_a_line_taken_back_on_its_first_day_leaves_the_journal_alone() -> None:
    line = add_by_hand(
        factories.division(), factories.CFD, factories.staff(), start=DAY, by=factories.actor()
    )

    remove_by_hand(line, on=DAY, by=factories.actor())

    assert (HandTeacher.objects.count(), [action for action, *_ in told()]) == (
        0,
        ["cree", "retire"],
    )


@pytest.mark.parametrize(("start", "end"), [(EVE, None), (EVE, LATER), (date(2025, 9, 1), DAY)])
def test_nobody_is_added_twice_for_the_same_days(start: date, end: date | None) -> None:
    place, person = factories.division(), factories.staff()
    add_by_hand(place, factories.CFD, person, start=DAY, by=factories.actor(Role.DDFPT))

    with pytest.raises(BadChoice, match="écrit déjà la spécialité"):
        add_by_hand(place, factories.CFD, person, start=start, end=end, by=factories.actor())

    assert (HandTeacher.objects.count(), len(told())) == (1, 1)


def test_the_very_same_line_twice_is_one_line_told_once() -> None:
    place, person = factories.division(), factories.staff()

    lines = [
        add_by_hand(place, factories.CFD, person, start=DAY, by=factories.actor()) for _ in "12"
    ]

    assert lines[0].pk == lines[1].pk
    assert (HandTeacher.objects.count(), len(told())) == (1, 1)


def test_who_was_taken_back_may_be_added_again() -> None:
    place, person = factories.division(), factories.staff()
    line = add_by_hand(place, factories.CFD, person, start=DAY, by=factories.actor())
    remove_by_hand(line, on=LATER, by=factories.actor())

    add_by_hand(place, factories.CFD, person, start=LATER, by=factories.actor())

    assert HandTeacher.objects.filter(staff=person).count() == 2


@pytest.mark.django_db(transaction=True)
def test_removing_twice_at_the_same_instant_is_told_once() -> None:
    by, place, person = factories.actor(), factories.division(), factories.staff()
    line = HandTeacher.objects.create(division=place, cfd=factories.CFD, staff=person)

    at_once(
        *[
            lambda: remove_by_hand(
                HandTeacher(pk=line.pk, division=place, staff=person), on=DAY, by=by
            )
        ]
        * 2
    )

    assert told() == [("retire", "PETIT Zoé", "")]
    assert HandTeacher.objects.get().end == date(2025, 9, 30)


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
        lambda: add_by_hand(place, "40025519", person, start=DAY, by=by),
        lambda: remove_by_hand(line, on=DAY, by=by),
        lambda: let_speciality_write_pfmp(factories.school(), allowed=False, by=by),
    ):
        with pytest.raises(NotAllowed):
            write()

    assert (HandTeacher.objects.get(), Entry.objects.count()) == (line, 0)
