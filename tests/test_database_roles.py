"""The application's role works with the tables, and may only add to the chain of the journal."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from livretpro.database_roles import application_role, as_owner, grant, grants_stand
from livretpro.journal.actions import Author, Change, erase_values, record
from livretpro.journal.models import Entry, EntryValues

UAI = "0599001N"
ANNA = Author("anna.exemple", "Anna Exemple")
ROLE = "livretpro_tests"


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of an instance whose application is not the owner."""
    monkeypatch.setattr(settings, "DATABASE_ROLE", ROLE)


@pytest.fixture
def as_application(db: None, apart: None) -> Iterator[None]:
    """Work under the application's role."""
    grant()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_the_application_adds_to_the_chain_and_erases_values(as_application: None) -> None:
    record([Change("modifie", "livret", "1", "moyenne_1", "", "12")], school_uai=UAI, by=ANNA)
    erase_values(school_uai=UAI, kind="livret", key="1", by=ANNA)

    assert [entry.action for entry in Entry.objects.order_by("rank")] == ["modifie", "efface"]
    assert EntryValues.objects.get().after == ""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET author_name = 'x'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry CASCADE",
        "DELETE FROM journal_entryvalues",
        "DELETE FROM journal_chainhead",
        "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
        "DROP TABLE journal_entry CASCADE",
        "DELETE FROM django_migrations",
    ],
)
def test_the_application_changes_nothing_that_was_told(
    as_application: None, statement: str
) -> None:
    record([Change("modifie", "livret", "1", "moyenne_1", "", "12")], school_uai=UAI, by=ANNA)

    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_rights_that_lack_are_seen_and_given(apart: None) -> None:
    before = grants_stand()

    grant()

    assert (before, grants_stand()) == (False, True)


@pytest.mark.django_db
def test_one_role_for_everything_needs_no_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATABASE_OWNER", {})

    with as_owner():
        assert (application_role(), grants_stand()) == ("", True)


def test_a_command_on_a_new_folder_works_as_the_application(tmp_path: Path) -> None:
    """The whole way: a cluster is made, migrated by its owner, then used by the other role."""
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PATH": os.environ["PATH"], "LIVRETPRO_DATA": str(tmp_path / "données")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.stderr, answer.stdout.splitlines()[-1:]) == ("", ["livretpro_app True"])


PROGRAM = """
from livretpro.cli.main import main
assert main(["ecole", "create", "--uai", "0599001N", "--nom", "Lycée"]) == 0
assert main(["journal", "verify"]) == 0
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user, NOT has_table_privilege('journal_entry', 'UPDATE')")
    print(*cursor.fetchone())
"""
