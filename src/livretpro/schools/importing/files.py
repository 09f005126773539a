"""The files of one import: read, of one school and one year, one of each kind at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import safe_input
import siecle_xml
from livretpro.schools.importing.refusal import Refused
from siecle_xml import Eleves, Nomenclature, Structures, StsEmp

Fichier = Eleves | Structures | Nomenclature | StsEmp
Kind = TypeVar("Kind", Eleves, Structures, Nomenclature, StsEmp)

NAMES = {
    Eleves: "ElevesSansAdresses.xml",
    Structures: "Structures.xml",
    Nomenclature: "Nomenclature.xml",
    StsEmp: "sts_emp",
}

BOUNDS = safe_input.Bounds(lighter="exportez-le de nouveau, sans les adresses ou en plusieurs fois")


@dataclass(frozen=True)
class Files:
    """What was read; a kind that was not given is None. `annee` is the first civil year."""

    annee: int
    eleves: Eleves | None
    structures: Structures | None
    nomenclature: Nomenclature | None
    sts: StsEmp | None

    @property
    def given(self) -> tuple[Fichier, ...]:
        """The files that were given, always in the same order."""
        kinds = (self.structures, self.nomenclature, self.eleves, self.sts)
        return tuple(file for file in kinds if file is not None)

    @property
    def names(self) -> str:
        """Their usual names, for a sentence."""
        return ", ".join(NAMES[type(file)] for file in self.given)


def read_files(contents: Sequence[bytes], *, uai: str) -> Files:
    """Read the files of the school `uai`, given in any order.

    Raises `Refused`: `aucun_fichier`, `uai`, `annees_differentes`, `fichier_en_double`, or what
    `siecle_xml` refuses, with its code.
    """
    if not contents:
        raise Refused("aucun_fichier", "Aucun fichier n’a été donné : choisissez-en au moins un.")
    many = len(contents) > 1
    read = [_read(content, uai, rank if many else 0) for rank, content in enumerate(contents, 1)]
    _check_year(read)
    _check_kinds(read)
    return Files(
        annee=read[0].annee,
        eleves=_of(Eleves, read),
        structures=_of(Structures, read),
        nomenclature=_of(Nomenclature, read),
        sts=_of(StsEmp, read),
    )


def _read(content: bytes, uai: str, rank: int) -> Fichier:
    """One file; `rank` names it in a refusal, 0 when it is alone."""
    try:
        return safe_input.read_bounded(siecle_xml.read, content, bounds=BOUNDS, uai=uai)
    except safe_input.Refused as refused:
        where = f"Fichier n° {rank}. " if rank else ""
        raise Refused(refused.code, where + refused.phrase, refused.line) from refused


def _check_year(read: Sequence[Fichier]) -> None:
    first = read[0]
    for file in read[1:]:
        if file.annee != first.annee:
            raise Refused(
                "annees_differentes",
                f"Le fichier {NAMES[type(first)]} est de l’année {first.annee} et le fichier "
                f"{NAMES[type(file)]} de l’année {file.annee} : "
                "tous les fichiers d’un import sont de la même année.",
            )


def _check_kinds(read: Sequence[Fichier]) -> None:
    for kind, name in NAMES.items():
        if sum(isinstance(file, kind) for file in read) > 1:
            raise Refused(
                "fichier_en_double",
                f"Deux fichiers sont du type {name} : n’en donnez qu’un de chaque type.",
            )


def _of(kind: type[Kind], read: Sequence[Fichier]) -> Kind | None:
    return next((file for file in read if isinstance(file, kind)), None)
