"""Every address is closed to who has not signed in, but for the few listed here."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

OPEN = {"account_login", "account_logout", "activation", "activate", "alive", "ready"}
KWARGS = {
    "uai": "0599001N",
    "cfd": "40025519",
    "code": "ABCD",
    "division": 1,
    "enrolment": 1,
    "version": 1,
    "line": 1,
    "batch": 1,
    "membership": 1,
}


def names(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            for name, words in names(entry, inner):
                yield name, [*entry.pattern.converters, *words]
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", list(entry.pattern.converters)


ADDRESSES = dict(names(get_resolver()))


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - OPEN))
def test_an_anonymous_visitor_is_sent_to_sign_in(client: Client, name: str, method: str) -> None:
    address = reverse(name, kwargs={word: KWARGS[word] for word in ADDRESSES[name]})

    response = getattr(client, method)(address)

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_the_open_addresses_are_still_there() -> None:
    assert set(ADDRESSES) >= OPEN
