"""Files written whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

from livretpro.cli.answers import Refusal


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, replacing what was there in one step.

    Raises `Refusal` when it cannot be written; `path` is then as it was.
    """
    draft: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        draft = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        if draft:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
        raise Refusal(f"Le fichier {path} ne peut pas être écrit : {error.strerror}.") from error
