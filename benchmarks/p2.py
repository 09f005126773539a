"""P2: a whole school in one zip, beside P1: as many pupils a second, whatever their number."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from benchmarks.data import DIVISIONS, LIVRETS, PUPILS, Class, Whole, full_school
from benchmarks.instance import analyze
from benchmarks.measuring import Line, Work, interleaved
from benchmarks.p1 import export
from livretpro.lsl_export.actions import Options
from livretpro.lsl_export.bundle import hand_out_all
from livretpro.lsl_export.jobs import make_run
from livretpro.lsl_export.models import ExportRun, ExportVersion
from livretpro.lsl_export.queries import visible_versions
from livretpro.lsl_export.runs import start_run

RATIO = 0.9
WARM_UP, ROUNDS = 2, 15


def measure(of: Class) -> Iterator[Line]:
    """Time the run of thirty divisions and its zip beside the file of the class of P1."""
    school = _School(full_school())
    analyze()
    _check_whole(school)
    found = interleaved(
        Work(school.archive, after=_forget),
        Work(lambda: export(of), after=_forget),
        warm_up=WARM_UP,
        rounds=ROUNDS,
    )
    ratio = LIVRETS / PUPILS / found.ratio
    whole, alone = LIVRETS / found.work, PUPILS / found.floor
    yield Line(
        "P2",
        f"un lycée en une archive : {LIVRETS} livrets, {DIVISIONS} divisions, demandé puis remis",
        f"{ratio:.2f} × ({whole:.0f} / {alone:.0f} élèves par seconde)",
        f"≥ {RATIO} ×",
        ratio >= RATIO,
    )


@dataclass(frozen=True)
class _School:
    """A school to take away whole."""

    whole: Whole

    def archive(self) -> bytes:
        """What a head gets: asked for, made by the job, handed out."""
        of = self.whole
        run = start_run(of.divisions, of.diploma, Options(), by=of.head)
        make_run(run.pk, on=timezone.localdate())
        made = run.lines.values_list("version", flat=True)
        versions = visible_versions(made, of.diploma.cfd, by=of.head)
        return hand_out_all(versions, by=of.head)


def _check_whole(school: _School) -> None:
    with zipfile.ZipFile(io.BytesIO(school.archive())) as held:
        files = [held.read(name) for name in held.namelist() if name.endswith(".xml")]
    pupils = sum(content.count(b"<eleve ") for content in files)
    if (len(files), pupils) != (DIVISIONS, LIVRETS):
        raise AssertionError(f"the archive holds {pupils} pupils in {len(files)} files")
    _forget()


def _forget() -> None:
    """Drop what this round made and queued."""
    ExportRun.objects.all().delete()
    ExportVersion.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
