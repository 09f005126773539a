"""Suivi and a Registre as two processes on two databases: deposits over HTTP, the Registre killed
meanwhile, and the bilan that comes back.

The Registre serves nothing else: what it knows of the school came by SIECLE files.
"""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import lsl_xml
from livretpro.demo.structure import UAI
from livretpro.lsl_registry.serial import from_data
from soak.alone import alone
from soak.instance import BASE, WEB, WORKER, Instance, wait_for
from soak.measure import Measure, Task
from soak.registry import at_work
from soak.visitor import HEAD, Visitor, signed_in

PARTS = (WEB, WORKER, BASE)
LINE = "Registre de répétition, sans lien avec LSL"
_VERSION = """
SELECT v.id, v.cfd, v.content FROM lsl_export_exportversion v
  JOIN schools_schoolyear y ON y.id = v.school_year_id
  JOIN schools_school s ON s.id = y.school_id AND s.current_year = y.year
 ORDER BY v.id LIMIT 1
"""
_OVER = "SELECT count(*) FROM lsl_export_registrydeposit WHERE state <> 'en_cours'"
_RETURNED = """
SELECT d.state, d.said, b.imported, b.partial, b.rejected FROM lsl_export_registrydeposit d
  LEFT JOIN lsl_export_returnedbilan b ON b.id = d.bilan_id ORDER BY d.id
"""
_RECORDS = """
SELECT s.siecle_id, r.content FROM lsl_registry_record r
  JOIN schools_student s ON s.id = r.student_id
"""
_OTHERS = """
SELECT tablename FROM pg_tables
 WHERE tablename ~ '^(livrets|evaluations|lsl_export|partners|bulletins)_'
"""


def play(task: Task) -> Measure:
    """Deposit a version; then again, `count` times, and kill a part of the Registre meanwhile."""
    suivi, head = task.instance, signed_in(task.instance, HEAD)
    ((version, cfd, content),) = suivi.rows(_VERSION)
    sent = lsl_xml.read(bytes(content)).donnees
    address = f"/suivi/{UAI}/{cfd}/export/versions/{version}/depot/"
    with _registry(head) as registry:
        faults, during = _shown(registry), 0
        for turn in range(task.count + 1):
            assert head.post(address, {}).status == 302
            if turn:
                part = PARTS[turn % len(PARTS)]
                during += registry.kill_part(part, once=lambda: at_work(registry))
                registry.wait_until_ready()
            wait_for(lambda turn=turn: suivi.count(_OVER) > turn, what="the deposit ends")
        faults += _faults(suivi, registry, sent)
    measured = f"{len(sent)} élèves, {during} arrêts au travail, {len(faults)} écarts"
    asked = f"deux bases, {task.count} arrêts, bilans revenus"
    return Measure("Suivi et Registre seul", asked, measured, faults)


@contextmanager
def _registry(head: Visitor) -> Iterator[Instance]:
    """A Registre where LivretPro may send, whose token Suivi has."""
    with alone("registre") as instance:
        done = instance.command("registre", "accredit", "LIVRETPRO", "LivretPro")
        assert done.returncode == 0, done.stderr
        told = instance.command("registre", "jeton", "--uai", UAI, "Suivi").stdout
        token = told.splitlines()[0].rpartition(" : ")[2]
        instance.start()
        where = {"adresse": f"http://127.0.0.1:{instance.port}", "jeton": token}
        assert head.post(f"/suivi/{UAI}/registre/", where).status == 302
        yield instance


def _shown(registry: Instance) -> list[str]:
    """What the Registre holds of another system, or does not say of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{registry.port}/connexion/") as answer:
        silent = LINE not in answer.read().decode()
    others = [f"table {name}" for (name,) in registry.rows(_OTHERS)]
    return [*others, *(["la connexion ne dit pas ce qu’il n’est pas"] if silent else [])]


def _faults(suivi: Instance, registry: Instance, sent: tuple[lsl_xml.Eleve, ...]) -> list[str]:
    """Bilans that did not come back whole, records that are not what the file says."""
    wrong = [row for row in suivi.rows(_RETURNED) if row != ("termine", "", len(sent), 0, 0)]
    held = {number: from_data(_data(content)) for number, content in registry.rows(_RECORDS)}
    other = [f"dossier {one.id}" for one in sent if held.pop(one.id, None) != one]
    return [*(f"dépôt {row}" for row in wrong), *other, *(f"dossier {number}" for number in held)]


def _data(content: str | dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = json.loads(content) if isinstance(content, str) else content
    return found
