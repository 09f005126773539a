"""Backups: made while people write, restored elsewhere, refused when they are not whole."""

import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from backups.drill import MAIN, command, play, python
from demo_folder import copy_folder
from livretpro.accounts.actions import create_user, issue_code
from livretpro.backups import (
    BadArchive,
    RestoreRefused,
    back_up,
    back_up_keys,
    making,
    newest_age,
    restore,
)
from livretpro.backups.archive import DUMP, MANIFEST, unpack
from livretpro.backups.daily import back_up_if_due
from livretpro.backups.kept import backups_folder, kept_backups, name_of, to_drop
from livretpro.backups.making import owner_params
from livretpro.backups.working import working_folder
from livretpro.embedded.binaries import environment, program
from livretpro.journal import keyring
from livretpro.keys import private_folder
from livretpro.referentiels.rules import Level
from livretpro.schools.founding import create_school
from livretpro.schools.models import School
from lycee import found

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
UAI = "0599001N"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of this test's own: keys, anchors, backups."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "source")


def test_what_a_killed_backup_left_goes_with_the_next_one_that_of_a_living_one_stays(
    tmp_path: Path,
) -> None:
    left = tmp_path / ".sauvegarde-morte"
    left.mkdir()
    (left / "base.dump").write_bytes(b"x")

    with working_folder(tmp_path) as living, working_folder(tmp_path) as mine:
        found = sorted(tmp_path.iterdir())

    assert found == sorted([living, mine])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_nothing_acknowledged_before_a_backup_is_missing_from_it(tmp_path: Path) -> None:
    lycee = found({"TCIEL1": 4})
    lycee.open_entry(Level.TERMINALE)
    pupils = [lycee.enrolment(1001 + rank) for rank in range(4)]

    drill = play(pupils, lycee.actor, tmp_path, seconds=1)

    assert min(drill.acknowledged.values()) > 0
    late = {p: n for p, n in drill.acknowledged.items() if drill.restored.get(p, 0) < n}
    assert late == {}
    (school,) = drill.verified["etablissements"]
    assert (school["valide"], school["ancres"] >= 1) == (True, True)


