"""The divisions of a diploma, and the list of one of them."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

import factories
from livret_factories import FULL, MANDATORY, classroom, pupil, typed
from livretpro.livrets.models import Periodicity
from livretpro.schools.models import Enrolment
from read_page import ReadPage, words
from web.suivi.class_people import (
    address,
    administrator,
    chef,
    of_diploma,
    principal,
    signed_in,
    stranger,
    teacher,
    teacher_elsewhere,
)

pytestmark = pytest.mark.django_db
ENTRY = of_diploma("saisie/")
SESSION_AND_DOOR = 2 + 4
LIST = "?vue=liste"
CAPTION = "Divisions et état de leurs livrets"


def list_of(division: int) -> str:
    return of_diploma(f"divisions/{division}/")


def read(client: Client, page: str) -> ReadPage:
    return ReadPage(client.get(page))


def test_the_divisions_open_to_those_who_follow_pupils_of_the_diploma() -> None:
    room = classroom(1)
    expected = {
        chef(): 200,
        teacher(room): 200,
        principal(room): 200,
        administrator(): 404,
        stranger(): 404,
    }

    got = {user: signed_in(user).get(ENTRY).status_code for user in expected}

    assert got == expected
    assert Client().get(ENTRY).headers["Location"] == f"/connexion/?next={ENTRY}"


def test_each_division_counts_its_livrets_by_status_with_a_door_to_each() -> None:
    room = classroom(3)
    typed(room.pupils[0], FULL)
    typed(room.pupils[1], MANDATORY)
    first = pupil(8, into=factories.division("1MELEC"), mef=factories.MEF_PREMIERE)

    page = read(signed_in(chef()), ENTRY)

    assert page.title == "Saisie du livret scolaire des élèves – Bac pro MELEC – LivretPro"
    rows = page.rows(CAPTION)
    assert [[row[0], row[1], *row[3:]] if len(row) > 1 else row for row in rows] == [
        ["Première"],
        ["1MELEC", "1", "1 livret rouge, 1MELEC", "0", "0"],
        ["Terminale"],
        [
            "TMELEC",
            "3",
            "1 livret rouge, TMELEC",
            "1 livret orange, TMELEC",
            "1 livret vert, TMELEC",
        ],
    ]
    assert page.links("TMELEC") == [list_of(room.division.pk)]
    assert page.links("1 livret rouge, 1MELEC") == [
        f"{list_of(first.division_id or 0)}?statut=rouge"
    ]


def test_a_teacher_sees_their_own_divisions() -> None:
    room = classroom(1)
    other = teacher_elsewhere(room)

    rows = read(signed_in(other), ENTRY).rows(CAPTION)

    assert [row[0] for row in rows] == ["Terminale", "TAUTRE"]


OWED = "Ce qu’il vous reste à saisir"


def test_a_teacher_sees_what_they_still_owe_with_a_door_to_the_very_fields() -> None:
    room = classroom(3)
    typed(room.pupils[0], FULL)
    typed(room.pupils[1], MANDATORY | {"pfmp_exporter": "oui"})
    typed(room.pupils[2], {"competence:C2": "3"})
    Periodicity.objects.update(closes_on=date(2099, 6, 12))

    page = read(signed_in(teacher(room)), ENTRY)

    here = list_of(room.division.pk)
    assert page.rows(OWED) == [
        [
            "TMELEC saisie jusqu’au 12 juin 2099",
            "1 C1 Degré de C1, TMELEC 1 C3 Degré de C3, TMELEC",
            "1 Moyenne d’une période, TMELEC",
            "1 Enseignant de la spécialité, TMELEC",
            (
                "1 synthèse PFMP exportée : synthèse, TMELEC "
                "1 enseignant PFMP exportée : enseignant, TMELEC"
            ),
            "2 Appréciation générale, TMELEC",
            "1 synthèse PFMP : synthèse, TMELEC 1 enseignant PFMP : enseignant, TMELEC",
        ]
    ]
    assert "6 données obligatoires manquent, et 4 facultatives." in page.text
    assert page.links("1 C3 Degré de C3, TMELEC") == [f"{here}?manque=degre%3AC3"]
    assert page.links("1 Moyenne d’une période, TMELEC") == [f"{here}?manque=moyenne"]
    assert page.links("1 Enseignant de la spécialité, TMELEC") == [
        f"{here}?vue=liste&manque=enseignant"
    ]
    assert page.links("2 Appréciation générale, TMELEC") == [
        f"{here}?vue=appreciations&manque=appreciation"
    ]


def test_a_principal_owes_the_pfmp_alone_and_the_head_nothing_here() -> None:
    room = classroom(1)
    typed(room.first, MANDATORY)

    page = read(signed_in(principal(room)), ENTRY)

    assert page.rows(OWED)[0][1:6] == ["0", "0", "0", "0", "0"]
    assert "Plus rien d’obligatoire ne manque, et 2 facultatives." in page.text
    assert OWED not in read(signed_in(chef()), ENTRY).text


def test_nothing_is_owed_where_all_is_filled() -> None:
    room = classroom(1)
    typed(room.first, FULL)

    page = read(signed_in(teacher(room)), ENTRY)

    assert "Rien : tout ce que vous pouvez saisir ici est rempli." in page.text


def test_what_is_owed_is_told_closed_while_the_periodicity_is_to_be_chosen() -> None:
    room = classroom(1)
    Periodicity.objects.all().delete()

    (row,) = read(signed_in(teacher(room)), ENTRY).rows(OWED)

    assert row[0] == "TMELEC saisie fermée : la périodicité n’est pas choisie"


def test_apprentices_are_counted_never_listed() -> None:
    room = classroom(3)
    Enrolment.objects.filter(pk__in=[e.pk for e in room.pupils[:2]]).update(status="AP")

    page = read(signed_in(chef()), ENTRY)

    assert "Seuls les élèves sous statut scolaire sont présentés ici" in page.text
    assert "2 apprentis de ce diplôme n’ont pas de livret." in page.text
    assert (
        "Qui n’est pas sous statut scolaire a des bilans de période, comme les autres : bilans de "
        "TMELEC." in page.text
    )
    assert "NOM0001" not in page.text


def test_those_without_livret_are_told_with_the_reason_and_those_gone_with_the_date() -> None:
    room = classroom(3)
    Enrolment.objects.filter(pk=room.pupils[0].pk).update(no_livret="Ce MEF relève d’ailleurs.")
    Enrolment.objects.filter(pk=room.pupils[1].pk).update(end=date(2026, 1, 5))

    page = read(signed_in(chef()), ENTRY)

    folds = [words(fold) for fold in page.main.xpath(".//details")]
    assert folds == [
        "1 élève sans livret Ce MEF relève d’ailleurs. NOM0001 Léa TMELEC",
        "1 élève parti NOM0002 Léa TMELEC, le 5 janvier 2026",
    ]
    assert page.links("NOM0002 Léa") == [address(room.pupils[1])]


def test_a_pupil_who_changed_division_is_not_gone() -> None:
    room = classroom(1)
    Enrolment.objects.filter(pk=room.first.pk).update(end=date(2026, 1, 5))
    other = factories.division("TMELEC2")
    factories.enrolment(
        room.first.student, into=other, mef=factories.MEF_TERMINALE, level="terminale"
    )

    page = read(signed_in(chef()), ENTRY)

    assert page.main.xpath(".//details") == []
    assert [row[0] for row in page.rows(CAPTION)] == ["Terminale", "TMELEC2"]


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_divisions_cost_the_same_whatever_the_number_of_pupils(
    pupils: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    room = classroom(pupils)
    for enrolment in room.pupils:
        typed(enrolment, MANDATORY)
    client = signed_in(chef())
    client.get(ENTRY)

    with django_assert_num_queries(SESSION_AND_DOOR + 1 + 3):
        client.get(ENTRY)


def test_a_division_opens_to_those_who_follow_it() -> None:
    room = classroom(1)
    page = list_of(room.division.pk)
    expected = {
        chef(): 200,
        teacher(room): 200,
        teacher_elsewhere(room): 404,
        administrator(): 404,
        stranger(): 404,
    }

    got = {user: signed_in(user).get(page).status_code for user in expected}

    assert got == expected
    assert Client().get(page).headers["Location"] == f"/connexion/?next={page}"


def test_the_list_says_for_each_pupil_the_status_and_what_is_missing() -> None:
    room = classroom(4)
    typed(room.pupils[0], FULL)
    typed(room.pupils[1], MANDATORY | {"appreciation": "Bien."})
    typed(room.pupils[2], {"competence:C2": "3"})

    page = read(signed_in(teacher(room)), list_of(room.division.pk) + LIST)

    assert page.title == "Livrets de TMELEC – Bac pro MELEC – LivretPro"
    assert page.rows("Terminale") == [
        ["NOM0001 Léa", "Vert", "", "12,50"],
        ["NOM0002 Léa", "Orange", "seule manque la PFMP, non exportée", "12,50"],
        [
            "NOM0003 Léa",
            "Rouge",
            (
                "4 obligatoires : degrés de C1 et C3, moyenne d’une période, "
                "enseignant de la spécialité ; 3 facultatives"
            ),
            "– aucune moyenne",
        ],
        ["NOM0004 Léa", "Rouge", "rien saisi", "– aucune moyenne"],
    ]
    assert page.links("NOM0003 Léa") == [address(room.pupils[2])]
    assert "2 sur 4 élèves ont une moyenne" in page.text


@pytest.mark.parametrize(
    ("query", "names", "current"),
    [
        ("", ["NOM0001 Léa", "NOM0002 Léa", "NOM0003 Léa"], "Tous 3"),
        ("&statut=rouge", ["NOM0003 Léa"], "Rouge 1"),
        ("&statut=orange", ["NOM0002 Léa"], "Orange 1"),
        ("&statut=bleu", ["NOM0001 Léa", "NOM0002 Léa", "NOM0003 Léa"], "Tous 3"),
    ],
)
def test_the_list_is_filtered_by_status(query: str, names: list[str], current: str) -> None:
    room = classroom(3)
    typed(room.pupils[0], FULL)
    typed(room.pupils[1], MANDATORY)

    page = read(signed_in(chef()), list_of(room.division.pk) + LIST + query)

    assert [row[0] for row in page.rows("Terminale")] == names
    assert [words(a) for a in page.main.xpath(".//a[@aria-current='true']")] == [current]


def test_the_list_is_filtered_by_what_is_missing() -> None:
    room = classroom(2)
    typed(room.pupils[0], MANDATORY)

    page = read(signed_in(chef()), list_of(room.division.pk) + LIST + "&manque=moyenne")

    assert [row[0] for row in page.rows("Terminale")] == ["NOM0002 Léa"]
    assert "Livrets où manque : Moyenne d’une période." in page.text
    assert page.links("Voir tous les livrets") == [list_of(room.division.pk) + LIST]


def test_the_door_of_a_missing_field_leads_to_the_pupils_who_lack_it_and_to_the_field() -> None:
    room = classroom(2)
    typed(room.pupils[0], {"competence:C2": "3"})
    here, client = list_of(room.division.pk), signed_in(teacher(room))

    degree = read(client, f"{here}?manque=degre%3AC2")
    listed = read(client, f"{here}{LIST}&manque=enseignant")
    nowhere = read(client, f"{here}?manque=degre%3AC99")

    names = degree.main.xpath(".//tbody/tr/th")
    assert [words(name) for name in names] == ["rouge : NOM0002 Léa"]
    assert degree.main.xpath(".//*[@data-voulu]/@data-voulu") == ["competence:C2"]
    assert degree.main.xpath(".//select/option[@selected]/@value") == ["competence:C2"]
    assert "Livrets où manque : Degré de C2." in degree.text
    assert listed.links("NOM0001 Léa") == [f"{address(room.pupils[0])}#enseignant_1_nom"]
    assert "Aucun livret de TMELEC ne correspond à ce choix." in nowhere.text


def test_the_door_of_a_missing_average_leads_to_the_first_empty_period() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "NN"})
    here, client = list_of(room.division.pk), signed_in(teacher(room))

    grid = read(client, f"{here}?manque=moyenne")
    listed = read(client, f"{here}{LIST}&manque=moyenne")

    assert grid.main.xpath(".//*[@data-voulu]/@data-voulu") == ["moyenne_2"]
    assert grid.main.xpath(".//select/option[@selected]/@value") == ["moyenne_2"]
    assert listed.links("NOM0001 Léa") == [f"{address(room.first)}#moyenne_2"]


def test_a_filter_that_keeps_nobody_says_so() -> None:
    room = classroom(1)

    page = read(signed_in(chef()), list_of(room.division.pk) + "?statut=vert")

    assert "Aucun livret de TMELEC ne correspond à ce choix." in page.text


def test_a_division_without_pupil_of_the_diploma_says_so() -> None:
    classroom(1)
    empty = factories.division("2TNE")

    page = read(signed_in(chef()), list_of(empty.pk))

    assert "Aucun livret de ce diplôme dans cette division" in page.text


def test_a_division_of_another_year_is_not_there() -> None:
    classroom(1)
    former = factories.division("TMELEC", year=factories.school_year(year=2024))

    assert signed_in(chef()).get(list_of(former.pk)).status_code == 404


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_list_costs_the_same_whatever_the_number_of_pupils(
    pupils: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    room = classroom(pupils)
    for enrolment in room.pupils:
        typed(enrolment, MANDATORY)
    client = signed_in(chef())
    client.get(ENTRY)

    with django_assert_num_queries(SESSION_AND_DOOR + 3 + 5):
        client.get(list_of(room.division.pk) + LIST)
