"""`BEE_NOMENCLATURES`: Nomenclature.xml (version 3.1); STS writes MEF and subjects the same way."""

from collections.abc import Iterator

from lxml import etree

from safe_input import Checked
from siecle_xml.blocks import blocks
from siecle_xml.header import bee_header
from siecle_xml.model import Matiere, Mef, Nomenclature
from siecle_xml.values import attribute, first, text


def read_nomenclature(document: Checked) -> Nomenclature:
    """Read MEF and subjects; those without code are left out.

    Raises `SiecleRefused`: those of `bee_header`.
    """
    header = bee_header(document)
    mefs: list[Mef] = []
    matieres: list[Matiere] = []
    for element, _ligne in blocks(document):
        if element.tag == "MEF":
            mefs.extend(one_mef(element, key="CODE_MEF"))
        elif element.tag == "MATIERE":
            matieres.extend(one_matiere(element, key="CODE_MATIERE"))
    return Nomenclature(
        uai=header.uai,
        annee=header.annee,
        date_export=header.date_export,
        remarques=header.sorted_remarques(),
        mefs=tuple(mefs),
        matieres=tuple(matieres),
    )


def one_mef(element: etree._Element, *, key: str) -> Iterator[Mef]:
    """Yield the MEF whose code is in the attribute `key`, nothing if it has none."""
    if code := attribute(element, key):
        yield Mef(
            code_mef=code,
            libelle=first(
                text(element, "LIBELLE_LONG"),
                text(element, "LIBELLE_EDITION"),
                text(element, "FORMATION"),
            ),
            rattachement=text(element, "MEF_RATTACHEMENT") or None,
            code_mefstat=text(element, "CODE_MEFSTAT") or None,
        )


def one_matiere(element: etree._Element, *, key: str) -> Iterator[Matiere]:
    """Yield the subject whose code is in the attribute `key`, nothing if it has none."""
    if code := attribute(element, key):
        yield Matiere(
            code=code,
            libelle_court=text(element, "LIBELLE_COURT"),
            libelle_long=first(text(element, "LIBELLE_LONG"), text(element, "LIBELLE_EDITION")),
        )
