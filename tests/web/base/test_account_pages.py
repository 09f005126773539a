"""The page "Comptes"."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from livretpro.accounts.actions import activate, user_of_code
from livretpro.accounts.models import User
from livretpro.schools.models import Membership, Staff
from livretpro.schools.queries import staff_with_account
from livretpro.schools.rules import Role
from lycee import UAI, Lycee, found, signed_in, stranger
from read_page import ReadPage

pytestmark = pytest.mark.django_db

PAGE = f"/ecole/{UAI}/comptes/"
NEW = {"role": "chef", "last_name": "ROYER", "first_name": "Alain", "email": "", "staff": ""}


@pytest.fixture
def lycee() -> Lycee:
    """STS knows PETIT Zoé and ROYER Anne."""
    return found({"TCIEL1": 1}, reference=False)


@pytest.fixture
def admin(lycee: Lycee) -> User:
    return lycee.person(Role.ADMINISTRATEUR, "ADMIN", "Ada")


@pytest.fixture
def as_admin(admin: User) -> Client:
    return signed_in(admin)


def membership(user: User) -> str:
    """The address of a person's role."""
    return f"{PAGE}{Membership.objects.get(user=user).pk}/"


def code_on(page: ReadPage) -> str:
    """The code that a slip shows."""
    found_code = re.search(r"Code ((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})", page.text)
    assert found_code, page.text
    return found_code.group(1)


def test_the_roles_are_offered_by_their_usual_names(as_admin: Client) -> None:
    page = ReadPage(as_admin.get(PAGE))

    assert page.main.xpath(".//select[@name='role']/option/text()") == [
        "Enseignant",
        "DDFPT",
        "Adjoint au chef d’établissement",
        "Chef d’établissement",
        "Administrateur",
    ]


def test_the_administrator_writes_the_head_reads_the_others_stay_out(
    lycee: Lycee, admin: User
) -> None:
    expected = {
        admin: (200, 422),
        lycee.person(Role.CHEF): (200, 403),
        lycee.person(Role.DDFPT, "ROUX"): (200, 403),
        lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"): (403, 403),
        stranger(): (404, 404),
    }

    got = {
        user: (signed_in(user).get(PAGE).status_code, signed_in(user).post(PAGE).status_code)
        for user in expected
    }

    assert got == expected
    assert Client().get(PAGE).headers["Location"] == f"/connexion/?next={PAGE}"


@pytest.mark.parametrize("action", ["code/", "retirer/"])
def test_only_the_administrator_gives_codes_and_takes_roles_back(
    lycee: Lycee, admin: User, action: str
) -> None:
    head = lycee.person(Role.CHEF)
    teacher = lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")
    address = membership(admin) + action
    expected = {head: 403, teacher: 403, stranger(): 404}

    assert {u: signed_in(u).post(address).status_code for u in expected} == expected
    assert signed_in(admin).get(address).status_code == 405
    assert Membership.objects.filter(user=admin, end=None).count() == 1


def test_the_head_reads_without_any_button(lycee: Lycee) -> None:
    page = ReadPage(signed_in(lycee.person(Role.CHEF)).get(PAGE))

    assert [row[:3] for row in page.rows("Personnes")] == [
        ["FERRAND Claire", "Chef d’établissement", "claire.ferrand"]
    ]
    assert page.main.xpath(".//button") == []


