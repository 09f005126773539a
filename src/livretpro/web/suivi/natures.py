"""What livrets lack, by nature: the lines of the dashboard and the filter of a division."""

from dataclasses import dataclass

from livretpro.livrets.boards import COMPETENCE, Lack, lacks_of
from livretpro.livrets.queries import Sheet


@dataclass(frozen=True)
class Nature:
    """A kind of missing item; `slug` names it in addresses."""

    slug: str
    words: str
    lack: Lack

    @property
    def mandatory(self) -> bool:
        """Whether it keeps a livret red."""
        return self.lack[1]

    def concerns(self, sheet: Sheet) -> bool:
        """Whether this livret lacks such an item."""
        return self.lack in lacks_of(sheet)


NATURES = (
    Nature("degre", "Degré de maîtrise", (COMPETENCE, True)),
    Nature("moyenne", "Moyenne d’une période", ("moyenne", True)),
    Nature("enseignant", "Enseignant de la spécialité", ("enseignant", True)),
    Nature("synthese-exportee", "PFMP exportée : synthèse", ("pfmp_synthese", True)),
    Nature("pfmp-exportee", "PFMP exportée : enseignant", ("pfmp_enseignant", True)),
    Nature("appreciation", "Appréciation générale", ("appreciation", False)),
    Nature("synthese", "PFMP : synthèse", ("pfmp_synthese", False)),
    Nature("pfmp", "PFMP : enseignant", ("pfmp_enseignant", False)),
)


def nature_named(slug: str) -> Nature | None:
    """The nature of this address, if any."""
    return next((nature for nature in NATURES if nature.slug == slug), None)
