"""Spec 08, A7: the database gone, the disk full, under load. Nothing acknowledged is lost."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.server_users import eventually
from operations.conftest import running_site
from operations.site import Answer, Browser, Site, Writer, appreciation, pupils

WRITERS = 4
KILLS = 2
SECONDS_BETWEEN = 2
DISK = 260  # MB: the demo school's database, its log files, and not much more


def writers(site: Site, count: int = WRITERS) -> list[Writer]:
    """As many people, each at work in a livret of their own."""
    return [Writer(site, pupil) for pupil in pupils(site, count)]


def ended(people: list[Writer]) -> None:
    for person in people:
        person.stop()


def kept(site: Site, person: Writer) -> bool:
    """The last text acknowledged stands, or the one sent after it, whose answer was lost."""
    return appreciation(site, person.pupil) in {person.acknowledged, person.sent}


def test_a_database_killed_under_load_comes_back_and_nothing_acknowledged_is_lost(
    site: Site,
) -> None:
    people = writers(site)
    for person in people:
        person.start()

    for _ in range(KILLS):
        time.sleep(SECONDS_BETWEEN)
        site.kill_database()
        assert eventually(lambda: site.ready() == 200)
    time.sleep(SECONDS_BETWEEN)
    ended(people)

    assert all(kept(site, person) for person in people)
    assert {status for person in people for status in person.statuses} <= {200, 409, 503}
    assert [person.statuses[-1] for person in people] == [200] * WRITERS


def test_while_the_database_is_gone_the_page_says_so_and_when_to_come_back(site: Site) -> None:
    person = Writer(site, pupils(site, 1)[0])
    seen: list[Answer] = []

    def refused() -> bool:
        site.kill_database()
        seen.append(person.save(f"Texte {len(seen)}."))
        return seen[-1].status == 503

    assert eventually(refused)

    assert seen[-1].retry_after == "10"
    assert "Ce qui était enregistré l’est toujours." in seen[-1].page
    assert eventually(lambda: site.ready() == 200)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own for the data, that a file can fill."""
    disk = tmp_path / "disque"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "none", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a full disk is played on a disk of its own, which only root can mount")
    disk.chmod(0o755)
    yield disk
    assert eventually(lambda: unmounted(disk))


def unmounted(disk: Path) -> bool:
    """Whether the disk went, which it does once the last process left it."""
    umount = ["umount", str(disk)]
    return subprocess.run(umount, check=False, capture_output=True).returncode == 0


@pytest.fixture
def on_a_small_disk(demo_folder: Path, small_disk: Path) -> Iterator[Site]:
    yield from running_site(demo_folder, small_disk / "donnees")


def filled(disk: Path) -> Path:
    """Fill the disk to its last byte, with one file."""
    filler = disk / "remplissage"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1_000_000))
        except OSError:
            return filler


def test_on_a_full_disk_saves_are_refused_and_resume_once_there_is_room(
    on_a_small_disk: Site, small_disk: Path
) -> None:
    site = on_a_small_disk
    people = writers(site)
    for person in people:
        person.start()
    time.sleep(SECONDS_BETWEEN)

    filler = filled(small_disk)
    refused = eventually(lambda: all(503 in person.statuses for person in people), seconds=60)
    alive = Browser(site).get("/sante/vivant").status
    filler.unlink()
    back = eventually(lambda: site.ready() == 200, seconds=60)
    time.sleep(SECONDS_BETWEEN)
    ended(people)

    assert (refused, alive, back) == (True, 200, True), site.said()[-3000:]
    assert all(kept(site, person) for person in people)
    assert {status for person in people for status in person.statuses} <= {200, 409, 503}
    assert [person.statuses[-1] for person in people] == [200] * WRITERS
