"""The dashboard of the head and the DDFPT."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

import factories
from livret_factories import FULL, MANDATORY, classroom, pupil, typed
from livretpro.livrets.models import Periodicity
from livretpro.lsl_export.actions import Options, create_export
from livretpro.schools.rules import Role
from read_page import ReadPage, words
from web.suivi.class_people import (
    administrator,
    chef,
    of_diploma,
    principal,
    signed_in,
    stranger,
    teacher,
)

pytestmark = pytest.mark.django_db
PAGE = of_diploma()
SESSION_AND_DOOR = 2 + 4
ADVANCE = "Avancement par niveau et division"
NATURES = "Ce qui manque, par nature"
ONE_PFMP = "1 1 PFMP : seule manque la PFMP, non exportée"


def read(query: str = "") -> ReadPage:
    return ReadPage(signed_in(chef()).get(PAGE + query))


def lead(page: ReadPage) -> str:
    return words(page.main.xpath(".//*[@class='lp-lead']")[0])


def test_it_opens_to_the_head_and_the_ddfpt_alone() -> None:
    room = classroom(1)
    ddfpt = factories.user("etienne.morvaudin")
    factories.membership(ddfpt, Role.DDFPT)
    expected = {
        chef(): 200,
        ddfpt: 200,
        teacher(room): 403,
        principal(room): 403,
        administrator(): 404,
        stranger(): 404,
    }

    got = {user: signed_in(user).get(PAGE).status_code for user in expected}

    assert got == expected
    assert Client().get(PAGE).headers["Location"] == f"/connexion/?next={PAGE}"


def test_the_answer_comes_first() -> None:
    room = classroom(4)
    typed(room.pupils[0], FULL)
    typed(room.pupils[1], MANDATORY | {"appreciation": "Bien."})
    typed(room.pupils[2], {"moyenne_1": "12"})
    pupil(8, into=factories.division("1MELEC"), mef=factories.MEF_PREMIERE)

    page = read()

    assert page.title == "Tableau de bord LSL Pro – Bac pro MELEC – LivretPro"
    assert lead(page) == (
        "2 livrets sur 5 peuvent partir. 3 sont bloqués, et rien n’est saisi en 1MELEC. "
        "1 n’attend, pour être vert, que sa PFMP, non exportée. "
        "La périodicité de la première n’est pas choisie : la saisie y est fermée."
    )


def test_each_level_and_division_has_its_counts_its_last_export_and_its_doors() -> None:
    room = classroom(2)
    typed(room.pupils[0], MANDATORY | {"appreciation": "Bien."})
    create_export(room.division, room.diploma, Options(), by=room.head)
    first = pupil(8, into=factories.division("1MELEC"), mef=factories.MEF_PREMIERE)
    Periodicity.objects.update(closes_on=date(2099, 6, 12))

    page = read()

    assert page.rows(ADVANCE) == [
        ["Première périodicité à choisir", "1", "", "1", "0", "0", "", ""],
        [
            "1MELEC",
            "1",
            "",
            "1 livret rouge, 1MELEC",
            "0",
            "0",
            "jamais le seul livret est rouge",
            "Exporter 1MELEC",
        ],
        ["Terminale trimestres, saisie jusqu’au 12 juin 2099", "2", "", "1", ONE_PFMP, "0", "", ""],
        [
            "TMELEC",
            "2",
            "",
            "1 livret rouge, TMELEC",
            "1 livret orange, TMELEC 1 PFMP : seule manque la PFMP, non exportée, TMELEC",
            "0",
            "v001, aujourd’hui",
            "Exporter TMELEC",
        ],
    ]
    blocked = page.button("Exporter 1MELEC")
    assert (blocked.get("disabled"), page.reason(blocked)) == (
        "disabled",
        "le seul livret est rouge",
    )
    assert page.links("Exporter TMELEC") == [of_diploma(f"export/divisions/{room.division.pk}/")]
    assert page.links("Configuration et export") == [of_diploma("export/")]
    bars = page.main.xpath(".//*[local-name()='svg'][@role='img']/@aria-label")
    assert bars[-1] == "TMELEC : 1 rouge, 1 orange, 0 vert"
    assert first.division is not None


def test_a_red_level_of_a_division_is_exported_with_its_other_level() -> None:
    room = classroom(1)
    typed(room.first, MANDATORY | {"appreciation": "Bien."})
    pupil(8, into=room.division, mef=factories.MEF_PREMIERE)

    page = read()

    assert (
        page.links("Exporter TMELEC") == [of_diploma(f"export/divisions/{room.division.pk}/")] * 2
    )


def test_a_division_that_turned_red_since_its_export_leads_to_its_versions() -> None:
    room = classroom(1)
    typed(room.first, MANDATORY | {"appreciation": "Bien."})
    create_export(room.division, room.diploma, Options(), by=room.head)
    typed(room.first, {"competence:C1": ""})

    page = read()

    versions = of_diploma(f"export/divisions/{room.division.pk}/")
    assert page.links("Versions de TMELEC") == [versions]


def test_what_is_missing_is_counted_by_nature_with_a_door_to_the_livrets() -> None:
    room = classroom(2)
    typed(room.pupils[0], MANDATORY | {"pfmp_exporter": "oui"})

    page = read()

    assert [
        row[:1] + [cell.partition(" ")[0] for cell in row[1:]] for row in page.rows(NATURES)
    ] == [
        ["Obligatoire"],
        ["Degré de maîtrise", "3"],
        ["Degré de C1", "1"],
        ["Degré de C2", "1"],
        ["Degré de C3", "1"],
        ["Moyenne d’une période", "1"],
        ["Enseignant de la spécialité", "1"],
        ["PFMP exportée : synthèse", "1"],
        ["PFMP exportée : enseignant", "1"],
        ["Facultatif"],
        ["Appréciation générale", "2"],
        ["PFMP : synthèse", "1"],
        ["PFMP : enseignant", "1"],
    ]
    list_of = of_diploma(f"divisions/{room.division.pk}/")
    assert page.links("3 Degré de maîtrise, TMELEC") == [f"{list_of}?manque=degre"]
    assert page.links("1 Degré de C2, TMELEC") == [f"{list_of}?manque=degre%3AC2"]
    assert page.links("2 Appréciation générale, TMELEC") == [
        f"{list_of}?vue=appreciations&manque=appreciation"
    ]


@pytest.mark.parametrize("pupils", [1, 3])
def test_it_costs_the_same_whatever_the_number_of_pupils(
    pupils: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    room = classroom(pupils)
    for enrolment in room.pupils:
        typed(enrolment, MANDATORY)
    client = signed_in(chef())
    client.get(PAGE)

    with django_assert_num_queries(SESSION_AND_DOOR + 1 + 3 + 1):
        client.get(PAGE)
