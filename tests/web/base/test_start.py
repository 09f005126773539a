"""Where a person lands, and the choice of school and diploma."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livretpro.schools.rules import Role
from web.base.valmeray import CIEL, MELEC, UAI, Valmeray, found_school, member, signed_in

pytestmark = pytest.mark.django_db


def landing(client: Client) -> str:
    """The address where the home page leads."""
    return str(client.get("/", follow=True).request["PATH_INFO"])


def test_the_head_with_one_diploma_lands_on_its_dashboard(
    valmeray: Valmeray, as_head: Client
) -> None:
    valmeray.pupil_of(MELEC)

    assert landing(as_head) == f"/suivi/{UAI}/{MELEC}/"


def test_a_teacher_with_one_diploma_lands_on_its_entry_page(valmeray: Valmeray) -> None:
    teacher = valmeray.teacher_of(valmeray.pupil_of(MELEC), MELEC)
    valmeray.pupil_of(CIEL)

    assert landing(signed_in(teacher)) == f"/suivi/{UAI}/{MELEC}/saisie/"


def test_with_several_diplomas_one_is_asked_in_the_order_of_names(
    valmeray: Valmeray, diplomas: None, as_head: Client
) -> None:
    for cfd in (MELEC, CIEL):
        valmeray.pupil_of(cfd)

    assert landing(as_head) == f"/suivi/{UAI}/diplomes/"
    shown = as_head.get(f"/suivi/{UAI}/diplomes/").context["choices"]
    assert [(str(diploma), address) for diploma, address in shown] == [
        ("Bac pro CIEL", f"/suivi/{UAI}/{CIEL}/"),
        ("Bac pro MELEC", f"/suivi/{UAI}/{MELEC}/"),
    ]


def test_home_leads_back_to_the_last_diploma(valmeray: Valmeray, as_head: Client) -> None:
    for cfd in (MELEC, CIEL):
        valmeray.pupil_of(cfd)

    as_head.get(f"/suivi/{UAI}/{CIEL}/export/")

    assert landing(as_head) == f"/suivi/{UAI}/{CIEL}/"


def test_a_diploma_no_longer_followed_is_forgotten(valmeray: Valmeray) -> None:
    teacher = valmeray.teacher_of(valmeray.pupil_of(MELEC), MELEC)
    client = signed_in(teacher)
    client.get(f"/suivi/{UAI}/{MELEC}/saisie/")
    teacher.staff.all().delete()

    assert landing(client) == f"/suivi/{UAI}/diplomes/"


def test_an_administrator_lands_on_the_imports(valmeray: Valmeray) -> None:
    valmeray.pupil_of(MELEC)

    client = signed_in(member(valmeray.school, Role.ADMINISTRATEUR))

    assert landing(client) == f"/ecole/{UAI}/imports/"


def test_with_several_schools_one_is_asked(valmeray: Valmeray, as_head: Client) -> None:
    other = found_school("0599002P", "Lycée des Aulnes")
    user = member(valmeray.school, Role.CHEF)
    other.school.memberships.create(user=user, role=Role.DDFPT, start="2020-09-01")
    client = signed_in(user)

    answer = client.get("/", follow=True)

    assert answer.request["PATH_INFO"] == "/ecoles/"
    assert [s.uai for s in answer.context["schools"]] == ["0599002P", UAI]
    assert b'href="/ecoles/"' in client.get(f"/suivi/{UAI}/diplomes/").content
    assert b'href="/ecoles/"' not in as_head.get(f"/suivi/{UAI}/diplomes/").content


def test_an_account_without_a_role_is_told_so(valmeray: Valmeray) -> None:
    user = member(valmeray.school)

    page = signed_in(user).get("/").content.decode()

    assert "Votre compte n’a encore aucun rôle" in page
    assert user.identifier in page


@pytest.mark.parametrize(
    ("role", "sentence", "can_import"),
    [
        (Role.DDFPT, "Importez d’abord les fichiers de SIECLE", True),
        (Role.ENSEIGNANT, "Aucun élève ne vous est rattaché cette année", False),
    ],
)
def test_a_school_without_a_livret_says_what_to_do_first(
    valmeray: Valmeray, role: Role, sentence: str, *, can_import: bool
) -> None:
    client = signed_in(member(valmeray.school, role))

    page = client.get("/", follow=True).content.decode()

    assert sentence in page
    assert ("Importer les fichiers de SIECLE</a>" in page) is can_import


@pytest.mark.parametrize("number", [1, 3])
def test_the_choice_costs_the_same_whatever_the_number_of_diplomas(
    valmeray: Valmeray,
    as_head: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for cfd in (MELEC, CIEL, "40099999")[:number]:
        valmeray.pupil_of(cfd)

    with django_assert_num_queries(2 + 2 + 2 + 1 + 1):
        as_head.get(f"/suivi/{UAI}/diplomes/")
