"""« Répétition générale »: a file through the receiving side's own checks, before it leaves.

The Context of `lsl_rules` is the school as it holds itself today: its pupils, the nomenclature in
use with its own codes, its periodicities. What only the receiving side knows is taken at its best:
our software is accredited, première and terminale are open, nobody sent before, nothing is locked.
Nothing is stored but a line of the journal.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

import lsl_rules
import safe_input
from livretpro.journal import actions as journal
from livretpro.livrets.models import Periodicity
from livretpro.lsl_export.actions import Forbidden
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.seal import digest
from livretpro.referentiels.queries import lsl_subjects
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, School, SchoolYear
from livretpro.schools.standing import Standing, standings
from livretpro.schools.tracks import tracks_of

OPEN_LEVELS = frozenset({lsl_rules.Year.PREMIERE, lsl_rules.Year.TERMINALE})
"""The levels that have a livret: the campaign of LSL is not known here, both are taken as open."""


@dataclass(frozen=True)
class Rehearsal:
    """What an import of a file would give, and who its pupils are, by ELEVE_ID."""

    report: lsl_rules.Report
    pupils: Mapping[int, Standing]

    def count(self, status: lsl_rules.Status) -> int:
        """How many pupils of the file have this status."""
        return sum(judged.status is status for judged in self.report.pupils)

    @property
    def words(self) -> str:
        """The outcome in a few words, as the journal tells it."""
        if self.report.file:
            return f"fichier refusé ({self.report.file[0].code})"
        counts = (
            (self.count(lsl_rules.Status.IMPORTE), "importé"),
            (self.count(lsl_rules.Status.PARTIEL), "partiel"),
            (self.count(lsl_rules.Status.REJETE), "rejeté"),
        )
        return ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts)


def rehearse(content: bytes, school: School, year: SchoolYear, *, chosen: str = "") -> Rehearsal:
    """Judge the bytes of a file as of a school year; `chosen` is the division of a file that
    announces none.

    Eight queries, three when the file is refused. Raises `NoNomenclature`, and `safe_input.Refused`
    for a file that takes too much of the machine.
    """
    pupils = standings(school, year)
    context = _context(school, year, pupils, chosen)
    opened = safe_input.read_bounded(lsl_rules.open_file, content, context=context)
    if opened.outline is None or opened.refusals:
        return Rehearsal(lsl_rules.Report(opened.refusals), pupils)
    outline = opened.outline
    context = _informed(context, outline, school, year)
    judged = safe_input.read_bounded(
        lsl_rules.all_judged, content, outline=outline, context=context
    )
    absent = tuple(lsl_rules.absent_pupils(outline, context))
    return Rehearsal(lsl_rules.Report((), judged, absent), pupils)


def rehearse_version(version: ExportVersion, *, by: Actor) -> Rehearsal:
    """Judge a version of the actor's school, as of its school year: see `rehearse`."""
    year, division = version.school_year, version.division
    return rehearse(bytes(version.content), by.school, year, chosen=division.code)


@transaction.atomic
def run_on_version(version: ExportVersion, *, by: Actor) -> Rehearsal:
    """Judge a version kept and tell the journal. Raises `Forbidden` and as `rehearse`."""
    if not by.is_head:
        raise Forbidden
    done = rehearse_version(version, by=by)
    _tell(str(version.pk), version.file_name[:64], done, by=by)
    return done


@transaction.atomic
def run_on_file(content: bytes, year: SchoolYear, *, chosen: str = "", by: Actor) -> Rehearsal:
    """Judge any file and tell the journal. Raises `Forbidden` and as `rehearse`."""
    if not by.is_head:
        raise Forbidden
    done = rehearse(content, by.school, year, chosen=chosen)
    _tell(digest(content), "SHA-256", done, by=by)
    return done


def _tell(key: str, field: str, done: Rehearsal, *, by: Actor) -> None:
    change = journal.Change("repete", "export", key, field, after=done.words)
    journal.record([change], school_uai=by.school.uai, by=by.author)


def _context(
    school: School, year: SchoolYear, pupils: Mapping[int, Standing], chosen: str
) -> lsl_rules.Context:
    """The school, but for what takes knowing the MEF of the file: one query."""
    divisions = Division.objects.filter(school_year=year).values_list("code", flat=True)
    software = (settings.LSL_PUBLISHER, settings.LSL_APPLICATION)
    return lsl_rules.Context(
        uai=school.uai,
        year=year.year,
        divisions=frozenset(divisions),
        pupils={key: lsl_rules.known_pupil(pupil) for key, pupil in pupils.items()},
        accreditations=(lsl_rules.Accreditation(software),),
        nomenclature={},
        open_levels=OPEN_LEVELS,
        chosen=chosen or None,
    )


def _informed(
    context: lsl_rules.Context, outline: lsl_rules.Outline, school: School, year: SchoolYear
) -> lsl_rules.Context:
    """The same with what the MEF that the file asks for lead to, their subjects and the
    periodicities that the school chose: five queries at most."""
    years = (year.year, year.year - 1)
    couples = lsl_rules.mefs_asked(outline, context)
    codes = lsl_subjects(
        {mef for _, mef in couples},
        years,
        school_uai=school.uai,
        own_subject=(settings.LSL_SUBJECT_CODE, settings.LSL_ELECTION_MODE),
    )
    tracks = tracks_of(school, year.year).among(couples)
    return lsl_rules.informed(context, codes, tracks, _chosen_periods(school, years))


def _chosen_periods(school: School, years: Collection[int]) -> dict[tuple[int, str, str], str]:
    """The periodicity that the school chose, by year, diploma and level: one query."""
    chosen = Periodicity.objects.filter(school_year__school=school, school_year__year__in=years)
    rows = chosen.values_list("school_year__year", "cfd", "level", "kind")
    return {(year, cfd, level): kind for year, cfd, level, kind in rows}
