"""Filling livrets from a sheet with errors: all are told with their place, nothing is written."""

from datetime import date

import pytest

import factories
import livret_factories as make
from livret_reading import told
from livretpro.livrets.actions import fill, set_project
from livretpro.livrets.models import Livret, Periodicity
from livretpro.referentiels.models import Referentiel

pytestmark = pytest.mark.django_db

NO_LIVRET = "L’élève {} n’a pas de livret à remplir."
NO_REFERENTIEL = (
    "La saisie est fermée : le référentiel de ce diplôme n’est pas encore chargé, "
    "la liste des compétences attendues manque."
)


def filled(room, *lines, apply=True, by=None):
    return fill(room.year, "\n".join(lines), by=by or room.head, apply=apply)


def errors(filling):
    return [(e.line, e.column, e.phrase) for e in filling.errors]


def nothing_written():
    return not Livret.objects.exists() and told() == []


def test_one_error_and_nothing_is_written() -> None:
    room = make.classroom(2)

    filling = filled(room, "eleve_id;moyenne_1", "1001;12", "1002;25")

    assert errors(filling) == [(3, "moyenne_1", "« 25 » n’est pas entre 0 et 20.")]
    assert not filling.applied
    assert nothing_written()


def test_every_error_is_told_with_its_line_and_column() -> None:
    room = make.classroom(4, kind="S")
    make.periodicity(level="premiere")
    make.pupil(5, mef=factories.MEF_PREMIERE)
    make.pupil(6, status="AP")
    make.pupil(7, end=date(2025, 11, 3))
    long = "x" * 301

    filling = filled(
        room,
        "eleve_id;moyenne_1;moyenne_3;C1;C1.1;appreciation;pfmp_semaines",
        "1001;12,345;12;3;;;",
        f"1002;;;0,5;;{long};100",
        "1003;;;;2;;",
        "1004;12;;3;;Bien.;22",
        "1005;12;;;;;8",
        "1006;12;;;;Bien.;",
        "1007;12;;;;;",
        "1008;12;;;;;",
        "1004;13;;;;;",
        "abc;13;;;;;",
    )

    assert errors(filling) == [
        (2, "moyenne_1", "« 12,345 » a plus de deux décimales : arrondissez vous-même."),
        (2, "moyenne_3", "La période 3 n’existe pas : la terminale compte 2 semestres."),
        (3, "C1", "« 0,5 » n’est pas un degré : 1, 2, 3 ou 4."),
        (
            3,
            "appreciation",
            "L’appréciation générale compte 301 caractères : la limite est de 300, 1 de trop.",
        ),
        (3, "pfmp_semaines", "« 100 » n’est pas un nombre de semaines : de 1 à 99."),
        (4, "C1.1", "La compétence C1.1 n’est pas attendue au livret de cet élève."),
        (
            6,
            "pfmp_semaines",
            "Les semaines de PFMP se saisissent en terminale, pas en première.",
        ),
        (
            7,
            "appreciation",
            "Cet élève n’est pas sous statut scolaire.",
        ),
        (
            8,
            "eleve_id",
            f"{NO_LIVRET.format(1007)} Cet élève a quitté la division le 03/11/2025.",
        ),
        (9, "eleve_id", "L’élève 1008 est inconnu de l’établissement cette année."),
        (10, "eleve_id", "L’élève 1004 est déjà plus haut dans le fichier."),
        (11, "eleve_id", "« abc » n’est pas un identifiant SIECLE d’élève."),
    ]
    assert nothing_written()


def test_without_apply_the_errors_are_the_same() -> None:
    room = make.classroom()
    lines = ("eleve_id;moyenne_1;C1", "1001;25;9", "1002;1;1")

    compared, refused = filled(room, *lines, apply=False), filled(room, *lines)

    assert len(compared.errors) == 3
    assert compared.errors == refused.errors


