"""The groups whose figures a livret shows: declared ones, else the division."""

from datetime import date
from decimal import Decimal

import pytest

import factories
import livret_factories as make
from livretpro.livrets.actions import record
from livretpro.livrets.groups import TeachingGroup, groups
from livretpro.livrets.queries import sheets
from livretpro.referentiels.rules import Level
from livretpro.schools.groups import declare_group, make_group, track_groups, undeclare_group
from livretpro.schools.models import DeclaredGroup, Division, Enrolment, Group, GroupMember
from query_counts import queries

pytestmark = pytest.mark.django_db


class TwoClasses:
    """TMELEC: pupils 1 to 4, averages 4, 8, 12 and 16; TMELEC2: pupils 5 and 6, 6 and none."""

    def __init__(self) -> None:
        self.room = make.classroom(4)
        self.other = factories.division("TMELEC2")
        self.more = [make.pupil(number, into=self.other) for number in (5, 6)]
        self.pupils = [*self.room.pupils, *self.more]
        for pupil, mark in zip(self.pupils, ("4", "8", "12", "16", "6"), strict=False):
            record(pupil, "moyenne_1", mark, by=self.room.head)

    def group(self, code: str, *ranks: int) -> Group:
        """A group of SIECLE with these pupils."""
        made = Group.objects.create(school_year=self.room.year, code=code)
        for rank in ranks:
            GroupMember.objects.create(group=made, student=self.pupils[rank - 1].student)
        return made

    def declared(self, code: str, *ranks: int) -> DeclaredGroup:
        """The same, declared."""
        group = self.group(code, *ranks)
        return declare_group(
            self.room.year, factories.CFD, Level.TERMINALE, group, by=self.room.head
        )

    def free(self, name: str, *ranks: int) -> DeclaredGroup:
        """A group made on screen."""
        students = {self.pupils[rank - 1].student_id for rank in ranks}
        return make_group(
            self.room.year, factories.CFD, Level.TERMINALE, name, students, by=self.room.head
        )

    def of(self, rank: int) -> tuple[str, int, int, str]:
        """The group of a pupil: name, headcount, counted, average."""
        found = groups(self.room.year, [factories.CFD]).of(self.pupils[rank - 1])
        return told(found)

    def in_division(self, division: Division) -> list[tuple[str, int, int, str]]:
        """The groups shown for a division."""
        found = groups(self.room.year, [factories.CFD])
        return [told(g) for g in found.in_division(division.pk, factories.CFD, Level.TERMINALE)]


def told(group: TeachingGroup) -> tuple[str, int, int, str]:
    figures = group.figures
    return (
        group.name,
        group.headcount,
        figures.count if figures else 0,
        str(figures.average) if figures else "",
    )


DIVISION, OTHER = ("", 4, 4, "10.00"), ("", 2, 1, "6.00")


@pytest.fixture
def two() -> TwoClasses:
    return TwoClasses()


def test_without_declaration_the_group_is_the_division(two: TwoClasses) -> None:
    two.group("GR1", 1, 2)

    assert (two.of(1), two.of(6)) == (DIVISION, OTHER)
    assert two.in_division(two.room.division) == [DIVISION]


def test_a_declared_group_of_siecle_counts_its_pupils_across_divisions(two: TwoClasses) -> None:
    two.declared("GR1", 1, 2, 5, 6)

    assert [two.of(rank) for rank in (1, 5)] == [("GR1", 4, 3, "6.00")] * 2


def test_who_is_in_no_declared_group_falls_back_on_the_whole_division(two: TwoClasses) -> None:
    two.declared("GR1", 1, 2)

    assert two.of(3) == DIVISION
    assert two.in_division(two.room.division) == [("GR1", 2, 2, "6.00"), DIVISION]


def test_a_division_wholly_in_declared_groups_shows_them_alone(two: TwoClasses) -> None:
    two.free("Atelier B", 3, 4)
    two.declared("GR1", 1, 2, 5, 6)

    assert two.in_division(two.room.division) == [
        ("Atelier B", 2, 2, "14.00"),
        ("GR1", 4, 3, "6.00"),
    ]


