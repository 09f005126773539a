"""Files written whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from livretpro.cli.answers import Refusal


def check_place(path: Path) -> None:
    """Refuse a path that `write_whole` could not write, before the work that leads to it.

    Raises `Refusal`; nothing is left beside `path`.
    """
    with _draft(path) as draft:
        draft.unlink()


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, replacing what was there in one step.

    Raises `Refusal` when it cannot be written; `path` is then as it was.
    """
    with _draft(path) as draft:
        with draft.open("wb") as file:
            file.write(content)
            os.fsync(file.fileno())
        draft.replace(path.resolve())


@contextlib.contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """An empty file beside `path`, gone when anything fails. Raises `Refusal`."""
    if path.exists() and not path.is_file():
        raise Refusal(f"{path} est un dossier ou un périphérique : indiquez un fichier.")
    draft: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.resolve().parent)
        os.close(descriptor)
        draft = Path(name)
        yield draft
    except OSError as error:
        if draft:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
        raise Refusal(
            f"Le fichier {path} ne peut pas être écrit : "
            "vérifiez que son dossier existe, vos droits et la place libre."
        ) from error
