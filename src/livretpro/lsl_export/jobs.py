"""The background half of an export of several divisions, one transaction a division.

A job may be given to another worker while the first one only slept (spec 08). Each attempt at a run
takes the next number; what it writes asks that this number still stand, in the transaction that
keeps the version: a file made by who was overtaken is taken back, numbers have no hole.
"""

import logging
from dataclasses import dataclass
from datetime import date

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from livretpro.journal.actions import Author
from livretpro.lsl_export.actions import (
    Made,
    NothingToExport,
    WouldBeRefused,
    create_export,
)
from livretpro.lsl_export.mapping import NoCode
from livretpro.lsl_export.models import ExportRun, ExportRunLine, LineState, RunState
from livretpro.lsl_export.profiles import Options, profile_named
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


class Overtaken(Exception):
    """Another attempt took the run over: this one writes nothing."""


@dataclass(frozen=True)
class Attempt:
    """One attempt at a run; its number is the fence."""

    run: ExportRun
    number: int

    def keep(self, line: ExportRunLine, made: Made) -> None:
        """The division has a file. Raises `Overtaken`."""
        state = LineState.MADE if made.fresh else LineState.SAME
        self._judge(line, state=state, version=made.version)

    def leave_out(self, line: ExportRunLine, reason: str, state: LineState) -> None:
        """The division has none, and why. Raises `Overtaken`."""
        self._judge(line, state=state, reason=reason)

    def end(self, state: RunState) -> None:
        """Nothing is left to do. Raises `Overtaken`."""
        self._update(state=state)

    @transaction.atomic
    def _judge(self, line: ExportRunLine, **columns: object) -> None:
        """Holds the run's row until the end of the transaction: nobody overtakes meanwhile."""
        self._update(done=F("done") + 1)
        ExportRunLine.objects.filter(pk=line.pk).update(**columns)

    def _update(self, **columns: object) -> None:
        mine = ExportRun.objects.filter(pk=self.run.pk, state=RunState.RUNNING, attempt=self.number)
        if not mine.update(**columns):
            raise Overtaken


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
    with transaction.atomic():
        running = ExportRun.objects.filter(pk=run_id, state=RunState.RUNNING)
        if not running.update(attempt=F("attempt") + 1):
            return None
        run = ExportRun.objects.select_related("school_year__school").get(pk=run_id)
    return Attempt(run, run.attempt)


def _make(attempt: Attempt, on: date) -> None:
    run, school = attempt.run, attempt.run.school_year.school
    actor = actor_again(Author(run.author_id, run.author_name), school, on=on)
    if actor is None or not actor.is_head:
        attempt.end(RunState.REFUSED)
        return
    known = diplomas([run.cfd], school=[school.uai])
    diploma = known.get(run.cfd) or Diploma(cfd=run.cfd)
    lines = run.lines.filter(state=LineState.WAITING).select_related("division__school_year")
    for line in lines.order_by("division__code"):
        _one(attempt, line, diploma, by=actor)
    attempt.end(RunState.DONE)


def _one(attempt: Attempt, line: ExportRunLine, diploma: Diploma, *, by: Actor) -> None:
    """One division; a bug there is told and keeps no other from its file."""
    try:
        with transaction.atomic():
            attempt.keep(line, _file(attempt.run, line.division, diploma, by=by))
    except NO_FILE as refusal:
        attempt.leave_out(line, refusal.phrase, LineState.LEFT_OUT)
    except (Overtaken, *NO_DATABASE):
        raise
    except Exception:
        logger.exception("export run %s, division %s", attempt.run.pk, line.division_id)
        attempt.leave_out(line, BROKEN, LineState.BROKEN)


def _file(run: ExportRun, division: Division, diploma: Diploma, *, by: Actor) -> Made:
    options = Options(profile_named(run.profile), run.with_previous_year)
    return create_export(division, diploma, options, by=by)
