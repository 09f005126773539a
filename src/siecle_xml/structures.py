"""`BEE_STRUCTURES`: Structures.xml (version 2.0)."""

from lxml import etree

from safe_input import Checked
from siecle_xml.blocks import blocks
from siecle_xml.header import bee_header
from siecle_xml.model import Division, Groupe, Remarque, Structures
from siecle_xml.values import Subject, attribute, text, texts


def read_structures(document: Checked) -> Structures:
    """Read divisions and groups; one without code is left out (remark `structure_sans_code`).

    Raises `SiecleRefused`: those of `bee_header`.
    """
    header = bee_header(document)
    divisions: list[Division] = []
    groupes: list[Groupe] = []
    for element, ligne in blocks(document):
        if not _has_code(element, ligne, header.remarques):
            continue
        if element.tag == "DIVISION":
            divisions.append(_division(element))
        elif element.tag == "GROUPE":
            groupes.append(_groupe(element))
    return Structures(
        uai=header.uai,
        annee=header.annee,
        date_export=header.date_export,
        remarques=header.sorted_remarques(),
        divisions=tuple(divisions),
        groupes=tuple(groupes),
    )


def _has_code(element: etree._Element, ligne: int, remarques: list[Remarque]) -> bool:
    if attribute(element, "CODE_STRUCTURE"):
        return True
    subject = Subject(f"Structure de la ligne {ligne}", ligne, remarques)
    subject.remark("structure_sans_code", "le code manque, elle n’est pas reprise")
    return False


def _division(element: etree._Element) -> Division:
    return Division(
        code=attribute(element, "CODE_STRUCTURE"),
        libelle=text(element, "LIBELLE_LONG"),
        mefs=_mefs(element),
    )


def _groupe(element: etree._Element) -> Groupe:
    return Groupe(
        code=attribute(element, "CODE_STRUCTURE"),
        libelle=text(element, "LIBELLE_LONG"),
        divisions=texts(element, "DIVISIONS_APPARTENANCE/DIVISION_APPARTENANCE/CODE_STRUCTURE"),
        mefs=_mefs(element),
    )


def _mefs(element: etree._Element) -> tuple[str, ...]:
    return texts(element, "MEFS_APPARTENANCE/MEF_APPARTENANCE/CODE_MEF")
