"""Anchors: where each chain stood, written outside the database (spec 08, Journal).

A file a month in `ancres/`, one line of JSON for each chain that moved since its last anchor.
A chain that is later shorter, or that says something else at that rank, was cut or rewritten.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from livretpro.journal.chain import Head, anchor_seal, same
from livretpro.keys import private_folder


@dataclass(frozen=True)
class Anchor:
    """The head of a chain at an instant (ISO 8601), sealed."""

    school_uai: str
    count: int
    mac: str
    at: str
    seal: str

    def is_true(self, key: bytes) -> bool:
        """Whether it was written with the key."""
        return same(self.seal, anchor_seal(key, self.school_uai, self.count, self.mac, self.at))


class BadAnchor(Exception):
    """A line of an anchor file does not read; `phrase` says which."""

    def __init__(self, path: Path, line: int) -> None:
        self.phrase = f"Le fichier d’ancres {path.name} ne se lit pas, ligne {line}."
        super().__init__(self.phrase)


def write(folder: Path, heads: Sequence[Head], *, key: bytes, now: datetime) -> int:
    """Anchor the chains that moved since their last anchor; says how many.

    The lines are on the disk when this returns.
    """
    last = {anchor.school_uai: (anchor.count, anchor.mac) for anchor in read(folder)}
    at = now.isoformat(timespec="seconds")
    moved = [h for h in heads if h.count and h.place != last.get(h.school_uai)]
    lines = [_line(head, key, at) for head in moved]
    if lines:
        _append(private_folder(folder) / f"{now:%Y-%m}.jsonl", lines)
    return len(lines)


def _line(head: Head, key: bytes, at: str) -> str:
    seal = anchor_seal(key, head.school_uai, head.count, head.mac, at)
    told = {
        "uai": head.school_uai,
        "entrees": head.count,
        "sceau_entree": head.mac,
        "le": at,
        "sceau": seal,
    }
    return json.dumps(told) + "\n"


def _append(path: Path, lines: Sequence[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> Iterator[Anchor]:
    """Every anchor, oldest first; none without the folder. Raises `BadAnchor`."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                yield _anchor(path, number, line)


def _anchor(path: Path, number: int, line: str) -> Anchor:
    try:
        told = json.loads(line)
        return Anchor(
            school_uai=str(told["uai"]),
            count=int(told["entrees"]),
            mac=str(told["sceau_entree"]),
            at=str(told["le"]),
            seal=str(told["sceau"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadAnchor(path, number) from error
