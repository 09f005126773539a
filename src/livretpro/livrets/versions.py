"""Bringing livrets to another version of a référentiel: what is kept, what is set aside (spec 02).

A livret keeps the version it was opened with until somebody moves it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from livretpro.livrets.models import Degree, Livret, MovedLivret, VersionMove
from livretpro.referentiels.models import Referentiel
from livretpro.referentiels.queries import expected_competences
from livretpro.schools.models import SchoolYear


@dataclass(frozen=True)
class Aside:
    """A degree whose competence the version does not expect."""

    livret: Livret
    code: str
    value: int


@dataclass(frozen=True)
class Move:
    """What moving the livrets of a year to `to` would do.

    `kept` counts the degrees whose code remains, `aside` holds the others.
    """

    to: Referentiel
    livrets: tuple[Livret, ...]
    kept: int
    aside: tuple[Aside, ...]

    @property
    def aside_of(self) -> dict[int, dict[str, int]]:
        """The degrees set aside, by livret then code."""
        found: dict[int, dict[str, int]] = {}
        for degree in self.aside:
            found.setdefault(degree.livret.pk, {})[degree.code] = degree.value
        return found


def move_to(livrets: Sequence[Livret], to: Referentiel) -> Move:
    """What moving these livrets would do: two queries, whatever their number.

    They come with their pupil and version loaded.
    """
    by_id = {livret.pk: livret for livret in livrets}
    expected = {c.code for c in expected_competences([to.pk]).get(to.pk, ())}
    degrees = Degree.objects.filter(livret__in=by_id).order_by("livret", "competence__position")
    kept, aside = 0, []
    for livret, code, value in degrees.values_list("livret_id", "competence__code", "value"):
        if code in expected:
            kept += 1
        else:
            aside.append(Aside(by_id[livret], code, value))
    return Move(to, tuple(livrets), kept, tuple(aside))


def to_move(year: SchoolYear, cfd: str, to: Referentiel) -> list[Livret]:
    """The livrets of the year that hold another version of the diploma, by name: one query."""
    found = Livret.objects.filter(school_year=year, cfd=cfd).exclude(referentiel=to)
    return list(
        found.select_related("student", "referentiel").order_by(
            "student__name_key", "student__first_name_key", "pk"
        )
    )


def last_move(year: SchoolYear, cfd: str) -> VersionMove | None:
    """The last move of the year that still stands, to undo it: one query."""
    found = VersionMove.objects.filter(school_year=year, cfd=cfd, undone_at=None)
    return found.select_related("to").first()


@dataclass(frozen=True)
class Back:
    """A livret to bring back, the codes its former version expects, what it had set aside."""

    moved: MovedLivret
    expected: frozenset[str]

    def typed_since(self, held: Mapping[str, int]) -> list[str]:
        """The codes typed since that the former version has no place for."""
        return sorted(code for code in held if code not in self.expected)


def to_bring_back(move: VersionMove) -> list[Back]:
    """The livrets that are still where the move brought them: two queries."""
    rows = move.livrets.filter(livret__referentiel=move.to_id).order_by("livret")
    moved = list(rows.select_related("livret__student", "origin"))
    competences = expected_competences({row.origin_id for row in moved})
    return [
        Back(row, frozenset(c.code for c in competences.get(row.origin_id, ()))) for row in moved
    ]
