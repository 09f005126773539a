"""Red, orange or green, and the exact list of what is missing (spec 02, Status; first seed)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from livretpro.livrets.rules import Content


class Colour(StrEnum):
    """The three statuses of a livret."""

    ROUGE = "rouge"
    ORANGE = "orange"
    VERT = "vert"

    @property
    def exportable(self) -> bool:
        """Red stays out of the file; orange goes as "incomplet", green as "complet"."""
        return self is not Colour.ROUGE


@dataclass(frozen=True)
class Missing:
    """A missing item: its key, whether it is mandatory, its sentence, the anchor of its field."""

    key: str
    mandatory: bool
    phrase: str
    anchor: str


@dataclass(frozen=True)
class Status:
    """The status of a livret and what it lacks, in the order of the page."""

    colour: Colour
    missing: tuple[Missing, ...]
    started: bool

    @property
    def mandatory(self) -> tuple[Missing, ...]:
        """What keeps the livret red."""
        return tuple(m for m in self.missing if m.mandatory)

    @property
    def optional(self) -> tuple[Missing, ...]:
        """What keeps it orange."""
        return tuple(m for m in self.missing if not m.mandatory)

    @property
    def only_pfmp(self) -> bool:
        """Orange only for a PFMP that is not exported: counted apart on boards."""
        return self.colour is Colour.ORANGE and all(m.key.startswith("pfmp_") for m in self.missing)


def status_of(content: Content) -> Status:
    """The colour and the missing items of a livret: a pure function of its content.

    Mandatory items come first, in the order of the table of spec 02, then the optional ones.
    """
    missing = tuple(_missing(content))
    return Status(_colour(content, missing), missing, content.started)


def _colour(content: Content, missing: tuple[Missing, ...]) -> Colour:
    if not content.started or any(m.mandatory for m in missing) or not content.expected:
        return Colour.ROUGE
    return Colour.ORANGE if missing else Colour.VERT


def _missing(content: Content) -> Iterator[Missing]:
    yield from _competences(content)
    yield from _averages(content)
    yield from _teachers(content)
    pfmp = list(_pfmp(content))
    if content.pfmp.exported:
        yield from pfmp
    if not content.appreciation:
        yield Missing(
            key="appreciation",
            mandatory=False,
            phrase="L’appréciation générale manque.",
            anchor="appreciation",
        )
    if not content.pfmp.exported:
        yield from pfmp


def _teachers(content: Content) -> Iterator[Missing]:
    if not any(teacher.complete for teacher in content.teachers.values()):
        yield Missing(
            key="enseignant",
            mandatory=True,
            phrase="Le nom et le prénom d’un enseignant de la spécialité manquent.",
            anchor="enseignant_1_nom",
        )


def _averages(content: Content) -> Iterator[Missing]:
    if not any(isinstance(value, Decimal) for value in content.averages.values()):
        yield Missing(
            key="moyenne",
            mandatory=True,
            phrase="La moyenne d’au moins une période manque.",
            anchor=f"moyenne_{_first_empty_period(content)}",
        )


def _first_empty_period(content: Content) -> int:
    """The first period where nothing stands; the first of all when each is "non noté"."""
    count = content.kind.count if content.kind else 1
    return next((n for n in range(1, count + 1) if n not in content.averages), 1)


def _competences(content: Content) -> Iterator[Missing]:
    for expected in content.expected:
        if expected.code not in content.degrees:
            yield Missing(
                key=f"competence:{expected.code}",
                mandatory=True,
                phrase=f"Le degré de maîtrise de {expected.code} manque.",
                anchor=f"competence-{expected.code}",
            )


def _pfmp(content: Content) -> Iterator[Missing]:
    mandatory = content.pfmp.exported
    if not content.pfmp.synthesis:
        yield Missing(
            key="pfmp_synthese",
            mandatory=mandatory,
            phrase="La synthèse des PFMP manque.",
            anchor="pfmp_synthese",
        )
    if not content.pfmp.teacher.complete:
        yield Missing(
            key="pfmp_enseignant",
            mandatory=mandatory,
            phrase="Le nom et le prénom de l’enseignant de la PFMP manquent.",
            anchor="pfmp_nom",
        )
