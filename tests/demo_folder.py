"""Data folders made once a run, copied for each instance that a test serves or breaks: that of the
demo school, by `livretpro demo`, and that of an instance without any school."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from livretpro.embedded.cluster import Cluster, locked
from livretpro.embedded.upgrade import alone

LIVRETPRO = (sys.executable, "-m", "livretpro.cli.main")


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory, empty_folder: Path) -> Path:
    """The demo school, at rest, the same for all processes of the run: to be copied, not used."""

    def make(folder: Path) -> None:
        copy_folder(empty_folder, folder)
        _run(folder, "demo", "--no-serve")

    return _once(tmp_path_factory, "demonstration", make)


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables without a school, at rest; each copy makes its own keys."""

    def make(folder: Path) -> None:
        _run(folder, "journal", "verify")
        shutil.rmtree(folder / "cles", ignore_errors=True)

    return _once(tmp_path_factory, "vide", make)


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / name
    with locked(shared / f"{name}.lock"):
        if not folder.exists():
            made = folder.with_suffix(".new")
            make(made)
            with alone(Cluster(made / "pg")):  # once its server has stopped
                made.rename(folder)
    return folder


def _run(folder: Path, *words: str) -> None:
    environment = {"PATH": os.environ["PATH"], "LIVRETPRO_DATA": str(folder)}
    subprocess.run([*LIVRETPRO, *words], env=environment, check=True, capture_output=True)


def copy_folder(source: Path, target: Path) -> None:
    """A data folder at rest under another name, with the owners of its files."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    subprocess.run(["cp", "--archive", "--reflink=auto", f"{source}/.", target], check=True)
    shutil.rmtree(target / "pg.socket", ignore_errors=True)
