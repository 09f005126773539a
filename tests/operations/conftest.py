"""One instance for the tests of a file."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo_folder import copy_folder
from operations.site import Site


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def running_site(demo: Path, data: Path) -> Iterator[Site]:
    """The demo school of the folder `demo`, served from the folder `data`."""
    copy_folder(demo, data)
    site = Site(data, free_port())
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, demo_folder: Path) -> Iterator[Site]:
    yield from running_site(demo_folder, tmp_path_factory.mktemp("instance") / "donnees")
