"""Checking a file without knowing the school: the door, the schema, then the meaning.

A file that breaks the schema is still read as far as it can be, so that a fault of meaning is named
as such beside the breach of the schema (an average of 25 in profile 1.1 gives both).
"""

from collections.abc import Iterable
from itertools import islice

from lxml.etree import _Element

import lsl_xml
from lsl_rules.codes import Code
from lsl_rules.findings import Finding
from lsl_rules.semantics import check_semantics, iter_semantics
from lsl_xml import Document, Reason, SchemaFinding, Unreadable

MAX_FINDINGS = 1_000
"""Faults of meaning told of one file: more than an honest division can hold."""

_CODES = {
    Reason.REFUSED: Code.REJLSL_F01,
    Reason.PROFILE: Code.REJLSL_F02,
    Reason.CONTENT: Code.REJLSL_F02,
}


def check_document(data: bytes) -> tuple[Finding, ...]:
    """Check the bytes of a file: REJLSL_F01, else REJLSL_F02 and the faults of meaning.

    Empty when LSL would take the whole file as far as can be told without the school. Never raises
    on what a file may hold; at most `MAX_FINDINGS` faults of meaning, and as many breaches as
    `lsl_xml` tells.
    """
    try:
        root = lsl_xml.parse(data)
        breaches = lsl_xml.validate_tree(root)
    except Unreadable as unreadable:
        return (refusal_of(unreadable),)
    return (*_of_schema(breaches), *_of_meaning(root, valid=not breaches))


def check_built(document: Document, root: _Element) -> tuple[Finding, ...]:
    """Check a tree just made by `lsl_xml.build(document, profile)`, before it is serialised.

    The same findings as `check_document` on its bytes, without lines and without reading again.
    """
    breaches = () if lsl_xml.is_valid(root) else lsl_xml.validate_tree(root)
    carried = lsl_xml.carried(document, lsl_xml.profile_of(root))
    return (*_of_schema(breaches), *check_semantics(carried))


def _of_meaning(root: _Element, *, valid: bool) -> tuple[Finding, ...]:
    try:
        document = lsl_xml.read_document(root)
    except Unreadable as unreadable:
        return (refusal_of(unreadable),) if valid else ()
    findings = iter_semantics(document, lsl_xml.lines_of(root))
    return tuple(islice(findings, MAX_FINDINGS))


def refusal_of(unreadable: Unreadable) -> Finding:
    """REJLSL_F01 or F02: why the file cannot be read."""
    code = _CODES[unreadable.code]
    return Finding(code, code.severity, unreadable.line, None, unreadable.phrase)


def _of_schema(breaches: Iterable[SchemaFinding]) -> list[Finding]:
    return [breach_of(breach) for breach in breaches]


def breach_of(breach: SchemaFinding) -> Finding:
    """REJLSL_F02: a breach of the schema, with the pupil it stands in."""
    code = Code.REJLSL_F02
    phrase = breach.phrase
    if breach.eleve_id is not None:
        phrase = f"Élève {breach.eleve_id} : {phrase[0].lower()}{phrase[1:]}"
    return Finding(code, code.severity, breach.line, breach.eleve_id, phrase)
