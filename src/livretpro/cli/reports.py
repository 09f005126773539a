"""The report of a file that was not judged, as data: in the form of `lsl_rules.report_data`."""

from collections.abc import Callable
from typing import Any

NO_ACCESS = "acces"
"""The school is not known, or the person may not act there."""
IMPOSSIBLE = "impossible"
"""Nothing is wrong with the file: something is missing here, or in the command."""


def not_judged(code: str) -> Callable[[str], dict[str, Any]]:
    """From the sentence that says why, with a code of the bilan or one of those above."""

    def report(phrase: str) -> dict[str, Any]:
        counts = dict.fromkeys(("lus", "importes", "partiels", "rejetes"), 0)
        told = {"code": code, "phrase": phrase, "ligne": None}
        return {"fichier": told, **counts, "eleves": []}

    return report


def counts_line(data: dict[str, Any]) -> str:
    """`3 élèves lus : importés 1, partiels 1, rejetés 1.`"""
    plural = "s" if data["lus"] > 1 else ""
    counts = f"importés {data['importes']}, partiels {data['partiels']}, rejetés {data['rejetes']}"
    return f"{data['lus']} élève{plural} lu{plural} : {counts}."
