"""P3 and P4: the import of the Registre, small and large, and beside its floor.

P3 reads memory in a process of its own for each file: its peak is that of the whole process.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

import lsl_xml
from benchmarks.data import PUPILS, YEAR, Class, enrol
from benchmarks.instance import analyze
from benchmarks.measuring import Line, Work, interleaved, milliseconds
from benchmarks.p1 import export
from livretpro.journal.models import ChainHead, Entry, EntryValues
from livretpro.lsl_registry.authority import accredit
from livretpro.lsl_registry.jobs import run_import
from livretpro.lsl_registry.models import (
    CHUNK,
    Import,
    ImportChunk,
    ImportLine,
    Record,
    RecordVersion,
)
from livretpro.lsl_registry.serial import as_data
from livretpro.schools.actors import command_line
from livretpro.schools.models import Division, School, SchoolYear
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

    _check_same_rows(received, again, file)
    found = interleaved(
        Work(lambda: run_import(received.pk), before=again),
        Work(lambda: _floor(received, file), before=again),
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


def _check_same_rows(received: Import, again: Callable[[], None], file: bytes) -> None:
    """The floor leaves as many rows as the import, table by table."""
    made = []
    runs: tuple[Callable[[], None], ...] = (
        lambda: run_import(received.pk),
        lambda: _floor(received, file),
    )
    for run in runs:
        again()
        before = _counts()
        run()
        made.append({table: count - before[table] for table, count in _counts().items()})
    if made[0] != made[1] or not made[0]["RecordVersion"]:
        raise AssertionError(f"the floor did not keep the rows of the import: {made}")


def _counts() -> dict[str, int]:
    held = (Record, RecordVersion, ImportLine, Entry, EntryValues, ChainHead)
    return {one.__name__: one.objects.count() for one in held}


@transaction.atomic
def _floor(received: Import, file: bytes) -> None:
    """Parse, validate, the same rows at once: records, versions, lines, journal, end of the
    import."""
    if lsl_xml.validate(file):
        raise AssertionError("the file of the class is not valid")
    pupils = [one.eleve for one in lsl_xml.iter_pupils(file)]
    contents = [json.dumps(as_data(one)) for one in pupils]
    rows: dict[str, Any] = {
        "import": received.pk,
        "school": received.school_id,
        "uai": received.school.uai,
        "name": received.file_name,
        "id": received.author_id,
        "author": received.author_name,
        "count": len(pupils),
        "ids": [one.id for one in pupils],
        "contents": contents,
        "seal": received.sha256,
        "salt": received.sha256[:32],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FLOOR, rows)


_FLOOR = """
WITH sent AS (
  SELECT rank, student.id AS student, siecle_id, ine, last_name, first_name, content::jsonb
    FROM unnest(%(ids)s::bigint[], %(contents)s::text[]) WITH ORDINALITY
         AS sent (eleve, content, rank)
    JOIN schools_student AS student ON student.school_id = %(school)s AND siecle_id = eleve
), held AS (
  INSERT INTO lsl_registry_record (school_id, student_id, content, version, state, state_by)
  SELECT %(school)s, student, content, 1, 'saisie', '' FROM sent RETURNING id, content
), told AS (
  INSERT INTO lsl_registry_recordversion
    (record_id, number, content, received_id, author_name, made_at)
  SELECT id, 1, content, %(import)s, %(author)s, now() FROM held
), lined AS (
  INSERT INTO lsl_registry_importline
    (received_id, rank, eleve_id, student_id, ine, last_name, first_name, division, mef, years,
     status, findings, created, overwritten, unchanged)
  SELECT %(import)s, rank, siecle_id, student, ine, last_name, first_name, 'TMELEC', '2472552033',
         '2025', 'IMPORTE', '[]', 1, 0, 0
    FROM sent
), ended AS (
  UPDATE lsl_registry_import
     SET state = 'termine', done = %(count)s, total = %(count)s, ended_at = now(),
         bilan_day = current_date,
         bilan_rank = (SELECT coalesce(max(bilan_rank), 0) + 1 FROM lsl_registry_import
                        WHERE school_id = %(school)s AND bilan_day = current_date)
   WHERE id = %(import)s
), moved AS (
  INSERT INTO journal_chainhead AS head (school_uai, count, mac, seal)
  VALUES (%(uai)s, %(count)s + 1, %(seal)s, %(seal)s)
  ON CONFLICT (school_uai) DO UPDATE SET count = head.count + %(count)s + 1, mac = %(seal)s
  RETURNING count
), entered AS (
  INSERT INTO journal_entry
    (at, rank, school_uai, author_id, author_name, action, kind, key, field, request_id,
     before_digest, after_digest, mac)
  SELECT now(), moved.count - %(count)s - 1 + said.rank, %(uai)s, %(id)s, %(author)s, 'importe',
         said.kind, said.key, %(name)s, '', '', %(seal)s, %(seal)s
    FROM moved, (
      SELECT rank, 'dossier_lsl' AS kind, siecle_id::text AS key FROM sent
      UNION ALL SELECT %(count)s + 1, 'import_lsl', %(import)s::text
    ) AS said
  RETURNING id
)
INSERT INTO journal_entryvalues (entry_id, salt, before, after)
SELECT id, %(salt)s, '', '1 créées, 0 remplacées' FROM entered
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
