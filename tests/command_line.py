"""Words and values of the tests of the command line."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

UAI = "0990001N"
CIEL = "40025519"
MELEC = "40025520"
TERMINALE_CIEL = "24725519330"
PREMIERE_CIEL = "24725519320"
TERMINALE_MELEC = "24725520330"
COMPETENCES = ("C01", "C03", "C04", "C06", "C07", "C08", "C09", "C10", "C11")


@dataclass(frozen=True)
class Answer:
    """What a command answered: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as JSON: nothing else may stand there."""
        return json.loads(self.out)


Run = Callable[..., Answer]


def periodicity(run: Run, level: str, kind: str, cfd: str = CIEL) -> Answer:
    """Set a periodicity."""
    words = ("--diplome", cfd, "--niveau", level, kind)
    return run("livret", "periodicity", "--uai", UAI, *words)


def full_line(pupil: int) -> str:
    """A sheet's line that makes a livret of terminale CIEL green."""
    degrees = ";".join("3" for _ in COMPETENCES)
    return f"{pupil};12,5;NN;{degrees};Des progrès.;EXEMPLE;Anna;Six semaines.;EXEMPLE;Anna"


HEADER = ";".join(
    (
        "eleve_id;moyenne_1;moyenne_2",
        *COMPETENCES,
        "appreciation;enseignant_1_nom;enseignant_1_prenom;pfmp_synthese;pfmp_nom;pfmp_prenom",
    )
)
