"""A5: the same files imported again create nothing and change nothing."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import siecle_files as siecle
from lsl_rules.uai import check_letter
from soak.instance import Instance
from soak.measure import Measure, Task

SECTIONS = ("eleves", "divisions", "personnels")
MOVES = ("ajoutes", "modifies", "partis")
MEFS = {"1CIEL": "24725519320", "TCIEL": "24725519330", "1MELEC": "24725520320"}
NAMES = ("AUBRY", "BENHADDOU", "D'ALMEIDA", "DE SOUSA", "ÉVRARD", "GARNIER", "LE GOFF", "ŒUVRARD")
FIRST_NAMES = ("Léa", "Noé", "Maëlle", "Ismaël", "Zoé", "Jean-Éloi", "Inès", "Tao")


@dataclass(frozen=True)
class Pupil:
    """A pupil as SIECLE tells it."""

    number: int
    name: str
    first_name: str
    division: str


@dataclass(frozen=True)
class Roll:
    """A school on the day of an export."""

    uai: str
    divisions: tuple[str, ...]
    pupils: tuple[Pupil, ...]
    staff: int

    def files(self) -> list[bytes]:
        """ElevesSansAdresses, Structures, STS."""
        return [
            siecle.eleves_xml(uai=self.uai, eleves=[_eleve(pupil) for pupil in self.pupils]),
            siecle.structures_xml(
                uai=self.uai,
                divisions=[siecle.division(c, mefs=[_mef(c)]) for c in self.divisions],
                groupes=[siecle.groupe("G1", divisions=self.divisions[:1], mefs=[])],
            ),
            siecle.sts_xml(
                uai=self.uai,
                individus=[_person(rank) for rank in range(self.staff)],
                divisions=[_taught(c, rank % self.staff) for rank, c in enumerate(self.divisions)],
            ),
        ]


def _eleve(pupil: Pupil) -> siecle.EleveXml:
    return siecle.eleve(
        pupil.number,
        divisions=[pupil.division],
        NOM_DE_FAMILLE=pupil.name,
        PRENOM=pupil.first_name,
        CODE_MEF=_mef(pupil.division),
    )


def _person(rank: int) -> str:
    return siecle.individu(str(501 + rank), NOM_PATRONYMIQUE=NAMES[rank], PRENOM=FIRST_NAMES[rank])


def _taught(code: str, rank: int) -> str:
    service = siecle.service(enseignants=[(str(501 + rank), "epp")])
    return siecle.division_sts(code, mefs=[_mef(code)], services=[service])


def _mef(division: str) -> str:
    return MEFS[division.rstrip("0123456789")]


def random_roll(uai: str, chance: Random) -> Roll:
    """A school of any size, from one small division to six large ones."""
    kinds = [chance.choice(tuple(MEFS)) for _ in range(chance.randint(1, 6))]
    divisions = tuple(f"{kind}{rank}" for rank, kind in enumerate(kinds, start=1))
    count = chance.randint(1, 35 * len(divisions))
    return Roll(uai, divisions, tuple(_pupils(count, divisions, chance)), chance.randint(1, 8))


def _pupils(count: int, divisions: tuple[str, ...], chance: Random) -> Iterable[Pupil]:
    for number in range(1001, 1001 + count):
        name, first_name = chance.choice(NAMES), chance.choice(FIRST_NAMES)
        yield Pupil(number, name, first_name, chance.choice(divisions))


def later(roll: Roll, chance: Random) -> Roll:
    """The same school in January: some left, some moved, some were renamed, some came."""
    kept = [pupil for pupil in roll.pupils if chance.random() > 0.05]
    moved = [_moved(pupil, roll, chance) for pupil in kept]
    came = [Pupil(9001, "HADDAD", "Nour", roll.divisions[0])]
    return replace(roll, pupils=(*moved, *came), staff=chance.randint(1, 8))


def _moved(pupil: Pupil, roll: Roll, chance: Random) -> Pupil:
    if chance.random() < 0.1:
        return replace(pupil, division=chance.choice(roll.divisions))
    return replace(pupil, first_name="Camille") if chance.random() < 0.1 else pupil


def play(task: Task) -> Measure:
    """Import `count` random schools, in September and in January, each time twice."""
    faults = [fault for rank in range(task.count) for fault in _school(task, rank)]
    asked = f"{task.count} établissements, 0 créé, 0 modifié"
    return Measure("A5 import deux fois", asked, f"{len(faults)} écarts", faults)


def _school(task: Task, rank: int) -> list[str]:
    digits = f"{980_0001 + rank:07}"
    uai = digits + check_letter(digits)
    made = task.instance.command("ecole", "create", "--uai", uai, "--nom", "Lycée au hasard")
    if made.returncode:
        return [made.stderr]
    september = random_roll(uai, task.chance)
    return [
        f"{uai} {fault}"
        for roll in (september, later(september, task.chance))
        for fault in _twice(task.instance, roll)
    ]


def _twice(instance: Instance, roll: Roll) -> list[str]:
    files = [instance.data / f"import{rank}.xml" for rank in range(3)]
    for path, content in zip(files, roll.files(), strict=True):
        path.write_bytes(content)
    first, again = (_import(instance, roll.uai, files) for _ in range(2))
    faults = [str(report["refus"]) for report in (first, again) if report["refus"]]
    present = (
        first["eleves"]["ajoutes"] + first["eleves"]["modifies"] + first["eleves"]["inchanges"]
    )
    if present != len(roll.pupils):
        faults.append(f"{len(roll.pupils)} pupils in the file, {present} in the report")
    moves = {(s, m): again[s][m] for s in SECTIONS for m in MOVES if again[s][m]}
    return faults + ([f"the second time {moves}"] if moves else [])


def _import(instance: Instance, uai: str, files: list[Path]) -> Any:
    given = ["--uai", uai, "--json", "--apply", "--confirmer-departs", *files]
    return json.loads(instance.command("siecle", "import", *given).stdout)
