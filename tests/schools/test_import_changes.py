"""Changes in the middle of the year, and who is the same pupil (spec 04, Import)."""

from datetime import date

import pytest

import factories
from livretpro.schools.models import Enrolment, Student
from school_imports import (
    FIRST_DAY,
    LATER,
    LATER_DAY,
    PREMIERE,
    TERMINALE,
    codes,
    counts,
    imported,
    journal,
    of,
    pupils,
    stays,
)

pytestmark = pytest.mark.django_db
MEF, MEF_TERMINALE = "2472552032", "2472552033"


def test_another_division_closes_the_enrolment_and_opens_the_next():
    imported(pupils(of(1), of(2), of(3, division="1TNE")))

    report = imported(
        pupils(of(1), of(2, division="1TNE"), of(3, division="1TNE"), date_export=LATER)
    )

    assert stays(2) == [
        ("1MELEC", "ST", MEF, FIRST_DAY, LATER_DAY),
        ("1TNE", "ST", MEF, LATER_DAY, None),
    ]
    assert [(line.key, line.place) for line in report.eleves.moved] == [("2", "1TNE")]
    assert counts(report.eleves) == (0, 1, 0, 2)
    assert journal("eleve")[-1] == ("modifie", "2", "division", "1MELEC", "1TNE")


def test_another_level_closes_the_enrolment_and_opens_the_next():
    factories.mef()
    factories.mef(MEF_TERMINALE)
    imported(pupils(of(1)))

    imported(pupils(of(1, CODE_MEF=TERMINALE), date_export=LATER))

    assert stays(1) == [
        ("1MELEC", "ST", MEF, FIRST_DAY, LATER_DAY),
        ("1MELEC", "ST", MEF_TERMINALE, LATER_DAY, None),
    ]
    assert [e.level for e in Enrolment.objects.order_by("pk")] == ["premiere", "terminale"]


def test_an_apprentice_who_comes_back_to_school_status_has_three_enrolments():
    imported(pupils(of(1)))
    imported(pupils(of(1, CODE_STATUT="AP"), date_export=LATER))

    report = imported(pupils(of(1), date_export="05/01/2026"))

    back = date(2026, 1, 5)
    assert stays(1) == [
        ("1MELEC", "ST", MEF, FIRST_DAY, LATER_DAY),
        ("1MELEC", "AP", MEF, LATER_DAY, back),
        ("1MELEC", "ST", MEF, back, None),
    ]
    assert counts(report.eleves) == (0, 1, 0, 0)
    assert Student.objects.count() == 1


def test_a_change_exported_before_the_enrolment_starts_is_dated_from_its_start():
    imported(pupils(of(1, DATE_ENTREE="10/11/2025"), of(2)))

    imported(pupils(of(1, DATE_ENTREE="10/11/2025", division="1TNE"), of(2), date_export=LATER))

    start = date(2025, 11, 10)
    assert [stay[3:] for stay in stays(1)] == [(start, start), (start, None)]


@pytest.mark.parametrize(
    ("champs", "field", "before", "after"),
    [
        ({"NOM_DE_FAMILLE": "DURAND"}, "nom", "MARTIN", "DURAND"),
        ({"PRENOM": "Léo"}, "prénom", "Léa", "Léo"),
        ({"DATE_NAISS": "15/02/2009"}, "date de naissance", "14/02/2009", "15/02/2009"),
        ({"ID_NATIONAL": "0000000009Z"}, "INE", "0000000001A", "0000000009Z"),
    ],
)
def test_a_change_of_person_is_told_field_by_field_in_the_same_enrolment(
    champs, field, before, after
):
    imported(pupils(of(1)))

    report = imported(pupils(of(1, **champs), date_export=LATER))

    line = report.eleves.changed[0]
    assert [(c.field, c.before, c.after) for c in line.changes] == [(field, before, after)]
    assert journal("eleve")[1:] == [("modifie", "1", field, before, after)]
    assert [stay[4] for stay in stays(1)] == [None]


def test_a_changed_name_is_sorted_under_its_new_key():
    imported(pupils(of(1)))

    imported(pupils(of(1, NOM_DE_FAMILLE="D'ALMEIDA")))

    assert Student.objects.get().name_key == "d almeida"


def test_a_pupil_gone_is_closed_on_the_day_of_the_export_and_keeps_everything():
    imported(pupils(of(1), of(2)))

    report = imported(pupils(of(2), date_export=LATER))

    assert stays(1) == [("1MELEC", "ST", MEF, FIRST_DAY, LATER_DAY)]
    assert Student.objects.count() == 2
    assert [line.key for line in report.eleves.gone] == ["1"]
    assert journal("eleve")[-1] == ("clot", "1", "fin", "", "03/11/2025")


def test_a_pupil_back_is_the_same_pupil():
    imported(pupils(of(1), of(2)))
    student = Student.objects.get(siecle_id=1)
    imported(pupils(of(2), date_export=LATER))

    report = imported(pupils(of(1), of(2), date_export="05/01/2026"))

    assert stays(1) == [
        ("1MELEC", "ST", MEF, FIRST_DAY, LATER_DAY),
        ("1MELEC", "ST", MEF, date(2026, 1, 5), None),
    ]
    assert Student.objects.get(siecle_id=1).pk == student.pk
    assert [line.key for line in report.eleves.back] == ["1"]
    assert counts(report.eleves) == (0, 1, 0, 1)


