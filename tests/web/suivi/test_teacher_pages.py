"""The page "Enseignants de la spécialité"."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livretpro.schools.models import HandTeacher, Service, Staff
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in, stranger
from read_page import ReadPage, words

pytestmark = pytest.mark.django_db

LAST_DAY = "31/08/2026"  # the year of the files is over: its last day stands for today
PAGE = f"/suivi/{UAI}/{CIEL}/enseignants/"


@pytest.fixture
def lycee() -> Lycee:
    """PETIT Zoé teaches both divisions; ROYER Anne none."""
    return found({"1CIEL1": 1, "TCIEL1": 1})


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def anne() -> Staff:
    """Somebody of the staff without service."""
    return Staff.objects.get(last_name="ROYER")


def divisions(page: ReadPage) -> list[tuple[str, list[str]]]:
    """Each division and who is listed there."""
    return [
        (words(block.xpath("./h3")[0]), [words(li) for li in block.xpath(".//li")])
        for block in page.main.xpath(".//section[./h3]")
    ]


def test_the_page_is_for_the_head_and_the_ddfpt(lycee: Lycee) -> None:
    expected = {
        lycee.person(Role.CHEF): (200, 404),
        lycee.person(Role.DDFPT, "ROUX"): (200, 404),
        lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"): (403, 403),
        lycee.person(Role.ENSEIGNANT, "ROYER", "Anne"): (404, 404),
        lycee.person(Role.ADMINISTRATEUR, "ADMIN"): (404, 404),
        stranger(): (404, 404),
    }

    got = {
        user: (signed_in(user).get(PAGE).status_code, signed_in(user).post(PAGE).status_code)
        for user in expected
    }

    assert got == expected
    assert Client().get(PAGE).headers["Location"] == f"/connexion/?next={PAGE}"


def test_teachers_of_sts_are_shown_with_their_subject(lycee: Lycee, as_head: Client) -> None:
    page = ReadPage(as_head.get(PAGE))

    assert page.title == "Enseignants de la spécialité – Bac pro CIEL – LivretPro"
    assert divisions(page) == [
        ("1CIEL1", ["PETIT Zoé 071100, sans compte"]),
        ("TCIEL1", ["PETIT Zoé 071100, sans compte"]),
    ]


def test_divisions_without_anybody_come_first(lycee: Lycee, as_head: Client) -> None:
    Service.objects.filter(division__code="TCIEL1").delete()

    page = ReadPage(as_head.get(PAGE))

    assert [code for code, _ in divisions(page)] == ["TCIEL1", "1CIEL1"]
    assert "Personne n’écrit la spécialité ici, hormis la direction." in page.text


def test_a_service_of_another_subject_does_not_count(lycee: Lycee, as_head: Client) -> None:
    Service.objects.filter(division__code="TCIEL1").update(subject_code="020700")

    assert divisions(ReadPage(as_head.get(PAGE)))[0] == ("TCIEL1", [])


def test_somebody_is_added_by_hand_then_removed(lycee: Lycee, as_head: Client) -> None:
    division = lycee.division("TCIEL1").pk

    added = as_head.post(PAGE, {"division": division, "staff": anne().pk}, follow=True)
    line = HandTeacher.objects.get()
    removed = as_head.post(f"{PAGE}{line.pk}/retirer/", follow=True)

    assert ReadPage(added).messages() == ["ROYER Anne peut écrire la spécialité de TCIEL1."]
    assert divisions(ReadPage(added))[1][1] == [
        "PETIT Zoé 071100, sans compte",
        (
            f"ROYER Anne à la main, du {LAST_DAY}, par Claire FERRAND, sans compte "
            "Retirer ROYER Anne de TCIEL1"
        ),
    ]
    assert ReadPage(removed).messages() == ["ROYER Anne n’écrit plus la spécialité de TCIEL1."]
    assert HandTeacher.objects.count() == 0


def test_adding_the_same_person_twice_adds_them_once(lycee: Lycee, as_head: Client) -> None:
    choice = {"division": lycee.division("TCIEL1").pk, "staff": anne().pk}
    as_head.post(PAGE, choice)

    answer = as_head.post(PAGE, choice)

    assert (answer.status_code, HandTeacher.objects.count()) == (302, 1)

    overlapping = as_head.post(PAGE, choice | {"du": "2025-10-01"})

    assert (overlapping.status_code, HandTeacher.objects.count()) == (422, 1)
    assert "écrit déjà la spécialité de TCIEL1 à ces dates." in ReadPage(overlapping).text


def test_whoever_is_added_sees_the_diploma(lycee: Lycee, as_head: Client) -> None:
    teacher = signed_in(lycee.person(Role.ENSEIGNANT, "ROYER", "Anne"))
    before = teacher.get(PAGE).status_code

    as_head.post(PAGE, {"division": lycee.division("TCIEL1").pk, "staff": anne().pk})

    assert (before, teacher.get(PAGE).status_code) == (404, 403)


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        ("", "Choisissez d’abord une personne."),
        ("0", "Cette personne n’est plus parmi le personnel : choisissez-en une."),
    ],
)
def test_no_choice_is_refused_beside_the_division(
    lycee: Lycee, as_head: Client, typed: str, phrase: str
) -> None:
    division = lycee.division("TCIEL1").pk

    page = ReadPage(as_head.post(PAGE, {"division": division, "staff": typed}))

    assert page.status == 422
    assert page.main.xpath(f"string(.//*[@id='refus-{division}'])") == phrase
    assert HandTeacher.objects.count() == 0


def test_a_division_of_another_diploma_is_not_found(as_head: Client) -> None:
    answer = as_head.post(PAGE, {"division": 999999, "staff": anne().pk})

    assert answer.status_code == 404


def test_removing_is_for_the_head_of_this_school(lycee: Lycee, as_head: Client) -> None:
    as_head.post(PAGE, {"division": lycee.division("TCIEL1").pk, "staff": anne().pk})
    address = f"{PAGE}{HandTeacher.objects.get().pk}/retirer/"
    teacher = lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")

    assert signed_in(teacher).post(address).status_code == 403
    assert signed_in(stranger()).post(address).status_code == 404
    assert as_head.get(address).status_code == 405
    assert HandTeacher.objects.count() == 1


def test_the_pfmp_synthesis_is_reserved_then_opened(lycee: Lycee, as_head: Client) -> None:
    reserved = as_head.post(PAGE, {"pfmp": "non"}, follow=True)
    lycee.school.refresh_from_db()
    held = lycee.school.pfmp_by_speciality_teachers
    as_head.post(PAGE, {"pfmp": "oui"})
    lycee.school.refresh_from_db()

    assert (held, lycee.school.pfmp_by_speciality_teachers) == (False, True)
    assert ReadPage(reserved).messages() == [
        "Les enseignants de la spécialité ne rédigent plus la synthèse des PFMP."
    ]


def test_who_left_sts_and_keeps_an_access_is_said(lycee: Lycee, as_head: Client) -> None:
    lycee.person(Role.ENSEIGNANT, "ROYER", "Anne")
    before = ReadPage(as_head.get(PAGE)).text
    Staff.objects.filter(last_name__in=["ROYER", "PETIT"]).update(gone_on=date(2026, 1, 12))

    after = ReadPage(as_head.get(PAGE)).text

    said = "gardent leur accès et ce qui leur est donné à la main : "
    assert (said in before, f"{said}ROYER Anne (depuis le 12/01/2026)." in after) == (False, True)


@pytest.mark.parametrize("divisions_held", [1, 3])
def test_the_page_costs_the_same_for_one_division_or_three(
    divisions_held: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lycee = found({f"TCIEL{number}": 1 for number in range(divisions_held)})
    for number in range(divisions_held):
        HandTeacher.objects.create(
            staff=anne(), division=lycee.division(f"TCIEL{number}"), cfd=CIEL
        )
    head = signed_in(lycee.person(Role.CHEF))
    head.get(PAGE)

    with django_assert_num_queries(16):
        head.get(PAGE)
