"""Verifying a file, and telling it: who, which digest, which answer (spec 08, Journal)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction

import safe_input
from livretpro.journal import actions as journal
from livretpro.lsl_export.bundle import MANIFEST, SIGNATURE
from livretpro.lsl_export.queries import Verdict, schools_with_exports, verify, verify_all
from livretpro.lsl_export.seal import digest, is_genuine
from livretpro.schools.actors import Actor, command_line

UNKNOWN = "inconnu de cet établissement, ou modifié"
MOST_FILES = 200
"""Of an archive: more divisions than a school has."""


@dataclass(frozen=True)
class ArchiveVerdict:
    """What is known of an archive of several files: whether this instance signed its manifest, each
    file with its version (None: not ours, changed, or not told by the manifest), and those that
    the manifest tells and the archive lacks."""

    signed: bool
    files: tuple[tuple[str, Verdict | None], ...]
    missing: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether it is what was made here, to the last byte of its files."""
        return self.signed and not self.missing and all(verdict for _, verdict in self.files)

    @property
    def replaced(self) -> list[Verdict]:
        """The versions that a newer one replaces."""
        return [verdict for _, verdict in self.files if verdict and verdict.replaced_by]

    @property
    def unknown(self) -> list[str]:
        """The files that are not ours, or were changed."""
        return [name for name, verdict in self.files if verdict is None]


def verify_upload(file: BinaryIO, *, by: Actor) -> Verdict | ArchiveVerdict | None:
    """Say which version of the school's a file is, alone in a zip or not, or what an archive of
    several holds; the journal tells it.

    Reads no more than the largest honest file. Raises `safe_input.Refused`.
    """
    sent = file.read(safe_input.TREE_LIMITS.max_bytes + 1)
    held = _archive(sent)
    if MANIFEST in held:
        return _verify_archive(held, digest(sent), by=by)
    content = safe_input.unwrap(sent, safe_input.TREE_LIMITS)
    verdict = verify(content, among=[by])
    _tell(content, verdict, by=by)
    return verdict


def _archive(sent: bytes) -> dict[str, bytes]:
    """The files of a zip by name, none for anything else. Raises `safe_input.Refused`."""
    if not safe_input.is_zip(sent):
        return {}
    return dict(safe_input.members(sent, safe_input.TREE_LIMITS, most=MOST_FILES))


@transaction.atomic
def _verify_archive(held: Mapping[str, bytes], sha256: str, *, by: Actor) -> ArchiveVerdict:
    manifest, signature = held[MANIFEST], held.get(SIGNATURE, b"")
    signed = is_genuine(digest(manifest), signature)
    # Ours if it is signed: it reads as it was written. Else it tells nothing.
    told = {f["nom"]: f["sha256"] for f in json.loads(manifest)["fichiers"]} if signed else {}
    names = [name for name in held if name not in {MANIFEST, SIGNATURE}]
    verdicts = verify_all([held[name] for name in names], among=[by])
    files = tuple(
        (name, verdict if not signed or told.get(name) == digest(held[name]) else None)
        for name, verdict in zip(names, verdicts, strict=True)
    )
    found = ArchiveVerdict(signed, files, tuple(name for name in told if name not in held))
    words = "intacte" if found.whole else "modifiée, ou d’ailleurs"
    said = f"{sha256} : archive de {len(files)} fichiers, {words}"
    change = journal.Change("verifie", "export", sha256, "SHA-256", after=said)
    journal.record([change], school_uai=by.school.uai, by=by.author)
    return found


@transaction.atomic
def verify_here(content: bytes) -> Verdict | None:
    """Say which version of any school of the instance a file is, for the command line.

    Told in the school of the version; for a file that none made, in each school that has versions.
    """
    verdict = verify(content)
    schools = [verdict.version.school_year.school] if verdict else schools_with_exports()
    for school in schools:
        _tell(content, verdict, by=command_line(school))
    return verdict


@transaction.atomic
def _tell(content: bytes, verdict: Verdict | None, *, by: Actor) -> None:
    sha256 = digest(content)
    key = str(verdict.version.pk) if verdict else sha256
    change = journal.Change(
        "verifie", "export", key, "SHA-256", after=f"{sha256} : {_words(verdict)}"
    )
    journal.record([change], school_uai=by.school.uai, by=by.author)


def _words(verdict: Verdict | None) -> str:
    if verdict is None:
        return UNKNOWN
    newer = verdict.replaced_by
    return f"intact, remplacé par la version {newer.number}" if newer else "intact"
