"""Who teaches a service: by hand, as STS says, and what it opens at the next request."""

from dataclasses import dataclass, replace

import pytest

import bulletin_factories as made
import factories
from livretpro.bulletins.actions.services import group_services
from livretpro.bulletins.actions.teachers import add_teacher, follow_sts, remove_teacher
from livretpro.bulletins.models import Service
from livretpro.bulletins.permissions import can_write_in
from livretpro.bulletins.queries.teachers import teacher_changes
from livretpro.bulletins.refusals import BadChoice, NotAllowed
from livretpro.journal.models import Entry
from livretpro.schools.models import Division, Staff
from livretpro.schools.models import Service as StsService
from livretpro.schools.rules import Role

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Room:
    """A division whose vocational service `old` teaches."""

    division: Division
    service: Service
    old: Staff
    new: Staff

    def names(self, service: Service | None = None) -> list[str]:
        return [one.last_name for one in (service or self.service).teachers.order_by("pk")]

    def sts(self, *people: Staff, code: str = "071100") -> None:
        row = StsService.objects.create(
            school_year=self.division.school_year, division=self.division, subject_code=code
        )
        for person in people:
            row.service_teachers.create(staff=person)


@pytest.fixture
def room() -> Room:
    old, new = factories.staff("ANCIEN"), factories.staff("NOUVEAU")
    division = factories.division()
    return Room(division, made.service(into=division, teachers=(old,)), old, new)


def test_a_teacher_added_writes_and_one_removed_does_not(room: Room) -> None:
    user = factories.user("ancien")
    Staff.objects.filter(pk=room.old.pk).update(user=user)
    teacher = replace(factories.actor(Role.ENSEIGNANT), user=user)
    before = can_write_in(teacher, room.service)

    add_teacher(room.service, room.new.pk, by=factories.actor())
    remove_teacher(room.service, room.old.pk, by=factories.actor())

    assert (before, can_write_in(teacher, room.service)) == (True, False)
    assert room.names() == ["NOUVEAU"]
    last = Entry.objects.order_by("pk").last()
    assert last is not None
    assert (last.kind, last.key, last.field) == (
        "service_bulletin",
        str(room.service.pk),
        "enseignants",
    )


def test_nothing_done_twice_is_told(room: Room) -> None:
    by = factories.actor()

    done = [add_teacher(room.service, room.new.pk, by=by) for _ in range(2)]
    gone = [remove_teacher(room.service, room.old.pk, by=by) for _ in range(2)]

    assert (done, gone) == ([True, False], [True, False])
    assert Entry.objects.count() == 2


def test_the_generic_service_and_the_one_of_an_import_follow(room: Room) -> None:
    by = factories.actor()
    other = made.service(into=room.division, label="Atelier", teachers=(room.old,))
    generic = group_services(room.division, by=by)
    imported = made.service(into=room.division, label="CPRO", generated=True, teachers=(room.old,))

    add_teacher(room.service, room.new.pk, by=by)
    remove_teacher(room.service, room.old.pk, by=by)
    still = (room.names(generic), room.names(imported))
    remove_teacher(other, room.old.pk, by=by)

    assert still == (["ANCIEN", "NOUVEAU"], ["ANCIEN", "NOUVEAU"])
    assert (room.names(generic), room.names(imported)) == (["NOUVEAU"], ["NOUVEAU"])


def test_who_left_the_school_or_is_of_another_one_is_not_added(room: Room) -> None:
    Staff.objects.filter(pk=room.new.pk).update(gone_on="2025-10-01")
    stranger = factories.staff("AILLEURS", of=factories.school("0990002P"))

    for person in (room.new, stranger):
        with pytest.raises(BadChoice):
            add_teacher(room.service, person.pk, by=factories.actor())
    with pytest.raises(NotAllowed):
        add_teacher(room.service, room.old.pk, by=factories.actor(Role.ENSEIGNANT))

    assert room.names() == ["ANCIEN"]


def test_what_sts_says_is_proposed_then_applied_as_confirmed(room: Room) -> None:
    year, by = room.division.school_year, factories.actor()
    by_hand = factories.staff("RENFORT")
    add_teacher(room.service, by_hand.pk, by=by)
    room.sts(room.new)

    (proposed,) = teacher_changes(year, by=by)
    count = follow_sts(
        year,
        added={(room.service.pk, room.new.pk)},
        gone={(room.service.pk, room.old.pk), (room.service.pk, room.new.pk)},
        by=by,
    )

    assert (proposed.added, proposed.gone) == ((room.new,), (room.old, by_hand))
    assert (count, room.names()) == (2, ["NOUVEAU", "RENFORT"])


def test_a_service_that_sts_leaves_without_teacher_keeps_who_is_in_the_school(room: Room) -> None:
    room.sts()
    year, by = room.division.school_year, factories.actor()

    kept = teacher_changes(year, by=by)
    Staff.objects.filter(pk=room.old.pk).update(gone_on="2025-10-01")
    (left,) = teacher_changes(year, by=by)

    assert (kept, left.gone) == ([], (room.old,))


def test_which_service_sts_means_is_never_guessed(room: Room) -> None:
    made.service(into=room.division, label="Atelier")
    room.sts(room.new)

    assert teacher_changes(room.division.school_year, by=factories.actor()) == []
