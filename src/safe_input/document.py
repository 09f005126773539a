"""XML documents: the streaming pass first, then lxml with everything shut."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO, cast

from lxml import etree

from safe_input.guard import CHUNK, Guard
from safe_input.limits import DEFAULT_LIMITS, TREE_LIMITS, Limits
from safe_input.malformed import malformed
from safe_input.refusal import Refused

# What both parsers of lxml are given. `collect_ids` stays as it is: without it lxml 6.1 opens the
# files that a DTD names.
SHUT: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


@dataclass(frozen=True)
class Checked:
    """A document that passed the streaming pass; obtained from `check` only.

    `root` is the name of the root element and `tags` the elements that `elements` gives, both
    written `{namespace}name`; `encoding` is in capitals.
    """

    root: str
    encoding: str
    tags: frozenset[str]
    lines: tuple[int, ...]
    source: BinaryIO

    def elements(self) -> Iterator[tuple[etree._Element, int]]:
        """Yield each element of `tags` once complete, with the line where it begins (from 1).

        The order is that of their ends: an element inside another one comes first. What was
        yielded or skipped leaves the tree at the next piece of the file, so memory stays flat as
        long as the caller keeps no element. Raises `Refused` (`mal_forme`) where libxml2 is
        stricter than expat (a name of 50 000 characters, a faulty xml:id or namespace URI), at
        worst once the last element was given.
        """
        return zip(_stream(self), self.lines, strict=True)


def check(
    source: bytes | BinaryIO, limits: Limits = DEFAULT_LIMITS, *, tags: Collection[str] = ()
) -> Checked:
    """Read the whole document once without building it, and raise `Refused` if it may not pass.

    `source` is the content, or a seekable binary file, read from its beginning. No DTD, no entity
    but the five of XML, no reference followed. Codes: those of `Guard`, `malformed`, `encodings`.
    """
    file = BytesIO(source) if isinstance(source, bytes) else source
    guard = Guard(limits, tags)
    file.seek(0)
    guard.run(file)
    return Checked(guard.root, guard.encoding, frozenset(tags), tuple(guard.lines), file)


def parse(data: bytes, limits: Limits = TREE_LIMITS) -> etree._Element:
    """Return the root of a document that passed `check`; comments and instructions are left out.

    The tree takes up to ten times the size of the file: large files are for `iterparse`.
    """
    check(data, limits)
    try:
        return etree.fromstring(data, etree.XMLParser(**SHUT))
    except etree.XMLSyntaxError as error:
        raise _refused_by_lxml(error) from error


def iterparse(
    source: bytes | BinaryIO, tag: str | Collection[str], limits: Limits = DEFAULT_LIMITS
) -> Iterator[etree._Element]:
    """Check the whole document, then yield its elements named `tag`, streamed (see `Checked`)."""
    tags = (tag,) if isinstance(tag, str) else tag
    return (element for element, _line in check(source, limits, tags=tags).elements())


def _stream(document: Checked) -> Iterator[etree._Element]:
    parser = etree.XMLPullParser(
        events=("start", "end"), tag=(document.root, *document.tags), **SHUT
    )
    document.source.seek(0)
    root = None
    while chunk := document.source.read(CHUNK):
        for event, element in _fed(parser, chunk):
            if root is None:
                root = element
            if event == "end" and element.tag in document.tags:
                yield element
        _prune(root, document.tags)
    _close(parser)


def _fed(parser: etree.XMLPullParser, chunk: bytes) -> Iterator[tuple[str, etree._Element]]:
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        raise _refused_by_lxml(error) from error
    return cast("Iterator[tuple[str, Any]]", parser.read_events())


def _close(parser: etree.XMLPullParser) -> None:
    """Ask for the faults that libxml2 alone sees and keeps for the end, such as a bad xml:id."""
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _refused_by_lxml(error) from error


def _prune(root: etree._Element | None, tags: frozenset[str]) -> None:
    """Drop what is complete before the branch being read, down to the element to be yielded."""
    node = root
    while node is not None and len(node) and node.tag not in tags:
        del node[:-1]
        node = node[-1]


def _refused_by_lxml(error: etree.XMLSyntaxError) -> Refused:
    return malformed("la syntaxe est fautive", error.lineno or 1)
