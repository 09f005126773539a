"""A4: `kill -9` of the web, of the worker, of everything, during saves, imports and exports."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

from soak import deposits, trail
from soak import savers as people
from soak.instance import ALL, WEB, WORKER, Instance, wait_for
from soak.measure import Measure, Task
from soak.visitor import ADMINISTRATOR, HEAD, Unanswered, Visitor, signed_in

PARTS = (WEB, WORKER, ALL)
RUN_PARTS = (WORKER, ALL, WEB)
WORK_SECONDS = (0.1, 0.8)  # between the beginning of the work and the kill
JOB_SECONDS = 0.15  # what a job of this import takes, more or less


def during_saves(task: Task) -> Measure:
    """Kill while eight people save; what was acknowledged stands, once."""
    since, instance = trail.length(task.instance), task.instance
    savers = people.gathered(instance)
    with people.saving(savers):
        for turn in range(task.count):
            time.sleep(task.chance.uniform(*WORK_SECONDS))
            instance.kill_part(PARTS[turn % len(PARTS)])
            _work_goes_on(savers)
    faults = people.faults(savers, since=since)
    measured = f"{len(savers.acknowledged)} saisies acquittées, {len(faults)} écarts"
    return Measure("A4 arrêts, saisies", f"{task.count} arrêts, 0 perdue", measured, faults)


def _work_goes_on(savers: people.Savers) -> None:
    before = len(savers.acknowledged)
    wait_for(lambda: len(savers.acknowledged) > before, what="saves are acknowledged again")


def during_imports(task: Task) -> Measure:
    """Kill while an import is read or applied; it ends by itself, and is told once."""
    imports = _Imports(task)
    faults: list[str] = []
    for turn in range(task.count):
        faults += imports.one(turn)
    faults += trail.faults(task.instance)
    measured = f"finis dont {imports.taken_again()} repris, {len(faults)} écarts"
    return Measure("A4 arrêts, imports", f"{task.count} arrêts, un effet", measured, faults)


class _Imports:
    """Imports whose preview or application is cut short."""

    def __init__(self, task: Task) -> None:
        self.instance, self.chance = task.instance, task.chance
        self.administrator = signed_in(task.instance, ADMINISTRATOR)
        self.former = task.instance.count("SELECT coalesce(max(id), 0) FROM schools_importbatch")

    def one(self, turn: int) -> list[str]:
        """Deposit, confirm, and kill a part meanwhile."""
        name, part = f"Arrêtée-{self._letters(turn)}", PARTS[turn % len(PARTS)]
        cut_reading = self.chance.random() < 0.5
        assert deposits.deposit(self.administrator, deposits.renamed(name)) == 302
        batch = self.instance.count("SELECT max(id) FROM schools_importbatch")
        self._kill(part, really=cut_reading)
        self._wait_until(batch, "apercu")
        assert deposits.confirm(self.administrator, batch) == 302
        self._kill(part, really=not cut_reading)
        self._wait_until(batch, "applique")
        return self._faults(name)

    def taken_again(self) -> int:
        """Imports of which a job was cut and begun again: reading and applying take one each."""
        query = "SELECT count(*) FROM schools_importbatch WHERE attempt > 2 AND id > %s"
        return self.instance.count(query, self.former)

    def _kill(self, part: str, *, really: bool) -> None:
        if really:
            self._until_at_work()
            time.sleep(self.chance.uniform(0, JOB_SECONDS))
            self.instance.kill_part(part)
            self.instance.wait_until_ready()

    def _until_at_work(self) -> None:
        """Until the job has begun; a job so short that nobody saw it is killed after its end."""
        query = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND task_name <> %s"
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline and not self.instance.count(query, "retry_stalled"):
            time.sleep(0.005)

    def _wait_until(self, batch: int, state: str) -> None:
        query = "SELECT state FROM schools_importbatch WHERE id = %s"
        wait_for(
            lambda: self.instance.rows(query, batch) == [(state,)],
            what=f"the import {batch} is « {state} »",
        )

    def _faults(self, name: str) -> list[str]:
        """The new first name stands, and the journal tells it once."""
        stands = self.instance.count(
            "SELECT count(*) FROM schools_student WHERE first_name = %s", name
        )
        told = self.instance.count(
            "SELECT count(*) FROM journal_entryvalues JOIN journal_entry ON id = entry_id"
            " WHERE kind = 'eleve' AND after = %s",
            name,
        )
        return [] if (stands, told) == (1, 1) else [f"{name}: {stands} stand, {told} told"]

    def _letters(self, number: int) -> str:
        return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def during_exports(task: Task) -> Measure:
    """Kill while a file is made; versions are whole, numbered without a hole, told once."""
    exports = _Exports(task.instance)
    with ThreadPoolExecutor(1) as pool:
        for turn in range(task.count):
            exports.change(turn)
            making = pool.submit(exports.make)
            time.sleep(task.chance.uniform(0, 0.4))
            task.instance.kill_part(PARTS[turn % len(PARTS)])
            task.instance.wait_until_ready()
            exports.judge(turn, acknowledged=making.result())
    faults = exports.faults + exports.half_done() + trail.faults(task.instance)
    measured = f"{exports.cut} réponses coupées, {len(faults)} écarts"
    return Measure("A4 arrêts, exports", f"{task.count} arrêts, un effet", measured, faults)


class _Exports:
    """Versions of the file of one division, made one after the other."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.faults = instance, list[str]()
        self.head: Visitor = signed_in(instance, HEAD)
        self.pupil = trail.pupils(instance)[0]
        self.division = trail.division(instance, "TCIEL1")
        self.before, self.cut = self.count(), 0

    def count(self) -> int:
        """How many versions are kept."""
        return self.instance.count("SELECT count(*) FROM lsl_export_exportversion")

    def change(self, turn: int) -> None:
        """Change a livret, so that the next file is a new version."""
        self.before = self.count()
        page = trail.livret_page(self.pupil)
        seen = self.head.get(page).hidden("remplace:appreciation") or ""
        sent = {"champ": "appreciation", "valeur": f"Version {turn}.", "remplace": seen}
        assert self.head.post(page + "champ/", sent, htmx=True).status == 200

    def make(self) -> bool:
        """Ask for the file; whether the answer came and says that it is made."""
        path = f"/suivi/{trail.UAI}/{trail.CIEL}/export/divisions/{self.division}/"
        with contextlib.suppress(Unanswered):
            return self.head.post(path, {"profil": "1.0"}).status == 302
        return False

    def judge(self, turn: int, *, acknowledged: bool) -> None:
        """Acknowledged: one version more. Asked again in any case: still one."""
        self.cut += not acknowledged
        if acknowledged and self.count() != self.before + 1:
            self.faults.append(f"export {turn}: acknowledged, {self.count() - self.before} made")
        if not self.make() or self.count() != self.before + 1:
            self.faults.append(f"export {turn}: {self.count() - self.before} versions after retry")

    def half_done(self) -> list[str]:
        """Versions without their pupils, their digest or their entry; numbers out of turn."""
        return [f"version {pk} is not whole" for (pk,) in self.instance.rows(_HALF_DONE)]


