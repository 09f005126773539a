"""The files that SIECLE and STS would export of the invented school (spec 04), in ISO-8859-15."""

from collections.abc import Iterable, Mapping
from datetime import date

from lxml import etree
from lxml.etree import SubElement, _Element

from livretpro.demo.pupils import PUPILS, Place, Pupil
from livretpro.demo.structure import (
    CURRENT,
    FORMATIONS,
    GENERAL_SERVICES,
    SPECIALITY,
    STAFF,
    SUBJECTS,
    UAI,
    Division,
    Group,
    Person,
    Year,
)

ENCODING = "ISO-8859-15"


def files(year: Year, *, on: date) -> list[bytes]:
    """The four files of a year, exported at the date `on`."""
    return [eleves(year, on=on), structures(year, on=on), nomenclature(year, on=on), sts(year)]


def eleves(year: Year, *, on: date) -> bytes:
    """`ElevesSansAdresses.xml` (`BEE_ELEVES`, version 2.1)."""
    root, donnees = _bee("BEE_ELEVES", "2.1", year, on=on)
    pupils, structures = SubElement(donnees, "ELEVES"), SubElement(donnees, "STRUCTURES")
    for pupil in PUPILS:
        if place := pupil.place(year.year):
            _eleve(pupils, pupil, place, year, on=on)
            _structures_eleve(structures, pupil, place, year)
    return _bytes(root)


def _eleve(parent: _Element, pupil: Pupil, place: Place, year: Year, *, on: date) -> None:
    element = SubElement(
        parent, "ELEVE", ELEVE_ID=str(pupil.siecle_id), ELENOET=f"{pupil.number:05d}"
    )
    left = pupil.left_on(on=on)
    _tags(
        element,
        {
            "ID_NATIONAL": pupil.ine or None,
            "ELENOET": f"{pupil.number:05d}",
            "ID_ELEVE_ETAB": f"{pupil.number:05d}",
            "NOM_DE_FAMILLE": pupil.last_name,
            "PRENOM": pupil.first_name,
            "DATE_NAISS": _french(pupil.birth_date),
            "DOUBLEMENT": "0",
            "DATE_ENTREE": _french(year.start),
            "DATE_SORTIE": _french(left) if left else None,
            "CODE_REGIME": str(pupil.number % 2),
            "CODE_STATUT": pupil.status(place, on=on),
            "CODE_MEF": place.formation.mef,
        },
    )
    if year.year == CURRENT and (before := pupil.cohort.before):
        _an_dernier(element, before)


def _an_dernier(element: _Element, before: Place) -> None:
    tags = {
        "CODE_MEF": before.formation.mef,
        "CODE_STRUCTURE": before.division,
        "CODE_RNE": before.uai,
    }
    _tags(SubElement(element, "SCOLARITE_AN_DERNIER"), tags)


def _structures_eleve(parent: _Element, pupil: Pupil, place: Place, year: Year) -> None:
    element = SubElement(parent, "STRUCTURES_ELEVE", ELEVE_ID=str(pupil.siecle_id))
    _structure(element, place.division, "D")
    groups = [group for group in year.groups if group.division == place.division]
    if groups:
        _structure(element, groups[pupil.number % len(groups)].code, "G")


def _structure(parent: _Element, code: str, kind: str) -> None:
    tags = {"CODE_STRUCTURE": code, "TYPE_STRUCTURE": kind}
    _tags(SubElement(parent, "STRUCTURE"), tags)


def structures(year: Year, *, on: date) -> bytes:
    """`Structures.xml` (`BEE_STRUCTURES`, version 2.0)."""
    root, donnees = _bee("BEE_STRUCTURES", "2.0", year, on=on)
    divisions = SubElement(donnees, "DIVISIONS")
    for division in year.divisions:
        element = SubElement(divisions, "DIVISION", CODE_STRUCTURE=division.code)
        _tags(element, {"LIBELLE_LONG": division.label})
        _mefs_of(element, division)
    groups = SubElement(donnees, "GROUPES")
    for group in year.groups:
        _groupe(groups, group)
    return _bytes(root)


def _mefs_of(element: _Element, division: Division) -> None:
    mefs = SubElement(element, "MEFS_APPARTENANCE")
    for formation in division.formations:
        _tags(SubElement(mefs, "MEF_APPARTENANCE"), {"CODE_MEF": formation.mef})


def _groupe(parent: _Element, group: Group) -> None:
    element = SubElement(parent, "GROUPE", CODE_STRUCTURE=group.code)
    _tags(element, {"LIBELLE_LONG": group.label})
    divisions = SubElement(element, "DIVISIONS_APPARTENANCE")
    _tags(SubElement(divisions, "DIVISION_APPARTENANCE"), {"CODE_STRUCTURE": group.division})


def nomenclature(year: Year, *, on: date) -> bytes:
    """`Nomenclature.xml` (`BEE_NOMENCLATURES`, version 3.1)."""
    root, donnees = _bee("BEE_NOMENCLATURES", "3.1", year, on=on)
    mefs = SubElement(donnees, "MEFS")
    for formation in FORMATIONS:
        tags = {"LIBELLE_LONG": formation.label, "CODE_MEFSTAT": formation.mefstat}
        _tags(SubElement(mefs, "MEF", CODE_MEF=formation.mef), tags)
    matieres = SubElement(donnees, "MATIERES")
    for code, label in SUBJECTS.items():
        _tags(SubElement(matieres, "MATIERE", CODE_MATIERE=code), {"LIBELLE_LONG": label})
    return _bytes(root)


