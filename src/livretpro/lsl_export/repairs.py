"""What a rehearsal found, told to who will repair it: a sentence, and where the cause stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import lsl_xml
from livretpro.accounts.rules import folded
from livretpro.lsl_export.rehearsal import Rehearsal
from livretpro.referentiels.queries import lsl_code_labels
from livretpro.schools.models import Enrolment, School, SchoolYear
from lsl_rules import Code, Finding, Judged, Status

T = TypeVar("T")

SHOWN_OF_INE = 4
FILE_CHECKS = 7
"""REJLSL_F01 to F07."""


class Repair(StrEnum):
    """Where the cause of a finding is set right."""

    LIVRET = "livret"
    SIECLE = "siecle"
    MEF = "mef"
    NOMENCLATURE = "nomenclature"
    PERIODICITY = "periodicite"
    GROUPS = "groupes"
    FILE = "fichier"  # the school changed since: a new version says what holds now
    NOWHERE = ""


_REPAIRS = {
    Code.REJLSL_F01: Repair.FILE,
    Code.REJLSL_F02: Repair.FILE,
    Code.REJLSL_F07: Repair.SIECLE,
    Code.REJLSL_E01: Repair.FILE,
    Code.REJLSL_E02: Repair.FILE,
    Code.REJLSL_E03: Repair.SIECLE,
    Code.REJLSL_E04: Repair.FILE,
    Code.REJLSL_E05: Repair.FILE,
    Code.REJLSL_E06: Repair.MEF,
    Code.REJLSL_E08: Repair.SIECLE,
    Code.REJLSL_E09: Repair.FILE,
    Code.PARLSL_S01: Repair.FILE,
    Code.PARLSL_S02: Repair.SIECLE,
    Code.PARLSL_S03: Repair.PERIODICITY,
    Code.PARLSL_S04: Repair.SIECLE,
    Code.PARLSL_V01: Repair.MEF,
    Code.PARLSL_V02: Repair.PERIODICITY,
    Code.PARLSL_V03: Repair.LIVRET,
    Code.PARLSL_V04: Repair.GROUPS,
    Code.PARLSL_V05: Repair.NOMENCLATURE,
    Code.PARLSL_V06: Repair.LIVRET,
    Code.PARLSL_V07: Repair.FILE,
    Code.PARLSL_V08: Repair.LIVRET,
    Code.PARLSL_V09: Repair.LIVRET,
    Code.PARLSL_A01: Repair.LIVRET,
}


@dataclass(frozen=True)
class LivretKey:
    """A livret as its page is addressed."""

    enrolment: int
    cfd: str
    year: int


@dataclass(frozen=True)
class Told:
    """A finding: what is said of it, the value received, where it is repaired.

    `line` counts from 1, None when not known; `anchor` is the field of the livret, empty for the
    whole page. An INE shows its last four characters alone.
    """

    code: str
    said: str
    line: int | None
    value: str
    repair: Repair
    livret: LivretKey | None = None
    anchor: str = ""


@dataclass(frozen=True)
class PupilTold:
    """A pupil of the file, by `rank` from 1; `name` is empty when the school knows nobody of this
    ELEVE_ID."""

    rank: int
    eleve_id: int
    name: str
    status: str
    livret: LivretKey | None
    findings: tuple[Told, ...]


@dataclass(frozen=True)
class Outcome:
    """A rehearsal as it is shown; `file` not empty: the file is refused whole.

    `passed` counts the checks of the file that passed, of `FILE_CHECKS`; `absent` are the name and
    the livret of the pupils that the division has and the file lacks.
    """

    file: tuple[Told, ...]
    passed: int
    pupils: tuple[PupilTold, ...] = ()
    absent: tuple[tuple[str, LivretKey | None], ...] = ()

    def count(self, status: Status) -> int:
        """How many pupils have this status."""
        return sum(pupil.status == status for pupil in self.pupils)

    @property
    def imported(self) -> int:
        """How many would be imported whole."""
        return self.count(Status.IMPORTE)

    @property
    def partial(self) -> int:
        """How many would be imported in part."""
        return self.count(Status.PARTIEL)

    @property
    def rejected(self) -> int:
        """How many would be rejected."""
        return self.count(Status.REJETE)


def outcome(done: Rehearsal, content: bytes, school: School, year: SchoolYear) -> Outcome:
    """What the rehearsal of these bytes says, to be shown.

    One query for the livrets, one more when a degree is out of its scale; none for a refused file.
    """
    if done.report.file:
        return Outcome(tuple(map(_of_file, done.report.file)), _passed(done.report.file))
    judged = done.report.pupils
    absent = [f.eleve_id for f in done.report.absent if f.eleve_id is not None]
    livrets = _livrets(school, year, {*(one.eleve_id for one in judged), *absent})
    teller = _Teller(content, livrets, _competences(judged, school), year.year)
    names = {number: pupil.name for number, pupil in done.pupils.items()}
    return Outcome(
        file=(),
        passed=FILE_CHECKS,
        pupils=tuple(
            PupilTold(
                rank,
                one.eleve_id,
                names.get(one.eleve_id, ""),
                one.status.value,
                livrets.get((one.eleve_id, year.year)),
                tuple(teller.told(found, rank) for found in one.findings),
            )
            for rank, one in enumerate(judged, start=1)
        ),
        absent=tuple(
            (names[number], livrets.get((number, year.year)))
            for number in sorted(absent, key=lambda number: folded(names[number]))
        ),
    )


def _of_file(found: Finding) -> Told:
    repair = _REPAIRS.get(found.code, Repair.NOWHERE)
    return Told(found.code.value, found.phrase, found.line, found.value, repair)


def _passed(refusals: tuple[Finding, ...]) -> int:
    """How many of the checks of the file passed: those of its form come first and stop the rest."""
    codes = {found.code for found in refusals}
    if codes & {Code.REJLSL_F01, Code.REJLSL_F02}:
        return int(Code.REJLSL_F01 not in codes)
    return FILE_CHECKS - len(codes)


def _livrets(
    school: School, year: SchoolYear, pupils: set[int]
) -> dict[tuple[int, int], LivretKey]:
    """The last livret of each pupil this year and the year before, by ELEVE_ID and year."""
    rows = (
        Enrolment.objects.filter(
            school_year__school=school,
            school_year__year__in=(year.year, year.year - 1),
            student__siecle_id__in=pupils,
        )
        .with_livret()
        .order_by("start", "pk")
        .values_list("student__siecle_id", "school_year__year", "pk", "cfd")
    )
    return {(pupil, of): LivretKey(pk, cfd, of) for pupil, of, pk, cfd in rows}


def _competences(judged: tuple[Judged, ...], school: School) -> Mapping[str, str]:
    """The code of the référentiel by LSL code, where a degree is to be found on the page."""
    codes = {
        found.place.rpartition(" ")[2]
        for one in judged
        for found in one.findings
        if found.code is Code.PARLSL_V06
    }
    labels = lsl_code_labels(codes, own_of=school.uai) if codes else {}
    return {code: label.partition(" ")[0] for code, label in labels.items()}


class _Teller:
    """Tells the findings of the pupils of one file; reads it when there is one to place."""

    def __init__(
        self,
        content: bytes,
        livrets: Mapping[tuple[int, int], LivretKey],
        competences: Mapping[str, str],
        year: int,
    ) -> None:
        self._content = content
        self._livrets = livrets
        self._competences = competences
        self._year = year
        self._pupils: tuple[lsl_xml.Eleve, ...] | None = None

    def told(self, found: Finding, rank: int) -> Told:
        """Tell a finding of the `rank`-th pupil."""
        eleve = self._eleve(rank)
        scolarite = _nth(eleve.scolarites, found.path, "scolarite")
        annee = scolarite.annee_scolaire if scolarite else self._year
        return Told(
            code=found.code.value,
            said=_said(found),
            line=found.line,
            value=masked(found.value) if found.code is Code.REJLSL_E03 else found.value,
            repair=_repair(found),
            livret=self._livrets.get((eleve.id, annee)),
            anchor=self._anchor(found, scolarite),
        )

    def _eleve(self, rank: int) -> lsl_xml.Eleve:
        if self._pupils is None:
            self._pupils = lsl_xml.read(self._content).donnees
        return self._pupils[rank - 1]

    def _anchor(self, found: Finding, scolarite: lsl_xml.Scolarite | None) -> str:
        path = found.path
        if found.code is Code.PARLSL_A01:
            return "pfmp_semaines"
        if "/avisPfmp[" in path:
            return "pfmp_synthese"
        if "/chefOeuvre[" in path:
            return _text_or_teacher(path, "projet_") or "projet_note"
        evaluation = _nth(scolarite.evaluations, path, "evaluation") if scolarite else None
        return self._anchor_in(path, evaluation) if evaluation else ""

    def _anchor_in(self, path: str, evaluation: lsl_xml.Evaluation) -> str:
        if periode := _nth(evaluation.periodiques, path, "periode"):
            return f"moyenne_{periode.numero}"
        competence = _nth(evaluation.competences, path, "competence")
        if competence and competence.code in self._competences:
            return f"competence-{self._competences[competence.code]}"
        return _text_or_teacher(path, "")


def _text_or_teacher(path: str, prefix: str) -> str:
    """The field of a text or of a teacher, in the speciality or in the project; else empty."""
    if path.endswith("/annuelle[1]"):
        return f"{prefix}appreciation"
    if "/enseignants[1]" in path:
        return f"{prefix}enseignant_{_rank(path, 'enseignant') or 1}_nom"
    return ""


def _rank(path: str, step: str) -> int:
    """The rank of a step of a path, 0 when it is not there."""
    match = re.search(rf"/{step}\[(\d+)\]", path)
    return int(match[1]) if match else 0


def _nth(items: tuple[T, ...], path: str, step: str) -> T | None:
    rank = _rank(path, step)
    return items[rank - 1] if rank else None


def _said(found: Finding) -> str:
    said = f"{found.place} : {found.fault}" if found.place else found.fault
    return f"{said[0].upper()}{said[1:]}"


def _repair(found: Finding) -> Repair:
    if "/structure[" in found.path:
        return Repair.GROUPS
    return _REPAIRS.get(found.code, Repair.NOWHERE)


def masked(ine: str) -> str:
    """An INE of which only the last four characters are shown."""
    return f"{'•' * max(len(ine) - SHOWN_OF_INE, 0)}{ine[-SHOWN_OF_INE:]}"
