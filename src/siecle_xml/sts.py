"""`STS_EDT`: sts_emp_<UAI>_<ANNEE>.xml, staff and services."""

from collections.abc import Iterator

from lxml import etree

from safe_input import Checked
from siecle_xml.blocks import blocks
from siecle_xml.header import Header, sts_header
from siecle_xml.model import (
    DivisionSts,
    GroupeSts,
    Individu,
    Matiere,
    Mef,
    ProfPrinc,
    Service,
    StsEmp,
)
from siecle_xml.nomenclature import one_matiere, one_mef
from siecle_xml.values import Subject, attribute, first, iso_date, once, text


def read_sts(document: Checked) -> StsEmp:
    """Read staff, divisions and groups with their services, subjects and MEF.

    A person without key or met again, a structure without code, a teacher without key are left
    out, each with a remark. Raises `SiecleRefused`: those of `sts_header`.
    """
    header = sts_header(document)
    content = Content(header)
    for element, ligne in blocks(document):
        content.add(element, ligne)
    return content.result()


class Content:
    """Gathers the elements as they come; services come just before their division or group."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._individus: dict[tuple[str, str], Individu] = {}
        self._services: list[Service] = []
        self._divisions: list[DivisionSts] = []
        self._groupes: list[GroupeSts] = []
        self._matieres: list[Matiere] = []
        self._mefs: list[Mef] = []

    def add(self, element: etree._Element, ligne: int) -> None:
        """Read one element of the file, of any kind."""
        match element.tag:
            case "SERVICE":
                self._services.append(self._service(element, ligne))
            case "DIVISION" | "GROUPE":
                self._structure(element, ligne)
            case "INDIVIDU" | "SUPPLEANT":
                self._person(element, ligne)
            case "MATIERE":
                self._matieres.extend(one_matiere(element, key="CODE"))
            case "MEF":
                self._mefs.extend(one_mef(element, key="CODE"))

    def result(self) -> StsEmp:
        """Return what was read."""
        return StsEmp(
            uai=self._header.uai,
            annee=self._header.annee,
            date_export=self._header.date_export,
            remarques=self._header.sorted_remarques(),
            date_debut=self._header.date_debut,
            date_fin=self._header.date_fin,
            individus=tuple(self._individus.values()),
            divisions=tuple(self._divisions),
            groupes=tuple(self._groupes),
            matieres=tuple(self._matieres),
            mefs=tuple(self._mefs),
        )

    def _subject(self, label: str, ligne: int) -> Subject:
        return Subject(label, ligne, self._header.remarques)

    def _service(self, element: etree._Element, ligne: int) -> Service:
        code = attribute(element, "CODE_MATIERE")
        subject = self._subject(f"Service de la matière « {code} »", ligne)
        return Service(
            code_matiere=code,
            code_mod_cours=attribute(element, "CODE_MOD_COURS") or None,
            enseignants=tuple(_enseignants(element, subject)),
            ligne=ligne,
        )

    def _structure(self, element: etree._Element, ligne: int) -> None:
        services = tuple(self._services)
        self._services.clear()
        if not attribute(element, "CODE"):
            subject = self._subject(f"Structure de la ligne {ligne}", ligne)
            subject.remark("structure_sans_code", "le code manque, elle n’est pas reprise")
        elif element.tag == "DIVISION":
            self._divisions.append(_division(element, services))
        else:
            self._groupes.append(_groupe(element, services))

    def _person(self, element: etree._Element, ligne: int) -> None:
        individu = _individu(element, ligne, self._header)
        key = individu.id, individu.type
        subject = self._subject(f"{individu.nom} {individu.prenom}".strip() or "Personne", ligne)
        if not all(key):
            subject.remark("individu_sans_cle", "l’ID ou le TYPE manque, la personne est ignorée")
        elif key in self._individus:
            clause = f"la personne {key[0]} ({key[1]}) figure déjà plus haut, on garde la première"
            subject.remark("individu_en_double", clause)
        else:
            self._individus[key] = individu


def _individu(element: etree._Element, ligne: int, header: Header) -> Individu:
    type_ = attribute(element, "TYPE") or ("eppsup" if element.tag == "SUPPLEANT" else "")
    nom = first(text(element, "NOM_USAGE"), text(element, "NOM_PATRONYMIQUE"))
    prenom = text(element, "PRENOM")
    subject = Subject(f"{nom} {prenom}".strip() or "Personne", ligne, header.remarques)
    return Individu(
        id=attribute(element, "ID"),
        type=type_,
        nom=nom,
        prenom=prenom,
        date_naissance=iso_date(subject, "date de naissance", text(element, "DATE_NAISSANCE")),
        fonction=first(text(element, "FONCTION"), "ENS" if type_ == "local" else "") or None,
        profs_princ=tuple(_profs_princ(element, subject)),
        ligne=ligne,
    )


def _profs_princ(element: etree._Element, subject: Subject) -> Iterator[ProfPrinc]:
    for prof_princ in element.iterfind("PROFS_PRINC/PROF_PRINC"):
        debut, fin = text(prof_princ, "DATE_DEBUT"), text(prof_princ, "DATE_FIN")
        yield ProfPrinc(
            code_structure=text(prof_princ, "CODE_STRUCTURE"),
            date_debut=iso_date(subject, "date de début de professeur principal", debut),
            date_fin=iso_date(subject, "date de fin de professeur principal", fin),
        )


def _enseignants(element: etree._Element, subject: Subject) -> Iterator[tuple[str, str]]:
    for enseignant in element.iterfind("ENSEIGNANTS/ENSEIGNANT"):
        key = attribute(enseignant, "ID"), attribute(enseignant, "TYPE")
        if all(key):
            yield key
        else:
            subject.remark("enseignant_sans_cle", "un enseignant sans ID ou sans TYPE est ignoré")


def _division(element: etree._Element, services: tuple[Service, ...]) -> DivisionSts:
    return DivisionSts(
        code=attribute(element, "CODE"),
        libelle=text(element, "LIBELLE_LONG"),
        mefs=_codes(element, "MEFS_APPARTENANCE/MEF_APPARTENANCE"),
        services=services,
    )


def _groupe(element: etree._Element, services: tuple[Service, ...]) -> GroupeSts:
    return GroupeSts(
        code=attribute(element, "CODE"),
        libelle=text(element, "LIBELLE_LONG"),
        divisions=_codes(element, "DIVISIONS_APPARTENANCE/DIVISION_APPARTENANCE"),
        services=services,
    )


def _codes(element: etree._Element, path: str) -> tuple[str, ...]:
    return once(attribute(child, "CODE") for child in element.iterfind(path))
