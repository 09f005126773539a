"""What livrets lack, by nature: the lines of the boards and the filter of a division."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from livretpro.livrets.boards import Item
from livretpro.livrets.queries import Sheet
from livretpro.livrets.status import Missing
from livretpro.livrets.wording import COMPETENCE

DEGREE = "degre"


@dataclass(frozen=True)
class Nature:
    """A kind of missing item, or one competence of it; `slug` names it in addresses.

    `view` is the view of a division where its fields are filled.
    """

    slug: str
    words: str
    key: str
    mandatory: bool
    view: str = ""

    def of(self, key: str, *, mandatory: bool) -> bool:
        """Whether a missing item is of this kind."""
        same = key == self.key or (self.key == COMPETENCE and key.startswith(f"{COMPETENCE}:"))
        return same and mandatory is self.mandatory

    def first(self, sheet: Sheet) -> Missing | None:
        """The first item of this kind that a livret lacks."""
        missing = sheet.status.missing
        return next((m for m in missing if self.of(m.key, mandatory=m.mandatory)), None)

    def count(self, lacks: Counter[Item]) -> int:
        """How many of these items are missing."""
        return sum(n for (key, must), n in lacks.items() if self.of(key, mandatory=must))

    @property
    def one(self) -> bool:
        """Whether it is one competence among the degrees."""
        return self.key.startswith(f"{COMPETENCE}:")

    @property
    def query(self) -> str:
        """What leads to the very fields, in a division's page."""
        return urlencode(({"vue": self.view} if self.view else {}) | {"manque": self.slug})

    def column(self, sheets: Iterable[Sheet]) -> str:
        """The column of the grid where it is filled, for the first of these livrets that lacks it;
        empty when it is filled elsewhere."""
        if self.one or self.key != "moyenne":
            return self.key if self.one else ""
        lacks = (self.first(sheet) for sheet in sheets)
        return next((missing.anchor for missing in lacks if missing), "")


class OnlyPfmp(Nature):
    """The PFMP of a livret that lacks nothing else, when it is not exported."""

    def first(self, sheet: Sheet) -> Missing | None:
        """Its first item, when the livret is orange for it alone."""
        return sheet.status.missing[0] if sheet.status.only_pfmp else None


LIST, TEXTS = "liste", "appreciations"
DEGREES = Nature(DEGREE, "Degré de maîtrise", COMPETENCE, mandatory=True)
AVERAGE = Nature("moyenne", "Moyenne d’une période", "moyenne", mandatory=True)
TEACHER = Nature(
    "enseignant", "Enseignant de la spécialité", "enseignant", mandatory=True, view=LIST
)
APPRECIATION = Nature(
    "appreciation", "Appréciation générale", "appreciation", mandatory=False, view=TEXTS
)
SYNTHESES = (
    Nature(
        "synthese-exportee", "PFMP exportée : synthèse", "pfmp_synthese", mandatory=True, view=LIST
    ),
    Nature("synthese", "PFMP : synthèse", "pfmp_synthese", mandatory=False, view=LIST),
)
PFMP_TEACHERS = (
    Nature(
        "pfmp-exportee",
        "PFMP exportée : enseignant",
        "pfmp_enseignant",
        mandatory=True,
        view=LIST,
    ),
    Nature("pfmp", "PFMP : enseignant", "pfmp_enseignant", mandatory=False, view=LIST),
)
NATURES = (
    DEGREES,
    AVERAGE,
    TEACHER,
    SYNTHESES[0],
    PFMP_TEACHERS[0],
    APPRECIATION,
    SYNTHESES[1],
    PFMP_TEACHERS[1],
)


ONLY_PFMP = OnlyPfmp(
    "pfmp-seule", "la PFMP, non exportée, et rien d’autre", "pfmp", mandatory=False, view=LIST
)


def degree_of(code: str) -> Nature:
    """The degree of one competence."""
    key = f"{COMPETENCE}:{code}"
    return Nature(f"{DEGREE}:{code}", f"Degré de {code}", key, mandatory=True)


def nature_named(slug: str) -> Nature | None:
    """The nature of this address, if any."""
    kind, _, code = slug.partition(":")
    if kind == DEGREE and code:
        return degree_of(code)
    return next((nature for nature in (*NATURES, ONLY_PFMP) if nature.slug == slug), None)
