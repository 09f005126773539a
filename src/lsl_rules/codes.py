"""The codes of the bilan; their labels, levels, severities and actions stand in `codes.json`."""

import json
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Severity(StrEnum):
    """What a finding does to a file of ours before it leaves.

    Everything that would make LSL reject the file or a pupil, or leave out something that was
    typed, is `bloquant`: a file that would be taken in part must not leave. `info` loses nothing:
    pupils absent from the file, and a blank appreciation, which is no appreciation.
    """

    BLOQUANT = "bloquant"
    INFO = "info"


class Level(StrEnum):
    """What a finding concerns, from the whole file down."""

    FICHIER = "fichier"
    ELEVE = "eleve"
    SCOLARITE = "scolarite"
    EVALUATION = "evaluation"
    AVIS = "avis"
    INFO = "info"


class Code(StrEnum):
    """A code of the bilan: REJLSL rejects, PARLSL leaves out a part, INFLSL informs."""

    REJLSL_F01 = "REJLSL_F01"
    REJLSL_F02 = "REJLSL_F02"
    REJLSL_F03 = "REJLSL_F03"
    REJLSL_F04 = "REJLSL_F04"
    REJLSL_F05 = "REJLSL_F05"
    REJLSL_F06 = "REJLSL_F06"
    REJLSL_F07 = "REJLSL_F07"
    REJLSL_E01 = "REJLSL_E01"
    REJLSL_E02 = "REJLSL_E02"
    REJLSL_E03 = "REJLSL_E03"
    REJLSL_E04 = "REJLSL_E04"
    REJLSL_E05 = "REJLSL_E05"
    REJLSL_E06 = "REJLSL_E06"
    REJLSL_E07 = "REJLSL_E07"
    REJLSL_E08 = "REJLSL_E08"
    REJLSL_E09 = "REJLSL_E09"
    PARLSL_S01 = "PARLSL_S01"
    PARLSL_S02 = "PARLSL_S02"
    PARLSL_S03 = "PARLSL_S03"
    PARLSL_S04 = "PARLSL_S04"
    PARLSL_V01 = "PARLSL_V01"
    PARLSL_V02 = "PARLSL_V02"
    PARLSL_V03 = "PARLSL_V03"
    PARLSL_V04 = "PARLSL_V04"
    PARLSL_V05 = "PARLSL_V05"
    PARLSL_V06 = "PARLSL_V06"
    PARLSL_V07 = "PARLSL_V07"
    PARLSL_V08 = "PARLSL_V08"
    PARLSL_V09 = "PARLSL_V09"
    PARLSL_A01 = "PARLSL_A01"
    PARLSL_A02 = "PARLSL_A02"
    PARLSL_A03 = "PARLSL_A03"
    INFLSL_01 = "INFLSL_01"

    @property
    def label(self) -> str:
        """French label, the same for every finding of the code."""
        return _rows()[self]["label"]

    @property
    def level(self) -> Level:
        """What a finding of this code concerns."""
        return Level(_rows()[self]["level"])

    @property
    def severity(self) -> Severity:
        """What a finding of this code does to a file of ours before it leaves."""
        return Severity(_rows()[self]["severity"])

    @property
    def action(self) -> str:
        """What the receiving side does of what the finding is about, in French."""
        return _rows()[self]["action"]


@cache
def _rows() -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = json.loads(
        files("lsl_rules").joinpath("codes.json").read_text("utf-8")
    )
    return rows
