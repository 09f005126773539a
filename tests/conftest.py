"""What all tests share."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from browser import chromium, page
from demo_folder import demo_folder, empty_folder
from template_database import empty_tables, own_database

# One browser, one demo school, one empty instance for the run: one place that names them.
__all__ = ["chromium", "demo_folder", "empty_folder", "page"]

BROWSER = 2  # the rank of files that need one
COLLECT_EVERY = 20_000  # objects more than the last time


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make soak` asks: every hostile file at the doors where a run plays one a family."""
    parser.addoption("--whole-corpus", action="store_true", help="tous les fichiers hostiles")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with real transactions come after the others, files with a browser last, the longest
    of these first: no process is left alone with a long one at the end.

    A file is played whole by one process (`--dist loadfile`), and leaves there what a rolled back
    test does not: a queue that holds jobs, the event loop of the browser.
    """
    rank: dict[Path, int] = {}
    for item in items:
        rank[item.path] = max(rank.get(item.path, 0), _rank(item))
    size = {path: path.stat().st_size if rank[path] == BROWSER else 0 for path in rank}
    items.sort(key=lambda item: (rank[item.path], -size[item.path]))


def pytest_sessionstart() -> None:
    """A process that makes a million objects to collect the tests, and keeps them, need not look
    for what it could forget at each 700."""
    gc.set_threshold(COLLECT_EVERY, 10, 10)


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: it is not looked at again."""
    gc.collect()
    gc.freeze()


def _rank(item: pytest.Item) -> int:
    """0 for a plain test, 1 with real transactions, `BROWSER` with one."""
    used = set(getattr(item, "fixturenames", ()))
    if used & {"page", "chromium"}:
        return BROWSER
    marker = item.get_closest_marker("django_db")
    real = marker is not None and bool(marker.kwargs.get("transaction"))
    return 1 if real or used & {"transactional_db", "live_server"} else 0


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Replaces pytest-django's: the database is a copy of an already migrated template, and what
    a test with real transactions left there goes by `empty_tables`."""
    with (
        django_db_blocker.unblock(),
        own_database(),
        pytest.MonkeyPatch.context() as replaced,
    ):
        replaced.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_tables())
        yield
