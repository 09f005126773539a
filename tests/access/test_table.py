"""The access table (spec 08, Access): every address, both methods, everybody, their answer.

The answers stand in `table.csv`, beside this file: one line an address and a method, one column a
subject; `assistance` has a role in no school, `ailleurs` is everybody of another one. An address
without its lines fails, a line without its address too. What a POST sends stands in `world.BODIES`.
"""

import csv
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from access.world import BODIES, Place, World
from access.world import world as make_world
from livretpro.sign_in_provider import SignInProvider
from livretpro.web.base import systems
from livretpro.web.registre.system import REGISTRE

TABLE = Path(__file__).with_name("table.csv")
METHODS = ("GET", "POST")
ELSEWHERE = "ailleurs"
OBJECTS = (
    "division",
    "enrolment",
    "version",
    "run",
    "returned",
    "line",
    "principal",
    "declared",
    "batch",
    "membership",
    "substitution",
    "announcement",
    "phrase",
    "frame",
    "cpro_import",
    "lsl_import",
    "partner",
    "token",
    "service",
    "assessment",
    "mockup",
)
NO_OBJECTS = ("uai", "cfd", "code", "level", "slug", "numero", "number", "eleve")
ABSENT = 999_999_999
VISITOR = Client(raise_request_exception=False)  # one for all: each loads the site anew


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every address of the site: its name, the words that it holds."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            for name, words in addresses(entry, inner):
                yield name, (*entry.pattern.converters, *words)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", tuple(entry.pattern.converters)


ADDRESSES = dict(addresses(get_resolver()))
with TABLE.open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file, delimiter=";"))


@pytest.fixture(scope="module", autouse=True)
def provider_at_rest() -> Iterator[None]:
    """A provider is configured, which does not answer: its addresses exist."""
    with pytest.MonkeyPatch.context() as patch:
        provider = SignInProvider("http://127.0.0.1:9", "livretpro", "secret")
        patch.setattr(settings, "SIGN_IN_PROVIDER", provider)
        yield


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Both schools, made once: each request is undone after its answer."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def address(name: str, place: Place, **others: object) -> str:
    words = dict(place.numbers) | others
    return reverse(name, kwargs={word: words[word] for word in ADDRESSES[name]})


def answer(client: Client, method: str, path: str, body: dict[str, object]) -> HttpResponseBase:
    """The answer to a request that leaves no trace, in the database or in the browser."""
    VISITOR.cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    with transaction.atomic():
        response = getattr(VISITOR, method.lower())(path, body)
        transaction.set_rollback(True)
    return response


def body_of(name: str, method: str, place: Place) -> dict[str, object]:
    return dict(BODIES[name](place)) if method == "POST" and name in BODIES else {}


def test_every_address_has_its_lines_and_every_line_its_address() -> None:
    told = sorted((row["adresse"], row["méthode"]) for row in ROWS)

    assert told == sorted((name, method) for name in ADDRESSES for method in METHODS)


def test_every_object_of_an_address_is_sought_in_another_school() -> None:
    words = {word for words in ADDRESSES.values() for word in words}

    assert words == {*OBJECTS, *NO_OBJECTS}


def test_every_body_is_sent_to_an_address_that_exists() -> None:
    assert set(BODIES) <= set(ADDRESSES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['méthode']} {row['adresse']}")
def test_everybody_gets_the_answer_of_the_table(world: World, row: dict[str, str]) -> None:
    name, method = row["adresse"], row["méthode"]
    path = address(name, world.own)

    got = {
        subject: answer(client, method, path, body_of(name, method, world.own)).status_code
        for subject, client in world.subjects.items()
    }
    far = {
        subject: answer(client, method, path, body_of(name, method, world.own)).status_code
        for subject, client in world.elsewhere.items()
    }

    assert got == {subject: int(row[subject]) for subject in world.subjects}
    assert far == dict.fromkeys(world.elsewhere, int(row[ELSEWHERE]))


def test_every_page_of_a_registre_alone_says_what_it_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systems, "_installed", [REGISTRE])
    shared = [row for row in ROWS if row["adresse"].partition(":")[0] not in {"suivi", "bulletins"}]
    silent, spoken = [], 0
    for row in (one for one in shared if one["méthode"] == "GET"):
        name = row["adresse"]
        readers = [subject for subject in world.subjects if row[subject] in {"200", "403", "404"}]
        for subject in {row[one]: one for one in readers}.values():
            response = answer(world.subjects[subject], "GET", address(name, world.own), {})
            if response.get("Content-Type", "").startswith("text/html"):
                spoken += 1
                silent += [name] if REGISTRE.line.encode() not in response.content else []

    assert (silent, spoken > 60) == ([], True)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("name", "word"),
    [(name, word) for name, words in ADDRESSES.items() for word in words if word in OBJECTS],
)
def test_the_object_of_another_school_does_not_exist(
    world: World, name: str, word: str, method: str
) -> None:
    """Another school's object and one that never was get the same answer, to the letter."""
    body = body_of(name, method, world.own)
    for subject in ("chef", "administrateur", "spécialité"):
        client = world.subjects[subject]
        other, absent = (
            answer(client, method, address(name, world.own, **{word: number}), dict(body))
            for number in (world.other.numbers[word], ABSENT)
        )

        assert (subject, other.status_code, told(other)) == (
            subject,
            absent.status_code,
            told(absent),
        )
        assert other.status_code in {403, 404, 405}


def told(response: HttpResponseBase) -> bytes:
    """The body of an answer, without the reference of the request."""
    content: bytes = getattr(response, "content", b"")
    return content.replace(response["X-Request-ID"].encode(), b"")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_no_address_takes_another_method(world: World, name: str, method: str) -> None:
    path = address(name, world.own)

    got = answer(world.subjects["chef"], method, path, {}).status_code

    assert got in {404, 405}


def test_six_pages_and_a_description_alone_are_shown_to_who_has_not_signed_in() -> None:
    shown = {row["adresse"] for row in ROWS if row["anonyme"] == "200"}
    pages = {"account_login", "activation", "activate", "alive", "forgotten", "ready"}

    assert shown == pages | {"api:openapi-json"}  # what the API is, not what it holds
