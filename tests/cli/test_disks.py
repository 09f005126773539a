"""A disk that refuses is told in French, whatever the language of the machine."""

import errno
from pathlib import Path

import pytest

from command_line import Run
from livretpro.cli.disks import reason


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "il n’y a plus de place"),
        (errno.EDQUOT, "la part de disque de ce compte est épuisée"),
        (errno.EACCES, "ce compte n’en a pas le droit"),
        (errno.EROFS, "il est en lecture seule"),
        (errno.ENOENT, "le fichier ou le dossier n’existe pas"),
        (errno.ELOOP, f"erreur système {errno.ELOOP}"),
    ],
)
def test_a_reason(number: int, said: str) -> None:
    assert reason(OSError(number, "in the language of the machine")) == said


def test_a_backup_in_the_place_of_a_folder(run: Run, tmp_path: Path) -> None:
    answer = run("backup", "--sortie", tmp_path)

    said = (
        f"Vérifiez le dossier de {tmp_path}, vos droits et la place libre. Rien n’a été remplacé."
    )
    refusal = f"Le disque refuse : un dossier tient la place du fichier. {said}\n"
    assert (answer.status, answer.err) == (1, refusal)
