"""Texts that the tables cannot hold. Nothing is cut to fit: what is too long is left out, and said.

Lengths are those of `schools.models`; SIECLE and STS stay far below them.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from livretpro.schools.importing.files import Files
from livretpro.schools.importing.plan import notices
from livretpro.schools.importing.report import Avertissement
from livretpro.schools.rules import StaffType, is_not_enrolled
from siecle_xml import (
    Division,
    DivisionSts,
    Eleve,
    Groupe,
    GroupeSts,
    Individu,
    Mef,
    Nomenclature,
    Service,
    Structures,
    StsEmp,
)

CODE = 8
NAME = 100
LABEL = 100
MEF = 11
MEF_LABEL = 200
STATUS = 4
SUBJECT = 6
MODE = 4
STS_ID = 20
FUNCTION = 8

Structure = TypeVar("Structure", Division, Groupe, DivisionSts, GroupeSts)
StructureSts = TypeVar("StructureSts", DivisionSts, GroupeSts)


def too_long(eleve: Eleve) -> tuple[str, int] | None:
    """The first text of a pupil that is too long, in words, and the limit."""
    last = eleve.an_dernier
    texts = (
        ("le nom", eleve.nom, NAME),
        ("le prénom", eleve.prenom, NAME),
        ("le statut", eleve.code_statut, STATUS),
        ("la division de l’an dernier", last and last.code_structure, CODE),
        ("l’établissement de l’an dernier", last and last.code_rne, CODE),
        *(("la division", code, CODE) for code in eleve.divisions),
        *(("le groupe", code, CODE) for code in eleve.groupes),
    )
    return next(((what, limit) for what, text, limit in texts if len(text or "") > limit), None)


def fitting(files: Files) -> tuple[Files, tuple[Avertissement, ...]]:
    """The files without the structures, MEF, persons and services that do not fit."""
    warnings: list[Avertissement] = []
    fitted = replace(
        files,
        structures=_structures(files.structures, warnings) if files.structures else None,
        nomenclature=_nomenclature(files.nomenclature, warnings) if files.nomenclature else None,
        sts=_sts(files.sts, warnings) if files.sts else None,
    )
    return fitted, tuple(warnings)


def _structures(file: Structures, warnings: list[Avertissement]) -> Structures:
    return replace(
        file,
        divisions=_fit(file.divisions, warnings),
        groupes=_fit(file.groupes, warnings),
    )


def _fit(structures: Iterable[Structure], warnings: list[Avertissement]) -> tuple[Structure, ...]:
    """Those that fit; `Inactifs` is no division."""
    kept: list[Structure] = []
    for structure in structures:
        mefs = structure.mefs if isinstance(structure, Division | DivisionSts) else ()
        fits = len(structure.code) <= CODE and len(structure.libelle) <= LABEL
        if is_not_enrolled(structure.code):
            continue
        if fits and all(len(mef) <= MEF for mef in mefs):
            kept.append(structure)
        else:
            warnings.append(notices.misfit_structure(structure.code))
    return tuple(kept)


def _nomenclature(file: Nomenclature, warnings: list[Avertissement]) -> Nomenclature:
    kept = tuple(filter(_mef_fits, file.mefs))
    warnings += [notices.misfit_mef(mef.code_mef) for mef in file.mefs if not _mef_fits(mef)]
    return replace(file, mefs=kept)


def _mef_fits(mef: Mef) -> bool:
    codes = (mef.code_mef, mef.rattachement or "", mef.code_mefstat or "")
    return all(len(code) <= MEF for code in codes) and len(mef.libelle) <= MEF_LABEL


def _sts(file: StsEmp, warnings: list[Avertissement]) -> StsEmp:
    kept = tuple(filter(_person_fits, file.individus))
    warnings += [notices.misfit_person(i) for i in file.individus if not _person_fits(i)]
    return replace(
        file,
        individus=kept,
        divisions=_with_services(_fit(file.divisions, warnings), warnings),
        groupes=_with_services(_fit(file.groupes, warnings), warnings),
    )


def _person_fits(individu: Individu) -> bool:
    return (
        individu.type in set(StaffType)
        and len(individu.id) <= STS_ID
        and max(len(individu.nom), len(individu.prenom)) <= NAME
        and len(individu.fonction or "") <= FUNCTION
    )


def _with_services(
    structures: Iterable[StructureSts], warnings: list[Avertissement]
) -> tuple[StructureSts, ...]:
    kept: list[StructureSts] = []
    for structure in structures:
        services = tuple(filter(_service_fits, structure.services))
        kept.append(replace(structure, services=services))
        warnings += [
            notices.misfit_service(structure.code, service.code_matiere, service.ligne)
            for service in structure.services
            if not _service_fits(service)
        ]
    return tuple(kept)


def _service_fits(service: Service) -> bool:
    return 0 < len(service.code_matiere) <= SUBJECT and len(service.code_mod_cours or "") <= MODE
