"""DATABASE_URL becomes an entry of Django's DATABASES."""

import pytest

from livretpro.database_url import DatabaseUrlError, parse_database_url

EMPTY = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "livretpro",
    "USER": "",
    "PASSWORD": "",
    "HOST": "",
    "PORT": "",
    "OPTIONS": {},
}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql:///livretpro", {}),
        (
            "postgres://prof:secret@base.lycee.fr:5433/livretpro",
            {"USER": "prof", "PASSWORD": "secret", "HOST": "base.lycee.fr", "PORT": "5433"},
        ),
        ("postgresql://[2001:db8::1]:5433/livretpro", {"HOST": "2001:db8::1", "PORT": "5433"}),
        ("postgresql://[2001:db8::1]/livretpro", {"HOST": "2001:db8::1"}),
        (
            "postgresql://p%40x:a%2Fb%3A+c@h/livretpro",
            {"USER": "p@x", "PASSWORD": "a/b:+c", "HOST": "h"},
        ),
        ("postgresql:///livret%20pro", {"NAME": "livret pro"}),
        (
            "postgresql:///livretpro?host=/srv/mon%20lyc%C3%A9e/a+b&user=livretpro&port=5432",
            {"HOST": "/srv/mon lycée/a+b", "USER": "livretpro", "PORT": "5432"},
        ),
        ("postgresql://h/?dbname=livretpro", {"HOST": "h"}),
        (
            "postgresql://h/livretpro?sslmode=verify-full&connect_timeout=5",
            {"HOST": "h", "OPTIONS": {"sslmode": "verify-full", "connect_timeout": "5"}},
        ),
    ],
)
def test_a_url_is_read(url: str, expected: dict[str, object]) -> None:
    assert parse_database_url(url) == EMPTY | expected


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://h/livretpro", "DATABASE_URL doit commencer par « postgresql:// »."),
        ("livretpro", "DATABASE_URL doit commencer par « postgresql:// »."),
        ("postgresql://u:secret@h", "DATABASE_URL ne dit pas le nom de la base de données."),
        ("postgresql://u:secret@h:54x/b", "Le port donné dans DATABASE_URL n’est pas un nombre."),
    ],
)
def test_a_wrong_url_is_refused_without_repeating_the_password(url: str, sentence: str) -> None:
    with pytest.raises(DatabaseUrlError) as refusal:
        parse_database_url(url)

    assert str(refusal.value) == sentence
