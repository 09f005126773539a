"""What stands around the many alike parts of a document of any size, as a tree of its own."""

from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.parsers import expat

from lxml import etree

from safe_input.document import Checked

DEPTH = 3
"""Elements further inside are left out: the root, its children and theirs are kept."""
MAX_FRAME = 1_000
"""Elements kept; the document is read no further."""
MAX_TEXT = 100
"""Characters of a text kept."""


@dataclass(frozen=True)
class Frame:
    """Elements without what they hold but elements and stray text, and where each one begins.

    `sourceline` of an element is its rank in `lines`, from 1: libxml2 counts no line past 65 535.
    """

    root: etree._Element
    lines: tuple[int, ...]


def frame(document: Checked, part: tuple[str, str]) -> Frame:
    """The first three levels of a document but for its parts: the children of the root's children
    of these two names."""
    reading = _Reading(part)
    document.source.seek(0)
    reading.run(document.source)
    return Frame(reading.elements[0], tuple(reading.lines))


@dataclass
class _Reading:
    """`branch` are the names of the elements open, `holders` those of them that are kept."""

    part: tuple[str, str]
    elements: list[etree._Element] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    branch: list[str] = field(default_factory=list)
    holders: list[etree._Element] = field(default_factory=list)

    def run(self, source: BinaryIO) -> None:
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        while len(self.elements) < MAX_FRAME and (chunk := source.read(64 * 1024)):
            self.parser.Parse(chunk, False)  # noqa: FBT003 - the signature of expat

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.branch.append(name)
        depth = len(self.branch)
        if depth > DEPTH or (depth == DEPTH and (self.branch[1], name) == self.part):
            return
        named = {_name(key): value for key, value in attributes.items()}
        holder = self.holders[-1] if self.holders else None
        made: Any = (
            etree.Element(_name(name), named)
            if holder is None
            else etree.SubElement(holder, _name(name), named)
        )
        self.elements.append(made)
        self.lines.append(self.parser.CurrentLineNumber)
        made.sourceline = min(len(self.elements), MAX_FRAME)
        self.holders.append(made)

    def _end(self, _name: str) -> None:
        if len(self.branch) == len(self.holders):
            self.holders.pop()
        self.branch.pop()

    def _text(self, text: str) -> None:
        if len(self.branch) >= DEPTH or not text.strip():
            return
        holder = self.holders[-1]
        holder.text = ((holder.text or "") + text)[:MAX_TEXT]


def _name(name: str) -> str:
    """As lxml writes it."""
    return "{" + name if "}" in name else name
