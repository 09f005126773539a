"""Checking a file against the schema of its profile, with the lines and French sentences.

Pupil by pupil, each alone in an otherwise valid file, then the file around them: libxml2 spends on
each breach a time that grows with the number of brothers before it, so that a small file of many
empty pupils, checked at once, would hold a processor for minutes. It is also what lets a file be
checked in a memory that does not grow with its number of pupils. Only the uniqueness of `eleve/@id`
(profile 1.1) is then left to check by hand.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import cast

from lxml.etree import _Element, _LogEntry

from lsl_xml.document import Header, Source, frame, header_of, parse, stream
from lsl_xml.lexical import parse_integer
from lsl_xml.model import Document, Eleve, Enseignant, Entete, Evaluation, Scolarite, Structure
from lsl_xml.places import line_of
from lsl_xml.profile import Profile, compiled_schema, profile_of
from lsl_xml.reader import Summary, read_summary
from lsl_xml.sentences import translate
from lsl_xml.writer import build

MAX_FINDINGS = 200
"""Past this number the file is plainly wrong: the rest of the list would help nobody."""

MAX_PUPIL_ELEMENTS = 5_000
"""Two years of twenty subjects with twenty competences each take fewer than 2 000."""

_DETAIL_LENGTH = 500
_NO_LINE = 65_535  # what libxml2 says of a line it could not count
_NOISE = "No precomputed value available"  # its echo after a key it has already refused
_TWICE = (
    "Element 'eleve': Duplicate key-sequence ['{}'] in unique identity-constraint 'eleveUnique'."
)

_EVALUATION = Evaluation("000000", "S", Structure(), (Enseignant("-", "-"),))
_SMALLEST = Document(
    Entete("-", "-", "0000000A", division="-"),
    (Eleve(1, (Scolarite(2000, "T", (_EVALUATION,)),)),),
)


@dataclass(frozen=True, slots=True)
class SchemaFinding:
    """One breach of the schema.

    `line` counts from 1, None when unknown (a tree never serialised); `eleve_id` names the pupil it
    stands in; `phrase` is a whole French sentence; `detail` is the message of libxml2.
    """

    line: int | None
    eleve_id: int | None
    phrase: str
    detail: str


def validate(data: bytes) -> tuple[SchemaFinding, ...]:
    """Check a file against the schema of the profile it announces; empty when it is valid.

    At most `MAX_FINDINGS`, by line. Raises `Unreadable` when there is no tree to check (`REFUSED`)
    or no profile to check it against (`PROFILE`).
    """
    return validate_tree(parse(data))


def is_valid(root: _Element) -> bool:
    """Tell in one pass whether a tree made by `build` is valid; `validate_tree` says why not.

    Not for files from outside: see above what a hostile one could cost.
    """
    return compiled_schema(profile_of(root)).validate(root)


def validate_tree(root: _Element) -> tuple[SchemaFinding, ...]:
    """Check a tree, read by `parse` or made by `build`; same result as `validate`.

    Pupils are taken out of the tree and put back in their order, after any foreign element.
    """
    checker = _Checker(profile_of(root))
    donnees, pupils = _pupils(root)
    each = chain.from_iterable(checker.pupil(eleve, line_of(eleve)) for eleve in pupils)
    around = checker.around(root, donnees if pupils else None)
    findings = list(islice(chain(each, around), MAX_FINDINGS))
    if donnees is not None:
        donnees.extend(pupils)
    return tuple(sorted(findings, key=lambda finding: finding.line or 0))


def validate_around(source: Source) -> tuple[SchemaFinding, ...]:
    """Check what stands around header and pupils of a file of any size: the part of `validate` that
    `read_valid` does not see. A file without pupil is none of its matter. Raises `Unreadable` as
    it does."""
    around = frame(source)
    checker = _Checker(profile_of(around.root))
    found = islice(checker.frame(around.root), MAX_FINDINGS)
    return tuple(
        replace(one, line=around.lines[one.line - 1]) if one.line else one for one in found
    )


def _pupils(root: _Element) -> tuple[_Element | None, list[_Element]]:
    donnees = root.find("donnees")
    return donnees, [] if donnees is None else donnees.findall("eleve")


def validate_stream(source: Source) -> Iterator[SchemaFinding]:
    """Check header and pupils of a file of any size; memory does not grow with their number.

    What stands outside header and pupils is not seen: a file
    that fits in memory is better checked by `validate`. Raises `Unreadable` as it does.
    """
    for _element, _line, breaches in _checked(source):
        yield from breaches


def read_valid(source: Source) -> Iterator[Header | Summary | SchemaFinding]:
    """Check header and pupils as `validate_stream` does, and read in the same pass the header and
    the summary of each pupil that are valid; the others give their breaches."""
    for element, line, breaches in _checked(source):
        yield from breaches
        if not breaches:
            yield read_summary(element) if element.tag == "eleve" else header_of(element, line)


def _checked(source: Source) -> Iterator[tuple[_Element, int, list[SchemaFinding]]]:
    """Each header and pupil of a streamed file, its line and its breaches."""
    checker: _Checker | None = None
    for element, line in stream(source, ("entete", "eleve")):
        checker = checker or _Checker(profile_of(element.getroottree().getroot()))
        check = checker.pupil if element.tag == "eleve" else checker.entete
        yield element, line, list(check(deepcopy(element), line))


class _Checker:
    """Checks the parts of one file, each in its place in a small file that is otherwise valid."""

    def __init__(self, profile: Profile) -> None:
        self._schema = compiled_schema(profile)
        self._shell = build(_SMALLEST, profile)
        self._entete, self._donnees = self._shell
        self._eleve = self._donnees[0]
        self._seen: set[int] = set()
        self._unique = profile is Profile.V1_1

    def around(self, root: _Element, donnees: _Element | None) -> Iterator[SchemaFinding]:
        """Check a file whose pupils have been taken out of `donnees`: a valid one replaces them."""
        if donnees is not None:
            donnees.append(self._eleve)
        breaches = list(self._breaches(root, None, line_of(root)))
        self._donnees[:] = [self._eleve]  # back before the caller may stop listening
        yield from breaches

    def frame(self, root: _Element) -> Iterator[SchemaFinding]:
        """Check a file whose headers are empty and whose pupils have been left out."""
        for element in root.findall("entete"):
            sound = deepcopy(self._entete)
            sound.sourceline = element.sourceline
            root.replace(element, sound)
        yield from self.around(root, root.find("donnees"))

    def entete(self, element: _Element, line: int) -> Iterator[SchemaFinding]:
        """Check the header that begins at `line`."""
        self._donnees[:] = [self._eleve]
        self._shell.replace(self._entete, element)
        breaches = list(self._breaches(self._shell, None, line))
        self._shell.replace(element, self._entete)
        yield from breaches

    def pupil(self, element: _Element, line: int | None) -> Iterator[SchemaFinding]:
        """Check the pupil that begins at `line`; the element is taken out of its tree."""
        eleve_id = _identifier(element)
        yield from self._twice(eleve_id, line)
        size = sum(1 for _ in element.iter())
        if size > MAX_PUPIL_ELEMENTS:
            yield _too_large(size, eleve_id, line)
            return
        self._donnees[:] = [element]
        yield from self._breaches(self._shell, eleve_id, line)

    def _twice(self, eleve_id: int | None, line: int | None) -> Iterator[SchemaFinding]:
        if eleve_id is None or not self._unique:
            return
        if eleve_id in self._seen:
            detail = _TWICE.format(eleve_id)
            yield SchemaFinding(line, eleve_id, translate(detail), detail)
        self._seen.add(eleve_id)

    def _breaches(
        self, root: _Element, eleve_id: int | None, line: int | None
    ) -> Iterator[SchemaFinding]:
        if self._schema.validate(root):
            return
        for error in cast("Iterable[_LogEntry]", self._schema.error_log):
            if _NOISE not in error.message:
                at = line if error.line == _NO_LINE else error.line or None
                yield _finding(error.message, eleve_id, at)


def _finding(message: str, eleve_id: int | None, line: int | None) -> SchemaFinding:
    return SchemaFinding(line, eleve_id, translate(message), message[:_DETAIL_LENGTH])


def _too_large(size: int, eleve_id: int | None, line: int | None) -> SchemaFinding:
    phrase = f"L’élève contient {size} éléments ; le maximum est {MAX_PUPIL_ELEMENTS}."
    return SchemaFinding(line, eleve_id, phrase, "")


def _identifier(eleve: _Element) -> int | None:
    try:
        return parse_integer(eleve.get("id", ""))
    except ValueError:
        return None
