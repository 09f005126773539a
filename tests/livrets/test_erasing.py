"""Emptying what the journal keeps of one pupil: all of it, nobody else’s, the chain valid."""

from pathlib import Path

import pytest
from django.utils import timezone

from livretpro.journal import actions as journal
from livretpro.journal.actions import Change
from livretpro.journal.keyring import journal_key
from livretpro.journal.models import Entry, EntryValues
from livretpro.journal.verification import verify
from livretpro.livrets.erasing import pupil_objects as livrets_of
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor, actor_of
from livretpro.schools.erasing import NotTheOperator, erase_pupil_trail, pupil_objects, values_kept
from livretpro.schools.models import Student
from livretpro.schools.rules import Role
from lycee import UAI, Lycee, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def lycee() -> Lycee:
    """1001 and 1002 hold a livret; 1001 had one in première too."""
    made = found({"1CIEL1": 1, "TCIEL1": 1})
    made.open_entry(Level.PREMIERE, Level.TERMINALE)
    made.fill(1001, 1002)
    made.next_year({"TCIEL1": 2})
    made.open_entry(Level.TERMINALE)
    made.fill(1001)
    return made


def pupil(number: int) -> Student:
    return Student.objects.get(siecle_id=number)


def erase(number: int, *, by: Actor) -> int:
    """Empty what the journal keeps of the pupil and of the pupil's livrets."""
    student = pupil(number)
    return erase_pupil_trail(student, [*pupil_objects(student), *livrets_of(student)], by=by)


def values_left(number: int) -> int:
    student = pupil(number)
    return values_kept(student, [*pupil_objects(student), *livrets_of(student)])


def kept() -> set[tuple[str, str]]:
    """The objects of which the journal still keeps values."""
    found = EntryValues.objects.filter(erased_by=None)
    return set(found.values_list("entry__kind", "entry__key"))


def test_a_pupil_is_emptied_everywhere_and_nobody_else(lycee: Lycee, tmp_path: Path) -> None:
    livrets = pupil(1001).livrets.values_list("pk", flat=True)
    own = {("eleve", "1001"), *(("livret", str(pk)) for pk in livrets)}
    before, counted = kept(), values_left(1001)

    erased = erase(1001, by=lycee.actor)

    assert (len(own), own <= before, erased) == (3, True, counted)
    assert kept() == before - own
    assert not any("AUBRY" in values.after for values in EntryValues.objects.all())
    assert verify(UAI, key=journal_key(), folder=tmp_path).valid


def test_what_is_empty_already_leaves_no_entry(lycee: Lycee) -> None:
    erase(1001, by=lycee.actor)
    entries = Entry.objects.count()

    assert erase(1001, by=lycee.actor) == 0
    assert (values_left(1001), Entry.objects.count()) == (0, entries)


def test_it_is_the_operator_s_alone(lycee: Lycee) -> None:
    head = actor_of(lycee.person(Role.CHEF), lycee.school.uai, on=timezone.localdate())

    with pytest.raises(NotTheOperator):
        erase(1001, by=head)


def test_what_was_told_under_a_former_number_goes_too(lycee: Lycee) -> None:
    journal.record(
        [Change("ajoute", "charge", f"{lycee.year.year}:1001", "référent", "", "PETIT")],
        school_uai=UAI,
        by=lycee.actor.author,
    )
    number = Change("modifie", "eleve", "9001", "identifiant SIECLE", "1001", "9001")
    journal.record([number], school_uai=UAI, by=lycee.actor.author)
    Student.objects.filter(siecle_id=1001).update(siecle_id=9001)

    erase(9001, by=lycee.actor)

    assert kept().isdisjoint({("eleve", "1001"), ("eleve", "9001")})
    assert ("charge", f"{lycee.year.year}:1001") not in kept()
