"""Telling the teachers on screen: the head's page, the banner, « J’ai lu »."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from livretpro.accounts.models import User
from livretpro.livrets.models import Announcement, AnnouncementReader
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in
from read_page import ReadPage

pytestmark = pytest.mark.django_db
ROOT = f"/suivi/{UAI}/{CIEL}/"
PAGE = f"{ROOT}export/annonce/terminale/"
READY = (
    "Bonjour,\n\nLa saisie des livrets de terminale est ouverte, par trimestres. "
    f"Vous pouvez les remplir à cette adresse :\nhttp://testserver{ROOT}saisie/"
)


@pytest.fixture
def lycee(db: None) -> Lycee:
    made = found({"TCIEL1": 2})
    made.open_entry(Level.TERMINALE)
    return made


@pytest.fixture
def zoe(lycee: Lycee) -> User:
    """Who teaches the speciality."""
    return lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def text_of(page: ReadPage) -> str:
    return str(page.main.xpath("string(.//textarea)")).lstrip("\n")


def test_the_configuration_leads_to_the_message_of_each_level_that_is_open(as_head: Client) -> None:
    page = ReadPage(as_head.get(f"{ROOT}export/"))

    assert page.links("Prévenir les enseignants de terminale") == [PAGE]
    assert page.links("Prévenir les enseignants de première") == []


@pytest.mark.parametrize("level", ["premiere", "seconde", "x"])
def test_a_level_that_is_not_open_has_no_page(as_head: Client, level: str) -> None:
    assert as_head.get(f"{ROOT}export/annonce/{level}/").status_code == 404


def test_a_message_is_ready_and_whoever_has_no_account_is_shown(as_head: Client) -> None:
    page = ReadPage(as_head.get(PAGE))

    assert text_of(page) == READY
    assert page.rows("Qui saisit en terminale") == [
        ["PETIT Zoé", "TCIEL1", "rien saisi", "sans compte", ""]
    ]


def test_a_message_sent_stands_on_every_page_until_it_is_read(
    lycee: Lycee, zoe: User, as_head: Client
) -> None:
    sent = {"message": "Bonjour <b>à tous</b>.", "derniere": "0"}
    page = ReadPage(as_head.post(PAGE, sent, follow=True))
    teacher = signed_in(zoe)
    entry = f"{ROOT}saisie/"
    banner = ReadPage(teacher.get(entry))
    pupil = ReadPage(teacher.get(f"{ROOT}livrets/{lycee.enrolment(1001).pk}/"))
    (made,) = Announcement.objects.all()

    assert page.messages() == [
        "Le message est envoyé : un enseignant le verra à sa prochaine page."
    ]
    assert page.rows("Qui saisit en terminale")[0][3:] == ["pas encore lu", "pas d’adresse"]
    assert "Bonjour <b>à tous</b>." in banner.text
    assert "Bonjour <b>à tous</b>." in pupil.text
    assert "à tous" not in ReadPage(as_head.get(entry)).text

    address = f"/suivi/{UAI}/annonces/{made.pk}/vue/"
    back = teacher.post(address, {"retour": entry}, follow=True)

    assert back.redirect_chain == [(entry, 302)]
    assert "à tous" not in ReadPage(back).text
    read = ReadPage(as_head.get(PAGE)).rows("Qui saisit en terminale")[0][3]
    assert read.startswith("lu aujourd’hui à ")


@pytest.mark.parametrize("back", ["", "https://ailleurs.example/", "//ailleurs.example", "x"])
def test_reading_never_leads_out_of_the_site(lycee: Lycee, zoe: User, back: str) -> None:
    made = lycee.announce()

    answer = signed_in(zoe).post(f"/suivi/{UAI}/annonces/{made.pk}/vue/", {"retour": back})

    assert answer.headers["Location"] == reverse("school", args=[UAI])


def test_a_message_that_is_refused_stays_on_screen(zoe: User, as_head: Client) -> None:
    typed = "a" * 2001

    page = ReadPage(as_head.post(PAGE, {"message": typed, "derniere": "0"}))

    assert page.status == 422
    assert text_of(page) == typed
    assert page.messages() == [
        "Le message compte 2001 caractères : la limite est de 2000, 1 de trop."
    ]
    assert AnnouncementReader.objects.count() == 0


def test_a_message_sent_meanwhile_by_another_is_told_and_nothing_is_lost(
    lycee: Lycee, zoe: User, as_head: Client
) -> None:
    lycee.announce("Le premier.")

    page = ReadPage(as_head.post(PAGE, {"message": "Le second.", "derniere": "0"}))

    assert (page.status, text_of(page)) == (422, "Le second.")
    assert "vient d’envoyer un message à ces enseignants" in page.messages()[0]
    assert "Le premier." in page.text
    assert Announcement.objects.count() == 1


def test_who_has_begun_comes_last(lycee: Lycee, zoe: User, as_head: Client) -> None:
    lycee.fill(1001)

    (row,) = ReadPage(as_head.get(PAGE)).rows("Qui saisit en terminale")

    assert row[2] == "commencés"


def test_the_configuration_says_what_was_last_told(
    lycee: Lycee, zoe: User, as_head: Client
) -> None:
    lycee.announce()

    text = ReadPage(as_head.get(f"{ROOT}export/")).text

    assert "Message de ligne de commande" in text
    assert "1 enseignant, lu par 0." in text


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_page_costs_the_same_for_one_division_or_three(
    pupils: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lycee = found({f"TCIEL{number}": 1 for number in range(1, pupils + 1)})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(*range(1001, 1001 + pupils))
    lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")
    made = lycee.announce()
    for _ in range(pupils - 1):
        made = lycee.announce(last=made.pk)
    head = signed_in(lycee.person(Role.CHEF))
    head.get(PAGE)

    with django_assert_num_queries(6 + 14):
        head.get(PAGE)


@pytest.mark.usefixtures("zoe")
def test_a_number_without_end_is_no_announcement(as_head: Client) -> None:
    sent = {"message": "Bonjour.", "derniere": "9" * 5000}

    assert as_head.post(PAGE, sent).status_code == 302
