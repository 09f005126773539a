"""Several divisions exported at once: asking for it, and finding it again (spec 10, long work)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.lsl_export import tasks
from livretpro.lsl_export.actions import Forbidden, NothingToExport
from livretpro.lsl_export.models import ExportRun, ExportRunLine, LineState, RunState
from livretpro.lsl_export.profiles import Options, profile_named
from livretpro.lsl_export.queries import latest_alike, versions
from livretpro.referentiels.models import Diploma
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, SchoolYear

KEPT_IN_SIGHT = 10


@transaction.atomic
def start_run(
    divisions: Collection[Division], diploma: Diploma, options: Options, *, by: Actor
) -> ExportRun:
    """Ask for the files of these divisions of one year; the job belongs to the transaction.

    Asked twice, it is the same run while it lasts. Raises `Forbidden` and `NothingToExport`.
    """
    if not by.is_head:
        raise Forbidden
    if not divisions:
        raise NothingToExport("Choisissez au moins une division à exporter.")
    year = next(iter(divisions)).school_year
    SchoolYear.objects.select_for_update(no_key=True).get(pk=year.pk)
    asked = {division.pk for division in divisions}
    return _running(year, diploma, options, asked) or _start(divisions, diploma, options, by=by)


def _running(
    year: SchoolYear, diploma: Diploma, options: Options, asked: Collection[int]
) -> ExportRun | None:
    alike = ExportRun.objects.filter(
        school_year=year,
        cfd=diploma.cfd,
        state=RunState.RUNNING,
        profile=options.profile.value,
        with_previous_year=options.with_previous_year,
    ).prefetch_related("lines")
    return next((r for r in alike if {n.division_id for n in r.lines.all()} == asked), None)


def _start(
    divisions: Collection[Division], diploma: Diploma, options: Options, *, by: Actor
) -> ExportRun:
    run = ExportRun.objects.create(
        school_year=next(iter(divisions)).school_year,
        cfd=diploma.cfd,
        profile=options.profile.value,
        with_previous_year=options.with_previous_year,
        total=len(divisions),
        author_id=by.author.id,
        author_name=by.author.name,
    )
    ExportRunLine.objects.bulk_create(
        ExportRunLine(run=run, division=division) for division in divisions
    )
    tasks.make_files.configure(lock=f"export:{by.school.pk}").defer(run_id=run.pk)
    return run


@transaction.atomic
def stop_run(run: ExportRun, *, by: Actor) -> bool:
    """Stop a run: the division at work is not kept, the others are not begun, what is made stays.

    Says whether there was something to stop. Raises `Forbidden`.
    """
    if not by.is_head:
        raise Forbidden
    running = ExportRun.objects.filter(pk=run.pk, state=RunState.RUNNING)
    if not running.update(state=RunState.STOPPED):
        return False
    change = journal.Change("arrete", "export", "", f"{run.total} divisions, {run.cfd}")
    journal.record([change], school_uai=by.school.uai, by=by.author)
    return True


@dataclass(frozen=True)
class RunSeen:
    """A run and what became of each division, by code."""

    run: ExportRun
    lines: tuple[ExportRunLine, ...]

    @property
    def made(self) -> list[ExportRunLine]:
        """Those that have a file, new or the same as before."""
        return [line for line in self.lines if line.version_id is not None]

    @property
    def left_out(self) -> list[ExportRunLine]:
        """Those judged that have none."""
        return [line for line in self.lines if line.reason]

    @property
    def waiting(self) -> list[ExportRunLine]:
        """Those not judged yet."""
        return [line for line in self.lines if line.state == LineState.WAITING]


def newer_versions(seen: RunSeen, year: SchoolYear, *, by: Actor) -> dict[int, int]:
    """By version of a run of the year, the number of the one that replaces it: one query."""
    run = seen.run
    held = versions(year, run.cfd, by=by)
    options = Options(profile_named(run.profile), run.with_previous_year)
    found: dict[int, int] = {}
    for line in seen.made:
        last = latest_alike(held.get(line.division_id, ()), options)
        if line.version and last and last.number > line.version.number:
            found[line.version.pk] = last.number
    return found


def run_of(pk: int, cfd: str, year: SchoolYear, *, by: Actor) -> ExportRun | None:
    """A run of the diploma and year, for the head and DDFPT alone: one query."""
    own = ExportRun.objects.visible_to(by).filter(pk=pk, cfd=cfd, school_year=year)
    return own.first()


def run_seen(run: ExportRun) -> RunSeen:
    """What became of each division: one query."""
    lines = run.lines.select_related("division", "version").defer("version__content")
    return RunSeen(run, tuple(lines.order_by("division__code")))


def latest_runs(year: SchoolYear, cfd: str, *, by: Actor) -> Sequence[ExportRun]:
    """The last runs of a diploma, newest first: one query."""
    own = ExportRun.objects.visible_to(by).filter(school_year=year, cfd=cfd)
    return list(own.order_by("-pk")[:KEPT_IN_SIGHT])


def remembered_run(pk: int, *, by: Actor) -> ExportRun | None:
    """A run of the school that somebody asked for, in any year: one query."""
    own = ExportRun.objects.visible_to(by).filter(pk=pk)
    return own.select_related("school_year__school").first()
