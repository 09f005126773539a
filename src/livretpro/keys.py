"""Keys of an instance, made at first start in a folder that only its owner can open."""

import contextlib
import os
import secrets
from pathlib import Path


def private_folder(folder: Path) -> Path:
    """Make `folder` if needed, readable by its owner alone, and return it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def kept_once(path: Path, make: bytes) -> bytes:
    """Write `make` to `path` unless it exists, and return what the file holds.

    Two processes that start together agree on one content: the file appears whole, by a hard
    link that only one of them can create.
    """
    if not path.exists():
        private_folder(path.parent)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make)
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_bytes()


def secret_key(folder: Path) -> str:
    """Django's secret key of this instance (spec 08, Operations)."""
    return kept_once(folder / "secret_key", secrets.token_urlsafe(64).encode()).decode()
