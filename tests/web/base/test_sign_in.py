"""Signing in and out, and what slows down somebody who guesses."""

import pytest
from django.test import Client
from pytest_django import Settings

from livretpro.accounts.models import User
from livretpro.journal.models import Entry
from livretpro.schools.rules import Role
from web.base.counting_hasher import CountingHasher
from web.base.valmeray import PASSWORD, Valmeray, member

pytestmark = pytest.mark.django_db

LOGIN = "/connexion/"
LIMIT = 20  # spec 08: wrong passwords that reach the hasher
TOO_MANY = "Trop d’essais pour cet identifiant depuis ce réseau."


@pytest.fixture
def hasher_calls(settings: Settings) -> list[str]:
    settings.PASSWORD_HASHERS = ["web.base.counting_hasher.CountingHasher"]
    return CountingHasher.calls


def attempt(login: str, password: str, *, address: str = "192.0.2.1", **headers: str) -> str:
    """The page after one attempt by a new visitor; empty when the visitor is let in."""
    answer = Client(REMOTE_ADDR=address, **headers).post(
        LOGIN, {"login": login, "password": password}
    )
    return answer.content.decode()


def test_the_right_password_opens_the_home_page(client: Client, head: User) -> None:
    answer = client.post(LOGIN, {"login": head.identifier, "password": PASSWORD})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(head.pk)


def test_the_identifier_is_taken_in_any_case(head: User) -> None:
    assert attempt(f" {head.identifier.upper()} ", PASSWORD) == ""


def test_the_page_asked_for_comes_back_after_the_sign_in(client: Client, head: User) -> None:
    page = client.get(LOGIN, {"next": "/a-propos/"}).content.decode()
    assert '<input type="hidden" name="next" value="/a-propos/">' in page

    answer = client.post(
        LOGIN, {"login": head.identifier, "password": PASSWORD, "next": "/a-propos/"}
    )

    assert answer.headers["Location"] == "/a-propos/"


def test_a_sign_in_never_leads_to_another_site(client: Client, head: User) -> None:
    answer = client.post(
        LOGIN, {"login": head.identifier, "password": PASSWORD, "next": "https://example.org/"}
    )

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("login", ["claire.ferrand", "personne"])
def test_a_wrong_password_and_an_unknown_account_get_the_same_page(
    client: Client, head: User, login: str
) -> None:
    page = client.post(LOGIN, {"login": login, "password": "faux"}).content.decode()

    assert "L’identifiant ou le mot de passe n’est pas le bon." in page
    assert f'value="{login}"' in page
    assert "faux" not in page
    assert "_auth_user_id" not in client.session


def test_empty_fields_say_what_to_type_and_take_the_focus(client: Client) -> None:
    form = client.post(LOGIN, {}).context["form"]

    assert form.errors == {
        "login": ["Saisissez votre identifiant."],
        "password": ["Saisissez votre mot de passe."],
    }
    assert [name for name, f in form.fields.items() if "autofocus" in f.widget.attrs] == ["login"]


def test_a_disabled_account_is_told_so_and_stays_out(client: Client, head: User) -> None:
    User.objects.filter(pk=head.pk).update(is_active=False)

    answer = client.post(LOGIN, {"login": head.identifier, "password": PASSWORD}, follow=True)

    assert answer.request["PATH_INFO"] == LOGIN
    assert "Ce compte est désactivé." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_wrong_passwords_on_one_account_reach_the_hasher_twenty_times(
    valmeray: Valmeray, hasher_calls: list[str]
) -> None:
    owner = member(valmeray.school, Role.ENSEIGNANT)
    hasher_calls.clear()

    pages = [attempt(owner.identifier, f"essai {n}") for n in range(LIMIT + 5)]

    assert hasher_calls == ["verify"] * LIMIT
    assert [TOO_MANY in page for page in pages] == [False] * LIMIT + [True] * 5
    assert TOO_MANY in attempt(owner.identifier, PASSWORD)
    assert attempt(owner.identifier, PASSWORD, address="192.0.2.2") == ""


def closed_doors() -> list[tuple[str, str, str]]:
    """What the journal tells of doors closed: school, account, value."""
    told = Entry.objects.filter(action="echoue").order_by("pk")
    return list(told.values_list("school_uai", "key", "values_kept__after"))


def test_the_journal_tells_the_failure_that_closes_the_door_once(valmeray: Valmeray) -> None:
    owner = member(valmeray.school, Role.ENSEIGNANT)

    for n in range(LIMIT - 1):
        attempt(owner.identifier, f"essai {n}")
    before = closed_doors()
    for n in range(10):
        attempt(owner.identifier.upper(), f"autre {n}")

    told = "20 mots de passe refusés depuis 192.0.2.1"
    assert (before, closed_doors()) == ([], [(valmeray.school.uai, owner.identifier, told)])


def test_each_address_that_is_closed_is_told(valmeray: Valmeray) -> None:
    owner = member(valmeray.school, Role.ENSEIGNANT)

    for address in ("192.0.2.1", "192.0.2.2"):
        for n in range(LIMIT):
            attempt(owner.identifier, f"essai {n}", address=address)

    from_where = [after.rpartition(" ")[2] for _, _, after in closed_doors()]
    assert from_where == ["192.0.2.1", "192.0.2.2"]


def test_what_is_tried_at_an_account_of_nobody_leaves_the_journal_alone(head: User) -> None:
    for n in range(LIMIT + 5):
        attempt("personne", f"essai {n}")

    assert Entry.objects.count() == 0


def test_attempts_count_together_whatever_the_case_and_the_host_header(
    head: User, hasher_calls: list[str]
) -> None:
    hasher_calls.clear()

    for n in range(LIMIT + 5):
        login = head.identifier.upper() if n % 2 else head.identifier
        attempt(login, "faux", headers={"host": f"localhost:{8000 + n}"})

    assert len(hasher_calls) == LIMIT


def test_one_ipv6_network_counts_as_one_address(head: User, hasher_calls: list[str]) -> None:
    hasher_calls.clear()

    for n in range(LIMIT + 5):
        attempt(head.identifier, "faux", address=f"2001:db8::{n + 1:x}")

    assert len(hasher_calls) == LIMIT


def test_a_whole_staff_signs_in_from_one_address(valmeray: Valmeray) -> None:
    staff = [member(valmeray.school, Role.ENSEIGNANT) for _ in range(LIMIT + 5)]

    assert [attempt(user.identifier, PASSWORD) for user in staff] == [""] * len(staff)


def test_signing_out_wants_a_post(as_head: Client) -> None:
    assert as_head.get("/deconnexion/").status_code == 405
    assert "_auth_user_id" in as_head.session

    answer = as_head.post("/deconnexion/", follow=True)

    assert answer.request["PATH_INFO"] == LOGIN
    assert "Vous êtes déconnecté." in answer.content.decode()
    assert "_auth_user_id" not in as_head.session


def test_the_journal_tells_a_sign_out_once(as_head: Client, head: User) -> None:
    as_head.post("/deconnexion/")
    as_head.post("/deconnexion/")

    told = Entry.objects.filter(action="quitte")
    assert [(entry.author_id, entry.key) for entry in told] == [(head.identifier, head.identifier)]


@pytest.mark.parametrize(
    "address",
    ["/connexion/signup/", "/signup/", "/inscription/", "/email/", "/password/reset/"],
)
def test_nothing_else_of_allauth_is_served(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_someone_signed_in_is_led_home(as_head: Client) -> None:
    assert as_head.get(LOGIN).headers["Location"] == "/"
