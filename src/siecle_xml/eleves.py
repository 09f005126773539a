"""`BEE_ELEVES`: ElevesSansAdresses.xml, ElevesAvecAdresses.xml (versions 2.1 and 3.0)."""

import re
from collections.abc import Container
from dataclasses import dataclass, field, replace

from lxml import etree

from safe_input import Checked
from siecle_xml.blocks import blocks
from siecle_xml.header import bee_header
from siecle_xml.model import Eleve, Eleves, Remarque, ScolariteAnDernier
from siecle_xml.refusal import SiecleRefused
from siecle_xml.values import (
    SHOWN,
    Subject,
    attribute,
    code_mef,
    first,
    french_date,
    ine,
    once,
    text,
)

ELEVE_ID = re.compile(r"0*[1-9][0-9]{0,17}")  # LSL takes it as a positiveInteger
NOWHERE = ScolariteAnDernier(code_mef=None, code_structure=None, code_rne=None)


@dataclass(frozen=True)
class Belonging:
    """The structures of one pupil, and the first line that speaks of them."""

    ligne: int
    divisions: list[str] = field(default_factory=list)
    groupes: list[str] = field(default_factory=list)


class Belongings:
    """`STRUCTURES_ELEVE`: who belongs where, whether the pupils were read before or not."""

    def __init__(self, remarques: list[Remarque]) -> None:
        self._remarques = remarques
        self._found: dict[int, Belonging] = {}

    def add(self, element: etree._Element, ligne: int) -> None:
        """Read the structures of one pupil; those already known are kept."""
        value = attribute(element, "ELEVE_ID")
        subject = Subject(f"Structures de l’élève « {value[:SHOWN]} »", ligne, self._remarques)
        if not ELEVE_ID.fullmatch(value):
            subject.remark(
                "structure_sans_eleve", "cet ELEVE_ID n’est pas un entier positif, on l’ignore"
            )
            return
        belonging = self._found.setdefault(int(value), Belonging(ligne))
        subject = replace(subject, eleve_id=int(value))
        for structure in element.iterfind("STRUCTURE"):
            _place(belonging, structure, subject)

    def place(self, eleve: Eleve) -> Eleve:
        """Return the pupil with its divisions and groups."""
        belonging = self._found.get(eleve.eleve_id)
        if belonging is None:
            return eleve
        divisions, groupes = once(belonging.divisions), once(belonging.groupes)
        return replace(eleve, divisions=divisions, groupes=groupes)

    def remark_strangers(self, known: Container[int]) -> None:
        """Note the structures of pupils that the file does not hold."""
        for eleve_id, belonging in self._found.items():
            if eleve_id not in known:
                subject = Subject(f"Élève {eleve_id}", belonging.ligne, self._remarques, eleve_id)
                clause = "le fichier lui donne une structure mais ne le décrit pas, on l’ignore"
                subject.remark("structure_sans_eleve", clause)


def read_eleves(document: Checked) -> Eleves:
    """Read the pupils, with structures found before or after them.

    Raises `SiecleRefused`: those of `bee_header`, `eleve_id_absent`, `eleve_id_invalide`,
    `eleve_en_double`.
    """
    header = bee_header(document)
    belongings = Belongings(header.remarques)
    eleves: dict[int, Eleve] = {}
    for element, ligne in blocks(document):
        if element.tag == "ELEVE":
            _add(eleves, _eleve(element, ligne, header.remarques))
        elif element.tag == "STRUCTURES_ELEVE":
            belongings.add(element, ligne)
    belongings.remark_strangers(eleves)
    return Eleves(
        uai=header.uai,
        annee=header.annee,
        date_export=header.date_export,
        remarques=header.sorted_remarques(),
        eleves=tuple(map(belongings.place, eleves.values())),
    )


