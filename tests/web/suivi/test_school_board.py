"""The board of the whole school, and what is missing teacher by teacher."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

import factories
from livret_factories import FULL, MANDATORY, classroom, pupil, typed
from livretpro.livrets.models import Periodicity
from livretpro.lsl_export.actions import Options, create_export
from livretpro.schools.models import PrincipalTeacher
from read_page import ReadPage
from web.suivi.class_people import chef, of_diploma, referent, signed_in, teacher

pytestmark = pytest.mark.django_db
BOARD = f"/suivi/{factories.UAI}/tableau/"
SCHOOL_OWED = f"/suivi/{factories.UAI}/manques/"
OWED = of_diploma("manques/")
SESSION_AND_SCHOOL = 2 + 2
ADVANCE = "Avancement par niveau, diplôme et division"
NATURES = "Ce qui manque, par nature"
BY_TEACHER = "Ce qui manque, par enseignant et division"
NOBODY = "Sans enseignant personne, hormis la direction, ne peut saisir ceci"
MELEC, OTHER = "Bac pro MELEC", "40099999"


def read(page: str) -> ReadPage:
    return ReadPage(signed_in(chef()).get(page))


def other_diploma(number: int = 50, code: str = "TAUTRE") -> None:
    """A pupil of a diploma that no référentiel names."""
    enrolment = pupil(number, into=factories.division(code))
    enrolment.cfd = OTHER
    enrolment.save(update_fields=["cfd"])


def test_the_school_then_its_levels_its_diplomas_and_their_divisions() -> None:
    room = classroom(3)
    typed(room.pupils[0], MANDATORY | {"appreciation": "Bien."})
    typed(room.pupils[1], FULL)
    create_export(room.division, room.diploma, Options(), by=room.head)
    pupil(8, into=factories.division("1MELEC"), mef=factories.MEF_PREMIERE)
    other_diploma()
    Periodicity.objects.update(closes_on=date(2099, 6, 1))

    page = read(BOARD)

    one_pfmp = "1 1 PFMP : seule manque la PFMP, non exportée"
    assert page.title == "Tableau du lycée – LivretPro"
    assert page.rows(ADVANCE) == [
        ["Lycée", "5", "", "3", one_pfmp, "1", "", ""],
        ["Première", "1", "", "1", "0", "0", "", ""],
        ["Terminale", "4", "", "2", one_pfmp, "1", "", ""],
        [MELEC, "4", "", "2", one_pfmp, "1", "", ""],
        [
            "1MELEC première, périodicité à choisir",
            "1",
            "",
            "1 livret rouge, 1MELEC",
            "0",
            "0",
            "jamais le seul livret est rouge",
            "Exporter 1MELEC",
        ],
        [
            "TMELEC terminale, trimestres, saisie jusqu’au 1er juin 2099",
            "3",
            "",
            "1 livret rouge, TMELEC",
            "1 livret orange, TMELEC 1 PFMP : seule manque la PFMP, non exportée, TMELEC",
            "1 livret vert, TMELEC",
            "v001, aujourd’hui",
            "Exporter TMELEC",
        ],
        [f"Diplôme {OTHER}", "1", "", "1", "0", "0", "", ""],
        [
            "TAUTRE terminale, périodicité à choisir",
            "1",
            "",
            "1 livret rouge, TAUTRE",
            "0",
            "0",
            "jamais le seul livret est rouge",
            "Exporter TAUTRE",
        ],
    ]
    assert page.links(MELEC) == [of_diploma(), of_diploma()]
    list_of = of_diploma(f"divisions/{room.division.pk}/")
    assert page.links("1 PFMP : seule manque la PFMP, non exportée, TMELEC") == [
        f"{list_of}?vue=liste&manque=pfmp-seule"
    ]
    assert "2 livrets sur 5 peuvent partir. 3 sont bloqués" in page.text
    assert "rien n’est saisi dans 2 divisions" in page.text
    assert f"La périodicité est à choisir en {MELEC} et Diplôme {OTHER}." in page.text


def test_what_is_missing_in_the_school_leads_to_the_diploma() -> None:
    room = classroom(2)
    typed(room.first, MANDATORY)
    other_diploma()

    page = read(BOARD)

    rows = [[row[0], *(c.partition(" ")[0] for c in row[1:])] for row in page.rows(NATURES)]
    assert rows[:4] == [
        ["Obligatoire"],
        ["Degré de maîtrise", "3", "0"],
        ["Moyenne d’une période", "1", "1"],
        ["Enseignant de la spécialité", "1", "1"],
    ]
    assert page.links(f"3 Degré de maîtrise, {MELEC}") == [f"{of_diploma()}#nature"]


def test_a_school_without_livret_says_what_to_do_first() -> None:
    factories.school_year()

    client = signed_in(chef())

    for page in (ReadPage(client.get(BOARD)), ReadPage(client.get(SCHOOL_OWED))):
        assert "Aucun livret pour le moment" in page.text
        assert page.links("Importer les fichiers de SIECLE") == [f"/ecole/{factories.UAI}/imports/"]


def test_the_livrets_orange_for_their_pfmp_alone_have_their_list() -> None:
    room = classroom(3)
    typed(room.pupils[0], MANDATORY | {"appreciation": "Bien."})
    typed(room.pupils[1], MANDATORY)

    page = read(of_diploma(f"divisions/{room.division.pk}/?vue=liste&manque=pfmp-seule"))

    assert [row[0] for row in page.rows("Terminale")] == ["NOM0001 Léa"]
    assert "Livrets où manque : la PFMP, non exportée, et rien d’autre." in page.text


def test_each_teacher_owes_the_fields_of_their_divisions_and_nobody_s_come_first() -> None:
    room = classroom(2)
    typed(room.first, MANDATORY | {"competence:C2": "3"})
    teacher(room)
    referent(room)
    alone = pupil(8, into=factories.division("1MELEC"), mef=factories.MEF_PREMIERE)
    line = factories.staff("NGUYEN", "Paul")
    PrincipalTeacher.objects.create(staff=line, division=alone.division)

    page = read(OWED)

    assert [[row[0], *(c.partition(" ")[0] for c in row[1:])] for row in page.rows(BY_TEACHER)] == [
        [f"{NOBODY} : nommer un enseignant"],
        [
            "1MELEC saisie fermée : la périodicité n’est pas choisie",
            *("1", "1", "1", "0", "1", "0"),
        ],
        ["BLANC Rose"],
        ["TMELEC", "0", "0", "0", "0", "0", "1"],
        ["DUVAL Karine"],
        ["TMELEC", "1", "1", "1", "0", "2", "2"],
        ["NGUYEN Paul n’a pas de compte"],
        [
            "1MELEC saisie fermée : la périodicité n’est pas choisie",
            *("0", "0", "0", "0", "0", "1"),
        ],
    ]
    assert page.links("1 C3 Degré de C3, TMELEC") == [
        of_diploma(f"divisions/{room.division.pk}/?manque=degre%3AC3")
    ]
    assert "10 données obligatoires manquent, et 9 facultatives." in page.text


def test_the_whole_school_names_the_diploma_of_each_line() -> None:
    room = classroom(1)
    teacher(room)
    other_diploma()

    page = read(SCHOOL_OWED)

    heads = [row[0] for row in page.rows(BY_TEACHER)]
    assert heads == [
        NOBODY,
        f"TAUTRE Diplôme {OTHER} saisie fermée : la périodicité n’est pas choisie",
        "DUVAL Karine",
        f"TMELEC {MELEC}",
    ]


def test_nothing_missing_says_so() -> None:
    room = classroom(1)
    typed(room.first, FULL)

    assert "Tous les livrets sont verts." in read(OWED).text


def test_a_former_year_has_no_list_by_teacher() -> None:
    classroom(1)

    assert signed_in(chef()).get(f"{OWED[:-9]}-2024/manques/").status_code == 404


@pytest.mark.parametrize(
    ("address", "cost"),
    [(BOARD, 6), (SCHOOL_OWED, 5 + 6), (OWED, 2 + 4 + 6)],
)
@pytest.mark.parametrize("count", [1, 3])
def test_boards_cost_the_same_whatever_the_number_of_pupils_divisions_and_diplomas(
    count: int, address: str, cost: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    room = classroom(count)
    for number in range(count):
        typed(room.pupils[number], {"moyenne_1": "12"})
        teacher(room, f"DUVAL{number}")
        pupil(8 + number, into=factories.division(f"T{number}"))
        other_diploma(50 + number, f"TA{number}")
    client = signed_in(chef())
    client.get(address)

    with django_assert_num_queries(SESSION_AND_SCHOOL + cost):
        client.get(address)
