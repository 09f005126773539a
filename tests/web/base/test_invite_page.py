"""Codes by mail or on slips: one person, then the teachers of a division."""

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

import factories
from livretpro.accounts.models import User
from livretpro.schools import tasks
from livretpro.schools.models import Membership, Staff
from livretpro.schools.rules import Role
from lycee import UAI, Lycee, found, signed_in, stranger
from read_page import ReadPage

pytestmark = pytest.mark.django_db

PAGE = f"/ecole/{UAI}/comptes/"
INVITE = f"{PAGE}inviter/"
CAPTION = "Personnes à inviter"
NEW = {
    "role": "chef",
    "last_name": "FERRAND",
    "first_name": "Claire",
    "email": "claire@example.org",
    "staff": "",
}


@pytest.fixture
def lycee() -> Lycee:
    """STS knows PETIT Zoé, who teaches TCIEL1, and ROYER Anne, who teaches nothing."""
    return found({"TCIEL1": 1}, reference=False)


@pytest.fixture
def as_admin(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.ADMINISTRATEUR, "ADMIN", "Ada"))


@pytest.fixture
def by_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """This instance sends mails."""
    monkeypatch.setattr(settings, "EMAIL_HOST", "smtp.example")


def sent() -> list[list[str]]:
    """Do the jobs that mail codes; to whom they went."""
    for job in ProcrastinateJob.objects.filter(task_name="schools.send_code").order_by("pk"):
        tasks.send_code(**job.args)
    return [message.to for message in mail.outbox]


def field(last_name: str) -> str:
    """The field of the address of a member of the staff."""
    return f"adresse-{Staff.objects.get(last_name=last_name).pk}"


@pytest.mark.usefixtures("by_mail")
def test_the_code_of_a_new_account_goes_to_its_address(as_admin: Client) -> None:
    page = ReadPage(as_admin.post(PAGE, NEW, follow=True))

    assert page.messages() == [
        "Le compte claire.ferrand est créé : son code part à claire@example.org."
    ]
    assert page.main.xpath(".//button[starts-with(., 'Nouveau code')]/text()") == [
        "Nouveau code par courriel",
        "Nouveau code sur étiquette",
    ]
    assert sent() == [["claire@example.org"]]


@pytest.mark.usefixtures("by_mail")
def test_without_an_address_the_code_is_on_a_slip(as_admin: Client) -> None:
    page = ReadPage(as_admin.post(PAGE, {**NEW, "email": ""}))

    assert page.title == "Code d’activation de Claire FERRAND – LivretPro"
    assert sent() == []


def test_an_instance_without_mail_shows_the_slip(as_admin: Client) -> None:
    page = ReadPage(as_admin.post(PAGE, NEW))

    assert page.title == "Code d’activation de Claire FERRAND – LivretPro"
    assert (sent(), User.objects.get(last_name="FERRAND").email) == ([], "claire@example.org")


@pytest.mark.usefixtures("by_mail")
def test_a_new_code_goes_by_mail_unless_a_slip_is_asked_for(as_admin: Client) -> None:
    as_admin.post(PAGE, NEW)
    held = Membership.objects.get(user__last_name="FERRAND")

    mailed = ReadPage(as_admin.post(f"{PAGE}{held.pk}/code/", follow=True))
    of_the_last_alone = sent()
    slip = ReadPage(as_admin.post(f"{PAGE}{held.pk}/code/", {"etiquette": "1"}))

    assert mailed.messages()[-1] == "Un nouveau code part à l’adresse claire@example.org."
    assert slip.title == "Code d’activation de Claire FERRAND – LivretPro"
    assert (of_the_last_alone, sent()) == ([["claire@example.org"]],) * 2


def test_a_closed_account_gets_no_code_and_says_who_opens_it(as_admin: Client) -> None:
    as_admin.post(PAGE, NEW)
    held = Membership.objects.get(user__last_name="FERRAND")
    User.objects.filter(pk=held.user_id).update(is_active=False)

    refused = as_admin.post(f"{PAGE}{held.pk}/code/")

    assert refused.status_code == 409
    assert "Ce compte est fermé : l’exploitant" in ReadPage(refused).text
    assert "Fermé par l’exploitant" in ReadPage(as_admin.get(f"{PAGE}{held.pk}/")).text


def test_the_administrator_alone_prepares_invitations(lycee: Lycee, as_admin: Client) -> None:
    expected = {
        lycee.person(Role.CHEF): 403,
        lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"): 403,
        stranger(): 404,
    }

    assert {user: signed_in(user).get(INVITE).status_code for user in expected} == expected
    assert as_admin.get(INVITE, {"division": "ABSENTE"}).status_code == 404


@pytest.mark.usefixtures("by_mail")
def test_who_would_be_invited_is_shown_and_nothing_is_done(as_admin: Client) -> None:
    division = ReadPage(as_admin.get(INVITE, {"division": "TCIEL1"}))
    everybody = ReadPage(as_admin.get(INVITE))

    assert [row[0] for row in division.rows(CAPTION)] == ["PETIT Zoé"]
    assert [row[0] for row in everybody.rows(CAPTION)] == ["PETIT Zoé", "ROYER Anne"]
    assert User.objects.count() == 1


@pytest.mark.usefixtures("by_mail")
def test_an_address_typed_receives_the_code_and_the_others_have_slips(as_admin: Client) -> None:
    page = ReadPage(as_admin.post(INVITE, {field("PETIT"): " zoe@example.org "}))

    assert "Un courriel part avec le code : Zoé PETIT (zoe@example.org)." in page.text
    assert page.main.xpath("count(.//li[contains(@class, 'lp-slip')])") == 1
    assert "Anne ROYER" in page.text
    assert sent() == [["zoe@example.org"]]


@pytest.mark.usefixtures("by_mail")
def test_what_is_no_address_is_said_beside_it_and_all_is_kept(as_admin: Client) -> None:
    typed = {field("PETIT"): "zoe", field("ROYER"): "anne@example.org", "division": ""}

    page = ReadPage(as_admin.post(INVITE, typed))

    assert (page.status, User.objects.count()) == (422, 1)
    assert page.main.xpath(".//tbody//input/@value") == ["zoe", "anne@example.org"]
    assert page.main.xpath(".//*[@class='lp-field__error']/text()") == [
        "« zoe » n’est pas une adresse électronique : écrivez par exemple a@b.fr."
    ]


def test_an_instance_without_mail_asks_for_no_address(as_admin: Client) -> None:
    page = ReadPage(as_admin.get(INVITE))

    assert page.main.xpath(".//tbody//input") == []
    assert "cette instance n’envoie pas de courriel" in page.text


@pytest.mark.usefixtures("by_mail")
@pytest.mark.parametrize("others", [0, 2])
def test_the_page_costs_the_same_for_two_people_or_four(
    lycee: Lycee, others: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(others):
        factories.staff(f"AUTRE{number}", of=lycee.school)
    Staff.objects.update(function="ENS")
    browser = signed_in(lycee.person(Role.ADMINISTRATEUR, "ADMIN", "Ada"))

    with django_assert_num_queries(5):
        browser.get(INVITE, {"division": ""})
