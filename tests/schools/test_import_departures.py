"""A truncated or filtered export must not close half the school (spec 04, Import)."""

import pytest

from livretpro.schools.importing import preview
from livretpro.schools.models import Enrolment, School
from school_imports import TODAY, attempt, codes, counts, imported, many, of, pupils
from siecle_files import structures_xml, sts_xml

pytestmark = pytest.mark.django_db


@pytest.fixture
def twenty_pupils():
    """Twenty pupils of one division."""
    imported(pupils(*many(20)))


def present():
    return Enrolment.objects.present().count()


@pytest.mark.parametrize(("staying", "asks"), [(20, False), (18, False), (17, True)])
def test_more_than_a_tenth_of_the_pupils_asks_for_a_confirmation(twenty_pupils, staying, asks):
    report = preview(School.objects.get(), [pupils(*many(staying))], on=TODAY)

    assert report.demande_confirmation_departs is asks
    assert (report.departs, report.presents) == (20 - staying, 20)
    assert codes(report) == ["departs"] * asks


def test_what_would_leave_is_refused_without_confirmation_and_nothing_is_written(twenty_pupils):
    report = attempt(pupils(*many(10)))

    assert report.refus.code == "departs"
    assert report.refus.phrase == (
        "10 élèves partiraient sur 20. Si l’export n’est ni tronqué ni filtré, "
        "il faut le confirmer pour appliquer."
    )
    assert present() == 20


def test_what_would_leave_leaves_once_confirmed(twenty_pupils):
    report = attempt(pupils(*many(10)), confirmer_departs=True)

    assert report.refus is None
    assert counts(report.eleves) == (0, 0, 10, 10)
    assert present() == 10


def test_a_division_that_would_empty_asks_for_a_confirmation():
    imported(pupils(*many(20), of(30, division="1TNE")))

    report = attempt(pupils(*many(20)))

    assert report.refus.code == "departs"
    assert report.refus.phrase.startswith("1 élève partirait sur 21 ; se viderait : 1TNE.")
    assert (report.divisions_videes, report.divisions.partis) == (("1TNE",), 1)
    assert present() == 21


def test_a_division_whose_pupils_all_move_would_empty_too():
    imported(pupils(*many(20)))

    report = attempt(pupils(*many(20, division="1ELEC")))

    assert (report.refus.code, report.departs) == ("departs", 0)
    assert report.divisions_videes == ("1MELEC",)


def test_a_division_that_others_join_does_not_empty():
    imported(pupils(*many(20), of(30, division="1TNE")))

    report = attempt(pupils(*many(19), of(20, division="1TNE", NOM_DE_FAMILLE="NOM20")))

    assert report.refus is None
    assert report.divisions_videes == ()


def test_a_file_of_staff_or_structures_alone_makes_nobody_leave(twenty_pupils):
    report = attempt(sts_xml(), structures_xml())

    assert report.refus is None
    assert (counts(report.eleves), report.divisions_videes) == ((0, 0, 0, 0), ())
    assert present() == 20
