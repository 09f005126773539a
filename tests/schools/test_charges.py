"""Professeurs principaux named by hand, and référents PFMP: dates, rights, journal."""

from datetime import date

import pytest

import factories
from at_once import at_once
from livretpro.accounts.models import User
from livretpro.journal.models import Entry
from livretpro.schools.actors import actor_of
from livretpro.schools.charges import end_principal, name_principal, name_referents
from livretpro.schools.lines import BadChoice, NotAllowed
from livretpro.schools.models import (
    Division,
    Enrolment,
    PfmpReferent,
    PrincipalTeacher,
    Staff,
    Student,
)
from livretpro.schools.rules import Role
from livretpro.schools.teaching import name_substitute
from query_counts import queries

pytestmark = pytest.mark.django_db
DAY, EVE, LATER = date(2025, 10, 1), date(2025, 11, 2), date(2025, 11, 3)


def teacher(last_name: str = "PETIT", first_name: str = "Zoé") -> Staff:
    """A member of the staff who can sign in."""
    person = factories.user(last_name.lower(), last_name=last_name, first_name=first_name)
    factories.membership(person)
    return factories.staff(last_name, first_name, person=person)


def pupils(count: int = 1) -> list[Student]:
    """Pupils of 1MELEC."""
    found = [factories.student(1001 + n, last_name=f"NOM{n}") for n in range(count)]
    for student in found:
        factories.enrolment(student)
    return found


def named(students: list[Student], staff: Staff | None, on: date = DAY) -> int:
    year = factories.school_year()
    return name_referents(year, students, staff, on=on, by=factories.actor())


def divisions(staff: Staff, on: date) -> frozenset[int]:
    """Where this person is professeur principal."""
    actor = actor_of(_user(staff), factories.school().uai, on=on)
    assert actor
    return actor.principal_divisions


def seen(staff: Staff, on: date) -> list[int]:
    """The pupils this person sees."""
    actor = actor_of(_user(staff), factories.school().uai, on=on)
    assert actor
    found = Enrolment.objects.visible_to(actor).in_name_order()
    return list(found.values_list("student__siecle_id", flat=True))


def _user(staff: Staff) -> User:
    assert staff.user
    return staff.user


def told() -> list[tuple[str, str, str, str]]:
    """What the journal says: action, object, before, after."""
    rows = Entry.objects.filter(kind="charge").order_by("rank")
    return [(e.action, e.key, e.values_kept.before, e.values_kept.after) for e in rows]


def test_a_principal_named_by_hand_holds_between_the_dates_alone() -> None:
    place, person = factories.division(), teacher()
    line = name_principal(place, person, start=DAY, end=LATER, by=factories.actor())

    got = [bool(divisions(person, day)) for day in (date(2025, 9, 30), DAY, LATER)]

    assert got == [False, True, True]
    assert divisions(person, date(2025, 11, 4)) == frozenset()
    assert line.named_by == "chef d’établissement"
    assert told() == [("cree", "2025:1MELEC", "", "PETIT Zoé du 01/10/2025 au 03/11/2025")]


def test_a_charge_taken_back_stays_as_past() -> None:
    line = name_principal(factories.division(), teacher(), start=DAY, by=factories.actor())

    for _ in range(2):
        end_principal(line, on=LATER, by=factories.actor())
    line.refresh_from_db()

    assert line.end == EVE
    assert [action for action, *_ in told()] == ["cree", "retire"]


def test_a_charge_of_sts_is_not_ended_by_hand() -> None:
    line = PrincipalTeacher.objects.create(staff=teacher(), division=factories.division())

    end_principal(line, on=LATER, by=factories.actor())
    line.refresh_from_db()

    assert (line.end, told()) == (None, [])


@pytest.mark.parametrize(
    ("start", "end", "phrase"),
    [
        (LATER, DAY, "La fin vient avant le début"),
        (date(2024, 10, 1), None, "dans l’année scolaire"),
        (DAY, None, "est déjà professeur principal"),
    ],
)
def test_a_charge_that_cannot_be_is_refused(start: date, end: date | None, phrase: str) -> None:
    place, person = factories.division(), teacher()
    PrincipalTeacher.objects.create(staff=person, division=place)

    with pytest.raises(BadChoice, match=phrase):
        name_principal(place, person, start=start, end=end, by=factories.actor())

    assert PrincipalTeacher.objects.count() == 1


