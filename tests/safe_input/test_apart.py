"""A large file is read by a child process, which its limits stop."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

import readers_apart as readers
from safe_input import Bounds, Refused, read_bounded
from safe_input.limits import MIB
from siecle_files import zipped

SMALL, LARGE = b"x" * 100, b"x" * 101
BOUNDS = Bounds(here=100, memory=128 * MIB, seconds=5)
QUICK = Bounds(here=100, memory=128 * MIB, seconds=1)


def refusal(reader: object, *, bounds: Bounds = BOUNDS, **options: object) -> Refused:
    with pytest.raises(Refused) as caught:
        read_bounded(reader, LARGE, bounds=bounds, **options)  # type: ignore[arg-type]
    return caught.value


def test_only_a_large_file_is_read_apart() -> None:
    here, apart = (read_bounded(readers.process, d, bounds=BOUNDS) for d in (SMALL, LARGE))

    assert (here == os.getpid(), apart == os.getpid()) == (True, False)


def test_a_zip_counts_by_what_it_holds() -> None:
    small, large = zipped(b"x" * 100), zipped(b"x" * 10_000)
    bounds = Bounds(here=len(large), memory=128 * MIB, seconds=5)

    here, apart = (read_bounded(readers.process, d, bounds=bounds) for d in (small, large))

    assert len(large) < 10_000
    assert (here == os.getpid(), apart == os.getpid()) == (True, False)


@pytest.mark.parametrize("data", [SMALL, LARGE])
def test_the_answer_is_the_same_here_and_apart(data: bytes) -> None:
    assert read_bounded(readers.size, data, bounds=BOUNDS, plus=1) == len(data) + 1


@pytest.mark.parametrize("data", [SMALL, LARGE])
def test_a_refusal_is_the_same_here_and_apart(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        read_bounded(readers.refuse, data, bounds=BOUNDS)

    told = caught.value
    assert (told.code, told.phrase, told.line, str(told)) == (
        "mal_forme",
        "La ligne 3 ne se lit pas.",
        3,
        "La ligne 3 ne se lit pas.",
    )


def test_a_bug_stays_a_bug() -> None:
    with pytest.raises(KeyError, match="absent"):
        read_bounded(readers.fail, LARGE, bounds=BOUNDS)


def test_what_asks_for_too_much_memory_is_stopped() -> None:
    told = refusal(readers.hog)

    assert (told.code, "trop de mémoire" in told.phrase) == ("trop_lourd", True)


@pytest.mark.parametrize("reader", [readers.spin, readers.sleep])
def test_what_takes_too_long_is_stopped(reader: object) -> None:
    told = refusal(reader, bounds=QUICK)

    assert (told.code, "trop de temps" in told.phrase) == ("trop_long", True)


def test_each_door_says_what_to_do_about_a_file_that_takes_too_much() -> None:
    told = refusal(readers.sleep, bounds=replace(QUICK, lighter="coupez-le en deux"))

    assert told.phrase.endswith("sa lecture a été arrêtée : coupez-le en deux.")


def test_a_reader_that_dies_is_a_refusal() -> None:
    assert refusal(readers.crash).code == "trop_lourd"


def test_what_a_reader_prints_is_no_answer() -> None:
    assert read_bounded(readers.speak, LARGE, bounds=BOUNDS) == len(LARGE)


def test_the_child_writes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "ecrit.txt"

    with pytest.raises(OSError, match="File too large"):
        read_bounded(readers.write, LARGE, bounds=BOUNDS, path=str(path))

    assert path.read_bytes() == b""


def test_the_child_inherits_no_secret_and_no_descriptor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVRETPRO_SECRET_KEY", "secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        descriptor = server.fileno()
        with pytest.raises(OSError, match="Bad file descriptor"):
            read_bounded(readers.knock, LARGE, bounds=BOUNDS, descriptor=descriptor)

    assert "LIVRETPRO_SECRET_KEY" not in read_bounded(readers.environment, LARGE, bounds=BOUNDS)


def test_a_file_too_large_for_every_door_starts_no_child() -> None:
    with pytest.raises(Refused) as caught:
        read_bounded(readers.crash, b"x" * (64 * MIB + 1))

    assert caught.value.code == "trop_gros"
