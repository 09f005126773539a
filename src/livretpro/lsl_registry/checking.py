"""What an edit may not bring into a record: the faults that LSL would tell of a file, year by year.

A record outlives files: it grows over more years than one may hold, and keeps what an older schema
let through. So each year is judged by itself, and what was there before an edit stops nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import lsl_rules
import lsl_xml
from lsl_rules import Severity, Year
from lsl_xml import Document, Eleve, Enseignant, Entete, Evaluation, Profile, Scolarite, Structure

_EVALUATION = Evaluation("000000", "S", Structure(), (Enseignant("-", "-"),))
_YEAR = Scolarite(2000, "T", (_EVALUATION,))


def new_faults(before: Eleve, after: Eleve, levels: Mapping[int, Year | None]) -> list[str]:
    """The sentences on the faults that `after` has and `before` had not.

    `levels` of the years that the school knows, the newest being that of the pupil now.
    """
    brought = Counter(_faults(after, levels)) - Counter(_faults(before, levels))
    return list(brought)


def _faults(eleve: Eleve, levels: Mapping[int, Year | None]) -> Iterator[str]:
    for finding in lsl_rules.check_parts(eleve, levels):
        if finding.severity is Severity.BLOQUANT:
            yield finding.phrase
    yield from _breaches(replace(eleve, scolarites=(_YEAR,)))
    for scolarite in eleve.scolarites:
        year = scolarite.annee_scolaire
        for phrase in _breaches(Eleve(eleve.id, (_whole(scolarite),))):
            yield f"Année {year}-{year + 1} : {phrase[0].lower()}{phrase[1:]}"


def _whole(scolarite: Scolarite) -> Scolarite:
    """With an evaluation where there is none: the schema would see nothing past the gap."""
    return replace(scolarite, evaluations=scolarite.evaluations or (_EVALUATION,))


def _breaches(eleve: Eleve) -> Iterator[str]:
    """Of the schema, in a file of this pupil."""
    entete = Entete("-", "-", "0000000A", division="-")
    root = lsl_xml.build(Document(entete, (eleve,)), Profile.V1_1)
    yield from (breach.phrase for breach in lsl_xml.validate_tree(root))