def test_a_referent_sees_the_pupils_named_and_no_other() -> None:
    person, (first, second, _) = teacher(), pupils(3)

    changed = named([first, second], person)

    assert (changed, seen(person, DAY)) == (2, [1001, 1002])
    assert seen(person, date(2025, 9, 30)) == []
    assert told() == [
        ("cree", "2025:1001", "", "PETIT Zoé, pour NOM0 Léa"),
        ("cree", "2025:1002", "", "PETIT Zoé, pour NOM1 Léa"),
    ]


def test_another_referent_takes_the_place_of_the_first() -> None:
    first, second, (pupil,) = teacher(), teacher("ROYER", "Anne"), pupils()
    named([pupil], first)

    changed = named([pupil], second, on=LATER)

    assert (changed, seen(first, EVE), seen(first, LATER)) == (1, [1001], [])
    assert (seen(second, EVE), seen(second, LATER)) == ([], [1001])
    assert told()[1:] == [
        ("modifie", "2025:1001", "PETIT Zoé, pour NOM0 Léa", "ROYER Anne, pour NOM0 Léa")
    ]


def test_a_referent_is_withdrawn_and_the_line_stays() -> None:
    person, (pupil,) = teacher(), pupils()
    named([pupil], person)

    changed = [named([pupil], None, on=LATER) for _ in range(2)]

    assert (changed, seen(person, LATER), PfmpReferent.objects.get().end) == ([1, 0], [], EVE)
    assert told()[1:] == [("retire", "2025:1001", "PETIT Zoé, pour NOM0 Léa", "")]


def test_naming_the_same_person_again_changes_nothing() -> None:
    person, (pupil,) = teacher(), pupils()
    named([pupil], person)

    assert (named([pupil], person, on=LATER), len(told())) == (0, 1)
    assert PfmpReferent.objects.get().start == DAY


def test_a_referent_named_by_mistake_the_same_day_leaves_no_line() -> None:
    first, second, (pupil,) = teacher(), teacher("ROYER", "Anne"), pupils()
    named([pupil], first)

    named([pupil], second)

    assert PfmpReferent.objects.get().staff == second


def test_who_cannot_sign_in_is_no_referent() -> None:
    with pytest.raises(BadChoice, match="n’a pas de compte"):
        named(pupils(), factories.staff())

    assert not PfmpReferent.objects.exists()


def test_a_referent_keeps_a_pupil_who_changes_division() -> None:
    person, (pupil,) = teacher(), pupils()
    named([pupil], person)
    other = factories.division("1MELEC2")

    Enrolment.objects.update(division=other)

    assert seen(person, DAY) == [1001]
    actor = actor_of(_user(person), factories.school().uai, on=DAY)
    assert actor
    assert list(Division.objects.visible_to(actor)) == [other]


def test_the_substitute_of_a_referent_follows_the_same_pupils() -> None:
    person, substitute, (pupil,) = teacher(), teacher("ROYER", "Anne"), pupils()
    named([pupil], person)

    name_substitute(
        factories.school_year(), person, substitute, start=DAY, end=EVE, by=factories.actor()
    )

    assert (seen(substitute, DAY), seen(substitute, LATER)) == ([1001], [])


@pytest.mark.parametrize("count", [1, 3])
def test_naming_referents_costs_the_same_for_one_pupil_or_three(count: int) -> None:
    first, second, found = teacher(), teacher("ROYER", "Anne"), pupils(count)
    named(found, first)
    year, by = factories.school_year(), factories.actor()

    with queries(6):
        name_referents(year, found, second, on=LATER, by=by)


@pytest.mark.parametrize("role", [Role.ENSEIGNANT, Role.ADMINISTRATEUR])
def test_only_heads_name_them(role: Role) -> None:
    by, place, person, found = factories.actor(role), factories.division(), teacher(), pupils()
    line = PrincipalTeacher.objects.create(
        staff=factories.staff(), division=place, start=DAY, by_hand=True
    )

    for write in (
        lambda: name_principal(place, person, start=DAY, by=by),
        lambda: end_principal(line, on=LATER, by=by),
        lambda: name_referents(place.school_year, found, person, on=DAY, by=by),
    ):
        with pytest.raises(NotAllowed):
            write()

    assert (PrincipalTeacher.objects.get(), told()) == (line, [])


@pytest.mark.django_db(transaction=True)
def test_two_heads_who_name_at_the_same_instant_leave_one_referent() -> None:
    by, year = factories.actor(), factories.school_year()
    people, (pupil,) = [teacher(), teacher("ROYER", "Anne")], pupils()

    at_once(
        *[
            lambda person=person: name_referents(year, [pupil], person, on=DAY, by=by)
            for person in people
        ]
    )

    assert PfmpReferent.objects.filter(end=None).count() == 1
    assert sorted(action for action, *_ in told()) == ["cree", "modifie"]
