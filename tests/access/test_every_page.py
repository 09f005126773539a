"""Every page of the site in a browser: nothing for axe to say, no sideways scroll (spec 10).

Pages are those of the access table, as a school with one of everything sees them (filled), as a
school sees them on its first day (empty), and as they answer what they refuse (error). A new page
is here as soon as it has its lines in the table. The answers are those of the application, without
a server between: the browser asks for nothing but static files.
"""

import mimetypes
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route
from pytest_django import DjangoDbBlocker

import factories
from access.test_table import ADDRESSES, ROWS, address, answer, body_of
from access.world import World
from access.world import world as make_world
from browser import (
    assert_accessible,
    assert_accessible_in_the_dark,
    assert_accessible_when_wide,
    make_narrow,
)
from livretpro.schools.rules import Role
from lycee import signed_in

SITE = "http://localhost"
READERS = ("chef", "administrateur", "spécialité", "anonyme")
REFUSED = {"400", "409", "422"}
SCHOOL_WORDS = {"uai"}
NEW_UAI = "0990003R"
Shown = tuple[str, str]
"""An address by its name, and who opens it."""


def shown(method: str, statuses: set[str]) -> list[Shown]:
    """The addresses that answer so, with the first reader who gets that answer."""
    rows = [row for row in ROWS if row["méthode"] == method]
    found = [(row["adresse"], _reader(row, statuses)) for row in rows]
    return [(name, reader) for name, reader in found if reader]


def _reader(row: Mapping[str, str], statuses: set[str]) -> str:
    return next((reader for reader in READERS if row[reader] in statuses), "")


FILLED = shown("GET", {"200"})
EMPTY = [(name, reader) for name, reader in FILLED if {*ADDRESSES[name]} == SCHOOL_WORDS]
ERRORS = shown("POST", REFUSED)
NO_PAGES = {
    "alive",
    "api:openapi-json",
    "api:token",
    "phrases_ready",
    "ready",
    "suivi:nomenclature",
    "suivi:referentiel_file",
}
"""What scripts and programs ask, and files."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Both schools, and one of the first day."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def beginners(world: World) -> Mapping[str, Client]:
    """Head and administrator of a school without anything."""
    school = factories.school(NEW_UAI, current_year=None)
    people = {
        "chef": (factories.user("premier.chef", last_name="PREMIER"), Role.CHEF),
        "administrateur": (factories.user("premiere.admin"), Role.ADMINISTRATEUR),
    }
    for person, role in people.values():
        factories.membership(person, role, of=school)
    return {name: signed_in(person) for name, (person, _) in people.items()}


class Screen:
    """A tab that shows answers of the application."""

    def __init__(self, page: Page) -> None:
        self.page, self.answers = page, dict[str, bytes]()
        page.route("**/*", self._give)

    def show(self, response: HttpResponseBase, path: str) -> None:
        self.answers = {urlsplit(path).path: bytes(getattr(response, "content", b""))}
        self.page.goto(SITE + path)

    def _give(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            route.fulfill(body=_static(path), content_type=mimetypes.guess_type(path)[0])
        elif path in self.answers:
            route.fulfill(body=self.answers[path], content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=204)


@cache
def _static(path: str) -> bytes:
    found = finders.find(path.removeprefix("/static/"))
    assert isinstance(found, str), path
    return Path(found).read_bytes()


@pytest.fixture(scope="module")
def screen(chromium: Browser) -> Iterator[Screen]:
    """One tab for all: it keeps the static files."""
    context = chromium.new_context(locale="fr-FR", reduced_motion="reduce")
    yield Screen(context.new_page())
    context.close()


def is_page(response: HttpResponseBase) -> bool:
    """Neither a file, nor data, nor a part of a page that a script asks for."""
    html = response.get("Content-Type", "").startswith("text/html")
    return html and b"<html" in getattr(response, "content", b"")


def check(screen: Screen, response: HttpResponseBase, path: str, *, dark: bool = False) -> None:
    make_narrow(screen.page)
    screen.show(response, path)
    assert_accessible(screen.page)
    if dark:
        assert_accessible_in_the_dark(screen.page)
    assert_accessible_when_wide(screen.page)


def opened(world: World, name: str, reader: str, method: str) -> tuple[HttpResponseBase, str]:
    path = address(name, world.own)
    body = body_of(name, method, world.own)
    return answer(world.subjects[reader], method, path, body), path


@pytest.mark.parametrize(("name", "reader"), FILLED, ids=lambda word: word)
def test_a_page_with_something_to_show(
    world: World, screen: Screen, name: str, reader: str
) -> None:
    response, path = opened(world, name, reader, "GET")

    assert is_page(response) is (name not in NO_PAGES)
    if name not in NO_PAGES:
        check(screen, response, path, dark=True)


@pytest.mark.parametrize(("name", "reader"), EMPTY, ids=lambda word: word)
def test_a_page_with_nothing_to_show_yet(
    beginners: Mapping[str, Client], screen: Screen, name: str, reader: str
) -> None:
    path = reverse(name, kwargs={"uai": NEW_UAI})
    response = answer(beginners[reader], "GET", path, {})

    assert is_page(response) is (name not in NO_PAGES)
    if name not in NO_PAGES:
        check(screen, response, path)


@pytest.mark.parametrize(("name", "reader"), ERRORS, ids=lambda word: word)
def test_a_page_that_refuses(world: World, screen: Screen, name: str, reader: str) -> None:
    response, path = opened(world, name, reader, "POST")

    assert is_page(response) is (name not in NO_PAGES)
    if name not in NO_PAGES:
        check(screen, response, path)