def test_a_new_account_shows_its_code_once_and_the_code_works(as_admin: Client) -> None:
    answer = as_admin.post(PAGE, NEW)
    page = ReadPage(answer)
    code = code_on(page)

    assert (page.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Identifiant alain.royer" in page.text
    assert f"http://localhost:8000/activation/{code}/" in page.text
    assert user_of_code(code, now=timezone.now()).identifier == "alain.royer"
    assert code not in as_admin.get(PAGE).content.decode()


def test_sending_the_form_again_makes_no_second_account(as_admin: Client) -> None:
    as_admin.post(PAGE, NEW)

    again = ReadPage(as_admin.post(PAGE, NEW))

    assert again.status == 409
    assert again.messages() == [
        (
            "Alain ROYER a déjà un compte pour ce rôle, sous l’identifiant alain.royer. "
            "C’est une autre personne, du même nom"
        )
    ]
    assert User.objects.filter(last_name="ROYER").count() == 1


def test_a_namesake_has_an_account_of_their_own_when_said(as_admin: Client) -> None:
    as_admin.post(PAGE, NEW)

    as_admin.post(PAGE, {**NEW, "homonyme": "on"})

    assert sorted(User.objects.filter(last_name="ROYER").values_list("identifier", flat=True)) == [
        "alain.royer",
        "alain.royer2",
    ]


def test_a_teacher_chosen_in_sts_brings_name_and_services(as_admin: Client) -> None:
    anne = Staff.objects.get(last_name="ROYER")
    form = {"role": "enseignant", "staff": anne.pk, "last_name": "", "first_name": "", "email": ""}

    page = ReadPage(as_admin.post(PAGE, form))
    anne.refresh_from_db()

    assert page.messages() == [
        "Le compte est relié à ROYER Anne, dont les services viennent de STS."
    ]
    assert anne.user is not None
    assert anne.user.identifier == "anne.royer"


def test_a_teacher_whom_sts_does_not_know_may_be_named_by_the_head(
    lycee: Lycee, as_admin: Client
) -> None:
    form = {**NEW, "role": "enseignant", "last_name": "PETIT", "first_name": "Zoé"}

    page = ReadPage(as_admin.post(PAGE, {**form, "staff": "absent"}))

    assert page.messages()[0].startswith("PETIT Zoé entre dans le personnel à la main, hors de STS")
    assert [row[1] for row in ReadPage(as_admin.get(PAGE)).rows("Personnes")] == [
        "Administrateur",
        "Enseignant ajouté à la main, hors de STS",
    ]
    assert [str(person) for person in staff_with_account(lycee.school)] == ["PETIT Zoé"]


def test_somebody_of_sts_with_an_account_is_no_longer_proposed(
    lycee: Lycee, as_admin: Client
) -> None:
    anne = Staff.objects.get(last_name="ROYER")
    lycee.person(Role.ENSEIGNANT, "ROYER", "Anne")

    page = ReadPage(as_admin.post(PAGE, {**NEW, "role": "enseignant", "staff": anne.pk}))

    assert page.status == 422
    assert page.main.xpath("string(.//*[@id='id_staff_error'])") == (
        "Cette personne de STS a déjà un compte : choisissez-en une autre."
    )


@pytest.mark.parametrize(
    ("change", "field", "phrase"),
    [
        ({"last_name": " "}, "last_name", "Le nom manque : saisissez-le."),
        ({"first_name": ""}, "first_name", "Le prénom manque : saisissez-le."),
        (
            {"last_name": "x" * 66},
            "last_name",
            "Le nom compte 66 caractères : la limite est de 65.",
        ),
        (
            {"email": "pas une adresse"},
            "email",
            (
                "« pas une adresse » n’est pas une adresse électronique : "
                "écrivez par exemple a@b.fr."
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_rest_is_kept(
    as_admin: Client, change: dict[str, str], field: str, phrase: str
) -> None:
    page = ReadPage(as_admin.post(PAGE, {**NEW, **change}))

    assert page.status == 422
    assert page.main.xpath(f"string(.//*[@id='id_{field}_error'])") == phrase
    assert page.main.xpath("string(.//select[@name='role']/option[@selected]/@value)") == "chef"
    assert User.objects.count() == 1


def test_a_new_code_ends_the_password_and_is_shown_once(lycee: Lycee, as_admin: Client) -> None:
    head = lycee.person(Role.CHEF)
    head.set_password("quatre mots simples ensemble")
    head.save()

    page = ReadPage(as_admin.post(membership(head) + "code/"))
    head.refresh_from_db()

    assert not head.has_usable_password()
    assert activate(code_on(page), "trois autres mots simples", now=timezone.now()) == head


def test_the_states_of_accounts_are_told(lycee: Lycee, as_admin: Client) -> None:
    head = lycee.person(Role.CHEF, "ACTIF")
    head.activation.delete()
    head.set_password("quatre mots simples ensemble")
    head.save()
    late = lycee.person(Role.CHEF, "TARD")
    late.activation.expires_at = timezone.now() - timedelta(days=1)
    late.activation.save()

    states = {row[0]: row[3] for row in ReadPage(as_admin.get(PAGE)).rows("Personnes")}

    assert states["ACTIF Claire"] == "Actif jamais connecté"
    assert states["TARD Claire"] == "Code d’activation expiré"
    assert states["ADMIN Ada"].startswith("Code d’activation en cours jusqu’au ")


def test_a_role_taken_back_closes_the_door_at_once(lycee: Lycee, as_admin: Client) -> None:
    head = lycee.person(Role.CHEF)
    Membership.objects.filter(user=head).update(start="2025-09-01")
    browser = signed_in(head)
    before = browser.get(PAGE).status_code

    answer = as_admin.post(membership(head) + "retirer/", follow=True)

    after = browser.get(PAGE)
    assert (before, after.status_code) == (200, 302)
    assert after["Location"].startswith("/connexion/")
    assert ReadPage(answer).messages() == ["Le rôle de Claire FERRAND est retiré."]


def test_who_left_sts_and_keeps_an_access_is_listed_until_the_role_ends(
    lycee: Lycee, as_admin: Client
) -> None:
    teacher = lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")
    Staff.objects.update(gone_on=date(2026, 1, 12))

    page = ReadPage(as_admin.get(PAGE))
    as_admin.post(membership(teacher) + "retirer/")
    after = ReadPage(as_admin.get(PAGE))

    assert "PETIT Zoé, absent de STS depuis le 12/01/2026" in page.text
    assert page.links("PETIT Zoé")[0] == membership(teacher)
    assert "Partis de STS" not in after.text


def test_the_last_administrator_stays(admin: User, as_admin: Client) -> None:
    page = ReadPage(as_admin.post(membership(admin) + "retirer/"))

    assert (page.status, page.messages()) == (
        409,
        ["C’est le dernier administrateur de l’établissement : nommez-en d’abord un autre."],
    )


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_for_one_person_or_three(
    lycee: Lycee, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    admins = [lycee.person(Role.ADMINISTRATEUR, f"ADMIN{n}") for n in range(people)]
    browser = signed_in(admins[0])

    with django_assert_num_queries(10):
        browser.get(PAGE)
