"""The invented school: its formations, its divisions of two years, and who teaches in them."""

from dataclasses import dataclass
from datetime import date

UAI = "0599001N"
OTHER_UAI = "0599002P"
NAME = "Lycée professionnel de Valmeray (démonstration)"
FORMER, CURRENT = 2024, 2025
SPECIALITY = "071100"


@dataclass(frozen=True)
class Formation:
    """A MEF of eleven characters, as SIECLE tells it, and the diploma (CFD) it prepares.

    Codes: `data/referentiels` (`mef`, ten characters) and `data/mef` of both years.
    """

    mef: str
    mefstat: str
    label: str

    @property
    def cfd(self) -> str:
        """Formation-diplôme code: `400` and digits 4 to 8 of the MEF (spec 02, Scope)."""
        return f"400{self.mef[3:8]}"


MTNE = Formation("24720008310", "23810020008", "2NDPRO MET.TRANSIT.NUMER.ENERG.")
GATL = Formation("24730003310", "23810030003", "2NDPRO MET.GEST.ADM.-TRA.et LOG.")
CIEL_1 = Formation("24725519320", "23820025519", "1ERPRO CYBER.INFORM.etRESEAUX ELECTRON.")
CIEL_T = Formation("24725519330", "23830025519", "TLEPRO CYBER.INFORM.etRESEAUX ELECTRON.")
MELEC_1 = Formation("24725520320", "23820025520", "1ERPRO METIERS ELECT. ENVIRON. CONNECTES")
MELEC_T = Formation("24725520330", "23830025520", "TLEPRO METIERS ELECT. ENVIRON. CONNECTES")
AGORA_1 = Formation("24730004320", "23820030004", "1ERPRO ASSISTANC.GEST.ORGANIS.ACTIVITES")
AGORA_T = Formation("24730004330", "23830030004", "TLEPRO ASSISTANC.GEST.ORGANIS.ACTIVITES")
FORMATIONS = (MTNE, GATL, CIEL_1, CIEL_T, MELEC_1, MELEC_T, AGORA_1, AGORA_T)
SUBJECTS = {
    SPECIALITY: "ENSEIGNEMENT TECHNOLOGIQUE-PROFESSIONNEL",
    "020700": "FRANCAIS",
    "061300": "MATHEMATIQUES",
    "030200": "ANGLAIS",
    "100100": "EDUCATION PHYSIQUE ET SPORTIVE",
}


@dataclass(frozen=True)
class Person:
    """A member of the staff as STS knows it; `sts_id` and `sts_type` are its key."""

    last_name: str
    first_name: str
    sts_id: str
    sts_type: str = "epp"
    function: str = "ENS"


FERRAND = Person("Ferrand", "Claire", "9001", "dir", "DIR")
MORVAUDIN = Person("Morvaudin", "Étienne", "9002", "dir", "DIR")
TILLERVENT = Person("Tillervent", "Nadège", "101")
KARADINE = Person("Karadine", "Youssouf", "102")
AUBRECOURT = Person("d'Aubrecourt", "Maëlle", "103")
LANTANEL = Person("Lantanel", "Grégoire", "104")
ROUSVIGNAL = Person("Rousvignal", "Hélène", "105")
SOUMARELLE = Person("Soumarelle", "Ibrahima", "106")
BRINDOSIER = Person("Brindosier", "Agnès", "107")
FALLOWMERE = Person("Fallowmere", "Jodie", "108")
GARRIGUOL = Person("Garriguol", "Sylvain", "101", "local")
VERDELUNE = Person("Verdelune", "Tao", "301", "eppsup")
STAFF = (
    FERRAND,
    MORVAUDIN,
    TILLERVENT,
    KARADINE,
    AUBRECOURT,
    LANTANEL,
    ROUSVIGNAL,
    SOUMARELLE,
    BRINDOSIER,
    FALLOWMERE,
    GARRIGUOL,
    VERDELUNE,
)
GENERAL_SERVICES = (
    ("020700", (AUBRECOURT,)),
    ("061300", (BRINDOSIER,)),
    ("030200", (FALLOWMERE,)),
    ("100100", (GARRIGUOL,)),
)


@dataclass(frozen=True)
class Division:
    """A division; without teacher of the speciality, STS gives it no service at all."""

    code: str
    label: str
    formations: tuple[Formation, ...]
    speciality: tuple[Person, ...] = ()
    principal: Person | None = None


@dataclass(frozen=True)
class Group:
    """A group inside a division, taught the speciality."""

    code: str
    label: str
    division: str
    speciality: tuple[Person, ...]


@dataclass(frozen=True)
class Year:
    """The structure of a school year."""

    year: int
    divisions: tuple[Division, ...]
    groups: tuple[Group, ...] = ()

    @property
    def start(self) -> date:
        """First day, as STS gives it."""
        return date(self.year, 9, 1)

    @property
    def end(self) -> date:
        """Last day, as STS gives it."""
        return date(self.year + 1, 8, 31)


FORMER_YEAR = Year(
    FORMER,
    (
        Division("2TNE1", "SECONDE TNE 1", (MTNE,), (SOUMARELLE,)),
        Division("1CIEL1", "PREMIERE CIEL 1", (CIEL_1,), (LANTANEL,), AUBRECOURT),
        Division("1AGO1", "PREMIERE AGORA 1", (AGORA_1,), (KARADINE,)),
        Division("1MELEC1", "PREMIERE MELEC 1", (MELEC_1,), (ROUSVIGNAL,), ROUSVIGNAL),
    ),
)
CURRENT_YEAR = Year(
    CURRENT,
    (
        Division("2TNE1", "SECONDE TNE 1", (MTNE,), (SOUMARELLE,)),
        Division("1CIEL1", "PREMIERE CIEL 1", (CIEL_1,), (LANTANEL,)),
        Division("1AGO1", "PREMIERE AGORA 1", (AGORA_1,)),
        Division("1MELEC1", "PREMIERE MELEC 1", (MELEC_1,), (ROUSVIGNAL,), ROUSVIGNAL),
        Division("TCIEL1", "TERMINALE CIEL 1", (CIEL_T,), (TILLERVENT, LANTANEL), AUBRECOURT),
        Division("TAGO1", "TERMINALE AGORA 1", (AGORA_T,), (KARADINE,), BRINDOSIER),
        Division("TMELEC1", "TERMINALE MELEC 1", (MELEC_T,), (TILLERVENT,)),
        Division("T CI/MEL", "TERMINALE CIEL ET MELEC", (CIEL_T, MELEC_T), (TILLERVENT,)),
    ),
    (
        Group("TMEL1-GA", "TERMINALE MELEC 1 GROUPE A", "TMELEC1", (ROUSVIGNAL,)),
        Group("TMEL1-GB", "TERMINALE MELEC 1 GROUPE B", "TMELEC1", (VERDELUNE,)),
    ),
)