def _add(eleves: dict[int, Eleve], eleve: Eleve) -> None:
    if (same := eleves.get(eleve.eleve_id)) is not None:
        phrase = (
            f"L’élève {eleve.eleve_id} figure deux fois, lignes {same.ligne} et {eleve.ligne} :"
            " refaites l’export depuis SIECLE."
        )
        raise SiecleRefused("eleve_en_double", phrase, eleve.ligne)
    eleves[eleve.eleve_id] = eleve


def _eleve(element: etree._Element, ligne: int, remarques: list[Remarque]) -> Eleve:
    eleve_id = _eleve_id(attribute(element, "ELEVE_ID"), ligne)
    nom = first(text(element, "NOM_USAGE"), text(element, "NOM_DE_FAMILLE"))
    prenom = text(element, "PRENOM")
    subject = Subject(_label(nom, prenom, eleve_id), ligne, remarques, eleve_id)
    if not (nom and prenom):
        subject.remark("nom_absent", "le nom ou le prénom manque")
    return Eleve(
        eleve_id=eleve_id,
        ine=_ine(element, subject),
        ine_ancien=ine(subject, text(element, "INE_BEA")),
        nom=nom,
        prenom=prenom,
        date_naissance=french_date(subject, "date de naissance", text(element, "DATE_NAISS")),
        date_entree=french_date(subject, "date d’entrée", text(element, "DATE_ENTREE")),
        date_sortie=french_date(subject, "date de sortie", text(element, "DATE_SORTIE")),
        doublement=_doublement(subject, text(element, "DOUBLEMENT")),
        code_statut=text(element, "CODE_STATUT") or None,
        code_mef=code_mef(subject, text(element, "CODE_MEF")),
        an_dernier=_an_dernier(element, subject),
        ligne=ligne,
    )


def _label(nom: str, prenom: str, eleve_id: int) -> str:
    if not (nom or prenom):
        return f"Élève {eleve_id}"
    return f"{nom} {prenom}".strip() + f" (élève {eleve_id})"


def _eleve_id(value: str, ligne: int) -> int:
    if not value:
        phrase = (
            f"L’élève de la ligne {ligne} n’a pas d’ELEVE_ID : refaites l’export depuis SIECLE."
        )
        raise SiecleRefused("eleve_id_absent", phrase, ligne)
    if not ELEVE_ID.fullmatch(value):
        phrase = (
            f"L’ELEVE_ID « {value[:SHOWN]} » (ligne {ligne}) n’est pas un entier positif :"
            " refaites l’export depuis SIECLE."
        )
        raise SiecleRefused("eleve_id_invalide", phrase, ligne)
    return int(value)


def _ine(element: etree._Element, subject: Subject) -> str | None:
    national = ine(subject, text(element, "ID_NATIONAL"))
    return national or ine(subject, text(element, "INE_RNIE"))


def _doublement(subject: Subject, value: str) -> bool:
    if value not in ("", "0", "1"):
        clause = f"le doublement « {value[:SHOWN]} » n’est ni 0 ni 1, il est pris pour 0"
        subject.remark("doublement_invalide", clause)
    return value == "1"


def _an_dernier(element: etree._Element, subject: Subject) -> ScolariteAnDernier | None:
    before = element.find("SCOLARITE_AN_DERNIER")
    if before is None:
        return None
    scolarite = ScolariteAnDernier(
        code_mef=code_mef(subject, text(before, "CODE_MEF")),
        code_structure=text(before, "CODE_STRUCTURE") or None,
        code_rne=text(before, "CODE_RNE") or None,
    )
    return None if scolarite == NOWHERE else scolarite


def _place(belonging: Belonging, structure: etree._Element, subject: Subject) -> None:
    kind, code = text(structure, "TYPE_STRUCTURE"), text(structure, "CODE_STRUCTURE")
    if kind == "D" and code:
        belonging.divisions.append(code)
    elif kind == "G" and code:
        belonging.groupes.append(code)
    else:
        shown = f"« {code[:SHOWN]} » de type « {kind[:SHOWN]} »"
        clause = f"la structure {shown} n’est ni une division ni un groupe, on l’ignore"
        subject.remark("structure_invalide", clause)
