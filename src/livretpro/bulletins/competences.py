"""The competences of a line of the bulletin, grouped as the mock-up says (the seed, step 2). Pure.

Only what was evaluated in the period is shown.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from livretpro.bulletins.words import DEGREE_LABELS, Grouping


@dataclass(frozen=True)
class Item:
    """A line of a frame, as the bulletin calls it; `parent` is None for one of the first level."""

    pk: int
    label: str
    parent: int | None = None


@dataclass(frozen=True)
class Evaluated:
    """A row: its label and degree, those of the lines under it when it has none of its own.

    `heads`: a significant element, whose rows follow.
    """

    label: str
    degrees: tuple[int, ...]
    heads: bool = False
    under: bool = False

    @property
    def words(self) -> str:
        """`3, maîtrisée`; `2, 3` where several stand under one label."""
        figures = ", ".join(str(degree) for degree in self.degrees)
        alone = len(self.degrees) == 1
        return f"{figures}, {DEGREE_LABELS[self.degrees[0]]}" if alone else figures


def grouped(
    items: Sequence[Item], degrees: Mapping[int, int], grouping: Grouping
) -> tuple[Evaluated, ...]:
    """The rows of a pupil; `items` stand in their order, each after its parent.

    By element: each first line, then what is evaluated under it. By competence: one row for each
    first line, with its degree, or the degrees under it: nothing is averaged, nothing is lost.
    """
    below: dict[int | None, list[Item]] = {}
    for item in items:
        below.setdefault(item.parent, []).append(item)
    rows = _by_element if grouping is Grouping.ELEMENT else _by_competence
    return tuple(
        row
        for first in below.get(None, ())
        for row in rows(first, list(_all(first, below)), degrees)
    )


def assessed_lines(
    items: Sequence[Item], grouping: Grouping, held: Collection[int]
) -> tuple[Item, ...]:
    """The lines on which a degree is typed: by competence those of the first level, by element
    those with nothing under them; and any that holds a degree already."""
    parents = {item.parent for item in items}

    def assessed(item: Item) -> bool:
        if grouping is Grouping.COMPETENCE:
            return item.parent is None
        return item.pk not in parents

    return tuple(item for item in items if assessed(item) or item.pk in held)


def _all(item: Item, below: Mapping[int | None, list[Item]]) -> Iterator[Item]:
    """Everything under a line, in order."""
    for one in below.get(item.pk, ()):
        yield one
        yield from _all(one, below)


def _by_element(
    first: Item, under: Iterable[Item], degrees: Mapping[int, int]
) -> Iterator[Evaluated]:
    rows = [
        Evaluated(one.label, (degrees[one.pk],), under=True) for one in under if one.pk in degrees
    ]
    own = _own(first, degrees)
    if rows or own:
        yield Evaluated(first.label, own, heads=bool(rows))
    yield from rows


def _by_competence(
    first: Item, under: Iterable[Item], degrees: Mapping[int, int]
) -> Iterator[Evaluated]:
    found = _own(first, degrees) or tuple(degrees[one.pk] for one in under if one.pk in degrees)
    if found:
        yield Evaluated(first.label, found)


def _own(item: Item, degrees: Mapping[int, int]) -> tuple[int, ...]:
    return (degrees[item.pk],) if item.pk in degrees else ()