def refused(data: Path, *words: str) -> tuple[int, str]:
    """What a command that refuses says."""
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *words],
        env={"PATH": os.environ["PATH"], "LIVRETPRO_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr.strip()


@pytest.mark.django_db(transaction=True)
def test_an_instance_that_holds_a_school_is_backed_up_before_it_is_replaced(
    tmp_path: Path, empty_folder: Path
) -> None:
    create_school(UAI, "Lycée sauvegardé")
    archive, data = tmp_path / "a.sauvegarde", tmp_path / "ailleurs"
    back_up(archive, now=NOON)
    copy_folder(empty_folder, data)
    command(data, "ecole", "create", "--uai", "0990002P", "--nom", "Lycée en place")

    without = refused(data, "restore", str(archive))
    command(data, "restore", str(archive), "--remplacer")

    status, said = without
    assert (status, said.startswith("Cette instance contient déjà 1 établissement :")) == (1, True)
    (before,) = kept_backups(data / "sauvegardes")
    command(data, "restore", str(before.path), "--remplacer")
    assert refused(data, "compte", "reset", "--uai", "0990002P", "personne")[1].startswith("« per")
    assert refused(data, "compte", "reset", "--uai", UAI, "personne")[1].startswith("L’établis")


DOORS = """
import django, json
django.setup()
from livretpro.accounts.models import ActivationCode, Session, User
print(json.dumps([model.objects.count() for model in (User, Session, ActivationCode)]))
"""


def doors(data: Path) -> list[int]:
    """How many accounts, sessions and one-time codes an instance holds."""
    found: list[int] = json.loads(python(data, DOORS))
    return found


@pytest.mark.django_db(transaction=True)
def test_a_restored_backup_opens_no_door_that_was_closed_since(
    tmp_path: Path, empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of a former version held the sessions, and counted them."""
    create_school(UAI, "Lycée sauvegardé")
    user = create_user(last_name="Petit", first_name="Zoé")
    issue_code(user, now=timezone.now())
    Client().force_login(user)
    monkeypatch.setattr(making, "PASSING", ())
    archive, data = tmp_path / "a.sauvegarde", tmp_path / "ailleurs"
    manifest = back_up(archive, now=NOON)
    copy_folder(empty_folder, data)

    command(data, "restore", str(archive))

    assert (manifest.tables["accounts_session"], doors(data)) == (1, [1, 0, 0])


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_no_session(tmp_path: Path) -> None:
    Client().force_login(create_user(last_name="Petit", first_name="Zoé"))

    back_up(tmp_path / "a.sauvegarde", now=NOON)

    manifest = unpack(tmp_path / "a.sauvegarde", private_folder(tmp_path / "contenu"))
    listing = subprocess.run(
        [str(program("pg_restore")), "--list", str(tmp_path / "contenu" / DUMP)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    kept = {line.split()[-2] for line in listing.splitlines() if " TABLE DATA " in line}
    assert "accounts_user" in kept
    assert kept & {"accounts_session", "base_cache", "django_session"} == set()
    assert "accounts_session" not in manifest.tables


def cut(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-2000])


def flip(archive: Path) -> None:
    """Change one byte in the middle of the database."""
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(bytes(data))


def swap_member(archive: Path) -> None:
    """Put another content under the same name, with a sound zip around it."""
    with zipfile.ZipFile(archive) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    with zipfile.ZipFile(archive, "w") as zipped:
        for name, content in members.items():
            zipped.writestr(name, content if name == MANIFEST else content + b"x")


def add_member(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as zipped:
        zipped.writestr("../ailleurs", "x")


def compress(archive: Path) -> None:
    """The same members, deflated: small files could then unpack without end."""
    with zipfile.ZipFile(archive) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)


def without_manifest(archive: Path) -> None:
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("base.dump", "x")


def other_file(archive: Path) -> None:
    archive.write_bytes(b"%PDF-1.7")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "spoil", [cut, flip, swap_member, add_member, compress, without_manifest, other_file]
)
def test_an_archive_that_is_not_the_one_that_was_made_is_refused(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    create_school(UAI, "Lycée sauvegardé")
    archive, folder = tmp_path / "a.sauvegarde", tmp_path / "contenu"
    folder.mkdir()
    back_up(archive, now=NOON)
    spoil(archive)

    with pytest.raises(BadArchive):
        unpack(archive, folder)


@pytest.mark.django_db(transaction=True)
def test_a_disk_without_room_is_not_said_to_be_a_bad_backup(tmp_path: Path) -> None:
    create_school(UAI, "Lycée sauvegardé")
    archive, folder = tmp_path / "a.sauvegarde", tmp_path / "contenu"
    folder.mkdir()
    back_up(archive, now=NOON)
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, allowed[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            unpack(archive, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)

    assert unpack(archive, folder).journal == {UAI: 1}


@pytest.mark.django_db(transaction=True)
def test_an_archive_and_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    create_school(UAI, "Lycée sauvegardé")
    archive, keys = tmp_path / "a.sauvegarde", tmp_path / "a.cles"

    manifest = back_up(archive, now=NOON)
    count = back_up_keys(keys)

    assert (archive.stat().st_mode & 0o777, keys.stat().st_mode & 0o777) == (0o600, 0o600)
    assert (manifest.tables["schools_school"], manifest.journal) == (1, {UAI: 1})
    assert (count, keyring.journal_key() in keys.read_bytes()) == (1, True)
    assert keyring.journal_key() not in archive.read_bytes()


def not_a_zip(keys: Path) -> None:
    keys.write_bytes(b"%PDF-1.7")


def key_above(keys: Path) -> None:
    """A name that is no file's."""
    with zipfile.ZipFile(keys, "a") as zipped:
        zipped.writestr("..", "x")


def encrypted(keys: Path) -> None:
    """Every member said to be under a password."""
    data = keys.read_bytes()
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(mark) + at
        data = data[:place] + bytes([data[place] | 1]) + data[place + 1 :]
    keys.write_bytes(data)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("spoil", [not_a_zip, key_above, compress, encrypted])
def test_keys_that_are_not_those_of_an_instance_are_refused_before_anything_is_replaced(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    create_school(UAI, "Lycée sauvegardé")
    archive, keys = tmp_path / "a.sauvegarde", tmp_path / "cles.zip"
    back_up(archive, now=NOON)
    back_up_keys(keys)
    spoil(keys)

    with pytest.raises(BadArchive, match="un fichier de clés"):
        restore(archive, keys=keys, replace=True, now=NOON)

    assert School.objects.get().uai == UAI


@pytest.mark.django_db(transaction=True)
def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    create_school(UAI, "Lycée sauvegardé")
    place = tmp_path / "dossier"
    place.mkdir()

    with pytest.raises(OSError, match="directory"):
        back_up(place, now=NOON)

    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.django_db(transaction=True)
def test_the_daily_backup_is_made_once_a_day_and_the_oldest_go() -> None:
    create_school(UAI, "Lycée sauvegardé")
    now = timezone.now()

    made = [back_up_if_due(now=now), back_up_if_due(now=now + timedelta(hours=2))]
    age = newest_age(backups_folder(), now=now + timedelta(hours=2))

    assert made == [True, False]
    assert age
    assert timedelta(hours=1, minutes=59) < age < timedelta(hours=2, minutes=1)


def test_seven_days_and_four_weeks_are_kept(tmp_path: Path) -> None:
    for day in range(60):
        (tmp_path / name_of(NOON - timedelta(days=day))).touch()
    (tmp_path / "autre.sauvegarde").touch()

    found = kept_backups(tmp_path)
    stay = [kept for kept in found if kept not in to_drop(found)]

    ages = [(NOON - kept.made_at).days for kept in stay]
    assert ages == [0, 1, 2, 3, 4, 5, 6, 8, 15]


@pytest.mark.django_db(transaction=True)
def test_a_backup_while_the_program_runs_is_not_restored_over_it(tmp_path: Path) -> None:
    """Somebody else is connected: nothing is touched."""
    school = create_school(UAI, "Lycée sauvegardé")
    archive = tmp_path / "a.sauvegarde"
    back_up(archive, now=NOON)
    params = {key: value for key, value in owner_params().items() if value}

    with psycopg.connect(**params), pytest.raises(RestoreRefused, match="arrêtez-le"):
        restore(archive, keys=None, replace=True, now=NOON)

    assert School.objects.get() == school
