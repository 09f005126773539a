"""What each field of ELEVE does (spec 04, table of ELEVE)."""

from datetime import date

import pytest

import factories
from livretpro.schools.models import Division, Enrolment, Student
from school_imports import (
    EXPORT_DAY,
    FIRST_DAY,
    LATER,
    LATER_DAY,
    PREMIERE,
    codes,
    counts,
    groups_of,
    imported,
    journal,
    of,
    pupils,
    stays,
)
from siecle_files import eleve

pytestmark = pytest.mark.django_db
MEF = "2472552032"


def test_a_new_pupil_is_added_with_a_division_and_an_enrolment():
    factories.mef()

    report = imported(pupils(of(1)))

    pupil = Student.objects.get()
    enrolment = pupil.enrolments.get()
    assert (pupil.siecle_id, pupil.ine) == (1, "0000000001A")
    assert (pupil.last_name, pupil.first_name) == ("MARTIN", "Léa")
    assert (pupil.name_key, pupil.first_name_key) == ("martin", "lea")
    assert pupil.birth_date == date(2009, 2, 14)
    assert stays(1) == [("1MELEC", "ST", MEF, FIRST_DAY, None)]
    assert (enrolment.mef_given, enrolment.cfd) == (PREMIERE, "40025520")
    assert (enrolment.level, enrolment.no_livret) == ("premiere", "")
    assert counts(report.eleves) == (1, 0, 0, 0)
    assert counts(report.divisions) == (1, 0, 0, 0)
    assert journal("eleve") == [("ajoute", "1", "", "", "MARTIN Léa")]


def test_the_enrolment_starts_on_the_day_of_entry_if_it_falls_in_the_year():
    imported(pupils(of(1, DATE_ENTREE="10/09/2025"), of(2, DATE_ENTREE="01/09/2023")))

    assert [stays(1)[0][3], stays(2)[0][3]] == [date(2025, 9, 10), FIRST_DAY]


def test_names_are_those_in_use_and_the_second_ine_is_the_former_one():
    imported(
        pupils(of(1, NOM_USAGE="LŒWE", ID_NATIONAL=None, INE_RNIE="111A", INE_BEA=None)),
    )
    imported(
        pupils(of(1, NOM_USAGE="LŒWE", ID_NATIONAL="0000000009Z", INE_BEA="0000000008Y")),
    )

    pupil = Student.objects.get()
    assert (pupil.last_name, pupil.name_key) == ("LŒWE", "loewe")
    assert (pupil.ine, pupil.former_ine) == ("0000000009Z", "0000000008Y")


def test_a_missing_ine_is_a_warning_and_the_pupil_is_kept():
    report = imported(pupils(of(1, ID_NATIONAL=None)))

    warning = next(a for a in report.avertissements if a.code == "ine_absent")
    assert (warning.eleve_id, warning.ligne) == (1, 10)
    assert warning.phrase == ("MARTIN Léa (élève 1) : l’INE manque, l’élève est importé sans INE.")
    assert Student.objects.get().ine == ""


def test_a_known_ine_is_not_lost_when_the_file_no_longer_gives_it():
    imported(pupils(of(1)))

    report = imported(pupils(of(1, ID_NATIONAL=None)))

    assert Student.objects.get().ine == "0000000001A"
    assert counts(report.eleves) == (0, 0, 0, 1)


def test_a_missing_status_is_school_status_with_a_warning():
    report = imported(pupils(of(1, CODE_STATUT=None)))

    assert codes(report) == ["statut_absent"]
    assert stays(1)[0][1] == "ST"


@pytest.mark.parametrize("status", ["AP", "FQ"])
def test_other_statuses_are_kept_as_given_and_have_no_livret(status):
    factories.mef()

    report = imported(pupils(of(1, CODE_STATUT=status)))

    assert codes(report) == []
    assert stays(1)[0][1] == status
    assert Enrolment.objects.get().has_livret is False


def test_a_pupil_in_two_divisions_is_refused_not_the_file():
    report = imported(pupils(of(1), eleve(2, divisions=["1MELEC", "1TNE"])))

    assert codes(report) == ["deux_divisions"]
    assert [s.siecle_id for s in Student.objects.all()] == [1]
    assert counts(report.eleves) == (1, 0, 0, 0)
    assert [d.code for d in Division.objects.all()] == ["1MELEC"]


def test_a_known_pupil_refused_for_two_divisions_stays_as_before():
    imported(pupils(of(1)))
    before = stays(1)

    report = imported(pupils(eleve(1, divisions=["1MELEC", "1TNE"])))

    assert stays(1) == before
    assert counts(report.eleves) == (0, 0, 0, 1)
    assert not report.demande_confirmation_departs


