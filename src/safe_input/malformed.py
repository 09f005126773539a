"""What expat found wrong, said in French."""

from dataclasses import dataclass
from xml.parsers.expat import errors

from safe_input.refusal import Refused

CODES = errors.codes
AT_THE_END = (
    CODES[errors.XML_ERROR_NO_ELEMENTS],
    CODES[errors.XML_ERROR_UNCLOSED_TOKEN],
    CODES[errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
)
IN_A_CHARACTER = (
    CODES[errors.XML_ERROR_INVALID_TOKEN],
    CODES[errors.XML_ERROR_PARTIAL_CHAR],
)
REASONS = {
    CODES[errors.XML_ERROR_INVALID_TOKEN]: "un caractère n’a pas sa place",
    CODES[errors.XML_ERROR_TAG_MISMATCH]: "une balise est fermée sans avoir été ouverte",
    CODES[errors.XML_ERROR_DUPLICATE_ATTRIBUTE]: "un attribut est écrit deux fois",
    CODES[errors.XML_ERROR_BAD_CHAR_REF]: "une référence désigne un caractère interdit",
    CODES[errors.XML_ERROR_MISPLACED_XML_PI]: "la déclaration XML n’est pas au début du fichier",
    CODES[errors.XML_ERROR_UNBOUND_PREFIX]: "un préfixe de balise n’est pas déclaré",
}


@dataclass(frozen=True)
class Fault:
    """Where and how expat stopped: its error code, the line, the byte it stopped at (empty at the
    end of the file), the encoding in force, and whether an element was still open."""

    code: int
    line: int
    byte: bytes
    encoding: str
    inside: bool


def explain(fault: Fault) -> Refused:
    """Return the refusal of a document that is not well-formed.

    Codes: `tronque`, `vide`, `deux_racines`, `entite`, `encodage`, `mal_forme`.
    """
    if fault.code in AT_THE_END:
        return _ended_early(fault)
    if fault.code in IN_A_CHARACTER and (not fault.byte or fault.byte >= b"\x80"):
        return _undecodable(fault)
    if fault.code == CODES[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]:
        phrase = (
            f"La ligne {fault.line} continue après la fin du document : exportez-le de nouveau."
        )
        return Refused("deux_racines", phrase, fault.line)
    if fault.code == CODES[errors.XML_ERROR_UNDEFINED_ENTITY]:
        phrase = (
            f"La ligne {fault.line} emploie une entité inconnue : exportez de nouveau le fichier."
        )
        return Refused("entite", phrase, fault.line)
    reason = REASONS.get(fault.code, "la syntaxe est fautive")
    return malformed(reason, fault.line)


def malformed(reason: str, line: int) -> Refused:
    """Return the refusal of a syntax error, `reason` being a French clause without capital."""
    phrase = f"Le XML est mal formé à la ligne {line} ({reason}) : exportez de nouveau le fichier."
    return Refused("mal_forme", phrase, line)


def _ended_early(fault: Fault) -> Refused:
    if fault.inside or fault.code != CODES[errors.XML_ERROR_NO_ELEMENTS]:
        phrase = f"Le fichier est coupé à la ligne {fault.line} : exportez-le de nouveau."
        return Refused("tronque", phrase, fault.line)
    phrase = "Le fichier ne contient aucune donnée : exportez-le de nouveau."
    return Refused("vide", phrase, fault.line)


def _undecodable(fault: Fault) -> Refused:
    phrase = (
        f"La ligne {fault.line} n’est pas écrite dans l’encodage annoncé ({fault.encoding}) :"
        " exportez de nouveau le fichier sans le modifier."
    )
    return Refused("encodage", phrase, fault.line)
