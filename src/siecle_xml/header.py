"""Whose file it is, and of which year: checked before anything else is read."""

import re
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from safe_input import Checked
from siecle_xml.blocks import parametres
from siecle_xml.model import Remarque
from siecle_xml.refusal import SiecleRefused
from siecle_xml.values import Subject, attribute, french_date, iso_date, text

UAI = re.compile(r"[0-9]{7}[A-Z]")
YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Header:
    """`PARAMETRES`, and the remarks that the reader of the content goes on filling."""

    uai: str
    annee: int
    date_export: date | None = None
    date_debut: date | None = None
    date_fin: date | None = None
    remarques: list[Remarque] = field(default_factory=list)

    def sorted_remarques(self) -> tuple[Remarque, ...]:
        """The remarks in the order of the lines."""
        return tuple(sorted(self.remarques, key=lambda remarque: remarque.ligne))


def bee_header(document: Checked) -> Header:
    """Read `PARAMETRES` of a SIECLE file, values in tags.

    Raises `SiecleRefused`: `uai_absent`, `uai_invalide`, `annee_absente`, `annee_invalide`.
    """
    element, ligne = _parametres(document)
    subject = _subject(ligne)
    return Header(
        uai=_uai(text(element, "UAJ"), ligne),
        annee=_annee(text(element, "ANNEE_SCOLAIRE"), ligne),
        date_export=french_date(subject, "date d’export", text(element, "DATE_EXPORT")),
        remarques=subject.remarques,
    )


def sts_header(document: Checked) -> Header:
    """Read `PARAMETRES` of an STS file, values in attributes.

    Raises `SiecleRefused`: those of `bee_header`, and `application_source` for a file that a
    timetable software wrote.
    """
    element, ligne = _parametres(document)
    _refuse_timetable_software(element, ligne)
    subject = _subject(ligne)
    debut, fin = (text(element, f"ANNEE_SCOLAIRE/{name}") for name in ("DATE_DEBUT", "DATE_FIN"))
    return Header(
        uai=_uai(_code(element, "UAJ", "CODE"), ligne),
        annee=_annee(_code(element, "ANNEE_SCOLAIRE", "ANNEE"), ligne),
        date_export=_sts_date_export(subject, text(element, "DATE_EXPORT")),
        date_debut=iso_date(subject, "date de début d’année", debut),
        date_fin=iso_date(subject, "date de fin d’année", fin),
        remarques=subject.remarques,
    )


def _sts_date_export(subject: Subject, value: str) -> date | None:
    """The specification gives this one in the form of SIECLE, the other dates of STS in ISO."""
    read = french_date if "/" in value else iso_date
    return read(subject, "date d’export", value)


def _parametres(document: Checked) -> tuple[etree._Element, int]:
    found = parametres(document)
    if found is None:
        raise _uai_absent(None)
    return found


def _subject(ligne: int) -> Subject:
    return Subject("Paramètres du fichier", ligne, [])


def _code(element: etree._Element, tag: str, name: str) -> str:
    child = element.find(tag)
    return "" if child is None else attribute(child, name)


def _uai(value: str, ligne: int) -> str:
    if not value:
        raise _uai_absent(ligne)
    uai = value.upper()
    if not UAI.fullmatch(uai):
        phrase = (
            f"« {value[:20]} » n’est pas un UAI (sept chiffres, une lettre) : refaites l’export."
        )
        raise SiecleRefused("uai_invalide", phrase, ligne)
    return uai


def _uai_absent(ligne: int | None) -> SiecleRefused:
    phrase = "Le fichier ne dit pas de quel établissement il vient (UAJ) : refaites l’export."
    return SiecleRefused("uai_absent", phrase, ligne)


def _annee(value: str, ligne: int) -> int:
    if not value:
        phrase = "Le fichier ne dit pas son année (ANNEE_SCOLAIRE) : refaites l’export."
        raise SiecleRefused("annee_absente", phrase, ligne)
    if not YEAR.fullmatch(value):
        phrase = f"L’année scolaire « {value[:20]} » n’a pas quatre chiffres : refaites l’export."
        raise SiecleRefused("annee_invalide", phrase, ligne)
    return int(value)


def _refuse_timetable_software(element: etree._Element, ligne: int) -> None:
    if element.find("APPLICATION_SOURCE") is None:
        return
    software = text(element, "APPLICATION_SOURCE")[:40] or "emploi du temps"
    phrase = (
        f"Ce fichier a été produit par un logiciel ({software}) et non par STS-web :"
        " prenez le fichier « sts_emp » que STS-web exporte."
    )
    raise SiecleRefused("application_source", phrase, ligne)
