"""One entrance for the four files: the kind is read from the root element, never from a name."""

from collections.abc import Callable

from safe_input import Checked, Refused, check, unwrap
from siecle_xml.blocks import TAGS
from siecle_xml.eleves import read_eleves
from siecle_xml.header import bee_header, sts_header
from siecle_xml.model import Eleves, Nomenclature, Structures, StsEmp
from siecle_xml.nomenclature import read_nomenclature
from siecle_xml.refusal import SiecleRefused
from siecle_xml.structures import read_structures
from siecle_xml.sts import read_sts

STS_ROOT = "STS_EDT"
READERS: dict[str, Callable[[Checked], Eleves | Structures | Nomenclature | StsEmp]] = {
    "BEE_ELEVES": read_eleves,
    "BEE_STRUCTURES": read_structures,
    "BEE_NOMENCLATURES": read_nomenclature,
    STS_ROOT: read_sts,
}
REVERSE_ROOT = "EDT_STS"  # what a timetable software gives back to STS-web


def read(data: bytes, *, uai: str | None = None) -> Eleves | Structures | Nomenclature | StsEmp:
    """Read a SIECLE or STS file, `.xml` or the `.zip` that holds it.

    `uai`: the school the file must be of, checked before its content. Raises `SiecleRefused` only:
    what `safe_input` refuses, with its code; `mauvais_fichier` and `sens_inverse` for another kind
    of XML; `uai`; what the readers refuse.
    """
    try:
        document = check(unwrap(data), tags=TAGS)
        reader = _reader(document.root)
        _check_uai(document, uai)
        return reader(document)
    except SiecleRefused:
        raise
    except Refused as refusal:
        raise SiecleRefused(refusal.code, refusal.phrase, refusal.line) from refusal


def _check_uai(document: Checked, uai: str | None) -> None:
    header = sts_header(document) if document.root == STS_ROOT else bee_header(document)
    if uai is not None and header.uai != uai:
        raise SiecleRefused(
            "uai",
            f"Ce fichier ({document.root}) est celui de l’établissement {header.uai}, "
            f"alors que vous importez dans l’établissement {uai} : rien n’est importé.",
        )


def _reader(root: str) -> Callable[[Checked], Eleves | Structures | Nomenclature | StsEmp]:
    if root == REVERSE_ROOT:
        phrase = (
            "Ce fichier (EDT_STS) est celui que le logiciel d’emploi du temps renvoie à STS-web :"
            " prenez le fichier « sts_emp » que STS-web exporte (STS_EDT)."
        )
        raise SiecleRefused("sens_inverse", phrase)
    if root not in READERS:
        phrase = (
            f"Ce fichier est de type « {root[:60]} » : il faut un export de SIECLE (BEE_ELEVES,"
            " BEE_STRUCTURES, BEE_NOMENCLATURES) ou de STS-web (STS_EDT)."
        )
        raise SiecleRefused("mauvais_fichier", phrase)
    return READERS[root]
