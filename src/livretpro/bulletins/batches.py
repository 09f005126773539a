"""Imports of CPRO data: asked for, found again, undone (spec 06, Import)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from procrastinate.exceptions import AlreadyEnqueued

from livretpro.bulletins import storing, tasks
from livretpro.bulletins.models import (
    Appraisal,
    Assessment,
    BatchState,
    Degree,
    DivisionState,
    ImportBatch,
    ImportedValue,
    ImportLine,
    Period,
    Service,
    TeacherGrade,
    ValueKind,
)
from livretpro.bulletins.refusals import BadChoice, allow_import
from livretpro.bulletins.storing import Place
from livretpro.bulletins.telling import change, tell
from livretpro.bulletins.words import PERIOD_NUMBERS
from livretpro.journal.actions import Change
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, SchoolYear

KEPT_IN_SIGHT = 10


@dataclass(frozen=True)
class Asked:
    """An import as a person asks for it: the number of the period, and two choices."""

    number: int
    dry_run: bool = False
    replaces: bool = False


def start_import(
    year: SchoolYear,
    divisions: Collection[Division],
    asked: Asked,
    *,
    by: Actor,
    defer: bool = True,
) -> ImportBatch:
    """Ask for an import, in a transaction of its own; the job belongs to it (not to `defer` is to
    run it oneself).

    Asked twice, it is the same import while it lasts; another one meanwhile is refused. Either way
    the job of the one that lasts is asked for once more: one whose command was killed still ends.
    Raises `ImportNotAllowed` and `BadChoice`.
    """
    allow_import(by)
    if asked.number not in PERIOD_NUMBERS:
        raise BadChoice(f"Il n’y a pas de période n° {asked.number} : choisissez 1, 2 ou 3.")
    if not divisions:
        raise BadChoice("Choisissez au moins une division à importer.")
    batch = _asked_for(year, {division.pk for division in divisions}, asked, by, defer=defer)
    if batch is None:
        raise BadChoice("Un autre import est en cours : attendez qu’il se termine.")
    return batch


@transaction.atomic
def _asked_for(
    year: SchoolYear, wanted: set[int], asked: Asked, by: Actor, *, defer: bool
) -> ImportBatch | None:
    """The import, None when another one lasts: told by the caller, for the job of that one to be
    committed."""
    running = _running(year, by)
    if running:
        _defer(running)
        return running if _is_same(running, wanted, asked) else None
    batch = ImportBatch.objects.create(
        school_year=year,
        number=asked.number,
        dry_run=asked.dry_run,
        replaces=asked.replaces,
        total=len(wanted),
        author_id=by.author.id,
        author_name=by.author.name,
    )
    ImportLine.objects.bulk_create(ImportLine(batch=batch, division_id=pk) for pk in sorted(wanted))
    if defer:
        _defer(batch)
    return batch


def _running(year: SchoolYear, by: Actor) -> ImportBatch | None:
    """The import that lasts; nobody starts or undoes one until the end of the transaction."""
    SchoolYear.objects.select_for_update(no_key=True).get(pk=year.pk, school=by.school)
    return ImportBatch.objects.filter(school_year=year, state=BatchState.RUNNING).first()


def _is_same(running: ImportBatch, wanted: set[int], asked: Asked) -> bool:
    held = Asked(running.number, dry_run=running.dry_run, replaces=running.replaces)
    return held == asked and set(running.lines.values_list("division", flat=True)) == wanted


def _defer(batch: ImportBatch) -> None:
    """One waiting job an import at most."""
    job = tasks.import_cpro.configure(
        lock=f"cpro:{batch.school_year_id}", queueing_lock=f"cpro:{batch.pk}"
    )
    try:
        with transaction.atomic():
            job.defer(batch_id=batch.pk)
    except AlreadyEnqueued:
        return


@dataclass(frozen=True)
class BatchSeen:
    """An import and what became of each division, by code."""

    batch: ImportBatch
    lines: tuple[ImportLine, ...]

    def in_state(self, *states: DivisionState) -> list[ImportLine]:
        """The divisions in one of these states."""
        return [line for line in self.lines if line.state in states]


def batch_of(pk: int, *, by: Actor) -> ImportBatch | None:
    """An import of the school, for its head and DDFPT alone: one query."""
    own = ImportBatch.objects.visible_to(by).filter(pk=pk)
    return own.select_related("school_year__school").first()


def batch_seen(batch: ImportBatch) -> BatchSeen:
    """What became of each division: one query."""
    lines = batch.lines.select_related("division", "service__subject")
    return BatchSeen(batch, tuple(lines.order_by("division__code")))


def latest_batches(year: SchoolYear, *, by: Actor) -> Sequence[ImportBatch]:
    """The last imports of a year, newest first: one query."""
    own = ImportBatch.objects.visible_to(by).filter(school_year=year)
    return list(own.order_by("-pk")[:KEPT_IN_SIGHT])


def last_to_undo(year: SchoolYear, *, by: Actor) -> ImportBatch | None:
    """The last import that stands and wrote something: one query."""
    own = ImportBatch.objects.visible_to(by).filter(
        Exists(ImportedValue.objects.filter(line__batch=OuterRef("pk"))),
        school_year=year,
        state=BatchState.DONE,
        dry_run=False,
    )
    return own.order_by("-pk").first()


@dataclass(frozen=True)
class Undone:
    """What an undo did: values put back, values changed since and left, services that went."""

    batch: ImportBatch
    restored: int
    left: int
    services: int

    @property
    def words(self) -> str:
        """`3 valeurs remises comme avant`."""
        plural = "s" if self.restored > 1 else ""
        return f"{self.restored} valeur{plural} remise{plural} comme avant"

    @property
    def left_words(self) -> str:
        """`1 valeur modifiée depuis est laissée`."""
        plural, verb = ("s", "sont") if self.left > 1 else ("", "est")
        return f"{self.left} valeur{plural} modifiée{plural} depuis {verb} laissée{plural}"


def undo_last(year: SchoolYear, *, now: datetime, by: Actor, expected: int | None = None) -> Undone:
    """Undo the last import of the year, in a transaction of its own: what stood before stands
    again, a value edited since is left, a service that the import made and that holds nothing goes.

    `expected`: the import that the person saw. While one lasts nothing is undone, and its job is
    asked for once more, as `start_import` does. Raises `ImportNotAllowed` and `BadChoice`.
    """
    allow_import(by)
    undone = _undone(year, now, by, expected)
    if undone is None:
        raise BadChoice("Un import est en cours : attendez qu’il se termine.")
    return undone


@transaction.atomic
def _undone(year: SchoolYear, now: datetime, by: Actor, expected: int | None) -> Undone | None:
    running = _running(year, by)
    if running:
        _defer(running)
        return None
    batch = last_to_undo(year, by=by)
    if batch is None or expected not in {None, batch.pk}:
        raise BadChoice("Cet import n’est plus le dernier : il n’y a rien à annuler.")
    _refuse_closed(batch)
    lines = batch.lines.filter(state=DivisionState.DONE).select_related("period", "division")
    written = ImportedValue.objects.filter(line__batch=batch).values("service")
    storing.lock_services(Q(pk__in=written))
    counts = [_undo_line(line, batch, by) for line in lines.order_by("division__code")]
    gone = sum(_remove_empty(line) for line in lines)
    batch.state, batch.undone_at, batch.undone_by = BatchState.UNDONE, now, by.author.name
    batch.save(update_fields=["state", "undone_at", "undone_by"])
    restored, left = (sum(pair[rank] for pair in counts) for rank in (0, 1))
    words = f"{restored} valeurs remises, {left} laissées"
    tell(by, change("annule", "import_cpro", batch.pk, f"période {batch.number}", after=words))
    return Undone(batch, restored, left, gone)


def _refuse_closed(batch: ImportBatch) -> None:
    used = batch.lines.filter(state=DivisionState.DONE).values("period")
    periods = Period.objects.select_for_update(no_key=True).filter(pk__in=used)
    closed = [period for period in periods.order_by("pk") if period.is_closed]
    if closed:
        raise BadChoice(f"Le {closed[0]} est clôturé : rouvrez-le avant d’annuler l’import.")


def _undo_line(line: ImportLine, batch: ImportBatch, by: Actor) -> tuple[int, int]:
    """Values put back and left, service by service."""
    values = ImportedValue.objects.filter(line=line).select_related("service__subject", "item")
    by_service: dict[Service, list[ImportedValue]] = {}
    for value in values.order_by("pk"):
        by_service.setdefault(value.service, []).append(value)
    restored = left = 0
    for service, own in by_service.items():
        if line.period is None:
            continue
        done = storing.put_back(own, Place(service, line.period), batch)
        tell(by, *(_put_back_told(move, line.period, service) for move in done.moves))
        restored, left = restored + len(done.moves), left + done.left
    return restored, left


def _put_back_told(move: storing.Move, period: Period, service: Service) -> Change:
    kind = ValueKind(move.value.kind)
    word = move.value.item.cpro_code if move.value.item else kind.label
    key = f"{move.value.student_id}:{period.pk}"
    words = {"before": move.now, "after": move.again}
    return change("annule", "bulletin", key, f"{word}, {service.name}", **words)


def _remove_empty(line: ImportLine) -> int:
    """Remove the service that an import made for this division, once it holds nothing and no
    import that stands would put something back there."""
    held = Service.objects.filter(division=line.division, generated_by_import=True).first()
    if held is None or any(
        model.objects.filter(service=held).exists()
        for model in (TeacherGrade, Degree, Appraisal, Assessment)
    ):
        return 0
    others = ImportedValue.objects.filter(service=held).exclude(line__batch=line.batch_id)
    if others.exclude(line__batch__state=BatchState.UNDONE).exists():
        return 0
    ImportedValue.objects.filter(service=held).delete()
    held.delete()
    return 1
