"""Making the file of a division: who goes in, what it says, which version it is."""

from datetime import date
from decimal import Decimal

import pytest

import factories
import livret_factories as make
import lsl_rules
import lsl_xml
from export_reading import STRICT, export, full_room, ids, read, the_evaluation, the_year
from livretpro.journal.models import Entry
from livretpro.livrets.actions import record, set_project
from livretpro.livrets.groups import groups
from livretpro.lsl_export.actions import (
    Forbidden,
    NothingToExport,
    WouldBeRefused,
)
from livretpro.lsl_export.mapping import NoCode
from livretpro.lsl_export.models import ExportedPupil, ExportVersion
from livretpro.lsl_export.queries import preparation
from livretpro.referentiels.models import NomenclatureCode
from livretpro.referentiels.queries import NoNomenclature
from livretpro.referentiels.rules import Level
from livretpro.schools.groups import make_group, undeclare_group
from livretpro.schools.rules import Role

pytestmark = pytest.mark.django_db


# Who goes in the file


def test_a_full_livret_is_written_whole() -> None:
    room = full_room()
    extra = {
        "moyenne_2": "14",
        "pfmp_exporter": "oui",
        "pfmp_semaines": "22",
        "pfmp_etranger": "non",
        "projet_note": "15",
        "projet_appreciation": "Un beau projet.",
        "projet_enseignant_1_nom": "DURAND",
        "projet_enseignant_1_prenom": "Anne",
    }
    make.typed(room.first, extra)

    made = export(room)

    anne = lsl_xml.Enseignant("DURAND", "Anne")
    assert made.fresh
    assert read(made) == lsl_xml.Document(
        lsl_xml.Entete("LIVRETPRO", "LivretPro", factories.UAI, version="1", division="TMELEC"),
        (
            lsl_xml.Eleve(
                id=1001,
                scolarites=(
                    lsl_xml.Scolarite(
                        annee_scolaire=2025,
                        code_periode="T",
                        code_mef="24725520330",
                        avis_pfmp=lsl_xml.AvisPfmp(
                            "Six semaines en entreprise.",
                            "PETIT",
                            "Zoé",
                            nb_semaines=22,
                            partie_etranger=False,
                        ),
                        chef_oeuvre=lsl_xml.ChefOeuvre(
                            (anne,), Decimal(15), "projet", "Un beau projet."
                        ),
                        evaluations=(
                            lsl_xml.Evaluation(
                                code_matiere="071100",
                                modalite_election="S",
                                structure=lsl_xml.Structure(
                                    effectif=1,
                                    moyenne=Decimal("13.25"),
                                    repar_moins_huit=Decimal(0),
                                    repar_huit_douze=Decimal(0),
                                    repar_plus_douze=Decimal(100),
                                ),
                                enseignants=(anne,),
                                annuelle="De réels progrès.",
                                periodiques=(
                                    lsl_xml.Periode(1, Decimal("12.5")),
                                    lsl_xml.Periode(2, Decimal(14)),
                                ),
                                competences=tuple(
                                    lsl_xml.Competence(code, "3") for code in make.CODES.values()
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )
    assert lsl_rules.check_document(bytes(made.version.content)) == ()


def test_pupils_come_in_the_order_of_their_folded_names_then_first_names_then_ids() -> None:
    room = make.classroom(0)
    names = {5: "Zola", 4: "Éluard", 3: "d’Almeida", 2: "D'ALMEIDA", 1: "Œuvrard"}
    for number, last_name in names.items():
        make.typed(make.pupil(number, into=room.division, last_name=last_name), make.FULL)

    assert ids(export(room)) == [1002, 1003, 1004, 1001, 1005]


def test_red_pupils_stay_out_and_are_kept_with_their_status() -> None:
    room = make.classroom(3)
    make.typed(room.pupils[0], make.FULL)
    make.typed(room.pupils[1], {"appreciation": "Bien."})
    make.typed(room.pupils[2], make.MANDATORY)

    made = export(room)

    kept = ExportedPupil.objects.filter(version=made.version).order_by("student__siecle_id")
    assert ids(made) == [1001, 1003]
    assert [(one.student.siecle_id, one.colour) for one in kept] == [
        (1001, "vert"),
        (1002, "rouge"),
        (1003, "orange"),
    ]


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        (1, "Le seul livret de TMELEC est rouge."),
        (3, "Les 3 livrets de TMELEC sont rouges."),
        (0, "Aucun élève sous statut scolaire de TMELEC n’a de livret à ce diplôme."),
    ],
)
def test_without_an_orange_or_green_livret_nothing_is_made(changes, phrase) -> None:
    room = make.classroom(changes)

    with pytest.raises(NothingToExport) as refusal:
        export(room)

    assert refusal.value.phrase == phrase
    assert not ExportVersion.objects.exists()
    assert not Entry.objects.filter(kind="export").exists()


def test_who_left_who_is_apprenticed_and_who_prepares_something_else_are_not_there() -> None:
    room = full_room()
    make.diploma("40025519")
    leaver, apprentice, other = (make.pupil(n, into=room.division) for n in (2, 3, 4))
    for pupil in (leaver, apprentice):
        make.typed(pupil, make.FULL)
    leaver.end, apprentice.status, other.cfd = date(2025, 11, 3), "AP", "40025519"
    for pupil in (leaver, apprentice, other):
        pupil.save()

    made = export(room)

    assert ids(made) == [1001]
    assert ExportedPupil.objects.count() == 1
    assert the_evaluation(made).structure.effectif == 1


def test_both_levels_of_a_division_go_together_each_with_its_own_figures() -> None:
    room = full_room()
    make.periodicity("S", level="premiere")
    younger = make.pupil(2, into=room.division, mef=factories.MEF_PREMIERE)
    make.typed(younger, {**make.FULL, "moyenne_1": "8"})

    made = export(room)

    figures = [the_evaluation(made, n).structure for n in (0, 1)]
    assert [(f.effectif, f.moyenne) for f in figures] == [
        (1, Decimal("12.50")),
        (1, Decimal("8.00")),
    ]
    assert [the_year(made, n).code_periode for n in (0, 1)] == ["T", "S"]


def test_red_pupils_with_an_average_count_in_the_figures() -> None:
    room = full_room()
    record(make.pupil(2, into=room.division), "moyenne_1", "7,5", by=room.head)

    made = export(room)

    figures = the_evaluation(made).structure
    assert ids(made) == [1001]
    assert (figures.effectif, figures.moyenne) == (2, Decimal("10.00"))
    assert (figures.repar_moins_huit, figures.repar_plus_douze) == (Decimal(50), Decimal(50))


# What it says of each


def test_not_graded_is_written_minus_one() -> None:
    room = full_room()
    record(room.first, "moyenne_2", "NN", by=room.head)

    made = export(room)

    assert the_evaluation(made).periodiques == (
        lsl_xml.Periode(1, Decimal("12.5")),
        lsl_xml.Periode(2, lsl_xml.NON_NOTE),
    )
    assert b'<periode numero="2" moyenne="-1"/>' in bytes(made.version.content)


def test_the_pfmp_goes_only_when_it_is_chosen() -> None:
    room = full_room(2)
    record(room.first, "pfmp_exporter", "oui", by=room.head)

    made = export(room)

    assert [the_year(made, n).avis_pfmp is None for n in (0, 1)] == [False, True]


TEACHER = {"projet_enseignant_2_nom": "PETIT", "projet_enseignant_2_prenom": "Zoé"}
MARK = {"projet_note": "0"}
WORDS = {"projet_appreciation": "Bien."}


@pytest.mark.parametrize(
    ("typed", "written", "left_out"),
    [
        ({}, False, False),
        (TEACHER, False, True),
        (MARK, False, True),
        (WORDS, False, True),
        ({**MARK, **WORDS, "projet_enseignant_1_nom": "PETIT"}, False, True),
        (MARK | TEACHER, True, False),
        (WORDS | TEACHER, True, False),
    ],
)
def test_the_project_needs_a_mark_or_an_appreciation_and_a_teacher(
    typed, written, left_out
) -> None:
    room = full_room()
    make.typed(room.first, typed)

    made = export(room)

    said = preparation(room.division, room.diploma, by=room.head).projects_left_out
    assert (the_year(made).chef_oeuvre is not None) == written
    assert bool(said) == left_out


def test_a_project_closed_since_stays_out() -> None:
    room = full_room()
    make.typed(room.first, MARK | TEACHER)
    set_project(room.periodicity, open_it=False, by=room.head)

    assert the_year(export(room)).chef_oeuvre is None


def test_teachers_come_in_order_each_once_and_half_named_ones_stay_out() -> None:
    room = full_room()
    lines = {
        "enseignant_2_nom": "PETIT",
        "enseignant_3_nom": "DURAND",
        "enseignant_3_prenom": "Anne",
        "enseignant_4_nom": "ADAM",
        "enseignant_4_prenom": "Luc",
    }
    make.typed(room.first, lines)

    assert the_evaluation(export(room)).enseignants == (
        lsl_xml.Enseignant("DURAND", "Anne"),
        lsl_xml.Enseignant("ADAM", "Luc"),
    )


def test_the_strict_profile_says_what_it_does_not_carry() -> None:
    room = full_room()
    make.typed(room.first, {"pfmp_exporter": "oui", **MARK, **TEACHER})

    made = export(room, STRICT)

    assert read(made).entete.division is None
    assert lsl_rules.check_document(bytes(made.version.content)) == ()
    assert [(lost.eleve_id, lost.part.value) for lost in made.not_carried] == [
        (None, "version"),
        (None, "division"),
        (1001, "code-mef"),
        (1001, "avisPfmp"),
        (1001, "chefOeuvre"),
    ]


# What is refused: nothing is kept


@pytest.mark.parametrize("role", [Role.ENSEIGNANT, Role.ADMINISTRATEUR])
def test_head_and_ddfpt_alone_export(role) -> None:
    room = full_room()

    with pytest.raises(Forbidden):
        export(room, by=factories.actor(role))

    assert not ExportVersion.objects.exists()


def test_another_school_has_no_pupil_here() -> None:
    room = full_room()
    stranger = factories.actor(of=factories.school(factories.OTHER_UAI))

    with pytest.raises(NothingToExport):
        export(room, by=stranger)

    assert not ExportVersion.objects.exists()


def test_a_competence_without_code_stops_the_file() -> None:
    room = full_room()
    NomenclatureCode.objects.filter(competence="C2").delete()

    with pytest.raises(NoCode) as refusal:
        export(room)

    assert refusal.value.phrase == (
        "La nomenclature « LivretPro provisoire » n’a pas de code pour la compétence C2 "
        "du MEF 2472552033 : le fichier ne peut pas être fait."
    )
    assert not ExportVersion.objects.exists()


def test_without_nomenclature_there_is_no_file() -> None:
    room = full_room()
    room_nomenclature = NomenclatureCode.objects.first().nomenclature
    room_nomenclature.delete()

    with pytest.raises(NoNomenclature):
        export(room)

    assert not ExportVersion.objects.exists()


def test_a_file_that_lsl_would_refuse_is_not_kept() -> None:
    room = full_room()
    school = factories.school()
    school.uai = "0990001A"
    school.save()

    with pytest.raises(WouldBeRefused) as refusal:
        export(room, by=factories.actor(of=school))

    assert [finding.code for finding in refusal.value.findings] == ["REJLSL_F05"]
    assert refusal.value.phrase == (
        "Le fichier serait refusé, il n’a pas été fait. REJLSL_F05 : "
        "En-tête : l’UAI « 0990001A » n’a pas la bonne lettre de contrôle."
    )
    assert not ExportVersion.objects.exists()
    assert not Entry.objects.filter(kind="export").exists()


# Figures of a declared group


def test_the_file_and_the_pages_agree_on_the_figures_of_declared_groups() -> None:
    room = full_room(3)
    elsewhere = make.pupil(9, into=factories.division("TMELEC2"))
    for pupil, mark in ((room.pupils[1], "8"), (elsewhere, "2")):
        record(pupil, "moyenne_1", mark, by=room.head)
    students = {pupil.student_id for pupil in (room.pupils[0], elsewhere)}
    make_group(room.year, factories.CFD, Level.TERMINALE, "Atelier", students, by=room.head)

    made = export(room)

    structures = [the_evaluation(made, number).structure for number in range(3)]
    whole = lsl_xml.Structure(
        effectif=3,
        moyenne=Decimal("11.00"),
        repar_moins_huit=Decimal("0.00"),
        repar_huit_douze=Decimal("33.33"),
        repar_plus_douze=Decimal("66.67"),
    )
    assert structures == [
        lsl_xml.Structure(
            effectif=2,
            moyenne=Decimal("7.25"),
            repar_moins_huit=Decimal("50.00"),
            repar_huit_douze=Decimal("0.00"),
            repar_plus_douze=Decimal("50.00"),
        ),
        whole,
        whole,
    ]
    own = groups(room.year, [factories.CFD])
    assert [own.of(pupil).figures.average for pupil in room.pupils] == [
        structure.moyenne for structure in structures
    ]


def test_declaring_a_group_makes_a_new_version_and_undeclaring_the_former_content() -> None:
    room = full_room(2)
    record(room.pupils[1], "moyenne_1", "8", by=room.head)
    first = export(room)
    declared = make_group(
        room.year, factories.CFD, Level.TERMINALE, "Atelier", {room.first.student_id}, by=room.head
    )
    second = export(room)
    undeclare_group(declared, by=room.head)

    third = export(room)

    assert [made.fresh for made in (first, second, third)] == [True, True, True]
    assert bytes(third.version.content) == bytes(first.version.content)