def test_undeclared_the_figures_are_those_of_the_division_again(two: TwoClasses) -> None:
    declared = two.declared("GR1", 1, 2)

    undeclare_group(declared, by=two.room.head)

    assert two.of(1) == DIVISION


def test_figures_keep_to_the_diploma_and_the_level(two: TwoClasses) -> None:
    first = make.pupil(9, into=factories.division("1MELEC"), mef=factories.MEF_PREMIERE)
    two.pupils.append(first)
    two.declared("GR1", 1, 2, 7)

    assert two.of(1) == ("GR1", 2, 2, "6.00")
    assert two.of(7) == ("", 1, 0, "")


def test_a_pupil_gone_no_longer_counts_this_year(two: TwoClasses) -> None:
    two.free("Atelier A", 1, 2)
    Enrolment.objects.filter(pk=two.pupils[0].pk).update(end=date(2026, 1, 5))

    assert two.of(2) == ("Atelier A", 1, 1, "8.00")
    assert two.of(3) == ("", 3, 3, "12.00")


def test_a_pupil_moved_by_siecle_follows_unless_ticked_in_a_free_group(two: TwoClasses) -> None:
    two.free("Atelier A", 3)
    declared = two.declared("GR1", 1)
    assert declared.group
    for rank in (2, 3):
        GroupMember.objects.create(group=declared.group, student=two.pupils[rank - 1].student)

    [track] = track_groups(two.room.year, factories.CFD)
    lines = {str(line.declared): line for line in track.declared}

    assert [two.of(rank)[0] for rank in (1, 2, 3)] == ["GR1", "GR1", "Atelier A"]
    assert [e.student.siecle_id for e in lines["GR1"].elsewhere] == [1003]


def test_two_groups_of_siecle_that_share_a_pupil_later_count_him_in_the_oldest(
    two: TwoClasses,
) -> None:
    two.declared("GR2", 1)
    second = two.declared("GR1", 2)
    assert second.group
    GroupMember.objects.create(group=second.group, student=two.pupils[0].student)

    assert (two.of(1), two.of(2)) == (("GR2", 1, 1, "4.00"), ("GR1", 1, 1, "8.00"))


def test_a_sheet_already_read_counts_with_its_own_average(two: TwoClasses) -> None:
    read = sheets(two.room.pupils, two.room.year)
    record(two.pupils[0], "moyenne_1", "20", by=two.room.head, replaced="4,00")

    found = groups(two.room.year, [factories.CFD], read=read).of(two.pupils[0])

    assert told(found) == DIVISION
    assert two.of(1) == ("", 4, 4, "14.00")


def test_figures_are_exact_over_periods_that_do_not_divide() -> None:
    room = make.classroom(1)
    for period, mark in ((1, "10"), (2, "10"), (3, "11")):
        record(room.first, f"moyenne_{period}", mark, by=room.head)

    found = groups(room.year, [factories.CFD]).of(room.first)

    assert found.annuals == (sheets([room.first], room.year)[0].annual,)
    assert found.figures
    assert found.figures.average == Decimal("10.33")


@pytest.mark.parametrize("declared", [False, True])
def test_groups_cost_one_query(two: TwoClasses, *, declared: bool) -> None:
    if declared:
        two.declared("GR1", 1, 5)
        two.free("Atelier A", 2, 3)

    with queries(1):
        found = groups(two.room.year, [factories.CFD])
        _ = [found.of(pupil).figures for pupil in two.pupils]


@pytest.mark.parametrize("more", [0, 2])
def test_the_groups_of_a_diploma_cost_four_queries(two: TwoClasses, more: int) -> None:
    two.declared("GR1", 1, 5)
    for number in range(more):
        two.free(f"Atelier {number}", 2 + number)

    with queries(4):
        [found] = track_groups(two.room.year, factories.CFD)
        _ = [str(line.declared) for line in found.declared]
