"""A report as data: the JSON of `registre import` and of `lsl rehearse`."""

from collections import Counter
from typing import Any

from lsl_rules.against import Judged, Report, Status
from lsl_rules.findings import Finding


def report_data(report: Report) -> dict[str, Any]:
    """Return the report with the French names of the JSON; `lus` counts the pupils judged."""
    count = Counter(judged.status for judged in report.pupils)
    return {
        "fichier": _refusal(report.file[0]) if report.file else None,
        "lus": len(report.pupils),
        "importes": count[Status.IMPORTE],
        "partiels": count[Status.PARTIEL],
        "rejetes": count[Status.REJETE],
        "eleves": [_pupil(judged) for judged in report.pupils],
    }


def _refusal(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code.value, "phrase": finding.phrase, "ligne": finding.line}


def _pupil(judged: Judged) -> dict[str, Any]:
    return {
        "eleve_id": judged.eleve_id,
        "statut": judged.status.value,
        "constats": [_finding(finding) for finding in judged.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code.value,
        "phrase": finding.phrase,
        "lieu": finding.place,
        "valeur": finding.value,
    }
