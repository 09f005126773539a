"""One instance for the tests of a file."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.site import Site


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def running_site(data: Path) -> Iterator[Site]:
    """The demo school, served."""
    site = Site(data, free_port())
    site.command("demo", "--no-serve")
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from running_site(tmp_path_factory.mktemp("instance") / "donnees")
