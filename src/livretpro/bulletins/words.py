"""Words and limits of the bulletins, shared by rules, models and screens."""

from enum import StrEnum

VOCATIONAL_CODE = "071100"
"""SIECLE code of the vocational subject: what CPRO data are allocated to (spec 06)."""
GENERIC_NAME = "ENS. TECHNOL. PROFESS."
"""Name proposed for the service that holds the vocational services as sub-services."""
CPRO_SERVICE_NAME = "ENS.TECHNOL.PROFESS.CPRO"
"""Name of the service that an import makes when marks stand on both sides."""
FRAME_NAME = "Spécialité du baccalauréat professionnel"
MARK_MAX = 20
DEGREES = (1, 2, 3, 4)
DEGREE_LABELS = {
    1: "non maîtrisée",
    2: "insuffisamment maîtrisée",
    3: "maîtrisée",
    4: "bien maîtrisée",
}
APPRAISAL_MAX = 300
"""Characters of an appraisal unless the school sets another limit (spec 05)."""
APPRAISAL_LIMITS = (100, 1000)
GENERAL_APPRAISAL_MAX = 500

PERIOD_NUMBERS = (1, 2, 3)
"""Those that a period may bear: no year has more than three."""


class Grouping(StrEnum):
    """How the evaluations of a sector stand on the bulletin."""

    ELEMENT = "element"
    COMPETENCE = "competence"

    @property
    def label(self) -> str:
        """The French words."""
        return {"element": "par élément signifiant", "competence": "par compétence"}[self.value]


class Source(StrEnum):
    """Where a value comes from."""

    TYPED = "saisi"
    CPRO = "cpro"

    @property
    def label(self) -> str:
        """The French words."""
        return {"saisi": "saisi ici", "cpro": "CPRO"}[self.value]


class PeriodKind(StrEnum):
    """Trimesters or semesters."""

    TRIMESTRE = "T"
    SEMESTRE = "S"

    @property
    def word(self) -> str:
        """The French word."""
        return {"T": "trimestre", "S": "semestre"}[self.value]

    @property
    def per_year(self) -> int:
        """How many of them make a year."""
        return {"T": 3, "S": 2}[self.value]


def period_name(kind: PeriodKind, number: int) -> str:
    """`1er trimestre`, `2e semestre`."""
    return f"{number}{'er' if number == 1 else 'e'} {kind.word}"
