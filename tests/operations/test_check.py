"""`livretpro check`: every line of a fit instance, and what each fault turns it into."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from livretpro import checks
from livretpro.backups.kept import backups_folder, name_of
from livretpro.checks import Line, State
from livretpro.keys import private_folder
from livretpro.referentiels.actions import load_all
from lycee import DATA


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return private_folder(tmp_path / "cles")


def found() -> dict[str, Line]:
    return {line.name: line for line in checks.run(now=timezone.now())}


@pytest.mark.django_db
def test_a_fit_instance_has_nothing_that_blocks() -> None:
    load_all(DATA)
    (private_folder(backups_folder()) / name_of(timezone.now())).touch()

    states = {name: line.state for name, line in found().items() if name != "durabilité"}

    assert State.BLOQUANT not in states.values()
    assert (states["sauvegarde"], states["référentiels"], states["clés"]) == (State.OK,) * 3


@pytest.mark.django_db
def test_a_server_that_may_forget_what_it_accepted_blocks() -> None:
    """The cluster of the tests is one."""
    line = found()["durabilité"]

    assert (line.state, "fsync" in line.phrase) == (State.BLOQUANT, True)


@pytest.mark.django_db
def test_reference_data_that_lack_block() -> None:
    assert found()["référentiels"].state is State.BLOQUANT


@pytest.mark.django_db
def test_keys_that_others_can_read_block(own_folder: Path) -> None:
    key = own_folder / "sceau"
    key.touch(mode=0o644)

    line = found()["clés"]

    assert (line.state, "sceau" in line.phrase) == (State.BLOQUANT, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "state"),
    [(None, State.ATTENTION), (timedelta(hours=30), State.ATTENTION), (timedelta(0), State.OK)],
)
def test_a_backup_that_is_late_is_said(age: timedelta | None, state: State) -> None:
    if age is not None:
        (private_folder(backups_folder()) / name_of(timezone.now() - age)).touch()

    assert found()["sauvegarde"].state is state


@pytest.mark.django_db
def test_migrations_that_wait_block() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'journal'")

    assert found()["mises à jour"].state is State.BLOQUANT


@pytest.mark.django_db
def test_a_site_in_https_is_held_to_the_rules_of_deployment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "SERVED_BY_TLS", True)
    monkeypatch.setattr(settings, "LIVRETPRO_URL", "https://livret.example")

    lines = checks.run(now=timezone.now())

    said = [line.phrase for line in lines if line.name == "réglages"]
    assert any("security.W004" in phrase for phrase in said)
    assert any(line.name == "mandataires" for line in lines)
