"""Two files compared, pupil by pupil and field by field."""

from dataclasses import astuple, replace
from decimal import Decimal

import pytest

from livretpro.lsl_export.changes import (
    Difference,
    differences,
    dropped,
    group_averages,
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
            {"structure": Structure(effectif=2, moyenne=Decimal(11))},
            {"structure": Structure(effectif=3, moyenne=Decimal(12))},
            [("Moyenne du groupe", "11,00", "12,00")],
        ),
    ],
)
def test_what_changes_in_an_evaluation(before, after, expected) -> None:
    found = told(file(pupil(evaluation=before)), file(pupil(evaluation=after)))

    assert found == [(1, 2024, *line) for line in expected]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"code_periode": "T"}, {"code_periode": "S"}, [("Périodicité", "T", "S")]),
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
            {"chef_oeuvre": replace(PROJECT, note=None, annuelle=None, enseignants=(LUC,))},
            [
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


def test_dropped_is_what_lsl_keeps_although_the_new_file_no_longer_says_it() -> None:
    before = file(
        pupil(1, avis_pfmp=replace(PFMP, nb_semaines=None, partie_etranger=None)), pupil(2)
    )
    after = file(pupil(1, evaluation={"periodiques": (Periode(2, Decimal(9)),)}))

    found = [(d.eleve_id, d.field) for d in dropped(before, after)]

    assert found == [
        (1, "Moyenne de la période 1"),
        (1, "Synthèse des PFMP"),
        (1, "Enseignant de la PFMP"),
        (2, "Livret"),
        (2, "Périodicité"),
        (2, "Moyenne de la période 1"),
        (2, "Enseignants"),
    ]


def test_a_value_changed_or_added_is_not_dropped() -> None:
    before = file(pupil(evaluation={"annuelle": "Bien."}))
    after = file(pupil(evaluation={"annuelle": "Très bien."}, avis_pfmp=PFMP))

    assert dropped(before, after) == ()


def test_a_livret_of_last_year_is_compared_with_its_own_year() -> None:
    both = an_eleve(id=1, scolarites=(a_scolarite(), a_scolarite(annee_scolaire=2023)))

    found = dropped(file(both), file(pupil(1)))

    assert {d.annee_scolaire for d in found} == {2023}
    assert found[0] == Difference(1, 2023, "Livret", "présent", "")


def test_the_figures_of_the_group_change_nobodys_livret() -> None:
    before = file(*(pupil(n, evaluation={"structure": Structure(2, Decimal(11))}) for n in (1, 2)))
    after = file(
        pupil(1, evaluation={"structure": Structure(2, Decimal(12))}),
        pupil(2, evaluation={"structure": Structure(2, Decimal(12)), "annuelle": "Bien."}),
    )

    found = differences(before, after)

    assert pupils_changed(before, after) == 1
    assert group_averages(found) == (("11,00", "12,00"),)
