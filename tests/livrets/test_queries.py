"""Reading livrets: what a sheet holds, last year's groups, and what it all costs."""

from datetime import date
from decimal import Decimal

import pytest

import factories
import livret_factories as make
from livretpro.livrets.actions import record
from livretpro.livrets.groups import groups
from livretpro.livrets.models import Livret
from livretpro.livrets.queries import former_premieres, sheets
from livretpro.schools.rules import APPRENTICE_STATUS
from query_counts import queries

pytestmark = pytest.mark.django_db


def the_sheet(enrolment):
    return sheets([enrolment], enrolment.school_year)[0]


def test_a_pupil_of_whom_nothing_was_entered_has_an_empty_sheet() -> None:
    room = make.classroom()

    found = the_sheet(room.first)

    assert (found.livret_id, found.content.started, found.status.colour) == (None, False, "rouge")
    assert [c.code for c in found.content.expected] == ["C1", "C2", "C3"]
    assert found.content.kind == "T"
    assert found.referentiel == room.diploma.referentiel


def test_a_sheet_without_periodicity_nor_referentiel_says_so() -> None:
    make.diploma(loaded=False)

    found = the_sheet(make.pupil())

    assert (found.content.kind, found.referentiel, found.content.expected) == (None, None, ())


def test_what_the_referentiel_becomes_does_not_change_an_open_livret() -> None:
    room = make.classroom(2)
    record(room.first, "appreciation", "Bien.", by=room.head)
    newer = make.referentiel(version=2)
    newer.competences.filter(code="C3").update(expected=False)
    room.diploma.referentiel = newer
    room.diploma.save()

    opened, not_opened = sheets(room.pupils, room.year)

    assert [c.code for c in opened.content.expected] == ["C1", "C2", "C3"]
    assert [c.code for c in not_opened.content.expected] == ["C1", "C2"]


def test_a_livret_of_another_diploma_of_the_year_is_left_alone() -> None:
    room = make.classroom()
    make.typed(room.first, make.FULL)
    room.first.cfd = make.diploma("40025519").cfd
    room.first.save()

    found = the_sheet(room.first)

    assert (found.livret_id, found.content.started) == (None, False)
    assert Livret.objects.count() == 1


@pytest.mark.parametrize("pupils", [1, 3])
def test_sheets_cost_five_queries(pupils) -> None:
    room = make.classroom(pupils)
    for pupil in room.pupils:
        make.typed(pupil, make.FULL)

    with queries(5):
        found = sheets(room.pupils, room.year)
        colours = [s.status.colour for s in found]
        labels = [s.referentiel.label for s in found]

    assert colours == ["vert"] * pupils
    assert labels == ["melec"] * pupils


@pytest.mark.parametrize("pupils", [1, 3])
def test_sheets_cost_four_queries_when_the_diploma_is_known(pupils) -> None:
    room = make.classroom(pupils)
    for pupil in room.pupils:
        make.typed(pupil, make.FULL)

    with queries(4):
        sheets(room.pupils, room.year, known={room.diploma.cfd: room.diploma})


def test_figures_count_those_who_have_an_average() -> None:
    room = make.classroom(4)
    record(room.pupils[0], "moyenne_1", "7,99", by=room.head)
    record(room.pupils[1], "moyenne_1", "8", by=room.head)
    record(room.pupils[2], "moyenne_1", "NN", by=room.head)

    found = groups(room.year, [factories.CFD]).of(room.first).figures

    assert (found.count, found.average) == (2, Decimal("8.00"))
    assert (found.below_8, found.from_8_to_12, found.from_12) == (
        Decimal("50.00"),
        Decimal("50.00"),
        Decimal("0.00"),
    )


class LastYear:
    """Pupils 1 to 3 were in 1MELEC last year; 1 is in TMELEC now."""

    def __init__(self) -> None:
        self.room = make.classroom()
        self.year = factories.school_year(year=factories.YEAR - 1)
        self.place = factories.division("1MELEC", year=self.year)
        make.periodicity("S", level="premiere", year=self.year)
        self.former = [self.enrol(number) for number in (1, 2, 3)]

    def enrol(self, number, *, into=None, **changes):
        dates = {"end": self.year.end, **changes}
        return make.pupil(number, into=into or self.place, mef=factories.MEF_PREMIERE, **dates)

    def livrets(self):
        return former_premieres({self.room.first.student_id}, self.room.year)

    def headcount(self):
        [own] = self.livrets()
        return groups(self.year, [factories.CFD]).of(own.enrolment).headcount


def test_the_group_of_last_year_is_whole_whoever_is_asked_for() -> None:
    last = LastYear()

    assert last.headcount() == 3
    assert [s.content.kind for s in last.livrets()] == ["S"]


def test_a_pupil_who_left_last_year_counts_as_of_the_last_day() -> None:
    last = LastYear()
    last.enrol(4, end=date(2025, 1, 10))

    assert last.headcount() == 4


def test_a_pupil_who_changed_division_last_year_counts_in_the_last_one() -> None:
    last = LastYear()
    elsewhere = factories.division("1MELEC2", year=last.year)
    mover = last.former[2]
    mover.end = date(2025, 1, 10)
    mover.save()
    now = make.pupil(3, into=elsewhere, mef=factories.MEF_PREMIERE)
    now.start = date(2025, 1, 11)
    now.save()

    assert last.headcount() == 2


@pytest.mark.parametrize("number", [1, 3])
def test_who_ended_last_year_as_an_apprentice_has_no_livret_there(number: int) -> None:
    last = LastYear()
    turned = last.former[number - 1]
    turned.end = date(2025, 1, 10)
    turned.save()
    now = last.enrol(number, status=APPRENTICE_STATUS)
    now.start = date(2025, 1, 11)
    now.save()

    assert len(last.livrets()) == (number != 1)
    if last.livrets():
        assert last.headcount() == 2


def test_a_repeating_pupil_of_terminale_has_no_group() -> None:
    last = LastYear()
    Livret.objects.all().delete()
    for enrolment in last.former:
        enrolment.level, enrolment.mef = "terminale", factories.MEF_TERMINALE
        enrolment.save()

    assert last.livrets() == []


def test_a_school_without_last_year_has_no_group() -> None:
    room = make.classroom()

    with queries(1):
        found = former_premieres({room.first.student_id}, room.year)

    assert found == []


@pytest.mark.parametrize("more", [0, 2])
def test_last_years_livrets_cost_seven_queries(more) -> None:
    last = LastYear()
    for number in range(more):
        last.enrol(10 + number)
    for enrolment in last.former:
        record(enrolment, "appreciation", "Bien.", by=last.room.head)

    with queries(7):
        last.livrets()
