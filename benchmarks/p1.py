"""P1: the XML of one division, from the database to validated bytes kept in the database."""

import itertools
from collections.abc import Iterator

from benchmarks.data import PUPILS, Class
from benchmarks.floor import Floor
from benchmarks.instance import analyze
from benchmarks.measuring import Line, Work, interleaved, milliseconds, queries_of
from livretpro.livrets.models import Livret
from livretpro.lsl_export.actions import Made, Options, create_export
from livretpro.lsl_export.models import ExportVersion

RATIO = 2.0
QUERIES = 12


def measure(of: Class) -> Iterator[Line]:
    """Time the export of a full class beside its floor, then count its queries."""
    analyze()
    floor, numbers = Floor(of), itertools.count(1)
    _check_same_bytes(of, floor)
    found = interleaved(
        Work(lambda: export(of), lambda: change(next(numbers)), forget),
        Work(floor.run, lambda: change(next(numbers)), forget),
    )
    _check_same_bytes(of, floor)
    change(next(numbers))
    queries = queries_of(lambda: export(of))
    yield Line(
        "P1",
        f"un fichier de division : {PUPILS} élèves, 13 compétences, du stockage au stockage",
        f"{found.ratio:.2f} × ({milliseconds(found.work)} / {milliseconds(found.floor)})",
        f"≤ {RATIO} ×",
        found.ratio <= RATIO,
    )
    yield Line("P1", "ses requêtes", str(queries), f"≤ {QUERIES}", queries <= QUERIES)


def export(of: Class) -> Made:
    """Make the file of the class."""
    return create_export(of.division, of.diploma, Options(), by=of.head)


def change(number: int) -> None:
    """Change one livret, so that the next export is a new version."""
    first = Livret.objects.order_by("pk").values("pk")[:1]
    Livret.objects.filter(pk__in=first).update(appreciation=f"Appréciation numéro {number}.")


def forget() -> None:
    """Drop the versions of this round: each one finds the history of the first."""
    ExportVersion.objects.all().delete()


def _check_same_bytes(of: Class, floor: Floor) -> None:
    made = bytes(export(of).version.content)
    forget()
    floor.run()
    forget()
    if made != floor.content:
        raise AssertionError("the floor did not write the bytes of the export")
