"""A restoration that was killed: the next command finds all of the former, or all of the new."""

from pathlib import Path

import pytest

from backups.instance import Instance

SAVED, PRESENT = "0599001N", "0990002P"
BEFORE = {
    "before the new database is filled": ("subprocess.Popen", "pg_restore"),
    "before the mark is written": ("os.rename", "marque.json"),
}
AFTER = {
    "before the anchors are put aside": ("os.rename", "ancres.avant"),
    "before the anchors are in place": ("os.rename", "restauration/ancres'"),
    "before the keys are put aside": ("os.rename", "cles.avant"),
    "before the keys are in place": ("os.rename", "restauration/cles'"),
    "before the mark is removed": ("os.remove", "marque.json"),
}


def done(instance: Instance, *words: str) -> None:
    answer = instance.command(*words)
    assert answer.returncode == 0, answer.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, empty_folder: Path) -> Path:
    """A backup of a school with its keys, and the instance of another school."""
    folder, empty = tmp_path_factory.mktemp("restauration"), Instance(empty_folder)
    saved, present = (empty.copied_to(folder / name) for name in ("sauvegardee", "donnees"))
    done(saved, "ecole", "create", "--uai", SAVED, "--nom", "Lycée sauvegardé")
    words = ("--sortie", str(folder / "ecole.sauvegarde"), "--cles", str(folder / "ecole.cles"))
    done(saved, "backup", *words)
    done(present, "ecole", "create", "--uai", PRESENT, "--nom", "Lycée en place")
    done(present, "journal", "anchor")
    present.content()  # waits until its server is at rest
    return folder


@pytest.fixture
def instance(made: Path, tmp_path: Path) -> Instance:
    """A copy for one test."""
    return Instance(made / "donnees").copied_to(tmp_path / "donnees")


@pytest.mark.parametrize(
    ("kill", "school"),
    [*((kill, PRESENT) for kill in BEFORE.values()), *((kill, SAVED) for kill in AFTER.values())],
    ids=[*BEFORE, *AFTER],
)
def test_the_next_command_settles_it(
    instance: Instance, made: Path, kill: tuple[str, str], school: str
) -> None:
    files = (str(made / "ecole.sauvegarde"), "--cles", str(made / "ecole.cles"))

    killed = instance.killed(*kill, "restore", *files, "--remplacer")
    verified = instance.command("journal", "verify")

    assert killed.returncode == -9, killed.stderr
    assert (verified.returncode, verified.stdout[: len(school)]) == (0, school), verified.stderr
    assert instance.schools() == [school]
    assert instance.databases() == ["livretpro"]
    assert not (instance.folder / "restauration").exists()
    key = (instance.folder / "cles" / "journal").read_bytes()
    owner = made / ("donnees" if school == PRESENT else "sauvegardee")
    assert key == (owner / "cles" / "journal").read_bytes()
