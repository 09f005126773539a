"""The files of SIECLE (pupils, structures, nomenclature) and STS (staff, services), read as facts.

Nothing is decided here: a pupil without INE, in two divisions or in `Inactifs` is given as the file
says. Addresses, scholarships, sex and nationality are not read.
"""

from siecle_xml.model import (
    Division,
    DivisionSts,
    Eleve,
    Eleves,
    Groupe,
    GroupeSts,
    Individu,
    Matiere,
    Mef,
    Nomenclature,
    ProfPrinc,
    Remarque,
    ScolariteAnDernier,
    Service,
    Structures,
    StsEmp,
)
from siecle_xml.reader import read
from siecle_xml.refusal import SiecleRefused

__all__ = [
    "Division",
    "DivisionSts",
    "Eleve",
    "Eleves",
    "Groupe",
    "GroupeSts",
    "Individu",
    "Matiere",
    "Mef",
    "Nomenclature",
    "ProfPrinc",
    "Remarque",
    "ScolariteAnDernier",
    "Service",
    "SiecleRefused",
    "Structures",
    "StsEmp",
    "read",
]
