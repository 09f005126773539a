"""Anchors: where each chain stood, written outside the database (spec 08, Journal).

A file a month in `ancres/`, one line of JSON for each chain that moved since its last anchor.
A chain that is later shorter, or that says something else at that rank, was cut or rewritten.
"""

import fcntl
import json
import os
from collections.abc import Sequence
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


@dataclass(frozen=True)
class Unreadable:
    """A line of an anchor file that does not read."""

    file: str
    line: int

    @property
    def phrase(self) -> str:
        """Which one, for the operator."""
        return f"Le fichier d’ancres {self.file} ne se lit pas, ligne {self.line}."


def write(folder: Path, heads: Sequence[Head], *, key: bytes, now: datetime) -> int:
    """Anchor the chains that moved since their last anchor; says how many.

    The lines are on the disk when this returns; a line that no longer reads stops none. Raises
    `OSError`: no line is added then.
    """
    last = {anchor.school_uai: (anchor.count, anchor.mac) for anchor in read(folder)[0]}
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
    """Add whole lines or none, after the last whole one: a power cut may have left the beginning
    of another, which says nothing."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        whole = file.read().rfind(b"\n") + 1
        file.truncate(whole)
        file.seek(whole)
        left = "".join(lines).encode("ascii")
        try:
            while left:
                left = left[file.write(left) :]
            os.fsync(file)
        except OSError:
            file.truncate(whole)
            raise


def read(folder: Path) -> tuple[list[Anchor], list[Unreadable]]:
    """Every anchor, oldest first, and the lines that do not read; none without the folder.

    The beginning of a line at the end of a file is one being written, or cut while it was.
    """
    anchors: list[Anchor] = []
    unreadable: list[Unreadable] = []
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        for number, line in enumerate(lines[:-1], start=1):
            if found := _anchor(line):
                anchors.append(found)
            else:
                unreadable.append(Unreadable(path.name, number))
    return anchors, unreadable


def _anchor(line: str) -> Anchor | None:
    try:
        told = json.loads(line)
        return Anchor(
            school_uai=str(told["uai"]),
            count=int(told["entrees"]),
            mac=str(told["sceau_entree"]),
            at=str(told["le"]),
            seal=str(told["sceau"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
