"""The words of the prerequisites: a check, how it ends, what repairs it."""

from dataclasses import dataclass
from enum import StrEnum

from livretpro.bulletins.words import (
    VOCATIONAL_CODE,
)


class State(StrEnum):
    """Whether a line lets the import go on: the last two do not."""

    OK = "ok"
    WARNING = "avertissement"
    BLOCKING = "bloquant"
    OUTSIDE = "sans_objet"
    """Nothing to import, and nothing to repair."""


class Check(StrEnum):
    """What is looked at, in the order of the screen."""

    SECTOR = "filiere"
    SUBJECT = "matiere"
    SERVICES = "services"
    FRAME = "referentiel"
    CODES = "codes"
    MOCKUP = "maquette"
    GROUPING = "regroupement"
    PERIOD = "periode"
    DIPLOMA = "diplome"
    REMOTE = "cpro"
    DATES = "dates"
    PUPILS = "eleves"

    @property
    def label(self) -> str:
        """The French words."""
        return {
            "filiere": "Filière",
            "matiere": "Matière",
            "services": "Services",
            "referentiel": "Référentiel",
            "codes": "Codes CPRO",
            "maquette": "Maquette",
            "regroupement": "Regroupement",
            "periode": "Période",
            "diplome": "Diplôme",
            "cpro": "CPRO",
            "dates": "Dates",
            "eleves": "Élèves",
        }[self.value]


class Repair(StrEnum):
    """The one button of a line: an action here, or (`leads`) the page where a person decides."""

    SET_SECTOR = "filiere"
    CHOOSE_SECTOR = "choisir_filiere"
    TAKE_SECTOR = "filiere_cpro"
    OPEN_SECTOR = "ouvrir_filiere"
    SET_CODE = "code_siecle"
    CREATE_SUBJECT = "creer_matiere"
    CREATE_SERVICE = "creer_service"
    GROUP = "regrouper"
    GRADE = "avec_notes"
    CREATE_FRAME = "creer_referentiel"
    SEE_FRAMES = "voir_referentiels"
    UPDATE_CODES = "codes_cpro"
    ASSIGN_MOCKUP = "donner_maquette"
    ADD_OPTIONS = "options_maquette"
    MATCH_GROUPING = "regroupement_maquette"
    CREATE_PERIODS = "creer_periodes"
    ADOPT_PERIODS = "periodes_cpro"
    REOPEN = "rouvrir_periode"
    CONNECT = "connexion"
    RETRY = "reessayer"
    SEE_PUPILS = "voir_eleves"

    @property
    def label(self) -> str:
        """The words of the button."""
        return _BUTTONS[self]

    @property
    def leads(self) -> bool:
        """Whether it opens a page instead of changing something."""
        return self in _LEADING


_BUTTONS = {
    Repair.SET_SECTOR: "Mettre la filière du MEF",
    Repair.CHOOSE_SECTOR: "Choisir la filière",
    Repair.TAKE_SECTOR: "Prendre la filière de CPRO",
    Repair.OPEN_SECTOR: "Ouvrir la filière à l’import",
    Repair.SET_CODE: f"Mettre le code {VOCATIONAL_CODE}",
    Repair.CREATE_SUBJECT: "Créer la matière",
    Repair.CREATE_SERVICE: "Créer le service",
    Repair.GROUP: "Regrouper en sous-services",
    Repair.GRADE: "Mettre le service avec notes",
    Repair.CREATE_FRAME: "Créer le référentiel",
    Repair.SEE_FRAMES: "Voir les référentiels",
    Repair.UPDATE_CODES: "Mettre à jour les codes CPRO",
    Repair.ASSIGN_MOCKUP: "Donner une maquette",
    Repair.ADD_OPTIONS: "Ajouter les options",
    Repair.MATCH_GROUPING: "Regrouper comme la filière",
    Repair.CREATE_PERIODS: "Créer les périodes",
    Repair.ADOPT_PERIODS: "Prendre les périodes de CPRO",
    Repair.REOPEN: "Rouvrir la période",
    Repair.CONNECT: "Régler la connexion",
    Repair.RETRY: "Réessayer",
    Repair.SEE_PUPILS: "Voir les élèves",
}
_LEADING = frozenset(
    {
        Repair.CHOOSE_SECTOR,
        Repair.SEE_FRAMES,
        Repair.CONNECT,
        Repair.RETRY,
        Repair.SEE_PUPILS,
    }
)


@dataclass(frozen=True)
class Line:
    """One check of a division: its state, what is wrong (or right) in words, its repair."""

    check: Check
    state: State
    phrase: str
    repair: Repair | None = None
