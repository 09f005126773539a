"""Making accounts, one-time codes, passwords."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from livretpro.accounts.actions import BadCode, activate, create_user, issue_code, user_of_code
from livretpro.accounts.models import User
from livretpro.accounts.queries import person
from livretpro.accounts.rules import base_identifier, folded

NOW = datetime(2025, 9, 1, 8, tzinfo=UTC)
PASSWORD = "trois petits tournevis"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("D’ALMEIDA", "d almeida"),
        ("D'Almeida", "d almeida"),
        ("ŒUVRE", "oeuvre"),
        ("Éléonore", "eleonore"),
        ("E\u0301le\u0301onore", "eleonore"),
        ("  DUPONT-LEROY  ", "dupont leroy"),
        ("Straße", "strasse"),
    ],
)
def test_names_fold_to_one_key(text: str, key: str) -> None:
    assert folded(text) == key


def test_an_identifier_is_first_name_dot_name() -> None:
    assert base_identifier("Jean-Luc", "De Souza") == "jean-luc.de-souza"


@pytest.mark.django_db
def test_identifiers_are_made_unique() -> None:
    made = [create_user(last_name="Exemple", first_name="Anna").identifier for _ in range(3)]

    assert made == ["anna.exemple", "anna.exemple2", "anna.exemple3"]


@pytest.mark.django_db
def test_a_code_gives_a_password_once() -> None:
    user = create_user(last_name="Exemple", first_name="Anna")
    code = issue_code(user, now=NOW)

    activate(code.lower().replace("-", " "), PASSWORD, now=NOW + timedelta(days=13))

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    with pytest.raises(BadCode):
        activate(code, "quatre grands tournevis", now=NOW)


@pytest.mark.django_db
def test_a_code_past_its_date_or_replaced_is_refused() -> None:
    user = create_user(last_name="Exemple", first_name="Anna")
    former = issue_code(user, now=NOW)
    code = issue_code(user, now=NOW)

    with pytest.raises(BadCode):
        user_of_code(former, now=NOW)
    with pytest.raises(BadCode):
        user_of_code(code, now=NOW + timedelta(days=14))
    assert user_of_code(code, now=NOW) == user


@pytest.mark.django_db
def test_a_refused_password_keeps_the_code() -> None:
    user = create_user(last_name="Exemple", first_name="Anna")
    code = issue_code(user, now=NOW)

    with pytest.raises(ValidationError) as refusal:
        activate(code, "court", now=NOW)

    assert refusal.value.messages[0] == "Le mot de passe compte 5 caractères : il en faut 12."
    assert activate(code, PASSWORD, now=NOW) == user


@pytest.mark.django_db
def test_an_administrator_needs_sixteen_characters() -> None:
    user = create_user(last_name="Exemple", first_name="Anna", needs_long_password=True)
    code = issue_code(user, now=NOW)

    with pytest.raises(ValidationError):
        activate(code, "pince-monseigneur"[:13], now=NOW)


@pytest.mark.django_db
def test_a_new_code_ends_the_former_password() -> None:
    user = create_user(last_name="Exemple", first_name="Anna")
    activate(issue_code(user, now=NOW), PASSWORD, now=NOW)

    issue_code(user, now=NOW)

    user.refresh_from_db()
    assert not user.check_password(PASSWORD)


@pytest.mark.django_db
def test_people_are_found_whatever_the_case() -> None:
    user = create_user(last_name="Exemple", first_name="Anna")

    assert person(" Anna.EXEMPLE ") == user
    assert User.objects.get_by_natural_key("ANNA.exemple") == user
    assert person("anna") is None