def sts(year: Year) -> bytes:
    """`sts_emp_<UAI>_<ANNEE>.xml` (`STS_EDT`)."""
    root = etree.Element("STS_EDT", VERSION="1.0")
    _sts_parametres(SubElement(root, "PARAMETRES"), year)
    _sts_nomenclatures(SubElement(root, "NOMENCLATURES"))
    donnees = SubElement(root, "DONNEES")
    _people(donnees, year)
    structure = SubElement(donnees, "STRUCTURE")
    divisions = SubElement(structure, "DIVISIONS")
    for division in year.divisions:
        _sts_division(divisions, division)
    groups = SubElement(structure, "GROUPES")
    for group in year.groups:
        _sts_groupe(groups, group)
    return _bytes(root)


def _sts_parametres(element: _Element, year: Year) -> None:
    SubElement(element, "UAJ", CODE=UAI)
    bounds = SubElement(element, "ANNEE_SCOLAIRE", ANNEE=str(year.year))
    _tags(bounds, {"DATE_DEBUT": year.start.isoformat(), "DATE_FIN": year.end.isoformat()})


def _sts_nomenclatures(element: _Element) -> None:
    matieres, mefs = SubElement(element, "MATIERES"), SubElement(element, "MEFS")
    for code, label in SUBJECTS.items():
        _tags(SubElement(matieres, "MATIERE", CODE=code), {"LIBELLE_LONG": label})
    for formation in FORMATIONS:
        _tags(SubElement(mefs, "MEF", CODE=formation.mef), {"LIBELLE_LONG": formation.label})


def _people(donnees: _Element, year: Year) -> None:
    individus, suppleants = SubElement(donnees, "INDIVIDUS"), SubElement(donnees, "SUPPLEANTS")
    for person in STAFF:
        substitute = person.sts_type == "eppsup"
        parent, tag = (suppleants, "SUPPLEANT") if substitute else (individus, "INDIVIDU")
        element = SubElement(parent, tag, ID=person.sts_id, TYPE=person.sts_type)
        tags = {
            "NOM_USAGE": person.last_name.upper(),
            "PRENOM": person.first_name,
            "FONCTION": person.function,
        }
        _tags(element, tags)
        _profs_princ(SubElement(element, "PROFS_PRINC"), person, year)


def _profs_princ(element: _Element, person: Person, year: Year) -> None:
    for division in year.divisions:
        if division.principal == person:
            tags = {
                "CODE_STRUCTURE": division.code,
                "DATE_DEBUT": year.start.isoformat(),
                "DATE_FIN": year.end.isoformat(),
            }
            _tags(SubElement(element, "PROF_PRINC"), tags)


def _sts_division(parent: _Element, division: Division) -> None:
    element = SubElement(parent, "DIVISION", CODE=division.code)
    _tags(element, {"LIBELLE_LONG": division.label})
    mefs = SubElement(element, "MEFS_APPARTENANCE")
    for formation in division.formations:
        SubElement(mefs, "MEF_APPARTENANCE", CODE=formation.mef)
    services = SubElement(element, "SERVICES")
    if division.speciality:
        _service(services, SPECIALITY, division.speciality)
        for subject, teachers in GENERAL_SERVICES:
            _service(services, subject, teachers)


def _sts_groupe(parent: _Element, group: Group) -> None:
    element = SubElement(parent, "GROUPE", CODE=group.code)
    _tags(element, {"LIBELLE_LONG": group.label})
    divisions = SubElement(element, "DIVISIONS_APPARTENANCE")
    SubElement(divisions, "DIVISION_APPARTENANCE", CODE=group.division)
    _service(SubElement(element, "SERVICES"), SPECIALITY, group.speciality)


def _service(parent: _Element, subject: str, teachers: Iterable[Person]) -> None:
    element = SubElement(parent, "SERVICE", CODE_MATIERE=subject, CODE_MOD_COURS="CG")
    enseignants = SubElement(element, "ENSEIGNANTS")
    for person in teachers:
        SubElement(enseignants, "ENSEIGNANT", ID=person.sts_id, TYPE=person.sts_type)


def _bee(root_tag: str, version: str, year: Year, *, on: date) -> tuple[_Element, _Element]:
    """The root of a SIECLE file with its PARAMETRES, and its DONNEES."""
    root = etree.Element(root_tag, VERSION=version)
    tags = {
        "UAJ": UAI,
        "ANNEE_SCOLAIRE": str(year.year),
        "DATE_EXPORT": _french(on),
        "HORODATAGE": f"{_french(on)} 08:00:00",
    }
    _tags(SubElement(root, "PARAMETRES"), tags)
    return root, SubElement(root, "DONNEES")


def _tags(parent: _Element, tags: Mapping[str, str | None]) -> None:
    """One child for each value; None is an absent tag."""
    for name, value in tags.items():
        if value is not None:
            SubElement(parent, name).text = value


def _french(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _bytes(root: _Element) -> bytes:
    text = etree.tostring(root, encoding="unicode", pretty_print=True)
    declaration = f'<?xml version="1.0" encoding="{ENCODING}"?>\n'
    return (declaration + text).encode(ENCODING)
