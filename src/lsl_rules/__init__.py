"""What LSL accepts of a file: codes and labels, and the checks that need no database."""

from lsl_rules.check import check_built, check_document
from lsl_rules.codes import Code, Level, Severity
from lsl_rules.findings import Finding
from lsl_rules.semantics import check_pupil, check_semantics
from lsl_rules.uai import check_letter, is_uai

__all__ = [
    "Code",
    "Finding",
    "Level",
    "Severity",
    "check_built",
    "check_document",
    "check_letter",
    "check_pupil",
    "check_semantics",
    "is_uai",
]
