"""Suivi and Bulletins as two processes on two databases: an import over HTTP, Suivi cut meanwhile,
one division in trouble, the access revoked.

Bulletins is served by nobody here: its command line imports, as an operator's script would.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from livretpro.demo.structure import UAI
from partner_server import Reply
from soak.alone import alone
from soak.instance import WEB, Instance
from soak.measure import Measure, Task
from suivi_relay import Ask, Relay, Trouble, garbled, meanwhile, once, relay_to, slow, torn

DIVISIONS = ("TAGO1", "TCIEL1")
TROUBLED = DIVISIONS[-1]
QUESTIONS = ("/api/v1/divisions", *(f"/api/v1/divisions/{one}/periodes/1" for one in DIVISIONS))
HALF = 0.5
TOLD, TAKEN_AGAIN, UNASKED = "dit", "repris", "pas demandé"
PARTNER = "Bulletins d’ailleurs"
PREPARE = """
import django
django.setup()
from livretpro.demo.bulletins import make_bulletins
from livretpro.schools.actors import command_line
from livretpro.schools.models import School
make_bulletins(by=command_line(School.objects.get()))
"""
CONNECT = """
import sys, django
django.setup()
from django.utils import timezone
from livretpro.bulletins.actions.connection import save_connection
from livretpro.schools.actors import command_line
from livretpro.schools.models import School
save_connection(*sys.argv[1:], now=timezone.now(), by=command_line(School.objects.get()))
"""
PUBLISH = """
import sys, django
django.setup()
from livretpro.livrets.actions import publish_period, take_period_back
from livretpro.schools.actors import command_line
from livretpro.schools.models import Division, School
act = {"publish": publish_period, "take back": take_period_back}[sys.argv[1]]
school = School.objects.get(uai=sys.argv[2])
division = Division.objects.get(
    school_year__school=school, school_year__year=school.current_year, code=sys.argv[3]
)
assert act(division, 1, by=command_line(school))
"""
"""What no command of `livretpro` does: a school does it on screen."""
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
    """Import and compare; then, `count` times, undo, import again and kill Suivi on one of its
    questions; then put one division in each trouble, the last one being an access revoked
    meanwhile."""
    suivi = task.instance
    made = suivi.command("partenaire", "create", PARTNER, "--uai", UAI, "--json")
    access = json.loads(made.stdout)
    address = f"http://127.0.0.1:{suivi.port}"
    with _bulletins() as bulletins:
        _connect(bulletins, address, access)
        ((first, last),) = bulletins.rows(FIRST_PERIOD)
        decided = _values(suivi, DECIDED, last, first, last)
        faults = _import(bulletins).stderr.splitlines()
        if _values(bulletins, SHOWN) != decided:
            faults.append("ce que montre Bulletins n’est pas ce que Suivi a décidé")
        cuts: Counter[str] = Counter()
        with relay_to(address) as relay:
            _connect(bulletins, relay.url, access)
            for _ in range(task.count):
                _undo(bulletins)
                became, found = _cut(bulletins, relay, task, decided)
                cuts[became] += 1
                faults += found
            for trouble in _troubles(suivi):
                faults += _troubled(bulletins, relay, trouble, decided)
            relay.troubles = {}
            faults += _revoked(bulletins)
    measured = f"{cuts[TOLD]} coupés et dits, {cuts[TAKEN_AGAIN]} repris, {len(faults)} écarts"
    asked = f"deux bases, {task.count} coupures, 4 pannes"
    return Measure("Suivi et Bulletins", asked, measured, faults)


@contextmanager
def _bulletins() -> Iterator[Instance]:
    """The demo school on a database of its own."""
    with alone("bulletins") as instance:
        _run(instance, PREPARE)
        instance.start()  # its database stays up from one command to the next
        yield instance


def _connect(bulletins: Instance, address: str, access: dict[str, str]) -> None:
    _run(bulletins, CONNECT, address, access["identifiant"], access["secret"])


def _run(instance: Instance, script: str, *arguments: str) -> None:
    environment = {"DJANGO_SETTINGS_MODULE": "livretpro.settings"} | instance.environment
    subprocess.run([sys.executable, "-c", script, *arguments], env=environment, check=True)


def _undo(bulletins: Instance) -> None:
    bulletins.command("bulletins", "undo", "--uai", UAI)


def _import(bulletins: Instance) -> subprocess.CompletedProcess[str]:
    return bulletins.command(
        "bulletins", "import", "--uai", UAI, "--periode", "1", "--division", *DIVISIONS, "--json"
    )


def _cut(bulletins: Instance, relay: Relay, task: Task, decided: Values) -> tuple[str, list[str]]:
    """Kill the web of Suivi on a question of an import, before it answers or in the middle of the
    answer: whether that was told or overcome, and what is half-written."""
    asked: list[str] = []

    def kill(ask: Ask) -> Reply:
        asked.append(path)
        said = torn(ask) if task.chance.random() < HALF else Reply(b"", 502)
        task.instance.kill_part(WEB)
        return said

    path = task.chance.choice(QUESTIONS)
    relay.troubles = {path: once(kill)}
    done = _import(bulletins)
    task.instance.wait_until_ready()
    if not asked:
        return UNASKED, [f"l’import n’a pas demandé {path}"]
    told = json.loads(done.stdout)
    failed = {one["division"] for one in told["divisions"] if one["etat"] != "fait"}
    stands = _values(bulletins, SHOWN)
    half = [
        f"{division} : {len(stands[division])} valeurs sur {len(decided[division])}"
        for division in DIVISIONS
        if stands[division] != (set() if division in failed else decided[division])
    ]
    return TOLD if failed else TAKEN_AGAIN, half


@dataclass(frozen=True)
class _Case:
    """What happens to the last division, what must be said of it, and what Suivi takes back."""

    trouble: Trouble
    phrase: str
    mend: Callable[[], None] = field(default=lambda: None)


def _troubles(suivi: Instance) -> Iterator[_Case]:
    """Each lasts for one import; nothing is mended after the last one."""

    def publication(act: str) -> None:
        _run(suivi, PUBLISH, act, UAI, TROUBLED)

    def revoke() -> None:
        suivi.command("partenaire", "revoke", PARTNER, "--uai", UAI)

    yield _Case(garbled, "n’est pas l’API de LivretPro Suivi")
    yield _Case(slow, "répond trop lentement")
    yield _Case(
        meanwhile(partial(publication, "take back")),
        "n’est pas publiée dans CPRO",
        mend=partial(publication, "publish"),
    )
    yield _Case(meanwhile(revoke), "refuse l’identifiant ou le secret")


def _troubled(bulletins: Instance, relay: Relay, case: _Case, decided: Values) -> list[str]:
    """Of an import where one division fails: whether it is told, nothing written of it, and the
    other one whole."""
    _undo(bulletins)
    relay.troubles = {f"/api/v1/divisions/{TROUBLED}/periodes/1": case.trouble}
    told = json.loads(_import(bulletins).stdout)
    case.mend()
    reasons = {one["division"]: one["raison"] or "" for one in told["divisions"]}
    faults = []
    if case.phrase not in reasons[TROUBLED]:
        faults.append(f"« {case.phrase} » n’est pas dit : {reasons[TROUBLED]}")
    if _values(bulletins, SHOWN) != decided | {TROUBLED: set()}:
        faults.append(f"{case.phrase} : une division est écrite à moitié, ou l’autre ne l’est pas")
    return faults


def _revoked(bulletins: Instance) -> list[str]:
    """With an access that was revoked, an import is refused, and what stood stands."""
    before = _values(bulletins, SHOWN)
    faults = [] if _import(bulletins).returncode else ["un accès révoqué importe encore"]
    if _values(bulletins, SHOWN) != before:
        faults.append("un import refusé a changé des valeurs")
    return faults


def _values(instance: Instance, queries: tuple[str, ...], *more: object) -> Values:
    rows = [row for query in queries for row in instance.rows(query, list(DIVISIONS), *more)]
    return {
        division: {(pupil, what, value) for code, pupil, what, value in rows if code == division}
        for division in DIVISIONS
    }