@pytest.mark.parametrize("code", ["Inactifs", "INACTIFS", "inactifs"])
def test_a_pupil_of_inactifs_is_not_enrolled(code):
    report = imported(pupils(of(1), of(2, division=code)))

    assert [s.siecle_id for s in Student.objects.all()] == [1]
    assert [d.code for d in Division.objects.all()] == ["1MELEC"]
    assert (counts(report.eleves), codes(report)) == ((1, 0, 0, 0), [])


def test_a_known_pupil_put_in_inactifs_has_left():
    imported(pupils(of(1), of(2)))

    report = imported(pupils(of(1), of(2, division="Inactifs"), date_export=LATER))

    assert counts(report.eleves) == (0, 0, 1, 1)
    assert stays(2) == [("1MELEC", "ST", MEF, FIRST_DAY, LATER_DAY)]


def test_a_pupil_without_division_is_kept_without_division():
    report = imported(pupils(of(1, division="")))

    assert codes(report) == ["division_absente"]
    assert stays(1) == [("", "ST", MEF, FIRST_DAY, None)]


def test_a_pupil_who_left_before_being_known_is_not_created():
    report = imported(pupils(of(1), of(2, DATE_SORTIE="12/09/2025")))

    assert [s.siecle_id for s in Student.objects.all()] == [1]
    assert counts(report.eleves) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("given", "end"),
    [
        ("12/09/2025", date(2025, 9, 12)),
        ("30/06/2026", date(2026, 6, 30)),
        ("30/06/2027", date(2026, 8, 31)),
        ("01/01/2020", FIRST_DAY),
    ],
)
def test_a_date_of_departure_closes_even_in_the_future_inside_the_year(given, end):
    imported(pupils(of(1), of(2)))

    report = imported(pupils(of(1, DATE_SORTIE=given), of(2)))

    assert stays(1) == [("1MELEC", "ST", MEF, FIRST_DAY, end)]
    assert counts(report.eleves) == (0, 0, 1, 1)
    assert journal("eleve")[-1] == ("clot", "1", "fin", "", f"{end:%d/%m/%Y}")


def test_a_date_of_departure_given_afterwards_corrects_the_end():
    imported(pupils(of(1), of(2)))
    imported(pupils(of(2)))
    assert stays(1)[0][4] == EXPORT_DAY

    report = imported(pupils(of(1, DATE_SORTIE="10/09/2025"), of(2)))
    again = imported(pupils(of(1, DATE_SORTIE="10/09/2025"), of(2)))

    assert stays(1)[0][4] == date(2025, 9, 10)
    assert counts(report.eleves) == (0, 1, 0, 1)
    assert counts(again.eleves) == (0, 0, 0, 1)


def test_groups_of_a_pupil_follow_the_file():
    imported(pupils(eleve(1, divisions=["1MELEC"], groupes=["G1", "G2"])))

    report = imported(pupils(eleve(1, divisions=["1MELEC"], groupes=["G2", "G3"])))

    assert groups_of(1) == ["G2", "G3"]
    assert journal("eleve")[-1] == ("modifie", "1", "groupes", "G1, G2", "G2, G3")
    assert len(stays(1)) == 1
    assert counts(report.eleves) == (0, 1, 0, 0)


def test_last_year_is_kept_for_n_1_and_does_not_open_another_enrolment():
    imported(pupils(of(1)))
    last = {"CODE_MEF": "24725520310", "CODE_STRUCTURE": "2MELEC", "CODE_RNE": "0990001N"}

    imported(pupils(of(1, an_dernier=last)))

    enrolment = Enrolment.objects.get()
    assert enrolment.last_year_mef == "24725520310"
    assert (enrolment.last_year_division, enrolment.last_year_uai) == ("2MELEC", "0990001N")
    assert enrolment.end is None


@pytest.mark.parametrize(
    "champs",
    [
        {"NOM_DE_FAMILLE": "N" * 101},
        {"PRENOM": "P" * 101},
        {"CODE_STATUT": "STATUT"},
        {"division": "123456789"},
        {"an_dernier": {"CODE_STRUCTURE": "123456789"}},
    ],
)
def test_a_text_too_long_is_never_cut_the_pupil_is_refused(champs):
    report = imported(pupils(of(1, **champs), of(2)))

    assert codes(report) == ["texte_trop_long"]
    assert [s.siecle_id for s in Student.objects.all()] == [2]


def test_what_the_reading_of_the_file_says_is_a_warning():
    report = imported(pupils(of(1, DATE_NAISS="30/02/2009")))

    assert codes(report) == ["date_invalide"]
    assert Student.objects.get().birth_date is None
