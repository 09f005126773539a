"""Files as they come: through the one door, then read whole or pupil by pupil."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

from lxml.etree import _Element

import safe_input
from lsl_xml.errors import Reason, Unreadable
from lsl_xml.model import Document, Eleve, Entete
from lsl_xml.places import Lines, part_lines, pupil_lines
from lsl_xml.profile import Profile, profile_of
from lsl_xml.reader import read_document, read_eleve, read_entete

STREAM_LIMITS = replace(
    safe_input.DEFAULT_LIMITS,
    max_depth=16,  # the schema goes nine deep
    max_attributes=8,  # and has five on one element
    max_names=200,
    max_text=100_000,  # characters; the longest text of the schema has 1 000
)
TREE_LIMITS = replace(
    STREAM_LIMITS,
    max_bytes=safe_input.TREE_LIMITS.max_bytes // 2,  # 8 MiB
    max_elements=60_000,  # a division of 35 pupils takes 1 500, with every subject 30 000
)


_PARTS = frozenset({"entete", "eleve"})


class Readings:
    """A file that is read several times: the door looks at it once, at the first of them."""

    def __init__(self, file: bytes | BinaryIO) -> None:
        """`file` is the content, or a seekable binary file that nobody writes meanwhile."""
        self._file = file

    @cached_property
    def checked(self) -> safe_input.Checked:
        """What the door lets in; `Unreadable(REFUSED)`."""
        try:
            return safe_input.check(self._file, STREAM_LIMITS, tags=_PARTS)
        except safe_input.Refused as refused:
            raise _unreadable(refused) from refused


Source = bytes | BinaryIO | Readings
"""The content of a file, a seekable binary file, read from its beginning, or either of them to be
read again."""


def readings(source: Source) -> Readings:
    """The same, to be read several times."""
    return source if isinstance(source, Readings) else Readings(source)


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself before its pupils, and the line of each element that says it."""

    profile: Profile
    entete: Entete
    lines: Lines


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil of a streamed file: rank from 1, content, and the line of each of its elements.

    The places in `lines` are those of the whole file (`donnees[1]/eleve[<rank>]/…`).
    """

    rank: int
    eleve: Eleve
    lines: Lines


def parse(data: bytes) -> _Element:
    """Return the root of the tree; `Unreadable(REFUSED)` for what the door does not let in."""
    try:
        return safe_input.parse(data, TREE_LIMITS)
    except safe_input.Refused as refused:
        raise _unreadable(refused) from refused


def read(data: bytes) -> Document:
    """Read a file of either profile; `Unreadable` when it is none or cannot be put in the model.

    The schema is not checked (`validate` does it): a valid file is always readable, except a
    number of more than 18 digits.
    """
    root = parse(data)
    profile_of(root)
    return read_document(root)


def read_header(source: Source) -> Header:
    """Read profile and header of a file without building its pupils; `Unreadable` as for `read`."""
    element, line = next(stream(source, ("entete",)), (None, 0))
    if element is None:
        raise Unreadable(Reason.CONTENT, "Le fichier n’a pas d’élément « entete ».")
    return header_of(element, line)


def header_of(element: _Element, line: int) -> Header:
    """Read a streamed `entete`, which begins at `line`."""
    profile = profile_of(element.getroottree().getroot())
    return Header(profile, read_entete(element), part_lines(element, "entete[1]", line))


def iter_pupils(source: Source) -> Iterator[Pupil]:
    """Read the pupils one by one; memory does not grow with their number.

    Raises `Unreadable` before the first pupil when the door refuses the file, at a pupil the model
    cannot hold.
    """
    for rank, (element, line) in enumerate(stream(source, ("eleve",)), start=1):
        lines = pupil_lines(element, rank=rank, line=line)
        yield Pupil(rank, read_eleve(element), lines)


def all_pupils(data: bytes) -> tuple[Eleve, ...]:
    """The pupils of a file small enough for them to be held together, in their order. Raises as
    `iter_pupils`."""
    return tuple(pupil.eleve for pupil in iter_pupils(data))


def stream(source: Source, tags: Collection[str]) -> Iterator[tuple[_Element, int]]:
    """Yield the elements of these names among `entete` and `eleve`, with their lines;
    `Unreadable(REFUSED)` before the first.

    An element is to be copied, not moved: the parser is still at work on its tree.
    """
    document = readings(source).checked
    try:
        yield from (found for found in document.elements() if found[0].tag in tags)
    except safe_input.Refused as refused:
        raise _unreadable(refused) from refused


def frame(source: Source) -> safe_input.Frame:
    """What stands around the pupils of a file of any size; `Unreadable(REFUSED)`."""
    return safe_input.frame(readings(source).checked, ("donnees", "eleve"))


def _unreadable(refused: safe_input.Refused) -> Unreadable:
    return Unreadable(Reason.REFUSED, refused.phrase, refused.line)
