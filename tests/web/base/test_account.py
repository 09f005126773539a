"""« Mon compte »: the password, the other browsers."""

import pytest
from django.http import HttpResponse
from django.test import Client

from livretpro.accounts.models import User
from livretpro.journal.models import Entry
from livretpro.schools.rules import Role
from read_page import ReadPage
from web.base.valmeray import PASSWORD, Valmeray, member, signed_in

pytestmark = pytest.mark.django_db

PAGE = "/compte/"
OTHER = "encore une autre suite de mots"


@pytest.fixture
def user(valmeray: Valmeray) -> User:
    return member(valmeray.school, Role.ENSEIGNANT)


def change(
    client: Client, current: str = PASSWORD, fresh: str = OTHER, again: str = OTHER
) -> HttpResponse:
    return client.post(PAGE, {"current": current, "password": fresh, "again": again})


def works(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_a_changed_password_keeps_this_browser_and_ends_the_others(user: User) -> None:
    here, there = signed_in(user), signed_in(user)

    answer = change(here)

    user.refresh_from_db()
    assert (answer.status_code, user.check_password(OTHER)) == (302, True)
    assert (works(here), works(there)) == (True, False)
    assert Entry.objects.filter(field="mot de passe").count() == 1


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        ({"current": "un autre"}, "Ce n’est pas votre mot de passe actuel."),
        ({"fresh": "court", "again": "court"}, "il en faut 12"),
        ({"again": "autre chose du même genre"}, "Les deux mots de passe diffèrent"),
        ({"current": ""}, "Saisissez votre mot de passe actuel."),
    ],
)
def test_what_is_refused_is_said_and_nothing_changes(
    user: User, typed: dict[str, str], phrase: str
) -> None:
    client = signed_in(user)

    answer = change(client, **typed)

    user.refresh_from_db()
    assert (answer.status_code, phrase in ReadPage(answer).text) == (422, True)
    assert (user.check_password(PASSWORD), works(client)) == (True, True)


def test_wrong_present_passwords_are_counted(user: User) -> None:
    client = signed_in(user)
    for _ in range(20):
        change(client, current="un autre")

    answer = change(client)

    user.refresh_from_db()
    assert ("Trop d’essais" in ReadPage(answer).text, user.check_password(PASSWORD)) == (True, True)


def test_the_other_browsers_are_signed_out_on_demand(user: User) -> None:
    here, there = signed_in(user), signed_in(user)
    before = ReadPage(here.get(PAGE)).text

    page = ReadPage(here.post(f"{PAGE}autres-appareils/", follow=True))

    assert ("Connecté le" in before, works(there)) == (True, False)
    assert page.messages() == ["1 autre appareil déconnecté."]
    assert "Vous n’êtes connecté nulle part ailleurs." in page.text


def test_the_page_says_who_one_is(user: User) -> None:
    text = ReadPage(signed_in(user).get(PAGE)).text

    assert f"Identifiant : {user.identifier}" in text
    assert "Enseignant, Lycée professionnel de Valmeray" in text
