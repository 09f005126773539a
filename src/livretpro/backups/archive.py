"""The archive of a backup: a zip of a manifest, the database and the anchors of the journal.

The manifest gives the digest of every other member and what the database held at that instant.
"""

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Self

MANIFEST = "manifeste.json"
DUMP = "base.dump"
ANCHORS = "ancres/"
CHUNK = 1024 * 1024
MANIFEST_MAX = 4 * 1024 * 1024
_OF_A_BAD_FILE = {None, errno.EINVAL}  # what zipfile meets where a forged file points


class BadArchive(Exception):
    """The file is no backup, or no longer the one that was made; `phrase` says which."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        super().__init__(phrase)


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `tables` counts rows, `journal` entries by UAI, `membres` gives the
    SHA-256 of each member, `migrations` the last one of each application."""

    livretpro: str
    fait_le: str
    tables: Mapping[str, int]
    journal: Mapping[str, int]
    migrations: Mapping[str, str]
    membres: Mapping[str, str]

    def as_json(self) -> bytes:
        """The member of the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The reverse of `as_json`. Raises `BadArchive`."""
        try:
            told: dict[str, Any] = json.loads(data)
            return cls(**told)
        except (ValueError, TypeError) as error:
            raise BadArchive("Le manifeste de cette sauvegarde ne se lit pas.") from error


def write(path: Path, manifest: Manifest, members: Mapping[str, Path]) -> None:
    """Write the archive to `path`, whole or not at all, readable by its owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                archive.writestr(MANIFEST, manifest.as_json())
                for name, source in members.items():
                    archive.write(source, name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def digest(path: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack an archive into `folder` once every member is what the manifest says.

    Raises `BadArchive`; the names of members are never used as paths beyond their own folder.
    """
    phrase = (
        f"{path.name} n’est pas une sauvegarde de LivretPro, ou elle est tronquée : "
        "prenez-en une autre."
    )
    with opened(path, phrase) as archive:
        return _unpack(archive, folder)


@contextmanager
def opened(path: Path, phrase: str) -> Iterator[zipfile.ZipFile]:
    """A zip such as LivretPro writes: members as they are, never deflated, so that a small file
    cannot unpack without end. Raises `BadArchive` with `phrase`, also for what is met inside; a
    disk that refuses stays an `OSError`: the file is not to blame."""
    try:
        with zipfile.ZipFile(path) as archive:
            if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
                raise BadArchive(phrase)
            yield archive
    except OSError as error:
        if error.errno in _OF_A_BAD_FILE:
            raise BadArchive(phrase) from error
        raise
    except (zipfile.BadZipFile, EOFError, RuntimeError, ValueError) as error:
        raise BadArchive(phrase) from error


def _unpack(archive: zipfile.ZipFile, folder: Path) -> Manifest:
    names = archive.namelist()
    if MANIFEST not in names or archive.getinfo(MANIFEST).file_size > MANIFEST_MAX:
        raise BadArchive("Ce fichier n’est pas une sauvegarde de LivretPro : manifeste absent.")
    manifest = Manifest.read(archive.read(MANIFEST))
    if sorted(names) != sorted([MANIFEST, *manifest.membres]) or DUMP not in manifest.membres:
        raise BadArchive("Le contenu de cette sauvegarde n’est pas celui de son manifeste.")
    for number, (name, expected) in enumerate(manifest.membres.items()):
        _check_name(name)
        target = folder / (DUMP if name == DUMP else f"{number}-{Path(name).name}")
        with archive.open(name) as source:
            found = _copy(source, target)
        if found != expected:
            raise BadArchive(f"« {name} » a été modifié depuis la sauvegarde : elle est refusée.")
        if name != DUMP:
            target.rename(folder / Path(name).name)
    return manifest


def _check_name(name: str) -> None:
    plain = name == DUMP or (name.startswith(ANCHORS) and "/" not in name.removeprefix(ANCHORS))
    if not plain or name.endswith(("/", "..")):
        raise BadArchive(f"Cette sauvegarde contient un membre inattendu : « {name[:60]} ».")


def _copy(source: IO[bytes], target: Path) -> str:
    found = hashlib.sha256()
    with target.open("wb") as file:
        while piece := source.read(CHUNK):
            found.update(piece)
            file.write(piece)
    return found.hexdigest()
