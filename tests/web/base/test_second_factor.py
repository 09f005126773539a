"""The second factor: asked of heads and administrators, set up, given, lost, taken back."""

import re
import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.test import Client
from django.utils import timezone

from livretpro.accounts.actions import activate, issue_code
from livretpro.accounts.models import Notice, User
from livretpro.accounts.second_factor import recovery_codes_left
from livretpro.journal.models import Entry
from livretpro.schools.actors import actor_of, command_line
from livretpro.schools.models import Membership
from livretpro.schools.people import OwnFactor, reset_second_factor
from livretpro.schools.rules import Role
from read_page import ReadPage
from web.base.valmeray import UAI, Valmeray, member

pytestmark = pytest.mark.django_db

SIGN_IN, SET_UP = "/connexion/", "/compte/second-facteur/"
PASSWORD = "une suite de mots assez longue"
ACCOUNTS = f"/ecole/{UAI}/comptes/"


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", True)


@pytest.fixture
def admin(valmeray: Valmeray) -> User:
    return with_password(member(valmeray.school, Role.ADMINISTRATEUR))


def with_password(user: User) -> User:
    return activate(issue_code(user, now=timezone.now()), PASSWORD, now=timezone.now())


def sign_in(user: User) -> tuple[Client, str]:
    """Type the password; where that leads."""
    client = Client()
    answer = client.post(SIGN_IN, {"login": user.identifier, "password": PASSWORD})
    return client, answer.headers.get("Location", "")


def code_of(secret: str, *, ahead: int = 0) -> str:
    """What the application shows now, or `ahead` half-minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def secret_on(page: ReadPage) -> str:
    found = re.search(r"Clé : ((?:[A-Z2-7]{4} ?)+)", page.text)
    assert found, page.text
    return found.group(1).replace(" ", "")


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set a second factor up; its secret and the recovery codes."""
    secret = secret_on(ReadPage(client.get(SET_UP)))
    page = ReadPage(client.post(SET_UP, {"code": code_of(secret)}))
    return secret, [code.replace(" ", "") for code in page.main.xpath(".//li/code/text()")]


@pytest.mark.parametrize("role", [Role.CHEF, Role.ADJOINT, Role.DDFPT, Role.ADMINISTRATEUR])
def test_nothing_opens_before_a_second_factor_is_set_up(valmeray: Valmeray, role: Role) -> None:
    client, _ = sign_in(with_password(member(valmeray.school, role)))
    address = f"/ecole/{UAI}/imports/"

    before = client.get(address)
    _, codes = set_up(client)

    assert (before.status_code, before["Location"]) == (302, f"{SET_UP}?pour={address}")
    assert (client.get(address).status_code, len(codes)) == (200, 10)


def test_a_teacher_is_asked_for_nothing(valmeray: Valmeray) -> None:
    client, _ = sign_in(with_password(member(valmeray.school, Role.ENSEIGNANT)))

    assert client.get(f"/suivi/{UAI}/page/").status_code == 200


def test_a_session_without_it_is_sent_away_even_when_the_factor_exists(admin: User) -> None:
    client, _ = sign_in(admin)
    set_up(client)
    other = Client()
    other.force_login(admin)

    assert other.get(ACCOUNTS)["Location"] == f"{SET_UP}?pour={ACCOUNTS}"
    assert "Déconnectez-vous" in ReadPage(other.get(SET_UP)).text


def test_the_next_sign_in_asks_for_the_code(admin: User) -> None:
    secret, _ = set_up(sign_in(admin)[0])

    client, where = sign_in(admin)
    closed = client.get(ACCOUNTS)
    wrong = client.post("/connexion/second-facteur/", {"code": "000000"})
    client.post("/connexion/second-facteur/", {"code": code_of(secret, ahead=1)})

    assert (where, closed.status_code) == ("/connexion/second-facteur/", 302)
    assert "Ce code n’est pas le bon" in ReadPage(wrong).text
    assert client.get(ACCOUNTS).status_code == 200


def test_a_factor_under_the_keys_of_another_instance_is_told_so(
    admin: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret, _ = set_up(sign_in(admin)[0])
    client = sign_in(admin)[0]
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)

    answer = client.post("/connexion/second-facteur/", {"code": code_of(secret, ahead=1)})

    assert (answer.status_code, recovery_codes_left(admin)) == (200, 0)
    assert "Votre second facteur ne se lit plus" in ReadPage(answer).text


def test_a_recovery_code_serves_once(admin: User) -> None:
    _, codes = set_up(sign_in(admin)[0])
    first, second = sign_in(admin)[0], sign_in(admin)[0]

    first.post("/connexion/second-facteur/", {"code": codes[0]})
    second.post("/connexion/second-facteur/", {"code": codes[0]})

    assert (first.get(ACCOUNTS).status_code, second.get(ACCOUNTS).status_code) == (200, 302)
    assert "Il reste 9 codes" in ReadPage(first.get(SET_UP)).text


