"""Two files compared, pupil by pupil and field by field."""

from dataclasses import astuple, replace
from decimal import Decimal

import pytest

from livretpro.lsl_export.changes import (
    differences,
    group_figures,
    pupils_changed,
)
from lsl_documents import a_document, a_scolarite, an_eleve, an_evaluation
from lsl_xml import (
    NON_NOTE,
    AvisPfmp,
    ChefOeuvre,
    Competence,
    Enseignant,
    Periode,
    Profile,
    Structure,
    write,
)

ANNE, LUC = Enseignant("DURAND", "Anne"), Enseignant("ADAM", "Luc")
PFMP = AvisPfmp("Six semaines.", "PETIT", "Zoé", nb_semaines=22, partie_etranger=False)
PROJECT = ChefOeuvre((ANNE,), Decimal(15), "projet", "Un beau projet.")


def pupil(number=1, *, evaluation=None, **scolarite):
    evaluations = (an_evaluation(**(evaluation or {})),)
    return an_eleve(id=number, scolarites=(a_scolarite(evaluations=evaluations, **scolarite),))


def file(*eleves):
    return write(a_document(*eleves), Profile.V1_1)


def told(before, after):
    return [astuple(difference) for difference in differences(before, after)]


def test_the_same_file_has_no_difference() -> None:
    assert differences(file(pupil()), file(pupil())) == ()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            {"periodiques": (Periode(1, Decimal(12)),)},
            {"periodiques": (Periode(1, Decimal("12.5")), Periode(2, NON_NOTE))},
            [
                ("Moyenne de la période 1", "12,00", "12,50"),
                ("Moyenne de la période 2", "", "non noté"),
            ],
        ),
        (
            {"competences": (Competence("5001", "3"), Competence("5002", "1"))},
            {"competences": (Competence("5001", "4"),)},
            [("Compétence 5001", "3", "4"), ("Compétence 5002", "1", "")],
        ),
        ({"annuelle": "Bien."}, {}, [("Appréciation générale", "Bien.", "")]),
        (
            {"enseignants": (ANNE,)},
            {"enseignants": (ANNE, LUC)},
            [("Enseignants", "DURAND Anne", "DURAND Anne, ADAM Luc")],
        ),
        (
            {"structure": Structure(2, Decimal(11), Decimal(0), Decimal(50), Decimal(50))},
            {
                "structure": Structure(
                    3, Decimal(12), Decimal("33.33"), Decimal(0), Decimal("66.67")
                )
            },
            [
                ("Effectif du groupe", "2", "3"),
                ("Moyenne du groupe", "11,00", "12,00"),
                ("Groupe : moyennes sous 8", "0,00 %", "33,33 %"),
                ("Groupe : moyennes de 8 à 12", "50,00 %", "0,00 %"),
                ("Groupe : moyennes de 12 et plus", "50,00 %", "66,67 %"),
            ],
        ),
    ],
)
def test_what_changes_in_an_evaluation(before, after, expected) -> None:
    found = told(file(pupil(evaluation=before)), file(pupil(evaluation=after)))

    assert found == [(1, 2024, *line) for line in expected]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            {"code_periode": "T"},
            {"code_periode": "S"},
            [("Périodicité", "trimestres", "semestres")],
        ),
        (
            {"avis_pfmp": PFMP},
            {},
            [
                ("Synthèse des PFMP", "Six semaines.", ""),
                ("Enseignant de la PFMP", "PETIT Zoé", ""),
                ("Semaines de PFMP", "22", ""),
                ("PFMP à l’étranger", "non", ""),
            ],
        ),
        (
            {"avis_pfmp": PFMP},
            {"avis_pfmp": replace(PFMP, nb_semaines=None, partie_etranger=True)},
            [("PFMP à l’étranger", "non", "oui"), ("Semaines de PFMP", "22", "")],
        ),
        (
            {"chef_oeuvre": PROJECT},
            {
                "chef_oeuvre": replace(
                    PROJECT, note=None, annuelle=None, nature="chef-d-oeuvre", enseignants=(LUC,)
                )
            },
            [
                ("Nature du projet", "projet", "chef-d’œuvre"),
                ("Enseignants du projet", "DURAND Anne", "ADAM Luc"),
                ("Note du projet", "15,00", ""),
                ("Appréciation du projet", "Un beau projet.", ""),
            ],
        ),
    ],
)
def test_what_changes_in_a_year(before, after, expected) -> None:
    assert told(file(pupil(**before)), file(pupil(**after))) == [
        (1, 2024, *line) for line in expected
    ]


def test_a_pupil_who_comes_in_or_goes_out_and_one_who_stays() -> None:
    found = differences(file(pupil(1), pupil(2)), file(pupil(2), pupil(3)))

    assert {(d.eleve_id, d.before, d.after) for d in found if d.field == "Livret"} == {
        (1, "présent", ""),
        (3, "", "présent"),
    }
    assert {d.eleve_id for d in found} == {1, 3}


def test_who_the_pupil_is_is_told_when_it_changes_not_when_a_profile_has_no_place_for_it() -> None:
    known = an_eleve(id=1, ine="123456789AB", scolarites=(a_scolarite(code_mef="24725520330"),))
    other = an_eleve(id=1, ine="123456789CD", scolarites=(a_scolarite(code_mef="24725520331"),))
    bare = an_eleve(id=1, scolarites=(a_scolarite(),))

    assert told(file(known), file(other)) == [
        (1, 2024, "INE", "123456789AB", "123456789CD"),
        (1, 2024, "MEF", "24725520330", "24725520331"),
    ]
    assert told(file(known), file(bare)) == []


def test_the_figures_of_the_group_change_nobodys_livret() -> None:
    before = file(*(pupil(n, evaluation={"structure": Structure(2, Decimal(11))}) for n in (1, 2)))
    after = file(
        pupil(1, evaluation={"structure": Structure(2, Decimal(12))}),
        pupil(2, evaluation={"structure": Structure(2, Decimal(12)), "annuelle": "Bien."}),
    )

    found = differences(before, after)

    assert pupils_changed(differences(before, after)) == 1
    assert group_figures(found) == (("Moyenne du groupe", "11,00", "12,00"),)
