"""SIECLE and STS files into a school: files → plan (pure comparison) → write → report (spec 04)."""

from livretpro.schools.importing.comparison import Choices
from livretpro.schools.importing.importer import apply_import, preview
from livretpro.schools.importing.refusal import Forbidden
from livretpro.schools.importing.report import (
    Avertissement,
    FieldChange,
    Line,
    Proposition,
    Refus,
    Report,
    Section,
    StaffProposition,
)

__all__ = [
    "Avertissement",
    "Choices",
    "FieldChange",
    "Forbidden",
    "Line",
    "Proposition",
    "Refus",
    "Report",
    "Section",
    "StaffProposition",
    "apply_import",
    "preview",
]
