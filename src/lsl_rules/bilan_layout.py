"""How a bilan is laid out in its sheets: written so, and found again by these words."""

import re
import unicodedata
from enum import StrEnum

from lsl_rules.against import Status

HEADER_SHEET, PUPILS_SHEET, FINDINGS_SHEET = "Bilan", "Élèves", "Constats"


class Head(StrEnum):
    """What a line of the first sheet is about."""

    UAI = "UAI"
    SCHOOL = "Établissement"
    FILE = "Fichier"
    SHA256 = "SHA-256"
    PUBLISHER = "Éditeur"
    APPLICATION = "Application"
    SCHEMA = "Version du schéma"
    AT = "Date"
    AUTHOR = "Auteur"
    RESULT = "Résultat"
    READ = "Élèves lus"
    IMPORTED = "Élèves importés"
    PARTIAL = "Élèves partiels"
    REJECTED = "Élèves rejetés"
    CREATED = "Éléments créés"
    OVERWRITTEN = "Éléments remplacés"
    UNCHANGED = "Éléments inchangés"
    UNCHECKED = "Non contrôlé"
    CUT = "Non écrit"
    SOURCE = "Origine"


class Column(StrEnum):
    """A column of the sheets of pupils and of findings."""

    RANK = "Rang"
    ELEVE_ID = "ELEVE_ID"
    INE = "INE"
    LAST_NAME = "Nom"
    FIRST_NAME = "Prénom"
    DIVISION = "Division"
    MEF = "MEF"
    YEARS = "Année"
    STATUS = "Statut"
    CODE = "Code"
    LABEL = "Libellé"
    PLACE = "Lieu"
    VALUE = "Valeur reçue"
    ACTION = "Action"
    PHRASE = "Constat"


PUPIL_COLUMNS = (
    Column.RANK,
    Column.ELEVE_ID,
    Column.INE,
    Column.LAST_NAME,
    Column.FIRST_NAME,
    Column.DIVISION,
    Column.MEF,
    Column.YEARS,
    Column.STATUS,
    Column.CODE,
    Column.LABEL,
)
FINDING_COLUMNS = (
    Column.RANK,
    Column.ELEVE_ID,
    Column.LAST_NAME,
    Column.FIRST_NAME,
    Column.CODE,
    Column.LABEL,
    Column.PLACE,
    Column.VALUE,
    Column.ACTION,
    Column.PHRASE,
)

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula, even saved as CSV: an apostrophe before it.

    A signed number stays as it is. `plain` gives the text back.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def plain(cell: str) -> str:
    """The text that `neutral` made this cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def folded(words: str) -> str:
    """Words as they are compared: small letters without accents, one space between words."""
    letters = unicodedata.normalize("NFKD", words.casefold())
    kept = "".join(letter if letter.isalnum() else " " for letter in letters if not _accent(letter))
    return " ".join(kept.split())


def _accent(letter: str) -> bool:
    return unicodedata.combining(letter) != 0


# What LSL may call the same things: compared `folded`.
NAMES: dict[str, Column] = {
    **{folded(column): column for column in Column},
    **{
        folded(name): column
        for column, names in {
            Column.RANK: ("n°", "numéro", "ordre"),
            Column.ELEVE_ID: (
                "id",
                "identifiant",
                "identifiant élève",
                "id élève",
                "élève id",
                "identifiant SIECLE",
            ),
            Column.INE: ("identifiant national", "identifiant national élève", "code INE"),
            Column.LAST_NAME: ("nom élève", "nom de famille", "nom de l'élève"),
            Column.FIRST_NAME: ("prénoms", "prénom élève", "prénom de l'élève"),
            Column.DIVISION: ("classe", "code division"),
            Column.MEF: ("code MEF",),
            Column.YEARS: ("année scolaire", "années"),
            Column.STATUS: ("résultat", "état", "état import", "statut import"),
            Column.CODE: ("code anomalie", "code erreur", "code constat"),
            Column.LABEL: ("libellé anomalie", "libellé erreur", "message", "motif"),
            Column.PLACE: ("emplacement", "champ", "rubrique", "donnée"),
            Column.VALUE: ("valeur",),
            Column.ACTION: ("suite", "traitement"),
            Column.PHRASE: ("précision", "détail", "commentaire"),
        }.items()
        for name in names
    },
}
STATUSES = {
    "importe": Status.IMPORTE,
    "importee": Status.IMPORTE,
    "integre": Status.IMPORTE,
    "partiel": Status.PARTIEL,
    "partielle": Status.PARTIEL,
    "partiellement importe": Status.PARTIEL,
    "rejete": Status.REJETE,
    "rejetee": Status.REJETE,
    "rejet": Status.REJETE,
}
HEADS = {folded(head): head for head in Head}
