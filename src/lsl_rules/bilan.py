"""The bilan of an import: what became of the file, of each pupil, and why (spec 07, Bilan)."""

from dataclasses import dataclass
from datetime import date

from lsl_rules.against import Status
from lsl_rules.findings import Finding


@dataclass(frozen=True, slots=True)
class BilanHeader:
    """The file, who sent it, when, and the counters; read = imported + partial + rejected.

    `at` is the instant in the words of the sheet; `created`, `overwritten` and `unchanged` count
    evaluations and avis; `refusals` not empty: the whole file was rejected. In words: `stopped`,
    the import was broken off before its end; `unchecked`, what could not be checked of the file;
    `source`, what treated the file.
    """

    uai: str
    school: str
    file_name: str
    sha256: str
    publisher: str
    application: str
    schema_version: str
    at: str
    author: str
    read: int = 0
    imported: int = 0
    partial: int = 0
    rejected: int = 0
    created: int = 0
    overwritten: int = 0
    unchanged: int = 0
    refusals: tuple[Finding, ...] = ()
    stopped: str = ""
    unchecked: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class BilanPupil:
    """The `rank`-th pupil of the file, from 1; `years` are the scolarités of the file, in words."""

    rank: int
    eleve_id: int
    ine: str
    last_name: str
    first_name: str
    division: str
    mef: str
    years: str
    status: Status
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Bilan:
    """The bilan of one file; `absent` are the pupils of the division who are not in it."""

    header: BilanHeader
    pupils: tuple[BilanPupil, ...] = ()
    absent: tuple[Finding, ...] = ()


def bilan_name(day: date, number: int = 1) -> str:
    """The name of the `number`-th bilan of a day (seed): a second one ends in `-2`."""
    more = f"-{number}" if number > 1 else ""
    return f"LSL_Bilan_import_{day:%Y-%m-%d}{more}.xls"
