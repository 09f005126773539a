"""Making accounts, one-time codes, passwords."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction

import factories
from at_once import PATIENCE, meanwhile
from livretpro.accounts.actions import BadCode, activate, create_user, issue_code, user_of_code
from livretpro.accounts.models import User
from livretpro.accounts.queries import person
from livretpro.accounts.rules import IDENTIFIER_MAX, base_identifier, folded
from livretpro.journal.models import Entry
from livretpro.schools.account_trail import tell_account
from livretpro.schools.people import FIRST_NAME_MAX, LAST_NAME_MAX

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
@pytest.mark.parametrize("letter", ["a", "Œ", "ﷺ"])
def test_homonyms_with_the_longest_names_are_told_apart_in_the_journal(letter: str) -> None:
    names = {"last_name": letter * LAST_NAME_MAX, "first_name": letter * FIRST_NAME_MAX}
    made = [create_user(**names) for _ in range(3)]
    school = factories.school()
    for user in made:
        factories.membership(user, of=school)
        tell_account(user, "modifie", "mot de passe", on=factories.SCHOOL_DAY)

    told = list(Entry.objects.order_by("rank").values_list("author_id", "key"))
    assert told == [(user.identifier, user.identifier) for user in made]
    assert len(set(told)) == 3


@pytest.mark.django_db
def test_an_identifier_of_a_former_version_that_is_too_long_is_cut_and_told_apart() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_user ALTER identifier TYPE varchar(100)")
    for name in ("a" * 70, "a" * 71, "b" * IDENTIFIER_MAX):
        factories.user(name)

    migration = import_module("livretpro.accounts.migrations.0007_identifier_that_fits")
    migration.shorten(apps, None)

    kept = User.objects.order_by("pk").values_list("identifier", flat=True)
    assert list(kept) == ["a" * 58, "a" * 58 + "2", "b" * IDENTIFIER_MAX]


@pytest.mark.parametrize("last", ["ba", "-b"])
def test_a_long_identifier_leaves_room_for_a_number_and_ends_with_a_letter(last: str) -> None:
    base = base_identifier("a" * FIRST_NAME_MAX, "a" * 6 + last + "c" * 50)

    assert base == f"{'a' * FIRST_NAME_MAX}.aaaaaa" + ("b" if last == "ba" else "")


@pytest.mark.django_db(transaction=True)
def test_two_schools_make_homonyms_at_the_same_instant() -> None:
    with transaction.atomic():
        first = create_user(last_name="Petit", first_name="Jean")
        second = meanwhile(lambda: create_user(last_name="Petit", first_name="Jean").identifier)

    assert (first.identifier, second.result(PATIENCE)) == ("jean.petit", "jean.petit2")


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