def test_an_unknown_column_refuses_the_sheet() -> None:
    room = make.classroom()

    filling = filled(room, "eleve_id;moyenne_1;taille", "1001;12;180")

    assert errors(filling) == [(1, "taille", "La colonne « taille » est inconnue.")]
    assert filling.changes == ()
    assert nothing_written()


def test_a_competence_that_only_another_school_has_is_an_unknown_column() -> None:
    room = make.classroom()
    theirs = make.referentiel("ailleurs")
    theirs.competences.create(code="ZZ9", label="D’ailleurs", position=9, expected=True)
    sheet = ("eleve_id;ZZ9", "1001;3")
    assert errors(filled(room, *sheet))[0][0] == 2

    Referentiel.objects.filter(pk=theirs.pk).update(school_uai="0599999Z", cfd="40099999")

    assert errors(filled(room, *sheet)) == [(1, "ZZ9", "La colonne « ZZ9 » est inconnue.")]


def test_a_competence_of_another_diploma_is_an_error_of_its_cells_alone() -> None:
    room = make.classroom(2)
    make.referentiel("ciel").competences.create(
        code="C9", label="Compétence C9", position=9, expected=True
    )

    filling = filled(room, "eleve_id;C9", "1001;", "1002;3")

    assert errors(filling) == [
        (3, "C9", "La compétence C9 n’est pas attendue au livret de cet élève.")
    ]


def test_a_column_of_the_project_is_refused_while_it_is_closed() -> None:
    room = make.classroom()
    set_project(room.periodicity, open_it=False, by=room.head)

    filling = filled(room, "eleve_id;projet_note", "1001;12")

    assert errors(filling) == [
        (2, "projet_note", "Le chef-d’œuvre ou projet n’est pas ouvert pour la terminale.")
    ]


def test_entry_closed_for_want_of_a_periodicity_is_told_cell_by_cell() -> None:
    room = make.classroom()
    Periodicity.objects.all().delete()

    filling = filled(room, "eleve_id;moyenne_1;C1", "1001;12;3")

    phrase = (
        "La saisie est fermée : le chef d’établissement ou le DDFPT doit d’abord choisir "
        "la périodicité de la terminale."
    )
    assert errors(filling) == [(2, "moyenne_1", phrase), (2, "C1", phrase)]


def test_entry_closed_for_want_of_a_referentiel_is_told() -> None:
    make.diploma(loaded=False)
    make.referentiel()
    make.periodicity()
    make.pupil()

    filling = fill(
        factories.school_year(), "eleve_id;moyenne_1\n1001;12", by=factories.actor(), apply=True
    )

    assert errors(filling) == [(2, "moyenne_1", NO_REFERENTIEL)]


def test_a_professeur_principal_fills_the_pfmp_and_nothing_else() -> None:
    room = make.classroom()
    principal = make.teacher(principal=[room.division])

    refused = filled(room, "eleve_id;pfmp_synthese;moyenne_1", "1001;Bien.;12", by=principal)
    taken = filled(room, "eleve_id;pfmp_synthese", "1001;Bien.", by=principal)

    assert errors(refused) == [
        (2, "moyenne_1", "Votre rôle ne permet pas d’écrire cette partie du livret.")
    ]
    assert taken.applied


def test_pupils_of_other_divisions_are_unknown_to_a_teacher() -> None:
    room = make.classroom()
    stranger = make.teacher(speciality=[factories.division("TCIEL")])

    filling = filled(room, "eleve_id;moyenne_1", "1001;12", by=stranger)

    assert errors(filling) == [
        (2, "eleve_id", "L’élève 1001 est inconnu de l’établissement cette année.")
    ]


def test_pupils_of_another_school_are_unknown() -> None:
    room = make.classroom()
    other = factories.school(factories.OTHER_UAI)
    factories.school_year(other)

    filling = filled(room, "eleve_id;moyenne_1", "1001;12", by=factories.actor(of=other))

    assert errors(filling) == [
        (2, "eleve_id", "L’élève 1001 est inconnu de l’établissement cette année.")
    ]
    assert nothing_written()
