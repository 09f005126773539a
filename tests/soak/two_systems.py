"""Suivi and Bulletins as two processes on two databases: an import over HTTP, Suivi cut meanwhile.

Bulletins is served by nobody here: its command line imports, as an operator's script would.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from livretpro.demo.structure import UAI
from soak.alone import alone
from soak.instance import WEB, Instance
from soak.measure import Measure, Task

DIVISIONS = ("TAGO1", "TCIEL1")
PARTNER = "Bulletins d’ailleurs"
PREPARE = """
import sys, django
django.setup()
from django.utils import timezone
from livretpro.bulletins.actions.connection import save_connection
from livretpro.demo.bulletins import make_bulletins
from livretpro.schools.actors import command_line
from livretpro.schools.models import School
by = command_line(School.objects.get())
make_bulletins(by=by)
save_connection(*sys.argv[1:], now=timezone.now(), by=by)
"""
OF_LIVRETS = """
JOIN livrets_livret l ON l.id = v.livret_id JOIN schools_student s ON s.id = l.student_id
JOIN schools_enrolment e ON e.student_id = s.id AND e.school_year_id = l.school_year_id
JOIN schools_division d ON d.id = e.division_id
WHERE d.code = ANY(%s) AND v.number = 1 AND e.start < %s AND (e."end" IS NULL OR e."end" > %s)
  AND NOT EXISTS (
    SELECT FROM schools_enrolment later
     WHERE later.student_id = e.student_id AND later.school_year_id = e.school_year_id
       AND later.start < %s AND (later.start, later.id) > (e.start, e.id)
  )
"""
"""Where each pupil of the period was last: its last day, its first one, its last one."""
DECIDED = (
    (
        "SELECT d.code, s.siecle_id, 'note', v.average::text FROM livrets_periodbilan v"
        f"{OF_LIVRETS} AND (v.average IS NOT NULL OR v.not_graded)"
    ),
    (
        "SELECT d.code, s.siecle_id, 'appréciation', v.appraisal FROM livrets_periodbilan v"
        f"{OF_LIVRETS} AND v.appraisal <> ''"
    ),
    (
        "SELECT d.code, s.siecle_id, c.code, v.value::text FROM livrets_perioddegree v"
        f" JOIN referentiels_competence c ON c.id = v.competence_id {OF_LIVRETS}"
    ),
)
"""What the team decided in Suivi: division, pupil, what, value."""
OF_SERVICES = """
JOIN schools_student s ON s.id = v.student_id
JOIN bulletins_service b ON b.id = v.service_id JOIN schools_division d ON d.id = b.division_id
WHERE d.code = ANY(%s) AND v.source = 'cpro'
"""
SHOWN = (
    f"SELECT d.code, s.siecle_id, 'note', v.value::text FROM bulletins_teachergrade v{OF_SERVICES}",
    f"SELECT d.code, s.siecle_id, 'appréciation', v.text FROM bulletins_appraisal v{OF_SERVICES}",
    (
        "SELECT d.code, s.siecle_id, i.cpro_code, v.value::text FROM bulletins_degree v"
        f" JOIN bulletins_frameitem i ON i.id = v.item_id {OF_SERVICES}"
    ),
)
"""What Bulletins shows of it."""

FIRST_PERIOD = (
    "SELECT p.start, p.end FROM bulletins_period p"
    " JOIN schools_schoolyear y ON y.id = p.school_year_id"
    " JOIN schools_school s ON s.id = y.school_id AND s.current_year = y.year"
    " WHERE p.number = 1 AND p.division_id IS NULL"
)

Values = dict[str, set[tuple[int, str, str | None]]]


def play(task: Task) -> Measure:
    """Import and compare; then, `count` times, undo, import again and cut Suivi meanwhile; then
    revoke the access and import."""
    suivi = task.instance
    with _bulletins(suivi) as bulletins:
        ((first, last),) = bulletins.rows(FIRST_PERIOD)
        decided = _values(suivi, DECIDED, last, first, last)
        begun = time.monotonic()
        faults = _import(bulletins).stderr.splitlines()
        whole = time.monotonic() - begun
        if _values(bulletins, SHOWN) != decided:
            faults.append("ce que montre Bulletins n’est pas ce que Suivi a décidé")
        cut = 0
        for _ in range(task.count):
            bulletins.command("bulletins", "undo", "--uai", UAI)
            was_cut, found = _cut(bulletins, task, decided, within=whole)
            cut, faults = cut + was_cut, faults + found
        faults += _revoked(bulletins, suivi)
    measured = f"{cut} imports coupés, {len(faults)} écarts"
    asked = f"deux bases, {task.count} coupures, rien à moitié"
    return Measure("Suivi et Bulletins", asked, measured, faults)


@contextmanager
def _bulletins(suivi: Instance) -> Iterator[Instance]:
    """The demo school on a database of its own, connected to `suivi`."""
    made = suivi.command("partenaire", "create", PARTNER, "--uai", UAI, "--json")
    access = json.loads(made.stdout)
    address = f"http://127.0.0.1:{suivi.port}"
    with alone("bulletins") as instance:
        subprocess.run(
            [sys.executable, "-c", PREPARE, address, access["identifiant"], access["secret"]],
            env=instance.environment,
            check=True,
        )
        instance.start()  # its database stays up from one command to the next
        yield instance


def _import(bulletins: Instance) -> subprocess.CompletedProcess[str]:
    return bulletins.command(
        "bulletins", "import", "--uai", UAI, "--periode", "1", "--division", *DIVISIONS, "--json"
    )


def _cut(
    bulletins: Instance, task: Task, decided: Values, *, within: float
) -> tuple[bool, list[str]]:
    """Kill the web of Suivi during an import, which takes `within` seconds, its start included:
    whether it was told, and what is half-written."""
    timer = threading.Timer(task.chance.uniform(0, within), task.instance.kill_part, [WEB])
    timer.start()
    done = _import(bulletins)
    timer.join()
    task.instance.wait_until_ready()
    told = json.loads(done.stdout)
    failed = {one["division"] for one in told["divisions"] if one["etat"] != "fait"}
    stands = _values(bulletins, SHOWN)
    half = [
        f"{division} : {len(stands[division])} valeurs sur {len(decided[division])}"
        for division in DIVISIONS
        if stands[division] != (set() if division in failed else decided[division])
    ]
    return bool(failed), half


def _revoked(bulletins: Instance, suivi: Instance) -> list[str]:
    """After the access is revoked, an import is refused, and what stood stands."""
    before = _values(bulletins, SHOWN)
    suivi.command("partenaire", "revoke", PARTNER, "--uai", UAI)
    done = _import(bulletins)
    faults = [] if done.returncode else ["un accès révoqué importe encore"]
    if _values(bulletins, SHOWN) != before:
        faults.append("un import refusé a changé des valeurs")
    return faults


def _values(instance: Instance, queries: tuple[str, ...], *more: object) -> Values:
    rows = [row for query in queries for row in instance.rows(query, list(DIVISIONS), *more)]
    return {
        division: {(pupil, what, value) for code, pupil, what, value in rows if code == division}
        for division in DIVISIONS
    }