def test_a_pupil_back_with_a_new_day_of_entry_is_enrolled_from_it():
    imported(pupils(of(1), of(2)))
    imported(pupils(of(2), date_export=LATER))

    imported(pupils(of(1, DATE_ENTREE="01/12/2025"), of(2), date_export="05/01/2026"))

    assert stays(1)[-1] == ("1MELEC", "ST", MEF, date(2025, 12, 1), None)


class TestNewEleveId:
    """A new ELEVE_ID that looks like a pupil known, whom the file no longer holds."""

    SAME_INE = {"ID_NATIONAL": "0000000001A", "NOM_DE_FAMILLE": "DURAND"}
    OTHER_INE = {"ID_NATIONAL": "0000000009Z"}

    @pytest.mark.parametrize(
        ("champs", "reason"),
        [
            (SAME_INE, "a le même INE"),
            ({"ID_NATIONAL": None, "INE_BEA": "0000000001A"}, "a le même INE"),
            (OTHER_INE, "a les mêmes nom, prénom et date de naissance"),
            (
                OTHER_INE | {"NOM_DE_FAMILLE": "martin", "PRENOM": "LÉA"},
                "a les mêmes nom, prénom et date de naissance",
            ),
        ],
    )
    def test_is_proposed_and_without_confirmation_is_a_new_pupil(self, champs, reason):
        imported(pupils(of(1), of(2, NOM_DE_FAMILLE="AUTRE")))

        report = imported(pupils(of(3, **champs), of(2, NOM_DE_FAMILLE="AUTRE")))

        proposal = report.propositions[0]
        assert (proposal.eleve_id, proposal.known_id) == (3, 1)
        assert (proposal.reason, proposal.confirmed) == (reason, False)
        assert "meme_eleve" in codes(report)
        assert counts(report.eleves) == (1, 0, 1, 1)
        assert Student.objects.count() == 3

    def test_is_the_same_pupil_once_confirmed(self):
        imported(pupils(of(1)))
        student = Student.objects.get()

        report = imported(pupils(of(3, **self.SAME_INE)), same_person={3})

        student.refresh_from_db()
        assert (student.siecle_id, student.last_name) == (3, "DURAND")
        assert Student.objects.count() == 1
        assert stays(3) == [("1MELEC", "ST", MEF, FIRST_DAY, None)]
        assert (counts(report.eleves), codes(report)) == ((0, 1, 0, 0), [])
        assert journal("eleve")[1:] == [
            ("modifie", "3", "identifiant SIECLE", "1", "3"),
            ("modifie", "3", "nom", "MARTIN", "DURAND"),
        ]

    def test_of_a_pupil_who_had_left_comes_back_once_confirmed(self):
        imported(pupils(of(1), of(2, NOM_DE_FAMILLE="AUTRE")))
        imported(pupils(of(2, NOM_DE_FAMILLE="AUTRE"), date_export=LATER))

        report = imported(
            pupils(of(3), of(2, NOM_DE_FAMILLE="AUTRE"), date_export="05/01/2026"),
            same_person={3},
        )

        assert [line.key for line in report.eleves.back] == ["3"]
        assert [stay[3:] for stay in stays(3)] == [
            (FIRST_DAY, LATER_DAY),
            (date(2026, 1, 5), None),
        ]

    def test_a_confirmation_that_nothing_proposed_merges_nobody(self):
        imported(pupils(of(1)))

        imported(pupils(of(1), of(3, NOM_DE_FAMILLE="AUTRE")), same_person={3})

        assert sorted(s.siecle_id for s in Student.objects.all()) == [1, 3]

    def test_homonyms_both_in_the_file_are_two_pupils(self):
        imported(pupils(of(1)))

        report = imported(pupils(of(1), of(2)), same_person={2})

        assert report.propositions == ()
        assert sorted(s.siecle_id for s in Student.objects.all()) == [1, 2]

    def test_two_absent_homonyms_are_nobody_in_particular(self):
        imported(pupils(of(1), of(2), of(4, NOM_DE_FAMILLE="AUTRE")))

        report = imported(pupils(of(3), of(4, NOM_DE_FAMILLE="AUTRE")), same_person={3})

        assert (report.propositions, codes(report)) == ((), ["homonymes"])
        assert Student.objects.count() == 4

    def test_a_pupil_known_is_proposed_once(self):
        imported(pupils(of(1)))

        report = imported(pupils(of(2), of(3)))

        assert [(p.eleve_id, p.known_id) for p in report.propositions] == [(2, 1)]
        assert Student.objects.count() == 3


def test_the_same_mef_in_another_variant_is_no_change_of_enrolment():
    imported(pupils(of(1, CODE_MEF=PREMIERE)))

    imported(pupils(of(1, CODE_MEF="24725520321"), date_export=LATER))

    assert stays(1) == [("1MELEC", "ST", MEF, FIRST_DAY, None)]
    assert Enrolment.objects.get().mef_given == "24725520321"
