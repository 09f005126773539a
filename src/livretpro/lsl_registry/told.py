"""Findings as the tables keep them, and back."""

from collections.abc import Iterable, Mapping
from typing import Any

from lsl_rules import Code, Finding

Kept = dict[str, Any]


def kept(findings: Iterable[Finding]) -> list[Kept]:
    """What a bilan keeps of findings: code, line, sentence, place, value; the pupil of those that
    stand outside a line of the bilan."""
    return [
        {
            "code": one.code.value,
            "ligne": one.line,
            "eleve_id": one.eleve_id,
            "phrase": one.phrase,
            "lieu": one.place,
            "valeur": one.value,
        }
        for one in findings
    ]


def findings_of(kept: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """The findings that were kept."""
    return tuple(_finding(one) for one in kept)


def _finding(one: Mapping[str, Any]) -> Finding:
    code = Code(one["code"])
    return Finding(
        code=code,
        severity=code.severity,
        line=one["ligne"],
        eleve_id=one["eleve_id"],
        phrase=one["phrase"],
        place=one["lieu"],
        value=one["valeur"],
    )
