"""The year of the files, and the passage to the next one (spec 04, Common rules, Year)."""

from datetime import date

import pytest

import factories
from livretpro.schools.importing import preview
from livretpro.schools.importing.plan.years import year_to_close
from livretpro.schools.importing.refusal import Refused
from livretpro.schools.models import Division, Enrolment, School, SchoolYear, Student
from school_imports import (
    FIRST_DAY,
    LAST_DAY,
    TERMINALE,
    TODAY,
    attempt,
    codes,
    counts,
    imported,
    journal,
    many,
    of,
    pupils,
    stays,
)
from siecle_files import sts_xml

MEF = "2472552032"
NEXT = {"annee": 2026, "date_export": "20/08/2026"}


@pytest.mark.parametrize(
    ("current", "given", "closed"),
    [
        (None, 2020, None),
        (None, 2025, None),
        (None, 2031, None),
        (2025, 2025, None),
        (2025, 2026, 2025),
    ],
)
def test_years_that_are_taken_and_the_one_they_close(current, given, closed):
    assert year_to_close(given, current) == closed


@pytest.mark.parametrize(
    ("current", "given"), [(None, 2019), (2025, 2024), (2025, 2027), (2025, 2020)]
)
def test_any_other_year_is_refused_with_both_named(current, given):
    with pytest.raises(Refused) as refused:
        year_to_close(given, current)

    assert refused.value.refus.code == "annee"
    assert f"{given}-{given + 1}" in refused.value.refus.phrase
    assert f"{current or 2020}-{(current or 2020) + 1}" in refused.value.refus.phrase


@pytest.mark.django_db
class TestFirstYear:
    def test_the_first_file_sets_the_current_year_whatever_today_is(self):
        report = imported(pupils(of(1), annee=2022), on=date(2031, 1, 1))

        assert School.objects.get().current_year == 2022
        year = SchoolYear.objects.get()
        assert (year.start, year.end) == (date(2022, 9, 1), date(2023, 8, 31))
        assert (report.annee, report.demande_nouvelle_annee) == (2022, False)

    def test_a_refused_year_writes_nothing(self):
        report = attempt(pupils(of(1), annee=2019))

        assert report.refus.code == "annee"
        assert not SchoolYear.objects.exists()
        assert School.objects.get().current_year is None

    def test_sts_bounds_the_year(self):
        imported(pupils(of(1)))
        assert str(SchoolYear.objects.get()) == "2025-2026"

        imported(sts_xml(annee=2025))

        year = SchoolYear.objects.get()
        assert (year.start, year.end) == (FIRST_DAY, LAST_DAY)

    def test_bounds_of_sts_that_belong_to_another_year_are_left_out(self):
        imported(pupils(of(1), annee=2024))

        report = imported(sts_xml(annee=2024))

        year = SchoolYear.objects.get()
        assert (year.start, year.end) == (date(2024, 9, 1), date(2025, 8, 31))
        assert codes(report) == ["bornes_annee"]


