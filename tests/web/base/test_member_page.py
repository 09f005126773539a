"""The page of one person of the school, and roles for those who have an account."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livretpro.accounts.actions import set_password
from livretpro.accounts.models import User
from livretpro.schools.models import Membership, Staff
from livretpro.schools.rules import Role
from lycee import UAI, Lycee, found, signed_in, stranger
from read_page import ReadPage

pytestmark = pytest.mark.django_db

PAGE = f"/ecole/{UAI}/comptes/"
NEW = {"role": "ddfpt", "last_name": "FERRAND", "first_name": "Claire", "email": "", "staff": ""}


@pytest.fixture
def lycee() -> Lycee:
    """STS knows PETIT Zoé and ROYER Anne."""
    return found({"TCIEL1": 1}, reference=False)


@pytest.fixture
def as_admin(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.ADMINISTRATEUR, "ADMIN", "Ada"))


@pytest.fixture
def head(lycee: Lycee) -> User:
    return lycee.person(Role.CHEF)


def address(user: User) -> str:
    """The page of a person."""
    return f"{PAGE}{Membership.objects.filter(user=user).order_by('pk')[0].pk}/"


def roles(user: User) -> list[str]:
    """The roles that are open, oldest first."""
    held = Membership.objects.filter(user=user, end=None).order_by("pk")
    return [membership.role for membership in held]


def test_the_name_leads_the_administrator_to_the_person_and_the_head_reads_the_list(
    as_admin: Client, head: User
) -> None:
    of_admin, of_head = ReadPage(as_admin.get(PAGE)), ReadPage(signed_in(head).get(PAGE))
    page = ReadPage(as_admin.get(address(head)))

    assert of_admin.links("FERRAND Claire") == [address(head)]
    assert of_head.links("FERRAND Claire") == []
    assert signed_in(head).get(address(head)).status_code == 403
    assert page.title == "Claire FERRAND – LivretPro"
    assert page.main.xpath(".//select[@name='role']/option/@value") == [
        "enseignant",
        "ddfpt",
        "adjoint",
        "administrateur",
    ]


def test_a_second_role_is_given_on_the_page(as_admin: Client, head: User) -> None:
    answer = as_admin.post(address(head), {"role": "enseignant", "staff": ""}, follow=True)
    again = ReadPage(as_admin.post(address(head), {"role": "enseignant", "staff": ""}))

    assert ReadPage(answer).messages()[0].startswith("Claire FERRAND a ce rôle dès aujourd’hui. ")
    assert roles(head) == ["chef", "enseignant"]
    assert Staff.objects.get(user=head).is_by_hand
    assert again.status == 409


def test_a_role_ends_from_the_page_and_the_other_stays(as_admin: Client, head: User) -> None:
    as_admin.post(address(head), {"role": "enseignant", "staff": ""})
    taught = Membership.objects.get(user=head, role="enseignant")

    as_admin.post(f"{PAGE}{taught.pk}/retirer/")

    assert roles(head) == ["chef"]
    assert signed_in(head).get(f"/ecole/{UAI}/journal/").status_code == 200


def test_a_name_and_an_address_are_corrected(as_admin: Client, head: User) -> None:
    typed = {"last_name": " FERRANT ", "first_name": "Claire", "email": "c.ferrant@example.org"}

    answer = as_admin.post(address(head), typed, follow=True)
    head.refresh_from_db()

    assert ReadPage(answer).messages() == ["C’est enregistré."]
    assert (head.identifier, head.full_name, head.email) == (
        "claire.ferrand",
        "Claire FERRANT",
        "c.ferrant@example.org",
    )


def test_what_cannot_be_kept_is_said_beside_the_field_and_stays(
    as_admin: Client, head: User
) -> None:
    typed = {"last_name": "FERRANT", "first_name": "", "email": "c@example.org"}

    page = ReadPage(as_admin.post(address(head), typed))

    assert (page.status, page.main.xpath("string(.//*[@id='id_first_name_error'])")) == (
        422,
        "Le prénom manque : saisissez-le.",
    )
    assert page.main.xpath("string(.//*[@name='last_name']/@value)") == "FERRANT"
    assert page.main.xpath("string(.//*[@name='email']/@value)") == "c@example.org"


def test_a_null_character_is_refused_beside_the_field(as_admin: Client, head: User) -> None:
    sent = {"last_name": "FER\0RAND", "first_name": "Claire", "email": ""}

    assert as_admin.post(address(head), sent).status_code == 422
    head.refresh_from_db()
    assert head.last_name != "FER\0RAND"


def test_whom_the_school_knows_is_proposed_and_keeps_the_account(
    as_admin: Client, head: User
) -> None:
    page = ReadPage(as_admin.post(PAGE, NEW))

    answer = as_admin.post(PAGE, {**NEW, "compte": head.identifier}, follow=True)

    assert page.status == 409
    assert page.main.xpath(".//input[@name='compte']/@value") == ["claire.ferrand", "autre"]
    assert page.main.xpath("string(.//*[@name='last_name']/@value)") == "FERRAND"
    assert ReadPage(answer).messages() == [
        "Claire FERRAND (claire.ferrand) a ce rôle dès aujourd’hui, avec son compte."
    ]
    assert roles(head) == ["chef", "ddfpt"]


def test_another_person_of_that_name_has_another_account(as_admin: Client, head: User) -> None:
    page = ReadPage(as_admin.post(PAGE, {**NEW, "compte": "autre"}))

    assert page.status == 200
    assert roles(head) == ["chef"]
    assert roles(User.objects.get(identifier="claire.ferrand2")) == ["ddfpt"]


def test_somebody_of_another_school_is_given_a_role_by_identifier(as_admin: Client) -> None:
    luc = stranger()
    form = {"connu-role": "enseignant", "connu-staff": "", "connu-identifier": "Luc.Loin"}

    answer = as_admin.post(f"{PAGE}existant/", form, follow=True)
    told = signed_in(luc).get(PAGE).status_code

    assert (
        ReadPage(answer).messages()[0].startswith("Luc LOIN (luc.loin) a ce rôle dès aujourd’hui")
    )
    assert (roles(luc), told) == (["chef", "enseignant"], 403)
    assert ReadPage(as_admin.post(f"{address_here(luc)}code/")).status == 409


def address_here(user: User) -> str:
    """The page of a person in the school of the tests."""
    return f"{PAGE}{Membership.objects.get(user=user, school__uai=UAI).pk}/"


@pytest.mark.parametrize(
    ("identifier", "phrase"),
    [
        (
            "personne",
            ("Aucun compte ne porte l’identifiant « personne » : vérifiez-le, ou créez un compte."),
        ),
        ("", "Saisissez l’identifiant du compte."),
    ],
)
def test_an_identifier_that_nobody_bears_is_refused_beside_the_field(
    as_admin: Client, identifier: str, phrase: str
) -> None:
    form = {"connu-role": "ddfpt", "connu-staff": "", "connu-identifier": identifier}

    page = ReadPage(as_admin.post(f"{PAGE}existant/", form))

    assert page.status == 422
    assert page.main.xpath("string(.//*[@id='id_connu-identifier_error'])") == phrase
    assert page.main.xpath("string(.//*[@name='connu-identifier']/@value)") == identifier


def test_whoever_becomes_administrator_changes_a_short_password_first(
    as_admin: Client, head: User
) -> None:
    short, long = "quinze lettres.", "seize caractères"
    set_password(head, short)
    before = signed_in(head).get(PAGE).status_code
    as_admin.post(address(head), {"role": "administrateur", "staff": ""})
    browser = signed_in(head)

    led = browser.get(PAGE, follow=True)
    typed = {"current": short, "password": long, "again": long}
    browser.post("/compte/", typed)

    assert (before, led.redirect_chain) == (200, [("/compte/", 302)])
    assert "de seize caractères au moins" in " ".join(ReadPage(led).messages())
    assert browser.get(PAGE).status_code == 200


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_in_a_school_of_one_or_three(
    lycee: Lycee, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    admins = [lycee.person(Role.ADMINISTRATEUR, f"ADMIN{n}") for n in range(people)]
    browser, page = signed_in(admins[0]), address(admins[0])

    with django_assert_num_queries(10):
        browser.get(page)
