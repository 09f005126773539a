"""Who gets into a school and a diploma, and at what cost."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livretpro.accounts.models import User
from livretpro.schools.models import Enrolment, Membership, SchoolYear
from livretpro.schools.rules import Role
from web.base.valmeray import CIEL, MELEC, UAI, Valmeray, found_school, member, signed_in

pytestmark = pytest.mark.django_db

SCHOOL_PAGE = f"/suivi/{UAI}/page/"
ENTRY = f"/suivi/{UAI}/{MELEC}/saisie/"


def test_a_member_enters_the_school(as_head: Client) -> None:
    assert as_head.get(SCHOOL_PAGE).status_code == 200


@pytest.mark.parametrize("uai", [UAI, "0599002P", "absent", "0599001%00"])
def test_a_stranger_meets_the_same_404_whether_the_school_exists_or_not(
    valmeray: Valmeray, uai: str
) -> None:
    elsewhere = found_school("0599003R", "Lycée Ailleurs")
    client = signed_in(member(elsewhere.school, Role.CHEF, Role.ADMINISTRATEUR))

    answer = client.get(f"/ecole/{uai}/imports/")

    assert (answer.status_code, b"Page introuvable" in answer.content) == (404, True)


def test_a_role_that_has_ended_opens_nothing(valmeray: Valmeray) -> None:
    user = member(valmeray.school, Role.CHEF)
    Membership.objects.filter(user=user).update(end=date(2021, 8, 31))

    assert signed_in(user).get(SCHOOL_PAGE).status_code == 404


def test_a_disabled_account_is_sent_to_the_sign_in_page(head: User, as_head: Client) -> None:
    User.objects.filter(pk=head.pk).update(is_active=False)

    assert as_head.get(SCHOOL_PAGE).headers["Location"] == f"/connexion/?next={SCHOOL_PAGE}"


def test_an_anonymous_visitor_is_sent_to_the_sign_in_page(client: Client) -> None:
    assert client.get(ENTRY).headers["Location"] == f"/connexion/?next={ENTRY}"


@pytest.mark.parametrize(("cfd", "status"), [(MELEC, 200), (CIEL, 404), ("autre", 404)])
def test_the_head_opens_the_diplomas_of_the_pupils_present(
    valmeray: Valmeray, as_head: Client, cfd: str, status: int
) -> None:
    valmeray.pupil_of(MELEC)

    assert as_head.get(f"/suivi/{UAI}/{cfd}/").status_code == status


def test_a_teacher_opens_the_diplomas_of_their_pupils_and_no_other(valmeray: Valmeray) -> None:
    teacher = valmeray.teacher_of(valmeray.pupil_of(MELEC), MELEC)
    valmeray.pupil_of(CIEL)
    client = signed_in(teacher)

    answers = [client.get(f"/suivi/{UAI}/{cfd}/saisie/").status_code for cfd in (MELEC, CIEL)]

    assert answers == [200, 404]


def test_an_administrator_opens_no_diploma(valmeray: Valmeray) -> None:
    valmeray.pupil_of(MELEC)
    client = signed_in(member(valmeray.school, Role.ADMINISTRATEUR))

    assert client.get(ENTRY).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"end": date(2026, 1, 5)},
        {"no_livret": "Ce MEF relève d’un autre ministère."},
    ],
)
def test_a_diploma_without_a_pupil_to_follow_is_not_there(
    valmeray: Valmeray, as_head: Client, change: dict[str, object]
) -> None:
    valmeray.pupil_of(MELEC)
    Enrolment.objects.update(**change)

    assert as_head.get(ENTRY).status_code == 404


def test_apprentices_alone_open_a_diploma_for_their_bilans(
    valmeray: Valmeray, as_head: Client
) -> None:
    valmeray.pupil_of(MELEC)
    Enrolment.objects.update(status="AP")

    assert as_head.get(ENTRY).status_code == 200


def test_pupils_of_another_year_do_not_open_a_diploma(valmeray: Valmeray, as_head: Client) -> None:
    valmeray.pupil_of(MELEC)
    past = SchoolYear.objects.create(
        school=valmeray.school, year=2024, start=date(2024, 9, 1), end=date(2025, 8, 31)
    )
    Enrolment.objects.update(school_year=past)

    assert as_head.get(ENTRY).status_code == 404


def test_a_diploma_that_no_referentiel_names_can_be_opened(
    valmeray: Valmeray, as_head: Client
) -> None:
    valmeray.pupil_of("40099999")

    page = as_head.get(f"/suivi/{UAI}/40099999/saisie/").content.decode()

    assert "<strong>Diplôme 40099999</strong>" in page


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_doors_cost_the_same_whatever_the_number_of_pupils(
    valmeray: Valmeray,
    diplomas: None,
    django_assert_num_queries: DjangoAssertNumQueries,
    pupils: int,
) -> None:
    divisions = [valmeray.pupil_of(MELEC) for _ in range(pupils)]
    teacher = signed_in(valmeray.teacher_of(divisions[0], MELEC))
    head = signed_in(member(valmeray.school, Role.CHEF))
    for client in (head, teacher):
        client.get(ENTRY)  # the first visit writes the session

    with django_assert_num_queries(2 + 2):
        head.get(SCHOOL_PAGE)
    with django_assert_num_queries(2 + 2 + 2):
        head.get(ENTRY)
    with django_assert_num_queries(2 + 2 + 1 + 2):
        teacher.get(ENTRY)


@pytest.mark.parametrize("page", [SCHOOL_PAGE, f"/suivi/{UAI}/{MELEC}/"])
def test_every_door_asks_a_long_password_of_who_administers_a_school(
    valmeray: Valmeray, page: str
) -> None:
    valmeray.pupil_of(MELEC)
    user = member(valmeray.school, Role.CHEF)
    client = signed_in(user)
    before = client.get(page).status_code
    User.objects.filter(pk=user.pk).update(needs_long_password=True, has_long_password=False)

    answer = client.get(page)

    assert (before, answer.status_code, answer.headers["Location"]) == (200, 302, "/compte/")