def test_a_mistyped_code_keeps_the_same_secret(admin: User) -> None:
    client, _ = sign_in(admin)
    secret = secret_on(ReadPage(client.get(SET_UP)))

    answer = client.post(SET_UP, {"code": "123"})

    assert (answer.status_code, secret_on(ReadPage(answer))) == (422, secret)
    assert not Authenticator.objects.exists()


def test_secrets_do_not_stand_in_clear(admin: User) -> None:
    secret, codes = set_up(sign_in(admin)[0])

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert [text for text in (secret, *codes) if text in kept] == []


def test_wrong_codes_are_counted(admin: User) -> None:
    secret, _ = set_up(sign_in(admin)[0])
    client, _ = sign_in(admin)

    told = Entry.objects.filter(action="echoue").order_by("pk")
    for _ in range(19):
        client.post("/connexion/second-facteur/", {"code": "000000"})
    before = told.count()
    for _ in range(6):
        client.post("/connexion/second-facteur/", {"code": "000000"})
    answer = client.post("/connexion/second-facteur/", {"code": code_of(secret, ahead=1)})

    assert "Trop d’essais" in ReadPage(answer).text
    assert client.get(ACCOUNTS).status_code == 302
    assert before == 0
    assert [(e.key, e.field, e.values_kept.after) for e in told] == [
        (
            admin.identifier,
            "second facteur",
            "20 codes de second facteur refusés depuis 127.0.0.1",
        )
    ]


def test_a_role_gained_asks_for_it_at_the_next_request(valmeray: Valmeray) -> None:
    teacher = with_password(member(valmeray.school, Role.ENSEIGNANT))
    client, _ = sign_in(teacher)
    before = client.get(f"/suivi/{UAI}/diplomes/").status_code

    Membership.objects.create(
        user=teacher, school=valmeray.school, role=Role.DDFPT, start="2020-09-01"
    )

    assert (before, client.get(f"/suivi/{UAI}/diplomes/").status_code) == (200, 302)


def test_the_administrator_removes_a_lost_one_and_the_person_is_told(
    valmeray: Valmeray, admin: User
) -> None:
    head = with_password(member(valmeray.school, Role.CHEF))
    set_up(sign_in(head)[0])
    by = actor_of(admin, valmeray.school.uai, on=timezone.localdate())
    assert by

    done = reset_second_factor(valmeray.school, head.identifier, by=by, now=timezone.now())

    client, where = sign_in(head)
    told = ReadPage(client.get(SET_UP)).messages()
    assert (done, where) == (True, "/")
    assert any(m.startswith("Votre second facteur a été retiré le ") for m in told)
    assert not Notice.objects.filter(shown_at=None).exists()
    assert Entry.objects.filter(action="retire", field="second facteur").count() == 1


def test_nobody_removes_their_own_but_the_operator_can(valmeray: Valmeray, admin: User) -> None:
    set_up(sign_in(admin)[0])
    by = actor_of(admin, valmeray.school.uai, on=timezone.localdate())
    assert by

    with pytest.raises(OwnFactor):
        reset_second_factor(valmeray.school, admin.identifier, by=by, now=timezone.now())
    operator = command_line(valmeray.school)

    assert reset_second_factor(valmeray.school, admin.identifier, by=operator, now=timezone.now())


def test_a_compulsory_factor_is_not_removed_and_a_free_one_is(valmeray: Valmeray) -> None:
    head, _ = sign_in(with_password(member(valmeray.school, Role.CHEF)))
    set_up(head)
    teacher, _ = sign_in(with_password(member(valmeray.school, Role.ENSEIGNANT)))
    set_up(teacher)

    for client in (head, teacher):
        client.post(f"{SET_UP}retirer/")

    assert Authenticator.objects.filter(type="totp").count() == 1


def test_recovery_codes_are_renewed_and_the_former_ones_end(admin: User) -> None:
    client, _ = sign_in(admin)
    _, former = set_up(client)

    page = ReadPage(client.post(f"{SET_UP}codes/"))

    fresh = [code.replace(" ", "") for code in page.main.xpath(".//li/code/text()")]
    assert (len(fresh), set(fresh) & set(former)) == (10, set())


def test_a_sign_in_is_in_the_journal(admin: User) -> None:
    sign_in(admin)

    entry = Entry.objects.filter(action="connecte").get()
    assert (entry.author_id, entry.school_uai, entry.field) == (admin.identifier, UAI, "session")
