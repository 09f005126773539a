"""What a profile cannot carry, and the document without it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from lsl_xml.model import Document, Eleve, Scolarite
from lsl_xml.profile import Profile


class Part(StrEnum):
    """A part of the model that profile 1.0 has no place for."""

    VERSION = "version"
    DIVISION = "division"
    INE = "ine"
    CODE_MEF = "code-mef"
    AVIS_PFMP = "avisPfmp"
    CHEF_OEUVRE = "chefOeuvre"
    PARCOURS_DIFFERENCIE = "parcoursDifferencie"

    @property
    def label(self) -> str:
        """French name of the part, as shown before an export."""
        return _LABELS[self]


_LABELS = {
    Part.VERSION: "version de l’écriture du fichier",
    Part.DIVISION: "division",
    Part.INE: "identifiant national (INE)",
    Part.CODE_MEF: "code MEF",
    Part.AVIS_PFMP: "synthèse des PFMP",
    Part.CHEF_OEUVRE: "chef-d’œuvre ou projet",
    Part.PARCOURS_DIFFERENCIE: "parcours différencié",
}

_OF_ENTETE = {"version": Part.VERSION, "division": Part.DIVISION}
_OF_ELEVE = {"ine": Part.INE}
_OF_SCOLARITE = {
    "code_mef": Part.CODE_MEF,
    "avis_pfmp": Part.AVIS_PFMP,
    "chef_oeuvre": Part.CHEF_OEUVRE,
    "parcours_differencie": Part.PARCOURS_DIFFERENCIE,
}


@dataclass(frozen=True, slots=True)
class NotCarried:
    """One part left out of the file: of which pupil (None: the header), of which school year."""

    eleve_id: int | None
    annee_scolaire: int | None
    part: Part


def carried(document: Document, profile: Profile) -> Document:
    """Return the document as the profile can carry it; 1.1 carries everything."""
    if profile is Profile.V1_1:
        return document
    return Document(
        entete=replace(document.entete, version=None, division=None),
        donnees=tuple(_eleve_1_0(eleve) for eleve in document.donnees),
    )


def _eleve_1_0(eleve: Eleve) -> Eleve:
    scolarites = tuple(_scolarite_1_0(scolarite) for scolarite in eleve.scolarites)
    return replace(eleve, ine=None, scolarites=scolarites)


def _scolarite_1_0(scolarite: Scolarite) -> Scolarite:
    return replace(
        scolarite, code_mef=None, avis_pfmp=None, chef_oeuvre=None, parcours_differencie=None
    )


def not_carried(document: Document, profile: Profile) -> tuple[NotCarried, ...]:
    """List what `write` leaves out under the profile: header first, then pupil by pupil."""
    if profile is Profile.V1_1:
        return ()
    of_header = [NotCarried(None, None, part) for part in _present(document.entete, _OF_ENTETE)]
    of_pupils = [lost for eleve in document.donnees for lost in _of_pupil(eleve)]
    return (*of_header, *of_pupils)


def _of_pupil(eleve: Eleve) -> list[NotCarried]:
    own = [NotCarried(eleve.id, None, part) for part in _present(eleve, _OF_ELEVE)]
    yearly = [
        NotCarried(eleve.id, scolarite.annee_scolaire, part)
        for scolarite in eleve.scolarites
        for part in _present(scolarite, _OF_SCOLARITE)
    ]
    return own + yearly


def _present(holder: object, parts: dict[str, Part]) -> list[Part]:
    return [part for name, part in parts.items() if getattr(holder, name) is not None]
