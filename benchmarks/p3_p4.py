"""P3 and P4: the import of the Registre, small and large, and beside its floor.

P3 reads memory in a process of its own for each file: its peak is that of the whole process.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

import lsl_xml
from benchmarks.data import PUPILS, YEAR, Class, enrol
from benchmarks.instance import analyze
from benchmarks.measuring import Line, Work, interleaved, milliseconds
from benchmarks.p1 import export
from livretpro.lsl_registry.authority import accredit
from livretpro.lsl_registry.jobs import run_import
from livretpro.lsl_registry.models import CHUNK, Import, ImportChunk, Record
from livretpro.lsl_registry.serial import as_data
from livretpro.schools.actors import command_line
from livretpro.schools.models import Division, School, SchoolYear, Student
from livretpro.schools.rules import default_year_bounds

LARGE_UAI = "0990003R"
LARGE = 10_000
GROWTH, MEMORY, RATIO = 1.1, 64, 3.0
APART = (
    "import sys; from benchmarks.instance import join; join(sys.argv[1]);"
    "from benchmarks.p3_p4 import alone; alone(int(sys.argv[2]))"
)


def measure(of: Class) -> Iterator[Line]:
    """Import a class and ten thousand pupils, each in a process; then a class beside its floor."""
    accredit("LIVRETPRO", "LivretPro", dates=(timezone.localdate(), None), by=of.head.author)
    file = bytes(export(of).version.content)
    small = _keep(of.division.school_year.school, "TMELEC.xml", file)
    yield from _p3(small, _large(file))
    yield _p4(of, file)


def _p3(small: Import, large: Import) -> Iterator[Line]:
    analyze()
    few = min((_apart(small) for _ in range(5)), key=lambda told: told["seconds"])
    many = _apart(large)
    per_small, per_large = few["seconds"] / PUPILS, many["seconds"] / LARGE
    growth, more = per_large / per_small, many["memory"] - few["memory"]
    yield Line(
        "P3",
        f"import au registre : {LARGE} élèves en un fichier, temps par élève",
        f"{growth:.2f} × ({milliseconds(per_large)} / {milliseconds(per_small)})",
        f"≤ {GROWTH} ×",
        growth <= GROWTH,
    )
    yield Line(
        "P3",
        "mémoire au plus haut, du grand fichier et du petit",
        f"+ {more:.0f} Mio ({many['memory']:.0f} / {few['memory']:.0f})",
        f"≤ + {MEMORY} Mio",
        more <= MEMORY,
    )


def _apart(of: Import) -> dict[str, float]:
    """Seconds and MiB of an import played by a process of its own."""
    _forget(of.school)
    _again(of)
    told = subprocess.run(  # noqa: S603 (our own interpreter, a number)
        [sys.executable, "-c", APART, connection.settings_dict["NAME"], str(of.pk)],
        env=os.environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


def alone(pk: int) -> None:
    """Import, and tell the seconds it took and the peak of this process."""
    start = time.perf_counter()
    run_import(pk)
    seconds = time.perf_counter() - start
    peak = _peak()
    print(json.dumps({"seconds": seconds, "memory": peak}))


def _peak() -> float:
    """The most memory this process held since it began, in MiB (`ru_maxrss` is also its
    parent's)."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _p4(of: Class, file: bytes) -> Line:
    analyze()
    received = _keep(of.division.school_year.school, "TMELEC.xml", file)

    def again() -> None:
        _forget(received.school)
        _again(received)

    found = interleaved(
        Work(lambda: run_import(received.pk), before=again),
        Work(lambda: _floor(received.school, file), before=lambda: _forget(received.school)),
        warm_up=3,
        rounds=31,
    )
    return Line(
        "P4",
        f"import au registre de {PUPILS} élèves, à côté de son minimum",
        f"{found.ratio:.2f} × ({milliseconds(found.work)} / {milliseconds(found.floor)})",
        f"≤ {RATIO} ×",
        found.ratio <= RATIO,
    )


@transaction.atomic
def _floor(school: School, file: bytes) -> None:
    """Parse, validate, the same rows at once: records, versions, lines."""
    if lsl_xml.validate(file):
        raise AssertionError("the file of the class is not valid")
    pupils = [one.eleve for one in lsl_xml.iter_pupils(file)]
    students = dict(Student.objects.filter(school=school).values_list("siecle_id", "pk"))
    rows = [(students[one.id], json.dumps(as_data(one))) for one in pupils]
    with connection.cursor() as cursor:
        cursor.execute(
            _FLOOR,
            [school.pk, [pk for pk, _ in rows], [text for _, text in rows]],
        )


_FLOOR = """
WITH held AS (
  INSERT INTO lsl_registry_record (school_id, student_id, content, version, state, state_by)
  SELECT %s, student, content::jsonb, 1, 'saisie', ''
    FROM unnest(%s::bigint[], %s::text[]) AS sent (student, content)
  RETURNING id, content
)
INSERT INTO lsl_registry_recordversion (record_id, number, content, author_name, made_at)
SELECT id, 1, content, '', now() FROM held
"""


def _large(file: bytes) -> Import:
    """A school of ten thousand pupils in one division, and the file of the class for them all."""
    school = School.objects.create(uai=LARGE_UAI, name="Lycée sans fin", current_year=YEAR)
    start, end = default_year_bounds(YEAR)
    year = SchoolYear.objects.create(school=school, year=YEAR, start=start, end=end)
    division = Division.objects.create(school_year=year, code="TMELEC")
    enrol(division, range(1, LARGE + 1))
    return _keep(school, "GRAND.xml", _many(file))


def _many(file: bytes) -> bytes:
    """The document of the class, its pupils repeated under other identifiers."""
    document = lsl_xml.read(file)
    eleves = tuple(
        replace(
            document.donnees[number % len(document.donnees)],
            id=number,
            ine=f"{number:09}AA",
        )
        for number in range(1, LARGE + 1)
    )
    entete = replace(document.entete, etablissement=LARGE_UAI)
    return lsl_xml.write(replace(document, entete=entete, donnees=eleves), lsl_xml.Profile.V1_1)


def _keep(school: School, name: str, file: bytes) -> Import:
    by = command_line(school)
    received = Import.objects.create(
        school=school,
        year=YEAR,
        file_name=name,
        sha256=hashlib.sha256(file).hexdigest(),
        size=len(file),
        author_id=by.author.id,
        author_name=by.author.name,
    )
    ImportChunk.objects.bulk_create(_pieces(received, file), batch_size=8)
    return received


def _pieces(received: Import, file: bytes) -> Iterable[ImportChunk]:
    source = BytesIO(file)
    rank = 0
    while data := source.read(CHUNK):
        yield ImportChunk(received=received, rank=rank, data=data)
        rank += 1


def _again(received: Import) -> None:
    """The import as it came."""
    received.lines.all().delete()
    Import.objects.filter(pk=received.pk).update(
        state="en_cours", done=0, total=0, ended_at=None, bilan_day=None, bilan_rank=None
    )


def _forget(school: School) -> None:
    Record.objects.filter(school=school).delete()
