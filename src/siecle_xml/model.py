"""What the files say, in their own words.

Texts are stripped; a tag absent or empty is None, or "" for a name or a label. Lines count from 1
in the XML file, inside the zip if there was one.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Remarque:
    """A value that could not be taken, the rest of the file being read.

    `phrase` is a whole French sentence that names the person or the thing concerned.
    """

    code: str
    phrase: str
    eleve_id: int | None
    ligne: int


@dataclass(frozen=True, kw_only=True)
class Fichier:
    """What every file says of itself (`PARAMETRES`); `annee` is the first civil year."""

    uai: str
    annee: int
    date_export: date | None
    remarques: tuple[Remarque, ...]


@dataclass(frozen=True, kw_only=True)
class ScolariteAnDernier:
    """`SCOLARITE_AN_DERNIER`: where the pupil was the year before."""

    code_mef: str | None
    code_structure: str | None
    code_rne: str | None


@dataclass(frozen=True, kw_only=True)
class Eleve:
    """`ELEVE`, with the structures that `STRUCTURES_ELEVE` gives to its `ELEVE_ID`.

    `ine` is `ID_NATIONAL`, else `INE_RNIE`; `ine_ancien` is `INE_BEA`; `nom` is `NOM_USAGE`, else
    `NOM_DE_FAMILLE`. `divisions` and `groupes` are the codes of type D and G, in order, each once.
    """

    eleve_id: int
    ine: str | None
    ine_ancien: str | None
    nom: str
    prenom: str
    date_naissance: date | None
    date_entree: date | None
    date_sortie: date | None
    doublement: bool
    code_statut: str | None
    code_mef: str | None
    an_dernier: ScolariteAnDernier | None
    ligne: int
    divisions: tuple[str, ...] = ()
    groupes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Eleves(Fichier):
    """`BEE_ELEVES`: the pupils, in the order of the file."""

    eleves: tuple[Eleve, ...]


@dataclass(frozen=True, kw_only=True)
class Division:
    """`DIVISION` of SIECLE; `mefs` are the codes of its MEF, several for a mixed division."""

    code: str
    libelle: str
    mefs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Groupe:
    """`GROUPE` of SIECLE, with the codes of the divisions and MEF its pupils come from."""

    code: str
    libelle: str
    divisions: tuple[str, ...]
    mefs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Structures(Fichier):
    """`BEE_STRUCTURES`."""

    divisions: tuple[Division, ...]
    groupes: tuple[Groupe, ...]


@dataclass(frozen=True, kw_only=True)
class Mef:
    """`MEF`; a variant (last character not 0) has its `rattachement`. STS gives code and label."""

    code_mef: str
    libelle: str
    rattachement: str | None
    code_mefstat: str | None


@dataclass(frozen=True, kw_only=True)
class Matiere:
    """`MATIERE`: six-digit code and labels."""

    code: str
    libelle_court: str
    libelle_long: str


@dataclass(frozen=True, kw_only=True)
class Nomenclature(Fichier):
    """`BEE_NOMENCLATURES`."""

    mefs: tuple[Mef, ...]
    matieres: tuple[Matiere, ...]


@dataclass(frozen=True, kw_only=True)
class ProfPrinc:
    """`PROF_PRINC`: professeur principal of a division, until `date_fin` included."""

    code_structure: str
    date_debut: date | None
    date_fin: date | None


@dataclass(frozen=True, kw_only=True)
class Individu:
    """`INDIVIDU` or `SUPPLEANT`; the key of a person is (`id`, `type`).

    `type` is `epp`, `local`, `dir` or `eppsup`; `fonction` is `ENS`, `DIR`, `EDU` …, `ENS` when it
    is missing for a `local`; `nom` is `NOM_USAGE`, else `NOM_PATRONYMIQUE`.
    """

    id: str
    type: str
    nom: str
    prenom: str
    date_naissance: date | None
    fonction: str | None
    profs_princ: tuple[ProfPrinc, ...]
    ligne: int


@dataclass(frozen=True, kw_only=True)
class Service:
    """`SERVICE`: a subject taught by `enseignants`, keys (`id`, `type`) that may be unknown."""

    code_matiere: str
    code_mod_cours: str | None
    enseignants: tuple[tuple[str, str], ...]
    ligne: int


@dataclass(frozen=True, kw_only=True)
class DivisionSts:
    """`DIVISION` of STS."""

    code: str
    libelle: str
    mefs: tuple[str, ...]
    services: tuple[Service, ...]


@dataclass(frozen=True, kw_only=True)
class GroupeSts:
    """`GROUPE` of STS."""

    code: str
    libelle: str
    divisions: tuple[str, ...]
    services: tuple[Service, ...]


@dataclass(frozen=True, kw_only=True)
class StsEmp(Fichier):
    """`STS_EDT`; `date_debut` and `date_fin` bound the school year."""

    date_debut: date | None
    date_fin: date | None
    individus: tuple[Individu, ...]
    divisions: tuple[DivisionSts, ...]
    groupes: tuple[GroupeSts, ...]
    matieres: tuple[Matiere, ...]
    mefs: tuple[Mef, ...]
