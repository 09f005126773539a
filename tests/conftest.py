"""What all tests share."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from browser import chromium, page
from template_database import own_database

__all__ = ["chromium", "page"]  # one browser for the run: one place that names it


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Replaces pytest-django's: the database is a copy of an already migrated template."""
    with django_db_blocker.unblock(), own_database():
        yield
