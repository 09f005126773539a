"""`livretpro upgrade`: from PostgreSQL 16 to the version of this program, killed or not."""

import fcntl
from pathlib import Path

import pytest

from backups.former_version import FORMER, demo_under_16
from backups.instance import APPLICATION, Instance
from livretpro.embedded.binaries import MAJOR, program
from livretpro.embedded.cluster import version
from livretpro.embedded.identity import identity_for

KILLS = {
    "before the backup has its name": ("os.rename", ".sauvegarde"),
    "before it is filled": ("subprocess.Popen", "pg_restore"),
    "once it is whole": ("os.rename", "verifiee"),
    "between the two renames": ("os.rename", "pg.upgrade/pg'"),
    "before the last traces are removed": ("os.remove", "pg.log"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The demo school under PostgreSQL 16, at rest, and its content."""
    instance = demo_under_16(tmp_path_factory.mktemp("ancienne") / "donnees")
    return instance.folder, instance.content()


@pytest.fixture
def instance(made: tuple[Path, dict[str, str]], tmp_path: Path) -> Instance:
    """A copy for one test, with the owners of its files."""
    return Instance(made[0]).copied_to(tmp_path / "donnees")


@pytest.fixture
def content(made: tuple[Path, dict[str, str]]) -> dict[str, str]:
    return made[1]


def test_the_whole_way(instance: Instance, content: dict[str, str]) -> None:
    refused = instance.command("check")

    done = instance.command("upgrade")
    again = instance.command("upgrade")

    assert (refused.returncode, "« livretpro upgrade »" in refused.stderr) == (1, True)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line[:4] for line in done.stdout.splitlines()[1:5]] == ["1/4 ", "2/4 ", "3/4 ", "4/4 "]
    assert again.stdout == f"La base est déjà à PostgreSQL {MAJOR} : rien à faire.\n"
    assert instance.content() == content
    assert instance.facts() == ("on", "b", ["livretpro", APPLICATION], False)
    assert instance.command("journal", "verify").returncode == 0
    (former,) = instance.folder.glob(f"pg.{FORMER}.*[0-9]")
    assert version(former) == FORMER
    assert len(list((instance.folder / "sauvegardes").glob("*.sauvegarde"))) == 1
    assert not instance.cluster.successor.data.parent.exists()


def test_killed_at_each_stage_then_run_again(instance: Instance, content: dict[str, str]) -> None:
    for stage, kill in KILLS.items():
        killed = instance.killed(*kill, "upgrade")
        served = instance.command("check")

        assert killed.returncode == -9, f"{stage}: {killed.stderr}"
        current = stage == "before the last traces are removed"
        assert ("livretpro upgrade" in served.stderr) is not current, stage

    again = instance.command("upgrade")
    assert (again.returncode, again.stderr) == (0, "")
    assert instance.content() == content
    assert instance.command("journal", "verify").returncode == 0
    assert len(list(instance.folder.glob(f"pg.{FORMER}.*[0-9]"))) == 1
    assert not instance.cluster.successor.data.parent.exists()


def test_a_site_that_works_is_not_moved(instance: Instance) -> None:
    """Whoever uses the server of the folder holds this lock, shared."""
    with instance.cluster.users.open("a") as user:
        fcntl.flock(user, fcntl.LOCK_SH)
        refused = instance.command("upgrade")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("LivretPro est en marche sur le dossier ")
    assert version(instance.cluster.data) == FORMER


def test_a_journal_that_was_broken_is_said_then_kept_as_it_is(instance: Instance) -> None:
    instance.change("UPDATE journal_entry SET author_name = 'x' WHERE rank = 3")
    broken = instance.content()

    refused = instance.command("upgrade")
    still = version(instance.cluster.data)
    done = instance.command("upgrade", "--journal-rompu")

    assert (refused.returncode, still) == (1, FORMER)
    assert refused.stderr.startswith("Le journal ne se vérifie pas (0599001N) : ")
    assert "3/4 Mises à jour appliquées, journal rompu, gardé tel quel." in done.stdout
    assert instance.content() == broken


def test_data_of_a_later_livretpro_are_left_as_they_are(instance: Instance) -> None:
    instance.change(
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('journal', '9999_plus_tard', now())"
    )

    refused = instance.command("upgrade")

    assert (refused.returncode, version(instance.cluster.data)) == (1, FORMER)
    assert "vient d’une version plus récente de LivretPro" in refused.stderr


def test_a_base_that_holds_nothing_of_livretpro_is_left_as_it_is(instance: Instance) -> None:
    instance.change("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    refused = instance.command("upgrade")

    assert (refused.returncode, version(instance.cluster.data)) == (1, FORMER)
    assert refused.stderr.startswith("Cette base ne contient rien de LivretPro")


def made_by(folder: Path, version: int) -> Instance:
    """A folder that bears the mark of a version and nothing else."""
    (folder / "pg").mkdir()
    (folder / "pg" / "PG_VERSION").write_text(f"{version}\n")
    return Instance(folder)


@pytest.mark.parametrize(
    ("version", "way_out"),
    [
        (99, "Il vient d’une version plus récente de LivretPro"),
        (11, "Réinstallez la version de LivretPro qui l’a créé"),
    ],
)
def test_a_version_that_this_program_cannot_read_is_refused(
    tmp_path: Path, version: int, way_out: str
) -> None:
    instance = made_by(tmp_path, version)

    served, refused = instance.command("serve"), instance.command("upgrade")

    assert (refused.returncode, way_out in refused.stderr) == (1, True)
    assert served.stderr == refused.stderr
    assert [path.name for path in (tmp_path / "pg").iterdir()] == ["PG_VERSION"]


def test_without_a_base_there_is_nothing_to_do(tmp_path: Path) -> None:
    outside = Instance(tmp_path).command("upgrade", DATABASE_URL="postgresql://localhost/x")
    none = Instance(tmp_path).command("upgrade")

    assert (none.returncode, none.stdout.startswith("Il n’y a pas encore de base dans")) == (
        0,
        True,
    )
    assert (outside.returncode, outside.stderr.startswith("La base est extérieure")) == (1, True)


def test_a_disk_without_room_is_said_before_anything_is_done(tmp_path: Path) -> None:
    """The folder holds a file of ten terabytes, all of it a hole."""
    instance = made_by(tmp_path, FORMER)
    with (tmp_path / "pg" / "16384").open("wb") as file:
        file.truncate(10**13)

    refused = instance.command("upgrade")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Il faut 20000,51 Go libres à côté de")
    assert not (tmp_path / "sauvegardes").exists()


@pytest.mark.parametrize(("major", "says"), [(FORMER, "16."), (MAJOR, f"{MAJOR}.")])
def test_the_programs_are_those_of_the_version_they_bear(
    major: int, says: str, tmp_path: Path
) -> None:
    answer = identity_for(tmp_path / "pg").run(program("postgres", major), "--version")

    assert answer.stdout.startswith(f"postgres (PostgreSQL) {says}")
