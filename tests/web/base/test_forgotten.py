"""A forgotten password: one answer for everybody, a mail for who has an address."""

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from livretpro.accounts.actions import issue_code, user_of_code
from livretpro.accounts.models import User
from livretpro.schools import tasks
from livretpro.schools.rules import Role
from read_page import ReadPage
from web.base.valmeray import PASSWORD, Valmeray, member

pytestmark = pytest.mark.django_db

PAGE = "/mot-de-passe-oublie/"


@pytest.fixture
def user(valmeray: Valmeray, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(settings, "EMAIL_HOST", "smtp.example")
    person = member(valmeray.school, Role.ENSEIGNANT)
    User.objects.filter(pk=person.pk).update(email="claire@example.org")
    return person


def ask(identifier: str, address: str = "192.0.2.1") -> str:
    answer = Client(REMOTE_ADDR=address).post(PAGE, {"identifiant": identifier})
    assert answer.status_code == 200
    return ReadPage(answer).text


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="schools.send_code").count()


def asked() -> ProcrastinateJob:
    """The last mail asked for."""
    return ProcrastinateJob.objects.filter(task_name="schools.send_code").latest("pk")


def test_nothing_tells_whether_an_account_exists(user: User) -> None:
    assert ask(user.identifier) == ask("personne.inconnue")
    assert jobs() == 1


def test_the_code_comes_by_mail_and_the_password_still_opens(user: User) -> None:
    ask(user.identifier)
    tasks.send_code(**asked().args)

    user.refresh_from_db()
    assert (mail.outbox[0].to, user.check_password(PASSWORD)) == (["claire@example.org"], True)


def test_a_name_that_only_the_database_takes_for_another_is_nobodys(user: User) -> None:
    User.objects.filter(pk=user.pk).update(identifier="sacha.kim")

    ask("\u017facha.kim")

    assert jobs() == 0


@pytest.mark.parametrize("known", [True, False])
def test_five_mails_an_hour_are_enough_for_one_network_which_is_told(
    user: User, *, known: bool
) -> None:
    identifier = user.identifier if known else "personne.inconnue"
    for _ in range(5):
        ask(identifier)

    refused = Client(REMOTE_ADDR="192.0.2.1").post(PAGE, {"identifiant": identifier})

    assert (refused.status_code, "Trop de demandes" in ReadPage(refused).text) == (422, True)
    assert jobs() == (5 if known else 0)


def test_a_stranger_does_not_close_the_door_for_the_owner_elsewhere(user: User) -> None:
    for _ in range(6):
        Client(REMOTE_ADDR="198.51.100.7").post(PAGE, {"identifiant": user.identifier})

    ask(user.identifier)

    assert jobs() == 6


def test_who_never_chose_a_password_keeps_the_code_of_the_slip(user: User) -> None:
    code = issue_code(user, now=timezone.now())

    ask(user.identifier)

    assert (jobs(), user_of_code(code, now=timezone.now())) == (0, user)


def test_without_mail_the_page_says_whom_to_ask(valmeray: Valmeray) -> None:
    page = ReadPage(Client().get(PAGE))

    assert "Demandez un nouveau code à l’administrateur" in page.text
    assert page.main.xpath(".//form") == []
