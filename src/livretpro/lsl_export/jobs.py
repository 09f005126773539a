"""The background half of an export of several divisions: read at once, one transaction a division.

Each attempt at a run is fenced by its number (`livretpro.fencing`), in the transaction that keeps
the version: a file made by who was overtaken is taken back, numbers have no hole.
"""

import logging
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from livretpro.fencing import Overtaken, hold, next_attempt
from livretpro.journal.actions import Author
from livretpro.lsl_export.actions import (
    Made,
    NewerVersion,
    NothingToExport,
    WouldBeRefused,
    create_export,
    keep_file,
)
from livretpro.lsl_export.candidates import Shared, shared
from livretpro.lsl_export.mapping import NoCode
from livretpro.lsl_export.models import ExportRun, ExportRunLine, LineState, RunState
from livretpro.lsl_export.profiles import Options, profile_named
from livretpro.lsl_export.queries import Preparation, preparations, versions
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import NoNomenclature, diplomas
from livretpro.schools.actors import Actor, actor_again
from livretpro.schools.models import Division

NO_FILE = (NothingToExport, NoCode, NoNomenclature, WouldBeRefused)
NO_DATABASE = (OperationalError, InterfaceError)
BROKEN = (
    "Une erreur de LivretPro a empêché de faire ce fichier : signalez-le à la personne qui "
    "s’occupe de cette instance."
)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """One attempt at a run."""

    run: ExportRun

    def keep(self, line: ExportRunLine, made: Made) -> None:
        """The division has a file. Raises `Overtaken`."""
        state = LineState.MADE if made.fresh else LineState.SAME
        self._judge(line, state=state, version=made.version)

    def leave_out(self, line: ExportRunLine, reason: str, state: LineState) -> None:
        """The division has none, and why. Raises `Overtaken`."""
        self._judge(line, state=state, reason=reason)

    def end(self, state: RunState) -> None:
        """Nothing is left to do. Raises `Overtaken`."""
        hold(self.run, state=state)

    @transaction.atomic
    def _judge(self, line: ExportRunLine, **columns: object) -> None:
        """Holds the run's row until the end of the transaction: nobody overtakes meanwhile."""
        hold(self.run, done=F("done") + 1)
        ExportRunLine.objects.filter(pk=line.pk).update(**columns)


def make_run(run_id: int, *, on: date) -> None:
    """Make the files that the run still lacks, as who asked for them, at the date `on`.

    A lost database leaves the rest to the next attempt.
    """
    attempt = take(run_id)
    if attempt is None:
        return
    try:
        _make(attempt, on)
    except Overtaken:
        return


def take(run_id: int) -> Attempt | None:
    """The next attempt at a run, none once it is over."""
    runs = ExportRun.objects.select_related("school_year__school")
    run = next_attempt(runs, run_id, RunState.RUNNING)
    return Attempt(run) if run else None


def _make(attempt: Attempt, on: date) -> None:
    run, school = attempt.run, attempt.run.school_year.school
    actor = actor_again(Author(run.author_id, run.author_name), school, on=on)
    if actor is None or not actor.is_head:
        attempt.end(RunState.REFUSED)
        return
    waiting = run.lines.filter(state=LineState.WAITING).select_related("division__school_year")
    lines = list(waiting.order_by("division__code"))
    files = _Files(run, tuple(line.division for line in lines), actor)
    for line in lines:
        _one(attempt, line, files)
    attempt.end(RunState.DONE)


def _one(attempt: Attempt, line: ExportRunLine, files: "_Files") -> None:
    """One division; a bug there is told and keeps no other from its file."""
    try:
        try:
            with transaction.atomic():
                attempt.keep(line, files.make(line.division))
        except NewerVersion:
            with transaction.atomic():
                attempt.keep(line, files.make_again(line.division))
    except NO_FILE as refusal:
        attempt.leave_out(line, refusal.phrase, LineState.LEFT_OUT)
    except (Overtaken, *NO_DATABASE):
        raise
    except Exception:
        logger.exception("export run %s, division %s", attempt.run.pk, line.division_id)
        attempt.leave_out(line, BROKEN, LineState.BROKEN)


@dataclass(frozen=True)
class _Read:
    """What is read once for all the divisions: how many versions each has, its livrets."""

    versions: dict[int, int]
    prepared: dict[int, Preparation]


@dataclass(frozen=True)
class _Files:
    """The files of a run, from livrets read once: their cost does not grow with the square of the
    divisions, for the figures of a group need the pupils of the whole diploma."""

    run: ExportRun
    divisions: tuple[Division, ...]
    by: Actor

    def make(self, division: Division) -> Made:
        """Keep the file of one of the divisions. Raises what `keep_file` raises."""
        prepared = self._prepared[division.pk]
        if prepared.refusal:
            raise NothingToExport(prepared.refusal)
        made = self._shared.candidate(prepared, self._options, by=self.by)
        return keep_file(made, known=self._read.versions.get(division.pk, 0), by=self.by)

    def make_again(self, division: Division) -> Made:
        """The same from the livrets as they are now: somebody made a version of it meanwhile."""
        return create_export(division, self._diploma, self._options, by=self.by)

    @property
    def _prepared(self) -> dict[int, Preparation]:
        return self._read.prepared

    @cached_property
    def _read(self) -> "_Read":
        """The versions first: one made after is then known to be newer than the livrets read."""
        run = self.run
        held = versions(run.school_year, run.cfd, by=self.by, divisions=self.divisions)
        found = preparations(run.school_year, self._diploma, by=self.by, divisions=self.divisions)
        return _Read(
            {division: len(made) for division, made in held.items()},
            {prepared.division.pk: prepared for prepared in found},
        )

    @cached_property
    def _diploma(self) -> Diploma:
        cfd, uai = self.run.cfd, self.by.school.uai
        return diplomas([cfd], school=[uai]).get(cfd) or Diploma(cfd=cfd)

    @cached_property
    def _shared(self) -> Shared:
        return shared([(prepared, self._options) for prepared in self._prepared.values()])

    @property
    def _options(self) -> Options:
        return Options(profile_named(self.run.profile), self.run.with_previous_year)
