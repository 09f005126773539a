"""Divisions and groups (spec 04, Structures.xml)."""

import pytest

import factories
from livretpro.referentiels.rules import Level
from livretpro.schools.groups import declare_group, track_groups
from livretpro.schools.models import DeclaredGroup, Division, Group, SchoolYear
from school_imports import (
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
from siecle_files import (
    division,
    division_sts,
    eleve,
    groupe,
    groupe_sts,
    structures_xml,
    sts_xml,
)

pytestmark = pytest.mark.django_db
MEFS = ("24725520320", "24725520330")


def structures(*divisions, groupes=()):
    return structures_xml(divisions=divisions, groupes=groupes)


def test_structures_creates_divisions_with_labels_and_several_mef():
    report = imported(structures(division("1 MEL/é", libelle="Première", mefs=MEFS)))

    made = Division.objects.get()
    assert (made.code, made.label, made.mefs) == ("1 MEL/é", "Première", list(MEFS))
    assert counts(report.divisions) == (1, 0, 0, 0)
    assert journal("division") == [("ajoute", "2025:1 MEL/é", "", "", "1 MEL/é, Première")]


def test_pupils_join_the_divisions_of_structures_in_whatever_order_the_files_come():
    report = imported(pupils(of(1)), structures(division("1MELEC", libelle="Première")))

    assert report.avertissements == ()
    assert Division.objects.get().label == "Première"
    assert stays(1)[0][0] == "1MELEC"


def test_a_division_unknown_to_structures_is_created_with_one_warning():
    report = imported(pupils(of(1), of(2), of(3, division="1TNE")), structures(division("1TNE")))

    warnings = [a for a in report.avertissements if a.code == "division_inconnue"]
    assert [(a.eleve_id, a.ligne) for a in warnings] == [(1, 10)]
    assert sorted(d.code for d in Division.objects.all()) == ["1MELEC", "1TNE"]


def test_a_label_or_mef_changed_in_structures_is_changed_field_by_field():
    imported(structures(division("1MELEC", libelle="Première", mefs=MEFS[:1])))

    report = imported(structures(division("1MELEC", libelle="Première A", mefs=MEFS)))

    assert counts(report.divisions) == (0, 1, 0, 0)
    assert journal("division")[1:] == [
        ("modifie", "2025:1MELEC", "libellé", "Première", "Première A"),
        ("modifie", "2025:1MELEC", "MEF", "24725520320", "24725520320, 24725520330"),
    ]


def test_a_division_that_structures_no_longer_has_stays():
    imported(structures(division("1MELEC"), division("1TNE")))

    report = imported(structures(division("1MELEC")))

    assert sorted(d.code for d in Division.objects.all()) == ["1MELEC", "1TNE"]
    assert counts(report.divisions) == (0, 0, 0, 1)


def test_inactifs_is_no_division():
    imported(structures(division("INACTIFS"), division("1MELEC")))

    assert [d.code for d in Division.objects.all()] == ["1MELEC"]


def test_groups_have_the_divisions_of_structures_that_exist():
    file = structures(
        division("1MELEC"),
        division("1TNE"),
        groupes=[groupe("G1", libelle="Groupe", divisions=["1TNE", "1MELEC", "1XXX"])],
    )

    report = imported(file)
    again = imported(file)

    made = Group.objects.get()
    assert (made.code, made.label) == ("G1", "Groupe")
    assert [d.code for d in made.divisions.all()] == ["1MELEC", "1TNE"]
    assert counts(report.groupes) == (1, 0, 0, 0)
    assert counts(again.groupes) == (0, 0, 0, 1)


def test_divisions_of_a_group_are_replaced_to_match():
    def file(*codes):
        return structures(
            division("1MELEC"), division("1TNE"), groupes=[groupe("G1", divisions=codes)]
        )

    imported(file("1MELEC"))

    imported(file("1TNE"))

    assert [d.code for d in Group.objects.get().divisions.all()] == ["1TNE"]
    assert journal("groupe")[1:] == [("modifie", "2025:G1", "divisions", "1MELEC", "1TNE")]


def test_a_group_that_only_pupils_name_is_made_of_their_divisions():
    report = imported(
        pupils(
            eleve(1, divisions=["1MELEC"], groupes=["G1"]),
            eleve(2, divisions=["1TNE"], groupes=["G1"], PRENOM="Max"),
        )
    )

    assert codes(report) == ["groupe_inconnu"]
    assert [d.code for d in Group.objects.get().divisions.all()] == ["1MELEC", "1TNE"]
    assert (groups_of(1), groups_of(2)) == (["G1"], ["G1"])


def test_a_declared_group_stays_declared_and_its_pupils_follow_the_file():
    def file(*groupes):
        mef = {"divisions": ["1MELEC"], "CODE_MEF": PREMIERE}
        return pupils(
            *(eleve(n, groupes=g, PRENOM=f"Max{n}", **mef) for n, g in enumerate(groupes, 1))
        )

    factories.mef()
    imported(file(["G1"], ["G1"], ["G2"]))
    year = SchoolYear.objects.get()
    group = Group.objects.get(code="G1")
    declared = declare_group(year, factories.CFD, Level.PREMIERE, group, by=factories.actor())

    imported(file(["G1"], ["G2"], ["G1"]))
    moved = [
        [pupil.student.siecle_id for pupil in line.pupils]
        for track in track_groups(year, factories.CFD)
        for line in track.declared
    ]
    imported(file([], [], []))

    assert moved == [[1, 3]]
    assert DeclaredGroup.objects.get() == declared


def test_sts_alone_creates_divisions_and_groups_but_never_changes_those_of_structures():
    imported(structures(division("1MELEC", libelle="Première", mefs=MEFS)))

    report = imported(
        sts_xml(
            divisions=[division_sts("1MELEC"), division_sts("2TNE")],
            groupes=[groupe_sts("G1", divisions=["2TNE"])],
        )
    )

    assert Division.objects.get(code="1MELEC").label == "Première"
    assert Division.objects.get(code="2TNE").label == "Seconde TNE"
    assert [d.code for d in Group.objects.get().divisions.all()] == ["2TNE"]
    assert counts(report.divisions) == (1, 0, 0, 1)


def test_sts_completes_what_only_pupils_had_named():
    imported(pupils(eleve(1, divisions=["2TNE"], groupes=["2TNE-A"])))
    file = sts_xml(divisions=[division_sts("2TNE")], groupes=[groupe_sts("2TNE-A")])

    report = imported(file)
    again = imported(pupils(eleve(1, divisions=["2TNE"], groupes=["2TNE-A"])), file)

    assert (Division.objects.get().label, Group.objects.get().label) == ("Seconde TNE", "Groupe A")
    assert counts(report.divisions) == (0, 1, 0, 0)
    assert again.changes_nothing


@pytest.mark.parametrize("misfit", [division("123456789"), division("1TNE", libelle="L" * 101)])
def test_a_code_or_label_too_long_is_left_out_with_a_warning(misfit):
    report = imported(structures(misfit, division("1MELEC")))

    assert codes(report) == ["texte_trop_long"]
    assert [d.code for d in Division.objects.all()] == ["1MELEC"]
