"""Where things stand in a file: the line of each element, by its place."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import cast

from lxml.etree import _Element

Lines = Mapping[str, int]
"""Line of each element, by its place: `donnees[1]/eleve[3]/scolarites[1]/scolarite[1]` …

The rank counts the brothers of the same name, from 1; the root is not named.
"""


def line_of(element: _Element) -> int | None:
    """Line where the element begins, from 1; None in a tree that was not read from a file."""
    return cast("int | None", element.sourceline)


def lines_of(root: _Element) -> Lines:
    """Return the line of each element of a parsed file, by its place."""
    return dict(_walk(root, ""))


def pupil_lines(element: _Element, *, rank: int, line: int) -> Lines:
    """Return the lines of one streamed pupil, who begins at `line`, by place in the whole file."""
    return part_lines(element, f"donnees[1]/eleve[{rank}]", line)


def part_lines(element: _Element, place: str, line: int) -> Lines:
    """Return the lines of a streamed part that stands at `place` and begins at `line`.

    Worked out when the first of them is asked: a part without fault needs none.
    """
    return _PartLines(element, place, line)


class _PartLines(Lines):
    """The lines of a part, which it keeps until they are asked."""

    def __init__(self, element: _Element, place: str, line: int) -> None:
        self._element, self._place, self._line = element, place, line

    @cached_property
    def _lines(self) -> dict[str, int]:
        shift = self._line - (line_of(self._element) or self._line)
        inner = _walk(self._element, f"{self._place}/")
        return {self._place: self._line, **{inside: at + shift for inside, at in inner}}

    def __getitem__(self, place: str) -> int:
        return self._lines[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def _walk(element: _Element, prefix: str) -> Iterator[tuple[str, int]]:
    ranks: Counter[str] = Counter()
    for child in element:
        ranks[child.tag] += 1
        place = f"{prefix}{child.tag}[{ranks[child.tag]}]"
        yield place, line_of(child) or 0
        yield from _walk(child, f"{place}/")
