"""What changed from one version of a référentiel to the next, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from livretpro.referentiels.models import Competence, Referentiel


@dataclass(frozen=True)
class VersionRow:
    """A version, and what it changed: one phrase a sort of change."""

    version: Referentiel
    changes: tuple[str, ...]


def version_rows(
    versions: Sequence[Referentiel], competences: Mapping[int, Sequence[Competence]]
) -> list[VersionRow]:
    """The versions, newest first, each beside the one before it."""
    former = [*versions, None][1:]
    return [
        VersionRow(version, tuple(_changes(competences, version, before)))
        for version, before in zip(versions, former, strict=True)
    ]


def _changes(
    competences: Mapping[int, Sequence[Competence]],
    version: Referentiel,
    before: Referentiel | None,
) -> list[str]:
    if before is None:
        return ["première version de l’établissement"]
    old = {c.code: c for c in competences[before.pk]}
    new = {c.code: c for c in competences[version.pk]}
    both = [code for code in new if code in old]
    told = {
        "ajoutées": [code for code in new if code not in old],
        "retirées": [code for code in old if code not in new],
        "reformulées": [code for code in both if new[code].label != old[code].label],
        "attendues ou non": [code for code in both if new[code].expected != old[code].expected],
    }
    found = [f"{word} : {', '.join(codes)}" for word, codes in told.items() if codes]
    return found or ["ordre des compétences"]
