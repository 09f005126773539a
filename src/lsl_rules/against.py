"""A file against what the receiving side knows: the file, each pupil, those who are not there.

In two passes, so that a large file is never held whole: everything that rejects the file, then the
pupils one by one (spec 07). `check_against` is both over a document in memory. Pure functions: the
registry and the rehearsal of Suivi call the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from lsl_rules.codes import Code
from lsl_rules.context import Context, KnownPupil
from lsl_rules.findings import Finding, Sieve, Spot
from lsl_rules.pupil import MEF_LENGTH, Known, sift_pupil
from lsl_rules.semantics import check_entete, check_twice, spot_of
from lsl_xml import Document, Eleve, Entete, Lines, Summary, summary_of


class Status(StrEnum):
    """What becomes of a pupil of the file."""

    IMPORTE = "IMPORTE"
    PARTIEL = "PARTIEL"
    REJETE = "REJETE"

    @property
    def label(self) -> str:
        """The word of the bilan."""
        return {"IMPORTE": "IMPORTÉ", "PARTIEL": "PARTIEL", "REJETE": "REJETÉ"}[self]


@dataclass(frozen=True, slots=True)
class Outline:
    """What the first pass gathers of a file: its header, its pupils, its subjects.

    `total` counts the pupils, those who are there twice included; `mefs` are the MEF that the file
    announces, ten characters, with the year.
    """

    entete: Entete
    pupils: frozenset[int]
    subjects: frozenset[str]
    total: int
    mefs: frozenset[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A pupil of the file: what is told, and what is taken, None when the pupil is rejected;
    `years` are those that the file tells of, by their first civil year; `sent` is the pupil as the
    file has it, when not all of it is taken."""

    eleve_id: int
    status: Status
    findings: tuple[Finding, ...]
    taken: Eleve | None
    years: tuple[int, ...] = ()
    sent: Eleve | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What an import of a document would give; `file` not empty: nothing of it is read."""

    file: tuple[Finding, ...]
    pupils: tuple[Judged, ...] = ()
    absent: tuple[Finding, ...] = ()


def outline_of(entete: Entete, summaries: Iterable[Summary]) -> Outline:
    """Gather what the checks of the file ask, pupil after pupil."""
    pupils: set[int] = set()
    subjects: set[str] = set()
    mefs: set[tuple[int, str]] = set()
    total = 0
    for one in summaries:
        total += 1
        pupils.add(one.id)
        subjects |= one.subjects
        mefs.update((year, mef[:MEF_LENGTH]) for year, mef in one.mefs)
    return Outline(entete, frozenset(pupils), frozenset(subjects), total, frozenset(mefs))


def check_against(document: Document, context: Context, lines: Lines | None = None) -> Report:
    """Judge a document whose schema is valid: the file, then, if it is taken, its pupils.

    `lines` (from `lsl_xml.lines_of`) gives each finding its line.
    """
    outline = outline_of(document.entete, map(summary_of, document.donnees))
    refusals = tuple(judge_file(outline, context, lines or {}))
    if refusals:
        return Report(refusals)
    judge = PupilJudge(outline, context)
    judged = tuple(
        judge.judge(eleve, rank=rank, lines=lines or {})
        for rank, eleve in enumerate(document.donnees, start=1)
    )
    return Report((), judged, tuple(absent_pupils(outline, context)))


def judge_file(outline: Outline, context: Context, lines: Lines) -> Iterator[Finding]:
    """What rejects the whole file, REJLSL_F03 to F07."""
    root = Spot(lines)
    yield from _check_software(outline, context, root.at("entete[1]", "en-tête"))
    yield from _check_school(outline.entete, context, root)
    yield from _check_campaign(outline, context, root.at("entete[1]", "fichier"))
    yield from _check_division(outline.entete, context, root)


def _check_software(outline: Outline, context: Context, spot: Spot) -> Iterator[Finding]:
    software = (outline.entete.editeur, outline.entete.application)
    name = " ".join(software)
    if not any(one.software == software for one in context.accreditations):
        fault = f"le logiciel « {name} » n’a pas d’accréditation active"
        yield spot.finding(Code.REJLSL_F03, fault, value=name)
        return
    before = {
        sender
        for subject in outline.subjects
        if (sender := context.senders.get(subject)) and sender != software
    }
    if before and software not in context.cleared:
        other = " ".join(sorted(before)[0])
        fault = (
            f"les données précédentes viennent de « {other} », et le passage à « {name} » n’est "
            "pas autorisé"
        )
        yield spot.finding(Code.REJLSL_F04, fault, value=name)


def _check_school(entete: Entete, context: Context, root: Spot) -> Iterator[Finding]:
    if entete.etablissement == context.uai:
        return
    wrong = list(check_entete(entete, root))
    yield from wrong
    if not wrong:
        spot = root.at("entete[1]/etablissement[1]", "en-tête")
        fault = f"l’UAI « {entete.etablissement} » n’est pas celui de l’établissement"
        yield spot.finding(Code.REJLSL_F05, fault, value=entete.etablissement)


def _check_campaign(outline: Outline, context: Context, spot: Spot) -> Iterator[Finding]:
    """The levels of the file are those of its pupils that the school knows."""
    levels = {
        pupil.level
        for number in outline.pupils
        if (pupil := context.pupils.get(number)) and pupil.level
    }
    if levels and not levels & context.open_levels:
        names = ", ".join(sorted(level.name.lower() for level in levels))
        fault = f"la campagne est fermée pour tous les niveaux du fichier ({names})"
        yield spot.finding(Code.REJLSL_F06, fault, value=names)


def announced(entete: Entete, context: Context) -> str | None:
    """The division of the file: that of its header, else the one chosen on screen."""
    return entete.division if entete.division is not None else context.chosen


def _check_division(entete: Entete, context: Context, root: Spot) -> Iterator[Finding]:
    division = announced(entete, context)
    if division is not None and division not in context.divisions:
        spot = root.at("entete[1]/division[1]", "en-tête")
        fault = f"la division « {division} » n’est pas de l’établissement"
        yield spot.finding(Code.REJLSL_F07, fault, value=division)


class PupilJudge:
    """Judges the pupils of a file one after another.

    Remembers those already seen, and the code-periode that the first pupil taken of a year, diploma
    and level brought where none was held: another one in the same file is then PARLSL_S03.
    """

    def __init__(self, outline: Outline, context: Context) -> None:
        """`outline` is that of the file, `context` what is known of the school."""
        self._periods = dict(context.periods)
        self._context = replace(context, periods=self._periods)
        self._division = announced(outline.entete, context)
        self._mefs = context.mefs_of((outline.entete.editeur, outline.entete.application))
        self._seen: set[int] = set()

    def judge(self, eleve: Eleve, *, rank: int, lines: Lines) -> Judged:
        """Judge the `rank`-th pupil of the file, from 1."""
        spot = spot_of(eleve, rank, Spot(lines))
        years = tuple(one.annee_scolaire for one in eleve.scolarites)
        refusals = tuple(self._refusals(eleve, spot))
        self._seen.add(eleve.id)
        if refusals:
            return Judged(eleve.id, Status.REJETE, refusals, None, years)
        sieve = Sieve()
        known = Known(self._context.pupils[eleve.id], self._context)
        taken = sift_pupil(eleve, known, spot, sieve)
        self._remember_periods(taken, known)
        status = Status.PARTIEL if sieve.findings else Status.IMPORTE
        sent = eleve if sieve.findings else None
        return Judged(eleve.id, status, tuple(sieve.findings), taken, years, sent)

    def _remember_periods(self, taken: Eleve, known: Known) -> None:
        for scolarite in taken.scolarites:
            couple = (scolarite.annee_scolaire, known.mef(scolarite))
            if couple[1] and couple not in self._periods:
                held = dict.fromkeys(self._context.alike(*couple), scolarite.code_periode)
                self._periods |= held | self._periods

    def _refusals(self, eleve: Eleve, spot: Spot) -> Iterator[Finding]:
        pupil = self._context.pupils.get(eleve.id)
        if pupil is None:
            fault = "cet identifiant est inconnu dans l’établissement"
            yield spot.finding(Code.REJLSL_E01, fault, value=eleve.id)
            return
        yield from check_twice(eleve, self._seen, spot)
        yield from _check_identity(eleve, pupil, spot)
        yield from self._check_mef(pupil, spot)
        if pupil.locked:
            yield _locked(spot)
        if pupil.level not in self._context.open_levels:
            level = pupil.level.name.lower() if pupil.level else ""
            fault = "la campagne est fermée pour son niveau"
            yield spot.finding(Code.REJLSL_E08, fault, value=level)
        if pupil.division and self._division not in {None, pupil.division}:
            fault = f"il est en « {pupil.division} », le fichier annonce « {self._division} »"
            yield spot.finding(Code.REJLSL_E09, fault, value=pupil.division)

    def _check_mef(self, pupil: KnownPupil, spot: Spot) -> Iterator[Finding]:
        if not self._context.subjects(self._context.year, pupil.mef):
            fault = f"le MEF « {pupil.mef} » n’est pas autorisé"
            yield spot.finding(Code.REJLSL_E06, fault, value=pupil.mef)
        elif self._mefs is not None and pupil.mef not in self._mefs:
            fault = f"le MEF « {pupil.mef} » n’est pas de ceux de l’accréditation"
            yield spot.finding(Code.REJLSL_E06, fault, value=pupil.mef)


def locked_since(judged: Judged) -> Judged:
    """The same pupil, whose record was locked between the judgement and the writing: rejected."""
    finding = _locked(Spot({}, eleve_id=judged.eleve_id))
    return replace(judged, status=Status.REJETE, findings=(finding,), taken=None)


def _locked(spot: Spot) -> Finding:
    return spot.finding(Code.REJLSL_E07, "son dossier est verrouillé")


def _check_identity(eleve: Eleve, pupil: KnownPupil, spot: Spot) -> Iterator[Finding]:
    if eleve.ine is not None and eleve.ine != pupil.ine:
        fault = "l’INE du fichier n’est pas celui de l’élève"
        yield spot.finding(Code.REJLSL_E03, fault, value=eleve.ine)
    if not pupil.school_status:
        yield spot.finding(Code.REJLSL_E04, "il n’est pas sous statut scolaire")
    if pupil.division is None:
        yield spot.finding(Code.REJLSL_E05, "il a quitté l’établissement, ou n’a pas de division")


def absent_pupils(outline: Outline, context: Context) -> Iterator[Finding]:
    """INFLSL_01: pupils of the division, under school status, of a MEF of the file, not in it."""
    division = announced(outline.entete, context)
    mefs = {
        pupil.mef for number in outline.pupils if (pupil := context.pupils.get(number)) is not None
    }
    for number, pupil in context.pupils.items():
        expected = pupil.division == division and pupil.school_status and pupil.mef in mefs
        if division is not None and expected and number not in outline.pupils:
            spot = Spot({}, eleve_id=number)
            yield spot.finding(Code.INFLSL_01, "il n’est pas dans le fichier", value=number)