@pytest.mark.django_db
class TestNewYear:
    """Files of the year that follows the current one."""

    def test_is_told_by_the_preview_and_not_written(self):
        imported(pupils(of(1)))
        school = School.objects.get()

        report = preview(school, [pupils(of(1), **NEXT)], on=TODAY)
        confirmed = preview(school, [pupils(of(1), **NEXT)], on=TODAY, nouvelle_annee=True)

        assert (report.demande_nouvelle_annee, report.annee) == (True, 2026)
        assert codes(report)[0] == "nouvelle_annee"
        assert "nouvelle_annee" not in codes(confirmed)
        assert SchoolYear.objects.count() == 1

    def test_asks_for_it_even_when_nothing_was_imported_in_the_former_one(self):
        school = factories.school(current_year=2025)

        report = preview(school, [pupils(of(1), **NEXT)], on=TODAY)

        assert report.demande_nouvelle_annee

    def test_is_refused_without_confirmation(self):
        imported(pupils(of(1)))
        before = stays(1)

        report = attempt(pupils(of(1), **NEXT))

        assert report.refus.code == "nouvelle_annee"
        assert stays(1) == before
        assert School.objects.get().current_year == 2025

    def test_opens_the_year_and_closes_the_former_at_its_end(self):
        imported(pupils(of(1), of(2)))

        report = imported(pupils(of(1, division="TMELEC"), of(3, PRENOM="Max"), **NEXT))

        assert School.objects.get().current_year == 2026
        assert stays(1) == [
            ("1MELEC", "ST", MEF, FIRST_DAY, LAST_DAY),
            ("TMELEC", "ST", MEF, date(2026, 9, 1), None),
        ]
        assert stays(2) == [("1MELEC", "ST", MEF, FIRST_DAY, LAST_DAY)]
        assert counts(report.eleves) == (1, 1, 1, 0)

    def test_says_what_closes(self):
        imported(pupils(of(1)))

        phrase = attempt(pupils(of(1), **NEXT)).refus.phrase

        assert phrase == (
            "Ces fichiers ouvrent l’année scolaire 2026-2027 et ferment l’année 2025-2026 : les "
            "enseignants n’y liront ni n’y écriront plus, seule la direction la consulte, et ses "
            "fichiers seront refusés. On ne revient pas en arrière : il faut le confirmer pour "
            "appliquer."
        )

    @pytest.mark.parametrize(("staying", "asks"), [(20, False), (18, False), (17, True)])
    def test_asks_twice_when_a_tenth_of_those_who_should_go_on_lack(self, staying, asks):
        leave = many(20, start=30, division="TMELEC", CODE_MEF=TERMINALE)
        leave += many(20, start=60, division="2CAP", CODE_MEF="24123432221")
        imported(pupils(*many(20), *leave))

        report = attempt(pupils(*many(staying), **NEXT), nouvelle_annee=True)

        assert report.demande_confirmation_departs is asks
        assert (report.departs_inattendus, report.attendus) == (20 - staying, 20)
        assert (School.objects.get().current_year == 2025) is asks
        assert (report.refus.phrase if report.refus else "") == asks * (
            "3 élèves manquent, sur les 20 de 2025-2026 qui n’étaient pas en dernière année : si "
            "l’export n’est ni tronqué, ni filtré, ni fait avant les affectations, il faut le "
            "confirmer pour appliquer."
        )

    def test_of_staff_alone_asks_nothing_of_pupils(self):
        imported(pupils(*many(20)))

        report = attempt(sts_xml(annee=2026), nouvelle_annee=True)

        assert (report.refus, report.departs_inattendus) == (None, 0)

    def test_of_staff_first_keeps_the_guard_for_the_pupils_who_come_next(self):
        imported(pupils(*many(20)))
        imported(sts_xml(annee=2026))
        half = pupils(*many(10), **NEXT)

        seen = preview(School.objects.get(), [half], on=TODAY)
        refused = attempt(half)
        done = attempt(half, confirmer_departs=True)

        assert (seen.attendus, seen.departs_inattendus) == (20, 10)
        assert refused.refus.code == "departs"
        assert (done.refus, done.eleves.counts()["partis"]) == (None, 10)
        assert done.eleves.back == ()
        assert attempt(half).eleves.counts()["inchanges"] == 10

    def test_leaves_the_rows_of_the_former_year_alone(self):
        imported(pupils(of(1), of(2)))
        imported(pupils(of(1), date_export="03/11/2025"))
        division = Division.objects.get()

        imported(pupils(of(1), **NEXT))

        assert stays(2) == [("1MELEC", "ST", MEF, FIRST_DAY, date(2025, 11, 3))]
        assert Enrolment.objects.filter(division=division).count() == 2
        assert Division.objects.exclude(pk=division.pk).get().code == "1MELEC"

    def test_tells_in_the_journal_what_changes_for_each_pupil(self):
        imported(pupils(of(1)))

        imported(pupils(of(1, division="TMELEC"), **NEXT))

        assert journal("eleve")[1:] == [
            ("modifie", "1", "année scolaire", "2025-2026", "2026-2027"),
            ("modifie", "1", "division", "1MELEC", "TMELEC"),
        ]

    def test_imported_again_changes_nothing(self):
        imported(pupils(of(1), of(2, PRENOM="Max")))
        imported(pupils(of(1), **NEXT))

        report = imported(pupils(of(1), **NEXT))

        assert counts(report.eleves) == (0, 0, 0, 1)
        assert not report.demande_nouvelle_annee

    def test_once_open_the_former_year_is_refused(self):
        imported(pupils(of(1)))
        imported(pupils(of(1), **NEXT))

        assert attempt(pupils(of(1))).refus.code == "annee"

    def test_a_pupil_away_for_a_whole_year_is_the_same_pupil(self):
        imported(pupils(of(1), of(2, PRENOM="Max")))
        imported(pupils(of(2, PRENOM="Max"), **NEXT))

        report = imported(pupils(of(1), of(2, PRENOM="Max"), annee=2027, date_export="15/09/2027"))

        assert [line.key for line in report.eleves.back] == ["1"]
        assert Student.objects.count() == 2


@pytest.mark.django_db
def test_the_export_of_july_is_dated_from_the_first_day_of_the_year():
    imported(pupils(of(1), of(2), date_export="01/07/2025"))

    imported(pupils(of(2), date_export="02/07/2025"))

    assert stays(1) == [("1MELEC", "ST", MEF, FIRST_DAY, FIRST_DAY)]


@pytest.mark.django_db
def test_without_a_date_of_export_changes_are_dated_from_today():
    imported(pupils(of(1), of(2)))

    imported(pupils(of(2), date_export=""), on=date(2025, 10, 7))

    assert stays(1)[0][4] == date(2025, 10, 7)