def during_runs(task: Task) -> Measure:
    """Kill while several divisions are exported; the run ends by itself, each file is made once."""
    exports = _Runs(task.instance)
    for turn in range(task.count):
        exports.change(turn)
        exports.ask()
        time.sleep(task.chance.uniform(0, 0.4))
        task.instance.kill_part(RUN_PARTS[turn % len(RUN_PARTS)])
        task.instance.wait_until_ready()
        exports.judge_run(turn)
    faults = exports.faults + exports.half_done() + trail.faults(task.instance)
    measured = f"finis dont {exports.taken_again()} repris, {len(faults)} écarts"
    return Measure("A4 arrêts, ensembles", f"{task.count} arrêts, un effet", measured, faults)


class _Runs(_Exports):
    """Runs over every division of CIEL; one of them changes each time."""

    def __init__(self, instance: Instance) -> None:
        super().__init__(instance)
        self.ask()
        self._wait_until_done()
        self.former = instance.count("SELECT max(id) FROM lsl_export_exportrun")

    def ask(self) -> bool:
        """Ask for the divisions; whether the answer came."""
        path = f"/suivi/{trail.UAI}/{trail.CIEL}/export/ensemble/"
        with contextlib.suppress(Unanswered):
            codes = ("T CI/MEL", "TCIEL1")
            divisions = [str(trail.division(self.instance, code)) for code in codes]
            return self.head.post(path, {"division": divisions, "profil": "1.1"}).status == 302
        return False

    def judge_run(self, turn: int) -> None:
        """Asked again, it is one run, and one version more."""
        if not self.ask():
            self.faults.append(f"run {turn}: not acknowledged once everything is back")
        self._wait_until_done()
        if self.count() != self.before + 1:
            self.faults.append(f"run {turn}: {self.count() - self.before} versions made")

    def taken_again(self) -> int:
        """Runs cut and begun again."""
        query = "SELECT count(*) FROM lsl_export_exportrun WHERE attempt > 1 AND id > %s"
        return self.instance.count(query, self.former)

    def _wait_until_done(self) -> None:
        query = "SELECT count(*) FROM lsl_export_exportrun WHERE state <> 'termine'"
        wait_for(lambda: self.instance.count(query) == 0, what="every run is over")


_HALF_DONE = """
SELECT v.id FROM (
  SELECT *, row_number() OVER (PARTITION BY school_year_id, division_id, cfd ORDER BY id) AS rank
    FROM lsl_export_exportversion
) v
 WHERE v.number <> v.rank OR v.sha256 <> encode(sha256(v.content), 'hex')
    OR NOT EXISTS (SELECT 1 FROM lsl_export_exportedpupil p WHERE p.version_id = v.id)
    OR 1 <> (SELECT count(*) FROM journal_entry WHERE kind = 'export' AND key = v.id::text)
"""
