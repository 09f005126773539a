"""The background half of an import: one transaction a division, fenced, resumed where it stopped.

Each attempt is fenced by its number (`livretpro.fencing`), in the transaction of the division.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from cpro_client import Client, CproError, NotPublished, Unreachable
from livretpro.bulletins import remote as cpro
from livretpro.bulletins.importing import Changed, Outcome, PeriodClosed, SetAside, import_division
from livretpro.bulletins.models import (
    BatchState,
    DivisionState,
    ImportBatch,
    ImportLine,
    Period,
)
from livretpro.bulletins.permissions import can_import
from livretpro.bulletins.plan import RemotePupil
from livretpro.bulletins.queries.facts import Checked, check_divisions
from livretpro.bulletins.queries.periods import periods_by_division
from livretpro.bulletins.refusals import ImportNotAllowed
from livretpro.bulletins.remote import Remote
from livretpro.bulletins.telling import change, tell
from livretpro.fencing import Overtaken, hold, next_attempt
from livretpro.journal.actions import Author
from livretpro.schools.actors import Actor, actor_again

NO_DATABASE = (OperationalError, InterfaceError)
TRIES = 3
WAITING = (DivisionState.WAITING, DivisionState.READING)
TOLD = (CproError, PeriodClosed, Changed, SetAside, IntegrityError)
"""Why a division is left as it was, told to the person; the last one: somebody wrote meanwhile."""
BROKEN = (
    "Une erreur de LivretPro a empêché d’importer cette division : signalez-la à la personne qui "
    "s’occupe de cette instance. Rien n’a été écrit."
)
PERIODS_CHANGED = "Les périodes viennent de changer ici : vérifiez les prérequis, puis recommencez."
BUSY = "Cette division est modifiée en ce moment : relancez l’import pour elle."
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """One attempt at an import."""

    batch: ImportBatch

    def judge(self, line: ImportLine, **columns: object) -> None:
        """The division has its outcome. Holds the batch's row until the end of the transaction:
        nobody overtakes meanwhile. Raises `Overtaken`."""
        with transaction.atomic():
            hold(self.batch, done=F("done") + 1)
            ImportLine.objects.filter(pk=line.pk).update(**columns)

    def reads(self, line: ImportLine) -> None:
        """CPRO is asked for this division. Raises `Overtaken`."""
        with transaction.atomic():
            hold(self.batch, done=F("done"))
            ImportLine.objects.filter(pk=line.pk).update(state=DivisionState.READING)

    def end(self, state: BatchState, failure: str = "") -> None:
        """Nothing is left to do. Raises `Overtaken`."""
        hold(self.batch, state=state, failure=failure, ended_at=timezone.now())

    def give_up(self, phrase: str) -> None:
        """No division can be imported any more. Refused as a whole when none was yet; else what was
        written stands, to be seen and undone, and the others are told apart. Raises `Overtaken`."""
        with transaction.atomic():
            hold(self.batch, done=F("done"))
            if not self.batch.lines.filter(state=DivisionState.DONE).exists():
                self.end(BatchState.REFUSED, phrase)
                return
            waiting = self.batch.lines.filter(state__in=WAITING)
            waiting.update(state=DivisionState.FAILED, reason=phrase)
            hold(self.batch, done=F("total"))
            self.end(BatchState.DONE)


def run_import(batch_id: int, *, on: date) -> None:
    """Import the divisions that the batch still lacks, as who asked for them, at the date `on`.

    A lost database leaves the rest to the next attempt.
    """
    attempt = take(batch_id)
    if attempt is None:
        return
    try:
        _run(attempt, on)
    except Overtaken:
        return


def take(batch_id: int) -> Attempt | None:
    """The next attempt, none once the import is over."""
    batches = ImportBatch.objects.select_related("school_year__school")
    batch = next_attempt(batches, batch_id, BatchState.RUNNING)
    return Attempt(batch) if batch else None


@dataclass
class _Session:
    """What the divisions of an attempt share; `silent` once CPRO has stopped answering."""

    attempt: Attempt
    actor: Actor
    client: Client
    remote: Remote
    silent: bool = False


def _run(attempt: Attempt, on: date) -> None:
    batch = attempt.batch
    actor = actor_again(Author(batch.author_id, batch.author_name), batch.school_year.school, on=on)
    if actor is None or not can_import(actor):
        attempt.give_up(ImportNotAllowed.phrase)
        return
    try:
        client = cpro.client_of(batch.school_year.school, cpro.PATIENT)
        remote = cpro.divisions_told(client, batch.school_year)
    except cpro.FAILURES as failure:
        attempt.give_up(failure.phrase)
        return
    _divisions(_Session(attempt, actor, client, remote))
    attempt.end(BatchState.DONE)


def _divisions(session: _Session) -> None:
    batch = session.attempt.batch
    waiting = batch.lines.filter(state__in=WAITING)
    lines = list(waiting.select_related("division__school_year").order_by("division__code"))
    divisions = [line.division for line in lines]
    checked = {
        one.division.pk: one
        for one in check_divisions(
            batch.school_year, divisions, batch.number, session.remote, by=session.actor
        )
    }
    periods = periods_by_division(batch.school_year, divisions)
    for line in lines:
        line.batch = batch
        held = {period.number: period for period in periods[line.division_id]}
        _one(session, line, checked[line.division_id], held.get(batch.number))


def _one(session: _Session, line: ImportLine, checked: Checked, period: Period | None) -> None:
    """One division; a failure there is told and keeps no other from its import."""
    attempt = session.attempt
    if checked.blocking or period is None:
        reason = " ".join(found.phrase for found in checked.blocking) or PERIODS_CHANGED
        attempt.judge(line, state=DivisionState.BLOCKED, reason=reason)
        return
    try:
        attempt.reads(line)
        _imported(session, line, period, _sent(session, line))
    except (Overtaken, *NO_DATABASE):
        raise
    except TOLD as refusal:
        _leave_out(session, line, refusal)
    except Exception:
        logger.exception("import %s, division %s", attempt.batch.pk, line.division_id)
        attempt.judge(line, state=DivisionState.FAILED, reason=BROKEN)


def _leave_out(session: _Session, line: ImportLine, refusal: Exception) -> None:
    if isinstance(refusal, Unreachable):
        session.silent = True
    blocked = isinstance(refusal, NotPublished)
    state = DivisionState.BLOCKED if blocked else DivisionState.FAILED
    session.attempt.judge(line, state=state, reason=getattr(refusal, "phrase", BUSY))


def _sent(session: _Session, line: ImportLine) -> list[RemotePupil]:
    """What CPRO sends of the division. Once it stopped answering, each division asks it once."""
    client = session.client
    if session.silent:
        client = cpro.client_of(session.actor.school, cpro.QUICK)
    found = cpro.pupils(client.bilans(line.division.code, session.attempt.batch.number))
    session.silent = False
    return found


def _imported(
    session: _Session, line: ImportLine, period: Period, sent: list[RemotePupil]
) -> Outcome:
    """Written and judged together; when somebody wrote the same value meanwhile, planned again."""
    write = partial(_write, session, line, period, sent, timezone.now())
    for _ in range(TRIES - 1):
        try:
            return write()
        except IntegrityError:
            continue
    return write()


@transaction.atomic
def _write(
    session: _Session, line: ImportLine, period: Period, sent: list[RemotePupil], now: datetime
) -> Outcome:
    attempt, actor = session.attempt, session.actor
    hold(attempt.batch, done=F("done") + 1)
    outcome = import_division(line, period, sent, now=now, by=actor)
    ImportLine.objects.filter(pk=line.pk).update(
        state=DivisionState.DONE,
        period=period,
        report=outcome.report(),
        service=outcome.service,
        made_service=outcome.fresh,
    )
    if not attempt.batch.dry_run:
        report = outcome.report()
        words = f"{report['crees']} créées, {report['modifies']} modifiées"
        key = f"{attempt.batch.pk}"
        tell(actor, change("importe", "import_cpro", key, str(line.division), after=words))
    return outcome
