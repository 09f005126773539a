"""The data folder of the demo school: made once a run by `livretpro demo`, copied for each instance
that a test serves or breaks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from livretpro.embedded.cluster import Cluster, locked
from livretpro.embedded.upgrade import alone

MAKE = (sys.executable, "-m", "livretpro.cli.main", "demo", "--no-serve")


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, at rest, the same for all processes of the run: to be copied, not used."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "demonstration"
    with locked(shared / "demonstration.lock"):
        if not folder.exists():
            _make(folder.with_suffix(".new")).rename(folder)
    return folder


def _make(folder: Path) -> Path:
    environment = {"PATH": os.environ["PATH"], "LIVRETPRO_DATA": str(folder)}
    subprocess.run(MAKE, env=environment, check=True, capture_output=True)
    with alone(Cluster(folder / "pg")):  # once its server has stopped
        return folder


def copy_folder(source: Path, target: Path) -> None:
    """A data folder at rest under another name, with the owners of its files."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    subprocess.run(["cp", "--archive", "--reflink=auto", f"{source}/.", target], check=True)
    shutil.rmtree(target / "pg.socket", ignore_errors=True)
