"""What a disk answers, in French."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from livretpro.cli.answers import Refusal

REASONS = {
    errno.ENOSPC: "il n’y a plus de place",
    errno.EDQUOT: "la part de disque de ce compte est épuisée",
    errno.EFBIG: "le fichier dépasse la taille permise",
    errno.EACCES: "ce compte n’en a pas le droit",
    errno.EPERM: "ce compte n’en a pas le droit",
    errno.EROFS: "il est en lecture seule",
    errno.ENOENT: "le fichier ou le dossier n’existe pas",
    errno.ENOTDIR: "un fichier tient la place d’un dossier",
    errno.EISDIR: "un dossier tient la place du fichier",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.EIO: "le matériel est en défaut",
}
"""The system's own sentences are in the language of the machine, English most often."""


def reason(error: OSError) -> str:
    """Why the disk refuses, without a capital or a full stop; by its number when it is rare."""
    return REASONS.get(error.errno or 0, f"erreur système {error.errno}")


@contextmanager
def disk_refusals(path: Path) -> Iterator[None]:
    """A disk that refuses is told in a sentence."""
    try:
        yield
    except OSError as error:
        raise Refusal(
            f"Le disque refuse : {reason(error)}. Vérifiez le dossier de {path}, vos droits et la "
            "place libre. Rien n’a été remplacé."
        ) from error
