"""Bringing livrets to another version of a référentiel: what is kept, what is set aside (spec 02).

A livret keeps the version it was opened with until somebody moves it.
"""

from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass

from livretpro.livrets.fields import field, period_degree_key
from livretpro.livrets.models import Degree, Livret, MovedLivret, PeriodDegree, VersionMove
from livretpro.referentiels.models import Referentiel
from livretpro.referentiels.queries import assessed_competences
from livretpro.schools.models import SchoolYear


@dataclass(frozen=True)
class Aside:
    """A degree whose competence the version does not have: of the livret (`period` is 0) or of a
    period."""

    livret: Livret
    code: str
    value: int
    period: int = 0

    @property
    def key(self) -> str:
        """The key of its field."""
        return degree_key(self.period, self.code)


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
        """The degrees set aside, by livret then key: the code, or the field of the period."""
        found: dict[int, dict[str, int]] = {}
        for degree in self.aside:
            key = degree.key if degree.period else degree.code
            found.setdefault(degree.livret.pk, {})[key] = degree.value
        return found


def degree_key(period: int, code: str) -> str:
    """The key of the field of a degree: of the livret (0) or of a period."""
    return period_degree_key(period, code) if period else f"competence:{code}"


def place_of(key: str) -> tuple[int, str]:
    """The period (0 for the livret) and the code of a degree set aside, from what is kept."""
    if not key.startswith("bilan_"):
        return 0, key
    kept = field(key)
    return kept.number, kept.competence


def move_to(livrets: Sequence[Livret], to: Referentiel) -> Move:
    """What moving these livrets would do: three queries, whatever their number.

    They come with their pupil and version loaded.
    """
    by_id = {livret.pk: livret for livret in livrets}
    places = _places(to)
    kept, aside = 0, []
    for livret, period, code, value in _degrees_of(by_id):
        if (bool(period), code) in places:
            kept += 1
        else:
            aside.append(Aside(by_id[livret], code, value, period))
    return Move(to, tuple(livrets), kept, tuple(aside))


def _places(version: Referentiel) -> set[tuple[bool, str]]:
    """Where a version has room for a degree: of a period or not, the code."""
    found = assessed_competences([version.pk]).get(version.pk, [])
    return {(True, one.code) for one in found} | {(False, c.code) for c in found if c.expected}


def _degrees_of(livrets: Collection[int]) -> Iterator[tuple[int, int, str, int]]:
    """Livret, period (0 for the livret itself), code, value: two queries."""
    order = ("livret", "competence__position")
    for livret, code, value in (
        Degree.objects.filter(livret__in=livrets)
        .order_by(*order)
        .values_list("livret_id", "competence__code", "value")
    ):
        yield livret, 0, code, value
    yield from (
        PeriodDegree.objects.filter(livret__in=livrets)
        .order_by(*order, "number")
        .values_list("livret_id", "number", "competence__code", "value")
    )


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
    """A livret to bring back, and where its former version has room for a degree."""

    moved: MovedLivret
    places: Set[tuple[bool, str]]

    def typed_since(self, held: Collection[tuple[int, str]]) -> list[str]:
        """The codes typed since, each with its period, that the former version has no place
        for."""
        return sorted({code for period, code in held if (bool(period), code) not in self.places})


def to_bring_back(move: VersionMove) -> list[Back]:
    """The livrets that are still where the move brought them: a query, one more a version."""
    rows = move.livrets.filter(livret__referentiel=move.to_id).order_by("livret")
    moved = list(rows.select_related("livret__student", "origin"))
    places = {origin: _places(origin) for origin in {row.origin for row in moved}}
    return [Back(row, places[row.origin]) for row in moved]


def held_by(livrets: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """The degrees that livrets hold, as periods (0 for the livret) and codes: two queries."""
    found: dict[int, list[tuple[int, str]]] = {}
    for livret, period, code, _ in _degrees_of(livrets):
        found.setdefault(livret, []).append((period, code))
    return found
