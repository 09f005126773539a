"""The pupils a save may reach are those a page shows (spec 02, Who may write what)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

import factories
from livret_factories import Classroom, classroom
from livretpro.accounts.models import User
from livretpro.schools.actors import Actor, actor_of
from livretpro.schools.models import Enrolment
from livretpro.schools.queries import pupils_at, pupils_of_division
from web.suivi.class_people import chef, principal, referent, teacher, teacher_elsewhere

pytestmark = pytest.mark.django_db
Person = Callable[[Classroom], User]
PEOPLE = [lambda _: chef(), teacher, principal, referent, teacher_elsewhere]
NAMES = ["head", "speciality", "principal", "référent", "elsewhere"]


@pytest.fixture
def room() -> Classroom:
    return classroom(3)


def acting(person: User) -> Actor:
    actor = actor_of(person, factories.UAI, on=timezone.localdate())
    assert actor
    return actor


@pytest.mark.parametrize("person", PEOPLE, ids=NAMES)
def test_a_save_reaches_whom_the_person_sees(room: Classroom, person: Person) -> None:
    actor = acting(person(room))
    everybody = Enrolment.objects.all()

    seen = set(Enrolment.objects.visible_to(actor))
    own = pupils_at(
        actor, room.division.pk, room.diploma.cfd, room.year.year, among=[e.pk for e in everybody]
    )

    assert {one for one in everybody if actor.sees(one)} == seen
    assert set(own) == set(pupils_of_division(actor, room.division))


def test_who_left_and_another_division_are_not_reached_an_apprentice_is(room: Classroom) -> None:
    gone, apprentice, moved = Enrolment.objects.order_by("pk")
    Enrolment.objects.filter(pk=gone.pk).update(end=date(2025, 12, 1))
    Enrolment.objects.filter(pk=apprentice.pk).update(status="AP")
    Enrolment.objects.filter(pk=moved.pk).update(division=factories.division("TAUTRE"))

    found = pupils_at(
        acting(chef()),
        room.division.pk,
        room.diploma.cfd,
        room.year.year,
        among=[gone.pk, apprentice.pk, moved.pk, 10**30],
    )

    assert found == [apprentice]
