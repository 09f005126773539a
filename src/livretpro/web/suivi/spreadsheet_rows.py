"""The preview of a filled workbook, and what comes back from it when somebody agrees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.core import signing

from livretpro.livrets.actions import Agreed, CellConflict, Compared, Filling, Saved
from livretpro.livrets.models import Periodicity
from livretpro.livrets.queries import Track
from livretpro.livrets.rules import PeriodKind
from livretpro.livrets.sheet import SheetError, column_of
from livretpro.livrets.wording import field_label
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment

SALT = "livretpro.suivi.tableur"


@dataclass(frozen=True)
class Line:
    """A cell of the preview."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class PupilLines:
    """What the file changes for one pupil."""

    name: str
    differences: tuple[Line, ...]


@dataclass(frozen=True)
class Named:
    """A pupil of the division, and the periods of their level."""

    name: str
    kind: PeriodKind | None


@dataclass(frozen=True)
class ConflictLine:
    """Two values face to face; `key` names the choice in the form."""

    name: str
    label: str
    seen: str
    stands: str
    wanted: str
    key: str


@dataclass(frozen=True)
class Preview:
    """What is shown before anything is written; `compared` is None once it was agreed to."""

    filling: Filling
    pupils_of: Mapping[int, Named]
    compared: Compared | None = None

    @cached_property
    def pupils(self) -> list[PupilLines]:
        """The changes, pupil by pupil."""
        return [
            PupilLines(self._name(pupil), tuple(self._line(pupil, c.saved) for c in held))
            for pupil, held in groupby(self.filling.changes, key=lambda change: change.siecle_id)
        ]

    @property
    def conflicts(self) -> list[ConflictLine]:
        """What others changed since the download."""
        return [self._conflict(conflict) for conflict in self.filling.conflicts]

    def _conflict(self, conflict: CellConflict) -> ConflictLine:
        saved = conflict.saved
        return ConflictLine(
            self._name(conflict.siecle_id),
            self._label(conflict.siecle_id, saved),
            conflict.seen,
            saved.before,
            saved.after,
            choice_of(conflict.siecle_id, column_of(saved.field.key)),
        )

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Each refused cell: where it stands, the sentence."""
        return [(self._place(error), error.phrase) for error in self.filling.errors]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say, and nothing to agree to."""
        return not (self.filling.changes or self.filling.conflicts or self.filling.errors)

    def _place(self, error: SheetError) -> str:
        """A cell of the file; once agreed to, a pupil (see `apply_agreed`)."""
        return self.compared.filled.address(error) if self.compared else self._name(error.line)

    def _name(self, siecle_id: int) -> str:
        """A pupil who left the division since the preview keeps a number."""
        found = self.pupils_of.get(siecle_id)
        return found.name if found else f"Élève {siecle_id}"

    def _label(self, siecle_id: int, saved: Saved) -> str:
        found = self.pupils_of.get(siecle_id)
        return field_label(saved.field.key, found.kind if found else None)

    def _line(self, siecle_id: int, saved: Saved) -> Line:
        return Line(self._label(siecle_id, saved), saved.before, saved.after)


def choice_of(siecle_id: int, column: str) -> str:
    """The name of the choice of a conflict."""
    return f"{siecle_id}:{column}"


def named(
    pupils: Iterable[Enrolment], periodicity: Mapping[Track, Periodicity]
) -> dict[int, Named]:
    """The pupils of a division, by SIECLE identifier."""
    return {
        pupil.student.siecle_id: Named(str(pupil.student), _kind(pupil, periodicity))
        for pupil in pupils
    }


def _kind(pupil: Enrolment, periodicity: Mapping[Track, Periodicity]) -> PeriodKind | None:
    row = periodicity.get((pupil.cfd, pupil.level))
    return PeriodKind(row.kind) if row else None


def sealed(filling: Filling, division: Division, by: Actor) -> str:
    """What the preview shows, sealed for this person and division: it comes back unchanged.

    Empty beside a refused cell: nothing of the file can then be agreed to.
    """
    if filling.errors:
        return ""
    cells = [
        *((c.siecle_id, column_of(c.saved.field.key), c.saved, 0) for c in filling.changes),
        *((c.siecle_id, column_of(c.saved.field.key), c.saved, 1) for c in filling.conflicts),
    ]
    content = {
        "par": by.author.id,
        "division": division.pk,
        "cellules": [[p, column, s.after, s.before, face] for p, column, s, face in cells],
    }
    return signing.dumps(content, salt=SALT, compress=True)


def opened(text: str, division: Division, by: Actor, taken: Sequence[str]) -> list[Agreed]:
    """The cells of a sealed preview, conflicts only when `taken`. Raises `BadSignature`."""
    content = signing.loads(text, salt=SALT)
    if (content["par"], content["division"]) != (by.author.id, division.pk):
        raise signing.BadSignature
    return [
        Agreed(pupil, column, after, before)
        for pupil, column, after, before, face in content["cellules"]
        if not face or choice_of(pupil, column) in taken
    ]
