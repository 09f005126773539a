"""Where pupils stand in a year, and stood the year before."""

from datetime import date

import pytest

import factories
from livretpro.schools.rules import APPRENTICE_STATUS
from livretpro.schools.standing import Standing, standings
from query_counts import queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3])
def test_two_queries_whatever_the_number_of_pupils(count: int) -> None:
    year = factories.school_year()
    for number in range(count):
        factories.enrolment(factories.student(2000 + number))

    with queries(2):
        found = standings(year.school, year)

    assert list(found) == [2000 + number for number in range(count)]


def test_a_pupil_with_the_year_before() -> None:
    school, year = factories.school(), factories.school_year()
    former = factories.school_year(year=factories.YEAR - 1)
    pupil = factories.student(ine="0123456789A")
    factories.enrolment(pupil, into=factories.division("1MELEC", year=former))
    factories.enrolment(
        pupil,
        into=factories.division("TMELEC", year=year),
        mef=factories.MEF_TERMINALE,
        level="terminale",
    )

    assert standings(school, year) == {
        1001: Standing(
            siecle_id=1001,
            student_id=pupil.pk,
            ine="0123456789A",
            last_name="MARTIN",
            first_name="Léa",
            mef=factories.MEF_TERMINALE,
            level="terminale",
            division="TMELEC",
            school_status=True,
            former_mef=factories.MEF_PREMIERE,
            former_level="premiere",
        )
    }


def test_who_left_has_no_division_and_an_apprentice_no_school_status() -> None:
    year = factories.school_year()
    factories.enrolment(factories.student(1), end=date(2025, 12, 1))
    factories.enrolment(factories.student(2), status=APPRENTICE_STATUS)

    found = standings(year.school, year)

    assert (found[1].division, found[1].school_status) == (None, True)
    assert (found[2].division, found[2].school_status) == ("1MELEC", False)


def test_the_last_enrolment_counts_and_other_pupils_are_left_aside() -> None:
    year = factories.school_year()
    pupil = factories.student()
    factories.enrolment(pupil, end=date(2025, 12, 1))
    factories.enrolment(pupil, into=factories.division("1CIEL"))
    factories.enrolment(factories.student(1002))
    elsewhere = factories.school(factories.OTHER_UAI)
    into = factories.division("1MELEC", year=factories.school_year(elsewhere))
    factories.enrolment(factories.student(1001, of=elsewhere), into=into)

    found = standings(year.school, year, [1001])

    assert [(one.siecle_id, one.division) for one in found.values()] == [(1001, "1CIEL")]
