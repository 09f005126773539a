"""The whole comparison: what the files would change in the school, and what must be confirmed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from livretpro.schools.importing.files import Files
from livretpro.schools.importing.plan import notices
from livretpro.schools.importing.plan.changes import (
    PupilChange,
    ServiceChange,
    StaffChange,
    section,
)
from livretpro.schools.importing.plan.decisions import Decision, decide, remarks
from livretpro.schools.importing.plan.facts import Held, SchoolMefFacts
from livretpro.schools.importing.plan.matching import Matches, match
from livretpro.schools.importing.plan.mefs import MefTable
from livretpro.schools.importing.plan.pupils import (
    Progress,
    Setting,
    compare,
    emptied,
    no_longer_held,
    read_again,
    unexpected_departures,
)
from livretpro.schools.importing.plan.services import ServicePlan, plan_services
from livretpro.schools.importing.plan.staff import StaffPlan, plan_staff
from livretpro.schools.importing.plan.structure import StructurePlan, plan_structure
from livretpro.schools.importing.plan.years import YearPlan, plan_year
from livretpro.schools.importing.report import Avertissement, Line, Refus, Report, Section

DEPARTURES_TO_CONFIRM = Fraction(1, 10)
"""Share of the pupils present above which departures are confirmed (spec 04, Import)."""


@dataclass(frozen=True)
class Choices:
    """What a person confirms when applying.

    `same_person` holds the new ELEVE_ID of the pupils taken as those proposed in the preview,
    `same_staff` the new `ID:TYPE` of STS of the people.
    """

    nouvelle_annee: bool = False
    confirmer_departs: bool = False
    same_person: Collection[int] = frozenset()
    same_staff: Collection[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """All that applying the files writes, and the report that tells it."""

    held: Held
    year: YearPlan
    mefs: dict[str, SchoolMefFacts]
    structure: StructurePlan
    pupils: tuple[PupilChange, ...]
    staff: tuple[StaffChange, ...]
    services: tuple[ServiceChange, ...]
    report: Report

    def unconfirmed(self, choices: Choices) -> tuple[Avertissement, ...]:
        """What applying asks a person to confirm, and nobody did."""
        report, asked = self.report, []
        if report.demande_nouvelle_annee and not choices.nouvelle_annee:
            asked.append(notices.new_year(self.year.title, self.year.former_title))
        if report.demande_confirmation_departs and not choices.confirmer_departs:
            asked.append(self._departures())
        return tuple(asked)

    def _departures(self) -> Avertissement:
        report = self.report
        if self.year.previous:
            former = self.year.former_title
            return notices.missing(report.departs_inattendus, report.attendus, former)
        return notices.departures(report.departs, report.presents, report.divisions_videes)

    def previewed(self, choices: Choices) -> Report:
        """The report, which warns of what applying would refuse."""
        warnings = (*self.unconfirmed(choices), *self.report.avertissements)
        return replace(self.report, avertissements=warnings)

    def refused(self, asked: Avertissement) -> Report:
        """The report of an application that wanted a confirmation."""
        return replace(self.report, refus=Refus(asked.code, asked.phrase))


@dataclass(frozen=True)
class Question:
    """What is compared: the files, what the school holds, how its MEF read; `on` is today.

    `misfits` says what had to be left out of the files (`limits.fitting`).
    """

    held: Held
    files: Files
    misfits: tuple[Avertissement, ...]
    mefs: MefTable
    on: date

    @property
    def year(self) -> YearPlan:
        """The year of the files."""
        return plan_year(self.held.year, self.held.former, self.held.previous, self.files.sts)


def plan_import(question: Question, choices: Choices, *, progress: Progress | None) -> Plan:
    """Work out everything that applying the files would write; no query."""
    held, files, year = question.held, question.files, question.year
    decisions = [decide(eleve) for eleve in files.eleves.eleves] if files.eleves else []
    matches = match(decisions, held.pupils, same_person=choices.same_person)
    structure = plan_structure(held, files, decisions)
    pupils = _pupils(question, decisions, matches, progress)
    staff = _staff(question, structure, choices)
    services = _services(question, staff)
    warnings = (
        *_remarks(files),
        *question.misfits,
        *year.warnings,
        *remarks(decisions, question.mefs),
        *structure.warnings,
        *matches.warnings,
        *staff.warnings,
        *services.warnings,
    )
    report = Report(
        propositions=matches.propositions,
        propositions_personnels=staff.propositions,
        avertissements=warnings,
        personnels=section(staff.changes),
        services=section(services.changes),
        groupes=section(structure.groups),
    )
    return Plan(
        held=held,
        year=year,
        mefs=_changed_mefs(question),
        structure=structure,
        pupils=pupils,
        staff=staff.changes,
        services=services.changes,
        report=_with_pupils(report, question, structure, pupils),
    )


def _pupils(
    question: Question,
    decisions: Sequence[Decision],
    matches: Matches,
    progress: Progress | None,
) -> tuple[PupilChange, ...]:
    held, files = question.held, question.files
    if files.eleves is None:
        return tuple(read_again(held.pupils, question.mefs)) if files.nomenclature else ()
    year = question.year
    setting = Setting(year, question.mefs, year.day(files.eleves.date_export, question.on))
    changes = compare(decisions, matches.known, setting, progress=progress)
    return (*changes, *no_longer_held(held.pupils, matches.known.values(), setting))


def _staff(question: Question, structure: StructurePlan, choices: Choices) -> StaffPlan:
    sts = question.files.sts
    if sts is None:
        return StaffPlan()
    return plan_staff(
        question.held.staff,
        sts,
        divisions=question.held.divisions.keys() | {d.line.key for d in structure.divisions},
        day=question.year.day(sts.date_export, question.on),
        same_staff=choices.same_staff,
    )


def _services(question: Question, staff: StaffPlan) -> ServicePlan:
    sts = question.files.sts
    if sts is None:
        return ServicePlan((), ())
    return plan_services(question.held.services, sts, renamed=staff.renamed)


def _remarks(files: Files) -> Iterator[Avertissement]:
    """What the reading of the files says."""
    for file in files.given:
        for remark in file.remarques:
            yield Avertissement(remark.code, remark.phrase, remark.eleve_id, remark.ligne)


def _changed_mefs(question: Question) -> dict[str, SchoolMefFacts]:
    held = question.held.mefs
    return {code: mef for code, mef in question.mefs.school.items() if held.get(code) != mef}


def _with_pupils(
    report: Report,
    question: Question,
    structure: StructurePlan,
    pupils: tuple[PupilChange, ...],
) -> Report:
    """Add pupils and divisions: a division that empties counts as gone."""
    held, follow = question.held.pupils, question.year.previous is not None
    empty = emptied(held, pupils)
    eleves = section(pupils)
    presents = sum(pupil.present is not None for pupil in held)
    leaving, staying = unexpected_departures(held, pupils) if follow else (eleves.partis, presents)
    many = leaving > staying * DEPARTURES_TO_CONFIRM
    return replace(
        report,
        annee=question.files.annee,
        eleves=eleves,
        divisions=_divisions(structure, empty),
        presents=presents,
        divisions_videes=empty,
        demande_nouvelle_annee=question.year.opens,
        demande_confirmation_departs=many or bool(empty),
        departs_inattendus=leaving if follow else 0,
        attendus=staying if follow else 0,
    )


def _divisions(structure: StructurePlan, empty: tuple[str, ...]) -> Section:
    staying = [change for change in structure.divisions if change.line.key not in empty]
    return replace(section(staying), gone=tuple(Line(code, code) for code in empty))
