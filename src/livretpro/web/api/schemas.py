"""The shapes of the API, under their French names: what OpenAPI shows and each answer follows."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

Code = Annotated[str, Field(min_length=1)]


class Erreur(Schema):
    """Why nothing is given: a word for the program, a sentence for a person."""

    code: str
    phrase: str


class ErreurJeton(Schema):
    """Why no token is given, in the words of RFC 6749."""

    error: Literal["invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope"]
    error_description: str


class Jeton(Schema):
    """A token, for `expires_in` seconds."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class Etablissement(Schema):
    """The school of the access; `annee` is empty before its first import."""

    uai: str
    nom: str
    annee: str


class DiplomeSuivi(Schema):
    """A diploma at a level that pupils of the division prepare; `competences` are the codes that
    its bilans may give a degree, sub-competences included."""

    cfd: str
    mefs: list[str]
    niveau: Literal["premiere", "terminale"]
    periodicite: Literal["T", "S"] | None
    competences: list[str]


class Periode(Schema):
    """A period: no dates when the diplomas of the division differ in them."""

    numero: int = Field(ge=1, le=3)
    debut: date | None
    fin: date | None
    publiee_le: datetime | None


class DivisionSuivie(Schema):
    """A division: no period without a periodicity, or with two."""

    code: Code
    libelle: str
    diplomes: list[DiplomeSuivi]
    periodes: list[Periode]


class PageDivisions(Schema):
    """Divisions of the year, by code."""

    divisions: list[DivisionSuivie]
    page: int
    pages: int


class Enseignant(Schema):
    """A teacher of the speciality."""

    nom: str
    prenom: str


class Decision(Schema):
    """When a value was last decided, and the name of who did."""

    le: datetime
    par: str


class Degre(Schema):
    """A degree, by the code of its competence or sub-competence."""

    code: Code
    degre: int = Field(ge=1, le=4)
    decide: Decision | None


class BilanEleve(Schema):
    """What the team decided for a pupil in the period; `moyenne` such as 12.50, out of 20.

    No decision is told of a value that is absent, nor of one older than the journal."""

    eleve_id: str
    ine: str | None
    nom: str
    prenom: str
    cfd: str
    moyenne: str | None = Field(pattern=r"^[0-9]{1,2}\.[0-9]{2}$")
    non_note: bool
    moyenne_decidee: Decision | None
    appreciation: str
    appreciation_decidee: Decision | None
    enseignants: list[Enseignant]
    degres: list[Degre]
    modifie_le: datetime | None


class PageBilans(Schema):
    """The bilans of a published period of a division, by name."""

    division: str
    numero: int
    publiee_le: datetime
    eleves: list[BilanEleve]
    page: int
    pages: int
