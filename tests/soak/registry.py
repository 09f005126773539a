"""A4 at the Registre: everything is killed while files are imported; each ends, whole, once."""

import re

from soak import trail
from soak.instance import ALL, BASE, WEB, WORKER, Instance, wait_for
from soak.measure import Measure, Task
from soak.visitor import HEAD, signed_in

PARTS = (BASE, WORKER, ALL, WORKER, WEB)
IMPORTS = f"/registre/{trail.UAI}/importer/"
_FILE = "SELECT content FROM lsl_export_exportversion ORDER BY id LIMIT 1"
_AT_WORK = """
SELECT count(*) FROM lsl_registry_import WHERE state = 'en_cours' AND done > 0 AND done < total
"""
_FAULTS = {
    "imports not over, or not whole": """
SELECT id FROM lsl_registry_import i
 WHERE state <> 'termine' OR done <> total OR (total, total) <> (
   SELECT count(*), max(rank) FROM lsl_registry_importline l WHERE l.received_id = i.id)
""",
    "records whose states do not follow each other": """
SELECT id FROM lsl_registry_record r WHERE version <> (
   SELECT count(*) FROM lsl_registry_recordversion v WHERE v.record_id = r.id)
""",
    "states written twice": """
SELECT id FROM (
  SELECT id, content, lag(content) OVER (PARTITION BY record_id ORDER BY number) AS former
    FROM lsl_registry_recordversion
) told WHERE content = former
""",
    "records that are not their last state": """
SELECT r.id FROM lsl_registry_record r
  JOIN lsl_registry_recordversion v ON v.record_id = r.id AND v.number = r.version
 WHERE v.content <> r.content
""",
    "states that the journal does not tell once": """
SELECT 1 WHERE (SELECT count(*) FROM lsl_registry_recordversion) <> (
   SELECT count(*) FROM journal_entry WHERE kind = 'dossier_lsl' AND action = 'importe')
""",
}


def play(task: Task) -> Measure:
    """Deposit a file that changes every pupil, kill a part meanwhile, wait for its end."""
    imports, during = _Imports(task.instance), 0
    for turn in range(task.count):
        imports.deposit(turn)
        part = PARTS[turn % len(PARTS)]
        during += task.instance.kill_part(part, once=lambda: at_work(task.instance))
        task.instance.wait_until_ready()
        imports.wait()
    faults = imports.faults() + trail.faults(task.instance)
    measured = f"{during} au travail, {imports.taken_again()} repris, {len(faults)} écarts"
    return Measure("A4 arrêts, registre", f"{task.count} arrêts, un effet", measured, faults)


def at_work(registry: Instance) -> bool:
    """Whether some pupils of a file are written, and others are not."""
    return registry.count(_AT_WORK) > 0


class _Imports:
    """Files of the demo school, each with another appreciation for every pupil."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.head = instance, signed_in(instance, HEAD)
        ((content,),) = instance.rows(_FILE)
        self.file = bytes(content)

    def deposit(self, turn: int) -> None:
        """Send a file; the answer came, so it is kept."""
        said = f"<annuelle>Envoi {turn}.</annuelle>".encode()
        changed = re.sub(rb"<annuelle>[^<]*</annuelle>", said, self.file)
        assert self.head.post(IMPORTS, {"division": ""}, files=[changed]).status == 302

    def wait(self) -> None:
        """Until every import is over."""
        query = "SELECT count(*) FROM lsl_registry_import WHERE state = 'en_cours'"
        wait_for(lambda: self.instance.count(query) == 0, what="every import of the registry ends")

    def taken_again(self) -> int:
        """Imports cut and begun again."""
        return self.instance.count("SELECT count(*) FROM lsl_registry_import WHERE attempt > 1")

    def faults(self) -> list[str]:
        """What is half-written, doubled or untold."""
        found = ((words, self.instance.rows(query)) for words, query in _FAULTS.items())
        return [f"{words}: {rows}" for words, rows in found if rows]
