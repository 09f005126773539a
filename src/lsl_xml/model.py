"""The LSL document: one frozen dataclass per complex type, names of the schema letter for letter.

Hyphens and capitals become underscores (`code-matiere` is `code_matiere`); a wrapper that only
repeats one child (`scolarites`, `periodiques`, `competences`, `enseignants`, `donnees`) is a tuple.
The model is the union of the two profiles. `@date` has no place in it: it is never written, and
what is read does not depend on it. Texts are NFC with LF from construction on. Values are not
checked here: the schema and the semantic rules do it, on what a foreign file really holds.
"""

from dataclasses import dataclass
from decimal import Decimal

from lsl_xml.lexical import normal_text


class _NormalTexts:
    """Puts every text of the dataclass in NFC with LF when it is built."""

    __slots__ = ()

    def __post_init__(self) -> None:
        name: str
        for name in self.__slots__:
            value = getattr(self, name)
            if type(value) is str:
                object.__setattr__(self, name, normal_text(value))


@dataclass(frozen=True, slots=True)
class Enseignant(_NormalTexts):
    """`enseignant`: a name absent from the file (legal in 1.0) is an empty text."""

    nom: str = ""
    prenom: str = ""


@dataclass(frozen=True, slots=True)
class Avis(_NormalTexts):
    """`avisEngagement`, `avisInvestissement`, `avisChefEtab`: a text (300) and its signatory."""

    texte: str
    nom: str
    prenom: str


@dataclass(frozen=True, slots=True)
class AvisPfmp(_NormalTexts):
    """`avisPfmp` (1.1): synthesis (1000), signatory, weeks (1 to 99) over the whole cycle."""

    texte: str
    nom: str
    prenom: str
    nb_semaines: int | None = None
    partie_etranger: bool | None = None


@dataclass(frozen=True, slots=True)
class ParcoursDifferencie(_NormalTexts):
    """`parcoursDifferencie` (1.1): a text (300), signatory, label (120)."""

    texte: str
    nom: str
    prenom: str
    libelle: str | None = None


@dataclass(frozen=True, slots=True)
class ChefOeuvre(_NormalTexts):
    """`chefOeuvre` (1.1): mark 0 to 20, nature `chef-d-oeuvre` or `projet`, appreciation (300)."""

    enseignants: tuple[Enseignant, ...]
    note: Decimal | None = None
    nature: str | None = None
    annuelle: str | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """`structure`: headcount, average and distribution (in %) of the group; all optional."""

    effectif: int | None = None
    moyenne: Decimal | None = None
    repar_moins_huit: Decimal | None = None
    repar_huit_douze: Decimal | None = None
    repar_plus_douze: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Periode:
    """`periode`: its number from 1 and its average, `NON_NOTE` when the pupil has none."""

    numero: int
    moyenne: Decimal


@dataclass(frozen=True, slots=True)
class Competence:
    """`competence`: code of the nomenclature (4 digits); `niveau` is the text of the element."""

    code: str
    niveau: str


@dataclass(frozen=True, slots=True)
class Evaluation(_NormalTexts):
    """`evaluation`: one subject under one modality; `annuelle` is the appreciation (300)."""

    code_matiere: str
    modalite_election: str
    structure: Structure
    enseignants: tuple[Enseignant, ...]
    annuelle: str | None = None
    periodiques: tuple[Periode, ...] = ()
    competences: tuple[Competence, ...] = ()


@dataclass(frozen=True, slots=True)
class Scolarite:
    """`scolarite`: what is said of one school year, named by its first civil year."""

    annee_scolaire: int
    code_periode: str
    evaluations: tuple[Evaluation, ...]
    code_mef: str | None = None
    avis_engagement: Avis | None = None
    avis_investissement: Avis | None = None
    avis_chef_etab: Avis | None = None
    avis_pfmp: AvisPfmp | None = None
    chef_oeuvre: ChefOeuvre | None = None
    parcours_differencie: ParcoursDifferencie | None = None


@dataclass(frozen=True, slots=True)
class Engagements(_NormalTexts):
    """`engagements`: codes among C V A E S, then a free text (300)."""

    engagement: tuple[str, ...] = ()
    engagement_autre: str | None = None


@dataclass(frozen=True, slots=True)
class AvisExamen:
    """`avisExamen`: code among T F A D."""

    code: str


@dataclass(frozen=True, slots=True)
class Eleve:
    """`eleve`: `id` is the SIECLE `ELEVE_ID`, not the INE."""

    id: int
    scolarites: tuple[Scolarite, ...]
    ine: str | None = None
    engagements: Engagements | None = None
    avis_examen: AvisExamen | None = None


@dataclass(frozen=True, slots=True)
class Entete(_NormalTexts):
    """`entete`: publisher, software, UAI; in 1.1 the writer's version and the division."""

    editeur: str
    application: str
    etablissement: str
    version: str | None = None
    division: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The root: a header and the pupils of one division, in the order of the file."""

    entete: Entete
    donnees: tuple[Eleve, ...]
